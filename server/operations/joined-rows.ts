import type { Catalog } from '../catalog/catalog'
import type { Constraint, Table } from '../catalog/relation'
import { columnOf } from '../catalog/relation'
import { rowsIn } from '../catalog/rows-in'
import type { RowCount } from '../model/effect'
import type { RelationName } from '../model/name'
import { conjuncts, readExpression } from '../sql/expression'
import type { ExpressionTree } from '../sql/expression-tree'
import { rowsWhere, uniqueKeys } from './row-share'

/** A table of a join, by the name that its columns have. */
export interface Joined {
  readonly relation: RelationName
  readonly qualifier: string
}

/**
 * How many rows a join gives, as PostgreSQL's planner counts them: of a foreign key one for each row that has it, of other columns as many as their different values let one expect (eqjoinsel in src/backend/utils/adt/selfuncs.c), nulls apart, which the planner takes for keys.
 * `each`: the rows of the first table that find any partner, each once, as a change of them counts them.
 * Undefined where the tables or their sizes are not known, or a table is joined by something else than equal columns.
 */
export function joinedRows(joined: readonly Joined[], conditions: readonly ExpressionTree[], where: string | undefined, catalog: Catalog, each = false): RowCount | undefined {
  const sources = joined.map(({ relation, qualifier }): Source => ({ relation, qualifier, table: catalog.table(relation), rows: rowsIn(relation, catalog) }))
  if (sources.some(({ table, rows }) => !table?.columns || !rows)) return undefined
  const parts = where === undefined ? [] : conjuncts(where)?.map((sql) => ({ sql, tree: readExpression(sql).tree }))
  if (parts === undefined) return undefined
  const links = (trees: readonly (ExpressionTree | undefined)[]): readonly Link[] => trees.flatMap((tree) => (tree === undefined ? [] : linksOf(tree, sources)))
  const filters = parts.filter(({ tree }) => links([tree]).length === 0)
  const linked = links([...conditions, ...parts.map(({ tree }) => tree)])

  const roots = each ? [sources[0]!] : sources.toSorted((a, b) => b.rows! - a.rows!)
  const walks = roots.map((root) => walk(root, sources, linked, each))
  const best = walks.find((one) => one?.isOneForOne) ?? walks[0]
  if (!best) return undefined
  const passed = filters.map(({ sql }) => filtered(sql, sources, catalog))
  const share = passed.reduce((product, one) => product * one.share, best.share)
  // One row of a table, found by its key, has as many partners as any other on average.
  if (passed.some((one) => one.isPinned)) return { kind: 'exactly', rows: Math.ceil(share * best.root.rows!) }
  const isAssumed = !best.isExact || passed.some((one) => one.assumed)
  const most = best.isOneForOne || each ? mostOf(best.root, sources, linked) : share
  return { kind: 'fraction', of: best.root.relation, fraction: share, assumed: isAssumed, ...(isAssumed && { between: [0, Math.max(share, most)] as const }) }
}

/** Where a key of the table is what another one's rows are joined to, each of those finds one row at the most. */
function mostOf(root: Source, sources: readonly Source[], links: readonly Link[]): number {
  const finding = sources.filter((one) => one !== root && stepTo(root, [one], links)?.isKey)
  return Math.min(1, ...finding.map((one) => one.rows! / root.rows!))
}

interface Source extends Joined {
  readonly table: Table | undefined
  readonly rows: number | undefined
}

/** Two columns that are equal. */
interface Link {
  readonly sources: readonly [Source, Source]
  readonly columns: readonly [string, string]
}

interface Walk {
  readonly root: Source
  /** Rows for each of the root's. */
  readonly share: number
  /** Foreign keys say so. */
  readonly isExact: boolean
  /** No more than one for each of the root's. */
  readonly isOneForOne: boolean
}

function linksOf(tree: ExpressionTree, sources: readonly Source[]): readonly Link[] {
  if (tree.kind !== 'binary') return []
  if (tree.operator === 'and') return [...linksOf(tree.left, sources), ...linksOf(tree.right, sources)]
  if (tree.operator !== '=' || tree.left.kind !== 'column' || tree.right.kind !== 'column') return []
  const [left, right] = [sourceOf(tree.left, sources), sourceOf(tree.right, sources)]
  return left && right && left !== right ? [{ sources: [left, right], columns: [tree.left.name, tree.right.name] }] : []
}

function sourceOf({ name, qualifier }: { readonly name: string; readonly qualifier?: string }, sources: readonly Source[]): Source | undefined {
  const having = sources.filter((one) => (qualifier === undefined ? columnOf(one.table, name) !== undefined : one.qualifier === qualifier))
  return having.length === 1 ? having[0] : undefined
}

/** From the root's rows on, one table after the other is joined to those that are. */
function walk(root: Source, sources: readonly Source[], links: readonly Link[], each: boolean): Walk | undefined {
  const reached = [root]
  let [share, isExact, isOneForOne] = [1, true, true]
  while (reached.length < sources.length) {
    const steps = sources.filter((one) => !reached.includes(one)).flatMap((one) => stepTo(one, reached, links) ?? [])
    const next = steps.find((one) => one.isExact) ?? steps.find((one) => one.isKey) ?? steps[0]
    if (!next) return undefined
    reached.push(next.to)
    share *= each ? Math.min(1, next.share) : next.share
    isExact &&= next.isExact
    isOneForOne &&= next.isKey
  }
  return { root, share, isExact, isOneForOne }
}

interface Step {
  readonly to: Source
  readonly share: number
  readonly isKey: boolean
  readonly isExact: boolean
}

function stepTo(to: Source, reached: readonly Source[], links: readonly Link[]): Step | undefined {
  const pairs = links.flatMap(({ sources: [a, b], columns: [left, right] }) => (b === to && reached.includes(a) ? [{ from: a, own: right, other: left }] : a === to && reached.includes(b) ? [{ from: b, own: left, other: right }] : []))
  if (pairs.length === 0) return undefined
  const isKey = uniqueKeys(to.table).some((key) => key.every((column) => pairs.some(({ own }) => own === column)))
  for (const from of new Set(pairs.map((one) => one.from))) {
    const key = (from.table?.constraints ?? []).find((one) => one.type === 'foreign-key' && one.references === to.relation && refersBy(one, pairs.filter((pair) => pair.from === from)))
    if (key) return { to, share: key.columns.reduce((share, column) => share * present(from, column), 1), isKey: true, isExact: key.validated && pairs.length === key.columns.length && key.columns.every((column) => isCounted(from, column)) }
  }
  const found = pairs.reduce((share, { from, other }) => share * present(from, other), 1)
  const own = pairs.reduce((product, pair) => product * distinctOf(to, pair.own), 1)
  // How many rows share a value that nobody has counted is not known: no fewer than come of the other side's values.
  const other = pairs.reduce((product, pair) => product * (isDistinctKnown(pair.from, pair.other) ? distinctOf(pair.from, pair.other) : 1), 1)
  const most = Math.max(...pairs.map(({ from }) => from.rows!))
  return { to, share: (found * to.rows!) / Math.max(1, Math.min(own, to.rows!), Math.min(other, most)), isKey, isExact: false }
}

const refersBy = (key: Constraint, pairs: readonly { readonly own: string; readonly other: string }[]): boolean =>
  key.columns.every((column, at) => pairs.some((pair) => pair.other === column && (key.referencedColumns === undefined || key.referencedColumns[at] === pair.own)))

const present = ({ table }: Source, column: string): number => 1 - (columnOf(table, column)?.nullFraction ?? 0)

const isCounted = ({ table }: Source, column: string): boolean => columnOf(table, column)?.notNull === true || columnOf(table, column)?.nullFraction !== undefined

const isDistinctKnown = ({ table }: Source, name: string): boolean => columnOf(table, name)?.distinct !== undefined || uniqueKeys(table).some((key) => key.length === 1 && key[0] === name)

/** As many as rows where nobody has counted them: a column without statistics is a new one, or a key as any other. */
function distinctOf({ table, rows }: Source, name: string): number {
  const distinct = columnOf(table, name)?.distinct ?? -1
  return distinct > 0 ? distinct : distinct < 0 ? -distinct * rows! : rows!
}

/** The share of a condition on one of the tables; of what names none, or several, as much as of what is not read. */
function filtered(sql: string, sources: readonly Source[], catalog: Catalog): { readonly share: number; readonly assumed: boolean; readonly isPinned?: true } {
  const named = new Set(readExpression(sql).columnReferences.map(({ column, qualifier }) => sourceOf({ name: column, ...(qualifier !== undefined && { qualifier }) }, sources)))
  const [only, ...more] = [...named]
  const count = only && more.length === 0 ? rowsWhere(catalog, only.relation, sql, { qualifier: only.qualifier, alone: true }) : undefined
  if (count?.kind === 'exactly') return { share: count.rows / Math.max(1, only!.rows!), assumed: false, isPinned: true }
  return count?.kind === 'fraction' ? { share: count.fraction, assumed: count.assumed } : { share: 0.5, assumed: true }
}
