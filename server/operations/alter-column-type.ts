import type { Catalog } from '../catalog/catalog'
import { columnOf } from '../catalog/relation'
import type { Column, Table, TableIndex } from '../catalog/relation'
import type { Effect, Work } from '../model/effect'
import { shortName } from '../model/name'
import type { RelationName } from '../model/name'
import type { AlterRelation } from '../sql/command'
import { read } from '../sql/read'
import { saysWord } from '../sql/tokens'
import { altered, alterationOf, changeColumn, changeTables, computedFrom, constraintUses, family, indexUses, isExpression, isNew, lockAll, names, remadeKeys, rewritten, sequencesOfColumn, viewsShowing } from './alteration'
import type { Alteration } from './alteration'
import { isAssigned } from './conversion'
import { changeTypePlan } from './change-type-plan'
import { descendants, holdsRows, indexLock, lock } from './common'
import { noWay } from './constraint-plans'
import { operationType } from './operation'
import { collationName, columnType, domainIsChecked, typeChange } from './types'
import type { TypeChange } from './types'

interface AlterColumnType extends Alteration<'alter-type'> {
  readonly kind: 'alter-column-type'
}

export const alterColumnType = operationType<AlterColumnType>({
  kind: 'alter-column-type',
  title: "Change a column's type",
  recognise: (command) => {
    const operation = alterationOf('alter-column-type', command, 'alter-type')
    return operation && { ...operation, span: operation.action.type.span }
  },

  effects: effectsOf,

  apply({ command, action }, catalog) {
    const name = altered(command, catalog)
    if (!name) return catalog
    const type = columnType(action.type, catalog)
    return changeTables(catalog, family(catalog, name, command.only), (table) =>
      changeColumn(table, action.column, (column) => {
        const { collation: _, ...rest } = column
        const collation = ownCollation(action)
        return { ...rest, type, ...(collation !== undefined && { collation }) }
      }),
    )
  },

  fails({ command, action }, catalog) {
    const name = altered(command, catalog)
    if (!name) return []
    return [
      ...computedFrom(catalog.table(name), action.column).map((one) => ({ sentence: `Ends in an error, after waiting for its lock: the generated column \`${one}\` is computed from \`${action.column}\`. Drop that first.`, certain: true })),
      ...viewsShowing(catalog, name, action.column).map((view) =>
        names(catalog, view, name, action.column)
          ? { sentence: `Ends in an error, after waiting for its lock: the view \`${shortName(view)}\` names \`${action.column}\`. Drop the view first and create it anew.`, certain: true }
          : { sentence: `Ends in an error, after waiting for its lock, if the view \`${shortName(view)}\` shows \`${action.column}\`: drop the view first and create it anew.`, certain: false },
      ),
    ]
  },

  plan(operation, catalog, context) {
    const { command, action } = operation
    const name = altered(command, catalog)
    const table = name && catalog.table(name)
    const column = columnOf(table, action.column)
    if (!table?.complete || !column || isNew(catalog, table.name)) return undefined
    if (changeOf(catalog, table.name, action).rewrite === undefined) {
      const works = effectsOf(operation, catalog).some(({ work }) => work.length > 0)
      return works ? noWay('Take away beforehand what is built or checked again under this lock, and make it again afterwards: an index CONCURRENTLY, a check as NOT VALID that is then validated; in between queries do without the one, and rows come in that the other has not seen') : undefined
    }
    // What else the statement does to the column would be done to what is about to be its shadow.
    const { commands } = read(context.sql)
    const isDefault = (other: AlterRelation): boolean => (other.action.action === 'set-default' || other.action.action === 'drop-default') && other.action.column === action.column
    if (commands.some((other) => other.kind === 'alter' && other.action.action !== 'alter-type' && !isDefault(other) && saysWord(context.sql.slice(other.span.start, other.span.end), action.column))) {
      return noWay(`Give the new type of \`${action.column}\` a statement of its own, for which there may be another way: what else this one does to the column would be done to its stand-in`)
    }
    const hinders = hindrance(table, column, action, catalog)
    if (hinders !== undefined) return noWay(`Fill a new table of the wanted shape in batches, kept in step by triggers, and put it in the place of this one: no second column can take the place of \`${action.column}\`, for ${hinders}`)
    const written = commands.flatMap((other) => (other.kind === 'alter' && other.action.action === 'set-default' && other.action.column === action.column ? [other.action.default.sql] : []))[0]
    // A string does not become a number by itself, not even as a default.
    if (column.default !== undefined && !isAssigned(column.type, columnType(action.type, catalog), catalog)) return undefined
    const former = columnOf(context.before.table(table.name), action.column)?.default
    const collation = ownCollation(action)
    return changeTypePlan({ command, action, name: table.name, table, column, defaults: { ...(former !== undefined && { before: former }), ...((written ?? column.default) !== undefined && { after: written ?? column.default! }) }, ...(collation !== undefined && { collation }) }, catalog, context)
  },
})

function effectsOf({ command, action }: AlterColumnType, catalog: Catalog): readonly Effect[] {
  const name = altered(command, catalog)
  if (!name) return []
  const column = action.column
  if (computedFrom(catalog.table(name), column).length > 0) return lockAll([name])
  return family(catalog, name, command.only).flatMap((member): readonly Effect[] => {
    const change = changeOf(catalog, member, action)
    const sequences = columnOf(catalog.table(member), column)?.identity ? sequencesOfColumn(catalog, member, column) : []
    return [
      ...(change.rewrite !== undefined && holdsRows(catalog, member) ? rewritten(catalog, member, change.rewrite) : []),
      ...kept(catalog, member, column, change, columnOf(catalog.table(member), column)?.collation !== ownCollation(action)),
      ...remadeKeys(catalog, member, column, change.rewrite !== undefined || change.rebuild),
      // The sequence of an identity column is given the new type (transformAlterTableStmt in src/backend/parser/parse_utilcmd.c); that of a serial is not.
      ...sequences.map((sequence) => lock(sequence, 'SHARE ROW EXCLUSIVE')),
    ]
  })
}

/** Why no second column can be filled while the first is used; completes "for …". */
function hindrance(table: Table, column: Column, { type }: AlterColumnType['action'], catalog: Catalog): string | undefined {
  if (column.generated) return 'it is generated'
  if (computedFrom(table, column.name).length > 0) return 'generated columns are computed from it'
  if (table.kind === 'partitioned table' || table.partitionOf) return 'the rows lie in partitions, which have their columns from the whole'
  // What is inherited changes in all of the family at once, or not at all.
  if (table.inherits.length > 0 || descendants(catalog, table.name).length > 0) return 'columns are inherited in this family of tables'
  if (table.ofType) return 'the table has its columns from a type'
  if (domainIsChecked(columnType(type, catalog), catalog)) return 'a column whose domain promises anything is written row by row when it is added'
  return table.kind === 'table' ? undefined : `rows of a ${table.kind} are not written here`
}

/** Absent: the type's own, which a change of type gives back where it names none. */
const ownCollation = ({ collation }: AlterColumnType['action']): string | undefined => (collation && collationName(collation) !== '"default"' ? collationName(collation) : undefined)

function changeOf(catalog: Catalog, name: RelationName, action: AlterColumnType['action']): TypeChange {
  const column = columnOf(catalog.table(name), action.column)
  // What is computed when it is read is stored nowhere.
  return column?.generated === 'virtual' ? { rebuild: false } : typeChange(column, action.type, action.using?.sql, catalog)
}

/** A table that keeps its rows as they are: indexes on the column are made anew, most of them out of their old files, and checks on it are verified again. */
function kept(catalog: Catalog, name: RelationName, column: string, change: TypeChange, collated: boolean): readonly Effect[] {
  const table = catalog.table(name)
  const indexes = (table?.indexes ?? []).filter((index) => indexUses(index, column))
  if (change.rewrite !== undefined && holdsRows(catalog, name)) return []
  const work: Work[] = []
  if (holdsRows(catalog, name)) {
    for (const index of indexes) if (isRebuilt(index, column, change.rebuild || (collated && !isCollated(index, column)))) work.push({ kind: 'build-index', to: 'to build the index again', index: index.shape, concurrently: false })
    if (table?.constraints.some((one) => one.type === 'check' && one.validated && constraintUses(one, column))) work.push({ kind: 'scan', to: 'to verify the checks on the column again' })
  }
  return [lock(name, 'ACCESS EXCLUSIVE', ...work), ...indexes.map((index) => indexLock(index.name, name, 'ACCESS EXCLUSIVE'))]
}

/** The index sorts by a collation of its own, whatever the column's is. */
const isCollated = ({ definition }: TableIndex, column: string): boolean =>
  definition !== undefined && read(definition).commands.some((command) => command.kind === 'create-index' && command.elements.some((element) => element.column === column && element.collation !== undefined))

/** What TryReuseIndex and CheckIndexCompatible in src/backend/commands refuse; a partition's index is built with its parent's, of which no file can be used. */
const isRebuilt = (index: TableIndex, column: string, sortsAnew: boolean): boolean =>
  index.attachedTo !== undefined || index.shape.predicate !== undefined || index.shape.keys.some(isExpression) || (sortsAnew && index.shape.keys.includes(column))
