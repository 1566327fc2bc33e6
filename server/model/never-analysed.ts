import type { Snapshot } from './snapshot'

/** Tables that hold something, of which no ANALYZE or VACUUM has ever told how many rows it is (reltuples = -1). */
export const neverAnalysed = (tables: NonNullable<Snapshot['tables']>): readonly string[] =>
  Object.entries(tables).flatMap(([name, { rows, heapBytes }]) => (rows === undefined && heapBytes !== undefined && heapBytes > 0 ? [name] : []))
