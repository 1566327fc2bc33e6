import type { Catalog } from '../catalog/catalog'
import { schemaOf } from '../catalog/catalog'
import type { Effect } from '../model/effect'
import { nameParts, relationName } from '../model/name'
import type { RelationName } from '../model/name'
import type { Statistics as Command } from '../sql/command'
import { automaticStatisticsName } from './automatic-name'
import { refusedSystem } from './column-refusal'
import { changeTable, lock } from './common'
import { operationType } from './operation'
import type { Operation } from './operation'
import { refusedKind } from './refusal'

interface Statistics extends Operation {
  readonly kind: 'statistics'
  readonly command: Command
}

export const statistics = operationType<Statistics>({
  kind: 'statistics',
  title: 'Create, alter or drop extended statistics',
  recognise: (command) => (command.kind === 'statistics' ? { kind: 'statistics', span: command.span, command, ...(command.relation && { relation: command.relation }) } : undefined),

  effects({ command }, catalog): readonly Effect[] {
    const table = tableOf(command, catalog)
    // ALTER changes a row of a catalog; the others tell those who plan queries of the table (src/backend/commands/statscmds.c).
    return table === undefined || command.change === 'alter' || command.change === 'move' ? [] : [lock(table, 'SHARE UPDATE EXCLUSIVE')]
  },

  apply({ command }, catalog) {
    if (command.change === 'create') return created(command, catalog)
    if (command.change === 'alter' || !command.name) return catalog
    if (command.change === 'move') return moved(catalog, catalog.resolveStatistics(command.name), command.to!)
    return withoutStatistics(catalog, catalog.resolveStatistics(command.name))
  },

  fails: ({ command }, catalog) =>
    command.change === 'create' && command.relation ? [...refusedKind(catalog, catalog.resolve(command.relation), ['table', 'partitioned table', 'materialized view', 'foreign table'], 'only what has rows of its own has statistics'), ...(command.columns ?? []).flatMap((column) => refusedSystem(column, 'in extended statistics'))].slice(0, 1) : [],

  unread({ command }, catalog) {
    if (command.change !== 'drop' || tableOf(command, catalog) !== undefined) return undefined
    return command.exists === 'if exists' && catalog.surroundings.complete ? undefined : 'Which table these statistics are of is not known: it is locked SHARE UPDATE EXCLUSIVE.'
  },
})

export function withoutStatistics(catalog: Catalog, name: RelationName): Catalog {
  const table = catalog.statistics(name)
  const dropped = catalog.withStatistics(name, undefined)
  return table === undefined ? dropped : changeTable(dropped, table, (one) => ({ ...one, statisticsDefinitions: Object.fromEntries(Object.entries(one.statisticsDefinitions ?? {}).filter(([other]) => other !== name)) }))
}

function created(command: Command, catalog: Catalog): Catalog {
  if (!command.relation) return catalog
  const table = catalog.resolve(command.relation)
  const name = command.name ? catalog.creationName(command.name) : automaticStatisticsName(catalog, table, command.columns ?? [])
  if (command.exists === 'if not exists' && catalog.statistics(name) !== undefined) return catalog
  return changeTable(catalog.withStatistics(name, table), table, (one) => ({ ...one, statisticsDefinitions: { ...one.statisticsDefinitions, [name]: '' } }))
}

/** What makes them again still tells the old name, and is known no longer. */
function moved(catalog: Catalog, from: RelationName, to: NonNullable<Command['to']>): Catalog {
  const table = catalog.statistics(from)
  if (table === undefined) return catalog
  const name = 'schema' in to ? relationName(to.schema, nameParts(from).name) : relationName(schemaOf(from), to.name)
  return changeTable(catalog.withStatistics(from, undefined).withStatistics(name, table), table, ({ statisticsDefinitions = {}, ...one }) => {
    const { [from]: _, ...others } = statisticsDefinitions
    return { ...one, statisticsDefinitions: { ...others, [name]: '' } }
  })
}

function tableOf(command: Command, catalog: Catalog): RelationName | undefined {
  if (command.change === 'create') return command.relation && catalog.resolve(command.relation)
  return command.name && catalog.statistics(catalog.resolveStatistics(command.name))
}
