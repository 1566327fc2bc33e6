// `npm test`: every part, also after one that fails, and one line of counts at the end. `npm test -- unit grammar` runs only those parts.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { install, project } from './install.mjs'

install()

const results = `${project}out/test-results.json`

/** `count` reads a part's own counts from what it printed; a part without any counts as one test. */
const parts = [
  { name: 'build', command: ['esbuild.mjs', '--production'] },
  {
    name: 'unit',
    command: ['node_modules/vitest/vitest.mjs', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${results}`],
    count: countVitest,
  },
  {
    name: 'grammar',
    command: ['node_modules/vscode-tmgrammar-test/dist/unit.js', '--config', 'package.json', '-g', 'test/grammar/sql.tmLanguage.json', 'test/grammar/**/*.sql'],
    needs: 'test/grammar',
  },
  { name: 'vscode', command: ['test/support/vscode/run-suite.mjs'], needs: 'test/extension/index.ts', count: countSuite },
  { name: 'package', command: ['test/support/vscode/package-test.mjs', '--version', 'oldest'], needs: 'test/extension/index.ts', count: countSuite },
]

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !parts.some((part) => part.name === name))
if (unknown.length > 0) {
  console.error(`There is no part ${unknown.join(', ')}; there are ${parts.map(({ name }) => name).join(', ')}.`)
  process.exit(2)
}

let passed = 0
let failed = 0
const summary = []
for (const part of parts) {
  if (wanted.length > 0 && !wanted.includes(part.name)) continue
  if (part.needs && !existsSync(`${project}${part.needs}`)) {
    console.error(`${part.name}: ${part.needs} is missing.`)
    failed += 1
    summary.push(`${part.name}: missing`)
    continue
  }
  console.log(`\n── ${part.name} ${'─'.repeat(Math.max(0, 76 - part.name.length))}`)
  const started = performance.now()
  rmSync(results, { force: true })
  const { status, output } = await runPart(part.command)
  const counts = part.count?.(output) ?? { passed: 0, failed: 0 }
  // A part that ends badly without a failed test has failed as a whole, and one that ends well without counts has passed as a whole.
  if (status !== 0 && counts.failed === 0) counts.failed = 1
  if (status === 0 && counts.passed === 0 && !part.count) counts.passed = 1
  if (status === 0 && counts.passed === 0) counts.failed += 1
  passed += counts.passed
  failed += counts.failed
  summary.push(`${part.name}: ${counts.passed} passed, ${counts.failed} failed, ${((performance.now() - started) / 1000).toFixed(1)} s`)
}

console.log(`\n${summary.join('\n')}`)
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)

function runPart(command) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, command, {
      cwd: project,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...(process.stdout.isTTY && { FORCE_COLOR: '1' }) },
    })
    let output = ''
    const pass = (target) => (chunk) => {
      output = (output + chunk).slice(-200_000)
      target.write(chunk)
    }
    child.stdout.setEncoding('utf8').on('data', pass(process.stdout))
    child.stderr.setEncoding('utf8').on('data', pass(process.stderr))
    child.once('error', (error) => resolve({ status: 1, output: error.message }))
    child.once('close', (code) => resolve({ status: code ?? 1, output }))
  })
}

function countVitest() {
  if (!existsSync(results)) return { passed: 0, failed: 0 }
  const { numPassedTests, numFailedTests, numPendingTests, testResults } = JSON.parse(readFileSync(results, 'utf8'))
  // A file that does not load holds no failed test.
  const broken = testResults.filter(({ status, assertionResults }) => status === 'failed' && assertionResults.every((one) => one.status !== 'failed')).length
  return { passed: numPassedTests, failed: numFailedTests + numPendingTests + broken }
}

function countSuite(output) {
  const match = /(\d+) passed, (\d+) failed/.exec(output.slice(output.lastIndexOf('passed') - 200))
  return match ? { passed: Number(match[1]), failed: Number(match[2]) } : { passed: 0, failed: 0 }
}
