import type { A_Const, Node } from '@pgsql/types'
import type { ExpressionTree } from './expression-tree'
import { as, text } from './names'

/**
 * The tree of comparisons of columns with literals, plain casts among them, joined by AND, OR and NOT, straight from PostgreSQL's own: most defaults, checks and bounds are no more than that, and need no second parser.
 * Undefined where anything else is in it.
 */
export const plainTree = (node: Node | undefined): ExpressionTree | undefined => {
  const literal = as(node, 'A_Const')
  if (literal) return literalTree(literal)
  const column = as(node, 'ColumnRef')
  if (column) {
    const names = (column.fields ?? []).map(text)
    const [first, second] = names
    if (names.includes('') || names.length > 2) return undefined
    return second === undefined ? { kind: 'column', name: first! } : { kind: 'column', qualifier: first!, name: second }
  }
  const test = as(node, 'NullTest')
  if (test) {
    const operand = plainTree(test.arg)
    return operand && { kind: 'unary', operator: test.nulltesttype === 'IS_NULL' ? 'is null' : 'is not null', operand }
  }
  const comparison = as(node, 'A_Expr')
  if (comparison) {
    const operator = distinctions[comparison.kind ?? ''] ?? (comparison.kind === 'AEXPR_OP' && comparison.name?.length === 1 ? comparisons.get(text(comparison.name[0])) : undefined)
    const left = operator === undefined ? undefined : plainTree(comparison.lexpr)
    const right = left && plainTree(comparison.rexpr)
    return right && { kind: 'binary', operator: operator!, left: left!, right }
  }
  const cast = as(node, 'TypeCast')
  if (cast) {
    // Types with a syntax of their own are in pg_catalog here, under another name than the author's.
    const [type, ...more] = (cast.typeName?.names ?? []).map(text)
    const isBare = type !== undefined && more.length === 0 && /^[a-z_][a-z0-9_]*$/.test(type) && cast.typeName?.arrayBounds === undefined && cast.typeName?.typmods === undefined && cast.typeName?.setof !== true
    const operand = isBare ? plainTree(cast.arg) : undefined
    return operand && { kind: 'cast', operand, type: type! }
  }
  const logic = as(node, 'BoolExpr')
  if (!logic) return undefined
  const operands = (logic.args ?? []).map(plainTree)
  if (operands.includes(undefined)) return undefined
  const [first, ...rest] = operands as ExpressionTree[]
  if (logic.boolop === 'NOT_EXPR') return { kind: 'unary', operator: 'not', operand: first! }
  const operator = logic.boolop === 'AND_EXPR' ? 'and' : 'or'
  return rest.reduce((left, right): ExpressionTree => ({ kind: 'binary', operator, left, right }), first!)
}

const distinctions: Readonly<Record<string, string>> = { AEXPR_DISTINCT: 'is distinct from', AEXPR_NOT_DISTINCT: 'is not distinct from' }

const comparisons: ReadonlyMap<string, string> = new Map([['=', '='], ['<>', '!='], ['<', '<'], ['>', '>'], ['<=', '<='], ['>=', '>=']])

/** A field that is 0, false or empty is left out of PostgreSQL's tree. */
const literalTree = ({ isnull, ival, sval, boolval }: A_Const): ExpressionTree | undefined => {
  if (isnull) return { kind: 'null' }
  if (ival) return { kind: 'number', value: ival.ival ?? 0 }
  if (boolval) return { kind: 'boolean', value: boolval.boolval ?? false }
  return sval && { kind: 'string', value: sval.sval ?? '' }
}
