import { lockModes } from '../model/lock'
import type { LockMode } from '../model/lock'
import type { LockTable as Command } from '../sql/command'
import { lock } from './common'
import { operationType } from './operation'
import type { Operation } from './operation'
import { refusedKind } from './refusal'
import { relationsRead } from './query-effects'

interface LockTable extends Operation {
  readonly kind: 'lock-table'
  readonly command: Command
}

export const lockTable = operationType<LockTable>({
  kind: 'lock-table',
  title: 'Lock a table',
  recognise: (command) => (command.kind === 'lock-table' ? { kind: 'lock-table', span: command.span, command, ...(command.relations[0] && { relation: command.relations[0].relation }) } : undefined),

  effects: ({ command }, catalog) =>
    command.relations.flatMap(({ relation, only }) => {
      const name = catalog.resolve(relation)
      return (only ? [name] : relationsRead(name, catalog)).map((one) => lock(one, modeOf(command)))
    }),

  apply: (_, catalog) => catalog,

  fails: ({ command }, catalog) => command.relations.flatMap(({ relation }) => refusedKind(catalog, catalog.resolve(relation), ['table', 'partitioned table', 'view'], 'LOCK is for tables and views')),
})

const modeOf = ({ mode }: Command): LockMode => lockModes.find((known) => known === mode) ?? 'ACCESS EXCLUSIVE'
