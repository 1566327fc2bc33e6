import type { Span } from '../model/span'
import { Class, classes, endOfBlockComment, endOfDollarQuoted, endOfDollarTag, endOfEscaped, endOfIdentifier, endOfLine, endOfQuoted } from './lexer'
import { Tokens, trimmedEnd } from './tokens'

export interface Piece {
  /** `meta` is a psql command (`\i file`), `copy-data` what follows COPY … FROM stdin, without the closing `\.`. */
  readonly kind: 'statement' | 'meta' | 'copy-data'
  /** From the first character to the last, without the semicolon, and without the comments and the space around it. */
  readonly span: Span
  /** Ended by a semicolon, a `\g`, or for data a `\.`. */
  readonly terminated: boolean
  /** Why the end is a guess. */
  readonly problem?: string
}

/**
 * Cuts a file into statements where psql would (src/fe_utils/psqlscan.l).
 *
 * Where psql would swallow the rest of the file, a person is most likely typing, and one statement is to be lost, not all that follow. So:
 * - a semicolon ends a statement even inside an open parenthesis, except in CREATE RULE, the one statement that may hold one there;
 * - a line that can only begin a statement (`CREATE TABLE`, `DROP INDEX`, `COMMENT ON` …), no deeper than the open statement, ends one whose semicolon is missing;
 * - where a quote, a comment or a BEGIN ATOMIC stays open to the end of the file, reading starts anew after the place that most likely lacks its end: see `resume`.
 * None of the three changes anything in a file that PostgreSQL accepts.
 */
export const split = (text: string): readonly Piece[] => {
  const pieces: Piece[] = []
  const length = text.length
  let i = text.charCodeAt(0) === 0xfeff ? 1 : 0
  let resumes = 0
  let resumedAt = i

  let start = -1
  let last = i
  let depth = 0
  let blockDepth = 0
  let head = Head.Other
  let words = 0
  let opened = ''
  let openedAt = -1

  const finish = (terminated: boolean, problem?: string): void => {
    const end = Math.max(start, last)
    pieces.push(problem === undefined ? { kind: 'statement', span: { start, end }, terminated } : { kind: 'statement', span: { start, end }, terminated, problem })
    start = -1
    depth = 0
    blockDepth = 0
    head = Head.Other
    words = 0
  }

  for (;;) {
    while (i < length) {
      const code = text.charCodeAt(i)
      const kind = code < 128 ? classes[code]! : Class.Letter
      if (kind === Class.Space) {
        i++
        continue
      }

      if (kind === Class.Letter) {
        const end = endOfIdentifier(text, i)
        const size = end - i
        if (start < 0) {
          start = i
          head = headOf(text, i, end)
        } else if (depth === 0 && blockDepth === 0 && head !== Head.Open && opens(text, i, size, start)) {
          finish(false, 'This statement has no semicolon.')
          continue
        }
        words++
        if (head === Head.Create && words <= 4) {
          const word = text.slice(i, end).toLowerCase()
          if (words === 2 && word === 'schema') head = Head.Open
          else if (word === 'function' || word === 'procedure') head = Head.Routine
          else if (word === 'rule') head = Head.Rule
        } else if (head === Head.Routine && depth === 0 && size <= 5 && size >= 3) {
          const word = text.slice(i, end).toLowerCase()
          if (word === 'begin' || (word === 'case' && blockDepth > 0)) {
            if (blockDepth === 0) openedAt = i
            blockDepth++
          } else if (word === 'end' && blockDepth > 0) blockDepth--
        }
        i = end
        if (size === 1 && (code === 69 || code === 101) && text.charCodeAt(i) === 39) {
          const after = endOfEscaped(text, i)
          if (after < 0) {
            opened = "'"
            openedAt = i
            i = length
            break
          }
          i = after
        }
        last = i
        continue
      }

      if (kind !== Class.Special) {
        if (start < 0) start = i
        last = ++i
        continue
      }

      switch (code) {
        case 39: // '
        case 34: {
          if (start < 0) start = i
          const after = endOfQuoted(text, i)
          if (after < 0) {
            opened = text[i]!
            openedAt = i
            i = length
          } else i = after
          last = i
          break
        }
        case 36: {
          if (start < 0) start = i
          const body = endOfDollarTag(text, i)
          if (body < 0) {
            i++
            while (classes[text.charCodeAt(i)] === Class.Digit) i++
          } else {
            const after = endOfDollarQuoted(text, i, body)
            if (after < 0) {
              opened = text.slice(i, body)
              openedAt = i
              i = length
            } else i = after
          }
          last = i
          break
        }
        case 45: // -
          if (text.charCodeAt(i + 1) === 45) i = endOfLine(text, i)
          else {
            if (start < 0) start = i
            last = ++i
          }
          break
        case 47: // /
          if (text.charCodeAt(i + 1) === 42) {
            const after = endOfBlockComment(text, i)
            if (after < 0) {
              opened = '/*'
              openedAt = i
              i = length
            } else i = after
          } else {
            if (start < 0) start = i
            last = ++i
          }
          break
        case 40: // (
        case 91:
          if (start < 0) start = i
          depth++
          last = ++i
          break
        case 41: // )
        case 93:
          if (start < 0) start = i
          if (depth > 0) depth--
          last = ++i
          break
        case 59: {
          // ;
          if (start < 0) {
            i++
            break
          }
          if (blockDepth > 0 || (depth > 0 && head === Head.Rule)) {
            last = ++i
            break
          }
          const copy = head === Head.Copy
          finish(true, depth > 0 ? 'A parenthesis is not closed.' : undefined)
          i++
          if (copy) {
            const { span } = pieces[pieces.length - 1]!
            if (readsInlineData(text.slice(span.start, span.end))) i = takeData(text, i, pieces)
          }
          break
        }
        default: {
          // A backslash begins a psql command: at the start of a line anywhere, and inside a statement where it sends it.
          if (start >= 0) {
            sends.lastIndex = i
            if (sends.test(text)) finish(true)
            else if (isAtLineStart(text, i)) finish(false, 'This statement has no semicolon before the psql command.')
            else {
              last = ++i
              break
            }
            if (text.charCodeAt(i + 1) === 59) {
              i += 2
              break
            }
          }
          i = takeMeta(text, i, pieces)
        }
      }
    }

    if (opened === '' && blockDepth > 0 && start >= 0) opened = 'begin'
    if (opened === '') break
    const again = resumes++ < resumeLimit ? resume(text, opened, openedAt, start, resumedAt, pieces) : undefined
    if (start < 0) start = openedAt
    if (again === undefined) {
      if (last <= start) last = length
      last = trimmedEnd(text, start, length)
      finish(false, unclosed(opened))
      break
    }
    pieces.length = again.pieces
    start = again.start
    last = again.end
    finish(again.terminated, unclosed(opened))
    i = resumedAt = again.at
    opened = ''
  }

  if (start >= 0) finish(false, depth > 0 ? 'A parenthesis is not closed.' : undefined)
  return pieces
}

/** The spans of the comments between two offsets, neither of which lies in a quote or in a comment. */
export const comments = (text: string, from: number, to: number): readonly Span[] => {
  const spans: Span[] = []
  for (let i = from; i < to; ) {
    const code = text.charCodeAt(i)
    const next = text.charCodeAt(i + 1)
    let after = i + 1
    if (code === 45 && next === 45) {
      after = endOfLine(text, i)
      spans.push({ start: i, end: Math.min(after, to) })
    } else if (code === 47 && next === 42) {
      after = endOfBlockComment(text, i)
      if (after < 0) after = to
      spans.push({ start: i, end: Math.min(after, to) })
    } else if (code === 39 || code === 34) after = endOfQuoted(text, i)
    else if (code === 36) {
      const body = endOfDollarTag(text, i)
      if (body >= 0) after = endOfDollarQuoted(text, i, body)
    } else if (code >= 128 || classes[code] === Class.Letter) {
      after = endOfIdentifier(text, i)
      if (after === i + 1 && (code | 32) === 101 && text.charCodeAt(after) === 39) after = endOfEscaped(text, after)
    }
    i = after < 0 ? to : after
  }
  return spans
}

const enum Head {
  Other,
  Create,
  Routine,
  Rule,
  Copy,
  /** May hold other statements at the start of a line: CREATE SCHEMA, EXPLAIN, PREPARE, WITH. */
  Open,
}

const headOf = (text: string, start: number, end: number): Head => {
  const size = end - start
  if (size !== 4 && size !== 6 && size !== 7) return Head.Other
  switch (text.slice(start, end).toLowerCase()) {
    case 'create':
      return Head.Create
    case 'copy':
      return Head.Copy
    case 'explain':
    case 'prepare':
    case 'with':
      return Head.Open
    default:
      return Head.Other
  }
}

const things =
  'aggregate|collation|conversion|database|domain|event|extension|foreign|function|group|index|language|materialized|operator|policy|procedure|publication|role|routine|rule|schema|sequence|server|statistics|subscription|tablespace|text|trigger|type|user|view'

/** Words that begin a statement and cannot stand at the start of a line inside one. After ALTER TABLE comes `ALTER index SET …` where a column is called so. */
const opening = new RegExp(
  `create\\s+(?:table|or\\s+replace|temp|temporary|unlogged|unique|global|local|recursive|constraint|${things})\\b|` +
    `alter\\s+(?:table\\b|(?:${things})\\s+(?!(?:set|drop|type|add|reset|restart)\\b)["\\w])|` +
    `drop\\s+(?:table\\b|(?:${things})\\s+(?!(?:cascade|restrict)\\b)["\\w])|` +
    'comment\\s+on\\s|truncate\\s+table\\b|lock\\s+table\\b|refresh\\s+materialized\\b|(?:begin|commit|rollback)\\s*;|do\\s+\\$|' +
    'insert\\s+into\\b|delete\\s+from\\b|update\\s+(?:only\\s+)?["\\w.]+\\s+set\\b',
  'iy',
)

const opens = (text: string, at: number, size: number, start: number): boolean => {
  if (size < 2 || size > 8 || !firstLetters.has(text.charCodeAt(at) | 32)) return false
  if (!isAtLineStart(text, at) || column(text, at) > column(text, lineStart(text, start))) return false
  opening.lastIndex = at
  if (!opening.test(text)) return false
  // These may be the action of a rule, whose head is known only by its second word.
  return !/^(?:insert|delete|update)$/i.test(text.slice(at, at + size)) || !/^create\s+(?:or\s+replace\s+)?rule\b/i.test(text.slice(start, start + 200))
}

const firstLetters = new Set([...'abcdilrtu'].map((letter) => letter.charCodeAt(0)))

const lineStart = (text: string, at: number): number => {
  let i = at
  while (i > 0 && text.charCodeAt(i - 1) !== 10 && text.charCodeAt(i - 1) !== 13) i--
  while (i < at && isBlank(text.charCodeAt(i))) i++
  return i
}

const column = (text: string, at: number): number => {
  let i = at
  while (i > 0 && text.charCodeAt(i - 1) !== 10 && text.charCodeAt(i - 1) !== 13) i--
  return at - i
}

const isBlank = (code: number): boolean => code === 32 || code === 9 || code === 0xfeff

const isAtLineStart = (text: string, at: number): boolean => {
  let i = at - 1
  while (i >= 0 && isBlank(text.charCodeAt(i))) i--
  return i < 0 || text.charCodeAt(i) === 10 || text.charCodeAt(i) === 13
}

/** psql commands that send what was typed so far. `\;` only separates. */
const sends = /\\(?:;|(?:g|gx|gset|gexec|gdesc|crosstabview|watch|bind|bind_named|parse|sendpipeline)(?![a-z_]))/y

const takeMeta = (text: string, start: number, pieces: Piece[]): number => {
  const lineEnd = endOfLine(text, start)
  // A double backslash ends the command, and SQL goes on in the same line.
  const separator = text.slice(start, lineEnd).search(/\s\\\\(?=\s|$)/)
  const end = separator < 0 ? lineEnd : start + separator
  pieces.push({ kind: 'meta', span: { start, end: trimmedEnd(text, start, end) }, terminated: true })
  if (separator >= 0) return end + 3
  return /^\\copy\b.*\sfrom\s+stdin\b/i.test(text.slice(start, end)) ? takeData(text, end, pieces) : end
}

const readsInlineData = (sql: string): boolean => {
  const tokens = new Tokens(sql)
  for (let i = 1; i + 1 < tokens.count; i++) if (tokens.depths[i] === 0 && tokens.isWord(i, 'from') && tokens.isWord(i + 1, 'stdin')) return true
  return false
}

const takeData = (text: string, from: number, pieces: Piece[]): number => {
  let start = endOfLine(text, from)
  if (start >= text.length) return text.length
  start += text.startsWith('\r\n', start) ? 2 : 1
  for (let line = start; ; ) {
    const end = endOfLine(text, line)
    if (end - line === 2 && text.startsWith('\\.', line)) {
      pieces.push({ kind: 'copy-data', span: { start, end: line }, terminated: true })
      return end
    }
    if (end >= text.length) {
      pieces.push({ kind: 'copy-data', span: { start, end: text.length }, terminated: false, problem: 'The data of COPY are not ended by a line with \\. alone.' })
      return text.length
    }
    line = end + (text.startsWith('\r\n', end) ? 2 : 1)
  }
}

const unclosed = (opened: string): string => {
  if (opened === '/*') return 'A comment is not closed.'
  if (opened === 'begin') return 'BEGIN ATOMIC has no END.'
  return `A quote is not closed: ${opened}`
}

/** Each resume reads the rest of the file once more, so their number is bounded and splitting stays linear. */
const resumeLimit = 12

interface Resume {
  readonly start: number
  readonly end: number
  readonly terminated: boolean
  /** Where to go on. */
  readonly at: number
  /** How many of the pieces found so far stay. */
  readonly pieces: number
}

/**
 * Something stays open to the end of the file.
 * The one that lacks its end is rarely the last: a lost quote turns every quote after it inside out.
 * So the first quote of the same sort is blamed that holds the start of a statement: within the open statement for ', " and comments, whose text seldom holds one;
 * and for dollar quotes, whose text is a program, the first since the last resume that holds a CREATE or a DO no deeper than the statement around it, else as for the others.
 */
const resume = (text: string, opened: string, openedAt: number, open: number, since: number, pieces: readonly Piece[]): Resume | undefined => {
  const start = open < 0 ? openedAt : open
  if (opened.startsWith('$')) {
    for (let at = text.indexOf(opened, since); at >= 0; ) {
      const end = text.indexOf(opened, at + opened.length)
      const owner = ownerOf(pieces, at)
      const from = owner < 0 ? start : pieces[owner]!.span.start
      if (from <= at) {
        const found = resumePoint(text, at + opened.length, end < 0 ? text.length : end, from, strong)
        if (found !== undefined) return { ...found, start: from, pieces: owner < 0 ? pieces.length : owner }
      }
      if (end < 0) break
      at = text.indexOf(opened, end + opened.length)
    }
  }
  let from = openedAt
  if (opened === "'" || opened === '"') {
    const tokens = new Tokens(text.slice(start))
    for (let i = 0; i < tokens.count; i++) {
      const at = start + tokens.starts[i]!
      if (text[at] === opened || text[start + tokens.ends[i]! - 1] === opened) {
        const found = resumePoint(text, at, start + tokens.ends[i]!, start, anyStatement)
        if (found !== undefined) return { ...found, start, pieces: pieces.length }
      }
    }
    from = Math.min(from, text.length)
  }
  const found = resumePoint(text, from, text.length, start, opened.startsWith('$') ? notOfPrograms : anyStatement)
  return found === undefined ? undefined : { ...found, start, pieces: pieces.length }
}

const ownerOf = (pieces: readonly Piece[], at: number): number => {
  for (let i = pieces.length - 1; i >= 0; i--) {
    const { span } = pieces[i]!
    if (span.start <= at && at < span.end) return i
    if (span.end <= at) return -1
  }
  return -1
}

const strong = /(?:create|do)\s/iy
const statements =
  'abort|alter|analyze|call|cluster|comment|commit|copy|create|deallocate|delete|discard|do|drop|execute|explain|grant|import|insert|listen|lock|merge|notify|prepare|reassign|refresh|reindex|release|reset|revoke|rollback|savepoint|security|select|set|show|start|table|truncate|update|vacuum|values|with'
const anyStatement = new RegExp(`(?:begin|end|${statements})\\b|\\\\[a-z!?]`, 'iy')
/** In PL/pgSQL, BEGIN and END stand at the start of a line as a rule. */
const notOfPrograms = new RegExp(`(?:${statements})\\b|\\\\[a-z!?]`, 'iy')

/** The first line after `from` that begins a statement, no deeper than the open one, with a semicolon or an empty line before it. */
const resumePoint = (text: string, from: number, to: number, start: number, beginning: RegExp): Pick<Resume, 'end' | 'terminated' | 'at'> | undefined => {
  const deepest = column(text, lineStart(text, start))
  let afterSemicolon = false
  let afterBlank = false
  let end = trimmedEnd(text, start, endOfLine(text, from))
  for (let line = from; line < to; ) {
    const lineEnd = endOfLine(text, line)
    const next = lineEnd + (text.startsWith('\r\n', lineEnd) ? 2 : 1)
    let first = line
    while (first < lineEnd && isBlank(text.charCodeAt(first))) first++
    if (first === lineEnd) afterBlank = true
    else {
      beginning.lastIndex = first
      if (line !== from && (afterSemicolon || afterBlank) && first - line <= deepest && beginning.test(text)) {
        const terminated = text.charCodeAt(end - 1) === 59
        return { end: terminated ? trimmedEnd(text, start, end - 1) : end, terminated, at: first }
      }
      if (!text.startsWith('--', first)) {
        const comment = text.slice(first, lineEnd).search(/\s--\s/)
        end = trimmedEnd(text, start, comment < 0 ? lineEnd : first + comment)
        afterSemicolon = text.charCodeAt(end - 1) === 59
        afterBlank = false
      }
    }
    line = next
  }
  return undefined
}
