import type { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { analyse } from '../../server/analyse'
import type { Catalog } from '../../server/catalog/catalog'
import { catalogFromSnapshot } from '../../server/catalog/from-snapshot'
import { assumedCalibration } from '../../server/estimate/calibration'
import { read } from '../../server/frameworks/sql'
import { defaultPolicy } from '../../server/model/policy'
import { stepsOf } from '../../server/model/plan'
import type { Snapshot } from '../../server/model/snapshot'
import { loadParser } from '../../server/sql/parser'
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
  const snapshot: Snapshot = {
    version: 1,
    complete: true,
    tables: { [name]: { rows: 50_000_000, columns: columns.map((column) => ({ ...column, ...(key.includes(column.name) && { notNull: true }) })), indexes: [], constraints: [{ name: `${name}_pkey`, type: 'primary-key', columns: key }] } },
  }
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
