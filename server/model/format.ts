import type { Duration } from './estimate'
import { shortName } from './name'
import type { RelationName } from './name'

/** `350 ms`, `4 s`, `4 min`, `2 h`, `3 days`: two figures at the most, for what is an estimate anyway. */
export function formatMs(ms: number): string {
  const [value, unit] = scale(ms)
  return `${value} ${unit}`
}

/** `20–70 s`; one figure where low and high round to the same. */
export function formatRange(duration: Duration): string {
  const [low, lowUnit] = scale(duration.lowMs)
  const [high, highUnit] = scale(duration.highMs)
  if (low === high && lowUnit === highUnit) return `${high} ${highUnit}`
  return lowUnit === highUnit ? `${low}–${high} ${highUnit}` : `${low} ${lowUnit} – ${high} ${highUnit}`
}

/** `~4 min`. */
export const formatAbout = (duration: Duration): string => `~${formatMs(duration.expectedMs)}`

function scale(ms: number): [string, string] {
  if (ms < 1) return ['<1', 'ms']
  if (ms < 1000) return [figures(ms), 'ms']
  if (ms < 59_500) return [figures(ms / 1000), 's']
  if (ms < 3_570_000) return [figures(ms / 60_000), 'min']
  if (ms < 47.5 * 3_600_000) return [figures(ms / 3_600_000), 'h']
  return [figures(ms / 86_400_000), 'days']
}

const figures = (value: number): string => (value >= 100 ? String(Math.round(value / 10) * 10) : value >= 9.95 ? String(Math.round(value)) : String(Number(value.toFixed(1))))

/** `52 M`, `1.2 k`, `17`. */
export function formatCount(count: number): string {
  if (count < 1000) return String(Math.round(count))
  for (const [size, unit] of [[1e3, 'k'], [1e6, 'M'], [1e9, 'G'], [1e12, 'T']] as const) {
    const value = count / size
    if (value < 999.5) return `${value >= 99.5 ? Math.round(value) : value >= 9.95 ? Math.round(value) : Number(value.toFixed(1))} ${unit}`
  }
  return count.toExponential(1)
}

/** `52 M rows`, `1 row`. */
export const formatRows = (rows: number): string => (rows === 1 ? '1 row' : `${formatCount(rows)} rows`)

/** Powers of 1024: `8 kB`, `1.3 GB`, as PostgreSQL's pg_size_pretty names them. */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${Math.round(bytes)} bytes`
  let value = bytes
  for (const unit of ['kB', 'MB', 'GB', 'TB']) {
    value /= 1024
    if (value < 999.5 || unit === 'TB') return `${value >= 9.95 ? Math.round(value) : Number(value.toFixed(1))} ${unit}`
  }
  return ''
}

/** "a", "a and b", "a, b and c". */
export const listWords = (words: readonly string[]): string =>
  words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words[words.length - 1]!}`

/** "`orders`, `lines` and `shop.offers`". */
export const listNames = (names: readonly RelationName[]): string => listWords(names.map((name) => `\`${shortName(name)}\``))
