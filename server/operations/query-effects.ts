import type { Catalog } from '../catalog/catalog'
import type { Effect } from '../model/effect'
import type { LockMode } from '../model/lock'
import { shortName } from '../model/name'
import type { RelationName } from '../model/name'
import type { QueryFacts, ReadName, SequenceReference } from '../sql/command'
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
    ...query.reads.flatMap((read) => readEffects(read, catalog, 'ACCESS SHARE')),
    ...query.locksRows.flatMap((read) => readEffects(read, catalog, 'ROW SHARE')),
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

/** ONLY leaves out what is below, and a condition some of it. */
function named(written: ReadName, name: RelationName, catalog: Catalog, mode: LockMode, facts: Facts = factsOf(written.where?.sql, [written.alias ?? written.name], written)): readonly RelationName[] {
  if (catalog.relation(name)?.kind === 'view') return behindView(name, facts, catalog, mode)
  if (written.only) return [name]
  return facts.length === 0 || catalog.partitions(name).length === 0 ? relationsRead(name, catalog) : [name, ...fittingPartitions(catalog, name, facts, 'compared')]
}

function behindView(name: RelationName, facts: Facts, catalog: Catalog, mode: LockMode): readonly RelationName[] {
  const query = viewQuery(name, catalog)
  if (!query) return relationsRead(name, catalog)
  const reads = mode === 'ACCESS SHARE' ? query.reads : query.locksRows
  const inner = reads.filter((one) => !isSystem(one, catalog)).flatMap((one) => {
    const isShown = query.shows !== undefined && catalog.resolve(query.shows.relation) === catalog.resolve(one)
    return named(one, catalog.resolve(one), catalog, mode, isShown ? query.shows.facts(facts) : undefined)
  })
  return [name, ...inner]
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
