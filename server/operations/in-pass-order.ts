import type { AlterAction, Command } from '../sql/command'

/**
 * The commands of one statement as PostgreSQL runs them.
 * The actions of one ALTER TABLE go by passes, whatever the order of the text: what is dropped goes first, and what proves something is not there yet.
 */
export function inPassOrder(commands: readonly Command[]): readonly Command[] {
  if (commands.length < 2) return commands
  const passes = commands.map(passOf)
  if (passes.every((pass, index) => index === 0 || passes[index - 1]! <= pass)) return commands
  return commands.map((command, index) => ({ command, pass: passes[index]! })).sort((a, b) => a.pass - b.pass).map(({ command }) => command)
}

/**
 * The passes of src/backend/commands/tablecmds.c, AT_PASS_DROP to AT_PASS_MISC, that actions of a text are put in.
 * Those between them make indexes and constraints of changed columns anew, which is part of the change of type here.
 */
const enum Pass {
  Drop,
  AlterType,
  AddColumn,
  SetExpression,
  ColumnAttributes,
  AddIndexConstraint,
  AddOtherConstraint,
  Miscellaneous,
}

const passOf = (command: Command): Pass => (command.kind === 'alter' ? passOfAction(command.action) : Pass.Miscellaneous)

/** ATPrepCmd says what goes where, and of constraints ATParseTransformCmd. */
function passOfAction(action: AlterAction): Pass {
  switch (action.action) {
    case 'drop-column':
    case 'drop-constraint':
    case 'drop-not-null':
    case 'drop-default':
    case 'drop-identity':
    case 'drop-expression':
      return Pass.Drop
    case 'alter-type':
      return Pass.AlterType
    case 'add-column':
      return Pass.AddColumn
    case 'set-expression':
      return Pass.SetExpression
    case 'set-not-null':
    case 'set-identity':
      return Pass.ColumnAttributes
    case 'add-constraint':
      return passOfConstraint(action.constraint.type)
    case 'set-default':
    case 'add-identity':
      return Pass.AddOtherConstraint
    default:
      return Pass.Miscellaneous
  }
}

function passOfConstraint(type: Extract<AlterAction, { action: 'add-constraint' }>['constraint']['type']): Pass {
  switch (type) {
    case 'not-null':
      return Pass.ColumnAttributes
    case 'primary-key':
    case 'unique':
    case 'exclude':
      return Pass.AddIndexConstraint
    default:
      return Pass.AddOtherConstraint
  }
}
