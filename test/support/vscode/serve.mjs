import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { startGroup } from './start-group.mjs'

/**
 * Starts the browser-hosted VS Code on the loopback address.
 *
 * @param {object} options
 * @param {{ folder: string, node: string }} options.installation
 * @param {string} options.profile a folder made by `makeProfile`
 * @param {number} options.port 0 for any free one
 * @param {NodeJS.ProcessEnv} options.environment reaches the extension host
 * @returns {Promise<{ urlOf: (opened: { workspace: string, extension: string, suite?: string, file?: string }) => string, log: () => string, ended: Promise<number | string>, stop: () => Promise<void> }>}
 */
export async function serve({ installation, profile, port, environment }) {
  let log = ''
  let announce
  const listening = new Promise((resolve) => (announce = resolve))
  const { ended, stop } = startGroup(
    installation.node,
    // The `code-server` program around this one refuses the last flag, without which the keys that name a suite are ignored.
    [
      ...programOf(installation, profile),
      '--host',
      '127.0.0.1',
      '--port',
      String(port),
      '--without-connection-token',
      '--disable-workspace-trust',
      '--disable-getting-started-override',
      '--enable-smoke-test-driver',
    ],
    environmentOf(environment),
    (text) => {
      log += text
      const match = /Extension host agent listening on (\d+)/.exec(log)
      if (match) announce(Number(match[1]))
    },
  )
  const timeout = new Promise((resolve) => setTimeout(resolve, startLimitMs, 'no answer').unref())
  const failed = Promise.race([ended, timeout]).then((reason) => ({ reason }))
  const outcome = await Promise.race([listening, failed])
  if (typeof outcome !== 'number') {
    await stop()
    throw new Error(`VS Code did not start (${outcome.reason}):\n${log}`)
  }
  return { urlOf: (opened) => urlOf(outcome, opened), log: () => log, ended, stop }
}

/**
 * Starts the same program for a command such as `--install-extension`.
 *
 * @returns {Promise<void>} fails with the program's output
 */
export async function runServerCommand(installation, profile, args) {
  let log = ''
  const { ended, stop } = startGroup(installation.node, [...programOf(installation, profile), ...args], environmentOf({}), (text) => (log += text))
  const code = await ended
  await stop()
  if (code !== 0) throw new Error(`VS Code ${args.join(' ')} ended with ${code}:\n${log}`)
}

const startLimitMs = 30_000

function programOf(installation, profile) {
  return [
    join(installation.folder, 'out/server-main.js'),
    '--accept-server-license-terms',
    '--server-data-dir',
    join(profile, 'server'),
    '--user-data-dir',
    join(profile, 'user'),
    '--extensions-dir',
    join(profile, 'extensions'),
    '--telemetry-level',
    'off',
  ]
}

function environmentOf(environment) {
  return { ...process.env, EXTENSIONS_GALLERY: '{}', ...environment }
}

function urlOf(port, { workspace, extension, suite, file }) {
  const authority = `127.0.0.1:${port}`
  const remote = (path) => `vscode-remote://${authority}${pathToFileURL(path).pathname}`
  const payload = [
    ['extensionDevelopmentPath', remote(extension)],
    ...(suite ? [['extensionTestsPath', remote(suite)]] : []),
    ...(file ? [['openFile', remote(file)]] : []),
    ['skipWelcome', 'true'],
  ]
  const folder = pathToFileURL(workspace).pathname
  return `http://${authority}/?folder=${folder}&payload=${encodeURIComponent(JSON.stringify(payload))}`
}
