import { expect } from 'vitest'
import type { LockMode } from '../../server/model/lock'
import type { Case, Page } from '../support/document'
import { statementsOf } from '../support/engine'
import { observe } from '../support/probe'
import type { Database, Refusal, RelationKind } from '../support/probe'
import { hint, runAll } from './place'
import type { Place } from './place'
import type { Lines, Script, Seen } from './script'
import { claims, isUnknown, linesOf, scriptOf } from './script'
import { agrees, lacks, leftOut } from './verdict'
import type { Verdict } from './verdict'

/** Locks, rewrites and readings of the case's last statement: what the engine says against what the server did. */
export async function compareLocks(page: Page, one: Case, place: Place): Promise<Verdict> {
  const script = scriptOf(one, place.version)
  if (typeof script === 'string') return leftOut(script)
  if (isUnknown(one)) return leftOut('without a snapshot nothing is known of indexes and partitions')
  if (script.outside && !place.server) return leftOut('cannot run in a transaction')
  const where = `${page.file}:${one.lines[0]}`
  const prepared = async (): Promise<Database> => {
    const database = await place.clean()
    await runAll(database, [...statementsOf(one.given?.text ?? ''), ...script.before], where)
    return database
  }

  const database = await prepared().catch((error: unknown) => lacks(one, place, error) ?? Promise.reject(error))
  if ('how' in database) return database
  const { expected, seen, error } = await compareScript(database, prepared, place, script)
  if (error) {
    // Where a finding tells of the error, it is compared; but a statement that is not even parsed asks for no lock.
    const lacking = script.refused && error.code !== syntaxError ? undefined : lacks(one, place, error)
    if (lacking) return lacking
    expect(script.refused, `${where}: PostgreSQL ${place.version} refuses the statement and no mark says so: ${error.message}. ${hint}`).toBe(true)
    if (!place.server || error.code === activeTransaction) return leftOut('ends in the error that its mark tells')
    // It has given its locks back, but it asked for them first.
    const unseen = weakIndexLocks(script)
    const claimed = expected.filter((line) => !unseen.has(relationOf(line))).flatMap(asked)
    expect(await awaited(prepared, place, script, claimed), `${where}: - the engine says, + the server asked for before its error`).toEqual(claimed)
    return agrees('by what the statement waits for before its error')
  }
  expect(seen, `${where}: - the engine says, + the server did`).toEqual(expected)
  return agrees(script.outside ? 'while others stood in its way' : 'in a transaction')
}

/** What the engine says and what the server did; after an error only the former. */
export interface Comparison {
  readonly expected: Lines
  readonly seen: Lines
  /** Indexes with a new file, as far as the statement may run in a transaction. */
  readonly rebuilt: readonly string[]
  readonly error?: Refusal
}

/** Asks the server. `prepared` gives the database anew, as it is before the script. */
export async function compareScript(database: Database, prepared: () => Promise<Database>, place: Place, script: Script): Promise<Comparison> {
  const free = await plannersChoice(database, script)
  const heaps = await filesOf(database)
  const all = claims(script.observed, !script.outside, free, (relation) => heaps.has(relation))
  const weak = script.outside ? weakIndexLocks(script) : new Set<string>()
  const expected = all.filter((line) => !weak.has(relationOf(line)))
  const outcome = await (script.outside ? seeOutside(database, place, script) : seeInside(database, script, free))
  if (!script.outside || outcome.error) return { ...outcome, expected }
  // What is taken and given back between two looks shows itself to one who stands in its way.
  const held = outcome.seen.filter((line) => !weak.has(relationOf(line)))
  const missed = expected.flatMap(asked).filter((one) => !held.flatMap(asked).some((other) => other.relation === one.relation && other.lock === one.lock))
  return { ...outcome, expected, seen: withLocks(held, await awaited(prepared, place, script, missed)) }
}

/** Indexes that rows are changed or locked through: no statement can stand in the way of such a lock, so outside a transaction it is not to be seen. */
const weakIndexLocks = ({ observed }: Script): ReadonlySet<string> =>
  new Set(observed.flatMap(({ assessed }) => assessed.effects.flatMap((effect) => (effect.indexOf && (effect.lock === 'ROW EXCLUSIVE' || effect.lock === 'ROW SHARE') ? [effect.relation] : []))))

const activeTransaction = '25001'
const syntaxError = '42601'

const relationOf = (line: string): string => line.slice(0, line.indexOf(': '))

interface Asked {
  readonly relation: string
  readonly lock: LockMode
}

/** `public.orders: SHARE UPDATE EXCLUSIVE, SHARE; rewritten`: two locks on one relation, neither of which is as strong as both. */
function asked(line: string): readonly Asked[] {
  const relation = relationOf(line)
  const [locks = ''] = line.slice(relation.length + 2).split('; ')
  return locks === '' ? [] : locks.split(', ').map((lock) => ({ relation, lock: lock as LockMode }))
}

/** Those of the locks that the statement waits for when somebody is in its way, each asked for anew. */
async function awaited(prepared: () => Promise<Database>, place: Place, { sql }: Script, locks: readonly Asked[]): Promise<readonly Asked[]> {
  const found: Asked[] = []
  for (const one of locks) {
    await prepared()
    if (await place.server!.isAwaited(sql, one.relation, one.lock)) found.push(one)
  }
  return found
}

function withLocks(lines: Lines, locks: readonly Asked[]): Lines {
  const relations = new Map<string, Seen>()
  for (const line of lines) relations.set(relationOf(line), { locks: asked(line).map(({ lock }) => lock), created: false, rewritten: line.includes('; rewritten'), read: false })
  for (const { relation, lock } of locks) {
    const known = relations.get(relation) ?? { locks: [], created: false, rewritten: false, read: false }
    relations.set(relation, { ...known, locks: [...known.locks, lock] })
  }
  return linesOf(relations)
}

/** Tables that are read from end to end or looked up in as the planner likes: all where rows are changed or queried, else those that a foreign key refers to. */
async function plannersChoice(database: Database, { observed, outside }: Script): Promise<(table: string) => boolean> {
  const works = observed.flatMap(({ assessed }) => assessed.effects.flatMap((effect) => effect.work))
  const plans = outside || observed.some(({ assessed }) => assessed.effects.every((effect) => effect.lock === 'ACCESS SHARE')) || works.some((work) => ['update', 'insert', 'delete'].includes(work.kind))
  if (plans || observed.some(({ assessed }) => assessed.operations.some(({ kind }) => kind === 'refresh-materialized-view'))) return () => true
  const roots = works.flatMap((work) => (work.kind === 'probe' ? [work.into] : []))
  const { rows } = await database.query<{ name: string }>(
    `SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name
       FROM unnest($1::text[]) AS root, pg_partition_tree(to_regclass(root)) AS tree
       JOIN pg_class c ON c.oid = tree.relid JOIN pg_namespace n ON n.oid = c.relnamespace`,
    [roots],
  )
  const names = new Set<string>([...roots, ...rows.map(({ name }) => name)])
  return (table) => names.has(table)
}

type Outcome = Promise<Omit<Comparison, 'expected'>>

async function seeInside(database: Database, script: Script, free: (table: string) => boolean): Outcome {
  const { locks, relations, created, rewritten, rebuilt, scanned, error } = await observe(database, script.sql)
  const read = scanned.filter((name) => !created.includes(name) && !free(name))
  return { seen: toLines(locks, (name) => relations.get(name)?.kind, created, rewritten, read), rebuilt, ...(error && { error }) }
}

async function seeOutside(database: Database, place: Place, script: Script): Outcome {
  const before = await filesOf(database)
  const { locks, relations, created, error } = await place.server!.outside(script.sql)
  const after = await filesOf(database)
  const rewritten = [...after].filter(([name, file]) => before.has(name) && before.get(name) !== file).map(([name]) => name)
  // What is made in passing has a name that no statement gave.
  const lasting = new Map([...locks].filter(([name]) => !created.includes(name) && !/_cc(new|old)\d*"?$/.test(name)))
  return { seen: toLines(lasting, (name) => relations.get(name)?.kind, [], rewritten, []), rebuilt: [], ...(error && { error }) }
}

function toLines(locks: ReadonlyMap<string, readonly LockMode[]>, kindOf: (name: string) => RelationKind | undefined, created: readonly string[], rewritten: readonly string[], read: readonly string[]): Lines {
  const relations = new Map<string, Seen>()
  for (const [name, modes] of locks) {
    // Planning takes ACCESS SHARE on whatever index it looks at.
    if (kindOf(name) === 'index' && modes.every((mode) => mode === 'ACCESS SHARE')) continue
    relations.set(name, { locks: modes, created: created.includes(name), rewritten: rewritten.includes(name), read: read.includes(name) })
  }
  for (const name of rewritten) if (!relations.has(name)) relations.set(name, { locks: [], created: false, rewritten: true, read: false })
  return linesOf(relations)
}

async function filesOf(database: Database): Promise<ReadonlyMap<string, string>> {
  const { rows } = await database.query<{ name: string; file: string }>(`
    SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name, c.relfilenode::text AS file
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'm') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'`)
  return new Map(rows.map(({ name, file }) => [name, file]))
}
