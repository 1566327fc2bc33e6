import type { Catalog } from '../catalog/catalog'
import type { Effect } from '../model/effect'
import type { LockMode } from '../model/lock'
import type { WrittenName } from '../model/name'
import type { AlterExtension, Command, CreateExtension, DependOnExtension } from '../sql/command'
import { indexLock, lock } from './common'
import { operationType } from './operation'
import type { Operation } from './operation'
import { unlessRun } from './refusal'

interface Extension extends Operation {
  readonly kind: 'extension'
  readonly command: CreateExtension | AlterExtension | DependOnExtension
}

export const extension = operationType<Extension>({
  kind: 'extension',
  title: 'Create or alter an extension, or what depends on one',
  recognise: (command) => (isOurs(command) ? { kind: 'extension', span: command.span, command, ...('relation' in command && { relation: command.relation }) } : undefined),

  effects({ command }, catalog): readonly Effect[] {
    if (command.kind === 'create-extension' || !command.relation) return []
    if (command.kind === 'alter-extension') return [lockOn(command.relation, 'SHARE UPDATE EXCLUSIVE', catalog)]
    // A trigger is found through its table, which is opened for that alone (get_object_address in src/backend/catalog/objectaddress.c).
    return [lockOn(command.relation, command.object === 'trigger' ? 'ACCESS SHARE' : 'ACCESS EXCLUSIVE', catalog)]
  },

  apply: ({ command }, catalog) => (command.kind === 'create-extension' ? catalog.withSurroundings({ newExtensions: [...(catalog.surroundings.newExtensions ?? []), command.name] }) : catalog),
  fails: ({ command }, catalog) => (command.kind === 'create-extension' && !command.ifNotExists && catalog.surroundings.extensions?.includes(command.name) ? unlessRun(`there is an extension \`${command.name}\` already`) : []),
  unread: ({ command }) => (command.kind === 'alter-extension' && command.change === 'update' ? `What the update of \`${command.name}\` runs is in the extension's own scripts.` : undefined),
})

const isOurs = (command: Command): command is Extension['command'] => command.kind === 'create-extension' || command.kind === 'alter-extension' || command.kind === 'depend-on-extension'

function lockOn(written: WrittenName, mode: LockMode, catalog: Catalog): Effect {
  const name = catalog.resolve(written)
  const index = catalog.index(name)
  return index ? indexLock(name, index.table.name, mode) : lock(name, mode)
}
