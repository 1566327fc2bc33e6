import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { World } from '../../server/analyse'
import { catalogFromSnapshot } from '../../server/catalog/from-snapshot'
import { assumedCalibration } from '../../server/estimate/calibration'
import { loadParser } from '../../server/sql/parser'
import { analyseSql } from '../support/engine'
import { overClient } from '../support/probe'
import { askedVersions, startServer } from '../support/server'
import type { Server } from '../support/server'
import { snapshotInside } from '../support/snapshot-of-pglite'
import { catalogFacts } from './catalog-facts'
import { everyTopic, suits, wantedTopics } from './forms'

/**
 * What the engine's catalog says after each form, beside what a snapshot of the server says there: later statements are told from it, and plans are made of it.
 * Each takes a snapshot, so a run that names neither topics nor servers takes some forms only.
 */
const isSample = process.env['FORMS'] === undefined && process.env['POSTGRES'] === undefined
const every = isSample ? 12 : 1

const typesOfExtension = 'which types, functions and casts are of an extension is in no snapshot'

/** Where the two are known to differ, and why: such a one fails once they no longer do. */
const known: Readonly<Record<string, string>> = {
  'DROP EXTENSION hstore CASCADE': typesOfExtension,
  'DROP EXTENSION citext CASCADE': typesOfExtension,
  'DROP EXTENSION moddatetime CASCADE': typesOfExtension,
  'DROP EXTENSION postgres_fdw CASCADE': 'which wrappers are of an extension is in no snapshot, and so not that the foreign table goes with it',
  'ALTER EXTENSION hstore SET SCHEMA attic': typesOfExtension,
  'ALTER EXTENSION hstore SET SCHEMA sky': typesOfExtension,
  'ALTER EXTENSION hstore SET SCHEMA dues': typesOfExtension,
  'ALTER TABLE work ALTER COLUMN mark TYPE shelf_mark COLLATE plain': 'which collations there are is in no snapshot',
  'CREATE TABLE archive.copy (LIKE collection.artwork INCLUDING ALL)': 'in which order indexes were made, by which two that have no name of their own get theirs, is in no snapshot',
  'DO $$ DECLARE n int; BEGIN SELECT count(*) INTO n FROM ops.flag; IF n > 100 THEN ALTER TABLE ops.flag ADD COLUMN big int; ELSE CREATE INDEX flag_value ON ops.flag (value); END IF; END $$': 'how many rows a query finds is known when it runs',
  'DO $$ BEGIN ALTER TABLE ops.aircraft ADD COLUMN a int; ALTER TABLE ops.aircraft ALTER COLUMN sold SET NOT NULL; EXCEPTION WHEN not_null_violation THEN NULL; END $$': 'whether a row has NULL, by which the block ends in an error and is taken back, is in no snapshot',
}

beforeAll(() => loadParser())

test('what is known to differ is a form of some topic', () => {
  const forms = new Set(everyTopic().flatMap((topic) => topic.forms.map(({ sql }) => sql)))
  expect(Object.keys(known).filter((sql) => !forms.has(sql))).toEqual([])
})

describe.each(askedVersions)('PostgreSQL %s', (version) => {
  let server: Server
  beforeAll(async () => {
    server = await startServer({ version })
  })
  afterAll(async () => {
    await server?.stop()
  })

  describe.each(wantedTopics())('$name', (topic) => {
    let client: Awaited<ReturnType<Server['connect']>>
    let database: Awaited<ReturnType<typeof overClient>>
    let world: World
    let compared = 0
    beforeAll(async () => {
      await server.createDatabase(topic.name)
      client = await server.connect(topic.name)
      for (const { sql } of topic.schema.filter((one) => suits(one, version))) await client.query(sql)
      database = await overClient(client)
      await client.query('BEGIN')
      world = { catalog: catalogFromSnapshot(await snapshotInside(database)), calibration: assumedCalibration, sized: true }
      await client.query('ROLLBACK')
    }, 60_000)
    afterAll(async () => client?.end())

    for (const form of topic.forms.filter((one, index) => index % every === 0 && suits(one, version))) {
      test(`${form.line}: ${form.sql.replaceAll(/\s+/g, ' ').slice(0, 120)}`, async () => {
        const text = [...form.before, form.sql].join(';\n')
        const analysis = analyseSql(text, world)
        if (analysis.statements.some(({ assessed }) => assessed.transactionBlock === 'forbidden') || analysis.unread.length > 0) return
        await client.query('BEGIN')
        try {
          const refused = await client.query(text).then(() => false, () => true)
          if (refused) return
          compared++
          const there = catalogFromSnapshot(await snapshotInside(database))
          const [ours, theirs] = [catalogFacts(analysis.catalog, there), catalogFacts(there)]
          if (known[form.sql] === undefined) expect(theirs, `${topic.file}:${form.line}: - the engine believes, + the server has`).toEqual(ours)
          else expect(theirs, `${topic.file}:${form.line}: no longer differs`).not.toEqual(ours)
        } finally {
          await client.query('ROLLBACK')
        }
      })
    }

    test('some end without an error', () => expect(compared).toBeGreaterThan(0))
  })
})
