import { askedVersions } from '../support/server'

/** What one version of the application asks of the database. `$1` is a row's id, `$2` the value that is written. */
export interface Code {
  readonly read: string
  readonly insert: string
  readonly update: string
  /** Gives `id` and `value` of the rows whose ids are in `$1`. */
  readonly written: string
}

/** A change of the schema that an application has to live through. */
export interface Scenario {
  readonly name: string
  /** Statements that make the tables, `ROWS` standing for the rows of the large one. */
  readonly make: readonly string[]
  readonly sql: string
  /** What runs before the change. */
  readonly code: Code
  /** What runs after it, where it is another: deployed where the plan says so. */
  readonly newCode?: Code
  /** Finds what must not be there in the end; `ROWS` as above. */
  readonly wrong?: string
  /** `npm test` has no time for all of them: for `npm run bench:traffic`, and where TRAFFIC or INTERRUPT is set. */
  readonly whenAsked?: true
  /** Older servers leave no other way than an outline. */
  readonly from?: number
}

const code: Code = {
  read: 'SELECT amount, status FROM orders WHERE id = $1',
  insert: "INSERT INTO orders (id, customer_id, status, amount, code) VALUES ($1::bigint, $1::bigint % 1000 + 1, 'new', $2, 'c' || $1::bigint)",
  update: 'UPDATE orders SET amount = $2 WHERE id = $1',
  written: 'SELECT id, amount AS value FROM orders WHERE id = ANY ($1)',
}

/** What the column gets is its default. */
const withoutCode: Code = { ...code, insert: "INSERT INTO orders (id, customer_id, status, amount) VALUES ($1::bigint, $1::bigint % 1000 + 1, 'new', $2)" }

const renamed = (from: RegExp, to: string): Code => ({ read: code.read.replace(from, to), insert: code.insert.replace(from, to), update: code.update.replace(from, to), written: code.written.replace(from, to) })

const columns = "customer_id bigint NOT NULL, status text, amount bigint NOT NULL, code text, at date NOT NULL DEFAULT '2024-03-01'"
const fill = "INSERT INTO orders SELECT g, g % 1000 + 1, CASE WHEN g % 3 = 0 THEN 'void' ELSE 'new' END, 0, 'c' || g, date '2024-01-01' + (g % 700)::int FROM generate_series(1, ROWS) g"
const customers = ['CREATE TABLE customers (id bigint PRIMARY KEY)', 'INSERT INTO customers SELECT g FROM generate_series(1, 1000) g']
const orders = [...customers, `CREATE TABLE orders (id bigint PRIMARY KEY, ${columns})`, fill]

const partitioned = [
  ...customers,
  `CREATE TABLE orders (id bigint, ${columns}, PRIMARY KEY (id, at)) PARTITION BY RANGE (at)`,
  "CREATE TABLE orders_2024 PARTITION OF orders FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')",
  "CREATE TABLE orders_2025 PARTITION OF orders FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')",
  fill,
]

const toPartitions = [
  `CREATE TABLE orders_new (id bigint, ${columns}, PRIMARY KEY (id, at)) PARTITION BY RANGE (at)`,
  "CREATE TABLE orders_2024 PARTITION OF orders_new FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')",
  "CREATE TABLE orders_2025 PARTITION OF orders_new FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')",
  'INSERT INTO orders_new SELECT * FROM orders',
  'ALTER TABLE orders RENAME TO orders_whole',
  'ALTER TABLE orders_new RENAME TO orders',
]

/** Nobody changes a row that the application has added, so that of each there is to be one change. */
const counting = (table: string): string => `CREATE TRIGGER counted AFTER INSERT OR UPDATE ON ${table} FOR EACH ROW EXECUTE FUNCTION count_change()`
const counted = ['CREATE TABLE changes (order_id bigint)', 'CREATE INDEX changes_order ON changes (order_id)', "CREATE FUNCTION count_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO changes VALUES (NEW.id); RETURN NULL; END'", counting('orders')]

const split = ['CREATE TABLE amounts (order_id bigint PRIMARY KEY REFERENCES orders, amount bigint)', 'INSERT INTO amounts (order_id, amount) SELECT id, amount FROM orders', 'ALTER TABLE orders DROP COLUMN amount']
const splitCode: Code = {
  read: 'SELECT amounts.amount, status FROM orders JOIN amounts ON order_id = id WHERE id = $1',
  insert: "WITH made AS (INSERT INTO orders (id, customer_id, status, code) VALUES ($1::bigint, $1::bigint % 1000 + 1, 'new', 'c' || $1::bigint)) INSERT INTO amounts VALUES ($1, $2) ON CONFLICT (order_id) DO UPDATE SET amount = EXCLUDED.amount",
  update: 'UPDATE amounts SET amount = $2 WHERE order_id = $1',
  written: 'SELECT id, amounts.amount AS value FROM orders JOIN amounts ON order_id = id WHERE id = ANY ($1)',
}

/** With what leads to the table by itself: keys of others and of its own, and a view through which the application reads. */
const led = ['ALTER TABLE orders ADD COLUMN parent_id bigint CONSTRAINT orders_parent REFERENCES orders', 'CREATE TABLE lines (order_id bigint CONSTRAINT lines_order REFERENCES orders ON DELETE CASCADE, note text)', 'INSERT INTO lines SELECT id FROM orders', 'CREATE INDEX lines_order_id ON lines (order_id)', 'CREATE VIEW open_orders AS SELECT id, amount, status FROM orders']
const exchangeOfAll = [
  `CREATE TABLE orders_new (id bigint PRIMARY KEY, ${columns}, parent_id bigint CONSTRAINT orders_parent REFERENCES orders_new)`,
  'INSERT INTO orders_new SELECT * FROM orders',
  'DROP VIEW open_orders',
  'ALTER TABLE lines DROP CONSTRAINT lines_order',
  'ALTER TABLE orders RENAME TO orders_whole',
  'ALTER TABLE orders_new RENAME TO orders',
  'ALTER TABLE lines ADD CONSTRAINT lines_order FOREIGN KEY (order_id) REFERENCES orders ON DELETE CASCADE',
  'CREATE VIEW open_orders AS SELECT id, amount, status FROM orders',
]
const ledCode: Code = {
  read: 'SELECT amount, status FROM open_orders WHERE id = $1',
  insert: "WITH made AS (INSERT INTO orders (id, customer_id, status, amount, code, parent_id) VALUES ($1::bigint, $1::bigint % 1000 + 1, 'new', $2, 'c' || $1::bigint, $1) RETURNING id) INSERT INTO lines SELECT id FROM made",
  update: code.update,
  written: 'SELECT id, amount AS value FROM open_orders WHERE id = ANY ($1)',
}

/** What is written says what the value is to be, and names the type. */
const states = ["CREATE TYPE state AS ENUM ('new', 'held', 'paid', 'void')", 'ALTER TABLE orders ALTER COLUMN status TYPE state USING status::state', "ALTER TABLE orders ALTER COLUMN status SET DEFAULT 'new'", 'CREATE INDEX orders_status ON orders (status)']
const stateCode: Code = {
  ...code,
  insert: "INSERT INTO orders (id, customer_id, status, amount) VALUES ($1::bigint, $1::bigint % 1000 + 1, (ARRAY['new', 'paid']::state[])[1 + $2::bigint % 2], $2)",
  update: "UPDATE orders SET amount = $2, status = (CASE $2::bigint % 2 WHEN 0 THEN 'new' ELSE 'paid' END)::state WHERE id = $1",
}
const stateAnew = [
  "CREATE TYPE state_new AS ENUM ('new', 'paid', 'void')",
  'ALTER TABLE orders ALTER COLUMN status DROP DEFAULT',
  'ALTER TABLE orders ALTER COLUMN status TYPE state_new USING status::text::state_new',
  'DROP TYPE state',
  'ALTER TYPE state_new RENAME TO state',
  "ALTER TABLE orders ALTER COLUMN status SET DEFAULT 'new'",
]

/** Two columns of one type, of which one says what the other does. */
const statesOfTwo = [...states, 'ALTER TABLE orders ADD COLUMN former state', 'UPDATE orders SET former = status', 'CREATE INDEX orders_former ON orders (former) WHERE former IS NOT NULL']
const stateOfTwoAnew = [...stateAnew.slice(0, 3), 'ALTER TABLE orders ALTER COLUMN former TYPE state_new USING former::text::state_new', ...stateAnew.slice(3)]
const twoStatesCode: Code = {
  ...stateCode,
  insert: stateCode.insert.replace('status, amount)', 'status, former, amount)').replace('% 2], $2)', "% 2], 'void', $2)"),
  update: stateCode.update.replace("::state WHERE", "::state, former = 'new'::state WHERE"),
}

/** Of another schema than the one that statements without one mean. */
const moved = renamed(/orders/, 'archive.orders')

/** A table that is to be a partition, and is in use already. */
const coming = ['CREATE TABLE orders_2026 (LIKE orders INCLUDING ALL)', fill.replace('orders SELECT g,', 'orders_2026 SELECT g + 1000000000,').replace("date '2024-01-01' + (g % 700)::int", "date '2026-06-01'")]
const comingCode: Code = {
  ...code,
  read: 'SELECT amount, status FROM orders_2026 WHERE id = $1 UNION ALL SELECT amount, status FROM orders WHERE id = $1',
  insert: "WITH also AS (INSERT INTO orders_2026 (id, customer_id, amount, at) VALUES ($1::bigint, 1, $2, '2026-03-01')) INSERT INTO orders (id, customer_id, amount) VALUES ($1, 1, $2)",
}

/** Views over the table and over another that refers to it. */
const underViews = ['CREATE TABLE lines (order_id int CONSTRAINT lines_order REFERENCES orders, note text)', 'INSERT INTO lines SELECT id FROM orders', 'CREATE INDEX lines_order_id ON lines (order_id)', 'CREATE VIEW told AS SELECT id, amount, status, note FROM orders LEFT JOIN lines ON order_id = id', 'CREATE VIEW told_all AS SELECT id, amount, status FROM told']
const readThen = ["CREATE VIEW lively AS SELECT id, amount, status, 'a%s' AS said FROM orders WHERE status <> 'gone' OR amount > 5", "CREATE POLICY mine ON orders USING (status <> 'gone' AND amount >= 0)", "CREATE FUNCTION keep_row() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'", 'CREATE TRIGGER keep_row BEFORE UPDATE OF amount ON orders FOR EACH ROW WHEN (OLD.amount IS DISTINCT FROM NEW.amount) EXECUTE FUNCTION keep_row()']
const viewCode: Code = {
  read: 'SELECT amount, status FROM told_all WHERE id = $1',
  insert: "WITH made AS (INSERT INTO orders (id, customer_id, status, amount, code) VALUES ($1::bigint, $1::bigint % 1000 + 1, 'new', $2, 'c' || $1::bigint) RETURNING id) INSERT INTO lines SELECT id FROM made",
  update: code.update,
  written: 'SELECT id, amount AS value FROM told_all WHERE id = ANY ($1)',
}

/** A trigger ahead of each change puts another value in the place of the statement's. */
const tidied = ["CREATE FUNCTION tidy() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.status := lower(NEW.status); RETURN NEW; END'", 'CREATE TRIGGER tidy BEFORE INSERT OR UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION tidy()']

/** The application lets go of the table beside it. */
const withOld: Code = { ...code, read: 'SELECT amount, status FROM orders WHERE id = $1 UNION ALL SELECT NULL, note FROM old_orders WHERE id = $1' }
const old = ['CREATE TABLE old_orders (id bigint PRIMARY KEY, note text)', "INSERT INTO old_orders SELECT g, 'old' FROM generate_series(1, ROWS) g"]

const shown = ['CREATE VIEW shown AS SELECT id, amount, status FROM orders']
const shownCode: Code = { ...code, read: 'SELECT amount, status FROM shown WHERE id = $1', written: 'SELECT id, amount AS value FROM shown WHERE id = ANY ($1)' }

/** A directory inside the server's own; one for each scenario, for databases of the other may be kept in it. */
const anotherDisk = (name: string): readonly string[] => ['SET allow_in_place_tablespaces = on', `DROP TABLESPACE IF EXISTS ${name}`, `CREATE TABLESPACE ${name} LOCATION ''`]

/** A function that each request calls. */
const called = ["CREATE FUNCTION doubled(amount bigint) RETURNS bigint LANGUAGE sql AS 'SELECT amount * 2'"]
const calledCode: Code = { ...code, read: 'SELECT doubled(amount), status FROM orders WHERE id = $1' }

/** Those that a run of the tests takes. */
export const scenariosAsked = (): readonly Scenario[] => scenarios.filter(({ from = 0 }) => from <= askedVersions[0]!).filter(({ whenAsked }) => !whenAsked || process.env['TRAFFIC'] !== undefined || process.env['INTERRUPT'] === 'all')

/** Everything that a server takes a strong lock for, or that code does not live through unless it is done in stages. */
export const scenarios: readonly Scenario[] = [
  { name: 'index', make: orders, sql: 'CREATE INDEX orders_status ON orders (status)', code },
  { name: 'unique', make: orders, sql: 'ALTER TABLE orders ADD CONSTRAINT orders_code UNIQUE (code)', code },
  { name: 'foreign key', make: orders, sql: 'ALTER TABLE orders ADD CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES customers', code },
  { name: 'check', make: orders, sql: 'ALTER TABLE orders ADD CONSTRAINT orders_amount CHECK (amount >= 0)', code },
  { name: 'set not null', make: orders, sql: 'ALTER TABLE orders ALTER COLUMN status SET NOT NULL', code },
  { name: 'primary key', make: [...customers, `CREATE TABLE orders (id bigint, ${columns})`, fill, 'CREATE INDEX orders_id ON orders (id)'], sql: 'ALTER TABLE orders ADD PRIMARY KEY (id)', code },
  { name: 'volatile default', make: orders, sql: 'ALTER TABLE orders ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid()', code },
  { name: 'rename column', make: orders, sql: 'ALTER TABLE orders RENAME COLUMN amount TO total', code, newCode: renamed(/amount/, 'total') },
  { name: 'rename table', make: orders, sql: 'ALTER TABLE orders RENAME TO purchases', code, newCode: renamed(/orders/, 'purchases') },
  { name: 'drop column', make: [...orders, 'ALTER TABLE orders ALTER COLUMN code SET NOT NULL'], sql: 'ALTER TABLE orders DROP COLUMN code', code, newCode: { ...code, insert: "INSERT INTO orders (id, customer_id, status, amount) VALUES ($1::bigint, $1::bigint % 1000 + 1, 'new', $2)" } },
  { name: 'type', make: orders, sql: 'ALTER TABLE orders ALTER COLUMN amount TYPE numeric(20, 2)', code },
  { name: 'type of a key under views', make: [...customers, `CREATE TABLE orders (id int PRIMARY KEY, ${columns})`, fill, ...underViews], sql: 'ALTER TABLE orders ALTER COLUMN id TYPE bigint', code: viewCode, whenAsked: true },
  { name: 'type under a view with literals, a policy and a trigger', make: [...orders, ...readThen], sql: 'ALTER TABLE orders ALTER COLUMN amount TYPE numeric(20, 2)', code: { ...code, read: "SELECT amount, status FROM lively WHERE id = $1 AND said = 'a%s'" }, whenAsked: true },
  { name: 'type of a key', make: [...customers, `CREATE TABLE orders (id int PRIMARY KEY, ${columns})`, fill, 'CREATE TABLE lines (order_id int REFERENCES orders, note text)'], sql: 'ALTER TABLE orders ALTER COLUMN id TYPE bigint', code },
  { name: 'type that writes no row under views', make: [...orders.map((one) => one.replace('code text', 'code varchar(40)')), 'CREATE VIEW coded AS SELECT id, amount, status, code FROM orders', "CREATE VIEW coded_new AS SELECT id, amount, code FROM coded WHERE code <> ''"], sql: 'ALTER TABLE orders ALTER COLUMN code TYPE text', code: { ...code, read: 'SELECT amount, status FROM coded WHERE id = $1', written: 'SELECT id, amount AS value FROM coded_new WHERE id = ANY ($1)' }, whenAsked: true },
  { name: 'update behind a trigger', make: [...orders, ...tidied], sql: "UPDATE orders SET status = 'Paid' WHERE code LIKE 'c%'", code, wrong: "SELECT id FROM orders WHERE id <= ROWS AND status <> 'paid'", whenAsked: true },
  { name: 'update', make: orders, sql: "UPDATE orders SET status = 'paid' WHERE status = 'new'", code },
  { name: 'delete', make: [...orders, fill.replace('SELECT g,', 'SELECT g + 1000000000,').replace("'new'", "'old'")], sql: "DELETE FROM orders WHERE status = 'old'", code },
  { name: 'delete of what other rows tell', make: [...orders, fill.replace('SELECT g,', 'SELECT g + 1000000000,').replace("'new'", "'old'")], sql: "DELETE FROM orders WHERE id IN (SELECT id + 1000000000 FROM orders)", code, whenAsked: true },
  { name: 'copy', make: [...orders, 'CREATE TABLE archive (LIKE orders INCLUDING ALL)'], sql: "INSERT INTO archive SELECT * FROM orders WHERE status <> 'void'", code },
  { name: 'copy without the key', make: [...orders, 'CREATE TABLE changes (order_id bigint, what text)'], sql: "INSERT INTO changes SELECT id, status FROM orders WHERE status <> 'void'", code, wrong: "SELECT order_id FROM changes GROUP BY 1 HAVING count(*) > 1 UNION ALL SELECT id FROM orders WHERE id <= ROWS AND status <> 'void' AND id NOT IN (SELECT order_id FROM changes)", whenAsked: true },
  { name: 'refresh without an index', make: [...orders, 'CREATE MATERIALIZED VIEW totals AS SELECT customer_id, status, sum(amount) AS amount FROM orders GROUP BY 1, 2'], sql: 'REFRESH MATERIALIZED VIEW totals', code: { ...code, read: 'SELECT orders.amount, status FROM orders LEFT JOIN totals USING (customer_id, status) WHERE id = $1' }, whenAsked: true },
  { name: 'index of partitions', make: partitioned, sql: 'CREATE INDEX orders_code ON orders (code)', code },
  { name: 'type in partitions', make: [...partitioned, 'CREATE INDEX orders_amount ON orders (amount)'], sql: 'ALTER TABLE orders ALTER COLUMN amount TYPE numeric(20, 2)', code },
  { name: 'type of a key of partitions', make: partitioned.map((one) => one.replace('(id bigint', '(id int')), sql: 'ALTER TABLE orders ALTER COLUMN id TYPE bigint', code },
  { name: 'to partitions', make: orders, sql: toPartitions.join(';\n'), code },
  { name: 'to partitions with triggers', make: [...orders, ...counted], sql: [...toPartitions.slice(0, 4), counting('orders_new'), ...toPartitions.slice(4)].join(';\n'), code, wrong: 'SELECT id FROM orders WHERE id > ROWS AND (SELECT count(*) FROM changes WHERE order_id = id) <> 1', whenAsked: true },
  { name: 'exchange with keys and a view', make: [...orders, ...led], sql: exchangeOfAll.join(';\n'), code: ledCode, wrong: 'SELECT id FROM orders WHERE id > ROWS AND NOT EXISTS (SELECT FROM lines WHERE order_id = id)', whenAsked: true },
  { name: 'generated column', make: orders, sql: 'ALTER TABLE orders ADD COLUMN twice bigint GENERATED ALWAYS AS (amount * 2) STORED', code, wrong: 'SELECT id FROM orders WHERE twice IS DISTINCT FROM amount * 2' },
  { name: 'vacuum full under keys, a view and triggers', make: [...orders, ...led, ...counted, 'CREATE STATISTICS orders_told ON status, amount FROM orders'], sql: 'VACUUM FULL orders', code: ledCode, wrong: 'SELECT id FROM orders WHERE id > ROWS AND NOT EXISTS (SELECT FROM lines WHERE order_id = id)', whenAsked: true },
  { name: 'exclusion', make: [...orders, 'UPDATE orders SET code = id'], sql: 'ALTER TABLE orders ADD CONSTRAINT orders_code EXCLUDE USING btree (code WITH =)', code, whenAsked: true },
  { name: 'split', make: [...orders, 'ALTER TABLE orders ALTER COLUMN amount DROP NOT NULL'], sql: split.join(';\n'), code, newCode: splitCode },
  { name: 'reindex', make: [...orders, 'CREATE INDEX orders_code ON orders (code)'], sql: 'REINDEX TABLE orders', code },
  { name: 'identity', make: [...customers, `CREATE TABLE orders (id bigint UNIQUE, ${columns})`, fill], sql: 'ALTER TABLE orders ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY', code, whenAsked: true },
  { name: 'default in partitions, no key', make: [...partitioned.map((one) => one.replace(', PRIMARY KEY (id, at)', '')), 'CREATE INDEX orders_id ON orders (id)'], sql: 'ALTER TABLE orders ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid()', code, whenAsked: true },
  { name: 'update that is not to be done twice', make: orders, sql: "UPDATE orders SET code = code || '!'", code, whenAsked: true },
  { name: 'another key', make: orders, sql: 'ALTER TABLE orders DROP CONSTRAINT orders_pkey, ADD COLUMN number bigserial PRIMARY KEY, ADD CONSTRAINT orders_id UNIQUE (id)', code, whenAsked: true },
  { name: 'enum made anew', make: [...orders, ...states], sql: stateAnew.join(';\n'), code: stateCode, wrong: "SELECT id FROM orders WHERE amount > 0 AND status::text <> CASE amount % 2 WHEN 0 THEN 'new' ELSE 'paid' END" },
  { name: 'attach', make: [...partitioned, ...coming], sql: "ALTER TABLE orders ATTACH PARTITION orders_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')", code: comingCode, wrong: 'SELECT id FROM orders WHERE id > ROWS AND id < 1000000000 GROUP BY id HAVING count(*) <> 2', whenAsked: true },
  { name: 'type without a key', make: [...customers, `CREATE TABLE orders (id bigint, ${columns})`, fill, 'CREATE INDEX orders_id ON orders (id)'], sql: 'ALTER TABLE orders ALTER COLUMN amount TYPE numeric(20, 2)', code, whenAsked: true },
  { name: 'fill, then default and not null', make: orders.map((one) => one.replace("'c' || g,", "nullif('c' || g, 'c7'),")), sql: "UPDATE orders SET code = '-' WHERE code IS NULL OR code LIKE 'c%';\nALTER TABLE orders ALTER COLUMN code SET DEFAULT '-', ALTER COLUMN code SET NOT NULL", code: withoutCode, whenAsked: true },
  { name: 'enum of two columns made anew', make: [...orders, ...statesOfTwo], sql: stateOfTwoAnew.join(';\n'), code: twoStatesCode, wrong: "SELECT id FROM orders WHERE amount > 0 AND status::text <> CASE amount % 2 WHEN 0 THEN 'new' ELSE 'paid' END", whenAsked: true },
  { name: 'type by a second table', make: [...orders, 'CREATE DOMAIN cents AS bigint CHECK (VALUE >= 0)', 'CREATE INDEX orders_amount ON orders (amount)'], sql: 'ALTER TABLE orders ALTER COLUMN amount TYPE cents', code, whenAsked: true },
  { name: 'serial', make: orders, sql: 'ALTER TABLE orders ADD COLUMN number bigserial', code, wrong: 'SELECT number FROM orders GROUP BY number HAVING count(*) > 1', whenAsked: true },
  { name: 'foreign key of partitions', make: partitioned, sql: 'ALTER TABLE orders ADD CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES customers ON DELETE CASCADE', code, whenAsked: true },
  { name: 'unique of partitions', make: partitioned, sql: 'ALTER TABLE orders ADD CONSTRAINT orders_code UNIQUE (code, at)', code, whenAsked: true },
  { name: 'not null in partitions', make: partitioned, sql: 'ALTER TABLE orders ALTER COLUMN status SET NOT NULL', code, whenAsked: true },
  { name: 'set logged', make: [...customers, `CREATE UNLOGGED TABLE orders (id bigint PRIMARY KEY, ${columns})`, fill], sql: 'ALTER TABLE orders SET LOGGED', code, whenAsked: true },
  { name: 'set schema', make: [...orders, 'DROP SCHEMA IF EXISTS archive CASCADE', 'CREATE SCHEMA archive'], sql: 'ALTER TABLE orders SET SCHEMA archive', code, newCode: moved, whenAsked: true },
  { name: 'several problems of one statement', make: orders, sql: "ALTER TABLE orders ADD CONSTRAINT orders_code UNIQUE (code), ADD CONSTRAINT orders_amount CHECK (amount >= 0), ALTER COLUMN status SET NOT NULL, ADD CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES customers, ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid()", code, whenAsked: true },
  { name: 'tablespace', make: [...orders, 'CREATE INDEX orders_code ON orders (code)', ...anotherDisk('another_disk')], sql: 'ALTER TABLE orders SET TABLESPACE another_disk', code, whenAsked: true },
  { name: 'index to a tablespace', make: [...orders, 'CREATE INDEX orders_code ON orders (code)', ...anotherDisk('index_disk')], sql: 'ALTER INDEX orders_code SET TABLESPACE index_disk', code, from: 14, whenAsked: true },
  { name: 'cluster', make: [...orders, 'CREATE INDEX orders_at ON orders (at)'], sql: 'CLUSTER orders USING orders_pkey', code, whenAsked: true },
  { name: 'detach', make: [...partitioned, "CREATE TABLE orders_2023 PARTITION OF orders FOR VALUES FROM ('2023-01-01') TO ('2024-01-01')", "INSERT INTO orders SELECT g + 1000000000, 1, 'void', 0, NULL, '2023-05-05' FROM generate_series(1, ROWS) g"], sql: 'ALTER TABLE orders DETACH PARTITION orders_2023', code, whenAsked: true },
  { name: 'drop table', make: [...orders, ...old], sql: 'DROP TABLE old_orders', code: withOld, newCode: code, whenAsked: true },
  { name: 'drop table with keys', make: [...orders, 'CREATE TABLE old_lines (order_id bigint REFERENCES orders, note text)', "INSERT INTO old_lines SELECT id, 'old' FROM orders"], sql: 'DROP TABLE old_lines', code, whenAsked: true },
  { name: 'rename view', make: [...orders, ...shown], sql: 'ALTER VIEW shown RENAME TO displayed', code: shownCode, newCode: { ...shownCode, read: shownCode.read.replace('shown', 'displayed'), written: shownCode.written.replace('shown', 'displayed') }, whenAsked: true },
  { name: 'drop function', make: [...orders, ...called], sql: 'DROP FUNCTION doubled(bigint)', code: calledCode, newCode: code, whenAsked: true },
  { name: 'unique of a new column', make: orders, sql: 'ALTER TABLE orders ADD COLUMN token uuid DEFAULT gen_random_uuid() UNIQUE', code, whenAsked: true },
  { name: 'drop index', make: [...orders, 'CREATE INDEX orders_code ON orders (code)'], sql: 'DROP INDEX orders_code', code },
]
