import { spawn } from 'node:child_process'
import { performance } from 'node:perf_hooks'

import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-languageserver/node'

/**
 * Spawns a language server on stdio and answers what a server may ask, as VS Code would with default settings.
 * `startMs` runs from the spawn to the answer to `initialize`.
 *
 * @param {{ command: string, args: readonly string[], workspace: string, workspaceUri: string }} options
 * @throws when the server ends or does not start; a server that ends later rejects every open request.
 */
export async function startLanguageClient({ command, args, workspace, workspaceUri }) {
  const spawnedAt = performance.now()
  const child = spawn(command, args, { cwd: workspace, stdio: ['pipe', 'pipe', 'pipe'] })
  let stderr = ''
  child.stderr.on('data', (chunk) => {
    stderr = (stderr + chunk).slice(-4_000)
  })
  const ended = new Promise((_, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => reject(new Error(`${command} ${args.join(' ')} ended (${signal ?? code})\n${stderr}`)))
  })
  ended.catch(() => {})

  const connection = createMessageConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin))
  connection.onRequest('workspace/configuration', ({ items }) => items.map(() => null))
  connection.onRequest((method) => (method === 'workspace/workspaceFolders' ? [{ uri: workspaceUri, name: 'bench' }] : null))
  connection.onNotification(() => {})
  connection.onError(() => {})
  connection.listen()

  const request = (method, parameters) => Promise.race([connection.sendRequest(method, parameters), ended])
  const notify = (method, parameters) => connection.sendNotification(method, parameters)

  const { capabilities } = await request('initialize', initializeParameters(workspaceUri))
  const startMs = performance.now() - spawnedAt
  if (!capabilities.diagnosticProvider) throw new Error(`${command} does not answer textDocument/diagnostic`)
  const synchronisation = capabilities.textDocumentSync?.change ?? capabilities.textDocumentSync
  if (synchronisation !== 2) throw new Error(`${command} does not take incremental changes`)
  await notify('initialized', {})

  return {
    startMs,
    processId: child.pid,
    request,
    notify,
    stop: async () => {
      const exited = new Promise((resolve) => child.once('exit', resolve))
      const deadline = setTimeout(() => child.kill('SIGKILL'), 5_000)
      await request('shutdown').catch(() => {})
      await notify('exit').catch(() => {})
      child.stdin.end()
      await exited
      clearTimeout(deadline)
      connection.dispose()
    },
  }
}

function initializeParameters(workspaceUri) {
  return {
    processId: process.pid,
    rootUri: workspaceUri,
    workspaceFolders: [{ uri: workspaceUri, name: 'bench' }],
    capabilities: {
      // VS Code offers UTF-16 alone, so nobody gets the cheaper encoding here either.
      general: { positionEncodings: ['utf-16'] },
      textDocument: {
        synchronization: { dynamicRegistration: false },
        diagnostic: { dynamicRegistration: false, relatedDocumentSupport: true },
        publishDiagnostics: { relatedInformation: true, versionSupport: true, codeDescriptionSupport: true, dataSupport: true },
      },
      workspace: { configuration: true, workspaceFolders: true, diagnostics: { refreshSupport: true } },
      window: { workDoneProgress: true },
    },
  }
}
