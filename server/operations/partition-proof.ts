import type { Catalog } from '../catalog/catalog'
import type { Column, Table } from '../catalog/relation'
import { columnOf } from '../catalog/relation'
import { quoteIdentifier } from '../model/name'
import type { RelationName } from '../model/name'
import type { PartitionBound } from '../sql/command'
import { conjuncts, readExpression } from '../sql/expression'
import type { ExpressionTree } from '../sql/expression-tree'
import { inCase } from '../sql/print'
import type { KeywordCase } from '../sql/print'
import { read } from '../sql/read'
import { isNotNull } from './added-constraint'

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
  /** Times without a time zone are of UTC. */
  readonly inUtc?: true
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
  const zone = isInUtc(catalog, columnOf(catalog.table(parent), column)) ? { inUtc: true as const } : {}
  const constant = (sql: string): Constant | undefined => constantIn(sql, zone.inUtc)
  if (bound.strategy === 'list') {
    const nulls = bound.values.filter((value) => readExpression(value.sql).isNull)
    const values = bound.values.filter((value) => !nulls.includes(value)).map((value) => constant(value.sql))
    return values.every((value) => value !== undefined) ? { column, nullable: nulls.length > 0, values: values as readonly Constant[], ...zone } : undefined
  }
  if (bound.strategy !== 'range') return undefined
  const limit = (sql: string | undefined): Constant | 'none' | undefined => (sql === undefined ? undefined : /^(minvalue|maxvalue)$/i.test(sql.trim()) ? 'none' : constant(sql))
  const from = limit(bound.from[0]?.sql)
  const to = limit(bound.to[0]?.sql)
  if (from === undefined || to === undefined) return undefined
  return { column, nullable: false, ...(from !== 'none' && { from }), ...(to !== 'none' && { to }), ...zone }
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

/** Whether valid checks and NOT NULL of the table say already what is required, so that nobody has to look. Never true by guess. */
export function proves(table: Table | undefined, requirement: Requirement): boolean {
  if (!table) return false
  const facts = factsOf(table, requirement)
  const hasNoNull = isNotNull(table, requirement.column) || facts.some((fact) => saysNotNull(fact, requirement.column))
  if (!requirement.nullable && !hasNoNull) return false
  if (requirement.values) return facts.some((fact) => isAmong(fact, requirement))
  return (requirement.from === undefined || facts.some((fact) => bounds(fact, requirement.column, 'from', requirement.from!))) && (requirement.to === undefined || facts.some((fact) => bounds(fact, requirement.column, 'to', requirement.to!)))
}

/** Whether a valid check says that no row meets the requirement: what keeps the default partition from being read. */
export function excludes(table: Table | undefined, requirement: Requirement): boolean {
  const { column, values, nullable } = requirement
  if (!table) return false
  return factsOf(table, requirement).some((fact) => {
    if (!nullable && isBeside(fact, requirement)) return true
    if (fact.kind === 'unary' && fact.operator === 'not') return nullable ? admitsNullAnd(fact.operand, requirement) : parts(fact.operand).every((part) => saysNotNull(part, column) || isWeaker(part, requirement))
    return !nullable && values?.length === 1 && fact.kind === 'binary' && (fact.operator === '<>' || fact.operator === '!=') && isColumn(fact.left, column) && equal(constantOf(fact.right), values[0]!.value)
  })
}

/** `k < 10` where the range begins at 10. Of a NULL the check says nothing, but the range has none. */
function isBeside(tree: ExpressionTree, { column, from, to }: Requirement): boolean {
  if (tree.kind !== 'binary' || !isColumn(tree.left, column)) return false
  const value = constantOf(tree.right)
  if (tree.operator === '<') return from !== undefined && atLeast(from.value, value)
  if (tree.operator === '<=') return from !== undefined && below(value, from.value)
  if (tree.operator === '>=') return to !== undefined && atLeast(value, to.value)
  return tree.operator === '>' && to !== undefined && atLeast(value, to.value)
}

/** `k IS NULL OR k = 2`, or `k IS NULL` where there are no values besides. */
function admitsNullAnd(tree: ExpressionTree, requirement: Requirement): boolean {
  const saysNull = (side: ExpressionTree): boolean => side.kind === 'unary' && side.operator === 'is null' && isColumn(side.operand, requirement.column)
  if (requirement.values?.length === 0) return saysNull(tree)
  if (tree.kind !== 'binary' || tree.operator !== 'or') return false
  return (saysNull(tree.left) && isWeaker(tree.right, requirement)) || (saysNull(tree.right) && isWeaker(tree.left, requirement))
}

/** Whether a row may be of both, as far as constants tell. Never true by guess. */
export function overlap(catalog: Catalog, parent: RelationName, one: PartitionBound, other: PartitionBound | undefined): boolean {
  if (one.strategy === 'hash') return other?.strategy === 'hash' && (one.remainder - other.remainder) % divisor(one.modulus, other.modulus) === 0
  const [a, b] = [requirementOf(catalog, parent, one), requirementOf(catalog, parent, other)]
  if (!a || !b || catalog.surroundings.emptied) return false
  if (a.values || b.values) return (a.nullable && b.nullable) || (a.values ?? []).some((value) => b.values?.some((same) => value.value !== undefined && value.value === same.value))
  const begins = (from: Constant | undefined, to: Constant | undefined): boolean => from === undefined || to === undefined || below(from.value, to.value)
  return begins(a.from, b.to) && begins(b.from, a.to)
}

const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b))

export const readBound = (text: string): PartitionBound | undefined => {
  const command = read(`ALTER TABLE a ATTACH PARTITION b ${text}`).commands[0]
  return command?.kind === 'alter' && command.action.action === 'attach-partition' ? command.action.bound : undefined
}

/** A key that is no column of the table is an expression. */
const isPlain = (table: Table | undefined, key: string): boolean => (table?.columns ? columnOf(table, key) !== undefined : /^[^\s()]+$/.test(key))

function constantIn(sql: string, inUtc: true | undefined): Constant | undefined {
  const facts = readExpression(sql)
  if (!facts.isConstant || facts.isNull) return undefined
  return { sql, value: facts.tree && constantOf(inUtc ? withZone(facts.tree) : facts.tree) }
}

export const isInUtc = (catalog: Catalog, column: Column | undefined): boolean => column?.type.name === 'timestamptz' && /^(?:Etc\/)?(?:UTC|GMT|UCT|Zulu)$/i.test(catalog.surroundings.timeZone ?? '')

/** The same, with the zone written out where a time has none. */
export function withZone(tree: ExpressionTree): ExpressionTree {
  switch (tree.kind) {
    case 'string':
      return isoDate(tree.value)?.zone === '' ? { ...tree, value: `${tree.value}+00` } : tree
    case 'cast':
    case 'unary':
      return { ...tree, operand: withZone(tree.operand) }
    case 'binary':
      return { ...tree, left: withZone(tree.left), right: withZone(tree.right) }
    case 'between':
      return { ...tree, low: withZone(tree.low), high: withZone(tree.high) }
    case 'list':
      return { ...tree, items: tree.items.map(withZone) }
    case 'call':
      return { ...tree, arguments: tree.arguments.map(withZone) }
    default:
      return tree
  }
}

/** Each conjunct of each valid check. */
function factsOf(table: Table, { inUtc }: Requirement): readonly ExpressionTree[] {
  return table.constraints.flatMap((one) => {
    if (one.type !== 'check' || !one.validated || one.expression === undefined) return []
    return (conjuncts(one.expression) ?? []).flatMap((part) => {
      const { tree } = readExpression(part)
      return tree === undefined ? [] : [inUtc ? withZone(tree) : tree]
    })
  })
}

const parts = (tree: ExpressionTree): readonly ExpressionTree[] => (tree.kind === 'binary' && tree.operator === 'and' ? [...parts(tree.left), ...parts(tree.right)] : [tree])

const isColumn = (tree: ExpressionTree, column: string): boolean => tree.kind === 'column' && tree.qualifier === undefined && tree.name === column

const saysNotNull = (tree: ExpressionTree, column: string): boolean => tree.kind === 'unary' && tree.operator === 'is not null' && isColumn(tree.operand, column)

/** The check admits no other values than those of the list. */
function isAmong(tree: ExpressionTree, { column, nullable, values }: Requirement): boolean {
  if (tree.kind === 'binary' && tree.operator === 'or' && nullable) {
    const isNull = (side: ExpressionTree): boolean => side.kind === 'unary' && side.operator === 'is null' && isColumn(side.operand, column)
    if (isNull(tree.left)) return isAmong(tree.right, { column, nullable: false, values: values! })
    if (isNull(tree.right)) return isAmong(tree.left, { column, nullable: false, values: values! })
  }
  if (nullable && tree.kind === 'unary' && tree.operator === 'is null') return isColumn(tree.operand, column)
  const named = valuesOf(tree, column)
  return named !== undefined && named.every((value) => values!.some((one) => equal(one.value, value)))
}

/** Of `k = 2`, `k IN (2, 3)` and `k = ANY (ARRAY[2, 3])`. */
function valuesOf(tree: ExpressionTree, column: string): readonly (string | number | undefined)[] | undefined {
  if (tree.kind !== 'binary' || !isColumn(tree.left, column)) return undefined
  if (tree.operator === 'in' && tree.right.kind === 'list') return tree.right.items.map(constantOf)
  if (tree.operator !== '=') return undefined
  if (tree.right.kind === 'call' && tree.right.function.name === 'any' && tree.right.arguments.length === 1) {
    const [array] = tree.right.arguments
    const list = array?.kind === 'cast' ? array.operand : array
    return list?.kind === 'list' ? list.items.map(constantOf) : undefined
  }
  return [constantOf(tree.right)]
}

/** The check keeps the column on the right side of the limit. */
function bounds(tree: ExpressionTree, column: string, side: 'from' | 'to', needed: Constant): boolean {
  if (tree.kind === 'between' && !tree.negated && isColumn(tree.value, column)) {
    return side === 'from' ? atLeast(constantOf(tree.low), needed.value) : below(constantOf(tree.high), needed.value)
  }
  if (tree.kind !== 'binary' || !isColumn(tree.left, column)) return false
  const value = constantOf(tree.right)
  if (tree.operator === '=') return side === 'from' ? atLeast(value, needed.value) : below(value, needed.value)
  if (side === 'from') return (tree.operator === '>=' || tree.operator === '>') && atLeast(value, needed.value)
  return tree.operator === '<' ? atLeast(needed.value, value) : tree.operator === '<=' && below(value, needed.value)
}

/** Every value that the requirement admits meets the condition. */
function isWeaker(tree: ExpressionTree, { column, values, from, to }: Requirement): boolean {
  if (values) {
    const named = valuesOf(tree, column)
    return named !== undefined && values.every((one) => named.some((value) => equal(value, one.value)))
  }
  if (tree.kind !== 'binary' || !isColumn(tree.left, column)) return false
  const value = constantOf(tree.right)
  if (tree.operator === '>=') return from !== undefined && atLeast(from.value, value)
  return tree.operator === '<' && to !== undefined && atLeast(value, to.value)
}

export function constantOf(tree: ExpressionTree): string | number | undefined {
  if (tree.kind === 'number' || tree.kind === 'string') return tree.value
  if (tree.kind === 'boolean') return String(tree.value)
  if (tree.kind === 'cast') return constantOf(tree.operand)
  if (tree.kind === 'unary' && tree.operator === '-' && tree.operand.kind === 'number') return -tree.operand.value
  return undefined
}

export const equal = (a: string | number | undefined, b: string | number | undefined): boolean => a !== undefined && (a === b || (compare(a, b) ?? 1) === 0)

export const atLeast = (a: string | number | undefined, b: string | number | undefined): boolean => equal(a, b) || (compare(a, b) ?? -1) >= 0

export const below = (a: string | number | undefined, b: string | number | undefined): boolean => (compare(a, b) ?? 0) < 0

/** Comparable, and not the same. */
export const unlike = (a: string | number | undefined, b: string | number | undefined): boolean => (compare(a, b) ?? 0) !== 0

/** Numbers, and dates in ISO form, whose order is that of their text; what else there is depends on type and collation. */
function compare(a: string | number | undefined, b: string | number | undefined): number | undefined {
  if (a === undefined || b === undefined) return undefined
  const [x, y] = [Number(a), Number(b)]
  if (a !== '' && b !== '' && !Number.isNaN(x) && !Number.isNaN(y)) return x - y
  const [left, right] = [isoDate(a), isoDate(b)]
  if (left === undefined || right === undefined || left.zone !== right.zone) return undefined
  return left.time < right.time ? -1 : left.time > right.time ? 1 : 0
}

/** A date without a time is its midnight. The zone is hours and minutes from UTC; times of two zones are not compared. */
function isoDate(value: string | number): { readonly time: string; readonly zone: string } | undefined {
  const match = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2})(?::(\d{2}))?)?(Z|[+-]\d{2}(?::?\d{2})?)?$/.exec(String(value))
  if (!match) return undefined
  const [, date, time = '00:00', second = '00', zone = ''] = match
  const [, sign = '', hours = '00', minutes = '00'] = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone) ?? []
  return { time: `${date} ${time}:${second}`, zone: zone === '' ? '' : `${sign === '-' && (hours !== '00' || minutes !== '00') ? '-' : '+'}${hours}${minutes}` }
}
