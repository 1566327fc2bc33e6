import type { Catalog } from '../catalog/catalog'
import type { Effect } from '../model/effect'
import type { RelationName } from '../model/name'
import type { Publication as Command } from '../sql/command'
import { descendants, lock } from './common'
import { operationType } from './operation'
import type { Operation } from './operation'

interface Publication extends Operation {
  readonly kind: 'publication'
  readonly command: Command
}

export const publication = operationType<Publication>({
  kind: 'publication',
  title: 'Create or alter a publication',
  recognise: (command) => (command.kind === 'publication' ? { kind: 'publication', span: command.span, command } : undefined),

  effects({ command }, catalog): readonly Effect[] {
    // SET compares with the tables that it has, which are opened to be taken out (AlterPublicationTables in src/backend/commands/publicationcmds.c).
    const before = command.change === 'set' ? (catalog.publication(command.name) ?? []) : []
    return [...new Set([...before, ...namedTables(command, catalog)])].map((table) => lock(table, 'SHARE UPDATE EXCLUSIVE'))
  },

  apply({ command }, catalog) {
    const before = catalog.publication(command.name) ?? []
    const named = command.relations.map(({ relation }) => catalog.resolve(relation))
    switch (command.change) {
      case 'create':
      case 'set':
        return catalog.withPublication(command.name, named)
      case 'add':
        return catalog.withPublication(command.name, [...new Set([...before, ...named])])
      case 'drop':
        return catalog.withPublication(command.name, before.filter((table) => !named.includes(table)))
      case 'options':
        return catalog
    }
  },

  needs: ({ command }, catalog) =>
    command.change !== 'drop' && command.relations.some(({ relation }) => catalog.table(catalog.resolve(relation))?.kind === 'partitioned table') ? [{ what: 'a partitioned table in a publication', since: 13 }] : [],

  unread: ({ command }, catalog) =>
    command.change === 'set' && catalog.publication(command.name) === undefined && !catalog.surroundings.complete ? `Which tables \`${command.name}\` has now is not known: those that it loses are locked SHARE UPDATE EXCLUSIVE too.` : undefined,
})

/** Inheritance children come with their parent, partitions do not (OpenTableList). */
const namedTables = (command: Command, catalog: Catalog): readonly RelationName[] =>
  command.relations.flatMap(({ relation, only }) => {
    const name = catalog.resolve(relation)
    return only || catalog.table(name)?.kind === 'partitioned table' ? [name] : [name, ...descendants(catalog, name)]
  })
