import type { Catalog } from '../catalog/catalog'
import type { KnownText, Policy, Table } from '../catalog/relation'
import type { Effect } from '../model/effect'
import type { Failure } from '../model/assessed'
import { shortName } from '../model/name'
import type { RelationName } from '../model/name'
import type { CreateRule, PolicyCommand } from '../sql/command'
import { isUntold } from '../sql/partly-told'
import { ruleColumns } from '../sql/rule-columns'
import { analysedQuery } from './analysis-effects'
import { withoutUsesBy } from './column-uses'
import { changePolicies, changeTable, isSystem, lock, withFiring } from './common'
import { operationType } from './operation'
import type { Operation } from './operation'
import { refusal, refusedKind, unlessMade } from './refusal'

interface CreatePolicy extends Operation {
  readonly kind: 'create-policy'
  readonly command: PolicyCommand | CreateRule
}

export const createPolicy = operationType<CreatePolicy>({
  kind: 'create-policy',
  title: 'Create or alter a policy, or create a rule',
  recognise: (command) => (command.kind === 'create-rule' || command.kind === 'policy' ? { kind: 'create-policy', span: command.span, command, relation: command.relation } : undefined),

  // What its conditions read and its actions change is opened to be analysed (src/backend/commands/policy.c, src/backend/rewrite/rewriteDefine.c).
  effects: ({ command }, catalog): readonly Effect[] => [lock(catalog.resolve(command.relation), 'ACCESS EXCLUSIVE'), ...analysedQuery(command.query, catalog)],

  fails({ command }, catalog) {
    const name = catalog.resolve(command.relation)
    if (command.kind === 'create-rule') return refusedRule(command, name, catalog)
    const misplaced = refusedKind(catalog, name, ['table', 'partitioned table'], 'only tables have policies')
    const table = catalog.table(name)
    if (misplaced.length > 0 || !table || catalog.surroundings.exemptRoles === undefined) return misplaced
    const isThere = table.policies?.some((one) => one.name === command.name) ?? false
    const what = `\`${shortName(name)}\` has ${isThere ? 'a' : 'no'} policy \`${command.name}\`${isThere ? ' already' : ''}`
    return isThere === (command.change === 'create') ? unlessMade(table, what) : []
  },

  apply({ command }, catalog) {
    const relation = catalog.resolve(command.relation)
    if (command.kind === 'policy') return changePolicies(withConditionsAnew(command, relation, catalog), relation, (policies) => withPolicy(policies, command, catalog))
    if (command.event === 'select') return withQuery(command, relation, catalog)
    const { name, event, sql } = command
    return withFiring(catalog, relation, 'rules', { name, enabled: true, on: event, names: named(command, catalog), columns: columnsOf(sql, catalog.table(relation)), definition: sql })
  },
})

/** ON SELECT is for the query of a view, which goes by the name "_RETURN"; up to 15 it makes a view of a table that has never had rows (DefineQueryRewrite in src/backend/rewrite/rewriteDefine.c). */
function refusedRule({ name: rule, event, replace }: CreateRule, name: RelationName, catalog: Catalog): readonly Omit<Failure, 'span'>[] {
  const relation = catalog.relation(name)
  if (event === 'select') {
    if (relation?.kind === 'view') return replace ? [] : [refusal(`Ends in an error: \`${shortName(name)}\` is a view, and has its query already.`)]
    return catalog.surroundings.version >= 16 ? refusedKind(catalog, name, ['view'], 'only views have rules ON SELECT') : []
  }
  const misplaced = refusedKind(catalog, name, ['table', 'partitioned table', 'view'], 'only tables and views have rules')
  if (misplaced.length > 0 || replace || !relation || !('rules' in relation)) return misplaced
  return relation.rules.some((one) => one.name === rule) ? unlessMade(relation, `\`${shortName(name)}\` has a rule \`${rule}\` already`) : []
}

/** A view whose query is another; what makes it again is not known. */
function withQuery(command: CreateRule, name: RelationName, catalog: Catalog): Catalog {
  const view = catalog.relation(name)
  if (view?.kind !== 'view') return catalog
  const { definition: _, query: __, readsColumns: ___, groupsBy: ____, ...kept } = view
  return catalog.with({ ...kept, reads: named(command, catalog) })
}

const columnsOf = (rule: string, table: Table | undefined): readonly string[] => {
  const named = ruleColumns(rule)
  return named.includes('*') ? (table?.columns ?? []).map(({ name }) => name) : named
}

/** What both conditions of a policy named they name no more when both are others. */
function withConditionsAnew({ change, name, using, check }: PolicyCommand, relation: RelationName, catalog: Catalog): Catalog {
  const policy = catalog.table(relation)?.policies?.find((one) => one.name === name)
  if (change !== 'alter' || !policy || (policy.using && using === undefined) || (policy.check && check === undefined)) return catalog
  return changeTable(catalog, relation, (table) => (table.columnUses ? { ...table, columnUses: withoutUsesBy(table.columnUses, 'policy', [name]) } : table))
}

/** One that is told only when it runs is another than any. */
const conditionText = (sql: string): KnownText => (isUntold(sql) ? { sql: "''", emptied: true } : { sql })

function withPolicy(policies: readonly Policy[], command: PolicyCommand, catalog: Catalog): readonly Policy[] {
  const { name, on, to, restrictive, using, check } = command
  const texts = { ...(using !== undefined && { using: conditionText(using) }), ...(check !== undefined && { check: conditionText(check) }) }
  const roles = to && to.length > 0 ? { to } : {}
  if (command.change === 'create') return [...policies.filter((one) => one.name !== name), { name, names: named(command, catalog), ...(on && { on }), ...roles, ...(restrictive && { restrictive }), ...texts }]
  return policies.map((one) => {
    if (one.name !== name) return one
    const { to: before, ...rest } = one
    // What it has read so far is not told apart by its conditions.
    return { ...rest, names: [...new Set([...(using !== undefined && (check !== undefined || one.check === undefined) ? [] : one.names), ...named(command, catalog)])], ...(to === undefined ? before && { to: before } : roles), ...texts }
  })
}

/** All but the relation itself, which NEW and OLD stand for. */
const named = ({ query, relation }: Pick<CreatePolicy['command'], 'query' | 'relation'>, catalog: Catalog): readonly RelationName[] =>
  [...new Set([...query.reads, ...query.changes.flatMap((change) => [change.relation, ...change.query.reads])].filter((one) => !isSystem(one, catalog)).map((one) => catalog.resolve(one)))].filter((name) => name !== catalog.resolve(relation) && catalog.relation(name) !== undefined)
