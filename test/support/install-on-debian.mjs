import { existsSync } from 'node:fs'
import { spawnSync } from 'node:child_process'

/**
 * Installs packages of the system where that needs no password: Debian and Ubuntu, as root or with sudo that does not ask.
 * False where it cannot be done here; what goes wrong is logged.
 *
 * @param {string} what what they are for, at the head of each line
 * @param {readonly string[]} packages
 * @param {(line: string) => void} [log]
 */
export function installOnDebian(what, packages, log = console.log) {
  if (!existsSync('/usr/bin/apt-get')) return false
  const isRoot = process.getuid?.() === 0
  if (!isRoot && spawnSync('sudo', ['-n', 'true']).status !== 0) return false
  log(`${what}: installing ${packages.join(' and ')} with apt-get`)
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', ...packages]]) {
    const command = isRoot ? ['apt-get', ...args] : ['sudo', '-n', 'apt-get', ...args]
    const { status, stderr } = spawnSync(command[0], command.slice(1), { encoding: 'utf8', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } })
    if (status !== 0) log(`${what}: ${command.join(' ')} failed: ${stderr}`)
  }
  return true
}
