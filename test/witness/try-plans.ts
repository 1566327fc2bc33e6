import { expect } from 'vitest'
import type { AnalysedStatement } from '../../server/model/assessed'
import type { Plan } from '../../server/model/plan'
import { stepsOf } from '../../server/model/plan'
import { catalogState, difference, withoutPositions } from '../support/catalog-state'
import type { Case, Page } from '../support/document'
import { analyseCase, statementsOf } from '../support/engine'
import { populate } from '../support/populate'
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
    if (plan.fit === 'outline') {
      verdicts.push(await runOutline(page, one, place, statements.slice(0, index + 1), plan))
      continue
    }
    const attempt = (start: Start): Promise<Verdict | undefined> => tryPlan(page, one, place, statements.slice(0, index + 1), plan, start)
    // What the rows refuse is compared where the page says itself which rows there are.
    verdicts.push((await attempt('filled')) ?? (await attempt('given'))!)
  }
  return verdicts
}

/** An outline ends elsewhere than its statement, but what it has to run before the contract runs as it stands. */
async function runOutline(page: Page, one: Case, place: Place, statements: readonly AnalysedStatement[], plan: Plan): Promise<Verdict> {
  const where = `${page.file}:${one.lines[0]}`
  const database = await place.clean('second')
  const earlier = [...statementsOf(one.given?.text ?? ''), ...statements.slice(0, -1 - (plan.takesIn ?? 0)).map(({ span }) => one.sql.slice(span.start, span.end))]
  const inBlock = statements.at(-1)!.assessed.block !== undefined
  const steps = [...plan.expand, ...plan.migrate].flatMap((step) => statementsOf(step.sql))
  const error = await runAll(database, [...earlier, ...(inBlock ? ['COMMIT'] : []), ...steps], `${where}: the outline`).catch((refused: unknown) => refused)
  if (error !== undefined && lacks(one, place, error) === undefined && !isAboutRows(error)) throw error
  return leftOut('outlines, for reading only')
}

/** Whether tables of which the page says no rows have some all the same. */
type Start = 'filled' | 'given'

/** How many plans were compared from which start. */
export const starts: Record<Start, number> = { filled: 0, given: 0 }

/** Nothing where the rows that it was given are what the statement ends in an error about. */
async function tryPlan(page: Page, one: Case, place: Place, statements: readonly AnalysedStatement[], plan: Plan, start: Start): Promise<Verdict | undefined> {
  const sqlOf = ({ span }: AnalysedStatement): string => one.sql.slice(span.start, span.end)
  const last = statements.at(-1)!
  const where = `${page.file}:${one.lines[0]}`
  const inBlock = last.assessed.block !== undefined
  const given = statementsOf(one.given?.text ?? '')
  const before = statements.slice(0, -1).map(sqlOf)
  // A plan may take the place of statements before its own.
  const kept = before.slice(0, before.length - (plan.takesIn ?? 0))
  const prepare = async (which: 'first' | 'second', then: readonly string[], earlier = before): Promise<Database> => {
    const database = await place.clean(which)
    await runAll(database, given, where)
    if (start === 'filled') await populate(database)
    await runAll(database, [...earlier, ...then], where)
    return database
  }
  const commit = inBlock ? ['COMMIT'] : []
  const leaves = inBlock && stepsOf(plan).some((step) => step.transaction !== 'shared')

  const lacking = (error: unknown): string | undefined => {
    const why = lacks(one, place, error)
    return lacksLibrary(place, error) ?? (why && `this version lacks it: ${why}`)
  }

  const original = await prepare('first', []).catch((error: unknown) => (start === 'filled' && isAboutRows(error) ? undefined : (lacking(error) ?? Promise.reject(error))))
  if (original === undefined) return undefined
  if (typeof original === 'string') return leftOut(original)
  // What was meant is done where nothing half-done is in its way: there the statement is what its plan is compared with.
  const meant = last.assessed.keeps.length > 0 ? statementsOf(plan.expand[0]!.sql) : []
  const error = await runAll(original, [...meant, sqlOf(last), ...commit], where).catch((refused: unknown) => refused)
  const lack = error === undefined ? undefined : lacking(error)
  if (lack !== undefined) return leftOut(lack)
  if (start === 'filled' && isAboutRows(error)) return undefined
  const planned = await prepare('second', leaves ? commit : [], kept)
  if (error !== undefined) {
    expect(statements.some(isRefused), `${where}: no finding says so: ${String(error)}`).toBe(true)
    return leftOut('the statement ends in the error that its mark tells')
  }
  const verify = async (query: string): Promise<void> => {
    for (const one of statementsOf(query)) expect((await planned.query(one)).rows, `${where}: what is left: ${one}`).toEqual([])
  }
  for (const steps of [plan.expand, plan.migrate, plan.contract]) {
    for (const step of steps) {
      await runAll(planned, statementsOf(step.sql), `${where}: the plan`)
      await verify(step.verify ?? '')
    }
  }
  if (!leaves) await runAll(planned, commit, where)

  const [was, is] = await Promise.all([catalogState(original), catalogState(planned)])
  const equal = plan.fit === 'equivalent'
  expect(difference(equal ? was : withoutPositions(was), equal ? is : withoutPositions(is)), `${where}: - after the statement, + after its plan`).toBe('')
  await compareRows(original, planned, where, () => prepare('second', [sqlOf(last), ...commit]))
  starts[start]++
  return agrees(plan.fit)
}

/** SQLSTATE classes of data that do not fit: data_exception and integrity_constraint_violation. */
const isAboutRows = (error: unknown): boolean => /^2[23]/.test(String(((error as { cause?: unknown })?.cause as { code?: string } | undefined)?.code ?? ''))

/** Where the statement itself gives other data each time, only the number of rows is compared. */
async function compareRows(original: Database, planned: Database, where: string, again: () => Promise<Database>): Promise<void> {
  const [was, is] = [await rowsState(original), await rowsState(planned)]
  const other = difference(was, is) === '' ? was : await rowsState(await again())
  for (const [table, rows] of Object.entries(was)) {
    const changes = other[table]?.hash !== rows.hash
    expect(changes ? is[table]?.rows : is[table], `${where}: the rows of ${table} after the plan`).toEqual(changes ? rows.rows : rows)
  }
}

