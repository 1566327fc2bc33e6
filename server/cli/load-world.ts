import type { World } from '../analyse'
import type { Snapshot } from '../model/snapshot'
import { loadSnapshot } from '../sources/file'
import { loadParser } from '../sql/parser'
import { worldFrom } from '../world'
import type { EngineArguments } from './read-arguments'
import { UsageError } from './usage-error'

/** Everything that is the same for all files: the parser, and what the snapshot says. */
export async function loadWorld(options: EngineArguments): Promise<{ readonly world: World; readonly snapshot: Snapshot | undefined }> {
  const [loaded] = await Promise.all([options.snapshot === undefined ? undefined : loadSnapshot(options.snapshot), loadParser()])
  if (loaded?.problem !== undefined) throw new UsageError(`${options.snapshot!}: ${loaded.problem}`)
  const snapshot = loaded?.snapshot
  return { snapshot, world: worldFrom(snapshot, options.version) }
}
