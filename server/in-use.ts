import type { Relation, Sequence, Table, View } from './catalog/relation'
import { isTable } from './catalog/relation'

/** A relation that a migration made, once that is deployed: it is nobody's secret any more, so its size is that of `known`, or not known. */
export function inUse(relation: Table | View | Sequence, known?: Relation): Relation {
  if (!isTable(relation)) return { ...relation, origin: 'history' }
  const { size: _, ...table } = relation
  return { ...table, origin: 'history', ...(isTable(known) && known.size && { size: known.size }) }
}
