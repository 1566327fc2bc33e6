import type { Table } from '../catalog/relation'
import { conjuncts, readExpression } from '../sql/expression'
import type { ExpressionTree } from '../sql/expression-tree'
import { indexUses } from './alteration'

/**
 * Of no index a part of the condition names a column that it can be looked up by, so all rows are read (match_restriction_clauses_to_index and check_index_predicates in src/backend/optimizer/path).
 * A table whose indexes are not known may have any that people make.
 */
export const isReadWhole = (where: string, table: Table | undefined, qualifier?: string): boolean => (conjuncts(where) ?? [where]).every((part) => !mayBeLookedUp(part, table, qualifier))

/** `qualifier`: what the table is called, where others are in sight: a column of theirs is not looked up in its indexes. */
export function mayBeLookedUp(part: string, table: Table | undefined, qualifier?: string): boolean {
  const { readable, columnReferences, tree } = readExpression(part)
  if (!readable) return true
  const isOrdered = tree === undefined || !isOutOfOrder(tree)
  if (!table?.complete) return isOrdered
  const own = columnReferences.filter((one) => one.qualifier === undefined || qualifier === undefined || one.qualifier === qualifier)
  return own.some(({ column }) => table.indexes.some((index) => indexUses(index, column) && (isOrdered || !ordering.has(index.shape.method))))
}

/** Access methods that keep values in their order, or by their hashes. */
const ordering = new Set(['btree', 'hash', 'brin'])

/** What fits lies anywhere in the order of the values: patterns that do not say how they begin, and all that is other than something. */
function isOutOfOrder(tree: ExpressionTree): boolean {
  if (tree.kind === 'unary') return tree.operator === 'not' && tree.operand.kind === 'binary' && negated.has(tree.operand.operator)
  if (tree.kind !== 'binary') return false
  const { operator, left, right } = tree
  switch (operator) {
    case 'or':
      return isOutOfOrder(left) || isOutOfOrder(right)
    case 'like':
      return right.kind === 'string' && /^[%_]/.test(right.value)
    case '~':
      return right.kind === 'string' && !right.value.startsWith('^')
    default:
      return outOfOrder.has(operator)
  }
}

/** Where NOT stands before one of these, all else fits. */
const negated = new Set(['=', 'in', 'like', 'ilike', '~', '~*'])

const outOfOrder = new Set(['<>', '!=', 'is distinct from', 'not in', 'not like', 'ilike', 'not ilike', '!~', '~*', '!~*'])
