import type { Catalog } from '../catalog/catalog'
import { columnOf, isTable } from '../catalog/relation'
import type { Origin, Relation, Table } from '../catalog/relation'
import { schemaOf } from '../catalog/catalog'
import type { Failure } from '../model/assessed'
import { relationName, shortName } from '../model/name'
import type { RelationName } from '../model/name'
import type { AlterAction, AlterRelation, ConstraintDefinition } from '../sql/command'
import { constraintName } from './automatic-name'

/** What PostgreSQL says no to whatever the rows are. */
export type Refusal = Omit<Failure, 'span'> & { readonly refused: true }

export const refusal = (sentence: string): Refusal => ({ sentence, certain: true, refused: true })

/** What a snapshot says that is younger than the file may be of the file's own doing. */
export const unlessRun = (what: string): readonly Omit<Failure, 'span'>[] => [{ sentence: `Ends in an error unless it has run already: as the snapshot has it, ${what}.`, certain: false, unlessRun: true }]

/** What is over with its transaction is refused where that would be with the statement itself (RequireTransactionBlock in src/backend/access/transam/xact.c). Whoever runs the file may have begun one. */
export const unlessInBlock: Omit<Failure, 'span'> = { sentence: 'Ends in an error unless a transaction is open: the server takes this inside a transaction block alone. Put BEGIN before it, and COMMIT behind what it is for.', certain: false }

/** Of what this migration has made itself it is certain. */
export const unlessMade = ({ origin }: { readonly origin: Origin }, what: string): readonly Omit<Failure, 'span'>[] => (origin === 'migration' ? [refusal(`Ends in an error: ${what}.`)] : unlessRun(what))

/**
 * Relations of a schema share their names, whatever they are.
 * Certain is only what this migration itself has made: a snapshot may be younger than the migration, and have from it what seems to be in the way.
 */
export function takenName(catalog: Catalog, name: RelationName): readonly Omit<Failure, 'span'>[] {
  const found = catalog.relation(name)
  const made = found?.kind === 'index' ? catalog.table(found.table) : found
  // A temporary table may have gone with its transaction.
  if (!found || schemaOf(name) === 'pg_temp') return []
  const what = `${found.kind === 'index' ? 'an' : 'a'} ${found.kind} \`${shortName(name)}\``
  return made?.origin === 'migration' ? [refusal(`Ends in an error: this migration has made ${what} already.`)] : unlessRun(`there is ${what} already`)
}

/** Where something is to go by another name, or in another schema, is something else. A later file may have made again what this one has moved away. */
export function takenPlace(catalog: Catalog, from: RelationName, to: RelationName): readonly Omit<Failure, 'span'>[] {
  const [moved, found] = [catalog.relation(from), catalog.relation(to)]
  if (!moved || !found || from === to) return []
  const taken = takenName(catalog, to)
  return taken.length > 0 || schemaOf(to) === 'pg_temp' ? taken : unlessRun(`there is ${found.kind === 'index' ? 'an' : 'a'} ${found.kind} \`${shortName(to)}\` besides \`${shortName(from)}\``)
}

/** What is not done to a relation of its kind; `rule` says to which it is, as the end of a sentence. */
export function refusedKind(catalog: Catalog, name: RelationName, kinds: readonly Exclude<Relation['kind'], 'index'>[], rule: string): readonly Refusal[] {
  const relation = catalog.relation(name)
  return relation === undefined || (kinds as readonly string[]).includes(relation.kind) ? [] : [refusal(`Ends in an error: \`${shortName(name)}\` is ${relation.kind === 'index' ? 'an' : 'a'} ${relation.kind}, and ${rule}.`)]
}

/** ALTER VIEW and its like are for what they name; ALTER TABLE, and RENAME of ALTER INDEX, are for more (RangeVarCallbackForAlterRelation in src/backend/commands/tablecmds.c). */
export const refusedCalled = (catalog: Catalog, name: RelationName, object: string): readonly Refusal[] =>
  object === 'view' || object === 'materialized view' || object === 'foreign table' || object === 'sequence' ? refusedKind(catalog, name, [object], `it is no ${object} that goes by that name`) : []

/** What all databases of a server share lies there, and nothing else. */
export const refusedTablespace = (name: string | undefined): readonly Refusal[] => (name === 'pg_global' ? [refusal('Ends in an error: in `pg_global` lies what all databases share, and nothing else.')] : [])

/** Actions of ALTER TABLE that are for tables alone (ATSimplePermissions in src/backend/commands/tablecmds.c). */
const ofTables: ReadonlySet<AlterAction['action']> = new Set(['add-column', 'drop-column', 'alter-type', 'add-constraint', 'drop-constraint', 'validate-constraint', 'set-not-null', 'drop-not-null', 'add-identity', 'enable-trigger', 'disable-trigger', 'inherit', 'row-security'])

export function refusedAction(catalog: Catalog, name: RelationName, { object, action }: AlterRelation): readonly Refusal[] {
  const misnamed = refusedCalled(catalog, name, object)
  if (misnamed.length > 0) return misnamed
  if (object === 'index' || object === 'type' || !ofTables.has(action.action)) return []
  const misplaced = refusedKind(catalog, name, ['table', 'partitioned table', 'foreign table'], 'that is done to tables alone')
  if (misplaced.length > 0 || action.action !== 'add-constraint' || action.constraint.type === 'check' || action.constraint.type === 'not-null') return misplaced
  return refusedKind(catalog, name, ['table', 'partitioned table'], 'its rows are elsewhere, where no key looks after them')
}

export function takenColumn(catalog: Catalog, relation: RelationName, column: string): readonly Omit<Failure, 'span'>[] {
  const table = catalog.table(relation)
  if (!table || !columnOf(table, column)) return []
  return table.origin === 'migration' ? [refusal(`Ends in an error: this migration has made \`${shortName(relation)}\` with a column \`${column}\` already.`)] : unlessRun(`\`${shortName(relation)}\` has a column \`${column}\` already`)
}

/** Of a constraint that is added to a table by itself. */
export function refusedConstraint(catalog: Catalog, relation: RelationName, definition: ConstraintDefinition): readonly Omit<Failure, 'span'>[] {
  const table = catalog.table(relation)
  if (!isTable(table)) return []
  const taken = takenConstraint(table, definition)
  return taken.length > 0 || !hasIndex(definition) ? taken : takenName(catalog, relationName(schemaOf(relation), constraintName(catalog, table, definition)))
}

function takenConstraint(table: Table, definition: ConstraintDefinition): readonly Omit<Failure, 'span'>[] {
  const { name } = definition
  const isMade = table.origin === 'migration'
  if (definition.type === 'primary-key') {
    const key = primaryKey(table)
    if (key) return isMade ? [refusal(`Ends in an error: \`${shortName(table.name)}\` has a primary key already, \`${key.name}\`.`)] : unlessRun(`\`${shortName(table.name)}\` has a primary key, \`${key.name}\``)
  }
  // The same NOT NULL is taken for the one that is there, and a check for the one that is inherited.
  if (name === undefined || definition.type === 'not-null' || isBelow(table) || !table.constraints.some((one) => one.name === name)) return []
  return isMade ? [refusal(`Ends in an error: this migration has given \`${shortName(table.name)}\` a constraint \`${name}\` already.`)] : unlessRun(`\`${shortName(table.name)}\` has a constraint \`${name}\` already`)
}

const primaryKey = ({ constraints }: Table): Table['constraints'][number] | undefined => constraints.find((one) => one.type === 'primary-key')

const isBelow = ({ inherits, partitionOf }: Table): boolean => inherits.length > 0 || partitionOf !== undefined

/** It brings an index of its name with it. */
const hasIndex = (definition: ConstraintDefinition): boolean => (definition.type === 'unique' || definition.type === 'primary-key' ? definition.usingIndex === undefined : definition.type === 'exclude') && definition.name !== undefined
