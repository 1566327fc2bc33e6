import type { DataChange } from '../sql/command'
import { changeFails } from './change-fails'
import { copyPlan } from './copy-plan'
import { applyChange, changeAssumes, changeEffects, changeUnread } from './data-change'
import { operationType } from './operation'
import type { Operation } from './operation'

interface Insert extends Operation {
  readonly kind: 'insert'
  readonly command: DataChange
}

export const insert = operationType<Insert>({
  kind: 'insert',
  title: 'Insert rows',
  recognise: (command) => (command.kind === 'insert' ? { kind: 'insert', relation: command.relation, span: command.span, command } : undefined),
  effects: ({ command }, catalog) => changeEffects(command, catalog),
  apply: ({ command }, catalog) => applyChange(command, catalog),
  assumes: ({ command }, catalog) => changeAssumes(command, catalog),
  fails: ({ command }, catalog) => changeFails(command, catalog),
  plan: ({ command }, catalog, context) => copyPlan(command, catalog, context),
  unread: ({ command }, catalog) => changeUnread(command, catalog)[0],
})
