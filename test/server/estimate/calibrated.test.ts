import { beforeAll, describe, expect, test } from 'vitest'
import { calibrationFrom, learnFrom } from '../../../server/calibrate'
import { catalogFromSnapshot } from '../../../server/catalog/from-snapshot'
import { calibrationOf } from '../../../server/estimate/calibrated'
import type { Calibration, Rates } from '../../../server/estimate/calibration'
import { profiles } from '../../../server/estimate/calibration'
import type { Snapshot } from '../../../server/model/snapshot'
import { startSession, step } from '../../../server/session'
import { loadParser } from '../../../server/sql/parser'
import { readTimings } from '../../../server/sql/read-timings'

beforeAll(() => loadParser())

const snapshot: Snapshot = {
  version: 1,
  complete: true,
  tables: {
    orders: { rows: 400_000, columns: [{ name: 'id', type: 'bigint' }, { name: 'code', type: 'text', averageWidth: 33 }, { name: 'total', type: 'integer' }], indexes: [] },
    users: { rows: 50_000, columns: [{ name: 'id', type: 'bigint' }, { name: 'name', type: 'text', averageWidth: 12 }], indexes: [{ name: 'users_id', keys: ['id'] }] },
  },
}
const statements = [
  'ALTER TABLE orders ALTER COLUMN total SET NOT NULL',
  'CREATE INDEX a ON orders (code)',
  'CREATE INDEX b ON orders (total)',
  'ALTER TABLE orders ADD COLUMN lot double precision DEFAULT random()',
  'UPDATE users SET name = lower(name)',
  'DELETE FROM users',
  'CREATE INDEX c ON users (name)',
]

const predict = (sql: string, calibration: Calibration, given = snapshot) => step(startSession(catalogFromSnapshot(given)), sql, { calibration, sized: true, planning: true }).assessed.duration!
/** As calibrating meets them: in memory, and made since the last checkpoint. */
const whenTried: Partial<Rates> = { cacheBytes: Infinity, memoryBytes: Infinity, absorbedBytes: Infinity, imagesPerPage: 0 }
const machine = (rates: Partial<Rates>): Calibration => {
  const assumed = calibrationOf(undefined)
  return { ...assumed, uncertainties: [], expected: { ...assumed.expected, ...whenTried, ...rates } }
}

describe('a machine that is known in secret', () => {
  const secrets: readonly [string, Partial<Rates>][] = [
    ['three times as slow in all', { slowdownFactor: 3 }],
    ['as fast as assumed, but for its sorts', { sortNsPerRow: 800, compareNsByKey: { integer: 50, uuid: 50, number: 80, text: 120, language: 300, other: 200 } }],
    ['quick to read and slow to write', { readNsPerByte: 0.05, visitNsPerRow: 15, formNsPerRow: 1_500, updateNsPerRow: 6_000, writeNsPerByte: 6 }],
  ]
  test.each(secrets)('%s: its timings are found again', (_, rates) => {
    const tried = statements.map((sql) => ({ sql, ms: predict(sql, machine(rates)).expectedMs, snapshot }))
    const found = calibrationFrom(tried)!
    expect(found.timings).toBe(statements.length)
    expect(found.medianFactor).toBeLessThan(1.1)
    const measured = machine(calibrationOf({ ...snapshot, calibration: found }).expected)
    const factors = tried.map(({ sql, ms }) => predict(sql, { ...measured, expected: { ...measured.expected, ...whenTried } }).expectedMs / ms)
    expect(factors.filter((factor) => factor > 1.25 || factor < 0.8)).toEqual([])
  })
})

test('fewer than three timings, or timings of unknown tables, tell nothing', () => {
  expect(calibrationFrom([{ sql: statements[0]!, ms: 50, snapshot }])).toBeUndefined()
  expect(learnFrom(['a', 'b', 'c'].map((name) => ({ sql: `CREATE INDEX ON ${name} (x)`, ms: 100 })), { version: 1 })).toBeUndefined()
})

test('what is learned is added to what was known, and each statement meets what the ones before it made', () => {
  const assumed = calibrationOf(snapshot)
  const timed = ['ALTER TABLE orders ADD COLUMN lot double precision DEFAULT random()', 'CREATE INDEX by_lot ON orders (lot)', 'ALTER TABLE orders ALTER COLUMN lot SET NOT NULL'].map((sql) => ({ sql, ms: 5_000 }))
  const learned = learnFrom(timed, { ...snapshot, calibration: { profile: 'local-nvme', timings: 10 } })!
  expect(learned).toMatchObject({ profile: 'local-nvme', timings: 13 })
  const after = calibrationOf({ ...snapshot, calibration: learned })
  expect(predict(timed[0]!.sql, after).expectedMs).toBeGreaterThan(2 * predict(timed[0]!.sql, assumed).expectedMs)
})

test('measured rates narrow the range, and are said to be measured', () => {
  const measured = calibrationOf({ ...snapshot, calibration: { rates: { visitNsPerRow: 50 }, medianFactor: 1.1 } })
  const [before, after] = [calibrationOf(snapshot), measured].map((calibration) => predict(statements[1]!, calibration))
  expect(after!.highMs / after!.lowMs).toBeLessThan(before!.highMs / before!.lowMs)
  expect(measured.source).toBe('calibration')
})

test('settings that decide over sorts are taken from the snapshot', () => {
  const rates = (settings: Snapshot['settings']): Rates => calibrationOf({ version: 1, ...(settings && { settings }) }).expected
  expect(rates({ maintenance_work_mem: '1GB' }).sortMemoryBytes).toBe(1024 ** 3)
  expect(rates({ maintenance_work_mem: '65536kB', max_parallel_maintenance_workers: '7' })).toMatchObject({ sortMemoryBytes: 64 * 1024 ** 2, parallelWorkers: 7 })
  expect(rates({ maintenance_work_mem: 'plenty' }).sortMemoryBytes).toBe(rates(undefined).sortMemoryBytes)
  const all = calibrationOf({ version: 1, settings: { maintenance_work_mem: '1GB' } })
  expect(all.uncertainties.flatMap(({ low, high }) => [low.sortMemoryBytes, high.sortMemoryBytes]).filter((bytes) => bytes !== undefined && bytes !== 1024 ** 3)).toEqual([])
})

test('what all databases of the server have room for in shared buffers is not read from disk', () => {
  const scan = 'ALTER TABLE orders ADD CONSTRAINT known CHECK (total > 0)'
  const larger = { ...snapshot, tables: { orders: { ...snapshot.tables!['orders']!, rows: 2_500_000 } } }
  const highOf = (given: Partial<Snapshot>): number => predict(scan, calibrationOf({ ...larger, ...given }), larger).highMs
  const settings = { shared_buffers: '1GB' }
  const [unknown, small, large, made] = [highOf({ settings }), highOf({ settings, serverBytes: 500e6 }), highOf({ settings, serverBytes: 1e12 }), highOf({ settings, serverBytes: 500e6, adapted: ['Scaled.'] })]
  expect(small).toBeLessThan(unknown)
  expect([large, made]).toEqual([unknown, unknown])
  // Of more than a quarter of them, a scan does not leave its pages there.
  expect(highOf({ settings: { shared_buffers: '64MB' }, serverBytes: 1e6 })).toBeGreaterThan(small)
})

test('settings that decide over how many processes read are taken from the snapshot', () => {
  const rates = (settings: Snapshot['settings']): Rates => calibrationOf({ version: 1, settings: settings! }).expected
  expect(rates({ max_parallel_workers_per_gather: '4', max_parallel_workers: '1' }).gatherWorkers).toBe(1)
  expect(rates({ min_parallel_table_scan_size: '1MB', parallel_setup_cost: '10', parallel_tuple_cost: '0.5' })).toMatchObject({ parallelScanBytes: 1024 ** 2, parallelSetUpCost: 10, parallelRowCost: 0.5 })
})

test('every profile is a machine of its own, and its range holds what it expects', () => {
  const expected = Object.keys(profiles).map((profile) => predict(statements[3]!, calibrationOf({ ...snapshot, calibration: { profile } })))
  expect(expected.filter(({ lowMs, expectedMs, highMs }) => !(lowMs < expectedMs && expectedMs < highMs))).toEqual([])
  expect(new Set(expected.map(({ expectedMs }) => expectedMs)).size).toBe(expected.length)
})

describe('timings are read from', () => {
  test.each<[string, string, readonly { sql: string; ms: number }[]]>([
    ['a plain log', "2026-03-01 12:00:00.123 UTC [77] LOG:  duration: 1234.567 ms  statement: CREATE INDEX a ON b (c);\n2026-03-01 12:00:01 UTC [77] LOG:  checkpoint starting: time\n", [{ sql: 'CREATE INDEX a ON b (c)', ms: 1234.567 }]],
    ['a log with a statement of several lines', 'LOG:  duration: 5.0 ms  statement: ALTER TABLE a\n\t  ADD COLUMN b int;\nLOG:  duration: 7.5 ms  execute <unnamed>: UPDATE a SET b = 1\n', [{ sql: 'ALTER TABLE a\n  ADD COLUMN b int', ms: 5 }, { sql: 'UPDATE a SET b = 1', ms: 7.5 }]],
    ['a JSON log', '{"timestamp":"2026-03-01","message":"duration: 9.25 ms  statement: VACUUM FULL a"}\n{"message":"autovacuum"}\n{broken\n', [{ sql: 'VACUUM FULL a', ms: 9.25 }]],
    ['what psql prints with -a and \\timing', 'Timing is on.\n-- first\nCREATE INDEX a ON b (c);\nCREATE INDEX\nTime: 12.345 ms\nUPDATE b\n   SET c = 1;\nUPDATE 100\nTime: 61234.500 ms (01:01.235)\n', [{ sql: 'CREATE INDEX a ON b (c)', ms: 12.345 }, { sql: 'UPDATE b\n   SET c = 1', ms: 61234.5 }]],
    ['nothing', 'no log at all\nTime: 5 ms\n', []],
  ])('%s', (_, text, timings) => {
    expect(readTimings(text)).toEqual(timings)
  })
})
