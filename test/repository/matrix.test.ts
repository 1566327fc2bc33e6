import { expect, test } from 'vitest'
import { pageNames } from '../support/document'
import { readMatrix, versions } from '../witness/matrix'
import type { Result } from '../witness/matrix'

const matrix = readMatrix()
const hint = (key: string): string => `${key}: run \`PAGE=${key.split('/')[1]} npm run witness\``

const pages = (['operations', 'hazards'] as const).flatMap((folder) => pageNames(folder).map((name) => `${folder}/${name}`))

test('every page was asked of every version', () => {
  expect(pages.filter((key) => !versions.every((version) => matrix[key]?.[version])).map(hint)).toEqual([])
})

test('every operation was compared on the newest version, but for one that nobody can read', () => {
  // What a procedure does is written elsewhere, and the engine says so of every CALL.
  expect(pages.filter((key) => key.startsWith('operations/') && matrix[key]?.[18]?.locks.compared === 0)).toEqual(['operations/call'])
})

test('no server disagrees', () => {
  const results = Object.entries(matrix).flatMap(([key, rows]) => Object.entries(rows).flatMap(([version, row]) => (['locks', 'plans'] as const).map((subject) => ({ key, version, subject, ...row[subject] }))))
  const disagrees = ({ cases, compared, agreeing, leftOut }: Result): boolean => agreeing !== compared || compared + Object.values(leftOut).reduce((sum, number) => sum + number, 0) !== cases
  expect(results.filter(disagrees).map(({ key, version, subject, compared, agreeing }) => `${key}, ${subject} on ${version}: ${compared - agreeing} disagree`)).toEqual([])
})
