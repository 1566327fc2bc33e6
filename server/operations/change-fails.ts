import type { Catalog } from '../catalog/catalog'
import { columnOf } from '../catalog/relation'
import type { Column, Table } from '../catalog/relation'
import type { Failure } from '../model/assessed'
import { listWords } from '../model/format'
import { shortName } from '../model/name'
import type { RelationName } from '../model/name'
import type { DataChange, QueryFacts } from '../sql/command'
import { isExpression } from './alteration'
import { isSystem } from './common'
import { cascades, changedColumns, events, passedOn, referrers, searched, target } from './data-change'
import { isReplaced, rulesOn } from './fired'
import { deniedRole } from './policy-effects'
import { refusal, refusedKind, unlessMade } from './refusal'
import type { Refusal } from './refusal'
import { unidentified, unidentifiedWords } from './replica-identity'
import type { RowChange } from './replica-identity'
import { viewQuery } from './view-query'

/**
 * Foreign keys that let no row go, or change its key, to which another refers.
 * Told only where all rows are meant, and others refer to some of them as far as anybody knows: of a part, the data alone tells.
 */
function keptBy(change: DataChange, table: RelationName, catalog: Catalog): readonly { readonly referencing: RelationName; readonly name: string }[] {
  if (change.where !== undefined || change.query.reads.length > 0 || catalog.surroundings.replicates || catalog.table(table)?.keysAtRest) return []
  return referrers(table, catalog).flatMap(({ referencing, constraint }) => {
    const action = change.kind === 'delete' ? constraint.onDelete : constraint.onUpdate
    if (action !== undefined && action !== 'restrict') return []
    if (change.kind === 'update' && !(constraint.referencedColumns ?? []).some((column) => changedColumns(change).includes(column))) return []
    const own = catalog.table(referencing)
    const refers = constraint.columns.every((name) => isFilled(columnOf(own, name)))
    // A row may refer to another one that goes with it, and a key that waits for COMMIT may be put right before.
    const isFree = referencing === table || constraint.deferrable || constraint.enforced === false || own?.thinned || own?.origin === 'migration' || !own?.size?.rows
    return isFree || !refers ? [] : [{ referencing, name: constraint.name }]
  })
}

/** A view whose rows are not those of one table has a rule or a trigger that says what a change of them is, or is not changed. */
function refusedView(change: DataChange, catalog: Catalog): readonly Refusal[] {
  const { views } = target(change, catalog)
  const last = views.at(-1)
  if (last === undefined || change.copied || change.kind === 'merge' || !viewQuery(last, catalog)?.notUpdatable || events(change).some((event) => isReplaced(last, event, catalog))) return []
  const how = { insert: 'INSERT', update: 'UPDATE', delete: 'DELETE' }[change.kind]
  return [refusal(`Ends in an error: no row of the view \`${shortName(last)}\` is one of a table. Give it a trigger INSTEAD OF ${how}, or change what it reads.`)]
}

/** What a rule makes of an INSERT or UPDATE is none that could take another turn (RewriteQuery in src/backend/rewrite/rewriteHandler.c). */
function refusedConflict(change: DataChange, table: RelationName, catalog: Catalog): readonly Refusal[] {
  if (change.onConflict === undefined) return []
  const ruled = [...rulesOn(table, 'update', catalog), ...rulesOn(table, 'insert', catalog).filter(({ command }) => (command?.actions.length ?? 0) > 0)][0]
  return ruled ? [refusal(`Ends in an error: \`${shortName(table)}\` has the rule \`${ruled.rule.name}\`, and where a rule is for INSERT or UPDATE no INSERT says ON CONFLICT.`)] : []
}

/** ON CONFLICT asks by what rows are unique (infer_arbiter_indexes in src/backend/optimizer/util/plancat.c); which expressions it names is not told. */
function missingArbiter(change: DataChange, catalog: Catalog): readonly Omit<Failure, 'span'>[] {
  const table = catalog.table(catalog.resolve(change.relation))
  const columns = change.conflictTarget === 'columns' ? change.conflictColumns : undefined
  if (!table?.complete || !columns) return []
  const isMeant = ({ shape: { unique, keys } }: Table['indexes'][number]): boolean => unique && keys.every((key) => (isExpression(key) ? change.conflictExpressions === true : columns.includes(key))) && columns.every((column) => keys.includes(column))
  return table.indexes.some(isMeant) ? [] : unlessMade(table, `nothing makes ${listWords(columns.map((one) => `\`${one}\``))} of \`${shortName(table.name)}\` unique, by which ON CONFLICT could tell`)
}

const isFilled = (column: Column | undefined): boolean => column?.notNull === true || (column?.nullFraction ?? 1) < 1

/** Only a query fills a materialized view. */
export const refusedTarget = (catalog: Catalog, table: RelationName): readonly Refusal[] => refusedKind(catalog, table, ['table', 'partitioned table', 'foreign table', 'view'], 'nobody writes to that')

/** A value for a column that takes none but the server's own (rewriteTargetListIU in src/backend/rewrite/rewriteHandler.c). */
function givenByServer(change: DataChange, catalog: Catalog): readonly Refusal[] {
  const table = catalog.table(catalog.resolve(change.relation))
  if (!table?.columns) return []
  const takes = ({ generated, identity }: Column): boolean => generated === undefined && (identity !== 'always' || change.overrides === true)
  const isDefault = (sql: string | undefined): boolean => sql !== undefined && /^\s*default\s*$/i.test(sql)
  const because = ({ name, generated }: Column): readonly Refusal[] => [refusal(`Ends in an error: \`${name}\` of \`${shortName(table.name)}\` is ${generated ? 'generated' : 'GENERATED ALWAYS'}, and takes no other value${generated || change.kind !== 'insert' ? '' : ', unless the INSERT says OVERRIDING SYSTEM VALUE'}.`)]
  const set = change.kind === 'update' || change.kind === 'insert' ? change.set : []
  for (const { column, expression } of set) {
    const known = columnOf(table, column)
    const isGiven = known?.generated !== undefined || known?.identity === 'always'
    if (isGiven && expression && !isDefault(expression.sql)) return because(known!)
  }
  if (change.kind !== 'insert' || change.copied) return []
  const given = change.columns.length > 0 ? change.columns : change.valuesPerRow === undefined ? [] : table.columns.slice(0, change.valuesPerRow).map(({ name }) => name)
  for (const [at, name] of given.entries()) {
    const known = columnOf(table, name)
    if (!known || takes(known)) continue
    // Of many rows, and of those that stand in a WITH, the values are not at hand.
    if (change.values === undefined || change.valueRows?.some((row) => row[at] !== undefined && !isDefault(row[at].sql))) return because(known)
  }
  return []
}

/** Columns that are named want as many values, and those that are not no more than there are (transformInsertRow in src/backend/parser/analyze.c). */
function miscounted(change: DataChange, table: RelationName, catalog: Catalog): readonly Refusal[] {
  const count = change.valuesPerRow ?? (change.values === undefined ? passedOn(change.query, catalog)?.length : undefined)
  // A view has columns of its own.
  const all = catalog.resolve(change.relation) === table ? catalog.table(table)?.columns?.length : undefined
  const columns = change.columns.length > 0 ? change.columns.length : all
  if (change.kind !== 'insert' || change.copied || count === undefined || columns === undefined || count === columns) return []
  if (count > columns) return [refusal(`Ends in an error: of ${count} values ${count - columns === 1 ? 'the last has' : `the last ${count - columns} have`} no column.`)]
  return change.columns.length === 0 ? [] : [refusal(`Ends in an error: there ${count === 1 ? 'is 1 value' : `are ${count} values`} for ${columns} columns.`)]
}

/** Where no policy lets rows in, the first that comes is refused (ExecWithCheckOptions in src/backend/executor/execMain.c). */
function deniedRows(change: DataChange, table: RelationName, catalog: Catalog): readonly Refusal[] {
  // A trigger may leave a row out before.
  const arrives = change.kind === 'insert' && change.valueRows !== undefined && !catalog.table(table)?.triggers?.some(({ fires }) => fires === 'before')
  const role = arrives ? deniedRole(catalog.resolve(change.relation), table, ['insert'], catalog) : undefined
  return role === undefined ? [] : [refusal(`Ends in an error: no policy of \`${shortName(table)}\` lets \`${role}\` add rows.`)]
}

/** Of WITH, and of COPY: what a rule makes several statements of, or none, is refused there (RewriteQuery in src/backend/rewrite/rewriteHandler.c). */
export const innerChangesFail = ({ changes }: QueryFacts, catalog: Catalog): readonly Omit<Failure, 'span'>[] => changes.flatMap((change) => [...refusedByRule(change, catalog), ...changeFails(change, catalog)])

function refusedByRule(change: DataChange, catalog: Catalog): readonly Refusal[] {
  const { views, table } = target(change, catalog)
  const ruled = [...views, ...(table === undefined ? [] : [table])].flatMap((name) => events(change).flatMap((event) => rulesOn(name, event, catalog).map(({ rule, command }) => ({ name, rule, command }))))
  const found = ruled.find(({ command }) => command && !(command.instead && !command.conditional && command.actions.length === 1))
  return found ? [refusal(`Ends in an error: the rule \`${found.rule.name}\` of \`${shortName(found.name)}\` would make more of it than one statement, or none, which is refused inside of another. Change \`${shortName(found.name)}\` by a statement of its own.`)] : []
}

/** Rows that are published and have nothing to be found by at the other end cannot be changed, whether or not any row fits. */
export function changeFails(change: DataChange, catalog: Catalog): readonly Omit<Failure, 'span'>[] {
  const within = innerChangesFail(change.query, catalog)
  const { table } = target(change, catalog)
  if (table === undefined || isSystem(change.relation, catalog)) return [...within, ...refusedView(change, catalog)]
  const misplaced = [...refusedTarget(catalog, table), ...refusedConflict(change, table, catalog), ...missingArbiter(change, catalog), ...miscounted(change, table, catalog), ...givenByServer(change, catalog), ...deniedRows(change, table, catalog)]
  if (misplaced.length > 0) return [...within, ...misplaced.slice(0, 1)]
  // INSERT … ON CONFLICT and MERGE were let through up to 12, and by the first minor releases of the others.
  const isPlain = change.kind === 'update' || change.kind === 'delete'
  const kinds = isPlain || catalog.surroundings.version >= 13 ? events(change).filter((event): event is RowChange => event !== 'insert') : []
  const tables = kinds.length === 0 ? [] : [table, ...searched(change, table, catalog)]
  const [own] = kinds.flatMap((event) => tables.flatMap((one) => unidentified(catalog, one, event) ?? []))
  if (own) {
    // Of the tables below it the condition may leave out more than is seen here.
    const certain = own.certain && isPlain && (own.table === table || change.where === undefined)
    return [...within, { sentence: `${certain ? 'Ends' : 'May end'} in an error: ${unidentifiedWords(own)}. Give it a primary key or a REPLICA IDENTITY first, on both sides.`, certain, ...(certain && { refused: true as const }) }]
  }
  const [kept] = isPlain ? keptBy(change, table, catalog) : []
  if (kept) {
    const sentence = `Ends in an error at the first row to which one of \`${shortName(kept.referencing)}\` refers (\`${kept.name}\`): ${change.kind === 'delete' ? 'delete those rows first' : 'let the key refer to the new value too (ON UPDATE CASCADE)'}.`
    return [...within, { sentence, certain: false }]
  }
  const carried = cascades(change, table, catalog).flatMap(({ relation, event }) => (event ? (unidentified(catalog, relation, event) ?? []) : []))[0]
  return carried
    ? [...within, { sentence: `Ends in an error as soon as it changes a row: a foreign key carries that on to \`${shortName(carried.table)}\`, and ${unidentifiedWords(carried)}. Give it a primary key or a REPLICA IDENTITY first, on both sides.`, certain: false }]
    : within
}
