import type { Finding } from '../model/finding'
import type { Assessed } from '../model/assessed'
import type { Hold } from '../model/holds'
import { toleranceFor } from '../model/policy'
import type { Hazard } from './hazard'
import { howLong, knownMs, tableNames, whatStops } from './words'

/** A lock from an earlier statement is kept while this one works, for locks go with COMMIT and not before. */
export const lateCommit: Hazard = {
  name: 'late-commit',
  title: 'A lock kept through later work',

  find(assessed, policy): readonly Finding[] {
    const working = assessed.effects.filter((effect) => effect.work.length > 0)
    if (working.length === 0) return []
    const [first] = stoppingBefore(assessed)
    if (first === undefined) return []
    const tolerance = Object.keys(policy.tables).length === 0 ? policy : toleranceFor(policy, [...stoppingBefore(assessed)].map((hold) => hold.indexOf ?? hold.relation))
    const expected = knownMs(assessed, working)
    if (expected !== undefined && expected < tolerance.blockedWarningMs) return []
    return [
      {
        hazard: 'late-commit',
        severity: expected !== undefined && expected >= tolerance.blockedErrorMs ? 'error' : 'warning',
        span: working[0]!.span,
        // Put in words only where it is told: of thousands of statements in a transaction, each would name the locks of all before it.
        get message() {
          const stops = `${whatStops([...stoppingBefore(assessed)])}${howLong(assessed, working)}`
          return assessed.block?.implicit
            ? `Runs in the one transaction that ${assessed.block.tool} makes of the file, which still blocks ${stops}. Give it a file of its own behind this one.`
            : `Runs while the transaction still blocks ${stops}. Commit before it, and do this in a transaction of its own.`
        },
        // The way out is the same for all of a transaction's statements.
        perTransaction: expected ?? 0,
        related: [{ ordinal: first.ordinal, message: `Takes ${first.lock} on ${tableNames([first.indexOf ?? first.relation])}, kept until the transaction ends` }],
      },
    ]
  },
}

/** Locks that stop others, in the order in which they were taken. What the statement's own lock stops as well is told where that lock is judged. */
function* stoppingBefore({ effects, held }: Assessed): Iterable<Hold> {
  for (const hold of held.stopping()) {
    if (!effects.some((effect) => effect.relation === hold.relation && effect.blocks.reads === hold.blocks.reads && effect.blocks.writes === hold.blocks.writes)) yield hold
  }
}
