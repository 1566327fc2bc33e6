import type { ExpressionTree } from './expression-tree'

/** A condition that is true of no row, as its constants alone say: PostgreSQL plans no table for it, and runs nothing. */
export function neverHolds(tree: ExpressionTree | undefined): boolean {
  if (tree?.kind === 'boolean') return !tree.value
  if (tree?.kind === 'null') return true
  if (tree?.kind !== 'binary') return false
  const { operator, left, right } = tree
  if (operator === 'and') return neverHolds(left) || neverHolds(right)
  if (operator === 'or') return neverHolds(left) && neverHolds(right)
  if (left.kind !== 'number' || right.kind !== 'number') return false
  return operator === '=' ? left.value !== right.value : (operator === '!=' || operator === '<>') && left.value === right.value
}
