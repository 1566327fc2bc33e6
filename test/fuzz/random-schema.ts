import type { Random } from './random-from'

/** Statements that make a few tables, and one that changes them; whether it gives other values each time. */
export interface RandomSchema {
  readonly make: readonly string[]
  readonly sql: string
  readonly isVolatile: boolean
}

const names = ['orders', '"Order"', '"user"', '"two words"', '"a""b"', 'größe', '"select"', 'a_name_that_is_as_long_as_names_may_be_in_a_database_of_this_x']
const columnNames = ['status', '"Status"', '"group"', '"with space"', 'total', 'first_key', 'rows_left', 'pass', '"q""uote"', 'note', 'place', 'found', 'last_key', 'noted']
const keyTypes = ['int', 'bigint', 'text', 'uuid', 'date', 'numeric(20, 3)', 'timestamptz']
const types = ['text', 'int', 'bigint', 'numeric(12, 2)', 'boolean', 'date', 'timestamptz', 'timestamp(3)', 'jsonb', 'uuid', 'varchar(30)', 'real', 'int[]']

interface Column {
  readonly name: string
  readonly type: string
}

export function randomSchema(random: Random): RandomSchema {
  const schema = random.chance(0.2) ? '"My schema".' : ''
  const table = `${schema}${random.pick(names)}`
  const keys = Array.from({ length: random.chance(0.3) ? 2 : 1 }, (_, at): Column => ({ name: `${random.pick(['id', '"ID"', 'key'])}${at === 0 ? '' : '_2'}`.replace(/"_2$/, '_2"'), type: random.pick(keyTypes) }))
  const columns = [...new Set(Array.from({ length: 2 + random.below(3) }, () => random.pick(columnNames)))].map((name): Column => ({ name, type: random.pick(types) }))
  const isPartitioned = random.chance(0.2)
  const isKeyed = random.chance(0.8)
  const settings = [random.chance(0.2) ? ' NOT NULL' : '', random.chance(0.1) ? ' DEFAULT NULL' : '']
  const list = (some: readonly Column[]): string => some.map(({ name }) => name).join(', ')
  const defined = [...keys.map(({ name, type }) => `${name} ${type} NOT NULL`), ...columns.map(({ name, type }, at) => `${name} ${type}${at < 2 ? settings[at] : ''}`), ...(isKeyed ? [`PRIMARY KEY (${list(keys)})`] : [])]
  const other: Column = { name: 'id', type: random.pick(['int', 'bigint']) }
  const make = [
    ...(schema === '' ? [] : ['CREATE SCHEMA "My schema"']),
    `CREATE TABLE others (id ${other.type} PRIMARY KEY, label text)`,
    'CREATE TABLE log (what text)',
    `CREATE TABLE ${table} (${[...defined, `other_id ${other.type}`].join(', ')})${isPartitioned ? ` PARTITION BY HASH (${keys[0]!.name})` : ''}`,
    ...(isPartitioned ? [0, 1].map((remainder) => `CREATE TABLE ${schema}part_${remainder} PARTITION OF ${table} FOR VALUES WITH (MODULUS 2, REMAINDER ${remainder})`) : []),
  ]
  const plain = columns.filter(({ type }) => type !== 'jsonb' && !type.endsWith('[]'))
  const one = random.pick(plain.length > 0 ? plain : keys)
  if (random.chance(0.4)) make.push(`CREATE INDEX ${random.chance(0.5) ? 'an_index' : '"An index"'} ON ${table} (${one.name})`)
  if (random.chance(0.2) && !isPartitioned) make.push(`ALTER TABLE ${table} ADD CONSTRAINT "some check" CHECK (${one.name} IS NOT NULL OR ${keys[0]!.name} IS NOT NULL)`)
  if (random.chance(0.2)) make.push(`COMMENT ON COLUMN ${table}.${one.name} IS 'it''s said'`)
  const changes = ((): readonly string[] => {
    const any = random.pick(columns)
    const value = ({ type }: Column): string => ({ text: "'x'", int: '7', bigint: '7', 'numeric(12, 2)': '7.128', boolean: 'true', date: "'2025-01-01'", timestamptz: "'2025-01-01'", 'timestamp(3)': "'2025-01-01 00:00:00.123456'", jsonb: "'{}'", uuid: "'00000000-0000-0000-0000-000000000000'", 'varchar(30)': "'x'", real: '0.1', 'int[]': "'{1}'" })[type] ?? 'NULL'
    return [
      `CREATE INDEX ON ${table} (${one.name})`,
      `CREATE INDEX new_index ON ${table} (${one.name} DESC, ${keys[0]!.name}) WHERE ${any.name} IS NOT NULL`,
      `CREATE UNIQUE INDEX "New index" ON ${table} (${list(keys)}, ${one.name})`,
      `ALTER TABLE ${table} ADD FOREIGN KEY (other_id) REFERENCES others`,
      `ALTER TABLE ${table} ADD CONSTRAINT "Other" FOREIGN KEY (other_id) REFERENCES others (id) ON DELETE SET NULL`,
      `ALTER TABLE ${table} ADD CHECK (${one.name} IS NOT NULL)`,
      `ALTER TABLE ${table} ADD CONSTRAINT "Check it" CHECK (other_id > 0), ALTER COLUMN ${any.name} SET NOT NULL`,
      `ALTER TABLE ${table} ALTER COLUMN ${any.name} SET NOT NULL`,
      `ALTER TABLE ${table} ADD UNIQUE (${list(keys)}, ${any.type === 'jsonb' ? one.name : any.name})`,
      `ALTER TABLE ${table} ADD PRIMARY KEY (${list(keys)})`,
      `ALTER TABLE ${table} ADD COLUMN added uuid DEFAULT gen_random_uuid()`,
      `ALTER TABLE ${table} ADD COLUMN "Added" double precision NOT NULL DEFAULT random()`,
      `ALTER TABLE ${table} ADD COLUMN added serial`,
      `UPDATE ${table} SET ${any.name} = ${value(any)}`,
      `UPDATE ${table} SET ${any.name} = ${value(any)} WHERE ${any.name} IS NULL`,
      `UPDATE ${table} AS t SET ${any.name} = ${value(any)} FROM others WHERE others.id = t.other_id AND others.id > 2`,
      `DELETE FROM ${table} WHERE other_id > 3`,
      `DELETE FROM ${table} USING others WHERE others.id = other_id AND label <> 'v2'`,
      `DELETE FROM ${table} AS a USING ${table} AS b WHERE a.other_id = b.other_id AND a.${keys[0]!.name} < b.${keys[0]!.name}`,
      `INSERT INTO log SELECT ${any.name}::text FROM ${table}`,
      `INSERT INTO log (what) SELECT t.${keys[0]!.name} || 'x' FROM ${table} t WHERE ${any.name} IS NOT NULL`,
      `REINDEX TABLE ${table}`,
      `ALTER TABLE ${table} RENAME COLUMN ${any.name} TO "New name"`,
      `ALTER TABLE ${table} RENAME TO "New table"`,
      `ALTER TABLE ${table} ALTER COLUMN ${any.name} TYPE text`,
      `ALTER TABLE ${table} ALTER COLUMN other_id TYPE numeric`,
      `ALTER TABLE ${table} ALTER COLUMN ${keys[0]!.name} TYPE text`,
      `ALTER TABLE ${table} DROP COLUMN ${any.name}`,
    ]
  })()
  const sql = random.pick(changes)
  return { make, sql, isVolatile: /random|serial/.test(sql) }
}
