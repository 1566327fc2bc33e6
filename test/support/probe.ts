import type { PGlite } from '@electric-sql/pglite'
import type { Client } from 'pg'
import { conflicts, lockModes, type LockMode } from '../../server/model/lock'
import { nameParts } from '../../server/model/name'
import type { RelationName } from '../../server/model/name'
import type { Server } from './server'

/** What PGlite and a connection to a server have in common. */
export interface Database {
  /** Major version. */
  readonly version: number
  /** Another connection to the same server, to ask about this one while it is busy; PGlite has none. */
  readonly witness?: Database
  query<Row = Record<string, unknown>>(sql: string, params?: readonly unknown[]): Promise<{ rows: Row[] }>
  /** Runs statements separated by semicolons, as one message. */
  exec(sql: string): Promise<void>
  /** Hears the server's notices until the function it returns is called. */
  onNotice(heard: (message: string) => void): () => void
}

export type RelationKind = keyof typeof relationKinds

export interface Relation {
  readonly kind: RelationKind
  /** The indexed relation, of an index. */
  readonly table?: string
}

/** A server's refusal: its SQLSTATE and message. */
export interface Refusal {
  readonly code: string
  readonly message: string
}

/** Relations are named as `schema.relation`, quoted where SQL needs it; one that is renamed keeps the name it had. */
export interface Observation {
  /** Held when the statement was done, every mode, weakest first, also on what it created; empty after an error, which releases them. */
  readonly locks: ReadonlyMap<string, readonly LockMode[]>
  /** Every relation that is in another field, and every other user relation there was or is. */
  readonly relations: ReadonlyMap<string, Relation>
  /** Tables and materialized views with a new file: rewritten, moved, truncated or refreshed. */
  readonly rewritten: readonly string[]
  /** Indexes that were built into a file they did not have, new ones included; one that is only moved is not. */
  readonly rebuilt: readonly string[]
  readonly created: readonly string[]
  readonly dropped: readonly string[]
  /** Tables and materialized views read from end to end at least once, as pg_stat_xact counts it. */
  readonly scanned: readonly string[]
  /** Tables read through an index, as pg_stat_xact counts it. */
  readonly probed: readonly string[]
  /** From DEBUG1 up, but for those about TOAST tables: `rewriting table "t"`, `verifying table "t"`, … */
  readonly notices: readonly string[]
  readonly error?: Refusal
}

/** One who is in the statement's way: a lock of maintenance, a writer, an old snapshot, a reader. */
export type Blocker = (typeof blockerNames)[number]

export interface OutsideObservation {
  /** Held or awaited at one of the moments it waited, weakest first. */
  readonly locks: ReadonlyMap<string, readonly LockMode[]>
  /** Those of them it had to wait for. */
  readonly awaited: ReadonlyMap<string, readonly LockMode[]>
  /** Whom it waited for, in the order above: its own order is by chance where it waits for several at once. */
  readonly waitedFor: readonly Blocker[]
  readonly relations: ReadonlyMap<string, Relation>
  readonly created: readonly string[]
  readonly dropped: readonly string[]
  readonly error?: Refusal
}

export type ProbeResult = 'free' | 'blocked' | Refusal

/**
 * Runs `statement` in a transaction, looks at what it did, and takes it back.
 * Give tables a few rows: over empty ones the planner may leave out a scan that it makes otherwise.
 */
export async function observe(database: Database, statement: string, witness: Database = database.witness ?? database): Promise<Observation> {
  const notices: string[] = []
  await database.exec('BEGIN; SET LOCAL client_min_messages = debug1')
  try {
    const before = await relationsOf(database)
    const backend = await backendOf(database)
    const deafen = database.onNotice((message) => {
      if (!message.includes('pg_toast')) notices.push(message)
    })
    // What waits for COMMIT is run now, or nobody would see what it locks.
    const error = (await refusal(database.exec(statement)).finally(deafen)) ?? (await refusal(database.exec('SET CONSTRAINTS ALL IMMEDIATE')))
    // A refused statement has lost its locks, and PGlite's one connection answers nothing until the rollback.
    const held = error ? [] : await locksOf(witness, backend)
    const after = error ? before : await relationsOf(database)

    const names = namesOf(before, after)
    const read = (counted: (row: RelationRow) => number): string[] =>
      [...after.values()].filter((row) => counted(row) > (before.has(row.oid) ? counted(before.get(row.oid)!) : 0)).map(nameOf(names))
    return {
      locks: collect(names, held),
      relations: describe(before, after),
      rewritten: withNewFile(before, after, ['r', 'm'])
        .filter((row) => before.has(row.oid))
        .map(nameOf(names))
        .sort(),
      rebuilt: withNewFile(before, after, ['i'])
        .filter(({ name }) => notices.some((notice) => notice.startsWith(`building index "${nameParts(name as RelationName).name}" on`)))
        .map(nameOf(names))
        .sort(),
      ...comings(before, after),
      scanned: read((row) => (heaps.includes(row.kind) ? row.scans : 0)).sort(),
      probed: read((row) => row.index_scans).sort(),
      notices,
      ...(error && { error }),
    }
  } finally {
    await database.exec('ROLLBACK')
  }
}

const mostWaitedMs = 10_000
const mostWorkedMs = 60_000

/**
 * Runs for good what refuses to run in a transaction, while four sessions stand in its way and leave one after the other;
 * each time it waits, its locks are read from another database.
 * A lock it takes and leaves between two waits is not seen.
 * @throws Error when it waits for ten seconds for somebody other than these four, or works for longer than any form may.
 */
export async function observeOutside(server: Server, database: string, statement: string): Promise<OutsideObservation> {
  const { connect, end } = connections(server)
  try {
    // A session in the same database has a snapshot while it looks, for which CREATE INDEX CONCURRENTLY would wait.
    const watcher = await connect('postgres')
    const namer = await connect(database)
    const runner = await connect(database)
    const before = await relationsOf(namer)
    const names = new Map(before)
    const blockers = await block(() => connect(database), [...before.values()])
    const backend = await backendOf(runner)

    const seen: HeldLock[] = []
    const waitedFor = new Set<Blocker>()
    let done = false
    const outcome = refusal(runner.exec(statement)).finally(() => (done = true))
    const started = Date.now()
    let worked = started
    while (!done) {
      const { rows: waits } = await watcher.query<{ pids: number[] }>('SELECT pg_blocking_pids($1) AS pids', [backend])
      const pids = waits[0]?.pids ?? []
      const blocker = blockers.find(({ pid }) => pids.includes(pid))
      if (blocker || pids.length === 0) worked = Date.now()
      if (blocker) {
        seen.push(...(await locksOf(watcher, backend)))
        for (const [oid, row] of await relationsOf(namer)) if (!names.has(oid)) names.set(oid, row)
        waitedFor.add(blocker.name)
        blockers.splice(blockers.indexOf(blocker), 1)
        await blocker.leave()
      } else {
        if (Date.now() - worked > mostWaitedMs) throw new Error(`Still waiting after ${mostWaitedMs / 1000} s: ${statement}`)
        // VACUUM of a whole database goes through hundreds of relations.
        if (Date.now() - started > mostWorkedMs) throw new Error(`Still at work after ${mostWorkedMs / 1000} s: ${statement}`)
        await new Promise((resolve) => setTimeout(resolve, 2))
      }
    }
    const error = await outcome
    const after = await relationsOf(namer)
    for (const [oid, row] of after) if (!names.has(oid)) names.set(oid, row)
    return {
      locks: collect(names, seen),
      awaited: collect(
        names,
        seen.filter(({ granted }) => !granted),
      ),
      waitedFor: blockerNames.filter((name) => waitedFor.has(name)),
      relations: describe(before, names),
      ...comings(before, after),
      ...(error && { error }),
    }
  } finally {
    await end()
  }
}

/**
 * Runs `statement` in a transaction, tries each probe from another connection, and takes it all back.
 * @throws Error when the statement itself fails.
 */
export async function probeBlocked(
  server: Server,
  database: string,
  statement: string,
  probes: readonly string[],
): Promise<ReadonlyMap<string, ProbeResult>> {
  const { connect, end } = connections(server)
  try {
    const runner = await connect(database)
    const prober = await connect(database)
    await runner.exec('BEGIN')
    await runner.exec(statement)
    const results = new Map<string, ProbeResult>()
    for (const probe of probes) {
      await prober.exec("BEGIN; SET LOCAL lock_timeout = '25ms'")
      const error = await refusal(prober.exec(probe))
      await prober.exec('ROLLBACK')
      results.set(probe, error === undefined ? 'free' : error.code === lockNotAvailable ? 'blocked' : error)
    }
    return results
  } finally {
    await end()
  }
}

/**
 * The modes that say what is stopped: without those whose conflicts another one has too.
 * PostgreSQL often takes a weaker lock on its way, and which ones differs between versions.
 */
export function decisive(modes: readonly LockMode[]): LockMode[] {
  const covers = (a: LockMode, b: LockMode): boolean => lockModes.every((other) => conflicts(a, other) || !conflicts(b, other))
  return modes.filter((mode) => !modes.some((other) => other !== mode && covers(other, mode)))
}

/** Two connections to one database, the second as witness of the first; the server ends both when it stops. */
export async function openDatabase(server: Server, name: string): Promise<Database> {
  const [client, witness] = await Promise.all([server.connect(name), server.connect(name)])
  return overClient(client, await overClient(witness))
}

export async function overClient(client: Client, witness?: Database): Promise<Database> {
  const { rows } = await client.query<{ version: number }>(majorVersion)
  return {
    version: rows[0]?.version ?? 0,
    ...(witness && { witness }),
    async query<Row>(sql: string, params: readonly unknown[] = []) {
      const { rows } = await client.query(sql, [...params])
      return { rows: rows as Row[] }
    },
    async exec(sql) {
      await client.query(sql)
    },
    onNotice(heard) {
      const listener = ({ message }: { message?: string | undefined }): void => heard(message ?? '')
      client.on('notice', listener)
      return () => client.off('notice', listener)
    },
  }
}

export async function overPglite(pglite: PGlite): Promise<Database> {
  const heard = new Set<(message: string) => void>()
  const { rows } = await pglite.query<{ version: number }>(majorVersion)
  return {
    version: rows[0]?.version ?? 0,
    async query<Row>(sql: string, params: readonly unknown[] = []) {
      const result = await pglite.query<Row>(sql, [...params])
      return { rows: result.rows }
    },
    async exec(sql) {
      await pglite.exec(sql, {
        onNotice: ({ message }) => {
          for (const listener of heard) listener(message ?? '')
        },
      })
    },
    onNotice(listener) {
      heard.add(listener)
      return () => heard.delete(listener)
    },
  }
}

/** Ends a transaction left open, drops whatever user objects there are, and gives the database an empty schema `public`. Roles go from the whole server. */
export async function reset(database: Database): Promise<void> {
  await database.exec('ROLLBACK')
  await database.exec(emptying)
}

// --- relations

interface RelationRow {
  readonly oid: string
  readonly name: string
  readonly kind: string
  readonly file: string
  readonly table: string | null
  readonly populated: boolean
  readonly partition: boolean
  readonly scans: number
  readonly index_scans: number
}

type Relations = ReadonlyMap<string, RelationRow>

const relationKinds = {
  table: ['r'],
  'partitioned table': ['p'],
  index: ['i', 'I'],
  sequence: ['S'],
  view: ['v'],
  'materialized view': ['m'],
  'foreign table': ['f'],
  'composite type': ['c'],
} as const

const heaps: readonly string[] = ['r', 'm']

/** TOAST tables, temporary tables and catalogs are in schemas whose names begin with pg_, which nobody else may use. */
const relationRows = `
  SELECT c.oid::text AS oid,
         quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name,
         c.relkind::text AS kind,
         c.relfilenode::text AS file,
         c.relispopulated AS populated,
         c.relispartition AS partition,
         (SELECT quote_ident(tn.nspname) || '.' || quote_ident(t.relname)
            FROM pg_index i
            JOIN pg_class t ON t.oid = i.indrelid
            JOIN pg_namespace tn ON tn.oid = t.relnamespace
           WHERE i.indexrelid = c.oid) AS table,
         pg_stat_get_xact_numscans(c.oid)::int AS scans,
         (SELECT coalesce(sum(pg_stat_get_xact_numscans(i.indexrelid)), 0)::int
            FROM pg_index i
           WHERE i.indrelid = c.oid) AS index_scans
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'`

async function relationsOf(database: Database): Promise<Relations> {
  const { rows } = await database.query<RelationRow>(relationRows)
  return new Map(rows.map((row) => [row.oid, row]))
}

/** A dropped relation has its name only before, a created one only after. */
function namesOf(before: Relations, after: Relations): Relations {
  return new Map([...after, ...before])
}

function nameOf(names: Relations): (row: RelationRow) => string {
  return ({ oid, name }) => names.get(oid)?.name ?? name
}

function describe(before: Relations, after: Relations): ReadonlyMap<string, Relation> {
  const rows = [...namesOf(before, after).values()]
  return new Map(rows.map(({ name, kind, table }) => [name, { kind: kindOf(kind), ...(table !== null && { table }) }]))
}

function kindOf(letter: string): RelationKind {
  const found = Object.entries(relationKinds).find(([, letters]) => (letters as readonly string[]).includes(letter))
  if (!found) throw new Error(`No name for the relkind ${letter}.`)
  return found[0] as RelationKind
}

/** By file, not by oid: ALTER COLUMN … TYPE makes an index anew, under a new oid, and may give it the file of the old one. */
function withNewFile(before: Relations, after: Relations, kinds: readonly string[]): RelationRow[] {
  const files = new Set([...before.values()].map(({ file }) => file))
  return [...after.values()].filter(({ kind, file }) => kinds.includes(kind) && !files.has(file))
}

function comings(before: Relations, after: Relations): { created: string[]; dropped: string[] } {
  const only = (these: Relations, those: Relations): string[] => {
    const names = new Set([...those.values()].map(({ name }) => name))
    return [...these.values()]
      .filter(({ oid, name }) => !those.has(oid) && !names.has(name))
      .map(({ name }) => name)
      .sort()
  }
  return { created: only(after, before), dropped: only(before, after) }
}

// --- locks

interface HeldLock {
  readonly oid: string
  readonly mode: LockMode
  readonly granted: boolean
}

async function locksOf(database: Database, backend: number): Promise<HeldLock[]> {
  const { rows } = await database.query<{ oid: string; mode: string; granted: boolean }>(
    "SELECT relation::text AS oid, mode, granted FROM pg_locks WHERE locktype = 'relation' AND pid = $1",
    [backend],
  )
  return rows.map(({ oid, mode, granted }) => ({ oid, mode: modeOf(mode), granted }))
}

/** `ShareUpdateExclusiveLock` → `SHARE UPDATE EXCLUSIVE` */
function modeOf(name: string): LockMode {
  const words = name
    .replace(/Lock$/, '')
    .replace(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toUpperCase()
  const mode = lockModes.find((known) => known === words)
  if (!mode) throw new Error(`No table lock is called ${name}.`)
  return mode
}

function collect(names: Relations, locks: readonly HeldLock[]): Map<string, LockMode[]> {
  const modes = new Map<string, Set<LockMode>>()
  for (const { oid, mode } of locks) {
    // Catalogs, TOAST tables, and the passing heap of a rewrite, which is gone when we ask.
    const name = names.get(oid)?.name
    if (name !== undefined) modes.set(name, (modes.get(name) ?? new Set()).add(mode))
  }
  const sorted = [...modes].sort(([a], [b]) => (a < b ? -1 : 1))
  return new Map(sorted.map(([name, set]) => [name, lockModes.filter((mode) => set.has(mode))]))
}

async function backendOf(database: Database): Promise<number> {
  const { rows } = await database.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
  return rows[0]?.pid ?? 0
}

// --- those in the way

const blockerNames = ['maintenance', 'writer', 'snapshot', 'reader'] as const

interface Standing {
  readonly name: Blocker
  readonly pid: number
  leave(): Promise<void>
}

/**
 * In the order in which they leave.
 * The readers of partitions outlast those of their parent, so that locks taken only after a wait for the parent's are seen.
 */
async function block(connect: () => Promise<Database>, relations: readonly RelationRow[]): Promise<Standing[]> {
  const tables = relations.filter(({ kind }) => ['r', 'p'].includes(kind))
  const readable = [...tables, ...relations.filter(({ kind, populated }) => kind === 'm' && populated)]
  const lock = (mode: LockMode): string =>
    tables.length === 0 ? '' : `LOCK TABLE ONLY ${tables.map(({ name }) => name).join(', ONLY ')} IN ${mode} MODE`
  const read = (these: readonly RelationRow[]): string => these.map(({ name }) => `SELECT FROM ONLY ${name} LIMIT 0`).join(';')
  const plans: readonly (readonly [Blocker, string])[] = [
    // It conflicts with itself and with all above it, and with no reader or writer: whatever maintains a table waits for it.
    ['maintenance', `BEGIN; ${lock('SHARE UPDATE EXCLUSIVE')}`],
    ['writer', `BEGIN; ${lock('ROW EXCLUSIVE')}`],
    ['snapshot', 'BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT FROM pg_catalog.pg_class LIMIT 1'],
    ['reader', `BEGIN; ${read(readable.filter(({ partition }) => !partition))}`],
    ['reader', `BEGIN; ${read(readable.filter(({ partition }) => partition))}`],
  ]
  const standing: Standing[] = []
  for (const [name, sql] of plans) {
    const session = await connect()
    await session.exec(sql)
    standing.push({ name, pid: await backendOf(session), leave: () => session.exec('ROLLBACK') })
  }
  return standing
}

function connections(server: Server): { connect(database: string): Promise<Database>; end(): Promise<void> } {
  const clients: Client[] = []
  return {
    async connect(database) {
      const client = await server.connect(database)
      clients.push(client)
      return overClient(client)
    },
    async end() {
      // All at once: one that waits for a lock ends only when those in its way do.
      await Promise.all(clients.map((client) => client.end()))
    },
  }
}

// --- errors

const lockNotAvailable = '55P03'

/** @throws whatever is not a server's refusal. */
async function refusal(work: Promise<void>): Promise<Refusal | undefined> {
  try {
    await work
    return undefined
  } catch (error) {
    const { code, message } = error as Partial<Refusal>
    if (!(error instanceof Error) || code === undefined || !/^[0-9A-Z]{5}$/.test(code)) throw error
    return { code, message: message ?? '' }
  }
}

// --- resetting

const majorVersion = "SELECT current_setting('server_version_num')::int / 10000 AS version"

/**
 * One message, so one round trip.
 * Extensions go before schemas, which may hold their parts; roles last, when nothing depends on them.
 */
const emptying = `
  RESET ALL;
  DEALLOCATE ALL;
  SET SESSION AUTHORIZATION DEFAULT;
  SET client_min_messages = warning;
  DISCARD TEMP;
  DO $reset$
  DECLARE
    command text;
    commands text[];
  BEGIN
    -- All of them before the first runs: the name of a type cannot be had once its schema is gone.
    SELECT array_agg(c.command ORDER BY c.place) INTO commands FROM (
      SELECT 1, format('DROP EVENT TRIGGER IF EXISTS %I', evtname) FROM pg_event_trigger
      UNION ALL SELECT 2, format('DROP PUBLICATION IF EXISTS %I', pubname) FROM pg_publication
      UNION ALL SELECT 2, format('ALTER SUBSCRIPTION %1$I DISABLE; ALTER SUBSCRIPTION %1$I SET (slot_name = NONE); DROP SUBSCRIPTION %1$I', s.subname)
                  FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid WHERE d.datname = current_database()
      UNION ALL SELECT 3, format('DROP EXTENSION IF EXISTS %I CASCADE', extname) FROM pg_extension WHERE extname <> 'plpgsql'
      UNION ALL SELECT 3, format('DROP LANGUAGE IF EXISTS %I CASCADE', lanname) FROM pg_language WHERE oid >= 16384 AND lanname <> 'plpgsql'
      UNION ALL SELECT 4, format('DROP FOREIGN DATA WRAPPER IF EXISTS %I CASCADE', fdwname) FROM pg_foreign_data_wrapper
      UNION ALL SELECT 5, format('DROP CAST IF EXISTS (%s AS %s)', castsource::regtype, casttarget::regtype) FROM pg_cast c WHERE oid >= 16384
                 AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_cast'::regclass AND objid = c.oid AND deptype = 'i')
      UNION ALL SELECT 6, format('DROP SCHEMA %I CASCADE', nspname) FROM pg_namespace
                 WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
      UNION ALL SELECT 7, format('DROP ACCESS METHOD IF EXISTS %I', amname) FROM pg_am WHERE oid >= 16384
      UNION ALL SELECT 7, format('ALTER DATABASE %I RESET ALL', current_database())
                 WHERE EXISTS (SELECT FROM pg_db_role_setting WHERE setdatabase <> 0 AND setrole = 0)
      UNION ALL SELECT 8, format('DROP OWNED BY %1$I; DROP ROLE %1$I', rolname) FROM pg_roles WHERE oid >= 16384
    ) AS c (place, command);
    FOREACH command IN ARRAY coalesce(commands, '{}') LOOP
      EXECUTE command;
    END LOOP;
    -- There is no command that drops them for a role that stays.
    DELETE FROM pg_default_acl;
    CREATE SCHEMA public;
    IF current_setting('server_version_num')::int >= 150000 THEN
      ALTER SCHEMA public OWNER TO pg_database_owner;
      GRANT USAGE ON SCHEMA public TO PUBLIC;
    ELSE
      GRANT ALL ON SCHEMA public TO PUBLIC;
    END IF;
    COMMENT ON SCHEMA public IS 'standard public schema';
  END
  $reset$;
  RESET client_min_messages`
