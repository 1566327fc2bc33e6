import type { Catalog } from '../catalog/catalog'
import type { Constraint } from '../catalog/relation'
import type { Effect } from '../model/effect'
import { quoteIdentifier } from '../model/name'
import type { RelationName } from '../model/name'
import type { Plan } from '../model/plan'
import type { AlterAction, AlterRelation } from '../sql/command'
import { inCase, writtenName } from '../sql/print'
import { inheritNotNull } from './added-constraint'
import { changeTable, holdsRows, lock, partitionsBelow } from './common'
import { passingName } from './automatic-name'
import { alterHead, equivalentPlan, isMade, sqlStep, unprovedColumns, validateStep } from './constraint-plans'
import { droppedWayBack, nothingToUndo } from './constraint-way-back'
import { refusedBelow } from './drop-constraint'
import { probe, referencedEffects } from './foreign-key'
import { operationType } from './operation'
import type { Operation } from './operation'
import { refusal } from './refusal'

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
    const below = inheritance ? heirs(catalog, table, constraint.columns, change.noInherit === true) : partitionsBelow(catalog, table)
    const checksKey = change.enforced === true && constraint?.type === 'foreign-key' && !constraint.validated
    return [
      lock(table, 'ACCESS EXCLUSIVE', ...(checksKey && holdsRows(catalog, table) ? [probe(constraint.references!, constraint.columns)] : [])),
      ...below.map((one) =>
        lock(
          one,
          'ACCESS EXCLUSIVE',
          ...(checksKey && holdsRows(catalog, one) ? [probe(constraint.references!, constraint.columns)] : []),
          ...(inheritance && change.noInherit === false && holdsRows(catalog, one) && unprovedColumns(catalog, catalog.table(one), constraint.columns).length > 0 ? [{ kind: 'scan', to: 'to look for NULL' } as const] : []),
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
      const { deferrable, deferred, noInherit, enforced, ...rest } = one
      return {
        ...rest,
        validated: change.enforced ?? one.validated,
        ...((change.deferrable ?? deferrable) === true && { deferrable: true, ...((change.initiallyDeferred ?? deferred) && { deferred: true }) }),
        ...((change.enforced ?? enforced) === false && { enforced: false }),
        ...((change.noInherit ?? noInherit) === true && { noInherit: true }),
      }
    }
    const altered = [table, ...partitionsBelow(catalog, table)].reduce(
      (result, one) => changeTable(result, one, (before) => ({ ...before, constraints: before.constraints.map((other) => (other.name === change.name && other.type === constraint.type ? changed(other) : other)) })),
      catalog,
    )
    return constraint.type === 'not-null' && constraint.noInherit && change.noInherit === false ? inheritNotNull(altered, table, constraint.columns) : altered
  },

  fails({ alter, change }, catalog) {
    const table = catalog.table(catalog.resolve(alter.relation))
    const constraint = table && find(catalog, table.name, change.name)
    const inherited = constraint?.type === 'foreign-key' ? refusedBelow(catalog, table!, constraint, 'altered') : []
    if (inherited.length > 0) return inherited
    if (constraint && constraint.type !== 'foreign-key' && change.enforced !== undefined) return [refusal(`Ends in an error: \`${change.name}\` is no foreign key, and whether another constraint holds is said when it is added. Drop it and add it again.`)]
    if (constraint && constraint.type !== 'not-null' && change.noInherit !== undefined) return [refusal(`Ends in an error: \`${change.name}\` is no NOT NULL, and whether another constraint is inherited is said when it is added. Drop it and add it again.`)]
    return constraint && constraint.type !== 'foreign-key' && change.deferrable !== undefined ? [refusal(`Ends in an error: \`${change.name}\` is no foreign key, and of no other constraint it can be changed when it is checked. Drop it and add it again.`)] : []
  },

  plan({ alter, change }, catalog, context): Plan | undefined {
    const table = catalog.resolve(alter.relation)
    const constraint = find(catalog, table, change.name)
    if (isMade(catalog, table) || change.enforced !== true || change.deferrable !== undefined || constraint?.type !== 'foreign-key' || constraint.validated || partitionsBelow(catalog, table).length > 0) return undefined
    const { keywords } = context
    const passing = passingName(catalog, table, constraint.columns[0], 'fkey')
    const again = droppedWayBack(catalog, alter, { ...constraint, name: passing, validated: true, enforced: true })
    if (again === undefined) return undefined
    const [add] = again.split('\n')
    const head = alterHead(alter, context)
    return equivalentPlan('Add an enforced key beside it unvalidated, validate that, and give it the name', [
      sqlStep(inCase(add!, keywords), 'shared', 'New rows are checked from here on; the lock is held for a moment only.'),
      validateStep(head, passing, context),
      sqlStep(`${head} ${inCase('DROP CONSTRAINT', keywords)} ${quoteIdentifier(change.name)};`, 'shared', 'Nothing rests on the key that is not enforced.'),
      sqlStep(`${head} ${inCase('RENAME CONSTRAINT', keywords)} ${quoteIdentifier(passing)} ${inCase('TO', keywords)} ${quoteIdentifier(change.name)};`, 'shared', 'The key has its name again.'),
    ])
  },

  wayBack({ alter, change }, catalog) {
    const constraint = find(catalog, catalog.resolve(alter.relation), change.name)
    if (!constraint) return undefined
    const back: string[] = []
    if (change.deferrable !== undefined) {
      // How a deferrable one began its transactions, at once or deferred, is not known.
      if (constraint.deferrable) return undefined
      if (change.deferrable) back.push('NOT DEFERRABLE')
    }
    if (change.noInherit !== undefined && change.noInherit !== (constraint.noInherit ?? false)) back.push(change.noInherit ? 'INHERIT' : 'NO INHERIT')
    if (change.enforced !== undefined) {
      if (!constraint.validated) return undefined
      if (!change.enforced) back.push('ENFORCED')
    }
    if (back.length === 0) return nothingToUndo('the constraint was so before')
    const statement = `ALTER TABLE ${writtenName(alter.relation)} ALTER CONSTRAINT ${quoteIdentifier(change.name)} ${back.join(' ')};`
    return back.includes('ENFORCED') || back.includes('INHERIT') ? `-- Reads every row again.\n${statement}` : statement
  },
})

const find = (catalog: Catalog, table: RelationName, name: string): Constraint | undefined => catalog.table(table)?.constraints.find((one) => one.name === name)

/** What is inherited no longer is taken from the children alone. What is again goes on below those that have no such constraint yet (ATExecAlterConstrInheritability and ATExecSetNotNull in src/backend/commands/tablecmds.c). */
function heirs(catalog: Catalog, table: RelationName, columns: readonly string[], endsThere: boolean): readonly RelationName[] {
  const hasOne = (child: RelationName): boolean => catalog.table(child)?.constraints.some(({ type, columns: own }) => type === 'not-null' && own.join() === columns.join()) ?? false
  return [...new Set(catalog.children(table).flatMap((child) => [child, ...(endsThere || hasOne(child) ? [] : heirs(catalog, child, columns, false))]))]
}
