import type { Subscription as Command } from '../sql/command'
import { operationType } from './operation'
import type { Operation } from './operation'

interface Subscription extends Operation {
  readonly kind: 'subscription'
  readonly command: Command
}

export const subscription = operationType<Subscription>({
  kind: 'subscription',
  title: 'Create, alter or drop a subscription',
  recognise: (command) => (command.kind === 'subscription' ? { kind: 'subscription', span: command.span, command } : undefined),
  effects: () => [],
  apply: (_, catalog) => catalog,

  // A slot at the publisher does not come or go with our transaction (src/backend/commands/subscriptioncmds.c). Whether DROP has one to drop is not in the statement.
  // Before 14 a refresh was let in.
  transactionBlock: ({ command }, catalog) => ((command.change === 'create' && command.connects) || (command.change === 'refresh' && catalog.surroundings.version >= 14) ? 'forbidden' : 'allowed'),

  unread({ command }) {
    if (command.change === 'drop') return 'A subscription that has a slot at its publisher cannot be dropped inside a transaction block; whether it has one is not known.'
    return command.connects ? 'Which tables are copied into, and kept up with the publisher from then on, is told by the publisher.' : undefined
  },
})
