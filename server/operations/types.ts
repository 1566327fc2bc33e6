import type { Catalog } from '../catalog/catalog'
import { readType, withScale } from '../catalog/read-type'
import type { Column, ColumnType, UserType } from '../catalog/relation'
import { lookup } from '../model/lookup'
import type { RelationName } from '../model/name'
import type { TypeName } from '../sql/command'
import { readExpression } from '../sql/expression'
import type { ExpressionTree } from '../sql/expression-tree'

/** The type of a column in the catalog's words: a user's type has its schema, an interval its precision and no fields, a numeric with a precision its scale. */
export function columnType(type: TypeName, catalog: Catalog): ColumnType {
  const written = writtenType(type, catalog)
  if (written.name === 'numeric') return withScale(written)
  if (written.name !== 'interval') return written
  return { ...written, modifiers: written.modifiers.length === 2 ? [written.modifiers[1]!] : [] }
}

/** Of how many dimensions an array is PostgreSQL keeps nothing. */
const writtenType = (type: TypeName, catalog: Catalog): ColumnType => ({ name: typeName(type, catalog), modifiers: type.modifiers, dimensions: Math.min(type.dimensions, 1) })

/** PostgreSQL's own types stand for themselves; any other is where the search path finds it. */
function typeName({ schema, name }: TypeName, catalog: Catalog): string {
  if (schema === 'pg_catalog') return name
  if (schema !== undefined) return catalog.resolveType({ schema, name })
  const resolved = catalog.resolveType({ name })
  if (catalog.type(resolved) !== undefined || !/^[a-z_][a-z0-9_]*$/.test(name)) return resolved
  return name === 'char' ? name : (readType(name, () => resolved)?.name ?? resolved)
}

/** As the catalog has it, quoted where needed, and with a schema unless it is PostgreSQL's own. */

/** The domain or enum behind a column's type. */
export const userType = (type: ColumnType, catalog: Catalog): UserType | undefined => (type.name.includes('.') ? catalog.type(type.name as RelationName) : undefined)

/** A value of several, of which `IS NOT NULL` asks that none of these is NULL. */
export function isRow(type: ColumnType, catalog: Catalog): boolean {
  if (type.dimensions > 0 || !type.name.includes('.')) return false
  const own = userType(type, catalog)
  return own?.kind === 'domain' ? isRow(own.base, catalog) : own?.kind === 'composite' || (own === undefined && catalog.relation(type.name as RelationName) !== undefined)
}

/** As SQL. */
export const typeText = ({ name, modifiers, dimensions }: ColumnType): string =>
  `${name === 'char' ? '"char"' : name}${modifiers.length > 0 ? `(${modifiers.join(', ')})` : ''}${'[]'.repeat(dimensions)}`

/** What a domain asks of its values, with those of the domains that it is made of: NOT NULL, and conditions in which the value is called VALUE. */
export function domainPromises(type: ColumnType, catalog: Catalog): { readonly base: ColumnType; readonly notNull: boolean; readonly checks: readonly string[] } {
  const domain = userType(type, catalog)
  if (domain?.kind !== 'domain' || type.dimensions > 0) return { base: type, notNull: false, checks: [] }
  const { base, notNull, checks } = domainPromises(domain.base, catalog)
  return { base, notNull: notNull || domain.notNull, checks: [...checks, ...domain.checks.map((check) => check.expression)] }
}

/** A domain's checks are made for every row, and so is the look for nulls, also of the domains it is made of (DomainHasConstraints in src/backend/utils/cache/typcache.c). */
export function domainIsChecked(type: ColumnType, catalog: Catalog): boolean {
  const domain = userType(type, catalog)
  if (domain?.kind !== 'domain' || type.dimensions > 0) return false
  return domain.notNull || domain.checks.length > 0 || domainIsChecked(domain.base, catalog)
}

/** The default that a column of this type has where none is written. */
export function domainDefault(type: ColumnType, catalog: Catalog): string | undefined {
  const domain = userType(type, catalog)
  if (domain?.kind !== 'domain' || type.dimensions > 0) return undefined
  return domain.default ?? domainDefault(domain.base, catalog)
}

/**
 * The default as it is kept: `DEFAULT NULL` is none (AddRelationNewConstraints in src/backend/catalog/heap.c).
 * A type with a length casts the NULL, and a domain's has its own default to put aside: both are kept.
 */
export function keptDefault(sql: string, type: ColumnType | undefined, catalog: Catalog): string | undefined {
  const isPlain = type !== undefined && type.modifiers.length === 0 && (!type.name.includes('.') || (userType(type, catalog)?.kind ?? 'domain') !== 'domain')
  return isPlain && readExpression(sql).isNull ? undefined : sql
}

export interface TypeChange {
  /** Completes "rewrites 12 M rows …"; absent where the bytes that are stored stay as they are. */
  readonly rewrite?: string
  /** An index on the column sorts by other rules now. */
  readonly rebuild: boolean
}

/** What ALTER COLUMN … TYPE does to what is stored (ATColumnChangeRequiresRewrite in src/backend/commands/tablecmds.c). */
export function typeChange(column: Column | undefined, type: TypeName, using: string | undefined, catalog: Catalog): TypeChange {
  if (!column) return { rewrite: `for all we know: the column's present type is unknown`, rebuild: true }
  const steps = using === undefined ? [] : castsOfColumn(using, column.name, catalog)
  if (!steps) return { rewrite: 'to compute the USING expression for each', rebuild: true }
  const to = writtenType(type, catalog)
  let from = column.type
  let rebuild = false
  for (const step of [...steps, to]) {
    if (!storedAlike(from, step, catalog)) return { rewrite: `to store \`${display(column.type)}\` as \`${display(to)}\``, rebuild: true }
    rebuild ||= !sortedAlike(base(from, catalog), base(step, catalog))
    from = step
  }
  return { rebuild }
}

/** `a::varchar(50)::text` is the types on the way; nothing where the expression is more than the column and casts. */
function castsOfColumn(using: string, column: string, catalog: Catalog): readonly ColumnType[] | undefined {
  const types: ColumnType[] = []
  let tree: ExpressionTree | undefined = readExpression(using).tree
  while (tree?.kind === 'cast') {
    const type = readType(tree.type, (name) => resolved(name, catalog))
    if (!type) return undefined
    types.unshift(type)
    tree = tree.operand
  }
  return tree?.kind === 'column' && tree.name === column ? types : undefined
}

function resolved(name: string, catalog: Catalog): RelationName | undefined {
  const type = catalog.resolveType({ name })
  return catalog.type(type) ? type : undefined
}

/** What is stored of one type can be read as the other. */
function storedAlike(from: ColumnType, to: ColumnType, catalog: Catalog): boolean {
  if (same(from, to)) return true
  if (domainIsChecked(to, catalog)) return false
  // A domain's own modifier is not seen from outside: a value of it is taken to be of any length.
  const source = userType(from, catalog)?.kind === 'domain' ? { ...base(from, catalog), modifiers: [] } : from
  const target = base(to, catalog)
  if (same(source, target)) return true
  if (source.dimensions > 0 || target.dimensions > 0) return source.dimensions > 0 && target.dimensions > 0 && source.name === target.name && target.modifiers.length === 0
  const [a, b] = [bareName(source), bareName(target)]
  if (a === b) return fits(a, source.modifiers, target.modifiers)
  if (zoned(a, b)) return precision(target.modifiers) === largestPrecision && isUtc(catalog.surroundings.timeZone)
  return target.modifiers.length === 0 && isBinaryCast(a, b)
}

const same = (a: ColumnType, b: ColumnType): boolean =>
  a.name === b.name && a.dimensions > 0 === b.dimensions > 0 && a.modifiers.length === b.modifiers.length && a.modifiers.every((modifier, index) => modifier === b.modifiers[index])

function base(type: ColumnType, catalog: Catalog): ColumnType {
  const domain = userType(type, catalog)
  return domain?.kind === 'domain' && type.dimensions === 0 ? base(domain.base, catalog) : type
}

/** An extension's type is known by its name, whatever schema it was made in. */
const bareName = (type: ColumnType): string => (/(^|\.)citext$/.test(type.name) ? 'citext' : type.name)

/** Whether every value that had room before has room now; the support functions of these types say so to PostgreSQL (varchar_support and its like). */
function fits(name: string, from: readonly number[], to: readonly number[]): boolean {
  switch (name) {
    case 'varchar':
    case 'varbit':
      return to.length === 0 || (from.length > 0 && to[0]! >= from[0]!)
    case 'numeric':
      return to.length === 0 || (from.length > 0 && to[0]! >= from[0]! && (to[1] ?? 0) === (from[1] ?? 0))
    case 'timestamp':
    case 'timestamptz':
    case 'time':
    case 'timetz':
      return precision(to) >= precision(from)
    case 'interval':
      return keepsSeconds(to) && intervalPrecision(to) >= intervalPrecision(from)
    default:
      // Without a length nothing is cast to one (coerce_type_typmod in src/backend/parser/parse_coerce.c).
      return to.length === 0
  }
}

/** Digits of a second; more than these are not stored. */
const largestPrecision = 6
const precision = (modifiers: readonly number[]): number => modifiers[0] ?? largestPrecision

/**
 * The parser gives an interval a mask of its fields and then its precision, a mask alone, or nothing; the catalog has the precision alone.
 * A change that keeps seconds keeps everything above them (interval_support in src/backend/utils/adt/timestamp.c).
 */
const intervalPrecision = (modifiers: readonly number[]): number => (modifiers.length === 2 ? modifiers[1]! : modifiers.length === 1 && modifiers[0]! <= largestPrecision ? modifiers[0]! : largestPrecision)
const seconds = 1 << 12
const keepsSeconds = (modifiers: readonly number[]): boolean => modifiers.length === 0 || (modifiers[0]! & seconds) !== 0

const zoned = (a: string, b: string): boolean => (a === 'timestamp' && b === 'timestamptz') || (a === 'timestamptz' && b === 'timestamp')

/** Zones without an offset at any time, which is what TimestampTimestampTzRequiresRewrite in src/backend/utils/adt/timestamp.c asks for. An unknown zone is taken to have one. */
const utcNames = new Set(
  ['utc', 'uct', 'gmt', 'zulu', 'universal', 'greenwich', 'gmt0', 'gmt+0', 'gmt-0', '0', '+0', '-0', '+00', '-00', '+00:00'].flatMap((name) => [name, `etc/${name}`]),
)
const isUtc = (timeZone: string | undefined): boolean => timeZone !== undefined && utcNames.has(timeZone.toLowerCase())

const objectIdentifiers = new Set('oid regclass regcollation regconfig regdictionary regnamespace regoper regoperator regproc regprocedure regrole regtype'.split(' '))
const strings = new Set(['text', 'varchar', 'citext'])

/** The casts of pg_cast with castmethod `b`; citext's extension adds its own. */
function isBinaryCast(a: string, b: string): boolean {
  // A char(n) of any length is a text; the other way its spaces go.
  if (strings.has(a) && (strings.has(b) || b === 'bpchar')) return true
  if (a === 'xml') return b === 'text' || b === 'varchar'
  if (a === 'cidr') return b === 'inet'
  if (a === 'bit') return b === 'varbit'
  if (objectIdentifiers.has(a)) return b === 'oid' || b === 'int4' || (objectIdentifiers.has(b) && a === 'oid')
  return a === 'int4' && objectIdentifiers.has(b)
}

/** The two have one operator class, so an index on plain columns serves on (CheckIndexCompatible in src/backend/commands/indexcmds.c). */
function sortedAlike(from: ColumnType, to: ColumnType): boolean {
  const [a, b] = [bareName(from), bareName(to)]
  if (a === b) return true
  const both = (names: readonly string[]): boolean => names.includes(a) && names.includes(b)
  return both(['text', 'varchar']) || both(['cidr', 'inet']) || (objectIdentifiers.has(a) && objectIdentifiers.has(b))
}

/** For people: `varchar(50)`, `numeric(10,2)[]`, `app.mood`. */
function display(type: ColumnType): string {
  const name = spoken[type.name] ?? type.name.replace(/^public\./, '')
  return `${name}${type.modifiers.length > 0 && type.name !== 'interval' ? `(${type.modifiers.join(',')})` : ''}${'[]'.repeat(Math.min(type.dimensions, 1))}`
}

const spoken: Readonly<Record<string, string>> = lookup({ int2: 'smallint', int4: 'integer', int8: 'bigint', float4: 'real', float8: 'double precision', bool: 'boolean', bpchar: 'char' })
