import type { Catalog } from '../catalog/catalog'
import type { Effect } from '../model/effect'
import type { RelationName } from '../model/name'
import type { CreateRule, OtherCommand } from '../sql/command'
import { analysedQuery } from './analysis-effects'
import { changeFiring, isSystem, lock } from './common'
import { operationType } from './operation'
import type { Operation } from './operation'

interface CreatePolicy extends Operation {
  readonly kind: 'create-policy'
  readonly command: OtherCommand | CreateRule
}

export const createPolicy = operationType<CreatePolicy>({
  kind: 'create-policy',
  title: 'Create or alter a policy, or create a rule',
  recognise: (command) => (command.kind === 'create-rule' || (command.kind === 'other' && statements.has(command.statement)) ? { kind: 'create-policy', span: command.span, command, ...(command.relation && { relation: command.relation }) } : undefined),

  // What its conditions read and its actions change is opened to be analysed (src/backend/commands/policy.c, src/backend/rewrite/rewriteDefine.c).
  effects: ({ command }, catalog): readonly Effect[] => [...(command.relation ? [lock(catalog.resolve(command.relation), 'ACCESS EXCLUSIVE')] : []), ...(command.query ? analysedQuery(command.query, catalog) : [])],

  apply({ command }, catalog) {
    if (command.kind !== 'create-rule' || command.event === 'select') return catalog
    const { name, event, sql } = command
    return changeFiring(catalog, catalog.resolve(command.relation), (before) => ({ ...before, rules: [...before.rules.filter((one) => one.name !== name), { name, enabled: true, on: event, names: named(command, catalog), definition: sql }] }))
  },
})

/** All but the relation itself, which NEW and OLD stand for. */
const named = ({ query, relation }: CreateRule, catalog: Catalog): readonly RelationName[] =>
  [...new Set([...query.reads, ...query.changes.flatMap((change) => [change.relation, ...change.query.reads])].filter((one) => !isSystem(one, catalog)).map((one) => catalog.resolve(one)))].filter((name) => name !== catalog.resolve(relation) && catalog.relation(name) !== undefined)

const statements = new Set(['CreatePolicyStmt', 'AlterPolicyStmt'])
