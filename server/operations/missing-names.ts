// Names of what is not there, which ends a statement in an error.
import type { Catalog } from '../catalog/catalog'
import { isBuiltin, ownVolatility } from '../catalog/functions'
import { columnOf, isTable } from '../catalog/relation'
import type { Relation, Table } from '../catalog/relation'
import type { Failure } from '../model/assessed'
import { nameParts, shortName } from '../model/name'
import type { RelationName, WrittenName } from '../model/name'
import type { AlterRelation, ColumnDefinition, Command, ConstraintDefinition, CreateTable, DataChange, Expression, QueryFacts, Rename, TypeName } from '../sql/command'
import { readExpression } from '../sql/expression'
import { isSystem } from './common'
import { unlessMade, unlessRun } from './refusal'
import { columnType } from './types'
import { ofExtension } from './volatility'

/**
 * Of what this migration has made itself it is certain. What a complete snapshot lacks may have gone since because the file has run already, so of that it is said, and never certain.
 * Nothing is said behind a statement that could not be read, which may have made it.
 */
export function missingNames(command: Command, catalog: Catalog): readonly Omit<Failure, 'span'>[] {
  const { complete, emptied, open } = catalog.surroundings
  if (!complete || emptied || open) return []
  switch (command.kind) {
    case 'alter':
      return command.ifExists || command.object === 'type' ? [] : (absentRelation(command.relation, catalog) ?? inTable(command, catalog))
    case 'drop':
      return command.ifExists || command.object === 'type' ? [] : (absentRelation(command.relation, catalog) ?? [])
    case 'drop-trigger': {
      const found = ownerOf(command.relation, catalog)
      return command.ifExists ? [] : (absentRelation(command.relation, catalog) ?? (found && 'triggers' in found ? absentPart(found, 'trigger', command.name, found.triggers) : []))
    }
    case 'drop-other': {
      if (command.ifExists || !command.relation) return []
      const found = ownerOf(command.relation, catalog)
      if (command.object === 'rule') return absentRelation(command.relation, catalog) ?? (found && 'rules' in found ? absentPart(found, 'rule', command.name.name, found.rules) : [])
      return absentRelation(command.relation, catalog) ?? (isTable(found) && command.object === 'policy' && catalog.surroundings.exemptRoles ? absentPart(found, 'policy', command.name.name, found.policies ?? []) : [])
    }
    case 'rename':
      return command.ifExists || !command.relation ? [] : (absentRelation(command.relation, catalog) ?? absentRenamed(command, catalog))
    case 'set-schema':
      return command.ifExists || !command.relation ? [] : (absentRelation(command.relation, catalog) ?? [])
    case 'create-index': {
      const table = catalog.table(catalog.resolve(command.relation))
      const missing = table?.columns && [...command.elements.flatMap(({ column }) => column ?? []), ...command.include].find((one) => !columnOf(table, one) && !isSystemColumn.test(one))
      return absentRelation(command.relation, catalog) ?? (missing === undefined ? [] : absentPart(table!, 'column', missing, table!.columns!))
    }
    case 'create-trigger':
      return absentRelation(command.relation, catalog) ?? absentRoutine([command.function], catalog)
    case 'event-trigger':
      return command.function ? absentRoutine([command.function], catalog) : []
    case 'create-rule':
    case 'alter-sequence':
      return 'ifExists' in command && command.ifExists ? [] : (absentRelation(command.relation, catalog) ?? [])
    case 'insert':
    case 'update':
    case 'delete':
    case 'merge':
      return absentRelation(command.relation, catalog) ?? [...absentRead(command.query, catalog), ...absentColumn(command, catalog)].slice(0, 1)
    case 'create-table':
      return command.ifNotExists && catalog.relation(catalog.resolve(command.relation)) ? [] : [...absentAmong(namedBy(command, catalog), catalog), ...command.columns.flatMap((column) => absentIn(column, catalog)), ...checksOf(command.constraints).flatMap((one) => absentFunction(one, catalog))].slice(0, 1)
    case 'create-type':
      return [...[command.domain?.base, ...(command.attributes ?? []).map(({ type }) => type)].flatMap((one) => absentType(one, catalog)), ...[command.domain?.default, ...(command.domain?.checks ?? []).map(({ expression }) => expression)].flatMap((one) => absentFunction(one, catalog))].slice(0, 1)
    case 'comment':
      return command.relation ? (absentRelation(command.relation, catalog) ?? []) : []
    case 'grant':
      return command.object === 'table' || command.object === 'sequence' ? absentAmong(command.relations, catalog) : []
    case 'query':
    case 'create-table-as':
    case 'create-view':
      return absentRead(command.query, catalog)
    case 'alter-domain': {
      const domain = catalog.type(catalog.resolveType(command.name))
      const isNamed = (command.change === 'drop-constraint' || command.change === 'validate-constraint') && command.constraint !== undefined
      return domain?.kind === 'domain' && isNamed && !command.ifExists && !domain.checks.some(({ name }) => name === command.constraint) && !command.constraint!.endsWith('_not_null') ? unlessRun(`the domain \`${command.name.name}\` has no constraint \`${command.constraint}\``) : []
    }
    case 'alter-enum': {
      const type = catalog.type(catalog.resolveType(command.name))
      return type?.kind === 'enum' && type.labels.length > 0 && command.from !== undefined && !type.labels.includes(command.from) && !type.labels.includes(command.value) ? unlessRun(`\`${command.name.name}\` has no value \`${command.from}\``) : []
    }
    default:
      return []
  }
}

/** Undefined where there is such a relation, or may be. */
function absentRelation(written: WrittenName, catalog: Catalog): readonly Omit<Failure, 'span'>[] | undefined {
  const name = catalog.resolve(written)
  if (catalog.relation(name) !== undefined || isSystem(written, catalog) || nameParts(name).schema === 'pg_temp' || catalog.type(catalog.resolveType(written)) !== undefined) return undefined
  if (isElsewhere(written, catalog.relations().map((one) => one.name))) return undefined
  return unlessRun(`there is no \`${shortName(name)}\``)
}

/** Once it has run the name is another, so where that is there nothing is missing. */
function absentRenamed({ object, relation, from, to }: Rename, catalog: Catalog): readonly Omit<Failure, 'span'>[] {
  const owner = relation && ownerOf(relation, catalog)
  const absent = (parts: readonly { readonly name: string }[]): readonly Omit<Failure, 'span'>[] => (parts.some(({ name }) => name === to) ? [] : absentPart(owner as PartOwner, object, from, parts))
  if (object === 'trigger') return owner && 'triggers' in owner ? absent(owner.triggers) : []
  if (object === 'rule') return owner && 'rules' in owner ? absent(owner.rules) : []
  return object === 'policy' && isTable(owner) && catalog.surroundings.exemptRoles ? absent(owner.policies ?? []) : []
}

/** A table is a type too. */
function absentType(written: TypeName | undefined, catalog: Catalog): readonly Omit<Failure, 'span'>[] {
  if (!written) return []
  const { name } = columnType(written, catalog)
  // Arrays come with their types, and so do those of PostgreSQL's own catalogs.
  if (!name.includes('.') || written.name.startsWith('_') || isOwn(written) || catalog.type(name as RelationName) !== undefined || catalog.relation(name as RelationName) !== undefined) return []
  if (isElsewhere(written, catalog.types().map((one) => one.name))) return []
  return unlessRun(`there is no type \`${shortName(name as RelationName)}\``)
}

/** Where an expression may ask no rows, so that what it calls is no aggregate, which no snapshot has, and no column that is written as a call. */
const absentFunction = (expression: Expression | undefined, catalog: Catalog): readonly Omit<Failure, 'span'>[] => absentRoutine(expression ? readExpression(expression.sql).functions : [], catalog)

function absentRoutine(called: readonly WrittenName[], catalog: Catalog): readonly Omit<Failure, 'span'>[] {
  const missing = called.find((one) => !isBuiltin(one) && !isOwn(one) && one.schema !== 'pg_catalog' && ownVolatility(one, catalog) === undefined && ofExtension(one, catalog) === undefined && !isElsewhere(one, catalog.routines()) && catalog.type(catalog.resolveType(one)) === undefined)
  return missing ? unlessRun(`there is no function \`${missing.schema === undefined ? '' : `${missing.schema}.`}${missing.name}\``) : []
}

/** What is elsewhere a search path may find that nobody knows of. */
const isElsewhere = ({ schema, name }: WrittenName, names: readonly RelationName[]): boolean => schema === undefined && names.some((one) => nameParts(one).name === name)

/** What a new column is made of. */
const absentIn = ({ type, default: value, generated, constraints }: ColumnDefinition, catalog: Catalog): readonly Omit<Failure, 'span'>[] => [
  ...absentType(type, catalog),
  ...[value, generated?.expression, ...checksOf(constraints)].flatMap((one) => absentFunction(one, catalog)),
]

const checksOf = (constraints: readonly ConstraintDefinition[]): readonly Expression[] => constraints.flatMap((one) => (one.type === 'check' ? one.expression : []))

const isOwn = ({ schema, name }: WrittenName): boolean => (schema === undefined ? name.startsWith('pg_') : schema === 'information_schema')

const absentAmong = (names: readonly WrittenName[], catalog: Catalog): readonly Omit<Failure, 'span'>[] => names.flatMap((one) => absentRelation(one, catalog) ?? []).slice(0, 1)

const absentRead = (query: QueryFacts, catalog: Catalog): readonly Omit<Failure, 'span'>[] => [...absentAmong(query.reads, catalog), ...absentShown(query, catalog)].slice(0, 1)

/** Of a query that shows columns of one table. A bare name may be the whole row's too, or that of a function of it. */
function absentShown({ rowsOf }: QueryFacts, catalog: Catalog): readonly Omit<Failure, 'span'>[] {
  const table = rowsOf && catalog.table(catalog.resolve(rowsOf.relation))
  if (!table?.columns) return []
  const isOther = (name: string): boolean => name === (rowsOf!.alias ?? nameParts(table.name).name) || isSystemColumn.test(name) || isBuiltin({ name }) || catalog.routine(catalog.resolveFunction({ name })) !== undefined
  const missing = rowsOf!.shows.flatMap((one) => (one === '*' ? [] : (one.column ?? []))).find((name) => !columnOf(table, name) && !isOther(name))
  return missing === undefined ? [] : absentPart(table, 'column', missing, table.columns)
}

/** What a new table is made of, and what its keys refer to besides itself. */
const namedBy = ({ relation, columns, constraints, like, inherits, partitionOf }: CreateTable, catalog: Catalog): readonly WrittenName[] => {
  const referenced = [...constraints, ...columns.flatMap((column) => column.constraints)].flatMap((one) => (one.type === 'foreign-key' && catalog.resolve(one.references) !== catalog.resolve(relation) ? one.references : []))
  return [...(partitionOf ? [partitionOf.parent] : []), ...inherits, ...like.map((one) => one.relation), ...referenced]
}

/** Of those that are given values, and of those that are asked where no other table can have them. */
function absentColumn(change: DataChange, catalog: Catalog): readonly Omit<Failure, 'span'>[] {
  const table = catalog.table(catalog.resolve(change.relation))
  if (!table?.columns) return []
  const isAlone = change.kind !== 'merge' && change.kind !== 'insert' && !change.joined
  const asked = isAlone ? [change.where, ...change.set.map(({ expression }) => expression)].flatMap((one) => (one ? namedIn(one.sql, table) : [])).filter((one) => one !== change.alias && catalog.routine(catalog.resolveFunction({ name: one })) === undefined) : []
  const given = [...change.columns, ...change.set.map(({ column }) => column), ...(change.merge?.inserted ?? [])]
  const missing = given.find((one) => !columnOf(table, one)) ?? asked.find((one) => !columnOf(table, one) && !isSystemColumn.test(one))
  return missing === undefined ? [] : absentPart(table, 'column', missing, table.columns)
}

const ownerOf = (written: WrittenName, catalog: Catalog): Relation | undefined => catalog.relation(catalog.resolve(written))

type PartOwner = Extract<Relation, { origin: unknown }>

function absentPart(owner: PartOwner, kind: string, name: string, parts: readonly { readonly name: string }[]): readonly Omit<Failure, 'span'>[] {
  if (parts.some((one) => one.name === name)) return []
  return unlessMade(owner, `\`${shortName(owner.name)}\` has no ${kind} \`${name}\``)
}

function inTable({ relation, action }: AlterRelation, catalog: Catalog): readonly Omit<Failure, 'span'>[] {
  const table = catalog.table(catalog.resolve(relation))
  if (!table) return []
  switch (action.action) {
    case 'drop-identity':
    case 'set-identity':
    case 'drop-expression':
    case 'set-expression': {
      const column = columnOf(table, action.column)
      if (!column) return table.columns === undefined || isSystemColumn.test(action.column) ? [] : absentPart(table, 'column', action.column, table.columns)
      const isThere = action.action === 'drop-identity' || action.action === 'set-identity' ? column.identity !== undefined : column.generated !== undefined
      const what = `\`${action.column}\` of \`${shortName(table.name)}\` is no ${action.action.endsWith('identity') ? 'identity' : 'generated'} column`
      return isThere || ('ifExists' in action && action.ifExists) ? [] : unlessMade(table, what)
    }
    case 'alter-type': {
      const absent = table.columns === undefined || isSystemColumn.test(action.column) ? [] : absentPart(table, 'column', action.column, table.columns)
      return [...absent, ...absentType(action.type, catalog), ...absentFunction(action.using, catalog)].slice(0, 1)
    }
    case 'set-default': {
      const absent = table.columns === undefined || isSystemColumn.test(action.column) ? [] : absentPart(table, 'column', action.column, table.columns)
      return [...absent, ...absentFunction(action.default, catalog)].slice(0, 1)
    }
    case 'drop-column':
    case 'set-not-null':
    case 'drop-not-null':
    case 'drop-default':
    case 'add-identity':
    case 'set-storage':
    case 'set-compression':
    case 'set-column-options':
    case 'reset-column-options':
    case 'set-statistics':
      return table.columns === undefined || (action.action === 'drop-column' && action.ifExists) || isSystemColumn.test(action.column) ? [] : absentPart(table, 'column', action.column, table.columns)
    case 'drop-constraint':
    case 'validate-constraint':
    case 'alter-constraint':
      return !table.complete || ('ifExists' in action && action.ifExists) ? [] : absentPart(table, 'constraint', action.name, constraintsOf(table, catalog))
    case 'enable-trigger':
    case 'disable-trigger':
      return typeof action.trigger === 'string' || !table.complete ? [] : absentPart(table, 'trigger', action.trigger.name, table.triggers)
    case 'enable-rule':
    case 'disable-rule':
      return table.complete ? absentPart(table, 'rule', action.name, table.rules) : []
    case 'cluster-on':
      return table.complete ? absentPart(table, 'index', action.index, table.indexes.map((one) => ({ name: nameParts(one.name).name }))) : []
    case 'detach-partition':
      return isBelow(catalog, action.partition, (one) => one.partitionOf?.parent === table.name) ? [] : unlessRun(`\`${action.partition.name}\` is no partition of \`${shortName(table.name)}\``)
    case 'no-inherit':
      return table.inherits.includes(catalog.resolve(action.parent)) ? [] : unlessRun(`\`${shortName(table.name)}\` does not inherit from \`${action.parent.name}\``)
    case 'add-column': {
      const isThere = action.ifNotExists && columnOf(table, action.column.name) !== undefined
      return isThere ? [] : [...absentIn(action.column, catalog), ...absentAmong(action.column.constraints.flatMap((one) => (one.type === 'foreign-key' ? one.references : [])), catalog)].slice(0, 1)
    }
    case 'add-constraint': {
      const { constraint } = action
      const referenced = constraint.type === 'foreign-key' ? absentRelation(constraint.references, catalog) : undefined
      if (referenced) return referenced
      const named = constraint.type === 'check' ? namedIn(constraint.expression.sql, table) : 'columns' in constraint ? constraint.columns : []
      const missing = table.columns ? named.find((one) => !columnOf(table, one) && !isSystemColumn.test(one)) : undefined
      return missing === undefined ? checksOf([constraint]).flatMap((one) => absentFunction(one, catalog)) : absentPart(table, 'column', missing, table.columns!)
    }
    default:
      return []
  }
}

const isSystemColumn = /^(ctid|xmin|xmax|cmin|cmax|tableoid|oid|\d+)$/

/** Columns of a condition; the table's own name stands for a whole row. */
function namedIn(sql: string, table: Table): readonly string[] {
  const { readable, hasSubquery, columns } = readExpression(sql)
  return readable && !hasSubquery ? columns.filter((one) => one !== nameParts(table.name).name) : []
}

const isBelow = (catalog: Catalog, written: WrittenName, is: (table: Table) => boolean): boolean => {
  const found = catalog.table(catalog.resolve(written))
  return found !== undefined && is(found)
}

/** Of NOT NULL not every server says the name. */
const constraintsOf = (table: Table, { surroundings }: Catalog): readonly { readonly name: string }[] =>
  surroundings.version >= 18 ? [...table.constraints, ...(table.columns ?? []).filter(({ notNull }) => notNull).map(({ name }) => ({ name: `${nameParts(table.name).name}_${name}_not_null` }))] : table.constraints
