import type { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stepsOf } from '../../server/model/plan'
import { loadParser } from '../../server/sql/parser'
import { analyseSql, givenWorld, statementsOf } from '../support/engine'
import { askedVersions, startServer } from '../support/server'
import type { Server } from '../support/server'

/** What timeouts do to statements that commit as they go: shown by real servers with a transaction in the way. */

beforeAll(() => loadParser())

const schema = `
  CREATE TABLE t (id bigint, at date);
  CREATE INDEX t_id ON t (id);
  CREATE TABLE p (id bigint) PARTITION BY RANGE (id);
  CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);`

const invalidIndexes = `SELECT coalesce(string_agg(indexrelid::regclass::text, ',' ORDER BY indexrelid::regclass::text), '') AS found FROM pg_index WHERE NOT indisvalid AND indrelid = 't'::regclass`
const half = `SELECT coalesce(string_agg(inhrelid::regclass::text, ','), '') AS found FROM pg_inherits WHERE inhdetachpending`

interface Case {
  readonly sql: string
  /** What another transaction has done and not yet committed. */
  readonly inTheWay: string
  /** Says what is left behind. */
  readonly look: string
  readonly left: string
  /** What the finding says of it. */
  readonly says: string
  readonly from?: number
}

const cases: readonly Case[] = [
  { sql: 'CREATE INDEX CONCURRENTLY t_at ON t (at)', inTheWay: 'INSERT INTO t VALUES (1)', look: invalidIndexes, left: 't_at', says: 'the index `t_at` behind, invalid' },
  { sql: 'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS t_at ON t (at)', inTheWay: 'INSERT INTO t VALUES (1)', look: invalidIndexes, left: 't_at', says: 'the index `t_at` behind, invalid' },
  { sql: 'DROP INDEX CONCURRENTLY t_id', inTheWay: 'SELECT FROM t', look: invalidIndexes, left: 't_id', says: 'the index `t_id` behind, invalid' },
  { sql: 'REINDEX INDEX CONCURRENTLY t_id', inTheWay: 'INSERT INTO t VALUES (1)', look: invalidIndexes, left: 't_id_ccnew', says: 'an invalid copy of the index behind, with `_ccnew` in its name' },
  { sql: 'REINDEX TABLE CONCURRENTLY t', inTheWay: 'INSERT INTO t VALUES (1)', look: invalidIndexes, left: 't_id_ccnew', says: 'an invalid copy of the index behind' },
  { sql: 'ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY', inTheWay: 'SELECT FROM p', look: half, left: 'p1', says: 'the partition `p1` half detached', from: 14 },
]

const timeouts = [
  { set: "SET lock_timeout = '300ms'", code: '55P03' },
  { set: "SET statement_timeout = '300ms'", code: '57014' },
] as const

for (const version of askedVersions) {
  describe(`PostgreSQL ${version}`, () => {
    let server: Server
    let worker: Client
    let other: Client
    beforeAll(async () => {
      server = await startServer({ version })
      ;[worker, other] = await Promise.all([server.connect(), server.connect()])
    })
    afterAll(() => server?.stop())

    const fresh = async (): Promise<void> => {
      await other.query('ROLLBACK')
      await worker.query('RESET ALL; DROP TABLE IF EXISTS t, p, p1')
      await worker.query(schema)
    }
    const look = async (sql: string): Promise<string> => (await worker.query<{ found: string }>(sql)).rows[0]!.found
    const analysed = (sql: string): ReturnType<typeof analyseSql>['statements'][number] => analyseSql(sql, givenWorld(schema, version).world).statements.at(-1)!

    for (const one of cases.filter(({ from }) => version >= (from ?? 0))) {
      test.each(timeouts)(`$set; ${one.sql}`, async ({ set, code }) => {
        await fresh()
        await other.query(`BEGIN; ${one.inTheWay}`)
        await worker.query(set)
        await expect(worker.query(one.sql)).rejects.toMatchObject({ code })
        await other.query('ROLLBACK')
        expect(await look(one.look)).toBe(one.left)

        const { findings, assessed } = analysed(`${set}; ${one.sql};`)
        expect(findings.filter(({ hazard }) => hazard === 'timeout').map(({ message }) => message)).toEqual([expect.stringContaining(one.says)])
        // What stops readers of the partition is not to wait for its lock without an end.
        expect(assessed.plan === undefined).toBe(one.look === half)
        if (!assessed.plan) return
        // The plan waits as long as it takes, ends well, and leaves the session as it was.
        await fresh()
        await other.query(`BEGIN; ${one.inTheWay}`)
        await worker.query(set)
        const steps = statementsOf(stepsOf(assessed.plan).map((step) => step.sql).join('\n'))
        const done = (async () => {
          for (const step of steps) await worker.query(step)
        })()
        await new Promise((resolve) => setTimeout(resolve, 700))
        await other.query('COMMIT')
        await done
        expect(await look(one.look)).toBe('')
        const { rows } = await worker.query<{ setting: string }>(`SHOW ${set.split(' ')[1]!}`)
        expect(Object.values(rows[0]!)).toEqual(['300ms'])
      })
    }

    test('IF NOT EXISTS keeps what is invalid, and the plan puts a valid one in its place', async () => {
      await fresh()
      await other.query('BEGIN; INSERT INTO t VALUES (1)')
      await worker.query("SET lock_timeout = '300ms'")
      await worker.query('CREATE INDEX CONCURRENTLY t_at ON t (at)').catch(() => undefined)
      await other.query('ROLLBACK')
      await worker.query('RESET lock_timeout')
      const sql = 'CREATE INDEX CONCURRENTLY IF NOT EXISTS t_at ON t (at)'
      await worker.query(sql)
      expect(await look(invalidIndexes)).toBe('t_at')
      const given = `${schema}\nCREATE INDEX t_at ON t (at);\nUPDATE pg_index SET indisvalid = false WHERE indexrelid = 't_at'::regclass;`
      const { findings, assessed } = analyseSql(sql, givenWorld(given, version).world).statements[0]!
      expect(findings.map(({ hazard }) => hazard)).toEqual(['invalid-index'])
      for (const step of statementsOf(stepsOf(assessed.plan!).map((one) => one.sql).join('\n'))) await worker.query(step)
      expect(await look(invalidIndexes)).toBe('')
      expect(await look("SELECT count(*)::text AS found FROM pg_index WHERE indexrelid = 't_at'::regclass")).toBe('1')
    })

    test('a plain statement that is cancelled leaves nothing', async () => {
      await fresh()
      await worker.query("SET statement_timeout = '300ms'")
      await expect(worker.query('ALTER TABLE t ADD COLUMN c int DEFAULT length(pg_sleep(1)::text); INSERT INTO t VALUES (1)')).rejects.toMatchObject({ code: '57014' })
      expect(await look("SELECT count(*)::text AS found FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'c'")).toBe('0')
    })
  })
}
