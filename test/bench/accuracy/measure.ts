// How near the durations are: every shape of table in three sizes on a real server, each statement beside what was predicted for it from a snapshot of that server.
// `npm run bench:accuracy`; `-- --shapes narrow,wide --largest 0.1 --output FILE` measures less of it. Without --output, docs/accuracy.json is written anew, with its page and picture.
// `-- --unseen first --server 13` (or second, third, fourth, fifth, sixth, seventh, eighth, ninth) measures tables and statements that the model was not made with, on any of the servers; `-- --statements REFRESH` only those whose text matches. Neither is published.
// `-- --keep FILE` keeps the measured times with the snapshots that they are of; `-- --again FILE,FILE` predicts them anew and measures nothing, so that a change of the model is judged by the same measurements.
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { parseArgs } from 'node:util'
import type { Client } from 'pg'
import type { Tried } from '../../../server/calibrate'
import { calibrationFrom } from '../../../server/calibrate'
import { catalogFromSnapshot } from '../../../server/catalog/from-snapshot'
import { calibrationOf } from '../../../server/estimate/calibrated'
import type { Duration } from '../../../server/model/estimate'
import type { Step } from '../../../server/model/plan'
import { stepsOf } from '../../../server/model/plan'
import type { Snapshot } from '../../../server/model/snapshot'
import { startSession, step } from '../../../server/session'
import { measureMachine } from '../../../server/sources/measure-machine'
import { takeSnapshot } from '../../../server/sources/postgres'
import { loadParser } from '../../../server/sql/parser'
import { analyseSql } from '../../support/engine'
import { startServer } from '../../support/server'
import type { Version } from '../../support/server'
import type { Accuracy, Measurement } from './accuracy'
import { printMeasurements, printSummary } from './accuracy'
import { eighthUnseenShapes } from './eighth-unseen-shapes'
import { ninthUnseenShapes } from './ninth-unseen-shapes'
import { fifthUnseenShapes } from './fifth-unseen-shapes'
import { fourthUnseenShapes } from './fourth-unseen-shapes'
import { accuracyPage, accuracyPicture } from './page'
import { secondUnseenShapes } from './second-unseen-shapes'
import { shapes } from './shapes'
import type { Shape } from './shapes'
import { seventhUnseenShapes } from './seventh-unseen-shapes'
import { sixthUnseenShapes } from './sixth-unseen-shapes'
import { thirdUnseenShapes } from './third-unseen-shapes'
import { unseenShapes } from './unseen-shapes'

/** What a managed server has, as far as it decides over time. */
const settings = { fsync: 'on', full_page_writes: 'on', synchronous_commit: 'on', shared_buffers: '1GB', max_wal_size: '4GB', maintenance_work_mem: '64MB' }
const repeats = 3
/** What the page and its picture are drawn from. */
const published = 'docs/accuracy.json'
/** A statement that takes longer is not repeated. */
const longMs = 5_000

/** Everything that a server is needed for. */
interface Measured {
  readonly about: Omit<Accuracy, 'calibration' | 'measurements'>
  readonly calibrating: { readonly seconds: number; readonly tried: readonly Tried[] }
  readonly snapshots: Snapshot[]
  /** `snapshot` is its place in `snapshots`. */
  readonly taken: (Pick<Measurement, 'shape' | 'rows' | 'sql' | 'inBatches' | 'actualMs'> & { readonly snapshot: number })[]
}

const { values: options } = parseArgs({
  options: {
    shapes: { type: 'string' },
    largest: { type: 'string', default: '1' },
    output: { type: 'string' },
    keep: { type: 'string' },
    again: { type: 'string' },
    unseen: { type: 'string' },
    server: { type: 'string' },
    statements: { type: 'string', default: '' },
  },
})
const isPublished = options.again === undefined && options.unseen === undefined && options.server === undefined && options.statements === ''
const output = options.output ?? (isPublished ? published : undefined)

const sets: Readonly<Record<string, readonly Shape[]>> = { first: unseenShapes, second: secondUnseenShapes, third: thirdUnseenShapes, fourth: fourthUnseenShapes, fifth: fifthUnseenShapes, sixth: sixthUnseenShapes, seventh: seventhUnseenShapes, eighth: eighthUnseenShapes, ninth: ninthUnseenShapes }
if (options.unseen !== undefined && !Object.hasOwn(sets, options.unseen)) throw new Error(`--unseen wants ${Object.keys(sets).join(' or ')}.`)

/** What ended in an error, in words: all else is measured and told nevertheless. */
const failed: string[] = []

await loadParser()
const measured = options.again === undefined ? [await measure()] : options.again.split(',').map((file) => JSON.parse(readFileSync(file, 'utf8')) as Measured)
if (options.keep !== undefined) writeFileSync(options.keep, JSON.stringify(measured[0]))
// Each with the rates measured beside it; what is told of the machine is the first one's.
const results = measured.map(predicted)
const result: Accuracy = { ...results[0]!, ...(options.again !== undefined && { toldAgain: true }), measurements: results.flatMap(({ measurements }) => measurements) }
if (output !== undefined) writeFileSync(output, `${JSON.stringify(result, null, 1)}\n`)
if (output === published) {
  writeFileSync('docs/accuracy.md', accuracyPage(result))
  writeFileSync('docs/images/accuracy.svg', accuracyPicture(result))
}
if (!isPublished) printMeasurements(result)
printSummary(result)
if (failed.length > 0) {
  console.error(`\nNot measured, for they ended in an error:\n${failed.join('\n')}`)
  process.exitCode = 1
}

async function measure(): Promise<Measured> {
  const server = await startServer({ settings, ...(options.server !== undefined && { version: Number(options.server) as Version }) })
  try {
    const started = performance.now()
    const { timings, serverVersion } = await measureMachine({ url: server.url() }, { progress: (what) => process.stderr.write(`\rcalibrating: ${what}                    `) })
    const seconds = Number(((performance.now() - started) / 1e3).toFixed(1))
    process.stderr.write(`\ncalibrated in ${seconds} s\n`)
    const about = { machine: `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}, ${Math.round(totalmem() / 1024 ** 3)} GB`, server: serverVersion, settings, measuredAt: new Date().toISOString().slice(0, 10) }
    const all: Measured = { about, calibrating: { seconds, tried: timings }, snapshots: [], taken: [] }
    const client = await server.connect()
    for (const shape of chosenShapes(Number.parseInt(serverVersion, 10))) {
      for (const share of options.unseen ? [1] : [0.01, 0.1, 1]) {
        const rows = Math.round(shape.rows * share * Number(options.largest))
        await attempt(`${shape.name}, ${rows} rows`, () => measureShape(client, server.url(), shape, rows, all))
      }
    }
    return all
  } finally {
    await server.stop()
  }
}

/** The shapes that were asked for and that this server has, with the statements that were. */
function chosenShapes(version: number): readonly Shape[] {
  const named = options.shapes?.split(',')
  const asked = new RegExp(options.statements)
  return (options.unseen === undefined ? shapes : sets[options.unseen]!).flatMap((shape) => {
    const { schemaChanges, queries, dataChanges, outside, inBatches } = shape
    const kept = { schemaChanges: schemaChanges.filter((sql) => asked.test(sql)), queries: (queries ?? []).filter((sql) => asked.test(sql)), dataChanges: dataChanges.filter((sql) => asked.test(sql)), outside: (outside ?? []).filter(({ sql }) => asked.test(sql)), inBatches: (inBatches ?? []).filter((sql) => asked.test(sql)) }
    const isAsked = (named?.includes(shape.name) ?? true) && version >= (shape.since ?? 0) && Object.values(kept).some((list) => list.length > 0)
    return isAsked ? [{ ...shape, ...kept }] : []
  })
}

async function attempt(what: string, run: () => Promise<void>): Promise<void> {
  try {
    await run()
  } catch (error) {
    failed.push(`${what}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

async function measureShape(client: Client, url: string, shape: Shape, rows: number, { snapshots, taken }: Measured): Promise<void> {
  const fill = (sql: string): string => sql.replaceAll('ROWS', String(rows))
  const make = async (): Promise<void> => {
    await client.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public')
    for (const sql of shape.make) await client.query(fill(sql))
    for (const table of shape.tables) await client.query(`VACUUM ANALYZE ${table}`)
    await client.query('CHECKPOINT')
    snapshots.push(await takeSnapshot({ url }))
  }
  const add = (sql: string, took: readonly number[], how: Pick<Measurement, 'inBatches'> = {}): void => {
    const actualMs = took.toSorted((a, b) => a - b)[took.length >> 1]!
    taken.push({ shape: shape.name, rows, sql, ...how, actualMs: round(actualMs), snapshot: snapshots.length - 1 })
    process.stderr.write(`${shape.name.padEnd(17)}${String(rows).padStart(9)}  ${actualMs.toFixed(0).padStart(7)} ms  ${sql}\n`)
  }
  const time = async (sql: string): Promise<number> => {
    const before = performance.now()
    await client.query(sql)
    return performance.now() - before
  }
  const takenBack = async (sql: string): Promise<number> => {
    await client.query('BEGIN')
    try {
      return await time(sql)
    } finally {
      await client.query('ROLLBACK')
    }
  }
  const each = async (text: string, run: (sql: string) => Promise<readonly number[]>): Promise<void> => {
    const sql = fill(text)
    await attempt(`${shape.name}, ${rows} rows, ${sql}`, async () => add(sql, await run(sql)))
  }
  await make()
  for (const text of [...shape.schemaChanges, ...(shape.queries ?? [])]) {
    await each(text, async (sql) => {
      const took: number[] = []
      do took.push(await takenBack(sql))
      while (took.length < repeats && took[0]! < longMs)
      return took
    })
  }
  for (const { sql: text, undo } of shape.outside ?? []) {
    await each(text, async (sql) => {
      const took = await time(sql)
      if (undo) await client.query(undo)
      return [took]
    })
  }
  for (const text of shape.dataChanges) {
    await each(text, async (sql) => {
      await make()
      return [await takenBack(sql)]
    })
  }
  for (const text of shape.inBatches ?? []) {
    await attempt(`${shape.name}, ${rows} rows, ${fill(text)} in batches`, async () => {
      await make()
      const [batches, ...more] = backfillsOf(fill(text), snapshots.at(-1)!)
      // Of few rows a statement by itself is as good.
      if (!batches || more.length > 0) return
      add(fill(text), [await time(batches.sql)], { inBatches: true })
    })
  }
}

function backfillsOf(sql: string, snapshot: Snapshot): readonly Step[] {
  return analyseSql(sql, { catalog: catalogFromSnapshot(snapshot), calibration: calibrationOf(snapshot), sized: true }).statements.flatMap(({ assessed: { plan } }) => (plan ? stepsOf(plan) : [])).filter(({ kind }) => kind === 'backfill')
}

function predicted({ about, calibrating, snapshots, taken }: Measured): Accuracy {
  const learned = calibrationFrom(calibrating.tried)
  if (!learned) throw new Error('The timings are too few to calibrate from.')
  const measurements = taken.map(({ snapshot: at, ...one }): Measurement => {
    const snapshot = snapshots[at]!
    const told = one.inBatches ? (world: Snapshot) => backfillsOf(one.sql, world)[0]?.duration : (world: Snapshot) => predict(one.sql, world)
    const assumed = told(snapshot)
    const calibrated = told({ ...snapshot, calibration: learned })
    return { ...one, assumed: rounded(assumed), calibrated: rounded(calibrated) }
  })
  return { ...about, calibration: { seconds: calibrating.seconds, ...learned }, measurements }
}

function predict(sql: string, snapshot: Snapshot): Duration | undefined {
  return step(startSession(catalogFromSnapshot(snapshot)), sql, { calibration: calibrationOf(snapshot), sized: true, planning: true }).assessed.duration
}

function round(ms: number): number {
  return Number(ms.toPrecision(4))
}

function rounded(duration: Duration | undefined): Duration {
  const { lowMs, expectedMs, highMs } = duration ?? { lowMs: 0, expectedMs: 0, highMs: 0 }
  return { lowMs: round(lowMs), expectedMs: round(expectedMs), highMs: round(highMs) }
}
