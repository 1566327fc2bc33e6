import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Plan } from '../../server/model/plan'
import { loadParser } from '../../server/sql/parser'
import type { Case, Folder } from '../support/document'
import { analyseCase } from '../support/engine'
import { compare } from '../witness/compare'
import { caseKey, readMatrix, versions } from '../witness/matrix'
import type { ByVersion } from '../witness/matrix'
import { scriptOf } from '../witness/script'
import { readablePages } from '../support/document'

// What the engine says of every case on every version, against what its server answered when it was asked: no server is started.

beforeAll(() => loadParser())

const pages = [...readablePages('operations'), ...readablePages('hazards')]

const counts = new Map<string, number>()
const count = (what: string): void => void counts.set(what, (counts.get(what) ?? 0) + 1)
afterAll(() => console.log([...counts].map(([what, number]) => `Matrix: ${what}: ${number}`).sort().join('\n')))

test('there are pages', () => expect(pages).not.toEqual([]))

for (const page of pages) {
  const folder = page.file.split('/')[1] as Folder
  const rows = readMatrix(folder, page.name)
  const command = `PAGE=${page.name} npm run witness`
  describe(page.name, () => {
    test('holds no case that is gone from its page', () => {
      const keys = new Set(page.cases.map(caseKey))
      expect([...rows.keys()].filter((key) => !keys.has(key)), command).toEqual([])
    })
    for (const one of page.cases) {
      test(one.title, () => {
        const row = rows.get(caseKey(one))
        const asked = <Value>(values: ByVersion<Value> | undefined): readonly number[] => versions.filter((version) => values?.[version] === undefined)
        expect(asked(row?.locks), `${page.file}:${one.lines[0]}: the servers of these versions were not asked: run \`${command}\``).toEqual([])
        const disagreements = versions.flatMap((version) => {
          const answer = row!.locks[version]!
          try {
            const { agrees, how } = compare(page, one, version, answer)
            count(`${agrees ? 'agrees' : 'left out'}, ${how}`)
            return []
          } catch (error) {
            return [(error as Error).message]
          }
        })
        expect(disagreements).toEqual([])
      })
      test(`${one.title}: plans`, () => {
        const recorded = versions.map((version) => rows.get(caseKey(one))?.plans[version] ?? [])
        const planned = versions.map((version, at) => plansOf(one, version).map((fit, index) => outcome(fit, recorded[at]![index])))
        expect(planned, `${page.file}:${one.lines[0]}: + what servers 12 to 18 said of its plans: run \`${command}\``).toEqual(recorded)
      })
    }
  })
}

const plansOf = (one: Case, version: number): readonly Plan['fit'][] =>
  typeof scriptOf(one, version) === 'string' ? [] : analyseCase(one, version).statements.flatMap(({ assessed }) => (assessed.plan ? [assessed.plan.fit] : []))

/** An outline is for reading only; any other plan was tried, or could not be on that version. */
const outcome = (fit: Plan['fit'], recorded: string | undefined): string => (fit === 'outline' ? 'left out: outlines, for reading only' : recorded?.startsWith('left out: ') ? recorded : fit)
