import type { Catalog } from '../catalog/catalog'
import type { Effect } from '../model/effect'
import type { Command, DataChange, QueryFacts } from '../sql/command'
import { isSystem, lock } from './common'

/** Locks of parse analysis alone, as a stored function or rule takes them: nothing is planned, so no index, view or partition is opened. */
export function analysisEffects(command: Command, catalog: Catalog): readonly Effect[] {
  switch (command.kind) {
    case 'query':
      return analysedQuery(command.query, catalog)
    case 'insert':
    case 'update':
    case 'delete':
    case 'merge':
      return analysedChange(command, catalog)
    default:
      return []
  }
}

export const analysedQuery = (query: QueryFacts, catalog: Catalog): readonly Effect[] => [
  ...query.reads.filter((one) => !isSystem(one, catalog)).map((one) => lock(catalog.resolve(one), 'ACCESS SHARE')),
  ...query.locksRows.filter((one) => !isSystem(one, catalog)).map((one) => lock(catalog.resolve(one), 'ROW SHARE')),
  ...query.changes.flatMap((change) => analysedChange(change, catalog)),
]

/** With what a view reads, which is opened as the view is rewritten. */
export const rewrittenEffects = (effects: readonly Effect[], catalog: Catalog): readonly Effect[] => effects.flatMap((effect) => [effect, ...behindView(effect, catalog)])

function behindView(effect: Effect, catalog: Catalog): readonly Effect[] {
  const view = catalog.relation(effect.relation)
  return view?.kind === 'view' ? view.reads.map((read) => ({ ...effect, relation: read })).flatMap((one) => [one, ...behindView(one, catalog)]) : []
}

const analysedChange = (change: DataChange, catalog: Catalog): readonly Effect[] => [
  ...(isSystem(change.relation, catalog) ? [] : [lock(catalog.resolve(change.relation), 'ROW EXCLUSIVE')]),
  ...analysedQuery(change.query, catalog),
]
