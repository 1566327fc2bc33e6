import { beforeAll, expect, test } from 'vitest'
import { analyse } from '../../server/analyse'
import type { Analysis } from '../../server/analyse'
import { read } from '../../server/frameworks/sql'
import { passThrough, settle } from '../../server/history'
import { stepsOf } from '../../server/model/plan'
import { defaultPolicy } from '../../server/model/policy'
import type { Snapshot } from '../../server/model/snapshot'
import { loadParser } from '../../server/sql/parser'
import { readablePages } from '../support/document'
import { analyseFiles, givenWorld } from '../support/engine'

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

// A file of the history is walked through without a word about its locks; the schema that it leaves has to be the very one.
const unseen = 'CREATE FUNCTION hidden() RETURNS event_trigger LANGUAGE c AS $$x$$; CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION hidden();'
test.each([
  ['what an event trigger runs', [{ given: unseen, sql: 'CREATE TABLE t (id int)', line: 1 }]] as const,
  ...readablePages('operations').map(({ name, cases }) => [`the cases of ${name}`, cases.map((one) => ({ given: one.given?.text ?? '', sql: one.sql, line: one.lines[0] }))] as const),
])('passing through %s leaves what its analysis leaves', (_, files) => {
  const { world } = givenWorld('')
  for (const { given, sql, line } of files) {
    for (const file of [`${given}\n${sql}`, `${given}\nBEGIN;\nSAVEPOINT a;\n${sql};\nROLLBACK TO a;\nCREATE TABLE one_more (id int);`]) {
      const migration = read('a.sql', file)
      const analysis = analyse(migration, file, world, defaultPolicy)
      const [told, passed] = [settle(analysis, world.catalog), passThrough(migration, world, world.catalog)]
      const written = analysis.steps.flatMap(({ footprint }) => [...footprint.writes.keys()])
      expect(Object.fromEntries(passed.differenceFrom(told, written)), `line ${line}`).toEqual(Object.fromEntries(told.differenceFrom(passed, written)))
      expect(passed.relations().map(({ name }) => name).sort(), `line ${line}`).toEqual(told.relations().map(({ name }) => name).sort())
      expect(passed.surroundings, `line ${line}`).toEqual(told.surroundings)
    }
  }
})
