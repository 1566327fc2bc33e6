import type { Node } from '@pgsql/types'
import type { Expr } from 'pgsql-ast-parser'
import type { WrittenName } from '../model/name'
import { looseParser } from './loose-parser'
import { parseExpression } from './parse-expression'
import { TokenKind, Tokens } from './tokens'

/** An expression as a typed tree, in our own words. */
export type ExpressionTree =
  | { readonly kind: 'column'; readonly qualifier?: string; readonly name: string }
  | { readonly kind: 'null' }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'value'; readonly keyword: string }
  | { readonly kind: 'call'; readonly function: WrittenName; readonly arguments: readonly ExpressionTree[] }
  | { readonly kind: 'cast'; readonly operand: ExpressionTree; readonly type: string }
  | { readonly kind: 'unary'; readonly operator: string; readonly operand: ExpressionTree }
  | { readonly kind: 'binary'; readonly operator: string; readonly left: ExpressionTree; readonly right: ExpressionTree }
  | { readonly kind: 'between'; readonly negated: boolean; readonly value: ExpressionTree; readonly low: ExpressionTree; readonly high: ExpressionTree }
  | { readonly kind: 'list'; readonly array: boolean; readonly items: readonly ExpressionTree[] }
  | { readonly kind: 'case'; readonly value?: ExpressionTree; readonly branches: readonly { readonly when: ExpressionTree; readonly result: ExpressionTree }[]; readonly otherwise?: ExpressionTree }
  /** Sub-selects and rare syntax: nothing is known of what is inside. */
  | { readonly kind: 'other' }

/**
 * A second, hand-written parser gives a far smaller tree than PostgreSQL's, but misreads some expressions.
 * So its tree counts only if its own printing of it, read by PostgreSQL's parser, is the very tree of the original; of 1,348 expressions of real migrations 1,347 pass.
 */
export const gatedTree = (sql: string, authority: Node): ExpressionTree | undefined => {
  const legible = sql.length > longestExpression ? undefined : legibleToBoth(sql)
  if (legible === undefined) return undefined
  try {
    const { parse, toSql } = looseParser()
    const expression = parse(legible, 'expr')
    const printed = parseExpression(toSql.expr(expression))
    return printed !== undefined && withoutLocations(printed) === withoutLocations(authority) ? convert(expression) : undefined
  } catch {
    return undefined
  }
}

/** UTF-16 code units. */
export const longestExpression = 4096
const mostTokens = 512

/**
 * The expression for the second parser, which reads a `$` in a name only between quotes; undefined where it may not have it.
 * Its lexer takes time exponential in the spaces after `$$`, so that reaches it in a name alone, and not beside what could make it see the end of a quote elsewhere.
 */
const legibleToBoth = (sql: string): string | undefined => {
  const tokens = new Tokens(sql)
  if (tokens.count > mostTokens) return undefined
  if (!sql.includes('$')) return sql
  let result = ''
  let at = 0
  for (let i = 0; i < tokens.count; i++) {
    const [start, end] = [tokens.starts[i]!, tokens.ends[i]!]
    const token = sql.slice(start, end)
    const kind = tokens.kinds[i]!
    if (token.includes('$$') && kind !== TokenKind.Word && kind !== TokenKind.QuotedWord) return undefined
    if (kind !== TokenKind.Word || !token.includes('$')) continue
    result += `${sql.slice(at, start)}"${token.toLowerCase()}"`
    at = end
  }
  const legible = result + sql.slice(at)
  return legible.includes('$$') && /\\|--|\/\*/.test(legible) ? undefined : legible
}

const locations = new Set(['location', 'list_start', 'list_end', 'rexpr_list_start', 'rexpr_list_end'])

const withoutLocations = (node: Node): string => JSON.stringify(node, (key, value: unknown) => (locations.has(key) ? undefined : value))

const convert = (expression: Expr): ExpressionTree => {
  switch (expression.type) {
    case 'ref':
      return { kind: 'column', name: expression.name, ...(expression.table === undefined ? {} : { qualifier: expression.table.name }) }
    case 'null':
      return { kind: 'null' }
    case 'boolean':
      return { kind: 'boolean', value: expression.value }
    case 'integer':
    case 'numeric':
      return { kind: 'number', value: expression.value }
    case 'string':
      return { kind: 'string', value: expression.value }
    case 'keyword':
      return { kind: 'value', keyword: expression.keyword }
    case 'call': {
      const { schema, name } = expression.function
      if (expression.filter || expression.over || expression.withinGroup || expression.orderBy || expression.distinct) return { kind: 'other' }
      return { kind: 'call', function: schema === undefined ? { name } : { schema, name }, arguments: expression.args.map(convert) }
    }
    case 'cast':
      return { kind: 'cast', operand: convert(expression.operand), type: looseParser().toSql.dataType(expression.to) }
    case 'unary':
      return { kind: 'unary', operator: expression.op.toLowerCase(), operand: convert(expression.operand) }
    case 'binary':
      return { kind: 'binary', operator: expression.op.toLowerCase(), left: convert(expression.left), right: convert(expression.right) }
    case 'ternary':
      return { kind: 'between', negated: expression.op === 'NOT BETWEEN', value: convert(expression.value), low: convert(expression.lo), high: convert(expression.hi) }
    case 'list':
    case 'array':
      return { kind: 'list', array: expression.type === 'array', items: expression.expressions.map(convert) }
    case 'case':
      return {
        kind: 'case',
        branches: expression.whens.map(({ when, value }) => ({ when: convert(when), result: convert(value) })),
        ...(expression.value ? { value: convert(expression.value) } : {}),
        ...(expression.else ? { otherwise: convert(expression.else) } : {}),
      }
    default:
      return { kind: 'other' }
  }
}
