import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import type { CodeAction, CodeLens, Diagnostic, Hover, InlayHint, SnippetTextEdit, TextEdit, WorkspaceEdit } from 'vscode-languageserver-types'
import { createMessageConnection, IPCMessageReader, IPCMessageWriter, StreamMessageReader, StreamMessageWriter } from 'vscode-languageserver/node'
import type { MessageConnection } from 'vscode-languageserver/node'
import { TextDocument } from 'vscode-languageserver-textdocument'

const project = fileURLToPath(new URL('../../../', import.meta.url))
const bundle = join(project, 'out', `server.test-${process.pid}.js`)
let built: Promise<unknown> | undefined

/** The server as it ships, in one file, so that these tests meet what a client meets. */
const buildServer = (): Promise<unknown> =>
  (built ??= build({ absWorkingDir: project, entryPoints: ['server/main.ts'], outfile: bundle, bundle: true, platform: 'node', format: 'cjs', target: 'node20', external: ['pg-native'], logLevel: 'error' }))

export const removeBundle = (): void => rmSync(bundle, { force: true })

export interface Options {
  readonly capabilities?: object
  readonly initializationOptions?: object
  readonly settings?: unknown
  readonly transport?: 'stdio' | 'ipc'
  /** Files of the folder, by path. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>
  readonly processId?: number
  /** For Node itself, before the path of the server. */
  readonly nodeArguments?: readonly string[]
}

/** A client that can all that ours can. */
export const everything = {
  textDocument: { diagnostic: {}, codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: [] } } }, publishDiagnostics: { relatedInformation: true } },
  workspace: {
    configuration: true,
    workspaceFolders: true,
    didChangeConfiguration: { dynamicRegistration: true },
    diagnostics: { refreshSupport: true },
    inlayHint: { refreshSupport: true },
    codeLens: { refreshSupport: true },
    workspaceEdit: { documentChanges: true, snippetEditSupport: true, resourceOperations: ['create'] },
  },
}

/** The client's side of one running server, with a folder of its own. */
export class Client {
  readonly folder: string
  readonly connection: MessageConnection
  readonly process: ChildProcess
  readonly messages: string[] = []
  readonly refreshes: string[] = []
  readonly published: { uri: string; version?: number; diagnostics: Diagnostic[] }[] = []
  readonly notified: string[] = []
  readonly progress: unknown[] = []
  capabilities: Record<string, unknown> = {}
  settings: unknown
  readonly #documents = new Map<string, TextDocument>()

  constructor(process: ChildProcess, connection: MessageConnection, folder: string, settings: unknown) {
    this.process = process
    this.connection = connection
    this.folder = folder
    this.settings = settings
    connection.onRequest('workspace/configuration', ({ items }: { items: unknown[] }) => items.map(() => this.settings ?? null))
    connection.onRequest('client/registerCapability', () => null)
    connection.onRequest((method) => {
      if (method.endsWith('/refresh')) this.refreshes.push(method)
      return null
    })
    connection.onNotification('window/showMessage', ({ message }: { message: string }) => void this.messages.push(message))
    connection.onNotification('textDocument/publishDiagnostics', (parameters: { uri: string; diagnostics: Diagnostic[] }) => void this.published.push(parameters))
    connection.onNotification((method) => void this.notified.push(method))
    connection.onUnhandledProgress(({ value }) => void this.progress.push(value))
    connection.listen()
  }

  uri(path: string): string {
    return pathToFileURL(join(this.folder, path)).href
  }

  write(path: string, text: string | Uint8Array): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true })
    writeFileSync(join(this.folder, path), text)
  }

  async open(path: string, text: string, languageId = 'sql'): Promise<string> {
    const uri = path.includes(':') ? path : this.uri(path)
    this.#documents.set(uri, TextDocument.create(uri, languageId, 1, text))
    await this.connection.sendNotification('textDocument/didOpen', { textDocument: { uri, languageId, version: 1, text } })
    return uri
  }

  text(uri: string): string {
    return this.#documents.get(uri)!.getText()
  }

  /** Types, as an editor does: the changes, not the text. */
  async change(uri: string, edits: readonly TextEdit[]): Promise<void> {
    const document = this.#documents.get(uri)!
    // Edits of one list are all about the text before; sent from the end, each finds its place.
    const sorted = [...edits].sort((a, b) => document.offsetAt(b.range.start) - document.offsetAt(a.range.start))
    const contentChanges = sorted.map(({ range, newText }) => ({ range, text: newText }))
    const after = TextDocument.create(uri, document.languageId, document.version + 1, TextDocument.applyEdits(document, [...edits]))
    this.#documents.set(uri, after)
    await this.connection.sendNotification('textDocument/didChange', { textDocument: { uri, version: after.version }, contentChanges })
  }

  async replace(uri: string, before: string, after: string): Promise<void> {
    const document = this.#documents.get(uri)!
    const at = document.getText().indexOf(before)
    await this.change(uri, [{ range: { start: document.positionAt(at), end: document.positionAt(at + before.length) }, newText: after }])
  }

  async apply(uri: string, edit: WorkspaceEdit): Promise<void> {
    const edits = edit.changes?.[uri] ?? (edit.documentChanges ?? []).flatMap((change) => ('edits' in change ? change.edits : []))
    await this.change(uri, edits.map((one) => ('snippet' in one ? { range: one.range, newText: (one as SnippetTextEdit).snippet.value.replace('$0', '') } : (one as TextEdit))))
  }

  position(uri: string, piece: string): { line: number; character: number } {
    const document = this.#documents.get(uri)!
    return document.positionAt(document.getText().indexOf(piece))
  }

  request<R>(method: string, parameters: unknown): Promise<R> {
    return this.connection.sendRequest(method, parameters)
  }

  async diagnostics(uri: string, previousResultId?: string): Promise<Diagnostic[]> {
    return (await this.report(uri, previousResultId)).items ?? []
  }

  report(uri: string, previousResultId?: string): Promise<{ kind: string; resultId?: string; items?: Diagnostic[] }> {
    return this.request('textDocument/diagnostic', { textDocument: { uri }, ...(previousResultId !== undefined && { previousResultId }) })
  }

  async hover(uri: string, piece: string): Promise<string> {
    const hover = await this.request<Hover | null>('textDocument/hover', { textDocument: { uri }, position: this.position(uri, piece) })
    return hover ? (hover.contents as { value: string }).value : ''
  }

  async hints(uri: string): Promise<string[]> {
    const hints = await this.request<InlayHint[]>('textDocument/inlayHint', { textDocument: { uri }, range: whole })
    return hints.map((hint) => hint.label as string)
  }

  async lenses(uri: string): Promise<string[]> {
    const lenses = await this.request<CodeLens[]>('textDocument/codeLens', { textDocument: { uri } })
    return lenses.map((lens) => lens.command!.title)
  }

  actions(uri: string, piece: string, only?: readonly string[]): Promise<CodeAction[]> {
    const start = this.position(uri, piece)
    return this.request('textDocument/codeAction', { textDocument: { uri }, range: { start, end: start }, context: { diagnostics: [], ...(only && { only }) } })
  }

  async stop(): Promise<number | null> {
    const exited = this.process.exitCode === null ? once(this.process, 'exit') : Promise.resolve([this.process.exitCode])
    await this.connection.sendRequest('shutdown')
    await this.connection.sendNotification('exit')
    const [code] = (await exited) as [number | null]
    this.dispose()
    return code
  }

  dispose(): void {
    this.connection.dispose()
    if (this.process.exitCode === null) this.process.kill('SIGKILL')
    rmSync(this.folder, { recursive: true, force: true })
  }
}

const whole = { start: { line: 0, character: 0 }, end: { line: 1_000_000, character: 0 } }

export async function startServer(options: Options = {}): Promise<Client> {
  await buildServer()
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'lockscope-lsp-')))
  const ipc = options.transport === 'ipc'
  const process_ = spawn(process.execPath, [...(options.nodeArguments ?? []), bundle, ipc ? '--node-ipc' : '--stdio'], { stdio: ipc ? ['ignore', 'pipe', 'pipe', 'ipc'] : ['pipe', 'pipe', 'pipe'] })
  const connection = ipc
    ? createMessageConnection(new IPCMessageReader(process_), new IPCMessageWriter(process_))
    : createMessageConnection(new StreamMessageReader(process_.stdout!), new StreamMessageWriter(process_.stdin!))
  const client = new Client(process_, connection, folder, options.settings)
  for (const [path, text] of Object.entries(options.files ?? {})) client.write(path, text)
  const { capabilities } = await connection.sendRequest<{ capabilities: Record<string, unknown> }>('initialize', {
    processId: options.processId ?? process.pid,
    rootUri: pathToFileURL(folder).href,
    workspaceFolders: [{ uri: pathToFileURL(folder).href, name: 'test' }],
    capabilities: options.capabilities ?? everything,
    initializationOptions: options.initializationOptions,
  })
  client.capabilities = capabilities
  await connection.sendNotification('initialized', {})
  return client
}

/** Waits for what arrives by itself. */
export async function until(holds: () => boolean | Promise<boolean>, what: string, timeoutMs = 10_000): Promise<void> {
  const deadline = Date.now() + timeoutMs
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`Did not happen within ${timeoutMs} ms: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}
