import type { Catalog } from '../catalog/catalog'
import { readType } from '../catalog/read-type'
import { columnOf } from '../catalog/relation'
import type { Column } from '../catalog/relation'
import { lookup } from '../model/lookup'
import type { RelationName } from '../model/name'
import type { ReadName } from '../sql/command'
import { conjuncts, readExpression } from '../sql/expression'
import type { ExpressionTree } from '../sql/expression-tree'
import { neverHolds } from '../sql/never-holds'
import { parted, treesWithin } from '../sql/walk-tree'
import { combined, hashOf } from './hash-partition'
import { atLeast, below, constantOf, equal, isInUtc, readBound, requirementOf, unlike, withZone } from './partition-proof'
import type { Constant, Requirement } from './partition-proof'
import { userType } from './types'

/** What is known of every row in question, each part by itself: `region = 'eu'`, `at < '2024-01-01'`. */
export type Facts = readonly ExpressionTree[]

/**
 * Partitions of every depth that may hold such rows, tables between included: the others the planner leaves out, and unlocked (src/backend/partitioning/partprune.c).
 * `given` values are put into their column; those of a condition count only where they are of the column's own type, else they are compared when the statement runs.
 */
export function fittingPartitions(catalog: Catalog, table: RelationName, facts: Facts, values: 'given' | 'compared'): readonly RelationName[] {
  const partitions = catalog.partitions(table)
  if (partitions.length === 0) return []
  if (facts.includes(nothing)) return []
  const by = catalog.table(table)?.partitionBy
  if (by?.strategy === 'hash') return hashed(catalog, table, by.keys, facts, values).flatMap((name) => [name, ...fittingPartitions(catalog, name, facts, values)])
  const column = by?.keys.length === 1 ? columnOf(catalog.table(table), by.keys[0]!) : undefined
  // A value of which nothing is left shuts no partition out.
  const own = column && !catalog.surroundings.emptied ? factsOn(column, facts, values, catalog) : []
  const bounds = partitions.map((name) => ({ name, bound: readBound(catalog.table(name)?.partitionOf?.bound ?? '') }))
  const required = bounds.flatMap(({ bound }) => (bound && bound.strategy !== 'default' ? [requirementOf(catalog, table, bound)] : []))
  return bounds.flatMap(({ name, bound }) => {
    const isLeftOut = column !== undefined && bound !== undefined && own.length > 0 && (bound.strategy === 'default' ? isCovered(own, required) : excludes(own, requirementOf(catalog, table, bound), column, catalog))
    return isLeftOut ? [] : [name, ...fittingPartitions(catalog, name, facts, values)]
  })
}

/** Partitions by hash that may hold such rows: all of them, unless the facts fix each key to some values. */
function hashed(catalog: Catalog, table: RelationName, keys: readonly string[], facts: Facts, values: 'given' | 'compared'): readonly RelationName[] {
  const partitions = catalog.partitions(table)
  if (catalog.surroundings.emptied) return partitions
  let rows: readonly (readonly bigint[])[] = [[]]
  for (const key of keys) {
    const column = columnOf(catalog.table(table), key)
    const hashes = column && factsOn(column, facts, values, catalog).map((fact) => hashesOf(fact, column)).find((one) => one !== undefined)
    if (!hashes || hashes.length * rows.length > mostRows) return partitions
    rows = rows.flatMap((row) => hashes.map((hash) => (hash === 'null' ? row : [...row, hash])))
  }
  const found = rows.map(combined)
  return partitions.filter((name) => {
    const bound = readBound(catalog.table(name)?.partitionOf?.bound ?? '')
    return bound?.strategy !== 'hash' || found.some((hash) => hash % BigInt(bound.modulus) === BigInt(bound.remainder))
  })
}

/** More are seldom written down one by one. */
const mostRows = 1000

/** Of the values that a key may have; undefined where one of them is not known. */
function hashesOf(fact: ExpressionTree, column: Column): readonly (bigint | 'null')[] | undefined {
  if (fact.kind === 'unary') return ['null']
  if (fact.kind !== 'binary') return undefined
  if (fact.operator === 'or') {
    const [left, right] = [hashesOf(fact.left, column), hashesOf(fact.right, column)]
    return left && right && [...left, ...right]
  }
  const written = fact.operator === '=' ? [fact.right] : fact.operator === 'in' && fact.right.kind === 'list' ? fact.right.items : []
  const hashes = written.flatMap((value) => hashOf(value, column) ?? [])
  return written.length > 0 && hashes.length === written.length ? hashes : undefined
}

/** No row. */
const nothing: ExpressionTree = { kind: 'boolean', value: false }

/** The parts of a condition that speak of this table alone. A bare name is of its column, where it has one: were it another's too, PostgreSQL would refuse it as ambiguous. */
export function factsOf(where: string | undefined, qualifiers: readonly string[], { on = [], merges }: Pick<ReadName, 'on' | 'merges'> = {}): Facts {
  const trees = [...(where === undefined ? [] : (conjuncts(where) ?? []).flatMap((part) => readExpression(part).tree ?? [])), ...on.flatMap(parted)]
  if (trees.some(neverHolds)) return [nothing]
  const own = merges ? trees.filter((tree) => treesWithin(tree).every((one) => one.kind !== 'column' || one.qualifier !== undefined)) : trees
  return own.flatMap((tree) => unqualified(tree, qualifiers) ?? [])
}

/** A row of VALUES, as far as it is of constants. */
export function factsOfRow(columns: readonly string[], row: readonly string[]): Facts {
  return columns.flatMap((column, index): Facts => {
    const facts = readExpression(row[index] ?? '')
    const name: ExpressionTree = { kind: 'column', name: column }
    if (facts.isNull) return [{ kind: 'unary', operator: 'is null', operand: name }]
    return facts.isConstant && facts.tree ? [{ kind: 'binary', operator: '=', left: name, right: facts.tree }] : []
  })
}

/** What is known of the rows when these columns have been set. */
export function factsAfter(facts: Facts, set: readonly { readonly column: string; readonly sql: string }[]): Facts {
  const changed = new Set(set.map(({ column }) => column))
  return [...facts.filter((fact) => !columnsOf(fact).some((column) => changed.has(column))), ...factsOfRow([...changed], set.map(({ sql }) => sql))]
}

/** The same of columns under other names; facts of columns that have none there are left out. */
export const renamed = (facts: Facts, names: ReadonlyMap<string, string>): Facts => facts.flatMap((fact) => (columnsOf(fact).every((column) => names.has(column)) ? [withNames(fact, names)] : []))

function withNames(tree: ExpressionTree, names: ReadonlyMap<string, string>): ExpressionTree {
  switch (tree.kind) {
    case 'column':
      return { kind: 'column', name: names.get(tree.name)! }
    case 'unary':
    case 'cast':
      return { ...tree, operand: withNames(tree.operand, names) }
    case 'binary':
      return { ...tree, left: withNames(tree.left, names), right: withNames(tree.right, names) }
    case 'between':
      return { ...tree, value: withNames(tree.value, names) }
    default:
      return tree
  }
}

/** Bare names of columns that it names. */
export const columnsOf = (tree: ExpressionTree): readonly string[] => treesWithin(tree).flatMap((one) => (one.kind === 'column' ? [one.name] : []))

/** The tree with bare names; undefined where it names another table, or may. */
function unqualified(tree: ExpressionTree, qualifiers: readonly string[]): ExpressionTree | undefined {
  if (tree.kind === 'column') return tree.qualifier === undefined ? tree : qualifiers.includes(tree.qualifier) ? { kind: 'column', name: tree.name } : undefined
  if (tree.kind === 'unary') {
    const operand = unqualified(tree.operand, qualifiers)
    return operand && { ...tree, operand }
  }
  if (tree.kind === 'binary') {
    const [left, right] = [unqualified(tree.left, qualifiers), unqualified(tree.right, qualifiers)]
    return left && right && { ...tree, left, right }
  }
  if (tree.kind === 'between') {
    const value = unqualified(tree.value, qualifiers)
    return value && { ...tree, value }
  }
  return tree
}

/** Facts of other columns, and with values that are not compared as they stand, say nothing. */
function factsOn(column: Column, facts: Facts, values: 'given' | 'compared', catalog: Catalog): Facts {
  const inUtc = isInUtc(catalog, column)
  return facts.filter((fact) => isOn(fact, column, values)).map((fact) => (inUtc ? withZone(fact) : fact))
}

function isOn(tree: ExpressionTree, column: Column, values: 'given' | 'compared'): boolean {
  const isOwn = (side: ExpressionTree): boolean => side.kind === 'column' && side.name === column.name
  const isPlain = (side: ExpressionTree): boolean => values === 'given' || isLiteral(side, column)
  switch (tree.kind) {
    case 'unary':
      return tree.operator === 'is null' && isOwn(tree.operand)
    case 'between':
      return !tree.negated && isOwn(tree.value) && isPlain(tree.low) && isPlain(tree.high)
    case 'binary':
      if (tree.operator === 'and' || tree.operator === 'or') return isOn(tree.left, column, values) && isOn(tree.right, column, values)
      if (tree.operator === 'in') return isOwn(tree.left) && tree.right.kind === 'list' && tree.right.items.every(isPlain)
      return ['=', '<', '<=', '>', '>='].includes(tree.operator) && isOwn(tree.left) && isPlain(tree.right)
    default:
      return false
  }
}

const wholeNumbers: readonly string[] = ['int2', 'int4', 'int8']

/** A quoted literal takes the column's type, and whole numbers are compared with each other; a cast may make it another type, whose comparison has to wait. */
function isLiteral(tree: ExpressionTree, column: Column): boolean {
  if (tree.kind === 'string') return true
  if (tree.kind === 'number') return wholeNumbers.includes(column.type.name) ? Number.isInteger(tree.value) : column.type.name === 'numeric'
  if (tree.kind === 'unary' && tree.operator === '-') return isLiteral(tree.operand, column)
  if (tree.kind !== 'cast') return false
  const type = readType(tree.type, () => undefined)
  if (type === undefined || type.dimensions > 0) return false
  // Whole numbers of one size are compared with those of another when the statement is planned.
  if (wholeNumbers.includes(column.type.name) && wholeNumbers.includes(type.name)) return isLiteral(tree.operand, column)
  return tree.operand.kind === 'string' && type.name === column.type.name && type.modifiers.length === 0
}

/** No row that meets the facts may be in a partition with this requirement. */
function excludes(facts: Facts, requirement: Requirement | undefined, column: Column, catalog: Catalog): boolean {
  return requirement !== undefined && facts.some((fact) => excludesOne(fact, requirement, column, catalog))
}

function excludesOne(fact: ExpressionTree, requirement: Requirement, column: Column, catalog: Catalog): boolean {
  const { values, from, to, nullable } = requirement
  if (fact.kind === 'unary') return !nullable
  if (fact.kind === 'between') return excludesOne({ kind: 'binary', operator: '>=', left: fact.value, right: fact.low }, requirement, column, catalog) || excludesOne({ kind: 'binary', operator: '<=', left: fact.value, right: fact.high }, requirement, column, catalog)
  if (fact.kind !== 'binary') return false
  if (fact.operator === 'and') return excludesOne(fact.left, requirement, column, catalog) || excludesOne(fact.right, requirement, column, catalog)
  if (fact.operator === 'or') return excludesOne(fact.left, requirement, column, catalog) && excludesOne(fact.right, requirement, column, catalog)
  const differ = (a: Constant['value'], b: Constant['value']): boolean => unlike(a, b) || (isText(column, catalog) && a !== undefined && b !== undefined && trimmed(a) !== trimmed(b))
  const named = valuesOf(fact)
  if (named) return named.every((value) => (values ? values.every((one) => differ(value, one.value)) : (from !== undefined && below(value, from.value)) || (to !== undefined && atLeast(value, to.value))))
  const limit = constantOf(fact.right)
  const fails = (value: Constant['value']): boolean => (fact.operator === '<' ? atLeast(value, limit) : fact.operator === '<=' ? below(limit, value) : fact.operator === '>' ? atLeast(limit, value) : below(value, limit))
  if (values) return values.every((one) => fails(one.value))
  if (fact.operator === '<') return from !== undefined && atLeast(from.value, limit)
  if (fact.operator === '<=') return from !== undefined && below(limit, from.value)
  return to !== undefined && atLeast(limit, to.value)
}

/** Whether the bounds of a partition, its own or one above it, say of every row that it meets the condition. */
export function isMetByBounds(catalog: Catalog, partition: RelationName, condition: ExpressionTree): boolean {
  const { partitionOf } = catalog.table(partition) ?? {}
  if (!partitionOf) return false
  const by = catalog.table(partitionOf.parent)?.partitionBy
  const column = by?.keys.length === 1 ? columnOf(catalog.table(partitionOf.parent), by.keys[0]!) : undefined
  const requirement = column && requirementOf(catalog, partitionOf.parent, readBound(partitionOf.bound))
  return (requirement !== undefined && meets(condition, requirement, column!, catalog)) || isMetByBounds(catalog, partitionOf.parent, condition)
}

const opposites: Readonly<Record<string, string>> = lookup({ '<': '>=', '<=': '>', '>': '<=', '>=': '<' })

/** A comparison is met where its opposite would leave the partition out; NULL meets none. */
function meets(condition: ExpressionTree, requirement: Requirement, column: Column, catalog: Catalog): boolean {
  if (requirement.nullable) return false
  if (condition.kind === 'unary') return condition.operator === 'is not null' && condition.operand.kind === 'column' && condition.operand.name === column.name
  const [fact] = factsOn(column, [condition], 'compared', catalog)
  if (fact?.kind === 'between') return ['>=', '<='].every((operator, at) => meets({ kind: 'binary', operator, left: fact.value, right: at === 0 ? fact.low : fact.high }, requirement, column, catalog))
  if (fact?.kind !== 'binary') return false
  const opposite = opposites[fact.operator]
  if (opposite !== undefined) return excludesOne({ ...fact, operator: opposite }, requirement, column, catalog)
  const named = valuesOf(fact)
  return named !== undefined && requirement.values !== undefined && requirement.values.length > 0 && requirement.values.every((one) => named.some((value) => equal(one.value, value)))
}

/** Every row that meets the facts has a partition of its own, so the default partition has none. */
function isCovered(facts: Facts, others: readonly (Requirement | undefined)[]): boolean {
  return facts.some((fact) => {
    if (fact.kind === 'unary') return others.some((one) => one?.nullable)
    if (fact.kind !== 'binary') return false
    if (fact.operator === 'or') return isCovered([fact.left], others) && isCovered([fact.right], others)
    if (fact.operator === 'and') return isCovered([fact.left, fact.right], others)
    return valuesOf(fact)?.every((value) => others.some((one) => one !== undefined && holds(one, value))) ?? false
  }) || isRangeCovered(facts, others)
}

const holds = ({ values, from, to }: Requirement, value: Constant['value']): boolean =>
  values ? values.some((one) => equal(one.value, value)) : (from === undefined || atLeast(value, from.value)) && (to === undefined || below(value, to.value))

/** From the lower limit on one range follows the other until the upper one. */
function isRangeCovered(facts: Facts, others: readonly (Requirement | undefined)[]): boolean {
  if (others.some((one) => one === undefined || one.values !== undefined)) return false
  const comparisons = facts.flatMap((fact) => (fact.kind === 'between' ? [{ operator: '>=', value: constantOf(fact.low) }, { operator: '<=', value: constantOf(fact.high) }] : fact.kind === 'binary' ? [{ operator: fact.operator, value: constantOf(fact.right) }] : []))
  const low = comparisons.find(({ operator }) => operator === '>' || operator === '>=')
  const high = comparisons.find(({ operator }) => operator === '<' || operator === '<=')
  if (!low && !high) return false
  let at = low?.value
  if (low && at === undefined) return false
  for (let steps = 0; steps <= others.length; steps++) {
    const next = others.find((one) => (at === undefined ? one!.from === undefined : (one!.from === undefined || atLeast(at, one!.from.value)) && (one!.to === undefined || below(at, one!.to.value))))
    if (!next) return false
    if (next.to === undefined) return true
    at = next.to.value
    if (high && (high.operator === '<' ? atLeast(at, high.value) : below(high.value, at))) return true
    if (at === undefined) return false
  }
  return false
}

/** Of `k = 1` and `k IN (1, 2)`. */
const valuesOf = (fact: Extract<ExpressionTree, { kind: 'binary' }>): readonly Constant['value'][] | undefined =>
  fact.operator === '=' ? [constantOf(fact.right)] : fact.operator === 'in' && fact.right.kind === 'list' ? fact.right.items.map(constantOf) : undefined

const textTypes: readonly string[] = ['text', 'varchar', 'bpchar', 'name']

/** Values of it that are written differently are different. */
const isText = (column: Column, catalog: Catalog): boolean => textTypes.includes(column.type.name) || userType(column.type, catalog)?.kind === 'enum'

const trimmed = (value: string | number): string => String(value).trimEnd()
