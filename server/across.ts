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
 * `isBehind`: nothing stands between a statement and the one before it but blanks and comments.
 */
export function across<S extends Stepped>(steps: readonly S[], isBehind: (at: number) => boolean, circumstances: Circumstances, judge: Judge<S>): ReadonlyMap<number, S> {
  const result = new Map<number, S>()
  const asked = new Set<number>()
  for (const kind of kinds) {
    for (const [at, all] of kind.runs(steps, { isBehind, circumstances })) {
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

interface Kind {
  /** By the place of the one that it is told at, the statements that tell something together, in their order. */
  readonly runs: (steps: readonly Stepped[], by: Neighbours) => ReadonlyMap<number, readonly Stepped[]>
  /** That one, assessed anew. */
  readonly assess: (all: readonly Stepped[], circumstances: Circumstances) => Assessed
  /** No statement that its plan takes in is to have a plan of its own, which would lead elsewhere. */
  readonly isWhole?: true
}

/** Told at the last, with as many before it, at least one. */
const withThoseBefore = ({ runs, assess }: { readonly runs: (steps: readonly Stepped[], by: Neighbours) => ReadonlyMap<number, number>; readonly assess: Kind['assess'] }): Kind => ({
  runs: (steps, by) => new Map([...runs(steps, by)].map(([at, before]) => [at, steps.slice(at - before, at + 1)])),
  assess,
})

/** Where two of them have a run that is told in one place, the first tells it. */
const kinds: readonly Kind[] = [{ ...enumAnew, isWhole: true }, withThoseBefore(exchange), withThoseBefore(defaultFirst), withThoseBefore(oneAlter), withThoseBefore(viewAnew), neededGone, tableAnew]

/** The same statements in the same places tell the same again. */
const memory = new WeakMap<Stepped, { readonly kind: Kind; readonly all: readonly Stepped[]; readonly assessed: Assessed }>()
