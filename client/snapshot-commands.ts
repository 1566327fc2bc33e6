import { isAbsolute, join, relative } from 'node:path'
import * as vscode from 'vscode'
import { WorkDoneProgress } from 'vscode-languageclient/node'
import type { LanguageClient } from 'vscode-languageclient/node'
import { commands, takeSnapshot } from '../common/protocol'
import type { TakeSnapshotParameters, TakeSnapshotResult } from '../common/protocol'
import { splitPassword } from '../common/split-password'

const fileName = 'lockscope.snapshot.json'

/** Offers the snapshots of the workspace, any other file, and a new one from a server. */
export async function chooseSnapshot(): Promise<void> {
  const found = await vscode.workspace.findFiles(`**/*${fileName}`, '**/node_modules/**', 50)
  const items: (vscode.QuickPickItem & { readonly run: () => Thenable<unknown> })[] = [
    ...found.map((uri) => ({ label: `$(database) ${vscode.workspace.asRelativePath(uri)}`, run: () => useSnapshot(uri) })),
    ...(found.length > 0 ? [{ label: '', kind: vscode.QuickPickItemKind.Separator, run: () => Promise.resolve() }] : []),
    { label: '$(folder-opened) Another file…', run: browse },
    { label: '$(cloud-download) Take a snapshot from a server…', detail: 'Schema and sizes, read-only, without row data', run: () => vscode.commands.executeCommand(commands.takeSnapshot) },
    { label: '$(circle-slash) No snapshot', detail: 'Locks are shown, durations are not', run: clearSnapshot },
  ]
  const chosen = await vscode.window.showQuickPick(items, { title: 'Snapshot', placeHolder: 'Which database are the migrations for?' })
  await chosen?.run()
}

export async function clearSnapshot(): Promise<void> {
  await vscode.workspace.getConfiguration('lockscope', scope()).update('snapshot', '', target())
}

/** Asks for a server, takes the snapshot in the language server, and uses it. The password goes to VS Code's secret storage and nowhere else. */
export async function takeSnapshotFromServer(client: LanguageClient, context: vscode.ExtensionContext): Promise<void> {
  const server = await askServer(context)
  if (!server) return
  const folder = scope()
  const file = await vscode.window.showSaveDialog({
    title: 'Where to write the snapshot',
    filters: { Snapshot: ['json'] },
    ...(folder && { defaultUri: vscode.Uri.joinPath(folder, fileName) }),
  })
  if (!file) return
  const result = await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: `Snapshot of ${server.url}`, cancellable: true }, async (progress, token) => {
    const workDoneToken = `lockscope-snapshot-${Date.now()}`
    const listening = client.onProgress(WorkDoneProgress.type, workDoneToken, (value) => {
      if (value.message !== undefined) progress.report({ message: value.message })
    })
    const parameters: TakeSnapshotParameters = { ...server, path: file.fsPath, workDoneToken }
    try {
      return await client.sendRequest<TakeSnapshotResult>(takeSnapshot, parameters, token)
    } catch (error) {
      if (token.isCancellationRequested) return undefined
      throw error
    } finally {
      listening.dispose()
    }
  })
  if (!result) return
  if ('problem' in result) {
    // Whatever was wrong, asking again is better than a password that can no longer be corrected.
    await context.secrets.delete(secretKey(server.url))
    await vscode.window.showErrorMessage(result.problem)
    return
  }
  if (server.password !== undefined) await context.secrets.store(secretKey(server.url), server.password)
  await useSnapshot(file)
  await vscode.window.showInformationMessage(`The snapshot holds ${result.tables} ${result.tables === 1 ? 'table' : 'tables'}: schema and sizes, no row data and no password, so it can be committed.${result.unseen.map((sentence) => ` Not seen: ${sentence}`).join('')}`)
}

async function askServer(context: vscode.ExtensionContext): Promise<{ url: string; password?: string } | undefined> {
  const last = context.globalState.get<string>('lockscope.lastServer')
  const answer = await vscode.window.showInputBox({
    title: 'Take a snapshot from a server',
    prompt: 'Reads schema and sizes, in one read-only transaction. A read-only role is enough.',
    placeHolder: 'postgres://user@host:5432/database',
    ignoreFocusOut: true,
    ...(last !== undefined && { value: last }),
    validateInput: (value) => (parseUrl(value) ? undefined : 'A URL like postgres://user@host:5432/database'),
  })
  const url = answer === undefined ? undefined : parseUrl(answer)
  if (!url) return undefined
  const { url: bare, password } = splitPassword(url.toString())
  await context.globalState.update('lockscope.lastServer', bare)
  if (password !== undefined) return { url: bare, password }
  const stored = await context.secrets.get(secretKey(bare))
  if (stored !== undefined) return { url: bare, password: stored }
  const asked = await vscode.window.showInputBox({ title: 'Password', prompt: `For ${bare}. Empty: none, or the one in your password file. It is kept in VS Code's secret storage.`, password: true, ignoreFocusOut: true })
  if (asked === undefined) return undefined
  return asked === '' ? { url: bare } : { url: bare, password: asked }
}

const secretKey = (url: string): string => `lockscope.password:${url}`

function parseUrl(text: string): URL | undefined {
  const trimmed = text.trim()
  if (!URL.canParse(trimmed)) return undefined
  const url = new URL(trimmed)
  return url.protocol === 'postgres:' || url.protocol === 'postgresql:' ? url : undefined
}

async function browse(): Promise<void> {
  const folder = scope()
  const chosen = await vscode.window.showOpenDialog({ title: 'Choose a snapshot', filters: { Snapshot: ['json'] }, ...(folder && { defaultUri: folder }) })
  if (chosen?.[0]) await useSnapshot(chosen[0])
}

async function useSnapshot(file: vscode.Uri): Promise<void> {
  const folder = scope()
  const path = folder === undefined ? file.fsPath : relative(folder.fsPath, file.fsPath)
  // Within the folder the path holds for everybody who clones it; outside only here.
  const portable = folder === undefined || path.startsWith('..') || isAbsolute(path) ? file.fsPath : join(path).replaceAll('\\', '/')
  await vscode.workspace.getConfiguration('lockscope', folder).update('snapshot', portable, target())
}

/** The folder of the active file, else the first. */
function scope(): vscode.Uri | undefined {
  const active = vscode.window.activeTextEditor?.document.uri
  const folder = active && vscode.workspace.getWorkspaceFolder(active)
  return (folder ?? vscode.workspace.workspaceFolders?.[0])?.uri
}

function target(): vscode.ConfigurationTarget {
  const folders = vscode.workspace.workspaceFolders?.length ?? 0
  if (folders === 0) return vscode.ConfigurationTarget.Global
  return folders === 1 ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.WorkspaceFolder
}
