import type { Catalog } from '../catalog/catalog'
import type { Effect } from '../model/effect'
import type { RelationName } from '../model/name'
import type { Plan, Step } from '../model/plan'
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
  effects: ({ command }, catalog) => wanted(command, catalog).flatMap(({ name, only }) => vacuumed(command, name, only, catalog)),
  apply: ({ command }, catalog) => (command.kind === 'vacuum' && command.full ? withIndexesMade(catalog, wanted(command, catalog).flatMap(({ name, only }) => written(name, only, catalog)), 'as they were') : catalog),
  transactionBlock: ({ command }) => (command.kind === 'vacuum' ? 'forbidden' : 'allowed'),

  plan({ command }, catalog, context): Plan | undefined {
    const tables = command.relations.flatMap((relation) => (relation.only ? [] : [relation])).flatMap((relation) => [catalog.resolve(relation), ...takenAlong(catalog, catalog.resolve(relation))].filter((name) => holdsRows(catalog, name) && !isNew(catalog, name) && catalog.relation(name)?.kind !== 'view').map((name) => writtenLike(name, relation, catalog)))
    const isOfAll = command.relations.length === 0 && wanted(command, catalog).some(({ name }) => !isNew(catalog, name))
    if (command.kind !== 'vacuum' || !command.full || (tables.length === 0 && !isOfAll)) return undefined
    const { keywords } = context
    const plain = (table?: string): Step => sqlStep(`${inCase('VACUUM', keywords)} (${inCase('ANALYZE', keywords)})${table === undefined ? '' : ` ${table}`};`, 'none', 'Reads and writes go on; the file of the table stays as long as it is, and new rows go where the dead ones were.')
    return {
      title: 'Let a plain VACUUM free the space for new rows, and rebuild the indexes concurrently; to give it back to the disk meanwhile, pg_repack and pg_squeeze copy the table beside itself, for which it takes its size once more in free space',
      fit: 'outline',
      expand: isOfAll ? [plain()] : tables.flatMap((table) => [
        plain(context.name(table)),
        sqlStep(`${inCase('REINDEX TABLE CONCURRENTLY', keywords)} ${context.name(table)};`, 'none', 'Indexes are often what has grown most, and this gives their space back.'),
      ]),
      migrate: [],
      contract: [],
    }
  },

  unread: ({ command }, catalog) => (command.full && command.relations.length === 0 && !catalog.surroundings.complete ? 'It writes every table of the database anew, each under ACCESS EXCLUSIVE.' : undefined),
})

/** Those that are named; where none is, all of the database, each by itself (get_all_vacuum_rels in src/backend/commands/vacuum.c). */
const wanted = ({ relations, ofDatabase }: Command, catalog: Catalog): readonly { readonly name: RelationName; readonly only: boolean }[] =>
  relations.length > 0
    ? relations.map((relation) => ({ name: catalog.resolve(relation), only: relation.only === true }))
    : ofDatabase ? [] : catalog.relations().flatMap(({ kind, name }) => (kind === 'table' || kind === 'partitioned table' || kind === 'materialized view' ? [{ name, only: true }] : []))

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
