import type { Catalog } from './catalog/catalog'
import type { Assessed } from './model/assessed'
import type { Plan, Step } from './model/plan'
import { stepsOf } from './model/plan'
import { quoteIdentifier } from './model/name'
import type { WrittenName } from './model/name'
import type { AnyOperation } from './operations/index'
import { typeOf } from './operations/index'
import type { PlanContext } from './operations/operation'
import type { Circumstances, Session } from './session'
import { keywordCase } from './sql/print'

/**
 * One plan for the whole statement.
 * Actions of one ALTER TABLE that need no plan stay together in an ALTER TABLE of their own, first; then each plan in the order of the actions.
 */
export function combinePlan(operations: readonly { operation: AnyOperation; catalog: Catalog }[], assessed: Assessed, session: Session, circumstances: Circumstances): Plan | undefined {
  const context: PlanContext = {
    sql: assessed.sql,
    keywords: keywordCase(assessed.sql),
    name: (written: WrittenName) => (written.schema === undefined ? '' : `${quoteIdentifier(written.schema)}.`) + quoteIdentifier(written.name),
  }
  const plans = operations.map(({ operation, catalog }) => typeOf(operation).plan?.(operation, catalog, context))
  const found = plans.filter((plan): plan is Plan => plan !== undefined)
  if (found.length === 0) return undefined
  const rest = operations.filter((_, index) => plans[index] === undefined)
  if (rest.length > 0 && !rest.every(({ operation }) => 'alter' in operation)) return undefined
  void session, circumstances, stepsOf
  return found.length === 1 && rest.length === 0 ? found[0] : undefined
}

export type { Step }
