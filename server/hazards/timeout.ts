import type { Assessed } from '../model/assessed'
import type { Finding } from '../model/finding'
import { formatMs, formatRange, listWords } from '../model/format'
import type { TimeoutName } from '../model/timeout'
import type { Hazard } from './hazard'

/** A timeout ends the statement before it is done. */
export const timeout: Hazard = {
  name: 'timeout',
  title: 'Ended by a timeout before it is done',

  find(assessed): readonly Finding[] {
    const ends = endedBy(assessed)
    if (ends.length === 0) return []
    const left = assessed.leaves[0]
    const certain = ends.some((end) => end.certain && assessed.timeouts[end.name]?.from === 'migration')
    const reasons = ends.map((end) => end.reason)
    return [
      {
        hazard: 'timeout',
        severity: certain ? 'error' : 'warning',
        span: left?.span ?? assessed.operations[0]?.span ?? { start: 0, end: assessed.sql.length },
        message: `${sentence(listWords(reasons))}${left ? `, and leaves ${left.text}` : ''}. ${assessed.plan ? `${assessed.plan.title}.` : left ? 'Give it more time.' : 'Give it more time, or take the work apart.'}`,
        related: [],
      },
    ]
  },
}

export interface End {
  readonly name: TimeoutName
  /** It is expected to take longer than that. */
  readonly certain: boolean
  /** The beginning of a sentence, in lower case. */
  readonly reason: string
}

/** Shorter than this is meant for locks that others queue behind, not for waiting while they go on. */
const shortMs = 60_000

/** Which timeouts end it, or may; nothing of those that it has time enough in. */
export function endedBy({ timeouts: { lock, statement }, leaves, duration, unknownSize, longestTransactionMs = 0 }: Pick<Assessed, 'timeouts' | 'leaves' | 'duration' | 'unknownSize' | 'longestTransactionMs'>): readonly End[] {
  const ends: End[] = []
  const waits = leaves.length > 0
  const enough = Math.max(shortMs, longestTransactionMs + (duration?.highMs ?? 0))
  if (lock && lock.ms > 0 && waits && lock.ms < enough) {
    ends.push({ name: 'lock', certain: false, reason: `the timeout of ${formatMs(lock.ms)} for locks${whose(lock.from)} ends its wait for older transactions as well` })
  }
  if (statement && statement.ms > 0) {
    const time = `the timeout of ${formatMs(statement.ms)} for statements${whose(statement.from)}`
    if (duration && duration.expectedMs >= statement.ms) ends.push({ name: 'statement', certain: true, reason: `${time} cancels it, for it takes ${formatRange(duration)}` })
    else if (duration && duration.highMs >= statement.ms) ends.push({ name: 'statement', certain: false, reason: `${time} may cancel it, for it takes ${formatRange(duration)}` })
    else if (waits && statement.ms < enough) ends.push({ name: 'statement', certain: false, reason: `${time} may cancel it while it waits for older transactions${unknownSize ? ', or works on data whose size is not known' : ''}` })
  }
  return ends
}

const whose = (from: 'migration' | 'snapshot'): string => (from === 'snapshot' ? ', as the session of the snapshot had it,' : '')

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
