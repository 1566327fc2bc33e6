import type { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadParser } from '../../server/sql/parser'
import { askedVersions, startServer } from '../support/server'
import type { Server } from '../support/server'
import { scenarios, scenariosAsked } from './scenarios'
import { make, planFor, psql, runPlan } from './under-traffic'
import type { Circumstances } from './under-traffic'
import { startHammer } from './hammer'

// While a plan runs as it is printed, nobody's request fails or waits for long, and nothing that was acknowledged is lost.
// `npm run bench:traffic` does the same with large tables, and with the statement itself beside it.

/** What a plan's short locks may take, and what a busy machine may add. */
const longestMs = 2000 + 1500

let server: Server
let client: Client
let circumstances: Circumstances

beforeAll(async () => {
  await loadParser()
  server = await startServer({ version: askedVersions[0]! })
  client = await server.connect()
  circumstances = { url: server.url(), rows: 30_000, longReadMs: 700, calmMs: 300 }
})
afterAll(() => server?.stop())

test.each(scenariosAsked())('$name', async (scenario) => {
  await make(client, scenario, circumstances.rows)
  const plan = await planFor(scenario, circumstances.url)
  expect(plan?.fit).toMatch(/equivalent|staged/)
  const { problem, failures, lost, wrong, longestMs: longest, requests } = await runPlan(scenario, plan!, circumstances)
  expect({ problem, failures, lost, wrong }).toEqual({ problem: undefined, failures: [], lost: [], wrong: [] })
  expect(requests).toBeGreaterThan(20)
  expect(longest).toBeLessThan(longestMs)
}, 60_000)

test('a lock that is held for long, a refused request and a lost write are seen', async () => {
  const scenario = scenarios[0]!
  await make(client, scenario, circumstances.rows)
  const hammer = await startHammer({ ...circumstances, code: scenario.code })
  await new Promise((resolve) => setTimeout(resolve, 500))
  await psql(circumstances.url, 'BEGIN; LOCK TABLE orders; SELECT pg_sleep(2); COMMIT; UPDATE orders SET amount = -1; ALTER TABLE orders ADD CHECK (amount < 5) NOT VALID;')
  await new Promise((resolve) => setTimeout(resolve, 500))
  const { longestMs: longest, failures, lost } = await hammer.stop()
  expect(longest).toBeGreaterThan(1900)
  expect(failures.length).toBeGreaterThan(0)
  expect(lost.length).toBeGreaterThan(0)
}, 60_000)
