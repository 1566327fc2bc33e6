import * as vscode from 'vscode'
import type { LanguageClient } from 'vscode-languageclient/node'
import { commands, planAt } from '../common/protocol'
import type { PlanAtParameters, PlanAtResult } from '../common/protocol'

const scheme = 'lockscope-plan'

/** The command that opens the safe way for a statement beside it, in a document that cannot be edited and so never asks to be saved. */
export function previewPlans(client: LanguageClient): vscode.Disposable {
  const texts = new Map<string, string>()
  const changed = new vscode.EventEmitter<vscode.Uri>()
  return vscode.Disposable.from(
    changed,
    vscode.workspace.registerTextDocumentContentProvider(scheme, { onDidChange: changed.event, provideTextDocumentContent: (uri) => texts.get(uri.toString()) ?? '' }),
    vscode.workspace.onDidCloseTextDocument((document) => texts.delete(document.uri.toString())),
    vscode.commands.registerCommand(commands.previewPlan, async (uri?: unknown, position?: unknown) => {
      const parameters = placeOf(uri, position)
      if (!parameters) {
        await vscode.window.showInformationMessage('Open a SQL file and put the cursor into the statement that you want a safe plan for.')
        return
      }
      const plan = await client.sendRequest<PlanAtResult | null>(planAt, parameters)
      if (!plan) {
        await vscode.window.showInformationMessage('Lockscope knows no safer way for this statement.')
        return
      }
      const preview = vscode.Uri.from({ scheme, path: `/${plan.title.replaceAll(/[/\\?#]/g, ' ')}.sql`, query: `${parameters.uri}#${parameters.position.line}` })
      texts.set(preview.toString(), plan.sql)
      changed.fire(preview)
      const document = await vscode.workspace.openTextDocument(preview)
      await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preview: true, preserveFocus: true })
    }),
  )
}

/** The place that an action gives, else the cursor's. */
function placeOf(uri: unknown, position: unknown): PlanAtParameters | undefined {
  if (typeof uri === 'string' && isPosition(position)) return { uri, position }
  const editor = vscode.window.activeTextEditor
  return editor && { uri: editor.document.uri.toString(), position: editor.selection.active }
}

const isPosition = (value: unknown): value is PlanAtParameters['position'] =>
  typeof value === 'object' && value !== null && 'line' in value && typeof value.line === 'number' && 'character' in value && typeof value.character === 'number'
