import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { analyse } from '../../server/analyse'
import type { World } from '../../server/analyse'
import type { Catalog } from '../../server/catalog/catalog'
import { catalogFromSnapshot } from '../../server/catalog/from-snapshot'
import { findFiles } from '../../server/cli/find-files'
import { assumedCalibration } from '../../server/estimate/calibration'
import { read } from '../../server/frameworks/sql'
import { settle } from '../../server/history'
import { defaultPolicy } from '../../server/model/policy'
import { takeSnapshot } from '../../server/sources/postgres'
import { readSnapshot } from '../../server/sources/read-snapshot'
import { loadParser } from '../../server/sql/parser'
import { overClient } from '../support/probe'
import type { Database } from '../support/probe'
import { askedVersions, startServer } from '../support/server'
import type { Server } from '../support/server'
import { look } from './answer'
import { catalogFacts } from './catalog-facts'
import { judge } from './forms'
import { runAll } from './place'
import { certainOf, claims } from './script'
import type { Script } from './script'

/**
 * A folder of migrations, run from its first file to its last, each statement beside what the engine says of it, from a snapshot of what there was before the first and the files alone.
 * The sample's where no other is named: `FOLDER=path/to/migrations` begins with an empty database, or with what `SCHEMA=file.sql` makes.
 * Each statement runs in a transaction of its own; of one that the server refuses in a block only what it leaves is compared.
 */
const samples = fileURLToPath(new URL('../../samples/', import.meta.url))
const folder = process.env['FOLDER'] ?? `${samples}migrations`
const schema = process.env['FOLDER'] === undefined ? `${samples}shop.sql` : process.env['SCHEMA']
const { files } = findFiles([folder])

const controls = /^(?:begin|start\s+transaction|commit|end|rollback|abort|savepoint|release)\b/i
const refusing: readonly string[] = ['fails-on-data', 'needs-newer-server', 'needs-no-transaction', 'unread']

beforeAll(() => loadParser())

describe.each(askedVersions)('PostgreSQL %i', (version) => {
  let server: Server
  let database: Database
  let first: World
  let catalog: Catalog
  const compared = { statements: 0, relations: 0, agreeing: 0, allowing: 0, unread: 0 }
  // What a block of the file would keep from others, it keeps by itself too.
  const inBlock = (sql: string): readonly string[] => (/^lock\b/i.test(sql) ? ['BEGIN', sql, 'COMMIT'] : [sql])
  const worldNow = async (): Promise<World> => {
    const { snapshot, problem } = readSnapshot(JSON.stringify(await takeSnapshot({ url: server.url('folder') })))
    if (snapshot === undefined) throw new Error(problem)
    return { catalog: catalogFromSnapshot(snapshot), calibration: assumedCalibration, sized: true }
  }

  beforeAll(async () => {
    server = await startServer({ version })
    await server.createDatabase('folder')
    database = await overClient(await server.connect('folder'), await overClient(await server.connect('folder')))
    if (schema !== undefined) await database.exec(readFileSync(schema, 'utf8'))
    await database.exec('ANALYZE')
    first = await worldNow()
    catalog = first.catalog
  })
  afterAll(async () => {
    const share = (agreeing: number): string => `${((100 * agreeing) / Math.max(1, compared.relations)).toFixed(2)} %`
    console.log(`PostgreSQL ${version}: ${compared.statements} statements, locks by relation ${share(compared.agreeing)}, where what hangs on rows or a branch need not come about ${share(compared.allowing)} of ${compared.relations}; ${compared.unread} not wholly read`)
    await server?.stop()
  })

  test.each(files.map(({ path }) => [relative(folder, path), path] as const))('%s', async (_, path) => {
    const text = readFileSync(path, 'utf8')
    const analysis = analyse(read(path, text), text, { ...first, catalog }, defaultPolicy)
    const differing: string[] = []
    // Behind what is not wholly read nobody knows the catalog.
    let isKnown = true
    for (const [at, statement] of analysis.statements.entries()) {
      const { assessed, findings, span } = statement
      const sql = text.slice(span.start, span.end)
      if (controls.test(sql)) continue
      const differs = (what: string): number => differing.push(`line ${analysis.lines.position(span.start).line + 1}: ${sql.replaceAll(/\s+/g, ' ').slice(0, 120)}\n  ${what}`)
      const script: Script = { before: [], observed: [statement], sql, inBlock: false, forbidden: assessed.transactionBlock === 'forbidden', refused: false, catalog: analysis.steps[at]!.before.catalog }
      const sighting = await look(database, async () => database, { name: 'folder', version, clean: async () => database }, script)
      const isSeen = !sighting.outside && sighting.error === undefined
      compared.statements++
      if (assessed.unread.length > 0) {
        compared.unread++
        isKnown = false
      } else if (isSeen && isKnown) {
        const { differences, relations, allowing } = judge(statement, claims(script, 'inside'), claims(certainOf(script), 'inside'), sighting, findings, first.catalog)
        compared.relations += relations.locks?.compared ?? 0
        compared.agreeing += relations.locks?.agreeing ?? 0
        compared.allowing += (relations.locks?.compared ?? 0) - ((allowing.locks?.compared ?? 0) - (allowing.locks?.agreeing ?? 0))
        for (const aspect of ['locks', 'rewritten', 'scanned', 'built'] as const) {
          const tally = allowing[aspect]
          if (tally && tally.agreeing < tally.compared) differs(`${aspect}: ${differences[aspect]?.join(', ')}`)
        }
        for (const line of differences.refused ?? []) differs(line)
      }
      const error = await runAll(database, inBlock(sql), path).then(() => undefined, (problem: Error) => problem)
      if (error === undefined) continue
      await database.exec('ROLLBACK')
      const wasKnown = isKnown
      isKnown = false
      if (wasKnown && assessed.fails.length === 0 && !findings.some(({ hazard }) => refusing.includes(hazard))) differs(`nothing tells that it ends in an error: ${error.message}`)
    }
    await database.exec('RESET ALL')
    catalog = isKnown && analysis.unread.length === 0 ? settle(analysis, first.catalog) : (await worldNow()).catalog
    expect(differing.join('\n'), '− only the engine says, + only the server did').toBe('')
  })

  test('in the end the catalog is the one that a snapshot has', async () => {
    const { catalog: there } = await worldNow()
    expect(catalogFacts(there), '- the engine believes, + the server has').toEqual(catalogFacts(catalog, there))
  })
})
