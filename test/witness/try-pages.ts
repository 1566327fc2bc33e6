import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadParser } from '../../server/sql/parser'
import type { Case, Page } from '../support/document'
import { readablePages } from '../support/document'
import { ask } from './answer'
import { compare } from './compare'
import { note } from './matrix'
import type { Place } from './place'
import { starts, tryPlans } from './try-plans'
import { printVerdicts, tallied } from './verdict'

export const pages: readonly Page[] = [...readablePages('operations'), ...readablePages('hazards')]

beforeAll(() => loadParser())
test('there are pages', () => expect(pages).not.toEqual([]))
afterAll(() => {
  printVerdicts()
  console.log(`plans compared: ${starts.filled} with rows in every table that takes some, ${starts.given} with those of the page`)
})

/** Declares the tests of every case that suits; there may be none. */
export function tryPages(place: Place, suits: (one: Case, page: Page) => boolean): void {
  for (const page of pages) {
    const cases = page.cases.filter((one) => suits(one, page))
    if (cases.length === 0) continue
    describe(`${place.name} > ${page.name}`, () => {
      for (const one of cases) {
        test(`${one.title}: locks and rewrites`, () =>
          tallied(place, page, 'locks', async () => {
            const answer = await ask(page, one, place)
            note(page, one, place.version, { locks: answer })
            return [compare(page, one, place.version, answer)]
          }))
        if (place.server)
          test(`${one.title}: plans`, () =>
            tallied(place, page, 'plans', async () => {
              const verdicts = await tryPlans(page, one, place)
              note(page, one, place.version, { plans: verdicts.map(({ agrees, how }) => (agrees ? how : `left out: ${how}`)) })
              return verdicts
            }))
      }
    })
  }
}
