import type { Catalog } from '../catalog/catalog'
import { schemaOf } from '../catalog/catalog'
import type { TableIndex } from '../catalog/relation'
import type { Effect, IndexShape, Work } from '../model/effect'
import type { RelationName } from '../model/name'
import { nameParts, quoteIdentifier, relationName, shortName } from '../model/name'
import type { Plan, Step } from '../model/plan'
import type { CreateIndex as Command } from '../sql/command'
import { inCase, writtenName } from '../sql/print'
import { read } from '../sql/read'
import { Tokens } from '../sql/tokens'
import { automaticIndexName } from './automatic-name'
import { changeTable, holdsRows, isKnown, indexLock, indexShape, keyText, lock, madeLock, partitionsBelow } from './common'
import { equivalentPlan, isMade, sqlStep, writtenLike } from './constraint-plans'
import { refusedChanging } from './index-refusal'
import { repeated } from './key-constraint'
import { refusedMethod, unclassed } from './method-refusal'
import { operationType } from './operation'
import type { Operation, PlanContext } from './operation'
import { refusal, refusedKind, takenName } from './refusal'
import { rowsWhere } from './row-share'
import { sameShape } from './same-shape'
import { refusedUnique } from './tree-refusal'

interface CreateIndex extends Operation {
  readonly kind: 'create-index'
  readonly command: Command
}

export const createIndex = operationType<CreateIndex>({
  kind: 'create-index',
  title: 'Create an index',
  recognise: (command) => (command.kind === 'create-index' ? { kind: 'create-index', relation: command.relation, span: command.keyword, command } : undefined),

  effects({ command }, catalog): readonly Effect[] {
    const table = catalog.resolve(command.relation)
    const name = indexName(command, catalog)
    const isPartitioned = catalog.table(table)?.kind === 'partitioned table'
    const partitions = command.only || command.concurrently ? [] : partitionsBelow(catalog, table)
    // DefineIndex opens the table, and find_all_inheritors its partitions, under the same lock before anybody looks whether the name is taken (src/backend/tcop/utility.c).
    if (exists(command, catalog)) return [table, ...partitions].map((one) => lock(one, command.concurrently ? 'SHARE UPDATE EXCLUSIVE' : 'SHARE'))
    if (command.concurrently) return isPartitioned ? [lock(table, 'SHARE UPDATE EXCLUSIVE')] : [{ ...lock(table, 'SHARE UPDATE EXCLUSIVE', build(indexShape(command, nameParts(name).name), table, catalog, true)), waitsFor: 'writers' }]
    const after = withIndex(command, catalog.speculative())
    // Nobody writes ONLY but for a partitioned table, whose own index is empty.
    const isEmpty = !holdsRows(catalog, table) || (command.only && !isKnown(catalog.table(table)))
    return [
      lock(table, 'SHARE', ...(!isEmpty ? [build(indexShape(command, nameParts(name).name), table, catalog, false)] : [])),
      { ...madeLock(name), indexOf: table },
      ...partitions.flatMap((partition) => onPartition(partition, catalog, after)),
    ]
  },

  apply: ({ command }, catalog) => (catalog.relation(indexName(command, catalog)) ? catalog : withIndex(command, catalog)),

  transactionBlock: ({ command }) => (command.concurrently ? 'forbidden' : 'allowed'),
  leaves: ({ command }, catalog) => (command.concurrently && !exists(command, catalog) ? `the index \`${shortName(indexName(command, catalog))}\` behind, invalid: drop it before the next try` : undefined),

  fails({ command }, catalog) {
    const name = catalog.resolve(command.relation)
    const misplaced = refusedKind(catalog, name, ['table', 'partitioned table', 'materialized view'], 'only tables and materialized views have indexes')
    if (misplaced.length > 0) return misplaced
    const changing = refusedChanging(command, catalog, name)
    if (changing.length > 0) return changing
    return [
      ...(command.concurrently && catalog.table(name)?.kind === 'partitioned table' ? [refusal(`Ends in an error: no index of a partitioned table is built concurrently. Make it ON ONLY \`${shortName(name)}\`, build one concurrently on each partition, and attach them: they are the steps of the plan of the same statement without CONCURRENTLY.`)] : []),
      ...refusedMethod(command, catalog),
      ...unclassed(catalog, name, command.method, command.elements),
      ...(command.unique ? [...refusedUnique(catalog, name, command.elements.map(keyText)), ...(command.predicate ? [] : repeated(catalog, name, command.elements.map(keyText), command.nullsNotDistinct))] : []),
      ...(command.ifNotExists ? [] : takenName(catalog, indexName(command, catalog))),
    ]
  },

  keeps({ command }, catalog) {
    const kept = invalidOne(command, catalog)
    return kept && `The index \`${shortName(kept)}\` is there already, left invalid by an earlier try: IF NOT EXISTS keeps it as it is, so no query uses it and nothing is unique by it. Drop it first.`
  },

  plan({ command }, catalog, context): Plan | undefined {
    const table = catalog.resolve(command.relation)
    const kept = invalidOne(command, catalog)
    if (kept) return replaced(command, kept, catalog, context)
    if (command.concurrently || isMade(catalog, table) || exists(command, catalog)) return undefined
    if (command.only && (!isKnown(catalog.table(table)) || catalog.table(table)?.kind === 'partitioned table')) return undefined
    if (catalog.table(table)?.kind !== 'partitioned table') return concurrently(command, context)
    if (partitionsBelow(catalog, table).some((one) => catalog.table(one)?.kind === 'foreign table')) return undefined
    return overPartitions(command, catalog, context)
  },

  wayBack({ command }, catalog) {
    const table = catalog.resolve(command.relation)
    const isKnown = catalog.table(table)?.complete ?? false
    // Without a name, or with IF NOT EXISTS, the index of that name might be an older one.
    if (exists(command, catalog) || ((command.name === undefined || command.ifNotExists) && !isKnown)) return undefined
    // What a partition had before becomes a part of the new index, and would go with it.
    const after = withIndex(command, catalog.speculative())
    const adopts = !command.only && partitionsBelow(catalog, table).some((one) => catalog.table(one)?.indexes.some((index) => index.attachedTo === undefined && after.index(index.name)?.index.attachedTo !== undefined))
    if (adopts) return undefined
    const isPartitioned = catalog.table(table)?.kind === 'partitioned table'
    return `DROP INDEX ${isPartitioned ? '' : 'CONCURRENTLY '}${writtenName(writtenLike(indexName(command, catalog), command.relation, after))};`
  },
})

const exists = (command: Command, catalog: Catalog): boolean => command.ifNotExists && command.name !== undefined && catalog.relation(indexName(command, catalog)) !== undefined

/** The invalid index that IF NOT EXISTS would keep. One on a partitioned table is not left over: it waits for its parts. */
function invalidOne(command: Command, catalog: Catalog): RelationName | undefined {
  if (!exists(command, catalog)) return undefined
  const name = indexName(command, catalog)
  const found = catalog.index(name)
  return found && !found.index.valid && found.table.kind !== 'partitioned table' ? name : undefined
}

function replaced(command: Command, name: RelationName, catalog: Catalog, context: PlanContext): Plan {
  const after = command.keyword.end
  const again = command.concurrently ? context.sql : `${context.sql.slice(0, after)}${inCase(' CONCURRENTLY', context.keywords)}${context.sql.slice(after)}`
  return equivalentPlan('Drop the invalid index first', [
    sqlStep(`${inCase('DROP INDEX CONCURRENTLY', context.keywords)} ${context.name(writtenLike(name, command.relation, catalog))};`, 'none', 'Nobody uses it, and whoever writes to the table keeps it up to date for nothing.'),
    sqlStep(`${again};`, 'none', 'Reads and writes go on while the index is built; if it fails, drop the invalid index and begin again.'),
  ])
}

function indexName(command: Command, catalog: Catalog): RelationName {
  const table = catalog.resolve(command.relation)
  return command.name !== undefined ? relationName(schemaOf(table), command.name) : automaticIndexName(catalog, table, command.elements, command.include)
}

/** The index on the table, and on each partition either one that is there in the same shape or a new one. */
function withIndex(command: Command, catalog: Catalog): Catalog {
  const table = catalog.resolve(command.relation)
  const name = indexName(command, catalog)
  const incomplete = command.only && catalog.partitions(table).length > 0
  const own = changeTable(catalog, table, (before) => ({ ...before, indexes: [...before.indexes, { name, shape: indexShape(command, nameParts(name).name), valid: !incomplete, definition: command.sql }] }))
  return command.only ? own : attachBelow(command, own, table, name)
}

function attachBelow(command: Command, catalog: Catalog, parent: RelationName, attachedTo: RelationName): Catalog {
  return catalog.partitions(parent).reduce((result, partition) => {
    const table = result.table(partition)
    if (!table || table.kind === 'foreign table') return result
    const part = table.indexes.find((index) => index.attachedTo === attachedTo)
    if (part) return attachBelow(command, result, partition, part.name)
    const existing = table.indexes.find((index) => fits(index, indexShape(command, undefined)))
    if (existing) return result.with({ ...table, indexes: table.indexes.map((index) => (index === existing ? { ...index, attachedTo } : index)) })
    const name = automaticIndexName(result, partition, command.elements, command.include)
    const index: TableIndex = { name, shape: indexShape(command, nameParts(name).name), valid: true, attachedTo, definition: command.sql }
    return attachBelow(command, result.with({ ...table, indexes: [...table.indexes, index] }), partition, name)
  }, catalog)
}

/** An index of a partitioned table that is made anew goes down to all partitions, whether or not it was made ON ONLY: those that had no part of it get one (pg_get_indexdef_string in src/backend/utils/adt/ruleutils.c leaves ONLY out). */
export function withAllParts(index: TableIndex, table: RelationName, catalog: Catalog): Catalog {
  const [command] = index.definition === undefined || catalog.table(table)?.kind !== 'partitioned table' ? [] : read(index.definition).commands
  return command?.kind === 'create-index' ? attachBelow(command, catalog, table, index.name) : catalog
}

/** A partition's index that is taken for its part of the new one (CompareIndexInfo in src/backend/catalog/index.c). */
const fits = (index: TableIndex, shape: IndexShape): boolean => index.attachedTo === undefined && sameShape(index.shape, shape)

function onPartition(partition: RelationName, before: Catalog, after: Catalog): readonly Effect[] {
  const old = before.table(partition)?.indexes ?? []
  const now = after.table(partition)?.indexes ?? []
  const fresh = now.find((index) => !old.some((one) => one.name === index.name))
  const adopted = now.filter((index) => old.some((one) => one.name === index.name && one.attachedTo !== index.attachedTo))
  return [
    lock(partition, 'SHARE', ...(fresh && holdsRows(before, partition) ? [build(fresh.shape, partition, before, false)] : [])),
    ...(fresh ? [{ ...madeLock(fresh.name), indexOf: partition }] : []),
    ...adopted.map((index) => indexLock(index.name, partition, 'SHARE')),
  ]
}

const build = (index: IndexShape, table: RelationName, catalog: Catalog, isConcurrent: boolean): Work => ({
  kind: 'build-index',
  to: 'to build the index',
  index,
  concurrently: isConcurrent,
  ...(index.predicate !== undefined && { holds: rowsWhere(catalog, table, index.predicate, { qualifier: nameParts(table).name, alone: true }) }),
})

function concurrently(command: Command, context: PlanContext): Plan {
  const after = command.keyword.end
  return equivalentPlan('Build the index concurrently', [
    sqlStep(`${context.sql.slice(0, after)}${inCase(' CONCURRENTLY', context.keywords)}${context.sql.slice(after)};`, 'none', 'Reads and writes go on while the index is built; if it fails, drop the invalid index and begin again.'),
  ])
}

/** The parent's index is made empty, each partition's concurrently, and the parts are put together: the parent's becomes valid with the last. */
function overPartitions(command: Command, catalog: Catalog, context: PlanContext): Plan {
  const { keywords } = context
  const table = catalog.resolve(command.relation)
  const after = withIndex(command, catalog.speculative())
  const head = context.sql.slice(0, command.keyword.end)
  const tail = context.sql.slice(endOfTarget(context.sql, command.keyword.end))
  const making: Step[] = []
  const attaching: Step[] = []
  let isAllNew = true

  const onlyOn = (relation: RelationName, name: RelationName, isNamed: boolean): Step =>
    sqlStep(
      `${head} ${isNamed && command.ifNotExists ? inCase('IF NOT EXISTS ', keywords) : ''}${quoteIdentifier(nameParts(name).name)} ${inCase('ON ONLY', keywords)} ${context.name(writtenLike(relation, command.relation, catalog))}${tail};`,
      'shared',
      'An index without its parts, which no query uses yet.',
    )
  const walk = (parent: RelationName, attachedTo: RelationName): void => {
    for (const partition of catalog.partitions(parent)) {
      const index = after.table(partition)?.indexes.find((one) => one.attachedTo === attachedTo)
      if (!index) continue
      const written = context.name(writtenLike(partition, command.relation, catalog))
      const isThere = catalog.table(partition)?.indexes.some((one) => one.name === index.name)
      isAllNew &&= isThere === false
      if (!isThere && catalog.table(partition)?.kind === 'partitioned table') {
        making.push(onlyOn(partition, index.name, false))
        walk(partition, index.name)
      } else if (!isThere) {
        making.push(
          sqlStep(`${head} ${inCase('CONCURRENTLY', keywords)} ${quoteIdentifier(nameParts(index.name).name)} ${inCase('ON', keywords)} ${written}${tail};`, 'none', 'Reads and writes go on while the index is built; if it fails, drop the invalid index and begin again.'),
        )
      }
      attaching.push(
        sqlStep(
          `${inCase('ALTER INDEX', keywords)} ${context.name(writtenLike(attachedTo, command.relation, after))} ${inCase('ATTACH PARTITION', keywords)} ${context.name(writtenLike(index.name, command.relation, after))};`,
          'shared',
          'Takes a moment; the index of the parent becomes valid with its last part.',
        ),
      )
    }
  }
  const name = indexName(command, catalog)
  walk(table, name)
  // That of the whole takes along what is a part of it by then, all of which is the plan's own.
  const back = `${inCase('DROP INDEX', keywords)} ${context.name(writtenLike(name, command.relation, after))};`
  return equivalentPlan('Build the index on each partition concurrently', [{ ...onlyOn(table, name, true), back }, ...making, ...attaching.map((step) => ({ ...step, ...(isAllNew && { back }) }))])
}

/** Behind `[IF NOT EXISTS] [name] ON [ONLY] table [*]`. */
function endOfTarget(sql: string, from: number): number {
  const tokens = new Tokens(sql)
  let i = tokens.at(from)
  while (i < tokens.count && !tokens.isWord(i, 'on')) i++
  i++
  if (tokens.isWord(i, 'only')) i++
  while (tokens.sign(i + 1) === '.') i += 2
  if (tokens.sign(i + 1) === '*') i++
  return tokens.ends[i] ?? sql.length
}
