import type { Span } from './span'

/** What a file will run: SQL in order, each piece traceable to its place in the file. */
export interface Migration {
  readonly path: string
  readonly framework: 'sql'
  /** What makes one transaction of the whole file. Absent: each statement outside BEGIN … COMMIT runs by itself, as psql does. */
  readonly wrappedBy?: Wrapper
  readonly fragments: readonly Fragment[]
  readonly unread: readonly Unread[]
}

export interface Wrapper {
  /** `the tool` where it has no name. */
  readonly tool: string
  /** The file is one message to the server, which begins another transaction behind each COMMIT in it. */
  readonly message: boolean
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
