import { columnOf } from '../catalog/relation'
import { quoteIdentifier } from '../model/name'
import { altered, alterationOf, changeColumnOf, family, lockAll } from './alteration'
import type { Alteration } from './alteration'
import { refusedDefault } from './column-refusal'
import { operationType } from './operation'
import { keptDefault } from './types'

interface SetDefault extends Alteration<'set-default'> {
  readonly kind: 'set-default'
}

export const setDefault = operationType<SetDefault>({
  kind: 'set-default',
  title: 'Set a default',
  recognise: (command) => alterationOf('set-default', command, 'set-default'),

  effects({ command }, catalog) {
    const name = altered(command, catalog)
    return name ? lockAll(family(catalog, name, command.only)) : []
  },

  apply({ command, action }, catalog) {
    const name = altered(command, catalog)
    if (!name) return catalog
    return changeColumnOf(catalog, family(catalog, name, command.only), action.column, ({ default: _, ...column }) => {
      const kept = keptDefault(action.default.sql, column.type, catalog)
      return kept === undefined ? column : { ...column, default: kept }
    })
  },

  fails({ command, action }, catalog) {
    const name = altered(command, catalog)
    return name ? refusedDefault(catalog, name, action.column) : []
  },

  wayBack({ command, action }, catalog) {
    const name = altered(command, catalog)
    const column = name && columnOf(catalog.table(name), action.column)
    if (!column) return undefined
    const alter = `ALTER TABLE ${name} ALTER COLUMN ${quoteIdentifier(action.column)}`
    return column.default === undefined ? `${alter} DROP DEFAULT;` : `${alter} SET DEFAULT ${column.default};`
  },
})
