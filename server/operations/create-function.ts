import type { RoutineVariant } from '../catalog/relation'
import type { CreateFunction as CreateFunctionCommand } from '../sql/command'
import { read } from '../sql/read'
import { sqlStatements } from '../sql/sql-body'
import { analysisEffects, rewrittenEffects } from './analysis-effects'
import { operationType } from './operation'
import type { Operation } from './operation'
import { areSame } from './overloads'
import { moreVolatile } from './volatility'

interface CreateFunction extends Operation {
  readonly kind: 'create-function'
  readonly command: CreateFunctionCommand
}

export const createFunction = operationType<CreateFunction>({
  kind: 'create-function',
  title: 'Create or replace a function',
  recognise: (command) => (command.kind === 'create-function' ? { kind: 'create-function', span: command.span, command } : undefined),

  // The text of an SQL function is analysed as it is stored, if check_function_bodies is on; that of other languages is only parsed (fmgr_sql_validator in src/backend/catalog/pg_proc.c).
  effects: ({ command }, catalog) => (command.language === 'sql' && command.body !== undefined && !catalog.surroundings.bodiesUnread ? rewrittenEffects(sqlStatements(command.body).flatMap((sql) => read(sql).commands).flatMap((one) => analysisEffects(one, catalog)), catalog) : []),

  apply({ command }, catalog) {
    const name = catalog.creationName(command.name)
    const { volatility, signature, language, isTrigger, body, sql, inlines } = command
    const known = catalog.routine(name)
    const signatures = known?.signatures?.filter((one) => !areSame(one, signature))
    // Where no types are known of the one that a snapshot has, OR REPLACE is taken to replace it.
    const isReplaced = known?.signatures === undefined ? command.replace : signatures!.length < known.signatures.length
    const others = (known?.variants ?? []).filter((one) => (one.signature === undefined ? !isReplaced : one.signature !== signature))
    const variants: readonly RoutineVariant[] = [...others, { signature, language, frame: { sql }, ...(command.searchPath && { searchPath: command.searchPath }), ...(body !== undefined && { body }), ...(inlines && { inlines: true as const }) }]
    // Overloads with one name count as the most volatile of them.
    const most = known && !command.replace ? moreVolatile(volatility, known.volatility) : volatility
    return catalog.withRoutine(name, { volatility: most, variants, ...(isTrigger && { isTrigger }), ...(signatures && signatures.length > 0 && { signatures }) })
  },
})
