import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import type { CodeAction } from 'vscode-languageserver-types'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { startServer as startPostgres } from '../../support/server'
import type { Client, Options } from './start-server'
import { everything, removeBundle, startServer, until } from './start-server'
import { triedAgain } from '../../support/tried-again'

const clients: Client[] = []
const start = async (options?: Options): Promise<Client> => {
  const client = await startServer(options)
  clients.push(client)
  return client
}
afterEach(() => {
  for (const client of clients.splice(0)) client.dispose()
})
afterAll(removeBundle)

const snapshot = (tables: object, more: object = {}): string => JSON.stringify({ version: 1, tables, ...more })
const orders = { orders: { rows: 52_000_000, columns: [{ name: 'id', type: 'bigint', notNull: true }, { name: 'status', type: 'text' }] } }
const withSnapshot = { 'lockscope.snapshot.json': snapshot(orders, { database: 'prod' }) }
const createIndex = 'CREATE INDEX orders_status ON orders (status);\n'

const codesOf = async (client: Client, uri: string): Promise<unknown[]> => (await client.diagnostics(uri)).map((one) => one.code)
const titled = (actions: readonly CodeAction[], title: RegExp): CodeAction => {
  const found = actions.find((action) => title.test(action.title))
  if (!found) throw new Error(`No action ${title} among ${actions.map((action) => action.title).join(', ')}`)
  return found
}

describe('a session', () => {
  it.each(['stdio', 'ipc'] as const)('goes from a typed statement to a clean file over %s', async (transport) => {
    const client = await start({ files: withSnapshot, transport })
    const uri = await client.open('migrations/1.sql', `-- faster lists\n${createIndex}`)
    const [diagnostic, ...others] = await client.diagnostics(uri)
    expect(others).toEqual([])
    expect(diagnostic).toMatchObject({ code: 'long-lock', severity: 1, source: 'lockscope', range: { start: { line: 1, character: 'CREATE '.length } } })
    expect(diagnostic!.message).toContain('Blocks writes to `orders`')
    expect(diagnostic!.codeDescription!.href).toMatch(/^file:.*\/server\/hazards\/long-lock\.md$/)

    expect(await client.hover(uri, 'CREATE INDEX')).toContain('blocks writes to `orders` for ')
    expect(await client.hints(uri)).toEqual([expect.stringMatching(/^SHARE · orders · ~\d/)])
    expect(await client.lenses(uri)).toEqual([expect.stringMatching(/^1 statement · 1 finding · worst: SHARE on orders ~\d.* · snapshot prod$/)])

    const fix = (await client.actions(uri, 'INDEX')).find((one) => one.isPreferred)!
    await client.apply(uri, fix.edit!)
    expect(client.text(uri)).toBe('-- faster lists\nCREATE INDEX CONCURRENTLY orders_status ON orders (status);\n')
    expect(await client.diagnostics(uri)).toEqual([])
    expect(await client.actions(uri, 'CREATE')).toEqual([])
    expect(await client.stop()).toBe(0)
  })

  it('follows each typed character', async () => {
    const client = await start({ files: withSnapshot })
    const uri = await client.open('a.sql', '')
    for (const character of createIndex.trimEnd()) await client.change(uri, [{ range: { start: { line: 0, character: client.text(uri).length }, end: { line: 0, character: client.text(uri).length } }, newText: character }])
    expect(await codesOf(client, uri)).toEqual(['long-lock'])
    await client.replace(uri, 'orders (', 'others (')
    expect(await codesOf(client, uri)).toEqual(['long-lock'])
    expect((await client.diagnostics(uri))[0]!.message).toContain('size is not known')
    await client.replace(uri, client.text(uri), '')
    expect(await codesOf(client, uri)).toEqual([])
  })

  it('says that nothing has changed where nothing has', async () => {
    const client = await start({ files: withSnapshot })
    const uri = await client.open('a.sql', createIndex)
    const first = await client.report(uri)
    expect(await client.report(uri, first.resultId)).toEqual({ kind: 'unchanged', resultId: first.resultId })
    await client.replace(uri, 'status)', 'id)')
    expect((await client.report(uri, first.resultId)).kind).toBe('full')
  })

  it('allows with a reason, and not without', async () => {
    const client = await start({ files: withSnapshot })
    const uri = await client.open('a.sql', `BEGIN;\n  ${createIndex}COMMIT;\n`)
    const allow = titled(await client.actions(uri, 'INDEX'), /^Allow long-lock/)
    await client.apply(uri, allow.edit!)
    expect(client.text(uri)).toContain('  -- lockscope: allow long-lock because \n')
    expect(await codesOf(client, uri)).toContain('long-lock')
    expect((await client.actions(uri, 'INDEX')).filter((one) => one.title.startsWith('Allow long-lock'))).toEqual([])
    await client.replace(uri, 'because ', 'because nobody works at night')
    expect(await codesOf(client, uri)).not.toContain('long-lock')
  })

  it('puts the stages into files behind the migration, in one edit, and finds nothing in them', async () => {
    const text = '-- Tokens.\n-- migrate:up\nalter table orders add column token uuid not null default gen_random_uuid();\n\n-- migrate:down\nalter table orders drop column token;\n'
    const files = { 'lockscope.snapshot.json': snapshot({ orders: { ...orders.orders, constraints: [{ name: 'orders_pkey', type: 'primary-key', columns: ['id'] }] } }, { complete: true, database: 'prod' }), 'migrations/20240101120000_tokens.sql': text }
    const client = await start({ files })
    const uri = await client.open('migrations/20240101120000_tokens.sql', text)
    const { edit } = titled(await client.actions(uri, 'column'), /\(in new files\)$/)
    const changes = edit!.documentChanges!
    expect(changes.map((change) => ('kind' in change ? change.kind : 'edits')).join(' ')).toBe('edits create edits create edits create edits')
    const created = changes.flatMap((change) => ('kind' in change && change.kind === 'create' ? [change] : []))
    expect(created.map((one) => [one.uri.split('/').at(-1), one.options])).toEqual(
      ['20240101120001_tokens_migrate.sql', '20240101120002_tokens_contract.sql', '20240101120003_tokens_contract_2.sql'].map((name) => [name, { overwrite: false, ignoreIfExists: false }]),
    )
    const textOf = (wanted: string): string => changes.flatMap((change) => ('edits' in change && change.textDocument.uri === wanted ? change.edits.map((one) => ('newText' in one ? one.newText : '')) : [])).join('')
    for (const { uri: made } of created) {
      const name = made.split('/').at(-1)!
      expect(await client.diagnostics(await client.open(`migrations/${name}`, textOf(made)))).toEqual([])
    }
    expect(textOf(created[0]!.uri)).toMatch(/^-- migrate:up transaction:false\n[^]*\n-- migrate:down transaction:false\n-- Nothing has to be undone\.\n$/)
    await client.change(uri, changes.flatMap((change) => ('edits' in change && change.textDocument.uri === uri ? change.edits.flatMap((one) => ('newText' in one ? [one] : [])) : [])))
    const first = triedAgain(['alter table orders add column token uuid;', 'alter table orders alter column token set default gen_random_uuid();'], { lower: true })
    expect(client.text(uri)).toBe(`-- Tokens.\n-- migrate:up\n${first}\n\n-- migrate:down\nalter table orders drop column token;\n`)
    expect(await client.diagnostics(uri)).toEqual([])

    // Who cannot make files is not asked to.
    const plain = await start({ files, capabilities: { ...everything, workspace: { ...everything.workspace, workspaceEdit: { documentChanges: true } } } })
    expect((await plain.actions(await plain.open('migrations/20240101120000_tokens.sql', text), 'column')).filter(({ title }) => title.endsWith('(in new files)'))).toEqual([])
  })

  it('points at the earlier statement that holds the lock', async () => {
    const client = await start({ files: withSnapshot })
    const uri = await client.open('a.sql', "BEGIN;\nALTER TABLE orders ADD COLUMN note text;\nUPDATE orders SET note = 'old';\nCOMMIT;\n")
    const late = (await client.diagnostics(uri)).find((one) => one.code === 'late-commit')
    expect(late?.relatedInformation).toMatchObject([{ location: { uri, range: { start: { line: 1, character: 0 } } } }])
  })

  it('fixes all of a file in one go', async () => {
    const client = await start({ files: withSnapshot })
    const uri = await client.open('a.sql', createIndex + 'CREATE INDEX orders_id ON orders (id);\n')
    const [all, ...others] = await client.actions(uri, 'CREATE', ['source.fixAll'])
    expect(others).toEqual([])
    expect(all!.kind).toBe('source.fixAll.lockscope')
    await client.apply(uri, all!.edit!)
    expect(client.text(uri)).toBe('CREATE INDEX CONCURRENTLY orders_status ON orders (status);\nCREATE INDEX CONCURRENTLY orders_id ON orders (id);\n')
    expect(await codesOf(client, uri)).toEqual([])
  })

  it('previews the plan for our own client alone', async () => {
    const client = await start({ files: withSnapshot, initializationOptions: { commands: true, pages: 'page:{page}' } })
    const uri = await client.open('a.sql', createIndex)
    const preview = titled(await client.actions(uri, 'INDEX'), /^Preview safe plan/)
    expect(preview.command).toMatchObject({ command: 'lockscope.previewPlan', arguments: [uri, { line: 0, character: 0 }] })
    const plan = await client.request<{ fit: string; sql: string }>('lockscope/plan', { uri, position: { line: 0, character: 3 } })
    expect(plan).toMatchObject({ fit: 'equivalent', sql: expect.stringContaining('CREATE INDEX CONCURRENTLY orders_status ON orders (status);') })
    expect(await client.request('lockscope/plan', { uri, position: { line: 9, character: 0 } })).toBeNull()
    expect((await client.diagnostics(uri))[0]!.codeDescription!.href).toBe('page:hazards/long-lock')
  })
})

describe('the snapshot', () => {
  it('is seen to come, change, break and go', async () => {
    const client = await start()
    const uri = await client.open('a.sql', createIndex)
    const status = (): Promise<unknown> => client.request('lockscope/snapshotStatus', { uri })
    expect(await client.hints(uri)).toEqual(['SHARE · orders · size unknown'])
    expect(await status()).toEqual({})
    expect(client.messages).toEqual([])

    client.write('lockscope.snapshot.json', snapshot(orders, { takenAt: '2020-01-01T00:00:00Z', serverVersion: '15.18', database: 'prod' }))
    for (const what of ['diagnostic', 'inlayHint', 'codeLens']) await until(() => client.refreshes.includes(`workspace/${what}/refresh`), `refresh of ${what}`)
    await until(() => client.notified.includes('lockscope/snapshotChanged'), 'our own notification')
    expect(await client.hints(uri)).toEqual([expect.stringMatching(/~\d/)])
    expect(await status()).toMatchObject({ snapshot: { name: 'prod', serverVersion: '15.18', tables: 1, stale: true } })

    client.write('lockscope.snapshot.json', snapshot({ orders: { rows: 10 } }))
    await until(async () => (await client.diagnostics(uri)).length === 0, 'a small table')

    client.write('lockscope.snapshot.json', '{"version":2}')
    await until(async () => (await client.hints(uri))[0] === 'SHARE · orders · size unknown', 'no sizes from a broken snapshot')
    await until(() => client.messages.length > 0, 'a message')
    expect(client.messages).toEqual([expect.stringMatching(/lockscope\.snapshot\.json cannot be used: The snapshot is newer than this Lockscope knows/)])
    expect(await status()).toMatchObject({ problem: client.messages[0] })

    rmSync(`${client.folder}/lockscope.snapshot.json`)
    await until(async () => Object.keys((await status()) as object).length === 0, 'no snapshot again')
  }, 30_000)

  it('is as large as the settings say, and says so', async () => {
    const client = await start({ files: { 'lockscope.snapshot.json': snapshot({ orders: { rows: 1000 } }) }, settings: { sizes: { scale: { orders: '50M' } } } })
    const uri = await client.open('a.sql', createIndex)
    expect(await codesOf(client, uri)).toEqual(['long-lock'])
    expect(await client.request('lockscope/snapshotStatus', { uri })).toMatchObject({ snapshot: { notes: ['orders is scaled to 50 M rows.'] } })

    client.settings = { sizes: { scale: { nowhere: 5 } } }
    await client.connection.sendNotification('workspace/didChangeConfiguration', { settings: null })
    await until(async () => (await codesOf(client, uri)).length === 0, 'the size of the snapshot itself')
    expect(client.messages).toEqual(['There is no table nowhere in the snapshot to scale.'])
  })

  it('that is asked for and missing is said once', async () => {
    const client = await start({ settings: { snapshot: 'nowhere.json' } })
    const uri = await client.open('a.sql', createIndex)
    await client.hints(uri)
    await client.diagnostics(uri)
    expect(client.messages).toEqual([expect.stringContaining('nowhere.json cannot be used: There is no such file.')])
  })

  it('is taken from a server, written whole, and used', async () => {
    const server = await startPostgres()
    try {
      const database = await server.createDatabase('shop')
      const connection = await server.connect(database)
      await connection.query("CREATE TABLE orders (id bigint, note text); INSERT INTO orders SELECT i, 'c4nary' FROM generate_series(1, 30) i; ANALYZE orders;")
      await connection.end()
      const client = await start()
      const uri = await client.open('a.sql', createIndex)
      expect(await client.hints(uri)).toEqual(['SHARE · orders · size unknown'])
      const path = `${client.folder}/lockscope.snapshot.json`
      expect(await client.request('lockscope/takeSnapshot', { url: server.url(database), path, workDoneToken: 'w' })).toEqual({ tables: 1, unseen: [] })
      expect(client.progress.map((value) => (value as { kind: string }).kind)).toEqual(expect.arrayContaining(['begin', 'report', 'end']))
      expect(readdirSync(client.folder)).toEqual(['lockscope.snapshot.json'])
      expect(readFileSync(path, 'utf8')).not.toContain('c4nary')
      expect(await client.request('lockscope/snapshotStatus', { uri })).toMatchObject({ snapshot: { name: 'shop', tables: 1, stale: false } })
      expect(await client.hints(uri)).toEqual([expect.stringMatching(/^SHARE · orders · .*ms$/)])
      expect(await client.request('lockscope/takeSnapshot', { url: server.url(database), path: `${client.folder}/no/such/folder.json` })).toEqual({ problem: expect.stringMatching(/cannot be written \(ENOENT\)/) })
    } finally {
      await server.stop()
    }
  }, 60_000)

  it('that cannot be taken is one sentence without the password', async () => {
    const client = await start()
    const result = await client.request<{ problem: string }>('lockscope/takeSnapshot', { url: 'postgres://me@127.0.0.1:1/shop', password: 'c4nary', path: `${client.folder}/s.json`, workDoneToken: 'w' })
    expect(result.problem).toMatch(/^[^\n]+$/)
    expect(result.problem).not.toContain('c4nary')
    expect(client.progress).toEqual([expect.objectContaining({ kind: 'begin' }), expect.objectContaining({ kind: 'end' })])
  })
})

describe('settings', () => {
  it('apply at once when they change', async () => {
    const client = await start({ files: withSnapshot })
    const uri = await client.open('a.sql', createIndex)
    expect(await codesOf(client, uri)).toEqual(['long-lock'])
    client.settings = { policy: { tables: { orders: { blockedWarning: 1e6, blockedError: 1e6 } } }, inlayHints: { enabled: false }, codeLens: { enabled: false } }
    await client.connection.sendNotification('workspace/didChangeConfiguration', { settings: null })
    expect(await codesOf(client, uri)).toEqual([])
    expect(await client.hints(uri)).toEqual([])
    expect(await client.lenses(uri)).toEqual([])
    expect(client.refreshes).toContain('workspace/diagnostic/refresh')
    client.settings = { snapshot: '' }
    await client.connection.sendNotification('workspace/didChangeConfiguration', { settings: null })
    expect(await client.hints(uri)).toEqual(['SHARE · orders · size unknown'])
  })

  it('that do not fit are named once, and the default stands in', async () => {
    const client = await start({ files: withSnapshot, settings: { transaction: 'always', policy: { blockedWarning: 'soon' } } })
    const uri = await client.open('a.sql', createIndex)
    await client.hints(uri)
    expect(await codesOf(client, uri)).toEqual(['long-lock'])
    expect(client.messages).toEqual([expect.stringContaining('`lockscope.transaction` must be "auto", "statement" or "file"'), expect.stringContaining('`lockscope.policy.blockedWarning` must be a number')])
  })

  it('leave files alone that are no migrations, where asked to', async () => {
    const client = await start({ files: withSnapshot, settings: { files: 'migrations' } })
    const report = await client.open('reports/a.sql', createIndex)
    const migration = await client.open('db/migrations/1.sql', createIndex)
    expect([await codesOf(client, report), await client.hints(report), await client.lenses(report), await client.hover(report, 'CREATE'), await client.actions(report, 'CREATE')]).toEqual([[], [], [], '', []])
    expect(await codesOf(client, migration)).toEqual(['long-lock'])
  })

  it('name the version of the server, else the snapshot does', async () => {
    const client = await start({ files: { 'lockscope.snapshot.json': snapshot(orders, { serverVersion: '17.4' }) } })
    const uri = await client.open('a.sql', 'GRANT SELECT ON orders TO app;\n')
    // GRANT locks from 18 on.
    expect(await client.hover(uri, 'GRANT')).not.toContain('ACCESS SHARE')
    client.settings = { postgresVersion: 18 }
    await client.connection.sendNotification('workspace/didChangeConfiguration', { settings: null })
    expect(await client.hover(uri, 'GRANT')).toContain('ACCESS SHARE')
  })

  it('tell of the one transaction around a file', async () => {
    const client = await start({ files: withSnapshot, settings: { transaction: 'file' } })
    const uri = await client.open('a.sql', createIndex)
    // CONCURRENTLY cannot run there, so there is nothing to apply.
    expect((await client.actions(uri, 'INDEX')).filter((one) => one.isPreferred || one.kind?.startsWith('source'))).toEqual([])
  })

  it('leave it to the folder to tell which tool runs the file', async () => {
    const client = await start({ files: { ...withSnapshot, 'db/atlas.sum': 'h1:x=\n', 'db/1_x.sql': createIndex, 'other/1_x.sql': createIndex, 'other/1_x.mysql.sql': createIndex } })
    const uri = await client.open('db/1_x.sql', createIndex)
    expect(await client.hover(uri, 'INDEX')).toContain('the end of the file, which Atlas runs in one transaction')
    const { edit } = titled(await client.actions(uri, 'INDEX'), /\(the file opts out of its transaction\)$/)
    expect(JSON.stringify(edit)).toContain('-- atlas:txmode none')
    expect(await client.hover(await client.open('other/1_x.sql', createIndex), 'INDEX')).not.toContain('the end of the file')
    expect(await client.hover(await client.open('other/1_x.mysql.sql', createIndex), 'INDEX')).toBe('')
  })
})

describe('earlier migrations', () => {
  const files = {
    'db/migrations/2_orders.sql': 'CREATE TABLE orders (id bigint PRIMARY KEY, status text);',
    'db/migrations/2_orders.down.sql': 'DROP TABLE orders;',
    'db/migrations/10_later.sql': 'ALTER TABLE orders ADD COLUMN note text NOT NULL DEFAULT 0;',
  }

  it('say what the tables look like, in the order in which they run', async () => {
    const client = await start({ files })
    const uri = await client.open('db/migrations/9_key.sql', 'ALTER TABLE orders ALTER COLUMN id SET NOT NULL;\n')
    // The primary key has made it so; without the history this would be a scan of unknown length.
    expect(await client.hints(uri)).toEqual(['ACCESS EXCLUSIVE · orders · instant'])
    const alone = await client.open('elsewhere/9_key.sql', 'ALTER TABLE orders ALTER COLUMN id SET NOT NULL;\n')
    expect(await client.hints(alone)).toEqual(['ACCESS EXCLUSIVE · orders · size unknown'])
  })

  it('are read again when they are saved', async () => {
    const client = await start({ files })
    const uri = await client.open('db/migrations/9_key.sql', 'ALTER TABLE orders ALTER COLUMN status SET NOT NULL;\n')
    expect(await client.hints(uri)).toEqual(['ACCESS EXCLUSIVE · orders · size unknown'])
    const earlier = await client.open('db/migrations/2_orders.sql', files['db/migrations/2_orders.sql'])
    await client.replace(earlier, 'status text', 'status text NOT NULL')
    expect(await client.hints(uri)).toEqual(['ACCESS EXCLUSIVE · orders · size unknown'])
    client.write('db/migrations/2_orders.sql', client.text(earlier))
    await client.connection.sendNotification('textDocument/didSave', { textDocument: { uri: earlier } })
    await until(() => client.refreshes.length > 0, 'refresh')
    expect(await client.hints(uri)).toEqual(['ACCESS EXCLUSIVE · orders · instant'])
  })
})

describe('migrations that have run, as their tool has written down', () => {
  const snapshot = {
    version: 1,
    complete: true,
    tables: { orders: { rows: 52_000_000, columns: [{ name: 'id', type: 'bigint' }, { name: 'status', type: 'text' }], indexes: [], constraints: [] } },
    migrations: { 'public.schema_migrations': { tool: 'dbmate', applied: ['1', '2'] } },
  }
  const files = {
    'lockscope.snapshot.json': JSON.stringify(snapshot),
    'db/migrations/1_orders.sql': '-- migrate:up\nCREATE TABLE orders (id bigint);\n-- migrate:down\nDROP TABLE orders;\n',
    'db/migrations/2_status.sql': '-- migrate:up\nALTER TABLE orders ADD COLUMN status text;\nCREATE INDEX orders_id ON orders (id);\n-- migrate:down\nALTER TABLE orders DROP COLUMN status;\n',
    'db/migrations/3_key.sql': '-- migrate:up\nALTER TABLE orders ADD COLUMN note text;\n',
  }

  it('say so, and nothing else', async () => {
    const client = await start({ files })
    const applied = await client.open('db/migrations/2_status.sql', files['db/migrations/2_status.sql'])
    expect(await client.diagnostics(applied)).toEqual([])
    expect(await client.hints(applied)).toEqual([])
    expect(await client.lenses(applied)).toEqual(['applied, as public.schema_migrations says'])
  })

  it('are not run again before those that are pending, whose down part is no part of them', async () => {
    const client = await start({ files })
    // The column of the third, which is pending, is there, and is filled nowhere.
    const uri = await client.open('db/migrations/4_status.sql', '-- migrate:up transaction:false\nALTER TABLE orders ALTER COLUMN note SET NOT NULL;\n-- migrate:down\nDROP TABLE orders;\n')
    expect(await codesOf(client, uri)).toEqual(['long-lock', 'fails-on-data'])
    // What the second made somebody has dropped since, says the snapshot.
    const again = await client.open('db/migrations/5_again.sql', 'CREATE INDEX IF NOT EXISTS orders_id ON orders (id);\n')
    expect(await codesOf(client, again)).toEqual(['long-lock'])
  })
})

describe('a client that can do little', () => {
  it('is sent the diagnostics, the last ones for the last text', async () => {
    const client = await start({ files: withSnapshot, capabilities: {} })
    expect(client.capabilities['diagnosticProvider']).toBeUndefined()
    const uri = await client.open('a.sql', 'SELECT 1;\n')
    await until(() => client.published.length > 0, 'diagnostics')
    expect(client.published.at(-1)).toMatchObject({ uri, version: 1, diagnostics: [] })
    await client.replace(uri, 'SELECT 1;', createIndex.trim())
    await until(() => client.published.at(-1)!.version === 2, 'diagnostics of version 2')
    expect(client.published.at(-1)!.diagnostics).toMatchObject([{ code: 'long-lock' }])
    await client.connection.sendNotification('workspace/didChangeConfiguration', { settings: { lockscope: { snapshot: '', policy: { blockedWarning: -1 } } } })
    await until(() => String(client.published.at(-1)!.diagnostics[0]!.message).includes('not known'), 'diagnostics without a snapshot')
    expect(client.messages).toEqual([expect.stringContaining('`lockscope.policy.blockedWarning`')])
    await client.connection.sendNotification('textDocument/didClose', { textDocument: { uri } })
    await until(() => client.published.at(-1)!.diagnostics.length === 0, 'none after closing')
    expect(client.refreshes).toEqual([])
  })

  it('gets plain edits instead of snippets', async () => {
    const client = await start({ files: withSnapshot, capabilities: { textDocument: { diagnostic: {} } } })
    const uri = await client.open('a.sql', `\t${createIndex}`)
    await client.apply(uri, titled(await client.actions(uri, 'INDEX'), /^Allow/).edit!)
    expect(client.text(uri)).toBe(`\t-- lockscope: allow long-lock because \n\t${createIndex}`)
  })
})

describe('bad input', () => {
  it.each([
    ['binary', '\u0000\u0001PNG', 'not text'],
    ['50 MB', 'SELECT 1;\n'.repeat(5_000_000), 'This file has 48 MB'],
  ])('%s is one clear diagnostic, and the next question is answered', async (_, text, message) => {
    const client = await start({ files: withSnapshot })
    const uri = await client.open('a.sql', text)
    expect(await client.diagnostics(uri)).toMatchObject([{ message: expect.stringContaining(message), severity: 3 }])
    expect([await client.hints(uri), await client.lenses(uri), await client.hover(uri, ''), await client.actions(uri, '')]).toEqual([[], [], '', []])
    const next = await client.open('b.sql', createIndex)
    expect(await codesOf(client, next)).toEqual(['long-lock'])
  })

  it.each([
    ['half-typed', 'ALTER TABLE orders ADD CONSTR'],
    ['an unclosed dollar quote', 'DO $$ BEGIN\nSELECT 1;'],
    ['an unclosed string', "SELECT 'a;\nCREATE INDEX i ON orders (id);"],
    ['not SQL', '<html><body>CREATE INDEX</body></html>'],
    ['psql', "\\set x 1\n\\i other.sql\nCOPY orders FROM stdin;\n1\tx\n\\.\nCREATE INDEX i ON orders (id);"],
    ['a byte order mark and CRLF', '\uFEFFCREATE INDEX i ON orders (id);\r\n'],
    ['surrogates', "COMMENT ON TABLE orders IS '😀\uD800';\nCREATE INDEX i ON orders (id);"],
  ])('%s is survived', async (_, text) => {
    const client = await start({ files: withSnapshot })
    const uri = await client.open('a.sql', text)
    for (const one of await client.diagnostics(uri)) expect(one.message).not.toBe('')
    await client.hints(uri)
    await client.lenses(uri)
    await client.actions(uri, text.slice(0, 5))
    await client.hover(uri, text.slice(0, 5))
    await client.change(uri, [{ range: { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } }, newText: createIndex }])
    expect(await codesOf(client, uri)).toEqual(['long-lock'])
  })

  it.each<[string, string | Uint8Array, RegExp]>([
    ['empty', '', /The snapshot is empty\.$/],
    ['not JSON', '{"version":1,\n"tables"\n:<<<', /The snapshot is not JSON: [^\n]*\.$/],
    ['binary', Uint8Array.from([0x7f, 0x45, 0xff, 0]), /The snapshot is not UTF-8 text\.$/],
    ['newer', '{"version":2,"tables":7}', /The snapshot is newer than this Lockscope knows \(version 2\); update Lockscope\.$/],
    ['wrong deep inside', '{"version":1,"tables":{"orders":{"columns":[{"name":"id","type":7}]}}}', /tables\.orders\.columns\[0\]\.type must be [^\n]*\.$/],
  ])('a snapshot that is %s is one message, and statements are shown without it', async (_, text, message) => {
    const client = await start({ settings: { snapshot: 'bad.json' }, files: { 'bad.json': text } })
    const uri = await client.open('a.sql', createIndex)
    expect(await client.hints(uri)).toEqual(['SHARE · orders · size unknown'])
    expect(client.messages).toEqual([expect.stringMatching(message)])
  })

  it('a snapshot of other tables is no mistake', async () => {
    const client = await start({ files: { 'lockscope.snapshot.json': snapshot({ parcels: { rows: 52_000_000 } }) } })
    const uri = await client.open('a.sql', createIndex)
    expect(await client.hints(uri)).toEqual(['SHARE · orders · size unknown'])
    expect(client.messages).toEqual([])
  })

  it('a folder without migrations, and one with a file that cannot be read, are no mistakes', async () => {
    const client = await start({ files: withSnapshot })
    const first = await client.open('db/migrations/1.sql', createIndex)
    expect(await codesOf(client, first)).toEqual(['long-lock'])
    client.write('db/migrations/2.sql', 'DROP TABLE orders;')
    symlinkSync('3.sql', `${client.folder}/db/migrations/3.sql`)
    mkdirSync(`${client.folder}/db/migrations/4.sql`)
    client.write('db/migrations/5.sql', '\0\0')
    await client.connection.sendNotification('workspace/didChangeWatchedFiles', { changes: [] })
    const last = await client.open('db/migrations/6.sql', 'CREATE TABLE orders (id bigint);\nCREATE INDEX orders_id ON orders (id);')
    // The table of the snapshot is gone, and the one of this file is new.
    expect(await codesOf(client, last)).toEqual([])
    expect(client.messages).toEqual([])
  })

  it.each<[string, unknown, number]>([
    ['nothing', null, 0],
    ['a text', 'snapshot', 1],
    ['a list', [1, 2], 1],
    ['all of the wrong type', { snapshot: 5, postgresVersion: 'new', migrations: 'x', files: 1, policy: { blockedWarning: null, blockedError: -1, tables: [] }, codeLens: { enabled: 'yes' }, inlayHints: 3, snapshotStaleAfter: {} }, 8],
    ['deep inside', { policy: { tables: { orders: { blockedWarning: 'soon' }, 'a.b.c': 4 } } }, 1],
    ['unknown', { __proto__: { x: 1 }, constructor: 4, noSuchThing: true }, 0],
  ])('settings that are %s leave the defaults', async (_, settings, problems) => {
    const client = await start({ files: withSnapshot, settings })
    const uri = await client.open('a.sql', createIndex)
    expect(await codesOf(client, uri)).toEqual(['long-lock'])
    expect(await client.hints(uri)).toEqual([expect.stringMatching(/~\d/)])
    expect(client.messages.length).toBe(problems)
    for (const message of client.messages) expect(message).toMatch(/^The settings? (under )?`lockscope[^\n]*\.$/)
  })

  it('in messages is answered with an error, and the next one with an answer', async () => {
    const client = await start({ files: withSnapshot })
    const uri = await client.open('a.sql', createIndex)
    await expect(client.request('textDocument/hover', {})).rejects.toThrow(/Lockscope could not give the hover|parameters|undefined/)
    await expect(client.request('textDocument/hover', { textDocument: { uri }, position: { line: -1, character: 'x' } })).resolves.toBeDefined()
    await expect(client.request('lockscope/plan', null)).rejects.toThrow()
    await expect(client.request('no/suchThing', {})).rejects.toThrow()
    expect(await client.diagnostics('file:///nowhere.sql')).toEqual([])
    expect(await client.diagnostics('untitled:Untitled-1')).toEqual([])
    const untitled = await client.open('untitled:Untitled-2', createIndex)
    expect(await codesOf(client, untitled)).toEqual(['long-lock'])
    expect(await codesOf(client, uri)).toEqual(['long-lock'])
  })

  it('that comes too fast costs only the last', async () => {
    const client = await start({ files: withSnapshot })
    const uri = await client.open('a.sql', createIndex)
    await client.diagnostics(uri)
    const outdated = client.diagnostics(uri).then(
      () => 'answered',
      (error: { code: number }) => error.code,
    )
    const changing = client.replace(uri, 'orders_status', 'orders_state')
    // Either the first came through in time, or it is told to ask again (ServerCancelled).
    expect(['answered', -32802]).toContain(await outdated)
    await changing
    expect(await codesOf(client, uri)).toEqual(['long-lock'])
  })
})

describe('the end', () => {
  it('comes when the input ends', async () => {
    const client = await start()
    client.process.stdin!.end()
    const [code] = (await once(client.process, 'exit')) as [number]
    expect(code).toBe(1)
  })

  it('comes when the client has died', async () => {
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
    const client = await start({ processId: other.pid! })
    const exited = once(client.process, 'exit')
    other.kill('SIGKILL')
    await exited
  }, 15_000)

  it('is clean after shutdown', async () => {
    const client = await start({ files: withSnapshot, capabilities: everything })
    await client.diagnostics(await client.open('a.sql', createIndex))
    expect(await client.stop()).toBe(0)
  })
})
