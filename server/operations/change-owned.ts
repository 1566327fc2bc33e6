import { listWords } from '../model/format'
import type { ChangeOwned as Command } from '../sql/command'
import { operationType } from './operation'
import type { Operation } from './operation'

interface ChangeOwned extends Operation {
  readonly kind: 'change-owned'
  readonly command: Command
}

export const changeOwned = operationType<ChangeOwned>({
  kind: 'change-owned',
  title: 'Change all that a role owns or a tablespace holds',
  recognise: (command) => (command.kind === 'change-owned' ? { kind: 'change-owned', span: command.span, command } : undefined),
  effects: () => [],
  apply: (_, catalog) => catalog,

  unread({ command: { change, names } }) {
    const whose = listWords(names.map((name) => `\`${name}\``))
    switch (change) {
      case 'reassign':
        return `What ${whose} owns is not known: each of its relations is locked ACCESS EXCLUSIVE.`
      case 'drop':
        return `What ${whose} owns is not known: each of its relations is dropped under ACCESS EXCLUSIVE.`
      case 'move':
        return `What lies in ${whose} is not known: each relation is written anew under ACCESS EXCLUSIVE.`
    }
  },
})
