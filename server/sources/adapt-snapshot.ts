import type { Snapshot } from '../model/snapshot'
import { growSnapshot } from './grow-snapshot'
import type { Adapted, Scale } from './scale-snapshot'
import { scaleSnapshot } from './scale-snapshot'

export interface Adaptation {
  readonly scales: Readonly<Record<string, Scale>>
  /** How far ahead sizes are projected; absent: not at all. */
  readonly days?: number
}

/** What the person wants the snapshot to be: first as large as production, then as old. */
export function adaptSnapshot(snapshot: Snapshot, { scales, days }: Adaptation): Adapted {
  const scaled = Object.keys(scales).length === 0 ? { snapshot } : scaleSnapshot(snapshot, scales)
  return scaled.problem !== undefined || days === undefined ? scaled : growSnapshot(scaled.snapshot, days)
}
