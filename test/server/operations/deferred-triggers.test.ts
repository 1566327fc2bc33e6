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
    CREATE TABLE orders (id int);
    CREATE TABLE log (id int);
    CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO log VALUES (NEW.id); RETURN NULL; END $$;
    CREATE CONSTRAINT TRIGGER noted AFTER INSERT ON orders DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note()`)
  world = await snapshotWorld(server, 'shop')
})
afterAll(() => server?.stop())

const locksLog = (sql: string): readonly boolean[] => analyseSql(sql, world).statements.map(({ assessed }) => assessed.effects.some(({ relation }) => relation === 'public.log'))

test('what a deferred trigger does is done at COMMIT', async () => {
  expect(locksLog('BEGIN; INSERT INTO orders VALUES (1); SELECT 1; COMMIT')).toEqual([false, false, false, true])
  expect(locksLog('BEGIN; INSERT INTO orders VALUES (1); ROLLBACK; BEGIN; COMMIT')).toEqual([false, false, false, false, false])
  expect(locksLog('INSERT INTO orders VALUES (1); SELECT 1')).toEqual([true, false])
})

test('as a server has it, which waits there for who has locked the table', async () => {
  const [other, own] = [await server.connect('shop'), await server.connect('shop')]
  await other.query('BEGIN; LOCK TABLE log IN SHARE MODE')
  await own.query("SET lock_timeout = '50ms'; BEGIN; INSERT INTO orders VALUES (1); SELECT 1")
  await expect(own.query('COMMIT')).rejects.toMatchObject({ code: '55P03' })
  await Promise.all([other.end(), own.end()])
})
