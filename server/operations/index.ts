import type { Command } from '../sql/command'
import { addCheck } from './add-check'
import { addExclude } from './add-exclude'
import { addForeignKey } from './add-foreign-key'
import { addNotNullConstraint } from './add-not-null-constraint'
import { addPrimaryKey } from './add-primary-key'
import { addUnique } from './add-unique'
import { alterConstraint } from './alter-constraint'
import { alterIndex } from './alter-index'
import { attachPartition } from './attach-partition'
import { createIndex } from './create-index'
import { createTable } from './create-table'
import { createTrigger } from './create-trigger'
import { detachPartition } from './detach-partition'
import { dropConstraint } from './drop-constraint'
import { dropIndex } from './drop-index'
import { dropTrigger } from './drop-trigger'
import { enableTrigger } from './enable-trigger'
import { inherit } from './inherit'
import { reindex } from './reindex'
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
] as const

export type AnyOperation = Operation

const byKind = new Map<string, OperationType<Operation>>((operationTypes as readonly unknown[] as readonly OperationType<Operation>[]).map((type) => [type.kind, type]))

export function recognise(command: Command): AnyOperation | undefined {
  for (const type of byKind.values()) {
    const operation = type.recognise(command)
    if (operation) return operation
  }
  return undefined
}

export const typeOf = (operation: AnyOperation): OperationType<Operation> => byKind.get(operation.kind)!
