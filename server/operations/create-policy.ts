import type { Effect } from '../model/effect'
import type { OtherCommand } from '../sql/command'
import { analysedQuery } from './analysis-effects'
import { lock } from './common'
import { operationType } from './operation'
import type { Operation } from './operation'

interface CreatePolicy extends Operation {
  readonly kind: 'create-policy'
  readonly command: OtherCommand
}

export const createPolicy = operationType<CreatePolicy>({
  kind: 'create-policy',
  title: 'Create or alter a policy, or create a rule',
  recognise: (command) => (command.kind === 'other' && statements.has(command.statement) ? { kind: 'create-policy', span: command.span, command, ...(command.relation && { relation: command.relation }) } : undefined),

  // What its conditions read and its actions change is opened to be analysed (src/backend/commands/policy.c, src/backend/rewrite/rewriteDefine.c).
  effects: ({ command }, catalog): readonly Effect[] => [...(command.relation ? [lock(catalog.resolve(command.relation), 'ACCESS EXCLUSIVE')] : []), ...(command.query ? analysedQuery(command.query, catalog) : [])],
  apply: (_, catalog) => catalog,
})

const statements = new Set(['CreatePolicyStmt', 'AlterPolicyStmt', 'RuleStmt'])
