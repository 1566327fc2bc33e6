import type { Assessed } from './model/assessed'
import type { Finding } from './model/finding'
import { Holds } from './model/holds'
import type { Place } from './plan'
import { attempt } from './session'
import type { Circumstances, Session } from './session'

/** One statement, as it was assessed by itself. */
export interface Stepped {
  readonly sql: string
  readonly before: Session
  readonly after: Session
  readonly assessed: Assessed
  readonly findings: readonly Finding[]
  /** What it read of the catalog. The same object as long as it would read the same, though what else there is has changed. */
  readonly footprint: { readonly told: unknown[] }
}

/** What runs are looked for by, besides the statements themselves. */
export interface Neighbours {
  readonly isBehind: (at: number) => boolean
  readonly circumstances: Circumstances
}

/** Asks once of each statement, at whichever edit, what is told by itself and by what it has read. The answers are kept where they are found without a search. */
export function ofStatement<T>(find: (step: Stepped) => T): (step: Stepped) => T {
  const place = questions++
  return (step) => {
    const { told } = step.footprint
    const known = (told[place] ??= { answer: find(step) }) as { readonly answer: T }
    return known.answer
  }
}

let questions = 0

/** Where the plan of several statements is tried: its steps stand where they did, of which this is the last, and hold no lock then. */
export const placeOf = ({ assessed, before }: Stepped, circumstances: Circumstances): Place => ({
  inBlock: before.transaction.block !== undefined,
  holds: false,
  held: Holds.none,
  own: assessed,
  attempt: (text, catalog) => attempt(text, catalog, circumstances),
})
