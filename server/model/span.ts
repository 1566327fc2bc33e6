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

/** Turns offsets of one text into lines and back in O(log lines). Lines end at `\n`, `\r\n` or `\r`, as in the Language Server Protocol. */
export class LineIndex {
  readonly #starts: readonly number[]
  readonly #length: number

  constructor(text: string) {
    const starts = [0]
    if (text.includes('\r')) {
      for (let i = 0; i < text.length; i++) {
        const code = text.charCodeAt(i)
        if (code === 10 || (code === 13 && text.charCodeAt(i + 1) !== 10)) starts.push(i + 1)
      }
    } else for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
    this.#starts = starts
    this.#length = text.length
  }

  /** Offsets outside the text are taken to its nearest end. */
  position(offset: number): Position {
    const at = Math.max(0, Math.min(offset, this.#length))
    let low = 0
    let high = this.#starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.#starts[middle]! <= at) low = middle
      else high = middle - 1
    }
    return { line: low, character: at - this.#starts[low]! }
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
