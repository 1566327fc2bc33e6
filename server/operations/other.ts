import type { OtherCommand } from '../sql/command'
import { operationType } from './operation'
import type { Operation } from './operation'

interface Other extends Operation {
  readonly kind: 'other'
  readonly command: OtherCommand
}

export const other = operationType<Other>({
  kind: 'other',
  title: 'Anything else that locks no relation',
  recognise: (command) => (command.kind === 'other' && isKnown(command) ? { kind: 'other', span: command.span, command } : undefined),
  effects: () => [],
  apply: (_, catalog) => catalog,
  transactionBlock: ({ command }) => (command.alone || alone.has(command.statement) ? 'forbidden' : 'allowed'),
  unread: ({ command }) => unseen[command.statement],
})

/** A statement that is in none of these lists is not recognised, so that it is reported as one of which nothing is known. */
const isKnown = ({ statement }: OtherCommand): boolean => statement in unseen || harmless.has(statement) || alone.has(statement)

/** No table, index, view or sequence is locked. */
const harmless = new Set(
  (
    'AlterCollationStmt AlterDatabaseRefreshCollStmt AlterDatabaseSetStmt AlterDatabaseStmt AlterDefaultPrivilegesStmt AlterFdwStmt AlterForeignServerStmt AlterFunctionStmt AlterOpFamilyStmt ' +
    'AlterOperatorStmt AlterOwnerStmt AlterRoleSetStmt AlterTSConfigurationStmt AlterTSDictionaryStmt AlterTableSpaceOptionsStmt AlterTypeStmt AlterUserMappingStmt CheckPointStmt ' +
    'ConstraintsSetStmt CreateAmStmt CreateCastStmt CreateConversionStmt CreateFdwStmt CreateForeignServerStmt CreateOpClassStmt CreateOpFamilyStmt CreatePLangStmt ' +
    'CreateTransformStmt CreateUserMappingStmt DefineStmt DiscardStmt DropUserMappingStmt ListenStmt LoadStmt NotifyStmt UnlistenStmt VariableShowStmt'
  ).split(' '),
)

/** Refused inside a transaction block. */
const alone = new Set(['AlterSystemStmt', 'CreateTableSpaceStmt', 'CreatedbStmt', 'DropTableSpaceStmt', 'DropdbStmt'])

/** What it makes is told elsewhere. */
const unseen: Readonly<Partial<Record<string, string>>> = {
  ImportForeignSchemaStmt: 'Which foreign tables it makes is told by the other server.',
}
