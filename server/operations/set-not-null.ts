import type { Catalog } from '../catalog/catalog'
import { columnOf } from '../catalog/relation'
import type { Column, Table } from '../catalog/relation'
import type { Effect } from '../model/effect'
import { quoteIdentifier, shortName } from '../model/name'
import type { RelationName } from '../model/name'
import type { Step } from '../model/plan'
import type { AlterRelation } from '../sql/command'
import { inCase } from '../sql/print'
import { altered, alterationOf, changeColumn, changeTables, family, requireColumn } from './alteration'
import type { Alteration } from './alteration'
import { notNullName, passingName } from './automatic-name'
import { descendants, holdsRows, lock, takingNotNull } from './common'
import { alterHead, equivalentPlan, isMade, sqlStep, unprovedColumns } from './constraint-plans'
import { nothingToUndo } from './constraint-way-back'
import { operationType } from './operation'
import type { PlanContext } from './operation'
import { refusal } from './refusal'
import { isRow } from './types'

interface SetNotNull extends Alteration<'set-not-null'> {
  readonly kind: 'set-not-null'
}

export const setNotNull = operationType<SetNotNull>({
  kind: 'set-not-null',
  title: 'Set NOT NULL',
  recognise: (command) => alterationOf('set-not-null', command, 'set-not-null'),

  effects({ command, action }, catalog): readonly Effect[] {
    const name = altered(command, catalog)
    if (!name) return []
    return members(catalog, name, command, action.column).map((member) => lock(member, 'ACCESS EXCLUSIVE', ...(scans(catalog, member, action.column) ? [{ kind: 'scan' as const, to: 'to look for nulls', operators: 0 }] : [])))
  },

  apply({ command, action }, catalog) {
    const name = altered(command, catalog)
    if (!name) return catalog
    const names = members(catalog, name, command, action.column)
    // With ONLY, the constraint is for this table alone, if there are others to be told so.
    const noInherit = command.only && descendants(catalog, name).length > 0
    return changeTables(requireColumn(catalog, names, action.column, noInherit ? { noInherit } : {}), names, (table) =>
      changeColumn(table, action.column, (column) => (column.nullFraction ? { ...column, nullFraction: 0 } : column)),
    )
  },

  fails({ command, action }, catalog) {
    const name = altered(command, catalog)
    if (!name) return []
    if (command.only && !columnOf(catalog.table(name), action.column)?.notNull && catalog.partitions(name).some((one) => columnOf(catalog.table(one), action.column)?.notNull === false)) return [refusal(`Ends in an error: a column of a partitioned table is NOT NULL together with those of its partitions. Leave out ONLY, or begin with the partitions.`)]
    return members(catalog, name, command, action.column).flatMap((member) => {
      const column = columnOf(catalog.table(member), action.column)
      const rows = catalog.table(member)?.size?.rows
      if (!column || rows === 0 || !column.nullFraction || !scans(catalog, member, action.column)) return []
      // What the statistics have seen is a width too; a share of nulls without one is our own count of what the migration has done.
      return [{ sentence: `Ends in an error if any row of \`${shortName(member)}\` still has no \`${action.column}\`: fill the column first.`, certain: column.averageWidth !== undefined && rows !== undefined }]
    })
  },

  plan({ command, action }, catalog, context) {
    const name = altered(command, catalog)
    if (!name || isMade(catalog, name) || (command.only && descendants(catalog, name).length > 0)) return undefined
    if (!members(catalog, name, command, action.column).some((member) => scans(catalog, member, action.column))) return undefined
    const [first, ...rest] = notNullSteps(catalog, name, action.column, context, alterHead(command, context))
    const why = `${first!.why}${needsValue(columnOf(catalog.table(name), action.column)) ? ` Whoever adds a row without \`${action.column}\` is refused from then on, unless a trigger or its domain gives it a value: let all code do so before, or set a default.` : ''}`
    return equivalentPlan('Prove it first, with a constraint that is validated while reads and writes go on', [{ ...first!, why }, ...rest])
  },

  wayBack: ({ command, action }, catalog) => {
    const name = altered(command, catalog)
    const before = name ? family(catalog, name, command.only).map((one) => columnOf(catalog.table(one), action.column)?.notNull) : []
    if (before.length > 0 && before.every((notNull) => notNull === true)) return nothingToUndo('it was NOT NULL before')
    return name && before[0] === false ? `ALTER TABLE ${name} ALTER COLUMN ${quoteIdentifier(action.column)} DROP NOT NULL;` : undefined
  },
})

/** A partitioned table whose column is NOT NULL already is locked, and its partitions are not even looked at; other children need not be NOT NULL up to 17 (ATPrepSetNotNull in src/backend/commands/tablecmds.c). */
function members(catalog: Catalog, name: RelationName, command: AlterRelation, column: string): readonly RelationName[] {
  if (catalog.surroundings.version >= 18) return command.only ? [name] : takingNotNull(catalog, name, column)
  return columnOf(catalog.table(name), column)?.notNull && catalog.table(name)?.kind === 'partitioned table' ? [name] : family(catalog, name, command.only)
}

/** Nothing of the column itself gives one to a row that comes in without. */
const needsValue = (column: Column | undefined): boolean => column !== undefined && column.default === undefined && !column.generated && !column.identity

const hasUnvalidated = (table: Table | undefined, column: string): boolean => table?.constraints.some((one) => one.type === 'not-null' && !one.validated && one.columns[0] === column) ?? false

function scans(catalog: Catalog, name: RelationName, column: string): boolean {
  const table = catalog.table(name)
  if (!holdsRows(catalog, name)) return false
  if (hasUnvalidated(table, column)) return true
  return unprovedColumns(catalog, table, [column]).length > 0
}

/** NOT NULL without a scan that stops anybody: a constraint is added unvalidated and then validated, which serves as the proof. */
export function notNullSteps(catalog: Catalog, name: RelationName, column: string, context: PlanContext, head: string): readonly Step[] {
  const { keywords } = context
  const table = catalog.table(name)
  const quoted = quoteIdentifier(column)
  const step = (sql: string, transaction: Step['transaction'], why: string): Step => sqlStep(`${head} ${sql};`, transaction, why)
  const add = (constraint: string, condition: string): readonly Step[] => [
    step(`${inCase('ADD CONSTRAINT', keywords)} ${quoteIdentifier(constraint)} ${condition} ${inCase('NOT VALID', keywords)}`, 'shared', 'New rows are checked from here on; the lock is held for a moment only.'),
    step(`${inCase('VALIDATE CONSTRAINT', keywords)} ${quoteIdentifier(constraint)}`, 'own', 'Existing rows are checked while reads and writes go on.'),
  ]
  const version = catalog.surroundings.version
  // From 18 on NOT NULL is a constraint that can be added unvalidated; of a column that is not known there may be one already.
  if (version >= 18 && table?.columns) return add(notNullName(catalog, table, column), `${inCase('NOT NULL', keywords)} ${quoted}`)
  const known = columnOf(table, column)
  // Of a row IS NOT NULL asks for each of its parts.
  const condition = known && isRow(known.type, catalog) ? 'IS DISTINCT FROM NULL' : 'IS NOT NULL'
  const check = passingName(catalog, name, column, version >= 18 ? 'not_null_check' : 'not_null')
  return [
    ...add(check, `${inCase('CHECK', keywords)} (${quoted} ${inCase(condition, keywords)})`),
    step(`${inCase('ALTER COLUMN', keywords)} ${quoted} ${inCase('SET NOT NULL', keywords)}`, 'shared', 'The check proves that there is no null, so nothing is read.'),
    step(`${inCase('DROP CONSTRAINT', keywords)} ${quoteIdentifier(check)}`, 'shared', 'NOT NULL says the same.'),
  ]
}
