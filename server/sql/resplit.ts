import { firstWhere } from '../model/first-where'
import { shift } from '../model/span'
import { split } from './split'
import type { Piece } from './split'

/** The pieces of a text, and how they came about from those of an earlier one. */
export interface Recut {
  readonly text: string
  readonly pieces: readonly Piece[]
  /** The first so many pieces are the earlier ones, unmoved. */
  readonly kept: number
  /** The last so many are the earlier ones, moved along. */
  readonly moved: number
  /** No piece has a problem. */
  readonly isSure: boolean
}

/** Stands for the first untouched statement behind an edit, to see whether reading arrives there in order. */
const sentinel = 'SELECT 1;'

/**
 * `split(text)`, but reads only what lies around the place where the text differs from an earlier one.
 * The result is the same: where reading does not arrive at an untouched statement in order (an open quote, say), the whole text is split.
 */
export function resplit(earlier: Recut | undefined, text: string): Recut {
  const recut = earlier && around(earlier, text)
  if (recut) return recut
  const pieces = split(text)
  return { text, pieces, kept: 0, moved: 0, isSure: pieces.every((piece) => piece.problem === undefined) }
}

function around({ text: old, pieces, isSure }: Recut, text: string): Recut | undefined {
  if (old === text) return { text, pieces, kept: pieces.length, moved: 0, isSure }
  // Where an end is guessed, the guess may depend on any part of the file.
  if (!isSure) return undefined
  const prefix = commonPrefix(old, text)
  const suffix = commonSuffix(old, text, Math.min(old.length, text.length) - prefix)

  // At the start of what is read a byte order mark would be taken for the file's own.
  const isMarked = (index: number): boolean => old.charCodeAt(pieces[index]!.span.start) === 0xfeff
  const isFresh = (index: number): boolean => pieces[index]!.kind === 'statement' && !isMarked(index) && (index === 0 || (pieces[index - 1]!.kind === 'statement' && pieces[index - 1]!.terminated && pieces[index - 1]!.problem === undefined))
  let first = firstFrom(pieces, prefix) - 2
  while (first >= 0 && !isFresh(first)) first--
  const from = first < 0 ? 0 : pieces[first]!.span.start
  const kept = Math.max(first, 0)

  const delta = text.length - old.length
  let after = firstFrom(pieces, old.length - suffix)
  // A semicolon right before the statement may be part of the edit, so one statement of distance is kept.
  for (let distance = 1; distance < 4; distance++) {
    after += 1
    while (after < pieces.length && !isFresh(after)) after++
    if (after >= pieces.length) return undefined
    const to = pieces[after]!.span.start + delta
    const read = split(text.slice(from, to) + sentinel)
    const last = read[read.length - 1]
    const arrives = last?.span.start === to - from && last.terminated && read.every((piece) => piece.problem === undefined) && (read[read.length - 2]?.terminated ?? true)
    if (!arrives) continue
    const fresh = read.slice(0, -1).map((piece) => move(piece, from))
    const moved = delta === 0 ? pieces.slice(after) : pieces.slice(after).map((piece) => move(piece, delta))
    return { text, pieces: [...pieces.slice(0, kept), ...fresh, ...moved], kept, moved: moved.length, isSure }
  }
  return undefined
}

/** Tens of thousands of them are moved with each character that is typed, and a copy by `...` takes several times as long as one by name. */
const move = ({ kind, span, terminated, problem }: Piece, by: number): Piece => (problem === undefined ? { kind, span: shift(span, by), terminated } : { kind, span: shift(span, by), terminated, problem })

/** Strings are compared a stretch at a time, which the engine does far faster than a loop over characters. */
const stretch = 4096

function commonPrefix(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length)
  let at = 0
  while (at < shorter && a.slice(at, at + stretch) === b.slice(at, at + stretch)) at += stretch
  at = Math.min(at, shorter)
  while (at < shorter && a.charCodeAt(at) === b.charCodeAt(at)) at++
  return at
}

function commonSuffix(a: string, b: string, most: number): number {
  let count = 0
  while (count + stretch <= most && a.slice(a.length - count - stretch, a.length - count) === b.slice(b.length - count - stretch, b.length - count)) count += stretch
  while (count < most && a.charCodeAt(a.length - 1 - count) === b.charCodeAt(b.length - 1 - count)) count++
  return count
}

/** The first piece that starts at an offset or after it. */
const firstFrom = (pieces: readonly Piece[], offset: number): number => firstWhere(pieces.length, (at) => pieces[at]!.span.start >= offset)
