import type { Catalog } from '../catalog/catalog'
import { isTable } from '../catalog/relation'
import type { ColumnType, Constraint, Policy, Rule, Table } from '../catalog/relation'
import { nameParts } from '../model/name'
import type { RelationName } from '../model/name'
import type { TypeName } from '../sql/command'
import { changeFiring, changePolicies } from './common'
import { withEventTriggers } from './create-event-trigger'
import { joined, onlyOverload, withoutOverload } from './overloads'

/** The relation under another name, and every mention of it with it. Nothing happens where the old name is unknown or the new one taken. */
export function moveRelation(catalog: Catalog, from: RelationName, to: RelationName): Catalog {
  const relation = catalog.relation(from)
  if (!relation || from === to || catalog.relation(to)) return catalog
  if (relation.kind === 'index') return moveIndex(catalog, relation.table, from, to)
  let after = catalog.without(from).with({ ...relation, name: to })
  if (isTable(relation)) {
    for (const referencing of catalog.referencing(from)) after = changed(after, referencing === from ? to : referencing, (table) => ({ ...table, constraints: table.constraints.map((one): Constraint => (one.references === from ? { ...one, references: to } : one)) }))
    for (const partition of catalog.partitions(from)) after = changed(after, partition, (table) => ({ ...table, ...(table.partitionOf && { partitionOf: { ...table.partitionOf, parent: to } }) }))
    for (const child of catalog.children(from)) after = changed(after, child, (table) => ({ ...table, inherits: table.inherits.map((one) => (one === from ? to : one)) }))
    for (const name of catalog.sequences(from)) {
      const sequence = after.relation(name)
      if (sequence?.kind === 'sequence' && sequence.ownedBy) after = after.with({ ...sequence, ownedBy: { ...sequence.ownedBy, table: to } })
    }
  }
  for (const reader of catalog.readers(from)) {
    const view = after.relation(reader)
    if (view?.kind === 'view') after = after.with({ ...view, ...readUnder(view, from, to) })
    else if (isTable(view)) after = after.with({ ...view, ...readUnder(view, from, to) })
  }
  for (const ruling of catalog.ruling(from)) {
    after = changeFiring(after, ruling === from ? to : ruling, (one) => ({ ...one, rules: one.rules.map((rule) => (rule.names.includes(from) ? ruleUnder(rule, from, to) : rule)) }))
  }
  for (const guarded of catalog.guarded(from)) after = changePolicies(after, guarded === from ? to : guarded, (policies) => policies.map((policy) => (policy.names.includes(from) ? policyUnder(policy, from, to) : policy)))
  return after
}

/** The texts of the policy name it as it was. */
const policyUnder = ({ using: _, check: __, ...policy }: Policy, from: RelationName, to: RelationName): Policy => ({ ...policy, names: policy.names.map((one) => (one === from ? to : one)) })

/** The text of the rule names it as it was. */
const ruleUnder = ({ definition: _, ...rule }: Rule, from: RelationName, to: RelationName): Rule => ({ ...rule, names: rule.names.map((one) => (one === from ? to : one)) })

const readUnder = ({ reads, readsColumns, groupsBy }: Pick<Table, 'reads' | 'readsColumns' | 'groupsBy'>, from: RelationName, to: RelationName): Pick<Table, 'reads' | 'readsColumns' | 'groupsBy'> => ({
  reads: reads.map((one) => (one === from ? to : one)),
  ...(groupsBy && { groupsBy: groupsBy.map((one) => (one === from ? to : one)) }),
  ...(readsColumns && { readsColumns: Object.fromEntries(Object.entries(readsColumns).map(([name, columns]) => [name === from ? to : name, columns])) }),
})

/** A constraint goes by the name of its index (RenameRelationInternal in src/backend/commands/tablecmds.c), and partitions' indexes are attached to it. */
function moveIndex(catalog: Catalog, table: RelationName, from: RelationName, to: RelationName): Catalog {
  const { name } = nameParts(to)
  const renamed = changed(catalog, table, (one) => ({
    ...one,
    indexes: one.indexes.map((index) => (index.name === from ? { ...index, name: to, shape: { ...index.shape, name } } : index)),
    constraints: one.constraints.map((constraint): Constraint => (constraint.index === from ? { ...constraint, name, index: to } : constraint)),
  }))
  return reattach(renamed, table, (parent) => (parent === from ? to : parent))
}

/** The indexes of a table's partitions, attached to their parents' under the names these have now. */
export const reattach = (catalog: Catalog, table: RelationName, renamed: (index: RelationName) => RelationName): Catalog =>
  catalog.partitions(table).reduce(
    (result, partition) => changed(result, partition, (one) => ({ ...one, indexes: one.indexes.map((index) => (index.attachedTo ? { ...index, attachedTo: renamed(index.attachedTo) } : index)) })),
    catalog,
  )

const changed = (catalog: Catalog, name: RelationName, change: (table: Table) => Table): Catalog => {
  const table = catalog.table(name)
  return table ? catalog.with(change(table)) : catalog
}

/** A type under another name, in all that is of it. */
export function moveType(catalog: Catalog, from: RelationName, to: RelationName): Catalog {
  const type = catalog.type(from)
  if (!type || from === to) return catalog
  const named = (one: ColumnType): ColumnType => (one.name === from ? { ...one, name: to } : one)
  let after = catalog
  for (const table of [...catalog.using(from), ...catalog.typed(from)]) {
    after = changed(after, table, (one) => ({ ...one, ...(one.columns && { columns: one.columns.map((column) => ({ ...column, type: named(column.type) })) }), ...(one.ofType === from && { ofType: to }) }))
  }
  for (const name of catalog.over(from)) {
    const made = after.type(name)
    if (made?.kind === 'domain') after = after.withType(name, { ...made, base: named(made.base) })
    if (made?.kind === 'composite' && made.attributes) after = after.withType(name, { ...made, attributes: made.attributes.map((one) => ({ ...one, type: named(one.type) })) })
  }
  return after.withType(from, undefined).withType(to, type)
}

/** Triggers and event triggers call it under its new name. Of several of one name `types` tells which; absent: there is but one. */
export function moveRoutine(catalog: Catalog, from: RelationName, to: RelationName, types?: readonly TypeName[]): Catalog {
  let after = catalog
  for (const { name } of catalog.relations().filter((relation) => 'triggers' in relation && relation.triggers.some((trigger) => trigger.function === from))) {
    after = changeFiring(after, name, (one) => ({ ...one, triggers: one.triggers.map((trigger) => (trigger.function === from ? { ...trigger, function: to } : trigger)) }))
  }
  after = withEventTriggers(after, (all) => all.map((one) => (one.function === from ? { ...one, function: to } : one)))
  const routine = catalog.routine(from)
  if (!routine) return after
  const left = withoutOverload(routine, types)
  return after.withRoutine(from, left).withRoutine(to, joined(after.routine(to), left === undefined ? routine : onlyOverload(routine, types!)))
}
