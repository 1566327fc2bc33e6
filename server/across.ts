import { exchange } from './exchange'
import type { Assessed } from './model/assessed'
import type { Finding } from './model/finding'
import { oneAlter } from './one-alter'
import type { Circumstances, Session } from './session'

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
 * What only several statements together tell, by the place of the last of them: assessed once more, with what they come to.
 * `isBehind`: nothing stands between a statement and the one before it but blanks and comments.
 */
export function across<S extends Stepped>(steps: readonly S[], isBehind: (at: number) => boolean, circumstances: Circumstances, judge: Judge<S>): ReadonlyMap<number, S> {
  const result = new Map<number, S>()
  const asked = new Set<number>()
  for (const kind of kinds) {
    for (const [at, before] of kind.runs(steps, isBehind)) {
      if (asked.has(at)) continue
      asked.add(at)
      const step = steps[at]!
      const all = steps.slice(at - before, at + 1)
      const known = memory.get(step)
      const assessed = known && known.all.length === all.length && known.all.every((one, index) => one === all[index]) ? known.assessed : kind.assess(all, circumstances)
      memory.set(step, { all, assessed })
      if (assessed !== step.assessed) result.set(at, { ...step, assessed, findings: judge(step, assessed) })
    }
  }
  return result
}

interface Kind {
  /** By the place of the last statement of a run, how many before it tell something together with it, at least one. */
  readonly runs: (steps: readonly Stepped[], isBehind: (at: number) => boolean) => ReadonlyMap<number, number>
  /** The last of them, assessed anew. */
  readonly assess: (all: readonly Stepped[], circumstances: Circumstances) => Assessed
}

/** Where two of them have a run that ends in one place, the first tells it. */
const kinds: readonly Kind[] = [exchange, oneAlter]

/** The same statements in the same places tell the same again. */
const memory = new WeakMap<Stepped, { readonly all: readonly Stepped[]; readonly assessed: Assessed }>()
