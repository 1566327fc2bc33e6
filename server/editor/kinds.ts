import type { CodeActionKind as Kind } from 'vscode-languageserver-types'
import { CodeActionKind } from 'vscode-languageserver-types'

/** Whose diagnostics these are. */
export const source = 'lockscope'

export const fixAllKind = `${CodeActionKind.SourceFixAll}.lockscope`
export const codeActionKinds: readonly Kind[] = [CodeActionKind.QuickFix, CodeActionKind.RefactorRewrite, fixAllKind]
