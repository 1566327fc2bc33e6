import type { Catalog } from '../catalog/catalog'
import { schemaOf } from '../catalog/catalog'
import type { Table } from '../catalog/relation'
import type { Failure } from '../model/assessed'
import type { Effect, RowCount, Work } from '../model/effect'
import { listWords } from '../model/format'
import type { RelationName } from '../model/name'
import { nameParts, quoteIdentifier, shortName } from '../model/name'
import type { Plan, Step } from '../model/plan'
import type { RefreshMaterializedView as Command } from '../sql/command'
import { columnList, inCase } from '../sql/print'
import { rowKey } from '../sql/row-key'
import { withIndexesMade } from './alteration'
import { changeTable, indexLock, lock } from './common'
import { equivalentPlan, inSchemaOf, noWay, sqlStep, writtenLike } from './constraint-plans'
import { mayRunParallel, queriedRows } from './queried-rows'
import { operationType } from './operation'
import type { Operation, PlanContext } from './operation'
import { relationNames } from './passing-names'
import { refusal, refusedKind } from './refusal'
import { boundsRead, relationsRead } from './query-effects'
import { takesOf } from './query-work'
import { queryOf } from './view-query'

interface RefreshMaterializedView extends Operation {
  readonly kind: 'refresh-materialized-view'
  readonly command: Command
}

/** PostgreSQL 14 plans the query of a REFRESH for several processes (refresh_matview_datafill in src/backend/commands/matview.c). */
const refreshedInParallelSince = 14

export const refreshMaterializedView = operationType<RefreshMaterializedView>({
  kind: 'refresh-materialized-view',
  title: 'Refresh a materialized view',
  recognise: (command) => (command.kind === 'refresh-materialized-view' ? { kind: 'refresh-materialized-view', relation: command.relation, span: command.span, command } : undefined),

  effects({ command }, catalog): readonly Effect[] {
    const name = catalog.resolve(command.relation)
    const view = catalog.table(name)
    // It is looked at before its query is (ExecRefreshMatView in src/backend/commands/matview.c).
    if (command.concurrently && view?.filled === false) return [lock(name, 'EXCLUSIVE')]
    const read = command.withData ? [...new Set((view?.reads ?? []).flatMap((one) => relationsRead(one, catalog)))] : []
    const stored = read.filter((one) => catalog.relation(one)?.kind !== 'view')
    const reads = [...read.map((one) => lock(one, 'ACCESS SHARE')), ...boundsRead(read, catalog)]
    const indexes = (mode: 'ACCESS EXCLUSIVE' | 'ROW EXCLUSIVE'): readonly Effect[] => (view?.indexes ?? []).map((index) => indexLock(index.name, name, mode))
    const query = view?.query && queryOf(view.query.sql)
    const takes = query && { takes: takesOf(query, catalog) }
    if (command.concurrently) return [lock(name, 'EXCLUSIVE', { kind: 'scan', to: 'to compare them with those that its query gives now', against: stored, ...takes }), ...indexes('ROW EXCLUSIVE'), ...reads]
    const filled: Work = { kind: 'rewrite', to: 'as its query gives them now', from: stored, ...takes, ...(query && catalog.surroundings.version >= refreshedInParallelSince && mayRunParallel(query) && { parallel: true }), ...(view?.size?.rows === 0 && { gives: query ? queriedRows(query, catalog) : asManyAs(stored, catalog) }) }
    return [command.withData ? lock(name, 'ACCESS EXCLUSIVE', filled) : { ...lock(name, 'ACCESS EXCLUSIVE'), emptied: true }, ...indexes('ACCESS EXCLUSIVE'), ...reads]
  },

  apply({ command }, catalog) {
    const name = catalog.resolve(command.relation)
    const after = command.concurrently ? catalog : withIndexesMade(catalog, [name], 'changed')
    return changeTable(after, name, (view) => ({ ...view, filled: command.withData, ...(!command.withData && { size: { rows: 0 } }) }))
  },

  fails({ command }, catalog) {
    const misplaced = refusedKind(catalog, catalog.resolve(command.relation), ['materialized view'], 'only a materialized view is refreshed')
    if (misplaced.length > 0) return misplaced
    const view = catalog.table(catalog.resolve(command.relation))
    if (command.concurrently && !command.withData) return [refusal('Ends in an error: CONCURRENTLY compares rows, and WITH NO DATA leaves none.')]
    if (command.concurrently && view?.filled === false) return [notFilled(view)]
    if (!command.concurrently || !view?.complete || view.kind !== 'materialized view' || hasKey(view)) return []
    return [refusal(`Ends in an error: \`${shortName(view.name)}\` has no unique index over plain columns and all rows, by which a concurrent refresh tells them apart.`)]
  },

  breaks({ command }, catalog) {
    const name = catalog.resolve(command.relation)
    if (command.withData || catalog.table(name)?.origin === 'migration' || catalog.table(name)?.filled === false) return []
    return [{ sentence: `Queries of \`${shortName(name)}\` fail until it is refreshed with data.`, relation: name }]
  },

  plan({ command }, catalog, context): Plan | undefined {
    const view = catalog.table(catalog.resolve(command.relation))
    if (command.concurrently || !command.withData || !view || view.origin === 'migration') return undefined
    const keyword = /\bview\b/i.exec(context.sql)
    if (!isFilled(view) || !keyword) return undefined
    const after = keyword.index + keyword[0].length
    const refresh = sqlStep(`${context.sql.slice(0, after)}${inCase(' CONCURRENTLY', context.keywords)}${context.sql.slice(after)};`, 'shared', 'Queries of the view go on while it is compared with what its query gives now.')
    if (hasKey(view)) return equivalentPlan('Refresh it concurrently', [refresh])
    const key = keyOf(view, catalog)
    if (!key) return noWay('Give it a unique index over plain columns that tell all its rows apart, and refresh it CONCURRENTLY: without one there is no way that lets its readers go on')
    return equivalentPlan('Refresh it concurrently, by a unique index over what tells its rows apart', underIndex(refresh, view, key, command, catalog, context))
  },
})

/** Whoever keeps the index has the next refresh for nothing. */
function underIndex(refresh: Step, { name }: Table, key: readonly string[], { relation }: Command, catalog: Catalog, context: PlanContext): readonly Step[] {
  const cased = (text: string): string => inCase(text, context.keywords)
  const index = relationNames(catalog, schemaOf(name))(`${nameParts(name).name}_key`)
  const written = context.name(writtenLike(inSchemaOf(name, index), relation, catalog))
  return [
    sqlStep(`${cased('CREATE UNIQUE INDEX CONCURRENTLY')} ${quoteIdentifier(index)} ${cased('ON')} ${context.name(relation)} (${columnList(key)});`, 'none', `By its query no two rows of the view are alike in ${listWords(key.map((column) => `\`${column}\``))}. Queries go on while the index is built; if it fails, drop the invalid index and begin again.`),
    refresh,
    { ...sqlStep(`${cased('DROP INDEX CONCURRENTLY')} ${written};`, 'none', 'As it was before. Leave this out, and every later refresh can be concurrent by the index.'), back: '' },
  ]
}

/** Columns of the view that are no two times the same, by what its query groups by or by a key of the one table that it shows. */
function keyOf(view: Table, catalog: Catalog): readonly string[] | undefined {
  const { query } = view
  const columns = view.columns?.map((column) => column.name) ?? query?.columns
  if (!query || !columns) return undefined
  const places = rowKey(query.sql)
  if (places) return places.length <= mostKeys && places.every((place) => columns[place] !== undefined) ? places.map((place) => columns[place]!) : undefined
  const source = queryOf(query.sql)?.rowsOf
  const table = source && catalog.table(catalog.resolve(source.relation))
  // A key of the parent says nothing of its children's rows.
  if (!source || !table || (table.kind !== 'partitioned table' && catalog.children(table.name).length > 0) || source.shows.length !== columns.length) return undefined
  const shownAs = (column: string): string | undefined => columns[source.shows.findIndex((one) => one !== '*' && one.column === column)]
  const keys = table.indexes.filter(({ shape, valid }) => isPlainKey(shape) && valid).map(({ shape }) => shape.keys.map(shownAs))
  return keys.find((key): key is string[] => !key.includes(undefined))
}

/** Columns that an index may have (INDEX_MAX_KEYS in src/include/pg_config_manual.h). */
const mostKeys = 32

/** Nobody knows how many rows its query gives: as many as the largest table has, at the most. */
function asManyAs(reads: readonly RelationName[], catalog: Catalog): RowCount {
  const sizes = reads.map((name) => ({ name, rows: catalog.table(name)?.size?.rows }))
  if (sizes.length === 0 || sizes.some(({ rows }) => rows === undefined)) return { kind: 'unknown' }
  const largest = sizes.reduce((most, one) => (one.rows! > most.rows! ? one : most))
  return { kind: 'fraction', of: largest.name, fraction: 1, assumed: true }
}

/** CONCURRENTLY needs a view that has been filled, and a unique index on plain columns over all its rows (refresh_by_match_merge in src/backend/commands/matview.c). */
const hasKey = (view: Table): boolean =>
  view.indexes.some(({ shape, valid }) => valid && isPlainKey(shape))

const isPlainKey = (shape: Table['indexes'][number]['shape']): boolean => shape.unique && shape.predicate === undefined && !shape.keys.some((key) => key.startsWith('('))

function notFilled({ name, origin }: Table): Omit<Failure, 'span'> {
  const because = 'a concurrent refresh compares rows with those that are there. Leave out CONCURRENTLY the first time.'
  return origin === 'migration' ? refusal(`Ends in an error: \`${shortName(name)}\` has not been filled yet, and ${because}`) : { sentence: `Ends in an error unless \`${shortName(name)}\` has been filled since the snapshot: ${because}`, certain: false }
}

/** A snapshot of before it was told has only the rows to go by. */
const isFilled = ({ filled, size }: Table): boolean => filled ?? (size?.rows ?? 0) > 0
