import type { Hazard } from './hazard'
import { fromConsequences } from './consequences'

/** Data are gone afterwards, and only a backup brings them back. */
export const lostData: Hazard = {
  name: 'lost-data',
  title: 'Data that cannot be brought back',
  find: (assessed) => fromConsequences('lost-data', (one) => ((one.rows ?? 0) > 0 ? 'warning' : 'info'), assessed.loses.filter((one) => one.rows !== 0)),
}
