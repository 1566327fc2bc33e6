import type { Bytes, Duration, Fact } from './estimate'
import type { OnlyIf } from './effect'
import type { Severity } from './finding'
import type { LockMode } from './lock'
import type { Plan, Step } from './plan'
import type { Range } from './span'
import type { StandbyLag } from './standby'

/** The JSON report, version 1: a contract. `schemas/report.schema.json` says the same. */
export interface Report {
  readonly version: 1
  readonly snapshot: { readonly source: 'file' | 'postgres' | 'pglite'; readonly takenAt: string | null; readonly serverVersion: string | null } | null
  readonly files: readonly FileReport[]
  /** How folders stand to what migration tools have written down in the database; empty where the snapshot holds nothing of it. */
  readonly history: readonly HistoryReport[]
  readonly summary: { readonly statements: number; readonly findings: Readonly<Record<Severity, number>>; readonly unread: number }
}

export interface HistoryReport {
  /** The tool's table; null: none of the files is in one. */
  readonly record: string | null
  readonly tool: string | null
  /** Files that have run: they are not among the report's. */
  readonly applied: number
  readonly pending: number
  /** Sentences: where the record and the folder do not agree. */
  readonly remarks: readonly string[]
}

export interface FileReport {
  readonly path: string
  readonly framework: 'sql'
  readonly statements: readonly StatementReport[]
  readonly findings: readonly FindingReport[]
  readonly plans: readonly PlanReport[]
  readonly unread: readonly { readonly span: Range; readonly reason: string }[]
}

export interface StatementReport {
  /** 0-based, UTF-16, end exclusive; first to last character, without the semicolon. */
  readonly span: Range
  readonly sql: string
  /** Which transaction of the file it runs in, from 0; null: by itself. */
  readonly transaction: number | null
  readonly transactionBlock: 'allowed' | 'forbidden'
  readonly operations: readonly { readonly kind: string; readonly relation?: string }[]
  readonly effects: readonly EffectReport[]
  /** Run time once the locks are granted; null: a size is not known, or how much a query reads. */
  readonly duration: Duration | null
  /** What it reads and writes, as expected; absent where nothing grows with the data, or a size is unknown. */
  readonly bytes?: Bytes
  /** How far the last standby is behind when it has ended, what it was behind before included; absent where the snapshot has none, or no WAL is written. */
  readonly standbyLag?: StandbyLag
  /** Every lock the transaction holds once this statement has run, and how long from its grant until COMMIT. */
  readonly holds: readonly HoldReport[]
  readonly because: readonly Fact[]
}

export interface HoldReport {
  readonly relation: string
  readonly lock: LockMode
  readonly fromStatement: number
  readonly duration: Duration | null
}

export interface EffectReport {
  readonly relation: string
  readonly lock: LockMode
  readonly work: readonly { readonly kind: string; readonly to: string; readonly index?: string; readonly into?: string; readonly duration?: Duration }[]
  /** Whether the lock is taken at all is known when it runs: where there are rows to be changed, or where a branch is taken. */
  readonly onlyIf?: OnlyIf
  /** The lock that the relation gets in any case. */
  readonly otherwise?: LockMode
}

export interface FindingReport {
  readonly hazard: string
  readonly severity: Severity
  /** Index into `statements`. */
  readonly statement: number
  readonly span: Range
  readonly message: string
  /** Index into `plans`. */
  readonly plan: number | null
}

export interface PlanReport {
  readonly title: string
  readonly statement: number
  /** The first of the statements that it takes the place of; they are together, and `statement` is the last. */
  readonly first: number
  readonly fit: 'equivalent' | 'staged' | 'outline'
  readonly expand: readonly Step[]
  readonly migrate: readonly Step[]
  readonly contract: readonly Step[]
  readonly code: NonNullable<Plan['code']>
  readonly back: NonNullable<Plan['back']>
}
