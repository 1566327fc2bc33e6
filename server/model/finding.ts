import type { RelationName } from './name'
import type { Span } from './span'

export const severities = ['error', 'warning', 'info'] as const
export type Severity = (typeof severities)[number]

/** A hazard met at a place. Spans are relative to the start of the statement. */
export interface Finding {
  /** The hazard's name, which `-- lockscope: allow` takes. */
  readonly hazard: string
  readonly severity: Severity
  readonly span: Span
  /** What is blocked, on which tables, for how long and because of what, and what to do. Table names stand in backticks. */
  readonly message: string
  readonly related: readonly Related[]
  readonly missed?: Missed
  /** It holds as long as all that runs before it has been read. */
  readonly refused?: true
  /** Of the findings of this hazard in one transaction only that with the most is told, of equals the first. Absent: each is told. */
  readonly perTransaction?: number
}

/** What running code misses: it is no finding where the same file makes it again. */
export interface Missed {
  readonly relation: RelationName
  /** By that name it is no relation. */
  readonly object?: 'routine' | 'type'
  /** Of a routine, the types of its arguments: `text, integer`. Absent: not known, or all of the name. */
  readonly signature?: string
  /** The relation itself, by its name. */
  readonly whole?: true
  /** Columns, or attributes of a type, by their names; absent: not known. */
  readonly columns?: readonly string[]
  /** Not the columns but the values that they have by themselves: one transaction may take them away and give others. */
  readonly defaults?: true
  /** Not the columns but what subscribers find a row by, without which the server lets nobody change one. */
  readonly identity?: true
}

/** An earlier statement of the same transaction, by its number in that transaction from 0. */
export interface Related {
  readonly ordinal: number
  readonly message: string
}
