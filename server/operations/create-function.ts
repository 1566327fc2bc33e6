import type { Volatility } from '../model/snapshot'
import type { Command, CreateFunction as CreateFunctionCommand } from '../sql/command'
import { read } from '../sql/read'
import { split } from '../sql/split'
import { analysisEffects, rewrittenEffects } from './analysis-effects'
import { operationType } from './operation'
import type { Operation } from './operation'

interface CreateFunction extends Operation {
  readonly kind: 'create-function'
  readonly command: CreateFunctionCommand
}

export const createFunction = operationType<CreateFunction>({
  kind: 'create-function',
  title: 'Create or replace a function',
  recognise: (command) => (command.kind === 'create-function' ? { kind: 'create-function', span: command.span, command } : undefined),

  // The text of an SQL function is analysed as it is stored, if check_function_bodies is on; that of other languages is only parsed (fmgr_sql_validator in src/backend/catalog/pg_proc.c).
  effects: ({ command }, catalog) => (command.language === 'sql' && command.body !== undefined ? rewrittenEffects(statementsOf(command.body).flatMap((one) => analysisEffects(one, catalog)), catalog) : []),

  apply({ command }, catalog) {
    const name = catalog.creationName(command.name)
    const { volatility, signature, language, parameters, isTrigger, body } = command
    const known = catalog.routine(name)
    const variants = [...(known?.variants ?? []).filter((one) => one.signature !== signature), { signature, arguments: command.arguments, parameters, language, ...(body !== undefined && { body }) }]
    // Overloads with one name count as the most volatile of them.
    const most = known && !command.replace && rank[known.volatility] > rank[volatility] ? known.volatility : volatility
    return catalog.withRoutine(name, { volatility: most, ...(isTrigger && { isTrigger }), variants })
  },
})

const rank: Readonly<Record<Volatility, number>> = { immutable: 0, stable: 1, volatile: 2 }

function statementsOf(body: string): readonly Command[] {
  const standard = /^\s*(?:begin\s+atomic\b([^]*)\bend\s*|return\b([^]*))$/i.exec(body)
  const text = standard ? (standard[1] ?? `SELECT ${standard[2]}`) : body
  return split(text).flatMap((piece) => (piece.kind === 'statement' ? read(text.slice(piece.span.start, piece.span.end)).commands : []))
}
