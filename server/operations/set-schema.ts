import type { Catalog } from '../catalog/catalog'
import { schemaOf } from '../catalog/catalog'
import { isTable } from '../catalog/relation'
import type { Table } from '../catalog/relation'
import { nameParts, quoteIdentifier, relationName, shortName } from '../model/name'
import type { RelationName } from '../model/name'
import type { SetSchema as Command } from '../sql/command'
import { altered, isNew, lockAll } from './alteration'
import { missed, partitionsBelow } from './common'
import { moveRelation, moveRoutine, moveType, reattach } from './moved-relation'
import { operationType } from './operation'
import type { Operation } from './operation'
import { refusal, refusedCalled, takenPlace } from './refusal'
import { stoppedChanges } from './replica-identity'
import { standInPlan } from './stand-in'
import { publicationsOf, stopsAtNew, stopsSubscribers } from './subscribers'

interface SetSchema extends Operation {
  readonly kind: 'set-schema'
  readonly command: Command
}

export const setSchema = operationType<SetSchema>({
  kind: 'set-schema',
  title: 'Move to another schema',
  recognise: (command) => (command.kind === 'set-schema' ? { kind: 'set-schema', span: command.span, command, ...(command.relation && { relation: command.relation }) } : undefined),

  effects({ command }, catalog) {
    const name = moved(command, catalog)
    // Sequences that a column owns move with its table (AlterSeqNamespaces in src/backend/commands/tablecmds.c); partitions stay.
    return name ? lockAll([name, ...catalog.sequences(name)]) : []
  },

  apply({ command }, catalog) {
    if (command.function) {
      const called = catalog.resolveFunction(command.function)
      return moveRoutine(catalog, called, inSchema(called, command), command.arguments)
    }
    const type = command.object === 'type' && command.relation ? catalog.resolveType(command.relation) : undefined
    return type ? moveType(catalog, type, inSchema(type, command)) : movedTo(command, catalog)
  },

  breaks({ command }, catalog) {
    const name = moved(command, catalog)
    if (!name || isNew(catalog, name) || schemaOf(name) === command.schema) return []
    return [
      { sentence: `Running code that finds \`${shortName(name)}\` in \`${schemaOf(name)}\` fails from here on.`, relation: name, missed: missed(name, catalog) },
      // Partitions stay where they are, and are published with the schema of their whole.
      ...stoppedChanges([name, ...partitionsBelow(catalog, name)], catalog, movedTo(command, catalog), (one) => (one === name ? inSchema(one, command) : one)),
    ]
  },

  fails({ command }, catalog) {
    const name = moved(command, catalog)
    const relation = name && catalog.relation(name)
    if (relation?.kind === 'sequence' && relation.ownedBy) return [refusal(`Ends in an error: the sequence belongs to \`${relation.ownedBy.column}\` of \`${shortName(relation.ownedBy.table)}\`, and moves with that.`)]
    return name ? [...refusedCalled(catalog, name, command.object), ...takenPlace(catalog, name, inSchema(name, command))].slice(0, 1) : []
  },

  stops({ command }, catalog) {
    const name = moved(command, catalog)
    if (!name || schemaOf(name) === command.schema) return []
    const after = movedTo(command, catalog)
    const table = isNew(catalog, name) ? undefined : after.table(inSchema(name, command))
    return [...stopsSubscribers(name, catalog, `its table is in the schema \`${command.schema}\` too: move it there as well`, 'name'), ...(table ? stopsAtNew(table, after, publicationsOf(name, catalog)) : [])]
  },

  wayBack({ command }, catalog) {
    const name = moved(command, catalog)
    return name && schemaOf(name) !== command.schema ? undone(name, command) : undefined
  },

  plan({ command }, catalog, context) {
    const name = moved(command, catalog)
    if (!name || schemaOf(name) === command.schema) return undefined
    return standInPlan({ name, written: command.relation!, kind: command.object, to: { schema: command.schema, name: nameParts(name).name }, undo: undone(name, command) }, catalog, context)
  },
})

function movedTo(command: Command, catalog: Catalog): Catalog {
  const name = moved(command, catalog)
  if (!name || schemaOf(name) === command.schema) return catalog
  const target = (one: RelationName): RelationName => inSchema(one, command)
  let after = catalog.sequences(name).reduce((result, sequence) => moveRelation(result, sequence, target(sequence)), catalog)
  const relation = after.relation(name)
  // Indexes lie in the schema of their table.
  if (isTable(relation)) after = reattach(after.with(withIndexesIn(relation, target)), name, target)
  return moveRelation(after, name, target(name))
}

const inSchema = (name: RelationName, { schema }: Command): RelationName => relationName(schema, nameParts(name).name)

const undone = (name: RelationName, { object, schema }: Command): string => `ALTER ${object === 'other' ? 'TABLE' : object.toUpperCase()} ${relationName(schema, nameParts(name).name)} SET SCHEMA ${quoteIdentifier(schemaOf(name))};`

/** Types, functions and what else is no relation have no lock that a query would meet. */
const moved = (command: Command, catalog: Catalog): RelationName | undefined =>
  command.relation && command.object !== 'other' && command.object !== 'type' ? altered({ relation: command.relation, ifExists: command.ifExists }, catalog) : undefined

const withIndexesIn = (table: Table, target: (name: RelationName) => RelationName): Table => ({
  ...table,
  indexes: table.indexes.map((index) => ({ ...index, name: target(index.name) })),
  constraints: table.constraints.map((constraint) => (constraint.index ? { ...constraint, index: target(constraint.index) } : constraint)),
})
