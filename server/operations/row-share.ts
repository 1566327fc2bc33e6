import type { Catalog } from '../catalog/catalog'
import type { Column, Table } from '../catalog/relation'
import { columnOf } from '../catalog/relation'
import type { RowCount } from '../model/effect'
import type { RelationName } from '../model/name'
import { conjuncts, readExpression } from '../sql/expression'
import type { ExpressionTree } from '../sql/expression-tree'
import { neverHolds } from '../sql/never-holds'
import type { RowFacts } from '../sql/command'
import { read } from '../sql/read'
import { Tokens } from '../sql/tokens'
import { factsOf, isMetByBounds } from './fitting-partitions'
import { userType } from './types'

/** What the names in a condition mean. */
export interface Scope {
  /** The table's alias, or its bare name. */
  readonly qualifier: string
  /** No other table is in sight, so a bare name is a column of this one. */
  readonly alone: boolean
}

/** Which rows of a table a condition lets through, as PostgreSQL's planner would guess where the catalog does not know. */
export function rowsWhere(catalog: Catalog, relation: RelationName, where: string | undefined, scope: Scope): RowCount {
  if (where === undefined) return { kind: 'fraction', of: relation, fraction: 1, assumed: false }
  // WHERE CURRENT OF is one row, and no expression.
  if (/^\s*current\s+of\s/i.test(where)) return { kind: 'exactly', rows: 1 }
  const table = catalog.table(relation)
  const condition = new Condition(table, scope, catalog)
  const parts = conjuncts(where) ?? [where]
  const pinned = condition.rowsPinned(parts)
  if (pinned !== undefined) return { kind: 'exactly', rows: pinned }
  const shareOf = (part: string): Share => (factsOf(part, [scope.qualifier]).some((fact) => isMetByBounds(catalog, relation, fact)) ? known(1) : (condition.shareChosen(part) ?? condition.shareOf(readExpression(part).tree)))
  const { share, low, high } = parts.map(shareOf).reduce(both, known(1))
  return { kind: 'fraction', of: relation, fraction: share, assumed: low < high, ...(low < high && (low > 0 || high < 1) && { between: [low, high] as const }) }
}

/** Columns that together name one row. Where a table's keys are not known, `id` is taken for one, as people do. */
export function uniqueKeys(table: Table | undefined): readonly (readonly string[])[] {
  const known = (table?.indexes ?? []).filter(({ shape, valid }) => shape.unique && valid && shape.predicate === undefined && !shape.keys.some((key) => key.startsWith('('))).map(({ shape }) => shape.keys)
  // Rows of several partitions lie in the same places.
  return [...(table?.complete || known.length > 0 ? known : [['id']]), ...(table?.kind === 'partitioned table' ? [] : [['ctid']])]
}

/** A value that is the same for every row: no column in it, and no query. */
function isGiven(tree: ExpressionTree): boolean {
  switch (tree.kind) {
    case 'null':
    case 'boolean':
    case 'number':
    case 'string':
    case 'value':
      return true
    case 'cast':
    case 'unary':
      return isGiven(tree.operand)
    case 'binary':
      return isGiven(tree.left) && isGiven(tree.right)
    case 'call':
      return tree.arguments.every(isGiven)
    case 'list':
      return tree.items.every(isGiven)
    default:
      return false
  }
}

/** Where nothing tells whether it comes to all of them. */
export const someOf = (rows: RowCount): RowCount => (rows.kind === 'fraction' ? { ...rows, assumed: true, between: [0, rows.between?.[1] ?? (rows.assumed ? 1 : rows.fraction)] } : rows)

/** The bare name of a column that is compared with what is the same for every row, as an index finds it. */
export function comparedColumn(sql: string): string | undefined {
  const { tree } = readExpression(sql)
  const compared = tree && comparison(tree)
  return compared?.kind === 'column' ? compared.name : undefined
}

function comparison(tree: ExpressionTree): ExpressionTree | undefined {
  if (tree.kind === 'between') return !tree.negated && isGiven(tree.low) && isGiven(tree.high) ? tree.value : undefined
  if (tree.kind === 'unary') return tree.operator === 'is null' ? tree.operand : undefined
  if (tree.kind !== 'binary') return undefined
  const { operator, left, right } = tree
  if (!['=', '<', '<=', '>', '>='].includes(operator)) return operator === 'in' && isGiven(right) ? left : undefined
  return isGiven(right) ? left : isGiven(left) ? right : undefined
}

/** Columns that are compared with what a query gives: `id IN (SELECT … LIMIT 1000)`, `ctid = ANY (ARRAY(SELECT …))`, `id = (SELECT …)`, `(a, b) IN (SELECT …)`. */
interface KeysFromQuery {
  readonly columns: readonly { readonly qualifier?: string; readonly name: string }[]
  readonly query: RowFacts
  /** No more than one. */
  readonly single: boolean
}

function keysFromQuery(part: string): KeysFromQuery | undefined {
  if (!/\bselect\b/i.test(part)) return undefined
  const tokens = new Tokens(part)
  let select = 1
  while (select < tokens.count && !(tokens.isWord(select, 'select') && tokens.sign(select - 1) === '(')) select++
  if (select >= tokens.count) return undefined
  const before = part.slice(0, tokens.starts[select]).replace(/\s+/g, ' ').toLowerCase()
  const shape = /^(\((?:[\w".]+(?:, ?)?)+\)|[\w".]+) ?(=|in) ?(any ?\( ?array ?)?\( ?$/.exec(before)
  if (!shape) return undefined
  const [, listed, operator, array] = shape
  const columns = listed!.replaceAll(/[()" ]/g, '').split(',').map((one) => one.split('.')).map((names) => ({ name: names.at(-1)!, ...(names.length > 1 && { qualifier: names.at(-2)! }) }))
  const [command] = read(part.slice(tokens.starts[select], tokens.starts[tokens.closing(select - 1)])).commands
  return command?.kind === 'query' ? { columns, query: command.query, single: operator === '=' && array === undefined } : undefined
}

/** Of a table's rows, 0 to 1: expected, and between which it may turn out; these are the same where it is counted. */
interface Share {
  readonly share: number
  readonly low: number
  readonly high: number
}

/** src/include/utils/selfuncs.h: what the planner takes where it has no statistics. */
const unknownEquality = 0.005
const unknownRange = 1 / 3
const unknownBetween = 0.005
const unknownMatch = 0.005
const unknownCondition = 0.5

const assume = (share: number): Share => ({ share, low: 0, high: 1 })
const known = (share: number): Share => ({ share, low: share, high: share })
const not = ({ share, low, high }: Share): Share => ({ share: 1 - share, low: 1 - high, high: 1 - low })
/** As if neither told anything of the other, which the planner takes too; at the most all that the smaller lets through. */
const both = (a: Share, b: Share): Share => ({ share: a.share * b.share, low: a.low * b.low, high: Math.min(a.high, b.high) })
/** One of so many values. */
const times = ({ share, low, high }: Share, values: number): Share => ({ share: Math.min(1, share * values), low: Math.min(1, low * values), high: Math.min(1, high * values) })
const either = (a: Share, b: Share): Share => not(both(not(a), not(b)))

class Condition {
  readonly #table: Table | undefined
  readonly #scope: Scope
  readonly #catalog: Catalog

  constructor(table: Table | undefined, scope: Scope, catalog: Catalog) {
    this.#table = table
    this.#scope = scope
    this.#catalog = catalog
  }

  /** At most so many rows, where the condition gives a whole unique key, or takes its keys from a query with a LIMIT. */
  rowsPinned(parts: readonly string[]): number | undefined {
    const counts = new Map<string, number>()
    let limited: number | undefined
    for (const part of parts) {
      const { tree } = readExpression(part)
      if (neverHolds(tree)) return 0
      const pinned = tree && this.#pin(tree)
      if (pinned) counts.set(pinned.column, Math.min(pinned.values, counts.get(pinned.column) ?? Infinity))
      const chosen = keysFromQuery(part)
      if (!chosen || !chosen.columns.every(({ name, qualifier }) => this.#isOwn(name, qualifier))) continue
      const most = chosen.query.atMostRows ?? this.#rowsChosen(chosen)
      if (typeof most === 'number') limited = Math.min(limited ?? Infinity, most)
      if (chosen.single) for (const { name } of chosen.columns) counts.set(name, 1)
    }
    const keys = uniqueKeys(this.#table).filter((key) => key.every((column) => counts.has(column)))
    const fewest = keys.map((key) => key.reduce((product, column) => product * counts.get(column)!, 1))
    const all = [...fewest, ...(limited === undefined ? [] : [limited])]
    return all.length === 0 ? undefined : Math.min(...all)
  }

  /** Rows whose key a query of the very table gives are those that fit the query. */
  shareChosen(part: string): Share | undefined {
    const chosen = keysFromQuery(part)
    const rows = chosen && this.#rowsChosen(chosen)
    if (rows === undefined || typeof rows === 'number') return undefined
    return { share: rows.fraction, low: rows.between?.[0] ?? (rows.assumed ? 0 : rows.fraction), high: rows.between?.[1] ?? (rows.assumed ? 1 : rows.fraction) }
  }

  #rowsChosen({ columns, query }: KeysFromQuery): number | Extract<RowCount, { kind: 'fraction' }> | undefined {
    const { rowsOf } = query
    if (!rowsOf || !this.#table || this.#catalog.resolve(rowsOf.relation) !== this.#table.name) return undefined
    const isSame = rowsOf.shows.length === columns.length && columns.every(({ name, qualifier }, place) => this.#isOwn(name, qualifier) && (rowsOf.shows[place] as { readonly column?: string }).column === name)
    if (!isSame || !uniqueKeys(this.#table).some((key) => key.every((one) => columns.some(({ name }) => name === one)))) return undefined
    const rows = rowsWhere(this.#catalog, this.#table.name, rowsOf.where?.sql, { qualifier: rowsOf.alias ?? rowsOf.relation.name, alone: true })
    return rows.kind === 'exactly' ? rows.rows : rows.kind === 'fraction' ? rows : undefined
  }

  shareOf(tree: ExpressionTree | undefined): Share {
    if (tree === undefined) return assume(unknownCondition)
    switch (tree.kind) {
      case 'boolean':
        return known(tree.value ? 1 : 0)
      case 'null':
        return known(0)
      case 'column':
        return this.#oneValue(this.#column(tree))
      case 'cast':
        return this.shareOf(tree.operand)
      case 'unary':
        return this.#unary(tree.operator, tree.operand)
      case 'between':
        return assume(tree.negated ? 1 - unknownBetween : unknownBetween)
      case 'binary':
        return this.#binary(tree)
      case 'call':
        return assume(unknownRange)
      default:
        return assume(unknownCondition)
    }
  }

  #unary(operator: string, operand: ExpressionTree): Share {
    switch (operator) {
      case 'not':
        // NULL is neither.
        return operand.kind === 'column' ? this.#oneValue(this.#column(operand)) : not(this.shareOf(operand))
      case 'is null':
        return this.#nulls(operand)
      case 'is not null': {
        const nulls = this.#nulls(operand)
        return nulls.low < nulls.high ? assume(1) : not(nulls)
      }
      default:
        return assume(unknownCondition)
    }
  }

  #binary({ operator, left, right }: Extract<ExpressionTree, { kind: 'binary' }>): Share {
    switch (operator) {
      case 'and':
        return both(this.shareOf(left), this.shareOf(right))
      case 'or':
        return either(this.shareOf(left), this.shareOf(right))
      case '=':
        return this.#equality(left, right)
      case 'in':
      case 'not in': {
        const one = this.#equality(left, right)
        const some = right.kind === 'list' ? times(one, right.items.length) : assume(unknownCondition)
        return operator === 'in' ? some : not(some)
      }
      case '<>':
      case '!=':
        return not(this.#equality(left, right))
      case '<':
      case '<=':
      case '>':
      case '>=':
        return assume(unknownRange)
      case 'like':
      case 'ilike':
      case '~':
      case '~*':
        return assume(unknownMatch)
      case 'not like':
      case 'not ilike':
      case '!~':
      case '!~*':
        return assume(1 - unknownMatch)
      default:
        return assume(unknownCondition)
    }
  }

  /** What nobody has counted may be all: a new column is filled where it is null, and all of it is. */
  #nulls(operand: ExpressionTree): Share {
    const column = this.#column(operand)
    if (column?.notNull) return known(0)
    return column?.nullFraction === undefined ? assume(1) : known(column.nullFraction)
  }

  #equality(left: ExpressionTree, right: ExpressionTree): Share {
    // What joins another table lets through what that has.
    if (left.kind === 'column' && right.kind === 'column') return assume(this.#column(left) && this.#column(right) ? unknownEquality : 1)
    const column = this.#column(left) ?? this.#column(right)
    // One in so many has a given remainder.
    if (!column && left.kind === 'binary' && left.operator === '%' && left.right.kind === 'number') return assume(1 / Math.max(1, Math.abs(Number(left.right.value))))
    return column ? this.#oneValue(column) : assume(unknownEquality)
  }

  /**
   * The rows that have a value, of which nobody says how common it is: as many as have any on average (var_eq_const in src/backend/utils/adt/selfuncs.c),
   * or, where it is known how many have the most and the least common, what lies as far from the one as from the other.
   */
  #oneValue(column: Column | undefined): Share {
    if (!column) return assume(unknownCondition)
    const { mostCommonFraction: most, leastCommonFraction: least = 0 } = column
    const present = 1 - (column.nullFraction ?? 0)
    if (most !== undefined) return { share: least > 0 ? Math.sqrt(least * most) : Math.min(most, this.#average(column) ?? most), low: Math.min(least, most), high: most }
    const average = this.#average(column)
    // So many values that a share of the rows says how many: none is common.
    if (average !== undefined && (column.distinct ?? 0) < 0) return known(average)
    if (average !== undefined) return { share: average, low: 0, high: present }
    if (column.type.name === 'bool') return { share: present / 2, low: 0, high: present }
    const type = userType(column.type, this.#catalog)
    const values = type?.kind === 'enum' && type.labels.length > 0 ? type.labels.length : undefined
    return { share: present * (values === undefined ? unknownEquality : 1 / values), low: 0, high: present }
  }

  /** Of a value, where it is known how many there are. */
  #average({ distinct = 0, nullFraction = 0 }: Column): number | undefined {
    const rows = this.#table?.size?.rows ?? 0
    if (distinct > 0) return (1 - nullFraction) / distinct
    return distinct < 0 && rows > 0 ? Math.min(1, 1 / (-distinct * rows)) : undefined
  }

  /** `a = 1`, `a IN (1, 2)`: the column, and how many values it may have. */
  #pin(tree: ExpressionTree): { readonly column: string; readonly values: number } | undefined {
    if (tree.kind !== 'binary') return undefined
    const { left, right } = tree
    const own = (one: ExpressionTree): one is Extract<ExpressionTree, { kind: 'column' }> => one.kind === 'column' && this.#isOwn(one.name, one.qualifier)
    if (tree.operator === '=' && own(left) && isGiven(right)) return { column: left.name, values: 1 }
    if (tree.operator === '=' && own(right) && isGiven(left)) return { column: right.name, values: 1 }
    if (tree.operator === 'in' && own(left) && right.kind === 'list' && right.items.every(isGiven)) return { column: left.name, values: right.items.length }
    return undefined
  }

  #column(tree: ExpressionTree): Column | undefined {
    return tree.kind === 'column' && this.#isOwn(tree.name, tree.qualifier) ? columnOf(this.#table, tree.name) : undefined
  }

  #isOwn(name: string, qualifier: string | undefined): boolean {
    if (qualifier !== undefined) return qualifier === this.#scope.qualifier
    return this.#scope.alone || name === 'ctid' || !this.#table?.columns || columnOf(this.#table, name) !== undefined
  }
}
