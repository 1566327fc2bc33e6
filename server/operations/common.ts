import type { Catalog } from '../catalog/catalog'
import { isTable } from '../catalog/relation'
import type { Policy, Table, TableIndex, Trigger } from '../catalog/relation'
import { columnOf } from '../catalog/relation'
import type { Effect, IndexShape, OnlyIf, Work } from '../model/effect'
import type { Missed } from '../model/finding'
import { strongest } from '../model/lock'
import type { LockMode } from '../model/lock'
import type { RelationName, WrittenName } from '../model/name'
import type { CreateIndex, IndexElement } from '../sql/command'
import { keyOptions } from '../sql/key-options'
import { withoutUsesBy } from './column-uses'

/** A lock on one relation, and what is done under it. */
export const lock = (relation: RelationName, mode: LockMode, ...work: readonly Work[]): Effect => ({ relation, lock: mode, work })

/** A lock on an index, which stops queries of its table if it is ACCESS EXCLUSIVE. */
export const indexLock = (index: RelationName, table: RelationName, mode: LockMode, ...work: readonly Work[]): Effect => ({ relation: index, lock: mode, work, indexOf: table })

/** A lock on a relation that the statement itself makes. */
export const madeLock = (relation: RelationName, ...work: readonly Work[]): Effect => ({ relation, lock: 'ACCESS EXCLUSIVE', work, created: true })

/** Of effects that nobody is sure of anyway the first reason holds. */
export const onlyIf = (why: OnlyIf | undefined, effects: readonly Effect[]): readonly Effect[] => (why === undefined ? effects : effects.map((effect) => ({ onlyIf: why, ...effect })))

/** Partitions and inheritance children of every depth, the relation itself not among them. */
export function descendants(catalog: Catalog, name: RelationName): readonly RelationName[] {
  const found = new Set<RelationName>()
  const walk = (parent: RelationName): void => {
    for (const child of [...catalog.partitions(parent), ...catalog.children(parent)]) {
      if (found.has(child)) continue
      found.add(child)
      walk(child)
    }
  }
  walk(name)
  return [...found]
}

/** The table with those below it that are locked where its column becomes NOT NULL, from 18 on: below one of which the column is so already nobody is told (ATExecSetNotNull in src/backend/commands/tablecmds.c). */
export function takingNotNull(catalog: Catalog, name: RelationName, column: string): readonly RelationName[] {
  const table = catalog.table(name)
  const hasIt = columnOf(table, column)?.notNull && !table?.constraints.some((one) => one.type === 'not-null' && !one.validated && one.columns[0] === column)
  return [name, ...(hasIt ? [] : [...catalog.partitions(name), ...catalog.children(name)].flatMap((child) => takingNotNull(catalog, child, column)))].filter((one, index, all) => all.indexOf(one) === index)
}

/** Partitions of every depth, the relation itself not among them. */
export function partitionsBelow(catalog: Catalog, name: RelationName): readonly RelationName[] {
  return catalog.partitions(name).flatMap((partition) => [partition, ...partitionsBelow(catalog, partition)])
}

/** The tables that it is a partition of, from the nearest up. */
export function wholes(catalog: Catalog, name: RelationName): readonly RelationName[] {
  const parent = catalog.table(name)?.partitionOf?.parent
  return parent === undefined ? [] : [parent, ...wholes(catalog, parent)]
}

/** What CASCADE takes away of a table and of its partitions goes from these first, and is locked in that order (deleteObjectsInList in src/backend/catalog/dependency.c). */
export function lockPartsFirst(catalog: Catalog, name: RelationName, parts: readonly RelationName[] = partitionsBelow(catalog, name)): readonly Effect[] {
  return [...parts.map((one) => lock(one, 'ACCESS EXCLUSIVE')), { ...lock(name, 'ACCESS EXCLUSIVE'), ...(parts.length > 0 && { behind: parts }) }]
}

/** Whether there are rows of its own to read: a partitioned table has none, and a foreign table's are elsewhere. */
export function holdsRows(catalog: Catalog, name: RelationName): boolean {
  const kind = catalog.table(name)?.kind
  return kind !== 'partitioned table' && kind !== 'foreign table'
}

export const keyText = (element: IndexElement): string => element.column ?? `(${element.expression?.sql ?? ''})`

export const indexShape = (command: CreateIndex, name: string | undefined): IndexShape => ({
  method: command.method,
  keys: command.elements.map(keyText),
  include: command.include,
  ...keyOptions(command.elements),
  unique: command.unique,
  ...(name !== undefined && { name }),
  ...(command.predicate && { predicate: command.predicate.sql }),
})

/** Changes the table where the catalog has it; otherwise nothing is known and nothing is to be changed. */
export function changeTable(catalog: Catalog, name: RelationName, change: (table: Table) => Table): Catalog {
  const table = catalog.table(name)
  return table ? catalog.with(change(table)) : catalog
}

/** Changes the index where the catalog has it. */
export function changeIndex(catalog: Catalog, name: RelationName, change: (index: TableIndex) => TableIndex): Catalog {
  const found = catalog.index(name)
  return found ? changeTable(catalog, found.table.name, (table) => ({ ...table, indexes: changeNamed(table.indexes, name, change) })) : catalog
}

/** Those that go by the name are changed, and all others are as they were. */
export const changeNamed = <One extends { readonly name: string }>(all: readonly One[], name: string, change: (one: One) => One): readonly One[] => all.map((one) => (one.name === name ? change(one) : one))

/** As RENAME leaves them. */
export const withNewName = <One extends { readonly name: string }>(all: readonly One[], { from, to }: { readonly from: string; readonly to: string }): readonly One[] => changeNamed(all, from, (one) => ({ ...one, name: to }))

/** The same of what triggers and rules stand on: a table or a view. */
export function changeFiring(catalog: Catalog, name: RelationName, change: (relation: Pick<Table, 'triggers' | 'rules'>) => Pick<Table, 'triggers' | 'rules'>): Catalog {
  const relation = catalog.relation(name)
  if (!relation || !('triggers' in relation)) return catalog
  const after = { ...relation, ...change({ triggers: relation.triggers, rules: relation.rules }) }
  return catalog.with(isTable(after) && isTable(relation) ? withoutUsesOf(withoutUsesOf(after, 'trigger', relation.triggers, after.triggers), 'rule', relation.rules, after.rules) : after)
}

/** With a trigger or a rule in the place of one of its name, which names other columns. */
export const withFiring = <Kind extends 'triggers' | 'rules'>(catalog: Catalog, name: RelationName, kind: Kind, made: Table[Kind][number]): Catalog =>
  changeFiring(changeFiring(catalog, name, (before) => ({ ...before, [kind]: before[kind].filter((one) => one.name !== made.name) })), name, (before) => ({ ...before, [kind]: [...before[kind], made] }))

/** The same of who may see which of its rows. */
export const changePolicies = (catalog: Catalog, name: RelationName, change: (policies: readonly Policy[]) => readonly Policy[]): Catalog =>
  changeTable(catalog, name, ({ policies = [], ...table }) => {
    const after = change(policies)
    return withoutUsesOf({ ...table, ...(after.length > 0 && { policies: after }) }, 'policy', policies, after)
  })

function withoutUsesOf(table: Table, kind: 'trigger' | 'rule' | 'policy', before: readonly { readonly name: string }[], after: readonly { readonly name: string }[]): Table {
  const gone = table.columnUses ? before.flatMap(({ name }) => (after.some((one) => one.name === name) ? [] : [name])) : []
  return gone.length === 0 ? table : { ...table, columnUses: withoutUsesBy(table.columnUses!, kind, gone) }
}

/** Those that partitions have from the whole, and lose when they are detached. */
export const rowTriggers = (whole: Table | undefined): readonly Trigger[] => (whole?.triggers ?? []).filter(({ forEach }) => forEach !== 'statement')

/** A table of which nothing is known but that there is one. */
export const unknownTable = (name: RelationName): Table => ({
  kind: 'table',
  name,
  origin: 'history',
  persistence: 'permanent',
  constraints: [],
  indexes: [],
  complete: false,
  inherits: [],
  triggers: [],
  rules: [],
  reads: [],
})

/** More is known than that there is such a table, and perhaps a constraint that the migration itself has made. */
export const isKnown = (table: Table | undefined): boolean => table !== undefined && (table.complete || table.size !== undefined || table.columns !== undefined || table.indexes.length > 0 || table.kind !== 'table')

/** PostgreSQL's own relations, which are nobody's tables. */
export function isSystem({ schema, name }: WrittenName, catalog: Catalog): boolean {
  if (schema !== undefined) return schema === 'pg_catalog' || schema === 'information_schema' || schema === 'pg_toast'
  return name.startsWith('pg_') && catalog.relation(catalog.resolve({ name })) === undefined
}

export const sameNames = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && a.every((one, index) => one === b[index])

/** All that running code may know of a relation. */
export function missed(name: RelationName, catalog: Catalog): Missed {
  const relation = catalog.relation(name)
  const columns = relation && 'columns' in relation ? relation.columns?.map((column) => column.name) : undefined
  return { relation: name, whole: true, ...(columns && { columns }) }
}

/** ALTER TABLE finds its strongest lock first, and takes that on whatever it opens for any of its actions (AlterTableGetLockLevel in src/backend/commands/tablecmds.c). `asked`: all effects of that one statement. */
export function asStrongAsTable({ asStrongAs, ...effect }: Effect, asked: () => readonly Effect[]): Effect {
  return asStrongAs ? { ...effect, lock: strongest([effect.lock, ...asked().flatMap((one) => (one.relation === asStrongAs ? [one.lock] : []))]) } : effect
}
