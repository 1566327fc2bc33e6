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
  /** What code says that uses it. */
  readonly names: readonly string[]
  readonly tables: readonly { readonly name: RelationName; readonly written: WrittenName }[]
  /** Before the code that does without it. */
  readonly expand: readonly Step[]
  readonly aside: readonly Step[]
  readonly drop: string
  /** What the statement itself locks. */
  readonly effects: readonly Effect[]
}

export function setAsidePlan({ things, also, names, tables, expand, aside, drop, effects }: Leaving, title: string, catalog: Catalog, context: PlanContext): Plan {
  const isOne = things.length === 1
  const them = isOne ? 'it' : 'them'
  const look: Step = { ...sqlStep([...functionsThatName(names, context), ...countersOf(tables, catalog, context)].join('\n'), 'shared', `Shows who may use ${them} still: functions that name ${them}${tables.length > 0 ? ', and how often the table has been read and changed, which is to be the same at a second look' : ''}.`), back: '' }
  return {
    title,
    fit: 'staged',
    expand,
    migrate: [look, ...aside],
    contract: [wholesFirst(sqlStep(drop, 'shared', 'Takes a moment; only a backup brings it back.'), effects, catalog, context)],
    code: {
      migrate: `No code reads or writes ${listWords([...things, ...also])}.`,
      contract: `${listWords(things)} ${isOne ? 'has' : 'have'} been missed by nobody for as long as a way back was wanted.`,
    },
  }
}

/** What SQL bodies refer to stops the drop by itself; texts are only read when they run. */
function functionsThatName(names: readonly string[], { keywords }: PlanContext): readonly string[] {
  const cased = (text: string): string => inCase(text, keywords)
  const named = names.map((name) => `prosrc ~ ${quoteLiteral(`[[:<:]]${name.replaceAll(/\W/g, '.')}[[:>:]]`)}`).join(cased(' OR '))
  return [`${cased('SELECT')} oid::regprocedure ${cased('AS')} function_that_names_it ${cased('FROM')} pg_proc ${cased('WHERE')} pronamespace ${cased('NOT IN')} ('pg_catalog'::regnamespace, 'information_schema'::regnamespace) ${cased('AND')} ${names.length === 1 ? named : `(${named})`};`]
}

function countersOf(tables: Leaving['tables'], catalog: Catalog, { keywords, name: written }: PlanContext): readonly string[] {
  if (tables.length === 0) return []
  const cased = (text: string): string => inCase(text, keywords)
  const of = tables.flatMap((one) => {
    const literal = `to_regclass(${quoteLiteral(written(one.written))})`
    const table = catalog.relation(one.name)
    return isTable(table) && table.kind === 'partitioned table' ? [`relid ${cased('IN (SELECT')} relid ${cased('FROM')} pg_partition_tree(${literal}))`] : [`relid = ${literal}`]
  })
  const last = catalog.surroundings.version >= 16 ? ', greatest(last_seq_scan, last_idx_scan) AS last_scan' : ''
  return [cased(`SELECT relid::regclass, seq_scan + coalesce(idx_scan, 0) AS scans, n_tup_ins + n_tup_upd + n_tup_del AS changes${last} FROM pg_stat_user_tables WHERE `) + `${of.join(cased(' OR '))};`]
}

export const asideStep = (sql: string, isOne: boolean): Step => sqlStep(sql, 'shared', `Whoever was overlooked fails from here on, and nothing is lost: the old ${isOne ? 'name is' : 'names are'} given back in a moment.`)

/** `ALTER TABLE orders RENAME TO orders_dropped;` */
export const renaming = (alter: string, to: string, keywords: PlanContext['keywords'], column?: string): string =>
  `${alter} ${inCase(column === undefined ? 'RENAME TO' : 'RENAME COLUMN', keywords)} ${column === undefined ? '' : `${quoteIdentifier(column)} ${inCase('TO', keywords)} `}${quoteIdentifier(to)};`
