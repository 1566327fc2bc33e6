import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { InitializeParams } from 'vscode-languageserver/node'
import type { InitializationOptions } from '../../common/protocol'

/** What the client at the other end can do, and what it told us at the start. */
export interface Client {
  readonly pullsDiagnostics: boolean
  readonly configuration: boolean
  readonly registersConfiguration: boolean
  readonly folders: boolean
  readonly refreshesDiagnostics: boolean
  readonly refreshesHints: boolean
  readonly refreshesLenses: boolean
  readonly snippets: boolean
  readonly createsFiles: boolean
  readonly hasCommands: boolean
  /** Link to a page. */
  readonly page: (page: string) => string
  readonly uriOf: (path: string) => string
}

export function readClient({ capabilities, initializationOptions }: InitializeParams): Client {
  const { workspace, textDocument } = capabilities
  const options = (initializationOptions ?? {}) as InitializationOptions
  const pages = typeof options.pages === 'string' ? options.pages : `${pathToFileURL(join(__dirname, '..', 'server')).href}/{page}.md`
  return {
    pullsDiagnostics: textDocument?.diagnostic !== undefined,
    configuration: workspace?.configuration === true,
    registersConfiguration: workspace?.didChangeConfiguration?.dynamicRegistration === true,
    folders: workspace?.workspaceFolders === true,
    refreshesDiagnostics: workspace?.diagnostics?.refreshSupport === true,
    refreshesHints: workspace?.inlayHint?.refreshSupport === true,
    refreshesLenses: workspace?.codeLens?.refreshSupport === true,
    snippets: workspace?.workspaceEdit?.snippetEditSupport === true && workspace.workspaceEdit.documentChanges === true,
    createsFiles: workspace?.workspaceEdit?.documentChanges === true && workspace.workspaceEdit.resourceOperations?.includes('create') === true,
    hasCommands: options.commands === true,
    page: (page) => pages.replace('{page}', page),
    uriOf: (path) => pathToFileURL(path).href,
  }
}
