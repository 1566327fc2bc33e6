import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Builds an extension with its own `esbuild.mjs`, so that what runs is what was written.
 *
 * @param {string} extension
 */
export function buildExtension(extension) {
  if (!existsSync(join(extension, 'esbuild.mjs'))) return
  const { status } = spawnSync(process.execPath, ['esbuild.mjs'], { cwd: extension, stdio: 'inherit' })
  if (status !== 0) throw new Error('The extension does not build.')
}
