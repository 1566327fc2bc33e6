import type { Snapshot } from '../model/snapshot'
import { snapshotVersion } from './read-snapshot'
import type { AboutServer, Asker } from './read-database'
import { aboutServer, readContents } from './read-database'

/**
 * The schema of an embedded PostgreSQL in which migrations were replayed.
 * Its sizes are those of empty tables and say nothing about any other database, so they are left out.
 */
export async function snapshotOfPglite(database: Asker): Promise<Snapshot> {
  const { rows } = await database.query<AboutServer & { readonly path: string }>(`SELECT *, current_setting('search_path') AS path FROM (${aboutServer}) AS about`)
  const about = rows[0]!
  await database.query("SELECT set_config('search_path', '', false)")
  try {
    const contents = await readContents(database, { version: about.version, sizes: 'counted' })
    return {
      version: snapshotVersion,
      source: 'pglite',
      takenAt: new Date().toISOString(),
      serverVersion: about.serverVersion.split(' ')[0]!,
      complete: true,
      settings: { search_path: about.path, ...(about.settings['TimeZone'] !== undefined && { TimeZone: about.settings['TimeZone'] }) },
      ...contents,
      tables: Object.fromEntries(Object.entries(contents.tables).map(([name, table]) => [name, withoutSizes(table)])),
    }
  } finally {
    await database.query(`SELECT set_config('search_path', '${about.path.replaceAll("'", "''")}', false)`)
  }
}

function withoutSizes(table: NonNullable<Snapshot['tables']>[string]): NonNullable<Snapshot['tables']>[string] {
  const { rows: _rows, heapBytes: _heap, toastBytes: _toast, ...schema } = table
  return { ...schema, ...(table.indexes && { indexes: table.indexes.map(({ bytes: _bytes, ...index }) => index) }) }
}
