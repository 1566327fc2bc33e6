import { afterAll, beforeAll, expect, test } from 'vitest'
import { analyse } from '../../server/analyse'
import { read } from '../../server/frameworks/sql'
import { defaultPolicy } from '../../server/model/policy'
import { scaleSnapshot } from '../../server/sources/scale-snapshot'
import { takeSnapshot } from '../../server/sources/postgres'
import { loadParser } from '../../server/sql/parser'
import { worldFrom } from '../../server/world'
import { catalogState, difference, withoutPositions } from '../support/catalog-state'
import type { CatalogState } from '../support/catalog-state'
import { statementsOf } from '../support/engine'
import { populate } from '../support/populate'
import { openDatabase, reset } from '../support/probe'
import type { Database } from '../support/probe'
import { askedVersions, startServer } from '../support/server'
import type { Server } from '../support/server'
import { rowsState } from '../witness/rows-state'
import { firstRound, randomFrom, rounds, seed } from './random-from'
import { randomSchema } from './random-schema'

// A plan of a statement that nobody has thought of, for a schema that nobody has drawn up, ends where the statement ends.

const count = rounds(25)
const name = 'fuzzed'

let server: Server
let original: Database
let planned: Database
beforeAll(async () => {
  await loadParser()
  server = await startServer({ version: askedVersions[0]! })
  ;[original, planned] = await Promise.all([openDatabase(server, await server.createDatabase(name)), openDatabase(server, await server.createDatabase())])
})
afterAll(() => server?.stop())

test(`${count} random statements from seed ${seed} and their plans end alike`, { timeout: 1e9 }, async () => {
  const failures: string[] = []
  const seen: Record<string, number> = { refused: 0, 'without a plan': 0, outline: 0, equivalent: 0, staged: 0 }
  for (let round = firstRound; round < firstRound + count && failures.length < 10; round++) {
    const { make, sql, isVolatile } = randomSchema(randomFrom(seed, round))
    const told = (what: string): number => failures.push(`round ${round}: ${what}\n${make.join(';\n')};\n${sql};`)
    try {
      const outcome = await tryOne(make, sql, isVolatile)
      seen[outcome] = (seen[outcome] ?? 0) + 1
    } catch (error) {
      told(error instanceof Error ? error.message : String(error))
    }
  }
  console.log(Object.entries(seen).map(([what, times]) => `${what}: ${times}`).join(', '))
  expect(failures.join('\n\n'), `\n${failures.join('\n\n')}`).toBe('')
  expect(seen['equivalent']! + seen['staged']!).toBeGreaterThan(count / 4)
})

async function tryOne(make: readonly string[], sql: string, isVolatile: boolean): Promise<string> {
  for (const database of [original, planned]) {
    await reset(database)
    for (const statement of make) await database.exec(statement)
    await populate(database)
  }
  await original.exec('ANALYZE')
  const { snapshot, problem } = scaleSnapshot(await takeSnapshot({ url: server.url(name) }), { '*': { times: 10_000_000 } })
  if (!snapshot) throw new Error(problem)
  const { statements } = analyse(read('a.sql', sql), sql, worldFrom(snapshot), defaultPolicy)
  const plan = statements[0]?.assessed.plan
  if (!plan) return 'without a plan'
  if (plan.fit === 'outline') return 'outline'
  const refusal = await original.exec(sql).then(
    () => undefined,
    (error: Error) => error.message,
  )
  if (refusal !== undefined) return 'refused'
  const verify = async (query = ''): Promise<void> => {
    for (const one of statementsOf(query)) {
      const { rows } = await planned.query(one)
      if (rows.length > 0) throw new Error(`left: ${one}: ${JSON.stringify(rows)}`)
    }
  }
  for (const steps of [plan.expand, plan.migrate, plan.contract]) {
    for (const step of steps) {
      for (const statement of statementsOf(step.sql)) {
        await planned.exec(statement).catch((error: Error) => {
          throw new Error(`${error.message}: ${statement}`)
        })
      }
      await verify(step.verify)
    }
  }
  const states = [await catalogState(original), await catalogState(planned)].map((state) => (plan.fit === 'equivalent' ? state : withoutPositions(state)))
  const catalogs = difference(states[0]!, states[1]!)
  if (catalogs !== '') throw new Error(`- after the statement, + after its plan\n${catalogs}`)
  const [was, is] = [await rowsState(original), await rowsState(planned)]
  const rows = isVolatile ? difference(numbers(was), numbers(is)) : difference(was, is)
  if (rows !== '') throw new Error(`rows: ${rows}`)
  return plan.fit
}

const numbers = (state: Awaited<ReturnType<typeof rowsState>>): CatalogState => Object.fromEntries(Object.entries(state).map(([table, { rows }]) => [table, { rows }]))
