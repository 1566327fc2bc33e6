import type * as vscode from 'vscode'
import type { DocumentSelector } from 'vscode-languageclient/node'

const languages = ['sql', 'postgres', 'postgresql', 'pgsql', 'plpgsql'] as const

/** Not `git:` and the like, the left side of a comparison: nobody is going to run that text. */
const schemes = ['file', 'untitled', 'vscode-vfs'] as const

export const documentSelector = languages.flatMap((language) => schemes.map((scheme) => ({ language, scheme }))) satisfies DocumentSelector & vscode.DocumentSelector

export const isOurs = (document: vscode.TextDocument): boolean =>
  languages.some((language) => language === document.languageId) && schemes.some((scheme) => scheme === document.uri.scheme)
