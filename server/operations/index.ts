import type { Command } from '../sql/command'
import { createIndex } from './create-index'
import { createTable } from './create-table'
import type { Operation, OperationType } from './operation'

/** Every operation. A command belongs to the first that recognises it, so the general ones come last. */
export const operationTypes = [
  createIndex,
  createTable,
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
