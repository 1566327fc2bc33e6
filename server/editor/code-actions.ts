import type { CodeAction, CodeActionKind as Kind, Diagnostic, SnippetTextEdit, TextEdit, WorkspaceEdit } from 'vscode-languageserver-types'
import { CodeActionKind, CreateFile, TextDocumentEdit } from 'vscode-languageserver-types'
import { commands } from '../../common/protocol'
import { mendedAt } from '../model/assessed'
import type { AnalysedStatement } from '../model/assessed'
import { LineIndex, shift } from '../model/span'
import type { Span } from '../model/span'
import { applyPlan, layoutAt, oneInstead, startOfLine, takenIn } from './apply-plan'
import { toDiagnostic } from './diagnostics'
import { fixAllKind } from './kinds'
import { planFiles } from './plan-files'
import type { Folder } from './plan-files'
import { statementsIn } from './view'
import type { View } from './view'

export interface Asked {
  /** Kinds that are wanted; absent: all. */
  readonly only?: readonly Kind[]
  /** The client puts the cursor where a snippet says. */
  readonly snippets: boolean
  /** The version of the text that the edits are for. */
  readonly version: number
  /** Where the migration stands, for new files beside it; absent where the client makes none, or nothing is on disk. */
  readonly folder?: Folder & { readonly uriOf: (path: string) => string }
}

export function codeActions(view: View, span: Span, asked: Asked): CodeAction[] {
  const wanted = (kind: Kind): boolean => asked.only === undefined || asked.only.some((one) => kind === one || kind.startsWith(`${one}.`))
  // A selection of the whole file is answered by the action for the whole file.
  const statements = statementsIn(view, span).slice(0, 20)
  const actions = statements.flatMap((index) => [...planActions(view, index, asked), ...mergeActions(view, index, asked), ...allowActions(view, index, asked), ...removeUnusedAllow(view, index, asked)])
  return [...actions, ...fixAll(view, statements, asked)].filter((action) => action.kind === undefined || wanted(action.kind))
}

/** The plan of a later statement that takes this one in is what mends it where its own is none to apply. */
function planActions(view: View, own: number, asked: Asked): CodeAction[] {
  const { statements } = view.analysis
  const index = mendedAt(own, statements)
  const statement = statements[index]!
  const plan = statement.assessed.plan
  if (!plan) return []
  const mended = mendable(view, statements[own]!)
  const kind = mended.length > 0 ? CodeActionKind.QuickFix : CodeActionKind.RefactorRewrite
  const common = { kind, ...(mended.length > 0 && { diagnostics: mended }) }
  const applied = applyPlan(view, index)
  const actions: CodeAction[] = []
  if (applied) actions.push({ ...common, title: `${plan.title}${applied.note}`, edit: workspaceEdit(view, asked, applied.edits), ...(plan.fit === 'equivalent' && mended.length > 0 && { isPreferred: true }) })
  const beside = withFiles(view, index, asked)
  if (beside && (beside.files > 0 || !applied)) actions.push({ ...common, title: `${plan.title} (${beside.files > 0 ? 'in new files' : 'the file opts out of its transaction'})`, edit: beside.edit })
  if (view.hasCommands) actions.push({ ...common, title: `Preview safe plan: ${lowerFirst(plan.title)}`, command: { title: 'Preview safe plan', command: commands.previewPlan, arguments: [view.uri, view.analysis.lines.position(statement.span.start)] } })
  return actions
}

/** The same work, done once. */
function mergeActions(view: View, index: number, asked: Asked): CodeAction[] {
  const made = oneInstead(view, index)
  if (!made) return []
  const statement = view.analysis.statements[index]!
  const mended = statement.findings.filter(({ hazard }) => hazard === 'repeated-work').map((finding) => toDiagnostic(view, statement, finding))
  const { statements } = statement.assessed.repeats!
  return [{ title: `Make one ALTER TABLE of it and ${statements === 1 ? 'the statement' : `the ${statements} statements`} before it${made.note}`, kind: mended.length > 0 ? CodeActionKind.QuickFix : CodeActionKind.RefactorRewrite, ...(mended.length > 0 && { diagnostics: mended }), edit: workspaceEdit(view, asked, made.edits) }]
}

/** The plan with its stages in so many files behind the migration, all of it one edit that is undone at once. */
function withFiles(view: View, index: number, { folder, version }: Asked): { readonly edit: WorkspaceEdit; readonly files: number } | undefined {
  const made = folder && planFiles(view, [index], folder)
  if (!made || 'problem' in made || made.edits.length === 0) return undefined
  const documentChanges: NonNullable<WorkspaceEdit['documentChanges']> = [{ textDocument: { uri: view.uri, version }, edits: [...made.edits] }]
  if (made.down && folder.down) documentChanges.push(TextDocumentEdit.create({ uri: folder.uriOf(made.down.path), version: null }, [{ range: new LineIndex(folder.down.text).range({ start: 0, end: folder.down.text.length }), newText: made.down.text }]))
  for (const { path, text } of made.files) {
    const uri = folder.uriOf(path)
    documentChanges.push(CreateFile.create(uri, { overwrite: false, ignoreIfExists: false }), TextDocumentEdit.create({ uri, version: null }, [{ range: atStart, newText: text }]))
  }
  return { edit: { documentChanges }, files: made.files.length }
}

const atStart = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }

/** Inserts the directive; the reason is left to the person, and until there is one nothing is allowed. */
function allowActions(view: View, index: number, asked: Asked): CodeAction[] {
  const statement = view.analysis.statements[index]!
  const hazards = [...new Set(statement.findings.map((finding) => finding.hazard))].filter((hazard) => hazard !== 'unused-allow')
  const written = commentsAround(view, index)
  return hazards
    .filter((hazard) => !new RegExp(`lockscope:[ \\t]*allow[ \\t]+${hazard}(?![\\w-])`, 'i').test(written))
    .map((hazard) => ({
      title: `Allow ${hazard} here, with a reason`,
      kind: CodeActionKind.QuickFix,
      diagnostics: statement.findings.filter((finding) => finding.hazard === hazard).map((finding) => toDiagnostic(view, statement, finding)),
      edit: workspaceEdit(view, asked, [directive(view, statement, hazard, asked.snippets)]),
    }))
}

function directive(view: View, statement: AnalysedStatement, hazard: string, snippets: boolean): TextEdit | SnippetTextEdit {
  const at = statement.span.start
  const { indentation, lineEnd } = layoutAt(view, at)
  const ownLine = view.text.slice(startOfLine(view.text, at), at).replace('\uFEFF', '').trim() === ''
  const line = `-- lockscope: allow ${hazard} because `
  const range = view.analysis.lines.range({ start: at, end: at })
  const before = ownLine ? '' : lineEnd
  const after = `${lineEnd}${indentation}`
  // A snippet is indented by the editor itself, as the line it goes into.
  return snippets ? { range, snippet: { kind: 'snippet', value: `${before}${line}$0${lineEnd}` } } : { range, newText: `${before}${line}${after}` }
}

/** Takes away the whole line where nothing else stands in it. */
function removeUnusedAllow(view: View, index: number, asked: Asked): CodeAction[] {
  const statement = view.analysis.statements[index]!
  return statement.findings.flatMap((finding): CodeAction[] => {
    if (finding.hazard !== 'unused-allow') return []
    const { start, end } = shift(finding.span, statement.span.start)
    const lineStart = startOfLine(view.text, start)
    const nextLine = view.text.indexOf('\n', end) + 1 || view.text.length
    const alone = view.text.slice(lineStart, start).trim() === '' && view.text.slice(end, nextLine).trim() === ''
    const range = view.analysis.lines.range(alone ? { start: lineStart, end: nextLine } : { start, end })
    return [{ title: 'Remove the directive', kind: CodeActionKind.QuickFix, diagnostics: [toDiagnostic(view, statement, finding)], edit: workspaceEdit(view, asked, [{ range, newText: '' }]) }]
  })
}

/** Every plan that may be applied at once, where there is something to mend. */
function fixAll(view: View, near: readonly number[], asked: Asked): CodeAction[] {
  const fixed: { readonly index: number; readonly edits: readonly TextEdit[] }[] = []
  const { statements } = view.analysis
  const isMended = (index: number): boolean => statements[index]!.assessed.plan?.fit === 'equivalent' && mendable(view, statements[index]!).length > 0
  const taken = new Set(statements.flatMap((_, index) => (isMended(index) && applyPlan(view, index) ? takenIn(view, index) : [])))
  for (const [index, statement] of statements.entries()) {
    if (!isMended(index) || taken.has(statement)) continue
    const applied = applyPlan(view, index, fixed.at(-1)?.index === index - 1)
    if (applied) fixed.push({ index, edits: applied.edits })
  }
  if (fixed.length === 0) return []
  const edit = workspaceEdit(view, asked, fixed.flatMap(({ edits }) => edits))
  const source: CodeAction = { title: 'Rewrite every statement that has a safe equivalent', kind: fixAllKind, edit }
  const offered = fixed.length > 1 && fixed.some(({ index }) => near.includes(index))
  return offered ? [{ title: `Rewrite all ${fixed.length} statements of this file that have a safe equivalent`, kind: CodeActionKind.QuickFix, edit }, source] : [source]
}

/** Findings that the plan takes away: all but those about what could not be read and about the directives. */
const mendable = (view: View, statement: AnalysedStatement): Diagnostic[] =>
  statement.findings.filter((finding) => finding.hazard !== 'unread' && finding.hazard !== 'unused-allow').map((finding) => toDiagnostic(view, statement, finding))

function commentsAround(view: View, index: number): string {
  const { statements } = view.analysis
  return view.text.slice(statements[index - 1]?.span.end ?? 0, statements[index + 1]?.span.start ?? view.text.length)
}

const workspaceEdit = (view: View, asked: Asked, edits: readonly (TextEdit | SnippetTextEdit)[]): WorkspaceEdit =>
  edits.some((edit) => 'snippet' in edit) ? { documentChanges: [{ textDocument: { uri: view.uri, version: asked.version }, edits: [...edits] }] } : { changes: { [view.uri]: edits as TextEdit[] } }

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)
