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
    // Rows that are added are nobody else's until they are committed.
    const locked = changing.filter((effect) => effect.work.some((work) => isChange(work) && work.kind !== 'insert')).map((effect) => effect.relation)
    const time = assessed.duration ? `takes ${formatRange(assessed.duration)}` : 'takes a time that is not known'
    const where = locked.length === 0 ? `T${time.slice(1)} in one transaction` : `Keeps every row that it touches in ${tableNames(locked)} locked against other writers until ${assessed.block ? 'the transaction' : 'it'} ends, and ${time}`
    return [
      {
        hazard: 'bulk-write',
        severity: expected !== undefined && expected >= tolerance.changeErrorMs ? 'error' : 'warning',
        span: changing[0]!.span,
        message: `${where} (${because(changing)}); meanwhile standbys lag, and vacuum cannot remove what dies.${remedy(assessed, changing[0]!.span)}`,
        related: [],
      },
    ]
  },
}

/** What commits as it goes keeps no row for long, however many there are. */
const isChange = (work: AssessedWork): boolean => (work.kind === 'update' || work.kind === 'insert' || work.kind === 'delete') && work.committedEvery === undefined
