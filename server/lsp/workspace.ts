import { dirname, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Connection, WorkspaceFolder } from 'vscode-languageserver/node'
import { MessageType, ShowMessageNotification } from 'vscode-languageserver/node'
import { readSettings } from '../../common/settings'
import type { Settings } from '../../common/settings'
import type { Client } from './client'
import { Scope, snapshotPathOf } from './scope'
import { adaptSnapshot } from '../sources/adapt-snapshot'
import { daysOfMonth } from '../sources/grow-snapshot'
import { readScale } from '../sources/scale-snapshot'
import type { SnapshotFile } from './snapshots'
import { Snapshots } from './snapshots'

/** The folders that are open, their settings and their snapshots. */
export class Workspace {
  readonly #connection: Connection
  readonly #client: Client
  readonly #changed: () => void
  readonly #snapshots: Snapshots
  readonly #scopes = new Map<string, Promise<Scope>>()
  readonly #said = new Set<string>()
  #folders: readonly string[]
  /** What a client that cannot be asked has sent. */
  #pushed: unknown

  /** `changed` is called when documents may look different than before. */
  constructor(connection: Connection, client: Client, folders: readonly WorkspaceFolder[], changed: () => void) {
    this.#connection = connection
    this.#client = client
    this.#changed = changed
    this.#folders = pathsOf(folders)
    this.#snapshots = new Snapshots(() => this.#reset())
  }

  setFolders(folders: readonly WorkspaceFolder[]): void {
    this.#folders = pathsOf(folders)
    this.#reset()
  }

  settingsChanged(sent: unknown): void {
    if (typeof sent === 'object' && sent !== null && 'lockscope' in sent) this.#pushed = sent.lockscope
    this.#reset()
  }

  /** The snapshot has just been written by us, or its folder was told to have changed. */
  reloadSnapshot(path: string): void {
    this.#snapshots.reload(path)
  }

  async forgetHistory(): Promise<void> {
    for (const scope of await Promise.all(this.#scopes.values())) scope.forgetHistory()
  }

  /** For no document: the first folder's. */
  async scopeOf(uri: string | undefined): Promise<Scope> {
    const base = this.#baseOf(uri)
    const key = base ?? ''
    const known = this.#scopes.get(key)
    if (known) {
      const scope = await known
      // Somebody else may have put a new one in its place meanwhile.
      if (!scope.isWorn() || this.#scopes.get(key) !== known) return scope
    }
    const scope = this.#makeScope(base)
    this.#scopes.set(key, scope)
    // A failure is answered to whoever asked, and the next one tries again.
    scope.catch(() => this.#scopes.delete(key))
    return scope
  }

  dispose(): void {
    this.#snapshots.keep(new Set())
  }

  async #makeScope(base: string | undefined): Promise<Scope> {
    const settings = await this.#settingsOf(base)
    const path = snapshotPathOf(base, settings)
    const snapshot = path === undefined ? undefined : this.#inSize(await this.#snapshots.load(path), settings)
    const scope = new Scope(base, settings, snapshot)
    if (scope.snapshot?.problem !== undefined) this.#say(scope.snapshot.problem)
    return scope
  }

  /** As large as the settings say. What cannot be followed is said, and the snapshot stands as it is. */
  #inSize(file: SnapshotFile, settings: Settings): SnapshotFile {
    const scales = Object.entries(settings['sizes.scale']).flatMap(([name, text]) => {
      const scale = readScale(String(text))
      return scale === undefined ? [] : [[name, scale] as const]
    })
    const days = settings['sizes.monthsAhead'] * daysOfMonth
    if (file.snapshot === undefined || (scales.length === 0 && days === 0)) return file
    const { snapshot, problem } = adaptSnapshot(file.snapshot, { scales: Object.fromEntries(scales), ...(days > 0 && { days }) })
    if (problem === undefined) return { ...file, snapshot }
    this.#say(problem)
    return file
  }

  async #settingsOf(base: string | undefined): Promise<Settings> {
    const section = this.#client.configuration
      ? await this.#connection.workspace.getConfiguration({ section: 'lockscope', ...(base !== undefined && this.#folders.includes(base) && { scopeUri: this.#client.uriOf(base) }) })
      : this.#pushed
    const { settings, problems } = readSettings(section)
    for (const problem of problems) this.#say(problem)
    return settings
  }

  /** Each thing once; it is said again when it has been right in between. */
  #say(message: string): void {
    if (this.#said.has(message)) return
    this.#said.add(message)
    // A notification, for nothing is asked, and not every client answers requests.
    this.#connection.sendNotification(ShowMessageNotification.type, { type: MessageType.Warning, message }).catch((error: unknown) => this.#connection.console.error(String(error)))
  }

  #reset(): void {
    this.#scopes.clear()
    this.#said.clear()
    this.#changed()
  }

  /** The innermost folder that holds the document; outside of all, the document's own directory. */
  #baseOf(uri: string | undefined): string | undefined {
    const path = uri === undefined ? undefined : pathOf(uri)
    if (path === undefined) return this.#folders[0]
    const holding = this.#folders.filter((folder) => path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep))
    return holding.sort((a, b) => b.length - a.length)[0] ?? dirname(path)
  }
}

/** Only what lies on a disk has a path. */
export function pathOf(uri: string): string | undefined {
  if (!uri.startsWith('file:')) return undefined
  try {
    return fileURLToPath(uri)
  } catch {
    // `file:` URIs with a foreign host, or with characters no path can have.
    return undefined
  }
}

const pathsOf = (folders: readonly WorkspaceFolder[]): readonly string[] => folders.flatMap((folder) => pathOf(folder.uri) ?? [])

