import type { Catalog } from '../catalog/catalog'
import { columnOf } from '../catalog/relation'
import type { Table } from '../catalog/relation'
import type { RelationName, WrittenName } from '../model/name'
import type { PassedColumn, QueryFacts, ReadName } from '../sql/command'
import { read } from '../sql/read'
import { treesWithin } from '../sql/walk-tree'
import { isSystem } from './common'
import { columnsOf, factsOf, renamed } from './fitting-partitions'
import type { Facts } from './fitting-partitions'

/** What the query of a view reads, as far as that is still what the catalog has of it: a table that was renamed has its old name in the text. */
export interface ViewQuery {
  readonly reads: QueryFacts['reads']
  /** Of which FOR UPDATE of the view locks rows: not those that its conditions read (markQueryForLocking in src/backend/rewrite/rewriteHandler.c). */
  readonly locksRows: QueryFacts['locksRows']
  /** The relation of which it shows rows as they are, one for one: what is asked of the view is asked of that. */
  readonly shows?: Shown
  /** No row of it is one of what it reads. */
  readonly notUpdatable: boolean
  /** What is asked of the view, as far as it is asked of the rows of one that its query reads. */
  readonly askedOf: (read: ReadName, asked: Facts) => Facts
}

interface Shown {
  readonly relation: WrittenName
  readonly facts: (asked: Facts) => Facts
  /** Of the view's own columns, in order, those that they show; of others what the view calls them. */
  readonly columns: readonly string[]
  readonly column: (name: string) => string
}

export function viewQuery(name: RelationName, catalog: Catalog): ViewQuery | undefined {
  const view = catalog.relation(name)
  if (view?.kind !== 'view' || view.query === undefined) return undefined
  const { sql, emptied, columns: names = [] } = view.query
  const query = queryOf(sql)
  if (!query) return undefined
  const named = new Set(query.reads.filter((one) => !isSystem(one, catalog)).map((one) => catalog.resolve(one)))
  if (named.size !== view.reads.length || view.reads.some((one) => !named.has(one))) return undefined
  const { rowsOf, notUpdatable = false } = query
  // Of what an emptied literal said nothing is known.
  const told = (reads: QueryFacts['reads']): QueryFacts['reads'] => (emptied ? reads.map(({ where: _, on: __, ...one }) => one) : reads)
  const reads = told(query.reads)
  const locksRows = told(queryOf(`${sql.replace(/\s*;?\s*$/, '')} FOR UPDATE`)?.locksRows ?? query.reads)
  const isBarrier = view.options?.['security_barrier'] === 'true'
  const outputs = (query.cut ? [] : (query.passes ?? [])).flatMap((one) => (one.relation && one.column === undefined ? columnsOfRelation(catalog, catalog.resolve(one.relation)).map((column): PassedColumn => ({ ...one, name: column, column })) : [one]))
  const askedOf = (one: ReadName, asked: Facts): Facts => {
    const relation = catalog.resolve(one)
    const own = outputs.map((output, index) => ({ ...output, name: names[index] ?? output.name })).filter((output) => one.from !== undefined && output.relation !== undefined && catalog.resolve(output.relation) === relation)
    const columns = new Map(own.flatMap(({ name, column }) => (name === undefined || column === undefined ? [] : [[name, column] as const])))
    const isFilled = own.some(({ filled }) => filled)
    return renamed(asked, columns).filter((fact) => !(isFilled && asksForNull(fact)) && !(isBarrier && !isDiscreet(fact, catalog.table(relation))))
  }
  // A row of a window may be made of others.
  if (!rowsOf || /\bover\b/i.test(sql)) return { reads, locksRows, notUpdatable, askedOf }
  const { relation, alias, where, shows } = rowsOf
  const own = emptied ? [] : factsOf(where?.sql, [alias ?? relation.name])
  const table = catalog.table(catalog.resolve(relation))
  const shown = shows.flatMap((one): readonly { readonly name?: string; readonly column?: string }[] => (one === '*' ? (table?.columns ?? []).map(({ name }) => ({ name, column: name })) : [one])).map(({ name, column }, index) => ({ name: names[index] ?? name, column }))
  const columns = new Map(shown.flatMap(({ name, column }) => (name === undefined || column === undefined ? [] : [[name, column] as const])))
  const isAsIs = shows.includes('*') && names.length === 0
  const passes = (fact: Facts[number]): boolean => !isBarrier || isDiscreet(fact, table)
  return {
    reads,
    locksRows,
    notUpdatable,
    askedOf,
    shows: {
      relation,
      facts: (asked) => [...own, ...(isAsIs ? asked : renamed(asked, columns)).filter(passes)],
      columns: shown.map(({ name, column }) => column ?? name ?? ''),
      column: (name) => columns.get(name) ?? name,
    },
  }
}

const columnsOfRelation = (catalog: Catalog, name: RelationName): readonly string[] => {
  const relation = catalog.relation(name)
  return relation && 'columns' in relation ? (relation.columns ?? []).map((column) => column.name) : []
}

/** Rows that an outer join has filled up meet it too. */
const asksForNull = (fact: Facts[number]): boolean => treesWithin(fact).some((one) => one.kind === 'unary' && one.operator === 'is null')

const isDiscreet = (fact: Facts[number], table: Table | undefined): boolean => columnsOf(fact).every((column) => discreet.has(columnOf(table, column)?.type.name ?? ''))

/** Comparisons of these tell nothing in an error, so they pass the barrier of a view (`proleakproof` in pg_proc). */
const discreet: ReadonlySet<string> = new Set(['bool', 'bpchar', 'date', 'int2', 'int4', 'int8', 'name', 'oid', 'text', 'timestamp', 'timestamptz', 'uuid', 'varchar'])

/** What is said of a query in its text. */
export function queryOf(sql: string): QueryFacts | undefined {
  const [command] = read(sql).commands
  return command?.kind === 'query' ? command.query : undefined
}
