import type { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { analyse } from '../../server/analyse'
import { catalogFromSnapshot } from '../../server/catalog/from-snapshot'
import { assumedCalibration } from '../../server/estimate/calibration'
import { read } from '../../server/frameworks/sql'
import { stepsOf } from '../../server/model/plan'
import type { Plan } from '../../server/model/plan'
import { defaultPolicy } from '../../server/model/policy'
import { loadParser } from '../../server/sql/parser'
import { startServer } from '../support/server'
import type { Server, Version } from '../support/server'

beforeAll(() => loadParser())

/** All that a snapshot by hand says of a table: its rows. Neither its columns nor its key are known. */
function planFor(sql: string, version?: number): Plan | undefined {
  const catalog = catalogFromSnapshot({ version: 1, tables: { orders: { rows: 50_000_000 } } }, version)
  const { statements } = analyse(read('a.sql', sql), sql, { catalog, calibration: assumedCalibration, sized: true }, defaultPolicy)
  return statements[0]?.assessed.plan
}

function blockOf(sql: string, version: number): string {
  const steps = stepsOf(planFor(sql, version)!)
  expect(steps.map((step) => step.kind)).toEqual(['backfill'])
  return steps[0]!.sql
}

test.each([
  ['UPDATE orders SET total = 1.5', 'the column may round the value'],
  ['UPDATE orders SET total = price * amount', 'the column may round the value'],
  ['UPDATE orders SET seen = now()', 'the value is another at each batch'],
  ['UPDATE orders SET token = gen_random_uuid()', 'nothing tells which rows have been done'],
  ['UPDATE orders SET note = NULL WHERE note IS NULL', 'it fits for ever'],
  ['DELETE FROM orders WHERE random() < 0.1', 'other rows fit each time'],
  ['UPDATE orders SET total = total + 1', 'each time gives another result'],
  ["UPDATE orders SET code = upper(code) WHERE status = 'new'", 'each time may give another result'],
  ['UPDATE orders SET status = c.status FROM customers c WHERE c.id = customer_id', 'two tables'],
])('%s: %s, and the least bad way is said', (sql) => {
  expect(planFor(sql)).toMatchObject({ fit: 'outline', expand: [], migrate: [], contract: [] })
})

const rows = 25_000

describe.each<Version>([12, 13, 14, 17])('on PostgreSQL %i', (version) => {
  const blockFor = (sql: string): string => blockOf(sql, version)
  let server: Server
  let worker: Client
  let witness: Client

  beforeAll(async () => {
    server = await startServer({ version })
    ;[worker, witness] = await Promise.all([server.connect(), server.connect()])
  })
  afterAll(() => server?.stop())

  /** Some 700 blocks without a key, and a note of each change of a row. */
  async function make(more = ''): Promise<void> {
    await witness.query(`
      DROP TABLE IF EXISTS orders, changed;
      CREATE TABLE orders (id int, status text, total numeric, pad text);
      CREATE TABLE changed (id int);
      INSERT INTO orders SELECT g, NULL, g, repeat('x', 200) FROM generate_series(1, ${rows}) g;
      CREATE INDEX orders_total ON orders (total);
      ${more}
      CREATE OR REPLACE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO changed VALUES (OLD.id); RETURN NEW; END';
      CREATE TRIGGER note AFTER UPDATE OF status ON orders FOR EACH ROW EXECUTE FUNCTION note();`)
  }

  async function count(sql: string): Promise<number> {
    const { rows: found } = await witness.query<{ count: string }>(`SELECT count(*) FROM ${sql}`)
    return Number(found[0]!.count)
  }
  /** Of a statement that is made ready once and runs with whatever comes. */
  async function planOf(prepared: string, value: string): Promise<string> {
    await worker.query(`SET plan_cache_mode = force_generic_plan; PREPARE change ${prepared}`)
    const { rows: plan } = await worker.query<Record<string, string>>(`EXPLAIN EXECUTE change(${value})`)
    await worker.query('DEALLOCATE change; RESET plan_cache_mode')
    return plan.map((line) => line['QUERY PLAN']).join('\n')
  }
  const lastBlock = async (): Promise<number> => Number((await witness.query<{ block: string }>("SELECT pg_relation_size('orders') / 8192 - 1 AS block")).rows[0]!.block)
  const untilDone = async (least: number): Promise<void> => {
    while ((await count("orders WHERE status = 'new'")) < least) await new Promise((resolve) => setTimeout(resolve, 10))
  }

  test.each([
    ["UPDATE orders SET status = 'new'", rows],
    ["UPDATE orders SET status = 'new' WHERE status IS NULL", rows],
    ["update only orders as first_block set status = 'new' where first_block.total <= 20000 -- the old ones", 20_000],
    ["UPDATE orders SET status = lower(pad) WHERE status IS NULL", rows],
    ["UPDATE orders SET status = 'new', pad = NULL WHERE total BETWEEN 100 AND 15099", 15_000],
  ])('%s: every row is changed, and none twice', async (sql, expected) => {
    await make()
    await worker.query(blockFor(sql))
    expect(await count('orders WHERE status IS NOT NULL')).toBe(expected)
    expect(await count('changed')).toBe(expected)
    expect(await count('(SELECT DISTINCT id FROM changed) AS once')).toBe(expected)
  })

  test('columns of which nothing is known may be called as the block calls its own', async () => {
    await make('ALTER TABLE orders ADD COLUMN first_block int, ADD COLUMN pass text, ADD COLUMN free_rows int, ADD COLUMN rows_left int;')
    await worker.query(blockFor("UPDATE orders SET status = 'new'"))
    expect(await count("orders WHERE status = 'new'")).toBe(rows)
  })

  test('rows whose value is NULL are not changed again and again', async () => {
    await make('UPDATE orders SET pad = NULL WHERE id % 2 = 0;')
    await worker.query(blockFor('UPDATE orders SET status = lower(pad) WHERE status IS NULL'))
    expect(await count('changed')).toBe(rows / 2)
    expect(await count('orders WHERE status IS NULL AND pad IS NOT NULL')).toBe(0)
  })

  test('what fits is deleted, and nothing else', async () => {
    await make()
    await worker.query(blockFor('DELETE FROM orders WHERE total > 10000'))
    expect(await count('orders')).toBe(10_000)
    await worker.query(blockFor('DELETE FROM orders'))
    expect(await count('orders')).toBe(0)
    await worker.query(blockFor('DELETE FROM orders'))
  })

  test('each batch reads its own blocks alone', async () => {
    await make()
    const block = blockFor("UPDATE orders SET status = 'new' WHERE status IS NULL")
    const batch = /ARRAY\(([^;]*)\);/.exec(block)![1]!.replaceAll('first_block', '$1').replaceAll('lines_per_block', '291')
    expect(await planOf(`(bigint) AS ${batch}`, '400')).toContain(version < 14 ? 'Tid Scan on orders' : 'Tid Range Scan on orders')
    expect(await planOf(`(tid[]) AS ${/UPDATE orders[^;]*/.exec(block)![0].replaceAll('free_rows', '$1')}`, "'{\"(0,1)\"}'")).toMatch(/Update on orders.*\n *->  Tid Scan on orders/)
  })

  test('a row that others move to where the walk has been is found', async () => {
    // More room in the first blocks than the walk itself needs; others' rows go there when an indexed column is changed.
    await make('DELETE FROM orders WHERE id <= 6000 AND id % 10 <> 0;')
    await witness.query('VACUUM orders')
    const left = await count('orders')
    const stopper = await server.connect()
    await stopper.query('BEGIN')
    await stopper.query('SELECT FROM orders WHERE id = 12000 FOR UPDATE')
    const running = worker.query(blockFor("UPDATE orders SET status = 'new' WHERE status IS NULL"))
    try {
      await untilDone(1000)
      await witness.query('UPDATE orders SET total = -total WHERE id > 24900')
      expect(await count('orders WHERE id > 24900 AND status IS NULL AND (ctid::text::point)[0] < 200')).toBeGreaterThan(50)
    } finally {
      await stopper.query('ROLLBACK')
      await stopper.end()
      await running
    }
    expect(await count("orders WHERE status = 'new'")).toBe(left)
    expect(await count('changed')).toBe(left)
  })

  test('with others at work all the while, every row is changed once and no change of theirs is lost', async () => {
    await make()
    let working = true
    const writer = async (seed: number): Promise<number> => {
      const client = await server.connect()
      let made = 0
      while (working) {
        const id = 1 + ((made * 7919 + seed * 6007) % rows)
        await client.query('UPDATE orders SET total = total + 1 WHERE id = $1', [id])
        await client.query("INSERT INTO orders VALUES ($1, 'right', 0, repeat('y', 200))", [rows + 1 + made * 10 + seed])
        made++
      }
      await client.end()
      return made
    }
    const writers = [writer(1), writer(2)]
    await worker.query(blockFor("UPDATE orders SET status = 'new' WHERE status IS NULL"))
    working = false
    const made = (await Promise.all(writers)).reduce((sum, one) => sum + one, 0)
    expect(made).toBeGreaterThan(10)
    expect(await count(`orders WHERE id <= ${rows} AND status = 'new'`)).toBe(rows)
    expect(await count('changed')).toBe(rows)
    expect(await count("orders WHERE status = 'right'")).toBe(made)
    const { rows: sums } = await witness.query<{ sum: string }>(`SELECT sum(total - id)::text AS sum FROM orders WHERE id <= ${rows}`)
    expect(Number(sums[0]!.sum)).toBe(made)
  })

  test('a block that was stopped is run again and changes no row twice', async () => {
    await make()
    const block = blockFor("UPDATE orders SET status = 'new'")
    const stopper = await server.connect()
    await stopper.query('BEGIN')
    await stopper.query('SELECT FROM orders WHERE id = 20000 FOR UPDATE')
    const victim = await server.connect()
    const { rows: found } = await victim.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
    const ended = victim.query(block).then(
      () => 'finished',
      () => 'stopped',
    )
    await untilDone(10_000)
    await witness.query('SELECT pg_terminate_backend($1)', [found[0]!.pid])
    expect(await ended).toBe('stopped')
    await stopper.query('ROLLBACK')
    await stopper.end()
    const done = await count("orders WHERE status = 'new'")
    expect(done).toBeLessThan(rows)
    await worker.query(block)
    expect(await count("orders WHERE status = 'new'")).toBe(rows)
    expect(await count('changed')).toBe(rows)
  })

  test('a type that cannot be compared is an error, with nothing changed', async () => {
    await make("ALTER TABLE orders ADD COLUMN details json DEFAULT '{}';")
    const before = await lastBlock()
    await expect(worker.query(blockFor("UPDATE orders SET details = '[]'"))).rejects.toThrow('operator does not exist: json')
    expect(await lastBlock()).toBe(before)
    const sentence = stepsOf(planFor("UPDATE orders SET details = '[]'")!)[0]!.why
    expect(sentence).toContain('Ends in an error before it changes anything if the type of `details` cannot be compared')
  })

  test('a table with partitions or children is refused, with nothing changed', async () => {
    await make('CREATE TABLE old_orders () INHERITS (orders);')
    await expect(worker.query(blockFor("UPDATE orders SET status = 'new'"))).rejects.toThrow('orders has partitions or children')
    expect(await count('changed')).toBe(0)
    await worker.query(blockFor("UPDATE ONLY orders SET status = 'new'"))
    expect(await count('changed')).toBe(rows)
    await witness.query('DROP TABLE old_orders')
  })

  test('the rows of a volatile default each get a value of their own', async () => {
    await make()
    const steps = stepsOf(planFor('ALTER TABLE orders ADD COLUMN token double precision DEFAULT random() NOT NULL', version)!)
    for (const step of steps) await worker.query(step.sql)
    await worker.query('INSERT INTO orders (id) VALUES (0)')
    expect(await count('(SELECT DISTINCT token FROM orders) AS once')).toBe(rows + 1)
  })
})
