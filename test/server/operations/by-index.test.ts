import { beforeAll, describe, expect, test } from 'vitest'
import { catalogFromSnapshot } from '../../../server/catalog/from-snapshot'
import type { Table } from '../../../server/catalog/relation'
import { relationName } from '../../../server/model/name'
import { mayBeLookedUp } from '../../../server/operations/by-index'
import { loadParser } from '../../../server/sql/parser'
import { cleanPglite } from '../../support/pglite'

await loadParser()

const columns = [
  { name: 'id', type: 'bigint' },
  { name: 'name', type: 'text' },
  { name: 'tags', type: 'text[]' },
  { name: 'note', type: 'text' },
]
const table = (complete: boolean): Table =>
  catalogFromSnapshot({ version: 1, complete, tables: { people: { rows: 1e6, columns, constraints: [], ...(complete && { indexes: [{ name: 'i', keys: ['id'] }, { name: 'n', keys: ['name'] }, { name: 't', method: 'gin', keys: ['tags'] }] }) } } }).table(relationName('public', 'people'))!

describe('what an index can find', () => {
  let condition: (where: string) => Promise<boolean>

  beforeAll(async () => {
    const database = await cleanPglite()
    await database.exec('CREATE TABLE people (id bigint, name text COLLATE "C", tags text[], note text); CREATE INDEX i ON people (id); CREATE INDEX n ON people (name); CREATE INDEX t ON people USING gin (tags); SET enable_seqscan = off')
    condition = async (where) => /Index Cond/.test(JSON.stringify((await database.query(`EXPLAIN SELECT FROM people WHERE ${where}`)).rows))
  })

  test.each([
    'id = 5',
    'id IN (1, 2)',
    'id <> 5',
    'id NOT IN (1, 2)',
    'NOT id = 5',
    'NOT id < 5',
    'NOT id IN (1, 2)',
    'id IS DISTINCT FROM 5',
    'id BETWEEN 1 AND 5',
    'id IS NULL',
    "name = 'a'",
    "name <> 'a'",
    "name LIKE 'abc%'",
    "name LIKE '%abc'",
    "name LIKE '_bc'",
    "name NOT LIKE 'abc%'",
    "name ILIKE '%abc'",
    "name ~ '^abc'",
    "name ~ 'abc'",
    "name !~ '^abc'",
    "note = 'a'",
    "note LIKE '%a%'",
    "tags @> ARRAY['a']",
  ])('%s, as a server says', async (where) => {
    expect(mayBeLookedUp(where, table(true))).toBe(await condition(where))
  })

  test('where no index is known, any may be there that finds what is in order', () => {
    expect(["note = 'a'", 'id > 5', "name LIKE 'abc%'", "name LIKE '%abc%'", "name <> 'a'"].map((where) => mayBeLookedUp(where, table(false)))).toEqual([true, true, true, false, false])
  })
})
