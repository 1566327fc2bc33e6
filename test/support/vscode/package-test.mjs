import { spawnSync } from 'node:child_process'
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Packages the extension as it would be published, installs that into a real VS Code and runs the extension suite on it. */
const project = fileURLToPath(new URL('../../..', import.meta.url))
const packages = () => readdirSync(project).filter((name) => name.endsWith('.vsix'))

// What an earlier run left must not be tested in place of today's.
for (const name of packages()) rmSync(join(project, name))
run('npm', ['run', 'package'], { shell: process.platform === 'win32' })
const [vsix, ...others] = packages()
if (!vsix || others.length > 0) fail(`npm run package left ${packages().length} packages instead of one.`)
const suite = fileURLToPath(new URL('run-suite.mjs', import.meta.url))
run(process.execPath, [suite, '--vsix', join(project, vsix), ...process.argv.slice(2)])

function run(command, args, options = {}) {
  const { status } = spawnSync(command, args, { cwd: project, stdio: 'inherit', ...options })
  if (status !== 0) fail(`${command} ${args.join(' ')} ended with ${status}.`)
}

function fail(message) {
  console.error(message)
  process.exit(1)
}
