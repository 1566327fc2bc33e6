/**
 * The few rules of PostgreSQL's scanner (src/backend/parser/scan.l) and of psql's (src/fe_utils/psqlscan.l) that decide where a piece of text ends.
 * Each function takes the offset where the piece begins and gives the offset after it, or -1 where the text ends first.
 */

/** What a character can begin; every character above ASCII is a letter to PostgreSQL. */
export const enum Class {
  Other,
  Space,
  Letter,
  Digit,
  Special,
}

export const classes: Uint8Array = (() => {
  const table = new Uint8Array(128)
  for (const space of ' \t\n\r\f\v') table[space.charCodeAt(0)] = Class.Space
  for (let i = 97; i <= 122; i++) table[i] = table[i - 32] = Class.Letter
  for (let i = 48; i <= 57; i++) table[i] = Class.Digit
  table[95] = Class.Letter
  for (const special of '\'"$-/();\\[]') table[special.charCodeAt(0)] = Class.Special
  return table
})()

export const isSpace = (code: number): boolean => code === 32 || (code >= 9 && code <= 13)

export const endOfIdentifier = (text: string, start: number): number => {
  let i = start + 1
  for (; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 128 && classes[code] !== Class.Letter && classes[code] !== Class.Digit && code !== 36) break
  }
  return i
}

/** '…' and "…": a doubled quote is two pieces that touch, which ends at the same place. */
export const endOfQuoted = (text: string, start: number): number => {
  const end = text.indexOf(text[start]!, start + 1)
  return end < 0 ? -1 : end + 1
}

/** The quote of E'…', where a backslash takes the next character along. */
export const endOfEscaped = (text: string, quote: number): number => {
  for (let i = quote + 1; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 92) i++
    else if (code === 39) {
      if (text.charCodeAt(i + 1) !== 39) return i + 1
      i++
    }
  }
  return -1
}

/** The offset after the opening `$tag$`, or -1 where the dollar opens nothing. A tag does not begin with a digit, so `$1` is a parameter. */
export const endOfDollarTag = (text: string, start: number): number => {
  for (let i = start + 1; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 36) return i + 1
    if (code < 128 && classes[code] !== Class.Letter && (i === start + 1 || classes[code] !== Class.Digit)) return -1
  }
  return -1
}

export const endOfDollarQuoted = (text: string, start: number, bodyStart: number): number => {
  const tag = text.slice(start, bodyStart)
  const end = text.indexOf(tag, bodyStart)
  return end < 0 ? -1 : end + tag.length
}

export const endOfLine = (text: string, start: number): number => {
  for (let i = start; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 10 || code === 13) return i
  }
  return text.length
}

/** Block comments nest. */
export const endOfBlockComment = (text: string, start: number): number => {
  let depth = 1
  for (let i = start + 2; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 42 && text.charCodeAt(i + 1) === 47) {
      i++
      if (--depth === 0) return i + 1
    } else if (code === 47 && text.charCodeAt(i + 1) === 42) {
      i++
      depth++
    }
  }
  return -1
}
