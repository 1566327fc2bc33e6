import type { Catalog } from '../catalog/catalog'
import { isBuiltin } from '../catalog/functions'
import type { RoutineVariant } from '../catalog/relation'
import type { Failure } from '../model/assessed'
import type { Batches, Effect, OnlyIf, RowCount, Work } from '../model/effect'
import type { Fact } from '../model/estimate'
import type { RelationName } from '../model/name'
import type { CalledFunction } from '../sql/command'
import { constantText } from '../sql/constant-text'
import { partlyTold } from '../sql/partly-told'
import type { PartlyTold } from '../sql/partly-told'
import { readPlpgsql, readPlpgsqlBody, readPlpgsqlRoutine } from '../sql/plpgsql'
import type { PlpgsqlBody, PlpgsqlEach, PlpgsqlExecute, PlpgsqlGuard, PlpgsqlLoop, PlpgsqlPiece, PlpgsqlStatement } from '../sql/plpgsql'
import { read } from '../sql/read'
import { sqlStatements } from '../sql/sql-body'
import { asStrongAsTable, lock, onlyIf } from './common'
import { rowsPerBlock } from './backfill-by-block'
import { BodyValues } from './body-values'
import type { Value } from './body-values'
import { catalogCondition } from './catalog-condition'
import { asCaught } from './caught'
import { queriedRows } from './queried-rows'
import { isByKey } from './query-work'
import { someOf } from './row-share'
import { eventsRun } from './event-triggers'
import { lastAnswer } from './last-answer'
import type { Operation, OperationType } from './operation'
import { refusal } from './refusal'
import { within } from './within'

/** The statements of a DO block, a function or a procedure. */
export interface Body extends PlpgsqlBody {
  /** What variables hold when it begins, by name: arguments that the call gives as constants, and what a trigger's function is told of its event. */
  readonly given?: readonly (readonly [string, Value])[]
}

/** Undefined where it is not understood, or in a language that is not read. */
export const blockBody = (language: string, body: string): Body | undefined => (language === 'plpgsql' ? remembered(body, () => readPlpgsql(body)) : undefined)

export function routineBody(variant: RoutineVariant, call: CalledFunction): Body | undefined {
  const body = ownBody(variant)
  if (!body || call.arguments === undefined || body.parameters.length === 0) return body
  const given = call.arguments.flatMap(({ name, value }, place): (readonly [string, string])[] => {
    const parameter = name === undefined ? body.parameters[place] : body.parameters.find((one) => one === name)
    return value === undefined || parameter === undefined || parameter === '' ? [] : [[parameter, value]]
  })
  return remembered(`${JSON.stringify(given)} ${variant.body}`, () => ({ ...body, given }))
}

function ownBody({ language, body, frame }: RoutineVariant): Body | undefined {
  if (body === undefined) return undefined
  if (language === 'plpgsql') return 'sql' in frame ? remembered(frame.sql, () => readPlpgsqlRoutine(frame.sql)) : remembered(`${frame.kind} ${body}`, () => readPlpgsqlBody(body, frame.kind, frame.parameters))
  return language === 'sql' ? { pieces: sqlStatements(body).map((statement) => ({ kind: 'statement', sql: statement, usesVariables: false })), parameters: [], commits: false } : undefined
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

export type Ask<T> = (type: OperationType<Operation>, operation: Operation, before: Catalog, statement: PlpgsqlStatement, open: readonly PlpgsqlGuard['condition'][], why: OnlyIf | undefined) => readonly T[]

/** Asks each operation of the statements, as if each ran once, in order; those that a guard is known to pass by, not at all. */
export function visit<T>(body: Body | undefined, catalog: Catalog, ask: Ask<T>): Visited<T> {
  if (body === undefined) return { found: [], after: catalog, unread: [] }
  const { met, after, unread } = walk(body, catalog)
  return { found: met.flatMap(({ type, operation, before, statement, open, why }) => ask(type, operation, before, statement, open, why)), after, unread }
}

interface Met {
  readonly type: OperationType<Operation>
  readonly operation: Operation
  readonly before: Catalog
  readonly statement: PlpgsqlStatement
  /** Conditions around it that are left open. */
  readonly open: readonly PlpgsqlGuard['condition'][]
  /** Whether it runs at all is not told. */
  readonly why?: OnlyIf
}

const walk: (body: Body, catalog: Catalog) => { readonly met: readonly Met[]; readonly sure: readonly Effect[]; readonly after: Catalog; readonly unread: readonly string[] } = lastAnswer((body, catalog) => {
  const walker = new Walker(body, catalog)
  walker.run(body.pieces, 0, new Map())
  return { met: walker.met, sure: walker.sure, after: walker.after, unread: [...walker.unread] }
})

/** What the conditions of a body say; each is asked once in a pass, before what hangs on it runs. */
type Answers = Map<PlpgsqlGuard['condition'], boolean | undefined>

class Walker {
  readonly met: Met[] = []
  /** Of statements that are told in part, what is sure of them. */
  readonly sure: Effect[] = []
  after: Catalog
  readonly unread = new Set<string>()
  readonly #before: Catalog
  readonly #values: BodyValues
  readonly #done = new Set<PlpgsqlPiece>()
  /** A loop is gone through of which nobody can tell whether it has a pass. */
  #maySkip = false

  constructor(body: Body, catalog: Catalog) {
    this.after = catalog
    this.#before = catalog
    this.#values = new BodyValues(body.given)
  }

  /** `depth`: so many of the loops around the pieces are being gone through. */
  run(pieces: readonly PlpgsqlPiece[], depth: number, answers: Answers): void {
    for (let at = 0; at < pieces.length; at++) {
      const piece = pieces[at]!
      const each = piece.each?.[depth]
      const under = this.#undecided(each ?? piece, answers)
      if (each) {
        const end = pieces.findIndex((one, place) => place > at && one.each?.[depth] !== each)
        const inside = pieces.slice(at, end < 0 ? undefined : end)
        at += inside.length - 1
        if (under) this.#loop(each, inside, depth, answers, under)
      } else if (under) this.#do(piece, under)
    }
  }

  #loop(each: PlpgsqlEach, pieces: readonly PlpgsqlPiece[], depth: number, answers: Answers, under: readonly PlpgsqlGuard[]): void {
    // An emptied text says nothing of what it goes through.
    const passes = this.after.surroundings.emptied ? undefined : this.#values.passes(each, under, this.after)
    if (passes === undefined) {
      this.#values.forget(each.changes, under)
      const before = this.#maySkip
      this.#maySkip = true
      this.run(pieces, depth + 1, new Map(answers))
      this.#maySkip = before
    }
    for (const [place, row] of passes?.entries() ?? []) {
      if (place > 0 && !pieces.some((piece) => this.#maySayMore(piece))) break
      this.#values.begin(each, row, under)
      this.run(pieces.map((piece) => (piece.kind === 'execute' && piece.loop ? passed(piece, each) : piece)), depth + 1, new Map(answers))
    }
    this.#values.forget(each.changes, under)
  }

  /** How often it runs its loop says; what it calls may do something else for each value. */
  #maySayMore(piece: PlpgsqlPiece): boolean {
    return piece.kind === 'execute' || (piece.kind === 'statement' && (!this.#done.has(piece) || callsWithVariables(piece)))
  }

  #do(piece: PlpgsqlPiece, under: readonly PlpgsqlGuard[]): void {
    // What is left of an emptied value is another one.
    if (piece.kind === 'assignment') this.#values.assign(this.after.surroundings.emptied ? { kind: 'assignment', target: piece.target } : piece, under, this.after)
    else if (piece.kind === 'execute') {
      const expression = this.#values.filled(piece.expression, under)
      const text = this.after.surroundings.emptied ? undefined : constantText(expression)
      if (text === undefined) this.#partly(piece, expression, under)
      else this.#read({ ...piece, kind: 'statement', sql: text, usesVariables: false }, under)
    } else {
      const sql = callsWithVariables(piece) ? this.#values.filled(piece.sql, under) : piece.sql
      if (sql !== piece.sql) this.#read({ ...piece, sql }, under)
      else if (!this.#done.has(piece)) this.#read(piece, under)
      this.#done.add(piece)
    }
  }

  /** Locks on what such a statement names in full; others may come, so that it stays unread. */
  #partly(piece: PlpgsqlExecute, expression: string, under: readonly PlpgsqlGuard[]): void {
    const told = partlyTold(expression, this.after.surroundings.emptied ?? false)
    const statement: PlpgsqlStatement = { ...piece, kind: 'statement', sql: told?.text ?? '', usesVariables: told?.isWhole !== true }
    if (told?.isWhole) {
      this.#read(statement, under)
      if (told.isViewAlone) this.#viewAgain(told.commands, piece)
      return
    }
    const { found } = within(told?.commands ?? [], this.after.speculative(), (type, operation, before) => type.effects(operation, before).map((effect) => inLoop(effect, statement, before)))
    if (!told || !isSeenThrough(told, found, this.after)) this.unread.add(piece.unread)
    if (!told) return
    for (const effect of found.map((one) => asStrongAsTable(one, () => found))) {
      if (told.isUntold(`${effect.relation} ${effect.indexOf ?? ''}`)) continue
      this.sure.push({ ...effect, work: effect.work.flatMap((one) => workTold(one, told) ?? []) })
    }
  }

  /** A view whose query is told only when it runs: one that is made again reads what it read. */
  #viewAgain([command]: PartlyTold['commands'], piece: PlpgsqlExecute): void {
    if (command?.kind !== 'create-view') return
    const was = this.#before.relation(this.#before.resolve(command.relation))
    const is = this.after.relation(this.after.resolve(command.relation))
    if (was?.kind !== 'view' || is?.kind !== 'view') {
      this.unread.add(piece.unread)
      return
    }
    this.sure.push(...was.reads.map((one) => lock(one, 'ACCESS SHARE')))
    this.after = this.after.with({ ...is, reads: was.reads, ...(was.readsColumns && { readsColumns: was.readsColumns }) })
  }

  #read(statement: PlpgsqlStatement, under: readonly PlpgsqlGuard[]): void {
    const open = under.map(({ condition }) => condition)
    const { commands: written, problem } = read(statement.sql)
    const commands = written.map((one) => (one.kind === 'query' ? { ...one, query: { ...one.query, kept: statement.first ? ('first' as const) : ('all' as const) } } : one))
    if (problem) this.unread.add(`A statement of the block is not understood: ${problem.message}.`)
    const why: OnlyIf | undefined = open.length > 0 ? 'condition' : this.#maySkip || statement.loop?.mayBeSkipped ? 'rows' : undefined
    const inside = within(commands, this.after, (type, operation, before) => [{ type, operation, before, statement, open, ...(why && { why }) }], statement.caught ? asCaught : undefined)
    this.met.push(...inside.found)
    for (const sentence of inside.unread) this.unread.add(sentence)
    this.after = inside.after
  }

  /** Conditions around it of which nobody can tell whether they hold; undefined where it is passed by. */
  #undecided({ guards = [] }: PlpgsqlPiece | PlpgsqlEach, answers: Answers): readonly PlpgsqlGuard[] | undefined {
    const undecided: PlpgsqlGuard[] = []
    for (const guard of guards) {
      const { condition, holds } = guard
      if (!answers.has(condition)) answers.set(condition, catalogCondition(this.#values.filled(condition.sql, undecided), this.after))
      const answer = answers.get(condition)
      if (answer === !holds) return undefined
      if (answer === undefined) undecided.push(guard)
    }
    return undecided
  }
}

/** It reads what it names, whichever columns and values that are not told it asks for. A value chooses partitions, and what a function of the database's own does. */
function isSeenThrough({ isQuery, commands: [command] }: PartlyTold, found: readonly Effect[], catalog: Catalog): boolean {
  return isQuery && command?.kind === 'query' && command.query.functions.every((name) => isBuiltin(name)) && !found.some(({ relation }) => catalog.table(relation)?.partitionBy)
}

/** Without the names that are not told, and how many rows where a condition hangs on them. */
function workTold(work: Work, { isUntold, inLiterals }: PartlyTold): Work | undefined {
  if (isUntold(work.to) || (work.kind === 'probe' && isUntold(work.into))) return undefined
  if ('rows' in work && !inLiterals) return { ...work, rows: { kind: 'unknown' } }
  if (work.kind !== 'build-index' || !isUntold(work.index.name ?? '')) return work
  const { name: _, ...index } = work.index
  return { ...work, index }
}

/** Gone through pass by pass, it runs once in each. */
function passed({ loop: _, ...piece }: Extract<PlpgsqlPiece, { kind: 'execute' }>, { around }: PlpgsqlEach): PlpgsqlPiece {
  return { ...piece, ...(around && { loop: around }) }
}

const callsWithVariables = ({ sql, usesVariables }: PlpgsqlStatement): boolean => usesVariables && read(sql).commands.some((command) => command.kind === 'call' || (command.kind === 'query' && command.query.functions.some((name) => !isBuiltin(name))))

export function effectsWithin(body: Body | undefined, catalog: Catalog): readonly Effect[] {
  const { found } = visit(body, catalog, (type, operation, before, statement, _, why) => onlyIf(why, type.effects(operation, before)).map((effect) => ({ statement, effect: underTimeout(inLoop(effect, statement, before), catalog, before) })))
  return [...found.map(({ statement, effect }) => asStrongAsTable(effect, () => found.flatMap((one) => (one.statement === statement ? one.effect : [])))), ...(body ? walk(body, catalog).sure : []), ...eventsWithin(body, catalog).flatMap(({ effects }) => effects)]
}

/** What the event triggers do that its statements fire. */
function eventsWithin(body: Body | undefined, catalog: Catalog): readonly ReturnType<typeof eventsRun>[] {
  if (!catalog.surroundings.eventTriggers?.length) return []
  const { found } = visit(body, catalog, (type, operation, before, statement) => [{ statement, before, effects: type.effects(operation, before) }])
  return [...new Set(found.map(({ statement }) => statement))].map((statement) => {
    const own = found.filter((one) => one.statement === statement)
    return eventsRun(statement.sql, own.flatMap(({ effects }) => effects), own[0]!.before)
  })
}

/** What ends it in an error. A condition that is left open may have asked for the very thing, and what catches errors was written for them. */
export const failsWithin = (body: Body | undefined, catalog: Catalog): readonly Omit<Failure, 'span'>[] =>
  visit(body, catalog, (type, operation, before, { caught }, open) => (caught ? [] : [...(operation.kind !== 'call' && type.transactionBlock?.(operation, before) === 'forbidden' ? [refusal('Ends in an error: what is not run in a transaction block is not run by a program either.')] : []), ...(type.fails?.(operation, before) ?? [])].flatMap((one) => (open.length === 0 ? one : one.refused ? [] : { ...one, certain: false })))).found

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
  return [...unread, ...found, ...eventsWithin(body, catalog).flatMap((one) => one.unread)]
}

/** PostgreSQL refuses it, or one of its statements, in a transaction block. */
export const refusesBlock = (body: Body | undefined, catalog: Catalog): boolean =>
  body !== undefined && (body.commits || visit(body, catalog, (type, operation, before) => (type.transactionBlock?.(operation, before) === 'forbidden' ? [true] : [])).found.length > 0)

/** Row changes in a loop happen as often as it runs, in one transaction unless it commits each time. */
function inLoop(effect: Effect, statement: PlpgsqlStatement, catalog: Catalog): Effect {
  const { loop, usesVariables } = statement
  if (!loop) return { ...effect, work: effect.work.filter((work) => work.kind !== 'query' || !isByKey(work.reads)) }
  return { ...effect, work: effect.work.flatMap((work): readonly Work[] => (work.kind === 'query' ? queriedInLoop(work, statement, loop, catalog) : [work])).map((work): Work => {
      if (!('rows' in work)) return work
      const committedEvery = batchesOf(work.rows, effect.relation, loop, usesVariables, catalog)
      const batches = committedEvery && { committedEvery }
      const rows = rowsInLoop(work.rows, statement, loop, catalog)
      if (rows) return { ...work, rows, ...batches }
      const whole = changesOfAll(statement, catalog).find((one) => one.relation === effect.relation && one.work.kind === work.kind)?.work
      return { ...(whole ?? { ...work, rows: { kind: 'fraction', of: effect.relation, fraction: 1, assumed: true } }), ...batches }
    }),
  }
}

/** What a query reads in all passes: as often as they are counted; where it goes on from where the last one ended, no more than all. What is read to find the rows of a batch is in what changing them takes. */
function queriedInLoop(work: Extract<Work, { kind: 'query' }>, { usesVariables }: PlpgsqlStatement, loop: PlpgsqlLoop, catalog: Catalog): readonly Work[] {
  if (loop.commits) return []
  const times: RowCount = loop.passes !== undefined ? { kind: 'exactly', rows: loop.passes } : loop.rowsOf === undefined ? { kind: 'unknown' } : (passesOver(loop.rowsOf, catalog) ?? { kind: 'unknown' })
  if (times.kind !== 'unknown') return [{ ...work, times }]
  if (isByKey(work.reads)) return []
  if (work.reads.some(({ how }) => how === 'whole' || how === 'untold')) return [{ ...work, times }]
  return usesVariables ? [{ ...work, reads: work.reads.map((one) => ({ ...one, how: 'perhaps' })) }] : [work]
}

/** Of all passes of the loop together. */
const changesOfAll: (statement: PlpgsqlStatement, catalog: Catalog) => readonly { readonly relation: RelationName; readonly work: ChangingWork }[] = lastAnswer(({ overall }, catalog) => {
  if (!overall) return []
  const { found } = within(read(overall.sql).commands, catalog.speculative(), (type, operation, before) => type.effects(operation, before))
  return found.flatMap(({ relation, work }) => work.flatMap((one) => ('rows' in one ? [{ relation, work: overall.isWhole ? one : { ...one, rows: someOf(one.rows) } }] : [])))
})

type ChangingWork = Extract<Work, { readonly rows: RowCount }>

/** Undefined where what one pass does says nothing of all. */
function rowsInLoop(rows: RowCount, { usesVariables, overall }: PlpgsqlStatement, loop: PlpgsqlLoop, catalog: Catalog): RowCount | undefined {
  if (rows.kind !== 'exactly') return usesVariables ? undefined : rows
  if (rows.rows === 0) return rows
  if (loop.passes !== undefined) return { kind: 'exactly', rows: rows.rows * loop.passes }
  const passes = loop.rowsOf === undefined ? undefined : passesOver(loop.rowsOf, catalog)
  if (passes?.kind === 'exactly') return { kind: 'exactly', rows: rows.rows * passes.rows }
  if (passes && rows.rows === 1) return passes
  // A note of each batch, as a rule: what is told is one of them.
  return loop.commits && !overall ? rows : undefined
}

/** A range of keys or blocks that moves on with each pass is let go of with its transaction. */
function batchesOf(rows: RowCount, relation: RelationName, loop: PlpgsqlLoop, usesVariables: boolean, catalog: Catalog): Batches | undefined {
  if (!loop.commits) return undefined
  const pause = { ...(loop.pause !== undefined && { pause: loop.pause }) }
  if (rows.kind === 'exactly') return rows.rows === 0 ? undefined : { rows: rows.rows, ...pause }
  if (!usesVariables || loop.batch === undefined) return undefined
  return loop.byBlock ? { rows: Math.ceil(loop.batch * rowsPerBlock(catalog.table(relation))), blocks: loop.batch, ...pause } : { rows: loop.batch, byRange: true, ...pause }
}

function passesOver(query: string, catalog: Catalog): RowCount | undefined {
  const [command] = read(query).commands
  return command?.kind === 'query' ? queriedRows(command.query, catalog) : undefined
}
