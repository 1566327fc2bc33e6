import { describe, expect, test } from 'vitest'
import { standingOf } from '../../server/frameworks/applied'
import type { MigrationsSnapshot } from '../../server/model/snapshot'

describe('the files that have run are those that the record names', () => {
  test.each<[MigrationsSnapshot['tool'], readonly string[], readonly string[], readonly string[]]>([
    ['flyway', ['1', '1.1', '2'], ['V1__a.sql', 'V1.1__b.sql', 'V2_0__c.sql', 'V10__d.sql', 'R__views.sql'], ['V1__a.sql', 'V1.1__b.sql', 'V2_0__c.sql']],
    ['refinery', ['1', '2'], ['V1__a.sql', 'V2__b.sql', 'V3__c.sql'], ['V1__a.sql', 'V2__b.sql']],
    ['dbmate', ['20240101120000'], ['20240101120000_a.sql', '20240102120000_b.sql'], ['20240101120000_a.sql']],
    ['sqlx', ['1', '20240101120000'], ['0001_a.sql', '20240101120000_b.up.sql', '20240102120000_c.up.sql'], ['0001_a.sql', '20240101120000_b.up.sql']],
    ['goose', ['1', '2'], ['00001_a.sql', '00002_b.sql', '00003_c.sql'], ['00001_a.sql', '00002_b.sql']],
    ['golang-migrate', ['2'], ['000001_a.up.sql', '000002_b.up.sql', '000003_c.up.sql'], ['000001_a.up.sql', '000002_b.up.sql']],
    ['tern', ['2'], ['001_a.sql', '002_b.sql', '003_c.sql'], ['001_a.sql', '002_b.sql']],
    ['diesel', ['20170831230457', '201801181728210000', '00000000000000'], ['00000000000000_setup/up.sql', '2017-08-31-230457_b/up.sql', '2018-01-18-172821-0000_c/up.sql', '2018-01-19-000000-0000_d/up.sql'], ['00000000000000_setup/up.sql', '2017-08-31-230457_b/up.sql', '2018-01-18-172821-0000_c/up.sql']],
    ['prisma', ['20240101000000_a'], ['20240101000000_a/migration.sql', '20240102000000_b/migration.sql'], ['20240101000000_a/migration.sql']],
    ['node-pg-migrate', ['1510262030_a'], ['1510262030_a.sql', '1623349200_b.sql'], ['1510262030_a.sql']],
    ['sql-migrate', ['1-a.sql'], ['1-a.sql', '2-b.sql'], ['1-a.sql']],
    ['knex', ['20240101_a.js', '20240102_b.sql'], ['20240102_b.sql', '20240103_c.sql'], ['20240102_b.sql']],
  ])('%s', (tool, applied, files, expected) => {
    const standing = standingOf(files, { 'public.record': { tool, applied } }, false)
    expect([...standing.applied].sort()).toEqual([...expected].sort())
    expect(standing).toMatchObject({ record: 'public.record', tool, remarks: [] })
  })
})

const dbmate = (...applied: string[]): MigrationsSnapshot => ({ tool: 'dbmate', applied })

describe('where the record and the folder do not agree', () => {
  test('a file that was left out is pending', () => {
    const { applied, remarks } = standingOf(['1_a.sql', '2_b.sql', '3_c.sql', '4_d.sql'], { t: dbmate('1', '3') }, true)
    expect([...applied]).toEqual(['1_a.sql', '3_c.sql'])
    expect(remarks).toEqual(['Not written down as run, though later ones are: 2_b.sql. It is taken as pending.'])
  })

  test('what was recorded has no file', () => {
    expect(standingOf(['5_e.sql', '6_f.sql'], { t: dbmate('1', '2', '3', '4', '5') }, true).remarks).toEqual(['Written down as run, but not in the folder: 1, 2, 3 and 1 more.'])
    // Nobody has looked at the rest of the folder.
    expect(standingOf(['5_e.sql'], { t: dbmate('1', '5') }, false).remarks).toEqual([])
  })

  test('a record of something else is not followed', () => {
    expect(standingOf(['20240101_a.sql'], { 'public.t': dbmate('1', '2') }, true)).toEqual({ applied: new Set(), remarks: ['No file is one of those that `public.t` (dbmate, 2) has written down as run, so all of them are taken as pending.'] })
  })

  test('of two records the one that knows more of the folder is its own', () => {
    const records = { 'a.t': dbmate('1'), 'b.t': dbmate('1', '2') }
    expect(standingOf(['1_a.sql', '2_b.sql', '3_c.sql'], records, true)).toMatchObject({ record: 'b.t', applied: new Set(['1_a.sql', '2_b.sql']) })
  })

  test('of two services with the same numbers the one that has more of them is the record’s, and neither where both have as many', () => {
    expect([...standingOf(['a/1_x.sql', 'a/2_x.sql', 'b/1_y.sql'], { t: dbmate('1', '2') }, true).applied]).toEqual(['a/1_x.sql', 'a/2_x.sql'])
    expect([...standingOf(['a/1_x.sql', 'b/1_y.sql'], { t: dbmate('1') }, true).applied]).toEqual([])
  })

  test('nothing is written down: all are pending, and there is nothing to say', () => {
    expect(standingOf(['1_a.sql'], { t: dbmate() }, true)).toEqual({ applied: new Set(), remarks: [] })
    expect(standingOf(['1_a.sql'], undefined, true)).toEqual({ applied: new Set(), remarks: [] })
  })
})
