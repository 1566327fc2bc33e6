import type { Case, Page } from '../support/document'
import { analyseCase, analyseSql, givenWorld } from '../support/engine'
import type { Place } from './place'

/** What came of one comparison that did not end in a disagreement, which is a failed test. */
export interface Verdict {
  /** Else it was left out. */
  readonly agrees: boolean
  /** How it was compared, or why it was not. */
  readonly how: string
}

export const agrees = (how: string): Verdict => ({ agrees: true, how })
export const leftOut = (why: string): Verdict => ({ agrees: false, how: why })

/**
 * SQLSTATEs of a server that has not yet learnt what it is asked for, or has unlearnt it (src/backend/utils/errcodes.txt):
 * syntax_error, feature_not_supported, undefined_function, undefined_object, wrong_object_type, invalid_parameter_value.
 */
const unlearnt = ['42601', '0A000', '42883', '42704', '42809', '22023']

/** The versions on which every case has to run that is not about one alone: those of `npm test`. */
const firstHome = 17

/** The words of a server's refusal, where its version lacks what the case is about; undefined where it has to have it. */
export function lacks(one: Case, place: Place, error: unknown): string | undefined {
  const isAtHome = needsNewer(one, place.version).length === 0 && (one.version === undefined ? place.version >= firstHome : one.version === place.version)
  const refusal = error instanceof Error && error.cause !== undefined ? error.cause : error
  const { code, message } = refusal as { readonly code?: string; readonly message?: string }
  return !isAtHome && code !== undefined && unlearnt.includes(code) ? message : undefined
}

/** Subscriptions need a library that PGlite is built without. */
export const lacksLibrary = (place: Place, error: unknown): string | undefined =>
  !place.server && /could not load library|incompatible library/.test(String((error as Error).message)) ? 'PGlite is built without the library for it' : undefined

export type Subject = 'locks' | 'plans'

interface Comparisons {
  readonly place: Place
  readonly subject: Subject
  /** Nothing for each that ended in an error. */
  readonly list: (Verdict | undefined)[]
}

const verdicts = new Map<string, Comparisons>()

/** Compares and keeps the verdicts; an error of the comparison counts as one that does not agree. */
export async function tallied(place: Place, page: Page, subject: Subject, compare: () => Promise<readonly Verdict[]>): Promise<void> {
  const key = [place.name, page.file, subject].join()
  const { list } = verdicts.get(key) ?? { list: [] as Comparisons['list'] }
  verdicts.set(key, { place, subject, list })
  try {
    list.push(...(await compare()))
  } catch (error) {
    list.push(undefined)
    throw error
  }
}

export function printVerdicts(): void {
  const lines = [...verdicts.values()].flatMap(({ place, subject, list }) => list.map((verdict) => `${place.name}: ${subject}: ${verdict ? `${verdict.agrees ? 'agree' : 'left out'}, ${verdict.how}` : 'disagree'}`))
  console.log([...counted(lines)].map(([line, number]) => `${line}: ${number}`).sort().join('\n'))
}

function counted(texts: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1)
  return counts
}

/** What findings say of the case, and of what comes before it, that the server is too old for. */
export function needsNewer(one: Case, version: number): readonly string[] {
  const { world } = givenWorld('', version)
  const all = [...analyseSql(one.given?.text ?? '', world).statements, ...analyseCase(one, version).statements]
  return all.flatMap(({ assessed }) => assessed.needs.map(({ what, since }) => `${what}: ${since}`))
}
