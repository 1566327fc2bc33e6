import type { Computations, HowRewritten, IndexShape, QueryTakes } from '../model/effect'
import type { Rates, SortKey } from './calibration'
import { addDemands, coldShare, demandMs, nothing } from './demand'
import type { Demand } from './demand'
import { inAll, pageBytes, toastChunkBytes } from './sizes'
import type { ComputedSizes, IndexSizes, LongValue, TableSizes } from './sizes'

/** Header, block reference and the row's own header fields of a heap or index record (src/include/access/xlogrecord.h, heapam_xlog.h). */
const walRecordBytes = 54
/** Merging needs a pointer and a first key beside each tuple in the sort's memory: SortTuple (src/include/utils/tuplesort.h). */
const sortTupleBytes = 24
/** HashJoinTupleData and MinimalTuple header (src/include/executor/hashjoin.h). */
const hashTupleBytes = 48
/** The statistics are of a sample, so a table in order has a correlation of nearly 1. */
const nearlyOrdered = 0.995
/** The least of maintenance_work_mem for each process of a parallel build. */
const workerMemoryBytes = 32 * 1024 ** 2
/** A sort of row pointers, as validate_index does it: eight bytes by value (src/backend/catalog/index.c). */
const rowPointerDatumBytes = 8

const visitNs = (rates: Rates): number => rates.visitNsPerRow * rates.visitFactor

/** Reads every row in order, and looks at some columns of each: ATRewriteTable without a new heap (src/backend/commands/tablecmds.c), one process. */
export const scanHeap = (table: TableSizes, rates: Rates, asked = oneOperator): Demand => {
  const read: Demand = {
    ...nothing,
    cpuNs: table.heapBytes * rates.readNsPerByte + table.rows * (visitNs(rates) + (table.columns / 2) * rates.deformNsPerColumn),
    readBytes: table.heapBytes,
    coldShare: coldShare(table.heapBytes, rates),
  }
  return addDemands(read, compute(table.rows, asked, rates))
}

const computed = (asked: Computations): ComputedSizes => ({ asked, bytes: { sought: 0, counted: 0, cased: 0 }, wordTexts: 0, fetched: [] })
/** What is asked of each row where nothing else is known of it. */
const oneOperator = computed({})
export const noOperator = computed({ operators: 0 })

/** Expressions of so many rows. An operator on values as they are stored is a function that is called through the expression's steps (ExecInterpExpr in src/backend/executor/execExprInterp.c); what else there is takes longer than the call. */
export function compute(rows: number, { asked, bytes, wordTexts, fetched }: ComputedSizes, rates: Rates): Demand {
  const { operators = 1, numbers = 0, calls = 0, patterns = 0, evaluates = [] } = asked
  const ns =
    (operators - numbers - calls - patterns) * rates.checkNsPerRow +
    numbers * rates.numericNsPerRow +
    calls * rates.callNsPerRow +
    patterns * rates.patternNsPerRow +
    evaluates.reduce((sum, one) => sum + { uuid: rates.uuidNsPerRow, sequence: rates.sequenceNsPerRow, function: rates.functionNsPerRow }[one], 0) +
    bytes.sought * rates.seekNsPerByte +
    bytes.counted * rates.textNsPerByte +
    bytes.cased * rates.caseNsPerByte +
    wordTexts * rates.wordsNsPerRow
  return fetched.map((one) => fetchLong(rows, one, rates)).reduce(addDemands, { ...nothing, cpuNs: rows * ns })
}

/** Long values of so many rows, taken from outside of them and out of what they were compressed to (detoast_attr, src/backend/access/common/detoast.c). */
export function fetchLong(rows: number, value: LongValue, rates: Rates): Demand {
  const bytes = rows * inAll(value)
  const fetched = rows * value.outside
  return { ...nothing, cpuNs: (fetched > 0 ? Math.min(rows, fetched / toastChunkBytes) * rates.lookUpNsPerRow + (fetched / toastChunkBytes) * visitNs(rates) + fetched * rates.readNsPerByte : 0) + bytes * rates.assumptions.longValueExpansion * rates.readNsPerByte, readBytes: fetched, coldShare: coldShare(fetched, rates) }
}

/**
 * Reads the heap and TOAST and writes both anew. Indexes come on top.
 * Rows formed anew have a WAL record each (ATRewriteTable, heap_insert, heap_toast_insert_or_update); those that go over as they are have their pages logged as a whole (rewriteheap.c), and files are copied page by page (RelationCopyStorage).
 */
export function rewriteHeap(table: TableSizes, how: HowRewritten['how'], computes: ComputedSizes, isLogged: boolean, rates: Rates): Demand {
  const chunks = table.toastBytes / toastChunkBytes
  const writtenBytes = (how === 'file' ? table.heapBytes : table.packedBytes) + table.toastBytes
  const readNs = (table.heapBytes + table.toastBytes) * rates.readNsPerByte
  const columnsNs = table.columns * (rates.deformNsPerColumn + rates.formNsPerColumn)
  const rowNs = how === undefined ? visitNs(rates) + rates.formNsPerRow + columnsNs : visitNs(rates) + rates.copyNsPerRow + columnsNs
  const sort = how === 'sort' ? sortCost(table.rows, table.rowBytes, rates.compareNsByKey.integer, rates) : { ns: 0, spilledBytes: 0 }
  const written: Demand = {
    ...nothing,
    cpuNs:
      readNs +
      writtenBytes * rates.writeNsPerByte +
      // Each long value is looked up, and each of its chunks written and put into the TOAST index.
      (how === 'file' ? 0 : table.rows * rowNs + Math.min(table.rows, chunks) * rates.lookUpNsPerRow + chunks * rates.insertNsPerRow + table.toastBytes * toastNsPerByte(table, rates) + sort.ns),
    readBytes: table.heapBytes + table.toastBytes,
    coldShare: coldShare(table.heapBytes + table.toastBytes, rates),
    writtenBytes: writtenBytes + sort.spilledBytes,
    diskBytes: writtenBytes + sort.spilledBytes,
    walBytes: !isLogged ? 0 : writtenBytes + (how === undefined ? (table.rows + chunks) * walRecordBytes : 0),
  }
  return addDemands(written, compute(table.rows, computes, rates))
}

const toastNsPerByte = ({ binaryShare }: Pick<TableSizes, 'binaryShare'>, rates: Rates): number => binaryShare * rates.toastBinaryNsPerByte + (1 - binaryShare) * rates.toastNsPerByte

/** Reads the heap, sorts the keys and writes the index page by page (src/backend/access/nbtree/nbtsort.c; other methods in their own folders). */
export function buildIndex(shape: IndexShape, index: IndexSizes, table: TableSizes, isLogged: boolean, rates: Rates): Demand {
  const visiting = table.heapBytes * rates.readNsPerByte + table.rows * (visitNs(rates) + (table.columns / 2) * rates.deformNsPerColumn)
  const build = entryCost(shape.method, index, rates)
  const computing = addDemands(compute(table.rows, index.asks ?? noOperator, rates), compute(index.entries, index.computes ?? noOperator, rates))
  // Only B-trees are built by several processes in all versions.
  const speedup = shape.method === 'btree' ? 1 + workersFor(table.heapBytes, rates) * rates.workerShare : 1
  const readBytes = table.heapBytes + computing.readBytes
  return {
    ...nothing,
    cpuNs: (visiting + computing.cpuNs + build.sharedNs) / speedup + build.ownNs + index.bytes * rates.writeNsPerByte,
    readBytes,
    coldShare: coldShare(readBytes, rates),
    writtenBytes: index.bytes + build.spilledBytes,
    diskBytes: index.bytes + build.spilledBytes,
    walBytes: isLogged ? index.bytes : 0,
  }
}

/** As many as read a table of this size for a query; each process must have its share of maintenance_work_mem (plan_create_index_workers, src/backend/optimizer/plan/planner.c). */
function workersFor(heapBytes: number, rates: Rates): number {
  const bySize = scanWorkers(heapBytes, rates)
  const byMemory = Math.floor(rates.sortMemoryBytes / workerMemoryBytes) - 1
  return Math.max(0, Math.min(bySize, rates.parallelWorkers, byMemory))
}

/** One for a table of min_parallel_table_scan_size, one more each time it is three times as large (compute_parallel_worker, src/backend/optimizer/path/allpaths.c). */
const scanWorkers = (heapBytes: number, { parallelScanBytes }: Rates): number => (heapBytes < parallelScanBytes ? 0 : 1 + Math.floor(Math.log(heapBytes / parallelScanBytes) / Math.log(3)))

/** The second pass of a concurrent build: the index's row pointers are sorted and the heap is read again beside them (validate_index, src/backend/catalog/index.c). */
export const validateIndex = (index: IndexSizes, table: TableSizes, rates: Rates): Demand => {
  const sort = sortCost(index.entries, rowPointerDatumBytes, rates.compareNsByKey.integer, rates)
  return {
    ...nothing,
    cpuNs: (table.heapBytes + index.bytes) * rates.readNsPerByte + table.rows * visitNs(rates) + sort.ns,
    readBytes: table.heapBytes + index.bytes,
    coldShare: coldShare(table.heapBytes + index.bytes, rates),
    writtenBytes: sort.spilledBytes,
    diskBytes: sort.spilledBytes,
  }
}

function entryCost(method: string, index: IndexSizes, rates: Rates): { readonly sharedNs: number; readonly ownNs: number; readonly spilledBytes: number } {
  switch (method) {
    case 'brin':
      return { sharedNs: 0, ownNs: index.entries * rates.brinNsPerRow, spilledBytes: 0 }
    case 'gin':
      return { sharedNs: 0, ownNs: index.items * ginItemNs(index, rates) + index.newItems * rates.ginNsPerKey, spilledBytes: 0 }
    case 'hash':
      return { sharedNs: 0, ownNs: index.entries * (rates.hashIndexNsPerRow + chainPages(index) * (rates.lookUpNsPerRow / treeLevels)), spilledBytes: 0 }
    case 'btree': {
      const sort = sortCost(index.entries, index.entryBytes, compareNs(index, rates), { ...rates, disorderFactor: disorder(index, rates) })
      return { sharedNs: sort.ns, ownNs: index.entries * rates.loadNsPerRow, spilledBytes: sort.spilledBytes }
    }
    case 'spgist':
      // Of ranges functions of their type are called for each step down, as in GiST.
      return { sharedNs: 0, ownNs: index.entries * rates.spgistNsPerRow * (index.key === 'other' && !index.arithmetic ? rates.gistRangeNsPerRow / rates.gistNsPerRow : 1), spilledBytes: 0 }
    default:
      if (index.presorted) {
        const sort = sortCost(index.entries, index.entryBytes, rates.compareNsByKey[index.key], { ...rates, disorderFactor: disorder(index, rates) })
        return { sharedNs: 0, ownNs: sort.ns + index.entries * rates.gistLoadNsPerRow, spilledBytes: sort.spilledBytes }
      }
      return { sharedNs: 0, ownNs: index.entries * (index.arithmetic ? rates.gistNsPerRow : rates.gistRangeNsPerRow), spilledBytes: 0 }
  }
}

/** Pages that a descent of an index looks at, the root and a leaf among them. */
const treeLevels = 4

/** Rows of one value are in one bucket of a hash index, whose pages are gone through from the first on for each until there is room: half of them on average (_hash_doinsert, src/backend/access/hash/hashinsert.c). */
function chainPages({ entries, entryBytes, ties }: IndexSizes): number {
  const perPage = pageBytes / entryBytes
  return Math.max(0, entries / Math.max(1, ties[0]?.values ?? entries) / perPage - 1) / 2
}

/** Each item is looked for among those that were met before, which are kept in a tree (ginInsertBAEntry, src/backend/access/gin/ginbulk.c). */
const ginItemNs = ({ newItems, item }: IndexSizes, rates: Rates): number => rates.ginNsPerItem + Math.log2(Math.max(2, newItems)) * rates.compareNsByKey[item]

/**
 * Of all the rounds of a sort, as many as there are doublings of a key's values tell tuples apart by it; in those that follow it is the same, and the next one decides, or at last the place of the row.
 * A first key that is compared by its abbreviation is then compared in full (comparetup_index_btree_tiebreak, src/backend/utils/sort/tuplesortvariants.c).
 */
function compareNs({ key, ties, entries, nulls }: IndexSizes, rates: Rates): number {
  const rounds = Math.log2(Math.max(2, entries))
  const filled = ties.reduce((sum, { values, again, next, nextInFull }) => {
    const nextNs = next === undefined ? 0 : rates.compareNsByKey[next] + (nextInFull ? rates.tieNs : 0)
    return sum + (1 - Math.min(1, Math.log2(Math.max(1, values)) / rounds)) * ((again ? rates.tieNs : 0) + nextNs)
  }, rates.compareNsByKey[key])
  // Two nulls are the same without a look at them, and then the next key decides.
  const [, second] = ties
  return (1 - nulls) * filled + nulls * rates.compareNsByKey[ties[0]?.next ?? second?.next ?? 'integer']
}

/** Of rows that lie in order each is compared with the one before it and no other (the check for sorted input in src/include/lib/sort_template.h); what the statistics call nearly ordered still spares most of the work. */
const disorder = ({ ordered, entries, nulls }: IndexSizes, rates: Rates): number => {
  if (ordered === undefined) return rates.disorderFactor
  return ordered > nearlyOrdered && nulls === 0 ? 1 / Math.log2(Math.max(2, entries)) : 1 - (nulls + (1 - nulls) * ordered) * rates.orderSaving
}

/** What one run is read back by while it is merged (MERGE_BUFFER_SIZE and TAPE_BUFFER_OVERHEAD in src/backend/utils/sort/tuplesort.c); with less memory than for so many, that many are merged at a time. */
const mergeBufferBytes = 33 * 8192
const fewestMerged = 6

/** A quicksort in memory, or runs on disk that are merged, in several passes where they are more than can be at once (tuplesort_merge_order and mergeruns in src/backend/utils/sort/tuplesort.c). */
function sortCost(rows: number, bytes: number, compareNs: number, rates: Rates): { readonly ns: number; readonly spilledBytes: number } {
  const runs = (rows * (bytes + sortTupleBytes)) / rates.sortMemoryBytes
  const atOnce = Math.max(fewestMerged, Math.floor(rates.sortMemoryBytes / mergeBufferBytes))
  const spilledBytes = runs > 1 ? rows * bytes * Math.max(1, Math.ceil(Math.log(runs) / Math.log(atOnce))) : 0
  return { ns: rows * (rates.sortNsPerRow + Math.log2(Math.max(2, rows)) * compareNs * rates.disorderFactor) + spilledBytes * rates.spillNsPerByte, spilledBytes }
}

/** One query that finds rows without a partner, by a hash anti-join and in one process (RI_Initial_Check, src/backend/utils/adt/ri_triggers.c). The smaller side is hashed. */
export function probeReferences(referencing: TableSizes, referenced: TableSizes, present: number, rates: Rates): readonly Demand[] {
  const hashed = Math.min(referencing.rows * present, referenced.rows)
  const probed = Math.max(referencing.rows * present, referenced.rows)
  // RI_Initial_Check raises work_mem to maintenance_work_mem; what does not fit goes to disk in batches, from both sides.
  const spilledBytes = hashed * hashTupleBytes > rates.sortMemoryBytes ? (hashed + probed) * hashTupleBytes : 0
  return [
    scanHeap(referencing, rates),
    scanHeap(referenced, rates),
    { ...nothing, cpuNs: hashed * rates.hashBuildNsPerRow + probed * probeNs(hashed, rates) + spilledBytes * rates.spillNsPerByte, writtenBytes: spilledBytes, diskBytes: spilledBytes },
  ]
}

interface Run {
  /** Rows that it gives; undefined: not known. */
  readonly gives: number | undefined
  /** Groups that its rows come to; absent: as many as it gives. */
  readonly groups?: number | undefined
  /** With rows that are read to be changed, each of which looks for its partner. */
  readonly joined: boolean
  /** Several processes may read. */
  readonly parallel: boolean
  /** What they are sorted by; absent: not known. */
  readonly by?: SortKey | undefined
}

/**
 * Reads tables and takes their rows through hash tables and sorts, as joins, groups and windows do (src/backend/executor/nodeHash.c, nodeAgg.c, nodeSort.c, nodeWindowAgg.c).
 * As many rows as the largest table has are taken through each; of a join the smaller tables are hashed, of groups what the query gives. What does not fit into work_mem goes to disk and comes back.
 */
export function runQuery(read: readonly TableSizes[], takes: QueryTakes, run: Run, rates: Rates): readonly Demand[] {
  return runOver(read.map((table) => ({ table, reading: scanHeap(table, rates), passing: table.rows, compared: 0 })), takes, run, rates)
}

/** A table as a query reads it: what reading it takes, how many of its rows go on from there, and how many operators each is asked. */
export interface Reading {
  readonly table: TableSizes
  readonly reading: Demand
  readonly passing: number
  readonly compared: number
}

/** The same of a query that leaves rows out, or finds them by an index. */
export function runOver(read: readonly Reading[], takes: QueryTakes, { gives, groups: told, joined, parallel, by = 'number' }: Run, rates: Rates): readonly Demand[] {
  const heaviest = read.toSorted((a, b) => b.table.rows - a.table.rows)[0]
  const [largest, ...others] = read.map(({ table, passing }) => ({ ...table, rows: passing })).toSorted((a, b) => b.rows - a.rows)
  if (!largest || !heaviest) return []
  const tables = (joined ? [largest, ...others] : others).slice(0, takes.hashes)
  const groups = Math.min(told ?? gives ?? largest.rows, largest.rows)
  const workers = parallel && takes.sorts === 0 && takes.windows === 0 ? gatherWorkers(heaviest, takes, told ?? gives, rates) : 0
  // Processes that share a hash table have the memory of each together (ExecChooseHashTableSize in src/backend/executor/nodeHash.c).
  const memory = rates.workMemoryBytes * rates.hashMemoryFactor * (1 + workers)
  const spilledBytes = tables.reduce((sum, one) => sum + (one.rows * (one.rowBytes + hashTupleBytes) > memory ? one.rows * one.rowBytes + (joined ? 0 : largest.rows * largest.rowBytes) : 0), 0)
  // Whatever does not hash a table of its own looks into one of a size that is not known.
  const probes = Array.from({ length: takes.hashes - (joined && tables.length > 0 ? 1 : 0) }, (_, at) => probeNs(tables[joined ? at + 1 : at]?.rows ?? largest.rows, rates))
  const { numbers = 0, computes = 0, groupSorts = 0, firsts = [] } = takes
  const aggregatesNs = (takes.aggregates - numbers) * rates.checkNsPerRow + numbers * rates.numericNsPerRow
  const cpuNs =
    tables.reduce((sum, one) => sum + one.rows * rates.hashBuildNsPerRow, 0) +
    largest.rows * (probes.reduce((sum, one) => sum + one, 0) + takes.groups * probeNs(groups, rates) + aggregatesNs + computes * rates.callNsPerRow + takes.windows * (rates.copyNsPerRow + rates.checkNsPerRow)) +
    takes.groups * groups * rates.hashBuildNsPerRow +
    spilledBytes * rates.spillNsPerByte
  const shared = (one: Demand): Demand => ({ ...one, cpuNs: one.cpuNs / (1 + workers * rates.gatherShare) })
  const passed: Demand = { ...nothing, cpuNs, writtenBytes: spilledBytes, diskBytes: spilledBytes }
  const started: Demand = { ...nothing, cpuNs: workers === 0 ? 0 : rates.gatherStartMs * 1e6 }
  return [...[...read.map(({ reading }) => reading), passed, ...firsts.map((first) => firstRows(first, largest, by, rates))].map(shared), started, ...Array.from({ length: takes.sorts }, () => sortRows(largest, rates.compareNsByKey[by], rates)), ...Array.from({ length: groupSorts }, () => sortRows({ ...largest, rows: groups }, rates.compareNsByKey[by], rates))]
}

/**
 * The first rows of an order: each row is taken in and compared in full with the last of those that are kept, which most of them do not get before;
 * where memory has no room for those, or half of all are wanted, all are sorted (tuplesort_set_bound and make_bounded_heap in src/backend/utils/sort/tuplesort.c).
 */
function firstRows(first: number, table: TableSizes, by: SortKey, rates: Rates): Demand {
  if (first * 2 > table.rows || first * (table.rowBytes + sortTupleBytes) > rates.workMemoryBytes) return sortRows(table, rates.compareNsByKey[by], rates)
  // Of the way in and out of a sort it is the way in.
  return { ...nothing, cpuNs: table.rows * (rates.sortNsPerRow / 2 + rates.compareNsByKey[by] + (by === 'integer' ? 0 : rates.tieNs)) }
}

/** A look into a hash table of so many rows: a small one stays in the processor's cache. */
const probeNs = (hashed: number, rates: Rates): number => {
  const bytes = hashed * hashTupleBytes
  return rates.hashProbeNsPerRow + rates.hashMissNsPerRow * (bytes / (bytes + rates.processorCacheBytes))
}

/** cpu_tuple_cost, cpu_operator_cost, and what the leader leaves to its workers of its own time (get_parallel_divisor, src/backend/optimizer/path/costsize.c). */
const planner = { row: 0.01, operator: 0.0025, leaderShare: 0.3 }

/** How many processes PostgreSQL takes besides its own: some where what they spare of its costs is more than starting them and handing over what they found. */
function gatherWorkers({ table, compared }: Reading, { hashes, groups, aggregates }: QueryTakes, gives: number | undefined, rates: Rates): number {
  const workers = Math.min(scanWorkers(table.heapBytes, rates), rates.gatherWorkers)
  if (gives === undefined || workers === 0) return 0
  const divisor = workers + Math.max(0, 1 - planner.leaderShare * workers)
  const cost = table.rows * (planner.row + planner.operator * (compared + groups + aggregates + 2 * hashes))
  const passed = gives * (groups > 0 ? workers + 1 : 1)
  return cost * (1 - 1 / divisor) > rates.parallelSetUpCost + passed * rates.parallelRowCost ? workers : 0
}

/**
 * Rows that an index finds: where they lie in its order they are read one after the other, else each is a place of its own (cost_index in src/backend/optimizer/path/costsize.c goes between the two by the square of the correlation).
 * Each is an entry that is visited and compared, and a row that is visited.
 */
export function findByIndex(rows: number, table: TableSizes, correlation: number, rates: Rates): Demand {
  const apart = rows * (1 - correlation ** 2)
  const readBytes = apart * pageBytes + (rows - apart) * table.rowBytes
  return {
    ...nothing,
    cpuNs: Math.min(rows, 1) * rates.lookUpNsPerRow + rows * (2 * visitNs(rates) + rates.checkNsPerRow) + apart * rates.lookUpNsPerRow,
    readBytes,
    randomPages: apart * coldShare(table.heapBytes, rates),
    coldShare: coldShare(table.heapBytes, rates),
  }
}

/** Marks each row as locked, in the row itself (heap_lock_tuple, src/backend/access/heap/heapam.c). */
export const lockRows = (rows: number, table: TableSizes, isLogged: boolean, rates: Rates): Demand => {
  const touched = Math.min(rows * pageBytes, table.heapBytes)
  return { ...nothing, cpuNs: rows * rates.deleteNsPerRow, writtenBytes: touched, walBytes: isLogged ? rows * walRecordBytes + touched * rates.imagesPerPage : 0 }
}

/**
 * A materialized view beside what its query gives now: those rows are written to a temporary table, which is searched for rows that are the same by a merge of it with itself, sorted by whole rows;
 * then both are joined by a hash, each pair compared (refresh_by_match_merge, src/backend/commands/matview.c). The rows that differ come on top.
 */
export const compareRows = (view: TableSizes, rates: Rates): readonly Demand[] => [
  rewriteHeap({ ...view, heapBytes: 0 }, undefined, noOperator, false, rates),
  ...[1, 2].flatMap(() => [scanHeap(view, rates), sortRows(view, rates.compareNsByKey.other, rates)]),
  scanHeap(view, rates),
  scanHeap(view, rates),
  { ...nothing, cpuNs: view.rows * (rates.hashBuildNsPerRow + probeNs(view.rows, rates)) },
]

function sortRows(table: TableSizes, compareNs: number, rates: Rates): Demand {
  const { ns, spilledBytes } = sortCost(table.rows, table.rowBytes, compareNs, { ...rates, sortMemoryBytes: rates.workMemoryBytes })
  return { ...nothing, cpuNs: ns, writtenBytes: spilledBytes, diskBytes: spilledBytes }
}

/** How many rows are changed, in what, and what hangs on each. */
export interface Change {
  readonly rows: number
  readonly rowBytes: number
  /** What a row that is inserted has outside of it, or that is made anew for one that is changed, and how much of that are bytes of no language. */
  readonly toastRowBytes: number
  readonly binaryShare: number
  /** Absent where nothing is known of the table's size. */
  readonly table: TableSizes | undefined
  readonly indexes: readonly IndexSizes[]
  /** Foreign keys that are looked up for each row. */
  readonly references: number
  readonly triggers: number
  readonly isLogged: boolean
  /** What the new values of an UPDATE are computed by. */
  readonly computes: ComputedSizes
}

/** How the rows that are changed are found. */
export interface Finding {
  /** No index can. */
  readonly byReading: boolean
  /** Each row that is read looks for its partner in the hash table of a join. */
  readonly joined: boolean
  /** What each row that is read is asked; absent: not known. */
  readonly asks: ComputedSizes | undefined
}

/** Finding the rows: by an index where they are few, else by reading the table; whichever is quicker. */
export function findRows(rows: number, table: TableSizes | undefined, { byReading, joined, asks }: Finding, rates: Rates): Demand {
  const cold = table ? coldShare(table.heapBytes, rates) : 1
  const lookUps: Demand = { ...nothing, cpuNs: rows * rates.lookUpNsPerRow, readBytes: rows * pageBytes, randomPages: rows * cold }
  if (!table) return lookUps
  const read = scanHeap(table, rates, asks)
  const scan = joined ? { ...read, cpuNs: read.cpuNs + table.rows * (rates.hashProbeNsPerRow + rates.hashMissNsPerRow / 2) } : read
  return byReading || demandMs(scan, rates) < demandMs(lookUps, rates) ? scan : lookUps
}

/**
 * A new version of each row, placed like an inserted one where it does not fit on the page of the old one;
 * and an entry for it in every index, unless it does fit and no indexed column changes (heap-only tuples, src/backend/access/heap/README.HOT).
 * A full table has little such room; one that dead rows have left, all that they left.
 */
export function updateRows(change: Change, changesIndexed: boolean, rates: Rates): readonly Demand[] {
  const all = Math.max(change.table?.rows ?? change.rows, change.rows)
  const left = change.table ? (change.table.heapBytes - change.table.packedBytes) / change.rowBytes : 0
  const room = Math.min(change.rows, Math.max(all * rates.freeRowShare, left))
  const moved = change.rows - room
  const entered = changesIndexed ? change.rows : moved
  const touched = touchedBytes(change, change.rows)
  // Taken out of what they were compressed to, and compressed again; the chunks of the old ones go.
  const longBytes = change.rows * change.toastRowBytes
  const chunks = longBytes / toastChunkBytes
  return [
    addDemands(compute(change.rows, change.computes, rates), {
      ...nothing,
      cpuNs:
        change.rows * rates.updateNsPerRow +
        moved * rates.insertNsPerRow +
        change.rows * change.rowBytes * rates.writeNsPerByte +
        longBytes * (rates.readNsPerByte + rates.assumptions.longValueExpansion * toastNsPerByte(change, rates)) +
        chunks * (rates.insertNsPerRow + rates.deleteNsPerRow) +
        attached(change, rates),
      writtenBytes: touched + moved * change.rowBytes + longBytes,
      diskBytes: moved * change.rowBytes + longBytes,
      walBytes: change.isLogged ? change.rows * (change.rowBytes + walRecordBytes) + longBytes + touched * rates.imagesPerPage : 0,
    }),
    ...change.indexes.map((index) => insertEntries(entered, index, change, rates, rates.versionNsPerRow)),
  ]
}

/** Marks each row, and each of its TOAST chunks; indexes keep their entries until vacuum (heap_delete, src/backend/access/heap/heapam.c). */
export function deleteRows(change: Change, rates: Rates): readonly Demand[] {
  const touched = touchedBytes(change, change.rows)
  const share = change.table && change.table.rows > 0 ? Math.min(1, change.rows / change.table.rows) : 0
  const toastBytes = share * (change.table?.toastBytes ?? 0)
  const chunks = toastBytes / toastChunkBytes
  return [
    {
      ...nothing,
      // The chunks of a value are found by one look into the TOAST index.
      cpuNs: (change.rows + chunks) * rates.deleteNsPerRow + Math.min(change.rows, chunks) * rates.lookUpNsPerRow + attached(change, rates),
      readBytes: toastBytes,
      coldShare: coldShare(toastBytes, rates),
      writtenBytes: touched + toastBytes,
      walBytes: change.isLogged ? (change.rows + chunks) * walRecordBytes + (touched + toastBytes) * rates.imagesPerPage : 0,
    },
  ]
}

export const lookUpRows = (rows: number, rates: Rates): Demand => ({ ...nothing, cpuNs: rows * rates.lookUpNsPerRow })

/** Each deleted row, or one whose key changes, is looked for in a table that references this one, by its index, or by reading all of `searched` (RI_FKey_noaction_del and RI_FKey_noaction_upd, src/backend/utils/adt/ri_triggers.c). */
export function searchReferencing(rows: number, searched: TableSizes | undefined, rates: Rates): Demand {
  if (!searched) return { ...nothing, cpuNs: rows * rates.referenceCheckNsPerRow }
  const scan = scanHeap(searched, rates)
  return { ...scan, cpuNs: rows * (rates.referenceCheckNsPerRow + scan.cpuNs) }
}

/** Each row at the end of the heap, its long values in the TOAST table, and an entry in every index. */
export function insertRows(change: Change, rates: Rates): readonly Demand[] {
  const toastBytes = change.rows * change.toastRowBytes
  const chunks = toastBytes / toastChunkBytes
  const bytes = change.rows * change.rowBytes + toastBytes
  return [
    {
      ...nothing,
      cpuNs: (change.rows + chunks) * rates.insertNsPerRow + bytes * rates.writeNsPerByte + toastBytes * (toastNsPerByte(change, rates) + rates.readNsPerByte) + Math.min(change.rows, chunks) * rates.lookUpNsPerRow + attached(change, rates),
      readBytes: toastBytes,
      coldShare: coldShare(toastBytes, rates),
      writtenBytes: bytes,
      diskBytes: bytes,
      walBytes: change.isLogged ? bytes + (change.rows + chunks) * walRecordBytes : 0,
    },
    ...change.indexes.map((index) => insertEntries(change.rows, index, change, rates)),
  ]
}

const attached = (change: Change, rates: Rates): number => change.rows * (change.references * rates.referenceCheckNsPerRow + change.triggers * rates.triggerNsPerRow)

/** Pages of the heap that hold the changed rows: never more than there are. */
const touchedBytes = (change: Change, rows: number): number => Math.min(rows * pageBytes, change.table ? Math.max(change.table.heapBytes, rows * change.rowBytes) : rows * change.rowBytes)

/**
 * Entries of new rows, each at its own place of the index.
 * `besideNs`: what the entries of older versions cost beside which those of an UPDATE come to stand: a key that is unique looks at their rows, and a page that they fill is searched for some that can go before it is split (_bt_check_unique, _bt_bottomupdel_pass in src/backend/access/nbtree).
 */
function insertEntries(rows: number, index: IndexSizes, change: Change, rates: Rates, besideNs = 0): Demand {
  const share = change.table && change.table.rows > 0 ? Math.min(1, index.entries / change.table.rows) : 1
  const entries = rows * share
  const perEntry = index.entries > 0 ? entries / index.entries : 0
  const touched = Math.min(entries * pageBytes, Math.max(index.bytes, entries * index.entryBytes))
  const used = (change.table?.heapBytes ?? 0) + change.indexes.reduce((sum, one) => sum + one.bytes, 0)
  const given = used > rates.memoryBytes ? 1 - rates.memoryBytes / used : 0
  const missNs = (1 - (index.ordered ?? 0) ** 2) * rates.indexMissNsPerRow * (index.bytes / (index.bytes + rates.processorCacheBytes))
  const inserted: Demand = {
    ...nothing,
    // An inverted index takes each item twice: onto its pending list, and from there in bulk to its key, as a build does (ginHeapTupleFastInsert and ginInsertCleanup, src/backend/access/gin/ginfast.c).
    cpuNs: index.inverted ? perEntry * (2 * index.items * ginItemNs(index, rates) + index.newItems * rates.ginNsPerKey) + entries * rates.indexInsertNsPerRow : entries * (rates.indexInsertNsPerRow + missNs + besideNs),
    readBytes: touched,
    // Every page is read once where memory does not have it, and again where memory is too small to keep it.
    randomPages: Math.min(entries, index.bytes / pageBytes) * coldShare(index.bytes, rates) + entries * given * rates.missShare,
    writtenBytes: touched,
    diskBytes: entries * index.entryBytes,
    walBytes: change.isLogged ? entries * (index.entryBytes + walRecordBytes) + touched * rates.imagesPerPage : 0,
  }
  return [compute(rows, index.asks ?? noOperator, rates), compute(entries, index.computes ?? noOperator, rates)].reduce(addDemands, inserted)
}
