import type { Catalog } from '../catalog/catalog'
import { computationsIn, computedTogether } from '../catalog/computations'
import type { Column, Size, Table } from '../catalog/relation'
import { columnOf } from '../catalog/relation'
import type { Computations, IndexShape, TextUse } from '../model/effect'
import { lookup } from '../model/lookup'
import type { RelationName } from '../model/name'
import type { Assumptions, SortKey } from './calibration'
import { alignmentOf, fixedWidths, storedWidth } from './stored-width'
import type { StoredWidth } from './stored-width'

/** What a table takes up on disk. */
export interface TableSizes {
  /** Live rows. */
  readonly rows: number
  /** The main fork as it is, with the room that dead rows left. */
  readonly heapBytes: number
  /** The main fork as a rewrite leaves it. */
  readonly packedBytes: number
  /** TOAST table and its index. */
  readonly toastBytes: number
  /** How much of it are bytes of no language. */
  readonly binaryShare: number
  /** One row with its header, padding and item pointer. */
  readonly rowBytes: number
  readonly columns: number
  /** Which of these the snapshot does not give. */
  readonly assumed: { readonly heap: boolean; readonly toast: boolean; readonly width: boolean }
}

/** BLCKSZ and SizeOfPageHeaderData (src/include/storage/bufpage.h). */
export const pageBytes = 8192
const pageHeaderBytes = 24
const itemPointerBytes = 4
/** MAXIMUM_ALIGNOF on every platform of today. */
const maximumAlignment = 8
/** SizeofHeapTupleHeader (src/include/access/htup_details.h); a bitmap of one bit for each column follows where a value is null. */
const rowHeaderBytes = 23
/** TOAST_TUPLE_THRESHOLD: a longer row has its widest values moved out (src/include/access/heaptoast.h). */
const toastThresholdBytes = 2032
/** Values of this average are here and there too long for their row: four of them fill one. */
const longValueBytes = toastThresholdBytes / 4
/** TOAST_POINTER_SIZE (src/include/access/detoast.h). */
const toastPointerBytes = 18
/** TOAST_MAX_CHUNK_SIZE, and what a chunk takes up: a quarter of a page, and its entry in the TOAST index. */
export const toastChunkBytes = 1996
const storedChunkBytes = pageBytes / 4 + 32

export type SizedTable = Table & { readonly size: Size }

/** Whether it is known how many rows are stored here; a foreign table's are elsewhere. */
export const isSized = (table: Table | undefined): table is SizedTable => table?.size !== undefined && table.kind !== 'foreign table'

/** Sizes of a table, those that are not given derived from its columns. */
export function tableSizes(table: SizedTable, catalog: Catalog, assumptions: Assumptions): TableSizes {
  const { rows } = table.size
  const row = rowShape(table, catalog, assumptions)
  const derived = Math.ceil(rows / row.perPage) * pageBytes
  const heapBytes = table.size.heapBytes ?? derived
  // A width from statistics tells how much of the heap is room that dead rows left; a guessed one does not.
  const packedBytes = table.size.heapBytes === undefined ? derived : row.assumed ? heapBytes : Math.min(heapBytes, derived)
  return {
    rows,
    heapBytes,
    packedBytes,
    toastBytes: table.size.toastBytes ?? rows * row.toastBytes,
    binaryShare: binaryShare(table, catalog),
    rowBytes: row.assumed && rows > 0 && table.size.heapBytes !== undefined ? heapBytes / rows : pageBytes / row.perPage,
    columns: table.columns?.length ?? assumptions.columns,
    assumed: { heap: table.size.heapBytes === undefined, toast: table.size.toastBytes === undefined, width: row.assumed },
  }
}

/** Of the columns whose values may lie outside of the row; the statistics have the width of the pointer for a value that does (src/backend/commands/analyze.c). */
export function binaryShare(table: Table, catalog: Catalog): number {
  const outside = (table.columns ?? []).filter((column) => mayLieOutside(column, catalog))
  return outside.length === 0 ? 0 : outside.filter((column) => column.type.dimensions === 0 && baseName(column.type.name, catalog) === 'bytea').length / outside.length
}

/** How much of what the table has outside of its rows belongs to some of its columns: those whose statistics have nothing but pointers have equal parts, or where there is none of them, those with values that are too long here and there. */
export function toastShare(table: Table, isOne: (column: Column) => boolean, catalog: Catalog): number {
  const columns = table.columns ?? []
  const outside = columns.filter((column) => liesOutside(column, catalog))
  const long = outside.length > 0 ? outside : columns.filter((column) => mayLieOutside(column, catalog))
  return long.length === 0 ? 1 : long.filter(isOne).length / long.length
}

/** The statistics have nothing but pointers. */
export const liesOutside = (column: Column, catalog: Catalog): boolean => mayLieOutside(column, catalog) && column.averageWidth === toastPointerBytes

/** Bytes of a value of this column as it is stored, on average of all rows: within the row, where it may be compressed, and outside of it. */
export interface LongValue {
  readonly inside: number
  readonly outside: number
}

/** The statistics have the pointer for a value that is outside, so what those of other rows come to is beside it. */
export function storedLong(column: Column, table: Table, sizes: TableSizes, catalog: Catalog, assumptions: Assumptions): LongValue {
  if (sizes.rows === 0 || !mayLieOutside(column, catalog)) return { inside: 0, outside: 0 }
  const inside = liesOutside(column, catalog) ? 0 : (1 - nullShare(column, assumptions)) * storedWidth(column, catalog, assumptions).bytes
  return { inside, outside: (sizes.toastBytes / sizes.rows) * toastShare(table, (one) => one.name === column.name, catalog) }
}

export function mayLieOutside(column: Column, catalog: Catalog): boolean {
  if (column.type.dimensions === 0 && !/^(text|varchar|bpchar|bytea|jsonb?|xml|tsvector)$/.test(baseName(column.type.name, catalog))) return false
  const { averageWidth } = column
  return averageWidth === undefined || averageWidth === toastPointerBytes || averageWidth > longValueBytes
}

/** Bytes of one row of this table, item pointer included; also for a table whose number of rows is not known. */
export function rowBytes(table: Table | undefined, catalog: Catalog, assumptions: Assumptions): number {
  return table ? pageBytes / rowShape(table, catalog, assumptions).perPage : assumptions.rowBytes
}

interface RowShape {
  readonly perPage: number
  /** Of one row. */
  readonly toastBytes: number
  readonly assumed: boolean
}

function rowShape(table: Table, catalog: Catalog, assumptions: Assumptions): RowShape {
  const columns = table.columns?.filter((column) => column.generated !== 'virtual')
  if (!columns) return { perPage: rowsOnPage(assumptions.rowBytes, true), toastBytes: 0, assumed: true }
  const values = columns.map((column) => ({ width: storedWidth(column, catalog, assumptions), present: 1 - nullShare(column, assumptions) }))
  const assumed = values.some(({ width }) => width.assumed)
  let toastBytes = 0
  for (;;) {
    const bytes = rowLength(values, columns.length)
    const widest = values.reduce<(typeof values)[number] | undefined>((most, one) => (one.width.varies && one.width.bytes > Math.max(toastPointerBytes, most?.width.bytes ?? 0) ? one : most), undefined)
    if (bytes <= toastThresholdBytes || !widest) {
      const isExact = values.every(({ width, present }) => !width.varies && (present === 1 || present === 0))
      return { perPage: rowsOnPage(bytes + itemPointerBytes, !isExact), toastBytes, assumed }
    }
    toastBytes += widest.present * (widest.width.bytes / toastChunkBytes) * storedChunkBytes
    values[values.indexOf(widest)] = { ...widest, width: { ...widest.width, bytes: toastPointerBytes } }
  }
}

export const nullShare = (column: Column, assumptions: Assumptions): number => (column.notNull ? 0 : (column.nullFraction ?? assumptions.nullFraction))

/** Rows of varying length leave half a row's room at the end of a page on average; those of one length leave what remains. */
function rowsOnPage(itemBytes: number, varies: boolean): number {
  const room = pageBytes - pageHeaderBytes
  return Math.max(1, varies ? (room - itemBytes / 2) / itemBytes : Math.floor(room / itemBytes))
}

/** Header, values in order and padding (heap_form_tuple, src/backend/access/common/heaptuple.c). */
function rowLength(values: readonly { readonly width: StoredWidth; readonly present: number }[], columns: number): number {
  const withoutNulls = values.reduce((share, { present }) => share * present, 1)
  const plainHeader = align(rowHeaderBytes, maximumAlignment)
  const headerBytes = withoutNulls * plainHeader + (1 - withoutNulls) * align(rowHeaderBytes + Math.ceil(columns / 8), maximumAlignment)
  return headerBytes + dataLength(values)
}

/** Bytes of values laid out one after the other from an aligned place, filled up to the next one. */
function dataLength(values: readonly { readonly width: StoredWidth; readonly present: number }[]): number {
  const place = new Place()
  for (const { width, present } of values) place.add(width.bytes, alignmentOf(width), width.varies, present)
  return place.filled()
}

/** A place in a row of which the average is known, and only sometimes how it is aligned. */
class Place {
  #bytes = 0
  /** The place is `#rest` past a multiple of `#step`. */
  #step = maximumAlignment
  #rest = 0

  add(bytes: number, alignment: number, varies: boolean, present: number): void {
    if (present === 0) return
    const padding = this.#padding(alignment)
    this.#bytes += present * (padding + bytes)
    if (varies) this.#forget(1)
    else if (present < 1) this.#forget(padding === 0 ? bytes & -bytes : 1)
    else if (this.#step < alignment) {
      this.#step = alignment
      this.#rest = bytes % alignment
    } else this.#rest = (this.#rest + padding + bytes) % this.#step
  }

  filled(): number {
    return this.#bytes + this.#padding(maximumAlignment)
  }

  #padding(alignment: number): number {
    if (this.#step >= alignment) return (alignment - (this.#rest % alignment)) % alignment
    const atLeast = (this.#step - this.#rest) % this.#step
    return atLeast + (alignment - this.#step) / 2
  }

  #forget(step: number): void {
    this.#step = Math.min(this.#step, step)
    this.#rest %= this.#step
  }
}

const align = (bytes: number, alignment: number): number => Math.ceil(bytes / alignment) * alignment

/** What building and keeping an index has to do with. */
export interface IndexSizes {
  readonly bytes: number
  /** Rows that have an entry: fewer than the table's in a partial index. */
  readonly entries: number
  /** What an inverted index takes out of these rows; elsewhere one for each entry. */
  readonly items: number
  /** Those of the items that no row had before. */
  readonly newItems: number
  /** What its expressions do for each of its entries, and its predicate for each row. */
  readonly computes: ComputedSizes | undefined
  readonly asks: ComputedSizes | undefined
  /** Its tuples are sorted before they are put into it: B-trees always, GiST where its operator class can. */
  readonly presorted: boolean
  /** A GiST index that tells by arithmetic how much a new tuple would add to each entry of a page; of ranges functions of their type are called for it (range_gist_penalty, src/backend/utils/adt/rangetypes_gist.c). */
  readonly arithmetic: boolean
  /** How two items of an inverted index are compared. */
  readonly item: SortKey
  /** Comparisons in which keys are the same: after so many different values of all keys up to here, by the next key, or by none. */
  readonly ties: readonly Tie[]
  /** Share of the entries whose first key is null: equal to each other, and in the table's order. */
  readonly nulls: number
  /** One entry with its header, padding and item pointer. */
  readonly entryBytes: number
  readonly key: SortKey
  /** Each of the items goes into its own place of the index, first onto a list of those that wait for it. */
  readonly inverted: boolean
  /** How far the table's rows lie in the index's order, 0 to 1; absent: not known. */
  readonly ordered?: number
  readonly columns: number
  readonly assumed: boolean
}

/** `again`: what was compared so far are abbreviations, and then the keys themselves; `nextInFull`: of the next key there is an abbreviation where it comes first, and here there is none. */
interface Tie {
  readonly values: number
  readonly again: boolean
  readonly next?: SortKey
  readonly nextInFull: boolean
}

/** IndexTupleData: six bytes of row pointer and two of flags; a bitmap follows where a key is null (src/include/access/itup.h). */
const entryHeaderBytes = 8
/** BTPageOpaqueData (src/include/access/nbtree.h). */
const indexPageTrailerBytes = 16
/** BTREE_DEFAULT_FILLFACTOR, GIST_DEFAULT_FILLFACTOR, HASH_DEFAULT_FILLFACTOR. */
const fillFactors: Readonly<Record<string, number>> = lookup({ btree: 0.9, gist: 0.9, hash: 0.75 })
/** Inner pages and the high keys of leaves. */
const treeOverhead = 1.02
/** A posting list of a B-tree that is built takes up at most a tenth of a page (_bt_load, src/backend/access/nbtree/nbtsort.c). */
const postingListBytes = 812
const rowPointerBytes = 6
/** BRIN_DEFAULT_PAGES_PER_RANGE, and two bounds with their header. */
const pagesPerRange = 128
const rangeEntryBytes = 40
/** Row pointers in a GIN posting list are stored as differences of one to three bytes (src/backend/access/gin/ginpostinglist.c). */
const ginPointerBytes = 2.5
/** ArrayType with the length and lower bound of its one dimension (src/include/utils/array.h), the length of the whole in one byte. */
const arrayHeaderBytes = 21

/** Size of an index on this table, `known` where the snapshot gives it. `held`: the share of the rows that its predicate lets in, where somebody has told. */
export function indexSizes(shape: IndexShape, known: number | undefined, table: Table, sizes: TableSizes, catalog: Catalog, assumptions: Assumptions, held?: number): IndexSizes {
  const share = predicateShare(shape, held, table, assumptions)
  const element = (key: string, options: KeyOptions = {}): Element => {
    const one = elementOf(key, options, table, catalog, assumptions)
    return key === share.present ? { ...one, present: 1 } : one
  }
  const keys = shape.keys.map((key, at) => element(key, { collation: shape.collations?.[at], operatorClass: shape.operatorClasses?.[at] }))
  const stored = [...keys, ...shape.include.map((key) => element(key))]
  const entries = sizes.rows * share.share
  const withNulls = 1 - stored.reduce((product, { present }) => product * present, 1)
  // A null bitmap takes the header from 8 to 16 bytes (IndexInfoFindDataOffset, src/include/access/itup.h).
  const data = dataLength(stored)
  const entryBytes = shape.method === 'hash' ? entryHeaderBytes + maximumAlignment + itemPointerBytes : entryHeaderBytes * (1 + withNulls) + data + itemPointerBytes
  const items = shape.method === 'gin' ? entries * keys.reduce((sum, key, at) => sum + itemsOf(takesWords(shape.keys[at]!) ? { ...key, present: 1, width: { ...key.width, bytes: wordBytes(shape.keys[at]!, table, sizes, catalog, assumptions) } } : key, shape.keys[at]!, shape.operatorClasses?.[at], assumptions), 0) : entries
  const version = catalog.surroundings.version
  const typeOf = (key: string): string => {
    const column = table.columns?.find(({ name }) => name === key)
    return column ? baseName(column.type.name, catalog) : (/\b(point|box|circle|polygon)\s*\(/i.exec(key)?.[1]?.toLowerCase() ?? '')
  }
  const bytes =
    known ??
    (entries === 0
      ? pageBytes
      : shape.method === 'brin'
        ? pageBytes * 3 + (sizes.heapBytes / pageBytes / pagesPerRange) * rangeEntryBytes
        : shape.method === 'gin'
          ? pageBytes * 2 + items * ginPointerBytes
          : shape.method === 'hash'
            ? hashBytes(entries, entryBytes)
            : pageBytes + (leafBytes(shape, keys, entries, entryBytes, sizes.rows, catalog) / (fillFactors[shape.method] ?? 0.9)) * treeOverhead)
  return {
    bytes,
    entries,
    items,
    // Of values that are all counted, none has other items than those it had before.
    newItems: shape.method === 'gin' ? Math.min(items * assumptions.ginKeyShare, ...keys.map(({ distinct = -1 }) => ((distinct < 0 ? -distinct * sizes.rows : distinct) * items) / Math.max(1, entries))) : 0,
    computes: computedBy(shape.keys.filter((key) => key.startsWith('(')), table, sizes, catalog, assumptions),
    asks: computedBy(shape.predicate === undefined ? [] : [shape.predicate], table, sizes, catalog, assumptions),
    presorted: shape.method === 'btree' || (shape.method === 'gist' && shape.keys.length > 0 && shape.keys.every((key) => version >= (typeOf(key) === 'point' && key.startsWith('(') ? pointsSortedSince : sortedSince(table.columns?.find(({ name }) => name === key), catalog)))),
    arithmetic: shape.keys.every((key) => planes.has(typeOf(key)) || /^(inet|cidr)$/.test(typeOf(key))),
    item: shape.method === 'gin' ? itemKey(typeOf(shape.keys[0] ?? ''), shape.keys[0] ?? '', shape.operatorClasses?.[0], keys[0]) : (keys[0]?.key ?? 'other'),
    ties: tiesOf(keys, sizes.rows, shape.unique),
    nulls: keys.length > 0 && shape.method === 'btree' ? 1 - keys[0]!.present : 0,
    entryBytes,
    // Points are sorted by where they lie on one curve through the plane, which is a number (gist_bbox_zorder_abbrev_convert, src/backend/access/gist/gistproc.c).
    key: shape.method === 'gist' && planes.has(typeOf(shape.keys[0] ?? '')) ? 'integer' : (keys[0]?.key ?? 'other'),
    columns: stored.length,
    inverted: shape.method === 'gin',
    assumed: share.assumed || stored.some(({ width }) => width.assumed),
    ...(keys[0]?.correlation !== undefined && { ordered: Math.abs(keys[0].correlation) }),
  }
}

/** The release from which on a column of this type is sorted before it is put into a GiST index, by its default operator class (support function 11 in pg_amproc; a test asks servers). */
export function sortedSince(column: Column | undefined, catalog: Catalog): number {
  if (!column || column.type.dimensions > 0) return Infinity
  const name = baseName(column.type.name, catalog)
  if (name === 'point') return pointsSortedSince
  // What btree_gist is for goes with it.
  return rangeTypes.has(name) || (sortKey(column, catalog) !== 'other' && name !== 'cidr' && name !== 'inet') ? 18 : Infinity
}

const pointsSortedSince = 14

const planes: ReadonlySet<string> = new Set(['point', 'box', 'circle', 'polygon', 'lseg'])

const takesWords = (key: string): boolean => /\bto_tsvector\s*\(/i.test(key)

/** What is taken apart into words, of one row. */
const wordBytes = (key: string, table: Table, sizes: TableSizes, catalog: Catalog, assumptions: Assumptions): number =>
  (table.columns ?? []).filter(({ name }) => mentions(key, name)).reduce((sum, column) => sum + plainBytes(column, table, sizes, catalog, assumptions), 0)

/** Of a column's value in one row, on average: long ones are compressed as they are stored. */
const plainBytes = (column: Column, table: Table, sizes: TableSizes | undefined, catalog: Catalog, assumptions: Assumptions): number =>
  sizes && isLong(column, catalog) ? inAll(storedLong(column, table, sizes, catalog, assumptions)) * assumptions.longValueExpansion : (1 - nullShare(column, assumptions)) * storedWidth(column, catalog, assumptions).bytes

export const inAll = ({ inside, outside }: LongValue): number => inside + outside

/** The statistics say so, by a width that is a pointer's or one that no row has room for. */
export const isLong = (column: Column, catalog: Catalog): boolean => column.averageWidth !== undefined && mayLieOutside(column, catalog)

/** What computing has to do with, for each row. */
export interface ComputedSizes {
  readonly asked: Computations
  /** What is gone through, by how. */
  readonly bytes: Readonly<Record<Exclude<TextUse, 'opened' | 'words'>, number>>
  /** As many short texts, such as calibrating takes apart into words, come to as much. */
  readonly wordTexts: number
  /** Long values that are taken out of how they are stored. */
  readonly fetched: readonly LongValue[]
}

const computedBy = (expressions: readonly string[], table: Table, sizes: TableSizes, catalog: Catalog, assumptions: Assumptions): ComputedSizes | undefined =>
  expressions.length === 0 ? undefined : computedSizes(computedTogether(expressions.map((sql) => computationsIn(sql, table, catalog))), table, sizes, catalog, assumptions)

/** What these computations have to do with in a table; without its sizes, long values are unknown. */
export function computedSizes(asked: Computations, table: Table, sizes: TableSizes | undefined, catalog: Catalog, assumptions: Assumptions): ComputedSizes {
  const texts = (asked.texts ?? []).flatMap(({ column: name, use }) => {
    const column = columnOf(table, name)
    return column ? [{ column, use }] : []
  })
  const bytesOf = (use: TextUse): number => texts.filter((one) => one.use === use && isText(one.column, catalog)).reduce((sum, { column }) => sum + plainBytes(column, table, sizes, catalog, assumptions), 0)
  const words = texts.filter(({ use }) => use === 'words')
  return {
    asked,
    bytes: { sought: bytesOf('sought'), counted: bytesOf('counted'), cased: bytesOf('cased') },
    wordTexts: words.length === 0 ? 0 : Math.max(1, words.reduce((sum, { column }) => sum + plainBytes(column, table, sizes, catalog, assumptions), 0) / assumptions.ginItemBytes / wordsTimed),
    fetched: sizes ? texts.filter(({ column }) => isLong(column, catalog)).map(({ column }) => storedLong(column, table, sizes, catalog, assumptions)) : [],
  }
}

/** A row's words are those of a short text, as calibrating takes apart. */
const wordsTimed = 2

/** What an inverted index takes out of a value: a number of an array, a group of letters at each letter (pg_trgm), a word, a document's values, and their names too but where only paths to them are kept (gin_extract_jsonb and gin_extract_jsonb_path, src/backend/utils/adt/jsonb_gin.c). */
function itemsOf({ width: { bytes }, elementBytes, isArray, key, document, present }: Element, written: string, operatorClass: string | undefined, assumptions: Assumptions): number {
  const items = isArray ? (bytes - arrayHeaderBytes) / (elementBytes ?? assumptions.ginItemBytes) : key === 'text' && !document && !takesWords(written) ? bytes : bytes / assumptions.ginItemBytes
  // A null is one item, the same of all.
  return present * Math.max(1, operatorClass === 'jsonb_path_ops' ? items / 2 : items) + (1 - present)
}

/** Numbers of an array, and the hashes of paths, are compared as such; else items are texts, those of documents and of words by their bytes (gin_compare_jsonb, gin_cmp_tslexeme). */
function itemKey(type: string, written: string, operatorClass: string | undefined, element: Element | undefined): SortKey {
  if (operatorClass === 'jsonb_path_ops' || operatorClass === 'gin_trgm_ops' || element?.elementBytes !== undefined) return 'integer'
  return /^(jsonb|tsvector)$/.test(type) || takesWords(written) || element?.document ? 'uuid' : 'text'
}

const rangeTypes: ReadonlySet<string> = new Set(['int4range', 'int8range', 'numrange', 'daterange', 'tsrange', 'tstzrange'])

/** Where the statistics count the values of a key; of a unique index all are different together. */
function tiesOf(keys: readonly Element[], rows: number, unique: boolean): IndexSizes['ties'] {
  const ties: Tie[] = []
  let values = 1
  for (const [at, { distinct }] of keys.entries()) {
    if (distinct === undefined || (unique && at === keys.length - 1)) break
    values *= distinct < 0 ? -distinct * rows : distinct
    const next = keys[at + 1]
    ties.push({ values, again: at === 0 && keys[0]!.abbreviates, nextInFull: next?.abbreviates === true, ...(next && { next: next.key }) })
  }
  return ties
}

/** One page for each bucket, whose number doubles, from 512 on in four steps (_hash_spareindex, src/backend/access/hash/hashutil.c). */
function hashBytes(entries: number, entryBytes: number): number {
  const needed = Math.max(2, entries / ((pageBytes * fillFactors['hash']!) / entryBytes))
  const step = needed <= 512 ? 1 : 0.25
  const below = 2 ** Math.floor(Math.log2(needed))
  return (below * (1 + Math.ceil((needed / below - 1) / step) * step) + 2) * pageBytes
}

/** The indexes of a table with their sizes: those the catalog has, or as many as are assumed of a table of which it does not know them. */
export function tableIndexes(table: Table, sizes: TableSizes, catalog: Catalog, assumptions: Assumptions, age: 'as it is' | 'new'): readonly { readonly shape: IndexShape; readonly sizes: IndexSizes }[] {
  if (areIndexesKnown(table)) return table.indexes.map(({ shape, bytes }) => ({ shape, sizes: indexSizes(shape, age === 'new' ? undefined : bytes, table, sizes, catalog, assumptions) }))
  return Array.from({ length: assumptions.indexes }, () => ({ shape: assumedIndex, sizes: { ...indexSizes(assumedIndex, undefined, { ...table, columns: [assumedKey] }, sizes, catalog, assumptions), assumed: true } }))
}

export const areIndexesKnown = (table: Table): boolean => table.complete || table.indexes.length > 0

const assumedKey: Column = { name: 'key', type: { name: 'int8', modifiers: [], dimensions: 0 }, notNull: true }
const assumedIndex: IndexShape = { method: 'btree', keys: [assumedKey.name], include: [], unique: true }

/** What an index says of the order of one of its keys. */
interface KeyOptions {
  readonly collation?: string | undefined
  readonly operatorClass?: string | undefined
}

interface Element {
  readonly width: StoredWidth
  readonly isArray: boolean
  /** Of an array whose elements all have one length. */
  readonly elementBytes?: number
  readonly present: number
  readonly key: SortKey
  readonly distinct?: number
  readonly correlation?: number
  /** Sorts compare a number made of it first (abbreviated keys, src/include/utils/sortsupport.h). */
  readonly abbreviates: boolean
  /** A part of a document, which is one as well. */
  readonly document?: true
  /** Equal values are the same bytes, so a B-tree may keep a key once for many rows. */
  readonly deduplicates: boolean
}

/** Bytes of a full leaf level, before its fill factor. */
function leafBytes(shape: IndexShape, keys: readonly Element[], entries: number, entryBytes: number, rows: number, catalog: Catalog): number {
  const room = (pageBytes - pageHeaderBytes - indexPageTrailerBytes) / pageBytes
  const plain = (entries * entryBytes) / room
  // Deduplication came with 13, and leaves unique and covering indexes alone (src/backend/access/nbtree/README).
  if (shape.method !== 'btree' || shape.unique || shape.include.length > 0 || catalog.surroundings.version < 13) return plain
  if (keys.some((key) => !key.deduplicates || key.distinct === undefined)) return plain
  const nulls = keys.length === 1 ? entries * (1 - keys[0]!.present) : 0
  const values = entries - nulls
  const dataBytes = dataLength(keys.length === 1 ? [{ width: keys[0]!.width, present: 1 }] : keys)
  const combinations = keys.reduce((product, key) => product * (key.distinct! < 0 ? -key.distinct! * rows : key.distinct!), 1)
  return Math.min(plain, (postingBytes(values, combinations, dataBytes) + postingBytes(nulls, 1, entryHeaderBytes)) / room)
}

/** Entries that share a key are lists of row pointers behind it. */
function postingBytes(entries: number, distinct: number, dataBytes: number): number {
  if (entries < 1) return 0
  const groups = Math.max(1, Math.min(entries, distinct))
  const repeats = entries / groups
  const head = entryHeaderBytes + dataBytes
  if (repeats < 2) return entries * (head + itemPointerBytes)
  const lists = Math.ceil((repeats * rowPointerBytes) / (postingListBytes - head))
  return groups * (lists * (head + itemPointerBytes) + repeats * rowPointerBytes)
}

function elementOf(key: string, { collation, operatorClass }: KeyOptions, table: Table, catalog: Catalog, assumptions: Assumptions): Element {
  const column = table.columns?.find((one) => one.name === key) ?? (key.startsWith('(') ? table.columns?.find((one) => mentions(key, one.name)) : undefined)
  const part = column && column.name !== key ? partOf(key, column, catalog) : undefined
  if (!column || part) return { width: { bytes: assumptions.textBytes, alignment: 4, varies: true, assumed: true }, present: 1, isArray: false, key: collation === undefined ? 'text' : textKey(collation), abbreviates: true, deduplicates: false, ...(part === 'document' && { document: true as const }) }
  // The classes for patterns compare bytes, whatever the collation (src/backend/utils/adt/varlena.c).
  const sort = operatorClass?.endsWith('_pattern_ops') ? 'uuid' : sortKey(collation === undefined ? column : { ...column, collation }, catalog)
  return {
    width: storedWidth(column, catalog, assumptions),
    present: 1 - nullShare(column, assumptions),
    isArray: column.name === key && column.type.dimensions > 0,
    key: sort,
    ...(column.type.dimensions > 0 && fixedWidths[column.type.name] && { elementBytes: fixedWidths[column.type.name]![0] }),
    ...(column.distinct !== undefined && column.distinct !== 0 && { distinct: column.distinct }),
    // Of an expression's values nothing is known.
    ...(column.name === key && column.correlation !== undefined && { correlation: column.correlation }),
    abbreviates: sort !== 'integer' && sort !== 'other' && !/^float[48]$/.test(baseName(column.type.name, catalog)),
    deduplicates: sort === 'integer' || sort === 'uuid' || sort === 'text',
  }
}

/** What an expression takes out of a document, another one or a text, or out of a row is not as long as that. */
function partOf(key: string, column: Column, catalog: Catalog): 'document' | 'value' | undefined {
  if (/^jsonb?$/.test(baseName(column.type.name, catalog))) return /->>|#>>/.test(key) ? 'value' : 'document'
  return catalog.type(column.type.name as RelationName)?.kind === 'composite' ? 'value' : undefined
}

export function sortKey(column: Column, catalog: Catalog): SortKey {
  const name = baseName(column.type.name, catalog)
  if (column.type.dimensions > 0) return 'other'
  if (/^(int[248]|oid|bool|char|date|time|timestamp|timestamptz|enum|money|xid8|pg_lsn)$/.test(name)) return 'integer'
  if (name === 'uuid' || name === 'macaddr' || name === 'inet') return 'uuid'
  if (/^(numeric|float[48])$/.test(name)) return 'number'
  if (/^(text|varchar|bpchar)$/.test(name)) {
    return column.collation === undefined ? 'text' : textKey(column.collation)
  }
  return 'other'
}

export const isText = (column: Column, catalog: Catalog): boolean => column.type.dimensions === 0 && /^(text|varchar|bpchar)$/.test(baseName(column.type.name, catalog))

const textKey = (collation: string): SortKey => (/^"?(C|POSIX|ucs_basic)/.test(collation) ? 'uuid' : /-x-icu"?$/.test(collation) ? 'language' : 'text')

function baseName(name: string, catalog: Catalog): string {
  const type = name.includes('.') ? catalog.type(name as RelationName) : undefined
  if (type?.kind === 'domain') return baseName(type.base.name, catalog)
  return type?.kind === 'enum' ? 'enum' : name
}

/** Whether SQL text names this column: an expression's or a predicate's words. */
export function mentions(sql: string, column: string): boolean {
  const words = sql.match(/"(?:[^"]|"")+"|[\p{L}_][\p{L}\p{N}_$]*/gu) ?? []
  return words.some((word) => (word.startsWith('"') ? word.slice(1, -1).replaceAll('""', '"') : word.toLowerCase()) === column)
}

/** Which rows a partial index holds, and the column that is null in none of them. */
function predicateShare(shape: IndexShape, held: number | undefined, table: Table, assumptions: Assumptions): { readonly share: number; readonly assumed: boolean; readonly present?: string } {
  if (shape.predicate === undefined) return { share: 1, assumed: false }
  const nulls = /^\(*\s*("(?:[^"]|"")+"|\w+)\s+IS\s+(NOT\s+)?NULL\s*\)*$/i.exec(shape.predicate)
  const column = nulls && table.columns?.find((one) => mentions(nulls[1]!, one.name))
  if (column?.nullFraction === undefined) return { share: held ?? assumptions.predicateShare, assumed: held === undefined, ...(column && nulls![2] && { present: column.name }) }
  return nulls![2] ? { share: 1 - column.nullFraction, assumed: false, present: column.name } : { share: column.nullFraction, assumed: false }
}
