import type { Rates, SortKey } from './calibration'

/** A measured time, and what the model says of it for any rates. Both in milliseconds. */
export interface Sample {
  readonly ms: number
  readonly predict: (rates: Rates) => number
}

export interface Fit {
  /** Those that timings can tell, by name; a comparison's is `compareNsByKey.text`. */
  readonly measured: Readonly<Record<string, number>>
  readonly rates: Rates
  /** By what factor the measured times still differ from the predicted ones: half of them by less. 1 or more. */
  readonly medianFactor: number
}

/** One number among the rates that timings can tell. */
interface Knob {
  readonly name: string
  readonly get: (rates: Rates) => number
  readonly set: (rates: Rates, value: number) => Rates
  /** A faster machine has a smaller one, or a larger one, or as large a one. */
  readonly scales: 1 | -1 | 0
}

type NumberRate = { [Name in keyof Rates]: Rates[Name] extends number ? Name : never }[keyof Rates]

const rate = (name: NumberRate, scales: Knob['scales'] = 1): Knob => ({ name, get: (rates) => rates[name], set: (rates, value) => ({ ...rates, [name]: value }), scales })

const compare = (key: SortKey): Knob => ({
  name: `compareNsByKey.${key}`,
  get: (rates) => rates.compareNsByKey[key],
  set: (rates, value) => ({ ...rates, compareNsByKey: { ...rates.compareNsByKey, [key]: value } }),
  scales: 1,
})

/** What the disk does and what memory keeps shows only over minutes and gigabytes, so it is not among them. */
const knobs: readonly Knob[] = [
  ...(
    [
      'statementMs', 'readNsPerByte', 'visitNsPerRow', 'deformNsPerColumn', 'checkNsPerRow', 'formNsPerRow', 'formNsPerColumn', 'copyNsPerRow', 'uuidNsPerRow', 'sequenceNsPerRow', 'writeNsPerByte', 'sortNsPerRow', 'loadNsPerRow', 'ginNsPerItem',
      'gistNsPerRow', 'hashIndexNsPerRow', 'brinNsPerRow', 'hashBuildNsPerRow', 'hashProbeNsPerRow', 'updateNsPerRow', 'deleteNsPerRow', 'insertNsPerRow', 'lookUpNsPerRow', 'indexInsertNsPerRow',
      'referenceCheckNsPerRow',
    ] as const
  ).map((name) => rate(name)),
  ...(['integer', 'uuid', 'number', 'text', 'other'] as const).map(compare),
  rate('walBytesPerSecond', -1),
  rate('workerShare', 0),
]

/** How far a rate may lie from what the machine's general speed lets one expect, and a measured time from a predicted one: standard deviations of their logarithms. */
const rateSpread = 0.6
const timeSpread = 0.12

const rounds = 12
const probeStep = 0.05

/**
 * The rates under which the model comes nearest to the measured times, and that differ no more from `start` than the times ask for:
 * the most likely ones where the logarithms of rates and of times are normally distributed (Levenberg–Marquardt on the logarithms).
 */
export function fit(samples: readonly Sample[], start: Rates): Fit {
  const general = Math.exp(median(samples.map(({ ms, predict }) => Math.log(ms / predict(start)))))
  const prior = knobs.reduce((rates, knob) => knob.set(rates, knob.get(rates) * general ** knob.scales), start)
  const at = (x: readonly number[]): Rates => knobs.reduce((rates, knob, index) => knob.set(rates, knob.get(prior) * Math.exp(x[index]!)), prior)
  const errors = (rates: Rates): number[] => samples.map(({ ms, predict }) => Math.log(ms / predict(rates)) / timeSpread)
  const cost = (found: readonly number[], x: readonly number[]): number => squares(found) + squares(x.map((one) => one / rateSpread))

  let x = knobs.map(() => 0)
  let now = errors(at(x))
  let damping = 1e-3
  for (let round = 0; round < rounds; round += 1) {
    const slopes = x.map((_, index) => errors(at(x.map((one, other) => (other === index ? one + probeStep : one)))).map((error, sample) => (error - now[sample]!) / probeStep))
    const gradient = x.map((one, index) => -slopes[index]!.reduce((sum, slope, sample) => sum + slope * now[sample]!, 0) - one / rateSpread ** 2)
    const curvature = x.map((_, row) => x.map((__, column) => slopes[row]!.reduce((sum, slope, sample) => sum + slope * slopes[column]![sample]!, 0) + (row === column ? 1 / rateSpread ** 2 : 0)))
    const before = cost(now, x)
    let improved = false
    while (!improved && damping < 1e6) {
      const move = solve(curvature.map((line, row) => line.map((value, column) => (row === column ? value * (1 + damping) : value))), gradient)
      const next = x.map((one, index) => one + move[index]!)
      const then = errors(at(next))
      improved = cost(then, next) < before
      if (improved) {
        x = next
        now = then
        damping = Math.max(1e-6, damping / 10)
      } else damping *= 10
    }
    if (!improved || before - cost(now, x) < 1e-3) break
  }
  const rates = at(x)
  const found = { ...rates, workerShare: Math.min(1, rates.workerShare) }
  return { rates: found, measured: Object.fromEntries(knobs.map((knob) => [knob.name, Number(knob.get(found).toPrecision(4))])), medianFactor: Math.exp(median(now.map((error) => Math.abs(error) * timeSpread))) }
}

const squares = (values: readonly number[]): number => values.reduce((sum, value) => sum + value * value, 0)

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length === 0 ? 0 : sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** A symmetric positive system, by Cholesky's decomposition. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const size = right.length
  const lower = matrix.map(() => Array.from({ length: size }, () => 0))
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column <= row; column += 1) {
      let rest = matrix[row]![column]!
      for (let k = 0; k < column; k += 1) rest -= lower[row]![k]! * lower[column]![k]!
      lower[row]![column] = row === column ? Math.sqrt(Math.max(rest, Number.EPSILON)) : rest / lower[column]![column]!
    }
  }
  const half: number[] = []
  for (let row = 0; row < size; row += 1) half.push((right[row]! - lower[row]!.slice(0, row).reduce((sum, value, k) => sum + value * half[k]!, 0)) / lower[row]![row]!)
  const result = Array.from({ length: size }, () => 0)
  for (let row = size - 1; row >= 0; row -= 1) {
    let rest = half[row]!
    for (let k = row + 1; k < size; k += 1) rest -= lower[k]![row]! * result[k]!
    result[row] = rest / lower[row]![row]!
  }
  return result
}
