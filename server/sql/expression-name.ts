import type { Node } from '@pgsql/types'
import { parseExpression } from './parse-expression'
import { as, text, texts } from './names'

/**
 * The name PostgreSQL gives to a column made by an expression, as in the name it chooses for an index: `lower(email)` is `lower`.
 * Undefined where it finds none and takes `expr` (FigureIndexColname in src/backend/parser/parse_target.c).
 */
export const expressionName = (sql: string): string | undefined => nameOf(parseExpression(sql))?.name

/** The weaker of two names gives way: a cast's own name only counts where what it casts has none. */
interface Found {
  readonly name: string
  readonly strength: 1 | 2
}

const strong = (name: string): Found => ({ name, strength: 2 })

const nameOf = (node: Node | undefined): Found | undefined => {
  const column = as(node, 'ColumnRef')
  if (column !== undefined) {
    const last = text(column.fields?.at(-1))
    return last === '' ? undefined : strong(last)
  }
  const indirection = as(node, 'A_Indirection')
  if (indirection !== undefined) {
    const field = (indirection.indirection ?? []).map(text).findLast((part) => part !== '')
    return field === undefined ? nameOf(indirection.arg) : strong(field)
  }
  const call = as(node, 'FuncCall')
  if (call !== undefined) return strong(texts(call.funcname).at(-1) ?? '')
  const operation = as(node, 'A_Expr')
  if (operation !== undefined) return operation.kind === 'AEXPR_NULLIF' ? strong('nullif') : undefined
  const cast = as(node, 'TypeCast')
  if (cast !== undefined) {
    const inner = nameOf(cast.arg)
    if (inner?.strength === 2) return inner
    const type = texts(cast.typeName?.names).at(-1)
    return type === undefined ? inner : { name: type, strength: 1 }
  }
  const collate = as(node, 'CollateClause')
  if (collate !== undefined) return nameOf(collate.arg)
  if (as(node, 'GroupingFunc') !== undefined) return strong('grouping')
  const choice = as(node, 'CaseExpr')
  if (choice !== undefined) {
    const otherwise = nameOf(choice.defresult)
    return otherwise?.strength === 2 ? otherwise : { name: 'case', strength: 1 }
  }
  if (as(node, 'A_ArrayExpr') !== undefined) return strong('array')
  if (as(node, 'RowExpr') !== undefined) return strong('row')
  if (as(node, 'CoalesceExpr') !== undefined) return strong('coalesce')
  const extreme = as(node, 'MinMaxExpr')
  if (extreme !== undefined) return strong(extreme.op === 'IS_LEAST' ? 'least' : 'greatest')
  return undefined
}
