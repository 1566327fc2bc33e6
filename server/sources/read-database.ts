import { relationName } from '../model/name'
import type { ActivitySnapshot, ColumnSnapshot, ConstraintSnapshot, IndexSnapshot, Snapshot, TableSnapshot, TypeSnapshot, ViewSnapshot, Volatility } from '../model/snapshot'

/** What `pg` and PGlite have in common. */
export interface Asker {
  query<Row>(sql: string): Promise<{ readonly rows: Row[] }>
}

/** What a database says of itself, asked with an empty search path so that every name comes with its schema. */
export interface Asked {
  /** As `server_version_num`: 150018. */
  readonly version: number
  /** Sizes by asking the file system; otherwise by the pages that the last VACUUM or ANALYZE counted, which takes no lock. */
  readonly sizes: 'measured' | 'counted'
}

/** The settings on which locks, work or durations depend. Every one is readable by everybody. */
export const settingsThatMatter = [
  'block_size',
  'checkpoint_timeout',
  'default_tablespace',
  'deadlock_timeout',
  'effective_io_concurrency',
  'fsync',
  'full_page_writes',
  'idle_in_transaction_session_timeout',
  'lock_timeout',
  'maintenance_work_mem',
  'max_parallel_maintenance_workers',
  'max_parallel_workers_per_gather',
  'max_wal_size',
  'search_path',
  'server_encoding',
  'shared_buffers',
  'statement_timeout',
  'synchronous_commit',
  'synchronous_standby_names',
  'TimeZone',
  'transaction_timeout',
  'wal_compression',
  'wal_level',
  'work_mem',
] as const

/** One row; to be asked before the session's own settings are changed. */
export const aboutServer = `
  SELECT current_setting('server_version_num')::int AS version,
         current_setting('server_version') AS "serverVersion",
         current_database()::text AS database,
         (SELECT json_object_agg(name, current_setting(name)) FROM pg_catalog.pg_settings
           WHERE name IN (${settingsThatMatter.map((name) => `'${name}'`).join(', ')})) AS settings`

export interface AboutServer {
  readonly version: number
  readonly serverVersion: string
  readonly database: string
  readonly settings: Readonly<Record<string, string>>
}

type Contents = Required<Pick<Snapshot, 'tables' | 'views' | 'sequences' | 'types' | 'functions'>>

/** Every relation, type and function of the schemas that are not PostgreSQL's own. A dozen queries, whatever the number of tables; none reads a table of the user's. */
export async function readContents(asker: Asker, asked: Asked, progress: (what: string) => void = () => {}): Promise<Contents> {
  const ask = async <Row>(what: string, sql: string): Promise<Row[]> => {
    progress(what)
    return (await asker.query<Row>(sql)).rows
  }
  const relations = await ask<RelationRow>('tables', relationsQuery(asked))
  const columns = groupBy(await ask<ColumnRow>('columns', columnsQuery))
  const statistics = new Map((await ask<StatisticsRow>('statistics', statisticsQuery)).map((row) => [`${relationName(row.schema, row.table)}.${row.column}`, row]))
  const indexes = groupBy(await ask<IndexRow>('indexes', indexesQuery(asked)))
  const constraints = groupBy(await ask<ConstraintRow>('constraints', constraintsQuery(asked)))
  const triggers = groupBy(await ask<TriggerRow>('triggers', triggersQuery))
  const parents = groupBy(await ask<ParentRow>('partitions', parentsQuery))
  const reads = groupBy(await ask<ReadRow>('views', readsQuery))
  const owners = new Map((await ask<OwnerRow>('sequences', ownersQuery)).map((row) => [row.oid, row]))
  const types = await ask<TypeRow>('types', typesQuery)
  const functions = await ask<FunctionRow>('functions', functionsQuery)

  const names = new Map(relations.map((row) => [row.oid, relationName(row.schema, row.name)]))
  const contents: { -readonly [Part in keyof Contents]: Record<string, Contents[Part][string]> } = { tables: {}, views: {}, sequences: {}, types: {}, functions: {} }
  for (const row of relations) {
    const name = names.get(row.oid)!
    const its = {
      name,
      columns: columnsOf(columns.get(row.oid), name, statistics),
      reads: [...new Set((reads.get(row.oid) ?? []).flatMap((one) => names.get(one.reads) ?? []))].sort(),
    }
    if (row.kind === 'v') contents.views[name] = { columns: its.columns, reads: its.reads } satisfies ViewSnapshot
    else if (row.kind === 'S') {
      const owner = owners.get(row.oid)
      const table = owner && names.get(owner.table)
      contents.sequences[name] = table ? { ownedBy: { table, column: owner.column } } : {}
    } else {
      contents.tables[name] = tableOf(row, {
        ...its,
        indexes: (indexes.get(row.oid) ?? []).map(indexOf),
        constraints: (constraints.get(row.oid) ?? []).map((one) => constraintOf(one, names)),
        triggers: triggers.get(row.oid) ?? [],
        parents: parents.get(row.oid) ?? [],
        names,
      })
    }
  }
  for (const row of types) contents.types[relationName(row.schema, row.name)] = typeOf(row)
  for (const row of functions) contents.functions[relationName(row.schema, row.name)] = { volatility: row.volatility }
  return contents
}

/** What the oldest open transaction of the database is, where it may be seen. */
export async function readActivity(asker: Asker): Promise<ActivitySnapshot> {
  const { rows } = await asker.query<{ hidden: number; ms: number | null }>(activityQuery)
  const [row] = rows
  // Without the right to see the others' transactions nothing is known of them, which is not the same as none.
  if (!row || (row.hidden > 0 && row.ms === null)) return {}
  return { longestTransactionMs: Math.round(row.ms ?? 0) }
}

// --- rows into the snapshot's own shape; what is as usual is left out

interface RelationRow {
  readonly oid: number
  readonly schema: string
  readonly name: string
  readonly kind: 'r' | 'p' | 'm' | 'f' | 'v' | 'S'
  readonly persistence: 'p' | 'u'
  readonly rows: number | null
  readonly heapBytes: number | null
  readonly toastBytes: number | null
  readonly partitionBound: string | null
  readonly partitionStrategy: 'l' | 'r' | 'h' | null
  readonly partitionColumns: readonly (string | null)[] | null
  readonly partitionKey: string | null
}

interface Contained {
  readonly columns: readonly ColumnSnapshot[]
  readonly indexes: readonly IndexSnapshot[]
  readonly constraints: readonly ConstraintSnapshot[]
  readonly triggers: readonly TriggerRow[]
  readonly parents: readonly ParentRow[]
  readonly reads: readonly string[]
  readonly names: ReadonlyMap<number, string>
}

const tableKinds = { r: 'table', p: 'partitioned table', m: 'materialized view', f: 'foreign table' } as const
const strategies = { l: 'list', r: 'range', h: 'hash' } as const

function tableOf(row: RelationRow, its: Contained): TableSnapshot {
  const parents = its.parents.flatMap(({ parent }) => its.names.get(parent) ?? [])
  const kind = tableKinds[row.kind as keyof typeof tableKinds]
  return {
    ...(kind !== 'table' && { kind }),
    ...(row.persistence === 'u' && { persistence: 'unlogged' as const }),
    ...(row.rows !== null && { rows: Math.round(row.rows) }),
    ...(row.heapBytes !== null && { heapBytes: row.heapBytes }),
    ...(row.toastBytes !== null && { toastBytes: row.toastBytes }),
    columns: its.columns,
    constraints: its.constraints,
    indexes: its.indexes,
    ...(its.triggers.length > 0 && { triggers: its.triggers.map(({ name, enabled }) => ({ name, ...(!enabled && { enabled }) })) }),
    ...(row.partitionStrategy && { partitionBy: { strategy: strategies[row.partitionStrategy], keys: partitionKeys(row) } }),
    ...(row.partitionBound !== null && parents[0] !== undefined && { partitionOf: { parent: parents[0], bound: row.partitionBound } }),
    ...(row.partitionBound === null && parents.length > 0 && { inherits: parents }),
    ...(row.kind === 'm' && { reads: its.reads }),
  }
}

/** `RANGE (created_at, lower(region))`: the columns are known by number, and an expression is the piece in its place. */
function partitionKeys(row: RelationRow): readonly string[] {
  const definition = row.partitionKey ?? ''
  const pieces = commaParts(definition.slice(definition.indexOf('(') + 1, -1))
  return (row.partitionColumns ?? []).map((column, index) => column ?? inParentheses(pieces[index] ?? ''))
}

function commaParts(text: string): string[] {
  const parts: string[] = []
  let depth = 0
  let quote = ''
  let start = 0
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!
    if (quote !== '') {
      if (character === quote) quote = ''
    } else if (character === "'" || character === '"') quote = character
    else if (character === '(' || character === '[') depth++
    else if (character === ')' || character === ']') depth--
    else if (character === ',' && depth === 0) {
      parts.push(text.slice(start, i).trim())
      start = i + 1
    }
  }
  parts.push(text.slice(start).trim())
  return parts
}

/** The server puts no, one or two pairs of parentheses around an expression, by what it is (src/backend/utils/adt/ruleutils.c, looks_like_function). */
function inParentheses(expression: string): string {
  const inner = withoutParentheses(expression)
  return inner === expression ? `(${inner})` : inParentheses(inner)
}

interface ColumnRow {
  readonly oid: number
  readonly name: string
  readonly type: string
  readonly notNull: boolean
  readonly expression: string | null
  readonly generated: '' | 's' | 'v'
  readonly identity: '' | 'a' | 'd'
  readonly collation: string | null
}

interface StatisticsRow {
  readonly schema: string
  readonly table: string
  readonly column: string
  readonly averageWidth: number
  readonly nullFraction: number
  readonly distinct: number
}

function columnsOf(rows: readonly ColumnRow[] | undefined, table: string, statistics: ReadonlyMap<string, StatisticsRow>): ColumnSnapshot[] {
  return (rows ?? []).map((row) => {
    const known = statistics.get(`${table}.${row.name}`)
    return {
      name: row.name,
      type: row.type,
      ...(row.notNull && { notNull: true }),
      ...(row.expression !== null && { default: row.expression }),
      ...(row.generated !== '' && { generated: row.generated === 's' ? ('stored' as const) : ('virtual' as const) }),
      ...(row.identity !== '' && { identity: row.identity === 'a' ? ('always' as const) : ('by default' as const) }),
      ...(row.collation !== null && { collation: row.collation }),
      ...(known && { averageWidth: known.averageWidth, nullFraction: round(known.nullFraction), distinct: round(known.distinct) }),
    }
  })
}

/** The statistics are four-byte floats; their digits past the sixth are noise. */
const round = (value: number): number => Number(value.toPrecision(6))

interface IndexRow {
  readonly oid: number
  readonly name: string
  readonly method: string
  readonly keys: readonly { readonly column?: string | null; readonly expression?: string | null }[]
  readonly include: readonly string[]
  readonly unique: boolean
  readonly valid: boolean
  readonly predicate: string | null
  readonly bytes: number | null
  readonly attachedToSchema: string | null
  readonly attachedTo: string | null
  readonly definition: string
}

function indexOf(row: IndexRow): IndexSnapshot {
  return {
    name: row.name,
    ...(row.method !== 'btree' && { method: row.method }),
    keys: row.keys.map(({ column, expression }) => column ?? inParentheses(expression ?? '')),
    ...(row.include.length > 0 && { include: row.include }),
    ...(row.unique && { unique: true }),
    ...(row.predicate !== null && { predicate: withoutParentheses(row.predicate) }),
    ...(!row.valid && { valid: false }),
    ...(row.bytes !== null && { bytes: row.bytes }),
    ...(row.attachedTo !== null && { attachedTo: relationName(row.attachedToSchema ?? 'public', row.attachedTo) }),
    definition: row.definition,
  }
}

interface ConstraintRow {
  readonly oid: number
  readonly name: string
  readonly type: 'c' | 'n' | 'f' | 'u' | 'p' | 'x'
  readonly columns: readonly string[]
  readonly expression: string | null
  readonly references: number
  readonly referencedColumns: readonly string[]
  readonly validated: boolean
  readonly noInherit: boolean
  readonly deferrable: boolean
  readonly onDelete: keyof typeof referentialActions
  readonly onUpdate: keyof typeof referentialActions
  readonly index: string | null
}

/** NO ACTION, and a constraint that is no foreign key, have none. */
const referentialActions = { a: undefined, ' ': undefined, r: 'restrict', c: 'cascade', n: 'set null', d: 'set default' } as const

const constraintTypes = { c: 'check', n: 'not-null', f: 'foreign-key', u: 'unique', p: 'primary-key', x: 'exclude' } as const

function constraintOf(row: ConstraintRow, names: ReadonlyMap<number, string>): ConstraintSnapshot {
  const references = names.get(row.references)
  const onDelete = referentialActions[row.onDelete]
  const onUpdate = referentialActions[row.onUpdate]
  return {
    name: row.name,
    type: constraintTypes[row.type],
    ...(row.columns.length > 0 && { columns: row.columns }),
    ...(row.expression !== null && { expression: withoutParentheses(row.expression) }),
    ...(references !== undefined && { references, referencedColumns: row.referencedColumns }),
    ...(onDelete && { onDelete }),
    ...(onUpdate && { onUpdate }),
    ...(!row.validated && { validated: false }),
    ...(row.noInherit && (row.type === 'c' || row.type === 'n') && { noInherit: true }),
    ...(row.deferrable && { deferrable: true }),
    ...(row.index !== null && { index: row.index }),
  }
}

/** `pg_get_expr` puts a condition in parentheses of its own: `((a > 0) AND (b > 0))`. */
function withoutParentheses(expression: string): string {
  if (!expression.startsWith('(')) return expression
  let depth = 0
  let quote = ''
  for (let i = 0; i < expression.length; i++) {
    const character = expression[i]!
    if (quote !== '') {
      if (character === quote) quote = ''
    } else if (character === "'" || character === '"') quote = character
    else if (character === '(') depth++
    else if (character === ')' && --depth === 0) return i === expression.length - 1 ? expression.slice(1, -1) : expression
  }
  return expression
}

interface TriggerRow {
  readonly oid: number
  readonly name: string
  readonly enabled: boolean
}

interface ParentRow {
  readonly oid: number
  readonly parent: number
}

interface ReadRow {
  readonly oid: number
  readonly reads: number
}

interface OwnerRow {
  readonly oid: number
  readonly table: number
  readonly column: string
}

interface TypeRow {
  readonly schema: string
  readonly name: string
  readonly type: 'e' | 'd' | 'c' | 'r' | 'm' | 'b' | 'p'
  readonly labels: readonly string[]
  readonly base: string | null
  readonly notNull: boolean
  readonly default: string | null
  readonly checks: readonly { readonly name: string; readonly expression: string; readonly validated: boolean }[]
}

function typeOf(row: TypeRow): TypeSnapshot {
  switch (row.type) {
    case 'e':
      return { kind: 'enum', labels: row.labels }
    case 'd':
      return {
        kind: 'domain',
        base: row.base!,
        ...(row.notNull && { notNull: true }),
        ...(row.default !== null && { default: row.default }),
        ...(row.checks.length > 0 && { checks: row.checks.map(({ name, expression, validated }) => ({ name, expression: withoutParentheses(expression), ...(!validated && { validated }) })) }),
      }
    case 'c':
      return { kind: 'composite' }
    case 'r':
    case 'm':
      return { kind: 'range' }
    default:
      return { kind: 'base' }
  }
}

interface FunctionRow {
  readonly schema: string
  readonly name: string
  readonly volatility: Volatility
}

function groupBy<Row extends { readonly oid: number }>(rows: readonly Row[]): ReadonlyMap<number, readonly Row[]> {
  const groups = new Map<number, Row[]>()
  for (const row of rows) {
    const group = groups.get(row.oid)
    if (group) group.push(row)
    else groups.set(row.oid, [row])
  }
  return groups
}

// --- queries; oids as numbers of eight bytes, for PGlite and pg read other types each in its own way

const inUserSchema = (namespace: string): string => `${namespace} IN (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema')`

const oid = (column: string): string => `${column}::int8::float8`

const attributeNames = (relation: string, numbers: string): string => `
  coalesce((SELECT json_agg(a.attname ORDER BY n.place) FROM unnest(${numbers}) WITH ORDINALITY AS n (number, place)
             JOIN pg_catalog.pg_attribute a ON a.attrelid = ${relation} AND a.attnum = n.number), '[]')`

const relationsQuery = ({ sizes, version }: Asked): string => {
  const bytes = (relation: string, pages: string): string => (sizes === 'measured' ? `pg_relation_size(${relation})::float8` : `${pages}::float8 * current_setting('block_size')::float8`)
  // Up to 13 a table that was never analysed says 0 rows (src/include/catalog/pg_class.h); so does an empty one, whose pages are none.
  const rows = version >= 140000 ? 'CASE WHEN c.reltuples >= 0 THEN c.reltuples::float8 END' : 'CASE WHEN c.reltuples > 0 OR c.relpages > 0 THEN c.reltuples::float8 END'
  const hasFile = "c.relkind IN ('r', 'm')"
  return `
  SELECT ${oid('c.oid')} AS oid, n.nspname::text AS schema, c.relname::text AS name, c.relkind::text AS kind, c.relpersistence::text AS persistence,
         CASE WHEN c.relkind IN ('r', 'm', 'f') THEN ${rows} END AS rows,
         CASE WHEN ${hasFile} THEN ${bytes('c.oid', 'c.relpages')} END AS "heapBytes",
         CASE WHEN ${hasFile} THEN coalesce(${sizes === 'measured' ? 'pg_total_relation_size(t.oid)::float8' : `(t.relpages + (SELECT sum(x.relpages) FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid WHERE i.indrelid = t.oid))::float8 * current_setting('block_size')::float8`}, 0) END AS "toastBytes",
         pg_get_expr(c.relpartbound, c.oid) AS "partitionBound",
         p.partstrat::text AS "partitionStrategy",
         CASE WHEN p.partrelid IS NOT NULL THEN
           (SELECT json_agg(a.attname ORDER BY k.place) FROM unnest(p.partattrs::int2[]) WITH ORDINALITY AS k (number, place)
              LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number AND k.number > 0) END AS "partitionColumns",
         CASE WHEN p.partrelid IS NOT NULL THEN pg_get_partkeydef(c.oid) END AS "partitionKey"
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_class t ON t.oid = c.reltoastrelid AND c.reltoastrelid <> 0
    LEFT JOIN pg_catalog.pg_partitioned_table p ON p.partrelid = c.oid
   WHERE c.relkind IN ('r', 'p', 'm', 'f', 'v', 'S') AND c.relpersistence <> 't' AND ${inUserSchema('c.relnamespace')}
   ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"`
}

const columnsQuery = `
  SELECT ${oid('a.attrelid')} AS oid, a.attname::text AS name, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS "notNull",
         pg_get_expr(d.adbin, d.adrelid) AS expression, a.attgenerated::text AS generated, a.attidentity::text AS identity,
         CASE WHEN a.attcollation <> t.typcollation THEN
           (SELECT CASE WHEN o.collnamespace = 'pg_catalog'::regnamespace THEN quote_ident(o.collname) ELSE quote_ident(s.nspname) || '.' || quote_ident(o.collname) END
              FROM pg_catalog.pg_collation o JOIN pg_catalog.pg_namespace s ON s.oid = o.collnamespace WHERE o.oid = a.attcollation) END AS collation
    FROM pg_catalog.pg_attribute a
    JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
    JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
   WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'm', 'f', 'v') AND c.relpersistence <> 't' AND ${inUserSchema('c.relnamespace')}
   ORDER BY a.attrelid, a.attnum`

/**
 * Widths and shares alone: the common values, the histogram and the bounds beside them are row data.
 * A partitioned table has only the statistics of it with its partitions.
 */
const statisticsQuery = `
  SELECT DISTINCT ON (schemaname, tablename, attname)
         schemaname::text AS schema, tablename::text AS table, attname::text AS column,
         avg_width::float8 AS "averageWidth", null_frac::float8 AS "nullFraction", n_distinct::float8 AS distinct
    FROM pg_catalog.pg_stats
   WHERE schemaname !~ '^pg_' AND schemaname <> 'information_schema'
   ORDER BY schemaname, tablename, attname, inherited`

const indexesQuery = ({ sizes }: Asked): string => `
  SELECT ${oid('i.indrelid')} AS oid, x.relname::text AS name, m.amname::text AS method,
         (SELECT json_agg(CASE WHEN k.number = 0 THEN json_build_object('expression', pg_get_indexdef(i.indexrelid, k.place::int, false))
                                                 ELSE json_build_object('column', a.attname) END ORDER BY k.place)
            FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k (number, place)
            LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
           WHERE k.place <= i.indnkeyatts) AS keys,
         coalesce((SELECT json_agg(a.attname ORDER BY k.place)
            FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k (number, place)
            JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
           WHERE k.place > i.indnkeyatts), '[]') AS include,
         i.indisunique AS unique, i.indisvalid AS valid, pg_get_expr(i.indpred, i.indrelid) AS predicate,
         CASE WHEN x.relkind = 'i' THEN ${sizes === 'measured' ? 'pg_relation_size(x.oid)::float8' : "x.relpages::float8 * current_setting('block_size')::float8"} END AS bytes,
         ps.nspname::text AS "attachedToSchema", p.relname::text AS "attachedTo", pg_get_indexdef(i.indexrelid) AS definition
    FROM pg_catalog.pg_index i
    JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
    JOIN pg_catalog.pg_am m ON m.oid = x.relam
    LEFT JOIN pg_catalog.pg_inherits h ON h.inhrelid = x.oid
    LEFT JOIN pg_catalog.pg_class p ON p.oid = h.inhparent
    LEFT JOIN pg_catalog.pg_namespace ps ON ps.oid = p.relnamespace
   WHERE x.relpersistence <> 't' AND ${inUserSchema('x.relnamespace')}
   ORDER BY i.indrelid, x.relname COLLATE "C"`

/** A foreign key to a partitioned table has one more row for each of its partitions, which are nobody's constraints. */
const constraintsQuery = ({ version }: Asked): string => `
  SELECT ${oid('k.conrelid')} AS oid, k.conname::text AS name, k.contype::text AS type,
         ${attributeNames('k.conrelid', 'k.conkey')} AS columns,
         CASE WHEN k.contype = 'c' THEN pg_get_expr(k.conbin, k.conrelid) END AS expression,
         ${oid('k.confrelid')} AS references,
         ${attributeNames('k.confrelid', 'k.confkey')} AS "referencedColumns",
         k.convalidated${version >= 180000 ? ' AND k.conenforced' : ''} AS validated, k.connoinherit AS "noInherit", k.condeferrable AS deferrable,
         k.confdeltype::text AS "onDelete", k.confupdtype::text AS "onUpdate",
         CASE WHEN k.contype IN ('u', 'p', 'x') THEN x.relname::text END AS index
    FROM pg_catalog.pg_constraint k
    JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
    LEFT JOIN pg_catalog.pg_class x ON x.oid = k.conindid
   WHERE k.contype IN ('c', 'n', 'f', 'u', 'p', 'x') AND c.relpersistence <> 't' AND ${inUserSchema('c.relnamespace')}
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint whole WHERE whole.oid = k.conparentid AND whole.conrelid = k.conrelid)
   ORDER BY k.conrelid, k.conname COLLATE "C"`

const triggersQuery = `
  SELECT ${oid('t.tgrelid')} AS oid, t.tgname::text AS name, t.tgenabled <> 'D' AS enabled
    FROM pg_catalog.pg_trigger t
    JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
   WHERE NOT t.tgisinternal AND c.relpersistence <> 't' AND ${inUserSchema('c.relnamespace')}
   ORDER BY t.tgrelid, t.tgname COLLATE "C"`

const parentsQuery = `
  SELECT ${oid('h.inhrelid')} AS oid, ${oid('h.inhparent')} AS parent
    FROM pg_catalog.pg_inherits h
    JOIN pg_catalog.pg_class c ON c.oid = h.inhrelid
   WHERE c.relkind IN ('r', 'p', 'f') AND ${inUserSchema('c.relnamespace')}
   ORDER BY h.inhrelid, h.inhseqno`

const readsQuery = `
  SELECT DISTINCT ${oid('r.ev_class')} AS oid, ${oid('d.refobjid')} AS reads
    FROM pg_catalog.pg_rewrite r
    JOIN pg_catalog.pg_class c ON c.oid = r.ev_class AND c.relkind IN ('v', 'm')
    JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.objid = r.oid
                               AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid <> r.ev_class
   WHERE ${inUserSchema('c.relnamespace')}`

const ownersQuery = `
  SELECT ${oid('d.objid')} AS oid, ${oid('d.refobjid')} AS table, a.attname::text AS column
    FROM pg_catalog.pg_depend d
    JOIN pg_catalog.pg_class s ON s.oid = d.objid AND s.relkind = 'S'
    JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
   WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.deptype IN ('a', 'i')
     AND ${inUserSchema('s.relnamespace')}`

/** A table's row type and every type's array type come and go with them. */
const typesQuery = `
  SELECT n.nspname::text AS schema, t.typname::text AS name, t.typtype::text AS type,
         coalesce((SELECT json_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid), '[]') AS labels,
         CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END AS base,
         t.typnotnull AS "notNull", CASE WHEN t.typtype = 'd' THEN pg_get_expr(t.typdefaultbin, 0) END AS default,
         coalesce((SELECT json_agg(json_build_object('name', k.conname, 'expression', pg_get_expr(k.conbin, 0), 'validated', k.convalidated) ORDER BY k.conname COLLATE "C")
                     FROM pg_catalog.pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c'), '[]') AS checks
    FROM pg_catalog.pg_type t
    JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
    LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid AND t.typrelid <> 0
   WHERE t.typtype IN ('b', 'c', 'd', 'e', 'm', 'r') AND (c.oid IS NULL OR c.relkind = 'c')
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_type element WHERE element.typarray = t.oid) AND ${inUserSchema('t.typnamespace')}
   ORDER BY n.nspname COLLATE "C", t.typname COLLATE "C"`

/** A call is told by its name alone, so of several functions of one name the most volatile counts. */
const functionsQuery = `
  SELECT n.nspname::text AS schema, f.proname::text AS name,
         CASE max(CASE f.provolatile WHEN 'v' THEN 2 WHEN 's' THEN 1 ELSE 0 END) WHEN 2 THEN 'volatile' WHEN 1 THEN 'stable' ELSE 'immutable' END AS volatility
    FROM pg_catalog.pg_proc f
    JOIN pg_catalog.pg_namespace n ON n.oid = f.pronamespace
   WHERE f.prokind IN ('f', 'w') AND f.prorettype <> 'pg_catalog.trigger'::regtype AND ${inUserSchema('f.pronamespace')}
   GROUP BY n.nspname, f.proname
   ORDER BY n.nspname COLLATE "C", f.proname COLLATE "C"`

/** Without pg_read_all_stats a role sees of others' sessions that they are there and nothing else. */
const activityQuery = `
  SELECT count(*) FILTER (WHERE a.query = '<insufficient privilege>')::int AS hidden,
         greatest(extract(epoch FROM max(clock_timestamp() - a.xact_start)),
                  (SELECT extract(epoch FROM max(clock_timestamp() - p.prepared)) FROM pg_catalog.pg_prepared_xacts p WHERE p.database = current_database()))::float8 * 1000 AS ms
    FROM pg_catalog.pg_stat_activity a
   WHERE a.datname = current_database() AND a.pid <> pg_backend_pid() AND coalesce(a.backend_type, 'client backend') = 'client backend'`
