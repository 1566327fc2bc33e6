import type { Catalog } from '../catalog/catalog'
import { columnOf } from '../catalog/relation'
import type { Table } from '../catalog/relation'
import type { Failure } from '../model/assessed'
import type { Effect } from '../model/effect'
import { listWords } from '../model/format'
import { quoteIdentifier, shortName } from '../model/name'
import type { RelationName } from '../model/name'
import type { Plan } from '../model/plan'
import { provesNotNull } from '../sql/expression'
import { inCase } from '../sql/print'
import { read } from '../sql/read'
import { saysWord } from '../sql/tokens'
import { altered, alterationOf, changeColumn, changeTables, computedFrom, constraintUses, family, indexUses, isNew, keysTo, lockAll, mentions, names, sequencesOfColumn, viewsOf, viewsShowing } from './alteration'
import type { Alteration } from './alteration'
import { clip } from './automatic-name'
import { changeFiring, changePolicies, indexLock, lockPartsFirst, partitionsBelow } from './common'
import { alterHead, sqlStep } from './constraint-plans'
import { refusedSystem } from './column-refusal'
import { dropEffects, droppedWith, unwatched, withoutDropped, withoutUseOfType } from './dropped'
import { policiesOver, refusedUses, usesOf } from './column-uses'
import { operationType } from './operation'
import { freeColumnName } from './passing-names'
import { refusal } from './refusal'
import type { Refusal } from './refusal'
import { asideStep, renaming, setAsidePlan } from './set-aside'
import { isPartitionKey, refusedAlone, refusedInherited, refusedShared } from './tree-refusal'

interface DropColumn extends Alteration<'drop-column'> {
  readonly kind: 'drop-column'
}

export const dropColumn = operationType<DropColumn>({
  kind: 'drop-column',
  title: 'Drop a column',
  recognise: (command) => alterationOf('drop-column', command, 'drop-column'),

  effects(operation, catalog): readonly Effect[] {
    const name = altered(operation.command, catalog)
    if (!name) return []
    if (isAbsent(catalog, name, operation.action.column)) return lockAll([name])
    const { cascade } = operation.action
    const { losing, keeping } = members(catalog, name, operation)
    const effects = losing.flatMap((member) =>
      columnsGone(catalog, member, operation).flatMap((column): readonly Effect[] => {
        const table = catalog.table(member)
        return [
          ...lockAll([member]),
          ...(table?.indexes ?? []).filter((index) => indexUses(index, column)).map((index) => indexLock(index.name, member, 'ACCESS EXCLUSIVE')),
          ...(table?.constraints ?? []).flatMap((constraint) => (constraint.references && constraint.columns.includes(column) ? unwatched(constraint, losing, catalog) : [])),
          ...(cascade ? keysTo(catalog, member, column).filter(({ table: one }) => !losing.includes(one.name)).flatMap(({ table: one }) => lockPartsFirst(catalog, one.name)) : []),
          ...(cascade ? lockAll(policiesOver(catalog, member, column).map(({ table: one }) => one)) : []),
          ...(cascade ? dropEffects(viewsOf(catalog, member, column), catalog, true) : []),
          ...lockAll(sequencesOfColumn(catalog, member, column)),
        ]
      }),
    )
    return [...effects, ...lockAll(keeping)]
  },

  apply(operation, catalog) {
    const name = altered(operation.command, catalog)
    if (!name) return catalog
    let after = catalog
    const { losing, keeping } = members(catalog, name, operation)
    after = changeTables(after, keeping, (table) => changeColumn(table, operation.action.column, ({ local: _, ...column }) => column))
    for (const member of losing) {
      for (const column of columnsGone(catalog, member, operation)) after = columnGone(after, member, column, operation.action.cascade)
    }
    return after
  },

  breaks(operation, catalog) {
    const name = altered(operation.command, catalog)
    const { column } = operation.action
    if (!name || isNew(catalog, name) || isAbsent(catalog, name, column) || refusals(catalog, name, operation).some((one) => one.certain)) return []
    const shared = (catalog.table(name)?.constraints ?? []).filter((one) => (one.type === 'unique' || one.type === 'exclude') && one.columns.length > 1 && one.columns.includes(column))
    return [
      { sentence: `Running code that names \`${column}\` of \`${shortName(name)}\` fails from here on: first deploy code that does not use it.`, relation: name, missed: { relation: name, columns: [column] } },
      ...shared.map((one) => ({ sentence: `The constraint \`${one.name}\` goes with the column, though it covers ${listWords(one.columns.filter((other) => other !== column).map((other) => `\`${other}\``))} too: ON CONFLICT on it fails.`, relation: name })),
    ]
  },

  loses(operation, catalog) {
    const name = altered(operation.command, catalog)
    const { column } = operation.action
    if (!name || isNew(catalog, name) || isAbsent(catalog, name, column) || refusals(catalog, name, operation).some((one) => one.certain)) return []
    const known = columnOf(catalog.table(name), column)
    if (known?.generated || known?.nullFraction === 1) return []
    const rows = catalog.table(name)?.size?.rows
    return [{ sentence: `The values of \`${column}\` in \`${shortName(name)}\` are gone.`, relation: name, ...(rows !== undefined && { rows }) }]
  },

  plan(operation, catalog, context): Plan | undefined {
    const { command, action } = operation
    const name = altered(command, catalog)
    const table = name === undefined ? undefined : catalog.table(name)
    const column = columnOf(table, action.column)
    if (!name || !column || command.only || isNew(catalog, name) || refusals(catalog, name, operation).length > 0) return undefined
    // What else the statement does with a column of that name, it does without this one.
    const others = read(context.sql).commands.filter((other) => other.span.start !== command.span.start)
    if (others.some(({ span }) => saysWord(context.sql.slice(span.start, span.end), action.column))) return undefined
    // Code that leaves the column out has to be able to insert, before the column goes and after.
    const isLeftOut = !column.notNull || column.default !== undefined || column.generated !== undefined || column.identity !== undefined
    const isKey = table!.constraints.some((one) => one.type === 'primary-key' && one.columns.includes(action.column)) || table!.partitionBy?.keys.some((key) => mentions(key, action.column)) || table!.partitionOf !== undefined
    const checks = table!.constraints.filter((one) => one.type === 'check' && one.expression !== undefined && provesNotNull(one.expression, action.column))
    if (isKey || checks.some((one) => one.columns.some((other) => other !== action.column))) return undefined
    const tree = family(catalog, name, false)
    // A child that has the column of its own as well keeps it, under the name that it has by then.
    if (members(catalog, name, operation).keeping.length > 0 || refusedShared(catalog, tree, action.column, 'renamed').length > 0) return undefined
    const head = alterHead(command, context)
    const { keywords } = context
    const isAllowed = isLeftOut && checks.length === 0
    const aside = freeColumnName({ ...table!, columns: tree.flatMap((one) => catalog.table(one)?.columns ?? []) }, `${clip(action.column, 55)}_dropped`)
    const computed = columnsGone(catalog, name, operation).slice(1)
    const views = action.cascade ? droppedWith(viewsOf(catalog, name, action.column), catalog, true) : []
    return setAsidePlan(
      {
        things: [`\`${action.column}\` of \`${shortName(name)}\``],
        also: [...computed, ...views.map(shortName)].map((one) => `\`${one}\``),
        names: [action.column],
        tables: [],
        expand: [
          ...checks.map((one) => sqlStep(`${head} ${inCase('DROP CONSTRAINT', keywords)} ${quoteIdentifier(one.name)};`, 'shared', 'It would refuse rows without a value.')),
          ...(isLeftOut ? [] : [sqlStep(`${head} ${inCase('ALTER COLUMN', keywords)} ${quoteIdentifier(action.column)} ${inCase('DROP NOT NULL', keywords)};`, 'shared', 'Code that knows nothing of the column can insert from here on.')]),
        ],
        aside: [asideStep(renaming(head, aside, keywords, action.column), true)],
        drop: `${head} ${inCase(`DROP COLUMN${action.ifExists ? ' IF EXISTS' : ''}`, keywords)} ${quoteIdentifier(aside)}${action.cascade ? inCase(' CASCADE', keywords) : ''};`,
        effects: dropColumn.effects(operation, catalog),
      },
      `${isAllowed ? `Call \`${action.column}\` otherwise` : `Let rows do without \`${action.column}\` first, call it otherwise`} once no code names it, and drop it in a later release`,
      catalog,
      context,
    )
  },

  fails(operation, catalog) {
    const name = altered(operation.command, catalog)
    return name ? [...refusedWithin(catalog, name, operation), ...refusals(catalog, name, operation)] : []
  },
})

/** What keeps the column from being dropped even with CASCADE. */
const refusedWithin = (catalog: Catalog, name: RelationName, { command, action: { column } }: DropColumn): readonly Refusal[] =>
  isAbsent(catalog, name, column)
    ? refusedSystem(column, 'dropped')
    : [
        ...refusedSystem(column, 'dropped'),
        ...(catalog.table(name)?.ofType ? [refusal(`Ends in an error: \`${shortName(name)}\` has its columns from a type. Drop the attribute there, with CASCADE.`)] : []),
        ...refusedInherited(catalog, name, column, 'dropped'),
        // A child that is no partition keeps the column as its own.
        ...refusedAlone(catalog, name, command.only && catalog.partitions(name).length > 0, 'a column of a partitioned table is dropped'),
        ...parted(catalog, name, column),
      ]

/** A partition may have partitions in its turn. */
function parted(catalog: Catalog, name: RelationName, column: string): readonly Refusal[] {
  const found = [name, ...partitionsBelow(catalog, name)].find((one) => isPartitionKey(catalog, one, column))
  return found === undefined ? [] : [refusal(`Ends in an error: \`${column}\` is what the rows of \`${shortName(found)}\` are put into partitions by.`)]
}

/** What keeps the column from being dropped without CASCADE. */
function refusals(catalog: Catalog, name: RelationName, { action: { column, cascade } }: DropColumn): readonly Omit<Failure, 'span'>[] {
  if (cascade || isAbsent(catalog, name, column)) return []
  const keys = keysTo(catalog, name, column).filter(({ table, constraint }) => (constraint.referencedColumns ?? []).includes(column) && !(table.name === name && constraint.columns.includes(column)))
  // Up to 14 what is computed from a column is dropped with it.
  const computed = catalog.surroundings.version >= 15 ? computedFrom(catalog.table(name), column) : []
  return [
    ...refusedUses(catalog, [name], column, 'Drop it first.'),
    ...keys.map(({ table, constraint }) => ({ sentence: `Ends in an error, after waiting for its lock: the foreign key \`${constraint.name}\` of \`${shortName(table.name)}\` refers to \`${column}\`. Drop that first.`, certain: true })),
    ...computed.map((one) => ({ sentence: `Ends in an error, after waiting for its lock: the generated column \`${one}\` is computed from \`${column}\`. Drop that first.`, certain: true })),
    ...viewsShowing(catalog, name, column).map((view) =>
      names(catalog, view, name, column)
        ? { sentence: `Ends in an error, after waiting for its lock: the view \`${shortName(view)}\` names \`${column}\`. Drop or replace the view first.`, certain: true }
        : { sentence: `Ends in an error, after waiting for its lock, if the view \`${shortName(view)}\` shows \`${column}\`: drop or replace the view first.`, certain: false },
    ),
  ]
}

const isAbsent = (catalog: Catalog, name: RelationName, column: string): boolean => {
  const table = catalog.table(name)
  return table?.columns !== undefined && columnOf(table, column) === undefined
}

/** The table and those that have the column from it alone. A child that keeps it, as its own or from another parent, is told so, and those below it are not looked at (ATExecDropColumn in src/backend/commands/tablecmds.c). */
function members(catalog: Catalog, name: RelationName, { command, action: { column } }: DropColumn): { readonly losing: readonly RelationName[]; readonly keeping: readonly RelationName[] } {
  const losing = new Set<RelationName>()
  const keeping = new Set<RelationName>()
  const lose = (parent: RelationName): void => {
    losing.add(parent)
    for (const child of [...catalog.partitions(parent), ...catalog.children(parent)]) {
      if (losing.has(child) || isAbsent(catalog, child, column)) continue
      const table = catalog.table(child)
      const others = table?.inherits.some((other) => !losing.has(other) && columnOf(catalog.table(other), column)) ?? false
      if (command.only || columnOf(table, column)?.local || others) keeping.add(child)
      else lose(child)
    }
  }
  lose(name)
  return { losing: [...losing], keeping: [...keeping].filter((one) => !losing.has(one)) }
}

/** The column, and with CASCADE those computed from it; up to 14 these are dropped without a word. */
function columnsGone(catalog: Catalog, name: RelationName, { action }: DropColumn): readonly string[] {
  const cascades = action.cascade || catalog.surroundings.version < 15
  return [action.column, ...(cascades ? computedFrom(catalog.table(name), action.column) : [])]
}

/** With it goes what is made of it, and with CASCADE what names it. */
export function columnGone(catalog: Catalog, name: RelationName, column: string, cascade: boolean): Catalog {
  let after = catalog
  if (cascade) {
    for (const { table, constraint } of keysTo(after, name, column)) after = changeTables(after, [table.name], (one) => ({ ...one, constraints: one.constraints.filter((other) => other.name !== constraint.name) }))
    for (const use of usesOf(after, name, column)) {
      const others = <One extends { readonly name: string }>(kind: string, all: readonly One[]): readonly One[] => (use.kind === kind ? all.filter((one) => quoteIdentifier(one.name) !== use.name) : all)
      after = use.kind === 'policy' ? changePolicies(after, use.table, (policies) => others('policy', policies)) : changeFiring(after, use.table, ({ triggers, rules }) => ({ triggers: others('trigger', triggers), rules: others('rule', rules) }))
    }
    after = withoutDropped(viewsOf(after, name, column), after, true)
  }
  for (const sequence of sequencesOfColumn(after, name, column)) after = after.without(sequence)
  const told = Object.entries(after.table(name)?.statisticsDefinitions ?? {}) as [RelationName, string][]
  for (const [statistics, definition] of told) if (saysWord(definition, column)) after = after.withStatistics(statistics, undefined)
  const without = changeTables(after, [name], (table) => ({
    ...withoutColumn(table, column),
    ...(table.statisticsDefinitions && { statisticsDefinitions: Object.fromEntries(told.filter(([, definition]) => !saysWord(definition, column))) }),
  }))
  return withoutUseOfType(catalog, without, name, column)
}

const withoutColumn = (table: Table, column: string): Table => {
  const indexes = table.indexes.filter((index) => !indexUses(index, column))
  return {
    ...table,
    indexes,
    constraints: table.constraints.filter((one) => !constraintUses(one, column) && (one.index === undefined || indexes.some((index) => index.name === one.index))),
    ...(table.columns && { columns: table.columns.filter((one) => one.name !== column) }),
  }
}
