import type { Catalog } from '../catalog/catalog'
import { readType } from '../catalog/read-type'
import { columnOf } from '../catalog/relation'
import type { Column, Constraint, Table } from '../catalog/relation'
import type { RelationName } from '../model/name'
import type { ReadName } from '../sql/command'
import { conjuncts, readExpression } from '../sql/expression'
import type { ExpressionTree } from '../sql/expression-tree'
import { neverHolds } from '../sql/never-holds'
import { parted, treesWithin } from '../sql/walk-tree'
import { isNotNull } from './added-constraint'
import { withZone } from './constants'
import { combined, hashOf } from './hash-partition'
import { conditionIn, implies, joined } from './implied'
import type { Condition } from './implied'
import { keptPartitions } from './kept-partitions'
import { conditionOf, isInUtc, neededBy, readBound, requirementsAbove } from './partition-proof'

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
  const own = catalog.table(table)
  // A value of which nothing is left shuts no partition out.
  const kept = own && facts.length > 0 && !catalog.surroundings.emptied ? keptPartitions(catalog, own, conditionFrom(facts, own, values, catalog)) : undefined
  return (kept ?? partitions).flatMap((name) => [name, ...fittingPartitions(catalog, name, facts, values)])
}

const conditionFrom = (facts: Facts, table: Table, values: 'given' | 'compared', catalog: Catalog): Condition =>
  joined('and', facts.map((fact) => conditionIn(withTruth(fact), { table, isInUtc: (column) => isInUtc(catalog, column), isGiven: values === 'given' })))

/** `b IS TRUE` is as good as `b` where rows are looked for, `b IS NOT TRUE` as good as its opposite or NULL. */
function withTruth(tree: ExpressionTree): ExpressionTree {
  if (tree.kind === 'binary' && (tree.operator === 'and' || tree.operator === 'or')) return { ...tree, left: withTruth(tree.left), right: withTruth(tree.right) }
  const [, not, truth] = tree.kind === 'unary' ? (/^is (not )?(true|false)$/.exec(tree.operator) ?? []) : []
  if (tree.kind !== 'unary' || truth === undefined) return tree
  const isTrue = (truth === 'true') !== (not !== undefined)
  const told: ExpressionTree = isTrue ? tree.operand : { kind: 'unary', operator: 'not', operand: tree.operand }
  return not === undefined ? told : { kind: 'binary', operator: 'or', left: told, right: { kind: 'unary', operator: 'is null', operand: tree.operand } }
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

/** What every row meets that is stored in a table: the bounds of the partition that it is, and its checks, which a NULL passes too. */
export function factsStored(catalog: Catalog, name: RelationName): Facts {
  const table = catalog.table(name)
  if (!table || catalog.surroundings.emptied) return []
  const bounds = (requirementsAbove(catalog, name) ?? []).flatMap((one) => factsOf(conditionOf(one, 'upper'), []))
  // Whoever inherits need not have it, and nobody checks what is stored elsewhere.
  const isMet = ({ type, validated, enforced, noInherit }: Constraint): boolean => type === 'check' && validated && enforced !== false && table.kind !== 'foreign table' && (noInherit !== true || catalog.children(name).length === 0)
  const checks = table.constraints.flatMap((one): Facts => (isMet(one) && one.expression !== undefined ? factsOf(one.expression, []) : []))
  const orNull = (known: ExpressionTree, name: string): ExpressionTree => ({ kind: 'binary', operator: 'or', left: known, right: { kind: 'unary', operator: 'is null', operand: { kind: 'column', name } } })
  const told = checks.filter((fact) => treesWithin(fact).every(({ kind }) => kind !== 'null'))
  return [...bounds, ...told.map((fact) => [...new Set(columnsOf(fact))].filter((column) => !isNotNull(table, column)).reduce(orNull, fact))]
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

/** The same of a row that is put into the table: columns that are left out are what their defaults say, or NULL. */
export function factsOfNewRow(table: Table | undefined, columns: readonly string[], row: readonly string[]): Facts {
  const isGiven = (name: string): boolean => columns.some((column, at) => column === name && !readExpression(row[at] ?? '').isDefaultKeyword)
  const others = (table?.columns ?? []).flatMap(({ name, type, default: preset, generated, identity }) => {
    // A domain may have a default of its own.
    const sql = preset ?? (type.name.includes('.') ? undefined : 'NULL')
    return sql === undefined || generated || identity || isGiven(name) ? [] : [{ name, sql }]
  })
  return factsOfRow([...columns, ...others.map(({ name }) => name)], [...row, ...others.map(({ sql }) => sql)])
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

/** Whether the bounds of a partition, its own or one above it, say of every row that it meets the condition. */
export function isMetByBounds(catalog: Catalog, partition: RelationName, condition: ExpressionTree): boolean {
  const { partitionOf } = catalog.table(partition) ?? {}
  if (!partitionOf) return false
  const table = catalog.table(partitionOf.parent)
  const bound = readBound(partitionOf.bound)
  const needed = bound && !catalog.surroundings.emptied ? neededBy(catalog, partitionOf.parent, bound) : undefined
  return (needed !== undefined && implies(needed, conditionIn(condition, { table, isInUtc: (column) => isInUtc(catalog, column) }), table)) || isMetByBounds(catalog, partitionOf.parent, condition)
}
