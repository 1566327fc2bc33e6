import { quoteIdentifier, quoteLiteral } from '../model/name'
import { readExpression } from './expression'
import type { ExpressionTree } from './expression-tree'

/** The text that an expression of constants gives: one string, several put together, `format('… %I …', 'orders')`. Undefined where a part of it is known only when it runs. */
export const constantText = (expression: string): string | undefined => {
  const { tree } = readExpression(expression.trim())
  return tree && textOf(tree)
}

function textOf(tree: ExpressionTree): string | undefined {
  switch (tree.kind) {
    case 'string':
      return tree.value
    case 'number':
      return String(tree.value)
    case 'cast':
      return /^(text|varchar|regclass|name)$/.test(tree.type) ? textOf(tree.operand) : undefined
    case 'binary': {
      if (tree.operator !== '||') return undefined
      const [left, right] = [textOf(tree.left), textOf(tree.right)]
      return left === undefined || right === undefined ? undefined : left + right
    }
    case 'call': {
      const parts = tree.arguments.map(textOf)
      const [first, ...values] = parts
      if (first === undefined || values.includes(undefined)) return undefined
      if (tree.function.name === 'format') return formatted(first, values as readonly string[])
      if (tree.function.name === 'quote_ident' && values.length === 0) return quoteIdentifier(first)
      if (tree.function.name === 'quote_literal' && values.length === 0) return quoteLiteral(first)
      return tree.function.name === 'concat' ? [first, ...values].join('') : undefined
    }
    default:
      return undefined
  }
}

/** As format() does it (text_format in src/backend/utils/adt/varlena.c), without widths. */
function formatted(template: string, values: readonly string[]): string | undefined {
  let next = 0
  let isWrong = false
  const text = template.replaceAll(/%(?:(\d+)\$)?(.|$)/gs, (_, place: string | undefined, kind: string) => {
    if (kind === '%') return '%'
    if (place !== undefined) next = Number(place) - 1
    const value = values[next++]
    if (value === undefined || !'sIL'.includes(kind) || kind === '') isWrong = true
    return kind === 'I' ? quoteIdentifier(value ?? '') : kind === 'L' ? quoteLiteral(value ?? '') : (value ?? '')
  })
  return isWrong ? undefined : text
}
