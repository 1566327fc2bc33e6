import { beforeAll, expect, test } from 'vitest'
import { lookup } from '../../server/model/lookup'
import { loadParser } from '../../server/sql/parser'
import { analyseSql, givenWorld } from '../support/engine'

beforeAll(() => loadParser())

test('a table has what it was given, and nothing that every object has', () => {
  const table = lookup({ int: 'int4' })
  expect(table['int']).toBe('int4')
  expect(table['constructor']).toBeUndefined()
  expect(Object.keys(table)).toEqual(['int'])
})

test.each(['constructor', 'toString', '__proto__', 'hasOwnProperty', 'valueOf'])('%s is a name like any other', (name) => {
  const { world } = givenWorld(`CREATE DOMAIN d AS int; CREATE TABLE orders (id bigint PRIMARY KEY, "${name}" int);`)
  const sql = `
    CREATE TYPE "${name}" AS ENUM ('a');
    ALTER TABLE orders ADD COLUMN a "${name}";
    ALTER TABLE orders ALTER COLUMN "${name}" TYPE "${name}";
    ALTER TABLE orders ADD COLUMN b int DEFAULT "${name}"();
    CREATE INDEX ON orders USING "${name}" (id);
    CREATE DOMAIN e AS "${name}";
    SET "${name}" = 1;
    VACUUM ("${name}") orders;
    DO $$ BEGIN IF EXISTS (SELECT FROM "${name}") THEN EXECUTE "${name}"('a'); END IF; END $$;
    DO $$ BEGIN IF EXISTS (SELECT FROM information_schema."${name}") THEN DROP TABLE orders; END IF; END $$;
    CREATE TABLE "${name}" ("${name}" "${name}");`
  const { statements } = analyseSql(sql, world)
  expect(statements).toHaveLength(11)
  expect(statements[1]!.assessed.effects).toMatchObject([{ relation: 'public.orders', lock: 'ACCESS EXCLUSIVE' }])
})
