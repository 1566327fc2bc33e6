import type { Catalog } from '../catalog/catalog'
import { columnOf } from '../catalog/relation'
import type { Table } from '../catalog/relation'
import { countRows } from '../catalog/rows-in'
import type { ChosenColumn, Effect, Work } from '../model/effect'
import type { CreateTableAs as Command } from '../sql/command'
import { writtenName } from '../sql/print'
import { isSystem, lock, madeLock } from './common'
import { creationName } from './created-table'
import { shownColumns } from './create-view'
import { applyChange, changeEffects, changeUnread, queryWork } from './data-change'
import { mayRunParallel, namedTables, queriedRows } from './queried-rows'
import { operationType } from './operation'
import type { Operation } from './operation'
import { preparedCommands } from './prepared-commands'
import { queryEffects } from './query-effects'
import { queryReading } from './query-work'
import { takenName } from './refusal'
import { callEffects, callsUnread } from './routine-call'
import { stopsAtNew } from './subscribers'

interface CreateTableAs extends Operation {
  readonly kind: 'create-table-as'
  readonly command: Command
}

export const createTableAs = operationType<CreateTableAs>({
  kind: 'create-table-as',
  title: 'Create a table or a materialized view from a query',
  recognise: (command) => (command.kind === 'create-table-as' ? { kind: 'create-table-as', relation: command.relation, span: command.span, command } : undefined),

  effects({ command }, catalog): readonly Effect[] {
    const name = creationName(command, catalog)
    const query = queryOf(command, catalog)
    const direct = query.reads.filter((read) => !isSystem(read, catalog)).map((read) => lock(catalog.resolve(read), 'ACCESS SHARE'))
    // Its tables are opened to read the query, before the name is looked for.
    if (command.ifNotExists && catalog.relation(name) !== undefined) return direct
    if (!command.withData) return [madeLock(name), ...direct]
    const rows = queriedRows(query, catalog)
    const fill: Work = { kind: 'insert', to: 'that the query gives', rows, ...queryWork(query, rows, catalog), ...(mayRunParallel(query) && { parallel: true }), ...chosenColumns(query, catalog) }
    return [madeLock(name, fill), ...queryEffects(query, catalog), ...(rows.kind === 'exactly' ? queryReading(query, catalog, 'server') : []), ...query.changes.flatMap((change) => changeEffects(change, catalog)), ...callEffects(query.functions, catalog)]
  },

  apply: ({ command }, before) => applied(command, before),

  stops({ command }, catalog) {
    const name = creationName(command, catalog)
    const table = catalog.publications().length === 0 || catalog.relation(name) !== undefined ? undefined : applied(command, catalog).table(name)
    return table ? stopsAtNew(table, catalog) : []
  },

  fails: ({ command }, catalog) => (command.ifNotExists ? [] : takenName(catalog, creationName(command, catalog))),

  unread({ command }, catalog) {
    if (command.prepared !== undefined && catalog.prepared(command.prepared) === undefined) return `Which statement was prepared as \`${command.prepared}\` is not in the file.`
    const { changes, functions } = queryOf(command, catalog)
    return [...changes.flatMap((change) => changeUnread(change, catalog)), ...(command.withData ? callsUnread(functions, catalog) : [])][0]
  },

  wayBack: ({ command }, catalog) => (catalog.relation(creationName(command, catalog)) === undefined ? `DROP ${command.materializedView ? 'MATERIALIZED VIEW' : 'TABLE'} ${writtenName(command.relation)};` : undefined),
})

function applied(command: Command, before: Catalog): Catalog {
  const name = creationName(command, before)
  const query = queryOf(command, before)
  const catalog = query.changes.reduce((result, change) => applyChange(change, result), before)
  if (catalog.relation(name) !== undefined) return catalog
  const rows = command.withData ? countRows(queriedRows(query, catalog), catalog) : 0
  const table: Table = {
    kind: command.materializedView ? 'materialized view' : 'table',
    name,
    origin: 'migration',
    persistence: command.persistence,
    constraints: [],
    indexes: [],
    complete: true,
    inherits: [],
    triggers: [],
    rules: [],
    reads: command.materializedView ? command.query.reads.filter((read) => !isSystem(read, catalog)).map((read) => catalog.resolve(read)) : [],
    ...shownColumns({ query, ...(command.columns && { columns: command.columns }) }, catalog),
    ...(command.queryText !== undefined && { query: { sql: command.queryText, ...(command.columns && { columns: command.columns }) } }),
    ...(command.materializedView && { filled: command.withData }),
    ...(rows !== undefined && { size: { rows: Math.round(rows) } }),
  }
  return catalog.with(table)
}

/** What is computed is taken to be short. */
function chosenColumns({ rowsOf, groupsOf, rowsOfJoin }: Command['query'], catalog: Catalog): { readonly chosen?: readonly ChosenColumn[] } {
  if (rowsOf) {
    const of = catalog.resolve(rowsOf.relation)
    return rowsOf.shows.includes('*') ? {} : { chosen: rowsOf.shows.flatMap((one) => (one === '*' || one.column === undefined ? [] : [{ of, column: one.column }])) }
  }
  const tables = groupsOf ?? rowsOfJoin
  if (!tables) return {}
  const sources = namedTables(tables, catalog)
  const columns = tables.gives.map(({ qualifier, column }) => {
    const found = sources.filter((one) => (qualifier === undefined ? column === undefined || columnOf(catalog.table(one.relation), column) !== undefined : one.qualifier === qualifier))
    if (column !== undefined) return found.length === 1 ? [{ of: found[0]!.relation, column }] : undefined
    return found.every(({ relation }) => catalog.table(relation)?.columns !== undefined) ? found.flatMap(({ relation }) => catalog.table(relation)!.columns!.map(({ name }) => ({ of: relation, column: name }))) : undefined
  })
  // Of a name that is not known nobody can say how long it is.
  return columns.includes(undefined) ? {} : { chosen: columns.flatMap((one) => one!) }
}

/** The query itself, or that of the prepared statement. */
function queryOf(command: Command, catalog: Catalog): Command['query'] {
  const [prepared] = command.prepared === undefined ? [] : preparedCommands(command.prepared, catalog)
  return prepared?.kind === 'query' ? prepared.query : command.query
}
