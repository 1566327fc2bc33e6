import type { Transaction as Command } from '../sql/command'
import { operationType } from './operation'
import type { Control, Operation } from './operation'

interface Transaction extends Operation {
  readonly kind: 'transaction'
  readonly command: Command
}

export const transaction = operationType<Transaction>({
  kind: 'transaction',
  title: 'Begin or end a transaction',
  recognise: (command) => (command.kind === 'transaction' ? { kind: 'transaction', span: command.span, command } : undefined),
  effects: () => [],
  apply: (_, catalog) => catalog,
  transactionBlock({ command: { change, chain } }) {
    if (change === 'commit-prepared' || change === 'rollback-prepared') return 'forbidden'
    return change === 'savepoint' || change === 'release' || change === 'rollback-to' || chain ? 'required' : 'allowed'
  },

  control({ command: { change, name, chain } }): Control | undefined {
    switch (change) {
      case 'begin':
        return { kind: 'begin' }
      case 'commit':
      case 'rollback':
        return { kind: change, chain }
      case 'savepoint':
      case 'release':
      case 'rollback-to':
        return { kind: change, name: name ?? '' }
      case 'prepare':
        return { kind: 'commit', chain: false }
      default:
        return undefined
    }
  },

  unread({ command }) {
    switch (command.change) {
      case 'prepare':
        return 'The prepared transaction keeps its locks until COMMIT PREPARED, which this file need not hold.'
      case 'commit-prepared':
      case 'rollback-prepared':
        return 'What the prepared transaction did is not in this statement.'
      default:
        return undefined
    }
  },
})
