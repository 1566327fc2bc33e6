import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { statementsOf } from '../support/engine'
import { openDatabase, reset } from '../support/probe'
import type { Database } from '../support/probe'
import { startServer } from '../support/server'
import type { Server, Version } from '../support/server'
import { loadParser } from '../../server/sql/parser'
import { readExamples, readNames, writeExamples, writeNames } from './newer'
import type { Names } from './newer'

// What a release brought is refused by the one before, and runs on it and all later ones.

const isMatrix = process.env['MATRIX'] !== undefined
const versions = (process.env['POSTGRES'] ?? '17').split(',').map((text) => Number(text) as Version)
const examples = readExamples()
const said = new Map<string, string>()
const names = new Map<Version, Record<keyof Names, readonly string[]>>()

beforeAll(() => loadParser())
afterAll(() => {
  if (!isMatrix) return
  writeExamples(examples.map((one) => ({ ...one, before: said.get(one.sql) ?? one.before })))
  if (versions.length === 7) writeNames(newNames())
})

describe.each(versions)('server %i', (version) => {
  let server: Server
  let database: Database
  beforeAll(async () => {
    server = await startServer({ version })
    database = await openDatabase(server, await server.createDatabase())
  })
  afterAll(() => server?.stop())

  for (const one of examples.filter(({ since }) => since <= version || since === version + 1)) {
    test(`${one.what}: ${one.sql}`, async () => {
      await reset(database)
      for (const statement of statementsOf(one.given ?? '')) await database.exec(statement)
      const refusal = await database.exec(one.sql).then(
        () => '',
        (error: Error) => error.message,
      )
      for (const statement of refusal === '' ? statementsOf(one.after ?? '') : []) await database.exec(statement)
      if (one.since <= version) return expect(refusal).toBe(one.answer ?? '')
      expect(['', one.answer], 'The release before knows it too.').not.toContain(refusal)
      if (isMatrix) said.set(one.sql, refusal)
      else expect(refusal).toBe(one.before)
    })
  }

  test('has the functions, types and settings of its release and of those before, and none of the later ones', async () => {
    const { rows } = await database.query<{ kind: keyof Names; name: string }>(`
      SELECT DISTINCT 'functions' AS kind, proname::text AS name FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace AND prokind = 'f'
      UNION ALL SELECT 'types', typname FROM pg_type WHERE typnamespace = 'pg_catalog'::regnamespace AND typtype IN ('b', 'r', 'm') AND typelem = 0
      UNION ALL SELECT 'settings', lower(name) FROM pg_settings`)
    const there = (kind: keyof Names): readonly string[] => rows.filter((row) => row.kind === kind).map(({ name }) => name).sort()
    const own = { functions: there('functions'), types: there('types'), settings: there('settings') }
    names.set(version, own)
    if (isMatrix) return
    for (const [kind, lists] of Object.entries(readNames())) {
      const has = new Set(own[kind as keyof Names])
      const wrong = Object.entries(lists).flatMap(([since, list]) => list.split(' ').filter((name) => has.has(name) !== Number(since) <= version && has.has(name)))
      expect(wrong, kind).toEqual([])
    }
  })
})

/** Those of each release that none before has. */
function newNames(): Names {
  const fresh = (kind: keyof Names): Readonly<Record<string, string>> => {
    // A call of a type's name was a cast before there was a function.
    const known = new Set<string>(kind === 'functions' ? names.get(versions[0]!)!.types : [])
    const lists = [...names].sort(([a], [b]) => a - b).map(([version, own]): [string, string] => {
      const added = own[kind].filter((name) => !known.has(name))
      for (const name of added) known.add(name)
      return [String(version), added.join(' ')]
    })
    return Object.fromEntries(lists.slice(1))
  }
  return { functions: fresh('functions'), types: fresh('types'), settings: fresh('settings') }
}
