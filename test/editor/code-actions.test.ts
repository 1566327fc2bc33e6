import type { CodeAction, SnippetTextEdit, TextEdit } from 'vscode-languageserver-types'
import { beforeAll, describe, expect, it } from 'vitest'
import { codeActions } from '../../server/editor/code-actions'
import { loadParser } from '../../server/sql/parser'
import { applyEdits, cursor, makeView, shop } from './make-view'
import type { Surroundings } from './make-view'
import { triedAgain } from '../support/tried-again'

beforeAll(() => loadParser())

const actionsAt = (marked: string, surroundings?: Surroundings, snippets = false): { text: string; actions: CodeAction[] } => {
  const { text, offset } = cursor(marked)
  return { text, actions: codeActions(makeView(text, surroundings), { start: offset, end: offset }, { snippets, version: 1 }) }
}
const editsOf = (action: CodeAction): TextEdit[] => Object.values(action.edit!.changes!)[0]!
const findingsOf = (text: string, surroundings?: Surroundings): string[] => makeView(text, surroundings).analysis.statements.flatMap((one) => one.findings.map((finding) => finding.hazard))

/** Applies the plan at `¦`; then nothing is left to find, and nothing left to apply. */
const check = (marked: string, after: string, surroundings?: Surroundings): void => {
  const { text, actions } = actionsAt(marked, surroundings)
  const fix = actions.find((action) => action.edit && !/^(?:Allow|Remove|Rewrite)/.test(action.title))
  expect(fix, `of ${actions.map((action) => action.title).join(', ')}`).toBeDefined()
  const result = applyEdits(text, editsOf(fix!))
  expect(result).toBe(after)
  expect(findingsOf(result, surroundings)).toEqual([])
  for (const statement of makeView(result, surroundings).analysis.statements) expect(statement.assessed.plan).toBeUndefined()
}

const none = (marked: string, surroundings?: Surroundings): void => {
  const { actions } = actionsAt(marked, surroundings)
  expect(actions.filter((action) => action.edit && !action.title.startsWith('Allow'))).toEqual([])
}

describe('applying a plan', () => {
  it.each([
    ['in place', 'CREATE ¦INDEX i ON orders (status);\n', 'CREATE INDEX CONCURRENTLY i ON orders (status);\n'],
    ['without a semicolon', 'CREATE ¦INDEX i ON orders (status)', 'CREATE INDEX CONCURRENTLY i ON orders (status);'],
    ['in lower case', 'create ¦index i on orders (status);\n', 'create index concurrently i on orders (status);\n'],
    ['beside others', 'SELECT 1; CREATE ¦INDEX i ON orders (status); SELECT 2;', 'SELECT 1; CREATE INDEX CONCURRENTLY i ON orders (status); SELECT 2;'],
    ['with the comments around it', '-- why\n/* a */ CREATE ¦INDEX i ON orders (status) /* b */; -- c\n', '-- why\n/* a */ CREATE INDEX CONCURRENTLY i ON orders (status) /* b */; -- c\n'],
    ['with the comments and lines inside it', '  CREATE ¦INDEX i -- name\n    ON orders (\n      status /* key */\n    );\n', '  CREATE INDEX CONCURRENTLY i -- name\n    ON orders (\n      status /* key */\n    );\n'],
    ['with CRLF', 'SELECT 1;\r\nCREATE ¦INDEX i\r\n  ON orders (status);\r\n', 'SELECT 1;\r\nCREATE INDEX CONCURRENTLY i\r\n  ON orders (status);\r\n'],
    ['behind a byte order mark', '\uFEFFCREATE ¦INDEX i ON orders (status);', '\uFEFFCREATE INDEX CONCURRENTLY i ON orders (status);'],
    ['behind surrogates', "SELECT '😀'; CREATE ¦INDEX i ON orders (status);", "SELECT '😀'; CREATE INDEX CONCURRENTLY i ON orders (status);"],
  ])('%s', (_, before, after) => check(before, after))

  it.each([
    ['alone in a transaction takes its place', 'BEGIN;\nCREATE ¦INDEX i ON orders (status);\nCOMMIT;\nSELECT 1;\n', 'CREATE INDEX CONCURRENTLY i ON orders (status);\nSELECT 1;\n'],
    ['with others in a transaction follows its COMMIT', 'BEGIN;\nALTER TABLE settings ADD COLUMN a int;\n  CREATE ¦INDEX i\n  ON orders (status);\nCOMMIT;\n\nSELECT 1;\n', 'BEGIN;\nALTER TABLE settings ADD COLUMN a int;\nCOMMIT;\n\nCREATE INDEX CONCURRENTLY i\n  ON orders (status);\n\nSELECT 1;\n'],
    ['behind its COMMIT does without what SET LOCAL has set', "BEGIN;\nSET LOCAL lock_timeout = '3s';\nALTER TABLE settings ADD COLUMN a int;\nCREATE ¦INDEX i ON orders (status);\nCOMMIT;\n", "BEGIN;\nSET LOCAL lock_timeout = '3s';\nALTER TABLE settings ADD COLUMN a int;\nCOMMIT;\n\nCREATE INDEX CONCURRENTLY i ON orders (status);\n"],
    ['at the end of a file without a line end', 'BEGIN;\r\nSELECT 1;\r\nCREATE ¦INDEX i ON orders (status);\r\nCOMMIT', 'BEGIN;\r\nSELECT 1;\r\nCOMMIT;\r\n\r\nCREATE INDEX CONCURRENTLY i ON orders (status);'],
  ])('%s', (_, before, after) => check(before, after))

  it.each([
    ['the tool runs the file in one transaction', 'CREATE ¦INDEX i ON orders (status);\n', { transaction: 'file' }],
    ['the transaction is never committed here', 'BEGIN;\nCREATE ¦INDEX i ON orders (status);\n', undefined],
    ['the transaction is rolled back', 'BEGIN;\nCREATE ¦INDEX i ON orders (status);\nROLLBACK;\n', undefined],
    ['a later statement of the transaction has to do with the table', 'BEGIN;\nCREATE ¦INDEX i ON orders (status);\nALTER TABLE orders ADD COLUMN a int;\nCOMMIT;\n', undefined],
    ['a savepoint stands between', 'BEGIN;\nCREATE ¦INDEX i ON orders (status);\nSAVEPOINT a;\nCOMMIT;\n', undefined],
    ['the other half of a quote is missing that it would bring', 'ALTER TABLE orders ADD ¦CONSTRAINT c CHECK (total > 0);\nEND $retry$;\n', undefined],
    ['there is nothing to do', 'CREATE ¦INDEX CONCURRENTLY i ON orders (status);\n', undefined],
  ] as const)('is not offered where %s', (_, marked, surroundings) => none(marked, surroundings))

  it('of a small table is a refactoring, not a fix', () => {
    const { actions } = actionsAt('CREATE ¦INDEX i ON settings (name);\n')
    expect(actions.map((action) => [action.kind, action.isPreferred])).toEqual([['refactor.rewrite', undefined]])
  })

  it('is preferred, and tells what it mends', () => {
    const { actions } = actionsAt('CREATE ¦INDEX i ON orders (status);\n')
    expect(actions[0]).toMatchObject({ kind: 'quickfix', isPreferred: true, diagnostics: [{ code: 'long-lock' }] })
  })
})

describe('a plan of several steps', () => {
  it('keeps the place, the indentation and the words of the author', () => {
    check(
      "  alter table orders add constraint orders_status_check -- states\n    check (status in ('a;b', 'c'));¦ -- later\n",
      `  -- states\n  ${triedAgain(["alter table orders add constraint orders_status_check check (status in ('a;b', 'c')) not valid;"], { lower: true })}\n  alter table orders validate constraint orders_status_check; -- later\n`,
    )
  })

  it('in a transaction leaves what may stay and moves the rest', () => {
    const { text, actions } = actionsAt('BEGIN;\nALTER TABLE orders ADD ¦CONSTRAINT c CHECK (total > 0);\nALTER TABLE settings ADD COLUMN a int;\nCOMMIT;\n')
    const fix = actions.find((action) => action.edit && /after COMMIT/.test(action.title))!
    expect(applyEdits(text, editsOf(fix))).toBe(
      `BEGIN;\n${triedAgain(['ALTER TABLE orders ADD CONSTRAINT c CHECK (total > 0) NOT VALID;'])}\nALTER TABLE settings ADD COLUMN a int;\nCOMMIT;\n\nALTER TABLE orders VALIDATE CONSTRAINT c;\n`,
    )
  })
})

describe('allowing', () => {
  const allow = (marked: string, snippets: boolean): string => {
    const { text, actions } = actionsAt(marked, undefined, snippets)
    const action = actions.find((one) => one.title.startsWith('Allow long-lock'))!
    if (!snippets) return applyEdits(text, editsOf(action))
    const change = action.edit!.documentChanges![0] as { edits: SnippetTextEdit[] }
    return applyEdits(text, change.edits.map((edit) => ({ range: edit.range, newText: edit.snippet.value })))
  }

  it.each([
    ['above the statement', '-- a\nCREATE ¦INDEX i ON orders (status);\n', '-- a\n-- lockscope: allow long-lock because \nCREATE INDEX i ON orders (status);\n'],
    ['as deep as it', '\tCREATE ¦INDEX i ON orders (status);\r\n', '\t-- lockscope: allow long-lock because \r\n\tCREATE INDEX i ON orders (status);\r\n'],
    ['on a line of its own', 'SELECT 1; CREATE ¦INDEX i ON orders (status);\n', 'SELECT 1; \n-- lockscope: allow long-lock because \nCREATE INDEX i ON orders (status);\n'],
  ])('%s', (_, before, after) => {
    expect(allow(before, false)).toBe(after)
    expect(findingsOf(after.replace('because ', 'because it is night'))).toEqual([])
  })

  it('puts the cursor where the reason belongs', () => {
    expect(allow('CREATE ¦INDEX i ON orders (status);\n', true)).toBe('-- lockscope: allow long-lock because $0\nCREATE INDEX i ON orders (status);\n')
  })

  it('is not offered again, and what is not needed can be removed', () => {
    const { actions } = actionsAt('-- lockscope: allow long-lock because\nCREATE ¦INDEX i ON orders (status);\n')
    expect(actions.filter((action) => action.title.startsWith('Allow'))).toEqual([])
    const unused = actionsAt('SELECT 1;\n-- lockscope: allow long-lock because it is night\nCREATE ¦INDEX i ON settings (name);\n')
    const remove = unused.actions.find((action) => action.title === 'Remove the directive')!
    expect(applyEdits(unused.text, editsOf(remove))).toBe('SELECT 1;\nCREATE INDEX i ON settings (name);\n')
  })
})

describe('statements that are one', () => {
  it('stand in one ALTER TABLE in the place of the last, and the comments between them stay', () => {
    const { text, actions } = actionsAt('ALTER TABLE settings SET UNLOGGED;\n-- why\nALTER TABLE ¦settings ADD COLUMN a int GENERATED ALWAYS AS (id * 2) STORED; -- so\n')
    const one = actions.find(({ title }) => title === 'Make one ALTER TABLE of it and the statement before it (rewritten once rather than 2 times)')!
    expect(one.kind).toBe('refactor.rewrite')
    const result = applyEdits(text, editsOf(one))
    expect(result).toBe('-- why\nALTER TABLE settings SET UNLOGGED, ADD COLUMN a int GENERATED ALWAYS AS (id * 2) STORED; -- so\n')
    expect(actionsAt(result.replace('UNLOGGED', '¦UNLOGGED')).actions.filter(({ title }) => title.startsWith('Make one'))).toEqual([])
  })

  it('is a fix where it is found', () => {
    const { actions } = actionsAt('ALTER TABLE orders SET UNLOGGED;\nALTER TABLE ¦orders ADD COLUMN a int GENERATED ALWAYS AS (id * 2) STORED;\n')
    expect(actions.find(({ title }) => title.startsWith('Make one'))).toMatchObject({ kind: 'quickfix', diagnostics: [{ code: 'repeated-work' }] })
  })

  it.each([
    ['another statement stands between', 'ALTER TABLE orders SET UNLOGGED;\nSELECT 1;\nALTER TABLE ¦orders ADD COLUMN a int GENERATED ALWAYS AS (id * 2) STORED;\n'],
    ['a psql command stands between', 'ALTER TABLE orders SET UNLOGGED;\n\\i other.sql\nALTER TABLE ¦orders ADD COLUMN a int GENERATED ALWAYS AS (id * 2) STORED;\n'],
    ['they are in two transactions', 'BEGIN; ALTER TABLE orders SET UNLOGGED; COMMIT;\nALTER TABLE ¦orders ADD COLUMN a int GENERATED ALWAYS AS (id * 2) STORED;\n'],
    ['they name two tables', 'ALTER TABLE customers SET UNLOGGED;\nALTER TABLE ¦orders ADD COLUMN a int GENERATED ALWAYS AS (id * 2) STORED;\n'],
  ])('is not offered where %s', (_, marked) => expect(actionsAt(marked).actions.filter(({ title }) => title.startsWith('Make one'))).toEqual([]))

  const busy: Surroundings = { snapshot: { ...shop, activity: { longestTransactionMs: 60_000 } } }

  it('are tried for together, and fixing all takes in the statements before', () => {
    const { text, actions } = actionsAt('ALTER TABLE orders ADD COLUMN a int;\nALTER TABLE orders ADD COLUMN b int;\nALTER TABLE ¦orders ADD COLUMN c int;\nALTER TABLE customers ADD COLUMN a int;\n', busy)
    const after = `${triedAgain(['ALTER TABLE orders ADD COLUMN a int, ADD COLUMN b int, ADD COLUMN c int;'])}\n`
    expect(applyEdits(text, editsOf(actions[0]!))).toBe(`${after}ALTER TABLE customers ADD COLUMN a int;\n`)
    const all = applyEdits(text, editsOf(actions.find(({ kind }) => kind === 'source.fixAll.lockscope')!))
    expect(all).toBe(`${after}${triedAgain(['ALTER TABLE customers ADD COLUMN a int;'])}\n`)
    expect(findingsOf(all, busy)).toEqual([])
    expect(actionsAt(`¦${all}`, busy).actions).toEqual([])
  })
})

describe('a plan of several statements', () => {
  const statements = 'CREATE TABLE orders_new (id bigint PRIMARY KEY, customer_id bigint, status text, total numeric) PARTITION BY RANGE (id);\n-- all of them\nINSERT INTO orders_new SELECT * FROM orders;\nALTER TABLE orders RENAME TO orders_old;\nALTER TABLE ¦orders_new RENAME TO orders;\n'
  const planned = (marked: string): string => {
    const { text, actions } = actionsAt(marked)
    return applyEdits(text, editsOf(actions.find(({ title }) => title.startsWith('Keep the second table'))!))
  }

  it.each([
    ['takes the place of all of them', statements],
    ['and stays in the transaction as far as it may', `BEGIN;\n${statements}COMMIT;\n`],
  ])('%s', (_, marked) => {
    const result = planned(marked)
    expect(result.startsWith('-- all of them\n-- expand')).toBe(!marked.startsWith('BEGIN'))
    expect(result.split('CREATE TABLE orders_new').length).toBe(2)
    expect(result).not.toContain('INSERT INTO orders_new SELECT *')
    expect(result).toContain('CREATE TRIGGER orders_copy AFTER INSERT OR UPDATE OR DELETE ON orders')
    expect(makeView(result).analysis.statements.flatMap(({ findings }) => findings)).toEqual([])
  })
})

describe('fixing all', () => {
  it('applies what is equivalent and leaves the rest', () => {
    const { text, actions } = actionsAt('CREATE INDEX a ON orders (status);\nCREATE ¦INDEX b ON customers (email);\nCREATE INDEX c ON settings (name);\nDROP TABLE customers;\n')
    const all = actions.find((action) => action.kind === 'source.fixAll.lockscope')!
    expect(applyEdits(text, editsOf(all))).toBe('CREATE INDEX CONCURRENTLY a ON orders (status);\nCREATE INDEX CONCURRENTLY b ON customers (email);\nCREATE INDEX c ON settings (name);\nDROP TABLE customers;\n')
    expect(actions.some((action) => action.title.startsWith('Rewrite all 2 statements'))).toBe(true)
  })

  it('is not offered where there is nothing to fix', () => {
    expect(actionsAt('SELECT ¦1;\n').actions).toEqual([])
  })

  it('is given alone where it alone is asked for', () => {
    const view = makeView('CREATE INDEX a ON orders (status);\n')
    const kinds = (only: string[]): (string | undefined)[] => codeActions(view, { start: 3, end: 3 }, { only, snippets: false, version: 1 }).map((action) => action.kind)
    expect(kinds(['source.fixAll'])).toEqual(['source.fixAll.lockscope'])
    expect(kinds(['source.fixAll.eslint'])).toEqual([])
    expect(kinds(['quickfix'])).toEqual(['quickfix', 'quickfix'])
    expect(kinds(['refactor'])).toEqual([])
  })
})
