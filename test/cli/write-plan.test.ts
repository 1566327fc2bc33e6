import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startServer } from '../support/server'
import { triedAgain } from '../support/tried-again'
import { build, run } from './run'

/** A folder of migrations with a snapshot beside it. */
let folder: string
const at = (path: string): string => join(folder, 'migrations', path)
const snapshot = {
  version: 1,
  complete: true,
  tables: {
    orders: { rows: 52_000_000, columns: [{ name: 'id', type: 'bigint', notNull: true }, { name: 'status', type: 'text' }, { name: 'total', type: 'numeric' }], constraints: [{ name: 'orders_pkey', type: 'primary-key', columns: ['id'] }] },
    customers: { rows: 8_000_000, columns: [{ name: 'id', type: 'bigint', notNull: true }, { name: 'email', type: 'text' }], constraints: [{ name: 'customers_pkey', type: 'primary-key', columns: ['id'] }] },
  },
}

beforeAll(() => build(), 60_000)
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lockscope-write-'))
  writeFileSync(join(folder, 'snapshot.json'), JSON.stringify(snapshot))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const put = (files: Readonly<Record<string, string>>): void => {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(at(path)), { recursive: true })
    writeFileSync(at(path), text)
  }
}
const held = (): Record<string, string> =>
  Object.fromEntries(readdirSync(at('.'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => [join(entry.parentPath, entry.name).slice(at('.').length + 1), readFileSync(join(entry.parentPath, entry.name), 'utf8')]))
const plan = (path: string, ...options: string[]): ReturnType<typeof run> => run(['plan', at(path), '--snapshot', join(folder, 'snapshot.json'), '--write', at('.'), ...options])

const check = 'ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0);'
const index = 'CREATE INDEX orders_status ON orders (status);'
const token = 'ALTER TABLE orders ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid();'
const unchecked = triedAgain(['ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0) NOT VALID;'])
const built = '-- Reads and writes go on while the index is built; if it fails, drop the invalid index and begin again.\nCREATE INDEX CONCURRENTLY orders_status ON orders (status);\n'
const validated = '-- Existing rows are checked while reads and writes go on.\nALTER TABLE orders VALIDATE CONSTRAINT positive;\n'

describe('in the form of the tool', () => {
  const cases: readonly { readonly tool: string; readonly path: string; readonly before: Readonly<Record<string, string>>; readonly after: Readonly<Record<string, string>> }[] = [
    {
      tool: 'goose',
      path: '00007_x.sql',
      before: { '00007_x.sql': `-- +goose Up\n${index}\n\n-- +goose Down\nDROP INDEX orders_status;\n` },
      after: { '00007_x.sql': `-- +goose NO TRANSACTION\n-- +goose Up\n${index.replace('INDEX', 'INDEX CONCURRENTLY')}\n\n-- +goose Down\nDROP INDEX orders_status;\n` },
    },
    {
      tool: 'dbmate',
      path: '20240101120000_x.sql',
      before: { '20240101120000_x.sql': `-- migrate:up\n${check}\n${index}\n\n-- migrate:down\nDROP INDEX orders_status;\nALTER TABLE orders DROP CONSTRAINT positive;\n` },
      after: {
        '20240101120000_x.sql': `-- migrate:up\n${unchecked}\n\n-- migrate:down\nALTER TABLE orders DROP CONSTRAINT positive;\n`,
        '20240101120001_x_step_2.sql': `-- migrate:up\n${validated}\n-- migrate:down\n-- Nothing has to be undone.\n`,
        '20240101120002_x_step_3.sql': `-- migrate:up transaction:false\n${built}\n-- migrate:down transaction:false\nDROP INDEX CONCURRENTLY orders_status;\n`,
      },
    },
    {
      tool: 'sql-migrate',
      path: '1-x.sql',
      before: { '1-x.sql': `-- +migrate Up\n${index}\n-- +migrate Down\nDROP INDEX orders_status;\n` },
      after: { '1-x.sql': `-- +migrate Up notransaction\n${index.replace('INDEX', 'INDEX CONCURRENTLY')}\n-- +migrate Down notransaction\nDROP INDEX orders_status;\n` },
    },
    {
      tool: 'golang-migrate and sqlx',
      path: '000003_x.up.sql',
      before: { '000003_x.up.sql': `${check}\n${index}\n`, '000003_x.down.sql': 'drop index if exists orders_status;\nALTER TABLE orders DROP CONSTRAINT positive;\n' },
      after: {
        '000003_x.up.sql': `${unchecked}\n`,
        '000003_x.down.sql': 'ALTER TABLE orders DROP CONSTRAINT positive;\n',
        '000004_x_step_2.up.sql': validated,
        '000004_x_step_2.down.sql': '-- Nothing has to be undone.\n',
        '000005_x_step_3.up.sql': `-- no-transaction\n${built}`,
        '000005_x_step_3.down.sql': 'DROP INDEX CONCURRENTLY orders_status;\n',
      },
    },
    {
      tool: 'Flyway',
      path: 'V3__x.sql',
      before: { 'V3__x.sql': `${check}\n${index}\n`, 'V4__y.sql': 'SELECT 1;\n' },
      after: {
        'V3__x.sql': `${unchecked}\n`,
        'V3.1__x_step_2.sql': validated,
        'V3.2__x_step_3.sql': built,
        'V3.2__x_step_3.sql.conf': 'executeInTransaction=false\n',
        'V4__y.sql': 'SELECT 1;\n',
      },
    },
    {
      tool: 'diesel',
      path: '2018-01-18-172821-0000_x/up.sql',
      before: { '2018-01-18-172821-0000_x/up.sql': `${index}\n`, '2018-01-18-172821-0000_x/down.sql': 'DROP INDEX orders_status;\n' },
      after: { '2018-01-18-172821-0000_x/up.sql': `${index.replace('INDEX', 'INDEX CONCURRENTLY')}\n`, '2018-01-18-172821-0000_x/down.sql': 'DROP INDEX orders_status;\n', '2018-01-18-172821-0000_x/metadata.toml': 'run_in_transaction = false\n' },
    },
    {
      tool: 'no tool but psql',
      path: '0003_x.sql',
      before: { '0003_x.sql': `-- Quick.\n${check}\n\n  create index orders_status on orders (status); -- for the list\n` },
      after: { '0003_x.sql': `-- Quick.\n${unchecked}\nALTER TABLE orders VALIDATE CONSTRAINT positive;\n\n  create index concurrently orders_status on orders (status); -- for the list\n` },
    },
  ]
  test.each(cases)('$tool', ({ path, before, after }) => {
    put(before)
    expect(plan(path)).toMatchObject({ code: 0, err: '' })
    expect(held()).toEqual(after)
    // The files are as they should be: nothing is found in them, and nothing is to be done again.
    const again = plan(path)
    expect(again).toMatchObject({ code: 0, out: '' })
    expect(held()).toEqual(after)
    const found = run(['check', at('.'), '--snapshot', join(folder, 'snapshot.json'), '--format', 'json'])
    expect((JSON.parse(found.out) as { files: { findings: unknown[] }[] }).files.flatMap(({ findings }) => findings)).toEqual([])
  })

  test('goose finds the end of a block by its own marks', () => {
    put({ '1_x.sql': `-- +goose Up\n${token}\n` })
    expect(plan('1_x.sql').out).toMatch(/Wrote \S+2_x_migrate\.sql, for a later deploy\nWrote \S+3_x_contract\.sql, for a later deploy\nWrote \S+4_x_contract_2\.sql/)
    expect(held()['2_x_migrate.sql']).toMatch(/^-- \+goose NO TRANSACTION\n-- \+goose Up\n-- migrate: [^\n]+\n-- Fills `token`[^\n]+\n-- \+goose StatementBegin\nDO \$backfill\$\n[^]*\n\$backfill\$;\n-- \+goose StatementEnd\n\n-- \+goose Down\n/)
  })
})

test('the files run in their order, with psql, to the same end as the statement', async () => {
  const server = await startServer()
  const client = await server.connect()

  put({ '0003_x.sql': `${token}\n` })
  expect(plan('0003_x.sql', '--postgres', String(server.version)).code).toBe(0)
  const files = Object.keys(held()).sort()
  expect(files).toEqual(['0003_x.sql', '0004_x_migrate.sql', '0005_x_contract.sql'])
  await client.query('CREATE TABLE orders (id bigint PRIMARY KEY, status text, total numeric); INSERT INTO orders SELECT g FROM generate_series(1, 25000) g')
  for (const file of files) execFileSync('psql', ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', server.url(), '-f', at(file)], { stdio: 'pipe' })
  const { rows } = await client.query("SELECT attnotnull, pg_get_expr(adbin, adrelid) AS value, (SELECT count(token)::int FROM orders) AS filled, (SELECT count(*)::int FROM pg_constraint WHERE conrelid = 'orders'::regclass AND contype = 'c') AS checks FROM pg_attribute JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum WHERE attrelid = 'orders'::regclass AND attname = 'token'")
  expect(rows).toEqual([{ attnotnull: true, value: 'gen_random_uuid()', filled: 25_000, checks: 0 }])
  await server.stop()
}, 60_000)

describe('nothing is written', () => {
  test.each<[string, Readonly<Record<string, string>>, string, readonly string[], RegExp]>([
    ['where there is no room', { '0103_x.sql': `${token}\n`, '0104_y.sql': 'SELECT 1;\n' }, '0103_x.sql', [], /0103_x\.sql is followed by 0104_y\.sql, with no room for 2 files between them\.\n$/],
    ['where the tool cannot', { '1_x.sql': `-- Up Migration\n${index}\n` }, '1_x.sql', [], /node-pg-migrate runs every file of SQL in a transaction\.\n$/],
    ['where it is not known how the tool can', { '1_x.sql': `${index}\n` }, '1_x.sql', ['--transaction', 'file'], /how the tool that runs these files is told to run one outside of a transaction is not known\.\n$/],
    ['where the rest of the file builds on it', { '1_x.up.sql': `${check}\nALTER TABLE orders ADD COLUMN extra text;\n` }, '1_x.up.sql', [], /Line 1 is left as it is: line 2 goes on with the same tables; give it a file of its own\.\n/],
  ])('%s', (_, files, path, options, message) => {
    put(files)
    const { code, out, err } = plan(path, ...options)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(message)
    expect(held()).toEqual(files)
  })

  test('where the migration has run', () => {
    writeFileSync(join(folder, 'snapshot.json'), JSON.stringify({ ...snapshot, migrations: { 'public.goose_db_version': { tool: 'goose', applied: ['1'] } } }))
    put({ '1_x.sql': `-- +goose Up\n${index}\n` })
    expect(plan('1_x.sql')).toMatchObject({ code: 2, err: expect.stringContaining('1_x.sql has run already') as string })
  })

  test('over a file of another folder', () => {
    put({ '1_x.sql': `${token}\n`, 'other/1_x.sql': 'mine\n' })
    const { code, err } = run(['plan', at('1_x.sql'), '--snapshot', join(folder, 'snapshot.json'), '--write', at('other')])
    expect({ code, err }).toMatchObject({ code: 2, err: expect.stringContaining('1_x.sql is there already; nothing was written.') as string })
    expect(held()).toEqual({ '1_x.sql': `${token}\n`, 'other/1_x.sql': 'mine\n' })
  })
})
