import { readFile, writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { cleanPglite } from '../../support/pglite'

const path = new URL('../../../server/catalog/builtin-functions.json', import.meta.url)

/** What SQL can call, by name; overloads count as the most volatile of them. */
const functions = `
  SELECT proname AS name, min(array_position('{v,s,i}', provolatile::text)) AS place
    FROM pg_proc
   WHERE pronamespace = 'pg_catalog'::regnamespace AND prokind IN ('f', 'w', 'a')
     AND prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype, 'internal'::regtype)
     AND 'internal'::regtype <> ALL (proargtypes::oid[])
   GROUP BY proname
   ORDER BY proname COLLATE "C"`

const ofRows = `
  SELECT DISTINCT proname COLLATE "C" AS name FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace AND (prokind IN ('a', 'w') OR proretset) ORDER BY 1`

test('the built-in functions are as volatile as a server says', async () => {
  const database = await cleanPglite()
  const { rows } = await database.query<{ name: string; place: number }>(functions)
  const names = (place: number): string =>
    rows
      .filter((row) => row.place === place)
      .map((row) => row.name)
      .join(' ')
  const { rows: several } = await database.query<{ name: string }>(ofRows)
  const expected = { volatile: names(1), stable: names(2), immutable: names(3), ofRows: several.map(({ name }) => name).join(' ') }
  if (process.env['UPDATE']) await writeFile(path, `${JSON.stringify(expected, undefined, 2)}\n`)
  const data: unknown = JSON.parse(await readFile(path, 'utf8'))
  expect(data).toEqual(expected)
})
