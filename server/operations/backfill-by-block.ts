import type { Catalog } from '../catalog/catalog'
import type { Table } from '../catalog/relation'
import { formatCount } from '../model/format'
import { quoteLiteral } from '../model/name'
import type { BackfillRequest, Walk, WalkContext } from './batch-walk'
import { isAlone, qualified } from './batch-walk'

/** Bytes. Servers with another size are rare, and their batches are then as much larger. */
const blockBytes = 8192
const assumedRowBytes = 400
const mostRows = 10_000

/** There must be no rows in other tables, unless they are left out. */
export const canWalkByBlock = (table: Table, { from }: BackfillRequest, catalog: Catalog): boolean => table.kind === 'table' && (catalog.children(table.name).length === 0 || isAlone(from))

/** As many rows as a block has places for at the most (MaxHeapTuplesPerPage in src/include/access/htup_details.h). */
const linesPerBlock = "(current_setting('block_size')::int - 24) / 28"

/** Rows in a block, on the average. */
export function rowsPerBlock(table: Table | undefined): number {
  const size = table?.size
  const rowBytes = size?.heapBytes !== undefined && size.rows > 0 ? size.heapBytes / size.rows : assumedRowBytes
  return Math.max(1, blockBytes / rowBytes)
}

/** Blocks in a batch: a round number, of which no more rows are to be expected than a batch may have. */
function blocksPerBatch(table: Table): number {
  const rows = rowsPerBlock(table)
  // Rows of unknown width may be narrow, and then there are many in a block.
  const most = table.size?.heapBytes === undefined ? 200 : 500
  return [500, 200, 100].find((blocks) => blocks <= most && blocks * rows <= mostRows) ?? 50
}

/** Each time it ends where the table ended when it began, for its own new versions of rows lie behind; a row that somebody else changes meanwhile may move to where it has been, and is found the next time. */
export function blockWalk(request: BackfillRequest, table: Table, catalog: Catalog, { cased, variable }: WalkContext): Walk {
  const { named, from = named } = request
  const [first, end] = [variable('first_block'), variable('end_block')]
  const blocks = blocksPerBatch(table)
  const relation = quoteLiteral(named)
  const place = qualified(request, 'ctid')
  const start = (block: string): string => `format('(%s,0)', ${block})::tid`
  const isRangeRead = catalog.surroundings.version >= 14
  const lines = variable('lines_per_block')
  return {
    declarations: [`${first} bigint;`, `${end} bigint;`, ...(isRangeRead ? [] : [cased(`${lines} int := ${linesPerBlock};`)])],
    before: catalog.surroundings.complete || isAlone(from) ? [] : childrenRefused(relation, cased),
    start: [`${first} := 0;`, cased(`${end} := pg_relation_size(${relation}) / current_setting('block_size')::int;`)],
    more: `${first} < ${end}`,
    begin: [],
    // Before 14 PostgreSQL reads the whole table for a range of places, but goes straight to those that are told one by one.
    range: cased(isRangeRead ? `${place} >= ${start(first)} AND ${place} < ${start(`${first} + ${blocks}`)}` : `${place} = ANY (ARRAY(SELECT format('(%s,%s)', block, line)::tid FROM generate_series(${first}, ${first} + ${blocks} - 1) AS block, generate_series(1, ${lines}) AS line))`),
    next: [`${first} := ${first} + ${blocks};`],
    batch: `${formatCount(blocks)} blocks of the table`,
    shown: ['ctid'],
  }
}

/** Rows of children lie in files of their own, which the walk would leave out; a snapshot that is not complete does not say that there are none. */
const childrenRefused = (relation: string, cased: (text: string) => string): readonly string[] => [
  cased(`IF EXISTS (SELECT FROM pg_inherits WHERE inhparent = ${relation}::regclass) THEN`),
  cased(`  RAISE EXCEPTION '% has partitions or children: run this for each of them', ${relation};`),
  cased('END IF;'),
]
