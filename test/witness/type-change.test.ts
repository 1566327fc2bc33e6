import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { analyse } from '../../server/analyse'
import { catalogFromSnapshot } from '../../server/catalog/from-snapshot'
import { assumedCalibration } from '../../server/estimate/calibration'
import { read } from '../../server/frameworks/sql'
import type { Plan, Step } from '../../server/model/plan'
import { stepsOf } from '../../server/model/plan'
import { defaultPolicy } from '../../server/model/policy'
import { takeSnapshot } from '../../server/sources/postgres'
import { loadParser } from '../../server/sql/parser'
import { isLetGo } from '../documents/check-page'
import { catalogState, difference, withoutPositions } from '../support/catalog-state'
import type { CatalogState } from '../support/catalog-state'
import { statementsOf } from '../support/engine'
import { openDatabase, reset } from '../support/probe'
import type { Database } from '../support/probe'
import { askedVersions, startServer } from '../support/server'
import type { Server } from '../support/server'
import { rowsState } from './rows-state'
import { cases } from './type-changes'
import type { TypeChangeCase } from './type-changes'

beforeAll(() => loadParser())

describe.each(askedVersions)('server %i', (version) => {
  let server: Server
  let original: Database
  let planned: Database
  beforeAll(async () => {
    server = await startServer({ version })
    original = await openDatabase(server, await server.createDatabase('first'))
    planned = await openDatabase(server, await server.createDatabase('second'))
  })
  afterAll(() => server?.stop())

  const tell = async (database: Database, statements: readonly string[]): Promise<void> => {
    for (const statement of statements) {
      await database.exec(statement).catch((error: Error) => {
        throw new Error(`PostgreSQL ${version} refuses \`${statement}\`: ${error.message}`, { cause: error })
      })
    }
  }

  test.each(cases.filter((one) => (one.since ?? 0) <= version && version < (one.until ?? Infinity)))('$title', async (one) => {
    await Promise.all([reset(original), reset(planned)])
    const given = statementsOf(one.given)
    await tell(original, given)
    await tell(planned, given)
    await planned.exec('ANALYZE')
    const plan = await planOf(one, server)
    if (one.outline !== undefined) {
      expect(plan.fit).toBe('outline')
      expect(plan.title).toContain(one.outline)
      return
    }
    expect(plan.fit, plan.title).toBe(one.fit ?? 'staged')

    await tell(original, statementsOf(one.instead ?? one.statement))
    for (const step of stepsOf(plan)) {
      await tell(planned, statementsOf(step.sql))
      await nothingLeft(planned, step)
    }
    await same(original, planned, one)

    // Every write that comes between two steps is in both forms, wherever it comes.
    if (one.writes === undefined) return
    await Promise.all([reset(original), reset(planned)])
    await tell(original, given)
    await tell(planned, given)
    const writes = one.writes
    const isLast = (step: Step): boolean => plan.contract.includes(step)
    for (const [index, step] of stepsOf(plan).entries()) {
      if (!isLast(step)) {
        await tell(original, writes(index))
        await tell(planned, writes(index))
      }
      await tell(planned, statementsOf(step.sql))
      await nothingLeft(planned, step)
    }
    await tell(original, statementsOf(one.instead ?? one.statement))
    await same(original, planned, one)
  })

  test.each(cases.filter((one) => (one.since ?? 0) <= version && version < (one.until ?? Infinity) && one.outline === undefined && !one.oneWay))('$title: taken back', async (one) => {
    await Promise.all([reset(original), reset(planned)])
    const given = statementsOf(one.given)
    await tell(original, given)
    await tell(planned, given)
    const plan = await planOf(one, server)
    await tell(planned, [...plan.expand, ...plan.migrate].flatMap((step) => statementsOf(step.sql)))
    for (const stage of ['migrate', 'expand'] as const) {
      const back = plan.back![stage]!
      expect(back.stopsAt, `the way back from ${stage}`).toBeUndefined()
      await tell(planned, statementsOf(back.sql))
    }
    await same(original, planned, one)
  })
})

async function nothingLeft(database: Database, { sql, verify = '' }: Step): Promise<void> {
  for (const query of statementsOf(verify)) expect((await database.query(query)).rows, `left over after \`${sql}\``).toEqual([])
}

async function planOf(one: TypeChangeCase, server: Server): Promise<Plan> {
  const snapshot = await takeSnapshot({ url: server.url('second') })
  const world = { catalog: catalogFromSnapshot(snapshot), calibration: assumedCalibration, sized: true, ...(one.longestTransactionMs !== undefined && { longestTransactionMs: one.longestTransactionMs }) }
  const { statements } = analyse(read('a.sql', one.statement), one.statement, world, defaultPolicy)
  const plan = statements[0]?.assessed.plan
  expect(plan, `a plan for \`${one.statement}\``).toBeDefined()
  const text = stepsOf(plan!).map((step) => step.sql).join('\n')
  const migrate = text.length - [...plan!.migrate, ...plan!.contract].map((step) => step.sql).join('\n').length
  const found = analyse(read('b.sql', text), text, world, defaultPolicy).statements.flatMap((statement) => statement.findings.filter(({ hazard }) => !(hazard === 'broken-code' && statement.span.start >= migrate && isLetGo(statement, plan!))).map((finding) => ({ hazard: finding.hazard, at: text.slice(statement.span.start, statement.span.end), message: finding.message })))
  const contract = plan!.contract.map((step) => step.sql).join('\n')
  expect(found.filter(({ hazard, at }) => !(contract.includes(at) && (hazard === 'lost-data' || hazard === 'broken-code')))).toEqual([])
  return plan!
}

async function same(original: Database, planned: Database, { ownNotNull }: Pick<TypeChangeCase, 'ownNotNull'> = {}): Promise<void> {
  const [was, is] = [comparable(await catalogState(original), ownNotNull), comparable(await catalogState(planned), ownNotNull)]
  expect(difference(was, is), '- after the statement, + after its plan').toBe('')
  expect(difference(await rowsState(original), await rowsState(planned)), 'rows').toBe('')
}

/** The order of columns is another, as the plan says. */
const comparable = (state: CatalogState, ownNotNull?: true): CatalogState =>
  Object.fromEntries(Object.entries(withoutPositions(state)).map(([object, facts]) => [object, ownNotNull && facts['type'] === 'n' ? { ...facts, local: undefined } : facts]))
