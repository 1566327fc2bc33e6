import type { Catalog } from '../catalog/catalog'
import type { TableIndex } from '../catalog/relation'
import { quoteIdentifier, relationName, shortName } from '../model/name'
import type { Effect, IndexShape, Work } from '../model/effect'
import type { RelationName, WrittenName } from '../model/name'
import type { Plan } from '../model/plan'
import type { LockMode } from '../model/lock'
import type { AlterRelation, StorageOption } from '../sql/command'
import { isExpression } from './alteration'
import { changeIndex, holdsRows, indexLock, lock } from './common'
import { schemaOf } from '../catalog/catalog'
import { inCase } from '../sql/print'
import { equivalentPlan, isMade, noWay, sqlStep } from './constraint-plans'
import { indexDefinition } from './index-definition'
import { operationType } from './operation'
import type { Operation } from './operation'
import { refusal, refusedTablespace } from './refusal'
import type { Refusal } from './refusal'
import { indexWith } from './storage-options'
import type { OptionsChange } from './storage-options'

interface AlterIndex extends Operation {
  readonly kind: 'alter-index'
  readonly alter: AlterRelation
}

export const alterIndex = operationType<AlterIndex>({
  kind: 'alter-index',
  title: 'Alter an index',
  recognise: (command) => (command.kind === 'alter' && command.object === 'index' ? { kind: 'alter-index', relation: command.relation, span: command.span, alter: command } : undefined),

  effects({ alter }, catalog): readonly Effect[] {
    const name = catalog.resolve(alter.relation)
    const found = catalog.index(name)
    if (!found && alter.ifExists && catalog.surroundings.complete) return []
    const table = found?.table.name
    const on = (mode: LockMode, ...work: readonly Work[]): Effect => (table ? indexLock(name, table, mode, ...work) : lock(name, mode, ...work))
    switch (alter.action.action) {
      case 'set-options':
      case 'reset-options':
        return [on(optionsLock(alter.action.options))]
      case 'set-statistics':
        return [on('SHARE UPDATE EXCLUSIVE')]
      case 'set-tablespace':
        return [on('ACCESS EXCLUSIVE', ...(table === undefined || holdsRows(catalog, table) ? [{ kind: 'scan', to: 'to copy the index to the other tablespace' } as const] : []))]
      case 'attach-partition': {
        const part = catalog.index(partName(catalog, name, alter.action.partition))
        return [
          on('SHARE UPDATE EXCLUSIVE'),
          ...(table ? [lock(table, 'ACCESS SHARE')] : []),
          ...(part ? [indexLock(part.index.name, part.table.name, 'ACCESS EXCLUSIVE'), lock(part.table.name, 'ACCESS SHARE')] : [lock(partName(catalog, name, alter.action.partition), 'ACCESS EXCLUSIVE')]),
        ]
      }
      default:
        return [on('ACCESS EXCLUSIVE')]
    }
  },

  fails({ alter }, catalog) {
    const name = catalog.resolve(alter.relation)
    const found = catalog.index(name)
    if (!found) return []
    const { action } = alter
    if (action.action === 'set-tablespace') return refusedTablespace(action.name)
    if (action.action === 'set-statistics') return refusedTarget(found.index, action.column)
    if (action.action !== 'attach-partition') return found.table.kind === 'partitioned table' && (action.action === 'set-options' || action.action === 'reset-options') ? [refusal(`Ends in an error: \`${shortName(name)}\` is of a partitioned table, and has no options. Set those of its parts.`)] : []
    return refusedPart(catalog, found, partName(catalog, name, action.partition))
  },

  plan({ alter }, catalog, context): Plan | undefined {
    const name = catalog.resolve(alter.relation)
    const found = catalog.index(name)
    if (alter.action.action !== 'set-tablespace' || alter.action.name === undefined || !found || isMade(catalog, found.table.name) || !holdsRows(catalog, found.table.name)) return undefined
    const { keywords } = context
    const key = found.table.constraints.find((one) => one.index === name)
    if (key?.type === 'exclude') return noWay('Move it while nobody needs the table: the index of an exclusion constraint cannot be built concurrently')
    if (catalog.surroundings.version < 14) {
      return noWay(key ? `Move it by \`pg_repack --index --tablespace\`, which builds another one there beside it: before PostgreSQL 14 nothing else does for the index of a constraint` : 'Build another one there concurrently, drop this one concurrently, and give the other its name: before PostgreSQL 14 an index is not built anew in another tablespace')
    }
    return equivalentPlan('Build it anew in the other tablespace, concurrently', [
      sqlStep(`${inCase('REINDEX', keywords)} (${inCase('TABLESPACE', keywords)} ${quoteIdentifier(alter.action.name)}) ${inCase('INDEX CONCURRENTLY', keywords)} ${context.name(alter.relation)};`, 'none', 'Reads and writes go on while the new one is built beside the old.'),
    ])
  },

  apply({ alter }, catalog) {
    const name = catalog.resolve(alter.relation)
    if (alter.action.action === 'set-options' || alter.action.action === 'reset-options') return withChanged(catalog, name, alter.action)
    if (alter.action.action !== 'attach-partition') return catalog
    const part = catalog.index(partName(catalog, name, alter.action.partition))
    if (!part) return catalog
    const attached = changeIndex(catalog, part.index.name, (index) => ({ ...index, attachedTo: name }))
    return validateUpward(attached, name)
  },
})

/** Columns have statistics of their own (ATExecSetStatistics in src/backend/commands/tablecmds.c). */
function refusedTarget({ name, shape: { keys } }: TableIndex, column: string): readonly Refusal[] {
  const key = keys[Number(column) - 1]
  return key === undefined || isExpression(key) ? [] : [refusal(`Ends in an error: column ${column} of \`${shortName(name)}\` is no expression, and has its statistics from the table.`)]
}

/** What makes the index again tells its options, and is forgotten where they cannot be told. */
function withChanged(catalog: Catalog, name: RelationName, change: OptionsChange): Catalog {
  const found = catalog.index(name)
  if (!found) return catalog
  const before = found.index.definition ?? indexDefinition(found.table, found.index, catalog.surroundings.version)
  const definition = before === undefined ? undefined : indexWith(before, change)
  return changeIndex(catalog, name, ({ definition: _, ...index }) => ({ ...index, ...(definition !== undefined && { definition }) }))
}

/** The index of a partition, looked for where the parent's lies before the search path is asked. */
function partName(catalog: Catalog, parent: RelationName, written: WrittenName): RelationName {
  const resolved = catalog.resolve(written)
  if (written.schema !== undefined || catalog.index(resolved)) return resolved
  const beside = relationName(schemaOf(parent), written.name)
  return catalog.index(beside) ? beside : resolved
}

/** What is to be a part has to be of a partition, alike, and the only one there (ATExecAttachPartitionIdx in src/backend/commands/tablecmds.c). */
function refusedPart(catalog: Catalog, whole: FoundIndex, name: RelationName): readonly Refusal[] {
  const because = (sentence: string): readonly Refusal[] => [refusal(`Ends in an error, after waiting for its locks: ${sentence}.`)]
  const part = catalog.index(name)
  if (whole.table.kind !== 'partitioned table') return [refusal(`Ends in an error: \`${shortName(whole.index.name)}\` is not of a partitioned table, and has no parts.`)]
  if (!part || part.index.attachedTo === whole.index.name) return []
  const [inner, outer] = [`\`${shortName(name)}\``, `\`${shortName(whole.index.name)}\``]
  if (part.index.attachedTo !== undefined) return because(`${inner} is a part of \`${shortName(part.index.attachedTo)}\` already`)
  if (part.table.partitionOf?.parent !== whole.table.name) return because(`\`${shortName(part.table.name)}\` is no partition of \`${shortName(whole.table.name)}\``)
  const other = part.table.indexes.find(({ attachedTo }) => attachedTo === whole.index.name)
  if (other) return because(`\`${shortName(part.table.name)}\` has a part of ${outer} already, \`${shortName(other.name)}\``)
  return mayFit(part.index.shape, whole.index.shape) ? [] : because(`${inner} is not as ${outer} is`)
}

type FoundIndex = NonNullable<ReturnType<Catalog['index']>>

/** As far as can be told: one expression may be written in several ways. */
const mayFit = (a: IndexShape, b: IndexShape): boolean =>
  a.method === b.method && a.unique === b.unique && (a.predicate === undefined) === (b.predicate === undefined) && sameKeys(a.keys, b.keys) && sameKeys(a.include, b.include)

const sameKeys = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && a.every((key, index) => key === b[index] || (isExpression(key) && isExpression(b[index]!)))

/** An index over partitions is valid once every partition has a valid part of it (validatePartitionedIndex in src/backend/commands/tablecmds.c). */
function validateUpward(catalog: Catalog, name: RelationName): Catalog {
  const found = catalog.index(name)
  if (!found || found.index.valid) return catalog
  const isWhole = catalog.partitions(found.table.name).every((partition) => catalog.table(partition)?.indexes.some((index) => index.attachedTo === name && index.valid))
  if (!isWhole) return catalog
  const valid = changeIndex(catalog, name, (index) => ({ ...index, valid: true }))
  return found.index.attachedTo === undefined ? valid : validateUpward(valid, found.index.attachedTo)
}

/** Options of gin, brin and the like change how running statements read the index; those of b-trees, hash and gist do not (src/backend/access/common/reloptions.c). */
const mild = new Set(['fillfactor', 'deduplicate_items', 'vacuum_cleanup_index_scale_factor'])

const optionsLock = (options: readonly StorageOption[]): LockMode => (options.every((option) => mild.has(option.name)) ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS EXCLUSIVE')
