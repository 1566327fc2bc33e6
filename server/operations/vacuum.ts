import type { Catalog } from '../catalog/catalog'
import type { Effect } from '../model/effect'
import type { RelationName } from '../model/name'
import type { Plan } from '../model/plan'
import type { Vacuum as Command } from '../sql/command'
import { inCase } from '../sql/print'
import { isNew, rewritten, withIndexesMade } from './alteration'
import { descendants, holdsRows, lock, partitionsBelow } from './common'
import { sqlStep, writtenLike } from './constraint-plans'
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
  apply: ({ command }, catalog) => (command.kind === 'vacuum' && command.full ? withIndexesMade(catalog, command.relations.flatMap((relation) => written(catalog.resolve(relation), relation.only === true, catalog)), 'as they were') : catalog),
  transactionBlock: ({ command }) => (command.kind === 'vacuum' ? 'forbidden' : 'allowed'),

  plan({ command }, catalog, context): Plan | undefined {
    const tables = command.relations.flatMap((relation) => (relation.only ? [] : [relation])).flatMap((relation) => [catalog.resolve(relation), ...takenAlong(catalog, catalog.resolve(relation))].filter((name) => holdsRows(catalog, name) && !isNew(catalog, name) && catalog.relation(name)?.kind !== 'view').map((name) => writtenLike(name, relation, catalog)))
    if (command.kind !== 'vacuum' || !command.full || tables.length === 0) return undefined
    const { keywords } = context
    return {
      title: 'Let a plain VACUUM free the space for new rows, and rebuild the indexes concurrently; to give it back to the disk meanwhile, pg_repack and pg_squeeze copy the table beside itself, for which it takes its size once more in free space',
      fit: 'outline',
      expand: tables.flatMap((table) => [
        sqlStep(`${inCase('VACUUM', keywords)} (${inCase('ANALYZE', keywords)}) ${context.name(table)};`, 'none', 'Reads and writes go on; the file of the table stays as long as it is, and new rows go where the dead ones were.'),
        sqlStep(`${inCase('REINDEX TABLE CONCURRENTLY', keywords)} ${context.name(table)};`, 'none', 'Indexes are often what has grown most, and this gives their space back.'),
      ]),
      migrate: [],
      contract: [],
    }
  },

  unread: ({ command }) => (command.full && command.relations.length === 0 ? 'It writes every table of the database anew, each under ACCESS EXCLUSIVE.' : undefined),
})

function vacuumed(command: Command, name: RelationName, only: boolean, catalog: Catalog): readonly Effect[] {
  // A view is left out with a warning, and let go of.
  if (catalog.relation(name)?.kind === 'view') return []
  const tables = written(name, only, catalog)
  if (command.kind === 'analyze') {
    // Rows of those below are read with their parent's, whatever is said.
    if (only) return [lock(name, 'SHARE UPDATE EXCLUSIVE'), ...descendants(catalog, name).filter((one) => holdsRows(catalog, one)).map((one) => lock(one, 'ACCESS SHARE'))]
    return [...tables.map((one) => lock(one, 'SHARE UPDATE EXCLUSIVE')), ...descendants(catalog, name).filter((one) => !tables.includes(one)).map((child) => lock(child, 'ACCESS SHARE'))]
  }
  if (command.full) return tables.flatMap((one) => rewritten(catalog, one, 'without the space of dead rows', { how: 'copy' }))
  return tables.flatMap((one) => [
    lock(one, 'SHARE UPDATE EXCLUSIVE', ...(holdsRows(catalog, one) ? [{ kind: 'scan', to: 'to clear away dead ones' } as const] : [])),
    ...(holdsRows(catalog, one) ? plannedIndexes(one, catalog, 'ROW EXCLUSIVE') : []),
  ])
}

const written = (name: RelationName, only: boolean, catalog: Catalog): readonly RelationName[] => (only ? [name] : [name, ...takenAlong(catalog, name)])

/** Partitions, and from 18 on those that inherit: each is vacuumed and analysed by itself as well (expand_vacuum_rel in src/backend/commands/vacuum.c). */
const takenAlong = (catalog: Catalog, name: RelationName): readonly RelationName[] => (catalog.surroundings.version >= 18 ? descendants : partitionsBelow)(catalog, name)
