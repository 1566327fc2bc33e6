import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AnalysedStatement } from '../../server/model/assessed'
import type { Plan, Step } from '../../server/model/plan'
import { loadParser } from '../../server/sql/parser'
import { catalogState, difference, withoutTraces } from '../support/catalog-state'
import type { Case, Page } from '../support/document'
import { analyseCase, statementsOf } from '../support/engine'
import { openDatabase, reset } from '../support/probe'
import type { Database } from '../support/probe'
import { askedVersions, startServer } from '../support/server'
import type { Server } from '../support/server'
import { asIsSaid } from './as-is-said'
import { runAll } from './place'
import { rowsState } from './rows-state'
import { isRefused, scriptOf } from './script'
import { pages } from './try-pages'

/**
 * From the end of each stage its way back leads to where the stage began, in the catalog and in the rows;
 * and what a plan asks the server to see whether it is done, or how far it has come, is understood and finds nothing amiss.
 */
beforeAll(() => loadParser())

const stages = ['expand', 'migrate', 'contract'] as const

describe.each(askedVersions)('PostgreSQL %s', (version) => {
  let server: Server
  let database: Database
  beforeAll(async () => {
    server = await startServer({ version })
    database = await openDatabase(server, await server.createDatabase())
  })
  afterAll(() => server?.stop())

  for (const page of pages) {
    const cases = page.cases.filter((one) => one.version === undefined || one.version === version)
    if (cases.length === 0) continue
    describe(page.name, () => {
      for (const one of cases) {
        test(one.title, async () => {
          if (typeof scriptOf(one, version) === 'string') return
          const { statements } = analyseCase(one, version)
          for (const [index, { assessed }] of statements.entries()) {
            const { plan } = assessed
            if (plan && plan.fit !== 'outline' && !assessed.block) await goAndComeBack(page, one, statements.slice(0, index + 1), plan)
          }
        })
      }
    })
  }

  async function goAndComeBack(page: Page, one: Case, statements: readonly AnalysedStatement[], plan: Plan): Promise<void> {
    const where = `${page.file}:${one.lines[0]}`
    await reset(database)
    const prepared = await runAll(database, [...statementsOf(one.given?.text ?? ''), ...statements.slice(0, -1).map(({ span }) => one.sql.slice(span.start, span.end))], where).catch((error: unknown) => error)
    // Whether that is the version's fault, or that of a mark, is asked where plans are compared.
    if (prepared !== undefined || statements.some(isRefused)) return
    for (const name of stages) {
      if (plan[name].length === 0) continue
      const before = [await catalogState(database), await rowsState(database)] as const
      for (const step of plan[name]) {
        if ((await runSteps([step], where)) === 'refused') return
        for (const query of statementsOf(step.verify ?? '')) expect((await database.query(query)).rows, `${where}: ${query}`).toEqual([])
        for (const query of statementsOf(step.watch ?? '')) await database.query(query)
      }
      const back = plan.back?.[name]
      expect(back, `${where}: ${name}`).toBeDefined()
      if (back!.stopsAt !== undefined) continue
      await runAll(database, statementsOf(back!.sql), `${where}: the way back from ${name}`)
      const after = [await catalogState(database), await rowsState(database)] as const
      const told = asIsSaid([plan])
      expect(difference(withoutTraces(told(before[0])), withoutTraces(told(after[0]))), `${where}: - before ${name}, + after its way back: ${back!.sql}`).toBe('')
      // A batch of rows that a plan's own column holds stays in it until that goes, with the stage before.
      if (plan[name].every(({ kind }) => kind === 'sql')) expect(difference(before[1], after[1]), `${where}: rows before ${name}, and after its way back`).toBe('')
      await runSteps(plan[name], where)
    }
  }

  const runSteps = (steps: readonly Step[], where: string): Promise<'done' | 'refused'> =>
    runAll(database, steps.flatMap((step) => statementsOf(step.sql)), where).then(
      () => 'done',
      () => 'refused',
    )
})
