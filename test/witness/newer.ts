import { readFileSync, writeFileSync } from 'node:fs'

/** Something that a release brought, with a statement that says it. */
export interface NewerExample {
  readonly what: string
  readonly since: number
  /** Statements that any version runs. */
  readonly given?: string
  readonly sql: string
  /** What takes away what no emptying of the database does. */
  readonly after?: string
  /** The error of those that know it, where it cannot be made to run; absent where it runs. */
  readonly answer?: string
  /** What the release before says of it. */
  readonly before: string
}

const file = new URL('newer.json', import.meta.url)

export const readExamples = (): readonly NewerExample[] => JSON.parse(readFileSync(file, 'utf8')) as readonly NewerExample[]

export const writeExamples = (examples: readonly NewerExample[]): void => writeFileSync(file, `[\n  ${examples.map((one) => JSON.stringify(one)).join(',\n  ')}\n]\n`)

const namesFile = new URL('../../server/sql/newer-names.json', import.meta.url)

/** By kind, then by the major version that brought them, in the order of the alphabet. */
export type Names = Readonly<Record<'functions' | 'types' | 'settings', Readonly<Record<string, string>>>>

export const readNames = (): Names => JSON.parse(readFileSync(namesFile, 'utf8')) as Names

export const writeNames = (names: Names): void => writeFileSync(namesFile, `${JSON.stringify(names, null, 2)}\n`)
