import type { Catalog } from '../catalog/catalog'
import type { TableIndex } from '../catalog/relation'
import { nameParts, quoteIdentifier, shortName } from '../model/name'
import type { Plan } from '../model/plan'
import type { DataChange } from '../sql/command'
import { columnList, inCase } from '../sql/print'
import { isNew } from './alteration'
import { automaticIndexName } from './automatic-name'
import { backfillPlan } from './backfill-plan'
import { changeFails } from './change-fails'
import { sqlStep, writtenLike } from './constraint-plans'
import { applyChange, changeAssumes, changeEffects, changeUnread, isIdle, target } from './data-change'
import { operationType } from './operation'
import type { Operation, PlanContext } from './operation'

interface Delete extends Operation {
  readonly kind: 'delete'
  readonly command: DataChange
}

export const deleteRows = operationType<Delete>({
  kind: 'delete',
  title: 'Delete rows',
  recognise: (command) => (command.kind === 'delete' ? { kind: 'delete', relation: command.relation, span: command.span, command } : undefined),
  effects: ({ command }, catalog) => changeEffects(command, catalog),
  apply: ({ command }, catalog) => applyChange(command, catalog),
  assumes: ({ command }, catalog) => changeAssumes(command, catalog),
  fails: ({ command }, catalog) => changeFails(command, catalog),
  unread: ({ command }, catalog) => changeUnread(command, catalog)[0],
  plan: ({ command }, catalog, context) => backfillPlan(command, catalog, context) ?? indexedFirst(command, catalog, context),

  loses({ command }, catalog) {
    const { table } = target(command, catalog)
    if (table === undefined || command.where !== undefined || command.query.reads.length > 0) return []
    const rows = catalog.table(table)?.size?.rows
    return [{ sentence: `Every row of \`${shortName(table)}\` is deleted.`, relation: table, ...(rows !== undefined && { rows }) }]
  },
})

/** Each row that goes is looked for in every table that refers to it, from end to end where that has no index to look it up by. */
function indexedFirst(command: DataChange, catalog: Catalog, context: PlanContext): Plan | undefined {
  const { table } = target(command, catalog)
  if (table === undefined || isNew(catalog, table) || isIdle(command, table, catalog)) return undefined
  const { keywords } = context
  const builds = catalog.referencing(table).flatMap((referencing) => {
    const own = catalog.table(referencing)
    if (own?.kind !== 'table' || !own.complete || isNew(catalog, referencing) || (own.size?.rows ?? Infinity) < fewRows) return []
    const keys = own.constraints.filter((one) => one.type === 'foreign-key' && one.references === table && !own.indexes.some((index) => leads(index, one.columns)))
    return keys.map((key) => {
      const name = automaticIndexName(catalog, referencing, key.columns.map((column) => ({ column, descending: false })), [])
      return sqlStep(`${inCase('CREATE INDEX CONCURRENTLY', keywords)} ${quoteIdentifier(nameParts(name).name)} ${inCase('ON', keywords)} ${context.name(writtenLike(referencing, command.relation, catalog))} (${columnList(key.columns)});`, 'none', `Whoever deletes looks into \`${shortName(referencing)}\` by it from here on.`)
    })
  })
  if (builds.length === 0) return undefined
  return {
    title: 'Index the columns first that refer to the rows, so that the tables are not read from end to end for each',
    fit: 'outline',
    expand: [...builds, sqlStep(`${context.sql.trim()};`, 'shared', 'The same, by the indexes.')],
    migrate: [],
    contract: [],
  }
}

/** So few are looked through in no time. */
const fewRows = 10_000

const leads = ({ valid, shape }: TableIndex, columns: readonly string[]): boolean => valid && shape.method === 'btree' && shape.predicate === undefined && shape.keys.slice(0, columns.length).every((key) => columns.includes(key)) && shape.keys.length >= columns.length
