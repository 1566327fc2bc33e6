import { expect, test } from 'vitest'
import { relationName } from '../../../server/model/name'
import { Scope } from '../../../server/lsp/scope'
import { defaultSettings } from '../../../common/settings'

test('a scope is worn out by names, but not within minutes', async () => {
  const scope = new Scope(undefined, defaultSettings, undefined)
  const { catalog } = await scope.worldOf(undefined)
  const later = performance.now() + 11 * 60_000
  for (let index = 0; index < 100_000; index++) catalog.relation(relationName('public', `orders_${index}`))
  expect(scope.isWorn(later)).toBe(false)
  for (let index = 0; index <= 500_000; index++) catalog.relation(relationName('public', `orders_${index}`))
  expect(scope.isWorn(later)).toBe(true)
  expect(scope.isWorn()).toBe(false)
})
