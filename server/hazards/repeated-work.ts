import type { Finding } from '../model/finding'
import { formatMs } from '../model/format'
import { toleranceFor } from '../model/policy'
import type { Hazard } from './hazard'
import { tableNames } from './words'

/** Others wait again for what the statements right before have done already. */
export const repeatedWork: Hazard = {
  name: 'repeated-work',
  title: 'The same work done again, statement by statement',

  find({ repeats }, policy): readonly Finding[] {
    if (!repeats || repeats.isAvoidable) return []
    const { relation, kind, times, statements, savedMs, span } = repeats
    const tolerance = toleranceFor(policy, [relation])
    if (savedMs !== undefined && savedMs < tolerance.blockedWarningMs) return []
    const before = statements === 1 ? 'the statement before it' : `the ${statements} statements before it`
    return [
      {
        hazard: 'repeated-work',
        severity: 'warning',
        span,
        message: `${kind === 'rewrite' ? 'Rewrites' : 'Reads'} ${tableNames([relation])} again, ${times === 2 ? 'the second time' : `${times} times in all`}: ${before} can be one with it, which does so once${savedMs === undefined ? '' : ` and keeps others waiting ${formatMs(savedMs)} less`}.`,
        related: [],
      },
    ]
  },
}
