import type { Catalog } from '../catalog/catalog'
import { computationsIn } from '../catalog/computations'
import type { Constraint, Table } from '../catalog/relation'
import type { Effect, Work } from '../model/effect'
import { shortName } from '../model/name'
import type { RelationName } from '../model/name'
import type { Plan } from '../model/plan'
import type { AlterRelation, ConstraintDefinition } from '../sql/command'
import { applyConstraint } from './added-constraint'
import { constraintName } from './automatic-name'
import { changeNamed, changeTable, descendants, holdsRows, lock } from './common'
import { alterHead, equivalentPlan, isMade, unvalidatedSteps } from './constraint-plans'
import { addedWayBack } from './constraint-way-back'
import { operationType } from './operation'
import type { Operation } from './operation'
import { refusal, refusedConstraint } from './refusal'
import { computedEffects, computedUnread } from './routine-call'
import { refusedAlone } from './tree-refusal'

interface AddCheck extends Operation {
  readonly kind: 'add-check'
  readonly alter: AlterRelation
  readonly definition: Extract<ConstraintDefinition, { type: 'check' }>
}

export const addCheck = operationType<AddCheck>({
  kind: 'add-check',
  title: 'Add a check',
  recognise: (command) =>
    command.kind === 'alter' && command.action.action === 'add-constraint' && command.action.constraint.type === 'check'
      ? { kind: 'add-check', relation: command.relation, span: command.action.constraint.span, alter: command, definition: command.action.constraint }
      : undefined,

  effects({ alter, definition }, catalog): readonly Effect[] {
    const table = catalog.resolve(alter.relation)
    const name = constraintName(catalog, table, definition)
    const merged = isMerged(catalog, table, name)
    const checks = !definition.notValid && !definition.notEnforced && !merged
    // A child that has the check by that name keeps it, and what it checked is not checked again (MergeWithExistingConstraint in src/backend/catalog/heap.c).
    const scan = (one: RelationName): readonly Work[] =>
      checks && holdsRows(catalog, one) && !(one !== table && catalog.table(one)?.constraints.some((other) => other.name === name && other.validated)) ? [{ kind: 'scan', to: 'to check existing ones', ...computationsIn(definition.expression.sql, catalog.table(one), catalog) }] : []
    const below = alter.only || ((definition.noInherit || merged) && catalog.surroundings.version < 18) ? [] : descendants(catalog, table)
    return [
      lock(table, 'ACCESS EXCLUSIVE', ...scan(table)),
      ...below.map((one) => lock(one, 'ACCESS EXCLUSIVE', ...(definition.noInherit ? [] : scan(one)))),
      ...(checks ? computedEffects(definition.expression.sql, catalog) : []),
    ]
  },

  unread: ({ definition }, catalog) => (definition.notValid || definition.notEnforced ? undefined : computedUnread(definition.expression.sql, catalog)[0]),

  apply({ alter, definition }, catalog) {
    const table = catalog.resolve(alter.relation)
    const name = constraintName(catalog, table, definition)
    if (!isMerged(catalog, table, name)) return applyConstraint(catalog, table, definition)
    return changeTable(catalog, table, (before) => ({ ...before, constraints: changeNamed(before.constraints, name, (one) => ({ ...one, local: true })) }))
  },

  fails({ alter, definition }, catalog) {
    const name = catalog.resolve(alter.relation)
    const isLimited = definition.noInherit && catalog.table(name)?.kind === 'partitioned table'
    return [
      ...(isLimited ? [refusal(`Ends in an error: \`${shortName(name)}\` has no rows of its own that a check with NO INHERIT could hold for.`)] : []),
      ...(definition.noInherit ? [] : refusedAlone(catalog, name, alter.only, 'a check is added')),
      ...refusedConstraint(catalog, name, definition),
    ]
  },

  plan({ alter, definition }, catalog, context): Plan | undefined {
    const table = catalog.resolve(alter.relation)
    if (definition.notValid || definition.notEnforced || isMade(catalog, table) || isMerged(catalog, table, constraintName(catalog, table, definition))) return undefined
    return equivalentPlan('Add the check unvalidated, then validate it', unvalidatedSteps(catalog, table, alter.relation, definition, context, alterHead(alter, context)))
  },

  wayBack: ({ alter, definition }, catalog) => addedWayBack(catalog, alter, definition),
})

/** A check that it has only from a parent becomes its own as well: rows have met it, those of its children too, which are left alone, up to 17 unlocked (MergeWithExistingConstraint in src/backend/catalog/heap.c). */
function isMerged(catalog: Catalog, relation: RelationName, name: string): boolean {
  const table = catalog.table(relation)
  const has = (one: Table | undefined): Constraint | undefined => one?.constraints.find((other) => other.type === 'check' && other.name === name)
  return table !== undefined && has(table) !== undefined && !has(table)!.local && table.inherits.some((parent) => has(catalog.table(parent)) !== undefined)
}
