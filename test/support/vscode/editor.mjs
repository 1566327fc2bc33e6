import { existsSync } from 'node:fs'
import { cp, mkdir, readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { buildExtension } from './build-extension.mjs'
import { findChromium } from './find-chromium.mjs'
import { install } from './install.mjs'
import { makeProfile } from './make-profile.mjs'
import { makeTemporaryFolder } from './make-temporary-folder.mjs'
import { openWindow, takePicture } from './open-window.mjs'
import { serve } from './serve.mjs'

const usage = `Serves a VS Code with the extension on this machine, to open in any browser. Ctrl-C stops it.

  npm run editor -- [options]

  --folder DIR              what it opens, in place (a copy of samples)
  --file PATH               open this file of the folder at once (of the samples, a foreign key)
  --version newest|oldest   which VS Code (newest)
  --port N                  where it listens on the loopback address (any free one)
  --theme light|dark        (light)
  --settings FILE           JSON with further user settings
  --extension DIR           the extension (the project)
  --screenshot FILE         take one picture and stop
`

const project = fileURLToPath(new URL('../../..', import.meta.url))

process.on('SIGINT', () => process.exit(0))
process.on('SIGTERM', () => process.exit(0))
try {
  await main()
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}

async function main() {
  const { values: options } = parseArgs({
    options: {
      folder: { type: 'string' },
      file: { type: 'string' },
      version: { type: 'string', default: 'newest' },
      port: { type: 'string', default: '0' },
      theme: { type: 'string', default: 'light' },
      settings: { type: 'string' },
      extension: { type: 'string', default: project },
      screenshot: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (options.help) {
    console.log(usage)
    return
  }
  const extension = resolve(options.extension)
  buildExtension(extension)
  const installation = await install({ version: options.version, window: 'browser' })
  const temporary = makeTemporaryFolder()
  const profile = join(temporary, 'profile')
  await makeProfile(profile, {
    'workbench.colorTheme': options.theme === 'dark' ? 'Default Dark Modern' : 'Default Light Modern',
    ...(options.settings ? JSON.parse(await readFile(options.settings, 'utf8')) : {}),
  })
  const workspace = await workspaceOf(options.folder, temporary)
  const file = options.file ?? (options.folder ? undefined : 'migrations/0104_payments_belong_to_orders.sql')
  const server = await serve({ installation, profile, port: Number(options.port), environment: {} })
  const url = server.urlOf({ workspace, extension, file: file && resolve(workspace, file) })
  if (options.screenshot) {
    await showAndTakePicture(url, resolve(options.screenshot))
    await server.stop()
    return
  }
  console.log(`\nVS Code ${installation.version} with ${workspace}:\n\n  ${url}\n\nCtrl-C stops it.`)
  const reason = await server.ended
  throw new Error(`VS Code's server ended (${reason}):\n${server.log()}`)
}

/** Samples are copied, so that trying out a fix does not change the project; a folder somebody names is meant itself. */
async function workspaceOf(folder, temporary) {
  if (folder) {
    if (!existsSync(folder)) throw new Error(`There is no folder ${folder}.`)
    return resolve(folder)
  }
  const copy = join(temporary, 'samples')
  await cp(join(project, 'samples'), copy, { recursive: true })
  return copy
}

async function showAndTakePicture(url, path) {
  await mkdir(dirname(path), { recursive: true })
  const window = await openWindow({ chromiumPath: findChromium(), url, onLog: () => {} })
  await window.page.locator('.monaco-workbench .explorer-folders-view').first().waitFor({ timeout: 60_000 })
  // Extensions start after the window is drawn; nothing on the page tells when they are done.
  await window.page.waitForTimeout(6_000)
  await takePicture(window.page, { path })
  await window.close()
  console.log(`Picture: ${path}`)
}
