import type { Catalog } from '../catalog/catalog'
import type { Column, View } from '../catalog/relation'
import type { Failure } from '../model/assessed'
import type { Effect } from '../model/effect'
import { shortName } from '../model/name'
import type { RelationName } from '../model/name'
import type { CreateView as Command } from '../sql/command'
import { writtenName } from '../sql/print'
import { isSystem, lock, madeLock } from './common'
import { creationName } from './created-table'
import { operationType } from './operation'
import type { Operation } from './operation'
import { takenName, unlessMade } from './refusal'
import { isSameType } from './tree-refusal'
import { optionsOf } from './storage-options'
import { typeText } from './types'

interface CreateView extends Operation {
  readonly kind: 'create-view'
  readonly command: Command
}

export const createView = operationType<CreateView>({
  kind: 'create-view',
  title: 'Create or replace a view',
  recognise: (command) => (command.kind === 'create-view' ? { kind: 'create-view', relation: command.relation, span: command.span, command } : undefined),

  effects({ command }, catalog): readonly Effect[] {
    const name = creationName(command, catalog)
    const replaced = command.replace && catalog.relation(name) !== undefined
    // The query is looked at, not planned: what a view in it reads, and partitions, are left alone.
    return [replaced ? lock(name, 'ACCESS EXCLUSIVE') : madeLock(name), ...reads(command, catalog).map((read) => lock(read, 'ACCESS SHARE'))]
  },

  apply({ command }, catalog) {
    const name = creationName(command, catalog)
    const before = catalog.relation(name)
    if (before && (before.kind !== 'view' || !command.replace)) return catalog
    const { columns } = shownColumns(command, catalog)
    return catalog.with({
      kind: 'view',
      name,
      origin: 'migration',
      triggers: [],
      rules: [],
      ...(before && keptOf(before)),
      reads: reads(command, catalog),
      ...optionsOf(command.options),
      ...(columns && { columns: columns.map((column) => ({ ...before?.columns?.find((one) => one.name === column.name), ...column })) }),
      ...(command.queryText !== undefined && !saysNothing.test(command.queryText) && { query: { sql: command.queryText, ...(command.columns.length > 0 && { columns: command.columns }) } }),
    })
  },

  fails({ command }, catalog) {
    const name = creationName(command, catalog)
    const before = catalog.relation(name)
    return command.replace && before?.kind === 'view' ? refusedColumns(before, shownColumns(command, catalog).columns) : takenName(catalog, name)
  },

  wayBack: ({ command }, catalog) => (catalog.relation(creationName(command, catalog)) === undefined ? `DROP VIEW ${writtenName(command.relation)};` : undefined),
})

/** Stands for a query that nobody can tell before it is read. */
const saysNothing = /^\s*select\s*$/i

/** What another query and other options leave as it is. */
const keptOf = ({ origin, owner, commented, grants, triggers, rules }: View): Pick<View, 'origin' | 'owner' | 'commented' | 'grants' | 'triggers' | 'rules'> => ({ origin, triggers, rules, ...(owner !== undefined && { owner }), ...(commented !== undefined && { commented }), ...(grants && { grants }) })

/** A view that is replaced keeps its columns, and may get more behind them (checkViewColumns in src/backend/commands/view.c). */
function refusedColumns(before: View, after: readonly Column[] | undefined): readonly Omit<Failure, 'span'>[] {
  if (!before.columns || !after) return []
  const [lost] = before.columns.slice(after.length)
  const at = before.columns.findIndex(({ name, type }, index) => after[index] && (after[index].name !== name || !isSameType(after[index].type, type)))
  const [old, fresh] = [before.columns[at], after[at]]
  const view = `\`${shortName(before.name)}\``
  const why = lost ? `${view} has a column \`${lost.name}\`, which is not among the new ones` : !old || !fresh ? undefined : old.name !== fresh.name ? `column ${at + 1} of ${view} is \`${old.name}\`, and would be \`${fresh.name}\`` : `\`${old.name}\` of ${view} is ${typeText(old.type)}, and would be ${typeText(fresh.type)}`
  return why === undefined ? [] : unlessMade(before, why)
}

const reads = (command: Command, catalog: Catalog): readonly RelationName[] => command.query.reads.filter((read) => !isSystem(read, catalog)).map((read) => catalog.resolve(read))

/** Of what shows columns of one table, and nothing that it computes. */
export function shownColumns({ columns: names = [], query }: Pick<Command, 'query'> & Partial<Pick<Command, 'columns'>>, catalog: Catalog): Pick<View, 'columns'> {
  const source = query.rowsOf && catalog.relation(catalog.resolve(query.rowsOf.relation))
  const known = source && 'columns' in source ? source.columns : undefined
  if (!known) return {}
  const columns: Column[] = []
  for (const shown of query.rowsOf!.shows) {
    const found = shown === '*' ? known : known.filter(({ name }) => name === shown.column)
    if (found.length === 0) return {}
    columns.push(...found.map(({ name, type, collation }) => ({ name: shown === '*' ? name : (shown.name ?? name), type, notNull: false, ...(collation !== undefined && { collation }) })))
  }
  return { columns: columns.map((column, index) => ({ ...column, name: names[index] ?? column.name })) }
}
