import type { Catalog } from '../catalog/catalog'
import type { Relation } from '../catalog/relation'
import type { GrantSnapshot } from '../model/snapshot'
import type { RoleCommand } from '../sql/command'
import { changePolicies } from './common'
import { operationType } from './operation'
import type { Operation } from './operation'

interface Role extends Operation {
  readonly kind: 'role'
  readonly command: RoleCommand
}

export const role = operationType<Role>({
  kind: 'role',
  title: 'Create, alter or drop a role',
  recognise: (command) => (command.kind === 'role' ? { kind: 'role', span: command.span, command } : undefined),
  effects: () => [],

  apply({ command }, catalog) {
    const { exemptRoles, members } = catalog.surroundings
    return catalog.withSurroundings({ ...(exemptRoles && { exemptRoles: exempted(command, exemptRoles) }), ...(members && { members: withMembers(command, members) }) })
  },
})

/** One that loses the one of SUPERUSER and BYPASSRLS may still have the other, which is not known, and taken as not: more is read then, not less. */
function exempted({ change, roles, exempt }: RoleCommand, before: readonly string[]): readonly string[] {
  if (change !== 'drop' && exempt === undefined) return before
  const others = before.filter((one) => !roles.includes(one))
  return exempt ? [...others, ...roles] : others
}

type Members = Readonly<Record<string, readonly string[]>>

function withMembers({ change, roles, of, members, leave }: RoleCommand, before: Members): Members {
  if (change === 'drop') return Object.fromEntries(Object.entries(before).flatMap(([one, list]) => (roles.includes(one) ? [] : [[one, list.filter((member) => !roles.includes(member))]])))
  const put = (result: Members, to: string, come: readonly string[]): Members => ({ ...result, [to]: [...(result[to] ?? []).filter((one) => !come.includes(one)), ...(leave ? [] : come)] })
  const own = members.length === 0 ? before : roles.reduce((result, one) => put(result, one, members), before)
  return of.reduce((result, one) => put(result, one, roles), own)
}

/** What is its own, and what it may do, it has under the new name. */
export function withRoleRenamed(from: string, to: string, catalog: Catalog): Catalog {
  const named = (one: string): string => (one === from ? to : one)
  const { exemptRoles, members } = catalog.surroundings
  const known = catalog.withSurroundings({
    ...(exemptRoles && { exemptRoles: exemptRoles.map(named) }),
    ...(members && { members: Object.fromEntries(Object.entries(members).map(([one, list]) => [named(one), list.map(named)])) }),
  })
  return catalog.relations().filter((relation) => names(relation, from)).reduce((result, relation) => {
    const granted = <One extends { readonly grants?: readonly GrantSnapshot[] }>(one: One): One => (one.grants ? { ...one, grants: one.grants.map((grant) => (grant.to === from ? { ...grant, to } : grant)) } : one)
    const own = granted('owner' in relation && relation.owner === from ? { ...relation, owner: to } : relation)
    const after = 'columns' in own && own.columns ? { ...own, columns: own.columns.map(granted) } : own
    return changePolicies(result.with(after), relation.name, (policies) => policies.map((policy) => (policy.to ? { ...policy, to: policy.to.map(named) } : policy)))
  }, known)
}

/** As its owner's, as that of one who has rights on it, or as one for whom a policy holds. */
function names(relation: Relation, role: string): relation is Exclude<Relation, { kind: 'index' }> {
  if (relation.kind === 'index') return false
  const isGranted = ({ grants }: { readonly grants?: readonly GrantSnapshot[] }): boolean => grants?.some(({ to }) => to === role) === true
  if (isGranted(relation)) return true
  return 'columns' in relation && (relation.owner === role || relation.columns?.some(isGranted) === true || ('policies' in relation && relation.policies?.some(({ to }) => to?.includes(role)) === true))
}
