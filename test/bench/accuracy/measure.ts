// How near the durations are: every shape of table in three sizes on a real server, each statement beside what was predicted for it from a snapshot of that server.
// `npm run bench:accuracy`; `-- --shapes narrow,wide --largest 0.1 --output FILE` measures less of it. Without --output, docs/accuracy.json is written anew, with its page and picture.
import { writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { parseArgs } from 'node:util'
import type { Client } from 'pg'
import { calibrationFrom } from '../../../server/calibrate'
import { catalogFromSnapshot } from '../../../server/catalog/from-snapshot'
import { calibrationOf } from '../../../server/estimate/calibrated'
import type { Duration } from '../../../server/model/estimate'
import type { Snapshot } from '../../../server/model/snapshot'
import { startSession, step } from '../../../server/session'
import { measureMachine } from '../../../server/sources/measure-machine'
import { takeSnapshot } from '../../../server/sources/postgres'
import { loadParser } from '../../../server/sql/parser'
import { startServer } from '../../support/server'
import type { Accuracy, Measurement } from './accuracy'
import { printSummary } from './accuracy'
import { accuracyPage, accuracyPicture } from './page'
import { shapes } from './shapes'
import type { Shape } from './shapes'

/** What a managed server has, as far as it decides over time. */
const settings = { fsync: 'on', full_page_writes: 'on', synchronous_commit: 'on', shared_buffers: '1GB', max_wal_size: '4GB', maintenance_work_mem: '64MB' }
const repeats = 3
/** What the page and its picture are drawn from. */
const published = 'docs/accuracy.json'
/** A statement that takes longer is not repeated. */
const longMs = 5_000

const { values: options } = parseArgs({ options: { shapes: { type: 'string' }, largest: { type: 'string', default: '1' }, output: { type: 'string', default: published } } })
const chosen = options.shapes === undefined ? shapes : shapes.filter((shape) => options.shapes!.split(',').includes(shape.name))

await loadParser()
const server = await startServer({ settings })
try {
  const client = await server.connect()
  const started = performance.now()
  const { timings, serverVersion } = await measureMachine({ url: server.url() }, { progress: (what) => process.stderr.write(`\rcalibrating: ${what}                    `) })
  const learned = calibrationFrom(timings)
  if (!learned) throw new Error('The timings are too few to calibrate from.')
  const calibratingMs = performance.now() - started
  process.stderr.write(`\ncalibrated in ${(calibratingMs / 1e3).toFixed(1)} s from ${learned.timings} timings, median factor ${learned.medianFactor}\n`)

  const measurements: Measurement[] = []
  for (const shape of chosen) {
    for (const share of [0.01, 0.1, 1]) {
      const rows = Math.round(shape.rows * share * Number(options.largest))
      for (const one of await measureShape(client, shape, rows)) measurements.push(one)
    }
  }
  const result: Accuracy = {
    machine: `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}, ${Math.round(totalmem() / 1024 ** 3)} GB`,
    server: serverVersion,
    settings,
    measuredAt: new Date().toISOString().slice(0, 10),
    calibration: { seconds: Number((calibratingMs / 1e3).toFixed(1)), ...learned },
    measurements,
  }
  writeFileSync(options.output, `${JSON.stringify(result, null, 1)}\n`)
  if (options.output === published) {
    writeFileSync('docs/accuracy.md', accuracyPage(result))
    writeFileSync('docs/images/accuracy.svg', accuracyPicture(result))
  }
  printSummary(result)

  async function measureShape(asker: Client, shape: Shape, rows: number): Promise<Measurement[]> {
    const found: Measurement[] = []
    const fill = (sql: string): string => sql.replaceAll('ROWS', String(rows))
    const make = async (): Promise<void> => {
      await asker.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public')
      for (const sql of shape.make) await asker.query(fill(sql))
      for (const table of shape.tables) await asker.query(`VACUUM ANALYZE ${table}`)
      await asker.query('CHECKPOINT')
    }
    const add = (sql: string, took: readonly number[], snapshot: Snapshot): void => {
      const actualMs = took.toSorted((a, b) => a - b)[took.length >> 1]!
      const assumed = predict(sql, snapshot)
      const calibrated = predict(sql, { ...snapshot, calibration: learned! })
      if (!assumed || !calibrated) throw new Error(`${shape.name}: no duration is predicted for ${sql}`)
      found.push({ shape: shape.name, rows, sql, actualMs: round(actualMs), assumed: rounded(assumed), calibrated: rounded(calibrated) })
      process.stderr.write(`${shape.name.padEnd(17)}${String(rows).padStart(9)}  ${actualMs.toFixed(0).padStart(7)} ms  ${calibrated.expectedMs.toFixed(0).padStart(7)}  ×${(calibrated.expectedMs / actualMs).toFixed(2).padStart(5)}  assumed ×${(assumed.expectedMs / actualMs).toFixed(2).padStart(5)}  ${sql}\n`)
    }
    const time = async (sql: string): Promise<number> => {
      const before = performance.now()
      await asker.query(sql)
      return performance.now() - before
    }
    await make()
    let snapshot = await takeSnapshot({ url: server.url() })
    for (const text of shape.schemaChanges) {
      const sql = fill(text)
      const took: number[] = []
      do {
        await asker.query('BEGIN')
        took.push(await time(sql))
        await asker.query('ROLLBACK')
      } while (took.length < repeats && took[0]! < longMs)
      add(sql, took, snapshot)
    }
    for (const { sql: text, undo } of shape.outside ?? []) {
      const sql = fill(text)
      const took: number[] = [await time(sql)]
      if (undo) await asker.query(undo)
      add(sql, took, snapshot)
    }
    for (const text of shape.dataChanges) {
      await make()
      snapshot = await takeSnapshot({ url: server.url() })
      const sql = fill(text)
      await asker.query('BEGIN')
      const took = [await time(sql)]
      await asker.query('ROLLBACK')
      add(sql, took, snapshot)
    }
    return found
  }
} finally {
  await server.stop()
}

function predict(sql: string, snapshot: Snapshot): Duration | undefined {
  return step(startSession(catalogFromSnapshot(snapshot), false), sql, { calibration: calibrationOf(snapshot), sized: true, planning: true }).assessed.duration
}

function round(ms: number): number {
  return Number(ms.toPrecision(4))
}

function rounded({ lowMs, expectedMs, highMs }: Duration): Duration {
  return { lowMs: round(lowMs), expectedMs: round(expectedMs), highMs: round(highMs) }
}
