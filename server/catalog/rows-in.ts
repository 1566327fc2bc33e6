import type { RelationName } from '../model/name'
import type { Catalog } from './catalog'

/** Live rows of a relation: of a partitioned table those of all its partitions. Undefined where a size is not known. */
export function rowsIn(name: RelationName, catalog: Catalog): number | undefined {
  const table = catalog.table(name)
  const below = table?.kind === 'partitioned table' ? catalog.partitions(name) : []
  // A snapshot may give a partitioned table's size and leave its partitions out.
  const known = below.map((partition) => rowsIn(partition, catalog))
  return below.length === 0 || known.includes(undefined) ? table?.size?.rows : known.reduce<number>((sum, rows) => sum + rows!, 0)
}
