import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Catalog } from '../../server/catalog/catalog'
import { assumedCalibration } from '../../server/estimate/calibration'
import { loadParser } from '../../server/sql/parser'
import { analyseSql } from '../support/engine'
import { overClient, reset } from '../support/probe'
import type { Database } from '../support/probe'
import { askedVersions, startServer } from '../support/server'
import type { Server } from '../support/server'
import { snapshotWorld } from '../support/snapshot-world'

/**
 * Rows that are published and have nothing to be found by at the other end: what the server refuses is told before it does,
 * of a database by its snapshot and of what the migration itself has made, and nothing else is.
 * `=>` stands before what is refused, `->` before what is not, `?>` before what is refused and only said to be likely.
 */
const cases: readonly { readonly from?: number; readonly made: string; readonly asked: string }[] = [
  {
    made: 'CREATE TABLE a (id int, v int); CREATE VIEW w AS SELECT * FROM a; CREATE PUBLICATION p FOR TABLE a',
    asked: '=> UPDATE a SET v = 1; => DELETE FROM a WHERE false; => UPDATE w SET v = 1; => WITH gone AS (DELETE FROM a RETURNING *) SELECT * FROM gone; -> TRUNCATE a; -> INSERT INTO a VALUES (1, 1); -> SELECT * FROM a FOR UPDATE; -> PREPARE q AS UPDATE a SET v = 1; => EXECUTE q',
  },
  { made: 'CREATE TABLE a (id int PRIMARY KEY, v int); CREATE PUBLICATION p FOR TABLE a', asked: '-> UPDATE a SET v = 1; -> DELETE FROM a; -> ALTER TABLE a DROP CONSTRAINT a_pkey; => DELETE FROM a; -> ALTER TABLE a ADD PRIMARY KEY (id); -> DELETE FROM a' },
  { made: 'CREATE TABLE a (id int PRIMARY KEY DEFERRABLE, v int); CREATE TABLE b (id int NOT NULL UNIQUE); CREATE PUBLICATION p FOR TABLE a, b', asked: '=> UPDATE a SET v = 1; => DELETE FROM b; -> ALTER TABLE b REPLICA IDENTITY USING INDEX b_id_key; -> DELETE FROM b; -> ALTER INDEX b_id_key RENAME TO other; -> DELETE FROM b; -> ALTER TABLE b DROP CONSTRAINT other; => DELETE FROM b' },
  { made: 'CREATE TABLE a (id int PRIMARY KEY); ALTER TABLE a REPLICA IDENTITY NOTHING; CREATE TABLE b (id int); ALTER TABLE b REPLICA IDENTITY FULL; CREATE PUBLICATION p FOR TABLE a, b', asked: '=> DELETE FROM a; -> DELETE FROM b; -> ALTER TABLE a REPLICA IDENTITY DEFAULT; -> DELETE FROM a; -> ALTER TABLE b REPLICA IDENTITY DEFAULT; => DELETE FROM b' },
  { made: "CREATE TABLE a (id int, v int); CREATE PUBLICATION p FOR TABLE a WITH (publish = 'insert, delete')", asked: "-> UPDATE a SET v = 1; => DELETE FROM a; -> ALTER PUBLICATION p SET (publish = 'update'); => UPDATE a SET v = 1; -> DELETE FROM a; -> ALTER PUBLICATION p SET (publish = ''); -> UPDATE a SET v = 1" },
  { made: 'CREATE TABLE a (id int); CREATE TABLE b (id int); CREATE PUBLICATION p FOR TABLE a', asked: '-> ALTER PUBLICATION p SET TABLE b; -> DELETE FROM a; => DELETE FROM b; -> ALTER PUBLICATION p ADD TABLE a; => DELETE FROM a; -> ALTER PUBLICATION p RENAME TO q; -> ALTER TABLE a RENAME TO c; => DELETE FROM c; -> ALTER PUBLICATION q DROP TABLE c; -> DELETE FROM c; => DELETE FROM b; -> DROP PUBLICATION IF EXISTS q, none; -> DELETE FROM b' },
  { made: 'CREATE TABLE a (id int); CREATE UNLOGGED TABLE b (id int); CREATE PUBLICATION p FOR ALL TABLES', asked: '=> DELETE FROM a; -> DELETE FROM b; -> CREATE TEMPORARY TABLE t (id int); -> DELETE FROM t; -> CREATE TABLE c AS SELECT 1 AS id; => DELETE FROM c; -> DROP PUBLICATION p; -> DELETE FROM c' },
  { made: 'CREATE TABLE a (id int); CREATE TABLE b (x int) INHERITS (a); CREATE PUBLICATION p FOR TABLE ONLY b', asked: '-> DELETE FROM ONLY a; => DELETE FROM a; ?> DELETE FROM a WHERE id = 1; -> CREATE PUBLICATION q FOR TABLE a; => DELETE FROM ONLY a' },
  { made: 'CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int REFERENCES a ON DELETE CASCADE ON UPDATE SET NULL); CREATE PUBLICATION p FOR TABLE b; INSERT INTO a VALUES (1)', asked: '?> DELETE FROM a; ?> UPDATE a SET id = 2' },
  { from: 13, made: 'CREATE TABLE a (id int) PARTITION BY LIST (id); CREATE TABLE a1 PARTITION OF a FOR VALUES IN (1); CREATE TABLE a2 PARTITION OF a FOR VALUES IN (2); ALTER TABLE a2 REPLICA IDENTITY FULL; CREATE PUBLICATION p FOR TABLE a', asked: '=> UPDATE a SET id = id; -> UPDATE a SET id = id WHERE id = 2; -> UPDATE a SET id = 1 WHERE id = 2; => DELETE FROM a1; -> DELETE FROM a2; ?> DELETE FROM a WHERE id = 1; -> ALTER TABLE a DETACH PARTITION a1; -> DELETE FROM a1; -> DELETE FROM a' },
  { from: 13, made: 'CREATE TABLE a (id int NOT NULL UNIQUE, v int); CREATE PUBLICATION p FOR TABLE a', asked: '-> INSERT INTO a VALUES (1, 1) ON CONFLICT DO NOTHING; ?> INSERT INTO a VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET v = 2' },
  { from: 15, made: 'CREATE TABLE a (id int, v int); CREATE TABLE b (id int); CREATE PUBLICATION p FOR TABLE a', asked: '?> MERGE INTO a USING b ON a.id = b.id WHEN MATCHED THEN DELETE; -> MERGE INTO a USING b ON a.id = b.id WHEN NOT MATCHED THEN INSERT VALUES (1, 1)' },
  { from: 15, made: 'CREATE SCHEMA "My s"; CREATE TABLE "My s".a (id int); CREATE TABLE b (id int); CREATE PUBLICATION p FOR TABLES IN SCHEMA "My s", TABLE b', asked: '=> DELETE FROM "My s".a; => DELETE FROM b; -> ALTER TABLE "My s".a SET SCHEMA public; -> DELETE FROM a; -> ALTER PUBLICATION p SET TABLES IN SCHEMA CURRENT_SCHEMA; => DELETE FROM a; => DELETE FROM b; -> ALTER PUBLICATION p DROP TABLES IN SCHEMA public; -> DELETE FROM b' },
]

const marks = { '->': 'nothing', '?>': 'warning', '=>': 'error' } as const

beforeAll(() => loadParser())

describe.each(askedVersions)('PostgreSQL %s', (version) => {
  let server: Server
  let database: Database
  beforeAll(async () => {
    server = await startServer({ version })
    await server.createDatabase('published')
    database = await overClient(await server.connect('published'))
  })
  afterAll(() => server?.stop())

  test.each(cases.filter(({ from = 12 }) => from <= version))('$made', async ({ made, asked }) => {
    const steps = asked.split('; ').map((text) => ({ expected: marks[text.slice(0, 2) as keyof typeof marks], sql: text.slice(3) }))
    const script = steps.map(({ sql }) => `${sql};\n`).join('')
    await reset(database)
    await database.exec(made)
    const snapshot = await snapshotWorld(server, 'published')
    const empty = { catalog: Catalog.empty({ version, searchPath: ['public'], complete: true, sized: true }), calibration: assumedCalibration, sized: true }
    const told = (statements: ReturnType<typeof analyseSql>['statements']): readonly string[] => statements.map(({ findings }) => findings.find(({ hazard }) => hazard === 'fails-on-data')?.severity ?? 'nothing')
    const expected = steps.map(({ expected: one }) => one)
    expect(told(analyseSql(script, snapshot).statements), 'by the snapshot').toEqual(expected)
    const before = analyseSql(`${made};`, empty).statements.length
    expect(told(analyseSql(`${made};\n${script}`, empty).statements.slice(before)), 'by the migration itself').toEqual(expected)
    const { statements } = analyseSql(script, snapshot)
    let refused = await refusedTables(database)
    for (const [at, { sql, expected: one }] of steps.entries()) {
      const problem = await database.exec(sql).then(() => undefined, (error: Error) => error.message)
      if (one === 'nothing') expect(problem, sql).toBeUndefined()
      else expect(problem, sql).toContain('because it does not have a replica identity')
      // What can be changed no more from here on is said where that begins, of tables that have been there.
      const now = await refusedTables(database)
      const begun = [...now].flatMap(([table, events]) => events.filter((event) => refused.has(table) && !refused.get(table)!.includes(event)).map((event) => `${event} of \`${table}\``))
      expect(statements[at]!.assessed.breaks.filter(({ missed }) => missed?.identity).flatMap(({ sentence }) => eventsSaid(sentence)).sort(), sql).toEqual(begun.sort())
      refused = now
    }
  })
})

const eventsSaid = (sentence: string): readonly string[] => {
  const [, events = '', table = ''] = /^Every ([A-Z and]+) of (`.+?`) ends in an error from here on/.exec(sentence) ?? []
  return events.split(' and ').map((event) => `${event} of ${table}`)
}

/** By table, what the server refuses to do with its rows, though there be none. */
async function refusedTables(database: Database): Promise<ReadonlyMap<string, readonly string[]>> {
  const { rows } = await database.query<{ name: string; shown: string; column: string }>(`
    SELECT c.oid::regclass AS name, c.relname AS shown, quote_ident(a.attname) AS column FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = 1
     WHERE c.relkind = 'r' AND n.nspname !~ '^(pg_|information_schema)'`)
  const found = new Map<string, readonly string[]>()
  for (const { name, shown, column } of rows) {
    const events: string[] = []
    for (const [event, sql] of [['UPDATE', `UPDATE ONLY ${name} SET ${column} = ${column} WHERE false`], ['DELETE', `DELETE FROM ONLY ${name} WHERE false`]] as const) {
      const problem = await database.exec(sql).then(() => '', (error: Error) => error.message)
      if (problem.includes('because it does not have a replica identity')) events.push(event)
    }
    found.set(shown, events)
  }
  return found
}
