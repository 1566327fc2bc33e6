import { conjuncts, readExpression } from './expression'
import type { ExpressionTree } from './expression-tree'
import { Tokens } from './tokens'

/** A statement in a loop, as the one that its passes come to together. */
export interface AllPasses {
  readonly sql: string
  /** They go through all rows that it is for, as far as their conditions tell; else through some of them. */
  readonly isWhole: boolean
}

/** What the text says of variables; in `sql` each stands as `current_setting('name')`. */
export interface Variables {
  /** That hold the items of a query, as `ARRAY(SELECT …)`. */
  readonly arrays: ReadonlyMap<string, string>
  /** That have another value in each pass; all others ask for the same in each. */
  readonly moving: ReadonlySet<string>
  /** That begin where a table's rows do, or are counted from there. */
  readonly borders: ReadonlySet<string>
}

/**
 * A batch is told from the others by a range that moves on with the pass, by a LIMIT, or by keys that a query has chosen so before:
 * without these it is the whole. Undefined where nothing tells the passes apart.
 */
export function allPasses(sql: string, variables: Variables): AllPasses | undefined {
  const chosen = sql.replaceAll(/current_setting\('([^']*)'\)/g, (call, name: string) => variables.arrays.get(name) ?? call)
  const unlimited = withoutLimits(chosen)
  const { text, passing } = withoutPassing(unlimited, variables)
  if (text === sql) return undefined
  return { sql: text, isWhole: passing.every((part) => isRange(part) && movingIn(part, variables).every((name) => variables.borders.has(name))) }
}

/** Of a record's field, the record. */
const movingIn = (sql: string, { moving }: Variables): readonly string[] => [...sql.matchAll(/current_setting\('([^'.]*)[^']*'\)/g)].map((match) => match[1]!).filter((name) => moving.has(name))

/** LIMIT 1 picks one row of many, as a border or the newest of a group. */
function withoutLimits(sql: string): string {
  const tokens = new Tokens(sql)
  let result = ''
  let at = 0
  for (let i = 0; i < tokens.count; i++) {
    if (!tokens.isWord(i, 'limit')) continue
    const isCall = tokens.isWord(i + 1, 'current_setting')
    const last = isCall ? tokens.closing(i + 2) : i + 1
    if (!isCall && !/^\d+$/.test(sql.slice(tokens.starts[last], tokens.ends[last]))) continue
    if (sql.slice(tokens.starts[last], tokens.ends[last]) === '1') continue
    result += sql.slice(at, tokens.starts[i])
    at = tokens.ends[last]!
  }
  return result + sql.slice(at)
}

const behindWhere = new Set(['except', 'fetch', 'for', 'group', 'having', 'intersect', 'limit', 'offset', 'on', 'order', 'returning', 'union', 'window'])

/** The last WHERE first, so that what stands inside another's condition has been done before that one is. */
function withoutPassing(sql: string, variables: Variables): { readonly text: string; readonly passing: readonly string[] } {
  const passing: string[] = []
  let text = sql
  const { count } = new Tokens(sql)
  for (let i = count - 1; i >= 0; i--) {
    const tokens = new Tokens(text)
    if (!tokens.isWord(i, 'where')) continue
    const depth = tokens.depths[i]!
    let end = i + 1
    while (end < tokens.count && tokens.depths[end]! >= depth && !(tokens.depths[end] === depth && (tokens.sign(end) === ';' || behindWhere.has(tokens.word(end))))) end++
    const condition = text.slice(tokens.starts[i + 1], tokens.ends[end - 1])
    const parts = conjuncts(condition) ?? []
    const gone = parts.filter((part) => movingIn(part, variables).length > 0)
    if (gone.length === 0) continue
    passing.push(...gone)
    const left = parts.filter((part) => !gone.includes(part)).map((part) => `(${part})`)
    text = `${text.slice(0, tokens.starts[i + 1])}${left.length === 0 ? 'true' : left.join(' AND ')}${text.slice(tokens.ends[end - 1])}`
  }
  return { text, passing }
}

/** From somewhere in the table on, or each place from there by itself, which is what servers before 14 go straight to. */
export const asksForPlaces = (text: string): boolean => /\bctid\s*(?:[<>]|=\s*any\s*\(\s*array\s*\(\s*select\s+format\b)/i.test(text)

/** From somewhere on, up to somewhere, or between. */
function isRange(condition: string): boolean {
  if (asksForPlaces(condition)) return true
  const { tree, operators } = readExpression(condition)
  // Of rows that are compared there is no tree.
  return tree === undefined ? operators.length > 0 && operators.every((one) => ranges.has(one) || one === '+' || one === '-') : asksForRange(tree)
}

const ranges = new Set(['<', '<=', '>', '>='])

const asksForRange = (tree: ExpressionTree): boolean => (tree.kind === 'between' ? !tree.negated : tree.kind === 'binary' && ranges.has(tree.operator))
