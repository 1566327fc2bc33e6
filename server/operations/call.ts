import { writtenName } from '../sql/print'
import type { Call as Command } from '../sql/command'
import { operationType } from './operation'
import type { Operation } from './operation'

interface Call extends Operation {
  readonly kind: 'call'
  readonly command: Command
}

export const call = operationType<Call>({
  kind: 'call',
  title: 'Call a procedure',
  recognise: (command) => (command.kind === 'call' ? { kind: 'call', span: command.span, command } : undefined),
  effects: () => [],
  apply: (_, catalog) => catalog,
  unread: ({ command }) => `What the procedure \`${writtenName(command.procedure)}\` runs is not in this statement.`,
})
