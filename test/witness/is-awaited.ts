import { conflicts, lockModes } from '../../server/model/lock'
import type { LockMode } from '../../server/model/lock'
import type { Server } from '../support/server'

/** Who stands in the way: one who holds the weakest lock that is, or a query of an index's table. */
export type Holder = 'weakest' | 'reader'

/**
 * Whether the statement asks for this lock: a session that holds the weakest one in its way is waited for in that very mode.
 * Says so of a statement too that ends in an error, or that gives its locks back before anybody can look.
 * The statement runs for good. Throws where such a session cannot be had.
 */
export async function isAwaited(server: Server, database: string, statement: string, relation: string, mode: LockMode, holder: Holder = 'weakest'): Promise<boolean> {
  const [stander, runner, watcher] = await Promise.all([server.connect(database), server.connect(database), server.connect('postgres')])
  try {
    const { rows } = await stander.query<{ oid: string; kind: string; table: string | null }>(
      'SELECT oid::text, relkind::text AS kind, (SELECT indrelid::regclass::text FROM pg_index WHERE indexrelid = pg_class.oid) AS table FROM pg_class WHERE oid = to_regclass($1)',
      [relation],
    )
    const [found] = rows
    if (!found || (holder === 'reader' && found.table === null)) return false
    const { rows: backends } = await runner.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
    await stander.query('BEGIN')
    await stander.query(holder === 'reader' ? `SELECT FROM ${found.table}` : holding(relation, found.kind, mode))

    let done = false
    const running = runner.query(statement).then(
      () => (done = true),
      () => (done = true),
    )
    const deadline = Date.now() + patienceMs
    let awaited = false
    while (!done && !awaited && Date.now() < deadline) {
      const { rows: waits } = await watcher.query("SELECT FROM pg_locks WHERE pid = $1 AND relation = $2 AND mode = $3 AND NOT granted", [backends[0]!.pid, found.oid, nameOf(mode)])
      awaited = waits.length > 0
      if (!awaited) await new Promise((resolve) => setTimeout(resolve, 5))
    }
    await stander.query('ROLLBACK')
    await running
    return awaited
  } finally {
    await Promise.all([stander.end(), runner.end(), watcher.end()])
  }
}

const patienceMs = 5_000

/** A statement that takes a lock on this relation alone, the weakest that is in the way of the mode. */
function holding(relation: string, kind: string, mode: LockMode): string {
  const inTheWay = lockModes.find((other) => conflicts(mode, other))!
  // Nothing gentler locks the relation behind a composite type.
  if (kind === 'c') return `ALTER TYPE ${relation} RENAME TO held`
  const commented = commentable[kind]
  if (commented === undefined) return `LOCK TABLE ONLY ${relation} IN ${inTheWay} MODE`
  // COMMENT takes SHARE UPDATE EXCLUSIVE on what it names and nothing on what lies below (CommentObject, src/backend/commands/comment.c); LOCK TABLE refuses all of these, or goes through a view to its tables.
  if (!conflicts(mode, 'SHARE UPDATE EXCLUSIVE')) throw new Error(`No statement is in the way of ${mode} on ${relation} and of nothing else.`)
  return `COMMENT ON ${commented} ${relation} IS ''`
}

const commentable: Readonly<Record<string, string>> = { i: 'INDEX', I: 'INDEX', v: 'VIEW', m: 'MATERIALIZED VIEW', S: 'SEQUENCE' }

/** `SHARE UPDATE EXCLUSIVE` → `ShareUpdateExclusiveLock` */
const nameOf = (mode: LockMode): string =>
  `${mode
    .split(' ')
    .map((word) => word[0] + word.slice(1).toLowerCase())
    .join('')}Lock`
