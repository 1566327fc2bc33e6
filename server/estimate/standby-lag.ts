import type { Duration, Fact } from '../model/estimate'
import { formatBytes, formatMs } from '../model/format'
import type { StandbyLag, Standbys } from '../model/standby'
import { replayedBytesPerSecond } from './calibration'

/**
 * How far standbys are behind when a statement ends that writes so much WAL in so long a time.
 * One process of a standby replays while the statement runs, so what it has no time for is left; the WAL may also come all at the end, as that of an index does, which bounds it from above.
 */
export function standbyLag(walBytes: number, duration: Duration, standbys: Standbys): { readonly lag: StandbyLag; readonly because: readonly Fact[] } {
  const { slow, expected, fast } = replayedBytesPerSecond
  const before = standbys.lagMs ?? 0
  const left = (bytesPerSecond: number, tookMs: number): number => Math.max(0, (walBytes / bytesPerSecond) * 1e3 - tookMs)
  return {
    lag: {
      standbys: standbys.count,
      duration: { lowMs: before + left(fast, duration.highMs), expectedMs: before + left(expected, duration.expectedMs), highMs: before + left(slow, 0) },
      ...(standbys.commitsWait && { commitsWait: true }),
    },
    because: [
      { fact: 'standbys', value: `${standbys.count}${standbys.lagMs ? `, the last ${formatMs(standbys.lagMs)} behind already` : ''}`, from: 'snapshot' },
      { fact: 'replay on a standby', value: `${formatBytes(slow)} to ${formatBytes(fast)} of WAL a second`, from: 'assumed' },
    ],
  }
}
