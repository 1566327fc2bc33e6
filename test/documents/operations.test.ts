import { beforeAll, describe, expect, test } from 'vitest'
import { operationTypes } from '../../server/operations/index'
import { loadParser } from '../../server/sql/parser'
import { openPage, pageNames, wantedPages } from '../support/document'
import { checkPage } from './check-page'

beforeAll(() => loadParser())

test('every operation has a page, and every page an operation', () => {
  expect(pageNames('operations')).toEqual(operationTypes.map((type) => type.kind).sort())
})

for (const { kind, title } of operationTypes.filter((type) => wantedPages('operations').includes(type.kind))) {
  test(`the page ${kind} has the operation's title`, () => expect(openPage('operations', kind).title).toBe(title))
}

describe.each(wantedPages('operations'))('%s', (name) => checkPage('operations', name))
