import { partitionKeys } from '../catalog/deparsed'
import { parseName } from '../catalog/parse-name'
import { readType } from '../catalog/read-type'
import { migrationTools } from '../model/snapshot'
import type { Snapshot } from '../model/snapshot'

/** A snapshot, or one sentence that says what is wrong with it and where. */
export type Loaded = { readonly snapshot: Snapshot; readonly problem?: undefined } | { readonly problem: string; readonly snapshot?: undefined }

export const snapshotVersion = 1

/**
 * Reads the text of a snapshot file and checks every part that we know of.
 * Properties that we do not know are let be: they are a newer Lockscope's additions, or notes.
 */
export function readSnapshot(text: string): Loaded {
  let value: unknown
  try {
    value = JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text)
  } catch (error) {
    return { problem: text.trim() === '' ? 'The snapshot is empty.' : `The snapshot is not JSON: ${onOneLine((error as Error).message).replace(/\.?$/, '.')}` }
  }
  if (!isRecord(value)) return { problem: `A snapshot is an object such as {"version":1,"tables":{"orders":{"rows":52000000}}}, not ${describe(value)}.` }
  const { version } = value
  if (version === undefined) return { problem: `The snapshot does not say its format; add "version": ${snapshotVersion}.` }
  if (typeof version === 'number' && Number.isInteger(version) && version > snapshotVersion) return { problem: `The snapshot is newer than this Lockscope knows (version ${version}); update Lockscope.` }
  if (version !== snapshotVersion) return { problem: `"version" of the snapshot must be ${snapshotVersion}, not ${describe(version)}.` }
  const problem = snapshot(value, '')
  return problem === undefined ? { snapshot: value as unknown as Snapshot } : { problem: `${problem}.` }
}

/** Node shows the text around the mistake, with its line breaks. */
const onOneLine = (message: string): string => message.replaceAll(/[\s\p{Cc}]+/gu, ' ')

/** What is wrong with the value at this path, as a sentence without its full stop. */
type Check = (value: unknown, path: string) => string | undefined

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

function describe(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'an object'
  return typeof value === 'string' ? `the text ${quoted(value)}` : JSON.stringify(value)
}

/** As much of a text as a sentence has room for. */
function quoted(value: string): string {
  const text = JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 57)}…"` : text
}

const wrong = (path: string, expected: string, value: unknown): string => `${path || 'The snapshot'} must be ${expected}, not ${describe(value)}`

const at = (path: string, key: string): string => (/^[A-Za-z_$][\w$]*$/.test(key) ? (path === '' ? key : `${path}.${key}`) : `${path}[${quoted(key)}]`)

const test =
  (expected: string, accepts: (value: unknown) => boolean): Check =>
  (value, path) =>
    accepts(value) ? undefined : wrong(path, expected, value)

const text = test('a text', (value) => typeof value === 'string')
const flag = test('true or false', (value) => typeof value === 'boolean')
const number = test('a number', (value) => typeof value === 'number')
const count = test('a number, 0 or more', (value) => typeof value === 'number' && value >= 0 && Number.isFinite(value))
const positive = test('a number above 0', (value) => typeof value === 'number' && value > 0 && Number.isFinite(value))
const fraction = test('a number from 0 to 1', (value) => typeof value === 'number' && value >= 0 && value <= 1)
const date = test('a time in ISO 8601, such as 2026-03-01T12:00:00Z', (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value)))
const name = test('the name of a relation, such as orders, sales.orders or sales."Order Items"', (value) => typeof value === 'string' && parseName(value) !== undefined)
const typeText = test('a type, such as bigint or character varying(50)', (value) => typeof value === 'string' && readType(value) !== undefined)

const oneOf = (...values: readonly string[]): Check => test(`one of ${values.map((value) => JSON.stringify(value)).join(', ')}`, (value) => values.includes(value as string))

const listOf =
  (check: Check): Check =>
  (value, path) => {
    if (!Array.isArray(value)) return wrong(path, 'a list', value)
    for (const [index, item] of value.entries()) {
      const problem = check(item, `${path}[${index}]`)
      if (problem !== undefined) return problem
    }
    return undefined
  }

/** `keys` is what the keys have to be; absent: anything. */
const recordOf =
  (check: Check, keys?: (key: string) => boolean): Check =>
  (value, path) => {
    if (!isRecord(value)) return wrong(path, 'an object', value)
    for (const [key, item] of Object.entries(value)) {
      if (keys && !keys(key)) return `${quoted(key)} in ${path} is not a name, such as orders, sales.orders or sales."Order Items"`
      const problem = check(item, at(path, key))
      if (problem !== undefined) return problem
    }
    return undefined
  }

const object =
  (properties: Readonly<Record<string, Check>>, required: readonly string[] = []): Check =>
  (value, path) => {
    if (!isRecord(value)) return wrong(path, 'an object', value)
    for (const key of required) if (value[key] === undefined) return `${path} has no "${key}"`
    for (const [key, check] of Object.entries(properties)) {
      if (value[key] === undefined) continue
      const problem = check(value[key], at(path, key))
      if (problem !== undefined) return problem
    }
    return undefined
  }

const isName = (key: string): boolean => parseName(key) !== undefined

const grants = listOf(object({ to: text, privileges: listOf(text), grantable: flag }, ['privileges']))

const column = object(
  {
    name: text,
    type: typeText,
    notNull: flag,
    default: text,
    generated: oneOf('stored', 'virtual'),
    identity: oneOf('always', 'by default'),
    collation: text,
    statisticsTarget: count,
    options: recordOf(text),
    commented: flag,
    grants,
    local: flag,
    averageWidth: count,
    nullFraction: fraction,
    distinct: number,
    mostCommonFraction: fraction,
    leastCommonFraction: fraction,
    correlation: test('a number from -1 to 1', (value) => typeof value === 'number' && value >= -1 && value <= 1),
  },
  ['name', 'type'],
)

const index = object(
  { name: text, method: text, keys: listOf(text), include: listOf(text), unique: flag, predicate: text, valid: flag, replicaIdentity: flag, clustered: flag, commented: flag, bytes: count, attachedTo: text, definition: text },
  ['name', 'keys'],
)

const action = oneOf('restrict', 'cascade', 'set null', 'set default')

const constraint = object(
  {
    name: text,
    type: oneOf('check', 'not-null', 'foreign-key', 'unique', 'primary-key', 'exclude'),
    columns: listOf(text),
    expression: text,
    references: name,
    referencedColumns: listOf(text),
    onDelete: action,
    onUpdate: action,
    validated: flag,
    noInherit: flag,
    local: flag,
    deferrable: flag,
    deferred: flag,
    match: oneOf('full', 'partial'),
    onDeleteColumns: listOf(text),
    period: flag,
    enforced: flag,
    parts: listOf(text),
    ofDetached: flag,
    commented: flag,
    index: text,
  },
  ['name', 'type'],
)

const role = oneOf('replica', 'always')

const triggers = listOf(
  object(
    {
      name: text,
      enabled: flag,
      role,
      fires: oneOf('before', 'after', 'instead of'),
      on: listOf(oneOf('insert', 'update', 'delete', 'truncate')),
      of: listOf(text),
      forEach: oneOf('row', 'statement'),
      conditional: flag,
      definition: text,
      deferred: flag,
      transition: listOf(text),
      function: name,
      arguments: count,
      constraint: flag,
      deferrable: flag,
      commented: flag,
    },
    ['name'],
  ),
)

const policies = listOf(object({ name: text, on: oneOf('select', 'insert', 'update', 'delete'), to: listOf(text), restrictive: flag, names: listOf(name), using: text, check: text }, ['name']))
const rules = listOf(object({ name: text, enabled: flag, role, on: oneOf('insert', 'update', 'delete'), names: listOf(name), definition: text }, ['name']))

const table = object({
  kind: oneOf('table', 'partitioned table', 'materialized view', 'foreign table'),
  persistence: oneOf('permanent', 'unlogged', 'temporary'),
  owner: text,
  grants,
  rowSecurity: flag,
  forcedRowSecurity: flag,
  accessMethod: text,
  tablespace: text,
  rows: count,
  heapBytes: count,
  toastBytes: count,
  distributed: object({ shards: count, nodes: count }),
  columns: listOf(column),
  indexes: listOf(index),
  constraints: listOf(constraint),
  triggers,
  rules,
  policies,
  options: recordOf(text),
  replicaIdentity: oneOf('nothing', 'full', 'index'),
  counted: object({ inserted: count, updated: count, deleted: count, hotUpdated: count, scans: count, sinceAnalyze: count }),
  deadRows: count,
  lastVacuum: date,
  lastAnalyze: date,
  partitionBy: test('a partition key, such as RANGE (created_at)', (value) => typeof value === 'string' && partitionKeys(value) !== undefined),
  partitionOf: object({ parent: name, bound: text }, ['parent', 'bound']),
  inherits: listOf(name),
  ofType: name,
  statistics: listOf(name),
  statisticsDefinitions: recordOf(text, isName),
  filled: flag,
  columnUses: recordOf(listOf(text)),
  publications: listOf(text),
  reads: listOf(name),
  readsColumns: recordOf(listOf(text), isName),
  groupsBy: listOf(name),
  query: text,
})

const type = object(
  {
    kind: oneOf('enum', 'domain', 'composite', 'range', 'base'),
    labels: listOf(text),
    attributes: listOf(object({ name: text, type: typeText }, ['name', 'type'])),
    base: typeText,
    notNull: flag,
    default: text,
    checks: listOf(object({ name: text, expression: text, validated: flag }, ['name', 'expression'])),
  },
  ['kind'],
)

const typeWithBase: Check = (value, path) => type(value, path) ?? ((value as { kind: string; base?: unknown }).kind === 'domain' && (value as { base?: unknown }).base === undefined ? `${path} is a domain and has no "base"` : undefined)

const snapshot = object({
  source: oneOf('file', 'postgres', 'pglite'),
  takenAt: date,
  serverVersion: test('a version, such as "15.18"', (value) => typeof value === 'string' && /^\d+/.test(value)),
  database: text,
  serverBytes: count,
  complete: flag,
  unseen: listOf(text),
  adapted: listOf(text),
  settings: recordOf(text),
  extensions: recordOf(text),
  tables: recordOf(table, isName),
  views: recordOf(object({ owner: text, definition: text, emptied: text, options: recordOf(text), commented: flag, grants, columns: listOf(column), triggers, rules, reads: listOf(name), readsColumns: recordOf(listOf(text), isName), groupsBy: listOf(name) }), isName),
  sequences: recordOf(object({ ownedBy: object({ table: name, column: text }, ['table', 'column']), type: typeText, start: text, increment: text, minimum: text, maximum: text, cache: text, cycle: flag, commented: flag, grants }), isName),
  types: recordOf(typeWithBase, isName),
  functions: recordOf(
    object({ volatility: oneOf('immutable', 'stable', 'volatile'), kind: oneOf('procedure', 'trigger', 'event trigger'), signatures: listOf(text), language: text, parameters: listOf(text), searchPath: text, body: text, inlines: flag }, ['volatility']),
    isName,
  ),
  publications: recordOf(object({ allTables: flag, schemas: listOf(text), publishes: listOf(oneOf('insert', 'update', 'delete', 'truncate')), viaRoot: flag, generated: flag, columns: recordOf(listOf(text)) }, ['publishes'])),
  dependents: recordOf(listOf(name)),
  exemptRoles: listOf(text),
  members: recordOf(listOf(text)),
  eventTriggers: listOf(object({ name: text, event: text, tags: listOf(text), function: name }, ['name', 'event'])),
  statements: listOf(object({ query: text, tables: listOf(name), calls: count, totalMs: count, rows: count }, ['query', 'tables', 'calls', 'totalMs'])),
  statementsSince: date,
  migrations: recordOf(object({ tool: oneOf(...migrationTools), applied: listOf(text) }, ['tool', 'applied']), isName),
  activity: object({
    longestTransactionMs: count,
    longestByTable: recordOf(count, isName),
    preparedTransactions: object({ count, oldestMs: count }, ['count']),
    connections: object({ used: count, maximum: count }, ['used', 'maximum']),
    standby: flag,
    standbys: listOf(object({ name: text, state: text, synchronous: flag, lagBytes: number, lagMs: count }, ['name', 'state', 'synchronous'])),
    replicationSlots: listOf(object({ name: text, kind: oneOf('physical', 'logical'), plugin: text, active: flag, retainedBytes: number }, ['name', 'kind', 'active'])),
    countedSince: date,
  }),
  calibration: object({ profile: text, name: text, measuredAt: date, rates: recordOf(positive), medianFactor: positive, timings: count }),
})
