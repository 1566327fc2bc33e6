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

/** What of a table is about to be another on this side: its own name, or a column that is added or called otherwise. */
type Changed = 'name' | { readonly column: string; readonly generated?: 'stored' | 'virtual' }

/** A subscriber looks for a table and its columns by their names, at the first row after the change (logicalrep_rel_open in src/backend/replication/logical/relation.c). `until` completes "until …". */
export function stopsSubscribers(name: RelationName, catalog: Catalog, until: string, changed: Changed): readonly Omit<Consequence, 'span'>[] {
  const table = catalog.table(name)
  if (!table || isNew(catalog, name)) return []
  const concerned = publicationsOf(name, catalog).filter((one) => (changed === 'name' ? goesByName(table, one, catalog) : hasColumn(name, one, changed)))
  return stopped(table, concerned, 'the next row', until)
}

/** One that begins to be published as it is made, or moved; not by those that had it before. */
export function stopsAtNew(table: Table, catalog: Catalog, before: readonly Publication[] = []): readonly Omit<Consequence, 'span'>[] {
  const parent = table.partitionOf?.parent
  if (parent !== undefined && isNew(catalog, parent)) return []
  const found = publicationsOf(table.name, catalog, parent).filter(({ name }) => !before.some((one) => one.name === name))
  // Its rows go over as those of the table above, and find no partition there where that one has some.
  const isOfWhole = parent !== undefined && found.every(({ viaRoot }) => viaRoot === true)
  return stopped(table, found, 'the first row', `it has the table too: create it there first${isOfWhole ? ' (not where it has the whole as one table)' : ''}`)
}

/** Rows of partitions go over under the partition's own name, or else under that of the table at the top which the publication has. */
function goesByName(table: Table, publication: Publication, catalog: Catalog): boolean {
  if (table.kind === 'partitioned table') return publication.viaRoot === true && !isBelowPublished(table.name, publication, catalog)
  return publication.viaRoot !== true || !isBelowPublished(table.name, publication, catalog)
}

const isBelowPublished = (name: RelationName, publication: Publication, catalog: Catalog): boolean => wholes(catalog, name).some((one) => publicationsOf(one, catalog).some((other) => other.name === publication.name))

/** What a publication lists goes over, else all but what is computed, which from 18 on may. */
function hasColumn(name: RelationName, { columns, generated: sendsStored }: Publication, { column, generated }: Exclude<Changed, 'name'>): boolean {
  const listed = columns?.[name]
  if (listed) return listed.includes(column)
  return generated === undefined || (generated === 'stored' && sendsStored === true)
}

function stopped(table: Table, publications: readonly Publication[], row: string, until: string): readonly Omit<Consequence, 'span'>[] {
  const found = publications.filter(({ publishes }) => publishes === undefined || publishes.length > 0)
  if (found.length === 0 || !isTable(table) || !['table', 'partitioned table'].includes(table.kind) || table.persistence !== 'permanent') return []
  const names = listWords(found.map((one) => `\`${one.name}\``))
  return [{ sentence: `A PostgreSQL server that subscribes to ${names} stops at ${row} of \`${shortName(table.name)}\` that is written, and WAL is kept for it, until ${until}.`, relation: table.name }]
}
