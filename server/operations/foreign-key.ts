import type { Catalog } from '../catalog/catalog'
import type { Constraint, Table } from '../catalog/relation'
import type { Effect, Work } from '../model/effect'
import type { LockMode } from '../model/lock'
import type { RelationName } from '../model/name'
import type { ConstraintDefinition } from '../sql/command'
import { descendants, holdsRows, lock, partitionsBelow, sameNames, wholes } from './common'

export type ForeignKeyDefinition = Extract<ConstraintDefinition, { type: 'foreign-key' }>

/**
 * What adding a foreign key takes: on the referencing table and on the referenced one, each with its partitions.
 * `checks` says whether rows there are looked up; a new column without a default has none to look up.
 */
export function foreignKeyEffects(catalog: Catalog, table: RelationName, definition: ForeignKeyDefinition, checks: 'rows' | 'nothing', only = false): readonly Effect[] {
  const referenced = catalog.resolve(definition.references)
  const work = (relation: RelationName): readonly Work[] => (checks === 'rows' && holdsRows(catalog, relation) && adoptedKeys(catalog, relation, definition).length === 0 ? [probe(referenced, definition.columns)] : [])
  const partitions = partitionsBelow(catalog, table)
  // From 18 on ALTER TABLE … ADD CONSTRAINT locks inheritance children too, though they do not inherit the key.
  const others = catalog.surroundings.version >= 18 && !only ? descendants(catalog, table).filter((one) => !partitions.includes(one)) : []
  const adopted = (partition: RelationName): readonly Constraint[] => adoptedKeys(catalog, partition, definition)
  // Its constraints for the partitions that it refers to go, from 13 on.
  const own = catalog.surroundings.version >= 13 && partitionsBelow(catalog, referenced).length > 0 ? 'ACCESS EXCLUSIVE' : 'SHARE ROW EXCLUSIVE'
  return [
    lock(table, 'SHARE ROW EXCLUSIVE', ...work(table)),
    ...partitions.map((partition) => ({ ...lock(partition, adopted(partition).length > 0 ? own : 'SHARE ROW EXCLUSIVE', ...work(partition)), asStrongAs: table })),
    ...others.map((child) => ({ ...lock(child, 'SHARE ROW EXCLUSIVE'), asStrongAs: table })),
    ...referencedEffects(catalog, referenced, 'SHARE ROW EXCLUSIVE'),
    ...partitions.flatMap(adopted).flatMap((key) => adoptedEffects(catalog, key)),
  ]
}

/**
 * What it takes of the referenced table that a partition keeps the very key which it has, less what watches for it there.
 * In 12 that of the partitions stays (tryAttachPartitionForeignKey in src/backend/commands/tablecmds.c).
 */
export function adoptedEffects(catalog: Catalog, key: Constraint): readonly Effect[] {
  const freed = watched(catalog, key).filter((one) => one === key.references || catalog.surroundings.version >= 13)
  return [...referencedEffects(catalog, key.references!, 'SHARE ROW EXCLUSIVE'), ...freed.map((one) => lock(one, 'ACCESS EXCLUSIVE'))]
}

/** The same lock on the referenced table and on each of its partitions. */
export const referencedEffects = (catalog: Catalog, referenced: RelationName, mode: LockMode): readonly Effect[] =>
  [referenced, ...partitionsBelow(catalog, referenced)].map((one) => lock(one, mode))

/** Those of the referenced table and its partitions that have triggers for the key: up to 14 none that is itself partitioned, but by a partition that was detached. */
export function watched(catalog: Catalog, { references, ofDetached }: Constraint): readonly RelationName[] {
  if (references === undefined || ofDetached) return references === undefined ? [] : [references]
  return [references, ...partitionsBelow(catalog, references)].filter((one) => catalog.surroundings.version >= 15 || catalog.table(one)?.kind !== 'partitioned table')
}

/** The key, and those of its table that go with it: in 12 what a key has for the partitions that it refers to are keys of their own once its table is no partition any more. */
export function goingWith(catalog: Catalog, table: Table, key: Constraint): readonly Constraint[] {
  if (key.references === undefined) return [key]
  const root = [key.references, ...wholes(catalog, key.references)].at(-1)!
  const tree = [root, ...partitionsBelow(catalog, root)]
  const all = table.constraints.filter(({ references, columns }) => references !== undefined && tree.includes(references) && sameNames(columns, key.columns))
  return all.some(({ ofDetached }) => ofDetached) ? all : [key]
}

/** Tables with a foreign key to it, or to what it is a partition of; of a partitioned one, not its partitions. */
export const referringTo = (catalog: Catalog, name: RelationName): readonly RelationName[] =>
  [...new Set([name, ...wholes(catalog, name)].flatMap((one) => catalog.referencing(one)))].filter((one) => !catalog.table(one)?.partitionOf)

export const probe = (into: RelationName, columns: readonly string[]): Work => ({ kind: 'probe', to: 'to check existing ones', into, columns })

/** The columns of the referenced table: its primary key where none are written. */
export function referencedColumns(catalog: Catalog, referencing: Table, definition: ForeignKeyDefinition): readonly string[] {
  if (definition.referencedColumns.length > 0) return definition.referencedColumns
  const name = catalog.resolve(definition.references)
  const referenced = name === referencing.name ? referencing : catalog.table(name)
  return referenced?.constraints.find((one) => one.type === 'primary-key')?.columns ?? []
}

/** Valid keys over the same columns to the same table, which a partition brings with it: what is its part of such a key of its parent is taken already. */
function adoptedKeys(catalog: Catalog, partition: RelationName, definition: ForeignKeyDefinition): readonly Constraint[] {
  const table = catalog.table(partition)
  if (!table?.partitionOf) return []
  const referenced = catalog.resolve(definition.references)
  const targets = referencedColumns(catalog, table, definition)
  const keys = (one: Table | undefined): readonly Constraint[] =>
    (one?.constraints ?? []).filter((key) => key.type === 'foreign-key' && key.validated && key.references === referenced && sameNames(key.columns, definition.columns) && sameNames(key.referencedColumns ?? [], targets))
  const taken = keys(catalog.table(table.partitionOf.parent)).length
  return keys(table).slice(taken)
}

