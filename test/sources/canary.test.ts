import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Client } from 'pg'
import type { Snapshot } from '../../server/model/snapshot'
import { takeSnapshotText } from '../../server/sources/postgres'
import { readSnapshot } from '../../server/sources/read-snapshot'
import { snapshotScript } from '../../server/sources/snapshot-script'
import { snapshotSchema } from '../support/schemas'
import { startServer } from '../support/server'
import type { Server, Version } from '../support/server'

const run = promisify(execFile)
const versions = (process.env['POSTGRES'] ?? '').split(',').filter(Boolean).map((version) => Number(version) as Version)

/** What nobody may ever find in a snapshot: it stands in every row, in every statistic, and in what people have asked. */
const canary = /canary|31415926|2001-02-03/i

describe.each(versions.length > 0 ? versions : [undefined])('PostgreSQL %s', (version) => {
  let server: Server
  let client: Client
  let text: string
  let snapshot: Snapshot

  beforeAll(async () => {
    server = await startServer({ ...(version !== undefined && { version }), settings: { shared_preload_libraries: 'pg_stat_statements', 'pg_stat_statements.track': 'all', max_prepared_transactions: '2' } })
    client = await server.connect(await server.createDatabase('shop'))
    for (const sql of asked) await client.query(sql).catch((error: Error) => Promise.reject(new Error(`${sql}: ${error.message}`)))
    // The server learns what a session has done when it ends.
    await client.end()
    client = await server.connect('shop')
    text = await takeSnapshotText({ url: server.url('shop') })
    snapshot = readSnapshot(text).snapshot!
  })
  afterAll(() => server?.stop())

  /** Values in every place where PostgreSQL keeps a copy of some: rows, common values, histograms, ranges, arrays, and the texts of statements. */
  const asked = [
    'CREATE EXTENSION pg_stat_statements',
    'CREATE SCHEMA sales',
    'CREATE TABLE birds (id int PRIMARY KEY, name text, tags text[], born date, note jsonb, weight int8, life daterange)',
    'CREATE TABLE sales."Cages" (id int, bird text)',
    'CREATE INDEX ON birds (lower(name))',
    'CREATE STATISTICS birds_together (mcv) ON name, weight FROM birds',
    `INSERT INTO birds SELECT i, 'canary ' || i % 50, ARRAY['canary tag', 'canary ' || i], '2001-02-03', '{"a": "canary"}', 31415926, '[2001-02-03,2002-01-01)' FROM generate_series(1, 2000) AS i`,
    `INSERT INTO sales."Cages" VALUES (31415926, 'canary')`,
    'ANALYZE',
    `SELECT * FROM birds WHERE name = 'canary'`,
    `/* user canary */ SELECT count(*) FROM birds -- canary\n WHERE weight = 31415926`,
    `SELECT id FROM "birds" WHERE name IN ('canary', E'can\\'t canary', $$canary$$, U&'\\0063anary') LIMIT 31415926`,
    `UPDATE birds SET note = '{"b": "canary"}' WHERE id = 7`,
    `DELETE FROM sales."Cages" c USING public.birds b WHERE b.name = c.bird AND c.id = 31415926`,
    `PREPARE one AS SELECT * FROM birds WHERE name = 'canary' AND born = '2001-02-03'`,
    'EXECUTE one',
    `DO $$ BEGIN PERFORM 1 FROM birds WHERE name = 'canary'; EXECUTE 'SELECT 1 FROM birds WHERE weight = 31415926 AND name = ''canary'''; END $$`,
    `CREATE ROLE keeper PASSWORD 'canary'`,
    'CREATE ROLE apprentice IN ROLE keeper',
    'CREATE ROLE visitor NOINHERIT IN ROLE apprentice',
    'CREATE ROLE cleaner ROLE visitor',
    `COMMENT ON TABLE birds IS 'canary'`,
    `CREATE TABLE eggs AS SELECT * FROM birds WHERE name = 'canary 1'`,
    `SET application_name = 'canary'`,
    `CREATE FUNCTION sing() RETURNS trigger LANGUAGE plpgsql AS $f$
DECLARE song varchar(200) := 'canary'; -- a canary's song
BEGIN
  /* What a canary's song is */
  INSERT INTO sales."Cages" VALUES (31415926, E'can\\'t canary'), (-31415926.31415926, U&'\\0063anary');
  UPDATE public.birds SET note = '{"c": "canary"}' WHERE born = date '2001-02-03' AND name LIKE 'canary%' OR name = 'it''s canary';
  EXECUTE 'DELETE FROM birds WHERE name = ''canary''';
  EXECUTE format('INSERT INTO %I VALUES (%L)', 'canary', $$canary$$);
  RAISE NOTICE 'canary % of %', song, TG_OP USING HINT = 'canary';
  RETURN NEW;
END $f$`,
    `CREATE FUNCTION nested() RETURNS int LANGUAGE plpgsql AS $f$ BEGIN /* a /* canary */ canary's */ RETURN 31415926; END $f$`,
    `CREATE FUNCTION quoted() RETURNS text LANGUAGE sql AS $f$ SELECT $q$ canary $1 canary $q$ $f$`,
    `CREATE PROCEDURE feed(bird text DEFAULT 'canary') LANGUAGE sql SET search_path = sales, public AS $f$ INSERT INTO "Cages" VALUES (31415926, bird || 'canary') $f$`,
    `DO $do$ BEGIN IF current_setting('server_version_num')::int >= 140000 THEN EXECUTE $e$ CREATE FUNCTION hatch() RETURNS int BEGIN ATOMIC INSERT INTO birds (id, name) VALUES (31415926, 'canary'); SELECT 1 FROM birds WHERE name = E'\\tcanary'; END $e$; END IF; END $do$`,
    `CREATE TRIGGER birds_sing AFTER INSERT OR UPDATE OF name, note ON birds FOR EACH ROW WHEN (NEW.name <> 'canary') EXECUTE FUNCTION sing('canary')`,
    `CREATE VIEW canaries AS SELECT id FROM birds WHERE name = 'canary' AND weight < 31415926`,
    `CREATE RULE cages_also AS ON INSERT TO sales."Cages" WHERE NEW.bird = 'canary' DO ALSO UPDATE public.birds SET weight = 31415926, name = E'canary''s\\n' WHERE born = '2001-02-03'`,
    `ALTER TABLE sales."Cages" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY`,
    `CREATE POLICY own_cages ON sales."Cages" AS RESTRICTIVE FOR UPDATE TO keeper USING (bird <> 'canary' AND EXISTS (SELECT FROM public.birds b WHERE b.name = 'canary')) WITH CHECK (id < 31415926)`,
    `BEGIN; SELECT 'canary' FROM birds; PREPARE TRANSACTION 'canary'`,
  ]

  test('there is something to hide', async () => {
    const { rows } = await client.query<{ kept: string }>(
      `SELECT (SELECT string_agg(s::text, '') FROM pg_stats s WHERE s.schemaname = 'public') || (SELECT string_agg(query, '') FROM pg_stat_statements) || (SELECT string_agg(gid, '') FROM pg_prepared_xacts) AS kept`,
    )
    for (const one of ['canary', '31415926', '2001-02-03']) expect(rows[0]!.kept).toContain(one)
  })

  test('no value of any row, and of no statement, is in the snapshot', () => {
    expect(text.match(new RegExp(`.*(${canary.source}).*`, 'i'))).toBeNull()
  })

  test('nor in what the script prints', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lockscope-canary-'))
    try {
      await writeFile(join(folder, 'snapshot.sql'), snapshotScript())
      const { stdout } = await run('psql', ['-XAt', '-f', join(folder, 'snapshot.sql'), server.url('shop')], { maxBuffer: 2 ** 26 })
      expect(stdout).not.toMatch(canary)
      const withoutWhen = (one: string): unknown => ({ ...(JSON.parse(one) as Snapshot), takenAt: '', serverBytes: 0, activity: {} })
      expect(withoutWhen(stdout)).toEqual(withoutWhen(text))
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })

  test('what functions, triggers and rules run is there without its values', () => {
    const { functions, tables } = snapshot
    expect(functions!['public.sing']).toEqual({
      volatility: 'volatile',
      kind: 'trigger',
      language: 'plpgsql',
      body: `DECLARE song varchar(200) := ''; \nBEGIN\n   \n  INSERT INTO sales."Cages" VALUES (30000000, ''), (-30000000.30000000, U&'');\n  UPDATE public.birds SET note = '' WHERE born = date '' AND name LIKE ' % ' OR name = '';\n  EXECUTE 'DELETE FROM birds WHERE name = ''''';\n  EXECUTE format('INSERT INTO %I VALUES (%L)', '', '');\n  RAISE NOTICE ' % % ', song, TG_OP USING HINT = '';\n  RETURN NEW;\nEND`,
    })
    expect(functions!['public.nested']).toEqual({ volatility: 'volatile', signatures: [''], language: 'plpgsql' })
    expect(functions!['public.quoted']).toEqual({ volatility: 'volatile', signatures: [''], language: 'sql', inlines: true })
    expect(functions!['public.feed']).toEqual({ volatility: 'volatile', kind: 'procedure', signatures: ['text'], language: 'sql', parameters: ['bird'], searchPath: 'sales, public', body: `INSERT INTO "Cages" VALUES (30000000, bird || '')` })
    if (server.version >= 14) expect(functions!['public.hatch']!.body!.replaceAll(/\s+/g, ' ')).toBe(`BEGIN ATOMIC INSERT INTO public.birds (id, name) VALUES (30000000, ''::text); SELECT 1 FROM public.birds WHERE (birds.name = ''::text); END`)
    expect(tables!['public.birds']!.triggers).toEqual([{ name: 'birds_sing', fires: 'after', on: ['insert', 'update'], of: ['name', 'note'], forEach: 'row', conditional: true, definition: expect.stringMatching(/^CREATE TRIGGER birds_sing AFTER INSERT OR UPDATE OF name, note ON public\.birds FOR EACH ROW WHEN \(\(new\.name <> ''::text\)\) EXECUTE FUNCTION public\.sing\(''\)$/), function: 'public.sing', arguments: 1 }])
    expect(tables!['sales."Cages"']!.rules).toEqual([{ name: 'cages_also', on: 'insert', names: ['public.birds'], definition: expect.stringMatching(/^CREATE RULE cages_also AS\s+ON INSERT TO sales."Cages"\s+WHERE \(new.bird = ''::text\) DO\s+UPDATE public.birds SET weight = 30000000, name = ''::text\s+WHERE \(birds.born = ''::date\);$/) }])
  })

  test('so is what policies ask, and for whom they do not hold', () => {
    expect(snapshot.exemptRoles).toEqual([client.user])
    // A member that does not inherit has none of its privileges, and nobody asks who is one of a role for which no policy holds.
    expect(snapshot.members).toEqual({ keeper: ['apprentice'] })
    expect(snapshot.tables!['sales."Cages"']).toMatchObject({
      rowSecurity: true,
      forcedRowSecurity: true,
      policies: [{ name: 'own_cages', on: 'update', to: ['keeper'], restrictive: true, names: ['public.birds'], using: expect.stringMatching(/^\(\(bird <> ''::text\) AND \(EXISTS \( SELECT\s+FROM public\.birds b\s+WHERE \(b\.name = ''::text\)\)\)\)$/), check: '(id < 30000000)' }],
    })
  })

  test('so is what a view asks', () => {
    expect(snapshot.views!['public.canaries']).toMatchObject({ emptied: expect.stringMatching(/^SELECT (?:birds\.)?id\s+FROM public\.birds\s+WHERE \(\((?:birds\.)?\(?name\)?(?:::text)? = ''::text\) AND \((?:birds\.)?weight < 30000000\)\);$/) })
    expect(snapshot.views!['public.canaries']).not.toHaveProperty('definition')
  })

  test('what runs most is there, with the tables it names', () => {
    expect(snapshotSchema(snapshot)).toEqual([])
    const of = (table: string): unknown => snapshot.statements!.filter(({ tables }) => tables.includes(table)).map(({ query }) => query).sort()
    expect(of('sales."Cages"')).toEqual(['DELETE FROM sales."Cages" c USING public.birds b WHERE b.name = c.bird AND c.id = $1', 'INSERT INTO sales."Cages" VALUES ($1, $2)'])
    expect(of('public.birds')).toEqual(expect.arrayContaining(['SELECT * FROM birds WHERE name = $1', 'SELECT count(*) FROM birds WHERE weight = $1', 'UPDATE birds SET note = $1 WHERE id = $2']))
    expect(snapshot.statements!.every(({ calls, totalMs }) => calls > 0 && totalMs > 0)).toBe(true)
    if (server.version >= 14) expect(Date.parse(snapshot.statementsSince!)).toBeLessThanOrEqual(Date.parse(snapshot.takenAt!))
  })

  test('two samples count what has happened in between', async () => {
    const other = await server.connect('shop')
    const taking = takeSnapshotText({ url: server.url('shop') }, { sampleSeconds: 4 })
    await new Promise((resolve) => setTimeout(resolve, 1500))
    await other.query(`INSERT INTO birds SELECT -i FROM generate_series(1, 30) AS i; UPDATE birds SET weight = 1 WHERE id = -7`)
    await other.end()
    const { tables, activity, takenAt } = JSON.parse(await taking) as Snapshot
    expect(tables!['public.birds']!.counted).toMatchObject({ inserted: 30, updated: 1 })
    expect(tables!['public.eggs']!.counted).not.toHaveProperty('inserted')
    expect(Date.parse(takenAt!) - Date.parse(activity!.countedSince!)).toBeGreaterThanOrEqual(4000)
  })

  test('a transaction that was prepared keeps its locks', () => {
    expect(snapshot.activity).toMatchObject({ preparedTransactions: { count: 1 }, longestByTable: { 'public.birds': expect.any(Number) } })
    expect(Math.abs(snapshot.activity!.longestTransactionMs! - snapshot.activity!.preparedTransactions!.oldestMs!)).toBeLessThan(1000)
  })
})
