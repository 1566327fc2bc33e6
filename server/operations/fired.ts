import type { Catalog } from '../catalog/catalog'
import { columnOf } from '../catalog/relation'
import type { Fired, Rule, Trigger } from '../catalog/relation'
import type { Effect, OnlyIf, RowCount, Work } from '../model/effect'
import { nameParts, quoteIdentifier, relationName, shortName } from '../model/name'
import type { RelationName } from '../model/name'
import type { RowEvent } from '../model/snapshot'
import type { Command, CreateRule } from '../sql/command'
import { read } from '../sql/read'
import { effectsWithin, unreadWithin } from './body'
import type { Body } from './body'
import { onlyIf } from './common'
import { callOf, routineName, unreadBecause } from './routine-call'
import type { Call } from './routine-call'
import { mayHold } from './trigger-when'
import type { KnownRow } from './trigger-when'
import { within } from './within'

export interface Event {
  readonly relation: RelationName
  readonly event: RowEvent
  /** Columns that an UPDATE sets; absent: not known. */
  readonly columns?: readonly string[]
  /** NEW has NULL in the column, in every row. */
  readonly isNull?: (column: string) => boolean
  /** Absent: no row is touched, as in a table that is named for its partitions alone. */
  readonly rows?: RowCount
  /** Triggers for each statement fire on what is named, those for each row on what holds it. */
  readonly level?: 'row' | 'statement'
  /** Whether there is such a row is known when it runs. */
  readonly onlyIf?: OnlyIf
}

/** The triggers that an event fires at once; those that are deferred wait for COMMIT. */
export function firedBy(happening: Event, catalog: Catalog, when: 'at once' | 'at commit' = 'at once'): readonly Fired[] {
  const { relation, event, columns, rows, level } = happening
  return triggersOf(relation, catalog).flatMap((trigger): readonly Fired[] => {
    const forEach = trigger.forEach ?? 'row'
    if (!isActive(trigger, catalog) || (trigger.deferred === true) !== (when === 'at commit') || (trigger.on && !trigger.on.includes(event)) || (level && level !== forEach)) return []
    if (event === 'update' && trigger.of && columns && !trigger.of.some((column) => columns.includes(column))) return []
    if (trigger.when && !mayHold(trigger.when.sql, knownRow(trigger, happening, catalog))) return []
    const why = (forEach === 'row' ? happening.onlyIf : undefined) ?? (trigger.when ? 'condition' : undefined)
    return [{ trigger, relation, event, ...(forEach === 'row' && rows && { rows }), ...(why && { onlyIf: why }) }]
  })
}

/** What the statement says of its rows is so until another trigger makes another row of one. */
function knownRow(asked: Trigger, { relation, event, columns, isNull }: Event, catalog: Catalog): KnownRow {
  const isChanged = triggersOf(relation, catalog).some((one) => one.name !== asked.name && one.fires === 'before' && (one.forEach ?? 'row') === 'row' && isActive(one, catalog) && (!one.on || one.on.includes(event)))
  const table = catalog.table(relation)
  const isComputed = (column: string): boolean => columnOf(table, column)?.generated !== undefined
  return {
    isNull: (column) => event === 'insert' && !isChanged && (isNull?.(column) ?? false),
    isKept: (column) => event === 'update' && !isChanged && columns !== undefined && !columns.includes(column) && !isComputed(column),
  }
}

/** What the functions of the triggers do. */
export const firedEffects = (fired: readonly Fired[], catalog: Catalog): readonly Effect[] =>
  runs(fired, catalog).flatMap(({ call, body, first, why }) => {
    // The rows that it sees under a name of their own are in no table.
    const own = new Set((first.trigger.transition ?? []).map((name) => relationName(call.catalog.surroundings.searchPath[0] ?? 'public', name)))
    const effects = onlyIf(why, effectsWithin(body, call.catalog)).filter((effect) => !own.has(effect.relation) || catalog.relation(effect.relation) !== undefined)
    return first.rows ? effects.map((effect) => ({ ...effect, work: effect.work.map((work) => timesRows(work, effect.relation, first.rows!)) })) : effects
  })

/** What cannot be seen of them, one sentence each. Without a snapshot nothing is known of triggers that the migrations have not made. */
export function firedUnread(fired: readonly Fired[], catalog: Catalog): readonly string[] {
  const unknown = fired.flatMap(({ trigger, relation }): readonly string[] => {
    const called = trigger.function
    if (called === undefined) return catalog.surroundings.sized ? [`What ${triggerName(trigger, relation)} runs is not known.`] : []
    const because = isHarmless(called, catalog) ? undefined : unreadBecause(called, catalog)
    return because === undefined || (!catalog.surroundings.sized && catalog.routine(called) === undefined) ? [] : [`What ${triggerName(trigger, relation)} runs is not seen: ${routineName(called)} ${because}.`]
  })
  const inside = runs(fired, catalog).flatMap(({ call, body, first }) => unreadWithin(body, call.catalog).map((sentence) => `In ${routineName(call.name)}, which ${triggerName(first.trigger, first.relation)} calls: ${sentence}`))
  return [...unknown, ...inside]
}

const triggerName = ({ name }: Trigger, relation: RelationName): string => `the trigger \`${name}\` of \`${shortName(relation)}\``

function triggersOf(name: RelationName, catalog: Catalog): readonly Trigger[] {
  const relation = catalog.relation(name)
  return relation && 'triggers' in relation ? relation.triggers : []
}

const isActive = ({ enabled, role }: Trigger | Rule, catalog: Catalog): boolean => enabled && (role === 'always' || (role === 'replica') === (catalog.surroundings.replicates ?? false))

/** PostgreSQL's own, and those of its extensions that write nothing but into the row that is changed (contrib/spi). */
const isHarmless = (name: RelationName, catalog: Catalog): boolean => nameParts(name).schema === 'pg_catalog' || (inPlace.has(nameParts(name).name) && catalog.routine(name)?.variants[0]?.language === 'c')

const inPlace = new Set(['moddatetime', 'insert_username'])

/** Each function once, with all the events on which it is called; once for each relation where it asks which that is, unless these are a great many. */
function runs(fired: readonly Fired[], catalog: Catalog): readonly { readonly call: Call; readonly body: Body; readonly first: Fired; readonly why?: OnlyIf | undefined }[] {
  const byFunction = new Map<RelationName, Fired[]>()
  for (const one of fired) if (one.trigger.function !== undefined) byFunction.set(one.trigger.function, [...(byFunction.get(one.trigger.function) ?? []), one])
  return [...byFunction].flatMap(([name, all]) => {
    const call = callOf(name, catalog)
    if (!call) return []
    // Rows are in the partitions, and so are the triggers for each of them.
    const isHere = ({ trigger, relation }: Fired): boolean => trigger.forEach === 'statement' || !catalog.table(relation)?.partitionBy
    const relations = asks(call.body, ofRelation) ? [...new Set(all.filter(isHere).map(({ relation }) => relation))] : []
    const groups = relations.length === 0 || relations.length > mostRelations ? [all] : relations.map((relation) => all.filter((one) => one.relation === relation))
    return groups.map((group) => ({
      call,
      body: { ...call.body, pieces: call.body.pieces.filter(({ on }) => !on || group.some(({ event }) => on.includes(event))), given: toldOf(group, call.body, catalog) },
      first: group.find(({ rows }) => rows) ?? group[0]!,
      why: group.every((one) => one.onlyIf) ? group[0]!.onlyIf : undefined,
    }))
  })
}

const mostRelations = 50

/** Of which relation and event it is called, PL/pgSQL tells the function of a trigger in variables (plpgsql_fulfill_promise in src/pl/plpgsql/src/pl_exec.c). */
const ofRelation = /current_setting\('tg_(?:relid|relname|table_name|table_schema)'\)/

const asks = ({ pieces }: Body, what: RegExp): boolean =>
  pieces.some((piece) => [...(piece.kind === 'statement' ? [piece.sql] : piece.kind === 'execute' ? [piece.expression] : [piece.expression, piece.query]), ...(piece.guards ?? []).map(({ condition }) => condition.sql)].some((text) => text !== undefined && what.test(text)))

function toldOf(all: readonly Fired[], body: Body, catalog: Catalog): NonNullable<Body['given']> {
  const { relation, event } = all[0]!
  const operation = all.every((one) => one.event === event) ? [['tg_op', event.toUpperCase()] as const] : []
  if (!asks(body, ofRelation) || all.some((one) => one.relation !== relation)) return operation
  const { schema, name } = nameParts(relation)
  const path = catalog.surroundings.searchPath
  const isSeen = path.includes(schema) && path.slice(0, path.indexOf(schema)).every((one) => catalog.relation(relationName(one, name)) === undefined)
  return [...operation, ['tg_table_schema', schema], ['tg_table_name', name], ['tg_relname', name], ['tg_relid', { regclass: isSeen ? quoteIdentifier(name) : relation }]]
}

/** What is done for one row, done for each of many: row by row it comes to as many, a share of a table each time to all of it. */
function timesRows(work: Work, relation: RelationName, rows: RowCount): Work {
  if (!('rows' in work) || (rows.kind === 'exactly' && rows.rows === 1)) return work
  if (work.rows.kind !== 'exactly') return work.rows.kind === 'unknown' ? work : { ...work, rows: { kind: 'fraction', of: relation, fraction: 1, assumed: true } }
  if (rows.kind === 'exactly') return { ...work, rows: { kind: 'exactly', rows: rows.rows * work.rows.rows } }
  return { ...work, rows: rows.kind === 'fraction' ? { ...rows, assumed: true } : rows }
}

// --- rules

/** The rules that apply to an event, each with what its definition says; without that where it is not known. */
export function rulesOn(name: RelationName, event: RowEvent, catalog: Catalog): readonly { readonly rule: Rule; readonly command?: CreateRule }[] {
  const relation = catalog.relation(name)
  const rules = relation && 'rules' in relation ? relation.rules : []
  return rules.flatMap((rule) => {
    if (rule.on !== event || !isActive(rule, catalog)) return []
    const [command] = rule.definition === undefined ? [] : read(rule.definition).commands
    return [{ rule, ...(command?.kind === 'create-rule' && { command }) }]
  })
}

/** The statement itself is not run: a rule stands for it whatever the rows, or a trigger of a view. */
export const isReplaced = (name: RelationName, event: RowEvent, catalog: Catalog): boolean =>
  rulesOn(name, event, catalog).some(({ command }) => command?.instead && !command.conditional) || (catalog.relation(name)?.kind === 'view' && firedBy({ relation: name, event }, catalog).some(({ trigger }) => trigger.fires === 'instead of'))

/** What the actions of rules do. */
export const ruleEffects = (happening: Event, catalog: Catalog): readonly Effect[] => actionsOn(happening, catalog, (type, operation, before) => type.effects(operation, before)).found

export function rulesUnread(happening: Event, catalog: Catalog): readonly string[] {
  const { relation, event } = happening
  const unknown = rulesOn(relation, event, catalog).flatMap(({ rule, command }) => (command ? [] : [`What the rule \`${rule.name}\` of \`${shortName(relation)}\` does is not known.`]))
  const { found, unread } = actionsOn(happening, catalog, (type, operation, before) => [type.unread?.(operation, before)].flatMap((one) => one ?? []))
  return [...unknown, ...unread, ...found]
}

function actionsOn<T>(happening: Event, catalog: Catalog, ask: Parameters<typeof within<T>>[2]): ReturnType<typeof within<T>> {
  const { relation, event } = happening
  const rules = rulesOn(relation, event, catalog)
  if (rules.length === 0) return { found: [], unread: [], after: catalog }
  const commands = rules.flatMap(({ command }) => (command?.actions ?? []).flatMap((sql) => read(sql).commands.map((one) => forRows(one, command!, happening, catalog))))
  return within(commands, asActing(relation, rules.some(({ rule }) => rule.emptied), catalog.speculative()), ask)
}

/** An action is planned and run as ever, for the rows of the statement that the condition lets through (rewriteRuleAction in src/backend/rewrite/rewriteHandler.c). What stands for NEW there is what the statement gives, whatever triggers make of it later. */
function forRows(action: Command, { where }: CreateRule, { relation, event, columns, isNull, onlyIf: why }: Event, catalog: Catalog): Command {
  if (action.kind !== 'insert' && action.kind !== 'update' && action.kind !== 'delete' && action.kind !== 'merge') return action
  const table = catalog.table(relation)
  const row: KnownRow = {
    isNull: (column) => event === 'insert' && (isNull?.(column) ?? false),
    isKept: (column) => event === 'update' && columns !== undefined && !columns.includes(column) && columnOf(table, column)?.generated === undefined,
  }
  if (where && !mayHold(where.sql, row)) return { ...action, ruled: 'for none' }
  return where || why ? { ...action, ruled: 'perhaps for none' } : action
}

/** A rule does not act on what a rule of the same relation does. */
function asActing(name: RelationName, emptied: boolean, catalog: Catalog): Catalog {
  const relation = catalog.relation(name)
  const { depth = 0 } = catalog.surroundings
  const marked = relation && 'rules' in relation ? catalog.with({ ...relation, rules: [] }) : catalog
  return marked.withSurroundings({ depth: depth + 1, ...(emptied && { emptied }) })
}
