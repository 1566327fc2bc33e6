import type { Catalog } from '../catalog/catalog'
import type { Failure } from '../model/assessed'
import type { Command } from '../sql/command'
import { missingNames } from './missing-names'
import type { Operation, OperationType } from './operation'

/** In what the operation ends for what its kind says, or else for a name that there is not. */
export function failuresOf(type: OperationType<Operation>, operation: Operation, command: Command, catalog: Catalog): readonly Omit<Failure, 'span'>[] {
  const own = type.fails?.(operation, catalog) ?? []
  return own.length > 0 ? own : missingNames(command, catalog)
}
