import type { Node } from '@pgsql/types'
import { as } from './names'
import { parse } from './parser'

const head = 'SELECT ('

/** How far the locations in the tree are past those in the text. */
export const parsedAt = head.length

/** The tree of an expression, its locations relative to the text around it. */
export const parseExpression = (sql: string): Node | undefined => {
  // The line break ends a comment at the end of the text.
  const parsed = parse(`${head}${sql}\n)`)
  if (parsed.error !== undefined || parsed.statements.length !== 1) return undefined
  const select = as(parsed.statements[0]?.stmt, 'SelectStmt')
  if (select?.targetList?.length !== 1 || select.fromClause !== undefined || select.larg !== undefined || select.whereClause !== undefined) return undefined
  const target = as(select.targetList[0], 'ResTarget')
  if (target?.name !== undefined) return undefined
  // `a, b` becomes a row in the parentheses put around it.
  if (as(target?.val, 'RowExpr')?.row_format === 'COERCE_IMPLICIT_CAST' && !sql.trimStart().startsWith('(')) return undefined
  return target?.val
}
