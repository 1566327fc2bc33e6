import type { LockMode } from '../../server/model/lock'
import type { Case, Page } from '../support/document'
import { statementsOf } from '../support/engine'
import { observe } from '../support/probe'
import type { Database, Refusal, RelationKind } from '../support/probe'
import { runAll } from './place'
import type { Place } from './place'
import type { Lines, Script, Seen } from './script'
import { claims, isReadFreely, isUnknown, lineOf, linesOf, nothingSeen, relationOf, scriptOf, weakLocks } from './script'
import { lacks, lacksLibrary } from './verdict'

/**
 * What a server says of the case's last statement, as the matrix keeps it. A line for each relation: `public.orders: ACCESS EXCLUSIVE; rewritten`.
 * `inside`: it ran in a transaction block. `outside`: the server refuses it in one, and it ran by itself.
 * `refused`: it ended in an error, and had `asked` for these locks before; absent where it is refused for the block around it. `lacks`: this version does not know what the case is about.
 * `asserted`: no server was asked, for this reason; what the page says of it is only asserted.
 */
export type Answer =
  | { readonly inside: Lines }
  | { readonly outside: Lines }
  | { readonly refused: string; readonly asked?: Lines }
  | { readonly lacks: string }
  | { readonly asserted: string }

/** @throws Error where the server refuses what comes before the statement, though its version should know it. */
export async function ask(page: Page, one: Case, place: Place): Promise<Answer> {
  const script = scriptOf(one, place.version)
  if (typeof script === 'string') return { asserted: script }
  if (isUnknown(one)) return { asserted: 'without a snapshot nothing is known of indexes and partitions' }
  const where = `${page.file}:${one.lines[0]}`
  const prepared = async (): Promise<Database> => {
    const database = await place.clean()
    await runAll(database, [...statementsOf(one.given?.text ?? ''), ...script.before], where)
    return database
  }
  const lacking = (error: unknown): Answer | undefined => {
    const library = lacksLibrary(place, error)
    if (library !== undefined) return { asserted: library }
    const why = lacks(one, place, error)
    return why === undefined ? undefined : { lacks: why }
  }

  const database = await prepared().catch((error: unknown) => lacking(error) ?? Promise.reject(error))
  if (!('query' in database)) return database
  const { outside, seen, error } = await look(database, prepared, place, script)
  if (outside && !place.server) return { asserted: 'cannot run in a transaction' }
  if (!error) return outside ? { outside: seen } : { inside: seen }
  // Where a finding tells of the error, it is compared; but a statement that is not even parsed asks for no lock.
  const lack = script.refused && !isUnparsed(error) ? undefined : lacking(error)
  if (lack) return lack
  if (!place.server) return { asserted: 'ends in the error that its mark tells' }
  if (refusesBlock(error)) return { refused: error.message }
  // It has given its locks back, but it asked for them first.
  return { refused: error.message, asked: withLocks([], await awaited(prepared, place, script, strongClaims(script).flatMap(locksOf))) }
}

/** What a server was seen to do; after an error only that it refused. */
export interface Sighting {
  /** It refuses to run in a transaction block. */
  readonly outside: boolean
  readonly seen: Lines
  readonly error?: Refusal
}

/** Runs the script in a transaction that is taken back, and by itself where the server wants it so. `prepared` gives the database anew, as it is before the script. */
export async function look(database: Database, prepared: () => Promise<Database>, place: Place, script: Script): Promise<Sighting> {
  const inside = await seeInside(database, script)
  if (!refusesBlock(inside.error) || script.inBlock) return { ...inside, outside: false }
  if (!place.server) return { ...inside, outside: true }
  const { seen, error } = await seeOutside(database, place, script)
  if (error) return { seen, error, outside: true }
  // What is taken and given back between two looks shows itself to one who stands in its way.
  const weak = weakLocks(script)
  const held = seen.filter((line) => !weak.has(relationOf(line)))
  const missed = strongClaims(script).flatMap(locksOf).filter((one) => !held.flatMap(locksOf).some((other) => other.relation === one.relation && other.lock === one.lock))
  return { seen: withLocks(held, await awaited(prepared, place, script, missed)), outside: true }
}

/** What can be seen of a statement outside a transaction, or of one that has given its locks back. */
export const strongClaims = (script: Script): Lines => {
  const weak = weakLocks(script)
  return claims(script, 'outside').filter((line) => !weak.has(relationOf(line)))
}

/** active_sql_transaction, and what a COMMIT inside DO or a procedure ends in: invalid_transaction_termination. */
const refusesBlock = (error: Refusal | undefined): boolean => error?.code === '25001' || error?.code === '2D000'

/** The grammar's own words: the code is also that of some errors which come after the lock. */
const isUnparsed = ({ code, message }: Refusal): boolean => code === '42601' && message.startsWith('syntax error')

export interface Asked {
  readonly relation: string
  readonly lock: LockMode
}

/** Of `public.orders: SHARE UPDATE EXCLUSIVE, SHARE; rewritten` two locks on one relation, neither of which is as strong as both. */
export function locksOf(line: string): readonly Asked[] {
  const relation = relationOf(line)
  const [locks = ''] = line.slice(relation.length + 2).split('; ')
  return locks === '' ? [] : locks.split(', ').map((lock) => ({ relation, lock: lock as LockMode }))
}

/** Those of the locks that the statement waits for when somebody is in its way, each asked for anew. */
async function awaited(prepared: () => Promise<Database>, place: Place, { sql }: Script, locks: readonly Asked[]): Promise<readonly Asked[]> {
  const found: Asked[] = []
  for (const one of locks) {
    for (const holder of ['weakest', 'reader'] as const) {
      // Before it wants an index for itself alone a statement may ask for less, which a reader of the table is not in the way of.
      if (holder === 'reader' && one.lock !== 'ACCESS EXCLUSIVE') break
      await prepared()
      if (!(await place.server!.isAwaited(sql, one.relation, one.lock, holder))) continue
      found.push(one)
      break
    }
  }
  return found
}

function withLocks(lines: Lines, locks: readonly Asked[]): Lines {
  const found = new Map(lines.map((line) => [relationOf(line), line]))
  for (const { relation, lock } of locks) {
    const line = found.get(relation) ?? `${relation}: `
    const [, ...rest] = line.slice(relation.length + 2).split('; ')
    found.set(relation, [lineOf(relation, { ...nothingSeen, locks: [...locksOf(line).map((one) => one.lock), lock] }), ...rest].join('; '))
  }
  return [...found.values()].sort()
}

type Outcome = Promise<Omit<Sighting, 'outside'>>

async function seeInside(database: Database, script: Script): Outcome {
  const { locks, relations, created, rewritten, rebuilt, scanned, error } = await observe(database, script.sql)
  const free = isReadFreely(script)
  const read = scanned.filter((name) => !created.includes(name) && !free(name))
  return { seen: toLines({ locks, relations, created, rewritten, read, built: rebuilt.map((index) => relations.get(index)?.table ?? '') }), ...(error && { error }) }
}

async function seeOutside(database: Database, place: Place, script: Script): Outcome {
  const before = await filesOf(database)
  const { locks, relations, created, error } = await place.server!.outside(script.sql)
  const after = await filesOf(database)
  const isNew = ({ file }: File): boolean => !before.some((old) => old.file === file)
  const rewritten = after.filter((one) => one.table === null && before.some(({ name }) => name === one.name) && isNew(one)).map(({ name }) => name)
  const rebuilt = after.filter((one) => one.table !== null && isNew(one))
  // What is made in passing has a name that no statement gave.
  const lasting = new Map([...locks].filter(([name]) => !created.includes(name) && !/_cc(new|old)\d*"?$/.test(name)))
  return { seen: toLines({ locks: lasting, relations, created: [], rewritten, read: [], built: rebuilt.map(({ table }) => table!) }), ...(error && { error }) }
}

interface Sight {
  readonly locks: ReadonlyMap<string, readonly LockMode[]>
  readonly relations: ReadonlyMap<string, { readonly kind: RelationKind }>
  readonly created: readonly string[]
  readonly rewritten: readonly string[]
  readonly read: readonly string[]
  /** The table of each index that was built. */
  readonly built: readonly string[]
}

function toLines({ locks, relations, created, rewritten, read, built }: Sight): Lines {
  const seen = new Map<string, Seen>()
  const look = (name: string, modes: readonly LockMode[]): void =>
    void seen.set(name, { locks: modes, created: created.includes(name), rewritten: rewritten.includes(name), read: read.includes(name), built: built.filter((table) => table === name).length })
  for (const [name, modes] of locks) {
    // Planning takes ACCESS SHARE on whatever index it looks at.
    if (relations.get(name)?.kind === 'index' && modes.every((mode) => mode === 'ACCESS SHARE')) continue
    look(name, modes)
  }
  for (const name of [...rewritten, ...built]) if (!seen.has(name)) look(name, [])
  return linesOf(seen)
}

interface File {
  readonly name: string
  readonly file: string
  /** Of an index. */
  readonly table: string | null
}

async function filesOf(database: Database): Promise<readonly File[]> {
  const { rows } = await database.query<File>(`
    SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name, c.relfilenode::text AS file,
           (SELECT quote_ident(tn.nspname) || '.' || quote_ident(t.relname)
              FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace tn ON tn.oid = t.relnamespace
             WHERE i.indexrelid = c.oid) AS table
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'm', 'i') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'`)
  return rows
}
