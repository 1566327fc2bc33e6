import type { Catalog } from './catalog/catalog'
import type { Missed } from './model/finding'
import { areSame, signaturesOf } from './operations/overloads'

/** Whether code that names the thing finds it. */
export function isThere({ relation, object, signature, columns }: Missed, catalog: Catalog): boolean {
  if (object === 'type') {
    const type = catalog.type(relation)
    return type !== undefined && !(type.kind === 'composite' && columns?.some((one) => type.attributes?.every(({ name }) => name !== one)))
  }
  if (object) {
    const routine = catalog.routine(relation)
    return routine !== undefined && (signature === undefined || (signaturesOf(routine)?.some((one) => areSame(one, signature)) ?? true))
  }
  const found = catalog.relation(relation)
  if (!found) return false
  if (!columns) return true
  const now = 'columns' in found ? found.columns : undefined
  // Columns that nobody can tell (a view's) are trusted to be there only in what the file itself made.
  return now ? columns.every((column) => now.some(({ name }) => name === column)) : 'origin' in found && found.origin === 'migration'
}
