import type { Catalog } from '../catalog/catalog'
import type { Effect } from '../model/effect'
import { shortName } from '../model/name'
import type { RelationName } from '../model/name'
import type { Plan } from '../model/plan'
import type { AlterAction, AlterRelation } from '../sql/command'
import { changeColumn, changeTables, isNew, lockAll, rewritten, withIndexesMade } from './alteration'
import { attributeMissed, withAttributes } from './attributes'
import { descendants, holdsRows } from './common'
import { noWay } from './constraint-plans'
import { operationType } from './operation'
import type { Operation } from './operation'
import { refusal } from './refusal'
import { storedIn } from './stored-in'
import { columnType } from './types'

interface AlterCompositeType extends Operation {
  readonly kind: 'alter-composite-type'
  readonly command: AlterRelation
  readonly action: Extract<AlterAction, { action: 'add-column' | 'drop-column' | 'alter-type' | 'owner' }>
}

export const alterCompositeType = operationType<AlterCompositeType>({
  kind: 'alter-composite-type',
  title: 'Alter a composite type',
  recognise(command) {
    if (command.kind !== 'alter' || command.object !== 'type') return undefined
    const { action } = command
    if (action.action !== 'add-column' && action.action !== 'drop-column' && action.action !== 'alter-type' && action.action !== 'owner') return undefined
    return { kind: 'alter-composite-type', relation: command.relation, span: command.span, command, action }
  },

  effects({ command, action }, catalog): readonly Effect[] {
    const type = catalog.resolveType(command.relation)
    // An enum, a range or a domain is no relation, so nothing of it is locked.
    if (action.action === 'owner') return isRelation(type, catalog) ? lockAll([type]) : []
    const tables = command.cascade ? typedTables(type, catalog) : []
    return [...lockAll([type]), ...tables.flatMap((table) => (action.action === 'alter-type' ? rewritten(catalog, table, `to give \`${action.column}\` its new type`) : lockAll([table])))]
  },

  apply({ command, action }, catalog) {
    if (action.action === 'owner') return catalog
    const type = catalog.resolveType(command.relation)
    const changed = withAttributes(catalog, type, (attributes) => {
      switch (action.action) {
        case 'add-column':
          return action.column.type && !attributes.some(({ name }) => name === action.column.name) ? [...attributes, { name: action.column.name, type: columnType(action.column.type, catalog) }] : attributes
        case 'drop-column':
          return attributes.filter(({ name }) => name !== action.column)
        case 'alter-type':
          return attributes.map((one) => (one.name === action.column ? { ...one, type: columnType(action.type, catalog) } : one))
      }
    })
    if (!command.cascade) return changed
    const tables = typedTables(type, catalog)
    return changeTables(action.action === 'alter-type' ? withIndexesMade(changed, tables, 'changed') : changed, tables, (table) => {
      if (!table.columns) return table
      switch (action.action) {
        case 'add-column':
          return action.column.type ? { ...table, columns: [...table.columns, { name: action.column.name, type: columnType(action.column.type, catalog), notNull: false }] } : table
        case 'drop-column':
          return { ...table, columns: table.columns.filter(({ name }) => name !== action.column) }
        case 'alter-type':
          return changeColumn(table, action.column, (column) => ({ ...column, type: columnType(action.type, catalog) }))
      }
    })
  },

  breaks: ({ command, action }, catalog) => (action.action === 'drop-column' ? attributeMissed(catalog.resolveType(command.relation), action.column, command.cascade === true, catalog) : []),

  loses({ command, action }, catalog) {
    if (action.action !== 'drop-column') return []
    const type = catalog.resolveType(command.relation)
    return [...new Set([...catalog.using(type), ...(command.cascade ? typedTables(type, catalog) : [])])].flatMap((name) => {
      const table = catalog.table(name)
      if (!table || isNew(catalog, name) || !holdsRows(catalog, name)) return []
      return [{ sentence: `What \`${shortName(name)}\` has of \`${action.column}\` of \`${shortName(type)}\` is gone.`, relation: name, ...(table.size && { rows: table.size.rows }) }]
    })
  },

  plan(operation, catalog): Plan | undefined {
    return alterCompositeType.breaks!(operation, catalog).length === 0 ? undefined : noWay('Let no code name it first, and drop it in a later release')
  },

  fails({ command, action }, catalog) {
    const type = catalog.resolveType(command.relation)
    const [typed] = typedTables(type, catalog)
    if (action.action !== 'owner' && typed !== undefined && !command.cascade) return [refusal(`Ends in an error: \`${shortName(typed)}\` is a table of this type, and follows it only with CASCADE.`)]
    // A composite value is stored as its attributes are.
    const user = action.action === 'alter-type' ? storedIn(type, catalog) : undefined
    return user === undefined ? [] : [refusal(`Ends in an error: a column of \`${shortName(user)}\` is of this type, or has it inside, so no attribute can get another one.`)]
  },
})

const typedTables = (type: RelationName, catalog: Catalog): readonly RelationName[] => catalog.typed(type).flatMap((table) => [table, ...descendants(catalog, table)])

/** What is not known to be something else may be one. */
const isRelation = (type: RelationName, catalog: Catalog): boolean => {
  const known = catalog.type(type)
  return known ? known.kind === 'composite' : !catalog.surroundings.complete
}
