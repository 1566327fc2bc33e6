import { beforeAll, describe, expect, test } from 'vitest'
import { Catalog } from '../../../server/catalog/catalog'
import { relationName } from '../../../server/model/name'
import { expressionVolatility, sequencesOf } from '../../../server/operations/volatility'
import { loadParser } from '../../../server/sql/parser'
import { cleanPglite } from '../../support/pglite'
import { observe } from '../../support/probe'
import type { Database } from '../../support/probe'

/** `type DEFAULT expression`. Whether each row is given its own value is asked of PostgreSQL. */
const defaults = `
  int 1
  int -1
  int NULL
  int NULL::int
  int 2 + 3 * 4
  text 'x'
  text 'now'
  text lower('X')
  text 'a' || 'b'
  text upper(md5('x'))
  timestamptz 'now'
  timestamptz now()
  timestamptz pg_catalog.now()
  timestamptz NOW()
  timestamptz current_timestamp
  timestamptz CURRENT_TIMESTAMP(3)
  timestamptz transaction_timestamp()
  timestamptz statement_timestamp()
  timestamptz clock_timestamp()
  timestamptz now() - interval '1 day'
  timestamptz date_trunc('day', now())
  timestamp timezone('utc', now())
  timestamp (now() AT TIME ZONE 'utc')
  timestamp localtimestamp
  date current_date
  text timeofday()
  text current_user
  text session_user
  text current_setting('app.name', true)
  text to_char(now(), 'YYYY')
  text format('%s', now())
  text extract(year FROM now())::text
  uuid gen_random_uuid()
  uuid uuidv7()
  uuid public.uuid_generate_v4()
  float random()
  float (random() * 100)
  text md5(random()::text)
  text substr(md5(random()::text), 1, 8)
  text 'x' || random()
  text CASE WHEN random() > 2 THEN 'a' ELSE 'b' END
  text coalesce(NULL, 'b')
  text coalesce(current_user, 'b')
  int greatest(1, 2)
  bigint nextval('numbers')
  bigint nextval('public.numbers'::regclass)
  bigint txid_current()
  int pg_backend_pid()
  jsonb '{}'
  jsonb '{}'::jsonb
  jsonb jsonb_build_object('a', 1)
  json json_build_object('a', now())
  text[] '{}'
  text[] ARRAY[]::text[]
  int[] ARRAY[1, 2]
  text[] string_to_array('a,b', ',')
  int public.changing()
  int public.steady()
  int public.fixed()
  int changing() + 1
  bool true
  inet '10.0.0.1'
  interval '1 day'
  int4range int4range(1, 5)
  tsvector to_tsvector('a b')
  bytea decode('00', 'hex')
  public.mood 'good'
  regclass 'numbers'
  point point(1, 2)
  numeric pi()
  oid lastval()::oid`
  .trim()
  .split('\n')
  .map((line) => /^\s*(\S+) (.+)$/.exec(line)!)
  .map(([, type, expression]) => ({ type: type!, expression: expression! }))

const world = `
  CREATE EXTENSION "uuid-ossp";
  CREATE SEQUENCE numbers;
  SELECT nextval('numbers');
  CREATE TYPE mood AS ENUM ('good', 'bad');
  CREATE FUNCTION changing() RETURNS int LANGUAGE plpgsql VOLATILE AS 'BEGIN RETURN 1; END';
  CREATE FUNCTION steady() RETURNS int LANGUAGE plpgsql STABLE AS 'BEGIN RETURN 1; END';
  CREATE FUNCTION fixed() RETURNS int LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN 1; END';
  CREATE TABLE t (id int);
  INSERT INTO t VALUES (1), (2)`

const catalog = Catalog.empty({ version: 18, searchPath: ['public'], complete: true, sized: true })
  .withRoutine(relationName('public', 'changing'), { volatility: 'volatile', variants: [] })
  .withRoutine(relationName('public', 'steady'), { volatility: 'stable', variants: [] })
  .withRoutine(relationName('public', 'fixed'), { volatility: 'immutable', variants: [] })
  .with({ kind: 'sequence', name: relationName('public', 'numbers'), origin: 'snapshot' })

beforeAll(() => loadParser())

describe('a default is volatile where PostgreSQL computes it for each row', () => {
  let database: Database
  beforeAll(async () => {
    database = await cleanPglite()
    await database.exec(world)
  })

  for (const { type, expression } of defaults) {
    test(expression, async () => {
      const seen = await observe(database, `ALTER TABLE t ADD COLUMN c ${type} DEFAULT ${expression}`)
      expect(seen.error).toBeUndefined()
      expect(expressionVolatility(expression, catalog) === 'volatile').toBe(seen.rewritten.length > 0)
    })
  }

  // The planner puts the body of an SQL function in the place of its call, and finds that nothing in it changes; we do not look into functions.
  test('a volatile SQL function of a constant is taken to be computed for each row, which it is not', async () => {
    await database.exec("CREATE FUNCTION inlined() RETURNS int LANGUAGE sql VOLATILE AS 'SELECT 1'")
    const seen = await observe(database, 'ALTER TABLE t ADD COLUMN c int DEFAULT inlined()')
    expect(seen.rewritten).toEqual([])
    expect(expressionVolatility('inlined()', catalog.withRoutine(relationName('public', 'inlined'), { volatility: 'volatile', variants: [] }))).toBe('volatile')
  })
})

describe('the sequences of a default', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ["nextval('numbers')", ['public.numbers']],
    ["nextval('app.numbers'::regclass)", ['app.numbers']],
    [`nextval('"Odd Numbers"')`, ['public."Odd Numbers"']],
    ["'N' || nextval('numbers')::text", ['public.numbers']],
    ["lpad(nextval('numbers')::text, 8, '0')", ['public.numbers']],
    ["currval('numbers')", ['public.numbers']],
    ['nextval(pg_get_serial_sequence(1, 2))', []],
    ['1', []],
  ]
  for (const [expression, expected] of cases) test(expression, () => expect(sequencesOf(expression, catalog)).toEqual(expected))
})
