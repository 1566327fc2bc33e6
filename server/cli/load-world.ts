import type { World } from '../analyse'
import type { Snapshot } from '../model/snapshot'
import { adaptSnapshot } from '../sources/adapt-snapshot'
import { loadSnapshot } from '../sources/file'
import { mergeSnapshots } from '../sources/merge-snapshots'
import { loadParser } from '../sql/parser'
import { worldFrom } from '../world'
import type { EngineArguments } from './read-arguments'
import { UsageError } from './usage-error'

/** Everything that is the same for all files: the parser, and what the snapshot says. */
export async function loadWorld(options: EngineArguments): Promise<{ readonly world: World; readonly snapshot: Snapshot | undefined }> {
  const [snapshot] = await Promise.all([wantedSnapshot(options), loadParser()])
  return { snapshot, world: worldFrom(snapshot, options.version) }
}

/** The one of the file, or the worst of several, in the size that is asked for. */
async function wantedSnapshot(options: EngineArguments): Promise<Snapshot | undefined> {
  if (options.snapshots.length === 0) {
    if (Object.keys(options.scales).length > 0 || options.days !== undefined) throw new UsageError('--scale and --in change what a snapshot says; name it with --snapshot.')
    return undefined
  }
  const { snapshot, problem } = adaptSnapshot(await loadSnapshots(options.snapshots), options)
  if (problem !== undefined) throw new UsageError(problem)
  return snapshot
}

/** @throws {UsageError} where a file is no snapshot. */
export const loadSnapshots = async (paths: readonly string[]): Promise<Snapshot> => mergeSnapshots(await Promise.all(paths.map((path) => loadSnapshotFile(path))))

/** @throws {UsageError} where it is no snapshot, with the advice after the reason. */
export async function loadSnapshotFile(path: string, advice?: string): Promise<Snapshot> {
  const { snapshot, problem } = await loadSnapshot(path)
  if (problem !== undefined) throw new UsageError([`${path}:`, problem, ...(advice === undefined ? [] : [advice])].join(' '))
  return snapshot
}
