import type { Catalog } from '../catalog/catalog'
import { columnOf, isTable } from '../catalog/relation'
import type { ColumnType, Table } from '../catalog/relation'
import { nameParts, quoteIdentifier } from '../model/name'
import type { RelationName } from '../model/name'
import type { Plan } from '../model/plan'
import { shift } from '../model/span'
import type { DataChange } from '../sql/command'
import { readExpression } from '../sql/expression'
import { columnList, inCase } from '../sql/print'
import { Tokens } from '../sql/tokens'
import { isNew } from './alteration'
import { backfill } from './backfill'
import { batchSize, keyOf } from './backfill-by-key'
import { beforeWhere } from './backfill-plan'
import { descendants } from './common'
import { changeEffects, countRows, queriedRows, target } from './data-change'
import { firedBy, rulesOn } from './fired'
import type { PlanContext } from './operation'
import { expressionVolatility } from './volatility'

/**
 * The plan of an INSERT that copies many rows of one table into another: the original is gone through by its key, committing each batch.
 * Only where the copy has the key of its original, for by it a row that is there already is left out when the batches are begun again.
 */
export function copyPlan(change: DataChange, catalog: Catalog, context: PlanContext): Plan | undefined {
  const { rowsOf } = change.query
  const { table: into, views } = target(change, catalog)
  const source = rowsOf && catalog.table(catalog.resolve(rowsOf.relation))
  const copy = into === undefined ? undefined : catalog.table(into)
  if (!rowsOf || !isTable(source) || !copy || views.length > 0 || source.name === copy.name || isNew(catalog, copy.name)) return undefined
  // A key of the parent says nothing of the rows of its children.
  if (source.kind === 'foreign table' || (source.kind === 'table' && catalog.children(source.name).length > 0)) return undefined
  if (change.onConflict !== undefined || change.query.reads.length !== 1 || change.query.changes.length > 0 || (countRows(queriedRows(change.query, catalog), catalog) ?? Infinity) <= batchSize(source)) return undefined
  // A row that does not arrive as it was sent would be sent again each time.
  if (firedBy({ relation: copy.name, event: 'insert', level: 'row' }, catalog).some(({ trigger }) => trigger.fires !== 'after') || rulesOn(copy.name, 'insert', catalog).length > 0) return undefined
  const key = keyOf(source)
  const pairs = key && keyPairs(change, copy, source, key)
  const text = context.sql.slice(change.span.start, change.span.end)
  const tokens = new Tokens(text)
  if (!pairs || goesOn(tokens)) return undefined
  if (rowsOf.where && (!readExpression(rowsOf.where.sql).readable || expressionVolatility(rowsOf.where.sql, catalog) === 'volatile')) return undefined
  const pieces = beforeWhere(text, tokens, rowsOf.where && { sql: rowsOf.where.sql, span: shift(rowsOf.where.span, -change.span.start) })
  if (!pieces) return undefined

  const cased = (one: string): string => inCase(one, context.keywords)
  const own = rowsOf.alias ?? rowsOf.relation.name
  const there = own === 'there' ? 'copied' : 'there'
  const isThere = pairs.map(([at, from]) => `${there}.${quoteIdentifier(at)} = ${quoteIdentifier(own)}.${quoteIdentifier(from)}`).join(cased(' AND '))
  const isMissing = `${cased('NOT EXISTS (SELECT FROM')} ${context.name(change.relation)} ${cased('AS')} ${there} ${cased('WHERE')} ${isThere})`
  const step = backfill(
    {
      relation: source.name,
      head: pieces.head,
      where: pieces.where === undefined ? isMissing : `(${pieces.where.trim()}${/--[^\n]*$/.test(pieces.where) ? '\n' : ''}) ${cased('AND')} ${isMissing}`,
      named: context.name(rowsOf.relation),
      ...(rowsOf.alias !== undefined && { from: `${context.name(rowsOf.relation)} ${cased('AS')} ${quoteIdentifier(rowsOf.alias)}` }),
      does: `Copies \`${nameParts(source.name).name}\``,
      but: 'Each batch takes the rows as they are by then, so what is changed or deleted behind it is not: where that may happen, let a trigger follow.',
      isNeverDone: true,
      copies: { ...(pieces.where !== undefined && { where: pieces.where }), conflict: `${cased('ON CONFLICT')} (${columnList(pairs.map(([at]) => at))}) ${cased('DO NOTHING')}` },
      ...(reachesOthers(change, copy, catalog) && { reachesOthers: true }),
    },
    catalog,
    context,
  )
  return step && { title: 'Copy in batches by key, committing each', fit: 'staged', expand: [], migrate: [step], contract: [] }
}

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
