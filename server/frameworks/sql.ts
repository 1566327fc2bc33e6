import type { Migration } from '../model/migration'
import { upSections } from './sections'
import { toolOf, wrapperOf } from './tool'
import type { Carried, Place } from './tool'

/** A file of plain SQL is one fragment: what stands in it is what runs. Where a tool's comments divide it, only the part that makes the change does. */
export function read(path: string, text: string, carried: Carried = 'auto', place: Place = { path, siblings: [] }): Migration {
  const tool = toolOf(place.path, text, place.siblings, carried)
  const fragments = tool.sections ? upSections(text, tool.sections) : [{ sql: text, start: 0 }]
  const sql = fragments.length === 1 ? fragments[0]!.sql : fragments.map((fragment) => fragment.sql).join('\n')
  const wrappedBy = wrapperOf(tool, text, sql, place)
  return { path, framework: 'sql', ...(wrappedBy && { wrappedBy }), fragments, unread: [] }
}

/** By the name alone; `/` or `\` between its parts. */
export const isMigrationFile = (path: string): boolean => /\.(sql|psql|pgsql)$/i.test(path)

/** The file that a down file takes back. */
export const upFileOf = (path: string): string => path.replace(/down(?=[^\\/]*$)/i, 'up')

/**
 * Whether the file takes a change back: `x.down.sql`, `x_down.sql`, `down.sql`, `rollback.sql`, Flyway's `U2__x.sql`, Postgrator's `2.undo.x.sql`, or any file in a folder `down`.
 * Such a file is no part of the schema's history.
 */
export function isDownFile(path: string): boolean {
  const parts = path.split(/[\\/]/)
  const name = parts.at(-1)!.replace(/\.[^.]+$/, '')
  if (/(^|[._-])(down|undo|rollback|revert)$/i.test(name) || /^U\d[\d._]*__/.test(name) || /^\d+\.undo\./i.test(name)) return true
  return parts.slice(0, -1).some((part) => /^(down|undo|rollback|revert)$/i.test(part))
}

/**
 * The database that a file is for, where its name or a folder's says that it is not PostgreSQL: `x.mysql.up.sql`, `sqlite/001_x.sql`.
 * Folders have other meanings too, so that they count for less.
 */
export function otherDatabase(path: string): string | undefined {
  const parts = path.toLowerCase().split(/[\\/]/)
  return parts.pop()!.split('.').find((part) => others.has(part) || rarer.has(part)) ?? parts.find((part) => others.has(part))
}

const others: ReadonlySet<string> = new Set(['mysql', 'mariadb', 'sqlite', 'sqlite3', 'mssql', 'sqlserver', 'cockroach', 'cockroachdb', 'crdb', 'clickhouse', 'duckdb'])
const rarer: ReadonlySet<string> = new Set(['oracle', 'h2', 'hsqldb', 'derby', 'db2', 'tidb', 'spanner', 'snowflake'])

/** Those of a folder's files that run on PostgreSQL: not those for other databases, and not `x.up.sql` where there is an `x.postgres.up.sql`. */
export function onPostgres(paths: readonly string[]): readonly string[] {
  const own = new Set(paths.flatMap((path) => (ownName.test(path) ? [path.replace(ownName, '')] : [])))
  return paths.filter((path) => otherDatabase(path) === undefined && !own.has(path))
}

const ownName = /\.(?:postgres|postgresql|pgsql|pg)(?=\.[^\\/]*$)/i

/** The order in which a tool runs the files of a folder: numbers by their value, so 2 comes before 10; Flyway's repeatable `R__x.sql` last. */
export function compareMigrations(a: string, b: string): number {
  const left = segments(a)
  const right = segments(b)
  for (let i = 0; i < left.length && i < right.length; i++) {
    const difference = Number(isRepeatable(left[i]!)) - Number(isRepeatable(right[i]!)) || compareNatural(left[i]!, right[i]!)
    if (difference !== 0) return difference
  }
  return left.length - right.length || order(a, b)
}

/** Without the extension, for its dot would put `add_orders.sql` after `add_orders-index.sql`. */
const segments = (path: string): string[] => path.replace(/\.[^./\\]+$/, '').split(/[\\/]/)

const isRepeatable = (name: string): boolean => name.startsWith('R__')

/** Runs of digits by value, all else by code unit. */
function compareNatural(a: string, b: string): number {
  const left = runs(a)
  const right = runs(b)
  for (let i = 0; i < left.length && i < right.length; i++) {
    const [x, y] = [left[i]!, right[i]!]
    if (x === y) continue
    if (!isNumber(x) || !isNumber(y)) return order(x, y)
    const [m, n] = [x.replace(/^0+/, ''), y.replace(/^0+/, '')]
    const difference = m.length - n.length || order(m, n)
    if (difference !== 0) return difference
  }
  return left.length - right.length
}

/**
 * The end of Flyway's version becomes the lowest character of all, for `V1__x` comes before `V1.1__x`.
 * A time is one number of 14 digits however it is written: `20170831_a`, `2017-08-31-230457_b` and `20170901093000_c` meet in one folder.
 */
const runs = (text: string): readonly string[] =>
  text
    .replace(/^(V\d[\d._]*?)__/, '$1\0')
    .replace(/^(\d{4})([-_])(\d\d)\2(\d\d)(?:\2(\d{6}))?(?!\d)/, '$1$3$4$5')
    .replace(/^(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:\d\d){0,2}(?!\d)/, (time) => time.padEnd(14, '0'))
    .match(/\d+|\D+/g) ?? []

const isNumber = (run: string): boolean => run >= '0' && run < ':'

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
