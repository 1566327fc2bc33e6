import { freeName } from '../catalog/catalog'
import type { Catalog } from '../catalog/catalog'
import type { Table } from '../catalog/relation'
import { nameParts, quoteIdentifier } from '../model/name'
import type { Plan } from '../model/plan'
import type { DataChange } from '../sql/command'
import { readExpression } from '../sql/expression'
import { columnList, inCase } from '../sql/print'
import { Tokens } from '../sql/tokens'
import { clip } from './automatic-name'
import { backfill, partsOf } from './backfill'
import { keyOf } from './backfill-by-key'
import { createdLike, sqlStep } from './constraint-plans'
import type { PlanContext } from './operation'
import { freeName as freeAmong } from './passing-names'

/** An UPDATE or DELETE taken apart. */
export interface ChosenRows {
  readonly head: string
  readonly where?: string
  /** Behind FROM of an UPDATE, or USING of a DELETE. */
  readonly others?: string
  /** What the table's columns go by. */
  readonly qualifier: string
  readonly reachesOthers: boolean
  readonly changesKey: boolean
}

/**
 * Which rows a statement takes, and what it gives them, may hang on the rows that are there, so that it would be others once a batch is done: they are noted at one moment, and then changed batch by batch.
 * A row that somebody has changed since is no more the one that was chosen, which `xmin` tells (src/include/access/htup_details.h), and stays; nor is one that a batch has changed, which is done.
 * Undefined where no key tells the rows, or where another statement than the author's would be needed.
 */
export function notedChange(change: DataChange, table: Table, { head, where, others, qualifier, reachesOthers, changesKey }: ChosenRows, catalog: Catalog, context: PlanContext): Plan | undefined {
  const key = keyOf(table)
  const values = change.set.map(({ expression }) => expression && readExpression(expression.sql))
  if (!key || partsOf(table.name, change.relation, catalog)?.length !== 1 || change.columns.some((column) => key.includes(column))) return undefined
  if (change.kind === 'update' && (values.length === 0 || values.some((value) => !value?.readable || value.isDefaultKeyword))) return undefined
  const cased = (text: string): string => inCase(text, context.keywords)
  const { schema, name } = nameParts(table.name)
  const notes = context.name(createdLike(freeName(catalog, schema, `${clip(name, 55)}_chosen`), change.relation, catalog))
  const free = (wish: string): string => quoteIdentifier(freeAmong(wish, (one) => key.includes(one)))
  const version = free('row_version')
  const noted = freeAmong('noted', (one) => quoteIdentifier(one) === qualifier || new RegExp(`\\b${one}\\b`, 'i').test(`${others} ${where}`))
  const own = targetOf(change, head, others)
  // A constant takes the column's type where it is assigned.
  const sets = change.set.map(({ column, expression }, at) => (values[at]!.isConstant ? { column, value: expression!.sql } : { column, value: `${noted}.${free(`new_${column}`)}`, shown: `(${closed(expression!.sql)}) ${cased('AS')} ${free(`new_${column}`)}` }))
  const shown = [...key.map((column) => `${qualifier}.${quoteIdentifier(column)}`), `${qualifier}.xmin::text ${cased('AS')} ${version}`, ...sets.flatMap((one) => one.shown ?? [])]
  // Of several rows that go with one, any will do.
  const distinct = change.kind === 'delete' ? 'SELECT DISTINCT' : others === undefined ? 'SELECT' : `SELECT DISTINCT ON (${key.map((column) => `${qualifier}.${quoteIdentifier(column)}`).join(', ')})`
  const isNoted = key.map((column) => `${noted}.${quoteIdentifier(column)} = ${qualifier}.${quoteIdentifier(column)}`).join(cased(' AND '))
  const step = backfill(
    {
      relation: table.name,
      head:
        change.kind === 'delete'
          ? `${cased('DELETE FROM')} ${own} ${cased('USING')} ${notes} ${cased('AS')} ${noted}`
          : `${cased('UPDATE')} ${own} ${cased('SET')} ${sets.map(({ column, value }) => `${quoteIdentifier(column)} = ${value}`).join(', ')} ${cased('FROM')} ${notes} ${cased('AS')} ${noted}`,
      where: `${isNoted} ${cased('AND')} ${noted}.${version} = ${qualifier}.xmin::text`,
      named: context.name(change.relation),
      from: own,
      others: `${notes} ${cased('AS')} ${noted}`,
      qualifier,
      does: `${change.kind === 'delete' ? 'Deletes rows of' : 'Changes'} \`${name}\``,
      but: `A row that somebody has changed since it was noted stays: look at it by its key in \`${notes}\`.`,
      isNeverDone: true,
      ...(changesKey && { changesKey }),
      ...(reachesOthers && { reachesOthers }),
    },
    catalog,
    context,
  )
  if (!step) return undefined
  return {
    title: `Note the keys of the rows in a table, and ${change.kind} them by it in batches, committing each`,
    fit: 'staged',
    expand: [
      sqlStep(`${cased('CREATE TABLE')} ${notes} ${cased('AS')}\n${cased(distinct)} ${shown.join(', ')} ${cased('FROM')} ${[own, ...(others === undefined ? [] : [others])].join(', ')}${where === undefined ? '' : ` ${cased('WHERE')} ${closed(where)}`};`, 'own', 'Chooses the rows as they are at this moment, which one batch after another could not. No row is locked, but vacuum removes nothing that died since it began.'),
      sqlStep(`${cased('ALTER TABLE')} ${notes} ${cased('ADD PRIMARY KEY')} (${columnList(key)});`, 'shared', 'Each batch finds its rows by it.'),
      sqlStep(`${cased('ANALYZE')} ${notes};`, 'shared', 'So that the batches are planned for as many rows as there are.'),
    ],
    migrate: [step],
    contract: [sqlStep(`${cased('DROP TABLE')} ${notes};`, 'shared', 'No batch asks for it any more.')],
  }
}

/** The table as the statement has it, with its alias. */
function targetOf(change: DataChange, head: string, others: string | undefined): string {
  const tokens = new Tokens(head)
  const end = Array.from({ length: tokens.count }, (_, index) => index).find((index) => tokens.depths[index] === 0 && tokens.isWord(index, change.kind === 'update' ? 'set' : 'using') && !(change.kind === 'delete' && others === undefined))
  return head.slice(tokens.starts[change.kind === 'update' ? 1 : 2], tokens.ends[(end ?? tokens.count) - 1])
}

/** What stands behind a comment would be lost. */
const closed = (text: string): string => (/--[^\n]*$/.test(text) ? `${text.trim()}\n` : text.trim())
