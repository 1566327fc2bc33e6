import { beforeAll, describe, expect, test } from 'vitest'
import { emptiedBody } from '../../server/sources/emptied'
import { readPlpgsql } from '../../server/sql/plpgsql'
import type { PlpgsqlPiece } from '../../server/sql/plpgsql'
import { loadParser } from '../../server/sql/parser'
import { cleanPglite } from '../support/pglite'
import type { Database } from '../support/probe'

/** A text, and what is left of it; null where it cannot be told for sure. */
const cases: readonly (readonly [string, string | null])[] = [
  ["SELECT 'canary'", "SELECT ''"],
  ["SELECT 'it''s a canary', 'x'", "SELECT '', ''"],
  ["SELECT E'can\\'t canary', 'y'", "SELECT '', ''"],
  ["SELECT e'canary\\\\', 'y'", "SELECT '', ''"],
  ["SELECT E'canary'\n  'can\\'ary', a", "SELECT '', a"],
  ["SELECT somee'canary\\', b", "SELECT somee'', b"],
  ["SELECT U&'\\0063anary', N'canary', B'1', x'ca'", "SELECT U&'', N'', B'', x''"],
  ['SELECT U&"column", "it\'s", "a""b" FROM "T"', 'SELECT U&"column", "it\'s", "a""b" FROM "T"'],
  ['SELECT $$canary$$, $q$canary$q$, a$b$c', "SELECT '', '', a$b$c"],
  ['SELECT $1, $12 + a', 'SELECT $1, $12 + a'],
  ['SELECT $q$ canary $1 $q$', null],
  ['SELECT $q$ canary $r$', null],
  ['SELECT $q$ $r$ canary $r$ $q$', null],
  ["SELECT a -- it's a canary\nFROM b", 'SELECT a \nFROM b'],
  ["SELECT a --canary", 'SELECT a'],
  ["SELECT a/* it's\n a canary, ** / */FROM b", 'SELECT a FROM b'],
  ["SELECT a /***/ , b /* / */ , c /* http://canary */", 'SELECT a   , b   , c'],
  ["SELECT a /* canary /* inner */ outer */, 'x'", null],
  ["SELECT 'canary", null],
  ['SELECT "canary', null],
  ['SELECT a /* canary', null],
  ["SELECT '/* canary */', '--', \"--\"", "SELECT '', '', \"--\""],
  ["SELECT a - -b / c, d --'canary", 'SELECT a - -b / c, d'],
  ['SELECT 31415926, 7, 100, 3.14, 1e6, 0xCAFE, 1_500', 'SELECT 30000000, 7, 100, 3.10, 1, 1, 1000'],
  ['SELECT table_31415926, a1', 'SELECT table_31415926, a1'],
  ['FOR i IN 1..10 LOOP', 'FOR i IN 1..10 LOOP'],
  ["RAISE NOTICE 'canary % of %', a, b", "RAISE NOTICE ' % % ', a, b"],
  ["RAISE NOTICE '100%% canary', a", "RAISE NOTICE ' %% ', a"],
  ["RAISE SQLSTATE 'CA123'", "RAISE SQLSTATE '00000'"],
  ["IF TG_OP = 'DELETE' THEN", "IF TG_OP = 'DELETE' THEN"],
  ["EXECUTE 'DELETE FROM a WHERE b = ''canary'' AND c > 31415'", "EXECUTE 'DELETE FROM a WHERE b = '''' AND c > 30000'"],
  ["EXECUTE format('UPDATE %I SET a = %L, b = ''100%% canary''', 'canary', 'canary')", "EXECUTE format('UPDATE %I SET a = %L, b = '' %% ''', '', '')"],
  ["execute $q$ SELECT 'canary' -- canary\n$q$ INTO x", "execute 'SELECT ''''' INTO x"],
  ["RETURN QUERY EXECUTE E'SELECT \\'canary'", "RETURN QUERY EXECUTE ''"],
  ["EXECUTE 'SELECT a FROM b WHERE c = ''canary' || x || ''''", "EXECUTE '' || x || ''"],
  ["EXECUTE p ('canary')", "EXECUTE p ('')"],
  ["RETURN nextval('drawn') + setval( 'public.\"Odd one\"', 3) + nextval('canary') + f('drawn')", "RETURN nextval('drawn') + setval( 'public.\"Odd one\"', 3) + nextval('') + f('')"],
  ["SELECT 'ü', ü, über, \"ü\" FROM größe", "SELECT '', ü, über, \"ü\" FROM größe"],
  ['', ''],
]

describe('what is left of a body', () => {
  let database: Database
  beforeAll(async () => {
    await loadParser()
    database = await cleanPglite()
    await database.exec('CREATE SEQUENCE drawn; CREATE SEQUENCE "Odd one"')
  })
  const ask = async (text: string): Promise<string | null> => (await database.query<{ left: string | null }>(`SELECT ${emptiedBody('$1::text')} AS left`, [text])).rows[0]!.left

  test.each(cases)('%j', async (text, left) => expect((await ask(text)) ?? (text === '' ? '' : null)).toBe(left))

  test('PL/pgSQL reads it still', async () => {
    const body = `
DECLARE
  name varchar(2000) := 'canary'; -- it's
  amount numeric(12, 4) = 31415.926;
  kinds text[] := ARRAY['canary', E'ca\\'nary'];
BEGIN
  <<outer>>
  FOR i IN 1..100 LOOP
    BEGIN
      INSERT INTO birds (name, at) VALUES ('canary ' || i, '2001-02-03'::date);
      IF i % 10 = 0 THEN RAISE NOTICE 'canary % is % %%', i, name USING ERRCODE = '22012', HINT = 'canary'; END IF;
      EXECUTE $q$ DELETE FROM birds WHERE name = 'canary' $q$;
    EXCEPTION WHEN unique_violation OR SQLSTATE '23514' THEN
      RAISE SQLSTATE 'U0001' USING MESSAGE = 'canary';
    END;
  END LOOP;
  PERFORM pg_sleep(0.5), kinds[2] /* the canary's second */;
  UPDATE birds SET name = lower(name) WHERE id IN (SELECT id FROM birds LIMIT 1000);
END`
    const left = (await ask(body))!
    expect(left).not.toMatch(/canary|31415|926|2001|U0001|22012/)
    const [before, after] = [body, left].map((text) => readPlpgsql(text)!.pieces.filter((piece) => piece.kind !== 'assignment')) as [PlpgsqlPiece[], PlpgsqlPiece[]]
    expect(after).toHaveLength(before.length)
    expect(after).toContainEqual(expect.objectContaining({ kind: 'statement', sql: expect.stringMatching(/^DELETE FROM birds WHERE .* = ''$/) }))
    expect(after.at(-1)).toMatchObject({ kind: 'statement', sql: (before.at(-1) as { sql: string }).sql })
  })
})
