import { PGlite } from '@electric-sql/pglite'
import { citext } from '@electric-sql/pglite/contrib/citext'
import { cube } from '@electric-sql/pglite/contrib/cube'
import { earthdistance } from '@electric-sql/pglite/contrib/earthdistance'
import { fuzzystrmatch } from '@electric-sql/pglite/contrib/fuzzystrmatch'
import { hstore } from '@electric-sql/pglite/contrib/hstore'
import { intarray } from '@electric-sql/pglite/contrib/intarray'
import { isn } from '@electric-sql/pglite/contrib/isn'
import { ltree } from '@electric-sql/pglite/contrib/ltree'
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm'
import { pgcrypto } from '@electric-sql/pglite/contrib/pgcrypto'
import { seg } from '@electric-sql/pglite/contrib/seg'
import { unaccent } from '@electric-sql/pglite/contrib/unaccent'
import { uuid_ossp } from '@electric-sql/pglite/contrib/uuid_ossp'
import { readFile, writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'

const path = new URL('../../../server/operations/extension-functions.json', import.meta.url)

/** Those whose functions make values of values, and read no table. */
const extensions = { citext, cube, earthdistance, fuzzystrmatch, hstore, intarray, isn, ltree, pg_trgm, pgcrypto, seg, unaccent, 'uuid-ossp': uuid_ossp }

/** What SQL can call, by name; overloads count as the most volatile of them. */
const functions = `
  SELECT e.extname AS extension, p.proname AS name, min(array_position('{v,s,i}', p.provolatile::text)) AS place,
         bool_or(l.lanname = 'sql' AND p.prosrc ~* '\\mfrom\\M') AS reads
    FROM pg_extension e
    JOIN pg_depend d ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid AND d.classid = 'pg_proc'::regclass AND d.deptype = 'e'
    JOIN pg_proc p ON p.oid = d.objid
    JOIN pg_language l ON l.oid = p.prolang
   WHERE e.extname <> 'plpgsql' AND p.prokind IN ('f', 'w', 'a')
     AND p.prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype, 'internal'::regtype) AND 'internal'::regtype <> ALL (p.proargtypes::oid[])
   GROUP BY 1, 2
   ORDER BY 1, p.proname COLLATE "C"`

test('the functions of extensions are as volatile as a server says', { timeout: 120_000 }, async () => {
  const database = await PGlite.create({ extensions })
  for (const name of Object.keys(extensions)) await database.exec(`CREATE EXTENSION IF NOT EXISTS "${name}" CASCADE`)
  const { rows } = await database.query<{ extension: string; name: string; place: number; reads: boolean }>(functions)
  await database.close()
  expect(rows.filter(({ reads }) => reads)).toEqual([])
  const names = (extension: string, place: number): string =>
    rows
      .filter((row) => row.extension === extension && row.place === place)
      .map((row) => row.name)
      .join(' ')
  const expected = Object.fromEntries(Object.keys(extensions).map((one) => [one, { volatile: names(one, 1), stable: names(one, 2), immutable: names(one, 3) }]))
  if (process.env['UPDATE']) await writeFile(path, `${JSON.stringify(expected, undefined, 2)}\n`)
  const data: unknown = JSON.parse(await readFile(path, 'utf8'))
  expect(data).toEqual(expected)
})
