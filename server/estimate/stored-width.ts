import type { Catalog } from '../catalog/catalog'
import type { Column, ColumnType } from '../catalog/relation'
import { lookup } from '../model/lookup'
import type { RelationName } from '../model/name'
import type { Assumptions } from './calibration'

/** How a value lies in a row. */
export interface StoredWidth {
  /** Bytes of a value that is not null, its header included. */
  readonly bytes: number
  readonly alignment: 1 | 2 | 4 | 8
  /** Of varying length: a short value has one header byte and is not aligned, and a long one may move to TOAST. */
  readonly varies: boolean
  /** The length is not the type's own nor from statistics. */
  readonly assumed: boolean
}

/** Longest value with a one-byte header (VARATT_SHORT_MAX, src/include/varatt.h). */
const longestShort = 127

/** Length and alignment of the values of one column. */
export function storedWidth(column: Column, catalog: Catalog, assumptions: Assumptions): StoredWidth {
  const width = widthOf(column.type, catalog, assumptions)
  if (!width.varies || column.averageWidth === undefined) return width
  return { ...width, bytes: column.averageWidth, assumed: false }
}

/** Short values are packed without alignment (heap_compute_data_size, src/backend/access/common/heaptuple.c). */
export const alignmentOf = (width: StoredWidth): 1 | 2 | 4 | 8 => (width.varies && width.bytes < longestShort ? 1 : width.alignment)

function widthOf(type: ColumnType, catalog: Catalog, assumptions: Assumptions): StoredWidth {
  if (type.dimensions > 0) return varying(assumptions.arrayBytes)
  const fixed = fixedWidths[type.name]
  if (fixed) return { bytes: fixed[0], alignment: fixed[1], varies: false, assumed: false }
  const [first] = type.modifiers
  switch (type.name) {
    case 'text':
    case 'xml':
    case 'tsquery':
      return varying(assumptions.textBytes)
    case 'varchar':
      // One header byte, and at most what the type allows.
      return varying(first === undefined ? assumptions.textBytes : Math.min(assumptions.textBytes, first + 1))
    case 'bpchar':
      // Blanks are stored.
      return varying(first === undefined ? assumptions.textBytes : first + header(first), first === undefined)
    case 'bit':
      return varying(bitBytes(first ?? 1), false)
    case 'varbit':
      return varying(first === undefined ? assumptions.textBytes : bitBytes(first))
    case 'numeric':
      // Two bytes of header for every four decimal digits, and two of sign and weight (src/backend/utils/adt/numeric.c).
      return varying(first === undefined ? assumptions.numericBytes : Math.min(assumptions.numericBytes, 3 + 2 * Math.ceil(first / 4)))
    case 'inet':
    case 'cidr':
      // Family, prefix length and the four bytes of IPv4 (src/include/utils/inet.h).
      return varying(7)
    case 'json':
    case 'jsonb':
    case 'bytea':
    case 'tsvector':
      return varying(assumptions.jsonBytes)
    case 'vector':
      return varying(4 * (first ?? assumptions.jsonBytes / 4) + 8, first === undefined)
    case 'halfvec':
      return varying(2 * (first ?? assumptions.jsonBytes / 2) + 8, first === undefined)
  }
  const range = rangeBounds[type.name]
  // The range's type, its flags, and two bounds (src/include/utils/rangetypes.h).
  if (range !== undefined) return varying(1 + 4 + 1 + 2 * range)
  if (type.name.includes('.')) {
    const own = catalog.type(type.name as RelationName)
    // An enum's value is the identifier of its label.
    if (own?.kind === 'enum') return { bytes: 4, alignment: 4, varies: false, assumed: false }
    if (own?.kind === 'domain') return widthOf(own.base, catalog, assumptions)
  }
  return varying(/citext|ltree/.test(type.name) ? assumptions.textBytes : assumptions.otherBytes)
}

const varying = (bytes: number, assumed = true): StoredWidth => ({ bytes, alignment: 4, varies: true, assumed })

const header = (characters: number): number => (characters + 1 < longestShort ? 1 : 4)

const bitBytes = (bits: number): number => 1 + 4 + Math.ceil(bits / 8)

/** Bytes of one bound. */
const rangeBounds: Readonly<Record<string, number>> = lookup({ int4range: 4, daterange: 4, int8range: 8, tsrange: 8, tstzrange: 8, numrange: 8 })

/** typlen and typalign (src/include/catalog/pg_type.dat); a test asks a server for them. */
export const fixedWidths: Readonly<Record<string, readonly [number, 1 | 2 | 4 | 8]>> = lookup({
  bool: [1, 1],
  char: [1, 1],
  int2: [2, 2],
  int4: [4, 4],
  int8: [8, 8],
  float4: [4, 4],
  float8: [8, 8],
  money: [8, 8],
  oid: [4, 4],
  regclass: [4, 4],
  regtype: [4, 4],
  regproc: [4, 4],
  regconfig: [4, 4],
  xid: [4, 4],
  xid8: [8, 8],
  cid: [4, 4],
  tid: [6, 2],
  pg_lsn: [8, 8],
  date: [4, 4],
  time: [8, 8],
  timetz: [12, 8],
  timestamp: [8, 8],
  timestamptz: [8, 8],
  interval: [16, 8],
  uuid: [16, 1],
  macaddr: [6, 4],
  macaddr8: [8, 4],
  point: [16, 8],
  line: [24, 8],
  lseg: [32, 8],
  box: [32, 8],
  circle: [24, 8],
  name: [64, 1],
})
