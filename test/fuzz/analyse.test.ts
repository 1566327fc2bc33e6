import { isDeepStrictEqual } from 'node:util'
import { beforeAll, expect, test } from 'vitest'
import { analyse } from '../../server/analyse'
import type { World } from '../../server/analyse'
import { catalogFromSnapshot } from '../../server/catalog/from-snapshot'
import type { View } from '../../server/editor/view'
import { assumedCalibration } from '../../server/estimate/calibration'
import { read } from '../../server/frameworks/sql'
import type { Carried } from '../../server/frameworks/tool'
import { defaultPolicy } from '../../server/model/policy'
import { loadParser } from '../../server/sql/parser'
import { baseTexts } from './base-texts'
import { checkActions } from './check-actions'
import { checkAnalysis, shown } from './check-analysis'
import { mutate } from './mutate'
import { firstRound, randomFrom, rounds, seed } from './random-from'

beforeAll(() => loadParser())

const count = rounds(600)
const without: World = { catalog: catalogFromSnapshot(undefined), calibration: assumedCalibration, sized: false }

test(`${count} spoilt texts from seed ${seed} are analysed, each edit as if the text were read anew`, { timeout: 1e9 }, () => {
  const bases = baseTexts()
  const texts = bases.map(({ sql }) => sql)
  const failures: string[] = []
  const seen = { statements: 0, findings: 0, plans: 0, actions: 0, unread: 0 }
  for (let round = firstRound; round < firstRound + count && failures.length < 20; round++) {
    const random = randomFrom(seed, round)
    const base = random.pick(bases)
    const world = random.chance(0.3) ? without : base.world()
    const transaction = random.pick(['statement', 'statement', 'file'] as const)
    const before = random.chance(0.5) ? base.sql : `${random.pick(texts)};\n${base.sql};\n${random.pick(texts)}`
    const text = mutate(before, texts, random)
    try {
      const start = checkAnalysis(before, world, transaction)
      const edited = checkAnalysis(text, world, transaction, start.analysis)
      const anew = checkAnalysis(text, world, transaction)
      const back = checkAnalysis(before, world, transaction, edited.analysis)
      seen.statements += edited.analysis.statements.length
      seen.findings += edited.analysis.statements.flatMap(({ findings }) => findings).length
      seen.plans += edited.analysis.statements.filter(({ assessed }) => assessed.plan).length
      seen.unread += edited.analysis.unread.length
      const problems = [...start.problems, ...edited.problems, ...anew.problems, ...back.problems]
      const actions = checkActions(text, (sql) => viewOf(sql, world, transaction))
      seen.actions += actions.tried
      problems.push(...actions.problems)
      if (!isDeepStrictEqual(shown(edited.analysis), shown(anew.analysis))) problems.push('The edited text is analysed otherwise than the text by itself.')
      if (!isDeepStrictEqual(shown(back.analysis), shown(start.analysis))) problems.push('The edit taken back leaves another analysis than before.')
      if (problems.length > 0) failures.push(describeFailure(round, before, text, [...new Set(problems)].join('\n')))
    } catch (error) {
      failures.push(describeFailure(round, before, text, (error as Error).stack ?? String(error)))
    }
  }
  expect(failures.join('\n\n')).toBe('')
  // Texts of which nothing is left to understand would try nothing.
  if (count >= 100) for (const number of Object.values(seen)) expect(number, JSON.stringify(seen)).toBeGreaterThan(count / 10)
  console.log(`${count} texts from seed ${seed}: ${seen.statements} statements, ${seen.findings} findings, ${seen.plans} plans, ${seen.actions} edits offered, ${seen.unread} unread`)
})

const viewOf = (text: string, world: World, transaction: Carried): View => ({
  uri: 'file:///a.sql',
  text,
  analysis: analyse(read('a.sql', text, transaction), text, world, defaultPolicy),
  page: (page) => page,
  hasCommands: true,
})

const describeFailure = (round: number, before: string, text: string, problem: string): string => `FUZZ=1 SEED=${seed} ROUND=${round}: ${problem}\nbefore: ${JSON.stringify(before).slice(0, 3000)}\nafter:  ${JSON.stringify(text).slice(0, 3000)}`
