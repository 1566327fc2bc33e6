import type { CodeAction, Diagnostic, TextEdit } from 'vscode-languageserver-types'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { diagnostics } from '../../server/editor/diagnostics'
import { loadParser } from '../../server/sql/parser'
import { makeView } from '../editor/make-view'
import type { Client } from '../server/lsp/start-server'
import { removeBundle, startServer } from '../server/lsp/start-server'
import type { Memory } from '../support/memory'
import { measured, memoryOf } from '../support/memory'
import { baseTexts } from './base-texts'
import { editsOf, problemsOf, withEdits } from './check-actions'
import { mostMs } from './check-analysis'
import { largeSnapshot } from './large-snapshot'
import { mutate } from './mutate'
import type { Random } from './random-from'
import { firstRound, randomFrom, rounds, seed } from './random-from'

const count = rounds(600)
const texts = baseTexts().map(({ sql }) => sql)
const snapshot = largeSnapshot(texts)
let client: Client

beforeAll(async () => {
  await loadParser()
  client = await startServer({ nodeArguments: measured, files: { 'lockscope.snapshot.json': JSON.stringify(snapshot) } })
})
afterAll(() => {
  client.dispose()
  removeBundle()
})

test(`one server answers through ${count} spoilt edits from seed ${seed}, as if each text were new to it, and does not grow`, { timeout: 1e9 }, async () => {
  const uris = ['a.sql', 'b.sql', 'c.sql'].map((name) => client.uri(name))
  for (const name of ['a.sql', 'b.sql', 'c.sql']) await client.open(name, texts[0]!)
  let warm: Memory | undefined
  let applied = 0
  for (let round = firstRound; round < firstRound + count; round++) {
    const random = randomFrom(seed, round)
    const uri = random.pick(uris)
    if (random.chance(0.15) || client.text(uri).length > 60_000) await retype(uri, Array.from({ length: 1 + random.below(6) }, () => random.pick(texts)).join(random.pick([';\n', ';\r\n', '\n'])))
    const before = client.text(uri)
    await client.change(uri, difference(before, mutate(before, texts, random)))
    const text = client.text(uri)
    const place = { line: random.below(text.split('\n').length + 2), character: random.below(60) }
    try {
      const range = { start: random.chance(0.8) ? { line: 0, character: 0 } : place, end: random.chance(0.8) ? { line: 1e6, character: 0 } : place }
      const ask = (): Promise<[Diagnostic[], unknown, unknown, unknown, CodeAction[]]> =>
        Promise.all([
          client.diagnostics(uri),
          client.request('textDocument/hover', { textDocument: { uri }, position: place }),
          client.request('textDocument/inlayHint', { textDocument: { uri }, range }),
          client.request('textDocument/codeLens', { textDocument: { uri } }),
          client.request<CodeAction[]>('textDocument/codeAction', { textDocument: { uri }, range, context: { diagnostics: [] } }),
        ])
      const [found, , , , actions] = await inTime(ask, uri)
      expect(found.map(brief)).toEqual(expected(text))
      if (random.chance(0.3)) applied += await tryActions(uri, actions, random)
    } catch (error) {
      throw new Error(`FUZZ=1 SEED=${seed} ROUND=${round}: ${(error as Error).message}\nbefore: ${JSON.stringify(before)}\nafter:  ${JSON.stringify(text)}`, { cause: error })
    }
    expect(client.process.exitCode).toBeNull()
    if (round === firstRound + Math.floor(count / 4)) warm = await memoryOf(client.process)
  }
  const end = await memoryOf(client.process)
  const inUse = ({ heap, parser, parsers }: Memory): string => `${Math.round(heap)} MB and ${Math.round(parser)} MB of ${parsers} parsers`
  console.log(`${count} edits from seed ${seed}: ${applied} actions applied; in use ${inUse(warm!)} after a quarter, ${inUse(end)} at the end`)
  // What is remembered of texts may still be filling up; `memory.test.ts` has the sharper bounds.
  expect(end.heap).toBeLessThan(warm!.heap + 60)
  expect(end.parsers).toBeLessThanOrEqual(1)
  expect(end.parser).toBeLessThanOrEqual(Math.max(warm!.parser, 160))
  if (count >= 100) expect(applied).toBeGreaterThan(count / 50)
  expect(client.messages).toEqual([])
  expect(await client.stop()).toBe(0)
})

/** Asks again where an answer took long: other processes may have had the machine, but not every time that the text is new. */
async function inTime<T>(ask: () => Promise<T>, uri: string): Promise<T> {
  const took: number[] = []
  for (;;) {
    const started = performance.now()
    const answer = await ask()
    took.push(Math.round(performance.now() - started))
    if (took.at(-1)! < mostMs + 1000) return answer
    expect(took.length, `All answers take ${took.join(', ')} ms`).toBeLessThan(4)
    await retype(uri, client.text(uri))
  }
}

async function retype(uri: string, text: string): Promise<void> {
  await client.connection.sendNotification('textDocument/didClose', { textDocument: { uri } })
  await client.open(uri, text)
}

/** As an editor sends it: what stands between the first and the last letter that differ. */
function difference(before: string, after: string): TextEdit[] {
  let start = 0
  while (start < before.length && start < after.length && before[start] === after[start]) start++
  let end = 0
  while (end < before.length - start && end < after.length - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++
  const document = TextDocument.create('', 'sql', 1, before)
  return [{ range: { start: document.positionAt(start), end: document.positionAt(before.length - end) }, newText: after.slice(start, after.length - end) }]
}

const brief = ({ range, code, severity, message }: Diagnostic): unknown => ({ range, code, severity, message })

/** What the engine says of the text, asked here and anew. */
function expected(text: string): unknown[] {
  if (text.includes('\0')) return [{ range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }, severity: 3, message: expect.any(String) }]
  return diagnostics(makeView(text, { snapshot })).map(brief)
}

/** Applies one of the offered edits and the edit for the whole file; the number of edits tried. */
async function tryActions(uri: string, actions: readonly CodeAction[], random: Random): Promise<number> {
  const original = client.text(uri)
  const edits = actions.filter((action) => action.edit)
  if (edits.length === 0) return 0
  const readable = problemsOf(original).length === 0
  const action = random.pick(edits)
  const after = withEdits(original, editsOf(action, uri))
  if (readable) expect({ action: action.title, problems: problemsOf(after), text: after }).toMatchObject({ problems: [] })

  const fixAll = async (): Promise<CodeAction | undefined> => (await client.request<CodeAction[]>('textDocument/codeAction', { textDocument: { uri }, range: { start: { line: 0, character: 0 }, end: { line: 1e6, character: 0 } }, context: { diagnostics: [], only: ['source.fixAll'] } }))[0]
  const all = await fixAll()
  if (!all) return 1
  await client.change(uri, editsOf(all, uri))
  const fixed = client.text(uri)
  if (readable) expect({ problems: problemsOf(fixed), text: fixed }).toMatchObject({ problems: [] })
  const again = await fixAll()
  expect(again ? withEdits(fixed, editsOf(again, uri)) : fixed, 'fixed twice').toBe(fixed)
  return 2
}
