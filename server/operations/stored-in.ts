import type { Catalog } from '../catalog/catalog'
import { shortName } from '../model/name'
import type { RelationName } from '../model/name'
import { refusal } from './refusal'
import type { Refusal } from './refusal'

/**
 * A table with a column of the type, or of one that has it inside: as an attribute, in arrays, as a row of a table, under a domain (find_composite_type_dependencies in src/backend/commands/tablecmds.c).
 * What is stored in such a column nobody changes, and nobody looks into it.
 */
export function storedIn(type: RelationName, catalog: Catalog, seen: readonly RelationName[] = []): RelationName | undefined {
  if (seen.includes(type)) return undefined
  const within = [...seen, type]
  const tables = catalog.using(type)
  return tables.find((name) => catalog.table(name) !== undefined) ?? [...tables, ...catalog.over(type)].map((one) => storedIn(one, catalog, within)).find((one) => one !== undefined)
}

/** Values of a table change, or its rows are given one, while another holds rows of it. */
export function refusedAsStored(table: RelationName, catalog: Catalog): readonly Refusal[] {
  const holder = storedIn(table, catalog)
  return holder === undefined ? [] : [refusal(`Ends in an error: a column of \`${shortName(holder)}\` holds rows of \`${shortName(table)}\`, which do not change with it.`)]
}
