import type { Catalog } from '../catalog/catalog'
import { computationsIn } from '../catalog/computations'
import { columnOf } from '../catalog/relation'
import type { Column, ColumnType, Constraint, Table, TableIndex } from '../catalog/relation'
import type { Failure } from '../model/assessed'
import type { Computations, Effect, Work } from '../model/effect'
import { listWords } from '../model/format'
import { quoteIdentifier, shortName } from '../model/name'
import type { RelationName } from '../model/name'
import type { Plan } from '../model/plan'
import type { AlterRelation } from '../sql/command'
import { readExpression } from '../sql/expression'
import { collationName, inCase } from '../sql/print'
import { read } from '../sql/read'
import { saysWord } from '../sql/tokens'
import { altered, alterationOf, changeColumn, changeTables, computedFrom, constraintUses, family, indexUses, isExpression, isNew, keysTo, lockAll, names, remadeKeys, rewritten, sequencesOfColumn, viewsShowing, withIndexesMade } from './alteration'
import type { Alteration } from './alteration'
import { comesAfterType } from './comes-after-type'
import { isAssigned, isNeverAssigned, isNeverCompared } from './conversion'
import { changeTypePlan, underViewsPlan } from './change-type-plan'
import type { Heir } from './change-type-plan'
import { holdsRows, indexLock, lock, madeLock } from './common'
import { alterHead, equivalentPlan, noWay, sqlStep, tableHead, validateStep, writtenLike } from './constraint-plans'
import { withAllParts } from './create-index'
import { refusedComparison } from './column-refusal'
import { refusedUses } from './column-uses'
import { withoutUseOfType } from './dropped'
import { refusedAgain } from './index-refusal'
import { operationType } from './operation'
import type { PlanContext } from './operation'
import { refusal } from './refusal'
import type { Refusal } from './refusal'
import { computedEffects } from './routine-call'
import { refusedAsStored } from './stored-in'
import { isPartitionKey, refusedAlone, refusedInherited, refusedShared } from './tree-refusal'
import { columnType, domainIsChecked, typeChange, typeText } from './types'
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
    const changed = changeTables(catalog, family(catalog, name, command.only), (table) =>
      changeColumn(table, action.column, (column) => {
        const { collation: _, ...rest } = column
        const collation = ownCollation(action)
        return { ...rest, type, ...(collation !== undefined && { collation }) }
      }),
    )
    const members = family(catalog, name, command.only)
    const freed = members.reduce((result, member) => withoutUseOfType(catalog, result, member, action.column), changed)
    const made = withIndexesMade(withParts(freed, members, action.column), members.filter((member) => changeOf(catalog, member, action).rewrite !== undefined), 'changed')
    // Of rows that stay the indexes are made anew, and valid, that name the column.
    return changeTables(made, members, (table) => ({ ...table, indexes: table.indexes.map((index) => (index.valid || !indexUses(index, action.column) ? index : { ...index, valid: true })) }))
  },

  fails(operation, catalog) {
    const { command, action } = operation
    const name = altered(command, catalog)
    if (!name) return []
    return [
      ...refusals(operation, catalog),
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
    const members = family(catalog, table.name, false)
    if (members.every((one) => changeOf(catalog, one, action).rewrite === undefined)) {
      const works = effectsOf(operation, catalog).flatMap(({ work }) => work)
      const isInView = members.some((one) => viewsShowing(catalog, one, action.column).length > 0)
      if (works.length === 0) return isInView && read(context.sql).commands.length === 1 ? underViews(operation, table, members, catalog, context) : undefined
      // An index that would be built again under the lock is built beforehand, on a second column.
      const aside = members.length === 1 && !isInView && works.every(({ kind }) => kind === 'scan') ? checksAside(operation, table, context) : undefined
      if (aside) return aside
    }
    // What else the statement does to the column would be done to what is about to be its shadow; what requires something of its values comes when they are exchanged.
    const { commands } = read(context.sql)
    const goesAlong = ({ action: other }: AlterRelation): boolean => (other.action === 'set-default' || other.action === 'drop-default' || other.action === 'drop-not-null') && other.column === action.column
    if (commands.some((other) => other.kind === 'alter' && other.action.action !== 'alter-type' && !comesAfterType(other.action, catalog.surroundings.version) && !goesAlong(other) && saysWord(context.sql.slice(other.span.start, other.span.end), action.column))) {
      return noWay(`Give the new type of \`${action.column}\` a statement of its own, for which there may be another way: what else this one does to the column would be done to its stand-in`)
    }
    const [computed] = members.flatMap((one) => computedFrom(catalog.table(one), action.column).map((generated) => columnOf(catalog.table(one), generated)!))
    if (computed) return computedFirst(computed, action.column, catalog)
    const heirs = members.slice(1).map((one) => heirOf(catalog, one, command, action.column, members))
    const hinders = hindrance(table, column, command, action, members, catalog) ?? heirs.find((heir) => typeof heir === 'string')
    if (typeof hinders === 'string') return noWay(`Fill a new table of the wanted shape in batches, kept in step by triggers, and put it in the place of this one: no second column can take the place of \`${action.column}\`, for ${hinders}`)
    const written = commands.flatMap((other) => (other.kind === 'alter' && other.action.action === 'set-default' && other.action.column === action.column ? [other.action.default.sql] : []))[0]
    // A string does not become a number by itself, not even as a default.
    if (column.default !== undefined && !isAssigned(column.type, columnType(action.type, catalog), catalog)) return undefined
    const former = columnOf(context.before.table(table.name), action.column)?.default
    const collation = ownCollation(action)
    const change = changeOf(catalog, table.name, action)
    const rebuilds = change.rewrite === undefined ? table.indexes.filter((index) => indexUses(index, action.column) && isRebuilt(index, action.column, change.rebuild || column.collation !== collation)) : []
    return changeTypePlan({ command, action, name: table.name, table, column, heirs: heirs.filter((heir) => typeof heir !== 'string'), defaults: { ...(former !== undefined && { before: former }), ...((written ?? column.default) !== undefined && { after: written ?? column.default! }) }, ...(collation !== undefined && { collation }), ...(rebuilds.length > 0 && { rebuilds }) }, catalog, context)
  },
})

/** What is in its way besides views. */
function refusals({ command, action }: AlterColumnType, catalog: Catalog): readonly Omit<Failure, 'span'>[] {
  const name = altered(command, catalog)
  if (!name) return []
  const parted = family(catalog, name, command.only).find((one) => isPartitionKey(catalog, one, action.column))
  const column = columnOf(catalog.table(name), action.column)
  const isUnassigned = column !== undefined && isNeverAssigned(column.type, columnType(action.type, catalog), catalog)
  return [
    ...(isUnassigned && !action.using ? [refusal(`Ends in an error, after waiting for its lock: PostgreSQL does not make \`${typeText(column.type)}\` into \`${action.type.sql}\` by itself. Say how with USING.`)] : []),
    ...(column && !action.using ? otherLength(column, columnType(action.type, catalog), catalog.table(name)?.size?.rows) : []),
    // The default goes by what it was written as, whatever USING says (ATExecAlterColumnType in src/backend/commands/tablecmds.c).
    ...(isUnassigned && action.using && column.default !== undefined && !column.generated && isConstantOf(column.default) ? [refusal(`Ends in an error, after waiting for its lock: PostgreSQL does not make the default of \`${action.column}\` into \`${action.type.sql}\` by itself. Drop the default in the same ALTER TABLE, and set the new one there.`)] : []),
    ...(action.collation && uncollated.has(columnType(action.type, catalog).name) ? [refusal(`Ends in an error, after waiting for its lock: nothing is collated in ${action.type.sql}.`)] : []),
    ...refusedInherited(catalog, name, action.column, 'changed'),
    ...refusedShared(catalog, family(catalog, name, command.only), action.column, 'changed'),
    ...refusedAlone(catalog, name, command.only, 'the type of a column is changed'),
    ...(column?.identity && !['int2', 'int4', 'int8'].includes(columnType(action.type, catalog).name) ? [refusal(`Ends in an error, after waiting for its lock: \`${action.column}\` is an identity column, which is a smallint, an integer or a bigint.`)] : []),
    ...(catalog.table(name)?.ofType ? [refusal(`Ends in an error: \`${shortName(name)}\` has its columns from a type. Change them there, with CASCADE.`)] : []),
    ...incomparable(catalog, name, action),
    ...family(catalog, name, command.only).flatMap((one) => refusedAsStored(one, catalog)).slice(0, 1),
    ...refusedComparison(catalog, family(catalog, name, command.only), action),
    ...family(catalog, name, command.only).flatMap((one) => changingAgain(catalog, one, action)).slice(0, 1),
    // What names the column is not made anew for its new type, as an index is.
    ...refusedUses(catalog, family(catalog, name, command.only), action.column, 'Drop it first, and create it again afterwards.'),
    ...(parted === undefined ? [] : [{ sentence: `Ends in an error, after waiting for its lock: \`${action.column}\` is what the rows of \`${shortName(parted)}\` are put into partitions by.`, certain: true }]),
    ...computedFrom(catalog.table(name), action.column).map((one) => ({ sentence: `Ends in an error, after waiting for its lock: the generated column \`${one}\` is computed from \`${action.column}\`. Drop that first.`, certain: true })),
  ]
}

function underViews(operation: AlterColumnType, table: Table, members: readonly RelationName[], catalog: Catalog, context: PlanContext): Plan | undefined {
  const { command, action } = operation
  if (refusals(operation, catalog).length > 0) return undefined
  const column = columnOf(table, action.column)!
  const heirs = members.slice(1).map((one) => heirOf(catalog, one, command, action.column, members))
  if (heirs.some((heir) => typeof heir === 'string') || isInherited(catalog, table, column.name) || column.generated) return undefined
  return underViewsPlan({ command, action, name: table.name, table, column, heirs: heirs.filter((heir) => typeof heir !== 'string'), defaults: {} }, catalog, context)
}

function changingAgain(catalog: Catalog, name: RelationName, { column, type }: AlterColumnType['action']): readonly Refusal[] {
  const table = catalog.table(name)
  return table ? refusedAgain(catalog, table, (table.columns ?? []).map((one) => (one.name === column ? { ...one, type: columnType(type, catalog) } : one))) : []
}

function effectsOf({ command, action }: AlterColumnType, catalog: Catalog): readonly Effect[] {
  const name = altered(command, catalog)
  if (!name) return []
  const column = action.column
  // It is refused before anything below is looked at.
  if (computedFrom(catalog.table(name), column).length > 0 || isPartitionKey(catalog, name, column)) return lockAll([name])
  const members = family(catalog, name, command.only)
  const computes = action.using !== undefined && members.some((member) => changeOf(catalog, member, action).rewrite !== undefined)
  return [...(computes ? computedEffects(action.using!.sql, catalog) : []), ...members.flatMap((member): readonly Effect[] => {
    const change = changeOf(catalog, member, action)
    const sequences = columnOf(catalog.table(member), column)?.identity ? sequencesOfColumn(catalog, member, column) : []
    return [
      ...(change.rewrite !== undefined && holdsRows(catalog, member) ? rewritten(catalog, member, change.rewrite, { computes: converts(action, catalog.table(member), catalog) }) : []),
      ...kept(catalog, member, column, change, columnOf(catalog.table(member), column)?.collation !== ownCollation(action)),
      ...remadeKeys(catalog, member, column, change.rewrite !== undefined || change.rebuild),
      // The sequence of an identity column is given the new type (transformAlterTableStmt in src/backend/parser/parse_utilcmd.c); that of a serial is not.
      ...sequences.map((sequence) => lock(sequence, 'SHARE ROW EXCLUSIVE')),
    ]
  }), ...addedParts(catalog, members, action)]
}

/** Bits of one length are given no other where nobody casts them (bit in src/backend/utils/adt/varbit.c). */
function otherLength({ name, type, nullFraction }: Column, to: ColumnType, rows: number | undefined): readonly Omit<Failure, 'span'>[] {
  const length = ({ name: of, modifiers }: ColumnType): number | undefined => (of === 'bit' ? (modifiers[0] ?? 1) : undefined)
  if (type.dimensions > 0 || length(type) === undefined || length(to) === undefined || length(type) === length(to) || nullFraction === 1) return []
  return [{ sentence: `Ends in an error at the first value of \`${name}\`: none of ${length(type)} bits becomes one of ${length(to)} by itself. Say how with USING.`, certain: nullFraction !== undefined && (rows ?? 0) > 0 }]
}

/** What each row's new value is computed by: a conversion takes the old one out of how it is stored. */
const converts = ({ column, using }: AlterColumnType['action'], table: Table | undefined, catalog: Catalog): Computations =>
  using ? computationsIn(using.sql, table, catalog) : { operators: 1, texts: [{ column, use: 'opened' }] }

/** With the parts that partitions lack of indexes which are made anew on what they are partitions of. */
const withParts = (catalog: Catalog, members: readonly RelationName[], column: string): Catalog =>
  members.flatMap((member) => (catalog.table(member)?.indexes ?? []).filter((index) => indexUses(index, column)).map((index) => ({ member, index }))).reduce((result, { member, index }) => withAllParts(index, member, result), catalog)

/** A rewrite builds them with all others. */
function addedParts(catalog: Catalog, members: readonly RelationName[], action: AlterColumnType['action']): readonly Effect[] {
  const after = withParts(catalog.speculative(), members, action.column)
  return members.flatMap((member) => {
    const added = (after.table(member)?.indexes ?? []).filter((index) => catalog.index(index.name) === undefined)
    const isBuilt = holdsRows(catalog, member) && changeOf(catalog, member, action).rewrite === undefined
    return added.flatMap((index): readonly Effect[] => [
      lock(member, 'ACCESS EXCLUSIVE', ...(isBuilt ? [{ kind: 'build-index', to: 'to build what it lacks of the index of the whole', index: index.shape, concurrently: false } as const] : [])),
      { ...madeLock(index.name), indexOf: member },
    ])
  })
}

/** A foreign key that would have to compare the new type with one that it is never compared with. One of the table to itself may change on both sides at once. */
function incomparable(catalog: Catalog, name: RelationName, { column, type }: AlterColumnType['action']): readonly Refusal[] {
  const to = columnType(type, catalog)
  const other = (key: Constraint, from: readonly string[], into: readonly string[] | undefined, there: RelationName): readonly Refusal[] => {
    const paired = columnOf(catalog.table(there), into?.[from.indexOf(column)] ?? '')
    return paired && isNeverCompared(to, paired.type, catalog)
      ? [refusal(`Ends in an error, after waiting for its lock: the foreign key \`${key.name}\` ties \`${column}\` to \`${paired.name}\` of \`${shortName(there)}\`, which is ${typeText(paired.type)}. Drop the key first, and add it again when both have changed.`)]
      : []
  }
  const own = (catalog.table(name)?.constraints ?? []).flatMap((key) => (key.references !== undefined && key.references !== name && key.columns.includes(column) ? other(key, key.columns, key.referencedColumns, key.references) : []))
  const others = keysTo(catalog, name, column).flatMap(({ table, constraint }) => (table.name === name || constraint.referencedColumns === undefined ? [] : other(constraint, constraint.referencedColumns, constraint.columns, table.name)))
  return [...own, ...others].slice(0, 1)
}

/** A value written out, or a number or key that is made for each row, which has the column's own type or one that is close to it. */
function isConstantOf(value: string): boolean {
  const { isConstant, isNull, tree } = readExpression(value)
  return (isConstant && !isNull) || (tree?.kind === 'call' && makers.has(tree.function.name))
}

const makers = new Set(['nextval', 'gen_random_uuid', 'uuid_generate_v4'])

/** The checks that would be verified under the lock hold for new rows all the same while they are not validated, and one statement drops them and adds them so. Undefined where not all is known of them. */
function checksAside({ command, action }: AlterColumnType, table: Table, context: PlanContext): Plan | undefined {
  const checks = table.constraints.filter((one) => one.type === 'check' && one.validated && constraintUses(one, action.column))
  // What another action does to the same check would meet it gone, and a comment would be.
  const isShared = read(context.sql).commands.some((other) => other.kind === 'alter' && other.span.start !== command.span.start && checks.some((check) => concerns(other, check)))
  if (isShared || table.partitionOf || table.inherits.length > 0 || checks.some((one) => one.expression === undefined || one.commented)) return undefined
  const cased = (text: string): string => inCase(text, context.keywords)
  const head = alterHead(command, context)
  const named = checks.map(({ name }) => `\`${name}\``)
  const actions = [
    ...checks.map(({ name }) => `${cased('DROP CONSTRAINT')} ${quoteIdentifier(name)}`),
    context.sql.slice(command.span.start, command.span.end),
    ...checks.map(({ name, expression, noInherit }) => `${cased('ADD CONSTRAINT')} ${quoteIdentifier(name)} ${cased('CHECK')} (${expression})${noInherit ? cased(' NO INHERIT') : ''} ${cased('NOT VALID')}`),
  ]
  return equivalentPlan(`Let ${listWords(named)} be unvalidated while the type changes, then validate ${checks.length === 1 ? 'it' : 'them'}`, [
    sqlStep(`${head} ${actions.join(', ')};`, 'shared', 'No row is read under the lock: new rows are checked all the time, and the rows that are there have been.'),
    ...checks.map(({ name }) => validateStep(tableHead(command.relation, context), name, context)),
  ])
}

function concerns({ action }: AlterRelation, { name, expression }: Constraint): boolean {
  if (action.action === 'drop-constraint' || action.action === 'validate-constraint') return action.name === name
  if (action.action === 'add-constraint') return action.constraint.name === name
  return action.action === 'alter-type' && expression !== undefined && saysWord(expression, action.column)
}

/** Why no second column can be filled while the first is used; completes "for …". */
function hindrance(table: Table, column: Column, command: AlterRelation, { type }: AlterColumnType['action'], members: readonly RelationName[], catalog: Catalog): string | undefined {
  if (column.generated) return 'it is generated'
  const parted = members.find((one) => isPartitionKey(catalog, one, column.name))
  if (parted) return `rows of \`${shortName(parted)}\` are put into partitions by it, and PostgreSQL changes no such column`
  if (isInherited(catalog, table, column.name)) return 'the table has it from one above, with which it changes'
  if (command.only && members.length > 1) return 'tables below have it too, and change with this one'
  if (table.ofType) return 'the table has its columns from a type'
  if (domainIsChecked(columnType(type, catalog), catalog)) return 'a column whose domain promises anything is written row by row when it is added'
  return table.kind === 'table' || table.kind === 'partitioned table' ? undefined : `rows of a ${table.kind} are not written here`
}

/** A table above has the column too; where its columns are not known, it may. */
const isInherited = (catalog: Catalog, table: Table, column: string): boolean =>
  table.partitionOf !== undefined || table.inherits.some((parent) => catalog.table(parent)?.columns?.some(({ name }) => name === column) ?? true)

/** What is computed from the column has to let go of it first, and only what is stored costs anything. */
function computedFirst({ name, generated }: Column, column: string, catalog: Catalog): Plan {
  if (generated === 'virtual') return noWay(`Drop the virtual column \`${name}\`, which is computed from \`${column}\`, and add it again when \`${column}\` has its new type: nothing is stored of it, but no query finds it in between unless all is one transaction, which the rewrite then holds open`)
  const letGo = catalog.surroundings.version >= 13 ? `ALTER COLUMN ${quoteIdentifier(name)} DROP EXPRESSION leaves its values where they are` : 'put a plain column in its place'
  return noWay(`Let \`${name}\`, which is computed from \`${column}\`, become a plain column that a trigger fills (${letGo}), and change \`${column}\` in stages then; a stored column is not generated again without a rewrite of the whole table under ACCESS EXCLUSIVE`)
}

/** Or why a second column would not come to it, or not be known as what the first one is; completes "for …". */
function heirOf(catalog: Catalog, name: RelationName, command: AlterRelation, columnName: string, members: readonly RelationName[]): Heir | string {
  const table = catalog.table(name)
  const column = columnOf(table, columnName)
  if (!table?.complete || !column) return `not all is known of \`${shortName(name)}\``
  if (table.kind === 'foreign table') return `the rows of \`${shortName(name)}\` are on another server`
  if (column.local || table.inherits.length > 1) return `\`${shortName(name)}\` has it of itself too, or of several tables`
  const above: Table[] = []
  for (let one: Table | undefined = table; one && one.name !== members[0]; ) {
    const parent: RelationName | undefined = one.partitionOf?.parent ?? one.inherits[0]
    one = parent === undefined ? undefined : catalog.table(parent)
    if (one) above.push(one)
  }
  return { name, table, column, written: writtenLike(name, command.relation, catalog), above }
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
const isCollated = ({ shape: { keys, collations } }: TableIndex, column: string): boolean => keys.every((key, at) => key !== column || collations?.[at] !== undefined)

/** What TryReuseIndex and CheckIndexCompatible in src/backend/commands refuse; a partition's index is built with its parent's, of which no file can be used. */
const isRebuilt = (index: TableIndex, column: string, sortsAnew: boolean): boolean =>
  !index.valid || index.attachedTo !== undefined || index.shape.predicate !== undefined || index.shape.keys.some(isExpression) || (sortsAnew && index.shape.keys.includes(column))

/** Of those that come with PostgreSQL. */
const uncollated = new Set(['int2', 'int4', 'int8', 'numeric', 'float4', 'float8', 'bool', 'date', 'time', 'timetz', 'timestamp', 'timestamptz', 'interval', 'uuid', 'json', 'jsonb', 'bytea', 'inet', 'cidr', 'money', 'bit', 'varbit'])
