import { writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { activities, lockModes } from '../../server/model/lock'
import type { LockMode } from '../../server/model/lock'
import { startServer } from '../support/server'
import type { Server, Version } from '../support/server'

// Somebody holds a table in each of the eight modes, and somebody else tries what users run; `server/model/activities.json` keeps who waits.

const isMatrix = process.env['MATRIX'] !== undefined
const versions = (process.env['POSTGRES'] ?? '17').split(',').map((text) => Number(text) as Version)
const found = new Map<string, readonly LockMode[]>()

const world = `
  CREATE TABLE t (a int PRIMARY KEY, b int, CONSTRAINT filled CHECK (a > 0));
  CREATE INDEX t_b ON t (b);
  INSERT INTO t VALUES (1, 1);
  ALTER TABLE t ADD CONSTRAINT unchecked CHECK (b > 0) NOT VALID;
  CREATE TABLE o (a int PRIMARY KEY);
  INSERT INTO o VALUES (1);
  CREATE TABLE child (a int REFERENCES t);
  CREATE MATERIALIZED VIEW m AS SELECT a FROM t;
  CREATE UNIQUE INDEX m_a ON m (a);
  CREATE PUBLICATION p`

/** Statements that a release brought. */
const since: Readonly<Record<string, number>> = { MERGE: 15 }

describe.each(versions)('server %i', (version) => {
  let server: Server
  beforeAll(async () => {
    server = await startServer({ version })
    await server.createDatabase('world')
    const client = await server.connect('world')
    await client.query(world)
    await client.end()
  })
  afterAll(() => server?.stop())

  for (const { activity, statements, waits: expected } of activities) {
    for (const statement of statements.filter((one) => version >= (since[one.split(' ')[0]!] ?? 0))) {
      test(`${activity}: ${statement}`, async () => {
        const waited: LockMode[] = []
        for (const mode of lockModes) if (await isKept(server, mode, statement)) waited.push(mode)
        if (isMatrix) {
          // All that one line of the table stands for wait for the same.
          expect(waited, 'unlike the statement or the version before it').toEqual(found.get(activity) ?? waited)
          found.set(activity, waited)
        } else expect(waited).toEqual(expected)
      })
    }
  }
})

if (isMatrix)
  afterAll(() => {
    const lines = activities.map((one) => JSON.stringify({ ...one, waits: found.get(one.activity) ?? one.waits }))
    writeFileSync(new URL('../../server/model/activities.json', import.meta.url), `[\n  ${lines.join(',\n  ')}\n]\n`)
  })

/** Whether the statement waits for one who holds the table so, or leaves it out. */
async function isKept(server: Server, mode: LockMode, statement: string): Promise<boolean> {
  const inBlock = await trial(server, 'world', mode, `BEGIN; ${statement}; ROLLBACK`)
  if (inBlock !== refusesBlock) return inBlock === waits
  // What it leaves behind is for a database of its own.
  await server.createDatabase('trial', 'world')
  try {
    return (await trial(server, 'trial', mode, statement)) === waits
  } finally {
    const administrator = await server.connect()
    await administrator.query('DROP DATABASE trial')
    await administrator.end()
  }
}

async function trial(server: Server, database: string, mode: LockMode, sql: string): Promise<string | undefined> {
  const [holder, runner] = await Promise.all([server.connect(database), server.connect(database)])
  const notices: string[] = []
  runner.on('notice', ({ message }) => notices.push(message ?? ''))
  try {
    await holder.query(`BEGIN; LOCK TABLE t IN ${mode} MODE`)
    await runner.query("SET lock_timeout = '100ms'")
    const code = await runner.query(sql).then(
      () => undefined,
      (error: { code?: string }) => error.code,
    )
    if (code !== undefined && code !== waits && code !== refusesBlock) throw new Error(`${sql}: ${code}`)
    // Autovacuum does not wait: it passes by what is locked, as SKIP_LOCKED does.
    return notices.some((message) => message.includes('lock not available')) ? waits : code
  } finally {
    await Promise.all([holder.end(), runner.end()])
  }
}

/** lock_not_available, active_sql_transaction */
const waits = '55P03'
const refusesBlock = '25001'
