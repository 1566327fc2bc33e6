import type { Assessed, AssessedEffect, AssessedWork } from '../model/assessed'
import { describeWork } from '../model/describe-work'
import { formatRange, listWords } from '../model/format'
import { shortName } from '../model/name'
import type { RelationName } from '../model/name'
import { tiers } from '../model/policy'

/** "`book` and `author`"; three and the number of the others where there are many. */
export function tableNames(relations: readonly RelationName[]): string {
  const names = [...new Set(relations)].map((relation) => `\`${shortName(relation)}\``)
  return names.length > 4 ? listWords([...names.slice(0, 3), `${names.length - 3} more`]) : listWords(names)
}

/** "reads and writes", "reads" or "writes". */
export const whatStops = (blocks: { readonly reads: boolean; readonly writes: boolean }): string =>
  blocks.reads && blocks.writes ? 'reads and writes' : blocks.reads ? 'reads' : 'writes'

/** "looks up 40 M rows to check existing ones": the work that takes longest, or the first that grows with what we do not know. */
export function because(effects: readonly AssessedEffect[]): string {
  const works = effects.flatMap((effect) => effect.work.map((work) => ({ work, effect })))
  if (works.length === 0) return ''
  const cost = (work: AssessedWork): number => work.estimate.duration?.expectedMs ?? Infinity
  const { work, effect } = works.reduce((most, one) => (cost(one.work) > cost(most.work) ? one : most))
  return describeWork(work, effect.rows)
}

/** " for 20–70 s (looks up 40 M rows to check existing ones)". */
export function howLong(assessed: Assessed, effects: readonly AssessedEffect[]): string {
  const reason = because(effects)
  const behind = reason === '' ? '' : ` (${reason})`
  if (assessed.duration) return ` for ${formatRange(assessed.duration)}${behind}`
  return ` for as long as the work takes, which grows with data whose size is not known${behind}`
}

/** What to do, from the plan's title, as a sentence; with the field's own advice where the run time calls for more. */
export function remedy(assessed: Assessed): string {
  const expected = assessed.duration?.expectedMs ?? 0
  const tier =
    expected >= tiers.planMs ? ' Over 30 min: give it a plan and a window of its own.' : expected >= tiers.batchMs ? ' Over 5 min: do the work in batches.' : expected >= tiers.decomposeMs ? ' Over 30 s: take it apart.' : ''
  return assessed.plan ? ` ${assessed.plan.title}.` : tier
}
