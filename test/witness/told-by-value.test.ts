// An UPDATE is cut into batches that can be stopped and run again where its value tells of each row whether it is done.
import type { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { analyse } from '../../server/analyse'
import { catalogFromSnapshot } from '../../server/catalog/from-snapshot'
import { assumedCalibration } from '../../server/estimate/calibration'
import { read } from '../../server/frameworks/sql'
import { defaultPolicy } from '../../server/model/policy'
import type { Plan } from '../../server/model/plan'
import { stepsOf } from '../../server/model/plan'
import { takeSnapshot } from '../../server/sources/postgres'
import { loadParser } from '../../server/sql/parser'
import { askedVersions, startServer } from '../support/server'
import type { Server } from '../support/server'

const schema = `
  DROP SCHEMA IF EXISTS house CASCADE;
  CREATE SCHEMA house;
  CREATE FUNCTION house_trim(a text) RETURNS text IMMUTABLE LANGUAGE sql AS $$ SELECT substr(a, 2) $$;
  CREATE FUNCTION house.lower(a text) RETURNS text IMMUTABLE LANGUAGE sql AS $$ SELECT substr(a, 2) $$;
  CREATE TYPE state AS ENUM ('new', 'Old', 'gone');
  CREATE COLLATION house.careless (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
  CREATE DOMAIN mail AS varchar(60) COLLATE house.careless;
  CREATE TABLE users (id bigint PRIMARY KEY, email text, name text, alias mail, state state, past state[], hits int, score numeric(10, 2), settings jsonb, code varchar(8), home bigint, nick text COLLATE house.careless, weight numeric, span interval);
  CREATE TABLE homes (id bigint PRIMARY KEY, owner bigint, email text, score numeric, "Code" varchar(40));
  INSERT INTO homes SELECT g, g % 800, nullif('H' || g % 7 || ' ', 'H3 '), g / 7.0, md5(g::text) FROM generate_series(1, 800) g;
  INSERT INTO users
    SELECT g, CASE g % 5 WHEN 0 THEN NULL WHEN 1 THEN ' Mixed' || g || '@X.de ' ELSE 'low' || g END, md5(g::text), CASE WHEN g % 3 = 0 THEN '  ' ELSE 'A' || g END, (ARRAY['new', 'Old', 'gone', NULL])[g % 4 + 1]::state,
           CASE WHEN g % 4 = 0 THEN '{new}'::state[] END, nullif(g % 3, 0), nullif(g % 4, 0) + 0.26, CASE WHEN g % 6 > 0 THEN jsonb_build_object('k', g % 2, 'z', '[1, 2, 3]'::jsonb) END, upper(substr(md5(g::text), 1, 8)), g % 50, CASE WHEN g % 2 = 0 THEN 'Nick' || g ELSE 'nick' || g END, g % 5 + 0.5, CASE WHEN g % 2 = 0 THEN interval '1 day' ELSE interval '24:00' END
      FROM generate_series(1, 1200) g;`

/** Each with the columns that it leaves as they are where they are right. */
const told: readonly string[] = [
  `UPDATE users SET email = lower(email)`,
  `UPDATE users SET email = lower(trim(email)) WHERE email IS NOT NULL`,
  `UPDATE users SET alias = nullif(btrim(alias), '')`,
  `UPDATE users SET state = 'new'::state WHERE state = 'Old'`,
  `UPDATE users SET state = 'gone'`,
  `UPDATE users SET past = '{Old,new}' WHERE past IS NULL OR state = 'new'`,
  `UPDATE users SET hits = COALESCE(hits, 0), score = COALESCE(score, 1.005)`,
  `UPDATE users SET score = greatest(score, home)`,
  `UPDATE users SET score = round(score, 1)`,
  `UPDATE users SET settings = jsonb_set(settings, '{k}', '"IN"') WHERE hits > 1`,
  `UPDATE users SET settings = settings - 'k' WHERE settings ? 'k'`,
  `UPDATE users SET settings = settings #- '{z}'`,
  `UPDATE users SET code = left(code, 5)`,
  `UPDATE users SET email = (SELECT homes.email FROM homes WHERE homes.owner = users.id)`,
  `UPDATE users SET nick = lower(nick), alias = upper(alias)`,
  `UPDATE users SET nick = 'NICK4' WHERE id < 9`,
  `UPDATE users SET weight = round(weight, 2)`,
  `UPDATE users SET weight = 1.50, span = '24:00'`,
  `UPDATE users SET settings = jsonb_set(settings, '{k}', '1.0')`,
  `UPDATE users SET hits = (SELECT sum(score) FROM homes WHERE owner < users.id AND owner > users.id - 3)`,
  `UPDATE users u SET email = homes.email FROM homes WHERE homes.owner = u.id`,
  `UPDATE users u SET code = left("Code", 4), email = upper(u.email) FROM homes h WHERE h.owner = u.id AND h.id > 100`,
]

const untold: readonly string[] = [
  `UPDATE users SET code = left(code, -1)`,
  `UPDATE users SET settings = settings #- '{z,0}'`,
  `UPDATE users SET settings = settings #- ARRAY['z', '0']`,
  `UPDATE users SET settings = jsonb_set(settings, '{z,9}', '7')`,
  `UPDATE users SET settings = jsonb_set(settings, '{ "z" , "-9" }', '7')`,
  `UPDATE users SET past = NULL, settings = (settings -> 'z') - 0`,
  `UPDATE users SET name = house_trim(name)`,
  `UPDATE users SET name = house.lower(name)`,
  `UPDATE users SET hits = hits + 1`,
  `UPDATE users SET email = lower(name), name = upper(email)`,
  `UPDATE users SET email = lower(btrim(email, 'x'))`,
  `UPDATE users SET email = ltrim(btrim(email, 'a'), 'b')`,
  `UPDATE users SET email = lower(upper(email))`,
  `UPDATE users SET settings = settings || '{"a": 1}'`,
  `UPDATE users SET settings = jsonb_set(settings, '{k}', settings)`,
  `UPDATE users SET email = (SELECT h.email FROM homes h WHERE h.owner > users.id LIMIT 1)`,
  `UPDATE users SET email = (SELECT current_date::text || h.email FROM homes h WHERE h.owner = users.id)`,
  `UPDATE users SET email = (SELECT users.email || h.email FROM homes h WHERE h.owner = users.id)`,
  `UPDATE users SET score = nullif(score + 1, 5)`,
]

const servers = new Map<number, Server>()
const clients = new Map<number, Client>()

beforeAll(async () => {
  await loadParser()
  for (const version of askedVersions) {
    const server = await startServer({ version })
    servers.set(version, server)
    clients.set(version, await server.connect())
  }
})
afterAll(() => Promise.all([...servers.values()].map((server) => server.stop())))

async function planOf(version: number, sql: string): Promise<Plan | undefined> {
  const snapshot = await takeSnapshot({ url: servers.get(version)!.url() })
  const tables = Object.fromEntries(Object.entries(snapshot.tables!).map(([name, table]) => [name, { ...table, rows: 50_000_000 }]))
  const world = { catalog: catalogFromSnapshot({ ...snapshot, tables }), calibration: assumedCalibration, sized: true }
  return analyse(read('a.sql', sql), sql, world, defaultPolicy).statements[0]!.assessed.plan
}

const filled = async (client: Client): Promise<void> => void (await client.query(`DROP SCHEMA public CASCADE; CREATE SCHEMA public; ${schema} ANALYZE`))
const rowsOf = async (client: Client): Promise<unknown[]> => (await client.query('SELECT *, NULL AS xmin FROM users ORDER BY id')).rows
const writtenOf = async (client: Client): Promise<unknown[]> => (await client.query('SELECT id, xmin FROM users ORDER BY id')).rows

test.each(askedVersions.flatMap((version) => told.map((sql) => [version, sql] as const)))('%i: %s', async (version, sql) => {
  const client = clients.get(version)!
  await filled(client)
  const plan = await planOf(version, sql)
  expect(plan?.fit, plan?.title).toBe('staged')
  const steps = stepsOf(plan!)
  for (const step of steps) await client.query(step.sql)
  const byPlan = await rowsOf(client)
  const written = await writtenOf(client)
  // Another run finds nothing to do.
  for (const step of steps) await client.query(step.sql)
  expect(await writtenOf(client)).toEqual(written)
  await filled(client)
  const before = await rowsOf(client)
  await client.query(sql)
  const byStatement = await rowsOf(client)
  expect(byStatement).not.toEqual(before)
  expect(byPlan).toEqual(byStatement)
})

test.each(untold)('told by no value: %s', async (sql) => {
  const [version] = askedVersions
  const client = clients.get(version!)!
  await filled(client)
  const plan = await planOf(version!, sql)
  if (plan!.fit !== 'outline') {
    expect(plan!.title).toContain('a column that is there meanwhile says of each row whether it is done')
    for (const step of stepsOf(plan!)) await client.query(step.sql)
    const byPlan = await rowsOf(client)
    await filled(client)
    await client.query(sql)
    expect(byPlan).toEqual(await rowsOf(client))
  }
})
