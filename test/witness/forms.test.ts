import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadParser } from '../../server/sql/parser'
import { startServer } from '../support/server'
import type { Server, Version } from '../support/server'
import { aspects, openStage, suits, wantedTopics } from './forms'
import type { Aspect, Stage } from './forms'

/** `POSTGRES=12,18` names the servers; what `npm run witness` asks all of, `npm test` asks of one. */
const versions = (process.env['POSTGRES'] ?? '17').split(',').map((text) => Number(text) as Version)
const topics = wantedTopics()

/** Errors that nobody foretold, which a run that names topics prints. */
const untold: string[] = []
const tallies = new Map<string, { agreeing: number; compared: number }>()

function count(version: number, aspect: Aspect, agrees: boolean): void {
  const tally = tallies.get(`${version} ${aspect}`) ?? { agreeing: 0, compared: 0 }
  tallies.set(`${version} ${aspect}`, { agreeing: tally.agreeing + (agrees ? 1 : 0), compared: tally.compared + 1 })
}

beforeAll(() => loadParser())
test('there are forms', () => expect(topics.flatMap(({ forms }) => forms)).not.toEqual([]))

describe.each(versions)('forms on PostgreSQL %i', (version) => {
  let server: Server
  beforeAll(async () => {
    server = await startServer({ version, settings: { allow_in_place_tablespaces: 'on' } })
  })
  afterAll(async () => {
    await server?.stop()
    console.log(`PostgreSQL ${version}: ${aspects.flatMap((aspect) => {
      const tally = tallies.get(`${version} ${aspect}`)
      return tally ? [`${aspect} ${tally.agreeing}/${tally.compared} = ${((100 * tally.agreeing) / tally.compared).toFixed(1)} %`] : []
    }).join(', ')}`)
    if (process.env['FORMS'] !== undefined) console.log(untold.splice(0).join('\n'))
  })

  describe.each(topics)('$name', (topic) => {
    let stage: Stage
    beforeAll(async () => {
      stage = await openStage(topic, server)
    })
    afterAll(() => stage?.end())

    for (const form of topic.forms.filter((one) => suits(one, version))) {
      test(`${form.line}: ${form.sql.replaceAll(/\s+/g, ' ')}`, async () => {
        const compared = Object.entries(await stage.compare(form)) as [Aspect, readonly string[]][]
        for (const [aspect, lines] of compared) count(version, aspect, lines.length === 0)
        untold.push(...(compared.find(([aspect]) => aspect === 'refused')?.[1] ?? []).map((line) => `${version} ${topic.name}:${form.line} ${line}`))
        // An error of which nothing was said takes nobody's data and keeps no lock: it counts, and fails no test.
        const differing = compared.filter(([aspect, lines]) => (aspect === 'refused' ? lines.some((line) => line.startsWith('−')) : lines.length > 0))
        const told = differing.map(([aspect, lines]) => `${aspect}: ${lines.join(', ')}`).join('\n')
        if (form.wrong !== undefined && version <= form.wrong.until) expect(told, `${topic.file}:${form.line}: it is right now; take away its \`-- wrong\``).not.toBe('')
        else expect(told, `${topic.file}:${form.line}: − only the engine says, + only the server did\n${told}`).toBe('')
      })
    }
  })
})
