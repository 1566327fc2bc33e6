import { mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Report, StatementReport } from '../../server/model/report'
import { snapshotScript } from '../../server/sources/snapshot-script'
import { reportSchema, snapshotSchema } from '../support/schemas'
import { startServer } from '../support/server'
import { build, converse, project, run, runAndInterrupt, runAndLeave, temporaryFolder } from './run'

let folder: ReturnType<typeof temporaryFolder>
const at = (...parts: readonly string[]): string => join(folder.path, ...parts)
const write = (path: string, text: string | Uint8Array): string => {
  mkdirSync(join(at(path), '..'), { recursive: true })
  writeFileSync(at(path), text)
  return at(path)
}

const unsafe = 'CREATE INDEX orders_status ON orders (status);\n'
const safe = 'CREATE TABLE parcels (id bigint);\n'

beforeAll(() => {
  build()
  folder = temporaryFolder()
  write('snapshot.json', '{"version":1,"tables":{"orders":{"rows":52000000}}}')
  write('unsafe.sql', unsafe)
  write('safe.sql', safe)
})
afterAll(() => folder?.remove())

const snapshotOption = (): readonly string[] => ['--snapshot', at('snapshot.json')]

describe('exit code of check', () => {
  test.each<[string, readonly string[], number]>([
    ['findings of the level', [], 1],
    ['the level is above them', ['--fail-on', 'never'], 0],
    ['the level is below them', ['--fail-on', 'info'], 1],
  ])('%s', (_, options, code) => {
    expect(run(['check', at('unsafe.sql'), ...snapshotOption(), ...options]).code).toBe(code)
  })

  test('nothing found', () => {
    const outcome = run(['check', at('safe.sql'), ...snapshotOption()])
    expect(outcome).toMatchObject({ code: 0, err: '' })
    expect(outcome.out).toBe(`1 statement in 1 file: all safe.\nDurations from ${at('snapshot.json')}.\n`)
  })

  test('a warning is no error, unless it is asked for', () => {
    // Without a snapshot the size is not known, which is a warning.
    expect(run(['check', at('unsafe.sql')]).code).toBe(0)
    expect(run(['check', at('unsafe.sql'), '--fail-on', 'warning']).code).toBe(1)
  })
})

test('what one file sets is gone in the next, which runs in a session of its own', () => {
  write('sessions/1_a.sql', "SET lock_timeout = '2s';\nSET search_path = sales;\n")
  write('sessions/2_b.sql', 'CREATE INDEX CONCURRENTLY orders_day ON orders (day);\n')
  const outcome = run(['check', at('sessions'), ...snapshotOption(), '--format', 'json', '--fail-on', 'never'])
  const [, second] = (JSON.parse(outcome.out) as Report).files
  expect(second!.findings).toEqual([])
  expect(second!.statements[0]!.effects[0]!.relation).toBe('public.orders')
})

describe('migrations that have run are not looked at', () => {
  const options = (): readonly string[] => ['check', at('history'), '--snapshot', at('history.json'), '--fail-on', 'never']
  beforeAll(() => {
    write('history/V1__orders.sql', 'CREATE TABLE orders (id bigint);\n')
    write('history/V2__status.sql', unsafe)
    write('history/V3__left_out.sql', safe)
    write('history/V4__index.sql', 'CREATE INDEX orders_id ON orders (id);\n')
    write('history/V10__pending.sql', 'CREATE INDEX orders_total ON orders (total);\n')
    write('history/U10__pending.sql', 'DROP TABLE orders;\n')
    write('history.json', JSON.stringify({ version: 1, tables: { orders: { rows: 52000000 } }, migrations: { 'public.flyway_schema_history': { tool: 'flyway', applied: ['0.9', '1', '2', '4'] } } }))
  })

  test('as the record of their tool says, and where that and the folder do not agree', () => {
    const { out } = run(options())
    expect(out).not.toContain('V2__status')
    expect(out).toContain('V10__pending.sql')
    expect(out).toContain('2 statements in 2 files')
    expect(out).toContain('3 files have run already, as public.flyway_schema_history says, and were not looked at.')
    expect(out).toContain('Not written down as run, though later ones are: V3__left_out.sql. It is taken as pending.')
    expect(out).toContain('Written down as run, but not in the folder: 0.9.')
  })

  test('nor are they in the report', () => {
    const report = JSON.parse(run([...options(), '--format', 'json']).out) as Report
    expect(reportSchema(report)).toEqual([])
    expect(report.files.map(({ path }) => path)).toEqual([at('history/V3__left_out.sql'), at('history/V10__pending.sql')])
    expect(report.history).toMatchObject([{ record: 'public.flyway_schema_history', tool: 'flyway', applied: 3, pending: 2 }])
    expect(report.history[0]!.remarks).toHaveLength(2)
  })

  test('without a record all of them are', () => {
    const report = JSON.parse(run(['check', at('history'), ...snapshotOption(), '--fail-on', 'never', '--format', 'json']).out) as Report
    expect(report.files).toHaveLength(5)
    expect(report.history).toEqual([])
  })

  test('one that is named is told to have run', () => {
    const { code, out } = run(['check', at('history/V2__status.sql'), '--snapshot', at('history.json')])
    expect(code).toBe(0)
    expect(out).toContain('1 file has run already')
  })
})

describe('wrong usage is one sentence and exit code 2', () => {
  test.each<[readonly string[], string]>([
    [['chekc'], 'there is no command chekc; lockscope --help lists them.'],
    [['check'], 'check needs a file or a directory; - is standard input.'],
    [['check', 'a.sql', '--frobnicate'], 'check has no option --frobnicate; lockscope check --help lists them.'],
    [['check', 'a.sql', '-x'], 'check has no option -x; lockscope check --help lists them.'],
    [['check', 'a.sql', '--format', 'xml'], '--format is pretty or json, not xml.'],
    [['check', 'a.sql', '--fail-on', 'bad'], '--fail-on is error, warning, info or never, not bad.'],
    [['check', 'a.sql', '--postgres', '9.6'], '--postgres is a version from 12 to 18, not 9.6.'],
    [['check', 'a.sql', '--postgres', 'new'], '--postgres is a version from 12 to 18, not new.'],
    [['check', 'a.sql', '--transaction', 'none'], '--transaction is auto, statement or file, not none.'],
    [['check', 'a.sql', '--snapshot'], '--snapshot needs a value.'],
    [['check', 'a.sql', '--verbose=yes'], '--verbose takes no value.'],
    [['plan'], 'plan needs a file, such as migrations/12_orders.sql or migrations/12_orders.sql:3; - is standard input.'],
    [['plan', 'a.sql', 'b.sql'], 'plan takes one file, not 2.'],
    [['snapshot', '--url', 'mysql://host/db'], '--url is like postgresql://user@host:5432/database.'],
    [['snapshot'], 'snapshot needs --url, or PGHOST, PGUSER and PGDATABASE in the environment.'],
    [['snapshot', 'file.json'], 'snapshot takes no file; where it goes is --output file.json.'],
    [['lsp'], 'lsp speaks over standard input and output: lockscope lsp --stdio.'],
  ])('%j', (args, sentence) => {
    expect(run(args)).toEqual({ code: 2, out: '', err: `lockscope: ${sentence}\n` })
  })
})

describe('a file that cannot be analysed is one sentence and exit code 2', () => {
  const utf16 = Buffer.from('\ufeffCREATE TABLE t (a int);', 'utf16le')
  test.each<[string, string | Uint8Array | undefined, string]>([
    ['missing.sql', undefined, 'does not exist.'],
    ['binary.sql', Uint8Array.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2]), 'is binary, not SQL.'],
    ['latin1.sql', Uint8Array.from(Buffer.from("SELECT 'é';", 'latin1')), 'is not UTF-8 text.'],
    ['utf16.sql', Uint8Array.from(utf16), 'is UTF-16; save it as UTF-8.'],
    ['large.sql', new Uint8Array(51 * 1024 * 1024).fill(32), 'is larger than 50 MB, which no migration is.'],
  ])('%s', (name, content, reason) => {
    if (content !== undefined) write(name, content)
    const outcome = run(['check', at(name)])
    expect(outcome).toMatchObject({ code: 2, err: `lockscope: ${at(name)} ${reason}\n` })
  })

  test('the others are analysed all the same', () => {
    const { code, out, err } = run(['check', at('missing.sql'), at('unsafe.sql'), '--format', 'json', ...snapshotOption()])
    expect([code, err]).toEqual([2, `lockscope: ${at('missing.sql')} does not exist.\n`])
    expect((JSON.parse(out) as Report).files.map(({ path }) => path)).toEqual([at('unsafe.sql')])
  })

  test('one that leads in a circle, which a directory may hold too', () => {
    mkdirSync(at('circle'), { recursive: true })
    write('circle/2.sql', unsafe)
    symlinkSync('1.sql', at('circle', '1.sql'))
    expect(run(['check', at('circle', '1.sql')])).toMatchObject({ code: 2, err: `lockscope: ${at('circle', '1.sql')} cannot be read (ELOOP).\n` })
    expect(run(['check', at('circle'), ...snapshotOption()])).toMatchObject({ err: expect.stringMatching(/^(lockscope: .*1\.sql cannot be read \(ELOOP\)\.\n)?$/) as string, out: expect.stringContaining('Blocks writes') as string })
  })

  test.each([
    ['half-typed', 'ALTER TABLE orders ADD CONSTR', 1],
    ['an unclosed dollar quote', 'DO $$ BEGIN\nSELECT 1;', 2],
    ['no SQL at all', '<html><body>CREATE INDEX</body></html>', 1],
    ['nothing', '', 0],
  ])('%s is no such file, and what is behind it is read', (name, text, unread) => {
    write(`spoilt/${name}.sql`, text)
    write('spoilt/behind.sql', unsafe)
    const { out, err, code } = run(['check', at('spoilt', `${name}.sql`), at('spoilt', 'behind.sql'), '--format', 'json', ...snapshotOption()])
    expect([code, err]).toEqual([1, ''])
    const { files } = JSON.parse(out) as Report
    expect(files[0]!.unread.length).toBe(unread)
    expect(files[1]!.findings.map(({ hazard }) => hazard)).toEqual(['long-lock'])
  })

  test('one below a file', () => {
    expect(run(['check', at('safe.sql', 'x.sql')]).err).toBe(`lockscope: ${at('safe.sql', 'x.sql')} cannot be read (ENOTDIR).\n`)
  })

  test('a directory without migrations, and one with nothing else than ways back', () => {
    mkdirSync(at('empty'), { recursive: true })
    expect(run(['check', at('empty')])).toEqual({ code: 2, out: '', err: `lockscope: ${at('empty')} has no migrations: no file below it ends in .sql.\n` })
    write('only-down/1.down.sql', 'DROP TABLE t;')
    expect(run(['check', at('only-down')]).err).toBe(`lockscope: ${at('only-down')} has no migrations: all 1 .sql files below it take changes back; name them to check them.\n`)
  })
})

describe('a broken snapshot is one sentence and exit code 2', () => {
  test.each<[string, string]>([
    ['', 'The snapshot is empty.'],
    ['{"version":2}', 'The snapshot is newer than this Lockscope knows (version 2); update Lockscope.'],
    ['{"version":1,"tables":{"orders":{"rows":"many"}}}', 'tables.orders.rows must be a number, 0 or more, not the text "many".'],
    ['{"version":1,"tables":{"orders":{"rows":1e999}}}', 'tables.orders.rows must be a number, 0 or more, not null.'],
    ['{"version":1,"tables":{"orders":{"indexes":[{"name":"a","keys":[[]]}]}}}', 'tables.orders.indexes[0].keys[0] must be a text, not a list.'],
    ['[', 'The snapshot is not JSON: Unexpected end of JSON input.'],
  ])('%s', (text, sentence) => {
    write('broken.json', text)
    expect(run(['check', at('unsafe.sql'), '--snapshot', at('broken.json')])).toEqual({ code: 2, out: '', err: `lockscope: ${at('broken.json')}: ${sentence}\n` })
  })

  test('one of other tables says nothing of these, and is no error', () => {
    write('others.json', '{"version":1,"tables":{"parcels":{"rows":52000000}}}')
    expect(run(['check', at('unsafe.sql'), '--snapshot', at('others.json'), '--fail-on', 'warning'])).toMatchObject({ err: '', code: 1, out: expect.stringContaining('whose size is not known') as string })
  })

  test('none at all', () => {
    expect(run(['check', at('unsafe.sql'), '--snapshot', at('nowhere.json')]).err).toBe(`lockscope: ${at('nowhere.json')}: There is no such file.\n`)
  })
})

describe('the JSON report', () => {
  const report = (args: readonly string[], input?: string): Report => JSON.parse(run(['check', ...args, '--format', 'json', '--fail-on', 'never'], input === undefined ? {} : { input }).out) as Report

  test('is what its schema says', () => {
    const samples = report(['samples/migrations', '--snapshot', 'samples/lockscope.snapshot.json'])
    expect(reportSchema(samples)).toEqual([])
    expect(samples.files.map(({ path }) => path.slice(-40))).toHaveLength(14)
    expect(samples.snapshot).toEqual({ source: 'postgres', takenAt: '2026-11-16T04:10:00.000Z', serverVersion: expect.stringMatching(/^17\./) })
    expect(reportSchema(report([at('unsafe.sql')]))).toEqual([])
    expect(reportSchema(report(['-'], ''))).toEqual([])
  })

  test('counts what it holds', () => {
    const { files, summary } = report(['samples/migrations', '--snapshot', 'samples/lockscope.snapshot.json'])
    const findings = files.flatMap((file) => file.findings)
    expect(summary).toEqual({
      statements: files.flatMap((file) => file.statements).length,
      findings: Object.fromEntries(['error', 'warning', 'info'].map((severity) => [severity, findings.filter((finding) => finding.severity === severity).length])),
      unread: files.flatMap((file) => file.unread).length,
    })
    for (const file of files) {
      for (const { plan, statement } of file.findings) {
        expect(statement).toBeLessThan(file.statements.length)
        if (plan !== null) expect(file.plans[plan]!.statement).toBe(statement)
      }
    }
  })

  test('--postgres names the version of the server, else the snapshot does, else it is the newest', () => {
    const snapshot = write('of-17.json', '{"version":1,"serverVersion":"17.4","tables":{"orders":{"rows":52000000}}}')
    const effects = (args: readonly string[]): unknown => report([...args, '-'], 'GRANT SELECT ON orders TO app;').files[0]!.statements[0]!.effects
    // GRANT locks from 18 on.
    const locked = [{ relation: 'public.orders', lock: 'ACCESS SHARE', work: [] }]
    expect(effects([])).toEqual(locked)
    expect(effects(['--postgres', '17'])).toEqual([])
    expect(effects(['--snapshot', snapshot])).toEqual([])
    expect(effects(['--snapshot', snapshot, '--postgres', '18.1'])).toEqual(locked)
  })

  test('spans count UTF-16 units from 0, with and without a byte order mark', () => {
    const sql = "\ufeff-- 😀\r\nSELECT '😀'; CREATE INDEX i ON orders (status)\r\n;"
    const [file] = report(['-'], sql).files
    expect(file!.statements.map(({ span }) => [span.start, span.end])).toEqual([
      [{ line: 1, character: 0 }, { line: 1, character: 11 }],
      [{ line: 1, character: 13 }, { line: 1, character: 46 }],
    ])
  })

  test('transactions and what they hold', () => {
    const sql = 'BEGIN;\nCREATE INDEX i ON orders (status);\nCREATE INDEX j ON orders (total);\nCOMMIT;\nCREATE INDEX k ON orders (total);\nBEGIN;\nLOCK TABLE orders IN SHARE MODE;\nROLLBACK;'
    const [file] = report([...snapshotOption(), '-'], sql).files
    expect(file!.statements.map(({ transaction }) => transaction)).toEqual([0, 0, 0, 0, null, 1, 1, 1])
    const [, first, second, commit, alone] = file!.statements
    const held = ({ holds }: StatementReport, lock: string): unknown => holds.find((hold) => hold.relation === 'public.orders' && hold.lock === lock)
    expect(held(first!, 'SHARE')).toMatchObject({ fromStatement: 1 })
    expect(held(second!, 'SHARE')).toEqual(held(first!, 'SHARE'))
    const hold = held(first!, 'SHARE') as { readonly duration: { readonly expectedMs: number } }
    expect(hold.duration.expectedMs).toBeGreaterThanOrEqual(first!.duration!.expectedMs + second!.duration!.expectedMs)
    expect(commit!.holds).toEqual([])
    expect(alone!.holds).toEqual([])
  })

  test('a savepoint gives back what was taken after it', () => {
    const sql = 'BEGIN;\nLOCK TABLE orders;\nSAVEPOINT a;\nLOCK TABLE users;\nROLLBACK TO a;\nLOCK TABLE carts;\nCOMMIT;\nBEGIN;\nLOCK TABLE users;\n'
    const [file] = report(['-'], sql).files
    const [orders, users, carts] = ['public.orders', 'public.users', 'public.carts']
    expect(file!.statements.map(({ holds }) => holds.map(({ relation }) => relation))).toEqual([[], [orders], [orders], [orders, users], [orders], [orders, carts], [], [], [users]])
    expect(file!.statements.at(-1)!.holds[0]!.fromStatement).toBe(8)
  })

  test('the tool’s own transaction around a file', () => {
    const [file] = report([...snapshotOption(), '-', '--transaction', 'file'], unsafe + safe).files
    expect(file!.statements.map(({ transaction, holds }) => [transaction, holds.length > 0])).toEqual([
      [0, true],
      [0, true],
    ])
  })

  test('without a snapshot no duration is invented', () => {
    const { snapshot, files } = report([at('unsafe.sql')])
    expect(snapshot).toBeNull()
    expect(files[0]!.statements[0]).toMatchObject({ duration: null, effects: [{ relation: 'public.orders', lock: 'SHARE' }, expect.anything()] })
  })
})

describe('a directory', () => {
  test('its files run in order, ways back are left out, and later files see what earlier ones made', () => {
    write('shop/2_index.sql', 'CREATE INDEX ON parcels (id);')
    write('shop/10_more.sql', 'ALTER TABLE parcels DROP COLUMN id;')
    write('shop/1_parcels.sql', safe)
    write('shop/1_parcels.down.sql', 'DROP TABLE parcels;')
    write('shop/README.md', 'not SQL')
    write('shop/node_modules/x/1.sql', 'DROP TABLE x;')
    const { out } = run(['check', at('shop'), at('shop', '2_index.sql'), '--format', 'json', '--fail-on', 'never'])
    expect((JSON.parse(out) as Report).files.map(({ path }) => path)).toEqual([at('shop', '1_parcels.sql'), at('shop', '2_index.sql'), at('shop', '10_more.sql')])
  })
})

describe('the tool that the folder is for', () => {
  const wraps = (folder: string, ...options: readonly string[]): Readonly<Record<string, boolean>> => {
    const { files } = JSON.parse(run(['check', at(folder), ...snapshotOption(), '--format', 'json', '--fail-on', 'never', ...options]).out) as Report
    return Object.fromEntries(files.map(({ path, statements }) => [path.slice(at(folder).length + 1), statements[0]!.transaction !== null]))
  }
  const two = `${unsafe}${safe}`
  const alone = 'CREATE INDEX CONCURRENTLY orders_day ON orders (day);\n'

  test('is seen by its own file beside, by names, and by what opts a file out', () => {
    for (const [path, text] of Object.entries({
      'tools/atlas/1_x.sql': two,
      'tools/atlas/2_x.sql': `-- atlas:txmode none\n${alone}`,
      'tools/atlas/atlas.sum': 'h1:x=\n',
      'tools/flyway/V1__x.sql': two,
      'tools/flyway/V2__x.sql': two,
      'tools/flyway/V2__x.sql.conf': 'executeInTransaction=false\n',
      'tools/migrate/1_x.up.sql': two,
      'tools/migrate/1_x.down.sql': two,
      'tools/migrate/2_x.up.sql': alone,
      'tools/diesel/1_x/up.sql': two,
      'tools/diesel/2_x/up.sql': alone,
      'tools/diesel/2_x/metadata.toml': 'run_in_transaction = false\n',
      'tools/drizzle/0001_x.sql': two,
      'tools/drizzle/meta/_journal.json': '{}',
      'tools/plain/1_x.sql': two,
      'tools/supabase/migrations/1_x.sql': two,
    })) write(path, text)
    expect(wraps('tools')).toEqual({
      'atlas/1_x.sql': true,
      'atlas/2_x.sql': false,
      'diesel/1_x/up.sql': true,
      'diesel/2_x/up.sql': false,
      'drizzle/0001_x.sql': true,
      'flyway/V1__x.sql': true,
      'flyway/V2__x.sql': false,
      'migrate/1_x.up.sql': true,
      'migrate/2_x.up.sql': false,
      'plain/1_x.sql': false,
      'supabase/migrations/1_x.sql': true,
    })
    expect(wraps('tools/flyway', '--transaction', 'statement')).toEqual({ 'V1__x.sql': false, 'V2__x.sql': false })
    expect(wraps('tools/plain', '--transaction', 'file')).toEqual({ '1_x.sql': true })
    // From inside the folder its whole path counts all the same.
    const { out } = run(['check', '.', '--format', 'json', '--fail-on', 'never'], { cwd: at('tools/supabase/migrations') })
    expect((JSON.parse(out) as Report).files[0]!.statements[0]!.transaction).toBe(0)
  })

  test('is named where its transaction matters, and its files are given no statement that they cannot run', () => {
    write('tools/named/V1__x.sql', `ALTER TABLE orders ADD COLUMN note text;\n${unsafe}`)
    const { out } = run(['check', at('tools/named'), ...snapshotOption(), '--fail-on', 'never'])
    expect(out.replaceAll(/\s+/g, ' ')).toContain('Runs in the one transaction that Flyway makes of the file, which still blocks reads and writes to `orders`')
    expect(out).not.toContain('CONCURRENTLY')
  })
})

test('files for other databases are left out, and that is said', () => {
  write('several/1_x.up.sql', safe)
  write('several/1_x.mysql.up.sql', 'ALTER TABLE orders ENGINE = InnoDB;')
  write('several/2_x.up.sql', 'SELECT 1;')
  write('several/2_x.postgres.up.sql', safe.replace('parcels', 'boxes'))
  write('several/sqlite/1_x.sql', 'PRAGMA foreign_keys = ON;')
  const { code, out, err } = run(['check', at('several'), '--format', 'json'])
  expect({ code, err }).toEqual({ code: 0, err: 'lockscope: by their names 2 files are for mysql and sqlite, and left out.\n' })
  expect((JSON.parse(out) as Report).files.map(({ path }) => path)).toEqual([at('several/1_x.up.sql'), at('several/2_x.postgres.up.sql')])
  expect(run(['check', at('several/sqlite')]).code).toBe(0)
  write('others/a.mysql.sql', 'SELECT 1;')
  expect(run(['check', at('others')])).toEqual({ code: 2, out: '', err: `lockscope: ${at('others')} has no migrations for PostgreSQL: by its name the one .sql file below it is for mysql; name them to check them.\n` })
  // Who names one asks for it.
  expect(run(['check', at('others/a.mysql.sql')]).code).toBe(0)
})

describe('a file that is named by itself', () => {
  const filesOf = (args: readonly string[]): Report['files'] => (JSON.parse(run(['check', ...args, '--format', 'json', '--fail-on', 'never']).out) as Report).files
  const worksOf = (statement: StatementReport | undefined): readonly string[] => statement!.effects.flatMap((effect) => effect.work.map(({ kind }) => kind))

  beforeAll(() => {
    write('app/migrations/1_items.up.sql', 'CREATE TABLE items (id bigint PRIMARY KEY, code varchar(20), hits int);')
    write('app/migrations/2_wide.up.sql', 'ALTER TABLE items ALTER COLUMN hits TYPE bigint;')
    write('app/migrations/2_wide.down.sql', 'ALTER TABLE items ALTER COLUMN hits TYPE int;')
    write('app/migrations/3_again.up.sql', 'ALTER TABLE items ALTER COLUMN hits TYPE bigint, ALTER COLUMN code TYPE varchar(40);')
    write('app/migrations/4_later.up.sql', 'DROP TABLE items;')
  })
  const named = (name: string): string => at('app/migrations', name)

  test('is read on the schema that those before it in its folder leave, of which nothing is told', () => {
    const [file, ...others] = filesOf([named('3_again.up.sql')])
    expect(others).toEqual([])
    expect(file!.path).toBe(named('3_again.up.sql'))
    expect(worksOf(file!.statements[0])).toEqual([])
    expect(worksOf(filesOf([named('2_wide.up.sql')])[0]!.statements[0])).toEqual(['rewrite'])
    expect(run(['check', named('3_again.up.sql')]).out).toContain('2 files that run before were read for the schema that they leave.')
  })

  test('several of one folder run in their order', () => {
    expect(filesOf([named('4_later.up.sql'), named('2_wide.up.sql')]).map(({ path }) => path)).toEqual([named('2_wide.up.sql'), named('4_later.up.sql')])
  })

  test('one that takes a change back meets the schema after it', () => {
    expect(worksOf(filesOf([named('2_wide.down.sql')])[0]!.statements[0])).toEqual(['rewrite'])
  })

  test('a snapshot of everything has all that, unless it says which have not run', () => {
    const snapshot = write('whole.json', '{"version":1,"complete":true,"tables":{"public.items":{"rows":7,"columns":[{"name":"hits","type":"integer"},{"name":"code","type":"text"}]}}}')
    const { out } = run(['check', named('3_again.up.sql'), '--snapshot', snapshot])
    expect(out).not.toContain('run before')
    expect(worksOf(filesOf([named('3_again.up.sql'), '--snapshot', snapshot])[0]!.statements[0])).toContain('rewrite')
  })

  test('beside others, each in a folder of its own, it meets what those before it make', () => {
    write('folders/migrations/20260102000000_index/migration.sql', 'CREATE INDEX ON parcels (id);')
    write('folders/migrations/20260101000000_parcels/migration.sql', safe)
    const [index, made] = ['20260102000000_index', '20260101000000_parcels'].map((name) => at('folders/migrations', name, 'migration.sql'))
    const snapshot = write('no-tables.json', '{"version":1,"complete":true,"tables":{}}')
    const files = filesOf([index!, made!, '--snapshot', snapshot])
    expect(files.map(({ path, findings }) => [path, findings])).toEqual([[made, []], [index, []]])
  })

  test('its plan is made on that schema too', () => {
    expect(run(['plan', named('2_wide.up.sql')]).out).toContain('Fill a second column of the new type beside `hits`')
  })
})

describe('what people read', () => {
  const outcome = (): string => run(['check', at('unsafe.sql'), ...snapshotOption()]).out

  test('place, lock, table, time, the line with the piece underlined, and the way round', () => {
    expect(outcome()).toMatch(
      /^.*unsafe\.sql\n\n {5}1:1  SHARE · orders · ~\d.*\n {6}1 │ CREATE INDEX orders_status ON orders \(status\);\n {8}│ {2,}\^+\n {10}error long-lock  Blocks writes to `orders` for [\s\S]*instead\n {8}│ CREATE INDEX CONCURRENTLY orders_status ON orders \(status\);\n/,
    )
  })

  test('no colour but on a terminal, or where it is forced', () => {
    expect(outcome()).not.toContain('\u001b')
    expect(run(['check', at('unsafe.sql')], { env: { FORCE_COLOR: '1' } }).out).toContain('\u001b[33m')
    expect(run(['check', at('unsafe.sql')], { env: { FORCE_COLOR: '0' } }).out).not.toContain('\u001b')
  })

  test('safe statements are counted, and shown when asked for', () => {
    write('both.sql', unsafe + safe)
    expect(run(['check', at('both.sql'), ...snapshotOption()]).out).toContain('✓ 1 more statement, safe')
    expect(run(['check', at('both.sql'), ...snapshotOption(), '--verbose']).out).toMatch(/ {5}2:1  ✓ new table/)
  })

  test('carets stand under wide characters and tabs', () => {
    write('wide.sql', "/* 漢字 */\tCREATE INDEX i ON orders (status);")
    const lines = run(['check', at('wide.sql')]).out.split('\n')
    const line = lines.find((one) => one.includes('漢字'))!
    // The two characters take two columns each.
    expect(lines[lines.indexOf(line) + 1]!.indexOf('^')).toBe(line.indexOf('INDEX') + 2)
  })

  test('standard input has a name', () => {
    expect(run(['check', '-', ...snapshotOption()], { input: unsafe }).out).toMatch(/^standard input\n/)
  })
})

describe('plan', () => {
  test('prints SQL that runs, for the whole file or for one line', () => {
    write('two.sql', `${safe}${unsafe}CREATE INDEX b ON orders (total);\n`)
    const whole = run(['plan', at('two.sql'), ...snapshotOption()])
    expect(whole).toMatchObject({ code: 0, err: '' })
    expect(whole.out.match(/^CREATE INDEX CONCURRENTLY/gm)).toHaveLength(2)
    const one = run(['plan', `${at('two.sql')}:3`, ...snapshotOption()])
    expect(one.out.match(/^CREATE INDEX CONCURRENTLY.*$/gm)).toEqual(['CREATE INDEX CONCURRENTLY b ON orders (total);'])
    expect(one.out).toMatch(/^-- For line 3: CREATE INDEX b ON orders \(total\)\n/)
  })

  test('as JSON', () => {
    const { plans } = JSON.parse(run(['plan', at('two.sql'), '--format', 'json', ...snapshotOption()]).out) as { plans: Report['files'][number]['plans'] }
    expect(plans.map(({ statement, fit }) => [statement, fit])).toEqual([
      [1, 'equivalent'],
      [2, 'equivalent'],
    ])
  })

  test('where there is none, and where there is no statement', () => {
    expect(run(['plan', at('safe.sql')])).toEqual({ code: 0, out: '', err: `No statement of ${at('safe.sql')} needs another way.\n` })
    expect(run(['plan', `${at('two.sql')}:99`])).toEqual({ code: 2, out: '', err: `lockscope: there is no statement on line 99 of ${at('two.sql')}.\n` })
    expect(run(['plan', at('missing.sql')])).toEqual({ code: 2, out: '', err: `lockscope: ${at('missing.sql')} does not exist.\n` })
  })
})

describe('calibrate and learn', () => {
  test('a server is measured, and the snapshot tells its rates', { timeout: 180_000 }, async () => {
    const server = await startServer()
    try {
      const file = write('measured.json', '{"version":1,"tables":{"orders":{"rows":52000000}}}')
      const measured = run(['calibrate', '--url', server.url(), '--snapshot', file, '--yes'])
      expect(measured).toEqual({ code: 0, out: '', err: expect.stringMatching(/measured\.json: \d+ timings; half of them lie within \d+ % of what the rates give\.\n$/) })
      const snapshot: unknown = JSON.parse(readFileSync(file, 'utf8'))
      expect(snapshotSchema(snapshot)).toEqual([])
      expect(snapshot).toMatchObject({ tables: { orders: { rows: 52000000 } }, calibration: { rates: { visitNsPerRow: expect.any(Number) } } })
      const report = JSON.parse(run(['check', at('unsafe.sql'), '--snapshot', file, '--format', 'json']).out) as Report
      expect(report.files[0]!.statements[0]!.because).toContainEqual(expect.objectContaining({ fact: 'speed of the machine', from: 'calibration' }))
      const client = await server.connect()
      expect((await client.query("SELECT FROM pg_namespace WHERE nspname ~ 'lockscope'")).rowCount).toBe(0)
    } finally {
      await server.stop()
    }
  })

  test('nobody is asked and nobody has agreed: nothing is done', () => {
    expect(run(['calibrate', '--url', 'postgres://localhost:1/x'])).toEqual({ code: 2, out: '', err: expect.stringContaining('say --yes where nobody can be asked') })
  })

  test('the snapshot to be completed has to be there', () => {
    expect(run(['calibrate', '--url', 'postgres://localhost:1/x', '--yes', '--snapshot', at('none.json')])).toEqual({ code: 2, out: '', err: expect.stringContaining('none.json: There is no such file. Take one first') })
  })

  test('timings of a log correct the rates', () => {
    const file = write('learning.json', '{"version":1,"tables":{"orders":{"rows":52000000,"columns":[{"name":"id","type":"bigint"},{"name":"status","type":"text"}]}}}')
    const log = write('postgres.log', ['status', 'id', 'id, status'].map((keys) => `LOG:  duration: 900000.5 ms  statement: CREATE INDEX ON orders (${keys})\n`).join(''))
    const expectedMs = (): number => (JSON.parse(run(['check', at('unsafe.sql'), '--snapshot', file, '--format', 'json']).out) as Report).files[0]!.statements[0]!.duration!.expectedMs
    const before = expectedMs()
    expect(run(['learn', log, '--snapshot', file])).toEqual({ code: 0, out: '', err: expect.stringContaining('learned from 3 of 3 timed statements') })
    expect(before).toBeLessThan(500_000)
    expect(expectedMs()).toBeGreaterThan(600_000)
  })

  test.each<[string, readonly string[], string]>([
    ['no log', [], 'learn needs a log'],
    ['no snapshot', ['postgres.log'], 'learn needs --snapshot FILE'],
    ['a log without timings', ['unsafe.sql', '--snapshot', 'snapshot.json'], 'no statement with its duration is in there'],
  ])('learn: %s', (_, args, sentence) => {
    write('postgres.log', 'LOG:  duration: 1.0 ms  statement: SELECT 1\n')
    expect(run(['learn', ...args], { cwd: folder.path })).toEqual({ code: 2, out: '', err: expect.stringContaining(sentence) })
  })
})

describe('the snapshot in another size', () => {
  const options = (...more: string[]): readonly string[] => ['check', at('unsafe.sql'), ...more]
  const counted = { version: 1, takenAt: '2026-03-11T00:00:00Z', activity: { countedSince: '2026-03-01T00:00:00Z' }, tables: { orders: { rows: 1000, heapBytes: 81920, counted: { inserted: 1_000_000 } } } }
  const small = (): string => write('small.json', '{"version":1,"tables":{"orders":{"rows":1000},"items":{"heapBytes":8192}}}')

  test('scaled, projected, or the worst of several', () => {
    expect(run(options('--snapshot', small())).code).toBe(0)
    const scaled = run(options('--snapshot', small(), '--scale', 'orders=52M'))
    expect(scaled.code).toBe(1)
    expect(scaled.out).toContain(`Durations from ${at('small.json')}. orders is scaled to 52 M rows. Never analysed, so of unknown size: items.\n`)
    expect(run(options('--snapshot', small(), '--scale', '*=x50000')).code).toBe(1)
    const grown = run(options('--snapshot', write('growing.json', JSON.stringify(counted)), '--in', '2 years', '--stale-after', '1 day'))
    expect(grown.code).toBe(1)
    expect(grown.out).toMatch(/It is stale: take a new one\. Sizes are those in 2 years, if rows come and go as they did in the 10 days before the snapshot\.\n$/)
    const worst = run(options('--snapshot', small(), ...snapshotOption()))
    expect(worst.code).toBe(1)
    expect(worst.out).toContain('The worst of 2 databases.')
  })

  test.each([
    [['--scale', 'orders'], "--scale is like orders=52000000, orders=52M or '*=x100', not orders."],
    [['--scale', 'nowhere=5'], 'There is no table nowhere in the snapshot to scale.'],
    [['--in', 'soon'], '--in is like "6 months" or 30days, not soon.'],
    [['--in', '6 months'], 'The snapshot does not say since when rows were counted, so nobody knows how fast its tables grow; take it with lockscope snapshot --sample 60.'],
  ])('%j is a usage error', (more, sentence) => {
    expect(run(options('--snapshot', small(), ...more))).toEqual({ code: 2, out: '', err: `lockscope: ${sentence}\n` })
  })

  test('and not without one', () => {
    expect(run(options('--scale', 'orders=5'))).toEqual({ code: 2, out: '', err: 'lockscope: --scale and --in change what a snapshot says; name it with --snapshot.\n' })
  })

  test('several become one file', () => {
    expect(run(['snapshot', '--merge', small(), at('snapshot.json'), '--output', at('merged.json')])).toEqual({ code: 0, out: '', err: 'The worst of 2 databases.\nitems is in 1 of 2.\nNever analysed, so of unknown size: items.\n' })
    expect(JSON.parse(readFileSync(at('merged.json'), 'utf8'))).toMatchObject({ tables: { 'public.orders': { rows: 52_000_000 } } })
    expect(run(['snapshot', '--merge', small()]).err).toBe('lockscope: snapshot --merge needs two files or more.\n')
  })
})

describe('snapshot', () => {
  test('from a server to a file that check takes', async () => {
    const server = await startServer()
    try {
      const client = await server.connect()
      await client.query('CREATE TABLE orders (id bigint, status text); INSERT INTO orders SELECT i FROM generate_series(1, 1000) AS i; ANALYZE')
      const taken = run(['snapshot', '--url', server.url(), '--output', at('taken.json')])
      expect(taken).toEqual({ code: 0, out: '', err: expect.stringMatching(/^.*taken\.json: 1 tables of postgres, PostgreSQL 17\.\d+\.\n$/) })
      expect(snapshotSchema(JSON.parse(readFileSync(at('taken.json'), 'utf8')))).toEqual([])
      expect(run(['check', at('unsafe.sql'), '--snapshot', at('taken.json')])).toMatchObject({ code: 0 })
      const printed = run(['snapshot'], { env: { PGHOST: new URL(server.url()).searchParams.get('host')!, PGUSER: 'postgres', PGDATABASE: 'postgres' } })
      expect(JSON.parse(printed.out)).toMatchObject({ version: 1, tables: { 'public.orders': { rows: 1000 } } })
    } finally {
      await server.stop()
    }
  })

  test('or a script for psql, which asks nobody', () => {
    const { code, out, err } = run(['snapshot', '--print-sql'])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toBe(snapshotScript())
    expect(run(['snapshot', '--print-sql', '--output', at('snapshot.sql')])).toEqual({ code: 0, out: '', err: '' })
    expect(readFileSync(at('snapshot.sql'), 'utf8')).toBe(out)
    expect(run(['snapshot', '--print-sql', '--url', 'postgresql://me@host/shop'])).toEqual({ code: 2, out: '', err: 'lockscope: --print-sql asks no server; psql takes the URL that runs the script.\n' })
  })

  test('interrupted, it leaves the file as it was, and nothing beside it', async () => {
    const server = await startServer()
    try {
      write('kept.json', '{"version":1}')
      const before = readdirSync(at('.')).sort()
      const watcher = await server.connect()
      const isUnderway = async (): Promise<boolean> => (await watcher.query("SELECT FROM pg_stat_activity WHERE application_name = 'lockscope'")).rows.length > 0
      const { code, err } = await runAndInterrupt(['snapshot', '--url', server.url(), '--sample', '60', '--output', at('kept.json')], isUnderway)
      expect({ code, err }).toEqual({ code: 2, err: 'lockscope: Taking the snapshot was cancelled.\n' })
      expect(readFileSync(at('kept.json'), 'utf8')).toBe('{"version":1}')
      expect(readdirSync(at('.')).sort()).toEqual(before)
    } finally {
      await server.stop()
    }
  })

  test('a server that does not answer', () => {
    expect(run(['snapshot', '--url', 'postgresql://me:hunter2@127.0.0.1:1/shop'])).toEqual({ code: 2, out: '', err: 'lockscope: No server answers at 127.0.0.1:1.\n' })
  })
})

describe('the program itself', () => {
  test('help and version', () => {
    const { version } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')) as { version: string }
    expect(run(['--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' })
    expect(run(['--help'])).toMatchObject({ code: 0, err: '' })
    expect(run([])).toMatchObject({ code: 2 })
    for (const command of ['check', 'plan', 'snapshot', 'lsp']) expect(run([command, '--help']).out).toMatch(new RegExp(`^lockscope ${command} `))
  })

  test('a reader that goes away is no error', async () => {
    write('long.sql', unsafe.repeat(4_000))
    for (const format of ['pretty', 'json']) expect(await runAndLeave(['check', at('long.sql'), '--format', format])).toMatchObject({ err: '' })
  })

  test('lsp answers, and ends when its client says so', async () => {
    const client = converse(['lsp', '--stdio'])
    client.send({ id: 1, method: 'initialize', params: { processId: null, rootUri: null, capabilities: {} } })
    expect(await client.answer()).toContain('"hoverProvider"')
    client.send({ id: 2, method: 'shutdown' })
    expect(await client.answer()).toContain('"id":2')
    client.send({ method: 'exit' })
    expect(await client.ended).toBe(0)
  })
})
