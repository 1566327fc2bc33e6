import type { Catalog } from '../catalog/catalog'
import { computationsIn, isNumeric } from '../catalog/computations'
import { isBuiltin } from '../catalog/functions'
import type { Column, Table, TableIndex } from '../catalog/relation'
import { columnOf } from '../catalog/relation'
import { rowsIn } from '../catalog/rows-in'
import type { Effect, QueryDone, QueryTakes, RowCount, TableRead, Work } from '../model/effect'
import type { RelationName } from '../model/name'
import type { ColumnName, QueryFacts, ScannedTable } from '../sql/command'
import { conjuncts, readExpression } from '../sql/expression'
import { read } from '../sql/read'
import { mayBeLookedUp } from './by-index'
import { holdsRows, isSystem, lock } from './common'
import { groupsIn, mayRunParallel, queriedRows } from './queried-rows'
import { relationsOf, relationsRead } from './query-effects'
import { comparedColumn, rowsWhere, someOf } from './row-share'
import { queryOf } from './view-query'

/** Where the rows of a query go: each as a text to the client or into a file of the server; to who asks within the server; into a row that is changed. */
export type Given = 'client' | 'file' | 'server' | 'changed'

/** What a query reads, as work on the largest of its tables; nothing where a few rows are found by a key. */
export function queryReading(query: QueryFacts, catalog: Catalog, given: Given): readonly Effect[] {
  const reads = readsOf(query, catalog)
  // Of those that a program runs in a loop there may be many.
  if (reads.length === 0 || (query.kept !== 'all' && query.kept !== 'first' && isByKey(reads))) return []
  const size = ({ relation }: TableRead): number => rowsIn(relation, catalog) ?? Infinity
  const sorted = reads.toSorted((a, b) => size(b) - size(a))
  const groups = groupsIn(query, catalog)
  const work: Work = {
    kind: 'query',
    to: 'for the query',
    reads: sorted,
    takes: takesOf(query, catalog),
    gives: queriedRows(query, catalog),
    ...(groups && { groups }),
    ...((given === 'client' || given === 'file') && { sends: { ...valuesSent(query, catalog), to: given } }),
    ...(query.groupsOf?.having && { having: true, ...(query.groupsOf.least !== undefined && { least: query.groupsOf.least }) }),
    ...(query.locksRows.length > 0 && { locks: true }),
    // For a few rows that are enough nobody starts other processes, and changes are made by one (standard_planner in src/backend/optimizer/plan/planner.c).
    ...(given !== 'changed' && query.kept !== 'first' && mayRunParallel(query) && !reads.some(({ how }) => how === 'until') && { parallel: true }),
  }
  return [lock(sorted[0]!.relation, 'ACCESS SHARE', work)]
}

/** Each finds a few rows by a key, as many as the statement says. */
export const isByKey = (reads: readonly TableRead[]): boolean => reads.every(({ how, rows }) => how === 'found' && rows.kind === 'exactly')

/** Waiting is no work, and how long it takes nobody can tell. */
const waiting = /^(?:pg_sleep|pg_sleep_for|pg_sleep_until|pg_advisory_(?:xact_)?lock(?:_shared)?)$/

function readsOf(query: QueryFacts, catalog: Catalog): readonly TableRead[] {
  const { tables = [], untold } = query.scans ?? {}
  // A sequence has one row.
  const own = tables.filter((one) => !isSystem(one, catalog) && catalog.relation(catalog.resolve(one))?.kind !== 'sequence')
  // What a function of the database's own does for each row is not known.
  const isUntold = untold === true || !query.functions.every((name) => isBuiltin(name) && !waiting.test(name.name)) || own.some((one) => isAskedAgain(one, own, catalog))
  const lookedInto = (query.lookedInto ?? []).map(({ name }) => name)
  const reads = own.flatMap((one) => tableReads({ ...one, ...(query.kept === 'first' && one.flows && { most: one.alone ? 1 : ('some' as const) }) }, own, catalog))
  const known = reads.map((one): TableRead => {
    const { texts: asked = [] } = one
    const texts = [...asked, ...[...new Set(lookedInto)].flatMap((column) => (columnOf(catalog.table(one.relation), column) === undefined || asked.some((other) => other.column === column) ? [] : [{ column, use: 'counted' as const }]))]
    return texts.length > 0 ? { ...one, texts } : one
  })
  return isUntold ? known.map((one) => ({ ...one, how: 'untold' })) : known
}

/** With what is known of the columns. */
export function takesOf({ takes, aggregated = [], scans }: QueryFacts, catalog: Catalog): QueryTakes {
  const tables = (scans?.tables ?? []).map((one) => catalog.table(catalog.resolve(one)))
  const numbers = aggregated.filter(({ name }) => tables.some((table) => isNumeric(columnOf(table, name)))).length
  const own = numbers === 0 ? takes : { ...takes, numbers }
  // What a view does with the rows it does for whoever reads it.
  const views = (scans?.tables ?? []).map((one) => catalog.relation(catalog.resolve(one))).flatMap((one) => (one?.kind === 'view' && one.query ? (queryOf(one.query.sql) ?? []) : []))
  return views.map((view) => takesOf(view, catalog)).reduce(bothTaken, own)
}

const bothTaken = (a: QueryTakes, b: QueryTakes): QueryTakes => ({
  hashes: a.hashes + b.hashes,
  groups: a.groups + b.groups,
  sorts: a.sorts + b.sorts,
  aggregates: a.aggregates + b.aggregates,
  windows: a.windows + b.windows,
  ...((a.numbers ?? b.numbers) !== undefined && { numbers: (a.numbers ?? 0) + (b.numbers ?? 0) }),
  ...((a.groupSorts ?? b.groupSorts) !== undefined && { groupSorts: (a.groupSorts ?? 0) + (b.groupSorts ?? 0) }),
  ...((a.computes ?? b.computes) !== undefined && { computes: (a.computes ?? 0) + (b.computes ?? 0) }),
  ...((a.firsts ?? b.firsts) !== undefined && { firsts: [...(a.firsts ?? []), ...(b.firsts ?? [])] }),
})

/** A bare name that is no column of what the query in parentheses reads is of the one around it. */
function isAskedAgain({ bare }: ScannedTable, tables: readonly ScannedTable[], catalog: Catalog): boolean {
  if (!bare) return false
  const inside = tables.filter((one) => one.bare === bare).map((one) => catalog.table(catalog.resolve(one)))
  return bare.some((name) => inside.every((table) => table?.columns !== undefined && columnOf(table, name) === undefined))
}

/** A view reads what its query does; how much of it, conditions on the view have their say in. */
function tableReads(scanned: ScannedTable, all: readonly ScannedTable[], catalog: Catalog): readonly TableRead[] {
  const name = catalog.resolve(scanned)
  const relation = catalog.relation(name)
  if (relation?.kind !== 'view') return [tableRead(scanned, name, all, catalog)]
  const [command] = relation.query && !relation.query.emptied ? read(relation.query.sql).commands : []
  const isNarrowed = scanned.narrowed || scanned.where !== undefined || !scanned.alone || scanned.most !== undefined
  if (command?.kind !== 'query' || !command.query.scans) return relationsRead(name, catalog).filter((one) => catalog.relation(one)?.kind !== 'view').map((one) => ({ relation: one, stored: [one], how: 'untold', rows: wholeOf(one) }))
  const inner = command.query.scans.tables.map((one) => ({ ...one, ...(isNarrowed && { narrowed: true as const }) }))
  return inner.filter((one) => !isSystem(one, catalog)).flatMap((one) => tableReads(one, inner, catalog)).map((one) => (command.query.scans!.untold ? { ...one, how: 'untold' } : one))
}

const wholeOf = (name: RelationName): RowCount => ({ kind: 'fraction', of: name, fraction: 1, assumed: false })

function tableRead(scanned: ScannedTable, name: RelationName, all: readonly ScannedTable[], catalog: Catalog): TableRead {
  const table = catalog.table(name)
  const { own, rows } = filterOf(scanned, name, catalog)
  const stored = relationsOf(scanned, catalog).filter((one) => catalog.relation(one)?.kind !== 'view' && (holdsRows(catalog, one) || catalog.partitions(one).length === 0))
  const isKnown = table?.complete === true
  const { counted, sortedBy } = scanned
  // A different order for each aggregate, and one that an index has for any, came with 16 (adjust_group_pathkeys_for_groupagg in src/backend/optimizer/plan/planner.c).
  const isSorted = sortedBy !== undefined && (catalog.surroundings.version >= 16 || scanned.orderedBy !== undefined) && (!isKnown || indexesOf(table).some(({ shape }) => shape.method === 'btree' && shape.keys[0] === sortedBy.name))
  const { groupedBy } = scanned
  const isGrouped = groupedBy !== undefined && isKnown && indexesOf(table).some(({ shape }) => shape.method === 'btree' && groupedBy.every(({ name: column }) => shape.keys.slice(0, groupedBy.length).includes(column)))
  const base = { relation: name, stored, ...(isGrouped && { grouped: true as const }), ...(isSorted && { sorted: scanned.alike ? ('itself' as const) : ('perhaps' as const) }), ...(counted && { counted }), ...(own.length > 0 && computationsIn(own.join(' AND '), table, catalog)), ...orderOf(scanned, table), ...passedOf(scanned, table) }
  const mayBeFound = own.some((part) => mayBeLookedUp(part, table))
  const byKey = own.some((part) => leads(part, table))
  const found = { correlation: byKey ? correlationOf(own, table) : 0 }

  if (rows.kind === 'exactly') return { ...base, how: 'found', rows }
  const { most, orderedBy, ends } = scanned
  const ordering = ends ?? (orderedBy ? [orderedBy] : undefined)
  if (ordering) {
    const isOrdered = ordering.every((column) => (isKnown ? indexesOf(table).some(({ shape }) => shape.method === 'btree' && shape.keys[0] === column.name) : true))
    // All of it is read where no index has that order, and may be where conditions leave rows out.
    if (isOrdered) return own.length === 0 && isKnown && !scanned.narrowed && scanned.alone ? { ...base, how: 'found', rows: { kind: 'exactly', rows: ends ? ends.length : typeof most === 'number' ? most : 1 }, ...found } : { ...base, how: 'perhaps', rows }
  } else if (most !== undefined) {
    const isFirst = own.length === 0 && scanned.alone && scanned.where === undefined && !scanned.narrowed
    if (isFirst && most !== 'some') return { ...base, how: 'until', rows: wholeOf(name), most }
    return { ...base, how: 'until', rows, most: most === 'some' ? 1 : most, ...(most === 'some' && { open: true }) }
  }
  if (byKey) return { ...base, how: 'found', rows, ...found }
  const others = all.filter((one) => one.join === scanned.join && one !== scanned)
  const linked = linkedColumns(scanned, table)
  const isLooked = others.length > 0 && (isKnown ? linked.some((column) => indexesOf(table).some(({ shape }) => shape.keys[0] === column)) : true)
  // By an index it is looked into for each row of another table that few are left of.
  const least = isLooked ? others.map((one) => filterOf(one, catalog.resolve(one), catalog)).find((one) => one.own.length > 0 || one.rows.kind === 'exactly') : undefined
  if (least) return { ...base, how: 'joined', rows: least.rows }
  return { ...base, how: mayBeFound || scanned.narrowed ? 'perhaps' : 'whole', rows: scanned.narrowed ? someOf(rows) : rows }
}

/** What all rows, or the first of them, are sorted by, where that is a column of this table. */
function orderOf({ sortedBy, orderedBy }: ScannedTable, table: Table | undefined): Pick<TableRead, 'by'> {
  const column = sortedBy ?? orderedBy
  return column && columnOf(table, column.name) ? { by: column.name } : {}
}

/** The columns of it that go on to joins, groups and sorts: those that its query names. */
function passedOf({ named, alias, name }: ScannedTable, table: Table | undefined): Pick<TableRead, 'passes'> {
  const names = named?.filter(({ qualifier }) => qualifier === undefined || qualifier === (alias ?? name)).map((one) => one.name)
  // A row as a whole is called by the table's name.
  if (!names || !table?.columns || names.includes(alias ?? name)) return {}
  return { passes: [...new Set(names.filter((one) => columnOf(table, one) !== undefined))] }
}

const indexesOf = (table: Table | undefined): readonly TableIndex[] => (table?.indexes ?? []).filter(({ valid, shape }) => valid && shape.predicate === undefined)

/** The parts of the condition that are of this table alone, and how many rows they let through. */
function filterOf(scanned: ScannedTable, name: RelationName, catalog: Catalog): { readonly own: readonly string[]; readonly rows: RowCount } {
  const table = catalog.table(name)
  const qualifier = scanned.alias ?? scanned.name
  const parts = scanned.where === undefined ? [] : (conjuncts(scanned.where.sql) ?? [scanned.where.sql])
  const isOwn = (part: string): boolean => {
    const { readable, columnReferences } = readExpression(part)
    return readable ? columnReferences.length > 0 && columnReferences.every((one) => (one.qualifier === undefined ? scanned.alone || columnOf(table, one.column) !== undefined : one.qualifier === qualifier)) : scanned.alone
  }
  // What a query in it gives is joined to the rows, and leaves none of them unread, unless they are picked by their key.
  const isPicked = (part: string): boolean => rowsWhere(catalog, name, part, { qualifier, alone: scanned.alone }).kind === 'exactly'
  const own = parts.filter((part) => isOwn(part) && (!readExpression(part).hasSubquery || isPicked(part)))
  return { own, rows: own.length === 0 ? wholeOf(name) : rowsWhere(catalog, name, own.join(' AND '), { qualifier, alone: scanned.alone }) }
}

/** A comparison of a column with what is the same for all rows, for which an index of that column is made. */
function leads(part: string, table: Table | undefined): boolean {
  const column = comparedColumn(part)
  return column !== undefined && indexesOf(table).some(({ shape }) => shape.method === 'btree' && shape.keys[0] === column)
}

function correlationOf(parts: readonly string[], table: Table | undefined): number {
  const columns = parts.flatMap((part) => (leads(part, table) ? comparedColumn(part)! : []))
  return Math.max(...columns.map((column) => Math.abs(columnOf(table, column)?.correlation ?? 0)))
}

function linkedColumns(scanned: ScannedTable, table: Table | undefined): readonly string[] {
  const isOwn = ({ name, qualifier }: ColumnName): boolean => (qualifier === undefined ? columnOf(table, name) !== undefined : qualifier === (scanned.alias ?? scanned.name))
  return scanned.pairs.flatMap((pair) => pair.flatMap((one) => (isOwn(one) ? one.name : [])))
}

/** Of a table whose columns are not known. */
export const columnsAssumed = 10

/** How many values go out for each row, of all columns where it does not say which; and how many of them are reckoned out, not copied as they are stored. */
function valuesSent({ rowsOf, groupsOf, rowsOfJoin }: QueryFacts, catalog: Catalog): Pick<NonNullable<QueryDone['sends']>, 'values' | 'reckoned' | 'columns'> {
  if (rowsOf) {
    const of = catalog.resolve(rowsOf.relation)
    const table = catalog.table(of)
    const all = table?.columns
    const sent = rowsOf.shows.flatMap((one): readonly (Column | undefined)[] => (one === '*' ? (all ?? Array.from({ length: columnsAssumed })) : [one.column === undefined ? undefined : columnOf(table, one.column)]))
    return { values: sent.length, reckoned: sent.filter(isReckoned).length, columns: sent.flatMap((one) => (one ? [{ of, column: one.name }] : [])) }
  }
  const given = (groupsOf ?? rowsOfJoin)?.gives
  const sources = (groupsOf ?? rowsOfJoin)?.sources.map(({ relation }) => catalog.table(catalog.resolve(relation))) ?? []
  const columns = given?.map(({ column }) => sources.map((table) => (column === undefined ? undefined : columnOf(table, column))).find((one) => one !== undefined)) ?? []
  return { values: given?.length ?? 1, reckoned: columns.filter(isReckoned).length }
}

/** Whole numbers, texts and what else is short to say are copied; all else is taken apart to be said: dates by the calendar, and elements and fields each by a function of its own (timestamptz_out, numeric_out, array_out and record_out in src/backend/utils/adt). */
export const isReckoned = (column: Column | undefined): boolean => column !== undefined && (column.type.dimensions > 0 || !/^(int[248]|oid|bool|char|text|varchar|bpchar|name|uuid|bytea|json)$/.test(column.type.name))
