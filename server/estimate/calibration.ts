import { lookup } from '../model/lookup'

/**
 * How fast a machine is, and what is taken for granted where nothing is known.
 * Every number that PostgreSQL's own source does not fix stands here and nowhere else in the estimate.
 */
export interface Calibration {
  readonly source: 'calibration' | 'assumed'
  /** Completes "rates: …". */
  readonly name: string
  readonly expected: Rates
  /** What nobody knows of the moment, independent of each other: together they make the range of an estimate. */
  readonly uncertainties: readonly Uncertainty[]
}

/** The same rates where one thing turns out well, and where it turns out badly. */
export interface Uncertainty {
  readonly name: string
  /** What measuring the machine does away with (`speed`), or tells the width of (`moment`: how busy it is just then); what only tables have that lie in shards (`shards`). */
  readonly part?: 'speed' | 'moment' | 'shards'
  readonly low: Partial<Rates>
  readonly high: Partial<Rates>
}

/** Times are those of one process with its pages in memory; what the disk adds comes on top. */
export interface Rates {
  /** Planning, catalog changes and the commit of any statement. */
  readonly statementMs: number
  /** By how much everything is slowed by what else the machine does. */
  readonly slowdownFactor: number

  /** How much of a relation memory tends to keep between two uses: of one of this size, half is read from disk. */
  readonly cacheBytes: number
  /** shared_buffers, and what all databases of the server, whose pages compete for them, take up. */
  readonly bufferBytes: number
  readonly serverBytes: number
  /** What of a relation stays in memory while one statement uses it again and again. */
  readonly memoryBytes: number
  readonly diskReadBytesPerSecond: number
  /** Sustained, heap, indexes, sort runs and WAL together. */
  readonly diskWriteBytesPerSecond: number
  /** What memory takes up before the disk is waited for: of as many bytes, half are written while the statement runs. */
  readonly absorbedBytes: number
  /** One page at a random place of the disk. */
  readonly randomReadNsPerPage: number
  /** As the backend waits for it. */
  readonly walBytesPerSecond: number

  /** From the operating system's cache into shared buffers, checksum included. */
  readonly readNsPerByte: number
  readonly visitNsPerRow: number
  /** How many times longer that takes for rows of which it is not marked yet that their transaction has ended. */
  readonly visitFactor: number
  /** Finding one column's value in a row. */
  readonly deformNsPerColumn: number
  /** One operator of a condition on values that are compared as they are stored, or one that counts. */
  readonly checkNsPerRow: number
  /** One on numbers of any precision. */
  readonly numericNsPerRow: number
  /** A function in a condition, or an operator of which nothing is known. */
  readonly callNsPerRow: number
  /** A regular expression that is begun anew for a value. */
  readonly patternNsPerRow: number
  /** Going through a text byte by byte, as LIKE does; letter by letter, as length does; and asking of each letter what it is in another case, as lower does. */
  readonly seekNsPerByte: number
  readonly textNsPerByte: number
  readonly caseNsPerByte: number
  /** Building a row anew, evaluating its new values and placing it. */
  readonly formNsPerRow: number
  readonly formNsPerColumn: number
  /** Taking a row over as it is, with its columns' bytes: VACUUM FULL and CLUSTER. */
  readonly copyNsPerRow: number
  /** A random uuid, which asks for random bytes that are good enough for a key. */
  readonly uuidNsPerRow: number
  /** One number from a sequence. */
  readonly sequenceNsPerRow: number
  /** A function of the database's own. */
  readonly functionNsPerRow: number
  /** Taking a text apart into words: to_tsvector. */
  readonly wordsNsPerRow: number
  /** Moving a long value out of the row: one that is not stored compressed is tried to be compressed each time (heap_toast_insert_or_update, src/backend/access/heap/heaptoast.c). */
  readonly toastNsPerByte: number
  /** The same for bytes of no language, most of which are compressed as they come: it is given up after a kilobyte of each (pglz_compress, src/common/pg_lzcompress.c). */
  readonly toastBinaryNsPerByte: number
  /** Copying a byte to its page and its WAL record. */
  readonly writeNsPerByte: number

  /** What handing a row on from one step of a query's plan to the next takes: of a change, that is in what the row itself takes. */
  readonly passNsPerRow: number
  /** Making a text of a value that goes out. */
  readonly sendNsPerValue: number
  /** What that takes on top where the text is not how it is stored: dates, fractions, arrays, rows. */
  readonly reckonNsPerValue: number
  /** A message to the client with one row. */
  readonly sendNsPerRow: number

  /** Taking one tuple into a sort and out of it. */
  readonly sortNsPerRow: number
  /** One comparison of two keys, of which a sort needs rows × log2(rows). */
  readonly compareNsByKey: Readonly<Record<SortKey, number>>
  /** 1: in random order; near 0: the rows lie in the order of the index already. */
  readonly disorderFactor: number
  /** What a comparison takes on top where the first keys are the same and are not numbers of a machine's size: they are compared in full. */
  readonly tieNs: number
  /** How much of the comparisons is spared where the rows lie nearly in order. */
  readonly orderSaving: number
  /** maintenance_work_mem. */
  readonly sortMemoryBytes: number
  /** work_mem, of each sort of a query; times hash_mem_multiplier of each hash table. */
  readonly workMemoryBytes: number
  readonly hashMemoryFactor: number
  /** Writing a sort run or a hash batch to a temporary file, and reading it again. */
  readonly spillNsPerByte: number
  /** max_parallel_maintenance_workers. */
  readonly parallelWorkers: number
  /** How much of one process's speed each worker of a parallel B-tree build adds: 1 where it has a core of its own, and nothing holds it up. */
  readonly workerShare: number
  /** max_parallel_workers_per_gather, of max_parallel_workers. */
  readonly gatherWorkers: number
  /** The same of each worker that reads for a query. */
  readonly gatherShare: number
  /** Until they are there, and gone again. */
  readonly gatherStartMs: number
  /** min_parallel_table_scan_size, parallel_setup_cost and parallel_tuple_cost. */
  readonly parallelScanBytes: number
  readonly parallelSetUpCost: number
  readonly parallelRowCost: number
  /** Placing a sorted tuple on its index page. */
  readonly loadNsPerRow: number
  readonly ginNsPerItem: number
  /** What an item takes on top that no row had before: a place of its own in the tree of items. */
  readonly ginNsPerKey: number
  /** One tuple put into a GiST index after the other: of what is told by arithmetic, as points, boxes and addresses are, and of all else. */
  readonly gistNsPerRow: number
  readonly gistRangeNsPerRow: number
  /** One tuple of those that are sorted before they are put into a GiST index. */
  readonly gistLoadNsPerRow: number
  readonly spgistNsPerRow: number
  readonly hashIndexNsPerRow: number
  readonly brinNsPerRow: number

  readonly hashBuildNsPerRow: number
  /** A look into a hash table, and what it takes more in one that is much larger than the processor's cache. */
  readonly hashProbeNsPerRow: number
  readonly hashMissNsPerRow: number
  readonly processorCacheBytes: number

  readonly updateNsPerRow: number
  readonly deleteNsPerRow: number
  readonly insertNsPerRow: number
  /** One descent of an index that is in memory. */
  readonly lookUpNsPerRow: number
  /** One tuple into one index that is in memory. */
  readonly indexInsertNsPerRow: number
  /** What that takes more at any place of an index that is much larger than the processor's cache. */
  readonly indexMissNsPerRow: number
  /** What that takes more beside entries of the row's older versions. */
  readonly versionNsPerRow: number
  /** The query that a foreign key runs for one changed row. */
  readonly referenceCheckNsPerRow: number
  /** One trigger on one row; which of a table's triggers fire for a statement is not known. */
  readonly triggerNsPerRow: number
  /** How often each changed page goes to the WAL as a whole, once after each checkpoint. */
  readonly imagesPerPage: number
  /** Room on the pages of a live table for new versions of its rows, as a share of the rows. */
  readonly freeRowShare: number
  /** How often an index insert in no order meets a page that memory has given up, of those that might. */
  readonly missShare: number
  /** At how many shards one node of Citus works at full speed at a time: as many as it has free processors, and citus.max_adaptive_executor_pool_size at the most. */
  readonly shardsAtOnce: number

  /** Sizes and shares where nothing is known of the data. */
  readonly assumptions: Assumptions
}

export interface Assumptions {
  /** A row of a table whose columns are not known, with its header. */
  readonly rowBytes: number
  /** Of a table whose columns are not known. */
  readonly columns: number
  /** Of a table whose indexes are not known, each with one key of eight bytes. */
  readonly indexes: number
  /** Stored bytes of a value of a type without a length of its own, header included. */
  readonly textBytes: number
  readonly numericBytes: number
  readonly jsonBytes: number
  readonly arrayBytes: number
  readonly otherBytes: number
  /** How many times longer a long value is than what it is stored as, where it is compressed. */
  readonly longValueExpansion: number
  /** Share of the values that are null where a column may be null. */
  readonly nullFraction: number
  /** Share of the rows that are in a partial index. */
  readonly predicateShare: number
  /** Of the items of an inverted index this many no row had before. */
  readonly ginKeyShare: number
  /** Bytes of a value for each entry that an inverted index makes of it; text has a trigram for each byte. */
  readonly ginItemBytes: number
}

/** How two keys are compared: by a machine instruction, by a function, by the database's own rules for text, or by those of a language that are named (ICU). */
export type SortKey = 'integer' | 'uuid' | 'number' | 'text' | 'language' | 'other'

/** The rows that calibrating looks at are its own transaction's, which is looked for at each (HeapTupleSatisfiesMVCC, src/backend/access/heap/heapam_visibility.c): a CHECK took 1.3 times as long on 13, 1.5 times on 18. */
export const ownVisitFactor = 1.4

/** The largest value that makes sense, of rates that have one. */
export const mostOf: { readonly [Name in keyof Rates]?: number } = { workerShare: 1, gatherShare: 1 }

const MB = 1024 ** 2
const GB = 1024 ** 3

/** What a type without a length of its own, or a table without known columns, is taken to hold. */
const assumptions: Assumptions = {
  rowBytes: 140,
  columns: 10,
  indexes: 2,
  textBytes: 24,
  numericBytes: 8,
  jsonBytes: 200,
  arrayBytes: 48,
  otherBytes: 32,
  longValueExpansion: 2,
  nullFraction: 0,
  predicateShare: 0.4,
  ginKeyShare: 0.1,
  ginItemBytes: 12,
}

/**
 * A managed server on a network SSD, 4 vCPU and 16 GB, with the settings PostgreSQL comes with.
 * The times of a row are about one and a half times what a fast desktop needs, as hired cores are slower.
 */
export const assumedCalibration: Calibration = {
  source: 'assumed',
  name: 'cloud SSD, 4 vCPU, 16 GB',
  expected: {
    statementMs: 1,
    slowdownFactor: 1,

    cacheBytes: 8 * GB,
    bufferBytes: 128 * MB,
    serverBytes: Infinity,
    memoryBytes: 12 * GB,
    diskReadBytesPerSecond: 300 * MB,
    diskWriteBytesPerSecond: 125 * MB,
    absorbedBytes: 512 * MB,
    randomReadNsPerPage: 400_000,
    walBytesPerSecond: 400 * MB,

    readNsPerByte: 0.2,
    visitNsPerRow: 40,
    visitFactor: 1,
    deformNsPerColumn: 3,
    checkNsPerRow: 60,
    numericNsPerRow: 120,
    callNsPerRow: 100,
    patternNsPerRow: 300,
    seekNsPerByte: 1.5,
    textNsPerByte: 5,
    caseNsPerByte: 25,
    formNsPerRow: 400,
    formNsPerColumn: 12,
    copyNsPerRow: 180,
    uuidNsPerRow: 1_000,
    sequenceNsPerRow: 150,
    functionNsPerRow: 1_500,
    wordsNsPerRow: 6_000,
    toastNsPerByte: 8,
    toastBinaryNsPerByte: 2,
    writeNsPerByte: 2,
    passNsPerRow: 60,
    sendNsPerValue: 120,
    reckonNsPerValue: 250,
    sendNsPerRow: 400,

    sortNsPerRow: 220,
    compareNsByKey: { integer: 16, uuid: 18, number: 26, text: 32, language: 110, other: 60 },
    disorderFactor: 0.8,
    tieNs: 80,
    orderSaving: 0.4,
    sortMemoryBytes: 64 * MB,
    workMemoryBytes: 4 * MB,
    hashMemoryFactor: 2,
    spillNsPerByte: 3,
    parallelWorkers: 2,
    workerShare: 0.3,
    gatherWorkers: 2,
    gatherShare: 0.5,
    gatherStartMs: 5,
    parallelScanBytes: 8 * MB,
    parallelSetUpCost: 1_000,
    parallelRowCost: 0.1,
    loadNsPerRow: 150,
    ginNsPerItem: 450,
    ginNsPerKey: 3_000,
    gistNsPerRow: 8_000,
    gistRangeNsPerRow: 20_000,
    gistLoadNsPerRow: 1_500,
    spgistNsPerRow: 4_000,
    hashIndexNsPerRow: 1_700,
    brinNsPerRow: 40,

    hashBuildNsPerRow: 300,
    hashProbeNsPerRow: 120,
    hashMissNsPerRow: 450,
    processorCacheBytes: 4 * MB,

    updateNsPerRow: 1_300,
    deleteNsPerRow: 550,
    insertNsPerRow: 900,
    lookUpNsPerRow: 2_000,
    indexInsertNsPerRow: 3_000,
    indexMissNsPerRow: 1_800,
    versionNsPerRow: 1_500,
    referenceCheckNsPerRow: 8_000,
    triggerNsPerRow: 1_500,
    imagesPerPage: 0.7,
    freeRowShare: 0.1,
    missShare: 0.05,
    shardsAtOnce: 4,
    assumptions,
  },
  uncertainties: [
    {
      name: 'cached or read from disk',
      low: { cacheBytes: 32 * GB, memoryBytes: 32 * GB, diskReadBytesPerSecond: 500 * MB },
      high: { cacheBytes: 64 * MB, memoryBytes: 8 * GB, diskReadBytesPerSecond: 200 * MB },
    },
    { name: 'quiet or loaded', part: 'moment', low: { slowdownFactor: 0.45 }, high: { slowdownFactor: 1.8 } },
    {
      name: 'writes absorbed or waited for',
      low: { imagesPerPage: 0.2, diskWriteBytesPerSecond: 500 * MB, absorbedBytes: 4 * GB, walBytesPerSecond: 1000 * MB },
      high: { imagesPerPage: 2, diskWriteBytesPerSecond: 70 * MB, absorbedBytes: 128 * MB, walBytesPerSecond: 200 * MB },
    },
    {
      name: 'sorted in memory or on disk',
      low: { sortMemoryBytes: 4 * GB, disorderFactor: 0.4, workerShare: 0.9 },
      high: { sortMemoryBytes: 16 * MB, disorderFactor: 1, spillNsPerByte: 8, workerShare: 0 },
    },
    {
      name: 'order of text by bytes or by a language',
      part: 'speed',
      low: { compareNsByKey: { integer: 16, uuid: 18, number: 26, text: 18, language: 60, other: 40 } },
      high: { compareNsByKey: { integer: 16, uuid: 18, number: 26, text: 150, language: 250, other: 150 } },
    },
    { name: 'read by several processes or by one', part: 'speed', low: { gatherShare: 1 }, high: { gatherShare: 0 } },
    { name: 'shards at a time', part: 'shards', low: { shardsAtOnce: 16 }, high: { shardsAtOnce: 1 } },
    { name: 'long values compressed or not', low: { toastNsPerByte: 0.5, toastBinaryNsPerByte: 0.5 }, high: { toastNsPerByte: 30, toastBinaryNsPerByte: 6 } },
    { name: 'length of long values before they were compressed', low: { assumptions: { ...assumptions, longValueExpansion: 1 } }, high: { assumptions: { ...assumptions, longValueExpansion: 4 } } },
    { name: 'operators that are quick or slow', part: 'speed', low: { checkNsPerRow: 15, numericNsPerRow: 40, reckonNsPerValue: 120 }, high: { checkNsPerRow: 120, numericNsPerRow: 300, reckonNsPerValue: 800 } },
    { name: 'cheap or costly condition', low: { callNsPerRow: 25, patternNsPerRow: 150, textNsPerByte: 2 }, high: { callNsPerRow: 350, patternNsPerRow: 1_200, textNsPerByte: 12 } },
    { name: 'quick or slow function for each row', low: { functionNsPerRow: 200, uuidNsPerRow: 500, wordsNsPerRow: 2_000 }, high: { functionNsPerRow: 20_000, uuidNsPerRow: 4_000, wordsNsPerRow: 60_000 } },
    { name: 'rows that are quickly or slowly sent', low: { sendNsPerValue: 60, sendNsPerRow: 100 }, high: { sendNsPerValue: 300, sendNsPerRow: 1_500 } },
    { name: 'triggers', low: { triggerNsPerRow: 0 }, high: { triggerNsPerRow: 15_000 } },
    {
      name: 'assumed widths',
      low: { assumptions: { ...assumptions, rowBytes: 100, textBytes: 12, jsonBytes: 80, arrayBytes: 30, otherBytes: 12, nullFraction: 0.3 } },
      high: { assumptions: { ...assumptions, rowBytes: 220, textBytes: 60, jsonBytes: 600, arrayBytes: 120, otherBytes: 80 } },
    },
    { name: 'assumed indexes', low: { assumptions: { ...assumptions, indexes: 1 } }, high: { assumptions: { ...assumptions, indexes: 4 } } },
    { name: 'share of the rows in a partial index', low: { assumptions: { ...assumptions, predicateShare: 0.1 } }, high: { assumptions: { ...assumptions, predicateShare: 1 } } },
    {
      name: 'entries of an inverted index',
      low: { ginNsPerItem: 300, assumptions: { ...assumptions, ginItemBytes: 16, ginKeyShare: 0.02 } },
      high: { ginNsPerItem: 800, assumptions: { ...assumptions, ginItemBytes: 8, ginKeyShare: 0.3 } },
    },
  ],
}

/**
 * WAL that one process of a standby replays in a second: nearly as slow as the rows were written where there is a record for each, several times as quick where pages come as a whole, as those of a new index.
 * No snapshot tells how fast a standby is.
 */
export const replayedBytesPerSecond = { slow: 25 * MB, expected: 100 * MB, fast: 400 * MB } as const

/** Hardware that is common, by the name that a snapshot may give it; their times are assumed, not measured. */
export const profiles: Readonly<Record<string, Calibration>> = lookup({
  'cloud-ssd': assumedCalibration,
  'local-nvme': profile('local NVMe SSD, 16 cores, 64 GB', 0.65, {
    cacheBytes: 40 * GB,
    memoryBytes: 48 * GB,
    diskReadBytesPerSecond: 2_000 * MB,
    diskWriteBytesPerSecond: 1_000 * MB,
    randomReadNsPerPage: 100_000,
    absorbedBytes: 2 * GB,
    walBytesPerSecond: 1_000 * MB,
    workerShare: 0.8,
    gatherShare: 0.9,
  }),
  'small-cloud': profile('small managed server, 2 shared vCPU, 4 GB', 1.6, {
    cacheBytes: 1.5 * GB,
    memoryBytes: 2.5 * GB,
    diskReadBytesPerSecond: 120 * MB,
    diskWriteBytesPerSecond: 80 * MB,
    absorbedBytes: 128 * MB,
    walBytesPerSecond: 200 * MB,
    workerShare: 0.1,
    gatherShare: 0.3,
  }),
  'hard-disk': profile('hard disks, 8 cores, 32 GB', 1, {
    cacheBytes: 16 * GB,
    memoryBytes: 24 * GB,
    diskReadBytesPerSecond: 150 * MB,
    diskWriteBytesPerSecond: 100 * MB,
    randomReadNsPerPage: 8_000_000,
    walBytesPerSecond: 150 * MB,
  }),
})

/** The assumed machine with other disks and memory, and each process this much slower. */
function profile(name: string, slower: number, rates: Partial<Rates>): Calibration {
  return { ...withRates(assumedCalibration, { ...rates, slowdownFactor: slower }), name }
}

/** The same machine with these rates: how far each may turn out otherwise goes along with it. */
export function withRates(calibration: Calibration, rates: Partial<Rates>): Calibration {
  const expected: Rates = { ...calibration.expected, ...rates, compareNsByKey: { ...calibration.expected.compareNsByKey, ...rates.compareNsByKey } }
  const along = (varied: Partial<Rates>): Partial<Rates> => inProportion(varied, calibration.expected, expected)
  return { ...calibration, expected, uncertainties: calibration.uncertainties.map((one) => ({ ...one, low: along(one.low), high: along(one.high) })) }
}

/** What is assumed of the data is no rate, and stays. */
function inProportion<Values extends object>(varied: Values, before: object, after: object): Values {
  return Object.fromEntries(
    Object.entries(varied).map(([name, value]) => {
      const [from, to] = [(before as Record<string, unknown>)[name], (after as Record<string, unknown>)[name]]
      if (typeof value === 'number' && typeof from === 'number' && typeof to === 'number') return [name, from === to ? value : Math.min((value * to) / from, mostOf[name as keyof Rates] ?? Infinity)]
      return [name, name === 'compareNsByKey' ? inProportion(value as object, from as object, to as object) : value]
    }),
  ) as Values
}
