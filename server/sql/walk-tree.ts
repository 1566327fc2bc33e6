import type { ExpressionTree } from './expression-tree'

/** The tree itself, and all that is within it. */
export function visit(tree: ExpressionTree, see: (tree: ExpressionTree) => void): void {
  see(tree)
  for (const child of children(tree)) visit(child, see)
}

/** The tree itself with all that is within it; empty where it is not known. */
export function treesWithin(tree: ExpressionTree | undefined): readonly ExpressionTree[] {
  const found: ExpressionTree[] = []
  if (tree) visit(tree, (one) => found.push(one))
  return found
}

/** The tree with what stands in comparisons and what joins these replaced. */
export function replaced(tree: ExpressionTree | undefined, by: (tree: ExpressionTree) => ExpressionTree): ExpressionTree | undefined {
  const within = (one: ExpressionTree): ExpressionTree => replaced(one, by)!
  switch (tree?.kind) {
    case 'binary':
      return { ...tree, left: within(tree.left), right: within(tree.right) }
    case 'between':
      return { ...tree, value: within(tree.value), low: within(tree.low), high: within(tree.high) }
    default:
      return tree && by(tree)
  }
}

/** What AND puts together, each by itself. */
export const parted = (tree: ExpressionTree): readonly ExpressionTree[] => (tree.kind === 'binary' && tree.operator === 'and' ? [...parted(tree.left), ...parted(tree.right)] : [tree])

export const withoutCasts = (tree: ExpressionTree): ExpressionTree => (tree.kind === 'cast' ? withoutCasts(tree.operand) : tree)

/** Whatever it is qualified by. */
export const isColumn = (tree: ExpressionTree, column: string): boolean => tree.kind === 'column' && tree.name === column

function children(tree: ExpressionTree): readonly ExpressionTree[] {
  switch (tree.kind) {
    case 'call':
      return tree.arguments
    case 'cast':
    case 'unary':
      return [tree.operand]
    case 'binary':
      return [tree.left, tree.right]
    case 'between':
      return [tree.value, tree.low, tree.high]
    case 'list':
      return tree.items
    case 'case':
      return [...(tree.value ? [tree.value] : []), ...tree.branches.flatMap((branch) => [branch.when, branch.result]), ...(tree.otherwise ? [tree.otherwise] : [])]
    default:
      return []
  }
}
