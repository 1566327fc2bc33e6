import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'

/**
 * Compiles a suite: its `index.ts` and every `*.test.ts` beside it, each to a file of its own, as mocha loads them one by one.
 *
 * @param {string} source
 * @param {string} target emptied first, so that no test outlives its source
 * @returns {Promise<string>} the module to give to VS Code
 */
export async function buildSuite(source, target) {
  const names = (await readdir(source)).filter((name) => name === 'index.ts' || name.endsWith('.test.ts'))
  await rm(target, { recursive: true, force: true })
  await build({
    entryPoints: names.map((name) => join(source, name)),
    outdir: target,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    sourcemap: 'inline',
    external: ['vscode', 'mocha'],
    logLevel: 'warning',
  })
  return join(target, 'index.js')
}
