import type { Catalog } from '../catalog/catalog'
import type { Table } from '../catalog/relation'
import type { Effect } from '../model/effect'
import { quoteIdentifier } from '../model/name'
import type { RelationName } from '../model/name'
import type { Plan } from '../model/plan'
import type { CreateTable as Command, PartitionBound } from '../sql/command'
import { inCase, writtenName } from '../sql/print'
import { passingName } from './automatic-name'
import { indexLock, lock, madeLock } from './common'
import { equivalentPlan, isMade, sqlStep, tableHead, writtenLike } from './constraint-plans'
import { createdTable, creationName } from './created-table'
import type { CreatedTable } from './created-table'
import { referencedEffects, referringTo } from './foreign-key'
import { operationType } from './operation'
import type { Operation } from './operation'
import { conditionOf, defaultEffects, requirementOf, unexcluded } from './partition-proof'
import { takenName } from './refusal'
import { stopsAtNew } from './subscribers'
import { refusedRemainder, refusedTable } from './table-refusal'

interface CreateTable extends Operation {
  readonly kind: 'create-table'
  readonly command: Command
}

export const createTable = operationType<CreateTable>({
  kind: 'create-table',
  title: 'Create a table',
  recognise: (command) => (command.kind === 'create-table' ? { kind: 'create-table', relation: command.relation, span: command.span, command } : undefined),

  effects({ command }, catalog): readonly Effect[] {
    // transformCreateStmt looks for the name before it opens anything else (src/backend/parser/parse_utilcmd.c).
    if (command.ifNotExists && catalog.relation(creationName(command, catalog)) !== undefined) return []
    const { table, sequences } = createdTable(command, catalog)
    const references = new Set(table.constraints.flatMap((constraint) => constraint.references ?? []))
    references.delete(table.name)
    return [
      madeLock(table.name),
      ...table.indexes.map((index): Effect => ({ ...madeLock(index.name), indexOf: table.name })),
      ...sequences.map((sequence) => madeLock(sequence.name)),
      ...[...references].flatMap((referenced) => referencedEffects(catalog, referenced, 'SHARE ROW EXCLUSIVE')),
      ...table.inherits.map((parent) => lock(parent, 'SHARE UPDATE EXCLUSIVE')),
      ...command.like.map(({ relation }) => lock(catalog.resolve(relation), 'ACCESS SHARE')),
      ...(command.ofType ? [lock(catalog.resolve(command.ofType), 'ACCESS SHARE')] : []),
      ...(command.partitionOf ? partitionEffects(catalog, table.partitionOf!.parent, command.partitionOf.bound) : []),
    ]
  },

  apply({ command }, catalog) {
    const name = creationName(command, catalog)
    const before = catalog.relation(name)
    if (before === undefined) return withCreated(catalog, createdTable(command, catalog))
    const known = catalog.table(name)
    // A hand-written snapshot may say of a table no more than its rows.
    if (!known || known.columns !== undefined) return catalog
    const { table, sequences, statistics } = createdTable(command, catalog)
    const { size: _, ...definition } = table
    const filled: Table = { ...definition, origin: known.origin, triggers: [...table.triggers, ...known.triggers.filter((one) => !table.triggers.some(({ name: own }) => own === one.name))], ...(known.size && { size: known.size }) }
    return withCreated(catalog, { table: filled, sequences: sequences.map((sequence) => ({ ...sequence, origin: known.origin })), statistics })
  },

  stops({ command }, catalog) {
    if (catalog.publications().length === 0 || (command.ifNotExists && catalog.relation(creationName(command, catalog)) !== undefined)) return []
    return stopsAtNew(createdTable(command, catalog).table, catalog)
  },

  fails({ command }, catalog) {
    if (command.ifNotExists && catalog.relation(creationName(command, catalog)) !== undefined) return []
    const refused = [...(command.ifNotExists ? [] : takenName(catalog, creationName(command, catalog))), ...refusedTable(command, catalog)]
    return refused.length > 0 || !command.partitionOf ? refused : refusedRemainder(catalog, catalog.resolve(command.partitionOf.parent), command.partitionOf.bound)
  },

  plan({ command }, catalog, context): Plan | undefined {
    if (!command.partitionOf) return undefined
    const { parent: written, bound } = command.partitionOf
    const parent = catalog.resolve(written)
    const other = catalog.defaultPartition(parent)
    const required = requirementOf(catalog, parent, bound)
    if (other === undefined || bound.strategy === 'default' || !required || isMade(catalog, other) || unexcluded(catalog, other, parent, bound).length === 0) return undefined
    const head = tableHead(writtenLike(other, written, catalog), context)
    const cased = (text: string): string => inCase(text, context.keywords)
    const name = quoteIdentifier(passingName(catalog, other, undefined, 'remainder'))
    return equivalentPlan('Prove by a check validated beforehand that the default partition has no such rows, so that none is read', [
      sqlStep(`${head} ${cased('ADD CONSTRAINT')} ${name} ${cased('CHECK')} (${cased('NOT')} (${conditionOf(required, context.keywords)})) ${cased('NOT VALID')};`, 'shared', 'New rows that belong into the partition are refused until it is there.'),
      sqlStep(`${head} ${cased('VALIDATE CONSTRAINT')} ${name};`, 'own', 'Existing rows are checked while reads and writes go on.'),
      sqlStep(`${context.sql};`, 'shared', 'PostgreSQL sees by the check that no row has to move, and reads none.'),
      sqlStep(`${head} ${cased('DROP CONSTRAINT')} ${name};`, 'shared', 'The bound says the same.'),
    ])
  },

  wayBack: ({ command }, catalog) => (catalog.relation(creationName(command, catalog)) === undefined ? `DROP ${command.foreign ? 'FOREIGN ' : ''}TABLE ${writtenName(command.relation)};` : undefined),
})

const withCreated = (catalog: Catalog, { table, sequences, statistics }: CreatedTable): Catalog =>
  statistics.reduce((result, one) => result.withStatistics(one, table.name), sequences.reduce((result, sequence) => result.with(sequence), catalog.with(table)))

/** What a new partition takes of its parent (DefineRelation in src/backend/commands/tablecmds.c). */
function partitionEffects(catalog: Catalog, parent: RelationName, bound: PartitionBound): readonly Effect[] {
  return [
    lock(parent, 'ACCESS EXCLUSIVE'),
    ...(catalog.table(parent)?.indexes ?? []).map((index) => indexLock(index.name, parent, 'SHARE UPDATE EXCLUSIVE')),
    ...defaultEffects(catalog, parent, bound),
    // Foreign keys to the parent are to the new partition as well, so the tables that have them get new triggers there; up to 14 they were only looked at.
    ...referringTo(catalog, parent).map((referencing) => lock(referencing, catalog.surroundings.version >= 15 ? 'SHARE ROW EXCLUSIVE' : 'ACCESS SHARE')),
  ]
}
