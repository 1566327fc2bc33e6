import { endOfIdentifier } from './lexer'
import { TokenKind, Tokens } from './tokens'

/** A text without variables. */
export interface Filled {
  readonly text: string
  /** What stands in it where the variables were: nothing that holds one of these names what the author meant. */
  readonly standIns: readonly string[]
}

/**
 * The text with psql's variables replaced by something of the same length that may parse: `:name` by an identifier, else by a number;
 * `:'name'` by a string and `:"name"` by a quoted name, each beginning where the variable does; `:{?name}` by true. Nothing where the text has none.
 */
export function* fillVariables(text: string): Generator<Filled> {
  const variables = find(text)
  if (variables.length === 0) return
  yield fill(text, variables, (name) => `_${name.slice(1)}`)
  yield fill(text, variables, (name) => '1'.padEnd(name.length))
}

interface Variable {
  readonly start: number
  readonly end: number
  /** Of one in quotes, which stay. */
  readonly name?: string
}

const find = (text: string): readonly Variable[] => {
  const tokens = new Tokens(text)
  const found: Variable[] = []
  for (let i = 0; i + 1 < tokens.count; i++) {
    const start = tokens.starts[i]!
    if (tokens.sign(i) !== ':' || tokens.starts[i + 1] !== start + 1 || text[start - 1] === ':') continue
    const kind = tokens.kinds[i + 1]
    if (kind === TokenKind.Word) found.push({ start, end: endOfIdentifier(text, start + 1) })
    else if (kind === TokenKind.String || kind === TokenKind.QuotedWord) found.push({ start, end: start + 2, name: text.slice(start + 2, tokens.ends[i + 1]! - 1) })
    else if (text.startsWith('{?', start + 1)) {
      const end = text.indexOf('}', start)
      if (end > 0) found.push({ start, end: end + 1 })
    }
  }
  return found
}

const fill = (text: string, variables: readonly Variable[], substitute: (name: string) => string): Filled => {
  const standIns = new Set<string>()
  let filled = ''
  let at = 0
  for (const { start, end, name } of variables) {
    const written = text.slice(start, end)
    const standIn = name !== undefined ? `${written[1]!}_` : written.startsWith(':{') ? 'true'.padEnd(written.length) : substitute(written)
    standIns.add((name === undefined ? standIn.trim() : `_${name}`).toLowerCase())
    filled += text.slice(at, start) + standIn
    at = end
  }
  return { text: filled + text.slice(at), standIns: [...standIns] }
}
