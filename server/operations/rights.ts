// Who owns a relation, and what roles may do with it.
import type { Catalog } from '../catalog/catalog'
import { isTable } from '../catalog/relation'
import type { Column, Relation } from '../catalog/relation'
import type { RelationName } from '../model/name'
import type { GrantSnapshot } from '../model/snapshot'

type Owned = Exclude<Relation, { kind: 'index' }>

interface Granted {
  readonly grants?: readonly GrantSnapshot[]
}

/** The relation is the role's own, or one that it has rights on, or of which a policy is for it. */
export function names(relation: Relation, role: string): relation is Owned {
  if (relation.kind === 'index') return false
  return ('owner' in relation && relation.owner === role) || isGrantedTo(relation, role) || ('policies' in relation && relation.policies?.some(({ to }) => to?.includes(role)) === true)
}

const isGrantedTo = (relation: Owned, role: string): boolean => [relation, ...columnsOf(relation)].some(({ grants }: Granted) => grants?.some(({ to }) => to === role) === true)

const columnsOf = (relation: Owned): readonly Column[] => ('columns' in relation ? (relation.columns ?? []) : [])

/** With what is granted changed, on the whole and by column. */
export function withGrants<One extends Owned>(relation: One, change: (grants: readonly GrantSnapshot[]) => readonly GrantSnapshot[]): One {
  const changed = <G extends Granted>(one: G): G => (one.grants ? { ...one, grants: change(one.grants) } : one)
  const own = changed(relation)
  return 'columns' in own && own.columns ? { ...own, columns: own.columns.map(changed) } : own
}

export const withoutGrantsTo = <One extends Owned>(relation: One, roles: readonly string[]): One => withGrants(relation, (grants) => grants.filter(({ to }) => to === undefined || !roles.includes(to)))

/** An owner has every right, and what was granted to that role is no more than these (aclnewowner in src/backend/utils/adt/acl.c). */
export function withOwner(catalog: Catalog, name: RelationName, role: string): Catalog {
  const relation = catalog.relation(name)
  if (!relation || (!isTable(relation) && relation.kind !== 'view')) return catalog
  const { owner: _, ...rest } = relation
  return catalog.with(isSelf(role) ? rest : { ...withoutGrantsTo(rest, [role]), owner: role })
}

/** Who it is goes by the session. */
export const isSelf = (role: string): boolean => role === 'current_user' || role === 'current_role' || role === 'session_user'
