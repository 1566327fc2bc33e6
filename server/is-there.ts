import type { Catalog } from './catalog/catalog'
import type { Missed } from './model/finding'

/** Whether code that names the thing finds it. */
export function isThere({ relation, object, columns }: Missed, catalog: Catalog): boolean {
  if (object) return (object === 'routine' ? catalog.routine(relation) : catalog.type(relation)) !== undefined
  const found = catalog.relation(relation)
  if (!found) return false
  if (!columns) return true
  const now = 'columns' in found ? found.columns : undefined
  // Columns that nobody can tell (a view's) are trusted to be there only in what the file itself made.
  return now ? columns.every((column) => now.some(({ name }) => name === column)) : 'origin' in found && found.origin === 'migration'
}
