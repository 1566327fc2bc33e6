import { lookup } from './lookup'

/** Settings that end a statement, or the session, by the clock: under the names by which the model speaks of them, those of PostgreSQL. */
export const timeoutSettings = {
  lock: 'lock_timeout',
  statement: 'statement_timeout',
  idle: 'idle_in_transaction_session_timeout',
  transaction: 'transaction_timeout',
} as const

export type TimeoutName = keyof typeof timeoutSettings

/** What is in force; absent is not known, which mostly is the server's default of none. */
export type Timeouts = Readonly<Partial<Record<TimeoutName, Timeout>>>

export interface Timeout {
  /** 0: none. */
  readonly ms: number
  /** Said by the migration itself; or what the snapshot's own session had, and another role may not. */
  readonly from: 'migration' | 'snapshot'
}

/** Units of time that settings know (time_unit_conversion_table in src/backend/utils/misc/guc.c). */
const units: Readonly<Record<string, number>> = lookup({ us: 0.001, ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 })

/** `5s`, `500`, `1.5 min`, in milliseconds, of which a bare number is; undefined for what is no time. */
export function readTimeout(value: string | undefined): number | undefined {
  const match = /^\s*([\d.]+)\s*([a-z]*)\s*$/i.exec(value ?? '')
  const unit = match ? units[match[2] === '' ? 'ms' : match[2]!] : undefined
  return unit === undefined ? undefined : Math.round(Number(match![1]) * unit)
}

/** The timeout that a setting of PostgreSQL is. */
export const timeoutOf = (setting: string): TimeoutName | undefined => (Object.keys(timeoutSettings) as TimeoutName[]).find((name) => timeoutSettings[name] === setting)
