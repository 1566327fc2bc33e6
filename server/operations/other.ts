import type { Effect } from '../model/effect'
import type { LockMode } from '../model/lock'
import type { OtherCommand } from '../sql/command'
import { analysedQuery } from './analysis-effects'
import { lock } from './common'
import { operationType } from './operation'
import type { Operation } from './operation'

interface Other extends Operation {
  readonly kind: 'other'
  readonly command: OtherCommand
}

export const other = operationType<Other>({
  kind: 'other',
  title: 'Anything else that is known to lock little',
  recognise: (command) => (command.kind === 'other' && isKnown(command) ? { kind: 'other', ...(command.relation && { relation: command.relation }), span: command.span, command } : undefined),

  effects({ command }, catalog): readonly Effect[] {
    const mode = onRelations[command.statement]
    if (!mode) return []
    const named = [...(command.relation ? [command.relation] : []), ...command.relations]
    return [...named.map((relation) => lock(catalog.resolve(relation), mode)), ...(command.query ? analysedQuery(command.query, catalog) : [])]
  },

  apply: (_, catalog) => catalog,
  transactionBlock: ({ command }) => (alone.has(command.statement) ? 'forbidden' : 'allowed'),
})

/** A statement that is in none of these lists is not recognised, so that it is reported as one of which nothing is known. */
const isKnown = ({ statement }: OtherCommand): boolean => statement in onRelations || harmless.has(statement) || alone.has(statement)

/** Locks on the relations that the statement names. */
const onRelations: Readonly<Partial<Record<string, LockMode>>> = {
  CreatePolicyStmt: 'ACCESS EXCLUSIVE',
  AlterPolicyStmt: 'ACCESS EXCLUSIVE',
  RuleStmt: 'ACCESS EXCLUSIVE',
  CreateStatsStmt: 'SHARE UPDATE EXCLUSIVE',
  CreatePublicationStmt: 'SHARE UPDATE EXCLUSIVE',
  AlterPublicationStmt: 'SHARE UPDATE EXCLUSIVE',
}

/** No table, index, view or sequence is locked. */
const harmless = new Set(
  (
    'AlterDatabaseSetStmt AlterDatabaseStmt AlterDefaultPrivilegesStmt AlterEventTrigStmt AlterFdwStmt AlterForeignServerStmt AlterFunctionStmt AlterOpFamilyStmt AlterOperatorStmt ' +
    'AlterOwnerStmt AlterRoleSetStmt AlterRoleStmt AlterStatsStmt AlterTSConfigurationStmt AlterTSDictionaryStmt AlterTypeStmt AlterUserMappingStmt CheckPointStmt ConstraintsSetStmt ' +
    'CreateAmStmt CreateCastStmt CreateConversionStmt CreateEventTrigStmt CreateExtensionStmt CreateFdwStmt CreateForeignServerStmt CreateOpClassStmt CreateOpFamilyStmt CreatePLangStmt ' +
    'CreateRoleStmt CreateTransformStmt CreateUserMappingStmt DeallocateStmt DefineStmt DiscardStmt DropRoleStmt DropUserMappingStmt ListenStmt LoadStmt NotifyStmt UnlistenStmt VariableShowStmt'
  ).split(' '),
)

/** Refused inside a transaction block. */
const alone = new Set(['AlterSystemStmt', 'CreateTableSpaceStmt', 'CreatedbStmt', 'DropTableSpaceStmt', 'DropdbStmt'])
