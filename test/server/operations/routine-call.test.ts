import { beforeAll, expect, test } from 'vitest'
import { loadParser } from '../../../server/sql/parser'
import { analyseSql, effectLines, givenWorld } from '../../support/engine'

beforeAll(() => loadParser())

const last = (given: string, sql: string) => analyseSql(sql, givenWorld(given).world).statements.at(-1)!.assessed

test('what calls itself comes to an end', () => {
  const given = "CREATE TABLE t (id int); CREATE FUNCTION down(n int) RETURNS int LANGUAGE plpgsql AS 'BEGIN DELETE FROM t WHERE id = n; RETURN down(n - 1); END'"
  const { effects, unread } = last(given, 'SELECT down(3)')
  expect(effectLines(effects)).toEqual(['public.t: ROW EXCLUSIVE; delete'])
  expect(unread).toEqual([])
})

test('of several of one name nobody knows which is called', () => {
  const given = "CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE FUNCTION f(text) RETURNS int LANGUAGE sql AS 'SELECT 2'"
  expect(last(given, 'SELECT f(1)').unread.map(({ reason }) => reason)).toEqual(['What the function `f` runs is not in this statement.'])
})

test('a body that was replaced is not run any more', () => {
  const given = "CREATE TABLE t (id int); CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'DELETE FROM t'"
  expect(last(given, "CREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE sql AS 'SELECT 1'; SELECT f()").effects).toEqual([])
})
