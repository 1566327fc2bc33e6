// How far standbys are behind. `POSTGRES=13,17 npx vitest run test/server/estimate/standby-lag.test.ts` starts a primary with its standby, and compares with what comes of it.
import type { Client } from 'pg'
import type { MarkupContent } from 'vscode-languageserver-types'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hover } from '../../../server/editor/hover'
import type { ActivitySnapshot, Snapshot } from '../../../server/model/snapshot'
import type { StandbyLag } from '../../../server/model/standby'
import { standbysOf } from '../../../server/model/standby'
import { toReport } from '../../../server/report'
import { takeSnapshot } from '../../../server/sources/postgres'
import { worldFrom } from '../../../server/world'
import { makeView, shop } from '../../editor/make-view'
import { loadParser } from '../../../server/sql/parser'
import { analyseSql } from '../../support/engine'
import { reportSchema } from '../../support/schemas'
import { startServer } from '../../support/server'
import type { Server, Version } from '../../support/server'

await loadParser()

const streaming = { name: 'one', state: 'streaming', synchronous: false }

test.each<[string, ActivitySnapshot, Readonly<Record<string, string>>, ReturnType<typeof standbysOf>]>([
  ['none', {}, {}, undefined],
  ['one that keeps up', { standbys: [streaming] }, {}, { count: 1 }],
  ['the last of two counts', { standbys: [{ ...streaming, lagMs: 20 }, { ...streaming, name: 'two', lagMs: 4000 }] }, {}, { count: 2, lagMs: 4000 }],
  ['a base backup replays nothing', { standbys: [{ ...streaming, state: 'backup' }] }, {}, undefined],
  ['a subscriber is no standby', { standbys: [{ ...streaming, name: 'sub' }], replicationSlots: [{ name: 'sub', kind: 'logical', active: true }] }, {}, undefined],
  ['commits wait for one that is synchronous', { standbys: [{ ...streaming, synchronous: true }] }, { synchronous_commit: 'remote_apply' }, { count: 1, commitsWait: true }],
  ['and for no other', { standbys: [streaming] }, { synchronous_commit: 'remote_apply' }, { count: 1 }],
  ['nor where they wait for its disk alone', { standbys: [{ ...streaming, synchronous: true }] }, { synchronous_commit: 'on' }, { count: 1 }],
])('%s', (_, activity, settings, expected) => expect(standbysOf(activity, settings)).toEqual(expected))

const withStandby = (activity: Partial<(typeof streaming & { lagMs: number })> = {}): Snapshot => ({ ...shop, settings: { synchronous_commit: 'remote_apply' }, activity: { standbys: [{ ...streaming, ...activity }] } })

function lagOf(sql: string, snapshot: Snapshot): StandbyLag | undefined {
  return analyseSql(sql, worldFrom(snapshot)).statements.at(-1)!.assessed.standbyLag
}

test('it is told of statements that write WAL, where there is a standby', () => {
  const rewrite = 'ALTER TABLE orders ALTER COLUMN total TYPE text'
  expect(lagOf(rewrite, shop)).toBeUndefined()
  expect(lagOf('ALTER TABLE orders ALTER COLUMN status SET NOT NULL', withStandby())).toBeUndefined()
  const { duration } = lagOf(rewrite, withStandby())!
  expect(duration.lowMs).toBe(0)
  expect(duration.highMs).toBeGreaterThan(10_000)
  expect(lagOf(rewrite, withStandby({ lagMs: 5_000 }))!.duration).toEqual({ lowMs: 5_000, expectedMs: duration.expectedMs + 5_000, highMs: duration.highMs + 5_000 })
})

test('the hover and the report tell it, and from what it is reckoned', () => {
  const sql = 'CREATE INDEX i ON orders (status);'
  const said = (snapshot: Snapshot): string => (hover(makeView(sql, { snapshot }), 3)!.contents as MarkupContent).value
  expect(said(shop)).not.toContain('When it ends')
  expect(said(withStandby())).toMatch(/of WAL, which the standby replays.* When it ends, the standby is up to \d+ s behind\./)
  expect(said(withStandby({ synchronous: true, lagMs: 5000 }))).toMatch(/the standby is 5\.0 s – \d+ s behind, and whoever commits waits|the standby is 5[.\d]*–[.\d]+ s behind, and whoever commits waits/)
  const report = toReport([analyseSql(sql, worldFrom(withStandby()))], shop)
  expect(reportSchema(report)).toEqual([])
  expect(report.files[0]!.statements[0]!.standbyLag!.standbys).toBe(1)
  expect(report.files[0]!.statements[0]!.because).toContainEqual({ fact: 'replay on a standby', value: expect.stringContaining('of WAL a second'), from: 'assumed' })
})

const versions = (process.env['POSTGRES'] ?? '').split(',').filter(Boolean).map((version) => Number(version) as Version)

describe.each(versions)('a standby of PostgreSQL %s', (version) => {
  let primary: Server
  let standby: Server
  let writer: Client
  let reader: Client

  beforeAll(async () => {
    const settings = { fsync: 'on', full_page_writes: 'on', synchronous_commit: 'on', shared_buffers: '256MB', max_wal_size: '4GB', checkpoint_timeout: '1h', wal_level: 'replica' }
    primary = await startServer({ version, settings })
    standby = await startServer({ version, settings, standbyOf: primary })
    writer = await primary.connect()
    reader = await standby.connect()
    await writer.query('CREATE TABLE book (id bigint, amount integer, note text)')
    await writer.query("INSERT INTO book SELECT n, n::bigint * 7919 % 1000003, md5(n::text) || md5(n::text) FROM generate_series(1, 200000) n")
    await writer.query('CREATE INDEX book_amount ON book (amount)')
    await writer.query('VACUUM ANALYZE book')
    await writer.query('CHECKPOINT')
  }, 300_000)
  afterAll(async () => {
    await standby?.stop()
    await primary?.stop()
  })

  const now = async (): Promise<string> => (await writer.query<{ now: string }>('SELECT pg_current_wal_lsn() AS now')).rows[0]!.now
  const replayed = async (place: string): Promise<void> => {
    while (!(await reader.query<{ done: boolean }>('SELECT pg_last_wal_replay_lsn() >= $1::pg_lsn AS done', [place])).rows[0]!.done) await new Promise((resolve) => setTimeout(resolve, 1))
  }

  test.each([
    'CREATE TABLE copied AS SELECT * FROM book',
    'CREATE INDEX made ON book (note)',
    'ALTER TABLE book ADD COLUMN lot double precision DEFAULT random()',
    'VACUUM FULL book',
    'UPDATE book SET amount = amount + 1',
    "UPDATE book SET note = note || 'x'",
    'INSERT INTO book SELECT * FROM copied',
    'DELETE FROM book',
  ])('is as far behind as told: %s', async (sql) => {
    await replayed(await now())
    await writer.query('ANALYZE')
    const snapshot = await takeSnapshot({ url: primary.url() })
    expect(snapshot.activity!.standbys!.map(({ state }) => state)).toEqual(['streaming'])
    const told = lagOf(sql, snapshot)!
    await writer.query(sql)
    const ended = performance.now()
    await replayed(await now())
    const lagMs = performance.now() - ended
    process.stdout.write(`${version} ${sql}: ${lagMs.toFixed(0)} ms, told ${told.duration.lowMs.toFixed(0)}, ${told.duration.expectedMs.toFixed(0)}, ${told.duration.highMs.toFixed(0)} ms\n`)
    expect(lagMs).toBeLessThanOrEqual(told.duration.highMs)
    expect(lagMs).toBeGreaterThanOrEqual(told.duration.lowMs)
  }, 120_000)
})
