import { lookup } from '../model/lookup'
import type { ExpressionTree } from './expression-tree'
import { treesWithin } from './walk-tree'

/** A condition that is true of no row, as its constants alone say: PostgreSQL plans no table for it, and runs nothing. */
export function neverHolds(tree: ExpressionTree | undefined): boolean {
  if (tree?.kind === 'boolean') return !tree.value
  if (tree?.kind === 'null') return true
  if (tree?.kind === 'between' && !tree.negated) return neverHolds({ kind: 'binary', operator: '>=', left: tree.value, right: tree.low }) || neverHolds({ kind: 'binary', operator: '<=', left: tree.value, right: tree.high })
  if (tree?.kind !== 'binary') return false
  const { operator, left, right } = tree
  if (operator === 'and') return neverHolds(left) || neverHolds(right)
  if (operator === 'or') return neverHolds(left) && neverHolds(right)
  return left.kind === 'number' && right.kind === 'number' && comparisons[operator]?.(left.value, right.value) === false
}

const comparisons: Readonly<Record<string, (left: number, right: number) => boolean>> = lookup({
  '=': (left, right) => left === right,
  '<>': (left, right) => left !== right,
  '!=': (left, right) => left !== right,
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
})

/** A CHECK is met by NULL. */
export const isFalse = (tree: ExpressionTree | undefined): boolean => tree !== undefined && !treesWithin(tree).some(({ kind }) => kind === 'null') && neverHolds(tree)
