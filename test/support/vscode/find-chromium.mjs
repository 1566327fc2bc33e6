import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/**
 * The path of a Chromium (or Chrome, or Edge) for a window without a display.
 * On Debian and Ubuntu it is installed when it is missing and that needs no password.
 *
 * @param {(line: string) => void} [log]
 */
export function findChromium(log = console.log) {
  const chosen = process.env['CHROMIUM']
  if (chosen && !existsSync(chosen)) throw new Error(`CHROMIUM names ${chosen}, which does not exist.`)
  return chosen ?? usualPath() ?? installOnDebian(log) ?? fail()
}

function usualPath() {
  const programFiles = process.env['ProgramFiles'] ?? 'C:\\Program Files'
  const programFilesX86 = process.env['ProgramFiles(x86)'] ?? 'C:\\Program Files (x86)'
  return [
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/usr/bin/google-chrome-stable',
    '/usr/bin/microsoft-edge',
    '/snap/bin/chromium',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
    `${programFiles}\\Google\\Chrome\\Application\\chrome.exe`,
    `${programFilesX86}\\Microsoft\\Edge\\Application\\msedge.exe`,
  ].find((path) => existsSync(path))
}

function installOnDebian(log) {
  if (!existsSync('/usr/bin/apt-get')) return undefined
  const isRoot = process.getuid?.() === 0
  if (!isRoot && spawnSync('sudo', ['-n', 'true']).status !== 0) return undefined
  log('Chromium: installing it with apt-get')
  // The window needs a font too; a bare Debian has none.
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', 'chromium', 'fonts-dejavu-core']]) {
    const command = isRoot ? ['apt-get', ...args] : ['sudo', '-n', 'apt-get', ...args]
    const { status, stderr } = spawnSync(command[0], command.slice(1), {
      encoding: 'utf8',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    })
    if (status !== 0) log(`Chromium: ${command.join(' ')} failed: ${stderr}`)
  }
  return usualPath()
}

function fail() {
  throw new Error(
    'A browser is needed as the window. Install Chromium or Chrome (Debian: apt-get install chromium fonts-dejavu-core), or set CHROMIUM to the path of one.',
  )
}
