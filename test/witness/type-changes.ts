/** A type change on a schema with rows: the plan must end where the statement ends. */
export interface TypeChangeCase {
  readonly title: string
  readonly given: string
  readonly statement: string
  /** What the server runs in its place, where it refuses the statement as it stands. */
  readonly instead?: string
  /** Rows that are written between the steps; each number comes once. */
  readonly writes?: (number: number) => readonly string[]
  /** The first version that reads it. */
  readonly since?: number
  /** The first version that refuses it. */
  readonly until?: number
  /** From 18 on partitions have NOT NULL of their own afterwards, as the plan says. */
  readonly ownNotNull?: true
  /** The plan is not whole, and says this. */
  readonly outline?: string
  /** `staged` where it is not said. */
  readonly fit?: 'equivalent'
  /** Nothing leads back from the new values. */
  readonly oneWay?: true
  /** Long transactions are known to run. */
  readonly longestTransactionMs?: number
}

const orders = (column: string, more = ''): string => `
CREATE TABLE orders (id bigint PRIMARY KEY, ${column}${more});
INSERT INTO orders (id, value) SELECT n, n % 90 FROM generate_series(1, 300) n;`

const write = (value: (number: number) => string) => (number: number): readonly string[] => [
  `INSERT INTO orders (id, value) VALUES (${1000 + number}, ${value(number)})`,
  `UPDATE orders SET value = ${value(number + 1)} WHERE id = ${number + 5}`,
  `DELETE FROM orders WHERE id = ${number + 50}`,
]

const eventParts = `
CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01') PARTITION BY HASH (at);
CREATE TABLE events_2025_a PARTITION OF events_2025 FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE events_2025_b PARTITION OF events_2025 FOR VALUES WITH (MODULUS 2, REMAINDER 1);`

const events = (column: string, more = ''): string => `
CREATE TABLE events (id bigint, at date NOT NULL, ${column}${more}, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);${eventParts}`

const eventWrites = (number: number): readonly string[] => [
  `INSERT INTO events (id, at, weight) VALUES (${1000 + number}, date '2024-12-25' + ${number}, ${number})`,
  `UPDATE events SET weight = ${number + 1} WHERE id = ${number + 5}`,
  // The row goes to another partition.
  `UPDATE events SET at = at + 365 WHERE id = ${number + 60}`,
  `DELETE FROM events WHERE id = ${number + 100}`,
]

export const cases: readonly TypeChangeCase[] = [
  { title: 'int to bigint', given: orders('value int'), statement: 'ALTER TABLE orders ALTER COLUMN value TYPE bigint', writes: write(String) },
  { title: 'lower case, a schema and quotes', given: `CREATE SCHEMA "My Shop"; CREATE TABLE "My Shop"."Order Items" ("Id" bigint PRIMARY KEY, "The Value" int NOT NULL DEFAULT 7 CHECK ("The Value" > 0)); CREATE INDEX "By Value" ON "My Shop"."Order Items" ("The Value"); INSERT INTO "My Shop"."Order Items" SELECT n, n FROM generate_series(1, 200) n`, statement: 'alter table "My Shop"."Order Items" alter column "The Value" type numeric(12, 2)' },
  { title: 'a default, NOT NULL and a check', given: orders('value int NOT NULL DEFAULT 5 CHECK (value >= 0)', ', CHECK (id > 0 OR value IS NULL)'), statement: 'ALTER TABLE orders ALTER COLUMN value TYPE bigint', writes: write(String) },
  { title: 'an unvalidated check', given: `${orders('value int')} ALTER TABLE orders ADD CONSTRAINT positive CHECK (value >= 0) NOT VALID`, statement: 'ALTER TABLE orders ALTER COLUMN value TYPE bigint' },
  {
    title: 'indexes of every kind',
    given: `${orders('value int', ', name text')} CREATE INDEX by_value ON orders (value); CREATE UNIQUE INDEX by_both ON orders (value DESC NULLS LAST, id); CREATE INDEX by_expression ON orders ((value + 1), lower(name)) INCLUDE (id) WHERE value > 3; CREATE INDEX holding ON orders (name) INCLUDE (value); CREATE INDEX hashed ON orders USING hash (value); CREATE INDEX apart ON orders (name); CREATE INDEX filled ON orders (value) WITH (fillfactor = 70)`,
    statement: 'ALTER TABLE orders ALTER COLUMN value TYPE bigint',
  },
  { title: 'a unique constraint, deferrable', given: `CREATE TABLE orders (id bigint PRIMARY KEY, value int UNIQUE DEFERRABLE, other int, UNIQUE (other, value)); INSERT INTO orders SELECT n, n, n FROM generate_series(1, 100) n`, statement: 'ALTER TABLE orders ALTER COLUMN value TYPE bigint' },
  {
    title: 'a serial primary key that others refer to',
    given: `CREATE TABLE customers (id serial PRIMARY KEY, name text); CREATE TABLE orders (id bigint PRIMARY KEY, customer_id int NOT NULL REFERENCES customers ON DELETE CASCADE ON UPDATE CASCADE); CREATE TABLE visits (customer_id int, FOREIGN KEY (customer_id) REFERENCES customers (id) ON DELETE SET NULL ON UPDATE SET DEFAULT);
      INSERT INTO customers (name) SELECT n FROM generate_series(1, 100) n; INSERT INTO orders SELECT n, n % 100 + 1 FROM generate_series(1, 300) n; INSERT INTO visits SELECT n % 100 + 1 FROM generate_series(1, 50) n`,
    statement: 'ALTER TABLE customers ALTER COLUMN id TYPE bigint',
    writes: (number) => [`INSERT INTO customers (name) VALUES ('new ${number}')`, `UPDATE customers SET name = 'x' WHERE id = ${number + 3}`, `DELETE FROM customers WHERE id = ${number + 40}`, `INSERT INTO orders VALUES (${1000 + number}, ${90 + number % 3})`, `UPDATE customers SET id = id + 5000 WHERE id = ${number + 20}`],
  },
  {
    title: 'a column that refers to others',
    given: `CREATE TABLE customers (id int PRIMARY KEY); CREATE TABLE orders (id bigint PRIMARY KEY, value int REFERENCES customers); INSERT INTO customers SELECT n FROM generate_series(0, 400) n; INSERT INTO orders SELECT n, n % 90 FROM generate_series(1, 300) n`,
    statement: 'ALTER TABLE orders ALTER COLUMN value TYPE bigint',
    writes: write(String),
  },
  { title: 'a table that refers to itself', given: `CREATE TABLE nodes (id int PRIMARY KEY, parent int REFERENCES nodes); INSERT INTO nodes SELECT n, nullif(n / 2, 0) FROM generate_series(1, 200) n`, statement: 'ALTER TABLE nodes ALTER COLUMN id TYPE bigint' },
  { title: 'a part of a composite key', given: `CREATE TABLE lines (order_id int, number int, note text, PRIMARY KEY (order_id, number)); CREATE TABLE marks (order_id int, number int, FOREIGN KEY (order_id, number) REFERENCES lines); INSERT INTO lines SELECT n % 20, n, 'x' FROM generate_series(1, 200) n; INSERT INTO marks SELECT n % 20, n FROM generate_series(1, 100) n`, statement: 'ALTER TABLE lines ALTER COLUMN number TYPE bigint' },
  { title: 'a text key', given: `CREATE TABLE codes (code varchar(20) PRIMARY KEY, value int); INSERT INTO codes SELECT md5(n::text)::varchar(20), n FROM generate_series(1, 200) n`, statement: 'ALTER TABLE codes ALTER COLUMN value TYPE numeric(10, 2)' },
  { title: 'no key at all', given: `CREATE TABLE notes (value int, note text); INSERT INTO notes SELECT nullif(n % 7, 3), n FROM generate_series(1, 500) n`, statement: 'ALTER TABLE notes ALTER COLUMN value TYPE bigint', since: 14, writes: (number) => [`INSERT INTO notes VALUES (${number}, 'new')`, `UPDATE notes SET value = ${number + 10} WHERE note = '${number + 3}'`] },
  { title: 'a text that gets a limit', given: orders("value text NOT NULL DEFAULT 'new'"), statement: 'ALTER TABLE orders ALTER COLUMN value TYPE varchar(30)', writes: write((number) => `'w${number}'`) },
  { title: 'a limit that shrinks', given: orders("value varchar(50) DEFAULT 'none'"), statement: 'ALTER TABLE orders ALTER COLUMN value TYPE varchar(8)' },
  { title: 'text to int by an expression', given: orders('value text'), statement: 'ALTER TABLE orders ALTER COLUMN value TYPE int USING value::int', writes: write((number) => `'${number}'`) },
  { title: 'int to text', given: orders('value int'), statement: 'ALTER TABLE orders ALTER COLUMN value TYPE text' },
  { title: 'a timestamp gets a zone', given: `SET timezone = 'Europe/Berlin'; CREATE TABLE orders (id bigint PRIMARY KEY, value timestamp DEFAULT now()); INSERT INTO orders SELECT n, timestamp '2024-03-30 12:00' + n * interval '1 hour' FROM generate_series(1, 200) n`, statement: "ALTER TABLE orders ALTER COLUMN value TYPE timestamptz USING value AT TIME ZONE 'UTC'", writes: write((number) => `timestamp '2024-05-01' + ${number} * interval '1 day'`).bind(undefined) },
  { title: 'an expression that leads one way', given: orders('value int'), statement: "ALTER TABLE orders ALTER COLUMN value TYPE text USING CASE WHEN value > 30 THEN 'many' ELSE 'few' END", oneWay: true },
  { title: 'an enum', given: `CREATE TYPE mood AS ENUM ('good', 'bad'); CREATE TABLE orders (id bigint PRIMARY KEY, value text); INSERT INTO orders SELECT n, CASE WHEN n % 3 = 0 THEN 'good' ELSE 'bad' END FROM generate_series(1, 100) n; CREATE INDEX ON orders (value)`, statement: 'ALTER TABLE orders ALTER COLUMN value TYPE mood USING value::mood' },
  { title: 'json to jsonb', given: `CREATE TABLE orders (id bigint PRIMARY KEY, value json); INSERT INTO orders SELECT n, json_build_object('a', n) FROM generate_series(1, 100) n`, statement: 'ALTER TABLE orders ALTER COLUMN value TYPE jsonb', writes: write((number) => `'{"b": ${number}}'`) },
  { title: 'an array', given: `CREATE TABLE orders (id bigint PRIMARY KEY, value int[] DEFAULT '{}'); INSERT INTO orders SELECT n, ARRAY[n, n + 1] FROM generate_series(1, 100) n; CREATE INDEX ON orders USING gin (value)`, statement: 'ALTER TABLE orders ALTER COLUMN value TYPE bigint[]' },
  { title: 'a collation beside the type', given: orders('value int'), statement: 'ALTER TABLE orders ALTER COLUMN value TYPE text COLLATE "C"' },
  {
    title: 'triggers of the table do not fire for the backfill',
    given: `CREATE TABLE orders (id bigint PRIMARY KEY, value int, touched int DEFAULT 0); INSERT INTO orders SELECT n, n FROM generate_series(1, 100) n; CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.touched := NEW.touched + 1; NEW.value := abs(NEW.value); RETURN NEW; END $$; CREATE TRIGGER touch BEFORE INSERT OR UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch()`,
    statement: 'ALTER TABLE orders ALTER COLUMN value TYPE bigint',
    writes: write((number) => String(-number)),
  },
  {
    title: 'comments, rights and settings of the column',
    given: `${orders('value int CHECK (value >= 0)', ', FOREIGN KEY (value) REFERENCES others (id)').replace('CREATE TABLE', 'CREATE TABLE others (id int PRIMARY KEY); INSERT INTO others SELECT generate_series(0, 400); CREATE TABLE')} CREATE INDEX by_value ON orders (value);
      ALTER TABLE orders ALTER COLUMN value SET STATISTICS 500; ALTER TABLE orders ALTER COLUMN value SET (n_distinct = -0.5); GRANT SELECT (value), UPDATE (value, id) ON orders TO pg_monitor WITH GRANT OPTION; GRANT SELECT (value) ON orders TO PUBLIC;
      COMMENT ON COLUMN orders.value IS 'it''s 5 % of "all"'; COMMENT ON INDEX by_value IS 'fast'; COMMENT ON CONSTRAINT orders_value_check ON orders IS 'not below'; COMMENT ON CONSTRAINT orders_value_fkey ON orders IS 'there is one'`,
    statement: 'ALTER TABLE orders ALTER COLUMN value TYPE bigint',
  },
  {
    title: 'an identity',
    given: `CREATE TABLE orders (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, value text); INSERT INTO orders (value) SELECT n FROM generate_series(1, 100) n; COMMENT ON SEQUENCE orders_id_seq IS 'counts'; GRANT USAGE ON SEQUENCE orders_id_seq TO pg_monitor; COMMENT ON CONSTRAINT orders_pkey ON orders IS 'the key'`,
    statement: 'ALTER TABLE orders ALTER COLUMN id TYPE bigint',
    writes: (number) => [`INSERT INTO orders (value) VALUES ('new ${number}')`, `UPDATE orders SET value = 'changed' WHERE id = ${number + 3}`, `DELETE FROM orders WHERE id = ${number + 60}`],
  },
  {
    title: 'an identity that counts its own way',
    given: `CREATE TABLE orders (id smallint GENERATED BY DEFAULT AS IDENTITY (START WITH 500 INCREMENT BY -5 MINVALUE -1000 MAXVALUE 500 CACHE 3 CYCLE), value text); INSERT INTO orders (value) SELECT n FROM generate_series(1, 50) n; ALTER TABLE orders ADD UNIQUE (id)`,
    statement: 'ALTER TABLE orders ALTER COLUMN id TYPE int',
  },
  {
    title: 'foreign keys of every make',
    given: `CREATE TABLE pairs (a int, b int, PRIMARY KEY (a, b)); CREATE TABLE orders (id bigint PRIMARY KEY, value int, other int, FOREIGN KEY (value, other) REFERENCES pairs MATCH FULL ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED, FOREIGN KEY (other, value) REFERENCES pairs ON UPDATE CASCADE DEFERRABLE, UNIQUE (value, id) DEFERRABLE INITIALLY DEFERRED);
      INSERT INTO pairs SELECT n, n FROM generate_series(1, 100) n; INSERT INTO orders SELECT n, n % 100 + 1, n % 100 + 1 FROM generate_series(1, 200) n`,
    statement: 'ALTER TABLE orders ALTER COLUMN value TYPE bigint',
  },
  { title: 'SET NULL of one column', given: `CREATE TABLE pairs (a int, b int, PRIMARY KEY (a, b)); CREATE TABLE orders (id bigint PRIMARY KEY, value int, other int, FOREIGN KEY (value, other) REFERENCES pairs ON DELETE SET NULL (value))`, statement: 'ALTER TABLE orders ALTER COLUMN value TYPE bigint', since: 15 },
  { title: 'NULLS NOT DISTINCT', given: `CREATE TABLE orders (id bigint PRIMARY KEY, value int UNIQUE NULLS NOT DISTINCT); INSERT INTO orders SELECT n, nullif(n, 5) FROM generate_series(1, 50) n`, statement: 'ALTER TABLE orders ALTER COLUMN value TYPE bigint', since: 15 },
  { title: 'constraints that are not enforced, and NOT NULL by a name', given: `CREATE TABLE others (id int PRIMARY KEY); CREATE TABLE orders (id bigint PRIMARY KEY, value int CONSTRAINT filled NOT NULL, CHECK (value > 5) NOT ENFORCED, FOREIGN KEY (value) REFERENCES others NOT ENFORCED); INSERT INTO orders SELECT n, n FROM generate_series(1, 50) n; COMMENT ON CONSTRAINT filled ON orders IS 'always'`, statement: 'ALTER TABLE orders ALTER COLUMN value TYPE bigint', since: 18 },
  { title: 'extended statistics', given: `${orders('value int', ', other int')} CREATE STATISTICS together (ndistinct, dependencies) ON value, other FROM orders; CREATE STATISTICS apart (mcv) ON id, other FROM orders; COMMENT ON STATISTICS together IS 'for the planner'`, statement: 'ALTER TABLE orders ALTER COLUMN value TYPE bigint' },
  { title: 'the order of the rows, and what replication knows them by', given: `${orders('value int NOT NULL')} CREATE UNIQUE INDEX known ON orders (value, id); ALTER TABLE orders CLUSTER ON known; ALTER TABLE orders REPLICA IDENTITY USING INDEX known`, statement: 'ALTER TABLE orders ALTER COLUMN value TYPE bigint' },
  {
    title: 'views, and views of views',
    given: `${orders('value int', ', name text')} CREATE VIEW shown WITH (security_barrier = true) AS SELECT id, value AS amount, name FROM orders WHERE value IS NOT NULL; CREATE VIEW summed AS SELECT name, sum(amount) AS total FROM shown GROUP BY name; CREATE VIEW apart AS SELECT id, name FROM orders;
      COMMENT ON VIEW shown IS 'what is shown'; COMMENT ON COLUMN shown.amount IS 'in cents'; GRANT SELECT ON shown TO pg_monitor; GRANT UPDATE (name) ON shown TO PUBLIC; ALTER VIEW shown ALTER COLUMN name SET DEFAULT current_user`,
    statement: 'ALTER TABLE orders ALTER COLUMN value TYPE bigint',
    instead: `DROP VIEW summed; DROP VIEW shown; ALTER TABLE orders ALTER COLUMN value TYPE bigint; CREATE VIEW shown WITH (security_barrier = true) AS SELECT id, value AS amount, name FROM orders WHERE value IS NOT NULL; CREATE VIEW summed AS SELECT name, sum(amount) AS total FROM shown GROUP BY name;
      COMMENT ON VIEW shown IS 'what is shown'; COMMENT ON COLUMN shown.amount IS 'in cents'; GRANT SELECT ON shown TO pg_monitor; GRANT UPDATE (name) ON shown TO PUBLIC; ALTER VIEW shown ALTER COLUMN name SET DEFAULT current_user`,
    writes: write(String),
  },
  { title: 'two columns of one index at once', given: `${orders('value int', ', other int NOT NULL DEFAULT 4')} CREATE INDEX both_of_them ON orders (value, other)`, statement: 'ALTER TABLE orders ALTER COLUMN value TYPE bigint, ALTER COLUMN other TYPE bigint' },
  {
    title: 'views whose queries have literals',
    given: `${orders('value int', ', name text')} CREATE VIEW "100% shown" AS SELECT id, value, 'a''b%s' AS said FROM orders WHERE value::text <> '7' AND name IS NOT NULL WITH LOCAL CHECK OPTION; CREATE VIEW of_shown AS SELECT value, 'x' AS x FROM "100% shown" WHERE value > 5; COMMENT ON VIEW "100% shown" IS 'what is shown'; COMMENT ON COLUMN "100% shown".value IS 'in cents'; GRANT SELECT ON of_shown TO pg_monitor`,
    statement: 'ALTER TABLE orders ALTER COLUMN value TYPE bigint',
    instead: `DROP VIEW of_shown; DROP VIEW "100% shown"; ALTER TABLE orders ALTER COLUMN value TYPE bigint; CREATE VIEW "100% shown" AS SELECT id, value, 'a''b%s' AS said FROM orders WHERE value::text <> '7' AND name IS NOT NULL WITH LOCAL CHECK OPTION; CREATE VIEW of_shown AS SELECT value, 'x' AS x FROM "100% shown" WHERE value > 5; COMMENT ON VIEW "100% shown" IS 'what is shown'; COMMENT ON COLUMN "100% shown".value IS 'in cents'; GRANT SELECT ON of_shown TO pg_monitor`,
    writes: write(String),
  },
  { title: 'a view that compares another column than the one that changes', given: `${orders('value text', ', at date')} CREATE VIEW shown AS SELECT value FROM orders WHERE at > '2024-01-01'`, statement: 'ALTER TABLE orders ALTER COLUMN value TYPE int USING value::int', instead: `DROP VIEW shown; ALTER TABLE orders ALTER COLUMN value TYPE int USING value::int; CREATE VIEW shown AS SELECT value FROM orders WHERE at > '2024-01-01'` },
  { title: 'a view that compares the column with a value of its old type', given: `${orders('value text')} CREATE VIEW shown AS SELECT id FROM orders WHERE value <> '7'`, statement: 'ALTER TABLE orders ALTER COLUMN value TYPE int USING value::int', outline: 'the query of the view `shown`, which reads the column, and may compare it with values of the old type' },
  {
    title: 'views over a column for which no row is written',
    given: `${orders('value varchar(12)', ', name text')} CREATE VIEW shown WITH (security_barrier = true) AS SELECT id, value AS amount, name FROM orders WHERE value IS NOT NULL; CREATE VIEW "of shown" AS SELECT name, count(amount) AS many, 'it''s 100%' AS said FROM shown WHERE amount <> '7' GROUP BY name; CREATE VIEW beside AS SELECT id, name FROM orders;
      COMMENT ON VIEW shown IS 'what is shown'; COMMENT ON COLUMN shown.amount IS 'in cents'; GRANT SELECT ON shown TO pg_monitor; GRANT UPDATE (name) ON shown TO PUBLIC; GRANT SELECT ON "of shown" TO PUBLIC; ALTER VIEW shown ALTER COLUMN name SET DEFAULT current_user; CREATE INDEX ON orders (value); COMMENT ON COLUMN orders.value IS 'what it is'`,
    statement: 'ALTER TABLE orders ALTER COLUMN value TYPE text',
    instead: `DROP VIEW "of shown"; DROP VIEW shown; ALTER TABLE orders ALTER COLUMN value TYPE text; CREATE VIEW shown WITH (security_barrier = true) AS SELECT id, value AS amount, name FROM orders WHERE value IS NOT NULL; CREATE VIEW "of shown" AS SELECT name, count(amount) AS many, 'it''s 100%' AS said FROM shown WHERE amount <> '7' GROUP BY name;
      COMMENT ON VIEW shown IS 'what is shown'; COMMENT ON COLUMN shown.amount IS 'in cents'; GRANT SELECT ON shown TO pg_monitor; GRANT UPDATE (name) ON shown TO PUBLIC; GRANT SELECT ON "of shown" TO PUBLIC; ALTER VIEW shown ALTER COLUMN name SET DEFAULT current_user`,
    fit: 'equivalent',
    oneWay: true,
  },
  {
    title: 'a view over a partition of a table whose column gets more digits',
    given: `CREATE TABLE events (at date, weight numeric(10, 2)) PARTITION BY RANGE (at); CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01'); INSERT INTO events SELECT '2024-01-01', n FROM generate_series(1, 50) n; CREATE VIEW heavy AS SELECT at, weight FROM events WHERE weight > 5; CREATE VIEW of_one AS SELECT sum(weight) AS sum FROM events_2024`,
    statement: 'ALTER TABLE events ALTER weight TYPE numeric(14, 2)',
    instead: `DROP VIEW heavy; DROP VIEW of_one; ALTER TABLE events ALTER weight TYPE numeric(14, 2); CREATE VIEW heavy AS SELECT at, weight FROM events WHERE weight > 5; CREATE VIEW of_one AS SELECT sum(weight) AS sum FROM events_2024`,
    fit: 'equivalent',
    oneWay: true,
  },
  { title: 'a materialized view', given: `${orders('value int')} CREATE MATERIALIZED VIEW shown AS SELECT value FROM orders`, statement: 'ALTER TABLE orders ALTER COLUMN value TYPE bigint', outline: 'the materialized view `shown`' },
  {
    title: 'triggers that name the column',
    given: `${orders('value int', ', name text')} CREATE FUNCTION "touch %"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.name := 'touched'; RETURN NEW; END $$; CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
      CREATE TRIGGER "touched %" BEFORE UPDATE OF value, name ON orders FOR EACH ROW WHEN (OLD.value IS DISTINCT FROM NEW.value) EXECUTE FUNCTION "touch %"(); CREATE CONSTRAINT TRIGGER seen AFTER INSERT OR UPDATE OF value ON orders DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION look(); CREATE TRIGGER apart AFTER UPDATE OF value ON orders FOR EACH STATEMENT EXECUTE FUNCTION look();
      COMMENT ON TRIGGER "touched %" ON orders IS 'by whom'; ALTER TABLE orders DISABLE TRIGGER apart, ENABLE ALWAYS TRIGGER seen`,
    statement: 'ALTER TABLE orders ALTER COLUMN value TYPE bigint',
    instead: `DROP TRIGGER "touched %" ON orders; DROP TRIGGER seen ON orders; DROP TRIGGER apart ON orders; ALTER TABLE orders ALTER COLUMN value TYPE bigint;
      CREATE TRIGGER "touched %" BEFORE UPDATE OF value, name ON orders FOR EACH ROW WHEN (OLD.value IS DISTINCT FROM NEW.value) EXECUTE FUNCTION "touch %"(); CREATE CONSTRAINT TRIGGER seen AFTER INSERT OR UPDATE OF value ON orders DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION look(); CREATE TRIGGER apart AFTER UPDATE OF value ON orders FOR EACH STATEMENT EXECUTE FUNCTION look();
      COMMENT ON TRIGGER "touched %" ON orders IS 'by whom'; ALTER TABLE orders DISABLE TRIGGER apart, ENABLE ALWAYS TRIGGER seen`,
    writes: write(String),
  },
  { title: 'a trigger whose arguments are not known', given: `${orders('value int')} CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$; CREATE TRIGGER touched BEFORE UPDATE OF value ON orders FOR EACH ROW EXECUTE FUNCTION touch('me')`, statement: 'ALTER TABLE orders ALTER COLUMN value TYPE bigint', outline: 'the trigger touched names the column' },
  {
    title: 'policies that name the column',
    given: `${orders('value int', ', name text')} ALTER TABLE orders ENABLE ROW LEVEL SECURITY; CREATE POLICY mine ON orders USING (value > 0); CREATE POLICY "100% yours" ON orders AS RESTRICTIVE FOR UPDATE TO pg_monitor USING (name <> 'it''s %s' AND value < 90) WITH CHECK (value::text <> '8'); CREATE POLICY of_names ON orders FOR SELECT USING (name <> 'x'); COMMENT ON POLICY mine ON orders IS 'whose'`,
    statement: 'ALTER TABLE orders ALTER COLUMN value TYPE bigint',
    instead: `DROP POLICY mine ON orders; DROP POLICY "100% yours" ON orders; ALTER TABLE orders ALTER COLUMN value TYPE bigint; CREATE POLICY mine ON orders USING (value > 0); CREATE POLICY "100% yours" ON orders AS RESTRICTIVE FOR UPDATE TO pg_monitor USING (name <> 'it''s %s' AND value < 90) WITH CHECK (value::text <> '8'); COMMENT ON POLICY mine ON orders IS 'whose'`,
    writes: write(String),
  },
  { title: 'a policy that compares the column with a value of its old type', given: `${orders('value text')} CREATE POLICY mine ON orders USING (value <> '7')`, statement: 'ALTER TABLE orders ALTER COLUMN value TYPE int USING value::int', outline: 'the policy mine names the column' },
  { title: 'an exclusion constraint', given: `${orders('value int')} CREATE TABLE spans (id bigint PRIMARY KEY, value int4range, EXCLUDE USING gist (value WITH &&))`, statement: 'ALTER TABLE spans ALTER COLUMN value TYPE int8range USING int8range(lower(value), upper(value))', outline: 'an exclusion constraint' },
  {
    title: 'another default with another type',
    given: orders("value varchar(20) NOT NULL DEFAULT '7'"),
    statement: "ALTER TABLE orders ALTER COLUMN value DROP DEFAULT, ALTER COLUMN value TYPE int USING value::int, ALTER COLUMN value SET DEFAULT 8",
    writes: write(String),
  },
  { title: 'a first default with another type', given: orders('value int'), statement: "ALTER TABLE orders ALTER COLUMN value TYPE text, ALTER COLUMN value SET DEFAULT 'none'" },
  { title: 'a default that goes', given: orders('value int DEFAULT 5'), statement: 'ALTER TABLE orders ALTER COLUMN value DROP DEFAULT, ALTER COLUMN value TYPE bigint' },
  { title: 'locks that are tried for', given: `CREATE TABLE customers (id serial PRIMARY KEY); CREATE TABLE orders (id bigint PRIMARY KEY, value int REFERENCES customers CHECK (value > 0)); INSERT INTO customers SELECT generate_series(1, 100); INSERT INTO orders SELECT n, n FROM generate_series(1, 100) n; COMMENT ON COLUMN customers.id IS 'the key'; CREATE INDEX ON orders (value)`, statement: 'ALTER TABLE customers ALTER COLUMN id TYPE bigint', longestTransactionMs: 60_000 },
  {
    title: 'a partitioned table whose key is another column',
    given: `${events('weight int')} INSERT INTO events (id, at, weight) SELECT n, date '2024-01-01' + n, n % 90 FROM generate_series(1, 600) n`,
    statement: 'ALTER TABLE events ALTER COLUMN weight TYPE bigint',
    writes: eventWrites,
  },
  {
    title: 'indexes of the whole and of one partition, and all that a column has',
    given: `${events("weight int NOT NULL DEFAULT 3 CHECK (weight >= 0)", ', name text')} CREATE INDEX by_weight ON events (weight DESC, id) WHERE weight > 2; CREATE INDEX in_one ON events_2024 (weight); CREATE UNIQUE INDEX unique_weight ON events (id, weight, at); ALTER TABLE events_2025_a ADD CONSTRAINT own CHECK (weight < 1000000); ALTER TABLE ONLY events_2024 ALTER COLUMN weight SET DEFAULT 8; ALTER TABLE ONLY events_2025_b ALTER COLUMN weight DROP DEFAULT;
      ALTER TABLE ONLY events_2024 ALTER COLUMN weight SET STATISTICS 200; ALTER TABLE ONLY events ALTER COLUMN weight SET STATISTICS 300; COMMENT ON COLUMN events_2024.weight IS 'in g'; COMMENT ON COLUMN events.weight IS 'in kg'; COMMENT ON INDEX in_one IS 'fast'; GRANT SELECT (weight) ON events_2024 TO pg_monitor; CREATE VIEW heavy AS SELECT id, weight FROM events WHERE weight > 5; CREATE VIEW of_one AS SELECT weight FROM events_2024;
      CREATE STATISTICS together (ndistinct) ON weight, name FROM events_2024; ALTER TABLE events_2024 CLUSTER ON in_one;
      INSERT INTO events (id, at, weight) SELECT n, date '2024-01-01' + n, n % 90 FROM generate_series(1, 600) n`,
    statement: 'ALTER TABLE events ALTER COLUMN weight TYPE bigint',
    instead: `DROP VIEW heavy; DROP VIEW of_one; ALTER TABLE events ALTER COLUMN weight TYPE bigint; CREATE VIEW heavy AS SELECT id, weight FROM events WHERE weight > 5; CREATE VIEW of_one AS SELECT weight FROM events_2024`,
    writes: eventWrites,
  },
  {
    title: 'the key of a partitioned table',
    given: `CREATE TABLE events (id int NOT NULL DEFAULT 0, at date NOT NULL, weight int, CONSTRAINT events_key PRIMARY KEY (id, at)) PARTITION BY RANGE (at);${eventParts} CREATE UNIQUE INDEX also ON events (at, id); COMMENT ON CONSTRAINT events_key ON events IS 'the key'; INSERT INTO events (id, at, weight) SELECT n, date '2024-01-01' + n, n % 90 FROM generate_series(1, 600) n`,
    statement: 'ALTER TABLE events ALTER COLUMN id TYPE bigint',
    writes: eventWrites,
    ownNotNull: true,
  },
  { title: 'a serial key of partitions by hash', given: `CREATE TABLE events (id serial, tenant int NOT NULL, weight int, PRIMARY KEY (tenant, id), UNIQUE (id, tenant) DEFERRABLE) PARTITION BY HASH (tenant); CREATE TABLE events_0 PARTITION OF events FOR VALUES WITH (MODULUS 2, REMAINDER 0); CREATE TABLE events_1 PARTITION OF events FOR VALUES WITH (MODULUS 2, REMAINDER 1); INSERT INTO events (tenant, weight) SELECT n % 20, n FROM generate_series(1, 300) n`, statement: 'ALTER TABLE events ALTER COLUMN id TYPE bigint', ownNotNull: true },
  { title: 'partitions without a key', given: `CREATE TABLE events (at date NOT NULL, weight int) PARTITION BY RANGE (at); CREATE TABLE "events 2024" PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01'); CREATE TABLE rest (weight int, note text, at date NOT NULL); ALTER TABLE rest DROP COLUMN note; ALTER TABLE events ATTACH PARTITION rest DEFAULT; INSERT INTO events SELECT date '2024-01-01' + n, nullif(n % 9, 5) FROM generate_series(1, 600) n`, statement: 'alter table events alter column weight type numeric(9, 2)', since: 14 },
  { title: 'what rows are put into partitions by', given: `${events('weight int')}`, statement: 'ALTER TABLE events ALTER COLUMN at TYPE timestamp', outline: 'rows of `events` are put into partitions by it, and PostgreSQL changes no such column' },
  {
    title: 'a table with children',
    given: `CREATE TABLE places (id int PRIMARY KEY, name text, size int NOT NULL DEFAULT 1 CHECK (size > 0)); CREATE TABLE cities (mayor text, PRIMARY KEY (id)) INHERITS (places); CREATE TABLE capitals (country text PRIMARY KEY, CHECK (size > -5)) INHERITS (cities); CREATE INDEX by_size ON cities (size); CREATE INDEX ON places (size, name); ALTER TABLE capitals ADD UNIQUE (size, name);
      INSERT INTO places SELECT n, 'p' || n, n FROM generate_series(1, 100) n; INSERT INTO cities SELECT n, 'c' || n, n, 'm' FROM generate_series(1, 100) n; INSERT INTO capitals SELECT n, 'C' || n, n, 'm', n FROM generate_series(1, 100) n`,
    statement: 'ALTER TABLE places ALTER COLUMN size TYPE bigint',
    writes: (number) => [`INSERT INTO capitals VALUES (${1000 + number}, 'new', ${number + 500}, 'x', 'y${number}')`, `UPDATE places SET size = size + 1000 WHERE id = ${number + 5}`, `DELETE FROM places WHERE id = ${number + 50}`, `INSERT INTO places VALUES (${1000 + number}, 'new', ${number + 1})`],
  },
  { title: 'the key of a table with children', given: `CREATE TABLE places (id serial PRIMARY KEY, name text); CREATE TABLE cities (mayor text, PRIMARY KEY (id)) INHERITS (places); CREATE TABLE visits (city int REFERENCES cities, place int REFERENCES places); INSERT INTO places (name) SELECT n FROM generate_series(1, 50) n; INSERT INTO cities (name) SELECT n FROM generate_series(1, 50) n; INSERT INTO visits SELECT n + 50, n FROM generate_series(1, 50) n`, statement: 'ALTER TABLE places ALTER COLUMN id TYPE bigint', until: 18 },
  { title: 'a key whose NOT NULL has other names in children', given: `CREATE TABLE places (id serial PRIMARY KEY, name text); CREATE TABLE cities (mayor text, PRIMARY KEY (id)) INHERITS (places); CREATE TABLE visits (city int REFERENCES cities, place int REFERENCES places); INSERT INTO places (name) SELECT n FROM generate_series(1, 50) n; INSERT INTO cities (name) SELECT n FROM generate_series(1, 50) n; INSERT INTO visits SELECT n + 50, n FROM generate_series(1, 50) n`, statement: 'ALTER TABLE places ALTER COLUMN id TYPE bigint', since: 18, outline: 'the NOT NULL of `cities` goes by another name' },
  { title: "a child's own column", given: `CREATE TABLE places (id int PRIMARY KEY, name text); CREATE TABLE cities (value int, PRIMARY KEY (id)) INHERITS (places); INSERT INTO cities SELECT n, n, n FROM generate_series(1, 50) n`, statement: 'ALTER TABLE cities ALTER COLUMN value TYPE bigint' },
  {
    title: 'four commands, of which each needs its own way',
    given: `${orders('value int', ', name text')} UPDATE orders SET name = id::text; CREATE FUNCTION seven() RETURNS int LANGUAGE plpgsql VOLATILE AS $$ BEGIN RETURN 7; END $$`,
    statement: 'ALTER TABLE orders ADD COLUMN token int DEFAULT seven(), ADD CONSTRAINT positive CHECK (value >= 0), ALTER COLUMN value TYPE bigint, ALTER COLUMN name SET NOT NULL',
    writes: (number) => [`INSERT INTO orders (id, value, name) VALUES (${1000 + number}, ${number}, 'new')`, `UPDATE orders SET value = ${number + 1} WHERE id = ${number + 5}`, `DELETE FROM orders WHERE id = ${number + 50}`],
  },
  {
    title: 'commands about the column itself, and one that goes',
    given: `${orders('value int', ', name text, code text')}`,
    statement: "ALTER TABLE orders DROP COLUMN name, ALTER COLUMN value SET NOT NULL, ADD COLUMN note text DEFAULT 'none', ADD CONSTRAINT both_of_them UNIQUE (value, id), ALTER COLUMN value TYPE numeric(12, 2)",
    writes: write(String),
  },
]
