import { spawn } from 'node:child_process'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Step } from '../../server/model/plan'
import { stepsOf } from '../../server/model/plan'
import { loadParser } from '../../server/sql/parser'
import { catalogState, difference } from '../support/catalog-state'
import type { CatalogState } from '../support/catalog-state'
import { overClient } from '../support/probe'
import { askedVersions, startServer } from '../support/server'
import type { Server } from '../support/server'
import { scenariosAsked } from './scenarios'
import type { Scenario } from './scenarios'
import { make, planFor, psql } from './under-traffic'

// Each step of each plan is cut off while it waits or works, and the plan taken up again from there: it ends where it would have ended.
// `INTERRUPT=all` cuts off each step in every way; `npm test` takes one step of each plan, and steps and ways in turn.

const ways = ['client', 'backend', 'server'] as const
type Way = (typeof ways)[number]
const rows = 25_000
const isWhole = process.env['INTERRUPT'] === 'all'

/** What the plans were found as when they were taken up again. */
const found = { done: 0, undone: 0, invalid: 0, rowsLeft: 0 }

let server: Server
beforeAll(async () => {
  await loadParser()
  // What was committed has to be there when the server comes back.
  server = await startServer({ version: askedVersions[0]!, settings: { synchronous_commit: 'on' } })
})
afterAll(async () => {
  console.log(`cut off: ${found.undone} steps were to be run again, of which ${found.invalid} had left an invalid index and ${found.rowsLeft} some of their rows done; ${found.done} were done`)
  await server?.stop()
})

test.each(scenariosAsked())('$name', async (scenario) => {
  const turn = scenariosAsked().indexOf(scenario)
  const isWanted = (at: number, of: number): boolean => isWhole || at === turn % of
  const states = await reference(scenario, isWanted)
  for (const [at, step] of states.steps.entries()) {
    if (!isWanted(at, states.steps.length)) continue
    for (const way of isWhole ? ways : [ways[turn % ways.length]!]) {
      const database = `interrupted_${at}_${way}`
      await ask('postgres', `DROP DATABASE IF EXISTS ${database} WITH (FORCE)`, `CREATE DATABASE ${database} TEMPLATE before_${at}`)
      await cutOff(database, step, way)
      await takeUp(database, states, at, way)
      expect(difference(states.end, await stateOf(database)), `cut off: ${step.sql} (${way})`).toBe('')
      expect(await query(database, rowsOf(states.table)), `the rows after ${step.sql} was cut off (${way})`).toEqual(states.rows)
      if (scenario.wrong !== undefined) expect(await query(database, scenario.wrong.replaceAll('ROWS', String(rows))), `what must not be there after ${step.sql} was cut off (${way})`).toEqual([])
      await ask('postgres', `DROP DATABASE ${database} WITH (FORCE)`)
    }
  }
}, isWhole ? 3_600_000 : 240_000)

interface Reference {
  readonly steps: readonly Step[]
  readonly before: readonly CatalogState[]
  readonly after: readonly CatalogState[]
  readonly end: CatalogState
  readonly rows: unknown
  /** As it is called in the end. */
  readonly table: string
}

/** The plan without an interruption; the database as it is before each step is kept as `before_0`, `before_1`. */
async function reference(scenario: Scenario, isWanted: (at: number, of: number) => boolean): Promise<Reference> {
  await ask('postgres', 'DROP DATABASE IF EXISTS whole WITH (FORCE)', 'CREATE DATABASE whole TEMPLATE template0')
  const client = await server.connect('whole')
  await make(client, scenario, rows)
  await client.end()
  const plan = await planFor(scenario, server.url('whole'))
  const steps = stepsOf(plan!)
  expect(steps.length).toBeGreaterThan(0)
  const after: CatalogState[] = []
  const before: CatalogState[] = []
  for (const [at, step] of steps.entries()) {
    if (!isWanted(at, steps.length)) {
      expect(await psql(server.url('whole'), step.sql)).toBeUndefined()
      continue
    }
    await ask('postgres', `DROP DATABASE IF EXISTS before_${at} WITH (FORCE)`, `CREATE DATABASE before_${at} TEMPLATE whole`)
    before[at] = await stateOf('whole')
    expect(await psql(server.url('whole'), step.sql)).toBeUndefined()
    after[at] = await stateOf('whole')
  }
  const table = scenario.newCode ? /FROM (\w+)/.exec(scenario.newCode.written)![1]! : 'orders'
  return { steps, before, after, table, end: await stateOf('whole'), rows: await query('whole', rowsOf(table)) }
}

/**
 * Somebody has a row locked and sees the data as it was, so that what waits for him is half done, and what waits for nobody is done but for that row.
 * What would be over before it could be cut off waits for his lock on the table as well.
 */
async function cutOff(database: string, step: Step, way: Way): Promise<void> {
  const holder = await server.connect(database)
  const tables = await holder.query<{ name: string }>("SELECT oid::regclass::text AS name FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace AND NOT relispartition AND relname = ANY ($1)", [['orders', 'orders_base', 'purchases']])
  await holder.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
  for (const { name } of tables.rows) {
    await holder.query(`SELECT FROM ${name} WHERE id = 24000 FOR UPDATE`)
    if (step.kind === 'sql' && step.transaction !== 'none') await holder.query(`LOCK TABLE ${name} IN SHARE UPDATE EXCLUSIVE MODE`)
  }
  const child = spawn('psql', ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', server.url(database), '-f', '-'], { stdio: ['pipe', 'ignore', 'ignore'], env: { ...process.env, PGAPPNAME: 'the plan' } })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  let isOver = false
  void ended.then(() => (isOver = true))
  child.stdin.end(step.sql)
  const pid = await worksFor(300, () => isOver)
  if (way === 'client') child.kill('SIGKILL')
  else if (pid !== undefined && way === 'backend') await ask('postgres', `SELECT pg_terminate_backend(${pid})`)
  // When one backend dies of a signal that nobody can handle, the server ends all of them at once and recovers from its log, as after an immediate shutdown.
  else if (pid !== undefined) process.kill(pid, 'SIGKILL')
  await ended
  await holder.query('ROLLBACK').catch(() => {})
  await holder.end().catch(() => {})
  await isUp()
  // A backend whose client is gone goes on with the statement that it has.
  await worksFor(Number.POSITIVE_INFINITY, () => false)
}

/** Waits until the plan's session has been at work for so long, or is over, or there is none any more. */
async function worksFor(ms: number, isOver: () => boolean): Promise<number | undefined> {
  let since: number | undefined
  for (let turn = 0; !isOver(); turn++) {
    const [found] = (await query('postgres', "SELECT pid FROM pg_stat_activity WHERE application_name = 'the plan'")) as readonly { pid: number }[]
    if (found) since ??= performance.now()
    if (!found && (since !== undefined || ms === Number.POSITIVE_INFINITY)) return undefined
    if (since !== undefined && performance.now() - since > ms) return found!.pid
    if (turn > 3000) throw new Error('The session of the plan does not end.')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return undefined
}

/** What the steps' texts say: an invalid index that was left is dropped, a partition that was left half detached is detached for good; what was done stays, and what was not is run again. */
async function takeUp(database: string, { steps, before, after }: Reference, at: number, way: Way): Promise<void> {
  const invalid = (state: CatalogState): readonly string[] => Object.entries(state).flatMap(([object, facts]) => (object.startsWith('index ') && facts['valid'] === false ? [object.slice('index '.length)] : []))
  const expected = [...invalid(before[at]!), ...invalid(after[at]!)]
  const left = invalid(await stateOf(database)).filter((name) => !expected.includes(name))
  for (const index of left) expect(await psql(server.url(database), `DROP INDEX CONCURRENTLY ${index};`)).toBeUndefined()
  const step = steps[at]!
  if (/\bFINALIZE\b/.test(step.why) && JSON.stringify(await stateOf(database)).includes('(detach pending)')) expect(await psql(server.url(database), step.sql.replace(/CONCURRENTLY;$/, 'FINALIZE;'))).toBeUndefined()
  const now = await stateOf(database)
  const isUndone = difference(before[at]!, now) === ''
  const isDone = difference(after[at]!, now) === ''
  expect(isUndone || isDone, `half done: ${steps[at]!.sql} (${way})\n${difference(before[at]!, now)}`).toBe(true)
  if (left.length > 0) found.invalid++
  if (steps[at]!.kind === 'backfill' && Object.keys(await query(database, steps[at]!.verify!) as object).length > 0) found.rowsLeft++
  found[isUndone ? 'undone' : 'done']++
  for (const step of steps.slice(isUndone ? at : at + 1)) expect(await psql(server.url(database), step.sql), `taken up after ${way}`).toBeUndefined()
}

const rowsOf = (table: string): string => `SELECT count(*)::int AS rows, sum(id)::text AS ids, count(status)::int AS statuses, md5(string_agg(status::text, ',' ORDER BY id)) AS hash, (SELECT count(*)::int FROM ${table} AS t WHERE to_jsonb(t) @> '{"token": null}') AS without_token FROM ${table}`

async function stateOf(name: string): Promise<CatalogState> {
  const client = await server.connect(name)
  try {
    return await catalogState(await overClient(client))
  } finally {
    await client.end()
  }
}

async function query(name: string, sql: string): Promise<unknown> {
  const client = await server.connect(name)
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

async function ask(name: string, ...statements: readonly string[]): Promise<void> {
  for (const statement of statements) await query(name, statement)
}

async function isUp(): Promise<void> {
  for (let turn = 0; ; turn++) {
    const error = await query('postgres', 'SELECT 1').then(
      () => undefined,
      (refused: unknown) => refused,
    )
    if (error === undefined) return
    if (turn > 300) throw error
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

test('steps were cut off half-way', () => {
  expect(found.undone).toBeGreaterThan(0)
  if (isWhole) expect(found.invalid * found.rowsLeft).toBeGreaterThan(0)
})
