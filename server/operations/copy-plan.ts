import type { Catalog } from '../catalog/catalog'
import { isTable } from '../catalog/relation'
import type { Table } from '../catalog/relation'
import { formatCount } from '../model/format'
import { nameParts, quoteIdentifier } from '../model/name'
import type { Plan } from '../model/plan'
import type { DataChange } from '../sql/command'
import { readExpression } from '../sql/expression'
import { columnList, inCase } from '../sql/print'
import { Tokens } from '../sql/tokens'
import { isNew } from './alteration'
import { batchSize, keyOf } from './backfill-by-key'
import { countRows, queriedRows, target } from './data-change'
import type { PlanContext } from './operation'
import { expressionVolatility } from './volatility'

/**
 * The plan of an INSERT that copies many rows of one table into another: key by key, committing each batch.
 * Only where the copy has the key of its original, for by it a row that is there already is left out when the batches are begun again.
 */
export function copyPlan(change: DataChange, catalog: Catalog, context: PlanContext): Plan | undefined {
  const { rowsOf } = change.query
  const { table: into, views } = target(change, catalog)
  const source = rowsOf && catalog.table(catalog.resolve(rowsOf.relation))
  const copy = into === undefined ? undefined : catalog.table(into)
  if (!rowsOf || !isTable(source) || !copy || views.length > 0 || source.name === copy.name || source.kind !== 'table' || catalog.children(source.name).length > 0 || isNew(catalog, copy.name)) return undefined
  if (change.onConflict !== undefined || change.query.reads.length !== 1 || change.query.changes.length > 0 || (countRows(queriedRows(change.query, catalog), catalog) ?? Infinity) <= batchSize(source)) return undefined
  const key = keyOf(source)
  const pairs = key && keyPairs(change, copy, source, key)
  const text = context.sql.slice(change.span.start, change.span.end)
  if (!key || !pairs || goesOn(text) || text.includes('$copy$') || /\$\d|(?<![:\w]):['"]?[a-z_]\w*/i.test(text)) return undefined
  if (rowsOf.where && (!readExpression(rowsOf.where.sql).readable || expressionVolatility(rowsOf.where.sql, catalog) === 'volatile')) return undefined

  const cased = (one: string): string => inCase(one, context.keywords)
  const named = context.name(rowsOf.relation)
  const columns = key.map(quoteIdentifier)
  const borders = (border: string): readonly string[] => key.map((_, index) => (key.length === 1 ? `${border}_key` : `${border}_key_${index + 1}`))
  const [first, last] = [borders('first'), borders('last')]
  const taken = new Set(text.toLowerCase().match(/\w+/g))
  if ([...first, ...last, 'batch'].some((name) => taken.has(name) || key.includes(name))) return undefined
  const list = columns.join(', ')
  const row = (parts: readonly string[]): string => (parts.length === 1 ? parts[0]! : `(${parts.join(', ')})`)
  const [before, behind] = rowsOf.where ? [text.slice(0, rowsOf.where.span.start - change.span.start), text.slice(rowsOf.where.span.end - change.span.start)] : [text, '']
  if (behind.trim() !== '' || (rowsOf.where && !/\swhere\s*$/i.test(before))) return undefined
  const head = rowsOf.where ? before.replace(/\s+where\s*$/i, '') : before.trim()
  const condition = rowsOf.where ? `\n      ${cased('AND')} (${rowsOf.where.sql})` : ''
  const lines = [
    cased('DECLARE'),
    ...[...first, ...last].map((name, index) => `  ${name} ${named}.${columns[index % columns.length]!}%${cased('TYPE')};`),
    cased('BEGIN'),
    `  ${cased('SELECT')} ${list} ${cased('INTO')} ${first.join(', ')} ${cased('FROM')} ${named} ${cased('ORDER BY')} ${list} ${cased('LIMIT')} 1;`,
    cased('  WHILE FOUND LOOP'),
    `    ${cased('SELECT')} ${list} ${cased('INTO')} ${last.join(', ')} ${cased('FROM')} (`,
    `      ${cased('SELECT')} ${list} ${cased('FROM')} ${named} ${cased('WHERE')} ${row(columns)} >= ${row(first)} ${cased('ORDER BY')} ${list} ${cased('LIMIT')} ${batchSize(source)}`,
    `    ) ${cased('AS')} batch ${cased('ORDER BY')} ${columns.map((column) => `${column} ${cased('DESC')}`).join(', ')} ${cased('LIMIT')} 1;`,
    `    ${head}`,
    `    ${cased('WHERE')} ${row(columns)} >= ${row(first)} ${cased('AND')} ${row(columns)} <= ${row(last)}${condition}`,
    `    ${cased('ON CONFLICT')} (${columnList(pairs.map(([column]) => column))}) ${cased('DO NOTHING')};`,
    cased('    COMMIT;'),
    `    ${cased('PERFORM')} pg_sleep(0.05);`,
    `    ${cased('SELECT')} ${list} ${cased('INTO')} ${first.join(', ')} ${cased('FROM')} ${named} ${cased('WHERE')} ${row(columns)} > ${row(last)} ${cased('ORDER BY')} ${list} ${cased('LIMIT')} 1;`,
    cased('  END LOOP;'),
    cased('END'),
  ]
  const isThere = pairs.map(([there, here]) => `there.${quoteIdentifier(there)} = here.${quoteIdentifier(here)}`).join(' AND ')
  return {
    title: 'Copy in batches by key, committing each',
    fit: 'staged',
    expand: [],
    migrate: [
      {
        kind: 'backfill',
        sql: [cased('DO $copy$'), ...lines, '$copy$;'].join('\n'),
        transaction: 'none',
        why: `Copies ${formatCount(batchSize(source))} rows of \`${nameParts(source.name).name}\` at a time, each batch in a transaction of its own; begun again, it leaves out what is there already. Each batch takes the rows as they are by then, so what is changed or deleted behind it is not: where that may happen, let a trigger follow.`,
        ...(rowsOf.where ? {} : { verify: `SELECT ${list} FROM ${named} AS here WHERE NOT EXISTS (SELECT FROM ${context.name(change.relation)} AS there WHERE ${isThere}) LIMIT 10;` }),
      },
    ],
    contract: [],
  }
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
  const same = unique.find((columns) => columns.length === key.length && key.every((one) => columns.some((column) => given.includes(column) && from(column) === one)))
  return same?.map((column) => [column, from(column)!] as const)
}

/** Parentheses around the query, or more clauses than a condition: the range of keys could not be put behind it. */
function goesOn(text: string): boolean {
  const tokens = new Tokens(text)
  const words = ['order', 'limit', 'offset', 'fetch', 'for', 'returning', 'on', 'window', 'with', 'tablesample', 'only', 'join', 'overriding']
  const own = Array.from({ length: tokens.count }, (_, index) => index).filter((index) => tokens.depths[index] === 0)
  return !own.some((index) => tokens.isWord(index, 'select')) || own.some((index) => words.some((word) => tokens.isWord(index, word)))
}
