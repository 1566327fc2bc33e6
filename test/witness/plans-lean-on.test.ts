import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { relationName } from '../../server/model/name'
import { loadParser } from '../../server/sql/parser'
import { analyseSql, statementsOf } from '../support/engine'
import { askedVersions, startServer } from '../support/server'
import type { Server } from '../support/server'
import { snapshotWorld } from '../support/snapshot-world'

/** What a view has beside its query, and CREATE OR REPLACE VIEW keeps of it: the ways back of plans lean on that. */
const given = `
  CREATE TABLE orders (id bigint, total int);
  CREATE VIEW guarded WITH (security_barrier) AS SELECT id FROM orders WHERE total > 0;
  CREATE VIEW checked AS SELECT id, total FROM orders WHERE total > 0 WITH LOCAL CHECK OPTION;
  CREATE VIEW plain AS SELECT id FROM orders;
  CREATE RULE quiet AS ON DELETE TO guarded DO INSTEAD NOTHING;
  ALTER VIEW plain ALTER COLUMN id SET DEFAULT 7;
  COMMENT ON VIEW guarded IS 'kept';
  COMMENT ON COLUMN guarded.id IS 'kept as well';
  GRANT SELECT, UPDATE ON guarded TO pg_monitor WITH GRANT OPTION`

const replaced = `
  CREATE OR REPLACE VIEW guarded AS SELECT id FROM orders WHERE total > 1;
  CREATE OR REPLACE VIEW checked AS SELECT id, total FROM orders WHERE total > 1;
  CREATE OR REPLACE VIEW plain WITH (security_barrier) AS SELECT id FROM orders`

beforeAll(() => loadParser())

describe.each(askedVersions)('PostgreSQL %s', (version) => {
  let server: Server
  beforeAll(async () => {
    server = await startServer({ version })
  })
  afterAll(() => server?.stop())

  test('a view that is replaced keeps its rights, comments, rules and defaults, and has no options but those of the statement', async () => {
    const database = await server.createDatabase()
    const client = await server.connect(database)
    for (const statement of statementsOf(given)) await client.query(statement)
    const world = await snapshotWorld(server, database)
    for (const statement of statementsOf(replaced)) await client.query(statement)
    const { rows } = await client.query(`
      SELECT c.relname AS name, coalesce(c.reloptions::text, '') AS options, c.relacl IS NOT NULL AS granted, obj_description(c.oid, 'pg_class') AS said, col_description(c.oid, 1) AS said_of_column,
             (SELECT count(*)::int FROM pg_rules r WHERE r.tablename = c.relname AND r.rulename = 'quiet') AS rules, (SELECT count(*)::int FROM pg_attrdef d WHERE d.adrelid = c.oid) AS defaults
      FROM pg_class c WHERE c.relkind = 'v' AND c.relnamespace = 'public'::regnamespace ORDER BY 1`)
    expect(rows).toEqual([
      { name: 'checked', options: '', granted: false, said: null, said_of_column: null, rules: 0, defaults: 0 },
      { name: 'guarded', options: '', granted: true, said: 'kept', said_of_column: 'kept as well', rules: 1, defaults: 0 },
      { name: 'plain', options: '{security_barrier=true}', granted: false, said: null, said_of_column: null, rules: 0, defaults: 1 },
    ])
    // The catalog that plans are made of holds the same as a snapshot that is taken now.
    const { catalog } = analyseSql(replaced, world)
    const now = (await snapshotWorld(server, database)).catalog
    for (const name of ['guarded', 'checked', 'plain'].map((one) => relationName('public', one))) {
      const [told, is] = [catalog, now].map((one) => one.relation(name)).map((view) => (view?.kind === 'view' ? { options: view.options ?? {}, grants: view.grants ?? [], commented: view.commented ?? false, rules: view.rules.map((rule) => rule.name), columns: view.columns?.map((column) => ({ name: column.name, default: column.default, commented: column.commented ?? false })) } : undefined))
      expect(told).toEqual(is)
    }
    await client.end()
  })

  test('who still uses what goes is asked of pg_stat_statements where the extension is there, loaded or not', async () => {
    const loaded = await startServer({ version, settings: { shared_preload_libraries: 'pg_stat_statements' } })
    try {
      for (const [where, calls] of [[loaded, ['1']], [server, []]] as const) {
        const database = await where.createDatabase()
        const client = await where.connect(database)
        for (const statement of statementsOf('CREATE EXTENSION pg_stat_statements; CREATE TABLE orders (id bigint PRIMARY KEY, note text); INSERT INTO orders SELECT g FROM generate_series(1, 60) g; SELECT note FROM orders')) await client.query(statement)
        const { statements } = analyseSql('ALTER TABLE orders DROP COLUMN note', await snapshotWorld(where, database))
        const asked = statementsOf(statements[0]!.assessed.plan!.migrate[0]!.sql).find((statement) => statement.includes('pg_stat_statements'))
        expect((await client.query(asked!)).rows.filter(({ query }) => query.startsWith('SELECT note')).map((row) => row.calls)).toEqual(calls)
        await client.end()
      }
    } finally {
      await loaded.stop()
    }
  })
})
