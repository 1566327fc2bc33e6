import type { Catalog } from '../catalog/catalog'
import type { RoutineVariant } from '../catalog/relation'
import type { Failure } from '../model/assessed'
import type { Effect, RowCount, Work } from '../model/effect'
import type { Fact } from '../model/estimate'
import type { RelationName } from '../model/name'
import { readPlpgsql, readPlpgsqlBody, readPlpgsqlRoutine } from '../sql/plpgsql'
import type { PlpgsqlBody, PlpgsqlGuard, PlpgsqlLoop, PlpgsqlStatement } from '../sql/plpgsql'
import { read } from '../sql/read'
import { split } from '../sql/split'
import { rowsPerBlock } from './backfill-by-block'
import { catalogCondition } from './catalog-condition'
import { queriedRows } from './data-change'
import type { Operation, OperationType } from './operation'
import { within } from './within'

/** The statements of a DO block, a function or a procedure. */
export type Body = PlpgsqlBody

/** Undefined where it is not understood, or in a language that is not read. */
export const blockBody = (language: string, body: string): Body | undefined => (language === 'plpgsql' ? remembered(body, () => readPlpgsql(body)) : undefined)

export function routineBody({ language, body, frame }: RoutineVariant): Body | undefined {
  if (body === undefined) return undefined
  if (language === 'plpgsql') return 'sql' in frame ? remembered(frame.sql, () => readPlpgsqlRoutine(frame.sql)) : remembered(`${frame.kind} ${body}`, () => readPlpgsqlBody(body, frame.kind, frame.parameters))
  return language === 'sql' ? { statements: sqlStatements(body).map((statement) => ({ sql: statement, usesVariables: false })), unread: [], commits: false } : undefined
}

/** Of an SQL function, whether its body is a string or part of the statement. */
export function sqlStatements(body: string): readonly string[] {
  const standard = /^\s*(?:begin\s+atomic\b([^]*)\bend\s*|return\b([^]*))$/i.exec(body)
  const text = standard ? (standard[1] ?? `SELECT ${standard[2]}`) : body
  return split(text).flatMap((piece) => (piece.kind === 'statement' ? [text.slice(piece.span.start, piece.span.end)] : []))
}

/** Every question about a body needs its statements, and the last few bodies are asked about again and again. */
const memory = new Map<string, Body | undefined>()

function remembered(text: string, make: () => Body | undefined): Body | undefined {
  if (memory.has(text)) return memory.get(text)
  const body = make()
  memory.set(text, body)
  if (memory.size > 64) memory.delete(memory.keys().next().value!)
  return body
}

export interface Visited<T> {
  readonly found: readonly T[]
  readonly after: Catalog
  readonly unread: readonly string[]
}

export type Ask<T> = (type: OperationType<Operation>, operation: Operation, before: Catalog, statement: PlpgsqlStatement, open: readonly PlpgsqlGuard['condition'][]) => readonly T[]

/** Asks each operation of the statements, as if each ran once, in order; those that a guard is known to pass by, not at all. */
export function visit<T>(body: Body | undefined, catalog: Catalog, ask: Ask<T>): Visited<T> {
  if (body === undefined) return { found: [], after: catalog, unread: [] }
  if (walked?.body !== body || walked.catalog !== catalog) walked = { body, catalog, ...walk(body, catalog) }
  const { met, after, unread } = walked
  return { found: met.flatMap(({ type, operation, before, statement, open }) => ask(type, operation, before, statement, open)), after, unread }
}

/** Several things are asked of one block, one after the other, and it is walked through once for all of them. */
let walked: ({ readonly body: Body; readonly catalog: Catalog } & ReturnType<typeof walk>) | undefined

interface Met {
  readonly type: OperationType<Operation>
  readonly operation: Operation
  readonly before: Catalog
  readonly statement: PlpgsqlStatement
  /** Conditions around it that are left open. */
  readonly open: readonly PlpgsqlGuard['condition'][]
}

function walk(body: Body, catalog: Catalog): { readonly met: readonly Met[]; readonly after: Catalog; readonly unread: readonly string[] } {
  const met: Met[] = []
  const unread: string[] = []
  let after = catalog
  // A condition is asked once, before what hangs on it runs.
  const answers = new Map<PlpgsqlGuard['condition'], boolean | undefined>()
  const isPassedBy = ({ condition, holds }: PlpgsqlGuard): boolean => {
    if (!answers.has(condition)) answers.set(condition, catalogCondition(condition.sql, after))
    return answers.get(condition) === !holds
  }
  for (const statement of body.statements) {
    if (statement.guards?.some(isPassedBy)) continue
    const open = statement.guards?.flatMap(({ condition }) => (answers.get(condition) === undefined ? condition : [])) ?? []
    const { commands, problem } = read(statement.sql)
    if (problem) unread.push(`A statement of the block is not understood: ${problem.message}.`)
    const inside = within(commands, after, (type, operation, before) => [{ type, operation, before, statement, open }])
    met.push(...inside.found)
    unread.push(...inside.unread)
    after = inside.after
  }
  return { met, after, unread }
}

export const effectsWithin = (body: Body | undefined, catalog: Catalog): readonly Effect[] => visit(body, catalog, (type, operation, before, statement) => type.effects(operation, before).map((effect) => underTimeout(inLoop(effect, statement, before), catalog, before))).found

/** What ends it in an error. A condition that is left open may have asked for the very thing, and what catches errors was written for them. */
export const failsWithin = (body: Body | undefined, catalog: Catalog): readonly Omit<Failure, 'span'>[] =>
  visit(body, catalog, (type, operation, before, { caught }, open) => (caught ? [] : (type.fails?.(operation, before) ?? []).flatMap((one) => (open.length === 0 ? one : one.refused ? [] : { ...one, certain: false })))).found

/** Which conditions are taken to hold, and not to, because nothing tells; not those on which no lock hangs but of who reads. */
export function assumedWithin(body: Body | undefined, catalog: Catalog): readonly Fact[] {
  const conditions = visit(body, catalog, (type, operation, before, _, open) => (open.length > 0 && type.effects(operation, before).some(({ lock }) => lock !== 'ACCESS SHARE') ? open : [])).found
  const inside = visit(body, catalog, (type, operation, before) => type.assumes?.(operation, before) ?? []).found
  return [...[...new Set(conditions)].map(({ written }): Fact => ({ fact: `whether \`${shortened(written)}\` holds`, value: 'not known, so all that hangs on it is told as if it ran', from: 'assumed' })), ...inside]
}

/** In one line, which is not to fill a table. */
function shortened(condition: string): string {
  const line = condition.replaceAll(/\s+/g, ' ').trim()
  const most = 80
  return line.length > most ? `${line.slice(0, most - 1)}…` : line
}

/** What the body itself has set by then. */
function underTimeout(effect: Effect, outside: Catalog, before: Catalog): Effect {
  const lock = before.surroundings.timeouts?.lock
  return lock === undefined || lock === outside.surroundings.timeouts?.lock ? effect : { lockTimeout: lock, ...effect }
}

/** What cannot be seen in it, nor in what it runs. */
export function unreadWithin(body: Body, catalog: Catalog): readonly string[] {
  const { unread, found } = visit(body, catalog, (type, operation, before) => [type.unread?.(operation, before)].flatMap((one) => one ?? []))
  return [...body.unread, ...unread, ...found]
}

/** PostgreSQL refuses it, or one of its statements, in a transaction block. */
export const refusesBlock = (body: Body | undefined, catalog: Catalog): boolean =>
  body !== undefined && (body.commits || visit(body, catalog, (type, operation, before) => (type.transactionBlock?.(operation, before) === 'forbidden' ? [true] : [])).found.length > 0)

/** Row changes in a loop happen as often as it runs, in one transaction unless it commits each time. */
function inLoop(effect: Effect, { loop, usesVariables }: PlpgsqlStatement, catalog: Catalog): Effect {
  if (!loop) return effect
  return { ...effect, work: effect.work.map((work): Work => {
      if (!('rows' in work)) return work
      // A range of keys or blocks that moves on with each pass comes to all of the table, but is let go of with its transaction.
      if (loop.commits && work.rows.kind !== 'exactly' && usesVariables && loop.batch !== undefined) {
        const rows = loop.byBlock ? Math.ceil(loop.batch * rowsPerBlock(catalog.table(effect.relation))) : loop.batch
        return { ...work, rows: { kind: 'fraction', of: effect.relation, fraction: 1, assumed: true }, committedEvery: rows }
      }
      return { ...work, rows: rowsInLoop(work.rows, effect.relation, loop, usesVariables, catalog) }
    }),
  }
}

function rowsInLoop(rows: RowCount, relation: RelationName, loop: PlpgsqlLoop, usesVariables: boolean, catalog: Catalog): RowCount {
  if (loop.commits) return rows
  if (rows.kind === 'exactly') {
    if (loop.passes !== undefined) return { kind: 'exactly', rows: rows.rows * loop.passes }
    const passes = loop.rowsOf === undefined ? undefined : passesOver(loop.rowsOf, catalog)
    if (passes?.kind === 'exactly') return { kind: 'exactly', rows: rows.rows * passes.rows }
    if (passes && rows.rows === 1) return passes
  }
  // Batch after batch in one transaction comes to all of the table.
  return usesVariables || rows.kind === 'exactly' ? { kind: 'fraction', of: relation, fraction: 1, assumed: true } : rows
}

function passesOver(query: string, catalog: Catalog): RowCount | undefined {
  const [command] = read(query).commands
  return command?.kind === 'query' ? queriedRows(command.query, catalog) : undefined
}
