import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const project = fileURLToPath(new URL('..', import.meta.url))

/** Runs in the project's folder with our input and output; `npm` is a batch file on Windows, which only its shell can start. */
export function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: project, stdio: 'inherit', shell: process.platform === 'win32' && command !== process.execPath })
  if (error) console.error(`${command} cannot be run: ${error.message}`)
  return status ?? 1
}

/** Everything the project needs, where it is not there yet or the lock file has changed since. Uses nothing but Node.js and npm. */
export function install() {
  if (isInstalled()) return
  console.log('Installing what Lockscope is built with (once) …')
  const status = run('npm', ['ci', '--no-audit', '--no-fund'])
  if (status !== 0) {
    console.error('npm ci failed; its output above says why.')
    process.exit(status)
  }
}

/** npm leaves a copy of the lock file behind; a package that differs from it is missing or old. Those of other platforms are meant to be missing. */
function isInstalled() {
  const copy = `${project}node_modules/.package-lock.json`
  if (!existsSync(copy)) return false
  const wanted = packagesOf(`${project}package-lock.json`)
  const present = packagesOf(copy)
  return Object.entries(wanted).every(([path, { version, optional }]) => path === '' || optional || present[path]?.version === version)
}

function packagesOf(path) {
  return JSON.parse(readFileSync(path, 'utf8')).packages
}
