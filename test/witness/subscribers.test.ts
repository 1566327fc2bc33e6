import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Client } from 'pg'
import { loadParser } from '../../server/sql/parser'
import { analyseSql } from '../support/engine'
import { askedVersions, startServer } from '../support/server'
import type { Server } from '../support/server'
import { snapshotWorld } from '../support/snapshot-world'

/**
 * One server publishes and another subscribes: what stops the subscriber until the same is done there is told, and nothing else is.
 * A subscriber that stops tries again and again, which takes seconds to see: all of them are asked where `POSTGRES` names the servers, and one otherwise.
 */
interface Case {
  readonly from?: number
  /** On both servers; the tables are empty. */
  readonly made: string
  /** On the subscriber instead. */
  readonly there?: string
  readonly published: string
  readonly statement: string
  /** A row that goes over afterwards. */
  readonly row: string
  /** What makes the subscriber go on; absent: it does not stop. */
  readonly mended?: string
  /** What is said of it; absent: whether it stops. */
  readonly told?: readonly ('yes' | 'perhaps')[]
}

const a = 'CREATE TABLE a (id int PRIMARY KEY, v text)'
const whole = 'CREATE TABLE w (id int PRIMARY KEY, v int) PARTITION BY RANGE (id); CREATE TABLE w1 PARTITION OF w FOR VALUES FROM (0) TO (10)'
const cases: readonly Case[] = [
  { made: a, published: 'FOR TABLE a', statement: 'ALTER TABLE a ADD COLUMN c int', row: 'INSERT INTO a VALUES (1)', mended: 'ALTER TABLE a ADD COLUMN c int' },
  { made: a, published: 'FOR ALL TABLES', statement: 'ALTER TABLE a ADD COLUMN c int, ADD COLUMN d int DEFAULT 1', row: 'INSERT INTO a VALUES (1)', mended: 'ALTER TABLE a ADD COLUMN c int, ADD COLUMN d int', told: ['yes', 'yes'] },
  { made: a, published: "FOR TABLE a WITH (publish = 'truncate')", statement: 'ALTER TABLE a ADD COLUMN c int', row: 'TRUNCATE a', mended: 'ALTER TABLE a ADD COLUMN c int' },
  { made: a, published: 'FOR TABLE a', statement: 'ALTER TABLE a ADD COLUMN c int GENERATED ALWAYS AS (id + 1) STORED', row: 'INSERT INTO a VALUES (1)' },
  { made: a, published: 'FOR TABLE a', statement: 'ALTER TABLE a ALTER COLUMN v SET NOT NULL', row: "INSERT INTO a VALUES (1, 'x')" },
  { made: a, published: 'FOR TABLE a', statement: 'ALTER TABLE a DROP COLUMN v', row: 'INSERT INTO a VALUES (1)' },
  { made: a, published: 'FOR TABLE a', statement: 'ALTER TABLE a ALTER COLUMN id TYPE bigint', row: 'INSERT INTO a VALUES (1)' },
  { made: a, published: 'FOR TABLE a', statement: 'ALTER TABLE a RENAME COLUMN v TO w', row: 'INSERT INTO a VALUES (1)', mended: 'ALTER TABLE a RENAME COLUMN v TO w' },
  { made: a, published: 'FOR TABLE a', statement: 'ALTER TABLE a RENAME TO b', row: 'INSERT INTO b VALUES (1)', mended: 'ALTER TABLE a RENAME TO b' },
  { made: `CREATE SCHEMA s; ${a}`, published: 'FOR TABLE a', statement: 'ALTER TABLE a SET SCHEMA s', row: 'INSERT INTO s.a VALUES (1)', mended: 'ALTER TABLE a SET SCHEMA s' },
  { made: a, published: 'FOR ALL TABLES', statement: 'CREATE TABLE n (id int PRIMARY KEY)', row: 'INSERT INTO n VALUES (1)', mended: 'CREATE TABLE n (id int PRIMARY KEY)' },
  { made: a, published: 'FOR TABLE a', statement: 'CREATE TABLE n (id int PRIMARY KEY)', row: 'INSERT INTO n VALUES (1)' },
  { made: `${a}; CREATE TABLE u (id int)`, published: 'FOR TABLE a', statement: 'ALTER TABLE u ADD COLUMN c int', row: 'INSERT INTO u VALUES (1)' },
  { from: 13, made: whole, published: 'FOR TABLE w', statement: 'ALTER TABLE w ADD COLUMN c int', row: 'INSERT INTO w VALUES (1)', mended: 'ALTER TABLE w ADD COLUMN c int' },
  { from: 13, made: whole, published: 'FOR TABLE w', statement: 'CREATE TABLE w2 PARTITION OF w FOR VALUES FROM (10) TO (20)', row: 'INSERT INTO w VALUES (11)', mended: 'CREATE TABLE w2 PARTITION OF w FOR VALUES FROM (10) TO (20)' },
  { from: 13, made: 'CREATE TABLE w (id int PRIMARY KEY) PARTITION BY RANGE (id); CREATE TABLE w2 (id int PRIMARY KEY)', published: 'FOR TABLE w', statement: 'ALTER TABLE w ATTACH PARTITION w2 FOR VALUES FROM (10) TO (20)', row: 'INSERT INTO w VALUES (11)' },
  { from: 15, made: 'CREATE SCHEMA s; CREATE TABLE s.a (id int PRIMARY KEY)', published: 'FOR TABLES IN SCHEMA s', statement: 'ALTER TABLE s.a ADD COLUMN c int', row: 'INSERT INTO s.a VALUES (1)', mended: 'ALTER TABLE s.a ADD COLUMN c int' },
  { made: a, published: 'FOR ALL TABLES', statement: 'CREATE TABLE n AS SELECT 1 AS id', row: 'INSERT INTO n VALUES (1)', mended: 'CREATE TABLE n (id int)' },
  { made: a, published: 'FOR ALL TABLES', statement: 'CREATE UNLOGGED TABLE n (id int)', row: 'INSERT INTO n VALUES (1)' },
  { made: a, published: 'FOR ALL TABLES', statement: 'CREATE MATERIALIZED VIEW n AS SELECT 1 AS id', row: 'REFRESH MATERIALIZED VIEW n' },
  { from: 15, made: a, published: 'FOR TABLE a (id)', statement: 'ALTER TABLE a ADD COLUMN c int', row: 'INSERT INTO a VALUES (1)' },
  { from: 15, made: a, published: 'FOR TABLE a (id)', statement: 'ALTER TABLE a RENAME COLUMN v TO w', row: 'INSERT INTO a VALUES (1)' },
  { from: 15, made: a, published: 'FOR TABLE a (id, v)', statement: 'ALTER TABLE a RENAME COLUMN v TO w', row: 'INSERT INTO a VALUES (1)', mended: 'ALTER TABLE a RENAME COLUMN v TO w' },
  { from: 15, made: a, published: "FOR TABLE a WHERE (id > 0) WITH (publish = 'insert')", statement: 'ALTER TABLE a ADD COLUMN c int', row: 'INSERT INTO a VALUES (1)', mended: 'ALTER TABLE a ADD COLUMN c int' },
  { from: 13, made: whole, published: 'FOR TABLE w', statement: 'ALTER TABLE w RENAME TO x', row: 'INSERT INTO x VALUES (1)' },
  { from: 13, made: whole, published: 'FOR TABLE w', statement: 'ALTER TABLE w1 RENAME TO x1', row: 'INSERT INTO w VALUES (1)', mended: 'ALTER TABLE w1 RENAME TO x1' },
  { from: 13, made: whole, published: 'FOR TABLE w WITH (publish_via_partition_root)', statement: 'ALTER TABLE w RENAME TO x', row: 'INSERT INTO x VALUES (1)', mended: 'ALTER TABLE w RENAME TO x' },
  { from: 13, made: whole, published: 'FOR TABLE w WITH (publish_via_partition_root)', statement: 'ALTER TABLE w1 RENAME TO x1', row: 'INSERT INTO w VALUES (1)' },
  { from: 13, made: whole, published: 'FOR TABLE w1 WITH (publish_via_partition_root)', statement: 'ALTER TABLE w1 RENAME TO x1', row: 'INSERT INTO w VALUES (1)', mended: 'ALTER TABLE w1 RENAME TO x1' },
  { from: 13, made: whole, published: 'FOR TABLE w WITH (publish_via_partition_root)', statement: 'CREATE TABLE w2 PARTITION OF w FOR VALUES FROM (10) TO (20)', row: 'INSERT INTO w VALUES (11)', mended: 'CREATE TABLE w2 PARTITION OF w FOR VALUES FROM (10) TO (20)', told: ['perhaps'] },
  { from: 13, made: whole, there: 'CREATE TABLE w (id int PRIMARY KEY, v int)', published: 'FOR TABLE w WITH (publish_via_partition_root)', statement: 'CREATE TABLE w2 PARTITION OF w FOR VALUES FROM (10) TO (20)', row: 'INSERT INTO w VALUES (11)', told: ['perhaps'] },
  { from: 18, made: a, published: 'FOR TABLE a WITH (publish_generated_columns = stored)', statement: 'ALTER TABLE a ADD COLUMN c int GENERATED ALWAYS AS (id + 1) STORED', row: 'INSERT INTO a VALUES (1)', mended: 'ALTER TABLE a ADD COLUMN c int' },
  { from: 18, made: a, published: 'FOR TABLE a WITH (publish_generated_columns = stored)', statement: 'ALTER TABLE a ADD COLUMN c int GENERATED ALWAYS AS (id + 1) VIRTUAL', row: 'INSERT INTO a VALUES (1)' },
  { made: 'CREATE TABLE a (id int PRIMARY KEY, c int GENERATED ALWAYS AS (id + 1) STORED)', published: 'FOR TABLE a', statement: 'ALTER TABLE a RENAME COLUMN c TO d', row: 'INSERT INTO a VALUES (1)' },
]

describe.each(askedVersions)('PostgreSQL %s', (version) => {
  let publisher: Server
  let subscriber: Server
  beforeAll(async () => {
    await loadParser()
    publisher = await startServer({ version, settings: { wal_level: 'logical', max_wal_senders: '10', max_replication_slots: '10' } })
    subscriber = await startServer({ version, settings: { wal_retrieve_retry_interval: '100ms', max_worker_processes: '16', max_logical_replication_workers: '8' } })
  })
  afterAll(async () => {
    await subscriber?.stop()
    await publisher?.stop()
  })

  test.each(cases.filter(({ from = 12 }, at) => from <= version && (at === 0 || process.env['POSTGRES'] !== undefined)))('$published: $statement', async ({ made, there: other = made, published, statement, row, mended, told }) => {
    const [here, there] = await Promise.all([publisher, subscriber].map(async (server) => server.connect(await server.createDatabase()))) as [Client, Client]
    const name = (await here.query<{ name: string }>('SELECT current_database() AS name')).rows[0]!.name
    await here.query(made)
    await there.query(other)
    await here.query(`CREATE PUBLICATION p ${published}`)
    await there.query(`CREATE SUBSCRIPTION s_${name} CONNECTION '${publisher.url(name)}' PUBLICATION p WITH (copy_data = false)`)
    const world = await snapshotWorld(publisher, name)
    const found = analyseSql(statement, world).statements.flatMap(({ findings }) => findings.filter(({ hazard }) => hazard === 'stopped-subscriber'))
    try {
      await here.query(statement)
      await here.query(row)
      expect(await hasArrived(here, mended === undefined ? 20_000 : 1500), 'the subscriber has all').toBe(mended === undefined)
      if (mended !== undefined) {
        await there.query(mended)
        expect(await hasArrived(here, 20_000), 'the subscriber goes on').toBe(true)
      }
      expect(found.map(({ message }) => (message.includes('(not where') ? 'perhaps' : 'yes'))).toEqual(told ?? (mended === undefined ? [] : ['yes']))
    } finally {
      await there.query(`DROP SUBSCRIPTION s_${name}`)
      await Promise.all([here.end(), there.end()])
    }
  })
})

/** Whether the one subscriber has confirmed all that has been written. */
async function hasArrived(publisher: Client, withinMs: number): Promise<boolean> {
  const until = Date.now() + withinMs
  const { rows: [written] } = await publisher.query<{ at: string }>('SELECT pg_current_wal_insert_lsn() AS at')
  while (Date.now() < until) {
    const { rows } = await publisher.query<{ has: boolean }>('SELECT confirmed_flush_lsn >= $1::pg_lsn AS has FROM pg_replication_slots WHERE database = current_database()', [written!.at])
    if (rows[0]?.has) return true
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return false
}
