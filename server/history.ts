import type { Analysis, World } from './analyse'
import { relationsWritten } from './catalog/catalog'
import type { Catalog, Footprint } from './catalog/catalog'
import type { Column, Relation } from './catalog/relation'
import { isTable, isUnfilled } from './catalog/relation'
import { inUse } from './in-use'
import type { Migration } from './model/migration'
import { pass, startSession } from './session'
import { detached } from './sql/detached'
import { split } from './sql/split'

/** What exists once a file has run and been deployed: the catalog before the next file. */
export const settle = (analysis: Analysis, snapshot: Catalog): Catalog => deployed(analysis.catalog, analysis.steps.map(({ footprint }) => footprint), snapshot)

/** The same for a file of which nobody asks more: its statements are not assessed, which would take most of the time. */
export function passThrough(migration: Migration, world: World, snapshot: Catalog): Catalog {
  const footprints: Footprint[] = []
  let session = startSession(world.catalog, migration.wrappedBy)
  for (const { sql } of migration.fragments) {
    for (const { kind, span } of split(sql)) {
      if (kind !== 'statement') continue
      const { catalog, footprint } = session.catalog.observed()
      const after = pass({ ...session, catalog }, detached(sql.slice(span.start, span.end)), world)
      session = { ...after, catalog: after.catalog.unobserved() }
      footprints.push(footprint)
    }
  }
  return deployed(session.catalog, footprints, snapshot)
}

/** What a file made, a column of a table as well, is in use from then on; but where the snapshot is complete and does not have it, the relation is as new and as empty as it was. */
function deployed(left: Catalog, footprints: readonly Footprint[], snapshot: Catalog): Catalog {
  let catalog = left
  for (const name of new Set(footprints.flatMap((footprint) => [...relationsWritten(footprint)].map((relation) => relation.name)))) {
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
