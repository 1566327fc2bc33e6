import { join } from 'node:path'
import * as vscode from 'vscode'
import { LanguageClient, TransportKind } from 'vscode-languageclient/node'
import type { LanguageClientOptions, ServerOptions } from 'vscode-languageclient/node'
import { commands } from '../common/protocol'
import type { InitializationOptions } from '../common/protocol'
import { openPage } from './open-page'
import { previewPlans } from './preview-plan'
import { showSnapshotStatus } from './snapshot-status'
import { chooseSnapshot, clearSnapshot, takeSnapshotFromServer } from './snapshot-commands'
import { documentSelector } from './documents'

let client: LanguageClient | undefined

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const output = vscode.window.createOutputChannel('Lockscope', { log: true })
  const started = (client = new LanguageClient('lockscope', 'Lockscope', serverOptions(context), clientOptions(output)))
  const register = (id: string, run: (...args: readonly unknown[]) => unknown): vscode.Disposable => vscode.commands.registerCommand(id, run)
  context.subscriptions.push(
    output,
    register(commands.chooseSnapshot, chooseSnapshot),
    register(commands.clearSnapshot, clearSnapshot),
    register(commands.takeSnapshot, () => takeSnapshotFromServer(started, context)),
    register(commands.openPage, (page) => openPage(context, page)),
    register(commands.showOutput, () => output.show()),
    register(commands.restart, () => restart(started, output)),
    previewPlans(started),
    showSnapshotStatus(started),
  )
  await start(started, output)
}

export async function deactivate(): Promise<void> {
  // A server that never came up, or is gone already, has nothing to be told.
  if (client?.isRunning()) await client.stop()
}

function serverOptions(context: vscode.ExtensionContext): ServerOptions {
  const module = context.asAbsolutePath('out/server.js')
  // From Node 22 on, keeping the compiled program spares two fifths of what it adds to the start of Node; older ones ignore this.
  const env = { NODE_COMPILE_CACHE: join(context.globalStorageUri.fsPath, 'compile-cache') }
  return {
    run: { module, transport: TransportKind.ipc, options: { env } },
    debug: { module, transport: TransportKind.ipc, options: { execArgv: ['--nolazy', '--inspect=6011', '--enable-source-maps'] } },
  }
}

function clientOptions(outputChannel: vscode.LogOutputChannel): LanguageClientOptions {
  const initializationOptions: InitializationOptions = { commands: true, pages: `command:${commands.openPage}?%5B%22{page}%22%5D` }
  return {
    documentSelector,
    outputChannel,
    initializationOptions,
    // The only commands that a hover's links may run.
    markdown: { isTrusted: { enabledCommands: [commands.openPage, commands.previewPlan, commands.chooseSnapshot] } },
    diagnosticPullOptions: { onChange: true, onTabs: false },
  }
}

async function start(started: LanguageClient, output: vscode.LogOutputChannel): Promise<void> {
  try {
    await started.start()
  } catch (error) {
    await sayNotStarted(error, output)
  }
}

async function restart(started: LanguageClient, output: vscode.LogOutputChannel): Promise<void> {
  try {
    await started.restart()
  } catch (error) {
    await sayNotStarted(error, output)
  }
}

async function sayNotStarted(error: unknown, output: vscode.LogOutputChannel): Promise<void> {
  output.error(error instanceof Error ? error : String(error))
  const show = 'Show output'
  const chosen = await vscode.window.showErrorMessage(`Lockscope's language server did not start: ${error instanceof Error ? error.message : String(error)}`, show)
  if (chosen === show) output.show()
}
