import type { Bytes } from '../model/estimate'
import { addBytes, noBytes } from '../model/estimate'
import type { Rates } from './calibration'

/** What one stretch of work asks of the machine. */
export interface Demand {
  /** Nanoseconds of one process with its pages in memory. */
  readonly cpuNs: number
  /** Bytes read one after the other, and how large a share of them memory does not have. */
  readonly readBytes: number
  readonly coldShare: number
  /** Pages read at random places of the disk. */
  readonly randomPages: number
  readonly writtenBytes: number
  readonly walBytes: number
  /** By how much files grow at the peak. */
  readonly diskBytes: number
  /** Milliseconds that are slept, however busy the machine is. */
  readonly pauseMs: number
}

export const nothing: Demand = { pauseMs: 0, cpuNs: 0, readBytes: 0, coldShare: 0, randomPages: 0, writtenBytes: 0, walBytes: 0, diskBytes: 0 }

/**
 * Milliseconds. The kernel reads ahead and writes behind while the process computes, so the slowest of the three counts;
 * WAL and random pages are waited for.
 */
export function demandMs(demand: Demand, rates: Rates): number {
  const waited = demand.cpuNs / 1e6 + (demand.walBytes / rates.walBytesPerSecond) * 1e3 + (demand.randomPages * rates.randomReadNsPerPage) / 1e6
  const reading = ((demand.readBytes * demand.coldShare) / rates.diskReadBytesPerSecond) * 1e3
  const changedBytes = demand.writtenBytes + demand.walBytes
  const writing = ((changedBytes * partOf(changedBytes, rates.absorbedBytes)) / rates.diskWriteBytesPerSecond) * 1e3
  return Math.max(waited, reading, writing) * rates.slowdownFactor + demand.pauseMs
}

/** The same so many times. */
export const timesDemand = ({ coldShare, ...demand }: Demand, times: number): Demand => ({
  coldShare,
  cpuNs: demand.cpuNs * times,
  readBytes: demand.readBytes * times,
  randomPages: demand.randomPages * times,
  writtenBytes: demand.writtenBytes * times,
  walBytes: demand.walBytes * times,
  diskBytes: demand.diskBytes,
  pauseMs: demand.pauseMs * times,
})

/** One stretch of work with another within it, read from the same disk. */
export const addDemands = (a: Demand, b: Demand): Demand => ({
  coldShare: a.readBytes + b.readBytes === 0 ? 0 : (a.readBytes * a.coldShare + b.readBytes * b.coldShare) / (a.readBytes + b.readBytes),
  cpuNs: a.cpuNs + b.cpuNs,
  readBytes: a.readBytes + b.readBytes,
  randomPages: a.randomPages + b.randomPages,
  writtenBytes: a.writtenBytes + b.writtenBytes,
  walBytes: a.walBytes + b.walBytes,
  diskBytes: a.diskBytes + b.diskBytes,
  pauseMs: a.pauseMs + b.pauseMs,
})

export const bytesOf = (demands: readonly Demand[]): Bytes =>
  demands.reduce((sum, one) => addBytes(sum, { read: one.readBytes, written: one.writtenBytes, wal: one.walBytes, disk: one.diskBytes }), noBytes)

/**
 * The share of a relation of this size that memory does not have: none of a small one, half of one as large as the cache;
 * and never more than has no room in shared buffers, for a page that was used leaves them only when another needs the room (StrategyGetBuffer in src/backend/storage/buffer/freelist.c).
 */
export const coldShare = (bytes: number, rates: Rates): number => Math.min(partOf(bytes, rates.cacheBytes), staysInBuffers(bytes, rates) ? Math.max(0, rates.serverBytes - rates.bufferBytes) / bytes : 1)

/** Reading a table of more than a quarter of them goes through a few buffers again and again (initscan in src/backend/access/heap/heapam.c). */
const staysInBuffers = (bytes: number, { bufferBytes }: Rates): boolean => bytes > 0 && bytes <= bufferBytes / 4

/** Near none of little, half of as much as memory takes, near all of much more. */
const partOf = (bytes: number, memoryBytes: number): number => (bytes === 0 || memoryBytes === Infinity ? 0 : bytes / (bytes + memoryBytes))
