import { describe, expect, test } from 'vitest'
import { notesOn } from '../../server/editor/snapshot-notes'
import type { Snapshot, TableSnapshot } from '../../server/model/snapshot'
import { adaptSnapshot } from '../../server/sources/adapt-snapshot'
import { readHorizon } from '../../server/sources/grow-snapshot'
import { mergeSnapshots } from '../../server/sources/merge-snapshots'
import { readSnapshot } from '../../server/sources/read-snapshot'
import { readScale } from '../../server/sources/scale-snapshot'
import { snapshotSchema } from '../support/schemas'

const page = 8192
const orders: TableSnapshot = {
  rows: 1000,
  heapBytes: 10 * page,
  toastBytes: page,
  deadRows: 10,
  columns: [{ name: 'id', type: 'bigint', notNull: true }],
  constraints: [{ name: 'orders_pkey', type: 'primary-key', columns: ['id'], index: 'orders_pkey' }],
  indexes: [{ name: 'orders_pkey', keys: ['id'], unique: true, bytes: 4 * page }],
}
const of = (tables: Record<string, TableSnapshot>, more: Partial<Snapshot> = {}): Snapshot => ({ version: 1, tables, ...more })

const valid = (snapshot: Snapshot | undefined): Snapshot => {
  expect(snapshotSchema(snapshot!)).toEqual([])
  expect(readSnapshot(JSON.stringify(snapshot)).problem).toBeUndefined()
  return snapshot!
}

describe('scaled', () => {
  test.each([
    ['52000000', { rows: 52_000_000 }],
    ['52M', { rows: 52_000_000 }],
    ['1.5k', { rows: 1500 }],
    ['x10', { times: 10 }],
    ['X0.5', { times: 0.5 }],
    ['many', undefined],
    ['', undefined],
    ['-1', undefined],
  ])('%s', (text, scale) => {
    expect(readScale(text)).toEqual(scale)
  })

  test('bytes grow with the rows, but for what an empty table has', () => {
    const snapshot = valid(adaptSnapshot(of({ orders, other: { rows: 5 } }), { scales: { 'public.orders': { rows: 100_000 } } }).snapshot)
    expect(snapshot.tables!['orders']).toEqual({ ...orders, rows: 100_000, heapBytes: 1000 * page, deadRows: 1000, indexes: [{ ...orders.indexes![0], bytes: 400 * page }] })
    expect(snapshot.tables!['other']).toEqual({ rows: 5 })
    expect(notesOn(snapshot)).toEqual(['orders is scaled to 100 k rows.'])
  })

  test('all at once, and one by its name after that', () => {
    const { tables } = valid(adaptSnapshot(of({ orders, other: { rows: 5 } }), { scales: { orders: { rows: 7 }, '*': { times: 100 } } }).snapshot)
    expect([tables!['orders']!.rows, tables!['other']!.rows]).toEqual([7, 500])
  })

  test('a partitioned table by its partitions', () => {
    const partition = (rows: number): TableSnapshot => ({ rows, partitionOf: { parent: 'events', bound: 'DEFAULT' } })
    const { tables } = valid(adaptSnapshot(of({ events: { partitionBy: 'RANGE (at)' }, a: partition(30), b: partition(10) }), { scales: { events: { rows: 4000 } } }).snapshot)
    expect([tables!['events']!.rows, tables!['a']!.rows, tables!['b']!.rows]).toEqual([undefined, 3000, 1000])
  })

  test('a table of unknown or no size takes the rows, and its bytes are unknown', () => {
    const { rows: _rows, ...unknown } = orders
    const { tables } = valid(adaptSnapshot(of({ a: unknown, b: { rows: 0, heapBytes: 0 } }), { scales: { a: { rows: 10 }, b: { rows: 20 } } }).snapshot)
    expect([tables!['a']!.rows, tables!['a']!.heapBytes, tables!['a']!.indexes![0]!.bytes]).toEqual([10, undefined, undefined])
    expect(tables!['b']).toEqual({ rows: 20 })
  })

  test.each([
    [{ nowhere: { rows: 1 } }, 'There is no table nowhere in the snapshot to scale.'],
    [{ '*': { rows: 1 } }, 'All tables at once are scaled by a factor, such as *=x100.'],
    [{ unknown: { times: 2 } }, 'How many rows unknown has is not known, so a factor says nothing.'],
  ])('%j is refused', (scales, problem) => {
    expect(adaptSnapshot(of({ orders, unknown: { heapBytes: page } }), { scales: scales as never })).toEqual({ problem })
  })
})

describe('projected', () => {
  const counted = (table: Partial<TableSnapshot['counted']>): Snapshot => of({ orders: { ...orders, counted: table } as TableSnapshot }, { takenAt: '2026-03-11T00:00:00Z', activity: { countedSince: '2026-03-01T00:00:00Z' } })

  test.each([
    ['6 months', 182.625],
    ['1year', 365.25],
    ['2 weeks', 14],
    ['soon', undefined],
  ])('%s', (text, days) => {
    expect(readHorizon(text)).toBe(days)
  })

  test('at the rate of the days before', () => {
    const snapshot = valid(adaptSnapshot(counted({ inserted: 600, deleted: 100 }), { scales: {}, days: 100 }).snapshot)
    expect(snapshot.tables!['orders']).toMatchObject({ rows: 6000, heapBytes: 60 * page, indexes: [{ bytes: 24 * page }] })
    expect(snapshot.adapted).toEqual(['Sizes are those in 3 months, if rows come and go as they did in the 10 days before the snapshot.'])
  })

  test('what shrinks, or is not written, stays', () => {
    for (const table of [{}, { inserted: 5, deleted: 10 }]) expect(adaptSnapshot(counted(table), { scales: {}, days: 100 }).snapshot!.tables!['orders']).toMatchObject({ rows: 1000, heapBytes: 10 * page })
  })

  test('not where nobody knows since when rows are counted', () => {
    expect(adaptSnapshot(of({ orders }), { scales: {}, days: 100 }).problem).toMatch(/^The snapshot does not say since when rows were counted/)
  })
})

describe('the worst of several', () => {
  const small = of({ orders, alone: { rows: 1 } }, { source: 'postgres', database: 'a', serverVersion: '15.3', takenAt: '2026-03-02T00:00:00Z', complete: true, settings: { work_mem: '4MB', TimeZone: 'UTC' }, activity: { longestTransactionMs: 10 } })
  const large = of(
    { 'public.orders': { ...orders, rows: 9000, heapBytes: 90 * page, indexes: [{ ...orders.indexes![0]!, bytes: 36 * page }, { name: 'orders_extra', keys: ['id'], bytes: page }] } },
    { source: 'postgres', database: 'b', serverVersion: '17.1', takenAt: '2026-03-01T00:00:00Z', complete: true, settings: { work_mem: '8MB', TimeZone: 'UTC' }, activity: { longestTransactionMs: 90_000, longestByTable: { orders: 5 } } },
  )

  test('the largest sizes, the longest waits, what all agree on', () => {
    const merged = valid(mergeSnapshots([small, large]))
    expect(merged).toMatchObject({
      database: 'a and b',
      serverVersion: '15.3',
      takenAt: '2026-03-01T00:00:00Z',
      complete: true,
      settings: { TimeZone: 'UTC' },
      activity: { longestTransactionMs: 90_000, longestByTable: { 'public.orders': 5 } },
    })
    expect(merged.settings).not.toHaveProperty('work_mem')
    expect(merged.tables!['public.orders']).toMatchObject({ rows: 9000, heapBytes: 90 * page, indexes: [{ name: 'orders_pkey', bytes: 36 * page }, { name: 'orders_extra' }] })
    expect(merged.tables!['public.alone']).toEqual({ rows: 1 })
    expect(merged.adapted).toEqual(['The worst of 2 databases.', 'orders has other indexes here and there.', 'alone is in 1 of 2.', 'The servers have the versions 15 and 17; the facts are those of the oldest.'])
  })

  test('what has run in all of them has run', () => {
    const having = (...applied: string[]): Snapshot => ({ version: 1, migrations: { 'public.schema_migrations': { tool: 'dbmate', applied } } })
    expect(mergeSnapshots([having('1', '2', '3'), having('1', '3')]).migrations).toEqual({ 'public.schema_migrations': { tool: 'dbmate', applied: ['1', '3'] } })
    expect(mergeSnapshots([having('1'), { version: 1 }]).migrations).toEqual({ 'public.schema_migrations': { tool: 'dbmate', applied: [] } })
  })

  test('only what holds everywhere may be relied on', () => {
    const check = { name: 'positive', type: 'check' as const, expression: 'id > 0' }
    const foreign = { name: 'to_others', type: 'foreign-key' as const, columns: ['id'], references: 'others', referencedColumns: ['id'] }
    const constraints = (...more: TableSnapshot['constraints'] & object[]): Snapshot => of({ orders: { ...orders, constraints: [...orders.constraints!, ...more] as TableSnapshot['constraints'] & object } })
    const names = (...all: Snapshot[]): unknown => mergeSnapshots(all).tables!['public.orders']!.constraints!.map(({ name, validated }) => (validated === false ? `${name} NOT VALID` : name))
    expect(names(constraints(check), constraints(check))).toEqual(['orders_pkey', 'positive'])
    expect(names(constraints(check), constraints())).toEqual(['orders_pkey'])
    expect(names(constraints(check), constraints({ ...check, validated: false }))).toEqual(['orders_pkey', 'positive NOT VALID'])
    expect(names(constraints(foreign), constraints())).toEqual(['orders_pkey', 'to_others'])
  })

  test('a size that one does not know is not known', () => {
    const { rows: _rows, ...unknown } = orders
    expect(mergeSnapshots([small, of({ orders: unknown })]).tables!['public.orders']).not.toHaveProperty('rows')
  })

  test('columns that are not the same everywhere are not known', () => {
    const other = of({ orders: { ...orders, columns: [{ name: 'id', type: 'integer', notNull: true }] } })
    const merged = mergeSnapshots([small, other])
    expect(merged.tables!['public.orders']).not.toHaveProperty('columns')
    expect(merged.adapted).toContain('orders has other columns here and there.')
  })

  test('one is itself', () => {
    expect(mergeSnapshots([small])).toBe(small)
  })
})

test('what was never analysed is said', () => {
  const snapshot = of({ 'public.a': { heapBytes: page }, 'sales.b': { heapBytes: page, rows: 0 }, 'public.c': { heapBytes: 0 }, d: {} }, { unseen: ['The definitions of public.x: locked.'] })
  expect(notesOn(snapshot)).toEqual(['Not seen: The definitions of public.x: locked.', 'Never analysed, so of unknown size: a.'])
})
