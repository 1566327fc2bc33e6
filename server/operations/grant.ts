import type { Catalog } from '../catalog/catalog'
import { schemaOf } from '../catalog/catalog'
import type { Effect } from '../model/effect'
import type { RelationName } from '../model/name'
import type { GrantSnapshot } from '../model/snapshot'
import type { Grant as Command } from '../sql/command'
import { isSystem, lock } from './common'
import { operationType } from './operation'
import type { Operation } from './operation'

interface Grant extends Operation {
  readonly kind: 'grant'
  readonly command: Command
}

export const grant = operationType<Grant>({
  kind: 'grant',
  title: 'Grant or revoke privileges',
  recognise: (command) => (command.kind === 'grant' ? { kind: 'grant', span: command.span, command, ...(command.relations[0] && { relation: command.relations[0] }) } : undefined),

  effects({ command }, catalog): readonly Effect[] {
    if (catalog.surroundings.version < 18) return []
    return command.relations.filter((relation) => !isSystem(relation, catalog)).map((relation) => lock(catalog.resolve(relation), 'ACCESS SHARE'))
  },

  apply({ command }, catalog) {
    if (command.memberships) return withMembers(command.memberships, command.roles, catalog)
    const all = command.allInSchemas.length === 0 || !(command.object === 'table' || command.object === 'sequence') ? [] : catalog.relations().filter((one) => one.kind !== 'index' && command.allInSchemas.includes(schemaOf(one.name)) && (one.kind === 'sequence') === (command.object === 'sequence')).map(({ name }) => name)
    return [...command.relations.map((one) => catalog.resolve(one)), ...all].reduce((result, name) => granted(command, name, result), catalog)
  },
})

/** Whether a role without INHERIT has the privileges of those that it is a member of is not known, and taken so. */
function withMembers({ of, has }: NonNullable<Command['memberships']>, roles: readonly string[], catalog: Catalog): Catalog {
  const { members } = catalog.surroundings
  if (!members) return catalog
  const changed = of.map((one) => [one, [...(members[one] ?? []).filter((member) => !roles.includes(member)), ...(has ? roles : [])]] as const)
  return catalog.withSurroundings({ members: { ...members, ...Object.fromEntries(changed) } })
}

function granted(command: Command, name: RelationName, catalog: Catalog): Catalog {
  const relation = catalog.relation(name)
  if (!relation || relation.kind === 'index') return catalog
  const every = relation.kind === 'sequence' ? ofSequences : catalog.surroundings.version >= 17 ? [...ofTables, 'MAINTAIN'] : ofTables
  const owner = 'owner' in relation ? relation.owner : undefined
  // Who a role is that goes by the session is not known, and the owner may do all of it anyway.
  const roles = command.roles.filter((one) => one !== owner && !/^(?:current_role|current_user|session_user)$/.test(one)).map((one) => (one === 'public' ? undefined : one))
  const change = (grants: readonly GrantSnapshot[] | undefined, privileges: readonly string[]): readonly GrantSnapshot[] => roles.reduce((left, to) => changed(left, to, privileges, command), grants ?? [])
  const whole = command.privileges.length === 0 ? every : command.privileges.flatMap((one) => (one.columns.length > 0 ? [] : one.name === undefined ? every : [one.name]))
  const after = whole.length === 0 ? relation : { ...relation, grants: change(relation.grants, whole) }
  if (!('columns' in after) || !after.columns) return catalog.with(after)
  const columns = after.columns.map((column) => {
    const named = command.privileges.flatMap((one) => (one.columns.includes(column.name) ? (one.name === undefined ? ofColumns : [one.name]) : []))
    // What is revoked from the whole is revoked from each column.
    const own = command.revoke && column.grants ? [...named, ...whole] : named
    return own.length === 0 ? column : { ...column, grants: change(column.grants, own) }
  })
  return catalog.with({ ...after, columns })
}

const ofTables = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']
const ofColumns = ['SELECT', 'INSERT', 'UPDATE', 'REFERENCES']
const ofSequences = ['SELECT', 'UPDATE', 'USAGE']

function changed(grants: readonly GrantSnapshot[], to: string | undefined, privileges: readonly string[], { revoke, option }: Command): readonly GrantSnapshot[] {
  const had = (grantable: boolean): readonly string[] => grants.flatMap((one) => (one.to === to && (one.grantable ?? false) === grantable ? one.privileges : []))
  const [plain, grantable] = [had(false), had(true)]
  const without = (list: readonly string[]): readonly string[] => list.filter((one) => !privileges.includes(one))
  const given = revoke ? (option ? [...plain, ...grantable].filter((one) => privileges.includes(one)) : []) : privileges
  const isGrantable = (one: string): boolean => !revoke && (option || grantable.includes(one))
  const lists = [
    { privileges: [...without(plain), ...given.filter((one) => !isGrantable(one))], grantable: false },
    { privileges: [...without(grantable), ...given.filter(isGrantable)], grantable: true },
  ]
  const own = lists.flatMap((list): readonly GrantSnapshot[] => (list.privileges.length === 0 ? [] : [{ ...(to !== undefined && { to }), privileges: list.privileges, ...(list.grantable && { grantable: true }) }]))
  return [...grants.filter((one) => one.to !== to), ...own]
}
