import type { Catalog } from '../catalog/catalog'
import { freeName, schemaOf } from '../catalog/catalog'
import type { Effect, Work } from '../model/effect'
import type { RelationName } from '../model/name'
import { nameParts, relationName } from '../model/name'
import type { Plan } from '../model/plan'
import type { CreateIndex as Command } from '../sql/command'
import { inCase } from '../sql/print'
import { changeTable, descendants, indexShape, lock, madeLock } from './common'
import { operationType } from './operation'
import type { Operation, PlanContext } from './operation'

interface CreateIndex extends Operation {
  readonly kind: 'create-index'
  readonly command: Command
}

export const createIndex = operationType<CreateIndex>({
  kind: 'create-index',
  title: 'Create an index',
  recognise: (command) => (command.kind === 'create-index' ? { kind: 'create-index', relation: command.relation, span: command.keyword, command } : undefined),

  effects({ command }, catalog): readonly Effect[] {
    const table = catalog.resolve(command.relation)
    const name = indexName(command, catalog)
    const exists = command.ifNotExists && command.name !== undefined && catalog.relation(name) !== undefined
    // DefineIndex opens the table under the same lock before it looks whether the name is taken (src/backend/commands/indexcmds.c).
    if (exists) return [lock(table, command.concurrently ? 'SHARE UPDATE EXCLUSIVE' : 'SHARE')]
    if (command.concurrently) return [{ ...lock(table, 'SHARE UPDATE EXCLUSIVE', build(command, name, true)), waitsFor: 'writers' }]
    const below = command.only ? [] : descendants(catalog, table).filter((one) => catalog.table(one)?.partitionOf)
    const hasRows = catalog.table(table)?.kind !== 'partitioned table'
    return [
      lock(table, 'SHARE', ...(hasRows ? [build(command, name, false)] : [])),
      ...below.map((partition) => lock(partition, 'SHARE', ...(catalog.table(partition)?.kind === 'partitioned table' ? [] : [build(command, undefined, false)]))),
      { ...madeLock(name), indexOf: table },
    ]
  },

  apply({ command }, catalog) {
    const table = catalog.resolve(command.relation)
    const name = indexName(command, catalog)
    if (catalog.relation(name)) return catalog
    return changeTable(catalog, table, (before) => ({
      ...before,
      indexes: [...before.indexes, { name, shape: indexShape(command, nameParts(name).name), valid: !command.only }],
    }))
  },

  transactionBlock: ({ command }) => (command.concurrently ? 'forbidden' : 'allowed'),

  plan({ command }, catalog, context): Plan | undefined {
    if (command.concurrently) return undefined
    if (catalog.table(catalog.resolve(command.relation))?.kind === 'partitioned table') return undefined
    return concurrently(command, context)
  },
})

function indexName(command: Command, catalog: Catalog): RelationName {
  const schema = schemaOf(catalog.resolve(command.relation))
  if (command.name !== undefined) return relationName(schema, command.name)
  // ChooseIndexName: table, then each key's column or `expr`, then `idx`.
  const keys = command.elements.map((element) => element.column ?? 'expr')
  return freeName(catalog, schema, [command.relation.name, ...keys, 'idx'].join('_').slice(0, 63))
}

const build = (command: Command, name: RelationName | undefined, isConcurrent: boolean): Work => ({
  kind: 'build-index',
  to: 'to build the index',
  index: indexShape(command, name && nameParts(name).name),
  concurrently: isConcurrent,
})

function concurrently(command: Command, context: PlanContext): Plan {
  const after = command.keyword.end
  return {
    title: 'Build the index concurrently',
    fit: 'equivalent',
    expand: [
      {
        kind: 'sql',
        sql: `${context.sql.slice(0, after)}${inCase(' CONCURRENTLY', context.keywords)}${context.sql.slice(after)};`,
        transaction: 'none',
        why: 'Reads and writes go on while the index is built.',
      },
    ],
    migrate: [],
    contract: [],
  }
}
