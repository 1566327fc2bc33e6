import type { Plan } from '../model/plan'
import type { AlterRelation } from '../sql/command'
import { applyConstraint } from './added-constraint'
import { alterHead, equivalentPlan, isMade, keySteps } from './constraint-plans'
import { addedWayBack } from './constraint-way-back'
import type { KeyDefinition } from './constraint-plans'
import { keyConstraintEffects, keyConstraintFailures } from './key-constraint'
import { operationType } from './operation'
import type { Operation } from './operation'

interface AddPrimaryKey extends Operation {
  readonly kind: 'add-primary-key'
  readonly alter: AlterRelation
  readonly definition: KeyDefinition
}

export const addPrimaryKey = operationType<AddPrimaryKey>({
  kind: 'add-primary-key',
  title: 'Add a primary key',
  recognise: (command) =>
    command.kind === 'alter' && command.action.action === 'add-constraint' && command.action.constraint.type === 'primary-key'
      ? { kind: 'add-primary-key', relation: command.relation, span: command.action.constraint.span, alter: command, definition: command.action.constraint }
      : undefined,

  effects: ({ alter, definition }, catalog) => keyConstraintEffects(catalog, catalog.resolve(alter.relation), definition, alter.only),

  apply: ({ alter, definition }, catalog) => applyConstraint(catalog, catalog.resolve(alter.relation), definition, alter.only),

  fails: ({ alter, definition }, catalog) => keyConstraintFailures(catalog, catalog.resolve(alter.relation), definition),

  plan({ alter, definition }, catalog, context): Plan | undefined {
    const table = catalog.resolve(alter.relation)
    // With ONLY, or where every partition has its own already, nothing is built.
    if (isMade(catalog, table) || !keyConstraintEffects(catalog, table, definition, alter.only).some((effect) => effect.work.length > 0)) return undefined
    const steps = keySteps(catalog, table, alter.relation, definition, context, alterHead(alter, context))
    if (!steps) return undefined
    const plan = equivalentPlan(definition.usingIndex === undefined ? 'Build the index concurrently, then make it the primary key' : 'Prove that its columns hold no NULL, then make the index the primary key', steps)
    // From 18 on the partition that gets its key first has NOT NULL as its own, beside what it has from its parent (AdjustNotNullInheritance, src/backend/catalog/pg_constraint.c), and keeps it when the parent loses it.
    return catalog.surroundings.version >= 18 && catalog.table(table)?.kind === 'partitioned table' ? { ...plan, fit: 'outline' } : plan
  },

  wayBack: ({ alter, definition }, catalog) => addedWayBack(catalog, alter, definition),
})
