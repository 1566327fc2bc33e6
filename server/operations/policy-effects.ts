import type { Catalog } from '../catalog/catalog'
import type { KnownText, Policy, Table } from '../catalog/relation'
import type { Effect } from '../model/effect'
import type { Fact } from '../model/estimate'
import { shortName } from '../model/name'
import type { RelationName } from '../model/name'
import { read } from '../sql/read'
import { changePolicies, lock } from './common'
import { queryEffects } from './query-effects'
import { callEffects } from './routine-call'

/** What a policy is for; of a row that is changed both as it was and as it is then. */
export type Guarded = 'select' | 'insert' | 'update' | 'delete'

/**
 * What the policies of row security read that hold for who asks: the session's role, and behind a view its owner (check_enable_rls in src/backend/utils/misc/rls.c).
 * Who runs the migration where it sets no role is taken for one for whom none holds: the owner of the tables, or a superuser.
 */
export function policyEffects(name: RelationName, uses: readonly Guarded[], catalog: Catalog, role: string = catalog.surroundings.role ?? '', behind: readonly RelationName[] = []): readonly Effect[] {
  if (catalog.surroundings.exemptRoles === undefined || behind.includes(name)) return []
  const relation = catalog.relation(name)
  if (relation?.kind === 'view') {
    const owner = relation.options?.['security_invoker'] === 'true' ? role : (relation.owner ?? '')
    return relation.reads.flatMap((one) => policyEffects(one, uses, catalog, owner, [...behind, name]))
  }
  const table = catalog.table(name)
  if (!table || !holds(table, role, catalog)) return []
  // What the policies of the table say of itself they do not say of their own conditions.
  const inside = changePolicies(catalog.speculative(), name, () => []).withSurroundings({ role })
  const asked = (table.policies ?? []).filter(({ to }) => to === undefined || to.includes(role))
  return asked.flatMap((policy) => uses.flatMap((use) => (policy.on === undefined || policy.on === use ? conditions(policy, use).flatMap((text) => (text ? conditionEffects(text, inside) : policy.names.map((one) => lock(one, 'ACCESS SHARE')))) : [])))
}

/** What is taken for granted of who asks, where that decides what is read: policies that read no more than their own table change no lock. */
export function policyFacts(name: RelationName, catalog: Catalog, role: string | undefined = catalog.surroundings.role ?? '', behind: readonly RelationName[] = []): readonly Fact[] {
  const { exemptRoles } = catalog.surroundings
  if (exemptRoles === undefined || role === undefined || behind.includes(name)) return []
  const relation = catalog.relation(name)
  if (relation?.kind === 'view') {
    const asks = relation.options?.['security_invoker'] === 'true' ? role : relation.owner
    return relation.reads.flatMap((one) => policyFacts(one, catalog, asks, [...behind, name]))
  }
  const table = catalog.table(name)
  const reading = table?.rowSecurity ? (table.policies ?? []).filter(({ names }) => names.length > 0) : []
  if (!table || reading.length === 0) return []
  if (role === '') return [{ fact: `whether row policies of \`${shortName(name)}\` hold for who runs this`, value: 'not known, taken as not, as for the owner and for superusers; with SET ROLE it is', from: 'assumed' }]
  if (!holds(table, role, catalog)) return []
  const others = new Set(reading.flatMap(({ to }) => (to === undefined || to.includes(role) ? [] : to)))
  return [...others].map((one): Fact => ({ fact: `whether \`${role}\` is a member of \`${one}\``, value: `not known, taken as not, so that policies of \`${shortName(name)}\` for it do not hold`, from: 'assumed' }))
}

const holds = ({ rowSecurity, forcedRowSecurity, owner }: Table, role: string, { surroundings: { exemptRoles = [] } }: Catalog): boolean =>
  rowSecurity === true && role !== '' && !exemptRoles.includes(role) && (owner !== role || forcedRowSecurity === true)

/** USING is asked of rows that are there, WITH CHECK of those that come. Undefined where nothing is known of one. */
function conditions({ using, check }: Policy, use: Guarded): readonly (KnownText | undefined)[] {
  switch (use) {
    case 'select':
    case 'delete':
      return [using]
    case 'insert':
      return [check ?? using]
    case 'update':
      return check ? [using, check] : [using]
  }
}

function conditionEffects({ sql, emptied }: KnownText, catalog: Catalog): readonly Effect[] {
  const [command] = read(`SELECT WHERE ${sql}`).commands
  if (command?.kind !== 'query') return []
  const { query } = command
  // Of what an emptied literal said nothing is known.
  return [...queryEffects(emptied ? { ...query, reads: query.reads.map(({ where: _, ...one }) => one) } : query, catalog), ...callEffects(query.functions, catalog)]
}
