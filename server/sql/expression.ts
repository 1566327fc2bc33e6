import type { Node } from '@pgsql/types'
import type { WrittenName } from '../model/name'
import type { Span } from '../model/span'
import type { ExpressionTree } from './expression-tree'
import { gatedTree, longestExpression } from './expression-tree'
import { as, text, texts, written } from './names'
import { parsedAt, parseExpression } from './parse-expression'
import { plainTree } from './plain-tree'
import { TextMemory } from './text-memory'
import { Tokens } from './tokens'
import { isColumn } from './walk-tree'

export interface ColumnReference {
  /** What stands before the last dot: a table, an alias, `new`. */
  readonly qualifier?: string
  readonly column: string
  /** In the expression's text. */
  readonly span: Span
  /** Inside a sub-select, where the name may be of another table. */
  readonly inSubquery: boolean
}

/** What PostgreSQL's own parser finds inside an expression. */
export interface ExpressionFacts {
  /** The text is one expression. Where it is not, all lists are empty, and nothing may be concluded from that. */
  readonly readable: boolean
  /** Distinct last names, in order; a `*` is none. */
  readonly columns: readonly string[]
  readonly columnReferences: readonly ColumnReference[]
  /** As written, lower-cased unless quoted. Those with a syntax of their own are in `pg_catalog`: extract, overlay, timezone for AT TIME ZONE. */
  readonly functions: readonly WrittenName[]
  /** `=`, `+`, `~~` for LIKE, `and`, `or`, `not`, `is null`, `is not null`. */
  readonly operators: readonly string[]
  /** Types that are cast to, by PostgreSQL's own names. */
  readonly casts: readonly (WrittenName & { readonly modifiers: number; readonly dimensions: number })[]
  /** `current_timestamp`, `current_user` … */
  readonly sqlValueFunctions: readonly string[]
  readonly hasSubquery: boolean
  readonly hasParameter: boolean
  /** NULL, or NULL cast to some type. */
  readonly isNull: boolean
  /** Literals and what can be made of them by casts, signs, ARRAY[] and ROW(), no function being called by name. A cast may still depend on settings: see `casts`. */
  readonly isConstant: boolean
  /** The DEFAULT keyword, as UPDATE and INSERT know it. */
  readonly isDefaultKeyword: boolean
  /** The typed tree, only where it has been shown to mean what PostgreSQL reads; else the expression is opaque. Made on first use. */
  readonly tree: ExpressionTree | undefined
}

/** Reads an expression cut from a statement. Never throws. */
export const readExpression = (sql: string): ExpressionFacts => memory.get(sql) ?? memory.set(sql, new Facts(sql, parseExpression(sql)))

/** Some thousand expressions; what is known of one takes some eighty bytes for each code unit. */
const memory = new TextMemory<ExpressionFacts>(512 * 1024)

/** The parts between top-level ANDs, without parentheses around them; `undefined` where the text is no expression. */
export const conjuncts = (sql: string): readonly string[] | undefined => {
  if (!readExpression(sql).readable) return undefined
  const bare = withoutParentheses(sql)
  const tokens = new Tokens(bare)
  const parts: string[] = []
  let from = 0
  let between = 0
  let cases = 0
  for (let i = 0; i < tokens.count; i++) {
    if (tokens.depths[i] !== 0) continue
    const word = tokens.word(i)
    if (word === 'between' && cases === 0) between++
    else if (word === 'case') cases++
    else if (word === 'end') cases--
    else if (word === 'or' && cases === 0) return [bare]
    else if (word === 'and' && cases === 0) {
      if (between > 0) between--
      else {
        parts.push(bare.slice(from, tokens.starts[i]).trim())
        from = tokens.ends[i]!
      }
    }
  }
  if (parts.length === 0) return [bare]
  parts.push(bare.slice(from).trim())
  return parts.every((part) => readExpression(part).readable) ? parts.flatMap((part) => conjuncts(part) ?? [part]) : [bare]
}

/** A CHECK proves a column to be not null if one of its conjuncts says so; that of a row (`ofRow`) IS NOT NULL does not, which asks for each of its parts: what SET NOT NULL looks for (NotNullImpliedByRelConstraints in src/backend/commands/tablecmds.c). */
export const provesNotNull = (checkSql: string, column: string, ofRow = false): boolean => {
  const { tree } = readExpression(checkSql)
  return tree !== undefined && holdsNotNull(tree, column, ofRow)
}

/** Puts other text in the place of columns, leaving all else as written; `undefined` leaves a column. */
export const substituteColumns = (sql: string, replacement: (reference: ColumnReference) => string | undefined): string => {
  let result = ''
  let at = 0
  for (const reference of readExpression(sql).columnReferences) {
    const text = replacement(reference)
    if (text === undefined) continue
    result += sql.slice(at, reference.span.start) + text
    at = reference.span.end
  }
  return result + sql.slice(at)
}

/** `price > 0` with `new.` is `new.price > 0`; `undefined` where a sub-select leaves open whose column a name is, or the text is no expression. */
export const qualifyColumns = (sql: string, prefix: string): string | undefined => {
  const { readable, hasSubquery } = readExpression(sql)
  if (!readable || hasSubquery) return undefined
  return substituteColumns(sql, ({ qualifier, span }) => (qualifier === undefined ? `${prefix}${sql.slice(span.start, span.end)}` : undefined))
}

const signs = new Set(['+', '-'])

class Facts implements ExpressionFacts {
  readonly readable: boolean
  readonly columns: readonly string[]
  readonly columnReferences: readonly ColumnReference[]
  readonly functions: readonly WrittenName[]
  readonly operators: readonly string[]
  readonly casts: ExpressionFacts['casts']
  readonly sqlValueFunctions: readonly string[]
  readonly hasSubquery: boolean
  readonly hasParameter: boolean
  readonly isNull: boolean
  readonly isConstant: boolean
  readonly isDefaultKeyword: boolean
  readonly #sql: string
  readonly #node: Node | undefined
  #tree: { readonly value: ExpressionTree | undefined } | undefined

  constructor(sql: string, node: Node | undefined) {
    const found = new Finder(sql)
    if (node !== undefined) found.walk(node, false)
    this.#sql = sql
    this.#node = node
    this.readable = node !== undefined
    this.columnReferences = found.references.sort((a, b) => a.span.start - b.span.start)
    this.columns = [...new Set(this.columnReferences.map(({ column }) => column))]
    this.functions = [...found.functions.values()]
    this.operators = [...found.operators]
    this.casts = [...found.casts.values()]
    this.sqlValueFunctions = [...found.values]
    this.hasSubquery = found.hasSubquery
    this.hasParameter = found.hasParameter
    this.isNull = isNull(node)
    this.isConstant = isConstant(node)
    this.isDefaultKeyword = as(node, 'SetToDefault') !== undefined
  }

  get tree(): ExpressionTree | undefined {
    if (this.#node === undefined) return undefined
    // Of a long one a plain tree would be as deep as it is long.
    this.#tree ??= { value: (this.#sql.length > longestExpression ? undefined : plainTree(this.#node)) ?? gatedTree(this.#sql, this.#node) }
    return this.#tree.value
  }
}

class Finder {
  readonly references: ColumnReference[] = []
  readonly functions = new Map<string, WrittenName>()
  readonly operators = new Set<string>()
  readonly casts = new Map<string, ExpressionFacts['casts'][number]>()
  readonly values = new Set<string>()
  hasSubquery = false
  hasParameter = false
  readonly #sql: string
  #tokens: Tokens | undefined

  constructor(sql: string) {
    this.#sql = sql
  }

  walk(value: unknown, inSubquery: boolean): void {
    if (typeof value !== 'object' || value === null) return
    if (Array.isArray(value)) {
      for (const item of value) this.walk(item, inSubquery)
      return
    }
    const node = value as Node
    const column = as(node, 'ColumnRef')
    if (column !== undefined) {
      this.#column(column.fields ?? [], (column.location ?? 0) - parsedAt, inSubquery)
      return
    }
    if (as(node, 'SelectStmt') !== undefined) {
      this.hasSubquery = true
      inSubquery = true
    }
    if (as(node, 'ParamRef') !== undefined) this.hasParameter = true
    const call = as(node, 'FuncCall')
    if (call !== undefined) {
      const name = written(texts(call.funcname))
      this.functions.set(texts(call.funcname).join('\0'), name)
    }
    const operation = as(node, 'A_Expr')
    if (operation !== undefined) this.operators.add(operatorName(operation.kind, text(operation.name?.at(-1))))
    const logic = as(node, 'BoolExpr')
    if (logic !== undefined) this.operators.add((logic.boolop ?? '').replace('_EXPR', '').toLowerCase())
    const test = as(node, 'NullTest')
    if (test !== undefined) this.operators.add(test.nulltesttype === 'IS_NOT_NULL' ? 'is not null' : 'is null')
    const truth = as(node, 'BooleanTest')
    if (truth !== undefined) this.operators.add((truth.booltesttype ?? '').toLowerCase().replaceAll('_', ' '))
    const cast = as(node, 'TypeCast')
    if (cast !== undefined) {
      const names = texts(cast.typeName?.names)
      const name = names[0] === 'pg_catalog' ? { name: names.at(-1) ?? '' } : written(names)
      this.casts.set(names.join('\0'), { ...name, modifiers: cast.typeName?.typmods?.length ?? 0, dimensions: cast.typeName?.arrayBounds?.length ?? 0 })
    }
    const sqlValue = as(node, 'SQLValueFunction')
    if (sqlValue !== undefined) this.values.add((sqlValue.op ?? '').replace(/^SVFOP_|_N$/g, '').toLowerCase())
    for (const key in value) this.walk((value as Record<string, unknown>)[key], inSubquery)
  }

  #column(fields: readonly Node[], start: number, inSubquery: boolean): void {
    const parts = fields.map(text)
    const column = parts.at(-1)
    if (column === undefined || column === '') return
    const qualifier = parts.at(-2)
    // The tree says where a reference begins; it ends with its last name.
    this.#tokens ??= new Tokens(this.#sql)
    const first = this.#tokens.at(start)
    const last = Math.min(first + (parts.length - 1) * 2, this.#tokens.count - 1)
    this.references.push({ column, span: { start, end: this.#tokens.ends[last]! }, inSubquery, ...(qualifier === undefined ? {} : { qualifier }) })
  }
}

const operatorName = (kind: string | undefined, name: string): string => {
  switch (kind) {
    case 'AEXPR_DISTINCT':
      return 'is distinct from'
    case 'AEXPR_NOT_DISTINCT':
      return 'is not distinct from'
    case 'AEXPR_IN':
      return name === '<>' ? 'not in' : 'in'
    case 'AEXPR_BETWEEN':
    case 'AEXPR_NOT_BETWEEN':
    case 'AEXPR_BETWEEN_SYM':
    case 'AEXPR_NOT_BETWEEN_SYM':
    case 'AEXPR_NULLIF':
      return name.toLowerCase() === '=' ? 'nullif' : name.toLowerCase()
    default:
      return name
  }
}

const isNull = (node: Node | undefined): boolean => {
  const cast = as(node, 'TypeCast')
  if (cast !== undefined) return isNull(cast.arg)
  return as(node, 'A_Const')?.isnull === true
}

const isConstant = (node: Node | undefined): boolean => {
  if (node === undefined) return false
  if (as(node, 'A_Const') !== undefined) return true
  const cast = as(node, 'TypeCast')
  if (cast !== undefined) return isConstant(cast.arg)
  const collate = as(node, 'CollateClause')
  if (collate !== undefined) return isConstant(collate.arg)
  const array = as(node, 'A_ArrayExpr')
  if (array !== undefined) return (array.elements ?? []).every(isConstant)
  const row = as(node, 'RowExpr')
  if (row !== undefined) return (row.args ?? []).every(isConstant)
  const operation = as(node, 'A_Expr')
  return operation?.kind === 'AEXPR_OP' && operation.lexpr === undefined && signs.has(text(operation.name?.[0])) && isConstant(operation.rexpr)
}

const withoutParentheses = (sql: string): string => {
  let bare = sql.trim()
  for (;;) {
    const tokens = new Tokens(bare)
    if (tokens.sign(0) !== '(' || tokens.closing(0) !== tokens.count - 1 || tokens.isWord(1, 'select')) return bare
    const inner = bare.slice(tokens.ends[0], tokens.starts[tokens.count - 1]).trim()
    if (!readExpression(inner).readable) return bare
    bare = inner
  }
}

const holdsNotNull = (tree: ExpressionTree, column: string, ofRow: boolean): boolean => {
  if (tree.kind === 'binary' && tree.operator === 'and') return holdsNotNull(tree.left, column, ofRow) || holdsNotNull(tree.right, column, ofRow)
  if (tree.kind === 'binary') return tree.operator === 'is distinct from' && isNullAgainst(tree, column)
  if (tree.kind !== 'unary') return false
  return tree.operator === 'not' ? failsOnNull(tree.operand, column, ofRow) : tree.operator === 'is not null' && !ofRow && isColumn(tree.operand, column)
}

/** The server moves NOT inwards before it looks (negate_clause in src/backend/optimizer/prep/prepqual.c). */
const failsOnNull = (tree: ExpressionTree, column: string, ofRow: boolean): boolean => {
  if (tree.kind === 'binary' && tree.operator === 'or') return failsOnNull(tree.left, column, ofRow) || failsOnNull(tree.right, column, ofRow)
  if (tree.kind === 'binary') return tree.operator === 'is not distinct from' && isNullAgainst(tree, column)
  if (tree.kind !== 'unary') return false
  return tree.operator === 'not' ? holdsNotNull(tree.operand, column, ofRow) : tree.operator === 'is null' && !ofRow && isColumn(tree.operand, column)
}

/** A bare NULL on one side asks whether there is a value at all, a row's too (make_nulltest_from_distinct in src/backend/parser/parse_expr.c). */
const isNullAgainst = ({ left, right }: Extract<ExpressionTree, { kind: 'binary' }>, column: string): boolean => (left.kind === 'null' && isColumn(right, column)) || (right.kind === 'null' && isColumn(left, column))
