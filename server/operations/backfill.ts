import type { Catalog } from '../catalog/catalog'
import type { Column, Table } from '../catalog/relation'
import { columnOf, isTable } from '../catalog/relation'
import type { RowCount } from '../model/effect'
import { formatCount, listWords } from '../model/format'
import { nameParts, quoteIdentifier } from '../model/name'
import type { RelationName } from '../model/name'
import type { Plan, Step } from '../model/plan'
import type { DataChange } from '../sql/command'
import { readExpression } from '../sql/expression'
import type { ExpressionTree } from '../sql/expression-tree'
import { inCase } from '../sql/print'
import { TokenKind, Tokens } from '../sql/tokens'
import { isNew } from './alteration'
import { blocksPerBatch, blockWalkLines, canWalkByBlock, mostPasses } from './backfill-by-block'
import { changedRows, countRows, target } from './data-change'
import type { PlanContext } from './operation'
import { expressionVolatility } from './volatility'

/** An UPDATE or DELETE of the whole table, as a statement that `backfill` can confine to a range of keys. */
export interface BackfillRequest {
  readonly relation: RelationName
  /** From its first word to before WHERE: `UPDATE orders AS o SET status = 'new' FROM …`. */
  readonly head: string
  /** Without the word WHERE. */
  readonly where?: string
  /** The same for a walk that comes by again, where it may let a row through that has been changed. */
  readonly left?: string
  /** What the table's columns go by in the statement: an alias, or its name; needed only where other tables are in sight. */
  readonly qualifier?: string
  /** The relation as the author names it. */
  readonly named: string
  /** As it stands behind FROM, where that is more than its name: `ONLY orders AS o`. */
  readonly from?: string
  /** What the step does: "Sets `status`". */
  readonly does: string
  /** What else is to be known before it is run: a sentence. */
  readonly but?: string
}

/**
 * One block of code that goes through a table by its primary key and commits after every batch, ready to be run with psql.
 * Where there is no key to go by, or none is known, it goes through the table's own blocks, if the condition tells which rows are left.
 */
export function backfill(request: BackfillRequest, catalog: Catalog, context: Pick<PlanContext, 'keywords'>): Step | undefined {
  const table = catalog.table(request.relation)
  if (!table) return undefined
  const { head, where } = request
  // psql puts its variables and a driver its parameters in no string, and the block is one.
  if (/\$\d|(?<![:\w]):['"]?[a-z_]\w*/i.test(`${head} ${where ?? ''}`)) return undefined
  const tag = ['$backfill$', '$batches$', '$by_key$'].find((one) => !`${head}${where ?? ''}`.includes(one))
  if (tag === undefined) return undefined

  const key = keyOf(table)
  const cased = (text: string): string => inCase(text, context.keywords)
  if (!key && (!canWalkByBlock(table, catalog) || request.qualifier !== undefined)) return undefined
  const lines = key ? keyWalkLines(request, table, key, cased) : blockWalkLines({ head, named: request.named, from: request.from ?? request.named, ...(where !== undefined && { where: request.left ?? where }) }, table, catalog, pauseSeconds, cased)
  const batch = key ? `${formatCount(batchSize(table))} rows` : `${formatCount(blocksPerBatch(table))} blocks of the table`
  const meanwhile = key
    ? 'rows that others write meanwhile are theirs to write right, and a second run finds those that were not.'
    : `rows that others write meanwhile so that they fit, or that move behind it, are found when it comes by again, which it does ${mostPasses - 1} times at most.`
  return {
    kind: 'backfill',
    sql: [cased(`DO ${tag}`), ...lines, `${tag};`].join('\n'),
    transaction: 'none',
    why: [`${request.does} ${batch} at a time, each batch in a transaction of its own. It can be stopped and run again, for then it finds what is left; ${meanwhile}`, ...(request.but === undefined ? [] : [request.but])].join(' '),
  }
}

/** The text between the tags, for a key that can be ordered. */
function keyWalkLines(request: BackfillRequest, table: Table, key: readonly string[], cased: (text: string) => string): readonly string[] {
  const { head, where, named } = request
  const taken = new Set([...(table.columns ?? []).map((column) => column.name), ...readExpression(where ?? 'true').columns])
  const variable = (prefix: string, index: number): string => {
    const base = key.length === 1 ? `${prefix}_key` : `${prefix}_key_${index + 1}`
    return taken.has(base) ? `this_${base}` : base
  }
  const columns = key.map(quoteIdentifier)
  const qualified = columns.map((column) => (request.qualifier === undefined ? column : `${request.qualifier}.${column}`))
  const first = key.map((_, index) => variable('first', index))
  const last = key.map((_, index) => variable('last', index))
  const row = (parts: readonly string[]): string => (parts.length === 1 ? parts[0]! : `(${parts.join(', ')})`)
  const list = (parts: readonly string[]): string => parts.join(', ')
  const size = batchSize(table)
  const down = columns.map((column) => `${column} DESC`).join(', ')
  const range = `${row(qualified)} >= ${row(first)} AND ${row(qualified)} <= ${row(last)}`
  const condition = where === undefined ? cased(range) : `${cased(range)}\n      ${cased('AND')} (${where.trim()}${/--[^\n]*$/.test(where) ? '\n' : ''})`

  const declarations = [...first, ...last].map((name, index) => `  ${name} ${named}.${columns[index % columns.length]!}%TYPE;`)
  return [
    cased('DECLARE'),
    ...declarations.map(cased),
    cased('BEGIN'),
    cased(`  SELECT ${list(columns)} INTO ${list(first)} FROM ${named} ORDER BY ${list(columns)} LIMIT 1;`),
    cased('  WHILE FOUND LOOP'),
    cased(`    SELECT ${list(columns)} INTO ${list(last)} FROM (`),
    cased(`      SELECT ${list(columns)} FROM ${named} WHERE ${row(columns)} >= ${row(first)} ORDER BY ${list(columns)} LIMIT ${size}`),
    cased(`    ) AS batch ORDER BY ${down} LIMIT 1;`),
    `    ${indented(head.trim())}`,
    `${cased('    WHERE ')}${condition};`,
    cased('    COMMIT;'),
    cased(`    PERFORM pg_sleep(${pauseSeconds});`),
    cased(`    SELECT ${list(columns)} INTO ${list(first)} FROM ${named} WHERE ${row(columns)} > ${row(last)} ORDER BY ${list(columns)} LIMIT 1;`),
    cased('  END LOOP;'),
    cased('END'),
  ]
}

/** The plan of an UPDATE or DELETE that touches more rows than a batch has: the same, batch by batch. */
export function backfillPlan(change: DataChange, catalog: Catalog, context: PlanContext): Plan | undefined {
  const { table: relation, views } = target(change, catalog)
  if (relation === undefined || views.length > 0 || isNew(catalog, relation)) return undefined
  const table = catalog.table(relation)
  if (!table || !isTable(table) || table.kind === 'foreign table') return undefined
  // A key of the parent says nothing of the rows of its children, and a part of a transaction's changes cannot be committed apart.
  if ((!change.only && catalog.children(relation).length > 0) || change.query.changes.length > 0) return undefined
  if (!isLarge(changedRows(change, relation, catalog), table, catalog)) return undefined
  // What the statement reads of its own table changes under it from batch to batch.
  if (change.query.reads.some((read) => catalog.resolve(read) === relation)) return undefined

  const pieces = piecesOf(change, context.sql)
  if (!pieces) return undefined
  const alone = change.query.reads.length === 0
  const isByKey = keyOf(table) !== undefined
  const cased = (text: string): string => inCase(text, context.keywords)
  // A walk by blocks comes by again, so that what it has done must not fit any more.
  if (!isByKey && (!alone || (pieces.where !== undefined && !isRepeatable(pieces.where, catalog)))) return undefined
  const where: Remaining | undefined = change.kind === 'delete' ? { sql: pieces.where } : isByKey ? remaining(change, pieces.where, table, catalog, cased) : remainingForSure(change, pieces.where, table, catalog, cased)
  if (!where) return undefined
  const alias = change.alias === undefined ? '' : ` ${cased('AS')} ${quoteIdentifier(change.alias)}`
  const step = backfill(
    {
      relation,
      head: pieces.head,
      ...(where.sql !== undefined && { where: where.sql }),
      ...(!alone && { qualifier: quoteIdentifier(change.alias ?? change.relation.name) }),
      named: context.name(change.relation),
      from: `${change.only ? cased('ONLY ') : ''}${context.name(change.relation)}${alias}`,
      ...(where.but !== undefined && { but: where.but }),
      does: change.kind === 'delete' ? `Deletes rows of \`${nameParts(relation).name}\`` : `Changes \`${nameParts(relation).name}\``,
    },
    catalog,
    context,
  )
  return step && { title: `${change.kind === 'delete' ? 'Delete' : 'Update'} in batches${isByKey ? ' by key' : ''}, committing each`, fit: 'staged', expand: [], migrate: [step], contract: [] }
}

/** Seconds, in which other writers get their turn and a standby catches up. */
const pauseSeconds = '0.05'

/** So many bytes of a table are rewritten quickly, and their log is streamed as quickly. */
const batchBytes = 4 * 1024 * 1024
const fewestRows = 1000
const mostRows = 10_000
const assumedRowBytes = 400

/** A round number of rows. */
function batchSize(table: Table): number {
  const { size } = table
  const rowBytes = size?.heapBytes !== undefined && size.rows > 0 ? size.heapBytes / size.rows : assumedRowBytes
  const rows = batchBytes / Math.max(rowBytes, 1)
  return [mostRows, 5000, 2000].find((round) => rows >= round) ?? fewestRows
}

/** The columns to go by: the primary key, else a unique index without NULL. Only what can be ordered has a B-tree. */
function keyOf(table: Table): readonly string[] | undefined {
  const primary = table.constraints.find((constraint) => constraint.type === 'primary-key')
  const isPlain = (index: Table['indexes'][number]): boolean => index.valid && index.shape.unique && index.shape.method === 'btree' && index.shape.predicate === undefined && index.shape.keys.every((key) => columnOf(table, key)?.notNull)
  return primary?.columns ?? table.indexes.find(isPlain)?.shape.keys
}

function isLarge(rows: RowCount, table: Table, catalog: Catalog): boolean {
  if (rows.kind === 'exactly') return false
  const count = countRows(rows, catalog)
  return count === undefined || count > batchSize(table)
}

/** The text before WHERE and that of its condition; undefined where anything follows it, a RETURNING for one. */
function piecesOf(change: DataChange, sql: string): { readonly head: string; readonly where?: string } | undefined {
  const text = sql.slice(change.span.start, change.span.end)
  const tokens = new Tokens(text)
  const isAt = (index: number, word: string): boolean => tokens.isWord(index, word) && tokens.depths[index] === 0
  if (!isAt(0, change.kind) || Array.from({ length: tokens.count }, (_, index) => index).some((index) => isAt(index, 'returning'))) return undefined
  if (!change.where) return { head: trailing(text, tokens) }
  const start = change.where.span.start - change.span.start
  const keyword = tokens.at(start) - 1
  if (!isAt(keyword, 'where') || tokens.at(change.where.span.end - change.span.start) < tokens.count) return undefined
  return { head: text.slice(0, tokens.starts[keyword]).trimEnd(), where: change.where.sql }
}

/** Without comments behind the last word, in which what is put behind it would be lost. */
const trailing = (text: string, tokens: Tokens): string => text.slice(0, tokens.ends[tokens.count - 1])

interface Remaining {
  readonly sql?: string | undefined
  /** A sentence for who is about to run it. */
  readonly but?: string
}

/**
 * The condition that leaves out what is done already, so that the block can be stopped and run again.
 * Undefined where a row cannot be told to be done, and doing it twice is not the same as doing it once.
 */
function remaining(change: DataChange, where: string | undefined, table: Table, catalog: Catalog, cased: (text: string) => string): Remaining | undefined {
  const sets = change.set
  if (sets.length === 0 || sets.some(({ expression }) => !expression || readExpression(expression.sql).hasParameter)) return undefined
  const set = new Set(sets.map(({ column }) => column))
  const values = sets.map(({ expression }) => readExpression(expression!.sql))
  // `a = a + 1`, `a = b, b = a`: a second time gives another result.
  if (values.some((value) => !value.readable || value.hasSubquery || value.columns.some((column) => set.has(column)))) return undefined
  // The author's own condition says which rows are left: those without a value.
  if (where !== undefined && sets.length === 1 && fillsNull(where, sets[0]!.column)) return { sql: where }
  const isStable = sets.every(({ expression }) => expressionVolatility(expression!.sql, catalog) === 'immutable')
  if (!isStable || sets.some(({ column }) => !isComparable(columnOf(table, column)))) return undefined
  const left = sets.map(({ column, expression }) => `${quoteIdentifier(column)} ${cased('IS DISTINCT FROM')} ${inParentheses(expression!.sql)}`)
  const qualified = change.query.reads.length === 0 ? left : left.map((one) => `${quoteIdentifier(change.alias ?? change.relation.name)}.${one}`)
  const both = qualified.length === 1 ? qualified[0]! : `(${qualified.join(cased(' OR '))})`
  return { sql: where === undefined ? both : `(${where.trim()}) ${cased('AND')} ${both}` }
}

/**
 * As `remaining`, for a walk that comes by again: a row that has been changed must not fit, whatever the column's type makes of the value.
 * A number may be rounded and a time cut off when it is stored, so that it differs from what was set ever after.
 */
function remainingForSure(change: DataChange, where: string | undefined, table: Table, catalog: Catalog, cased: (text: string) => string): Remaining | undefined {
  const sets = change.set
  if (sets.length === 0 || sets.some(({ expression }) => !expression || readExpression(expression.sql).hasParameter)) return undefined
  const values = sets.map(({ expression }) => readExpression(expression!.sql))
  const set = new Set(sets.map(({ column }) => column))
  if (values.some((value) => !value.readable || value.hasSubquery || value.isDefaultKeyword || value.columns.some((column) => set.has(column)))) return undefined
  const [only] = sets
  if (where !== undefined && sets.length === 1 && fillsNull(where, only!.column)) {
    if (values[0]!.isNull) return undefined
    if (values[0]!.isConstant) return { sql: where }
    // A row that gets NULL is left as it is, and fits again.
    return expressionVolatility(only!.expression!.sql, catalog) === 'volatile' ? undefined : { sql: `${where.trim()} ${cased('AND')} ${inParentheses(only!.expression!.sql)} ${cased('IS NOT NULL')}` }
  }
  if (sets.some(({ column, expression }) => !isKeptExactly(readExpression(expression!.sql).tree, columnOf(table, column)))) return undefined
  if (table.columns && sets.some(({ column }) => !isComparable(columnOf(table, column)))) return undefined
  const left = sets.map(({ column, expression }) => `${quoteIdentifier(column)} ${cased('IS DISTINCT FROM')} ${inParentheses(expression!.sql)}`)
  const both = left.length === 1 ? left[0]! : `(${left.join(cased(' OR '))})`
  return {
    sql: where === undefined ? both : `(${where.trim()}${/--[^\n]*$/.test(where) ? '\n' : ''}) ${cased('AND')} ${both}`,
    ...(!table.columns && { but: `Ends in an error before it changes anything if the type of ${listWords(sets.map(({ column }) => `\`${column}\``))} cannot be compared, as json cannot.` }),
  }
}

/** It lets the same rows through each time that it is asked. */
const isRepeatable = (where: string, catalog: Catalog): boolean => {
  const facts = readExpression(where)
  return facts.readable && !facts.columns.includes('ctid') && expressionVolatility(where, catalog) !== 'volatile'
}

/** Whether the value is found again as it was written. */
function isKeptExactly(value: ExpressionTree | undefined, column: Column | undefined): boolean {
  if (column && (column.type.modifiers.length > 0 || /^(float4|bpchar)$/.test(column.type.name)) && value?.kind !== 'null') return value?.kind === 'number' && Number.isInteger(value.value) && column.type.name === 'numeric'
  switch (value?.kind) {
    case 'null':
    case 'boolean':
    case 'string':
      return true
    case 'number':
      return Number.isSafeInteger(value.value)
    case 'unary':
      return value.operator === '-' && isKeptExactly(value.operand, column)
    case 'cast':
      return exactTypes.has(value.type.toLowerCase()) && isKeptExactly(value.operand, column)
    default:
      return false
  }
}

const exactTypes = new Set(['text', 'varchar', 'bool', 'boolean', 'int', 'integer', 'int4', 'bigint', 'int8', 'smallint', 'int2', 'uuid', 'date', 'jsonb'])

function fillsNull(where: string, column: string): boolean {
  const { tree } = readExpression(where)
  return tree?.kind === 'unary' && tree.operator === 'is null' && tree.operand.kind === 'column' && tree.operand.name === column
}

const inParentheses = (sql: string): string => {
  const tokens = new Tokens(sql)
  return tokens.count === 1 && tokens.kinds[0] !== TokenKind.Sign ? sql : `(${sql})`
}

/** Types without an equality of their own: IS DISTINCT FROM is an error on them. */
const incomparable = new Set(['json', 'xml', 'point', 'polygon', 'box', 'circle', 'line', 'lseg', 'path', 'txid_snapshot', 'pg_snapshot', 'refcursor', 'aclitem'])

/** A type of somebody's own may have none either. */
const isComparable = (column: Column | undefined): boolean => column !== undefined && !column.type.name.includes('.') && !incomparable.has(column.type.name)

/** The author's lines, as far in as the block is. */
const indented = (text: string): string => (text.includes("'") || text.includes('$') ? text : text.replaceAll('\n', '\n    '))
