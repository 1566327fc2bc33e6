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

/** Locks the view alone, as its own ALTER does, and changes nothing: LOCK TABLE would lock all that it reads too, in whatever order it reads it (LockViewRecurse in src/backend/commands/lockcmds.c). */
export function viewLock(view: RelationName, written: string, catalog: Catalog, cased: (text: string) => string): string {
  const relation = catalog.relation(view)
  const barrier = relation?.kind === 'view' ? relation.options?.['security_barrier'] : undefined
  return `${cased('ALTER VIEW')} ${written} ${barrier === undefined ? `${cased('RESET')} (security_barrier)` : `${cased('SET')} (security_barrier = ${barrier})`};`
}
