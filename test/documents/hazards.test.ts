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

test.each(hazards.filter(({ name }) => wantedPages('hazards').includes(name)).map(({ name, title }) => ({ name, title })))("the page $name has the hazard's title", ({ name, title }) => {
  expect(openPage('hazards', name).title).toBe(title)
})

describe.each(wantedPages('hazards'))('%s', (name) => checkPage('hazards', name))
