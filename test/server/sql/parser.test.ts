import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { loadParser, parse } from '../../../server/sql/parser'

beforeAll(() => loadParser())

describe('parse', () => {
  test('heals itself after a stack overflow, at once and as often as needed', () => {
    const deep = `select ${'a||'.repeat(10_000)}a`
    for (let i = 0; i < 60; i++) {
      expect(parse(deep).error?.message).toBe('The statement is nested too deeply to be parsed.')
      if (i % 20 === 0) expect(parse('select 1').error).toBeUndefined()
    }
    expect(parse('select 1').error).toBeUndefined()
  })

  test.each([
    ['select from from', 12],
    ['select 1 1', 9],
    ["select 'é😀' from from", 18],
    ["select 'abc", 7],
    ['create table t (', 16],
    ['select 1 \0 2', 9],
  ])('%j fails at %i', (sql, offset) => {
    expect(parse(sql).error?.offset).toBe(offset)
  })

  test('locations are UTF-16 offsets', () => {
    const sql = "alter table t add été text default '😀' collate x, add b int"
    const json = JSON.stringify(parse(sql))
    const locations = [...json.matchAll(/"location":(\d+)/g)].map((match) => Number(match[1]))
    expect(locations).toEqual(expect.arrayContaining(['t add', 'été', 'text', 'default', "'😀'", 'collate', 'b int', 'int'].map((piece) => sql.indexOf(piece))))
  })
})

test('the memory of each statement is given back', { timeout: 120_000 }, () => {
  // After something large the next statement meets a new instance.
  parse(' '.repeat(300_000))
  const made: WebAssembly.Instance[] = []
  const { Instance } = WebAssembly
  class Watched extends Instance {
    constructor(module: WebAssembly.Module, imports: WebAssembly.Imports) {
      super(module, imports)
      made.push(this)
    }
  }
  vi.stubGlobal('WebAssembly', { ...WebAssembly, Instance: Watched })
  onTestFinished(() => void vi.unstubAllGlobals())
  const memory = (): number => Object.values(made[0]!.exports).flatMap((one) => (typeof one === 'object' && one !== null && 'buffer' in one ? (one.buffer as ArrayBuffer).byteLength : []))[0]!
  // A tree of some 7 MB, and an instance that begins with 128 MB.
  const large = `SELECT ${'a, '.repeat(60_000)}b`
  parse(large)
  const before = memory()
  for (let round = 0; round < 18; round++) {
    expect(parse(large).error).toBeUndefined()
    expect(parse(`${large} FROM FROM`).error).toBeDefined()
  }
  expect(memory()).toBe(before)
  expect(made.length).toBe(1)
})
