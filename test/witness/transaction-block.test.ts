import type { Client, DatabaseError } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadParser } from '../../server/sql/parser'
import { analyseSql, givenWorld } from '../support/engine'
import { askedVersions, startServer } from '../support/server'
import type { Server } from '../support/server'

/** Which statements a server refuses inside a transaction block: each is asked, and the engine is to say the same. */

beforeAll(() => loadParser())

const schema = `
  CREATE TABLE t (a int NOT NULL, b int);
  CREATE INDEX t_a ON t (a);
  CREATE TABLE p (a int) PARTITION BY RANGE (a);
  CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
  CREATE INDEX p_a ON p (a);
  CREATE MATERIALIZED VIEW m AS SELECT a FROM t;
  CREATE UNIQUE INDEX m_a ON m (a);
  CREATE TYPE mood AS ENUM ('sad', 'ok');
  CREATE PROCEDURE commits() LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$;
  CREATE PROCEDURE works() LANGUAGE plpgsql AS $$ BEGIN PERFORM 1; END $$;`

/** What no given can say, for the server alone. Nothing listens there. */
const subscriptions = [
  "CREATE SUBSCRIPTION with_slot CONNECTION 'host=127.0.0.1 port=1' PUBLICATION p, p2 WITH (connect = false)",
  'ALTER SUBSCRIPTION with_slot ENABLE',
  "CREATE SUBSCRIPTION without_slot CONNECTION 'host=127.0.0.1 port=1' PUBLICATION p WITH (connect = false, slot_name = NONE)",
]

const statements: readonly string[] = `
  CREATE INDEX c ON t (a)
  CREATE INDEX CONCURRENTLY c ON t (a)
  CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS c ON t (a)
  CREATE INDEX CONCURRENTLY IF NOT EXISTS t_a ON t (a)
  DROP INDEX t_a
  DROP INDEX CONCURRENTLY t_a
  DROP INDEX CONCURRENTLY IF EXISTS none
  REINDEX INDEX t_a
  REINDEX TABLE t
  REINDEX (VERBOSE) TABLE t
  REINDEX INDEX CONCURRENTLY t_a
  REINDEX TABLE CONCURRENTLY t
  REINDEX SCHEMA public
  REINDEX SCHEMA CONCURRENTLY public
  REINDEX DATABASE postgres
  REINDEX SYSTEM postgres
  REINDEX TABLE p
  REINDEX INDEX p_a
  VACUUM
  VACUUM t
  VACUUM FULL t
  VACUUM (ANALYZE) t, m
  VACUUM p
  ANALYZE
  ANALYZE t
  ANALYZE VERBOSE p
  CLUSTER
  CLUSTER t USING t_a
  CLUSTER VERBOSE t USING t_a
  CLUSTER p USING p_a
  REFRESH MATERIALIZED VIEW m
  REFRESH MATERIALIZED VIEW CONCURRENTLY m
  ALTER TABLE p DETACH PARTITION p1
  ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY
  ALTER TABLE p DETACH PARTITION p1 FINALIZE
  ALTER TABLE t SET TABLESPACE pg_default
  ALTER INDEX ALL IN TABLESPACE pg_default SET TABLESPACE pg_default
  ALTER TYPE mood ADD VALUE 'happy'
  ALTER TYPE mood ADD VALUE IF NOT EXISTS 'ok'
  ALTER TYPE mood RENAME VALUE 'ok' TO 'fine'
  ALTER SYSTEM SET work_mem = '5MB'
  ALTER SYSTEM RESET work_mem
  ALTER SYSTEM RESET ALL
  CREATE DATABASE other
  DROP DATABASE other
  DROP DATABASE IF EXISTS other
  ALTER DATABASE postgres SET work_mem = '5MB'
  ALTER DATABASE postgres CONNECTION LIMIT 50
  ALTER DATABASE template1 SET TABLESPACE pg_default
  ALTER DATABASE template1 RENAME TO template2
  ALTER DATABASE postgres OWNER TO CURRENT_USER
  CREATE TABLESPACE other LOCATION '/nowhere/at/all'
  DROP TABLESPACE other
  ALTER TABLESPACE pg_default SET (random_page_cost = 1.1)
  CREATE PUBLICATION c FOR TABLE t
  CREATE SUBSCRIPTION c CONNECTION 'host=127.0.0.1 port=1' PUBLICATION p
  CREATE SUBSCRIPTION c CONNECTION 'host=127.0.0.1 port=1' PUBLICATION p WITH (enabled = false)
  CREATE SUBSCRIPTION c CONNECTION 'host=127.0.0.1 port=1' PUBLICATION p WITH (create_slot = true)
  CREATE SUBSCRIPTION c CONNECTION 'host=127.0.0.1 port=1' PUBLICATION p WITH (create_slot = false)
  CREATE SUBSCRIPTION c CONNECTION 'host=127.0.0.1 port=1' PUBLICATION p WITH (connect = false)
  CREATE SUBSCRIPTION c CONNECTION 'host=127.0.0.1 port=1' PUBLICATION p WITH (connect = off, slot_name = NONE)
  ALTER SUBSCRIPTION with_slot REFRESH PUBLICATION
  ALTER SUBSCRIPTION with_slot SET PUBLICATION q
  ALTER SUBSCRIPTION with_slot SET PUBLICATION q WITH (refresh = false)
  ALTER SUBSCRIPTION with_slot ADD PUBLICATION q
  ALTER SUBSCRIPTION with_slot ADD PUBLICATION q WITH (refresh = false)
  ALTER SUBSCRIPTION with_slot DROP PUBLICATION p
  ALTER SUBSCRIPTION with_slot DISABLE
  ALTER SUBSCRIPTION with_slot CONNECTION 'host=127.0.0.1 port=2'
  ALTER SUBSCRIPTION with_slot OWNER TO CURRENT_USER
  ALTER SUBSCRIPTION without_slot SET (synchronous_commit = off)
  DROP SUBSCRIPTION with_slot
  DISCARD ALL
  DISCARD TEMP
  DISCARD PLANS
  DISCARD SEQUENCES
  CHECKPOINT
  COMMIT PREPARED 'none'
  ROLLBACK PREPARED 'none'
  CALL commits()
  CALL works()
  DO $$ BEGIN COMMIT; END $$
  DO $$ BEGIN ROLLBACK; END $$
  DO $$ BEGIN PERFORM 1; END $$
  CREATE ROLE somebody
  LOCK TABLE t IN SHARE MODE
`
  .split('\n')
  .map((line) => line.trim())
  .filter((line) => line !== '')

/** 25001: "cannot run inside a transaction block"; 2D000: a COMMIT where none can be. */
const refusals: readonly (string | undefined)[] = ['25001', '2D000']

/** Whether these are refused is not in the statement: it hangs on the subscription's slot, or on what the procedure does. That they are not read is said. */
const unseen = /^DROP SUBSCRIPTION\b/

for (const version of askedVersions) {
  describe(`PostgreSQL ${version}`, () => {
    let server: Server
    let client: Client
    beforeAll(async () => {
      server = await startServer({ version })
      client = await server.connect()
      await client.query(schema)
      for (const statement of subscriptions) await client.query(statement)
    })
    afterAll(() => server?.stop())

    test.each(statements)('%s', async (statement) => {
      await client.query('BEGIN')
      const error = await client.query(statement).then(
        () => undefined,
        (refused: DatabaseError) => refused,
      )
      await client.query('ROLLBACK')
      // What this version does not know at all it does not refuse for the block.
      if (error?.code === '42601') return
      const { assessed, findings } = analyseSql(`BEGIN;\n${statement};`, givenWorld(schema, version).world).statements[1]!
      const expected = refusals.includes(error?.code) ? 'forbidden' : 'allowed'
      if (expected === 'forbidden' && unseen.test(statement)) {
        expect(findings.map(({ hazard }) => hazard)).toContain('unread')
        return
      }
      expect(assessed.transactionBlock, error?.message).toBe(expected)
      expect(findings.some(({ hazard }) => hazard === 'needs-no-transaction')).toBe(expected === 'forbidden')
    })
  })
}
