// Files whose statements all meet each other, where a cost that grows with the square would show: `npm run bench:shapes`.
// What is printed is processor time, which other work on the machine disturbs less, and how it grows when the file is twice as long: 2 is linear, 4 is the square.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { built } from './built.mjs'

const RUNS = 3

/** Growth is called linear up to this ratio, for caches get colder and the heap larger. */
const LINEAR = 2.5

const list = (count, statement) => Array.from({ length: count }, (_, index) => statement(index)).join('\n')

const SHAPES = [
  { title: 'one transaction, each statement on a table of its own', count: 5_000, text: (count) => `BEGIN;\n${list(count, (at) => `ALTER TABLE t${at} ADD COLUMN note text;`)}\nCOMMIT;\n` },
  { title: 'one transaction, each statement working under all locks', count: 2_500, text: (count) => `BEGIN;\n${list(count, (at) => `ALTER TABLE t${at} ADD COLUMN note text;\nUPDATE t${at} SET note = 'x';`)}\nCOMMIT;\n` },
  { title: 'indexes of one table', count: 1_000, text: (count) => `CREATE TABLE t (id bigint, a integer);\n${list(count, (at) => `CREATE INDEX t_${at} ON t (a);`)}\n` },
  { title: 'columns of one table', count: 1_000, text: (count) => list(count, (at) => `ALTER TABLE orders ADD COLUMN c${at} text;`) },
  {
    title: 'partitions attached to one table',
    count: 1_000,
    text: (count) => `CREATE TABLE p (id bigint) PARTITION BY RANGE (id);\n${list(count, (at) => `CREATE TABLE p${at} (id bigint);\nALTER TABLE p ATTACH PARTITION p${at} FOR VALUES FROM (${at}) TO (${at + 1});`)}\n`,
  },
  { title: 'foreign keys to one table', count: 1_000, text: (count) => list(count, (at) => `ALTER TABLE t${at} ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES orders (id);`) },
]

const { values: options } = parseArgs({ options: { scale: { type: 'string', default: '1' } } })
const scale = Number(options.scale)
const program = built('cli.js')

const folder = mkdtempSync(join(tmpdir(), 'lockscope-bench-'))
try {
  console.log(`Node ${process.version}, ${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown processor'}; least of ${RUNS} runs, less what a file of one statement takes.\n`)
  const start = await least('SELECT 1;\n')
  console.log(`${'one statement'.padEnd(68)}${milliseconds(start)}`)
  for (const { title, count, text } of SHAPES) {
    const size = Math.round(count * scale)
    const once = (await least(text(size))) - start
    const twice = (await least(text(2 * size))) - start
    const growth = twice / once
    console.log(`${`${size.toLocaleString('en')}, ${(2 * size).toLocaleString('en')} ${title}`.padEnd(68)}${milliseconds(once)}${milliseconds(twice)}${`×${growth.toFixed(1)}`.padStart(8)}  ${growth <= LINEAR ? 'linear' : 'MORE THAN LINEAR'}`)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** Processor time in milliseconds. */
async function least(text) {
  const path = join(folder, 'shape.sql')
  writeFileSync(path, text)
  const times = []
  for (let run = 0; run < RUNS; run += 1) times.push(await processorTime(path))
  return Math.min(...times)
}

function processorTime(path) {
  // The child tells its own time as it ends, for a parent learns of it only by the sum of all its children.
  const told = 'process.once("exit", () => { const { user, system } = process.cpuUsage(); process.stderr.write(`\\n@${user + system}`) })'
  const child = spawn(process.execPath, ['--import', `data:text/javascript,${encodeURIComponent(told)}`, program, 'check', path, '--fail-on', 'never'], { stdio: ['ignore', 'ignore', 'pipe'] })
  let stderr = ''
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      const time = /@(\d+)$/.exec(stderr)?.[1]
      if (code === 0 && time !== undefined) resolve(Number(time) / 1_000)
      else reject(new Error(`lockscope check ended with ${code}\n${stderr}`))
    })
  })
}

function milliseconds(value) {
  return `${Math.round(value).toLocaleString('en')} ms`.padStart(12)
}
