import { afterAll, describe, expect, test } from 'vitest'
import { catalogFromSnapshot } from '../../../server/catalog/from-snapshot'
import { columnOf } from '../../../server/catalog/relation'
import type { RelationName } from '../../../server/model/name'
import { sortedSince } from '../../../server/estimate/sizes'
import type { Server } from '../../support/server'
import { askedVersions, startServer } from '../../support/server'

const types = ['point', 'box', 'circle', 'polygon', 'tsvector', 'int4range', 'tstzrange', 'numrange', 'integer', 'bigint', 'text', 'uuid', 'numeric', 'date', 'timestamp with time zone', 'inet']

const servers: Server[] = []
afterAll(() => Promise.all(servers.map((server) => server.stop())))

describe.each(askedVersions)('PostgreSQL %i', (version) => {
  test('sorts what goes into a GiST index where the model says so', async () => {
    const server = await startServer({ version })
    servers.push(server)
    const client = await server.connect()
    await client.query('CREATE EXTENSION btree_gist')
    const { rows } = await client.query<{ type: string }>(
      `SELECT format_type(t.oid, NULL) AS type FROM pg_type t JOIN pg_opclass c ON c.opcintype IN (t.oid, CASE WHEN t.typtype = 'r' THEN 'anyrange'::regtype END) AND c.opcdefault
         JOIN pg_am m ON m.oid = c.opcmethod AND m.amname = 'gist'
        WHERE EXISTS (SELECT FROM pg_amproc p WHERE p.amprocfamily = c.opcfamily AND p.amproclefttype = c.opcintype AND p.amprocnum = 11)`,
    )
    const sorted = rows.map(({ type }) => type)
    const catalog = catalogFromSnapshot({ version: 1, serverVersion: String(version), tables: { items: { columns: types.map((type) => ({ name: type.replaceAll(' ', '_'), type })) } } })
    const table = catalog.table('public.items' as RelationName)
    const wrong = types.filter((type) => version >= sortedSince(columnOf(table, type.replaceAll(' ', '_')), catalog) !== sorted.includes(type))
    // An address is sorted by btree_gist's class, and by the one of PostgreSQL's own, which people name, it is not.
    expect(wrong.filter((type) => type !== 'inet')).toEqual([])
  })
})
