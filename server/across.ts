import { exchange } from './exchange'
import type { Assessed } from './model/assessed'
import type { Finding } from './model/finding'
import { neededGone } from './needed-gone'
import { oneAlter } from './one-alter'
import type { Circumstances, Session } from './session'
import { viewAnew } from './view-anew'

/** One statement, as it was assessed by itself. */
export interface Stepped {
  readonly sql: string
  readonly before: Session
  readonly assessed: Assessed
  readonly findings: readonly Finding[]
}

/** The findings of a statement that is assessed otherwise. */
export type Judge<S> = (step: S, assessed: Assessed) => readonly Finding[]

/**
 * What only several statements together tell, by the place of the one that it is told at: assessed once more, with what they come to.
 * `isBehind`: nothing stands between a statement and the one before it but blanks and comments.
 */
export function across<S extends Stepped>(steps: readonly S[], isBehind: (at: number) => boolean, circumstances: Circumstances, judge: Judge<S>): ReadonlyMap<number, S> {
  const result = new Map<number, S>()
  const asked = new Set<number>()
  // The plan of a later one takes its place.
  const isTakenIn = (at: number): boolean => [...result].some(([last, { assessed }]) => last > at && last - (assessed.plan?.takesIn ?? 0) <= at)
  for (const kind of kinds) {
    for (const [at, all] of kind.runs(steps, isBehind, circumstances)) {
      if (asked.has(at) || isTakenIn(at)) continue
      asked.add(at)
      const step = steps[at]!
      const known = memory.get(step)
      const assessed = known && known.all.length === all.length && known.all.every((one, index) => one === all[index]) ? known.assessed : kind.assess(all, circumstances)
      memory.set(step, { all, assessed })
      if (assessed !== step.assessed) result.set(at, { ...step, assessed, findings: judge(step, assessed) })
    }
  }
  return result
}

interface Kind {
  /** By the place of the one that it is told at, the statements that tell something together, in their order. */
  readonly runs: (steps: readonly Stepped[], isBehind: (at: number) => boolean, circumstances: Circumstances) => ReadonlyMap<number, readonly Stepped[]>
  /** That one, assessed anew. */
  readonly assess: (all: readonly Stepped[], circumstances: Circumstances) => Assessed
}

/** Told at the last, with as many before it, at least one. */
const withThoseBefore = ({ runs, assess }: { readonly runs: (steps: readonly Stepped[], isBehind: (at: number) => boolean, circumstances: Circumstances) => ReadonlyMap<number, number>; readonly assess: Kind['assess'] }): Kind => ({
  runs: (steps, isBehind, circumstances) => new Map([...runs(steps, isBehind, circumstances)].map(([at, before]) => [at, steps.slice(at - before, at + 1)])),
  assess,
})

/** Where two of them have a run that is told in one place, the first tells it. */
const kinds: readonly Kind[] = [withThoseBefore(exchange), withThoseBefore(oneAlter), withThoseBefore(viewAnew), neededGone]

/** The same statements in the same places tell the same again. */
const memory = new WeakMap<Stepped, { readonly all: readonly Stepped[]; readonly assessed: Assessed }>()
