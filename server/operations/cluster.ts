import type { Catalog } from '../catalog/catalog'
import { schemaOf } from '../catalog/catalog'
import { relationName, shortName } from '../model/name'
import type { RelationName } from '../model/name'
import { isNew, rewritten, withIndexesMade } from './alteration'
import { changeTable, holdsRows, partitionsBelow } from './common'
import { noWay } from './constraint-plans'
import type { Cluster as Command } from '../sql/command'
import { refusedAsOrder } from './index-refusal'
import { operationType } from './operation'
import type { Operation } from './operation'
import { unlessMade } from './refusal'

interface Cluster extends Operation {
  readonly kind: 'cluster'
  readonly command: Command
}

export const cluster = operationType<Cluster>({
  kind: 'cluster',
  title: 'Sort a table by an index',
  recognise: (command) => (command.kind === 'cluster' ? { kind: 'cluster', span: command.span, command, ...(command.relation && { relation: command.relation }) } : undefined),

  effects({ command }, catalog) {
    if (!command.relation) return []
    return sorted(catalog.resolve(command.relation), catalog).flatMap((one) => rewritten(catalog, one, 'in the order of the index', { how: 'sort' }))
  },

  apply({ command: { relation, index } }, catalog) {
    const name = relation && catalog.resolve(relation)
    // By an index that it says it is sorted by from then on (mark_index_clustered in src/backend/commands/cluster.c).
    const after = name === undefined ? catalog : withIndexesMade(catalog, sorted(name, catalog), 'as they were')
    return name === undefined || index === undefined ? after : sortedThroughout(after, name, relationName(schemaOf(name), index))
  },
  // Before 15 a partitioned table is refused wherever it stands.
  transactionBlock: ({ command }, catalog) => (!command.relation || (catalog.surroundings.version >= 15 && isOfPartitioned(command, catalog)) ? 'forbidden' : 'allowed'),
  needs: ({ command }, catalog) => (isOfPartitioned(command, catalog) ? [{ what: 'CLUSTER of a partitioned table', since: 15 }] : []),
  plan: ({ command }, catalog) =>
    command.relation && !isNew(catalog, catalog.resolve(command.relation))
      ? noWay('Sort it by `pg_repack --order-by`, which copies the table beside itself while it is used, for which it takes its size once more in free space; PostgreSQL by itself has no way that lets anybody read meanwhile')
      : undefined,

  fails({ command: { relation, index } }, catalog) {
    if (!relation) return []
    const name = catalog.resolve(relation)
    const table = catalog.table(name)
    const ofIndex = index === undefined ? undefined : relationName(schemaOf(name), index)
    const has = table?.indexes.some((one) => (ofIndex === undefined ? one.clustered : one.name === ofIndex))
    if (table?.complete && table.kind !== 'partitioned table' && !has) return unlessMade(table, ofIndex === undefined ? `\`${shortName(name)}\` has never been clustered, and no index is named` : `\`${shortName(name)}\` has no index \`${index}\``)
    return ofIndex === undefined ? [] : refusedAsOrder(catalog, ofIndex)
  },

  unread: ({ command }) => (command.relation ? undefined : 'It writes every table anew that was clustered before, each under ACCESS EXCLUSIVE.'),
})

/** Of what is below it only tables with rows are opened (get_tables_to_cluster_partitioned in src/backend/commands/cluster.c). */
const sorted = (name: RelationName, catalog: Catalog): readonly RelationName[] => [name, ...partitionsBelow(catalog, name).filter((one) => holdsRows(catalog, one))]

const isOfPartitioned = ({ relation }: Command, catalog: Catalog): boolean => relation !== undefined && catalog.table(catalog.resolve(relation))?.kind === 'partitioned table'

/** What stores nothing itself is sorted in its partitions, each by its part of the index. */
function sortedThroughout(catalog: Catalog, name: RelationName, index: RelationName): Catalog {
  if (catalog.table(name)?.kind !== 'partitioned table') return sortedBy(catalog, name, index)
  return catalog.partitions(name).reduce((result, partition) => {
    const part = catalog.table(partition)?.indexes.find(({ attachedTo }) => attachedTo === index)
    return part ? sortedThroughout(result, partition, part.name) : result
  }, catalog)
}

/** The index by which CLUSTER sorts the table where it names none; undefined: none. */
export const sortedBy = (catalog: Catalog, name: RelationName, index: RelationName | undefined): Catalog =>
  changeTable(catalog, name, (table) => ({ ...table, indexes: table.indexes.map(({ clustered: _, ...one }) => (one.name === index ? { ...one, clustered: true } : one)) }))
