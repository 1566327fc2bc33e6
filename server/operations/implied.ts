import { readType } from '../catalog/read-type'
import type { Column, Table } from '../catalog/relation'
import { columnOf } from '../catalog/relation'
import type { ExpressionTree } from '../sql/expression-tree'
import { below, constantOf, equal, unlike, withZone } from './constants'

/**
 * A condition on the columns of a row in the shape in which PostgreSQL proves one by another: NOT, IN and BETWEEN are worked out to comparisons joined by AND and OR.
 * `unknown` proves nothing and is proved by nothing.
 */
export type Condition =
  | { readonly kind: 'and' | 'or'; readonly of: readonly Condition[] }
  | { readonly kind: 'null'; readonly column: string; readonly is: boolean }
  | { readonly kind: 'compare'; readonly column: string; readonly operator: Comparison; readonly value: string | number }
  | { readonly kind: 'unknown' }

export type Comparison = '=' | '<>' | '<' | '<=' | '>' | '>='

/** Whether rows that meet the one meet the other, told as PostgreSQL tells it (predicate_implied_by in src/backend/optimizer/util/predtest.c, the weak kind). Never true by guess. */
export function implies(clause: Condition, predicate: Condition, table: Table | undefined): boolean {
  if (predicate.kind === 'and') return predicate.of.every((part) => implies(clause, part, table))
  if (clause.kind === 'or') return clause.of.every((arm) => implies(arm, predicate, table))
  if (predicate.kind === 'or' && predicate.of.some((arm) => implies(clause, arm, table))) return true
  if (clause.kind === 'and') return clause.of.some((part) => implies(part, predicate, table))
  if (clause.kind === 'null') return predicate.kind === 'null' && clause.column === predicate.column && clause.is === predicate.is
  return clause.kind === 'compare' && predicate.kind === 'compare' && clause.column === predicate.column && follows[clause.operator]?.[predicate.operator]?.(clause.value, predicate.value, columnOf(table, clause.column)) === true
}

/** Whose row it is. */
export interface Row {
  readonly table: Table | undefined
  /** Times of the column without a time zone are of UTC. */
  readonly isInUtc: (column: Column | undefined) => boolean
  /** Values are put into their columns, and become of their types. */
  readonly isGiven?: boolean
  /** Longer lists are not looked into. */
  readonly mostItems?: number
}

/** The expression, or the opposite of it. */
export function conditionIn(tree: ExpressionTree, row: Row, negated = false): Condition {
  switch (tree.kind) {
    case 'unary':
      if (tree.operator === 'not') return conditionIn(tree.operand, row, !negated)
      if ((tree.operator === 'is null' || tree.operator === 'is not null') && tree.operand.kind === 'column') return { kind: 'null', column: tree.operand.name, is: (tree.operator === 'is null') !== negated }
      return unknown
    case 'between': {
      const [low, high] = [compared(tree.value, '>=', tree.low, row), compared(tree.value, '<=', tree.high, row)]
      return tree.negated === negated ? joined('and', [low, high]) : joined('or', [opposite(low), opposite(high)])
    }
    case 'binary': {
      const { operator, left, right } = tree
      if (operator === 'and' || operator === 'or') return joined((operator === 'and') === negated ? 'or' : 'and', [conditionIn(left, row, negated), conditionIn(right, row, negated)])
      const one = (value: ExpressionTree, comparison: Comparison): Condition => compared(left, comparison, value, row)
      if ((operator === 'in' || operator === 'not in') && right.kind === 'list') {
        if (right.items.length > (row.mostItems ?? Infinity)) return unknown
        const isAmong = (operator === 'in') !== negated
        return joined(isAmong ? 'or' : 'and', right.items.map((item) => one(item, isAmong ? '=' : '<>')))
      }
      if (operator === '=' && left.kind === 'list' && right.kind === 'list') {
        const pairs = joined('and', left.items.map((item, at) => conditionIn({ kind: 'binary', operator, left: item, right: right.items[at] ?? { kind: 'other' } }, row)))
        return negated ? opposite(pairs) : pairs
      }
      const comparison = isUnequal(operator) ? '<>' : operator in opposites ? (operator as Comparison) : undefined
      if (comparison === undefined) return unknown
      const found = constantOf(left) === undefined ? one(right, comparison) : compared(right, turned[comparison], left, row)
      return negated ? opposite(found) : found
    }
    case 'column':
      return columnOf(row.table, tree.name)?.type.name === 'bool' ? { kind: 'compare', column: tree.name, operator: '=', value: String(!negated) } : unknown
    default:
      return unknown
  }
}

export const joined = (kind: 'and' | 'or', of: readonly Condition[]): Condition => ({ kind, of })

export function opposite(condition: Condition): Condition {
  if (condition.kind === 'unknown') return condition
  if (condition.kind === 'null') return { ...condition, is: !condition.is }
  if (condition.kind === 'compare') return plain({ ...condition, operator: opposites[condition.operator] })
  return joined(condition.kind === 'and' ? 'or' : 'and', condition.of.map(opposite))
}

const unknown: Condition = { kind: 'unknown' }

const isUnequal = (operator: string): boolean => operator === '<>' || operator === '!='

const opposites: Readonly<Record<Comparison, Comparison>> = { '=': '<>', '<>': '=', '<': '>=', '<=': '>', '>': '<=', '>=': '<' }
const turned: Readonly<Record<Comparison, Comparison>> = { '=': '=', '<>': '<>', '<': '>', '<=': '>=', '>': '<', '>=': '<=' }

function compared(left: ExpressionTree, operator: Comparison, right: ExpressionTree, { table, isInUtc, isGiven = false }: Row): Condition {
  const name = columnIn(left, table)
  const column = name === undefined ? undefined : columnOf(table, name)
  const value = constantOf(isInUtc(column) ? withZone(right) : right)
  return name === undefined || value === undefined || !(isGiven || isOfItsKind(right, column)) ? unknown : plain({ kind: 'compare', column: name, operator, value })
}

/** A truth value that is compared is that truth value, or its opposite (simplify_boolean_equality in src/backend/optimizer/util/clauses.c). */
function plain(condition: Extract<Condition, { kind: 'compare' }>): Condition {
  const { operator, value } = condition
  return operator === '<>' && (value === 'true' || value === 'false') ? { ...condition, operator: '=', value: String(value === 'false') } : condition
}

/** A varchar is compared as a text, of the same bytes. */
function columnIn(tree: ExpressionTree, table: Table | undefined): string | undefined {
  if (tree.kind === 'cast' && tree.type === 'text') return tree.operand.kind === 'column' && columnOf(table, tree.operand.name)?.type.name === 'varchar' ? tree.operand.name : undefined
  return tree.kind === 'column' && tree.qualifier === undefined ? tree.name : undefined
}

/** The column is not converted to be compared with it, nor the value cut to a length, and how the two compare is the same in every session. */
function isOfItsKind(tree: ExpressionTree, column: Column | undefined): boolean {
  if (tree.kind === 'cast') return isKept(tree.type, column?.type.name) && isOfItsKind(tree.operand, column)
  const value = constantOf(tree)
  return typeof value !== 'number' || column === undefined || column.type.name === 'numeric' || (wholeNumbers.has(column.type.name) && Number.isInteger(value))
}

const isKept = (cast: string, type: string | undefined): boolean => {
  const written = readType(cast)
  if (type === undefined || !written || written.modifiers.length > 0 || written.dimensions > 0) return type === undefined
  const { name } = written
  return name === type || type.endsWith(`.${name}`) || [wholeNumbers, strings, untimed].some((kind) => kind.has(name) && kind.has(type)) || (type === 'numeric' && wholeNumbers.has(name))
}

const wholeNumbers: ReadonlySet<string> = new Set(['int2', 'int4', 'int8'])
const strings: ReadonlySet<string> = new Set(['text', 'varchar'])
const untimed: ReadonlySet<string> = new Set(['date', 'timestamp'])

type Value = string | number

export const isSame: Follows = (a, b, column) => (isWritten(column) ? isSameText(a, b, column) : equal(a, b))

/** Of two words each stands for something of its own in every text, and, but for capitals, in every type of a user. */
export const isOther: Follows = (a, b, column) => {
  const type = column?.type.name ?? ''
  if (textTypes.has(type)) return !isSameText(a, b, column)
  return unlike(a, b) || (type === 'bool' && a !== b) || (type.includes('.') && isWord(a) && isWord(b) && String(a).toLowerCase() !== String(b).toLowerCase())
}

/** Values are what is written: of a text, or of a type of a user. */
const isWritten = (column: Column | undefined): boolean => textTypes.has(column?.type.name ?? '') || (column?.type.name.includes('.') ?? false)

/** Those of char(n) are filled up with spaces. */
const isSameText: Follows = (a, b, column) => (column?.type.name === 'bpchar' ? String(a).trimEnd() === String(b).trimEnd() : String(a) === String(b))

const textTypes: ReadonlySet<string> = new Set(['text', 'varchar', 'bpchar', 'name', 'char'])

const isWord = (value: Value): boolean => typeof value === 'string' && /^[a-z_][\w ]*$/i.test(value)

type Follows = (clause: Value, predicate: Value, column: Column | undefined) => boolean

/** The order of texts is that of a collation. */
export const isSmaller: Follows = (a, b, column) => !textTypes.has(column?.type.name ?? '') && below(a, b)
const isUpTo: Follows = (clause, predicate, column) => isSame(clause, predicate, column) || isSmaller(clause, predicate, column)
const isAbove: Follows = (clause, predicate, column) => isSmaller(predicate, clause, column)
const isFrom: Follows = (clause, predicate, column) => isUpTo(predicate, clause, column)

/** What `k < clause` says of `k < predicate` (BT_implic_table in predtest.c). */
const follows: Readonly<Record<Comparison, Partial<Record<Comparison, Follows>>>> = {
  '=': { '=': isSame, '<>': isOther, '<': isSmaller, '<=': isUpTo, '>': isAbove, '>=': isFrom },
  '<>': { '<>': isSame },
  '<': { '<': isUpTo, '<=': isUpTo, '<>': isUpTo },
  '<=': { '<': isSmaller, '<=': isUpTo, '<>': isSmaller },
  '>': { '>': isFrom, '>=': isFrom, '<>': isFrom },
  '>=': { '>': isAbove, '>=': isFrom, '<>': isAbove },
}
