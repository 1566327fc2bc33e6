import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { lockPage } from './lock-page'

test('docs/locks.md says what servers answered: `UPDATE=1 npx vitest run test/matrix` writes it anew', () => {
  const file = new URL('../../docs/locks.md', import.meta.url)
  const page = lockPage()
  if (process.env['UPDATE']) writeFileSync(file, page)
  expect(readFileSync(file, 'utf8')).toBe(page)
})
