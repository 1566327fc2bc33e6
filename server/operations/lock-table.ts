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
      // Behind a view only what can be locked by itself is (LockViewRecurse_walker in src/backend/commands/lockcmds.c).
      return (only ? [name] : relationsRead(name, catalog).filter((one) => one === name || (lockable as readonly string[]).includes(catalog.relation(one)?.kind ?? 'table'))).map((one) => lock(one, modeOf(command)))
    }),

  apply: (_, catalog) => catalog,
  transactionBlock: () => 'required',

  fails: ({ command }, catalog) => command.relations.flatMap(({ relation }) => refusedKind(catalog, catalog.resolve(relation), lockable, 'LOCK is for tables and views')),
})

const lockable = ['table', 'partitioned table', 'view'] as const

const modeOf = ({ mode }: Command): LockMode => lockModes.find((known) => known === mode) ?? 'ACCESS EXCLUSIVE'
