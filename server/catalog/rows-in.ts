import type { RowCount } from '../model/effect'
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

/** Undefined where nobody knows, or the size of the relation that it is a share of. */
export function countRows(count: RowCount, catalog: Catalog): number | undefined {
  if (count.kind === 'exactly') return count.rows
  const base = count.kind === 'fraction' ? rowsIn(count.of, catalog) : undefined
  return count.kind === 'fraction' && base !== undefined ? count.fraction * base : undefined
}
