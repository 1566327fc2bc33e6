import type { Database } from './probe'

/** Rows in each table that had none. */
const rowCount = 5

/** What came of it: tables that have got rows, and those that no row was found for. */
export interface Populated {
  readonly filled: readonly string[]
  readonly empty: readonly string[]
}

/**
 * Puts rows into every table without any, those that others refer to first, so that a statement has something to rewrite, to check and to lose.
 * Each column has another value in each row. What a table's own checks refuse is tried again with no more than it needs.
 */
export async function populate(database: Database): Promise<Populated> {
  const { rows: tables } = await database.query<TableFacts>(tablesQuery)
  const filled: string[] = []
  const empty: string[] = []
  for (const table of inOrder(tables)) {
    const { rows } = await database.query<{ any: boolean }>(`SELECT EXISTS (SELECT FROM ${table.name}) AS "any"`)
    if (rows[0]!.any) continue
    let isFilled = false
    for (const insert of [insertInto(table, () => true), insertInto(table, (column) => column.needed)]) {
      isFilled = await database.exec(insert).then(
        () => true,
        () => false,
      )
      if (isFilled) break
    }
    ;(isFilled ? filled : empty).push(table.name)
  }
  return { filled, empty }
}

interface ColumnFacts {
  readonly name: string
  /** As the server writes it. */
  readonly type: string
  /** Of the type behind domains, as in pg_type: name, kind and category. */
  readonly base: string
  readonly kind: string
  readonly category: string
  /** Of an array: its elements' type. */
  readonly element: string | null
  readonly length: number | null
  /** It may not be NULL, or a key of its own decides where the row belongs. */
  readonly needed: boolean
  /** Values that partitions are bounded by. */
  readonly bounds: readonly string[] | null
}

interface TableFacts {
  readonly name: string
  readonly columns: readonly ColumnFacts[]
  readonly keys: readonly { readonly to: string; readonly columns: readonly string[]; readonly referenced: readonly string[] }[]
}

/** Referenced tables first; those that refer to each other in a ring stay as they come. */
function inOrder(tables: readonly TableFacts[]): readonly TableFacts[] {
  const result: TableFacts[] = []
  const visit = (table: TableFacts, path: readonly TableFacts[]): void => {
    if (result.includes(table) || path.includes(table)) return
    for (const { to } of table.keys) for (const other of tables.filter(({ name }) => name === to)) visit(other, [...path, table])
    result.push(table)
  }
  for (const table of tables) visit(table, [])
  return result
}

function insertInto({ name, columns, keys }: TableFacts, wanted: (column: ColumnFacts) => boolean): string {
  const isOwn = (column: ColumnFacts): boolean => !keys.some((key) => key.to !== name && key.columns.includes(column.name))
  const refersToItself = (column: ColumnFacts): boolean => keys.some((key) => key.to === name && key.columns.includes(column.name))
  const chosen = columns.filter((column) => (wanted(column) && !(refersToItself(column) && !column.needed)) || !isOwn(column))
  const joins = keys.flatMap(({ to, referenced }, at) => (to === name ? [] : [`LEFT JOIN LATERAL (SELECT ${referenced.join(', ')} FROM ${to} ORDER BY ${referenced.join(', ')} OFFSET (g - 1) % greatest((SELECT count(*) FROM ${to}), 1) LIMIT 1) AS key_${at} ON true`]))
  const value = (column: ColumnFacts): string => {
    const at = keys.findIndex((key) => key.to !== name && key.columns.includes(column.name))
    return at < 0 ? `(${ownValue(column)})::${column.type}` : `key_${at}.${keys[at]!.referenced[keys[at]!.columns.indexOf(column.name)]!}`
  }
  if (chosen.length === 0) return `INSERT INTO ${name} DEFAULT VALUES`
  return `INSERT INTO ${name} (${chosen.map((column) => column.name).join(', ')}) SELECT ${chosen.map(value).join(', ')} FROM generate_series(1, ${rowCount}) AS g ${joins.join(' ')}`
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`

function ownValue({ bounds, base, kind, category, element, length, type }: ColumnFacts): string {
  if (bounds && bounds.length > 0) return `(ARRAY[${bounds.map(quoted).join(', ')}])[1 + (g - 1) % ${bounds.length}]`
  if (kind === 'e') return `(enum_range(NULL::${base}))[1 + (g - 1) % array_length(enum_range(NULL::${base}), 1)]`
  if (element !== null) return `ARRAY[g]::text[]`
  if (kind === 'r') return /^(int|num)/.test(base) ? `${base}(g, g + 1)` : `${base}('2024-01-01'::date + g, '2024-01-02'::date + g)`
  if (category === 'N') return base === 'money' ? 'g::numeric' : 'g'
  if (category === 'B') return 'g % 2 = 0'
  if (category === 'D') return base.startsWith('time') && !base.startsWith('timestamp') ? "'00:00'::time + g * interval '1 minute'" : "timestamp '2024-01-01' + g * interval '1 day'"
  if (category === 'T') return "g * interval '1 hour'"
  if (category === 'I') return "'10.0.0.0'::inet + g"
  if (category === 'S') return length !== null && length < 4 ? 'g' : "'v' || g"
  if (category === 'V') return `lpad(g::bit(8)::text, ${length ?? 8}, '0')`
  if (base === 'uuid') return 'md5(g::text)::uuid'
  if (base === 'jsonb' || base === 'json') return `jsonb_build_object('a', g)::${base}`
  if (base === 'bytea') return "decode(md5(g::text), 'hex')"
  if (base === 'xml') return "('<a>' || g || '</a>')"
  if (base === 'point') return 'point(g, g)'
  if (base === 'tsvector') return "to_tsvector('simple', 'v' || g)"
  return /json|text/.test(type) ? "'v' || g" : 'NULL'
}

const tablesQuery = `
WITH RECURSIVE
user_tables AS (
  SELECT c.oid, c.relkind, quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'),
base_types AS (
  SELECT oid AS type, oid AS base FROM pg_type WHERE typtype <> 'd'
  UNION ALL
  SELECT t.oid, b.base FROM pg_type t JOIN base_types b ON b.type = t.typbasetype WHERE t.typtype = 'd'),
-- Literals of the bounds of what is below each partitioned table, by the name of the key's column; one that begins at MINVALUE gives none.
levels AS (
  SELECT oid AS root, oid FROM user_tables WHERE relkind = 'p'
  UNION ALL
  SELECT l.root, i.inhrelid FROM levels l JOIN pg_inherits i ON i.inhparent = l.oid),
bounds AS (
  SELECT l.root, a.attname, array_agg(m[1] ORDER BY p.relname) AS literals
    FROM levels l
    JOIN pg_partitioned_table t ON t.partrelid = l.oid AND t.partnatts = 1
    JOIN pg_attribute a ON a.attrelid = l.oid AND a.attnum = t.partattrs[0]
    JOIN pg_inherits i ON i.inhparent = l.oid
    JOIN pg_class p ON p.oid = i.inhrelid,
         regexp_matches(pg_get_expr(p.relpartbound, p.oid), '^FOR VALUES (?:FROM|IN) \\(''?([^'',)]*)''?') AS m
   WHERE m[1] NOT IN ('MINVALUE', 'NULL')
   GROUP BY l.root, a.attname)
SELECT t.name,
       coalesce((SELECT jsonb_agg(jsonb_build_object(
                'name', quote_ident(a.attname), 'type', format_type(a.atttypid, a.atttypmod), 'base', b.typname, 'kind', b.typtype, 'category', b.typcategory,
                'element', CASE WHEN b.typcategory = 'A' THEN format_type(b.typelem, NULL) END,
                'length', CASE WHEN a.atttypmod > 4 AND b.typcategory = 'S' THEN a.atttypmod - 4 WHEN b.typcategory = 'V' AND a.atttypmod > 0 THEN a.atttypmod END,
                'needed', a.attnotnull OR l.literals IS NOT NULL, 'bounds', l.literals) ORDER BY a.attnum)
          FROM pg_attribute a
          JOIN base_types bt ON bt.type = a.atttypid
          JOIN pg_type b ON b.oid = bt.base
          LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
          LEFT JOIN bounds l ON l.root = t.oid AND l.attname = a.attname
         WHERE a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attidentity = '' AND a.attgenerated = ''
           AND coalesce(pg_get_expr(d.adbin, d.adrelid), '') NOT LIKE '%nextval(%'), '[]') AS columns,
       coalesce((SELECT jsonb_agg(jsonb_build_object(
                'to', r.name,
                'columns', (SELECT jsonb_agg(quote_ident(a.attname) ORDER BY at) FROM unnest(k.conkey) WITH ORDINALITY AS key (number, at) JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = key.number),
                'referenced', (SELECT jsonb_agg(quote_ident(a.attname) ORDER BY at) FROM unnest(k.confkey) WITH ORDINALITY AS key (number, at) JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = key.number)))
          FROM pg_constraint k JOIN user_tables r ON r.oid = k.confrelid
         WHERE k.conrelid = t.oid AND k.contype = 'f'), '[]') AS keys
  FROM user_tables t
 ORDER BY t.oid`
