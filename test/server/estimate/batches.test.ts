import { beforeAll, describe, expect, test } from 'vitest'
import { catalogFromSnapshot } from '../../../server/catalog/from-snapshot'
import { assumedCalibration } from '../../../server/estimate/calibration'
import type { AnalysedStatement } from '../../../server/model/assessed'
import { stepsOf } from '../../../server/model/plan'
import type { TableSnapshot } from '../../../server/model/snapshot'
import { loadParser } from '../../../server/sql/parser'
import { analyseSql } from '../../support/engine'

beforeAll(() => loadParser())

const rows = 20_000_000
const orders: TableSnapshot = {
  rows,
  columns: [{ name: 'id', type: 'bigint', notNull: true }, { name: 'total', type: 'bigint', nullFraction: 0.75 }, { name: 'price', type: 'bigint', nullFraction: 0 }, { name: 'paid', type: 'boolean' }],
  indexes: [{ name: 'orders_pkey', keys: ['id'], unique: true }],
  constraints: [{ name: 'orders_pkey', type: 'primary-key', columns: ['id'] }],
}

const analysed = (sql: string, serverVersion = '17'): AnalysedStatement => {
  const [only, ...more] = analyseSql(sql, { catalog: catalogFromSnapshot({ version: 1, serverVersion, tables: { orders, copies: { ...orders, rows: 0 }, keyless: { ...orders, indexes: [], constraints: [] } } }), calibration: assumedCalibration, sized: true }).statements
  expect(more).toEqual([])
  return only!
}
const durationOf = (sql: string) => analysed(sql).assessed.duration!
const block = (declared: string, body: string): string => `DO $$ DECLARE ${declared} BEGIN ${body} END $$;`

/** A statement, and loops that come to the same. */
const loops: readonly (readonly [string, readonly string[]])[] = [
  [
    'UPDATE orders SET total = price WHERE total IS NULL',
    [
      block('lo bigint := 0;', 'LOOP UPDATE orders SET total = price WHERE id >= lo AND id < lo + 5000 AND total IS NULL; COMMIT; lo := lo + 5000; EXIT WHEN lo > 20000000; END LOOP;'),
      block('lo bigint := 0;', 'LOOP UPDATE orders SET total = price WHERE id >= lo AND id < lo + 5000 AND total IS NULL; lo := lo + 5000; EXIT WHEN lo > 20000000; END LOOP;'),
      block('n bigint;', 'LOOP UPDATE orders SET total = price WHERE id IN (SELECT id FROM orders WHERE total IS NULL LIMIT 5000 FOR UPDATE SKIP LOCKED); GET DIAGNOSTICS n = ROW_COUNT; COMMIT; EXIT WHEN n = 0; END LOOP;'),
      block('n bigint; ids bigint[];', 'LOOP ids := ARRAY(SELECT id FROM orders WHERE total IS NULL LIMIT 5000); UPDATE orders SET total = price WHERE id = ANY (ids); EXIT WHEN NOT FOUND; COMMIT; END LOOP;'),
    ],
  ],
  ['DELETE FROM orders', [block('lo bigint; hi bigint;', 'SELECT min(id), max(id) INTO lo, hi FROM orders; WHILE lo <= hi LOOP DELETE FROM orders WHERE id BETWEEN lo AND lo + 9999; COMMIT; lo := lo + 10000; END LOOP;')]],
  ['INSERT INTO copies SELECT * FROM orders WHERE total IS NULL', [block('', 'FOR i IN 0..20000000 BY 10000 LOOP INSERT INTO copies SELECT * FROM orders WHERE id >= i AND id < i + 10000 AND total IS NULL; COMMIT; END LOOP;')]],
]

describe.each(loops)('%s', (whole, same) => {
  test.each(same)('takes at least as long as %s', (loop) => {
    const [one, all] = [durationOf(whole), durationOf(loop)]
    expect(one.lowMs).toBeGreaterThan(1000)
    for (const end of ['lowMs', 'expectedMs', 'highMs'] as const) {
      expect(all[end]).toBeGreaterThan(one[end] * 0.95)
      expect(all[end]).toBeLessThan(one[end] * 1.5)
    }
  })
})

describe('a loop that may come to a part of the table', () => {
  test.each([
    block('lo bigint := 15000000;', 'LOOP UPDATE orders SET total = price WHERE id >= lo AND id < lo + 5000; COMMIT; lo := lo + 5000; EXIT WHEN lo > 20000000; END LOOP;'),
    block('r record;', 'FOR r IN SELECT * FROM generate_series(1, 10) g LOOP UPDATE orders SET total = 1 WHERE price = r.g; COMMIT; END LOOP;'),
  ])('may be over soon: %s', (loop) => {
    const { lowMs, highMs } = durationOf(loop)
    expect(lowMs).toBeLessThan(highMs / 100)
  })
})

test.each([
  block('', 'LOOP INSERT INTO orders (id) VALUES (1); EXIT WHEN random() > 0.9; COMMIT; END LOOP;'),
  block('', 'LOOP UPDATE orders SET total = 1 WHERE id = 1; EXIT WHEN random() > 0.9; COMMIT; END LOOP;'),
  block('', 'LOOP UPDATE orders SET total = 1 WHERE false; EXIT WHEN random() > 0.9; COMMIT; END LOOP;'),
  block('', 'LOOP DELETE FROM orders WHERE id IN (SELECT id FROM orders LIMIT 0); EXIT WHEN NOT FOUND; END LOOP;'),
])('what is done of a row in each pass, or of none, is not done of all: %s', (loop) => {
  expect(durationOf(loop).highMs).toBeLessThan(100)
})

test('each batch is committed and slept after', () => {
  const batches = (more: string): string => block('lo bigint := 0;', `LOOP UPDATE orders SET total = price WHERE id >= lo AND id < lo + 5000 AND total IS NULL; ${more} lo := lo + 5000; EXIT WHEN lo > 20000000; END LOOP;`)
  const [held, committed, slept] = ['', 'COMMIT;', 'COMMIT; PERFORM pg_sleep(0.1);'].map((more) => durationOf(batches(more)))
  const count = rows / 5000
  expect(committed!.expectedMs - held!.expectedMs).toBeCloseTo(count * assumedCalibration.expected.statementMs * assumedCalibration.expected.slowdownFactor, 0)
  expect(slept!.expectedMs - committed!.expectedMs).toBeCloseTo(count * 100, 0)
})

test('a walk by blocks has as many batches as the table has blocks for', () => {
  const walk = (blocks: number, pause: string): number => durationOf(block('n bigint := 0; rows tid[];', `LOOP rows := ARRAY(SELECT ctid FROM orders WHERE ctid >= format('(%s,0)', n)::tid AND ctid < format('(%s,0)', n + ${blocks})::tid AND total IS NULL); UPDATE orders SET total = price WHERE ctid = ANY (rows); COMMIT; PERFORM pg_sleep(${pause}); n := n + ${blocks}; EXIT WHEN n > 1e9; END LOOP;`)).expectedMs
  // 20 M rows of three bigint and a boolean: about 130 in a block.
  const batches = (walk(500, '0.4') - walk(500, '0.2')) / 200
  expect(batches).toBeGreaterThan(rows / 160 / 500)
  expect(batches).toBeLessThan(rows / 100 / 500)
  expect((walk(100, '0.4') - walk(100, '0.2')) / 200 / batches).toBeCloseTo(5, 1)
})

test.each(['orders', 'keyless'].flatMap((table) => ['12', '13', '14', '17', '18'].map((version) => ({ table, version }))))('the batches of a plan take no less than their statement, and not many times as long: $table on $version', ({ table, version }) => {
  const { assessed } = analysed(`UPDATE ${table} SET total = price WHERE total IS NULL`, version)
  const batches = stepsOf(assessed.plan!).find(({ kind }) => kind === 'backfill')
  for (const end of ['lowMs', 'expectedMs', 'highMs'] as const) {
    expect(batches!.duration![end]).toBeGreaterThan(assessed.duration![end] * 0.95)
    // Of 5,000 rows and more, each with a pause of 50 ms.
    expect(batches!.duration![end]).toBeLessThan(assessed.duration![end] * 1.2 + (rows / 5000) * 60)
  }
})
