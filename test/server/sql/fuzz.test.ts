import { beforeAll, expect, test } from 'vitest'
import { readExpression } from '../../../server/sql/expression'
import { loadParser } from '../../../server/sql/parser'
import { read } from '../../../server/sql/read'
import { comments, split } from '../../../server/sql/split'
import { otherStatements, tableStatements } from './statements'

beforeAll(() => loadParser())

const rounds = Number(process.env['FUZZ'] ?? 2000)
const seed = Number(process.env['SEED'] ?? 20_261_121)

/** Park and Miller's generator: the same seed gives the same statements everywhere. */
const randomFrom = (start: number): ((below: number) => number) => {
  let state = (start % 2_147_483_646) + 1
  return (below) => {
    state = (state * 48_271) % 2_147_483_647
    return state % below
  }
}

const all = [...tableStatements, ...otherStatements]
const junk = ['', ' ', '\0', '\x01', '\uD800', '\uDC00', '\uFEFF', '😀', 'é', "'", '"', '$$', '$a$', '(', ')', '[', ']', ';', '--', '/*', '*/', '\\', '\\g', ':', '::', ':x', ':"', '.', ',', '\n', '\r\n', '\r', ' NOT ', ' CASE ', ' END ', ' SELECT ', ' DEFAULT ', ' USING ', '1e', '0x', "E'\\", "U&'", '{{ x }}', '%s', '<<<<<<< HEAD\n']

test(`${rounds} broken statements are read without an exception, in no time, and leave the parser whole`, () => {
  const random = randomFrom(seed)
  const mutate = (sql: string): string => {
    const at = random(sql.length + 1)
    switch (random(6)) {
      case 0:
        return sql.slice(0, at)
      case 1:
        return sql.slice(0, at) + sql.slice(at + 1 + random(8))
      case 2:
        return sql.slice(0, at) + junk[random(junk.length)]! + sql.slice(at)
      case 3: {
        const other = all[random(all.length)]!
        return sql.slice(0, at) + other.slice(random(other.length))
      }
      case 4:
        return sql.slice(0, at) + sql.slice(random(sql.length))
      default:
        return `${sql}${junk[random(junk.length)]!}\n${all[random(all.length)]!};`
    }
  }
  for (let i = 0; i < rounds; i++) {
    let sql = all[random(all.length)]!
    for (let n = 1 + random(3); n > 0; n--) sql = mutate(sql)
    const start = performance.now()
    const pieces = split(sql)
    let end = 0
    for (const { kind, span } of pieces) {
      expect(span.start, sql).toBeGreaterThanOrEqual(end)
      expect(span.end, sql).toBeGreaterThanOrEqual(span.start)
      expect(span.end, sql).toBeLessThanOrEqual(sql.length)
      comments(sql, end, span.start)
      end = span.end
      if (kind !== 'statement') continue
      const text = sql.slice(span.start, span.end)
      const { commands, problem } = read(text)
      if (problem === undefined) checkSpans(commands, text)
      else expect(problem.span.end, text).toBeLessThanOrEqual(text.length)
    }
    readExpression(sql)
    expect(performance.now() - start, sql).toBeLessThan(2000)
    if (i % 100 === 0) expect(read(`select ${i}`).commands).toHaveLength(1)
  }
  expect(read('select 1').commands).toHaveLength(1)
})

const checkSpans = (value: unknown, text: string): void => {
  if (typeof value !== 'object' || value === null) return
  const { start, end } = value as { start?: unknown; end?: unknown }
  if (typeof start === 'number' && typeof end === 'number') {
    expect(start, text).toBeGreaterThanOrEqual(0)
    expect(end, text).toBeGreaterThanOrEqual(start)
    expect(end, text).toBeLessThanOrEqual(text.length)
  }
  for (const child of Object.values(value)) checkSpans(child, text)
}
