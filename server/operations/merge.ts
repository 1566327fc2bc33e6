import type { DataChange } from '../sql/command'
import { applyChange, changeEffects, changeUnread } from './data-change'
import { operationType } from './operation'
import type { Operation } from './operation'

interface Merge extends Operation {
  readonly kind: 'merge'
  readonly command: DataChange
}

export const merge = operationType<Merge>({
  kind: 'merge',
  title: 'Merge rows',
  recognise: (command) => (command.kind === 'merge' ? { kind: 'merge', relation: command.relation, span: command.span, command } : undefined),
  effects: ({ command }, catalog) => changeEffects(command, catalog),
  apply: ({ command }, catalog) => applyChange(command, catalog),
  unread: ({ command }, catalog) => changeUnread(command, catalog)[0],
})
