import type { Catalog } from '../catalog/catalog'
import { columnOf } from '../catalog/relation'
import type { Column, Constraint, KnownText, Table, TableIndex } from '../catalog/relation'
import { quoteIdentifier, shortName } from '../model/name'
import type { RelationName } from '../model/name'
import type { Rename } from '../sql/command'
import { substituteColumns } from '../sql/expression'
import { saysWord } from '../sql/tokens'
import { altered, changeColumnOf, changeTables, family, isExpression, isNew, keysTo, lockAll, sequencesOfColumn } from './alteration'
import { operationType } from './operation'
import type { Operation } from './operation'
import { standInPlan } from './stand-in'
import { refusal } from './refusal'
import { stopsSubscribers } from './subscribers'
import { refusedAlone, refusedInherited, refusedShared } from './tree-refusal'

interface RenameColumn extends Operation {
  readonly kind: 'rename-column'
  readonly command: Rename
}

export const renameColumn = operationType<RenameColumn>({
  kind: 'rename-column',
  title: 'Rename a column',
  recognise: (command) => (command.kind === 'rename' && command.object === 'column' && command.relation ? { kind: 'rename-column', relation: command.relation, span: command.span, command } : undefined),

  effects({ command }, catalog) {
    const name = altered(command, catalog)
    return name ? lockAll(family(catalog, name, command.only)) : []
  },

  apply({ command }, catalog) {
    const name = altered(command, catalog)
    if (!name) return catalog
    const { from, to } = command
    const relation = catalog.relation(name)
    if (relation?.kind === 'view') return inReaders(changeColumnOf(catalog, [name], from, (one) => ({ ...one, name: to })), name, from, to)
    let after = catalog
    for (const { table, constraint } of keysTo(catalog, name, from)) {
      after = changeTables(after, [table.name], (one) => ({ ...one, constraints: one.constraints.map((other) => (other.name === constraint.name && other.referencedColumns ? { ...other, referencedColumns: swapped(other.referencedColumns, from, to) } : other)) }))
    }
    for (const member of family(catalog, name, command.only)) {
      for (const sequence of sequencesOfColumn(after, member, from)) after = after.with({ ...(after.relation(sequence) as Extract<ReturnType<Catalog['relation']>, { kind: 'sequence' }>), ownedBy: { table: member, column: to } })
      after = inReaders(changeTables(after, [member], (table) => withRenamed(table, from, to)), member, from, to)
    }
    return after
  },

  breaks({ command }, catalog) {
    const name = altered(command, catalog)
    if (!name || isNew(catalog, name)) return []
    return [{ sentence: `Running code that names \`${command.from}\` of \`${shortName(name)}\` fails from here on: no version of the code works before and after.`, relation: name, missed: { relation: name, columns: [command.from] } }]
  },

  stops({ command }, catalog) {
    const name = altered(command, catalog)
    const generated = name && columnOf(catalog.table(name), command.from)?.generated
    return name ? stopsSubscribers(name, catalog, `its column is called \`${command.to}\` too: rename it there as well`, { column: command.from, ...(generated && { generated }) }) : []
  },

  fails({ command }, catalog) {
    const name = altered(command, catalog)
    const table = name && catalog.table(name)
    if (table?.ofType) return [refusal(`Ends in an error: \`${shortName(table.name)}\` has its columns from a type. Rename the attribute there, with CASCADE.`)]
    if (table && columnOf(table, command.from) && columnOf(table, command.to)) return [refusal(`Ends in an error: \`${shortName(table.name)}\` has a column \`${command.to}\` already.`)]
    return name ? [...refusedInherited(catalog, name, command.from, 'renamed'), ...refusedShared(catalog, family(catalog, name, command.only), command.from, 'renamed'), ...refusedAlone(catalog, name, command.only, 'a column is renamed')] : []
  },

  wayBack({ command }, catalog) {
    const name = altered(command, catalog)
    return name && undone(name, command)
  },

  plan({ command }, catalog, context) {
    const name = altered(command, catalog)
    return name && standInPlan({ name, written: command.relation!, kind: command.alter, column: command, undo: undone(name, command) }, catalog, context)
  },
})

const undone = (name: RelationName, { from, to }: Rename): string => `ALTER TABLE ${name} RENAME COLUMN ${quoteIdentifier(to)} TO ${quoteIdentifier(from)};`

/** Views go on naming the column that they named. */
const inReaders = (catalog: Catalog, name: RelationName, from: string, to: string): Catalog =>
  catalog.readers(name).reduce((result, reader) => {
    const view = result.relation(reader)
    if (!view || view.kind === 'index' || view.kind === 'sequence' || !view.readsColumns?.[name]) return result
    return result.with({ ...view, readsColumns: { ...view.readsColumns, [name]: swapped(view.readsColumns[name], from, to) } })
  }, catalog)

const swapped = (names: readonly string[], from: string, to: string): readonly string[] => names.map((one) => (one === from ? to : one))

/** All of the table that names the column names it as it is called now. */
export function withRenamed(table: Table, from: string, to: string): Table {
  if (table.columns && !columnOf(table, from)) return table
  const text = (sql: string): string => substituteColumns(sql, (reference) => (reference.column === from && !reference.inSubquery ? `${reference.qualifier === undefined ? '' : `${quoteIdentifier(reference.qualifier)}.`}${quoteIdentifier(to)}` : undefined))
  const column = (one: Column): Column => ({ ...one, ...(one.name === from && { name: to }), ...(one.generated && one.default !== undefined && { default: text(one.default) }) })
  const index = (one: TableIndex): TableIndex => ({
    ...one,
    shape: {
      ...one.shape,
      keys: one.shape.keys.map((key) => (isExpression(key) ? text(key) : key === from ? to : key)),
      include: swapped(one.shape.include, from, to),
      ...(one.shape.predicate !== undefined && { predicate: text(one.shape.predicate) }),
    },
  })
  const constraint = (one: Constraint): Constraint => ({
    ...one,
    columns: swapped(one.columns, from, to),
    ...(one.expression !== undefined && { expression: text(one.expression) }),
    ...(one.references === table.name && one.referencedColumns && { referencedColumns: swapped(one.referencedColumns, from, to) }),
  })
  const known = (one: KnownText): KnownText => ({ ...one, sql: text(one.sql) })
  const { [from]: uses, ...otherUses } = table.columnUses ?? {}
  return {
    ...table,
    ...(uses && { columnUses: { ...otherUses, [to]: uses } }),
    triggers: table.triggers.map((one) => ({ ...one, ...(one.of && { of: swapped(one.of, from, to) }), ...(one.when && { when: known(one.when) }) })),
    rules: table.rules.map((one) => ({ ...one, ...(one.columns && { columns: swapped(one.columns, from, to) }) })),
    ...(table.policies && { policies: table.policies.map((one) => ({ ...one, ...(one.using && { using: known(one.using) }), ...(one.check && { check: known(one.check) }) })) }),
    // What makes them again names the old column.
    ...(table.statisticsDefinitions && { statisticsDefinitions: Object.fromEntries(Object.entries(table.statisticsDefinitions).map(([name, definition]) => [name, saysWord(definition, from) ? '' : definition])) }),
    indexes: table.indexes.map(index),
    constraints: table.constraints.map(constraint),
    ...(table.columns && { columns: table.columns.map(column) }),
    ...(table.partitionBy && { partitionBy: { ...table.partitionBy, keys: table.partitionBy.keys.map((key) => (isExpression(key) ? text(key) : key === from ? to : key)) } }),
  }
}
