import type { Catalog } from '../catalog/catalog'
import type { Column, Constraint, Sequence, Table, TableIndex } from '../catalog/relation'
import { nameParts, relationName } from '../model/name'
import type { RelationName, WrittenName } from '../model/name'
import type { ColumnDefinition, ConstraintDefinition, CreateTable, IndexElement, LikeOption } from '../sql/command'
import { collationName } from '../sql/print'
import { read } from '../sql/read'
import { addedConstraint, withConstraint, withNotNull } from './added-constraint'
import { automaticIndexName, automaticSequenceName, automaticStatisticsName, notNullName } from './automatic-name'
import { keyText, rowTriggers, sameNames } from './common'
import { partitionBound } from './partition-bound'
import { ofTable, optionsOf } from './storage-options'
import { columnType, keptDefault } from './types'

/** What CREATE TABLE brings into the catalog. */
export interface CreatedTable {
  readonly table: Table
  readonly sequences: readonly Sequence[]
  /** Names of extended statistics that LIKE has copied. */
  readonly statistics: readonly RelationName[]
}

/** Temporary relations live in a schema of their own, which is searched before all others. */
export const creationName = (command: { readonly relation: CreateTable['relation']; readonly persistence: CreateTable['persistence'] }, catalog: Catalog): RelationName =>
  command.persistence === 'temporary' ? relationName('pg_temp', command.relation.name) : catalog.creationName(command.relation)

/** The table as the statement defines it, whether or not there is one of that name already. What it locks and what it leaves are asked for one after the other, so the last answer is kept. */
export function createdTable(command: CreateTable, before: Catalog): CreatedTable {
  if (last?.command !== command || last.before !== before) last = { command, before, created: create(command, before) }
  return last.created
}

let last: { readonly command: CreateTable; readonly before: Catalog; readonly created: CreatedTable } | undefined

function create(command: CreateTable, before: Catalog): CreatedTable {
  const name = creationName(command, before)
  const catalog = withoutTable(before, name)
  const { version } = catalog.surroundings
  const parents = command.inherits.map((parent) => catalog.resolve(parent))
  const whole = command.partitionOf && catalog.resolve(command.partitionOf.parent)
  const sources = command.like.map(({ relation, including }) => ({ table: catalog.table(catalog.resolve(relation)), including }))
  const above = [...parents, ...(whole ? [whole] : [])].map((parent) => catalog.table(parent))

  const inherited = above.map((parent) => parent?.columns)
  const copied = sources.map(({ table, including }) => table?.columns?.map((column) => copiedColumn(column, including)))
  const ofType = command.ofType && catalog.type(catalog.resolveType(command.ofType))
  const typed = ofType?.kind === 'composite' ? ofType.attributes?.map((one): Column => ({ ...one, notNull: false })) : undefined
  const known = (!command.ofType || typed !== undefined) && [...inherited, ...copied].every((columns) => columns !== undefined)
  const sequences: Sequence[] = []
  const ownSequence = (column: string, named?: WrittenName): string => {
    const taken = sequences.reduce((all, sequence) => all.with(sequence), catalog)
    const sequence = automaticSequenceName(taken, name, column, named)
    sequences.push({ kind: 'sequence', name: sequence, origin: 'migration', ownedBy: { table: name, column } })
    return sequence
  }
  for (const { table, including } of sources) {
    if (including.includes('identity')) for (const column of table?.columns ?? []) if (column.identity) ownSequence(column.name)
  }
  const written = command.columns.map((column) => writtenColumn(column, catalog, ownSequence))

  const columns = known ? mergedColumns([...(typed ?? []), ...inherited.flatMap((list) => list ?? [])], [...copied.flatMap((list) => list ?? []), ...written], parents.length > 0) : undefined
  let table: Table = {
    kind: command.foreign ? 'foreign table' : command.partitionBy ? 'partitioned table' : 'table',
    name,
    origin: 'migration',
    persistence: command.persistence,
    constraints: [],
    indexes: [],
    complete: known && [...above, ...sources.map((source) => source.table)].every((one) => one?.complete),
    inherits: parents,
    triggers: whole ? rowTriggers(catalog.table(whole)) : [],
    rules: [],
    reads: [],
    ...(columns && { columns }),
    ...optionsOf(ofTable(command.options)),
    // The rows of a foreign table are elsewhere, and may have been there for years.
    ...(!command.foreign && { size: { rows: 0 } }),
    ...(command.partitionBy && { partitionBy: { strategy: command.partitionBy.strategy, keys: command.partitionBy.keys.map(keyText) } }),
    ...(whole && { partitionOf: { parent: whole, bound: partitionBound(command.partitionOf!.bound) } }),
    ...(command.ofType && { ofType: catalog.resolveType(command.ofType) }),
  }

  for (const parent of above) for (const constraint of parent?.constraints ?? []) table = withInherited(table, constraint)
  for (const { table: source, including } of sources) if (source) table = withCopied(table, source, including, catalog)
  for (const column of command.columns) {
    const { notNull, identity } = column
    if (notNull && (notNull.name !== undefined || notNull.noInherit) && version >= 18) {
      const constraint: Constraint = { name: notNull.name ?? notNullName(catalog, table, column.name), type: 'not-null', columns: [column.name], validated: true, ...(notNull.noInherit && { noInherit: true }) }
      table = withConstraint(catalog, table, { constraint })
    } else if (notNull || column.serial || identity) table = withNotNull(catalog, table, column.name)
  }
  if (whole) for (const constraint of catalog.table(whole)?.constraints ?? []) table = withIndexOfParent(table, constraint, catalog)
  for (const definition of inOrder([...command.columns.flatMap((column) => column.constraints), ...command.constraints])) {
    // NOT VALID says nothing of a table without rows (transformFKConstraints in src/backend/parser/parse_utilcmd.c).
    table = withConstraint(catalog, table, addedConstraint(catalog, table, { ...definition, notValid: false }))
  }
  if (whole) table = withPlainIndexes(table, catalog.table(whole), catalog, true)
  const statistics = copiedStatistics(name, sources.flatMap(({ table: source, including }) => (including.includes('statistics') ? (source ?? []) : [])), catalog)
  return { table: statistics.length === 0 ? table : { ...table, statisticsDefinitions: Object.fromEntries(statistics.map((one) => [one, ''])) }, sequences, statistics }
}

/** None keeps its name (generateClonedExtStatsStmt in src/backend/parser/parse_utilcmd.c). */
function copiedStatistics(name: RelationName, sources: readonly Table[], catalog: Catalog): readonly RelationName[] {
  let taken = catalog.speculative()
  return sources.flatMap(({ statisticsDefinitions = {} }) => Object.values(statisticsDefinitions)).map((definition) => {
    const [command] = read(definition).commands
    const copied = automaticStatisticsName(taken, name, command?.kind === 'statistics' ? (command.columns ?? []) : [])
    taken = taken.withStatistics(copied, name)
    return copied
  })
}

/** A snapshot may hold already what an earlier file makes: its names are not taken twice. */
function withoutTable(catalog: Catalog, name: RelationName): Catalog {
  const trial = catalog.speculative()
  return trial.sequences(name).reduce((result, sequence) => result.without(sequence), trial.without(name))
}

/** Checks are named first, then what indexes carry, the primary key before all, then foreign keys (DefineRelation and transformIndexConstraints). */
export function inOrder(definitions: readonly ConstraintDefinition[]): readonly ConstraintDefinition[] {
  return withoutRepeatedKeys([...definitions].sort((a, b) => rank[a.type] - rank[b.type]))
}

/** `UNIQUE PRIMARY KEY` is one index: keys alike are made once, under the first name that is written (transformIndexConstraints in src/backend/parser/parse_utilcmd.c). */
function withoutRepeatedKeys(definitions: readonly ConstraintDefinition[]): readonly ConstraintDefinition[] {
  const kept: ConstraintDefinition[] = []
  for (const definition of definitions) {
    const at = isKey(definition) ? kept.findIndex((one) => isKey(one) && alike(one, definition)) : -1
    const first = kept[at]
    if (first === undefined) kept.push(definition)
    else if (first.name === undefined && definition.name !== undefined) kept[at] = { ...first, name: definition.name }
  }
  return kept
}

type Key = Extract<ConstraintDefinition, { type: 'unique' | 'primary-key' }>

const isKey = (definition: ConstraintDefinition): definition is Key => (definition.type === 'unique' || definition.type === 'primary-key') && definition.usingIndex === undefined && !definition.withoutOverlaps

const alike = (a: Key, b: Key): boolean =>
  sameNames(a.columns, b.columns) &&
  sameNames(a.include, b.include) &&
  a.nullsNotDistinct === b.nullsNotDistinct &&
  (a.deferrable ?? false) === (b.deferrable ?? false) &&
  (a.initiallyDeferred ?? false) === (b.initiallyDeferred ?? false)


const rank: Record<ConstraintDefinition['type'], number> = { 'not-null': 0, check: 1, 'primary-key': 2, unique: 3, exclude: 3, 'foreign-key': 4 }

function writtenColumn(column: ColumnDefinition, catalog: Catalog, ownSequence: (column: string, named?: WrittenName) => string): Column | Pick<Column, 'name' | 'default' | 'notNull'> {
  const keyed = column.constraints.some((constraint) => constraint.type === 'primary-key')
  const notNull = column.notNull !== undefined || column.serial === true || column.identity !== undefined || keyed
  const sequence = column.serial || column.identity ? ownSequence(column.name, column.identity?.sequence) : undefined
  const type = column.type && columnType(column.type, catalog)
  const written = column.default && keptDefault(column.default.sql, type, catalog)
  const initial = column.serial ? `nextval('${sequence!.replaceAll("'", "''")}'::regclass)` : (written ?? column.generated?.expression.sql)
  const common = { name: column.name, notNull, ...(initial !== undefined && { default: initial }) }
  if (!type) return common
  return {
    ...common,
    type,
    ...(column.generated && { generated: column.generated.stored ? ('stored' as const) : ('virtual' as const) }),
    ...(column.identity && { identity: column.identity.always ? ('always' as const) : ('by default' as const) }),
    ...(column.collation && { collation: collationName(column.collation) }),
  }
}

const isWhole = (column: ReturnType<typeof writtenColumn>): column is Column => 'type' in column

/** A column of the same name is one column: what is written for it comes on top of what is inherited (MergeAttributes). */
function mergedColumns(inherited: readonly Column[], written: readonly ReturnType<typeof writtenColumn>[], isChild: boolean): readonly Column[] {
  const result = new Map<string, Column>()
  const add = (column: ReturnType<typeof writtenColumn>, local: boolean): void => {
    const known = result.get(column.name)
    if (known) result.set(column.name, { ...known, ...column, notNull: column.notNull || known.notNull, ...(local && { local }) })
    else if (isWhole(column)) result.set(column.name, column)
  }
  for (const column of inherited) add(bare(column), false)
  for (const column of written) add(column, isChild && inherited.some(({ name }) => name === column.name))
  return [...result.values()]
}

/** A new table has no statistics, and what was set for a column, said of it or granted on it is not handed on. */
function bare({ averageWidth: _, nullFraction: __, distinct: ___, mostCommonFraction: ____, leastCommonFraction: _____, correlation: ______, local: _______, statisticsTarget: ________, options: _________, commented: __________, grants: ___________, ...column }: Column): Column {
  return column
}

function copiedColumn(column: Column, including: readonly LikeOption[]): Column {
  const { default: initial, generated, identity, ...rest } = bare(column)
  return {
    ...rest,
    ...(column.commented && including.includes('comments') && { commented: true }),
    ...(initial !== undefined && (generated ? including.includes('generated') : including.includes('defaults')) && { default: initial }),
    ...(generated && including.includes('generated') && { generated }),
    ...(identity && including.includes('identity') && { identity }),
  }
}

/** Checks and NOT NULL go down under their own names, and foreign keys to partitions; what an index carries gets a name of its own. */
function withInherited(table: Table, constraint: Constraint): Table {
  const goesDown = constraint.type === 'check' || constraint.type === 'not-null' || (constraint.type === 'foreign-key' && table.partitionOf !== undefined)
  if (!goesDown || constraint.noInherit || table.constraints.some((one) => one.name === constraint.name)) return table
  return { ...table, constraints: [...table.constraints, constraint] }
}

/** A partition gets an index for each of its parent's constraints that an index carries. */
function withIndexOfParent(table: Table, constraint: Constraint, catalog: Catalog): Table {
  if (constraint.index === undefined) return table
  const parent = catalog.table(table.partitionOf!.parent)
  const index = parent?.indexes.find((one) => one.name === constraint.index)
  const definition = keyDefinition(constraint, index)
  return definition ? withAttached(table, definition, catalog, constraint.index) : table
}

function withAttached(table: Table, definition: ConstraintDefinition, catalog: Catalog, attachedTo: RelationName | undefined): Table {
  const added = addedConstraint(catalog, table, definition)
  return withConstraint(catalog, table, { ...added, ...(added.index && attachedTo && { index: { ...added.index, attachedTo } }) })
}

/** The constraint as one would write it anew, without its name. Of an exclusion constraint the catalog has no operators, and what is made of it does not ask for them. */
function keyDefinition(constraint: Constraint, index: TableIndex | undefined): ConstraintDefinition | undefined {
  const common = { include: index?.shape.include ?? [], span: { start: 0, end: 0 }, notValid: false, notEnforced: false, deferrable: constraint.deferrable ?? false, initiallyDeferred: constraint.deferred ?? false }
  if (constraint.type === 'exclude') {
    const { method = 'gist', keys = constraint.columns, predicate } = index?.shape ?? {}
    return { type: 'exclude', method, elements: keys.map(elementOf), operators: [], ...common, ...(predicate !== undefined && { predicate: { sql: predicate, span: common.span } }) }
  }
  if (constraint.type !== 'unique' && constraint.type !== 'primary-key') return undefined
  const [made] = index?.definition === undefined ? [] : read(index.definition).commands
  const { nullsNotDistinct, options } = made?.kind === 'create-index' ? made : { nullsNotDistinct: false, options: [] }
  return { type: constraint.type, columns: constraint.columns, nullsNotDistinct, options, withoutOverlaps: false, ...common }
}

const elementOf = (key: string): IndexElement => (key.startsWith('(') ? { expression: { sql: key, span: { start: 0, end: key.length } }, descending: false } : { column: key, descending: false })

/** Indexes of the source that no constraint has, under names of their own. */
function withPlainIndexes(table: Table, source: Table | undefined, catalog: Catalog, attached: boolean): Table {
  const carrying = new Set(source?.constraints.flatMap((constraint) => constraint.index ?? []))
  let result = table
  for (const index of source?.indexes ?? []) {
    if (carrying.has(index.name)) continue
    const name = automaticIndexName(catalog.with(result), result.name, index.shape.keys.map(elementOf), index.shape.include)
    result = { ...result, indexes: [...result.indexes, { name, shape: { ...index.shape, name: nameParts(name).name }, valid: true, ...(attached && { attachedTo: index.name }) }] }
  }
  return result
}

function withCopied(table: Table, source: Table, including: readonly LikeOption[], catalog: Catalog): Table {
  let result = table
  for (const constraint of source.constraints) {
    // NOT NULL is copied whatever is asked for (transformTableLikeClause in src/backend/parser/parse_utilcmd.c).
    const wanted = constraint.type === 'not-null' || (constraint.type === 'check' && including.includes('constraints'))
    if (wanted && !result.constraints.some((one) => one.name === constraint.name)) result = { ...result, constraints: [...result.constraints, { ...constraint, validated: true }] }
  }
  if (!including.includes('indexes')) return result
  for (const constraint of source.constraints) {
    const index = source.indexes.find((one) => one.name === constraint.index)
    const definition = constraint.index === undefined ? undefined : keyDefinition(constraint, index)
    if (definition) result = withAttached(result, definition, catalog, undefined)
  }
  return withPlainIndexes(result, source, catalog, false)
}
