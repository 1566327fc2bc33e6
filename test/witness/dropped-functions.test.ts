import { beforeAll, expect, test } from 'vitest'
import { catalogFromSnapshot } from '../../server/catalog/from-snapshot'
import { assumedCalibration } from '../../server/estimate/calibration'
import { loadParser } from '../../server/sql/parser'
import { analyseSql } from '../support/engine'
import { cleanPglite } from '../support/pglite'
import { observe } from '../support/probe'
import { snapshotOfPglite } from '../support/snapshot-of-pglite'

const schema = `
  CREATE DOMAIN "a,b" AS text;
  CREATE DOMAIN "o(x)" AS text;
  CREATE SCHEMA other; CREATE DOMAIN other.odd AS text;
  CREATE FUNCTION f("a,b") RETURNS int LANGUAGE sql AS 'SELECT 1';
  CREATE FUNCTION f("a,b", numeric(10,2)) RETURNS int LANGUAGE sql AS 'SELECT 1';
  CREATE FUNCTION f(numeric(10,2), character varying(20)[]) RETURNS int LANGUAGE sql AS 'SELECT 1';
  CREATE FUNCTION f(other.odd) RETURNS int LANGUAGE sql AS 'SELECT 1';
  CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
  CREATE FUNCTION "g(1)"("o(x)") RETURNS int LANGUAGE sql AS 'SELECT 1';
  CREATE FUNCTION "g(1)"(timestamp with time zone) RETURNS int LANGUAGE sql AS 'SELECT 1';
  CREATE VIEW one AS SELECT f('x'::"a,b") AS n;
  CREATE VIEW two AS SELECT f('x'::"a,b", 1) AS n;
  CREATE VIEW three AS SELECT f(1::numeric, '{}') AS n;
  CREATE VIEW four AS SELECT f('x'::other.odd) AS n;
  CREATE VIEW five AS SELECT f() AS n;
  CREATE VIEW six AS SELECT "g(1)"('x'::"o(x)") AS n;
  CREATE VIEW seven AS SELECT "g(1)"(now()) AS n`

beforeAll(async () => {
  await loadParser()
  await cleanPglite()
}, 300_000)

// Of several functions of one name only what hangs on the one that is meant goes with it.
test('the types of its arguments tell which of several functions is dropped', async () => {
  const database = await cleanPglite()
  await database.exec(schema)
  const world = { catalog: catalogFromSnapshot(await snapshotOfPglite(database)), calibration: assumedCalibration, sized: true }
  for (const name of ['f("a,b")', 'f("a,b", numeric)', 'f("a,b", numeric(10,2))', 'f(numeric, varchar[])', 'f(numeric(10, 2), character varying(20)[])', 'f(other.odd)', 'f()', '"g(1)"("o(x)")', '"g(1)"(timestamptz)']) {
    const statement = `DROP FUNCTION ${name} CASCADE`
    const { locks, error } = await observe(database, statement)
    expect(error, statement).toBeUndefined()
    const said = analyseSql(statement, world).statements[0]!.assessed.effects.map(({ relation, lock }) => `${relation}: ${lock}`)
    expect(said.sort(), statement).toEqual([...locks].map(([relation, modes]) => `${relation}: ${modes.at(-1)}`).sort())
  }
})
