import { levenbergMarquardt } from 'ml-levenberg-marquardt'
import type { Rates, SortKey } from './calibration'
import { mostOf } from './calibration'

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
  readonly most: number
}

type NumberRate = { [Name in keyof Rates]: Rates[Name] extends number ? Name : never }[keyof Rates]

const rate = (name: NumberRate, scales: Knob['scales'] = 1): Knob => ({ name, get: (rates) => rates[name], set: (rates, value) => ({ ...rates, [name]: value }), scales, most: mostOf[name] ?? Infinity })

const compare = (key: SortKey): Knob => ({
  name: `compareNsByKey.${key}`,
  get: (rates) => rates.compareNsByKey[key],
  set: (rates, value) => ({ ...rates, compareNsByKey: { ...rates.compareNsByKey, [key]: value } }),
  scales: 1,
  most: Infinity,
})

/** What the disk does and what memory keeps shows only over minutes and gigabytes, so it is not among them. */
const knobs: readonly Knob[] = [
  ...(
    [
      'statementMs', 'readNsPerByte', 'visitNsPerRow', 'deformNsPerColumn', 'checkNsPerRow', 'numericNsPerRow', 'callNsPerRow', 'patternNsPerRow', 'seekNsPerByte', 'textNsPerByte', 'caseNsPerByte', 'formNsPerRow', 'formNsPerColumn', 'copyNsPerRow', 'passNsPerRow', 'sendNsPerValue', 'reckonNsPerValue', 'sendNsPerRow', 'uuidNsPerRow', 'sequenceNsPerRow', 'wordsNsPerRow', 'toastNsPerByte', 'toastBinaryNsPerByte', 'writeNsPerByte', 'sortNsPerRow', 'tieNs', 'loadNsPerRow',
      'ginNsPerItem', 'ginNsPerKey', 'gistNsPerRow', 'gistRangeNsPerRow', 'gistLoadNsPerRow', 'spgistNsPerRow', 'hashIndexNsPerRow', 'brinNsPerRow', 'hashBuildNsPerRow', 'hashProbeNsPerRow', 'hashMissNsPerRow', 'updateNsPerRow', 'deleteNsPerRow', 'insertNsPerRow', 'lookUpNsPerRow', 'indexInsertNsPerRow', 'indexMissNsPerRow', 'versionNsPerRow',
      'referenceCheckNsPerRow',
    ] as const
  ).map((name) => rate(name)),
  ...(['integer', 'uuid', 'number', 'text', 'language', 'other'] as const).map(compare),
  rate('walBytesPerSecond', -1),
  rate('workerShare', 0),
  rate('gatherShare', 0),
  rate('gatherStartMs'),
]

/** How far a rate may lie from what the machine's general speed lets one expect, and a measured time from a predicted one: standard deviations of their logarithms. */
const rateSpread = 0.6
const timeSpread = 0.12

const rounds = 60
const probeStep = 0.05

/**
 * The rates under which the model comes nearest to the measured times, and that differ no more from `start` than the times ask for:
 * the most likely ones where the logarithms of rates and of times are normally distributed.
 */
export function fit(samples: readonly Sample[], start: Rates): Fit {
  const general = Math.exp(median(samples.map(({ ms, predict }) => Math.log(ms / predict(start)))))
  const prior = knobs.reduce((rates, knob) => knob.set(rates, knob.get(rates) * general ** knob.scales), start)
  const at = (logarithms: readonly number[]): Rates => knobs.reduce((rates, knob, index) => knob.set(rates, knob.get(prior) * Math.exp(logarithms[index]!)), prior)
  // What one expects of a rate is one more point for the curve to pass by, beside the measured times.
  const points = [...samples.map(({ ms }) => Math.log(ms) / timeSpread), ...knobs.map(() => 0)]
  const { parameterValues } = levenbergMarquardt(
    { x: points.map((_, point) => point), y: points },
    (logarithms) => {
      const rates = at(logarithms)
      return (point) => (point < samples.length ? Math.log(samples[point]!.predict(rates)) / timeSpread : logarithms[point - samples.length]! / rateSpread)
    },
    {
      initialValues: knobs.map(() => 0),
      maxValues: knobs.map((knob) => Math.log(knob.most / knob.get(prior))),
      gradientDifference: probeStep,
      maxIterations: rounds,
    },
  )
  const rates = at(parameterValues)
  return {
    rates,
    measured: Object.fromEntries(knobs.map((knob) => [knob.name, Number(knob.get(rates).toPrecision(4))])),
    medianFactor: Math.exp(median(samples.map(({ ms, predict }) => Math.abs(Math.log(ms / predict(rates)))))),
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length === 0 ? 0 : sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
