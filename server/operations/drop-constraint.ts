import type { Catalog } from '../catalog/catalog'
import type { Constraint, Table } from '../catalog/relation'
import type { Effect } from '../model/effect'
import { shortName } from '../model/name'
import type { RelationName } from '../model/name'
import type { AlterRelation } from '../sql/command'
import { changeColumn } from './alteration'
import { notNullName } from './automatic-name'
import { changeTable, descendants, indexLock, lock, lockPartsFirst, partitionsBelow } from './common'
import { droppedWayBack } from './constraint-way-back'
import { dropEffects, withoutDropped } from './dropped'
import { goingWith, watched } from './foreign-key'
import { operationType } from './operation'
import type { Operation } from './operation'
import { refusal } from './refusal'
import type { Refusal } from './refusal'

interface DropConstraint extends Operation {
  readonly kind: 'drop-constraint'
  readonly alter: AlterRelation
  readonly name: string
  readonly cascade: boolean
}

export const dropConstraint = operationType<DropConstraint>({
  kind: 'drop-constraint',
  title: 'Drop a constraint',
  recognise: (command) =>
    command.kind === 'alter' && command.action.action === 'drop-constraint'
      ? { kind: 'drop-constraint', relation: command.relation, span: command.span, alter: command, name: command.action.name, cascade: command.action.cascade }
      : undefined,

  effects({ alter, name, cascade }, catalog): readonly Effect[] {
    const table = catalog.resolve(alter.relation)
    const constraint = catalog.table(table)?.constraints.find((one) => one.name === name)
    // All partitions are looked at beforehand, also with ONLY and for a constraint that is not there (ATCheckPartitionsNotInUse in src/backend/commands/tablecmds.c).
    const isWhole = catalog.table(table)?.kind === 'partitioned table'
    const below = isWhole ? descendants(catalog, table) : constraint !== undefined && inherits(constraint) ? heirs(catalog, table, (one) => one.name === name, alter.only).locked : []
    return [
      ...[table, ...below].map((one) => lock(one, 'ACCESS EXCLUSIVE')),
      ...(constraint?.index ? carriers(catalog, table, constraint.index) : []),
      // The triggers that watch the referenced table go with the key; that itself is locked whether it has any or not (ATExecDropConstraint).
      ...(constraint?.references ? [constraint.references, ...goingWith(catalog, catalog.table(table)!, constraint).flatMap((one) => watched(catalog, one))].map((one) => lock(one, 'ACCESS EXCLUSIVE')) : []),
      ...(cascade && constraint ? dropEffects(leaning(catalog, table, constraint), catalog, true) : []),
      ...(cascade && constraint ? dependants(catalog, table, constraint).filter((one) => one !== table).flatMap((one) => lockPartsFirst(catalog, one)) : []),
    ]
  },

  apply({ alter, name, cascade }, catalog) {
    const table = catalog.resolve(alter.relation)
    const constraint = catalog.table(table)?.constraints.find((one) => one.name === name)
    if (!constraint) return catalog
    const keys = cascade ? dependants(catalog, table, constraint) : []
    let result = changeTable(catalog, table, (before) => goingWith(catalog, before, constraint).reduce(without, before))
    // With ONLY, children keep as their own what they had from here; but a partition has nothing of its own.
    for (const child of inherits(constraint) ? heirs(catalog, table, (one) => one.name === name, alter.only).losing : descendants(catalog, table)) {
      result = changeTable(result, child, (before) => {
        const own = constraint.index
          ? before.constraints.find((one) => one.index !== undefined && before.indexes.some((index) => index.name === one.index && descends(catalog, index.attachedTo, constraint.index!)))
          : before.constraints.find((one) => one.name === name && one.type === constraint.type && (inherits(constraint) || before.partitionOf !== undefined))
        return own ? without(before, own) : before
      })
    }
    for (const key of keys) {
      result = changeTable(result, key, (before) => {
        const gone = before.constraints.filter((one) => rests(one, [table, ...partitionsBelow(catalog, table)], constraint)).flatMap((one) => goingWith(catalog, before, one))
        return { ...before, constraints: before.constraints.filter((one) => !gone.includes(one)) }
      })
    }
    return cascade ? withoutDropped(leaning(catalog, table, constraint), result, true) : result
  },

  needs({ alter, name }, catalog) {
    const action = alter.action
    if (action.action !== 'drop-constraint' || action.ifExists) return []
    const table = catalog.resolve(alter.relation)
    const found = catalog.table(table)
    const constraint = found?.constraints.find((one) => one.name === name)
    // Earlier servers keep that a column is NOT NULL, and no name for it.
    const isNotNull = constraint ? constraint.type === 'not-null' : found?.columns?.some((column) => column.notNull && notNullName(catalog, found, column.name) === name)
    return isNotNull ? [{ what: 'NOT NULL as a constraint with a name', since: 18 }] : []
  },

  fails({ alter, name, cascade }, catalog) {
    const table = catalog.resolve(alter.relation)
    const found = catalog.table(table)
    const constraint = found?.constraints.find((one) => one.name === name)
    const refused = found && constraint ? [...refusedBelow(catalog, found, constraint, 'dropped'), ...(cascade ? [] : refusedForKeys(catalog, found, constraint))] : []
    if (refused.length > 0) return refused
    if (catalog.surroundings.version >= 18 || !alter.only || !constraint || !inherits(constraint) || found?.kind !== 'partitioned table' || catalog.partitions(table).length === 0) return []
    return [{ sentence: `PostgreSQL refuses to take \`${name}\` from \`${shortName(table)}\` and leave it to its partitions before 18.`, certain: true }]
  },

  wayBack({ alter, name, cascade }, catalog) {
    const table = catalog.resolve(alter.relation)
    const constraint = catalog.table(table)?.constraints.find((one) => one.name === name)
    // The foreign keys and views that CASCADE takes along are not made again by this one.
    if (!constraint || (cascade && dependants(catalog, table, constraint).length + leaning(catalog, table, constraint).length > 0)) return undefined
    return droppedWayBack(catalog, alter, constraint)
  },
})

/** It is there because a table above has it; `what` is to be done to it: "dropped". */
export function refusedBelow(catalog: Catalog, table: Table, constraint: Constraint, what: string): readonly Refusal[] {
  const isSame = (other: Constraint): boolean => (constraint.type === 'check' ? other.type === 'check' && other.name === constraint.name && !other.noInherit : constraint.type === 'foreign-key' && other.type === 'foreign-key' && other.references === constraint.references && other.columns.join() === constraint.columns.join())
  const above = [...(table.partitionOf ? [table.partitionOf.parent] : []), ...(constraint.type === 'check' ? table.inherits : [])]
  const parent = table.indexes.find((index) => index.name === constraint.index)?.attachedTo ? table.partitionOf?.parent : above.find((one) => catalog.table(one)?.constraints.some(isSame))
  return parent === undefined ? [] : [refusal(`Ends in an error: \`${constraint.name}\` comes to \`${shortName(table.name)}\` from \`${shortName(parent)}\`, and is ${what} there.`)]
}

/** Foreign keys rest on it, where nothing else is unique by those columns, or views that group by it. */
function refusedForKeys(catalog: Catalog, table: Table, constraint: Constraint): readonly Refusal[] {
  const [view] = leaning(catalog, table.name, constraint)
  if (view !== undefined) return [refusal(`Ends in an error, after waiting for its lock: \`${shortName(view)}\` groups by this key. Drop that first, or both with CASCADE.`)]
  if (table.indexes.some((index) => index.shape.unique && index.name !== constraint.index && index.shape.keys.length === constraint.columns.length && constraint.columns.every((column) => index.shape.keys.includes(column)))) return []
  const [first] = dependants(catalog, table.name, constraint)
  return first === undefined ? [] : [refusal(`Ends in an error, after waiting for its lock: \`${shortName(first)}\` has a foreign key to these columns. Drop that first, or both with CASCADE.`)]
}

const inherits = (constraint: Constraint): boolean => (constraint.type === 'check' || constraint.type === 'not-null') && !constraint.noInherit

/** Children of every depth, down to those that keep the constraint as their own and are only told so (dropconstraint_internal in src/backend/commands/tablecmds.c). */
export function heirs(catalog: Catalog, parent: RelationName, isTheirs: (constraint: Constraint) => boolean, only: boolean): { readonly locked: readonly RelationName[]; readonly losing: readonly RelationName[] } {
  const locked = new Set<RelationName>()
  const losing = new Set<RelationName>()
  const visit = (above: RelationName): void => {
    for (const child of [...catalog.partitions(above), ...catalog.children(above)]) {
      locked.add(child)
      if (only || losing.has(child) || catalog.table(child)?.constraints.find(isTheirs)?.local) continue
      losing.add(child)
      visit(child)
    }
  }
  visit(parent)
  return { locked: [...locked], losing: [...losing] }
}

/** The index that carries the constraint, and those of the partitions attached to it. */
function carriers(catalog: Catalog, table: RelationName, index: RelationName): readonly Effect[] {
  const attached = catalog.partitions(table).flatMap((partition) =>
    (catalog.table(partition)?.indexes ?? []).filter((one) => one.attachedTo === index).flatMap((one) => carriers(catalog, partition, one.name)),
  )
  return [indexLock(index, table, 'ACCESS EXCLUSIVE'), ...attached]
}

function descends(catalog: Catalog, index: RelationName | undefined, from: RelationName): boolean {
  if (index === undefined) return false
  return index === from || descends(catalog, catalog.index(index)?.index.attachedTo, from)
}

/** Views that group by it, if it is the primary key. */
const leaning = (catalog: Catalog, table: RelationName, { type }: Constraint): readonly RelationName[] =>
  type !== 'primary-key'
    ? []
    : catalog.readers(table).filter((one) => {
        const view = catalog.relation(one)
        return view !== undefined && 'groupsBy' in view && view.groupsBy?.includes(table)
      })

/** Tables whose foreign keys need this very constraint, or the part that a partition has of it. */
const dependants = (catalog: Catalog, table: RelationName, constraint: Constraint): readonly RelationName[] => {
  if (constraint.index === undefined) return []
  const referenced = [table, ...partitionsBelow(catalog, table)]
  return [...new Set(referenced.flatMap((one) => catalog.referencing(one)))].filter((one) => catalog.table(one)?.constraints.some((key) => rests(key, referenced, constraint)))
}

const rests = (key: Constraint, referenced: readonly RelationName[], constraint: Constraint): boolean => key.references !== undefined && referenced.includes(key.references) && dependsOn(key, constraint)

const dependsOn = (key: Constraint, constraint: Constraint): boolean =>
  key.type === 'foreign-key' && (key.referencedColumns?.length ?? 0) === constraint.columns.length && constraint.columns.every((column) => key.referencedColumns!.includes(column))

function without(table: Table, constraint: Constraint): Table {
  const changed: Table = {
    ...table,
    constraints: table.constraints.filter((one) => one !== constraint && one.name !== constraint.name),
    indexes: table.indexes.filter((index) => index.name !== constraint.index),
  }
  return constraint.type === 'not-null' ? changeColumn(changed, constraint.columns[0]!, (column) => ({ ...column, notNull: false })) : changed
}
