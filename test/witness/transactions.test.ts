import type { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { analyse } from '../../server/analyse'
import type { Analysis } from '../../server/analyse'
import { catalogFromSnapshot } from '../../server/catalog/from-snapshot'
import { assumedCalibration } from '../../server/estimate/calibration'
import { read } from '../../server/frameworks/sql'
import { timeoutSettings } from '../../server/model/timeout'
import type { TimeoutName } from '../../server/model/timeout'
import { defaultPolicy } from '../../server/model/policy'
import type { Snapshot } from '../../server/model/snapshot'
import { loadParser } from '../../server/sql/parser'
import { askedVersions, startServer } from '../support/server'
import type { Server } from '../support/server'
import { statementsOf } from '../support/engine'

/** What a session remembers from statement to statement, asked of a server after each of them. */

beforeAll(() => loadParser())

const snapshot = (version: number): Snapshot => ({
  version: 1,
  serverVersion: String(version),
  complete: true,
  settings: { search_path: 'public', TimeZone: 'UTC' },
  tables: Object.fromEntries(['a', 'b'].map((name) => [name, { rows: 0, columns: [{ name: 'id', type: 'bigint' }], indexes: [], constraints: [] }])),
})

function analysed(sql: string, version: number, path = 'a.sql'): Analysis {
  return analyse(read(path, sql), sql, { catalog: catalogFromSnapshot(snapshot(version)), calibration: assumedCalibration, sized: true }, defaultPolicy)
}

/** Settings in force after the last statement, as `SHOW` would tell them in milliseconds; 0 where none is known. */
function settingsAfter(sql: string, version: number): Readonly<Record<string, string>> {
  // A query looks at them where they stand, whatever transaction is open.
  const analysis = analysed(`${sql} SELECT 1;`, version)
  const { surroundings } = analysis.steps.at(-1)!.before.catalog
  return {
    search_path: surroundings.searchPath.join(', '),
    TimeZone: surroundings.timeZone ?? '',
    ...Object.fromEntries((Object.keys(timeoutSettings) as TimeoutName[]).filter((name) => name !== 'transaction' || version >= 17).map((name) => [timeoutSettings[name], String(surroundings.timeouts?.[name]?.ms ?? 0)])),
  }
}

const heldAfter = (sql: string, version: number, path?: string): readonly string[] =>
  [...new Set([...analysed(`${sql} SELECT 1;`, version, path).statements.at(-1)!.assessed.held].filter((hold) => hold.indexOf === undefined).map(({ relation, lock }) => `${relation} ${lock}`))].sort()

const settingCases: readonly string[] = [
  "SET lock_timeout = '2s';",
  "SET lock_timeout = '1.5min'; SET statement_timeout TO 700;",
  "SET lock_timeout = '2s'; RESET lock_timeout;",
  "SET lock_timeout = '2s'; SET lock_timeout TO DEFAULT;",
  "SET lock_timeout = '2s'; SET statement_timeout = '1h'; SET search_path TO other; RESET ALL;",
  "SET LOCAL lock_timeout = '2s';",
  "SET LOCAL search_path TO other;",
  "SELECT set_config('lock_timeout', '2s', false);",
  "BEGIN; SELECT set_config('lock_timeout', '2s', true);",
  "BEGIN; SELECT set_config('lock_timeout', '2s', true); COMMIT;",
  "BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL search_path TO other; SET LOCAL TIME ZONE 'Asia/Tokyo';",
  "BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL search_path TO other; SET LOCAL TIME ZONE 'Asia/Tokyo'; COMMIT;",
  "BEGIN; SET lock_timeout = '2s'; SET search_path TO other; COMMIT;",
  "BEGIN; SET lock_timeout = '2s'; SET search_path TO other; ROLLBACK;",
  "SET lock_timeout = '5s'; BEGIN; SET lock_timeout = '2s'; ROLLBACK;",
  "BEGIN; SET LOCAL lock_timeout = '1s'; SET lock_timeout = '2s'; COMMIT;",
  "BEGIN; SET lock_timeout = '2s'; SET LOCAL lock_timeout = '1s';",
  "BEGIN; SET lock_timeout = '2s'; SET LOCAL lock_timeout = '1s'; COMMIT;",
  "BEGIN; SET LOCAL lock_timeout = '1s'; SET statement_timeout = '3s'; COMMIT;",
  "BEGIN; SET LOCAL lock_timeout = '1s'; RESET lock_timeout; COMMIT;",
  "BEGIN; SAVEPOINT s; SET lock_timeout = '2s'; ROLLBACK TO s;",
  "BEGIN; SAVEPOINT s; SET LOCAL lock_timeout = '2s'; RELEASE s;",
  "BEGIN; SET lock_timeout = '2s'; SAVEPOINT s; SET lock_timeout = '3s'; ROLLBACK TO SAVEPOINT s; COMMIT;",
  "BEGIN; SET lock_timeout = '2s'; SAVEPOINT s; SET LOCAL lock_timeout = '3s'; ROLLBACK TO SAVEPOINT s; COMMIT;",
  "BEGIN; SET LOCAL lock_timeout = '2s'; COMMIT AND CHAIN;",
  "BEGIN; SET lock_timeout = '2s'; COMMIT AND CHAIN; SET LOCAL lock_timeout = '3s';",
  "BEGIN; SET lock_timeout = '2s'; ROLLBACK AND CHAIN;",
  "SET idle_in_transaction_session_timeout = '30s';",
  "SET SESSION statement_timeout = '10 s'; BEGIN; SET LOCAL statement_timeout = 0;",
]

const messageCases: readonly string[] = [
  'LOCK TABLE a; SELECT 1;',
  'LOCK TABLE a IN SHARE MODE; LOCK TABLE b;',
  'BEGIN; LOCK TABLE a; SELECT 1;',
  'BEGIN; LOCK TABLE a; COMMIT; SELECT 1;',
  'BEGIN; LOCK TABLE a; COMMIT; LOCK TABLE b; SELECT 1;',
  'BEGIN; LOCK TABLE a; ROLLBACK; LOCK TABLE b IN SHARE MODE; SELECT 1;',
  'LOCK TABLE a; BEGIN; LOCK TABLE b IN SHARE MODE; SELECT 1;',
  'LOCK TABLE a; BEGIN; LOCK TABLE b; COMMIT; SELECT 1;',
  'LOCK TABLE a; COMMIT; LOCK TABLE b; SELECT 1;',
  "SET lock_timeout = '1s'; BEGIN; LOCK TABLE a; COMMIT; LOCK TABLE b; COMMIT; LOCK TABLE a IN SHARE MODE; SELECT 1;",
]

const lockCases: readonly string[] = [
  'BEGIN; LOCK TABLE a IN SHARE MODE;',
  'BEGIN; LOCK TABLE a IN SHARE MODE; SAVEPOINT s; LOCK TABLE b IN SHARE MODE; LOCK TABLE a IN ACCESS EXCLUSIVE MODE;',
  'BEGIN; LOCK TABLE a IN SHARE MODE; SAVEPOINT s; LOCK TABLE b IN SHARE MODE; LOCK TABLE a IN ACCESS EXCLUSIVE MODE; ROLLBACK TO s;',
  'BEGIN; SAVEPOINT s; LOCK TABLE a IN SHARE MODE; RELEASE s;',
  'BEGIN; SAVEPOINT s; LOCK TABLE a IN SHARE MODE; RELEASE s; SAVEPOINT s; LOCK TABLE b IN SHARE MODE; ROLLBACK TO s;',
  'BEGIN; SAVEPOINT s; LOCK TABLE a IN SHARE MODE; SAVEPOINT s; LOCK TABLE b IN SHARE MODE; ROLLBACK TO s;',
  'BEGIN; SAVEPOINT s; SAVEPOINT t; LOCK TABLE a IN SHARE MODE; RELEASE t; ROLLBACK TO s;',
  'BEGIN; LOCK TABLE a IN SHARE MODE; COMMIT AND CHAIN;',
  'BEGIN; LOCK TABLE a IN SHARE MODE; ROLLBACK AND CHAIN; LOCK TABLE b IN SHARE MODE;',
  'BEGIN; LOCK TABLE a IN SHARE MODE; COMMIT;',
]

for (const version of askedVersions) {
  describe(`PostgreSQL ${version}`, () => {
    let server: Server
    let worker: Client
    let witness: Client
    beforeAll(async () => {
      server = await startServer({ version })
      ;[worker, witness] = await Promise.all([server.connect(), server.connect()])
      await worker.query('CREATE TABLE a (id bigint); CREATE TABLE b (id bigint)')
    })
    afterAll(() => server?.stop())

    async function run(sql: string): Promise<void> {
      await worker.query('ROLLBACK; RESET ALL; SET search_path TO public')
      // Each by itself, for what is sent as one message is one transaction.
      for (const statement of statementsOf(sql)) await worker.query(statement)
    }

    test.each(settingCases)('settings: %s', async (sql) => {
      await worker.query('ROLLBACK; RESET ALL; ALTER ROLE postgres SET search_path TO public')
      await run(sql)
      const expected = settingsAfter(sql, server.version)
      const { rows } = await worker.query<{ name: string; setting: string }>(`SELECT name, setting FROM pg_settings WHERE name = ANY($1)`, [Object.keys(expected)])
      const normal = ({ name, setting }: { name: string; setting: string }): [string, string] => [name, name === 'search_path' && setting === '"$user", public' ? 'public' : setting]
      expect(expected).toEqual(Object.fromEntries(rows.map(normal)))
    })

    test.each(lockCases)('locks: %s', async (sql) => {
      await run(sql)
      const { rows: pids } = await worker.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
      const { rows } = await witness.query<{ lock: string }>(
        `SELECT DISTINCT 'public.' || c.relname || ' ' || CASE l.mode WHEN 'ShareLock' THEN 'SHARE' WHEN 'AccessExclusiveLock' THEN 'ACCESS EXCLUSIVE' ELSE l.mode END AS lock
           FROM pg_locks l JOIN pg_class c ON c.oid = l.relation WHERE l.pid = $1 AND c.relname IN ('a', 'b') ORDER BY 1`,
        [pids[0]!.pid],
      )
      expect(heldAfter(sql, server.version)).toEqual(rows.map(({ lock }) => lock))
    })

    test('what is made after a savepoint goes with it', async () => {
      const sql = 'BEGIN; SAVEPOINT s; CREATE TABLE made (id bigint); ROLLBACK TO s;'
      await run(sql)
      const { rows } = await worker.query<{ made: string | null }>("SELECT to_regclass('made')::text AS made")
      expect(rows).toEqual([{ made: null }])
      expect(analysed(sql, server.version).catalog.relation('public.made' as never)).toBeUndefined()
    })

    test.each(messageCases)('locks in one message: %s', async (sql) => {
      await worker.query('ROLLBACK; RESET ALL')
      const answers = (await worker.query(
        `${sql} SELECT DISTINCT 'public.' || c.relname || ' ' || CASE l.mode WHEN 'ShareLock' THEN 'SHARE' WHEN 'AccessExclusiveLock' THEN 'ACCESS EXCLUSIVE' ELSE l.mode END AS lock
           FROM pg_locks l JOIN pg_class c ON c.oid = l.relation WHERE l.pid = pg_backend_pid() AND c.relname IN ('a', 'b') ORDER BY 1`,
      )) as unknown as readonly { readonly rows: readonly { readonly lock: string }[] }[]
      // A file of golang-migrate is one message.
      expect(heldAfter(sql, server.version, '1_x.up.sql')).toEqual(answers.at(-1)!.rows.map(({ lock }) => lock))
      await worker.query('ROLLBACK')
    })

    test.each(['CREATE INDEX CONCURRENTLY a_id ON a (id); SELECT 1;', 'SELECT 1; CREATE INDEX CONCURRENTLY a_id ON a (id);', 'BEGIN; SELECT 1; COMMIT; CREATE INDEX CONCURRENTLY a_id ON a (id);', 'BEGIN; SELECT 1; COMMIT; VACUUM a;', 'SELECT 1; COMMIT; VACUUM a;'])('refused in one message: %s', async (sql) => {
      await expect(worker.query(sql)).rejects.toMatchObject({ code: '25001' })
      await worker.query('ROLLBACK')
      expect(analysed(sql, server.version, '1_x.up.sql').statements.flatMap(({ findings }) => findings.map(({ hazard }) => hazard))).toEqual(['needs-no-transaction'])
    })

    test('two statements in one message are one transaction', async () => {
      await worker.query('ROLLBACK; RESET ALL')
      await expect(worker.query('CREATE INDEX CONCURRENTLY a_id ON a (id); SELECT 1')).rejects.toMatchObject({ code: '25001' })
      await expect(worker.query('SELECT 1; SELECT 1/0')).rejects.toMatchObject({ code: '22012' })
      await worker.query('SET lock_timeout = 0; CREATE INDEX a_id ON a (id)')
      await worker.query('DROP INDEX a_id')
    })
  })
}
