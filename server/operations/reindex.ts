import type { Catalog } from '../catalog/catalog'
import { schemaOf } from '../catalog/catalog'
import { isTable } from '../catalog/relation'
import type { Table, TableIndex } from '../catalog/relation'
import type { Failure } from '../model/assessed'
import type { Effect, Work } from '../model/effect'
import { listNames } from '../model/format'
import { relationName } from '../model/name'
import type { RelationName } from '../model/name'
import type { Plan } from '../model/plan'
import type { Reindex as Command } from '../sql/command'
import { inCase } from '../sql/print'
import { Tokens } from '../sql/tokens'
import { isExclusion } from './alteration'
import { holdsRows, indexLock, isKnown, lock, partitionsBelow, unknownTable } from './common'
import { equivalentPlan, noWay, sqlStep } from './constraint-plans'
import { nothingToUndo } from './constraint-way-back'
import { operationType } from './operation'
import type { Operation } from './operation'
import { refusal, refusedKind, refusedTablespace } from './refusal'

interface Reindex extends Operation {
  readonly kind: 'reindex'
  readonly command: Command
}

export const reindex = operationType<Reindex>({
  kind: 'reindex',
  title: 'Rebuild indexes',
  recognise: (command) => (command.kind === 'reindex' ? { kind: 'reindex', span: command.span, command, ...(command.relation && { relation: command.relation }) } : undefined),

  effects({ command }, catalog): readonly Effect[] {
    const rebuilt = targets(command, catalog)
    if (command.concurrently) {
      return rebuilt.flatMap(({ table, indexes, whole, named, isPart }): Effect[] => [
        // The partitions, or the parts of the index, are locked while they are listed (ReindexPartitions, src/backend/commands/indexcmds.c).
        ...(isPart ? (whole ? [lock(table.name, 'SHARE')] : indexes.map((index) => indexLock(index.name, table.name, 'SHARE'))).map((effect): Effect => ({ ...effect, brief: true })) : []),
        // Of an index it is those with rows of their own that are built anew: a table between them and the one that is named is left alone.
        ...(whole || named || holdsRows(catalog, table.name) ? [{ ...lock(table.name, 'SHARE UPDATE EXCLUSIVE', ...indexes.filter((index) => holdsRows(catalog, table.name) && (!whole || swappable(table, index))).map((index) => build(index, true))), waitsFor: 'everyone' as const }] : []),
        ...indexes.filter((index) => holdsRows(catalog, table.name) && (!whole || swappable(table, index))).map((index) => indexLock(index.name, table.name, 'SHARE UPDATE EXCLUSIVE')),
      ])
    }
    // The lock on an index that we know nothing of stops the queries of its table, whichever that is.
    if (command.relation && command.target === 'index' && !catalog.index(catalog.resolve(command.relation))) return [lock(catalog.resolve(command.relation), 'ACCESS EXCLUSIVE', unknownBuild)]
    return rebuilt.flatMap(({ table, indexes, whole, named }): Effect[] => {
      const hasRows = holdsRows(catalog, table.name)
      if (!whole && !named && !hasRows) return []
      return [
        lock(table.name, 'SHARE', ...(hasRows ? indexes.map((index) => build(index, false)) : []), ...(hasRows && indexes.length === 0 && !table.complete ? [unknownBuild] : [])),
        // A query opens every index of its table to be planned, and waits for this lock (src/backend/optimizer/util/plancat.c).
        ...indexes.filter(() => hasRows || named).map((index) => indexLock(index.name, table.name, 'ACCESS EXCLUSIVE')),
      ]
    })
  },

  apply({ command }, catalog) {
    return targets(command, catalog).reduce((result, { table, indexes }) => {
      const known = result.table(table.name)
      if (!known || indexes.every((index) => index.valid) || !holdsRows(catalog, table.name)) return result
      return result.with({ ...known, indexes: known.indexes.map((index) => (indexes.some((one) => one.name === index.name) ? { ...index, valid: true } : index)) })
    }, catalog)
  },

  transactionBlock({ command }, catalog) {
    if (command.concurrently || command.target === 'schema' || command.target === 'database' || command.target === 'system') return 'forbidden'
    const relation = catalog.resolve(command.relation!)
    const table = command.target === 'index' ? catalog.index(relation)?.table : catalog.table(relation)
    return table?.kind === 'partitioned table' && reachesPartitions(catalog) ? 'forbidden' : 'allowed'
  },

  leaves: ({ command }) => (command.concurrently ? 'an invalid copy of the index behind, with `_ccnew` in its name: drop it before the next try' : undefined),

  unread: ({ command }, catalog) =>
    command.relation || command.concurrently || catalog.surroundings.complete ? undefined : `It rebuilds the indexes of every table of the ${command.target}, and which these are is not known.`,

  fails({ command }, catalog): readonly Omit<Failure, 'span'>[] {
    const found = command.relation && command.target === 'index' ? catalog.index(catalog.resolve(command.relation)) : undefined
    const misplaced = command.relation && command.target === 'table' ? refusedKind(catalog, catalog.resolve(command.relation), ['table', 'partitioned table', 'materialized view'], 'only tables and materialized views have indexes') : []
    const displaced = refusedTablespace(command.tablespace)
    if (misplaced.length + displaced.length > 0) return [...misplaced, ...displaced].slice(0, 1)
    if (found && command.concurrently && isExclusion(found.table, found.index)) return [refusal('Ends in an error, after waiting for its lock: the index of an exclusion constraint is not rebuilt concurrently.')]
    if (found?.table.kind !== 'partitioned table' || reachesPartitions(catalog)) return []
    return [{ sentence: 'Ends in an error, after waiting for its lock: before PostgreSQL 14 the index of a partitioned table cannot be rebuilt. Rebuild those of its partitions.', certain: true }]
  },

  plan({ command }, catalog, context): Plan | undefined {
    if (command.concurrently || command.target === 'system') return undefined
    // The concurrent form refuses or leaves out indexes of exclusion constraints and, but by name, invalid ones.
    const found = targets(command, catalog)
    if (found.some(({ whole, indexes }) => whole && indexes.some((index) => !index.valid))) return undefined
    if (found.length > 0 && found.every(({ table }) => table.origin === 'migration' || (table.kind === 'partitioned table' && !reachesPartitions(catalog)))) return undefined
    const tokens = new Tokens(context.sql)
    let at = 0
    while (at < tokens.count && !(tokens.depths[at] === 0 && tokens.isWord(at, command.target))) at++
    const end = tokens.ends[at]
    if (end === undefined) return undefined
    const rebuild = sqlStep(`${context.sql.slice(0, end)}${inCase(' CONCURRENTLY', context.keywords)}${context.sql.slice(end)};`, 'none', 'A new index is built beside the old one, which serves queries until then; if it fails, drop the invalid one whose name ends in _ccnew.')
    const excluding = found.flatMap(({ table, indexes }) => indexes.filter((index) => isExclusion(table, index)))
    if (excluding.length === 0) return equivalentPlan('Rebuild concurrently', [rebuild])
    if (command.target === 'index') return noWay('Rebuild it while nobody needs the table: the index of an exclusion constraint cannot be rebuilt concurrently, nor a second one be built so')
    return {
      title: `Rebuild concurrently, which leaves out ${listNames(excluding.map(({ name }) => name))}: an exclusion constraint's index can only be rebuilt while nobody needs the table`,
      fit: 'outline',
      expand: [rebuild],
      migrate: [],
      contract: [],
    }
  },

  // Where the indexes were before, no catalog tells.
  wayBack: ({ command }) => (command.tablespace === undefined ? nothingToUndo('the indexes are the same, built anew') : undefined),
})

interface Target {
  readonly table: Table
  readonly indexes: readonly TableIndex[]
  /** All indexes of the table, not one by its name. */
  readonly whole: boolean
  /** The index is named, or is a part of one that is. */
  readonly named: boolean
  /** Reached through the partitioned table, or index, that is named. */
  readonly isPart: boolean
}

/** Before 14 the indexes of a partitioned table were refused, and the table left out with a warning (ReindexPartitionedIndex, src/backend/commands/indexcmds.c of 13). */
const reachesPartitions = (catalog: Catalog): boolean => catalog.surroundings.version >= 14

function targets(command: Command, catalog: Catalog): readonly Target[] {
  if (command.relation && command.target === 'index') return ofIndex(catalog, catalog.resolve(command.relation))
  if (command.relation) {
    const name = catalog.resolve(command.relation)
    return [name, ...(reachesPartitions(catalog) ? partitionsBelow(catalog, name) : [])].map((one) => ({ ...ofTable(catalog.table(one) ?? unknownTable(one)), isPart: one !== name }))
  }
  // PostgreSQL's own catalogs are nobody's tables.
  if (command.target === 'system') return []
  // A table that the file has only named is no more among those of the schema than one it has not: that nobody knows them all is said.
  return [...everyTable(catalog)].filter((table) => isKnown(table) && holdsRows(catalog, table.name) && (command.target !== 'schema' || schemaOf(table.name) === schemaOf(relationName(command.name ?? '', '')))).map(ofTable)
}

const ofTable = (table: Table): Target => ({ table, indexes: table.kind === 'partitioned table' ? [] : table.indexes, whole: true, named: false, isPart: false })

function ofIndex(catalog: Catalog, name: RelationName): readonly Target[] {
  const found = catalog.index(name)
  if (!found) return [{ table: unknownTable(name), indexes: [], whole: false, named: true, isPart: false }]
  const below = (reachesPartitions(catalog) ? partitionsBelow(catalog, found.table.name) : []).flatMap((partition) => {
    const table = catalog.table(partition)
    const indexes = table?.indexes.filter((index) => isPartOf(catalog, index, name)) ?? []
    return table && indexes.length > 0 ? [{ table, indexes, whole: false, named: false, isPart: true }] : []
  })
  return [{ table: found.table, indexes: [found.index], whole: false, named: true, isPart: false }, ...below]
}

const isPartOf = (catalog: Catalog, index: TableIndex, whole: RelationName): boolean => {
  if (index.attachedTo === undefined) return false
  if (index.attachedTo === whole) return true
  const parent = catalog.index(index.attachedTo)?.index
  return parent !== undefined && isPartOf(catalog, parent, whole)
}

function* everyTable(catalog: Catalog): Iterable<Table> {
  for (const relation of catalog.relations()) if (isTable(relation)) yield relation
}

const swappable = (table: Table, index: TableIndex): boolean => index.valid && !isExclusion(table, index)

const build = (index: TableIndex, concurrently: boolean): Work => ({ kind: 'build-index', to: 'to build the index anew', index: index.shape, concurrently })

/** Of a table we know nothing of: there is some index, or nobody would ask. */
const unknownBuild: Work = { kind: 'build-index', to: 'to build its indexes anew', index: { method: 'btree', keys: [], include: [], unique: false }, concurrently: false }
