import type { Catalog } from '../catalog/catalog'
import { schemaOf } from '../catalog/catalog'
import { columnOf } from '../catalog/relation'
import type { Constraint, Table, TableIndex } from '../catalog/relation'
import { quoteIdentifier, relationName } from '../model/name'
import type { RelationName } from '../model/name'
import type { ConstraintDefinition } from '../sql/command'
import { readExpression } from '../sql/expression'
import { keyOptions } from '../sql/key-options'
import { columnList } from '../sql/print'
import { constraintName, notNullName, partNames } from './automatic-name'
import { descendants, keyText, partitionsBelow, sameNames, unknownTable } from './common'
import { referencedColumns } from './foreign-key'
import { optionsOf, withOptions } from './storage-options'

/** What a constraint brings into the catalog. */
export interface AddedConstraint {
  readonly constraint: Constraint
  /** The index that carries it: a new one, or the one of USING INDEX under the constraint's name. */
  readonly index?: TableIndex
  /** The name that the index of USING INDEX had before. */
  readonly replaces?: RelationName
}

/** The constraint of a definition, under the name PostgreSQL gives it. The table need not be in the catalog yet. */
export function addedConstraint(catalog: Catalog, table: Table, definition: ConstraintDefinition): AddedConstraint {
  const name = constraintName(catalog, table, definition)
  const validated = !definition.notValid && !definition.notEnforced
  const common = { ...(definition.deferrable && { deferrable: true }), ...(definition.initiallyDeferred && { deferred: true }), ...(definition.notEnforced && { enforced: false }) }
  switch (definition.type) {
    case 'check':
      return { constraint: { name, type: 'check', columns: readExpression(definition.expression.sql).columns, validated, expression: definition.expression.sql, ...common, ...(definition.noInherit && { noInherit: true }) } }
    case 'not-null':
      return { constraint: { name, type: 'not-null', columns: [definition.column], validated, ...common, ...(definition.noInherit && { noInherit: true }) } }
    case 'foreign-key': {
      const parts = partNames(catalog, table, { name, columns: definition.columns }, partitionsBelow(catalog, catalog.resolve(definition.references)).length)
      return {
        constraint: { name, type: 'foreign-key', columns: definition.columns, validated, references: catalog.resolve(definition.references), referencedColumns: referencedColumns(catalog, table, definition), ...common, ...actions(definition), ...(definition.match !== 'simple' && { match: definition.match }), ...(definition.period && { period: true }), ...(parts.length > 0 && { parts }) },
      }
    }
    case 'exclude': {
      const index: TableIndex = {
        name: relationName(schemaOf(table.name), name),
        shape: { name, method: definition.method, keys: definition.elements.map(keyText), include: definition.include, ...keyOptions(definition.elements), unique: false, ...(definition.predicate && { predicate: definition.predicate.sql }) },
        valid: true,
      }
      return { constraint: { name, type: 'exclude', columns: definition.elements.flatMap((element) => element.column ?? []), validated, index: index.name, ...common }, index }
    }
    case 'unique':
    case 'primary-key': {
      const indexName = relationName(schemaOf(table.name), name)
      const replaces = definition.usingIndex === undefined ? undefined : relationName(schemaOf(table.name), definition.usingIndex)
      const existing = table.indexes.find((index) => index.name === replaces)
      const shape = existing ? { ...existing.shape, name } : { name, method: definition.withoutOverlaps ? 'gist' : 'btree', keys: definition.columns, include: definition.include, unique: true }
      return {
        constraint: { name, type: definition.type, columns: existing ? existing.shape.keys : definition.columns, validated, index: indexName, ...common },
        index: { ...existing, name: indexName, shape, valid: true, ...(existing === undefined && saysMore(definition) && { definition: keyDefinition(table.name, name, definition) }) },
        ...(replaces && { replaces }),
      }
    }
  }
}

type Key = Extract<ConstraintDefinition, { type: 'unique' | 'primary-key' }>

/** Than the catalog knows of a constraint. */
const saysMore = ({ options, nullsNotDistinct, withoutOverlaps }: Key): boolean => !withoutOverlaps && (options.length > 0 || nullsNotDistinct)

const keyDefinition = (table: RelationName, name: string, { columns, include, nullsNotDistinct, options }: Key): string =>
  `CREATE UNIQUE INDEX ${quoteIdentifier(name)} ON ${table} (${columnList(columns)})${include.length > 0 ? ` INCLUDE (${columnList(include)})` : ''}${nullsNotDistinct ? ' NULLS NOT DISTINCT' : ''}${withOptions(optionsOf(options).options)}`

const actions = ({ onDelete, onUpdate, onDeleteColumns }: Extract<ConstraintDefinition, { type: 'foreign-key' }>): Pick<Constraint, 'onDelete' | 'onUpdate' | 'onDeleteColumns'> => ({
  ...(onDelete !== 'no action' && { onDelete }),
  ...(onUpdate !== 'no action' && { onUpdate }),
  ...(onDeleteColumns && { onDeleteColumns }),
})

/** The catalog with the constraint on the table, and on partitions and children as far as they get it too. */
export function applyConstraint(catalog: Catalog, relation: RelationName, definition: ConstraintDefinition, only = false): Catalog {
  // Of a table that nobody has told us of, or that is younger than the snapshot, the constraint is known from here on: it may be the proof that a later statement needs.
  const table = catalog.table(relation) ?? (catalog.relation(relation) ? undefined : unknownTable(relation))
  if (!table) return catalog
  const added = addedConstraint(catalog, table, definition)
  if (isTaken(table, added.constraint.name)) return catalog
  // Made with ONLY, the index of a partitioned table stays invalid until every partition has its own attached.
  const incomplete = only && added.index && catalog.partitions(relation).length > 0
  let result = catalog.with(withConstraint(catalog, table, incomplete ? { ...added, index: { ...added.index!, valid: false } } : added))
  if (only) return result
  if (definition.type === 'primary-key') result = inheritNotNull(result, relation, added.constraint.columns)
  if ((definition.type === 'check' || definition.type === 'not-null') && definition.noInherit) return result
  // Only checks and not-null constraints go down to children that are no partitions.
  const inherited = definition.type === 'check' || definition.type === 'not-null'
  for (const child of inherited ? descendants(catalog, relation) : partitionsBelow(catalog, relation)) {
    const below = result.table(child)
    if (!below || below.kind === 'foreign table') continue
    result = result.with(withInherited(result, below, definition, added))
  }
  return result
}

/** PostgreSQL refuses a second constraint of the name. */
export const isTaken = (table: Table | undefined, name: string | undefined): boolean => table?.constraints.some((one) => one.name === name) ?? false

/** Partitions and children get the parent's NOT NULL with the parent's name for it. */
export function inheritNotNull(catalog: Catalog, parent: RelationName, columns: readonly string[]): Catalog {
  return descendants(catalog, parent).reduce((result, child) => {
    const below = result.table(child)
    if (!below || below.kind === 'foreign table') return result
    const nameOf = (column: string): string | undefined => catalog.table(parent)?.constraints.find((one) => one.type === 'not-null' && one.columns[0] === column)?.name
    return result.with(columns.reduce((table, column) => withNotNull(result, table, column, nameOf(column)), below))
  }, catalog)
}

function withInherited(catalog: Catalog, child: Table, definition: ConstraintDefinition, added: AddedConstraint): Table {
  const { constraint, index } = added
  // One that says already that the column is NOT NULL stays, under its own name.
  const hasOwn = child.constraints.some((one) => one.name === constraint.name || (one.type === 'not-null' && constraint.type === 'not-null' && sameNames(one.columns, constraint.columns)))
  if (index === undefined) return hasOwn ? child : withConstraint(catalog, child, { constraint: withoutParts(constraint) })
  // An index of a partition gets a name of its own, and what exists already in the same shape is taken (DefineIndex in src/backend/commands/indexcmds.c).
  const parent = catalog.table(child.partitionOf!.parent)
  const attachedTo = parent?.constraints.find((one) => one.type === constraint.type && sameNames(one.columns, constraint.columns))?.index ?? index.name
  const own = child.constraints.find((one) => one.type === constraint.type && one.index !== undefined && sameNames(one.columns, constraint.columns))
  if (own) return { ...child, indexes: child.indexes.map((one) => (one.name === own.index ? { ...one, attachedTo } : one)) }
  const { name: _, ...unnamed } = definition
  const fresh = addedConstraint(catalog, child, unnamed as ConstraintDefinition)
  return withConstraint(catalog, child, { ...fresh, ...(fresh.index && { index: { ...fresh.index, attachedTo } }) })
}


/** A key that a partition has of its whole has none: that one has them. */
export const withoutParts = ({ parts: _, ...constraint }: Constraint): Constraint => constraint

/** The table with the constraint, its index, and what follows for its columns. */
export function withConstraint(catalog: Catalog, table: Table, added: AddedConstraint): Table {
  const { constraint, index, replaces } = added
  const changed: Table = {
    ...table,
    constraints: [...table.constraints, constraint],
    indexes: index ? [...table.indexes.filter((one) => one.name !== replaces && one.name !== index.name), index] : table.indexes,
  }
  if (constraint.type === 'primary-key') return constraint.columns.reduce((one, column) => withNotNull(catalog, one, column), changed)
  // The column counts as NOT NULL from now on, though older rows may still hold NULL until the constraint is validated.
  if (constraint.type === 'not-null') return markNotNull(changed, constraint.columns)
  return changed
}

/** The column is NOT NULL; from 18 on a constraint says so. */
export function withNotNull(catalog: Catalog, table: Table, column: string, name?: string): Table {
  const marked = markNotNull(table, [column])
  const has = table.constraints.some((one) => one.type === 'not-null' && one.columns[0] === column)
  if (catalog.surroundings.version < 18) return marked
  if (has) return { ...marked, constraints: marked.constraints.map((one) => (one.type === 'not-null' && one.columns[0] === column ? { ...one, validated: true } : one)) }
  return { ...marked, constraints: [...marked.constraints, { name: name ?? notNullName(catalog, table, column), type: 'not-null', columns: [column], validated: true }] }
}

/** Whether no row can hold NULL there: a not-null constraint that is not validated does not say so. */
export const isNotNull = (table: Table | undefined, column: string): boolean =>
  columnOf(table, column)?.notNull === true && !(table?.constraints.some((one) => one.type === 'not-null' && !one.validated && one.columns[0] === column) ?? false)

const markNotNull = (table: Table, names: readonly string[]): Table =>
  table.columns?.some((column) => !column.notNull && names.includes(column.name)) ? { ...table, columns: table.columns.map((column) => (names.includes(column.name) && !column.notNull ? { ...column, notNull: true } : column)) } : table
