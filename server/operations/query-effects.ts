import type { Catalog } from '../catalog/catalog'
import type { Effect } from '../model/effect'
import type { LockMode } from '../model/lock'
import { columnOf } from '../catalog/relation'
import { shortName } from '../model/name'
import type { RelationName } from '../model/name'
import type { QueryFacts, ReadName, SequenceReference } from '../sql/command'
import { conjuncts, readExpression } from '../sql/expression'
import { parted } from '../sql/walk-tree'
import { descendants, indexLock, isSystem, lock, wholes } from './common'
import { factsOf, fittingPartitions } from './fitting-partitions'
import type { Facts } from './fitting-partitions'
import { policyEffects } from './policy-effects'
import { refusal } from './refusal'
import type { Refusal } from './refusal'
import { viewQuery } from './view-query'

/** What a query locks: the tables it reads, those whose rows it locks, and the sequences it takes numbers from. */
export function queryEffects(query: QueryFacts, catalog: Catalog): readonly Effect[] {
  return [
    ...withEquals(query.reads, catalog).flatMap((read) => readEffects(read, catalog, 'ACCESS SHARE')),
    ...withEquals(query.locksRows, catalog).flatMap((read) => readEffects(read, catalog, 'ROW SHARE')),
    ...query.sequences.flatMap((reference) => sequenceOf(reference, catalog) ?? []).map((sequence) => lock(sequence, 'ROW EXCLUSIVE')),
  ]
}

/** What rows are locked in holds them itself (CheckValidRowMarkRel in src/backend/executor/execMain.c). */
export function refusedRowLocks({ locksRows }: QueryFacts, catalog: Catalog): readonly Refusal[] {
  const names = locksRows.filter((one) => !isSystem(one, catalog)).flatMap((one) => named(one, catalog.resolve(one), catalog, 'ROW SHARE'))
  return names.flatMap((name) => (catalog.relation(name)?.kind === 'materialized view' ? [refusal(`Ends in an error, after waiting for its locks: \`${shortName(name)}\` is a materialized view, whose rows are not locked. Read it without FOR UPDATE, or lock those of its tables.`)] : [])).slice(0, 1)
}

/** The same lock on a relation, on what a view reads, on partitions and children. */
export function readEffects(written: ReadName, catalog: Catalog, mode: LockMode): readonly Effect[] {
  if (isSystem(written, catalog)) return []
  const name = catalog.resolve(written)
  const all = [...new Set(named(written, name, catalog, mode))]
  return [...all.flatMap((one) => [lock(one, mode), ...(mode === 'ACCESS SHARE' ? [] : plannedIndexes(one, catalog, mode, written.only))]), ...(written.only ? [] : boundsRead(all, catalog)), ...policyEffects(name, mode === 'ACCESS SHARE' ? ['select'] : ['select', 'update'], catalog)]
}

/** To plan for a partition that has partitions of its own its bound is put together, up to the root (set_baserel_partition_constraint in src/backend/optimizer/util/plancat.c). */
export const boundsRead = (planned: readonly RelationName[], catalog: Catalog): readonly Effect[] =>
  [...new Set(planned.flatMap((one) => (catalog.partitions(one).length > 0 ? wholes(catalog, one) : [])))].filter((one) => !planned.includes(one)).map((one) => lock(one, 'ACCESS SHARE'))

/** The relations that it opens, one that it names first. */
export const relationsOf = (written: ReadName, catalog: Catalog): readonly RelationName[] => [...new Set(named(written, catalog.resolve(written), catalog, 'ACCESS SHARE'))]

/** ONLY leaves out what is below, and a condition some of it. */
function named(written: ReadName, name: RelationName, catalog: Catalog, mode: LockMode, facts: Facts = factsOf(written.where?.sql, [written.alias ?? written.name], written)): readonly RelationName[] {
  if (catalog.relation(name)?.kind === 'view') return behindView(name, facts, catalog, mode)
  if (written.only) return [name]
  return facts.length === 0 || catalog.partitions(name).length === 0 ? relationsRead(name, catalog) : [name, ...fittingPartitions(catalog, name, facts, 'compared')]
}

function behindView(name: RelationName, facts: Facts, catalog: Catalog, mode: LockMode): readonly RelationName[] {
  const query = viewQuery(name, catalog)
  if (!query) return relationsRead(name, catalog)
  const reads = withEquals(mode === 'ACCESS SHARE' ? query.reads : query.locksRows, catalog)
  const inner = reads.filter((one) => !isSystem(one, catalog)).flatMap((one) => {
    const isShown = query.shows !== undefined && catalog.resolve(query.shows.relation) === catalog.resolve(one)
    return named(one, catalog.resolve(one), catalog, mode, isShown ? query.shows.facts(facts) : [...factsOf(one.where?.sql, [one.alias ?? one.name], one), ...query.askedOf(one, facts)])
  })
  return [name, ...inner]
}

/**
 * What two tables of one FROM have in common in columns that are equal: where one of them is a constant, so is the other (generate_base_implied_equalities in src/backend/optimizer/path/equivclass.c, reconsider_outer_join_clauses there).
 * Values of one type are alike in all that follows; those of others may be compared only when the statement runs.
 */
function withEquals(reads: readonly ReadName[], catalog: Catalog): readonly ReadName[] {
  const sources = reads.flatMap((read) => (read.from === undefined || read.merges || isSystem(read, catalog) ? [] : [{ read, name: read.alias ?? read.name, relation: catalog.resolve(read) }]))
  if (sources.length < 2 || !sources.some(({ relation }) => catalog.partitions(relation).length > 0)) return reads
  type Source = (typeof sources)[number]
  const conditions = new Map(sources.map(({ read }) => [read, [...(read.where === undefined ? [] : (conjuncts(read.where.sql) ?? []).flatMap((part) => readExpression(part).tree ?? [])), ...(read.on ?? []).flatMap(parted)]]))
  const typeOf = ({ relation }: Source, column: string): string => JSON.stringify(columnOf(catalog.table(relation), column)?.type)
  const constants = (source: Source, seen: readonly Source[]): Facts => {
    const trees = conditions.get(source.read) ?? []
    const own = factsOf(undefined, [source.name], { on: trees }).filter((fact) => fact.kind === 'binary' && fact.operator === '=' && fact.left.kind === 'column')
    const sides = trees.flatMap((tree) => (tree.kind === 'binary' && tree.operator === '=' && tree.left.kind === 'column' && tree.right.kind === 'column' ? [[tree.left, tree.right] as const, [tree.right, tree.left] as const] : []))
    const equal = sides.flatMap(([mine, theirs]): Facts => {
      const other = sources.find((one) => one.name === theirs.qualifier && one.read.from === source.read.from)
      if (mine.qualifier !== source.name || !other || seen.includes(other) || typeOf(source, mine.name) !== typeOf(other, theirs.name) || columnOf(catalog.table(other.relation), theirs.name) === undefined) return []
      return constants(other, [...seen, other]).flatMap((fact) => (fact.kind === 'binary' && fact.left.kind === 'column' && fact.left.name === theirs.name ? [{ ...fact, left: { kind: 'column', name: mine.name } as const }] : []))
    })
    return [...own, ...equal]
  }
  return reads.map((read) => {
    const source = sources.find((one) => one.read === read)
    if (!source || catalog.partitions(source.relation).length === 0) return read
    const found = constants(source, [source])
    return found.length === 0 ? read : { ...read, on: [...(read.on ?? []), ...found] }
  })
}

/** The relation with all that a query of it opens. */
export function relationsRead(name: RelationName, catalog: Catalog): readonly RelationName[] {
  const found = new Set<RelationName>()
  const visit = (one: RelationName): void => {
    if (found.has(one)) return
    found.add(one)
    const relation = catalog.relation(one)
    if (relation?.kind === 'view') for (const read of relation.reads) visit(read)
    for (const child of descendants(catalog, one)) found.add(child)
  }
  visit(name)
  return [...found]
}

/** Planning takes the statement's own lock on each index of the table, on those of a partitioned one from 16 on, and earlier where ONLY says that it is one like any other (get_relation_info in src/backend/optimizer/util/plancat.c). */
export function plannedIndexes(name: RelationName, catalog: Catalog, mode: LockMode, only = false): readonly Effect[] {
  const table = catalog.table(name)
  return table?.kind === 'partitioned table' && catalog.surroundings.version < 16 && !only ? [] : indexLocks(name, catalog, mode)
}

export const indexLocks = (name: RelationName, catalog: Catalog, mode: LockMode): readonly Effect[] => (catalog.table(name)?.indexes ?? []).map((index) => indexLock(index.name, name, mode))

function sequenceOf(reference: SequenceReference, catalog: Catalog): RelationName | undefined {
  if ('sequence' in reference) return catalog.resolve(reference.sequence)
  const table = catalog.resolve(reference.table)
  return catalog.sequences(table).find((sequence) => {
    const relation = catalog.relation(sequence)
    return relation?.kind === 'sequence' && relation.ownedBy?.column === reference.column
  })
}
