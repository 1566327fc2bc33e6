import { readdirSync, readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { codeActions } from '../../server/editor/code-actions'
import { codeLenses } from '../../server/editor/code-lenses'
import { diagnostics } from '../../server/editor/diagnostics'
import { hover } from '../../server/editor/hover'
import { inlayHints } from '../../server/editor/inlay-hints'
import { loadParser } from '../../server/sql/parser'
import { applyEdits, makeView } from './make-view'

beforeAll(() => loadParser())

const seed = Number(process.env['SEED'] ?? 20_260_101)
const count = Number(process.env['MUTATIONS'] ?? 400)
const pages = new URL('../../server/operations/', import.meta.url)
const texts = readdirSync(pages)
  .filter((name) => name.endsWith('.md'))
  .flatMap((name) => [...readFileSync(new URL(name, pages), 'utf8').matchAll(/```sql[^\n]*\n([^]*?)```/g)].map((match) => match[1]!))
const noise = ["'", '"', '$$', '/*', '--', ';', '(', ')', '\\', '\0', '\r\n', '\uFEFF', '😀', '\uD800', 'BEGIN;', 'COMMIT;', '-- lockscope: allow long-lock because x\n', '`', '|', ',']

describe('whatever the text', () => {
  it(`shows something and stays within it, ${count} times from seed ${seed}`, () => {
    const random = randomFrom(seed)
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!
    for (let round = 0; round < count; round++) {
      const text = mutate(`${pick(texts)}${pick(['', '\n', ' '])}${pick(texts)}`, random, pick)
      const offset = Math.floor(random() * (text.length + 1))
      const view = makeView(text, { transaction: pick(['statement', 'file'] as const), hasCommands: random() < 0.5 })
      const lines = text.split(/\r\n|\r|\n/)
      const within = (position: { line: number; character: number }): boolean => position.line < lines.length && position.character <= lines[position.line]!.length + 1
      try {
        for (const one of diagnostics(view)) expect(within(one.range.start) && within(one.range.end)).toBe(true)
        for (const hint of inlayHints(view, { start: 0, end: text.length })) expect(within(hint.position)).toBe(true)
        codeLenses(view, 0)
        hover(view, offset)
        for (const action of codeActions(view, { start: offset, end: Math.min(text.length, offset + 40) }, { snippets: false, version: 1 })) {
          if (action.edit) applyEdits(text, Object.values(action.edit.changes!)[0]!)
        }
      } catch (error) {
        throw new Error(`Round ${round} of seed ${seed}: ${JSON.stringify(text)}`, { cause: error })
      }
    }
  }, 120_000)
})

function mutate(text: string, random: () => number, pick: <T>(list: readonly T[]) => T): string {
  let result = text
  for (let times = Math.floor(random() * 4); times >= 0; times--) {
    const at = Math.floor(random() * (result.length + 1))
    const to = Math.min(result.length, at + Math.floor(random() * 12))
    result = random() < 0.5 ? result.slice(0, at) + pick(noise) + result.slice(at) : result.slice(0, at) + result.slice(to)
  }
  return result
}

/** Mulberry32: the same numbers on every machine. */
function randomFrom(start: number): () => number {
  let state = start
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
