import type { Duration } from './estimate'
import type { ActivitySnapshot } from './snapshot'

/** Servers that replay the WAL, as a snapshot of their primary has them. */
export interface Standbys {
  readonly count: number
  /** How far the last of them was behind; absent: not at all, or not known. */
  readonly lagMs?: number
  /** Who commits waits until they have replayed it. */
  readonly commitsWait?: true
}

/** How far the last standby is behind when the statement has ended. */
export interface StandbyLag {
  readonly standbys: number
  readonly duration: Duration
  readonly commitsWait?: true
}

/** Base backups replay nothing, and what is decoded for a subscriber is not replayed page by page. */
export function standbysOf({ standbys = [], replicationSlots = [] }: ActivitySnapshot, settings: Readonly<Record<string, string>> = {}): Standbys | undefined {
  const logical = new Set(replicationSlots.filter(({ kind }) => kind === 'logical').map(({ name }) => name))
  const replaying = standbys.filter(({ name, state }) => state !== 'backup' && !logical.has(name))
  if (replaying.length === 0) return undefined
  const lagMs = Math.max(...replaying.map((one) => one.lagMs ?? 0))
  const commitsWait = settings['synchronous_commit'] === 'remote_apply' && replaying.some(({ synchronous }) => synchronous)
  return { count: replaying.length, ...(lagMs > 0 && { lagMs }), ...(commitsWait && { commitsWait: true }) }
}
