import { columnOf } from '../catalog/relation'
import type { Effect } from '../model/effect'
import { altered, alterationOf, changeColumnOf, family, lockAll } from './alteration'
import type { Alteration } from './alteration'
import { lock } from './common'
import { operationType } from './operation'
import { refusal } from './refusal'
import { changedOptions } from './storage-options'
import { domainPromises, typeText } from './types'

interface ColumnSettings extends Alteration<'set-statistics' | 'set-storage' | 'set-compression' | 'set-column-options' | 'reset-column-options'> {
  readonly kind: 'column-settings'
}

export const columnSettings = operationType<ColumnSettings>({
  kind: 'column-settings',
  title: "Change a column's storage or statistics settings",
  recognise: (command) => alterationOf('column-settings', command, 'set-statistics', 'set-storage', 'set-compression', 'set-column-options', 'reset-column-options'),

  effects({ command, action }, catalog): readonly Effect[] {
    const name = altered(command, catalog)
    if (!name) return []
    // Which of them reach the heirs is the recursion in ATPrepCmd, and how strongly they lock is AlterTableGetLockLevel (src/backend/commands/tablecmds.c).
    switch (action.action) {
      case 'set-statistics':
        return family(catalog, name, command.only).map((one) => ({ ...lock(one, 'SHARE UPDATE EXCLUSIVE'), asStrongAs: name }))
      case 'set-storage':
        return lockAll(family(catalog, name, command.only))
      case 'set-compression':
        return lockAll([name])
      case 'set-column-options':
      case 'reset-column-options':
        return [lock(name, 'SHARE UPDATE EXCLUSIVE')]
    }
  },

  fails({ command, action }, catalog) {
    const name = altered(command, catalog)
    if (name && catalog.table(name)?.columns && /^\d+$/.test(action.column)) return [refusal('Ends in an error: columns go by numbers in indexes alone.')]
    const column = name && columnOf(catalog.table(name), action.column)
    if (!column || action.action !== 'set-storage' || /^(plain|default)$/i.test(action.value) || column.type.dimensions > 0 || !alwaysPlain.has(domainPromises(column.type, catalog).base.name)) return []
    return [refusal(`Ends in an error, after waiting for its lock: \`${action.column}\` is ${typeText(column.type)}, which is only ever stored PLAIN.`)]
  },

  apply({ command, action }, catalog) {
    const name = altered(command, catalog)
    if (!name) return catalog
    switch (action.action) {
      case 'set-statistics':
        return changeColumnOf(catalog, family(catalog, name, command.only), action.column, ({ statisticsTarget: _, ...column }) => ({ ...column, ...(isTarget(action.value) && { statisticsTarget: Number(action.value) }) }))
      case 'set-column-options':
      case 'reset-column-options':
        return changeColumnOf(catalog, [name], action.column, ({ options, ...column }) => ({ ...column, ...changedOptions(options, action) }))
      // A type change begins anew with those of the type.
      case 'set-storage':
      case 'set-compression':
        return catalog
    }
  },
})

/** `DEFAULT`, and -1 before 17, is that of the database. */
const isTarget = (value: string): boolean => Number(value) >= 0

/** Types of one size, which nobody stores elsewhere. */
const alwaysPlain = new Set(['int2', 'int4', 'int8', 'float4', 'float8', 'bool', 'date', 'time', 'timetz', 'timestamp', 'timestamptz', 'interval', 'uuid', 'money', 'oid', 'macaddr', 'macaddr8', 'point', 'line', 'lseg', 'box', 'circle', 'char', 'name'])
