import type { Catalog } from './catalog/catalog'
import { addDurations } from './model/estimate'
import type { StageBack, Step } from './model/plan'
import { read } from './sql/read'
import { split } from './sql/split'
import type { TryStatements } from './try-statements'

/** The way back from the end of a stage: its steps' own in the opposite order, as far as there are any. Without `attempt` nobody asks how long it takes. */
export function stageBack(steps: readonly Step[], end: Catalog, attempt: TryStatements | undefined): StageBack | undefined {
  if (steps.length === 0) return undefined
  const last = steps.findLastIndex(({ back }) => back === undefined)
  const sql = statementsBack(steps.slice(last + 1).toReversed()).join('\n')
  const durations = sql === '' || !attempt ? [] : attempt(sql, end).tried.map(({ duration }) => duration)
  const stop = steps[last]
  return {
    sql,
    ...(durations.length > 0 && !durations.includes(undefined) && { duration: durations.map((one) => one!).reduce(addDurations) }),
    ...(stop && { stopsAt: stop.kind === 'backfill' ? 'the batches' : beginning(stop.sql) }),
  }
}

function beginning(sql: string): string {
  const line = sql.trim().split(/\r\n|\n/)[0]!
  return `\`${line.replace(/;$/, '')}${line === sql.trim() ? '' : ' …'}\``
}

/** What the stage itself made and took away again is not made once more only to be dropped. */
function statementsBack(steps: readonly Step[]): readonly string[] {
  const statements = steps.flatMap(({ back = '' }) => split(back).flatMap(({ kind, span }) => (kind === 'statement' ? [back.slice(span.start, span.end)] : [])))
  const things = statements.map(thingOf)
  const superfluous = (at: number): boolean => {
    const { name, does } = things[at]!
    if (name === undefined) return false
    const made = things.findIndex((other) => other.name === name && other.does === 'make')
    const gone = things.findLastIndex((other) => other.name === name && other.does === 'drop')
    return made >= 0 && made < gone && at >= made && at <= gone && does !== undefined
  }
  return statements.flatMap((statement, at) => (superfluous(at) ? [] : [`${statement};`]))
}

interface Thing {
  readonly name?: string
  readonly does?: 'make' | 'drop' | 'validate'
}

/** The index or constraint that a statement makes or drops and does nothing else with. */
function thingOf(sql: string): Thing {
  const { commands } = read(sql)
  const [command] = commands
  if (commands.length !== 1 || !command) return {}
  switch (command.kind) {
    case 'create-index':
      return command.name === undefined ? {} : { name: `index ${command.name}`, does: 'make' }
    case 'drop':
      return command.object === 'index' ? { name: `index ${command.relation.name}`, does: 'drop' } : {}
    case 'alter': {
      const { action } = command
      const inTable = (name: string): string => `constraint ${command.relation.name}.${name}`
      if (action.action === 'add-constraint') return action.constraint.name === undefined ? {} : { name: inTable(action.constraint.name), does: 'make' }
      if (action.action === 'drop-constraint') return { name: inTable(action.name), does: 'drop' }
      return action.action === 'validate-constraint' ? { name: inTable(action.name), does: 'validate' } : {}
    }
    default:
      return {}
  }
}
