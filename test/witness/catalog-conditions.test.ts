import { beforeAll, expect, test } from 'vitest'
import { catalogFromSnapshot } from '../../server/catalog/from-snapshot'
import type { Catalog } from '../../server/catalog/catalog'
import { catalogCondition } from '../../server/operations/catalog-condition'
import { loadParser } from '../../server/sql/parser'
import { cleanPglite } from '../support/pglite'
import type { Database } from '../support/probe'
import { snapshotOfPglite } from '../support/snapshot-of-pglite'

const schema = `
  CREATE EXTENSION citext;
  CREATE TYPE mood AS ENUM ('sad', 'glad');
  CREATE DOMAIN positive AS int CHECK (VALUE > 0);
  CREATE TYPE pair AS (a int, b int);
  CREATE SCHEMA other; CREATE TYPE other.odd AS ENUM ('a');
  CREATE TABLE customers (id bigserial CONSTRAINT customers_key PRIMARY KEY, email text);
  CREATE TABLE _records (id int);
  CREATE TABLE parts (id int) PARTITION BY LIST (id);
  CREATE TABLE rooms (during tsrange, CONSTRAINT rooms_during EXCLUDE USING gist (during WITH &&));
  CREATE INDEX customers_email ON customers (email);
  CREATE VIEW names AS SELECT email FROM customers;
  CREATE MATERIALIZED VIEW sums AS SELECT count(*) FROM customers`

let database: Database
let catalog: Catalog

beforeAll(async () => {
  await loadParser()
  database = await cleanPglite()
  await database.exec(schema)
  catalog = catalogFromSnapshot(await snapshotOfPglite(database))
}, 300_000)

const types = ['mood', '_mood', 'positive', '_positive', 'pair', '_pair', 'odd', '_odd', 'customers', '_customers', '_records', '__records', 'parts', '_parts', 'names', '_names', 'sums', 'customers_id_seq', '_customers_id_seq', 'customers_email', 'missing', '_missing', 'citext', '_citext']
const conditions = [
  ...types.flatMap((name) => [`EXISTS (SELECT 1 FROM pg_type WHERE typname = '${name}')`, `NOT EXISTS (SELECT FROM pg_class WHERE relname = '${name}')`, `to_regclass('${name}') IS NULL`]),
  ...['a', 'c', 'd', 'e', 'b', 'r'].map((letter) => `EXISTS (SELECT FROM pg_type WHERE typname = 'mood' AND typtype = '${letter}')`),
  "EXISTS (SELECT FROM pg_class WHERE relname = 'pair' AND relkind = 'c')",
  "EXISTS (SELECT FROM pg_class WHERE relname = 'pair' AND relkind = 'r')",
  "EXISTS (SELECT FROM pg_class WHERE relname = 'pair' AND relnamespace = 'other'::regnamespace)",
  "EXISTS (SELECT FROM pg_type WHERE typname = '_odd' AND typnamespace = 'other'::regnamespace)",
  "EXISTS (SELECT FROM pg_type WHERE typname = '_odd' AND typnamespace = 'public'::regnamespace)",
  "EXISTS (SELECT FROM information_schema.table_constraints WHERE constraint_name = 'rooms_during')",
  "EXISTS (SELECT FROM information_schema.table_constraints WHERE constraint_name = 'customers_key')",
  "EXISTS (SELECT FROM pg_constraint WHERE conname = 'rooms_during' AND contype = 'x')",
]

test('what a condition says of the catalog is what the server answers', async () => {
  const { rows } = await database.query<Record<string, boolean>>(`SELECT ${conditions.map((condition, index) => `${condition} AS "${index}"`).join(', ')}`)
  const open: string[] = []
  for (const [index, condition] of conditions.entries()) {
    const said = catalogCondition(condition, catalog)
    if (said === undefined) open.push(condition)
    else expect(said, condition).toBe(rows[0]![index])
  }
  expect(open).toEqual([])
})

test.each([
  [13, true],
  [14, false],
])('up to 13 a sequence has a type of its own: PostgreSQL %i', (version, has) => {
  expect(catalogCondition("EXISTS (SELECT FROM pg_type WHERE typname = 'customers_id_seq')", catalog.withSurroundings({ version }))).toBe(has)
})

test('the name of an array that hangs on the order in which types were made is left open', async () => {
  const other = await cleanPglite()
  await other.exec("CREATE TYPE mood AS ENUM ('a'); CREATE TABLE _mood (id int)")
  const clashing = catalogFromSnapshot(await snapshotOfPglite(other))
  expect(catalogCondition("EXISTS (SELECT FROM pg_type WHERE typname = '__mood')", clashing)).toBeUndefined()
  expect(catalogCondition("EXISTS (SELECT FROM pg_type WHERE typname = '_mood')", clashing)).toBe(true)
})
