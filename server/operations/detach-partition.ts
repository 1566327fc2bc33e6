import type { Catalog } from '../catalog/catalog'
import type { Constraint } from '../catalog/relation'
import type { Effect } from '../model/effect'
import type { LockMode } from '../model/lock'
import type { RelationName } from '../model/name'
import { quoteIdentifier, shortName } from '../model/name'
import type { Plan } from '../model/plan'
import type { AlterRelation } from '../sql/command'
import { inCase, writtenName } from '../sql/print'
import { passingName } from './automatic-name'
import { changeTables } from './alteration'
import { changeTable, holdsRows, indexLock, lock, partitionsBelow, rowTriggers, sameNames, wholes } from './common'
import { alterHead, equivalentPlan, isMade, noWay, sqlStep, tableHead } from './constraint-plans'
import { referencedEffects, referringTo } from './foreign-key'
import { operationType } from './operation'
import type { Operation } from './operation'
import { refusal } from './refusal'
import { conditionOf, readBound, requirementOf } from './partition-proof'

interface DetachPartition extends Operation {
  readonly kind: 'detach-partition'
  readonly alter: AlterRelation
  readonly partition: AlterRelation['relation']
  readonly mode: 'plain' | 'concurrently' | 'finalize'
}

export const detachPartition = operationType<DetachPartition>({
  kind: 'detach-partition',
  title: 'Detach a partition',
  recognise: (command) =>
    command.kind === 'alter' && command.action.action === 'detach-partition'
      ? { kind: 'detach-partition', relation: command.relation, span: command.span, alter: command, partition: command.action.partition, mode: command.action.mode }
      : undefined,

  effects({ alter, partition, mode }, catalog): readonly Effect[] {
    const parent = catalog.resolve(alter.relation)
    const child = catalog.resolve(partition)
    const parts = (catalog.table(child)?.indexes ?? []).filter((index) => index.attachedTo !== undefined)
    // One that it brought with it has its own name.
    const outgoing = (catalog.table(child)?.constraints ?? []).filter((one) => isOfWhole(catalog, parent, one))
    const incoming = referringTo(catalog, parent)
    // Rows that point into the partition would lose what they point at, so they are looked for.
    const readIncoming = (one: RelationName, mode: LockMode): Effect => lock(one, mode, ...(holdsRows(catalog, one) ? [{ kind: 'scan', to: 'to check that none points into the partition' } as const] : []))
    const rest = [
      // To look for them the whole bound is put together, up to the root (pg_get_partconstrdef_string in src/backend/utils/adt/ruleutils.c).
      ...(incoming.length === 0 ? [] : wholes(catalog, parent).map((one) => lock(one, 'ACCESS SHARE'))),
      ...parts.map((index) => indexLock(index.name, child, 'ACCESS EXCLUSIVE')),
      ...outgoing.flatMap((key) => releasedEffects(catalog, parent, key)),
    ]
    if (mode !== 'plain') {
      // First the parent is left, then those who planned with the partition are waited for, then it is taken apart (ATExecDetachPartition in src/backend/commands/tablecmds.c).
      // The rows that point into it are looked for before that, and the part of their key for it is taken away behind it, which stops whoever reads them too.
      const looked = mode === 'concurrently' ? incoming.flatMap((one) => [readIncoming(one, 'SHARE'), ...partitionsBelow(catalog, one).map((part) => readIncoming(part, 'ACCESS SHARE'))]) : []
      return [
        { ...lock(parent, 'SHARE UPDATE EXCLUSIVE'), ...(mode === 'concurrently' && { waitsFor: 'everyone' as const }) },
        lock(child, 'ACCESS EXCLUSIVE'),
        ...rest,
        ...looked,
        ...incoming.map((one): Effect => ({ ...lock(one, 'ACCESS EXCLUSIVE'), ...(mode === 'concurrently' && { brief: true as const }) })),
      ]
    }
    const remainder = catalog.defaultPartition(parent)
    // What a key has for each partition that it refers to goes in 13.
    const losesKeys = catalog.surroundings.version === 13 && outgoing.some((key) => catalog.table(key.references!)?.kind === 'partitioned table')
    return [
      lock(parent, 'ACCESS EXCLUSIVE'),
      // Up to 13 the partition itself could mostly still be used by its own name.
      lock(child, catalog.surroundings.version < 14 && child !== remainder && (incoming.length === 0 || !holdsRows(catalog, child)) && !hasClonedTriggers(catalog, parent) && !losesKeys ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS EXCLUSIVE'),
      ...partitionsBelow(catalog, child).map((one) => lock(one, 'ACCESS EXCLUSIVE')),
      ...(remainder !== undefined && remainder !== child ? [lock(remainder, 'ACCESS EXCLUSIVE')] : []),
      ...rest,
      ...incoming.flatMap((one) => [readIncoming(one, 'ACCESS EXCLUSIVE'), ...partitionsBelow(catalog, one).map((part) => readIncoming(part, 'ACCESS SHARE'))]),
    ]
  },

  apply({ alter, partition, mode }, catalog) {
    const parent = catalog.resolve(alter.relation)
    const child = catalog.resolve(partition)
    const check = mode === 'concurrently' ? addedCheck(catalog, parent, child) : undefined
    const lost = rowTriggers(catalog.table(parent)).map(({ name }) => name)
    const left = changeTables(catalog, [child, ...partitionsBelow(catalog, child)], (before) => ({
      ...before,
      // From 17 on it had its numbers from the whole.
      ...(before.columns && catalog.surroundings.version >= 17 && { columns: before.columns.map(({ identity: _, ...column }) => column) }),
      constraints: before.constraints.flatMap((one) => releasedKey(catalog, parent, one)),
      triggers: before.triggers.filter(({ name }) => !lost.includes(name)),
    }))
    return changeTable(left, child, ({ partitionOf: _, ...before }) => ({
      ...before,
      constraints: [...before.constraints, ...(check ? [check] : [])],
      indexes: before.indexes.map(({ attachedTo: __, ...index }) => index),
    }))
  },

  transactionBlock: ({ mode }) => (mode === 'concurrently' ? 'forbidden' : 'allowed'),
  leaves: ({ partition, mode }, catalog) => (mode === 'concurrently' ? `the partition \`${shortName(catalog.resolve(partition))}\` half detached, which FINALIZE completes` : undefined),

  fails({ alter, partition, mode }, catalog) {
    const rest = mode === 'concurrently' ? catalog.defaultPartition(catalog.resolve(alter.relation)) : undefined
    if (rest !== undefined) return [refusal(`Ends in an error: nothing is detached concurrently where there is a default partition, \`${shortName(rest)}\`.`)]
    const readers = catalog.table(catalog.resolve(partition))?.partitionOf ? readersOf(catalog, catalog.resolve(alter.relation)) : []
    return readers.length === 0 ? [] : [{ sentence: `Ends in an error, after waiting for its locks, if any row of ${readers.join(' or ')} points into the partition: delete or move those first.`, certain: false }]
  },

  plan({ alter, partition, mode }, catalog, context): Plan | undefined {
    const parent = catalog.resolve(alter.relation)
    const child = catalog.resolve(partition)
    const readers = mode === 'plain' && !isMade(catalog, child) && catalog.table(child)?.partitionOf ? readersOf(catalog, parent) : []
    const concurrently = catalog.surroundings.version >= 14 && catalog.defaultPartition(parent) === undefined ? ', if not by CONCURRENTLY, which leaves the whole in use' : ''
    if (readers.length > 0) return noWay(`Drop the foreign keys of ${readers.join(' and ')} to the whole first, detach, and add them again, which stops writers only: else all that points at it is read while nobody reads or writes${concurrently}. In between rows come in that no key looks at`)
    // The concurrent form came with 14, and is refused where there is a default partition.
    if (mode !== 'plain' || catalog.surroundings.version < 14 || !catalog.table(child)?.partitionOf || catalog.defaultPartition(parent) !== undefined || isMade(catalog, child)) return undefined
    const check = addedCheck(catalog, parent, child)
    // What refers to the parent is read under a lock that stops its writers in this form too.
    if (check === undefined || referringTo(catalog, parent).length > 0) return undefined
    const { keywords } = context
    return equivalentPlan('Detach the partition concurrently', [
      sqlStep(`${alterHead(alter, context)} ${context.sql.slice(alter.span.start, alter.span.end)} ${inCase('CONCURRENTLY', keywords)};`, 'none', 'Reads and writes of the parent go on; if it is interrupted, finish it with FINALIZE.'),
      sqlStep(`${tableHead(partition, context)} ${inCase('DROP CONSTRAINT', keywords)} ${quoteIdentifier(check.name)};`, 'shared', 'The concurrent form leaves the bound behind as a check, which the plain form does not.'),
    ])
  },

  wayBack({ alter, partition, mode }, catalog) {
    const parent = catalog.resolve(alter.relation)
    const child = catalog.resolve(partition)
    const bound = catalog.table(child)?.partitionOf?.bound
    if (bound === undefined) return undefined
    const attach = `ALTER TABLE ${writtenName(alter.relation)} ATTACH PARTITION ${writtenName(partition)} ${bound};`
    if (mode === 'plain') return `-- Reads every row of the partition again.\n${attach}`
    const check = addedCheck(catalog, parent, child)
    return check && `${attach}\nALTER TABLE ${writtenName(partition)} DROP CONSTRAINT ${quoteIdentifier(check.name)};`
  },
})

/** The key of the partition is its own from then on. Up to 14 less is done about it where what it refers to is partitioned too (DetachPartitionFinalize in src/backend/commands/tablecmds.c). */
function releasedEffects(catalog: Catalog, parent: RelationName, key: Constraint): readonly Effect[] {
  const { version } = catalog.surroundings
  const referenced = key.references!
  if (version >= 15 || catalog.table(referenced)?.kind !== 'partitioned table' || (version < 13 && isOwn(catalog, parent, key))) return referencedEffects(catalog, referenced, 'SHARE ROW EXCLUSIVE')
  return version < 13 ? [lock(referenced, 'SHARE ROW EXCLUSIVE')] : []
}

const isOfWhole = (catalog: Catalog, parent: RelationName, key: Constraint): boolean =>
  key.references !== undefined && (catalog.table(parent)?.constraints.some(({ references, columns }) => references === key.references && sameNames(columns, key.columns)) ?? false)

/** The partition brought it with it: one that it has of the whole has that one's name. */
const isOwn = (catalog: Catalog, parent: RelationName, { name, parts }: Constraint): boolean => parts !== undefined && !catalog.table(parent)?.constraints.some((one) => one.name === name)

/** Where what it refers to is partitioned too, the key goes with 13 and 14, and watches the whole alone in 12; of one that the partition brought with it, what it has for the partitions are keys beside it then. */
function releasedKey(catalog: Catalog, parent: RelationName, key: Constraint): readonly Constraint[] {
  const { version } = catalog.surroundings
  if (version >= 15 || !isOfWhole(catalog, parent, key) || catalog.table(key.references!)?.kind !== 'partitioned table') return [key]
  if (version >= 13) return []
  const { parts = [], ...alone } = key
  const referenced = partitionsBelow(catalog, key.references!)
  return [{ ...alone, ofDetached: true }, ...(isOwn(catalog, parent, key) ? parts : []).flatMap((name, at): readonly Constraint[] => (referenced[at] === undefined ? [] : [{ ...alone, name, references: referenced[at] }]))]
}

/** Tables with rows that may point at the whole. */
const readersOf = (catalog: Catalog, parent: RelationName): readonly string[] =>
  referringTo(catalog, parent).filter((one) => [one, ...partitionsBelow(catalog, one)].some((part) => holdsRows(catalog, part))).map((one) => `\`${shortName(one)}\``)

/** A row trigger of the parent has its like in each partition, which goes when that leaves (DropClonedTriggersFromPartition). */
const hasClonedTriggers = (catalog: Catalog, parent: RelationName): boolean => catalog.table(parent)?.triggers.some(({ forEach }) => forEach !== 'statement') ?? false

/** The check that the concurrent form puts in the place of the bound (DetachAddConstraintIfNeeded); undefined where it cannot be told whether it adds one. */
function addedCheck(catalog: Catalog, parent: RelationName, child: RelationName): Constraint | undefined {
  const table = catalog.table(child)
  const requirement = requirementOf(catalog, parent, readBound(table?.partitionOf?.bound ?? ''))
  if (!requirement || catalog.table(parent)?.partitionOf || table?.constraints.some((one) => one.type === 'check' && one.columns.includes(requirement.column))) return undefined
  return { name: passingName(catalog, child, requirement.column, 'check'), type: 'check', columns: [requirement.column], expression: conditionOf(requirement, 'upper'), validated: true }
}
