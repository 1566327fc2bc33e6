import type { AnalysedStatement, FileAnalysis } from '../model/assessed'
import { firstWhere } from '../model/first-where'
import type { Range, Span } from '../model/span'
import { shift } from '../model/span'

/** One analysed document, as everything here looks at it. */
export interface View {
  readonly uri: string
  readonly text: string
  readonly analysis: FileAnalysis
  /** The snapshot behind the analysis; absent where there is none. */
  readonly snapshot?: { readonly name: string; readonly takenAt?: string }
  /** Link to a page: `hazards/long-lock`, `operations/create-index`. */
  readonly page: (page: string) => string
  /** The client has our own commands. */
  readonly hasCommands: boolean
}

/** Statements that touch the stretch of text, its ends included, by their index; the semicolon belongs to its statement. */
export function statementsIn(view: View, span: Span): readonly number[] {
  const { statements } = view.analysis
  const found: number[] = []
  for (let index = firstEndingAt(statements, span.start); index < statements.length && statements[index]!.span.start <= span.end; index++) found.push(index)
  return found
}

export const statementAt = (view: View, offset: number): AnalysedStatement | undefined => {
  const [index] = statementsIn(view, { start: offset, end: offset })
  return index === undefined ? undefined : view.analysis.statements[index]
}

/** The range in the document of a span that is relative to the statement. */
export const rangeIn = (view: View, statement: AnalysedStatement, span: Span): Range => view.analysis.lines.range(shift(span, statement.span.start))

/** Behind the semicolon that follows a statement's end, before which comments may stand; the end itself where none follows. */
export function endWithSemicolon(text: string, end: number): number {
  const gap = /(?:\s|--[^\n]*(?:\n|$)|\/\*[^]*?\*\/)*/y
  gap.lastIndex = end
  gap.exec(text)
  return text[gap.lastIndex] === ';' ? gap.lastIndex + 1 : end
}

/** Index of the first statement that does not end before the offset. */
const firstEndingAt = (statements: readonly AnalysedStatement[], offset: number): number => firstWhere(statements.length, (at) => statements[at]!.span.end + 1 >= offset)
