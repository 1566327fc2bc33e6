import type { Catalog } from '../catalog/catalog'
import type { Constraint, Table, TableIndex } from '../catalog/relation'
import type { Effect } from '../model/effect'
import { shortName } from '../model/name'
import type { RelationName } from '../model/name'
import type { Plan } from '../model/plan'
import type { DropRelation } from '../sql/command'
import { inCase } from '../sql/print'
import { changeTable, indexLock, lock, lockPartsFirst, partitionsBelow } from './common'
import { equivalentPlan, isMade, sqlStep } from './constraint-plans'
import { indexDuties } from './constraint-way-back'
import { indexDefinition } from './index-definition'
import { operationType } from './operation'
import type { Operation } from './operation'
import { refusal, refusedKind } from './refusal'
import type { Refusal } from './refusal'

interface DropIndex extends Operation {
  readonly kind: 'drop-index'
  readonly command: DropRelation
}

export const dropIndex = operationType<DropIndex>({
  kind: 'drop-index',
  title: 'Drop an index',
  recognise: (command) => (command.kind === 'drop' && command.object === 'index' ? { kind: 'drop-index', relation: command.relation, span: command.span, command } : undefined),

  effects({ command }, catalog): readonly Effect[] {
    const name = catalog.resolve(command.relation)
    const found = catalog.index(name)
    if (!found) return command.ifExists ? [] : [lock(name, command.concurrently ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS EXCLUSIVE')]
    if (command.concurrently) {
      // The index is first made unusable, then those who may still use it are waited for (index_drop in src/backend/catalog/index.c).
      return [{ ...lock(found.table.name, 'SHARE UPDATE EXCLUSIVE'), waitsFor: 'everyone' }, indexLock(name, found.table.name, 'SHARE UPDATE EXCLUSIVE')]
    }
    return [
      ...[found.table.name, ...partitionsBelow(catalog, found.table.name)].map((one) => lock(one, 'ACCESS EXCLUSIVE')),
      ...parts(catalog, name).map((part) => indexLock(part.index, part.table, 'ACCESS EXCLUSIVE')),
      ...(command.cascade ? dependants(catalog, found.table, name).filter((one) => one !== found.table.name).flatMap((one) => lockPartsFirst(catalog, one)) : []),
    ]
  },

  apply: ({ command }, catalog) => dropped(command, catalog),

  fails({ command }, catalog) {
    const name = catalog.resolve(command.relation)
    const found = catalog.index(name)
    const constraint = found?.table.constraints.find((one) => one.index === name)
    // What it is a part of may go in the same statement.
    const together = command.together.map((one) => catalog.resolve(one))
    const attachedTo = together.some((one) => one !== name && parts(catalog, one).some(({ index }) => index === name)) ? undefined : found?.index.attachedTo
    return [
      ...(found ? [] : refusedKind(catalog, name, [], 'it is no index that goes by that name')),
      ...(command.concurrently && command.together.length > 1 ? [refusal('Ends in an error: DROP INDEX CONCURRENTLY drops one index at a time.')] : []),
      ...(command.concurrently && command.cascade ? [refusal('Ends in an error: DROP INDEX CONCURRENTLY takes no CASCADE.')] : []),
      ...(command.concurrently && found?.table.kind === 'partitioned table' ? [refusal(`Ends in an error: the index of a partitioned table is not dropped concurrently.`)] : []),
      ...(constraint ? [refusal(`Ends in an error: the constraint \`${constraint.name}\` of \`${shortName(found!.table.name)}\` rests on it. Drop that.`)] : []),
      ...(found && !constraint && attachedTo === undefined && !command.cascade ? refusedForKeys(catalog, found) : []),
      ...(attachedTo !== undefined && !constraint ? [refusal(`Ends in an error: it is a part of \`${shortName(attachedTo)}\`, and goes with that.`)] : []),
    ]
  },

  transactionBlock: ({ command }) => (command.concurrently ? 'forbidden' : 'allowed'),
  leaves: ({ command }, catalog) => (command.concurrently && catalog.index(catalog.resolve(command.relation)) ? `the index \`${shortName(catalog.resolve(command.relation))}\` behind, invalid: run it again` : undefined),

  plan({ command }, catalog, context): Plan | undefined {
    const name = catalog.resolve(command.relation)
    const found = catalog.index(name)
    if (command.concurrently || (found && isMade(catalog, found.table.name))) return undefined
    // What the concurrent form refuses: CASCADE, an index of a partitioned table or of a part of one, and one that a constraint needs.
    if (found && (found.table.kind === 'partitioned table' || found.index.attachedTo !== undefined || found.table.constraints.some((one) => one.index === name))) return undefined
    if (command.cascade && (!found || found.index.shape.unique)) return undefined
    return equivalentPlan('Drop the index concurrently', [
      sqlStep(`${inCase(`DROP INDEX CONCURRENTLY ${command.ifExists ? 'IF EXISTS ' : ''}`, context.keywords)}${context.name(command.relation)};`, 'none', `Reads and writes go on: those who use the index are waited for, not stopped.`),
    ])
  },

  wayBack({ command }, catalog) {
    const name = catalog.resolve(command.relation)
    const found = catalog.index(name)
    // One that is invalid is nothing to come back to.
    if (!found?.index.valid || (command.cascade && dependants(catalog, found.table, name).length > 0)) return undefined
    const again = indexDefinition(found.table, found.index, catalog.surroundings.version)
    return again && [`-- Builds the index anew.\n${again}`, ...indexDuties(found.index, found.table.name)].join('\n')
  },
})

function dropped(command: DropRelation, catalog: Catalog): Catalog {
  const name = catalog.resolve(command.relation)
  const found = catalog.index(name)
  if (!found) return catalog
  const keys = command.cascade ? dependants(catalog, found.table, name) : []
  const bare = parts(catalog, name).reduce((result, part) => changeTable(result, part.table, (before) => ({ ...before, indexes: before.indexes.filter((index) => index.name !== part.index) })), catalog)
  return keys.reduce(
    (result, key) => changeTable(result, key, (before) => ({ ...before, constraints: before.constraints.filter((one) => !rests(one, parts(catalog, name).map((part) => part.table), found.index.shape.keys)) })),
    bare,
  )
}

/** The index and those of partitions attached to it, of every depth. */
function parts(catalog: Catalog, index: RelationName): readonly { readonly index: RelationName; readonly table: RelationName }[] {
  const found = catalog.index(index)
  if (!found) return []
  const below = catalog.partitions(found.table.name).flatMap((partition) => (catalog.table(partition)?.indexes ?? []).filter((one) => one.attachedTo === index).flatMap((one) => parts(catalog, one.name)))
  return [{ index, table: found.table.name }, ...below]
}

/** Tables whose foreign keys rest on this unique index, or on the part that a partition has of it. */
function dependants(catalog: Catalog, table: Table, index: RelationName): readonly RelationName[] {
  const shape = table.indexes.find((one) => one.name === index)?.shape
  if (!shape?.unique) return []
  const referenced = parts(catalog, index).map((part) => part.table)
  return [...new Set(referenced.flatMap((one) => catalog.referencing(one)))].filter((one) => catalog.table(one)?.constraints.some((key) => rests(key, referenced, shape.keys)))
}

const rests = ({ references, referencedColumns }: Constraint, referenced: readonly RelationName[], keys: readonly string[]): boolean => references !== undefined && referenced.includes(references) && needs(referencedColumns, keys)

/** Where nothing else is unique by those columns, so that they can rest on nothing else. */
function refusedForKeys(catalog: Catalog, { table, index }: { readonly table: Table; readonly index: TableIndex }): readonly Refusal[] {
  const isOther = table.indexes.some((one) => one.name !== index.name && one.shape.unique && needs(index.shape.keys, one.shape.keys))
  const [first] = isOther ? [] : dependants(catalog, table, index.name)
  return first === undefined ? [] : [refusal(`Ends in an error, after waiting for its locks: \`${shortName(first)}\` has a foreign key to these columns. Drop that first, or both with CASCADE.`)]
}

const needs = (columns: readonly string[] | undefined, keys: readonly string[]): boolean => columns !== undefined && columns.length === keys.length && keys.every((key) => columns.includes(key))
