import { describe, expect, test } from 'vitest'
import { compareMigrations, isDownFile, isMigrationFile, read } from '../../server/frameworks/sql'

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
  expect(read('a.sql', 'SELECT 1;')).toEqual({ path: 'a.sql', framework: 'sql', transaction: 'statement', fragments: [{ sql: 'SELECT 1;', start: 0 }], unread: [] })
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
    expect(migration.transaction).toBe(transaction)
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
