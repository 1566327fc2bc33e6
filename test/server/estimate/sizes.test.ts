import { describe, expect, test } from 'vitest'
import { catalogFromSnapshot } from '../../../server/catalog/from-snapshot'
import { assumedCalibration } from '../../../server/estimate/calibration'
import { indexSizes, isSized, tableSizes } from '../../../server/estimate/sizes'
import { fixedWidths } from '../../../server/estimate/stored-width'
import { relationName } from '../../../server/model/name'
import type { ColumnSnapshot } from '../../../server/model/snapshot'
import { cleanPglite } from '../../support/pglite'
import type { Database } from '../../support/probe'
import { loadParser } from '../../../server/sql/parser'

await loadParser()

const { assumptions } = assumedCalibration.expected
const rows = 20_000

/** Columns with what fills them from `n`, and the indexes to be measured. */
interface Case {
  readonly columns: Readonly<Record<string, readonly [type: string, value: string]>>
  readonly indexes?: readonly string[]
  /** Widths from the statistics are what a snapshot of a server gives; without them only types are known. */
  readonly without?: 'statistics'
}

const cases: Readonly<Record<string, Case>> = {
  'numbers': { columns: { a: ['bigint', 'n'], b: ['integer', 'n'], c: ['smallint', '1'], d: ['boolean', 'true'], e: ['double precision', 'n'] }, indexes: ['(a)', '(b)', '(c, a)', '(d)', 'USING hash (a)'] },
  'numbers in another order': { columns: { d: ['boolean', 'true'], a: ['bigint', 'n'], c: ['smallint', '1'], e: ['double precision', 'n'], b: ['integer', 'n'] }, indexes: ['(d, a)', '(a) INCLUDE (b, e)'] },
  'fixed types, known by their types alone': { columns: { a: ['uuid', 'gen_random_uuid()'], b: ['timestamptz', "now() + n * interval '1 s'"], c: ['date', 'current_date'], d: ['bigint', 'n'] }, indexes: ['(a)', '(b)'], without: 'statistics' },
  'text': { columns: { id: ['bigint', 'n'], a: ['text', 'md5(n::text)'], b: ['varchar(20)', "'status ' || n % 7"] }, indexes: ['(a)', '(b)', '(id)', '(lower(a))'] },
  'text of very different lengths': { columns: { a: ['text', "repeat('x', n % 200)"], id: ['bigint', 'n'], b: ['text', "repeat('y', n % 37)"], at: ['timestamptz', 'now()'] }, indexes: ['(b)'] },
  'nulls': { columns: { id: ['bigint', 'n'], a: ['bigint', 'CASE WHEN n % 4 = 0 THEN n END'], b: ['text', "CASE WHEN n % 2 = 0 THEN 'some words' END"], c: ['timestamptz', 'NULL'] }, indexes: ['(a)', '(a) WHERE a IS NOT NULL', '(b)'] },
  'many columns, many of them null': { columns: Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`c${index}`, ['integer', `CASE WHEN (n + ${index}) % 3 = 0 THEN n END`] as const])) },
  'numeric, json and arrays': { columns: { a: ['numeric(12,2)', 'n * 1.25'], b: ['jsonb', `jsonb_build_object('key', n, 'other', 'value ' || n)`], c: ['integer[]', 'ARRAY[n, n + 1, n + 2]'] }, indexes: ['(a)'] },
  'few distinct values': { columns: { id: ['bigint', 'n'], a: ['integer', 'n % 10'], b: ['text', "'a longer label ' || n % 50"] }, indexes: ['(a)', '(b)', '(a, b)', 'USING brin (id)'] },
  'wide': { columns: { id: ['bigint', 'n'], a: ['text', "repeat(md5(n::text), 20)"] } },
  'characters of fixed length': { columns: { a: ['char(10)', 'n'], b: ['char(3)', "'EUR'"], c: ['char(200)', "'x'"] }, indexes: ['(a)'], without: 'statistics' },
  'a single column': { columns: { a: ['integer', 'n'] }, indexes: ['(a)'] },
}

describe('sizes from columns are those of a real table, within 15 %', () => {
  test.each(Object.entries(cases))('%s', async (_, { columns, indexes = [], without }) => {
    const database = await cleanPglite()
    const names = Object.keys(columns)
    await database.exec(`
      CREATE TABLE t (${names.map((name) => `${name} ${columns[name]![0]}`).join(', ')});
      INSERT INTO t SELECT ${names.map((name) => columns[name]![1]).join(', ')} FROM generate_series(1, ${rows}) n;
      ${indexes.map((index, at) => `CREATE INDEX i${at} ON t ${index};`).join('\n')}
      ANALYZE t;`)
    const table = relationName('public', 't')
    const described = without ? names.map((name) => ({ name, type: columns[name]![0], notNull: true })) : await statistics(database)
    const catalog = catalogFromSnapshot({ version: 1, tables: { t: { rows, columns: described, indexes: [], constraints: [] } } })
    const subject = catalog.table(table)
    if (!isSized(subject)) throw new Error('t is not in the catalog')
    const sizes = tableSizes(subject, catalog, assumptions)

    const real = async (name: string): Promise<number> => Number((await database.query<{ bytes: number }>(`SELECT pg_relation_size('${name}') AS bytes`)).rows[0]!.bytes)
    expect.soft(sizes.heapBytes / (await real('t'))).toSatisfy(isNear, `heap: ${sizes.heapBytes} of ${await real('t')}`)
    for (const [at, index] of indexes.entries()) {
      const bytes = indexSizes(shapeOf(index), undefined, subject, sizes, catalog, assumptions).bytes
      expect.soft(bytes / (await real(`i${at}`))).toSatisfy(isNear, `${index}: ${bytes} of ${await real(`i${at}`)}`)
    }
  })
})

const isNear = (ratio: number): boolean => ratio > 0.85 && ratio < 1.15

function shapeOf(index: string): Parameters<typeof indexSizes>[0] {
  const parts = /^(?:USING (?<method>\w+) )?\((?<keys>.+?)\)(?: INCLUDE \((?<include>.+)\))?(?: WHERE (?<predicate>.+))?$/.exec(index)!.groups!
  const keys = parts['keys']!.includes('(') ? [`(${parts['keys']!})`] : parts['keys']!.split(', ')
  return { method: parts['method'] ?? 'btree', keys, include: parts['include']?.split(', ') ?? [], unique: false, ...(parts['predicate'] && { predicate: parts['predicate'] }) }
}

async function statistics(database: Database): Promise<ColumnSnapshot[]> {
  const { rows: found } = await database.query<{ name: string; type: string; width: number; nulls: number; distinct: number }>(
    `SELECT attname AS name, format_type(atttypid, atttypmod) AS type, avg_width AS width, null_frac::float8 AS nulls, n_distinct::float8 AS distinct
     FROM pg_attribute JOIN pg_stats USING (attname) WHERE attrelid = 't'::regclass AND tablename = 't' AND attnum > 0 ORDER BY attnum`,
  )
  return found.map((column) => ({ name: column.name, type: column.type, averageWidth: column.width, nullFraction: column.nulls, distinct: column.distinct }))
}

test('TOAST from wide values is that of a real table, within 15 %', async () => {
  const database = await cleanPglite()
  await database.exec(`
    CREATE TABLE t (id bigint NOT NULL, body text NOT NULL);
    ALTER TABLE t ALTER body SET STORAGE EXTERNAL;
    INSERT INTO t SELECT n, repeat('x', 5000) FROM generate_series(1, 2000) n;`)
  const catalog = catalogFromSnapshot({ version: 1, tables: { t: { rows: 2000, columns: [{ name: 'id', type: 'bigint', notNull: true }, { name: 'body', type: 'text', notNull: true, averageWidth: 5000 }] } } })
  const subject = catalog.table(relationName('public', 't'))
  if (!isSized(subject)) throw new Error('t is not in the catalog')
  const sizes = tableSizes(subject, catalog, assumptions)
  const { rows: found } = await database.query<{ heap: number; toast: number }>(`SELECT pg_relation_size('t') AS heap, pg_total_relation_size(reltoastrelid) AS toast FROM pg_class WHERE oid = 't'::regclass`)
  expect(sizes.heapBytes / Number(found[0]!.heap)).toSatisfy(isNear)
  expect(sizes.toastBytes / Number(found[0]!.toast)).toSatisfy(isNear)
})

test('lengths and alignments of types are those of the server', async () => {
  const database = await cleanPglite()
  const { rows: found } = await database.query<{ name: string; length: number; alignment: number }>(
    `SELECT typname AS name, typlen AS length, (CASE typalign WHEN 'c' THEN 1 WHEN 's' THEN 2 WHEN 'i' THEN 4 ELSE 8 END) AS alignment
     FROM pg_type WHERE typnamespace = 'pg_catalog'::regnamespace AND typtype = 'b' AND typlen > 0 AND typname = ANY($1)`,
    [Object.keys(fixedWidths)],
  )
  expect(Object.fromEntries(found.map(({ name, length, alignment }) => [name, [length, alignment]]))).toEqual(fixedWidths)
})
