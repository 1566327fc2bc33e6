import type { Effect } from '../model/effect'
import type { Comment as Command } from '../sql/command'
import { indexLock, lock } from './common'
import { operationType } from './operation'
import type { Operation } from './operation'

interface Comment extends Operation {
  readonly kind: 'comment'
  readonly command: Command
}

export const comment = operationType<Comment>({
  kind: 'comment',
  title: 'Comment on an object',
  recognise: (command) => (command.kind === 'comment' ? { kind: 'comment', span: command.span, command, ...(command.relation && { relation: command.relation }) } : undefined),

  effects({ command }, catalog): readonly Effect[] {
    if (!command.relation) return []
    const name = catalog.resolve(command.relation)
    // What hangs on a relation locks that only to find its own part (get_object_address in src/backend/catalog/objectaddress.c).
    if (parts.has(command.object)) return [lock(name, 'ACCESS SHARE')]
    const index = command.object === 'index' ? catalog.index(name) : undefined
    return [index ? indexLock(name, index.table.name, 'SHARE UPDATE EXCLUSIVE') : lock(name, 'SHARE UPDATE EXCLUSIVE')]
  },

  apply: (_, catalog) => catalog,
})

const parts = new Set(['tabconstraint', 'trigger', 'rule', 'policy'])
