// Views that are dropped and made again, each statement a transaction of its own: whoever reads them in between fails, which one transaction spares them.
import { isThere } from './is-there'
import type { Assessed } from './model/assessed'
import { sqlStep } from './operations/constraint-plans'
import { completedPlan, contextOf } from './plan'
import type { Circumstances } from './session'
import { ofStatement, placeOf } from './stepped'
import type { Neighbours, Stepped } from './stepped'
import { inCase } from './sql/print'
import { read } from './sql/read'

/** More views are made again by no person. */
const mostStatements = 40

/** By the place of the last CREATE VIEW, how many statements before it are of the same kind, from the first DROP VIEW on. */
function runs(steps: readonly Stepped[], marked: readonly number[], { isBehind }: Neighbours): ReadonlyMap<number, number> {
  const result = new Map<number, number>()
  for (const [index, at] of marked.entries()) {
    if (marked[index + 1] === at + 1) continue
    let first = at
    while (first > 0 && at - first < mostStatements && isBehind(first) && (makesView(steps[first - 1]!) || dropsView(steps[first - 1]!))) first--
    while (first < at && !dropsView(steps[first]!)) first++
    if (first < at && areThereAgain(steps.slice(first, at + 1))) result.set(at, at - first)
  }
  return result
}

const makesView = ({ before, assessed: { operations } }: Stepped): boolean => before.transaction.block === undefined && operations.length > 0 && operations.every(({ kind }) => kind === 'create-view')

export const viewAnew = { isPart: makesView, runs, assess }

const dropsView = ofStatement(({ sql, before, assessed: { operations } }: Stepped): boolean => before.transaction.block === undefined && operations.length > 0 && operations.every(({ kind }) => kind === 'drop-relation') && read(sql).commands.every((command) => command.kind === 'drop' && command.object === 'view'))

function areThereAgain(all: readonly Stepped[]): boolean {
  const missed = all.flatMap(({ assessed }) => assessed.breaks.flatMap((one) => one.missed ?? []))
  if (missed.length === 0 || all.some(({ sql, assessed }) => assessed.unread.length > 0 || assessed.fails.length > 0 || read(sql).standIns?.length)) return false
  const { catalog } = all.at(-1)!.after
  return missed.every((one) => isThere(one, catalog))
}

function assess(all: readonly Stepped[], circumstances: Circumstances): Assessed {
  const [first, last] = [all[0]!, all.at(-1)!]
  const context = contextOf(all.map(({ sql }) => sql).join(';\n'), first.before.catalog)
  const sql = [inCase('BEGIN;', context.keywords), ...all.map((one) => `${one.sql};`), inCase('COMMIT;', context.keywords)].join('\n')
  const plan = completedPlan(
    { title: 'Drop it and make it again in one transaction', fit: 'equivalent', expand: [sqlStep(sql, 'own', 'Whoever reads it waits for a moment, and finds it.')], migrate: [], contract: [], takesIn: all.length - 1 },
    first.before.catalog,
    placeOf(last, circumstances),
    context,
  )
  return { ...last.assessed, plan }
}
