import type { Bytes, Duration, Estimate, Fact } from './estimate'
import type { Effect, Work } from './effect'
import type { Finding, Missed } from './finding'
import type { Holds } from './holds'
import type { Blocked, LockMode } from './lock'
import type { RelationName } from './name'
import type { Plan } from './plan'
import type { LineIndex, Span } from './span'
import type { StandbyLag } from './standby'
import type { Timeouts } from './timeout'

/** One statement, with all that is known of what it will do. Spans are relative to its start, so it stays true wherever it moves. */
export interface Assessed {
  readonly sql: string
  readonly operations: readonly AssessedOperation[]
  readonly effects: readonly AssessedEffect[]
  /** The transaction block it runs in. */
  readonly block?: Block
  /** Its number in the block, from 0 (BEGIN). */
  readonly ordinal: number
  readonly transactionBlock: 'allowed' | 'forbidden'
  /** Run time once the locks are granted; absent where a size is not known, or where there is no snapshot. */
  readonly duration?: Duration
  /** What it reads and writes; there where the duration is. */
  readonly bytes?: Bytes
  /** Where the snapshot has standbys, and WAL is written. */
  readonly standbyLag?: StandbyLag
  /** Some of its work grows with data that we know nothing of. */
  readonly unknownSize: boolean
  /** Locks the transaction has from earlier statements. */
  readonly held: Holds
  /** Those that it has once this statement has run; none where that ends it. */
  readonly heldAfter: Holds
  /** In force at this statement. */
  readonly timeouts: Timeouts
  /** Two tables that an earlier transaction of the file locks the other way round, so that neither lock can be had beside the other's. */
  readonly crosses?: { readonly first: RelationName; readonly second: RelationName; readonly span: Span }
  /** How long the oldest transaction of the snapshot had been open: what a lock may have to wait for. */
  readonly longestTransactionMs?: number
  /** The server's deadlock_timeout, where the snapshot tells. */
  readonly deadlockTimeoutMs?: number
  /** How many more connections the server of the snapshot would take. */
  readonly freeConnections?: number
  readonly because: readonly Fact[]
  readonly breaks: readonly Consequence[]
  readonly loses: readonly Consequence[]
  /** How it stops servers that follow this one by logical replication. */
  readonly stops: readonly Consequence[]
  readonly fails: readonly Failure[]
  /** What stays behind where it is ended half-way: each completes "and leaves …". */
  readonly leaves: readonly Remark[]
  /** What an earlier try left half-done and this one takes for its result: a sentence each. */
  readonly keeps: readonly Remark[]
  /** What the server is too old for. */
  readonly needs: readonly Need[]
  readonly repeats?: Repeats
  readonly plan?: Plan
  readonly unread: readonly { readonly span: Span; readonly reason: string }[]
}

/** Work on a relation that the statements right before have done already, and that one statement would do once for all of them. */
export interface Repeats {
  readonly relation: RelationName
  readonly kind: 'rewrite' | 'scan'
  /** How often they do it, all together. */
  readonly times: number
  /** How many statements before it are part of this. */
  readonly statements: number
  /** The one statement that does what all of them do, without its semicolon. */
  readonly sql: string
  /** Each of them has a plan that does without the work. */
  readonly isAvoidable: boolean
  /** Absent where a size is not known. */
  readonly savedMs?: number
  readonly span: Span
}

export interface AssessedOperation {
  readonly kind: string
  readonly title: string
  readonly relation?: RelationName
  /** The piece of the statement that asks for it: the constraint, the type, the default. */
  readonly span: Span
  /** Its place among those of the statement when they run, from 0: the actions of one ALTER TABLE have an order of their own. */
  readonly turn: number
  /** Whole statements that undo it; absent where it cannot be undone. */
  readonly wayBack?: string
}

export interface AssessedEffect extends Omit<Effect, 'work'> {
  readonly work: readonly AssessedWork[]
  readonly blocks: Blocked
  /** Of a lock that is taken only if something holds: the lock that the relation gets in any case. */
  readonly otherwise?: LockMode
  /** Nobody can be using it: made by this migration, or temporary. */
  readonly fresh: boolean
  /** Rows of the relation, where known. */
  readonly rows?: number
  /** What its users do, where known; of an index, its table's. */
  readonly traffic?: Traffic
  /** What applications run most on it, first the most frequent, where known; of an index, on its table. */
  readonly queries?: readonly Query[]
  /** Tables of this name in several schemas, as where each tenant has one. */
  readonly tenants?: Tenants
  /** Other tables that whoever writes to this one looks into: those that its foreign keys refer to. */
  readonly looksInto?: readonly RelationName[]
  /** Its partitions and children, to which whoever queries it goes on; there where the lock stops somebody. */
  readonly leadsTo?: readonly RelationName[]
  /** A foreign table, which LOCK TABLE takes only with its parent. */
  readonly isForeign?: true
  /** The piece of the statement that brings it about. */
  readonly span: Span
}

/** On average since the server began to count. */
export interface Traffic {
  /** Begun, of the table and of its indexes. */
  readonly scansPerSecond: number
  /** Rows inserted, updated and deleted. */
  readonly changesPerSecond: number
}

/** How many schemas have a table of the same name and the same columns, and how many rows these have in all, itself among them. */
export interface Tenants {
  readonly schemas: number
  readonly rows: number
}

/** A statement of applications, without its values. */
export interface Query {
  readonly text: string
  readonly changes: boolean
  readonly perSecond: number
}

export type AssessedWork = Work & { readonly estimate: Estimate }

/** A transaction block; one object for all its statements. One that is implicit has no BEGIN to point at; `tool` is who makes one of the file, or of what of it no other block holds. */
export type Block = { readonly implicit: false; readonly tool?: string } | { readonly implicit: true; readonly tool: string }

/** Something that running application code, or the data, suffers. `sentence` has a full stop and names things in backticks. */
export interface Consequence {
  readonly sentence: string
  readonly relation: RelationName
  readonly span: Span
  /** Rows that are affected, where known. */
  readonly rows?: number
  readonly missed?: Missed
}

/** The statement ends in an error on data there may be; `certain` where the snapshot says there is. */
export interface Failure {
  readonly sentence: string
  readonly certain: boolean
  readonly span: Span
  /** PostgreSQL refuses it whatever the rows are, because of what exists or does not. */
  readonly refused?: true
  /** Not where the statement has run already, which nobody knows here. */
  readonly unlessRun?: true
}

export interface Remark {
  readonly text: string
  readonly span: Span
}

/** The server refuses the statement, for it is of an earlier release. */
export interface Need {
  /** As in the manual: `NULLS NOT DISTINCT`. */
  readonly what: string
  /** The major version that brought it. */
  readonly since: number
  /** That of the server. */
  readonly version: number
  readonly span: Span
}

/** One file, analysed: what the editor, the report and the tests all read. */
export interface FileAnalysis {
  readonly path: string
  readonly framework: 'sql'
  readonly lines: LineIndex
  readonly statements: readonly AnalysedStatement[]
  /** By offsets of the file; the statements' own are among them. */
  readonly unread: readonly { readonly span: Span; readonly reason: string }[]
}

export interface AnalysedStatement {
  readonly span: Span
  readonly assessed: Assessed
  readonly findings: readonly Finding[]
  /** The first statement of its block, as an index into `statements`; −1 outside. */
  readonly blockStart: number
}

/** Whether the plan of one of these, each by its place in the file, takes the place of the statement at `at` as well. */
export function isTakenIn(at: number, all: Iterable<readonly [number, Pick<AnalysedStatement, 'assessed'>]>): boolean {
  for (const [place, { assessed }] of all) if (place > at && place - (assessed.plan?.takesIn ?? 0) <= at) return true
  return false
}

/** Where the plan stands that mends a statement: with a later one that takes it in, where its own is none to apply. */
export function mendedAt(own: number, statements: readonly Pick<AnalysedStatement, 'assessed'>[]): number {
  if (statements[own]!.assessed.plan?.fit !== 'outline') return own
  const later = statements.findIndex(({ assessed: { plan } }, at) => at > own && at - (plan?.takesIn ?? 0) <= own)
  return later < 0 ? own : later
}
