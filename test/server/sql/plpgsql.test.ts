import { beforeAll, expect, test } from 'vitest'
import { loadParser } from '../../../server/sql/parser'
import { readPlpgsql } from '../../../server/sql/plpgsql'
import type { PlpgsqlBody, PlpgsqlStatement } from '../../../server/sql/plpgsql'

beforeAll(() => loadParser())

interface Case {
  readonly body: string
  /** The statements, without the values of variables and the conditions of loops and branches, which are queries too. */
  readonly statements?: readonly string[]
  readonly unread?: number
  readonly commits?: true
  /** Of the innermost loop around the last statement. */
  readonly loop?: { readonly commits: boolean; readonly batch?: number; readonly passes?: number }
}

const cases: readonly Case[] = [
  { body: 'BEGIN NULL; END', statements: [] },
  { body: 'BEGIN DELETE FROM a; DELETE FROM b; END', statements: ['DELETE FROM a', 'DELETE FROM b'] },
  { body: 'BEGIN IF EXISTS (SELECT FROM a) THEN DELETE FROM b; ELSE DELETE FROM c; END IF; END', statements: ['DELETE FROM b', 'DELETE FROM c'] },
  { body: "BEGIN DELETE FROM a; EXCEPTION WHEN others THEN DELETE FROM b; END", statements: ['DELETE FROM a', 'DELETE FROM b'] },
  { body: "BEGIN EXECUTE 'DELETE FROM a WHERE b = ''x'''; END", statements: ["DELETE FROM a WHERE b = 'x'"] },
  { body: "BEGIN EXECUTE format('COMMENT ON COLUMN a.b IS %L', c || 'd'); END", statements: ["COMMENT ON COLUMN a.b IS ''"] },
  { body: "BEGIN EXECUTE format('DROP TABLE %I', 'a'); END", statements: ['DROP TABLE a'] },
  { body: "BEGIN EXECUTE format('DROP TABLE %I', tg_name); END", statements: [], unread: 1 },
  { body: 'BEGIN EXECUTE $x$DELETE FROM a$x$; END', statements: ['DELETE FROM a'] },
  { body: "BEGIN EXECUTE 'DELETE FROM ' || quote_ident('a'); END", statements: ['DELETE FROM a'] },
  { body: "BEGIN EXECUTE format('DELETE FROM %I WHERE b = %L AND c = %s%%', 'A b', 'it''s', 5); END", statements: [`DELETE FROM "A b" WHERE b = 'it''s' AND c = 5%`] },
  { body: "BEGIN EXECUTE 'DELETE FROM ' || quote_ident(tg_name); END", statements: [], unread: 1 },
  { body: "BEGIN EXECUTE ''; END", statements: [], unread: 1 },
  { body: "DECLARE r record; BEGIN FOR r IN EXECUTE format('SELECT %s', now()) LOOP DELETE FROM a; END LOOP; END", statements: ['DELETE FROM a'], unread: 1, loop: { commits: false } },
  { body: 'BEGIN DELETE FROM a; COMMIT; END', statements: ['DELETE FROM a'], commits: true },
  { body: 'BEGIN LOOP DELETE FROM a; COMMIT; EXIT; END LOOP; END', statements: ['DELETE FROM a'], commits: true, loop: { commits: true } },
  { body: 'BEGIN FOR i IN 1..10 LOOP DELETE FROM a; END LOOP; END', statements: ['DELETE FROM a'], loop: { commits: false, passes: 10 } },
  { body: 'BEGIN FOR i IN 0..99 BY 20 LOOP DELETE FROM a WHERE b >= i AND b < i + 20; COMMIT; END LOOP; END', statements: ["DELETE FROM a WHERE b >= current_setting('i') AND b < current_setting('i') + 20"], commits: true, loop: { commits: true, batch: 20, passes: 5 } },
  { body: 'DECLARE size int := 500; BEGIN LOOP DELETE FROM a WHERE b IN (SELECT b FROM a LIMIT size); COMMIT; END LOOP; END', statements: ['DELETE FROM a WHERE b IN (SELECT b FROM a LIMIT 500)'], commits: true, loop: { commits: true, batch: 500 } },
  { body: 'DECLARE r record; BEGIN FOR r IN SELECT * FROM c LOOP DELETE FROM a WHERE b = r.b; END LOOP; END', statements: ["DELETE FROM a WHERE b = current_setting('r.b')"], loop: { commits: false } },
  { body: "DECLARE name text := 'x'; BEGIN INSERT INTO a (name) VALUES (name); END", statements: ["INSERT INTO a (name) VALUES (name)"] },
  { body: 'DECLARE a int; BEGIN SELECT count(*) INTO a FROM a; END', statements: [] },
]

const statementsOf = (body: PlpgsqlBody | undefined): readonly PlpgsqlStatement[] => (body?.pieces ?? []).filter((piece) => piece.kind === 'statement')

test.each(cases)('$body', ({ body, statements, unread, commits, loop }) => {
  const found = readPlpgsql(body)
  expect(found).toBeDefined()
  const changes = statementsOf(found).filter(({ sql }) => !/^\s*SELECT\b/i.test(sql))
  if (statements) expect(changes.map(({ sql }) => sql)).toEqual(statements)
  expect(found!.pieces.filter(({ kind }) => kind === 'execute')).toHaveLength(unread ?? 0)
  expect(found!.commits).toBe(commits ?? false)
  if (loop) expect(changes.at(-1)!.loop).toMatchObject(loop)
})

interface Passes {
  readonly body: string
  /** Of the last statement that changes anything. */
  readonly overall?: string
  readonly isWhole?: boolean
}

const passes: readonly Passes[] = [
  { body: 'BEGIN LOOP DELETE FROM a WHERE b IN (SELECT b FROM a WHERE c LIMIT 500); EXIT WHEN NOT FOUND; END LOOP; END', overall: 'DELETE FROM a WHERE b IN (SELECT b FROM a WHERE c )', isWhole: true },
  { body: 'DECLARE lo int := 0; BEGIN LOOP DELETE FROM a WHERE b >= lo AND b < lo + 500 AND c; lo := lo + 500; END LOOP; END', overall: 'DELETE FROM a WHERE (c)', isWhole: true },
  { body: 'DECLARE lo int := 40000; BEGIN LOOP DELETE FROM a WHERE b >= lo AND b < lo + 500; lo := lo + 500; END LOOP; END', overall: 'DELETE FROM a WHERE true', isWhole: false },
  { body: 'DECLARE lo int; hi int; BEGIN SELECT min(b), max(b) INTO lo, hi FROM a; WHILE lo <= hi LOOP DELETE FROM a WHERE b BETWEEN lo AND lo + 99 OR NOT c; lo := lo + 100; END LOOP; END', overall: 'DELETE FROM a WHERE true', isWhole: false },
  { body: 'DECLARE lo int; hi int; BEGIN SELECT min(b), max(b) INTO lo, hi FROM a; WHILE lo <= hi LOOP DELETE FROM a WHERE b BETWEEN lo AND lo + 99 AND NOT c; lo := lo + 100; END LOOP; END', overall: 'DELETE FROM a WHERE (NOT c)', isWhole: true },
  { body: "DECLARE last uuid := '00000000-0000-0000-0000-000000000000'; BEGIN LOOP DELETE FROM a WHERE b > last AND c < now(); SELECT b INTO last FROM a WHERE b > last ORDER BY b OFFSET 500 LIMIT 1; END LOOP; END", overall: 'DELETE FROM a WHERE (c < now())', isWhole: true },
  { body: 'BEGIN FOR i IN 0..9000 BY 1000 LOOP DELETE FROM a WHERE b >= i AND b < i + 1000; COMMIT; END LOOP; END', overall: 'DELETE FROM a WHERE true', isWhole: true },
  { body: 'DECLARE r record; BEGIN FOR r IN SELECT * FROM c LOOP DELETE FROM a WHERE b = r.b AND d; END LOOP; END', overall: 'DELETE FROM a WHERE (d)', isWhole: false },
  { body: 'DECLARE cutoff date := now(); lo int := 0; BEGIN LOOP DELETE FROM a WHERE b >= lo AND c < cutoff; lo := lo + 1; END LOOP; END', overall: "DELETE FROM a WHERE (c < current_setting('cutoff'))", isWhole: true },
  { body: "DECLARE n int := 0; rows tid[]; BEGIN LOOP rows := ARRAY(SELECT ctid FROM a WHERE ctid >= format('(%s,0)', n)::tid AND c FOR UPDATE SKIP LOCKED); UPDATE a SET d = 1 WHERE ctid = ANY (rows); n := n + 1; END LOOP; END", overall: 'UPDATE a SET d = 1 WHERE ctid = ANY ( ARRAY(SELECT ctid FROM a WHERE (c) FOR UPDATE SKIP LOCKED))', isWhole: true },
  { body: 'DECLARE lo int := 0; BEGIN LOOP INSERT INTO b SELECT * FROM a WHERE id > lo ORDER BY id LIMIT 100 ON CONFLICT DO NOTHING; lo := lo + 100; END LOOP; END', overall: 'INSERT INTO b SELECT * FROM a WHERE true ORDER BY id  ON CONFLICT DO NOTHING', isWhole: true },
  { body: 'BEGIN LOOP DELETE FROM a WHERE b; END LOOP; END' },
  { body: 'DECLARE lo int := 0; BEGIN DELETE FROM a WHERE b > lo; END' },
]

test.each(passes)('all passes of $body', ({ body, overall, isWhole }) => {
  const last = statementsOf(readPlpgsql(body)).filter(({ sql }) => /^(?:DELETE|UPDATE|INSERT)\b/.test(sql)).at(-1)
  expect(last).toBeDefined()
  expect(last!.overall).toEqual(overall === undefined ? undefined : { sql: overall, isWhole })
})

test('a pass sleeps as long as it says itself, not as inner loops do', () => {
  const [first, second] = statementsOf(readPlpgsql('BEGIN LOOP DELETE FROM a; PERFORM pg_sleep(0.5); IF found THEN PERFORM pg_sleep(0.25); END IF; LOOP DELETE FROM b; PERFORM pg_sleep(9); END LOOP; END LOOP; END')).filter(({ sql }) => sql.startsWith('DELETE'))
  expect(first!.loop!.pause).toBe(750)
  expect(second!.loop!.pause).toBe(9000)
})

test.each(['', 'BEGIN', 'BEGIN SELEC 1; END', 'no code at all', '\0', '$body$'])('%j is not understood, and does no harm', (body) => {
  expect(readPlpgsql(body)).toBeUndefined()
  expect(statementsOf(readPlpgsql('BEGIN DELETE FROM a; END'))).toHaveLength(1)
})
