import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readdirSync } from 'node:fs'
import { compareMigrations } from '../../server/frameworks/sql'
import { nameParts } from '../../server/model/name'
import type { RelationName } from '../../server/model/name'
import type { Snapshot, TableSnapshot } from '../../server/model/snapshot'
import { takeSnapshot } from '../../server/sources/postgres'
import { readSnapshot } from '../../server/sources/read-snapshot'
import { split } from '../../server/sql/split'
import { printSnapshot } from '../../server/sources/print-snapshot'
import { snapshotSchema } from '../support/schemas'
import { startServer } from '../support/server'
import type { Server } from '../support/server'

const samples = fileURLToPath(new URL('../../samples', import.meta.url))
const snapshotFile = `${samples}/lockscope.snapshot.json`

/** Rows of a real shop; the sample has a thousandth or so. */
const rows: Readonly<Record<string, number>> = {
  customers: 8_120_000,
  addresses: 11_300_000,
  products: 241_000,
  orders: 52_400_000,
  order_items: 181_700_000,
  payments: 55_100_000,
  shipments: 47_800_000,
  coupons: 9_030,
  events_2026_01: 31_200_000,
  events_2026_02: 28_700_000,
  events_2026_03: 33_900_000,
  customer_totals: 7_640_000,
}

let server: Server
let taken: Snapshot

beforeAll(async () => {
  server = await startServer()
  const client = await server.connect(await server.createDatabase('shop'))
  await client.query(readFileSync(`${samples}/shop.sql`, 'utf8'))
  await client.query('VACUUM ANALYZE')
  await client.end()
  taken = await takeSnapshot({ url: server.url('shop') })
  if (process.env['UPDATE']) writeFileSync(snapshotFile, printSnapshot(grown(taken)))
})
afterAll(() => server?.stop())

test('the sample snapshot is of the sample schema', () => {
  const { snapshot } = readSnapshot(readFileSync(snapshotFile, 'utf8'))
  expect(withoutSizes(snapshot!.tables!)).toEqual(withoutSizes(taken.tables!))
  expect({ ...snapshot!.views, ...snapshot!.types, ...snapshot!.sequences, ...snapshot!.functions }).toEqual({ ...taken.views, ...taken.types, ...taken.sequences, ...taken.functions })
  expect(snapshotSchema(JSON.parse(readFileSync(snapshotFile, 'utf8')))).toEqual([])
})

test('the sample migrations run on it, one after the other', async () => {
  const client = await server.connect('shop')
  for (const file of readdirSync(`${samples}/migrations`).sort(compareMigrations)) {
    const text = readFileSync(`${samples}/migrations/${file}`, 'utf8')
    for (const piece of split(text)) {
      const outcome = await client.query(text.slice(piece.span.start, piece.span.end)).catch((error: Error) => error.message)
      expect(typeof outcome === 'string' ? `${file}: ${outcome}` : '').toBe('')
    }
    await client.query('RESET ALL')
  }
})

function grown(snapshot: Snapshot): Snapshot {
  return {
    ...snapshot,
    $schema: '../schemas/snapshot.schema.json',
    takenAt: '2026-11-16T04:10:00.000Z',
    settings: { ...snapshot.settings, autovacuum: 'on', max_connections: '200', shared_buffers: '16GB', maintenance_work_mem: '1GB', work_mem: '32MB', fsync: 'on', full_page_writes: 'on', synchronous_commit: 'on' },
    activity: { longestTransactionMs: 42_000, connections: { used: 37, maximum: 200 } },
    tables: Object.fromEntries(Object.entries(snapshot.tables!).map(([name, table]) => [name, grownTable(table, rows[nameParts(name as RelationName).name])])),
  }
}

function grownTable({ counted: _counted, lastAnalyze: _analyze, lastVacuum: _vacuum, ...table }: TableSnapshot, to: number | undefined): TableSnapshot {
  if (to === undefined || !table.rows) return table
  const factor = to / table.rows
  const bytes = (small: number): number => Math.round((small * factor) / 8192) * 8192
  // A TOAST table without a row has one page for its index, however large the table.
  const toastBytes = (table.toastBytes ?? 0) > 8192 ? bytes(table.toastBytes!) : table.toastBytes
  return {
    ...table,
    rows: to,
    heapBytes: bytes(table.heapBytes ?? 0),
    ...(toastBytes !== undefined && { toastBytes }),
    indexes: (table.indexes ?? []).map((index) => ({ ...index, ...(index.bytes !== undefined && { bytes: bytes(index.bytes) }) })),
  }
}

/** What a schema says alone. */
function withoutSizes(tables: Readonly<Record<string, TableSnapshot>>): unknown {
  return Object.fromEntries(
    Object.entries(tables).map(([name, { rows: _rows, heapBytes: _heap, toastBytes: _toast, counted: _counted, deadRows: _dead, lastVacuum: _vacuum, lastAnalyze: _analyze, ...table }]) => [
      name,
      {
        ...table,
        columns: table.columns?.map(({ averageWidth: _width, nullFraction: _share, distinct: _distinct, mostCommonFraction: _most, leastCommonFraction: _least, correlation: _correlation, ...column }) => column),
        indexes: table.indexes?.map(({ bytes: _bytes, ...index }) => index),
      },
    ]),
  )
}
