import { neverAnalysed } from '../model/never-analysed'
import { listWords } from '../model/format'
import { shortName } from '../model/name'
import type { RelationName } from '../model/name'
import type { Snapshot } from '../model/snapshot'

/** What to know of a snapshot before believing it, a sentence each: how it was changed, what it could not see, and which tables have no statistics. */
export function notesOn(snapshot: Snapshot): readonly string[] {
  const tables = neverAnalysed(snapshot.tables ?? {}).map((name) => shortName(name as RelationName))
  const shown = tables.length > 5 ? [...tables.slice(0, 4), `${tables.length - 4} more`] : tables
  return [
    ...(snapshot.adapted ?? []),
    ...(snapshot.unseen ?? []).map((sentence) => `Not seen: ${sentence}`),
    ...(tables.length > 0 ? [`Never analysed, so of unknown size: ${listWords(shown)}.`] : []),
  ]
}
