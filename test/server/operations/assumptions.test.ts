import { beforeAll, expect, test } from 'vitest'
import { hover } from '../../../server/editor/hover'
import { loadParser } from '../../../server/sql/parser'
import { makeView } from '../../editor/make-view'
import { analyseSql, givenWorld } from '../../support/engine'

beforeAll(() => loadParser())

const given = "CREATE TABLE customers (id bigint PRIMARY KEY, email text); -- 52 M rows\nCREATE FUNCTION f(n int) RETURNS void LANGUAGE plpgsql AS 'BEGIN IF n > 0 THEN DELETE FROM customers WHERE id = n; END IF; END';"
const block = (body: string): string => `DO $$ DECLARE n int; BEGIN ${body} END $$;`
const value = 'not known, so all that hangs on it is told as if it ran'

const assumed = (sql: string): readonly string[] =>
  analyseSql(sql, givenWorld(given).world).statements.at(-1)!.assessed.because.flatMap(({ fact, value: is, from }) => (is === value && from === 'assumed' ? fact : []))

test.each([
  ["IF (SELECT count(*) FROM pg_constraint WHERE conname = 'x') = 0 THEN ALTER TABLE customers ADD COLUMN a int; ELSE ALTER TABLE customers ADD COLUMN b int; END IF;", ["whether `(SELECT count(*) FROM pg_constraint WHERE conname = 'x') = 0` holds"]],
  ['IF n > 0 THEN IF n > 1 THEN DELETE FROM customers; END IF; END IF;', ['whether `n > 0` holds', 'whether `n > 1` holds']],
  ['PERFORM f(1);', ['whether `n > 0` holds']],
  ["IF EXISTS (SELECT FROM information_schema.tables WHERE table_name = 'customers') THEN DELETE FROM customers WHERE id = 1; END IF;", []],
  ['IF n > 0 THEN n := (SELECT count(*) FROM customers); END IF;', []],
  ['DELETE FROM customers WHERE id = 1;', []],
] as const)('a condition that nothing tells is said to be open: %s', (body, conditions) => expect(assumed(block(body))).toEqual(conditions))

test('so it is of a function that is called, and in the hover where there is no work', () => {
  expect(assumed('SELECT f(1)')).toEqual(['whether `n > 0` holds'])
  const sql = block('IF n > 0 THEN ALTER TABLE customers ADD COLUMN a int; END IF;')
  const view = makeView(sql)
  expect(JSON.stringify(hover(view, 1))).toContain(`whether \`n > 0\` holds | ${value} | assumed`)
})
