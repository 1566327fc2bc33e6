import type { Query, Tenants, Traffic } from '../model/assessed'
import type { RelationName } from '../model/name'
import { nameParts, relationName } from '../model/name'
import type { Timeouts } from '../model/timeout'
import { readTimeout, timeoutOf } from '../model/timeout'
import type { ColumnSnapshot, ConstraintSnapshot, Counted, FunctionSnapshot, IndexSnapshot, PolicySnapshot, RuleSnapshot, Snapshot, TableSnapshot, TriggerSnapshot, TypeSnapshot, ViewSnapshot } from '../model/snapshot'
import { keyOptionsOf } from '../sql/key-options'
import { triggerCondition } from '../sql/trigger-condition'
import type { Settings, Surroundings } from './catalog'
import { Catalog } from './catalog'
import { inParentheses, partitionKeys, withoutParentheses } from './deparsed'
import { parseName } from './parse-name'
import { readType } from './read-type'
import type { Column, ColumnType, Constraint, Dependents, Policy, Publication, Routine, Rule, Size, Table, TableIndex, Trigger, UserType, View } from './relation'

/** The newest major version whose behaviour we know; also what we take a server to be that nobody names. */
export const newestVersion = 18
export const oldestVersion = 12

/**
 * The catalog before the first migration. Without a snapshot it knows nothing, and does not claim to.
 * `version` goes before the server's own; both are taken to the nearest version we know.
 */
export function catalogFromSnapshot(snapshot: Snapshot | undefined, version?: number): Catalog {
  const surroundings = surroundingsOf(snapshot, version)
  let catalog = Catalog.empty(surroundings)
  if (!snapshot) return catalog
  const names = new Names(snapshot, surroundings.searchPath)

  for (const [name, type] of named(snapshot.types)) catalog = catalog.withType(name, userType(type, names))
  for (const [name, routine] of named(snapshot.functions)) catalog = catalog.withRoutine(name, routineOf(routine))
  for (const [object, dependents] of dependentsOf(snapshot, names)) catalog = catalog.withDependents(object, dependents)
  const rows = rowsOfPartitioned(snapshot)
  const seconds = secondsCounted(snapshot, snapshot.activity?.countedSince)
  const queries = queriesOf(snapshot, names)
  const tenants = tenantsOf(snapshot)
  for (const [name, table] of named(snapshot.tables)) {
    catalog = catalog.with(tableOf(name, table, names, rows.get(name), { seconds, queries: queries.get(name), tenants: tenants.get(tenantKey(name, table)) }))
    for (const statistics of names.relations(table.statistics)) catalog = catalog.withStatistics(statistics, name)
  }
  catalog = catalog.withPublications(publicationsOf(snapshot))
  for (const [name, view] of named(snapshot.views)) {
    catalog = catalog.with({ kind: 'view', name, origin: 'snapshot', ...madeOf(view), ...(view.columns && { columns: view.columns.map((column) => columnOf(column, names)) }), reads: names.relations(view.reads), ...columnsRead(view.readsColumns), ...(view.groupsBy && { groupsBy: names.relations(view.groupsBy) }), triggers: triggersOf(view.triggers), rules: rulesOf(view.rules, names) })
  }
  for (const [name, { ownedBy, type, start, increment, minimum, maximum, cache, cycle, commented, grants }] of named(snapshot.sequences)) {
    const counts = start !== undefined && increment !== undefined && minimum !== undefined && maximum !== undefined && cache !== undefined ? { start, increment, minimum, maximum, cache, cycle: cycle ?? false } : undefined
    const table = ownedBy && parseName(ownedBy.table)
    catalog = catalog.with({ kind: 'sequence', name, origin: 'snapshot', ...(table && { ownedBy: { table, column: ownedBy.column } }), ...(counts && { counts }), ...(type !== undefined && { type: names.type(type).name }), ...(commented !== undefined && { commented }), ...(grants && { grants }) })
  }
  return catalog
}

/** A snapshot by hand may say of a table alone that it is published. */
function publicationsOf({ publications = {}, tables = {} }: Snapshot): readonly Publication[] {
  const unsaid = new Set(Object.values(tables).flatMap((table) => table.publications ?? []).filter((name) => publications[name] === undefined))
  return [...Object.entries(publications).map(([name, publication]) => ({ name, ...publication })), ...[...unsaid].map((name) => ({ name }))]
}

/** By `function public.shout`, whatever its arguments, and by `schema public` for all in it. */
function dependentsOf(snapshot: Snapshot, names: Names): ReadonlyMap<string, readonly Dependents[]> {
  const found = new Map<string, Dependents[]>()
  const add = (object: string, one: Dependents): void => void found.set(object, [...(found.get(object) ?? []), one])
  for (const [object, texts] of Object.entries(snapshot.dependents ?? {})) {
    const [, bare, listed] = /^((?:"(?:[^"]|"")*"|[^("])*)(?:\((.*)\))?$/s.exec(object) ?? [object, object]
    const relations = names.relations(texts)
    add(bare!, { relations, ...(listed !== undefined && { arguments: listed }) })
    const schema = /^(?:\w+ )+?(\w+|"(?:[^"]|"")+")\./.exec(bare!)?.[1]
    if (schema !== undefined) add(`schema ${schema}`, { relations })
  }
  return found
}

function surroundingsOf(snapshot: Snapshot | undefined, version: number | undefined): Surroundings {
  const settings = new Map(Object.entries(snapshot?.settings ?? {}).map(([name, value]) => [name.toLowerCase(), value]))
  const timeZone = settings.get('timezone')
  const timeouts = timeoutsOf(settings)
  const defaults: Settings = { searchPath: readSearchPath(settings.get('search_path')), ...(timeZone !== undefined && { timeZone }), ...(Object.keys(timeouts).length > 0 && { timeouts }) }
  return {
    version: Math.min(Math.max(version ?? majorVersion(snapshot?.serverVersion) ?? newestVersion, oldestVersion), newestVersion),
    ...defaults,
    ...(snapshot?.settings && { defaults }),
    complete: snapshot?.complete ?? false,
    sized: snapshot !== undefined,
    ...(snapshot?.dependents && { knowsDependents: true as const }),
    ...(snapshot?.extensions && { extensions: Object.keys(snapshot.extensions) }),
    ...(snapshot?.exemptRoles && { exemptRoles: snapshot.exemptRoles }),
    ...(snapshot?.members && { members: snapshot.members }),
    ...(snapshot?.eventTriggers && { eventTriggers: snapshot.eventTriggers.map(({ function: called, ...trigger }) => ({ ...trigger, ...(called !== undefined && { function: parseName(called) ?? relationName('public', called) }) })) }),
  }
}

function timeoutsOf(settings: ReadonlyMap<string, string>): Timeouts {
  const known = [...settings].flatMap(([setting, value]) => {
    const name = timeoutOf(setting)
    const ms = readTimeout(value)
    return name === undefined || ms === undefined ? [] : [[name, { ms, from: 'snapshot' as const }] as const]
  })
  return Object.fromEntries(known)
}

export function majorVersion(serverVersion: string | undefined): number | undefined {
  const major = Number.parseInt(serverVersion ?? '', 10)
  return Number.isNaN(major) ? undefined : major
}

/** `"$user"` is left out: a schema of the role's name is rare, and it is not known which role will run the migration. */
function readSearchPath(setting: string | undefined): readonly string[] {
  if (setting === undefined) return ['public']
  const schemas = [...setting.matchAll(/"((?:[^"]|"")*)"|([^\s,"]+)/g)].map((match) => match[1]?.replaceAll('""', '"') ?? match[2]!.toLowerCase())
  const path = schemas.filter((schema) => schema !== '$user' && schema !== '')
  return path.length > 0 ? path : ['public']
}

function* named<T>(record: Readonly<Record<string, T>> | undefined): Iterable<[RelationName, T]> {
  for (const [text, value] of Object.entries(record ?? {})) {
    const name = parseName(text)
    if (name) yield [name, value]
  }
}

/** Bare names of types, which a person writes and `format_type` prints for a type on the search path. */
class Names {
  readonly #types: ReadonlySet<RelationName>
  readonly #searchPath: readonly string[]

  constructor(snapshot: Snapshot, searchPath: readonly string[]) {
    this.#types = new Set([...named(snapshot.types)].map(([name]) => name))
    this.#searchPath = searchPath
  }

  relations(texts: readonly string[] | undefined): readonly RelationName[] {
    return (texts ?? []).flatMap((text) => parseName(text) ?? [])
  }

  /** A text that is no type's name is kept as a name that no type has. */
  type(text: string): ColumnType {
    const find = (name: string): RelationName | undefined => this.#searchPath.map((schema) => relationName(schema, name)).find((one) => this.#types.has(one))
    return readType(text, find) ?? { name: text.trim(), modifiers: [], dimensions: 0 }
  }
}

/** What the snapshot as a whole says of one table. */
interface Use {
  /** For how long its uses were counted. */
  readonly seconds: number | undefined
  readonly queries: readonly Query[] | undefined
  readonly tenants: Tenants | undefined
}

/** With triggers or rules of its own a view is more than its query. */
function madeOf({ owner, definition, emptied, options, commented, grants, triggers, rules }: ViewSnapshot): Pick<View, 'owner' | 'definition' | 'query' | 'options' | 'commented' | 'grants'> {
  const isQuery = definition !== undefined && !triggers?.length && !rules?.length
  const query = definition === undefined ? emptied !== undefined && { query: { sql: emptied, emptied: true as const } } : { query: { sql: definition } }
  return { ...(owner !== undefined && { owner }), ...(isQuery && { definition }), ...query, ...(options && { options }), ...(commented && { commented }), ...(grants && { grants }) }
}

function tableOf(name: RelationName, table: TableSnapshot, names: Names, rowsBelow: number | undefined, use: Use): Table {
  const { schema } = nameParts(name)
  const constraints = (table.constraints ?? []).map((constraint) => constraintOf(constraint, schema, table.indexes, names))
  const indexes = (table.indexes ?? []).map((index) => indexOf(index, schema))
  for (const constraint of constraints) {
    if (constraint.index && !indexes.some((index) => index.name === constraint.index)) indexes.push(carrier(constraint, constraint.index))
  }
  const keyed = new Set(constraints.filter((one) => one.type === 'primary-key').flatMap((one) => one.columns))
  const ofType = table.ofType === undefined ? undefined : parseName(table.ofType)
  const parent = table.partitionOf && parseName(table.partitionOf.parent)
  const size = sizeOf(table, rowsBelow)
  const partitionBy = table.partitionBy === undefined ? undefined : partitionKeys(table.partitionBy)
  return {
    kind: table.kind ?? (table.partitionBy ? 'partitioned table' : 'table'),
    name,
    origin: 'snapshot',
    persistence: table.persistence ?? 'permanent',
    ...(table.owner !== undefined && { owner: table.owner }),
    ...(table.grants && { grants: table.grants }),
    ...(table.rowSecurity && { rowSecurity: true }),
    ...(table.forcedRowSecurity && { forcedRowSecurity: true }),
    ...(table.policies && { policies: policiesOf(table.policies, names) }),
    ...(table.accessMethod !== undefined && { accessMethod: table.accessMethod }),
    ...(table.tablespace !== undefined && { tablespace: table.tablespace }),
    ...(table.options && { options: table.options }),
    ...(table.columns && { columns: table.columns.map((column) => columnOf(column, names, keyed.has(column.name))) }),
    constraints,
    indexes,
    complete: table.columns !== undefined && table.constraints !== undefined && table.indexes !== undefined,
    ...(size && { size }),
    ...(use.seconds !== undefined && table.counted && { traffic: trafficOf(table.counted, use.seconds) }),
    ...(use.queries && { queries: use.queries }),
    ...(use.tenants && { tenants: use.tenants }),
    ...(partitionBy && { partitionBy }),
    ...(parent && { partitionOf: { parent, bound: table.partitionOf!.bound } }),
    inherits: names.relations(table.inherits),
    ...(ofType && { ofType }),
    ...(table.replicaIdentity && { replicaIdentity: table.replicaIdentity }),
    ...(table.publications && { publications: table.publications }),
    triggers: triggersOf(table.triggers),
    rules: rulesOf(table.rules, names),
    ...(table.statistics && { statisticsDefinitions: Object.fromEntries(names.relations(table.statistics).map((one) => [one, table.statisticsDefinitions?.[one] ?? ''])) }),
    ...(table.columnUses && { columnUses: table.columnUses }),
    ...(table.filled !== undefined && { filled: table.filled }),
    reads: names.relations(table.reads),
    ...columnsRead(table.readsColumns),
    ...(table.groupsBy && { groupsBy: names.relations(table.groupsBy) }),
    ...(table.query !== undefined && { query: { sql: table.query, emptied: true as const } }),
  }
}

const triggersOf = (triggers: readonly TriggerSnapshot[] = []): readonly Trigger[] =>
  triggers.map(({ enabled, conditional: _, definition, function: called, ...trigger }) => ({ ...trigger, enabled: enabled ?? true, ...whenOf(definition), ...(called !== undefined && { function: parseName(called) ?? relationName('public', called) }) }))

function whenOf(definition: string | undefined): Pick<Trigger, 'when'> {
  const sql = definition === undefined ? undefined : triggerCondition(definition)
  return sql === undefined ? {} : { when: { sql, emptied: true } }
}

const rulesOf = (rules: readonly RuleSnapshot[] = [], names: Names): readonly Rule[] =>
  rules.flatMap(({ name, enabled, role, on, names: named, definition }) => (on === undefined ? [] : [{ name, enabled: enabled ?? true, ...(role && { role }), on, names: names.relations(named), ...(definition !== undefined && { definition, emptied: true as const }) }]))

const policiesOf = (policies: readonly PolicySnapshot[], names: Names): readonly Policy[] =>
  policies.map(({ names: named, restrictive, using, check, ...policy }) => ({ ...policy, names: names.relations(named), ...(restrictive && { restrictive: true as const }), ...(using !== undefined && { using: { sql: using, emptied: true } }), ...(check !== undefined && { check: { sql: check, emptied: true } }) }))

function routineOf({ volatility, kind, signatures, language, parameters, searchPath, body, inlines }: FunctionSnapshot): Routine {
  const variant = language === undefined ? [] : [{ language, frame: { kind: kind ?? ('function' as const), parameters: parameters ?? [] }, ...(searchPath !== undefined && { searchPath: readSearchPath(searchPath) }), ...(body !== undefined && { body }), emptied: true as const, ...(inlines && { inlines: true as const }) }]
  return { volatility, ...(kind === 'trigger' && { isTrigger: true }), ...(signatures && { signatures }), variants: variant }
}

const columnsRead = (read: TableSnapshot['readsColumns']): Pick<Table, 'readsColumns'> => (read ? { readsColumns: Object.fromEntries(named(read)) } : {})

function columnOf(column: ColumnSnapshot, names: Names, keyed = false): Column {
  const { type: _, notNull, ...rest } = column
  const serial = /^\s*(small|big)?serial[248]?\s*$/i.test(column.type)
  return { ...rest, type: names.type(column.type), notNull: notNull ?? (keyed || serial || column.identity !== undefined) }
}

/** Counters of less than this are of the moment, not of a usual day. */
const leastSeconds = 600

function secondsCounted({ takenAt }: Snapshot, since: string | undefined): number | undefined {
  const seconds = (Date.parse(takenAt ?? '') - Date.parse(since ?? '')) / 1000
  return seconds >= leastSeconds ? seconds : undefined
}

const trafficOf = ({ scans = 0, inserted = 0, updated = 0, deleted = 0 }: Counted, seconds: number): Traffic => ({ scansPerSecond: scans / seconds, changesPerSecond: (inserted + updated + deleted) / seconds })

/** SELECT … FOR UPDATE takes a lock that only the strongest stop, as any reader's (the page of locks), so it counts as a read. */
const changesRows = /^\s*(?:(?:insert|update|delete|merge)\b|with\b.*\b(?:insert\s+into|delete\s+from|merge\s+into|update\s+(?!of\b|nowait\b|skip\b)\S+\s+(?:\S+\s+)*?set)\b)/is

function queriesOf(snapshot: Snapshot, names: Names): ReadonlyMap<RelationName, readonly Query[]> {
  const byTable = new Map<RelationName, Query[]>()
  const seconds = secondsCounted(snapshot, snapshot.statementsSince)
  if (seconds === undefined) return byTable
  for (const { query, tables, calls } of [...(snapshot.statements ?? [])].sort((a, b) => b.calls - a.calls)) {
    const one: Query = { text: query, changes: changesRows.test(query), perSecond: calls / seconds }
    for (const name of names.relations(tables)) byTable.set(name, [...(byTable.get(name) ?? []), one])
  }
  return byTable
}

/** Fewer schemas with the same table are a copy, or chance. */
const leastTenants = 5

/** A table of the same name with other columns is another table. */
const tenantKey = (name: RelationName, { columns }: TableSnapshot): string => JSON.stringify([nameParts(name).name, columns?.map((column) => column.name)])

function tenantsOf({ tables = {} }: Snapshot): ReadonlyMap<string, Tenants> {
  const found = new Map<string, Tenants>()
  for (const [name, table] of named(tables)) {
    // The partitions of a table count with it.
    if (table.partitionOf || table.columns === undefined) continue
    const key = tenantKey(name, table)
    const { schemas, rows } = found.get(key) ?? { schemas: 0, rows: 0 }
    found.set(key, { schemas: schemas + 1, rows: rows + (table.rows ?? 0) })
  }
  return new Map([...found].filter(([, { schemas }]) => schemas >= leastTenants))
}

function sizeOf(table: TableSnapshot, rowsBelow: number | undefined): Size | undefined {
  // Of a table that was never analysed only this much is sure: no page, no row.
  const rows = table.rows ?? rowsBelow ?? (table.heapBytes === 0 && table.kind !== 'foreign table' && !table.partitionBy ? 0 : undefined)
  if (rows === undefined) return undefined
  const { shards = 1, nodes = 1 } = table.distributed ?? {}
  return { rows, ...(shards > 1 && { spread: { shards, nodes } }), ...(table.heapBytes !== undefined && { heapBytes: table.heapBytes }), ...(table.toastBytes !== undefined && { toastBytes: table.toastBytes }) }
}

/** A partitioned table has no rows of its own; what people mean by its rows are those of its partitions, if all of these are known. */
function rowsOfPartitioned(snapshot: Snapshot): ReadonlyMap<RelationName, number> {
  const below = new Map<RelationName, { readonly name: RelationName; readonly table: TableSnapshot }[]>()
  const partitioned: RelationName[] = []
  for (const [name, table] of named(snapshot.tables)) {
    if (table.partitionBy || table.kind === 'partitioned table') partitioned.push(name)
    const parent = table.partitionOf && parseName(table.partitionOf.parent)
    if (!parent) continue
    const list = below.get(parent)
    if (list) list.push({ name, table })
    else below.set(parent, [{ name, table }])
  }
  const totals = new Map<RelationName, number>()
  const total = (name: RelationName, above: readonly RelationName[]): number | undefined => {
    const partitions = below.get(name)
    if (!partitions || above.includes(name)) return undefined
    let sum = 0
    for (const partition of partitions) {
      const isParent = partition.table.partitionBy !== undefined || partition.table.kind === 'partitioned table'
      const rows = isParent ? (partition.table.rows ?? total(partition.name, [...above, name])) : sizeOf(partition.table, undefined)?.rows
      if (rows === undefined) return undefined
      sum += rows
    }
    return sum
  }
  for (const name of partitioned) {
    const sum = total(name, [])
    if (sum !== undefined) totals.set(name, sum)
  }
  return totals
}

/** Indexes live in their table's schema, and a snapshot may name them without it: what stands before a dot is that schema, or else a part of the name. */
function indexName(text: string, schema: string): RelationName {
  const full = parseName(text)
  return full !== undefined && text.includes('.') && nameParts(full).schema === schema ? full : relationName(schema, bare(text))
}

/** That of a partitioned table may be in another schema than its parts, and is named with it. */
const wholeName = (text: string, schema: string): RelationName => (/^(?:[^".]|"(?:[^"]|"")*")+$/.test(text) ? relationName(schema, bare(text)) : (parseName(text) ?? relationName(schema, text)))

const bare = (text: string): string => (text.startsWith('"') && text.endsWith('"') && text.length > 1 ? text.slice(1, -1).replaceAll('""', '"') : text)

function indexOf(index: IndexSnapshot, schema: string): TableIndex {
  const name = indexName(index.name, schema)
  return {
    name,
    shape: {
      name: nameParts(name).name,
      method: index.method ?? 'btree',
      keys: index.keys.map((key) => (key.startsWith('(') ? inParentheses(key) : key)),
      include: index.include ?? [],
      ...keyOptionsOf(index.definition),
      unique: index.unique ?? false,
      ...(index.predicate !== undefined && { predicate: withoutParentheses(index.predicate) }),
    },
    valid: index.valid ?? true,
    ...(index.replicaIdentity && { replicaIdentity: true }),
    ...(index.clustered && { clustered: true }),
    ...(index.commented && { commented: true }),
    ...(index.bytes !== undefined && { bytes: index.bytes }),
    ...(index.attachedTo !== undefined && { attachedTo: wholeName(index.attachedTo, schema) }),
    ...(index.definition !== undefined && { definition: index.definition }),
  }
}

function constraintOf(constraint: ConstraintSnapshot, schema: string, indexes: readonly IndexSnapshot[] | undefined, names: Names): Constraint {
  const { references, index, columns, validated, expression, ...rest } = constraint
  const [target] = names.relations(references === undefined ? [] : [references])
  const carried = constraint.type === 'unique' || constraint.type === 'primary-key' || constraint.type === 'exclude'
  // PostgreSQL gives a constraint's index the constraint's name, and keeps the two the same when either is renamed.
  const carries = carried ? indexName(index ?? indexes?.find((one) => one.name === constraint.name)?.name ?? constraint.name, schema) : undefined
  return { ...rest, columns: columns ?? [], validated: validated ?? true, ...(expression !== undefined && { expression: withoutParentheses(expression) }), ...(target && { references: target }), ...(carries && { index: carries }) }
}

const carrier = (constraint: Constraint, name: RelationName): TableIndex => ({
  name,
  shape: { name: nameParts(name).name, method: constraint.type === 'exclude' ? 'gist' : 'btree', keys: constraint.columns, include: [], unique: constraint.type !== 'exclude' },
  valid: true,
})

function userType(type: TypeSnapshot, names: Names): UserType {
  switch (type.kind) {
    case 'enum':
      return { kind: 'enum', labels: type.labels ?? [] }
    case 'domain':
      return {
        kind: 'domain',
        base: names.type(type.base),
        notNull: type.notNull ?? false,
        checks: (type.checks ?? []).map((check) => ({ ...check, expression: withoutParentheses(check.expression), validated: check.validated ?? true })),
        ...(type.default !== undefined && { default: type.default }),
      }
    case 'composite':
      return { kind: 'composite', ...(type.attributes && { attributes: type.attributes.map((one) => ({ name: one.name, type: names.type(one.type) })) }) }
    default:
      return { kind: type.kind }
  }
}
