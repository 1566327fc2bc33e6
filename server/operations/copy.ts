import type { Catalog } from '../catalog/catalog'
import { columnOf } from '../catalog/relation'
import type { Effect, QueryDone, RowCount, Work } from '../model/effect'
import { nothingTaken } from '../model/effect'
import { shortName } from '../model/name'
import type { RelationName } from '../model/name'
import type { Copy as Command, DataChange } from '../sql/command'
import { innerChangesFail, refusedTarget } from './change-fails'
import { applyChange, changeEffects, changeUnread } from './data-change'
import { operationType } from './operation'
import type { Operation } from './operation'
import { isGuarded, policyEffects } from './policy-effects'
import { refusal, refusedKind } from './refusal'
import { queryEffects } from './query-effects'
import { columnsAssumed, isReckoned, queryReading } from './query-work'
import { holdsRows, isSystem, lock } from './common'
import { callEffects, callsUnread } from './routine-call'

interface Copy extends Operation {
  readonly kind: 'copy'
  readonly command: Command
}

export const copy = operationType<Copy>({
  kind: 'copy',
  title: 'Copy rows in or out',
  recognise: (command) => (command.kind === 'copy' ? { kind: 'copy', span: command.span, command, ...(command.relation && { relation: command.relation }) } : undefined),

  effects({ command }, catalog): readonly Effect[] {
    const { relation, query } = command
    if (query) return [...queryEffects(query, catalog), ...queryReading(query, catalog, command.toFile ? 'file' : 'client'), ...query.changes.flatMap((change) => changeEffects(change, catalog)), ...callEffects(query.functions, catalog)]
    if (!relation || isSystem(relation, catalog)) return []
    // Up to 12 the lock is given back as soon as the rows are out (EndCopy in src/backend/commands/copy.c).
    if (command.direction === 'to') return [...(catalog.surroundings.version < 13 ? [] : [lock(catalog.resolve(relation), 'ACCESS SHARE', ...wholeSent(command, catalog.resolve(relation), catalog))]), ...policyEffects(catalog.resolve(relation), ['select'], catalog)]
    const effects = changeEffects(insertion(command, relation), catalog)
    // Rows that stand in the file itself are as many as somebody cared to put there.
    return command.inline ? effects.map((effect) => ({ ...effect, work: [] })) : effects
  },

  unread({ command }, catalog) {
    const { relation, query } = command
    if (query) return [...query.changes.flatMap((change) => changeUnread(change, catalog)), ...callsUnread(query.functions, catalog)][0]
    return relation && command.direction === 'from' ? changeUnread(insertion(command, relation), catalog)[0] : undefined
  },

  fails({ command }, catalog) {
    const { relation, query } = command
    if (query) return innerChangesFail(query, catalog)
    if (!relation || isSystem(relation, catalog)) return []
    const name = catalog.resolve(relation)
    if (command.direction === 'from') return [...refusedTarget(catalog, name), ...(isGuarded(name, catalog) ? [refusal(`Ends in an error: COPY … FROM asks no policy, and those of \`${shortName(name)}\` hold for this role. Write INSERT in its place.`)] : [])]
    return refusedKind(catalog, name, catalog.surroundings.version >= 18 ? ['table', 'materialized view'] : ['table'], 'COPY … TO reads the rows of a table alone. Write a SELECT in its place')
  },

  apply({ command }, catalog) {
    const { relation, query } = command
    if (query) return query.changes.reduce((result, change) => applyChange(change, result), catalog)
    return relation && command.direction === 'from' ? applyChange(insertion(command, relation), catalog) : catalog
  },
})

/** COPY … TO gives all columns where it names none, of the rows of the table alone. */
function wholeSent({ columns, toFile }: Command, relation: RelationName, catalog: Catalog): readonly Work[] {
  const rows: RowCount = { kind: 'fraction', of: relation, fraction: 1, assumed: false }
  if (!holdsRows(catalog, relation)) return []
  return [{ kind: 'query', to: 'to copy them out', reads: [{ relation, stored: [relation], how: 'whole', rows }], takes: nothingTaken, gives: rows, sends: { ...copied(relation, columns, catalog), to: toFile ? 'file' : 'client' } }]
}

/** Of all columns where none is named. */
function copied(relation: RelationName, names: readonly string[], catalog: Catalog): Pick<NonNullable<QueryDone['sends']>, 'values' | 'reckoned' | 'columns'> {
  const table = catalog.table(relation)
  const columns = names.length === 0 ? (table?.columns ?? []) : names.map((name) => columnOf(table, name))
  return { values: columns.length || columnsAssumed, reckoned: columns.filter(isReckoned).length, columns: columns.flatMap((one) => (one ? [{ of: relation, column: one.name }] : [])) }
}

/** COPY … FROM is an INSERT of rows that nobody has counted. */
const insertion = ({ columns, span }: Command, relation: DataChange['relation']): DataChange => ({
  kind: 'insert',
  copied: true,
  relation,
  only: false,
  span,
  columns,
  set: [],
  query: { reads: [], locksRows: [], changes: [], functions: [], sequences: [], takes: nothingTaken },
})
