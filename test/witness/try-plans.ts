import { expect } from 'vitest'
import type { AnalysedStatement } from '../../server/model/assessed'
import type { Plan } from '../../server/model/plan'
import { stepsOf } from '../../server/model/plan'
import { catalogState, difference } from '../support/catalog-state'
import type { CatalogState } from '../support/catalog-state'
import type { Case, Page } from '../support/document'
import { analyseCase, statementsOf } from '../support/engine'
import type { Database } from '../support/probe'
import { runAll } from './place'
import type { Place } from './place'
import { rowsState } from './rows-state'
import { isRefused, scriptOf } from './script'
import { agrees, lacks, lacksLibrary, leftOut } from './verdict'
import type { Verdict } from './verdict'

/** Every plan of the case: one database runs the statement, the other the steps. */
export async function tryPlans(page: Page, one: Case, place: Place): Promise<readonly Verdict[]> {
  if (typeof scriptOf(one, place.version) === 'string') return []
  const { statements } = analyseCase(one, place.version)
  const verdicts: Verdict[] = []
  for (const [index, statement] of statements.entries()) {
    const plan = statement.assessed.plan
    if (!plan) continue
    verdicts.push(plan.fit === 'outline' ? leftOut('outlines, for reading only') : await tryPlan(page, one, place, statements.slice(0, index + 1), plan))
  }
  return verdicts
}

async function tryPlan(page: Page, one: Case, place: Place, statements: readonly AnalysedStatement[], plan: Plan): Promise<Verdict> {
  const sqlOf = ({ span }: AnalysedStatement): string => one.sql.slice(span.start, span.end)
  const last = statements.at(-1)!
  const where = `${page.file}:${one.lines[0]}`
  const inBlock = last.assessed.block !== undefined
  const earlier = [...statementsOf(one.given?.text ?? ''), ...statements.slice(0, -1).map(sqlOf)]
  const commit = inBlock ? ['COMMIT'] : []
  const leaves = inBlock && stepsOf(plan).some((step) => step.transaction !== 'shared')

  const lacking = (error: unknown): string | undefined => {
    const why = lacks(one, place, error)
    return lacksLibrary(place, error) ?? (why && `this version lacks it: ${why}`)
  }

  const original = await place.clean('first')
  const unprepared = await runAll(original, earlier, where).then(
    () => undefined,
    (error: unknown) => lacking(error) ?? Promise.reject(error),
  )
  if (unprepared !== undefined) return leftOut(unprepared)
  // What was meant is done where nothing half-done is in its way: there the statement is what its plan is compared with.
  const meant = last.assessed.keeps.length > 0 ? statementsOf(plan.expand[0]!.sql) : []
  const error = await runAll(original, [...meant, sqlOf(last), ...commit], where).catch((refused: unknown) => refused)
  const lack = error === undefined ? undefined : lacking(error)
  if (lack !== undefined) return leftOut(lack)
  const planned = await place.clean('second')
  await runAll(planned, [...earlier, ...(leaves ? commit : [])], where)
  if (error !== undefined) {
    expect(statements.some(isRefused), `${where}: no finding says so: ${String(error)}`).toBe(true)
    return leftOut('the statement ends in the error that its mark tells')
  }
  await runAll(planned, [...stepsOf(plan).flatMap((step) => statementsOf(step.sql)), ...(leaves ? [] : commit)], `${where}: the plan`)

  const [was, is] = await Promise.all([catalogState(original), catalogState(planned)])
  const equal = plan.fit === 'equivalent'
  expect(difference(equal ? was : withoutPositions(was), equal ? is : withoutPositions(is)), `${where}: - after the statement, + after its plan`).toBe('')
  await compareRows(original, planned, where, () => place.clean('second').then(async (again) => (await runAll(again, [...earlier, sqlOf(last), ...commit], where), again)))
  return agrees(plan.fit)
}

/** Where the statement itself gives other data each time, only the number of rows is compared. */
async function compareRows(original: Database, planned: Database, where: string, again: () => Promise<Database>): Promise<void> {
  const [was, is] = [await rowsState(original), await rowsState(planned)]
  const other = difference(was, is) === '' ? was : await rowsState(await again())
  for (const [table, rows] of Object.entries(was)) {
    const changes = other[table]?.hash !== rows.hash
    expect(changes ? is[table]?.rows : is[table], `${where}: the rows of ${table} after the plan`).toEqual(changes ? rows.rows : rows)
  }
}

/** The order of columns is not promised where a new column takes the place of an old one. */
const withoutPositions = (state: CatalogState): CatalogState => Object.fromEntries(Object.entries(state).map(([object, { position: _, ...facts }]) => [object, facts]))
