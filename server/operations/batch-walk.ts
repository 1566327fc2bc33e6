import type { RelationName } from '../model/name'

/** An UPDATE or DELETE of the whole table, or an INSERT of what it holds, as a statement that `backfill` can confine to a batch of rows. */
export interface BackfillRequest {
  readonly relation: RelationName
  /** From its first word to before WHERE: `UPDATE orders AS o SET status = 'new' FROM …`. */
  readonly head: string
  /** Tells the rows that are left, without the word WHERE: one that has been changed must not fit any more. Absent: all that there are, as where they are deleted. */
  readonly where?: string
  /** The other tables in sight, as they stand behind FROM or USING. */
  readonly others?: string
  /** What the table's columns go by in the statement, an alias or its name; needed where there are others. */
  readonly qualifier?: string
  /** The relation as the author names it. */
  readonly named: string
  /** As it stands behind FROM, where that is more than its name: `ONLY orders AS o`. */
  readonly from?: string
  /** What the step does: "Sets `status`". */
  readonly does: string
  /** What else is to be known before it is run: a sentence. */
  readonly but?: string
  /** The rows go away, or a key of theirs changes, so that nobody may refer to them meanwhile. */
  readonly changesKey?: boolean
  /** The change reaches rows of other tables too, through foreign keys and triggers, and may have to wait for these. */
  readonly reachesOthers?: boolean
  /** Others may go on writing rows that fit, so that some being left is no error. */
  readonly isNeverDone?: boolean
  /** The rows stay as they are, and `head` is an INSERT that puts what they hold elsewhere. */
  readonly copies?: Copies
}

export interface Copies {
  /** The author's own condition; that of the request leaves out besides what is there already. */
  readonly where?: string
  /** Behind the condition: what becomes of a row that somebody else has put there meanwhile. */
  readonly conflict?: string
  /** A table of one row that says by the key how far the batches have come; absent where the rows that are there say so. */
  readonly place?: CopyPlace
}

export interface CopyPlace {
  readonly named: string
  readonly alias: string
  /** Those of the key, under the same names. */
  readonly columns: readonly string[]
}

/** How a table is gone through: as lines of PL/pgSQL, none of which is indented. */
export interface Walk {
  readonly declarations: readonly string[]
  /** Once, before anything. */
  readonly before: readonly string[]
  /** Keeps out rows that come in meanwhile, as a condition on the table. */
  readonly bound?: string
  /** Before each time that it is gone through. */
  readonly start: readonly string[]
  /** What WHILE asks. */
  readonly more: string
  /** Before each batch. */
  readonly begin: readonly string[]
  /** The batch, as a condition on the table. */
  readonly range: string
  /** The columns of a key by which a row is found again; absent: its place. */
  readonly key?: readonly string[]
  /** By a key: the variables that have the last one of the batch. */
  readonly last?: readonly string[]
  /** After each batch. */
  readonly next: readonly string[]
  /** "10,000 rows". */
  readonly batch: string
  /** Columns that tell a row to a reader. */
  readonly shown: readonly string[]
}

/** What a walk is told of the block that it is part of. */
export interface WalkContext {
  readonly cased: (text: string) => string
  /** A name that means nothing else in the block. */
  readonly variable: (name: string) => string
  /** As a condition on the rows that are left and fulfil another, with the word WHERE and a space before it, or nothing. */
  readonly whereLeft: (also?: string) => string
  /** Behind FROM, with the other tables. */
  readonly from: string
}

/** Several columns are compared as a row. */
export const rowOf = (columns: readonly string[]): string => (columns.length === 1 ? columns[0]! : `(${columns.join(', ')})`)

export const qualified = ({ qualifier, others }: BackfillRequest, column: string): string => (others === undefined ? column : `${qualifier}.${column}`)

/** Without the tables below it. */
export const isAlone = (from: string | undefined): boolean => /^only\s/i.test(from ?? '')
