import { beforeAll, describe, expect, test } from 'vitest'
import type { Catalog } from '../../server/catalog/catalog'
import { catalogFromSnapshot } from '../../server/catalog/from-snapshot'
import { assumedCalibration } from '../../server/estimate/calibration'
import { snapshotOfPglite } from '../support/snapshot-of-pglite'
import { loadParser } from '../../server/sql/parser'
import { catalogState, difference } from '../support/catalog-state'
import { analyseSql, statementsOf } from '../support/engine'
import { cleanPglite } from '../support/pglite'

let catalog: Catalog

beforeAll(async () => {
  await loadParser()
  const database = await cleanPglite()
  await database.exec(world)
  catalog = catalogFromSnapshot(await snapshotOfPglite(database))
})

/** Tables with all that the cases need; the snapshot is taken after. */
const world = `
  CREATE TABLE customers (id bigint PRIMARY KEY, email text NOT NULL UNIQUE, name text, country text);
  CREATE TABLE orders (
    id bigint NOT NULL, customer_id bigint, number text, total numeric, placed date, period tstzrange, "Delivery Note" text,
    CONSTRAINT positive CHECK (total > 0),
    CONSTRAINT of_customer FOREIGN KEY (customer_id) REFERENCES customers (id) ON UPDATE CASCADE ON DELETE SET NULL,
    CONSTRAINT number_once UNIQUE NULLS NOT DISTINCT (number) WITH (fillfactor = 70),
    CONSTRAINT apart EXCLUDE USING gist (period WITH &&),
    CONSTRAINT later UNIQUE (placed) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT has_note NOT NULL "Delivery Note");
  ALTER TABLE orders ADD CONSTRAINT unchecked CHECK (total < 100) NOT VALID;
  CREATE UNIQUE INDEX orders_id ON orders (id) WITH (fillfactor = 80);
  CREATE UNIQUE INDEX orders_total ON orders (total) NULLS NOT DISTINCT;
  CREATE INDEX "By Number" ON orders USING btree (lower(number) text_pattern_ops DESC NULLS LAST, placed) INCLUDE (total) WHERE (placed > '2020-01-01'::date);
  CREATE TABLE accounts (customer_id bigint REFERENCES customers (id), kind text, PRIMARY KEY (customer_id, kind));
  CREATE TABLE entries (account bigint, account_kind text, FOREIGN KEY (account, account_kind) REFERENCES accounts (customer_id, kind) MATCH FULL);
  CREATE TABLE events (id bigint NOT NULL, at date NOT NULL, kind text) PARTITION BY RANGE (at);
  CREATE INDEX events_kind ON events (kind);
  ALTER TABLE events ADD CONSTRAINT events_once UNIQUE (id, at), ADD CONSTRAINT events_of FOREIGN KEY (id) REFERENCES customers (id);
  CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
  CREATE TABLE events_2025 (id bigint NOT NULL, at date NOT NULL, kind text);
  CREATE TABLE logs (id bigint, at date NOT NULL) PARTITION BY RANGE (at);
  CREATE TABLE logs_2024 PARTITION OF logs FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
  CREATE INDEX logs_2024_id ON logs_2024 (id);
  CREATE TABLE readings (id bigint, value numeric);
  CREATE TABLE readings_old (id bigint, value numeric);
  CREATE TABLE readings_new () INHERITS (readings);
  CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
  CREATE TRIGGER "on Change" AFTER UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION nothing();
  CREATE RULE quiet AS ON DELETE TO readings_old DO INSTEAD NOTHING;
  CREATE POLICY own ON orders USING (true);
`

/** After the statement and its way back the database is what it was; `none` where what was there before is not known or cannot be brought back. */
type Row = readonly [statement: string, wayBack: string, but?: 'what was inherited counts as its own']

const rows: readonly Row[] = [
  ['CREATE INDEX orders_placed ON orders (placed)', 'DROP INDEX CONCURRENTLY orders_placed;'],
  ['CREATE INDEX CONCURRENTLY ON public.orders (placed)', 'DROP INDEX CONCURRENTLY public.orders_placed_idx;'],
  ['CREATE UNIQUE INDEX "By Date" ON orders (placed)', 'DROP INDEX CONCURRENTLY "By Date";'],
  ['CREATE INDEX IF NOT EXISTS orders_placed ON orders (placed)', 'DROP INDEX CONCURRENTLY orders_placed;'],
  ['CREATE INDEX IF NOT EXISTS orders_id ON orders (placed)', 'none'],
  ['CREATE INDEX IF NOT EXISTS elsewhere_x ON elsewhere (x)', 'none'],
  ['CREATE INDEX ON elsewhere (x)', 'none'],
  ['CREATE INDEX logs_at ON logs (at)', 'DROP INDEX logs_at;'],
  ['CREATE INDEX logs_id ON logs (id)', 'none'],
  ['CREATE INDEX logs_id ON ONLY logs (id)', 'DROP INDEX logs_id;'],

  ['DROP INDEX orders_id', "-- Builds the index anew.\nCREATE UNIQUE INDEX CONCURRENTLY orders_id ON public.orders USING btree (id) WITH (fillfactor='80');"],
  ['DROP INDEX CONCURRENTLY IF EXISTS orders_total', '-- Builds the index anew.\nCREATE UNIQUE INDEX CONCURRENTLY orders_total ON public.orders USING btree (total) NULLS NOT DISTINCT;'],
  [
    'DROP INDEX "By Number"',
    `-- Builds the index anew.\nCREATE INDEX CONCURRENTLY "By Number" ON public.orders USING btree (lower(number) text_pattern_ops DESC NULLS LAST, placed) INCLUDE (total) WHERE (placed > '2020-01-01'::date);`,
  ],
  ['DROP INDEX events_kind', 'none'],
  ['DROP INDEX IF EXISTS unknown_index', 'none'],

  ['ALTER TABLE orders ADD CONSTRAINT small CHECK (total < 1000)', 'ALTER TABLE orders DROP CONSTRAINT small;'],
  ['ALTER TABLE orders ADD CHECK (total < 1000) NOT VALID', 'ALTER TABLE orders DROP CONSTRAINT orders_total_check;'],
  ['ALTER TABLE readings ADD CHECK (value > 0)', 'ALTER TABLE readings DROP CONSTRAINT readings_value_check;'],
  ['ALTER TABLE public.orders ADD FOREIGN KEY (id) REFERENCES customers', 'ALTER TABLE public.orders DROP CONSTRAINT orders_id_fkey;'],
  ['ALTER TABLE logs ADD CONSTRAINT logs_of FOREIGN KEY (id) REFERENCES customers NOT VALID', 'ALTER TABLE logs DROP CONSTRAINT logs_of;'],
  ['ALTER TABLE orders ADD UNIQUE (number, placed)', 'ALTER TABLE orders DROP CONSTRAINT orders_number_placed_key;'],
  ['ALTER TABLE orders ADD CONSTRAINT "Total once" UNIQUE USING INDEX orders_total', 'ALTER TABLE orders DROP CONSTRAINT "Total once";\n-- Builds the index anew.\nCREATE UNIQUE INDEX CONCURRENTLY orders_total ON public.orders USING btree (total) NULLS NOT DISTINCT;'],
  ['ALTER TABLE orders ADD PRIMARY KEY (id)', 'ALTER TABLE orders DROP CONSTRAINT orders_pkey;'],
  ['ALTER TABLE orders ADD PRIMARY KEY (id, number)', 'ALTER TABLE orders DROP CONSTRAINT orders_pkey, ALTER COLUMN number DROP NOT NULL;'],
  ['ALTER TABLE readings ADD PRIMARY KEY (id)', 'ALTER TABLE readings DROP CONSTRAINT readings_pkey, ALTER COLUMN id DROP NOT NULL;'],
  ['ALTER TABLE orders ADD PRIMARY KEY USING INDEX orders_id', "ALTER TABLE orders DROP CONSTRAINT orders_id;\n-- Builds the index anew.\nCREATE UNIQUE INDEX CONCURRENTLY orders_id ON public.orders USING btree (id) WITH (fillfactor='80');"],
  ['ALTER TABLE readings ADD EXCLUDE USING btree (id WITH =)', 'ALTER TABLE readings DROP CONSTRAINT readings_id_excl;'],
  ['ALTER TABLE orders ADD CONSTRAINT has_total NOT NULL total', 'ALTER TABLE orders DROP CONSTRAINT has_total;'],
  ['ALTER TABLE readings ADD NOT NULL value NOT VALID', 'ALTER TABLE readings DROP CONSTRAINT readings_value_not_null;'],
  ['ALTER TABLE orders ADD CONSTRAINT has_note NOT NULL "Delivery Note"', 'none'],
  ['ALTER TABLE elsewhere ADD CONSTRAINT once UNIQUE (x)', 'ALTER TABLE elsewhere DROP CONSTRAINT once;'],
  ['ALTER TABLE elsewhere ADD UNIQUE (x)', 'none'],
  ['ALTER TABLE elsewhere ADD CONSTRAINT first PRIMARY KEY (x)', 'none'],
  ['ALTER TABLE elsewhere ADD CONSTRAINT once UNIQUE USING INDEX elsewhere_x', 'none'],

  ['ALTER TABLE orders DROP CONSTRAINT positive', 'ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > (0)::numeric) NOT VALID;\n-- Reads every row again.\nALTER TABLE orders VALIDATE CONSTRAINT positive;'],
  ['ALTER TABLE orders DROP CONSTRAINT unchecked', 'none'],
  [
    'ALTER TABLE orders DROP CONSTRAINT of_customer',
    'ALTER TABLE orders ADD CONSTRAINT of_customer FOREIGN KEY (customer_id) REFERENCES public.customers (id) ON UPDATE CASCADE ON DELETE SET NULL NOT VALID;\n-- Reads every row again.\nALTER TABLE orders VALIDATE CONSTRAINT of_customer;',
  ],
  [
    'ALTER TABLE events DROP CONSTRAINT events_of',
    'ALTER TABLE events ADD CONSTRAINT events_of FOREIGN KEY (id) REFERENCES public.customers (id) NOT VALID;\n-- Reads every row again.\nALTER TABLE events VALIDATE CONSTRAINT events_of;',
  ],
  [
    'ALTER TABLE orders DROP CONSTRAINT number_once',
    "-- Builds the index anew.\nCREATE UNIQUE INDEX CONCURRENTLY number_once ON public.orders USING btree (number) NULLS NOT DISTINCT WITH (fillfactor='70');\nALTER TABLE orders ADD CONSTRAINT number_once UNIQUE USING INDEX number_once;",
  ],
  ['ALTER TABLE orders DROP CONSTRAINT has_note', 'ALTER TABLE orders ADD CONSTRAINT has_note NOT NULL "Delivery Note" NOT VALID;\n-- Reads every row again.\nALTER TABLE orders VALIDATE CONSTRAINT has_note;'],
  ['ALTER TABLE customers DROP CONSTRAINT customers_pkey CASCADE', 'none'],
  ['ALTER TABLE customers DROP CONSTRAINT customers_email_key CASCADE', '-- Builds the index anew.\nCREATE UNIQUE INDEX CONCURRENTLY customers_email_key ON public.customers USING btree (email);\nALTER TABLE customers ADD CONSTRAINT customers_email_key UNIQUE USING INDEX customers_email_key;'],
  ['ALTER TABLE orders DROP CONSTRAINT apart', 'none'],
  ['ALTER TABLE orders DROP CONSTRAINT later', 'none'],
  [
    'ALTER TABLE entries DROP CONSTRAINT entries_account_account_kind_fkey',
    'ALTER TABLE entries ADD CONSTRAINT entries_account_account_kind_fkey FOREIGN KEY (account, account_kind) REFERENCES public.accounts (customer_id, kind) MATCH FULL NOT VALID;\n-- Reads every row again.\nALTER TABLE entries VALIDATE CONSTRAINT entries_account_account_kind_fkey;',
  ],
  ['ALTER TABLE events DROP CONSTRAINT events_once', 'none'],
  ['ALTER TABLE orders DROP CONSTRAINT IF EXISTS unknown_constraint', 'none'],

  ['ALTER TABLE orders ALTER CONSTRAINT of_customer DEFERRABLE INITIALLY DEFERRED', 'ALTER TABLE orders ALTER CONSTRAINT of_customer NOT DEFERRABLE;'],
  ['ALTER TABLE orders ALTER CONSTRAINT of_customer NOT ENFORCED', '-- Reads every row again.\nALTER TABLE orders ALTER CONSTRAINT of_customer ENFORCED;'],
  ['ALTER TABLE orders ALTER CONSTRAINT has_note NO INHERIT', '-- Reads every row again.\nALTER TABLE orders ALTER CONSTRAINT has_note INHERIT;'],

  ['CREATE TRIGGER after_insert AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION nothing()', 'DROP TRIGGER after_insert ON orders;'],
  ['CREATE TRIGGER "after Insert" AFTER INSERT ON public.events FOR EACH ROW EXECUTE FUNCTION nothing()', 'DROP TRIGGER "after Insert" ON public.events;'],
  ['CREATE OR REPLACE TRIGGER after_insert AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION nothing()', 'DROP TRIGGER after_insert ON orders;'],
  ['CREATE OR REPLACE TRIGGER "on Change" AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION nothing()', 'none'],
  ['DROP TRIGGER "on Change" ON orders', 'none'],
  ['ALTER TRIGGER "on Change" ON orders RENAME TO on_change', 'ALTER TRIGGER on_change ON orders RENAME TO "on Change";'],
  ['ALTER POLICY own ON orders RENAME TO mine', 'ALTER POLICY mine ON orders RENAME TO own;'],
  ['ALTER RULE quiet ON readings_old RENAME TO silent', 'ALTER RULE silent ON readings_old RENAME TO quiet;'],
  ['ALTER TABLE orders DISABLE TRIGGER "on Change"', 'ALTER TABLE orders ENABLE TRIGGER "on Change";'],
  ['ALTER TABLE readings_old DISABLE RULE quiet', 'ALTER TABLE readings_old ENABLE RULE quiet;'],
  ['ALTER TABLE orders DISABLE TRIGGER ALL', 'none'],
  ['ALTER TABLE orders ENABLE TRIGGER "on Change"', 'ALTER TABLE orders ENABLE TRIGGER "on Change";'],

  [
    "ALTER TABLE events ATTACH PARTITION events_2025 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')",
    'ALTER TABLE events DETACH PARTITION events_2025;\nALTER TABLE events_2025 DROP CONSTRAINT events_of;\nALTER TABLE events_2025 DROP CONSTRAINT events_2025_id_at_key;\nDROP INDEX CONCURRENTLY public.events_2025_kind_idx;',
  ],
  ['ALTER TABLE events DETACH PARTITION events_2024', "-- Reads every row of the partition again.\nALTER TABLE events ATTACH PARTITION events_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');"],
  ['ALTER TABLE logs DETACH PARTITION logs_2024 CONCURRENTLY', "ALTER TABLE logs ATTACH PARTITION logs_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');\nALTER TABLE logs_2024 DROP CONSTRAINT logs_2024_at_check;"],
  ['ALTER TABLE readings_old INHERIT readings', 'ALTER TABLE readings_old NO INHERIT readings;'],
  ['ALTER TABLE readings_new NO INHERIT readings', 'ALTER TABLE readings_new INHERIT readings;', 'what was inherited counts as its own'],

  ['ALTER TABLE orders VALIDATE CONSTRAINT positive', '-- Nothing to undo: new rows were checked before.'],
  ['REINDEX INDEX CONCURRENTLY orders_id', '-- Nothing to undo: the indexes are the same, built anew.'],
]

const wayBackOf = (sql: string): string =>
  analyseSql(sql, { catalog, calibration: assumedCalibration, sized: true })
    .statements.at(-1)!
    .assessed.operations.map((operation) => operation.wayBack ?? 'none')
    .join('\n')

describe('what undoes', () => {
  for (const [statement, wayBack, but] of rows) {
    test(statement, async () => {
      expect(wayBackOf(statement)).toBe(wayBack)
      if (wayBack === 'none' || statement.includes('elsewhere')) return
      const database = await cleanPglite()
      await database.exec(world)
      const before = await catalogState(database)
      await database.exec(statement)
      for (const one of statementsOf(wayBack)) await database.exec(one)
      const changes = difference(before, await catalogState(database))
      expect(but ? changes.replaceAll(/^.* (local|inherited): \w+\n?/gm, '') : changes).toBe('')
    })
  }
})

test('an index that was changed since the snapshot is not made as it was then', () => {
  expect(wayBackOf('ALTER TABLE orders RENAME COLUMN number TO reference; DROP INDEX "By Number"')).toBe('none')
})

test('the actions of one ALTER TABLE are undone in the opposite order of their turns, not of the text', async () => {
  const statement = 'ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 1), DROP CONSTRAINT positive'
  const { operations } = analyseSql(statement, { catalog, calibration: assumedCalibration, sized: true }).statements[0]!.assessed
  expect(operations.map(({ kind, turn }) => [kind, turn])).toEqual([
    ['add-check', 1],
    ['drop-constraint', 0],
  ])
  const database = await cleanPglite()
  await database.exec(world)
  const before = await catalogState(database)
  await database.exec(statement)
  for (const { wayBack } of [...operations].sort((a, b) => b.turn - a.turn)) await database.exec(wayBack!)
  expect(difference(before, await catalogState(database))).toBe('')
})
