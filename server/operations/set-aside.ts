// What nobody is to use any more is called otherwise for a while before it is dropped: whoever was overlooked fails then, while nothing is lost and its name is given back in a moment.
import type { Catalog } from '../catalog/catalog'
import { isTable } from '../catalog/relation'
import type { Effect } from '../model/effect'
import { listWords } from '../model/format'
import { quoteIdentifier, quoteLiteral } from '../model/name'
import type { RelationName, WrittenName } from '../model/name'
import type { Plan, Step } from '../model/plan'
import { inCase } from '../sql/print'
import { sqlStep, wholesFirst } from './constraint-plans'
import type { PlanContext } from './operation'

/** What is to go. */
export interface Leaving {
  /** In backticks each, as sentences name them: `status` of `orders`. */
  readonly things: readonly string[]
  /** What else goes with it and somebody may be using. */
  readonly also: readonly string[]
  /** What code does with it that uses it: `calls`; absent: `reads or writes`. */
  readonly use?: string
  /** What code says that uses it. */
  readonly names: readonly string[]
  readonly tables: readonly { readonly name: RelationName; readonly written: WrittenName }[]
  /** Queries that tell more of who uses it, and what each shows; completes "Shows who may use it still: …". */
  readonly asks?: readonly { readonly sql: string; readonly shows: string }[]
  /** Before the code that does without it. */
  readonly expand: readonly Step[]
  readonly aside: readonly Step[]
  readonly drop: string
  /** What the statement itself locks. */
  readonly effects: readonly Effect[]
}

export function setAsidePlan({ things, also, use = 'reads or writes', names, tables, asks = [], expand, aside, drop, effects }: Leaving, title: string, catalog: Catalog, context: PlanContext): Plan {
  const isOne = things.length === 1
  const them = isOne ? 'it' : 'them'
  const all = [
    { sql: functionsThatName(names, context), shows: `functions that name ${them}` },
    ...asks,
    ...statementsThatName(names, catalog, context),
    ...(tables.length === 0 ? [] : [{ sql: countersOf(tables, catalog, context), shows: 'how often the table has been read and changed, which is to be the same at a second look' }]),
  ]
  const shows = all.map((one) => one.shows)
  const look: Step = { ...sqlStep(all.map(({ sql }) => sql).join('\n'), 'shared', `Shows who may use ${them} still: ${shows.slice(0, -1).join(', ')}${shows.length > 1 ? ', and ' : ''}${shows.at(-1)!}.`), back: '' }
  return {
    title,
    fit: 'staged',
    expand,
    migrate: [look, ...aside],
    contract: [wholesFirst(sqlStep(drop, 'shared', 'Takes a moment; only a backup brings it back.'), effects, catalog, context)],
    code: {
      migrate: `No code ${use} ${listWords([...things, ...also])}.`,
      contract: `${listWords(things)} ${isOne ? 'has' : 'have'} been missed by nobody for as long as a way back was wanted.`,
    },
  }
}

/** What SQL bodies refer to stops the drop by itself; texts are only read when they run. */
function functionsThatName(names: readonly string[], { keywords }: PlanContext): string {
  const cased = (text: string): string => inCase(text, keywords)
  return `${cased('SELECT')} oid::regprocedure ${cased('AS')} function_that_names_it ${cased('FROM')} pg_proc ${cased('WHERE')} pronamespace ${cased('NOT IN')} ('pg_catalog'::regnamespace, 'information_schema'::regnamespace) ${cased('AND')} ${saying('prosrc', names, cased)};`
}

/** Where the extension is there but not loaded, the view is not read: the condition on the setting is evaluated first. */
function statementsThatName(names: readonly string[], { surroundings: { extensions } }: Catalog, { keywords }: PlanContext): NonNullable<Leaving['asks']> {
  if (!extensions?.includes('pg_stat_statements')) return []
  const cased = (text: string): string => inCase(text, keywords)
  const sql = `${cased('SELECT')} calls, query ${cased('FROM')} pg_stat_statements ${cased('WHERE')} current_setting('pg_stat_statements.max', true) ${cased('IS NOT NULL AND')} ${saying('query', names, cased)} ${cased('ORDER BY')} calls ${cased('DESC LIMIT')} 20;`
  return [{ sql, shows: 'statements that name as much and have run since the statistics were reset' }]
}

function saying(text: string, names: readonly string[], cased: (text: string) => string): string {
  const each = names.map((name) => `${text} ~ ${quoteLiteral(`[[:<:]]${name.replaceAll(/\W/g, '.')}[[:>:]]`)}`)
  return each.length === 1 ? each[0]! : `(${each.join(cased(' OR '))})`
}

function countersOf(tables: Leaving['tables'], catalog: Catalog, { keywords, name: written }: PlanContext): string {
  const cased = (text: string): string => inCase(text, keywords)
  const of = tables.flatMap((one) => {
    const literal = `to_regclass(${quoteLiteral(written(one.written))})`
    const table = catalog.relation(one.name)
    return isTable(table) && table.kind === 'partitioned table' ? [`relid ${cased('IN (SELECT')} relid ${cased('FROM')} pg_partition_tree(${literal}))`] : [`relid = ${literal}`]
  })
  const last = catalog.surroundings.version >= 16 ? ', greatest(last_seq_scan, last_idx_scan) AS last_scan' : ''
  return cased(`SELECT relid::regclass, seq_scan + coalesce(idx_scan, 0) AS scans, n_tup_ins + n_tup_upd + n_tup_del AS changes${last} FROM pg_stat_user_tables WHERE `) + `${of.join(cased(' OR '))};`
}

export const asideStep = (sql: string, isOne: boolean): Step => sqlStep(sql, 'shared', `Whoever was overlooked fails from here on, and nothing is lost: the old ${isOne ? 'name is' : 'names are'} given back in a moment.`)

/** `ALTER TABLE orders RENAME TO orders_dropped;` */
export const renaming = (alter: string, to: string, keywords: PlanContext['keywords'], column?: string): string =>
  `${alter} ${inCase(column === undefined ? 'RENAME TO' : 'RENAME COLUMN', keywords)} ${column === undefined ? '' : `${quoteIdentifier(column)} ${inCase('TO', keywords)} `}${quoteIdentifier(to)};`
