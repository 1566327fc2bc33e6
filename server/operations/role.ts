import type { Catalog } from '../catalog/catalog'
import { shortName } from '../model/name'
import type { GrantSnapshot } from '../model/snapshot'
import type { RoleCommand } from '../sql/command'
import { changePolicies } from './common'
import { operationType } from './operation'
import type { Operation } from './operation'
import { refusal } from './refusal'
import { names, withGrants } from './rights'

interface Role extends Operation {
  readonly kind: 'role'
  readonly command: RoleCommand
}

export const role = operationType<Role>({
  kind: 'role',
  title: 'Create, alter or drop a role',
  recognise: (command) => (command.kind === 'role' ? { kind: 'role', span: command.span, command } : undefined),
  effects: () => [],

  fails({ command: { change, roles } }, catalog) {
    if (change !== 'drop') return []
    const found = roles.flatMap((role) => catalog.relations().flatMap((relation) => (names(relation, role) ? [{ role, relation }] : []))).slice(0, 1)
    return found.map(({ role, relation }) => refusal(`Ends in an error: \`${role}\` owns \`${shortName(relation.name)}\`, or has rights on it. Say REASSIGN OWNED BY and DROP OWNED BY first.`))
  },

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
  const renamed = (grant: GrantSnapshot): GrantSnapshot => (grant.to === from ? { ...grant, to } : grant)
  return catalog.relations().filter((relation) => names(relation, from)).reduce((result, relation) => {
    const own = withGrants('owner' in relation && relation.owner === from ? { ...relation, owner: to } : relation, (grants) => grants.map(renamed))
    return changePolicies(result.with(own), relation.name, (policies) => policies.map((policy) => (policy.to ? { ...policy, to: policy.to.map(named) } : policy)))
  }, known)
}
