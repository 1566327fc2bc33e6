import type { Relation } from '../catalog/relation'
import type { Effect } from '../model/effect'
import { lookup } from '../model/lookup'
import type { Comment as Command } from '../sql/command'
import { changeColumnOf } from './alteration'
import { changeIndex, changeNamed, changeTable, indexLock, lock } from './common'
import { operationType } from './operation'
import type { Operation } from './operation'
import { refusedKind } from './refusal'

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

  fails({ command }, catalog) {
    const kinds = command.relation && kindsOf(command.object)
    return kinds ? refusedKind(catalog, catalog.resolve(command.relation!), kinds, `the statement is about a ${command.object.replace('matview', 'materialized view').replace('_', ' ')}`) : []
  },

  apply({ command }, catalog) {
    if (!command.relation || command.label) return catalog
    const name = catalog.resolve(command.relation)
    const said = <One extends { readonly commented?: boolean }>(one: One): One => ({ ...one, commented: !command.empty })
    const relation = catalog.relation(name)
    switch (command.object) {
      case 'column':
        return changeColumnOf(catalog, [name], command.part!, said)
      case 'tabconstraint':
        return changeTable(catalog, name, (table) => ({ ...table, constraints: changeNamed(table.constraints, command.part!, said) }))
      case 'trigger':
        return changeTable(catalog, name, (table) => ({ ...table, triggers: changeNamed(table.triggers, command.part!, said) }))
      case 'index':
        return changeIndex(catalog, name, said)
      case 'view':
      case 'sequence':
        return relation?.kind === 'view' || relation?.kind === 'sequence' ? catalog.with(said(relation)) : catalog
      default:
        return catalog
    }
  },
})

const parts = new Set(['tabconstraint', 'trigger', 'rule', 'policy'])

const isOf = lookup<readonly Exclude<Relation['kind'], 'index'>[]>({
  table: ['table', 'partitioned table'],
  view: ['view'],
  matview: ['materialized view'],
  foreign_table: ['foreign table'],
  sequence: ['sequence'],
})

/** What the statement calls it; undefined where that may be of several kinds. */
const kindsOf = (object: string): readonly Exclude<Relation['kind'], 'index'>[] | undefined => isOf[object]
