import type { AlterTableStatement, ColumnConstraintReference, CreateColumnDef, CreateIndexStatement, CreateTableStatement, DataTypeDef, Expr, Statement, TableConstraint } from 'pgsql-ast-parser'
import { parse as parseLoosely, toSql } from 'pgsql-ast-parser'
import { beforeAll, describe, expect, test } from 'vitest'
import type { AlterRelation, ColumnDefinition, Command, ConstraintDefinition, IndexElement, TypeName } from '../../../server/sql/command'
import { loadParser, parse } from '../../../server/sql/parser'
import { read } from '../../../server/sql/read'
import { tableStatements } from './statements'

/**
 * An independent witness: another parser, with another grammar and another tree, must find the same facts in a statement as our reading does.
 * What it cannot parse it says nothing about; how much it can parse is counted, so that the witness does not fall silent unseen.
 */
describe('another parser finds the same facts', () => {
  beforeAll(() => loadParser())

  test.each(tableStatements)('%s', (sql) => {
    const theirs = witness(sql)
    if (theirs === undefined) return
    const { commands, problem } = read(sql)
    expect(problem).toBeUndefined()
    if (misread.has(sql)) expect(ourFacts(commands)).not.toEqual(theirFacts(theirs))
    else expect(ourFacts(commands)).toEqual(theirFacts(theirs))
  })

  test('on most of the statements', () => {
    expect(tableStatements.filter((sql) => witness(sql) !== undefined).length).toBeGreaterThan(tableStatements.length * 0.85)
  })
})

/** Where the witness is wrong: it leaves a doubled quote in a name, and takes numbers through floating point. */
const misread = new Set([
  'CREATE TABLE odd ("Order" int, "select" text, "with space" boolean DEFAULT false, "quo""te" int)',
  'ALTER TABLE book ADD COLUMN price numeric(8,2) DEFAULT 0.00 NOT NULL, DROP COLUMN cost, ALTER COLUMN title SET NOT NULL',
])

const witness = (sql: string): Statement | undefined => {
  try {
    return parseLoosely(sql)[0]
  } catch {
    return undefined
  }
}

/** An expression as both can say it: as PostgreSQL reads it, without places. */
const expression = (sql: string | undefined): string | undefined =>
  sql === undefined ? undefined : JSON.stringify(parse(`select (${sql})`), (key, value: unknown) => (key === 'location' || key.startsWith('list_') || key.startsWith('rexpr_list') ? undefined : value))

const theirExpression = (expr: Expr | null | undefined): string | undefined => (expr ? expression(toSql.expr(expr)) : undefined)

/** Their spelling of types is the author's, ours is PostgreSQL's. */
const typeNames: Readonly<Record<string, string>> = {
  int: 'int4', integer: 'int4', bigint: 'int8', smallint: 'int2', real: 'float4', float: 'float8', 'double precision': 'float8', boolean: 'bool', decimal: 'numeric', dec: 'numeric', 'character varying': 'varchar', character: 'bpchar',
  char: 'bpchar', 'bit varying': 'varbit', 'timestamp with time zone': 'timestamptz', 'timestamp without time zone': 'timestamp', 'time with time zone': 'timetz', 'time without time zone': 'time', serial: 'int4', bigserial: 'int8', smallserial: 'int2',
}

const theirType = (type: DataTypeDef): unknown => {
  let dimensions = 0
  let inner = type
  while (inner.kind === 'array') {
    dimensions++
    inner = inner.arrayOf
  }
  const quoted = 'doubleQuoted' in inner && inner.doubleQuoted === true
  return { name: quoted ? inner.name : (typeNames[inner.name] ?? inner.name), schema: inner.schema, modifiers: inner.config ?? [], dimensions }
}

const ourType = (type: TypeName): unknown => ({
  name: type.name,
  schema: type.schema,
  // `char` and `bit` alone have a length of 1 that only PostgreSQL adds.
  modifiers: /^(?:char|character|bit)$/i.test(type.sql) ? [] : type.modifiers,
  dimensions: type.dimensions,
})

const constraintFacts = (constraint: ConstraintDefinition): unknown => {
  const { type, name } = constraint
  switch (constraint.type) {
    case 'check':
      return { type, name, expression: expression(constraint.expression.sql) }
    case 'foreign-key':
      return { type, name, columns: constraint.columns, references: [constraint.references.schema, constraint.references.name], referencedColumns: constraint.referencedColumns, onDelete: constraint.onDelete, onUpdate: constraint.onUpdate, match: constraint.match }
    case 'unique':
    case 'primary-key':
      return { type, name, columns: constraint.columns }
    default:
      return { type, name }
  }
}

const theirConstraint = (constraint: TableConstraint | ColumnConstraintReference, columns?: readonly string[]): unknown => {
  const name = constraint.constraintName?.name
  switch (constraint.type) {
    case 'check':
      return { type: 'check', name, expression: theirExpression(constraint.expr) }
    case 'foreign key':
    case 'reference': {
      const own = constraint.type === 'foreign key' ? constraint.localColumns.map((column) => column.name) : columns
      return {
        type: 'foreign-key', name, columns: own, references: [constraint.foreignTable.schema, constraint.foreignTable.name], referencedColumns: constraint.foreignColumns.map((column) => column.name),
        onDelete: constraint.onDelete ?? 'no action', onUpdate: constraint.onUpdate ?? 'no action', match: constraint.match ?? 'simple',
      }
    }
    default:
      return { type: constraint.type === 'primary key' ? 'primary-key' : 'unique', name, columns: 'columns' in constraint ? constraint.columns?.map((column) => column.name) : columns }
  }
}

const columnFacts = (column: ColumnDefinition): unknown => ({
  name: column.name,
  type: column.type && ourType(column.type),
  serial: column.serial ?? false,
  collation: column.collation?.name,
  notNull: column.notNull !== undefined,
  default: expression(column.default?.sql),
  generated: expression(column.generated?.expression.sql),
  identity: column.identity && { always: column.identity.always },
  constraints: column.constraints.map(constraintFacts),
})

const theirColumn = (column: CreateColumnDef): unknown => {
  const constraints = column.constraints ?? []
  const generated = constraints.find((one) => one.type === 'add generated')
  const asExpression = generated !== undefined && 'expression' in generated && generated.expression ? (generated.expression as Expr) : undefined
  const initial = constraints.find((one) => one.type === 'default')
  return {
    name: column.name.name,
    type: theirType(column.dataType),
    serial: column.dataType.kind !== 'array' && /serial/.test(column.dataType.name),
    collation: column.collate?.name,
    notNull: constraints.some((one) => one.type === 'not null'),
    default: theirExpression(initial?.type === 'default' ? initial.default : undefined),
    generated: theirExpression(asExpression),
    identity: generated !== undefined && asExpression === undefined ? { always: 'always' in generated && generated.always === 'always' } : undefined,
    constraints: constraints.flatMap((one) => {
      switch (one.type) {
        case 'primary key':
        case 'unique':
          return [{ type: one.type === 'unique' ? 'unique' : 'primary-key', name: one.constraintName?.name, columns: [column.name.name] }]
        case 'check':
          return [{ type: 'check', name: one.constraintName?.name, expression: theirExpression(one.expr) }]
        case 'reference':
          return [theirConstraint(one, [column.name.name])]
        default:
          return []
      }
    }),
  }
}

const actionFacts = ({ action }: AlterRelation): unknown => {
  switch (action.action) {
    case 'add-column':
      return { action: action.action, ifNotExists: action.ifNotExists, column: columnFacts(action.column) }
    case 'add-constraint':
      return { action: action.action, constraint: constraintFacts(action.constraint) }
    case 'alter-type':
      return { action: action.action, column: action.column, type: ourType(action.type) }
    case 'set-default':
      return { action: action.action, column: action.column, default: expression(action.default.sql) }
    case 'drop-column':
    case 'drop-constraint':
      return { action: action.action, name: action.action === 'drop-column' ? action.column : action.name, ifExists: action.ifExists, cascade: action.cascade }
    default:
      return { ...action }
  }
}

const theirActions = (statement: AlterTableStatement): readonly unknown[] =>
  statement.changes.map((change) => {
    switch (change.type) {
      case 'add column':
        return { action: 'add-column', ifNotExists: change.ifNotExists ?? false, column: theirColumn(change.column) }
      case 'drop column':
        return { action: 'drop-column', name: change.column.name, ifExists: change.ifExists ?? false, cascade: change.behaviour === 'cascade' }
      case 'drop constraint':
        return { action: 'drop-constraint', name: change.constraint.name, ifExists: change.ifExists ?? false, cascade: change.behaviour === 'cascade' }
      case 'add constraint':
        return { action: 'add-constraint', constraint: theirConstraint(change.constraint) }
      case 'owner':
        return { action: 'owner', role: change.to.name }
      case 'alter column': {
        const column = change.column.name
        switch (change.alter.type) {
          case 'set type':
            return { action: 'alter-type', column, type: theirType(change.alter.dataType) }
          case 'set default':
            return { action: 'set-default', column, default: theirExpression(change.alter.default) }
          case 'add generated':
            return { action: 'add-identity', column, always: change.alter.always === 'always' }
          default:
            return { action: change.alter.type.replaceAll(' ', '-'), column }
        }
      }
      default:
        return { action: change.type }
    }
  })

const elementFacts = ({ column, expression: written, operatorClass, descending }: IndexElement): unknown => ({
  key: expression(written?.sql ?? `"${column?.replaceAll('"', '""')}"`),
  operatorClass: operatorClass?.name,
  descending,
})

const ourFacts = (commands: readonly Command[]): unknown => {
  const [command] = commands
  switch (command?.kind) {
    case 'create-table':
      return {
        kind: command.kind, relation: [command.relation.schema, command.relation.name], ifNotExists: command.ifNotExists, persistence: command.persistence, columns: command.columns.map(columnFacts),
        constraints: command.constraints.map(constraintFacts), like: command.like.map(({ relation }) => [relation.schema, relation.name]), inherits: command.inherits.map(({ schema, name }) => [schema, name]),
      }
    case 'alter':
      return { kind: command.kind, relation: [command.relation.schema, command.relation.name], only: command.only, ifExists: command.ifExists, actions: (commands as readonly AlterRelation[]).map(actionFacts) }
    case 'create-index':
      return {
        kind: command.kind, name: command.name, relation: [command.relation.schema, command.relation.name], unique: command.unique, concurrently: command.concurrently, ifNotExists: command.ifNotExists, method: command.method,
        elements: command.elements.map(elementFacts), predicate: expression(command.predicate?.sql), tablespace: command.tablespace, options: command.options.map(({ name, value }) => [name, value]),
      }
    default:
      return command
  }
}

const theirFacts = (statement: Statement): unknown => {
  switch (statement.type) {
    case 'create table':
      return tableFacts(statement)
    case 'alter table':
      return { kind: 'alter', relation: [statement.table.schema, statement.table.name], only: statement.only ?? false, ifExists: statement.ifExists ?? false, actions: theirActions(statement) }
    case 'create index':
      return indexFacts(statement)
    default:
      return statement
  }
}

const tableFacts = (statement: CreateTableStatement): unknown => ({
  kind: 'create-table',
  relation: [statement.name.schema, statement.name.name],
  ifNotExists: statement.ifNotExists ?? false,
  persistence: statement.temporary ? 'temporary' : statement.unlogged ? 'unlogged' : 'permanent',
  columns: statement.columns.flatMap((column) => (column.kind === 'column' ? [theirColumn(column)] : [])),
  constraints: (statement.constraints ?? []).map((constraint) => theirConstraint(constraint)),
  like: statement.columns.flatMap((column) => (column.kind === 'like table' ? [[column.like.schema, column.like.name]] : [])),
  inherits: (statement.inherits ?? []).map((parent) => [parent.schema, parent.name]),
})

const indexFacts = (statement: CreateIndexStatement): unknown => ({
  kind: 'create-index',
  name: statement.indexName?.name,
  relation: [statement.table.schema, statement.table.name],
  unique: statement.unique ?? false,
  concurrently: statement.concurrently ?? false,
  ifNotExists: statement.ifNotExists ?? false,
  method: statement.using?.name ?? 'btree',
  elements: statement.expressions.map((element) => ({ key: theirExpression(element.expression), operatorClass: element.opclass?.name, descending: element.order === 'desc' })),
  predicate: theirExpression(statement.where),
  tablespace: statement.tablespace,
  options: (statement.with ?? []).map(({ parameter, value }) => [parameter, value]),
})
