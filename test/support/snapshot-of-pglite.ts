import type { Snapshot } from '../../server/model/snapshot'
import { schemaParts } from '../../server/sources/snapshot-sql'
import type { Database } from './probe'

/**
 * The schema of an embedded PostgreSQL, asked with the queries that ask a server.
 * Its sizes are those of empty tables and say nothing about any other database, so they are left out.
 */
export async function snapshotOfPglite(database: Database): Promise<Snapshot> {
  await database.exec('BEGIN')
  try {
    return await snapshotInside(database)
  } finally {
    await database.exec('ROLLBACK')
  }
}

/** The same within a transaction, as that sees it. */
export async function snapshotInside(database: Database): Promise<Snapshot> {
  const [about] = (await database.query<{ version: string; path: string; zone: string }>("SELECT current_setting('server_version') AS version, current_setting('search_path') AS path, current_setting('TimeZone') AS zone")).rows
  await database.exec("SET LOCAL search_path = ''")
  const lines: string[] = []
  const ask = async (sql: string): Promise<readonly string[]> => (await database.query<{ line: string }>(sql)).rows.map(({ line }) => line)
  for (const { sql, generates } of schemaParts) for (const text of generates ? await ask(sql) : [sql]) lines.push(...(await ask(text)))
  const contents = JSON.parse(`{${lines.join('\n')}`) as Omit<Snapshot, 'version'>
  return {
    version: 1,
    serverVersion: about!.version.split(' ')[0]!,
    complete: true,
    settings: { search_path: about!.path, TimeZone: about!.zone },
    ...contents,
    tables: Object.fromEntries(Object.entries(contents.tables ?? {}).map(([name, table]) => [name, withoutSizes(table)])),
  }
}

function withoutSizes(table: NonNullable<Snapshot['tables']>[string]): NonNullable<Snapshot['tables']>[string] {
  const { rows: _rows, heapBytes: _heap, toastBytes: _toast, ...schema } = table
  return { ...schema, ...(table.indexes && { indexes: table.indexes.map(({ bytes: _bytes, ...index }) => index) }) }
}
