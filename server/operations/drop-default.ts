import type { Catalog } from '../catalog/catalog'
import { columnOf } from '../catalog/relation'
import type { Consequence } from '../model/assessed'
import { quoteIdentifier, shortName } from '../model/name'
import type { Plan } from '../model/plan'
import { read } from '../sql/read'
import { altered, alterationOf, changeColumnOf, family, isNew, lockAll } from './alteration'
import type { Alteration } from './alteration'
import { refusedDefault } from './column-refusal'
import { alterHead, sqlStep } from './constraint-plans'
import { operationType } from './operation'
import type { PlanContext } from './operation'

interface DropDefault extends Alteration<'drop-default'> {
  readonly kind: 'drop-default'
}

export const dropDefault = operationType<DropDefault>({
  kind: 'drop-default',
  title: 'Drop a default',
  recognise: (command) => alterationOf('drop-default', command, 'drop-default'),

  effects({ command }, catalog) {
    const name = altered(command, catalog)
    return name ? lockAll(family(catalog, name, command.only)) : []
  },

  apply({ command, action }, catalog) {
    const name = altered(command, catalog)
    if (!name) return catalog
    return changeColumnOf(catalog, family(catalog, name, command.only), action.column, (column) => {
      const { default: _, ...rest } = column
      return column.generated ? column : rest
    })
  },

  breaks: broken,

  plan(operation, catalog, context): Plan | undefined {
    const { command, action } = operation
    const [one] = broken(operation, catalog)
    // What else the statement does to the column may need it to be gone, as an identity does.
    if (!one || isShared(operation, context)) return undefined
    const sql = `${alterHead(command, context)} ${context.sql.slice(command.span.start, command.span.end)};`
    return {
      title: `Drop the default of \`${action.column}\` in a later release, behind the code that gives every row a value`,
      fit: 'staged',
      expand: [],
      migrate: [],
      contract: [sqlStep(sql, 'shared', 'Takes a moment, and is taken back in a moment.')],
      code: { contract: `Code gives \`${action.column}\` of \`${shortName(one.relation)}\` a value in every INSERT.` },
    }
  },

  fails({ command, action }, catalog) {
    const name = altered(command, catalog)
    return name ? refusedDefault(catalog, name, action.column) : []
  },

  wayBack({ command, action }, catalog) {
    const name = altered(command, catalog)
    const column = name && columnOf(catalog.table(name), action.column)
    return column && column.default !== undefined ? `ALTER TABLE ${name} ALTER COLUMN ${quoteIdentifier(action.column)} SET DEFAULT ${column.default};` : undefined
  },
})

const isShared = ({ command: { span }, action: { column } }: DropDefault, { sql }: PlanContext): boolean =>
  read(sql).commands.some((other) => other.kind === 'alter' && other.span.start !== span.start && 'column' in other.action && other.action.column === column)

function broken({ command, action }: DropDefault, catalog: Catalog): readonly Omit<Consequence, 'span'>[] {
  const name = altered(command, catalog)
  if (!name || isNew(catalog, name)) return []
  const column = columnOf(catalog.table(name), action.column)
  if (!column?.notNull || column.default === undefined || column.generated) return []
  return [{ sentence: `Every INSERT into \`${shortName(name)}\` that leaves \`${action.column}\` to its default fails from here on, for the column is NOT NULL: first deploy code that gives it a value.`, relation: name, missed: { relation: name, columns: [action.column], defaults: true } }]
}
