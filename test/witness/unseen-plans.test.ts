import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { analyse } from '../../server/analyse'
import type { Analysis, World } from '../../server/analyse'
import { planFiles } from '../../server/editor/plan-files'
import { read } from '../../server/frameworks/sql'
import { settle } from '../../server/history'
import { isTakenIn } from '../../server/model/assessed'
import type { AnalysedStatement } from '../../server/model/assessed'
import type { Plan, Step } from '../../server/model/plan'
import { defaultPolicy } from '../../server/model/policy'
import { scaleSnapshot } from '../../server/sources/scale-snapshot'
import { takeSnapshot } from '../../server/sources/postgres'
import { loadParser } from '../../server/sql/parser'
import { worldFrom } from '../../server/world'
import { complaintsAboutPlan } from '../documents/check-page'
import { catalogState, difference, inAnyOrder, withoutPositions, withoutTraces } from '../support/catalog-state'
import type { CatalogState, DataState } from '../support/catalog-state'
import { statementsOf } from '../support/engine'
import { overClient } from '../support/probe'
import { askedVersions, startServer } from '../support/server'
import type { Server } from '../support/server'
import { psql } from '../traffic/under-traffic'
import { asIsSaid } from './as-is-said'
import { rowsState } from './rows-state'

/**
 * Plans of statements that were written down before anybody looked at what the engine says of them, over schemas that hold what schemas hold.
 * A file of `unseen` has its schema, with rows, behind `-- schema`, and each migration behind `-- case`:
 * `-- case crlf` ends its lines as Windows does, `-- case from 15` keeps it from older servers, `-- no plan: words` below is what the finding of a statement that hurts and has no plan must say, and `-- refused: words` what the server does, where PostgreSQL has no such statement.
 * What begins with `-- schema when asked` is left to whoever names servers, as in `POSTGRES=13,17` and `npm run witness`.
 * Each is planned with a snapshot of that very database, large by the snapshot's word; the migration runs on one copy of it and its plan on another, stage by stage and there and back, all with psql.
 */
const folder = new URL('unseen/', import.meta.url)

interface Unseen {
  readonly file: string
  readonly line: number
  readonly sql: string
  readonly from: number
  readonly noPlan?: string
  readonly refused?: string
}

interface Topic {
  readonly name: string
  readonly schema: string
  readonly whenAsked: boolean
  readonly cases: readonly Unseen[]
}

const topics: readonly Topic[] = readdirSync(folder)
  .filter((file) => file.endsWith('.sql'))
  .sort()
  .map((file) => {
    const [schema, ...cases] = readFileSync(new URL(file, folder), 'utf8').split(/^-- case(?=[ \n])/m)
    let line = 1 + schema!.split('\n').length - 1
    return {
      name: file.replace('.sql', ''),
      whenAsked: schema!.startsWith('-- schema when asked\n'),
      schema: schema!.replace(/^-- schema.*\n/, ''),
      cases: cases.map((text): Unseen => {
        const [head, ...rest] = text.split('\n')
        const [, about, words] = /^-- (no plan|refused): (.*)$/.exec(rest[0]!) ?? []
        const sql = rest.slice(about === undefined ? 0 : 1).join('\n').trimEnd()
        const one = { file, line, sql: /\bcrlf\b/.test(head!) ? sql.replaceAll('\n', '\r\n') : sql, from: Number(/\bfrom (\d+)/.exec(head!)?.[1] ?? 12), ...(about === 'no plan' && { noPlan: words! }), ...(about === 'refused' && { refused: words! }) }
        line += text.split('\n').length - 1
        return one
      }),
    }
  })
  .filter(({ whenAsked }) => !whenAsked || process.env['POSTGRES'] !== undefined)

/** What a plan is the answer to; what the server refuses is said by the finding itself. */
const hurts: readonly string[] = ['long-lock', 'lock-queue', 'late-commit', 'bulk-write', 'broken-code', 'fails-on-data', 'lost-data']

beforeAll(() => loadParser())

describe.each(askedVersions)('PostgreSQL %s', (version) => {
  let server: Server
  const seen = new Map<string, number>()
  beforeAll(async () => {
    server = await startServer({ version })
  })
  afterAll(async () => {
    await server?.stop()
    console.log(`PostgreSQL ${version}: ${[...seen].map(([what, times]) => `${what} ${times}`).sort().join(', ')}`)
  })

  describe.each(topics)('$name', ({ name, schema, cases }) => {
    let snapshotWorld: World
    beforeAll(async () => {
      await server.createDatabase(name)
      await run(name, schema)
      await run(name, 'ANALYZE')
      const { snapshot, problem } = scaleSnapshot(await takeSnapshot({ url: server.url(name) }), { '*': { times: 10_000_000 } })
      if (!snapshot) throw new Error(problem)
      snapshotWorld = worldFrom(snapshot)
    }, 60_000)

    for (const one of cases.filter(({ from }) => from <= version)) {
      test(`${one.line}: ${one.sql.replaceAll(/\s+/g, ' ').slice(0, 120)}`, { timeout: 120_000 }, async () => {
        const outcome = await judge(one, snapshotWorld).catch((error: unknown) => {
          seen.set('DIFFERS', (seen.get('DIFFERS') ?? 0) + 1)
          throw error
        })
        seen.set(outcome, (seen.get(outcome) ?? 0) + 1)
      })
    }

    async function judge(one: Unseen, world: World): Promise<string> {
      const where = `${one.file}:${one.line}`
      const { statements } = analysed(one.sql, world)
      const plans = statements.flatMap(({ assessed }, index) => (isTakenIn(index, statements.entries()) ? [] : (assessed.plan ?? [])))
      const unplanned = statements.filter(({ assessed, findings }, index) => assessed.plan === undefined && !isTakenIn(index, statements.entries()) && findings.some(({ hazard }) => hurts.includes(hazard)) && !isRefused(findings))
      const bare = unplanned.map(({ findings }) => findings.map(({ hazard, message }) => `${hazard}: ${message}`).join('; ')).join('\n')
      if (one.refused !== undefined) {
        expect(await tryRun(await copy('original'), one.sql), where).toContain(one.refused)
        return 'refused'
      }
      if (one.noPlan === undefined) expect(bare, `${where}: hurts and has no plan`).toBe('')
      // What one version refuses another one takes.
      else if (bare !== '' || !statements.some(({ findings }) => isRefused(findings))) expect(bare, `${where}: what the user is told instead`).toContain(one.noPlan)

      const complaints = statements.flatMap((statement, index) => isTakenIn(index, statements.entries()) ? [] : complaintsAboutPlan(statement, one.sql.slice(0, statements[index - 1 - (statement.assessed.plan?.takesIn ?? 0)]?.span.end ?? 0), world))
      expect(complaints, `${where}: no step of a plan raises a finding or has a plan itself`).toEqual([])
      const files = written(one.sql, world)
      expect(again(files, world), `${where}: a plan that is applied is done with`).toEqual([])

      const original = await copy('original')
      const refused = await tryRun(original, one.sql)
      if (refused !== undefined) {
        expect(statements.some(({ findings }) => findings.some(({ hazard }) => ['fails-on-data', 'needs-no-transaction', 'needs-newer-server'].includes(hazard))), `${where}: the server refuses it, and no finding says so: ${refused}`).toBe(true)
        // A view that names the column is in the way of the statement, and not of its plan.
        if (!refused.includes('cannot alter type of a column used') || plans.length === 0 || plans.some(({ fit }) => fit === 'outline') || statements.some(({ assessed, findings }, index) => !assessed.plan && !isTakenIn(index, statements.entries()) && isRefused(findings)) || statements.some(({ assessed }) => assessed.block !== undefined)) return 'refused, as is said'
        const planned = await copy('planned')
        for (const [index, statement] of statements.entries()) if (!isTakenIn(index, statements.entries())) await goStageByStage(planned, statements, index, statement, where)
        return 'refused, and its plan is not'
      }
      if (plans.length === 0) return bare === '' ? 'needs none' : 'without a plan'
      if (plans.some(({ fit }) => fit === 'outline')) return 'outline'

      const planned = await copy('planned')
      const isInBlock = statements.some(({ assessed }) => assessed.block !== undefined)
      if (isInBlock) for (const text of files) await run(planned, text)
      else for (const [index, statement] of statements.entries()) if (!isTakenIn(index, statements.entries())) await goStageByStage(planned, statements, index, statement, where)

      const equal = plans.every(({ fit }) => fit === 'equivalent') && !isInBlock
      const told = asIsSaid(plans)
      const isOfAll = /\bSELECT \*/i.test(one.sql)
      const states = [await catalogOf(original), await catalogOf(planned)].map((state) => told(equal ? state : isOfAll ? withColumnsInAnyOrder(state) : withoutPositions(state)))
      expect(difference(states[0]!, states[1]!), `${where}: - after the statement, + after its plan`).toBe('')
      await compareRows(one, original, planned, where)
      return plans.every(({ fit }) => fit === 'equivalent') ? 'equivalent' : 'staged'
    }

    /** All steps of a stage and what they are verified with; then its way back to where it began, and there again. */
    async function goStageByStage(database: string, statements: readonly AnalysedStatement[], index: number, statement: AnalysedStatement, where: string): Promise<void> {
      const { plan } = statement.assessed
      // Settings of the session that stand before it.
      const session = statements.slice(0, index).filter(({ assessed }) => /^set\b/i.test(assessed.sql)).map(({ assessed }) => `${assessed.sql};\n`).join('')
      if (!plan) return run(database, session + statement.assessed.sql)
      const stages = (['expand', 'migrate', 'contract'] as const).filter((name) => plan[name].length > 0)
      for (const name of stages) {
        // Only the first one runs where the statement stood.
        const set = name === stages[0] ? session : ''
        const walk = async (steps: readonly Step[]): Promise<void> => {
          for (const step of steps) {
            await run(database, set + step.sql)
            await verify(database, set, step, where)
          }
        }
        const before = [await catalogOf(database), await rowsOf(database)] as const
        await walk(plan[name])
        const back = plan.back?.[name]
        expect(back, `${where}: ${name} says how to go back, or that there is no way`).toBeDefined()
        if (back!.stopsAt !== undefined) continue
        await run(database, back!.sql)
        const after = [await catalogOf(database), await rowsOf(database)] as const
        const told = asIsSaid([plan])
        expect(difference(withoutTraces(told(before[0])), withoutTraces(told(after[0]))), `${where}: - before ${name}, + after its way back: ${back!.sql}`).toBe('')
        if (plan[name].every(({ kind }) => kind === 'sql')) expect(difference(before[1], after[1]), `${where}: rows before ${name}, and after its way back`).toBe('')
        await walk(plan[name])
      }
    }

    async function verify(database: string, session: string, { verify: query = '', watch = '' }: Step, where: string): Promise<void> {
      await asked(database, async (client) => {
        for (const statement of statementsOf(session)) await client.exec(statement)
        for (const statement of statementsOf(query)) expect((await client.query(statement)).rows, `${where}: what is left: ${statement}`).toEqual([])
        for (const statement of statementsOf(watch)) await client.query(statement)
      })
    }

    /** Where the statement itself gives other data each time, only the number of rows is compared. */
    async function compareRows(one: Unseen, original: string, planned: string, where: string): Promise<void> {
      const [was, is] = [await rowsOf(original), await rowsOf(planned)]
      if (difference(was, is) === '') return
      const second = await copy('second')
      await run(second, one.sql)
      const other = await rowsOf(second)
      for (const [table, rows] of Object.entries(was)) {
        const changes = other[table]?.hash !== rows.hash
        expect(changes ? is[table]?.rows : is[table], `${where}: the rows of ${table} after the plan`).toEqual(changes ? rows.rows : rows)
      }
    }

    async function copy(which: string): Promise<string> {
      const copied = `${name}_${which}`
      await asked('postgres', (client) => client.exec(`DROP DATABASE IF EXISTS ${copied} WITH (FORCE)`))
      return server.createDatabase(copied, name)
    }
  })

  async function asked<Result>(database: string, ask: (client: Awaited<ReturnType<typeof overClient>>) => Promise<Result>): Promise<Result> {
    const client = await server.connect(database)
    try {
      return await ask(await overClient(client))
    } finally {
      await client.end()
    }
  }

  const catalogOf = (database: string): Promise<CatalogState> => asked(database, catalogState)
  const rowsOf = (database: string): Promise<DataState> => asked(database, rowsState)

  /** As a user runs it; what the server says where it refuses. */
  const tryRun = (database: string, sql: string): Promise<string | undefined> => psql(server.url(database), sql)

  async function run(database: string, sql: string): Promise<void> {
    const problem = await tryRun(database, sql)
    if (problem !== undefined) throw new Error(`${problem}\n${sql}`)
  }
})

const analysed = (sql: string, world: World): Analysis => analyse(read('0003_x.sql', sql), sql, world, defaultPolicy)

const isRefused = (findings: AnalysedStatement['findings']): boolean => findings.some(({ hazard, severity }) => hazard === 'needs-newer-server' || (hazard === 'fails-on-data' && severity === 'error'))

/** The migration with its plans in it, and the files behind it, as `plan --write` writes them. */
function written(sql: string, world: World): readonly string[] {
  const analysis = analysed(sql, world)
  const wanted = analysis.statements.flatMap(({ assessed }, index) => (assessed.plan && assessed.plan.fit !== 'outline' ? [index] : []))
  if (wanted.length === 0) return [sql]
  const made = planFiles({ uri: '', text: sql, analysis, page: (page) => page, hasCommands: false }, wanted, { path: '0003_x.sql', siblings: ['0003_x.sql'], transaction: 'statement' })
  if ('problem' in made) throw new Error(made.problem)
  return [TextDocument.applyEdits(TextDocument.create('file:///a.sql', 'sql', 0, sql), [...made.edits]), ...made.files.map(({ text }) => text)]
}

/** What would be planned anew in files that come one after the other. */
function again(files: readonly string[], world: World): readonly string[] {
  let catalog = world.catalog
  return files.flatMap((text) => {
    const analysis = analysed(text, { ...world, catalog })
    catalog = settle(analysis, world.catalog)
    const plan = ({ assessed: { sql, plan: found } }: AnalysedStatement): readonly string[] => (found && found.fit !== 'outline' && !isLeft(found) ? [`${found.title}: ${sql}`] : [])
    return analysis.statements.flatMap(plan)
  })
}

/** A contract removes what nobody uses any more: there is a way round it for those who do not know that. */
const isLeft = (plan: Plan): boolean => plan.fit === 'staged'

/** A view over all columns of a table has them in the order of the table. */
const withColumnsInAnyOrder = (state: CatalogState): CatalogState =>
  Object.fromEntries(Object.entries(withoutPositions(state)).map(([object, { definition, ...facts }]) => [object, { ...facts, ...(definition !== undefined && { definition: object.startsWith('relation ') ? inAnyOrder(String(definition)) : definition }) }]))
