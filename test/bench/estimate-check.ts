// How near the estimates are: real statements on a throw-away server, each beside what was predicted for it.
// npx esbuild test/bench/estimate-check.ts --bundle --packages=external --platform=node --format=esm --outfile=.cache/estimate-check.mjs && node .cache/estimate-check.mjs [MILLIONS OF ROWS]…
import type { Client } from 'pg'
import { catalogFromSnapshot } from '../../server/catalog/from-snapshot'
import { assumedCalibration } from '../../server/estimate/calibration'
import { estimate } from '../../server/estimate/estimate'
import type { IndexShape, RowCount, Work } from '../../server/model/effect'
import { formatMs, formatRange } from '../../server/model/format'
import { relationName } from '../../server/model/name'
import type { IndexSnapshot, TableSnapshot } from '../../server/model/snapshot'
import { startServer } from '../support/server'

/** What a managed server has, as far as it decides over time. */
const settings = { fsync: 'on', full_page_writes: 'on', synchronous_commit: 'on', shared_buffers: '1GB', max_wal_size: '4GB' }

interface Measured {
  readonly name: string
  /** Runs and is measured; the table is made anew before each. */
  readonly sql: string
  readonly work: Work
  readonly indexed?: true
}

const shape = (key: string, more: Partial<IndexShape> = {}): IndexShape => ({ name: 'measured', method: 'btree', keys: [key], include: [], unique: false, ...more })
const build = (index: IndexShape, concurrently = false): Work => ({ kind: 'build-index', to: '', index, concurrently })
const events = relationName('public', 'events')
const people = relationName('public', 'people')
const share = (fraction: number): RowCount => ({ kind: 'fraction', of: events, fraction, assumed: false })

const statements: readonly Measured[] = [
  { name: 'set not null', sql: 'ALTER TABLE events ALTER at SET NOT NULL', work: { kind: 'scan', to: '' } },
  { name: 'add check', sql: 'ALTER TABLE events ADD CHECK (amount >= 0 AND length(code) = 32)', work: { kind: 'scan', to: '' } },
  { name: 'rewrite, no index', sql: 'ALTER TABLE events ADD COLUMN lot double precision DEFAULT random()', work: { kind: 'rewrite', to: '' } },
  { name: 'rewrite, 3 indexes', sql: 'ALTER TABLE events ADD COLUMN lot double precision DEFAULT random()', work: { kind: 'rewrite', to: '' }, indexed: true },
  { name: 'index, ordered bigint', sql: 'CREATE INDEX ON events (id)', work: build(shape('id')) },
  { name: 'index, random integer', sql: 'CREATE INDEX ON events (amount)', work: build(shape('amount')) },
  { name: 'index, text', sql: 'CREATE INDEX ON events (code)', work: build(shape('code')) },
  { name: 'index, text by language', sql: 'CREATE INDEX ON events (code COLLATE "en-x-icu")', work: build(shape('code')) },
  { name: 'unique index, text', sql: 'CREATE UNIQUE INDEX ON events (code)', work: build(shape('code', { unique: true })) },
  { name: 'index, concurrently', sql: 'CREATE INDEX CONCURRENTLY ON events (amount)', work: build(shape('amount'), true) },
  { name: 'index, hash', sql: 'CREATE INDEX ON events USING hash (code)', work: build(shape('code', { method: 'hash' })) },
  { name: 'index, brin', sql: 'CREATE INDEX ON events USING brin (at)', work: build(shape('at', { method: 'brin' })) },
  { name: 'index, gin on an array', sql: 'CREATE INDEX ON events USING gin (labels)', work: build(shape('labels', { method: 'gin' })) },
  { name: 'foreign key', sql: 'ALTER TABLE events ADD FOREIGN KEY (person_id) REFERENCES people', work: { kind: 'probe', to: '', into: people, columns: ['person_id'] } },
  { name: 'update all, no index', sql: 'UPDATE events SET amount = amount + 1', work: { kind: 'update', to: '', rows: share(1), columns: ['amount'] } },
  { name: 'update all, 3 indexes', sql: 'UPDATE events SET amount = amount + 1', work: { kind: 'update', to: '', rows: share(1), columns: ['amount'] }, indexed: true },
  { name: 'delete half', sql: 'DELETE FROM events WHERE id % 2 = 0', work: { kind: 'delete', to: '', rows: share(0.5) }, indexed: true },
  { name: 'insert a tenth, 3 indexes', sql: 'INSERT INTO events SELECT id + 1000000000, person_id, md5(code), at, amount, labels, note FROM events WHERE id % 10 = 0', work: { kind: 'insert', to: '', rows: share(0.1) }, indexed: true },
]

const indexes: readonly IndexSnapshot[] = [
  { name: 'events_id', keys: ['id'] },
  { name: 'events_code', keys: ['code'] },
  { name: 'events_amount', keys: ['amount'] },
]

const counts = process.argv.slice(2).map((text) => Number(text) * 1e6)
const server = await startServer({ settings })
try {
  const client = await server.connect()
  for (const rows of counts.length > 0 ? counts : [0.2e6, 2e6]) await measureAll(client, rows)
} finally {
  await server.stop()
}

async function measureAll(client: Client, rows: number): Promise<void> {
  console.log(`\n${rows / 1e6} M rows\n`)
  console.log(`${'statement'.padEnd(27)}${'took'.padStart(9)}${'predicted'.padStart(11)}  ${'range'.padEnd(18)}${'ratio'.padStart(6)}`)
  const misses: string[] = []
  for (const one of statements) {
    const catalog = catalogFromSnapshot({ version: 1, tables: await fill(client, rows, one.indexed ? indexes : []) })
    const before = performance.now()
    await client.query(one.sql)
    const took = performance.now() - before
    const { duration } = estimate(one.work, events, catalog, assumedCalibration)
    if (!duration) throw new Error(`${one.name}: no duration`)
    const isInside = took >= duration.lowMs && took <= duration.highMs
    const ratio = duration.expectedMs / took
    if (!isInside || ratio > 3 || ratio < 1 / 3) misses.push(one.name)
    console.log(`${one.name.padEnd(27)}${formatMs(took).padStart(9)}${formatMs(duration.expectedMs).padStart(11)}  ${formatRange(duration).padEnd(18)}${ratio.toFixed(2).padStart(6)}${isInside ? '' : '  outside'}`)
  }
  console.log(misses.length === 0 ? '\nAll within their range and a factor of three.' : `\nOutside their range or a factor of three: ${misses.join('; ')}.`)
}

/** Both tables anew, and what a snapshot would say of them. */
async function fill(client: Client, rows: number, wanted: readonly IndexSnapshot[]): Promise<Record<string, TableSnapshot>> {
  await client.query('DROP TABLE IF EXISTS events, people')
  await client.query(`CREATE TABLE people AS SELECT n::bigint AS id, md5(n::text) AS name FROM generate_series(1, ${rows / 4}) n`)
  await client.query('ALTER TABLE people ADD PRIMARY KEY (id)')
  await client.query(`
    CREATE TABLE events AS
    SELECT n::bigint AS id, (n::bigint * 7919 % ${rows / 4} + 1) AS person_id, md5(n::text) AS code, now() + n * interval '1 s' AS at, (random() * 1e6)::int AS amount,
      ARRAY[n % 100, n % 1000, n % 7] AS labels, CASE WHEN n % 10 > 0 THEN 'note ' || n END AS note
    FROM generate_series(1, ${rows}) n`)
  for (const index of wanted) await client.query(`CREATE INDEX ${index.name} ON events (${index.keys.join(', ')})`)
  await client.query('VACUUM ANALYZE events')
  await client.query('VACUUM ANALYZE people')
  await client.query('CHECKPOINT')
  return { events: await describe(client, 'events', rows, wanted), people: await describe(client, 'people', rows / 4, [{ name: 'people_pkey', keys: ['id'], unique: true }]) }
}

async function describe(client: Client, table: string, rows: number, wanted: readonly IndexSnapshot[]): Promise<TableSnapshot> {
  const columns = await client.query<{ name: string; type: string; width: number; nulls: number; distinct: number }>(
    `SELECT attname AS name, format_type(atttypid, atttypmod) AS type, avg_width AS width, null_frac::float8 AS nulls, n_distinct::float8 AS distinct
     FROM pg_attribute JOIN pg_stats USING (attname) WHERE attrelid = to_regclass($1::text) AND tablename = $1::text AND attnum > 0 ORDER BY attnum`,
    [table],
  )
  const size = await client.query<{ bytes: string }>('SELECT pg_relation_size(to_regclass($1::text)) AS bytes', [table])
  return {
    rows,
    heapBytes: Number(size.rows[0]?.bytes),
    toastBytes: 0,
    columns: columns.rows.map((column) => ({ name: column.name, type: column.type, averageWidth: column.width, nullFraction: column.nulls, distinct: column.distinct })),
    indexes: wanted,
    constraints: [],
  }
}
