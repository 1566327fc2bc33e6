import type { World } from './analyse'
import { catalogFromSnapshot } from './catalog/from-snapshot'
import { calibrationOf } from './estimate/calibrated'
import type { Snapshot } from './model/snapshot'
import { standbysOf } from './model/standby'
import { readTimeout } from './model/timeout'

/** What a migration meets, as far as a snapshot tells; `version` goes before the snapshot's own. */
export function worldFrom(snapshot: Snapshot | undefined, version?: number): World {
  const longest = snapshot?.activity?.longestTransactionMs
  const connections = snapshot?.activity?.connections
  const standbys = snapshot?.activity && standbysOf(snapshot.activity, snapshot.settings)
  const deadlockTimeoutMs = readTimeout(snapshot?.settings?.['deadlock_timeout'])
  return {
    catalog: catalogFromSnapshot(snapshot, version),
    calibration: calibrationOf(snapshot),
    sized: snapshot !== undefined,
    ...(longest !== undefined && { longestTransactionMs: longest }),
    ...(deadlockTimeoutMs !== undefined && { deadlockTimeoutMs }),
    ...(standbys && { standbys }),
    ...(connections && { freeConnections: Math.max(0, connections.maximum - connections.used) }),
  }
}
