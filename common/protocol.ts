/**
 * What client and server say to each other beyond the Language Server Protocol.
 * Any other client may leave all of it alone.
 */

/** Sent with `initialize`. Everything may be left out. */
export interface InitializationOptions {
  /** The client has the commands of `commands`, so lenses and actions may call them. */
  readonly commands?: boolean
  /** Where the pages lie: `{page}` stands for `hazards/long-lock` and the like. Without it the pages beside the server are linked. */
  readonly pages?: string
}

export const commands = {
  chooseSnapshot: 'lockscope.chooseSnapshot',
  clearSnapshot: 'lockscope.clearSnapshot',
  takeSnapshot: 'lockscope.takeSnapshot',
  previewPlan: 'lockscope.previewPlan',
  openPage: 'lockscope.openPage',
  showOutput: 'lockscope.showOutput',
  restart: 'lockscope.restart',
} as const

/** Server → client, without parameters: what `lockscope/snapshotStatus` answers may have changed. */
export const snapshotChanged = 'lockscope/snapshotChanged'

/** Client → server: which snapshot a document, or with none given the first folder, is seen with. */
export const snapshotStatus = 'lockscope/snapshotStatus'

export interface SnapshotStatusParameters {
  readonly uri?: string
}

export interface SnapshotStatus {
  /** Absolute path of the file that the setting names; absent where it names none. */
  readonly path?: string
  readonly snapshot?: {
    readonly name: string
    /** ISO 8601. */
    readonly takenAt?: string
    readonly serverVersion?: string
    readonly tables: number
    readonly stale: boolean
    /** What to know before believing it, a sentence each. */
    readonly notes: readonly string[]
  }
  /** Why the file could not be used; one sentence. */
  readonly problem?: string
}

/** Client → server: takes a snapshot and writes it. Reports its progress to `workDoneToken` and can be cancelled. */
export const takeSnapshot = 'lockscope/takeSnapshot'

export interface TakeSnapshotParameters {
  /** `postgres://user@host:port/database`, without its password. */
  readonly url: string
  readonly password?: string
  /** Absolute path of the file to write. */
  readonly path: string
  readonly workDoneToken?: string | number
}

/** Either the number of tables in it, with a sentence for each thing that the role may not see, or the one sentence that says why there is no snapshot. */
export type TakeSnapshotResult = { readonly tables: number; readonly unseen: readonly string[] } | { readonly problem: string }

/** Client → server: the safe way for the statement at a place. */
export const planAt = 'lockscope/plan'

export interface PlanAtParameters {
  readonly uri: string
  readonly position: { readonly line: number; readonly character: number }
}

export interface PlanAtResult {
  readonly title: string
  readonly fit: 'equivalent' | 'staged' | 'outline'
  readonly sql: string
}
