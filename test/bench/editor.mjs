// What an author waits for while typing, ours and squawk's in one run: `npm run bench`.
// `--sizes 100,1000` measures fewer sizes, `--only squawk` one server, `--server "COMMAND ARGS"` another build of ours.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'

import { built } from './built.mjs'
import { generateStatements } from './generate-statements.mjs'
import { startLanguageClient } from './language-client.mjs'
import { memoryOf } from './memory-of.mjs'

const SEED = 20_260_101
const STARTS = 11
const LEAST_EDITS = 6
const EDITING_BUDGET_MS = 60_000

const SQUAWK = '2.66.0'

/** How many times squawk's median we may take. */
const TARGETS = {
  start: 1.5,
  edit: new Map([
    [1_000, 1 / 10],
    [10_000, 1 / 200],
  ]),
}

const { values: options } = parseArgs({
  options: {
    sizes: { type: 'string', default: '100,1000,10000' },
    only: { type: 'string' },
    server: { type: 'string' },
  },
})

const sizes = options.sizes.split(',').map(Number)
const servers = serversToMeasure()
const workspace = mkdtempSync(join(tmpdir(), 'lockscope-bench-'))
try {
  console.log(`Node ${process.version}, ${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown processor'}, seed ${SEED}.`)
  console.log('Times in ms, median (p95). The servers take turns: one start, one edit each.')
  console.log('An edit is one typed or removed character, timed from didChange to the answer to textDocument/diagnostic.\n')
  const { starts, references } = await measureStarts()
  const measured = []
  for (const size of sizes) measured.push({ size, byServer: await measureSize(size) })
  printTimes(starts, references, measured)
  printKinds(measured)
  printTargets(starts, references, measured)
  printStartAboveNode(starts, references)
} finally {
  rmSync(workspace, { recursive: true, force: true })
}

function serversToMeasure() {
  const [command, ...args] = options.server?.split(' ') ?? [process.execPath, built('server.js'), '--stdio']
  const all = [
    { name: 'lockscope', command, args },
    { name: 'squawk', command: squawkBinary(), args: ['server'] },
  ]
  return all.filter(({ name }) => options.only === undefined || options.only === name)
}

/** The peer is no dependency: it is installed beside the project the first time it is measured. */
function squawkRequire() {
  const folder = new URL('../../.cache/squawk/', import.meta.url)
  if (!existsSync(new URL('node_modules/squawk-cli/package.json', folder))) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(new URL('package.json', folder), '{ "private": true }\n')
    execFileSync('npm', ['install', '--no-audit', '--no-fund', `squawk-cli@${SQUAWK}`], { cwd: folder, stdio: 'inherit', shell: process.platform === 'win32' })
  }
  return createRequire(new URL('package.json', folder))
}

// The platform's own package, as an editor would spawn it: squawk-cli's script would add the start of a Node in front of it.
function squawkBinary() {
  const require = createRequire(squawkRequire().resolve('squawk-cli/package.json'))
  const binary = process.platform === 'win32' ? 'squawk.exe' : 'squawk'
  return require.resolve(`@squawk-cli/${process.platform}-${process.arch}/bin/${binary}`)
}

/** Ours and the peer's, and what starting costs before any server of the kind does anything: Node itself, and the script npm puts before squawk's binary. All take turns. */
async function measureStarts() {
  const script = { command: process.execPath, args: [squawkRequire().resolve('squawk-cli/js/bin/squawk'), 'server'] }
  const starts = new Map(servers.map(({ name }) => [name, []]))
  const [node, squawkScript] = [[], []]
  const measure = async (server, times) => {
    const client = await start(server)
    await client.stop()
    times.push(client.startMs)
  }
  for (let round = 0; round < STARTS; round += 1) {
    for (const server of servers) await measure(server, starts.get(server.name))
    const startedAt = performance.now()
    await once(spawn(process.execPath, ['--eval', '0'], { stdio: 'ignore' }), 'exit')
    node.push(performance.now() - startedAt)
    await measure(script, squawkScript)
  }
  // The first start reads the program from disk, which measures the disk.
  for (const times of [...starts.values(), node, squawkScript]) times.shift()
  return { starts, references: new Map([['lockscope', node], ['squawk', squawkScript]]) }
}

function start(server) {
  return startLanguageClient({ ...server, workspace, workspaceUri: pathToFileURL(workspace).href })
}

async function measureSize(size) {
  const text = `${generateStatements({ count: size, seed: SEED }).join('\n\n')}\n`
  const edits = editsOf(text)
  const path = join(workspace, 'migrations', `0001_${size}_statements.sql`)
  mkdirSync(join(workspace, 'migrations'), { recursive: true })
  writeFileSync(path, text)

  const sessions = []
  for (const server of servers) sessions.push(await open(server, pathToFileURL(path).href, text))
  for (const session of sessions) await requireFreshAnswers(session, text)
  for (const edit of edits) {
    for (const session of sessions) {
      const enough = session.edits.length >= LEAST_EDITS && session.editingMs > EDITING_BUDGET_MS
      if (enough) continue
      for (const change of [edit.type, edit.restore]) {
        const answer = await changeAndAsk(session, change)
        session.edits.push({ kind: edit.kind, ms: answer.ms })
        session.editingMs += answer.ms
      }
    }
  }
  for (const session of sessions) {
    const { diagnostics } = await ask(session)
    if (diagnostics.length !== session.findings) {
      throw new Error(`${session.name} ends with ${diagnostics.length} diagnostics for the text it gave ${session.findings} for`)
    }
    session.memory = memoryOf(session.client.processId)
    await session.client.stop()
  }
  rmSync(path)
  return new Map(sessions.map((session) => [session.name, session]))
}

async function open(server, uri, text) {
  const client = await start(server)
  const session = { name: server.name, client, uri, version: 1, previousResultId: undefined, diagnostics: [], edits: [], editingMs: 0 }
  const openedAt = performance.now()
  await client.notify('textDocument/didOpen', { textDocument: { uri, languageId: 'sql', version: 1, text } })
  const { diagnostics } = await ask(session)
  session.openMs = performance.now() - openedAt
  session.findings = diagnostics.length
  return session
}

async function changeAndAsk(session, change) {
  const startedAt = performance.now()
  session.version += 1
  const textDocument = { uri: session.uri, version: session.version }
  await session.client.notify('textDocument/didChange', { textDocument, contentChanges: [change] })
  const { diagnostics } = await ask(session)
  return { ms: performance.now() - startedAt, diagnostics }
}

async function ask(session) {
  const { uri, previousResultId } = session
  const report = await session.client.request('textDocument/diagnostic', {
    textDocument: { uri },
    ...(previousResultId === undefined ? {} : { previousResultId }),
  })
  session.previousResultId = report.resultId
  if (report.kind === 'full') session.diagnostics = report.items
  return { diagnostics: session.diagnostics }
}

// A server that answers an edit with what it knew before it would look fast.
async function requireFreshAnswers(session, text) {
  const statement = 'CREATE INDEX freshness_idx ON orders (created_at);\n'
  const position = positionIn(text, text.indexOf('\n\n', text.length / 2) + 2)
  const written = await changeAndAsk(session, insertion(position, statement))
  const found = written.diagnostics.some(({ range }) => range.start.line === position.line)
  const removed = await changeAndAsk(session, { range: { start: position, end: { line: position.line + 1, character: 0 } }, text: '' })
  if (!found) throw new Error(`${session.name} says nothing about: ${statement}`)
  if (removed.diagnostics.length !== session.findings) throw new Error(`${session.name} does not return to ${session.findings} diagnostics`)
}

/**
 * One character typed in the middle of a word and taken back, in every kind of token at the start, in the middle and at the end.
 * Ordered so that any six neighbours hold every place: a slow server is measured on fewer edits, not on easier ones.
 */
function editsOf(text) {
  const kinds = [
    { kind: 'column name', token: /ADD COLUMN \w{4}/g, typed: 'x' },
    { kind: 'string', token: /IS '\w{2}/g, typed: 'x' },
    { kind: 'comment', token: /^-- \w{2}/gm, typed: 'x' },
    { kind: 'table name', token: /^CREATE TABLE \w{4}/gm, typed: 'x' },
    { kind: 'opened quote', token: /ADD COLUMN \w{4}/g, typed: `'` },
  ]
  const places = [
    ['start', () => 0],
    ['middle', (last) => Math.round(last / 2)],
    ['end', (last) => last],
  ]
  const cycle = places.flatMap((_, shift) =>
    kinds.map(({ kind, token, typed }, index) => {
      const matches = [...text.matchAll(token)]
      const [, choose] = places[(index + shift) % places.length]
      const match = matches[choose(matches.length - 1)]
      const position = positionIn(text, match.index + match[0].length)
      const end = { line: position.line, character: position.character + typed.length }
      return { kind, type: insertion(position, typed), restore: { range: { start: position, end }, text: '' } }
    }),
  )
  return [...cycle, ...cycle]
}

function insertion(position, text) {
  return { range: { start: position, end: position }, text }
}

function positionIn(text, offset) {
  const before = text.slice(0, offset)
  const lineStart = before.lastIndexOf('\n') + 1
  return { line: before.split('\n').length - 1, character: offset - lineStart }
}

function printTimes(starts, references, measured) {
  const rows = [['', ...servers.map(({ name }) => name), 'ratio']]
  rows.push(timesRow('start → initialized', (name) => starts.get(name)))
  rows.push(['  Node alone, npm script', ...servers.map(({ name }) => summary(references.get(name))), ''])
  for (const { size, byServer } of measured) {
    const count = `${size.toLocaleString('en')} statements`
    rows.push([])
    rows.push([count, ...servers.map(({ name }) => `${byServer.get(name).findings} findings`), ''])
    rows.push(timesRow('  open → diagnostics', (name) => [byServer.get(name).openMs]))
    rows.push(timesRow('  one character', (name) => typing(byServer.get(name))))
    rows.push(['  edits measured', ...servers.map(({ name }) => String(typing(byServer.get(name)).length)), ''])
    rows.push(memoryRow('  memory after', (name) => byServer.get(name).memory.nowBytes))
    rows.push(memoryRow('  memory at most', (name) => byServer.get(name).memory.peakBytes))
  }
  printTable(rows)
}

function printKinds(measured) {
  const rows = [['one character, by where', ...servers.map(({ name }) => name), 'ratio']]
  for (const { size, byServer } of measured) {
    rows.push([], [`${size.toLocaleString('en')} statements`])
    for (const kind of new Set([...byServer.values()].flatMap(({ edits }) => edits.map((edit) => edit.kind)))) {
      rows.push(
        timesRow(`  ${kind}`, (name) =>
          byServer
            .get(name)
            .edits.filter((edit) => edit.kind === kind)
            .map(({ ms }) => ms),
        ),
      )
    }
  }
  printTable(rows)
}

// An opened quote turns the rest of the file into one string; it is printed by kind but is not what a typed character usually costs.
function typing({ edits }) {
  return edits.filter(({ kind }) => kind !== 'opened quote').map(({ ms }) => ms)
}

function printTargets(starts, references, measured) {
  if (servers.length < 2) return
  // The target is the program's own start; whoever has it from npm starts it by a script.
  const targets = [
    ['start', starts.get('lockscope'), starts.get('squawk'), TARGETS.start],
    [`start, by npm's script`, starts.get('lockscope'), references.get('squawk'), TARGETS.start],
  ]
  for (const { size, byServer } of measured) {
    const share = TARGETS.edit.get(size)
    if (share === undefined) continue
    targets.push([`one character at ${size.toLocaleString('en')}`, typing(byServer.get('lockscope')), typing(byServer.get('squawk')), share])
  }
  const rows = [['target', 'at most', 'measured', '']]
  for (const [title, ours, theirs, share] of targets) {
    const [our, their] = [quantile(ours, 0.5), quantile(theirs, 0.5)]
    rows.push([
      title,
      `${ratio(share)} = ${milliseconds(their * share)}`,
      `${ratio(our / their)} = ${milliseconds(our)}`,
      our <= their * share ? 'reached' : 'MISSED',
    ])
  }
  printTable(rows)
}

/** No program of Node's can start faster than Node, so what is ours is told apart. */
function printStartAboveNode(starts, references) {
  const ours = starts.get('lockscope')
  if (ours === undefined) return
  const [all, node] = [quantile(ours, 0.5), quantile(references.get('lockscope'), 0.5)]
  console.log(`start: ${milliseconds(all)} ms, of which Node alone ${milliseconds(node)} ms; ours is ${milliseconds(all - node)} ms. The target is a native program's, which Node alone misses.\n`)
}

function timesRow(title, timesOf) {
  const times = servers.map(({ name }) => timesOf(name))
  return [title, ...times.map(summary), ratioOf(times.map((values) => quantile(values, 0.5)))]
}

function memoryRow(title, bytesOf) {
  const bytes = servers.map(({ name }) => bytesOf(name))
  return [title, ...bytes.map((value) => (value === 0 ? 'unknown' : `${Math.round(value / 2 ** 20)} MiB`)), ratioOf(bytes)]
}

function summary(values) {
  if (values.length === 0) return '–'
  if (values.length === 1) return milliseconds(values[0])
  return `${milliseconds(quantile(values, 0.5))} (${milliseconds(quantile(values, 0.95))})`
}

function quantile(values, share) {
  const sorted = values.toSorted((left, right) => left - right)
  const at = (sorted.length - 1) * share
  const [low, high] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]]
  return low + (high - low) * (at - Math.floor(at))
}

function milliseconds(value) {
  return value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : Math.round(value).toLocaleString('en')
}

function ratioOf([ours, theirs]) {
  return theirs === undefined || !(ours > 0 && theirs > 0) ? '' : ratio(ours / theirs)
}

function ratio(value) {
  return value < 0.95 ? `1/${(1 / value).toFixed(1 / value < 10 ? 1 : 0)}` : `${value.toFixed(1)}×`
}

function printTable(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  for (const row of rows) {
    console.log(
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column] + 3)))
        .join('')
        .trimEnd(),
    )
  }
  console.log('')
}
