import type { Catalog } from '../catalog/catalog'
import type { Table } from '../catalog/relation'
import { quoteLiteral } from '../model/name'
import { Tokens } from '../sql/tokens'

/** A change of rows that walks through its table by place, for want of a key. */
export interface BlockWalk {
  /** From its first word to before WHERE. */
  readonly head: string
  /** What tells the rows that are left; without it all are. */
  readonly where?: string
  /** The relation as the author names it. */
  readonly named: string
  /** As it stands behind FROM: with ONLY and an alias. */
  readonly from: string
}

/** Bytes. Servers with another size are rare, and their batches are then as much larger. */
const blockBytes = 8192
const assumedRowBytes = 400
const mostRows = 10_000

/** Others can keep moving rows, or making new ones that fit, for ever. */
export const mostPasses = 3

/** Before 14 PostgreSQL reads the whole table for a range of places, and there must be no rows in other tables. */
export const canWalkByBlock = (table: Table, catalog: Catalog): boolean => table.kind === 'table' && catalog.surroundings.version >= 14 && catalog.children(table.name).length === 0 && catalog.partitions(table.name).length === 0

/** Rows in a block, on the average. */
export function rowsPerBlock(table: Table | undefined): number {
  const size = table?.size
  const rowBytes = size?.heapBytes !== undefined && size.rows > 0 ? size.heapBytes / size.rows : assumedRowBytes
  return Math.max(1, blockBytes / rowBytes)
}

/** Blocks in a batch: a round number, of which no more rows are to be expected than a batch may have. */
export function blocksPerBatch(table: Table): number {
  const rows = rowsPerBlock(table)
  // Rows of unknown width may be narrow, and then there are many in a block.
  const most = table.size?.heapBytes === undefined ? 200 : 500
  return [500, 200, 100].find((blocks) => blocks <= most && blocks * rows <= mostRows) ?? 50
}

/**
 * The text between the tags of a DO block. `pauseSeconds` are slept between batches.
 * A row that somebody else changes meanwhile may move to where the walk has been, so that the table is walked through again as long as a row is left.
 * Each walk ends where the table ended when it began, for its own new versions of rows lie behind.
 */
export function blockWalkLines({ head, where, named, from }: BlockWalk, table: Table, catalog: Catalog, pauseSeconds: string, cased: (text: string) => string): readonly string[] {
  const words = new Set(wordsOf(`${head} ${where ?? ''}`))
  const variable = (name: string): string => (words.has(name) ? variable(`this_${name}`) : name)
  const [pass, first, end] = [variable('pass'), variable('first_block'), variable('end_block')]
  const blocks = blocksPerBatch(table)
  const relation = quoteLiteral(named)
  const left = where === undefined ? '' : `${cased(' WHERE')} ${closed(where)}`
  const place = (block: string): string => `format('(%s,0)', ${block})::tid`
  return [
    cased('DECLARE'),
    cased(`  ${first} bigint;`),
    cased(`  ${end} bigint;`),
    cased('BEGIN'),
    ...(catalog.surroundings.complete || /^only\s/i.test(from) ? [] : childrenRefused(relation, cased)),
    cased(`  FOR ${pass} IN 1..${mostPasses} LOOP`),
    `${cased(`    EXIT WHEN NOT EXISTS (SELECT FROM ${from}`)}${left});`,
    `    ${first} := 0;`,
    cased(`    ${end} := pg_relation_size(${relation}) / current_setting('block_size')::int;`),
    cased(`    WHILE ${first} < ${end} LOOP`),
    `      ${head.trim()}`,
    `${cased(`      WHERE ctid >= ${place(first)} AND ctid < ${place(`${first} + ${blocks}`)}`)}${where === undefined ? '' : `\n        ${cased('AND')} (${closed(where)})`};`,
    cased('      COMMIT;'),
    cased(`      IF FOUND THEN PERFORM pg_sleep(${pauseSeconds}); END IF;`),
    `      ${first} := ${first} + ${blocks};`,
    cased('    END LOOP;'),
    cased('  END LOOP;'),
    cased('END'),
  ]
}

/** Rows of children lie in files of their own, which the walk would leave out; a snapshot that is not complete does not say that there are none. */
const childrenRefused = (relation: string, cased: (text: string) => string): readonly string[] => [
  cased(`  IF EXISTS (SELECT FROM pg_inherits WHERE inhparent = ${relation}::regclass) THEN`),
  cased(`    RAISE EXCEPTION '% has partitions or children: run this for each of them', ${relation};`),
  cased('  END IF;'),
]

/** What stands behind a comment would be lost. */
const closed = (text: string): string => (/--[^\n]*$/.test(text) ? `${text.trim()}\n` : text.trim())

function wordsOf(text: string): readonly string[] {
  const tokens = new Tokens(text)
  return Array.from({ length: tokens.count }, (_, index) => tokens.word(index))
}
