/** A stretch of text. Offsets are UTF-16 code units from the start of the text the span belongs to; `end` is exclusive. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** A place as editors and the JSON report count it: both 0-based, `character` in UTF-16 code units. */
export interface Position {
  readonly line: number
  readonly character: number
}

export interface Range {
  readonly start: Position
  readonly end: Position
}

export const shift = (span: Span, by: number): Span => (by === 0 ? span : { start: span.start + by, end: span.end + by })

export const contains = (span: Span, offset: number): boolean => span.start <= offset && offset <= span.end

/**
 * Turns offsets of one text into lines and back in O(log lines). Lines end at `\n`, `\r\n` or `\r`, as in the Language Server Protocol.
 * Given the index of an earlier text, it looks for lines only where the two differ.
 */
export class LineIndex {
  readonly #text: string
  readonly #starts: Int32Array
  readonly #length: number

  constructor(text: string, before?: LineIndex) {
    this.#text = text
    this.#starts = before ? startsAfter(before.#text, before.#starts, text) : Int32Array.from([0, ...startsBetween(text, 1, text.length)])
    this.#length = text.length
  }

  /** Offsets outside the text are taken to its nearest end. */
  position(offset: number): Position {
    const at = Math.max(0, Math.min(offset, this.#length))
    const line = startsUpTo(this.#starts, at) - 1
    return { line, character: at - this.#starts[line]! }
  }

  range(span: Span): Range {
    return { start: this.position(span.start), end: this.position(span.end) }
  }

  /** A line past the last is the end of the text; a character past its line is taken as it is, within the text. */
  offset(position: Position): number {
    const start = this.#starts[position.line]
    return start === undefined ? this.#length : Math.min(start + position.character, this.#length)
  }
}

/** The starts of lines from `first` to `last`, both inclusive, neither 0. Whether a line starts at an offset, the characters beside it decide alone. */
function startsBetween(text: string, first: number, last: number): readonly number[] {
  const starts: number[] = []
  if (text.includes('\r')) {
    for (let at = first; at <= last; at++) {
      const code = text.charCodeAt(at - 1)
      if (code === 10 || (code === 13 && text.charCodeAt(at) !== 10)) starts.push(at)
    }
  } else for (let at = text.indexOf('\n', first - 1); at >= 0 && at < last; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

function startsAfter(old: string, starts: Int32Array, text: string): Int32Array {
  const head = sharedStart(old, text)
  const tail = sharedEnd(old, text, head)
  const first = Math.max(head, 1)
  const last = text.length - tail
  const fresh = startsBetween(text, first, last)
  const kept = startsUpTo(starts, first - 1)
  const behind = startsUpTo(starts, old.length - tail)
  const result = new Int32Array(kept + fresh.length + starts.length - behind)
  result.set(starts.subarray(0, kept))
  result.set(fresh, kept)
  const by = text.length - old.length
  for (let from = behind, to = kept + fresh.length; from < starts.length; from++, to++) result[to] = starts[from]! + by
  return result
}

/** How many lines start at `offset` or before it. */
function startsUpTo(starts: Int32Array, offset: number): number {
  let low = 0
  let high = starts.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (starts[middle]! <= offset) low = middle + 1
    else high = middle
  }
  return low
}

/** UTF-16 code units that are compared at once: whole stretches are compared far faster than one unit after the other. */
const longestStretch = 1 << 16

function sharedStart(a: string, b: string): number {
  const most = Math.min(a.length, b.length)
  let shared = 0
  for (let stretch = longestStretch; stretch > 0; stretch >>= 1) while (shared + stretch <= most && a.slice(shared, shared + stretch) === b.slice(shared, shared + stretch)) shared += stretch
  return shared
}

/** Beside the first `head` units, which are not counted twice. */
function sharedEnd(a: string, b: string, head: number): number {
  const most = Math.min(a.length, b.length) - head
  let shared = 0
  for (let stretch = longestStretch; stretch > 0; stretch >>= 1)
    while (shared + stretch <= most && a.slice(a.length - shared - stretch, a.length - shared) === b.slice(b.length - shared - stretch, b.length - shared)) shared += stretch
  return shared
}
