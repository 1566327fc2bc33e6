import type { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { catalogFromSnapshot } from '../../server/catalog/from-snapshot'
import { calibrationOf } from '../../server/estimate/calibrated'
import type { Bytes } from '../../server/model/estimate'
import type { Snapshot } from '../../server/model/snapshot'
import { startSession, step } from '../../server/session'
import { takeSnapshot } from '../../server/sources/postgres'
import { loadParser } from '../../server/sql/parser'
import type { Server } from '../support/server'
import { startServer } from '../support/server'

// What a statement writes is asked of the server: its WAL, and how much larger the database's files are before it commits.

const rows = 200_000
const setUp = [
  'CREATE TABLE users (id bigint PRIMARY KEY)',
  `INSERT INTO users SELECT generate_series(1, ${rows / 10})`,
  'CREATE TABLE orders (id integer PRIMARY KEY, user_id bigint NOT NULL, code text, total integer NOT NULL, note text)',
  `INSERT INTO orders SELECT i, 1 + i % ${rows / 10}, md5(i::text), i % 1000, repeat('x', 60) FROM generate_series(1, ${rows}) i`,
  'CREATE INDEX orders_total ON orders (total)',
  'CREATE UNLOGGED TABLE drafts (id integer, body text)',
  `INSERT INTO drafts SELECT i, md5(i::text) FROM generate_series(1, ${rows}) i`,
  'VACUUM ANALYZE',
]

let server: Server
let client: Client
let snapshot: Snapshot
beforeAll(async () => {
  await loadParser()
  // A checkpoint during a statement would have pages logged as a whole once more.
  server = await startServer({ settings: { full_page_writes: 'off', max_wal_size: '4GB', autovacuum: 'off' } })
  client = await server.connect()
  for (const sql of setUp) await client.query(sql)
  snapshot = await takeSnapshot({ url: server.url() })
})
afterAll(() => server?.stop())

const predicted = (sql: string): Bytes => {
  // Pages logged as a whole depend on the moment, which the settings above leave out.
  const calibration = calibrationOf(snapshot)
  return step(startSession(catalogFromSnapshot(snapshot)), sql, { calibration: { ...calibration, expected: { ...calibration.expected, imagesPerPage: 0 } }, sized: true, planning: true }).assessed.bytes!
}

const sizeSql = "SELECT pg_current_wal_insert_lsn() AS lsn, sum(pg_database_size(oid))::float8 AS bytes FROM pg_database"

async function measured(sql: string): Promise<{ readonly wal: number; readonly disk: number }> {
  const size = async (): Promise<{ lsn: string; bytes: number }> => (await client.query(sizeSql)).rows[0] as { lsn: string; bytes: number }
  await client.query('BEGIN')
  try {
    const before = await size()
    await client.query(sql)
    const after = await size()
    const { rows: found } = await client.query('SELECT pg_wal_lsn_diff($1, $2)::float8 AS wal', [after.lsn, before.lsn])
    return { wal: (found[0] as { wal: number }).wal, disk: after.bytes - before.bytes }
  } finally {
    await client.query('ROLLBACK')
    await client.query('VACUUM')
  }
}

/** Less is the catalogs' own. */
const least = 2 * 1024 ** 2

describe('WAL and disk are within a factor of one and a half of what the server writes', () => {
  test.each([
    'ALTER TABLE orders ALTER COLUMN id TYPE bigint',
    'ALTER TABLE orders ADD COLUMN lot double precision DEFAULT random()',
    'CREATE INDEX ON orders (code)',
    'CREATE INDEX ON orders (note, id)',
    'ALTER TABLE orders ADD CONSTRAINT key UNIQUE (code)',
    'ALTER TABLE orders ALTER COLUMN code SET NOT NULL',
    'ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users',
    'UPDATE orders SET total = total + 1',
    'UPDATE orders SET code = upper(code)',
    'DELETE FROM orders',
    'INSERT INTO users SELECT id + 1000000 FROM orders',
    'ALTER TABLE drafts ALTER COLUMN id TYPE bigint',
    'CREATE INDEX ON drafts (body)',
    'CREATE TABLE copies AS SELECT * FROM orders',
  ])('%s', async (sql) => {
    const expected = predicted(sql)
    const actual = await measured(sql)
    const within = (name: 'wal' | 'disk'): string => {
      const factor = expected[name] / actual[name]
      const small = expected[name] < least && actual[name] < least
      return small || (factor < 1.5 && factor > 1 / 1.5) ? '' : `${name}: expected ${expected[name]}, was ${actual[name]}`
    }
    expect([within('wal'), within('disk')].filter((text) => text !== '')).toEqual([])
  })
})
