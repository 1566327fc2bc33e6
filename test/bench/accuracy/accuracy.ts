import type { Duration } from '../../../server/model/estimate'
import type { CalibrationSnapshot } from '../../../server/model/snapshot'

/** One statement on one table, in milliseconds: what it took, and what was said before, with assumed rates and with measured ones; where no duration is said, all of it is 0. */
export interface Measurement {
  readonly shape: string
  readonly rows: number
  readonly sql: string
  /** As the statement's plan does it. */
  readonly inBatches?: true
  readonly actualMs: number
  readonly assumed: Duration
  readonly calibrated: Duration
}

export interface Accuracy {
  readonly machine: string
  readonly server: string
  readonly settings: Readonly<Record<string, string>>
  readonly measuredAt: string
  /** What is said was told after the run, from the snapshots that were kept of it. */
  readonly toldAgain?: true
  readonly calibration: CalibrationSnapshot & { readonly seconds: number }
  readonly measurements: readonly Measurement[]
}

/** Shorter statements are told by the noise of the moment. */
export const leastMs = 50

export interface Score {
  readonly measurements: number
  readonly withinTwo: number
  readonly withinFour: number
  readonly medianFactor: number
  readonly insideRange: number
  readonly medianWidth: number
}

export function scoreOf(measurements: readonly Measurement[], which: 'assumed' | 'calibrated'): Score {
  const counted = measurements.filter(({ actualMs }) => actualMs >= leastMs)
  const factors = counted.map((one) => Math.max(one[which].expectedMs / one.actualMs, one.actualMs / one[which].expectedMs))
  const share = (hit: (one: Measurement, index: number) => boolean): number => counted.filter(hit).length / Math.max(1, counted.length)
  return {
    measurements: counted.length,
    withinTwo: share((_, index) => factors[index]! <= 2),
    withinFour: share((_, index) => factors[index]! <= 4),
    medianFactor: middle(factors),
    insideRange: share((one) => one.actualMs >= one[which].lowMs && one.actualMs <= one[which].highMs),
    medianWidth: middle(counted.filter((one) => one[which].lowMs > 0).map((one) => one[which].highMs / one[which].lowMs)),
  }
}

const middle = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN

export const percent = (share: number): string => `${Math.round(share * 100)} %`

/** One line a statement, with its mark where it is off by more than 2, or outside of its range. */
export function printMeasurements({ server, measurements }: Accuracy): void {
  console.log(`\n${['server', 'table', 'took ms', 'low', 'said', 'high', 'said ÷ took', '', 'statement'].join(' | ')}`)
  for (const { shape, sql, actualMs, calibrated: { lowMs, expectedMs, highMs } } of measurements.filter((one) => one.actualMs >= leastMs)) {
    const factor = expectedMs / actualMs
    const mark = actualMs < lowMs || actualMs > highMs ? 'outside' : Math.max(factor, 1 / factor) > 2 ? 'off' : ''
    console.log([server, shape, ...[actualMs, lowMs, expectedMs, highMs].map((ms) => ms.toFixed(0)), factor.toFixed(2), mark, sql].join(' | '))
  }
}

export function printSummary({ machine, server, measurements, calibration }: Accuracy): void {
  console.log(`\nPostgreSQL ${server} on ${machine}; calibrated in ${calibration.seconds} s from ${calibration.timings} timings`)
  for (const which of ['calibrated', 'assumed'] as const) {
    const score = scoreOf(measurements, which)
    console.log(`${which.padEnd(11)}${score.measurements} of ${leastMs} ms and more: within 2× ${percent(score.withinTwo)}, within 4× ${percent(score.withinFour)}, median factor ${score.medianFactor.toFixed(2)}, inside the range ${percent(score.insideRange)}, median width ${score.medianWidth.toFixed(1)}`)
  }
}
