import type { Catalog } from '../catalog/catalog'
import type { Constraint } from '../catalog/relation'
import type { Effect } from '../model/effect'
import type { RelationName } from '../model/name'
import type { AlterAction, AlterRelation } from '../sql/command'
import { inheritNotNull } from './added-constraint'
import { changeTable, descendants, holdsRows, lock, partitionsBelow } from './common'
import { unprovedColumns } from './constraint-plans'
import { probe, referencedEffects } from './foreign-key'
import { operationType } from './operation'
import type { Operation } from './operation'

interface AlterConstraint extends Operation {
  readonly kind: 'alter-constraint'
  readonly alter: AlterRelation
  readonly change: Extract<AlterAction, { action: 'alter-constraint' }>
}

export const alterConstraint = operationType<AlterConstraint>({
  kind: 'alter-constraint',
  title: 'Alter a constraint',
  recognise: (command) =>
    command.kind === 'alter' && command.action.action === 'alter-constraint' ? { kind: 'alter-constraint', relation: command.relation, span: command.span, alter: command, change: command.action } : undefined,

  effects({ alter, change }, catalog): readonly Effect[] {
    const table = catalog.resolve(alter.relation)
    const constraint = find(catalog, table, change.name)
    const inheritance = constraint?.type === 'not-null' && change.noInherit !== undefined
    const below = inheritance ? descendants(catalog, table) : partitionsBelow(catalog, table)
    const checksKey = change.enforced === true && constraint?.type === 'foreign-key' && !constraint.validated
    return [
      lock(table, 'ACCESS EXCLUSIVE', ...(checksKey && holdsRows(catalog, table) ? [probe(constraint.references!, constraint.columns)] : [])),
      ...below.map((one) =>
        lock(
          one,
          'ACCESS EXCLUSIVE',
          ...(checksKey && holdsRows(catalog, one) ? [probe(constraint.references!, constraint.columns)] : []),
          ...(inheritance && change.noInherit === false && holdsRows(catalog, one) && unprovedColumns(catalog.table(one), constraint.columns).length > 0 ? [{ kind: 'scan', to: 'to look for NULL' } as const] : []),
        ),
      ),
      ...(constraint?.references !== undefined && change.enforced !== undefined && change.enforced !== constraint.validated
        ? referencedEffects(catalog, constraint.references, change.enforced ? 'SHARE ROW EXCLUSIVE' : 'ACCESS EXCLUSIVE')
        : []),
    ]
  },

  apply({ alter, change }, catalog) {
    const table = catalog.resolve(alter.relation)
    const constraint = find(catalog, table, change.name)
    if (!constraint) return catalog
    const changed = (one: Constraint): Constraint => {
      const { deferrable, noInherit, ...rest } = one
      return {
        ...rest,
        ...((change.deferrable ?? deferrable) === true && { deferrable: true }),
        ...((change.noInherit ?? noInherit) === true && { noInherit: true }),
        validated: change.enforced ?? one.validated,
      }
    }
    const altered = [table, ...partitionsBelow(catalog, table)].reduce(
      (result, one) => changeTable(result, one, (before) => ({ ...before, constraints: before.constraints.map((other) => (other.name === change.name && other.type === constraint.type ? changed(other) : other)) })),
      catalog,
    )
    return constraint.type === 'not-null' && constraint.noInherit && change.noInherit === false ? inheritNotNull(altered, table, constraint.columns) : altered
  },
})

const find = (catalog: Catalog, table: RelationName, name: string): Constraint | undefined => catalog.table(table)?.constraints.find((one) => one.name === name)
