import type { Catalog } from '../catalog/catalog'
import { columnOf, isTable } from '../catalog/relation'
import type { Column, Constraint, Table, TableIndex } from '../catalog/relation'
import type { Effect, HowRewritten } from '../model/effect'
import type { RelationName, WrittenName } from '../model/name'
import type { AlterAction, AlterRelation, Command } from '../sql/command'
import { readExpression } from '../sql/expression'
import { withNotNull } from './added-constraint'
import { changeNamed, changeTable, descendants, holdsRows, indexLock, lock, partitionsBelow } from './common'
import { probe, referencedEffects, watched } from './foreign-key'
import type { Operation } from './operation'

/** One action of ALTER TABLE, of one of the kinds `A`. */
export interface Alteration<A extends AlterAction['action']> extends Operation {
  readonly command: AlterRelation
  readonly action: ActionOf<A>
}

/** Each action whose name may be one of `A`, so far as it is. */
type ActionOf<A extends AlterAction['action'], T extends AlterAction = AlterAction> = T extends AlterAction ? ([T['action'] & A] extends [never] ? never : T & { readonly action: T['action'] & A }) : never

/** The command as an operation of this kind, if its action is one of these; what is done to indexes and types is not ours. */
export function alterationOf<K extends string, A extends AlterAction['action']>(kind: K, command: Command, ...actions: readonly A[]): (Alteration<A> & { readonly kind: K }) | undefined {
  if (command.kind !== 'alter' || command.object === 'index' || command.object === 'type') return undefined
  const { action } = command
  if (!isOneOf(action, actions)) return undefined
  return { kind, relation: command.relation, span: command.span, command, action }
}

const isOneOf = <A extends AlterAction['action']>(action: AlterAction, actions: readonly A[]): action is ActionOf<A> => (actions as readonly string[]).includes(action.action)

/** What is altered; nothing where it is no relation, or IF EXISTS finds that there is no such one. */
export function altered(command: { readonly relation?: WrittenName; readonly ifExists: boolean }, catalog: Catalog): RelationName | undefined {
  if (!command.relation) return undefined
  const name = catalog.resolve(command.relation)
  return command.ifExists && catalog.surroundings.complete && catalog.relation(name) === undefined ? undefined : name
}

/** The table with all that inherit from it, partitions and others. */
export const family = (catalog: Catalog, name: RelationName, only: boolean): readonly RelationName[] => (only ? [name] : [name, ...descendants(catalog, name)])

export const lockAll = (relations: readonly RelationName[]): readonly Effect[] => relations.map((one) => lock(one, 'ACCESS EXCLUSIVE'))

/** Nobody but this migration can have seen the relation. */
export function isNew(catalog: Catalog, name: RelationName): boolean {
  const relation = catalog.relation(name)
  if (relation === undefined || relation.kind === 'index') return false
  return relation.origin === 'migration' || (isTable(relation) && relation.persistence === 'temporary')
}

/** A table written anew: each of its indexes is made anew with it, and closed to every query until the end. */
export function rewritten(catalog: Catalog, name: RelationName, to: string, how: HowRewritten = {}): readonly Effect[] {
  if (!holdsRows(catalog, name)) return [lock(name, 'ACCESS EXCLUSIVE')]
  return [lock(name, 'ACCESS EXCLUSIVE', { kind: 'rewrite', to, ...how }), ...(catalog.table(name)?.indexes ?? []).map((index) => indexLock(index.name, name, 'ACCESS EXCLUSIVE'))]
}

/** With the rows of a table its indexes are made anew, and are valid then. Where no row has changed those that refuse rows are not checked, and stay as they are (reindex_index in src/backend/catalog/index.c). */
export const withIndexesMade = (catalog: Catalog, names: readonly RelationName[], rows: 'changed' | 'as they were'): Catalog =>
  changeTables(catalog, names.filter((name) => holdsRows(catalog, name) && catalog.table(name)?.indexes.some((index) => !index.valid)), (table) => ({
    ...table,
    indexes: table.indexes.map((index) => (rows === 'changed' || !(index.shape.unique || isExclusion(table, index)) ? { ...index, valid: true } : index)),
  }))

export const isExclusion = (table: Table, index: TableIndex): boolean => table.constraints.some((one) => one.type === 'exclude' && one.index === index.name)

/** The index holds the column, computes something from it, or leaves out rows by it. */
export function indexUses(index: TableIndex, column: string): boolean {
  const { keys, include, predicate } = index.shape
  return keys.includes(column) || include.includes(column) || keys.some((key) => isExpression(key) && mentions(key, column)) || (predicate !== undefined && mentions(predicate, column))
}

export const isExpression = (key: string): boolean => key.startsWith('(')

/** An expression that cannot be read may mention anything. */
export function mentions(expression: string, column: string): boolean {
  const facts = readExpression(expression)
  return !facts.readable || facts.columns.includes(column)
}

export function constraintUses(constraint: Constraint, column: string): boolean {
  if (constraint.type === 'check' && constraint.expression !== undefined) return mentions(constraint.expression, column)
  return constraint.columns.includes(column)
}

/** Columns that are computed from this one. */
export const computedFrom = (table: Table | undefined, column: string): readonly string[] =>
  (table?.columns ?? []).flatMap((one) => (one.generated && one.name !== column && one.default !== undefined && mentions(one.default, column) ? [one.name] : []))

/** Foreign keys from other tables, or from itself, to one of this table that use the column there. */
export function keysTo(catalog: Catalog, name: RelationName, column: string): readonly { readonly table: Table; readonly constraint: Constraint }[] {
  return catalog.referencing(name).flatMap((referencing) => {
    const table = catalog.table(referencing)
    if (!table) return []
    return table.constraints.flatMap((constraint) => {
      if (constraint.type !== 'foreign-key' || constraint.references !== name) return []
      // What columns a hand-written snapshot's key refers to may be unsaid: then it may be this one.
      const to = constraint.referencedColumns ?? []
      return to.length === 0 || to.includes(column) ? [{ table, constraint }] : []
    })
  })
}

/**
 * The foreign keys of a column whose type or value is redefined: each is dropped and made again, under the strongest lock on the table at its other end.
 * `checks` where the rows have to be looked up again.
 */
export function remadeKeys(catalog: Catalog, name: RelationName, column: string, checks: boolean): readonly Effect[] {
  const effects: Effect[] = []
  for (const constraint of catalog.table(name)?.constraints ?? []) {
    if (constraint.type !== 'foreign-key' || !constraint.references || !constraint.columns.includes(column)) continue
    effects.push(...disturbed(catalog, constraint))
    if (checks && constraint.validated && holdsRows(catalog, name)) effects.push(lock(name, 'ACCESS EXCLUSIVE', probe(constraint.references, constraint.columns)))
  }
  for (const { table, constraint } of keysTo(catalog, name, column)) {
    for (const referencing of [table.name, ...partitionsBelow(catalog, table.name)]) {
      effects.push(lock(referencing, 'ACCESS EXCLUSIVE', ...(checks && constraint.validated && holdsRows(catalog, referencing) ? [probe(name, constraint.columns)] : [])))
    }
  }
  return effects
}

/** What has no triggers of the key is only locked for the new one. */
const disturbed = (catalog: Catalog, key: Constraint): readonly Effect[] => [...referencedEffects(catalog, key.references!, 'SHARE ROW EXCLUSIVE'), ...lockAll(watched(catalog, key))]

/** Views that may show the column, and those that read these: all where what they show is not known. */
export function viewsOf(catalog: Catalog, name: RelationName, column: string): readonly RelationName[] {
  const found = new Set<RelationName>()
  const add = (view: RelationName): void => {
    if (found.has(view)) return
    found.add(view)
    for (const reader of catalog.readers(view)) add(reader)
  }
  for (const reader of catalog.readers(name)) if (names(catalog, reader, name, column) ?? shows(catalog, reader, column) ?? true) add(reader)
  return [...found]
}

/** Whether the query of a view names the column; undefined where that is not known. */
export function names(catalog: Catalog, view: RelationName, name: RelationName, column: string): boolean | undefined {
  const relation = catalog.relation(view)
  if (!relation || relation.kind === 'index' || relation.kind === 'sequence' || !relation.readsColumns) return undefined
  return relation.readsColumns[name]?.includes(column) ?? false
}

/** Whether the view has a column of this name. */
function shows(catalog: Catalog, view: RelationName, column: string): boolean | undefined {
  const relation = catalog.relation(view)
  return relation && 'columns' in relation ? relation.columns?.some((one) => one.name === column) : undefined
}

/** Views over the table that name the column, or at least show one of its name. */
export const viewsShowing = (catalog: Catalog, name: RelationName, column: string): readonly RelationName[] =>
  catalog.readers(name).filter((reader) => names(catalog, reader, name, column) ?? shows(catalog, reader, column))

export const sequencesOfColumn = (catalog: Catalog, name: RelationName, column: string): readonly RelationName[] =>
  catalog.sequences(name).filter((sequence) => {
    const relation = catalog.relation(sequence)
    return relation?.kind === 'sequence' && relation.ownedBy?.column === column
  })

/** The identity column that takes its numbers from the sequence. Of several sequences that belong to the column nothing tells which does. */
export function identityOf(catalog: Catalog, sequence: RelationName): { readonly table: RelationName; readonly column: string } | undefined {
  const relation = catalog.relation(sequence)
  const of = relation?.kind === 'sequence' ? relation.ownedBy : undefined
  return of && columnOf(catalog.table(of.table), of.column)?.identity && sequencesOfColumn(catalog, of.table, of.column).length === 1 ? of : undefined
}

/** NOT NULL for a table and its heirs, whose constraints from 18 on go by the name of the first's. `name` is the one that is written. */
export function requireColumn(catalog: Catalog, names: readonly RelationName[], column: string, written: { readonly name?: string; readonly noInherit?: boolean } = {}): Catalog {
  let inherited = written.name
  return names.reduce(
    (result, name) =>
      changeTable(result, name, (table) => {
        const isNamed = (one: Constraint): boolean => one.type === 'not-null' && one.columns[0] === column
        const had = table.constraints.some(isNamed)
        const required = withNotNull(result, table, column)
        if (!had) {
          const chosen = (inherited ??= required.constraints.find(isNamed)?.name)
          if (chosen === undefined) return required
          return { ...required, constraints: required.constraints.map((one) => (isNamed(one) ? { ...one, name: chosen, ...(written.noInherit && { noInherit: true }) } : one)) }
        }
        inherited ??= required.constraints.find(isNamed)?.name
        return required
      }),
    catalog,
  )
}

/** Makes the same change to every table of the list that the catalog has. */
export const changeTables = (catalog: Catalog, names: readonly RelationName[], change: (table: Table) => Table): Catalog => names.reduce((result, name) => changeTable(result, name, change), catalog)

/** Changes one column of tables and views where it is known. */
export const changeColumnOf = (catalog: Catalog, names: readonly RelationName[], column: string, change: (column: Column) => Column): Catalog =>
  names.reduce((result, name) => {
    const relation = result.relation(name)
    return relation && 'columns' in relation ? result.with(changeColumn(relation, column, change)) : result
  }, catalog)

/** Changes one column where it is known. */
export const changeColumn = <Shown extends { readonly columns?: readonly Column[] }>(relation: Shown, column: string, change: (column: Column) => Column): Shown =>
  relation.columns ? { ...relation, columns: changeNamed(relation.columns, column, change) } : relation
