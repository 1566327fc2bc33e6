import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const project = fileURLToPath(new URL('../..', import.meta.url))

/** The path of what is built as `out/NAME`. A fresh clone has none of it yet; a build that is there is measured as it is. */
export function built(name) {
  const path = `${project}out/${name}`
  if (!existsSync(path)) execFileSync(process.execPath, ['esbuild.mjs'], { cwd: project, stdio: 'inherit' })
  return path
}
