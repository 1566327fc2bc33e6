import { lookup } from '../model/lookup'
import type { CalibrationSnapshot, Snapshot } from '../model/snapshot'
import type { Calibration, Rates, Uncertainty } from './calibration'
import { assumedCalibration, profiles, withRates } from './calibration'
import { pageBytes } from './sizes'

/** The calibration of a snapshot's server: measured rates where it has them, else a profile's; and the settings that decide over sorts, where it tells them. */
export function calibrationOf(snapshot: Snapshot | undefined): Calibration {
  const measured = snapshot?.calibration
  const base = measured?.profile === undefined ? assumedCalibration : (profiles[measured.profile] ?? assumedCalibration)
  const own = measured?.rates ? withMeasured(base, measured) : base
  // Sizes that somebody has made larger are not those that the server has.
  return withSettings(withBuffers(own, bytesOf(snapshot?.settings?.['shared_buffers']), snapshot?.adapted === undefined ? snapshot?.serverBytes : undefined), snapshot?.settings)
}

/** A range has to hold what the model gets wrong in nine cases of ten, where half of them are off by less than the median factor: its logarithm × this (the normal distribution's quantiles, 1.645 / 0.674). */
const ninetyOverMedian = 2.44
/** What the moment adds to what the fit left over, at the least: a server is not always as quiet as when it was measured. */
const leastMoment = 1.85

function withMeasured(base: Calibration, { rates, name, medianFactor = 1.2 }: CalibrationSnapshot): Calibration {
  const moment = Math.max(leastMoment, medianFactor ** ninetyOverMedian)
  const { expected, uncertainties } = withRates(base, knownOf(base.expected, rates!))
  return {
    source: 'calibration',
    name: name ?? 'measured',
    expected,
    uncertainties: uncertainties
      // What was measured is no longer uncertain as far as the machine's speed goes; what of the data nobody knows stays.
      .filter((one) => one.part !== 'speed')
      .map((one): Uncertainty => (one.part === 'moment' ? { ...one, low: { slowdownFactor: 1 / moment }, high: { slowdownFactor: moment } } : one)),
  }
}

/** Names that are not rates are let be: they are a newer Lockscope's. */
function knownOf(base: Rates, measured: Readonly<Record<string, number>>): Partial<Rates> {
  const known = Object.entries(measured).filter(([name]) => typeof base[name as keyof Rates] === 'number')
  const compared = Object.entries(measured).flatMap(([name, value]) => (name.startsWith(comparePrefix) ? [[name.slice(comparePrefix.length), value] as const] : []))
  return { ...Object.fromEntries(known), compareNsByKey: { ...base.compareNsByKey, ...Object.fromEntries(compared.filter(([key]) => key in base.compareNsByKey)) } }
}

const comparePrefix = 'compareNsByKey.'

function withSettings(calibration: Calibration, settings: Snapshot['settings']): Calibration {
  const memory = bytesOf(settings?.['maintenance_work_mem'])
  const work = bytesOf(settings?.['work_mem'])
  const factor = Number.parseFloat(settings?.['hash_mem_multiplier'] ?? '')
  const workers = settings?.['max_parallel_maintenance_workers']
  const gather = settings?.['max_parallel_workers_per_gather']
  const together = settings?.['max_parallel_workers']
  const scanned = bytesOf(settings?.['min_parallel_table_scan_size'])
  const setUp = Number.parseFloat(settings?.['parallel_setup_cost'] ?? '')
  const passed = Number.parseFloat(settings?.['parallel_tuple_cost'] ?? '')
  const known: Partial<Rates> = {
    ...(memory !== undefined && { sortMemoryBytes: memory }),
    ...(work !== undefined && { workMemoryBytes: work }),
    // The setting came with 13; a server that has others and not this one is older.
    ...(Number.isFinite(factor) ? { hashMemoryFactor: factor } : work !== undefined && { hashMemoryFactor: 1 }),
    ...(gather !== undefined && /^\d+$/.test(gather) && { gatherWorkers: Math.min(Number(gather), together !== undefined && /^\d+$/.test(together) ? Number(together) : Infinity) }),
    ...(scanned !== undefined && { parallelScanBytes: Math.max(scanned, pageBytes) }),
    ...(Number.isFinite(setUp) && { parallelSetUpCost: setUp }),
    ...(Number.isFinite(passed) && { parallelRowCost: passed }),
    ...(workers !== undefined && /^\d+$/.test(workers) && { parallelWorkers: Number(workers) }),
  }
  if (Object.keys(known).length === 0) return calibration
  return {
    ...calibration,
    expected: { ...calibration.expected, ...known },
    // What the settings tell is not varied.
    uncertainties: calibration.uncertainties.map((one) => ({ ...one, low: { ...one.low, ...only(one.low, known) }, high: { ...one.high, ...only(one.high, known) } })),
  }
}

/** Pages that are changed stay in shared buffers until a checkpoint or another page needs the room (src/backend/storage/buffer/bufmgr.c): as many are not waited for on top of what the kernel takes. */
function withBuffers(calibration: Calibration, bufferBytes: number | undefined, serverBytes = Infinity): Calibration {
  if (bufferBytes === undefined) return calibration
  const larger = (rates: Partial<Rates>): Partial<Rates> => (rates.absorbedBytes === undefined ? {} : { absorbedBytes: rates.absorbedBytes + bufferBytes })
  return { ...calibration, expected: { ...calibration.expected, ...larger(calibration.expected), bufferBytes, serverBytes }, uncertainties: calibration.uncertainties.map((one) => ({ ...one, low: { ...one.low, ...larger(one.low) }, high: { ...one.high, ...larger(one.high) } })) }
}

const only = (varied: Partial<Rates>, known: Partial<Rates>): Partial<Rates> => Object.fromEntries(Object.entries(known).filter(([name]) => name in varied))

const units: Readonly<Record<string, number>> = lookup({ B: 1, kB: 1024, MB: 1024 ** 2, GB: 1024 ** 3, TB: 1024 ** 4 })

/** As SHOW prints a setting of memory: `64MB`; a bare number is in kB, which is the unit of work_mem and maintenance_work_mem. */
function bytesOf(text: string | undefined): number | undefined {
  const match = /^(\d+)\s*(B|kB|MB|GB|TB)?$/.exec(text ?? '')
  return match ? Number(match[1]) * units[match[2] ?? 'kB']! : undefined
}
