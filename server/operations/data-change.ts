import type { Catalog } from '../catalog/catalog'
import { computationsIn, computedTogether } from '../catalog/computations'
import { isBuiltin } from '../catalog/functions'
import type { Column, Constraint, Fired, Table } from '../catalog/relation'
import { columnOf } from '../catalog/relation'
import { countRows, rowsIn } from '../catalog/rows-in'
import type { Computations, Effect, QueryTakes, RowCount, Work } from '../model/effect'
import type { Fact } from '../model/estimate'
import { listWords } from '../model/format'
import type { LockMode } from '../model/lock'
import type { RelationName } from '../model/name'
import { shortName } from '../model/name'
import type { DataChange, Expression, PassedColumn, QueryFacts } from '../sql/command'
import { readExpression } from '../sql/expression'
import type { ExpressionTree } from '../sql/expression-tree'
import { sequencesOfColumn } from './alteration'
import { isReadWhole } from './by-index'
import { changeTable, descendants, holdsRows, isSystem, lock, onlyIf, partitionsBelow, unknownTable, wholes } from './common'
import { factsAfter, factsOf, factsOfNewRow, factsOfRow, factsStored, fittingPartitions, renamed } from './fitting-partitions'
import type { Facts } from './fitting-partitions'
import { firedBy, firedEffects, firedUnread, isReplaced, ruleEffects, rulesOn, rulesUnread } from './fired'
import type { Event } from './fired'
import { joinedRows } from './joined-rows'
import { lastAnswer } from './last-answer'
import { queriedRows } from './queried-rows'
import { queryReading, takesOf } from './query-work'
import { indexLocks, plannedIndexes, queryEffects, readEffects, relationsRead } from './query-effects'
import { deniedRole, policyEffects, policyFacts } from './policy-effects'
import type { Guarded } from './policy-effects'
import { callEffects, callsUnread, computedEffects, computedUnread } from './routine-call'
import { rowsWhere } from './row-share'
import { userType } from './types'
import { viewQuery } from './view-query'
import { sequencesOf } from './volatility'

/** What INSERT, UPDATE, DELETE or MERGE locks and does, with what its common table expressions and its foreign keys add. */
export const changeEffects: (asked: DataChange, catalog: Catalog) => readonly Effect[] = lastAnswer((asked, catalog) => {
  const change = onTable(asked, catalog)
  const within = change.query.changes.flatMap((one) => changeEffects(one, catalog))
  const reads = queryEffects(change.query, catalog)
  // A change of PostgreSQL's own catalog concerns no table of anybody's.
  if (isSystem(change.relation, catalog)) return [...within, ...reads]
  const { views, table } = target(change, catalog)
  return [
    ...views.map((view) => lock(view, 'ROW EXCLUSIVE')),
    ...conditionEffects(change, catalog),
    ...ownPolicies(change, catalog),
    ...replacedEffects(change, catalog),
    ...(table === undefined ? [] : targetEffects(change, table, catalog)),
    ...(table === undefined || isIdle(change, table, catalog) ? [] : rowEffects(change, table, catalog)),
    ...ruledBy(change, catalog).flatMap((one) => ruleEffects(one, catalog)),
    ...firedEffects(fired(change, catalog), catalog),
    ...callEffects(change.query.functions, catalog),
    ...within,
    ...reads,
    ...(table === undefined ? [] : readForFew(change, table, catalog)),
  ]
})

/** What is read for a few rows: of more, their own work has it in it. Those that a query of the very table picks are found there, as they are changed. */
function readForFew(change: DataChange, table: RelationName, catalog: Catalog): readonly Effect[] {
  const picks = change.query.scans?.tables.some((one) => one.most !== undefined && catalog.resolve(one) === table)
  return picks || changedRows(change, table, catalog).kind !== 'exactly' ? [] : queryReading(change.query, catalog, 'changed')
}

/** What is asked for each row. A number is drawn before anybody knows whether the row is there already. */
function rowEffects(change: DataChange, table: RelationName, catalog: Catalog): readonly Effect[] {
  const why = hasRows(change, table, catalog) ? undefined : 'rows'
  return [...onlyIf(why, [...keysOut(change, table, catalog), ...keysIn(change, table, catalog)]), ...onlyIf(change.values === undefined || change.ruled ? why : undefined, [...numbers(change, table, catalog), ...computedForRow(change, table, catalog).flatMap((one) => computedEffects(one, catalog))])]
}

/** Nothing but the table's being empty leaves it without a row. */
function hasRows(change: DataChange, table: RelationName, catalog: Catalog): boolean {
  if (change.ruled) return false
  if (change.kind === 'insert') return change.values !== undefined && change.onConflict === undefined
  if (change.kind === 'merge' || change.where !== undefined || change.joins !== undefined || change.query.reads.length > 0) return false
  return countRows(changedRows(change, table, catalog), catalog) !== 0
}

/** What is taken for granted of whose rows it may see and change. */
export function changeAssumes(change: DataChange, catalog: Catalog): readonly Fact[] {
  const own = isSystem(change.relation, catalog) ? [] : policyFacts(catalog.resolve(change.relation), catalog)
  return [...own, ...queryAssumes(change.query, catalog)]
}

/** The same of a query and of the changes in its WITH. */
export const queryAssumes = (query: QueryFacts, catalog: Catalog): readonly Fact[] => [
  ...query.reads.flatMap((one) => (isSystem(one, catalog) ? [] : policyFacts(catalog.resolve(one), catalog))),
  ...query.changes.flatMap((one) => changeAssumes(one, catalog)),
]

/** What cannot be seen of what the statement runs besides, one sentence each. */
export function changeUnread(change: DataChange, catalog: Catalog): readonly string[] {
  const within = [...change.query.changes.flatMap((one) => changeUnread(one, catalog)), ...callsUnread(change.query.functions, catalog)]
  if (isSystem(change.relation, catalog)) return within
  const { table } = target(change, catalog)
  const computed = table === undefined || isIdle(change, table, catalog) ? [] : computedForRow(change, table, catalog).flatMap((one) => computedUnread(one, catalog))
  return [...within, ...computed, ...firedUnread(fired(change, catalog), catalog), ...ruledBy(change, catalog).flatMap((one) => rulesUnread(one, catalog))]
}

/** The triggers that the change fires, those of the tables included to which foreign keys carry it on. */
export function fired(asked: DataChange, catalog: Catalog, when: 'at once' | 'at commit' = 'at once'): readonly Fired[] {
  const change = onTable(asked, catalog)
  if (isSystem(change.relation, catalog)) return []
  const { views, table } = target(change, catalog)
  const replaced = table === undefined ? views.at(-1) : undefined
  if (replaced !== undefined && catalog.relation(replaced)?.kind === 'view') {
    const rows = change.kind === 'insert' ? insertedRows(change, catalog) : rowsBehind(change, replaced, catalog)
    return rulesReplace(replaced, change, catalog) ? [] : events(change).flatMap((event) => firedBy({ relation: replaced, event, columns: changedColumns(change), rows, ...((change.kind !== 'insert' || change.values === undefined) && { onlyIf: 'rows' as const }) }, catalog, when))
  }
  if (table === undefined) return []
  const rows = changedRows(change, table, catalog)
  const below = concerned(change, table, catalog)
  const isNone = isIdle(change, table, catalog)
  const why = hasRows(change, table, catalog) ? {} : ({ onlyIf: 'rows' } as const)
  const own = events(change).flatMap((event): readonly Fired[] => {
    const columns = changedColumns(change, 'named')
    const definition = catalog.table(table)
    const isNull = (column: string): boolean => definition !== undefined && isNullWhenNew(change, definition, column, catalog)
    return [
      ...firedBy({ relation: table, event, columns, level: 'statement' }, catalog, when),
      ...(isNone ? [] : [table, ...below]).flatMap((one) => firedBy({ relation: one, event, columns, isNull, rows, level: 'row', ...why }, catalog, when)),
    ]
  })
  if (isNone) return own
  const moved = movesRows(change, table, catalog) ? below.flatMap((one) => (['delete', 'insert'] as const).flatMap((event) => firedBy({ relation: one, event, rows, level: 'row', onlyIf: 'rows' }, catalog, when))) : []
  const carried = cascades(change, table, catalog).flatMap(({ relation, isPart, event, columns, key }) => (event ? firedBy({ relation, event, ...(isPart && { level: 'row' as const }), ...(columns && { columns }), rows: rowsCarried(rows, table, relation, key, catalog), onlyIf: 'rows' }, catalog, when) : []))
  return [...own, ...moved, ...carried]
}

export const events = (change: DataChange): readonly ('insert' | 'update' | 'delete')[] => {
  if (change.kind === 'merge') return change.merge?.actions ?? []
  return change.kind === 'insert' && change.onConflict === 'update' ? ['insert', 'update'] : [change.kind]
}

/** What the rules are asked for of the views and the table that the change passes; COPY and MERGE know none. */
function ruledBy(change: DataChange, catalog: Catalog): readonly Event[] {
  if (change.copied || change.kind === 'merge') return []
  const { views, table } = target(change, catalog)
  const why = table !== undefined && hasRows(change, table, catalog) ? {} : ({ onlyIf: 'rows' } as const)
  const definition = table === undefined ? undefined : catalog.table(table)
  // A view has other names for the columns.
  const own = { columns: changedColumns(change, 'named'), isNull: (column: string) => definition !== undefined && isNullWhenNew(change, definition, column, catalog) }
  return [...views, ...(table === undefined ? [] : [table])].flatMap((relation) => events(change).map((event) => ({ relation, event, ...(views.length === 0 && own), ...why })))
}

const rulesReplace = (name: RelationName, change: DataChange, catalog: Catalog): boolean =>
  !change.copied && events(change).some((event) => rulesOn(name, event, catalog).some(({ command }) => command?.instead && !command.conditional))

/** To find the rows of a view that are changed, what it reads is read. */
function replacedEffects(change: DataChange, catalog: Catalog): readonly Effect[] {
  const { views, table } = target(change, catalog)
  const last = views.at(-1)
  if (table !== undefined || last === undefined || change.kind === 'insert' || catalog.relation(last)?.kind !== 'view') return []
  // DO INSTEAD NOTHING asks for no row.
  const actions = events(change).flatMap((event) => rulesOn(last, event, catalog).flatMap(({ command }) => command?.actions ?? []))
  if (rulesReplace(last, change, catalog) && actions.length === 0) return []
  return relationsRead(last, catalog).filter((one) => one !== last).map((one) => lock(one, 'ACCESS SHARE'))
}

/** A view has as many rows as the largest table that it reads, as far as anybody knows. */
function rowsBehind(change: DataChange, view: RelationName, catalog: Catalog): RowCount {
  const sizes = relationsRead(view, catalog).flatMap((name) => (catalog.table(name)?.size ? [{ name, rows: catalog.table(name)!.size!.rows }] : []))
  if (sizes.length === 0) return { kind: 'unknown' }
  const largest = sizes.reduce((most, one) => (one.rows > most.rows ? one : most))
  const rows = rowsWhere(catalog, largest.name, change.where?.sql, { qualifier: change.alias ?? change.relation.name, alone: change.query.reads.length === 0 })
  return rows.kind === 'fraction' ? { ...rows, assumed: true } : rows
}

/** As large a share of the rows that refer as of those that they refer to, of a few rows as many as refer to so many on average. */
function rowsCarried(rows: RowCount, from: RelationName, to: RelationName, key: readonly string[], catalog: Catalog): RowCount {
  const present = key.reduce((share, column) => share * (1 - (columnOf(catalog.table(to), column)?.nullFraction ?? 0)), 1)
  if (rows.kind === 'fraction' && rows.of !== from) {
    // What a MERGE changes is counted by the rows that it is given.
    const [given, all] = [countRows(rows, catalog), rowsIn(from, catalog)]
    return given !== undefined && all ? { kind: 'fraction', of: to, fraction: Math.min(1, given / all) * present, assumed: true } : { kind: 'unknown' }
  }
  if (rows.kind === 'fraction') return { kind: 'fraction', of: to, fraction: rows.fraction * present, assumed: rows.assumed, ...(rows.between && { between: [rows.between[0] * present, rows.between[1] * present] as const }) }
  const [all, referring] = [rowsIn(from, catalog), rowsIn(to, catalog)]
  return rows.kind === 'exactly' && all && referring !== undefined ? { kind: 'exactly', rows: Math.ceil(Math.min(1, rows.rows / all) * referring * present) } : { kind: 'unknown' }
}

/** What planning the change locks of its target. The partitions that an INSERT finds for its rows are opened when it runs. */
export function plannedChange(asked: DataChange, catalog: Catalog): readonly Effect[] {
  const change = onTable(asked, catalog)
  const { views, table } = target(change, catalog)
  const effects = table === undefined ? [] : targetEffects(change, table, catalog).filter((effect) => change.kind !== 'insert' || effect.relation === table || effect.indexOf === table)
  const rules = ruledBy(change, catalog).flatMap((one) => ruleEffects(one, catalog))
  return [...views.map((view) => lock(view, 'ROW EXCLUSIVE')), ...conditionEffects(change, catalog), ...ownPolicies(change, catalog), ...replacedEffects(change, catalog), ...[...effects, ...rules].map((effect) => ({ ...effect, work: [] }))]
}

/** A change of which the columns have been given the table's own names. */
const translated = new WeakSet<DataChange>()

/** The same change with the table's names for its columns, where a view has others for them. */
function onTable(change: DataChange, catalog: Catalog): DataChange {
  const { views, table } = translated.has(change) ? { views: [] } : target(change, catalog)
  if (table === undefined || views.length === 0) return change
  const own = views.reduce((one, view): DataChange => {
    const shows = viewQuery(view, catalog)?.shows
    if (!shows) return one
    const columns = one.kind === 'insert' && one.columns.length === 0 && one.valuesPerRow !== undefined ? shows.columns.slice(0, one.valuesPerRow) : one.columns.map(shows.column)
    return { ...one, columns, set: one.set.map((each) => ({ ...each, column: shows.column(each.column) })), ...(one.merge && { merge: { ...one.merge, inserted: one.merge.inserted.map(shows.column) } }) }
  }, change)
  translated.add(own)
  return own
}

/** The table that is changed, behind the views that are named. Of a view over several tables it is not known which. */
export function target(change: DataChange, catalog: Catalog): { readonly views: readonly RelationName[]; readonly table?: RelationName } {
  const views: RelationName[] = []
  let name = catalog.resolve(change.relation)
  for (;;) {
    const relation = catalog.relation(name)
    if (relation?.kind !== 'view') return isReplacedBy(change, name, catalog) ? { views: [...views, name] } : { views, table: name }
    if (views.includes(name)) return { views }
    views.push(name)
    if (isReplacedBy(change, name, catalog)) return { views }
    const query = viewQuery(name, catalog)
    const [only, ...more] = query ? (query.shows && !query.notUpdatable ? [catalog.resolve(query.shows.relation)] : []) : relation.reads
    if (only === undefined || more.length > 0) return { views }
    name = only
  }
}

const isReplacedBy = (change: DataChange, name: RelationName, catalog: Catalog): boolean =>
  change.copied ? firedBy({ relation: name, event: 'insert' }, catalog).some(({ trigger }) => trigger.fires === 'instead of') : events(change).some((event) => isReplaced(name, event, catalog))

/** It comes to no row, so no key is looked up, no number is drawn and no trigger asked for a row. */
export function isIdle(change: DataChange, table: RelationName, catalog: Catalog): boolean {
  const rows = changedRows(change, table, catalog)
  return rows.kind === 'exactly' && rows.rows === 0
}

/** COPY asks none, and is refused where one holds. */
const ownPolicies = (change: DataChange, catalog: Catalog): readonly Effect[] => (change.copied ? [] : policyEffects(catalog.resolve(change.relation), guardedUses(change), catalog))

/** A row has to be seen to be found. */
function guardedUses(change: DataChange): readonly Guarded[] {
  const finds = change.kind === 'insert' ? change.conflictTarget !== undefined : change.kind === 'merge' || change.where !== undefined
  return [...events(change), ...(finds ? (['select'] as const) : [])]
}

/** What the conditions of the views read, through which rows are changed. */
function conditionEffects(change: DataChange, catalog: Catalog): readonly Effect[] {
  const { views, table } = target(change, catalog)
  if (table === undefined) return []
  return views.flatMap((view) => {
    const query = viewQuery(view, catalog)
    const shown = query?.shows && catalog.resolve(query.shows.relation)
    return (query?.reads ?? []).filter((one) => catalog.resolve(one) !== shown).flatMap((one) => readEffects(one, catalog, 'ACCESS SHARE'))
  })
}

/** What the statement itself says of the rows that it finds, in the words of what it names. */
const factsFound = (change: DataChange): Facts => factsOf(change.where?.sql, [change.alias ?? change.relation.name], change.merge?.on && { on: [change.merge.on] })

/** What the condition and the views say of the rows. */
function factsBehind(change: DataChange, catalog: Catalog): Facts {
  const { views } = target(change, catalog)
  const asked = factsFound(change)
  return views.reduce((facts: Facts, view) => viewQuery(view, catalog)?.shows?.facts(facts) ?? [], asked)
}

/** How many rows the statement changes. */
export function changedRows(change: DataChange, table: RelationName, catalog: Catalog): RowCount {
  const { query } = change
  if (change.ruled === 'for none') return { kind: 'exactly', rows: 0 }
  // All rows of a partitioned table are in its partitions.
  if (change.only && catalog.table(table)?.kind === 'partitioned table') return { kind: 'exactly', rows: 0 }
  if ((change.kind === 'update' || change.kind === 'delete') && deniedRole(catalog.resolve(change.relation), table, guardedUses(change), catalog) !== undefined) return { kind: 'exactly', rows: 0 }
  switch (change.kind) {
    case 'insert':
      return insertedRows(change, catalog)
    case 'update':
    case 'delete': {
      const alone = query.reads.length === 0
      const matched = change.joins && joinedRows([{ relation: table, qualifier: change.alias ?? change.relation.name }, ...change.joins.sources.map(({ relation, alias }) => ({ relation: catalog.resolve(relation), qualifier: alias ?? relation.name }))], change.joins.on, change.where?.sql, catalog, true)
      if (matched) return matched
      if (change.where === undefined) return { kind: 'fraction', of: table, fraction: 1, assumed: !alone }
      return rowsWhere(catalog, table, change.where.sql, { qualifier: change.alias ?? change.relation.name, alone })
    }
    case 'merge':
      if (query.atMostRows !== undefined) return { kind: 'exactly', rows: query.atMostRows }
      return query.reads.length === 1 ? { kind: 'fraction', of: catalog.resolve(query.reads[0]!), fraction: 1, assumed: true } : { kind: 'unknown' }
  }
}

/** The catalog after it: more rows, and columns of which the statistics say nothing any more. */
export function applyChange(change: DataChange, before: Catalog): Catalog {
  const catalog = change.query.changes.reduce((result, one) => applyChange(one, result), before)
  const { table } = target(change, catalog)
  if (table === undefined) return catalog
  const deferred = fired(change, catalog, 'at commit')
  const { deferred: waiting = [] } = catalog.surroundings
  if (deferred.length > 0) return withRowsChanged(change, table, catalog.withSurroundings({ deferred: [...waiting, ...deferred] }))
  return withRowsChanged(change, table, catalog)
}

function withRowsChanged(change: DataChange, table: RelationName, catalog: Catalog): Catalog {
  const added = change.kind === 'insert' ? countRows(changedRows(change, table, catalog), catalog) : 0
  const tables = change.kind === 'insert' || change.only ? [table] : [table, ...descendants(catalog, table)]
  return tables.reduce((result, one) => changeTable(result, one, (old) => withMoreRows(withColumnsSet(change.kind === 'delete' || change.kind === 'merge' ? { ...old, thinned: true } : old, change), added)), catalog)
}

/** The work's sentence: "changes 52 M rows to set `status`". */
const purpose = (change: DataChange, table: RelationName, triggers: boolean): string => {
  const name = `\`${shortName(table)}\``
  const what = change.kind === 'insert' ? `to ${name}` : change.kind === 'delete' ? `from ${name}` : change.columns.length > 0 ? `to set ${listWords(change.columns.map((column) => `\`${column}\``))}` : `in ${name}`
  return triggers ? `${what}, each with its triggers` : what
}

function targetEffects(change: DataChange, table: RelationName, catalog: Catalog): readonly Effect[] {
  const isInsert = change.kind === 'insert'
  const tables = [table, ...concerned(change, table, catalog)]
  const rows = changedRows(change, table, catalog)
  const reached = new Set([table, ...(isInsert ? certainly(change, table, catalog) : searched(change, table, catalog))])
  const locks = tables.map((one): Effect => {
    const count = countOn(one, table, rows, change, catalog)
    const effect = lock(one, 'ROW EXCLUSIVE', ...(count ? [changeWork(change, one, count, catalog)] : []))
    return reached.has(one) ? effect : { ...effect, onlyIf: 'rows' }
  })
  // INSERT closes its indexes again before it ends, but for those that ON CONFLICT asks (infer_arbiter_indexes in src/backend/optimizer/util/plancat.c).
  const indexed = !isInsert ? [table, ...searched(change, table, catalog)] : change.conflictTarget === 'columns' ? [table] : []
  const arbiters = isInsert && typeof change.conflictTarget === 'object' ? arbiter(catalog.table(table), change.conflictTarget.constraint) : []
  // Whether the row belongs there is asked of every table above it (generate_partition_qual in src/backend/utils/cache/partcache.c); up to 13 also where it is not asked, and from then on to plan for partitions below. A session that has asked before asks no more.
  const checks = change.kind === 'update' || change.kind === 'merge' || (change.kind === 'insert' && !isIdle(change, table, catalog))
  const asked = checks || catalog.surroundings.version < 14 || (catalog.partitions(table).length > 0 && !change.only) ? wholes(catalog, table).map((one) => lock(one, 'ACCESS SHARE')) : []
  const opened = (one: RelationName): readonly Effect[] => (isInsert ? indexLocks(one, catalog, 'ROW EXCLUSIVE') : plannedIndexes(one, catalog, 'ROW EXCLUSIVE', change.only && one === table))
  return [...locks, ...asked, ...indexed.flatMap(opened), ...arbiters]
}

/** Partitions and children that the rows may be in, or go to. */
function concerned(change: DataChange, table: RelationName, catalog: Catalog): readonly RelationName[] {
  const found = searched(change, table, catalog)
  // A row whose key is changed goes to where it belongs then.
  if (change.kind !== 'update' || change.only || catalog.partitions(table).length === 0 || !changesPartition(change, [table, ...found], catalog)) return found
  return [...new Set([...found, ...comesTo(change, table, catalog)])]
}

/** Partitions in which the rows of an UPDATE are afterwards. */
function comesTo(change: DataChange, table: RelationName, catalog: Catalog): readonly RelationName[] {
  const set = change.set.map(({ column, expression }) => ({ column, sql: expression?.sql ?? '' }))
  return fittingPartitions(catalog, table, factsAfter(factsBehind(change, catalog), set), 'given')
}

/** Of those, in which the rows lie that are changed, or come to lie. */
export function searched(change: DataChange, table: RelationName, catalog: Catalog): readonly RelationName[] {
  if (catalog.partitions(table).length === 0) return change.kind === 'insert' || change.only ? [] : descendants(catalog, table)
  if (change.kind === 'insert') return routed(change, table, catalog)
  if (change.only) return []
  return change.kind === 'merge' && !staysThere(change, table, catalog) ? descendants(catalog, table) : fittingPartitions(catalog, table, factsBehind(change, catalog), 'compared')
}

/** A MERGE brings no row into a partition in which it does not look for one. */
const staysThere = (change: DataChange, table: RelationName, catalog: Catalog): boolean => change.merge?.actions.includes('insert') === false && !changesPartition(change, [table, ...descendants(catalog, table)], catalog)

/** Rows of an UPDATE may go from one partition to another. */
function movesRows(change: DataChange, table: RelationName, catalog: Catalog): boolean {
  if (change.kind !== 'update') return false
  const below = concerned(change, table, catalog)
  return below.filter((one) => holdsRows(catalog, one)).length > 1 && changesPartition(change, [table, ...below], catalog)
}

/** None stays in the partition that it is in. */
function allMove(change: DataChange, table: RelationName, catalog: Catalog): boolean {
  const before = searched(change, table, catalog)
  const after = comesTo(change, table, catalog).filter((one) => holdsRows(catalog, one))
  return after.length > 0 && after.every((one) => !before.includes(one))
}

export const changesPartition = (change: DataChange, tables: readonly RelationName[], catalog: Catalog): boolean =>
  tables.some((one) => catalog.table(one)?.partitionBy?.keys.some((key) => changedColumns(change).includes(key) || key.startsWith('(')))

/** Partitions that the rows of an INSERT go to. */
function routed(change: DataChange, table: RelationName, catalog: Catalog): readonly RelationName[] {
  const columns = givenColumns(change, catalog.table(table) ?? unknownTable(table), catalog)
  if (change.valueRows === undefined || columns === undefined) return fittingPartitions(catalog, table, columns === undefined ? [] : factsOfSource(change.query, columns, table, catalog), 'compared')
  return [...new Set(change.valueRows.flatMap((row) => fittingPartitions(catalog, table, factsOfNewRow(catalog.table(table), columns, row.map(({ sql }) => sql)), 'given')))]
}

/** What is known of the rows that a query gives for these columns: constants, and what it asks of columns of the same type, or the table that these are stored in. */
function factsOfSource(query: QueryFacts, columns: readonly string[], table: RelationName, catalog: Catalog): Facts {
  const passes = passedOn(query, catalog) ?? []
  const type = (relation: RelationName, column: string): string | undefined => JSON.stringify(columnOf(catalog.table(relation), column)?.type)
  return passes.slice(0, columns.length).flatMap(({ relation: written, column, filled, value }, index): Facts => {
    const name = columns[index]!
    const target: ExpressionTree = { kind: 'column', name }
    if (value) return value.kind === 'null' ? [{ kind: 'unary', operator: 'is null', operand: target }] : [{ kind: 'binary', operator: '=', left: target, right: value }]
    if (!written || column === undefined || filled) return []
    const relation = catalog.resolve(written)
    const read = query.reads.find((one) => one.from !== undefined && catalog.resolve(one) === relation)
    if (!read || type(relation, column) === undefined || type(relation, column) !== type(table, name)) return []
    return renamed([...factsOf(read.where?.sql, [read.alias ?? read.name], read), ...factsStored(catalog, relation)], new Map([[column, name]]))
  })
}

/** Of those, in which a row is sure to come. */
function certainly(change: DataChange, table: RelationName, catalog: Catalog): readonly RelationName[] {
  const columns = givenColumns(change, catalog.table(table) ?? unknownTable(table), catalog)
  if (change.valueRows === undefined || columns === undefined || change.ruled) return []
  const ways = change.valueRows.map((row) => fittingPartitions(catalog, table, factsOfNewRow(catalog.table(table), columns, row.map(({ sql }) => sql)), 'given'))
  return ways.flatMap((way) => (way.filter((one) => holdsRows(catalog, one)).length === 1 ? way : []))
}

/** Rows are stored in the partitions; how the rows of an INSERT spread over these is not known, so all count for the whole. */
function countOn(one: RelationName, whole: RelationName, rows: RowCount, change: DataChange, catalog: Catalog): RowCount | undefined {
  if (change.kind === 'merge' && rows.kind === 'unknown' && change.query.reads.length === 0) return undefined
  const isWhole = one === whole
  if (change.only && !holdsRows(catalog, one)) return undefined
  if (rows.kind !== 'fraction' || change.kind === 'insert' || change.kind === 'merge') return isWhole ? rows : undefined
  if (!holdsRows(catalog, one)) return undefined
  if (isWhole || change.where === undefined || change.joins) return { ...rows, of: one }
  // A partition has statistics of its own, which know of the values that it is for.
  const own = changedRows(change, one, catalog)
  return own.kind === 'fraction' && (!own.assumed || rows.assumed) ? own : { ...rows, of: one }
}

const changeWork = (change: DataChange, table: RelationName, rows: RowCount, catalog: Catalog): Work => ({
  kind: change.kind === 'merge' ? (change.merge?.actions.length === 1 ? change.merge.actions[0]! : 'update') : change.kind,
  to: purpose(change, table, (catalog.table(table)?.triggers.length ?? 0) > 0),
  rows,
  ...(change.columns.length > 0 && change.kind !== 'insert' && { columns: change.columns }),
  ...queryWork(change.query, rows, catalog),
  ...(change.onConflict === 'update' && { orUpdates: changedColumns(change) }),
  ...computedColumns(change, catalog.table(table), catalog),
  ...askedOf(change, catalog.table(table), catalog),
  ...(change.where !== undefined && rows.kind === 'fraction' && (change.kind === 'update' || change.kind === 'delete') && isReadWhole(change.where.sql, catalog.table(table), change.alias ?? change.relation.name) && { byReading: true as const }),
})

function computedColumns({ kind, set }: DataChange, table: Table | undefined, catalog: Catalog): { readonly computed?: readonly string[]; readonly computes?: Computations } {
  if (kind !== 'update') return {}
  const made = set.filter(({ expression }) => expression === undefined || readExpression(expression.sql).columns.length > 0 || !readExpression(expression.sql).readable)
  if (made.length === 0) return {}
  return { computed: made.map(({ column }) => column), computes: computedTogether(made.flatMap(({ expression }) => (expression ? [computationsIn(expression.sql, table, catalog)] : []))) }
}

/** What each row is asked of those that are read. */
const askedOf = ({ kind, where, query }: DataChange, table: Table | undefined, catalog: Catalog): { readonly asks?: Computations } =>
  where === undefined || (kind !== 'update' && kind !== 'delete') || query.reads.length > 0 ? {} : { asks: computationsIn(where.sql, table, catalog) }

const arbiter = (table: Table | undefined, name: string): readonly Effect[] =>
  (table?.constraints ?? []).flatMap((constraint) => (constraint.name === name && constraint.index !== undefined ? [{ relation: constraint.index, lock: 'ROW EXCLUSIVE' as const, work: [], indexOf: table!.name }] : []))

function insertedRows({ values, query }: DataChange, catalog: Catalog): RowCount {
  if (values !== undefined) return { kind: 'exactly', rows: values }
  if (query.atMostRows !== undefined) return { kind: 'exactly', rows: query.atMostRows }
  return queriedRows(query, catalog)
}

/** The tables that a query reads, and what it does with their rows. */
export function queryWork(query: QueryFacts, rows: RowCount, catalog: Catalog): { readonly reads?: readonly RelationName[]; readonly takes?: QueryTakes } {
  // Few rows are found without reading all of any table, as far as anybody knows.
  if (rows.kind === 'exactly') return {}
  const reads = [...new Set(query.reads.filter((one) => !isSystem(one, catalog)).flatMap((one) => relationsRead(catalog.resolve(one), catalog)))].filter((one) => catalog.relation(one)?.kind !== 'view')
  return reads.length === 0 ? {} : { reads, takes: takesOf(query, catalog) }
}

// --- foreign keys

/** Each new key is looked up in the table it refers to, whose row is locked against going away (RI_FKey_check in src/backend/utils/adt/ri_triggers.c). */
function keysOut(change: DataChange, table: RelationName, catalog: Catalog): readonly Effect[] {
  const definition = catalog.surroundings.replicates ? undefined : catalog.table(table)
  if (!definition || definition.keysAtRest) return []
  // A row that comes to another partition is new there.
  const moves = movesRows(change, table, catalog)
  // Those below have keys of their own besides.
  return [table, ...concerned(change, table, catalog)].flatMap((holder) =>
    (catalog.table(holder)?.constraints ?? []).flatMap((constraint) => {
      if (constraint.type !== 'foreign-key' || !constraint.references || (holder !== table && isOfWhole(holder, constraint, catalog))) return []
      if (!moves && !bringsKey(change, definition, constraint, catalog)) return []
      const { references } = constraint
      const found = lookedUp(change, definition, constraint, catalog)
      const locked = (tables: readonly RelationName[]): readonly Effect[] => tables.flatMap((one) => withIndexes(one, catalog, 'ROW SHARE'))
      return [...locked([references, ...found]), ...(isPlannedForAny(change) ? onlyIf('rows', locked(partitionsBelow(catalog, references).filter((one) => !found.includes(one)))) : [])]
    }),
  )
}

/** Partitions of the referenced table in which the keys may be; one with a NULL in it is in none. */
function lookedUp(change: DataChange, table: Table, { columns, references, referencedColumns }: Constraint, catalog: Catalog): readonly RelationName[] {
  const given = givenColumns(change, table, catalog)
  if (change.kind !== 'insert' || given === undefined) return partitionsBelow(catalog, references!)
  if (change.valueRows === undefined) {
    const { atMostRows } = change.query
    if (change.values !== undefined || atMostRows === undefined || atMostRows > mostCustomPlans) return partitionsBelow(catalog, references!)
    const names = new Map(columns.flatMap((column, at) => (referencedColumns?.[at] === undefined ? [] : [[column, referencedColumns[at]] as const])))
    return fittingPartitions(catalog, references!, renamed(factsOfSource(change.query, given, table.name, catalog), names), 'given')
  }
  const referenced = given.map((column) => referencedColumns?.[columns.indexOf(column)] ?? '')
  const brings = (row: NonNullable<DataChange['valueRows']>[number]): boolean => !row.some(({ sql }, index) => columns.includes(given[index] ?? '') && readExpression(sql).isNull)
  return [...new Set(change.valueRows.filter(brings).flatMap((row) => fittingPartitions(catalog, references!, factsOfRow(referenced, row.map(({ sql }) => sql)), 'given')))]
}

/** After some rows it may be looked for with a plan for any key, which leaves no partition out. */
const isPlannedForAny = ({ kind, valueRows }: DataChange): boolean => kind === 'insert' && (valueRows?.length ?? 0) > mostCustomPlans

/** So often what is the same but for its values is planned with these (choose_custom_plan in src/backend/utils/cache/plancache.c). */
const mostCustomPlans = 5

/** A key with a NULL in it is not looked up. */
function bringsKey(change: DataChange, table: Table, constraint: Constraint, catalog: Catalog): boolean {
  const set = (column: string): boolean => change.set.some((one) => one.column === column && !isItself(one, change) && !isSetNull(one.expression?.sql, columnOf(table, column), catalog))
  if (change.kind === 'delete') return false
  if (change.kind === 'merge' && !change.merge?.actions.includes('insert')) return constraint.columns.some(set)
  if (change.kind === 'update') return constraint.columns.some(set)
  if (change.onConflict === 'update' && constraint.columns.some(set)) return true
  return constraint.columns.every((column) => !isLeftNull(change, table, column, catalog) && !isNullInAll(change, table, column, catalog))
}

/** `SET a = a` changes nothing, and yet it names the column. */
export const changedColumns = (change: DataChange, which: 'changed' | 'named' = 'changed'): readonly string[] => change.set.flatMap((one) => (which === 'changed' && isItself(one, change) ? [] : [one.column]))

/** A column of another table, or of the row that is inserted, is another value, but for those that both have in common as ON CONFLICT says. */
function isItself({ column, expression }: DataChange['set'][number], { alias, relation, conflictColumns }: DataChange): boolean {
  const { tree } = readExpression(expression?.sql ?? '')
  if (tree?.kind !== 'column' || tree.name !== column) return false
  return tree.qualifier === undefined || tree.qualifier === (alias ?? relation.name) || (tree.qualifier === 'excluded' && conflictColumns?.includes(column) === true)
}

function isSetNull(sql: string | undefined, column: Column | undefined, catalog: Catalog): boolean {
  if (sql === undefined) return false
  const { isNull, isDefaultKeyword } = readExpression(sql)
  return isNull || (isDefaultKeyword && column !== undefined && hasNoDefault(column, catalog))
}

const isNullWhenNew = (change: DataChange, table: Table, column: string, catalog: Catalog): boolean => isLeftNull(change, table, column, catalog) || isNullInAll(change, table, column, catalog)

/** Each row of VALUES has NULL for it, or the query gives none but NULL. */
function isNullInAll({ valueRows, ...change }: DataChange, table: Table, column: string, catalog: Catalog): boolean {
  const at = givenColumns(change, table, catalog)?.indexOf(column) ?? -1
  if (at < 0) return false
  if (valueRows !== undefined) return valueRows.every((row) => isSetNull(row[at]?.sql, columnOf(table, column), catalog))
  return change.kind === 'insert' && change.values === undefined && passedOn(change.query, catalog)?.[at]?.value?.kind === 'null'
}

/** The INSERT says nothing of the column, and it has no default. */
function isLeftNull(change: DataChange, table: Table, column: string, catalog: Catalog): boolean {
  const given = givenColumns(change, table, catalog)
  const known = columnOf(table, column)
  return given !== undefined && known !== undefined && !given.includes(column) && hasNoDefault(known, catalog)
}

function hasNoDefault(column: Column, catalog: Catalog): boolean {
  const type = userType(column.type, catalog)
  return column.default === undefined && !column.identity && (type?.kind !== 'domain' || type.default === undefined)
}

/** Columns that an INSERT has values for; undefined where it cannot be told. */
function givenColumns(change: DataChange, table: Table, catalog: Catalog): readonly string[] | undefined {
  if (change.merge) return change.merge.actions.includes('insert') && change.merge.inserted.length > 0 ? change.merge.inserted : undefined
  if (change.kind !== 'insert') return undefined
  if (change.columns.length > 0) return change.columns
  const count = change.valuesPerRow ?? passedOn(change.query, catalog)?.length
  return count === undefined ? undefined : table.columns?.slice(0, count).map((column) => column.name)
}

/** What a query gives, column by column; undefined where one cannot tell how many these are. */
export function passedOn({ passes }: QueryFacts, catalog: Catalog): readonly PassedColumn[] | undefined {
  const all = passes?.map((one): readonly PassedColumn[] | undefined => (one.relation && one.column === undefined ? catalog.table(catalog.resolve(one.relation))?.columns?.map(({ name }) => ({ ...one, column: name })) : [one]))
  return all?.includes(undefined) ? undefined : all?.flatMap((one) => one ?? [])
}

/** Who refers to a key that goes away or changes is looked for, and with CASCADE and its like changed too. */
function keysIn(change: DataChange, table: RelationName, catalog: Catalog): readonly Effect[] {
  const rows = changedRows(change, table, catalog)
  return cascades(change, table, catalog).flatMap(({ relation, isCarried, event, columns, key, newKey }) => {
    const [locked, ...indexes] = withIndexes(relation, catalog, event ? 'ROW EXCLUSIVE' : 'ROW SHARE')
    const work = event && change.kind !== 'insert' && holdsRows(catalog, relation) ? carriedWork(event, columns, rowsCarried(rows, table, relation, key, catalog), table) : undefined
    return [...onlyIf(isCarried && 'rows', [work ? { ...locked, work: [work] } : locked, ...indexes]), ...onlyIf('rows', newKey ? newKeys(change, table, relation, newKey, catalog) : [])]
  })
}

/** The rows that refer go or change with those that they refer to, each by a statement of its own (RI_FKey_cascade_del in src/backend/utils/adt/ri_triggers.c). Of a few rows nobody knows how many refer to them where the tables' sizes are not known. */
const carriedWork = (event: 'update' | 'delete', columns: readonly string[] | undefined, rows: RowCount, table: RelationName): Work | undefined =>
  rows.kind === 'unknown' ? undefined : { kind: event, to: `that refer to those of \`${shortName(table)}\``, rows, ...(columns && { columns }) }

/** A row that follows the key it refers to has a new key itself, which is looked up. */
function newKeys(change: DataChange, target: RelationName, relation: RelationName, columns: readonly string[], catalog: Catalog): readonly Effect[] {
  const definition = catalog.table(relation)
  return (definition?.keysAtRest ? [] : (definition?.constraints ?? [])).flatMap(({ type, references, columns: own }) => {
    if (type !== 'foreign-key' || !references || !own.some((column) => columns.includes(column))) return []
    const below = references === target && change.kind === 'update' ? comesTo(change, target, catalog) : partitionsBelow(catalog, references)
    return [references, ...below].flatMap((one) => withIndexes(one, catalog, 'ROW SHARE'))
  })
}

interface Cascade {
  readonly relation: RelationName
  /** It is a partition of the one that is named. */
  readonly isPart?: true
  /** It refers to rows that go or change with those of the statement, where there are such. */
  readonly isCarried?: true
  /** What happens to its rows; absent: they are looked at. */
  readonly event?: 'update' | 'delete'
  /** That are set. */
  readonly columns?: readonly string[]
  /** Of those that are set to other values than NULL. */
  readonly newKey?: readonly string[]
  /** That refer. */
  readonly key: readonly string[]
}

export function cascades(change: DataChange, table: RelationName, catalog: Catalog): readonly Cascade[] {
  if ((change.kind === 'insert' && change.onConflict !== 'update') || catalog.surroundings.replicates) return []
  const found: Cascade[] = []
  const seen = new Set<string>()
  const visit = (name: RelationName, columns: readonly string[] | 'row', isTarget: boolean): void => {
    if (catalog.table(name)?.keysAtRest) return
    for (const { referencing, constraint } of referrers(name, catalog)) {
      const key = `${referencing} ${constraint.name} ${columns === 'row' ? 'row' : 'key'}`
      if (seen.has(key)) continue
      const to = constraint.referencedColumns ?? []
      if (columns !== 'row' && to.length > 0 && !to.some((column) => columns.includes(column))) continue
      if (isOfWhole(referencing, constraint, catalog)) continue
      seen.add(key)
      const action = columns === 'row' ? constraint.onDelete : constraint.onUpdate
      const changes = action !== undefined && action !== 'restrict'
      const event = changes ? (action === 'cascade' && columns === 'row' ? { event: 'delete' as const } : { event: 'update' as const, columns: constraint.columns, ...(action !== 'set null' && { newKey: constraint.columns }) }) : {}
      const reached = [referencing, ...partitionsReached(change, isTarget, referencing, constraint, catalog)]
      for (const relation of reached) found.push({ relation, ...(relation !== referencing && { isPart: true }), ...(!isTarget && { isCarried: true }), key: constraint.columns, ...event })
      if (changes) for (const relation of reached) visit(relation, action === 'cascade' && columns === 'row' ? 'row' : constraint.columns, false)
    }
  }
  // Rows of partitions and children may be referred to by themselves.
  const visitAll = (columns: readonly string[] | 'row'): void => {
    for (const one of [table, ...concerned(change, table, catalog)]) visit(one, columns, true)
  }
  // Up to 14 a row that moves to another partition is, to who refers to it, one that goes.
  const moves = catalog.surroundings.version < 15 && movesRows(change, table, catalog)
  if (change.kind === 'delete' || moves || change.merge?.actions.includes('delete')) visitAll('row')
  if (change.kind !== 'delete' && !(moves && allMove(change, table, catalog))) visitAll(changedColumns(change))
  return found
}

/** A partition has the foreign keys of its whole, for which that is searched. */
function isOfWhole(partition: RelationName, key: Constraint, catalog: Catalog): boolean {
  const parent = catalog.table(partition)?.partitionOf?.parent
  return parent !== undefined && (catalog.table(parent)?.constraints ?? []).some((one) => one.type === 'foreign-key' && one.references === key.references && one.columns.join() === key.columns.join())
}

/** A key that the condition fixes is looked for only in partitions that may have it, and, set to another, in those where it goes. */
function partitionsReached(change: DataChange, isTarget: boolean, referencing: RelationName, { columns, referencedColumns = [] }: Constraint, catalog: Catalog): readonly RelationName[] {
  if (!isTarget || change.kind === 'insert') return partitionsBelow(catalog, referencing)
  const own = factsFound(change)
  const facts = own.flatMap((fact): Facts => {
    if (fact.kind !== 'binary' || fact.operator !== '=' || fact.left.kind !== 'column') return []
    const name = columns[referencedColumns.indexOf(fact.left.name)]
    return name === undefined ? [] : [{ ...fact, left: { kind: 'column', name } }]
  })
  const set = change.set.flatMap(({ column, expression }) => {
    const name = columns[referencedColumns.indexOf(column)]
    return name === undefined ? [] : [{ column: name, sql: expression?.sql ?? '' }]
  })
  const found = fittingPartitions(catalog, referencing, facts, 'given')
  return set.length === 0 ? found : [...new Set([...found, ...fittingPartitions(catalog, referencing, factsAfter(facts, set), 'given')])]
}

/** Foreign keys to the table, or to one that it is a partition of; one of what was detached sees no row of a partition. */
export function referrers(name: RelationName, catalog: Catalog): readonly { readonly referencing: RelationName; readonly constraint: Constraint }[] {
  const whole = catalog.table(name)?.partitionOf?.parent
  const own = catalog.referencing(name).flatMap((referencing) => (catalog.table(referencing)?.constraints ?? []).filter(({ references, ofDetached }) => references === name && !ofDetached).map((constraint) => ({ referencing, constraint })))
  return whole === undefined ? own : [...own, ...referrers(whole, catalog)]
}

const withIndexes = (name: RelationName, catalog: Catalog, mode: LockMode): readonly [Effect, ...(readonly Effect[])] => [lock(name, mode), ...plannedIndexes(name, catalog, mode)]

// --- what is computed

/** Sequences that give a number for a column of which the statement says nothing, or from which it sets one. */
function numbers(change: DataChange, table: RelationName, catalog: Catalog): readonly Effect[] {
  const set = change.set.flatMap(({ expression }) => (expression ? sequencesOf(expression.sql, catalog) : []))
  return [...set, ...leftToDefault(change, table, catalog).flatMap((column) => sequencesOfDefault(column, table, catalog))].map((sequence) => lock(sequence, 'ROW EXCLUSIVE'))
}

/** Expressions of the table's own that call functions for a row: defaults of what the statement leaves out, and checks of what it writes. */
function computedForRow(change: DataChange, table: RelationName, catalog: Catalog): readonly string[] {
  if (change.kind === 'delete') return []
  const checks = (catalog.table(table)?.constraints ?? []).flatMap(({ type, expression }) => (type === 'check' && expression !== undefined ? [expression] : []))
  return [...leftToDefault(change, table, catalog).flatMap((column) => column.default ?? []), ...checks].filter((one) => callsOwn(one))
}

const callsOwn = (sql: string): boolean => readExpression(sql).functions.some((name) => !isBuiltin(name))

/** Columns of which the statement says DEFAULT, or nothing in a new row. */
function leftToDefault(change: DataChange, table: RelationName, catalog: Catalog): readonly Column[] {
  const definition = catalog.table(table)
  const given = definition && givenColumns(change, definition, catalog)
  const isDefault = (expression: Expression | undefined): boolean => expression !== undefined && readExpression(expression.sql).isDefaultKeyword
  const isLeft = (name: string): boolean => given !== undefined && (!given.includes(name) || change.valueRows?.some((row) => isDefault(row[given.indexOf(name)])) === true)
  return (definition?.columns ?? []).filter(({ name }) => isLeft(name) || change.set.some(({ column, expression }) => column === name && isDefault(expression)))
}

function sequencesOfDefault(column: Column, table: RelationName, catalog: Catalog): readonly RelationName[] {
  if (!column.identity) return column.default === undefined ? [] : sequencesOf(column.default, catalog)
  // From 17 on a partition takes its numbers from the whole.
  const owned = [table, ...wholes(catalog, table)].map((one) => sequencesOfColumn(catalog, one, column.name))
  return owned.find((sequences) => sequences.length > 0) ?? []
}

// --- afterwards

function withMoreRows(table: Table, added: number | undefined): Table {
  if (added === 0 || !table.size) return table
  if (added !== undefined) return { ...table, size: { ...table.size, rows: Math.round(table.size.rows + added) } }
  // Nothing was known to be in it, and now something is.
  const { size: _, ...rest } = table
  return table.origin === 'migration' ? rest : table
}

function withColumnsSet(table: Table, change: DataChange): Table {
  if (!table.columns || change.set.length === 0) return table
  return { ...table, columns: table.columns.map((column) => (change.set.some((one) => one.column === column.name) ? columnSet(column, change) : column)) }
}

function columnSet(column: Column, change: DataChange): Column {
  const { nullFraction: _, distinct: __, mostCommonFraction: ___, leastCommonFraction: ____, correlation: _____, ...rest } = column
  const value = change.set.find((one) => one.column === column.name)?.expression
  const facts = value && readExpression(value.sql)
  // A constant in every row, or in every row that had none, leaves no NULL.
  const filled = change.kind === 'update' && facts?.isConstant === true && !facts.isNull && (change.where === undefined || leavesOthersFilled(change.where.sql, column.name))
  return filled ? { ...rest, nullFraction: 0 } : rest
}

function leavesOthersFilled(where: string, column: string): boolean {
  const { tree } = readExpression(where)
  return tree?.kind === 'unary' && tree.operator === 'is null' && tree.operand.kind === 'column' && tree.operand.name === column
}
