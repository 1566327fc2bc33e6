import type { Catalog } from '../catalog/catalog'
import type { EventTrigger } from '../catalog/relation'
import type { Effect } from '../model/effect'
import { shortName } from '../model/name'
import { Tokens } from '../sql/tokens'
import { effectsWithin, unreadWithin } from './body'
import { callOf, unreadBecause } from './routine-call'

/** What the functions of the event triggers do that a statement fires, and one sentence for each of which that cannot be seen. */
export function eventsRun(sql: string, effects: readonly Effect[], catalog: Catalog): { readonly effects: readonly Effect[]; readonly unread: readonly string[] } {
  const all = catalog.surroundings.eventTriggers ?? []
  const tag = all.length > 0 ? tagOf(sql) : undefined
  if (tag === undefined) return nothing
  const fired = all.filter(({ event, tags }) => happens(event, tag, effects) && (!tags || tags.some((one) => tag.startsWith(one))))
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

function happens(event: string, tag: string, effects: readonly Effect[]): boolean {
  if (event === 'sql_drop') return tag.startsWith('DROP ') || tag.startsWith('ALTER ')
  if (event === 'table_rewrite') return tag.startsWith('ALTER ') && effects.some(({ work }) => work.some(({ kind }) => kind === 'rewrite'))
  return event === 'ddl_command_start' || event === 'ddl_command_end'
}

/** The words of the command tag, as far as they tell what it is about; undefined of what fires none: queries, and what concerns all databases (src/include/tcop/cmdtaglist.h). */
function tagOf(sql: string): string | undefined {
  const tokens = new Tokens(sql)
  const words = Array.from({ length: Math.min(tokens.count, 8) }, (_, index) => tokens.word(index).toUpperCase())
  if (!verbs.has(words[0] ?? '')) return undefined
  const rest = words.slice(1).filter((word) => !modifiers.has(word))
  return shared.has(rest[0] ?? '') || (rest[0] === 'EVENT' && rest[1] === 'TRIGGER') ? undefined : [words[0], ...rest].join(' ')
}

const verbs = new Set(['ALTER', 'COMMENT', 'CREATE', 'DROP', 'GRANT', 'IMPORT', 'REFRESH', 'REVOKE', 'SECURITY'])
const modifiers = new Set(['CONSTRAINT', 'GLOBAL', 'LOCAL', 'OR', 'RECURSIVE', 'REPLACE', 'TEMP', 'TEMPORARY', 'UNIQUE', 'UNLOGGED'])
const shared = new Set(['DATABASE', 'GROUP', 'ROLE', 'SYSTEM', 'TABLESPACE', 'USER'])
