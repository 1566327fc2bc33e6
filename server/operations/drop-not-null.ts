import type { Catalog } from '../catalog/catalog'
import { columnOf } from '../catalog/relation'
import type { RelationName } from '../model/name'
import { quoteIdentifier } from '../model/name'
import type { AlterRelation } from '../sql/command'
import { altered, alterationOf, changeColumn, changeTables, family, lockAll } from './alteration'
import type { Alteration } from './alteration'
import { refusedNullable } from './column-refusal'
import { heirs } from './drop-constraint'
import { operationType } from './operation'
import { refusedAlone } from './tree-refusal'

interface DropNotNull extends Alteration<'drop-not-null'> {
  readonly kind: 'drop-not-null'
}

export const dropNotNull = operationType<DropNotNull>({
  kind: 'drop-not-null',
  title: 'Drop NOT NULL',
  recognise: (command) => alterationOf('drop-not-null', command, 'drop-not-null'),

  effects({ command, action }, catalog) {
    const name = altered(command, catalog)
    return name ? lockAll(members(catalog, name, command, action.column).locked) : []
  },

  apply({ command, action }, catalog) {
    const name = altered(command, catalog)
    if (!name) return catalog
    return changeTables(catalog, members(catalog, name, command, action.column).losing, (table) => ({
      ...changeColumn(table, action.column, (column) => ({ ...column, notNull: false })),
      constraints: table.constraints.filter((one) => one.type !== 'not-null' || one.columns[0] !== action.column),
    }))
  },

  fails({ command, action }, catalog) {
    const name = altered(command, catalog)
    if (!name) return []
    const isAlone = catalog.surroundings.version < 18 && command.only && catalog.partitions(name).length > 0 && columnOf(catalog.table(name), action.column)?.notNull === true
    return isAlone ? refusedAlone(catalog, name, true, 'up to PostgreSQL 17 a column may be NULL') : refusedNullable(catalog, name, action.column)
  },

  wayBack({ command, action }, catalog) {
    const name = altered(command, catalog)
    return name && columnOf(catalog.table(name), action.column)?.notNull ? `ALTER TABLE ${name} ALTER COLUMN ${quoteIdentifier(action.column)} SET NOT NULL;` : undefined
  },
})

/** From 18 on the not-null constraint is dropped as a constraint: where there is none nobody else is touched, and heirs that keep theirs are told so (ATExecDropNotNull and dropconstraint_internal in src/backend/commands/tablecmds.c). */
function members(catalog: Catalog, name: RelationName, command: AlterRelation, column: string): { readonly locked: readonly RelationName[]; readonly losing: readonly RelationName[] } {
  if (catalog.surroundings.version < 18) {
    const all = family(catalog, name, command.only)
    return { locked: all, losing: all }
  }
  if (columnOf(catalog.table(name), column)?.notNull === false) return { locked: [name], losing: [name] }
  const { locked, losing } = heirs(catalog, name, (one) => one.type === 'not-null' && one.columns[0] === column, command.only)
  return { locked: [name, ...locked], losing: [name, ...losing] }
}
