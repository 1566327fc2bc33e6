import { beforeAll, describe, expect, test } from 'vitest'
import { hazards } from '../../server/hazards/index'
import { loadParser } from '../../server/sql/parser'
import { openPage, pageNames, wantedPages } from '../support/document'
import { checkPage } from './check-page'

beforeAll(() => loadParser())

test('every hazard has a page, and every page a hazard', () => {
  // It looks at what the others found, so it is not in their list.
  expect(pageNames('hazards')).toEqual([...hazards.map((hazard) => hazard.name), 'unused-allow'].sort())
})

for (const { name, title } of hazards.filter((hazard) => wantedPages('hazards').includes(hazard.name))) {
  test(`the page ${name} has the hazard's title`, () => expect(openPage('hazards', name).title).toBe(title))
}

describe.each(wantedPages('hazards'))('%s', (name) => checkPage('hazards', name))
