import { beforeAll, expect, test } from 'vitest'
import type { Catalog } from '../../../server/catalog/catalog'
import { catalogFromSnapshot } from '../../../server/catalog/from-snapshot'
import { changedRows, target } from '../../../server/operations/data-change'
import { countRows } from '../../../server/catalog/rows-in'
import { queriedRows } from '../../../server/operations/queried-rows'
import { loadParser } from '../../../server/sql/parser'
import { read } from '../../../server/sql/read'
import { cleanPglite } from '../../support/pglite'
import type { Database } from '../../support/probe'
import { snapshotOfPglite } from '../../support/snapshot-of-pglite'

/** Each is told from the statistics alone, and then run. */
const statements: readonly string[] = [
  'SELECT o.id, c.name FROM orders o JOIN customers c ON c.id = o.customer',
  'SELECT o.id FROM orders o, customers c WHERE o.customer = c.id',
  'SELECT o.id FROM orders o JOIN customers c ON c.id = o.optional',
  'SELECT o.id FROM orders o JOIN customers c ON c.id = o.loose',
  'SELECT a.id FROM orders a JOIN orders b ON b.customer = a.customer',
  'SELECT o.id, r.name FROM orders o JOIN customers c ON c.id = o.customer JOIN regions r ON r.code = c.region',
  'SELECT o.id FROM orders o JOIN customers c ON c.id = o.customer WHERE o.kind = 3',
  'SELECT kind, count(*) FROM orders GROUP BY kind',
  'SELECT loose + 1 AS next, count(*) FROM orders GROUP BY next',
  'SELECT c.region, count(*) FROM orders o JOIN customers c ON c.id = o.customer GROUP BY 1',
  'SELECT DISTINCT ON (customer) * FROM orders ORDER BY customer, id',
  'SELECT kind FROM orders UNION SELECT kind FROM orders',
  'SELECT kind FROM orders UNION ALL SELECT id FROM customers',
  'UPDATE orders SET kind = 0 FROM customers c WHERE c.id = orders.customer',
  'UPDATE orders o SET kind = 0 FROM customers c WHERE c.id = o.optional',
  'DELETE FROM orders USING customers c WHERE c.id = orders.customer AND orders.kind = 3',
]

let database: Database
let catalog: Catalog
beforeAll(async () => {
  await loadParser()
  database = await cleanPglite()
  await database.exec(`
    CREATE TABLE regions (code text PRIMARY KEY, name text);
    INSERT INTO regions SELECT 'r' || n, 'region ' || n FROM generate_series(1, 20) n;
    CREATE TABLE customers (id integer PRIMARY KEY, name text, region text NOT NULL REFERENCES regions);
    INSERT INTO customers SELECT n, 'customer ' || n, 'r' || 1 + n % 20 FROM generate_series(1, 500) n;
    CREATE TABLE orders (id integer PRIMARY KEY, customer integer NOT NULL REFERENCES customers, optional integer REFERENCES customers, loose integer, kind integer);
    INSERT INTO orders SELECT n, 1 + n % 500, CASE WHEN n % 4 = 0 THEN 1 + n % 500 END, n % 250, n % 5 FROM generate_series(1, 4000) n;
    ANALYZE`)
  const snapshot = await snapshotOfPglite(database)
  const sizes = (await database.query<{ name: string; rows: number }>("SELECT 'public.' || relname AS name, reltuples::int AS rows FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")).rows
  catalog = catalogFromSnapshot({ ...snapshot, tables: Object.fromEntries(sizes.map(({ name, rows }) => [name, { ...snapshot.tables![name]!, rows }])) })
})

test.each(statements)('%s', async (sql) => {
  const asked = sql.startsWith('SELECT') ? `SELECT count(*)::int AS rows FROM (${sql}) AS one` : `WITH changed AS (${sql} RETURNING 1) SELECT count(*)::int AS rows FROM changed`
  await database.exec('BEGIN')
  const { rows } = await database.query<{ rows: number }>(asked)
  await database.exec('ROLLBACK')
  const expected = rows[0]!.rows
  const [command] = read(sql).commands
  const count = command?.kind === 'query' ? queriedRows(command.query, catalog) : command?.kind === 'update' || command?.kind === 'delete' ? changedRows(command, target(command, catalog).table!, catalog) : undefined
  const own = count && countRows(count, catalog)
  expect(own, `PostgreSQL gives ${expected}`).toBeGreaterThan(expected * 0.9)
  expect(own, `PostgreSQL gives ${expected}`).toBeLessThan(expected * 1.1)
})
