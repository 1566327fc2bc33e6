/** The safe way to the same schema. `title` is an imperative sentence without a full stop: what to do instead. */
export interface Plan {
  readonly title: string
  /** `equivalent` may be applied at once; `staged` needs a deploy between its lists; `outline` is for reading only. */
  readonly fit: 'equivalent' | 'staged' | 'outline'
  readonly expand: readonly Step[]
  readonly migrate: readonly Step[]
  readonly contract: readonly Step[]
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
}

export const stepsOf = (plan: Plan): readonly Step[] => [...plan.expand, ...plan.migrate, ...plan.contract]
