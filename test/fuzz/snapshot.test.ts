import { readFileSync } from 'node:fs'
import { beforeAll, expect, test } from 'vitest'
import { toReport } from '../../server/report'
import { readSnapshot } from '../../server/sources/read-snapshot'
import { loadParser } from '../../server/sql/parser'
import { worldFrom } from '../../server/world'
import { reportSchema } from '../support/schemas'
import { baseTexts } from './base-texts'
import { checkAnalysis } from './check-analysis'
import { firstRound, randomFrom, rounds, seed } from './random-from'
import { spoilSnapshot } from './spoil-snapshot'

beforeAll(() => loadParser())

const count = rounds(2000)
const sample = readFileSync(new URL('../../samples/lockscope.snapshot.json', import.meta.url), 'utf8')

test(`${count} spoilt snapshots from seed ${seed} are refused in one sentence, or make sense`, { timeout: 1e9 }, () => {
  const { snapshot: whole } = readSnapshot(sample)
  const tables = Object.keys(whole!.tables!)
  const texts = [...baseTexts().map(({ sql }) => sql), ...tables.flatMap(statementsOn)]
  const failures: string[] = []
  const seen = { refused: 0, accepted: 0, durations: 0 }
  for (let round = firstRound; round < firstRound + count && failures.length < 20; round++) {
    const random = randomFrom(seed, round)
    const text = spoilSnapshot(sample, random)
    const fail = (problem: string): void => void failures.push(`FUZZ=1 SEED=${seed} ROUND=${round}: ${problem}`)
    try {
      const { snapshot, problem } = readSnapshot(text)
      if (snapshot === undefined) {
        seen.refused++
        if (!/^[^\n\r\0]{10,400}\.$/.test(problem) || / at .*:\d+:\d+/.test(problem)) fail(`The sentence is ${JSON.stringify(problem)}`)
        continue
      }
      seen.accepted++
      const world = worldFrom(snapshot)
      const sql = [...statementsOn(random.pick(tables)), ...Array.from({ length: 3 }, () => random.pick(texts))].join(';\n')
      const { analysis, problems } = checkAnalysis(sql, world, 'statement')
      seen.durations += analysis.statements.filter(({ assessed }) => assessed.duration !== undefined).length
      const broken = reportSchema(JSON.parse(JSON.stringify(toReport([analysis], snapshot))))
      if (problems.length + broken.length > 0) fail(`${[...new Set([...problems, ...broken])].join('\n')}\n${sql.slice(0, 1500)}`)
    } catch (error) {
      fail((error as Error).stack ?? String(error))
    }
  }
  expect(failures.join('\n\n')).toBe('')
  if (count >= 100) for (const number of Object.values(seen)) expect(number, JSON.stringify(seen)).toBeGreaterThan(count / 10)
  console.log(`${count} snapshots from seed ${seed}: ${JSON.stringify(seen)}`)
})

/** What asks for most of what a snapshot says of a table. */
const statementsOn = (table: string): readonly string[] => [
  `ALTER TABLE ${table} ADD COLUMN extra uuid DEFAULT gen_random_uuid()`,
  `CREATE INDEX extra_index ON ${table} (id)`,
  `ALTER TABLE ${table} ALTER COLUMN id TYPE numeric, ALTER COLUMN id SET NOT NULL`,
  `ALTER TABLE ${table} ADD CONSTRAINT extra_key FOREIGN KEY (id) REFERENCES public.customers (id)`,
  `UPDATE ${table} SET id = id + 1`,
  `DELETE FROM ${table} WHERE id IS NULL`,
  `VACUUM FULL ${table}`,
  `REINDEX TABLE ${table}`,
]
