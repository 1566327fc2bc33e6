import type { DataChange } from '../sql/command'
import { backfillPlan } from './backfill-plan'
import { changeFails } from './change-fails'
import { applyChange, changeAssumes, changeEffects, changeUnread } from './data-change'
import { operationType } from './operation'
import type { Operation } from './operation'

interface Update extends Operation {
  readonly kind: 'update'
  readonly command: DataChange
}

export const update = operationType<Update>({
  kind: 'update',
  title: 'Update rows',
  recognise: (command) => (command.kind === 'update' ? { kind: 'update', relation: command.relation, span: command.span, command } : undefined),
  effects: ({ command }, catalog) => changeEffects(command, catalog),
  apply: ({ command }, catalog) => applyChange(command, catalog),
  assumes: ({ command }, catalog) => changeAssumes(command, catalog),
  fails: ({ command }, catalog) => changeFails(command, catalog),
  unread: ({ command }, catalog) => changeUnread(command, catalog)[0],
  plan: ({ command }, catalog, context) => backfillPlan(command, catalog, context),
})
