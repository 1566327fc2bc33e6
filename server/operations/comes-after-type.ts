import type { AlterAction } from '../sql/command'

/** What one ALTER TABLE does to a column when it has given it its new type, so that a statement behind the exchange of two columns does the same (ATPrepCmd in src/backend/commands/tablecmds.c). */
export const comesAfterType = ({ action }: AlterAction, version: number): boolean =>
  kinds.has(action) &&
  // 12 makes the sequence of an identity by the type that the column had.
  (action !== 'add-identity' || version >= 13)

const kinds: ReadonlySet<AlterAction['action']> = new Set(['add-constraint', 'set-not-null', 'add-identity', 'set-identity', 'set-statistics', 'set-storage', 'set-compression', 'set-column-options', 'reset-column-options'])
