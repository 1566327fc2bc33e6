import type { Analysis } from './analyse'
import { relationsWritten } from './catalog/catalog'
import type { Catalog } from './catalog/catalog'
import type { Relation } from './catalog/relation'
import { isTable } from './catalog/relation'
import { inUse } from './in-use'

/**
 * What exists once a file has run and been deployed: the catalog before the next file.
 * What the file made is in use from then on; but where the snapshot is complete and does not have it, the relation is as new and as empty as it was.
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
    if (!relation || relation.kind === 'index' || relation.origin !== 'migration') continue
    const known = snapshot.relation(name)
    if (!known && snapshot.surroundings.complete) continue
    catalog = catalog.with(inUse(relation, known))
  }
  return catalog.inSession({ ...snapshot.surroundings, ...(catalog.surroundings.open && { open: true }) })
}

function written(analysis: Analysis): Set<Relation['name']> {
  const names = new Set<Relation['name']>()
  for (const record of analysis.steps) {
    for (const relation of relationsWritten(record.footprint)) names.add(relation.name)
  }
  return names
}
