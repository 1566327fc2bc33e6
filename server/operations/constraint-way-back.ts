import type { Catalog } from '../catalog/catalog'
import { asStored } from '../catalog/deparsed'
import type { Constraint, Table } from '../catalog/relation'
import { nameParts, quoteIdentifier } from '../model/name'
import type { AlterRelation, ConstraintDefinition } from '../sql/command'
import { columnList, writtenName } from '../sql/print'
import { addedConstraint } from './added-constraint'
import { descendants, partitionsBelow } from './common'
import { indexDefinition } from './index-definition'

/** A comment in the place of statements, so that the ways back of the other actions of the same ALTER TABLE still make a whole. */
export const nothingToUndo = (why: string): string => `-- Nothing to undo: ${why}.`

/** Takes back ADD CONSTRAINT. Nothing where the name might be another constraint's, or where more would go than came. */
export function addedWayBack(catalog: Catalog, alter: AlterRelation, definition: ConstraintDefinition): string | undefined {
  const relation = catalog.resolve(alter.relation)
  const table = catalog.table(relation)
  if (!table?.complete) return unknownTable(alter, definition)
  const { constraint, replaces } = addedConstraint(catalog, table, definition)
  // What a partition had before becomes a part of the new one, and would go with it.
  if (partitionsBelow(catalog, relation).some((one) => catalog.table(one)?.constraints.some((other) => isSame(other, constraint)))) return undefined
  const nullable = constraint.type === 'primary-key' ? (table.columns ?? []).filter((column) => constraint.columns.includes(column.name) && !column.notNull) : []
  const dropping = [`DROP CONSTRAINT ${quoteIdentifier(constraint.name)}`, ...nullable.map((column) => `ALTER COLUMN ${quoteIdentifier(column.name)} DROP NOT NULL`)]
  const drop = `${head(alter)} ${dropping.join(', ')};`
  if (replaces === undefined) return drop
  const index = table.indexes.find((one) => one.name === replaces)
  // The constraint takes the index with it.
  const again = index && indexAgain(table, index, constraint, catalog.surroundings.version)
  return again === undefined ? undefined : `${drop}\n${again}`
}

/** PostgreSQL's choice of a name depends on those that are taken, a primary key may make columns NOT NULL, and an index has to be known to be made again. */
const unknownTable = (alter: AlterRelation, definition: ConstraintDefinition): string | undefined =>
  definition.name === undefined || definition.type === 'primary-key' || (definition.type === 'unique' && definition.usingIndex !== undefined) ? undefined : `${head(alter)} DROP CONSTRAINT ${quoteIdentifier(definition.name)};`

/** Makes a dropped constraint again, as far as possible while reads and writes go on. Nothing where the catalog does not know all of it. */
export function droppedWayBack(catalog: Catalog, alter: Pick<AlterRelation, 'relation' | 'only'>, constraint: Constraint): string | undefined {
  const relation = catalog.resolve(alter.relation)
  const table = catalog.table(relation)!
  const isPartitioned = partitionsBelow(catalog, relation).length > 0 || table.kind === 'partitioned table'
  // With ONLY, the heirs keep theirs, which then count as their own.
  if (alter.only && descendants(catalog, relation).length > 0) return undefined
  if (constraint.deferrable && constraint.type !== 'foreign-key') return undefined
  const add = `${head(alter)} ADD CONSTRAINT ${quoteIdentifier(constraint.name)}`
  switch (constraint.type) {
    case 'check':
      if (constraint.expression === undefined) return undefined
      return inTwoSteps(alter, constraint, `${add} CHECK (${asStored(constraint.expression)})${constraint.noInherit ? ' NO INHERIT' : ''}`, catalog)
    case 'not-null':
      return inTwoSteps(alter, constraint, `${add} NOT NULL ${quoteIdentifier(constraint.columns[0]!)}${constraint.noInherit ? ' NO INHERIT' : ''}`, catalog)
    case 'foreign-key':
      if (constraint.period || constraint.references === undefined || constraint.referencedColumns?.length !== constraint.columns.length) return undefined
      if ((isPartitioned || partitionsBelow(catalog, constraint.references).length > 0) && catalog.surroundings.version < 18) return `-- Looks up every row again.\n${add} ${foreignKeyText(constraint, constraint.references)};`
      return inTwoSteps(alter, constraint, `${add} ${foreignKeyText(constraint, constraint.references)}`, catalog)
    case 'unique':
    case 'primary-key': {
      const index = table.indexes.find((one) => one.name === constraint.index)
      const again = index && !isPartitioned ? indexDefinition(table, index, catalog.surroundings.version) : undefined
      if (again === undefined) return undefined
      return [`-- Builds the index anew.\n${again}\n${add} ${constraint.type === 'unique' ? 'UNIQUE' : 'PRIMARY KEY'} USING INDEX ${quoteIdentifier(constraint.name)};`, ...indexDuties(index!, writtenName(alter.relation))].join('\n')
    }
    case 'exclude':
      return undefined
  }
}

/** What the table does by the index, and forgets when it is dropped. */
export const indexDuties = ({ name, replicaIdentity, clustered }: Table['indexes'][number], table: string): readonly string[] => [
  ...(replicaIdentity ? [`ALTER TABLE ${table} REPLICA IDENTITY USING INDEX ${quoteIdentifier(nameParts(name).name)};`] : []),
  ...(clustered ? [`ALTER TABLE ${table} CLUSTER ON ${quoteIdentifier(nameParts(name).name)};`] : []),
]

/** Unvalidated first, so that nobody is stopped by the reading. Before validation a constraint of 18 may also be one that is not enforced. */
function inTwoSteps(alter: Pick<AlterRelation, 'relation' | 'only'>, constraint: Constraint, add: string, catalog: Catalog): string | undefined {
  if (!constraint.validated) return catalog.surroundings.version >= 18 && constraint.type !== 'not-null' ? undefined : `${add} NOT VALID;`
  return `${add} NOT VALID;\n-- Reads every row again.\n${head(alter)} VALIDATE CONSTRAINT ${quoteIdentifier(constraint.name)};`
}

/** From FOREIGN KEY to the actions; `references` as it is to be written. */
export const foreignKeyText = (constraint: Constraint, references: string): string =>
  [
    `FOREIGN KEY (${columnList(constraint.columns)}) REFERENCES ${references} (${columnList(constraint.referencedColumns ?? [])})`,
    ...(constraint.match ? [`MATCH ${constraint.match.toUpperCase()}`] : []),
    ...(constraint.onUpdate ? [`ON UPDATE ${constraint.onUpdate.toUpperCase()}`] : []),
    ...(constraint.onDelete ? [`ON DELETE ${constraint.onDelete.toUpperCase()}${constraint.onDeleteColumns ? ` (${columnList(constraint.onDeleteColumns)})` : ''}`] : []),
    ...(constraint.deferrable ? [`DEFERRABLE${constraint.deferred ? ' INITIALLY DEFERRED' : ''}`] : []),
    ...(constraint.enforced === false ? ['NOT ENFORCED'] : []),
  ].join(' ')

const indexAgain = (table: Table, index: Table['indexes'][number], constraint: Constraint, version: number): string | undefined => {
  const carried: Table = { ...table, constraints: [...table.constraints, { ...constraint, index: index.name }] }
  const text = indexDefinition(carried, index, version)
  return text && `-- Builds the index anew.\n${text}`
}

const isSame = (a: Constraint, b: Constraint): boolean => (a.type === b.type && b.type === 'check' ? a.name === b.name : a.type === b.type && a.columns.length === b.columns.length && a.columns.every((column) => b.columns.includes(column)))

/** ALTER TABLE as the author names the table. */
const head = ({ relation, only }: Pick<AlterRelation, 'relation' | 'only'>): string => `ALTER TABLE ${only ? 'ONLY ' : ''}${writtenName(relation)}`
