/** Texts as the server prints them from its catalogs: parentheses that are there for its own sake are taken away, so that the same expression has one text. */

/** A condition comes in parentheses of its own: `((a > 0) AND (b > 0))`. */
export function withoutParentheses(expression: string): string {
  if (!expression.startsWith('(')) return expression
  const end = endOfPiece(expression, 0, (character, depth) => character === ')' && depth === 0)
  return end === expression.length - 1 ? expression.slice(1, -1) : expression
}

/** The server puts no, one or two pairs of parentheses around an expression, by what it is (src/backend/utils/adt/ruleutils.c, looks_like_function). */
export function inParentheses(expression: string): string {
  const inner = withoutParentheses(expression)
  return inner === expression ? `(${inner})` : inParentheses(inner)
}

export interface PartitionKey {
  readonly strategy: 'list' | 'range' | 'hash'
  /** Columns; an expression stands in parentheses. */
  readonly keys: readonly string[]
}

/** `RANGE (created_at, lower(region) COLLATE "C")`; undefined where it is not like that. */
export function partitionKeys(definition: string): PartitionKey | undefined {
  const match = /^\s*(LIST|RANGE|HASH)\s*\((.*)\)\s*$/is.exec(definition)
  if (!match) return undefined
  const keys: string[] = []
  for (let start = 0, list = match[2]!; start <= list.length; ) {
    const end = endOfPiece(list, start, (character, depth) => character === ',' && depth === 0) ?? list.length
    keys.push(partitionKey(list.slice(start, end).trim()))
    start = end + 1
  }
  return keys.includes('') ? undefined : { strategy: match[1]!.toLowerCase() as PartitionKey['strategy'], keys }
}

/** A column may have a collation and an operator class behind it; an expression is a call or stands in parentheses, and may have them too. */
function partitionKey(piece: string): string {
  const column = /^(?:"((?:[^"]|"")+)"|([\p{L}_][\p{L}\p{N}_$]*))(?=\s|$)/u.exec(piece)
  if (column) return column[1]?.replaceAll('""', '"') ?? column[2]!
  const end = endOfPiece(piece, 0, (character, depth) => character === ')' && depth === 0)
  return end === undefined ? '' : inParentheses(piece.slice(0, end + 1))
}

/** The place of the first character that is asked for, outside of quotes, at the depth of parentheses after it. */
function endOfPiece(text: string, from: number, isEnd: (character: string, depth: number) => boolean): number | undefined {
  let depth = 0
  let quote = ''
  for (let i = from; i < text.length; i++) {
    const character = text[i]!
    if (quote !== '') {
      if (character === quote) quote = ''
      continue
    }
    if (character === "'" || character === '"') quote = character
    else if (character === '(' || character === '[') depth++
    else if (character === ')' || character === ']') depth--
    if (isEnd(character, depth)) return i
  }
  return undefined
}

/**
 * The condition as it has to be written to be stored as it is: read as they are printed, values of varchar columns (`state IN ('new', 'paid')`) are cast to text one by one.
 * What a comparison makes of the list by itself is left to it (transformArrayExpr in src/backend/parser/parse_expr.c hands an explicit cast on to each value).
 */
export const asStored = (condition: string): string => condition.replaceAll(castList, (whole, comparison?: string, list?: string) => (list === undefined ? whole : `${comparison}${list}`))

/** Whether what it is stored as hangs on how the lists in it are cast. */
export const hasCastList = (condition: string): boolean => asStored(condition) !== condition

/** The lists as a pattern of the server's, for texts that are read there; `\1\2` takes their place. */
export const castListPattern = String.raw`(\m(?:ANY|ALL) \()\((ARRAY\[(?:'(?:[^']|'')*'::character varying(?:, )?)+\])\)::text\[\](?=\))`

/** Quoted text is passed over. */
const castList = /'(?:[^']|'')*'|"(?:[^"]|"")*"|(\b(?:ANY|ALL) \()\((ARRAY\[(?:'(?:[^']|'')*'::character varying(?:, )?)+\])\)::text\[\](?=\))/g
