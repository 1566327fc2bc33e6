import type { Catalog } from '../catalog/catalog'
import { columnOf } from '../catalog/relation'
import type { EventTrigger } from '../catalog/relation'
import type { Effect } from '../model/effect'
import { shortName } from '../model/name'
import type { AlterRelation, Command } from '../sql/command'
import { read } from '../sql/read'
import { Tokens } from '../sql/tokens'
import { effectsWithin, unreadWithin } from './body'
import { callOf, unreadBecause } from './routine-call'

/** What the functions of the event triggers do that a statement fires, and one sentence for each of which that cannot be seen. */
export function eventsRun(sql: string, effects: readonly Effect[], catalog: Catalog): { readonly effects: readonly Effect[]; readonly unread: readonly string[] } {
  const all = catalog.surroundings.eventTriggers ?? []
  const tag = all.length > 0 ? tagOf(sql, catalog.surroundings.version) : undefined
  if (tag === undefined) return nothing
  const fired = all.filter(({ event, tags, disabled }) => !disabled && happens(event, tag, sql, effects, catalog) && (!tags || tags.some((one) => tag.startsWith(one))))
  return {
    effects: fired.flatMap((trigger) => {
      const call = trigger.function && callOf(trigger.function, catalog)
      return call ? effectsWithin(call.body, call.catalog) : []
    }),
    unread: fired.flatMap((trigger) => unreadOf(trigger, catalog)),
  }
}

const nothing = { effects: [], unread: [] }

function unreadOf({ name, function: called }: EventTrigger, catalog: Catalog): readonly string[] {
  if (called === undefined) return [`What the event trigger \`${name}\` runs is not known.`]
  const call = callOf(called, catalog)
  if (!call) return [`What the event trigger \`${name}\` runs is not seen: \`${shortName(called)}\` ${unreadBecause(called, catalog)}.`]
  return unreadWithin(call.body, call.catalog).map((sentence) => `In \`${shortName(called)}\`, which the event trigger \`${name}\` calls: ${sentence}`)
}

function happens(event: string, tag: string, sql: string, effects: readonly Effect[], catalog: Catalog): boolean {
  if (event === 'sql_drop') return read(sql).commands.some((command) => drops(command, catalog))
  if (event === 'table_rewrite') return tag.startsWith('ALTER ') && effects.some(({ work }) => work.some(({ kind }) => kind === 'rewrite'))
  return event === 'ddl_command_start' || event === 'ddl_command_end'
}

/** Something goes that PostgreSQL tells of: not what it takes away and makes anew by itself, nor what was not there (EventTriggerSQLDrop in src/backend/commands/event_trigger.c). */
function drops(command: Command, catalog: Catalog): boolean {
  const { version, complete } = catalog.surroundings
  switch (command.kind) {
    case 'drop':
      return !command.ifExists || !complete || catalog.relation(catalog.resolve(command.relation)) !== undefined || command.object === 'type'
    case 'drop-trigger':
    case 'drop-other':
    case 'change-owned':
    case 'other':
      return true
    case 'alter-domain':
      return command.change === 'drop-constraint' || (command.change === 'drop-not-null' && version >= 17)
    case 'publication':
      return command.change !== 'create' && command.change !== 'add'
    case 'statistics':
      return command.change === 'drop'
    case 'refresh-materialized-view':
      return command.concurrently
    case 'alter':
      return dropsPart(command, catalog)
    default:
      return false
  }
}

function dropsPart({ relation, action }: AlterRelation, catalog: Catalog): boolean {
  const table = catalog.table(catalog.resolve(relation))
  switch (action.action) {
    case 'drop-column':
      return !action.ifExists || !table?.columns || columnOf(table, action.column) !== undefined
    case 'drop-constraint':
      return !action.ifExists || !table?.complete || table.constraints.some(({ name }) => name === action.name)
    case 'drop-default':
      return !table?.columns || columnOf(table, action.column)?.default !== undefined
    case 'drop-not-null':
      return catalog.surroundings.version >= 18 && columnOf(table, action.column)?.notNull !== false
    default:
      return action.action === 'drop-expression' || action.action === 'set-expression' || action.action === 'other'
  }
}

/** The words of the command tag, as far as they tell what it is about; undefined of what fires none: queries, and what concerns all databases (src/include/tcop/cmdtaglist.h). */
function tagOf(sql: string, version: number): string | undefined {
  const tokens = new Tokens(sql)
  const words = Array.from({ length: Math.min(tokens.count, 8) }, (_, index) => tokens.word(index).toUpperCase())
  if (!verbs.has(words[0] ?? '') && !(words[0] === 'REINDEX' && version >= 17)) return undefined
  const rest = words.slice(1).filter((word) => !modifiers.has(word))
  return shared.has(rest[0] ?? '') || (rest[0] === 'EVENT' && rest[1] === 'TRIGGER') ? undefined : [words[0], ...rest].join(' ')
}

const verbs = new Set(['ALTER', 'COMMENT', 'CREATE', 'DROP', 'GRANT', 'IMPORT', 'REFRESH', 'REVOKE', 'SECURITY'])
const modifiers = new Set(['CONSTRAINT', 'GLOBAL', 'LOCAL', 'OR', 'RECURSIVE', 'REPLACE', 'TEMP', 'TEMPORARY', 'UNIQUE', 'UNLOGGED'])
const shared = new Set(['DATABASE', 'GROUP', 'ROLE', 'SYSTEM', 'TABLESPACE', 'USER'])
