import { beforeAll, describe, expect, it } from 'vitest'
import type { Analysis, World } from '../../server/analyse'
import { Catalog } from '../../server/catalog/catalog'
import { newestVersion } from '../../server/catalog/from-snapshot'
import { assumedCalibration } from '../../server/estimate/calibration'
import { stepsOf } from '../../server/model/plan'
import { loadParser } from '../../server/sql/parser'
import { analyseSql, givenWorld } from '../support/engine'
import { checkActions } from './check-actions'
import { checkAnalysis, shown } from './check-analysis'

beforeAll(() => loadParser())

/** A snapshot that claims to be complete, and is older than every table. */
const world: World = { catalog: Catalog.empty({ version: newestVersion, searchPath: ['public'], timeZone: 'UTC', complete: true, sized: true }), calibration: assumedCalibration, sized: true }

const check = (text: string, on: World = world, previous?: Analysis): Analysis => {
  const { analysis, problems } = checkAnalysis(text, on, 'statement', previous)
  expect(problems).toEqual([])
  expect(checkActions(text, (sql) => ({ uri: 'file:///a.sql', text: sql, analysis: analyseSql(sql, on), page: (page) => page, hasCommands: true })).problems).toEqual([])
  return analysis
}

describe('each text that once went wrong goes right:', () => {
  it.each<[string, string, string?]>([
    ['a proof on a table that the snapshot does not have', 'ALTER TABLE places ALTER COLUMN name SET NOT NULL;'],
    ['two such proofs in one statement', 'ALTER TABLE orders ALTER COLUMN total SET NOT NULL, ALTER COLUMN status SET NOT NULL;;'],
    [
      'a partition that the snapshot does not have, of a table with indexes',
      "ALTER TABLE events ATTACH PARTITION events_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');",
      'CREATE TABLE events (id bigint, at date NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);',
    ],
    [
      'a bound that is too long to be proved',
      `ALTER TABLE events ATTACH PARTITION events_2026 FOR VALUES FROM ('2026-01-01') TO ('${'2027 '.repeat(4000)}');`,
      'CREATE TABLE events (id bigint, at date NOT NULL) PARTITION BY RANGE (at); CREATE TABLE events_2026 (id bigint, at date NOT NULL); -- 40 M rows',
    ],
    ['an ALTER TABLE with a line break elsewhere than before its actions', 'ALTER\nTABLE book ADD CONSTRAINT book_code CHECK (length(code) > 0), DROP CONSTRAINT book_shelf;'],
    ['a directive inside a longer comment', '/* -- lockscope: allow long-lock because nothing */ DROP TABLE IF EXISTS x;\nSELECT 1; /* -- lockscope: allow lost-data */'],
    [
      'a concurrent statement in a transaction whose COMMIT cannot be read, behind one that is tried for again and again',
      'BEGIN;\nALTER TABLE orders ADD COLUMN paid boolean;\nCOMMIT AND CHAI;\nCREATE INDEX CONCURRENTLY orders_total ON customers (email);',
      '-- longest transaction 90 s\nCREATE TABLE orders (id bigint PRIMARY KEY); -- 40 M rows\nCREATE TABLE customers (id bigint PRIMARY KEY, email text); -- 40 M rows',
    ],
    [
      'a long statement in the transaction of one that is tried for again and again',
      'BEGIN;\nALTER TABLE orders ADD COLUMN paid boolean;\nALTER TABLE customers VALIDATE CONSTRAINT named;\nANALYZE customers;\nCOMMIT;',
      "-- longest transaction 90 s\nCREATE TABLE orders (id bigint PRIMARY KEY); -- 40 M rows\nCREATE TABLE customers (id bigint PRIMARY KEY, email text); -- 40 M rows\nALTER TABLE customers ADD CONSTRAINT named CHECK (email <> '') NOT VALID;",
    ],
    [
      'two statements that others queue behind, each a transaction of its own',
      'ALTER TABLE orders ADD COLUMN paid boolean;\nSELECT 1;\nALTER TABLE orders ADD COLUMN sent boolean;',
      'CREATE TABLE orders (id bigint PRIMARY KEY); -- 40 k rows, 120 changes/s',
    ],
    [
      'another statement behind COMMIT in its line',
      'BEGIN;\nALTER TABLE orders ADD COLUMN paid boolean;\nUPDATE orders SET paid = true;\nCOMMIT; ANALYZE orders',
      'CREATE TABLE orders (id bigint PRIMARY KEY); -- 40 M rows',
    ],
    [
      'a statement under a timeout behind one without a semicolon',
      "SET lock_timeout = '2s';\nCREATE TABLE t (state text NOT NULL DEFAULT 'open')\nCREATE UNIQUE INDEX CONCURRENTLY customers_email_key ON customers (email);",
      'CREATE TABLE customers (id bigint PRIMARY KEY, email text); -- 40 M rows',
    ],
    [
      'two statements with plans, the first without a semicolon',
      'CREATE INDEX a ON customers (email)\nCREATE INDEX b ON customers (email);\nDROP INDEX c',
      'CREATE TABLE customers (id bigint PRIMARY KEY, email text); -- 40 M rows',
    ],
    [
      'a comment behind COMMIT that goes on in the next line',
      'BEGIN;\nALTER TABLE orders ADD COLUMN paid boolean;\nUPDATE orders SET paid = true;\nCOMMIT; /* and\nthat is all */',
      'CREATE TABLE orders (id bigint PRIMARY KEY); -- 40 M rows',
    ],
    ['`$$` in a name, which ends no body of a trigger that is made from it', 'ALTER TABLE book ADD COLUMN title_lower text GENERATED ALWAYS AS (lowe$$r(title)) STORED;', 'CREATE TABLE book (id bigint PRIMARY KEY, title text); -- 40 M rows'],
    ['`$$` in the name of a column that is proved to be not null', 'ALTER TABLE orders ALTER COLUMN tot$$al SET NOT NULL, ALTER COLUMN status SET NOT NULL;', '-- no snapshot'],
    [
      'a partition that is attached already, as the default',
      "ALTER TABLE events ATTACH PARTITION events_2025 DEFAULT;\nALTER TABLE events ATTACH PARTITION events_2025 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');",
      'CREATE TABLE events (id bigint, at date) PARTITION BY RANGE (at); CREATE TABLE events_2025 (id bigint, at date); -- 40 M rows',
    ],
    [
      'a constraint whose name is taken',
      'ALTER TABLE readings ADD CONSTRAINT readings_value NOT NULL value;\nALTER TABLE readings ADD CONSTRAINT readings_value NOT NULL value;',
      'CREATE TABLE readings (id bigint, value int); -- 52 M rows\nALTER TABLE readings ADD CONSTRAINT readings_value CHECK (value > 0) NO INHERIT NOT VALID;',
    ],
    ['a schema of which the file has named one table', 'ALTER TABLE orders ALTER COLUMN total SET NOT NULL;\nREINDEX SCHEMA public;', '-- no snapshot'],
    ['an index ON ONLY a table that the file has only named', 'ALTER TABLE events ALTER COLUMN at SET NOT NULL;\nCREATE INDEX events_kind ON ONLY events (kind);', '-- no snapshot'],
    [
      'the partitions of a table, rebuilt concurrently where a long transaction runs',
      'REINDEX TABLE events;',
      '-- longest transaction 90 s\nCREATE TABLE events (id bigint PRIMARY KEY) PARTITION BY RANGE (id);\nCREATE TABLE events_one PARTITION OF events FOR VALUES FROM (0) TO (1000); -- 40 M rows',
    ],
    ['a word that ends in what is no number: WHENaNOT', 'MERGE INTO a USING b ON a.id = b.id WHEN MATCHED THEN DELETE WHENaNOT MATCHED THEN DO NOTHING;'],
    ["a constraint's name that ends in a psql variable", 'ALTER TABLE payments ADD CONSTRAINT payments_order_id_fk:ey FOREIGN KEY (order_id) REFERENCES orders (id);'],
  ])('%s', (_, text, given?: string) => void check(text, given === undefined ? world : givenWorld(given).world))
})

describe('each edit that once went wrong goes right:', () => {
  it.each([
    ['one behind a statement with a byte order mark in the middle of the file', ['SELECT 1;', '\uFEFFSELECT 2;', 'SELECT 3;', 'SELECT 4;', 'SELECT 5;', 'SELECT 6;', 'SELECT 7;', 'SELECT 8;'].join('\n'), 'SELECT 3;', 'SELECT 33;'],
  ])('%s', (_, before, from, to) => {
    const text = before.replace(from, to)
    expect(shown(check(text, world, check(before)))).toEqual(shown(check(text)))
  })
})

it('what has no way round is the same where only what runs before it has changed', () => {
  const { world } = givenWorld('CREATE TABLE carts (code int CONSTRAINT carts_pkey PRIMARY KEY); -- 40 M rows')
  const last = 'ALTER TABLE carts DROP CONSTRAINT carts_pkey, ADD COLUMN id bigserial PRIMARY KEY;'
  const before = check(`CREATE VIEW first AS SELECT 1;\n${last}`, world)
  const after = `CREATE VEW first AS SELECT 1;\n${last}`
  expect(shown(check(after, world, before))).toStrictEqual(shown(check(after, world)))
})

it('a byte order mark in the middle of a file is told by name', () => {
  expect(check('SELECT 1;\n\uFEFFSELECT 2;').unread).toEqual([{ span: { start: 10, end: 17 }, reason: expect.stringContaining('byte order mark (U+FEFF)') as string }])
})

describe('a psql variable', () => {
  const plan = (sql: string): readonly string[] => check(sql).statements.flatMap(({ assessed }) => (assessed.plan ? stepsOf(assessed.plan).map((step) => step.sql) : []))

  it.each([
    ['stays where the plan has the words of the statement', 'CREATE INDEX shelf ON :books (shelf);', ['CREATE INDEX CONCURRENTLY shelf ON :books (shelf);']],
    ['is in no plan that would have to name it', 'ALTER TABLE :books ALTER COLUMN shelf SET NOT NULL;', []],
    ['is in no plan that would have to name a part of it', 'ALTER TABLE book_:suffix ADD CONSTRAINT shelf CHECK (shelf > 0);', []],
    ['is in no plan that would have to name it, quoted', 'ALTER TABLE :"books" ADD CONSTRAINT shelf CHECK (shelf > 0);', []],
    ['is in no plan that would have to name it, in capitals', 'DROP INDEX :SHELF;', []],
  ])('%s', (_, sql, expected) => expect(plan(sql)).toEqual(expected))

  it('is in no way back', () => {
    expect(check('ALTER TABLE :books ADD COLUMN shelf int;').statements[0]!.assessed.operations).toEqual([expect.not.objectContaining({ wayBack: expect.anything() as unknown })])
  })
})
