import type { Catalog } from '../catalog/catalog'
import type { Effect, RowCount, Work } from '../model/effect'
import type { RelationName } from '../model/name'
import type { Span } from '../model/span'
import type { Do as Command } from '../sql/command'
import { readPlpgsql } from '../sql/plpgsql'
import type { PlpgsqlLoop, PlpgsqlStatement } from '../sql/plpgsql'
import { read } from '../sql/read'
import { rowsPerBlock } from './backfill-by-block'
import { queriedRows } from './data-change'
import { inPassOrder } from './in-pass-order'
import { recognise, typeOf } from './index'
import { operationType } from './operation'
import type { Operation, OperationType } from './operation'

interface Do extends Operation {
  readonly kind: 'do'
  readonly command: Command
}

export const doBlock = operationType<Do>({
  kind: 'do',
  title: 'Run a block of code',
  // What is underlined is its head, not all of its text.
  recognise: (command) => (command.kind === 'do' ? { kind: 'do', span: headOf(command), command } : undefined),
  effects: ({ command }, catalog) => visit(command, catalog, (type, operation, before, statement) => type.effects(operation, before).map((effect) => inLoop(effect, statement, before))).found,
  apply: ({ command }, catalog) => visit(command, catalog, () => []).after,
  breaks: ({ command }, catalog) => visit(command, catalog, (type, operation, before) => type.breaks?.(operation, before) ?? []).found,
  loses: ({ command }, catalog) => visit(command, catalog, (type, operation, before) => type.loses?.(operation, before) ?? []).found,
  fails: ({ command }, catalog) => visit(command, catalog, (type, operation, before) => type.fails?.(operation, before) ?? []).found,

  transactionBlock({ command }, catalog) {
    if (bodyOf(command)?.commits) return 'forbidden'
    return visit(command, catalog, (type, operation, before) => (type.transactionBlock?.(operation, before) === 'forbidden' ? [true] : [])).found.length > 0 ? 'forbidden' : 'allowed'
  },

  unread({ command }, catalog) {
    if (command.language !== 'plpgsql') return `The block is written in \`${command.language}\`, which is not read.`
    const body = bodyOf(command)
    if (!body) return 'The text of the block is not understood, so its locks are unknown.'
    const within = visit(command, catalog, (type, operation, before) => type.unread?.(operation, before) ?? [])
    const [first] = [...body.unread, ...within.unread, ...within.found]
    return first
  },
})

const headOf = ({ span, bodySpan }: Command): Span => ({ start: span.start, end: Math.max(span.start + 2, Math.min(bodySpan.start, span.end)) })

function bodyOf(command: Command): ReturnType<typeof readPlpgsql> {
  if (command.language !== 'plpgsql') return undefined
  if (!bodies.has(command)) bodies.set(command, readPlpgsql(command.body))
  return bodies.get(command)
}

/** Every question about a block needs its body. */
const bodies = new WeakMap<Command, ReturnType<typeof readPlpgsql>>()

interface Visited<T> {
  readonly found: readonly T[]
  readonly after: Catalog
  readonly unread: readonly string[]
}

/** Walks through the statements of the block, as if each ran once, in order. */
function visit<T>(command: Command, catalog: Catalog, ask: (type: OperationType<Operation>, operation: Operation, before: Catalog, statement: PlpgsqlStatement) => readonly T[] | T): Visited<T> {
  const found: T[] = []
  const unread: string[] = []
  let after = catalog
  for (const statement of bodyOf(command)?.statements ?? []) {
    const reading = read(statement.sql)
    if (reading.problem) unread.push(`A statement of the block is not understood: ${reading.problem.message}.`)
    for (const inner of inPassOrder(reading.commands)) {
      const operation = recognise(inner)
      if (!operation) {
        unread.push('No operation of Lockscope covers a statement of the block: its locks are unknown.')
        continue
      }
      const type = typeOf(operation, inner, after)
      const answer = ask(type, operation, after, statement)
      if (Array.isArray(answer)) found.push(...(answer as readonly T[]))
      else found.push(answer as T)
      after = type.apply(operation, after)
    }
  }
  return { found, after, unread }
}

/** Row changes in a loop happen as often as it runs, in one transaction unless it commits each time. */
function inLoop(effect: Effect, { sql, loop, usesVariables }: PlpgsqlStatement, catalog: Catalog): Effect {
  if (!loop) return effect
  return { ...effect, work: effect.work.map((work): Work => {
      if (!('rows' in work)) return work
      // A range of keys or blocks that moves on with each pass comes to all of the table, but is let go of with its transaction.
      if (loop.commits && work.rows.kind !== 'exactly' && usesVariables && loop.batch !== undefined) {
        const rows = isByBlock(sql) ? Math.ceil(loop.batch * rowsPerBlock(catalog.table(effect.relation))) : loop.batch
        return { ...work, rows: { kind: 'fraction', of: effect.relation, fraction: 1, assumed: true }, committedEvery: rows }
      }
      return { ...work, rows: rowsInLoop(work.rows, effect.relation, loop, usesVariables, catalog) }
    }),
  }
}

/** A range of places in the table: what the loop moves on by are blocks, not rows. */
const isByBlock = (sql: string): boolean => /\bctid\s*[<>]/i.test(sql)

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
