import type { Effect } from '../model/effect'
import type { CreateSequence as Command } from '../sql/command'
import { writtenName } from '../sql/print'
import { lock, madeLock } from './common'
import { creationName } from './created-table'
import { operationType } from './operation'
import type { Operation } from './operation'
import { takenName } from './refusal'

interface CreateSequence extends Operation {
  readonly kind: 'create-sequence'
  readonly command: Command
}

export const createSequence = operationType<CreateSequence>({
  kind: 'create-sequence',
  title: 'Create a sequence',
  recognise: (command) => (command.kind === 'create-sequence' ? { kind: 'create-sequence', relation: command.relation, span: command.span, command } : undefined),

  effects({ command }, catalog): readonly Effect[] {
    const name = creationName(command, catalog)
    if (command.ifNotExists && catalog.relation(name) !== undefined) return []
    return [madeLock(name), ...(command.ownedBy ? [lock(catalog.resolve(command.ownedBy.relation), 'ACCESS SHARE')] : [])]
  },

  apply({ command }, catalog) {
    const name = creationName(command, catalog)
    if (catalog.relation(name) !== undefined) return catalog
    const { ownedBy } = command
    return catalog.with({ kind: 'sequence', name, origin: 'migration', ...(ownedBy && { ownedBy: { table: catalog.resolve(ownedBy.relation), column: ownedBy.column } }) })
  },

  fails: ({ command }, catalog) => (command.ifNotExists ? [] : takenName(catalog, creationName(command, catalog))),

  wayBack: ({ command }, catalog) => (catalog.relation(creationName(command, catalog)) === undefined ? `DROP SEQUENCE ${writtenName(command.relation)};` : undefined),
})
