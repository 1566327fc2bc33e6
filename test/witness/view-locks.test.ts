import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Client } from 'pg'
import { catalogFromSnapshot } from '../../server/catalog/from-snapshot'
import type { RelationName } from '../../server/model/name'
import { outermostFirst, viewLock } from '../../server/operations/view-lock'
import { takeSnapshot } from '../../server/sources/postgres'
import { askedVersions, startServer } from '../support/server'
import type { Server } from '../support/server'

// An exchange under views locks these one by one, each before what it reads, as whoever queries them does.

const make = `CREATE TABLE orders (id int, note text);
CREATE TABLE lines (order_id int);
CREATE VIEW told AS SELECT id, note FROM orders JOIN lines ON order_id = id;
CREATE VIEW told_well WITH (security_barrier = true, check_option = local) AS SELECT id, note FROM told WHERE id > 0;
CREATE VIEW told_better AS SELECT id FROM told_well;`

describe.each(askedVersions)('on PostgreSQL %i', (version) => {
  let server: Server
  let [reader, other]: Client[] = []
  let order: readonly RelationName[]
  let snapshot: Awaited<ReturnType<typeof takeSnapshot>>
  beforeAll(async () => {
    server = await startServer({ version })
    const database = await server.createDatabase()
    ;[reader, other] = [await server.connect(database), await server.connect(database)]
    await reader.query(make)
    snapshot = await takeSnapshot({ url: server.url(database) })
    order = outermostFirst(['public.told', 'public.told_better', 'public.told_well'] as RelationName[], catalogFromSnapshot(snapshot))
  })
  afterAll(async () => {
    await reader?.end()
    await other?.end()
    await server?.stop()
  })

  const locks = async (of: Client, granted: boolean): Promise<readonly string[]> =>
    (await other!.query<{ name: string }>('SELECT relation::regclass::text AS name FROM pg_locks WHERE pid = $1 AND relation >= 16384 AND granted = $2 ORDER BY 1', [(of as unknown as { processID: number }).processID, granted])).rows.map(({ name }) => name)

  test('a query locks each view before the one that it reads, and the tables last', async () => {
    expect(order).toEqual(['public.told_better', 'public.told_well', 'public.told'])
    for (const [at, held] of [...order, 'public.orders'].entries()) {
      await other!.query(`BEGIN; ${held === 'public.orders' ? 'LOCK TABLE orders' : `ALTER VIEW ${held} RESET (check_option)`}`)
      const query = reader!.query('SELECT * FROM told_better')
      await expect.poll(() => locks(reader!, false)).toEqual([held.replace('public.', '')])
      expect(await locks(reader!, true)).toEqual(order.slice(0, at).map((one) => one.replace('public.', '')).sort())
      await other!.query('ROLLBACK')
      await query
    }
  })

  test('a view is locked alone, and nothing of it is changed', async () => {
    const options = async (): Promise<unknown> => (await other!.query('SELECT relname, ARRAY(SELECT unnest(reloptions) ORDER BY 1) AS options FROM pg_class WHERE relkind = $1 AND relnamespace = $2::regnamespace ORDER BY 1', ['v', 'public'])).rows
    const before = await options()
    for (const view of order) {
      await reader!.query('BEGIN')
      await reader!.query(viewLock(view, (text) => text))
      expect(await locks(reader!, true)).toEqual([view.replace('public.', '')])
      expect((await other!.query('SELECT mode FROM pg_locks WHERE relation = $1::regclass', [view])).rows).toEqual([{ mode: 'AccessExclusiveLock' }])
      await reader!.query('COMMIT')
    }
    expect(await options()).toEqual(before)
  })
})
