import { beforeAll, describe, expect, test } from 'vitest'
import type { ColumnDefinition, Command, ConstraintDefinition } from '../../../server/sql/command'
import { readExpression } from '../../../server/sql/expression'
import { loadParser } from '../../../server/sql/parser'
import { read } from '../../../server/sql/read'
import { otherStatements, tableStatements } from './statements'

beforeAll(() => loadParser())

/** A piece cut from a statement by its span and read again, alone, is the same piece. */
describe('spans cut exactly', () => {
  test.each([...tableStatements, ...otherStatements])('%s', (sql) => {
    for (const text of [sql, lengthened(sql)]) {
      const { commands, problem } = read(text)
      expect(problem).toBeUndefined()
      for (const command of commands) checkCommand(text, command)
    }
  })
})

/** Characters of two and four bytes, comments with commas and parentheses: what shifts offsets and misleads a search. */
const lengthened = (sql: string): string => `/* é😀 */ ${sql.replace(/'(?:[^']|'')*'|, /g, (found) => (found === ', ' ? " /* ,)é' */ , -- 😀 (,\n " : found))}`

const cut = (sql: string, { start, end }: { start: number; end: number }): string => sql.slice(start, end)

/** Nothing but places may differ, and the author's text where comments lie inside. */
const meaning = (value: unknown): unknown => JSON.parse(JSON.stringify(value, (key, field: unknown) => (key === 'span' || key === 'keyword' ? undefined : field)))

const checkCommand = (sql: string, command: Command): void => {
  walk(command, (span, text) => {
    expect(span.end).toBeGreaterThan(span.start)
    expect(span.end).toBeLessThanOrEqual(sql.length)
    expect(cut(sql, span).trim()).toBe(cut(sql, span))
    if (text !== undefined) expect(cut(sql, span)).toBe(text)
  })
  if (command.kind === 'alter') expect(meaning(read(`ALTER TABLE x ${cut(sql, command.span)}`).commands)).toMatchObject([{ action: meaning(command.action) as object }])
  if (command.kind === 'alter' && command.action.action === 'add-column') checkColumn(sql, command.action.column)
  if (command.kind === 'alter' && command.action.action === 'add-constraint') checkConstraint(sql, command.action.constraint)
  if (command.kind === 'create-table') {
    for (const constraint of command.constraints) checkConstraint(sql, constraint)
    if (command.partitionOf === undefined && command.ofType === undefined) for (const column of command.columns) checkColumn(sql, column)
  }
  if (command.kind === 'create-index') expect(cut(sql, command.keyword).toLowerCase()).toBe('index')
}

const checkColumn = (sql: string, column: ColumnDefinition): void => {
  expect(meaning(read(`ALTER TABLE x ADD ${cut(sql, column.span)}`).commands)).toMatchObject([{ action: { action: 'add-column', column: meaning(column) as object } }])
  for (const constraint of column.constraints) {
    const [command] = read(`ALTER TABLE x ADD "${column.name.replaceAll('"', '""')}" int ${cut(sql, constraint.span)}`).commands
    expect(command).toMatchObject({ action: { action: 'add-column' } })
    if (command?.kind === 'alter' && command.action.action === 'add-column') expect(meaning(command.action.column.constraints)).toEqual(meaning([constraint]))
  }
}

const checkConstraint = (sql: string, constraint: ConstraintDefinition): void => {
  expect(meaning(read(`ALTER TABLE x ADD ${cut(sql, constraint.span)}`).commands)).toMatchObject([{ action: { action: 'add-constraint', constraint: meaning(constraint) as object } }])
}

const walk = (value: unknown, visit: (span: { start: number; end: number }, text: string | undefined) => void): void => {
  if (typeof value !== 'object' || value === null) return
  const { span, sql, modifiers } = value as { span?: { start: number; end: number }; sql?: string; modifiers?: unknown }
  if (span !== undefined) visit(span, sql)
  if (sql !== undefined && modifiers === undefined && !('kind' in value)) expect(readExpression(sql)).toMatchObject({ readable: true })
  for (const child of Object.values(value)) walk(child, visit)
}
