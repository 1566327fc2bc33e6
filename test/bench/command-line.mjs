// What a build waits for: the command line over thousands of migration files, `npm run bench:cli`.
// `--command "COMMAND ARGS"` measures another build; the folder's path is put after it.
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'

import { built } from './built.mjs'
import { generateStatements } from './generate-statements.mjs'
import { memoryOf } from './memory-of.mjs'

const SEED = 20_260_101
const FILE_COUNTS = [500, 1_000, 2_000]
const STATEMENTS_PER_FILE = 5
const RUNS = 5
const SAMPLING_MS = 10

const TARGET = { files: 2_000, wallMs: 2_000 }

/** Memory is called flat when four times the files take less than this many times the memory. */
const FLAT = 1.25

const { values: options } = parseArgs({ options: { command: { type: 'string' } } })
const [command, ...args] = options.command?.split(' ') ?? [process.execPath, built('cli.js'), 'check']
const trailing = (format) => (options.command === undefined ? ['--format', format, '--fail-on', 'never'] : [])

const folder = mkdtempSync(join(tmpdir(), 'lockscope-bench-'))
try {
  const folders = FILE_COUNTS.map((files) => ({ files, path: writeMigrations(files) }))
  const runs = new Map(FILE_COUNTS.map((files) => [files, []]))
  // The JSON report has every step of every plan; what a person reads names the plans, so that their steps are not tried.
  const pretty = []
  // One round over all sizes after the other, so that a slow moment of the machine meets each size.
  for (let round = 0; round < RUNS; round += 1) {
    for (const { files, path } of folders) runs.get(files).push(await run(path, 'json'))
    if (options.command === undefined) pretty.push(await run(folders.at(-1).path, 'pretty'))
  }
  printRuns(runs)
  if (pretty.length > 0) console.log(`Without the steps of plans (--format pretty), ${FILE_COUNTS.at(-1).toLocaleString('en')} files: ${Math.round(median(pretty.map(({ wallMs }) => wallMs))).toLocaleString('en')} ms.\n`)
  printTargets(runs)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function writeMigrations(files) {
  const path = join(folder, `${files}`, 'migrations')
  mkdirSync(path, { recursive: true })
  const statements = generateStatements({ count: files * STATEMENTS_PER_FILE, seed: SEED })
  for (let index = 0; index < files; index += 1) {
    const text = statements.slice(index * STATEMENTS_PER_FILE, (index + 1) * STATEMENTS_PER_FILE).join('\n\n')
    writeFileSync(join(path, `${String(index + 1).padStart(5, '0')}_step.sql`), `${text}\n`)
  }
  return path
}

async function run(path, format) {
  const startedAt = performance.now()
  const child = spawn(command, [...args, path, ...trailing(format)], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  let outputBytes = 0
  let stderr = ''
  let peakBytes = 0
  child.stdout.on('data', (chunk) => {
    outputBytes += chunk.length
  })
  child.stderr.on('data', (chunk) => {
    stderr = (stderr + chunk).slice(-4_000)
  })
  const sampling = setInterval(() => {
    peakBytes = Math.max(peakBytes, memoryOf(child.pid).peakBytes)
  }, SAMPLING_MS)
  const [code, signal] = await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (...ending) => resolve(ending))
  })
  clearInterval(sampling)
  if (options.command === undefined && code !== 0) throw new Error(`${command} ${args.join(' ')} ended (${signal ?? code})\n${stderr}`)
  if (outputBytes === 0) throw new Error(`${command} ${args.join(' ')} printed nothing\n${stderr}`)
  return { wallMs: performance.now() - startedAt, peakBytes, outputBytes }
}

function printRuns(runs) {
  console.log(`Node ${process.version}, ${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown processor'}, seed ${SEED}.`)
  console.log(`${STATEMENTS_PER_FILE} statements in each file, median of ${RUNS} runs.\n`)
  console.log('   files      wall     slowest   memory at most   printed')
  for (const [files, results] of runs) {
    const wall = results.map(({ wallMs }) => wallMs)
    const cells = [
      files.toLocaleString('en').padStart(8),
      `${Math.round(median(wall)).toLocaleString('en')} ms`.padStart(10),
      `${Math.round(Math.max(...wall)).toLocaleString('en')} ms`.padStart(12),
      mebibytes(peak(results)).padStart(17),
      mebibytes(median(results.map(({ outputBytes }) => outputBytes))).padStart(10),
    ]
    console.log(cells.join(''))
  }
  console.log('')
}

function printTargets(runs) {
  const wallMs = median(runs.get(TARGET.files).map((result) => result.wallMs))
  console.log(
    `target: ${TARGET.files.toLocaleString('en')} files in ${TARGET.wallMs.toLocaleString('en')} ms: ${wallMs <= TARGET.wallMs ? 'reached' : 'MISSED'}`,
  )
  const [least, most] = [FILE_COUNTS[0], FILE_COUNTS.at(-1)].map((files) => peak(runs.get(files)))
  if (least === 0) return
  const growth = most / least
  console.log(
    `target: memory at most ${FLAT}× from ${FILE_COUNTS[0]} files to ${FILE_COUNTS.at(-1).toLocaleString('en')}: ${growth.toFixed(2)}×, ${growth <= FLAT ? 'reached' : 'MISSED'}`,
  )
}

function peak(results) {
  return median(results.map(({ peakBytes }) => peakBytes))
}

function median(values) {
  const sorted = values.toSorted((left, right) => left - right)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

function mebibytes(bytes) {
  return bytes === 0 ? 'unknown' : `${(bytes / 2 ** 20).toFixed(1)} MiB`
}
