import type { Catalog } from '../catalog/catalog'
import { isTable } from '../catalog/relation'
import type { Policy } from '../catalog/relation'
import type { Effect } from '../model/effect'
import { listWords } from '../model/format'
import { shortName } from '../model/name'
import type { RelationName } from '../model/name'
import type { Plan } from '../model/plan'
import type { ChangeOwned as Command } from '../sql/command'
import { isNew } from './alteration'
import { changePolicies, changeTable, holdsRows, indexLock, lock, missed } from './common'
import { noWay } from './constraint-plans'
import { dropEffects, droppedWith, withoutDropped } from './dropped'
import { operationType } from './operation'
import type { Operation } from './operation'
import { names, withOwner, withoutGrantsTo } from './rights'

interface ChangeOwned extends Operation {
  readonly kind: 'change-owned'
  readonly command: Command
}

export const changeOwned = operationType<ChangeOwned>({
  kind: 'change-owned',
  title: 'Change all that a role owns or a tablespace holds',
  recognise: (command) => (command.kind === 'change-owned' ? { kind: 'change-owned', span: command.span, command } : undefined),

  effects({ command }, catalog): readonly Effect[] {
    switch (command.change) {
      case 'reassign':
        return ownedBy(command, catalog).flatMap((name) => [
          lock(name, 'ACCESS EXCLUSIVE'),
          ...(catalog.table(name)?.indexes ?? []).map((index) => indexLock(index.name, name, 'ACCESS EXCLUSIVE')),
          ...catalog.sequences(name).map((sequence) => lock(sequence, 'ACCESS EXCLUSIVE')),
        ])
      case 'drop':
        return [...dropEffects(ownedBy(command, catalog), catalog, command.cascade), ...catalog.relations().flatMap(({ name }) => (policiesWithout(command, catalog, name) ? [lock(name, 'ACCESS EXCLUSIVE')] : []))]
      case 'move':
        return moved(command, catalog).map((name) => lock(name, 'ACCESS EXCLUSIVE', ...(holdsRows(catalog, name) ? [{ kind: 'rewrite' as const, to: 'to the other tablespace', how: 'file' as const }] : [])))
    }
  },

  apply({ command }, catalog) {
    if (command.change === 'drop') {
      const gone = withoutDropped(ownedBy(command, catalog), catalog, command.cascade)
      return gone.relations().filter((relation) => relation.kind !== 'index').reduce((result, relation) => {
        const left = policiesWithout(command, gone, relation.name)
        const after = command.names.some((role) => names(relation, role)) ? result.with(withoutGrantsTo(relation, command.names)) : result
        return left ? changePolicies(after, relation.name, () => left) : after
      }, gone)
    }
    const { moves, to } = command
    if (to !== undefined) return ownedBy(command, catalog).reduce((result, name) => withOwner(result, name, to), catalog)
    return moves ? moved(command, catalog).reduce((result, name) => changeTable(result, name, (table) => ({ ...table, tablespace: moves.to })), catalog) : catalog
  },

  breaks({ command }, catalog) {
    if (command.change !== 'drop') return []
    return ownedBy(command, catalog)
      .filter((name) => !isNew(catalog, name))
      .map((name) => ({ sentence: `Running code that names \`${shortName(name)}\` fails from here on: first deploy code that does not use it.`, relation: name, missed: missed(name, catalog) }))
  },

  loses({ command }, catalog) {
    if (command.change !== 'drop') return []
    return droppedWith(ownedBy(command, catalog), catalog, command.cascade)
      .filter((name) => !isNew(catalog, name) && catalog.table(name)?.kind === 'table')
      .map((name) => {
        const rows = catalog.table(name)?.size?.rows
        return { sentence: `Every row of \`${shortName(name)}\` is gone.`, relation: name, ...(rows !== undefined && { rows }) }
      })
  },

  plan(operation, catalog): Plan | undefined {
    const rewritten = changeOwned.effects(operation, catalog).filter(({ work, relation }) => work.length > 0 && !isNew(catalog, relation))
    if (operation.command.change !== 'move' || rewritten.length === 0) return undefined
    return noWay('Move one table after the other, each by `pg_repack --tablespace`, which copies it beside itself while it is used; PostgreSQL by itself copies them all under their locks, which it keeps until the last is done')
  },

  unread({ command: { change, names, moves } }, catalog) {
    const whose = listWords(names.map((name) => `\`${name}\``))
    switch (change) {
      case 'reassign':
        return `Not all is known that ${whose} owns: each of its relations is locked ACCESS EXCLUSIVE.`
      case 'drop':
        return `Not all is known that ${whose} owns: each of its relations is dropped under ACCESS EXCLUSIVE.`
      case 'move':
        // Of each table it is known where it lies, of indexes it is not.
        return moves?.object !== 'index' && catalog.surroundings.complete ? undefined : `What lies in ${whose} is not known: each relation is written anew under ACCESS EXCLUSIVE.`
    }
  },
})

/** Tables and views of the roles, as far as their owners are known; partitions too, each by itself. */
const ownedBy = ({ names }: Command, catalog: Catalog): readonly RelationName[] => catalog.relations().flatMap((relation) => ('owner' in relation && relation.owner !== undefined && names.includes(relation.owner) ? [relation.name] : []))

/** A policy holds for these roles no more, and goes where it was for them alone (RemoveRoleFromObjectPolicy in src/backend/commands/policy.c). Undefined where none of the table is for any of them. */
function policiesWithout({ names }: Command, catalog: Catalog, table: RelationName): readonly Policy[] | undefined {
  const policies = catalog.table(table)?.policies ?? []
  if (!policies.some(({ to }) => to?.some((role) => names.includes(role)))) return undefined
  return policies.flatMap((policy) => {
    const to = policy.to?.filter((role) => !names.includes(role))
    return to === undefined ? [policy] : to.length === 0 ? [] : [{ ...policy, to }]
  })
}

/** To where they lie already nothing is moved, nor locked. */
function moved({ names, moves }: Command, catalog: Catalog): readonly RelationName[] {
  if (!moves || names.includes(moves.to)) return []
  return catalog.relations().flatMap((relation) => {
    const fits = isTable(relation) && relation.persistence !== 'temporary' && (moves.object === 'materialized view' ? relation.kind === 'materialized view' : moves.object === 'table' && (relation.kind === 'table' || relation.kind === 'partitioned table'))
    return fits && names.includes(relation.tablespace ?? 'pg_default') && (moves.owners.length === 0 || moves.owners.includes(relation.owner ?? '')) ? [relation.name] : []
  })
}
