import type { Catalog } from '../catalog/catalog'
import { builtinVolatility, isBuiltin, ofRows, ownVolatility } from '../catalog/functions'
import { parseName } from '../catalog/parse-name'
import type { Column, RoutineVariant } from '../catalog/relation'
import { lookup } from '../model/lookup'
import type { RelationName, WrittenName } from '../model/name'
import { relationName } from '../model/name'
import type { Volatility } from '../model/snapshot'
import { readExpression } from '../sql/expression'
import { treesWithin, visit, withoutCasts } from '../sql/walk-tree'
import type { ExpressionTree } from '../sql/expression-tree'
import { sqlExpression } from '../sql/sql-body'
import ofExtensions from './extension-functions.json'

/**
 * How often an expression has to be computed: once for all rows unless it is volatile (ATExecAddColumn in src/backend/commands/tablecmds.c).
 * What is not known is taken to be volatile.
 */
export function expressionVolatility(sql: string, catalog: Catalog, inside: readonly RoutineVariant[] = []): Volatility {
  const facts = readExpression(sql)
  if (!facts.readable || facts.hasSubquery) return 'volatile'
  const values: readonly Volatility[] = facts.sqlValueFunctions.length > 0 ? ['stable'] : []
  // What costs something as an argument that is used twice is not put in twice.
  const costs = facts.functions.some((name) => !isBuiltin(name) && !inlinedExpression(name, catalog))
  const volatilities = facts.functions.map((name) => {
    const declared = functionVolatility(name, catalog)
    const inlined = declared === 'volatile' ? inlinedExpression(name, catalog) : undefined
    if (!inlined || inside.includes(inlined.variant) || (costs && inlined.variant.signature !== '')) return declared
    return expressionVolatility(inlined.expression, catalog, [...inside, inlined.variant])
  })
  return [...values, ...volatilities].reduce(moreVolatile, 'immutable')
}

/** A function that is one expression in SQL is volatile only if that is, for it takes the place of the call before anybody asks (inline_function in src/backend/optimizer/util/clauses.c). */
function inlinedExpression(name: WrittenName, catalog: Catalog): { readonly variant: RoutineVariant; readonly expression: string } | undefined {
  const schemas = name.schema === undefined ? catalog.surroundings.searchPath : [name.schema]
  const routine = schemas.map((schema) => catalog.routine(relationName(schema, name.name))).find((one) => one !== undefined)
  const [variant, ...others] = routine?.variants ?? []
  if (!variant?.inlines || others.length > 0 || variant.body === undefined) return undefined
  const expression = sqlExpression(variant.body)
  return expression === undefined || readExpression(expression).functions.some(({ name }) => ofRows.has(name)) ? undefined : { variant, expression }
}

/** Of overloads with one name, the most volatile. A function nobody knows is volatile, as PostgreSQL takes a new one to be. */
export function functionVolatility(name: WrittenName, catalog: Catalog): Volatility {
  const own = ownVolatility(name, catalog)
  const known = builtinVolatility(name)
  if (known) return own ? moreVolatile(known, own) : known
  return own ?? ofExtension(name, catalog) ?? 'volatile'
}

/**
 * Functions that the expression calls and that are certainly not immutable, so that no index is made of it.
 * One in SQL is looked into, and what counts is what is found there (CheckMutability in src/backend/commands/indexcmds.c).
 */
export const changingFunctions = (sql: string, catalog: Catalog, columns: readonly Column[] = [], inside: readonly RoutineVariant[] = []): readonly string[] => {
  const facts = readExpression(sql)
  return [
    ...facts.sqlValueFunctions,
    ...treesWithin(facts.tree).flatMap((tree) => zoned(tree, columns) ?? []),
    ...facts.functions.flatMap((name) => {
      const schemas = name.schema === undefined ? catalog.surroundings.searchPath : [name.schema]
      const own = schemas.map((schema) => catalog.routine(relationName(schema, name.name))).find((one) => one !== undefined)
      if (!own) return (name.schema === undefined || name.schema === 'pg_catalog') && (everChanging.has(name.name) || isBySetting(name, facts.tree)) ? [name.name] : []
      const [variant, ...others] = own.variants
      if (!variant || others.length > 0 || own.volatility === 'immutable') return []
      if (variant.language !== 'sql') return [name.name]
      const inlined = inlinedExpression(name, catalog)
      return inlined && !inside.includes(variant) && changingFunctions(inlined.expression, catalog, [], [...inside, variant]).length > 0 ? [name.name] : []
    }),
  ]
}

/** What is computed by the session's time zone, or written and read by its order of day and month, in words. Undefined where it is not, and where the types are not known. */
function zoned(tree: ExpressionTree, columns: readonly Column[]): string | undefined {
  const type = (one: ExpressionTree | undefined): string | undefined => one && typeIn(one, columns)
  if (tree.kind === 'cast') {
    const [from, to] = [type(tree.operand), typeNames[bareType(tree.type)]]
    return from !== undefined && to !== undefined && tree.operand.kind !== 'string' && zonedCasts[from]?.includes(to) ? `${from}::${to}` : undefined
  }
  if (tree.kind === 'binary') {
    const words = [type(tree.left), tree.operator, tree.operator === 'at time zone' ? '' : type(tree.right)].join(' ').trim()
    return zonedOperators.has(words) ? words : undefined
  }
  if (tree.kind !== 'call' || (tree.function.schema !== undefined && tree.function.schema !== 'pg_catalog')) return undefined
  const { function: { name }, arguments: given } = tree
  const found = given.map(type).find((one) => one !== undefined && zonedArguments[`${name} ${given.length}`]?.includes(one))
  return found === undefined ? undefined : `${name}(${found})`
}

/** Those whose conversion is not immutable (pg_cast, and the functions that read and write the types as text). */
const zonedCasts: Readonly<Record<string, readonly string[]>> = lookup({
  date: ['timestamptz', 'text', 'varchar'],
  time: ['timetz'],
  timestamp: ['timestamptz', 'text', 'varchar'],
  timestamptz: ['date', 'time', 'timetz', 'timestamp', 'text', 'varchar'],
  interval: ['text', 'varchar'],
  text: ['date', 'time', 'timetz', 'timestamp', 'timestamptz', 'interval'],
  varchar: ['date', 'time', 'timetz', 'timestamp', 'timestamptz', 'interval'],
})

/** In pg_operator, and those before which one side becomes what the other is. */
const zonedOperators: ReadonlySet<string> = new Set([
  ...['interval', 'time'].flatMap((other) => [`timestamptz + ${other}`, `timestamptz - ${other}`, `${other} + timestamptz`]),
  ...['date', 'timestamp'].flatMap((other) => ['-', '=', '<>', '!=', '<', '<=', '>', '>='].flatMap((operator) => [`timestamptz ${operator} ${other}`, `${other} ${operator} timestamptz`])),
  ...['=', '<>', '!=', '<', '<=', '>', '>='].flatMap((operator) => [`time ${operator} timetz`, `timetz ${operator} time`]),
  ...['date', 'time', 'timetz'].map((type) => `${type} at time zone`),
])

/** By the name and the number of arguments. */
const zonedArguments: Readonly<Record<string, readonly string[]>> = lookup({
  'date_trunc 2': ['date', 'timestamptz'],
  'date_part 2': ['timestamptz'],
  'tstzrange 2': ['date', 'timestamp'],
  'tstzrange 3': ['date', 'timestamp'],
})

/** Undefined where it is none of those above, or not told by the tree. */
function typeIn(tree: ExpressionTree, columns: readonly Column[]): string | undefined {
  if (tree.kind === 'cast') return typeNames[bareType(tree.type)]
  if (tree.kind === 'string') return undefined
  if (tree.kind === 'binary') {
    const [left, right] = [typeIn(tree.left, columns), typeIn(tree.right, columns)]
    if (tree.operator === '||') return left !== undefined || right !== undefined ? 'text' : undefined
    if (right !== 'interval' || (tree.operator !== '+' && tree.operator !== '-')) return undefined
    return left === 'date' ? 'timestamp' : left
  }
  if (tree.kind !== 'column') return undefined
  const type = columns.find(({ name }) => name === tree.name)?.type
  return type && type.dimensions === 0 ? typeNames[type.name] : undefined
}

const bareType = (type: string): string => type.toLowerCase().replace(/ ?\(\d+\)/, '')

/** As the tree and the catalog have them. */
const typeNames: Readonly<Record<string, string>> = lookup({
  ...Object.fromEntries(['date', 'time', 'timetz', 'timestamp', 'timestamptz', 'interval', 'text', 'varchar'].map((name) => [name, name])),
  'character varying': 'varchar',
  'time with time zone': 'timetz',
  'time without time zone': 'time',
  'timestamp with time zone': 'timestamptz',
  'timestamp without time zone': 'timestamp',
})

/** Without the configuration, which comes first, the session's is taken. */
const isBySetting = ({ name }: WrittenName, tree: ExpressionTree | undefined): boolean =>
  configured.has(name) && treesWithin(tree).some((one) => one.kind === 'call' && one.function.name === name && one.arguments.length === 1)

const configured = new Set(['to_tsvector', 'to_tsquery', 'plainto_tsquery', 'phraseto_tsquery', 'websearch_to_tsquery'])

/** Whatever their arguments are. */
const everChanging = new Set(['now', 'clock_timestamp', 'statement_timestamp', 'transaction_timestamp', 'timeofday', 'random', 'gen_random_uuid', 'nextval', 'to_char', 'to_date', 'concat', 'concat_ws', 'format'])

/** Of a function that an extension brought, of those that only make values of values: how often it has to be computed. Undefined for all others. */
export function ofExtension(name: WrittenName, catalog: Catalog): Volatility | undefined {
  const { extensions = [], newExtensions = [] } = catalog.surroundings
  const schemas = name.schema === undefined ? catalog.surroundings.searchPath : [name.schema]
  const own = schemas.map((schema) => catalog.routine(relationName(schema, name.name))).find((one) => one !== undefined)
  // A snapshot holds those of extensions among the others.
  if (own?.variants.some(({ language }) => language !== 'c')) return undefined
  return [...extensions, ...newExtensions].map((extension) => functionsOf(extension)?.get(name.name)).find((one) => one !== undefined)
}

const functionsByExtension = new Map<string, ReadonlyMap<string, Volatility>>()

/** Read out of a real server's pg_proc, as the built-in ones are. */
function functionsOf(extension: string): ReadonlyMap<string, Volatility> | undefined {
  const known = functionsByExtension.get(extension)
  const names = known || !Object.hasOwn(ofExtensions, extension) ? undefined : ofExtensions[extension as keyof typeof ofExtensions]
  if (!names) return known
  const made = new Map((['immutable', 'stable', 'volatile'] as const).flatMap((volatility) => names[volatility].split(' ').map((name): [string, Volatility] => [name, volatility])))
  functionsByExtension.set(extension, made)
  return made
}

/** Sequences that the expression takes a number from or asks for the last one, as far as it names them by a constant. */
export function sequencesOf(sql: string, catalog: Catalog): readonly RelationName[] {
  const facts = readExpression(sql)
  if (!facts.functions.some((name) => onSequences.has(name.name)) || !facts.tree) return []
  const found: RelationName[] = []
  visit(facts.tree, (tree) => {
    if (tree.kind !== 'call' || !onSequences.has(tree.function.name)) return
    const [of] = tree.arguments
    const literal = of && withoutCasts(of)
    const name = literal?.kind === 'string' ? relationOfText(literal.value, catalog) : undefined
    if (name) found.push(name)
  })
  return found
}

const onSequences = new Set(['nextval', 'currval', 'setval'])

/** As `regclass` reads it: `orders`, `public."Orders"`. */
export function relationOfText(text: string, catalog: Catalog): RelationName | undefined {
  if (!text.includes('.')) return catalog.resolve({ name: text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text.toLowerCase() })
  return parseName(text)
}

/** Of both the one that promises less. */
export const moreVolatile = (a: Volatility, b: Volatility): Volatility => (rank[b] > rank[a] ? b : a)

const rank: Readonly<Record<Volatility, number>> = { immutable: 0, stable: 1, volatile: 2 }
