import { quoteIdentifier } from '../model/name'
import type { CreateSchema as Command } from '../sql/command'
import { operationType } from './operation'
import type { Operation } from './operation'

interface CreateSchema extends Operation {
  readonly kind: 'create-schema'
  readonly command: Command
}

export const createSchema = operationType<CreateSchema>({
  kind: 'create-schema',
  title: 'Create a schema',
  recognise: (command) => (command.kind === 'create-schema' ? { kind: 'create-schema', span: command.span, command } : undefined),
  effects: () => [],
  apply: (_, catalog) => catalog,
  wayBack: ({ command }) => (command.ifNotExists ? undefined : `DROP SCHEMA ${quoteIdentifier(command.name)};`),
})
