import type { Assessed, AssessedEffect } from '../model/assessed'
import { formatAbout } from '../model/format'
import { strength } from '../model/lock'
import type { LockMode } from '../model/lock'
import type { RelationName } from '../model/name'

/** Effects on what others may be using, the strongest lock first, and of equal ones that with the most work. */
export const effectsOnOthers = (assessed: Assessed): readonly AssessedEffect[] =>
  assessed.effects.filter((effect) => !effect.fresh).sort((a, b) => weight(b) - weight(a) || Number(a.brief ?? false) - Number(b.brief ?? false) || strength(b.lock) - strength(a.lock) || cost(b) - cost(a))

/** For an index its table: that is what people wait for. */
export const tableOf = (effect: AssessedEffect): RelationName => effect.indexOf ?? effect.relation

/** What the lock is on, to name it: an index only where its table is not locked in the same way. */
export const lockedBy = (effect: AssessedEffect, { effects }: Assessed): RelationName => (effects.some(({ relation, lock }) => relation === effect.indexOf && lock === effect.lock) ? effect.indexOf! : effect.relation)

export const tablesOf = (effects: readonly AssessedEffect[]): readonly RelationName[] => [...new Set(effects.map(tableOf))]

export const works = (assessed: Assessed): boolean => assessed.effects.some((effect) => effect.work.length > 0)

/** `~4 min`, `size unknown`, `time unknown` where sizes would not tell it, or `instant` where nothing grows with the data. */
export function timeOf(assessed: Assessed): string | undefined {
  if (assessed.unread.length > 0) return undefined
  if (!works(assessed)) return 'instant'
  if (assessed.duration) return formatAbout(assessed.duration)
  return assessed.unknownSize ? (isSizeWanted(assessed) ? 'size unknown' : 'time unknown') : undefined
}

/** How much a query reads may not be told by its tables' sizes. */
export const isSizeWanted = ({ effects }: Assessed): boolean => effects.some(({ work }) => work.some((one) => one.estimate.duration === undefined && !(one.kind === 'query' && one.reads.some(({ how }) => how === 'untold'))))

export interface Worst {
  readonly lock: LockMode
  readonly relation: RelationName
  readonly time: string | undefined
}

/** The statement whose lock stops the most for the longest; none where nobody who reads or writes is stopped. */
export function worst(statements: Iterable<Assessed>): Worst | undefined {
  let found: { assessed: Assessed; effect: AssessedEffect } | undefined
  for (const assessed of statements) {
    const [effect] = effectsOnOthers(assessed)
    if (!effect || weight(effect) === 0) continue
    if (!found || expected(assessed) > expected(found.assessed) || (expected(assessed) === expected(found.assessed) && weight(effect) > weight(found.effect))) found = { assessed, effect }
  }
  return found && { lock: found.effect.lock, relation: lockedBy(found.effect, found.assessed), time: timeOf(found.assessed) }
}

/** 0: nobody who reads or writes is stopped, or for a moment only while other locks are kept; 1: writes are; 2: reads too. */
const weight = (effect: AssessedEffect): number => (effect.brief ? 0 : Number(effect.blocks.writes) + Number(effect.blocks.reads))

const cost = (effect: AssessedEffect): number => effect.work.reduce((sum, work) => sum + (work.estimate.duration?.expectedMs ?? 1e12), 0)

/** What may take for ever comes before what takes long. */
const expected = (assessed: Assessed): number => (works(assessed) ? (assessed.duration?.expectedMs ?? Infinity) : 0)
