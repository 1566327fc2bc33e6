import type { Hazard } from './hazard'
import { fromConsequences } from './consequences'

/** Servers that follow this one by logical replication stop until they have been changed too; whether there are any is not known here. */
export const stoppedSubscriber: Hazard = {
  name: 'stopped-subscriber',
  title: 'A subscriber stops',
  find: (assessed) => fromConsequences('stopped-subscriber', () => 'info', assessed.stops),
}
