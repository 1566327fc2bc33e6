import { existsSync } from 'node:fs'
import { installOnDebian } from '../install-on-debian.mjs'

/**
 * The path of a Chromium (or Chrome, or Edge) for a window without a display.
 * On Debian and Ubuntu it is installed when it is missing and that needs no password.
 *
 * @param {(line: string) => void} [log]
 */
export function findChromium(log = console.log) {
  const chosen = process.env['CHROMIUM']
  if (chosen && !existsSync(chosen)) throw new Error(`CHROMIUM names ${chosen}, which does not exist.`)
  return chosen ?? usualPath() ?? installed(log) ?? fail()
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

function installed(log) {
  // The window needs a font too; a bare Debian has none.
  return installOnDebian('Chromium', ['chromium', 'fonts-dejavu-core'], log) ? usualPath() : undefined
}

function fail() {
  throw new Error(
    'A browser is needed as the window. Install Chromium or Chrome (Debian: apt-get install chromium fonts-dejavu-core), or set CHROMIUM to the path of one.',
  )
}
