import { beforeAll, describe, expect, test } from 'vitest'
import { conjuncts, provesNotNull, qualifyColumns, readExpression, substituteColumns } from '../../../server/sql/expression'
import { gatedTree } from '../../../server/sql/expression-tree'
import { parseExpression } from '../../../server/sql/parse-expression'
import { loadParser } from '../../../server/sql/parser'
import { plainTree } from '../../../server/sql/plain-tree'

beforeAll(() => loadParser())

describe('facts', () => {
  const cases: Record<string, object> = {
    '1': { readable: true, isConstant: true, isNull: false, columns: [], functions: [], hasSubquery: false },
    '-1.5': { isConstant: true },
    "'x'::varchar(3)": { isConstant: true, casts: [{ name: 'varchar', modifiers: 1, dimensions: 0 }] },
    'ARRAY[1, 2]::app.mood[]': { isConstant: true, casts: [{ schema: 'app', name: 'mood', modifiers: 0, dimensions: 1 }] },
    "ARRAY[]::text[]": { isConstant: true },
    "'now'::timestamptz": { isConstant: true, casts: [{ name: 'timestamptz' }] },
    'NULL': { isNull: true, isConstant: true },
    'CAST(NULL AS text)': { isNull: true },
    '(NULL::text)': { isNull: true },
    'true -- yes': { isConstant: true },
    'now()': { isConstant: false, functions: [{ name: 'now' }], sqlValueFunctions: [] },
    'Now() + "My Fn"(1) + S.f(2)': { functions: [{ name: 'now' }, { name: 'My Fn' }, { schema: 's', name: 'f' }] },
    'CURRENT_TIMESTAMP(3)': { functions: [], sqlValueFunctions: ['current_timestamp'], isConstant: false },
    "now() AT TIME ZONE 'utc'": { functions: [{ schema: 'pg_catalog', name: 'timezone' }, { name: 'now' }] },
    "nextval('a.b'::regclass)": { functions: [{ name: 'nextval' }], casts: [{ name: 'regclass' }] },
    'a + t.b * s."T x".c + a': { columns: ['a', 'b', 'c'], columnReferences: [{ column: 'a' }, { qualifier: 't', column: 'b' }, { qualifier: 'T x', column: 'c' }, { column: 'a' }] },
    "a LIKE 'x%' AND NOT b IS NULL OR c IS NOT NULL": { operators: ['or', 'and', '~~', 'not', 'is null', 'is not null'] },
    'a IN (1, 2)': { operators: ['in'] },
    'a IS DISTINCT FROM b': { operators: ['is distinct from'] },
    '(SELECT max(x) FROM t)': { hasSubquery: true, functions: [{ name: 'max' }] },
    'EXISTS (SELECT 1)': { hasSubquery: true },
    '$1 + 1': { hasParameter: true },
    'DEFAULT': { isDefaultKeyword: true },
    'coalesce(a, 1)': { functions: [], columns: ['a'], isConstant: false },
    '1, 2': { readable: false, columns: [] },
    '1 AS x': { readable: false },
    '1 FROM t': { readable: false },
    'a +': { readable: false },
    '': { readable: false },
    "$$x": { readable: false },
  }
  test.each(Object.entries(cases))('%s', (sql, expected) => {
    expect(readExpression(sql)).toMatchObject(expected)
  })

  test('columns have exact places', () => {
    const sql = `"é😀" + t . "b""c" [1] + x`
    expect(readExpression(sql).columnReferences.map(({ span }) => sql.slice(span.start, span.end))).toEqual(['"é😀"', 't . "b""c"', 'x'])
  })
})

describe('the tree', () => {
  const column = (name: string): object => ({ kind: 'column', name })
  const cases: Record<string, object | undefined> = {
    'a > 1 AND b IS NOT NULL': { kind: 'binary', operator: 'and', left: { kind: 'binary', operator: '>', left: column('a'), right: { kind: 'number', value: 1 } }, right: { kind: 'unary', operator: 'is not null', operand: column('b') } },
    "lower(a) || 'x'": { kind: 'binary', operator: '||', left: { kind: 'call', function: { name: 'lower' }, arguments: [column('a')] }, right: { kind: 'string', value: 'x' } },
    'a::text': { kind: 'cast', operand: column('a'), type: 'text' },
    'a BETWEEN 1 AND 2': { kind: 'between', negated: false },
    'a IN (1, 2)': { kind: 'binary', operator: 'in', right: { kind: 'list', array: false } },
    'CASE WHEN a THEN 1 ELSE 2 END': { kind: 'case', branches: [{ when: column('a'), result: { kind: 'number', value: 1 } }], otherwise: { kind: 'number', value: 2 } },
    'tot$$al IS NOT NULL': { kind: 'unary', operator: 'is not null', operand: column('tot$$al') },
    '"tot$$al   " > A$b': { kind: 'binary', operator: '>', left: column('tot$$al   '), right: column('a$b') },
    'CURRENT_DATE': { kind: 'value', keyword: 'current_date' },
  }
  test.each(Object.entries(cases))('%s', (sql, expected) => {
    expect(readExpression(sql).tree).toMatchObject(expected!)
  })

  test.each([
    ['a second parser misreads ANY as a function', 'a = ANY (b)'],
    ['takes numbers through floating point', 'a > 1.50'],
    ['takes a hexadecimal number for a zero and a name', 'f(a) > 0x1F'],
    ['binds IS NULL too tightly', 'f(a) = 70 IS NULL'],
    ['freezes on an open dollar quote', `$$ ${' '.repeat(60)}`],
    ['would freeze on one in a string', `f(a) = '$$ ${' '.repeat(60)}'`],
    ['would see one where it takes the end of a string for another', `E'\\'' || "'$$ ${' '.repeat(60)}"`],
    ['would see one behind a comment in a comment', `1 /* /* */ ' */ + a$$ + ${' '.repeat(60)} 1`],
    ['cannot parse JSON syntax', "a IS JSON OBJECT"],
  ])('%s, so %s is opaque', (_, sql) => {
    const start = performance.now()
    expect(readExpression(sql).tree).toBeUndefined()
    expect(performance.now() - start).toBeLessThan(500)
  })
})

test.each<[string, readonly string[] | undefined]>([
  ['a', ['a']],
  ['a AND b', ['a', 'b']],
  ['((a > 1) and (b or c)) AND NOT d', ['a > 1', 'b or c', 'NOT d']],
  ['a AND b OR c', ['a AND b OR c']],
  ['a BETWEEN 1 AND 2 AND b', ['a BETWEEN 1 AND 2', 'b']],
  ['CASE WHEN a AND b THEN c END AND d', ['CASE WHEN a AND b THEN c END', 'd']],
  ["a = 'x AND y' AND \"b AND c\" -- AND d\n AND t.and", ["a = 'x AND y'", '"b AND c"', 't.and']],
  ['(a) = (b)', ['(a) = (b)']],
  ['a AND', undefined],
])('the conjuncts of %s', (sql, expected) => {
  expect(conjuncts(sql)?.map((part) => part.replace(/ -- .*/s, ''))).toEqual(expected)
})

test.each<[string, boolean]>([
  ['b IS NOT NULL', true],
  ['(b IS NOT NULL)', true],
  ['a > 1 AND (b IS NOT NULL AND c)', true],
  ['b IS NOT NULL OR a', false],
  ['NOT (b IS NOT NULL)', false],
  ['a IS NOT NULL', false],
  ['NOT b IS NULL', true],
  ['b > 0', false],
  ['f(b) IS NOT NULL', false],
  ["b IS NOT NULL AND a = ANY ('{}')", false],
  ['b IS DISTINCT FROM NULL', true],
  ['a > 1 AND NULL IS DISTINCT FROM b', true],
  ['NOT (b IS NOT DISTINCT FROM NULL)', true],
  ['b IS DISTINCT FROM 1', false],
  ['b IS NOT DISTINCT FROM NULL', false],
])('%s proves b to be not null: %s', (sql, expected) => {
  expect(provesNotNull(sql, 'b')).toBe(expected)
})

test.each<[string, boolean]>([
  ['b IS NOT NULL', false],
  ['NOT (b IS NULL)', false],
  ['b IS DISTINCT FROM NULL', true],
])('%s proves that there is a row b: %s', (sql, expected) => {
  expect(provesNotNull(sql, 'b', true)).toBe(expected)
})

test.each<[string, string | undefined]>([
  ['price > 0 AND "Qty" > f(price)', 'new.price > 0 AND new."Qty" > f(new.price)'],
  ['a.b + c[1]', 'a.b + new.c[1]'],
  ["'price' || /* price */ price", "'price' || /* price */ new.price"],
  ['price > (SELECT max(price) FROM t)', undefined],
  ['price >', undefined],
])('%s qualified', (sql, expected) => {
  expect(qualifyColumns(sql, 'new.')).toBe(expected)
})

test('columns are replaced where they stand', () => {
  expect(substituteColumns('a + b * "a" -- a', ({ column }) => (column === 'a' ? '(x + 1)' : undefined))).toBe('(x + 1) + b * (x + 1) -- a')
})

describe('the plain tree', () => {
  test.each([
    'a', 'A', '"A"', 't.a', '1', '0', "'x'", "''", 'true', 'false', 'NULL', 'a = 1', 'a <> 1', 'a != 1', 'a >= 0', "t.a < 'x'", '1 <= a', 'a > b', 'a IS NULL', 'a IS NOT NULL', 'NOT a', 'NOT (a = 1)',
    'a = 1 AND b = 2 AND c = 3', 'a = 1 AND (b = 2 AND c = 3)', '(a OR b) OR c', 'a OR b AND c', '(a OR b) AND NOT c', '(a = 1) = (b IS NULL)', '-1', 'a /* why */ = 1', 'a IS NOT NULL AND a >= 1 AND a < 2', 'a::text', "'x'::regclass", 'a IN (1, 2)',
  ])('of %s is that of both parsers', (sql) => {
    const node = parseExpression(sql)!
    expect(plainTree(node)).toBeDefined()
    expect(plainTree(node)).toEqual(gatedTree(sql, node))
  })

  test.each([
    ['a IS DISTINCT FROM b', 'is distinct from'],
    ['a IS NOT DISTINCT FROM 1', 'is not distinct from'],
    ['a = ANY (ARRAY[1, 2])', 'in'],
    ["a <> ALL (ARRAY['x'::text, 'y'::text])", 'not in'],
  ])('of %s is one', (sql, operator) => expect(plainTree(parseExpression(sql))).toMatchObject({ kind: 'binary', operator, left: { kind: 'column', name: 'a' } }))

  test.each(['1.5', 'a + 1', 'f(a)', 'a::varchar(3)', 'a::int[]', 'a::s.t', 'a = ANY (b)', 'a IN (SELECT 1)', 'a.b.c', 'a IS TRUE', "B'1'", 'a BETWEEN 1 AND 2', 'a = f()', 'NOT a LIKE b', '(SELECT 1)'])('of %s is none', (sql) => {
    expect(plainTree(parseExpression(sql))).toBeUndefined()
  })
})
