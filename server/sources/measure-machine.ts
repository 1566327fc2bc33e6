import type { Client } from 'pg'
import type { ColumnSnapshot, IndexSnapshot, Snapshot, TableSnapshot } from '../model/snapshot'
import type { ConnectionOptions } from './connection'
import { withConnection } from './postgres'
import { SourceError } from './source-error'

/** What a statement took, in milliseconds, and the tables it met. */
export interface Timing {
  readonly sql: string
  readonly ms: number
  readonly snapshot: Snapshot
}

export interface MeasureOptions {
  readonly signal?: AbortSignal
  readonly progress?: (what: string) => void
  /** Also where others are at work on the server: they slow the measuring, and it slows them. */
  readonly underTraffic?: boolean
  /** What all of it may take; about 11 seconds when absent. */
  readonly budgetMs?: number
}

export interface Measured {
  readonly timings: readonly Timing[]
  /** As the server says it: `15.18`. */
  readonly serverVersion: string
  readonly settings: Readonly<Record<string, string>>
}

/** Nobody sees it: the transaction that makes it is never committed. */
const schema = 'lockscope_calibration'

const defaultBudgetMs = 11_000
/** Of the time, this much is for the statements' second times; a machine that has become slower since the first passes leaves the rest of them out. */
const spareShare = 0.8
/** Two sizes tell what each row takes and what every pass takes, however few the rows. */
const rehearsalRows = [1_000, 4_000] as const
const mostRows = 1_000_000
/** Sorting and descending take more of more rows. */
const growth = 1.15

/** A database where more than this many transactions end in a second is in use. */
const quietTransactionsPerSecond = 5

/**
 * Times real statements on made-up tables, in one transaction that is never committed: whatever ends it, the client killed or the connection lost included, the server takes everything back.
 * Three passes, the first two over little data: they warm up, and tell how much data the time is enough for.
 * @throws {SourceError} where the server cannot be reached, may not be written to, or is in use.
 */
export async function measureMachine(connection: ConnectionOptions, { signal, progress = () => {}, underTraffic = false, budgetMs = defaultBudgetMs }: MeasureOptions = {}): Promise<Measured> {
  return withConnection(connection, signal, 'Calibrating was cancelled.', async (client) => {
    const asked = await about(client)
    progress('whether the server is in use')
    if (!underTraffic) await refuseTraffic(client)
    try {
      await client.query(`BEGIN; SET LOCAL statement_timeout = ${4 * budgetMs}; SET LOCAL lock_timeout = 1000; SET LOCAL idle_in_transaction_session_timeout = 10000; SET LOCAL jit = off; SET LOCAL max_parallel_workers_per_gather = 0`)
      const started = performance.now()
      progress('a first pass')
      const least = await passMs(client, rehearsalRows[0], asked)
      const more = await passMs(client, rehearsalRows[1], asked)
      const rows = affordable(budgetMs - (performance.now() - started), least, more)
      const spareUntil = started + budgetMs * spareShare
      const timings = await pass(client, rows, asked, spareUntil, (done, all) => progress(`${done} of ${all} statements on ${rows.toLocaleString('en-US')} rows`))
      return { timings, serverVersion: asked.serverVersion, settings: asked.settings }
    } finally {
      // A connection that is lost has rolled back by itself.
      await client.query('ROLLBACK').catch(() => {})
    }
  })
}

/** As many rows as the time is enough for: what a pass takes is a part of its own and a part for each row. */
function affordable(leftMs: number, leastMs: number, moreMs: number): number {
  const [few, many] = rehearsalRows
  const msPerRow = Math.max((moreMs - leastMs) / (many - few), moreMs / many / 10)
  const ownMs = Math.max(0, leastMs - few * msPerRow)
  return Math.round(Math.min(mostRows, Math.max(many, (leftMs - ownMs) / msPerRow / growth)))
}

async function passMs(client: Client, rows: number, asked: Asked): Promise<number> {
  const started = performance.now()
  await pass(client, rows, asked, Infinity)
  return performance.now() - started
}

interface Asked extends Pick<Measured, 'serverVersion' | 'settings'> {
  /** How many processes besides its own the server lets a query have that reads, which most that are measured do without. */
  readonly gatherWorkers: string
  /** It has the collations of ICU. */
  readonly languages: boolean
}

async function about(client: Client): Promise<Asked> {
  const { rows } = await client.query<{ version: string; recovering: boolean; creates: boolean; database: string; memory: string; workers: string; gather: string; languages: boolean }>(
    `SELECT current_setting('server_version') AS version, pg_is_in_recovery() AS recovering, has_database_privilege(current_database(), 'CREATE') AS creates, current_database() AS database,
            current_setting('maintenance_work_mem') AS memory, current_setting('max_parallel_maintenance_workers') AS workers, current_setting('max_parallel_workers_per_gather') AS gather,
            EXISTS (SELECT FROM pg_catalog.pg_collation WHERE collname = 'und-x-icu') AS languages`,
  )
  const row = rows[0]!
  if (row.recovering) throw new SourceError('The server is a standby, which cannot be written to: calibrate a clone or staging instead.')
  if (!row.creates) throw new SourceError(`This user may not make a schema in ${row.database}: GRANT CREATE ON DATABASE, or name another database.`)
  return { serverVersion: row.version.split(' ')[0]!, settings: { maintenance_work_mem: row.memory, max_parallel_maintenance_workers: row.workers, max_parallel_workers_per_gather: '0' }, gatherWorkers: row.gather, languages: row.languages }
}

async function refuseTraffic(client: Client): Promise<void> {
  const ask = async (): Promise<{ readonly ended: number; readonly active: number; readonly hidden: number; readonly at: number }> => {
    const { rows } = await client.query<{ ended: string; active: string; hidden: string }>(
      `SELECT (SELECT sum(xact_commit + xact_rollback) FROM pg_stat_database) AS ended,
              (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND state <> 'idle') AS active,
              (SELECT count(*) FROM pg_stat_activity WHERE backend_type IS NULL) AS hidden`,
    )
    return { ended: Number(rows[0]!.ended), active: Number(rows[0]!.active), hidden: Number(rows[0]!.hidden), at: performance.now() }
  }
  const first = await ask()
  await new Promise((resolve) => setTimeout(resolve, 1_100))
  const second = await ask()
  const perSecond = ((second.ended - first.ended) * 1e3) / (second.at - first.at)
  const busy = Math.max(first.active, second.active)
  if (busy > 0 || perSecond > quietTransactionsPerSecond) {
    const what = busy > 0 ? `${busy} other ${busy === 1 ? 'session is' : 'sessions are'} at work` : `${Math.round(perSecond)} transactions end each second`
    throw new SourceError(`The server is in use: ${what}. Calibrate a clone or staging, or add --under-traffic.`)
  }
}

// --- the tables

interface Made {
  readonly columns: string
  /** A query over `n`, from 1 to as many rows as asked for. */
  readonly values: string
  /** Share of the rows asked for. */
  readonly share: number
  readonly key?: string
  /** By the rules of a language its text is compared, which not every server has. */
  readonly language?: string
}

const tables: Readonly<Record<string, Made>> = {
  parents: { columns: 'id bigint, name text', values: 'n, md5(n::text)', share: 0.25, key: 'id' },
  main: {
    columns: 'id bigint, parent_id bigint, amount integer, code text, price numeric(12,2), token uuid, at timestamp with time zone, labels integer[], span int4range, area box, place point, kind text',
    values: `n, 1 + n::bigint * 7919 % greatest(ROWS / 4, 1), (n::bigint * 104729 % 1000003)::integer, md5(n::text), (n::bigint * 7919 % 100003) / 7.0, md5((n * 2)::text)::uuid,
             timestamptz '2026-01-01' + n * interval '1 s', ARRAY[n % 100, n % 1000, n % 7], int4range(n % 1000, n % 1000 + n % 50),
             box(point(n::bigint * 7919 % 10007, n::bigint * 104729 % 9973), point(n::bigint * 7919 % 10007 + 5, n::bigint * 104729 % 9973 + 5)), point(n::bigint * 7919 % 10007, n::bigint * 104729 % 9973), 'kind ' || n % 20`,
    share: 1,
  },
  narrow: { columns: 'id bigint, amount integer', values: 'n, (n::bigint * 104729 % 1000003)::integer', share: 2 },
  wide: {
    columns: ['id bigint', ...Array.from({ length: 12 }, (_, at) => `number_${at} integer`), ...Array.from({ length: 8 }, (_, at) => `text_${at} text`)].join(', '),
    values: ['n', ...Array.from({ length: 12 }, (_, at) => `n % ${at + 7}`), ...Array.from({ length: 8 }, (_, at) => `md5((n + ${at})::text)`)].join(', '),
    share: 0.4,
  },
  documents: { columns: 'id bigint, body text', values: `n, (SELECT string_agg(md5((n * 300 + part)::text), '') FROM generate_series(1, 200) part)`, share: 0.01 },
  texts: { columns: 'id bigint, body text', values: `n, repeat(md5(n::text) || ' ', 12)`, share: 0.2 },
  files: { columns: 'id bigint, body bytea', values: `n, (SELECT string_agg(decode(md5((n * 400 + part)::text), 'hex'), '') FROM generate_series(1, 400) part)`, share: 0.01 },
  children: { columns: 'id bigint, parent_id bigint', values: 'n, 1 + n::bigint * 7919 % greatest(ROWS / 4, 1)', share: 0.1 },
  filled_children: { columns: 'id bigint, parent_id bigint', values: 'n, 1', share: 0.01 },
  changed: { columns: 'id bigint, amount integer, code text, note text', values: `n, (n::bigint * 104729 % 1000003)::integer, md5(n::text), 'note ' || n`, share: 0.3 },
  indexed: { columns: 'id bigint, amount integer, code text, note text', values: `n, (n::bigint * 104729 % 1000003)::integer, md5(n::text), 'note ' || n`, share: 0.3 },
  entered: { columns: 'id bigint, amount integer, code text, note text', values: `n, (n::bigint * 104729 % 1000003)::integer, md5(n::text), 'note ' || n`, share: 0.3 },
  spoken: { columns: 'id bigint, code text COLLATE "und-x-icu"', values: 'n, md5(n::text)', share: 0.3, language: '"und-x-icu"' },
  filled: { columns: 'id bigint, amount integer, code text, note text', values: `n, 0, '', ''`, share: 0.01 },
}

/** Columns that refer to a table, by the names of their own. */
const references: Readonly<Record<string, { readonly column: string; readonly table: string; readonly key: string }>> = { filled_children: { column: 'parent_id', table: 'parents', key: 'id' } }

/** Made before the statements on this table are timed. */
const indexes: Readonly<Record<string, readonly { readonly name: string; readonly keys: readonly string[]; readonly unique?: boolean }[]>> = {
  parents: [{ name: 'parents_id', keys: ['id'], unique: true }],
  indexed: [
    { name: 'indexed_id', keys: ['id'] },
    { name: 'indexed_amount', keys: ['amount'] },
    { name: 'indexed_code', keys: ['code'] },
  ],
  entered: [
    { name: 'entered_id', keys: ['id'] },
    { name: 'entered_amount', keys: ['amount'] },
    { name: 'entered_code', keys: ['code'] },
  ],
}

/**
 * Each is taken back before the next; the dead rows that changes of rows leave even so are in the way of what reads the same table later.
 * So these come last of all on their table, and once.
 */
const statements: readonly string[] = [
  'ALTER TABLE narrow ALTER COLUMN amount SET NOT NULL',
  'ALTER TABLE main ALTER COLUMN at SET NOT NULL',
  'ALTER TABLE main ADD CONSTRAINT positive CHECK (amount >= 0)',
  'ALTER TABLE wide ALTER COLUMN text_7 SET NOT NULL',
  'SELECT sum(amount) FROM narrow',
  'SELECT count(price) FROM main',
  'COPY narrow TO STDOUT',
  'COPY changed TO STDOUT',
  'COPY main (at, price, labels) TO STDOUT',
  'SELECT sum(price), max(price) FROM main',
  'ALTER TABLE main ADD CONSTRAINT dear CHECK (price >= 0 AND price <> -1)',
  "ALTER TABLE main ADD CONSTRAINT spelled CHECK (code ~ '^[0-9a-f]+$')",
  'ALTER TABLE main ADD CONSTRAINT labelled CHECK (NOT labels @> ARRAY[-1])',
  "ALTER TABLE main ADD CONSTRAINT dated CHECK (date_trunc('month', at) > '2000-01-01')",
  "ALTER TABLE texts ADD CONSTRAINT apart CHECK (body NOT LIKE '%abc xyz%')",
  'ALTER TABLE texts ADD CONSTRAINT written CHECK (length(body) > 0)',
  "ALTER TABLE texts ADD CONSTRAINT cased CHECK (lower(body) <> 'abc')",
  'ALTER TABLE narrow ADD COLUMN lot double precision DEFAULT random()',
  'ALTER TABLE main ADD COLUMN lot double precision DEFAULT random()',
  'ALTER TABLE narrow ADD COLUMN number bigserial',
  'CLUSTER indexed USING indexed_id',
  'CLUSTER indexed USING indexed_amount',
  'ALTER TABLE wide ADD COLUMN lot double precision DEFAULT random()',
  'ALTER TABLE documents ADD COLUMN lot double precision DEFAULT random()',
  'ALTER TABLE files ADD COLUMN lot double precision DEFAULT random()',
  "ALTER TABLE changed ADD COLUMN words tsvector GENERATED ALWAYS AS (to_tsvector('english', note)) STORED",
  'ALTER TABLE indexed ADD COLUMN lot double precision DEFAULT random()',
  'CREATE INDEX made ON narrow (id)',
  'CREATE INDEX made ON narrow (amount)',
  'CREATE INDEX made ON main (id)',
  'CREATE INDEX made ON main (amount)',
  'CREATE INDEX made ON main (code)',
  'CREATE UNIQUE INDEX made ON main (code)',
  'CREATE INDEX made ON main (code COLLATE "C")',
  'CREATE INDEX made ON main (price)',
  'CREATE INDEX made ON main (token)',
  'CREATE INDEX made ON main (span)',
  'CREATE INDEX made ON main (amount, code)',
  'CREATE INDEX made ON main (kind, amount)',
  'CREATE INDEX made ON wide (text_3)',
  'CREATE INDEX made ON main USING hash (code)',
  'CREATE INDEX made ON main USING gin (labels)',
  'CREATE INDEX made ON main USING gist (area)',
  'CREATE INDEX made ON main USING gist (place)',
  'CREATE INDEX made ON main USING gist (span)',
  'CREATE INDEX made ON main USING spgist (code)',
  'CREATE INDEX made ON main USING brin (at)',
  'ALTER TABLE main ADD CONSTRAINT of_parent FOREIGN KEY (parent_id) REFERENCES parents (id)',
]

/** Read by several processes, however small the tables. */
const shared: readonly string[] = ['SELECT sum(amount) FROM main', 'SELECT count(number_3) FROM wide', 'SELECT sum(amount) FROM narrow']
const readily: Readonly<Record<string, string>> = { min_parallel_table_scan_size: '8kB', parallel_setup_cost: '0', parallel_tuple_cost: '0' }

const changes: readonly string[] = [
  'INSERT INTO filled_children SELECT * FROM children',
  'INSERT INTO filled SELECT * FROM changed',
  'INSERT INTO entered SELECT * FROM changed',
  'UPDATE changed SET amount = amount + 1',
  'UPDATE indexed SET amount = amount + 1',
  'UPDATE narrow SET amount = amount + 1',
  'DELETE FROM main',
  'DELETE FROM wide',
]

/** Hired machines are twice as fast in one second as in the next: each statement that leaves nothing behind runs twice, in moments that lie apart, and both times count. */
async function pass(client: Client, rows: number, { serverVersion, settings, gatherWorkers, languages }: Asked, spareUntil: number, progress: (done: number, all: number) => void = () => {}): Promise<readonly Timing[]> {
  await client.query(`SAVEPOINT pass; CREATE SCHEMA ${schema}; SET LOCAL search_path = ${schema}, pg_catalog`)
  const made = Object.entries(tables).filter(([, { language }]) => languages || language === undefined)
  for (const [name, { columns, values, share }] of made) {
    const count = Math.max(100, Math.round(rows * share))
    await client.query(`CREATE TABLE ${name} (${columns})`)
    await client.query(`INSERT INTO ${name} SELECT ${values.replaceAll('ROWS', String(rows))} FROM generate_series(1, ${count}) n`)
    for (const index of indexes[name] ?? []) await client.query(`CREATE ${index.unique ? 'UNIQUE ' : ''}INDEX ${index.name} ON ${name} (${index.keys.join(', ')})`)
    const reference = references[name]
    if (reference) await client.query(`ALTER TABLE ${name} ADD CONSTRAINT of_${reference.table} FOREIGN KEY (${reference.column}) REFERENCES ${reference.table} (${reference.key})`)
    await client.query(`ANALYZE ${name}`)
  }
  const described: Record<string, TableSnapshot> = {}
  for (const [name] of made) described[`${schema}.${name}`] = await describe(client, name, rows)
  const snapshot: Snapshot = { version: 1, serverVersion, complete: true, settings: { ...settings, search_path: schema }, tables: described }
  const timings: Timing[] = []
  // Random uuids came with 13 without an extension.
  const unchanging = [
    ...statements,
    ...(Number.parseInt(serverVersion, 10) >= 13 ? ['ALTER TABLE narrow ADD COLUMN token uuid DEFAULT gen_random_uuid()'] : []),
    ...(languages ? ['CREATE INDEX made ON spoken (code)'] : []),
  ]
  const workers = { ...snapshot, settings: { ...snapshot.settings, max_parallel_workers_per_gather: gatherWorkers, ...readily } }
  const once = [...unchanging.map((sql) => ({ sql, met: snapshot })), ...shared.map((sql) => ({ sql, met: workers }))]
  const asked = [...once.map((one) => ({ ...one, spare: false })), ...once.map((one) => ({ ...one, spare: true })), ...changes.map((sql) => ({ sql, met: snapshot, spare: false }))]
  for (const [done, { sql, met, spare }] of asked.entries()) {
    if (spare && performance.now() > spareUntil) continue
    progress(done, asked.length)
    await client.query('SAVEPOINT before')
    if (met === workers) await client.query([`SET LOCAL max_parallel_workers_per_gather = ${gatherWorkers}`, ...Object.entries(readily).map(([name, value]) => `SET LOCAL ${name} = '${value}'`)].join('; '))
    const started = performance.now()
    await client.query(sql)
    timings.push({ sql, ms: performance.now() - started, snapshot: met })
    // Not to be released, each would be inside of the one before, and all of them be gone through for every row that is looked at (TransactionIdIsCurrentTransactionId in src/backend/access/transam/xact.c).
    await client.query('ROLLBACK TO SAVEPOINT before; RELEASE SAVEPOINT before')
  }
  await client.query('ROLLBACK TO SAVEPOINT pass; RELEASE SAVEPOINT pass')
  return timings
}

async function describe(client: Client, name: string, rows: number): Promise<TableSnapshot> {
  const columns = await client.query<{ name: string; type: string; width: number; nulls: number; distinct: number; correlation: number | null }>(
    `SELECT a.attname AS name, pg_catalog.format_type(a.atttypid, a.atttypmod) AS type, s.avg_width AS width, s.null_frac::float8 AS nulls, s.n_distinct::float8 AS distinct, s.correlation::float8 AS correlation
       FROM pg_catalog.pg_attribute a LEFT JOIN pg_catalog.pg_stats s ON s.schemaname = $2 AND s.tablename = $1 AND s.attname = a.attname
      WHERE a.attrelid = $1::regclass AND a.attnum > 0 ORDER BY a.attnum`,
    [name, schema],
  )
  const size = await client.query<{ heap: string; all: string }>('SELECT pg_relation_size($1::regclass) AS heap, pg_table_size($1::regclass) AS all', [name])
  const heapBytes = Number(size.rows[0]!.heap)
  const reference = references[name]
  return {
    rows: Math.max(100, Math.round(rows * tables[name]!.share)),
    heapBytes,
    // The maps of free space and visibility are in it as well, which is next to nothing.
    toastBytes: name === 'documents' || name === 'files' ? Number(size.rows[0]!.all) - heapBytes : 0,
    columns: columns.rows.map((column): ColumnSnapshot => ({ name: column.name, type: column.type, averageWidth: column.width, nullFraction: column.nulls, distinct: column.distinct, ...(column.name === 'code' && tables[name]!.language !== undefined && { collation: tables[name]!.language! }), ...(column.correlation !== null && { correlation: column.correlation }) })),
    indexes: (indexes[name] ?? []).map((index): IndexSnapshot => index),
    constraints: reference ? [{ name: `of_${reference.table}`, type: 'foreign-key', columns: [reference.column], references: `${schema}.${reference.table}`, referencedColumns: [reference.key], validated: true }] : [],
  }
}
