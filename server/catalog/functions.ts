import type { WrittenName } from '../model/name'
import { relationName } from '../model/name'
import type { Volatility } from '../model/snapshot'
import builtin from './builtin-functions.json'
import type { Catalog } from './catalog'

/** Aggregates, window functions, and those that return several rows. */
export const ofRows: ReadonlySet<string> = new Set(builtin.ofRows.split(' '))

let table: ReadonlyMap<string, Volatility> | undefined

/** Read out of a real server's pg_proc; the test beside it says so. */
function builtins(): ReadonlyMap<string, Volatility> {
  table ??= new Map((['immutable', 'stable', 'volatile'] as const).flatMap((volatility) => builtin[volatility].split(' ').map((name): [string, Volatility] => [name, volatility])))
  return table
}

/** Of a function that every database has. */
export const builtinVolatility = ({ schema, name }: WrittenName): Volatility | undefined => (schema === undefined || schema === 'pg_catalog' ? builtins().get(name) : undefined)

/** A function that every database has. */
export const isBuiltin = (name: WrittenName): boolean => builtinVolatility(name) !== undefined

/** Of one that the database has of its own. */
export function ownVolatility(name: WrittenName, catalog: Catalog): Volatility | undefined {
  const schemas = name.schema === undefined ? catalog.surroundings.searchPath : [name.schema]
  for (const schema of schemas) {
    const known = catalog.routine(relationName(schema, name.name))?.volatility
    if (known) return known
  }
  return undefined
}
