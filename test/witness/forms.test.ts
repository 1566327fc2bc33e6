import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadParser } from '../../server/sql/parser'
import { startServer } from '../support/server'
import type { Server, Version } from '../support/server'
import { aspects, openStage, relationAspects, suits, wantedTopics } from './forms'
import type { Aspect, Stage, Tally } from './forms'

/** `POSTGRES=12,18` names the servers; what `npm run witness` asks all of, `npm test` asks of one. */
const versions = (process.env['POSTGRES'] ?? '17').split(',').map((text) => Number(text) as Version)
const topics = wantedTopics()

/** Errors that nobody foretold and what is known to differ, which a run that names topics prints. */
const untold: string[] = []
/** By version and what is counted: forms by aspect, and relations by theirs. Forms that are known to differ count too. */
const tallies = new Map<string, Tally>()

function count(what: string, { agreeing, compared }: Tally): void {
  const known = tallies.get(what) ?? { agreeing: 0, compared: 0 }
  tallies.set(what, { agreeing: known.agreeing + agreeing, compared: known.compared + compared })
}

const shown = (name: string, { agreeing, compared }: Tally): string => `${name} ${agreeing}/${compared} = ${((100 * agreeing) / Math.max(compared, 1)).toFixed(1)} %`
const tallied = (version: number, unit: 'forms' | 'relations' | 'allowing' | 'hanging', names: readonly string[]): string =>
  names.flatMap((name) => {
    const tally = tallies.get(`${version} ${unit} ${name}`)
    return tally ? [shown(name, tally)] : []
  }).join(', ')

beforeAll(() => loadParser())
test('there are forms', () => expect(topics.flatMap(({ forms }) => forms)).not.toEqual([]))

describe.each(versions)('forms on PostgreSQL %i', (version) => {
  let server: Server
  beforeAll(async () => {
    server = await startServer({ version, settings: { allow_in_place_tablespaces: 'on' } })
  })
  afterAll(async () => {
    await server?.stop()
    console.log(`PostgreSQL ${version}, by form: ${tallied(version, 'forms', aspects)}\n            by relation: ${tallied(version, 'relations', relationAspects)}\n            by relation, where what is said to hang on rows or a branch need not come about: ${tallied(version, 'allowing', relationAspects)}\n            said to hang on them, and taken: ${tallied(version, 'hanging', ['locks'])}`)
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
        const { differences, relations, allowing, hanging } = await stage.compare(form)
        const compared = Object.entries(differences) as [Aspect, readonly string[]][]
        for (const [aspect, lines] of compared) count(`${version} forms ${aspect}`, { agreeing: lines.length === 0 ? 1 : 0, compared: 1 })
        for (const [aspect, tally] of Object.entries(relations)) count(`${version} relations ${aspect}`, tally)
        count(`${version} hanging locks`, hanging)
        for (const [aspect, tally] of Object.entries(allowing)) count(`${version} allowing ${aspect}`, tally)
        untold.push(...(compared.find(([aspect]) => aspect === 'refused')?.[1] ?? []).map((line) => `${version} ${topic.name}:${form.line} ${line}`))
        // An error of which nothing was said takes nobody's data and keeps no lock: it counts, and fails no test.
        const differing = compared.filter(([aspect, lines]) => (aspect === 'refused' ? lines.some((line) => line.startsWith('−')) : lines.length > 0))
        const told = differing.map(([aspect, lines]) => `${aspect}: ${lines.join(', ')}`).join('\n')
        if (form.wrong !== undefined && suits(form.wrong, version)) {
          untold.push(`${version} ${topic.name}:${form.line} ${told}`)
          expect(told, `${topic.file}:${form.line}: it is right now; take away its \`-- wrong\``).not.toBe('')
        } else expect(told, `${topic.file}:${form.line}: − only the engine says, + only the server did\n${told}`).toBe('')
      })
    }
  })
})
