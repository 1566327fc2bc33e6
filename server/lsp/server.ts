import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { CancellationToken, Connection, Diagnostic, DocumentDiagnosticReport, InitializeParams } from 'vscode-languageserver/node'
import {
  CodeLensRefreshRequest,
  DiagnosticRefreshRequest,
  DiagnosticSeverity,
  DidChangeConfigurationNotification,
  DocumentDiagnosticReportKind,
  ErrorCodes,
  InlayHintRefreshRequest,
  LSPErrorCodes,
  ResponseError,
  TextDocuments,
} from 'vscode-languageserver/node'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { planAt, snapshotChanged, snapshotStatus, takeSnapshot } from '../../common/protocol'
import type { PlanAtParameters, PlanAtResult, SnapshotStatus, SnapshotStatusParameters, TakeSnapshotParameters, TakeSnapshotResult } from '../../common/protocol'
import { codeActions } from '../editor/code-actions'
import type { Asked } from '../editor/code-actions'
import { appliedLens, codeLenses } from '../editor/code-lenses'
import { diagnostics } from '../editor/diagnostics'
import { hover } from '../editor/hover'
import { inlayHints } from '../editor/inlay-hints'
import { source } from '../editor/kinds'
import { printPlan } from '../editor/plan-text'
import { statementAt } from '../editor/view'
import type { View } from '../editor/view'
import { readFolderOf } from '../sources/migration-folder'
import { mendedAt } from '../model/assessed'
import { loadParser } from '../sql/parser'
import { readClient } from './client'
import { notesOn } from '../editor/snapshot-notes'
import { Documents } from './documents'
import type { Shown } from './documents'
import type { Scope } from './scope'
import { takeSnapshotTo } from './take-snapshot'
import { pathOf, Workspace } from './workspace'

/** Wires the engine to a connection whose client has been told what it may ask. Whatever goes wrong in an answer is answered as an error, and the next question finds the server well. */
export function startServer(connection: Connection, parameters: InitializeParams): void {
  const texts = new TextDocuments(TextDocument)
  const documents = new Documents()
  const client = readClient(parameters)
  const root = parameters.rootUri
  const workspace = new Workspace(connection, client, parameters.workspaceFolders ?? (root ? [{ uri: root, name: root }] : []), changed)

  // Whoever needs it gets the error, here it only must not end the process.
  loadParser().catch(() => undefined)
  if (client.registersConfiguration) report(connection.client.register(DidChangeConfigurationNotification.type, { section: 'lockscope' }))
  if (client.folders) {
    connection.workspace.onDidChangeWorkspaceFolders(() => {
      report(connection.workspace.getWorkspaceFolders().then((folders) => workspace.setFolders(folders ?? [])))
    })
  }

  connection.onDidChangeConfiguration(({ settings }) => workspace.settingsChanged(settings))
  connection.onDidChangeWatchedFiles(() => report(workspace.forgetHistory().then(refresh)))
  connection.onShutdown(() => workspace.dispose())

  texts.onDidChangeContent(({ document }) => push(document.uri))
  texts.onDidClose(({ document }) => {
    documents.forget(document.uri)
    if (!client.pullsDiagnostics) report(connection.sendDiagnostics({ uri: document.uri, diagnostics: [] }))
  })
  // What is on disk counts for the migrations after it.
  texts.onDidSave(() => report(workspace.forgetHistory().then(refresh)))

  /** The last full answer for each document: most edits leave it as it is, and then it need not be sent again. */
  const reported = new Map<string, { readonly resultId: string; readonly items: readonly Diagnostic[]; readonly shown: Shown }>()
  texts.onDidClose(({ document }) => reported.delete(document.uri))
  connection.languages.diagnostics.on(
    answer('the diagnostics', async ({ textDocument, previousResultId }, token): Promise<DocumentDiagnosticReport> => {
      const shown = await show(textDocument.uri, token)
      if (!shown) return { kind: DocumentDiagnosticReportKind.Full, items: [] }
      const last = reported.get(textDocument.uri)
      if (last && last.shown === shown && previousResultId === last.resultId) return { kind: DocumentDiagnosticReportKind.Unchanged, resultId: last.resultId }
      const items = diagnosticsOf(shown)
      if (last && previousResultId === last.resultId && sameItems(last.items, items)) {
        reported.set(textDocument.uri, { ...last, shown })
        return { kind: DocumentDiagnosticReportKind.Unchanged, resultId: last.resultId }
      }
      const resultId = String(shown.id)
      reported.set(textDocument.uri, { resultId, items, shown })
      return { kind: DocumentDiagnosticReportKind.Full, resultId, items }
    }),
  )

  connection.onHover(
    answer('the hover', async ({ textDocument, position }, token) => {
      const view = (await show(textDocument.uri, token))?.view
      return (view && hover(view, view.analysis.lines.offset(position))) ?? null
    }),
  )

  connection.languages.inlayHint.on(
    answer('the hints', async ({ textDocument, range }, token) => {
      const view = (await showWhere(textDocument.uri, token, 'inlayHints.enabled'))?.view
      return view ? inlayHints(view, spanOf(view, range)) : []
    }),
  )

  connection.onCodeLens(
    answer('the lenses', async ({ textDocument }, token) => {
      const shown = await showWhere(textDocument.uri, token, 'codeLens.enabled')
      return shown?.view ? codeLenses(shown.view, Date.now()) : shown?.appliedBy !== undefined ? [appliedLens(shown.appliedBy)] : []
    }),
  )

  connection.onCodeAction(
    answer('the actions', async ({ textDocument, range, context }, token) => {
      const folder = client.createsFiles && (await show(textDocument.uri, token))?.view?.analysis.statements.some(({ assessed }) => assessed.plan) ? await folderOf(textDocument.uri) : undefined
      const view = (await show(textDocument.uri, token))?.view
      if (!view) return []
      const version = texts.get(textDocument.uri)?.version ?? 0
      return codeActions(view, spanOf(view, range), { ...(context.only && { only: context.only }), snippets: client.snippets, version, ...(folder && { folder }) })
    }),
  )

  connection.onRequest(
    planAt,
    answer('the plan', async ({ uri, position }: PlanAtParameters, token): Promise<PlanAtResult | null> => {
      const view = (await show(uri, token))?.view
      const statement = view && statementAt(view, view.analysis.lines.offset(position))
      const statements = view?.analysis.statements ?? []
      const plan = statement && statements[mendedAt(statements.indexOf(statement), statements)]!.assessed.plan
      return plan ? { title: plan.title, fit: plan.fit, sql: printPlan(plan) } : null
    }),
  )

  connection.onRequest(
    snapshotStatus,
    answer('the status of the snapshot', async ({ uri }: SnapshotStatusParameters) => statusOf(await workspace.scopeOf(uri))),
  )

  connection.onRequest<TakeSnapshotResult, void>(
    takeSnapshot,
    answer('the snapshot', async (parameters: TakeSnapshotParameters, token): Promise<TakeSnapshotResult> => {
      const result = await takeSnapshotTo(connection, parameters, token)
      if ('tables' in result) workspace.reloadSnapshot(parameters.path)
      return result
    }),
  )

  texts.listen(connection)

  /** The document as it is now; undefined where it is not open, or none of ours. Throws where the question has become pointless. */
  async function show(uri: string, token: CancellationToken): Promise<Shown | undefined> {
    const asked = texts.get(uri)
    if (!asked) return undefined
    const { version } = asked
    const path = pathOf(uri)
    // One turn, in which a newer text or the end of the question may come in: then nobody waits for this answer.
    await Promise.all([loadParser(), nextTurn()])
    const scope = await workspace.scopeOf(uri)
    if (!scope.looksAt(path)) return undefined
    const [world, appliedBy, place] = await Promise.all([scope.worldOf(path), scope.appliedBy(path), scope.placeOf(path ?? uri)])
    if (token.isCancellationRequested) throw new ResponseError(LSPErrorCodes.RequestCancelled, 'Nobody waits for this any more.')
    const document = texts.get(uri)
    if (!document) return undefined
    if (document.version !== version) throw new ResponseError(LSPErrorCodes.ServerCancelled, 'The text has changed since.', { retriggerRequest: true })
    return documents.show(document, scope, world, appliedBy, place, client)
  }

  /** Where new files would stand; undefined for what is on no disk. */
  async function folderOf(uri: string): Promise<NonNullable<Asked['folder']> | undefined> {
    const path = pathOf(uri)
    if (path === undefined) return undefined
    const { folder, ...found } = await readFolderOf(path)
    return { ...found, transaction: (await workspace.scopeOf(uri)).settings.transaction, uriOf: (name) => client.uriOf(join(folder, name)) }
  }

  async function showWhere(uri: string, token: CancellationToken, setting: 'inlayHints.enabled' | 'codeLens.enabled'): Promise<Shown | undefined> {
    const scope = await workspace.scopeOf(uri)
    return scope.settings[setting] ? show(uri, token) : undefined
  }

  /** For clients that do not ask. Of several changes in a row, only the last is worth an analysis. */
  function push(uri: string): void {
    if (client.pullsDiagnostics) return
    const version = texts.get(uri)?.version
    report(
      (async () => {
        const shown = await show(uri, neverCancelled).catch((error: unknown) => {
          if (error instanceof ResponseError && error.code === LSPErrorCodes.ServerCancelled) return 'outdated' as const
          throw error
        })
        if (shown === 'outdated') return
        await connection.sendDiagnostics({ uri, ...(version !== undefined && { version }), diagnostics: shown ? diagnosticsOf(shown) : [] })
      })(),
    )
  }

  function changed(): void {
    refresh()
    report(connection.sendNotification(snapshotChanged))
  }

  /** Everything that is on the screen may be different now. */
  function refresh(): void {
    if (!client.pullsDiagnostics) for (const uri of texts.keys()) push(uri)
    if (client.pullsDiagnostics && client.refreshesDiagnostics) report(connection.sendRequest(DiagnosticRefreshRequest.type))
    if (client.refreshesHints) report(connection.sendRequest(InlayHintRefreshRequest.type))
    if (client.refreshesLenses) report(connection.sendRequest(CodeLensRefreshRequest.type))
  }

  /** For what nobody waits for: its error goes to the client's log. */
  function report(doing: Promise<unknown>): void {
    doing.catch((error: unknown) => connection.console.error(stackOf(error)))
  }

  function answer<P, R>(what: string, give: (parameters: P, token: CancellationToken) => Promise<R>): (parameters: P, token: CancellationToken) => Promise<R> {
    return async (parameters, token) => {
      try {
        return await give(parameters, token)
      } catch (error) {
        if (error instanceof ResponseError) throw error
        connection.console.error(stackOf(error))
        throw new ResponseError(ErrorCodes.InternalError, `Lockscope could not give ${what}: ${error instanceof Error ? error.message : String(error)}`)
      }
    }
  }
}

const sameItems = (a: readonly Diagnostic[], b: readonly Diagnostic[]): boolean => a.length === b.length && a.every((item, index) => item === b[index])

function diagnosticsOf(shown: Shown): Diagnostic[] {
  if (shown.view) return diagnostics(shown.view)
  // What has run is no news, and nothing can be done about it.
  if (shown.problem === undefined) return []
  const start = { line: 0, character: 0 }
  return [{ range: { start, end: start }, severity: DiagnosticSeverity.Information, source, message: shown.problem }]
}

function statusOf(scope: Scope): SnapshotStatus {
  const path = scope.snapshotPath
  const file = scope.snapshot
  if (file?.problem !== undefined) return { ...(path !== undefined && { path }), problem: file.problem }
  if (!file) return {}
  const { takenAt, serverVersion, tables } = file.snapshot
  const days = takenAt === undefined ? 0 : (Date.now() - Date.parse(takenAt)) / 86_400_000
  return {
    ...(path !== undefined && { path }),
    snapshot: {
      name: file.name,
      ...(takenAt !== undefined && { takenAt }),
      ...(serverVersion !== undefined && { serverVersion }),
      tables: Object.keys(tables ?? {}).length,
      stale: days > scope.settings.snapshotStaleAfter,
      notes: notesOn(file.snapshot),
    },
  }
}

const spanOf = (view: View, range: { start: { line: number; character: number }; end: { line: number; character: number } }): { start: number; end: number } => ({
  start: view.analysis.lines.offset(range.start),
  end: view.analysis.lines.offset(range.end),
})

const neverCancelled: CancellationToken = { isCancellationRequested: false, onCancellationRequested: () => ({ dispose: () => undefined }) }

const stackOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error))
