// Tables whose rows lie in shards. `CITUS=postgresql://postgres@host/database npx vitest run test/sources/citus.test.ts` asks a server with Citus 11 or newer, in a schema of its own;
// with RECORD=1 it keeps the snapshot that was taken there, of which the other tests are.
import { readFileSync, writeFileSync } from 'node:fs'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { catalogFromSnapshot } from '../../server/catalog/from-snapshot'
import { calibrationOf } from '../../server/estimate/calibrated'
import { estimate } from '../../server/estimate/estimate'
import type { Work } from '../../server/model/effect'
import type { Estimate } from '../../server/model/estimate'
import { relationName } from '../../server/model/name'
import type { Snapshot, TableSnapshot } from '../../server/model/snapshot'
import { takeSnapshot } from '../../server/sources/postgres'
import { readSnapshot } from '../../server/sources/read-snapshot'
import { snapshotSchema } from '../support/schemas'

const recording = new URL('citus.snapshot.json', import.meta.url)
const asked = process.env['CITUS'] === undefined ? [] : [process.env['CITUS']]
const shards = 8
const rows = 200_000

describe.each(asked)('a server with Citus', (url) => {
  let client: Client
  let snapshot: Snapshot

  beforeAll(async () => {
    client = new Client({ connectionString: url })
    await client.connect()
    await client.query(`DROP SCHEMA IF EXISTS tenancy CASCADE; CREATE SCHEMA tenancy; SET search_path = tenancy; SET citus.shard_count = ${shards}`)
    await client.query('CREATE TABLE orders (tenant_id bigint, id bigint, status text, note text, PRIMARY KEY (tenant_id, id)); CREATE TABLE countries (code text PRIMARY KEY, name text); CREATE TABLE fresh (id bigint); CREATE TABLE plain (id bigint)')
    await client.query("SELECT create_distributed_table('orders', 'tenant_id')")
    await client.query("SELECT create_distributed_table('fresh', 'id')")
    await client.query("SELECT create_reference_table('countries')")
    await client.query(`INSERT INTO orders SELECT n % 1000, n, CASE WHEN n % 4 > 0 THEN 'new' END, repeat('x', 100) FROM generate_series(1, ${rows}) n`)
    await client.query("INSERT INTO countries SELECT n::text, 'name' FROM generate_series(1, 200) n; INSERT INTO fresh SELECT generate_series(1, 1000); INSERT INTO plain SELECT generate_series(1, 300)")
    await client.query('ANALYZE orders; ANALYZE countries; ANALYZE plain')
    snapshot = ofTenancy(await takeSnapshot({ url }))
    if (process.env['RECORD']) writeFileSync(recording, `${JSON.stringify(snapshot, null, 1)}\n`)
  })
  afterAll(async () => {
    await client?.query('DROP SCHEMA IF EXISTS tenancy CASCADE')
    await client?.end()
  })

  test('its snapshot tells what the shards hold', () => tellsShards(snapshot))

  test('sizes are those that Citus itself tells', async () => {
    const { rows: told } = await client.query<{ heap: string }>("SELECT citus_relation_size('tenancy.orders') AS heap")
    expect(snapshot.tables!['tenancy.orders']!.heapBytes).toBe(Number(told[0]!.heap))
  })

  test('a user without rights sees sizes, and is told that of the columns nothing is seen', async () => {
    await client.query('DROP ROLE IF EXISTS lockscope_reader')
    await client.query('CREATE ROLE lockscope_reader LOGIN')
    try {
      const other = new URL(url)
      other.username = 'lockscope_reader'
      const seen = ofTenancy(await takeSnapshot({ url: other.href }))
      const { heapBytes, columns } = seen.tables!['tenancy.orders']!
      expect([seen.tables!['tenancy.orders']!.rows, heapBytes]).toEqual([rows, snapshot.tables!['tenancy.orders']!.heapBytes])
      expect(columns!.every((column) => column.averageWidth === undefined)).toBe(true)
      expect(seen.unseen?.join(' ')).toContain('Widths, nulls and distinct values')
    } finally {
      await client.query('DROP ROLE lockscope_reader')
    }
  })

  test('a shard that others hold locked keeps nobody waiting', async () => {
    const holder = new Client({ connectionString: url })
    await holder.connect()
    try {
      await holder.query('BEGIN; LOCK TABLE tenancy.orders IN ACCESS EXCLUSIVE MODE')
      const { unseen, tables } = await takeSnapshot({ url })
      expect(unseen?.join(' ')).toContain('tenancy.orders')
      expect(tables!['tenancy.orders']!.rows).toBe(rows)
    } finally {
      await holder.query('ROLLBACK')
      await holder.end()
    }
  })
})

test.each(asked.length === 0 ? ['name one as CITUS=postgresql://…'] : [])('no server with Citus was asked (%s): what follows is of what one said before', () => {
  expect(recorded().extensions?.['citus']).toBeDefined()
})

test('a recorded snapshot tells what the shards hold', () => {
  tellsShards(recorded())
  expect(snapshotSchema(recorded())).toEqual([])
})

test('nodes and shards share the work, and bytes are those of all of them', () => {
  const snapshot = recorded()
  const orders = { ...snapshot.tables!['tenancy.orders']!, rows: 4e6, heapBytes: 6e8 }
  const { distributed: _, ...whole } = orders
  const scan: Work = { kind: 'scan', to: '' }
  const [one, eight, eightOnFour] = [whole, { ...orders, distributed: { shards: 8, nodes: 1 } }, { ...orders, distributed: { shards: 8, nodes: 4 } }].map((table) => estimated(snapshot, table, scan))
  expect(eightOnFour!.duration!.expectedMs).toBeLessThan(eight!.duration!.expectedMs)
  // One node reads no quicker from its disk, but checks several shards at a time.
  expect(eight!.duration!.expectedMs).toBeLessThan(one!.duration!.expectedMs)
  // Nobody knows how many processors of a node are free.
  expect(eight!.duration!.highMs).toBeGreaterThan(one!.duration!.expectedMs)
  expect([eight!.bytes, eightOnFour!.bytes]).toEqual([one!.bytes, one!.bytes])
  expect(eightOnFour!.because).toContainEqual({ fact: 'shards of tenancy.orders', value: '8 on 4 nodes', from: 'snapshot' })
})

function recorded(): Snapshot {
  const { snapshot, problem } = readSnapshot(readFileSync(recording, 'utf8'))
  if (!snapshot) throw new Error(problem)
  return snapshot
}

function tellsShards({ tables = {}, unseen }: Snapshot): void {
  const { 'tenancy.orders': orders, 'tenancy.countries': countries, 'tenancy.fresh': fresh, 'tenancy.plain': plain } = tables
  expect(unseen).toBeUndefined()
  expect([orders!.rows, countries!.rows, plain!.rows]).toEqual([rows, 200, 300])
  expect(orders!.distributed!.shards).toBe(shards)
  expect(countries!.distributed!.shards).toBe(1)
  expect(plain!.distributed).toBeUndefined()
  expect(orders!.heapBytes! / rows).toBeGreaterThan(130)
  expect(orders!.heapBytes! / rows).toBeLessThan(180)
  expect(orders!.indexes![0]!.bytes! / rows).toBeGreaterThan(20)
  expect(orders!.columns!.map((column) => column.averageWidth)).toEqual([8, 8, 4, 101])
  expect(orders!.columns![2]!.nullFraction).toBeCloseTo(0.25, 1)
  // Never analysed is not the same as empty, which is what the table on the coordinator is.
  expect(fresh!.rows).toBeUndefined()
  expect(fresh!.heapBytes).toBeGreaterThan(0)
}

/** Whatever else there is in the database, and when it was asked, is no part of what is kept. */
function ofTenancy({ tables = {}, serverVersion, extensions, unseen, settings }: Snapshot): Snapshot {
  const own = Object.fromEntries(Object.entries(tables).filter(([name]) => name.startsWith('tenancy.')))
  return { version: 1, source: 'postgres', complete: true, ...(serverVersion !== undefined && { serverVersion }), ...(extensions && { extensions }), ...(unseen && { unseen }), settings: { maintenance_work_mem: settings?.['maintenance_work_mem'] ?? '64MB' }, tables: own }
}

function estimated(snapshot: Snapshot, orders: TableSnapshot, work: Work): Estimate {
  return estimate(work, relationName('tenancy', 'orders'), catalogFromSnapshot({ ...snapshot, tables: { 'tenancy.orders': orders } }), calibrationOf(snapshot))
}
