// How long a snapshot of a database with many tables takes, query by query: `npm run bench:snapshot`.
// `-- --tables 10000 --versions 12,17 --repeats 3` says of what, `--url URL` asks a server that is there; `--explain` prints where the server spends its time in the longest query.
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { Client } from 'pg'
import { catalogFromSnapshot } from '../../../server/catalog/from-snapshot'
import { readSnapshot } from '../../../server/sources/read-snapshot'
import { takeSnapshotText } from '../../../server/sources/postgres'
import { opening, parts } from '../../../server/sources/snapshot-sql'
import type { Version } from '../../support/server'
import { startServer } from '../../support/server'
import { make } from './make'

const { values: options } = parseArgs({
  options: { tables: { type: 'string', default: '10000' }, versions: { type: 'string', default: '12,17' }, repeats: { type: 'string', default: '3' }, explain: { type: 'boolean', default: false }, url: { type: 'string' } },
})

if (options.url !== undefined) await measure(options.url)
else for (const version of options.versions.split(',').map((text) => Number(text) as Version)) await measureNew(version)

async function measureNew(version: Version): Promise<void> {
  const server = await startServer({ version, settings: { max_locks_per_transaction: '1000', shared_buffers: '512MB' } })
  try {
    process.stderr.write(`PostgreSQL ${version}: making ${options.tables} tables\n`)
    await make(server, Number(options.tables))
    await measure(server.url())
  } finally {
    await server.stop()
  }
}

async function measure(url: string): Promise<void> {
  const took: { readonly ms: number; readonly ownMs: number }[] = []
  let text = ''
  for (let round = 0; round < Number(options.repeats); round++) {
    const before = process.cpuUsage()
    const ms = await timed(async () => {
      text = await takeSnapshotText({ url })
    })
    const { user, system } = process.cpuUsage(before)
    took.push({ ms, ownMs: (user + system) / 1e3 })
  }
  const median = took.toSorted((a, b) => a.ms - b.ms)[took.length >> 1]!
  const { snapshot } = readSnapshot(text)
  process.stdout.write(`PostgreSQL ${snapshot?.serverVersion}, ${Object.keys(snapshot?.tables ?? {}).length} tables, ${(text.length / 1e6).toFixed(1)} MB: ${seconds(median.ms)} (${took.map(({ ms }) => seconds(ms)).join(', ')}), of which ${seconds(median.ownMs)} is our own processor time\n`)

  const client = new Client({ connectionString: url })
  await client.connect()
  for (const sql of opening) await client.query(sql)
  const queries: { readonly what: string; readonly sql: string; readonly ms: number; readonly processorMs: number | undefined; readonly lines: number }[] = []
  const backend = (await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]!.pid
  const ask = async (what: string, sql: string): Promise<readonly string[]> => {
    let lines: readonly string[] = []
    const before = processorMs(backend)
    const ms = await timed(async () => {
      lines = (await client.query<{ line: string }>(sql)).rows.map(({ line }) => line)
    })
    const after = processorMs(backend)
    queries.push({ what, sql, ms, processorMs: before === undefined || after === undefined ? undefined : after - before, lines: lines.length })
    return lines
  }
  for (const { what, sql, generates } of parts) for (const line of await ask(what, sql)) if (generates) await ask(what, line)
  const slowest = queries.toSorted((a, b) => b.ms - a.ms)
  for (const { what, ms, processorMs: own, lines } of slowest) if (ms >= 20) process.stdout.write(`  ${what.padEnd(12)}${seconds(ms).padStart(8)}${own === undefined ? '' : `, ${seconds(own)} of a processor`}  ${lines} lines\n`)
  if (options.explain) await explain(client, slowest[0]!.sql)
  await client.query('ROLLBACK')

  await client.end()
  const readMs = await timed(() => void readSnapshot(text))
  const catalogMs = await timed(() => void catalogFromSnapshot(snapshot!))
  process.stdout.write(`  reading it takes ${seconds(readMs)}, making the catalog of it ${seconds(catalogMs)}\n`)
}

async function explain(client: Client, sql: string): Promise<void> {
  const { rows } = await client.query<{ 'QUERY PLAN': string }>(`EXPLAIN (ANALYZE, BUFFERS, COSTS off) ${sql}`)
  process.stdout.write(`${rows.map((row) => row['QUERY PLAN']).join('\n')}\n`)
}

/** What a process of this machine has used, in steps of 10 ms: on a machine that others share it says more than the clock. Absent where it is not told. */
function processorMs(pid: number): number | undefined {
  try {
    const [user, system] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ').slice(11, 13)
    return (Number(user) + Number(system)) * 10
  } catch {
    return undefined
  }
}

async function timed(work: () => void | Promise<void>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}

function seconds(ms: number): string {
  return `${(ms / 1e3).toFixed(2)} s`
}
