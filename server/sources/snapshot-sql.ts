import { dependentsQuery, firstOfUsers } from './dependents-sql'
import { emptied, emptiedBody } from './emptied'
import { migrationsQuery } from './migrations-sql'
import { shardsQuery } from './shards-sql'

/**
 * The snapshot as SQL: the server itself writes the JSON, line by line.
 * One text for every version from 12 on and for every way to run it, so that a script of psql gives what a connection of ours gives, to the byte.
 * Each query yields rows of one column, `line`; all rows of all parts, in order, are the file.
 * No query reads a table of the user's; of pg_stats only widths, shares and counts, for the rest of it is row data.
 * Of what functions, triggers, rules, policies and views run, literals and comments stay on the server.
 */
export interface Part {
  /** What is being read, for people: `tables`. */
  readonly what: string
  readonly sql: string
  /** The rows are queries in their turn, to be run in order: for what may not be there on every server. */
  readonly generates?: true
}

/** Characters: a function that is longer is a program of its own. */
const longestBody = 100_000

/** For one query over the catalog: seconds where there are 100,000 tables. */
export const queryLimitMs = 60_000
export const lockLimitMs = 1_000

/** The settings on which locks, work or durations depend. Every one is readable by everybody. */
export const settingsThatMatter = [
  'autovacuum',
  'autovacuum_vacuum_cost_delay',
  'block_size',
  'checkpoint_completion_target',
  'checkpoint_timeout',
  'data_checksums',
  'deadlock_timeout',
  'default_tablespace',
  'effective_cache_size',
  'effective_io_concurrency',
  'fsync',
  'full_page_writes',
  'hash_mem_multiplier',
  'hot_standby_feedback',
  'idle_in_transaction_session_timeout',
  'lock_timeout',
  'maintenance_io_concurrency',
  'maintenance_work_mem',
  'max_connections',
  'max_locks_per_transaction',
  'max_parallel_maintenance_workers',
  'max_parallel_workers',
  'max_parallel_workers_per_gather',
  'max_standby_streaming_delay',
  'max_wal_size',
  'max_worker_processes',
  'min_parallel_table_scan_size',
  'min_wal_size',
  'parallel_setup_cost',
  'parallel_tuple_cost',
  'search_path',
  'server_encoding',
  'shared_buffers',
  'statement_timeout',
  'synchronous_commit',
  'synchronous_standby_names',
  'TimeZone',
  'transaction_timeout',
  'vacuum_cost_delay',
  'wal_buffers',
  'wal_compression',
  'wal_level',
  'wal_log_hints',
  'work_mem',
] as const

/** Before anything is asked: a transaction that can change nothing and waits for nobody. */
export const opening: readonly string[] = [
  'SET default_transaction_read_only = on',
  'BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY',
  // What is shown of the settings is what the server would give to anybody, so these come after them; the rest of them decides how values are printed.
  `SELECT pg_catalog.set_config('lockscope.settings', (${settingsQuery()})::text, true) AS line OFFSET 1`,
  `SET LOCAL statement_timeout = ${queryLimitMs}`,
  `SET LOCAL lock_timeout = ${lockLimitMs}`,
  `SET LOCAL idle_in_transaction_session_timeout = ${queryLimitMs}`,
  // Compiling a query over the catalog takes longer than running it, and other processors are others'.
  'SET LOCAL jit = off',
  'SET LOCAL max_parallel_workers_per_gather = 0',
  // A cursor is planned for the first tenth of its rows, and all are wanted.
  'SET LOCAL cursor_tuple_fraction = 1',
  // Every name then comes with its schema.
  "SET LOCAL search_path = ''",
  "SET LOCAL client_encoding = 'UTF8'",
  'SET LOCAL DateStyle = ISO',
  'SET LOCAL IntervalStyle = postgres',
  'SET LOCAL extra_float_digits = 1',
  'SET LOCAL quote_all_identifiers = off',
  'SET LOCAL standard_conforming_strings = on',
]

/** A server that sleeps does not notice that its client has gone, and its timeouts run on: sleep is taken in pieces. */
const longestSleepSeconds = 2

/** After the opening: counts now, and once more when so many seconds have passed; what is told is what has happened in between. */
export const sampling = (seconds: number): readonly string[] => [
  `SELECT pg_catalog.set_config('lockscope.counted_since', ${time('clock_timestamp()')}, true) AS line OFFSET 1`,
  `SELECT pg_catalog.set_config('lockscope.counted', (SELECT json_object_agg(c.oid, json_build_array(${Object.values(counters).join(', ')}))::text FROM pg_class c WHERE c.relkind IN ('r', 'm')), true) AS line OFFSET 1`,
  ...Array.from({ length: Math.ceil(seconds / longestSleepSeconds) }, (_, index) => `SELECT pg_sleep(${Math.min(longestSleepSeconds, seconds - index * longestSleepSeconds)}) AS line OFFSET 1`),
  // Within a transaction the statistics stand still, else.
  'SELECT pg_stat_clear_snapshot() AS line OFFSET 1',
]

export const closing = 'ROLLBACK'

function settingsQuery(): string {
  return `SELECT pg_catalog.json_object_agg(s.name, pg_catalog.current_setting(s.name) ORDER BY pg_catalog.lower(s.name) COLLATE "C")
  FROM pg_catalog.pg_settings s WHERE s.name IN (${settingsThatMatter.map((name) => `'${name}'`).join(', ')})`
}

// --- pieces

const inUserSchema = (schema: string): string => `${schema} !~ '^pg_' AND ${schema} <> 'information_schema'`

const fullName = (schema: string, name: string): string => `quote_ident(${schema}) || '.' || quote_ident(${name})`

/** SQL that gives text: JSON as it is to stand in the file. */
interface Written {
  readonly json: string
}

/** SQL of any type but JSON, or what writes its JSON itself. */
type Facts = Readonly<Record<string, string | Written>>

/**
 * Absent facts and facts as usual are null, and left out.
 * Most of them are, so each is written by itself: json_build_object would ask for the type of every one, and what it wrote would have to be read again to leave them out, which together is most of the time that a large snapshot takes.
 */
const object = (pairs: Facts): string => `'{' || ${inside(pairs)} || '}'`

/** As `object`, without the braces. */
const inside = (pairs: Facts): string => `substr(concat(${Object.entries(pairs).map(([key, value]) => `',"${key}":' || ${typeof value === 'string' ? `to_json(${value})` : value.json}`).join(', ')}), 2)`

/** What the server's own functions write, without their spaces and nulls. */
const compact = (value: string): Written => ({ json: `json_strip_nulls(${value})::text` })

/** `"key":` and the lines of a list, or of an object where `brackets` says so; null where there are none and `always` is not said. */
const lines = (key: string, rows: string, { brackets = '[]', always = false }: { readonly brackets?: '[]' | '{}'; readonly always?: boolean } = {}): string => {
  const joined = `(SELECT string_agg(one.line, E',\\n' ORDER BY one.place) FROM (${rows}) AS one)`
  const opened = `'"${key}":${brackets[0]}' || E'\\n'`
  return always ? `coalesce(${opened} || ${joined} || E'\\n${brackets[1]}', '"${key}":${brackets}')` : `${opened} || ${joined} || E'\\n${brackets[1]}'`
}

/** One look after the other: a join would read all schemas for each name. */
const schemaOf = (oid: string): string => `(SELECT ns.nspname FROM pg_namespace ns WHERE ns.oid = ${oid})`

const nameOf = (oid: string): string => `(SELECT ${fullName(schemaOf('rel.relnamespace'), 'rel.relname')} FROM pg_class rel WHERE rel.oid = ${oid})`

function functionName(oid: string): string {
  return `(SELECT ${fullName(schemaOf('f.pronamespace'), 'f.proname')} FROM pg_proc f WHERE f.oid = ${oid})`
}

/** Null where there is none, so that an empty list is left out. */
const namesOf = (query: string): string => `(SELECT json_agg(known.name ORDER BY known.place) FROM (${query}) AS known)`

const attributeOf = (relation: string, number: string): string => `(SELECT '[' || to_json(a.attname) || ']' FROM pg_attribute a WHERE a.attrelid = ${relation} AND a.attnum = ${number})`

/** Most are one column. */
const attributes = (relation: string, numbers: string): Written => ({
  json: `CASE WHEN array_length(${numbers}, 1) = 1 AND ${numbers}[1] > 0 THEN ${attributeOf(relation, `${numbers}[1]`)}
        ELSE ${compact(namesOf(`SELECT a.attname AS name, n.place FROM unnest(${numbers}) WITH ORDINALITY AS n (number, place) JOIN pg_attribute a ON a.attrelid = ${relation} AND a.attnum = n.number`)).json} END`,
})

const time = (value: string): string => `to_char(${value} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`

const milliseconds = (interval: string): string => `round(extract(epoch FROM ${interval}) * 1000)::int8`

/** Yields the relations of some kinds with a comma behind all but the last. */
const everyRelation = (kinds: string, more = '', join = ''): string => `
  (SELECT c.*, n.nspname, ${fullName('n.nspname', 'c.relname')} AS full_name,
          CASE WHEN lead(c.oid) OVER sorted IS NULL THEN '' ELSE ',' END AS comma${more}
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace${join}
    WHERE c.relkind IN (${kinds}) AND c.relpersistence <> 't' AND ${inUserSchema('n.nspname')}
   WINDOW sorted AS (ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C")
    ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C" OFFSET 0)`

/** What others hold locked so that not even its definition may be looked at: deparsing an expression opens the relation (src/backend/utils/adt/ruleutils.c), and so do the size functions. */
const outOfReach = `
  SELECT l.relation FROM pg_locks l
   WHERE l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock' AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
     AND l.pid IS DISTINCT FROM pg_backend_pid()`

// --- parts

const clientSession = `a.datname = current_database() AND a.pid <> pg_backend_pid() AND coalesce(a.backend_type, 'client backend') = 'client backend'`
const seesAll = `pg_has_role(current_user, 'pg_read_all_stats', 'USAGE')`

/** Without pg_read_all_stats a role sees of others' sessions that they are there and nothing else. */
const hiddenSessions = `(SELECT count(*) FROM pg_stat_activity a WHERE ${clientSession} AND a.query = '<insufficient privilege>')`

const unreadableTables = `(
  SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind IN ('r', 'p', 'm') AND c.relpersistence <> 't' AND ${inUserSchema('n.nspname')} AND (NOT has_any_column_privilege(c.oid, 'SELECT') OR row_security_active(c.oid)))`

const lockedTables = `(
  SELECT string_agg(${fullName('n.nspname', 'c.relname')}, ', ' ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C")
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind IN ('r', 'p', 'm', 'f') AND ${inUserSchema('n.nspname')} AND c.oid IN (${outOfReach}))`

/** Each is a sentence for people, or null. */
const unseen = `(
  SELECT json_agg(said.sentence ORDER BY said.place) FROM (VALUES
    (1, CASE WHEN ${hiddenSessions} > 0 THEN 'How long the transactions of other users are open: that needs the role pg_read_all_stats, which pg_monitor has.' END),
    (2, CASE WHEN ${unreadableTables} > 0 THEN format('Widths, nulls and distinct values of the columns of %s tables: they need SELECT on the tables, and no row security.', ${unreadableTables}) END),
    (3, 'The definitions of ' || ${lockedTables} || ': locked ACCESS EXCLUSIVE by another session.'),
    (4, CASE WHEN NOT ${seesAll} AND EXISTS (SELECT FROM pg_stat_replication) THEN 'How far the standbys are behind: that needs the role pg_read_all_stats, which pg_monitor has.' END),
    (5, CASE WHEN NOT ${seesAll} AND EXISTS (SELECT FROM pg_extension e WHERE e.extname = 'pg_stat_statements') THEN 'The statements of other users: that needs the role pg_read_all_stats, which pg_monitor has.' END),
    (6, (SELECT 'The sizes of ' || string_agg(s.key, ', ' ORDER BY s.key COLLATE "C") || ': not every node of Citus tells what it holds of them.' FROM json_each(nullif(current_setting('lockscope.shards', true), '')::json) AS s WHERE s.value ->> 'shards' IS NULL)),
    (7, CASE WHEN current_setting('pg_stat_statements.max', true) IS NULL AND EXISTS (SELECT FROM pg_extension e WHERE e.extname = 'pg_stat_statements') THEN 'Which statements run most: pg_stat_statements is not among the shared_preload_libraries.' END)
  ) AS said (place, sentence) WHERE said.sentence IS NOT NULL)`

/** Those of a session that replicates nothing. */
const eventTriggers = `(
  SELECT json_agg(json_build_object('name', g.evtname, 'event', g.evtevent, 'tags', g.evttags, 'function', ${functionName('g.evtfoid')}) ORDER BY g.evtname COLLATE "C")
    FROM pg_event_trigger g WHERE g.evtenabled IN ('O', 'A'))`

/** As has_privs_of_role goes up them (src/backend/utils/adt/acl.c), from 16 on grant by grant; whoever owns the database is a member of pg_database_owner. */
const members = `(
  WITH RECURSIVE has (role, member) AS (
    SELECT m.roleid, m.member FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member WHERE coalesce((to_json(m) ->> 'inherit_option')::boolean, r.rolinherit)
    UNION SELECT o.oid, d.datdba FROM pg_roles o, pg_database d WHERE o.rolname = 'pg_database_owner' AND d.datname = current_database()
  ), wanted (role) AS (
    SELECT c.relowner FROM pg_class c WHERE c.relrowsecurity
    UNION SELECT unnest(y.polroles) FROM pg_policy y
    UNION SELECT h.member FROM wanted l JOIN has h ON h.role = l.role
  )
  SELECT json_object_agg(of.role, of.members ORDER BY of.role COLLATE "C") FROM (
    SELECT pg_get_userbyid(h.role) AS role, json_agg(pg_get_userbyid(h.member) ORDER BY pg_get_userbyid(h.member) COLLATE "C") AS members FROM has h JOIN wanted l ON l.role = h.role GROUP BY h.role
  ) of)`

const about: Part = {
  what: 'settings',
  sql: `
  SELECT '{' || E'\\n' || string_agg(entry.line, E',\\n' ORDER BY entry.place) || ',' AS line
    FROM (VALUES
      (1, '"version":1'),
      (2, '"source":"postgres"'),
      (3, '"takenAt":' || to_json(${time('clock_timestamp()')})),
      (4, '"serverVersion":' || to_json(split_part(current_setting('server_version'), ' ', 1))),
      (5, '"database":' || to_json(current_database()::text)),
      (6, '"complete":true'),
      -- Of a database that the role may not connect to, the size is refused.
      (7, '"serverBytes":' || (SELECT sum(CASE WHEN may.see THEN pg_database_size(d.oid) END) FROM pg_database d CROSS JOIN LATERAL (SELECT ${seesAll} OR has_database_privilege(d.oid, 'CONNECT') AS see) may HAVING bool_and(may.see))),
      (8, '"unseen":' || json_strip_nulls(${unseen})::text),
      (9, ${lines('settings', "SELECT to_json(s.key) || ':' || s.value AS line, s.place FROM json_each(current_setting('lockscope.settings')::json) WITH ORDINALITY AS s (key, value, place)", { brackets: '{}' })}),
      (10, '"extensions":' || (SELECT json_strip_nulls(json_object_agg(e.extname, e.extversion ORDER BY e.extname COLLATE "C"))::text FROM pg_extension e)),
      (11, '"eventTriggers":' || json_strip_nulls(${eventTriggers})::text),
      (12, '"exemptRoles":' || (SELECT json_strip_nulls(json_agg(r.rolname ORDER BY r.rolname COLLATE "C"))::text FROM pg_roles r WHERE r.rolsuper OR r.rolbypassrls)),
      (13, '"members":' || coalesce(${members}, '{}')::text)
    ) AS entry (place, line)
   WHERE entry.line IS NOT NULL`,
}

/** WAL that is written, or on a standby replayed, up to now. */
const walNow = 'CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END'

const activity: Part = {
  what: 'activity',
  sql: `
  WITH held AS (
    SELECT ${nameOf('l.relation')} AS name, ${milliseconds('max(clock_timestamp() - coalesce(a.xact_start, p.prepared))')} AS ms
      FROM pg_locks l
      LEFT JOIN pg_stat_activity a ON a.pid = l.pid
      -- A prepared transaction has no process any more; the lock on its own number says which it is.
      LEFT JOIN pg_locks x ON l.pid IS NULL AND x.pid IS NULL AND x.virtualtransaction = l.virtualtransaction AND x.locktype = 'transactionid'
      LEFT JOIN pg_prepared_xacts p ON p.transaction = x.transactionid
     WHERE l.locktype = 'relation' AND l.granted AND l.pid IS DISTINCT FROM pg_backend_pid()
       AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
       AND EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = l.relation AND c.relkind IN ('r', 'p', 'm', 'f') AND c.relpersistence <> 't' AND ${inUserSchema('n.nspname')})
     GROUP BY l.relation
  ), open AS (
    SELECT greatest((SELECT max(clock_timestamp() - a.xact_start) FROM pg_stat_activity a WHERE ${clientSession}),
                    (SELECT max(clock_timestamp() - p.prepared) FROM pg_prepared_xacts p WHERE p.database = current_database())) AS longest
  )
  SELECT '"activity":' || ${object({
    // Without the right to see the others' transactions nothing is known of them, which is not the same as none.
    longestTransactionMs: `CASE WHEN open.longest IS NULL AND ${hiddenSessions} > 0 THEN NULL ELSE coalesce(${milliseconds('open.longest')}, 0) END`,
    longestByTable: compact('(SELECT json_object_agg(held.name, held.ms ORDER BY held.name COLLATE "C") FROM held WHERE held.ms IS NOT NULL)'),
    preparedTransactions: compact(`(SELECT json_build_object('count', count(*), 'oldestMs', ${milliseconds('max(clock_timestamp() - p.prepared)')}) FROM pg_prepared_xacts p WHERE p.database = current_database() HAVING count(*) > 0)`),
    connections: compact(`(SELECT json_build_object('used', count(*), 'maximum', current_setting('max_connections')::int) FROM pg_stat_activity a WHERE coalesce(a.backend_type, 'client backend') = 'client backend')`),
    standby: 'nullif(pg_is_in_recovery(), false)',
    standbys: compact(`(SELECT json_agg(json_build_object('name', r.application_name, 'state', r.state, 'synchronous', nullif(r.sync_state, 'async') IS NOT NULL, 'lagBytes', pg_wal_lsn_diff(${walNow}, r.replay_lsn)::int8, 'lagMs', ${milliseconds('r.replay_lag')}) ORDER BY r.application_name COLLATE "C", r.pid) FROM pg_stat_replication r WHERE r.state IS NOT NULL)`),
    replicationSlots: compact(`(SELECT json_agg(json_build_object('name', s.slot_name, 'kind', s.slot_type, 'plugin', s.plugin, 'active', s.active, 'retainedBytes', pg_wal_lsn_diff(${walNow}, s.restart_lsn)::int8) ORDER BY s.slot_name COLLATE "C") FROM pg_replication_slots s WHERE NOT s.temporary)`),
    countedSince: `coalesce(nullif(current_setting('lockscope.counted_since', true), ''), ${time('pg_stat_get_db_stat_reset_time((SELECT d.oid FROM pg_database d WHERE d.datname = current_database()))')})`,
  })} || ',' AS line
    FROM open`,
}

/** Texts are kept only where no value is left in them: pg_stat_statements puts $1 for the constants of most statements, not of all, and keeps comments. */
const withoutValues = `(
      SELECT CASE WHEN bare.text !~ '[''\\\\]' AND bare.text !~ '\\$($|[^0-9])' AND bare.text ~* '^(select|insert|update|delete|merge|with)\\M' THEN left(bare.text, 1000) END AS text
        FROM (SELECT btrim(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(s.query,
                '/\\*.*?\\*/', ' ', 'g'), '--[^\\n]*', ' ', 'g'), '''([^''\\\\]|'''')*''', '?', 'g'), '(?<![[:alnum:]_$."])[0-9]+(\\.[0-9]+)?', '?', 'g'), '\\s+', ' ', 'g')) AS text OFFSET 0) AS bare)`

/** What stands where a statement names its tables. */
const tablesNamed = `(
      SELECT json_agg(DISTINCT found.full_name) FROM (
        SELECT ${fullName('n.nspname', 'c.relname')} AS full_name, count(*) OVER (PARTITION BY named.place) AS same, n.nspname = 'public' AS first
          FROM (SELECT w.place, parse_ident(w.match[1], false) AS parts
                  FROM regexp_matches(clean.text, '\\m(?:from|join|into|update|only|using)\\s+(?:only\\s+)?((?:"[^"]+"|[[:alpha:]_][[:alnum:]_$]*)(?:\\.(?:"[^"]+"|[[:alpha:]_][[:alnum:]_$]*))?)', 'gi') WITH ORDINALITY AS w (match, place)) AS named
          JOIN pg_class c ON c.relname = named.parts[array_length(named.parts, 1)]::name AND c.relkind IN ('r', 'p', 'm', 'f', 'v') AND c.relpersistence <> 't'
          JOIN pg_namespace n ON n.oid = c.relnamespace AND ${inUserSchema('n.nspname')} AND (array_length(named.parts, 1) = 1 OR n.nspname = named.parts[1]::name)
           AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
      ) AS found WHERE found.same = 1 OR found.first)`

const statements: Part = {
  what: 'statements',
  generates: true,
  sql: `
  SELECT replace(replace(replace($query$
    WITH busiest AS (
      -- A statement within another one, as in CREATE TABLE AS, may have the text of the whole.
      SELECT s.queryid, coalesce(min(s.query) FILTER (WHERE s.query ~* '^\\s*(select|insert|update|delete|merge|with)\\M'), min(s.query)) AS query, sum(s.calls)::int8 AS calls, sum(s.@time) AS ms, sum(s.rows)::int8 AS rows
        FROM @schema.pg_stat_statements s
       WHERE s.dbid = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database()) AND s.query <> '<insufficient privilege>'
       GROUP BY s.queryid ORDER BY sum(s.@time) DESC, s.queryid LIMIT 500
    ), named AS (
      SELECT s.*, clean.text, ${tablesNamed} AS tables
        FROM busiest s CROSS JOIN LATERAL ${withoutValues} AS clean WHERE clean.text IS NOT NULL OFFSET 0
    )
    SELECT coalesce('"statementsSince":' || to_json(${time('@since')}) || E',\\n', '') || '"statements":[' || E'\\n' || string_agg(one.line, E',\\n' ORDER BY one.ms DESC, one.queryid) || E'\\n],' AS line
      FROM (SELECT n.ms, n.queryid, ${object({
        query: 'n.text',
        tables: compact('n.tables'),
        calls: 'n.calls',
        totalMs: 'round(n.ms::numeric, 3)',
        rows: 'n.rows',
      })} AS line FROM named n WHERE n.tables IS NOT NULL ORDER BY n.ms DESC, n.queryid LIMIT 100) AS one
    HAVING count(*) > 0 $query$,
    '@schema', quote_ident(n.nspname)),
    '@time', CASE WHEN EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'total_exec_time') THEN 'total_exec_time' ELSE 'total_time' END),
    '@since', CASE WHEN EXISTS (SELECT FROM pg_class i WHERE i.relnamespace = n.oid AND i.relname = 'pg_stat_statements_info') THEN '(SELECT i.stats_reset FROM ' || quote_ident(n.nspname) || '.pg_stat_statements_info i)' ELSE 'NULL::timestamptz' END) AS line
    FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = 'pg_stat_statements'
   WHERE e.extname = 'pg_stat_statements' AND has_table_privilege(c.oid, 'SELECT')
     -- Where the library is not loaded the view is an error.
     AND current_setting('pg_stat_statements.max', true) IS NOT NULL`,
}

/** True or null. */
function commented(relation: string): string {
  return `(SELECT true FROM pg_description about WHERE about.objoid = ${relation} AND about.classoid = 'pg_class'::regclass AND about.objsubid = 0)`
}

/** The owner has all rights without a word. */
function grants(acl: string, owner: string): Written {
  return compact(`CASE WHEN ${acl} IS NOT NULL THEN (SELECT json_agg(json_build_object('to', one.role, 'privileges', one.privileges, 'grantable', one.grantable) ORDER BY one.role COLLATE "C" NULLS FIRST, one.grantable)
             FROM (SELECT CASE WHEN e.grantee <> 0 THEN pg_get_userbyid(e.grantee) END AS role, json_agg(e.privilege_type ORDER BY e.privilege_type) AS privileges, nullif(e.is_grantable, false) AS grantable
                     FROM aclexplode(${acl}) e WHERE e.grantee <> ${owner} GROUP BY e.grantee, e.is_grantable) AS one) END`)
}

function options(column: string): Written {
  return compact(`CASE WHEN ${column} IS NOT NULL THEN (SELECT json_object_agg(o.option_name, o.option_value ORDER BY o.option_name COLLATE "C") FROM pg_options_to_table(${column}) o) END`)
}

const columnLines = (more: Facts = {}, join = ''): string => `
  SELECT a.attnum AS place, ${object({
    name: 'a.attname',
    type: 'format_type(a.atttypid, a.atttypmod)',
    notNull: 'nullif(a.attnotnull, false)',
    // What names no column is deparsed without opening the table.
    default: "pg_get_expr(d.adbin, CASE WHEN a.attgenerated = '' THEN 0 ELSE d.adrelid END)",
    generated: "CASE a.attgenerated WHEN 's' THEN 'stored' WHEN 'v' THEN 'virtual' END",
    identity: "CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by default' END",
    collation: `CASE WHEN a.attcollation <> 0 AND (a.atttypid, a.attcollation) NOT IN (SELECT t.oid, t.typcollation FROM pg_type t WHERE t.typcollation <> 0) THEN
           (SELECT CASE WHEN o.collnamespace = 'pg_catalog'::regnamespace THEN quote_ident(o.collname) ELSE ${fullName('cs.nspname', 'o.collname')} END
              FROM pg_collation o JOIN pg_namespace cs ON cs.oid = o.collnamespace WHERE o.oid = a.attcollation) END`,
    local: 'nullif(a.attislocal AND a.attinhcount > 0, false)',
    statisticsTarget: 'nullif(a.attstattarget, -1)',
    options: options('a.attoptions'),
    commented: 'CASE WHEN a.attnum = ANY (c.commented_columns) THEN true END',
    grants: grants('a.attacl', 'c.relowner'),
    ...more,
  })} AS line
    FROM pg_attribute a
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum${join}
   WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped`

/**
 * Widths and shares alone: the common values, the histogram and the bounds beside them are row data.
 * A partitioned table has only the statistics of it with its partitions.
 */
const evenFraction = 'CASE WHEN s.n_distinct > 0 THEN (1 - s.null_frac) / s.n_distinct END'

const statisticsFacts: Facts = {
  averageWidth: "coalesce(s.avg_width, (c.shards -> 'columns' -> a.attname ->> 0)::int)",
  nullFraction: "coalesce(s.null_frac, (c.shards -> 'columns' -> a.attname ->> 1)::float4)",
  distinct: 's.n_distinct',
  // How often values come, never which: nothing is stored of values of which none comes more often than the others (compute_distinct_stats in src/backend/commands/analyze.c).
  mostCommonFraction: `coalesce(s.most_common_freqs[1], ${evenFraction})`,
  leastCommonFraction: `CASE WHEN s.most_common_freqs IS NULL THEN ${evenFraction} WHEN cardinality(s.most_common_freqs) = s.n_distinct THEN s.most_common_freqs[cardinality(s.most_common_freqs)] END`,
  correlation: 'round(s.correlation::numeric, 3)::float8',
}

/** The view looks up whether each column may be read, which takes ten times as long as reading what it shows. */
const readableStatistics = 'pg_stats s ON s.schemaname = c.nspname AND s.tablename = c.relname AND s.attname = a.attname AND s.inherited = (c.relkind = \'p\')'

/** What pg_stats makes of it, for a superuser, who sees all of it (src/backend/catalog/system_views.sql); the kinds are those of src/include/catalog/pg_statistic.h. */
const allStatistics = `(SELECT w.starelid, w.staattnum, w.stainherit, w.stawidth AS avg_width, w.stanullfrac AS null_frac, w.stadistinct AS n_distinct, ${slot(1)} AS most_common_freqs, (${slot(3)})[1] AS correlation FROM pg_statistic w) s
      ON s.starelid = c.oid AND s.staattnum = a.attnum AND s.stainherit = (c.relkind = 'p')`

function slot(kind: number): string {
  return `CASE ${kind} ${[1, 2, 3, 4, 5].map((number) => `WHEN w.stakind${number} THEN w.stanumbers${number}`).join(' ')} END`
}

/** A foreign key to a partitioned table has one more row for each of its partitions, which are nobody's constraints. */
const constraintLines = `
  SELECT k.conname COLLATE "C" AS place, ${object({
    name: 'k.conname',
    type: "CASE k.contype WHEN 'c' THEN 'check' WHEN 'n' THEN 'not-null' WHEN 'f' THEN 'foreign-key' WHEN 'u' THEN 'unique' WHEN 'p' THEN 'primary-key' ELSE 'exclude' END",
    columns: attributes('k.conrelid', 'k.conkey'),
    expression: "CASE WHEN k.contype = 'c' THEN pg_get_expr(k.conbin, k.conrelid) END",
    references: `CASE WHEN k.contype = 'f' THEN ${nameOf('k.confrelid')} END`,
    referencedColumns: attributes('k.confrelid', 'k.confkey'),
    onDelete: action('k.confdeltype'),
    onUpdate: action('k.confupdtype'),
    validated: "CASE WHEN NOT k.convalidated OR NOT @enforced THEN false END",
    noInherit: "CASE WHEN k.contype IN ('c', 'n') THEN nullif(k.connoinherit, false) END",
    local: 'nullif(k.conislocal AND k.coninhcount > 0, false)',
    deferrable: 'nullif(k.condeferrable, false)',
    deferred: 'nullif(k.condeferred, false)',
    match: "CASE k.confmatchtype WHEN 'f' THEN 'full' WHEN 'p' THEN 'partial' END",
    onDeleteColumns: compact('CASE WHEN @setcolumns IS NOT NULL THEN (SELECT json_agg(a.attname ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = k.conrelid AND a.attnum = ANY (@setcolumns)) END'),
    period: "CASE WHEN k.contype = 'f' AND @period THEN true END",
    enforced: 'nullif(@enforced, true)',
    parts: compact(`CASE WHEN k.contype = 'f' AND (SELECT r.relkind FROM pg_class r WHERE r.oid = k.confrelid) = 'p' THEN ${namesOf(`
      WITH RECURSIVE part AS (
        SELECT p.oid, p.conname FROM pg_constraint p WHERE p.conparentid = k.oid AND p.conrelid = k.conrelid
        UNION ALL SELECT p.oid, p.conname FROM part JOIN pg_constraint p ON p.conparentid = part.oid WHERE p.conrelid = k.conrelid
      ) SELECT part.conname AS name, part.conname COLLATE "C" AS place FROM part`)} END`),
    ofDetached: "CASE WHEN k.contype = 'f' AND current_setting('server_version_num')::int < 130000 AND EXISTS (SELECT FROM pg_trigger g JOIN pg_class r ON r.oid = g.tgrelid WHERE g.tgrelid = k.confrelid AND r.relkind = 'p' AND (g.tgconstraint = k.oid OR g.tgconstrrelid IN (SELECT a.relid FROM pg_partition_ancestors(k.conrelid) AS a))) THEN true END",
    commented: 'CASE WHEN k.oid = ANY (c.commented_constraints) THEN true END',
    index: "CASE WHEN k.contype IN ('u', 'p', 'x') THEN (SELECT x.relname FROM pg_class x WHERE x.oid = k.conindid) END",
  })} AS line
    FROM pg_constraint k
   WHERE k.conrelid = c.oid AND k.contype IN ('c', 'n', 'f', 'u', 'p', 'x')
     AND (k.conparentid = 0 OR NOT EXISTS (SELECT FROM pg_constraint whole WHERE whole.oid = k.conparentid AND whole.conrelid = k.conrelid))`

function action(column: string): string {
  return `CASE ${column} WHEN 'r' THEN 'restrict' WHEN 'c' THEN 'cascade' WHEN 'n' THEN 'set null' WHEN 'd' THEN 'set default' END`
}

const blocks = "current_setting('block_size')::int8"

const btree = "(SELECT b.oid FROM pg_am b WHERE b.amname = 'btree')"

/** Of one column with nothing said of it, as most are: the definition is put together here, for the server looks up a dozen things to deparse one. */
const isPlain = `x.relkind = 'i' AND x.relam = ${btree} AND x.reloptions IS NULL AND i.indnatts = 1 AND i.indkey[0] > 0 AND i.indoption[0] = 0 AND i.indpred IS NULL AND NOT @nullsnotdistinct
      AND i.indcollation[0] IN (0, first.attcollation) AND (i.indclass[0], first.atttypid) IN (SELECT o.oid, o.opcintype FROM pg_opclass o WHERE o.opcdefault AND o.opcmethod = ${btree} AND o.oid < ${firstOfUsers()})`

const keyExpression = (place: string): string => `'(' || pg_get_indexdef(i.indexrelid, ${place}, false) || ')'`

const indexLines = `
  SELECT x.relname COLLATE "C" AS place, ${object({
    name: 'x.relname',
    method: `CASE WHEN x.relam <> ${btree} THEN (SELECT m.amname FROM pg_am m WHERE m.oid = x.relam) END`,
    keys: {
      json: `CASE WHEN i.indnkeyatts > 1 THEN ${compact(namesOf(`SELECT CASE WHEN k.number = 0 THEN ${keyExpression('k.place::int')} ELSE a.attname::text END AS name, k.place
             FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k (number, place) LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number WHERE k.place <= i.indnkeyatts`)).json}
             WHEN i.indkey[0] = 0 THEN '[' || to_json(${keyExpression('1')}) || ']' ELSE '[' || to_json(first.attname) || ']' END`,
    },
    include: compact(`CASE WHEN i.indnatts > i.indnkeyatts THEN ${namesOf(`SELECT a.attname AS name, k.place FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k (number, place)
             JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number WHERE k.place > i.indnkeyatts`)} END`),
    unique: 'nullif(i.indisunique, false)',
    predicate: 'pg_get_expr(i.indpred, i.indrelid)',
    valid: 'nullif(i.indisvalid, true)',
    replicaIdentity: 'nullif(i.indisreplident, false)',
    clustered: 'nullif(i.indisclustered, false)',
    commented: 'CASE WHEN x.oid = ANY (c.commented_indexes) THEN true END',
    bytes: `CASE WHEN c.shards IS NOT NULL THEN (c.shards -> 'indexes' ->> x.relname)::int8 WHEN x.relkind <> 'i' THEN NULL WHEN x.oid IN (SELECT o.relation FROM out_of_reach o) THEN x.relpages * ${blocks} ELSE pg_relation_size(x.oid) END`,
    attachedTo: `CASE WHEN x.relispartition THEN (SELECT ${nameOf('h.inhparent')} FROM pg_inherits h WHERE h.inhrelid = x.oid) END`,
    definition: `CASE WHEN ${isPlain} THEN 'CREATE ' || CASE WHEN i.indisunique THEN 'UNIQUE ' ELSE '' END || 'INDEX ' || quote_ident(x.relname) || ' ON ' || c.full_name || ' USING btree (' || quote_ident(first.attname) || ')' ELSE pg_get_indexdef(i.indexrelid) END`,
  })} AS line
    FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid LEFT JOIN pg_attribute first ON first.attrelid = i.indrelid AND first.attnum = i.indkey[0]
   WHERE i.indrelid = c.oid`

/** The bits of tgtype are those of src/include/catalog/pg_trigger.h. Up to 14 what a partition has of its parent counts as internal, as do the triggers of constraints but those that were made as CONSTRAINT TRIGGER. */
const triggerLines = `
  SELECT g.tgname COLLATE "C" AS place, ${object({
    name: 'g.tgname',
    enabled: "CASE WHEN g.tgenabled = 'D' THEN false END",
    fires: "CASE WHEN g.tgtype & 2 > 0 THEN 'before' WHEN g.tgtype & 64 > 0 THEN 'instead of' ELSE 'after' END",
    on: "array_remove(ARRAY[CASE WHEN g.tgtype & 4 > 0 THEN 'insert' END, CASE WHEN g.tgtype & 16 > 0 THEN 'update' END, CASE WHEN g.tgtype & 8 > 0 THEN 'delete' END, CASE WHEN g.tgtype & 32 > 0 THEN 'truncate' END], NULL)",
    of: compact(`CASE WHEN array_length(g.tgattr::int2[], 1) > 0 THEN ${namesOf('SELECT a.attname AS name, n.place FROM unnest(g.tgattr::int2[]) WITH ORDINALITY AS n (number, place) JOIN pg_attribute a ON a.attrelid = g.tgrelid AND a.attnum = n.number')} END`),
    forEach: "CASE WHEN g.tgtype & 1 > 0 THEN 'row' ELSE 'statement' END",
    conditional: 'nullif(g.tgqual IS NOT NULL, false)',
    definition: `CASE WHEN g.tgqual IS NOT NULL THEN ${emptied('pg_get_triggerdef(g.oid)')} END`,
    deferred: 'nullif(g.tginitdeferred, false)',
    role: "CASE g.tgenabled WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' END",
    transition: 'nullif(array_remove(ARRAY[g.tgoldtable, g.tgnewtable], NULL), ARRAY[]::name[])',
    function: functionName('g.tgfoid'),
    arguments: 'nullif(g.tgnargs, 0)',
    constraint: 'nullif(g.tgconstraint <> 0, false)',
    deferrable: 'nullif(g.tgdeferrable, false)',
    commented: "(SELECT true FROM pg_description about WHERE about.objoid = g.oid AND about.classoid = 'pg_trigger'::regclass)",
  })} AS line
    FROM pg_trigger g WHERE g.tgrelid = c.oid AND (NOT g.tgisinternal OR (c.relispartition AND (g.tgconstraint = 0 OR EXISTS (SELECT FROM pg_constraint own WHERE own.oid = g.tgconstraint AND own.contype = 't'))))`

/** Deparsing a rule locks what its actions name. */
const ruleLines = `
  SELECT w.rulename COLLATE "C" AS place, ${object({
    name: 'w.rulename',
    enabled: "CASE WHEN w.ev_enabled = 'D' THEN false END",
    role: "CASE w.ev_enabled WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' END",
    on: "CASE w.ev_type WHEN '2' THEN 'update' WHEN '3' THEN 'insert' WHEN '4' THEN 'delete' END",
    names: compact(namesOf(`SELECT DISTINCT ${fullName('rs.nspname', 'r.relname')} COLLATE "C" AS name, ${fullName('rs.nspname', 'r.relname')} COLLATE "C" AS place
             FROM pg_depend d JOIN pg_class r ON r.oid = d.refobjid AND r.relkind IN ('r', 'p', 'm', 'f', 'v', 'S') JOIN pg_namespace rs ON rs.oid = r.relnamespace AND ${inUserSchema('rs.nspname')}
            WHERE d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> w.ev_class`)),
    definition: `CASE WHEN ${isInReach('pg_rewrite', 'w.oid')} THEN ${emptied('pg_get_ruledef(w.oid)')} END`,
  })} AS line
    FROM pg_rewrite w WHERE w.ev_class = c.oid AND w.ev_type <> '1'`

/** Deparsing a condition locks what it reads. */
const policyLines = `
  SELECT y.polname COLLATE "C" AS place, ${object({
    name: 'y.polname',
    on: "CASE y.polcmd WHEN 'r' THEN 'select' WHEN 'a' THEN 'insert' WHEN 'w' THEN 'update' WHEN 'd' THEN 'delete' END",
    to: compact(`CASE WHEN 0 <> ALL (y.polroles) THEN (SELECT json_agg(pg_get_userbyid(r.role) ORDER BY pg_get_userbyid(r.role) COLLATE "C") FROM unnest(y.polroles) AS r (role)) END`),
    restrictive: 'CASE WHEN NOT y.polpermissive THEN true END',
    names: compact(namesOf(`SELECT DISTINCT ${fullName('rs.nspname', 'r.relname')} COLLATE "C" AS name, ${fullName('rs.nspname', 'r.relname')} COLLATE "C" AS place
             FROM pg_depend d JOIN pg_class r ON r.oid = d.refobjid AND r.relkind IN ('r', 'p', 'm', 'f', 'v', 'S') JOIN pg_namespace rs ON rs.oid = r.relnamespace AND ${inUserSchema('rs.nspname')}
            WHERE d.classid = 'pg_policy'::regclass AND d.objid = y.oid AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> y.polrelid`)),
    using: `CASE WHEN y.polqual IS NOT NULL AND ${isInReach('pg_policy', 'y.oid')} THEN ${emptied('pg_get_expr(y.polqual, y.polrelid)')} END`,
    check: `CASE WHEN y.polwithcheck IS NOT NULL AND ${isInReach('pg_policy', 'y.oid')} THEN ${emptied('pg_get_expr(y.polwithcheck, y.polrelid)')} END`,
  })} AS line
    FROM pg_policy y WHERE y.polrelid = c.oid`

function isInReach(catalog: string, oid: string): string {
  return `NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = '${catalog}'::regclass AND d.objid = ${oid} AND d.refclassid = 'pg_class'::regclass AND d.refobjid IN (SELECT o.relation FROM out_of_reach o))`
}

/** Deparsing the query of a view opens the relations that it reads, too (AcquireRewriteLocks in src/backend/rewrite/rewriteHandler.c). */
const isQueryInReach = `NOT c.locked AND NOT EXISTS (
    SELECT FROM pg_rewrite w JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid AND d.refclassid = 'pg_class'::regclass
     WHERE w.ev_class = c.oid AND w.ev_type = '1' AND d.refobjid IN (SELECT o.relation FROM out_of_reach o))`

/** What few tables have is read of all at once: to look for it table by table takes longer than finding it. */
const inheriting = `
  SELECT h.inhrelid AS relation, json_agg(${fullName('ps.nspname', 'p.relname')} ORDER BY h.inhseqno) AS parents
    FROM pg_inherits h JOIN pg_class p ON p.oid = h.inhparent JOIN pg_namespace ps ON ps.oid = p.relnamespace GROUP BY h.inhrelid`

const extended = `
  SELECT e.stxrelid AS relation, json_agg(e.name ORDER BY e.name COLLATE "C") AS names, json_object_agg(e.name, pg_get_statisticsobjdef(e.oid) ORDER BY e.name COLLATE "C") FILTER (WHERE e.stxrelid NOT IN (SELECT o.relation FROM out_of_reach o)) AS definitions
    FROM (SELECT x.oid, x.stxrelid, ${fullName('es.nspname', 'x.stxname')} AS name FROM pg_statistic_ext x JOIN pg_namespace es ON es.oid = x.stxnamespace) AS e GROUP BY e.stxrelid`

const published = `
  SELECT r.prrelid AS relation, json_agg(u.pubname ORDER BY u.pubname COLLATE "C") AS names FROM pg_publication_rel r JOIN pg_publication u ON u.oid = r.prpubid GROUP BY r.prrelid`

/** What the query of a view or materialized view is made of. */
const reads = `SELECT DISTINCT ${fullName('rs.nspname', 'r.relname')} COLLATE "C" AS name, ${fullName('rs.nspname', 'r.relname')} COLLATE "C" AS place
    FROM pg_rewrite w
    JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> w.ev_class
    JOIN pg_class r ON r.oid = d.refobjid AND r.relkind IN ('r', 'p', 'm', 'f', 'v', 'S') AND r.relpersistence <> 't'
    JOIN pg_namespace rs ON rs.oid = r.relnamespace AND ${inUserSchema('rs.nspname')}
   WHERE w.ev_class = c.oid AND w.ev_type = '1'`

/** Of those, the columns that it names; a query that counts rows alone names none. */
const readsColumns = `(SELECT json_strip_nulls(coalesce(json_object_agg(one.name, one.columns ORDER BY one.name), '{}'))::text
    FROM (SELECT named.name, json_agg(named.column ORDER BY named.column) AS columns
            FROM (SELECT DISTINCT ${fullName('rs.nspname', 'r.relname')} COLLATE "C" AS name, a.attname COLLATE "C" AS column
                    FROM pg_rewrite w
                    JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> w.ev_class
                    JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid AND a.attnum > 0
                    JOIN pg_class r ON r.oid = d.refobjid AND r.relpersistence <> 't'
                    JOIN pg_namespace rs ON rs.oid = r.relnamespace AND ${inUserSchema('rs.nspname')}
                   WHERE w.ev_class = c.oid AND w.ev_type = '1') AS named
           GROUP BY named.name) AS one)`

/** Of those, by whose primary key it groups, for it leans on that (check_functional_grouping in src/backend/catalog/pg_constraint.c). */
const groupsBy = namesOf(`SELECT DISTINCT ${fullName('rs.nspname', 'r.relname')} COLLATE "C" AS name, ${fullName('rs.nspname', 'r.relname')} COLLATE "C" AS place
    FROM pg_rewrite w
    JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid AND d.refclassid = 'pg_constraint'::regclass
    JOIN pg_constraint k ON k.oid = d.refobjid
    JOIN pg_class r ON r.oid = k.conrelid AND r.relpersistence <> 't'
    JOIN pg_namespace rs ON rs.oid = r.relnamespace AND ${inUserSchema('rs.nspname')}
   WHERE w.ev_class = c.oid AND w.ev_type = '1'`)

/** As pg_stat_user_tables has them, in the order in which a first sample is kept. */
const counters = {
  inserted: 'pg_stat_get_tuples_inserted(c.oid)',
  updated: 'pg_stat_get_tuples_updated(c.oid)',
  deleted: 'pg_stat_get_tuples_deleted(c.oid)',
  hotUpdated: 'pg_stat_get_tuples_hot_updated(c.oid)',
  scans: 'pg_stat_get_numscans(c.oid) + coalesce((SELECT sum(pg_stat_get_numscans(i.indexrelid))::int8 FROM pg_index i WHERE i.indrelid = c.oid), 0)',
} as const

const hasFile = "c.relkind IN ('r', 'm')"
const toastPages = '(SELECT t.relpages + coalesce((SELECT sum(x.relpages) FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid WHERE i.indrelid = t.oid), 0) FROM pg_class t WHERE t.oid = c.reltoastrelid)'

/** What names a column and is neither a view nor something that ALTER TABLE makes again (RememberAllDependentForRebuilding in src/backend/commands/tablecmds.c). */
const used = `
  SELECT one.relation, json_object_agg(one.name, one.uses ORDER BY one.name) AS columns
    FROM (SELECT named.relation, named.name, json_agg(named.use ORDER BY named.use) AS uses
            FROM (SELECT DISTINCT found.relation, (SELECT a.attname FROM pg_attribute a WHERE a.attrelid = found.relation AND a.attnum = found.number) COLLATE "C" AS name, found.use COLLATE "C" AS use
                    FROM (SELECT d.refobjid AS relation, d.refobjsubid AS number, CASE d.classid
                                   WHEN 'pg_trigger'::regclass THEN (SELECT 'trigger ' || quote_ident(t.tgname) FROM pg_trigger t WHERE t.oid = d.objid AND NOT t.tgisinternal)
                                   WHEN 'pg_policy'::regclass THEN (SELECT 'policy ' || quote_ident(p.polname) FROM pg_policy p WHERE p.oid = d.objid)
                                   WHEN 'pg_proc'::regclass THEN (SELECT 'function ' || quote_ident(f.proname) FROM pg_proc f WHERE f.oid = d.objid)
                                   WHEN 'pg_publication_rel'::regclass THEN (SELECT 'publication ' || quote_ident(u.pubname) FROM pg_publication_rel r JOIN pg_publication u ON u.oid = r.prpubid WHERE r.oid = d.objid)
                                   WHEN 'pg_rewrite'::regclass THEN (SELECT 'rule ' || quote_ident(w.rulename) FROM pg_rewrite w WHERE w.oid = d.objid AND w.rulename <> '_RETURN') END AS use
                            FROM pg_depend d
                           WHERE d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0
                             AND d.classid IN ('pg_trigger'::regclass, 'pg_policy'::regclass, 'pg_proc'::regclass, 'pg_publication_rel'::regclass, 'pg_rewrite'::regclass) OFFSET 0) AS found
                   WHERE found.use IS NOT NULL) AS named
           GROUP BY named.relation, named.name) AS one
   GROUP BY one.relation`

/** Comments on columns by number, on constraints and on indexes, all by the table. */
const commentedParts = `
  SELECT coalesce(k.conrelid, i.indrelid, d.objoid) AS relation, array_agg(d.objsubid) FILTER (WHERE k.oid IS NULL AND i.indexrelid IS NULL) AS columns,
         array_agg(k.oid) FILTER (WHERE k.oid IS NOT NULL) AS constraints, array_agg(i.indexrelid) FILTER (WHERE i.indexrelid IS NOT NULL) AS indexes
    FROM pg_description d
    LEFT JOIN pg_constraint k ON d.classoid = 'pg_constraint'::regclass AND k.oid = d.objoid
    LEFT JOIN pg_index i ON d.classoid = 'pg_class'::regclass AND i.indexrelid = d.objoid
   WHERE d.classoid IN ('pg_class'::regclass, 'pg_constraint'::regclass) GROUP BY 1`

const tableFacts = inside({
  kind: "CASE c.relkind WHEN 'p' THEN 'partitioned table' WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table' END",
  persistence: "CASE c.relpersistence WHEN 'u' THEN 'unlogged' END",
  owner: 'pg_get_userbyid(c.relowner)',
  grants: grants('c.relacl', 'c.relowner'),
  accessMethod: `CASE WHEN ${hasFile} AND c.relam <> (SELECT h.oid FROM pg_am h WHERE h.amname = 'heap') THEN (SELECT m.amname FROM pg_am m WHERE m.oid = c.relam) END`,
  tablespace: "CASE WHEN c.relkind IN ('r', 'p', 'm') THEN CASE WHEN c.reltablespace = 0 THEN (SELECT nullif(s.spcname, 'pg_default') FROM pg_database d JOIN pg_tablespace s ON s.oid = d.dattablespace WHERE d.datname = current_database()) ELSE (SELECT nullif(s.spcname, 'pg_default') FROM pg_tablespace s WHERE s.oid = c.reltablespace) END END",
  // Up to 13 a table that was never analysed says 0 rows (src/include/catalog/pg_class.h); so does an empty one, whose pages are none.
  rows: `CASE WHEN c.shards IS NOT NULL THEN (c.shards ->> 'rows')::int8 WHEN c.relkind IN ('r', 'm', 'f') AND (c.reltuples > 0 OR c.relpages > 0 OR (c.reltuples = 0 AND current_setting('server_version_num')::int >= 140000)) THEN c.reltuples::int8 END`,
  heapBytes: `CASE WHEN c.shards IS NOT NULL THEN (c.shards ->> 'heap')::int8 WHEN NOT ${hasFile} THEN NULL WHEN c.locked THEN c.relpages * ${blocks} ELSE pg_relation_size(c.oid) END`,
  toastBytes: `CASE WHEN c.shards IS NOT NULL THEN (c.shards ->> 'toast')::int8 WHEN NOT ${hasFile} THEN NULL WHEN c.reltoastrelid = 0 THEN 0 WHEN c.locked OR c.reltoastrelid IN (SELECT u.relation FROM unsized u) THEN ${toastPages} * ${blocks} ELSE pg_total_relation_size(c.reltoastrelid) END`,
  distributed: compact("CASE WHEN c.shards IS NOT NULL THEN json_build_object('shards', c.shards -> 'shards', 'nodes', c.shards -> 'nodes') END"),
  options: options('c.reloptions'),
  rowSecurity: 'nullif(c.relrowsecurity, false)',
  forcedRowSecurity: 'nullif(c.relforcerowsecurity, false)',
  replicaIdentity: "CASE c.relreplident WHEN 'n' THEN CASE WHEN c.relkind <> 'f' THEN 'nothing' END WHEN 'f' THEN 'full' WHEN 'i' THEN 'index' END",
  counted: {
    json: `CASE WHEN ${hasFile} THEN nullif(${object({
      ...Object.fromEntries(Object.entries(counters).map(([key, value], index) => [key, `nullif(greatest(${value} - coalesce((c.earlier ->> ${index})::int8, 0), 0), 0)`])),
      sinceAnalyze: 'nullif(pg_stat_get_mod_since_analyze(c.oid), 0)',
    })}, '{}') END`,
  },
  deadRows: `CASE WHEN ${hasFile} THEN nullif(pg_stat_get_dead_tuples(c.oid), 0) END`,
  lastVacuum: time('greatest(pg_stat_get_last_vacuum_time(c.oid), pg_stat_get_last_autovacuum_time(c.oid))'),
  lastAnalyze: time('greatest(pg_stat_get_last_analyze_time(c.oid), pg_stat_get_last_autoanalyze_time(c.oid))'),
  partitionBy: "CASE WHEN c.relkind = 'p' AND NOT c.locked THEN pg_get_partkeydef(c.oid) END",
  partitionOf: compact("CASE WHEN c.relispartition THEN json_build_object('parent', c.parents ->> 0, 'bound', pg_get_expr(c.relpartbound, 0)) END"),
  inherits: compact('CASE WHEN NOT c.relispartition THEN c.parents END'),
  ofType: `CASE WHEN c.reloftype <> 0 THEN (SELECT ${fullName('ys.nspname', 'y.typname')} FROM pg_type y JOIN pg_namespace ys ON ys.oid = y.typnamespace WHERE y.oid = c.reloftype) END`,
  statistics: compact('c.extended'),
  statisticsDefinitions: compact('c.definitions'),
  columnUses: compact('c.uses'),
  filled: "CASE WHEN c.relkind = 'm' THEN c.relispopulated END",
  groupsBy: compact(`CASE WHEN c.relkind = 'm' THEN ${groupsBy} END`),
  query: `CASE WHEN c.relkind = 'm' AND ${isQueryInReach} THEN ${emptied('pg_get_viewdef(c.oid)')} END`,
  publications: compact('c.publications'),
})

/** `"name":{`, its facts on the first line, then a line for each column, constraint, index and trigger, so that the difference between two snapshots can be read. */
const entry = (facts: string, ...lists: readonly string[]): string =>
  `to_json(c.full_name) || ':{' || concat_ws(E',\\n', nullif(${facts}, '')${lists.map((list) => `,\n         ${list}`).join('')}) || '}' || c.comma`

const unlessLocked = (sql: string): string => `CASE WHEN NOT c.locked THEN ${sql} END`

/** A query that yields the query: what stands in it as `@name` is the one or the other, by a condition that the server knows. */
const dependingOnServer = (sql: string, choices: Readonly<Record<string, readonly [condition: string, then: string, otherwise: string]>>): string => `
  SELECT ${Object.entries(choices).reduce((text, [name, [condition, then, otherwise]]) => `replace(${text}, '@${name}', CASE WHEN ${condition} THEN $choice$${then}$choice$ ELSE $choice$${otherwise}$choice$ END)`, `$query$${sql}$query$`)} AS line`

const since = (version: number): string => `current_setting('server_version_num')::int >= ${version}0000`

/** The rows in between the brackets of a part that is an object of many. */
const section = (key: string, what: string, rows: string, { generates }: Pick<Part, 'generates'> = {}): readonly Part[] => [
  { what, sql: `SELECT '"${key}":{' AS line` },
  { what, sql: rows, ...(generates && { generates }) },
  { what, sql: "SELECT '},' AS line" },
]

const triggersAndRules = [`CASE WHEN c.relhastriggers AND NOT c.locked THEN ${lines('triggers', triggerLines)} END`, `CASE WHEN c.relhasrules AND c.relkind <> 'm' AND NOT c.locked THEN ${lines('rules', ruleLines)} END`] as const

const commentedOf = 'm.columns AS commented_columns, m.constraints AS commented_constraints, m.indexes AS commented_indexes'

const tables = section('tables', 'tables', dependingOnServer(`
  WITH out_of_reach AS MATERIALIZED (${outOfReach}),
       earlier AS MATERIALIZED (SELECT e.key::oid AS oid, e.value AS counts FROM json_each(nullif(current_setting('lockscope.counted', true), '')::json) AS e),
       spread AS MATERIALIZED (SELECT e.key AS name, e.value AS shards FROM json_each(nullif(current_setting('lockscope.shards', true), '')::json) AS e),
       unsized AS MATERIALIZED (SELECT o.relation FROM out_of_reach o UNION SELECT i.indrelid FROM out_of_reach o JOIN pg_index i ON i.indexrelid = o.relation),
       commented AS MATERIALIZED (${commentedParts}),
       inheriting AS MATERIALIZED (${inheriting}),
       extended AS MATERIALIZED (${extended}),
       published AS MATERIALIZED (${published}),
       used AS MATERIALIZED (${used})
  SELECT ${entry(
    tableFacts,
    unlessLocked(lines('columns', columnLines(statisticsFacts, '\n    LEFT JOIN @statistics'), { always: true })),
    unlessLocked(lines('constraints', constraintLines, { always: true })),
    unlessLocked(lines('indexes', indexLines, { always: true })),
    triggersAndRules[0],
    triggersAndRules[1],
    `CASE WHEN c.relkind IN ('r', 'p') AND NOT c.locked AND c.oid IN (SELECT polrelid FROM pg_policy) THEN ${lines('policies', policyLines)} END`,
    `CASE WHEN c.relkind = 'm' THEN '"reads":' || json_strip_nulls(${namesOf(reads)})::text END`,
    `CASE WHEN c.relkind = 'm' THEN '"readsColumns":' || ${readsColumns} END`,
  )} AS line
    FROM ${everyRelation(
      "'r', 'p', 'm', 'f'",
      `, c.oid IN (SELECT relation FROM out_of_reach) AS locked, e.counts AS earlier, s.shards, ${commentedOf}, h.parents, x.names AS extended, x.definitions, pub.names AS publications, u.columns AS uses`,
      ` LEFT JOIN earlier e ON e.oid = c.oid LEFT JOIN spread s ON s.name = ${fullName('n.nspname', 'c.relname')} LEFT JOIN commented m ON m.relation = c.oid
     LEFT JOIN inheriting h ON h.relation = c.oid LEFT JOIN extended x ON x.relation = c.oid LEFT JOIN published pub ON pub.relation = c.oid LEFT JOIN used u ON u.relation = c.oid`,
    )} AS c`, {
  statistics: ['(SELECT r.rolsuper FROM pg_roles r WHERE r.rolname = current_user)', allStatistics, readableStatistics],
  setcolumns: [since(15), 'k.confdelsetcols', 'NULL::int2[]'],
  nullsnotdistinct: [since(15), 'i.indnullsnotdistinct', 'false'],
  enforced: [since(18), 'k.conenforced', 'true'],
  period: [since(18), 'k.conperiod', 'false'],
}), { generates: true })

const viewFacts = inside({
  owner: 'pg_get_userbyid(c.relowner)',
  // Literals may be anybody's values, and a query without them is another one.
  definition: "CASE WHEN regexp_replace(query.text, '\\s+', '', 'g') = regexp_replace(query.emptied, '\\s+', '', 'g') THEN query.text END",
  emptied: "CASE WHEN regexp_replace(query.text, '\\s+', '', 'g') <> regexp_replace(query.emptied, '\\s+', '', 'g') THEN query.emptied END",
  options: options('c.reloptions'),
  commented: commented('c.oid'),
  grants: grants('c.relacl', 'c.relowner'),
  groupsBy: compact(groupsBy),
})

const views = section('views', 'views', `
  WITH out_of_reach AS MATERIALIZED (${outOfReach}),
       commented AS MATERIALIZED (${commentedParts})
  SELECT ${entry(viewFacts, lines('columns', columnLines(), { always: true }), ...triggersAndRules, `'"reads":' || json_strip_nulls(coalesce(${namesOf(reads)}, '[]'))::text`, `'"readsColumns":' || ${readsColumns}`)} AS line
    FROM ${everyRelation("'v'", ', c.oid IN (SELECT relation FROM out_of_reach) AS locked, m.columns AS commented_columns', ' LEFT JOIN commented m ON m.relation = c.oid')} AS c
    CROSS JOIN LATERAL (SELECT told.text, ${emptied('told.text')} AS emptied FROM (SELECT CASE WHEN ${isQueryInReach} THEN pg_get_viewdef(c.oid) END AS text OFFSET 0) AS told OFFSET 0) AS query`)

const sequences = section('sequences', 'sequences', `
  SELECT ${entry(
    inside({
      ownedBy: {
        json: `(SELECT ${object({ table: nameOf('d.refobjid'), column: 'a.attname' })}
                   FROM pg_depend d JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
                  WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i'))`,
      },
      type: 'format_type(c.seqtypid, NULL)',
      start: 'c.seqstart::text',
      increment: 'c.seqincrement::text',
      minimum: 'c.seqmin::text',
      maximum: 'c.seqmax::text',
      cache: 'c.seqcache::text',
      cycle: 'nullif(c.seqcycle, false)',
      commented: commented('c.oid'),
      grants: grants('c.relacl', 'c.relowner'),
    }),
  )} AS line
    FROM ${everyRelation("'S'", ', s.*', ' JOIN pg_sequence s ON s.seqrelid = c.oid')} AS c`)

/** Whole schemas came with 15. */
const publications: readonly Part[] = section(
  'publications',
  'publications',
  dependingOnServer(`
  SELECT to_json(u.pubname) || ':' || ${object({
    allTables: 'nullif(u.puballtables, false)',
    schemas: compact('@schemas'),
    publishes: "array_remove(ARRAY[CASE WHEN u.pubinsert THEN 'insert' END, CASE WHEN u.pubupdate THEN 'update' END, CASE WHEN u.pubdelete THEN 'delete' END, CASE WHEN to_json(u)::jsonb -> 'pubtruncate' = 'true' THEN 'truncate' END], NULL)",
    viaRoot: "nullif((to_json(u)::jsonb ->> 'pubviaroot')::boolean, false)",
    generated: "CASE to_json(u)::jsonb ->> 'pubgencols' WHEN 's' THEN true END",
    columns: compact('@columns'),
  })} || CASE WHEN lead(u.pubname) OVER (ORDER BY u.pubname COLLATE "C") IS NULL THEN '' ELSE ',' END AS line
    FROM pg_publication u ORDER BY u.pubname COLLATE "C"`, {
    schemas: [since(15), '(SELECT json_agg(n.nspname ORDER BY n.nspname COLLATE "C") FROM pg_publication_namespace s JOIN pg_namespace n ON n.oid = s.pnnspid WHERE s.pnpubid = u.oid)', 'NULL::json'],
    columns: [since(15), `(SELECT json_object_agg(${fullName('n.nspname', 'k.relname')}, (SELECT json_agg(a.attname ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = r.prrelid AND a.attnum = ANY (r.prattrs)) ORDER BY n.nspname COLLATE "C", k.relname COLLATE "C") FROM pg_publication_rel r JOIN pg_class k ON k.oid = r.prrelid JOIN pg_namespace n ON n.oid = k.relnamespace WHERE r.prpubid = u.oid AND r.prattrs IS NOT NULL)`, 'NULL::json'],
  }),
  { generates: true },
)

/** A table's row type and every type's array type come and go with them. */
const types = section('types', 'types', `
  SELECT to_json(c.full_name) || ':' || ${object({
    kind: "CASE c.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'c' THEN 'composite' WHEN 'b' THEN 'base' ELSE 'range' END",
    labels: compact("CASE WHEN c.typtype = 'e' THEN coalesce((SELECT json_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = c.oid), '[]') END"),
    attributes: compact(`CASE WHEN c.typtype = 'c' THEN coalesce((SELECT json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod)) ORDER BY a.attnum)
                   FROM pg_attribute a WHERE a.attrelid = c.typrelid AND a.attnum > 0 AND NOT a.attisdropped), '[]') END`),
    base: "CASE WHEN c.typtype = 'd' THEN format_type(c.typbasetype, c.typtypmod) END",
    notNull: "CASE WHEN c.typtype = 'd' THEN nullif(c.typnotnull, false) END",
    default: "CASE WHEN c.typtype = 'd' THEN pg_get_expr(c.typdefaultbin, 0) END",
    checks: compact(`(SELECT json_agg(json_build_object('name', k.conname, 'expression', pg_get_expr(k.conbin, 0), 'validated', nullif(k.convalidated, true)) ORDER BY k.conname COLLATE "C")
                FROM pg_constraint k WHERE k.contypid = c.oid AND k.contype = 'c')`),
  })} || c.comma AS line
    FROM (SELECT t.*, ${fullName('n.nspname', 't.typname')} AS full_name, CASE WHEN lead(t.oid) OVER sorted IS NULL THEN '' ELSE ',' END AS comma
            FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
            LEFT JOIN pg_class r ON r.oid = t.typrelid AND t.typrelid <> 0
           WHERE t.typtype IN ('b', 'c', 'd', 'e', 'm', 'r') AND (r.oid IS NULL OR r.relkind = 'c')
             AND (SELECT element.typarray FROM pg_type element WHERE element.oid = t.typelem) IS DISTINCT FROM t.oid AND ${inUserSchema('n.nspname')}
          WINDOW sorted AS (ORDER BY n.nspname COLLATE "C", t.typname COLLATE "C")
           ORDER BY n.nspname COLLATE "C", t.typname COLLATE "C" OFFSET 0) AS c`)

/**
 * A call is told by its name alone, so of several functions of one name the most volatile counts, and none is told what it runs.
 * A body that is part of the statement came with 14, and deparsing it locks what it names; where another server's strings may hold a quote behind a backslash, no text with one is told.
 */
const functions: readonly Part[] = [
  { what: 'functions', sql: `SELECT '"functions":{' AS line` },
  {
    what: 'functions',
    generates: true,
    sql: dependingOnServer(`
  WITH out_of_reach AS MATERIALIZED (${outOfReach})
  SELECT to_json(c.full_name) || ':' || ${object({
    volatility: 'c.volatility',
    kind: "CASE WHEN f.prokind = 'p' THEN 'procedure' WHEN f.prorettype = 'trigger'::regtype THEN 'trigger' WHEN f.prorettype = 'event_trigger'::regtype THEN 'event trigger' END",
    signatures: 'c.signatures',
    language: 'l.lanname',
    parameters: "nullif(array_remove(f.proargnames, ''), ARRAY[]::text[])",
    searchPath: "(SELECT substr(s.setting, 13) FROM unnest(f.proconfig) AS s (setting) WHERE s.setting LIKE 'search#_path=%' ESCAPE '#')",
    body: `CASE WHEN c.told AND length(f.prosrc) < ${longestBody} AND (strpos(f.prosrc, chr(92)) = 0 OR c.standard) THEN ${emptiedBody('c.text')} END`,
    inlines: "nullif(l.lanname = 'sql' AND f.prokind = 'f' AND NOT f.prosecdef AND NOT f.proisstrict AND NOT f.proretset AND f.proconfig IS NULL AND f.prorettype NOT IN ('record'::regtype, 'void'::regtype), false)",
  })} || CASE WHEN lead(c.full_name) OVER (ORDER BY c.nspname COLLATE "C", c.proname COLLATE "C") IS NULL THEN '' ELSE ',' END AS line
    FROM (SELECT one.*, CASE WHEN p.prosrc <> '' THEN p.prosrc WHEN l.lanname = 'sql' AND ${isInReach('pg_proc', 'p.oid')} THEN @sqlbody END AS text,
                 l.lanname IN ('sql', 'plpgsql') AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e') AS told,
                 (SELECT s.reset_val = 'on' FROM pg_settings s WHERE s.name = 'standard_conforming_strings') AND coalesce(p.proconfig::text, '') !~ 'standard_conforming_strings' AS standard
            FROM (SELECT n.nspname, f.proname, ${fullName('n.nspname', 'f.proname')} AS full_name, CASE WHEN count(*) = 1 THEN min(f.oid) END AS only,
                         array_agg(oidvectortypes(f.proargtypes) ORDER BY oidvectortypes(f.proargtypes) COLLATE "C") FILTER (WHERE f.prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype)) AS signatures,
                         CASE max(CASE f.provolatile WHEN 'v' THEN 2 WHEN 's' THEN 1 ELSE 0 END) WHEN 2 THEN 'volatile' WHEN 1 THEN 'stable' ELSE 'immutable' END AS volatility
                    FROM pg_proc f JOIN pg_namespace n ON n.oid = f.pronamespace
                   WHERE f.prokind IN ('f', 'p', 'w') AND ${inUserSchema('n.nspname')}
                   GROUP BY n.nspname, f.proname) AS one
            LEFT JOIN pg_proc p ON p.oid = one.only
            LEFT JOIN pg_language l ON l.oid = p.prolang) AS c
    LEFT JOIN pg_proc f ON f.oid = c.only
    LEFT JOIN pg_language l ON l.oid = f.prolang
   ORDER BY c.nspname COLLATE "C", c.proname COLLATE "C"`, { sqlbody: [since(14), 'pg_get_function_sqlbody(p.oid)', 'NULL::text'] }),
  },
  { what: 'functions', sql: `SELECT '}' || E'\\n}' AS line` },
]

/** What exists, without sizes or sessions; it, too, is a whole snapshot when a head comes before it. */
export const schemaParts: readonly Part[] = [...tables, ...views, ...sequences, ...types, ...publications, ...section('dependents', 'dependents', dependentsQuery), ...functions]

/** Everything, in the order of the file. */
export const parts: readonly Part[] = [{ what: about.what, sql: shardsQuery, generates: true }, about, activity, statements, { what: 'migrations', sql: migrationsQuery, generates: true }, ...schemaParts]
