import type { Catalog } from '../catalog/catalog'
import { computationsIn } from '../catalog/computations'
import type { Constraint, Table } from '../catalog/relation'
import type { Computations, Effect, Work } from '../model/effect'
import type { RelationName } from '../model/name'
import type { AlterRelation } from '../sql/command'
import { changeColumn } from './alteration'
import { changeTable, descendants, holdsRows, lock, partitionsBelow } from './common'
import { alterHead, equivalentPlan, isMade, validateStep } from './constraint-plans'
import { nothingToUndo } from './constraint-way-back'
import { probe } from './foreign-key'
import { operationType } from './operation'
import type { Operation } from './operation'
import { refusal } from './refusal'
import { computedEffects } from './routine-call'

interface ValidateConstraint extends Operation {
  readonly kind: 'validate-constraint'
  readonly alter: AlterRelation
  readonly name: string
}

export const validateConstraint = operationType<ValidateConstraint>({
  kind: 'validate-constraint',
  title: 'Validate a constraint',
  recognise: (command) =>
    command.kind === 'alter' && command.action.action === 'validate-constraint' ? { kind: 'validate-constraint', relation: command.relation, span: command.span, alter: command, name: command.action.name } : undefined,

  effects({ alter, name }, catalog): readonly Effect[] {
    const table = catalog.resolve(alter.relation)
    const constraint = find(catalog, table, name)
    if (constraint?.validated) return [lock(table, 'SHARE UPDATE EXCLUSIVE')]
    if (constraint?.type === 'foreign-key') return validateKey(catalog, table, constraint)
    const scan = (one: RelationName): readonly Work[] => (holdsRows(catalog, one) && !find(catalog, one, name)?.validated ? [{ kind: 'scan', to: 'to check existing ones', ...askedBy(constraint, catalog.table(one), catalog) }] : [])
    const below = alter.only || constraint?.noInherit ? [] : descendants(catalog, table)
    return [...[table, ...below].map((one) => ({ ...lock(one, 'SHARE UPDATE EXCLUSIVE', ...scan(one)), asStrongAs: table })), ...(constraint?.expression === undefined ? [] : computedEffects(constraint.expression, catalog))]
  },

  apply({ alter, name }, catalog) {
    const table = catalog.resolve(alter.relation)
    return [table, ...descendants(catalog, table)].reduce((changed, one) => changeTable(changed, one, (before) => validated(before, name)), catalog)
  },

  fails({ alter, name }, catalog) {
    const table = catalog.resolve(alter.relation)
    const own = find(catalog, table, name)
    if (alter.only && own?.type === 'check' && !own.validated && !own.noInherit && [...catalog.partitions(table), ...catalog.children(table)].length > 0) return [refusal('Ends in an error: a check is validated together with that of the tables below. Leave out ONLY.')]
    if (own?.enforced === false) return [refusal(`Ends in an error: \`${name}\` is not enforced, so that no row has to meet it.`)]
    const type = own?.type
    return type === 'unique' || type === 'primary-key' || type === 'exclude' ? [refusal(`Ends in an error: \`${name}\` is kept by an index, and there is nothing to validate.`)] : []
  },

  plan({ alter, name }, catalog, context) {
    const table = catalog.resolve(alter.relation)
    // Beside other actions it reads every row under the lock that these take.
    if (!context.isOneOfSeveral || isMade(catalog, table) || find(catalog, table, name)?.validated) return undefined
    return equivalentPlan('Validate it in a statement of its own', [validateStep(alterHead(alter, context), name, context)])
  },

  wayBack: () => nothingToUndo('new rows were checked before'),
})

/** The partition's own key, where it is valid already, is left alone, and so is its table. */
function validateKey(catalog: Catalog, table: RelationName, constraint: Constraint): readonly Effect[] {
  const referenced = constraint.references!
  const partitions = partitionsBelow(catalog, table).filter((one) => !find(catalog, one, constraint.name)?.validated)
  return [
    ...[table, ...partitions].map((one) => ({ ...lock(one, 'SHARE UPDATE EXCLUSIVE', ...(holdsRows(catalog, one) ? [probe(referenced, constraint.columns)] : [])), asStrongAs: table })),
    // The check is a query, which reads the partitions and takes the lock of its FOR KEY SHARE on the table it names only (RI_Initial_Check in src/backend/utils/adt/ri_triggers.c).
    lock(referenced, 'ROW SHARE'),
    ...partitionsBelow(catalog, referenced).map((one) => lock(one, 'ACCESS SHARE')),
  ]
}

const find = (catalog: Catalog, table: RelationName, name: string): Constraint | undefined => catalog.table(table)?.constraints.find((one) => one.name === name)

function validated(table: Table, name: string): Table {
  const constraint = table.constraints.find((one) => one.name === name)
  if (!constraint || constraint.validated) return table
  const constraints = table.constraints.map((one) => (one === constraint ? { ...one, validated: true } : one))
  const changed = { ...table, constraints }
  return constraint.type === 'not-null' ? changeColumn(changed, constraint.columns[0]!, (column) => ({ ...column, notNull: true })) : changed
}

const askedBy = (constraint: Constraint | undefined, table: Table | undefined, catalog: Catalog): Computations =>
  constraint?.type === 'not-null' ? { operators: 0 } : constraint?.expression === undefined ? {} : computationsIn(constraint.expression, table, catalog)
