// What PostgreSQL does not do to one table alone of those that are partitions of another or inherit from it.
import type { Catalog } from '../catalog/catalog'
import { columnOf } from '../catalog/relation'
import type { ColumnType } from '../catalog/relation'
import { listWords } from '../model/format'
import type { RelationName } from '../model/name'
import { shortName } from '../model/name'
import { isExpression, mentions } from './alteration'
import { descendants, partitionsBelow } from './common'
import { refusal } from './refusal'
import type { Refusal } from './refusal'
import { typeText } from './types'

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

/** A column that a table below has from another parent as well is changed in neither alone. `family` is the table with those below it. */
export function refusedShared(catalog: Catalog, family: readonly RelationName[], column: string, what: string): readonly Refusal[] {
  for (const name of family.slice(1)) {
    const other = parentsOf(catalog, name).find((one) => !family.includes(one) && columnOf(catalog.table(one), column))
    if (other !== undefined) return [refusal(`Ends in an error: \`${column}\` comes to ${quoted(name)} from ${quoted(other)} too, and is ${what} in neither alone.`)]
  }
  return []
}

/** ONLY where what is to be done has to be done to all below as well: "a column is added". */
export const refusedAlone = (catalog: Catalog, name: RelationName, only: boolean, what: string): readonly Refusal[] =>
  only && hasChildren(catalog, name) ? [refusal(`Ends in an error: ${what} together with the tables below ${quoted(name)}. Leave out ONLY.`)] : []

/** A partition has the columns of the whole, and no others. */
export function refusedOnPartition(catalog: Catalog, name: RelationName): readonly Refusal[] {
  const parent = catalog.table(name)?.partitionOf?.parent
  return parent === undefined ? [] : [refusal(`Ends in an error: ${quoted(name)} is a partition, and has the columns of ${quoted(parent)}. Add it there.`)]
}

/** What makes rows unique knows one partition at a time, so it has to hold all that tells in which a row is, down to the last. */
export function refusedUnique(catalog: Catalog, name: RelationName, columns: readonly string[]): readonly Refusal[] {
  const found = [name, ...partitionsBelow(catalog, name)].flatMap((one): readonly Refusal[] => {
    const { partitionBy } = catalog.table(one) ?? {}
    if (partitionBy === undefined) return []
    const { keys } = partitionBy
    if (keys.some(isExpression)) return [refusal(`Ends in an error: ${quoted(one)} is put into partitions by an expression, and nothing can be unique over all of them then.`)]
    const missing = keys.filter((key) => !columns.includes(key))
    return missing.length === 0 ? [] : [refusal(`Ends in an error: ${quoted(one)} is put into partitions by ${listWords(missing.map((key) => `\`${key}\``))}, and what is to be unique has to hold ${missing.length === 1 ? 'that' : 'those'} too.`)]
  })
  return found.slice(0, 1)
}

/** INHERIT is for what neither is partitioned nor a partition, and makes no circle (ATPrepAddInherit and CreateInheritance in src/backend/commands/tablecmds.c). */
export function refusedTree(catalog: Catalog, parent: RelationName, child: RelationName): readonly Refusal[] {
  const misled = [child, parent].flatMap((name) => refusedParent(catalog, name))
  if (misled.length > 0) return misled.slice(0, 1)
  const isCircle = parent === child || descendants(catalog, child).includes(parent)
  return isCircle ? [refusal(`Ends in an error: ${quoted(parent)} ${parent === child ? 'does not inherit from itself' : `inherits from ${quoted(child)} already`}.`)] : []
}

/** Of a table with partitions, and of a partition, nothing else inherits (MergeAttributes in src/backend/commands/tablecmds.c). */
export function refusedParent(catalog: Catalog, name: RelationName): readonly Refusal[] {
  const table = catalog.table(name)
  return table?.kind === 'partitioned table' || table?.partitionOf ? [refusal(`Ends in an error: ${quoted(name)} is ${table.partitionOf ? 'a partition' : 'partitioned'}, and inherits from nothing else, nor does anything from it.`)] : []
}

/** What is put below another has the other's columns and checks, and a partition has no columns but those. */
export function refusedBelow(catalog: Catalog, parent: RelationName, child: RelationName): readonly Refusal[] {
  const [above, below] = [catalog.table(parent), catalog.table(child)]
  if (!above?.columns || !below?.columns) return []
  const because = (sentence: string): readonly Refusal[] => [refusal(`Ends in an error, after waiting for its locks: ${sentence}`)]
  const missing = above.columns.find(({ name }) => !columnOf(below, name))
  if (missing) return because(`${quoted(child)} has no column \`${missing.name}\`, which ${quoted(parent)} has.`)
  const extra = above.kind === 'partitioned table' ? below.columns.find(({ name }) => !columnOf(above, name)) : undefined
  if (extra) return because(`${quoted(child)} has a column \`${extra.name}\`, which ${quoted(parent)} has not.`)
  // Partitions take their numbers from the whole.
  const own = above.kind === 'partitioned table' && catalog.surroundings.version >= 17 ? below.columns.find(({ identity }) => identity) : undefined
  if (own) return because(`${quoted(child)} has an identity column of its own, \`${own.name}\`. Say DROP IDENTITY there first.`)
  const other = above.columns.find(({ name, type }) => !isSameType(type, columnOf(below, name)!.type))
  if (other) return because(`\`${other.name}\` is ${typeText(other.type)} in ${quoted(parent)}, and ${typeText(columnOf(below, other.name)!.type)} in ${quoted(child)}.`)
  const isOwn = (column: string): boolean => above.constraints.some((one) => one.type === 'not-null' && one.noInherit && one.columns[0] === column)
  const nullable = above.columns.find(({ name, notNull }) => notNull && !isOwn(name) && columnOf(below, name)?.notNull === false)
  if (nullable) return because(`\`${nullable.name}\` is NOT NULL in ${quoted(parent)}, and not in ${quoted(child)}. Say so there first.`)
  const check = below.complete ? above.constraints.find((one) => one.type === 'check' && !one.noInherit && !below.constraints.some(({ name, type }) => type === 'check' && name === one.name)) : undefined
  return check ? because(`${quoted(child)} has no check \`${check.name}\`, which ${quoted(parent)} has.`) : []
}

/** Of how many dimensions an array is PostgreSQL keeps nothing. */
export const isSameType = (one: ColumnType, other: ColumnType): boolean =>
  one.name === other.name && one.dimensions > 0 === other.dimensions > 0 && one.modifiers.join() === other.modifiers.join()

export const isPartitionKey = (catalog: Catalog, name: RelationName, column: string): boolean =>
  catalog.table(name)?.partitionBy?.keys.some((key) => key === column || (isExpression(key) && mentions(key, column))) ?? false
