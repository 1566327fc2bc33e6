import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Client } from 'pg'
import { calibrationFrom, learnFrom } from '../../server/calibrate'
import { catalogFromSnapshot } from '../../server/catalog/from-snapshot'
import { calibrationOf } from '../../server/estimate/calibrated'
import type { Snapshot } from '../../server/model/snapshot'
import { startSession, step } from '../../server/session'
import { measureMachine } from '../../server/sources/measure-machine'
import type { Measured } from '../../server/sources/measure-machine'
import { takeSnapshot } from '../../server/sources/postgres'
import { loadParser } from '../../server/sql/parser'
import { readTimings } from '../../server/sql/read-timings'
import { startServer } from '../support/server'
import type { Server, Version } from '../support/server'

/** The one the project installs; `POSTGRES=12,18 npx vitest run test/sources` asks others. */
const versions = (process.env['POSTGRES'] ?? '').split(',').filter(Boolean).map((version) => Number(version) as Version)

const schemas = async (client: Client): Promise<readonly string[]> => (await client.query<{ name: string }>("SELECT nspname AS name FROM pg_namespace WHERE nspname ~ 'lockscope' ORDER BY 1")).rows.map((row) => row.name)

describe.each(versions.length > 0 ? versions : [undefined])('PostgreSQL %s', (version) => {
  let server: Server
  let client: Client
  let measured: Measured

  beforeAll(async () => {
    await loadParser()
    server = await startServer(version === undefined ? {} : { version })
    client = await server.connect()
    measured = await measureMachine({ url: server.url() }, { budgetMs: 3_000 })
  })
  afterAll(() => server?.stop())

  test('nothing of it is left', async () => {
    expect(measured.timings.length).toBeGreaterThan(30)
    expect(measured.timings.filter(({ ms }) => !(ms > 0 && Number.isFinite(ms)))).toEqual([])
    expect(await schemas(client)).toEqual([])
  })

  test('every timed statement is one that the estimate knows the work of, and its rates are learned', () => {
    const calibration = calibrationFrom(measured.timings.map((timing) => ({ ...timing, ms: Math.max(timing.ms, 2) })))!
    expect(calibration.timings).toBe(measured.timings.length)
    expect(calibration.medianFactor).toBeLessThan(2)
    expect(Object.values(calibration.rates!).filter((rate) => !(rate > 0 && Number.isFinite(rate)))).toEqual([])
  })

  test('a killed backend leaves nothing behind, and is one sentence', async () => {
    const progress = (what: string): void => {
      if (what.startsWith('1 of')) void client.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'lockscope'")
    }
    await expect(measureMachine({ url: server.url() }, { budgetMs: 1_000, progress })).rejects.toThrow(/terminat|closed/i)
    expect(await schemas(client)).toEqual([])
  })

  test('a cancelled one leaves nothing behind', async () => {
    const stop = new AbortController()
    await expect(measureMachine({ url: server.url() }, { budgetMs: 1_000, signal: stop.signal, progress: (what) => what.startsWith('1 of') && stop.abort() })).rejects.toThrow('Calibrating was cancelled.')
    await expect.poll(() => schemas(client), { timeout: 10_000 }).toEqual([])
  })

  test('a server that is in use is refused, unless told', async () => {
    const other = await server.connect()
    const busy = other.query('SELECT pg_sleep(60)').catch(() => {})
    await expect(measureMachine({ url: server.url() }, { budgetMs: 500 })).rejects.toThrow('The server is in use: 1 other session is at work. Calibrate a clone or staging, or add --under-traffic.')
    expect((await measureMachine({ url: server.url() }, { budgetMs: 500, underTraffic: true })).timings.length).toBeGreaterThan(30)
    await client.query("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%' AND pid <> pg_backend_pid()")
    await busy
    await other.end()
  })

  test('a user who may not make a schema is told so', async () => {
    await client.query("CREATE ROLE reader LOGIN; REVOKE CREATE ON DATABASE postgres FROM PUBLIC")
    await expect(measureMachine({ url: server.url().replace('postgres@', 'reader@') }, { budgetMs: 500 })).rejects.toThrow('This user may not make a schema in postgres')
  })

  test("what the server logs teaches what its statements took", async () => {
    const database = await server.createDatabase('shop')
    const migrating = await server.connect(database)
    await migrating.query("CREATE TABLE orders (id bigint, total integer, code text); INSERT INTO orders SELECT n, n % 1000, md5(n::text) FROM generate_series(1, 60000) n; ANALYZE orders")
    const snapshot = await takeSnapshot({ url: server.url(database) })
    const statements = ['CREATE INDEX orders_code ON orders (code)', 'ALTER TABLE orders\n  ADD COLUMN lot double precision\n  DEFAULT random()', 'ALTER TABLE orders ALTER COLUMN total SET NOT NULL', 'CREATE INDEX orders_total ON orders (total)']
    // The server writes the same into its log, with a tab before each further line.
    const log: string[] = []
    migrating.on('notice', ({ severity, message }) => log.push(`${severity}:  ${(message ?? '').replaceAll('\n', '\n\t')}`))
    await migrating.query('SET client_min_messages = log')
    await migrating.query('SET log_min_duration_statement = 0')
    for (const sql of statements) await migrating.query(sql)
    const timings = readTimings(log.join('\n')).filter(({ sql }) => statements.includes(sql))
    expect(timings.map(({ sql }) => sql)).toEqual(statements)

    // So wrong that no moment of the machine makes it right.
    const { visitNsPerRow, formNsPerRow, sortNsPerRow, loadNsPerRow } = calibrationOf(snapshot).expected
    const wrong = { ...snapshot, calibration: { rates: { visitNsPerRow: 50 * visitNsPerRow, formNsPerRow: 50 * formNsPerRow, sortNsPerRow: 50 * sortNsPerRow, loadNsPerRow: 50 * loadNsPerRow } } }
    const learned = learnFrom(timings.map((one) => ({ ...one, ms: Math.max(one.ms, 2) })), wrong)!
    expect(learned.timings).toBe(statements.length)
    const error = (calibrated: Snapshot): number => timings.slice(0, 2).reduce((sum, { sql, ms }) => sum + Math.abs(Math.log(ms / expectedMs(sql, calibrated))), 0)
    expect(error({ ...snapshot, calibration: learned })).toBeLessThan(error(wrong) / 2)
  })
})

const expectedMs = (sql: string, snapshot: Snapshot): number => step(startSession(catalogFromSnapshot(snapshot)), sql, { calibration: calibrationOf(snapshot), sized: true }).assessed.duration!.expectedMs
