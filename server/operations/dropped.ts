import type { Catalog } from '../catalog/catalog'
import type { Column, Constraint, Table } from '../catalog/relation'
import { columnOf, isTable } from '../catalog/relation'
import type { Effect } from '../model/effect'
import { nameParts } from '../model/name'
import type { RelationName } from '../model/name'
import { indexUses } from './alteration'
import { changeFiring, changePolicies, changeTable, indexLock, lock, lockPartsFirst, partitionsBelow, sameNames, wholes } from './common'
import { goingWith, watched } from './foreign-key'
import { sequencesOf } from './volatility'

/** All relations that go with some: sequences and partitions, with CASCADE children and views too. Indexes go with their tables. */
export function droppedWith(names: readonly RelationName[], catalog: Catalog, cascade: boolean): readonly RelationName[] {
  const found = new Set<RelationName>()
  const add = (name: RelationName): void => {
    if (found.has(name)) return
    found.add(name)
    for (const one of [...catalog.sequences(name), ...catalog.partitions(name)]) add(one)
    if (cascade) for (const one of [...catalog.children(name), ...catalog.readers(name), ...ofRows(name, catalog).filter((other) => catalog.relation(other)?.kind === 'view')]) add(one)
  }
  for (const name of names) add(name)
  return [...found]
}

/** What hangs on functions that take or give rows of the table, and goes with these. */
const ofRows = (name: RelationName, catalog: Catalog): readonly RelationName[] => (isTable(catalog.relation(name)) ? catalog.dependents(`type ${name}`).flatMap(({ relations }) => relations).filter((one) => catalog.relation(one) !== undefined) : [])

/** What dropping these together locks: themselves, the other ends of their foreign keys, and what they are partitions of. */
export function dropEffects(names: readonly RelationName[], catalog: Catalog, cascade: boolean): readonly Effect[] {
  const dropped = droppedWith(names, catalog, cascade)
  return dropped.flatMap((name): readonly Effect[] => {
    const table = catalog.table(name)
    const sequence = catalog.relation(name)
    return [
      lock(name, 'ACCESS EXCLUSIVE'),
      ...(table?.indexes ?? []).map((index) => indexLock(index.name, name, 'ACCESS EXCLUSIVE')),
      ...(table ? keysGone(table, catalog, cascade, dropped) : []),
      ...(table?.partitionOf && !dropped.includes(table.partitionOf.parent) ? leaving(table.partitionOf.parent, catalog) : []),
      ...(cascade ? [...catalog.ruling(name), ...catalog.guarded(name), ...ofRows(name, catalog)].filter((one) => !dropped.includes(one)).map((one) => lock(one, 'ACCESS EXCLUSIVE')) : []),
      // The default that takes its numbers goes.
      ...(sequence?.kind === 'sequence' && cascade ? fromParts(numbered(name, catalog).filter((one) => !dropped.includes(one)), catalog) : []),
    ]
  })
}

/** What a drop has locked by the time it is refused: itself, with its indexes and sequences. */
export const refusedEffects = (name: RelationName, catalog: Catalog): readonly Effect[] =>
  droppedWith([name], catalog, false).flatMap((one) => [lock(one, 'ACCESS EXCLUSIVE'), ...(catalog.table(one)?.indexes ?? []).map((index) => indexLock(index.name, one, 'ACCESS EXCLUSIVE'))])

/** The catalog without them, and without the foreign keys that point at them. */
export function withoutDropped(names: readonly RelationName[], catalog: Catalog, cascade: boolean): Catalog {
  const dropped = droppedWith(names, catalog, cascade)
  // A key to the whole has its part for each partition, and goes with any of these.
  const referenced = [...new Set(cascade ? dropped.flatMap((name) => [name, ...wholes(catalog, name)]) : dropped)]
  const referring = new Set(referenced.flatMap((name) => catalog.referencing(name)).filter((name) => !dropped.includes(name)))
  const goes = ({ references, ofDetached }: Constraint): boolean => references !== undefined && (ofDetached ? dropped : referenced).includes(references)
  const freed = [...referring].reduce(
    (result, name) =>
      changeTable(result, name, (table) => {
        const gone = table.constraints.filter(goes).flatMap((key) => goingWith(catalog, table, key))
        return { ...table, constraints: table.constraints.filter((one) => !gone.includes(one)) }
      }),
    catalog,
  )
  const ruling = [...new Set(dropped.flatMap((name) => catalog.ruling(name)))].filter((name) => !dropped.includes(name))
  const unruled = ruling.reduce((result, name) => changeFiring(result, name, (before) => ({ ...before, rules: before.rules.filter(({ names: named }) => !named.some((one) => dropped.includes(one))) })), freed)
  const guarded = [...new Set(dropped.flatMap((name) => catalog.guarded(name)))].filter((name) => !dropped.includes(name))
  const unguarded = guarded.reduce((result, name) => changePolicies(result, name, (policies) => policies.filter(({ names: named }) => !named.some((one) => dropped.includes(one)))), unruled)
  return dropped.reduce((result, name) => (cascade ? withoutDefaults(result, name) : result).without(name), unguarded)
}

/** Of these tables something goes, from partitions before their whole. */
const fromParts = (tables: readonly RelationName[], catalog: Catalog): readonly Effect[] => tables.flatMap((one) => lockPartsFirst(catalog, one, partitionsBelow(catalog, one).filter((part) => tables.includes(part))))

/** Defaults that take their numbers from a sequence go with that. */
function withoutDefaults(catalog: Catalog, name: RelationName): Catalog {
  if (catalog.relation(name)?.kind !== 'sequence') return catalog
  return numbered(name, catalog).reduce(
    (result, table) =>
      changeTable(result, table, (before) => ({
        ...before,
        ...(before.columns && { columns: before.columns.map((column) => (draws(column, name, catalog) ? withoutInitial(column) : column)) }),
      })),
    catalog,
  )
}

const withoutInitial = ({ default: _, ...column }: Column): Column => column

/** Tables with a default that takes its numbers from the sequence; of an owner whose columns are not known it is taken to have one. */
function numbered(sequence: RelationName, catalog: Catalog): readonly RelationName[] {
  const known = catalog.relation(sequence)
  const owner = known?.kind === 'sequence' ? known.ownedBy?.table : undefined
  return [...new Set([...(owner === undefined || catalog.table(owner)?.columns ? [] : [owner]), ...drawing(sequence, catalog)])]
}

/** Tables with a default that takes its numbers from the sequence. */
const drawing = (sequence: RelationName, catalog: Catalog): readonly RelationName[] => catalog.relations().flatMap((relation) => (isTable(relation) && relation.columns?.some((column) => draws(column, sequence, catalog)) ? [relation.name] : []))

const draws = (column: Column, sequence: RelationName, catalog: Catalog): boolean => column.default !== undefined && column.default.includes('nextval') && sequencesOf(column.default, catalog).includes(sequence)

/** Others that stand in the way of a drop without CASCADE. */
export function dependents(names: readonly RelationName[], catalog: Catalog): { readonly views: readonly RelationName[]; readonly keys: readonly RelationName[]; readonly children: readonly RelationName[]; readonly ruling: readonly RelationName[]; readonly guarded: readonly RelationName[]; readonly drawing: readonly RelationName[] } {
  const dropped = new Set(droppedWith(names, catalog, false))
  const others = (list: (name: RelationName) => readonly RelationName[]): readonly RelationName[] => [...new Set([...dropped].flatMap(list))].filter((name) => !dropped.has(name))
  return { views: others((name) => catalog.readers(name)), keys: others((name) => referring(name, catalog).map((one) => one.table)), children: others((name) => catalog.children(name)), ruling: others((name) => catalog.ruling(name)), guarded: others((name) => catalog.guarded(name)), drawing: others((name) => (catalog.relation(name)?.kind === 'sequence' ? drawing(name, catalog) : [])) }
}

/** Each foreign key that goes is taken from both of its tables (RemoveTriggerById in src/backend/commands/trigger.c). */
function keysGone(table: Table, catalog: Catalog, cascade: boolean, dropped: readonly RelationName[]): readonly Effect[] {
  const out = table.constraints.flatMap((constraint) => (constraint.references && !isInherited(table, constraint, catalog) ? [...[table.name, ...partitionsBelow(catalog, table.name)].map((one) => lock(one, 'ACCESS EXCLUSIVE')), ...unwatched(constraint, dropped, catalog)] : []))
  const into = cascade ? referring(table.name, catalog).flatMap((one) => [...(dropped.includes(one.table) ? [] : lockPartsFirst(catalog, one.table)), ...goingWith(catalog, catalog.table(one.table)!, one.key).flatMap((key) => watched(catalog, key)).map((other) => lock(other, 'ACCESS EXCLUSIVE'))]) : []
  return [...out, ...into]
}

/** The other end of a foreign key that goes. What of it watches the partitions goes before what watches the whole; tables of `first` are locked before. */
export function unwatched(key: Constraint, first: readonly RelationName[], catalog: Catalog): readonly Effect[] {
  const all = watched(catalog, key)
  const referenced = key.references!
  return all.includes(referenced) && !first.includes(referenced) ? lockPartsFirst(catalog, referenced, all.filter((one) => one !== referenced)) : all.map((one) => lock(one, 'ACCESS EXCLUSIVE'))
}

/** A partition has its parent's keys, which stay there; up to 14 one that it brought with it under a name of its own goes. */
function isInherited(table: Table, constraint: Constraint, catalog: Catalog): boolean {
  const parent = table.partitionOf && catalog.table(table.partitionOf.parent)
  return parent?.constraints.some((one) => one.references === constraint.references && (one.name === constraint.name || (catalog.surroundings.version >= 15 && sameNames(one.columns, constraint.columns)))) ?? false
}

/** Foreign keys of other tables to it, or to what it is a partition of: one of what was detached has no part for that. */
function referring(name: RelationName, catalog: Catalog): readonly { readonly table: RelationName; readonly key: Constraint }[] {
  const keys = (to: RelationName): readonly { readonly table: RelationName; readonly key: Constraint }[] =>
    catalog.referencing(to).filter((one) => one !== to).flatMap((table) => catalog.table(table)!.constraints.filter(({ references }) => references === to).map((key) => ({ table, key })))
  return [...keys(name), ...wholes(catalog, name).flatMap(keys).filter(({ key }) => !key.ofDetached)]
}

/** The parent of a partition that goes, and its default partition, whose rows have to fit another condition from then on. */
function leaving(parent: RelationName, catalog: Catalog): readonly Effect[] {
  const other = catalog.defaultPartition(parent)
  return [parent, ...(other === undefined ? [] : [other])].map((one) => lock(one, 'ACCESS EXCLUSIVE'))
}

/** A column has another type, or is gone: what of its table hung on the old one by that column hangs on it no more. */
export function withoutUseOfType(before: Catalog, after: Catalog, name: RelationName, column: string): Catalog {
  const [was, is] = [before.table(name), after.table(name)]
  const type = columnOf(was, column)?.type.name
  const told = type === undefined ? [] : after.dependents(`type ${type}`)
  if (!was || told.length === 0) return after
  const typed = new Set((is?.columns ?? []).flatMap((one) => (one.type.name === type ? [one.name] : [])))
  const says = (text: string | undefined): boolean => text?.includes(nameParts(type as RelationName).name) ?? false
  const isHeld = typed.size > 0 || (is?.columns ?? []).some((one) => says(one.default)) || (is?.constraints ?? []).some((one) => says(one.expression))
  const freed = was.indexes.flatMap((index) => (indexUses(index, column) && !says(index.shape.predicate) && !index.shape.keys.some(says) && ![...typed].some((one) => indexUses(index, one)) ? [index.name] : []))
  const gone = new Set<RelationName>([...(isHeld ? [] : [name]), ...freed])
  return after.withDependents(`type ${type}`, told.map((one) => ({ ...one, relations: one.relations.filter((relation) => !gone.has(relation)) })))
}
