import type { Catalog } from '../catalog/catalog'
import { columnOf } from '../catalog/relation'
import type { Effect } from '../model/effect'
import type { RelationName } from '../model/name'
import { altered, alterationOf, changeColumn, changeTables, family, lockAll, remadeKeys, rewritten } from './alteration'
import type { Alteration } from './alteration'
import { operationType } from './operation'

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
    if (action.action === 'drop-expression') return lockAll(isGenerated(catalog, name, action.column) ? names : [name])
    return names.flatMap((one) => {
      // A virtual column is computed by whoever reads it.
      if (columnOf(catalog.table(one), action.column)?.generated === 'virtual') return [...lockAll([one])]
      return [...rewritten(catalog, one, 'to compute the expression for each'), ...remadeKeys(catalog, one, action.column, true)]
    })
  },

  apply({ command, action }, catalog) {
    const name = altered(command, catalog)
    if (!name) return catalog
    return changeTables(catalog, family(catalog, name, command.only), (table) =>
      changeColumn(table, action.column, (column) => {
        if (action.action === 'set-expression') return { ...column, default: action.expression.sql }
        const { generated, default: _, ...rest } = column
        return generated === 'stored' ? rest : column
      }),
    )
  },
})

const isGenerated = (catalog: Catalog, name: RelationName, column: string): boolean => {
  const known = columnOf(catalog.table(name), column)
  return known === undefined || known.generated !== undefined
}
