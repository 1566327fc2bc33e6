import type { Catalog } from '../catalog/catalog'
import type { Column, Table } from '../catalog/relation'
import { columnOf } from '../catalog/relation'
import { quoteIdentifier } from '../model/name'
import type { Effect } from '../model/effect'
import type { RelationName } from '../model/name'
import type { PartitionBound } from '../sql/command'
import { readExpression } from '../sql/expression'
import { inCase } from '../sql/print'
import type { KeywordCase } from '../sql/print'
import { read } from '../sql/read'
import { TextMemory } from '../sql/text-memory'
import { isNotNull } from './added-constraint'
import { holdsRows, lock, partitionsBelow, wholes } from './common'
import { below, constantOf, withZone } from './constants'
import { conditionIn, implies, joined, opposite } from './implied'
import type { Comparison, Condition } from './implied'

/**
 * What PostgreSQL asks of every row of a partition, as far as a bound on one plain column tells it: the column is NULL or not, is one of some values, lies between two.
 * Values are constants as written, or as a tree of them says.
 */
export interface Requirement {
  readonly column: string
  readonly nullable: boolean
  /** List: the values, NULL left out. */
  readonly values?: readonly Constant[]
  /** Range: inclusive; absent at MINVALUE. */
  readonly from?: Constant
  /** Range: exclusive; absent at MAXVALUE. */
  readonly to?: Constant
}

export interface Constant {
  readonly sql: string
  readonly value: string | number | undefined
}

/** The requirement of a bound under its parent; undefined where it is no list or range of constants on one plain column. */
export function requirementOf(catalog: Catalog, parent: RelationName, bound: PartitionBound | undefined): Requirement | undefined {
  const by = catalog.table(parent)?.partitionBy
  const column = by?.keys.length === 1 ? by.keys[0]! : undefined
  if (!bound || column === undefined || !isPlain(catalog.table(parent), column)) return undefined
  const isInZone = isInUtc(catalog, columnOf(catalog.table(parent), column))
  const known = requirements.get(bound)
  if (known?.column === column && known.isInZone === isInZone) return known.requirement
  const requirement = requirementOn(column, bound, isInZone)
  requirements.set(bound, { column, isInZone, requirement })
  return requirement
}

/** A new partition is compared with each of its siblings. */
const requirements = new WeakMap<PartitionBound, { readonly column: string; readonly isInZone: boolean; readonly requirement: Requirement | undefined }>()

function requirementOn(column: string, bound: PartitionBound, isInZone: boolean): Requirement | undefined {
  const constant = (sql: string): Constant | undefined => constantIn(sql, isInZone)
  if (bound.strategy === 'list') {
    const nulls = bound.values.filter((value) => readExpression(value.sql).isNull)
    const values = bound.values.filter((value) => !nulls.includes(value)).map((value) => constant(value.sql))
    return values.every((value) => value !== undefined) ? { column, nullable: nulls.length > 0, values: values as readonly Constant[] } : undefined
  }
  if (bound.strategy !== 'range') return undefined
  const limit = (sql: string | undefined): Constant | 'none' | undefined => (sql === undefined ? undefined : /^(minvalue|maxvalue)$/i.test(sql.trim()) ? 'none' : constant(sql))
  const from = limit(bound.from[0]?.sql)
  const to = limit(bound.to[0]?.sql)
  if (from === undefined || to === undefined) return undefined
  return { column, nullable: false, ...(from !== 'none' && { from }), ...(to !== 'none' && { to }) }
}

/** Requirements of the table as a partition itself, and of the tables above it; undefined where one of them cannot be told. */
export function requirementsAbove(catalog: Catalog, table: RelationName): readonly Requirement[] | undefined {
  const partitionOf = catalog.table(table)?.partitionOf
  if (!partitionOf) return []
  const own = requirementOf(catalog, partitionOf.parent, readBound(partitionOf.bound))
  const above = requirementsAbove(catalog, partitionOf.parent)
  return own && above && [...above, own]
}

/** The condition, in the shape in which PostgreSQL proves it from a check: `k IS NOT NULL AND k IN (2, 3)`. */
export function conditionOf(requirement: Requirement, keywords: KeywordCase): string {
  const column = quoteIdentifier(requirement.column)
  const { values, from, to, nullable } = requirement
  if (values) {
    const list = values.length === 1 ? `${column} = ${values[0]!.sql}` : `${column} ${inCase('IN', keywords)} (${values.map((value) => value.sql).join(', ')})`
    if (!nullable) return `${column} ${inCase('IS NOT NULL AND', keywords)} ${list}`
    return values.length === 0 ? `${column} ${inCase('IS NULL', keywords)}` : `${column} ${inCase('IS NULL OR', keywords)} ${list}`
  }
  return [`${column} ${inCase('IS NOT NULL', keywords)}`, ...(from ? [`${column} >= ${from.sql}`] : []), ...(to ? [`${column} < ${to.sql}`] : [])].join(` ${inCase('AND', keywords)} `)
}

/** What PostgreSQL asks of every row of a partition, by itself and by the tables above it (get_qual_for_list and get_qual_for_range in src/backend/partitioning/partbounds.c); undefined where a key is an expression or hashed, or a value no constant. */
export function neededUnder(catalog: Catalog, parent: RelationName, bound: PartitionBound | undefined): Condition | undefined {
  const own = bound && neededBy(catalog, parent, bound)
  const partitionOf = catalog.table(parent)?.partitionOf
  if (!own || !partitionOf) return own
  const above = neededUnder(catalog, partitionOf.parent, readBound(partitionOf.bound))
  return above && joined('and', [above, own])
}

/** The same by itself alone. */
export function neededBy(catalog: Catalog, parent: RelationName, bound: PartitionBound): Condition | undefined {
  const table = catalog.table(parent)
  const keys = table?.partitionBy?.keys ?? []
  if (keys.length === 0 || !keys.every((key) => isPlain(table, key))) return undefined
  const present = keys.map((column): Condition => ({ kind: 'null', column, is: false }))
  const compared = (at: number, operator: Comparison, value: string | number): Condition => ({ kind: 'compare', column: keys[at]!, operator, value })
  if (bound.strategy === 'list') {
    if (bound.values.length > mostItems) return undefined
    const nulls = bound.values.filter((value) => readExpression(value.sql).isNull)
    const isInZone = isInUtc(catalog, columnOf(table, keys[0]!))
    const values = whole(bound.values.flatMap((value) => (nulls.includes(value) ? [] : [constantIn(value.sql, isInZone)?.value])))
    const equal = values?.map((value) => compared(0, '=', value))
    return equal && (nulls.length > 0 ? joined('or', [{ kind: 'null', column: keys[0]!, is: true }, ...equal]) : joined('and', [...present, joined('or', equal)]))
  }
  const limits = limitsOf(catalog, parent, bound)
  if (!limits) return undefined
  const { from, to } = limits
  // Columns in which both ends are the same are that value; each arm is of one column more than the one before, and the last of it decides.
  const split = keys.findIndex((_, at) => valueOf(from[at]) === undefined || valueOf(from[at]) !== valueOf(to[at]))
  const arms = (side: readonly Limit[], strict: Comparison, loose: Comparison, last: Comparison, edge: Limit): readonly Condition[] => {
    const end = side.findIndex((limit, at) => at >= split && typeof limit === 'string')
    const ends = keys.slice(split, end < 0 ? keys.length : end).map((_, index) => split + index)
    return ends.map((at) => joined('and', [...side.slice(split, at).map((limit, index) => compared(split + index, '=', valueOf(limit)!)), compared(at, at === keys.length - 1 ? last : side[at + 1] === edge ? loose : strict, valueOf(side[at])!)]))
  }
  const sides = [arms(from, '>', '>=', '>=', 'minvalue'), arms(to, '<', '<=', '<', 'maxvalue')]
  return joined('and', [...present, ...from.slice(0, split).map((limit, at) => compared(at, '=', valueOf(limit)!)), ...sides.flatMap((side) => (side.length > 0 ? [joined('or', side)] : []))])
}

/** A proof looks into no longer list (MAX_SAOP_ARRAY_SIZE in src/backend/optimizer/util/predtest.c). */
const mostItems = 100

/** An end of a range in one column. */
export type Limit = 'minvalue' | 'maxvalue' | { readonly value: string | number }

const valueOf = (limit: Limit | undefined): string | number | undefined => (typeof limit === 'object' ? limit.value : undefined)

/** Both ends of a range, column by column of the key; undefined where one of them is not told. */
export function limitsOf(catalog: Catalog, parent: RelationName, bound: PartitionBound): { readonly from: readonly Limit[]; readonly to: readonly Limit[] } | undefined {
  const table = catalog.table(parent)
  const keys = table?.partitionBy?.keys ?? []
  if (bound.strategy !== 'range' || keys.length === 0 || bound.from.length !== keys.length || bound.to.length !== keys.length || !keys.every((key) => isPlain(table, key))) return undefined
  const limit = ({ sql }: { readonly sql: string }, at: number): Limit | undefined => {
    const word = sql.trim().toLowerCase()
    if (word === 'minvalue' || word === 'maxvalue') return word
    const value = constantIn(sql, isInUtc(catalog, columnOf(table, keys[at]!)))?.value
    return value === undefined ? undefined : { value }
  }
  const [from, to] = [whole(bound.from.map(limit)), whole(bound.to.map(limit))]
  return from && to && { from, to }
}

const whole = <One>(all: readonly (One | undefined)[]): readonly One[] | undefined => (all.includes(undefined) ? undefined : (all as readonly One[]))

/** Whether valid checks and NOT NULL of the table say already what is needed, so that nobody has to look. Never true by guess. Where its columns are not known they are those of what it is a partition of, or is to be. */
export function proves(catalog: Catalog, known: Table | undefined, needed: Condition, parent: RelationName): boolean {
  if (!known || catalog.surroundings.emptied) return false
  const columns = known.columns ?? catalog.table(parent)?.columns
  const table = columns ? { ...known, columns } : known
  const checks = table.constraints.flatMap((one) => {
    const { tree } = one.type === 'check' && one.validated && one.expression !== undefined ? readExpression(one.expression) : {}
    return tree === undefined ? [] : [conditionIn(tree, { table, isInUtc: (column) => isInUtc(catalog, column), mostItems })]
  })
  const present = (table.columns ?? []).flatMap(({ name }): Condition[] => (isNotNull(table, name) ? [{ kind: 'null', column: name, is: false }] : []))
  return implies(joined('and', [...checks, ...present]), needed, table)
}

/** The table itself and what is below it, but what says by checks of its own, or of a table in between, that its rows meet the condition. `parent`: what it is a partition of, or is to be. */
export function unproved(catalog: Catalog, name: RelationName, needed: Condition | undefined, parent: RelationName): readonly RelationName[] {
  const says = (one: RelationName): boolean => needed !== undefined && proves(catalog, catalog.table(one), needed, parent)
  const below = partitionsBelow(catalog, name)
  return [name, ...below].filter((one) => ![one, ...wholes(catalog, one).filter((above) => above === name || below.includes(above))].some(says))
}

/** Of the default partition and what is below it all that may have rows of a new partition, as far as valid checks and NOT NULL tell. */
export function unexcluded(catalog: Catalog, remainder: RelationName, parent: RelationName, bound: PartitionBound): readonly RelationName[] {
  const needed = neededBy(catalog, parent, bound)
  return unproved(catalog, remainder, needed && opposite(needed), parent)
}

/** Rows of the default partition may belong to the new one, so it is locked and read, unless a check excludes it. */
export function defaultEffects(catalog: Catalog, parent: RelationName, bound: PartitionBound): readonly Effect[] {
  const remainder = bound.strategy === 'default' ? undefined : catalog.defaultPartition(parent)
  if (remainder === undefined) return []
  const read = unexcluded(catalog, remainder, parent, bound)
  const parts = read.includes(remainder) ? [remainder, ...partitionsBelow(catalog, remainder)] : [remainder]
  return parts.map((one) => lock(one, 'ACCESS EXCLUSIVE', ...(read.includes(one) && holdsRows(catalog, one) ? [{ kind: 'scan' as const, to: 'to check that none belongs to the new partition' }] : [])))
}

/** Whether a row may be of both, as far as constants tell. Never true by guess. */
export function overlap(catalog: Catalog, parent: RelationName, one: PartitionBound, other: PartitionBound | undefined): boolean {
  if (one.strategy === 'hash') return other?.strategy === 'hash' && (one.remainder - other.remainder) % divisor(one.modulus, other.modulus) === 0
  if (catalog.surroundings.emptied) return false
  if (other && (catalog.table(parent)?.partitionBy?.keys.length ?? 0) > 1) {
    const [own, its] = [limitsOf(catalog, parent, one), limitsOf(catalog, parent, other)]
    return own !== undefined && its !== undefined && isBelow(own.from, its.to) && isBelow(its.from, own.to)
  }
  const [a, b] = [requirementOf(catalog, parent, one), requirementOf(catalog, parent, other)]
  if (!a || !b) return false
  if (a.values || b.values) return (a.nullable && b.nullable) || (a.values ?? []).some((value) => b.values?.some((same) => value.value !== undefined && value.value === same.value))
  const begins = (from: Constant | undefined, to: Constant | undefined): boolean => from === undefined || to === undefined || below(from.value, to.value)
  return begins(a.from, b.to) && begins(b.from, a.to)
}

/** Column by column; behind MINVALUE or MAXVALUE on both sides nothing is compared (partition_rbound_cmp in src/backend/partitioning/partbounds.c). */
function isBelow(one: readonly Limit[], other: readonly Limit[]): boolean {
  const at = one.findIndex((limit, index) => typeof limit === 'string' || typeof other[index] === 'string' || valueOf(limit) !== valueOf(other[index]))
  const [a, b] = [one[at], other[at]]
  if (typeof a === 'object' && typeof b === 'object') return below(a.value, b.value)
  return a !== b && (a === 'minvalue' || b === 'maxvalue')
}

const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b))

export const readBound = (text: string): PartitionBound | undefined => (bounds.get(text) ?? bounds.set(text, readAnew(text))).bound

/** Some thousand: those of one table are asked for together, again and again. */
const bounds = new TextMemory<{ readonly bound: PartitionBound | undefined }>(512 * 1024)

function readAnew(text: string): { readonly bound: PartitionBound | undefined } {
  const command = read(`ALTER TABLE a ATTACH PARTITION b ${text}`).commands[0]
  return { bound: command?.kind === 'alter' && command.action.action === 'attach-partition' ? command.action.bound : undefined }
}

/** A key that is no column of the table is an expression. */
const isPlain = (table: Table | undefined, key: string): boolean => (table?.columns ? columnOf(table, key) !== undefined : /^[^\s()]+$/.test(key))

function constantIn(sql: string, inUtc: boolean): Constant | undefined {
  const facts = readExpression(sql)
  if (!facts.isConstant || facts.isNull) return undefined
  return { sql, value: facts.tree && constantOf(inUtc ? withZone(facts.tree) : facts.tree) }
}

export const isInUtc = (catalog: Catalog, column: Column | undefined): boolean => column?.type.name === 'timestamptz' && /^(?:Etc\/)?(?:UTC|GMT|UCT|Zulu)$/i.test(catalog.surroundings.timeZone ?? '')
