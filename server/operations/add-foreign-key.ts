import type { Plan } from '../model/plan'
import type { AlterRelation } from '../sql/command'
import { applyConstraint } from './added-constraint'
import { alterHead, equivalentPlan, isMade, unvalidatedSteps } from './constraint-plans'
import { foreignKeyEffects } from './foreign-key'
import type { ForeignKeyDefinition } from './foreign-key'
import { operationType } from './operation'
import type { Operation } from './operation'

interface AddForeignKey extends Operation {
  readonly kind: 'add-foreign-key'
  readonly alter: AlterRelation
  readonly definition: ForeignKeyDefinition
}

export const addForeignKey = operationType<AddForeignKey>({
  kind: 'add-foreign-key',
  title: 'Add a foreign key',
  recognise: (command) =>
    command.kind === 'alter' && command.action.action === 'add-constraint' && command.action.constraint.type === 'foreign-key'
      ? { kind: 'add-foreign-key', relation: command.relation, span: command.action.constraint.span, alter: command, definition: command.action.constraint }
      : undefined,

  effects: ({ alter, definition }, catalog) => foreignKeyEffects(catalog, catalog.resolve(alter.relation), definition, definition.notValid || definition.notEnforced ? 'nothing' : 'rows', alter.only),

  apply: ({ alter, definition }, catalog) => applyConstraint(catalog, catalog.resolve(alter.relation), definition),

  plan({ alter, definition }, catalog, context): Plan | undefined {
    const table = catalog.resolve(alter.relation)
    if (definition.notValid || definition.notEnforced || definition.period || isMade(catalog, table)) return undefined
    return equivalentPlan('Add the key unvalidated, then validate it', unvalidatedSteps(catalog, table, alter.relation, definition, context, alterHead(alter, context)))
  },
})
