import type { Effect } from '../model/effect'
import { quoteIdentifier } from '../model/name'
import type { CreateTrigger as Command } from '../sql/command'
import { writtenName } from '../sql/print'
import { changeTable, lock, partitionsBelow } from './common'
import { operationType } from './operation'
import type { Operation } from './operation'

interface CreateTrigger extends Operation {
  readonly kind: 'create-trigger'
  readonly command: Command
}

export const createTrigger = operationType<CreateTrigger>({
  kind: 'create-trigger',
  title: 'Create a trigger',
  recognise: (command) => (command.kind === 'create-trigger' ? { kind: 'create-trigger', relation: command.relation, span: command.span, command } : undefined),

  effects({ command }, catalog): readonly Effect[] {
    const table = catalog.resolve(command.relation)
    // Only row triggers are copied to partitions (CreateTriggerFiringOn in src/backend/commands/trigger.c).
    const below = command.forEachRow ? partitionsBelow(catalog, table) : []
    return [...[table, ...below].map((one) => lock(one, 'SHARE ROW EXCLUSIVE')), ...(command.from ? [lock(catalog.resolve(command.from), 'ACCESS SHARE')] : [])]
  },

  apply({ command }, catalog) {
    const table = catalog.resolve(command.relation)
    const below = command.forEachRow ? partitionsBelow(catalog, table) : []
    return [table, ...below].reduce((result, one) => changeTable(result, one, (before) => ({ ...before, triggers: [...before.triggers.filter(({ name }) => name !== command.name), { name: command.name, function: catalog.resolveFunction(command.function) }] })), catalog)
  },

  wayBack({ command }, catalog) {
    const table = catalog.table(catalog.resolve(command.relation))
    // What OR REPLACE replaced is not known.
    if (command.replace && (!table?.complete || table.triggers.some(({ name }) => name === command.name))) return undefined
    return `DROP TRIGGER ${quoteIdentifier(command.name)} ON ${writtenName(command.relation)};`
  },
})
