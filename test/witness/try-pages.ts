import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadParser } from '../../server/sql/parser'
import type { Case, Page } from '../support/document'
import { readablePages } from '../support/document'
import { compareLocks } from './compare-locks'
import type { Place } from './place'
import { tryPlans } from './try-plans'
import { printVerdicts, tallied } from './verdict'

export const pages: readonly Page[] = [...readablePages('operations'), ...readablePages('hazards')]

beforeAll(() => loadParser())
test('there are pages', () => expect(pages).not.toEqual([]))
afterAll(printVerdicts)

/** Declares the tests of every case that suits; there may be none. */
export function tryPages(place: Place, suits: (one: Case) => boolean): void {
  for (const page of pages) {
    const cases = page.cases.filter(suits)
    if (cases.length === 0) continue
    describe(`${place.name} > ${page.name}`, () => {
      for (const one of cases) {
        test(`${one.title}: locks and rewrites`, () => tallied(place, page, 'locks', async () => [await compareLocks(page, one, place)]))
        if (place.server) test(`${one.title}: plans`, () => tallied(place, page, 'plans', () => tryPlans(page, one, place)))
      }
    })
  }
}
