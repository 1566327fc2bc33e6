import type { Effect } from '../model/effect'
import type { Grant as Command } from '../sql/command'
import { isSystem, lock } from './common'
import { operationType } from './operation'
import type { Operation } from './operation'

interface Grant extends Operation {
  readonly kind: 'grant'
  readonly command: Command
}

export const grant = operationType<Grant>({
  kind: 'grant',
  title: 'Grant or revoke privileges',
  recognise: (command) => (command.kind === 'grant' ? { kind: 'grant', span: command.span, command, ...(command.relations[0] && { relation: command.relations[0] }) } : undefined),

  effects({ command }, catalog): readonly Effect[] {
    if (catalog.surroundings.version < 18) return []
    return command.relations.filter((relation) => !isSystem(relation, catalog)).map((relation) => lock(catalog.resolve(relation), 'ACCESS SHARE'))
  },

  apply: (_, catalog) => catalog,
})
