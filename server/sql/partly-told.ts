import { quoteIdentifier, quoteLiteral } from '../model/name'
import type { Command } from './command'
import { textOf } from './constant-text'
import { readExpression } from './expression'
import type { ExpressionTree } from './expression-tree'
import { read } from './read'
import { TokenKind, Tokens } from './tokens'

/** What a text says whatever stands in the parts of it that nobody can tell before it runs. */
export interface PartlyTold {
  readonly text: string
  readonly commands: readonly Command[]
  /** All of it is told, but for the query of a view and the conditions of a policy, which do not run. */
  readonly isWhole: boolean
  /** What is not told is the query of a view. */
  readonly isViewAlone: boolean
  /** It holds a part that is not told, so nothing is to be said of it. */
  readonly isUntold: (text: string) => boolean
  /** Each such part stands in a literal: what the statement does hangs on none. */
  readonly inLiterals: boolean
  /** A query, whose relations and functions are all told: each part that is not is one name of a column or one value, whatever it holds. */
  readonly isQuery: boolean
}

/**
 * Reads a text that is put together, with a name or a number in the place of each part that is not told; undefined where it makes no statement.
 * `emptied`: nothing is left of what empty strings said, and little of numbers.
 */
export function partlyTold(expression: string, emptied: boolean): PartlyTold | undefined {
  const { tree } = readExpression(expression.trim())
  if (!tree) return undefined
  const numbers = new Set<number>()
  const queries = new Set<number>()
  // A part stands as a name; where the grammar wants a number, as one, and where it wants the query of a view, as one that says nothing.
  for (;;) {
    const parts = { count: 0 }
    const text = textWith(tree, emptied, () => (queries.has(parts.count) ? (parts.count++, 'SELECT') : standIn(parts.count, numbers.has(parts.count++))))
    if (text === undefined || parts.count > mostParts) return undefined
    const { commands, problem, standIns } = read(text)
    if (!problem) return standIns === undefined && commands.length > 0 ? { text, commands, isWhole: parts.count === queries.size || isInConditionsOf(commands), isViewAlone: queries.size > 0 && parts.count === queries.size, isUntold, inLiterals: isInLiterals(text), isQuery: namesAll(commands) && areTokens(tree, emptied) } : undefined
    const next = /_untold_(\d+)_/.exec(text.slice(problem.span.start))
    if (!next || next.index > 0 || numbers.has(Number(next[1]))) return undefined
    if (/^\s*create\s+(or\s+replace\s+)?view\s.*\sas\s*$/is.test(text.slice(0, problem.span.start))) queries.add(Number(next[1]))
    else numbers.add(Number(next[1]))
  }
}

const mostParts = 20

const standIn = (place: number, asNumber: boolean): string => (asNumber ? `19283746${String(place).padStart(2, '0')}` : `_untold_${place}_`)

export const isUntold = (text: string): boolean => /_untold_\d+_|19283746\d\d/.test(text)

/** What puts texts together. */
const joining = new Set(['format', 'concat', 'concat_ws', 'quote_ident', 'quote_literal'])

function textWith(tree: ExpressionTree, emptied: boolean, standsIn: () => string): string | undefined {
  return textOf(tree, (part) => {
    if ((part.kind === 'binary' && part.operator === '||') || (part.kind === 'call' && joining.has(part.function.name))) return undefined
    if (emptied && (part.kind === 'number' || (part.kind === 'string' && part.value.trim() === ''))) return standsIn()
    return textOf(part) ?? standsIn()
  })
}

/** In what a query names besides columns no part is left untold. */
function namesAll([command, ...more]: readonly Command[]): boolean {
  if (command?.kind !== 'query' || more.length > 0) return false
  const { reads, locksRows, functions, sequences, changes } = command.query
  const names = [...reads, ...locksRows, ...functions].map(({ schema, name }) => [schema, name])
  return changes.length === 0 && !isUntold(JSON.stringify([names, functions, sequences]))
}

/** Each part that is not told stands in a condition of a policy, and names no relation there. */
const isInConditionsOf = ([command, ...more]: readonly Command[]): boolean =>
  command?.kind === 'policy' && more.length === 0 && !isUntold(JSON.stringify([command.name, command.relation, command.to, command.query]))

/** What would end a name or a literal that it is put into as it is; where it is quoted, it makes one token. */
const breaking = `_untold_'"`

function areTokens(tree: ExpressionTree, emptied: boolean): boolean {
  const parts = { count: 0 }
  const text = textWith(tree, emptied, () => {
    parts.count++
    return breaking
  })
  const tokens = new Tokens(text ?? '')
  const whole = [quoteIdentifier(breaking), quoteLiteral(breaking)]
  return Array.from({ length: tokens.count }, (_, at) => tokens.text.slice(tokens.starts[at], tokens.ends[at])).filter((one) => whole.includes(one)).length === parts.count
}

function isInLiterals(text: string): boolean {
  const tokens = new Tokens(text)
  for (let i = 0; i < tokens.count; i++) if (tokens.kinds[i] !== TokenKind.String && isUntold(text.slice(tokens.starts[i], tokens.ends[i]))) return false
  return true
}
