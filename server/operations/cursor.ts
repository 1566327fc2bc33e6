import type { Effect } from '../model/effect'
import type { Cursor as Command } from '../sql/command'
import { operationType } from './operation'
import type { Operation } from './operation'
import { plannedQuery } from './planned-effects'
import { refusedRowLocks } from './query-effects'

interface Cursor extends Operation {
  readonly kind: 'cursor'
  readonly command: Command
}

export const cursor = operationType<Cursor>({
  kind: 'cursor',
  title: 'Open, read or close a cursor',
  recognise: (command) => (command.kind === 'cursor' ? { kind: 'cursor', span: command.span, command } : undefined),
  // What it reads is opened with it, and stays so until the transaction ends, whether or not a row is fetched.
  effects: ({ command }, catalog): readonly Effect[] => (command.query ? plannedQuery(command.query, catalog) : []),
  fails: ({ command }, catalog) => (command.query ? refusedRowLocks(command.query, catalog) : []),
  apply: (_, catalog) => catalog,
})
