import { beforeAll, describe, expect, test } from 'vitest'
import { catalogFromSnapshot } from '../../../server/catalog/from-snapshot'
import { assumedCalibration } from '../../../server/estimate/calibration'
import type { AnalysedStatement } from '../../../server/model/assessed'
import type { Duration } from '../../../server/model/estimate'
import type { TableSnapshot } from '../../../server/model/snapshot'
import { loadParser } from '../../../server/sql/parser'
import { analyseSql } from '../../support/engine'

beforeAll(() => loadParser())

const orders: TableSnapshot = {
  rows: 50_000_000,
  columns: [
    { name: 'id', type: 'bigint', notNull: true },
    { name: 'customer_id', type: 'bigint', notNull: true, distinct: 1_000_000 },
    { name: 'status', type: 'text', averageWidth: 5, nullFraction: 0 },
    { name: 'note', type: 'text', averageWidth: 20, nullFraction: 0.5 },
    { name: 'placed', type: 'timestamptz', correlation: 1 },
  ],
  indexes: [{ name: 'orders_pkey', keys: ['id'], unique: true }, { name: 'orders_customer', keys: ['customer_id'] }, { name: 'orders_placed', keys: ['placed'] }],
  constraints: [{ name: 'orders_pkey', type: 'primary-key', columns: ['id'] }],
}
const customers: TableSnapshot = { rows: 1_000_000, columns: [{ name: 'id', type: 'bigint', notNull: true }, { name: 'country', type: 'text', averageWidth: 2 }], indexes: [{ name: 'customers_pkey', keys: ['id'], unique: true }], constraints: [{ name: 'customers_pkey', type: 'primary-key', columns: ['id'] }] }
const tables = { orders, customers, few: { rows: 3, columns: [{ name: 'id', type: 'bigint' }, { name: 'rows', type: 'bigint' }] } }
const sized = { catalog: catalogFromSnapshot({ version: 1, serverVersion: '17', complete: true, tables }), calibration: assumedCalibration, sized: true }

const worldOf = (given: Readonly<Record<string, TableSnapshot>>): typeof sized => ({ ...sized, catalog: catalogFromSnapshot({ version: 1, serverVersion: '17', complete: true, tables: { ...tables, ...given } }) })

const last = (sql: string, world: Parameters<typeof analyseSql>[1] = sized): AnalysedStatement => analyseSql(sql, world).statements.at(-1)!
const durationOf = (sql: string): Duration | undefined => last(sql).assessed.duration
const block = (body: string): string => `DO $$ DECLARE n bigint; r record; BEGIN ${body} END $$`

/** One pass over the table, in one process or more: what adding a CHECK takes. */
const pass = (): Duration => durationOf("ALTER TABLE orders ADD CONSTRAINT known CHECK (status <> '')")!

test('rows of children are copied with their parent, which has none of its own', () => {
  const columns = [{ name: 'id', type: 'bigint' }, { name: 'actor', type: 'integer' }]
  const logs = { logged: { rows: 0, heapBytes: 0, columns }, logins: { rows: 600_000, heapBytes: 60_000_000, inherits: ['logged'], columns }, edits: { rows: 600_000, heapBytes: 60_000_000, inherits: ['logged'], columns }, kept: { rows: 0, columns } }
  const world = { ...sized, catalog: catalogFromSnapshot({ version: 1, serverVersion: '17', complete: true, tables: logs }) }
  const expectedOf = (sql: string): number => last(sql, world).assessed.duration!.expectedMs
  for (const copy of ['CREATE TABLE copied AS SELECT id, actor FROM', 'INSERT INTO kept SELECT id, actor FROM']) {
    const [one, both, none] = ['logins', 'logged', 'ONLY logged'].map((name) => expectedOf(`${copy} ${name}`)) as [number, number, number]
    expect(both / one, copy).toBeGreaterThan(1.8)
    expect(both / one, copy).toBeLessThan(2.2)
    expect(none, copy).toBeLessThan(one / 10)
  }
})

describe('a query that has to read a table whole is timed as such', () => {
  test.each([
    'SELECT count(*) FROM orders',
    'SELECT count(*) FROM orders WHERE note IS NULL',
    "SELECT max(note) FROM orders WHERE status = 'lost'",
    'SELECT status, count(*) FROM orders GROUP BY status',
    'SELECT count(*) FROM orders o LEFT JOIN customers c ON c.id = o.customer_id WHERE c.id IS NULL',
    'SELECT count(*) FROM orders o WHERE NOT EXISTS (SELECT FROM customers c WHERE c.id = o.customer_id)',
    'SELECT (SELECT count(*) FROM orders) = 0',
    'WITH counted AS (SELECT status, count(*) AS rows FROM orders GROUP BY status) SELECT max(rows) FROM counted',
    'EXPLAIN ANALYZE SELECT count(*) FROM orders',
    "COPY (SELECT id FROM orders WHERE note IS NULL) TO '/dev/null'",
    "COPY orders (id) TO STDOUT",
    'INSERT INTO few SELECT 1, count(*) FROM orders',
    'INSERT INTO few VALUES (1, (SELECT count(*) FROM orders WHERE note IS NULL))',
    'UPDATE few SET rows = (SELECT count(*) FROM orders WHERE note IS NULL) WHERE id = 1',
    'CREATE TABLE counted AS SELECT count(*) AS rows FROM orders',
    'CREATE MATERIALIZED VIEW counted AS SELECT count(*) AS rows FROM orders WHERE note IS NULL',
    'PREPARE counting AS SELECT count(*) FROM orders; EXECUTE counting',
    'CREATE VIEW noted AS SELECT * FROM orders WHERE note IS NOT NULL; SELECT count(*) FROM noted',
    'BEGIN; DECLARE counting CURSOR FOR SELECT count(*) FROM orders; FETCH counting',
    'BEGIN; DECLARE noted CURSOR WITH HOLD FOR SELECT id FROM orders WHERE note IS NOT NULL; FETCH ALL FROM noted',
    block('PERFORM count(*) FROM orders;'),
    block('SELECT count(*) INTO n FROM orders WHERE note IS NULL;'),
    block('IF (SELECT count(*) FROM orders) = 0 THEN RAISE EXCEPTION \'none\'; END IF;'),
    block('FOR r IN SELECT status, count(*) FROM orders GROUP BY status LOOP RAISE NOTICE \'%\', r; END LOOP;'),
    block('n := (SELECT count(*) FROM orders WHERE note IS NULL);'),
  ])('%s', (sql) => {
    const { lowMs, expectedMs, highMs } = durationOf(sql)!
    expect(lowMs).toBeGreaterThan(pass().lowMs / 8)
    expect(expectedMs).toBeGreaterThan(pass().expectedMs / 4)
    expect(highMs).toBeGreaterThan(pass().expectedMs / 2)
    expect(expectedMs).toBeLessThan(pass().expectedMs * 30)
  })
})

describe('what may be over early takes between next to nothing and a pass over the table', () => {
  test.each([
    "SELECT EXISTS (SELECT FROM orders WHERE status = 'lost')",
    "SELECT 1 FROM orders WHERE status = 'lost' LIMIT 1",
    block("IF EXISTS (SELECT FROM orders WHERE status = 'lost') THEN RAISE EXCEPTION 'lost'; END IF;"),
    block("IF NOT EXISTS (SELECT FROM orders WHERE lower(status) = 'lost') THEN RAISE EXCEPTION 'none'; END IF;"),
    block("SELECT id INTO n FROM orders WHERE status = 'lost';"),
    "SELECT id FROM orders WHERE status = 'lost' ORDER BY id LIMIT 1",
    "SELECT max(id) FROM orders WHERE status = 'lost'",
    "SELECT count(*) FROM orders WHERE placed > now() - interval '1 day'",
    'SELECT count(*) FROM orders WHERE coalesce(customer_id, 0) = 7',
    'SELECT count(*) FROM (SELECT * FROM orders) o WHERE o.customer_id = 7',
    "SELECT o.id FROM orders o JOIN customers c ON c.id = o.customer_id WHERE c.country = 'is'",
  ])('%s', (sql) => {
    const { lowMs, highMs } = durationOf(sql)!
    expect(lowMs).toBeLessThan(100)
    expect(highMs).toBeGreaterThan(pass().expectedMs / 2)
  })
})

describe('what finds a few rows is as good as instant', () => {
  test.each([
    'SELECT * FROM orders WHERE id = 42',
    'SELECT * FROM orders WHERE id IN (1, 2, 3) FOR UPDATE',
    'SELECT * FROM orders LIMIT 10',
    'SELECT max(id) FROM orders',
    'SELECT id FROM orders ORDER BY placed DESC LIMIT 1',
    'SELECT EXISTS (SELECT FROM orders)',
    'SELECT 1 FROM orders WHERE note IS NULL LIMIT 1',
    'SELECT count(*) FROM few',
    'SELECT * FROM orders WHERE false',
    'EXPLAIN SELECT count(*) FROM orders',
    'BEGIN; DECLARE counting CURSOR FOR SELECT count(*) FROM orders',
    'BEGIN; DECLARE noted CURSOR FOR SELECT id FROM orders; FETCH 10 FROM noted',
    block('SELECT placed INTO r FROM orders WHERE id = 42;'),
    block('IF EXISTS (SELECT FROM orders WHERE id = 42) THEN RAISE NOTICE \'there\'; END IF;'),
  ])('%s', (sql) => expect(durationOf(sql)!.expectedMs).toBeLessThan(20))
})

describe('where nobody can tell how much is read, no duration is told', () => {
  test.each([
    'SELECT count(*) FROM orders, customers',
    'SELECT count(*) FROM orders o JOIN customers c ON c.id < o.customer_id',
    'SELECT id, (SELECT max(o.placed) FROM orders o WHERE o.customer_id = c.id) FROM customers c',
    'SELECT c.id FROM customers c, LATERAL (SELECT id FROM orders o WHERE o.customer_id = c.id LIMIT 1) one',
    'WITH RECURSIVE up AS (SELECT id FROM orders WHERE id = 1 UNION ALL SELECT o.id FROM orders o JOIN up ON up.id = o.customer_id) SELECT count(*) FROM up',
    'SELECT count(*) FROM orders, generate_series(1, 100)',
    'SELECT count(*) FROM orders WHERE checked(note)',
    'SELECT pg_sleep(1) FROM orders',
    'SELECT count(*) FROM of_somebody_else',
    block('LOOP PERFORM count(*) FROM orders WHERE note IS NULL; EXIT WHEN n = 0; END LOOP;'),
  ])('%s', (sql) => expect(durationOf(sql)).toBeUndefined())
})

test('a loop asks as often as it runs', () => {
  const once = durationOf(block('PERFORM count(*) FROM orders WHERE note IS NULL;'))!
  const often = durationOf(block('FOR i IN 1..10 LOOP PERFORM count(*) FROM orders WHERE note IS NULL; END LOOP;'))!
  expect(often.expectedMs / once.expectedMs).toBeCloseTo(10, 0)
})

test('an index of a table that is known in part may be there', () => {
  const partly = { ...sized, catalog: catalogFromSnapshot({ version: 1, serverVersion: '17', tables: { orders: { rows: 50_000_000 } } }) }
  const { lowMs, highMs } = last("SELECT count(*) FROM orders WHERE status = 'lost'", partly).assessed.duration!
  expect(lowMs).toBeLessThan(50)
  expect(highMs).toBeGreaterThan(1000)
})

describe('what a query takes is held against the locks that its transaction has', () => {
  const hazards = (sql: string, world: Parameters<typeof analyseSql>[1] = sized): readonly string[] => last(sql, world).findings.map(({ hazard }) => hazard)
  const unsized = { catalog: catalogFromSnapshot(undefined), calibration: assumedCalibration, sized: false }

  test('by itself it stops nobody', () => {
    expect(hazards('SELECT count(*) FROM orders')).toEqual([])
    expect(hazards('SELECT count(*) FROM orders FOR UPDATE')).not.toContain('long-lock')
    expect(hazards('SELECT count(*) FROM orders', unsized)).toEqual([])
  })
  test.each(['SELECT count(*) FROM orders', block('PERFORM count(*) FROM orders;')])('after a lock that stops others: %s', (sql) => {
    expect(hazards(`BEGIN; ALTER TABLE customers ADD COLUMN a int; ${sql}`)).toContain('late-commit')
    expect(hazards(`BEGIN; ALTER TABLE customers ADD COLUMN a int; ${sql}`, unsized)).toContain('late-commit')
  })
  test('in a block that takes such a lock itself', () => expect(hazards(block('ALTER TABLE customers ADD COLUMN a int; PERFORM count(*) FROM orders;'))).toContain('long-lock'))
  test.each(['SELECT EXISTS (SELECT FROM orders WHERE a = 1)', 'SELECT 1 FROM orders WHERE a = 1 LIMIT 1', 'SELECT max(id) FROM orders', 'SELECT * FROM orders WHERE id = 7', 'SELECT count(*) FROM orders, customers'])('not where it may be over at once, and nothing tells a size: %s', (sql) => {
    expect(hazards(`BEGIN; ALTER TABLE customers ADD COLUMN a int; ${sql}`, unsized)).not.toContain('late-commit')
  })
  test('what is known of a block counts though a query in it is not', () => {
    expect(hazards(block("ALTER TABLE orders ADD CONSTRAINT known CHECK (status <> ''); PERFORM count(*) FROM customers a, customers b;"))).toContain('long-lock')
  })
})

/** The expected times of two statements, the first in the second. */
const ratio = (one: string, other: string, world = sized): number => last(one, world).assessed.duration!.expectedMs / last(other, world).assessed.duration!.expectedMs

test('groups of a query inside are as many as the statistics count', () => {
  expect(ratio('SELECT max(n) FROM (SELECT customer_id, count(*) AS n FROM orders GROUP BY customer_id) c', 'SELECT max(n) FROM (SELECT status, count(*) AS n FROM orders GROUP BY status) c', worldOf({ orders: { ...orders, columns: orders.columns!.map((one) => (one.name === 'status' ? { ...one, distinct: 5 } : one)) } }))).toBeGreaterThan(1.1)
})

test('the first of an order are kept apart, as long as memory has room for them; what an OFFSET leaves out is sorted too', () => {
  expect(ratio('SELECT id FROM orders ORDER BY note LIMIT 10', 'SELECT count(*) FROM orders')).toBeGreaterThan(1.2)
  expect(ratio('SELECT id FROM orders ORDER BY note OFFSET 40000000 LIMIT 10', 'SELECT id FROM orders ORDER BY note LIMIT 10')).toBeGreaterThan(3)
})

test('groups of several rows are fewer than the rows that are left over', () => {
  const unique = worldOf({ orders: { ...orders, columns: orders.columns!.map((one) => (one.name === 'note' ? { ...one, distinct: -1 } : one)) } })
  const [told, open] = ['count(*) > 1', "max(status) > 'a'"].map((having) => last(`SELECT note FROM orders GROUP BY note HAVING ${having}`, unique).assessed.duration!) as [Duration, Duration]
  expect(told.highMs).toBeLessThan(open.highMs * 0.8)
})

test('operators on numbers of any precision, and values that are reckoned out, take longer', () => {
  const columns = [{ name: 'id', type: 'bigint' }, { name: 'whole', type: 'integer' }, { name: 'price', type: 'numeric(10,2)' }, { name: 'at', type: 'timestamptz' }, { name: 'code', type: 'text', averageWidth: 9 }]
  const world = worldOf({ priced: { rows: 10_000_000, columns } })
  expect(ratio('SELECT count(*) FROM priced WHERE price > 5 AND price < 9', 'SELECT count(*) FROM priced WHERE whole > 5 AND whole < 9', world)).toBeGreaterThan(1.1)
  expect(ratio('SELECT sum(price) FROM priced', 'SELECT sum(whole) FROM priced', world)).toBeGreaterThan(1.05)
  expect(ratio("COPY priced (price, at) TO '/dev/null'", "COPY priced (id, code) TO '/dev/null'", world)).toBeGreaterThan(1.5)
  expect(ratio("ALTER TABLE priced ADD CHECK (code ~ '^[a-z]')", "ALTER TABLE priced ADD CHECK (code <> '')", world)).toBeGreaterThan(1.5)
})

test('a copy of a view is told with the rows that its query gives, and with what that does', () => {
  const view = 'CREATE VIEW noted AS SELECT o.id, o.note, c.country FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.note IS NOT NULL; '
  const plain = 'SELECT o.id, o.note, c.country FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.note IS NOT NULL'
  for (const copy of ['CREATE TABLE copied AS', 'CREATE MATERIALIZED VIEW copied AS', 'CREATE TABLE copied (id bigint, note text, country text); INSERT INTO copied']) expect(ratio(`${view}${copy} SELECT * FROM noted`, `${copy} ${plain}`)).toBeCloseTo(1, 1)
  const short = 'CREATE VIEW short AS SELECT id, note FROM orders; CREATE TABLE copied AS SELECT * FROM short'
  expect(durationOf(`${short} WHERE note IS NULL`)!.lowMs).toBeLessThan(durationOf(short)!.lowMs * 0.8)
})

test('rows that the statistics do not know of are looked for nevertheless', () => {
  const filled = worldOf({ orders: { ...orders, columns: orders.columns!.map((one) => ({ ...one, nullFraction: 0 })) } })
  for (const sql of ["UPDATE orders SET note = '' WHERE note IS NULL", 'DELETE FROM orders WHERE note IS NULL', 'CREATE TABLE copied AS SELECT * FROM orders WHERE note IS NULL']) expect(last(sql, filled).assessed.duration!.expectedMs, sql).toBeGreaterThan(pass().expectedMs / 3)
})

describe('what sleeps for a constant time takes that long at the least', () => {
  test.each<[string, number]>([
    ['SELECT pg_sleep(60)', 60_000],
    ['SELECT pg_sleep(0.5), pg_sleep(1)', 1_500],
    ["SELECT pg_sleep_for('5 minutes')", 300_000],
    [block('PERFORM pg_sleep(10); PERFORM pg_sleep(5);'), 15_000],
    [block('IF (SELECT count(*) FROM few) > 3 THEN PERFORM pg_sleep(10); END IF;'), 0],
    [block("BEGIN NULL; EXCEPTION WHEN OTHERS THEN PERFORM pg_sleep(10); END;"), 0],
    ['SELECT pg_sleep(60) WHERE false', 0],
    ['SELECT CASE WHEN now() > now() THEN pg_sleep(60) END', 0],
  ])('%s', (sql, ms) => {
    const { lowMs, highMs } = durationOf(sql)!
    expect(lowMs).toBeGreaterThanOrEqual(ms)
    expect(highMs).toBeLessThan(ms + 1_000)
  })
})

test('long values are fetched and taken out of what they are compressed to, where something goes through them or sends them', () => {
  const columns = [{ name: 'id', type: 'bigint' }, { name: 'body', type: 'text', averageWidth: 18 }]
  const world = worldOf({ letters: { rows: 100_000, heapBytes: 8_000_000, toastBytes: 300_000_000, columns, indexes: [], constraints: [] } })
  for (const sql of ["SELECT count(*) FROM letters WHERE body LIKE '%paid%'", 'SELECT max(length(body)) FROM letters', "COPY letters TO '/dev/null'", 'ALTER TABLE letters ADD CHECK (length(body) > 3)']) expect(ratio(sql, 'SELECT count(*) FROM letters WHERE id < 0', world), sql).toBeGreaterThan(10)
  expect(ratio('SELECT sum(octet_length(body)) FROM letters', 'SELECT count(*) FROM letters WHERE id < 0', world)).toBeLessThan(3)
})

test('a hash index of few values goes through longer and longer chains of pages', () => {
  const of = (distinct: number): typeof sized => worldOf({ kinds: { rows: 1_000_000, columns: [{ name: 'kind', type: 'text', averageWidth: 8, distinct }] } })
  const [few, many] = [of(3), of(-1)].map((world) => last('CREATE INDEX a ON kinds USING hash (kind)', world).assessed.duration!.expectedMs) as [number, number]
  expect(few).toBeGreaterThan(many * 10)
})
