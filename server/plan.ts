import type { Catalog } from './catalog/catalog'
import { quoteIdentifier } from './model/name'
import type { Plan, Step } from './model/plan'
import { stepsOf } from './model/plan'
import type { AnyOperation } from './operations/index'
import { typeOf } from './operations/index'
import type { PlanContext } from './operations/operation'
import type { Command } from './sql/command'
import { inCase, keywordCase } from './sql/print'

/** One operation of a statement, with the catalog it meets. */
export interface Recognised {
  readonly operation: AnyOperation
  readonly command: Command
  readonly catalog: Catalog
}

/** What the whole statement's plan has to fit into. */
export interface Place {
  /** The statement runs in a transaction block. */
  readonly inBlock: boolean
  /** The tool runs the file in one transaction, so no COMMIT can be written in it. */
  readonly wrapped: boolean
  /** Says of a step's SQL whether it takes a lock that stops others and has no timeout to save them: where undefined, nothing is known of long transactions. */
  readonly queues?: (sql: string) => boolean
}

const order = ['equivalent', 'staged', 'outline'] as const

/**
 * One plan for the whole statement: the plan of each operation in its order.
 * Actions of one ALTER TABLE that need no plan stay together, in an ALTER TABLE of their own, at their place.
 */
export function planStatement(sql: string, operations: readonly Recognised[], place: Place): Plan | undefined {
  const context: PlanContext = {
    sql,
    keywords: keywordCase(sql),
    name: (written) => (written.schema === undefined ? '' : `${quoteIdentifier(written.schema)}.`) + quoteIdentifier(written.name),
  }
  const plans = operations.map(({ operation, catalog }) => typeOf(operation).plan?.(operation, catalog, context))
  const found = plans.filter((plan) => plan !== undefined)
  const first = found[0]
  if (!first) return undefined
  if (found.length < operations.length && !operations.every(({ command }) => command.kind === 'alter')) return undefined

  const expand: Step[] = []
  let kept: Command[] = []
  const keep = (): void => {
    if (kept.length === 0) return
    const head = sql.slice(0, operations[0]!.command.span.start)
    expand.push({
      kind: 'sql',
      sql: `${head}${kept.map(({ span }) => sql.slice(span.start, span.end)).join(', ')};`,
      transaction: 'shared',
      why: 'These need no other way.',
    })
    kept = []
  }
  for (const [index, { command }] of operations.entries()) {
    const plan = plans[index]
    if (plan) {
      keep()
      expand.push(...plan.expand)
    } else kept.push(command)
  }
  keep()
  const whole: Plan = {
    title: first.title,
    fit: order[Math.max(...found.map((plan) => order.indexOf(plan.fit)))]!,
    expand,
    migrate: found.flatMap((plan) => plan.migrate),
    contract: found.flatMap((plan) => plan.contract),
  }
  return fitted(guarded(whole, place, context), place)
}

/** In a transaction a step that needs its own, or none, cannot stand where the statement stood. */
function fitted(plan: Plan, place: Place): Plan {
  if (!place.inBlock || stepsOf(plan).every((step) => step.transaction === 'shared')) return plan
  const fit = place.wrapped ? 'outline' : 'staged'
  return order.indexOf(fit) > order.indexOf(plan.fit) ? { ...plan, fit } : plan
}

/** How long a step may wait for a lock that everybody queues behind. */
const patience = '2s'

/** Where long transactions are known to run, each short but strong lock of the plan gives up before the queue hurts. */
function guarded(plan: Plan, place: Place, context: PlanContext): Plan {
  const { queues } = place
  if (!queues) return plan
  const guard = (step: Step): Step =>
    step.kind === 'sql' && queues(step.sql)
      ? {
          ...step,
          sql: `${inCase(`SET lock_timeout = '${patience}';`, context.keywords)}\n${step.sql}\n${inCase('RESET lock_timeout;', context.keywords)}`,
          why: `${step.why} Gives up after ${patience} instead of queueing everybody behind a long transaction: run it again then.`,
        }
      : step
  return { ...plan, expand: plan.expand.map(guard), migrate: plan.migrate.map(guard), contract: plan.contract.map(guard) }
}
