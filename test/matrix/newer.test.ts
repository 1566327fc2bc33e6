import { beforeAll, expect, test } from 'vitest'
import { loadParser } from '../../server/sql/parser'
import { newerFacts } from '../../server/sql/newer-syntax'
import { analyseSql, givenWorld } from '../support/engine'
import { readExamples } from '../witness/newer'

// What servers of the release and of the one before answered to each example: `test/witness/newer.test.ts` asks them.

beforeAll(() => loadParser())

const examples = readExamples()

test('everything that is known to be newer has an example that the release before refuses', () => {
  const shown = new Set(examples.flatMap(({ what, since, before }) => (before === '' ? [] : [`${what}: ${since}`])))
  expect(newerFacts.map(({ what, since }) => `${what}: ${since}`).filter((fact) => !shown.has(fact))).toEqual([])
})

test.each(examples)('$what: $sql', ({ what, since, given = '', sql }) => {
  const needs = (version: number): readonly string[] => analyseSql(sql, givenWorld(given, version).world).statements.flatMap(({ findings }) => findings.filter(({ hazard }) => hazard === 'needs-newer-server').map(({ message }) => message))
  expect(needs(since - 1)).toContain(`Needs PostgreSQL ${since} (${what}), and the server is PostgreSQL ${since - 1}: it refuses the statement.`)
  expect(needs(since)).toEqual([])
})
