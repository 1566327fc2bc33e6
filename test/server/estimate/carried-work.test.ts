import { describe, expect, test } from 'vitest'
import { catalogFromSnapshot } from '../../../server/catalog/from-snapshot'
import { calibrationOf } from '../../../server/estimate/calibrated'
import type { Duration } from '../../../server/model/estimate'
import type { ReferentialAction, Snapshot, TableSnapshot } from '../../../server/model/snapshot'
import { startSession, step } from '../../../server/session'
import { loadParser } from '../../../server/sql/parser'

await loadParser()

const orders: TableSnapshot = {
  rows: 2e6,
  heapBytes: 2e8,
  columns: [
    { name: 'id', type: 'bigint', notNull: true, distinct: -1 },
    { name: 'shop', type: 'integer', distinct: 500 },
    { name: 'day', type: 'date', distinct: 300 },
    { name: 'note', type: 'text', averageWidth: 40, distinct: -0.9 },
  ],
  indexes: [{ name: 'orders_pkey', keys: ['id'], unique: true }],
  constraints: [{ name: 'orders_pkey', type: 'primary-key', columns: ['id'] }],
}

const lines = (onDelete: ReferentialAction | undefined, nullFraction = 0): TableSnapshot => ({
  rows: 8e6,
  heapBytes: 8e8,
  columns: [{ name: 'order_id', type: 'bigint', nullFraction }, { name: 'text', type: 'text', averageWidth: 60 }],
  indexes: [{ name: 'lines_order', keys: ['order_id'] }],
  constraints: [{ name: 'of_order', type: 'foreign-key', columns: ['order_id'], references: 'orders', referencedColumns: ['id'], ...(onDelete && { onDelete }) }],
})

const shop = (more: Readonly<Record<string, TableSnapshot>> = {}): Snapshot => ({ version: 1, complete: true, serverVersion: '17', tables: { orders, ...more } })

const assess = (sql: string, snapshot: Snapshot): ReturnType<typeof step>['assessed'] => step(startSession(catalogFromSnapshot(snapshot)), sql, { calibration: calibrationOf(undefined), sized: true, planning: true }).assessed
const duration = (sql: string, snapshot: Snapshot): Duration => assess(sql, snapshot).duration!

describe('rows that go or change with those that they refer to', () => {
  const looked = duration('DELETE FROM orders', shop({ lines: lines(undefined) })).expectedMs

  test('take the time of being deleted, or of being updated', () => {
    const deleted = duration('DELETE FROM orders', shop({ lines: lines('cascade') })).expectedMs
    const set = duration('DELETE FROM orders', shop({ lines: lines('set null') })).expectedMs
    expect(deleted).toBeGreaterThan(looked * 1.2)
    expect(set).toBeGreaterThan(deleted)
  })

  test('are none where the key is null', () => {
    expect(duration('DELETE FROM orders', shop({ lines: lines('cascade', 1) })).expectedMs).toBeLessThan(looked * 1.01)
  })

  test('are as many as refer to one row on average', () => {
    const effect = assess('DELETE FROM orders WHERE id = 7', shop({ lines: lines('cascade') })).effects.find(({ relation }) => relation === 'public.lines')
    expect(effect?.work).toMatchObject([{ kind: 'delete', rows: { kind: 'exactly', rows: 4 } }])
    expect(duration('DELETE FROM orders WHERE id = 7', shop({ lines: lines('cascade') })).highMs).toBeLessThan(50)
  })

  test('say nothing of a few rows where sizes are not known', () => {
    const { rows: _, ...unsized } = lines('cascade')
    expect(duration('DELETE FROM orders WHERE id = 7', shop({ lines: unsized })).highMs).toBeLessThan(50)
  })
})

describe('a query', () => {
  const inserted = (sql: string): number => {
    const [work] = assess(sql, shop()).effects.flatMap((effect) => effect.work)
    return work?.kind === 'insert' && work.rows.kind === 'fraction' ? Math.round(work.rows.fraction * 2e6) : Number.NaN
  }

  test.each([
    ['CREATE TABLE made AS SELECT shop, count(*) FROM orders GROUP BY shop', 500],
    ['CREATE TABLE made AS SELECT DISTINCT shop, day FROM orders', 150_000],
    ['CREATE TABLE made AS SELECT id, shop, count(*) FROM orders GROUP BY id, shop', 2e6],
    ['CREATE TABLE made AS SELECT note, max(id) FROM orders GROUP BY note', 1.8e6],
    ['CREATE TABLE made AS SELECT shop % 7, count(*) FROM orders GROUP BY shop % 7', 22],
    ['CREATE TABLE made AS SELECT shop + 1 AS next, count(*) FROM orders GROUP BY next', 500],
    ['CREATE TABLE made AS SELECT DISTINCT ON (shop) * FROM orders ORDER BY shop, id', 500],
    ['CREATE TABLE made AS SELECT shop FROM orders UNION SELECT shop FROM orders', 500],
    ['CREATE TABLE made AS SELECT shop FROM orders UNION ALL SELECT shop FROM orders', 4e6],
    ['CREATE TABLE made AS SELECT shop FROM orders UNION SELECT day FROM orders', 500],
    ['CREATE TABLE made AS SELECT o.shop, count(*) FROM orders o JOIN orders p ON p.id = o.id GROUP BY o.shop', 500],
    ['CREATE TABLE made AS SELECT id FROM orders', 2e6],
  ])('%s gives as many rows as it has groups', (sql, rows) => {
    expect(inserted(sql)).toBe(rows)
  })

  test('costs what reading its tables does, however few rows it gives', () => {
    const grouped = duration('CREATE TABLE made AS SELECT shop, count(*) FROM orders GROUP BY shop', shop()).expectedMs
    const scanned = duration('ALTER TABLE orders ALTER COLUMN note SET NOT NULL', shop()).expectedMs
    expect(grouped).toBeGreaterThan(scanned)
    expect(grouped).toBeLessThan(duration('CREATE TABLE made AS SELECT id FROM orders', shop()).expectedMs)
  })

  test('that fills a view for the first time has a duration, whose range begins with reading', () => {
    const view: TableSnapshot = { kind: 'materialized view', rows: 0, heapBytes: 0, columns: [{ name: 'shop', type: 'integer' }], indexes: [], constraints: [], reads: ['orders'] }
    const { lowMs, expectedMs, highMs } = duration('REFRESH MATERIALIZED VIEW view', shop({ view }))
    expect(lowMs).toBeGreaterThan(20)
    expect(expectedMs).toBeGreaterThan(lowMs * 2)
    expect(highMs).toBeGreaterThan(expectedMs)
  })

  test('one remainder of seven is a seventh of the rows', () => {
    const effect = assess('UPDATE orders SET shop = 0 WHERE id % 7 = 3', shop()).effects.find(({ relation }) => relation === 'public.orders')
    expect(effect?.work).toMatchObject([{ kind: 'update', rows: { kind: 'fraction', fraction: 1 / 7, assumed: true } }])
  })
})

describe('the sort of an index', () => {
  const build = (keys: string): number => duration(`CREATE INDEX made ON orders (${keys})`, shop()).expectedMs

  test('takes longer where keys repeat and the next one decides', () => {
    expect(build('shop, note')).toBeGreaterThan(build('id, note'))
  })
})

describe('what the snapshot tells of how common values are', () => {
  const state = (fractions: { readonly mostCommonFraction?: number; readonly leastCommonFraction?: number }): Snapshot => {
    const { columns = [], ...rest } = orders
    return { ...shop(), tables: { orders: { ...rest, columns: [...columns, { name: 'state', type: 'text', notNull: true, distinct: 4, ...fractions }] } } }
  }
  const skewed = state({ mostCommonFraction: 0.9, leastCommonFraction: 0.01 })
  const even = state({ mostCommonFraction: 0.25, leastCommonFraction: 0.25 })

  test.each(["UPDATE orders SET note = 'x' WHERE state = 'open'", "DELETE FROM orders WHERE state = 'open'", "CREATE INDEX open ON orders (day) WHERE state = 'open'", "CREATE TABLE made AS SELECT * FROM orders WHERE state = 'open'"])('is where the range of %s begins and ends', (sql) => {
    const [wide, narrow] = [duration(sql, skewed), duration(sql, even)]
    expect(wide.highMs / wide.lowMs).toBeGreaterThan((narrow.highMs / narrow.lowMs) * 1.2)
    expect(wide.lowMs).toBeLessThan(narrow.expectedMs)
    expect(wide.highMs).toBeGreaterThan(narrow.expectedMs)
  })
})

test('a table made by a query has the columns that it gives, of whichever table they are', () => {
  const articles: TableSnapshot = { rows: 1e5, heapBytes: 1e8, toastBytes: 5e8, columns: [{ name: 'id', type: 'bigint', notNull: true, averageWidth: 8 }, { name: 'writer', type: 'bigint', notNull: true, averageWidth: 8 }, { name: 'body', type: 'text', notNull: true, averageWidth: 900 }] }
  const writers: TableSnapshot = { rows: 1e3, columns: [{ name: 'id', type: 'bigint', notNull: true, averageWidth: 8 }, { name: 'name', type: 'text', notNull: true, averageWidth: 12 }], indexes: [{ name: 'writers_pkey', keys: ['id'], unique: true }] }
  const made = (what: string): number => duration(`CREATE TABLE made AS SELECT ${what} FROM articles a JOIN writers w ON w.id = a.writer`, shop({ articles, writers })).expectedMs
  expect(made('a.id, w.name')).toBeLessThan(made('a.id, a.body, w.name') / 3)
  expect(made('a.*')).toBeGreaterThan(made('a.id, a.writer') * 3)
  expect(made('w.*')).toBeLessThan(made('*') / 3)
  expect(made('a.id, writer, body, w.id, name')).toBe(made('*'))
})
