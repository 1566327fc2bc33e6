import type { Table } from '../catalog/relation'
import type { Effect } from '../model/effect'
import { shortName } from '../model/name'
import type { DropTrigger as Command } from '../sql/command'
import { changeFiring, lock, partitionsBelow } from './common'
import { operationType } from './operation'
import type { Operation } from './operation'
import { refusal } from './refusal'

interface DropTrigger extends Operation {
  readonly kind: 'drop-trigger'
  readonly command: Command
}

export const dropTrigger = operationType<DropTrigger>({
  kind: 'drop-trigger',
  title: 'Drop a trigger',
  recognise: (command) => (command.kind === 'drop-trigger' ? { kind: 'drop-trigger', relation: command.relation, span: command.span, command } : undefined),

  effects({ command }, catalog): readonly Effect[] {
    const name = catalog.resolve(command.relation)
    const table = catalog.table(name)
    // Where there is no such trigger, IF EXISTS gives back the lock at once (RemoveObjects in src/backend/commands/dropcmds.c).
    if (command.ifExists && ((table?.complete && !hasTrigger(table, command.name)) || (catalog.surroundings.complete && !catalog.relation(name)))) return []
    const below = partitionsBelow(catalog, name).filter((one) => hasTrigger(catalog.table(one), command.name))
    // What depends on it is locked first (findDependentObjects in src/backend/catalog/dependency.c).
    return [...below, name].map((one) => ({ ...lock(one, 'ACCESS EXCLUSIVE'), ...(one === name && below.length > 0 && { behind: below }) }))
  },

  fails({ command }, catalog) {
    const name = catalog.resolve(command.relation)
    const parent = catalog.table(name)?.partitionOf?.parent
    const isOfWhole = (table: Table | undefined): boolean => table?.triggers.some((one) => one.name === command.name && one.forEach === 'row') ?? false
    return parent !== undefined && isOfWhole(catalog.table(name)) && isOfWhole(catalog.table(parent)) ? [refusal(`Ends in an error: \`${command.name}\` comes to \`${shortName(name)}\` from \`${shortName(parent)}\`, and is dropped there.`)] : []
  },

  apply({ command }, catalog) {
    const table = catalog.resolve(command.relation)
    return [table, ...partitionsBelow(catalog, table)].reduce(
      (result, one) => changeFiring(result, one, (before) => ({ ...before, triggers: before.triggers.filter(({ name }) => name !== command.name) })),
      catalog,
    )
  },
})

const hasTrigger = (table: Table | undefined, trigger: string): boolean => table?.triggers.some(({ name }) => name === trigger) ?? false
