import { existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { catalogState, dataState, difference } from '../support/catalog-state'
import { cleanPglite } from '../support/pglite'
import { decisive, observe, observeOutside, openDatabase, overClient, probeBlocked, reset, type Database, type Observation } from '../support/probe'
import { startServer, type Server } from '../support/server'

/** Enough rows that no plan leaves out a scan for want of them. */
const world = `
  CREATE TABLE public.customers (id bigint PRIMARY KEY, name text);
  CREATE TABLE public.orders (
    id bigint PRIMARY KEY,
    customer_id bigint,
    note varchar(20),
    at timestamp(3),
    total numeric NOT NULL
  );
  CREATE INDEX orders_note ON public.orders (note);
  CREATE INDEX orders_at ON public.orders (at);
  CREATE TABLE public.lines (order_id bigint CONSTRAINT lines_order REFERENCES public.orders);
  CREATE TABLE public."Odd Name" (id serial PRIMARY KEY);
  CREATE MATERIALIZED VIEW public.sums AS SELECT customer_id, sum(total) FROM public.orders GROUP BY 1;
  CREATE TABLE public.events (id bigint, at date NOT NULL) PARTITION BY RANGE (at);
  CREATE TABLE public.events_2024 PARTITION OF public.events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
  CREATE TABLE public.events_2025 PARTITION OF public.events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
  INSERT INTO public.customers SELECT g, g FROM generate_series(1, 50) g;
  INSERT INTO public.orders SELECT g, g, g, '2024-01-01', g FROM generate_series(1, 50) g;
  INSERT INTO public.lines SELECT g FROM generate_series(1, 50) g;
  INSERT INTO public.events SELECT g, '2024-06-01' FROM generate_series(1, 50) g`

/** What is written is compared; `locks` leaves out what the statement itself created. */
interface Case {
  readonly sql: string
  readonly locks: Readonly<Record<string, string>>
  readonly rewritten?: readonly string[]
  readonly rebuilt?: readonly string[]
  readonly created?: readonly string[]
  readonly dropped?: readonly string[]
  readonly scanned?: readonly string[]
  readonly probed?: readonly string[]
  readonly notices?: readonly (string | RegExp)[]
  readonly error?: string
}

const orders = 'public.orders'
const ordersIndexes = ['public.orders_at', 'public.orders_note', 'public.orders_pkey']

const cases: readonly Case[] = [
  { sql: 'ALTER TABLE orders ADD COLUMN a int', locks: { [orders]: 'ACCESS EXCLUSIVE' } },
  { sql: 'ALTER TABLE orders ADD COLUMN a timestamptz NOT NULL DEFAULT now()', locks: { [orders]: 'ACCESS EXCLUSIVE' } },
  {
    sql: 'ALTER TABLE orders ADD COLUMN a float DEFAULT random()',
    locks: {
      [orders]: 'ACCESS EXCLUSIVE',
      ...Object.fromEntries(ordersIndexes.map((index) => [index, 'ACCESS EXCLUSIVE'])),
    },
    rewritten: [orders],
    rebuilt: ordersIndexes,
    scanned: [orders],
    notices: ['rewriting table "orders"'],
  },
  {
    sql: 'CREATE INDEX orders_total ON orders (total)',
    locks: { [orders]: 'SHARE' },
    rebuilt: ['public.orders_total'],
    created: ['public.orders_total'],
    scanned: [orders],
    notices: [/^building index "orders_total" on table "orders"/],
  },
  {
    sql: 'ALTER TABLE orders ADD CONSTRAINT k FOREIGN KEY (customer_id) REFERENCES customers',
    locks: { [orders]: 'SHARE ROW EXCLUSIVE', 'public.customers': 'SHARE ROW EXCLUSIVE', '…': 'indexes' },
    scanned: ['public.customers', orders],
  },
  {
    sql: 'ALTER TABLE orders ADD CONSTRAINT k FOREIGN KEY (customer_id) REFERENCES customers NOT VALID',
    locks: { [orders]: 'SHARE ROW EXCLUSIVE', 'public.customers': 'SHARE ROW EXCLUSIVE', '…': 'indexes' },
  },
  {
    sql: 'DROP TABLE lines',
    locks: { 'public.lines': 'ACCESS EXCLUSIVE', [orders]: 'ACCESS EXCLUSIVE' },
    dropped: ['public.lines'],
  },
  {
    sql: 'ALTER TABLE orders ALTER note SET NOT NULL',
    locks: { [orders]: 'ACCESS EXCLUSIVE' },
    scanned: [orders],
    notices: ['verifying table "orders"'],
  },
  { sql: 'ALTER TABLE orders ALTER note TYPE varchar(30)', locks: { [orders]: 'ACCESS EXCLUSIVE', '…': 'indexes' } },
  {
    sql: 'ALTER TABLE orders ALTER at TYPE timestamptz(3)',
    locks: { [orders]: 'ACCESS EXCLUSIVE', '…': 'indexes' },
    rewritten: [orders],
    rebuilt: ordersIndexes,
    scanned: [orders],
  },
  {
    sql: 'ALTER TABLE orders RENAME TO purchases',
    locks: { [orders]: 'ACCESS EXCLUSIVE' },
  },
  { sql: 'ALTER TABLE "Odd Name" RENAME id TO "key"', locks: { 'public."Odd Name"': 'ACCESS EXCLUSIVE' } },
  {
    sql: 'CREATE TABLE parts (order_id bigint REFERENCES orders, id int PRIMARY KEY)',
    locks: { [orders]: 'SHARE ROW EXCLUSIVE', '…': 'indexes' },
    created: ['public.parts', 'public.parts_pkey'],
    rebuilt: ['public.parts_pkey'],
    scanned: ['public.parts'],
  },
  {
    sql: 'REFRESH MATERIALIZED VIEW sums',
    locks: { 'public.sums': 'ACCESS EXCLUSIVE', [orders]: 'ACCESS SHARE', '…': 'indexes' },
    rewritten: ['public.sums'],
    scanned: [orders],
  },
  {
    sql: 'ALTER TABLE events ADD CHECK (id > 0)',
    locks: { 'public.events': 'ACCESS EXCLUSIVE', 'public.events_2024': 'ACCESS EXCLUSIVE', 'public.events_2025': 'ACCESS EXCLUSIVE' },
    scanned: ['public.events_2024', 'public.events_2025'],
  },
  { sql: 'DROP TABLE orders', locks: {}, error: '2BP01' },
  {
    sql: "SET LOCAL enable_seqscan = off; UPDATE orders SET note = 'x' WHERE id = 7",
    locks: { [orders]: 'ROW EXCLUSIVE', '…': 'indexes' },
    probed: [orders],
  },
  { sql: 'SELECT FROM customers WHERE name IS NULL', locks: { 'public.customers': 'ACCESS SHARE', '…': 'indexes' }, scanned: ['public.customers'] },
]

/** `…` in the expected locks leaves those on indexes open. */
function check(expected: Case, seen: Observation): void {
  const indexesToo = expected.locks['…'] === undefined
  const locks = [...seen.locks].filter(([name]) => !seen.created.includes(name) && (indexesToo || seen.relations.get(name)?.kind !== 'index'))
  const { '…': _, ...expectedLocks } = expected.locks
  const { rewritten = [], rebuilt = [], created = [], dropped = [], scanned = [], probed = [] } = expected
  expect({
    locks: Object.fromEntries(locks.map(([name, modes]) => [name, decisive(modes).join(', ')])),
    error: seen.error?.code,
    rewritten: seen.rewritten,
    rebuilt: seen.rebuilt,
    created: seen.created,
    dropped: seen.dropped,
    scanned: seen.scanned,
    probed: seen.probed,
  }).toEqual({ locks: expectedLocks, error: expected.error, rewritten, rebuilt, created, dropped, scanned, probed })
  for (const notice of expected.notices ?? []) {
    expect(seen.notices).toContainEqual(typeof notice === 'string' ? notice : expect.stringMatching(notice))
  }
}

let server: Server
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.stop())

/** The name of a database on the server that holds the world and nothing else. */
async function emptied(): Promise<string> {
  const name = 'emptied'
  shared ??= server.createDatabase(name).then(async () => overClient(await server.connect(name)))
  const database = await shared
  await reset(database)
  await database.exec(world)
  return name
}
let shared: Promise<Database> | undefined

const places: readonly (readonly [string, () => Promise<Database>])[] = [
  ['PGlite', cleanPglite],
  ['a server', async () => openDatabase(server, await server.createDatabase())],
]

describe.each(places)('on %s', (_place, open) => {
  let database: Database
  beforeAll(async () => {
    database = await open()
    await database.exec(world)
  })

  test.each(cases)('$sql', async (expected) => {
    check(expected, await observe(database, expected.sql))
  })

  test('an observation leaves nothing behind', async () => {
    const [catalog, data] = [await catalogState(database), await dataState(database)]
    for (const { sql } of cases) await observe(database, sql)
    expect(difference(catalog, await catalogState(database))).toBe('')
    expect(difference(data, await dataState(database))).toBe('')
  })

  test('relations are described', async () => {
    const { relations } = await observe(database, 'SELECT 1')
    expect(relations.get('public.orders_note')).toEqual({ kind: 'index', table: orders })
    expect(relations.get('public.sums')).toEqual({ kind: 'materialized view' })
    expect(relations.get('public.events')).toEqual({ kind: 'partitioned table' })
    expect(relations.get('public."Odd Name_id_seq"')).toEqual({ kind: 'sequence' })
  })
})

describe('outside a transaction', () => {
  const outside = [
    {
      sql: 'CREATE INDEX CONCURRENTLY fresh ON orders (total)',
      locks: { [orders]: 'SHARE UPDATE EXCLUSIVE' },
      waitedFor: ['maintenance', 'writer', 'snapshot'],
      created: ['public.fresh'],
    },
    {
      sql: 'DROP INDEX CONCURRENTLY orders_note',
      locks: { [orders]: 'SHARE UPDATE EXCLUSIVE', 'public.orders_note': 'SHARE UPDATE EXCLUSIVE' },
      waitedFor: ['maintenance', 'writer', 'reader'],
      dropped: ['public.orders_note'],
    },
    {
      sql: 'ALTER TABLE events DETACH PARTITION events_2025 CONCURRENTLY',
      locks: { 'public.events': 'SHARE UPDATE EXCLUSIVE', 'public.events_2025': 'ACCESS EXCLUSIVE' },
      waitedFor: ['maintenance', 'writer', 'reader'],
    },
    { sql: 'VACUUM orders', locks: { [orders]: 'SHARE UPDATE EXCLUSIVE' }, waitedFor: ['maintenance'] },
    { sql: 'VACUUM FULL orders', locks: { [orders]: 'ACCESS EXCLUSIVE' }, waitedFor: ['maintenance', 'writer', 'reader'] },
    {
      sql: 'REINDEX INDEX CONCURRENTLY orders_note',
      locks: { [orders]: 'SHARE UPDATE EXCLUSIVE', 'public.orders_note': 'SHARE UPDATE EXCLUSIVE' },
      waitedFor: ['maintenance', 'writer', 'snapshot', 'reader'],
    },
    {
      sql: 'CREATE INDEX CONCURRENTLY fresh ON events (id)',
      locks: { 'public.events': 'SHARE UPDATE EXCLUSIVE' },
      waitedFor: ['maintenance'],
      error: '0A000',
    },
  ]
  test.each(outside)('$sql', async ({ sql, locks, waitedFor, created = [], dropped = [], error }) => {
    const name = await emptied()
    const seen = await observeOutside(server, name, sql)
    const old = [...seen.locks].filter(([relation]) => !seen.created.includes(relation) && !relation.includes('_ccnew'))
    expect({
      locks: Object.fromEntries(old.map(([relation, modes]) => [relation, modes.join(', ')])),
      waitedFor: seen.waitedFor,
      created: seen.created,
      dropped: seen.dropped,
      error: seen.error?.code,
    }).toEqual({ locks, waitedFor, created, dropped, error })
  })
})

describe('what is blocked', () => {
  const read = 'SELECT FROM orders'
  const write = "UPDATE orders SET note = 'y' WHERE id = 1"
  test.each([
    ['CREATE INDEX ON orders (total)', { [read]: 'free', [write]: 'blocked' }],
    ['ALTER TABLE orders ADD COLUMN a int', { [read]: 'blocked', [write]: 'blocked' }],
    ['ALTER TABLE orders SET (fillfactor = 90)', { [read]: 'free', [write]: 'free' }],
    // SHARE on the table would let it be read, were it not for the index.
    ['REINDEX INDEX orders_note', { [read]: 'blocked', [write]: 'blocked' }],
  ])('%s', async (sql, expected) => {
    const name = await emptied()
    expect(Object.fromEntries(await probeBlocked(server, name, sql, [read, write]))).toEqual(expected)
  })

  test('a probe that fails says so', async () => {
    const results = await probeBlocked(server, await server.createDatabase(), 'SELECT 1', ['SELECT FROM missing'])
    expect(results.get('SELECT FROM missing')).toMatchObject({ code: '42P01' })
  })
})

describe('the state of the catalog', () => {
  const base = `
    CREATE TYPE mood AS ENUM ('low', 'high');
    CREATE DOMAIN positive AS int CONSTRAINT positive_check CHECK (VALUE > 0);
    CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
    CREATE TABLE t (id int PRIMARY KEY, a text, b positive, c mood, t text);
    CREATE TABLE u (id int, t_id int);
    CREATE INDEX t_a ON t (a);
    CREATE VIEW v AS SELECT id, a FROM t;
    CREATE SEQUENCE s;
    CREATE TABLE p (k int) PARTITION BY LIST (k);
    CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
    CREATE STATISTICS st ON id, a FROM t;
    CREATE POLICY pol ON t USING (id > 0);
    INSERT INTO t VALUES (1, 'x', 1, 'low', 'y'), (2, 'x', 1, 'low', 'y')`

  /** Each changes one thing; the pattern is in what `difference` says of it. */
  const changes: readonly (readonly [string, RegExp])[] = [
    ['ALTER TABLE t ALTER a SET NOT NULL', /column public\.t\.a not null: true/],
    ["ALTER TABLE t ALTER a SET DEFAULT 'x'", /column public\.t\.a default: "'x'::text"/],
    ['ALTER TABLE t ALTER t TYPE varchar(9)', /column public\.t\.t type: "character varying\(9\)"/],
    ['ALTER TABLE t ALTER t TYPE text COLLATE "C"', /\+ column public\.t\.t collation: .*C/],
    ['ALTER TABLE t ADD z int GENERATED ALWAYS AS IDENTITY', /\+ column public\.t\.z .*"identity":"a"/],
    ['ALTER TABLE t ADD z int GENERATED ALWAYS AS (id + 1) STORED', /"generated":"s \(id \+ 1\)"/],
    ['ALTER TABLE t ALTER a SET STATISTICS 500', /column public\.t\.a statistics: "500"/],
    ['ALTER TABLE t ALTER a SET STORAGE EXTERNAL', /column public\.t\.a storage: "e"/],
    ['ALTER TABLE t ALTER a SET (n_distinct = 5)', /column public\.t\.a options: \["n_distinct=5"\]/],
    ['ALTER TABLE t ADD CONSTRAINT k CHECK (id > 0) NOT VALID', /\+ constraint public\.t\.k .*"validated":false/],
    ['ALTER TABLE u ADD CONSTRAINT k FOREIGN KEY (t_id) REFERENCES t DEFERRABLE', /\+ constraint public\.u\.k .*"deferrable":true/],
    ['ALTER TABLE t CLUSTER ON t_a', /index public\.t_a clustered: true/],
    ['ALTER TABLE t REPLICA IDENTITY USING INDEX t_pkey', /index public\.t_pkey replica identity: true/],
    ['ALTER INDEX t_a SET (fillfactor = 70)', /index public\.t_a options/],
    ['CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION touch()', /\+ trigger public\.t\.g/],
    ['CREATE OR REPLACE VIEW v AS SELECT id, lower(a) AS a FROM t', /relation public\.v definition: .*lower/],
    ['CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING', /\+ rule public\.t\.r/],
    ['ALTER SEQUENCE s INCREMENT 5', /sequence public\.s increment: 5/],
    ['ALTER SEQUENCE s OWNED BY t.id', /sequence public\.s owned by: "public\.t\.id"/],
    ["ALTER TYPE mood ADD VALUE 'higher'", /type public\.mood labels: \["low","high","higher"\]/],
    ['ALTER DOMAIN positive DROP CONSTRAINT positive_check', /- constraint public\.positive\.positive_check/],
    ['ALTER TABLE p DETACH PARTITION p1', /- relation public\.p1 parents: \["public\.p"\]/],
    ["COMMENT ON COLUMN t.a IS 'hello'", /\+ comment on table column public\.t\.a {"text":"hello"}/],
    ['GRANT SELECT ON t TO PUBLIC', /relation public\.t grants: .*=r\/postgres/],
    ['GRANT SELECT (a) ON t TO PUBLIC', /column public\.t\.a grants/],
    ['ALTER TABLE t SET (fillfactor = 70)', /relation public\.t options: \["fillfactor=70"\]/],
    ['ALTER TABLE t SET UNLOGGED', /relation public\.t persistence: "u"/],
    ['ALTER TABLE t ENABLE ROW LEVEL SECURITY', /relation public\.t row security: true/],
    ['ALTER POLICY pol ON t USING (id > 1)', /policy public\.t\.pol using: "\(id > 1\)"/],
    ['ALTER STATISTICS st SET STATISTICS 9', /statistics public\.st target: "9"/],
    ['CREATE SCHEMA other; CREATE EXTENSION citext SCHEMA other', /\+ extension citext .*"other"/],
    ['CREATE PUBLICATION pub FOR TABLE t', /\+ publication pub .*"public\.t"/],
    ["CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN old; END'", /function public\.touch\(\) definition/],
  ]

  test.each(changes)('on PGlite: %s', async (sql, expected) => {
    const database = await cleanPglite()
    await database.exec(base)
    const before = await catalogState(database)
    await database.exec(sql)
    expect(difference(before, await catalogState(database))).toMatch(expected)
  })

  test('does not depend on the way there, nor on the search path', async () => {
    const database = await cleanPglite()
    await database.exec(base)
    const [before, rows] = [await catalogState(database), await dataState(database)]
    await reset(database)
    await database.exec(`
      ${base};
      ALTER TABLE t ADD z int; ALTER TABLE t DROP z;
      DROP INDEX t_a; CREATE INDEX t_a ON t (a);
      UPDATE t SET a = a WHERE id = 1;
      SET search_path = pg_catalog`)
    expect(difference(before, await catalogState(database))).toBe('')
    expect(difference(rows, await dataState(database))).toBe('')
    expect(rows['public.t']).toMatchObject({ rows: 2 })
    expect((await database.query('SHOW search_path')).rows).toEqual([{ search_path: 'pg_catalog' }])
    await database.exec("UPDATE public.t SET t = 'z' WHERE id = 1")
    expect(difference(rows, await dataState(database))).toMatch(/^- public\.t hash: .*\n\+ public\.t hash: .*$/)
  })
})

test('reset leaves nothing of the case before', async () => {
  const database = await cleanPglite()
  const [fresh, name] = [await catalogState(database), await server.createDatabase()]
  const onServer = await openDatabase(server, name)
  const freshOnServer = await catalogState(onServer)
  for (const [used, was] of [
    [database, fresh],
    [onServer, freshOnServer],
  ] as const) {
    await used.exec(`
      CREATE ROLE someone; CREATE SCHEMA "Other One" AUTHORIZATION someone; CREATE TABLE "Other One".t (id int);
      CREATE EXTENSION citext; CREATE PUBLICATION pub FOR ALL TABLES; CREATE TABLE public.c (c citext);
      ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO someone;
      GRANT ALL ON SCHEMA public TO someone;
      CREATE TEMP TABLE passing (id int);
      SET search_path = "Other One"; SET ROLE someone`)
    await used.exec('BEGIN')
    await used.exec('RESET ROLE; CREATE TABLE public.open (id int)')
    await reset(used)
    expect(difference(was, await catalogState(used))).toBe('')
    expect((await used.query("SELECT current_setting('search_path') AS path, current_user::text AS me")).rows).toEqual([
      { path: expect.stringContaining('public'), me: 'postgres' },
    ])
  }
})

test('servers start side by side and leave nothing', async () => {
  const servers = await Promise.all([startServer({ settings: { timezone: 'Europe/Paris' } }), startServer()])
  const zones = await Promise.all(
    servers.map(async (one) => (await (await one.connect()).query<{ TimeZone: string }>('SHOW timezone')).rows[0]?.TimeZone),
  )
  expect(zones).toEqual(['Europe/Paris', 'UTC'])
  const folders = await Promise.all(
    servers.map(
      async (one) =>
        (await (await one.connect()).query<{ folder: string }>("SELECT current_setting('data_directory') AS folder")).rows[0]?.folder ?? '',
    ),
  )
  expect(folders.map((folder) => existsSync(folder))).toEqual([true, true])
  await Promise.all(servers.map((one) => one.stop()))
  expect(folders.map((folder) => existsSync(folder))).toEqual([false, false])
})
