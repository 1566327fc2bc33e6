import type { Catalog } from '../catalog/catalog'
import { schemaOf } from '../catalog/catalog'
import { columnOf } from '../catalog/relation'
import type { LockMode } from '../model/lock'
import { relationName } from '../model/name'
import type { RelationName } from '../model/name'
import type { Command, ConstraintDefinition } from '../sql/command'

/** In a block that catches errors what is there already is made no more than by IF NOT EXISTS: the error comes behind the lock of the table, and before all else. */
export function asCaught(command: Command, catalog: Catalog): Command {
  switch (command.kind) {
    case 'create-table':
      // What it is made of is locked before.
      return command.partitionOf || command.inherits.length > 0 || command.like.length > 0 ? command : { ...command, ifNotExists: true }
    case 'create-index':
    case 'create-sequence':
      return { ...command, ifNotExists: true }
    case 'alter': {
      const { action, relation, span } = command
      const name = catalog.resolve(relation)
      const locked = (mode: LockMode, only: boolean): Command => ({ kind: 'lock-table', relations: [{ relation, only }], mode, nowait: false, span })
      if (action.action === 'add-column') return columnOf(catalog.table(name), action.column.name) ? locked('ACCESS EXCLUSIVE', true) : command
      if (action.action !== 'add-constraint' || !isThere(action.constraint, name, catalog)) return command
      // From 18 on those below are locked before anybody looks for the name.
      return locked(action.constraint.type === 'foreign-key' ? 'SHARE ROW EXCLUSIVE' : 'ACCESS EXCLUSIVE', command.only || catalog.surroundings.version < 18)
    }
    default:
      return command
  }
}

function isThere({ type, name }: ConstraintDefinition, table: RelationName, catalog: Catalog): boolean {
  if (name === undefined) return false
  // A key brings an index of its name with it.
  const isIndexed = type === 'unique' || type === 'primary-key' || type === 'exclude'
  return catalog.table(table)?.constraints.some((one) => one.name === name) === true || (isIndexed && catalog.relation(relationName(schemaOf(table), name)) !== undefined)
}
