import type { Catalog } from '../catalog/catalog'
import { isTable } from '../catalog/relation'
import type { Relation } from '../catalog/relation'
import { lookup } from '../model/lookup'
import { nameParts, quoteIdentifier, relationName } from '../model/name'
import type { RelationName, WrittenName } from '../model/name'
import { textOf } from '../sql/constant-text'
import { conjuncts, readExpression } from '../sql/expression'
import type { ExpressionTree } from '../sql/expression-tree'
import type { QueryFacts } from '../sql/command'
import { neverHolds } from '../sql/never-holds'
import { read } from '../sql/read'
import { Tokens } from '../sql/tokens'
import { parted, treesWithin, withoutCasts } from '../sql/walk-tree'
import { clip, longest } from './automatic-name'
import { relationOfText } from './volatility'

/**
 * Whether a condition holds that asks PostgreSQL's own catalog what exists, as the guards of migrations do: `NOT EXISTS (SELECT FROM pg_type WHERE typname = 'mood')`.
 * Undefined where that cannot be told from what we know.
 */
export function catalogCondition(sql: string, catalog: Catalog): boolean | undefined {
  // Of what an emptied literal named nothing is known.
  if (catalog.surroundings.emptied) return undefined
  const parts = conjuncts(sql)
  if (parts === undefined) return undefined
  if (parts.length > 1) return all(parts.map((part) => catalogCondition(part, catalog)))
  const bare = parts[0]!
  const tokens = new Tokens(bare)
  for (let i = 0; i < tokens.count; i++) if (tokens.depths[i] === 0 && tokens.word(i) === 'or') return undefined
  if (tokens.word(0) === 'not') return not(catalogCondition(bare.slice(tokens.starts[1]), catalog))
  if (tokens.word(0) === 'exists' && tokens.sign(1) === '(' && tokens.sign(tokens.count - 1) === ')') return exists(bare.slice(tokens.ends[1], tokens.starts[tokens.count - 1]), catalog)
  const { tree } = readExpression(bare)
  if (neverHolds(tree)) return false
  if (tree?.kind === 'boolean') return true
  if (tree?.kind === 'binary') return ofConstants(tree) ?? ofRelease(tree, catalog)
  if (tree?.kind !== 'unary' || (tree.operator !== 'is null' && tree.operator !== 'is not null')) return undefined
  // What a variable of the block holds stands here in its place.
  if (tree.operand.kind === 'null' || tree.operand.kind === 'string') return (tree.operand.kind === 'null') === (tree.operator === 'is null')
  const found = namedByText(tree.operand, catalog)
  return found === undefined ? undefined : tree.operator === 'is null' ? not(found) : found
}

/** What variables of the block hold stands here in their place. */
function ofConstants({ operator, left, right }: Extract<ExpressionTree, { kind: 'binary' }>): boolean | undefined {
  const [one, other] = [textOf(left), textOf(right)]
  // A number may be written in several ways.
  if (one === undefined || other === undefined || [left, right].some(({ kind }) => kind === 'number') || (operator !== '=' && operator !== '<>' && operator !== '!=')) return undefined
  return (one === other) === (operator === '=')
}

/** `current_setting('server_version_num')::int >= 140000` */
function ofRelease({ operator, left, right }: Extract<ExpressionTree, { kind: 'binary' }>, catalog: Catalog): boolean | undefined {
  const asked = withoutCasts(left)
  const [setting] = asked.kind === 'call' && asked.function.name === 'current_setting' ? asked.arguments : []
  if (setting?.kind !== 'string' || setting.value !== 'server_version_num' || right.kind !== 'number') return undefined
  // Of the release only the first number is known.
  const { version } = catalog.surroundings
  const [least, most] = [version * 10_000, version * 10_000 + 9999]
  if (operator === '>=') return least >= right.value ? true : most < right.value ? false : undefined
  if (operator === '>') return least > right.value ? true : most <= right.value ? false : undefined
  return operator === '<' ? not(ofRelease({ kind: 'binary', operator: '>=', left, right }, catalog)) : operator === '<=' ? not(ofRelease({ kind: 'binary', operator: '>', left, right }, catalog)) : undefined
}

const not = (value: boolean | undefined): boolean | undefined => (value === undefined ? undefined : !value)

const all = (values: readonly (boolean | undefined)[]): boolean | undefined => (values.includes(false) ? false : values.includes(undefined) ? undefined : true)

/** `to_regclass('public.orders')` */
function namedByText(tree: ExpressionTree, catalog: Catalog): boolean | undefined {
  if (tree.kind === 'cast') return namedByText(tree.operand, catalog)
  const [argument] = tree.kind === 'call' && tree.function.name === 'to_regclass' ? tree.arguments : []
  const text = argument && ownText(argument)
  const name = text === undefined || isOurs(text) ? undefined : relationOfText(text, catalog)
  return name === undefined ? undefined : present(catalog.relation(name) !== undefined || catalog.type(name)?.kind === 'composite', catalog)
}

/** What is in the catalog is there; what is not may be, where that is not all. */
const present = (found: boolean, catalog: Catalog): boolean | undefined => (found ? true : catalog.surroundings.complete ? false : undefined)

/** What PostgreSQL itself brings with it is not in the catalog. */
const isOurs = (name: string): boolean => /^(?:pg_|sql_|information_schema)/.test(name)

interface Asked {
  readonly rows: readonly Row[]
  readonly tests: readonly (ExpressionTree | undefined)[]
  /** What the conditions say of each row. */
  readonly answers: readonly (boolean | undefined)[]
}

/** The rows of relations of PostgreSQL's catalog, as far as they are known; undefined where it asks for anything else. */
function asked(query: string, catalog: Catalog): Asked | undefined {
  const [command] = read(query).commands
  const facts = command?.kind === 'query' ? command.query : undefined
  const where = (facts?.rowsOf ?? facts?.rowsOfJoin)?.where
  const tests = where === undefined ? [] : (conjuncts(where.sql) ?? ['']).map((part) => readExpression(part).tree)
  if (facts?.rowsOfJoin) return joined(facts.rowsOfJoin, tests, catalog)
  const rows = facts?.rowsOf && rowsOf(facts.rowsOf.relation, catalog)
  return rows && { rows, tests, answers: answersOf(rows, tests, catalog) }
}

const answersOf = (rows: readonly Row[], tests: Asked['tests'], catalog: Catalog): Asked['answers'] => rows.map((row) => all(tests.map((test) => test && meets(row, test, catalog))))

/** As many as are gone through in a moment. */
const mostCombinations = 1_000_000

/** Each further relation has to be compared with those before it: else rows that are not known here would be combined with what is. */
function joined({ sources, on }: NonNullable<QueryFacts['rowsOfJoin']>, where: Asked['tests'], catalog: Catalog): Asked | undefined {
  const names = sources.map(({ relation, alias }) => alias ?? relation.name)
  const given = sources.flatMap(({ relation }) => {
    const found = rowsOf(relation, catalog) ?? (relation.schema === undefined || relation.schema === 'pg_catalog' ? beside[relation.name]?.(catalog) : undefined)
    return found ? [found] : []
  })
  if (given.length < sources.length) return undefined
  const tests = [...on.flatMap(parted), ...where].map((test) => test && qualified(test, (column) => names.filter((_, at) => given[at]!.some((row) => column in row))))
  let rows: readonly Row[] = [{}]
  for (const [at, found] of given.entries()) {
    const name = names[at]!
    if (at > 0 && !tests.some((test) => test !== undefined && ties(test, name, names.slice(0, at)))) return undefined
    const prefixed = found.map((row): Row => Object.fromEntries(Object.entries(row).flatMap(([column, value]) => [[column, value], [`${name}.${column}`, value]])))
    // What no row before or behind it can mend is left out at once.
    const ownTests = tests.filter((test) => test !== undefined && qualifiersOf(test).every((one) => one === name))
    const own = prefixed.filter((row) => all(ownTests.map((test) => test && meets(row, test, catalog))) !== false)
    if (rows.length * own.length > mostCombinations) return undefined
    const sofar: ReadonlySet<string | undefined> = new Set(names.slice(0, at + 1))
    const answerable = tests.filter((test) => test !== undefined && qualifiersOf(test).every((one) => sofar.has(one)))
    rows = rows.flatMap((before) => own.map((row) => combined(before, row))).filter((row) => all(answerable.map((test) => test && meets(row, test, catalog))) !== false)
  }
  return { rows, tests, answers: answersOf(rows, tests, catalog) }
}

/** A column that both have is told by its table alone. */
const combined = (one: Row, other: Row): Row => ({ ...one, ...other, ...Object.fromEntries(Object.keys(one).flatMap((column) => (column in other ? [[column, undefined]] : []))) })

/** Each column with its table, where one alone has it. */
function qualified(tree: ExpressionTree, owners: (column: string) => readonly string[]): ExpressionTree {
  if (tree.kind === 'column') {
    const found = tree.qualifier === undefined ? owners(tree.name) : []
    return found.length === 1 ? { ...tree, qualifier: found[0]! } : tree
  }
  if (tree.kind === 'cast' || tree.kind === 'unary') return { ...tree, operand: qualified(tree.operand, owners) }
  return tree.kind === 'binary' ? { ...tree, left: qualified(tree.left, owners), right: qualified(tree.right, owners) } : tree
}

const ties = (test: ExpressionTree, name: string, before: readonly string[]): boolean => {
  const sides = test.kind === 'binary' && test.operator === '=' ? [test.left, test.right].map((side) => (side.kind === 'column' ? side.qualifier : undefined)) : []
  return sides.includes(name) && sides.some((side) => side !== undefined && before.includes(side))
}

/** The tables that it names columns of; undefined for a column by itself, and for what may hide any. */
const qualifiersOf = (tree: ExpressionTree): readonly (string | undefined)[] => treesWithin(tree).flatMap((one) => (one.kind === 'column' ? [one.qualifier] : plain.has(one.kind) ? [] : [undefined]))

const plain: ReadonlySet<ExpressionTree['kind']> = new Set(['cast', 'unary', 'binary', 'list', 'string', 'number', 'boolean', 'null'])

function exists(query: string, catalog: Catalog): boolean | undefined {
  const found = asked(query, catalog)
  if (!found) return undefined
  if (found.answers.includes(true)) return true
  if (found.answers.includes(undefined) || found.tests.some((test) => test === undefined || namesOurs(test))) return undefined
  return present(false, catalog)
}

/** What a query of one relation of PostgreSQL's catalog gives, column by column, as text; undefined where a row may be missing or be too much. */
export function catalogRows(query: string, catalog: Catalog): readonly (readonly (readonly [string, string | undefined])[])[] | undefined {
  // In the text of an emptied body nothing is compared with what was meant.
  if (!catalog.surroundings.complete || catalog.surroundings.emptied) return undefined
  const found = asked(query, catalog)
  const items = shownItems(query)
  // PostgreSQL's own relations are none of the catalog's: one that asks for no schema is given them too.
  if (!found || !items || found.answers.includes(undefined) || !found.tests.some((test) => test && keepsOut(test))) return undefined
  return found.rows.filter((_, place) => found.answers[place]).map((row) => items.map(({ name, tree }) => [name, tree && textOf(tree, (part) => valueText(part, row, catalog))] as const))
}

/** The condition leaves out what PostgreSQL brings with it: it wants one schema, or names what it wants. */
function keepsOut(test: ExpressionTree): boolean {
  if (test.kind !== 'binary') return false
  if (test.operator === 'and') return keepsOut(test.left) || keepsOut(test.right)
  const column = withoutCasts(test.left)
  return column.kind === 'column' && /^(?:schemaname|table_schema|sequence_schema|trigger_schema|constraint_schema|event_object_schema|relnamespace|nspname|inhparent|inhrelid|connamespace|typnamespace|tablename|table_name|relname|conname|conrelid|attrelid|tgrelid|indexname|tgname)$/.test(column.name) && (test.operator === '=' || test.operator === 'in') && !namesOurs(test.right)
}

/** `conrelid::regclass` prints the name as one would have to write it. */
function valueText(part: ExpressionTree, row: Row, catalog: Catalog): string | undefined {
  const isNamed = part.kind === 'cast' && part.type.toLowerCase() === 'regclass'
  const column = isNamed ? part.operand : part
  const value = column.kind === 'column' ? valueOf(row, column) : undefined
  if (typeof value === 'string') return isNamed ? undefined : value
  if (typeof value !== 'object' || !isNamed) return undefined
  const { name } = nameParts(value.relation)
  return catalog.resolve({ name }) === value.relation ? quoteIdentifier(name) : value.relation
}

/** The columns that a SELECT shows, each with its name. */
function shownItems(sql: string): readonly { readonly name: string; readonly tree: ExpressionTree | undefined }[] | undefined {
  const tokens = new Tokens(sql)
  const end = Array.from({ length: tokens.count }, (_, index) => index).find((index) => tokens.depths[index] === 0 && tokens.isWord(index, 'from'))
  if (!tokens.isWord(0, 'select') || end === undefined) return undefined
  const cuts = [0, ...Array.from({ length: end }, (_, index) => index).filter((index) => tokens.depths[index] === 0 && tokens.sign(index) === ','), end]
  return cuts.slice(1).map((to, place) => {
    const from = cuts[place]! + 1
    const isNamed = tokens.isWord(to - 2, 'as')
    const tree = readExpression(sql.slice(tokens.starts[from], tokens.ends[isNamed ? to - 3 : to - 1])).tree
    return { name: isNamed ? tokens.word(to - 1) : nameOf(tree), tree }
  })
}

/** As PostgreSQL names a column that nobody has named. */
const nameOf = (tree: ExpressionTree | undefined): string => (tree?.kind === 'column' ? tree.name : tree?.kind === 'cast' ? nameOf(tree.operand) : tree?.kind === 'call' ? tree.function.name : '')

/** The columns that can be told, by name: text, yes or no, or a relation for a `regclass`. */
type Row = Readonly<Record<string, string | boolean | { readonly relation: RelationName } | undefined>>

function meets(row: Row, test: ExpressionTree, catalog: Catalog): boolean | undefined {
  if (test.kind === 'unary' && test.operator === 'not') return not(meets(row, test.operand, catalog))
  if (test.kind === 'column') return yesOrNo(valueOf(row, test))
  if (test.kind !== 'binary') return undefined
  if (test.operator === 'and') return all([meets(row, test.left, catalog), meets(row, test.right, catalog)])
  const column = withoutCasts(test.left)
  const value = column.kind === 'column' ? valueOf(row, column) : undefined
  if (value === undefined) return undefined
  if (test.operator === '=') return test.right.kind === 'column' ? agree(value, valueOf(row, test.right)) : equals(value, test.right, catalog)
  if (test.operator === '<>' || test.operator === '!=') return not(equals(value, test.right, catalog))
  if (test.operator === 'like' || test.operator === 'not like') {
    const pattern = ownText(test.right)
    const found = typeof value !== 'string' || pattern === undefined ? undefined : isLike(value, pattern)
    return test.operator === 'like' ? found : not(found)
  }
  if (test.operator === 'not in') return not(meets(row, { ...test, operator: 'in' }, catalog))
  if (test.operator !== 'in' || test.right.kind !== 'list') return undefined
  const answers = test.right.items.map((item) => equals(value, item, catalog))
  return answers.includes(true) ? true : answers.includes(undefined) ? undefined : false
}

/** In a join a column has its table's name in front of it too. */
const valueOf = (row: Row, { qualifier, name }: Extract<ExpressionTree, { kind: 'column' }>): Row[string] => {
  const whole = `${qualifier}.${name}`
  return qualifier !== undefined && whole in row ? row[whole] : row[name]
}

function agree(one: NonNullable<Row[string]>, other: Row[string]): boolean | undefined {
  if (typeof one === 'object' && typeof other === 'object') return one.relation === other.relation
  return typeof one === typeof other ? one === other : undefined
}

const yesOrNo = (value: Row[string]): boolean | undefined => (typeof value === 'boolean' ? value : undefined)

/** LIKE: `%` stands for any text, `_` for one character. */
function isLike(value: string, pattern: string): boolean {
  const source = pattern.replaceAll(/\\(.)|[%_]|[^\w\s]/gs, (part, kept: string | undefined) => (part === '%' ? '[^]*' : part === '_' ? '[^]' : (kept ?? part).replace(/[^\w\s]/, '\\$&')))
  return new RegExp(`^${source}$`).test(value)
}

function equals(value: NonNullable<Row[string]>, written: ExpressionTree, catalog: Catalog): boolean | undefined {
  if (typeof value === 'boolean') return written.kind === 'boolean' ? written.value === value : undefined
  if (typeof value === 'string') {
    const text = isCurrentSchema(written) ? catalog.surroundings.searchPath[0] : ownText(written)
    return text === undefined ? undefined : text === value
  }
  if (written.kind !== 'cast') return undefined
  if (written.type.toLowerCase() === 'oid') return equals(value, written.operand, catalog)
  const text = ownText(written)
  const name = text === undefined || written.type.toLowerCase() !== 'regclass' ? undefined : relationOfText(text, catalog)
  return name === undefined || catalog.relation(name) === undefined ? undefined : name === value.relation
}

const isCurrentSchema = (tree: ExpressionTree): boolean => (tree.kind === 'call' && tree.function.name === 'current_schema' && tree.arguments.length === 0) || (tree.kind === 'value' && tree.keyword === 'current_schema')


/** `'public'`, `'public'::regnamespace` */
function ownText(tree: ExpressionTree): string | undefined {
  const bare = withoutCasts(tree)
  return bare.kind === 'string' ? bare.value : undefined
}

const namesOurs = (tree: ExpressionTree): boolean => tree.kind === 'string' ? isOurs(tree.value) : tree.kind === 'binary' ? namesOurs(tree.left) || namesOurs(tree.right) : tree.kind === 'list' ? tree.items.some(namesOurs) : tree.kind === 'unary' || tree.kind === 'cast' ? namesOurs(tree.operand) : false

// --- what PostgreSQL's catalog would say

/** Undefined of what is not known here. */
function rowsOf({ schema, name }: WrittenName, catalog: Catalog): readonly Row[] | undefined {
  if (schema === 'information_schema') return standard[name]?.(catalog)
  return schema === undefined || schema === 'pg_catalog' ? own[name]?.(catalog) : undefined
}

const relationsOf = (catalog: Catalog, kinds: readonly Relation['kind'][]): readonly Relation[] => catalog.relations().filter(({ kind }) => kinds.includes(kind))

const tables = ['table', 'partitioned table'] as const

const kindLetters: Readonly<Record<Exclude<Relation['kind'], 'index'>, string>> = { table: 'r', 'partitioned table': 'p', view: 'v', 'materialized view': 'm', 'foreign table': 'f', sequence: 'S' }

const named = (catalog: Catalog, kinds: readonly Relation['kind'][], schemaColumn: string, nameColumn: string): readonly Row[] =>
  relationsOf(catalog, kinds).map((relation) => {
    const { schema, name } = nameParts(relation.name)
    return { [schemaColumn]: schema, [nameColumn]: name }
  })

interface ColumnRow {
  readonly relation: { readonly relation: RelationName }
  readonly schema: string
  readonly table: string
  readonly column: string
  readonly notNull: boolean
  readonly materialized: boolean
}

function columnRows(catalog: Catalog): readonly ColumnRow[] | undefined {
  const rows = relationsOf(catalog, ['table', 'partitioned table', 'view', 'materialized view', 'foreign table']).map((relation) => {
    const columns = 'columns' in relation ? relation.columns : undefined
    const { schema, name } = nameParts(relation.name)
    return columns?.map((column) => ({ relation: { relation: relation.name }, schema, table: name, column: column.name, notNull: column.notNull, materialized: relation.kind === 'materialized view' }))
  })
  return rows.includes(undefined) ? undefined : rows.flatMap((row) => row ?? [])
}

interface Named {
  readonly table: RelationName
  readonly name: string
}

const constraintLetters = { check: 'c', 'not-null': 'n', 'foreign-key': 'f', unique: 'u', 'primary-key': 'p', exclude: 'x' } as const
/** Exclusion constraints are not of the standard. */
const constraintWords: Readonly<Partial<Record<keyof typeof constraintLetters, string>>> = { check: 'CHECK', 'not-null': 'CHECK', 'foreign-key': 'FOREIGN KEY', unique: 'UNIQUE', 'primary-key': 'PRIMARY KEY' }

const constraints = (catalog: Catalog): readonly (Named & { readonly type: keyof typeof constraintLetters })[] =>
  catalog.relations().flatMap((relation) => (isTable(relation) ? relation.constraints.map(({ name, type }) => ({ table: relation.name, name, type })) : []))

const triggers = (catalog: Catalog): readonly Named[] => catalog.relations().flatMap((relation) => ('triggers' in relation ? relation.triggers.map(({ name }) => ({ table: relation.name, name })) : []))

/** A relation with rows has a type for them, and a type an array of it (heap_create_with_catalog in src/backend/catalog/heap.c); up to 13 a sequence has one too, without an array. */
function typeRows(catalog: Catalog): readonly Row[] {
  const { version } = catalog.surroundings
  const rowTypes = relationsOf(catalog, ['table', 'partitioned table', 'view', 'materialized view', 'foreign table']).map(({ name }) => ({ name, letter: 'c' }))
  const sequences = version < 14 ? relationsOf(catalog, ['sequence']).map(({ name }) => ({ name, letter: 'c' })) : []
  const letters = { enum: 'e', domain: 'd', composite: 'c', range: 'r', base: 'b' } as const
  const types = catalog.types().map(({ name, type }) => ({ name, letter: letters[type.kind] }))
  const taken = new Set([...rowTypes, ...sequences, ...types].map(({ name }) => name))
  const row = (name: RelationName, letter: string): Row => ({ typnamespace: nameParts(name).schema, typname: nameParts(name).name, typtype: letter })
  return [
    ...[...rowTypes, ...sequences, ...types].map(({ name, letter }) => row(name, letter)),
    ...[...rowTypes, ...types].map(({ name }) => arrayRow(name, taken)),
    // Its name may be the author's own (CREATE TYPE: multirange_type_name).
    ...(version < 14 ? [] : types.filter(({ letter }) => letter === 'r').flatMap(({ name }) => [{ typnamespace: nameParts(name).schema, typtype: 'm' }, { typnamespace: nameParts(name).schema, typtype: 'b' }])),
  ]
}

/** Where its name is taken, the array has another one, which hangs on what came first (makeArrayTypeName in src/backend/catalog/pg_type.c). */
function arrayRow(element: RelationName, taken: ReadonlySet<RelationName>): Row {
  const { schema, name } = nameParts(element)
  const array = clip(`_${name}`, longest)
  const isOpen = taken.has(relationName(schema, array)) || (name.startsWith('_') && taken.has(relationName(schema, name.slice(1))))
  return { typnamespace: schema, typtype: 'b', ...(!isOpen && { typname: array }) }
}

const own: Readonly<Record<string, (catalog: Catalog) => readonly Row[] | undefined>> = lookup({
  pg_class: (catalog) => [
    ...catalog.relations().map(({ kind, name: relation }) => {
      const { schema, name } = nameParts(relation)
      return { oid: { relation }, relname: name, relnamespace: schema, relkind: kind !== 'index' ? kindLetters[kind] : catalog.index(relation)?.table.kind === 'partitioned table' ? 'I' : 'i' }
    }),
    ...catalog.types().flatMap(({ name, type }) => (type.kind === 'composite' ? [{ oid: { relation: name }, relname: nameParts(name).name, relnamespace: nameParts(name).schema, relkind: 'c' }] : [])),
  ],
  pg_tables: (catalog) => named(catalog, tables, 'schemaname', 'tablename'),
  pg_views: (catalog) => named(catalog, ['view'], 'schemaname', 'viewname'),
  pg_matviews: (catalog) => named(catalog, ['materialized view'], 'schemaname', 'matviewname'),
  pg_sequences: (catalog) => named(catalog, ['sequence'], 'schemaname', 'sequencename'),
  pg_indexes: (catalog) =>
    catalog.relations().flatMap((relation) => (isTable(relation) ? relation.indexes.map((index) => ({ schemaname: nameParts(index.name).schema, tablename: nameParts(relation.name).name, indexname: nameParts(index.name).name })) : [])),
  pg_attribute: (catalog) => columnRows(catalog)?.map(({ relation, column, notNull }) => ({ attrelid: relation, attname: column, attnotnull: notNull, attisdropped: false })),
  pg_constraint: (catalog) => constraints(catalog).map(({ table, name, type }) => ({ conname: name, conrelid: { relation: table }, contype: constraintLetters[type], connamespace: nameParts(table).schema })),
  pg_trigger: (catalog) => triggers(catalog).map(({ table, name }) => ({ tgname: name, tgrelid: { relation: table } })),
  pg_inherits: (catalog) =>
    catalog.relations().flatMap((relation): readonly Row[] => {
      if (!isTable(relation)) return []
      const above = [...(relation.partitionOf ? [relation.partitionOf.parent] : []), ...relation.inherits]
      const below = (one: RelationName, parent: RelationName): Row => ({ inhrelid: { relation: one }, inhparent: { relation: parent } })
      return [...above.map((parent) => below(relation.name, parent)), ...relation.indexes.flatMap(({ name, attachedTo }) => (attachedTo === undefined ? [] : [below(name, attachedTo)]))]
    }),
  pg_type: typeRows,
})

/** Of these not all are known, but all that the rest refers to. */
const beside: typeof own = lookup({
  pg_namespace: (catalog) => [...new Set([...catalog.relations().map(({ name }) => name), ...catalog.types().map(({ name }) => name)].map((name) => nameParts(name).schema))].map((schema) => ({ oid: schema, nspname: schema })),
})

const standard: typeof own = lookup({
  tables: (catalog) =>
    (['table', 'partitioned table', 'view', 'foreign table'] as const).flatMap((kind) => named(catalog, [kind], 'table_schema', 'table_name').map((row) => ({ ...row, table_type: kind === 'view' ? 'VIEW' : kind === 'foreign table' ? 'FOREIGN' : 'BASE TABLE' }))),
  views: (catalog) => named(catalog, ['view'], 'table_schema', 'table_name'),
  sequences: (catalog) => named(catalog, ['sequence'], 'sequence_schema', 'sequence_name'),
  columns: (catalog) => columnRows(catalog)?.flatMap(({ schema, table, column, notNull, materialized }) => (materialized ? [] : [{ table_schema: schema, table_name: table, column_name: column, is_nullable: notNull ? 'NO' : 'YES' }])),
  table_constraints: (catalog) =>
    constraints(catalog).flatMap(({ table, name, type }) => {
      const { schema, name: of } = nameParts(table)
      return constraintWords[type] === undefined ? [] : [{ constraint_schema: schema, constraint_name: name, table_schema: schema, table_name: of, constraint_type: constraintWords[type] }]
    }),
  triggers: (catalog) => triggers(catalog).map(({ table, name }) => ({ trigger_name: name, event_object_schema: nameParts(table).schema, event_object_table: nameParts(table).name })),
})
