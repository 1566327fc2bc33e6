import { unwatchFile, watchFile } from 'node:fs'
import { basename, dirname } from 'node:path'
import type { Snapshot } from '../model/snapshot'
import { loadSnapshot } from '../sources/file'

export type SnapshotFile = { readonly snapshot: Snapshot; readonly name: string; readonly problem?: undefined } | { readonly problem: string; readonly missing: boolean; readonly snapshot?: undefined }

/** Snapshot files in use: each read once, and again whenever it changes on disk. */
export class Snapshots {
  readonly #files = new Map<string, Promise<SnapshotFile>>()
  readonly #changed: (path: string) => void

  constructor(changed: (path: string) => void) {
    this.#changed = changed
  }

  load(path: string): Promise<SnapshotFile> {
    const known = this.#files.get(path)
    if (known) return known
    const loading = read(path)
    this.#files.set(path, loading)
    // Asking every second also sees files that come, go, or are put in place by a rename, on every file system.
    watchFile(path, { interval: 1_000, persistent: false }, (now, before) => {
      // A file that is missing from the start is told as well, once.
      if (now.mtimeMs !== before.mtimeMs || now.size !== before.size || now.ino !== before.ino) this.reload(path)
    })
    return loading
  }

  reload(path: string): void {
    if (!this.#files.has(path)) return
    this.#files.set(path, read(path))
    this.#changed(path)
  }

  /** Stops watching all but these. */
  keep(paths: ReadonlySet<string>): void {
    for (const path of this.#files.keys()) {
      if (paths.has(path)) continue
      unwatchFile(path)
      this.#files.delete(path)
    }
  }
}

async function read(path: string): Promise<SnapshotFile> {
  const { snapshot, problem } = await loadSnapshot(path)
  if (!snapshot) return { problem: `The snapshot ${path} cannot be used: ${problem}`, missing: problem === 'There is no such file.' }
  return { snapshot, name: snapshot.database ?? nameOf(path) }
}

/** `prod` of `prod.lockscope.snapshot.json`; a plain `lockscope.snapshot.json` is called after its folder. */
function nameOf(path: string): string {
  const name = basename(path).replace(/\.?lockscope\.snapshot\.json$/, '').replace(/\.json$/, '')
  return name === '' ? basename(dirname(path)) : name
}
