import type { Catalog } from '../catalog/catalog'
import type { Table } from '../catalog/relation'
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
  const work = (relation: RelationName): readonly Work[] => (checks === 'rows' && holdsRows(catalog, relation) && !hasSameKey(catalog, relation, definition) ? [probe(referenced, definition.columns)] : [])
  const partitions = partitionsBelow(catalog, table)
  // From 18 on ALTER TABLE … ADD CONSTRAINT locks inheritance children too, though they do not inherit the key.
  const others = catalog.surroundings.version >= 18 && !only ? descendants(catalog, table).filter((one) => !partitions.includes(one)) : []
  const isAdopted = (partition: RelationName): boolean => hasSameKey(catalog, partition, definition)
  const { own } = adoptionLocks(catalog, referenced)
  return [
    lock(table, 'SHARE ROW EXCLUSIVE', ...work(table)),
    ...partitions.map((partition) => ({ ...lock(partition, isAdopted(partition) ? own : 'SHARE ROW EXCLUSIVE', ...work(partition)), asStrongAs: table })),
    ...others.map((child) => ({ ...lock(child, 'SHARE ROW EXCLUSIVE'), asStrongAs: table })),
    ...(partitions.some(isAdopted) ? adoptedEffects(catalog, referenced) : referencedEffects(catalog, referenced, 'SHARE ROW EXCLUSIVE')),
  ]
}

/** What it takes of the referenced table that a partition keeps the very key which it has. */
export function adoptedEffects(catalog: Catalog, referenced: RelationName, ofDetached = false): readonly Effect[] {
  const { part, whole } = adoptionLocks(catalog, referenced, ofDetached)
  return [lock(referenced, whole), ...partitionsBelow(catalog, referenced).map((one) => lock(one, part))]
}

/**
 * A partition that has the very key keeps it, less its triggers on the referenced table, for which that is locked;
 * less its constraints for that table's partitions too, for which it is locked itself (tryAttachPartitionForeignKey in src/backend/commands/tablecmds.c).
 * `ofDetached`: in 12 the key of a partition that was detached has triggers on the whole.
 */
function adoptionLocks(catalog: Catalog, referenced: RelationName, ofDetached = false): { readonly own: LockMode; readonly part: LockMode; readonly whole: LockMode } {
  const { version } = catalog.surroundings
  if (partitionsBelow(catalog, referenced).length === 0) return { own: 'SHARE ROW EXCLUSIVE', part: 'ACCESS EXCLUSIVE', whole: 'ACCESS EXCLUSIVE' }
  if (version < 13) return { own: 'SHARE ROW EXCLUSIVE', part: 'SHARE ROW EXCLUSIVE', whole: ofDetached ? 'ACCESS EXCLUSIVE' : 'SHARE ROW EXCLUSIVE' }
  return { own: 'ACCESS EXCLUSIVE', part: 'ACCESS EXCLUSIVE', whole: version < 15 ? 'SHARE ROW EXCLUSIVE' : 'ACCESS EXCLUSIVE' }
}

/** The same lock on the referenced table and on each of its partitions. */
export const referencedEffects = (catalog: Catalog, referenced: RelationName, mode: LockMode): readonly Effect[] =>
  [referenced, ...partitionsBelow(catalog, referenced)].map((one) => lock(one, mode))

/** Those of the referenced table and its partitions that have triggers for the keys to it: up to 14 none that is itself partitioned. */
export const watched = (catalog: Catalog, referenced: RelationName): readonly RelationName[] =>
  [referenced, ...partitionsBelow(catalog, referenced)].filter((one) => catalog.surroundings.version >= 15 || catalog.table(one)?.kind !== 'partitioned table')

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

/** A valid key over the same columns to the same table, which a partition brings with it: what is its part of such a key of its parent is taken already. */
function hasSameKey(catalog: Catalog, partition: RelationName, definition: ForeignKeyDefinition): boolean {
  const table = catalog.table(partition)
  if (!table?.partitionOf) return false
  const referenced = catalog.resolve(definition.references)
  const targets = referencedColumns(catalog, table, definition)
  const keys = (one: Table | undefined): number =>
    (one?.constraints ?? []).filter((key) => key.type === 'foreign-key' && key.validated && key.references === referenced && sameNames(key.columns, definition.columns) && sameNames(key.referencedColumns ?? [], targets)).length
  return keys(table) > keys(catalog.table(table.partitionOf.parent))
}

