import type { Catalog } from '../../server/catalog/catalog'
import type { AnalysedStatement, AssessedEffect } from '../../server/model/assessed'
import { lockModes } from '../../server/model/lock'
import type { LockMode } from '../../server/model/lock'
import type { RelationName } from '../../server/model/name'
import { descendants } from '../../server/operations/common'
import { split } from '../../server/sql/split'
import type { Case } from '../support/document'
import { analyseCase } from '../support/engine'
import { decisive } from '../support/probe'

/** What a server is to run for a case, and what the engine says will happen. */
export interface Script {
  /** Each to be run by itself, for good. */
  readonly before: readonly string[]
  /** The last statement; where it stands in a transaction block, the statements of that block. */
  readonly observed: readonly AnalysedStatement[]
  readonly sql: string
  /** The author's own block is around them. */
  readonly inBlock: boolean
  /** PostgreSQL refuses to run it in a transaction, says the engine. */
  readonly forbidden: boolean
  /** A finding says that it ends in an error. */
  readonly refused: boolean
  /** Before the last statement. */
  readonly catalog: Catalog
}

const refusing: readonly string[] = ['fails-on-data', 'needs-no-transaction', 'unread']

/** A finding says that PostgreSQL refuses the statement, or may. The marks of the page say it too, of the version that the page is about. */
export const isRefused = ({ findings }: AnalysedStatement): boolean => findings.some(({ hazard }) => refusing.includes(hazard))

/** The case is about a database of which nothing is known, so neither is the whole of what it does there. */
export const isUnknown = (one: Case): boolean => /^-- no snapshot$/m.test(one.given?.text ?? '')

/** The script, or why no server can run the case. */
export function scriptOf(one: Case, version: number): Script | string {
  if (split(one.sql).some((piece) => piece.kind !== 'statement')) return 'psql commands or COPY data'
  const { statements, steps } = analyseCase(one, version)
  const last = statements.at(-1)!
  const sqlOf = ({ span }: AnalysedStatement): string => one.sql.slice(span.start, span.end)
  const first = last.assessed.block ? last.blockStart : statements.length - 1
  const observed = statements.slice(first).filter((statement) => !/^(begin|start\s+transaction|commit|end|rollback|abort)\b(?!\s+to\b)/i.test(sqlOf(statement)))
  if (observed.length < statements.length - first && observed.some((statement) => /^(savepoint|release|rollback)\b/i.test(sqlOf(statement)))) return 'savepoints, which give locks back'
  if (observed.some(({ assessed }) => assessed.operations.length > 0 && assessed.unread.length > 0)) return 'not all of it is read, as the engine says itself'
  return {
    before: statements.slice(0, first).map(sqlOf),
    observed,
    sql: observed.map(sqlOf).join(';\n'),
    inBlock: last.assessed.block !== undefined,
    forbidden: last.assessed.transactionBlock === 'forbidden',
    refused: observed.some(isRefused),
    catalog: steps.at(-1)!.before.catalog,
  }
}

/** One line for each relation: `public.orders: ACCESS EXCLUSIVE; rewritten`, in order. */
export type Lines = readonly string[]

export interface Seen {
  readonly locks: readonly LockMode[]
  readonly created: boolean
  readonly rewritten: boolean
  /** Read from end to end, and not rewritten, which goes with reading. */
  readonly read: boolean
  /** How many indexes were built on it, where it was there before and is not rewritten, which goes with building all of them. */
  readonly built: number
}

export const nothingSeen: Seen = { locks: [], created: false, rewritten: false, read: false, built: 0 }

/** Without what the engine says may not come about. */
export const certainOf = (script: Script): Script => ({
  ...script,
  observed: script.observed.map((statement) => ({
    ...statement,
    assessed: { ...statement.assessed, effects: statement.assessed.effects.flatMap(({ onlyIf, otherwise, emptied, ...effect }): AssessedEffect[] => (!onlyIf ? [{ ...effect, ...(emptied && { emptied }) }] : otherwise ? [{ ...effect, lock: otherwise, work: [] }] : [])) },
  })),
})

/** What the engine says of the statements together, in the server's words. Outside a transaction neither what is read nor what is made is looked at. */
export function claims(script: Script, place: 'inside' | 'outside'): Lines {
  const isFree = isReadFreely(script)
  const relations = new Map<string, Seen>()
  // The server tells a relation by the name that it had before.
  const former = new Map<RelationName, RelationName>()
  const nameOf = (relation: RelationName): RelationName => former.get(relation) ?? relation
  for (const { assessed } of script.observed) {
    for (const told of assessed.effects) {
      const effect = { ...told, relation: nameOf(told.relation) }
      // A session's temporary relations are no one else's, and their schema has another name in each session.
      if (effect.relation.startsWith('pg_temp.') || (effect.created && place === 'outside')) continue
      const known = relations.get(effect.relation) ?? nothingSeen
      const hasNewFile = effect.work.some((work) => work.kind === 'rewrite') || effect.emptied === true
      const isRead = place === 'inside' && !effect.created && !effect.indexOf && !isFree(effect.relation) && effect.work.some((work) => ['scan', 'build-index', 'probe'].includes(work.kind))
      relations.set(effect.relation, {
        locks: [...known.locks, effect.lock],
        created: known.created || effect.created === true,
        rewritten: known.rewritten || (hasNewFile && !effect.created),
        read: known.read || isRead,
        built: known.built + (effect.indexOf ? 0 : builds(effect)),
      })
      if (effect.indexOf && builds(effect) > 0) {
        const table = relations.get(effect.indexOf) ?? nothingSeen
        relations.set(effect.indexOf, { ...table, built: table.built + builds(effect) })
      }
    }
    for (const { kind, relation } of assessed.operations) {
      const to = kind === 'rename-relation' && /\bRENAME\s+TO\s+("?)(\w+)\1\s*$/i.exec(assessed.sql)?.[2]
      if (relation && to) former.set(relation.replace(/[^.]*$/, to) as RelationName, nameOf(relation))
    }
  }
  return linesOf(relations)
}

const builds = ({ work }: AssessedEffect): number => work.filter(({ kind }) => kind === 'build-index').length

/** Tables that are read from end to end or looked up in as the planner likes: all where rows are changed or queried, else those that a foreign key refers to, and those that are locked as queries lock them and no more: only a query, as of a function that is called, reads under such a lock. */
export function isReadFreely({ observed, catalog }: Script): (table: string) => boolean {
  const works = observed.flatMap(({ assessed }) => assessed.effects.flatMap((effect) => effect.work))
  const plans = observed.some(({ assessed }) => assessed.effects.every((effect) => effect.lock === 'ACCESS SHARE' || effect.lock === 'ROW SHARE')) || works.some((work) => ['update', 'insert', 'delete'].includes(work.kind))
  if (plans || observed.some(({ assessed }) => assessed.operations.some(({ kind }) => kind === 'refresh-materialized-view' || kind === 'detach-partition'))) return () => true
  const names = new Set<string>(works.flatMap((work) => (work.kind === 'probe' ? [work.into, ...descendants(catalog, work.into)] : [])))
  const effects = observed.flatMap(({ assessed }) => assessed.effects)
  // A query of it may read a table that is rewritten where a branch is taken.
  const surely = ({ lock, otherwise, work }: AssessedEffect): Pick<AssessedEffect, 'lock' | 'work'> => (otherwise ? { lock: otherwise, work: [] } : { lock, work })
  for (const { relation } of effects) if (effects.map((one) => ({ relation: one.relation, ...surely(one) })).every((one) => one.relation !== relation || ((one.lock === 'ACCESS SHARE' || one.lock === 'ROW SHARE') && one.work.every(({ kind }) => kind === 'query')))) names.add(relation)
  return (table) => names.has(table)
}

/** Indexes that rows are changed or locked through, and sequences that give them numbers: no statement can stand in the way of such a lock, so outside a transaction it is not to be seen. */
export const weakLocks = ({ observed, catalog }: Script): ReadonlySet<string> =>
  new Set(observed.flatMap(({ assessed }) => assessed.effects.flatMap(({ relation, lock, indexOf }) => ((indexOf && (lock === 'ROW EXCLUSIVE' || lock === 'ROW SHARE')) || (lock === 'ROW EXCLUSIVE' && catalog.relation(relation)?.kind === 'sequence') ? [relation] : []))))

export const relationOf = (line: string): string => line.slice(0, line.indexOf(': '))

export const linesOf = (relations: ReadonlyMap<string, Seen>): Lines => [...relations].map(([name, seen]) => lineOf(name, seen)).sort()

export function lineOf(name: string, { locks, created, rewritten, read, built }: Seen): string {
  const modes = decisive([...new Set(locks)].sort((a, b) => lockModes.indexOf(a) - lockModes.indexOf(b))).join(', ')
  const work = rewritten ? ['rewritten'] : [...(read ? ['read'] : []), ...(built > 0 && !created ? [`builds ${built} index${built === 1 ? '' : 'es'}`] : [])]
  return `${name}: ${[modes, ...work, ...(created ? ['created'] : [])].join('; ')}`
}
