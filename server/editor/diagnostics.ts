import type { Diagnostic, Range } from 'vscode-languageserver-types'
import { DiagnosticSeverity } from 'vscode-languageserver-types'
import type { AnalysedStatement } from '../model/assessed'
import type { Finding, Severity } from '../model/finding'
import { shift } from '../model/span'
import { source } from './kinds'
import { rangeIn } from './view'
import type { View } from './view'

/** What a diagnostic carries through the client and back. */
export interface DiagnosticData {
  readonly hazard: string
}

/** Every finding at its exact place, and what could not be read. */
export function diagnostics(view: View): Diagnostic[] {
  const { statements, unread } = view.analysis
  if (isNoSql(view)) {
    const [first] = statements
    const reason = first!.assessed.unread[0]!.reason
    return [{ range: rangeIn(view, first!, { start: 0, end: first!.assessed.sql.length }), severity: DiagnosticSeverity.Information, source, message: `Not analysed: nothing in this file reads as SQL. The first problem: ${reason}`, ...link(view, 'unread') }]
  }
  const result: Diagnostic[] = []
  for (const statement of statements) for (const finding of statement.findings) result.push(placed(view, statement, finding))
  if (unread.length === 0) return result
  // What a statement has not understood is a finding already, which can be allowed.
  const inStatements = new Set(statements.flatMap((statement) => statement.assessed.unread.map(({ span }) => place(shift(span, statement.span.start)))))
  for (const { span, reason } of unread) {
    if (inStatements.has(place(span))) continue
    result.push({ range: view.analysis.lines.range(span), severity: DiagnosticSeverity.Information, source, message: `Not analysed: ${reason}`, ...link(view, 'unread') })
  }
  return result
}

/** A finding outlives edits elsewhere, and so does its diagnostic while it stands at the same place: the same object, so that an unchanged answer is known by its parts. */
const known = new WeakMap<Finding, Diagnostic>()

function placed(view: View, statement: AnalysedStatement, finding: Finding): Diagnostic {
  if (finding.related.length > 0) return toDiagnostic(view, statement, finding)
  const before = known.get(finding)
  const range = rangeIn(view, statement, finding.span)
  if (before && samePlace(before.range, range)) return before
  const diagnostic: Diagnostic = before ? { ...before, range } : toDiagnostic(view, statement, finding)
  known.set(finding, diagnostic)
  return diagnostic
}

const samePlace = (a: Range, b: Range): boolean => a.start.line === b.start.line && a.start.character === b.start.character && a.end.line === b.end.line && a.end.character === b.end.character

export const toDiagnostic = (view: View, statement: AnalysedStatement, finding: Finding): Diagnostic => {
  const related = finding.related.flatMap(({ ordinal, message }) => {
    const earlier = statementOfBlock(view, statement, ordinal)
    return earlier ? [{ location: { uri: view.uri, range: view.analysis.lines.range(earlier.span) }, message }] : []
  })
  const data: DiagnosticData = { hazard: finding.hazard }
  return {
    range: rangeIn(view, statement, finding.span),
    severity: severities[finding.severity],
    source,
    message: finding.message,
    ...link(view, finding.hazard),
    ...(related.length > 0 && { relatedInformation: related }),
    data,
  }
}

/** Not one of several statements could be read, or even begins like one: one complaint is enough. */
const isNoSql = (view: View): boolean => {
  const { statements } = view.analysis
  return statements.length > 1 && statements.every(({ assessed }) => assessed.operations.length === 0 && assessed.unread.length > 0 && !sqlVerb.test(assessed.sql))
}

const sqlVerb = /^(?:alter|analyze|begin|call|checkpoint|cluster|comment|commit|copy|create|deallocate|delete|discard|do|drop|end|execute|explain|fetch|grant|import\s+foreign|insert|listen|load|lock|merge|notify|prepare|reassign|refresh|reindex|release|reset|revoke|rollback|savepoint|security|select|set|show|start|table|truncate|update|vacuum|values|with)\b/i

/** The statement of that number in the same transaction. */
export function statementOfBlock(view: View, statement: AnalysedStatement, ordinal: number): AnalysedStatement | undefined {
  if (statement.blockStart < 0) return undefined
  const first = view.analysis.statements[statement.blockStart]
  return first && view.analysis.statements[statement.blockStart + ordinal - first.assessed.ordinal]
}

const severities: Record<Severity, DiagnosticSeverity> = { error: DiagnosticSeverity.Error, warning: DiagnosticSeverity.Warning, info: DiagnosticSeverity.Information }

const link = (view: View, hazard: string): Pick<Diagnostic, 'code' | 'codeDescription'> => ({ code: hazard, codeDescription: { href: view.page(`hazards/${hazard}`) } })

const place = (span: { readonly start: number; readonly end: number }): string => `${span.start}:${span.end}`
