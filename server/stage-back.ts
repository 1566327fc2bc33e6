import type { Catalog } from './catalog/catalog'
import { guard, together } from './guard'
import type { Walked } from './guard'
import { addDurations } from './model/estimate'
import type { WrittenName } from './model/name'
import type { StageBack, Step } from './model/plan'
import type { KeywordCase } from './sql/print'
import { read } from './sql/read'
import { split } from './sql/split'
import type { TryStatements } from './try-statements'

/** The way back from the end of a stage: its steps' own in the opposite order, as far as there are any, each with the timeouts that fit it. */
export function stageBack(steps: readonly Step[], end: Catalog, attempt: TryStatements, keywords: KeywordCase): StageBack | undefined {
  if (steps.length === 0) return undefined
  const last = steps.findLastIndex(({ back }) => back === undefined)
  const stop = steps[last]
  const walked: Walked[] = []
  let catalog = end
  for (const sql of inTransactions(statementsBack(steps.slice(last + 1).toReversed()))) {
    // What a later step has taken up, its own way back has done away with.
    if (isGone(thingOf(sql), catalog)) continue
    const { tried, after } = attempt(sql, catalog)
    const transaction = tried.some((one) => one.transactionBlock === 'forbidden') ? 'none' : tried.length > 1 ? 'own' : 'shared'
    walked.push({ step: { kind: 'sql', sql, transaction, why: '' }, tried })
    catalog = after
  }
  const durations = walked.flatMap(({ tried }) => tried.map(({ duration }) => duration))
  return {
    sql: together(walked).map(({ step, tried }) => guard(step, tried, { inBlock: false, holds: false, keywords }).sql).join('\n'),
    ...(walked.length > 0 && !durations.includes(undefined) && { duration: durations.map((one) => one!).reduce(addDurations) }),
    ...(stop && { stopsAt: stop.kind === 'backfill' ? 'the batches' : beginning(stop.sql) }),
  }
}

/** From BEGIN to COMMIT they are one. */
function inTransactions(statements: readonly string[]): readonly string[] {
  const whole: string[] = []
  let open: string[] | undefined
  for (const statement of statements) {
    if (/^begin\b/i.test(statement)) open = []
    if (!open) whole.push(statement)
    open?.push(statement)
    if (open && /^(?:commit|end)\b/i.test(statement)) {
      whole.push(open.join('\n'))
      open = undefined
    }
  }
  return open ? [...whole, ...open] : whole
}

function isGone({ does, index, constraint }: Thing, catalog: Catalog): boolean {
  if (does !== 'drop') return false
  if (index) return catalog.surroundings.complete && catalog.relation(catalog.resolve(index)) === undefined
  const table = constraint && catalog.table(catalog.resolve(constraint.of))
  return table !== undefined && table.complete && !table.constraints.some(({ name }) => name === constraint!.name)
}

function beginning(sql: string): string {
  const line = sql.trim().split(/\r\n|\n/)[0]!
  return `\`${line.replace(/;$/, '')}${line === sql.trim() ? '' : ' …'}\``
}

/** What the stage itself made and took away again is not made once more only to be dropped. */
function statementsBack(steps: readonly Step[]): readonly string[] {
  const each = steps.map(({ back = '' }) => split(back).flatMap(({ kind, span }) => (kind === 'statement' ? [back.slice(span.start, span.end)] : [])))
  const statements = each.flat()
  const things = statements.map(thingOf)
  // What one step's way back makes and takes away serves something in between.
  const stepOf = each.flatMap((own, step) => own.map(() => step))
  const superfluous = (at: number): boolean => {
    const { name, bare, does } = things[at]!
    if (name === undefined) return false
    const made = things.findIndex((other) => other.name === name && other.does === 'make')
    const gone = things.findLastIndex((other) => other.name === name && other.does === 'drop')
    const between = statements.slice(made + 1, gone).filter((_, index) => things[made + 1 + index]!.name !== name)
    return made >= 0 && made < gone && stepOf[made] !== stepOf[gone] && at >= made && at <= gone && does !== undefined && !between.some((other) => other.includes(bare!))
  }
  return statements.flatMap((statement, at) => (superfluous(at) ? [] : [`${statement};`]))
}

interface Thing {
  readonly name?: string
  /** As it would stand in other statements. */
  readonly bare?: string
  readonly index?: WrittenName
  readonly constraint?: { readonly of: WrittenName; readonly name: string }
  readonly does?: 'make' | 'drop' | 'validate'
}

/** The index or constraint that a statement makes or drops and does nothing else with. */
function thingOf(sql: string): Thing {
  // Most ways back name neither, and need not be read.
  if (!/\b(?:index|constraint)\b/i.test(sql)) return {}
  const { commands } = read(sql)
  const [command] = commands
  if (commands.length !== 1 || !command) return {}
  switch (command.kind) {
    case 'create-index':
      return command.name === undefined ? {} : { name: `index ${command.name}`, bare: command.name, does: 'make' }
    case 'drop':
      return command.object === 'index' ? { name: `index ${command.relation.name}`, bare: command.relation.name, index: command.relation, does: 'drop' } : {}
    case 'alter': {
      const { action } = command
      const inTable = (name: string): Thing => ({ name: `constraint ${command.relation.name}.${name}`, bare: name, constraint: { of: command.relation, name } })
      if (action.action === 'add-constraint') return action.constraint.name === undefined ? {} : { ...inTable(action.constraint.name), does: 'make' }
      if (action.action === 'drop-constraint') return { ...inTable(action.name), does: 'drop' }
      return action.action === 'validate-constraint' ? { ...inTable(action.name), does: 'validate' } : {}
    }
    default:
      return {}
  }
}
