// What PostgreSQL does not do to one table alone of those that are partitions of another or inherit from it.
import type { Catalog } from '../catalog/catalog'
import { columnOf } from '../catalog/relation'
import { listWords } from '../model/format'
import type { RelationName } from '../model/name'
import { shortName } from '../model/name'
import { isExpression, mentions } from './alteration'
import { refusal } from './refusal'
import type { Refusal } from './refusal'

const quoted = (name: RelationName): string => `\`${shortName(name)}\``

const parentsOf = (catalog: Catalog, name: RelationName): readonly RelationName[] => {
  const table = catalog.table(name)
  return [...(table?.partitionOf ? [table.partitionOf.parent] : []), ...(table?.inherits ?? [])]
}

const hasChildren = (catalog: Catalog, name: RelationName): boolean => catalog.partitions(name).length > 0 || catalog.children(name).length > 0

/** A column that comes from a table above is changed there; `what` is to be done to it: "dropped". */
export function refusedInherited(catalog: Catalog, name: RelationName, column: string, what: string): readonly Refusal[] {
  const parent = parentsOf(catalog, name).find((one) => columnOf(catalog.table(one), column))
  return parent === undefined ? [] : [refusal(`Ends in an error: \`${column}\` comes to ${quoted(name)} from ${quoted(parent)}, and is ${what} there.`)]
}

/** ONLY where what is to be done has to be done to all below as well: "a column is added". */
export const refusedAlone = (catalog: Catalog, name: RelationName, only: boolean, what: string): readonly Refusal[] =>
  only && hasChildren(catalog, name) ? [refusal(`Ends in an error: ${what} together with the tables below ${quoted(name)}. Leave out ONLY.`)] : []

/** A partition has the columns of the whole, and no others. */
export function refusedOnPartition(catalog: Catalog, name: RelationName): readonly Refusal[] {
  const parent = catalog.table(name)?.partitionOf?.parent
  return parent === undefined ? [] : [refusal(`Ends in an error: ${quoted(name)} is a partition, and has the columns of ${quoted(parent)}. Add it there.`)]
}

/** What makes rows unique knows one partition at a time, so it has to hold all that tells in which a row is. */
export function refusedUnique(catalog: Catalog, name: RelationName, columns: readonly string[]): readonly Refusal[] {
  const table = catalog.table(name)
  if (table?.kind !== 'partitioned table' || table.partitionBy === undefined) return []
  const { keys } = table.partitionBy
  if (keys.some(isExpression)) return [refusal(`Ends in an error: ${quoted(name)} is put into partitions by an expression, and nothing can be unique over all of them then.`)]
  const missing = keys.filter((key) => !columns.includes(key))
  return missing.length === 0 ? [] : [refusal(`Ends in an error: ${quoted(name)} is put into partitions by ${listWords(missing.map((key) => `\`${key}\``))}, and what is to be unique has to hold ${missing.length === 1 ? 'that' : 'those'} too.`)]
}

export const isPartitionKey = (catalog: Catalog, name: RelationName, column: string): boolean =>
  catalog.table(name)?.partitionBy?.keys.some((key) => key === column || (isExpression(key) && mentions(key, column))) ?? false
