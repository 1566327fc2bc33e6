import { readExpression } from './expression'
import { split } from './split'

/** Of an SQL function, whether its body is a string or part of the statement. */
export function sqlStatements(body: string): readonly string[] {
  const standard = /^\s*(?:begin\s+atomic\b([^]*)\bend\s*|return\b([^]*))$/i.exec(body)
  const text = standard ? (standard[1] ?? `SELECT ${standard[2]}`) : body
  return split(text).flatMap((piece) => (piece.kind === 'statement' ? [text.slice(piece.span.start, piece.span.end)] : []))
}

/** The expression that such a function is, if it is no more than `SELECT expression`: what may take the place of a call. */
export function sqlExpression(body: string): string | undefined {
  const [statement, ...others] = sqlStatements(body)
  const [, selected] = /^select\b([^]*)$/i.exec(statement ?? '') ?? []
  if (selected === undefined || others.length > 0) return undefined
  const unnamed = selected.replace(/\s+as\s+(?:"[^"]+"|[a-z_]\w*)\s*$/i, '')
  return [selected, unnamed].find((sql) => readExpression(sql).readable)?.trim()
}
