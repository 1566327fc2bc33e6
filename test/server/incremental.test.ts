import { beforeAll, describe, expect, it, test } from 'vitest'
import { analyse } from '../../server/analyse'
import type { Analysis, World } from '../../server/analyse'
import { catalogFromSnapshot } from '../../server/catalog/from-snapshot'
import { assumedCalibration } from '../../server/estimate/calibration'
import { read } from '../../server/frameworks/sql'
import { defaultPolicy } from '../../server/model/policy'
import { loadParser } from '../../server/sql/parser'
import { readablePages } from '../support/document'
import { analyseCase } from '../support/engine'

beforeAll(() => loadParser())

const world = (): World => ({
  catalog: catalogFromSnapshot({ version: 1, tables: { orders: { rows: 52_000_000 }, customers: { rows: 8_000_000 } } }),
  calibration: assumedCalibration,
  sized: true,
  longestTransactionMs: 60_000,
})

/** All that an editor shows, and what exists in the end. */
const shown = ({ statements, unread, catalog }: Analysis): unknown => ({
  unread,
  relations: catalog.relations(),
  statements: statements.map(({ span, assessed: { block, ...assessed }, findings, blockStart }) => ({ span, assessed, inBlock: block !== undefined, findings, blockStart })),
})

const lines = [
  'CREATE TABLE parcels (id bigint PRIMARY KEY, code text, order_id bigint);',
  'ALTER TABLE orders ADD COLUMN note text;',
  'ALTER TABLE orders ADD COLUMN token uuid DEFAULT gen_random_uuid();',
  'CREATE INDEX orders_note ON orders (note);',
  'CREATE INDEX CONCURRENTLY parcels_code ON parcels (code);',
  'ALTER TABLE parcels ADD CONSTRAINT parcels_order FOREIGN KEY (order_id) REFERENCES orders (id);',
  'ALTER TABLE orders ADD CONSTRAINT total_positive CHECK (total > 0) NOT VALID;',
  'ALTER TABLE orders VALIDATE CONSTRAINT total_positive;',
  'UPDATE orders SET note = $$a;b$$ WHERE note IS NULL;',
  'BEGIN;',
  'COMMIT;',
  'ROLLBACK;',
  'SAVEPOINT a;',
  'ROLLBACK TO a;',
  "SET lock_timeout = '2s';",
  "SET LOCAL statement_timeout = '1min';",
  'SET search_path TO other, public;',
  'DROP TABLE parcels;',
  'DROP INDEX orders_note;',
  'ALTER TABLE orders RENAME COLUMN note TO remark;',
  'ALTER TABLE customers RENAME TO clients;',
  'ALTER TABLE orders ALTER COLUMN note SET NOT NULL;',
  '-- lockscope: allow long-lock because nobody is awake',
  "COMMENT ON TABLE orders IS 'it''s'; -- lockscope: allow bulk-write because of this",
  'ALTER TABLE orders DROP',
  'CREATE VIEW noted AS SELECT id, note FROM orders;',
  'CREATE TABLE pieces (parcel bigint REFERENCES parcels, weight int DEFAULT 0);',
  'ALTER TABLE pieces ADD COLUMN note text;',
  "COMMENT ON COLUMN pieces.note IS 'a';",
  'CREATE FUNCTION weigh() RETURNS int LANGUAGE sql AS $$ SELECT count(*)::int FROM pieces $$;',
  'ALTER TABLE pieces ALTER COLUMN weight SET DEFAULT weigh();',
  'ALTER TABLE parcels ALTER COLUMN code TYPE varchar(20);',
  'INSERT INTO pieces (parcel) SELECT id FROM parcels;',
  'DELETE FROM orders WHERE token IS NULL;',
  '\\i other.sql',
]

/** Numerical Recipes' generator: the same edits on every machine. */
function random(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

describe('an edited file', () => {
  /** Nobody looks at what all edits but each sixth have made, so that it is asked for only then. */
  const ways = [1, 6].flatMap((each) => [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => ({ each, seed })))
  it.each(ways)('is analysed as if it were read anew (seed $seed, looked at each $each)', ({ each, seed }) => {
    const next = random(seed)
    const line = (): string => lines[next(lines.length)]!
    let text = Array.from({ length: 12 * each }, line).join('\n')
    const surroundings = world()
    let analysis = analyse(read('a.sql', text), text, surroundings, defaultPolicy)
    for (let edit = 1; edit <= 40; edit++) {
      const at = next(text.length + 1)
      const kind = next(4)
      if (kind === 0) text = `${text.slice(0, at)}${'abc;\'"$-x '[next(10)]!}${text.slice(at)}`
      else if (kind === 1) text = text.slice(0, at) + text.slice(at + 1 + next(6))
      else {
        const rows = text.split('\n')
        rows.splice(next(rows.length + 1), kind === 2 ? 0 : 1, line())
        text = rows.join('\n')
      }
      analysis = analyse(read('a.sql', text), text, surroundings, defaultPolicy, analysis)
      if (edit % each === 0) expect(shown(analysis)).toEqual(shown(analyse(read('a.sql', text), text, surroundings, defaultPolicy)))
    }
  })
})

// An edit further up makes what a statement wrote again without asking it anew, so it is to have written what it leaves and no more: not what its plan supposes.
test.each(readablePages('operations').map((page) => [page.name, page] as const))('what the statements of %s are noted to have written is what they leave', (_, { cases }) => {
  for (const one of cases) {
    for (const { sql, before, after, footprint } of analyseCase(one).steps) {
      if (after.saved !== before.saved) continue
      const replayed = before.catalog.replay(footprint)
      expect(Object.fromEntries(replayed.differenceFrom(after.catalog, [...footprint.writes.keys()])), sql).toEqual(Object.fromEntries(after.catalog.differenceFrom(replayed, [...footprint.writes.keys()])))
    }
  }
})
