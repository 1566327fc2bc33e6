import { lookup } from '../model/lookup'
import { readExpression } from '../sql/expression'
import type { ExpressionTree } from '../sql/expression-tree'
import { columnsOf } from './fitting-partitions'

/** What is known of every row of which a trigger asks its WHEN. */
export interface KnownRow {
  /** NEW has NULL there. */
  readonly isNull: (column: string) => boolean
  /** NEW has there what OLD has. */
  readonly isKept: (column: string) => boolean
}

/** Whether the condition may be true of some row; what is not known may be. */
export function mayHold(condition: string, row: KnownRow): boolean {
  const { tree } = readExpression(condition)
  if (tree === undefined) return true
  // What is the same before and after is NULL on both sides or on neither.
  const kept = [...new Set(columnsOf(tree).filter((column) => row.isKept(column)))]
  return ways(kept.slice(0, mostKept)).some((nulls) => outcomes(tree, { ...row, nulls }).true)
}

/** Each doubles the work. */
const mostKept = 5

function ways(columns: readonly string[]): readonly ReadonlyMap<string, boolean>[] {
  return columns.reduce<readonly ReadonlyMap<string, boolean>[]>((found, column) => found.flatMap((one) => [new Map([...one, [column, true]]), new Map([...one, [column, false]])]), [new Map()])
}

/** `nulls`: whether columns that are kept are taken to be NULL. */
interface Row extends KnownRow {
  readonly nulls: ReadonlyMap<string, boolean>
}

/** What may come of it; where neither, NULL does. */
interface Outcomes {
  readonly true: boolean
  readonly false: boolean
}

const anything: Outcomes = { true: true, false: true }
const nothing: Outcomes = { true: false, false: false }
const always: Outcomes = { true: true, false: false }
const never: Outcomes = { true: false, false: true }

function outcomes(tree: ExpressionTree, row: Row): Outcomes {
  if (tree.kind === 'boolean') return tree.value ? always : never
  if (tree.kind === 'unary') {
    if (tree.operator === 'is null' || tree.operator === 'is not null') {
      const found = isNull(tree.operand, row)
      return found === undefined ? anything : found === (tree.operator === 'is null') ? always : never
    }
    if (tree.operator !== 'not') return anything
    const inside = outcomes(tree.operand, row)
    return { true: inside.false, false: inside.true }
  }
  if (tree.kind !== 'binary') return isNull(tree, row) === true ? nothing : anything
  const { operator, left, right } = tree
  if (operator === 'and' || operator === 'or') {
    const [a, b] = [outcomes(left, row), outcomes(right, row)]
    return operator === 'and' ? { true: a.true && b.true, false: a.false || b.false } : { true: a.true || b.true, false: a.false && b.false }
  }
  const comparison = comparisons[operator]
  if (!comparison) return anything
  const isDistinct = operator.endsWith('distinct from')
  const [one, other] = [isNull(left, row), isNull(right, row)]
  if (one === true || other === true) return !isDistinct ? nothing : one === other ? comparison : anything
  return isSame(left, right, row) ? comparison : anything
}

/** What comes of a comparison of a value with itself. */
const comparisons: Readonly<Record<string, Outcomes>> = lookup({ '=': always, '<=': always, '>=': always, '!=': never, '<>': never, '<': never, '>': never, 'is distinct from': never, 'is not distinct from': always })

/** Undefined where that is not known. */
function isNull(tree: ExpressionTree, row: Row): boolean | undefined {
  if (tree.kind === 'cast') return isNull(tree.operand, row)
  if (tree.kind === 'null') return true
  if (tree.kind !== 'column') return undefined
  return tree.qualifier === 'new' && row.isNull(tree.name) ? true : row.nulls.get(tree.name)
}

/** `OLD.a` and `NEW.a`, each perhaps under the same cast. */
function isSame(left: ExpressionTree, right: ExpressionTree, row: Row): boolean {
  if (left.kind === 'cast' && right.kind === 'cast') return left.type === right.type && isSame(left.operand, right.operand, row)
  return left.kind === 'column' && right.kind === 'column' && left.name === right.name && [left.qualifier, right.qualifier].sort().join() === 'new,old' && row.isKept(left.name)
}
