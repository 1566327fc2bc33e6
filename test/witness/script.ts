import type { AnalysedStatement, AssessedEffect } from '../../server/model/assessed'
import { lockModes } from '../../server/model/lock'
import type { LockMode } from '../../server/model/lock'
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
  /** PostgreSQL refuses to run it in a transaction. */
  readonly outside: boolean
  /** A finding says that it ends in an error. */
  readonly refused: boolean
}

const refusing: readonly string[] = ['fails-on-data', 'needs-no-transaction', 'unread']

/** A finding says that PostgreSQL refuses the statement, or may. The marks of the page say it too, of the version that the page is about. */
export const isRefused = ({ findings }: AnalysedStatement): boolean => findings.some(({ hazard }) => refusing.includes(hazard))

/** The case is about a database of which nothing is known, so neither is the whole of what it does there. */
export const isUnknown = (one: Case): boolean => /^-- no snapshot$/m.test(one.given?.text ?? '')

/** The script, or why no server can run the case. */
export function scriptOf(one: Case, version: number): Script | string {
  if (split(one.sql).some((piece) => piece.kind !== 'statement')) return 'psql commands or COPY data'
  const { statements } = analyseCase(one, version)
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
    outside: !last.assessed.block && last.assessed.transactionBlock === 'forbidden',
    refused: observed.some(isRefused),
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
}

/** What the engine says of these statements together, in the server's words. `free` are the tables whose reading is not compared. */
export function claims(statements: readonly AnalysedStatement[], withCreated: boolean, free: (table: string) => boolean, hasFile: (relation: string) => boolean): Lines {
  const relations = new Map<string, Seen>()
  for (const { assessed } of statements) {
    for (const effect of assessed.effects) {
      // A session's temporary relations are no one else's, and their schema has another name in each session.
      if (effect.relation.startsWith('pg_temp.') || (effect.created && !withCreated)) continue
      const known = relations.get(effect.relation) ?? { locks: [], created: false, rewritten: false, read: false }
      const hasNewFile = effect.work.some((work) => work.kind === 'rewrite') || (assessed.operations.some(({ kind }) => kind === 'truncate') && isEmptied(effect) && hasFile(effect.relation))
      const isRead = !effect.created && !effect.indexOf && !free(effect.relation) && effect.work.some((work) => ['scan', 'build-index', 'probe'].includes(work.kind))
      relations.set(effect.relation, {
        locks: [...known.locks, effect.lock],
        created: known.created || effect.created === true,
        rewritten: known.rewritten || (hasNewFile && !effect.created),
        read: known.read || isRead,
      })
    }
  }
  return linesOf(relations)
}

/** TRUNCATE gives a table a new file too, an empty one, which is no work. */
const isEmptied = (effect: AssessedEffect): boolean => effect.lock === 'ACCESS EXCLUSIVE' && !effect.indexOf

export const linesOf = (relations: ReadonlyMap<string, Seen>): Lines =>
  [...relations].map(([name, { locks, created, rewritten, read }]) => `${name}: ${decisive([...new Set(locks)].sort((a, b) => lockModes.indexOf(a) - lockModes.indexOf(b))).join(', ')}${rewritten ? '; rewritten' : read ? '; read' : ''}${created ? '; created' : ''}`).sort()
