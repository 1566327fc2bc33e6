// What the users of a database meet with while its schema changes: by the statement as it stands, and by its plan.
// `npm run bench:traffic`; `-- --rows 3000000 --only index,check` measures larger tables, or some of the changes.
import { cpus, totalmem } from 'node:os'
import { parseArgs } from 'node:util'
import { loadParser } from '../../../server/sql/parser'
import { startServer } from '../../support/server'
import { scenarios } from '../../traffic/scenarios'
import { make, planFor, runOriginal, runPlan } from '../../traffic/under-traffic'
import type { Outcome } from '../../traffic/under-traffic'

const { values: options } = parseArgs({ options: { rows: { type: 'string', default: '1000000' }, only: { type: 'string' }, reader: { type: 'string', default: '3' } } })
const rows = Number(options.rows)
const chosen = options.only === undefined ? scenarios : scenarios.filter(({ name }) => options.only!.split(',').includes(name))
const settings = { fsync: 'on', full_page_writes: 'on', synchronous_commit: 'on', shared_buffers: '512MB', max_wal_size: '4GB', autovacuum: 'on' }

const cells = (outcome: Outcome | undefined): readonly string[] =>
  outcome === undefined
    ? ['–', '–', '–', '–', '–']
    : [`${(outcome.ms / 1000).toFixed(1)} s`, `${(outcome.longestMs / 1000).toFixed(2)} s`, `${outcome.failures.length} of ${outcome.requests}`, String(outcome.lost.length), outcome.problem === undefined ? (outcome.wrong.length === 0 ? '' : `${outcome.wrong.length} rows are wrong`) : `ended in an error: ${outcome.problem.trim().split('\n')[0]}`]

await loadParser()
const server = await startServer({ settings })
try {
  const client = await server.connect()
  const circumstances = { url: server.url(), rows, longReadMs: Number(options.reader) * 1000, calmMs: 1000 }
  console.log(`PostgreSQL ${server.version}, ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}, ${Math.round(totalmem() / 1024 ** 3)} GB; ${rows} rows; 2 readers and 3 writers of single rows, and one who reads for ${options.reader} s at a time`)
  console.log('change; run as; takes; longest stall; failed requests; lost writes; problem')
  for (const scenario of chosen) {
    await make(client, scenario, rows)
    const plan = await planFor(scenario, circumstances.url)
    const original = await runOriginal(scenario, circumstances)
    console.log([scenario.name, 'statement', ...cells(original)].join('; '))
    if (plan) await make(client, scenario, rows)
    const planned = plan && (await runPlan(scenario, plan, circumstances))
    console.log([scenario.name, plan ? `plan (${plan.fit})` : 'no plan', ...cells(planned)].join('; '))
  }
} finally {
  await server.stop()
}
