import type { Assessed, AssessedEffect, AssessedWork } from '../model/assessed'
import { describeTogether } from '../model/describe-work'
import { surelyGrows } from '../model/effect'
import { formatRange, listWords } from '../model/format'
import { shortName } from '../model/name'
import type { RelationName } from '../model/name'
import { adviceFor } from '../model/plan'
import { tiers } from '../model/policy'
import type { Span } from '../model/span'

/** "`book` and `author`"; three and the number of the others where there are many. */
export function tableNames(relations: readonly RelationName[]): string {
  const different = [...new Set(relations)]
  const names = different.slice(0, different.length > 4 ? 3 : 4).map((relation) => `\`${shortName(relation)}\``)
  return listWords(different.length > 4 ? [...names, `${different.length - 3} more`] : names)
}

/** What stops on which table, as an effect or a hold tells it. */
export interface Stop {
  readonly relation: RelationName
  readonly indexOf?: RelationName
  readonly blocks: { readonly reads: boolean; readonly writes: boolean }
}

/** "reads and writes to `book`, and writes to `author`": of each table no more than what stops there. */
export function whatStops(stops: readonly Stop[], preposition: 'to' | 'of' = 'to'): string {
  const byTable = new Map<RelationName, { reads: boolean; writes: boolean }>()
  for (const { relation, indexOf, blocks } of stops) {
    const table = indexOf ?? relation
    const known = byTable.get(table)
    if (known === undefined) byTable.set(table, { ...blocks })
    else {
      known.reads ||= blocks.reads
      known.writes ||= blocks.writes
    }
  }
  const groups = [
    { words: `reads and writes ${preposition}`, is: { reads: true, writes: true } },
    { words: 'reads of', is: { reads: true, writes: false } },
    { words: `writes ${preposition}`, is: { reads: false, writes: true } },
  ]
  return groups
    .map(({ words, is }) => ({ words, tables: [...byTable].filter(([, { reads, writes }]) => reads === is.reads && writes === is.writes).map(([table]) => table) }))
    .filter(({ tables }) => tables.length > 0)
    .map(({ words, tables }) => `${words} ${tableNames(tables)}`)
    .join(', and ')
}

/** "looks up 40 M rows to check existing ones": the work that takes longest, or the first that grows with what we do not know; what is done alike in several relations, as partitions have it done, with the rows of all. */
export function because(effects: readonly AssessedEffect[]): string {
  const alike = new Map<string, Map<RelationName, { readonly work: AssessedWork; readonly rows: number | undefined }>>()
  for (const { relation, work: works, rows } of effects)
    for (const work of works) {
      const kind = `${work.kind} ${work.to}`
      const ofKind = alike.get(kind) ?? new Map()
      const known = ofKind.get(relation)
      if (known === undefined || cost(work) > cost(known.work)) ofKind.set(relation, { work, rows })
      alike.set(kind, ofKind)
    }
  if (alike.size === 0) return ''
  const [first, ...rest] = [...alike.values()].map((ofKind) => [...ofKind.values()])
  const done = rest.reduce((most, one) => (sum(one, ({ work }) => cost(work)) > sum(most, ({ work }) => cost(work)) ? one : most), first!)
  return describeTogether(done.toSorted((a, b) => cost(b.work) - cost(a.work)))
}

const cost = (work: AssessedWork): number => work.estimate.duration?.expectedMs ?? Infinity

const sum = <T>(of: readonly T[], value: (one: T) => number): number => of.reduce((total, one) => total + value(one), 0)

/** " for 20–70 s (looks up 40 M rows to check existing ones)". */
export function howLong(assessed: Assessed, effects: readonly AssessedEffect[]): string {
  const reason = because(effects)
  const behind = reason === '' ? '' : ` (${reason})`
  if (assessed.duration) return ` for ${formatRange(assessed.duration)}${behind}`
  return ` for as long as the work takes, which grows with data whose size is not known${behind}`
}

/**
 * How long the statement works, as far as it is known; undefined where what it does surely grows with data whose size is not.
 * How much a query reads may not be known of tables that are: then it is the rest that counts.
 */
export function knownMs({ duration, unknownSize }: Assessed, working: readonly AssessedEffect[]): number | undefined {
  if (duration) return duration.expectedMs
  const works = working.flatMap(({ work }) => work)
  if (works.some((work) => work.estimate.duration === undefined && surelyGrows(work))) return undefined
  return unknownSize ? works.reduce((sum, { estimate }) => sum + (estimate.duration?.expectedMs ?? 0), 0) : 0
}

/** What to do about a piece of the statement, from the plan, as a sentence; with the field's own advice where the run time calls for more. */
export function remedy(assessed: Assessed, span: Span): string {
  const expected = assessed.duration?.expectedMs ?? 0
  const tier =
    expected >= tiers.planMs ? ' Over 30 min: give it a plan and a window of its own.' : expected >= tiers.batchMs ? ' Over 5 min: do the work in batches.' : expected >= tiers.decomposeMs ? ' Over 30 s: take it apart.' : ''
  return assessed.plan ? ` ${adviceFor(assessed.plan, span) ?? assessed.plan.title}.` : tier
}
