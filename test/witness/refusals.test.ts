import { beforeAll, describe, expect, test } from 'vitest'
import { Catalog } from '../../server/catalog/catalog'
import { newestVersion } from '../../server/catalog/from-snapshot'
import { assumedCalibration } from '../../server/estimate/calibration'
import { loadParser } from '../../server/sql/parser'
import { analyseSql, givenWorld } from '../support/engine'
import { cleanPglite } from '../support/pglite'

beforeAll(async () => {
  await loadParser()
  await cleanPglite()
}, 300_000)

/** Of a database in which nothing is yet. */
const analysed = (sql: string) => analyseSql(sql, { catalog: Catalog.empty({ version: newestVersion, searchPath: ['public'], complete: true, sized: true }), calibration: assumedCalibration, sized: true }).statements

/** The statement by its number from 0, of those that the engine says end in an error in any case. */
function told(sql: string): readonly number[] {
  return analysed(sql).flatMap(({ findings, assessed }, index) => {
    expect(assessed.fails.some(({ refused }) => refused), 'hover and findings say the same').toBe(findings.some(({ refused }) => refused))
    return findings.some(({ refused, severity }) => refused && severity === 'error') ? [index] : []
  })
}

/** Each by itself, so that an error does not end the rest. */
async function refused(sql: string): Promise<readonly number[]> {
  const database = await cleanPglite()
  const found: number[] = []
  for (const [index, { span }] of analysed(sql).entries()) {
    await database.exec(sql.slice(span.start, span.end)).catch(() => found.push(index))
  }
  return found
}

describe('what the server refuses in any case is told', () => {
  test.each([
    'CREATE TABLE a (); CREATE TABLE a ()',
    'CREATE TABLE a (); CREATE VIEW a AS SELECT 1',
    'CREATE TABLE a (); CREATE OR REPLACE VIEW a AS SELECT 1',
    'CREATE SEQUENCE a; CREATE TABLE a ()',
    'CREATE TABLE a (); CREATE SEQUENCE a',
    'CREATE TABLE a (); CREATE TABLE a AS SELECT 1',
    'CREATE VIEW a AS SELECT 1 AS n; CREATE MATERIALIZED VIEW a AS SELECT 1',
    'CREATE TABLE a (id int); CREATE INDEX b ON a (id); CREATE INDEX b ON a (id)',
    'CREATE TABLE a (id int); CREATE INDEX a ON a (id)',
    'CREATE TABLE a (id int); CREATE TABLE b (id int); CREATE INDEX c ON a (id); CREATE INDEX c ON b (id)',
    'CREATE TABLE a (id int); ALTER TABLE a ADD COLUMN id bigint',
    'CREATE TABLE a (id int); ALTER TABLE a ADD COLUMN b int, ADD COLUMN b int',
    'CREATE TABLE a (id int); ALTER TABLE a ADD CONSTRAINT c CHECK (id > 0); ALTER TABLE a ADD CONSTRAINT c CHECK (id > 1)',
    'CREATE TABLE a (id int PRIMARY KEY); ALTER TABLE a ADD PRIMARY KEY (id)',
    'CREATE TABLE a (id int CONSTRAINT c UNIQUE); ALTER TABLE a ADD CONSTRAINT c FOREIGN KEY (id) REFERENCES a (id)',
    'CREATE TABLE a (id int); CREATE TABLE b (); ALTER TABLE a ADD CONSTRAINT b UNIQUE (id)',
    'CREATE TABLE a (); CREATE TABLE b (); ALTER TABLE a RENAME TO b',
    'CREATE TABLE a (id int PRIMARY KEY); DO $$ BEGIN ALTER TABLE a ADD PRIMARY KEY (id); END $$',
    'CREATE TABLE a (id int); PREPARE p AS SELECT 1; ALTER TABLE a ADD COLUMN id int',
    'CREATE TABLE p (id int, a int, n int) PARTITION BY LIST (id); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1) PARTITION BY LIST (a); ALTER TABLE p ADD PRIMARY KEY (id)',
    'CREATE TABLE p (id int NOT NULL, n numeric(8,2), CONSTRAINT c CHECK (n > 0)) PARTITION BY LIST (id); CREATE TABLE q (id int, n numeric(8,2), CONSTRAINT c CHECK (n > 0)); ALTER TABLE p ATTACH PARTITION q FOR VALUES IN (1)',
    'CREATE TABLE p (id int NOT NULL, n numeric(8,2), CONSTRAINT c CHECK (n > 0)) PARTITION BY LIST (id); CREATE TABLE q (id int NOT NULL, CONSTRAINT c CHECK (id > 0)); ALTER TABLE p ATTACH PARTITION q FOR VALUES IN (1)',
    'CREATE TABLE p (id int NOT NULL, n numeric(8,2), CONSTRAINT c CHECK (n > 0)) PARTITION BY LIST (id); CREATE TABLE q (id int NOT NULL, n numeric(8,2), m int, CONSTRAINT c CHECK (n > 0)); ALTER TABLE p ATTACH PARTITION q DEFAULT',
    'CREATE TABLE p (id int NOT NULL, n numeric(8,2), CONSTRAINT c CHECK (n > 0)) PARTITION BY LIST (id); CREATE TABLE q (id int NOT NULL, n numeric, CONSTRAINT c CHECK (n > 0)); ALTER TABLE p ATTACH PARTITION q FOR VALUES IN (1)',
    'CREATE TABLE p (id int NOT NULL, n numeric(8,2), CONSTRAINT c CHECK (n > 0)) PARTITION BY LIST (id); CREATE TABLE q (id int NOT NULL, n numeric(8,2), CHECK (n > 0)); ALTER TABLE p ATTACH PARTITION q FOR VALUES IN (1)',
    'CREATE TABLE p (id int NOT NULL, n numeric(8,2), CONSTRAINT c CHECK (n > 0)) PARTITION BY LIST (id); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); ALTER TABLE ONLY p ALTER COLUMN n SET NOT NULL',
    'CREATE TABLE a (id int NOT NULL); CREATE TABLE b (id int); ALTER TABLE b INHERIT a',
    'CREATE TABLE a (id int, CONSTRAINT c CHECK (id > 0)); CREATE TABLE b (id int); ALTER TABLE b INHERIT a',
    'CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (a uuid); ALTER TABLE b ADD FOREIGN KEY (a) REFERENCES a',
    'CREATE TABLE a (id varchar(10) PRIMARY KEY); CREATE TABLE b (a bigint); ALTER TABLE b ADD FOREIGN KEY (a) REFERENCES a NOT VALID',
    'CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (a int REFERENCES a); ALTER TABLE a ALTER COLUMN id TYPE text',
    'CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (a int REFERENCES a); ALTER TABLE b ALTER COLUMN a TYPE text',
    'CREATE DOMAIN d AS text; CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (a d); ALTER TABLE b ADD FOREIGN KEY (a) REFERENCES a',
    'CREATE TABLE a (id date PRIMARY KEY); CREATE TABLE b (a text); ALTER TABLE b ADD FOREIGN KEY (a) REFERENCES a',
    'CREATE TABLE p (id int, at date) PARTITION BY RANGE (at); CREATE INDEX CONCURRENTLY ON p (id)',
    'CREATE TABLE p (id int, at date) PARTITION BY RANGE (at); ALTER TABLE p ADD PRIMARY KEY (id)',
    'CREATE TABLE p (id int, at date) PARTITION BY RANGE (at); CREATE UNIQUE INDEX ON p (id)',
    'CREATE TABLE p (id int, at date) PARTITION BY RANGE ((at + 1)); ALTER TABLE p ADD UNIQUE (id, at)',
    'CREATE TABLE p (id int, at date) PARTITION BY RANGE (at); ALTER TABLE p ADD COLUMN n int UNIQUE',
    'CREATE TABLE p (id int, at date) PARTITION BY RANGE (at); ALTER TABLE p DROP COLUMN at',
    'CREATE TABLE p (id int, at date) PARTITION BY RANGE (at); ALTER TABLE p SET (fillfactor = 50)',
    'CREATE TABLE p (id int, at date) PARTITION BY RANGE (at); ALTER TABLE p ADD CHECK (id > 0) NO INHERIT',
    'CREATE TABLE p (id int, at date) PARTITION BY RANGE (at); CREATE INDEX i ON p (id); DROP INDEX CONCURRENTLY i',
    'CREATE TABLE p (id int) PARTITION BY LIST (id); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); ALTER TABLE p1 ADD COLUMN n int',
    'CREATE TABLE p (id int, n int) PARTITION BY LIST (id); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); ALTER TABLE p1 DROP COLUMN n',
    'CREATE TABLE p (id int, n int) PARTITION BY LIST (id); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); ALTER TABLE p1 RENAME COLUMN n TO m',
    'CREATE TABLE p (id int, n int) PARTITION BY LIST (id); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); ALTER TABLE p1 ALTER COLUMN n TYPE bigint',
    'CREATE TABLE p (id int, n int) PARTITION BY LIST (id); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); ALTER TABLE ONLY p ADD COLUMN m int',
    'CREATE TABLE p (id int, n int) PARTITION BY LIST (id); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); ALTER TABLE ONLY p DROP COLUMN n',
    'CREATE TABLE p (id int, n int) PARTITION BY LIST (id); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); ALTER TABLE ONLY p ADD CHECK (n > 0)',
    'CREATE TABLE p (id int, n int) PARTITION BY LIST (id); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); ALTER TABLE ONLY p ALTER COLUMN n TYPE bigint',
    'CREATE TABLE p (id int PRIMARY KEY) PARTITION BY LIST (id); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); ALTER TABLE p1 DROP CONSTRAINT p1_pkey',
    'CREATE TABLE p (id int, n int) PARTITION BY LIST (id); CREATE INDEX i ON p (n); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); DROP INDEX p1_n_idx',
    'CREATE TABLE p (id int) PARTITION BY LIST (id); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); CREATE TABLE p0 PARTITION OF p DEFAULT; ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY',
    'CREATE TABLE a (id int, n int CONSTRAINT c CHECK (n > 0)); CREATE TABLE b () INHERITS (a); ALTER TABLE b DROP CONSTRAINT c',
    'CREATE TABLE a (id int); CREATE TABLE b () INHERITS (a); ALTER TABLE a ADD COLUMN n int GENERATED ALWAYS AS IDENTITY',
    'CREATE TABLE a (id int); CREATE TABLE b () INHERITS (a); ALTER TABLE ONLY a RENAME COLUMN id TO n',
    'CREATE TABLE a (id int PRIMARY KEY); DROP INDEX a_pkey',
    'CREATE TABLE a (id int); CREATE INDEX i ON a (id); DROP INDEX CONCURRENTLY i CASCADE',
    'CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (a int REFERENCES a); ALTER TABLE a DROP CONSTRAINT a_pkey',
    'CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (a int REFERENCES a); ALTER TABLE a SET UNLOGGED',
    'CREATE UNLOGGED TABLE a (id int PRIMARY KEY); CREATE UNLOGGED TABLE b (a int REFERENCES a); ALTER TABLE b SET LOGGED',
    'CREATE TABLE a (id int GENERATED ALWAYS AS IDENTITY); ALTER TABLE a ALTER COLUMN id TYPE numeric',
    'CREATE TYPE t AS (id int); CREATE TABLE a OF t; ALTER TABLE a ADD COLUMN n int',
    'CREATE DOMAIN d AS int; CREATE TABLE a (ds d[]); ALTER DOMAIN d ADD CHECK (VALUE > 0)',
    'CREATE MATERIALIZED VIEW m AS SELECT 1 AS n; CREATE INDEX ON m (n); REFRESH MATERIALIZED VIEW CONCURRENTLY m',
  ])('%s', async (sql) => {
    const found = told(sql)
    expect(found).toHaveLength(1)
    expect(await refused(sql)).toEqual(found)
  })
})

describe('what the server runs is not said to be refused', () => {
  test.each([
    'CREATE TABLE a (); CREATE TABLE IF NOT EXISTS a ()',
    'CREATE TABLE a (); DROP TABLE a; CREATE TABLE a ()',
    'CREATE TABLE a (); ALTER TABLE a RENAME TO b; CREATE TABLE a ()',
    'CREATE TABLE a (); ALTER TABLE a RENAME TO b; ALTER TABLE b RENAME TO a',
    'CREATE TABLE a (); CREATE TEMPORARY TABLE a ()',
    'CREATE TABLE a (); CREATE SCHEMA s; CREATE TABLE s.a ()',
    'CREATE TABLE a (); CREATE SCHEMA s; SET search_path = s; CREATE TABLE a ()',
    'CREATE TABLE a (); CREATE SCHEMA s; ALTER TABLE a SET SCHEMA s; CREATE TABLE a ()',
    'CREATE SCHEMA s; CREATE TABLE s.a (); DROP SCHEMA s CASCADE; CREATE SCHEMA s; CREATE TABLE s.a ()',
    'BEGIN; CREATE TABLE a (); ROLLBACK; CREATE TABLE a ()',
    'BEGIN; SAVEPOINT x; CREATE TABLE a (); ROLLBACK TO x; CREATE TABLE a (); COMMIT',
    'BEGIN; CREATE TEMPORARY TABLE a () ON COMMIT DROP; COMMIT; CREATE TEMPORARY TABLE a ()',
    'CREATE VIEW a AS SELECT 1 AS n; CREATE OR REPLACE VIEW a AS SELECT 2 AS n',
    'CREATE TABLE a (id int); ALTER TABLE a DROP COLUMN id, ADD COLUMN id bigint',
    'CREATE TABLE a (id int); ALTER TABLE a RENAME COLUMN id TO old; ALTER TABLE a ADD COLUMN id bigint',
    'CREATE TABLE a (id int CONSTRAINT c PRIMARY KEY); ALTER TABLE a DROP CONSTRAINT c, ADD CONSTRAINT c PRIMARY KEY (id)',
    'CREATE TABLE a (id int CONSTRAINT c UNIQUE); CREATE TABLE b (id int); ALTER TABLE b ADD CONSTRAINT c CHECK (id > 0)',
    'CREATE TABLE a (id int CONSTRAINT c CHECK (id > 0)); CREATE TABLE b (id int, CHECK (id > 1)) ; ALTER TABLE b ADD CONSTRAINT c CHECK (id > 0)',
    'CREATE TABLE a (id int CONSTRAINT c CHECK (id > 0)); CREATE TABLE b () INHERITS (a); ALTER TABLE b ADD CONSTRAINT c CHECK (id > 0)',
    'CREATE TABLE a (id int CONSTRAINT c NOT NULL); ALTER TABLE a ADD CONSTRAINT c NOT NULL id',
    'CREATE TABLE a (id int); CREATE INDEX a_id_idx ON a (id); CREATE INDEX ON a (id)',
    'CREATE TABLE a (id int); DROP TABLE IF EXISTS a CASCADE; CREATE TABLE a (id int)',
    'CREATE TABLE a (id int); CREATE UNIQUE INDEX b ON a (id); ALTER TABLE a ADD CONSTRAINT b UNIQUE USING INDEX b',
    'CREATE TABLE a (id int PRIMARY KEY); DO $$ BEGIN ALTER TABLE a ADD PRIMARY KEY (id); EXCEPTION WHEN OTHERS THEN NULL; END $$',
    'DO $$ BEGIN CREATE TABLE a (); EXCEPTION WHEN duplicate_table THEN ALTER TABLE a ADD COLUMN id int; END $$',
    "CREATE TABLE a (id int PRIMARY KEY); DO $$ BEGIN IF (SELECT count(*) FROM pg_constraint WHERE conname = 'a_pkey') = 0 THEN ALTER TABLE a ADD PRIMARY KEY (id); END IF; END $$",
    "DO $$ BEGIN IF current_setting('server_version_num')::int < 90000 THEN CREATE TABLE a (id int); ELSE CREATE TABLE a (id bigint); END IF; END $$",
    "CREATE TABLE a (id int); DO $$ BEGIN EXECUTE 'DROP TABLE ' || quote_ident('a'); END $$; CREATE TABLE a (id int)",
    'CREATE TABLE p (id int, at date) PARTITION BY RANGE (at); CREATE INDEX ON p (id); ALTER TABLE p ADD PRIMARY KEY (at, id); ALTER TABLE ONLY p ADD COLUMN n int; ALTER TABLE ONLY p ADD CHECK (n > 0); ALTER TABLE ONLY p DROP COLUMN n',
    'CREATE TABLE p (id int, at date) PARTITION BY RANGE ((at + 1)); CREATE INDEX ON p (id, at)',
    'CREATE TABLE p (id int) PARTITION BY LIST (id); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); ALTER TABLE p1 ADD CHECK (id > 0); ALTER TABLE p1 ADD PRIMARY KEY (id); ALTER TABLE p1 SET (fillfactor = 50); ALTER TABLE p1 DROP CONSTRAINT p1_pkey; ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY; ALTER TABLE p1 ADD COLUMN n int',
    'CREATE TABLE a (id int); CREATE TABLE b (n int) INHERITS (a); ALTER TABLE b DROP COLUMN n; ALTER TABLE ONLY a ADD CHECK (id > 0) NO INHERIT; ALTER TABLE ONLY a DROP COLUMN id; ALTER TABLE b DROP COLUMN id',
    'CREATE TABLE a (id int PRIMARY KEY); ALTER TABLE a ADD CONSTRAINT u UNIQUE (id); CREATE TABLE b (a int REFERENCES a); ALTER TABLE a DROP CONSTRAINT u',
    'CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (a int REFERENCES a); ALTER TABLE b SET UNLOGGED; ALTER TABLE a SET UNLOGGED; ALTER TABLE a SET LOGGED; ALTER TABLE b SET LOGGED',
    'CREATE TABLE a (id int PRIMARY KEY, a int REFERENCES a); ALTER TABLE a SET UNLOGGED',
    "CREATE TABLE a (id int, n int); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TRIGGER t BEFORE UPDATE OF id ON a FOR EACH ROW EXECUTE FUNCTION f(); ALTER TABLE a ALTER COLUMN n TYPE bigint; DROP TRIGGER t ON a; ALTER TABLE a ALTER COLUMN id TYPE bigint",
    'CREATE TABLE a (id int GENERATED ALWAYS AS IDENTITY); ALTER TABLE a ALTER COLUMN id TYPE bigint',
    'CREATE DOMAIN d AS int; CREATE TABLE a (ds d[]); ALTER DOMAIN d ADD CHECK (VALUE > 0) NOT VALID',
    'CREATE MATERIALIZED VIEW m AS SELECT 1 AS n; CREATE UNIQUE INDEX ON m (n); REFRESH MATERIALIZED VIEW CONCURRENTLY m',
    'CREATE TABLE a (id int PRIMARY KEY); ALTER TABLE a DROP CONSTRAINT a_pkey',
    'CREATE TABLE p (id int, "At" date) PARTITION BY RANGE ("At" date_ops); ALTER TABLE p ADD PRIMARY KEY (id, "At"); CREATE UNIQUE INDEX ON p (lower(id::text), "At")',
    'CREATE TABLE a (id int); CREATE TABLE b (n int) INHERITS (a); ALTER TABLE b NO INHERIT a; ALTER TABLE b RENAME COLUMN id TO m; ALTER TABLE b DROP COLUMN m',
    'CREATE TABLE p (id int) PARTITION BY LIST (id); ALTER TABLE p RESET (fillfactor); ALTER TABLE p SET (toast.autovacuum_enabled = off)',
    'CREATE TABLE p (id int) PARTITION BY LIST (id); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); CREATE INDEX i ON p (id); DROP INDEX p1_id_idx, i',
    'CREATE TABLE p (id int) PARTITION BY LIST (id); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); CREATE INDEX i ON p (id); DROP INDEX i, p1_id_idx',
    'CREATE TABLE p (id int, a char, b bit, c character(1), d decimal(4), e float(53), f char varying(3), g bit(1)) PARTITION BY LIST (id); CREATE TABLE q (id integer, a char(1), b bit(1), c char, d numeric(4,0), e double precision, f varchar(3), g bit); ALTER TABLE p ATTACH PARTITION q DEFAULT',
    'CREATE TABLE p (id int NOT NULL, n numeric(8,2), CONSTRAINT c CHECK (n > 0)) PARTITION BY LIST (id); CREATE TABLE q (m int, n numeric(8,2), id int NOT NULL, CONSTRAINT c CHECK (n > 0)); ALTER TABLE q DROP COLUMN m; ALTER TABLE p ATTACH PARTITION q FOR VALUES IN (1); ALTER TABLE q ALTER COLUMN n SET NOT NULL; ALTER TABLE ONLY p ALTER COLUMN id SET NOT NULL',
    'CREATE TABLE p (id int NOT NULL, n numeric(8,2), CONSTRAINT c CHECK (n > 0)) PARTITION BY LIST (id); CREATE TABLE q (LIKE p INCLUDING CONSTRAINTS); ALTER TABLE p ATTACH PARTITION q DEFAULT',
    'CREATE TABLE a (id int NOT NULL NO INHERIT, CONSTRAINT c CHECK (id > 0) NO INHERIT); CREATE TABLE b (n int, id int); ALTER TABLE b INHERIT a',
    'CREATE TABLE a (id int); CREATE TABLE b (); ALTER TABLE b ADD COLUMN id int, INHERIT a',
    'CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (a bigint REFERENCES a); ALTER TABLE b ALTER COLUMN a TYPE smallint; ALTER TABLE a ALTER COLUMN id TYPE bigint',
    'CREATE TABLE a (id numeric PRIMARY KEY); CREATE TABLE b (a int); ALTER TABLE b ADD FOREIGN KEY (a) REFERENCES a',
    'CREATE TABLE a (id timestamptz PRIMARY KEY); CREATE TABLE b (a date); ALTER TABLE b ADD FOREIGN KEY (a) REFERENCES a',
    'CREATE TABLE a (id varchar(9) PRIMARY KEY); CREATE TABLE b (a text); ALTER TABLE b ADD FOREIGN KEY (a) REFERENCES a',
    'CREATE TABLE a (id int PRIMARY KEY, a int REFERENCES a); ALTER TABLE a ALTER COLUMN id TYPE text, ALTER COLUMN a TYPE text',
    'CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (a int CONSTRAINT k REFERENCES a); ALTER TABLE b ALTER COLUMN a TYPE text, DROP CONSTRAINT k',
  ])('%s', async (sql) => {
    expect(await refused(sql)).toEqual([])
    expect(told(sql)).toEqual([])
  })
})

test('what is refused as it stands, and has another way, is told too', async () => {
  const sql = "CREATE TABLE a (id int, n int); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TRIGGER t BEFORE UPDATE OF n ON a FOR EACH ROW EXECUTE FUNCTION f(); ALTER TABLE a ALTER COLUMN n TYPE bigint"
  const statements = analysed(sql)
  expect(await refused(sql)).toEqual([statements.length - 1])
  expect(statements.at(-1)!.findings).toContainEqual(expect.objectContaining({ hazard: 'fails-on-data', severity: 'error' }))
})

test('where not all was read, nobody can tell', () => {
  expect(told('CREATE TABLE b ();\n\\if :again\nDROP TABLE b;\n\\endif\nCREATE TABLE b ();')).toEqual([])
  expect(told('CREATE TABLE b ();\n\\i more.sql\nCREATE TABLE b ();')).toEqual([])
})

test('what a snapshot has may be there from this very migration', () => {
  const { world } = givenWorld('CREATE TABLE a (id int CONSTRAINT c PRIMARY KEY); CREATE INDEX b ON a (id);')
  const { statements } = analyseSql('CREATE TABLE a (id int CONSTRAINT c PRIMARY KEY); CREATE INDEX b ON a (id); ALTER TABLE a ADD COLUMN id int; ALTER TABLE a ADD CONSTRAINT c PRIMARY KEY (id)', world)
  expect(statements.flatMap(({ findings }) => findings.filter(({ refused: one }) => one))).toEqual([])
})
