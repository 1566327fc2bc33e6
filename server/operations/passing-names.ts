import type { Catalog } from '../catalog/catalog'
import type { Table } from '../catalog/relation'
import { relationName } from '../model/name'
import { clip, longest } from './automatic-name'

/** The wish, or with a number behind it the first that is not taken. */
export function freeName(wish: string, taken: (name: string) => boolean): string {
  let name = clip(wish, longest)
  for (let number = 1; taken(name); number++) name = `${clip(wish, longest - String(number).length)}${number}`
  return name
}

export const freeColumnName = (table: Table, wish: string): string => freeName(wish, (name) => table.columns?.some((column) => column.name === name) ?? false)

/** For indexes and what they carry, whose names are those of relations too; each is given out once. */
export function relationNames(catalog: Catalog, schema: string): (wish: string) => string {
  const given = new Set<string>()
  return (wish) => {
    const name = freeName(wish, (one) => given.has(one) || catalog.relation(relationName(schema, one)) !== undefined)
    given.add(name)
    return name
  }
}

/** For checks and foreign keys; each is given out once. */
export function constraintNames(table: Table | undefined): (wish: string) => string {
  const given = new Set<string>()
  return (wish) => {
    const name = freeName(wish, (one) => given.has(one) || (table?.constraints.some((constraint) => constraint.name === one) ?? false))
    given.add(name)
    return name
  }
}
