import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Accuracy } from '../bench/accuracy/accuracy'
import { accuracyPage, accuracyPicture } from '../bench/accuracy/page'

const read = (path: string): string => readFileSync(new URL(`../../docs/${path}`, import.meta.url), 'utf8')
const result = JSON.parse(read('accuracy.json')) as Accuracy

test('the page and the picture of the accuracy are of what was measured: `npm run bench:accuracy` measures anew', () => {
  expect(read('accuracy.md')).toBe(accuracyPage(result))
  expect(read('images/accuracy.svg')).toBe(accuracyPicture(result))
})
