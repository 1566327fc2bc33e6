import type { Finding } from '../model/finding'
import type { Hold } from '../model/assessed'
import { toleranceFor } from '../model/policy'
import type { Hazard } from './hazard'
import { howLong, tableNames, whatStops } from './words'

/** A lock from an earlier statement is kept while this one works, for locks go with COMMIT and not before. */
export const lateCommit: Hazard = {
  name: 'late-commit',
  title: 'A lock kept through later work',

  find(assessed, policy): readonly Finding[] {
    const working = assessed.effects.filter((effect) => effect.work.length > 0)
    if (working.length === 0) return []
    const stopsAlready = (hold: Hold): boolean =>
      // What this statement's own lock stops as well is told where that lock is judged.
      assessed.effects.some((effect) => effect.relation === hold.relation && effect.blocks.reads === hold.blocks.reads && effect.blocks.writes === hold.blocks.writes)
    const held = assessed.held.filter((hold) => !hold.fresh && (hold.blocks.reads || hold.blocks.writes) && !stopsAlready(hold))
    if (held.length === 0) return []
    const tables = held.map((hold) => hold.indexOf ?? hold.relation)
    const tolerance = toleranceFor(policy, tables)
    const expected = assessed.duration?.expectedMs
    if (expected === undefined ? !assessed.unknownSize : expected < tolerance.blockedWarningMs) return []
    const first = held.reduce((earliest, one) => (one.ordinal < earliest.ordinal ? one : earliest))
    return [
      {
        hazard: 'late-commit',
        severity: expected !== undefined && expected >= tolerance.blockedErrorMs ? 'error' : 'warning',
        span: working[0]!.span,
        message: `Runs while the transaction still blocks ${whatStops(held)}${howLong(assessed, working)}. Commit before it, and do this in a transaction of its own.`,
        related: [{ ordinal: first.ordinal, message: `Takes ${first.lock} on ${tableNames([first.indexOf ?? first.relation])}, kept until the transaction ends` }],
      },
    ]
  },
}
