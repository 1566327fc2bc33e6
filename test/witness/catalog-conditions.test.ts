import { beforeAll, expect, test } from 'vitest'
import { catalogFromSnapshot } from '../../server/catalog/from-snapshot'
import type { Catalog } from '../../server/catalog/catalog'
import { catalogCondition, catalogRows } from '../../server/operations/catalog-condition'
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
  CREATE TABLE part_1 PARTITION OF parts FOR VALUES IN (1); CREATE TABLE other.part_2 PARTITION OF parts FOR VALUES IN (2);
  CREATE INDEX parts_id ON parts (id);
  CREATE TABLE beings (id int); CREATE TABLE dogs () INHERITS (beings);
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

const queries = [
  "SELECT inhrelid::regclass AS part FROM pg_inherits WHERE inhparent = 'parts'::regclass",
  "SELECT inhrelid::regclass::text FROM pg_catalog.pg_inherits i WHERE i.inhparent = 'parts'::regclass::oid",
  "SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'parts_id'::regclass",
  "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'parts'::regclass",
  "SELECT n.nspname, c.relname FROM pg_inherits JOIN pg_class c ON inhrelid = c.oid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE inhparent = 'public.parts'::regclass",
  "SELECT child.relname FROM pg_inherits JOIN pg_class parent ON pg_inherits.inhparent = parent.oid JOIN pg_class child ON pg_inherits.inhrelid = child.oid WHERE parent.relname = 'beings'",
  "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relkind = 'r'",
  "SELECT c.relname FROM pg_class c, pg_namespace n WHERE n.oid = c.relnamespace AND n.nspname = 'other' AND c.relkind IN ('r', 'p')",
  "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'I'",
  "SELECT con.conname, rel.relname FROM pg_constraint con INNER JOIN pg_class rel ON rel.oid = con.conrelid WHERE rel.relname = 'customers' AND con.contype = 'p'",
]

test('a query of the catalog gives the rows that the server gives', async () => {
  for (const query of queries) {
    const { rows } = await database.query<Record<string, string>>(query)
    const said = catalogRows(query, catalog)?.map((row) => Object.fromEntries(row))
    const order = (all: readonly object[] | undefined): readonly string[] | undefined => all?.map((row) => Object.values(row).join()).sort()
    expect(order(said), query).toEqual(order(rows))
    expect(rows, query).not.toEqual([])
  }
})

test.each([
  "SELECT c.relname FROM pg_class c, pg_namespace n WHERE n.nspname = 'public'",
  "SELECT c.relname FROM pg_class c LEFT JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public'",
  "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace",
  "SELECT nspname FROM pg_namespace WHERE nspname = 'public'",
  "SELECT c.relname FROM pg_class c JOIN customers ON customers.email = c.relname WHERE c.relname = 'parts'",
])('what not all is known of is left open: %s', (query) => expect(catalogRows(query, catalog)).toBeUndefined())

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
