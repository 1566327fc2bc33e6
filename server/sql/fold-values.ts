import type { Command } from './command'
import { Tokens } from './tokens'

export interface FoldedValues {
  /** The statement with its first row only. */
  readonly sql: string
  /** Puts the number of rows and the places after the rows back into what was read from the folded text. */
  restore(command: Command): Command
  /** A place of the folded text, in the statement itself. */
  moved(offset: number): number
}

/** A long INSERT … VALUES says the same as one with a single row, but for their number. Not folded where a row holds a query. */
export const foldValues = (sql: string): FoldedValues | undefined => {
  if (!/^\s*insert\b/i.test(sql)) return undefined
  const tokens = new Tokens(sql)
  let values = 0
  while (values < tokens.count && !(tokens.depths[values] === 0 && tokens.isWord(values, 'values'))) values++
  let rows = 0
  let firstEnd = 0
  let lastEnd = 0
  let i = values + 1
  while (tokens.sign(i) === '(') {
    const close = tokens.closing(i)
    if (tokens.isWord(i + 1, 'select') || tokens.isWord(i + 1, 'with')) return undefined
    rows++
    lastEnd = tokens.ends[close]!
    if (rows === 1) firstEnd = lastEnd
    i = close + 1
    if (tokens.sign(i) !== ',') break
    i++
  }
  if (rows < 2) return undefined
  for (let at = values; at < i; at++) if (tokens.isWord(at, 'select')) return undefined
  const removed = lastEnd - firstEnd
  const moved = (offset: number): number => (offset >= firstEnd ? offset + removed : offset)
  return {
    sql: sql.slice(0, firstEnd) + sql.slice(lastEnd),
    moved,
    restore: (command) => {
      if (command.kind !== 'insert') return command
      return {
        ...command,
        span: { start: command.span.start, end: moved(command.span.end) },
        values: rows,
        query: { ...command.query, atMostRows: rows },
        set: command.set.map(({ column, expression }) =>
          expression === undefined ? { column } : { column, expression: { sql: expression.sql, span: { start: moved(expression.span.start), end: moved(expression.span.end) } } },
        ),
      }
    },
  }
}
