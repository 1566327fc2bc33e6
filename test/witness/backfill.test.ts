import type { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { analyse } from '../../server/analyse'
import type { Catalog } from '../../server/catalog/catalog'
import { catalogFromSnapshot } from '../../server/catalog/from-snapshot'
import { assumedCalibration } from '../../server/estimate/calibration'
import { read } from '../../server/frameworks/sql'
import { defaultPolicy } from '../../server/model/policy'
import type { RelationName } from '../../server/model/name'
import { stepsOf } from '../../server/model/plan'
import type { Snapshot } from '../../server/model/snapshot'
import { batchSize } from '../../server/operations/backfill-by-key'
import { loadParser } from '../../server/sql/parser'
import { statementsOf } from '../support/engine'
import { startServer } from '../support/server'
import type { Server } from '../support/server'

let server: Server
let worker: Client
let witness: Client

beforeAll(async () => {
  await loadParser()
  server = await startServer()
  ;[worker, witness] = await Promise.all([server.connect(), server.connect()])
})
afterAll(() => server?.stop())

interface Table {
  readonly name: string
  /** What the catalog is to believe; the server's table has `rows` of them for real. */
  readonly columns: readonly { readonly name: string; readonly type: string; readonly notNull?: boolean }[]
  readonly key: readonly string[]
  readonly fill: string
}

const rows = 25_000

const tables: readonly Table[] = [
  { name: 'by_number', columns: [{ name: 'id', type: 'bigint' }, { name: 'note', type: 'text' }], key: ['id'], fill: `SELECT g, NULL FROM generate_series(1, ${rows}) g` },
  { name: 'by_uuid', columns: [{ name: 'id', type: 'uuid' }, { name: 'note', type: 'text' }], key: ['id'], fill: `SELECT gen_random_uuid(), NULL FROM generate_series(1, ${rows})` },
  { name: 'by_text', columns: [{ name: 'Code', type: 'text' }, { name: 'note', type: 'text' }], key: ['Code'], fill: `SELECT md5(g::text), NULL FROM generate_series(1, ${rows}) g` },
  { name: 'by_two', columns: [{ name: 'a', type: 'integer' }, { name: 'first_key_1', type: 'text' }, { name: 'note', type: 'text' }], key: ['a', 'first_key_1'], fill: `SELECT g % 70, md5(g::text), NULL FROM generate_series(1, ${rows}) g` },
]

const quoted = (name: string): string => `"${name}"`

async function make({ name, columns, key, fill }: Table, filled = true): Promise<void> {
  await worker.query(`DROP TABLE IF EXISTS ${name}; CREATE TABLE ${name} (${columns.map((column) => `${quoted(column.name)} ${column.type}`).join(', ')}, PRIMARY KEY (${key.map(quoted).join(', ')}))`)
  if (filled) await worker.query(`INSERT INTO ${name} ${fill}`)
}

const worldOf = ({ name, columns, key }: Table): Catalog => {
  const table = (named: string): NonNullable<Snapshot['tables']>[string] => ({ rows: 50_000_000, columns: columns.map((column) => ({ ...column, ...(key.includes(column.name) && { notNull: true }) })), indexes: [], constraints: [{ name: `${named}_pkey`, type: 'primary-key', columns: key }] })
  const snapshot: Snapshot = { version: 1, complete: true, tables: { [name]: table(name), copy: table('copy') } }
  return catalogFromSnapshot(snapshot)
}

/** The block that the plan of the statement holds. */
function blockFor(table: Table, sql: string): string {
  const analysis = analyse(read('a.sql', sql), sql, { catalog: worldOf(table), calibration: assumedCalibration, sized: true }, defaultPolicy)
  const steps = analysis.statements.flatMap((statement) => (statement.assessed.plan ? stepsOf(statement.assessed.plan) : []))
  expect(steps.map((step) => step.kind)).toEqual(['backfill'])
  return steps[0]!.sql
}

async function count(sql: string): Promise<number> {
  const { rows: found } = await witness.query<{ count: string }>(`SELECT count(*) FROM ${sql}`)
  return Number(found[0]!.count)
}

test.each(tables)('$name: every row is changed, whatever the key', async (table) => {
  await make(table)
  await worker.query(blockFor(table, `UPDATE ${table.name} SET note = 'done' WHERE note IS NULL`))
  expect(await count(`${table.name} WHERE note = 'done'`)).toBe(rows)
})

test.each(tables)('$name: a table without rows is no error', async (table) => {
  await make(table, false)
  await worker.query(blockFor(table, `UPDATE ${table.name} SET note = 'done'`))
  expect(await count(table.name)).toBe(0)
})

test.each(tables)('$name: what fits is deleted, and nothing else', async (table) => {
  await make(table)
  await worker.query(`UPDATE ${table.name} SET note = 'old' WHERE ctid IN (SELECT ctid FROM ${table.name} LIMIT 15000)`)
  await worker.query(blockFor(table, `DELETE FROM ${table.name} WHERE note = 'old' OR note = 'never'`))
  expect(await count(`${table.name} WHERE note IS NULL`)).toBe(rows - 15_000)
  expect(await count(table.name)).toBe(rows - 15_000)
})

test('finished batches are seen and free while later ones run', async () => {
  const table = tables[0]!
  await make(table)
  const stopper = await server.connect()
  await stopper.query('BEGIN')
  await stopper.query('SELECT FROM by_number WHERE id = 24000 FOR UPDATE')
  const running = worker.query(blockFor(table, "UPDATE by_number SET note = 'done' WHERE note IS NULL"))
  try {
    while ((await count("by_number WHERE note = 'done'")) < 20_000) await new Promise((resolve) => setTimeout(resolve, 20))
    // The third batch waits for the row; those of the first two are anybody's.
    await witness.query("SET lock_timeout = '1s'")
    await witness.query("UPDATE by_number SET note = 'mine' WHERE id = 7")
    await witness.query('RESET lock_timeout')
    await witness.query("INSERT INTO by_number VALUES (900000, NULL), (-5, 'written right')")
    expect(await count("by_number WHERE note IS NULL")).toBe(5001)
  } finally {
    await stopper.query('ROLLBACK')
    await stopper.end()
  }
  await running
  expect(await count("by_number WHERE note IS NULL")).toBe(0)
  expect(await count("by_number WHERE note = 'mine'")).toBe(1)
})

test('a block that was stopped is run again and changes no row twice', async () => {
  const table = tables[0]!
  await make(table)
  const block = blockFor(table, "UPDATE by_number SET note = 'n' || id")
  const stopper = await server.connect()
  await stopper.query('BEGIN')
  await stopper.query('SELECT FROM by_number WHERE id = 15000 FOR UPDATE')
  const victim = await server.connect()
  const { rows: found } = await victim.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
  const ended = victim.query(block).then(
    () => 'finished',
    () => 'stopped',
  )
  while ((await count("by_number WHERE note IS NOT NULL")) < 10_000) await new Promise((resolve) => setTimeout(resolve, 20))
  await witness.query('SELECT pg_terminate_backend($1)', [found[0]!.pid])
  expect(await ended).toBe('stopped')
  await stopper.query('ROLLBACK')
  await stopper.end()

  expect(await count("by_number WHERE note IS NOT NULL")).toBe(10_000)
  await witness.query('CREATE TABLE before_again AS SELECT id, xmin::text AS written FROM by_number WHERE note IS NOT NULL')
  await worker.query(block)
  expect(await count("by_number WHERE note = 'n' || id")).toBe(rows)
  expect(await count('by_number JOIN before_again USING (id) WHERE by_number.xmin::text = written')).toBe(10_000)
  await witness.query('DROP TABLE before_again')
})

test('a row that somebody keeps locked is not waited for, and changed once it is free', async () => {
  const table = tables[0]!
  await make(table)
  const locker = await server.connect()
  await locker.query('BEGIN; SELECT FROM by_number WHERE id = 12000 FOR UPDATE')
  const running = worker.query(blockFor(table, "UPDATE by_number SET note = 'done' WHERE note IS NULL"))
  while ((await count("by_number WHERE note = 'done'")) < rows - 1) await new Promise((resolve) => setTimeout(resolve, 20))
  // Whoever has the row locked can have any other too: nobody waits for anybody.
  await locker.query("SET lock_timeout = '1s'; UPDATE by_number SET note = note || '.' WHERE id IN (1, 11999, 12001, 25000)")
  await locker.query('COMMIT')
  await locker.end()
  await running
  expect(await count("by_number WHERE note = 'done'")).toBe(rows - 4)
  expect(await count("by_number WHERE note = 'done.'")).toBe(4)
})

test('rows that stay locked are told of, and a second run finds them', async () => {
  const table = tables[3]!
  await make(table)
  const locker = await server.connect()
  await locker.query('BEGIN; SELECT FROM by_two WHERE a = 69 FOR UPDATE')
  const left = await count('by_two WHERE a = 69')
  const warnings: string[] = []
  const told = ({ message }: { readonly message?: string | undefined }): void => void warnings.push(message ?? '')
  worker.on('notice', told)
  const block = blockFor(table, "UPDATE by_two SET note = 'done'")
  await worker.query(block.replace('pg_sleep(pass - 1)', 'pg_sleep(0)'))
  expect(warnings).toEqual([`${left} rows are left that others keep locked, or write anew: run this again`])
  expect(await count("by_two WHERE note = 'done'")).toBe(rows - left)
  await locker.query('ROLLBACK')
  await locker.end()
  await worker.query(block)
  worker.off('notice', told)
  expect(warnings.length).toBe(1)
  expect(await count("by_two WHERE note = 'done'")).toBe(rows)
})

test('two writers of the same rows and the block never wait for each other in a ring', async () => {
  const table = tables[0]!
  await make(table)
  let working = true
  const failures: unknown[] = []
  const writer = async (step: number): Promise<void> => {
    const client = await server.connect()
    await client.query("SET deadlock_timeout = '100ms'")
    for (let id = step > 0 ? 1 : rows; working && id > 0 && id <= rows; id += step) {
      // Each of its transactions has two rows, in the order that is wrong for somebody.
      await client.query('BEGIN').then(() => client.query("UPDATE by_number SET note = coalesce(note, '') || '' WHERE id = $1", [id])).then(() => client.query("UPDATE by_number SET note = coalesce(note, '') || '' WHERE id = $1", [Math.max(1, id - step)])).catch((error: unknown) => failures.push(error))
      await client.query('COMMIT')
    }
    await client.end()
  }
  const writers = [writer(7), writer(13)]
  await worker.query(blockFor(table, "UPDATE by_number SET note = 'done'"))
  working = false
  await Promise.all(writers)
  expect(failures).toEqual([])
  await worker.query(blockFor(table, "UPDATE by_number SET note = 'done'"))
  expect(await count("by_number WHERE note = 'done'")).toBe(rows)
})

/** A table beside it with the same key, and nothing in it. */
async function makeCopy({ name }: Table): Promise<void> {
  await worker.query(`DROP TABLE IF EXISTS copy; CREATE TABLE copy (LIKE ${name} INCLUDING ALL)`)
}

test.each(tables)('$name: what fits is copied, whatever the key, and what comes in behind the walk too', async (table) => {
  await make(table)
  await makeCopy(table)
  await worker.query(`UPDATE ${table.name} SET note = 'old' WHERE ctid IN (SELECT ctid FROM ${table.name} LIMIT 15000)`)
  const keys = table.key.map(quoted).join(', ')
  const block = blockFor(table, `INSERT INTO copy SELECT * FROM ${table.name} AS there WHERE note = 'old' OR note = 'late'`)
  const running = worker.query(block.replace('pg_sleep(0.05)', 'pg_sleep(0.4)'))
  while ((await count('copy')) === 0) await new Promise((resolve) => setTimeout(resolve, 10))
  // The first rows in the order of the key are behind it by now.
  await witness.query(`UPDATE ${table.name} SET note = 'late' WHERE (${keys}) IN (SELECT ${keys} FROM ${table.name} WHERE note IS NULL ORDER BY ${keys} LIMIT 3)`)
  await running
  expect(await count('copy')).toBe(15_003)
  expect(await count(`copy JOIN ${table.name} USING (${keys}) WHERE copy.note = ${table.name}.note`)).toBe(15_003)
})

test('a copy that was stopped goes on where it was, and says nothing of rows that are there', async () => {
  const table = tables[0]!
  await make(table)
  await makeCopy(table)
  const block = blockFor(table, "INSERT INTO copy (note, id) SELECT 'n' || id, id FROM by_number")
  // Somebody else is about to put the same row there.
  const stopper = await server.connect()
  await stopper.query("BEGIN; INSERT INTO copy VALUES (15000, 'n15000')")
  const victim = await server.connect()
  const { rows: found } = await victim.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
  const ended = victim.query(block).then(
    () => 'finished',
    () => 'stopped',
  )
  while ((await count('copy')) < 10_000) await new Promise((resolve) => setTimeout(resolve, 20))
  await witness.query('SELECT pg_terminate_backend($1)', [found[0]!.pid])
  expect(await ended).toBe('stopped')
  await stopper.query('COMMIT')
  await stopper.end()
  await witness.query('DELETE FROM copy WHERE id BETWEEN 9001 AND 10000')
  const notices: string[] = []
  const told = ({ message }: { readonly message?: string | undefined }): void => void notices.push(message ?? '')
  worker.on('notice', told)
  await worker.query(block.replace("told + interval '10 s'", "told + interval '0 s'"))
  worker.off('notice', told)
  expect(await count("copy WHERE note = 'n' || id")).toBe(rows)
  // The first batch begins with the first row that is not there.
  expect(notices).toEqual([expect.stringMatching(/^9999 of 15999 rows/), expect.stringMatching(/^15999 of 15999 rows, about 00:00:00 left$/)])
})

test('it pauses while a standby falls behind, and tells how far it has come', async () => {
  const table = tables[0]!
  await make(table)
  // A server of one machine has no standby that is slow: what the block looks at is put before the server's own view.
  await witness.query("DROP SCHEMA IF EXISTS standbys CASCADE; CREATE SCHEMA standbys; CREATE TABLE standbys.pg_stat_replication (replay_lag interval); INSERT INTO standbys.pg_stat_replication VALUES ('1 hour'), (NULL)")
  await worker.query('SET search_path = standbys, pg_catalog, public')
  const notices: string[] = []
  const told = ({ message }: { readonly message?: string | undefined }): void => void notices.push(message ?? '')
  worker.on('notice', told)
  // One that is an hour behind by intention is none that falls behind.
  const running = worker.query(blockFor(table, "UPDATE by_number SET note = 'done'").replace('pg_sleep(0.05)', 'pg_sleep(0.5)').replace("told + interval '10 s'", "told + interval '0 s'"))
  while ((await count("by_number WHERE note = 'done'")) < 10_000) await new Promise((resolve) => setTimeout(resolve, 20))
  await witness.query("UPDATE standbys.pg_stat_replication SET replay_lag = '1 hour 20 s'")
  await new Promise((resolve) => setTimeout(resolve, 2000))
  const paused = await count("by_number WHERE note = 'done'")
  expect(paused).toBeLessThan(rows)
  await new Promise((resolve) => setTimeout(resolve, 1000))
  expect(await count("by_number WHERE note = 'done'")).toBe(paused)
  await witness.query("UPDATE standbys.pg_stat_replication SET replay_lag = NULL")
  await running
  worker.off('notice', told)
  await worker.query('RESET search_path')
  expect(await count("by_number WHERE note = 'done'")).toBe(rows)
  expect(notices).toEqual([expect.stringMatching(/^10000 of 25000 rows, about 00:00:\d\d left$/), expect.stringMatching(/^20000 of 25000 rows/), expect.stringMatching(/^25000 of 25000 rows, about 00:00:00 left$/)])
})

test('a timeout for statements does not end it half-way', async () => {
  const table = tables[0]!
  await make(table)
  const sql = "SET statement_timeout = '40ms';\nUPDATE by_number SET note = 'done'"
  const { statements } = analyse(read('a.sql', sql), sql, { catalog: worldOf(table), calibration: assumedCalibration, sized: true }, defaultPolicy)
  await worker.query("SET statement_timeout = '40ms'")
  for (const piece of statementsOf(stepsOf(statements[1]!.assessed.plan!)[0]!.sql)) await worker.query(piece)
  expect((await worker.query('SHOW statement_timeout')).rows).toEqual([{ statement_timeout: '40ms' }])
  await worker.query('RESET statement_timeout')
  expect(await count("by_number WHERE note = 'done'")).toBe(rows)
})

test('a batch is as many rows as a few megabytes hold', () => {
  const { catalog } = { catalog: worldOf(tables[0]!) }
  expect([100, 900, 1500, 50_000].map((width) => batchSize({ ...catalog.table('public.by_number' as RelationName)!, size: { rows: 1000, heapBytes: width * 1000 } }))).toEqual([10_000, 2000, 2000, 1000])
})

test('a block in a transaction is refused, as the analysis says', async () => {
  const table = tables[0]!
  await make(table)
  const block = blockFor(table, "UPDATE by_number SET note = 'done' WHERE note IS NULL")
  await worker.query('BEGIN')
  await expect(worker.query(block)).rejects.toThrow('invalid transaction termination')
  await worker.query('ROLLBACK')
  const inBlock = `BEGIN;\n${block}\nCOMMIT;`
  const { statements } = analyse(read('a.sql', inBlock), inBlock, { catalog: worldOf(table), calibration: assumedCalibration, sized: true }, defaultPolicy)
  expect(statements.flatMap((statement) => statement.findings.map((finding) => finding.hazard))).toEqual(['needs-no-transaction'])
})
