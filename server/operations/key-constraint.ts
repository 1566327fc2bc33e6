import type { Catalog } from '../catalog/catalog'
import type { Table } from '../catalog/relation'
import { columnOf } from '../catalog/relation'
import type { Failure } from '../model/assessed'
import type { Effect, IndexShape, Work } from '../model/effect'
import { shortName } from '../model/name'
import type { RelationName } from '../model/name'
import type { ConstraintDefinition } from '../sql/command'
import { addedConstraint, applyConstraint, isNotNull } from './added-constraint'
import { constraintName } from './automatic-name'
import { descendants, holdsRows, indexLock, lock, madeLock, partitionsBelow, unknownTable } from './common'
import { inSchemaOf, unprovedColumns } from './constraint-plans'
import { refusedAsKey } from './index-refusal'
import { unclassed } from './method-refusal'
import { refusal, refusedConstraint } from './refusal'
import { refusedUnique } from './tree-refusal'

type IndexedDefinition = Extract<ConstraintDefinition, { type: 'unique' | 'primary-key' | 'exclude' }>

/** What adding a constraint takes that an index carries: UNIQUE, PRIMARY KEY, EXCLUDE, USING INDEX included. */
export function keyConstraintEffects(catalog: Catalog, relation: RelationName, definition: IndexedDefinition, only: boolean): readonly Effect[] {
  const { version } = catalog.surroundings
  const table = catalog.table(relation)
  const isPrimary = definition.type === 'primary-key'
  const partitions = only ? [] : partitionsBelow(catalog, relation)
  const children = only || (version < 18 && !isPrimary) ? [] : descendants(catalog, relation).filter((one) => !partitions.includes(one))
  const columns = primaryColumns(table, definition)
  const scan = (one: RelationName): readonly Work[] => (isPrimary && holdsRows(catalog, one) && unprovedColumns(catalog, catalog.table(one), columns).length > 0 ? [nullScan] : [])

  if (definition.type !== 'exclude' && definition.usingIndex !== undefined) {
    const index = inSchemaOf(relation, definition.usingIndex)
    const renamed = constraintName(catalog, relation, definition) !== definition.usingIndex
    return [
      lock(relation, 'ACCESS EXCLUSIVE', ...scan(relation)),
      ...children.map((child) => lock(child, 'ACCESS EXCLUSIVE', ...scan(child))),
      ...(renamed ? [indexLock(index, relation, 'SHARE UPDATE EXCLUSIVE')] : []),
    ]
  }

  // Up to 17 the partitions are come to only when the index is made, and before that it is refused.
  if (definition.type !== 'exclude' && refusedUnique(catalog, relation, definition.columns).length > 0) return [relation, ...(version < 18 ? [] : partitions)].map((one) => lock(one, 'ACCESS EXCLUSIVE'))

  const after = applyConstraint(catalog.speculative(), relation, definition, only)
  const made = (one: RelationName): readonly Effect[] => {
    const before = catalog.table(one)
    const now = after.table(one)
    if (!before || !now) return one === relation ? [{ ...madeLock(inSchemaOf(relation, constraintName(catalog, relation, definition))), indexOf: relation }] : []
    const fresh = now.indexes.filter((index) => !before.indexes.some((old) => old.name === index.name))
    const adopted = now.indexes.filter((index) => index.attachedTo !== undefined && before.indexes.some((old) => old.name === index.name && old.attachedTo === undefined))
    return [...fresh.map((index) => ({ ...madeLock(index.name), indexOf: one })), ...adopted.map((index) => indexLock(index.name, one, 'SHARE'))]
  }
  const build = (one: RelationName): readonly Work[] => {
    if (!holdsRows(catalog, one) || (only && table?.kind === 'partitioned table')) return []
    const before = catalog.table(one)
    const fresh = before ? after.table(one)?.indexes.find((index) => !before.indexes.some((old) => old.name === index.name)) : undefined
    if (before && !fresh) return []
    return [buildIndex(fresh?.shape ?? unknownShape(catalog, relation, definition))]
  }
  // Up to 17 the partitions' indexes are built under the lock of CREATE INDEX, unless NOT NULL has to be set too.
  const setsNotNull = isPrimary && unprovedOrUnset(table, columns)
  return [
    lock(relation, 'ACCESS EXCLUSIVE', ...(only && table?.kind === 'partitioned table' ? [] : scan(relation)), ...build(relation)),
    ...made(relation),
    ...partitions.flatMap((one) => [lock(one, version >= 18 || setsNotNull ? 'ACCESS EXCLUSIVE' : 'SHARE', ...scan(one), ...build(one)), ...made(one)]),
    ...children.map((child) => lock(child, 'ACCESS EXCLUSIVE', ...scan(child))),
  ]
}

/** Data on which it ends in an error, as far as statistics tell. */
export function keyConstraintFailures(catalog: Catalog, relation: RelationName, definition: IndexedDefinition): readonly Omit<Failure, 'span'>[] {
  const table = catalog.table(relation)
  if (!table) return []
  if (definition.type === 'exclude') return catalog.surroundings.version < 17 && table.kind === 'partitioned table' ? [refusal(`Ends in an error: no exclusion constraint stands on a partitioned table before PostgreSQL 17. Add it to each partition.`)] : []
  const found: Omit<Failure, 'span'>[] = [...refusedConstraint(catalog, relation, definition), ...(definition.usingIndex === undefined ? refusedUnique(catalog, relation, definition.columns) : refusedAsKey(catalog, inSchemaOf(relation, definition.usingIndex)))]
  if (definition.usingIndex === undefined) found.push(...unclassed(catalog, relation, definition.withoutOverlaps ? 'gist' : 'btree', definition.columns.map((column) => ({ column }))))
  const rows = table.size?.rows ?? 0
  if (definition.type === 'primary-key') {
    for (const name of unprovedColumns(catalog, table, primaryColumns(table, definition))) {
      if ((columnOf(table, name)?.nullFraction ?? 0) > 0 && rows > 0) found.push({ sentence: `Column \`${name}\` of \`${shortName(relation)}\` holds NULL, so the statement ends in an error: fill it first.`, certain: true })
    }
  }
  if (definition.usingIndex === undefined) found.push(...repeated(catalog, relation, definition.columns, definition.type === 'unique' && definition.nullsNotDistinct))
  return found
}

/** What statistics tell of a column that is to be unique by itself. */
export function repeated(catalog: Catalog, relation: RelationName, columns: readonly string[], nullsAreAlike = false): readonly Omit<Failure, 'span'>[] {
  const table = catalog.table(relation)
  const only = columns.length === 1 ? columnOf(table, columns[0]!) : undefined
  const rows = table?.size?.rows ?? 0
  if (!only) return []
  const because = (sentence: string): Omit<Failure, 'span'> => ({ sentence: `Column \`${only.name}\` of \`${shortName(relation)}\` holds ${sentence}`, certain: true })
  const present = rows * (1 - (only.nullFraction ?? 0))
  return [
    ...(nullsAreAlike && rows * (only.nullFraction ?? 0) >= 2 ? [because('NULL more than once, which are alike here, so the statement ends in an error: fill it first.')] : []),
    // Twice as many values as different ones cannot be unique, however rough the statistics are.
    ...(only.distinct !== undefined && only.distinct > 0 && present > 2 * only.distinct ? [because('the same value more than once, so the statement ends in an error: remove the duplicates first.')] : []),
  ]
}

const nullScan: Work = { kind: 'scan', to: 'to look for NULL', operators: 0 }

const buildIndex = (index: IndexShape): Work => ({ kind: 'build-index', to: 'to build the index', index, concurrently: false })

/** The key's columns: those of the index where it is there already. */
function primaryColumns(table: Table | undefined, definition: IndexedDefinition): readonly string[] {
  if (definition.type === 'exclude') return []
  if (definition.usingIndex === undefined) return definition.columns
  return table?.indexes.find((index) => index.shape.name === definition.usingIndex)?.shape.keys ?? []
}

const unprovedOrUnset = (table: Table | undefined, columns: readonly string[]): boolean => columns.some((name) => !isNotNull(table, name))

const unknownShape = (catalog: Catalog, relation: RelationName, definition: IndexedDefinition): IndexShape => addedConstraint(catalog, unknownTable(relation), definition).index!.shape
