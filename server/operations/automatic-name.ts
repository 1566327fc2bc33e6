import type { Catalog } from '../catalog/catalog'
import { schemaOf } from '../catalog/catalog'
import type { Constraint, Table } from '../catalog/relation'
import { nameParts, relationName } from '../model/name'
import type { RelationName, WrittenName } from '../model/name'
import type { ConstraintDefinition, IndexElement } from '../sql/command'
import { readExpression } from '../sql/expression'
import { expressionName } from '../sql/expression-name'

/** The name a constraint has, or that PostgreSQL chooses where none is written. `columns` of the table are asked for a check's. */
export function constraintName(catalog: Catalog, table: Table | RelationName, definition: ConstraintDefinition): string {
  if (definition.name !== undefined) return definition.name
  const relation = typeof table === 'string' ? table : table.name
  const known = typeof table === 'string' ? catalog.table(table) : table
  const name = nameParts(relation).name
  const taken = takenByConstraints(catalog, known, relation)
  // Constraints that an index carries share the names of relations (ChooseRelationName in src/backend/commands/indexcmds.c).
  const isRelation = takenByRelations(catalog, known, relation)
  const takenByRelation = (candidate: string): boolean => taken(candidate) || isRelation(candidate)
  switch (definition.type) {
    case 'check':
      return choose(name, checkedColumn(definition.expression.sql, known), 'check', taken)
    case 'not-null':
      return choose(name, definition.column, 'not_null', taken)
    case 'foreign-key':
      return choose(name, joined(definition.columns), 'fkey', taken)
    case 'primary-key':
      return definition.usingIndex ?? choose(name, undefined, 'pkey', takenByRelation)
    case 'unique':
      return definition.usingIndex ?? choose(name, joined(distinctNames([...definition.columns, ...definition.include])), 'key', takenByRelation)
    case 'exclude':
      return choose(name, joined(distinctNames([...definition.elements.map(elementName), ...definition.include])), 'excl', takenByRelation)
  }
}

/** The name PostgreSQL chooses for an index without one (ChooseIndexName in src/backend/commands/indexcmds.c). */
export function automaticIndexName(catalog: Catalog, relation: RelationName, elements: readonly IndexElement[], include: readonly string[]): RelationName {
  const columns = distinctNames([...elements.map(elementName), ...include])
  const name = choose(nameParts(relation).name, joined(columns), 'idx', takenByRelations(catalog, catalog.table(relation), relation))
  return relationName(schemaOf(relation), name)
}

/** The sequence of a serial or identity column, which for the latter may be `written` (generateSerialExtraStmts in src/backend/parser/parse_utilcmd.c). */
export function automaticSequenceName(catalog: Catalog, relation: RelationName, column: string, written?: WrittenName): RelationName {
  if (written) return relationName(written.schema ?? schemaOf(relation), written.name)
  const name = choose(nameParts(relation).name, column, 'seq', takenByRelations(catalog, catalog.table(relation), relation))
  return relationName(schemaOf(relation), name)
}

/** The not-null constraint that 18 makes by itself for a column. */
export function notNullName(catalog: Catalog, table: Table, column: string): string {
  return choose(nameParts(table.name).name, column, 'not_null', takenByConstraints(catalog, table, table.name))
}

/** A name for a constraint of ours that is there for a while only. */
export function passingName(catalog: Catalog, relation: RelationName, column: string | undefined, label: string): string {
  return choose(nameParts(relation).name, column, label, takenByConstraints(catalog, catalog.table(relation), relation))
}

/** What a foreign key is called for each partition that it refers to: up to 17 as one more of its columns would be, from 18 on by its own name (addFkConstraint in src/backend/commands/tablecmds.c). */
export function partNames(catalog: Catalog, table: Table, key: Pick<Constraint, 'name' | 'columns'>, count: number): readonly string[] {
  const names = [key.name]
  const isTaken = takenByConstraints(catalog, table, table.name)
  const taken = (candidate: string): boolean => names.includes(candidate) || isTaken(candidate)
  for (let number = 1; names.length <= count; number++) {
    const next = catalog.surroundings.version >= 18 ? objectName(key.name, undefined, String(number)) : choose(nameParts(table.name).name, joined(key.columns), 'fkey', taken)
    if (!taken(next)) names.push(next)
  }
  return names.slice(1)
}

/**
 * Whether a constraint of the table, which may be one that is being made, or of another in its schema has the name (ChooseConstraintName in src/backend/catalog/pg_constraint.c).
 * The parts of foreign keys have names among them.
 */
function takenByConstraints(catalog: Catalog, table: Table | undefined, relation: RelationName): (candidate: string) => boolean {
  const schema = schemaOf(relation)
  return (candidate) => table?.constraints.some(({ name, parts }) => name === candidate || parts?.includes(candidate)) === true || catalog.constrained(relationName(schema, candidate)).some((other) => other !== relation)
}

/** The name of CREATE STATISTICS without one; `expr` stands for an expression (ChooseExtendedStatisticNameAddition in src/backend/commands/statscmds.c). */
export const automaticStatisticsName = (catalog: Catalog, relation: RelationName, columns: readonly string[]): RelationName => {
  const schema = schemaOf(relation)
  return relationName(schema, choose(nameParts(relation).name, joined(columns), 'stat', (candidate) => catalog.statistics(relationName(schema, candidate)) !== undefined))
}

/** Whether a relation of the schema has the name, or an index of the table, which may be one that is being made. */
function takenByRelations(catalog: Catalog, table: Table | undefined, relation: RelationName): (candidate: string) => boolean {
  const schema = schemaOf(relation)
  const own = new Set(table?.indexes.map((index) => index.name))
  return (candidate) => {
    const name = relationName(schema, candidate)
    return own.has(name) || catalog.relation(name) !== undefined
  }
}

/** A check on one column is named after it, and one on none or several after the table alone (AddRelationNewConstraints in src/backend/catalog/heap.c). */
function checkedColumn(sql: string, table: Table | undefined): string | undefined {
  const { columns } = readExpression(sql)
  // A row of the whole table is no column, and neither is the table's name before a dot.
  const own = table?.columns ? columns.filter((column) => table.columns!.some((one) => one.name === column)) : columns
  return own.length === 1 ? own[0] : undefined
}

const elementName = (element: IndexElement): string => element.column ?? expressionName(element.expression?.sql ?? '') ?? 'expr'

/** A second `expr` is `expr1` (ChooseIndexColumnNames). */
function distinctNames(names: readonly string[]): readonly string[] {
  const chosen: string[] = []
  for (const name of names) {
    let candidate = name
    for (let number = 1; chosen.includes(candidate); number++) candidate = clip(name, longest - Buffer.byteLength(String(number))) + String(number)
    chosen.push(candidate)
  }
  return chosen
}

/** Column names with `_` between, as many as it takes to fill a name (ChooseIndexNameAddition). */
function joined(columns: readonly string[]): string {
  let text = ''
  for (const column of columns) {
    text += text === '' ? column : `_${column}`
    if (Buffer.byteLength(text) > longest) break
  }
  return text
}

function choose(first: string, second: string | undefined, label: string, taken: (candidate: string) => boolean): string {
  for (let number = 0; ; number++) {
    const candidate = objectName(first, second, number === 0 ? label : `${label}${number}`)
    if (!taken(candidate)) return candidate
  }
}

/** Bytes of an identifier. */
export const longest = 63

/** As makeObjectName in src/backend/commands/indexcmds.c. */
function objectName(first: string, second: string | undefined, label: string): string {
  const available = longest - Buffer.byteLength(label) - 1
  return `${second === undefined ? clip(first, available) : nameOfBoth(first, second, available)}_${label}`
}

/** With `_` between, the longer of the two cut until all fits: at most so many bytes. */
export function nameOfBoth(first: string, second: string, bytes: number): string {
  let firstBytes = Buffer.byteLength(first)
  let secondBytes = Buffer.byteLength(second)
  while (firstBytes + secondBytes > bytes - 1) {
    if (firstBytes > secondBytes) firstBytes--
    else secondBytes--
  }
  return `${clip(first, firstBytes)}_${clip(second, secondBytes)}`
}

/** At most so many bytes, and no half character (pg_mbcliplen). */
export function clip(text: string, bytes: number): string {
  let result = ''
  let used = 0
  for (const character of text) {
    used += Buffer.byteLength(character)
    if (used > bytes) break
    result += character
  }
  return result
}
