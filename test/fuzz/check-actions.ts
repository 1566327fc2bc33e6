import type { CodeAction, SnippetTextEdit, TextEdit } from 'vscode-languageserver-types'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { codeActions } from '../../server/editor/code-actions'
import { fixAllKind } from '../../server/editor/kinds'
import type { View } from '../../server/editor/view'
import { read } from '../../server/sql/read'
import { split } from '../../server/sql/split'

/** Everything that holds of the edits that are offered whatever the text; each thing that does not is a sentence. */
export function checkActions(text: string, viewOf: (text: string) => View): { readonly problems: readonly string[]; readonly tried: number } {
  const view = viewOf(text)
  const whole = { start: 0, end: text.length }
  const actions = codeActions(view, whole, { snippets: false, version: 1 }).filter((action) => action.edit)
  const readable = problemsOf(text).length === 0
  const problems = actions.flatMap((action) => {
    const after = withEdits(text, editsOf(action, view.uri))
    return readable ? problemsOf(after).map((problem) => `“${action.title}” leaves what cannot be read: ${problem}\n${after}`) : []
  })
  const fixAll = actions.find(({ kind }) => kind === fixAllKind)
  if (fixAll) {
    const once = withEdits(text, editsOf(fixAll, view.uri))
    const again = codeActions(viewOf(once), { start: 0, end: once.length }, { snippets: false, version: 2, only: [fixAllKind] })[0]
    const twice = again ? withEdits(once, editsOf(again, view.uri)) : once
    if (twice !== once) problems.push(`Fixing all once more changes the text again.\nonce:\n${once}\ntwice:\n${twice}`)
  }
  return { problems, tried: actions.length }
}

/** The edits of an action that changes one document. */
export const editsOf = ({ edit }: CodeAction, uri: string): TextEdit[] =>
  (edit!.changes?.[uri] ?? (edit!.documentChanges ?? []).flatMap((change) => ('edits' in change ? change.edits : []))).map((one) => ('snippet' in one ? { range: one.range, newText: (one as SnippetTextEdit).snippet.value.replace('$0', 'x') } : (one as TextEdit)))

export const withEdits = (text: string, edits: readonly TextEdit[]): string => TextDocument.applyEdits(TextDocument.create('', 'sql', 1, text), [...edits])

/** What in a text PostgreSQL could not read. */
export const problemsOf = (text: string): readonly string[] =>
  split(text).flatMap((piece) => {
    const cut = piece.problem === undefined ? [] : [piece.problem]
    if (piece.kind !== 'statement') return cut
    const { problem } = read(text.slice(piece.span.start, piece.span.end))
    return problem ? [...cut, problem.message] : cut
  })
