import type { Effect } from '../model/effect'
import type { AlterRelation } from '../sql/command'
import { writtenName } from '../sql/print'
import { changeTable, lock } from './common'
import { operationType } from './operation'
import type { Operation } from './operation'

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
  ],

  apply({ alter, parent, begins }, catalog) {
    const name = catalog.resolve(parent)
    return changeTable(catalog, catalog.resolve(alter.relation), (before) => ({ ...before, inherits: [...before.inherits.filter((one) => one !== name), ...(begins ? [name] : [])] }))
  },

  wayBack: ({ alter, parent, begins }) => `ALTER TABLE ${writtenName(alter.relation)} ${begins ? 'NO INHERIT' : 'INHERIT'} ${writtenName(parent)};`,
})
