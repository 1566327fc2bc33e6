import type { A_Expr, ColumnRef, Node, RangeVar, SelectStmt, SubLink } from '@pgsql/types'
import type { ColumnName, QueryScans, ScannedTable } from './command'
import { as, columnNameOf, integer, readName, text, texts, visitTree } from './names'
import { callsOf, conditionOf, givesNothing, hasAggregate, namesOf } from './query'
import type { Source } from './source'

/** Where in these parts of a statement rows are read, and how many of them are asked for there. */
export function queryScans(source: Source, parts: readonly unknown[], names: ReadonlySet<string>): QueryScans {
  const finder = new Finder(source)
  for (const part of parts) finder.subqueries(part, names, undefined)
  return finder.found()
}

/** The same of a query. */
export function selectScans(source: Source, select: SelectStmt, names: ReadonlySet<string>): QueryScans {
  const finder = new Finder(source)
  finder.select(select, names, { flows: true })
  return finder.found()
}

/** Of what a query gives, what is asked for by the one around it. */
interface Asked {
  /** No more rows than this, `some` where that is not known; absent: all. */
  readonly most?: number | 'some'
  /** What it gives goes out as it is found. */
  readonly flows?: true
  /** Conditions and joins of the query around it may be asked of its tables too (subquery pushdown and pull-up in src/backend/optimizer). */
  readonly narrowed?: true
  /** What it gives is joined to what is read beside it. */
  readonly beside?: Join
  /** Its bare names that may be columns of the query around it. */
  readonly bare?: readonly string[]
}

/** The tables whose rows are put together, and the columns by which they are. */
interface Join {
  readonly id: number
  readonly pairs: (readonly [ColumnName, ColumnName])[]
}

const everything: Asked = {}

type Own = Pick<ScannedTable, 'orderedBy' | 'sortedBy' | 'groupedBy' | 'named' | 'alike' | 'ends' | 'counted'>

class Finder {
  readonly #source: Source
  readonly #tables: ScannedTable[] = []
  #isUntold = false
  #joins = 0

  constructor(source: Source) {
    this.#source = source
  }

  found(): QueryScans {
    return { tables: this.#tables, ...(this.#isUntold && { untold: true as const }) }
  }

  select(select: SelectStmt, outer: ReadonlySet<string>, asked: Asked): void {
    if (givesNothing(select)) return
    const names = this.#with(select, outer)
    const [left, right] = [select.larg, select.rarg]
    if (left !== undefined && right !== undefined) {
      const isAll = select.op === 'SETOP_UNION' && select.all === true && select.sortClause === undefined
      const { bare, flows, narrowed, beside } = asked
      for (const side of [left, right]) this.select(side, names, { ...(isAll && { ...limited(select, asked), ...(flows && { flows }) }), ...(bare && { bare }), ...((narrowed || beside) && { narrowed: true }) })
      return
    }
    const join: Join = asked.beside ?? { id: this.#joins++, pairs: [] }
    const own = this.#ownAsked(select, asked)
    const items = (select.fromClause ?? []).flatMap((node) => flattened(node, false))
    const pairs = [...pairsIn(select.whereClause), ...(select.fromClause ?? []).flatMap(pairsOfJoins)]
    join.pairs.push(...pairs)
    // Rows that nothing ties to one another are put together each with each.
    if (items.length - 1 > pairs.length) this.#isUntold = true
    const named = namesNothingWhole(select) ? referencesIn(select).columns : undefined
    for (const item of items) this.#from(item, select, items.length, names, { ...own, ...(named && { named }) }, join)
    for (const part of [select.targetList, select.whereClause, select.havingClause, select.sortClause, select.groupClause, select.valuesLists, select.limitCount, ...(select.fromClause ?? [])]) this.subqueries(part, names, items.length > 0 ? join : undefined)
  }

  /** What is asked of the tables in FROM: all of their rows where they are counted, sorted or told apart. */
  #ownAsked(select: SelectStmt, asked: Asked): Asked & Own {
    const { narrowed, beside, bare } = asked
    const rest = { ...(beside && { beside }), ...(bare && { bare }) }
    const calls = callsOf(select.targetList)
    const isGrouped = select.groupClause !== undefined || select.distinctClause !== undefined || calls.windows.length > 0
    const sorted = sortedBy(select, calls)
    const grouped = groupedBy(select)
    if (isGrouped) return { ...rest, ...(sorted && { sortedBy: sorted }), ...(grouped && { groupedBy: grouped }), ...((narrowed || select.limitCount !== undefined || asked.most !== undefined) && { narrowed: true }) }
    if (hasAggregate(select) || select.havingClause !== undefined) {
      const ends = endsOf(select)
      const isCounted = referencesIn(select).columns.length === 0 && !JSON.stringify(select.targetList).includes('A_Star')
      return { ...rest, ...(ends && { ends }), ...(sorted && { sortedBy: sorted, ...(new Set(referencesIn(select).columns.map(({ name }) => name)).size === 1 && { alike: true }) }), ...(isCounted && { counted: true }) }
    }
    const { most } = limited(select, asked)
    const some = most !== undefined && { most }
    if (select.sortClause === undefined) return { ...rest, ...some, ...(asked.flows && { flows: true }), ...(narrowed && { narrowed }) }
    const orderedBy = columnName(as(select.sortClause[0], 'SortBy')?.node)
    return { ...rest, ...(some ? orderedBy && { ...some, orderedBy } : sorted && { sortedBy: sorted }), ...(narrowed && { narrowed }) }
  }

  #from({ item, isFilled }: Item, select: SelectStmt, items: number, names: ReadonlySet<string>, own: Asked & Own, join: Join): void {
    const sample = as(item, 'RangeTableSample')
    const range = as(sample?.relation ?? item, 'RangeVar')
    if (range !== undefined) {
      if (range.schemaname === undefined && names.has(range.relname ?? '')) return
      const { beside: _, ...asked } = own
      this.#tables.push({ ...readName(range), ...aliasOf(range), ...asked, ...((sample || (isFilled && asksOf(select.whereClause, range))) && { narrowed: true as const }), ...(!isFilled && conditionOf(this.#source, select.whereClause, range)), alone: items === 1, join: join.id, pairs: join.pairs })
      return
    }
    const inner = as(item, 'RangeSubselect')
    const query = as(inner?.subquery, 'SelectStmt')
    // What a function gives, and what is asked again for each row of another table, nobody has counted.
    if (query === undefined || inner?.lateral === true) {
      this.#isUntold = true
      return
    }
    const isNarrowed = own.narrowed || items > 1 || select.whereClause !== undefined
    const isPlain = items === 1 && select.whereClause === undefined
    const most = own.most !== undefined && own.orderedBy === undefined && { most: isPlain ? own.most : ('some' as const) }
    this.select(query, names, { ...most, ...(own.flows && { flows: true as const }), ...(isNarrowed && { narrowed: true as const }) })
  }

  #with({ withClause, ...select }: SelectStmt, outer: ReadonlySet<string>): ReadonlySet<string> {
    if (withClause === undefined) return outer
    const names = new Set([...outer, ...namesOf(withClause)])
    const tables = (withClause.ctes ?? []).flatMap((node) => as(node, 'CommonTableExpr') ?? [])
    const named = (name: string, root: unknown): boolean => JSON.stringify(root).includes(`"relname":${JSON.stringify(name)}`)
    for (const table of tables) {
      const query = as(table.ctequery, 'SelectStmt')
      const name = table.ctename ?? ''
      if (query === undefined) continue
      if (withClause.recursive === true && named(name, query)) this.#isUntold = true
      // One that nobody names is not run.
      if (!named(name, select) && !tables.some((other) => other !== table && named(name, other.ctequery))) continue
      const isPlain = select.whereClause === undefined && select.limitCount === undefined && select.fromClause?.length === 1 && as(select.fromClause[0], 'RangeVar') !== undefined
      this.select(query, names, isPlain ? everything : { narrowed: true })
    }
    return names
  }

  /** Queries in expressions. `join`: the tables of the query around them. */
  subqueries(part: unknown, names: ReadonlySet<string>, join: Join | undefined): void {
    if (typeof part !== 'object' || part === null) return
    if (Array.isArray(part)) {
      for (const item of part) this.subqueries(item, names, join)
      return
    }
    for (const key in part) {
      const child = (part as Record<string, unknown>)[key]
      if (key === 'RangeSubselect' || key === 'RangeVar') continue
      if (key === 'SubLink') this.#subquery(child as SubLink, names, join)
      else this.subqueries(child, names, join)
    }
  }

  #subquery(link: SubLink, names: ReadonlySet<string>, join: Join | undefined): void {
    this.subqueries(link.testexpr, names, join)
    const query = as(link.subselect, 'SelectStmt')
    if (query === undefined) return
    const { outward, bare } = referencesOf(query)
    const isExists = link.subLinkType === 'EXISTS_SUBLINK'
    const isMany = isExists || link.subLinkType === 'ANY_SUBLINK' || link.subLinkType === 'ALL_SUBLINK'
    if (join === undefined || (!outward && (!isMany || (isExists && bare.length === 0)))) {
      // By itself it is asked once: whether there is a row, or for the one that there is.
      const asked: Asked = isExists ? { most: 1 } : link.subLinkType === 'EXPR_SUBLINK' ? { most: 2 } : everything
      this.select(query, names, { ...asked, ...(join !== undefined && bare.length > 0 && { bare }) })
      return
    }
    if (!isMany) {
      this.#isUntold = true
      return
    }
    const compared = isExists ? undefined : ([columnName(link.testexpr), columnName(as(query.targetList?.[0], 'ResTarget')?.val)] as const)
    const before = join.pairs.length
    if (compared?.[0] && compared[1]) join.pairs.push(compared as [ColumnName, ColumnName])
    this.select(query, names, { beside: join, ...(query.fromClause?.length !== 1 && { narrowed: true }) })
    // What is compared otherwise is gone through for each row; what comes of an expression goes into a hash table as well.
    if (isExists && join.pairs.length === before) this.#isUntold = true
  }
}

function limited(select: SelectStmt, { most: outer }: Asked): Pick<Asked, 'most'> {
  if (select.limitCount === undefined || as(select.limitCount, 'A_Const')?.isnull === true) return outer === undefined ? {} : { most: outer }
  const own = integer(select.limitCount)
  const skipped = select.limitOffset === undefined ? 0 : integer(select.limitOffset)
  if (own === undefined || skipped === undefined || outer === 'some') return { most: 'some' }
  return { most: Math.min(own, outer ?? Infinity) + skipped }
}

/** Of `SELECT max(id)`, `min(a), max(b)`: the columns whose first or last values are all that is asked for. */
function endsOf(select: SelectStmt): readonly ColumnName[] | undefined {
  const ends = (select.targetList ?? []).map((node) => {
    const value = as(node, 'ResTarget')?.val
    const call = as(value, 'FuncCall')
    const name = texts(call?.funcname).at(-1)
    return (name === 'min' || name === 'max') && call?.agg_filter === undefined && call?.args?.length === 1 ? columnName(call.args[0]) : undefined
  })
  return select.havingClause === undefined && ends.length > 0 && !ends.includes(undefined) ? (ends as ColumnName[]) : undefined
}

/** The first key by which all rows are sorted that a query has: for their order, for a window, or to tell the different ones for an aggregate. */
function sortedBy({ sortClause, distinctClause }: SelectStmt, { own, windows }: ReturnType<typeof callsOf>): ColumnName | undefined {
  const distinct = own.find((call) => call.agg_distinct === true)
  if (distinct) return columnName(distinct.args?.[0])
  const over = windows[0]?.over
  const [first] = [...(over?.partitionClause ?? []), ...(over?.orderClause ?? []), ...(distinctClause ?? []), ...(sortClause ?? [])]
  return columnName(as(first, 'SortBy')?.node ?? first)
}

/** No `*`, no name of a table in the place of its row, and no columns that NATURAL finds. */
const namesNothingWhole = ({ fromClause, ...select }: SelectStmt): boolean => !JSON.stringify(select).includes('"A_Star"') && !JSON.stringify(fromClause ?? []).includes('"isNatural":true')

/** The columns whose different values are told; undefined where one of them is something else. */
function groupedBy({ groupClause, distinctClause, targetList = [] }: SelectStmt): readonly ColumnName[] | undefined {
  const targets = targetList.map((node) => as(node, 'ResTarget'))
  const placed = (node: Node): Node | undefined => {
    const place = integer(node)
    return place === undefined ? node : targets[place - 1]?.val
  }
  const keys = groupClause ? groupClause.map(placed) : distinctClause && !distinctClause.some((node) => Object.keys(node).length > 0) ? targets.map((target) => target?.val) : []
  const columns = keys.map(columnName)
  return columns.length === 0 || columns.includes(undefined) ? undefined : (columns as ColumnName[])
}

const aliasOf = (range: RangeVar): { readonly alias?: string } => (range.alias?.aliasname === undefined ? {} : { alias: range.alias.aliasname })

/** `isFilled`: where an outer join finds no row of it, nulls stand for one, so that what WHERE says is asked of what is joined, and not of its rows. */
interface Item {
  readonly item: Node
  readonly isFilled: boolean
}

/** Tables, queries and functions of FROM, those that joins name among them. */
function flattened(item: Node, isFilled: boolean): readonly Item[] {
  const join = as(item, 'JoinExpr')
  if (join === undefined) return [{ item, isFilled }]
  const kind = join.jointype ?? 'JOIN_INNER'
  const [left, right] = [kind === 'JOIN_RIGHT' || kind === 'JOIN_FULL', kind === 'JOIN_LEFT' || kind === 'JOIN_FULL']
  return [...(join.larg ? flattened(join.larg, isFilled || left) : []), ...(join.rarg ? flattened(join.rarg, isFilled || right) : [])]
}

/** Something else than that it is null, for then it counts as if it were joined as others are (reduce_outer_joins in src/backend/optimizer/prep/prepjointree.c). */
function asksOf(condition: Node | undefined, range: RangeVar): boolean {
  const logic = as(condition, 'BoolExpr')
  if (logic?.boolop === 'AND_EXPR') return (logic.args ?? []).some((one) => asksOf(one, range))
  if (as(condition, 'NullTest')?.nulltesttype === 'IS_NULL') return false
  return referencesIn(condition).columns.some(({ qualifier }) => qualifier === undefined || qualifier === (range.alias?.aliasname ?? range.relname))
}

/** Equal columns that a condition asks for whatever else it does. */
function pairsIn(condition: Node | undefined): readonly (readonly [ColumnName, ColumnName])[] {
  const logic = as(condition, 'BoolExpr')
  if (logic?.boolop === 'AND_EXPR') return (logic.args ?? []).flatMap(pairsIn)
  const compared: A_Expr | undefined = as(condition, 'A_Expr')
  if (compared?.kind !== 'AEXPR_OP' || text(compared.name?.[0]) !== '=') return []
  const [left, right] = [columnIn(compared.lexpr), columnIn(compared.rexpr)]
  return left && right && (left.qualifier === undefined || left.qualifier !== right.qualifier) ? [[left, right]] : []
}

function pairsOfJoins(node: Node): readonly (readonly [ColumnName, ColumnName])[] {
  const join = as(node, 'JoinExpr')
  if (join === undefined) return []
  const merged = join.isNatural === true ? [''] : (join.usingClause ?? []).map(text)
  return [...[join.larg, join.rarg].flatMap((side) => (side === undefined ? [] : pairsOfJoins(side))), ...pairsIn(join.quals), ...merged.map((name) => [{ name }, { name }] as const)]
}

/** The column that a side of a comparison is, or is made of: that is hashed as well. */
function columnIn(node: Node | undefined): ColumnName | undefined {
  const column = columnName(node)
  if (column) return column
  const { columns } = referencesIn(node)
  const [only] = columns
  const qualifiers = new Set(columns.map(({ qualifier }) => qualifier))
  return only && qualifiers.size === 1 ? { ...(only.qualifier !== undefined && { qualifier: only.qualifier }), name: '' } : undefined
}

function columnName(node: Node | undefined): ColumnName | undefined {
  const column = as(node, 'ColumnRef')
  return column && columnNameOf(column)
}

/** All columns that are named in a tree, and the names that its tables go by. */
export function referencesIn(root: unknown): { readonly columns: readonly ColumnName[]; readonly tables: ReadonlySet<string> } {
  const columns: ColumnName[] = []
  const tables = new Set<string>()
  visitTree(root, (key, part) => {
    if (key === 'ColumnRef') columns.push(...[columnNameOf(part as ColumnRef)].filter((one) => one !== undefined))
    else if (key === 'RangeVar') tables.add((part as RangeVar).alias?.aliasname ?? (part as RangeVar).relname ?? '')
    else if (key === 'alias') tables.add((part as { readonly aliasname?: string }).aliasname ?? '')
    else if (key === 'ctename') tables.add(String(part))
    return true
  })
  return { columns, tables }
}

/** Whether a query names tables of the one around it, and its bare names, which may be columns of those. */
function referencesOf(query: SelectStmt): { readonly outward: boolean; readonly bare: readonly string[] } {
  const { columns, tables } = referencesIn(query)
  return { outward: columns.some(({ qualifier }) => qualifier !== undefined && !tables.has(qualifier)), bare: columns.flatMap(({ name, qualifier }) => (qualifier === undefined ? [name] : [])) }
}
