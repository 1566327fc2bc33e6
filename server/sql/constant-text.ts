import { lookup } from '../model/lookup'
import { quoteIdentifier, quoteLiteral } from '../model/name'
import { readExpression } from './expression'
import type { ExpressionTree } from './expression-tree'

/** The text that an expression of constants gives: one string, several put together, `format('… %I …', 'orders')`. Undefined where a part of it is known only when it runs. */
export const constantText = (expression: string): string | undefined => {
  const { tree } = readExpression(expression.trim())
  return tree && textOf(tree)
}

/** As `constantText`, of what has been read; `known` tells the text of parts of it. */
export function textOf(tree: ExpressionTree, known: (part: ExpressionTree) => string | undefined = () => undefined): string | undefined {
  const text = (part: ExpressionTree): string | undefined => textOf(part, known)
  const found = known(tree)
  if (found !== undefined) return found
  switch (tree.kind) {
    case 'string':
      return tree.value
    case 'number':
      return String(tree.value)
    case 'cast':
      return castText(text(tree.type === 'regclass' ? numbered(tree.operand) : tree.operand), tree.type)
    case 'binary': {
      const [left, right] = [text(tree.left), text(tree.right)]
      if (left === undefined || right === undefined) return undefined
      return tree.operator === '||' ? left + right : computed(tree.operator, left, right)
    }
    case 'call': {
      const [first, ...values] = tree.arguments.map(text)
      if (first === undefined || values.includes(undefined)) return undefined
      return called[tree.function.name]?.(first, values as readonly string[])
    }
    default:
      return undefined
  }
}

/** The number of a relation is that relation again. */
const numbered = (tree: ExpressionTree): ExpressionTree => (tree.kind === 'cast' && tree.type === 'oid' && tree.operand.kind === 'cast' && tree.operand.type === 'regclass' ? tree.operand.operand : tree)

const castText = (text: string | undefined, type: string): string | undefined =>
  text === undefined || !(/^(text|varchar|name)$/.test(type) || (type === 'regclass' && /^[a-z_]\w*$/.test(text)) || (/^(int|integer|bigint)$/.test(type) && /^(0|-?[1-9]\d{0,8})$/.test(text))) ? undefined : text

const called: Readonly<Record<string, (first: string, rest: readonly string[]) => string | undefined>> = lookup({
  format: (first, rest) => formatted(first, rest),
  quote_ident: (first) => quoteIdentifier(first),
  quote_literal: (first) => quoteLiteral(first),
  concat: (first, rest) => [first, ...rest].join(''),
  concat_ws: (first, rest) => rest.join(first),
  lower: (first) => (isPlain(first) ? first.toLowerCase() : undefined),
  upper: (first) => (isPlain(first) ? first.toUpperCase() : undefined),
  replace: (first, [from, to]) => (from === undefined || to === undefined || from === '' ? undefined : first.replaceAll(from, () => to)),
  lpad: (first, [length, fill = ' ']) => (/^\d{1,2}$/.test(length ?? '') && fill.length === 1 && isPlain(first) ? first.padStart(Number(length), fill).slice(0, Number(length)) : undefined),
})

/** What lies beyond, the locale has its own rules for. */
const isPlain = (text: string): boolean => /^[ -~]*$/.test(text)

function computed(operator: string, left: string, right: string): string | undefined {
  if (!/^-?\d{1,9}$/.test(left) || !/^-?\d{1,9}$/.test(right)) return undefined
  const [a, b] = [Number(left), Number(right)]
  return operator === '+' ? String(a + b) : operator === '-' ? String(a - b) : operator === '*' ? String(a * b) : undefined
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
