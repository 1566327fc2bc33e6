// An index that an earlier migration made is made again as it was: on a column that takes another's place, and where DROP INDEX is taken back.
import { beforeAll, expect, test } from 'vitest'
import { stepsOf } from '../../server/model/plan'
import { loadParser } from '../../server/sql/parser'
import { analyseFiles } from '../support/engine'
import { cleanPglite } from '../support/pglite'
import type { Database } from '../support/probe'

const schema = `CREATE SCHEMA sales; CREATE TABLE orders (id bigint PRIMARY KEY, hits int, "Note" text, at date, tags text[]);`

const indexes: readonly string[] = [
  'CREATE INDEX orders_hits ON orders (hits)',
  'create  unique index concurrently if not exists "Hits" on public.orders using btree (hits DESC NULLS LAST, "Note" text_pattern_ops) INCLUDE (at) WHERE hits > 3 AND "Note" IS NOT NULL',
  'CREATE INDEX ON ONLY orders (lower("Note"), (hits % 7), hits)',
  'CREATE INDEX orders_brin ON orders /* the only one */ USING brin (at, hits) WITH (pages_per_range = 8)',
  'CREATE INDEX orders_c ON orders ("Note" COLLATE "C", hits) WITH (fillfactor = 70)',
  `CREATE INDEX orders_or ON "orders" USING hash (hits) WHERE "Note" <> 'ON orders (x)'`,
  'CREATE UNIQUE INDEX orders_nulls ON orders (hits, at) NULLS NOT DISTINCT',
]

const renames: readonly string[] = ['', 'ALTER TABLE orders RENAME TO "Orders";', 'ALTER TABLE orders SET SCHEMA sales;']

let database: Database
beforeAll(async () => {
  await loadParser()
  database = await cleanPglite()
})

const definitions = async (): Promise<unknown> => (await database.query(`SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition, indisvalid FROM pg_index WHERE indrelid = (SELECT oid FROM pg_class WHERE lower(relname) = 'orders') ORDER BY 1`)).rows

async function run(statements: readonly string[]): Promise<unknown> {
  await database.exec('DROP SCHEMA IF EXISTS sales CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public; SET search_path = public')
  for (const sql of statements) await database.exec(sql)
  return definitions()
}

const cases = indexes.flatMap((index) => renames.map((rename) => ({ index, rename })))
const tableAfter = (rename: string): string => (rename.includes('TO ') ? '"Orders"' : rename.includes('SCHEMA') ? 'sales.orders' : 'orders')

test.each(cases)('$index; $rename type', async ({ index, rename }) => {
  const change = `ALTER TABLE ${tableAfter(rename)} ALTER COLUMN hits TYPE bigint`
  const plan = analyseFiles([schema, `${index};`, rename, change]).statements[0]!.assessed.plan
  expect(plan?.title).not.toContain('not all of the way is known')
  const byStatement = await run([schema, index, rename, change])
  const byPlan = await run([schema, index, rename, ...stepsOf(plan!).map(({ sql }) => sql)])
  expect(byPlan).toEqual(byStatement)
})

test.each(cases)('$index; $rename dropped and taken back', async ({ index, rename }) => {
  const before = await run([schema, index, rename])
  const [name] = (before as { name: string }[]).map((one) => one.name).filter((one) => !one.endsWith('_pkey'))
  const [, statement] = analyseFiles([schema, `${index};`, rename, `SELECT 1; DROP INDEX ${name}`]).statements
  const [operation] = statement!.assessed.operations
  expect(operation!.wayBack).toBeDefined()
  await database.exec(`DROP INDEX ${name}`)
  await database.exec(operation!.wayBack!)
  expect(await definitions()).toEqual(before)
})
