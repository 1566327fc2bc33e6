import { beforeAll, expect, test } from 'vitest'
import { catalogFromSnapshot } from '../../../server/catalog/from-snapshot'
import { relationName } from '../../../server/model/name'
import { rowsWhere } from '../../../server/operations/row-share'
import { loadParser } from '../../../server/sql/parser'

beforeAll(() => loadParser())

const catalog = catalogFromSnapshot({
  version: 1,
  complete: true,
  types: { mood: { kind: 'enum', labels: ['sad', 'ok', 'happy', 'mad'] } },
  tables: {
    orders: {
      rows: 1_000_000,
      columns: [
        { name: 'id', type: 'bigint', notNull: true },
        { name: 'region', type: 'text', notNull: true, distinct: 20 },
        { name: 'number', type: 'integer', notNull: true },
        { name: 'note', type: 'text', nullFraction: 0.9 },
        { name: 'paid', type: 'boolean', notNull: true },
        { name: 'mood', type: 'mood' },
        { name: 'fresh', type: 'text', nullFraction: 1 },
        { name: 'other', type: 'text' },
        { name: 'state', type: 'text', notNull: true, distinct: 3, mostCommonFraction: 0.9, leastCommonFraction: 0.001 },
        { name: 'late', type: 'boolean', notNull: true, distinct: 2, mostCommonFraction: 0.96, leastCommonFraction: 0.04 },
        { name: 'street', type: 'text', notNull: true, distinct: 40_000, mostCommonFraction: 0.01 },
        { name: 'even', type: 'text', nullFraction: 0.5, distinct: 5, mostCommonFraction: 0.1, leastCommonFraction: 0.1 },
        { name: 'email', type: 'text', notNull: true, distinct: -1 },
      ],
      indexes: [],
      constraints: [
        { name: 'orders_pkey', type: 'primary-key', columns: ['id'] },
        { name: 'orders_region_number', type: 'unique', columns: ['region', 'number'] },
      ],
    },
    sized: { rows: 1_000_000 },
    readings: { kind: 'partitioned table', rows: 2_000_000, partitionBy: 'RANGE (on_day)', columns: [{ name: 'on_day', type: 'date', notNull: true }, { name: 'region', type: 'text' }] },
    january: { kind: 'partitioned table', rows: 1_000_000, partitionOf: { parent: 'public.readings', bound: "FOR VALUES FROM ('2026-01-01') TO ('2026-02-01')" }, partitionBy: 'LIST (region)', columns: [{ name: 'on_day', type: 'date', notNull: true }, { name: 'region', type: 'text' }] },
    january_eu: { rows: 500_000, partitionOf: { parent: 'public.january', bound: "FOR VALUES IN ('eu', 'uk')" }, columns: [{ name: 'on_day', type: 'date', notNull: true }, { name: 'region', type: 'text' }] },
    january_none: { rows: 500_000, partitionOf: { parent: 'public.january', bound: "FOR VALUES IN ('us', NULL)" }, columns: [{ name: 'on_day', type: 'date', notNull: true }, { name: 'region', type: 'text' }] },
  },
})

interface Case {
  readonly where: string
  /** `orders` where not said. */
  readonly table?: string
  readonly alone?: false
  readonly exactly?: number
  readonly share?: number
  readonly between?: readonly [number, number]
  /** The share rests on statistics alone. */
  readonly sure?: true
}

const cases: readonly Case[] = [
  { where: 'id = 1', exactly: 1 },
  { where: '1 = id', exactly: 1 },
  { where: 'orders.id = 1', exactly: 1 },
  { where: 'customers.id = 1', share: 0.005 },
  { where: 'id = $1', share: 0.005 },
  { where: 'id IN (1, 2, 3)', exactly: 3 },
  { where: "id = 1 AND note = 'x'", exactly: 1 },
  { where: "id = 1 OR note = 'x'", share: 0.0054975 },
  { where: 'id = (SELECT max(id) FROM orders)', exactly: 1 },
  { where: 'id IN (SELECT id FROM orders WHERE paid LIMIT 500)', exactly: 500 },
  { where: 'ctid = ANY (ARRAY(SELECT ctid FROM orders LIMIT 500))', exactly: 500 },
  { where: "region = 'eu' AND number = 7", exactly: 1 },
  { where: "region = 'eu'", share: 0.05 },
  { where: "region IN ('eu', 'us')", share: 0.1 },
  { where: "region <> 'eu'", share: 0.95 },
  { where: "state = 'open'", share: 0.03, between: [0.001, 0.9] },
  { where: "state <> 'open'", share: 0.97, between: [0.1, 0.999] },
  { where: "state IN ('open', 'held')", share: 0.06, between: [0.002, 1] },
  { where: "state = 'open' AND f(region)", share: 0.01, between: [0, 0.9] },
  { where: "state = 'open' OR f(region)", share: 1 / 3 + 0.02, between: [0.001, 1] },
  { where: 'late', share: Math.sqrt(0.96 * 0.04), between: [0.04, 0.96] },
  { where: 'NOT late', share: Math.sqrt(0.96 * 0.04), between: [0.04, 0.96] },
  { where: 'late = true AND note IS NULL', share: Math.sqrt(0.96 * 0.04) * 0.9, between: [0.036, 0.9] },
  { where: "street = 'Main St'", share: 1 / 40_000, between: [0, 0.01] },
  { where: "even = 'x'", share: 0.1, sure: true },
  { where: "email = 'x'", share: 0.000001, sure: true },
  { where: 'note IS NULL', share: 0.9, sure: true },
  { where: 'note IS NOT NULL', share: 0.1, sure: true },
  { where: 'fresh IS NULL', share: 1, sure: true },
  { where: 'other IS NULL', share: 1 },
  { where: 'id IS NULL', share: 0, sure: true },
  { where: 'paid', share: 0.5 },
  { where: 'NOT paid', share: 0.5 },
  { where: 'paid = true', share: 0.5 },
  { where: "mood = 'ok'", share: 0.25 },
  { where: 'number > 100', share: 1 / 3 },
  { where: 'number BETWEEN 1 AND 5', share: 0.005 },
  { where: "other LIKE '%x%'", share: 0.005 },
  { where: 'true', share: 1, sure: true },
  { where: 'false', exactly: 0 },
  { where: 'CURRENT OF here', exactly: 1 },
  { where: 'id = customers.order_id', alone: false, share: 1 },
  { where: 'id = 1', table: 'sized', exactly: 1 },
  { where: "code = 'x'", table: 'sized', share: 0.005 },
  { where: 'no ( expression', share: 0.5 },
  { where: "on_day < '2026-02-01'", table: 'january_eu', share: 1, sure: true },
  { where: "january_eu.on_day < '2026-02-01'", table: 'january_eu', alone: false, share: 1, sure: true },
  { where: "on_day <= '2026-01-31'", table: 'january_eu', share: 1 / 3 },
  { where: "on_day >= '2026-01-01'", table: 'january_eu', share: 1, sure: true },
  { where: "on_day > '2026-01-01'", table: 'january_eu', share: 1 / 3 },
  { where: "on_day BETWEEN '2025-12-01' AND '2026-02-01'", table: 'january_eu', share: 1, sure: true },
  { where: "on_day BETWEEN '2026-01-02' AND '2026-02-01'", table: 'january_eu', share: 0.005 },
  { where: "on_day < '2026-01-15'", table: 'january_eu', share: 1 / 3 },
  { where: "region IN ('uk', 'eu', 'us')", table: 'january_eu', share: 1, sure: true },
  { where: "region = 'eu'", table: 'january_eu', share: 0.005 },
  { where: 'region IS NOT NULL', table: 'january_eu', share: 1, sure: true },
  { where: "region = 'us'", table: 'january_none', share: 0.005 },
  { where: "on_day < '2026-03-01' AND region = 'us'", table: 'january_none', share: 0.005 },
]

test.each(cases)('$table $where', ({ where, table = 'orders', alone = true, exactly, share, between, sure }) => {
  const name = relationName('public', table)
  const found = rowsWhere(catalog, name, where, { qualifier: table, alone })
  if (exactly !== undefined) expect(found).toEqual({ kind: 'exactly', rows: exactly })
  else {
    expect(found).toMatchObject({ kind: 'fraction', of: name, assumed: !sure })
    expect('fraction' in found && found.fraction).toBeCloseTo(share!, 6)
    const [low, high] = ('between' in found && found.between) || [0, 1]
    if (!sure) for (const [told, asked] of [[low, between?.[0] ?? 0], [high, between?.[1] ?? 1]] as const) expect(told).toBeCloseTo(asked, 6)
  }
})
