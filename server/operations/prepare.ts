import type { Catalog } from '../catalog/catalog'
import type { Effect } from '../model/effect'
import type { Command, Execute, Prepare as PrepareCommand } from '../sql/command'
import { analysisEffects, rewrittenEffects } from './analysis-effects'
import { operationType } from './operation'
import type { Operation, OperationType } from './operation'
import { preparedCommands } from './prepared-commands'
import { within } from './within'
import type { Within } from './within'

interface Prepare extends Operation {
  readonly kind: 'prepare'
  readonly command: PrepareCommand | Execute
}

export const prepare = operationType<Prepare>({
  kind: 'prepare',
  title: 'Prepare a statement, or run a prepared one',
  recognise: (command) => (isOurs(command) ? { kind: 'prepare', span: command.span, command } : undefined),

  effects({ command }, catalog): readonly Effect[] {
    // It is analysed and rewritten at once, and planned when it first runs (PrepareQuery in src/backend/commands/prepare.c).
    if (command.kind === 'prepare') return rewrittenEffects(command.prepared.flatMap((one) => analysisEffects(one, catalog)), catalog)
    return run(command, catalog, (type, operation, before) => type.effects(operation, before)).found
  },

  apply({ command }, catalog) {
    switch (command.kind) {
      case 'prepare':
        return catalog.withPrepared(command.name, { sql: command.sql, types: command.types })
      case 'deallocate':
        return command.name === undefined ? catalog : catalog.withPrepared(command.name, undefined)
      case 'execute':
        return run(command, catalog, () => []).after
    }
  },

  breaks: ({ command }, catalog) => run(command, catalog, (type, operation, before) => type.breaks?.(operation, before) ?? []).found,
  stops: ({ command }, catalog) => run(command, catalog, (type, operation, before) => type.stops?.(operation, before) ?? []).found,
  loses: ({ command }, catalog) => run(command, catalog, (type, operation, before) => type.loses?.(operation, before) ?? []).found,
  assumes: ({ command }, catalog) => run(command, catalog, (type, operation, before) => type.assumes?.(operation, before) ?? []).found,
  fails: ({ command }, catalog) => run(command, catalog, (type, operation, before) => type.fails?.(operation, before) ?? []).found,

  unread({ command }, catalog) {
    if (command.kind !== 'execute') return undefined
    if (catalog.prepared(command.name ?? '') === undefined) return `Which statement was prepared as \`${command.name ?? ''}\` is not in the file.`
    const { found, unread } = run(command, catalog, (type, operation, before) => [type.unread?.(operation, before)].flatMap((one) => one ?? []))
    return [...unread, ...found][0]
  },
})

const isOurs = (command: Command): command is Prepare['command'] => command.kind === 'prepare' || command.kind === 'execute' || command.kind === 'deallocate'

/** Only EXECUTE runs anything. */
const run = <T>(command: Prepare['command'], catalog: Catalog, ask: (type: OperationType<Operation>, operation: Operation, before: Catalog) => readonly T[]): Within<T> =>
  within(command.kind === 'execute' ? preparedCommands(command.name ?? '', catalog, command.values) : [], catalog, ask)
