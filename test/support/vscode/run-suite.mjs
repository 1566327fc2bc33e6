import { existsSync, readFileSync } from 'node:fs'
import { cp, mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { resolveCliArgsFromVSCodeExecutablePath } from '@vscode/test-electron'
import { buildExtension } from './build-extension.mjs'
import { buildSuite } from './build-suite.mjs'
import { findChromium } from './find-chromium.mjs'
import { cacheFolder, install } from './install.mjs'
import { makeProfile } from './make-profile.mjs'
import { makeTemporaryFolder } from './make-temporary-folder.mjs'
import { offerHands } from './offer-hands.mjs'
import { openWindow } from './open-window.mjs'
import { runServerCommand, serve } from './serve.mjs'
import { startGroup } from './start-group.mjs'

const usage = `Runs the extension suite in a real VS Code.

  node test/support/vscode/run-suite.mjs [options]

  --version newest|oldest   which VS Code (newest)
  --window any|browser|desktop
                            any takes the desktop VS Code where it can be had; pictures need the browser (any)
  --folder DIR              the workspace; the run gets a copy (test/extension/library)
  --settings FILE           JSON with further user settings
  --vsix FILE               test this package instead of the sources
  --screenshots DIR         where pictures go (out/screenshots)
  --limit-seconds N         a run that takes longer has failed (300)
  --grep TEXT               only the tests whose title contains this
  --extension DIR           the extension (the project)
  --suite DIR               the suite (test/extension)
  --verbose                 also print what the workbench logs
`

const project = fileURLToPath(new URL('../../..', import.meta.url))

/** VS Code runs a suite only for an extension under development. */
const emptyExtension = { name: 'nothing', publisher: 'lockscope', version: '0.0.1', engines: { vscode: '*' } }

process.on('SIGINT', () => process.exit(130))
process.on('SIGTERM', () => process.exit(143))
try {
  process.exitCode = (await main()) ? 0 : 1
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}

async function main() {
  const options = readOptions()
  if (options.help) {
    console.log(usage)
    return true
  }
  if (!options.vsix) buildExtension(resolve(options.extension))
  const installation = await install({ version: options.version, window: options.window })
  const suite = await buildSuite(resolve(options.suite), join(project, 'out/test/extension'))
  const run = await prepare(options, installation, suite, makeTemporaryFolder())
  const started = performance.now()
  const stopPrinting = printWhatIsWritten(run.outputFile)
  const outcome = await (installation.window === 'desktop' ? runOnDesktop(run) : runInBrowser(run))
  stopPrinting()
  const seconds = (performance.now() - started) / 1000
  const problems = [...outcome.problems, ...(await judge(run.resultFile))]
  if (problems.length > 0) await keepEvidence(run, outcome.log)
  console.log(await summaryOf(run, problems, seconds))
  return problems.length === 0
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      version: { type: 'string', default: 'newest' },
      window: { type: 'string', default: 'any' },
      folder: { type: 'string', default: join(project, 'test/extension/library') },
      settings: { type: 'string' },
      vsix: { type: 'string' },
      screenshots: { type: 'string', default: join(project, 'out/screenshots') },
      'limit-seconds': { type: 'string', default: '300' },
      grep: { type: 'string', default: '' },
      extension: { type: 'string', default: project },
      suite: { type: 'string', default: join(project, 'test/extension') },
      verbose: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (!(Number(values['limit-seconds']) > 0)) throw new Error('--limit-seconds must be a number above 0.')
  return values
}

async function prepare(options, installation, suite, temporary) {
  const profile = join(temporary, 'profile')
  const workspace = join(temporary, 'workspace')
  const extraSettings = options.settings ? JSON.parse(await readFile(options.settings, 'utf8')) : {}
  await makeProfile(profile, extraSettings)
  await cp(resolve(options.folder), workspace, { recursive: true })
  const run = {
    installation,
    profile,
    workspace,
    suite,
    extension: resolve(options.extension),
    screenshots: resolve(options.screenshots),
    evidence: join(cacheFolder, `failure-${installation.version}`),
    resultFile: join(temporary, 'result.json'),
    outputFile: join(temporary, 'output.txt'),
    limitMs: Number(options['limit-seconds']) * 1000,
    grep: options.grep,
    verbose: options.verbose,
  }
  if (!options.vsix) return run
  const extension = join(temporary, 'nothing-under-development')
  await mkdir(extension)
  await writeFile(join(extension, 'package.json'), JSON.stringify(emptyExtension))
  await installPackage(installation, profile, resolve(options.vsix))
  return { ...run, extension }
}

async function installPackage(installation, profile, vsix) {
  console.log(`Installing ${vsix}`)
  if (installation.window === 'browser') {
    await runServerCommand(installation, profile, ['--install-extension', vsix, '--force'])
    return
  }
  const [command, ...args] = resolveCliArgsFromVSCodeExecutablePath(installation.executable)
  let log = ''
  const where = [`--user-data-dir=${join(profile, 'user')}`, `--extensions-dir=${join(profile, 'extensions')}`]
  const all = [...args.filter((arg) => !/^--(user-data|extensions)-dir=/.test(arg)), ...where, '--install-extension', vsix]
  const { ended, stop } = startGroup(command, all, process.env, (text) => (log += text))
  const code = await ended
  await stop()
  if (code !== 0) throw new Error(`Installing ${vsix} ended with ${code}:\n${log}`)
}

function environmentOf(run, handsOrigin) {
  return {
    LOCKSCOPE_SUITE_RESULT: run.resultFile,
    LOCKSCOPE_SUITE_OUTPUT: run.outputFile,
    LOCKSCOPE_SUITE_GREP: run.grep,
    LOCKSCOPE_SUITE_COLOR: process.stdout.isTTY ? 'yes' : '',
    ...(handsOrigin ? { LOCKSCOPE_SUITE_WINDOW: handsOrigin } : {}),
  }
}

async function runInBrowser(run) {
  const chromiumPath = findChromium()
  const hands = await offerHands({ screenshots: run.screenshots, log: (line) => console.log(line) })
  const environment = environmentOf(run, hands.origin)
  const server = await serve({ installation: run.installation, profile: run.profile, port: 0, environment })
  let window
  try {
    const onLog = (type, args) => run.verbose && console.log(`[${type}]`, ...args)
    window = await openWindow({ chromiumPath, url: server.urlOf(run), onLog })
    hands.attach(window.page)
    const problem = await Promise.race([
      window.exited.then((code) => (code === 0 ? undefined : `VS Code reports exit code ${code}`)),
      window.lost,
      server.ended.then((reason) => `VS Code's server ended (${reason})`),
      hostDeath(server.log),
      limit(run.limitMs),
    ])
    if (problem) await within(5_000, window.page.screenshot({ path: `${run.evidence}.png` }))
    const problems = new Set([problem, crashIn(server.log())].filter((each) => each !== undefined))
    return { problems: [...problems], log: server.log() }
  } finally {
    await Promise.all([window && within(5_000, window.close()), server.stop()])
    hands.close()
  }
}

/** The same suite; there is no page to take pictures of, so `window.ts` finds no hands. */
async function runOnDesktop(run) {
  console.log('On the desktop there are no pictures, and tests that need hands are left out; --window browser has both.')
  let log = ''
  const { ended, stop } = startGroup(
    run.installation.executable,
    [
      run.workspace,
      '--no-sandbox',
      '--disable-gpu-sandbox',
      '--disable-updates',
      '--skip-welcome',
      '--skip-release-notes',
      '--disable-workspace-trust',
      `--user-data-dir=${join(run.profile, 'user')}`,
      `--extensions-dir=${join(run.profile, 'extensions')}`,
      `--extensionDevelopmentPath=${run.extension}`,
      `--extensionTestsPath=${run.suite}`,
    ],
    { ...process.env, ...environmentOf(run) },
    (text) => {
      log += text
      if (run.verbose) process.stdout.write(text)
    },
  )
  try {
    const problem = await Promise.race([ended.then((code) => (code === 0 ? undefined : `VS Code ended with ${code}`)), limit(run.limitMs)])
    return { problems: problem ? [problem] : [], log }
  } finally {
    await stop()
  }
}

/** When the extension host dies under a suite, the workbench reports exit code 0; only the server's log tells. */
function deathsIn(log) {
  return log.match(/Extension Host Process exited with code: .*/g) ?? []
}

/** After a suite the host ends by itself with code 0, and the workbench has said so by then. */
function crashIn(log) {
  return deathsIn(log).find((line) => !/code: 0, signal: null/.test(line))
}

async function hostDeath(log) {
  while (deathsIn(log()).length === 0) await pause(250)
  await pause(2_000)
  return deathsIn(log())[0]
}

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref())
}

async function limit(milliseconds) {
  await pause(milliseconds)
  return `the suite was still running after ${milliseconds / 1000} s`
}

function within(milliseconds, promise) {
  return Promise.race([promise.catch(() => undefined), pause(milliseconds)])
}

/** Follows a file that another process appends to. */
function printWhatIsWritten(path) {
  let printed = 0
  const print = () => {
    if (!existsSync(path)) return
    const bytes = readFileSync(path)
    process.stdout.write(bytes.subarray(printed))
    printed = bytes.length
  }
  const timer = setInterval(print, 200)
  timer.unref()
  return () => {
    clearInterval(timer)
    print()
  }
}

/** Mocha's own counts are the only witness; a suite that never ran leaves none. */
async function judge(resultFile) {
  let result
  try {
    result = JSON.parse(await readFile(resultFile, 'utf8'))
  } catch {
    return ['the suite left no result']
  }
  if (result.failures > 0) return [`${result.failures} failed`]
  if (!(result.passes > 0)) return ['no test passed']
  return []
}

async function keepEvidence({ evidence, profile }, log) {
  await mkdir(dirname(evidence), { recursive: true })
  const hostLogs = (await readdir(profile, { recursive: true })).filter((path) => /exthost.*\.log$/.test(path))
  const parts = await Promise.all(hostLogs.map(async (path) => `\n=== ${path}\n${await readFile(join(profile, path), 'utf8')}`))
  await writeFile(`${evidence}.log`, log + parts.join(''))
  console.log(`Logs: ${evidence}.log`)
}

async function summaryOf({ installation, resultFile }, problems, seconds) {
  const result = await readFile(resultFile, 'utf8').then(JSON.parse, () => ({ passes: 0, failures: 0, pending: 0 }))
  const counts = `${result.passes} passed, ${result.failures} failed, ${result.pending} left out`
  const where = `VS Code ${installation.version} (${installation.window}), ${seconds.toFixed(1)} s`
  return problems.length === 0 ? `PASSED: ${counts}; ${where}` : `FAILED (${problems.join('; ')}): ${counts}; ${where}`
}
