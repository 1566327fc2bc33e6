import type { Catalog } from '../catalog/catalog'
import { schemaOf } from '../catalog/catalog'
import { columnOf } from '../catalog/relation'
import type { Column, Constraint, Table, TableIndex } from '../catalog/relation'
import type { Effect, Work } from '../model/effect'
import type { RelationName, WrittenName } from '../model/name'
import { nameParts, quoteIdentifier, relationName } from '../model/name'
import type { Plan, Step } from '../model/plan'
import type { Span } from '../model/span'
import type { AlterRelation, PartitionBound } from '../sql/command'
import { inCase, writtenName } from '../sql/print'
import { read } from '../sql/read'
import { withoutParts } from './added-constraint'
import { automaticIndexName, passingName } from './automatic-name'
import { changeTable, holdsRows, indexLock, indexShape, lock, madeLock, partitionsBelow, rowTriggers, sameNames, unknownTable, wholes } from './common'
import { alterHead, equivalentPlan, isMade, keySteps, noWay, sqlStep, tableHead, validateStep, writtenLike } from './constraint-plans'
import type { KeyDefinition } from './constraint-plans'
import { droppedWayBack } from './constraint-way-back'
import { adoptedEffects, probe, referencedEffects, referringTo } from './foreign-key'
import { opposite } from './implied'
import { operationType } from './operation'
import { isPlainKey } from './index-definition'
import type { Operation, PlanContext } from './operation'
import { conditionOf, defaultEffects, neededBy, neededUnder, proves, requirementOf, requirementsAbove, unexcluded, unproved } from './partition-proof'
import { sameShape } from './same-shape'
import { refusedBound, refusedRemainder } from './table-refusal'
import { refusedBelow } from './tree-refusal'

interface AttachPartition extends Operation {
  readonly kind: 'attach-partition'
  readonly alter: AlterRelation
  readonly partition: AlterRelation['relation']
  readonly bound: PartitionBound
}

export const attachPartition = operationType<AttachPartition>({
  kind: 'attach-partition',
  title: 'Attach a partition',
  recognise: (command) =>
    command.kind === 'alter' && command.object !== 'index' && command.action.action === 'attach-partition' && command.action.bound
      ? { kind: 'attach-partition', relation: command.relation, span: command.span, alter: command, partition: command.action.partition, bound: command.action.bound }
      : undefined,

  effects({ alter, partition, bound }, catalog): readonly Effect[] {
    const parent = catalog.resolve(alter.relation)
    const child = catalog.resolve(partition)
    const read = unproved(catalog, child, neededUnder(catalog, parent, bound), parent)
    const scan = (one: RelationName): readonly Work[] => (read.includes(one) && holdsRows(catalog, one) ? [{ kind: 'scan', to: 'to check that they belong there' }] : [])
    // The whole tree below the new partition is locked, to be read or not (ATExecAttachPartition in src/backend/commands/tablecmds.c).
    const attached = [child, ...partitionsBelow(catalog, child)]
    return [
      lock(parent, 'SHARE UPDATE EXCLUSIVE'),
      ...wholes(catalog, parent).map((one) => lock(one, 'ACCESS SHARE')),
      ...attached.map((one) => lock(one, 'ACCESS EXCLUSIVE', ...scan(one))),
      ...defaultEffects(catalog, parent, bound),
      ...indexEffects(catalog, parent, child),
      ...keyEffects(catalog, parent, child),
    ]
  },

  apply({ alter, partition, bound }, catalog) {
    const parent = catalog.resolve(alter.relation)
    const child = catalog.resolve(partition)
    const attached = changeTable(catalog, child, (before) => ({ ...before, partitionOf: { parent, bound: boundText(bound) } }))
    return withParentsIndexes([child, ...partitionsBelow(catalog, child)].reduce((result, one) => withParentsIdentity(withParentsKeysAndTriggers(result, parent, one), parent, one), attached), parent, child)
  },

  fails: ({ alter, partition, bound }, catalog) => [...refusedBound(catalog, catalog.resolve(alter.relation), bound, catalog.resolve(partition)), ...refusedBelow(catalog, catalog.resolve(alter.relation), catalog.resolve(partition)), ...refusedRemainder(catalog, catalog.resolve(alter.relation), bound)].slice(0, 1),

  plan({ alter, partition, bound }, catalog, context): Plan | undefined {
    const parent = catalog.resolve(alter.relation)
    const child = catalog.resolve(partition)
    const own = requirementOf(catalog, parent, bound)
    // PostgreSQL refuses what is a partition already.
    if (catalog.table(child)?.partitionOf) return undefined
    // A row has to belong where it is by the bounds above as well.
    const above = requirementsAbove(catalog, parent)
    // What else the statement does under its locks would still be done under them.
    const matching = own && above ? matchingSteps(catalog, parent, child, partition, context) : undefined
    if (!matching && keyEffects(catalog, parent, child).some(({ work }) => work.length > 0)) return noWay('Give the partition the foreign keys of the whole before it is attached, which stops writers only while its rows are looked up: attaching then takes them over and looks nothing up')
    if (!own || !above || !matching) return undefined
    const { keywords } = context
    const condition = conditionOf(own, keywords)
    const all = [...above, own]
    const whole = all.map((one) => conditionOf(one, keywords)).map((one, _, { length }) => (length > 1 ? `(${one})` : one)).join(inCase(' AND ', keywords))
    const before: Step[] = []
    const after: Step[] = []
    const prove = (relation: RelationName, check: string): void => {
      const head = tableHead(writtenLike(relation, relation === child ? partition : alter.relation, catalog), context)
      const name = quoteIdentifier(passingName(catalog, relation, undefined, relation === child ? 'bound' : 'remainder'))
      before.push(
        sqlStep(`${head} ${inCase('ADD CONSTRAINT', keywords)} ${name} ${inCase('CHECK', keywords)} (${check}) ${inCase('NOT VALID', keywords)};`, 'shared', relation === child ? 'Says what the bound says; the lock is held for a moment only.' : 'Says what the new bound will; until the partition is attached, new rows that belong into it are refused.'),
        sqlStep(`${head} ${inCase('VALIDATE CONSTRAINT', keywords)} ${name};`, 'own', 'Existing rows are checked while reads and writes go on.'),
      )
      after.push(sqlStep(`${head} ${inCase('DROP CONSTRAINT', keywords)} ${name};`, 'shared', 'The bound says the same.'))
    }
    const needed = neededUnder(catalog, parent, bound)
    const excluded = neededBy(catalog, parent, bound)
    const saying = (check: string): Table => ({ ...unknownTable(child), constraints: [{ name: '', type: 'check', columns: [], expression: check, validated: true }] })
    // What cannot be read back is no proof that can be promised: a value may be of any length.
    if (!needed || !excluded || !proves(catalog, saying(whole), needed, parent)) return undefined
    if (!isMade(catalog, child) && !proves(catalog, catalog.table(child), needed, parent)) prove(child, whole)
    const remainder = catalog.defaultPartition(parent)
    const exclusion = `${inCase('NOT', keywords)} (${condition})`
    if (remainder && !proves(catalog, saying(exclusion), opposite(excluded), parent)) return undefined
    if (remainder && !isMade(catalog, remainder) && unexcluded(catalog, remainder, parent, bound).length > 0) prove(remainder, exclusion)
    if (before.length === 0 && matching.length === 0) return undefined
    const attach = sqlStep(`${alterHead(alter, context)} ${context.sql.slice(alter.span.start, alter.span.end)};`, 'shared', 'PostgreSQL sees by the checks that every row belongs where it is, and reads none.')
    const title = matching.length === 0 ? 'Prove the bound by checks validated beforehand' : 'Make its indexes and keys, and prove the bound, beforehand'
    return equivalentPlan(`${title}, so that attaching reads no rows`, [...matching, ...before, attach, ...after])
  },

  wayBack({ alter, partition }, catalog) {
    const parent = catalog.resolve(alter.relation)
    const child = catalog.resolve(partition)
    const before = catalog.table(child)
    if (!before?.complete || !catalog.table(parent)?.complete) return undefined
    const after = withParentsIndexes(withParentsKeysAndTriggers(catalog.speculative(), parent, child), parent, child).table(child)!
    // What was made to match the parent stays with the partition when it leaves.
    const constraints = after.constraints.filter((one) => !before.constraints.some((old) => old.name === one.name))
    const indexes = after.indexes.filter((one) => !before.indexes.some((old) => old.name === one.name) && !constraints.some((constraint) => constraint.index === one.name))
    return [
      `ALTER TABLE ${writtenName(alter.relation)} DETACH PARTITION ${writtenName(partition)};`,
      ...constraints.map((one) => `ALTER TABLE ${writtenName(partition)} DROP CONSTRAINT ${quoteIdentifier(one.name)};`),
      ...indexes.map((one) => `DROP INDEX ${after.kind === 'partitioned table' ? '' : 'CONCURRENTLY '}${one.name};`),
    ].join('\n')
  },
})

/** What the parent has and the partition does not, as attaching would make it, but while reads and writes go on. Undefined where the catalog does not know all of it. */
function matchingSteps(catalog: Catalog, parent: RelationName, child: RelationName, partition: WrittenName, context: PlanContext): readonly Step[] | undefined {
  const whole = catalog.table(parent)
  const table = catalog.table(child)
  const head = tableHead(partition, context)
  const fresh = (withParentsIndexes(catalog.speculative(), parent, child).table(child)?.indexes ?? []).filter((index) => table?.complete && !table.indexes.some((one) => one.name === index.name))
  const keys = (withParentsKeysAndTriggers(catalog.speculative(), parent, child).table(child)?.constraints ?? []).filter((key) => key.type === 'foreign-key' && !table?.constraints.includes(key))
  if ((fresh.length > 0 || keys.length > 0) && (isMade(catalog, child) || partitionsBelow(catalog, child).length > 0)) return isMade(catalog, child) ? [] : undefined
  const steps: Step[] = []
  for (const index of fresh) {
    const original = whole?.indexes.find((one) => one.name === index.attachedTo)
    const carried = whole?.constraints.find((one) => one.index === original?.name)
    const made = original && whole && (carried ? sameKey(catalog, whole, original, carried, index, partition, context) : sameIndex(original, index, partition, context))
    if (!made) return undefined
    steps.push(...made)
  }
  for (const key of keys) {
    const [add] = droppedWayBack(catalog, { relation: partition, only: false }, { ...key, validated: true })?.split('\n') ?? []
    if (!key.validated || add === undefined || add.startsWith('--') || table?.constraints.some((one) => one.name === key.name)) return undefined
    steps.push(sqlStep(inCase(add, context.keywords), 'shared', 'New rows are checked from here on; the lock is held for a moment only.'), validateStep(head, key.name, context))
  }
  return steps
}

/** The author has not written it. */
const nowhere: Span = { start: 0, end: 0 }

/** An index that carries a key has the columns' own operator classes and order. */
function sameKey(catalog: Catalog, whole: Table, original: TableIndex, carried: Constraint, index: TableIndex, partition: WrittenName, context: PlanContext): readonly Step[] | undefined {
  if (carried.type === 'exclude' || carried.deferrable || !isPlainKey(whole, original, catalog.surroundings.version)) return undefined
  const { keys: columns, include } = original.shape
  const definition: KeyDefinition = { type: carried.type === 'unique' ? 'unique' : 'primary-key', name: nameParts(index.name).name, span: nowhere, columns, include, nullsNotDistinct: false, options: [], withoutOverlaps: false, notValid: false, notEnforced: false, deferrable: false, initiallyDeferred: false }
  return keySteps(catalog, catalog.resolve(partition), partition, definition, context)
}

/** Of any other the snapshot's definition alone tells all. */
function sameIndex(original: TableIndex, index: TableIndex, partition: WrittenName, context: PlanContext): readonly Step[] | undefined {
  const parsed = original.definition === undefined ? undefined : read(original.definition).commands[0]
  const tail = original.definition === undefined ? undefined : / USING .*$/s.exec(original.definition)?.[0]
  if (parsed?.kind !== 'create-index' || tail === undefined || !sameShape(indexShape(parsed, undefined), original.shape)) return undefined
  const head = inCase(`CREATE ${original.shape.unique ? 'UNIQUE ' : ''}INDEX CONCURRENTLY`, context.keywords)
  return [sqlStep(`${head} ${quoteIdentifier(nameParts(index.name).name)} ${inCase('ON', context.keywords)} ${context.name(partition)}${tail};`, 'none', 'Reads and writes go on while the index is built; if it fails, drop the invalid index and begin again.')]
}

/** Every index of the parent gets its part: one that is there in the same shape, or a new one (AttachPartitionEnsureIndexes). */
function indexEffects(catalog: Catalog, parent: RelationName, child: RelationName): readonly Effect[] {
  const after = withParentsIndexes(catalog.speculative(), parent, child)
  return [
    ...(catalog.table(parent)?.indexes ?? []).map((index) => indexLock(index.name, parent, 'SHARE UPDATE EXCLUSIVE')),
    ...[child, ...partitionsBelow(catalog, child)].flatMap((one) => {
      // A table of which not all indexes are known may have this one.
      if (!catalog.table(one)?.complete) return []
      const old = catalog.table(one)?.indexes ?? []
      const fresh = (after.table(one)?.indexes ?? []).filter((index) => !old.some((other) => other.name === index.name))
      return fresh.flatMap((index): Effect[] => [
        lock(one, 'ACCESS EXCLUSIVE', ...(holdsRows(catalog, one) ? [{ kind: 'build-index', to: 'to build the index', index: index.shape, concurrently: false } as const] : [])),
        { ...madeLock(index.name), indexOf: one },
      ])
    }),
  ]
}

const withParentsIndexes = (catalog: Catalog, parent: RelationName, child: RelationName): Catalog =>
  (catalog.table(parent)?.indexes ?? []).reduce((result, index) => withPartOf(result, index, parent, child), catalog)

function withPartOf(catalog: Catalog, index: TableIndex, parent: RelationName, child: RelationName): Catalog {
  const table = catalog.table(child)
  if (!table || table.kind === 'foreign table' || table.indexes.some((one) => one.attachedTo === index.name)) return catalog
  const carried = catalog.table(parent)?.constraints.find((one) => one.index === index.name)
  const carries = (one: TableIndex): boolean => table.constraints.some((other) => other.index === one.name && other.type === carried?.type)
  const existing = table.indexes.find((one) => one.attachedTo === undefined && sameShape(one.shape, index.shape) && (carried === undefined || carries(one)))
  if (existing) return catalog.with({ ...table, indexes: table.indexes.map((one) => (one === existing ? { ...one, attachedTo: index.name } : one)) })
  const grown = withPart(catalog, table, index, carried)
  const part = grown.indexes.at(-1)!
  return catalog.partitions(child).reduce((result, one) => withPartOf(result, part, child, one), catalog.with(grown))
}

function withPart(catalog: Catalog, table: Table, index: TableIndex, carried: Constraint | undefined): Table {
  const name = carried ? keyName(catalog, table, index, carried) : automaticIndexName(catalog, table.name, index.shape.keys.map(asElement), index.shape.include)
  const part: TableIndex = { name, shape: { ...index.shape, name: nameParts(name).name }, valid: true, attachedTo: index.name }
  return {
    ...table,
    indexes: [...table.indexes, part],
    constraints: carried ? [...table.constraints, { ...carried, name: nameParts(name).name, index: name }] : table.constraints,
  }
}

const asElement = (key: string): { column?: string; expression?: { sql: string; span: { start: number; end: number } }; descending: boolean } =>
  key.startsWith('(') ? { expression: { sql: key.slice(1, -1), span: { start: 0, end: 0 } }, descending: false } : { column: key, descending: false }

/** `n1_pkey`, `n1_id_key`: as PostgreSQL names the constraint of the partition anew. */
function keyName(catalog: Catalog, table: Table, index: TableIndex, carried: Constraint): RelationName {
  const label = carried.type === 'primary-key' ? 'pkey' : carried.type === 'unique' ? 'key' : 'excl'
  const columns = carried.type === 'primary-key' ? undefined : [...index.shape.keys, ...index.shape.include].join('_')
  return relationName(schemaOf(table.name), passingName(catalog, table.name, columns, label))
}

/** Foreign keys of the parent, and those that point at it, get their part for the new partition. */
function keyEffects(catalog: Catalog, parent: RelationName, child: RelationName): readonly Effect[] {
  const { version } = catalog.surroundings
  const outgoing = (catalog.table(parent)?.constraints ?? []).filter((one) => one.type === 'foreign-key' && one.references !== undefined)
  const attached = [child, ...partitionsBelow(catalog, child)]
  return [
    ...outgoing.flatMap((key) => {
      const own = catalog.table(child)?.constraints.find((one) => one.type === 'foreign-key' && one.validated && one.references === key.references && sameNames(one.columns, key.columns) && sameNames(one.referencedColumns ?? [], key.referencedColumns ?? []))
      if (own) return adoptedEffects(catalog, own)
      return [...attached.filter((one) => holdsRows(catalog, one) && key.validated).map((one) => lock(one, 'ACCESS EXCLUSIVE', probe(key.references!, key.columns))), ...referencedEffects(catalog, key.references!, 'SHARE ROW EXCLUSIVE')]
    }),
    // Up to 14 the referencing table was only looked at.
    ...referringTo(catalog, parent)
      .filter((one) => one !== parent)
      .map((one) => lock(one, version >= 15 ? 'SHARE ROW EXCLUSIVE' : 'ACCESS SHARE')),
  ]
}

function withParentsKeysAndTriggers(catalog: Catalog, parent: RelationName, child: RelationName): Catalog {
  const whole = catalog.table(parent)
  const keys = (whole?.constraints ?? []).filter((one) => one.type === 'foreign-key')
  return changeTable(catalog, child, (before) => {
    const missing = keys.map(withoutParts).filter((key) => !before.constraints.some((one) => one.type === 'foreign-key' && one.references === key.references && sameNames(one.columns, key.columns)))
    const triggers = rowTriggers(whole).filter(({ name }) => !before.triggers.some((one) => one.name === name))
    return { ...before, constraints: [...before.constraints, ...missing], triggers: [...before.triggers, ...triggers] }
  })
}


/** From 17 on it takes its numbers from the whole. */
function withParentsIdentity(catalog: Catalog, parent: RelationName, child: RelationName): Catalog {
  if (catalog.surroundings.version < 17) return catalog
  return changeTable(catalog, child, (before) => ({
    ...before,
    ...(before.columns && {
      columns: before.columns.map((column): Column => {
        const identity = columnOf(catalog.table(parent), column.name)?.identity
        return identity === undefined ? column : { ...column, identity }
      }),
    }),
  }))
}

const boundText = (bound: PartitionBound): string => {
  switch (bound.strategy) {
    case 'default':
      return 'DEFAULT'
    case 'list':
      return `FOR VALUES IN (${bound.values.map((value) => value.sql).join(', ')})`
    case 'range':
      return `FOR VALUES FROM (${bound.from.map((value) => value.sql).join(', ')}) TO (${bound.to.map((value) => value.sql).join(', ')})`
    case 'hash':
      return `FOR VALUES WITH (MODULUS ${bound.modulus}, REMAINDER ${bound.remainder})`
  }
}
