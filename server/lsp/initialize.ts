import type { InitializeParams, InitializeResult } from 'vscode-languageserver/node'
import { TextDocumentSyncKind } from 'vscode-languageserver/node'
import { codeActionKinds, source } from '../editor/kinds'
import { readClient } from './client'

/** The answer to the client's first question. An editor waits for it before it does anything else, so it needs nothing of the engine. */
export function initialize(parameters: InitializeParams): InitializeResult {
  const client = readClient(parameters)
  return {
    serverInfo: { name: 'Lockscope' },
    capabilities: {
      textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
      ...(client.pullsDiagnostics && { diagnosticProvider: { identifier: source, interFileDependencies: false, workspaceDiagnostics: false } }),
      hoverProvider: true,
      inlayHintProvider: true,
      codeLensProvider: {},
      codeActionProvider: { codeActionKinds: [...codeActionKinds] },
      ...(client.folders && { workspace: { workspaceFolders: { supported: true, changeNotifications: true } } }),
    },
  }
}
