import { schemaOf } from '../catalog/catalog'
import type { Catalog } from '../catalog/catalog'
import { quoteIdentifier } from '../model/name'
import type { CreateSchema as Command } from '../sql/command'
import { operationType } from './operation'
import type { Operation } from './operation'
import { unlessRun } from './refusal'

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
  // Of an empty one nothing is known.
  fails: ({ command }, catalog) => (command.ifNotExists || !holdsAnything(command.name, catalog) ? [] : unlessRun(`there is a schema \`${command.name}\` already`)),
  wayBack: ({ command }) => (command.ifNotExists ? undefined : `DROP SCHEMA ${quoteIdentifier(command.name)};`),
})

const holdsAnything = (schema: string, catalog: Catalog): boolean => [...catalog.relations(), ...catalog.types()].some(({ name }) => schemaOf(name) === schema)
