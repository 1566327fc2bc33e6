import { parse, parsePlpgsql } from './parser'
import { Tokens } from './tokens'

/** The text of a PL/pgSQL body, taken apart as far as its statements say themselves what they run. */
export interface PlpgsqlBody {
  readonly statements: readonly PlpgsqlStatement[]
  /** What cannot be seen in the text, one sentence each. */
  readonly unread: readonly string[]
  /** It ends transactions itself, so it cannot run inside one. */
  readonly commits: boolean
}

export interface PlpgsqlStatement {
  /** One SQL statement, in which each variable of the body stands as a call of `current_setting`: a value that is the same for every row. */
  readonly sql: string
  /** It says something else at each run: a variable is in it. */
  readonly usesVariables: boolean
  /** The innermost loop around it. */
  readonly loop?: PlpgsqlLoop
}

export interface PlpgsqlLoop {
  /** A transaction ends with each pass. */
  readonly commits: boolean
  /** How many rows a pass takes on, where a LIMIT or a step says so. */
  readonly batch?: number
  /** It moves on by so many blocks of the table instead. */
  readonly byBlock?: true
  /** How often it runs. */
  readonly passes?: number
  /** It runs once for each row of this query. */
  readonly rowsOf?: string
}

/** Reads the body of a DO block. Undefined where it is not understood. */
export function readPlpgsql(body: string): PlpgsqlBody | undefined {
  let tag = '$body$'
  for (let number = 0; body.includes(tag); number++) tag = `$body${number}$`
  return readPlpgsqlRoutine(`DO ${tag}${body}${tag}`)
}

/** Reads the body in a DO or a CREATE FUNCTION or PROCEDURE of PL/pgSQL, whose parameters are variables there. Undefined where it is not understood. */
export function readPlpgsqlRoutine(statement: string): PlpgsqlBody | undefined {
  const parsed = parsePlpgsql(statement)
  const [only] = listOf(fieldOf(parsed, 'plpgsql_funcs')).map((node) => fieldOf(node, 'PLpgSQL_function'))
  return only === undefined ? undefined : new Reader(only).read()
}

const fieldOf = (node: unknown, name: string): unknown => (typeof node === 'object' && node !== null ? (node as Record<string, unknown>)[name] : undefined)
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
const textOf = (node: unknown, name: string): string => String(fieldOf(node, name) ?? '')

/** RawParseMode in src/include/parser/parser.h: a whole statement, an expression, and assignments to one, two or three names. */
const wholeStatement = 0

const loops = new Set(['PLpgSQL_stmt_loop', 'PLpgSQL_stmt_while', 'PLpgSQL_stmt_fori', 'PLpgSQL_stmt_fors', 'PLpgSQL_stmt_forc', 'PLpgSQL_stmt_foreach_a', 'PLpgSQL_stmt_dynfors'])
const ends = new Set(['PLpgSQL_stmt_commit', 'PLpgSQL_stmt_rollback'])
const dynamic = new Set(['PLpgSQL_stmt_dynexecute', 'PLpgSQL_stmt_dynfors'])

class Reader {
  readonly #root: unknown
  readonly #variables = new Set<string>()
  /** Of variables that are given a number where they are declared. */
  readonly #numbers = new Map<string, number>()
  readonly #statements: PlpgsqlStatement[] = []
  readonly #unread: string[] = []
  #commits = false

  constructor(root: unknown) {
    this.#root = root
  }

  read(): PlpgsqlBody {
    for (const datum of listOf(fieldOf(this.#root, 'datums'))) {
      for (const kind of ['PLpgSQL_var', 'PLpgSQL_rec']) {
        const name = textOf(fieldOf(datum, kind), 'refname').toLowerCase()
        if (name === '') continue
        this.#variables.add(name)
        const initial = textOf(fieldOf(fieldOf(fieldOf(datum, kind), 'default_val'), 'PLpgSQL_expr'), 'query')
        if (/^\d+$/.test(initial)) this.#numbers.set(name, Number(initial))
      }
      this.#walk(datum, undefined)
    }
    this.#walk(fieldOf(this.#root, 'action'), undefined)
    return { statements: this.#statements, unread: this.#unread, commits: this.#commits }
  }

  #walk(node: unknown, loop: PlpgsqlLoop | undefined): void {
    if (typeof node !== 'object' || node === null) return
    if (Array.isArray(node)) {
      for (const item of node) this.#walk(item, loop)
      return
    }
    for (const [kind, value] of Object.entries(node)) {
      if (ends.has(kind)) this.#commits = true
      if (kind === 'PLpgSQL_expr') this.#expression(value, loop)
      else if (dynamic.has(kind)) this.#execute(kind, value, loop)
      else if (loops.has(kind)) this.#walk(value, this.#loopOf(kind, value))
      else this.#walk(value, loop)
    }
  }

  #expression(node: unknown, loop: PlpgsqlLoop | undefined): void {
    const query = textOf(node, 'query')
    const mode = Number(fieldOf(node, 'parseMode') ?? wholeStatement)
    if (mode === wholeStatement) this.#add(query, loop)
    else if (mode === 2) this.#add(`SELECT ${query}`, loop)
    else this.#add(`SELECT ${query.replace(/^[^=]*?:?=/, '')}`, loop)
  }

  /** What EXECUTE runs is in the text only where the text is one string. */
  #execute(kind: string, node: unknown, loop: PlpgsqlLoop | undefined): void {
    const { query, ...rest } = node as Record<string, unknown>
    const expression = textOf(fieldOf(query, 'PLpgSQL_expr'), 'query')
    const inner = kind === 'PLpgSQL_stmt_dynfors' ? this.#loopOf(kind, node) : loop
    const literal = literalText(expression)
    if (literal !== undefined) this.#add(literal, loop)
    else this.#unread.push(`What EXECUTE runs in line ${textOf(node, 'lineno')} of the block is put together only when it runs.`)
    this.#walk(rest, inner)
  }

  #add(sql: string, loop: PlpgsqlLoop | undefined): void {
    const replaced = withoutVariables(this.#withLimits(sql), this.#variables)
    this.#statements.push({ sql: replaced, usesVariables: replaced !== sql, ...(loop && { loop }) })
  }

  /** A LIMIT by a variable is as good as one by its number. */
  #withLimits(sql: string): string {
    return sql.replace(/\blimit\s+([a-z_]\w*)/gi, (whole, name: string) => {
      const number = this.#numbers.get(name.toLowerCase())
      return number === undefined ? whole : `LIMIT ${number}`
    })
  }

  #loopOf(kind: string, node: unknown): PlpgsqlLoop {
    const text = JSON.stringify(node)
    const commits = [...ends].some((end) => text.includes(`"${end}"`))
    const batch = this.#batchIn(text)
    const passes = kind === 'PLpgSQL_stmt_fori' ? passesOf(node) : undefined
    const query = kind === 'PLpgSQL_stmt_fors' ? textOf(fieldOf(fieldOf(node, 'query'), 'PLpgSQL_expr'), 'query') : undefined
    return { commits, ...(batch !== undefined && { batch, ...(isByBlock(text) && { byBlock: true as const }) }), ...(passes !== undefined && { passes }), ...(query !== undefined && { rowsOf: withoutVariables(query, this.#variables) }) }
  }

  /** `LIMIT 1000`, `LIMIT batch_size`, else `BY 1000`, else `last + 1000`: the largest, for LIMIT 1 picks the border of a batch. */
  #batchIn(text: string): number | undefined {
    const step = /"step":\{"PLpgSQL_expr":\{"query":"(\w+)"/.exec(text)?.[1]
    const sources = [this.#numbersIn(text, /\blimit\s+([a-z_]\w*|\d+)/gi), step === undefined ? [] : [this.#number(step) ?? 0], this.#numbersIn(text, /\+\s*([a-z_]\w*|\d+)/gi)]
    return sources.map((numbers) => Math.max(0, ...numbers)).find((most) => most > 1)
  }

  #numbersIn(text: string, pattern: RegExp): readonly number[] {
    return [...text.matchAll(pattern)].flatMap((match) => this.#number(match[1]!) ?? [])
  }

  #number(text: string): number | undefined {
    return /^\d+$/.test(text) ? Number(text) : this.#numbers.get(text.toLowerCase())
  }
}

/** A range of places in the table. */
const isByBlock = (text: string): boolean => /\bctid\s*[<>]/i.test(text)

function passesOf(node: unknown): number | undefined {
  const bound = (name: string): number => Number(textOf(fieldOf(fieldOf(node, name), 'PLpgSQL_expr'), 'query') || Number.NaN)
  const step = fieldOf(node, 'step') === undefined ? 1 : bound('step')
  const passes = Math.floor((bound('upper') - bound('lower')) / step) + 1
  return Number.isNaN(passes) ? undefined : Math.max(0, passes)
}

/** The text of one string constant: `'…'`, `$$…$$`. */
function literalText(expression: string): string | undefined {
  const text = expression.trim()
  const quoted = /^'((?:[^'\\]|'')*)'$/.exec(text)
  if (quoted) return quoted[1]!.replaceAll("''", "'")
  const dollar = /^(\$\w*\$)([^]*)\1$/.exec(text)
  return dollar && !dollar[2]!.includes(dollar[1]!) ? dollar[2]! : undefined
}

/** A word after one of these names a relation or a column, whatever variables there are. */
const beforeNames = new Set(['as', 'by', 'from', 'into', 'join', 'on', 'only', 'set', 'table', 'update', 'using'])

/** Puts a call that gives the same for every row in the place of each variable and each field of a record. */
function withoutVariables(sql: string, variables: ReadonlySet<string>): string {
  const tokens = new Tokens(sql)
  let result = ''
  let at = 0
  for (let i = 0; i < tokens.count; i++) {
    if (!variables.has(tokens.word(i)) || tokens.sign(i - 1) === '.' || tokens.sign(i + 1) === '(' || beforeNames.has(tokens.word(i - 1))) continue
    const last = tokens.sign(i + 1) === '.' ? i + 2 : i
    result += `${sql.slice(at, tokens.starts[i])}current_setting('${tokens.word(i)}')`
    at = tokens.ends[last] ?? sql.length
    i = last
  }
  const replaced = result + sql.slice(at)
  return replaced === sql || parse(replaced).error === undefined ? replaced : sql
}
