import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadParser } from '../../server/sql/parser'
import { askedVersions, startServer } from '../support/server'
import type { Server } from '../support/server'
import { openStage } from '../witness/forms'
import type { Form, Topic } from '../witness/forms'
import { firstRound, randomFrom, rounds, seed } from './random-from'
import { randomTopic } from './random-topic'

// Locks, rewrites, scans and refusals of statements that nobody has thought of, in schemas that nobody has drawn up, as a server shows them.
// `FUZZ=30 ROUND=300 POSTGRES=13` asks another server for more; `UNTOLD=1` prints the errors that nobody foretold.

const count = rounds(1)
const formsOfEach = 40

let server: Server
beforeAll(async () => {
  await loadParser()
  server = await startServer({ version: askedVersions[0]! })
})
afterAll(() => server?.stop())

const formOf = (sql: string, line: number): Form => ({ sql, before: [], line, from: 0, until: Infinity })

test(`${count} random schemas from seed ${seed}: each of ${formsOfEach} statements does what is said of it`, { timeout: 1e9 }, async () => {
  const failures: string[] = []
  const seen = { compared: 0, refused: 0, foretold: 0 }
  for (let round = firstRound; round < firstRound + count && failures.length < 200; round++) {
    const { schema, forms } = randomTopic(randomFrom(seed, round), formsOfEach, server.version)
    const topic: Topic = { name: `round_${round}`, file: `round ${round}`, schema: schema.map(formOf), forms: forms.map(formOf) }
    let stage
    try {
      stage = await openStage(topic, server)
      for (const form of topic.forms) {
        const compared = Object.entries((await stage.compare(form)).differences) as [string, readonly string[]][]
        seen.compared++
        if (!compared.some(([aspect]) => aspect === 'locks')) {
          seen.refused++
          if (compared.every(([, lines]) => lines.length === 0)) seen.foretold++
          else if (process.env['UNTOLD']) console.log(`untold ${compared.map(([, lines]) => lines).join()}: ${form.sql}`)
          continue
        }
        const differing = compared.filter(([, lines]) => lines.length > 0)
        if (differing.length > 0) failures.push(`round ${round}: ${form.sql};\n${differing.map(([aspect, lines]) => `   ${aspect}: ${lines.join(', ')}`).join('\n')}\n${schema.join(';\n')};`)
      }
    } catch (error) {
      failures.push(`round ${round}: ${error instanceof Error ? error.message : String(error)}\n${schema.join(';\n')}`)
    } finally {
      await stage?.end()
    }
  }
  console.log(`${seen.compared} statements, of which ${seen.refused} end in an error, ${seen.foretold} of these foretold`)
  expect(failures.join('\n\n'), `− only the engine says, + only the server did\n${failures.join('\n\n')}`).toBe('')
})
