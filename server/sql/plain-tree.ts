import type { A_Const, A_Expr, Node, TypeCast } from '@pgsql/types'
import { quoteIdentifier } from '../model/name'
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
    const among = amongTree(comparison)
    if (among) return among
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

/** `k IN (1, 2)`, and `k = ANY (ARRAY[1, 2])`, which PostgreSQL makes of it and prints in its place. */
const amongTree = ({ kind, name, lexpr, rexpr }: A_Expr): ExpressionTree | undefined => {
  const sign = name?.length === 1 ? text(name[0]) : undefined
  const isAmong = sign === '=' && (kind === 'AEXPR_IN' || kind === 'AEXPR_OP_ANY')
  if (!isAmong && !(sign === '<>' && (kind === 'AEXPR_IN' || kind === 'AEXPR_OP_ALL'))) return undefined
  const left = plainTree(lexpr)
  const items = left && (kind === 'AEXPR_IN' ? as(rexpr, 'List')?.items?.map(plainTree) : arrayItems(rexpr))
  return items === undefined || items.length === 0 || items.includes(undefined) ? undefined : { kind: 'binary', operator: isAmong ? 'in' : 'not in', left: left!, right: { kind: 'list', array: false, items: items as ExpressionTree[] } }
}

/** Of `ARRAY['a', 'b']::text[]` each is cast, as PostgreSQL prints it of a varchar: `(ARRAY['a'::character varying])::text[]`. */
function arrayItems(node: Node | undefined): readonly (ExpressionTree | undefined)[] | undefined {
  const cast = as(node, 'TypeCast')
  if (!cast) return as(node, 'A_ArrayExpr')?.elements?.map((item) => plainTree(item) ?? castItem(item))
  const type = cast.typeName?.arrayBounds?.length === 1 ? castName(cast) : undefined
  return type === undefined ? undefined : arrayItems(cast.arg)?.map((item) => item && { kind: 'cast', operand: item, type })
}

function castItem(node: Node): ExpressionTree | undefined {
  const cast = as(node, 'TypeCast')
  const type = cast && cast.typeName?.arrayBounds === undefined ? castName(cast) : undefined
  const operand = type === undefined ? undefined : plainTree(cast?.arg)
  return operand && { kind: 'cast', operand, type: type! }
}

/** PostgreSQL's own name of the type, or a user's with its schema. */
function castName({ typeName }: TypeCast): string | undefined {
  const names = (typeName?.names ?? []).map(text)
  if (typeName?.typmods !== undefined || names.length === 0 || names.length > 2) return undefined
  return names[0] === 'pg_catalog' ? names[1] : names.map(quoteIdentifier).join('.')
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
