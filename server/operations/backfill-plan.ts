import type { Catalog } from '../catalog/catalog'
import type { Column, ColumnType, Constraint, Table } from '../catalog/relation'
import { columnOf, isTable, isUnfilled } from '../catalog/relation'
import { countRows, rowsIn } from '../catalog/rows-in'
import { listWords } from '../model/format'
import { lookup } from '../model/lookup'
import { nameParts, quoteIdentifier } from '../model/name'
import type { RelationName, WrittenName } from '../model/name'
import type { Plan, Step } from '../model/plan'
import { shift } from '../model/span'
import type { DataChange, Expression } from '../sql/command'
import { readExpression } from '../sql/expression'
import type { ExpressionFacts } from '../sql/expression'
import type { ExpressionTree } from '../sql/expression-tree'
import { inCase } from '../sql/print'
import { saysWord, TokenKind, Tokens } from '../sql/tokens'
import { treesWithin } from '../sql/walk-tree'
import { changeTables, isNew } from './alteration'
import { backfill, partsOf } from './backfill'
import { batchSize, keyOf } from './backfill-by-key'
import { descendants } from './common'
import { noWay, sqlStep, tableHead } from './constraint-plans'
import { changeEffects, changesPartition, target } from './data-change'
import { firedBy } from './fired'
import { notedChange } from './noted-rows'
import type { PlanContext } from './operation'
import { freeName } from './passing-names'
import { withIdentity } from './replica-identity'
import { domainPromises, userType } from './types'
import { expressionVolatility, functionVolatility } from './volatility'

/** The plan of an UPDATE or DELETE that touches more rows than a batch has: the same, batch by batch. */
export function backfillPlan(change: DataChange, catalog: Catalog, context: PlanContext): Plan | undefined {
  const { table: relation, views } = target(change, catalog)
  if (relation === undefined || views.length > 0 || isNew(catalog, relation)) return undefined
  const table = catalog.table(relation)
  if (!table || !isTable(table) || table.kind === 'foreign table' || !isLarge(change, table, catalog)) return undefined
  const found = inBatches(change, table, catalog, context)
  return typeof found === 'string' ? noWay(`${change.kind === 'delete' ? 'Delete' : 'Change'} the rows in batches of your own, by ranges of a key, each in a transaction of its own: they are not cut here, for ${found}`) : found
}

/** Or why no batches are made of it; completes "for …". */
function inBatches(change: DataChange, table: Table, catalog: Catalog, context: PlanContext): Plan | string {
  const relation = table.name
  if (change.query.changes.length > 0) return 'it changes rows elsewhere too, which belong to the same transaction'
  const pieces = piecesOf(change, context.sql)
  if (!pieces) return 'more than its condition says which rows they are, or what comes of them'
  const itself = change.kind === 'delete' ? keyToItself(table) : undefined
  if (itself) return `\`${itself.name}\` lets no row go before those of the table that refer to it: begin with rows that none refers to, and come by again`
  // A walk comes by again, so that what it has done must not fit any more, and what did not fit must not.
  const shifts = change.query.reads.some((read) => catalog.resolve(read) === relation)
    ? 'it reads the table that it changes, which is another one after each batch'
    : pieces.where !== undefined && !isRepeatable(pieces.where, change, catalog)
      ? 'its condition may let other rows through each time'
      : undefined
  if (shifts !== undefined) {
    const noted = notedChange(change, table, { ...pieces, qualifier: qualifierOf(change), reachesOthers: reachesOthers(change, table, catalog), changesKey: changesKey(change, table) }, catalog, context)
    return noted ? withIdentity(noted, [relation, ...descendants(catalog, relation)], change.kind === 'delete' ? 'delete' : 'update', change.relation, catalog, context) : shifts
  }
  const cased = (text: string): string => inCase(text, context.keywords)
  const told = change.kind === 'delete' ? { sql: pieces.where } : remaining(change, pieces, table, catalog, cased)
  const marked = told === undefined ? marking(change, pieces, table, catalog, context) : undefined
  const where = told ?? marked
  if (!where) return 'it cannot be told of a row whether it has been changed'
  const changed = new Set(changeEffects(change, catalog).flatMap((effect) => (effect.work.some(({ kind }) => kind === change.kind) ? [effect.relation] : [])))
  const parts = change.only ? [{ relation, written: change.relation, only: true }] : partsOf(relation, change.relation, catalog)?.filter((part, _, all) => all.length === 1 || changed.has(part.relation))
  const isByKey = parts?.every((part) => keyOf(catalog.table(part.relation)!) !== undefined) ?? false
  if (!parts || parts.length === 0 || (parts.length > 1 && changesPartition(change, [relation, ...descendants(catalog, relation)], catalog))) return noWay('Change its partitions and children one by one, for each of which there is another way: no key leads through all of them in one order')
  const isDivided = parts.some((part) => part.relation !== relation || part.only !== change.only)
  const alias = change.alias ?? (isDivided ? change.relation.name : undefined)
  const steps = parts.map((part) => {
    const named = context.name(part.written)
    const from = `${part.only ? cased('ONLY ') : ''}${named}${alias === undefined ? '' : ` ${cased('AS')} ${quoteIdentifier(alias)}`}`
    const head = marked?.head ?? pieces.head
    const own = catalog.table(part.relation)!
    return backfill(
      {
        relation: part.relation,
        head: isDivided ? withTarget(head, from) : head,
        named,
        from,
        does: `${change.kind === 'delete' ? 'Deletes rows of' : 'Changes'} \`${nameParts(part.relation).name}\``,
        ...(!marked && { isNeverDone: true as const }),
        ...(where.sql !== undefined && { where: where.sql }),
        ...(pieces.others !== undefined && { others: pieces.others, qualifier: qualifierOf(change) }),
        ...(where.but !== undefined && { but: where.but }),
        ...(changesKey(change, own) && { changesKey: true }),
        ...(reachesOthers(change, table, catalog) && { reachesOthers: true }),
      },
      marked?.catalog ?? catalog,
      context,
    )
  })
  if (!steps.every((step) => step !== undefined)) return isByKey ? 'a block has no place for its parameters' : 'no key leads through its rows'
  const title = `${change.kind === 'delete' ? 'Delete' : 'Update'} in batches${isByKey ? ' by key' : ''}, committing each`
  const plan: Plan = {
    title: marked ? `${title}; a column that is there meanwhile says of each row whether it is done` : title,
    fit: 'staged',
    expand: marked?.before ?? [],
    migrate: steps,
    contract: marked?.after ?? [],
  }
  return withIdentity(plan, [relation, ...descendants(catalog, relation)], change.kind === 'delete' ? 'delete' : 'update', change.relation, catalog, context)
}

/** One that neither deletes nor sets the rows that refer: a statement is asked at its end, and a batch at its own. */
const keyToItself = ({ name, constraints }: Table): Constraint | undefined =>
  constraints.find(({ type, references, onDelete, enforced }) => type === 'foreign-key' && references === name && (onDelete === undefined || onDelete === 'restrict') && enforced !== false)

interface Marking extends Remaining {
  /** The statement, which marks each row that it changes. */
  readonly head: string
  readonly before: readonly Step[]
  readonly after: readonly Step[]
  /** With the column. */
  readonly catalog: Catalog
}

/** Nothing in a row tells that it has been changed, as of `n = n + 1`: a column does, as long as there are rows to change. */
function marking(change: DataChange, { head, where, others }: Pieces, table: Table, catalog: Catalog, context: PlanContext): Marking | undefined {
  const family = [table.name, ...descendants(catalog, table.name)].map((one) => catalog.table(one))
  if (change.set.length === 0 || change.set.some(({ expression }) => expression && readExpression(expression.sql).hasParameter) || family.some((one) => !one?.columns)) return undefined
  const cased = (text: string): string => inCase(text, context.keywords)
  const column = freeName('is_changed', (name) => family.some((one) => one!.columns!.some((other) => other.name === name)))
  const own = quoteIdentifier(column)
  const alter = tableHead(change.relation, context)
  const before = [
    sqlStep(`${alter} ${cased('ADD COLUMN')} ${own} ${cased('boolean NOT NULL DEFAULT false')};`, 'shared', 'Takes a moment: no row is touched. Whoever copies all columns, or has as many places for them, meets one more until it is gone.'),
    sqlStep(`${alter} ${cased('ALTER COLUMN')} ${own} ${cased('SET DEFAULT true')};`, 'shared', 'Rows that come in from here on are left as they are.'),
  ]
  const at = others === undefined ? head.length : head.lastIndexOf(others)
  // Before the word FROM.
  const end = others === undefined ? at : head.slice(0, at).trimEnd().length - 'from'.length
  const set = head.slice(0, end).trimEnd()
  const rest = head.slice(end)
  const name = others === undefined ? own : `${qualifierOf(change)}.${own}`
  return {
    head: `${set}, ${own} = ${cased('true')}${rest === '' ? '' : ` ${rest}`}`,
    sql: `${where === undefined ? '' : `(${where.trim()}${/--[^\n]*$/.test(where) ? '\n' : ''}) ${cased('AND')} `}${cased('NOT')} ${name}`,
    before,
    after: [sqlStep(`${alter} ${cased('DROP COLUMN')} ${own};`, 'shared', 'All rows are changed, and nobody asks for it any more.')],
    catalog: changeTables(catalog, family.map((one) => one!.name), (one) => ({ ...one, columns: [...one.columns!, { name: column, type: { name: 'bool', modifiers: [], dimensions: 0 }, notNull: true }] })),
  }
}

/** The same of a table below it, which goes by the name that the statement has for the whole. */
function withTarget(head: string, target: string): string {
  const tokens = new Tokens(head)
  let at = tokens.isWord(0, 'delete') ? 2 : 1
  const start = tokens.starts[tokens.isWord(at, 'only') ? at++ : at]!
  const isBraced = tokens.sign(at) === '('
  if (isBraced) at++
  while (tokens.sign(at + 1) === '.') at += 2
  if (isBraced) at++
  if (tokens.sign(at + 1) === '*') at++
  // An alias of the author's own is in the target.
  if (tokens.isWord(at + 1, 'as')) at += 2
  else if (at + 1 < tokens.count && !tokens.isWord(at + 1, 'set') && !tokens.isWord(at + 1, 'using') && tokens.kinds[at + 1] !== TokenKind.Sign) at++
  return `${head.slice(0, start)}${target}${head.slice(tokens.ends[at])}`
}

const qualifierOf = (change: DataChange): string => quoteIdentifier(change.alias ?? change.relation.name)

/** What a row is referred to by goes away with it, or gets another value: what is not known to be no key may be one. */
const changesKey = (change: DataChange, table: Table): boolean =>
  change.kind === 'delete' || !table.complete || [...table.indexes.filter(({ shape }) => shape.unique).map(({ shape }) => shape.keys), ...table.constraints.filter(({ type }) => type === 'primary-key' || type === 'unique').map(({ columns }) => columns)].some((key) => key.some((column) => change.columns.includes(column)))

/** Foreign keys look for rows elsewhere, or change them. */
function reachesOthers(change: DataChange, table: Table, catalog: Catalog): boolean {
  const own = new Set<RelationName>([table.name, ...descendants(catalog, table.name)])
  const refersToItself = table.constraints.some(({ references, columns }) => references === table.name && (change.kind === 'delete' || columns.some((column) => change.columns.includes(column))))
  return refersToItself || changeEffects(change, catalog).some(({ relation, indexOf, lock }) => lock !== 'ACCESS SHARE' && !own.has(indexOf ?? relation))
}

/** As many rows are read, about, while one is changed. */
const readPerChange = 100

/** More rows than a batch has are changed, in the table or in one of its partitions, or so many read for those that are. */
export const isLarge = (change: DataChange, table: Table, catalog: Catalog, ifUnknown = true): boolean =>
  changeEffects(change, catalog).some(({ relation, work }) =>
    work.some((one) => {
      if (!('rows' in one)) return false
      // Of a guess the most that it may be.
      const { rows } = one
      const count = countRows(rows.kind === 'fraction' ? { ...rows, fraction: rows.assumed ? (rows.between?.[1] ?? 1) : rows.fraction } : rows, catalog)
      // What a join brings is read to its end, however few rows come of it.
      const brought = rows.kind === 'fraction' && change.joins ? change.query.reads.map((other) => rowsIn(catalog.resolve(other), catalog) ?? 0) : []
      const read = Math.max(...brought, one.byReading ? (rowsIn(relation, catalog) ?? 0) : 0) / readPerChange
      return count === undefined ? ifUnknown : Math.max(count, read) > batchSize(table)
    }),
  )

interface Pieces {
  /** Before WHERE. */
  readonly head: string
  readonly where?: string
  /** Behind FROM of an UPDATE, or USING of a DELETE. */
  readonly others?: string
}

/** The text of the statement, taken apart; undefined where anything follows the condition, a RETURNING for one. */
function piecesOf(change: DataChange, sql: string): Pieces | undefined {
  const text = sql.slice(change.span.start, change.span.end)
  const tokens = new Tokens(text)
  const isAt = (index: number, word: string): boolean => tokens.isWord(index, word) && tokens.depths[index] === 0
  if (!isAt(0, change.kind) || Array.from({ length: tokens.count }, (_, index) => index).some((index) => isAt(index, 'returning'))) return undefined
  const cut = beforeWhere(text, tokens, change.where && { sql: change.where.sql, span: shift(change.where.span, -change.span.start) })
  return cut && { ...withOthers(change, cut.head), ...(cut.where !== undefined && { where: cut.where }) }
}

/** A statement and its condition; undefined where anything follows that, or it is not all that stands behind WHERE. */
export function beforeWhere(text: string, tokens: Tokens, where: Expression | undefined): Pick<Pieces, 'head' | 'where'> | undefined {
  if (!where) return { head: trailing(text, tokens) }
  const keyword = tokens.at(where.span.start) - 1
  if (!tokens.isWord(keyword, 'where') || tokens.depths[keyword] !== 0 || tokens.at(where.span.end) < tokens.count) return undefined
  return { head: text.slice(0, tokens.starts[keyword]).trimEnd(), where: where.sql }
}

function withOthers(change: DataChange, head: string): Pieces {
  const tokens = new Tokens(head)
  const word = change.kind === 'update' ? 'from' : 'using'
  const at = Array.from({ length: tokens.count }, (_, index) => index).find((index) => tokens.depths[index] === 0 && tokens.isWord(index, word) && !tokens.isWord(index - 1, 'distinct'))
  return at === undefined ? { head } : { head, others: head.slice(tokens.starts[at + 1], tokens.ends[tokens.count - 1]) }
}

/** Without comments behind the last word, in which what is put behind it would be lost. */
const trailing = (text: string, tokens: Tokens): string => text.slice(0, tokens.ends[tokens.count - 1])

interface Remaining {
  readonly sql?: string | undefined
  /** A sentence for who is about to run it. */
  readonly but?: string
}

/**
 * The condition that leaves out what is done already, so that the block can be stopped and run again, and comes by again itself.
 * Undefined where a row cannot be told to be done, whatever the column's type makes of the value, or where doing it twice is not the same as doing it once.
 */
function remaining(change: DataChange, { where, others }: Pieces, table: Table, catalog: Catalog, cased: (text: string) => string): Remaining | undefined {
  const sets = change.set
  if (sets.length === 0 || sets.some(({ expression }) => !expression || readExpression(expression.sql).hasParameter)) return undefined
  const set = new Set(sets.map(({ column }) => column))
  if ([table.name, ...descendants(catalog, table.name)].some((one) => mayBeReplaced(one, [...set], catalog))) return undefined
  const values = sets.map(({ expression }) => readExpression(expression!.sql))
  if (values.some((value) => !value.readable || value.isDefaultKeyword)) return undefined
  // `a = a + 1`, `a = b, b = a`: a second time gives another result; `a = lower(a)` does not.
  const readsSet = values.map((value, index) => readsOwn(value, change, table, catalog).filter((column) => set.has(column) && !(column === sets[index]!.column && isIdempotent(value.tree, columnOf(table, column)))))
  if (readsSet.some((columns) => columns.length > 0)) return undefined
  const [only] = sets
  // The author's own condition says which rows are left: those without a value.
  if (where !== undefined && sets.length === 1 && fillsNull(where, only!.column)) {
    if (values[0]!.isNull) return undefined
    if (values[0]!.isConstant) return { sql: where }
    // A row that gets NULL is left as it is, and fits again; but a value that is another at each look tells nothing.
    return expressionVolatility(only!.expression!.sql, catalog) === 'volatile' ? { sql: where } : { sql: `${where.trim()} ${cased('AND')} ${inParentheses(only!.expression!.sql)} ${cased('IS NOT NULL')}` }
  }
  const isKnown = table.columns !== undefined
  const before = where === undefined ? '' : `(${where.trim()}${/--[^\n]*$/.test(where) ? '\n' : ''}) ${cased('AND')} `
  // A column that came with this migration and that nobody has written to: who has a value has been there.
  const fresh = sets.findIndex(({ column }, index) => isUnfilled(columnOf(table, column)) && !values[index]!.isNull)
  const isTold = sets.every(({ column, expression }) => isSettled(expression!.sql, change, catalog) && (!isKnown || isComparable(columnOf(table, column)?.type, catalog)))
  if (!isTold && fresh >= 0) {
    const { column, expression } = sets[fresh]!
    const name = `${others === undefined ? '' : `${qualifierOf(change)}.`}${quoteIdentifier(column)}`
    // A row that gets NULL is left as it is; but a value that is another at each look tells nothing.
    const gets = expressionVolatility(expression!.sql, catalog) === 'volatile' ? '' : `${cased(' AND')} ${inParentheses(expression!.sql)} ${cased('IS NOT NULL')}`
    return { sql: `${before}${name} ${cased('IS NULL')}${gets}` }
  }
  if (!isTold) return undefined
  const left = sets.map(({ column, expression }): string | undefined => {
    const value = asStored(expression!.sql, columnOf(table, column), catalog)
    const name = `${others === undefined ? '' : `${qualifierOf(change)}.`}${quoteIdentifier(column)}`
    return value && `${isBroad(columnOf(table, column), catalog) ? `${name}::text` : name} ${cased('IS DISTINCT FROM')} ${identified(value, columnOf(table, column), catalog, cased)}`
  })
  if (left.includes(undefined)) return undefined
  const both = left.length === 1 ? left[0]! : `(${left.join(cased(' OR '))})`
  return {
    sql: `${before}${both}`,
    ...(!isKnown && { but: `Ends in an error before it changes anything if the type of ${listWords(sets.map(({ column }) => `\`${column}\``))} cannot be compared, as json cannot.` }),
  }
}

/** A trigger ahead of the change may put another value in the place of the statement's. */
function mayBeReplaced(relation: RelationName, columns: readonly string[], catalog: Catalog): boolean {
  return firedBy({ relation, event: 'update', columns, level: 'row' }, catalog).some(({ trigger }) => {
    if (trigger.fires !== undefined && trigger.fires !== 'before') return false
    const bodies = (trigger.function === undefined ? undefined : catalog.routine(trigger.function))?.variants.map(({ body }) => body) ?? []
    return bodies.length === 0 || bodies.some((body) => body === undefined || columns.some((column) => saysWord(body, column)) || /\bnew\s*:?=|\binto\s+(?:strict\s+)?new\b/i.test(body))
  })
}

/** The value as the column's type makes it: a number may be rounded and a time cut off when it is stored. */
function asStored(value: string, column: Column | undefined, catalog: Catalog): string | undefined {
  if (isKeptExactly(readExpression(value).tree, column) || isLabel(readExpression(value).tree, column, catalog)) return inParentheses(value)
  const type = column && castTo(domainPromises(column.type, catalog).base)
  return type === undefined ? undefined : `(${value})::${type}`
}

/** Types of which two values may be equal and yet not the same: `1.0` and `1.00`, `1 day` and `24:00`. */
const isBroad = (column: Column | undefined, catalog: Catalog): boolean => {
  if (!column) return false
  const { name, modifiers, dimensions } = domainPromises(column.type, catalog).base
  return dimensions === 0 && modifiers.length === 0 && (name === 'numeric' || name === 'interval' || name === 'jsonb')
}

/** The value, as what is the same only if it is the same to the letter. */
function identified(value: string, column: Column | undefined, catalog: Catalog, cased: (text: string) => string): string {
  if (!column || /^null$/i.test(value)) return value
  const { base } = domainPromises(column.type, catalog)
  const cast = `::${base.name}`
  if (isBroad(column, catalog)) return `${value.endsWith(cast) ? value : `${value}${cast}`}::text`
  const isText = base.dimensions === 0 && /^(text|varchar|bpchar)$/.test(base.name)
  // A collation that somebody has made, which a domain may have too, may take `a` and `A` for equal (pg_collation.collisdeterministic).
  const isPlain = column.collation === undefined ? base === column.type : /^(?:"C"|"POSIX"|"default"|ucs_basic|"[^"]*-x-icu")$/.test(column.collation)
  return isText && !isPlain ? `${value} ${cased('COLLATE')} "C"` : value
}

const readableNames: Readonly<Record<string, string>> = lookup({ int2: 'smallint', int4: 'integer', int8: 'bigint', float4: 'real', float8: 'double precision', bpchar: 'char', bool: 'boolean' })

/** Types whose name and numbers say all of them. */
const castTo = ({ name, modifiers, dimensions }: Column['type']): string | undefined =>
  dimensions > 0 || !/^(int2|int4|int8|float4|float8|numeric|bpchar|varchar|text|bool|date|time|timetz|timestamp|timestamptz|uuid|jsonb|bytea|inet|cidr)$/.test(name) || (name === 'bpchar' && modifiers.length === 0)
    ? undefined
    : `${readableNames[name] ?? name}${modifiers.length === 0 ? '' : `(${modifiers.join(', ')})`}`

/** Of an enum, with or without a cast: nothing else is assigned to it than what it is. */
function isLabel(value: ExpressionTree | undefined, column: Column | undefined, catalog: Catalog): boolean {
  return column !== undefined && column.type.dimensions === 0 && userType(column.type, catalog)?.kind === 'enum' && (value?.kind === 'string' || (value?.kind === 'cast' && value.operand.kind === 'string'))
}

/** Columns of the row itself that the value is made of. Within a sub-select a bare name is that of a table there, if one has it. */
function readsOwn(value: ExpressionFacts, change: DataChange, table: Table, catalog: Catalog): readonly string[] {
  const inner = change.query.reads.map((read) => catalog.table(catalog.resolve(read))?.columns)
  const isInner = (column: string): boolean => inner.some((columns) => columns?.some(({ name }) => name === column)) && columnOf(table, column) !== undefined
  return value.columnReferences.flatMap(({ qualifier, column, inSubquery }) => {
    if (qualifier !== undefined) return qualifier === (change.alias ?? change.relation.name) ? [column] : []
    return inSubquery && isInner(column) ? [] : [column]
  })
}

/** Done to its own result it changes nothing: `lower(a)`, `coalesce(a, 0)`, `jsonb_set(a, '{b}', '1')`. */
function isIdempotent(value: ExpressionTree | undefined, column: Column | undefined): boolean {
  const isItself = (tree: ExpressionTree | undefined): boolean => tree?.kind === 'column' && tree.name === column?.name
  const isApart = (tree: ExpressionTree): boolean => treesWithin(tree).every((one) => one.kind !== 'other' && !isItself(one))
  const isJson = column?.type.name === 'jsonb' && column.type.dimensions === 0
  if (value?.kind === 'binary') return isJson && isItself(value.left) && ((value.operator === '-' && textOf(value.right) !== undefined) || (value.operator === '#-' && isPathOfKeys(value.right)))
  if (value?.kind !== 'call' || !isOfPostgres(value.function)) return false
  const { name } = value.function
  const [first, ...others] = value.arguments
  if (!others.every(isApart)) return false
  if (name === 'jsonb_set') return isJson && isItself(first) && isPathOfKeys(others[0])
  // A negative length cuts off so many each time.
  if (name === 'left') return isItself(first) && others[0]?.kind === 'number' && others[0].value >= 0
  if (/^(coalesce|greatest|least|abs|round|trunc|floor|ceil|ceiling)$/.test(name)) return isItself(first)
  if (name === 'nullif') return isItself(first) || isFolded(first)
  return (/^[blr]?trim$/.test(name) && isItself(first)) || isFolded(value)

  // Spaces that are trimmed stay so in another case; other characters may come back.
  function isFolded(tree: ExpressionTree | undefined, inCase = false): boolean {
    if (tree?.kind !== 'call' || tree.arguments.length !== 1 || !isOfPostgres(tree.function) || !/^(lower|upper|initcap|[blr]?trim)$/.test(tree.function.name)) return false
    const changesCase = !tree.function.name.endsWith('trim')
    return !(changesCase && inCase) && (isItself(tree.arguments[0]) || isFolded(tree.arguments[0], inCase || changesCase))
  }
}

/** COALESCE, NULLIF, GREATEST, LEAST and TRIM are no functions of a schema, but nobody's own either. */
const isOfPostgres = ({ schema }: WrittenName): boolean => schema === undefined || schema === 'pg_catalog'

const textOf = (tree: ExpressionTree | undefined): string | undefined => (tree?.kind === 'string' ? tree.value : tree?.kind === 'cast' ? textOf(tree.operand) : undefined)

/** A number in a path is a place in an array, where another element comes to stand once one is taken away, or one more is added. */
const isPathOfKeys = (tree: ExpressionTree | undefined): boolean => textOf(tree) !== undefined && !/(^|[{,])\s*"?\s*[-+]?\d+\s*"?\s*([,}]|$)/.test(textOf(tree)!)

/** Another look at a row gives the same value. */
function isSettled(value: string, change: DataChange, catalog: Catalog): boolean {
  const facts = readExpression(value)
  if (!facts.hasSubquery) return expressionVolatility(value, catalog) === 'immutable'
  return facts.sqlValueFunctions.length === 0 && facts.functions.every((name) => functionVolatility(name, catalog) === 'immutable') && isRepeatable(value, change, catalog)
}

/** It lets the same rows through each time that it is asked. */
function isRepeatable(where: string, change: DataChange, catalog: Catalog): boolean {
  const facts = readExpression(where)
  if (!facts.readable || facts.columns.includes('ctid')) return false
  if (!facts.hasSubquery) return expressionVolatility(where, catalog) !== 'volatile'
  // What a query gives is up to the tables that it reads, as where they stand behind FROM or USING: not to what the batches before have done, nor to which rows come first.
  const tokens = new Tokens(where)
  const takesSome = Array.from({ length: tokens.count }, (_, index) => index).some((index) => choosing.has(tokens.word(index)) || (tokens.isWord(index, 'distinct') && tokens.isWord(index + 1, 'on')))
  const written = new Set(changeEffects(change, catalog).flatMap(({ relation, lock }) => (lock === 'ACCESS SHARE' || lock === 'ROW SHARE' ? [] : [relation])))
  return !takesSome && facts.functions.every((name) => functionVolatility(name, catalog) !== 'volatile') && change.query.reads.map((read) => catalog.resolve(read)).every((read) => isTable(catalog.relation(read)) && !written.has(read))
}

const choosing: ReadonlySet<string> = new Set(['limit', 'offset', 'fetch', 'tablesample', 'for'])

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

/** A type of somebody's own may have none either, but an enum has. */
function isComparable(type: ColumnType | undefined, catalog: Catalog): boolean {
  if (type === undefined) return false
  const own = userType(type, catalog)
  return own?.kind === 'domain' ? isComparable(own.base, catalog) : own?.kind === 'enum' || (!type.name.includes('.') && !incomparable.has(type.name))
}
