import type { Finding } from '../model/finding'
import { toleranceFor } from '../model/policy'
import type { AssessedEffect } from '../model/assessed'
import type { Hazard } from './hazard'
import { howLong, knownMs, remedy, whatStops } from './words'

/** A lock stops others while the statement works on something that grows with the data. */
export const longLock: Hazard = {
  name: 'long-lock',
  title: 'A lock held through long work',

  find(assessed, policy): readonly Finding[] {
    const stopping = assessed.effects.filter((effect) => !effect.fresh && !effect.brief && (effect.blocks.reads || effect.blocks.writes))
    if (stopping.length === 0) return []
    // Every other lock is kept to the end of the statement, so all of its work counts against each of them.
    const working = assessed.effects.filter((effect) => effect.work.length > 0)
    if (working.length === 0) return []
    const tables = stopping.map((effect) => effect.indexOf ?? effect.relation)
    const tolerance = toleranceFor(policy, tables)
    // Without a snapshot even an empty table's size is unknown; a relation that the migration made is known to be empty.
    const expected = knownMs(assessed, working.filter((effect) => !(effect.fresh && effect.rows === 0)))
    if (expected !== undefined && expected < tolerance.blockedWarningMs) return []
    const { span } = heaviest(working)
    return [
      {
        hazard: 'long-lock',
        severity: expected !== undefined && expected >= tolerance.blockedErrorMs ? 'error' : 'warning',
        span,
        message: `Blocks ${whatStops(stopping)}${howLong(assessed, working)}.${remedy(assessed, span)}`,
        related: [],
      },
    ]
  },
}

const heaviest = (effects: readonly AssessedEffect[]): AssessedEffect => {
  const cost = (effect: AssessedEffect): number => effect.work.reduce((sum, work) => sum + (work.estimate.duration?.expectedMs ?? 1e12), 0)
  return effects.reduce((most, one) => (cost(one) > cost(most) ? one : most))
}
