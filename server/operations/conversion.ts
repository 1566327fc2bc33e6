import type { Catalog } from '../catalog/catalog'
import type { Column, ColumnType } from '../catalog/relation'
import { lookup } from '../model/lookup'
import { nameParts, quoteIdentifier, quoteLiteral } from '../model/name'
import type { RelationName } from '../model/name'
import type { AlterAction } from '../sql/command'
import { qualifyColumns, readExpression } from '../sql/expression'
import type { ExpressionTree } from '../sql/expression-tree'
import { saysWord } from '../sql/tokens'
import { columnType } from './types'
import { expressionVolatility } from './volatility'

/** How the values of a column become those of another type, and back; each is an expression without a semicolon. */
export interface Conversion {
  /** From the columns of the row, as the author writes it. */
  readonly forward: string
  /** The same in a trigger's function. */
  readonly computed: string
  /** In a trigger's function, from the column of this name, which then has the new type; absent where the author's expression says nothing of the way back. */
  readonly backward?: (column: string) => string
  /** It may come out otherwise in a session with other settings. */
  readonly settings: readonly string[]
  /** Lets through the rows whose value has no place in the new type, as far as a condition can say so. */
  readonly misfits?: string
}

type TypeAction = Extract<AlterAction, { action: 'alter-type' }>

/** Undefined where PostgreSQL would refuse the conversion, where it would come out otherwise each time, or where it cannot be said of a row in a trigger. */
export function conversionOf(column: Column, action: TypeAction, catalog: Catalog): Conversion | undefined {
  const to = columnType(action.type, catalog)
  const { using } = action
  const quoted = quoteIdentifier(column.name)
  const settings = settingsBehind(column.type, to, using?.sql, catalog)
  if (!using) {
    if (!isAssigned(column.type, to, catalog)) return undefined
    const misfits = misfitsOf(column.type, to, quoted)
    return { forward: quoted, computed: `NEW.${quoted}`, backward: (name) => `NEW.${quoteIdentifier(name)}`, settings, ...(misfits !== undefined && { misfits }) }
  }
  const computed = qualifyColumns(using.sql, 'NEW.')
  const facts = readExpression(using.sql)
  if (computed === undefined || facts.columnReferences.some(({ qualifier }) => qualifier !== undefined) || facts.hasParameter || expressionVolatility(using.sql, catalog) === 'volatile') return undefined
  const backward = backwardOf(using.sql, column, to)
  const misfits = isCastOf(facts.tree, column.name) ? (misfitsOf(column.type, to, quoted) ?? unreadable(column.type, action, quoted, catalog)) : undefined
  return { forward: `(${closed(using.sql)})`, computed: `(${closed(computed)})`, ...(backward && { backward }), settings, ...(misfits !== undefined && { misfits }) }
}

/** What stands behind a comment would be lost. */
const closed = (sql: string): string => (/--[^\n]*$/.test(sql) ? `${sql.trim()}\n` : sql.trim())

function backwardOf(using: string, column: Column, to: ColumnType): Conversion['backward'] {
  if (isCastOf(readExpression(using).tree, column.name)) return (name) => `NEW.${quoteIdentifier(name)}`
  // The one is the other's inverse: with a zone from without, without from with.
  const zone = /^\(*\s*("(?:[^"]|"")*"|[\w$]+)\s+at\s+time\s+zone\s+('(?:[^']|'')*')\s*\)*$/i.exec(using)
  if (zone && [column.type.name, to.name].every((name) => name === 'timestamp' || name === 'timestamptz') && column.type.name !== to.name) return (name) => `NEW.${quoteIdentifier(name)} AT TIME ZONE ${zone[2]}`
  return undefined
}

function isCastOf(tree: ExpressionTree | undefined, column: string): boolean {
  let inner = tree
  while (inner?.kind === 'cast') inner = inner.operand
  return inner?.kind === 'column' && inner.name === column
}

const numbers = new Set(['int2', 'int4', 'int8', 'numeric', 'float4', 'float8'])
const strings = new Set(['text', 'varchar', 'bpchar', 'citext', 'name'])
const moments: Readonly<Record<string, readonly string[]>> = lookup({
  date: ['timestamp', 'timestamptz'],
  timestamp: ['date', 'time', 'timestamptz'],
  timestamptz: ['date', 'time', 'timetz', 'timestamp'],
  time: ['timetz', 'interval'],
  timetz: ['time'],
  interval: ['time'],
})
const others: Readonly<Record<string, readonly string[]>> = lookup({ int4: ['money'], int8: ['money'], numeric: ['money'], money: ['numeric'], json: ['jsonb'], jsonb: ['json'], bit: ['varbit'], varbit: ['bit'], cidr: ['inet'], inet: ['cidr'], xml: ['text', 'varchar'] })

/** Whether PostgreSQL converts by itself where a value is assigned (castcontext `a` and `i` in pg_cast; to strings everything goes). */
export function isAssigned(from: ColumnType, to: ColumnType, catalog: Catalog): boolean {
  const [bottom, target] = [baseOf(from, catalog), baseOf(to, catalog)]
  if (bottom.dimensions > 0 !== target.dimensions > 0) return bottom.dimensions > 0 && strings.has(bare(target))
  const [a, b] = [bare(bottom), bare(target)]
  return a === b || (numbers.has(a) && numbers.has(b)) || strings.has(b) || (moments[a]?.includes(b) ?? false) || (others[a]?.includes(b) ?? false)
}

const own = new Set([...numbers, ...strings, ...Object.keys(moments), ...Object.keys(others), 'bool', 'bytea', 'uuid'].filter((name) => name !== 'citext'))

/** Whether PostgreSQL certainly does not: of its own types it is known, of others anybody may have made a cast. */
export const isNeverAssigned = (from: ColumnType, to: ColumnType, catalog: Catalog): boolean =>
  [from, to].every((type) => own.has(baseOf(type, catalog).name)) && !isAssigned(from, to, catalog)

const comparable: readonly (readonly string[])[] = [[...numbers], ['text', 'varchar', 'bpchar', 'name'], ['date', 'timestamp', 'timestamptz'], ['uuid'], ['bool'], ['bytea']]

/** Whether a foreign key certainly cannot have the one type and refer to the other: PostgreSQL compares values of the two only where somebody says how. */
export function isNeverCompared(one: ColumnType, other: ColumnType, catalog: Catalog): boolean {
  const [a, b] = [one, other].map((type) => {
    const { name, dimensions } = baseOf(type, catalog)
    return dimensions > 0 ? undefined : comparable.find((group) => group.includes(name))
  })
  return a !== undefined && b !== undefined && a !== b
}

/** Whether a query, of which nothing is left in its literals, holds for a column of the other type too, as far as the values go that it compares the column with: the server writes the type beside each that is no number. */
export function fitsNewType(query: string, from: ColumnType, to: ColumnType, catalog: Catalog): boolean {
  const [one, other] = [from, to].map((type) => baseOf(type, catalog)) as [ColumnType, ColumnType]
  if (one.dimensions === other.dimensions && (one.name === other.name || comparable.some((group) => group.includes(one.name) && group.includes(other.name)))) return true
  if (numbers.has(one.name) || one.name === 'bool' || one.dimensions > 0) return false
  const words = strings.has(one.name) ? ['text', 'bpchar', 'character', 'name', 'citext'] : ofTime.has(one.name) ? [...ofTime] : [one.name.includes('.') ? nameParts(one.name as RelationName).name : one.name]
  return !words.some((word) => saysWord(query, word))
}

/** What lies below domains; of an array of a domain, an array. */
function baseOf(type: ColumnType, catalog: Catalog): ColumnType {
  const domain = type.name.includes('.') ? catalog.type(type.name as Parameters<Catalog['type']>[0]) : undefined
  if (domain?.kind !== 'domain') return type
  const base = baseOf(domain.base, catalog)
  return { ...base, dimensions: base.dimensions + type.dimensions }
}

const bare = ({ name }: ColumnType): string => (/(^|\.)citext$/.test(name) ? 'citext' : name)

const ofTime = new Set(['date', 'time', 'timetz', 'timestamp', 'timestamptz', 'interval'])

/** Settings of the session that the outcome hangs on: the time zone and the order of day and month, and where names of functions and types are looked up. */
function settingsBehind(from: ColumnType, to: ColumnType, using: string | undefined, catalog: Catalog): readonly string[] {
  const facts = using === undefined ? undefined : readExpression(using)
  const isOfTime = [from.name, to.name, ...(facts?.casts.map(({ name }) => name) ?? [])].some((name) => ofTime.has(name)) || (using !== undefined && expressionVolatility(using, catalog) === 'stable')
  const isNamed = (facts?.functions.some(({ schema, name }) => schema === undefined && catalog.routine(catalog.resolveFunction({ name })) !== undefined) ?? false) || (facts?.casts.some(({ schema, name }) => schema === undefined && catalog.type(catalog.resolveType({ name })) !== undefined) ?? false)
  return [...(isOfTime && (from.name !== to.name || using !== undefined) ? ['TimeZone', 'DateStyle'] : []), ...(isNamed ? ['search_path'] : [])]
}

const bounds: Readonly<Record<string, readonly [string, string]>> = lookup({ int2: ['-32768', '32767'], int4: ['-2147483648', '2147483647'], int8: ['-9223372036854775808', '9223372036854775807'] })
const digits: Readonly<Record<string, number>> = lookup({ int2: 5, int4: 10, int8: 19 })
const widths: readonly string[] = ['int2', 'int4', 'int8']

function misfitsOf(from: ColumnType, to: ColumnType, quoted: string): string | undefined {
  if (from.dimensions > 0 || to.dimensions > 0) return undefined
  const range = bounds[to.name]
  if (range && numbers.has(from.name)) return widths.includes(from.name) && widths.indexOf(from.name) <= widths.indexOf(to.name) ? undefined : `${quoted} NOT BETWEEN ${range[0]} AND ${range[1]}`
  const most = to.modifiers[0]
  // Spaces at the end are cut off without a word.
  if ((to.name === 'varchar' || to.name === 'bpchar') && most !== undefined) return strings.has(from.name) && !(from.modifiers[0] !== undefined && from.modifiers[0] <= most) ? `length(rtrim(${quoted}, ' ')) > ${most}` : strings.has(from.name) ? undefined : `length(${quoted}::text) > ${most}`
  if (to.name === 'numeric' && most !== undefined && numbers.has(from.name) && !((digits[from.name] ?? Infinity) <= most - (to.modifiers[1] ?? 0))) return `abs(${quoted}) >= 1e${most - (to.modifiers[1] ?? 0)}`
  return undefined
}

/** Of strings that are to be read as something else, and of values of one enum that another one may lack. From 16 on the server itself tells without an error. */
function unreadable(from: ColumnType, { type }: TypeAction, quoted: string, catalog: Catalog): string | undefined {
  const [own, to] = [from, columnType(type, catalog)].map((one) => (one.dimensions > 0 || !one.name.includes('.') ? undefined : catalog.type(one.name as Parameters<Catalog['type']>[0])))
  if (own?.kind === 'enum' && to?.kind === 'enum') {
    const lacking = own.labels.filter((label) => !to.labels.includes(label))
    return lacking.length === 0 ? undefined : `${quoted} IN (${lacking.map(quoteLiteral).join(', ')})`
  }
  if (!strings.has(from.name) || from.dimensions > 0 || type.dimensions > 0) return undefined
  if (catalog.surroundings.version >= 16) return `NOT pg_input_is_valid(${quoted}, '${type.sql.replaceAll("'", "''")}')`
  return widths.includes(type.name) ? `${quoted} !~ '^\\s*[-+]?[0-9]+\\s*$'` : undefined
}
