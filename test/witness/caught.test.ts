import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { catalogFromSnapshot } from '../../server/catalog/from-snapshot'
import { calibrationOf } from '../../server/estimate/calibrated'
import type { Snapshot } from '../../server/model/snapshot'
import { takeSnapshot } from '../../server/sources/postgres'
import { loadParser } from '../../server/sql/parser'
import { analyseSql } from '../support/engine'
import { askedVersions, startServer } from '../support/server'
import type { Server } from '../support/server'
import { isAwaited } from './is-awaited'

await loadParser()

// What is there already is an error that the block catches: what was locked before it is given back, so only who stands in the way can tell.

const make = `CREATE TABLE owners (id int PRIMARY KEY);
CREATE TABLE parts (id int NOT NULL, a int, CONSTRAINT c CHECK (id > 0), CONSTRAINT k PRIMARY KEY (id), CONSTRAINT u UNIQUE (id, a), CONSTRAINT f FOREIGN KEY (a) REFERENCES owners) PARTITION BY RANGE (id);
CREATE TABLE parts_1 PARTITION OF parts DEFAULT;
CREATE TABLE old (id int, CONSTRAINT old_c CHECK (id > 0));
CREATE TABLE older () INHERITS (old);`

const modes = ['ACCESS EXCLUSIVE', 'SHARE ROW EXCLUSIVE'] as const

describe.each(askedVersions)('on PostgreSQL %i', (version) => {
  let server: Server
  let database: string
  let snapshot: Snapshot
  beforeAll(async () => {
    server = await startServer({ version })
    database = await server.createDatabase()
    const client = await server.connect(database)
    await client.query(make)
    await client.end()
    snapshot = await takeSnapshot({ url: server.url(database) })
  })
  afterAll(() => server?.stop())

  test.each([
    'ALTER TABLE parts ADD CONSTRAINT c CHECK (id > 1)',
    'ALTER TABLE ONLY parts ADD CONSTRAINT c CHECK (id > 1)',
    'ALTER TABLE parts ADD CONSTRAINT u UNIQUE (id, a)',
    'ALTER TABLE parts ADD CONSTRAINT k PRIMARY KEY (id)',
    'ALTER TABLE parts ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES owners',
    'ALTER TABLE old ADD CONSTRAINT old_c CHECK (id > 1)',
    'ALTER TABLE parts ADD COLUMN a int REFERENCES owners',
    'ALTER TABLE old ADD COLUMN id int',
    'CREATE TABLE old (x int REFERENCES owners)',
  ])('%s', async (statement) => {
    const sql = `DO $$ BEGIN ${statement}; EXCEPTION WHEN others THEN NULL; END $$`
    const [only] = analyseSql(sql, { catalog: catalogFromSnapshot(snapshot), calibration: calibrationOf(snapshot), sized: true }).statements
    for (const relation of ['owners', ...(statement.includes('parts') ? ['parts', 'parts_1'] : ['old', 'older'])]) {
      const told = only!.assessed.effects.filter((effect) => effect.relation === `public.${relation}`).map(({ lock }) => lock)
      const awaited: string[] = []
      for (const mode of modes) if (await isAwaited(server, database, sql, `public.${relation}`, mode)) awaited.push(mode)
      expect(told, relation).toEqual(awaited)
    }
  })
})
