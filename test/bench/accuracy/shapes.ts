/** A table as real ones are, and the statements that migrations run on it. */
export interface Shape {
  readonly name: string
  /** The first release that has all of it. */
  readonly since?: number
  /** Rows of the largest size; the others are a tenth and a hundredth of it. */
  readonly rows: number
  /** Statements that make it, `ROWS` standing for its rows. */
  readonly make: readonly string[]
  /** Tables to VACUUM ANALYZE after making. */
  readonly tables: readonly string[]
  /** Each runs by itself and is taken back. */
  readonly schemaChanges: readonly string[]
  /** Each reads, and so do blocks and tables that are made of what was read: run and taken back as those are. */
  readonly queries?: readonly string[]
  /** These leave dead rows behind, so the tables are made anew before each. */
  readonly dataChanges: readonly string[]
  /** Changes that are run as their plans run them, batch by batch. */
  readonly inBatches?: readonly string[]
  /** What refuses a transaction block; `undo` takes it back. */
  readonly outside?: readonly { readonly sql: string; readonly undo?: string }[]
}

const columns = (count: number, type: string, name: string): string => Array.from({ length: count }, (_, at) => `${name}${at} ${type}`).join(', ')
const each = (count: number, value: (at: number) => string): string => Array.from({ length: count }, (_, at) => value(at)).join(', ')
const spread = (modulus: string): string => `(n::bigint * 15485863 % (${modulus}))`

export const shapes: readonly Shape[] = [
  {
    name: 'narrow',
    rows: 3_000_000,
    make: ['CREATE TABLE narrow (id bigint, a integer, b integer)', `INSERT INTO narrow SELECT n, ${spread('1000003')}, n / 10 FROM generate_series(1, ROWS) n`, 'CREATE TABLE archive (LIKE narrow)'],
    tables: ['narrow', 'archive'],
    schemaChanges: [
      'ALTER TABLE narrow ALTER COLUMN a SET NOT NULL',
      'ALTER TABLE narrow ADD CONSTRAINT b_positive CHECK (b >= 0)',
      'ALTER TABLE narrow ALTER COLUMN b TYPE bigint',
      'ALTER TABLE narrow ADD COLUMN token uuid DEFAULT gen_random_uuid()',
      'CREATE INDEX narrow_a ON narrow (a)',
      'CREATE INDEX narrow_b ON narrow (b)',
      'ALTER TABLE narrow ADD PRIMARY KEY (id)',
      'CREATE INDEX narrow_a_b ON narrow (a, b)',
      'CREATE TABLE copied AS SELECT * FROM narrow',
    ],
    dataChanges: ['UPDATE narrow SET b = b + 1', 'DELETE FROM narrow', 'INSERT INTO archive SELECT * FROM narrow'],
    outside: [
      { sql: 'CREATE INDEX CONCURRENTLY narrow_later ON narrow (a)', undo: 'DROP INDEX narrow_later' },
      { sql: 'VACUUM FULL narrow' },
    ],
  },
  {
    name: 'wide',
    rows: 300_000,
    make: [
      `CREATE TABLE wide (id bigint PRIMARY KEY, ${columns(20, 'integer', 'n')}, ${columns(15, 'text', 't')}, price numeric(12,2), at timestamptz, flag boolean)`,
      `INSERT INTO wide SELECT n, ${each(20, (at) => `n % ${at + 11}`)}, ${each(15, (at) => `md5((n + ${at})::text)`)}, ${spread('99991')} / 9.0, timestamptz '2026-01-01' + n * interval '1 min', n % 3 = 0 FROM generate_series(1, ROWS) n`,
    ],
    tables: ['wide'],
    schemaChanges: [
      'ALTER TABLE wide ALTER COLUMN t14 SET NOT NULL',
      "ALTER TABLE wide ADD CONSTRAINT t3_length CHECK (length(t3) > 3)",
      'ALTER TABLE wide ADD COLUMN lot double precision DEFAULT random()',
      'ALTER TABLE wide ALTER COLUMN n5 TYPE bigint',
      'CREATE INDEX wide_t3 ON wide (t3)',
      'CREATE INDEX wide_price ON wide (price)',
      'CREATE INDEX wide_lower ON wide (lower(t3))',
    ],
    dataChanges: ['UPDATE wide SET n3 = n3 + 1', 'DELETE FROM wide'],
    inBatches: ['UPDATE wide SET n3 = 0 WHERE n3 <> 0', 'DELETE FROM wide WHERE flag'],
  },
  {
    name: 'TOASTed',
    rows: 30_000,
    make: ['CREATE TABLE documents (id bigint PRIMARY KEY, title text, body text)', `INSERT INTO documents SELECT n, 'title ' || n, (SELECT string_agg(md5((n * 1000 + part)::text), '') FROM generate_series(1, 250) part) FROM generate_series(1, ROWS) n`],
    tables: ['documents'],
    schemaChanges: ['ALTER TABLE documents ADD COLUMN lot double precision DEFAULT random()', 'ALTER TABLE documents ALTER COLUMN title SET NOT NULL', 'CREATE INDEX documents_title ON documents (title)'],
    dataChanges: ["UPDATE documents SET title = title || '!'", 'DELETE FROM documents'],
    outside: [{ sql: 'VACUUM FULL documents' }],
  },
  {
    name: 'many indexes',
    rows: 300_000,
    make: [
      'CREATE TABLE busy (id bigint PRIMARY KEY, a integer, b integer, c text, d text, e timestamptz, f uuid, g numeric(10,2))',
      `INSERT INTO busy SELECT n, ${spread('1000003')}, n % 1000, md5(n::text), 'code ' || n % 5000, timestamptz '2026-01-01' + n * interval '1 s', md5((n * 3)::text)::uuid, n % 9973 / 7.0 FROM generate_series(1, ROWS) n`,
      ...['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((column) => `CREATE INDEX busy_${column} ON busy (${column})`),
    ],
    tables: ['busy'],
    schemaChanges: ['ALTER TABLE busy ADD COLUMN lot double precision DEFAULT random()', 'ALTER TABLE busy ALTER COLUMN b TYPE bigint', 'CREATE INDEX busy_two ON busy (b, c)'],
    dataChanges: ['UPDATE busy SET b = b + 1', 'UPDATE busy SET a = 0 WHERE id <= ROWS / 10', 'DELETE FROM busy', 'INSERT INTO busy SELECT id + 1000000000, a, b, c, d, e, f, g FROM busy'],
    outside: [{ sql: 'REINDEX TABLE busy' }],
  },
  {
    name: 'partitioned',
    rows: 1_000_000,
    make: [
      'CREATE TABLE events (id bigint, kind integer, at timestamptz, payload text) PARTITION BY HASH (id)',
      ...Array.from({ length: 8 }, (_, at) => `CREATE TABLE events_${at} PARTITION OF events FOR VALUES WITH (MODULUS 8, REMAINDER ${at})`),
      `INSERT INTO events SELECT n, n % 50, timestamptz '2026-01-01' + n * interval '1 s', 'payload ' || n FROM generate_series(1, ROWS) n`,
    ],
    tables: ['events'],
    schemaChanges: [
      'ALTER TABLE events ALTER COLUMN kind SET NOT NULL',
      'ALTER TABLE events ADD COLUMN lot double precision DEFAULT random()',
      'CREATE INDEX events_at ON events (at)',
      'ALTER TABLE events ADD CONSTRAINT kind_positive CHECK (kind >= 0)',
    ],
    dataChanges: ['UPDATE events SET kind = kind + 1', 'DELETE FROM events'],
  },
  {
    name: 'foreign-key pair',
    rows: 1_000_000,
    make: [
      'CREATE TABLE customers (id bigint PRIMARY KEY, name text)',
      "INSERT INTO customers SELECT n, 'customer ' || n FROM generate_series(1, ROWS / 5) n",
      'CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, total numeric(12,2), status text)',
      `INSERT INTO orders SELECT n, 1 + ${spread('ROWS / 5')}, n % 7919 / 3.0, 'paid' FROM generate_series(1, ROWS) n`,
    ],
    tables: ['customers', 'orders'],
    schemaChanges: ['ALTER TABLE orders ADD CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES customers (id)', 'CREATE INDEX orders_customer_id ON orders (customer_id)', 'ALTER TABLE orders ALTER COLUMN customer_id SET NOT NULL', 'ALTER TABLE orders ALTER COLUMN id TYPE numeric'],
    dataChanges: ["UPDATE orders SET status = 'sent'", 'DELETE FROM orders'],
    inBatches: ["UPDATE orders SET status = 'sent'"],
  },
  {
    name: 'sparse nulls',
    rows: 1_000_000,
    make: [
      `CREATE TABLE sparse (id bigint PRIMARY KEY, deleted_at timestamptz, reason text, ${columns(10, 'integer', 'n')})`,
      `INSERT INTO sparse SELECT n, CASE WHEN n % 20 = 0 THEN timestamptz '2026-01-01' + n * interval '1 s' END, CASE WHEN n % 20 = 0 THEN 'reason ' || n END, ${each(10, (at) => `CASE WHEN n % ${at + 3} = 0 THEN n END`)} FROM generate_series(1, ROWS) n`,
    ],
    tables: ['sparse'],
    schemaChanges: [
      'CREATE INDEX sparse_deleted ON sparse (deleted_at) WHERE deleted_at IS NOT NULL',
      'CREATE INDEX sparse_reason ON sparse (reason)',
      'ALTER TABLE sparse ADD CONSTRAINT reason_given CHECK (deleted_at IS NULL OR reason IS NOT NULL)',
      'ALTER TABLE sparse ADD COLUMN token uuid DEFAULT gen_random_uuid()',
    ],
    dataChanges: ['UPDATE sparse SET n3 = 0', "UPDATE sparse SET reason = 'none'"],
    inBatches: ["UPDATE sparse SET reason = 'none' WHERE reason IS NULL"],
  },
  {
    name: 'bloated',
    rows: 1_000_000,
    make: [
      'CREATE TABLE bloated (id bigint, a integer, note text) WITH (autovacuum_enabled = off)',
      `INSERT INTO bloated SELECT n, n % 1000, 'note number ' || n FROM generate_series(1, ROWS * 3) n`,
      'DELETE FROM bloated WHERE id % 3 > 0',
    ],
    tables: ['bloated'],
    schemaChanges: ['ALTER TABLE bloated ALTER COLUMN a SET NOT NULL', 'ALTER TABLE bloated ALTER COLUMN a TYPE bigint', 'CREATE INDEX bloated_id ON bloated (id)'],
    dataChanges: ['UPDATE bloated SET a = a + 1'],
    outside: [{ sql: 'VACUUM FULL bloated' }],
  },
  {
    name: 'queries',
    rows: 1_500_000,
    make: [
      'CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL, country text NOT NULL)',
      "INSERT INTO customers SELECT n, 'customer ' || n, 'country ' || n % 40 FROM generate_series(1, ROWS / 10) n",
      'CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL, status text NOT NULL, total numeric(10,2) NOT NULL, placed timestamptz NOT NULL, note text)',
      `INSERT INTO orders SELECT n, 1 + ${spread('ROWS / 10')}, (ARRAY['new', 'paid', 'sent', 'sent', 'back'])[1 + n % 5], n % 7919 / 3.0, timestamptz '2026-01-01' + n * interval '10 s', CASE WHEN n % 10 = 0 THEN 'note ' || n END FROM generate_series(1, ROWS) n`,
      'CREATE INDEX orders_customer ON orders (customer_id)',
      'CREATE INDEX orders_placed ON orders (placed)',
      'CREATE TABLE counts (what text, rows bigint)',
    ],
    tables: ['customers', 'orders', 'counts'],
    schemaChanges: [],
    queries: [
      'SELECT count(*) FROM orders',
      'SELECT count(*) FROM orders WHERE note IS NULL',
      "SELECT count(*) FROM orders WHERE status = 'back' AND total > 100",
      'SELECT sum(total), avg(total), max(note) FROM orders',
      "SELECT count(*) FROM orders WHERE placed >= timestamptz '2026-01-01' + ROWS * interval '9 s'",
      'SELECT count(note) FROM orders WHERE customer_id <= ROWS / 1000',
      'SELECT * FROM orders WHERE customer_id = 77',
      'SELECT count(*) FROM orders o JOIN customers c ON c.id = o.customer_id',
      'SELECT c.country, sum(o.total) FROM orders o JOIN customers c ON c.id = o.customer_id GROUP BY c.country',
      'SELECT count(*) FROM orders o LEFT JOIN customers c ON c.id = o.customer_id WHERE c.id IS NULL',
      'SELECT count(*) FROM orders o WHERE NOT EXISTS (SELECT FROM customers c WHERE c.id = o.customer_id)',
      'SELECT count(*) FROM orders WHERE customer_id IN (SELECT id FROM customers)',
      'SELECT a.id FROM orders a JOIN orders b ON b.id = a.id + 1 WHERE a.total > b.total ORDER BY a.id LIMIT 1',
      'SELECT status, count(*) FROM orders GROUP BY status',
      'SELECT max(orders) FROM (SELECT customer_id, count(*) AS orders FROM orders GROUP BY customer_id) per_customer',
      'SELECT customer_id, placed FROM orders GROUP BY customer_id, placed HAVING count(*) > 1',
      'SELECT count(DISTINCT customer_id) FROM orders',
      'SELECT max(place) FROM (SELECT row_number() OVER (ORDER BY total, id) AS place FROM orders) placed',
      'SELECT id, total FROM orders ORDER BY total DESC LIMIT 10',
      'SELECT id FROM orders ORDER BY placed DESC LIMIT 10',
      'SELECT max(id), min(placed) FROM orders',
      'SELECT EXISTS (SELECT FROM orders WHERE total < 0)',
      'SELECT 1 FROM orders WHERE note IS NULL LIMIT 1',
      'SELECT * FROM orders LIMIT 1',
      "COPY (SELECT * FROM orders) TO '/dev/null'",
      "COPY orders TO '/dev/null'",
      "COPY (SELECT id, status FROM orders WHERE note IS NOT NULL) TO '/dev/null'",
      'DO $$ BEGIN PERFORM count(*) FROM orders; END $$',
      "DO $$ DECLARE found bigint; BEGIN SELECT count(*) INTO found FROM orders WHERE note IS NULL; RAISE NOTICE '%', found; END $$",
      "DO $$ BEGIN IF EXISTS (SELECT FROM orders WHERE status = 'lost') THEN RAISE EXCEPTION 'there are'; END IF; END $$",
      "DO $$ BEGIN IF (SELECT count(*) FROM orders) = 0 THEN RAISE EXCEPTION 'there are none'; END IF; END $$",
      'EXPLAIN (ANALYZE, TIMING OFF) SELECT count(*) FROM orders WHERE total > 100',
      "INSERT INTO counts SELECT 'orders', count(*) FROM orders",
      "INSERT INTO counts VALUES ('noted', (SELECT count(*) FROM orders WHERE note IS NOT NULL))",
      'CREATE TABLE counted AS SELECT count(*) AS rows, max(total) AS most FROM orders',
    ],
    dataChanges: [],
  },
]
