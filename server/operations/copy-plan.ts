import { freeName } from '../catalog/catalog'
import type { Catalog } from '../catalog/catalog'
import { columnOf, isTable } from '../catalog/relation'
import type { ColumnType, Table } from '../catalog/relation'
import { countRows } from '../catalog/rows-in'
import { nameParts, quoteIdentifier } from '../model/name'
import type { RelationName } from '../model/name'
import type { Plan } from '../model/plan'
import { shift } from '../model/span'
import type { DataChange } from '../sql/command'
import { readExpression } from '../sql/expression'
import { columnList, inCase } from '../sql/print'
import { Tokens } from '../sql/tokens'
import { isNew } from './alteration'
import { clip } from './automatic-name'
import { backfill } from './backfill'
import { batchSize, keyOf } from './backfill-by-key'
import { beforeWhere, isLarge } from './backfill-plan'
import { rowOf } from './batch-walk'
import type { CopyPlace } from './batch-walk'
import { descendants } from './common'
import { createdLike, noWay, sqlStep } from './constraint-plans'
import { changeEffects, target } from './data-change'
import { queriedRows } from './queried-rows'
import { firedBy, rulesOn } from './fired'
import type { PlanContext } from './operation'
import { publicationsOf } from './subscribers'
import { expressionVolatility } from './volatility'

/**
 * The plan of an INSERT that copies many rows of one table into another: the original is gone through by its key, committing each batch.
 * By the key of its original, where the copy has it, a row that is there already is left out when the batches are begun again; else a table says how far they have come.
 */
export function copyPlan(change: DataChange, catalog: Catalog, context: PlanContext): Plan | undefined {
  const { table: into, views } = target(change, catalog)
  const copy = into === undefined ? undefined : catalog.table(into)
  if (!copy || views.length > 0 || isNew(catalog, copy.name) || !isLarge(change, copy, catalog, false)) return undefined
  const found = inBatches(change, copy, catalog, context)
  return typeof found === 'string' ? noWay(`Copy the rows in batches of your own, by ranges of a key, each in a transaction of its own: they are not cut here, for ${found}`) : found
}

/** Or why no batches are made of it; completes "for …". Undefined where few rows are read. */
function inBatches(change: DataChange, copy: Table, catalog: Catalog, context: PlanContext): Plan | string | undefined {
  const { rowsOf } = change.query
  const source = rowsOf && catalog.table(catalog.resolve(rowsOf.relation))
  if (!rowsOf || !isTable(source) || source.kind === 'foreign table' || change.query.reads.length !== 1 || change.query.changes.length > 0) return 'they are not the rows of one table alone'
  if (source.name === copy.name) return 'it reads the table that it adds to, which is another one after each batch'
  if (source.kind === 'table' && catalog.children(source.name).length > 0) return 'a key of the table says nothing of the rows of its children'
  if ((countRows(queriedRows(change.query, catalog), catalog) ?? Infinity) <= batchSize(source)) return undefined
  if (change.onConflict !== undefined) return 'what is there already decides which rows arrive'
  // A row that does not arrive as it was sent would be sent again each time.
  if (firedBy({ relation: copy.name, event: 'insert', level: 'row' }, catalog).some(({ trigger }) => trigger.fires !== 'after') || rulesOn(copy.name, 'insert', catalog).length > 0) return 'a trigger or a rule may make another row of each'
  const key = keyOf(source)
  if (!key) return 'no key leads through the rows of the original'
  const pairs = keyPairs(change, copy, source, key)
  // A batch that gives up waiting for others is left for later, and so one place would not say how far they have come.
  if (!pairs && reachesOthers(change, copy, catalog)) return noTrace
  const text = context.sql.slice(change.span.start, change.span.end)
  const tokens = new Tokens(text)
  if (rowsOf.where && (!readExpression(rowsOf.where.sql).readable || expressionVolatility(rowsOf.where.sql, catalog) === 'volatile')) return 'its condition may let other rows through each time'
  const pieces = goesOn(tokens) ? undefined : beforeWhere(text, tokens, rowsOf.where && { sql: rowsOf.where.sql, span: shift(rowsOf.where.span, -change.span.start) })
  if (!pieces) return 'a range of keys has no place behind the query'

  const cased = (one: string): string => inCase(one, context.keywords)
  const own = rowsOf.alias ?? rowsOf.relation.name
  const there = own === 'there' ? 'copied' : 'there'
  const ownKey = key.map((column) => `${quoteIdentifier(own)}.${quoteIdentifier(column)}`)
  const place = pairs ? undefined : placeOf(copy, key, there, change, catalog, context)
  if (!pairs && !place) return `${noTrace}, and a table that says how far they have come would be published`
  const isThere = pairs ? pairs.map(([at, from]) => `${there}.${quoteIdentifier(at)} = ${quoteIdentifier(own)}.${quoteIdentifier(from)}`).join(cased(' AND ')) : `${rowOf(key.map((column) => `${there}.${quoteIdentifier(column)}`))} >= ${rowOf(ownKey)}`
  const isMissing = `${cased('NOT EXISTS (SELECT FROM')} ${place?.named ?? context.name(change.relation)} ${cased('AS')} ${there} ${cased('WHERE')} ${isThere})`
  const left = pieces.where === undefined ? isMissing : `(${pieces.where.trim()}${/--[^\n]*$/.test(pieces.where) ? '\n' : ''}) ${cased('AND')} ${isMissing}`
  const step = backfill(
    {
      relation: source.name,
      head: pieces.head,
      where: left,
      named: context.name(rowsOf.relation),
      ...(rowsOf.alias !== undefined && { from: `${context.name(rowsOf.relation)} ${cased('AS')} ${quoteIdentifier(rowsOf.alias)}` }),
      does: `Copies \`${nameParts(source.name).name}\``,
      but: 'Each batch takes the rows as they are by then, so what is changed or deleted behind it is not: where that may happen, let a trigger follow.',
      isNeverDone: true,
      copies: pairs ? { ...(pieces.where !== undefined && { where: pieces.where }), conflict: `${cased('ON CONFLICT')} (${columnList(pairs.map(([at]) => at))}) ${cased('DO NOTHING')}` } : { where: left, ...(place && { place }) },
      ...(reachesOthers(change, copy, catalog) && { reachesOthers: true }),
    },
    catalog,
    context,
  )
  if (!step) return 'a block has no place for its parameters'
  const title = 'Copy in batches by key, committing each'
  return place ? { title: `${title}; a table that is there meanwhile says how far they have come`, fit: 'staged', ...placeSteps(place, key, rowsOf, context), migrate: [step] } : { title, fit: 'staged', expand: [], migrate: [step], contract: [] }
}

function placeOf(copy: Table, key: readonly string[], alias: string, { relation }: DataChange, catalog: Catalog, context: PlanContext): CopyPlace | undefined {
  const { schema, name } = nameParts(copy.name)
  const free = freeName(catalog, schema, `${clip(name, 55)}_copied`)
  if (publicationsOf(free, catalog).length > 0) return undefined
  return { named: context.name(createdLike(free, relation, catalog)), alias, columns: key }
}

function placeSteps({ named }: CopyPlace, key: readonly string[], { relation }: NonNullable<DataChange['query']['rowsOf']>, context: PlanContext): Pick<Plan, 'expand' | 'contract'> {
  const cased = (text: string): string => inCase(text, context.keywords)
  return {
    expand: [
      sqlStep(`${cased('CREATE TABLE')} ${named} ${cased('AS SELECT')} ${columnList(key)} ${cased('FROM')} ${context.name(relation)} ${cased('WITH NO DATA')};`, 'shared', 'Says how far the batches have come, for nothing in the rows that are copied does.'),
      { ...sqlStep(`${cased('INSERT INTO')} ${named} ${cased('DEFAULT VALUES')};`, 'shared', 'As long as nothing is copied it says nothing.'), back: '' },
    ],
    contract: [sqlStep(`${cased('DROP TABLE')} ${named};`, 'shared', 'No batch asks for it any more.')],
  }
}

const noTrace = 'without the key of the original nothing tells which rows are there already when the batches are begun again'

/** Foreign keys and triggers look at rows of other tables, and may have to wait for them. */
const reachesOthers = (change: DataChange, copy: Table, catalog: Catalog): boolean => {
  const own = new Set<RelationName>([copy.name, ...descendants(catalog, copy.name)])
  return changeEffects(change, catalog).some(({ relation, indexOf, lock }) => lock !== 'ACCESS SHARE' && !own.has(indexOf ?? relation) && catalog.relation(relation)?.kind !== 'sequence')
}

/** The columns of a unique key of the copy, each with the one of the original's key that it gets. */
function keyPairs(change: DataChange, copy: Table, source: Table, key: readonly string[]): readonly (readonly [string, string])[] | undefined {
  const shown = change.query.rowsOf!.shows.flatMap((one) => (one === '*' ? (source.columns ?? []).map(({ name }) => name) : [one.column]))
  const given = change.columns.length > 0 ? change.columns : (copy.columns ?? []).map(({ name }) => name)
  const from = (column: string): string | undefined => shown[given.indexOf(column)]
  // ON CONFLICT does not go by a key that may be broken until the transaction ends.
  const deferrable = new Set(copy.constraints.flatMap(({ deferrable: late, index }) => (late && index ? [index] : [])))
  const unique = [
    ...copy.constraints.filter(({ type, deferrable: late }) => (type === 'primary-key' || type === 'unique') && !late).map(({ columns }) => columns),
    ...copy.indexes.filter(({ name, valid, shape }) => valid && shape.unique && shape.predicate === undefined && !deferrable.has(name)).map(({ shape }) => shape.keys),
  ]
  // Rounded or cut off on the way, a key would not be found again.
  const isKept = (column: string, one: string): boolean => staysItself(columnOf(source, one)?.type, columnOf(copy, column)?.type)
  const same = unique.find((columns) => columns.length === key.length && key.every((one) => columns.some((column) => given.includes(column) && from(column) === one && isKept(column, one))))
  return same?.map((column) => [column, from(column)!] as const)
}

const whole = new Set(['int2', 'int4', 'int8'])

const staysItself = (from: ColumnType | undefined, to: ColumnType | undefined): boolean =>
  from !== undefined && to !== undefined && from.dimensions === to.dimensions && ((whole.has(from.name) && whole.has(to.name)) || (from.name === to.name && from.modifiers.join() === to.modifiers.join()))

/** Parentheses around the query, or more clauses than a condition: the range of keys could not be put behind it. What a window sees is cut up by batches. */
function goesOn(tokens: Tokens): boolean {
  const words = ['order', 'limit', 'offset', 'fetch', 'for', 'returning', 'on', 'window', 'with', 'tablesample', 'only', 'join', 'overriding']
  const all = Array.from({ length: tokens.count }, (_, index) => index)
  const own = all.filter((index) => tokens.depths[index] === 0)
  return !own.some((index) => tokens.isWord(index, 'select')) || own.some((index) => words.some((word) => tokens.isWord(index, word))) || all.some((index) => tokens.isWord(index, 'over') && tokens.sign(index + 1) === '(')
}
