import type { Effect } from '../model/effect'
import type { Comment as Command } from '../sql/command'
import { changeTable, indexLock, lock } from './common'
import { operationType } from './operation'
import type { Operation } from './operation'

interface Comment extends Operation {
  readonly kind: 'comment'
  readonly command: Command
}

export const comment = operationType<Comment>({
  kind: 'comment',
  title: 'Comment on an object',
  recognise: (command) => (command.kind === 'comment' ? { kind: 'comment', span: command.span, command, ...(command.relation && { relation: command.relation }) } : undefined),

  effects({ command }, catalog): readonly Effect[] {
    if (!command.relation) return []
    const name = catalog.resolve(command.relation)
    // What hangs on a relation locks that only to find its own part (get_object_address in src/backend/catalog/objectaddress.c).
    if (parts.has(command.object)) return [lock(name, 'ACCESS SHARE')]
    const index = command.object === 'index' ? catalog.index(name) : undefined
    return [index ? indexLock(name, index.table.name, 'SHARE UPDATE EXCLUSIVE') : lock(name, 'SHARE UPDATE EXCLUSIVE')]
  },

  apply({ command }, catalog) {
    if (!command.relation || command.label) return catalog
    const name = catalog.resolve(command.relation)
    const said = <One extends { readonly commented?: boolean }>(one: One): One => ({ ...one, commented: !command.empty })
    const relation = catalog.relation(name)
    switch (command.object) {
      case 'column':
        return relation && 'columns' in relation && relation.columns ? catalog.with({ ...relation, columns: relation.columns.map((column) => (column.name === command.part ? said(column) : column)) }) : catalog
      case 'tabconstraint':
        return changeTable(catalog, name, (table) => ({ ...table, constraints: table.constraints.map((constraint) => (constraint.name === command.part ? said(constraint) : constraint)) }))
      case 'index': {
        const found = catalog.index(name)
        return found ? changeTable(catalog, found.table.name, (table) => ({ ...table, indexes: table.indexes.map((index) => (index.name === name ? said(index) : index)) })) : catalog
      }
      case 'view':
      case 'sequence':
        return relation?.kind === 'view' || relation?.kind === 'sequence' ? catalog.with(said(relation)) : catalog
      default:
        return catalog
    }
  },
})

const parts = new Set(['tabconstraint', 'trigger', 'rule', 'policy'])
