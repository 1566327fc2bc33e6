import { array, assert, constantFrom, property, string } from 'fast-check'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { expect, test } from 'vitest'
import { LineIndex } from '../../server/model/span'

// Lines are counted as the protocol's own library counts them, in a new text and after edits.

const text = string({ unit: constantFrom('a', 'é', '😀', ' ', '\n', '\r', '\r\n'), maxLength: 40 })

const positions = (index: LineIndex, length: number): unknown => Array.from({ length: length + 1 }, (_, at) => index.position(at))
const expected = (of: string): unknown => {
  const document = TextDocument.create('file:///a.sql', 'sql', 1, of)
  return Array.from({ length: of.length + 1 }, (_, at) => (of[at - 1] === '\r' && of[at] === '\n' ? undefined : document.positionAt(at)))
}
/** The library takes an offset between `\r` and `\n` back to before both; nobody is told of such a place. */
const known = (all: unknown, like: unknown): unknown => (all as readonly unknown[]).map((one, at) => ((like as readonly unknown[])[at] === undefined ? undefined : one))

test('each offset of a text has the line and character of the protocol', () => {
  assert(
    property(text, (of) => {
      expect(known(positions(new LineIndex(of), of.length), expected(of))).toEqual(expected(of))
    }),
    { numRuns: 1000 },
  )
})

test('an index made of an earlier one is that of the text itself', () => {
  assert(
    property(array(text, { minLength: 3, maxLength: 3 }), array(text, { minLength: 1, maxLength: 4 }), ([head, gone, tail], edits) => {
      let index = new LineIndex(`${head}${gone}${tail}`)
      for (const edit of edits) {
        const now = `${head}${edit}${tail}`
        index = new LineIndex(now, index)
        expect(positions(index, now.length)).toEqual(positions(new LineIndex(now), now.length))
      }
    }),
    { numRuns: 2000 },
  )
})

test('so it is over stretches longer than are compared at once', () => {
  const long = 'SELECT 1;\n'.repeat(20_000)
  for (const [from, to] of [[0, 0], [0, 3], [65_536, 65_536], [131_071, 131_075], [long.length - 1, long.length], [long.length, long.length]] as const) {
    for (const put of ['', '\n', 'x\r\ny']) {
      const now = `${long.slice(0, from)}${put}${long.slice(to)}`
      const index = new LineIndex(now, new LineIndex(long))
      const fresh = new LineIndex(now)
      for (let at = 0; at <= now.length; at += 977) expect(index.position(at)).toEqual(fresh.position(at))
      expect(index.position(now.length)).toEqual(fresh.position(now.length))
    }
  }
})
