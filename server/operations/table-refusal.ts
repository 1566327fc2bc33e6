// What PostgreSQL refuses of a table that is not there yet.
import type { Catalog } from '../catalog/catalog'
import { columnOf } from '../catalog/relation'
import type { Failure } from '../model/assessed'
import { shortName } from '../model/name'
import type { RelationName } from '../model/name'
import type { CreateTable, PartitionBound } from '../sql/command'
import { refusedVirtual } from './column-refusal'
import { holdsRows } from './common'
import { isMade } from './constraint-plans'
import { createdTable } from './created-table'
import { refusedReference } from './reference-refusal'
import { refusal } from './refusal'
import type { Refusal } from './refusal'
import { overlap, readBound, unexcluded } from './partition-proof'
import { isSameType, refusedParent, refusedUnique } from './tree-refusal'
import { columnType, typeText } from './types'

export function refusedTable(command: CreateTable, catalog: Catalog): readonly Refusal[] {
  const { columns, partitionOf, inherits } = command
  const twice = columns.find(({ name }, index) => columns.findIndex((one) => one.name === name) < index)
  if (twice) return [refusal(`Ends in an error: the column \`${twice.name}\` is written twice.`)]
  const copied = command.like.flatMap(({ relation }) => catalog.table(catalog.resolve(relation))?.columns ?? []).map(({ name }) => name)
  const [again] = [...copied, ...columns.map(({ name }) => name)].filter((name, index, all) => all.indexOf(name) < index)
  if (again !== undefined) return [refusal(`Ends in an error: the column \`${again}\` comes twice, once by LIKE.`)]
  const constraints = [...columns.flatMap((column) => column.constraints), ...command.constraints]
  if (constraints.filter(({ type }) => type === 'primary-key').length > 1) return [refusal('Ends in an error: a table has one primary key, and two are written.')]
  const { table } = createdTable(command, catalog)
  const [virtual] = columns.flatMap((one) => refusedVirtual(catalog, one, table.columns ?? []))
  if (virtual) return [virtual]
  const misled = inherits.flatMap((one) => refusedParent(catalog, catalog.resolve(one)))
  if (misled.length > 0) return misled.slice(0, 1)
  for (const parent of inherits.map((one) => catalog.resolve(one))) {
    for (const { name, type } of columns) {
      const above = columnOf(catalog.table(parent), name)
      if (above && type && !isSameType(above.type, columnType(type, catalog))) return [refusal(`Ends in an error: \`${name}\` is ${typeText(above.type)} in \`${shortName(parent)}\`, and ${typeText(columnType(type, catalog))} here.`)]
    }
  }
  const inherited = inherits.flatMap((one) => catalog.table(catalog.resolve(one)) ?? []).flatMap(({ name, columns: own = [] }) => own.map((column) => ({ parent: name, column })))
  for (const [at, { parent, column }] of inherited.entries()) {
    const before = inherited.slice(0, at).find((one) => one.column.name === column.name)
    if (before && !isSameType(before.column.type, column.type)) return [refusal(`Ends in an error: \`${column.name}\` is ${typeText(before.column.type)} in \`${shortName(before.parent)}\`, and ${typeText(column.type)} in \`${shortName(parent)}\`.`)]
  }
  const misplaced = partitionOf ? refusedBound(catalog, catalog.resolve(partitionOf.parent), partitionOf.bound, table.name) : []
  if (misplaced.length > 0) return misplaced
  const after = catalog.speculative().with(table)
  const loose = table.indexes.filter(({ shape }) => shape.unique).flatMap(({ shape }) => refusedUnique(after, table.name, shape.keys))
  const keys = constraints.flatMap((one) => (one.type === 'foreign-key' ? refusedReference(after, table, one) : []))
  return [...loose, ...keys].slice(0, 1)
}

/** Where a partition has no place (check_new_partition_bound in src/backend/partitioning/partbounds.c). */
export function refusedBound(catalog: Catalog, parent: RelationName, bound: PartitionBound, name: RelationName): readonly Refusal[] {
  const whole = catalog.table(parent)
  if (!whole) return []
  const because = (sentence: string): readonly Refusal[] => [refusal(`Ends in an error, after waiting for its locks: ${sentence}`)]
  const quoted = `\`${shortName(parent)}\``
  if (whole.kind === 'table') return because(`${quoted} is not partitioned.`)
  if (!whole.partitionBy) return []
  if (bound.strategy === 'default' && whole.partitionBy.strategy === 'hash') return because(`${quoted} is put into partitions by hash, and has no default partition.`)
  if (bound.strategy === 'default') {
    const other = catalog.defaultPartition(parent)
    // A snapshot may be younger than the migration, and have this very one.
    return other === undefined || other === name ? [] : because(`${quoted} has a default partition already, \`${shortName(other)}\`.`)
  }
  if (bound.strategy !== whole.partitionBy.strategy) return because(`${quoted} is put into partitions by ${whole.partitionBy.strategy}, and the bound is one of ${bound.strategy}.`)
  // A snapshot may be younger than the migration, and have this very one.
  const other = catalog.partitions(parent).find((one) => one !== name && overlap(catalog, parent, bound, readBound(catalog.table(one)?.partitionOf?.bound ?? '')))
  return other === undefined ? [] : because(`rows of \`${shortName(name)}\` may be of \`${shortName(other)}\` too.`)
}

/** Rows of the default partition are not moved: none may be of the new one. */
export function refusedRemainder(catalog: Catalog, parent: RelationName, bound: PartitionBound): readonly Omit<Failure, 'span'>[] {
  const remainder = bound.strategy === 'default' ? undefined : catalog.defaultPartition(parent)
  const mayHave = (name: RelationName): boolean => holdsRows(catalog, name) && !(isMade(catalog, name) && catalog.table(name)?.size?.rows === 0)
  if (remainder === undefined || !unexcluded(catalog, remainder, parent, bound).some(mayHave)) return []
  return [{ sentence: `Ends in an error, after waiting for its locks, if \`${shortName(remainder)}\` has rows that belong into the new partition: take them out of it first.`, certain: false }]
}
