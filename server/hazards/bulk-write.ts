import type { Finding } from '../model/finding'
import type { AssessedWork } from '../model/assessed'
import { formatRange } from '../model/format'
import { toleranceFor } from '../model/policy'
import type { Hazard } from './hazard'
import { because, remedy, tableNames } from './words'

/** One statement changes many rows: their locks last to its end, its dead rows and its log cannot be taken back. */
export const bulkWrite: Hazard = {
  name: 'bulk-write',
  title: 'Many rows changed in one statement',

  find(assessed, policy): readonly Finding[] {
    const changing = assessed.effects.filter((effect) => !effect.fresh && effect.work.some(isChange))
    if (changing.length === 0) return []
    const tables = changing.map((effect) => effect.relation)
    const tolerance = toleranceFor(policy, tables)
    const expected = assessed.duration?.expectedMs
    if (expected === undefined && !changing.some((effect) => effect.work.some((work) => isChange(work) && work.estimate.duration === undefined))) return []
    if (expected !== undefined && expected < tolerance.changeWarningMs) return []
    const time = assessed.duration ? `takes ${formatRange(assessed.duration)}` : 'takes as long as it takes, for the size is not known'
    return [
      {
        hazard: 'bulk-write',
        severity: expected !== undefined && expected >= tolerance.changeErrorMs ? 'error' : 'warning',
        span: changing[0]!.span,
        message: `Keeps every row that it touches in ${tableNames(tables)} locked against other writers until it ends, and ${time} (${because(changing)}); standbys lag and vacuum waits meanwhile.${remedy(assessed)}`,
        related: [],
      },
    ]
  },
}

/** What commits as it goes keeps no row for long, however many there are. */
const isChange = (work: AssessedWork): boolean => (work.kind === 'update' || work.kind === 'insert' || work.kind === 'delete') && work.committedEvery === undefined
