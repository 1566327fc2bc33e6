import type { Span } from '../model/span'
import type { Command } from './command'
import { commandsOf } from './commands'
import { foldValues } from './fold-values'
import { newerSyntax } from './newer-syntax'
import type { NewerSyntax } from './newer-syntax'
import { parse } from './parser'
import { fillVariables } from './psql-variables'
import { Source } from './source'
import { TextMemory } from './text-memory'

export interface Reading {
  readonly commands: readonly Command[]
  /** What PostgreSQL's parser says, at the place where it says so. */
  readonly problem?: { readonly message: string; readonly span: Span }
  /** What the commands have in the place of psql's variables, as lower-case text; absent where there are none. */
  readonly standIns?: readonly string[]
  /** What not every version we know understands. */
  readonly newer?: readonly NewerSyntax[]
}

/**
 * Reads one statement's text. Never throws: a text that cannot be read gives no commands and a problem.
 * The same text gives the same object again, as long as the texts remembered stay under a bound.
 */
export const read = (sql: string): Reading => memory.get(sql) ?? memory.set(sql, readAnew(sql))

/** The statements of the largest files that people edit; a reading takes some thirty bytes for each code unit. */
let memory = new TextMemory<Reading>(2 * 1024 * 1024)

/** For those who come by each text once: the readings of so many UTF-16 code units are enough to remember. */
export const rememberReadings = (codeUnits: number): void => {
  memory = new TextMemory(codeUnits)
}

/** UTF-16 code units. The parser takes about a hundred bytes of memory for each, and seconds for a few million. */
const largestStatement = 1024 * 1024
/** From here on the rows of INSERT … VALUES are counted rather than parsed. */
const manyRows = 64 * 1024

const readAnew = (sql: string): Reading => {
  if (sql.length > manyRows) {
    const folded = foldValues(sql)
    if (folded !== undefined) {
      const { commands, problem, standIns, newer } = readParsed(folded.sql)
      const moved = newer?.map((one) => ({ ...one, span: { start: folded.moved(one.span.start), end: folded.moved(one.span.end) } }))
      if (problem === undefined) return { commands: commands.map((command) => folded.restore(command)), ...(standIns && { standIns }), ...(moved && { newer: moved }) }
    }
  }
  if (sql.length > largestStatement) {
    return { commands: [], problem: { message: `The statement is larger than ${largestStatement / 1024 / 1024} MB and is not read.`, span: { start: 0, end: Math.min(sql.length, 80) } } }
  }
  return readParsed(sql)
}

const readParsed = (sql: string): Reading => {
  let text = sql
  let parsed = parse(text)
  let standIns: readonly string[] | undefined
  if (parsed.error !== undefined && text.includes(':')) {
    for (const filled of fillVariables(sql)) {
      const again = parse(filled.text)
      // Of several errors, the one the parser came furthest to is the author's.
      if ((again.error?.offset ?? Infinity) <= (parsed.error?.offset ?? Infinity)) continue
      parsed = again
      text = filled.text
      standIns = filled.standIns
      if (again.error === undefined) break
    }
  }
  if (parsed.error !== undefined) return { commands: [], problem: { message: explained(parsed.error.message), span: problemSpan(sql, parsed.error.offset) } }
  const source = new Source(text, sql)
  try {
    const commands: Command[] = []
    const newer: NewerSyntax[] = []
    for (const statement of parsed.statements) {
      for (const command of commandsOf(source, statement, parsed.statements.length)) commands.push(command)
      for (const one of newerSyntax(source, statement.stmt, source.whole)) newer.push(one)
    }
    return { commands, ...(standIns && { standIns }), ...(newer.length > 0 && { newer }) }
  } catch (error) {
    if (error instanceof RangeError) return { commands: [], problem: { message: 'The statement is nested too deeply to be read.', span: { start: 0, end: Math.min(sql.length, 80) } } }
    throw error
  }
}

/** A byte order mark in the middle of a file, where another file was appended, is a letter to PostgreSQL, which nobody sees. */
const explained = (message: string): string => (message.includes('\uFEFF') ? `There is an invisible byte order mark (U+FEFF) here, which PostgreSQL takes for a letter: ${message.replaceAll('\uFEFF', '')}` : message)

/** The word at the offset, or where the text ends too early its last word. */
const problemSpan = (sql: string, offset: number): Span => {
  const { tokens } = new Source(sql)
  if (tokens.count === 0) return { start: 0, end: sql.length }
  const at = Math.min(tokens.at(offset), tokens.count - 1)
  return { start: tokens.starts[at]!, end: tokens.ends[at]! }
}
