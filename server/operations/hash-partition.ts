import type { Column } from '../catalog/relation'
import type { ExpressionTree } from '../sql/expression-tree'

/** A value of a partition key as PostgreSQL hashes it, 64 bits; undefined where its type, or the way it is written, is not one that is known here. */
export function hashOf(value: ExpressionTree, column: Column): bigint | undefined {
  const { name, dimensions } = column.type
  if (dimensions > 0) return undefined
  if (name === 'int2' || name === 'int4') return hashInteger(integerOf(value), 32)
  if (name === 'int8') return hashInteger(integerOf(value), 64)
  const text = textOf(value)
  if (text === undefined) return undefined
  if (name === 'uuid') return /^[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}$/i.test(text) ? hashBytes(Buffer.from(text.replaceAll('-', ''), 'hex')) : undefined
  // What other letters are in bytes is the encoding's to say, and a collation may take different texts for one.
  if (!/^[\0-\x7f]*$/.test(text) || !['default', '"C"', '"POSIX"', undefined].includes(column.collation)) return undefined
  if (name === 'text' || name === 'varchar') return hashBytes(Buffer.from(text))
  // Blanks at the end are no part of it, and what is cast to text is compared as text (bcTruelen in src/backend/utils/adt/varchar.c).
  return name === 'bpchar' && value.kind === 'string' ? hashBytes(Buffer.from(text.replace(/ +$/, ''))) : undefined
}

/** Of all keys of a row, those that are NULL left out (compute_partition_hash_value in src/backend/partitioning/partbounds.c). */
export const combined = (hashes: readonly bigint[]): bigint => hashes.reduce((row, hash) => row ^ wrapped64(hash + 0x49a0f4dd15e5a8e3n + (row << 54n) + (row >> 7n)), 0n)

const isInteger = /^(small|big)?int(eger|[248])?$/i

function integerOf(value: ExpressionTree): bigint | undefined {
  if (value.kind === 'cast' && isInteger.test(value.type)) return integerOf(value.operand)
  if (value.kind === 'number') return Number.isSafeInteger(value.value) ? BigInt(value.value) : undefined
  if (value.kind === 'unary' && value.operator === '-') {
    const positive = integerOf(value.operand)
    return positive === undefined ? undefined : -positive
  }
  const text = textOf(value)
  return text !== undefined && /^\s*[+-]?\d+\s*$/.test(text) ? BigInt(text.trim().replace('+', '')) : undefined
}

const textOf = (value: ExpressionTree): string | undefined => (value.kind === 'string' ? value.value : value.kind === 'cast' && value.operand.kind === 'string' ? value.operand.value : undefined)

/** hashint4extended and hashint8extended in src/backend/access/hash/hashfunc.c: a number has the same hash in each width. */
function hashInteger(value: bigint | undefined, bits: 32 | 64): bigint | undefined {
  if (value === undefined || BigInt.asIntN(bits, value) !== value) return undefined
  const high = Number(BigInt.asUintN(32, value >> 32n))
  const low = Number(BigInt.asUintN(32, value))
  const state = seeded(4)
  state.a = (state.a + (bits === 32 ? low : low ^ (value >= 0n ? high : ~high))) | 0
  return final(state)
}

/** hash_bytes_extended in src/common/hashfn.c, as machines have it that write the low byte first. */
function hashBytes(bytes: Buffer): bigint {
  const state = seeded(bytes.length)
  let at = 0
  for (; bytes.length - at >= 12; at += 12) {
    state.a = (state.a + bytes.readInt32LE(at)) | 0
    state.b = (state.b + bytes.readInt32LE(at + 4)) | 0
    state.c = (state.c + bytes.readInt32LE(at + 8)) | 0
    mix(state)
  }
  const rest = bytes.subarray(at)
  // The lowest byte of c is left to the length.
  rest.forEach((byte, index) => {
    if (index < 4) state.a = (state.a + (byte << (8 * index))) | 0
    else if (index < 8) state.b = (state.b + (byte << (8 * (index - 4)))) | 0
    else state.c = (state.c + (byte << (8 * (index - 7)))) | 0
  })
  return final(state)
}

interface State {
  a: number
  b: number
  c: number
}

/** HASH_PARTITION_SEED in src/include/catalog/partition.h. */
const seed = 0x7a5b22367996dcfdn

function seeded(length: number): State {
  const start = (0x9e3779b9 + length + 3923095) | 0
  const state = { a: (start + Number(seed >> 32n)) | 0, b: (start + Number(seed & 0xffffffffn)) | 0, c: start }
  mix(state)
  return state
}

const rotated = (word: number, by: number): number => (word << by) | (word >>> (32 - by))

function mix(s: State): void {
  s.a = ((s.a - s.c) ^ rotated(s.c, 4)) | 0
  s.c = (s.c + s.b) | 0
  s.b = ((s.b - s.a) ^ rotated(s.a, 6)) | 0
  s.a = (s.a + s.c) | 0
  s.c = ((s.c - s.b) ^ rotated(s.b, 8)) | 0
  s.b = (s.b + s.a) | 0
  s.a = ((s.a - s.c) ^ rotated(s.c, 16)) | 0
  s.c = (s.c + s.b) | 0
  s.b = ((s.b - s.a) ^ rotated(s.a, 19)) | 0
  s.a = (s.a + s.c) | 0
  s.c = ((s.c - s.b) ^ rotated(s.b, 4)) | 0
  s.b = (s.b + s.a) | 0
}

function final(s: State): bigint {
  s.c = ((s.c ^ s.b) - rotated(s.b, 14)) | 0
  s.a = ((s.a ^ s.c) - rotated(s.c, 11)) | 0
  s.b = ((s.b ^ s.a) - rotated(s.a, 25)) | 0
  s.c = ((s.c ^ s.b) - rotated(s.b, 16)) | 0
  s.a = ((s.a ^ s.c) - rotated(s.c, 4)) | 0
  s.b = ((s.b ^ s.a) - rotated(s.a, 14)) | 0
  s.c = ((s.c ^ s.b) - rotated(s.b, 24)) | 0
  return (BigInt(s.b >>> 0) << 32n) | BigInt(s.c >>> 0)
}

const wrapped64 = (value: bigint): bigint => BigInt.asUintN(64, value)
