import type { Catalog } from '../catalog/catalog'
import { schemaOf } from '../catalog/catalog'
import type { Effect } from '../model/effect'
import { quoteIdentifier, relationName, shortName } from '../model/name'
import type { RelationName } from '../model/name'
import type { Plan } from '../model/plan'
import type { Rename } from '../sql/command'
import { altered, isNew } from './alteration'
import { indexLock, lock, missed } from './common'
import { noWay, sqlStep } from './constraint-plans'
import { moveRelation } from './moved-relation'
import { operationType } from './operation'
import type { Operation, PlanContext } from './operation'
import { refusedCalled, takenPlace } from './refusal'
import { standInPlan } from './stand-in'
import { stopsSubscribers } from './subscribers'

interface RenameRelation extends Operation {
  readonly kind: 'rename-relation'
  readonly command: Rename
}

export const renameRelation = operationType<RenameRelation>({
  kind: 'rename-relation',
  title: 'Rename a table, view, index or sequence',
  recognise: (command) => (command.kind === 'rename' && command.relation && renamesRelation(command) ? { kind: 'rename-relation', relation: command.relation, span: command.span, command } : undefined),

  effects({ command }, catalog): readonly Effect[] {
    const name = altered(command, catalog)
    if (!name) return []
    // ALTER INDEX does with a lock that lets queries pass, if it finds an index (RenameRelation in src/backend/commands/tablecmds.c).
    const index = catalog.index(name)
    if (index) return [indexLock(name, index.table.name, command.alter === 'index' ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS EXCLUSIVE')]
    return [lock(name, command.alter === 'index' && catalog.relation(name) === undefined ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS EXCLUSIVE')]
  },

  apply({ command }, catalog) {
    const name = altered(command, catalog)
    return name ? moveRelation(catalog, name, relationName(schemaOf(name), command.to)) : catalog
  },

  control({ command }, catalog) {
    const name = altered(command, catalog)
    return name && { kind: 'moved', from: name, to: relationName(schemaOf(name), command.to) }
  },

  breaks({ command }, catalog) {
    const name = altered(command, catalog)
    if (!name || isNew(catalog, name) || isIndex(command, catalog, name)) return []
    return [{ sentence: `Running code that names \`${shortName(name)}\` fails from here on: no version of the code works before and after.`, relation: name, missed: missed(name, catalog) }]
  },

  stops({ command }, catalog) {
    const name = altered(command, catalog)
    return name ? stopsSubscribers(name, catalog, `its table is called \`${command.to}\` too: rename it there as well`, 'name') : []
  },

  fails({ command }, catalog) {
    const name = altered(command, catalog)
    return name ? [...refusedCalled(catalog, name, command.alter), ...takenPlace(catalog, name, relationName(schemaOf(name), command.to))].slice(0, 1) : []
  },

  wayBack({ command }, catalog) {
    const name = altered(command, catalog)
    return name && undone(name, command)
  },

  plan({ command }, catalog, context) {
    const name = altered(command, catalog)
    if (name && catalog.relation(name)?.kind === 'sequence') return isNew(catalog, name) ? undefined : unnamed(name, catalog, context)
    return name && standInPlan({ name, written: command.relation!, kind: command.alter, to: { ...command.relation!, name: command.to }, undo: undone(name, command) }, catalog, context)
  },
})

const relations: readonly Rename['object'][] = ['table', 'index', 'view', 'materialized view', 'sequence', 'foreign table']

/** And no part of one. */
export const renamesRelation = ({ object }: Rename): boolean => relations.includes(object)

/** Nothing stands in for a sequence, but the default of a column finds it by whatever name it has. */
function unnamed(name: RelationName, catalog: Catalog, context: PlanContext): Plan {
  const relation = catalog.relation(name)
  const owner = relation?.kind === 'sequence' ? relation.ownedBy : undefined
  if (!owner) return noWay('Make a second one that begins beyond the first, and let new code take that: nothing stands in for a sequence under its old name')
  return {
    title: 'Rename it once no code names it',
    fit: 'staged',
    expand: [],
    migrate: [sqlStep(`${context.sql};`, 'shared', `The default of \`${owner.column}\` finds it under its new name.`)],
    contract: [],
    code: { migrate: `No code reads or writes \`${shortName(name)}\` by its name: it leaves \`${owner.column}\` of \`${shortName(owner.table)}\` to its default, or asks pg_get_serial_sequence.` },
  }
}

const undone = (name: RelationName, { alter, from, to }: Rename): string => `ALTER ${alter === 'other' ? 'TABLE' : alter.toUpperCase()} ${relationName(schemaOf(name), to)} RENAME TO ${quoteIdentifier(from)};`

const isIndex = (command: Rename, catalog: Catalog, name: RelationName): boolean => {
  const relation = catalog.relation(name)
  return relation ? relation.kind === 'index' : command.alter === 'index'
}
