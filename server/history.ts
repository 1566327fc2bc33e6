import type { Analysis } from './analyse'
import { relationsWritten } from './catalog/catalog'
import type { Catalog } from './catalog/catalog'
import type { Column, Relation } from './catalog/relation'
import { isTable, isUnfilled } from './catalog/relation'
import { inUse } from './in-use'

/**
 * What exists once a file has run and been deployed: the catalog before the next file.
 * What the file made, a column of a table as well, is in use from then on; but where the snapshot is complete and does not have it, the relation is as new and as empty as it was.
 */
export function settle(analysis: Analysis, snapshot: Catalog): Catalog {
  let catalog = analysis.catalog
  for (const name of written(analysis)) {
    const relation = catalog.relation(name)
    // The next file runs in a session of its own.
    if (isTable(relation) && relation.persistence === 'temporary') {
      catalog = catalog.without(name)
      continue
    }
    if (!relation || relation.kind === 'index') continue
    const known = snapshot.relation(name)
    if (relation.origin === 'migration') {
      if (known || !snapshot.surroundings.complete) catalog = catalog.with(inUse(relation, known))
    } else if (isTable(relation) && relation.columns?.some((column) => isUnfilled(column) && !isToCome(column, known, snapshot))) {
      // Code that writes to the new column has been out since.
      catalog = catalog.with({ ...relation, columns: relation.columns.map((column) => (isUnfilled(column) && !isToCome(column, known, snapshot) ? asInUse(column) : column)) })
    }
  }
  return catalog.inSession(snapshot.surroundings)
}

/** A whole snapshot that does not have the column says that it has not been added yet. */
const isToCome = ({ name }: Column, known: Relation | undefined, snapshot: Catalog): boolean => snapshot.surroundings.complete && isTable(known) && known.columns !== undefined && !known.columns.some((column) => column.name === name)

const asInUse = ({ nullFraction: _, ...column }: Column): Column => column

function written(analysis: Analysis): Set<Relation['name']> {
  const names = new Set<Relation['name']>()
  for (const record of analysis.steps) {
    for (const relation of relationsWritten(record.footprint)) names.add(relation.name)
  }
  return names
}
