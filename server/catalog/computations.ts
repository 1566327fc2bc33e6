import type { Computations, Evaluation, TextUse } from '../model/effect'
import type { WrittenName } from '../model/name'
import { readExpression } from '../sql/expression'
import type { ExpressionTree } from '../sql/expression-tree'
import { visit } from '../sql/walk-tree'
import type { Catalog } from './catalog'
import { isBuiltin, ownVolatility } from './functions'
import type { Column, Table } from './relation'
import { columnOf } from './relation'

/** What an expression does for each row of a table: how many operators and functions it runs, of which kinds, and of which columns it takes the values out of how they are stored. */
export function computationsIn(sql: string, table: Table | undefined, catalog: Catalog): Computations {
  const { tree, functions, columns } = readExpression(sql)
  if (tree) return computed(tree, table, catalog)
  const evaluates = functions.flatMap((name) => evaluationOf(name, catalog) ?? [])
  const calls = 1 + functions.length - evaluates.length
  const use = functions.some(({ name }) => takesWords.test(name)) ? 'words' : 'counted'
  return { operators: calls, calls, ...(functions.length > 0 && columns.length > 0 && { texts: columns.map((column) => ({ column, use }) as const) }), ...(evaluates.length > 0 && { evaluates }) }
}

/** Of several expressions, each for the same rows. */
export const computedTogether = (all: readonly Computations[]): Computations => {
  const sum = (count: 'operators' | 'numbers' | 'calls' | 'patterns'): number => all.reduce((total, one) => total + (one[count] ?? 0), 0)
  const [numbers, calls, patterns] = [sum('numbers'), sum('calls'), sum('patterns')]
  const texts = all.flatMap((one) => one.texts ?? [])
  const evaluates = all.flatMap((one) => one.evaluates ?? [])
  return { operators: sum('operators'), ...(numbers > 0 && { numbers }), ...(calls > 0 && { calls }), ...(patterns > 0 && { patterns }), ...(texts.length > 0 && { texts }), ...(evaluates.length > 0 && { evaluates }) }
}

/** Digit by digit, and taken out of how it is stored for each operator (src/backend/utils/adt/numeric.c). */
export const isNumeric = (column: Column | undefined): boolean => column?.type.name === 'numeric' && column.type.dimensions === 0

const randomUuid = /^(gen_random_uuid|uuidv[47]|uuid_generate_v\d(mc)?)$/
const takesWords = /^(json(b)?_)?to_tsvector$/

/** What a function is that takes longer than the row it is called for. */
function evaluationOf(name: WrittenName, catalog: Catalog): Evaluation | undefined {
  if (randomUuid.test(name.name)) return 'uuid'
  if (name.name === 'nextval') return 'sequence'
  return isBuiltin(name) && ownVolatility(name, catalog) === undefined ? undefined : 'function'
}

/** Functions that look at a value's header alone. */
const byHeader = new Set(['coalesce', 'octet_length', 'num_nonnulls', 'num_nulls'])
/** Those that take bytes as they are, or a few at the beginning. */
const bytewise = /^(md5|sha\d+|strpos|position|starts_with|replace|concat|concat_ws|left|[blr]?trim|encode|decode|convert_to|hashtext)$/
/** Those that ask of each letter what it is in another case. */
const recasing = /^(lower|upper|initcap|casefold)$/
const comparing = new Set(['=', '<>', '!=', '<', '<=', '>', '>=', 'in', 'not in', 'is distinct from', 'is not distinct from', '+', '-', '*', '/', '%', '||', 'like', 'not like', 'ilike', 'not ilike'])
const constants: ReadonlySet<ExpressionTree['kind']> = new Set(['string', 'number', 'boolean', 'null', 'value'])
/** Of what has days, months and time zones a function of its own reckons. */
const reckoning = new Set(['+', '-', '*', '/'])
const moments = /^(timestamp(tz)?|time(tz)?|interval)$/
const strings = /^(text|varchar|bpchar|char|character varying|character|name|citext)\b/i
const decimals = /^(numeric|decimal)\b/i
/** Values of different length differ, and are not looked at (texteq in src/backend/utils/adt/varlena.c). */
const byLength = new Set(['=', '<>', '!=', 'in', 'not in', 'is distinct from', 'is not distinct from'])
/** Those that a value is made ready for anew (RE_compile_and_execute in src/backend/utils/adt/regexp.c). */
const regular = new Set(['~', '!~', '~*', '!~*', 'similar to'])

const useByOperator = (operator: string): TextUse => (/^(not )?like$/.test(operator) || operator === '||' ? 'sought' : /^(not )?ilike$/.test(operator) ? 'cased' : regular.has(operator) ? 'counted' : 'opened')
const useByFunction = (name: string): TextUse => (takesWords.test(name) ? 'words' : recasing.test(name) ? 'cased' : bytewise.test(name) ? 'sought' : 'counted')

function computed(tree: ExpressionTree, table: Table | undefined, catalog: Catalog): Computations {
  const count = { operators: 0, numbers: 0, calls: 0, patterns: 0 }
  const evaluates: Evaluation[] = []
  const texts = new Map<string, TextUse>()
  const read = (parts: readonly ExpressionTree[], use: TextUse): void => {
    for (const column of parts.flatMap(sourcesOf)) texts.set(column, dearest(texts.get(column), use))
  }
  const typeOf = (one: ExpressionTree): string | undefined => (one.kind === 'column' ? columnOf(table, one.name)?.type.name : undefined)
  const isMoment = (one: ExpressionTree): boolean => moments.test(typeOf(one) ?? '')
  /** A constant is converted once, and of texts only the length is looked at, if that. */
  const isConverted = (operand: ExpressionTree, type: string): boolean => !constants.has(operand.kind) && !(strings.test(typeOf(operand) ?? '') && strings.test(type))
  const isNumber = (one: ExpressionTree): boolean => one.kind === 'column' && isNumeric(columnOf(table, one.name))
  visit(tree, (one) => {
    switch (one.kind) {
      case 'between':
        count.operators += 2
        if (isNumber(one.value)) count.numbers += 2
        read([one.value], 'opened')
        return
      case 'cast':
        if (isConverted(one.operand, one.type)) {
          count.operators += 1
          count.calls += 1
          if (isNumber(one.operand) || decimals.test(one.type)) count.numbers += 1
        }
        read([one.operand], 'opened')
        return
      case 'unary':
        count.operators += 1
        return
      case 'call': {
        const evaluation = evaluationOf(one.function, catalog)
        if (evaluation) evaluates.push(evaluation)
        else if (!takesWords.test(one.function.name)) {
          count.operators += 1
          count.calls += 1
        }
        if (!byHeader.has(one.function.name)) read(one.arguments, useByFunction(one.function.name))
        return
      }
      case 'binary':
        if (one.operator === 'and' || one.operator === 'or') return
        count.operators += compared(one.right)
        if (regular.has(one.operator)) count.patterns += 1
        else if (!comparing.has(one.operator) || (reckoning.has(one.operator) && (isMoment(one.left) || isMoment(one.right)))) count.calls += 1
        else if (isNumber(one.left) || isNumber(one.right)) count.numbers += compared(one.right)
        if (!byLength.has(one.operator)) read([one.left, one.right], useByOperator(one.operator))
    }
  })
  const { operators, numbers, calls, patterns } = count
  return { operators, ...(numbers > 0 && { numbers }), ...(calls > 0 && { calls }), ...(patterns > 0 && { patterns }), ...(texts.size > 0 && { texts: [...texts].map(([column, use]) => ({ column, use })) }), ...(evaluates.length > 0 && { evaluates }) }
}

/** Values of a list are compared one after the other until one is the same, of long lists by a hash table (ExecEvalScalarArrayOp and MIN_ARRAY_SIZE_FOR_HASHED_SAOP). */
const compared = (right: ExpressionTree): number => (right.kind === 'list' ? Math.min(right.items.length + 1, hashedFrom) / 2 : 1)
const hashedFrom = 9

const fromCheap: readonly TextUse[] = ['opened', 'sought', 'counted', 'cased', 'words']

const dearest = (a: TextUse | undefined, b: TextUse): TextUse => (a === undefined || fromCheap.indexOf(b) > fromCheap.indexOf(a) ? b : a)

/** The columns whose values an expression has in it as long as they are. */
function sourcesOf(tree: ExpressionTree): readonly string[] {
  switch (tree.kind) {
    case 'column':
      return [tree.name]
    case 'cast':
      return sourcesOf(tree.operand)
    case 'call':
      return tree.function.name === 'coalesce' || recasing.test(tree.function.name) || /^(replace|concat|concat_ws|[blr]?trim|regexp_replace|translate)$/.test(tree.function.name) ? tree.arguments.flatMap(sourcesOf) : []
    case 'binary':
      return tree.operator === '||' ? [...sourcesOf(tree.left), ...sourcesOf(tree.right)] : []
    default:
      return []
  }
}
