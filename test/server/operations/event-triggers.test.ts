import { afterAll, beforeAll, expect, test } from 'vitest'
import type { World } from '../../../server/analyse'
import { loadParser } from '../../../server/sql/parser'
import { analyseSql } from '../../support/engine'
import { startServer } from '../../support/server'
import type { Server } from '../../support/server'
import { snapshotWorld } from '../../support/snapshot-world'

let server: Server
let world: World
beforeAll(async () => {
  await loadParser()
  server = await startServer()
  const client = await server.connect(await server.createDatabase('shop'))
  await client.query(`
    CREATE TABLE orders (id int, total int DEFAULT 1, note text);
    CREATE TABLE dropped (what text);
    CREATE FUNCTION gone() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO dropped VALUES (tg_tag); END $$;
    CREATE TABLE log (tag text);
    CREATE FUNCTION note() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO log VALUES (tg_tag); END $$;
    CREATE FUNCTION own() RETURNS event_trigger LANGUAGE plpgsql AS $$
      DECLARE one record;
      BEGIN FOR one IN SELECT * FROM pg_event_trigger_ddl_commands() LOOP EXECUTE 'ALTER TABLE ' || one.object_identity || ' OWNER TO postgres'; END LOOP; END $$;
    CREATE EVENT TRIGGER noted ON ddl_command_end WHEN TAG IN ('ALTER TABLE') EXECUTE FUNCTION note();
    CREATE EVENT TRIGGER owned ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION own();
    CREATE EVENT TRIGGER resting ON ddl_command_start EXECUTE FUNCTION own();
    ALTER EVENT TRIGGER resting DISABLE;
    CREATE EVENT TRIGGER goes ON sql_drop EXECUTE FUNCTION gone()`)
  world = await snapshotWorld(server, 'shop')
})
afterAll(() => server?.stop())

test.each([
  ['ALTER TABLE orders ADD COLUMN a int', ['public.orders', 'public.log'], []],
  ['DO $$ BEGIN ALTER TABLE orders ADD COLUMN a int; END $$', ['public.orders', 'public.log'], []],
  ["DO $$ BEGIN EXECUTE 'ALTER TABLE orders ADD COLUMN a int'; END $$", ['public.orders', 'public.log'], []],
  ['CREATE INDEX ON orders (id)', ['public.orders'], []],
  ['INSERT INTO orders VALUES (1)', ['public.orders'], []],
  ['CREATE TEMP TABLE passing (id int)', ['pg_temp.passing'], ['In `own`, which the event trigger `owned` calls: What EXECUTE runs in line 2 of the block is put together only when it runs.']],
])('%s', (sql, locked, unread) => {
  const [statement] = analyseSql(sql, world).statements
  expect(statement!.assessed.effects.map(({ relation }) => relation).filter((name) => locked.includes(name))).toEqual(locked)
  expect(statement!.assessed.effects.some(({ relation }) => relation === 'public.log')).toBe(locked.includes('public.log'))
  expect(statement!.assessed.unread.map(({ reason }) => reason)).toEqual(unread)
})

test.each([
  ['ALTER TABLE orders DROP COLUMN note', true],
  ['ALTER TABLE orders DROP COLUMN IF EXISTS nothing', false],
  ['ALTER TABLE orders ALTER COLUMN total DROP DEFAULT', true],
  ['ALTER TABLE orders ALTER COLUMN total SET DEFAULT 2', false],
  ['ALTER TABLE orders ALTER COLUMN note DROP DEFAULT', false],
  ['ALTER TABLE orders ALTER COLUMN total TYPE bigint', false],
  ['ALTER TABLE orders RENAME COLUMN note TO remark', false],
  ['DROP TABLE IF EXISTS nothing', false],
  ['DROP TABLE orders', true],
  ['DO $$ BEGIN DROP TABLE orders; END $$', true],
])('%s: what goes is told to who asks: %s', async (sql, isTold) => {
  const client = await server.connect('shop')
  await client.query('BEGIN')
  await client.query(sql)
  expect((await client.query('SELECT FROM dropped')).rowCount! > 0).toBe(isTold)
  await client.query('ROLLBACK')
  expect(analyseSql(sql, world).statements[0]!.assessed.effects.some(({ relation }) => relation === 'public.dropped')).toBe(isTold)
})
