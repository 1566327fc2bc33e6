import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Client } from 'pg'
import { catalogFromSnapshot } from '../../server/catalog/from-snapshot'
import { withoutParentheses } from '../../server/catalog/deparsed'
import type { Catalog } from '../../server/catalog/catalog'
import { isTable } from '../../server/catalog/relation'
import type { RelationName } from '../../server/model/name'
import type { Snapshot } from '../../server/model/snapshot'
import { takeSnapshot, takeSnapshotText } from '../../server/sources/postgres'
import { printSnapshot } from '../../server/sources/print-snapshot'
import { readSnapshot } from '../../server/sources/read-snapshot'
import { opening } from '../../server/sources/snapshot-sql'
import { snapshotScript } from '../../server/sources/snapshot-script'
import { startServer } from '../support/server'
import type { Server, Version } from '../support/server'
import { snapshotSchema } from '../support/schemas'

const schema = readFile(new URL('schema.sql', import.meta.url), 'utf8')

const run = promisify(execFile)
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockscope-snapshot-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** The one the project installs; `POSTGRES=12,18 npx vitest run test/sources` asks others, which are downloaded once. */
const versions = (process.env['POSTGRES'] ?? '').split(',').filter(Boolean).map((version) => Number(version) as Version)

describe.each(versions.length > 0 ? versions : [undefined])('PostgreSQL %s', (version) => {
  let server: Server
  let client: Client
  let snapshot: Snapshot
  let catalog: Catalog
  let url: string

  beforeAll(async () => {
    server = await startServer(version === undefined ? {} : { version })
    const database = await server.createDatabase('shop')
    url = server.url(database)
    client = await server.connect(database)
    await client.query(await schema)
    await client.query('ANALYZE')
    snapshot = await takeSnapshot({ url })
    catalog = catalogFromSnapshot(snapshot)
  })
  afterAll(() => server?.stop())

  test('is what its own format says', () => {
    expect(readSnapshot(JSON.stringify(snapshot))).toEqual({ snapshot })
    expect(snapshot.unseen).toBeUndefined()
    expect(snapshotSchema(snapshot)).toEqual([])
  })

  /** When it was taken, and what the server's own work has written since, are all in which two ways to the same snapshot may differ. */
  const untimed = (text: string): string => text.replace(/^"takenAt":"[^"]*"/m, '"takenAt":').replace(/^"serverBytes":\d+/m, '"serverBytes":')

  test('psql prints the same, to the byte', async () => {
    const script = join(folder, 'snapshot.sql')
    await writeFile(script, snapshotScript())
    const live = await takeSnapshotText({ url })
    const { stdout, stderr } = await run('psql', ['-XAt', '-f', script, url], { maxBuffer: 2 ** 26 })
    expect(stderr).toBe('')
    expect(untimed(stdout)).toBe(untimed(live))
    // Whatever a person has in ~/.psqlrc or forgets of the options.
    const careless = await run('psql', ['-c', '\\timing on', '-f', script, url], { maxBuffer: 2 ** 26 })
    expect(untimed(careless.stdout).replace('Timing is on.\n', '')).toBe(untimed(live))
  })

  test('what is written from a value is laid out as the server does', async () => {
    const text = await takeSnapshotText({ url })
    const printed = printSnapshot(JSON.parse(text) as Snapshot)
    expect(printed).toBe(text)
  })

  test('names the server', () => {
    expect(snapshot).toMatchObject({ version: 1, source: 'postgres', database: 'shop', complete: true, activity: { longestTransactionMs: 0 } })
    expect(snapshot.serverVersion).toMatch(new RegExp(`^${server.version}(\\.|beta|rc|devel)`))
    expect(snapshot.settings).toMatchObject({ search_path: '"$user", public', TimeZone: 'UTC', work_mem: '4MB', block_size: '8192' })
    const none = { ms: 0, from: 'snapshot' }
    const timeouts = { lock: none, statement: none, idle: none, ...(server.version >= 17 && { transaction: none }) }
    const settings = { searchPath: ['public'], timeZone: 'UTC', timeouts }
    expect(catalog.surroundings).toEqual({ version: server.version, ...settings, defaults: settings, complete: true, sized: true, knowsDependents: true, exemptRoles: [expect.any(String)], members: expect.any(Object), extensions: ['plpgsql'] })
  })

  test('tells what all databases of the server take up, unless the role may not see one of them', async () => {
    const { rows } = await client.query<{ bytes: string }>('SELECT sum(pg_database_size(oid)) AS bytes FROM pg_database')
    expect(snapshot.serverBytes! / Number(rows[0]!.bytes)).toBeCloseTo(1, 1)
    await client.query("CREATE ROLE stranger LOGIN PASSWORD 'stranger'")
    await client.query('CREATE DATABASE hidden')
    await client.query('REVOKE CONNECT ON DATABASE hidden FROM PUBLIC')
    const stranger = new URL(url)
    Object.assign(stranger, { username: 'stranger', password: 'stranger' })
    expect((await takeSnapshot({ url: stranger.href })).serverBytes).toBeUndefined()
    await client.query('DROP DATABASE hidden')
    await client.query('DROP ROLE stranger')
  })

  test('what goes with a function, a type or an extension', () => {
    expect(snapshot.dependents).toMatchObject({ 'function public.touch()': ['public.customers'], 'type public.positive': ['public.customers', 'public.customers_lower'] })
  })

  test('holds no row data', () => {
    expect(JSON.stringify(snapshot)).not.toContain('canary')
  })

  test('every relation is there, by the name that the server prints', async () => {
    await client.query("SET search_path = ''")
    const { rows } = await client.query<{ name: string }>(
      `SELECT oid::regclass::text AS name FROM pg_class WHERE relkind IN ('r','p','m','f','v','S','i','I') AND relnamespace IN (SELECT oid FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema')`,
    )
    await client.query('RESET search_path')
    expect([...catalog.relations()].map(({ name }) => name).sort()).toEqual(rows.map(({ name }) => name).sort())
  })

  test('every column has the type that the server has', async () => {
    const { rows } = await client.query<{ relation: string; column: string; type: string; schema: string; dimensions: number; notNull: boolean }>(
      `SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS relation, a.attname::text AS column, coalesce(e.typname, t.typname)::text AS type,
              coalesce(en.nspname, tn.nspname)::text AS schema, CASE WHEN e.oid IS NULL THEN 0 ELSE 1 END AS dimensions, a.attnotnull AS "notNull"
         FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
         JOIN pg_type t ON t.oid = a.atttypid JOIN pg_namespace tn ON tn.oid = t.typnamespace
         LEFT JOIN pg_type e ON e.oid = t.typelem AND t.typcategory = 'A' LEFT JOIN pg_namespace en ON en.oid = e.typnamespace
        WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r','p','m') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
        ORDER BY a.attrelid, a.attnum`,
    )
    const ours = new Map([...catalog.relations()].filter(isTable).map((table) => [table.name as string, table]))
    expect(rows.length).toBeGreaterThan(40)
    for (const row of rows) {
      const column = ours.get(row.relation)?.columns?.find(({ name }) => name === row.column)
      expect({ ...row, type: row.schema === 'pg_catalog' ? row.type : `${row.schema}.${row.type}` }).toMatchObject({
        type: column?.type.name,
        dimensions: column?.type.dimensions,
        notNull: column?.notNull,
      })
    }
  })

  test('every type of the server can be read', async () => {
    const { rows } = await client.query<{ text: string; name: string }>(`SELECT format_type(oid, NULL) AS text, typname::text AS name FROM pg_type WHERE typnamespace = 'pg_catalog'::regnamespace AND typtype IN ('b', 'r', 'm') AND typcategory <> 'A' AND typname !~ '^(_|pg_)'`)
    const problems = rows.flatMap(({ text, name }) => {
      const type = catalogFromSnapshot({ version: 1, tables: { t: { columns: [{ name: 'c', type: text }] } } }).table('public.t' as RelationName)!.columns![0]!.type
      return type.name === name ? [] : [`${text}: ${name}, read as ${type.name}`]
    })
    expect(problems).toEqual([])
  })

  test('modifiers', () => {
    const of = (column: string): unknown => {
      const { name: type, modifiers, dimensions } = catalog.table('public.customers' as RelationName)!.columns!.find(({ name }) => name === column)!.type
      return [type, modifiers, dimensions]
    }
    expect(of('email')).toEqual(['varchar', [320], 0])
    expect(of('created_at')).toEqual(['timestamptz', [3], 0])
    expect(of('total')).toEqual(['numeric', [10, 2], 0])
    expect(of('any_total')).toEqual(['numeric', [], 0])
    expect(of('flags')).toEqual(['bit', [4], 0])
    expect(of('letter')).toEqual(['bpchar', [3], 0])
    expect(of('one')).toEqual(['bpchar', [1], 0])
    expect(of('internal')).toEqual(['char', [], 0])
    expect(of('states')).toEqual(['public.mood', [], 1])
    expect(of('tag')).toEqual(['sales.label', [], 0])
    expect(of('span')).toEqual(['interval', [3], 0])
  })

  test('sizes are the server’s own', async () => {
    for (const table of ['customers', 'sales.orders_2024', 'totals']) {
      const { rows } = await client.query<{ rows: number; heap: number; toast: number; indexes: number }>(
        `SELECT reltuples::float8 AS rows, pg_relation_size(oid)::float8 AS heap, coalesce(pg_total_relation_size(nullif(reltoastrelid, 0)), 0)::float8 AS toast, pg_indexes_size(oid)::float8 AS indexes FROM pg_class WHERE oid = '${table}'::regclass`,
      )
      const ours = snapshot.tables![table.includes('.') ? table : `public.${table}`]!
      expect([ours.rows, ours.heapBytes, ours.toastBytes]).toEqual([rows[0]!.rows, rows[0]!.heap, rows[0]!.toast])
      expect(ours.indexes!.reduce((sum, index) => sum + index.bytes!, 0)).toBe(rows[0]!.indexes)
    }
    expect(catalog.table('sales.orders' as RelationName)!.size).toEqual({ rows: 501 })
    expect(snapshot.tables!['sales.orders']!.heapBytes).toBeUndefined()
  })

  test('statistics of columns', () => {
    const column = (name: string): unknown => snapshot.tables!['public.customers']!.columns!.find((one) => one.name === name)
    expect(column('id')).toMatchObject({ averageWidth: 8, nullFraction: 0, distinct: -1, correlation: 1, identity: 'always', notNull: true })
    expect(column('any_total')).toMatchObject({ nullFraction: 1 })
    expect(column('name')).toMatchObject({ distinct: 1, collation: '"C"' })
    expect(column('doubled')).toMatchObject({ generated: 'stored', default: expect.stringContaining('* ') })
    expect(column('state')).toMatchObject({ type: 'public.mood', default: "'happy'::public.mood" })
  })

  test('indexes', () => {
    const { indexes } = snapshot.tables!['public.customers']!
    expect(catalog.table('public.customers' as RelationName)!.indexes.map(({ shape }) => shape)).toEqual([
      { name: 'customers_email_key', method: 'btree', keys: ['email'], include: [], unique: true },
      { name: 'customers_flags', method: 'hash', keys: ['letter'], include: [], unique: false },
      { name: 'customers_lower', method: 'btree', keys: [expect.stringMatching(/^\(lower\(.*email.*\)\)$/), '(total + (1)::numeric)', 'name'], include: ['score'], unique: false, predicate: 'score IS NOT NULL' },
      { name: 'customers_pkey', method: 'btree', keys: ['id'], include: [], unique: true },
    ])
    expect(indexes!.find(({ name }) => name === 'customers_flags')!.definition).toBe('CREATE INDEX customers_flags ON public.customers USING hash (letter)')
    const partition = snapshot.tables!['sales.orders_2024']!.indexes!
    expect(partition.map(({ name, attachedTo, bytes }) => [name, attachedTo, typeof bytes])).toEqual([
      ['orders_2024_pkey', 'sales.orders_pkey', 'number'],
      ['orders_2024_region_idx', 'sales.orders_region', 'number'],
    ])
    expect(snapshot.tables!['sales.orders']!.indexes!.every(({ bytes }) => bytes === undefined)).toBe(true)
  })

  test('every index is told as the server itself deparses it', async () => {
    const database = await server.createDatabase('deparsed')
    const other = await server.connect(database)
    await other.query(`
      CREATE DOMAIN title AS text COLLATE "C";
      CREATE TYPE pair AS (a int, b int);
      CREATE TABLE "Odd" (a int, "B c" text, c varchar(9), d title, e text COLLATE "C", f name, g int[], h pair, i char(3), j tsvector, k int4range, dropped int, l oid, m timestamptz);
      ALTER TABLE "Odd" DROP COLUMN dropped;
      CREATE TABLE whole (a int, b text) PARTITION BY RANGE (a);
      CREATE TABLE part PARTITION OF whole FOR VALUES FROM (0) TO (10);
      CREATE INDEX on_whole ON whole (b);
      CREATE INDEX ON ONLY whole (a);
      ALTER TABLE "Odd" ADD CONSTRAINT "Odd key" UNIQUE (a) DEFERRABLE;
      ALTER TABLE "Odd" ADD CONSTRAINT apart EXCLUDE USING gist (k WITH &&);
      ALTER TABLE "Odd" ADD CONSTRAINT equal EXCLUDE (l WITH =);`)
    const columns = ['a', '"B c"', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'l', 'm']
    const plain = columns.flatMap((column, index) => [`CREATE INDEX "I ${index}" ON "Odd" (${column})`, `CREATE UNIQUE INDEX ON "Odd" (${column})`])
    const special = ['(a DESC)', '(a NULLS FIRST)', '("B c" COLLATE "C")', '(e COLLATE "default")', '("B c" text_pattern_ops)', '(c varchar_pattern_ops)', '(c varchar_ops)', '(c text_ops)', '(a) INCLUDE (e)', '(a) WHERE a > 0', '(a) WITH (fillfactor = 50)', '(a, "B c", c)', '(abs(a))', "(a, (replace(\"B c\", 'the first of two very long values', 'the second of two very long values')))", "((replace(\"B c\", 'the first of two very long values', 'the second of two very long values')))"]
    const methods = ['hash (a)', 'gin (j)', 'gist (k)', 'brin (a)', 'spgist ("B c")', 'brin (a) WITH (pages_per_range = 4)']
    const nulls = server.version >= 15 ? ['CREATE UNIQUE INDEX ON "Odd" (a) NULLS NOT DISTINCT'] : []
    for (const sql of [...plain, ...special.map((keys) => `CREATE INDEX ON "Odd" ${keys}`), ...methods.map((method) => `CREATE INDEX ON "Odd" USING ${method}`), ...nulls]) await other.query(sql)
    await other.query("SET search_path = ''")
    const { rows } = await other.query<{ name: string; definition: string; keys: string[] }>(`
      SELECT x.relname AS name, pg_get_indexdef(x.oid) AS definition,
             ARRAY(SELECT CASE WHEN i.indkey[n - 1] = 0 THEN '(' || pg_get_indexdef(x.oid, n, false) || ')' ELSE (SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = i.indrelid AND a.attnum = i.indkey[n - 1]) END FROM generate_series(1, i.indnkeyatts) AS n ORDER BY n) AS keys
        FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid WHERE t.relnamespace = 'public'::regnamespace`)
    await other.end()
    const { tables } = await takeSnapshot({ url: server.url(database) })
    const ours = Object.values(tables!).flatMap(({ indexes }) => indexes!).map(({ name, definition, keys }) => ({ name, definition, keys }))
    const byName = (one: { readonly name: string }, two: { readonly name: string }): number => (one.name < two.name ? -1 : 1)
    expect(rows).toHaveLength(2 * columns.length + special.length + methods.length + nulls.length + 6)
    expect(ours.toSorted(byName)).toEqual(rows.toSorted(byName))
  })

  test('constraints', () => {
    const of = (table: string): unknown => snapshot.tables![table]!.constraints!.filter(({ type }) => type !== 'not-null').map(({ parts: _, ...one }) => (one.expression === undefined ? one : { ...one, expression: withoutParentheses(one.expression) }))
    expect(of('public.customers')).toEqual([
      { name: 'customers_email_key', type: 'unique', columns: ['email'], index: 'customers_email_key' },
      { name: 'customers_pkey', type: 'primary-key', columns: ['id'], index: 'customers_pkey' },
      { name: 'no_children', type: 'check', columns: ['id'], expression: 'id > 0', noInherit: true },
      { name: 'score_is_low', type: 'check', columns: expect.anything(), expression: "((score)::integer < 100) AND ((name <> ')'::text) OR (name IS NULL))" },
    ])
    expect(of('public.notes')).toEqual([
      { name: 'notes_order', type: 'foreign-key', columns: ['order_id', 'placed'], references: 'sales.orders', referencedColumns: ['id', 'placed'], validated: false },
      { name: 'short', type: 'check', columns: ['text'], expression: 'length(text) < 100', validated: false },
    ])
    expect(of('sales.orders')).toEqual([
      { name: 'orders_customer', type: 'foreign-key', columns: ['customer_id'], references: 'public.customers', referencedColumns: ['id'], onDelete: 'set default', onUpdate: 'cascade', deferrable: true },
      { name: 'orders_pkey', type: 'primary-key', columns: ['id', 'placed'], index: 'orders_pkey' },
    ])
    expect(catalog.referencing('public.customers' as RelationName)).toContain('sales.orders')
    // Where both sides are partitioned, detaching takes the key away in 13 and 14, and in 12 leaves one that watches the whole alone.
    const keyOfLeft = server.version === 13 || server.version === 14 ? [] : [{ name: 'visits_order_id_placed_fkey', type: 'foreign-key', columns: ['order_id', 'placed'], references: 'sales.orders', referencedColumns: ['id', 'placed'], ...(server.version < 13 && { ofDetached: true }) }]
    expect(of('public.visits_left')).toEqual(keyOfLeft)
    expect(of('public.visits')).toEqual([{ name: 'visits_order_id_placed_fkey', type: 'foreign-key', columns: ['order_id', 'placed'], references: 'sales.orders', referencedColumns: ['id', 'placed'] }])
    expect(catalog.referencing('sales.orders' as RelationName)).toEqual(['public.notes', 'public.visits', ...keyOfLeft.map(() => 'public.visits_left')])
    const { parts } = snapshot.tables!['public.notes']!.constraints!.find(({ name }) => name === 'notes_order')!
    expect(parts).toEqual(server.version >= 18 ? ['notes_order_1', 'notes_order_2', 'notes_order_3'] : ['notes_order_id_placed_fkey', 'notes_order_id_placed_fkey1', 'notes_order_id_placed_fkey2'])
    const names = snapshot.tables!['public.customers']!.constraints!.filter(({ type }) => type === 'not-null').map(({ name }) => name)
    expect(names).toEqual(server.version >= 18 ? ['customers_created_at_not_null', 'customers_email_not_null', 'customers_id_not_null'] : [])
  })

  test('partitions and inheritance', () => {
    expect(snapshot.tables!['sales.orders']).toMatchObject({ kind: 'partitioned table', partitionBy: 'RANGE (placed)' })
    expect(snapshot.tables!['sales.orders_2024']!.partitionOf).toEqual({ parent: 'sales.orders', bound: "FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')" })
    expect(snapshot.tables!['sales.orders_rest']).toMatchObject({ partitionBy: 'HASH (id, placed)', partitionOf: { parent: 'sales.orders', bound: 'DEFAULT' } })
    expect(catalog.table('public.events' as RelationName)!.partitionBy!.keys).toEqual(["(replace(region, ','::text, '('::text))", 'placed'])
    expect(snapshot.tables!['public.child']!.inherits).toEqual(['public.base'])
    expect(catalog.partitions('sales.orders' as RelationName)).toEqual(['sales.orders_2024', 'sales.orders_rest'])
    expect(catalog.children('public.base' as RelationName)).toEqual(['public.child'])
  })

  test('views, sequences, triggers, types and functions', () => {
    expect(snapshot.views!['public.order_view']).toEqual({
      owner: 'postgres',
      definition: expect.stringMatching(/^\s*SELECT o\.id,\s+c\.email\s+FROM \(?sales\.orders o\s+JOIN public\.customers c ON \(\(c\.id = o\.customer_id\)\)\)?;$/),
      columns: [
        { name: 'id', type: 'integer' },
        { name: 'email', type: 'character varying(320)' },
      ],
      reads: ['public.customers', 'sales.orders'],
      readsColumns: { 'public.customers': ['email', 'id'], 'sales.orders': ['customer_id', 'id'] },
    })
    expect(snapshot.views!['public.view_of_view']!.reads).toEqual(['public.order_view'])
    expect(snapshot.tables!['public.totals']).toMatchObject({ kind: 'materialized view', reads: ['public.customers'] })
    const bigint = { type: 'bigint', start: '1', increment: '1', minimum: '1', maximum: '9223372036854775807', cache: '1' }
    expect(snapshot.sequences).toEqual({
      'public.customers_id_seq': { ...bigint, ownedBy: { table: 'public.customers', column: 'id' } },
      'sales.orders_id_seq': { ...bigint, type: 'integer', maximum: '2147483647', ownedBy: { table: 'sales.orders', column: 'id' } },
      'sales.ticket': bigint,
    })
    expect(snapshot.tables!['public.customers']!.triggers).toEqual([
      { name: 'customers_off', enabled: false, fires: 'before', on: ['update'], forEach: 'row', function: 'public.touch' },
      { name: 'customers_touch', fires: 'before', on: ['update'], forEach: 'row', function: 'public.touch' },
    ])
    const multirange = server.version >= 14 ? { 'public.floatmultirange': { kind: 'range' } } : {}
    expect(snapshot.types).toEqual({
      ...multirange,
      'public.floatrange': { kind: 'range' },
      'public.mood': { kind: 'enum', labels: ['sad', "it's ok", 'happy'] },
      'public.positive': { kind: 'domain', base: 'integer', checks: [{ name: 'positive_check', expression: '(VALUE > 0)' }] },
      'sales.label': { kind: 'domain', base: 'character varying(20)', notNull: true, default: "'none'::character varying" },
      'sales.pair': { kind: 'composite', attributes: [{ name: 'a', type: 'integer' }, { name: 'b', type: 'text' }] },
    })
    expect(snapshot.functions!['public.plain']).toEqual({ volatility: 'stable', signatures: ['integer', 'text'] })
    expect(snapshot.functions!['sales.noisy']).toEqual({ volatility: 'volatile', signatures: [''], language: 'sql', body: 'SELECT 1', inlines: true })
    expect(catalog.using('public.mood' as RelationName)).toEqual(['public.customers', 'public.totals'])
  })

  test('a table that was never analysed has no rows to speak of, an empty one has none', async () => {
    await client.query('CREATE TABLE fresh (a int); CREATE TABLE filled (a int); INSERT INTO filled VALUES (1)')
    const again = catalogFromSnapshot(await takeSnapshot({ url }))
    expect(again.table('public.fresh' as RelationName)!.size).toMatchObject({ rows: 0 })
    expect(again.table('public.filled' as RelationName)!.size).toBeUndefined()
    await client.query('DROP TABLE fresh, filled')
  })

  test('sees how long the oldest transaction is open, and does not wait behind a lock for sizes', async () => {
    const other = await server.connect('shop')
    await other.query('BEGIN; SELECT 1; SELECT pg_sleep(0.3)')
    const { activity } = await takeSnapshot({ url })
    expect(activity!.longestTransactionMs).toBeGreaterThanOrEqual(300)
    await other.query('LOCK TABLE ONLY base IN ACCESS EXCLUSIVE MODE')
    const { tables, unseen, activity: meanwhile } = await takeSnapshot({ url })
    await other.query('ROLLBACK')
    await other.end()
    expect(unseen).toEqual(['The definitions of public.base: locked ACCESS EXCLUSIVE by another session.'])
    expect(tables!['public.base']).toEqual({ ...(server.version >= 14 && { rows: 0 }), heapBytes: 0, toastBytes: 0, lastAnalyze: expect.any(String), owner: 'postgres' })
    const { counted: _then, ...customers } = snapshot.tables!['public.customers']!
    expect(tables!['public.customers']).toMatchObject(customers)
    expect(Object.keys(meanwhile!.longestByTable!)).toEqual(['public.base'])
    expect(meanwhile!.longestByTable!['public.base']).toBeGreaterThanOrEqual(300)
  })

  test('waits for no relation, whatever it is and whichever is locked', async () => {
    await client.query(`CREATE TABLE wide (a int PRIMARY KEY, b text); CREATE STATISTICS wide_together ON a, b FROM wide; CREATE INDEX wide_b ON wide (lower(b)); INSERT INTO wide SELECT n, repeat('x', 10) FROM generate_series(1, 500) AS n; ANALYZE wide`)
    const free = await takeSnapshot({ url })
    const other = await server.connect('shop')
    const relations = Object.keys({ ...free.tables, ...free.views })
    for (const relation of relations) {
      const isStored = free.tables?.[relation]?.kind === 'materialized view'
      await other.query(`BEGIN; ${isStored ? `REFRESH MATERIALIZED VIEW ${relation}` : `LOCK TABLE ONLY ${relation} IN ACCESS EXCLUSIVE MODE`}`)
      const { tables, views, unseen } = await takeSnapshot({ url })
      await other.query('ROLLBACK')
      expect([Object.keys(tables!), Object.keys(views!)]).toEqual([Object.keys(free.tables!), Object.keys(free.views!)])
      if (relation in tables!) expect(unseen).toEqual([expect.stringContaining(relation)])
      if (relation in tables!) expect(tables![relation]).not.toHaveProperty('columns')
    }
    // All indexes of the table are locked, that of its long values as well, and the table itself only against writes.
    await other.query('BEGIN; REINDEX TABLE wide')
    const { tables, unseen } = await takeSnapshot({ url })
    await other.query('ROLLBACK')
    await other.end()
    await client.query('DROP TABLE wide')
    expect(unseen).toBeUndefined()
    const { counted: _then, indexes, ...wide } = free.tables!['public.wide']!
    expect(tables!['public.wide']).toMatchObject(wide)
    expect(tables!['public.wide']!.indexes!.map(({ bytes: _bytes, ...index }) => index)).toEqual(indexes!.map(({ bytes: _bytes, ...index }) => index))
    expect(tables!['public.wide']!.indexes!.every(({ bytes }) => bytes! > 0)).toBe(true)
  })

  test('does not wait for a table behind a view, whose query it then leaves out', async () => {
    await client.query('CREATE TABLE behind (a int); CREATE VIEW before AS SELECT a FROM behind; CREATE MATERIALIZED VIEW kept AS SELECT a FROM behind')
    const free = await takeSnapshot({ url })
    const other = await server.connect('shop')
    await other.query('BEGIN; LOCK TABLE ONLY behind IN ACCESS EXCLUSIVE MODE')
    const { tables, views } = await takeSnapshot({ url })
    await other.query('ROLLBACK')
    await other.end()
    await client.query('DROP TABLE behind CASCADE')
    expect([free.views!['public.before']!.definition, free.tables!['public.kept']!.query]).toEqual([expect.stringContaining('behind'), expect.stringContaining('behind')])
    expect(views!['public.before']!.definition).toBeUndefined()
    expect(tables!['public.kept']!.query).toBeUndefined()
  })

  test('one connection, which can change nothing and locks nothing that anybody waits for', async () => {
    const ours = "application_name = 'lockscope'"
    const asked: Promise<unknown>[] = []
    const seen: string[] = []
    const watcher = await server.connect('shop')
    const taking = takeSnapshot({ url }, {
      progress: (what) => {
        seen.push(what)
        asked.push(
          watcher
            .query(`SELECT (SELECT count(*)::int FROM pg_stat_activity WHERE ${ours}) AS sessions, (SELECT count(*)::int FROM pg_stat_activity WHERE ${ours} AND backend_xid IS NOT NULL) AS writers,
                      (SELECT count(*)::int FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE ${ours} AND l.relation IS NOT NULL AND l.mode <> 'AccessShareLock') AS locks`)
            .then(({ rows }) => rows[0]),
        )
      },
    })
    await taking
    expect(seen).toEqual(['settings', 'activity', 'statements', 'migrations', 'tables', 'views', 'sequences', 'types', 'publications', 'dependents', 'functions'])
    const answers = (await Promise.all(asked)) as { sessions: number }[]
    expect(answers[0]).toEqual({ sessions: 1, writers: 0, locks: 0 })
    for (const answer of answers) expect(answer.sessions === 0 ? { sessions: 1, writers: 0, locks: 0 } : answer).toEqual({ sessions: 1, writers: 0, locks: 0 })
    for (const sql of ['CREATE TABLE public.ours (a int)', "UPDATE public.customers SET name = 'x'", "SELECT nextval('sales.ticket')"]) {
      const other = await server.connect('shop')
      for (const step of opening) await other.query(step)
      await expect(other.query(sql)).rejects.toThrow(/read-only transaction/)
      await other.end()
    }
    await watcher.end()
  })

  test('a wish to stop ends the session on the server as well', async () => {
    const stop = new AbortController()
    const taking = takeSnapshot({ url }, { signal: stop.signal, sampleSeconds: 60, progress: () => setTimeout(() => stop.abort(), 200) })
    await expect(taking).rejects.toThrow('Taking the snapshot was cancelled.')
    const left = async (): Promise<number> => (await client.query<{ count: number }>("SELECT count(*)::int FROM pg_stat_activity WHERE application_name = 'lockscope'")).rows[0]!.count
    for (const limit = Date.now() + 10_000; (await left()) > 0 && Date.now() < limit; ) await new Promise((resolve) => setTimeout(resolve, 200))
    expect(await left()).toBe(0)
  })

  test('pg_monitor sees the transactions of all, and no statistics of columns', async () => {
    await client.query('CREATE ROLE monitor LOGIN; GRANT pg_monitor TO monitor')
    const other = await server.connect('shop')
    await other.query('BEGIN; SELECT count(*) FROM base')
    const theirs = await takeSnapshot({ url: url.replace('postgres@', 'monitor@') })
    await other.query('ROLLBACK')
    await other.end()
    expect(theirs.unseen).toEqual([expect.stringMatching(/^Widths, nulls and distinct values of the columns of \d+ tables/)])
    expect(theirs.activity).toMatchObject({ longestTransactionMs: expect.any(Number), longestByTable: { 'public.base': expect.any(Number) } })
  })

  test('who may read all tables sees all that a superuser sees of their columns, and of some columns what there is', async () => {
    await client.query(`CREATE ROLE reader LOGIN; GRANT USAGE ON SCHEMA sales, "Odd Schema" TO reader; GRANT SELECT ON ALL TABLES IN SCHEMA public, sales, "Odd Schema" TO reader; CREATE ROLE partial LOGIN; GRANT SELECT (id, name) ON customers TO partial`)
    const all = await takeSnapshot({ url })
    const columnsOf = (taken: Snapshot): unknown => Object.entries(taken.tables!).map(([name, { columns }]) => [name, columns])
    expect(columnsOf(await takeSnapshot({ url: url.replace('postgres@', 'reader@') }))).toEqual(columnsOf(all))
    const { tables } = await takeSnapshot({ url: url.replace('postgres@', 'partial@') })
    expect(tables!['public.customers']!.columns!.filter((column) => 'averageWidth' in column).map(({ name }) => name)).toEqual(['id', 'name'])
    await client.query('DROP OWNED BY reader, partial; DROP ROLE reader, partial')
  })

  test('a role without any rights sees the same schema, and says nothing of what it may not see', async () => {
    await client.query("CREATE ROLE guest LOGIN PASSWORD 'open sesame'")
    const guest = url.replace('postgres@', 'guest@')
    const other = await server.connect('shop')
    const theirs = await takeSnapshot({ url: guest })
    await other.end()
    expect(Object.keys(theirs.tables!)).toEqual(Object.keys(snapshot.tables!))
    expect(theirs.activity).not.toHaveProperty('longestTransactionMs')
    expect(theirs.unseen).toEqual([
      'How long the transactions of other users are open: that needs the role pg_read_all_stats, which pg_monitor has.',
      expect.stringMatching(/^Widths, nulls and distinct values of the columns of \d+ tables: they need SELECT on the tables, and no row security\.$/),
    ])
    expect(theirs.tables!['public.customers']!.columns![0]).not.toHaveProperty('averageWidth')
  })
})

describe('what goes wrong is one sentence without the password', () => {
  test.each([
    [{ url: 'postgresql://me:hunter2@127.0.0.1:1/shop' }, 'No server answers at 127.0.0.1:1.'],
    [{ url: 'postgresql://me:hunter2@no-such-host.invalid/shop' }, 'There is no host of the name no-such-host.invalid.'],
    [{ url: 'postgresql://me:hunter2@127.0.0.1:port/shop' }, 'The URL cannot be read; it is like postgresql://user:password@host:5432/database, with special characters of the password percent-encoded.'],
    [{ url: 'postgresql://me@localhost/shop?host=/no/such/folder', password: 'hunter2' }, 'No server answers at /no/such/folder/.s.PGSQL.5432.'],
  ])('%j', async (options, sentence) => {
    await expect(takeSnapshot(options)).rejects.toThrow(sentence)
    await expect(takeSnapshot(options)).rejects.not.toThrow('hunter2')
  })

  test('no such database, and a wish to stop', async () => {
    const server = await startServer()
    try {
      await expect(takeSnapshot({ url: server.url('nowhere') })).rejects.toThrow('Database "nowhere" does not exist.')
      const stop = new AbortController()
      const taking = takeSnapshot({ url: server.url() }, { signal: stop.signal, progress: () => stop.abort() })
      await expect(taking).rejects.toThrow('Taking the snapshot was cancelled.')
      await expect(takeSnapshot({ url: server.url() }, { signal: AbortSignal.abort() })).rejects.toThrow('Taking the snapshot was cancelled.')
    } finally {
      await server.stop()
    }
  })
})
