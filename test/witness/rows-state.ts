import type { DataState } from '../support/catalog-state'
import type { Database } from '../support/probe'

/** As `dataState`, but by the names of the columns, so that their order is of no account. */
export async function rowsState(database: Database): Promise<DataState> {
  const tables = await database.query<{ name: string }>(`
    SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE (c.relkind = 'p' OR (c.relkind = 'r' AND NOT c.relispartition) OR (c.relkind = 'm' AND c.relispopulated)) AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'`)
  const state: Record<string, DataState[string]> = {}
  for (const { name } of tables.rows) {
    // The name of a column goes before that of the whole row, so the row's is one that nobody gives.
    const row = '"the whole row"'
    const { rows } = await database.query<DataState[string]>(`
      SELECT count(*)::int AS rows, md5(coalesce(string_agg(to_jsonb(${row})::text, E'\\n' ORDER BY to_jsonb(${row})::text COLLATE "C"), '')) AS hash
        FROM ${name} AS ${row}`)
    state[name] = rows[0]!
  }
  return state
}
