/** How a migration tool writes down what it has run: its table, told from another tool's of the same name by its columns, and where in a row the name or the version stands. */
interface RecordTable {
  readonly tool: string
  readonly table: string
  readonly columns: readonly string[]
  /** No other column than these, where another tool's table has them as well. */
  readonly only?: true
  /** Yields one column `id`, of names or versions and nothing else; `@table` stands for the table. */
  readonly ids: string
}

const recordTables: readonly RecordTable[] = [
  {
    tool: 'flyway',
    table: 'flyway_schema_history',
    columns: ['installed_rank', 'version', 'type', 'success'],
    // The last word about a version counts: an undone one is to run again.
    ids: `SELECT last.version AS id FROM (SELECT DISTINCT ON (h.version) h.version, h.success, h.type FROM @table h WHERE h.version IS NOT NULL ORDER BY h.version, h.installed_rank DESC) AS last WHERE last.success AND last.type !~ '^(UNDO|DELETE)'`,
  },
  { tool: 'golang-migrate', table: 'schema_migrations', columns: ['version', 'dirty'], ids: 'SELECT m.version::text AS id FROM @table m WHERE NOT m.dirty' },
  { tool: 'dbmate', table: 'schema_migrations', columns: ['version'], only: true, ids: 'SELECT m.version::text AS id FROM @table m' },
  { tool: 'sqlx', table: '_sqlx_migrations', columns: ['version', 'success'], ids: 'SELECT m.version::text AS id FROM @table m WHERE m.success' },
  { tool: 'goose', table: 'goose_db_version', columns: ['id', 'version_id', 'is_applied'], ids: 'SELECT last.version_id::text AS id FROM (SELECT DISTINCT ON (g.version_id) g.version_id, g.is_applied FROM @table g ORDER BY g.version_id, g.id DESC) AS last WHERE last.is_applied AND last.version_id > 0' },
  { tool: 'django', table: 'django_migrations', columns: ['app', 'name'], ids: "SELECT m.app || '.' || m.name AS id FROM @table m" },
  { tool: 'alembic', table: 'alembic_version', columns: ['version_num'], ids: 'SELECT m.version_num::text AS id FROM @table m' },
  { tool: 'knex', table: 'knex_migrations', columns: ['name', 'batch'], ids: 'SELECT m.name::text AS id FROM @table m' },
  { tool: 'prisma', table: '_prisma_migrations', columns: ['migration_name', 'finished_at', 'rolled_back_at'], ids: 'SELECT DISTINCT m.migration_name::text AS id FROM @table m WHERE m.finished_at IS NOT NULL AND m.rolled_back_at IS NULL' },
  { tool: 'node-pg-migrate', table: 'pgmigrations', columns: ['name', 'run_on'], ids: 'SELECT m.name::text AS id FROM @table m' },
  { tool: 'diesel', table: '__diesel_schema_migrations', columns: ['version', 'run_on'], ids: 'SELECT m.version::text AS id FROM @table m' },
  { tool: 'refinery', table: 'refinery_schema_history', columns: ['version', 'name', 'applied_on'], ids: 'SELECT m.version::text AS id FROM @table m' },
  { tool: 'sql-migrate', table: 'gorp_migrations', columns: ['id', 'applied_at'], ids: 'SELECT m.id::text AS id FROM @table m' },
  { tool: 'tern', table: 'schema_version', columns: ['version'], only: true, ids: 'SELECT m.version::text AS id FROM @table m' },
]

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** One row: the query that prints what the tools of this database have written down; no row where there is no such table that may be read. */
export const migrationsQuery = `
  SELECT 'SELECT ''"migrations":{'' || E''\\n'' || string_agg(one.line, E'',\\n'' ORDER BY one.name COLLATE "C") || E''\\n},'' AS line FROM ('
      || string_agg(format($query$SELECT %L::text AS name, to_json(%L::text) || ':{"tool":"%s","applied":[' || coalesce(string_agg(to_json(ids.id)::text, ',' ORDER BY ids.id COLLATE "C"), '') || ']}' AS line FROM (%s) AS ids$query$,
           found.name, found.name, found.tool, replace(found.ids, '@table', found.name)), ' UNION ALL ')
      || ') AS one HAVING count(*) > 0' AS line
    FROM (
      SELECT known.tool, known.ids, quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name
        FROM (VALUES ${recordTables.map(({ tool, table, columns, only, ids }) => `(${literal(tool)}, ${literal(table)}, ARRAY[${columns.map(literal).join(', ')}]::name[], ${only ?? false}, ${literal(ids)})`).join(',\n          ')}) AS known (tool, table_name, columns, is_all, ids)
        JOIN pg_class c ON c.relname = known.table_name AND c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
        JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND has_schema_privilege(n.oid, 'USAGE')
       CROSS JOIN LATERAL (SELECT array_agg(a.attname) AS names FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS its
       WHERE its.names @> known.columns AND (NOT known.is_all OR cardinality(its.names) = cardinality(known.columns))
         AND has_table_privilege(c.oid, 'SELECT') AND NOT row_security_active(c.oid)
         AND NOT EXISTS (SELECT FROM pg_locks l WHERE l.relation = c.oid AND l.mode = 'AccessExclusiveLock' AND l.granted AND l.pid IS DISTINCT FROM pg_backend_pid())
    ) AS found HAVING count(*) > 0`
