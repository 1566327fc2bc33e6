import { describe, expect, test } from 'vitest'
import { compareMigrations, isDownFile, isMigrationFile, onPostgres, otherDatabase, read } from '../../server/frameworks/sql'
import type { Carried, Place } from '../../server/frameworks/tool'

describe('the order of files', () => {
  test.each<readonly string[]>([
    ['2_b.sql', '10_a.sql'],
    ['V1__a.sql', 'V1.1__b.sql', 'V2__a.sql', 'V10__a.sql', 'R__views.sql'],
    ['20231231_z.sql', '20240101_a.sql', '20240101_b.sql'],
    ['2023-12-31-a/up.sql', '2024-01-01-b/up.sql'],
    ['00000000000000_setup/up.sql', '20140924113530_a/up.sql', '2017-08-31-230457_b/up.sql', '20180104145700_c/up.sql', '2018-01-18-172821-0000_d/up.sql'],
    ['20250620120000_a.sql', '20250625_b.sql', '20250625090000_c.sql', '2025-06-26_d.sql', '20250626000001_e.sql'],
    ['2024-01-02-9.sql', '2024-01-02-10.sql'],
    ['1510262030_a.sql', '1623349200_b.sql'],
    ['2014_10_12_000000_users.sql', '20141012100000_orders.sql', '2019_08_19_000000_jobs.sql'],
    ['001_a.sql', '002_b.sql', '0010_c.sql'],
    ['add_orders.sql', 'add_orders_index.sql'],
    ['add_orders.sql', 'add_orders-index.sql'],
    ['a.sql', 'a/1.sql'],
    ['v1/10.sql', 'v2/1.sql', 'v10/1.sql'],
    ['99999999999999999998.sql', '99999999999999999999.sql'],
  ])('%s …', (...files) => {
    expect([...files].reverse().sort(compareMigrations)).toEqual(files)
    expect([...files].sort(compareMigrations)).toEqual(files)
  })
})

test.each([
  ['000001_add_orders.down.sql', true],
  ['000001_add_orders.up.sql', false],
  ['2024-01-01-000000_orders/down.sql', true],
  ['2024-01-01-000000_orders/up.sql', false],
  ['001_orders_down.sql', true],
  ['001-orders-down.sql', true],
  ['U2__orders.sql', true],
  ['002.undo.drop-orders.sql', true],
  ['002.do.drop-orders.sql', false],
  ['Update_orders.sql', false],
  ['V2__orders.sql', false],
  ['down/001_orders.sql', true],
  ['rollback/001_orders.sql', true],
  ['001_orders.rollback.sql', true],
  ['001_markdown.sql', false],
  ['001_shutdown.sql', false],
  ['001_add_down_payment.sql', false],
])('%s is a down file: %s', (path, expected) => {
  expect(isDownFile(path)).toBe(expected)
})

test.each([
  ['a.sql', true],
  ['A.SQL', true],
  ['a.pgsql', true],
  ['a.sql.bak', false],
  ['sql', false],
  ['a.md', false],
])('%s is a migration: %s', (path, expected) => {
  expect(isMigrationFile(path)).toBe(expected)
})

test('a file is one fragment from its first character on', () => {
  expect(read('a.sql', 'SELECT 1;')).toEqual({ path: 'a.sql', framework: 'sql', fragments: [{ sql: 'SELECT 1;', start: 0 }], unread: [] })
})

describe('of a file with a part that takes the change back only the other is the migration', () => {
  const up = 'CREATE INDEX a ON t (a);'
  const down = 'DROP INDEX a;'
  test.each<[string, string, 'file' | 'statement']>([
    ['goose', `-- +goose Up\n-- +goose StatementBegin\n${up}\n-- +goose StatementEnd\n\n-- +goose Down\n${down}\n`, 'file'],
    ['goose without a transaction', `-- +goose NO TRANSACTION\n-- +goose Up\n${up}\n-- +goose Down\n${down}\n`, 'statement'],
    ['goose with the parts the other way round', `-- +goose Down\n${down}\n-- +goose Up\n${up}\n`, 'file'],
    ['goose in Windows lines', `-- +goose Up\r\n${up}\r\n-- +goose Down\r\n${down}\r\n`, 'file'],
    ['dbmate', `-- migrate:up\n${up}\n\n-- migrate:down\n${down}\n`, 'file'],
    ['dbmate without a transaction', `-- migrate:up transaction:false\n${up}\n-- migrate:down transaction:false\n${down}\n`, 'statement'],
    ['dbmate, only the way back without a transaction', `-- migrate:up\n${up}\n-- migrate:down transaction:false\n${down}\n`, 'file'],
    ['sql-migrate', `-- +migrate Up\n${up}\n-- +migrate Down\n${down}\n`, 'file'],
    ['sql-migrate without a transaction', `-- +migrate Up notransaction\n${up}\n-- +migrate Down\n${down}\n`, 'statement'],
    ['node-pg-migrate', `-- Up Migration\n${up}\n-- Down Migration\n${down}\n`, 'file'],
    ['tern', `${up}\n---- create above / drop below ----\n${down}\n`, 'file'],
  ])('%s', (_, text, transaction) => {
    const migration = read('a.sql', text)
    expect(migration.wrappedBy !== undefined).toBe(transaction === 'file')
    expect(migration.fragments.map(({ sql }) => sql.includes(up))).toEqual([true])
    for (const { sql, start } of migration.fragments) {
      expect(sql).not.toContain(down)
      expect(text.slice(start, start + sql.length)).toBe(sql)
    }
  })

  test('several parts are several fragments, in order', () => {
    const text = '-- +goose Up\nSELECT 1;\n-- +goose Down\nSELECT 2;\n-- +goose Up\nSELECT 3;\n'
    expect(read('a.sql', text).fragments.map(({ sql }) => sql)).toEqual(['-- +goose Up\nSELECT 1;\n', '-- +goose Up\nSELECT 3;\n'])
  })

  test.each(['-- the way up and down\nSELECT 1;', "SELECT '-- +goose';", '/* migrate:up */ SELECT 1;', '-- upgrade migration\nSELECT 1;'])('%j is plain SQL', (text) => {
    expect(read('a.sql', text).fragments).toEqual([{ sql: text, start: 0 }])
  })
})

describe('what wraps a file in one transaction', () => {
  const one = 'CREATE INDEX a ON t (a);\n'
  const two = `${one}CREATE INDEX b ON t (b);\n`
  const alone = 'CREATE INDEX CONCURRENTLY a ON t (a);\n'
  test.each<[string, Partial<Place>, string, string | undefined]>([
    ['db/001_x.sql', {}, two, undefined],
    ['db/V1__x.sql', {}, one, 'Flyway'],
    ['db\\V1.2__x.sql', {}, one, 'Flyway'],
    ['db/R__x.sql', {}, one, 'Flyway'],
    // Flyway looks for what no transaction takes, and refuses a file that has both.
    ['db/V1__x.sql', {}, alone, undefined],
    ['db/V1__x.sql', {}, `${alone}VACUUM t;`, undefined],
    ['db/V1__x.sql', {}, one + alone, 'Flyway'],
    ['db/V1__x.sql', { beside: 'executeInTransaction=false\n' }, one + alone, undefined],
    ['db/V1__x.sql', { beside: 'executeInTransaction=true\n' }, one + alone, 'Flyway'],
    ['db/20240101_x/migration.sql', {}, two, 'Prisma'],
    ['db/20240101_x/migration.sql', {}, alone, undefined],
    ['db/0_init/migration.sql', {}, two, 'Prisma'],
    ['db/migration.sql', {}, two, undefined],
    ['db/up.sql', {}, two, undefined],
    ['db/20240101_x/up.sql', {}, one, 'the tool'],
    ['db/20240101_x/down.sql', {}, one, 'the tool'],
    ['db/20240101_x/up.sql', { beside: 'run_in_transaction = false\n' }, alone, undefined],
    ['db/20240101_x/up.sql', { beside: 'run_in_transaction = false\n' }, two, 'the tool'],
    ['db/1_x.up.sql', {}, two, 'the tool'],
    ['db/1_x.up.sql', {}, one, undefined],
    ['db/1_x.down.sql', {}, two, 'the tool'],
    ['db/1_x.up.sql', {}, `BEGIN;\n${two}COMMIT;\n`, 'the tool'],
    ['db/V1__x.sql', {}, `BEGIN;\n${two}COMMIT;\n`, undefined],
    ['db/V1__x.sql', {}, `SET lock_timeout = '1s';\nSTART TRANSACTION;\n${two}COMMIT;\n`, undefined],
    ['db/V1__x.sql', {}, `${one}BEGIN;\n${two}COMMIT;\n`, 'Flyway'],
    ['db/1_x.postgres.up.sql', {}, one, 'Pop'],
    ['db/1_x.postgres.autocommit.up.sql', {}, alone, undefined],
    ['db/1.do.x.sql', {}, two, 'Postgrator'],
    ['app/supabase/migrations/1_x.sql', {}, one, 'Supabase'],
    ['app/supabase/migrations/1_x.sql', {}, one + alone, undefined],
    ['app/supabase/tests/1_x.sql', {}, two, undefined],
    ['db/0000_x.sql', {}, `${one}--> statement-breakpoint\n${one}`, 'Drizzle'],
    ['db/0000_x.sql', { siblings: ['meta/_journal.json'] }, alone, 'Drizzle'],
    ['db/1_x.sql', { siblings: ['atlas.sum'] }, one, 'Atlas'],
    ['db/1_x.up.sql', { siblings: ['atlas.sum'] }, one, 'Atlas'],
    ['db/1_x.sql', { siblings: ['atlas.sum'] }, `-- atlas:txmode none\n\n${alone}`, undefined],
    ['db/1_x.sql', { siblings: ['atlas.sum'] }, `-- Not atlas:txmode none.\n${alone}`, 'Atlas'],
  ])('%s %j %j: %s', (path, place, text, tool) => {
    expect(read(path, text, 'auto', { path, siblings: [], ...place }).wrappedBy?.tool).toBe(tool)
  })

  test.each<[string, Carried, string | undefined]>([
    ['db/001_x.sql', 'file', 'the tool'],
    ['db/001_x.sql', 'statement', undefined],
    ['db/V1__x.sql', 'statement', undefined],
    ['db/1_x.up.sql', 'file', 'the tool'],
  ])('somebody knows better: %s, %s', (path, carried, tool) => {
    expect(read(path, one, carried).wrappedBy?.tool).toBe(tool)
  })
})

test.each([
  ['1_x.mysql.up.sql', 'mysql'],
  ['1_x.sqlite3.sql', 'sqlite3'],
  ['1_x.cockroach.autocommit.up.sql', 'cockroach'],
  ['1_x.oracle.sql', 'oracle'],
  ['mysql/1_x.sql', 'mysql'],
  ['a\\sqlite\\1_x.sql', 'sqlite'],
  ['oracle/1_prices.sql', undefined],
  ['1_mysql_import.sql', undefined],
  ['1_x.postgres.up.sql', undefined],
  ['postgres/1_x.sql', undefined],
])('%s is for %s', (path, database) => {
  expect(otherDatabase(path)).toBe(database)
})

test('what is written for PostgreSQL takes the place of what is for all', () => {
  expect(onPostgres(['1_a.up.sql', '2_b.up.sql', '2_b.postgres.up.sql', '2_b.mysql.up.sql', '3/c.sql', 'd/3.pg.sql', 'd/3.sql'])).toEqual(['1_a.up.sql', '2_b.postgres.up.sql', '3/c.sql', 'd/3.pg.sql'])
})
