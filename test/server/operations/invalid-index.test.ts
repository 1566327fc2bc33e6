import { beforeAll, expect, test } from 'vitest'
import { catalogFromSnapshot } from '../../../server/catalog/from-snapshot'
import type { RelationName } from '../../../server/model/name'
import { loadParser } from '../../../server/sql/parser'
import { startSession, step } from '../../../server/session'
import { calibrationOf } from '../../../server/estimate/calibrated'
import { cleanPglite } from '../../support/pglite'
import type { Database } from '../../support/probe'
import { snapshotOfPglite } from '../../support/snapshot-of-pglite'

let database: Database
beforeAll(async () => {
  await loadParser()
  database = await cleanPglite()
})

interface Index {
  readonly name: string
  readonly file: number
  readonly valid: boolean
}

const indexes = async (): Promise<readonly Index[]> => (await database.query<Index>("SELECT relname AS name, relfilenode::int AS file, indisvalid AS valid FROM pg_class JOIN pg_index ON indexrelid = oid WHERE indrelid = 'notes'::regclass ORDER BY 1")).rows

test.each([
  ['keeps the rows', 'ALTER TABLE notes ALTER COLUMN a TYPE text'],
  ['writes them anew', 'ALTER TABLE notes ALTER COLUMN b TYPE bigint'],
])('an invalid index is made anew by a type change that %s, and valid then', async (_, sql) => {
  await database.exec(`
    CREATE TABLE notes (a varchar(10), b integer, c integer);
    CREATE INDEX of_a ON notes (a); CREATE INDEX of_b ON notes (b); CREATE INDEX of_c ON notes (c); CREATE INDEX whole ON notes (a, c);
    UPDATE pg_index SET indisvalid = false WHERE indexrelid IN ('of_a'::regclass, 'of_b'::regclass, 'of_c'::regclass)`)
  const snapshot = await snapshotOfPglite(database)
  const before = await indexes()
  await database.exec(sql)
  const after = await indexes()
  await database.exec('DROP TABLE notes')

  const { assessed, after: session } = step(startSession(catalogFromSnapshot(snapshot), false), sql, { calibration: calibrationOf(snapshot), sized: true })
  const works = assessed.effects.flatMap(({ work }) => work)
  const isRewritten = works.some(({ kind }) => kind === 'rewrite')
  const built = works.flatMap((work) => (work.kind === 'build-index' ? [work.index.name] : []))
  const said = before.map(({ name }) => ({ name, built: isRewritten || built.includes(name), valid: session.catalog.index(`public.${name}` as RelationName)?.index.valid }))
  expect(said).toEqual(after.map(({ name, file, valid }, at) => ({ name, built: file !== before[at]!.file, valid })))
})
