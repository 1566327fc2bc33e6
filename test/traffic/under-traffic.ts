import { spawn } from 'node:child_process'
import { Client } from 'pg'
import { analyse } from '../../server/analyse'
import { layOut, stagesOf } from '../../server/editor/plan-text'
import { read } from '../../server/frameworks/sql'
import type { Plan } from '../../server/model/plan'
import { defaultPolicy } from '../../server/model/policy'
import { takeSnapshot } from '../../server/sources/postgres'
import { worldFrom } from '../../server/world'
import { startHammer } from './hammer'
import type { Suffered } from './hammer'
import type { Scenario } from './scenarios'

export interface Outcome extends Suffered {
  readonly ms: number
  /** What psql said when it ended in an error. */
  readonly problem?: string
  /** What the scenario says must not be there afterwards, and is. */
  readonly wrong: readonly unknown[]
}

export interface Circumstances {
  readonly url: string
  readonly rows: number
  /** How long one transaction after the other reads the table. */
  readonly longReadMs: number
  /** How long traffic runs before and after. */
  readonly calmMs: number
}

/** Makes the scenario's tables anew. */
export async function make(client: Client, { make: statements }: Scenario, rows: number): Promise<void> {
  await client.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public')
  for (const statement of statements) await client.query(statement.replaceAll('ROWS', String(rows)))
  await client.query('VACUUM ANALYZE')
}

/** The plan that a user of this very database gets, who knows that transactions run long there. */
export async function planFor({ sql }: Scenario, url: string): Promise<Plan | undefined> {
  const world = { ...worldFrom(await takeSnapshot({ url })), longestTransactionMs: 60_000 }
  const { statements } = analyse(read('a.sql', sql), sql, world, defaultPolicy)
  // Of several statements the last has the plan of all.
  return statements.at(-1)?.assessed.plan
}

/** The statement as it stands, while the application that knows the old schema runs. */
export async function runOriginal(scenario: Scenario, circumstances: Circumstances): Promise<Outcome> {
  return measured(scenario, circumstances, async (deploy) => {
    const problem = await psql(circumstances.url, `${scenario.sql};`)
    if (scenario.newCode) deploy(scenario.newCode)
    return problem
  })
}

/** Stage by stage as printed, with a deploy where the plan says so: for a while both versions of the application run. */
export async function runPlan(scenario: Scenario, plan: Plan, circumstances: Circumstances): Promise<Outcome> {
  return measured(scenario, circumstances, async (deploy) => {
    const { code, newCode } = scenario
    let deployed = newCode === undefined
    const release = async (): Promise<void> => {
      deploy(code, newCode!)
      await pause(circumstances.calmMs)
      deploy(newCode!)
      await pause(200)
      deployed = true
    }
    for (const stage of stagesOf(plan)) {
      if (!deployed && stage.code !== undefined) await release()
      const problem = await psql(circumstances.url, layOut([stage], { indentation: '', lineEnd: '\n' }))
      if (problem !== undefined) return problem
    }
    if (!deployed) await release()
    return undefined
  })
}

async function measured({ code, wrong }: Scenario, { url, rows, longReadMs, calmMs }: Circumstances, change: (deploy: Awaited<ReturnType<typeof startHammer>>['deploy']) => Promise<string | undefined>): Promise<Outcome> {
  const hammer = await startHammer({ url, code, rows, longReadMs })
  await pause(calmMs)
  const started = performance.now()
  const problem = await change(hammer.deploy)
  const ms = performance.now() - started
  await pause(calmMs)
  const suffered = await hammer.stop()
  return { ...suffered, ms, wrong: wrong === undefined ? [] : await asked(url, wrong.replaceAll('ROWS', String(rows))), ...(problem !== undefined && { problem }) }
}

async function asked(url: string, query: string): Promise<readonly unknown[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(query)).rows
  } finally {
    await client.end()
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Undefined, or what it said when it ended in an error. */
export function psql(url: string, script: string): Promise<string | undefined> {
  const child = spawn('psql', ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', url, '-f', '-'], { stdio: ['pipe', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
  child.stdin.end(script)
  return new Promise((resolve) => child.once('close', (status) => resolve(status === 0 ? undefined : said)))
}
