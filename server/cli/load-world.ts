import type { World } from '../analyse'
import { catalogFromSnapshot } from '../catalog/from-snapshot'
import { calibrationOf } from '../estimate/calibrated'
import type { Snapshot } from '../model/snapshot'
import { loadSnapshot } from '../sources/file'
import { loadParser } from '../sql/parser'
import type { EngineArguments } from './read-arguments'
import { UsageError } from './usage-error'

/** Everything that is the same for all files: the parser, and what the snapshot says. */
export async function loadWorld(options: EngineArguments): Promise<{ readonly world: World; readonly snapshot: Snapshot | undefined }> {
  const [loaded] = await Promise.all([options.snapshot === undefined ? undefined : loadSnapshot(options.snapshot), loadParser()])
  if (loaded?.problem !== undefined) throw new UsageError(`${options.snapshot!}: ${loaded.problem}`)
  const snapshot = loaded?.snapshot
  const longest = snapshot?.activity?.longestTransactionMs
  return {
    snapshot,
    world: {
      catalog: catalogFromSnapshot(snapshot, options.version),
      calibration: calibrationOf(snapshot),
      sized: snapshot !== undefined,
      ...(longest !== undefined && { longestTransactionMs: longest }),
    },
  }
}
