import type { Catalog } from '../catalog/catalog'
import type { Column, Constraint, Spread, Table } from '../catalog/relation'
import { columnOf } from '../catalog/relation'
import { countRows, rowsIn } from '../catalog/rows-in'
import type { Batches, ChosenColumn, QueryDone, QueryTakes, RowCount, TableRead, Work } from '../model/effect'
import type { Duration, Estimate, Fact } from '../model/estimate'
import { instant, noBytes } from '../model/estimate'
import { formatBytes, formatCount, formatRange } from '../model/format'
import type { RelationName } from '../model/name'
import { shortName } from '../model/name'
import { remembered } from '../model/remembered'
import type { Assumptions, Calibration, Rates, Uncertainty } from './calibration'
import { buildIndex, compareRows, deleteRows, fetchLong, findByIndex, findRows, insertRows, lockRows, lookUpRows, noOperator, probeReferences, rewriteHeap, runOver, runQuery, scanHeap, searchReferencing, updateRows, validateIndex } from './costs'
import type { Change, Reading } from './costs'
import { bytesOf, demandMs, nothing, timesDemand } from './demand'
import type { Demand } from './demand'
import { areIndexesKnown, binaryShare, computedSizes, inAll, indexSizes, isLong, isSized, mentions, pageBytes, storedLong, nullShare, rowBytes, sortKey, tableIndexes, tableSizes, toastShare } from './sizes'
import type { IndexSizes, LongValue, SizedTable, TableSizes } from './sizes'
import { storedWidth } from './stored-width'

/**
 * How long one piece of work on a relation takes, at the catalog before the statement.
 * No duration where a size that matters is unknown: then `because` says which.
 * A rewrite contains the rebuild of the indexes that the table has; waiting for other transactions is never in a duration.
 */
export function estimate(work: Work, relation: RelationName, catalog: Catalog, calibration: Calibration): Estimate {
  const subject: Subject = { relation, table: catalog.table(relation), catalog }
  if (work.kind === 'drain') return { duration: none, bytes: noBytes, because: [waitFact(relation)] }
  const model = modelOf(work, subject)
  if ('missing' in model) return { because: [model.missing] }
  const { demands, empty } = model
  const facts = model.facts(calibration.expected)
  if (empty) return { duration: instant, bytes: noBytes, because: facts }

  const { duration, spread } = rangeOf(model, calibration)
  const machine: Fact = { fact: 'speed of the machine', value: calibration.name, from: calibration.source }
  return {
    duration,
    bytes: bytesOf(demands(calibration.expected)),
    because: [...facts, machine, ...spread.map(({ name, range }): Fact => ({ fact: `${name} (${work.kind} ${shortName(relation)})`, value: formatRange(range), from: calibration.source }))],
  }
}

/** The expected milliseconds of one piece of work under any rates; absent where a size that matters is unknown, or nothing is there to be done. */
export function timeOf(work: Work, relation: RelationName, catalog: Catalog): ((rates: Rates) => number) | undefined {
  if (work.kind === 'drain') return undefined
  const model = modelOf(work, { relation, table: catalog.table(relation), catalog })
  // How much of a table a query reads is often no more than a guess.
  if ('bounds' in model && model.bounds && work.kind === 'query') return undefined
  return 'missing' in model || model.empty ? undefined : (rates) => timeFor(model.demands, rates, model.spread)
}

const timeFor = (demands: Model['demands'], rates: Rates, spread?: Spread): number => demands(rates).reduce((sum, one) => sum + demandMs(spread ? sharedOut(one, spread, rates) : one, rates), rates.statementMs * rates.slowdownFactor)

/** What the busiest node does of it: nodes have disks of their own, and work at several of their shards at a time. */
function sharedOut(demand: Demand, { shards, nodes }: Spread, rates: Rates): Demand {
  const share = Math.ceil(shards / nodes) / shards
  const atOnce = Math.min(Math.ceil(shards / nodes), rates.shardsAtOnce)
  return {
    ...demand,
    cpuNs: (demand.cpuNs * share) / atOnce,
    randomPages: (demand.randomPages * share) / atOnce,
    readBytes: demand.readBytes * share,
    writtenBytes: demand.writtenBytes * share,
    walBytes: demand.walBytes * share,
  }
}

interface Subject {
  readonly relation: RelationName
  readonly table: Table | undefined
  readonly catalog: Catalog
}

/** What is to be done, for whatever rates hold. */
interface Model {
  readonly demands: (rates: Rates) => readonly Demand[]
  /** Where the number of changed rows is a guess: for none of them, and for all. */
  readonly bounds?: { readonly low: (rates: Rates) => readonly Demand[]; readonly high: (rates: Rates) => readonly Demand[] }
  readonly facts: (rates: Rates) => readonly Fact[]
  readonly empty: boolean
  readonly spread?: Spread
}

interface Missing {
  readonly missing: Fact
}

const none: Duration = { lowMs: 0, expectedMs: 0, highMs: 0 }

const waitFact = (relation: RelationName): Fact => ({ fact: `wait for older transactions on ${shortName(relation)}`, value: 'not counted', from: 'assumed' })

/** A part of the range is said where it alone changes the time by more than this. */
const notableFactor = 1.25

/** Uncertainties are independent, so their factors add up as squares do, not all at their worst together. */
function rangeOf(model: Model, calibration: Calibration): { readonly duration: Duration; readonly spread: readonly { readonly name: string; readonly range: Duration }[] } {
  const { spread: shards } = model
  const expectedMs = timeFor(model.demands, calibration.expected, shards)
  let lowSquares = 0
  let highSquares = 0
  const spread: { name: string; range: Duration }[] = []
  for (const { name, part, low, high } of variantsOf(calibration)) {
    if (part === 'shards' && !shards) continue
    const lowMs = Math.min(expectedMs, timeFor(model.demands, low, shards))
    const highMs = Math.max(expectedMs, timeFor(model.demands, high, shards))
    lowSquares += Math.log(expectedMs / lowMs) ** 2
    highSquares += Math.log(highMs / expectedMs) ** 2
    if (highMs / lowMs > notableFactor) spread.push({ name, range: { lowMs, expectedMs, highMs } })
  }
  const lowFactor = Math.exp(-Math.sqrt(lowSquares))
  const highFactor = Math.exp(Math.sqrt(highSquares))
  const { bounds } = model
  const lowest = bounds ? Math.min(expectedMs, timeFor(bounds.low, calibration.expected, shards)) : expectedMs
  const highest = bounds ? Math.max(expectedMs, timeFor(bounds.high, calibration.expected, shards)) : expectedMs
  return { duration: { lowMs: lowest * lowFactor, expectedMs, highMs: highest * highFactor }, spread }
}

interface Variant {
  readonly name: string
  readonly part: Uncertainty['part']
  readonly low: Rates
  readonly high: Rates
}

const variantsOf = remembered(({ uncertainties, expected }: Calibration): readonly Variant[] => uncertainties.map(({ name, part, low, high }) => ({ name, part, low: { ...expected, ...low }, high: { ...expected, ...high } })))

function modelOf(work: Exclude<Work, { kind: 'drain' }>, subject: Subject): Model | Missing {
  switch (work.kind) {
    case 'scan':
      return onTable(subject, (table, sizes) => {
        const facts = (rates: Rates): readonly Fact[] => heapFacts(table, sizes(rates))
        if (!work.against) return { demands: (rates) => [scanHeap(sizes(rates), rates, computedSizes(work, table, sizes(rates), subject.catalog, rates.assumptions))], facts }
        return queried({ read: work.against, takes: work.takes, atMost: (rates) => changed(sizes(rates), table, subject, rates) }, subject, { demands: (rates) => compareRows(sizes(rates), rates), facts })
      })
    case 'query':
      return query(work, subject)
    case 'rewrite':
      if (work.gives) return change({ kind: 'insert', to: work.to, rows: work.gives, ...(work.from && { reads: work.from }), ...(work.takes && { takes: work.takes }), ...(work.parallel && { parallel: true }) }, subject)
      return onTable(subject, (table, sizes) => {
        const packed = perAssumptions((assumptions) => {
          const before = tableSizes(table, subject.catalog, assumptions)
          const after = { ...before, heapBytes: before.packedBytes }
          return { after, indexes: work.how === 'file' ? [] : tableIndexes(table, after, subject.catalog, assumptions, 'new') }
        })
        const logged = work.logged ?? isLogged(table)
        const written: Asked = {
          demands: (rates) => {
            const { after, indexes } = packed(rates)
            return [rewriteHeap(sizes(rates), work.how, computedSizes(work.computes ?? { operators: 0 }, table, sizes(rates), subject.catalog, rates.assumptions), logged, rates), ...indexes.map((index) => buildIndex(index.shape, index.sizes, after, logged, rates))]
          },
          facts: (rates) => [...heapFacts(table, sizes(rates)), ...toastFacts(table, sizes(rates)), ...indexFacts(table, packed(rates).indexes.map((index) => index.sizes))],
        }
        return work.from ? queried({ read: work.from, takes: work.takes, gives: table.size.rows, ...(work.parallel && { parallel: true }) }, subject, written) : written
      })
    case 'build-index':
      return onTable(subject, (table, sizes) => {
        const { catalog } = subject
        // What nobody can tell of a predicate is one of the calibration's uncertainties.
        const { fraction, between } = work.holds?.kind === 'fraction' && (!work.holds.assumed || work.holds.between) ? work.holds : {}
        const builtOf = (held: number | undefined) =>
          perAssumptions((assumptions) => {
            const whole = tableSizes(table, catalog, assumptions)
            // Without keys it is whatever indexes the table has.
            return work.index.keys.length === 0 ? tableIndexes(table, whole, catalog, assumptions, 'new') : [{ shape: work.index, sizes: indexSizes(work.index, undefined, table, whole, catalog, assumptions, held) }]
          })
        const built = builtOf(fraction)
        const demandsOf =
          (indexes: typeof built) =>
          (rates: Rates): readonly Demand[] =>
            indexes(rates).flatMap((index) => {
              const build = buildIndex(index.shape, index.sizes, sizes(rates), isLogged(table), rates)
              return work.concurrently ? [build, validateIndex(index.sizes, sizes(rates), rates)] : [build]
            })
        return {
          demands: demandsOf(built),
          ...(between && { bounds: { low: demandsOf(builtOf(between[0])), high: demandsOf(builtOf(between[1])) } }),
          facts: (rates) => [
            ...heapFacts(table, sizes(rates)),
            { fact: `size of index ${work.index.name ?? work.index.keys.join(', ')}`, value: formatBytes(built(rates).reduce((sum, index) => sum + index.sizes.bytes, 0)), from: 'assumed' },
            ...(work.concurrently ? [{ ...waitFact(subject.relation), value: 'not counted; the table is read twice' }] : []),
          ],
        }
      })
    case 'probe':
      return probe(work.into, work.columns, subject)
    case 'update':
    case 'insert':
    case 'delete':
      return change(work, subject)
  }
}

type Asked = Pick<Model, 'demands' | 'facts' | 'bounds'>

/** What a query of which nothing is known but its tables takes its rows through: expected, at the least and at the most. */
const unknownTakes = {
  expected: { hashes: 1, groups: 0, sorts: 0, aggregates: 0, windows: 0 },
  least: { hashes: 0, groups: 0, sorts: 0, aggregates: 0, windows: 0 },
  most: { hashes: 0, groups: 0, sorts: 1, aggregates: 0, windows: 0 },
} as const satisfies Record<string, QueryTakes>

const takesOf = (takes: QueryTakes | undefined): Readonly<Record<keyof typeof unknownTakes, QueryTakes>> => (takes ? { expected: takes, least: takes, most: takes } : unknownTakes)

interface Queried {
  /** The relations that it reads. */
  readonly read: readonly RelationName[]
  readonly takes: QueryTakes | undefined
  /** Rows that it gives; absent: not known. */
  readonly gives?: number
  /** Rows that are changed are joined to those that it gives. */
  readonly joined?: boolean
  readonly parallel?: boolean
  /** What comes on top in the worst case. */
  readonly atMost?: (rates: Rates) => readonly Demand[]
}

/** Work on the rows that a query gives, and the query's own: what it does with them as far as it is known, and what nobody knows between its bounds. */
function queried({ read, takes, gives, joined = false, parallel = false, atMost = () => [] }: Queried, { catalog }: Subject, work: Asked): Asked | Missing {
  // The partitions of one table are read one after the other, as it would be.
  const roots = read.filter((one) => !read.some((other) => other !== one && isBelow(one, other, catalog)))
  const stored = roots.map((root) => storedTables(root, catalog).filter(({ name, table }) => table?.kind !== 'partitioned table' || catalog.partitions(name).length === 0))
  const unknown = stored.flat().find(({ table }) => !isSized(table))
  if (unknown) return { missing: missingFact(unknown.name, unknown.table) }
  const tables = stored.map((leaves) => leaves.map(({ table }) => table).filter(isSized)).filter((leaves) => leaves.length > 0)
  const sources = perAssumptions((assumptions) => tables.map((leaves) => leaves.map((one) => tableSizes(one, catalog, assumptions)).reduce(together)))
  const { bounds = { low: work.demands, high: work.demands } } = work
  const { expected, least, most } = takesOf(takes)
  const run = (done: QueryTakes) => (rates: Rates): readonly Demand[] => runQuery(sources(rates), done, { gives, joined, parallel }, rates)
  return {
    demands: (rates) => [...run(expected)(rates), ...work.demands(rates)],
    bounds: {
      low: (rates) => [...run(least)(rates), ...bounds.low(rates)],
      high: (rates) => [...run(most)(rates), ...bounds.high(rates), ...atMost(rates)],
    },
    facts: (rates) => [...work.facts(rates), ...tables.flat().flatMap((one) => heapFacts(one, tableSizes(one, catalog, rates.assumptions))), ...(tables.length > 0 && !takes ? [{ fact: 'what the query does with each row that it reads', value: 'not known', from: 'assumed' as const }] : [])],
  }
}

const isBelow = (one: RelationName, other: RelationName, catalog: Catalog): boolean => catalog.partitions(other).some((partition) => partition === one || isBelow(one, partition, catalog))

type Level = 'low' | 'expected' | 'high'

/** Undefined where the relation that it is a share of has no size. */
function countsOf(count: RowCount, catalog: Catalog): Readonly<Record<Level, number>> | undefined {
  if (count.kind === 'exactly') return { low: count.rows, expected: count.rows, high: count.rows }
  const base = count.kind === 'fraction' ? rowsIn(count.of, catalog) : undefined
  if (count.kind !== 'fraction' || base === undefined) return undefined
  const [low, high] = count.between ?? (count.assumed ? [0, 1] : [count.fraction, count.fraction])
  return { low: low * base, expected: count.fraction * base, high: high * base }
}

/** A query by itself: each of its tables as far as it is read, what is done with the rows that fit, and their way to the client. */
function query(work: QueryDone, { catalog }: Subject): Model | Missing {
  const places: { readonly read: TableRead; readonly tables: readonly SizedTable[]; readonly fit: Readonly<Record<Level, number>> }[] = []
  for (const read of work.reads) {
    const unsized = read.stored.find((one) => !isSized(catalog.table(one)))
    if (unsized !== undefined) return { missing: missingFact(unsized, catalog.table(unsized)) }
    const fit = countsOf(read.rows, catalog)
    if (read.how === 'untold' || !fit) return { missing: { fact: `rows of ${shortName(read.relation)} that the query reads`, value: 'not known', from: 'migration' } }
    const tables = read.stored.map((one) => catalog.table(one)).filter(isSized)
    if (tables.length > 0) places.push({ read, tables, fit })
  }
  const sources = perAssumptions((assumptions) => places.map(({ tables }) => tables.map((one) => tableSizes(one, catalog, assumptions)).reduce(together)))
  const gives = countsOf(work.gives, catalog)
  const groups = work.groups && countsOf(work.groups, catalog)
  const sorted = places.find(({ read: { by } }) => by !== undefined)
  const column = sorted && columnOf(sorted.tables[0], sorted.read.by!)
  const by = column && sortKey(column, catalog)
  const times = work.times ? countsOf(work.times, catalog) : { low: 1, expected: 1, high: 1 }
  if (!times) return { missing: { fact: 'how often the query runs', value: 'not known', from: 'migration' } }

  const demandsAt = (level: Level) => (rates: Rates): readonly Demand[] => {
    const read = places.map(({ read: place, tables, fit }, at): Reading => {
      const [first] = tables
      const table = sources(rates)[at]!
      const scan = scanHeap(table, rates, computedSizes({ operators: 0, ...place }, first!, table, catalog, rates.assumptions))
      const reading = level === 'low' && place.counted ? quickest(scan, countEntries(tables, table, catalog, rates), rates) : readAt(level, place, table, fit, scan, rates)
      return { table: { ...table, rowBytes: passedBytes(first!, place.passes, table, catalog, rates.assumptions) }, reading, passing: Math.min(table.rows, Math.max(place.most ?? 0, place.how === 'until' ? 0 : fit[level])), compared: place.operators ?? 0 }
    })
    const [largest] = read
    // A LIMIT may ask for more than there is.
    const given = Math.min(gives?.[level] ?? largest?.passing ?? 0, places.length === 1 ? Math.max(1, largest!.table.rows) : Infinity)
    // Groups of several rows leave so many fewer groups than rows.
    const fewest = gives?.[level === 'high' ? 'low' : level] ?? given
    const most = work.least !== undefined && work.least > 1 && largest ? Math.max(0, largest.passing - fewest) / (work.least - 1) : Infinity
    const sent: Demand = { ...nothing, cpuNs: !work.sends ? 0 : Math.min(most, given * (work.having ? havingShare[level] : 1)) * (work.sends.values * rates.sendNsPerValue + work.sends.reckoned * rates.reckonNsPerValue + (work.sends.to === 'client' ? rates.sendNsPerRow : 0)) }
    const bodies = (work.sends?.columns ?? []).flatMap(({ of, column }) => sentLong(catalog.table(of), column, given, catalog, rates))
    const isSorted = level !== 'high' && places.some(({ read: { sorted } }) => sorted === 'itself' || (sorted && level === 'low'))
    const isGrouped = level === 'low' && places.some(({ read: { grouped } }) => grouped)
    const takes = { ...work.takes, ...(isSorted && { sorts: 0, firsts: [] }), ...(isGrouped && { groups: 0 }) }
    const locked = work.locks && largest ? [lockRows(given, largest.table, isLogged(places[0]!.tables[0]!), rates)] : []
    const own = [...runOver(read.map((one) => handedOn(one, rates)), takes, { gives: given, groups: groups?.[level], joined: false, parallel: work.parallel ?? false, by }, rates), sent, ...bodies, ...locked]
    return times[level] === 1 ? own : own.map((one) => timesDemand(one, times[level]))
  }
  const isGuess = places.some(({ read: { how, rows, sorted, grouped, counted } }) => how !== 'whole' || sorted || grouped || counted || (rows.kind === 'fraction' && rows.assumed)) || (work.groups?.kind === 'fraction' && work.groups.assumed) || work.having || work.times !== undefined
  return {
    demands: demandsAt('expected'),
    ...(isGuess && { bounds: { low: demandsAt('low'), high: demandsAt('high') } }),
    facts: (rates) => places.flatMap(({ read, tables, fit }) => [...tables.flatMap((one) => heapFacts(one, tableSizes(one, catalog, rates.assumptions))), ...readFacts(read, fit)]),
    empty: places.length > 0 && places.every(({ tables }) => tables.every(({ size }) => size.rows === 0 && (size.heapBytes ?? 0) === 0)),
    ...(places.length === 1 && places[0]!.tables[0]!.size.spread && { spread: places[0]!.tables[0]!.size.spread }),
  }
}

/** Rows that fit go on to what is done with them. */
const handedOn = (one: Reading, rates: Rates): Reading => ({ ...one, reading: { ...one.reading, cpuNs: one.reading.cpuNs + one.passing * rates.passNsPerRow } })

const quickest = (one: Demand, other: Demand, rates: Rates): Demand => (demandMs(other, rates) < demandMs(one, rates) ? other : one)

/** What the planner takes of the groups that a condition lets through of which it knows nothing (DEFAULT_INEQ_SEL in src/include/utils/selfuncs.h). */
const havingShare: Readonly<Record<Level, number>> = { low: 0, expected: 1 / 3, high: 1 }

/** The entries of the smallest index, of each of the tables, without a look at the rows where all see all of them (index-only scans, src/backend/executor/nodeIndexonlyscan.c). */
function countEntries(tables: readonly SizedTable[], sizes: TableSizes, catalog: Catalog, rates: Rates): Demand {
  const bytes = tables.reduce((sum, table) => {
    const all = tableIndexes(table, tableSizes(table, catalog, rates.assumptions), catalog, rates.assumptions, 'as it is').flatMap((index) => (index.shape.method === 'btree' && index.shape.predicate === undefined ? [index.sizes.bytes] : []))
    return sum + Math.min(sizes.heapBytes, ...all)
  }, 0)
  return scanHeap({ ...sizes, heapBytes: bytes, columns: 0 }, rates, noOperator)
}

/** How much of a table a query reads: in the best case, as is to be expected, and in the worst. */
function readAt(level: Level, { how, most = Infinity, open, correlation }: TableRead, table: TableSizes, fit: Readonly<Record<Level, number>>, scan: Demand, rates: Rates): Demand {
  const found = (rows: number): Demand => quickest(scan, findByIndex(rows, table, correlation ?? 0, rates), rates)
  switch (how) {
    case 'found':
      return found(fit[level])
    case 'joined':
      return level === 'high' ? scan : found(fit[level])
    case 'perhaps':
      return level === 'low' ? found(fit.low) : scan
    case 'until': {
      // Of rows that fit and lie anywhere, so many are met after as large a share of all: the n-th of m among N after n (N + 1) / (m + 1) on average.
      // What is looked for as a check is not there, so that all is read, unless it is known that it is.
      const isSure = fit.low === fit.high && fit.expected >= most
      const fitting = { low: fit.high, expected: isSure ? fit.expected : 0, high: fit.expected < table.rows ? 0 : fit.expected }[level]
      const share = level === 'high' && open ? 1 : Math.min(1, most / (fitting + 1))
      const part = timesDemand(scan, share)
      return correlation === undefined ? part : quickest(part, found(fit[level]), rates)
    }
    default:
      return scan
  }
}

const readFacts = ({ relation, how, rows }: TableRead, fit: Readonly<Record<Level, number>>): readonly Fact[] =>
  how === 'whole' ? [] : [{ fact: `rows of ${shortName(relation)} that the query asks for`, value: fit.low === fit.high ? formatCount(fit.expected) : `${formatCount(fit.expected)}, between ${fit.low < 1 ? 'none' : formatCount(fit.low)} and ${formatCount(fit.high)}`, from: rows.kind === 'exactly' ? 'migration' : 'assumed' }]

/** All rows of the table deleted, and as many inserted. */
function changed(sizes: TableSizes, table: Table, { catalog }: Subject, rates: Rates): readonly Demand[] {
  const indexes = tableIndexes(table, sizes, catalog, rates.assumptions, 'as it is').map((index) => index.sizes)
  const all: Change = { computes: noOperator, rows: sizes.rows, rowBytes: sizes.rowBytes, toastRowBytes: 0, binaryShare: 0, table: sizes, indexes, references: 0, triggers: 0, isLogged: isLogged(table) }
  return [...deleteRows(all, rates), ...insertRows(all, rates)]
}

/** A foreign key's rows, each looked up in the other table. */
function probe(into: RelationName, columns: readonly string[], subject: Subject): Model | Missing {
  const { catalog } = subject
  const referenced = storedTables(into, catalog)
  const unknown = referenced.find((one) => !isSized(one.table))
  const targets = referenced.map((one) => one.table).filter(isSized)
  return onTable(subject, (table, sizes) => {
    if (unknown) return { missing: missingFact(unknown.name, unknown.table) }
    const target = perAssumptions((assumptions) => targets.map((one) => tableSizes(one, catalog, assumptions)).reduce(together))
    const present = perAssumptions((assumptions) => columns.reduce((share, name) => share * (1 - nullsOf(table, name, assumptions)), 1))
    return {
      demands: (rates) => probeReferences(sizes(rates), target(rates), present(rates), rates),
      facts: (rates) => [...heapFacts(table, sizes(rates)), ...targets.flatMap((one) => heapFacts(one, tableSizes(one, catalog, rates.assumptions)))],
    }
  })
}

function toastRowBytes(table: Table, catalog: Catalog, assumptions: Assumptions): number {
  if (!isSized(table) || table.size.rows === 0) return 0
  const { toastBytes, rows } = tableSizes(table, catalog, assumptions)
  return toastBytes / rows
}

/** A row of these columns, of one table or of several. */
function ofColumns(table: Table, chosen: readonly ChosenColumn[] | undefined, catalog: Catalog): Table {
  const columns = chosen?.map(({ of, column }) => columnOf(catalog.table(of), column))
  return columns === undefined || columns.includes(undefined) ? table : { ...table, columns: columns as Column[] }
}

/** What of the rows' long values goes with these columns. */
function chosenToast(table: Table, chosen: readonly ChosenColumn[] | undefined, catalog: Catalog, assumptions: Assumptions): number {
  if (chosen === undefined) return toastRowBytes(table, catalog, assumptions)
  return [...new Set(chosen.map(({ of }) => of))].reduce((sum, of) => {
    const source = catalog.table(of)
    return sum + (source ? toastRowBytes(source, catalog, assumptions) * toastShare(source, ({ name }) => chosen.some((one) => one.of === of && one.column === name), catalog) : 0)
  }, 0)
}

/** Of values that are made anew for a row: those that are stored outside of it, and those that are long enough to be compressed; what they come to is as long again before that. */
function longBytes(table: Table, names: readonly string[], catalog: Catalog, assumptions: Assumptions): number {
  if (!isSized(table) || table.size.rows === 0) return 0
  const sizes = tableSizes(table, catalog, assumptions)
  return sizes.toastBytes === 0 ? 0 : names.reduce((sum, name) => sum + inAll(longValue(table, columnOf(table, name), sizes, catalog, assumptions)), 0)
}

function nullsOf(table: Table, name: string, assumptions: Assumptions): number {
  const column = columnOf(table, name)
  return column ? nullShare(column, assumptions) : 0
}

const together = (a: TableSizes, b: TableSizes): TableSizes => ({ ...a, rows: a.rows + b.rows, heapBytes: a.heapBytes + b.heapBytes, packedBytes: a.packedBytes + b.packedBytes, toastBytes: a.toastBytes + b.toastBytes })

/** The tables that hold a relation's rows: itself, or the leaves below a partitioned one. */
function storedTables(name: RelationName, catalog: Catalog): readonly { readonly name: RelationName; readonly table: Table | undefined }[] {
  const table = catalog.table(name)
  if (table?.kind !== 'partitioned table') return [{ name, table }]
  const below = catalog.partitions(name)
  // A snapshot may give a partitioned table's size and leave its partitions out.
  return below.length === 0 ? [{ name, table }] : below.flatMap((partition) => storedTables(partition, catalog))
}

function change(work: Extract<Work, { rows: RowCount }>, subject: Subject): Model | Missing {
  const changing = changeOf(work, subject)
  if ('missing' in changing || (changing.empty && work.kind !== 'insert') || !work.reads || work.reads.length === 0) return changing
  const gives = countRows(work.rows, subject.catalog)
  const asked = queried({ read: work.reads, takes: work.takes, joined: isJoined(work), ...(gives !== undefined && work.kind === 'insert' && { gives }), ...(work.parallel && { parallel: true }) }, subject, changing)
  return 'missing' in asked ? asked : { ...changing, ...asked, empty: false }
}

/** The rows that are changed are those that a query of other tables finds, by a hash table as a rule. */
const isJoined = ({ kind, reads = [], takes }: Extract<Work, { rows: RowCount }>): boolean => kind !== 'insert' && reads.length > 0 && (takes?.hashes ?? 1) > 0

function changeOf(work: Extract<Work, { rows: RowCount }>, subject: Subject): Model | Missing {
  const { kind, rows: count, columns, byReading = false } = work
  const { table, catalog } = subject
  const base = count.kind === 'fraction' ? rowsIn(count.of, catalog) : undefined
  if (count.kind === 'unknown') return { missing: { fact: `rows that the ${kind} of ${shortName(subject.relation)} touches`, value: 'not known', from: 'migration' } }
  if (count.kind === 'fraction' && base === undefined) return { missing: missingFact(count.of, catalog.table(count.of)) }
  const rows = count.kind === 'exactly' ? count.rows : base! * count.fraction
  const origin: Fact['from'] = count.kind === 'exactly' ? 'migration' : count.assumed ? 'assumed' : count.fraction === 1 ? fromOf(catalog.table(count.of)) : 'migration'

  // A relation that the statement makes itself has the width of what it is filled from.
  const filledFrom = count.kind === 'fraction' ? catalog.table(count.of) : undefined
  const source = table ?? (filledFrom && ofColumns(filledFrom, work.chosen, catalog))
  // Rows that are added are like those that are there, or, where there is none, like those that they are made of.
  const alike = kind !== 'insert' ? undefined : table?.size?.rows ? table : filledFrom
  const shape = perAssumptions((assumptions) => {
    const sizes = isSized(table) ? tableSizes(table, catalog, assumptions) : undefined
    // Of a table whose size is not known, an index is as large as these rows make it at least.
    const least = table && (sizes ?? tableSizes({ ...table, size: { rows } }, catalog, assumptions))
    return {
      table: sizes,
      rowBytes: sizes?.rowBytes ?? rowBytes(source, catalog, assumptions),
      toastRowBytes: alike ? (table ? toastRowBytes(alike, catalog, assumptions) : chosenToast(alike, work.chosen, catalog, assumptions)) : table && kind === 'update' ? longBytes(table, work.computed ?? [], catalog, assumptions) : 0,
      binaryShare: alike || (table && kind === 'update') ? binaryShare((alike ?? table)!, catalog) : 0,
      indexes: table && least ? tableIndexes(table, least, catalog, assumptions, 'as it is').map((index) => index.sizes) : [],
      computes: work.computes && table ? computedSizes(work.computes, table, sizes, catalog, assumptions) : noOperator,
      asks: work.asks && table && computedSizes(work.asks, table, sizes, catalog, assumptions),
    }
  })
  const attached = { references: table ? referencesChecked(kind, columns, table) : 0, triggers: table?.triggers.length ?? 0, isLogged: table ? isLogged(table) : true }
  const isIndexed = table === undefined || changesIndexed(table, work.orUpdates ?? columns)
  const searches = kind !== 'insert' && table ? referencingTables(table, kind === 'delete' ? undefined : (columns ?? []), catalog) : []

  const demandsFor = (changed: number) => (rates: Rates): readonly Demand[] => [...demandsOf(changed, rates), ...(work.committedEvery ? [commitBatches(work.committedEvery, changed, base ?? changed, shape(rates).table, rates)] : [])]
  const demandsOf = (changed: number, rates: Rates): readonly Demand[] => {
    const { asks, ...known } = shape(rates)
    const one: Change = { rows: changed, ...known, ...attached }
    switch (kind) {
      case 'insert': {
        // A row that is met is looked up, locked and changed.
        const met = work.orUpdates ? Math.min(changed, one.table?.rows ?? 0) : 0
        const inserted = insertRows({ ...one, rows: changed - met }, rates)
        return met === 0 ? inserted : [...inserted, lookUpRows(met, rates), ...deleteRows({ ...one, rows: met, references: 0, triggers: 0 }, rates), ...updateRows({ ...one, rows: met }, isIndexed, rates)]
      }
      case 'delete':
        return [findRows(changed, one.table, { byReading, joined: isJoined(work), asks }, rates), ...deleteRows(one, rates), ...searches.map((searched) => searchReferencing(changed, searched?.(rates), rates))]
      case 'update':
        return [findRows(changed, one.table, { byReading, joined: isJoined(work), asks }, rates), ...updateRows(one, isIndexed, rates), ...searches.map((searched) => searchReferencing(changed, searched?.(rates), rates))]
    }
  }
  const isGuess = count.kind === 'fraction' && count.assumed
  const [fewest, most] = count.kind === 'fraction' ? (count.between ?? [0, 1]).map((share) => share * base!) : [rows, rows]
  return {
    demands: demandsFor(rows),
    // Where the statistics know of no row that fits, they are looked for nevertheless.
    empty: (rows === 0 && (kind === 'insert' || count.kind === 'exactly')) || (kind !== 'insert' && table?.size?.rows === 0),
    facts: (rates) => {
      const sizes = shape(rates).table
      return [
        ...(table && sizes && !(kind === 'insert' && rows > 0 && sizes.rows === 0) ? heapFacts(table, sizes) : []),
        { fact: `rows that the ${kind} of ${shortName(subject.relation)} touches`, value: isGuess ? `${formatCount(rows)}, between ${fewest === 0 ? 'none' : formatCount(fewest!)} and ${formatCount(most!)}` : formatCount(rows), from: origin },
        ...(table && kind !== 'delete' ? indexFacts(table, shape(rates).indexes) : []),
        ...(table && table.triggers.length > 0 ? [{ fact: `triggers of ${shortName(table.name)}`, value: `${table.triggers.length}, of which any may fire for each row`, from: fromOf(table) }] : []),
      ]
    },
    ...(table?.size?.spread && { spread: table.size.spread }),
    ...(isGuess && { bounds: { low: demandsFor(fewest!), high: demandsFor(most!) } }),
  }
}

/** A range is gone through whether rows in it fit or not, but only those with any are slept after. */
function commitBatches({ rows, byRange, blocks, pause = 0 }: Batches, changed: number, all: number, table: TableSizes | undefined, rates: Rates): Demand {
  const batches = Math.ceil(blocks !== undefined && table ? table.heapBytes / pageBytes / blocks : (byRange || blocks !== undefined ? all : changed) / rows)
  return { ...nothing, cpuNs: batches * rates.statementMs * 1e6, pauseMs: Math.min(batches, changed) * pause }
}

/** Whether an index, its predicate or an expression in it names a changed column (HeapDetermineColumnsInfo); unknown columns may be any. */
const changesIndexed = (table: Table, columns: readonly string[] | undefined): boolean =>
  columns === undefined
    ? table.indexes.length > 0 || !areIndexesKnown(table)
    : table.indexes.some(({ shape }) => {
        // BRIN does not name rows, so it does not stand in the way since 16.
        if (shape.method === 'brin') return false
        return columns.some((column) => [...shape.keys, ...shape.include].some((key) => key === column || (key.startsWith('(') && mentions(key, column))) || (shape.predicate !== undefined && mentions(shape.predicate, column)))
      })

/** Foreign keys of the table that a change looks up: all on insert, on update those with a changed column. */
const referencesChecked = (kind: 'update' | 'insert' | 'delete', columns: readonly string[] | undefined, table: Table): number => {
  if (kind === 'delete') return 0
  const keys = table.constraints.filter((one) => one.type === 'foreign-key')
  return kind === 'insert' ? keys.length : keys.filter((key) => columns?.some((column) => key.columns.includes(column))).length
}

/** The tables with a foreign key to this one, or to some of these columns, once for each key: where they have no index for it, their sizes. */
const referencingTables = (table: Table, columns: readonly string[] | undefined, catalog: Catalog): readonly (((rates: Rates) => TableSizes) | undefined)[] =>
  catalog.referencing(table.name).flatMap((name) => {
    const child = catalog.table(name)
    const keys = (child?.constraints ?? []).filter((one) => one.references === table.name && (columns === undefined || one.referencedColumns?.some((column) => columns.includes(column))))
    return keys.map((key) => (isSized(child) && child.complete && !hasIndexFor(child, key) ? perAssumptions((assumptions) => tableSizes(child, catalog, assumptions)) : undefined))
  })

const hasIndexFor = (table: Table, key: Constraint): boolean => table.indexes.some(({ shape, valid }) => valid && shape.predicate === undefined && key.columns.includes(shape.keys[0] ?? ''))

/** Work that grows with one table, whose size must be known. A partitioned table holds no rows: its partitions have effects of their own. */
function onTable(subject: Subject, build: (table: SizedTable, sizes: (rates: Rates) => TableSizes) => Asked | Missing): Model | Missing {
  const { table, catalog, relation } = subject
  if (table?.kind === 'partitioned table' && catalog.partitions(relation).length > 0) return { demands: () => [], facts: () => [], empty: true }
  if (!isSized(table)) return { missing: missingFact(relation, table) }
  const built = build(table, perAssumptions((assumptions) => tableSizes(table, catalog, assumptions)))
  return 'missing' in built ? built : { ...built, empty: table.size.rows === 0 && (table.size.heapBytes ?? 0) === 0, ...(table.size.spread && { spread: table.size.spread }) }
}

const longValue = (table: Table, column: Column | undefined, sizes: TableSizes, catalog: Catalog, assumptions: Assumptions): LongValue =>
  column ? storedLong(column, table, sizes, catalog, assumptions) : { inside: 0, outside: 0 }

/** Long values on their way out: each byte of them is copied. */
function sentLong(table: Table | undefined, name: string, rows: number, catalog: Catalog, rates: Rates): readonly Demand[] {
  const column = columnOf(table, name)
  if (!table || !column || !isSized(table) || !isLong(column, catalog)) return []
  const value = storedLong(column, table, tableSizes(table, catalog, rates.assumptions), catalog, rates.assumptions)
  const fetched = fetchLong(rows, value, rates)
  return [{ ...fetched, cpuNs: fetched.cpuNs + rows * inAll(value) * rates.assumptions.longValueExpansion * rates.writeNsPerByte }]
}

/** A row with nothing but these columns, as steps of a query hand it on (SizeofMinimalTupleHeader in src/include/access/htup_details.h). */
function passedBytes(table: Table, names: readonly string[] | undefined, sizes: TableSizes, catalog: Catalog, assumptions: Assumptions): number {
  if (names === undefined) return sizes.rowBytes
  const values = names.map((name) => columnOf(table, name)!).map((column) => (1 - nullShare(column, assumptions)) * storedWidth(column, catalog, assumptions).bytes)
  return Math.min(sizes.rowBytes, minimalHeaderBytes + values.reduce((sum, one) => sum + one, 0))
}

/** Aligned. */
const minimalHeaderBytes = 16

const isLogged = (table: Table): boolean => table.persistence === 'permanent'

/** Sizes depend on what is assumed of the data alone, which few of the rates' variants change. */
function perAssumptions<T>(make: (assumptions: Assumptions) => T): (rates: Rates) => T {
  const made = new Map<Assumptions, T>()
  return ({ assumptions }) => {
    const known = made.get(assumptions)
    if (known !== undefined) return known
    const one = make(assumptions)
    made.set(assumptions, one)
    return one
  }
}

const fromOf = (table: Table | undefined): Fact['from'] => (table?.origin === 'snapshot' ? 'snapshot' : 'migration')

const missingFact = (name: RelationName, table: Table | undefined): Fact =>
  table?.kind === 'foreign table'
    ? { fact: `rows of ${shortName(name)}`, value: 'not known: they are on another server', from: fromOf(table) }
    : { fact: `rows of ${shortName(name)}`, value: 'not known', from: table ? fromOf(table) : 'assumed' }

function heapFacts(table: Table, sizes: TableSizes): readonly Fact[] {
  const name = shortName(table.name)
  const width = sizes.assumed.width ? (table.columns ? ', widths of some columns assumed' : `, ${Math.round(sizes.rowBytes)} bytes a row assumed`) : ', from its columns'
  return [
    { fact: `rows of ${name}`, value: formatCount(sizes.rows), from: fromOf(table) },
    ...(table.size?.spread ? [{ fact: `shards of ${name}`, value: `${table.size.spread.shards} on ${table.size.spread.nodes} ${table.size.spread.nodes === 1 ? 'node' : 'nodes'}`, from: fromOf(table) }] : []),
    { fact: `heap of ${name}`, value: `${formatBytes(sizes.heapBytes)}${sizes.assumed.heap ? width : ''}`, from: sizes.assumed.heap ? 'assumed' : fromOf(table) },
  ]
}

const toastFacts = (table: Table, sizes: TableSizes): readonly Fact[] =>
  sizes.toastBytes === 0 ? [] : [{ fact: `TOAST of ${shortName(table.name)}`, value: formatBytes(sizes.toastBytes), from: sizes.assumed.toast ? 'assumed' : fromOf(table) }]

function indexFacts(table: Table, indexes: readonly IndexSizes[]): readonly Fact[] {
  const fact = `indexes of ${shortName(table.name)}`
  if (!areIndexesKnown(table)) return [{ fact, value: `not known, ${indexes.length} assumed`, from: 'assumed' }]
  if (indexes.length === 0) return []
  const bytes = indexes.reduce((sum, index) => sum + index.bytes, 0)
  return [{ fact, value: `${indexes.length}, ${formatBytes(bytes)}`, from: indexes.some((index) => index.assumed) ? 'assumed' : fromOf(table) }]
}
