import type { Catalog } from '../catalog/catalog'
import type { Failure } from '../model/assessed'
import type { Command } from '../sql/command'
import { refusedExpressions } from './expression-refusal'
import { missingNames } from './missing-names'
import { missingOperators } from './operator-refusal'
import type { Operation, OperationType } from './operation'

/** In what the operation ends for what its kind says, or else for what it computes, or for a name or an operator that there is not. */
export function failuresOf(type: OperationType<Operation>, operation: Operation, command: Command, catalog: Catalog): readonly Omit<Failure, 'span'>[] {
  const own = type.fails?.(operation, catalog) ?? []
  if (own.length > 0) return own
  const computed = refusedExpressions(command, catalog)
  if (computed.length > 0) return computed
  const missing = missingNames(command, catalog)
  return missing.length > 0 ? missing : missingOperators(command, catalog)
}
