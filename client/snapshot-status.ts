import * as vscode from 'vscode'
import { State } from 'vscode-languageclient/node'
import type { LanguageClient } from 'vscode-languageclient/node'
import { commands, snapshotChanged, snapshotStatus } from '../common/protocol'
import type { SnapshotStatus, SnapshotStatusParameters } from '../common/protocol'
import { documentSelector, isOurs } from './documents'
import { formatAge } from '../common/format-age'

/** The status bar item and the language status, both about the snapshot that the active SQL file is seen with. */
export function showSnapshotStatus(client: LanguageClient): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('lockscope.snapshot', vscode.StatusBarAlignment.Right, 50)
  item.name = 'Lockscope snapshot'
  item.command = commands.chooseSnapshot
  const language = vscode.languages.createLanguageStatusItem('lockscope.snapshot', documentSelector)
  language.name = 'Lockscope snapshot'
  language.command = { title: 'Choose', command: commands.chooseSnapshot }

  let asked = 0
  const update = async (): Promise<void> => {
    const document = vscode.window.activeTextEditor?.document
    if (!document || !isOurs(document)) {
      item.hide()
      return
    }
    if (client.state !== State.Running) return
    const question = ++asked
    const parameters: SnapshotStatusParameters = { uri: document.uri.toString() }
    const status = await client.sendRequest<SnapshotStatus>(snapshotStatus, parameters)
    // A later question may have been answered first.
    if (question !== asked) return
    show(item, language, status)
  }
  const updateOrLog = (): void => {
    update().catch((error: unknown) => {
      if (client.state === State.Running) client.error('The status of the snapshot could not be read.', error, false)
    })
  }
  // Ages grow while nothing happens.
  const timer = setInterval(updateOrLog, 3_600_000)
  return vscode.Disposable.from(
    item,
    language,
    client.onNotification(snapshotChanged, updateOrLog),
    client.onDidChangeState(updateOrLog),
    vscode.window.onDidChangeActiveTextEditor(updateOrLog),
    new vscode.Disposable(() => clearInterval(timer)),
  )
}

function show(item: vscode.StatusBarItem, language: vscode.LanguageStatusItem, status: SnapshotStatus): void {
  const { text, tooltip, severity } = describe(status)
  item.text = `$(${severity === vscode.LanguageStatusSeverity.Information ? 'lock' : 'warning'}) ${text}`
  item.tooltip = tooltip
  item.backgroundColor = severity === vscode.LanguageStatusSeverity.Error ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined
  item.show()
  language.text = `Lockscope: ${text}`
  language.detail = tooltip
  language.severity = severity
}

function describe(status: SnapshotStatus): { text: string; tooltip: string; severity: vscode.LanguageStatusSeverity } {
  if (status.problem !== undefined) return { text: 'snapshot unusable', tooltip: status.problem, severity: vscode.LanguageStatusSeverity.Error }
  const snapshot = status.snapshot
  if (!snapshot) return { text: 'no snapshot', tooltip: 'Lockscope shows locks, but knows no sizes and so no durations. Choose a snapshot, or take one from a server.', severity: vscode.LanguageStatusSeverity.Information }
  const age = snapshot.takenAt === undefined ? undefined : formatAge(Date.now() - Date.parse(snapshot.takenAt))
  const facts = [
    `${snapshot.tables} ${snapshot.tables === 1 ? 'table' : 'tables'}`,
    ...(snapshot.serverVersion === undefined ? [] : [`PostgreSQL ${snapshot.serverVersion}`]),
    ...(age === undefined ? [] : [`${age}`]),
    ...(status.path === undefined ? [] : [status.path]),
  ]
  return {
    text: [snapshot.name, ...(age === undefined ? [] : [age]), ...(snapshot.stale ? ['stale'] : [])].join(' · '),
    tooltip: `Lockscope sees this file with the snapshot ${snapshot.name}: ${facts.join(', ')}.${snapshot.stale ? ' It is older than `lockscope.snapshotStaleAfter` allows: take a new one.' : ''}${snapshot.notes.map((note) => ` ${note}`).join('')}`,
    severity: snapshot.stale ? vscode.LanguageStatusSeverity.Warning : vscode.LanguageStatusSeverity.Information,
  }
}
