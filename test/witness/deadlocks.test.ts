import type { Client, DatabaseError } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadParser } from '../../server/sql/parser'
import { analyseSql, givenWorld } from '../support/engine'
import { askedVersions, startServer } from '../support/server'
import type { Server } from '../support/server'

/** Deadlocks that really happen, between a migration and what an application does every day; and orders in which they do not. */

beforeAll(() => loadParser())

const schema = `
  CREATE TABLE parent (id int PRIMARY KEY, note text);
  CREATE TABLE child (id int PRIMARY KEY, parent_id int REFERENCES parent, note text);
  INSERT INTO parent VALUES (1, 'a'), (2, 'b');
  INSERT INTO child VALUES (1, 1, 'a'), (2, 2, 'b');
  CREATE TABLE whole (id int, note text) PARTITION BY LIST (id);
  CREATE TABLE part_1 PARTITION OF whole FOR VALUES IN (1);
  CREATE TABLE part_2 PARTITION OF whole FOR VALUES IN (2);
  CREATE TABLE heir () INHERITS (parent);
  CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
  CREATE TRIGGER whole_note AFTER INSERT ON whole FOR EACH ROW EXECUTE FUNCTION note();
  CREATE TRIGGER whole_once AFTER INSERT ON whole FOR EACH STATEMENT EXECUTE FUNCTION note();`

/** What goes with something else, by CASCADE. */
const cascading = `
  CREATE DOMAIN kind AS text;
  CREATE SEQUENCE numbers;
  CREATE TABLE land (id int PRIMARY KEY, code int CONSTRAINT land_code UNIQUE, other int NOT NULL);
  CREATE UNIQUE INDEX land_other ON land (other);
  CREATE TABLE city (id int DEFAULT nextval('numbers'), kind kind, land int CONSTRAINT city_land REFERENCES land, code int REFERENCES land (code), other int REFERENCES land (other)) PARTITION BY LIST (id);
  CREATE TABLE city_1 PARTITION OF city FOR VALUES IN (1);
  CREATE TABLE city_2 PARTITION OF city FOR VALUES IN (2);
  CREATE FUNCTION each() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
  CREATE TRIGGER city_each AFTER INSERT ON city FOR EACH ROW EXECUTE FUNCTION each();
  CREATE TABLE kept (id int PRIMARY KEY) PARTITION BY LIST (id);
  CREATE TABLE kept_1 PARTITION OF kept FOR VALUES IN (1);
  CREATE VIEW cities AS SELECT id FROM city;
  CREATE TABLE town (name text) INHERITS (land);
  CREATE TABLE mayor (city int, part int, CONSTRAINT mayor_city FOREIGN KEY (city) REFERENCES kept, CONSTRAINT mayor_part FOREIGN KEY (part) REFERENCES kept) PARTITION BY LIST (city);
  CREATE TABLE mayor_1 PARTITION OF mayor FOR VALUES IN (1);
  CREATE TABLE envoy (city int CONSTRAINT envoy_city REFERENCES kept);`

const tables = 'heir, child, parent, whole, town, city, land, mayor, envoy, kept'
const dropped = `DROP TABLE IF EXISTS ${tables} CASCADE; DROP FUNCTION IF EXISTS note(), each(); DROP SEQUENCE IF EXISTS numbers; DROP DOMAIN IF EXISTS kind`

interface Case {
  readonly title: string
  /** The migration's transaction: its first statement, and the one that asks for more. */
  readonly migration: readonly [string, string]
  /** The application's, each begun before the migration's of the same place. */
  readonly application: readonly [string, string]
  readonly deadlock: boolean
}

const cases: readonly Case[] = [
  { title: 'an index, then ACCESS EXCLUSIVE', migration: ['CREATE INDEX i ON child (note)', 'ALTER TABLE child ADD COLUMN c int'], application: ['SELECT FROM child', "INSERT INTO child VALUES (3, 1, 'c')"], deadlock: true },
  { title: 'a foreign key, then ACCESS EXCLUSIVE', migration: ['ALTER TABLE child ADD FOREIGN KEY (id) REFERENCES parent', 'ALTER TABLE parent ADD COLUMN c int'], application: ['SELECT FROM parent', "UPDATE parent SET note = 'c'"], deadlock: true },
  { title: 'EXCLUSIVE, then ACCESS EXCLUSIVE', migration: ['LOCK TABLE child IN EXCLUSIVE MODE', 'TRUNCATE child'], application: ['SELECT FROM child', 'SELECT FROM child FOR UPDATE'], deadlock: true },
  { title: 'the strongest first', migration: ['ALTER TABLE child ADD COLUMN c int', 'CREATE INDEX i ON child (note)'], application: ['SELECT FROM parent', "INSERT INTO child VALUES (3, 1, 'c')"], deadlock: false },
  { title: 'rows, then ACCESS EXCLUSIVE', migration: ["UPDATE child SET note = 'x' WHERE id = 1", 'ALTER TABLE child ALTER COLUMN note SET NOT NULL'], application: ["UPDATE child SET note = 'y' WHERE id = 2", "UPDATE child SET note = 'y' WHERE id = 1"], deadlock: true },
  { title: 'reading, then ACCESS EXCLUSIVE', migration: ['SELECT FROM child', 'ALTER TABLE child ADD COLUMN c int'], application: ['SELECT FROM child', "INSERT INTO child VALUES (3, 1, 'c')"], deadlock: false },
  { title: 'a comment, then ACCESS EXCLUSIVE', migration: ["COMMENT ON TABLE child IS 'x'", 'ALTER TABLE child ADD COLUMN c int'], application: ['SELECT FROM child', "INSERT INTO child VALUES (3, 1, 'c')"], deadlock: false },
  { title: 'the referenced table, then the referring one', migration: ['ALTER TABLE parent ADD COLUMN c int', 'ALTER TABLE child ADD COLUMN c int'], application: ["UPDATE child SET note = 'y' WHERE id = 2", "INSERT INTO child VALUES (3, 1, 'c')"], deadlock: true },
  { title: 'the referring table, then the referenced one', migration: ['ALTER TABLE child ADD COLUMN c int', 'ALTER TABLE parent ADD COLUMN c int'], application: ['SELECT 1', "INSERT INTO child VALUES (3, 1, 'c')"], deadlock: false },
  { title: 'a partition, then the whole', migration: ['ALTER TABLE part_1 ADD CONSTRAINT c CHECK (id = 1)', 'ALTER TABLE whole ADD COLUMN c int'], application: ['SELECT FROM ONLY whole', 'SELECT FROM whole'], deadlock: true },
  { title: 'the index of a partition, then that of the whole', migration: ['CREATE INDEX i ON part_2 (note)', 'CREATE INDEX j ON whole (note)'], application: ['DELETE FROM whole WHERE false', "INSERT INTO whole VALUES (2, 'c')"], deadlock: true },
  { title: 'a child, then its parent', migration: ['ALTER TABLE heir ADD COLUMN c int', 'ALTER TABLE parent ADD COLUMN d int'], application: ['SELECT FROM ONLY parent', 'SELECT FROM parent'], deadlock: true },
  { title: 'the whole, then a partition', migration: ['ALTER TABLE ONLY whole ALTER COLUMN note SET DEFAULT 1', 'ALTER TABLE part_1 ADD CONSTRAINT c CHECK (id = 1)'], application: ['SELECT 1', 'SELECT FROM whole'], deadlock: false },
  { title: 'the index of a partition, then the whole where only readers are', migration: ['CREATE INDEX i ON part_2 (note)', 'COMMENT ON TABLE whole IS NULL'], application: ['SELECT FROM ONLY whole', 'SELECT FROM whole'], deadlock: false },
]

/** One statement that locks a table after its partitions. */
/** `from`: in earlier releases there is none. */
const alone: readonly { readonly statement: string; readonly whole?: string; readonly deadlock: boolean; readonly from?: number }[] = [
  { statement: 'DROP TRIGGER whole_note ON whole', deadlock: true },
  { statement: 'LOCK TABLE ONLY whole IN ACCESS EXCLUSIVE MODE; DROP TRIGGER whole_note ON whole', deadlock: false },
  { statement: 'DROP TRIGGER whole_once ON whole', deadlock: false },
  { statement: 'DROP FUNCTION note() CASCADE', deadlock: false },
  { statement: 'ALTER TABLE whole DISABLE TRIGGER whole_note', deadlock: false },
  { statement: 'DROP TABLE part_1', deadlock: false },
  { statement: 'DROP TABLE whole', deadlock: false },
  { statement: 'ALTER TABLE whole DETACH PARTITION part_1', deadlock: false },
  { statement: 'ALTER TABLE whole DROP COLUMN note', deadlock: false },
  { statement: 'TRUNCATE whole', deadlock: false },
  { statement: 'DROP TABLE parent CASCADE', deadlock: false },
  { statement: 'DROP TABLE land, town CASCADE', deadlock: true },
  { statement: 'DROP TABLE envoy', whole: 'kept', deadlock: true, from: 15 },
]

/** More of them, where `POSTGRES` names the servers. */
const cascades: typeof alone = [
  { statement: 'DROP FUNCTION each() CASCADE', deadlock: true },
  { statement: 'DROP DOMAIN kind CASCADE', deadlock: false },
  { statement: 'DROP SEQUENCE numbers CASCADE', deadlock: true },
  { statement: 'LOCK TABLE ONLY city IN ACCESS EXCLUSIVE MODE; DROP TABLE land, town CASCADE', deadlock: false },
  { statement: 'ALTER TABLE land DROP CONSTRAINT land_pkey CASCADE', deadlock: true },
  { statement: 'ALTER TABLE land DROP COLUMN code CASCADE', deadlock: true },
  { statement: 'DROP INDEX land_other CASCADE', deadlock: true },
  { statement: 'ALTER TABLE city DROP CONSTRAINT city_land', deadlock: false },
  { statement: 'ALTER TABLE city DROP COLUMN kind CASCADE', deadlock: false },
  { statement: 'DROP VIEW cities CASCADE', deadlock: false },
  { statement: 'DROP TABLE city CASCADE', deadlock: false },
  { statement: 'ALTER TABLE mayor DROP CONSTRAINT mayor_city', deadlock: false },
  { statement: 'DROP TABLE mayor', whole: 'kept', deadlock: true, from: 15 },
  { statement: 'DROP TABLE mayor_1', deadlock: false },
  { statement: 'ALTER TABLE mayor DROP COLUMN part', whole: 'kept', deadlock: true, from: 15 },
  { statement: 'ALTER TABLE envoy DROP CONSTRAINT envoy_city', deadlock: false },
  { statement: 'ALTER TABLE envoy DROP COLUMN city', whole: 'kept', deadlock: true, from: 15 },
  { statement: 'DROP TABLE kept CASCADE', whole: 'mayor', deadlock: true },
]

for (const version of askedVersions) {
  describe(`PostgreSQL ${version}`, () => {
    let server: Server
    let migration: Client
    let application: Client
    beforeAll(async () => {
      server = await startServer({ version })
      ;[migration, application] = await Promise.all([server.connect(), server.connect()])
      for (const client of [migration, application]) await client.query("SET deadlock_timeout = '200ms'")
    })
    afterAll(() => server?.stop())

    test('two that run the same transactions, in opposite order', async () => {
      await Promise.all([migration.query('ROLLBACK'), application.query('ROLLBACK')])
      await migration.query(`${dropped}; DROP TABLE IF EXISTS other`)
      await migration.query(`${schema} CREATE TABLE other (id int);`)
      const [a, b] = ['LOCK TABLE parent IN SHARE ROW EXCLUSIVE MODE', 'LOCK TABLE other IN SHARE ROW EXCLUSIVE MODE']
      await Promise.all([migration.query('BEGIN'), application.query('BEGIN')])
      await migration.query(a)
      await application.query(b)
      const both = await Promise.allSettled([migration.query(b).finally(() => migration.query('ROLLBACK')), application.query(a).finally(() => application.query('ROLLBACK'))])
      expect(both.flatMap((one) => (one.status === 'rejected' ? [(one.reason as DatabaseError).code] : []))).toEqual(['40P01'])
      const found = (sql: string): readonly string[] => analyseSql(sql, givenWorld(`${schema} CREATE TABLE other (id int);`, version).world).statements.flatMap(({ findings }) => findings.filter(({ hazard }) => hazard === 'deadlock').map(({ severity }) => severity))
      expect(found(`BEGIN; ${a}; ${b}; COMMIT; BEGIN; ${b}; ${a}; COMMIT;`)).toEqual(['info'])
      expect(found(`BEGIN; ${a}; ${b}; COMMIT; BEGIN; ${a}; ${b}; COMMIT;`)).toEqual([])
      expect(found(`BEGIN; ${a}; ${b}; ROLLBACK; BEGIN; ${b}; ${a}; COMMIT;`)).toEqual([])
    })

    test.each(cases)('$title', async ({ migration: [first, then], application: [before, after], deadlock }) => {
      await Promise.all([migration.query('ROLLBACK'), application.query('ROLLBACK')])
      await migration.query(dropped)
      await migration.query(schema)
      const refused: string[] = []
      const ask = async (client: Client, sql: string): Promise<void> => {
        await client.query(sql).catch((error: DatabaseError) => refused.push(error.code ?? ''))
        // Whoever is done, or has failed, ends its transaction, and the other goes on.
        if (sql === then || sql === after) await client.query('ROLLBACK')
      }
      await Promise.all([migration.query('BEGIN'), application.query('BEGIN')])
      await ask(application, before)
      await ask(migration, first)
      const waiting = ask(application, after)
      await new Promise((resolve) => setTimeout(resolve, 100))
      await Promise.all([waiting, ask(migration, then)])
      expect(refused).toEqual(deadlock ? ['40P01'] : [])

      const { statements } = analyseSql(`BEGIN; ${first}; ${then};`, givenWorld(schema, version).world)
      const found = statements.flatMap(({ findings }) => findings.filter(({ hazard }) => hazard === 'deadlock'))
      expect(found.map(({ related }) => related[0]?.ordinal)).toEqual(deadlock ? [1] : [])
    })

    test.each(process.env['POSTGRES'] === undefined ? alone : [...alone, ...cascades])('$statement', async ({ statement, whole: named, deadlock: ends, from = 12 }) => {
      const deadlock = ends && version >= from
      await Promise.all([migration.query('ROLLBACK'), application.query('ROLLBACK')])
      await migration.query(dropped)
      await migration.query(schema + cascading)
      const whole = named ?? (/\b(each|kind|numbers|land|city)\b|land_|cities/.test(statement) ? 'city' : /parent/.test(statement) ? 'parent' : /mayor|envoy/.test(statement) ? 'kept' : 'whole')
      for (const mode of ['ACCESS SHARE', 'ROW EXCLUSIVE']) {
        await Promise.all([migration.query('BEGIN'), application.query(`BEGIN; LOCK TABLE ONLY ${whole} IN ${mode} MODE`)])
        const code = async (client: Client, sql: string): Promise<readonly string[]> => client.query(sql).then(() => [], (error: DatabaseError) => [error.code ?? '']).finally(() => client.query('ROLLBACK'))
        const running = code(migration, statement)
        await new Promise((resolve) => setTimeout(resolve, 100))
        const refused = await Promise.all([running, code(application, `LOCK TABLE ${whole} IN ${mode} MODE`)])
        expect(refused.flat(), mode).toEqual(deadlock ? ['40P01'] : [])
      }
      const { statements } = analyseSql(`BEGIN; ${statement};`, givenWorld(schema + cascading, version).world)
      expect(statements.flatMap(({ findings }) => findings.filter(({ hazard }) => hazard === 'deadlock')).length).toBe(deadlock ? 1 : 0)
    })
  })
}
