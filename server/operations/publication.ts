import type { Catalog } from '../catalog/catalog'
import type { Effect } from '../model/effect'
import { shortName } from '../model/name'
import type { RelationName } from '../model/name'
import type { Published } from '../model/snapshot'
import type { Publication as Command } from '../sql/command'
import { changeTables } from './alteration'
import { descendants, lock } from './common'
import { operationType } from './operation'
import type { Operation } from './operation'
import { refusal, refusedKind, unlessRun } from './refusal'
import type { Refusal } from './refusal'

interface Publication extends Operation {
  readonly kind: 'publication'
  readonly command: Command
}

export const publication = operationType<Publication>({
  kind: 'publication',
  title: 'Create or alter a publication',
  recognise: (command) => (command.kind === 'publication' ? { kind: 'publication', span: command.span, command } : undefined),

  effects({ command }, catalog): readonly Effect[] {
    // A name that is taken is refused before any table is opened (CreatePublication in src/backend/commands/publicationcmds.c).
    if (command.change === 'create' && catalog.publications().some(({ name }) => name === command.name)) return []
    // SET compares with the tables that it has, which are opened to be taken out (AlterPublicationTables in src/backend/commands/publicationcmds.c).
    const before = command.change === 'set' ? catalog.published(command.name) : []
    return [...new Set([...before, ...namedTables(command, catalog)])].map((table) => lock(table, 'SHARE UPDATE EXCLUSIVE'))
  },

  apply({ command }, catalog) {
    const publications = catalog.publications()
    const known = publications.find(({ name }) => name === command.name)
    const named = namedTables(command, catalog)
    const before = catalog.published(command.name)
    const schemas = (command.schemas ?? []).flatMap((schema) => schema ?? catalog.surroundings.searchPath[0] ?? [])
    const publishes = publishedBy(command)
    const put = (tables: readonly RelationName[], own: readonly string[]): Catalog => {
      const columns = Object.fromEntries([...(command.change === 'set' ? [] : Object.entries(known?.columns ?? {})), ...command.relations.flatMap((one) => (one.columns ? [[catalog.resolve(one.relation), one.columns] as const] : []))].filter(([table]) => tables.includes(table as RelationName)))
      const { columns: _, ...other } = known ?? {}
      const publication = {
        ...other,
        name: command.name,
        schemas: own,
        ...(command.allTables && { allTables: true }),
        ...(publishes && { publishes }),
        ...(command.viaRoot !== undefined && { viaRoot: command.viaRoot }),
        ...(command.generated !== undefined && { generated: command.generated }),
        ...(Object.keys(columns).length > 0 && { columns }),
      }
      return withTables(catalog.withPublications([...publications.filter((one) => one !== known), publication]), command.name, tables)
    }
    switch (command.change) {
      case 'create':
      case 'set':
        return put(named, schemas)
      case 'add':
        return put([...new Set([...before, ...named])], [...new Set([...(known?.schemas ?? []), ...schemas])])
      case 'drop':
        return put(before.filter((table) => !named.includes(table)), (known?.schemas ?? []).filter((schema) => !schemas.includes(schema)))
      case 'options':
        return put(before, known?.schemas ?? [])
    }
  },

  fails({ command }, catalog) {
    if (command.change === 'drop' && catalog.publications().some(({ name }) => name === command.name)) {
      const absent = command.relations.map(({ relation }) => catalog.resolve(relation)).find((one) => catalog.table(one) && !catalog.published(command.name).includes(one))
      if (absent !== undefined) return unlessRun(`\`${shortName(absent)}\` is not in the publication \`${command.name}\``)
    }
    if (command.change === 'create' && catalog.publications().some(({ name }) => name === command.name)) return unlessRun(`there is a publication \`${command.name}\``)
    const listedTwice = command.change === 'add' ? command.relations.map(({ relation }) => catalog.resolve(relation)).find((one) => catalog.published(command.name).includes(one)) : undefined
    if (listedTwice !== undefined) return unlessRun(`\`${shortName(listedTwice)}\` is in the publication \`${command.name}\``)
    const known = command.change === 'add' ? catalog.publications().find(({ name }) => name === command.name) : undefined
    if (command.change !== 'drop') {
      const [unlike] = command.relations.flatMap(({ relation }) => refusedMember(catalog, catalog.resolve(relation)))
      if (unlike) return [unlike]
    }
    const listed = command.relations.find(({ columns }) => columns)?.relation
    const [schema = known?.schemas?.[0]] = command.schemas ?? []
    return command.change !== 'drop' && listed && schema ? [refusal(`Ends in an error: a publication that has whole schemas lists the columns of no table, as it does of \`${shortName(catalog.resolve(listed))}\`.`)] : []
  },

  needs: ({ command }, catalog) =>
    command.change !== 'drop' && command.relations.some(({ relation }) => catalog.table(catalog.resolve(relation))?.kind === 'partitioned table') ? [{ what: 'a partitioned table in a publication', since: 13 }] : [],

  unread: ({ command }, catalog) =>
    command.change === 'set' && !catalog.publications().some(({ name }) => name === command.name) && !catalog.surroundings.complete ? `Which tables \`${command.name}\` has now is not known: those that it loses are locked SHARE UPDATE EXCLUSIVE too.` : undefined,
})

/** Of what is not in the log nothing is published (check_publication_add_relation in src/backend/catalog/pg_publication.c). */
function refusedMember(catalog: Catalog, name: RelationName): readonly Refusal[] {
  const table = catalog.table(name)
  if (table && table.persistence !== 'permanent') return [refusal(`Ends in an error: \`${shortName(name)}\` is ${table.persistence}, and of a table without a log nothing is published.`)]
  return refusedKind(catalog, name, ['table', 'partitioned table'], 'only rows of tables are published')
}

/** All of it where nothing else is said (parse_publication_options); a word that is no kind of change is refused. */
function publishedBy({ change, publish }: Command): readonly Published[] | undefined {
  if (publish !== undefined) return publish.split(',').map((word) => word.trim().toLowerCase()).filter((word): word is Published => (everyChange as readonly string[]).includes(word))
  return change === 'create' ? everyChange : undefined
}

const everyChange = ['insert', 'update', 'delete', 'truncate'] as const

/** These tables and no others are in it. */
function withTables(catalog: Catalog, publication: string, tables: readonly RelationName[]): Catalog {
  const before = catalog.published(publication)
  const without = changeTables(catalog, before.filter((one) => !tables.includes(one)), (table) => ({ ...table, publications: (table.publications ?? []).filter((one) => one !== publication) }))
  return changeTables(without, tables.filter((one) => !before.includes(one)), (table) => ({ ...table, publications: [...(table.publications ?? []), publication] }))
}

export const withoutPublication = (catalog: Catalog, publication: string): Catalog =>
  withTables(catalog, publication, []).withPublications(catalog.publications().filter(({ name }) => name !== publication))

export function renamedPublication(catalog: Catalog, from: string, to: string): Catalog {
  const known = catalog.publications().find(({ name }) => name === from)
  return known ? withTables(withoutPublication(catalog, from), to, catalog.published(from)).withPublications([...catalog.publications().filter((one) => one !== known), { ...known, name: to }]) : catalog
}

/** Inheritance children come with their parent, partitions do not (OpenTableList). */
const namedTables = (command: Command, catalog: Catalog): readonly RelationName[] =>
  command.relations.flatMap(({ relation, only }) => {
    const name = catalog.resolve(relation)
    return only || catalog.table(name)?.kind === 'partitioned table' ? [name] : [name, ...descendants(catalog, name)]
  })
