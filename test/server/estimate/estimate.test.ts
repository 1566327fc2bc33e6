import { describe, expect, test } from 'vitest'
import { catalogFromSnapshot } from '../../../server/catalog/from-snapshot'
import { calibrationOf } from '../../../server/estimate/calibrated'
import { assumedCalibration } from '../../../server/estimate/calibration'
import { estimate } from '../../../server/estimate/estimate'
import type { IndexShape, RowCount, Work } from '../../../server/model/effect'
import type { Estimate } from '../../../server/model/estimate'
import { relationName } from '../../../server/model/name'
import type { ColumnSnapshot, IndexSnapshot, Snapshot, TableSnapshot } from '../../../server/model/snapshot'
import { loadParser } from '../../../server/sql/parser'

await loadParser()

const orders = relationName('public', 'orders')
const users = relationName('public', 'users')

const columns: readonly ColumnSnapshot[] = [
  { name: 'id', type: 'bigint', notNull: true },
  { name: 'user_id', type: 'bigint' },
  { name: 'status', type: 'text', averageWidth: 9 },
  { name: 'created_at', type: 'timestamp with time zone', notNull: true },
]
const indexes: readonly IndexSnapshot[] = [
  { name: 'orders_pkey', keys: ['id'], unique: true },
  { name: 'orders_user', keys: ['user_id'] },
]
const table = (rows: number, more: Partial<TableSnapshot> = {}): TableSnapshot => ({ rows, columns, indexes, constraints: [], ...more })

/** What the work takes where `orders` and `users` are these tables. */
const check = (work: Work, tables: { readonly orders?: TableSnapshot; readonly users?: TableSnapshot } & Record<string, TableSnapshot>): Estimate =>
  estimate(work, orders, catalogFromSnapshot({ version: 1, tables }), assumedCalibration)

const expected = (work: Work, tables: Parameters<typeof check>[1]): number => check(work, tables).duration?.expectedMs ?? Number.NaN

const shape = (more: Partial<IndexShape> = {}): IndexShape => ({ name: 'n', method: 'btree', keys: ['user_id'], include: [], unique: false, ...more })
const build = (more: Partial<IndexShape> = {}, concurrently = false): Work => ({ kind: 'build-index', to: '', index: shape(more), concurrently })
const share = (fraction: number, assumed = false): RowCount => ({ kind: 'fraction', of: orders, fraction, assumed })
const all = share(1)
const probe: Work = { kind: 'probe', to: '', into: users, columns: ['user_id'] }

const works: Readonly<Record<string, Work>> = {
  'a scan': { kind: 'scan', to: '' },
  'a rewrite': { kind: 'rewrite', to: '' },
  'an index': build(),
  'an index, concurrently': build({}, true),
  'an index on text': build({ keys: ['status'] }),
  'a unique index of two columns': build({ keys: ['user_id', 'id'], unique: true }),
  'a partial index': build({ predicate: 'user_id > 7' }),
  'an index on an expression': build({ keys: ['(lower(status))'] }),
  'a hash index': build({ method: 'hash' }),
  'a GIN index': build({ method: 'gin', keys: ['status'] }),
  'a GiST index': build({ method: 'gist' }),
  'a BRIN index': build({ method: 'brin', keys: ['created_at'] }),
  'a foreign key': probe,
  'an update of every row': { kind: 'update', to: '', rows: all, columns: ['status'] },
  'an update of a third': { kind: 'update', to: '', rows: share(1 / 3), columns: ['user_id'] },
  'a delete of half': { kind: 'delete', to: '', rows: share(0.5) },
  'an insert of as many': { kind: 'insert', to: '', rows: all },
}
const each = Object.entries(works)

describe.each(each)('%s', (_, work) => {
  test('takes longer the more rows there are', () => {
    const times = [1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9].map((rows) => expected(work, { orders: table(rows), users: table(rows / 5) }))
    for (const [index, time] of times.entries()) if (index > 0) expect(time).toBeGreaterThan(times[index - 1]!)
    expect(times.at(-1)! / times[2]!).toBeGreaterThan(1000)
  })

  test('takes no less the wider the rows are', () => {
    const times = [9, 40, 90, 300, 1200].map((averageWidth) => expected(work, { orders: table(1e7, { columns: columns.map((one) => (one.name === 'status' ? { ...one, averageWidth } : one)) }), users: table(1e6) }))
    expect(times).toEqual([...times].sort((a, b) => a - b))
  })

  test('takes nearly no time on an empty table', () => {
    const { duration } = check(work, { orders: table(0), users: table(0) })
    expect(duration?.highMs).toBeLessThan(20)
  })

  test('has no duration, but a reason, where the number of rows is not known', () => {
    const { rows: _, ...unknown } = table(0)
    for (const tables of [{}, { orders: unknown, users: table(5) }, { orders: { kind: 'foreign table', ...unknown } as const }]) {
      const result = check(work, tables)
      expect(result.duration).toBeUndefined()
      expect(result.because).toEqual([expect.objectContaining({ fact: 'rows of orders', value: expect.stringMatching(/^not known/) })])
    }
  })

  test('keeps its range in order and narrow enough to be of use', () => {
    for (const rows of [1e4, 1e6, 5e7]) {
      const { lowMs, expectedMs, highMs } = check(work, { orders: table(rows), users: table(rows / 5) }).duration!
      expect(lowMs).toBeGreaterThanOrEqual(0)
      expect(lowMs).toBeLessThanOrEqual(expectedMs)
      expect(expectedMs).toBeLessThanOrEqual(highMs)
      expect(highMs / lowMs).toBeLessThan(13)
    }
  })

  test('says the rows, the machine, and which of it is assumed', () => {
    const because = check(work, { orders: table(5.2e7), users: table(1e6) }).because
    expect(because).toContainEqual({ fact: 'rows of orders', value: '52 M', from: 'snapshot' })
    expect(because).toContainEqual({ fact: 'speed of the machine', value: assumedCalibration.name, from: 'assumed' })
    expect(new Set(because.map(({ fact }) => fact)).size).toBe(because.length)
  })

  test('says so where even the columns are assumed', () => {
    const because = check(work, { orders: { rows: 5.2e7 }, users: { rows: 1e6 } }).because
    expect(because).toContainEqual(expect.objectContaining({ fact: 'heap of orders', value: expect.stringMatching(/bytes a row assumed$/), from: 'assumed' }))
  })
})

describe('what is done to the rest of the table counts', () => {
  const withIndexes = (count: number): TableSnapshot => table(1e7, { indexes: Array.from({ length: count }, (_, index) => ({ name: `i${index}`, keys: ['user_id'] })) })

  test.each([
    ['a rewrite', works['a rewrite']!],
    ['an insert', works['an insert of as many']!],
    ['an update of an indexed column', { kind: 'update', to: '', rows: all, columns: ['user_id'] } satisfies Work],
  ])('%s costs the same again for each index', (_, work) => {
    const times = [1, 2, 3, 4].map((count) => expected(work, { orders: withIndexes(count) }))
    const steps = times.slice(1).map((time, index) => time - times[index]!)
    for (const step of steps) expect(step / steps[0]!).toBeCloseTo(1, 5)
    expect(steps[0]).toBeGreaterThan(1000)
  })

  test('an update in the room that dead rows left makes no index entry, where no index holds the column', () => {
    const update = (column: string, heapBytes: number): number => expected({ kind: 'update', to: '', rows: all, columns: [column] }, { orders: table(1e7, { heapBytes }) })
    const [packed, bloated] = [700e6, 2_100e6]
    expect(update('status', bloated)).toBeLessThan(update('status', packed) / 2)
    expect(update('user_id', bloated)).toBeGreaterThan(update('status', bloated) * 2)
  })

  test('a rewrite builds an index of the table as quickly as its own statement does', () => {
    const statement = assumedCalibration.expected.statementMs
    const step = expected(works['a rewrite']!, { orders: withIndexes(3) }) - expected(works['a rewrite']!, { orders: withIndexes(2) })
    expect(step).toBeCloseTo(expected(build(), { orders: withIndexes(0) }) - statement, 3)
  })

  test.each([
    ['a scan reads no TOAST', works['a scan']!, false],
    ['an index reads no TOAST', works['an index']!, false],
    ['a rewrite copies it', works['a rewrite']!, true],
    ['a delete marks it', works['a delete of half']!, true],
    ['an update of another column leaves it', { kind: 'update', to: '', rows: all, columns: ['user_id'] } satisfies Work, false],
  ])('%s', (_, work, counts) => {
    const without = expected(work, { orders: table(1e6, { toastBytes: 0 }) })
    const with20GB = expected(work, { orders: table(1e6, { toastBytes: 20e9 }) })
    if (counts) expect(with20GB).toBeGreaterThan(without * 2)
    else expect(with20GB).toBe(without)
  })

  test('an unlogged table writes no WAL', () => {
    for (const work of [works['a rewrite']!, works['an update of every row']!, works['an index']!, works['an insert of as many']!]) {
      expect(check(work, { orders: table(1e6, { persistence: 'unlogged' }) }).bytes?.wal).toBe(0)
      expect(check(work, { orders: table(1e6) }).bytes?.wal).toBeGreaterThan(1e6)
    }
  })

  test('a few rows may be updated in place, unless an index, its expression or its predicate names the column', () => {
    const few = (column: string): Work => ({ kind: 'update', to: '', rows: { kind: 'exactly', rows: 10_000 }, columns: [column] })
    const on = (index: Omit<IndexSnapshot, 'name'>): Parameters<typeof check>[1] => ({ orders: table(1e7, { indexes: [{ name: 'i', ...index }] }) })
    const inPlace = expected(few('status'), on({ keys: ['id'] }))
    for (const index of [{ keys: ['status'] }, { keys: ['id'], include: ['status'] }, { keys: ['(lower(status))'] }, { keys: ['id'], predicate: "status = 'new'" }]) expect(expected(few('status'), on(index))).toBeGreaterThan(inPlace * 1.1)
    expect(expected(few('status'), on({ method: 'brin', keys: ['status'] }))).toBe(expected(few('user_id'), on({ method: 'brin', keys: ['status'] })))
  })

  test('a foreign key looks for each inserted row, and for each deleted one where it is referenced', () => {
    const constraints = [{ name: 'f', type: 'foreign-key', columns: ['user_id'], references: 'users', referencedColumns: ['id'] }] as const
    const insert: Work = { kind: 'insert', to: '', rows: { kind: 'exactly', rows: 100_000 } }
    expect(expected(insert, { orders: table(1e6, { constraints }) })).toBeGreaterThan(expected(insert, { orders: table(1e6) }) * 1.3)
    const half: Work = { kind: 'delete', to: '', rows: { kind: 'exactly', rows: 1000 } }
    const child = (indexed: boolean): TableSnapshot => table(1e6, { constraints: [{ ...constraints[0], references: 'orders' }], indexes: indexed ? indexes : [] })
    const alone = expected(half, { orders: table(1e6) })
    const searched = expected(half, { orders: table(1e6), users: child(true) })
    expect(searched).toBeGreaterThan(alone)
    // A thousand scans of a million rows.
    expect(expected(half, { orders: table(1e6), users: child(false) })).toBeGreaterThan(searched * 100)
  })

  test('a foreign key depends on the referenced table too', () => {
    const times = [1e4, 1e6, 1e7, 1e8].map((rows) => expected(probe, { orders: table(1e7), users: table(rows) }))
    expect(times).toEqual([...times].sort((a, b) => a - b))
    expect(check(probe, { orders: table(1e7) }).because).toEqual([{ fact: 'rows of users', value: 'not known', from: 'assumed' }])
  })

  test('a null is not looked up', () => {
    const nulls = (nullFraction: number): TableSnapshot => table(1e7, { columns: columns.map((one) => (one.name === 'user_id' ? { ...one, nullFraction } : one)) })
    expect(expected(probe, { orders: nulls(0.9), users: table(1e6) })).toBeLessThan(expected(probe, { orders: nulls(0), users: table(1e6) }))
  })
})

describe('where nothing is stored', () => {
  const partitioned = { partitionBy: 'RANGE (created_at)' }

  test('a partitioned table costs nothing by itself, and its partitions count where it is referenced', () => {
    const part = (rows: number): TableSnapshot => table(rows, { partitionOf: { parent: 'orders', bound: 'DEFAULT' } })
    expect(expected(works['a scan']!, { orders: { ...partitioned }, orders_1: part(1e8) })).toBeLessThan(5)
    const into: Work = { kind: 'probe', to: '', into: users, columns: ['user_id'] }
    const inOne = expected(into, { orders: table(1e6), users: table(2e6) })
    const inTwo = expected(into, { orders: table(1e6), users: { ...partitioned }, u1: { ...part(1e6), partitionOf: { parent: 'users', bound: '' } }, u2: { ...part(1e6), partitionOf: { parent: 'users', bound: '' } } })
    expect(inTwo / inOne).toBeCloseTo(1, 1)
  })

  test('a partitioned table whose partitions the snapshot leaves out stands for them', () => {
    expect(expected(works['a scan']!, { orders: { ...partitioned, rows: 1e8 } })).toBeGreaterThan(5000)
  })

  test('waiting is no work', () => {
    expect(check({ kind: 'drain', to: '' }, {})).toMatchObject({ duration: { lowMs: 0, expectedMs: 0, highMs: 0 }, because: [{ value: 'not counted' }] })
  })
})

describe('a number of rows that is a guess', () => {
  test('may be none or all', () => {
    const { duration } = check({ kind: 'update', to: '', rows: share(0.3, true), columns: ['status'] }, { orders: table(1e7) })
    const whole = check({ kind: 'update', to: '', rows: all, columns: ['status'] }, { orders: table(1e7) }).duration!
    expect(duration!.lowMs).toBeLessThan(5)
    expect(duration!.expectedMs).toBeLessThan(whole.expectedMs)
    expect(duration!.highMs).toBeGreaterThan(whole.expectedMs)
  })

  test('is said where there is none', () => {
    const { duration, because } = check({ kind: 'delete', to: '', rows: { kind: 'unknown' } }, { orders: table(10) })
    expect(duration).toBeUndefined()
    expect(because).toEqual([{ fact: 'rows that the delete of orders touches', value: 'not known', from: 'migration' }])
  })

  test.each(['insert', 'update', 'delete'] as const)('a few rows of an unknown table are quick to %s', (kind) => {
    expect(expected({ kind, to: '', rows: { kind: 'exactly', rows: 3 } }, {})).toBeLessThan(20)
  })
})

describe('what an index takes out of a value', () => {
  const of = (type: string, averageWidth: number, more: Partial<TableSnapshot> = {}): TableSnapshot => ({ rows: 1e6, columns: [{ name: 'id', type: 'bigint', notNull: true }, { name: 'value', type, averageWidth }], indexes: [], constraints: [], ...more })
  const inverted = build({ method: 'gin', keys: ['value'] })

  test('an array of twice as many elements takes twice as long to be inverted', () => {
    const statement = expected(inverted, { orders: of('integer[]', 21 + 4) })
    const [ten, twenty] = [10, 20].map((elements) => expected(inverted, { orders: of('integer[]', 21 + 4 * elements) }) - statement)
    expect(twenty! / ten!).toBeGreaterThan(1.9)
    expect(twenty! / ten!).toBeLessThan(2.3)
  })

  test('rows that are added go into an inverted index item by item, so they take longer than to build it', () => {
    const gin: readonly IndexSnapshot[] = [{ name: 'g', method: 'gin', keys: ['value'] }]
    const insert = works['an insert of as many']!
    const added = expected(insert, { orders: of('jsonb', 400, { indexes: gin }) }) - expected(insert, { orders: of('jsonb', 400) })
    expect(added).toBeGreaterThan(expected(inverted, { orders: of('jsonb', 400) }))
  })

  test('an index on a part of a document is not as large as one on the document', () => {
    const on = (key: string): number => expected(build({ keys: [key] }), { orders: of('jsonb', 400) })
    expect(on("(value ->> 'kind')")).toBeLessThan(on('value') / 1.5)
  })
})

describe('a materialized view', () => {
  const view = (rows: number): TableSnapshot => ({ kind: 'materialized view', rows, columns, indexes: [{ name: 'k', keys: ['id'], unique: true }], constraints: [] })
  const refresh: Work = { kind: 'rewrite', to: '', from: [users] }
  const concurrently: Work = { kind: 'scan', to: '', against: [users] }

  test.each([refresh, concurrently])('that is small is filled no sooner than the tables are read that its query names: $kind', (work) => {
    const scanned = (rows: number): number => estimate({ kind: 'scan', to: '' }, users, catalogFromSnapshot({ version: 1, tables: { users: table(rows) } }), assumedCalibration).duration!.expectedMs
    for (const rows of [1e6, 5e7]) {
      const { duration, because } = check(work, { orders: view(100), users: table(rows) })
      expect(duration!.expectedMs).toBeGreaterThan(scanned(rows))
      expect(duration!.lowMs).toBeLessThan(scanned(rows))
      expect(because).toContainEqual(expect.objectContaining({ fact: 'rows of users' }))
    }
  })

  test('takes longer to be compared than to be filled, where all of it is read for all of it', () => {
    const tables = { orders: view(1e6), users: table(1e6) }
    expect(expected(concurrently, tables)).toBeGreaterThan(expected(refresh, tables))
  })

  test.each([refresh, concurrently])('has no duration where a table that its query reads has no known size: $kind', (work) => {
    expect(check(work, { orders: view(1e6), users: { kind: 'foreign table' } }).duration).toBeUndefined()
  })
})

describe('published timings lie within the range', () => {
  const wide: readonly ColumnSnapshot[] = [...columns, { name: 'note', type: 'text', averageWidth: 110 }, { name: 'total', type: 'numeric', averageWidth: 6 }, { name: 'key', type: 'uuid', notNull: true }]
  const four: readonly IndexSnapshot[] = [...indexes, { name: 'k', keys: ['key'] }, { name: 'c', keys: ['created_at'] }]
  const large = table(5e7, { columns: wide, indexes: four })

  test.each<[string, Work, number, number, TableSnapshot]>([
    ['SET NOT NULL on 8 GB', { kind: 'scan', to: '' }, 10, 60, table(5e7, { heapBytes: 8e9 })],
    ['an index on 50 M bigints', build(), 20, 120, large],
    ['a foreign key from 40 M rows into 10 M', probe, 20, 60, table(4e7)],
    ['a rewrite of 50 M rows with 4 indexes', { kind: 'rewrite', to: '' }, 180, 900, large],
    ['an update of 50 M rows with 4 indexes', { kind: 'update', to: '', rows: all, columns: ['user_id'] }, 900, 3600, large],
  ])('%s', (_, work, fromSeconds, toSeconds, subject) => {
    const { lowMs, expectedMs, highMs } = check(work, { orders: subject, users: table(1e7) }).duration!
    expect(expectedMs / 1000).toBeGreaterThan(fromSeconds)
    expect(expectedMs / 1000).toBeLessThan(toSeconds)
    expect(lowMs / 1000).toBeLessThan(fromSeconds)
    expect(highMs / 1000).toBeGreaterThan(toSeconds * 0.55)
  })
})

describe('each published timing is within a factor of three', () => {
  const one = (column: ColumnSnapshot, rows: number, more: Partial<TableSnapshot> = {}): TableSnapshot => ({ rows, columns: [column], indexes: [], constraints: [], ...more })

  const numbers = ['l_quantity', 'l_extendedprice', 'l_discount', 'l_tax'].map((name): ColumnSnapshot => ({ name, type: 'numeric(15,2)', notNull: true, averageWidth: name === 'l_extendedprice' ? 8 : 5 }))
  const lineitem: TableSnapshot = {
    rows: 59_986_052,
    columns: [
      ...['l_orderkey', 'l_partkey', 'l_suppkey', 'l_linenumber'].map((name): ColumnSnapshot => ({ name, type: 'integer', notNull: true })),
      ...numbers,
      { name: 'l_returnflag', type: 'character(1)', notNull: true },
      { name: 'l_linestatus', type: 'character(1)', notNull: true },
      ...['l_shipdate', 'l_commitdate', 'l_receiptdate'].map((name): ColumnSnapshot => ({ name, type: 'date', notNull: true })),
      { name: 'l_shipinstruct', type: 'character(25)', notNull: true },
      { name: 'l_shipmode', type: 'character(10)', notNull: true },
      { name: 'l_comment', type: 'character varying(44)', notNull: true, averageWidth: 27 },
    ],
    indexes: [],
    constraints: [],
  }

  // Where the hardware is told, the profile is the nearest to it.
  test.each<[string, Work, number, TableSnapshot, { readonly memory: string; readonly workers: string; readonly profile: string }]>([
    // https://www.depesz.com/2018/02/12/waiting-for-postgresql-11-support-parallel-btree-index-builds/
    ['100 M integers in order, one process', build({ keys: ['id'] }), 25.3, one({ name: 'id', type: 'integer', correlation: 1 }, 1e8), { memory: '1GB', workers: '0', profile: 'local-nvme' }],
    ['100 M integers in order, eight workers', build({ keys: ['id'] }), 16.7, one({ name: 'id', type: 'integer', correlation: 1 }, 1e8), { memory: '1GB', workers: '8', profile: 'local-nvme' }],
    // https://juejin.cn/post/7129130615219159076, a laptop of which no more is told
    ['int to bigint, 500 M rows', { kind: 'rewrite', to: '' }, 3836, { rows: 5e8 }, { memory: '64MB', workers: '2', profile: 'cloud-ssd' }],
    // https://www.enterprisedb.com/blog/loading-tables-and-creating-b-tree-and-block-range-indexes: lineitem of TPC-H at 10 GB, whose specification says its rows and columns; 9.5 has no workers, and of the machine nothing is told
    ['60 M dates in no order', build({ keys: ['l_shipdate'] }), 95, lineitem, { memory: '64MB', workers: '0', profile: 'cloud-ssd' }],
    ['60 M dates, BRIN', build({ method: 'brin', keys: ['l_shipdate'] }), 18, lineitem, { memory: '64MB', workers: '0', profile: 'cloud-ssd' }],
    // https://notso.boringsql.com/posts/how-not-to-change-postgresql-column-type/
    ['int to bigint, 600 MB with its key', { kind: 'rewrite', to: '' }, 21.6, { ...one({ name: 'id', type: 'integer' }, 7e6, { heapBytes: 600e6 }), indexes: [{ name: 'key', keys: ['id'], unique: true }] }, { memory: '64MB', workers: '2', profile: 'cloud-ssd' }],
  ])('%s', (_, work, seconds, orders, { memory, workers, profile }) => {
    const snapshot: Snapshot = { version: 1, tables: { orders }, settings: { maintenance_work_mem: memory, max_parallel_maintenance_workers: workers }, calibration: { profile } }
    const { expectedMs } = estimate(work, relationName('public', 'orders'), catalogFromSnapshot(snapshot), calibrationOf(snapshot)).duration!
    expect(expectedMs / 1000 / seconds).toBeGreaterThan(1 / 3)
    expect(expectedMs / 1000 / seconds).toBeLessThan(3)
  })
})

test('rows that lie in the order of an index are sorted quicker than rows in none', () => {
  const ms = (correlation: number | undefined): number =>
    check(build(), { orders: table(1e7, { columns: columns.map((column) => (column.name === 'user_id' && correlation !== undefined ? { ...column, correlation } : column)) }) }).duration!.expectedMs
  expect(ms(1)).toBeLessThan(ms(0.9))
  expect(ms(0.9)).toBeLessThan(ms(0))
  expect(ms(-1)).toBe(ms(1))
  expect(ms(undefined)).toBeLessThan(ms(0))
})
