/** 0 ≤ lowMs ≤ expectedMs ≤ highMs, in milliseconds. */
export interface Duration {
  readonly lowMs: number
  readonly expectedMs: number
  readonly highMs: number
}

/** One reason of an estimate or a verdict: `{ fact: 'rows of public.orders', value: '52 M', from: 'snapshot' }`. */
export interface Fact {
  readonly fact: string
  readonly value: string
  readonly from: 'snapshot' | 'calibration' | 'assumed' | 'migration'
}

/** What work reads and writes, as expected. */
export interface Bytes {
  readonly read: number
  /** Heaps, indexes and temporary files; without WAL. */
  readonly written: number
  readonly wal: number
  /** By how much files grow at the peak, temporary ones among them; what they replace is not given back before COMMIT. */
  readonly disk: number
}

export const noBytes: Bytes = { read: 0, written: 0, wal: 0, disk: 0 }

export const addBytes = (a: Bytes, b: Bytes): Bytes => ({ read: a.read + b.read, written: a.written + b.written, wal: a.wal + b.wal, disk: a.disk + b.disk })

/** How long work takes; `duration` is absent where the size of the data is unknown. */
export interface Estimate {
  readonly duration?: Duration
  readonly bytes?: Bytes
  readonly because: readonly Fact[]
}

export const instant: Duration = { lowMs: 0, expectedMs: 1, highMs: 5 }

export const addDurations = (a: Duration, b: Duration): Duration => ({
  lowMs: a.lowMs + b.lowMs,
  expectedMs: a.expectedMs + b.expectedMs,
  highMs: a.highMs + b.highMs,
})
