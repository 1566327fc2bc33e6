import type { Catalog } from '../catalog/catalog'
import type { Effect } from '../model/effect'
import type { RelationName } from '../model/name'
import type { Vacuum as Command } from '../sql/command'
import { rewritten } from './alteration'
import { descendants, holdsRows, lock, partitionsBelow } from './common'
import { operationType } from './operation'
import type { Operation } from './operation'
import { plannedIndexes } from './query-effects'

interface Vacuum extends Operation {
  readonly kind: 'vacuum'
  readonly command: Command
}

export const vacuum = operationType<Vacuum>({
  kind: 'vacuum',
  title: 'Vacuum or analyse a table',
  recognise: (command) => (command.kind === 'vacuum' || command.kind === 'analyze' ? { kind: 'vacuum', span: command.span, command, ...(command.relations[0] && { relation: command.relations[0] }) } : undefined),
  effects: ({ command }, catalog) => command.relations.flatMap((relation) => vacuumed(command, catalog.resolve(relation), relation.only === true, catalog)),
  apply: (_, catalog) => catalog,
  transactionBlock: ({ command }) => (command.kind === 'vacuum' ? 'forbidden' : 'allowed'),
  unread: ({ command }) => (command.full && command.relations.length === 0 ? 'It writes every table of the database anew, each under ACCESS EXCLUSIVE.' : undefined),
})

function vacuumed(command: Command, name: RelationName, only: boolean, catalog: Catalog): readonly Effect[] {
  // A view is left out with a warning, and let go of.
  if (catalog.relation(name)?.kind === 'view') return []
  const tables = only ? [name] : [name, ...partitionsBelow(catalog, name)]
  if (command.kind === 'analyze') {
    // Rows of those below are read with their parent's, whatever is said.
    if (only) return [lock(name, 'SHARE UPDATE EXCLUSIVE'), ...descendants(catalog, name).filter((one) => holdsRows(catalog, one)).map((one) => lock(one, 'ACCESS SHARE'))]
    // From 18 on each child is analysed by itself as well (expand_vacuum_rel in src/backend/commands/vacuum.c).
    return [...tables.map((one) => lock(one, 'SHARE UPDATE EXCLUSIVE')), ...catalog.children(name).map((child) => lock(child, catalog.surroundings.version >= 18 ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS SHARE'))]
  }
  if (command.full) return tables.flatMap((one) => rewritten(catalog, one, 'without the space of dead rows', { how: 'copy' }))
  return tables.flatMap((one) => [
    lock(one, 'SHARE UPDATE EXCLUSIVE', ...(holdsRows(catalog, one) ? [{ kind: 'scan', to: 'to clear away dead ones' } as const] : [])),
    ...(holdsRows(catalog, one) ? plannedIndexes(one, catalog, 'ROW EXCLUSIVE') : []),
  ])
}
