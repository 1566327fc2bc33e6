import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder that is gone when this process ends, also when it ends by Ctrl-C. */
export function makeTemporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'lockscope-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }))
  return folder
}
