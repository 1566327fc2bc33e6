import type { Span } from '../model/span'
import type { Expression } from './command'
import { TokenKind, Tokens } from './tokens'

/** Some tokens in a row: `to` is exclusive. */
export interface Slice {
  readonly from: number
  readonly to: number
}

/** One statement's text, and its tokens once something asks for them: the parser's tree says where most things begin, and only tokens say where they end. */
export class Source {
  readonly sql: string
  readonly #parsed: string
  #tokens: Tokens | undefined

  /** `parsed` is the text the parser saw, where that is not `sql` itself. Both have the same length. */
  constructor(parsed: string, sql = parsed) {
    this.sql = sql
    this.#parsed = parsed
  }

  get tokens(): Tokens {
    this.#tokens ??= new Tokens(this.#parsed)
    return this.#tokens
  }

  get whole(): Slice {
    return { from: 0, to: this.tokens.count }
  }

  slice(span: Span): Slice {
    return { from: this.tokens.at(span.start), to: this.tokens.at(span.end) }
  }

  /** An empty slice lies between two tokens. */
  span(slice: Slice): Span {
    const { starts, ends } = this.tokens
    if (slice.to <= slice.from) {
      const at = slice.from > 0 ? (ends[slice.from - 1] ?? this.sql.length) : 0
      return { start: at, end: at }
    }
    return { start: starts[slice.from]!, end: ends[slice.to - 1]! }
  }

  expression(slice: Slice): Expression {
    const span = this.span(slice)
    return { sql: this.sql.slice(span.start, span.end), span }
  }

  /** What is between the parenthesis at `open` and the one that closes it. */
  inside(open: number): Slice {
    return { from: open + 1, to: this.tokens.closing(open) }
  }

  /** The parts between the commas of a slice, none of them inside parentheses. */
  commaParts(slice: Slice): Slice[] {
    if (slice.to <= slice.from) return []
    const { tokens } = this
    const depth = tokens.depths[slice.from]!
    const parts: Slice[] = []
    let from = slice.from
    for (let i = slice.from; i < slice.to; i++) {
      if (tokens.depths[i] === depth && tokens.sign(i) === ',') {
        parts.push({ from, to: i })
        from = i + 1
      }
    }
    parts.push({ from, to: slice.to })
    return parts
  }

  /** The parts for the `count` things the tree knows; where the two disagree, each thing is the whole. */
  parts(slice: Slice, count: number): Slice[] {
    const parts = this.commaParts(slice)
    return parts.length === count ? parts : Array.from({ length: count }, () => slice)
  }

  /** The first of the words at the depth of the slice's first token, or -1. */
  find(slice: Slice, ...words: readonly string[]): number {
    const { tokens } = this
    const depth = tokens.depths[slice.from] ?? 0
    for (let i = slice.from; i < slice.to; i++) if (tokens.kinds[i] === TokenKind.Word && tokens.depths[i] === depth && words.includes(tokens.word(i))) return i
    return -1
  }

  /** The first opening parenthesis at or after a token, or -1. */
  open(from: number, to: number): number {
    for (let i = from; i < to; i++) if (this.tokens.sign(i) === '(') return i
    return -1
  }

  /** The token after `a`, `a.b` or `a.b.c`. */
  afterName(at: number): number {
    let i = at + 1
    while (this.tokens.sign(i) === '.') i += 2
    return i
  }
}
