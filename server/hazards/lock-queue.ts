import type { AssessedEffect, Traffic } from '../model/assessed'
import type { Finding } from '../model/finding'
import { formatCount, formatMs, formatRows, listWords } from '../model/format'
import { toleranceFor } from '../model/policy'
import type { Hazard } from './hazard'
import { whatStops } from './words'

/** Even a brief lock waits behind the oldest transaction, and everybody else waits behind it. */
export const lockQueue: Hazard = {
  name: 'lock-queue',
  title: 'A brief lock that queues behind a long transaction',

  find(assessed, policy): readonly Finding[] {
    const longest = assessed.longestTransactionMs ?? 0
    const stopping = assessed.effects.filter((effect) => !effect.fresh && (effect.blocks.reads || effect.blocks.writes))
    if (stopping.length === 0) return []
    const tables = stopping.map((effect) => effect.indexOf ?? effect.relation)
    const tolerance = toleranceFor(policy, tables)
    const limitOf = (effect: AssessedEffect): number => {
      const lock = effect.lockTimeout ?? assessed.timeouts.lock
      return lock?.from === 'migration' && lock.ms > 0 ? lock.ms : Infinity
    }
    const busy = stopping.filter((effect) => isBusy(effect.traffic) && limitOf(effect) === Infinity)
    const limit = Math.max(...stopping.map(limitOf))
    const wait = Math.min(limit, longest)
    if (wait < tolerance.blockedErrorMs && busy.length === 0) return []
    // A lock that the transaction has already is not waited for again.
    const alreadyHeld = stopping.every((effect) => assessed.held.has(effect.relation, effect.lock))
    if (alreadyHeld) return []
    if (wait < tolerance.blockedErrorMs) {
      return [
        {
          hazard: 'lock-queue',
          severity: 'info',
          perTransaction: 0,
          span: busy[0]!.span,
          message: `Waits for its lock behind whatever transaction is open by then, without an end, and ${whatStops(busy, 'of')} (${howBusy(busy[0]!.traffic!)}) queue behind it.${advice(busy, limit)}`,
          related: [],
        },
      ]
    }
    return [
      {
        hazard: 'lock-queue',
        severity: 'warning',
        span: stopping[0]!.span,
        message:
          `May wait ${formatMs(wait)} for its lock, as long as the oldest transaction of the snapshot had been open, and ${whatStops(stopping, 'of')} queue behind it meanwhile.${advice(stopping, limit)}`,
        related: [],
      },
    ]
  },
}

/** "12 rows changed and 300 scans a second" */
const howBusy = ({ changesPerSecond, scansPerSecond }: Traffic): string =>
  `${listWords([...(changesPerSecond >= 0.5 ? [`${formatRows(Math.round(changesPerSecond))} changed`] : []), ...(scansPerSecond >= 0.5 ? [`${formatCount(Math.round(scansPerSecond))} scans`] : [])])} a second`

/** So much used that a second of waiting is noticed by many. */
export const isBusy = (traffic: Traffic | undefined): boolean => traffic !== undefined && traffic.changesPerSecond + traffic.scansPerSecond >= 10

function advice(stopping: readonly AssessedEffect[], limitMs: number): string {
  // Locks are given back early by statements that work CONCURRENTLY, which a timeout ends half-way.
  if (stopping.every((effect) => effect.brief)) return ''
  return limitMs < Infinity ? ` The timeout of ${formatMs(limitMs)} for locks is too long to be a guard: lower it and try again on failure.` : ' Set a short timeout for locks before it, and try again on failure.'
}
