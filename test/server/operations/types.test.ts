import { beforeAll, describe, expect, test } from 'vitest'
import { Catalog } from '../../../server/catalog/catalog'
import { readType } from '../../../server/catalog/read-type'
import type { ColumnType } from '../../../server/catalog/relation'
import { relationName } from '../../../server/model/name'
import { typeChange } from '../../../server/operations/types'
import { loadParser } from '../../../server/sql/parser'
import type { TypeName } from '../../../server/sql/command'
import { read } from '../../../server/sql/read'
import { cleanPglite } from '../../support/pglite'
import { observe } from '../../support/probe'
import type { Database } from '../../support/probe'

/** `from → to [USING …]`; the column is `c`. What PostgreSQL does is asked, not written down. */
const changes = `
  varchar(20) → varchar(20)
  varchar(20) → varchar(30)
  varchar(20) → varchar(10)
  varchar(20) → varchar
  varchar(20) → text
  varchar(20) → char(20)
  varchar(20) → name
  varchar(20) → public.citext
  varchar → varchar(10)
  varchar → text
  text → varchar
  text → varchar(100)
  text → char(5)
  text → public.citext
  text → name
  text → text USING c::text
  text → text USING lower(c)
  text → text USING c || ''
  varchar(20) → text USING c::varchar(50)
  varchar(20) → text USING c::varchar(10)
  varchar(20) → text USING (c)
  text → integer USING 1
  text → integer USING c::integer
  text → bytea USING c::bytea
  text → jsonb USING c::jsonb
  public.citext → text
  public.citext → varchar
  public.citext → varchar(20)
  char(5) → char(5)
  char(5) → char(10)
  char(5) → text
  char(5) → varchar
  numeric(10,2) → numeric(12,2)
  numeric(10,2) → numeric(12,3)
  numeric(10,2) → numeric(8,2)
  numeric(10,2) → numeric(10,1)
  numeric(10,2) → numeric
  numeric(10) → numeric(12)
  numeric(10) → numeric(12,0)
  numeric(10) → numeric(12,2)
  numeric → numeric(10,2)
  numeric(10,2) → decimal(11,2)
  timestamp → timestamp(6)
  timestamp → timestamp(3)
  timestamp(3) → timestamp(6)
  timestamp(3) → timestamp
  timestamp(3) → timestamp(2)
  timestamp → timestamptz
  timestamp → timestamptz(6)
  timestamp → timestamptz(3)
  timestamp(3) → timestamptz
  timestamp(3) → timestamptz(3)
  timestamp(3) → timestamptz(6)
  timestamptz → timestamp
  timestamptz → timestamp(6)
  timestamptz(3) → timestamp
  timestamptz(3) → timestamp(3)
  timestamptz(3) → timestamptz(5)
  timestamp → timestamptz USING c AT TIME ZONE 'UTC'
  timestamp → timestamptz USING c::timestamptz
  timestamp → date
  date → timestamp
  date → timestamptz
  time(3) → time(6)
  time(3) → time
  time(3) → time(2)
  time → timetz
  timetz(2) → timetz(4)
  interval → interval(3)
  interval(3) → interval(6)
  interval(3) → interval
  interval(3) → interval(2)
  interval → interval day to second
  interval → interval day
  interval → interval year
  cidr → inet
  inet → cidr
  varbit(5) → varbit(10)
  varbit(5) → varbit
  varbit(5) → varbit(4)
  varbit(5) → bit(3)
  bit(5) → varbit
  bit(5) → varbit(10)
  bit(5) → bit(5)
  varchar(20)[] → varchar(50)[]
  varchar(20)[] → varchar(20)[]
  varchar(20)[] → varchar[]
  varchar(20)[] → text[]
  text[] → varchar[]
  text[] → text[]
  integer[] → bigint[]
  integer → bigint
  integer → integer
  integer → numeric
  integer → text
  integer → oid
  integer → oid USING c::oid
  bigint → integer
  smallint → integer
  oid → integer
  oid → regclass
  regclass → oid
  real → double precision
  double precision → float(53)
  double precision → numeric
  json → jsonb
  jsonb → json
  xml → text
  xml → varchar
  text → xml USING c::xml
  public.mood → text
  public.mood → public.mood
  text → public.mood USING c::public.mood
  text → public.plain_text
  text → public.checked_text
  text → public.checked_twice
  text → public.required_text
  text → public.defaulted_text
  varchar(10) → public.short
  varchar(20) → public.short
  varchar(30) → public.short
  public.plain_text → text
  public.plain_text → public.checked_text
  public.plain_text → varchar(10)
  public.checked_text → text
  public.checked_text → public.checked_text
  public.short → varchar(20)
  public.short → varchar(30)
  public.short → text
  integer → public.plain_number`
  .trim()
  .split('\n')
  .map((line) => /^\s*(.+?) → (.+?)(?: USING (.+))?$/.exec(line)!)
  .map(([, from, to, using]) => ({ from: from!, to: to!, using }))

const types = `
  CREATE EXTENSION citext;
  CREATE TYPE mood AS ENUM ('good', 'bad');
  CREATE DOMAIN plain_text AS text;
  CREATE DOMAIN checked_text AS text CHECK (VALUE <> '');
  CREATE DOMAIN checked_twice AS checked_text;
  CREATE DOMAIN required_text AS text NOT NULL;
  CREATE DOMAIN defaulted_text AS text DEFAULT 'x';
  CREATE DOMAIN short AS varchar(20);
  CREATE DOMAIN plain_number AS integer;`

const text: ColumnType = { name: 'text', modifiers: [], dimensions: 0 }
const domain = { kind: 'domain', base: text, notNull: false, checks: [] } as const
const check = { name: 'checked', expression: "VALUE <> ''", validated: true }

const catalogIn = (timeZone: string): Catalog =>
  Catalog.empty({ version: 18, searchPath: ['public'], timeZone, complete: true, sized: true })
    .withType(relationName('public', 'mood'), { kind: 'enum', labels: ['good', 'bad'] })
    .withType(relationName('public', 'citext'), { kind: 'base' })
    .withType(relationName('public', 'plain_text'), domain)
    .withType(relationName('public', 'checked_text'), { ...domain, checks: [check] })
    .withType(relationName('public', 'checked_twice'), { ...domain, base: { name: 'public.checked_text', modifiers: [], dimensions: 0 } })
    .withType(relationName('public', 'required_text'), { ...domain, notNull: true })
    .withType(relationName('public', 'defaulted_text'), { ...domain, default: "'x'" })
    .withType(relationName('public', 'short'), { ...domain, base: { name: 'varchar', modifiers: [20], dimensions: 0 } })
    .withType(relationName('public', 'plain_number'), { ...domain, base: { name: 'int4', modifiers: [], dimensions: 0 } })

/** The type as ALTER TABLE reads it. */
function typeIn(statement: string): TypeName {
  const command = read(statement).commands[0]
  if (command?.kind !== 'alter' || command.action.action !== 'alter-type') throw new Error(`This changes no type: ${statement}`)
  return command.action.type
}

const verdict = (from: string, to: string, using: string | undefined, catalog: Catalog): { rewritten: boolean; rebuilt: boolean } => {
  const type = readType(from)!
  const change = typeChange({ name: 'c', type, notNull: false }, typeIn(`ALTER TABLE t ALTER c TYPE ${to}`), using, catalog)
  return { rewritten: change.rewrite !== undefined, rebuilt: change.rebuild }
}

beforeAll(() => loadParser())

describe('a change of type rewrites what PostgreSQL rewrites', () => {
  let database: Database
  beforeAll(async () => {
    database = await cleanPglite()
    await database.exec(types)
  })

  const ask = async (from: string, to: string, using: string | undefined, timeZone: string): Promise<void> => {
    await database.exec(`SET TimeZone = '${timeZone}'; DROP TABLE IF EXISTS t; CREATE TABLE t (c ${from})`)
    // An index is there only to see whether it is built again, and these types have no order to build it by.
    if (![from, to].some((type) => /^(json|xml)$/.test(type))) await database.exec('CREATE INDEX ON t (c)')
    const seen = await observe(database, `ALTER TABLE t ALTER c TYPE ${to}${using === undefined ? '' : ` USING ${using}`}`)
    expect(seen.error).toBeUndefined()
    const said = verdict(from, to, using, catalogIn(timeZone))
    expect(said.rewritten, 'rewritten').toBe(seen.rewritten.length > 0)
    if (!said.rewritten && seen.relations.has('public.t_c_idx')) expect(said.rebuilt, 'index rebuilt').toBe(seen.rebuilt.includes('public.t_c_idx'))
  }

  for (const { from, to, using } of changes) {
    test(`${from} → ${to}${using === undefined ? '' : ` USING ${using}`}`, () => ask(from, to, using, 'UTC'))
  }

  for (const zone of ['UTC', 'GMT', 'Etc/UTC', 'Zulu', 'Greenwich', 'Europe/Berlin', 'Europe/London', 'Africa/Abidjan', '0', 'America/New_York']) {
    test(`timestamp → timestamptz in ${zone}`, () => ask('timestamp', 'timestamptz', undefined, zone))
  }
})

describe('what is not known is taken to be rewritten', () => {
  const catalog = Catalog.empty({ version: 18, searchPath: ['public'], complete: false, sized: false })

  test('a column of which nothing is known', () => {
    expect(typeChange(undefined, typeIn('ALTER TABLE t ALTER c TYPE text'), undefined, catalog).rewrite).toContain('unknown')
  })

  test('a time zone that nobody told', () => {
    expect(verdict('timestamp', 'timestamptz', undefined, catalog).rewritten).toBe(true)
  })

  test('a type that nobody told', () => {
    expect(verdict('text', 'app.label', undefined, catalog).rewritten).toBe(true)
  })

  test("another modifier of an extension's type", () => {
    expect(verdict('geometry(4326)', 'geometry(3857)', undefined, catalog).rewritten).toBe(true)
  })
})
