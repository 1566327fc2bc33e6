import { Class, classes, endOfBlockComment, endOfDollarQuoted, endOfDollarTag, endOfEscaped, endOfIdentifier, endOfLine, endOfQuoted, isSpace } from './lexer'

export const enum TokenKind {
  Word,
  QuotedWord,
  String,
  Number,
  Parameter,
  /** One character of an operator or of punctuation. */
  Sign,
}

/**
 * The words of a text, as far as cutting it into pieces needs them: operators come as single characters.
 * Made by ourselves and not by the parser's scanner because it needs no second call into WebAssembly, and because it also reads half-typed text.
 */
export class Tokens {
  readonly text: string
  readonly starts: number[] = []
  readonly ends: number[] = []
  readonly kinds: TokenKind[] = []
  /** How many parentheses and brackets are open around the token; the parentheses themselves count as outside. */
  readonly depths: number[] = []

  constructor(text: string) {
    this.text = text
    let depth = 0
    const length = text.length
    for (let i = 0; i < length; ) {
      const code = text.charCodeAt(i)
      const kind = code < 128 ? classes[code]! : Class.Letter
      if (kind === Class.Space) {
        i++
        continue
      }
      let end = i + 1
      let token = TokenKind.Sign
      if (kind === Class.Letter) {
        end = endOfIdentifier(text, i)
        token = TokenKind.Word
        const next = text.charCodeAt(end)
        if (next === 39 && end === i + 1 && isStringPrefix(code)) {
          end = code === 69 || code === 101 ? endOfEscaped(text, end) : endOfString(text, end)
          token = TokenKind.String
        } else if (next === 38 && end === i + 1 && (code === 85 || code === 117)) {
          const quote = text.charCodeAt(end + 1)
          if (quote === 39 || quote === 34) {
            end = endOfString(text, end + 1)
            token = quote === 39 ? TokenKind.String : TokenKind.QuotedWord
          }
        }
      } else if (kind === Class.Digit) {
        end = endOfNumber(text, i)
        token = TokenKind.Number
      } else if (code === 39 || code === 34) {
        end = endOfString(text, i)
        token = code === 39 ? TokenKind.String : TokenKind.QuotedWord
      } else if (code === 36) {
        const body = endOfDollarTag(text, i)
        if (body >= 0) {
          end = endOfDollarQuoted(text, i, body)
          token = TokenKind.String
        } else if (classes[text.charCodeAt(i + 1)] === Class.Digit) {
          while (classes[text.charCodeAt(end)] === Class.Digit) end++
          token = TokenKind.Parameter
        }
      } else if (code === 45 && text.charCodeAt(i + 1) === 45) {
        i = endOfLine(text, i)
        continue
      } else if (code === 47 && text.charCodeAt(i + 1) === 42) {
        const after = endOfBlockComment(text, i)
        i = after < 0 ? length : after
        continue
      } else if (code === 46 && classes[text.charCodeAt(i + 1)] === Class.Digit && (this.ends.length === 0 || this.ends[this.ends.length - 1] !== i)) {
        end = endOfNumber(text, i)
        token = TokenKind.Number
      }
      if (end < 0) end = length
      if (code === 41 || code === 93) depth = Math.max(0, depth - 1)
      this.starts.push(i)
      this.ends.push(end)
      this.kinds.push(token)
      this.depths.push(depth)
      if (code === 40 || code === 91) depth++
      i = end
    }
  }

  get count(): number {
    return this.starts.length
  }

  /** The token that begins at the offset, else the first after it. */
  at(offset: number): number {
    let low = 0
    let high = this.starts.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.starts[middle]! < offset) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Lower case, and empty where the token is no bare word. After a dot any word is a name: `t.case`. */
  word(index: number): string {
    return this.kinds[index] === TokenKind.Word && !this.#isAfterDot(index) ? this.text.slice(this.starts[index], this.ends[index]).toLowerCase() : ''
  }

  isWord(index: number, word: string): boolean {
    return this.kinds[index] === TokenKind.Word && word.length === this.ends[index]! - this.starts[index]! && this.word(index) === word
  }

  #isAfterDot(index: number): boolean {
    return index > 0 && this.kinds[index - 1] === TokenKind.Sign && this.text.charCodeAt(this.starts[index - 1]!) === 46
  }

  /** The character of a sign, else empty. */
  sign(index: number): string {
    return this.kinds[index] === TokenKind.Sign ? this.text[this.starts[index]!]! : ''
  }

  /** The token that closes the parenthesis or bracket at `index`, or the last token. */
  closing(index: number): number {
    const depth = this.depths[index]!
    for (let i = index + 1; i < this.count; i++) if (this.depths[i]! <= depth) return i
    return this.count - 1
  }
}

/** Whether the name stands in the text, bare or in quotes, whatever it is the name of there. */
export const saysWord = (text: string, name: string): boolean => {
  const tokens = new Tokens(text)
  return tokens.kinds.some((kind, index) => {
    const written = text.slice(tokens.starts[index], tokens.ends[index])
    return (kind === TokenKind.Word && written.toLowerCase() === name) || (kind === TokenKind.QuotedWord && written.slice(1, -1).replaceAll('""', '"') === name)
  })
}

/** E'…', B'…', X'…', N'…'. */
const isStringPrefix = (code: number): boolean => {
  const lower = code | 32
  return lower === 101 || lower === 98 || lower === 120 || lower === 110
}

/** A whole literal: with its doubled quotes, and with the parts that SQL joins across a line break left as tokens of their own. */
const endOfString = (text: string, start: number): number => {
  let end = endOfQuoted(text, start)
  while (end >= 0 && text.charCodeAt(end) === text.charCodeAt(start)) end = endOfQuoted(text, end)
  return end
}

const endOfNumber = (text: string, start: number): number => {
  let i = start
  for (; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code >= 128) break
    const kind = classes[code]
    if (kind === Class.Digit || kind === Class.Letter) continue
    if (code === 46 && text.charCodeAt(i + 1) !== 46) continue
    if ((code === 43 || code === 45) && (text.charCodeAt(i - 1) | 32) === 101 && classes[text.charCodeAt(i + 1)] === Class.Digit && !/^0x/i.test(text.slice(start, start + 2))) continue
    break
  }
  return i
}

export const trimmedEnd = (text: string, start: number, end: number): number => {
  let i = end
  while (i > start && isSpace(text.charCodeAt(i - 1))) i--
  return i
}
