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
  ])('%s', async (sql) => {
    expect(await refused(sql)).toEqual([])
    expect(told(sql)).toEqual([])
  })
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
