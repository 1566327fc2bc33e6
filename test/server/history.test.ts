import { beforeAll, expect, test } from 'vitest'
import type { Analysis } from '../../server/analyse'
import { stepsOf } from '../../server/model/plan'
import type { Snapshot } from '../../server/model/snapshot'
import { loadParser } from '../../server/sql/parser'
import { analyseFiles } from '../support/engine'

beforeAll(() => loadParser())

const table = { rows: 5_000_000, columns: [{ name: 'id', type: 'bigint', notNull: true }, { name: 'day', type: 'date' }], constraints: [{ name: 'orders_pkey', type: 'primary-key' as const, columns: ['id'] }], indexes: [] }
const whole: Snapshot = { version: 1, complete: true, tables: { 'public.orders': table } }
const deployed: Snapshot = { ...whole, tables: { 'public.orders': { ...table, columns: [...table.columns, { name: 'note', type: 'text' }] } } }
const sizes: Snapshot = { version: 1, tables: { orders: { rows: 5_000_000 } } }

const hazardsOf = (analysis: Analysis): readonly string[] => analysis.statements.at(-1)!.findings.map(({ hazard }) => hazard)
const add = 'ALTER TABLE orders ADD COLUMN note text;'

// A column that came with an earlier file has been written to since, unless the snapshot says that the file has not run.
test.each<[string, Snapshot | undefined, readonly string[], boolean]>([
  ['the same file', whole, [`${add} ALTER TABLE orders DROP COLUMN note;`], false],
  ['the next file', undefined, [add, 'ALTER TABLE orders DROP COLUMN note;'], true],
  ['the next file, by sizes alone', sizes, [add, 'ALTER TABLE orders DROP COLUMN note;'], true],
  ['the next file, neither of which has run', whole, [add, 'ALTER TABLE orders DROP COLUMN note;'], false],
  ['the next file, the first of which has run', deployed, ['ALTER TABLE orders ADD COLUMN IF NOT EXISTS note text;', 'ALTER TABLE orders DROP COLUMN note;'], true],
  ['a file later, dropped and made again', undefined, [add, 'SELECT 1;', 'ALTER TABLE orders DROP COLUMN note, ADD COLUMN note int;'], true],
])('values are lost: %s', (_, snapshot, files, isTold) => {
  expect(hazardsOf(analyseFiles(files, snapshot)).includes('lost-data')).toBe(isTold)
})

test('a later file overwrites what code has written since', () => {
  const fill = `UPDATE orders SET note = to_char(day, 'YYYY');`
  const conditionIn = (analysis: Analysis): string => stepsOf(analysis.statements.at(-1)!.assessed.plan!).map(({ sql }) => sql).join('\n')
  expect(conditionIn(analyseFiles([`${add} ${fill}`], whole))).toContain('note IS NULL')
  expect(conditionIn(analyseFiles([add, fill], whole))).toContain('note IS NULL')
  expect(conditionIn(analyseFiles([fill], deployed))).not.toContain('note IS NULL')
})
