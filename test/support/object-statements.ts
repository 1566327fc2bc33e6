import { parse } from '../../server/sql/parser'

/**
 * One object of each kind that PostgreSQL's grammar can name (ObjectType), and what can be done to any object.
 * Which can be done to which is told by the grammar itself.
 */
export const objectsGiven = `
  CREATE ROLE reader;
  CREATE SCHEMA app;
  CREATE EXTENSION citext;
  CREATE TABLE orders (id bigint PRIMARY KEY, status text);
  CREATE TABLE lone (id int CONSTRAINT positive CHECK (id > 0));
  CREATE VIEW open_orders AS SELECT id FROM orders WHERE status <> 'done';
  CREATE TYPE address AS (street text, city text);
  CREATE TYPE mood AS ENUM ('sad', 'ok');
  CREATE DOMAIN mail AS text CONSTRAINT filled CHECK (VALUE <> '');
  CREATE MATERIALIZED VIEW totals AS SELECT count(*) AS all_of_them FROM orders;
  CREATE INDEX orders_status ON orders (status);
  CREATE SEQUENCE numbers;
  CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
  CREATE TRIGGER note BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION noted();
  CREATE STATISTICS together ON id, status FROM orders;
  CREATE FUNCTION two() RETURNS int LANGUAGE sql AS 'SELECT 2';
  CREATE PROCEDURE tidy() LANGUAGE sql AS 'SELECT 2';
  CREATE RULE quiet AS ON DELETE TO orders DO INSTEAD NOTHING;
  CREATE POLICY own ON orders USING (true);
  CREATE PUBLICATION changes FOR TABLE orders;
  CREATE SUBSCRIPTION mirror CONNECTION 'dbname=nowhere' PUBLICATION changes WITH (connect = false, slot_name = NONE);
  CREATE FUNCTION happened() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
  CREATE EVENT TRIGGER watch ON ddl_command_end WHEN TAG IN ('CREATE OPERATOR FAMILY') EXECUTE FUNCTION happened();
  CREATE FOREIGN DATA WRAPPER nothing;
  CREATE FOREIGN DATA WRAPPER something;
  CREATE SERVER elsewhere FOREIGN DATA WRAPPER something;
  CREATE SERVER further FOREIGN DATA WRAPPER something;
  CREATE FOREIGN TABLE far (id int) SERVER further;
  CREATE USER MAPPING FOR CURRENT_USER SERVER further;
  CREATE ACCESS METHOD pile TYPE TABLE HANDLER heap_tableam_handler;
  CREATE FUNCTION add_up(int, int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 + $2';
  CREATE AGGREGATE total_of(int) (SFUNC = add_up, STYPE = int);
  CREATE OPERATOR <+> (FUNCTION = add_up, LEFTARG = int, RIGHTARG = int);
  CREATE OPERATOR FAMILY ints USING btree;
  CREATE OPERATOR FAMILY lone_ints USING btree;
  CREATE OPERATOR CLASS int_order FOR TYPE int USING btree FAMILY ints AS OPERATOR 1 <, FUNCTION 1 btint4cmp(int, int);
  CREATE COLLATION plain_c FROM "C";
  CREATE CONVERSION converted FOR 'UTF8' TO 'LATIN1' FROM utf8_to_iso8859_1;
  CREATE CAST (mood AS int) WITH INOUT;
  CREATE TRANSFORM FOR int LANGUAGE sql (FROM SQL WITH FUNCTION prsd_lextype(internal));
  CREATE TEXT SEARCH DICTIONARY words (TEMPLATE = simple);
  CREATE TEXT SEARCH CONFIGURATION search (COPY = simple);
  CREATE TEXT SEARCH PARSER parts (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype);
  CREATE TEXT SEARCH TEMPLATE plain (INIT = dsimple_init, LEXIZE = dsimple_lexize);
  CREATE LANGUAGE other_plpgsql HANDLER plpgsql_call_handler;
  CREATE TABLE logs (id bigint, at date NOT NULL) PARTITION BY RANGE (at);
  CREATE TABLE logs_2024 PARTITION OF logs FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
  DO 'BEGIN PERFORM lo_create(4711) WHERE NOT EXISTS (SELECT FROM pg_largeobject_metadata WHERE oid = 4711); END';`

/** By the grammar's own name; `TRIGGER note ON orders`. */
export const objects: Readonly<Record<string, string>> = {
  OBJECT_ACCESS_METHOD: 'ACCESS METHOD pile',
  OBJECT_AGGREGATE: 'AGGREGATE total_of(int)',
  OBJECT_CAST: 'CAST (mood AS int)',
  OBJECT_COLLATION: 'COLLATION plain_c',
  OBJECT_COLUMN: 'COLUMN orders.status',
  OBJECT_CONVERSION: 'CONVERSION converted',
  OBJECT_DATABASE: 'DATABASE postgres',
  OBJECT_DOMAIN: 'DOMAIN mail',
  OBJECT_DOMCONSTRAINT: 'CONSTRAINT filled ON DOMAIN mail',
  OBJECT_EVENT_TRIGGER: 'EVENT TRIGGER watch',
  OBJECT_EXTENSION: 'EXTENSION citext',
  OBJECT_FDW: 'FOREIGN DATA WRAPPER nothing',
  OBJECT_FOREIGN_SERVER: 'SERVER elsewhere',
  OBJECT_FOREIGN_TABLE: 'FOREIGN TABLE far',
  OBJECT_FUNCTION: 'FUNCTION two()',
  OBJECT_INDEX: 'INDEX orders_status',
  OBJECT_LANGUAGE: 'LANGUAGE other_plpgsql',
  OBJECT_LARGEOBJECT: 'LARGE OBJECT 4711',
  OBJECT_MATVIEW: 'MATERIALIZED VIEW totals',
  OBJECT_OPCLASS: 'OPERATOR CLASS int_order USING btree',
  OBJECT_OPERATOR: 'OPERATOR <+> (int, int)',
  OBJECT_OPFAMILY: 'OPERATOR FAMILY lone_ints USING btree',
  OBJECT_POLICY: 'POLICY own ON orders',
  OBJECT_PROCEDURE: 'PROCEDURE tidy()',
  OBJECT_PUBLICATION: 'PUBLICATION changes',
  OBJECT_ROLE: 'ROLE reader',
  OBJECT_ROUTINE: 'ROUTINE two()',
  OBJECT_RULE: 'RULE quiet ON orders',
  OBJECT_SCHEMA: 'SCHEMA app',
  OBJECT_SEQUENCE: 'SEQUENCE numbers',
  OBJECT_STATISTIC_EXT: 'STATISTICS together',
  OBJECT_SUBSCRIPTION: 'SUBSCRIPTION mirror',
  OBJECT_TABCONSTRAINT: 'CONSTRAINT positive ON lone',
  OBJECT_TABLE: 'TABLE lone',
  OBJECT_TABLESPACE: 'TABLESPACE pg_default',
  OBJECT_TRANSFORM: 'TRANSFORM FOR int LANGUAGE sql',
  OBJECT_TRIGGER: 'TRIGGER note ON orders',
  OBJECT_TSCONFIGURATION: 'TEXT SEARCH CONFIGURATION search',
  OBJECT_TSDICTIONARY: 'TEXT SEARCH DICTIONARY words',
  OBJECT_TSPARSER: 'TEXT SEARCH PARSER parts',
  OBJECT_TSTEMPLATE: 'TEXT SEARCH TEMPLATE plain',
  OBJECT_TYPE: 'TYPE address',
  OBJECT_VIEW: 'VIEW open_orders',
}

/** What the grammar names and no statement does anything to: parts of other objects' catalogs, and names inside a parse tree. */
export const nobodysObjects: readonly string[] = [
  'OBJECT_AMOP',
  'OBJECT_AMPROC',
  'OBJECT_DEFACL',
  'OBJECT_DEFAULT',
  'OBJECT_PUBLICATION_NAMESPACE',
  'OBJECT_PUBLICATION_REL',
  'OBJECT_USER_MAPPING',
]

const deeds: readonly ((object: string) => string)[] = [
  (object) => `DROP ${object}`,
  (object) => `ALTER ${object} RENAME TO other_name`,
  (object) => `ALTER ${object} OWNER TO reader`,
  (object) => `ALTER ${object} SET SCHEMA app`,
  (object) => `ALTER ${object} DEPENDS ON EXTENSION citext`,
  (object) => `ALTER EXTENSION citext ADD ${object}`,
  (object) => `COMMENT ON ${object} IS 'x'`,
  (object) => `SECURITY LABEL ON ${object} IS 'x'`,
  (object) => `GRANT ALL ON ${object} TO reader`,
]

/** Names that stand inside another object's statement. */
const parts: readonly string[] = [
  'ALTER TABLE orders RENAME COLUMN status TO state',
  'ALTER VIEW open_orders RENAME COLUMN id TO number',
  'ALTER MATERIALIZED VIEW totals RENAME COLUMN all_of_them TO count',
  'ALTER FOREIGN TABLE far RENAME COLUMN id TO number',
  'ALTER TABLE lone RENAME CONSTRAINT positive TO above_zero',
  'ALTER DOMAIN mail RENAME CONSTRAINT filled TO not_empty',
  'ALTER TYPE address RENAME ATTRIBUTE city TO town',
  'GRANT SET ON PARAMETER work_mem TO reader',
  'GRANT ALL ON ALL TABLES IN SCHEMA public TO reader',
  'GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO reader',
  'GRANT ALL ON ALL FUNCTIONS IN SCHEMA public TO reader',
  'GRANT ALL ON FOREIGN SERVER elsewhere TO reader',
  'GRANT SELECT (status) ON orders TO reader',
  // What was begun elsewhere.
  'ALTER TABLE logs DETACH PARTITION logs_2024 FINALIZE',
  "COMMIT PREPARED 'one'",
  "ROLLBACK PREPARED 'one'",
]

/** Every one of these that the grammar accepts. */
export const objectStatements = (): readonly string[] => [...Object.values(objects).flatMap((object) => deeds.map((deed) => deed(object)).filter((sql) => parse(sql).error === undefined)), ...parts]
