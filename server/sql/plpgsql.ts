import { quoteIdentifier } from '../model/name'
import type { RowEvent } from '../model/snapshot'
import { allPasses, asksForPlaces } from './all-passes'
import type { AllPasses } from './all-passes'
import { constantText } from './constant-text'
import { readExpression } from './expression'
import { neverHolds } from './never-holds'
import { parsePlpgsql } from './parser'
import { read } from './read'
import { Tokens } from './tokens'

/** The text of a PL/pgSQL body, taken apart as far as its statements say themselves what they run. */
export interface PlpgsqlBody {
  readonly pieces: readonly PlpgsqlPiece[]
  /** Names of the arguments, in their order; empty where the text of a value is not what the argument holds. */
  readonly parameters: readonly string[]
  /** It ends transactions itself, so it cannot run inside one. */
  readonly commits: boolean
}

export type PlpgsqlPiece = PlpgsqlStatement | PlpgsqlExecute | PlpgsqlAssignment

/** Where a piece of a body stands. */
interface Placed {
  /** The innermost loop around it. */
  readonly loop?: PlpgsqlLoop
  /** Loops around it that go through values which may be told, from the outermost in. One loop is one object. */
  readonly each?: readonly PlpgsqlEach[]
  /** In a trigger's function: it is reached on these alone, as far as conditions on TG_OP say so. */
  readonly on?: readonly RowEvent[]
  /** Conditions of IF around it, and of those that have left before it, from the outermost in. */
  readonly guards?: readonly PlpgsqlGuard[]
  /** It stands in a block that catches errors. */
  readonly caught?: true
}

/** In the SQL of a body each variable stands as a call of `current_setting`, a value that is the same for every row: `current_setting('name')`, of a record's field `current_setting('row.name')`. */
export interface PlpgsqlStatement extends Placed {
  readonly kind: 'statement'
  /** One SQL statement. */
  readonly sql: string
  /** It says something else at each run: a variable is in it. */
  readonly usesVariables: boolean
  /** A query with INTO, which ends with its first row. */
  readonly first?: true
  /** In a loop that takes on some rows in each pass: what comes of all. */
  readonly overall?: AllPasses
}

/** EXECUTE of a text that is put together. */
export interface PlpgsqlExecute extends Placed {
  readonly kind: 'execute'
  readonly expression: string
  /** What is to be said where the text cannot be told. */
  readonly unread: string
}

/** From here on the variables have the value of the expression or of the row that the query gives; of neither, one that nobody can tell. */
export interface PlpgsqlAssignment extends Placed {
  readonly kind: 'assignment'
  readonly target: PlpgsqlTarget
  readonly expression?: string
  readonly query?: string
}

/** Variables one by one, or a record with all its fields. */
export type PlpgsqlTarget = { readonly variables: readonly string[] } | { readonly record: string }

/** A loop over numbers, over the items of an array or over the rows of a query. */
export interface PlpgsqlEach {
  readonly target: PlpgsqlTarget
  readonly over: { readonly kind: 'numbers'; readonly lower: string; readonly upper: string; readonly step: string } | { readonly kind: 'items'; readonly expression: string } | { readonly kind: 'rows'; readonly query: string }
  /** Variables that have another value after a pass than before it. */
  readonly changes: readonly string[]
  /** The loop around it. */
  readonly around?: PlpgsqlLoop
  /** Conditions around it, as those of a piece. */
  readonly guards?: readonly PlpgsqlGuard[]
}

/** It is reached only where the condition is as it is here. One condition is one object, for all that hangs on it. */
export interface PlpgsqlGuard {
  readonly condition: { readonly sql: string; readonly written: string }
  readonly holds: boolean
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
  /** So many milliseconds each pass sleeps. */
  readonly pause?: number
  /** It, or one around it, may come to an end before its first pass. Of one that is gone through value by value its passes tell. */
  readonly mayBeSkipped?: true
  /** It runs once for each row of this query. */
  readonly rowsOf?: string
}

/** Reads the body of a DO block. Undefined where it is not understood. */
export const readPlpgsql = (body: string): PlpgsqlBody | undefined => readPlpgsqlRoutine(`DO ${quotedBody(body)}`)

/** Reads the body, emptied of values, of a routine of which no more is known than its kind and its parameters' names: with each type that it might return, for what RETURN may say hangs on that. */
export function readPlpgsqlBody(body: string, kind: 'function' | 'procedure' | 'trigger' | 'event trigger', parameters: readonly string[]): PlpgsqlBody | undefined {
  const list = `(${parameters.map((name) => `${quoteIdentifier(name)} record`).join(', ')}) `
  const heads = kind === 'procedure' ? [`PROCEDURE p${list}`] : (kind === 'trigger' ? ['trigger'] : kind === 'event trigger' ? ['event_trigger'] : ['record', 'SETOF record', 'void', 'TABLE (out_of_it int)']).map((type) => `FUNCTION f${list}RETURNS ${type} `)
  for (const head of heads) {
    const found = readRoutine(`CREATE ${head}LANGUAGE plpgsql AS ${quotedBody(body)}`, true)
    if (found) return found
  }
  return undefined
}

function quotedBody(body: string): string {
  let tag = '$body$'
  for (let number = 0; body.includes(tag); number++) tag = `$body${number}$`
  return `${tag}${body}${tag}`
}

/** Reads the body in a DO or a CREATE FUNCTION or PROCEDURE of PL/pgSQL, whose parameters are variables there. Undefined where it is not understood. */
export const readPlpgsqlRoutine = (statement: string): PlpgsqlBody | undefined => readRoutine(statement, false)

/** `emptied`: nothing is left in the literals of the body but in those that are run. */
function readRoutine(statement: string, emptied: boolean): PlpgsqlBody | undefined {
  const parsed = parsePlpgsql(statement)
  const [only] = listOf(fieldOf(parsed, 'plpgsql_funcs')).map((node) => fieldOf(node, 'PLpgSQL_function'))
  return only === undefined ? undefined : new Reader(only, emptied).read()
}

const fieldOf = (node: unknown, name: string): unknown => (typeof node === 'object' && node !== null ? (node as Record<string, unknown>)[name] : undefined)
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
const textOf = (node: unknown, name: string): string => String(fieldOf(node, name) ?? '')

/** RawParseMode in src/include/parser/parser.h: a whole statement, an expression, and assignments to one, two or three names. */
const wholeStatement = 0

const loops = new Set(['PLpgSQL_stmt_loop', 'PLpgSQL_stmt_while', 'PLpgSQL_stmt_fori', 'PLpgSQL_stmt_fors', 'PLpgSQL_stmt_forc', 'PLpgSQL_stmt_foreach_a', 'PLpgSQL_stmt_dynfors'])
const ends = new Set(['PLpgSQL_stmt_commit', 'PLpgSQL_stmt_rollback'])
const dynamic = new Set(['PLpgSQL_stmt_dynexecute', 'PLpgSQL_stmt_dynfors'])
/** One of several ways that may be taken, or given up in the middle: what it assigns may have been assigned, or not. */
const ways = new Set(['PLpgSQL_stmt_case', 'PLpgSQL_case_when', 'PLpgSQL_exception_block', 'PLpgSQL_exception'])

/** A variable or a record, of the parser's data. */
const declared = (datum: unknown): unknown => fieldOf(datum, 'PLpgSQL_var') ?? fieldOf(datum, 'PLpgSQL_rec')

/** Types that hold a text as it is, a whole number, or the name of a relation. */
const asWritten = /^(?:(?:pg_catalog\.)?"?(?:text|varchar|character varying|name|int|int4|int8|integer|bigint|smallint|int2|regclass)"?(?:\[\])?)$/

/** OPEN … FOR EXECUTE and RETURN QUERY EXECUTE are statements that may also have a query of their own. */
const isDynamic = (kind: string, node: unknown): boolean => dynamic.has(kind) || fieldOf(node, 'dynquery') !== undefined

/** RAISE at this level or above ends in an error (src/include/utils/elog.h). */
const errorLevel = 21

/** What stands behind it in the same list is never reached. */
function leavesForGood(node: unknown): boolean {
  const exit = fieldOf(node, 'PLpgSQL_stmt_exit')
  const raised = fieldOf(node, 'PLpgSQL_stmt_raise')
  return fieldOf(node, 'PLpgSQL_stmt_return') !== undefined || (exit !== undefined && fieldOf(exit, 'cond') === undefined) || Number(fieldOf(raised, 'elog_level') ?? 0) >= errorLevel
}

/** CONTINUE goes on with the next pass; what EXIT leaves has been done once. */
function continuing(node: unknown): unknown {
  const exit = fieldOf(node, 'PLpgSQL_stmt_exit')
  return fieldOf(exit, 'is_exit') === true ? undefined : exit
}

/** Of `FOR i IN 1..3`, the name as often as there are such loops. */
function countingVariables(node: unknown): readonly string[] {
  if (typeof node !== 'object' || node === null) return []
  const own = fieldOf(fieldOf(fieldOf(node, 'PLpgSQL_stmt_fori'), 'var'), 'PLpgSQL_var')
  return [...(own === undefined ? [] : [textOf(own, 'refname').toLowerCase()]), ...Object.values(node).flatMap(countingVariables)]
}

class Reader {
  readonly #root: unknown
  readonly #emptied: boolean
  /** In the order of the parser's numbers for them. */
  readonly #named: readonly string[]
  readonly #variables = new Set<string>()
  /** Those that count a loop. */
  readonly #counting: ReadonlySet<string>
  readonly #types = new Map<string, string>()
  /** Of variables that are given a number where they are declared. */
  readonly #numbers = new Map<string, number>()
  /** Of variables that are given the items of a query. */
  readonly #arrays = new Map<string, string>()
  /** Variables that begin where a table's rows do, or are counted from there. */
  readonly #borders = new Set<string>()
  readonly #begun = new Set<string>()
  /** Variables that have another value in each pass of a loop. */
  readonly #moving = new Set<string>()
  readonly #pieces: PlpgsqlPiece[] = []
  #commits = false
  /** Where the walk is now. */
  #on: readonly RowEvent[] | undefined
  #guards: readonly PlpgsqlGuard[] = []
  #caught = false
  #each: readonly PlpgsqlEach[] = []

  constructor(root: unknown, emptied: boolean) {
    this.#root = root
    this.#emptied = emptied
    const datums = listOf(fieldOf(root, 'datums')).map(declared)
    this.#named = datums.map((one) => textOf(one, 'refname').toLowerCase())
    // What counts a loop is a variable of that loop alone, and shadows another of its name no longer than that.
    const counting = countingVariables(fieldOf(root, 'action'))
    this.#counting = new Set(counting)
    for (const name of this.#named) if (name !== '') this.#variables.add(name)
    for (const name of this.#variables) {
      const types = datums.flatMap((one, place) => (this.#named[place] === name ? [textOf(fieldOf(fieldOf(one, 'datatype'), 'PLpgSQL_type'), 'typname').toLowerCase()] : []))
      for (const one of counting) if (one === name) types.splice(types.lastIndexOf('integer'), 1)
      this.#types.set(name, types.length > 1 ? 'several' : (types[0] ?? 'integer'))
    }
  }

  read(): PlpgsqlBody {
    for (const [place, datum] of listOf(fieldOf(this.#root, 'datums')).entries()) {
      this.#walk(datum, undefined)
      const initial = textOf(fieldOf(fieldOf(declared(datum), 'default_val'), 'PLpgSQL_expr'), 'query')
      if (initial === '') continue
      if (/^\d+$/.test(initial) && !this.#counting.has(this.#named[place]!)) this.#numbers.set(this.#named[place]!, Number(initial))
      this.#begin([this.#named[place]!], initial)
      this.#assign({ variables: [this.#named[place]!] }, { expression: initial }, undefined)
    }
    this.#walk(fieldOf(this.#root, 'action'), undefined)
    const parameters = this.#named.slice(0, Math.max(0, this.#named.indexOf('found')))
    return { pieces: this.#pieces, parameters: parameters.map((name) => (this.#isTold(name) ? name : '')), commits: this.#commits }
  }

  #walk(node: unknown, loop: PlpgsqlLoop | undefined): void {
    if (typeof node !== 'object' || node === null) return
    if (Array.isArray(node)) {
      const on = this.#on
      const guards = this.#guards
      for (const item of node) {
        this.#walk(item, loop)
        if (leavesForGood(item)) break
        const skips = textOf(fieldOf(fieldOf(continuing(item), 'cond'), 'PLpgSQL_expr'), 'query')
        if (skips !== '') this.#guards = [...this.#guards, { condition: { sql: this.#valueOf(skips), written: skips }, holds: false }]
      }
      this.#on = on
      this.#guards = guards
      return
    }
    for (const [kind, value] of Object.entries(node)) {
      if (ends.has(kind)) this.#commits = true
      if (kind === 'PLpgSQL_stmt_while' && neverHolds(readExpression(textOf(fieldOf(fieldOf(value, 'cond'), 'PLpgSQL_expr'), 'query')).tree)) continue
      if (kind === 'PLpgSQL_stmt_if') this.#branch(value, loop)
      else if (kind === 'PLpgSQL_expr') this.#expression(value, loop)
      else if (kind === 'PLpgSQL_stmt_assign') this.#assignment(value, loop)
      else if (loops.has(kind)) this.#loop(kind, value, loop)
      else if (isDynamic(kind, value)) this.#execute(value, loop, loop)
      else if (ways.has(kind)) this.#forgetting(value, loop, () => this.#walk(value, loop))
      else if (kind === 'PLpgSQL_stmt_execsql' && fieldOf(value, 'into') === true) this.#into(value, loop)
      else if (kind === 'PLpgSQL_stmt_block' && fieldOf(value, 'exceptions') !== undefined) this.#catching(value, loop)
      else {
        this.#walk(value, loop)
        // GET DIAGNOSTICS, FETCH, CALL …
        if (kind.startsWith('PLpgSQL_stmt_') && kind !== 'PLpgSQL_stmt_block') this.#forget(this.#changedIn(value, kind), loop)
      }
    }
  }

  /** It may be left in the middle. What then runs does so under its own condition, and whose errors it meets is for the blocks around it. */
  #catching(node: unknown, loop: PlpgsqlLoop | undefined): void {
    const [caught, guards] = [this.#caught, this.#guards]
    this.#forgetting(node, loop, () => {
      this.#caught = true
      this.#walk(fieldOf(node, 'body'), loop)
      this.#caught = caught
      for (const handler of listOf(fieldOf(fieldOf(fieldOf(node, 'exceptions'), 'PLpgSQL_exception_block'), 'exc_list')).map((one) => fieldOf(one, 'PLpgSQL_exception'))) {
        const names = listOf(fieldOf(handler, 'conditions')).map((one) => textOf(fieldOf(one, 'PLpgSQL_condition'), 'condname'))
        this.#guards = [...guards, { condition: { sql: '', written: `WHEN ${names.join(' OR ')}` }, holds: true }]
        this.#walk(fieldOf(handler, 'action'), loop)
      }
      this.#guards = guards
    })
  }

  /** Which branch is taken on which event and under which condition, and what comes after one that returns. */
  #branch(node: unknown, loop: PlpgsqlLoop | undefined): void {
    const before = this.#on
    const outside = this.#guards
    const left: PlpgsqlGuard[] = []
    let otherwise = outside
    const elsifs = listOf(fieldOf(node, 'elsif_list')).map((one) => fieldOf(one, 'PLpgSQL_if_elsif'))
    const branches = [{ condition: fieldOf(node, 'cond'), body: fieldOf(node, 'then_body') }, ...elsifs.map((one) => ({ condition: fieldOf(one, 'cond'), body: fieldOf(one, 'stmts') }))]
    let rest = before
    let after = before
    for (const { condition, body } of branches) {
      this.#on = rest
      this.#guards = otherwise
      this.#walk(condition, loop)
      const query = textOf(fieldOf(condition, 'PLpgSQL_expr'), 'query')
      const asked = { sql: this.#valueOf(query), written: query }
      const { only, whole } = eventsIn(query)
      this.#on = only === undefined ? rest : (rest ?? rowEvents).filter((one) => only.includes(one))
      this.#guards = [...otherwise, { condition: asked, holds: true }]
      this.#walk(body, loop)
      otherwise = [...otherwise, { condition: asked, holds: false }]
      const last = listOf(body).at(-1)
      const returns = fieldOf(last, 'PLpgSQL_stmt_return') !== undefined || (continuing(last) !== undefined && fieldOf(continuing(last), 'cond') === undefined)
      // What comes behind the first branch hangs on its condition alone.
      if (returns && left.length === 0 && condition === branches[0]!.condition) left.push({ condition: asked, holds: false })
      if (only === undefined || !whole) continue
      rest = (rest ?? rowEvents).filter((one) => !only.includes(one))
      if (returns) after = (after ?? rowEvents).filter((one) => !only.includes(one))
    }
    this.#on = rest
    this.#guards = otherwise
    this.#walk(fieldOf(node, 'else_body'), loop)
    this.#on = after
    this.#guards = [...outside, ...left]
  }

  #expression(node: unknown, loop: PlpgsqlLoop | undefined): void {
    const query = textOf(node, 'query')
    const mode = Number(fieldOf(node, 'parseMode') ?? wholeStatement)
    if (mode === wholeStatement) this.#add(query, loop)
    else if (doesNothing(query)) return
    else if (mode === 2) this.#add(`SELECT ${query}`, loop)
    else this.#add(`SELECT ${query.replace(/^[^=]*?:?=/, '')}`, loop)
  }

  /** It is gone through for each of its values where these may be told; else as if it ran once, with values that nobody knows. */
  #loop(kind: string, node: unknown, around: PlpgsqlLoop | undefined): void {
    for (const name of this.#changedIn(node, kind)) this.#moving.add(name)
    if (kind === 'PLpgSQL_stmt_fori') this.#begin(namesOf(this.#targetOf(fieldOf(node, 'var'))), textOf(fieldOf(fieldOf(node, fieldOf(node, 'reverse') === true ? 'upper' : 'lower'), 'PLpgSQL_expr'), 'query'))
    const loop: PlpgsqlLoop = { ...this.#loopOf(kind, node), ...(around?.mayBeSkipped && { mayBeSkipped: true }) }
    const each = this.#eachOf(kind, node, around)
    const { body, ...head } = node as Record<string, unknown>
    // What WHILE asks it asks before each pass; the bounds or the query of FOR are there once.
    const asking = kind === 'PLpgSQL_stmt_while' ? loop : around
    if (!each) {
      const inside: PlpgsqlLoop = kind === 'PLpgSQL_stmt_loop' || loop.passes ? loop : { ...loop, mayBeSkipped: true }
      this.#forgetting(node, around, () => {
        if (isDynamic(kind, node)) this.#execute(node, around, inside)
        else {
          this.#walk(head, asking)
          this.#walk(body, inside)
        }
      })
      return
    }
    this.#walk(head, asking)
    this.#each = [...this.#each, each]
    this.#walk(body, loop)
    this.#each = this.#each.slice(0, -1)
  }

  #eachOf(kind: string, node: unknown, around: PlpgsqlLoop | undefined): PlpgsqlEach | undefined {
    const target = this.#targetOf(fieldOf(node, 'var')) ?? this.#numbered(fieldOf(node, 'varno'))
    const rest = { changes: this.#changedIn(node, kind), ...(around && { around }), ...(this.#guards.length > 0 && { guards: this.#guards }) }
    const written = (name: string): string => this.#valueOf(textOf(fieldOf(fieldOf(node, name), 'PLpgSQL_expr'), 'query'))
    if (!target || !this.#canTell(target)) return undefined
    if (kind === 'PLpgSQL_stmt_fori') return { target, over: { kind: 'numbers', lower: written('lower'), upper: written('upper'), step: written('step') || '1' }, ...rest }
    if (kind === 'PLpgSQL_stmt_foreach_a') return { target, over: { kind: 'items', expression: written('expr') }, ...rest }
    return kind === 'PLpgSQL_stmt_fors' ? { target, over: { kind: 'rows', query: withoutVariables(textOf(fieldOf(fieldOf(node, 'query'), 'PLpgSQL_expr'), 'query'), this.#variables) }, ...rest } : undefined
  }

  #targetOf(node: unknown): PlpgsqlTarget | undefined {
    const record = fieldOf(node, 'PLpgSQL_rec')
    if (record !== undefined) return { record: textOf(record, 'refname').toLowerCase() }
    const single = fieldOf(node, 'PLpgSQL_var')
    if (single !== undefined) return { variables: [textOf(single, 'refname').toLowerCase()] }
    const row = fieldOf(node, 'PLpgSQL_row')
    return row === undefined ? undefined : { variables: listOf(fieldOf(row, 'fields')).map((field) => textOf(field, 'name').toLowerCase()) }
  }

  #numbered(number: unknown): PlpgsqlTarget | undefined {
    const name = this.#named[Number(number)]
    return name === undefined || name === '' ? undefined : { variables: [name] }
  }

  #assignment(node: unknown, loop: PlpgsqlLoop | undefined): void {
    this.#walk(node, loop)
    const query = textOf(fieldOf(fieldOf(node, 'expr'), 'PLpgSQL_expr'), 'query')
    // An item of an array, or a field of a field, is not followed.
    const [, to, value] = /^\s*(\w+(?:\s*\.\s*\w+)?)\s*:?=([^]*)$/.exec(query) ?? []
    if (to === undefined || value === undefined) this.#forget(this.#changedIn(node, 'PLpgSQL_stmt_assign'), loop)
    else {
      const name = to.replaceAll(/\s/g, '').toLowerCase()
      this.#begin([name], value)
      if (/^\s*array\s*\(/i.test(value)) this.#arrays.set(name, this.#valueOf(value))
      else this.#arrays.delete(name)
      this.#assign({ variables: [name] }, { expression: value }, loop)
    }
  }

  /** Where a variable is given its first value: 0, 1, what no key comes before, the first or last of a table's rows, or what is counted from such. */
  #begin(names: readonly string[], value: string): void {
    const first = names.filter((name) => !this.#begun.has(name))
    for (const name of first) this.#begun.add(name)
    const isEnd = /^\s*(?:-?\s*[01]|'[0-]*')\s*$/.test(value) || /\b(?:min|max)\s*\(/i.test(value) || (/\border\s+by\b/i.test(value) && /\blimit\s+1\b/i.test(value))
    const used = this.#variablesIn(value)
    if (used.every((name) => this.#borders.has(name)) && (isEnd || (used.length > 0 && !/\b(?:select|from)\b/i.test(value)))) for (const name of first) this.#borders.add(name)
  }

  #variablesIn(sql: string): readonly string[] {
    const tokens = new Tokens(sql)
    return Array.from({ length: tokens.count }, (_, index) => tokens.word(index)).filter((word) => word !== '' && this.#variables.has(word))
  }

  #into(node: unknown, loop: PlpgsqlLoop | undefined): void {
    const from = this.#pieces.length
    this.#walk(node, loop)
    for (const [at, piece] of this.#pieces.entries()) if (at >= from && piece.kind === 'statement') this.#pieces[at] = { ...piece, first: true }
    const target = this.#targetOf(fieldOf(node, 'target'))
    const query = textOf(fieldOf(fieldOf(node, 'sqlstmt'), 'PLpgSQL_expr'), 'query')
    this.#begin(namesOf(target), query)
    if (target && /^\s*(?:select|values)\b/i.test(query)) this.#assign(target, { query }, loop)
    else this.#forget(this.#changedIn(node, 'PLpgSQL_stmt_execsql'), loop)
  }

  #assign(target: PlpgsqlTarget, value: { readonly expression: string } | { readonly query: string }, loop: PlpgsqlLoop | undefined): void {
    if (!this.#canTell(target)) return
    const told = 'query' in value ? { query: withoutVariables(value.query, this.#variables) } : { expression: this.#valueOf(value.expression) }
    this.#pieces.push({ kind: 'assignment', target, ...told, ...this.#place(loop) })
  }

  #canTell = (target: PlpgsqlTarget): boolean => ('record' in target ? [target.record] : target.variables).every((name) => this.#isTold(name))

  /** Where an inner block has a variable of the same name, which of them is meant cannot be told; of a date the text may be another than was given. */
  #isTold(name: string): boolean {
    const [variable, field] = name.split('.')
    const type = this.#types.get(variable!) ?? ''
    return field === undefined ? asWritten.test(type) || type === 'record' : type === 'record'
  }

  #forget(names: readonly string[], loop: PlpgsqlLoop | undefined): void {
    if (names.length > 0) this.#pieces.push({ kind: 'assignment', target: { variables: names }, ...this.#place(loop) })
  }

  #forgetting(node: unknown, loop: PlpgsqlLoop | undefined, walk: () => void): void {
    const changed = this.#changedIn(node, '')
    this.#forget(changed, loop)
    walk()
    this.#forget(changed, loop)
  }

  /** Variables that have another value behind it. */
  #changedIn(node: unknown, kind: string): readonly string[] {
    const found = new Set<string>()
    const add = (target: PlpgsqlTarget | undefined): void => {
      for (const name of namesOf(target)) found.add(name)
    }
    const visit = (value: unknown, of: string): void => {
      if (typeof value !== 'object' || value === null) return
      if (Array.isArray(value)) {
        for (const item of value) visit(item, of)
        return
      }
      for (const [name, inner] of Object.entries(value)) {
        if (name === 'target' || name === 'var') add(typeof inner === 'number' ? this.#numbered(inner) : this.#targetOf(inner))
        else if (name === 'varno') add(this.#numbered(inner))
        else visit(inner, name)
        // A field of a record has a number beyond those that are declared.
        if (name === 'varno' && of === 'PLpgSQL_stmt_assign') add({ variables: [/^\s*(\w+)/.exec(textOf(fieldOf(fieldOf(value, 'expr'), 'PLpgSQL_expr'), 'query'))?.[1]?.toLowerCase() ?? ''] })
      }
    }
    visit(node, kind)
    return [...found].filter((name) => name !== '')
  }

  /** What EXECUTE runs is in the text where that is all of constants. */
  #execute(node: unknown, loop: PlpgsqlLoop | undefined, inner: PlpgsqlLoop | undefined): void {
    const { query: own, dynquery: query = own, ...rest } = node as Record<string, unknown>
    const expression = textOf(fieldOf(query, 'PLpgSQL_expr'), 'query')
    // What is put together in a body that was emptied lacks what other literals said.
    const literal = (this.#emptied ? undefined : constantText(expression)) ?? literalText(expression)
    if (literal !== undefined && /[^\s%]/.test(literal)) this.#add(literal, loop)
    else this.#pieces.push({ kind: 'execute', expression: this.#valueOf(expression), unread: `What EXECUTE runs in line ${textOf(node, 'lineno')} of the block is put together only when it runs.`, ...this.#place(loop) })
    this.#walk(rest, inner)
    this.#forget(this.#changedIn(rest, ''), loop)
  }

  #add(sql: string, loop: PlpgsqlLoop | undefined): void {
    const replaced = withoutVariables(this.#withLimits(sql), this.#variables)
    const overall = loop === undefined ? undefined : allPasses(replaced, { arrays: this.#arrays, moving: this.#moving, borders: this.#borders })
    this.#pieces.push({ kind: 'statement', sql: replaced, usesVariables: replaced !== sql || sql.includes(untoldValue), ...(overall && { overall }), ...this.#place(loop) })
  }

  #place(loop: PlpgsqlLoop | undefined): Placed {
    return { ...(loop && { loop }), ...(this.#each.length > 0 && { each: this.#each }), ...(this.#on && { on: this.#on }), ...(this.#guards.length > 0 && { guards: this.#guards }), ...(this.#caught && { caught: true as const }) }
  }

  #valueOf(expression: string): string {
    return expression === '' ? '' : withoutVariables(`SELECT ${expression}`, this.#variables).slice('SELECT '.length)
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
    const pause = sleptSeconds(fieldOf(node, 'body')) * 1000
    return { commits, ...(pause > 0 && { pause }), ...(batch !== undefined && { batch, ...(asksForPlaces(text) && { byBlock: true as const }) }), ...(passes !== undefined && { passes }), ...(query !== undefined && { rowsOf: withoutVariables(query, this.#variables) }) }
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

const namesOf = (target: PlpgsqlTarget | undefined): readonly string[] => (target === undefined ? [] : 'record' in target ? [target.record] : target.variables)

/** Of each pass, without what inner loops sleep, which is for as long as something else lasts. */
function sleptSeconds(node: unknown): number {
  if (typeof node !== 'object' || node === null) return 0
  return Object.entries(node).reduce((sum, [kind, inner]) => {
    if (loops.has(kind)) return sum
    return sum + (kind === 'query' && typeof inner === 'string' ? Number(/\bpg_sleep\s*\(\s*'?([\d.]+)'?\s*\)/i.exec(inner)?.[1] ?? 0) : sleptSeconds(inner))
  }, 0)
}

/** An expression that calls nothing and asks no table: most of those that count, compare and assign. */
const doesNothing = (expression: string): boolean => !/\(|\b(?:from|select|table|values)\b/i.test(expression)

const rowEvents: readonly RowEvent[] = ['insert', 'update', 'delete', 'truncate']

/** The events to which a condition on TG_OP confines what comes behind it; `whole`: it holds on each of them. */
function eventsIn(condition: string): { readonly only?: readonly RowEvent[]; readonly whole: boolean } {
  if (/\bor\b/i.test(condition)) return { whole: false }
  const parts = condition.split(/\band\b/i)
  for (const part of parts) {
    const found = /^\s*\(*\s*tg_op\s*(?:=|in)\s*\(?\s*((?:'\w+'\s*,?\s*)+)\)*\s*$/i.exec(part)
    const only = [...(found?.[1] ?? '').matchAll(/'(\w+)'/g)].map((match) => match[1]!.toLowerCase())
    if (found) return { only: rowEvents.filter((one) => only.includes(one)), whole: parts.length === 1 }
  }
  return { whole: false }
}

function passesOf(node: unknown): number | undefined {
  const bound = (name: string): number => Number(textOf(fieldOf(fieldOf(node, name), 'PLpgSQL_expr'), 'query') || Number.NaN)
  const step = fieldOf(node, 'step') === undefined ? 1 : bound('step')
  const passes = Math.floor((bound('upper') - bound('lower')) / step) + 1
  return Number.isNaN(passes) ? undefined : Math.max(0, passes)
}

/** In queries and changes of rows a value that is put in stands as a variable does, since what it is may choose partitions. */
const untoldValue = "current_setting('%L')"

const ofRows: ReadonlySet<string> = new Set(['query', 'insert', 'update', 'delete', 'merge'])

/** The text of one string constant: `'…'`, `$$…$$`; also where `format` puts nothing but values into it, whatever they are. */
function literalText(expression: string): string | undefined {
  const template = /^format\s*\(\s*('(?:[^'\\]|'')*')\s*(?:,[^]*)?\)$/i.exec(expression.trim())?.[1]
  const tokens = new Tokens(expression)
  if (template !== undefined && tokens.closing(1) === tokens.count - 1) {
    if (/%/.test(template.replaceAll(/%[L%]/g, ''))) return grantText(template)
    const filledWith = (value: string): string | undefined => literalText(template.replaceAll(/%[L%]/g, (place) => (place === '%%' ? '%' : value.replaceAll("'", "''"))))
    const told = filledWith(untoldValue)
    const { commands, problem } = read(told ?? '')
    return problem === undefined && commands.every(({ kind }) => ofRows.has(kind)) ? told : filledWith("''")
  }
  const text = expression.trim()
  const quoted = /^'((?:[^'\\]|'')*)'$/.exec(text)
  if (quoted) return quoted[1]!.replaceAll("''", "'")
  const dollar = /^(\$\w*\$)([^]*)\1$/.exec(text)
  return dollar && !dollar[2]!.includes(dollar[1]!) ? dollar[2]! : undefined
}

/** A GRANT or REVOKE does the same to a relation whatever role is put in. */
function grantText(template: string): string | undefined {
  const text = /%/.test(template.replaceAll('%I', '')) ? undefined : literalText(template.replaceAll('%I', '"%I"'))
  const { commands, problem } = read(text ?? '')
  const isOfRoles = commands.every((command) => command.kind === 'grant' && command.relations.every(({ schema, name }) => name !== '%I' && schema !== '%I'))
  return text !== undefined && problem === undefined && commands.length > 0 && isOfRoles ? text : undefined
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
    result += `${sql.slice(at, tokens.starts[i])}current_setting('${tokens.word(i)}${last === i ? '' : `.${sql.slice(tokens.starts[last], tokens.ends[last]).toLowerCase()}`}')`
    at = tokens.ends[last] ?? sql.length
    i = last
  }
  const replaced = result + sql.slice(at)
  if (replaced === sql) return sql
  // Read rather than parsed alone: whoever asks what the statement does reads it next.
  const { problem, standIns } = read(replaced)
  return problem === undefined && standIns === undefined ? replaced : sql
}
