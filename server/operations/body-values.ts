import type { Catalog } from '../catalog/catalog'
import { quoteLiteral } from '../model/name'
import { constantText } from '../sql/constant-text'
import { readExpression } from '../sql/expression'
import type { ExpressionTree } from '../sql/expression-tree'
import type { PlpgsqlAssignment, PlpgsqlEach, PlpgsqlGuard, PlpgsqlTarget } from '../sql/plpgsql'
import { Tokens } from '../sql/tokens'
import { catalogRows } from './catalog-condition'

/** Of a variable of PL/pgSQL, as far as it is told; `regclass`: the number of that relation. */
export type Value = string | null | readonly string[] | { readonly regclass: string }

/** A loop over more than that is not gone through pass by pass. */
const mostPasses = 200

/** What the variables of a body hold at one place of it. Those of which nothing is known are not in it. */
export class BodyValues {
  readonly #known: Map<string, { readonly value: Value; readonly under: readonly PlpgsqlGuard[] }>

  constructor(given: readonly (readonly [string, Value])[] | BodyValues = []) {
    this.#known = given instanceof BodyValues ? new Map(given.#known) : new Map(given.map(([name, value]) => [name, { value, under: [] }]))
  }

  /** The text with what is known in the place of its variables, as it stands under these conditions of which nobody can tell whether they hold. */
  filled(sql: string, under: readonly PlpgsqlGuard[]): string {
    return sql.replaceAll(/current_setting\('([^']+)'\)/g, (call, name: string) => {
      const known = this.#known.get(name)
      // What was assigned on a way that may not have been taken is known on that way alone.
      return known?.under.every((guard) => under.includes(guard)) ? literalOf(known.value) : call
    })
  }

  assign({ target, expression, query }: PlpgsqlAssignment, under: readonly PlpgsqlGuard[], catalog: Catalog): void {
    if (expression !== undefined && 'variables' in target) this.#put(target, [['', valueOf(this.filled(expression, under))]], under)
    else if (query === undefined) this.#put(target, undefined, under)
    else {
      const rows = rowsOf(this.filled(query, under), catalog)
      // Of several rows any may be the first.
      const none = 'variables' in target && rows?.length === 0 ? target.variables.map((name): Named => [name, null]) : undefined
      this.#put(target, rows?.length === 1 ? rows[0] : none, under)
    }
  }

  /** The values of each pass; undefined where they cannot be told. */
  passes({ over }: PlpgsqlEach, under: readonly PlpgsqlGuard[], catalog: Catalog): readonly (readonly Named[])[] | undefined {
    const passes = over.kind === 'rows' ? rowsOf(this.filled(over.query, under), catalog) : over.kind === 'items' ? itemsOf(this.filled(over.expression, under))?.map((item): readonly Named[] => [['', item]]) : numbered([over.lower, over.upper, over.step].map((one) => constantText(this.filled(one, under))))
    return passes && passes.length <= mostPasses ? passes : undefined
  }

  begin({ target }: PlpgsqlEach, row: readonly Named[], under: readonly PlpgsqlGuard[]): void {
    this.#put(target, row, under)
  }

  forget(names: readonly string[], under: readonly PlpgsqlGuard[]): void {
    this.#put({ variables: names }, undefined, under)
  }

  #put(target: PlpgsqlTarget, row: readonly Named[] | undefined, under: readonly PlpgsqlGuard[]): void {
    if ('record' in target) {
      for (const name of this.#known.keys()) if (name.startsWith(`${target.record}.`)) this.#known.delete(name)
      for (const [field, value] of row ?? []) if (value !== undefined) this.#known.set(`${target.record}.${field}`, { value, under })
      return
    }
    for (const [place, variable] of target.variables.entries()) {
      const value = row?.[place]?.[1]
      if (value === undefined) this.#known.delete(variable)
      else this.#known.set(variable, { value, under })
      // What was a record has no fields any more that we know.
      for (const name of this.#known.keys()) if (name.startsWith(`${variable}.`)) this.#known.delete(name)
    }
  }
}

/** A column of a row, and what it holds as far as that is known. */
type Named = readonly [string, Value | undefined]

const literalOf = (value: Value): string => (value === null ? 'NULL' : typeof value === 'string' ? quoteLiteral(value) : 'regclass' in value ? `${quoteLiteral(value.regclass)}::regclass::oid` : value.length === 0 ? `'{}'::text[]` : `ARRAY[${value.map(quoteLiteral).join(', ')}]`)

function valueOf(expression: string): Value | undefined {
  return constantText(expression) ?? itemsOf(expression) ?? (readExpression(expression.trim()).isNull ? null : undefined)
}

/** `ARRAY['a', 'b']`, `'{a,b}'::text[]`, `string_to_array('a,b', ',')` */
function itemsOf(expression: string): readonly string[] | undefined {
  const { tree } = readExpression(expression.trim())
  return tree && itemsIn(tree)
}

function itemsIn(tree: ExpressionTree): readonly string[] | undefined {
  if (tree.kind === 'cast' && tree.type.endsWith('[]')) {
    if (tree.operand.kind !== 'string') return itemsIn(tree.operand)
    const inside = /^\{([^"\\{}]*)\}$/.exec(tree.operand.value)?.[1]
    return inside === undefined ? undefined : inside === '' ? [] : inside.split(',').map((item) => item.trim())
  }
  if (tree.kind === 'list' && tree.array) return allOf(tree.items.map(plainText))
  if (tree.kind !== 'call' || tree.function.name !== 'string_to_array' || tree.arguments.length !== 2) return undefined
  const [text, by] = tree.arguments.map(plainText)
  return text === undefined || by === undefined || by === '' ? undefined : text === '' ? [] : text.split(by)
}

const plainText = (tree: ExpressionTree): string | undefined => (tree.kind === 'string' ? tree.value : tree.kind === 'number' ? String(tree.value) : tree.kind === 'cast' ? plainText(tree.operand) : undefined)

const allOf = <T>(values: readonly (T | undefined)[]): readonly T[] | undefined => (values.includes(undefined) ? undefined : (values as readonly T[]))

function numbered(bounds: readonly (string | undefined)[]): readonly (readonly Named[])[] | undefined {
  const [lower, upper, step] = bounds.map((bound) => (bound !== undefined && /^-?\d+$/.test(bound) ? Number(bound) : Number.NaN)) as [number, number, number]
  const count = Math.max(0, Math.floor((upper - lower) / step) + 1)
  return Number.isNaN(count) || step <= 0 || count > mostPasses ? undefined : Array.from({ length: count }, (_, place): readonly Named[] => [['', String(lower + place * step)]])
}

/** The rows of a query of constants, or of PostgreSQL's own catalog; undefined where they cannot be told. */
function rowsOf(sql: string, catalog: Catalog): readonly (readonly Named[])[] | undefined {
  const text = withoutOrder(withoutParentheses(sql))
  return valueRows(text) ?? unnested(text) ?? computedRows(text) ?? computedRow(text) ?? catalogRows(text, catalog)
}

function withoutParentheses(sql: string): string {
  const tokens = new Tokens(sql)
  return tokens.sign(0) === '(' && tokens.closing(0) === tokens.count - 1 ? withoutParentheses(sql.slice(tokens.ends[0], tokens.starts[tokens.count - 1])) : sql
}

/** In which order they come says nothing of what they are. */
function withoutOrder(sql: string): string {
  const tokens = new Tokens(sql)
  for (let i = 0; i < tokens.count; i++) if (tokens.depths[i] === 0 && tokens.isWord(i, 'order') && tokens.isWord(i + 1, 'by')) return sql.slice(0, tokens.starts[i])
  return sql
}

/** `VALUES ('a', 1), ('b', 2)`, also behind `SELECT * FROM`. */
function valueRows(sql: string): readonly (readonly Named[])[] | undefined {
  const inside = /^\s*select\s+\*\s+from\s+\(\s*(values\b[^]*)\)\s*(?:as\s+)?\w+\s*\(([^()]*)\)\s*$/i.exec(sql)
  const text = inside?.[1] ?? sql
  const tokens = new Tokens(text)
  if (!tokens.isWord(0, 'values')) return undefined
  const rows: (readonly string[])[] = []
  for (let at = 1; at < tokens.count; at = tokens.closing(at) + 2) {
    if (tokens.sign(at) !== '(' || (at > 1 && tokens.sign(at - 1) !== ',')) return undefined
    rows.push(listItems(text.slice(tokens.ends[at], tokens.starts[tokens.closing(at)])))
  }
  const names = inside?.[2]?.split(',').map((name) => name.trim().toLowerCase())
  return rows.map((row) => row.map((item, place): Named => [names?.[place] ?? `column${place + 1}`, valueOf(item)]))
}

function listItems(text: string): readonly string[] {
  const tokens = new Tokens(text)
  const items: string[] = []
  let from = 0
  for (let i = 0; i < tokens.count; i++) {
    if (tokens.depths[i] !== 0 || tokens.sign(i) !== ',') continue
    items.push(text.slice(from, tokens.starts[i]))
    from = tokens.ends[i]!
  }
  return [...items, text.slice(from)]
}

/** `SELECT unnest(ARRAY['a', 'b']) AS name`, `SELECT name FROM unnest(…) AS name`, the same of `generate_series`. */
function unnested(sql: string): readonly (readonly Named[])[] | undefined {
  const shown = /^\s*select\s+((?:unnest|generate_series)\s*\([^]*\))(?:\s+(?:as\s+)?([a-z_]\w*))?\s*$/i.exec(sql)
  const read = /^\s*select\s+(?:\*|(?:\w+\.)?([a-z_]\w*))(?:\s+as\s+([a-z_]\w*))?\s+from\s+((?:unnest|generate_series)\s*\([^]*?\))\s*(?:(?:as\s+)?(\w+)(?:\s*\(\s*(\w+)\s*\))?)?\s*$/i.exec(sql)
  const call = shown?.[1] ?? read?.[3]
  const { tree } = call === undefined ? {} : readExpression(call)
  if (tree?.kind !== 'call') return undefined
  const column = read?.[5] ?? read?.[4] ?? tree.function.name
  if (read?.[1] !== undefined && read[1].toLowerCase() !== column.toLowerCase()) return undefined
  const name = (shown ? (shown[2] ?? tree.function.name) : (read?.[2] ?? column)).toLowerCase()
  const [first, ...more] = tree.arguments
  const rows = tree.function.name === 'generate_series' ? numbered([...tree.arguments.map(plainText), '1'].slice(0, 3))?.map((row) => row[0]![1] as string) : first && more.length === 0 ? itemsIn(first) : undefined
  return rows?.map((row): readonly Named[] => [[name, row]])
}

/** `SELECT 'log_' || name FROM unnest(…) AS name`: each of those values is put into the list. */
function computedRows(sql: string): readonly (readonly Named[])[] | undefined {
  const [, list, from] = /^\s*select\s+([^]+?)\s+from\s+((?:unnest|generate_series)\s*\([^]*)$/i.exec(sql) ?? []
  const values = from === undefined ? undefined : unnested(`SELECT * FROM ${from}`)
  const rows = values?.map((row) => {
    const [name, value] = row[0]!
    if (typeof value !== 'string') return undefined
    const items = listItems(list!).map((item) => (item.trim().toLowerCase() === name ? `${quoteLiteral(value)} AS ${name}` : withText(item, name, value)))
    return computedRow(`SELECT ${items.join(', ')}`)?.[0]
  })
  return rows && allOf(rows)
}

/** With the text in the place of the bare name. */
function withText(sql: string, name: string, value: string): string {
  const tokens = new Tokens(sql)
  let result = ''
  let at = 0
  for (let i = 0; i < tokens.count; i++) {
    if (tokens.word(i) !== name || tokens.sign(i + 1) === '(' || tokens.sign(i + 1) === '.' || tokens.sign(i - 1) === '.' || tokens.isWord(i - 1, 'as')) continue
    result += sql.slice(at, tokens.starts[i]) + quoteLiteral(value)
    at = tokens.ends[i]!
  }
  return result + sql.slice(at)
}

/** `SELECT lower(format('%s_%s', …))`: one row, of whose columns some may be known. */
function computedRow(sql: string): readonly (readonly Named[])[] | undefined {
  const tokens = new Tokens(sql)
  if (!tokens.isWord(0, 'select') || tokens.isWord(1, 'distinct')) return undefined
  for (let i = 1; i < tokens.count; i++) if (tokens.depths[i] === 0 && behindList.has(tokens.word(i))) return undefined
  const items = listItems(sql.slice(tokens.ends[0]))
  const row = items.map((item): Named => {
    const named = new Tokens(item)
    const isNamed = named.isWord(named.count - 2, 'as')
    return [isNamed ? named.word(named.count - 1) : '', valueOf(isNamed ? item.slice(0, named.starts[named.count - 2]) : item)]
  })
  return row.every(([, value]) => value === undefined) ? undefined : [row]
}

const behindList = new Set(['from', 'where', 'group', 'having', 'limit', 'offset', 'union', 'intersect', 'except', 'fetch', 'for', 'window'])
