import type { Catalog } from '../catalog/catalog'
import { columnOf } from '../catalog/relation'
import type { Effect } from '../model/effect'
import { shortName } from '../model/name'
import type { RelationName } from '../model/name'
import { altered, alterationOf, changeColumn, changeTables, lockAll, sequencesOfColumn } from './alteration'
import type { Alteration } from './alteration'
import { automaticSequenceName } from './automatic-name'
import { refusedIdentity } from './column-refusal'
import { lock, madeLock, partitionsBelow } from './common'
import { operationType } from './operation'
import { refusal } from './refusal'

interface Identity extends Alteration<'add-identity' | 'set-identity' | 'drop-identity'> {
  readonly kind: 'identity'
}

export const identity = operationType<Identity>({
  kind: 'identity',
  title: 'Make a column an identity, change it, or make it none',
  recognise: (command) => alterationOf('identity', command, 'add-identity', 'set-identity', 'drop-identity'),

  effects(operation, catalog): readonly Effect[] {
    const name = altered(operation.command, catalog)
    if (!name) return []
    const { action } = operation
    const sequences = identitySequences(catalog, name, action.column)
    switch (action.action) {
      case 'add-identity':
        return [...lockAll([name, ...heirs(catalog, name)]), madeLock(automaticSequenceName(catalog, name, action.column, action.sequence))]
      case 'set-identity':
        return [...lockAll(action.always === undefined ? [name] : [name, ...heirs(catalog, name)]), ...sequences.map((one) => lock(one, 'SHARE ROW EXCLUSIVE'))]
      case 'drop-identity':
        return sequences.length === 0 ? lockAll([name]) : [...lockAll([name, ...heirs(catalog, name)]), ...lockAll(sequences)]
    }
  },

  fails({ command, action }, catalog) {
    const name = altered(command, catalog)
    if (!name) return []
    if (action.action === 'add-identity') return refusedIdentity(catalog, name, action.column)
    const column = columnOf(catalog.table(name), action.column)
    const isFree = !column || column.identity !== undefined || (action.action === 'drop-identity' && action.ifExists)
    return isFree ? [] : [refusal(`Ends in an error, after waiting for its lock: \`${action.column}\` of \`${shortName(name)}\` is no identity column.`)]
  },

  apply({ command, action }, catalog) {
    const name = altered(command, catalog)
    if (!name) return catalog
    const names = [name, ...heirs(catalog, name)]
    switch (action.action) {
      case 'add-identity': {
        if (columnOf(catalog.table(name), action.column)?.identity) return catalog
        const sequence = automaticSequenceName(catalog, name, action.column, action.sequence)
        const changed = changeTables(catalog, names, (table) => changeColumn(table, action.column, (column) => ({ ...column, identity: action.always ? 'always' : 'by default' })))
        return changed.with({ kind: 'sequence', name: sequence, origin: 'migration', ownedBy: { table: name, column: action.column } })
      }
      case 'set-identity':
        return action.always === undefined ? catalog : changeTables(catalog, names, (table) => changeColumn(table, action.column, (column) => ({ ...column, identity: action.always ? 'always' : 'by default' })))
      case 'drop-identity': {
        const sequences = identitySequences(catalog, name, action.column)
        const changed = changeTables(catalog, names, (table) =>
          changeColumn(table, action.column, (column) => {
            const { identity: _, ...rest } = column
            return rest
          }),
        )
        return sequences.reduce((result, sequence) => result.without(sequence), changed)
      }
    }
  },
})

/** A column that is none may have a sequence all the same, which gives it a default. */
function identitySequences(catalog: Catalog, name: RelationName, column: string): readonly RelationName[] {
  const known = columnOf(catalog.table(name), column)
  return known && known.identity === undefined ? [] : sequencesOfColumn(catalog, name, column)
}

/** Partitions share the identity of their parent from 17 on. */
const heirs = (catalog: Catalog, name: RelationName): readonly RelationName[] => (catalog.surroundings.version >= 17 ? partitionsBelow(catalog, name) : [])
