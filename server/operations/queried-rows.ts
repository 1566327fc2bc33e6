import type { Catalog } from '../catalog/catalog'
import { isBuiltin } from '../catalog/functions'
import type { Relation } from '../catalog/relation'
import { columnOf } from '../catalog/relation'
import { countRows, rowsIn } from '../catalog/rows-in'
import type { RowCount } from '../model/effect'
import type { RelationName } from '../model/name'
import type { GroupKey, JoinedTables, QueryFacts, RowFacts } from '../sql/command'
import { descendants } from './common'
import { joinedRows } from './joined-rows'
import type { Joined } from './joined-rows'
import { relationsRead } from './query-effects'
import { rowsWhere, someOf, uniqueKeys } from './row-share'
import { queryOf, viewQuery } from './view-query'

/** How many rows a query returns. A join of tables of which nobody can tell is taken to give as many as the largest has. */
export function queriedRows(query: RowFacts & Pick<QueryFacts, 'reads'>, catalog: Catalog): RowCount {
  const told = toldRows(query, catalog)
  if (told) return withChildren(told, query.reads, catalog)
  const stored = query.reads.map((read) => catalog.resolve(read)).flatMap((one) => (catalog.relation(one)?.kind === 'view' ? relationsRead(one, catalog).filter((below) => catalog.relation(below)?.kind !== 'view') : [one]))
  const sizes = stored.flatMap((name) => [name, ...(query.reads.some((read) => read.only && catalog.resolve(read) === name) ? [] : childrenOf(name, catalog))]).map((name) => ({ name, rows: rowsIn(name, catalog) }))
  if (sizes.length === 0 || sizes.some(({ rows }) => rows === undefined)) return { kind: 'unknown' }
  const largest = sizes.reduce((most, one) => (one.rows! > most.rows! ? one : most))
  return { kind: 'fraction', of: largest.name, fraction: 1, assumed: true }
}

const childrenOf = (name: RelationName, catalog: Catalog): readonly RelationName[] => (catalog.children(name).length === 0 ? [] : descendants(catalog, name))

/** Rows of its children are read with a parent's, which may have none of its own. */
function withChildren(told: RowCount, reads: QueryFacts['reads'], catalog: Catalog): RowCount {
  if (told.kind !== 'fraction' || catalog.children(told.of).length === 0 || !reads.some((read) => !read.only && catalog.resolve(read) === told.of)) return told
  const family = [told.of, ...descendants(catalog, told.of)].map((name) => ({ name, rows: catalog.table(name)?.size?.rows }))
  if (family.some(({ rows }) => rows === undefined)) return { kind: 'unknown' }
  const largest = family.reduce((most, one) => (one.rows! > most.rows! ? one : most))
  const times = largest.rows === 0 ? 1 : family.reduce((sum, { rows }) => sum + rows!, 0) / largest.rows!
  return { ...told, of: largest.name, fraction: told.fraction * times, ...(told.between && { between: [told.between[0] * times, told.between[1] * times] }) }
}

function toldRows(query: RowFacts, catalog: Catalog, isOnce = false): RowCount | undefined {
  if (query.atMostRows !== undefined) return { kind: 'exactly', rows: query.atMostRows }
  if (query.unionOf) return unionRows(query.unionOf, catalog)
  if (isOnce && query.groupsOf) return groupRows(query.groupsOf, catalog)
  if (query.rowsOf) {
    const { relation, where } = query.rowsOf
    const view = catalog.relation(catalog.resolve(relation))
    if (view?.kind === 'view') return viewRows(view, where !== undefined, catalog)
    return rowsWhere(catalog, catalog.resolve(relation), where?.sql, { qualifier: relation.name, alone: true })
  }
  return (query.groupsOf && groupRows(query.groupsOf, catalog)) ?? (query.rowsOfJoin && joinRows(query.rowsOfJoin, catalog))
}

/** What the query of a view gives; where literals were taken out of it, or it is asked for some of its rows, nobody can tell how many of them. */
function viewRows({ query }: Extract<Relation, { kind: 'view' }>, isNarrowed: boolean, catalog: Catalog): RowCount | undefined {
  const facts = query && queryOf(query.sql)
  if (!facts) return undefined
  const rows = queriedRows(facts, catalog)
  return isNarrowed || query.emptied ? someOf(rows) : rows
}

/** How many groups there are in the innermost query of those that have some, as far as columns of one join tell them. */
export function groupsIn({ scans }: QueryFacts, catalog: Catalog): RowCount | undefined {
  const grouped = scans?.tables.findLast((one) => one.groupedBy !== undefined)
  if (!grouped) return undefined
  const tables = scans!.tables.filter((one) => one.join === grouped.join).map((one): Joined => ({ relation: catalog.resolve(one), qualifier: one.alias ?? one.name }))
  const keys = valuesByTable([{ columns: grouped.groupedBy!, isColumn: true }], tables, catalog)
  const sized = tables.flatMap(({ relation }) => ({ relation, rows: rowsIn(relation, catalog) ?? 0 })).toSorted((a, b) => b.rows - a.rows)
  const [largest] = sized
  if (!keys || !largest || largest.rows === 0) return undefined
  const values = [...keys.values()].flat()
  const most = Math.min(largest.rows, values.reduce((product, one) => product * one.most, 1))
  const fewest = Math.max(...values.map((one) => one.most))
  const share = (count: number): number => Math.min(1, count / largest.rows)
  const isAssumed = share(fewest) < share(most)
  return { kind: 'fraction', of: largest.relation, fraction: share(Math.min(most, groupsOf(keys, catalog))), assumed: isAssumed, ...(isAssumed && { between: [share(fewest), share(most)] as const }) }
}

const groupsOf = (keys: ReadonlyMap<RelationName, readonly Values[]>, catalog: Catalog): number =>
  [...keys].reduce((product, [table, values]) => {
    const all = values.reduce((combined, one) => combined * one.expected, 1)
    const rows = rowsIn(table, catalog)!
    return product * Math.min(all, values.length > 1 ? Math.max(rows * mostCombined, ...values.map((one) => one.expected)) : rows)
  }, 1)

/** How many different ones there are, and may be. */
interface Values {
  readonly expected: number
  readonly most: number
}

/** What rows that are the same leave of both sides is not told by either: no fewer than the larger gives, and no more than both. */
function unionRows({ sides, all }: NonNullable<RowFacts['unionOf']>, catalog: Catalog): RowCount | undefined {
  const counts = sides.flatMap((side) => {
    const count = toldRows(side, catalog, !all)
    const rows = count && countRows(count, catalog)
    return count && rows !== undefined ? [{ count, rows }] : []
  })
  if (counts.length < sides.length) return undefined
  const largest = counts.reduce((most, one) => (one.rows > most.rows ? one : most))
  if (largest.count.kind !== 'fraction') return { kind: 'exactly', rows: counts.reduce((sum, one) => sum + one.rows, 0) }
  const base = rowsIn(largest.count.of, catalog)
  if (!base) return undefined
  const sum = counts.reduce((total, one) => total + one.rows, 0) / base
  const isAssumed = !all || counts.some(({ count }) => count.kind === 'fraction' && count.assumed)
  const most = Math.max(sum, counts.reduce((total, { count, rows }) => total + (count.kind === 'fraction' ? (count.between?.[1] ?? (count.assumed ? 1 : count.fraction)) * rowsIn(count.of, catalog)! : rows), 0) / base)
  return { kind: 'fraction', of: largest.count.of, fraction: all ? sum : largest.count.fraction, assumed: isAssumed, ...(isAssumed && { between: [all ? 0 : Math.min(largest.count.fraction, largest.count.between?.[0] ?? 0), most] as const }) }
}

const joinRows = (joined: JoinedTables, catalog: Catalog): RowCount | undefined => joinedRows(namedTables(joined, catalog), joined.on, joined.where?.sql, catalog)

/** The tables of a join, each with the name that it goes by. */
export const namedTables = ({ sources }: JoinedTables, catalog: Catalog): readonly Joined[] => sources.map(({ relation, alias }) => ({ relation: catalog.resolve(relation), qualifier: alias ?? relation.name }))

/** Of several columns of one table, a tenth of its rows are taken to differ at the most (estimate_num_groups in src/backend/utils/adt/selfuncs.c). */
const mostCombined = 0.1

/** As many groups as the statistics count values, of an expression those of the columns in it, and no more than there are rows (estimate_num_groups). */
function groupRows(grouped: JoinedTables & { readonly by: readonly GroupKey[] }, catalog: Catalog): RowCount | undefined {
  const tables = namedTables(grouped, catalog)
  const [only, ...more] = tables
  const view = catalog.relation(only!.relation)
  const taken = more.length > 0 ? joinRows(grouped, catalog) : view?.kind === 'view' ? viewRows(view, grouped.where !== undefined, catalog) : rowsWhere(catalog, only!.relation, grouped.where?.sql, { qualifier: only!.qualifier, alone: true })
  if (taken?.kind !== 'fraction') return taken?.kind === 'exactly' ? taken : undefined
  const base = rowsIn(taken.of, catalog)
  if (!base) return undefined
  const keys = valuesByTable(grouped.by, tables, catalog)
  if (!keys) return undefined
  const groups = groupsOf(keys, catalog)
  const values = [...keys.values()].flat()
  const combined = values.reduce((product, one) => product * one.most, 1)
  const rows = taken.fraction * base
  const share = (count: number): number => Math.min(rows, count) / base
  const isExact = grouped.by.every(({ isColumn }) => isColumn)
  const isAssumed = taken.assumed || grouped.where !== undefined || values.length > 1 || !isExact
  const fewest = isExact && grouped.where === undefined ? share(Math.max(1, ...values.map((one) => one.most))) : 0
  return { kind: 'fraction', of: taken.of, fraction: share(groups), assumed: isAssumed, ...(isAssumed && { between: [taken.assumed ? 0 : fewest, taken.assumed ? Math.max(share(groups), taken.between?.[1] ?? 1) : share(combined)] as const }) }
}

/**
 * How many values each of the columns has that the groups are told by; undefined where one is not known, or nobody has counted it.
 * Of what is coarser than its columns there may be one or as many: what lies as far from the one as from the other is expected.
 */
function valuesByTable(by: readonly GroupKey[], tables: readonly Joined[], catalog: Catalog): ReadonlyMap<RelationName, readonly Values[]> | undefined {
  const found = new Map<RelationName, Map<string, Values>>()
  for (const { name, qualifier, coarser } of by.flatMap((key) => key.columns.map((column) => ({ ...column, coarser: key.coarser })))) {
    const having = tables.map((one) => ({ ...one, stored: storedColumn(name, one.relation, catalog) })).filter((one) => (qualifier === undefined ? columnOf(catalog.table(one.stored.relation), one.stored.name) !== undefined : one.qualifier === qualifier))
    const [only] = having
    const values = only && having.length === 1 ? valuesOf(only.stored.name, only.stored.relation, catalog) : undefined
    if (values === undefined) return undefined
    const { relation } = only!.stored
    found.set(relation, (found.get(relation) ?? new Map<string, Values>()).set(name, { expected: coarser ? Math.sqrt(values) : values, most: values }))
  }
  return new Map([...found].map(([table, values]) => [table, [...values.values()]]))
}

/** Of a view that shows a table's rows as they are, the table's column. */
function storedColumn(name: string, relation: RelationName, catalog: Catalog): { readonly relation: RelationName; readonly name: string } {
  const shown = catalog.relation(relation)?.kind === 'view' ? viewQuery(relation, catalog)?.shows : undefined
  return shown ? storedColumn(shown.column(name), catalog.resolve(shown.relation), catalog) : { relation, name }
}

function valuesOf(name: string, relation: RelationName, catalog: Catalog): number | undefined {
  const table = catalog.table(relation)
  const column = columnOf(table, name)
  const rows = rowsIn(relation, catalog)
  if (!column || !rows) return undefined
  if (column.distinct) return column.distinct < 0 ? -column.distinct * rows : column.distinct
  if (column.type.name === 'bool') return 2
  return uniqueKeys(table).some((key) => key.length === 1 && key[0] === name) ? rows : undefined
}

/** PostgreSQL may read a query's rows by several processes: it changes and locks none, and calls nothing that is somebody's own, which is unsafe for that unless it says otherwise (max_parallel_hazard in src/backend/optimizer/util/clauses.c). */
export const mayRunParallel = (query: QueryFacts): boolean => query.changes.length === 0 && query.locksRows.length === 0 && query.sequences.length === 0 && query.functions.every(isBuiltin)
