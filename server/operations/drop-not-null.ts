import type { Catalog } from '../catalog/catalog'
import { columnOf } from '../catalog/relation'
import type { RelationName } from '../model/name'
import { quoteIdentifier } from '../model/name'
import type { AlterRelation } from '../sql/command'
import { altered, alterationOf, changeColumn, changeTables, family, lockAll } from './alteration'
import type { Alteration } from './alteration'
import { operationType } from './operation'

interface DropNotNull extends Alteration<'drop-not-null'> {
  readonly kind: 'drop-not-null'
}

export const dropNotNull = operationType<DropNotNull>({
  kind: 'drop-not-null',
  title: 'Drop NOT NULL',
  recognise: (command) => alterationOf('drop-not-null', command, 'drop-not-null'),

  effects({ command, action }, catalog) {
    const name = altered(command, catalog)
    return name ? lockAll(locked(catalog, name, command, action.column)) : []
  },

  apply({ command, action }, catalog) {
    const name = altered(command, catalog)
    if (!name) return catalog
    const changed = command.only ? [name] : locked(catalog, name, command, action.column)
    return changeTables(catalog, changed, (table) => ({
      ...changeColumn(table, action.column, (column) => ({ ...column, notNull: false })),
      constraints: table.constraints.filter((one) => one.type !== 'not-null' || one.columns[0] !== action.column),
    }))
  },

  wayBack({ command, action }, catalog) {
    const name = altered(command, catalog)
    return name && columnOf(catalog.table(name), action.column)?.notNull ? `ALTER TABLE ${name} ALTER COLUMN ${quoteIdentifier(action.column)} SET NOT NULL;` : undefined
  },
})

/** From 18 on the not-null constraint is dropped as a constraint: where there is none nobody else is touched, and where ONLY one is dropped its heirs are told (ATExecDropNotNull and dropconstraint_internal in src/backend/commands/tablecmds.c). */
function locked(catalog: Catalog, name: RelationName, command: AlterRelation, column: string): readonly RelationName[] {
  if (catalog.surroundings.version < 18) return family(catalog, name, command.only)
  if (columnOf(catalog.table(name), column)?.notNull === false) return [name]
  return command.only ? [name, ...catalog.partitions(name), ...catalog.children(name)] : family(catalog, name, false)
}
