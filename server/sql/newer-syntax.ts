import type { Span } from '../model/span'
import { newerNames } from './newer-names'
import type { Slice, Source } from './source'

// What PostgreSQL has learnt to read since the oldest version we know, each with the release that brought it.
// `test/witness/newer.json` holds a statement for each, and what the servers of that release and of the one before answered.

/** Something in a statement that older servers refuse. */
export interface NewerSyntax {
  /** As in the manual: `NULLS NOT DISTINCT`; of a name, what it is of: `the function uuidv7`. */
  readonly what: string
  /** Major version. */
  readonly since: number
  readonly span: Span
  /** A call, which a function of the user's own may answer on any version. */
  readonly calls?: string
}

type Body = Readonly<Record<string, unknown>>

interface Fact {
  readonly what: string
  readonly since: number
  /** Of a node of this tag, or under a field of this name where the grammar leaves its tag out. */
  readonly of: string
  readonly is: (body: Body, around: Around) => boolean
  /** The words to underline, where they are not those of `what`. */
  readonly words?: string
  /** To older servers it is a call of a function so named. */
  readonly calls?: string
}

interface Around {
  /** The tag of the statement, the innermost where one is inside another. */
  readonly statement: string
  /** The text of the whole. */
  readonly sql: string
  readonly source: Source
}

const has = (field: string) => (body: Body) => body[field] !== undefined
const equals = (field: string, value: unknown) => (body: Body) => body[field] === value
const always = () => true
const constraint = (kind: string, is: (body: Body, around: Around) => boolean) => (body: Body, around: Around) => body['contype'] === kind && is(body, around)
const action = (subtype: string, is: (body: Body, around: Around) => boolean = always) => (body: Body, around: Around) => body['subtype'] === subtype && is(body, around)
const list = (value: unknown): readonly Body[] => (Array.isArray(value) ? (value as readonly Body[]) : [])
const inner = (value: unknown, tag: string): Body => ((value as Body | undefined)?.[tag] ?? {}) as Body
const textOf = (value: unknown): unknown => inner(value, 'String')['sval']

const facts: readonly Fact[] = [
  { what: 'DROP EXPRESSION', since: 13, of: 'AlterTableCmd', is: action('AT_DropExpression') },
  { what: 'WITH TIES', since: 13, of: 'SelectStmt', is: equals('limitOption', 'LIMIT_OPTION_WITH_TIES') },
  { what: 'ALTER VIEW … RENAME COLUMN', since: 13, of: 'RenameStmt', is: (body) => body['renameType'] === 'OBJECT_COLUMN' && body['relationType'] === 'OBJECT_VIEW', words: 'RENAME' },
  { what: 'ALTER TYPE … SET', since: 13, of: 'AlterTypeStmt', is: always, words: 'SET' },
  { what: 'ALTER STATISTICS … SET STATISTICS', since: 13, of: 'AlterStatsStmt', is: always, words: 'SET STATISTICS' },
  { what: 'operator class parameters', since: 13, of: 'IndexElem', is: has('opclassopts') },
  { what: 'NO DEPENDS ON EXTENSION', since: 13, of: 'AlterObjectDependsStmt', is: equals('remove', true) },

  { what: 'DETACH PARTITION … CONCURRENTLY', since: 14, of: 'PartitionCmd', is: equals('concurrent', true), words: 'CONCURRENTLY' },
  { what: 'DETACH PARTITION … FINALIZE', since: 14, of: 'AlterTableCmd', is: action('AT_DetachPartitionFinalize'), words: 'FINALIZE' },
  { what: 'CREATE OR REPLACE TRIGGER', since: 14, of: 'CreateTrigStmt', is: equals('replace', true), words: 'OR REPLACE' },
  { what: 'COMPRESSION', since: 14, of: 'ColumnDef', is: has('compression') },
  { what: 'SET COMPRESSION', since: 14, of: 'AlterTableCmd', is: action('AT_SetCompression') },
  { what: 'INCLUDING COMPRESSION', since: 14, of: 'TableLikeClause', is: (body) => !isOfEverything(body) && isWithCompression(body) },
  { what: 'EXCLUDING COMPRESSION', since: 14, of: 'TableLikeClause', is: (body) => isOfEverything(body) && !isWithCompression(body) },
  { what: 'REINDEX (CONCURRENTLY)', since: 14, of: 'ReindexStmt', is: (_, { sql }) => /^\s*reindex\s*\([^)]*\bconcurrently\b/i.test(sql), words: 'CONCURRENTLY' },
  { what: 'CLUSTER (VERBOSE)', since: 14, of: 'ClusterStmt', is: (body, { sql }) => has('params')(body) && /^\s*cluster\s*\(/i.test(sql), words: 'VERBOSE' },
  { what: 'statistics on expressions', since: 14, of: 'StatsElem', is: has('expr') },
  { what: 'OUT parameters of a procedure', since: 14, of: 'CreateFunctionStmt', is: (body) => body['is_procedure'] === true && list(body['parameters']).some((one) => inner(one, 'FunctionParameter')['mode'] === 'FUNC_PARAM_OUT'), words: 'OUT' },
  { what: 'a function body in standard SQL', since: 14, of: 'CreateFunctionStmt', is: has('sql_body') },
  { what: 'GROUP BY DISTINCT', since: 14, of: 'SelectStmt', is: equals('groupDistinct', true) },
  { what: 'SEARCH', since: 14, of: 'CommonTableExpr', is: has('search_clause') },
  { what: 'CYCLE', since: 14, of: 'CommonTableExpr', is: has('cycle_clause') },
  { what: 'an alias behind USING', since: 14, of: 'JoinExpr', is: has('join_using_alias') },
  { what: 'INCLUDE in an SP-GiST index', since: 14, of: 'IndexStmt', is: (body) => body['accessMethod'] === 'spgist' && has('indexIncludingParams')(body), words: 'INCLUDE' },
  { what: 'ALTER SUBSCRIPTION … ADD PUBLICATION', since: 14, of: 'AlterSubscriptionStmt', is: equals('kind', 'ALTER_SUBSCRIPTION_ADD_PUBLICATION'), words: 'ADD PUBLICATION' },
  { what: 'ALTER SUBSCRIPTION … DROP PUBLICATION', since: 14, of: 'AlterSubscriptionStmt', is: equals('kind', 'ALTER_SUBSCRIPTION_DROP_PUBLICATION'), words: 'DROP PUBLICATION' },
  { what: 'INDEX_CLEANUP AUTO', since: 14, of: 'DefElem', is: (body, { statement }) => statement === 'VacuumStmt' && body['defname'] === 'index_cleanup' && textOf(body['arg']) === 'auto' },

  { what: 'NULLS NOT DISTINCT', since: 15, of: 'IndexStmt', is: equals('nulls_not_distinct', true) },
  { what: 'NULLS NOT DISTINCT', since: 15, of: 'Constraint', is: equals('nulls_not_distinct', true) },
  { what: 'MERGE', since: 15, of: 'MergeStmt', is: always },
  { what: 'SET ACCESS METHOD', since: 15, of: 'AlterTableCmd', is: action('AT_SetAccessMethod', has('name')) },
  { what: 'ON DELETE SET NULL (columns)', since: 15, of: 'Constraint', is: (body) => has('fk_del_set_cols')(body) && body['fk_del_action'] === 'n', words: 'SET NULL' },
  { what: 'ON DELETE SET DEFAULT (columns)', since: 15, of: 'Constraint', is: (body) => has('fk_del_set_cols')(body) && body['fk_del_action'] === 'd', words: 'SET DEFAULT' },
  { what: 'UNLOGGED SEQUENCE', since: 15, of: 'CreateSeqStmt', is: (body) => (body['sequence'] as Body | undefined)?.['relpersistence'] === 'u' },
  { what: 'ALTER SEQUENCE … SET LOGGED', since: 15, of: 'AlterTableStmt', is: (body) => body['objtype'] === 'OBJECT_SEQUENCE' && actionsOf(body).includes('AT_SetLogged'), words: 'SET LOGGED' },
  { what: 'ALTER SEQUENCE … SET UNLOGGED', since: 15, of: 'AlterTableStmt', is: (body) => body['objtype'] === 'OBJECT_SEQUENCE' && actionsOf(body).includes('AT_SetUnLogged'), words: 'SET UNLOGGED' },
  { what: 'TABLES IN SCHEMA', since: 15, of: 'PublicationObjSpec', is: (body) => String(body['pubobjtype']).startsWith('PUBLICATIONOBJ_TABLES_IN') },
  { what: 'the rows of a publication', since: 15, of: 'pubtable', is: has('whereClause'), words: 'WHERE' },
  { what: 'TABLE said again in a publication', since: 15, of: 'relation', is: (body, around) => around.statement.endsWith('PublicationStmt') && isTableSaidAgain(body, around), words: 'TABLE' },
  { what: 'the columns of a publication', since: 15, of: 'pubtable', is: has('columns') },
  { what: 'ALTER SUBSCRIPTION … SKIP', since: 15, of: 'AlterSubscriptionStmt', is: equals('kind', 'ALTER_SUBSCRIPTION_SKIP'), words: 'SKIP' },
  { what: 'ALTER DATABASE … REFRESH COLLATION VERSION', since: 15, of: 'AlterDatabaseRefreshCollStmt', is: always, words: 'REFRESH COLLATION VERSION' },
  { what: 'HEADER MATCH', since: 15, of: 'DefElem', is: (body, { statement }) => statement === 'CopyStmt' && body['defname'] === 'header' && textOf(body['arg']) === 'match' },
  { what: 'HEADER of the text format', since: 15, of: 'CopyStmt', is: (body) => optionsOf(body).some(({ defname, arg }) => defname === 'header' && !['false', 'off', '0'].includes(String(textOf(arg)))) && !optionsOf(body).some(({ defname, arg }) => defname === 'format' && textOf(arg) !== 'text'), words: 'HEADER' },
  { what: 'GRANT ON PARAMETER', since: 15, of: 'GrantStmt', is: equals('objtype', 'OBJECT_PARAMETER_ACL'), words: 'ON PARAMETER' },
  { what: 'a negative scale of numeric', since: 15, of: 'typeName', is: (body) => list(body['names']).some((one) => textOf(one) === 'numeric') && scaleOf(body) < 0, words: 'NUMERIC' },

  { what: 'STORAGE in the definition of a column', since: 16, of: 'ColumnDef', is: has('storage_name'), words: 'STORAGE' },
  ...['JsonObjectConstructor', 'JsonArrayConstructor', 'JsonArrayQueryConstructor', 'JsonObjectAgg', 'JsonArrayAgg'].map((of): Fact => ({ what: `the SQL/JSON constructor ${sqlJson(of)}`, since: 16, of, is: always, words: sqlJson(of), calls: sqlJson(of).toLowerCase() })),
  { what: 'IS JSON', since: 16, of: 'JsonIsPredicate', is: always },
  { what: 'a subquery in FROM without an alias', since: 16, of: 'RangeSubselect', is: (body) => !has('alias')(body) },
  { what: 'CREATE STATISTICS without a name', since: 16, of: 'CreateStatsStmt', is: (body) => !has('defnames')(body), words: 'STATISTICS' },
  { what: 'GRANT … WITH INHERIT', since: 16, of: 'DefElem', is: (body, { statement }) => statement === 'GrantRoleStmt' && body['defname'] === 'inherit', words: 'INHERIT' },
  { what: 'GRANT … WITH SET', since: 16, of: 'DefElem', is: (body, { statement }) => statement === 'GrantRoleStmt' && body['defname'] === 'set', words: 'SET' },

  { what: 'SET EXPRESSION', since: 17, of: 'AlterTableCmd', is: action('AT_SetExpression') },
  { what: 'SET STATISTICS DEFAULT', since: 17, of: 'AlterTableCmd', is: action('AT_SetStatistics', (body) => !has('def')(body)) },
  { what: 'SET ACCESS METHOD DEFAULT', since: 17, of: 'AlterTableCmd', is: action('AT_SetAccessMethod', (body) => !has('name')(body)) },
  { what: 'MERGE … RETURNING', since: 17, of: 'MergeStmt', is: has('returningClause'), words: 'RETURNING' },
  { what: 'WHEN NOT MATCHED BY SOURCE', since: 17, of: 'MergeWhenClause', is: equals('matchKind', 'MERGE_WHEN_NOT_MATCHED_BY_SOURCE') },
  { what: 'JSON_TABLE', since: 17, of: 'JsonTable', is: always },
  { what: 'JSON_EXISTS', since: 17, of: 'JsonFuncExpr', is: equals('op', 'JSON_EXISTS_OP'), calls: 'json_exists' },
  { what: 'JSON_QUERY', since: 17, of: 'JsonFuncExpr', is: equals('op', 'JSON_QUERY_OP'), calls: 'json_query' },
  { what: 'JSON_VALUE', since: 17, of: 'JsonFuncExpr', is: equals('op', 'JSON_VALUE_OP'), calls: 'json_value' },
  { what: 'JSON_SCALAR', since: 17, of: 'JsonScalarExpr', is: always, calls: 'json_scalar' },
  { what: 'JSON_SERIALIZE', since: 17, of: 'JsonSerializeExpr', is: always, calls: 'json_serialize' },
  { what: 'FORCE_NULL *', since: 17, of: 'DefElem', is: (body, { statement }) => statement === 'CopyStmt' && body['defname'] === 'force_null' && (body['arg'] as Body | undefined)?.['A_Star'] !== undefined, words: 'FORCE_NULL' },
  { what: 'FORCE_NOT_NULL *', since: 17, of: 'DefElem', is: (body, { statement }) => statement === 'CopyStmt' && body['defname'] === 'force_not_null' && (body['arg'] as Body | undefined)?.['A_Star'] !== undefined, words: 'FORCE_NOT_NULL' },
  { what: 'AT LOCAL', since: 17, of: 'FuncCall', is: (body) => body['funcformat'] === 'COERCE_SQL_SYNTAX' && list(body['args']).length === 1 && textOf(list(body['funcname']).at(-1)) === 'timezone' },
  { what: 'the privilege MAINTAIN', since: 17, of: 'AccessPriv', is: equals('priv_name', 'maintain'), words: 'MAINTAIN' },
  { what: 'event triggers on login', since: 17, of: 'CreateEventTrigStmt', is: equals('eventname', 'login'), words: 'LOGIN' },

  { what: 'a virtual generated column', since: 18, of: 'Constraint', is: constraint('CONSTR_GENERATED', equals('generated_kind', 'v')), words: 'GENERATED' },
  { what: 'NOT NULL as a constraint of the table', since: 18, of: 'Constraint', is: constraint('CONSTR_NOTNULL', has('keys')), words: 'NOT NULL' },
  { what: 'NOT NULL … NO INHERIT', since: 18, of: 'Constraint', is: constraint('CONSTR_NOTNULL', (body) => body['is_no_inherit'] === true && !has('keys')(body)), words: 'NO INHERIT' },
  { what: 'NOT ENFORCED', since: 18, of: 'Constraint', is: (body) => ['CONSTR_CHECK', 'CONSTR_FOREIGN'].includes(String(body['contype'])) && body['is_enforced'] !== true },
  { what: 'NOT ENFORCED', since: 18, of: 'Constraint', is: constraint('CONSTR_ATTR_NOT_ENFORCED', always) },
  { what: 'ENFORCED', since: 18, of: 'Constraint', is: constraint('CONSTR_ATTR_ENFORCED', always) },
  { what: 'ALTER CONSTRAINT … ENFORCED', since: 18, of: 'ATAlterConstraint', is: equals('alterEnforceability', true), words: 'ENFORCED' },
  { what: 'ALTER CONSTRAINT … INHERIT', since: 18, of: 'ATAlterConstraint', is: equals('alterInheritability', true), words: 'INHERIT' },
  { what: 'WITHOUT OVERLAPS', since: 18, of: 'Constraint', is: equals('without_overlaps', true) },
  { what: 'PERIOD', since: 18, of: 'Constraint', is: equals('fk_with_period', true) },
  { what: 'RETURNING WITH (OLD AS …)', since: 18, of: 'returningClause', is: has('options'), words: 'RETURNING' },
  { what: 'VACUUM ONLY', since: 18, of: 'VacuumRelation', is: (body, { sql }) => has('relation')(body) && (body['relation'] as Body)['inh'] !== true && /^\s*vacuum\b/i.test(sql), words: 'ONLY' },
  { what: 'ANALYZE ONLY', since: 18, of: 'VacuumRelation', is: (body, { sql }) => has('relation')(body) && (body['relation'] as Body)['inh'] !== true && /^\s*analy[sz]e\b/i.test(sql), words: 'ONLY' },
  { what: 'LIKE in the definition of a foreign table', since: 18, of: 'TableLikeClause', is: (_, { statement }) => statement === 'CreateForeignTableStmt', words: 'LIKE' },
  { what: 'default privileges on large objects', since: 18, of: 'action', is: (body) => body['targtype'] === 'ACL_TARGET_DEFAULTS' && body['objtype'] === 'OBJECT_LARGEOBJECT', words: 'LARGE OBJECTS' },
]

/** Options in parentheses, by the statement that takes them: `VACUUM (PARALLEL 4)`. */
const options: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  VacuumStmt: { parallel: 13, process_toast: 14, process_main: 16, skip_database_stats: 16, only_database_stats: 16, buffer_usage_limit: 16 },
  CopyStmt: { default: 16, on_error: 17, log_verbosity: 17, reject_limit: 18 },
  ExplainStmt: { wal: 13, generic_plan: 16, serialize: 17, memory: 17 },
  ReindexStmt: { tablespace: 14 },
  CreatedbStmt: { locale: 13, locale_provider: 15, icu_locale: 15, strategy: 15, collation_version: 15, oid: 15, icu_rules: 16, builtin_locale: 17 },
  DropdbStmt: { force: 13 },
  CreatePublicationStmt: { publish_via_partition_root: 13, publish_generated_columns: 18 },
  CreateSubscriptionStmt: { binary: 14, streaming: 14, two_phase: 15, disable_on_error: 15, origin: 16, password_required: 16, run_as_owner: 16, failover: 17 },
  CreateRangeStmt: { multirange_type_name: 14 },
  CreateStmt: { autovacuum_vacuum_insert_threshold: 13, autovacuum_vacuum_insert_scale_factor: 13, autovacuum_vacuum_max_threshold: 18, vacuum_max_eager_freeze_failure_rate: 18 },
  AlterTableStmt: { autovacuum_vacuum_insert_threshold: 13, autovacuum_vacuum_insert_scale_factor: 13, autovacuum_vacuum_max_threshold: 18, vacuum_max_eager_freeze_failure_rate: 18, security_invoker: 15, deduplicate_items: 13 },
  IndexStmt: { deduplicate_items: 13 },
  ViewStmt: { security_invoker: 15 },
}

const withParameters = ['CreateStmt', 'AlterTableStmt', 'IndexStmt', 'ViewStmt', 'CreatePublicationStmt', 'CreateSubscriptionStmt', 'CreateRangeStmt']
const optionWords = (statement: string, name: string): string => (withParameters.includes(statement) ? `the parameter ${name}` : `the option ${name.toUpperCase()}`)

/** All that is known but for functions, types and settings, which servers list themselves. */
export const newerFacts: readonly { readonly what: string; readonly since: number }[] = [
  ...facts.map(({ what, since }) => ({ what, since })),
  ...Object.entries(options).flatMap(([statement, names]) => Object.entries(names).map(([name, since]) => ({ what: optionWords(statement, name), since }))),
  { what: 'OLD and NEW in RETURNING', since: 18 },
]

/** CREATE_TABLE_LIKE_COMPRESSION (src/include/nodes/parsenodes.h). */
const isWithCompression = (body: Body): boolean => (Number(body['options']) & 2) !== 0

/** INCLUDING ALL sets every bit, and of those that mean nothing EXCLUDING clears none. */
const isOfEverything = (body: Body): boolean => (Number(body['options']) & 0x40000000) !== 0

const actionsOf = (body: Body): readonly unknown[] => list(body['cmds']).map((one) => inner(one, 'AlterTableCmd')['subtype'])
const optionsOf = (body: Body): readonly Body[] => list(body['options']).map((one) => inner(one, 'DefElem'))
const scaleOf = (body: Body): number => Number((inner(list(body['typmods'])[1], 'A_Const')['ival'] as Body | undefined)?.['ival'] ?? 0)

function sqlJson(node: string): string {
  return { JsonObjectConstructor: 'JSON_OBJECT', JsonArrayConstructor: 'JSON_ARRAY', JsonArrayQueryConstructor: 'JSON_ARRAY', JsonObjectAgg: 'JSON_OBJECTAGG', JsonArrayAgg: 'JSON_ARRAYAGG' }[node]!
}

type Note = (what: string, since: number, words: string, body: Body, calls?: string) => void
type Look = (body: Body, around: Around, note: Note) => void

/** What is looked at in a node, by the key under which the node stands. */
const looksAt = new Map<string, Look[]>()
const lookAt = (key: string, look: Look): void => void looksAt.set(key, [...(looksAt.get(key) ?? []), look])

for (const { what, since, of, is, words = what, calls } of facts) {
  lookAt(of, (body, around, note) => {
    if (is(body, around)) note(what, since, words, body, calls)
  })
}

lookAt('DefElem', (body, { statement }, note) => {
  const name = String(body['defname'])
  const names = options[statement]
  const since = names && Object.hasOwn(names, name) ? names[name] : undefined
  if (since !== undefined) note(optionWords(statement, name), since, name, body)
})

lookAt('FuncCall', (body, _, note) => {
  // With a schema it is the parser's own name for what older servers know by another: EXTRACT, SIMILAR TO.
  const names = list(body['funcname'])
  const name = names.length === 1 ? String(textOf(names[0])) : ''
  const since = newerNames().functions.get(name)
  if (since !== undefined) note(`the function ${name}`, since, name, body, name)
})

for (const key of ['typeName', 'TypeName']) {
  lookAt(key, (body, _, note) => {
    const name = String(textOf(list(body['names']).at(-1)))
    const since = newerNames().types.get(name)
    if (since !== undefined) note(`the type ${name}`, since, name, body)
  })
}

for (const key of ['VariableSetStmt', 'setstmt']) {
  lookAt(key, (body, _, note) => {
    const name = String(body['name']).toLowerCase()
    const since = newerNames().settings.get(name)
    if (since !== undefined) note(`the setting ${name}`, since, name, body)
  })
}

lookAt('returningClause', (body, { source }, note) => {
  if (oldOrNew(body, source.sql)) note('OLD and NEW in RETURNING', 18, 'RETURNING', body)
})

/** Everything in the statement that some version we know has not learnt yet, in the order of the text; each once. */
export function newerSyntax(source: Source, node: unknown, slice: Slice): readonly NewerSyntax[] {
  const found = new Map<string, NewerSyntax>()
  const note: Note = (what, since, words, body, calls) => {
    if (found.has(what)) return
    found.set(what, { what, since, span: spanOf(source, slice, words, body['location']), ...(calls !== undefined && { calls }) })
  }
  // Walks through every tree that is read, so it makes nothing on its way.
  const walk = (value: object, around: Around): void => {
    for (const key in value) {
      const body = (value as Body)[key]
      if (typeof body !== 'object' || body === null) continue
      if (Array.isArray(body)) {
        for (const one of body) if (typeof one === 'object' && one !== null) walk(one as object, around)
        continue
      }
      const inside = key.endsWith('Stmt') ? { ...around, statement: key } : around
      const looks = looksAt.get(key)
      if (looks) for (const look of looks) look(body as Body, inside, note)
      walk(body, inside)
    }
  }
  if (typeof node === 'object' && node !== null) walk(node, { statement: '', sql: source.sql.slice(source.span(slice).start), source })
  return found.size === 0 ? [] : [...found.values()].sort((a, b) => a.span.start - b.span.start)
}

/** `TABLE a, TABLE b`, which older servers write `TABLE a, b`; the body is that of a table. */
function isTableSaidAgain(body: Body, { source: { tokens } }: Around): boolean {
  let before = tokens.at(Number(body['location'])) - 1
  while (tokens.sign(before) === '(' || tokens.word(before) === 'only') before--
  return tokens.word(before) === 'table' && tokens.sign(before - 1) === ','
}

/** A column of OLD or NEW where no table of the statement is called so. */
function oldOrNew(body: Body, sql: string): boolean {
  let uses = false
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || uses) return
    const fields = list(inner(value, 'ColumnRef')['fields'])
    if (fields.length === 2 && ['old', 'new'].includes(String(textOf(fields[0])))) uses = true
    for (const one of Object.values(value)) walk(one)
  }
  walk(body['exprs'])
  // The words stand before RETURNING too where a table or an alias has the name.
  const before = sql.slice(0, sql.search(/\breturning\b/i))
  return uses && !/\b(old|new)\b/i.test(before)
}

/** The words, the nearest to the node where they stand more than once; the whole statement where they do not stand in it. */
function spanOf(source: Source, slice: Slice, words: string, location: unknown): Span {
  const { tokens } = source
  const wanted = words.toLowerCase().split(' ')
  const starts: number[] = []
  for (let at = slice.from; at + wanted.length <= slice.to; at++) {
    if (wanted.every((word, index) => tokens.word(at + index) === word)) starts.push(at)
  }
  if (starts.length === 0) return source.span(slice)
  const near = typeof location === 'number' ? tokens.at(location) : slice.from
  const [nearest] = starts.sort((a, b) => Math.abs(a - near) - Math.abs(b - near))
  return source.span({ from: nearest!, to: nearest! + wanted.length })
}
