import type { Effect } from '../model/effect'
import type { Explain as Command } from '../sql/command'
import { operationType } from './operation'
import type { Operation } from './operation'
import { plannedEffects } from './planned-effects'
import { preparedCommands } from './prepared-commands'

interface Explain extends Operation {
  readonly kind: 'explain'
  readonly command: Command
}

export const explain = operationType<Explain>({
  kind: 'explain',
  title: 'Explain a statement',
  recognise: (command) => (command.kind === 'explain' ? { kind: 'explain', span: command.span, command } : undefined),

  effects({ command }, catalog): readonly Effect[] {
    return command.explained.flatMap((one) => [...(one.kind === 'execute' ? preparedCommands(one.name ?? '', catalog, one.values) : [one])]).flatMap((one) => plannedEffects(one, catalog))
  },

  apply: (_, catalog) => catalog,

  unread({ command }, catalog) {
    const unknown = command.explained.find((one) => one.kind === 'execute' && catalog.prepared(one.name ?? '') === undefined)
    return unknown && 'Which statement was prepared under this name is not in the file.'
  },
})
