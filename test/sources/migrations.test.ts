import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Snapshot } from '../../server/model/snapshot'
import { takeSnapshot, takeSnapshotText } from '../../server/sources/postgres'
import { snapshotScript } from '../../server/sources/snapshot-script'
import { askedVersions, startServer } from '../support/server'
import type { Server } from '../support/server'
import { snapshotSchema } from '../support/schemas'

/** Each tool's table, as the tool makes it, with a canary where something else than names and versions stands. */
const tables = `
  CREATE SCHEMA go; CREATE SCHEMA rails; CREATE SCHEMA none; CREATE SCHEMA hidden;
  CREATE TABLE flyway_schema_history (installed_rank integer PRIMARY KEY, version varchar(50), description varchar(200), type varchar(20), script varchar(1000), checksum integer, installed_by varchar(100), installed_on timestamp DEFAULT now(), execution_time integer, success boolean);
  INSERT INTO flyway_schema_history VALUES (1, '1', 'c4nary', 'SQL', 'c4nary', 1, 'c4nary', now(), 1, true), (2, '1.1', 'x', 'SQL', 'x', 1, 'x', now(), 1, true), (3, '1.1', 'x', 'UNDO_SQL', 'x', 1, 'x', now(), 1, true), (4, '2', 'x', 'SQL', 'x', 1, 'x', now(), 1, false), (5, NULL, 'views', 'SQL', 'R__views.sql', 1, 'x', now(), 1, true);
  CREATE TABLE go.schema_migrations (version bigint PRIMARY KEY, dirty boolean NOT NULL);
  INSERT INTO go.schema_migrations VALUES (12, false);
  CREATE TABLE rails.schema_migrations (version varchar PRIMARY KEY);
  INSERT INTO rails.schema_migrations VALUES ('20240102'), ('20240101');
  CREATE TABLE _sqlx_migrations (version bigint PRIMARY KEY, description text, installed_on timestamptz, success boolean, checksum bytea, execution_time bigint);
  INSERT INTO _sqlx_migrations VALUES (1, 'c4nary', now(), true, 'c4nary', 1), (2, 'x', now(), false, 'x', 1);
  CREATE TABLE goose_db_version (id serial PRIMARY KEY, version_id bigint, is_applied boolean, tstamp timestamp DEFAULT now());
  INSERT INTO goose_db_version (version_id, is_applied) VALUES (0, true), (1, true), (2, true), (2, false);
  CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);
  INSERT INTO alembic_version VALUES ('ae1027a6acf');
  CREATE TABLE _prisma_migrations (id varchar(36), checksum varchar(64), finished_at timestamptz, migration_name varchar(255), logs text, rolled_back_at timestamptz, started_at timestamptz, applied_steps_count integer);
  INSERT INTO _prisma_migrations VALUES ('c4nary', 'c4nary', now(), '20240101_a', 'c4nary', NULL, now(), 1), ('x', 'x', NULL, '20240102_b', 'c4nary', NULL, now(), 0);
  CREATE TABLE knex_migrations (id serial, name varchar(255), batch integer, migration_time timestamptz);
  INSERT INTO knex_migrations (name) VALUES ('a.js');
  CREATE TABLE pgmigrations (id serial, name varchar(255), run_on timestamp);
  CREATE TABLE __diesel_schema_migrations (version varchar(50), run_on timestamp);
  INSERT INTO __diesel_schema_migrations VALUES ('20180101', now());
  CREATE TABLE none.schema_migrations (id int, note text);
  INSERT INTO none.schema_migrations VALUES (1, 'c4nary');
  CREATE TABLE hidden.schema_migrations (version varchar PRIMARY KEY);
  CREATE ROLE plain LOGIN; GRANT USAGE ON SCHEMA rails TO plain; GRANT SELECT ON rails.schema_migrations TO plain;`

for (const version of askedVersions) {
  describe(`PostgreSQL ${version}`, () => {
    let server: Server
    let snapshot: Snapshot
    beforeAll(async () => {
      server = await startServer({ version })
      const client = await server.connect()
      await client.query(tables)
      snapshot = await takeSnapshot({ url: server.url() })
    })
    afterAll(() => server?.stop())

    test('names and versions are read, and nothing else', () => {
      expect(snapshot.migrations).toEqual({
        'go.schema_migrations': { tool: 'golang-migrate', applied: ['12'] },
        'hidden.schema_migrations': { tool: 'dbmate', applied: [] },
        'public.__diesel_schema_migrations': { tool: 'diesel', applied: ['20180101'] },
        'public._prisma_migrations': { tool: 'prisma', applied: ['20240101_a'] },
        'public._sqlx_migrations': { tool: 'sqlx', applied: ['1'] },
        'public.alembic_version': { tool: 'alembic', applied: ['ae1027a6acf'] },
        'public.flyway_schema_history': { tool: 'flyway', applied: ['1'] },
        'public.goose_db_version': { tool: 'goose', applied: ['1'] },
        'public.knex_migrations': { tool: 'knex', applied: ['a.js'] },
        'public.pgmigrations': { tool: 'node-pg-migrate', applied: [] },
        'rails.schema_migrations': { tool: 'dbmate', applied: ['20240101', '20240102'] },
      })
      expect(JSON.stringify(snapshot)).not.toContain('c4nary')
      expect(snapshotSchema(snapshot)).toEqual([])
    })

    test('psql prints the same', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'lockscope-migrations-'))
      try {
        writeFileSync(join(folder, 'script.sql'), snapshotScript())
        const { stdout } = await promisify(execFile)('psql', ['-XAt', '-f', join(folder, 'script.sql'), server.url()], { maxBuffer: 2 ** 26 })
        const migrations = (text: string): string => text.slice(text.indexOf('"migrations"'), text.indexOf('"tables"'))
        expect(migrations(stdout)).toBe(migrations(await takeSnapshotText({ url: server.url() })))
      } finally {
        rmSync(folder, { recursive: true, force: true })
      }
    })

    test('a role that may not look at a record has none', async () => {
      const plain = await takeSnapshot({ url: server.url().replace('postgres@', 'plain@') })
      expect(Object.keys(plain.migrations ?? {})).toEqual(['rails.schema_migrations'])
    })
  })
}
