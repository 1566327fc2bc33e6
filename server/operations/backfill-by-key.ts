import type { Table } from '../catalog/relation'
import { columnOf } from '../catalog/relation'
import { formatCount } from '../model/format'
import { quoteIdentifier } from '../model/name'
import type { BackfillRequest, Walk, WalkContext } from './batch-walk'
import { isAlone, qualified, rowOf } from './batch-walk'

/** So many bytes of a table are rewritten quickly, and their log is streamed as quickly. */
const batchBytes = 4 * 1024 * 1024
const fewestRows = 1000
const mostRows = 10_000
const assumedRowBytes = 400

/** A round number of rows. */
export function batchSize(table: Table): number {
  const { size } = table
  const rowBytes = size?.heapBytes !== undefined && size.rows > 0 ? size.heapBytes / size.rows : assumedRowBytes
  const rows = batchBytes / Math.max(rowBytes, 1)
  return [mostRows, 5000, 2000].find((round) => rows >= round) ?? fewestRows
}

/** The columns to go by: the primary key, else a unique index without NULL. Only what can be ordered has a B-tree. */
export function keyOf(table: Table): readonly string[] | undefined {
  const primary = table.constraints.find((constraint) => constraint.type === 'primary-key')
  const isPlain = (index: Table['indexes'][number]): boolean => index.valid && index.shape.unique && index.shape.method === 'btree' && index.shape.predicate === undefined && index.shape.keys.every((key) => columnOf(table, key)?.notNull)
  return primary?.columns ?? table.indexes.find(isPlain)?.shape.keys
}

/** Begins with the first row that is left, which is where a run that was stopped has come to; from there on no batch reads what an earlier one has done. */
export function keyWalk(request: BackfillRequest, table: Table, key: readonly string[], { cased, variable, from, whereLeft }: WalkContext): Walk {
  const { named } = request
  const walked = isAlone(request.from) ? `${cased('ONLY')} ${named}` : named
  const columns = key.map(quoteIdentifier)
  const own = columns.map((column) => qualified(request, column))
  const borders = (border: string): readonly string[] => key.map((_, index) => variable(key.length === 1 ? `${border}_key` : `${border}_key_${index + 1}`))
  const [first, last, end] = [borders('first'), borders('last'), borders('end')]
  const list = (parts: readonly string[]): string => parts.join(', ')
  const down = columns.map((column) => `${column} DESC`).join(', ')
  const size = batchSize(table)
  const batch = variable('batch')
  const bound = `${rowOf(own)} <= ${rowOf(end)}`
  return {
    declarations: [...first, ...last, ...end].map((name, index) => cased(`${name} ${named}.${columns[index % columns.length]!}%TYPE;`)),
    // Rows that come in behind it are not run after.
    before: [cased(`SELECT ${list(columns)} INTO ${list(end)} FROM ${walked} ORDER BY ${down} LIMIT 1;`)],
    bound,
    start: [`${cased(`SELECT ${list(own)} INTO ${list(first)} FROM`)} ${from}${whereLeft(bound)} ${cased(`ORDER BY ${list(own)} LIMIT 1;`)}`],
    more: 'FOUND',
    begin: [
      cased(`SELECT ${list(columns)} INTO ${list(last)} FROM (`),
      cased(`  SELECT ${list(columns)} FROM ${walked} WHERE ${rowOf(columns)} >= ${rowOf(first)} ORDER BY ${list(columns)} LIMIT ${size}`),
      cased(`) AS ${batch} ORDER BY ${down} LIMIT 1;`),
    ],
    range: cased(`${rowOf(own)} >= ${rowOf(first)} AND ${rowOf(own)} <= ${rowOf(last)}`),
    // Rows of several partitions lie in the same places.
    ...(table.kind === 'partitioned table' && { key: columns }),
    last,
    next: [cased(`SELECT ${list(columns)} INTO ${list(first)} FROM ${walked} WHERE ${rowOf(columns)} > ${rowOf(last)} AND ${rowOf(columns)} <= ${rowOf(end)} ORDER BY ${list(columns)} LIMIT 1;`)],
    batch: `${formatCount(size)} rows`,
    shown: columns,
  }
}
