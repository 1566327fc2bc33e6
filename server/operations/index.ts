import type { Catalog } from '../catalog/catalog'
import type { Command } from '../sql/command'
import { addCheck } from './add-check'
import { addColumn } from './add-column'
import { addExclude } from './add-exclude'
import { addForeignKey } from './add-foreign-key'
import { addNotNullConstraint } from './add-not-null-constraint'
import { addPrimaryKey } from './add-primary-key'
import { addUnique } from './add-unique'
import { alterColumnType } from './alter-column-type'
import { alterCompositeType } from './alter-composite-type'
import { alterConstraint } from './alter-constraint'
import { alterDomain } from './alter-domain'
import { alterEnum } from './alter-enum'
import { alterIndex } from './alter-index'
import { alterSequence } from './alter-sequence'
import { altered } from './alteration'
import { attachPartition } from './attach-partition'
import { call } from './call'
import { changeOwned } from './change-owned'
import { cluster } from './cluster'
import { columnSettings } from './column-settings'
import { comment } from './comment'
import { copy } from './copy'
import { createEventTrigger } from './create-event-trigger'
import { createFunction } from './create-function'
import { createIndex } from './create-index'
import { createPolicy } from './create-policy'
import { createSchema } from './create-schema'
import { createSequence } from './create-sequence'
import { createTable } from './create-table'
import { createTableAs } from './create-table-as'
import { createTrigger } from './create-trigger'
import { createType } from './create-type'
import { createView } from './create-view'
import { cursor } from './cursor'
import { deleteRows } from './delete'
import { detachPartition } from './detach-partition'
import { doBlock } from './do'
import { dropColumn } from './drop-column'
import { dropConstraint } from './drop-constraint'
import { dropDefault } from './drop-default'
import { dropIndex } from './drop-index'
import { dropNotNull } from './drop-not-null'
import { dropOther } from './drop-other'
import { dropRelation } from './drop-relation'
import { dropTrigger } from './drop-trigger'
import { enableTrigger } from './enable-trigger'
import { explain } from './explain'
import { extension } from './extension'
import { generatedExpression } from './generated-expression'
import { grant } from './grant'
import { identity } from './identity'
import { inherit } from './inherit'
import { insert } from './insert'
import { lockTable } from './lock-table'
import { merge } from './merge'
import { other } from './other'
import { prepare } from './prepare'
import { publication } from './publication'
import { query } from './query'
import { refreshMaterializedView } from './refresh-materialized-view'
import { reindex } from './reindex'
import { refusedAction } from './refusal'
import { relationSettings } from './relation-settings'
import { renameColumn } from './rename-column'
import { renameConstraint } from './rename-constraint'
import { renameOther } from './rename-other'
import { renameRelation } from './rename-relation'
import { role } from './role'
import { set } from './set'
import { setDefault } from './set-default'
import { setNotNull } from './set-not-null'
import { setSchema } from './set-schema'
import { statistics } from './statistics'
import { subscription } from './subscription'
import { transaction } from './transaction'
import { truncate } from './truncate'
import { update } from './update'
import { vacuum } from './vacuum'
import { validateConstraint } from './validate-constraint'
import type { Operation, OperationType } from './operation'

/** Every operation. A command belongs to the first that recognises it, so the general ones come last. */
export const operationTypes = [
  alterIndex,
  createIndex,
  createTable,
  addCheck,
  addForeignKey,
  addUnique,
  addPrimaryKey,
  addExclude,
  addNotNullConstraint,
  validateConstraint,
  dropConstraint,
  alterConstraint,
  dropIndex,
  reindex,
  createTrigger,
  dropTrigger,
  enableTrigger,
  attachPartition,
  detachPartition,
  inherit,
  addColumn,
  dropColumn,
  alterColumnType,
  setNotNull,
  dropNotNull,
  setDefault,
  dropDefault,
  identity,
  generatedExpression,
  columnSettings,
  renameColumn,
  renameRelation,
  renameConstraint,
  renameOther,
  setSchema,
  insert,
  update,
  deleteRows,
  merge,
  query,
  set,
  transaction,
  createView,
  createSequence,
  alterSequence,
  createTableAs,
  createType,
  alterEnum,
  alterDomain,
  alterCompositeType,
  createFunction,
  createEventTrigger,
  createSchema,
  refreshMaterializedView,
  vacuum,
  cluster,
  lockTable,
  comment,
  grant,
  role,
  copy,
  call,
  explain,
  prepare,
  cursor,
  createPolicy,
  statistics,
  publication,
  subscription,
  extension,
  changeOwned,
  truncate,
  dropRelation,
  dropOther,
  relationSettings,
  other,
  doBlock,
] as const

export type AnyOperation = Operation

/** Every statement asks its type for all of these: of one shape, they are found ten times faster. */
const shaped = ({ kind, title, recognise, effects, apply, transactionBlock, breaks, loses, stops, assumes, sleeps, fails, leaves, keeps, needs, control, plan, wayBack, unread }: OperationType<Operation>): OperationType<Operation> =>
  ({ kind, title, recognise, effects, apply, transactionBlock, breaks, loses, stops, assumes, sleeps, fails, leaves, keeps, needs, control, plan, wayBack, unread }) as OperationType<Operation>

const shapedTypes = (operationTypes as readonly unknown[] as readonly OperationType<Operation>[]).map(shaped)
const byKind = new Map(shapedTypes.map((type) => [type.kind, type]))

export function recognise(command: Command): AnyOperation | undefined {
  for (const type of shapedTypes) {
    const operation = type.recognise(command)
    if (operation) return operation
  }
  return undefined
}

/** What is known of an operation where its command meets this catalog: that nothing is done, where IF EXISTS finds nothing to alter. */
export function typeOf(operation: AnyOperation, command: Command, catalog: Catalog): OperationType<Operation> {
  const type = byKind.get(operation.kind)!
  if (command.kind !== 'alter') return type
  const name = altered(command, catalog)
  if (name !== undefined) {
    const refused = refusedAction(catalog, name, command)
    return refused.length === 0 ? type : shaped({ ...type, fails: () => refused })
  }
  return shaped({ kind: type.kind, title: type.title, recognise: type.recognise, effects: () => [], apply: (_, before) => before })
}
