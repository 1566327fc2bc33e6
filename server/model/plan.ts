import type { Duration } from './estimate'
import type { Span } from './span'

/** The safe way to the same schema. `title` is an imperative sentence without a full stop: what to do instead. */
export interface Plan {
  readonly title: string
  /** What is advised for pieces of the statement, where that is not the same for all, and none for some; `span` relative to the statement's start. */
  readonly advice?: readonly { readonly span: Span; readonly title: string }[]
  /** `equivalent` may be applied at once; `staged` needs a deploy between its lists; `outline` is for reading only. */
  readonly fit: 'equivalent' | 'staged' | 'outline'
  readonly expand: readonly Step[]
  readonly migrate: readonly Step[]
  readonly contract: readonly Step[]
  /** How many statements right before its own it takes the place of as well; absent: none. */
  readonly takesIn?: number
  /** What running application code must do by the time that stage begins, a sentence each: "Code writes `a` and reads `b`."; absent where any code may run. */
  readonly code?: { readonly migrate?: string; readonly contract?: string }
  /** The way back from the end of each stage to its beginning. Derived from the steps. */
  readonly back?: Readonly<Partial<Record<Stage, StageBack>>> | undefined
}

/** What is to be done about that piece of the statement. */
export const adviceFor = ({ title, advice }: Plan, { start }: Span): string | undefined => (advice ? advice.find(({ span }) => span.start === start)?.title : title)

export type Stage = 'expand' | 'migrate' | 'contract'

export interface StageBack {
  /** Whole statements; empty where nothing has to be undone, or nothing can be. */
  readonly sql: string
  /** Run time once the locks are granted; absent: not known. */
  readonly duration?: Duration
  /** The last step that cannot be taken back, in a few words: the way ends behind it. */
  readonly stopsAt?: string
}

/**
 * `sql` is one or more whole statements, each with its semicolon, that run as they stand with psql.
 * `transaction`: `shared` may run in one transaction with its neighbours, `own` must have one to itself, `none` cannot run in one.
 */
export interface Step {
  readonly kind: 'sql' | 'backfill'
  readonly sql: string
  readonly transaction: 'shared' | 'own' | 'none'
  /** One sentence. */
  readonly why: string
  /** Queries, one statement or more, that return no row right after the step if it has done all of its work; a later step may give its objects other names. */
  readonly verify?: string
  /** Whole statements that take the step back; empty, or comments alone, where there is nothing to take back; absent where it cannot be done. Derived from the ways back of its operations. */
  readonly back?: string
  /** A query that shows how far the step has come while it runs. */
  readonly watch?: string
  /** Run time of `sql` once its locks are granted; absent: a size is not known. */
  readonly duration?: Duration
}

export const stepsOf = (plan: Plan): readonly Step[] => [...plan.expand, ...plan.migrate, ...plan.contract]
