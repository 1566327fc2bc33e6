// What a server that subscribes to tables of this one does not follow by itself: logical replication carries rows and no definitions.
import { schemaOf } from '../catalog/catalog'
import type { Catalog } from '../catalog/catalog'
import { isTable } from '../catalog/relation'
import type { Publication, Table } from '../catalog/relation'
import type { Consequence } from '../model/assessed'
import { listWords } from '../model/format'
import { shortName } from '../model/name'
import type { RelationName } from '../model/name'
import { isNew } from './alteration'
import { wholes } from './common'

/** A partition is published with its whole, and with that one's schema. */
export function publicationsOf(name: RelationName, catalog: Catalog, parent?: RelationName): readonly Publication[] {
  const above = [name, ...(parent === undefined ? wholes(catalog, name) : [parent, ...wholes(catalog, parent)])]
  const named = new Set(above.flatMap((one) => catalog.table(one)?.publications ?? []))
  const schemas = above.map(schemaOf)
  return catalog.publications().filter(({ name: publication, allTables, schemas: whole = [] }) => allTables === true || named.has(publication) || whole.some((schema) => schemas.includes(schema)))
}

/** A subscriber looks for a table and its columns by their names, at the first row after the change (logicalrep_rel_open in src/backend/replication/logical/relation.c). `until` completes "until …". */
export function stopsSubscribers(name: RelationName, catalog: Catalog, until: string): readonly Omit<Consequence, 'span'>[] {
  const table = catalog.table(name)
  return table && !isNew(catalog, name) ? stopped(table, publicationsOf(name, catalog), 'the next row', until, catalog) : []
}

/** One that begins to be published as it is made. */
export function stopsAtNew(table: Table, catalog: Catalog): readonly Omit<Consequence, 'span'>[] {
  const parent = table.partitionOf?.parent
  return parent !== undefined && isNew(catalog, parent) ? [] : stopped(table, publicationsOf(table.name, catalog, parent), 'the first row', 'it has the table too: create it there first', catalog)
}

function stopped(table: Table, publications: readonly Publication[], row: string, until: string, catalog: Catalog): readonly Omit<Consequence, 'span'>[] {
  const found = publications.filter(({ publishes }) => publishes === undefined || publishes.length > 0)
  if (found.length === 0 || !isTable(table) || !['table', 'partitioned table'].includes(table.kind) || table.persistence !== 'permanent') return []
  // A publication may list the columns that it has, or filter rows by them: the snapshot tells neither from the other.
  const isPartial = found.every((one) => [table.name, ...wholes(catalog, table.name)].some((member) => Object.values(catalog.table(member)?.columnUses ?? {}).some((uses) => uses.some((use) => use === `publication ${one.name}` || use === `publication "${one.name}"`))))
  const names = listWords(found.map((one) => `\`${one.name}\``))
  const sentence = `A PostgreSQL server that subscribes to ${names} stops at ${row} of \`${shortName(table.name)}\` that is written, and WAL is kept for it, until ${until}${isPartial ? ' (not where the publication lists the columns that it has)' : ''}.`
  return [{ sentence, relation: table.name }]
}
