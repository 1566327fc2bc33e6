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

/** What the policies of row security read that hold for who asks. */
export const policyEffects = (name: RelationName, uses: readonly Guarded[], catalog: Catalog): readonly Effect[] =>
  guards(name, catalog).flatMap(({ table, role }) => {
    if (!holds(table, role, catalog)) return []
    // What the policies of the table say of itself they do not say of their own conditions.
    const inside = changePolicies(catalog.speculative(), table.name, () => []).withSurroundings({ role })
    return uses.flatMap((use) => asked(table, role, use, catalog).flatMap((policy) => conditions(policy, use).flatMap((text) => (text ? conditionEffects(text, inside) : policy.names.map((one) => lock(one, 'ACCESS SHARE'))))))
  })

/** The role that no policy of the table lets do one of these, not even with rows that it may see. */
export const deniedRole = (name: RelationName, to: RelationName, uses: readonly Guarded[], catalog: Catalog): string | undefined =>
  guards(name, catalog).find(({ table, role }) => table.name === to && holds(table, role, catalog) && knowsFor(table, role, catalog) && uses.some((use) => asked(table, role, use, catalog).length === 0))?.role

/** The policies of the table hold for who asks, whatever they say. */
export const isGuarded = (name: RelationName, catalog: Catalog): boolean => guards(name, catalog).some(({ table, role }) => holds(table, role, catalog))

/** What is taken for granted of who asks, where that decides what is read: policies that read no more than their own table change no lock. */
export const policyFacts = (name: RelationName, catalog: Catalog): readonly Fact[] =>
  guards(name, catalog).flatMap(({ table, role }) => {
    const reading = table.rowSecurity ? (table.policies ?? []).filter(({ names }) => names.length > 0) : []
    if (reading.length === 0) return []
    if (role === '') return [{ fact: `whether row policies of \`${shortName(table.name)}\` hold for who runs this`, value: 'not known, taken as not, as for the owner and for superusers; with SET ROLE it is', from: 'assumed' }]
    if (!holds(table, role, catalog) || catalog.surroundings.members) return []
    const others = new Set(reading.flatMap(({ to }) => (to === undefined || to.includes(role) ? [] : to)))
    return [...others].map((one): Fact => ({ fact: `whether \`${role}\` is a member of \`${one}\``, value: `not known, taken as not, so that policies of \`${shortName(table.name)}\` for it do not hold`, from: 'assumed' }))
  })

/** A table, and who asks it: the session's role, and behind a view its owner (check_enable_rls in src/backend/utils/misc/rls.c). */
interface Guard {
  readonly table: Table
  /** Who runs the migration where it sets no role (''), is taken for one for whom no policy holds: the owner of the tables, or a superuser. */
  readonly role: string
}

function guards(name: RelationName, catalog: Catalog, role: string | undefined = catalog.surroundings.role ?? '', behind: readonly RelationName[] = []): readonly Guard[] {
  if (catalog.surroundings.exemptRoles === undefined || behind.includes(name)) return []
  const relation = catalog.relation(name)
  if (relation?.kind !== 'view') {
    const table = catalog.table(name)
    return table && role !== undefined ? [{ table, role }] : []
  }
  const asks = relation.options?.['security_invoker'] === 'true' ? role : relation.owner
  // Undefined stands for an owner that nobody knows, and is no argument left out.
  return asks === undefined ? [] : relation.reads.flatMap((one) => guards(one, catalog, asks, [...behind, name]))
}

const holds = ({ rowSecurity, forcedRowSecurity, owner }: Table, role: string, catalog: Catalog): boolean =>
  rowSecurity === true && role !== '' && !catalog.surroundings.exemptRoles!.includes(role) && (owner === undefined || !hasPrivilegesOf(role, owner, catalog) || forcedRowSecurity === true)

/** Policies that are asked for a use. Where none lets anything through, none that takes away is asked either (add_security_quals in src/backend/rewrite/rowsecurity.c). */
function asked({ policies = [] }: Table, role: string, use: Guarded, catalog: Catalog): readonly Policy[] {
  const fitting = policies.filter(({ on, to }) => (on === undefined || on === use) && (to === undefined || to.some((one) => hasPrivilegesOf(role, one, catalog))))
  return fitting.some(({ restrictive }) => !restrictive) ? fitting : []
}

/** It cannot be that a policy holds for the role for a membership that is not known. */
const knowsFor = ({ policies = [] }: Table, role: string, { surroundings: { members } }: Catalog): boolean => members !== undefined || policies.every(({ to }) => to === undefined || to.includes(role))

/** Its own, and those of the roles that it is a member of, however far away. */
function hasPrivilegesOf(role: string, other: string, { surroundings: { members } }: Catalog): boolean {
  const found = new Set([other])
  for (const one of found) for (const member of members?.[one] ?? []) found.add(member)
  return found.has(role)
}

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
