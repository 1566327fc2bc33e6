import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Catalog } from '../../server/catalog/catalog'
import { catalogFromSnapshot } from '../../server/catalog/from-snapshot'
import { snapshotOfPglite } from '../support/snapshot-of-pglite'
import { loadParser } from '../../server/sql/parser'
import type { Case } from '../support/document'
import { readablePages } from '../support/document'
import { analyseCase, statementsOf } from '../support/engine'
import { cleanPglite } from '../support/pglite'
import { catalogFacts } from './catalog-facts'
import { isUnknown, scriptOf } from './script'

/** PGlite's version. */
const version = 18

const pages = [...readablePages('operations'), ...readablePages('hazards')]

const counts = new Map<string, number>()
const count = (what: string): void => void counts.set(what, (counts.get(what) ?? 0) + 1)

beforeAll(() => loadParser())
afterAll(() => console.log([...counts].map(([what, number]) => `Catalogs after a case: ${what}: ${number}`).join('\n')))

test('there are pages', () => expect(pages).not.toEqual([]))

for (const page of pages) {
  const cases = page.cases.filter((one) => one.version === undefined || one.version === version)
  if (cases.length === 0) continue
  describe(page.name, () => {
    for (const one of cases) {
      test(`${one.title}: catalog`, async () => {
        const there = await serverCatalog(one)
        if (typeof there === 'string') return count(`not comparable, ${there}`)
        expect(catalogFacts(there), `${page.file}:${one.lines[0]}: - the engine believes, + the server has`).toEqual(catalogFacts(analyseCase(one, version).catalog, there))
        count('compared')
      })
    }
  })
}

/** What the server has after the case, or why it cannot say. */
async function serverCatalog(one: Case): Promise<Catalog | string> {
  if (isUnknown(one)) return 'without a snapshot'
  const script = scriptOf(one, version)
  if (typeof script === 'string') return script
  const database = await cleanPglite()
  for (const statement of statementsOf(one.given?.text ?? '')) await database.exec(statement)
  for (const statement of statementsOf(one.sql)) {
    const refused = await database.exec(statement).then(
      () => false,
      () => true,
    )
    if (refused) return 'the server refuses a statement'
  }
  return catalogFromSnapshot(await snapshotOfPglite(database))
}
