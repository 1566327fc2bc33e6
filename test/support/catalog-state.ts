import type { Database } from './probe'

/**
 * What a user can see of every object in the user schemas, by the object's kind and name: `column public.orders.id` → its facts.
 * Of two databases with equal states one can stand for the other; oids, files, statistics and other traces of the way there are left out.
 */
export type CatalogState = Readonly<Record<string, Facts>>

export type Facts = Readonly<Record<string, unknown>>

/** The rows there are: how many, and a hash that does not depend on their order. */
export type DataState = Readonly<Record<string, { readonly rows: number; readonly hash: string }>>

export async function catalogState(database: Database): Promise<CatalogState> {
  return withoutSearchPath(database, async () => {
    const { rows } = await database.query<{ object: string; facts: Facts }>(catalog)
    const state: Record<string, Facts> = {}
    for (const { object, facts } of rows) state[object] = withoutNulls(facts)
    return state
  })
}

/** Reads every table whole: for databases of a test's size. A partitioned table is there with all its rows, a parent of others with its own. */
export async function dataState(database: Database): Promise<DataState> {
  return withoutSearchPath(database, async () => {
    const tables = await database.query<{ name: string; source: string }>(tablesWithRows)
    if (tables.rows.length === 0) return {}
    // An alias that no column has, because a column goes before a whole row of the same name.
    const row = '"the whole row"'
    const counts = tables.rows.map(
      ({ source }, index) =>
        `SELECT ${index} AS index, count(*)::int AS rows,
                md5(coalesce(string_agg(${row}::text, E'\\n' ORDER BY ${row}::text COLLATE "C"), '')) AS hash
           FROM ${source} AS ${row}`,
    )
    const { rows } = await database.query<{ index: number; rows: number; hash: string }>(counts.join(' UNION ALL '))
    return Object.fromEntries(
      tables.rows.map(({ name }, index) => {
        const found = rows.find((row) => row.index === index)
        return [name, { rows: found?.rows ?? 0, hash: found?.hash ?? '' }]
      }),
    )
  })
}

/** The order of columns is not promised where a new column takes the place of an old one; extended statistics name theirs in that order. */
export const withoutPositions = (state: CatalogState): CatalogState =>
  Object.fromEntries(
    Object.entries(state).map(([object, { position: _, ...facts }]) => [
      object,
      object.startsWith('statistics ') ? { ...facts, definition: String(facts['definition']).replace(/ ON (.*) FROM /, (_found, columns: string) => ` ON ${columns.split(', ').sort().join(', ')} FROM `) } : facts,
    ]),
  )

/** What has been validated stays so, and nobody minds; a column that is made again is the last one, and a view over all columns has the new name where the table has it. */
export const withoutTraces = (state: CatalogState): CatalogState =>
  Object.fromEntries(Object.entries(withoutPositions(state)).map(([object, { validated: _, definition, ...facts }]) => [object, { ...facts, ...(definition !== undefined && { definition: inAnyOrder(String(definition)) }) }]))

/** Its lines, or the columns of a view's query. */
export const inAnyOrder = (definition: string): string => definition.replace(' NOT VALID', '').trim().split(/,?\n */).map((part) => part.replace('SELECT ', '')).sort().join()

/** One line for each fact in which they differ, `-` for what only the first has and `+` for the second; empty when they are equal. */
export function difference(a: CatalogState | DataState, b: CatalogState | DataState): string {
  const lines: string[] = []
  for (const object of keysOf(a, b)) {
    const [left, right]: (Facts | undefined)[] = [a[object], b[object]]
    if (left === undefined || right === undefined) {
      lines.push(right === undefined ? `- ${object} ${JSON.stringify(left)}` : `+ ${object} ${JSON.stringify(right)}`)
      continue
    }
    for (const fact of keysOf(left, right)) {
      const [was, is] = [JSON.stringify(left[fact]), JSON.stringify(right[fact])]
      if (was === is) continue
      if (was !== undefined) lines.push(`- ${object} ${fact}: ${was}`)
      if (is !== undefined) lines.push(`+ ${object} ${fact}: ${is}`)
    }
  }
  return lines.join('\n')
}

function keysOf(a: object, b: object): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].sort()
}

function withoutNulls(facts: Facts): Facts {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== null))
}

/** The server's own printing leaves out a schema that is on the search path. */
async function withoutSearchPath<Result>(database: Database, ask: () => Promise<Result>): Promise<Result> {
  const { rows } = await database.query<{ path: string }>("SELECT current_setting('search_path') AS path")
  await database.exec("SET search_path = ''")
  try {
    return await ask()
  } finally {
    await database.query("SELECT set_config('search_path', $1, false)", [rows[0]?.path ?? ''])
  }
}

const inUserSchema = (namespace: string): string =>
  `${namespace} IN (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema')`

const name = (relation: string): string => `${relation}::pg_catalog.regclass::text`

/** There is no regcollation before 13. */
const collation = (oid: string): string =>
  `(SELECT quote_ident(n.nspname) || '.' || quote_ident(o.collname) FROM pg_collation o JOIN pg_namespace n ON n.oid = o.collnamespace WHERE o.oid = ${oid})`

/** An array of text in an order that means nothing in the catalog. */
const sorted = (values: string): string => `(SELECT jsonb_agg(value::text ORDER BY value::text COLLATE "C") FROM unnest(${values}) AS value)`

/** What belongs to an extension is told by the extension. */
const notOfExtension = (catalogName: string, oid: string): string =>
  `NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.${catalogName}'::pg_catalog.regclass AND d.objid = ${oid} AND d.deptype = 'e')`

/** A fact whose column came with a later version is read out of the row as JSON, where it is absent before. */
const sections: readonly string[] = [
  `SELECT 'schema ' || quote_ident(n.nspname) AS object, jsonb_build_object(
            'owner', n.nspowner::regrole, 'grants', ${sorted('n.nspacl')}) AS facts
     FROM pg_namespace n
    WHERE ${inUserSchema('n.oid')}`,

  `SELECT 'relation ' || ${name('c.oid')}, jsonb_build_object(
            'kind', c.relkind, 'persistence', c.relpersistence, 'owner', c.relowner::regrole, 'grants', ${sorted("coalesce(c.relacl, CASE WHEN c.relkind = 'S' THEN acldefault('s', c.relowner) WHEN c.relkind <> 'c' THEN acldefault('r', c.relowner) END)")},
            'options', ${sorted('c.reloptions')}, 'toast options', (SELECT ${sorted('t.reloptions')} FROM pg_class t WHERE t.oid = c.reltoastrelid),
            'access method', (SELECT amname FROM pg_am WHERE pg_am.oid = c.relam),
            'tablespace', (SELECT spcname FROM pg_tablespace s WHERE s.oid = c.reltablespace),
            'replica identity', CASE WHEN c.relkind IN ('r', 'p', 'm') THEN c.relreplident END,
            'row security', c.relrowsecurity, 'row security forced', c.relforcerowsecurity,
            'populated', CASE WHEN c.relkind = 'm' THEN c.relispopulated END,
            'of type', nullif(c.reloftype, 0)::regtype,
            'definition', CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END,
            'partitioned by', CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END,
            'partition bound', pg_get_expr(c.relpartbound, c.oid),
            'parents', (SELECT jsonb_agg(${name('h.inhparent')} || CASE WHEN to_jsonb(h) ->> 'inhdetachpending' = 'true' THEN ' (detach pending)' ELSE '' END
                                         ORDER BY h.inhseqno)
                          FROM pg_inherits h WHERE h.inhrelid = c.oid))
     FROM pg_class c
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c', 'S') AND ${inUserSchema('c.relnamespace')} AND ${notOfExtension('pg_class', 'c.oid')}`,

  `SELECT 'column ' || ${name('a.attrelid')} || '.' || quote_ident(a.attname), jsonb_build_object(
            'position', row_number() OVER (PARTITION BY a.attrelid ORDER BY a.attnum),
            'type', format_type(a.atttypid, a.atttypmod), 'not null', a.attnotnull,
            'default', CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END,
            'generated', CASE WHEN a.attgenerated <> '' THEN a.attgenerated::text || ' ' || pg_get_expr(d.adbin, d.adrelid) END,
            'identity', nullif(a.attidentity, ''),
            'collation', (SELECT ${collation('a.attcollation')} FROM pg_type t WHERE t.oid = a.atttypid AND a.attcollation <> t.typcollation),
            'storage', a.attstorage, 'compression', nullif(to_jsonb(a) ->> 'attcompression', ''),
            -- The default was -1 up to 16 and is null from 17 on.
            'statistics', nullif(to_jsonb(a) ->> 'attstattarget', '-1'),
            'options', ${sorted('a.attoptions')}, 'grants', ${sorted('a.attacl')}, 'local', a.attislocal, 'inherited', a.attinhcount)
     FROM pg_attribute a
     JOIN pg_class c ON c.oid = a.attrelid
     LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c') AND ${inUserSchema('c.relnamespace')}
      AND ${notOfExtension('pg_class', 'c.oid')}`,

  // Only checks and not-null constraints are inherited or not; of the others the column tells no more than on which way they came to a partition.
  `SELECT 'constraint ' || CASE WHEN k.conrelid <> 0 THEN ${name('k.conrelid')} ELSE k.contypid::regtype::text END || '.' || quote_ident(k.conname),
          jsonb_build_object('type', k.contype, 'definition', pg_get_constraintdef(k.oid), 'validated', k.convalidated,
            'enforced', to_jsonb(k) -> 'conenforced', 'deferrable', k.condeferrable, 'deferred', k.condeferred,
            'local', k.conislocal, 'inherited', k.coninhcount, 'no inherit', CASE WHEN k.contype IN ('c', 'n') THEN k.connoinherit END,
            'of parent', k.conparentid <> 0, 'index', CASE WHEN k.conindid <> 0 AND k.contype <> 'f' THEN ${name('k.conindid')} END)
     FROM pg_constraint k
    WHERE k.contype <> 't' AND ${inUserSchema('k.connamespace')}`,

  `SELECT 'index ' || ${name('i.indexrelid')}, jsonb_build_object(
            'definition', pg_get_indexdef(i.indexrelid), 'valid', i.indisvalid, 'ready', i.indisready, 'live', i.indislive,
            'unique', i.indisunique, 'primary', i.indisprimary, 'exclusion', i.indisexclusion, 'immediate', i.indimmediate,
            'replica identity', i.indisreplident, 'clustered', i.indisclustered,
            'options', ${sorted('c.reloptions')}, 'tablespace', (SELECT spcname FROM pg_tablespace s WHERE s.oid = c.reltablespace),
            'parents', (SELECT jsonb_agg(${name('h.inhparent')}) FROM pg_inherits h WHERE h.inhrelid = i.indexrelid),
            'statistics', (SELECT jsonb_object_agg(a.attnum, a.attstattarget) FROM pg_attribute a
                            WHERE a.attrelid = i.indexrelid AND coalesce(a.attstattarget, -1) <> -1))
     FROM pg_index i
     JOIN pg_class c ON c.oid = i.indexrelid
    WHERE ${inUserSchema('c.relnamespace')}`,

  `SELECT 'sequence ' || ${name('s.seqrelid')}, jsonb_build_object(
            'type', s.seqtypid::regtype, 'start', s.seqstart, 'increment', s.seqincrement, 'minimum', s.seqmin, 'maximum', s.seqmax,
            'cache', s.seqcache, 'cycle', s.seqcycle,
            'owned by', (SELECT ${name('a.attrelid')} || '.' || quote_ident(a.attname) || CASE d.deptype WHEN 'i' THEN ' (identity)' ELSE '' END
                           FROM pg_depend d JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
                          WHERE d.classid = 'pg_class'::regclass AND d.objid = s.seqrelid AND d.refclassid = 'pg_class'::regclass
                            AND d.deptype IN ('a', 'i')))
     FROM pg_sequence s
     JOIN pg_class c ON c.oid = s.seqrelid
    WHERE ${inUserSchema('c.relnamespace')}`,

  `SELECT 'trigger ' || ${name('t.tgrelid')} || '.' || quote_ident(t.tgname), jsonb_build_object(
            'definition', pg_get_triggerdef(t.oid), 'enabled', t.tgenabled)
     FROM pg_trigger t
     JOIN pg_class c ON c.oid = t.tgrelid
    WHERE NOT t.tgisinternal AND ${inUserSchema('c.relnamespace')}`,

  `SELECT 'rule ' || ${name('r.ev_class')} || '.' || quote_ident(r.rulename), jsonb_build_object(
            'definition', pg_get_ruledef(r.oid), 'enabled', r.ev_enabled)
     FROM pg_rewrite r
     JOIN pg_class c ON c.oid = r.ev_class
    WHERE r.rulename <> '_RETURN' AND ${inUserSchema('c.relnamespace')}`,

  `SELECT 'policy ' || ${name('p.polrelid')} || '.' || quote_ident(p.polname), jsonb_build_object(
            'command', p.polcmd, 'permissive', p.polpermissive,
            'roles', (SELECT jsonb_agg(CASE role WHEN 0 THEN 'public' ELSE role::regrole::text END ORDER BY role) FROM unnest(p.polroles) AS role),
            'using', pg_get_expr(p.polqual, p.polrelid), 'check', pg_get_expr(p.polwithcheck, p.polrelid))
     FROM pg_policy p`,

  `SELECT 'statistics ' || quote_ident(n.nspname) || '.' || quote_ident(e.stxname), jsonb_build_object(
            'definition', pg_get_statisticsobjdef(e.oid), 'owner', e.stxowner::regrole,
            'target', nullif(to_jsonb(e) ->> 'stxstattarget', '-1'))
     FROM pg_statistic_ext e
     JOIN pg_namespace n ON n.oid = e.stxnamespace
    WHERE ${inUserSchema('n.oid')}`,

  // A table's row type and every type's array type come and go with them.
  `SELECT 'type ' || t.oid::regtype::text, jsonb_build_object(
            'kind', t.typtype, 'owner', t.typowner::regrole, 'grants', ${sorted('t.typacl')},
            'labels', (SELECT jsonb_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid),
            'base', CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END,
            'not null', t.typnotnull, 'default', t.typdefault,
            'collation', CASE WHEN t.typtype = 'd' THEN ${collation('t.typcollation')} END,
            'range of', (SELECT r.rngsubtype::regtype FROM pg_range r WHERE r.rngtypid = t.oid))
     FROM pg_type t
    WHERE t.typtype IN ('b', 'c', 'd', 'e', 'r') AND ${inUserSchema('t.typnamespace')} AND ${notOfExtension('pg_type', 't.oid')}
      AND NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = t.typrelid AND c.relkind <> 'c')
      AND NOT EXISTS (SELECT FROM pg_type element WHERE element.typarray = t.oid)`,

  `SELECT 'function ' || f.oid::regprocedure::text, jsonb_build_object(
            'kind', f.prokind, 'owner', f.proowner::regrole, 'grants', ${sorted('f.proacl')},
            'definition', CASE WHEN f.prokind <> 'a' THEN pg_get_functiondef(f.oid) END)
     FROM pg_proc f
    WHERE ${inUserSchema('f.pronamespace')} AND ${notOfExtension('pg_proc', 'f.oid')}`,

  `SELECT 'comment on ' || o.type || ' ' || o.identity, jsonb_build_object('text', d.description)
     FROM pg_description d, pg_identify_object(d.classoid, d.objoid, d.objsubid) o
    WHERE (d.objoid >= 16384 OR d.classoid = 'pg_namespace'::regclass AND ${inUserSchema('d.objoid')})
      AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = d.classoid AND e.objid = d.objoid AND e.deptype = 'e')
      AND d.classoid <> 'pg_extension'::regclass`,

  `SELECT 'dependency of ' || o.identity, jsonb_build_object('extensions', jsonb_agg(e.extname ORDER BY e.extname))
     FROM pg_depend d
     JOIN pg_extension e ON e.oid = d.refobjid,
          pg_identify_object(d.classid, d.objid, d.objsubid) o
    WHERE d.deptype = 'x'
    GROUP BY o.identity`,

  `SELECT 'extension ' || quote_ident(e.extname), jsonb_build_object('schema', e.extnamespace::regnamespace, 'version', e.extversion)
     FROM pg_extension e`,

  `SELECT 'publication ' || quote_ident(p.pubname), jsonb_build_object(
            'all tables', p.puballtables, 'insert', p.pubinsert, 'update', p.pubupdate, 'delete', p.pubdelete, 'truncate', p.pubtruncate,
            'tables', (SELECT jsonb_agg(to_jsonb(r) - 'oid' - 'prpubid' - 'prrelid' || jsonb_build_object('table', ${name('r.prrelid')})
                                        ORDER BY ${name('r.prrelid')})
                         FROM pg_publication_rel r WHERE r.prpubid = p.oid))
     FROM pg_publication p`,

  `SELECT 'default grants ' || a.defaclrole::regrole || ' ' || a.defaclnamespace::regnamespace || ' ' || a.defaclobjtype::text,
          jsonb_build_object('grants', ${sorted('a.defaclacl')})
     FROM pg_default_acl a`,

  `SELECT 'event trigger ' || quote_ident(t.evtname), jsonb_build_object(
            'event', t.evtevent, 'function', t.evtfoid::regprocedure, 'enabled', t.evtenabled, 'tags', ${sorted('t.evttags')})
     FROM pg_event_trigger t`,
]

const catalog = `${sections.join('\nUNION ALL\n')}\nORDER BY 1`

const tablesWithRows = `
  SELECT ${name('c.oid')} AS name, CASE c.relkind WHEN 'r' THEN 'ONLY ' ELSE '' END || ${name('c.oid')} AS source
    FROM pg_class c
   WHERE (c.relkind IN ('r', 'p') OR c.relkind = 'm' AND c.relispopulated) AND ${inUserSchema('c.relnamespace')}
     AND c.relpersistence <> 't'
   ORDER BY 1`
