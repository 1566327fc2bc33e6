import type { Catalog } from '../catalog/catalog'
import type { Effect } from '../model/effect'
import type { Command, QueryFacts } from '../sql/command'
import { isSystem } from './common'
import { plannedChange } from './data-change'
import { readEffects } from './query-effects'

/** Locks of a statement that is planned and not run: no row is looked up for a foreign key, no sequence gives a number, and no partition is opened for a row. */
export function plannedEffects(command: Command, catalog: Catalog): readonly Effect[] {
  switch (command.kind) {
    case 'query':
    case 'create-table-as':
      return plannedQuery(command.query, catalog)
    case 'cursor':
      return command.query ? plannedQuery(command.query, catalog) : []
    case 'insert':
    case 'update':
    case 'delete':
    case 'merge':
      return [...(isSystem(command.relation, catalog) ? [] : plannedChange(command, catalog)), ...plannedQuery(command.query, catalog)]
    default:
      return []
  }
}

export const plannedQuery = (query: QueryFacts, catalog: Catalog): readonly Effect[] => [
  ...query.reads.flatMap((read) => readEffects(read, catalog, 'ACCESS SHARE')),
  ...query.locksRows.flatMap((read) => readEffects(read, catalog, 'ROW SHARE')),
  ...query.changes.flatMap((change) => plannedEffects(change, catalog)),
]
