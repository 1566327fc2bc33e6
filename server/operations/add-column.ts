import type { Catalog } from '../catalog/catalog'
import { computationsIn } from '../catalog/computations'
import { columnOf } from '../catalog/relation'
import type { Column, ColumnType, Table } from '../catalog/relation'
import type { Computations, Effect, Work } from '../model/effect'
import { quoteIdentifier, shortName } from '../model/name'
import type { RelationName } from '../model/name'
import type { Plan } from '../model/plan'
import type { ColumnDefinition, ConstraintDefinition } from '../sql/command'
import { readExpression } from '../sql/expression'
import type { ExpressionTree } from '../sql/expression-tree'
import { isFalse } from '../sql/never-holds'
import { collationName } from '../sql/print'
import { replaced } from '../sql/walk-tree'
import { addColumnPlan } from './add-column-plan'
import type { NewColumn } from './add-column-plan'
import { applyConstraint } from './added-constraint'
import { altered, alterationOf, changeColumn, changeTables, family, isNew, lockAll, requireColumn, rewritten, withIndexesMade } from './alteration'
import type { Alteration } from './alteration'
import { automaticSequenceName } from './automatic-name'
import { refusedVirtual } from './column-refusal'
import { changeTable, descendants, holdsRows, lock, madeLock } from './common'
import { inOrder } from './created-table'
import { foreignKeyEffects } from './foreign-key'
import { keyConstraintEffects } from './key-constraint'
import { operationType } from './operation'
import { refusedReference } from './reference-refusal'
import { refusal, takenColumn } from './refusal'
import type { Refusal } from './refusal'
import { refusedAsStored } from './stored-in'
import { stopsSubscribers } from './subscribers'
import { isSameType, refusedAlone, refusedOnPartition, refusedUnique } from './tree-refusal'
import { columnType, domainDefault, domainIsChecked, domainPromises, keptDefault, userType } from './types'
import { computedEffects, computedUnread } from './routine-call'
import { expressionVolatility, sequencesOf } from './volatility'

export interface AddColumn extends Alteration<'add-column'> {
  readonly kind: 'add-column'
}

export const addColumn = operationType<AddColumn>({
  kind: 'add-column',
  title: 'Add a column',
  recognise: (command) => {
    const operation = alterationOf('add-column', command, 'add-column')
    if (!operation) return undefined
    const { column } = operation.action
    return { ...operation, action: { ...operation.action, column: { ...column, constraints: inOrder(column.constraints) } }, span: reason(column) ?? operation.span }
  },

  effects(operation, catalog): readonly Effect[] {
    const name = altered(operation.command, catalog)
    if (!name) return []
    const { column } = operation.action
    if (isThere(catalog, name, operation)) return [...lockAll([name]), ...(keepsConstraints(catalog) ? column.constraints.flatMap((constraint) => addedBeside(catalog, name, constraint)) : [])]
    const members = gaining(catalog, name, column.name)
    const after = withColumn(catalog.speculative(), name, operation)
    // The first row is the error: nothing more is read, written or built.
    if (refusesNull(column, catalog) && hasRows(catalog, name)) {
      const keys = column.constraints.flatMap((constraint) => (constraint.type === 'foreign-key' ? foreignKeyEffects(after, name, constraint, 'nothing') : []))
      return [...lockAll(members.map(({ member }) => member)), ...keys]
    }
    const why = rewriteReason(column, catalog)
    return [
      ...members.flatMap(({ member, gains }): readonly Effect[] => {
        if (!gains) return lockAll([member])
        return why === undefined ? [lock(member, 'ACCESS EXCLUSIVE', ...scans(catalog, member, name, column))] : rewritten(catalog, member, why, { computes: computes(column, catalog.table(member), catalog) })
      }),
      ...(numbered(column) ? [madeLock(automaticSequenceName(catalog, name, column.name, column.identity?.sequence))] : []),
      ...(column.default && mayHoldRows(catalog, name) ? sequencesOf(column.default.sql, catalog).map((sequence) => lock(sequence, 'ROW EXCLUSIVE')) : []),
      // A default is computed at once, for all rows or for each.
      ...[column.default, column.generated?.stored ? column.generated.expression : undefined].flatMap((one) => (one ? computedEffects(one.sql, catalog) : [])),
      ...column.constraints.flatMap((constraint) => constraintEffects(after, name, constraint, hasValues(column, catalog))),
    ]
  },

  apply(operation, catalog) {
    const name = altered(operation.command, catalog)
    const { column } = operation.action
    if (!name) return catalog
    if (isThere(catalog, name, operation) && keepsConstraints(catalog)) return column.constraints.reduce((result, constraint) => applyConstraint(result, name, constraint), catalog)
    // A snapshot may hold the column already, if it is younger than the migration.
    if (columnOf(catalog.table(name), column.name)) return catalog
    const written = rewriteReason(column, catalog) === undefined ? [] : gaining(catalog, name, column.name).flatMap(({ member, gains }) => (gains ? [member] : []))
    let after = withColumn(withIndexesMade(catalog, written, 'changed'), name, operation)
    if (numbered(column)) after = after.with({ kind: 'sequence', name: automaticSequenceName(catalog, name, column.name, column.identity?.sequence), origin: 'migration', ownedBy: { table: name, column: column.name } })
    return column.constraints.reduce((result, constraint) => applyConstraint(result, name, constraint), after)
  },

  fails(operation, catalog) {
    const name = altered(operation.command, catalog)
    if (!name || isThere(catalog, name, operation)) return []
    const { column } = operation.action
    const taken = takenColumn(catalog, name, column.name)
    if (taken.length > 0) return taken
    const misplaced = refusedThere(catalog, name, operation)
    if (misplaced.length > 0) return misplaced
    const counts = rowCounts(catalog, name)
    const certain = hasRows(catalog, name)
    if (counts.every((rows) => rows === 0)) return []
    if (refusesNull(column, catalog)) {
      const table = `\`${shortName(name)}\``
      return [{ sentence: `Ends in an error ${certain ? `for the rows that ${table} has` : `unless ${table} is empty`}: \`${column.name}\` has no default and does not take NULL. Give it a default, or add it without NOT NULL and fill it first.`, certain }]
    }
    if (refusesDefault(column)) return [{ sentence: `Ends in an error ${certain ? `for the rows that \`${shortName(name)}\` has` : `unless \`${shortName(name)}\` is empty`}: the default of \`${column.name}\` does not meet its own CHECK.`, certain }]
    if (repeatsUnique(column, catalog)) {
      const several = counts.some((rows) => rows !== undefined && rows > 1)
      return [{ sentence: `Ends in an error${several ? '' : ' if there is more than one row'}: every row gets the same \`${column.name}\`, which is to be unique.`, certain: several }]
    }
    return []
  },

  breaks(operation, catalog) {
    const name = altered(operation.command, catalog)
    if (!name || isNew(catalog, name) || isThere(catalog, name, operation) || !refusesNull(operation.action.column, catalog)) return []
    return [{ sentence: `Every INSERT of running code into \`${shortName(name)}\` fails from here on, for it does not name \`${operation.action.column.name}\`, which has no default and does not take NULL.`, relation: name }]
  },

  stops(operation, catalog) {
    const name = altered(operation.command, catalog)
    const { column } = operation.action
    if (!name || isThere(catalog, name, operation)) return []
    return stopsSubscribers(name, catalog, `its table has \`${column.name}\` too: add it there first${column.generated ? ', as a column that is not computed' : ''}`, { column: column.name, ...(column.generated && { generated: column.generated.stored ? 'stored' : 'virtual' }) })
  },

  plan(operation, catalog, context): Plan | undefined {
    const name = altered(operation.command, catalog)
    if (!name || isNew(catalog, name) || isThere(catalog, name, operation)) return undefined
    const { column } = operation.action
    if (repeatsUnique(column, catalog)) return undefined
    return addColumnPlan(operation.command, {
      name,
      column,
      ifNotExists: operation.action.ifNotExists,
      after: bareColumn(catalog.speculative(), name, operation),
      isRewrite: rewriteReason(column, catalog) !== undefined,
      ...domainOf(column, catalog),
      hasValues: hasValues(column, catalog),
      refusesNull: refusesNull(column, catalog),
    }, context)
  },

  unread: ({ action: { column } }, catalog) => (column.default ? computedUnread(column.default.sql, catalog)[0] : undefined),

  wayBack(operation, catalog) {
    const name = altered(operation.command, catalog)
    return name && !isThere(catalog, name, operation) ? `ALTER TABLE ${name} DROP COLUMN ${quoteIdentifier(operation.action.column.name)};` : undefined
  },
})

function domainOf(column: ColumnDefinition, catalog: Catalog): Pick<NewColumn, 'domain' | 'domainDefault'> {
  const type = typeOfColumn(column, catalog)
  if (!type) return {}
  const value = domainDefault(type, catalog)
  return { ...(domainIsChecked(type, catalog) && { domain: domainPromises(type, catalog) }), ...(value !== undefined && { domainDefault: value }) }
}

/** The piece of the column that decides what it costs. */
function reason(column: ColumnDefinition): AddColumn['span'] | undefined {
  if (column.generated?.stored) return column.generated.expression.span
  if (column.generated) return column.notNull?.span ?? column.constraints[0]?.span
  if (column.identity) return column.identity.span
  if (column.serial) return column.type!.span
  if (column.default && readExpression(column.default.sql).functions.length > 0) return column.default.span
  if (column.notNull && !column.default) return column.notNull.span
  return column.constraints[0]?.span
}

/** IF NOT EXISTS finds it there, after locking the table. */
const isThere = (catalog: Catalog, name: RelationName, { action }: AddColumn): boolean => action.ifNotExists && columnOf(catalog.table(name), action.column.name) !== undefined

/** Version 12 adds the constraints written beside a column that is there already, as if they stood by themselves. */
const keepsConstraints = (catalog: Catalog): boolean => catalog.surroundings.version < 13

function addedBeside(catalog: Catalog, name: RelationName, constraint: ConstraintDefinition): readonly Effect[] {
  switch (constraint.type) {
    case 'foreign-key':
      return foreignKeyEffects(catalog, name, constraint, 'rows')
    case 'check':
      return family(catalog, name, constraint.noInherit).map((member) => lock(member, 'ACCESS EXCLUSIVE', ...(holdsRows(catalog, member) ? [{ kind: 'scan' as const, to: 'to check existing ones', ...computationsIn(constraint.expression.sql, catalog.table(member), catalog) }] : [])))
    default:
      return constraintEffects(catalog, name, constraint, true)
  }
}

/** The table and its heirs; one that has the column already is locked, keeps it, and its own heirs are left alone (ATExecAddColumn in src/backend/commands/tablecmds.c). */
function gaining(catalog: Catalog, name: RelationName, column: string, seen = new Set<RelationName>()): readonly { readonly member: RelationName; readonly gains: boolean }[] {
  if (seen.has(name)) return []
  seen.add(name)
  const heirs = [...catalog.partitions(name), ...catalog.children(name)]
  return [
    { member: name, gains: true },
    ...heirs.flatMap((heir) => (columnOf(catalog.table(heir), column) ? [{ member: heir, gains: false }] : gaining(catalog, heir, column, seen))),
  ]
}

const numbered = (column: ColumnDefinition): boolean => column.serial === true || column.identity !== undefined

const typeOfColumn = (column: ColumnDefinition, catalog: Catalog): ColumnType | undefined => column.type && columnType(column.type, catalog)

/** Why every row has to be written anew; nothing where the value is kept once, in the catalog. */
function rewriteReason(column: ColumnDefinition, catalog: Catalog): string | undefined {
  const type = typeOfColumn(column, catalog)
  if (numbered(column)) return 'to number them'
  if (column.generated) return column.generated.stored ? `to compute \`${column.name}\` for each` : undefined
  if (type && domainIsChecked(type, catalog)) return `to check the domain of \`${column.name}\` for each`
  // Version 12 computes the default of a domain once.
  const text = column.default?.sql ?? (catalog.surroundings.version >= 13 && type ? domainDefault(type, catalog) : undefined)
  return text !== undefined && expressionVolatility(text, catalog) === 'volatile' ? `to compute the default of \`${column.name}\` for each` : undefined
}

/** What is computed for each row of a table that is written anew for this column. */
function computes(column: ColumnDefinition, table: Table | undefined, catalog: Catalog): Computations {
  if (numbered(column)) return { operators: 0, evaluates: ['sequence'] }
  const type = typeOfColumn(column, catalog)
  const text = column.generated?.expression.sql ?? column.default?.sql ?? (type && domainDefault(type, catalog))
  return text === undefined ? { operators: 0 } : computationsIn(text, table, catalog)
}

/** Checks are verified though the column is new, and so is NOT NULL of what is computed when it is read. */
function scans(catalog: Catalog, member: RelationName, name: RelationName, column: ColumnDefinition): readonly Work[] {
  if (!holdsRows(catalog, member)) return []
  const work: Work[] = []
  if (column.constraints.some((one) => one.type === 'check' && !one.notEnforced && (member === name || !one.noInherit))) work.push({ kind: 'scan', to: `to verify the check on \`${column.name}\`` })
  if ((column.generated && !column.generated.stored && column.notNull) || (refusesNull(column, catalog) && !mayHoldRows(catalog, member))) work.push({ kind: 'scan', to: 'to look for nulls' })
  return work
}

/** Existing rows get a value, if only NULL by its name: foreign keys are then looked up. */
function hasValues(column: ColumnDefinition, catalog: Catalog): boolean {
  const type = typeOfColumn(column, catalog)
  return column.default !== undefined || column.generated !== undefined || numbered(column) || (type !== undefined && domainDefault(type, catalog) !== undefined)
}

/** A value for the rows that are there, if only one for all of them (ATExecAddColumn in src/backend/commands/tablecmds.c). */
function isGivenAll(column: ColumnDefinition, catalog: Catalog): boolean {
  const type = typeOfColumn(column, catalog)
  if (column.generated) return column.generated.stored
  return rewriteReason(column, catalog) !== undefined || (column.default !== undefined && keptDefault(column.default.sql, type, catalog) !== undefined) || (type !== undefined && domainDefault(type, catalog) !== undefined)
}

function constraintEffects(after: Catalog, name: RelationName, constraint: ConstraintDefinition, values: boolean): readonly Effect[] {
  switch (constraint.type) {
    case 'foreign-key':
      return foreignKeyEffects(after, name, constraint, values && !constraint.notEnforced ? 'rows' : 'nothing')
    case 'unique':
    case 'primary-key':
      // What the key asks for is that no row has NULL, which the new column cannot have by then: nobody looks for it.
      return keyConstraintEffects(withoutNulls(after, name, constraint.columns), name, constraint, false)
    case 'exclude':
      return keyConstraintEffects(after, name, constraint, false)
    default:
      return []
  }
}

const withoutNulls = (catalog: Catalog, name: RelationName, columns: readonly string[]): Catalog =>
  changeTable(catalog, name, (table) => ({ ...table, ...(table.columns && { columns: table.columns.map((one) => (columns.includes(one.name) ? { ...one, notNull: true } : one)) }) }))

const mayHoldRows = (catalog: Catalog, name: RelationName): boolean => catalog.table(name)?.size?.rows !== 0

/** All rows would get one value that no two may have. */
const repeatsUnique = (column: ColumnDefinition, catalog: Catalog): boolean =>
  column.default !== undefined &&
  column.constraints.some((one) => one.type === 'unique' || one.type === 'primary-key') &&
  !readExpression(column.default.sql).isNull &&
  expressionVolatility(column.default.sql, catalog) !== 'volatile'

/** The value that all rows would get is none that its own CHECK takes. */
function refusesDefault({ name, type, default: value, constraints }: ColumnDefinition): boolean {
  const given = value && readExpression(value.sql).tree
  // What is stored in another type may be rounded.
  if (given?.kind !== 'number' || !Number.isInteger(given.value) || !type || type.dimensions > 0 || (type.schema ?? 'pg_catalog') !== 'pg_catalog' || !/^int[248]$/.test(type.name)) return false
  const isIt = (tree: ExpressionTree): ExpressionTree => (tree.kind === 'column' && tree.name === name ? given : tree)
  return constraints.some((one) => one.type === 'check' && isFalse(replaced(readExpression(one.expression.sql).tree, isIt)))
}

/** Of the table and its heirs, so far as they hold rows; an unknown number is undefined. */
const rowCounts = (catalog: Catalog, name: RelationName): readonly (number | undefined)[] => family(catalog, name, false).filter((one) => holdsRows(catalog, one)).map((one) => catalog.table(one)?.size?.rows)

const hasRows = (catalog: Catalog, name: RelationName): boolean => rowCounts(catalog, name).some((rows) => rows !== undefined && rows > 0)

/** The rows there are would have to hold NULL where none may be. */
function refusesNull(column: ColumnDefinition, catalog: Catalog): boolean {
  const type = typeOfColumn(column, catalog)
  const isRequired = column.notNull !== undefined || column.constraints.some((one) => one.type === 'primary-key') || (type !== undefined && domainRefusesNull(type, catalog))
  const text = column.default?.sql ?? (type && domainDefault(type, catalog))
  return isRequired && !numbered(column) && !column.generated && (text === undefined || readExpression(text).isNull)
}

function domainRefusesNull(type: ColumnType, catalog: Catalog): boolean {
  const domain = userType(type, catalog)
  return domain?.kind === 'domain' && type.dimensions === 0 && (domain.notNull || domainRefusesNull(domain.base, catalog))
}

/** The column in the table and in its heirs, without the constraints written beside it. */
function withColumn(catalog: Catalog, name: RelationName, { action: { column } }: AddColumn): Catalog {
  const type = typeOfColumn(column, catalog)
  if (!type) return catalog
  const sequence = column.serial ? `nextval('${automaticSequenceName(catalog, name, column.name, column.identity?.sequence).replaceAll("'", "''")}'::regclass)` : undefined
  const text = column.generated?.expression.sql ?? sequence ?? column.default?.sql
  const kept = text !== undefined && text === column.default?.sql ? keptDefault(text, type, catalog) : text
  const added: Column = {
    name: column.name,
    type,
    notNull: false,
    ...(kept !== undefined && { default: kept }),
    ...(column.generated && { generated: column.generated.stored ? ('stored' as const) : ('virtual' as const) }),
    ...(column.identity && { identity: column.identity.always ? ('always' as const) : ('by default' as const) }),
    ...(column.collation && { collation: collationName(column.collation) }),
    ...(hasValues(column, catalog) && (text === undefined || !readExpression(text).isNull) ? { nullFraction: 0 } : { nullFraction: 1 }),
  }
  const members = gaining(catalog, name, column.name)
  const names = members.flatMap(({ member, gains }) => (gains && !columnOf(catalog.table(member), column.name) ? [member] : []))
  const merging = members.flatMap(({ member, gains }) => (gains ? [] : [member]))
  // Of a table that is reached on two ways it is no more than inherited.
  const had = (table: Table): boolean => columnOf(catalog.table(table.name), column.name) !== undefined && !table.inherits.some((one) => columnOf(catalog.table(one), column.name))
  const merged = changeTables(catalog, merging, (table) => (had(table) ? changeColumn(table, column.name, (one) => ({ ...one, local: true })) : table))
  const wider = changeTables(merged, names, (table) => (table.columns ? { ...table, columns: [...table.columns, added] } : table))
  if (column.notNull === undefined && !numbered(column)) return wider
  return requireColumn(wider, names, column.name, column.notNull?.name === undefined ? {} : { name: column.notNull.name })
}

const bareColumn = (catalog: Catalog, name: RelationName, operation: AddColumn): Catalog => {
  const { notNull: _notNull, serial: _serial, identity: _identity, default: _default, generated: _generated, ...column } = operation.action.column
  return withColumn(catalog, name, { ...operation, action: { ...operation.action, column } })
}

/** It cannot be added there, whatever it is, or not as it is. */
const systemColumns = new Set(['ctid', 'xmin', 'cmin', 'xmax', 'cmax', 'tableoid'])

function refusedThere(catalog: Catalog, name: RelationName, operation: AddColumn): readonly Refusal[] {
  const { command, action: { column } } = operation
  const type = catalog.table(name)?.ofType
  if (type !== undefined) return [refusal(`Ends in an error: \`${shortName(name)}\` has the columns of the type \`${shortName(type)}\`. Add it there, with CASCADE.`)]
  if (systemColumns.has(column.name)) return [refusal(`Ends in an error: \`${column.name}\` is a column that every table has from PostgreSQL itself.`)]
  const added = column.type && columnType(column.type, catalog)
  const unlike = added && descendants(catalog, name).find((one) => columnOf(catalog.table(one), column.name) && !isSameType(columnOf(catalog.table(one), column.name)!.type, added))
  if (unlike !== undefined && !command.only) return [refusal(`Ends in an error: \`${shortName(unlike)}\` has a column \`${column.name}\` of another type.`)]
  // From 17 on the partitions take their numbers from the whole.
  const below = column.identity ? [...catalog.children(name), ...(catalog.surroundings.version < 17 ? catalog.partitions(name) : [])] : []
  return [
    ...(!isGivenAll(column, catalog) ? [] : gaining(catalog, name, column.name).flatMap(({ member, gains }) => (gains ? refusedAsStored(member, catalog) : [])).slice(0, 1)),
    ...refusedVirtual(catalog, column, catalog.table(name)?.columns ?? []),
    ...refusedOnPartition(catalog, name),
    ...refusedAlone(catalog, name, command.only, 'a column is added'),
    ...(below.length > 0 ? [refusal(`Ends in an error: an identity column is not added to a table that others ${catalog.partitions(name).length > 0 ? 'are partitions of' : 'inherit from'}.`)] : []),
    ...(column.constraints.some(({ type: kind }) => kind === 'unique' || kind === 'primary-key') ? refusedUnique(catalog, name, [column.name]) : []),
    ...column.constraints.flatMap((one) => {
      const table = one.type === 'foreign-key' ? withColumn(catalog.speculative(), name, operation).table(name) : undefined
      return table && one.type === 'foreign-key' ? refusedReference(catalog, table, one) : []
    }),
  ]
}
