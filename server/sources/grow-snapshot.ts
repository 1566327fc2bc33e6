import type { Snapshot } from '../model/snapshot'
import type { Adapted } from './scale-snapshot'
import { scaleTable } from './scale-snapshot'

const dayMs = 86_400_000
export const daysOfMonth = 365.25 / 12
const units: Readonly<Record<string, number>> = { day: 1, week: 7, month: daysOfMonth, year: 365.25 }

/** `6 months`, `2weeks`, `1 year` in days; undefined where it is none of these. */
export function readHorizon(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(day|week|month|year)s?$/i.exec(text.trim())
  return match ? Number(match[1]) * units[match[2]!.toLowerCase()]! : undefined
}

/** The sizes that the tables will have, if as many rows come and go as did while they were counted. A table that shrinks is left as it is. */
export function growSnapshot(snapshot: Snapshot, days: number): Adapted {
  const since = snapshot.activity?.countedSince
  const elapsed = since === undefined || snapshot.takenAt === undefined ? 0 : Date.parse(snapshot.takenAt) - Date.parse(since)
  if (elapsed <= 0) return { problem: 'The snapshot does not say since when rows were counted, so nobody knows how fast its tables grow; take it with lockscope snapshot --sample 60.' }
  const tables = Object.entries(snapshot.tables ?? {}).map(([name, table]) => {
    const more = (((table.counted?.inserted ?? 0) - (table.counted?.deleted ?? 0)) / elapsed) * days * dayMs
    if (more <= 0) return [name, table] as const
    return [name, table.rows ? scaleTable(table, (table.rows + more) / table.rows) : scaleTable(table, undefined, table.rows === undefined ? undefined : Math.round(more))] as const
  })
  const said = `Sizes are those in ${describeDays(days)}, if rows come and go as they did in the ${describeDays(elapsed / dayMs)} before the snapshot.`
  return { snapshot: { ...snapshot, tables: Object.fromEntries(tables), adapted: [...(snapshot.adapted ?? []), said] } }
}

function describeDays(days: number): string {
  const [value, unit] = days < 1 / 24 ? [days * 1440, 'minute'] : days < 2 ? [days * 24, 'hour'] : days < 60 ? [days, 'day'] : days < 730 ? [days / daysOfMonth, 'month'] : [days / 365.25, 'year']
  const count = Math.max(1, Math.round(value))
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}
