import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Analysis } from '../../server/analyse'
import type { AnalysedStatement } from '../../server/model/assessed'
import type { Plan } from '../../server/model/plan'
import { loadParser } from '../../server/sql/parser'
import { catalogState, difference, withoutPositions, withoutTraces } from '../support/catalog-state'
import type { Case, Page } from '../support/document'
import { analyseCase, analyseSql, givenWorld, statementsOf } from '../support/engine'
import { openDatabase, reset } from '../support/probe'
import type { Database } from '../support/probe'
import { askedVersions, startServer } from '../support/server'
import type { Server } from '../support/server'
import { asIsSaid } from './as-is-said'
import { runAll } from './place'
import { isRefused, isUnknown, scriptOf } from './script'
import { pages } from './try-pages'

/**
 * Every plan of the pages again where the search path begins with another schema than that of the tables, which is empty.
 * It ends where its statement ends, and neither a step nor a way back leaves anything there that the statement would not.
 */
const path = 'SET search_path = elsewhere, public;\n'
const schema = 'CREATE SCHEMA elsewhere'

/** Which pages' plans were compared, and which were left out for what. */
const compared = new Map<string, number>()
const leftOut = new Map<string, number>()

beforeAll(() => loadParser())
afterAll(() => console.log([...compared, ...leftOut].map(([what, times]) => `${what}: ${times}`).sort().join('\n')))

const stages = ['expand', 'migrate', 'contract'] as const

describe.each(askedVersions)('PostgreSQL %s', (version) => {
  let server: Server
  let [original, planned]: Database[] = []
  beforeAll(async () => {
    server = await startServer({ version })
    original = await openDatabase(server, await server.createDatabase('original'))
    planned = await openDatabase(server, await server.createDatabase('planned'))
  })
  afterAll(() => server?.stop())

  for (const page of pages) {
    const cases = page.cases.filter((one) => (one.version === undefined || one.version === version) && !isUnknown(one) && !setsPath(one))
    if (cases.length === 0) continue
    describe(page.name, () => {
      for (const one of cases.flatMap(inBothSchemas)) {
        test(one.title, async () => {
          if (typeof scriptOf(one, version) === 'string') return
          const usual = analyseCase(one, version).statements.map(({ assessed }) => assessed.plan)
          const { statements } = analysedUnderPath(one, version)
          for (const [index, { assessed }] of statements.entries()) {
            const { plan } = assessed
            // The SET stands before them all.
            const other = usual[index - 1]
            if (other && !makes.test(one.sql)) expect(plan?.title, `${page.file}:${one.lines[0]}: the plan where the search path begins with the tables' own schema`).toBe(other.title)
            if (plan) await tryUnderPath(page, one, statements.slice(0, index + 1), plan)
          }
        })
      }
    })
  }

  async function tryUnderPath(page: Page, one: Case, statements: readonly AnalysedStatement[], plan: Plan): Promise<void> {
    const where = `${page.file}:${one.lines[0]}`
    const sql = `${path}${one.sql}`
    const texts = statements.map(({ span }) => sql.slice(span.start, span.end))
    const given = [...statementsOf(one.given?.text ?? ''), schema]
    const start = async (database: Database, earlier: readonly string[]): Promise<unknown> => {
      await reset(database)
      await database.exec('RESET search_path')
      return runAll(database, [...given, ...earlier], where).catch((error: unknown) => error)
    }
    const isInBlock = statements.at(-1)!.assessed.block !== undefined
    const commit = isInBlock ? ['COMMIT'] : []
    const leaves = isInBlock && stages.some((name) => plan[name].some((step) => step.transaction !== 'shared'))
    const meant = statements.at(-1)!.assessed.keeps.length > 0 ? statementsOf(plan.expand[0]!.sql) : []
    // Whether the server refuses it for its version, its rows or a mark is asked where plans are compared.
    const refused = (await start(original!, texts.slice(0, -1))) ?? (await runAll(original!, [...meant, texts.at(-1)!, ...commit], where).catch((error: unknown) => error))
    if (refused !== undefined) await original!.exec('ROLLBACK')
    const kept = texts.slice(0, texts.length - 1 - (plan.takesIn ?? 0))
    const failed = await start(planned!, [...kept, ...(leaves ? commit : [])])
    if (failed !== undefined) return note(leftOut, 'left out, the server refuses what stands before it')
    const end = await catalogState(original!)
    const allowed = new Set([...(await inElsewhere(original!)), ...(await inElsewhere(planned!))])
    const walk = async (texts: readonly string[], what: string): Promise<void> => {
      for (const text of texts) {
        await runAll(planned!, statementsOf(text), `${where}: ${what}`)
        expect((await inElsewhere(planned!)).filter((name) => !allowed.has(name)), `${where}: ${what} leaves in the first schema of the search path:\n${text}`).toEqual([])
      }
    }
    if (plan.fit === 'outline') {
      const steps = [...plan.expand, ...plan.migrate].map((step) => step.sql)
      if (refused !== undefined || statements.some(isRefused)) return note(leftOut, 'left out, an outline of what the server refuses')
      await walk(steps, 'the outline')
      return note(leftOut, 'outlines, of which nothing came there')
    }
    if (refused !== undefined) return note(leftOut, 'left out, the server refuses the statement')
    for (const name of stages) {
      if (plan[name].length === 0) continue
      const before = await catalogState(planned!)
      const there = async (): Promise<void> => {
        for (const step of plan[name]) {
          await walk([step.sql], name)
          for (const query of statementsOf(step.verify ?? '')) expect((await planned!.query(query)).rows, `${where}: ${query}`).toEqual([])
          for (const query of statementsOf(step.watch ?? '')) await planned!.query(query)
        }
      }
      await there()
      const back = plan.back?.[name]
      if (!isInBlock && back && back.stopsAt === undefined) {
        await walk([back.sql], `the way back from ${name}`)
        const told = asIsSaid([plan])
        expect(difference(withoutTraces(told(before)), withoutTraces(told(await catalogState(planned!)))), `${where}: - before ${name}, + after its way back: ${back.sql}`).toBe('')
        await there()
      }
      // The next stage is a file of its own.
      if (!isInBlock) await planned!.exec('RESET search_path')
    }
    if (!leaves) await runAll(planned!, commit, where)
    const is = await catalogState(planned!)
    const isEqual = plan.fit === 'equivalent'
    expect(difference(isEqual ? end : withoutPositions(end), isEqual ? is : withoutPositions(is)), `${where}: - after the statement, + after its plan`).toBe('')
    note(compared, page.name)
  }
})

const note = (counts: Map<string, number>, what: string): void => void counts.set(what, (counts.get(what) ?? 0) + 1)

function analysedUnderPath(one: Case, version: number): Analysis {
  const { world } = givenWorld(one.given?.text ?? '', version)
  const catalog = analyseSql(schema, world).catalog
  return analyseSql(`${path}${one.sql}`, { ...world, catalog })
}

/** One with a path of its own is asked as it is where plans are compared. */
const setsPath = (one: Case): boolean => /search_path/i.test(`${one.given?.text ?? ''}\n${one.sql}`)

/** What a case itself makes comes into the first schema, so that what it says behind may be about other things than usual; its author may also make it where the tables are. */
const makes = /\b(CREATE (?:OR REPLACE )?(?:UNLOGGED )?(?:TABLE|TYPE|VIEW|MATERIALIZED VIEW|SEQUENCE|FUNCTION|PROCEDURE|DOMAIN) (?:IF NOT EXISTS )?)(?=[\w"]+(?:\s|\())/i

function inBothSchemas(one: Case): readonly Case[] {
  const sql = one.sql.replaceAll(new RegExp(makes, 'gi'), '$1public.')
  return sql === one.sql ? [one] : [one, { ...one, sql, title: `${one.title}, made where the tables are` }]
}

/** The objects there, by kind and name. */
async function inElsewhere(database: Database): Promise<readonly string[]> {
  const kinds = [
    ['pg_class', 'relname', 'relnamespace'],
    ['pg_type', 'typname', 'typnamespace'],
    ['pg_proc', 'proname', 'pronamespace'],
    ['pg_statistic_ext', 'stxname', 'stxnamespace'],
  ]
  const { rows } = await database.query<{ object: string }>(kinds.map(([catalog, name, namespace]) => `SELECT '${catalog} ' || ${name} AS object FROM ${catalog} WHERE ${namespace} = 'elsewhere'::regnamespace`).join(' UNION ALL '))
  return rows.map(({ object }) => object)
}
