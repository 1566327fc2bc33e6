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
  /** What of a relation stays in memory while one statement uses it again and again. */
  readonly memoryBytes: number
  readonly diskReadBytesPerSecond: number
  /** Sustained, heap, indexes, sort runs and WAL together. */
  readonly diskWriteBytesPerSecond: number
  /** One page at a random place of the disk. */
  readonly randomReadNsPerPage: number
  /** As the backend waits for it. */
  readonly walBytesPerSecond: number

  /** From the operating system's cache into shared buffers, checksum included. */
  readonly readNsPerByte: number
  readonly visitNsPerRow: number
  /** Finding one column's value in a row. */
  readonly deformNsPerColumn: number
  readonly checkNsPerRow: number
  /** Building a row anew, evaluating its new values and placing it. */
  readonly formNsPerRow: number
  readonly formNsPerColumn: number
  /** Copying a byte to its page and its WAL record. */
  readonly writeNsPerByte: number

  /** Taking one tuple into a sort and out of it. */
  readonly sortNsPerRow: number
  /** One comparison of two keys, of which a sort needs rows × log2(rows). */
  readonly compareNsByKey: Readonly<Record<SortKey, number>>
  /** 1: in random order; near 0: the rows lie in the order of the index already. */
  readonly disorderFactor: number
  /** maintenance_work_mem. */
  readonly sortMemoryBytes: number
  /** Writing a sort run or a hash batch to a temporary file, and reading it again. */
  readonly spillNsPerByte: number
  /** Leader and workers of a parallel B-tree build, by how much faster they are than one process. */
  readonly parallelSpeedup: number
  /** Placing a sorted tuple on its index page. */
  readonly loadNsPerRow: number
  readonly ginNsPerItem: number
  readonly gistNsPerRow: number
  readonly hashIndexNsPerRow: number
  readonly brinNsPerRow: number

  readonly hashBuildNsPerRow: number
  readonly hashProbeNsPerRow: number

  readonly updateNsPerRow: number
  readonly deleteNsPerRow: number
  readonly insertNsPerRow: number
  /** One descent of an index that is in memory. */
  readonly lookUpNsPerRow: number
  /** One tuple into one index that is in memory. */
  readonly indexInsertNsPerRow: number
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

  /** A row of a table whose columns are not known, with its header. */
  readonly assumedRowBytes: number
  readonly assumedColumns: number
  /** Stored bytes of a value of a type without a length of its own, header included. */
  readonly assumedTextBytes: number
  readonly assumedNumericBytes: number
  readonly assumedJsonBytes: number
  readonly assumedArrayBytes: number
  readonly assumedOtherBytes: number
  /** Share of the values that are null where a column may be null. */
  readonly assumedNullFraction: number
  /** Share of the rows that are in a partial index. */
  readonly assumedPredicateShare: number
  /** Entries that an inverted index makes of one value. */
  readonly assumedGinItems: number
}

/** How two keys are compared: by a machine instruction, by a function, or by the rules of a language. */
export type SortKey = 'integer' | 'uuid' | 'number' | 'text' | 'other'

const MB = 1024 ** 2
const GB = 1024 ** 3

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
    memoryBytes: 12 * GB,
    diskReadBytesPerSecond: 300 * MB,
    diskWriteBytesPerSecond: 200 * MB,
    randomReadNsPerPage: 400_000,
    walBytesPerSecond: 400 * MB,

    readNsPerByte: 0.2,
    visitNsPerRow: 50,
    deformNsPerColumn: 4,
    checkNsPerRow: 40,
    formNsPerRow: 250,
    formNsPerColumn: 10,
    writeNsPerByte: 1.5,

    sortNsPerRow: 150,
    compareNsByKey: { integer: 10, uuid: 16, number: 24, text: 30, other: 60 },
    disorderFactor: 0.8,
    sortMemoryBytes: 64 * MB,
    spillNsPerByte: 2,
    parallelSpeedup: 1.5,
    loadNsPerRow: 80,
    ginNsPerItem: 700,
    gistNsPerRow: 6_000,
    hashIndexNsPerRow: 600,
    brinNsPerRow: 40,

    hashBuildNsPerRow: 250,
    hashProbeNsPerRow: 300,

    updateNsPerRow: 2_500,
    deleteNsPerRow: 700,
    insertNsPerRow: 900,
    lookUpNsPerRow: 2_000,
    indexInsertNsPerRow: 3_500,
    referenceCheckNsPerRow: 8_000,
    triggerNsPerRow: 1_500,
    imagesPerPage: 1,
    freeRowShare: 0.1,
    missShare: 0.2,

    assumedRowBytes: 140,
    assumedColumns: 10,
    assumedTextBytes: 24,
    assumedNumericBytes: 8,
    assumedJsonBytes: 200,
    assumedArrayBytes: 48,
    assumedOtherBytes: 32,
    assumedNullFraction: 0,
    assumedPredicateShare: 0.4,
    assumedGinItems: 8,
  },
  uncertainties: [
    {
      name: 'cached or read from disk',
      low: { cacheBytes: Infinity, memoryBytes: Infinity, diskReadBytesPerSecond: 500 * MB },
      high: { cacheBytes: 0, memoryBytes: 6 * GB, diskReadBytesPerSecond: 150 * MB },
    },
    { name: 'quiet or loaded', low: { slowdownFactor: 0.6 }, high: { slowdownFactor: 2 } },
    { name: 'WAL and writes', low: { imagesPerPage: 0.2, diskWriteBytesPerSecond: 600 * MB, walBytesPerSecond: 1000 * MB }, high: { imagesPerPage: 3, diskWriteBytesPerSecond: 100 * MB, walBytesPerSecond: 120 * MB } },
    {
      name: 'sorted in memory or on disk',
      low: { sortMemoryBytes: 4 * GB, disorderFactor: 0.3, parallelSpeedup: 2.2 },
      high: { sortMemoryBytes: 16 * MB, disorderFactor: 1, spillNsPerByte: 6, parallelSpeedup: 1 },
    },
    {
      name: 'collation',
      low: { compareNsByKey: { integer: 10, uuid: 16, number: 24, text: 20, other: 40 } },
      high: { compareNsByKey: { integer: 10, uuid: 16, number: 24, text: 200, other: 200 } },
    },
    { name: 'triggers', low: { triggerNsPerRow: 0 }, high: { triggerNsPerRow: 15_000 } },
    {
      name: 'assumed widths',
      low: { assumedRowBytes: 70, assumedTextBytes: 12, assumedJsonBytes: 60, assumedArrayBytes: 30, assumedOtherBytes: 12, assumedNullFraction: 0.3 },
      high: { assumedRowBytes: 350, assumedTextBytes: 60, assumedJsonBytes: 600, assumedArrayBytes: 120, assumedOtherBytes: 80 },
    },
    { name: 'share of a partial index', low: { assumedPredicateShare: 0.05, assumedGinItems: 3 }, high: { assumedPredicateShare: 1, assumedGinItems: 25 } },
  ],
}
