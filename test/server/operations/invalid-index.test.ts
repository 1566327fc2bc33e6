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
  ['a type change that keeps the rows', 'ALTER TABLE notes ALTER COLUMN a TYPE text'],
  ['a type change that writes them anew', 'ALTER TABLE notes ALTER COLUMN b TYPE bigint'],
  ['a new column that has another value in each row', 'ALTER TABLE notes ADD COLUMN d timestamptz DEFAULT clock_timestamp()'],
  ['a new column that all rows have the same in', 'ALTER TABLE notes ADD COLUMN d integer DEFAULT 1'],
  ['another persistence', 'ALTER TABLE notes SET UNLOGGED'],
  ['the persistence that it has', 'ALTER TABLE notes SET LOGGED'],
  ['TRUNCATE', 'TRUNCATE notes'],
  ['CLUSTER', 'CLUSTER notes USING whole'],
  ['VACUUM FULL', 'VACUUM FULL notes'],
  ['VACUUM', 'VACUUM notes'],
  ['REINDEX', 'REINDEX TABLE notes'],
  ['REFRESH', 'REFRESH MATERIALIZED VIEW notes', `CREATE MATERIALIZED VIEW notes AS SELECT 'x'::varchar(10) AS a, 1 AS b, 1 AS c`],
])('which invalid indexes are made anew, and valid, by %s', async (_, sql, made = 'CREATE TABLE notes (a varchar(10), b integer, c integer, d_ integer, EXCLUDE USING btree (d_ WITH =))') => {
  await database.exec(`
    ${made};
    CREATE INDEX of_a ON notes (a); CREATE INDEX of_b ON notes (b); CREATE INDEX of_c ON notes (c); CREATE UNIQUE INDEX one ON notes (c); CREATE INDEX whole ON notes (a, c);
    UPDATE pg_index SET indisvalid = false WHERE indrelid = 'notes'::regclass AND indexrelid <> 'whole'::regclass`)
  const snapshot = await snapshotOfPglite(database)
  const before = await indexes()
  await database.exec(sql)
  const after = await indexes()
  await database.exec(made.startsWith('CREATE TABLE') ? 'DROP TABLE notes' : 'DROP MATERIALIZED VIEW notes')

  const { assessed, after: session } = step(startSession(catalogFromSnapshot(snapshot)), sql, { calibration: calibrationOf(snapshot), sized: true })
  const works = assessed.effects.flatMap(({ work }) => work)
  const isRewritten = assessed.effects.some(({ emptied, work }) => emptied || work.some(({ kind }) => kind === 'rewrite'))
  const built = works.flatMap((work) => (work.kind === 'build-index' ? [work.index.name] : []))
  const said = before.map(({ name }) => ({ name, built: isRewritten || built.includes(name), valid: session.catalog.index(`public.${name}` as RelationName)?.index.valid }))
  expect(said).toEqual(after.map(({ name, file, valid }, at) => ({ name, built: file !== before[at]!.file, valid })))
})
