// `npm start`: from a fresh checkout to a report on the sample migrations.
import { spawnSync } from 'node:child_process'
import { install, project, run } from './install.mjs'

install()
const built = run(process.execPath, ['esbuild.mjs'])
if (built !== 0) process.exit(built)

console.log('')
const status = run(process.execPath, ['out/cli.js', 'check', 'samples/migrations', '--snapshot', 'samples/lockscope.snapshot.json', '--fail-on', 'never'])
if (status !== 0) process.exit(status)

const hasCode = spawnSync('code', ['--version'], { stdio: 'ignore', shell: process.platform === 'win32' }).status === 0
const open = hasCode
  ? `code --extensionDevelopmentPath="${project.replace(/[\\/]$/, '')}" samples`
  : 'press F5 in VS Code, or run `npm run editor` for one in the browser'
console.log(`\nThe same folder in VS Code: ${open}`)
