import { columnOf } from '../catalog/relation'
import type { Column, Constraint, Table } from '../catalog/relation'
import type { Effect } from '../model/effect'
import type { AlterRelation } from '../sql/command'
import { writtenName } from '../sql/print'
import { changeTable, descendants, lock } from './common'
import { operationType } from './operation'
import type { Operation } from './operation'
import { refusedBelow, refusedTree } from './tree-refusal'

interface Inherit extends Operation {
  readonly kind: 'inherit'
  readonly alter: AlterRelation
  readonly parent: AlterRelation['relation']
  readonly begins: boolean
}

export const inherit = operationType<Inherit>({
  kind: 'inherit',
  title: 'Begin or end inheritance',
  recognise: (command) =>
    command.kind === 'alter' && (command.action.action === 'inherit' || command.action.action === 'no-inherit')
      ? { kind: 'inherit', relation: command.relation, span: command.span, alter: command, parent: command.action.parent, begins: command.action.action === 'inherit' }
      : undefined,

  effects: ({ alter, parent, begins }, catalog): readonly Effect[] => [
    lock(catalog.resolve(alter.relation), 'ACCESS EXCLUSIVE'),
    lock(catalog.resolve(parent), begins ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS SHARE'),
    // Those below the child are looked through for the parent, which must not be among them (ATExecAddInherit in src/backend/commands/tablecmds.c).
    ...(begins ? descendants(catalog, catalog.resolve(alter.relation)).map((one) => lock(one, 'ACCESS SHARE')) : []),
  ],

  apply({ alter, parent, begins }, catalog) {
    const name = catalog.resolve(parent)
    const above = catalog.table(name)
    return changeTable(catalog, catalog.resolve(alter.relation), (before) => {
      const others = before.inherits.filter((one) => one !== name).flatMap((one) => catalog.table(one) ?? [])
      // What it has in common with no other parent it had by itself, and so it does again.
      const said = <One extends { readonly local?: boolean }>({ local, ...one }: One, isIn: (table: Table) => boolean): Omit<One, 'local'> & { local?: boolean } =>
        (others.some(isIn) ? local : begins && above && isIn(above)) ? { ...one, local: true } : one
      return {
        ...before,
        inherits: [...before.inherits.filter((one) => one !== name), ...(begins ? [name] : [])],
        ...(before.columns && { columns: before.columns.map((column) => said(column, (table) => columnOf(table, column.name) !== undefined) as Column) }),
        constraints: before.constraints.map((constraint) => said(constraint, (table) => isInherited(constraint) && table.constraints.some((one) => one.name === constraint.name)) as Constraint),
      }
    })
  },

  fails: ({ alter, parent, begins }, catalog) => (begins ? [...refusedTree(catalog, catalog.resolve(parent), catalog.resolve(alter.relation)), ...refusedBelow(catalog, catalog.resolve(parent), catalog.resolve(alter.relation))].slice(0, 1) : []),

  wayBack: ({ alter, parent, begins }) => `ALTER TABLE ${writtenName(alter.relation)} ${begins ? 'NO INHERIT' : 'INHERIT'} ${writtenName(parent)};`,
})

const isInherited = ({ type }: Constraint): boolean => type === 'check' || type === 'not-null'
