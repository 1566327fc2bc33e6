import { defaultFirst } from './default-first'
import { enumAnew } from './enum-anew'
import { exchange } from './exchange'
import { isTakenIn } from './model/assessed'
import type { Assessed } from './model/assessed'
import type { Finding } from './model/finding'
import { neededGone } from './needed-gone'
import { oneAlter } from './one-alter'
import { noWay } from './operations/constraint-plans'
import type { Circumstances } from './session'
import type { Neighbours, Stepped } from './stepped'
import { tableAnew } from './table-anew'
import { viewAnew } from './view-anew'

/** The findings of a statement that is assessed otherwise. */
export type Judge<S> = (step: S, assessed: Assessed) => readonly Finding[]

/**
 * What only several statements together tell, by the place of the one that it is told at: assessed once more, with what they come to.
 * `flags`: for each step at least what `marksOf` says of it. `isBehind`: nothing stands between a statement and the one before it but blanks and comments.
 */
export function across<S extends Stepped>(steps: readonly S[], flags: readonly number[], isBehind: (at: number) => boolean, circumstances: Circumstances, judge: Judge<S>): ReadonlyMap<number, S> {
  const result = new Map<number, S>()
  const asked = new Set<number>()
  const marked = kinds.map((): number[] => [])
  for (let at = 0; at < steps.length; at++) {
    for (let marks = flags[at]! & anyKind, index = 0; marks !== 0; marks >>>= 1, index++) if ((marks & 1) !== 0) marked[index]!.push(at)
  }
  for (const [index, kind] of kinds.entries()) {
    if (marked[index]!.length === 0) continue
    for (const [at, all] of kind.runs(steps, marked[index]!, { isBehind, circumstances })) {
      if (asked.has(at) || isTakenIn(at, result)) continue
      asked.add(at)
      const step = steps[at]!
      const known = memory.get(step)
      const isSame = known?.kind === kind && known.all.length === all.length && known.all.every((one, index) => one === all[index])
      const assessed = isSame ? known.assessed : kind.assess(all, circumstances)
      memory.set(step, { kind, all, assessed })
      if (assessed !== step.assessed) result.set(at, { ...step, assessed, findings: judge(step, assessed) })
      const plan = kind.isWhole ? assessed.plan : undefined
      for (let index = at - (plan?.takesIn ?? 0); plan && index < at; index++) {
        const one = steps[index]!
        const told = { ...one.assessed, plan: noWay(plan.title) }
        if (one.assessed.plan) result.set(index, { ...one, assessed: told, findings: judge(one, told) })
      }
    }
  }
  return result
}

/** Those that `across` looks at a statement for. */
export const marksOf = (step: Stepped): number => kinds.reduce((marks, { isPart }, index) => (isPart(step) ? marks | (1 << index) : marks), 0)

interface Kind {
  /** Whether a run is looked for at the statement, by itself and by what it has read. */
  readonly isPart: (step: Stepped) => boolean
  /** By the place of the one that it is told at, the statements that tell something together, in their order. `marked`: the places of those that are a part, which ascend. */
  readonly runs: (steps: readonly Stepped[], marked: readonly number[], by: Neighbours) => ReadonlyMap<number, readonly Stepped[]>
  /** That one, assessed anew. */
  readonly assess: (all: readonly Stepped[], circumstances: Circumstances) => Assessed
  /** No statement that its plan takes in is to have a plan of its own, which would lead elsewhere. */
  readonly isWhole?: true
}

/** Told at the last, with as many before it, at least one. */
const withThoseBefore = ({ runs, ...kind }: Pick<Kind, 'isPart' | 'assess'> & { readonly runs: (...args: Parameters<Kind['runs']>) => ReadonlyMap<number, number> }): Kind => ({
  ...kind,
  runs: (steps, marked, by) => new Map([...runs(steps, marked, by)].map(([at, before]) => [at, steps.slice(at - before, at + 1)])),
})

/** Where two of them have a run that is told in one place, the first tells it. */
const kinds: readonly Kind[] = [{ ...enumAnew, isWhole: true }, withThoseBefore(exchange), withThoseBefore(defaultFirst), withThoseBefore(oneAlter), withThoseBefore(viewAnew), neededGone, tableAnew]

/** All bits that `marksOf` uses. */
const anyKind = (1 << kinds.length) - 1

/** The same statements in the same places tell the same again. */
const memory = new WeakMap<Stepped, { readonly kind: Kind; readonly all: readonly Stepped[]; readonly assessed: Assessed }>()
