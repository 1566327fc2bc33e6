import type { A_Indirection, ColumnRef, DeleteStmt, FuncCall, InsertStmt, MergeStmt, Node, RangeVar, ResTarget, SelectStmt, SubLink, TypeCast, UpdateStmt, WithClause } from '@pgsql/types'
import { lookup } from '../model/lookup'
import type { WrittenName } from '../model/name'
import type { CalledFunction, ColumnName, DataChange, Expression, GivenColumn, GroupKey, JoinedTables, PassedColumn, QueryFacts, ReadName, RowFacts, SequenceReference, ShownColumn } from './command'
import type { ExpressionTree } from './expression-tree'
import { neverHolds } from './never-holds'
import { as, columnNameOf, integer, readName, relation, text, texts, valueText, visitTree, written } from './names'
import { plainTree } from './plain-tree'
import { queryScans, referencesIn, selectScans } from './query-scans'
import type { Slice, Source } from './source'

export const queryFacts = (source: Source, node: Node | undefined): QueryFacts => {
  const collector = new Collector(source)
  collector.walk(node, noNames)
  return collector.facts(as(node, 'SelectStmt'))
}

/** `slice` holds the statement: its span, and where its clauses are looked for. */
export const dataChange = (source: Source, node: Node, slice: Slice, names: Names = noNames): DataChange | undefined => {
  const insert = as(node, 'InsertStmt')
  if (insert !== undefined) return insertChange(source, insert, slice, names)
  const update = as(node, 'UpdateStmt')
  if (update !== undefined) return updateChange(source, update, slice, names)
  const deletion = as(node, 'DeleteStmt')
  if (deletion !== undefined) return deleteChange(source, deletion, slice, names)
  const merge = as(node, 'MergeStmt')
  return merge === undefined ? undefined : mergeChange(source, merge, slice, names)
}

/** That all rows of a table meet which count. */
interface Conditions {
  readonly where?: Node
  readonly on: readonly ExpressionTree[]
  /** A bare name may be of a column that both sides of a join have, and is compared as the type that they come to. */
  readonly merges: boolean
  readonly from: number
}

/** Common table expressions in sight. */
type Names = ReadonlySet<string>
const noNames: Names = new Set()

class Collector {
  readonly #source: Source
  readonly #reads = new Map<string, ReadName>()
  readonly #locks = new Map<string, ReadName>()
  readonly #functions = new Map<string, CalledFunction>()
  readonly #sequences = new Map<string, SequenceReference>()
  readonly #changes: DataChange[] = []
  readonly #conditions = new Map<RangeVar, Conditions>()
  #from = 0
  readonly #takes = { hashes: 0, groups: 0, sorts: 0, aggregates: 0, windows: 0 }
  #computes = 0
  #groupSorts = 0
  readonly #firsts: number[] = []
  readonly #aggregated: ColumnName[] = []
  readonly #lookedInto: ColumnName[] = []
  /** Inside what is not run. */
  #idle = false

  constructor(source: Source) {
    this.#source = source
  }

  /** `parts`: of what is no query by itself, where others may stand. */
  facts(select?: SelectStmt, names: Names = noNames, parts: readonly unknown[] = []): QueryFacts {
    return {
      reads: [...this.#reads.values()],
      locksRows: [...this.#locks.values()],
      changes: this.#changes,
      functions: [...this.#functions.values()],
      sequences: [...this.#sequences.values()],
      takes: { ...this.#takes, ...(this.#computes > 0 && { computes: this.#computes }), ...(this.#groupSorts > 0 && { groupSorts: this.#groupSorts }), ...(this.#firsts.length > 0 && { firsts: this.#firsts }) },
      ...(this.#aggregated.length > 0 && { aggregated: this.#aggregated }),
      ...(this.#lookedInto.length > 0 && { lookedInto: this.#lookedInto }),
      ...(this.#reads.size > 0 && { scans: select === undefined ? queryScans(this.#source, parts, names) : selectScans(this.#source, select, names) }),
      ...(select === undefined ? {} : { ...sleptBy(select), ...rowFacts(this.#source, select, names) }),
    }
  }

  walk(value: unknown, names: Names): void {
    if (typeof value !== 'object' || value === null) return
    if (Array.isArray(value)) {
      for (const item of value) this.walk(item, names)
      return
    }
    for (const key in value) {
      const child = (value as Record<string, unknown>)[key]
      if (typeof child !== 'object' || child === null) continue
      switch (key) {
        case 'SelectStmt':
        case 'larg':
        case 'rarg':
          if (key === 'SelectStmt' || 'op' in child) this.#select(child as SelectStmt, names)
          else this.walk(child, names)
          break
        case 'RangeVar':
          this.#read(child as RangeVar, names)
          break
        case 'FuncCall':
          this.#call(child as FuncCall)
          this.walk(child, names)
          break
        case 'JoinExpr':
          this.joins(1)
          this.walk(child, names)
          break
        case 'SubLink':
          // What gives one value is asked for it; in what gives many, each row is looked for.
          if ((child as SubLink).subLinkType !== 'EXPR_SUBLINK') this.joins(1)
          this.walk(child, names)
          break
        case 'InsertStmt':
        case 'UpdateStmt':
        case 'DeleteStmt':
        case 'MergeStmt':
          this.change(value as Node, this.#source.whole, names)
          break
        case 'intoClause':
          break
        default:
          this.walk(child, names)
      }
    }
  }

  /** The parts of what has this condition. */
  walkUnder(condition: Node | undefined, parts: readonly unknown[], names: Names): void {
    const before = this.#idle
    this.#idle ||= neverHolds(plainTree(condition))
    for (const part of parts) this.walk(part, names)
    this.#idle = before
  }

  /** What is read in FROM under this WHERE. */
  under(from: readonly Node[] | undefined, condition: Node | undefined): void {
    this.#from += 1
    for (const node of from ?? []) this.#join(node, { on: [], merges: false, from: this.#from, ...(condition !== undefined && { where: condition }) })
  }

  /** The side that an outer join fills up has what its ON says, and the other does not; what is said behind it holds for this alone. */
  #join(node: Node | undefined, outer: Conditions): void {
    const range = as(node, 'RangeVar')
    // Under other names for its columns a condition speaks of others.
    if (range !== undefined && range.alias?.colnames === undefined) this.#conditions.set(range, outer)
    const join = as(node, 'JoinExpr')
    if (join === undefined) return
    const condition = plainTree(join.quals)
    const own = condition === undefined ? [] : [condition]
    const merges = outer.merges || join.isNatural === true || join.usingClause !== undefined
    const filled: Conditions = { on: own, merges, from: outer.from }
    const both: Conditions = { ...outer, on: [...outer.on, ...own], merges }
    const none: Conditions = { on: [], merges, from: outer.from }
    const sides: Readonly<Record<string, readonly [Conditions, Conditions]>> = { JOIN_INNER: [both, both], JOIN_LEFT: [{ ...outer, merges }, filled], JOIN_RIGHT: [filled, { ...outer, merges }] }
    const [left, right] = sides[join.jointype ?? 'JOIN_INNER'] ?? [none, none]
    this.#join(join.larg, left)
    this.#join(join.rarg, right)
  }

  /** Tables whose rows are put together, by a hash table of one of them as a rule. */
  joins(count: number): void {
    if (!this.#idle) this.#takes.hashes += count
  }

  change(node: Node, slice: Slice, names: Names): void {
    const change = dataChange(this.#source, node, slice, names)
    if (change !== undefined) this.#changes.push(change)
  }

  /** The names in sight after WITH. */
  with(clause: WithClause | undefined, names: Names): Names {
    if (clause === undefined) return names
    const inner = new Set(names)
    const tables = (clause.ctes ?? []).flatMap((node) => as(node, 'CommonTableExpr') ?? [])
    if (clause.recursive === true) for (const table of tables) inner.add(table.ctename ?? '')
    for (const table of tables) {
      const query = table.ctequery
      if (query !== undefined && as(query, 'SelectStmt') === undefined) this.change(query, this.#cteSlice(table.location ?? 0), new Set(inner))
      else this.walk(query, new Set(inner))
      inner.add(table.ctename ?? '')
    }
    return inner
  }

  #cteSlice(location: number): Slice {
    const source = this.#source
    const { tokens } = source
    let at = tokens.at(location) + 1
    if (tokens.sign(at) === '(') at = tokens.closing(at) + 1
    const open = source.open(at, tokens.count)
    return open < 0 ? source.whole : source.inside(open)
  }

  #select(select: SelectStmt, outer: Names): void {
    const names = this.with(select.withClause, outer)
    this.under(select.fromClause, select.whereClause)
    const before = this.#idle
    this.#idle ||= givesNothing(select)
    if (!this.#idle) this.#take(select)
    for (const key in select) {
      if (key === 'withClause' || key === 'lockingClause' || key === 'intoClause') continue
      const value = select[key as keyof SelectStmt]
      if (key === 'larg' || key === 'rarg') this.#select(value as SelectStmt, names)
      else this.walk(value, names)
    }
    this.#idle = before
    if (select.lockingClause !== undefined) this.#lock(select, names)
  }

  /** Groups and what is told apart go through a hash table, unless an aggregate wants its rows in an order of its own, or one of the different ones: then all are sorted (preprocess_groupclause and make_pathkeys_for_groupagg in src/backend/optimizer/plan/planner.c). */
  #take(select: SelectStmt): void {
    const { own, windows } = callsOf(select.targetList)
    const calls = [...own, ...callsOf(select.havingClause).own]
    const sorted = calls.filter((call) => call.agg_distinct === true || call.agg_order !== undefined).length
    const groups = select.groupClause !== undefined ? 1 : 0
    const orders = select.sortClause !== undefined && select.limitCount === undefined ? 1 : 0
    const isOn = select.distinctClause?.some((node) => Object.keys(node).length > 0) === true
    const takes = this.#takes
    takes.hashes += Math.max(0, (select.fromClause?.length ?? 0) - 1)
    takes.groups += (sorted > 0 ? 0 : groups) + (select.distinctClause !== undefined && !isOn ? 1 : 0) + (select.larg !== undefined && select.all !== true ? 1 : 0)
    takes.sorts += (sorted > 0 ? groups : 0) + sorted + Math.max(groups > 0 ? 0 : orders, isOn ? 1 : 0) + new Set(windows.map((call) => JSON.stringify(call.over, (key, value: unknown) => (key === 'location' ? undefined : value)))).size
    if (select.sortClause !== undefined && select.limitCount !== undefined) this.#firsts.push((integer(select.limitCount) ?? Infinity) + (select.limitOffset === undefined ? 0 : (integer(select.limitOffset) ?? Infinity)))
    const aggregated = calls.filter((call) => aggregates.has(texts(call.funcname).at(-1) ?? ''))
    takes.aggregates += aggregated.length
    this.#lookedInto.push(...aggregated.flatMap((call) => (call.args ?? []).flatMap((arg) => (as(arg, 'FuncCall') === undefined || texts(as(arg, 'FuncCall')?.funcname).at(-1) === 'octet_length' ? [] : referencesIn(arg).columns))))
    this.#aggregated.push(...aggregated.flatMap((call) => referencesIn(call.args).columns.slice(0, 1)))
    takes.windows += windows.length
    this.#groupSorts += groups * orders
    this.#computes += computedIn([select.targetList, select.groupClause, select.sortClause])
  }

  #read(range: RangeVar, names: Names): void {
    if (range.schemaname === undefined && names.has(range.relname ?? '')) return
    this.#note(this.#reads, range)
  }

  /** A relation that is named twice is read whole. */
  #note(names: Map<string, ReadName>, range: RangeVar): void {
    const key = keyOf(relation(range))
    const known = names.get(key)
    const conditions = this.#conditions.get(range)
    if (known !== undefined) names.set(key, known.only ? readName(range) : relation(range))
    else names.set(key, { ...readName(range), ...(conditions !== undefined && { from: conditions.from, ...conditionOf(this.#source, conditions.where, range), ...(conditions.on.length > 0 && { on: conditions.on }), ...(conditions.merges && { merges: true }), ...alias(range) }) })
  }

  #call(call: FuncCall): void {
    if (this.#idle) return
    const name = calledFunction(call)
    this.#functions.set(name.arguments === undefined ? keyOf(name) : JSON.stringify(name), name)
    if (!sequenceFunctions.has(name.name)) return
    const sequence = sequenceReference(call.args?.[0])
    if (sequence !== undefined) this.#sequences.set(JSON.stringify(sequence), sequence)
  }

  #lock(select: SelectStmt, names: Names): void {
    const sources = rowSources(select)
    for (const node of select.lockingClause ?? []) {
      const wanted = as(node, 'LockingClause')?.lockedRels
      const aliases = wanted?.map((one) => as(one, 'RangeVar')?.relname ?? '')
      for (const { alias, range } of sources) {
        if (aliases !== undefined && (alias === undefined || !aliases.includes(alias))) continue
        if (range.schemaname === undefined && names.has(range.relname ?? '')) continue
        this.#note(this.#locks, range)
      }
    }
  }
}

const keyOf = (name: WrittenName): string => `${name.schema ?? ''}\0${name.name}`

/** A function or procedure, with the constants that it is given. */
export const calledFunction = (call: { readonly funcname?: Node[]; readonly args?: Node[] } | undefined): CalledFunction => {
  const name = written(texts(call?.funcname))
  const given = (call?.args ?? []).map((node) => {
    const named = as(node, 'NamedArgExpr')
    const value = constantValue(named?.arg ?? node)
    return { ...(named?.name !== undefined && { name: named.name }), ...(value !== undefined && { value }) }
  })
  return given.some(({ value }) => value !== undefined) ? { ...name, arguments: given } : name
}

/** A date that is written as a string is another text once it is a date. */
const constantValue = (node: Node | undefined): string | undefined => {
  const cast = as(node, 'TypeCast')
  if (cast !== undefined && !/^(?:text|varchar|name|int[248])$/.test(text(cast.typeName?.names?.at(-1)))) return undefined
  const constant = as(cast?.arg ?? node, 'A_Const')
  if (constant === undefined) return undefined
  return 'sval' in constant ? constant.sval?.sval : 'ival' in constant ? String(constant.ival?.ival ?? 0) : undefined
}

/** Each opens its sequence as if to take a number from it (init_sequence in src/backend/commands/sequence.c). */
const sequenceFunctions = new Set(['nextval', 'setval', 'currval'])

const sequenceReference = (argument: Node | undefined): SequenceReference | undefined => {
  const node = as(argument, 'TypeCast')?.arg ?? argument
  const call = as(node, 'FuncCall')
  if (call !== undefined && texts(call.funcname).at(-1) === 'pg_get_serial_sequence') {
    const [table, column] = (call.args ?? []).map(stringConstant)
    const relation = table === undefined ? undefined : namedInText(table)
    // The column is taken as it stands, unlike the table (pg_get_serial_sequence in src/backend/utils/adt/ruleutils.c).
    return relation === undefined || column === undefined ? undefined : { table: relation, column }
  }
  const literal = stringConstant(node)
  const sequence = literal === undefined ? undefined : namedInText(literal)
  return sequence === undefined ? undefined : { sequence }
}

const stringConstant = (node: Node | undefined): string | undefined => {
  const constant = as(as(node, 'TypeCast')?.arg ?? node, 'A_Const')
  return constant !== undefined && 'sval' in constant ? constant.sval?.sval : undefined
}

/** A name inside a string: `app.orders_id_seq`, `"Orders_id_seq"`. */
const namedInText = (name: string): WrittenName | undefined => {
  const parts = [...name.matchAll(/(?:^|\.)(?:"((?:[^"]|"")+)"|([^".]+))(?=\.|$)/g)].map((match) => match[1]?.replaceAll('""', '"') ?? match[2]!.trim().toLowerCase())
  return parts.length === 0 ? undefined : written(parts)
}

/** `outer`: of a UNION around it rows that are the same are one, so all that it gives are its groups. */
/** `SELECT pg_sleep(60)`, `SELECT pg_sleep_for('5 minutes')`: of a constant, once. */
function sleptBy(select: SelectStmt): { readonly sleeps?: number } {
  if (select.fromClause !== undefined || select.whereClause !== undefined || select.limitCount !== undefined || select.larg !== undefined) return {}
  const calls = (select.targetList ?? []).flatMap((node) => as(as(node, 'ResTarget')?.val, 'FuncCall') ?? [])
  const sleeps = calls.reduce((sum, call) => sum + sleptMs(texts(call.funcname).at(-1) ?? '', valueText(call.args?.[0])), 0)
  return sleeps > 0 ? { sleeps } : {}
}

const unitMs: Readonly<Record<string, number>> = lookup({ ms: 1, millisecond: 1, s: 1e3, sec: 1e3, second: 1e3, m: 6e4, min: 6e4, minute: 6e4, h: 3.6e6, hour: 3.6e6 })

function sleptMs(name: string, given: string): number {
  if (name === 'pg_sleep') return /^\d*\.?\d+$/.test(given) ? Number(given) * 1e3 : 0
  const parts = name === 'pg_sleep_for' ? /^\s*(\d+(?:\.\d+)?)\s*([a-z]+?)s?\s*$/i.exec(given) : null
  return parts ? Number(parts[1]) * (unitMs[parts[2]!.toLowerCase()] ?? 0) : 0
}

const rowFacts = (source: Source, select: SelectStmt, names: Names, outer?: 'union'): RowFacts => {
  const atMostRows = rowLimit(select)
  const limited = atMostRows === undefined ? {} : { atMostRows }
  if (select.larg !== undefined && select.rarg !== undefined) {
    const all = select.all === true
    // How many a LIMIT lets through that is no number is not known.
    return select.op === 'SETOP_UNION' && select.limitCount === undefined ? { ...limited, notUpdatable: true, unionOf: { sides: [select.larg, select.rarg].map((side) => rowFacts(source, side, names, all ? outer : 'union')), all } } : { ...limited, notUpdatable: true }
  }
  const keeps = keepsRows(select)
  const rowsOf = keeps ? plainSource(source, select, names) : undefined
  const groupsOf = rowsOf === undefined || outer === 'union' ? groupedSource(source, select, names, outer === 'union') : undefined
  const rowsOfJoin = joinedSources(source, select, names)
  const hasWindows = callsOf(select.targetList).windows.length > 0
  const passes = givesItsRows(select) && !hasWindows ? passedColumns(select, names) : undefined
  const isOne = keeps && !hasWindows && select.withClause === undefined && select.limitOffset === undefined && select.fromClause?.length === 1 && as(select.fromClause[0], 'RangeVar') !== undefined
  return { ...limited, ...(passes === undefined ? {} : { passes, ...(!keeps && { cut: true as const }) }), ...(rowsOf === undefined ? {} : { rowsOf }), ...(groupsOf === undefined ? {} : { groupsOf }), ...(rowsOfJoin === undefined ? {} : { rowsOfJoin }), ...(isOne ? {} : { notUpdatable: true }) }
}

/** `SELECT … FROM orders WHERE …` alone: a join, a group or a set operation has rows of its own. */
const plainSource = (source: Source, select: SelectStmt, names: Names): RowFacts['rowsOf'] => {
  const range = select.fromClause?.length === 1 ? as(select.fromClause[0], 'RangeVar') : undefined
  if (range === undefined || !isTableItself(range, select, names)) return undefined
  return { ...namedSource(range), ...conditionOf(source, select.whereClause, range), shows: (select.targetList ?? []).map(shown) }
}

/** `SELECT a, date(b), count(*) FROM orders GROUP BY a, 2`, `SELECT DISTINCT a, b FROM orders`, `SELECT DISTINCT ON (a) …`. */
const groupedSource = (source: Source, select: SelectStmt, names: Names, isWhole: boolean): RowFacts['groupsOf'] => {
  if (select.limitCount !== undefined || multiplies(select)) return undefined
  const targets = (select.targetList ?? []).flatMap((node) => as(node, 'ResTarget') ?? [])
  const isGrouped = select.groupClause !== undefined
  if (isGrouped && select.distinctClause !== undefined) return undefined
  if (!isGrouped && select.distinctClause === undefined && (!isWhole || hasAggregate(select))) return undefined
  const chosen = select.groupClause ?? select.distinctClause?.filter((node) => Object.keys(node).length > 0) ?? []
  const by = (isGrouped || chosen.length > 0 ? chosen : targets.map(({ val }) => val)).map((node) => groupKey(isGrouped || chosen.length > 0 ? meant(node, targets) : node))
  const tables = joinedTables(source, select, names)
  return tables === undefined || by.length === 0 || by.includes(undefined) ? undefined : { ...tables, by: by as GroupKey[], gives: targets.flatMap(given), ...(select.havingClause !== undefined && { having: true as const }), ...repeatsOf(select.havingClause) }
}

/** `HAVING count(*) > 1`: groups of at least two rows. */
function repeatsOf(having: Node | undefined): { readonly least?: number } {
  const compared = as(having, 'A_Expr')
  const call = as(compared?.lexpr, 'FuncCall')
  const operator = text(compared?.name?.[0])
  const value = integer(compared?.rexpr)
  if (call === undefined || value === undefined || (operator !== '>' && operator !== '>=') || texts(call.funcname).at(-1) !== 'count' || call.agg_distinct === true) return {}
  return { least: operator === '>' ? value + 1 : value }
}

/** A number is the place of an output column, and a name may be its name. */
const meant = (node: Node | undefined, targets: readonly ResTarget[]): Node | undefined => {
  const constant = as(node, 'A_Const')
  if (constant !== undefined) return 'ival' in constant ? targets[(constant.ival?.ival ?? 0) - 1]?.val : node
  const fields = as(node, 'ColumnRef')?.fields
  return (fields?.length === 1 ? targets.find(({ name }) => name !== undefined && name === text(fields[0]))?.val : undefined) ?? node
}

const groupKey = (node: Node | undefined): GroupKey | undefined => {
  if (node === undefined || as(node, 'GroupingSet') !== undefined) return undefined
  const columns: ColumnName[] = []
  let isTold = true
  visitTree(node, (key, part) => {
    const column = key === 'ColumnRef' ? columnNameOf(part as ColumnRef) : undefined
    if (column !== undefined) columns.push(column)
    else if (key === 'SubLink' || key === 'A_Star' || key === 'ColumnRef') isTold = false
    return isTold && key !== 'ColumnRef'
  })
  if (!isTold) return undefined
  const isColumn = as(node, 'ColumnRef') !== undefined
  return { columns, isColumn, ...(!isColumn && !tellsApart(node) && { coarser: true as const }) }
}

/** Values that differ hardly ever come to the same. */
function tellsApart(node: Node): boolean {
  const call = as(node, 'FuncCall')
  if (call) return /^(lower|upper|initcap|[blr]?trim|concat|concat_ws|md5)$/.test(texts(call.funcname).at(-1) ?? '')
  return as(node, 'CoalesceExpr') !== undefined || as(node, 'RowExpr') !== undefined || /^(\|\||[+-])$/.test(texts(as(node, 'A_Expr')?.name).at(-1) ?? '')
}

/** Inner joins of tables by plain comparisons. */
const joinedSources = (source: Source, select: SelectStmt, names: Names): RowFacts['rowsOfJoin'] => {
  const tables = keepsRows(select) ? joinedTables(source, select, names) : undefined
  return tables === undefined || tables.sources.length < 2 ? undefined : { ...tables, gives: (select.targetList ?? []).flatMap((node) => as(node, 'ResTarget') ?? []).flatMap(given) }
}

const joinedTables = (source: Source, select: SelectStmt, names: Names): JoinedTables | undefined => {
  const joined = (select.fromClause ?? []).map((node) => joinOf(node))
  const ranges = joined.flatMap((one) => one?.ranges ?? [])
  if (ranges.length === 0 || joined.includes(undefined) || !ranges.every((range) => isTableItself(range, select, names))) return undefined
  return { sources: ranges.map(namedSource), on: joined.flatMap((one) => one!.on), ...conditionOf(source, select.whereClause, ranges.at(-1)) }
}

const joins = (from: readonly Node[] | undefined, names: Names): Pick<DataChange, 'joined' | 'joins'> => {
  if (from === undefined || from.length === 0) return {}
  const joined = from.map((node) => joinOf(node))
  const ranges = joined.flatMap((one) => one?.ranges ?? [])
  if (ranges.length === 0 || joined.includes(undefined) || !ranges.every((range) => isTableItself(range, {}, names))) return { joined: true }
  return { joined: true, joins: { sources: ranges.map(namedSource), on: joined.flatMap((one) => one!.on) } }
}

const joinOf = (node: Node | undefined): { readonly ranges: readonly RangeVar[]; readonly on: readonly ExpressionTree[] } | undefined => {
  const range = as(node, 'RangeVar')
  if (range !== undefined) return { ranges: [range], on: [] }
  const join = as(node, 'JoinExpr')
  if (join === undefined || (join.jointype !== undefined && join.jointype !== 'JOIN_INNER') || join.isNatural === true || join.usingClause !== undefined || join.alias !== undefined) return undefined
  const [left, right, condition] = [joinOf(join.larg), joinOf(join.rarg), plainTree(join.quals)]
  return left && right && condition && { ranges: [...left.ranges, ...right.ranges], on: [...left.on, ...right.on, condition] }
}

/** Neither a common table expression of its name, nor with other names for its columns, by which a condition would speak of others. */
const isTableItself = (range: RangeVar, select: SelectStmt, names: Names): boolean => {
  const name = range.relname ?? ''
  return range.alias?.colnames === undefined && (range.schemaname !== undefined || (!names.has(name) && !namesOf(select.withClause).includes(name)))
}

const keepsRows = (select: SelectStmt): boolean => givesItsRows(select) && select.distinctClause === undefined && select.limitCount === undefined

/** Each row that it gives is one of each table in FROM, and perhaps not every one gives a row. */
const givesItsRows = (select: SelectStmt): boolean => select.groupClause === undefined && select.havingClause === undefined && !hasAggregate(select) && !multiplies(select)

const namedSource = (range: RangeVar): { readonly relation: WrittenName; readonly alias?: string } => ({ relation: relation(range), ...(range.alias?.aliasname !== undefined && { alias: range.alias.aliasname }) })

const shown = (node: Node): ShownColumn => {
  const target = as(node, 'ResTarget')
  const fields = as(target?.val, 'ColumnRef')?.fields
  const last = fields?.at(-1)
  if (last !== undefined && as(last, 'A_Star') !== undefined) return '*'
  const column = last === undefined ? undefined : text(last)
  const name = target?.name ?? column
  return { ...(name !== undefined && { name }), ...(column !== undefined && { column }) }
}

/** Undefined where not all of its columns can be told apart. A join by USING has some of them once, which are none of one table's. */
const passedColumns = (select: SelectStmt, names: Names): readonly PassedColumn[] | undefined => {
  const ranges: { readonly range: RangeVar; readonly filled: boolean }[] = []
  const walk = (node: Node | undefined, filled: boolean): boolean => {
    const range = as(node, 'RangeVar')
    if (range !== undefined) {
      if (isTableItself(range, select, names)) ranges.push({ range, filled })
      return true
    }
    const join = as(node, 'JoinExpr')
    if (join === undefined) return true
    if (join.alias !== undefined) return false
    const type = join.jointype ?? 'JOIN_INNER'
    return walk(join.larg, filled || type === 'JOIN_RIGHT' || type === 'JOIN_FULL') && walk(join.rarg, filled || type === 'JOIN_LEFT' || type === 'JOIN_FULL')
  }
  if (!(select.fromClause ?? []).every((node) => walk(node, false))) return undefined
  const isAlone = select.fromClause?.length === 1 && as(select.fromClause[0], 'RangeVar') !== undefined
  const of = ({ range, filled }: (typeof ranges)[number]): PassedColumn => ({ relation: relation(range), ...(filled && { filled: true as const }) })
  const result: PassedColumn[] = []
  for (const node of select.targetList ?? []) {
    const target = as(node, 'ResTarget')
    const within = as(target?.val, 'A_Indirection')
    if (within !== undefined && isAllParts(within)) return undefined
    const fields = as(target?.val, 'ColumnRef')?.fields
    const isAll = fields !== undefined && as(fields.at(-1), 'A_Star') !== undefined
    const parts = texts(isAll ? fields.slice(0, -1) : (fields ?? []))
    const qualifier = parts.at(isAll ? -1 : -2)
    const meant = qualifier === undefined ? (isAlone ? ranges : []) : ranges.filter(({ range }) => (range.alias?.aliasname ?? range.relname) === qualifier)
    if (isAll) {
      if (meant.length !== 1) return undefined
      result.push(of(meant[0]!))
      continue
    }
    const name = target?.name ?? columnName(target?.val)
    const called = name === undefined ? {} : { name }
    const value = fields === undefined ? plainTree(target?.val) : undefined
    if (meant.length === 1 && parts.length > 0) result.push({ ...called, ...of(meant[0]!), column: parts.at(-1)! })
    else result.push({ ...called, ...(value !== undefined && isConstant(value) && { value }) })
  }
  return result
}

const isConstant = (tree: ExpressionTree): boolean => ['null', 'number', 'string', 'boolean'].includes(tree.kind) || (tree.kind === 'cast' && isConstant(tree.operand))

/** None where it is computed. */
const given = ({ val }: ResTarget): readonly GivenColumn[] => {
  const fields = as(val, 'ColumnRef')?.fields
  if (fields === undefined) return []
  const isAll = as(fields.at(-1), 'A_Star') !== undefined
  const parts = texts(isAll ? fields.slice(0, -1) : fields)
  const qualifier = parts.at(isAll ? -1 : -2)
  return [{ ...(qualifier !== undefined && { qualifier }), ...(!isAll && { column: parts.at(-1)! }) }]
}

/** No row, and nothing is asked for one: an aggregate gives a row of none. */
export const givesNothing = (select: SelectStmt): boolean =>
  (select.limitOption === 'LIMIT_OPTION_COUNT' && integer(select.limitCount) === 0) || (neverHolds(plainTree(select.whereClause)) && !hasAggregate(select))

export const namesOf = (clause: WithClause | undefined): readonly string[] => (clause?.ctes ?? []).map((node) => as(node, 'CommonTableExpr')?.ctename ?? '')

/** Aggregates that people use; what is left out is taken for a function of one row. */
const aggregates = new Set('array_agg avg bool_and bool_or count every json_agg json_object_agg jsonb_agg jsonb_object_agg max min string_agg sum'.split(' '))

/** Operators, functions of one row and casts; queries inside have rows of their own, and what no column can be in is made once. */
function computedIn(nodes: unknown): number {
  let count = 0
  visitTree(nodes, (key, part) => {
    if (key === 'SelectStmt') return false
    if (key === 'A_Expr' || (key === 'TypeCast' && as((part as TypeCast).arg, 'A_Const') === undefined)) count += 1
    else if (key === 'FuncCall') {
      const { funcname, args, over } = part as FuncCall
      if (args !== undefined && over === undefined && !aggregates.has(texts(funcname).at(-1) ?? '')) count += 1
    }
    return true
  })
  return count
}

export const hasAggregate = (select: SelectStmt): boolean =>
  (select.targetList ?? []).some((node) => {
    // A query inside counts rows of its own.
    const tree = JSON.stringify(node, (key, value: unknown) => (key === 'SubLink' ? undefined : value))
    return !tree.includes('"over"') && calledIn(tree).some((name) => aggregates.has(name))
  })

/** What a query calls for its own rows, apart from what those inside of it call for theirs; those over a window by themselves. */
export const callsOf = (root: unknown): { readonly own: readonly FuncCall[]; readonly windows: readonly FuncCall[] } => {
  const calls: FuncCall[] = []
  visitTree(root, (key, part) => {
    if (key === 'FuncCall') calls.push(part as FuncCall)
    return key !== 'SubLink'
  })
  return { own: calls.filter((call) => call.over === undefined), windows: calls.filter((call) => call.over !== undefined) }
}

/** Functions that give several rows for one. */
const multipliers = new Set('generate_series json_array_elements jsonb_array_elements json_each jsonb_each regexp_matches regexp_split_to_table string_to_table unnest'.split(' '))

export const multiplies = (select: SelectStmt): boolean => calledIn(JSON.stringify(select.targetList ?? [])).some((name) => multipliers.has(name))

const calledIn = (tree: string): readonly string[] => [...tree.matchAll(/"funcname":(\[.*?\])/g)].map((match) => texts(JSON.parse(match[1]!) as Node[]).at(-1) ?? '')

/** The tables of FROM by the names FOR UPDATE OF calls them. Tables of a sub-select have none, yet a bare FOR UPDATE locks them too. */
const fromItems = (nodes: readonly Node[] | undefined): readonly { alias?: string; range: RangeVar }[] =>
  (nodes ?? []).flatMap((node) => {
    const range = as(node, 'RangeVar')
    if (range !== undefined) return [{ alias: range.alias?.aliasname ?? range.relname ?? '', range }]
    const join = as(node, 'JoinExpr')
    if (join !== undefined) return [...fromItems(join.larg && [join.larg]), ...fromItems(join.rarg && [join.rarg])]
    const inner = as(as(node, 'RangeSubselect')?.subquery, 'SelectStmt')
    if (inner !== undefined) return rowSources(inner).map(({ range: table }) => ({ range: table }))
    return []
  })

/** FOR UPDATE is refused on a UNION, but goes through a view or a sub-select to what each side of it reads (AcquireRewriteLocks in src/backend/rewrite/rewriteHandler.c). */
const rowSources = (select: SelectStmt): readonly { alias?: string; range: RangeVar }[] =>
  select.larg !== undefined && select.rarg !== undefined ? [...rowSources(select.larg), ...rowSources(select.rarg)] : fromItems(select.fromClause)

const rowLimit = (select: SelectStmt): number | undefined => {
  const limit = select.limitOption === 'LIMIT_OPTION_COUNT' ? integer(select.limitCount) : undefined
  const rows = naturalRows(select)
  if (limit === undefined) return rows
  return rows === undefined ? limit : Math.min(limit, rows)
}

/** VALUES have as many rows as they say; a SELECT without FROM has one, unless a function in its list returns a set. */
const naturalRows = (select: SelectStmt): number | undefined => {
  if (select.valuesLists !== undefined) return select.valuesLists.length
  if (select.larg !== undefined && select.rarg !== undefined) {
    const left = rowLimit(select.larg)
    const right = rowLimit(select.rarg)
    if (select.op === 'SETOP_UNION') return left === undefined || right === undefined ? undefined : left + right
    return left
  }
  if (givesNothing(select)) return 0
  if (select.groupClause !== undefined) return undefined
  if (select.fromClause !== undefined) return hasAggregate(select) ? 1 : undefined
  return JSON.stringify(select.targetList ?? []).includes('"FuncCall"') ? undefined : 1
}

const insertChange = (source: Source, insert: InsertStmt, slice: Slice, outer: Names): DataChange => {
  const collector = new Collector(source)
  const names = collector.with(insert.withClause, outer)
  const conflict = insert.onConflictClause
  for (const part of [insert.selectStmt, conflict?.infer, conflict?.targetList, conflict?.whereClause, insert.returningClause]) collector.walk(part, names)
  const select = as(insert.selectStmt, 'SelectStmt')
  const values = select === undefined ? 1 : select.valuesLists?.length
  const valuesPerRow = select === undefined ? 0 : resultColumns(select)?.length
  return {
    kind: 'insert',
    relation: relation(insert.relation),
    only: false,
    span: source.span(slice),
    columns: (insert.cols ?? []).map((node) => as(node, 'ResTarget')?.name ?? ''),
    set: assignments(source, conflict?.targetList),
    query: collector.facts(select, names),
    ...(conflict === undefined ? {} : { onConflict: conflict.action === 'ONCONFLICT_UPDATE' ? ('update' as const) : ('nothing' as const) }),
    ...(insert.override === undefined || insert.override === 'OVERRIDING_NOT_SET' ? {} : { overrides: true as const }),
    ...(conflict?.infer === undefined ? {} : { conflictTarget: conflict.infer.conname === undefined ? ('columns' as const) : { constraint: conflict.infer.conname } }),
    ...conflictColumns(conflict?.infer?.indexElems),
    ...(values === undefined ? {} : { values }),
    ...(valuesPerRow === undefined ? {} : { valuesPerRow }),
    ...valueRows(source, select, slice),
    ...alias(insert.relation),
  }
}

const conflictColumns = (elements: readonly Node[] = []): Pick<DataChange, 'conflictColumns' | 'conflictExpressions'> => {
  const names = elements.flatMap((node) => as(node, 'IndexElem')?.name ?? [])
  return names.length === 0 ? {} : { conflictColumns: names, ...(names.length < elements.length && { conflictExpressions: true as const }) }
}

const mostRows = 20

const isOneRow = ({ targetList, limitOption: _, op: __, ...rest }: SelectStmt): boolean => targetList !== undefined && Object.values(rest).every((part) => part === undefined || part === false)

/** The rows of VALUES as the author wrote them, or the one row of a SELECT that reads nothing. */
const valueRows = (source: Source, select: SelectStmt | undefined, slice: Slice): Pick<DataChange, 'valueRows'> => {
  const lists = select?.valuesLists ?? []
  if (select !== undefined && isOneRow(select)) {
    const at = source.find(slice, 'select')
    const end = source.find({ ...slice, from: at + 1 }, 'on', 'returning')
    const parts = at < 0 ? [] : source.commaParts({ from: at + 1, to: end < 0 ? slice.to : end })
    return parts.length === select.targetList?.length ? { valueRows: [parts.map((part) => source.expression(part))] } : {}
  }
  if (lists.length === 0 || lists.length > mostRows) return {}
  const at = source.find(slice, 'values')
  if (at < 0) return {}
  const rows: (readonly Expression[])[] = []
  const { tokens } = source
  for (let open = at + 1; rows.length < lists.length; open = tokens.closing(open) + 2) {
    if (tokens.sign(open) !== '(') return {}
    const inside = source.inside(open)
    rows.push(source.commaParts(inside).map((part) => source.expression(part)))
  }
  return { valueRows: rows }
}

const updateChange = (source: Source, update: UpdateStmt, slice: Slice, outer: Names): DataChange => {
  const collector = new Collector(source)
  const names = collector.with(update.withClause, outer)
  collector.joins(update.fromClause?.length ?? 0)
  collector.under(update.fromClause, update.whereClause)
  collector.walkUnder(update.whereClause, [update.targetList, update.fromClause, update.whereClause, update.returningClause], names)
  const set = assignments(source, update.targetList)
  return {
    kind: 'update',
    relation: relation(update.relation),
    only: update.relation?.inh !== true,
    span: source.span(slice),
    columns: set.map(({ column }) => column),
    set,
    query: collector.facts(undefined, names, [update.targetList, update.whereClause]),
    ...joins(update.fromClause, names),
    ...conditionOf(source, update.whereClause, update.relation),
    ...alias(update.relation),
  }
}

const deleteChange = (source: Source, deletion: DeleteStmt, slice: Slice, outer: Names): DataChange => {
  const collector = new Collector(source)
  const names = collector.with(deletion.withClause, outer)
  collector.joins(deletion.usingClause?.length ?? 0)
  collector.under(deletion.usingClause, deletion.whereClause)
  collector.walkUnder(deletion.whereClause, [deletion.usingClause, deletion.whereClause, deletion.returningClause], names)
  return {
    kind: 'delete',
    relation: relation(deletion.relation),
    only: deletion.relation?.inh !== true,
    span: source.span(slice),
    columns: [],
    set: [],
    query: collector.facts(undefined, names, [deletion.whereClause]),
    ...joins(deletion.usingClause, names),
    ...conditionOf(source, deletion.whereClause, deletion.relation),
    ...alias(deletion.relation),
  }
}

const mergeChange = (source: Source, merge: MergeStmt, slice: Slice, outer: Names): DataChange => {
  const collector = new Collector(source)
  const names = collector.with(merge.withClause, outer)
  collector.joins(1)
  for (const part of [merge.sourceRelation, merge.joinCondition, merge.mergeWhenClauses, merge.returningClause]) collector.walk(part, names)
  const condition = plainTree(merge.joinCondition)
  const clauses = (merge.mergeWhenClauses ?? []).flatMap((node) => as(node, 'MergeWhenClause') ?? [])
  const set = clauses.flatMap((clause) => (clause.commandType === 'CMD_UPDATE' ? assignments(source, clause.targetList) : []))
  const actions = [...new Set(clauses.flatMap(({ commandType }) => (commandType === undefined ? [] : (mergeActions[commandType] ?? []))))]
  const inserted = clauses.flatMap((clause) => (clause.commandType === 'CMD_INSERT' ? (clause.targetList ?? []).map((node) => as(node, 'ResTarget')?.name ?? '') : []))
  return {
    kind: 'merge',
    relation: relation(merge.relation),
    only: merge.relation?.inh !== true,
    span: source.span(slice),
    columns: [...new Set(set.map(({ column }) => column))],
    set,
    query: collector.facts(as(as(merge.sourceRelation, 'RangeSubselect')?.subquery, 'SelectStmt'), names),
    merge: { actions, inserted, ...(condition !== undefined && !clauses.some(({ matchKind }) => matchKind === 'MERGE_WHEN_NOT_MATCHED_BY_SOURCE') && { on: condition }) },
    ...alias(merge.relation),
  }
}

const mergeActions: Readonly<Partial<Record<string, 'insert' | 'update' | 'delete'>>> = { CMD_INSERT: 'insert', CMD_UPDATE: 'update', CMD_DELETE: 'delete' }

const alias = (range: RangeVar | undefined): { alias?: string } => (range?.alias?.aliasname === undefined ? {} : { alias: range.alias.aliasname })

/** `SET a = 1, (b, c) = (…)`: an expression where it is one column's own. */
const assignments = (source: Source, targets: readonly Node[] | undefined): readonly { column: string; expression?: Expression }[] =>
  (targets ?? []).flatMap((node) => {
    const target = as(node, 'ResTarget')
    if (target === undefined) return []
    const column = target.name ?? ''
    // `a[2] = 1` and `a.b = 1` give the column a value that is not written out.
    if (as(target.val, 'MultiAssignRef') !== undefined || (target.indirection?.length ?? 0) > 0) return [{ column }]
    const { tokens } = source
    const at = tokens.at(target.location ?? 0)
    const depth = tokens.depths[at]
    for (let i = at + 1; i < tokens.count && tokens.depths[i]! >= depth!; i++) {
      if (tokens.depths[i] !== depth || tokens.sign(i) !== '=') continue
      const to = endOfClause(source, i + 1, afterAssignment, true)
      return [to > i + 1 ? { column, expression: source.expression({ from: i + 1, to }) } : { column }]
    }
    return [{ column }]
  })

const afterAssignment = new Set(['from', 'where', 'returning', 'when'])
const afterCondition = new Set(['returning', 'when', 'group', 'having', 'order', 'limit', 'offset', 'fetch', 'for', 'window', 'union', 'intersect', 'except', 'then'])

/** The token at which a clause ends: a word that begins the next one, a comma where asked, or the end of the parenthesis around it. */
const endOfClause = (source: Source, from: number, words: ReadonlySet<string>, comma: boolean): number => {
  const { tokens } = source
  const depth = tokens.depths[from] ?? 0
  let cases = 0
  for (let i = from; i < tokens.count; i++) {
    if (tokens.depths[i]! < depth) return i
    if (tokens.depths[i] !== depth) continue
    const sign = tokens.sign(i)
    if (sign === ';') return i
    if (comma && sign === ',' && cases === 0) return i
    const word = tokens.word(i)
    if (word === 'case') cases++
    else if (word === 'end' && cases > 0) cases--
    else if (cases === 0 && words.has(word) && !(word === 'from' && tokens.isWord(i - 1, 'distinct'))) return i
  }
  return tokens.count
}

export const conditionOf = (source: Source, condition: Node | undefined, range: RangeVar | undefined): { where?: Expression } => {
  if (condition === undefined) return {}
  const { tokens } = source
  const start = firstLocation(condition)
  let at = start === undefined ? -1 : tokens.at(start) - 1
  while (at >= 0 && tokens.sign(at) === '(') at--
  if (at < 0 || !tokens.isWord(at, 'where')) {
    // WHERE CURRENT OF has no place in the tree.
    at = source.find({ from: tokens.at(range?.location ?? 0), to: tokens.count }, 'where')
    if (at < 0) return {}
  }
  return { where: source.expression({ from: at + 1, to: endOfClause(source, at + 1, afterCondition, false) }) }
}

/** The least offset in a tree. An operator's own is in its middle. */
const firstLocation = (root: unknown): number | undefined => {
  let first: number | undefined
  visitTree(root, (key, part) => {
    if (key === 'location' && typeof part === 'number' && part >= 0 && (first === undefined || part < first)) first = part
    return true
  })
  return first
}

/** What the columns of a query will be called (FigureColname in src/backend/parser/parse_target.c), `undefined` where a star hides them. */
export const resultColumns = (select: SelectStmt | undefined): readonly string[] | undefined => {
  if (select === undefined) return undefined
  if (select.larg !== undefined) return resultColumns(select.larg)
  if (select.valuesLists !== undefined) return as(select.valuesLists[0], 'List')?.items?.map((_, index) => `column${index + 1}`)
  const names: string[] = []
  for (const node of select.targetList ?? []) {
    const target = as(node, 'ResTarget')
    const name = target?.name ?? columnName(target?.val)
    if (name === undefined) return undefined
    names.push(name)
  }
  return names
}

const columnName = (node: Node | undefined): string | undefined => {
  const column = as(node, 'ColumnRef')
  if (column !== undefined) {
    const last = column.fields?.at(-1)
    return as(last, 'A_Star') === undefined ? text(last) : undefined
  }
  const call = as(node, 'FuncCall')
  if (call !== undefined) return text(call.funcname?.at(-1))
  const cast = as(node, 'TypeCast')
  if (cast !== undefined) {
    const inner = columnName(cast.arg)
    return inner === '?column?' ? text(cast.typeName?.names?.at(-1)) : inner
  }
  if (as(node, 'CaseExpr') !== undefined) return columnNameOfCase(node)
  if (as(node, 'CoalesceExpr') !== undefined) return 'coalesce'
  if (as(node, 'A_ArrayExpr') !== undefined) return 'array'
  if (as(node, 'RowExpr') !== undefined) return 'row'
  const minmax = as(node, 'MinMaxExpr')
  if (minmax !== undefined) return minmax.op === 'IS_LEAST' ? 'least' : 'greatest'
  const value = as(node, 'SQLValueFunction')
  if (value !== undefined) return (value.op ?? '').replace(/^SVFOP_|_N$/g, '').toLowerCase()
  const link = as(node, 'SubLink')
  if (link !== undefined) {
    if (link.subLinkType === 'EXISTS_SUBLINK') return 'exists'
    if (link.subLinkType === 'ARRAY_SUBLINK') return 'array'
    if (link.subLinkType === 'EXPR_SUBLINK') return resultColumns(as(link.subselect, 'SelectStmt'))?.[0]
  }
  const collate = as(node, 'CollateClause')
  if (collate !== undefined) return columnName(collate.arg)
  const indirection = as(node, 'A_Indirection')
  if (indirection !== undefined) {
    // All the parts of a value are columns of their own.
    if (isAllParts(indirection)) return undefined
    const field = indirection.indirection?.map(text).filter((name) => name !== '').at(-1)
    return field ?? columnName(indirection.arg)
  }
  return '?column?'
}

const isAllParts = ({ indirection }: A_Indirection): boolean => as(indirection?.at(-1), 'A_Star') !== undefined

const columnNameOfCase = (node: Node | undefined): string => {
  const inner = columnName(as(node, 'CaseExpr')?.defresult)
  return inner === undefined || inner === '?column?' ? 'case' : inner
}
