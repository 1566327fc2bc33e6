import { describe, expect, test } from 'vitest'
import { downName, nextNames } from '../../server/frameworks/next-names'
import { compareMigrations } from '../../server/frameworks/sql'

describe('new files follow the migration, in the scheme of its name', () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ['V3__add_x.sql', [], ['V4__add_x_migrate.sql', 'V5__add_x_contract.sql']],
    ['V3__add_x.sql', ['V4__y.sql'], ['V3.1__add_x_migrate.sql', 'V3.2__add_x_contract.sql']],
    ['V1.9__x.sql', [], ['V1.10__x_migrate.sql', 'V1.11__x_contract.sql']],
    ['V1_2__x.sql', ['V1_3__y.sql'], ['V1_2_1__x_migrate.sql', 'V1_2_2__x_contract.sql']],
    ['V20240131235959__x.sql', [], ['V20240201000000__x_migrate.sql', 'V20240201000001__x_contract.sql']],
    ['0009_x.sql', ['0001_a.sql'], ['0010_x_migrate.sql', '0011_x_contract.sql']],
    ['9-add-x.sql', ['10000-y.sql'], ['10-add-x-migrate.sql', '11-add-x-contract.sql']],
    ['000003_x.up.sql', ['000003_x.down.sql', '000001_a.up.sql'], ['000004_x_migrate.up.sql', '000005_x_contract.up.sql']],
    ['20231231235959_x.sql', [], ['20240101000000_x_migrate.sql', '20240101000001_x_contract.sql']],
    ['20240229_x.sql', [], ['20240301_x_migrate.sql', '20240302_x_contract.sql']],
    ['1510262030_x.sql', [], ['1510262031_x_migrate.sql', '1510262032_x_contract.sql']],
    ['2018-01-18-172821-0000_x/up.sql', ['2018-01-18-172821-0000_x/down.sql'], ['2018-01-18-172822-0000_x_migrate/up.sql', '2018-01-18-172823-0000_x_contract/up.sql']],
    ['20240101000000_x/migration.sql', [], ['20240101000001_x_migrate/migration.sql', '20240101000002_x_contract/migration.sql']],
    ['2.do.x.sql', ['2.undo.x.sql'], ['3.do.x_migrate.sql', '4.do.x_contract.sql']],
    ['0007.sql', [], ['0008_migrate.sql', '0009_contract.sql']],
    ['add_x.sql', ['zebra.sql'], ['add_x_2_migrate.sql', 'add_x_3_contract.sql']],
  ])('%s among %j', (path, siblings, names) => {
    expect(nextNames(path, [path, ...siblings], ['migrate', 'contract'])).toEqual({ names })
    expect([path, ...names].sort(compareMigrations)).toEqual([path, ...names])
  })
})

test.each<[string, readonly string[], string]>([
  ['0103_x.sql', ['0104_y.sql'], '0103_x.sql is followed by 0104_y.sql, with no room for 2 files between them'],
  ['20240101120000_x.sql', ['20240101120002_y.sql'], '20240101120000_x.sql is followed by 20240101120002_y.sql, with no room for 2 files between them'],
])('%s has no room before %j', (path, siblings, problem) => {
  expect(nextNames(path, siblings, ['migrate', 'contract'])).toEqual({ problem })
})

test.each([
  ['000003_x.up.sql', '000003_x.down.sql'],
  ['2018_x/up.sql', '2018_x/down.sql'],
  ['2.do.x.sql', '2.undo.x.sql'],
  ['0003_setup.sql', undefined],
  ['V3__x.sql', undefined],
])('%s is taken back by %s', (path, down) => expect(downName(path)).toBe(down))
