import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Client } from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { stepsOf } from '../../server/model/plan'
import { loadParser } from '../../server/sql/parser'
import { analyseSql, givenWorld } from '../support/engine'
import { askedVersions, startServer } from '../support/server'
import type { Server } from '../support/server'

/** What the block around a short lock does, as printed, on a server where somebody is in its way. */
const schema = 'CREATE TABLE customers (id bigint PRIMARY KEY); CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint);'
const planFor = (sql: string, last = 0): string => {
  const { assessed } = analyseSql(sql, givenWorld(`-- longest transaction 90 s\n${schema}`).world).statements.at(-1 - last)!
  return stepsOf(assessed.plan!).map((step) => step.sql).join('\n')
}

/** With less to wait for, so that the last try fails within the test. */
const impatient = (sql: string): string => sql.replace('1..10', '1..3').replace('attempt = 10', 'attempt = 3').replace("'2s'", "'200ms'").replace('pg_sleep(attempt)', 'pg_sleep(0.1 * attempt)')

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

beforeAll(() => loadParser())

describe.each(askedVersions)('PostgreSQL %s', (version) => {
  let folder: string
  let server: Server
  let other: Client
  let witness: Client
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lockscope-retries-'))
    server = await startServer({ version })
    ;[other, witness] = await Promise.all([server.connect(), server.connect()])
  })
  afterAll(async () => {
    await server?.stop()
    await rm(folder, { recursive: true, force: true })
  })
  beforeEach(async () => {
    await other.query('ROLLBACK')
    await witness.query(`DROP TABLE IF EXISTS orders, customers; ${schema}`)
  })

  /** Through psql, as it is printed; its own words where it fails. */
  const psql = async (sql: string): Promise<string> => {
    const file = join(folder, 'plan.sql')
    await writeFile(file, sql)
    return promisify(execFile)('psql', ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', server.url(), '-f', file], { env: { ...process.env, PGAPPNAME: 'plan' } }).then(
      () => 'done',
      (error: { readonly stderr: string }) => error.stderr,
    )
  }
  const locks = async (): Promise<readonly string[]> =>
    (await witness.query<{ lock: string }>(`SELECT l.mode || CASE WHEN granted THEN ' on ' ELSE ' awaited on ' END || l.relation::regclass AS lock FROM pg_locks l JOIN pg_stat_activity a USING (pid)
      WHERE a.application_name = 'plan' AND l.relation IN ('orders'::regclass, 'customers'::regclass)`)).rows.map(({ lock }) => lock)
  /** However long its program takes to start. */
  const untilItWaits = async (): Promise<void> => {
    while ((await witness.query("SELECT FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE application_name = 'plan' AND NOT granted")).rowCount === 0) await wait(10)
  }
  const sleeps = async (): Promise<boolean> => (await witness.query("SELECT FROM pg_stat_activity WHERE application_name = 'plan' AND wait_event = 'PgSleep'")).rowCount === 1

  test('while a reader is in the way nobody else waits longer than a try, nothing is locked in a pause, and in the end it is done', async () => {
    const sql = planFor('ALTER TABLE orders ADD CONSTRAINT belongs FOREIGN KEY (customer_id) REFERENCES customers;')
    await other.query('BEGIN; LOCK TABLE orders IN ROW EXCLUSIVE MODE')
    const running = psql(sql)
    const pauses: (readonly string[])[] = []
    let longest = 0
    await untilItWaits()
    for (const until = Date.now() + 4500; Date.now() < until; await wait(100)) {
      const asleep = await sleeps()
      const held = await locks()
      if (asleep && (await sleeps())) pauses.push(held)
      const from = Date.now()
      await witness.query('INSERT INTO orders VALUES ((SELECT coalesce(max(id), 0) + 1 FROM orders))')
      longest = Math.max(longest, Date.now() - from)
    }
    await other.query('COMMIT')
    expect(await running).toBe('done')
    expect(pauses.length).toBeGreaterThan(2)
    expect(pauses.flat()).toEqual([])
    expect(longest).toBeLessThan(2900)
    expect((await witness.query("SELECT convalidated FROM pg_constraint WHERE conname = 'belongs'")).rows).toEqual([{ convalidated: true }])
  }, 60_000)

  test('it ends in the error where every try fails, and has changed nothing', async () => {
    await other.query('BEGIN; SELECT FROM orders')
    expect(await psql(impatient(planFor('ALTER TABLE orders ADD COLUMN paid boolean;')))).toContain('canceling statement due to lock timeout')
    await other.query('ROLLBACK')
    expect((await witness.query("SELECT FROM pg_attribute WHERE attrelid = 'orders'::regclass AND attname = 'paid'")).rowCount).toBe(0)
  }, 60_000)

  test('in a transaction the first lock is tried for; a later one gives up at once, for the first would be held meanwhile', async () => {
    const sql = 'BEGIN;\nALTER TABLE customers ADD COLUMN a int;\nALTER TABLE orders ADD CONSTRAINT positive CHECK (id > 0) NOT VALID;\nCOMMIT;'
    expect(planFor(sql, 2)).toContain('FOR attempt')
    await other.query('BEGIN; SELECT FROM customers')
    const running = psql(`BEGIN;\n${planFor(sql, 2)}\nCOMMIT;`)
    while (!(await sleeps())) await wait(50)
    await other.query('COMMIT')
    expect(await running).toBe('done')
    expect((await witness.query("SELECT FROM pg_attribute WHERE attrelid = 'customers'::regclass AND attname = 'a'")).rowCount).toBe(1)
  }, 60_000)

  test('whoever is in the way at one partition after the other, all of them are waited for no longer than one would be', async () => {
    const parts = [1, 2, 3].map((part) => `CREATE TABLE orders_${part} PARTITION OF orders FOR VALUES FROM (${part}) TO (${part + 1});`)
    const partitioned = `CREATE TABLE customers (id bigint PRIMARY KEY); CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint) PARTITION BY RANGE (id); ${parts.join(' ')}`
    await witness.query(`DROP TABLE orders, customers; ${partitioned}`)
    const { assessed } = analyseSql('ALTER TABLE orders ADD COLUMN paid boolean;', givenWorld(`-- longest transaction 90 s\n${partitioned}`).world).statements[0]!
    const letGo = await holdOneByOne(parts.map((_, at) => `SELECT FROM orders_${at + 1}`))
    const running = psql(stepsOf(assessed.plan!)[0]!.sql)
    await untilItWaits()
    letGo()
    expect(await waited('SELECT FROM orders')).toBe('one try')
    expect(await running).toBe('done')
  }, 60_000)

  test('whoever is in the way at one table of a foreign key after the other, both are waited for no longer than one would be', async () => {
    const letGo = await holdOneByOne(['LOCK TABLE orders IN ROW EXCLUSIVE MODE', 'LOCK TABLE customers IN ROW EXCLUSIVE MODE'])
    const running = psql(planFor('ALTER TABLE orders ADD CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES customers NOT VALID;'))
    await untilItWaits()
    letGo()
    expect(await waited('INSERT INTO orders VALUES (1)')).toBe('one try')
    expect(await running).toBe('done')
  }, 60_000)

  /** From when that is called, each is let go of before a try's own time is up. */
  const holdOneByOne = async (statements: readonly string[]): Promise<() => void> => {
    const holders = await Promise.all(
      statements.map(async (sql) => {
        const holder = await server.connect()
        await holder.query(`BEGIN; ${sql}`)
        return holder
      }),
    )
    return () => {
      for (const [at, holder] of holders.entries()) void wait(700 * (at + 1)).then(() => holder.end())
    }
  }

  /** How long a request waits while the plan tries, which for several locks gives up before the server looks for deadlocks; were each waited for by itself, it would be more than a second. */
  const waited = async (sql: string): Promise<string> => {
    const from = Date.now()
    await witness.query(sql)
    const ms = Date.now() - from
    return ms > 200 && ms < 1000 ? 'one try' : `${ms} ms`
  }

  test('a table that is dropped with its foreign key is asked for so briefly that nobody who comes the other way round is ended for it', async () => {
    const keyed = 'CREATE TABLE customers (id bigint PRIMARY KEY); CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers);'
    await witness.query(`DROP TABLE orders, customers; ${keyed}`)
    const { plan } = analyseSql('DROP TABLE orders;', givenWorld(keyed, version).world).statements[0]!.assessed
    expect(await psql(plan!.migrate.map(({ sql }) => sql).join('\n'))).toBe('done')
    const reader = await server.connect()
    await reader.query('BEGIN; SELECT FROM orders_dropped')
    await other.query('BEGIN; INSERT INTO customers VALUES (1)')
    const running = psql(plan!.contract.map(({ sql }) => sql).join('\n'))
    await untilItWaits()
    // The writer has waited for the longer part of a second when the step would come to the table that it has.
    void wait(700).then(() => reader.end())
    await other.query('INSERT INTO orders_dropped VALUES (1, 1)')
    await other.query('COMMIT')
    expect(await running).toBe('done')
    expect((await witness.query("SELECT to_regclass('orders_dropped') AS it")).rows).toEqual([{ it: null }])
  }, 60_000)

  test('where the server looks for deadlocks sooner than usual, a try for several locks is shorter still', () => {
    const keyed = givenWorld('CREATE TABLE customers (id bigint PRIMARY KEY); CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers);').world
    const tries = (deadlockTimeoutMs: number): string => analyseSql('DROP TABLE orders;', { ...keyed, deadlockTimeoutMs }).statements[0]!.assessed.plan!.contract[0]!.sql
    expect(tries(200)).toContain("SET LOCAL lock_timeout = '80ms';")
    expect(tries(60_000)).toContain("SET LOCAL lock_timeout = '1s';")
  })

  test('what is a block itself is tried as a whole', async () => {
    const large = givenWorld('-- longest transaction 90 s\nCREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint); -- 52 M rows', version).world
    const plan = stepsOf(analyseSql('ALTER TABLE orders ALTER COLUMN customer_id TYPE text;', large).statements[0]!.assessed.plan!)
    const exchange = plan.findIndex(({ sql }) => sql.includes('DO $exchange$'))
    expect(plan[exchange]!.sql).toMatch(/^DO \$retry\$/)
    expect(await psql(plan.slice(0, exchange).map(({ sql }) => sql).join('\n'))).toBe('done')
    await other.query('BEGIN; SELECT FROM orders')
    const running = psql(plan[exchange]!.sql)
    while (!(await sleeps())) await wait(50)
    expect(await locks()).toEqual([])
    await other.query('COMMIT')
    expect(await running).toBe('done')
    expect((await witness.query("SELECT atttypid::regtype::text AS type FROM pg_attribute WHERE attrelid = 'orders'::regclass AND attname = 'customer_id'")).rows).toEqual([{ type: 'text' }])
  }, 60_000)

  test('a timeout for statements that is inside a block counts for nobody in it, which is why none is there', async () => {
    expect(await psql("DO $$ BEGIN SET LOCAL statement_timeout = '100ms'; PERFORM pg_sleep(0.5); END $$")).toBe('done')
  })
})
