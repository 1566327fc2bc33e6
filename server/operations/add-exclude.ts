import { freeName, schemaOf } from '../catalog/catalog'
import { nameParts, quoteIdentifier } from '../model/name'
import type { Plan } from '../model/plan'
import type { AlterRelation, ConstraintDefinition } from '../sql/command'
import { constraintText, inCase } from '../sql/print'
import { applyConstraint } from './added-constraint'
import { clip } from './automatic-name'
import { createdLike, isMade, sqlStep, tableHead } from './constraint-plans'
import { addedWayBack } from './constraint-way-back'
import { refusedChanging } from './index-refusal'
import { keyConstraintEffects, keyConstraintFailures } from './key-constraint'
import { unclassed } from './method-refusal'
import { operationType } from './operation'
import type { Operation } from './operation'
import { refusedConstraint } from './refusal'

interface AddExclude extends Operation {
  readonly kind: 'add-exclude'
  readonly alter: AlterRelation
  readonly definition: Extract<ConstraintDefinition, { type: 'exclude' }>
}

export const addExclude = operationType<AddExclude>({
  kind: 'add-exclude',
  title: 'Add an exclusion constraint',
  recognise: (command) =>
    command.kind === 'alter' && command.action.action === 'add-constraint' && command.action.constraint.type === 'exclude'
      ? { kind: 'add-exclude', relation: command.relation, span: command.action.constraint.span, alter: command, definition: command.action.constraint }
      : undefined,

  effects: ({ alter, definition }, catalog) => keyConstraintEffects(catalog, catalog.resolve(alter.relation), definition, alter.only),

  apply: ({ alter, definition }, catalog) => applyConstraint(catalog, catalog.resolve(alter.relation), definition, alter.only),

  // Its index can neither be built concurrently nor given beforehand (ALTER TABLE in the manual: USING INDEX is for unique constraints and primary keys).
  fails: ({ alter, definition }, catalog) => [...keyConstraintFailures(catalog, catalog.resolve(alter.relation), definition), ...refusedConstraint(catalog, catalog.resolve(alter.relation), definition), ...refusedChanging(definition, catalog, catalog.resolve(alter.relation)), ...unclassed(catalog, catalog.resolve(alter.relation), definition.method, definition.elements)].slice(0, 1),

  plan({ alter, definition }, catalog, context): Plan | undefined {
    const table = catalog.resolve(alter.relation)
    if (isMade(catalog, table) || catalog.table(table)?.kind === 'partitioned table') return undefined
    const { keywords } = context
    const copy = createdLike(freeName(catalog, schemaOf(table), `${clip(nameParts(table).name, 58)}_new`), alter.relation, catalog)
    return {
      title: 'There is no way to build it beside running writes in this table: fill a new table that has the constraint, and put it in its place',
      fit: 'outline',
      expand: [
        sqlStep(`${inCase('CREATE TABLE', keywords)} ${context.name(copy)} (${inCase('LIKE', keywords)} ${context.name(alter.relation)} ${inCase('INCLUDING ALL', keywords)});`, 'shared', 'A new table of the same shape.'),
        sqlStep(`${tableHead(copy, context)} ${inCase('ADD', keywords)} ${constraintText(context.sql, definition)};`, 'shared', `The constraint is made while the table is empty; then copy the rows of ${quoteIdentifier(nameParts(table).name)} in batches, keep up with its writes by a trigger, and exchange the names.`),
      ],
      migrate: [],
      contract: [],
    }
  },

  wayBack: ({ alter, definition }, catalog) => addedWayBack(catalog, alter, definition),
})
