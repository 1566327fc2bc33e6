import type { InitializeParams } from 'vscode-languageserver/node'
import { createConnection } from 'vscode-languageserver/node'
import { initialize } from './lsp/initialize'

// `--node-ipc`, `--stdio`, `--socket=…` and `--pipe=…` are read from the command line by createConnection.
const connection = createConnection()
let parameters: InitializeParams
connection.onInitialize((asked) => {
  parameters = asked
  return initialize(asked)
})
// The engine is loaded when the editor has its answer, and before the next message, which comes in a turn of its own.
connection.onInitialized(async () => (await import('./lsp/server')).startServer(connection, parameters))
connection.listen()
