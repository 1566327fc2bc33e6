import { beforeAll, describe, expect, it } from 'vitest'
import { codeLenses } from '../../server/editor/code-lenses'
import { diagnostics } from '../../server/editor/diagnostics'
import { hover } from '../../server/editor/hover'
import { inlayHints } from '../../server/editor/inlay-hints'
import { loadParser } from '../../server/sql/parser'
import { cursor, makeView, shop } from './make-view'
import type { Surroundings } from './make-view'

beforeAll(() => loadParser())

const now = Date.parse('2026-01-04T12:00:00Z')

describe('hints', () => {
  const check = (text: string, labels: readonly (string | RegExp)[], surroundings?: Surroundings): void => {
    const hints = inlayHints(makeView(text, surroundings), { start: 0, end: text.length })
    expect(hints.map((hint) => hint.label)).toEqual(labels.map((label) => (typeof label === 'string' ? label : expect.stringMatching(label))))
  }

  it.each<[string, readonly (string | RegExp)[]]>([
    ['CREATE INDEX i ON orders (status);', [/^SHARE · orders · ~\d+(\.\d)? (s|min)$/]],
    ['CREATE INDEX i ON settings (name);', [/^SHARE · settings · ~?\S+ ms$/]],
    ['CREATE INDEX CONCURRENTLY i ON orders (status);', [/^SHARE UPDATE EXCLUSIVE · orders · ~/]],
    ['REINDEX TABLE orders;', [/^ACCESS EXCLUSIVE · orders_pkey · ~/]],
    ['ALTER INDEX orders_pkey SET TABLESPACE fast;', [/^ACCESS EXCLUSIVE · orders_pkey · ~/]],
    ['CREATE INDEX i ON orders (status); DROP INDEX i;', [/^SHARE/, 'ACCESS EXCLUSIVE · orders · instant']],
    ['CREATE TABLE parcels (id int);', ['new table']],
    ['CREATE TABLE parcels (id int); CREATE INDEX ON parcels (id);', ['new table', 'new table']],
    ['ALTER TABLE orders ADD COLUMN note text;', ['ACCESS EXCLUSIVE · orders · instant']],
    ['SELECT 1; SET lock_timeout = 1; BEGIN; COMMIT;', []],
    ['SELECT * FROM orders;', []],
    ['ALTER TABLE orders ADD CONSTRAINT c FOREIGN KEY (customer_id) REFERENCES customers (id);', [/^SHARE ROW EXCLUSIVE · orders \+1 · ~/]],
    ['ALTER TABLE orders ADD CONSTRAINT', []],
  ])('%s', (text, labels) => check(text, labels))

  it('do not invent sizes', () => check('CREATE INDEX i ON orders (status);', ['SHARE · orders · size unknown'], { snapshot: null }))

  it('stand behind the semicolon, whatever comes before it', () => {
    const text = 'CREATE INDEX i ON orders (status) -- c;\n  ; SELECT 1;'
    const [hint] = inlayHints(makeView(text), { start: 0, end: text.length })
    expect(hint!.position).toEqual({ line: 1, character: 3 })
  })

  it('are those of the visible lines', () => {
    const lines = Array.from({ length: 100 }, (_, index) => `CREATE INDEX i${index} ON orders (status);`)
    const text = lines.join('\n')
    const at = text.indexOf('CREATE INDEX i50 ')
    const hints = inlayHints(makeView(text), { start: at + 3, end: at + 6 })
    expect(hints.map((hint) => hint.position.line)).toEqual([50])
  })
})

describe('lenses', () => {
  const titles = (text: string, surroundings?: Surroundings): (string | undefined)[] => codeLenses(makeView(text, surroundings), now).map((lens) => lens.command?.title)

  it('sum up the file', () => {
    expect(titles('CREATE INDEX i ON orders (status);\nCREATE INDEX j ON settings (name);\n')).toEqual([expect.stringMatching(/^2 statements · 1 finding · worst: SHARE on orders ~\S+ \w+ · snapshot prod, 3 days old$/)])
    expect(titles('SELECT 1;')).toEqual(['1 statement · no findings · snapshot prod, 3 days old'])
    expect(titles('SELECT 1;', { snapshot: null })).toEqual(['1 statement · no findings · no snapshot, so no durations'])
    expect(titles('')).toEqual([])
    expect(titles('SELECT 1 FRM;;; SELEC')[0]).toContain('not analysed')
  })

  it('sum up each transaction that the file opens', () => {
    const [, first, second] = titles("BEGIN;\nALTER TABLE orders ADD COLUMN note text;\nCREATE INDEX i ON orders (status);\nCOMMIT;\nBEGIN;\nINSERT INTO settings VALUES (1, 'a');\nCOMMIT;\n")
    expect(first).toMatch(/^transaction · 2 statements · (SHARE|ACCESS EXCLUSIVE) on orders, held ~\S+ \w+ until it ends$/)
    expect(second).toBe('transaction · 1 statement · nobody waits')
  })

  it('sum up the one transaction that a tool makes of a file', () => {
    const text = 'ALTER TABLE orders ADD COLUMN note text;\nCREATE INDEX i ON orders (status);\n'
    const [, held] = titles(text, { transaction: 'file' })
    expect(held).toMatch(/^one transaction of the tool · 2 statements · (SHARE|ACCESS EXCLUSIVE) on orders, held ~\S+ \w+ until it ends$/)
    expect(titles(text)).toHaveLength(1)
    expect(titles('SELECT 1;', { transaction: 'file' })).toHaveLength(1)
  })

  it('invite to choose a snapshot, where the client can', () => {
    expect(codeLenses(makeView('SELECT 1;', { snapshot: null, hasCommands: true }), now)[0]!.command!.command).toBe('lockscope.chooseSnapshot')
    expect(codeLenses(makeView('SELECT 1;', { snapshot: null }), now)[0]!.command!.command).toBe('')
  })
})

describe('diagnostics', () => {
  it('underline the exact piece', () => {
    const text = 'SELECT 1;\nALTER TABLE orders\n  ADD CONSTRAINT c CHECK (total > 0),\n  ADD COLUMN note text;\n'
    const [one] = diagnostics(makeView(text))
    expect(one).toMatchObject({ code: 'long-lock', codeDescription: { href: 'page:hazards/long-lock' }, source: 'lockscope', data: { hazard: 'long-lock' } })
    expect(one!.range.start.line).toBe(2)
    expect(one!.range.end.line).toBe(2)
  })

  it('point at the statement that took the lock', () => {
    const text = "SELECT 1;\nBEGIN;\nSELECT 2;\nALTER TABLE orders ADD COLUMN note text;\nUPDATE orders SET note = 'a';\nCOMMIT;\n"
    const late = diagnostics(makeView(text)).find((one) => one.code === 'late-commit')
    expect(late!.relatedInformation).toMatchObject([{ location: { range: { start: { line: 3, character: 0 }, end: { line: 3 } } } }])
  })

  it('count lines and characters as editors do', () => {
    const text = "SELECT '😀é'; CREATE INDEX i ON orders (status);"
    expect(diagnostics(makeView(text))[0]!.range).toEqual({ start: { line: 0, character: text.indexOf('INDEX') }, end: { line: 0, character: text.indexOf('INDEX') + 'INDEX'.length } })
  })

  it('name each thing that could not be read once', () => {
    const text = 'SELEC 1;\n\\i other.sql\n'
    const found = diagnostics(makeView(text))
    expect(found.map((one) => one.range.start.line)).toEqual([0, 1])
    expect(found.every((one) => String(one.message).startsWith('Not analysed'))).toBe(true)
  })
})

describe('a file that is no SQL', () => {
  it.each([
    ['HTML', '<p>a;</p>\n<p>b;</p>\n<p>c;</p>\n'],
    ['a stylesheet', 'p { color: red; }\nb { color: blue; top: 1px; }\n'],
    ['a program', "import a from 'a';\nconst b = a.c();\nexport { b };\n"],
  ])('is one complaint: %s', (_, text) => {
    expect(diagnostics(makeView(text))).toMatchObject([{ message: expect.stringMatching(/^Not analysed: nothing in this file reads as SQL\. The first problem: /), severity: 3 }])
  })

  it('is not taken for one where a statement begins as one', () => {
    expect(diagnostics(makeView('SELEC 1;\nALTER TABEL a;\n'))).toHaveLength(2)
  })
})

describe('the hover', () => {
  const at = (marked: string, surroundings?: Surroundings): string => {
    const { text, offset } = cursor(marked)
    const shown = hover(makeView(text, surroundings), offset)
    return shown ? (shown.contents as { value: string }).value : ''
  }

  it('tells who waits, how long, because of what, and the way out', () => {
    const text = at('CREATE INDEX ¦i ON orders (status);')
    expect(text).toMatch(/^\*\*Create an index\*\* — blocks writes to `orders` for \d/)
    expect(text).toContain('| `orders` | SHARE | writes | 52 M rows |')
    expect(text).toContain('| ✓ SELECT | ✗ CREATE INDEX CONCURRENTLY |')
    expect(text).toContain('| ✗ INSERT, UPDATE, DELETE, MERGE | ✗ CREATE TRIGGER, ADD FOREIGN KEY |')
    expect(text).toMatch(/- `orders`: sorts 52 M rows to build the index `i`: ~/)
    expect(text).toMatch(/\| rows of orders \| 52 M \| snapshot \|/)
    expect(text).toContain('**Safe way**: Build the index concurrently.')
    expect(text).toContain('```sql\n')
    expect(text).toContain('[Create an index](page:operations/create-index)')
  })

  it('tells what is written, and what disk it needs, where that is much', () => {
    expect(at('CREATE INDEX ¦i ON orders (status);')).toMatch(/\*\*Writes\*\* about [\d.]+ [MG]B and [\d.]+ [MG]B of WAL, which standbys replay; needs up to [\d.]+ [MG]B of free disk for it, WAL apart\./)
    expect(at('ALTER TABLE orders ¦ALTER COLUMN status SET NOT NULL;')).not.toContain('**Writes**')
  })

  it('tells how far standbys fall behind, where there are any', () => {
    const behind = (standbys: readonly object[]): string => at('CREATE INDEX ¦i ON orders (status);', { snapshot: { ...shop, activity: { standbys } } as typeof shop })
    expect(behind([{ name: 'north', state: 'streaming', lagMs: 4000 }])).toMatch(/of WAL, which the standby replays; .* When it ends, the standby is 4–\d+ (s|min) behind\./)
    expect(behind([{ name: 'north', state: 'streaming' }, { name: 'south', state: 'streaming' }])).toMatch(/which the 2 standbys replay; .* When it ends, the last of them is up to [\d.]+ (s|min) behind\./)
    expect(behind([{ name: 'copy', state: 'backup' }])).not.toContain('When it ends')
  })

  it('stands on safe statements as well', () => {
    expect(at('CREATE TABLE ¦parcels (id int);')).toMatch(/nobody else uses it yet/)
    expect(at('ALTER TABLE ¦orders ADD COLUMN note text;')).toMatch(/blocks reads and writes to `orders`, for a moment once the lock is granted/)
    expect(at('SET ¦lock_timeout = 100;')).toMatch(/locks no table/)
    expect(at('CREATE INDEX CONCURRENTLY ¦i ON orders (status);')).toMatch(/reads and writes go on; takes/)
    expect(at('  ¦\n\nSELECT 1;')).toBe('')
  })

  it('invents no duration', () => {
    const text = at('CREATE INDEX ¦i ON orders (status);', { snapshot: null })
    expect(text).toContain('how long is not known')
    expect(text).not.toMatch(/\d (ms|s|min)\b/)
  })

  it('tells the longest transaction and the timeout', () => {
    const busy = { snapshot: { ...shop, activity: { longestTransactionMs: 240_000 } } }
    expect(at('ALTER TABLE ¦orders ADD COLUMN note text;', busy)).toContain('the oldest in the snapshot had been open for 4 min')
    expect(at("SET lock_timeout = '2s';\nALTER TABLE ¦orders ADD COLUMN note text;", busy)).toContain('for 2 s at the most (lock_timeout)')
  })

  it('tells who queues up meanwhile, where the snapshot counted them for long enough', () => {
    const used = (countedSince: string, connections?: { used: number; maximum: number }): Surroundings => ({
      snapshot: { ...shop, activity: { countedSince, ...(connections && { connections }) }, tables: { ...shop.tables, orders: { ...shop.tables!['orders']!, counted: { scans: 8_640_000, inserted: 600_000, updated: 264_000 } } } },
    })
    const day = '2025-12-31T00:00:00Z'
    expect(at('CREATE INDEX ¦i ON orders (status);', used(day))).toMatch(/\*\*Meanwhile\*\* there come about [\d.]+ k? ?row changes of `orders` \(10 a second on average\)\.\n/)
    expect(at('ALTER TABLE orders ¦ALTER COLUMN id TYPE numeric;', used(day, { used: 20, maximum: 100 }))).toMatch(/about [\d.]+ k queries of `orders` \(100 a second on average\)\. Each waits on a connection of its own, of which the server of the snapshot had 80 free: taken up after 800 ms at this rate\./)
    expect(at('CREATE INDEX CONCURRENTLY ¦i ON orders (status);', used(day))).not.toContain('there come')
    expect(at('CREATE INDEX ¦i ON orders (status);', used('2025-12-31T23:55:00Z'))).not.toContain('there come')
    expect(at('CREATE INDEX ¦i ON customers (email);', used(day))).not.toContain('there come')
  })

  it('names the statements that come most often of those that wait', () => {
    const known: Surroundings = {
      snapshot: {
        ...shop,
        statementsSince: '2025-12-31T00:00:00Z',
        statements: [
          { query: 'SELECT * FROM orders WHERE id = $1', tables: ['public.orders'], calls: 8_640_000, totalMs: 1 },
          { query: 'UPDATE orders SET status = $1 WHERE id = $2', tables: ['orders'], calls: 864_000, totalMs: 2 },
          { query: 'DELETE FROM customers WHERE id = $1', tables: ['customers'], calls: 90_000, totalMs: 1 },
        ],
      },
    }
    expect(at('CREATE INDEX ¦i ON orders (status);', known)).toContain('**What waits**, by how often it comes:\n\n- `UPDATE orders SET status = $1 WHERE id = $2` (10 a second)\n\n')
    expect(at('ALTER TABLE orders ¦ALTER COLUMN id TYPE numeric;', known)).toContain('- `SELECT * FROM orders WHERE id = $1` (100 a second)\n- `UPDATE orders')
    expect(at('CREATE INDEX CONCURRENTLY ¦i ON orders (status);', known)).not.toContain('What waits')
  })

  it('tells how many tenants have the same table', () => {
    const table = (rows: number) => ({ rows, columns: [{ name: 'id', type: 'bigint' }] })
    const schemas = (count: number): Surroundings => ({ snapshot: { version: 1, tables: Object.fromEntries([...Array.from({ length: count }, (_, at) => [`t${at}.bills`, table(100_000 * (at + 1))] as const), ['t0.other', { rows: 1, columns: [{ name: 'x', type: 'text' }] }]]) } })
    expect(at('CREATE INDEX ¦i ON t0.bills (id);', schemas(10))).toMatch(/\*\*Tenants\*\*: 10 schemas have a table like `t0\.bills`, with 5\.5 M rows in all; in all of them this takes about [\d.]+ s\./)
    expect(at('ALTER TABLE ¦t0.bills ADD COLUMN note text;', schemas(10))).toMatch(/with 5\.5 M rows in all\.$/m)
    expect(at('CREATE INDEX ¦i ON t0.bills (id);', schemas(3))).not.toContain('Tenants')
    expect(at('CREATE INDEX ¦i ON t0.other (x);', schemas(10))).not.toContain('Tenants')
  })

  it('tells how long the transaction keeps a lock, and which it has already', () => {
    const text = 'BEGIN;\nALTER TABLE ¦orders ADD COLUMN note text;\nCREATE INDEX i ON customers (email);\nCOMMIT;\n'
    expect(at(text)).toMatch(/\*\*Held\*\* until the transaction ends \(line 4\), about \S+ \w+ in all\./)
    expect(at(text.replace('¦', '').replace('INDEX i', 'INDEX ¦i'))).toContain('**Already held** by this transaction: ACCESS EXCLUSIVE on `orders` since line 2.')
    expect(at('ALTER TABLE ¦orders ADD COLUMN note text;', { transaction: 'file' })).toContain('the end of the file, which the tool runs in one transaction')
  })

  it('is not broken by any name', () => {
    const text = at('CREATE INDEX ¦i ON "a|b`c" (x);')
    expect(text).toContain('| `` "a\\|b`c" `` | SHARE |')
  })

  it('opens the plan beside, where the client can', () => {
    expect(at('CREATE INDEX ¦i ON orders (status);', { hasCommands: true })).toContain('](command:lockscope.previewPlan?%5B%22file%3A%2F%2F%2Fa.sql%22%2C')
  })

  it('tells the way back, where there is one', () => {
    expect(at('ALTER TABLE ¦orders ADD COLUMN note text;')).toMatch(/\*\*Way back\*\*\n\n```sql\nALTER TABLE public\.orders DROP COLUMN note;\n```/)
    expect(at('ALTER TABLE ¦orders DROP COLUMN total;')).not.toContain('Way back')
  })

  it('says what it could not read', () => {
    expect(at('SELEC¦ 1;')).toMatch(/^\*\*Not analysed\*\*\n\n⚠ Not analysed: /)
  })
})
