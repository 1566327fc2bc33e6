import { relative, resolve } from 'node:path'
import type { Records } from '../frameworks/applied'
import { standingOf } from '../frameworks/applied'
import type { HistoryReport } from '../model/report'
import type { FoundFile } from './find-files'

/** The files that have not run yet, where the snapshot holds the record of the tool that runs them; all of them where it does not. */
export function pendingFiles(files: readonly FoundFile[], records: Records): { readonly pending: readonly FoundFile[]; readonly history: readonly HistoryReport[] } {
  if (!records) return { pending: files, history: [] }
  const history: HistoryReport[] = []
  const applied = new Set<FoundFile>()
  for (const [series, members] of bySeries(files)) {
    const names = new Map(members.map((file) => [relative(series, resolve(file.path)), file]))
    const standing = standingOf([...names.keys()], records, members.every((file) => file.whole))
    for (const name of standing.applied) applied.add(names.get(name)!)
    if (standing.record === undefined && standing.remarks.length === 0) continue
    const asked = members.filter((file) => !file.earlier)
    const run = asked.filter((file) => applied.has(file)).length
    history.push({ record: standing.record ?? null, tool: standing.tool ?? null, applied: run, pending: asked.length - run, remarks: standing.remarks })
  }
  return { pending: files.filter((file) => !applied.has(file)), history }
}

function bySeries(files: readonly FoundFile[]): ReadonlyMap<string, FoundFile[]> {
  const found = new Map<string, FoundFile[]>()
  for (const file of files) {
    const members = found.get(file.series)
    if (members) members.push(file)
    else found.set(file.series, [file])
  }
  return found
}
