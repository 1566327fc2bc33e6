import type { Node, SelectStmt } from '@pgsql/types'
import { as, integer, text } from './names'
import { parse } from './parser'
import { multiplies } from './query'

/**
 * Places, from 0 on, of columns of a query's result that no two of its rows have alike: what it groups by, or all where it gives no row twice.
 * Undefined where its text does not tell.
 */
export function rowKey(sql: string): readonly number[] | undefined {
  const parsed = parse(sql)
  const [statement] = parsed.error === undefined ? parsed.statements : []
  const select = as(statement?.stmt, 'SelectStmt')
  return select && keyOf(select)
}

function keyOf(select: SelectStmt): readonly number[] | undefined {
  const { larg, rarg, distinctClause, groupClause } = select
  if (larg !== undefined && rarg !== undefined) return select.all === true ? undefined : columnsOf(larg)
  const all = columnsOf(select)
  if (!all) return undefined
  if (distinctClause !== undefined) {
    const chosen = distinctClause.filter((node) => Object.keys(node).length > 0)
    return chosen.length === 0 ? all : placesOf(chosen, select)
  }
  return groupClause === undefined || multiplies(select) ? undefined : placesOf(groupClause, select)
}

/** Undefined where a star stands for some of them. */
function columnsOf(select: SelectStmt): readonly number[] | undefined {
  if (select.larg !== undefined) return columnsOf(select.larg)
  const targets = select.targetList ?? []
  const hasStar = targets.some((node) => as(as(as(node, 'ResTarget')?.val, 'ColumnRef')?.fields?.at(-1), 'A_Star') !== undefined)
  return targets.length === 0 || hasStar ? undefined : targets.map((_, place) => place)
}

/** Undefined where one of the expressions is not among the columns, or may be either of two: literals may have been taken out of the text. */
function placesOf(expressions: readonly Node[], select: SelectStmt): readonly number[] | undefined {
  const targets = (select.targetList ?? []).map((node) => as(node, 'ResTarget'))
  const values = targets.map((target) => shape(target?.val))
  const places = expressions.map((node) => {
    const constant = as(node, 'A_Const')
    if (constant !== undefined) return integer(node) === undefined ? undefined : integer(node)! - 1
    const fields = as(node, 'ColumnRef')?.fields
    const wanted = shape(node)
    const found = values.flatMap((value, place) => (value === wanted ? [place] : []))
    if (found.length > 0) return found.length === 1 || fields !== undefined ? found[0] : undefined
    const named = fields?.length === 1 ? targets.findIndex((target) => target?.name !== undefined && target.name === text(fields[0])) : -1
    return named < 0 ? undefined : named
  })
  return places.includes(undefined) || new Set(places).size < places.length ? undefined : (places as number[])
}

/** Where in the text it stands makes no difference. */
const shape = (node: Node | undefined): string => JSON.stringify(node, (key, value: unknown) => (key === 'location' ? undefined : value)) ?? ''
