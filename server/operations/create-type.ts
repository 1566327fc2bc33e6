import type { Catalog } from '../catalog/catalog'
import type { UserType } from '../catalog/relation'
import { shortName } from '../model/name'
import type { RelationName } from '../model/name'
import type { CreateType as Command } from '../sql/command'
import { writtenName } from '../sql/print'
import { madeLock } from './common'
import { domainCheckName } from './domain-check-name'
import { operationType } from './operation'
import type { Operation } from './operation'
import { takenName, unlessRun } from './refusal'
import { columnType } from './types'

interface CreateType extends Operation {
  readonly kind: 'create-type'
  readonly command: Command
}

export const createType = operationType<CreateType>({
  kind: 'create-type',
  title: 'Create a type',
  recognise: (command) => (command.kind === 'create-type' ? { kind: 'create-type', span: command.span, command } : undefined),
  // A composite type is a relation without rows; the others are none.
  effects: ({ command }, catalog) => (command.type === 'composite' ? [madeLock(catalog.creationName(command.name))] : []),

  apply({ command }, catalog) {
    const name = catalog.creationName(command.name)
    return catalog.type(name) === undefined ? catalog.withType(name, definition(command, name, catalog)) : catalog
  },

  fails({ command }, catalog) {
    const name = catalog.creationName(command.name)
    // A base type is named by one statement, and made by another of the same name.
    if (command.type === 'base' && catalog.type(name)?.kind === 'base') return []
    return catalog.type(name) ? unlessRun(`there is a type \`${shortName(name)}\` already`) : takenName(catalog, name)
  },

  wayBack: ({ command }, catalog) => (catalog.type(catalog.creationName(command.name)) === undefined ? `DROP ${command.type === 'domain' ? 'DOMAIN' : 'TYPE'} ${writtenName(command.name)};` : undefined),
})

type Checks = Extract<UserType, { kind: 'domain' }>['checks']

function definition(command: Command, name: RelationName, catalog: Catalog): UserType {
  if (command.type === 'enum') return { kind: 'enum', labels: command.labels ?? [] }
  if (command.type === 'composite') return { kind: 'composite', ...(command.attributes && { attributes: command.attributes.map((one) => ({ name: one.name, type: columnType(one.type, catalog) })) }) }
  if (command.type !== 'domain' || !command.domain) return { kind: command.type === 'range' ? 'range' : 'base' }
  const { base, notNull, checks, default: initial } = command.domain
  return {
    kind: 'domain',
    base: columnType(base, catalog),
    notNull,
    checks: checks.reduce<Checks>((named, check) => [...named, { name: check.name ?? domainCheckName(name, named.map((one) => one.name)), expression: check.expression.sql, validated: true }], []),
    ...(initial && { default: initial.sql }),
  }
}
