import { majorVersion } from '../catalog/from-snapshot'
import { parseName } from '../catalog/parse-name'
import { listWords } from '../model/format'
import type { RelationName } from '../model/name'
import { shortName } from '../model/name'
import type { ConstraintSnapshot, FunctionSnapshot, IndexSnapshot, Snapshot, TableSnapshot } from '../model/snapshot'

/**
 * One snapshot that stands for a fleet of databases: what a migration meets at worst in any of them.
 * Each size is the largest, each wait the longest; what may be relied on, as a constraint or a name that is not taken, has to hold in all.
 * Where the databases differ it is said, for a file that runs on one may fail on another.
 */
export function mergeSnapshots(snapshots: readonly Snapshot[]): Snapshot {
  const [first, ...others] = snapshots
  if (first === undefined || others.length === 0) return first ?? { version: 1 }
  const differing: string[] = []
  const tables = mergeAll(snapshots.map(({ tables }) => tables), (name, all) => mergeTables(name, all, snapshots.length, differing))
  const versions = [...new Set(snapshots.map(({ serverVersion }) => majorVersion(serverVersion)))]
  if (versions.length > 1) differing.push(`The servers have the versions ${listWords(versions.map((version) => String(version ?? 'unknown')).sort())}; the facts are those of the oldest.`)
  const [oldest] = snapshots.flatMap(({ serverVersion }) => serverVersion ?? []).sort((a, b) => majorVersion(a)! - majorVersion(b)!)
  const { views, sequences, types, functions } = first
  const activity = mergeActivity(snapshots)
  const unseen = [...new Set(snapshots.flatMap((one) => one.unseen ?? []))]
  const taken = snapshots.flatMap(({ takenAt }) => takenAt ?? []).sort((a, b) => Date.parse(a) - Date.parse(b))
  return {
    version: 1,
    ...(snapshots.every(({ source }) => source === 'postgres') && { source: 'postgres' as const }),
    ...(taken.length === snapshots.length && { takenAt: taken[0]! }),
    ...(oldest !== undefined && { serverVersion: oldest }),
    database: listNames(snapshots.map(({ database }) => database ?? 'a database')),
    complete: snapshots.every(({ complete }) => complete === true),
    ...(unseen.length > 0 && { unseen }),
    adapted: [...new Set(snapshots.flatMap(({ adapted }) => adapted ?? [])), `The worst of ${snapshots.length} databases.`, ...differing],
    settings: agreed(snapshots.map(({ settings }) => settings ?? {})),
    ...(activity && { activity }),
    ...(first.migrations && { migrations: runEverywhere(first.migrations, others) }),
    tables,
    views: { ...Object.assign({}, ...others.map((one) => one.views).reverse()), ...views },
    sequences: { ...Object.assign({}, ...others.map((one) => one.sequences).reverse()), ...sequences },
    types: { ...Object.assign({}, ...others.map((one) => one.types).reverse()), ...types },
    functions: mergeAll([functions, ...others.map((one) => one.functions)], (_, all) => mergeFunctions(all)),
    ...(snapshots.some(({ publications }) => publications) && { publications: Object.assign({}, ...[...snapshots].reverse().map((one) => one.publications)) as NonNullable<Snapshot['publications']> }),
    ...(snapshots.some(({ dependents }) => dependents) && { dependents: mergeAll(snapshots.map(({ dependents }) => dependents), (_, all) => [...new Set(all.flat())].sort()) }),
    ...(snapshots.every(({ exemptRoles }) => exemptRoles) && { exemptRoles: first.exemptRoles!.filter((role) => others.every((one) => one.exemptRoles!.includes(role))) }),
    ...(snapshots.every(({ members }) => members) && { members: mergeAll(snapshots.map(({ members }) => members), (_, all) => [...new Set(all.flat())].sort()) }),
    ...(snapshots.some(({ eventTriggers }) => eventTriggers) && { eventTriggers: Object.values(Object.fromEntries(snapshots.flatMap((one) => one.eventTriggers ?? []).map((one) => [one.name, one]))) }),
  }
}

/** What one runs is known where it is the same everywhere. */
function mergeFunctions(all: readonly FunctionSnapshot[]): FunctionSnapshot {
  const [first] = all
  if (new Set(all.map((one) => JSON.stringify(one))).size === 1) return first!
  return { volatility: (['volatile', 'stable', 'immutable'] as const).find((one) => all.some(({ volatility }) => volatility === one))! }
}

/** What is still to run in one of the databases is pending. */
const runEverywhere = (migrations: NonNullable<Snapshot['migrations']>, others: readonly Snapshot[]): NonNullable<Snapshot['migrations']> =>
  Object.fromEntries(
    Object.entries(migrations).map(([table, { tool, applied }]) => [table, { tool, applied: applied.filter((id) => others.every((one) => one.migrations?.[table]?.tool === tool && one.migrations[table].applied.includes(id))) }]),
  )

function mergeTables(name: RelationName, all: readonly TableSnapshot[], databases: number, differing: string[]): TableSnapshot {
  const largest = all.reduce((a, b) => ((b.rows ?? 0) > (a.rows ?? 0) ? b : a))
  const greatest = (of: (table: TableSnapshot) => number | undefined): number | undefined => {
    const values = all.flatMap((table) => of(table) ?? [])
    // One that is not known may be the largest.
    return values.length < all.length ? undefined : Math.max(...values)
  }
  const differences: string[] = []
  if (all.length < databases) differences.push(`is in ${all.length} of ${databases}`)
  const shapes = new Set(all.map(({ columns }) => JSON.stringify((columns ?? []).map(({ name: column, type, notNull }) => [column, type, notNull ?? false]))))
  if (shapes.size > 1) differences.push('has other columns')
  const inAll = (constraint: ConstraintSnapshot): boolean => all.every(({ constraints }) => constraints?.some((one) => one.name === constraint.name && one.expression === constraint.expression))
  const constraints = mergeLists(all.map(({ constraints }) => constraints))
  const indexes = mergeLists(all.map(({ indexes }) => indexes))
  const policies = mergeLists(all.map(({ policies = [] }) => policies))
  if (constraints && constraints.some((one) => one.type !== 'not-null' && !inAll(one))) differences.push('has other constraints')
  if (indexes && all.some((table) => table.indexes?.length !== indexes.length)) differences.push('has other indexes')
  if (differences.length > 0) differing.push(`${shortName(name)} ${listWords(differences)}${differences.some((one) => one.startsWith('has')) ? ' here and there' : ''}.`)

  const [rows, heapBytes, toastBytes, deadRows] = [greatest((one) => one.rows), greatest((one) => one.heapBytes), greatest((one) => one.toastBytes), greatest((one) => one.deadRows ?? 0)]
  const { rows: _rows, heapBytes: _heap, toastBytes: _toast, deadRows: _dead, counted: _counted, columns, constraints: _constraints, indexes: _indexes, ...rest } = largest
  return {
    ...rest,
    ...(rows !== undefined && { rows }),
    ...(heapBytes !== undefined && { heapBytes }),
    ...(toastBytes !== undefined && { toastBytes }),
    ...(deadRows !== undefined && deadRows > 0 && { deadRows }),
    // Of columns that are not the same everywhere nothing may be relied on.
    ...(columns && shapes.size === 1 && { columns }),
    // A check spares a scan and a NOT NULL a failure: only where it is everywhere, and validated everywhere. What costs time is kept wherever it is.
    ...(constraints && {
      constraints: constraints
        .filter((one) => (one.type !== 'check' && one.type !== 'not-null') || inAll(one))
        .map((one) => (all.some((table) => table.constraints?.some((same) => same.name === one.name && same.validated === false)) ? { ...one, validated: false } : one)),
    }),
    ...(policies && policies.length > 0 && { policies }),
    ...(indexes && {
      indexes: indexes.map((one): IndexSnapshot => {
        const bytes = all.flatMap((table) => table.indexes?.find((same) => same.name === one.name)?.bytes ?? [])
        return bytes.length === 0 ? one : { ...one, bytes: Math.max(...bytes) }
      }),
    }),
  }
}

function mergeActivity(snapshots: readonly Snapshot[]): Snapshot['activity'] {
  const known = snapshots.flatMap(({ activity }) => activity?.longestTransactionMs ?? [])
  const longestByTable = mergeAll(snapshots.map(({ activity }) => activity?.longestByTable), (_, all) => Math.max(...all))
  return known.length === 0 ? undefined : { longestTransactionMs: Math.max(...known), ...(Object.keys(longestByTable).length > 0 && { longestByTable }) }
}

/** By name, whichever way each snapshot writes it, in the order of the first that has it. */
function mergeAll<Value>(records: readonly (Readonly<Record<string, Value>> | undefined)[], merge: (name: RelationName, all: readonly Value[]) => Value): Readonly<Record<string, Value>> {
  const found = new Map<RelationName, Value[]>()
  for (const record of records) {
    for (const [text, value] of Object.entries(record ?? {})) {
      const name = parseName(text)
      if (name === undefined) continue
      const list = found.get(name)
      if (list) list.push(value)
      else found.set(name, [value])
    }
  }
  return Object.fromEntries([...found].map(([name, all]) => [name, merge(name, all)]))
}

/** All that any has, by name; undefined where one of the lists is not known. */
function mergeLists<Item extends { readonly name: string }>(lists: readonly (readonly Item[] | undefined)[]): readonly Item[] | undefined {
  const known = lists.filter((list) => list !== undefined)
  if (known.length < lists.length) return undefined
  const byName = new Map<string, Item>()
  for (const item of known.flat()) if (!byName.has(item.name)) byName.set(item.name, item)
  return [...byName.values()]
}

function agreed(all: readonly Readonly<Record<string, string>>[]): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(all[0] ?? {}).filter(([name, value]) => all.every((settings) => settings[name] === value)))
}

const listNames = (names: readonly string[]): string => {
  const different = [...new Set(names)]
  return different.length > 4 ? `${different.slice(0, 3).join(', ')} and ${different.length - 3} more` : listWords(different)
}
