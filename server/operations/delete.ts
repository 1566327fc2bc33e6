import { shortName } from '../model/name'
import type { DataChange } from '../sql/command'
import { backfillPlan } from './backfill-plan'
import { applyChange, changeEffects, changeUnread, target } from './data-change'
import { operationType } from './operation'
import type { Operation } from './operation'

interface Delete extends Operation {
  readonly kind: 'delete'
  readonly command: DataChange
}

export const deleteRows = operationType<Delete>({
  kind: 'delete',
  title: 'Delete rows',
  recognise: (command) => (command.kind === 'delete' ? { kind: 'delete', relation: command.relation, span: command.span, command } : undefined),
  effects: ({ command }, catalog) => changeEffects(command, catalog),
  apply: ({ command }, catalog) => applyChange(command, catalog),
  unread: ({ command }, catalog) => changeUnread(command, catalog)[0],
  plan: ({ command }, catalog, context) => backfillPlan(command, catalog, context),

  loses({ command }, catalog) {
    const { table } = target(command, catalog)
    if (table === undefined || command.where !== undefined || command.query.reads.length > 0) return []
    const rows = catalog.table(table)?.size?.rows
    return [{ sentence: `Every row of \`${shortName(table)}\` is deleted.`, relation: table, ...(rows !== undefined && { rows }) }]
  },
})
