import { describe, expect, test } from 'vitest'
import { readPage, withBlocks } from '../support/document'
import type { Page } from '../support/document'

const url = new URL('file:///page.md')
const page = (...lines: readonly string[]): Page => readPage(lines.join('\n').replaceAll("'''", '```'), 'page.md', url)

test('a page is read with the lines on which its parts stand', () => {
  const { title, cases } = page(
    '# Create an index',
    "'''sql given",
    '-- PostgreSQL 16',
    'CREATE TABLE t (a int);',
    "'''",
    'It *locks* `t` and takes a long time, so that nobody writes.',
    "'''sql",
    'ALTER TABLE t',
    '  ADD a int;',
    '  --  ^^^^^ long-lock: Blocks `t`',
    'SELECT 1;',
    "'''",
    "'''effects",
    't: SHARE',
    "'''",
    "'''plan",
    "'''",
  )
  expect(title).toBe('Create an index')
  expect(cases).toEqual([
    {
      title: '8 It *locks* t and takes a long time,',
      given: { text: '-- PostgreSQL 16\nCREATE TABLE t (a int);', line: 3 },
      version: 16,
      sql: 'ALTER TABLE t\n  ADD a int;\nSELECT 1;',
      lines: [8, 9, 11],
      marks: [{ hazard: 'long-lock', text: 'Blocks `t`', span: { start: 20, end: 25 }, line: 10 }],
      effects: { text: 't: SHARE', line: 14 },
      plan: { text: '', line: 17 },
    },
  ])
})

describe('a mark underlines', () => {
  const underlined = (line: string, mark: string): string => {
    const [one] = page('# T', "'''sql", line, mark, "'''").cases
    return one!.sql.slice(one!.marks[0]!.span.start, one!.marks[0]!.span.end)
  }
  test.each([
    ['DROP TABLE t;', '--   ^^^^^ x: y', 'TABLE'],
    // A comment cannot begin further left, so its dashes underline too where there is something above them.
    ['DROP TABLE t;', '--^^ x: y', 'DROP'],
    ['  ADD a int,', '--^^^^^^^^^ x: y', 'ADD a int'],
    ['    ADD a int,', '  --^^^^^^^^^ x: y', 'ADD a int'],
  ])('in %s by %s', (line, mark, piece) => expect(underlined(line, mark)).toBe(piece))
})

describe('what no page may hold is told with its line:', () => {
  test.each<[RegExp, readonly string[]]>([
    [/^page\.md:1: A page begins with its `# Title`/, ['Prose']],
    [/^page\.md:2: There is no block `json`/, ['# T', "'''json", "'''"]],
    [/^page\.md:2: This block of effects has no case/, ['# T', "'''effects", "'''"]],
    [/^page\.md:7: This block of plan has no case/, ['# T', "'''sql", 'A', "'''", "'''sql given", "'''", "'''plan", "'''"]],
    [/^page\.md:7: The case has a block of plan already/, ['# T', "'''sql", 'A', "'''", "'''plan", "'''", "'''plan", "'''"]],
    [/^page\.md:2: This block has no end/, ['# T', "'''sql", 'A']],
    [/^page\.md:3: The case is empty/, ['# T', "'''sql", "'''"]],
    [/^page\.md:3: There is no line above/, ['# T', "'''sql", '-- ^^ x: y', "'''"]],
    [/^page\.md:4: The mark underlines `BLE`, which/, ['# T', "'''sql", 'ALTER TABLE', '--      ^^^^ x: y', "'''"]],
    [/^page\.md:4: The mark underlines ` TA`, which/, ['# T', "'''sql", 'ALTER TABLE', '--   ^^^ x: y', "'''"]],
    [/^page\.md:4: A mark is `/, ['# T', "'''sql", 'ALTER TABLE', '--   ^^^ something', "'''"]],
    [/^page\.md:3: The version stands in the first line/, ['# T', "'''sql", '-- PostgreSQL 16', 'A', "'''"]],
  ])('%s', (message, lines) => {
    expect(() => page(...lines)).toThrow(message)
  })
})

test('blocks are given other text, each by itself', () => {
  const before = page('# T', "'''sql", 'A', "'''", "'''effects", "'''", 'Prose', "'''sql", 'B', "'''", "'''plan", '1', '2', "'''", 'End')
  const [first, second] = before.cases
  const after = withBlocks(before, [
    { block: first!.effects!, text: 'x\ny' },
    { block: second!.plan!, text: '' },
  ])
  expect(readPage(after, 'page.md', url).cases).toMatchObject([{ effects: { text: 'x\ny' } }, { plan: { text: '' } }])
  expect(after.split('\n')).toHaveLength(before.text.split('\n').length)
})
