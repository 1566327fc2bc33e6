import { catalogFromSnapshot } from './catalog/from-snapshot'
import type { Catalog } from './catalog/catalog'
import { calibrationOf } from './estimate/calibrated'
import { ownVisitFactor } from './estimate/calibration'
import type { Rates } from './estimate/calibration'
import { timeOf } from './estimate/estimate'
import { fit } from './estimate/fit'
import type { CalibrationSnapshot, Snapshot } from './model/snapshot'
import { startSession, step } from './session'

/** A statement, and what it took in milliseconds. */
export interface Timed {
  readonly sql: string
  readonly ms: number
}

/** A statement that was taken back, and the database that it met. */
export interface Tried extends Timed {
  readonly snapshot: Snapshot
}

/** What is shorter tells of the way there and back, and of the moment. */
const leastMs = 2
/** Fewer timings tell nothing of a machine. */
const leastTimings = 3

interface Placed extends Timed {
  readonly catalog: Catalog
  /** What of the rates is the database's own, not the machine's speed. */
  readonly own: Partial<Rates>
}

/**
 * The rates of a machine on which these were tried, each by itself, with all their data in memory, in the transaction that made the tables.
 * `undefined` where too few of them are of work whose size is known.
 */
export function calibrationFrom(tried: readonly Tried[]): CalibrationSnapshot | undefined {
  const catalogs = new Map<Snapshot, Catalog>()
  const placed = tried.map(({ sql, ms, snapshot }): Placed => {
    let catalog = catalogs.get(snapshot)
    if (!catalog) catalogs.set(snapshot, (catalog = catalogFromSnapshot(snapshot)))
    return { sql, ms, catalog, own: { ...ownOf(snapshot), cacheBytes: Infinity, memoryBytes: Infinity, absorbedBytes: Infinity, imagesPerPage: 0, visitFactor: ownVisitFactor } }
  })
  return fitted(placed, calibrationOf(undefined).expected)
}

/**
 * What the timings of statements that ran one after the other, from this snapshot on, add to what it says of the machine.
 * `undefined` where too few of them are of work whose size is known.
 */
export function learnFrom(timed: readonly Timed[], snapshot: Snapshot): CalibrationSnapshot | undefined {
  let session = startSession(catalogFromSnapshot(snapshot))
  const calibration = calibrationOf(snapshot)
  const own = ownOf(snapshot)
  const placed = timed.map(({ sql, ms }): Placed => {
    const { catalog } = session
    session = step(session, sql, { calibration, sized: true, planning: true }).after
    return { sql, ms, catalog, own }
  })
  const learned = fitted(placed, calibration.expected)
  return learned && { ...snapshot.calibration, ...learned, timings: learned.timings! + (snapshot.calibration?.timings ?? 0) }
}

const ownOf = (snapshot: Snapshot): Partial<Rates> => {
  const { sortMemoryBytes, parallelWorkers, gatherWorkers, parallelScanBytes, parallelSetUpCost, parallelRowCost } = calibrationOf(snapshot).expected
  return { sortMemoryBytes, parallelWorkers, gatherWorkers, parallelScanBytes, parallelSetUpCost, parallelRowCost }
}

function fitted(placed: readonly Placed[], start: Rates): CalibrationSnapshot | undefined {
  const samples = placed.flatMap(({ sql, ms, catalog, own }) => {
    const times = timesOf(sql, catalog)
    return ms >= leastMs && times ? [{ ms, predict: (rates: Rates): number => sumOf(times, { ...rates, ...own }) }] : []
  })
  if (samples.length < leastTimings) return undefined
  const { measured, medianFactor } = fit(samples, start)
  return { measuredAt: new Date().toISOString(), timings: samples.length, medianFactor: Number(medianFactor.toPrecision(3)), rates: measured }
}

/** What each piece of the statement's work takes, for any rates; nothing where the model does not know all of it. */
function timesOf(sql: string, catalog: Catalog): readonly ((rates: Rates) => number)[] | undefined {
  const { assessed } = step(startSession(catalog), sql, { calibration: calibrationOf(undefined), sized: true, planning: true })
  if (!assessed.duration) return undefined
  // A piece that takes no time of its own is part of another's.
  const times = assessed.effects.flatMap((effect) => effect.work.filter((work) => (work.estimate.duration?.expectedMs ?? 0) > 0).map((work) => timeOf(work, effect.indexOf ?? effect.relation, catalog)))
  const known = times.filter((time) => time !== undefined)
  return known.length > 0 ? known : undefined
}

const sumOf = (times: readonly ((rates: Rates) => number)[], rates: Rates): number => times.reduce((sum, time) => sum + time(rates), 0)
