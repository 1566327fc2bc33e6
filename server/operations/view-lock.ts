import type { Catalog } from '../catalog/catalog'
import type { RelationName } from '../model/name'

/** Who queries a view locks it before what it reads. */
export function outermostFirst(views: Iterable<RelationName>, catalog: Catalog): readonly RelationName[] {
  const reads = (view: RelationName): number => {
    const relation = catalog.relation(view)
    return relation?.kind === 'view' ? 1 + Math.max(0, ...relation.reads.map(reads)) : 0
  }
  return [...views].sort((a, b) => reads(b) - reads(a))
}

/** Locks the view alone, as its own ALTER does: LOCK TABLE would lock all that it reads too, in whatever order it reads it (LockViewRecurse in src/backend/commands/lockcmds.c). Changes nothing whatever the view's options are: the one that it takes back is a table's, no view can have it, and it is one of those that are locked for most strongly (src/backend/access/common/reloptions.c). */
export const viewLock = (written: string, cased: (text: string) => string): string => `${cased('ALTER VIEW')} ${written} ${cased('RESET')} (user_catalog_table);`
