import type { World } from './analyse'
import { catalogFromSnapshot } from './catalog/from-snapshot'
import { calibrationOf } from './estimate/calibrated'
import type { Snapshot } from './model/snapshot'

/** What a migration meets, as far as a snapshot tells; `version` goes before the snapshot's own. */
export function worldFrom(snapshot: Snapshot | undefined, version?: number): World {
  const longest = snapshot?.activity?.longestTransactionMs
  const connections = snapshot?.activity?.connections
  return {
    catalog: catalogFromSnapshot(snapshot, version),
    calibration: calibrationOf(snapshot),
    sized: snapshot !== undefined,
    ...(longest !== undefined && { longestTransactionMs: longest }),
    ...(connections && { freeConnections: Math.max(0, connections.maximum - connections.used) }),
  }
}
