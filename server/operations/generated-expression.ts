import { computationsIn } from '../catalog/computations'
import { columnOf } from '../catalog/relation'
import type { Effect } from '../model/effect'
import { quoteIdentifier, shortName } from '../model/name'
import type { Plan } from '../model/plan'
import { inCase } from '../sql/print'
import { computedFill, computingSteps } from './add-column-plan'
import { altered, alterationOf, changeColumn, changeTables, family, isNew, lockAll, remadeKeys, rewritten, withIndexesMade } from './alteration'
import type { Alteration } from './alteration'
import { descendants, holdsRows } from './common'
import { alterHead, sqlStep } from './constraint-plans'
import { operationType } from './operation'
import { refusal } from './refusal'
import { withIdentity } from './replica-identity'
import { refusedAlone, refusedInherited } from './tree-refusal'

interface GeneratedExpression extends Alteration<'set-expression' | 'drop-expression'> {
  readonly kind: 'generated-expression'
}

export const generatedExpression = operationType<GeneratedExpression>({
  kind: 'generated-expression',
  title: 'Change or drop the expression of a generated column',
  recognise: (command) => {
    const operation = alterationOf('generated-expression', command, 'set-expression', 'drop-expression')
    return operation && operation.action.action === 'set-expression' ? { ...operation, span: operation.action.expression.span } : operation
  },

  effects({ command, action }, catalog): readonly Effect[] {
    const name = altered(command, catalog)
    if (!name) return []
    const names = family(catalog, name, command.only)
    if (action.action === 'drop-expression') return lockAll(names)
    return names.flatMap((one) => {
      // A virtual column is computed by whoever reads it.
      if (columnOf(catalog.table(one), action.column)?.generated === 'virtual') return [...lockAll([one])]
      return [...rewritten(catalog, one, 'to compute the expression for each', { computes: computationsIn(action.expression.sql, catalog.table(one), catalog) }), ...remadeKeys(catalog, one, action.column, true)]
    })
  },

  plan({ command, action }, catalog, context): Plan | undefined {
    const name = altered(command, catalog)
    if (!name || action.action !== 'set-expression' || context.isOneOfSeveral || isNew(catalog, name)) return undefined
    if (columnOf(catalog.table(name), action.column)?.generated === 'virtual' || !family(catalog, name, command.only).some((one) => holdsRows(catalog, one))) return undefined
    const { keywords } = context
    const steps = computingSteps(command, name, action.column, action.expression.sql, catalog, context)
    const fill = steps && computedFill(command, name, action.column, action.expression.sql, catalog, context)
    if (!steps || !fill) return undefined
    const drop = `${alterHead(command, context)} ${inCase('ALTER COLUMN', keywords)} ${quoteIdentifier(action.column)} ${inCase('DROP EXPRESSION', keywords)};`
    const plan: Plan = {
      title: 'Make it a plain column that a trigger computes, and change the rows in batches; a generated column that is stored is computed anew under the lock and no other way',
      fit: 'outline',
      expand: [sqlStep([inCase('BEGIN;', keywords), drop, ...steps.map(({ sql }) => sql), inCase('COMMIT;', keywords)].join('\n'), 'own', 'The values stay as they are; new and changed rows are computed by the new expression from here on.')],
      migrate: [fill],
      contract: [],
      code: { migrate: `Code takes \`${action.column}\` by the old expression or by the new one.` },
    }
    return withIdentity(plan, family(catalog, name, command.only), 'update', command.relation, catalog, context)
  },

  fails({ command, action }, catalog) {
    const name = altered(command, catalog)
    if (!name || action.action !== 'drop-expression') return []
    // Each table below is looked at as if it stood alone (ATPrepDropExpression in src/backend/commands/tablecmds.c).
    const between = command.only ? undefined : descendants(catalog, name).find((one) => descendants(catalog, one).length > 0)
    if (between !== undefined) return [refusal(`Ends in an error, after waiting for its locks: no expression is dropped where tables below have others below them, as \`${shortName(between)}\` has.`)]
    return [...refusedAlone(catalog, name, command.only, 'an expression is dropped'), ...refusedInherited(catalog, name, action.column, 'changed')]
  },

  apply({ command, action }, catalog) {
    const name = altered(command, catalog)
    if (!name) return catalog
    const members = family(catalog, name, command.only)
    const written = action.action === 'set-expression' ? members.filter((member) => columnOf(catalog.table(member), action.column)?.generated === 'stored') : []
    return changeTables(withIndexesMade(catalog, written, 'changed'), members, (table) =>
      changeColumn(table, action.column, (column) => {
        if (action.action === 'set-expression') return { ...column, default: action.expression.sql }
        const { generated, default: _, ...rest } = column
        return generated === 'stored' ? rest : column
      }),
    )
  },
})
