import { describe, expect, test } from 'vitest'
import { catalogFromSnapshot } from '../../server/catalog/from-snapshot'
import { partitionKeys } from '../../server/catalog/deparsed'
import { parseName } from '../../server/catalog/parse-name'
import type { RelationName } from '../../server/model/name'
import type { CalibrationSnapshot, ColumnSnapshot, ConstraintSnapshot, IndexSnapshot, Snapshot, TableSnapshot, ViewSnapshot } from '../../server/model/snapshot'
import type { EffectReport, FileReport, FindingReport, PlanReport, Report, StatementReport } from '../../server/model/report'
import type { StageBack, Step } from '../../server/model/plan'
import { readSnapshot } from '../../server/sources/read-snapshot'
import { schemaOf, snapshotSchema } from '../support/schemas'
import type { Schema } from '../support/schemas'

const table = (name: string): RelationName => name as RelationName

describe('a wrong snapshot is told in one sentence', () => {
  test.each<[string, string]>([
    ['', 'The snapshot is empty.'],
    ['[1]', 'A snapshot is an object such as {"version":1,"tables":{"orders":{"rows":52000000}}}, not a list.'],
    ['{}', 'The snapshot does not say its format; add "version": 1.'],
    ['{"version":"1"}', '"version" of the snapshot must be 1, not the text "1".'],
    [`{"version":1,"tables":{"pub${'['.repeat(1000)}":{}}}`, `"pub${'['.repeat(53)}…" in tables is not a name, such as orders, sales.orders or sales."Order Items".`],
    ['{"version":0}', '"version" of the snapshot must be 1, not 0.'],
    ['{"version":7}', 'The snapshot is newer than this Lockscope knows (version 7); update Lockscope.'],
    ['{"version":1,"tables":[]}', 'tables must be an object, not a list.'],
    ['{"version":1,"tables":{"a.b.c":{}}}', '"a.b.c" in tables is not a name, such as orders, sales.orders or sales."Order Items".'],
    ['{"version":1,"tables":{"":{}}}', '"" in tables is not a name, such as orders, sales.orders or sales."Order Items".'],
    ['{"version":1,"tables":{"orders":{"rows":-1}}}', 'tables.orders.rows must be a number, 0 or more, not -1.'],
    ['{"version":1,"tables":{"my orders":{"rows":null}}}', 'tables["my orders"].rows must be a number, 0 or more, not null.'],
    ['{"version":1,"tables":{"orders":{"columns":[{"name":"id"}]}}}', 'tables.orders.columns[0] has no "type".'],
    ['{"version":1,"tables":{"orders":{"columns":[{"name":"id","type":"varchar("}]}}}', 'tables.orders.columns[0].type must be a type, such as bigint or character varying(50), not the text "varchar(".'],
    ['{"version":1,"tables":{"orders":{"columns":[{"name":"id","type":"int","nullFraction":1.5}]}}}', 'tables.orders.columns[0].nullFraction must be a number from 0 to 1, not 1.5.'],
    ['{"version":1,"tables":{"orders":{"kind":"view"}}}', 'tables.orders.kind must be one of "table", "partitioned table", "materialized view", "foreign table", not the text "view".'],
    ['{"version":1,"types":{"d":{"kind":"domain"}}}', 'types.d is a domain and has no "base".'],
    ['{"version":1,"takenAt":"yesterday"}', 'takenAt must be a time in ISO 8601, such as 2026-03-01T12:00:00Z, not the text "yesterday".'],
    ['{"version":1,"serverVersion":15}', 'serverVersion must be a version, such as "15.18", not 15.'],
  ])('%s', (text, problem) => {
    expect(readSnapshot(text)).toEqual({ problem })
  })

  test('what is not JSON says where', () => {
    expect(readSnapshot('{"version":1,}').problem).toMatch(/^The snapshot is not JSON: .*\.$/)
  })
})

test.each([
  ['orders', 'public.orders'],
  ['sales.orders', 'sales.orders'],
  ['sales."Order Items"', 'sales."Order Items"'],
  ['Order Items', 'public."Order Items"'],
  ['User', 'public."User"'],
  ['user', 'public."user"'],
  ['"a.b"', 'public."a.b"'],
  ['"say ""hi"""', 'public."say ""hi"""'],
  ['a.', undefined],
  ['.a', undefined],
  ['a..b', undefined],
  ['"a', undefined],
  ['a"b', undefined],
  [`${'a'.repeat(64)}`, undefined],
])('the name %s is %s', (text, name) => {
  expect(parseName(text)).toBe(name)
})

describe('written by hand', () => {
  const catalog = (snapshot: Omit<Snapshot, 'version'>): ReturnType<typeof catalogFromSnapshot> => {
    const whole: Snapshot = { version: 1, ...snapshot }
    expect(snapshotSchema(whole)).toEqual([])
    expect(readSnapshot(JSON.stringify(whole))).toEqual({ snapshot: whole })
    return catalogFromSnapshot(whole)
  }

  test('what a newer one says of a sequence besides does not make a table of it', () => {
    const { snapshot } = readSnapshot('{"version":1,"sequences":{"numbers":{"kind":"table","name":"orders","commented":true}}}')
    expect(catalogFromSnapshot(snapshot).relation(table('public.numbers'))).toEqual({ kind: 'sequence', name: 'public.numbers', origin: 'snapshot', commented: true })
  })

  test('the smallest useful one', () => {
    const { surroundings, ...rest } = { surroundings: catalog({ tables: { orders: { rows: 52_000_000 } } }).surroundings, table: catalog({ tables: { orders: { rows: 52_000_000 } } }).table(table('public.orders')) }
    expect(surroundings).toEqual({ version: 18, searchPath: ['public'], complete: false, sized: true })
    expect(rest.table).toEqual({ kind: 'table', name: 'public.orders', origin: 'snapshot', persistence: 'permanent', constraints: [], indexes: [], complete: false, size: { rows: 52_000_000 }, inherits: [], triggers: [], rules: [], reads: [] })
  })

  test('no snapshot at all', () => {
    expect(catalogFromSnapshot(undefined).surroundings).toEqual({ version: 18, searchPath: ['public'], complete: false, sized: false })
    expect(catalogFromSnapshot(undefined, 14).surroundings.version).toBe(14)
  })

  test.each([
    ['15.18', undefined, 15],
    ['15.18 (Debian)', undefined, 15],
    ['19beta1', undefined, 18],
    ['9.6.24', undefined, 12],
    ['15.18', 13, 13],
  ])('server %s, asked for %s: %i', (serverVersion, version, expected) => {
    expect(catalogFromSnapshot({ version: 1, serverVersion }, version).surroundings.version).toBe(expected)
  })

  test.each([
    ['"$user", public', ['public']],
    ['app, "Odd, Schema", public', ['app', 'Odd, Schema', 'public']],
    ['App', ['app']],
    ['""', ['public']],
    ['"$user"', ['public']],
  ])('search_path %s', (search_path, expected) => {
    expect(catalog({ settings: { search_path } }).surroundings.searchPath).toEqual(expected)
  })

  test('a key without its index gets one, and a table is complete where all lists are there', () => {
    const orders: TableSnapshot = { columns: [{ name: 'id', type: 'bigserial' }, { name: 'code', type: 'varchar(10)' }], constraints: [{ name: 'orders_pkey', type: 'primary-key', columns: ['id'] }], indexes: [{ name: 'orders_code', keys: ['code'], bytes: 8192 }] }
    const found = catalog({ tables: { orders } }).table(table('public.orders'))!
    expect(found.complete).toBe(true)
    expect(found.indexes.map(({ name, shape }) => [name, shape.keys, shape.unique])).toEqual([
      ['public.orders_code', ['code'], false],
      ['public.orders_pkey', ['id'], true],
    ])
    expect(found.columns).toEqual([
      { name: 'id', type: { name: 'int8', modifiers: [], dimensions: 0 }, notNull: true },
      { name: 'code', type: { name: 'varchar', modifiers: [10], dimensions: 0 }, notNull: false },
    ])
    expect(found.constraints[0]).toMatchObject({ index: 'public.orders_pkey', validated: true })
    expect(catalog({ tables: { orders } }).index(table('public.orders_code'))?.index.bytes).toBe(8192)
  })

  test('types by their bare names', () => {
    const found = catalog({ types: { mood: { kind: 'enum', labels: ['a'] } }, tables: { t: { columns: [{ name: 'a', type: 'mood' }, { name: 'b', type: 'citext' }, { name: 'c', type: 'geometry(Point,4326)' }, { name: 'd', type: 'text[][]' }] } } })
    expect(found.table(table('public.t'))!.columns!.map(({ type }) => [type.name, type.modifiers, type.dimensions])).toEqual([
      ['public.mood', [], 0],
      ['citext', [], 0],
      ['geometry', [4326], 0],
      ['text', [], 2],
    ])
    expect(found.using(table('public.mood'))).toEqual(['public.t'])
  })

  test('the rows of a partitioned table are those of its partitions, if all are known', () => {
    const partition = (rows?: number): TableSnapshot => ({ partitionOf: { parent: 'events', bound: 'DEFAULT' }, ...(rows !== undefined && { rows }) })
    const events: TableSnapshot = { partitionBy: 'RANGE (at)' }
    expect(catalog({ tables: { events, a: partition(3), b: partition(4) } }).table(table('public.events'))).toMatchObject({ kind: 'partitioned table', size: { rows: 7 } })
    expect(catalog({ tables: { events, a: partition(3), b: partition() } }).table(table('public.events'))!.size).toBeUndefined()
  })

  test.each([
    ['RANGE (created_at)', { strategy: 'range', keys: ['created_at'] }],
    ['list ("Region", b COLLATE "C" text_ops)', { strategy: 'list', keys: ['Region', 'b'] }],
    [`RANGE (((a + 1)), replace(b, ','::text, '('::text) COLLATE "C", EXTRACT(year FROM c), größe)`, { strategy: 'range', keys: ['(a + 1)', `(replace(b, ','::text, '('::text))`, '(EXTRACT(year FROM c))', 'größe'] }],
    ['HASH (id, placed)', { strategy: 'hash', keys: ['id', 'placed'] }],
    ['RANGE ()', undefined],
    ['created_at', undefined],
  ])('cut by %s', (partitionBy, expected) => {
    expect(partitionKeys(partitionBy)).toEqual(expected)
    const text = JSON.stringify({ version: 1, tables: { a: { partitionBy } } })
    expect(readSnapshot(text).problem).toBe(expected ? undefined : `tables.a.partitionBy must be a partition key, such as RANGE (created_at), not the text ${JSON.stringify(partitionBy)}.`)
  })

  test.each([
    ['((a > 0) AND (b > 0))', '(a > 0) AND (b > 0)'],
    ['(a > 0) AND (b > 0)', '(a > 0) AND (b > 0)'],
    [`(a <> ')'::text)`, `a <> ')'::text`],
    ['a > 0', 'a > 0'],
  ])('the condition %s is the same with and without parentheses of its own', (written, expected) => {
    const found = catalog({ tables: { t: { constraints: [{ name: 'c', type: 'check', expression: written }], indexes: [{ name: 'i', keys: ['a', `(${written})`], predicate: written }] } } }).table(table('public.t'))!
    expect(found.constraints[0]!.expression).toBe(expected)
    expect(found.indexes[0]!.shape).toMatchObject({ keys: ['a', `(${expected})`], predicate: expected })
  })

  test('unknown properties are let be', () => {
    expect(readSnapshot('{"version":1,"note":"mine","tables":{"a":{"rows":1,"why":"so"}}}').problem).toBeUndefined()
  })
})

describe('schema and types agree', () => {
  /** Every property of a type, or the type checker says so. */
  const keysOf = <T>(keys: Record<keyof Required<T>, true>): string[] => Object.keys(keys).sort()
  const snapshot = schemaOf('snapshot')
  const report = schemaOf('report')
  const file = report.definitions!

  test.each<[string, Schema | undefined, string[]]>([
    ['Snapshot', snapshot, keysOf<Snapshot>({ $schema: true, version: true, source: true, takenAt: true, serverVersion: true, database: true, serverBytes: true, complete: true, unseen: true, adapted: true, settings: true, extensions: true, tables: true, views: true, sequences: true, types: true, publications: true, functions: true, dependents: true, eventTriggers: true, exemptRoles: true, members: true, activity: true, migrations: true, statements: true, statementsSince: true, calibration: true })],
    ['CalibrationSnapshot', snapshot.properties!['calibration'], keysOf<CalibrationSnapshot>({ profile: true, name: true, measuredAt: true, rates: true, medianFactor: true, timings: true })],
    ['TableSnapshot', snapshot.definitions!['table'], keysOf<TableSnapshot>({ kind: true, persistence: true, owner: true, grants: true, rowSecurity: true, forcedRowSecurity: true, policies: true, accessMethod: true, tablespace: true, rows: true, heapBytes: true, toastBytes: true, distributed: true, columns: true, indexes: true, constraints: true, triggers: true, rules: true, options: true, replicaIdentity: true, counted: true, deadRows: true, lastVacuum: true, lastAnalyze: true, partitionBy: true, partitionOf: true, inherits: true, ofType: true, statistics: true, statisticsDefinitions: true, columnUses: true, publications: true, reads: true, readsColumns: true, filled: true, groupsBy: true, query: true })],
    ['ColumnSnapshot', snapshot.definitions!['column'], keysOf<ColumnSnapshot>({ name: true, type: true, notNull: true, default: true, generated: true, identity: true, collation: true, local: true, statisticsTarget: true, options: true, commented: true, grants: true, averageWidth: true, nullFraction: true, distinct: true, mostCommonFraction: true, leastCommonFraction: true, correlation: true })],
    ['IndexSnapshot', snapshot.definitions!['index'], keysOf<IndexSnapshot>({ name: true, method: true, keys: true, include: true, unique: true, predicate: true, valid: true, replicaIdentity: true, clustered: true, commented: true, bytes: true, attachedTo: true, definition: true })],
    ['ConstraintSnapshot', snapshot.definitions!['constraint'], keysOf<ConstraintSnapshot>({ name: true, type: true, columns: true, expression: true, references: true, referencedColumns: true, onDelete: true, onUpdate: true, validated: true, noInherit: true, local: true, deferrable: true, deferred: true, match: true, onDeleteColumns: true, period: true, enforced: true, parts: true, ofDetached: true, commented: true, index: true })],
    ['ViewSnapshot', snapshot.definitions!['view'], keysOf<ViewSnapshot>({ owner: true, definition: true, emptied: true, options: true, commented: true, grants: true, columns: true, triggers: true, rules: true, reads: true, readsColumns: true, groupsBy: true })],
    ['Report', report, keysOf<Report>({ version: true, snapshot: true, files: true, history: true, summary: true })],
    ['FileReport', file['file'], keysOf<FileReport>({ path: true, framework: true, statements: true, findings: true, plans: true, unread: true })],
    ['StatementReport', file['statement'], keysOf<StatementReport>({ span: true, sql: true, transaction: true, transactionBlock: true, operations: true, effects: true, duration: true, bytes: true, standbyLag: true, holds: true, because: true })],
    ['EffectReport', file['effect'], keysOf<EffectReport>({ relation: true, lock: true, work: true, onlyIf: true, otherwise: true })],
    ['FindingReport', file['finding'], keysOf<FindingReport>({ hazard: true, severity: true, statement: true, span: true, message: true, plan: true })],
    ['PlanReport', file['plan'], keysOf<PlanReport>({ title: true, statement: true, first: true, fit: true, expand: true, migrate: true, contract: true, code: true, back: true })],
    ['StageBack', file['back'], keysOf<StageBack>({ sql: true, duration: true, stopsAt: true })],
    ['Step', file['step'], keysOf<Step>({ kind: true, sql: true, transaction: true, why: true, verify: true, back: true, watch: true, duration: true })],
  ])('%s', (_, schema, keys) => {
    expect(Object.keys(schema!.properties!).sort()).toEqual(keys)
  })

  test('every property of a snapshot is described to those who write one', () => {
    const bare: string[] = []
    const walk = (schema: Schema, path: string): void => {
      for (const [name, property] of Object.entries(schema.properties ?? {})) {
        if (!property.description && !property.$ref) bare.push(`${path}.${name}`)
        walk(property, `${path}.${name}`)
      }
      for (const [name, definition] of Object.entries(schema.definitions ?? {})) walk(definition, name)
      if (schema.items) walk(schema.items, `${path}[]`)
      if (typeof schema.additionalProperties === 'object') walk(schema.additionalProperties, `${path}.*`)
    }
    walk(snapshot, '')
    expect(bare).toEqual([])
  })
})
