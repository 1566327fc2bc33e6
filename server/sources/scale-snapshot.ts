import { parseName } from '../catalog/parse-name'
import { formatCount, formatRows } from '../model/format'
import type { RelationName } from '../model/name'
import { shortName } from '../model/name'
import type { Snapshot, TableSnapshot } from '../model/snapshot'

/** A snapshot with other sizes, or one sentence that says why there is none. */
export type Adapted = { readonly snapshot: Snapshot; readonly problem?: undefined } | { readonly problem: string; readonly snapshot?: undefined }

/** What a table is to have: a number of rows, or so many times what it has. */
export type Scale = { readonly rows: number } | { readonly times: number }

const units: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, g: 1e9 }

/** `52000000`, `52M`, `x100`; undefined where it is none of these. */
export function readScale(text: string): Scale | undefined {
  const match = /^(x?)(\d+(?:\.\d+)?)\s*([kmg]?)$/i.exec(text.trim())
  if (!match) return undefined
  const value = Number(match[2]) * units[match[3]!.toLowerCase()]!
  return match[1] === '' ? { rows: Math.round(value) } : { times: value }
}

/** A snapshot of staging with the sizes of production: by the name of a table, or `*` for all. Bytes grow with the rows. */
export function scaleSnapshot(snapshot: Snapshot, scales: Readonly<Record<string, Scale>>): Adapted {
  let tables = snapshot.tables ?? {}
  const said: string[] = []
  // Those by name go before the one for all, whichever is written first.
  for (const [text, scale] of Object.entries(scales).sort(([a], [b]) => Number(b === '*') - Number(a === '*'))) {
    const keys = text === '*' ? Object.keys(tables) : keysOf(tables, parseName(text))
    if (keys.length === 0) return { problem: text === '*' ? 'The snapshot has no table to scale.' : `There is no table ${text} in the snapshot to scale.` }
    if (text === '*' && 'rows' in scale) return { problem: 'All tables at once are scaled by a factor, such as *=x100.' }
    const before = rowsOf(tables, keys)
    if (before === undefined && ('times' in scale || keys.length > 1)) return { problem: `How many rows ${text === '*' ? 'the tables' : text} has is not known, so a factor says nothing.` }
    const factor = 'times' in scale ? scale.times : before ? scale.rows / before : undefined
    const rows = 'rows' in scale ? scale.rows : undefined
    tables = { ...tables, ...Object.fromEntries(keys.map((key) => [key, scaleTable(tables[key]!, factor, rows)])) }
    said.push(text === '*' ? `All tables are scaled by ${formatCount(factor!)}.` : `${shortName(parseName(text)!)} is scaled to ${formatRows(rowsOf(tables, keys) ?? 0)}.`)
  }
  return { snapshot: { ...snapshot, tables, adapted: [...(snapshot.adapted ?? []), ...said] } }
}

/** By the factor, or where there were no rows to multiply, to this many, whose bytes nobody knows. */
export function scaleTable(table: TableSnapshot, factor: number | undefined, rows?: number): TableSnapshot {
  if (factor === undefined) {
    const { heapBytes: _heap, toastBytes: _toast, indexes, ...rest } = table
    return { ...rest, ...(rows !== undefined && { rows }), ...(indexes && { indexes: indexes.map(({ bytes: _bytes, ...index }) => index) }) }
  }
  const bytes = (before: number): number => (before <= pageBytes ? before : Math.ceil((before * factor) / pageBytes) * pageBytes)
  return {
    ...table,
    ...(table.rows !== undefined && { rows: Math.round(table.rows * factor) }),
    ...(table.deadRows !== undefined && { deadRows: Math.round(table.deadRows * factor) }),
    ...(table.heapBytes !== undefined && { heapBytes: Math.ceil((table.heapBytes * factor) / pageBytes) * pageBytes }),
    // One page is what an empty index has, however large the table becomes.
    ...(table.toastBytes !== undefined && { toastBytes: bytes(table.toastBytes) }),
    ...(table.indexes && { indexes: table.indexes.map((index) => (index.bytes === undefined ? index : { ...index, bytes: Math.ceil((index.bytes * factor) / pageBytes) * pageBytes })) }),
  }
}

const pageBytes = 8192

/** The table, and where it is partitioned all that its rows lie in. */
function keysOf(tables: NonNullable<Snapshot['tables']>, name: RelationName | undefined): readonly string[] {
  const found = name === undefined ? undefined : Object.keys(tables).find((key) => parseName(key) === name)
  if (found === undefined) return []
  const partitions = Object.entries(tables).flatMap(([key, { partitionOf }]) => (partitionOf && parseName(partitionOf.parent) === name ? keysOf(tables, parseName(key)) : []))
  return [found, ...partitions]
}

function rowsOf(tables: NonNullable<Snapshot['tables']>, keys: readonly string[]): number | undefined {
  let sum = 0
  for (const key of keys) {
    const { rows, heapBytes, partitionBy, kind } = tables[key]!
    if (rows !== undefined) sum += rows
    else if (!partitionBy && kind !== 'partitioned table' && heapBytes !== 0 && keys.length === 1) return undefined
  }
  return sum
}
