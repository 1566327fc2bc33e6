import { createConnection } from 'vscode-languageserver/node'
import { startServer } from './lsp/server'

// `--node-ipc`, `--stdio`, `--socket=…` and `--pipe=…` are read from the command line by createConnection.
startServer(createConnection())
