import { columnOf } from '../catalog/relation'
import type { Failure } from '../model/assessed'
import type { Effect, Work } from '../model/effect'
import { shortName } from '../model/name'
import type { RelationName } from '../model/name'
import type { Plan } from '../model/plan'
import type { AlterRelation, ConstraintDefinition } from '../sql/command'
import { applyConstraint } from './added-constraint'
import { descendants, holdsRows, lock } from './common'
import { alterHead, equivalentPlan, isMade, unprovedColumns, unvalidatedSteps } from './constraint-plans'
import { addedWayBack } from './constraint-way-back'
import { operationType } from './operation'
import type { Operation } from './operation'
import { refusal } from './refusal'

interface AddNotNullConstraint extends Operation {
  readonly kind: 'add-not-null-constraint'
  readonly alter: AlterRelation
  readonly definition: Extract<ConstraintDefinition, { type: 'not-null' }>
}

export const addNotNullConstraint = operationType<AddNotNullConstraint>({
  kind: 'add-not-null-constraint',
  title: 'Add a not-null constraint',
  recognise: (command) =>
    command.kind === 'alter' && command.action.action === 'add-constraint' && command.action.constraint.type === 'not-null'
      ? { kind: 'add-not-null-constraint', relation: command.relation, span: command.action.constraint.span, alter: command, definition: command.action.constraint }
      : undefined,

  effects({ alter, definition }, catalog): readonly Effect[] {
    const table = catalog.resolve(alter.relation)
    const scan = (one: RelationName): readonly Work[] =>
      !definition.notValid && holdsRows(catalog, one) && unprovedColumns(catalog, catalog.table(one), [definition.column]).length > 0 ? [{ kind: 'scan', to: 'to look for NULL', operators: 0 }] : []
    const below = alter.only ? [] : descendants(catalog, table)
    return [lock(table, 'ACCESS EXCLUSIVE', ...scan(table)), ...below.map((one) => lock(one, 'ACCESS EXCLUSIVE', ...(definition.noInherit ? [] : scan(one))))]
  },

  apply({ alter, definition }, catalog) {
    const table = catalog.resolve(alter.relation)
    const known = catalog.table(table)?.constraints.some((one) => one.type === 'not-null' && one.columns[0] === definition.column)
    return known ? catalog : applyConstraint(catalog, table, definition)
  },

  fails({ alter, definition }, catalog): readonly Omit<Failure, 'span'>[] {
    const relation = catalog.resolve(alter.relation)
    const table = catalog.table(relation)
    if (definition.noInherit && table?.kind === 'partitioned table') return [refusal(`Ends in an error: \`${shortName(relation)}\` stores nothing itself, so what holds for it holds for its partitions.`)]
    const holdsNull = (columnOf(table, definition.column)?.nullFraction ?? 0) > 0 && (table?.size?.rows ?? 0) > 0
    if (definition.notValid || !holdsNull || unprovedColumns(catalog, table, [definition.column]).length === 0) return []
    return [{ sentence: `Column \`${definition.column}\` of \`${shortName(relation)}\` holds NULL, so the statement ends in an error: fill it first.`, certain: true }]
  },

  plan({ alter, definition }, catalog, context): Plan | undefined {
    const table = catalog.resolve(alter.relation)
    if (definition.notValid || isMade(catalog, table) || unprovedColumns(catalog, catalog.table(table), [definition.column]).length === 0) return undefined
    return equivalentPlan('Add the constraint unvalidated, then validate it', unvalidatedSteps(catalog, table, alter.relation, definition, context, alterHead(alter, context)))
  },

  // Where the column is NOT NULL already, the constraint that says so is there before.
  wayBack({ alter, definition }, catalog) {
    const known = columnOf(catalog.table(catalog.resolve(alter.relation)), definition.column)
    return known?.notNull ? undefined : addedWayBack(catalog, alter, definition)
  },
})
