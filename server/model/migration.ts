import type { Span } from './span'

/** What a file will run: SQL in order, each piece traceable to its place in the file. */
export interface Migration {
  readonly path: string
  readonly framework: 'sql'
  /** What wraps the whole file in one transaction: the name of a tool, or `the tool`. Absent: each statement outside BEGIN … COMMIT runs by itself, as psql does. */
  readonly wrappedBy?: string
  readonly fragments: readonly Fragment[]
  readonly unread: readonly Unread[]
}

/** SQL that stands in the file as it is, from `start` on. */
export interface Fragment {
  readonly sql: string
  readonly start: number
}

/** A place that we could not read, by the offsets of the file. */
export interface Unread {
  readonly span: Span
  readonly reason: string
}
