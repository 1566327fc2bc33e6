import type { Random } from './random-from'

/** A schema of a dozen objects with a few rows, and statements over it. Not all of them run: what the server refuses is only compared with what is said to be refused. */
export interface RandomTopic {
  readonly schema: readonly string[]
  readonly forms: readonly string[]
}

interface Column {
  readonly name: string
  readonly type: string
  /** Nobody may write to it. */
  readonly isGenerated?: true
}

interface Table {
  readonly name: string
  readonly columns: Column[]
  readonly key: readonly Column[]
  /** Names of its partitions with their bounds. */
  readonly partitions: { readonly name: string; readonly bound: string }[]
  readonly indexes: string[]
  /** Of constraints by their names. */
  readonly constraints: { readonly name: string; readonly kind: 'check' | 'unique' | 'primary' | 'foreign' | 'exclude'; readonly isValid: boolean }[]
  readonly triggers: string[]
  readonly rules: string[]
  readonly policies: string[]
  readonly isPartition?: true
  readonly isFilled?: boolean
  readonly isUnlogged?: boolean
  readonly inherits?: Table
}

/** The value of a row's number in SQL, by type. */
const values: Readonly<Record<string, string>> = {
  smallint: '(n % 100)::smallint',
  int: 'n::int',
  bigint: 'n::bigint',
  'numeric(12,2)': 'n / 3.0',
  numeric: 'n * 2',
  real: 'n / 7.0',
  text: "'value ' || n",
  'varchar(20)': "'v' || n",
  'char(4)': "'c' || n",
  boolean: 'n % 2 = 0',
  date: "date '2026-01-01' + n",
  timestamp: "timestamp '2026-01-01' + n * interval '1 h'",
  timestamptz: "timestamptz '2026-01-01' + n * interval '1 h'",
  uuid: 'md5(n::text)::uuid',
  jsonb: "jsonb_build_object('n', n)",
  'int[]': 'ARRAY[n, n + 1]',
  'text[]': "ARRAY['a' || n]",
  int4range: 'int4range(n, n + 2)',
  bytea: "decode(md5(n::text), 'hex')",
  mood: "(ARRAY['sad', 'ok', 'glad'])[1 + n % 3]::mood",
  positive: 'n::int',
  short_text: "'s' || n",
  pair: "ROW(n, 'b')::pair",
  positives: 'ARRAY[n, n + 1]',
  higher: 'n::int',
}
const plainTypes = Object.keys(values)
const keyTypes = ['int', 'bigint', 'int', 'bigint', 'uuid', 'text']
const tableNames = ['orders', '"Order"', 'app.users', '"two words"', 'größe', 'app."User Event"', 'items', 'archive', 'app.notes', '"select"']
const columnNames = ['status', '"Status"', '"group"', '"with space"', 'total', 'note', 'place', '"q""uote"', 'amount', 'body', 'seen_at', 'labels']

const isSortable = ({ type }: Column): boolean => type !== 'jsonb'


export function randomTopic(random: Random, count: number, version: number): RandomTopic {
  const schema: string[] = [
    'CREATE SCHEMA app',
    "CREATE TYPE mood AS ENUM ('sad', 'ok', 'glad')",
    'CREATE DOMAIN positive AS int CHECK (VALUE > 0)',
    'CREATE DOMAIN short_text AS varchar(12)',
    'CREATE TYPE pair AS (a int, b text)',
    'CREATE DOMAIN positives AS int[] CHECK (cardinality(VALUE) > 0)',
    'CREATE DOMAIN higher AS positive',
    'CREATE SEQUENCE numbers',
    'CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$',
    'CREATE FUNCTION twice(n int) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT n * 2 $$',
    'CREATE TABLE told (what text, at timestamptz DEFAULT now())',
    'CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO told (what) VALUES (TG_OP); RETURN NULL; END $$',
    'CREATE FUNCTION instead() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM told; RETURN NEW; END $$',
  ]
  const tables: Table[] = []
  const views: { name: string; over: Table; columns: readonly string[]; isMaterialized: boolean }[] = []
  let number = 0
  const fresh = (word: string): string => (random.chance(0.2) ? `"${word} ${++number}"` : `${word}_${++number}`)
  const list = (columns: readonly Column[]): string => columns.map(({ name }) => name).join(', ')
  const some = <T>(of: readonly T[], most: number): readonly T[] => {
    const rest = [...of]
    return Array.from({ length: Math.min(rest.length, 1 + random.below(most)) }, () => rest.splice(random.below(rest.length), 1)[0]!)
  }
  const schemaOf = (name: string): string => (name.startsWith('app.') ? 'app.' : '')

  // --- the schema

  const names = some(tableNames, 1).concat(tableNames.filter(() => random.chance(0.55)))
  for (const name of new Set(names)) {
    const earlier = tables.filter((one) => !one.isPartition)
    const parent = random.chance(0.15) ? earlier.find((one) => one.partitions.length === 0) : undefined
    const second = parent && random.chance(0.3) ? earlier.find((one) => one !== parent && one.partitions.length === 0 && !one.inherits && one.columns.every(({ name: column }) => !parent.columns.some((other) => other.name === column))) : undefined
    const above = [...(parent?.columns ?? []), ...(second?.columns ?? [])]
    const isPartitioned = !parent && random.chance(0.3)
    const keyType = isPartitioned ? random.pick(['int', 'bigint']) : random.pick(keyTypes)
    const key: Column[] = [{ name: parent ? 'own_id' : 'id', type: keyType }, ...(random.chance(0.2) && !above.some((column) => column.name === '"Part"') ? [{ name: '"Part"', type: 'int' }] : [])]
    const taken = new Set(above.map((column) => column.name))
    const columns = [...new Set(Array.from({ length: 3 + random.below(3) }, () => random.pick(columnNames)))].filter((one) => !taken.has(one)).map((one): Column => ({ name: one, type: random.pick(plainTypes) }))
    const isUnlogged = !isPartitioned && random.chance(0.08)
    const isNumbered = ['int', 'bigint'].includes(keyType) && random.chance(0.2)
    const table: Table = { name, columns: [...above, ...key, ...columns], key: random.chance(0.85) ? key : [], partitions: [], indexes: [], constraints: [], triggers: [], rules: [], policies: [], isUnlogged, ...(parent && { inherits: parent }) }
    const bare = name.replace(/^app\./, '')
    const parts = [...key.map((column) => `${column.name} ${column.type} ${!isPartitioned && isNumbered && column === key[0] ? 'GENERATED BY DEFAULT AS IDENTITY' : 'NOT NULL'}`), ...columns.map((column) => `${column.name} ${column.type}${random.chance(0.15) ? ' NOT NULL' : ''}`)]
    const numeric = table.columns.find(({ type }) => ['int', 'bigint', 'smallint', 'numeric'].includes(type))
    if (numeric && random.chance(0.2) && !taken.has('made')) {
      parts.push(`made ${numeric.type === 'numeric' ? 'numeric' : 'bigint'} GENERATED ALWAYS AS (${numeric.name} + 1) STORED`)
      table.columns.push({ name: 'made', type: 'bigint', isGenerated: true })
    }
    if (table.key.length > 0) {
      const constraint = `"${bare.replaceAll('"', '')} key"`
      parts.push(`CONSTRAINT ${constraint} PRIMARY KEY (${list(key)})`)
      table.constraints.push({ name: constraint, kind: 'primary', isValid: true })
    }
    const by = random.pick(['RANGE', 'LIST', 'HASH'])
    schema.push(`CREATE ${isUnlogged ? 'UNLOGGED ' : ''}TABLE ${name} (${parts.join(', ')})${parent ? ` INHERITS (${parent.name}${second ? `, ${second.name}` : ''})` : ''}${isPartitioned ? ` PARTITION BY ${by} (${key[0]!.name})` : ''}`)
    if (isPartitioned) {
      const bounds = { RANGE: ['FROM (MINVALUE) TO (3)', 'FROM (3) TO (1000)', 'DEFAULT'], LIST: ['IN (1, 2)', 'IN (3, 4, 5, 6)', 'DEFAULT'], HASH: ['WITH (MODULUS 2, REMAINDER 0)', 'WITH (MODULUS 2, REMAINDER 1)'] }[by]!
      const isWhole = random.chance(0.7)
      for (const [at, bound] of bounds.entries()) {
        if (!isWhole && bound === 'DEFAULT') continue
        const part = `${schemaOf(name)}${fresh('part')}`
        const isSplit = at === 1 && random.chance(0.3)
        const text = bound === 'DEFAULT' ? bound : `FOR VALUES ${bound}`
        schema.push(`CREATE TABLE ${part} PARTITION OF ${name} ${text}${isSplit ? ` PARTITION BY HASH (${key[0]!.name})` : ''}`)
        table.partitions.push({ name: part, bound: text })
        if (isSplit) for (const remainder of [0, 1]) schema.push(`CREATE TABLE ${schemaOf(name)}${fresh('leaf')} PARTITION OF ${part} FOR VALUES WITH (MODULUS 2, REMAINDER ${remainder})`)
        if (!isSplit) tables.push({ ...table, name: part, partitions: [], indexes: [], constraints: [], triggers: [], rules: [], policies: [], isPartition: true, isFilled: by !== 'HASH' && bound !== 'DEFAULT' })
      }
    }
    // A key that points to the table itself, which some of its partitions have had before.
    if (random.chance(0.15) && table.key.length > 0 && !parent) {
      const own = table.key.map((column, at): Column => ({ name: `above_${at}`, type: column.type }))
      schema.push(`ALTER TABLE ${name} ${own.map((column) => `ADD COLUMN ${column.name} ${column.type}`).join(', ')}`)
      table.columns.push(...own)
      const key = `FOREIGN KEY (${list(own)}) REFERENCES ${name} (${list(table.key)})${random.pick(['', '', ' ON DELETE CASCADE', ' DEFERRABLE'])}`
      const early = table.partitions.length > 0 && random.chance(0.5) ? some(table.partitions, 2) : []
      for (const one of early) schema.push(`ALTER TABLE ${one.name} ADD ${key}`)
      if (early.length === 0 || random.chance(0.4)) {
        schema.push(`ALTER TABLE ${name} ADD CONSTRAINT ${bare.replaceAll(/["\W]/g, '')}_self ${key}`)
        table.constraints.push({ name: `${bare.replaceAll(/["\W]/g, '')}_self`, kind: 'foreign', isValid: true })
      }
    }
    // A key that points to another table, whose rows have the same numbers.
    for (const other of some(earlier.filter((one) => one.key.length > 0 && (isUnlogged || !one.isUnlogged)), 2)) {
      if (!random.chance(0.5) || other.key.some(({ type }) => type === 'text' && random.chance(0.5))) continue
      const pointing = other.key.map((column, at): Column => ({ name: `${fresh('ref').replaceAll('"', '').replaceAll(' ', '_')}${at}`, type: column.type }))
      const constraint = fresh('points')
      schema.push(`ALTER TABLE ${name} ${pointing.map((column) => `ADD COLUMN ${column.name} ${column.type}`).join(', ')}`)
      table.columns.push(...pointing)
      const isValid = random.chance(0.8) || isPartitioned
      schema.push(`ALTER TABLE ${name} ADD CONSTRAINT ${constraint} FOREIGN KEY (${list(pointing)}) REFERENCES ${other.name} (${list(other.key)})${random.pick(['', '', ' ON DELETE CASCADE', ' ON DELETE SET NULL', ' ON UPDATE CASCADE', ' DEFERRABLE INITIALLY DEFERRED', ' MATCH FULL'])}${isValid ? '' : ' NOT VALID'}`)
      table.constraints.push({ name: constraint, kind: 'foreign', isValid })
    }
    for (const column of some(table.columns, 3)) {
      if (!random.chance(0.6)) continue
      const index = fresh('idx')
      const method = ({ jsonb: 'gin', 'int[]': 'gin', 'text[]': 'gin', int4range: random.pick(['gist', 'spgist']), positives: 'gin', pair: 'btree' } as Record<string, string>)[column.type] ?? random.pick(['btree', 'btree', 'btree', 'hash', 'brin'])
      const isBtree = method === 'btree'
      if ((column.type === 'mood' || column.type === 'boolean' || column.type === 'jsonb') && method === 'brin') continue
      if ((column.type === 'boolean' || column.type === 'bytea') && method === 'hash') continue
      const keys = isBtree && random.chance(0.3) ? list(some([column, ...table.columns.filter((one) => one !== column && isSortable(one))], 2)) : isBtree && ['text', 'varchar(20)'].includes(column.type) && random.chance(0.4) ? `lower(${column.name})` : column.name
      schema.push(`CREATE INDEX ${index} ON ${name} USING ${method} (${keys})${isBtree && random.chance(0.15) ? ` INCLUDE (${table.columns[0]!.name})` : ''}${random.chance(0.2) ? ` WHERE ${table.columns.at(-1)!.name} IS NOT NULL` : ''}`)
      table.indexes.push(`${schemaOf(name)}${index}`)
    }
    if (random.chance(0.4) && (!isPartitioned || table.key.length > 0)) {
      const constraint = fresh('once')
      const over = isPartitioned ? [...key.slice(0, 1), ...some(table.columns.filter((one) => isSortable(one) && !key.includes(one)), 1)] : some(table.columns.filter((one) => isSortable(one) && one.type !== 'boolean' && one.type !== 'mood'), 2)
      schema.push(`ALTER TABLE ${name} ADD CONSTRAINT ${constraint} UNIQUE (${list([...key.slice(0, 1), ...over.filter((one) => one !== key[0])])})${random.chance(0.2) ? ' DEFERRABLE' : ''}`)
      table.constraints.push({ name: constraint, kind: 'unique', isValid: true })
    }
    for (const column of some(table.columns, 2)) {
      if (!random.chance(0.4)) continue
      const constraint = fresh('check')
      const isValid = random.chance(0.7)
      schema.push(`ALTER TABLE ${name} ADD CONSTRAINT ${constraint} CHECK (${random.pick([`${column.name} IS NOT NULL`, `${column.name} IS NOT NULL OR ${key[0]!.name} IS NOT NULL`])})${isValid ? '' : ' NOT VALID'}`)
      table.constraints.push({ name: constraint, kind: 'check', isValid })
    }
    if (random.chance(0.3)) {
      const trigger = fresh('touched')
      const columnOf = random.pick(table.columns).name
      const isConstraint = random.chance(0.2)
      schema.push(isConstraint ? `CREATE CONSTRAINT TRIGGER ${trigger} AFTER UPDATE ON ${name} DEFERRABLE FOR EACH ROW EXECUTE FUNCTION touch()` : `CREATE TRIGGER ${trigger} ${random.pick(['AFTER INSERT OR UPDATE', `AFTER UPDATE OF ${columnOf}`, 'AFTER DELETE'])} ON ${name} FOR EACH ${random.pick(['ROW', 'STATEMENT'])} EXECUTE FUNCTION touch()`)
      table.triggers.push(trigger)
    }
    if (random.chance(0.12)) schema.push(`CREATE STATISTICS ${schemaOf(name)}${fresh('stats')} ON ${list(table.columns.filter(isSortable).slice(0, 2))} FROM ${name}`)
    if (random.chance(0.15)) schema.push(`COMMENT ON COLUMN ${name}.${table.columns[0]!.name} IS 'of it'`)
    // What only some of its partitions have.
    for (const one of some(table.partitions, 2)) {
      if (!random.chance(0.3)) continue
      const column = random.pick(table.columns)
      schema.push(random.pick([
        `CREATE INDEX ON ${one.name} (${column.type === 'jsonb' ? key[0]!.name : column.name})`,
        `ALTER TABLE ${one.name} ADD CONSTRAINT ${fresh('own')} CHECK (${column.name} IS NOT NULL)`,
        `CREATE TRIGGER ${fresh('own')} AFTER DELETE OR UPDATE ON ${one.name} FOR EACH STATEMENT EXECUTE FUNCTION tell()`,
      ]))
    }
    if (random.chance(0.1)) schema.push(`CREATE TRIGGER ${fresh('told')} AFTER ${random.pick(['INSERT', 'UPDATE', 'DELETE'])} ON ${name} FOR EACH ${random.pick(['ROW', 'STATEMENT'])} EXECUTE FUNCTION tell()`)
    if (random.chance(0.1)) {
      const rule = fresh('ruled')
      schema.push(`CREATE RULE ${rule} AS ON ${random.pick(['INSERT', 'UPDATE', 'DELETE'])} TO ${name} DO ALSO ${random.pick(['NOTHING', "INSERT INTO told (what) VALUES ('ruled')"])}`)
      table.rules.push(rule)
    }
    if (random.chance(0.15)) {
      const policy = fresh('seen')
      schema.push(`ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY`, `CREATE POLICY ${policy} ON ${name}${random.pick(['', ' FOR SELECT', ' AS RESTRICTIVE'])} USING (${random.pick([`${random.pick(table.columns).name} IS NOT NULL`, 'EXISTS (SELECT FROM told)'])})`)
      table.policies.push(policy)
    }
    tables.push(table)
  }
  const wholes = tables.filter((one) => !one.isPartition)
  /** Those that have rows: of the others nobody asks what is only asked of rows. */
  const filled = tables.filter((one) => !one.isPartition || one.isFilled)
  const writable = (table: Table): readonly Column[] => table.columns.filter(({ isGenerated }) => !isGenerated)
  // References go to rows of the same number, so the order does not matter where all are there in the end.
  for (const table of wholes) schema.push(`INSERT INTO ${table.name} (${list(writable(table))}) SELECT ${writable(table).map(({ type }) => values[type]).join(', ')} FROM generate_series(1, 5) n`)
  for (const table of wholes) {
    if (!random.chance(0.45)) continue
    const isMaterialized = random.chance(0.4)
    const name = `${random.chance(0.2) ? 'app.' : ''}${fresh('view')}`
    const columns = some(table.columns, 3)
    schema.push(`CREATE ${isMaterialized ? 'MATERIALIZED ' : ''}VIEW ${name} AS SELECT ${list([table.columns[0]!, ...columns.filter((one) => one !== table.columns[0])])} FROM ${table.name}${random.chance(0.5) ? ` WHERE ${table.columns.at(-1)!.name} IS NOT NULL` : ''}`)
    const shown = [table.columns[0]!.name, ...columns.filter((one) => one !== table.columns[0]).map((one) => one.name)]
    if (isMaterialized && table.key.length === 1 && table.columns[0] === table.key[0] && !wholes.some((one) => one.inherits === table) && random.chance(0.5)) schema.push(`CREATE UNIQUE INDEX ON ${name} (${shown[0]})`)
    views.push({ name, over: table, columns: shown, isMaterialized })
    if (!isMaterialized && random.chance(0.3)) {
      const above = fresh('above')
      schema.push(`CREATE VIEW ${above} AS SELECT * FROM ${name}`)
      views.push({ name: above, over: table, columns: shown, isMaterialized: false })
    }
    if (random.chance(0.2)) {
      const above = fresh('kept')
      schema.push(`CREATE MATERIALIZED VIEW ${above} AS SELECT * FROM ${name}`)
      views.push({ name: above, over: table, columns: shown, isMaterialized: true })
    }
    if (!isMaterialized && random.chance(0.2)) schema.push(`CREATE TRIGGER ${fresh('taken')} INSTEAD OF ${random.pick(['INSERT', 'UPDATE', 'DELETE'])} ON ${name} FOR EACH ROW EXECUTE FUNCTION instead()`)
  }

  const routines: string[] = []
  for (const table of wholes) {
    if (!random.chance(0.2)) continue
    const name = `${random.chance(0.3) ? 'app.' : ''}${fresh('counted')}`
    const query = random.pick([`SELECT count(*) FROM ${table.name}`, `SELECT count(${random.pick(table.columns).name}) FROM ${table.name}`])
    schema.push(version >= 14 && random.chance(0.5) ? `CREATE FUNCTION ${name}() RETURNS bigint LANGUAGE sql STABLE BEGIN ATOMIC ${query}; END` : random.pick([`CREATE FUNCTION ${name}() RETURNS bigint LANGUAGE sql STABLE AS $$ ${query} $$`, `CREATE FUNCTION ${name}() RETURNS bigint LANGUAGE plpgsql AS $$ DECLARE n bigint; BEGIN ${query.replace(' FROM', ' INTO n FROM')}; DELETE FROM told; RETURN n; END $$`]))
    routines.push(name)
  }
  if (random.chance(0.15)) schema.push("CREATE FUNCTION noted() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO told (what) VALUES (tg_tag); END $$", `CREATE EVENT TRIGGER noting ON ${random.pick(["ddl_command_end WHEN TAG IN ('ALTER TABLE', 'CREATE INDEX')", 'sql_drop', 'ddl_command_start', 'table_rewrite'])} EXECUTE FUNCTION noted()`)

  // --- the forms

  const ifExists = (): string => (random.chance(0.12) ? 'IF EXISTS ' : '')
  const behaviour = (): string => random.pick(['', '', ' CASCADE', ' CASCADE', ' RESTRICT'])
  const nullable = (column: Column): string => `${column.name} IS NOT NULL`
  const valueOf = ({ type }: Column): string => values[type]!.replaceAll(/\bn\b/g, '7')

  function references(): string {
    const other = random.pick(wholes)
    return `${other.name}${random.chance(0.6) && other.key.length > 0 ? ` (${list(other.key)})` : ''}${random.pick(['', '', ' ON DELETE CASCADE', ' ON DELETE SET NULL', ' DEFERRABLE'])}`
  }

  function constraint(table: Table): string {
    const name = random.chance(0.6) ? `CONSTRAINT ${fresh('new')} ` : ''
    const column = random.pick(table.columns)
    const other = random.pick(wholes.filter((one) => one.key.length > 0).concat(wholes))
    const matching = other.key.map(({ type }) => table.columns.find((one) => one.type === type)?.name)
    const late = random.chance(0.35) ? ' NOT VALID' : ''
    return random.pick([
      `${name}CHECK (${nullable(column)})${late}`,
      `${name}CHECK (${nullable(column)} OR ${table.columns[0]!.name} IS NOT NULL)${late}${random.chance(0.2) ? ' NO INHERIT' : ''}`,
      `${name}UNIQUE (${list(some(table.columns, 2))})`,
      `${name}UNIQUE (${list(table.columns.slice(0, 1 + random.below(2)))})${random.chance(0.3) ? ` INCLUDE (${column.name})` : ''}${random.chance(0.2) ? ' DEFERRABLE INITIALLY DEFERRED' : ''}`,
      `${name}PRIMARY KEY (${list(table.key.length > 0 ? table.key : table.columns.slice(0, 1))})`,
      matching.every((one) => one !== undefined) && matching.length > 0 ? `${name}FOREIGN KEY (${matching.join(', ')}) REFERENCES ${other.name} (${list(other.key)})${late}` : `${name}FOREIGN KEY (${column.name}) REFERENCES ${references()}${late}`,
      `${name}FOREIGN KEY (${column.name}) REFERENCES ${references()}${late}`,
      ...(table.key.length > 0 && table.columns.some((one) => one.name === 'above_0') ? [`${name}FOREIGN KEY (${list(table.columns.filter((one) => /^above_\d$/.test(one.name)))}) REFERENCES ${table.name} (${list(table.key)})${late}`] : []),
      ...(version >= 18 ? [`${name}NOT NULL ${column.name}${late}`, `${name}CHECK (${nullable(column)}) NOT ENFORCED`] : []),
      `${name}EXCLUDE USING btree (${random.pick(table.columns.filter(isSortable)).name} WITH =)`,
      ...(table.indexes.length > 0 ? [`${name}UNIQUE USING INDEX ${random.pick(table.indexes).replace('app.', '')}`] : []),
    ])
  }

  function addedColumn(table: Table): string {
    const name = random.chance(0.1) ? random.pick(table.columns).name : fresh('added')
    const type = random.pick(plainTypes)
    return `ADD COLUMN ${random.chance(0.15) ? 'IF NOT EXISTS ' : ''}${name} ${random.pick([
      type,
      `${type} NOT NULL`,
      `${type} DEFAULT ${valueOf({ name, type })}`,
      `${type} NOT NULL DEFAULT ${valueOf({ name, type })}`,
      'uuid DEFAULT gen_random_uuid()',
      'timestamptz NOT NULL DEFAULT now()',
      'timestamptz DEFAULT clock_timestamp()',
      'int DEFAULT twice(3)',
      "bigint DEFAULT nextval('numbers')",
      'serial',
      'bigserial PRIMARY KEY',
      'int GENERATED ALWAYS AS IDENTITY',
      'int GENERATED BY DEFAULT AS IDENTITY UNIQUE',
      `text GENERATED ALWAYS AS (${random.pick(table.columns).name}::text) STORED`,
      `int GENERATED ALWAYS AS (7) STORED`,
      `${type} CHECK (${name} IS NOT NULL)`,
      `${type} UNIQUE`,
      `int REFERENCES ${references()}`,
      `bigint DEFAULT 1 REFERENCES ${references()}`,
      'positive DEFAULT 1',
      'positive NOT NULL',
      'short_text',
      'pair',
      'pair[]',
      'positives',
      'higher DEFAULT 2',
      'mood[]',
      ...(version >= 18 ? [`int GENERATED ALWAYS AS (${random.pick(['7', '1 + 1'])}) VIRTUAL`] : []),
    ])}`
  }

  function action(table: Table): string {
    const column = random.pick(table.columns)
    const known = table.constraints.length > 0 ? random.pick(table.constraints) : undefined
    const pending = table.constraints.find(({ isValid }) => !isValid)
    const type = random.pick(plainTypes)
    const actions = [
      addedColumn(table),
      addedColumn(table),
      addedColumn(table),
      `DROP COLUMN ${ifExists()}${column.name}${behaviour()}`,
      `ALTER COLUMN ${column.name} TYPE ${type}`,
      `ALTER COLUMN ${column.name} TYPE ${type} USING NULL::${type}`,
      `ALTER COLUMN ${column.name} TYPE ${type} USING ${column.name}::text::${type}`,
      `ALTER COLUMN ${column.name} TYPE ${({ int: 'bigint', 'varchar(20)': random.pick(['varchar(40)', 'text', 'varchar(10)']), 'numeric(12,2)': random.pick(['numeric(14,2)', 'numeric', 'numeric(14,3)']), text: random.pick(['varchar', 'varchar(50)']), timestamp: 'timestamptz', timestamptz: 'timestamp', mood: 'text', positive: 'int', short_text: 'text', smallint: 'int', date: 'timestamp', 'char(4)': 'char(8)' } as Record<string, string>)[column.type] ?? 'text'}`,
      `ALTER COLUMN ${column.name} TYPE text COLLATE "C"`,
      `ALTER COLUMN ${column.name} SET NOT NULL`,
      `ALTER COLUMN ${column.name} SET NOT NULL`,
      `ALTER COLUMN ${column.name} DROP NOT NULL`,
      `ALTER COLUMN ${column.name} SET DEFAULT ${valueOf(column)}`,
      `ALTER COLUMN ${column.name} DROP DEFAULT`,
      `ALTER COLUMN ${column.name} ADD GENERATED ALWAYS AS IDENTITY`,
      `ALTER COLUMN ${column.name} DROP IDENTITY IF EXISTS`,
      `ALTER COLUMN ${column.name} DROP EXPRESSION IF EXISTS`,
      `ALTER COLUMN ${column.name} SET STATISTICS 200`,
      `ALTER COLUMN ${column.name} SET STORAGE ${random.pick(['PLAIN', 'EXTERNAL', 'MAIN'])}`,
      `ALTER COLUMN ${column.name} SET (n_distinct = 5)`,
      `ADD ${constraint(table)}`,
      `ADD ${constraint(table)}`,
      `ADD ${constraint(table)}`,
      ...(known ? [`DROP CONSTRAINT ${ifExists()}${known.name}${behaviour()}`, `VALIDATE CONSTRAINT ${(pending ?? known).name}`, ...(known.kind === 'foreign' ? [`ALTER CONSTRAINT ${known.name} DEFERRABLE`] : [])] : []),
      `SET (fillfactor = ${random.pick(['70', '90'])})`,
      'SET (autovacuum_enabled = off, parallel_workers = 2)',
      'RESET (fillfactor)',
      'SET LOGGED',
      'SET UNLOGGED',
      'SET WITHOUT CLUSTER',
      'SET WITHOUT OIDS',
      'REPLICA IDENTITY FULL',
      'REPLICA IDENTITY NOTHING',
      'ENABLE ROW LEVEL SECURITY',
      'FORCE ROW LEVEL SECURITY',
      'OWNER TO CURRENT_USER',
      'DISABLE TRIGGER ALL',
      ...(version >= 15 ? ['SET ACCESS METHOD heap'] : []),
      ...(version >= 14 ? [`ALTER COLUMN ${column.name} SET COMPRESSION pglz`] : []),
      ...(version >= 17 ? [`ALTER COLUMN ${column.name} SET EXPRESSION AS (3)`] : []),
      `ALTER COLUMN ${column.name} SET GENERATED ALWAYS`,
      'NOT OF',
      'ENABLE RULE ALL',
      ...(table.rules.length > 0 ? [`DISABLE RULE ${random.pick(table.rules)}`] : []),
      'ENABLE TRIGGER USER',
      'SET TABLESPACE pg_default',
      ...(table.triggers.length > 0 ? [`DISABLE TRIGGER ${random.pick(table.triggers)}`, `ENABLE REPLICA TRIGGER ${random.pick(table.triggers)}`] : []),
      ...(table.indexes.length > 0 ? [`CLUSTER ON ${random.pick(table.indexes).replace('app.', '')}`, `REPLICA IDENTITY USING INDEX ${random.pick(table.indexes).replace('app.', '')}`] : []),
    ]
    return random.pick(actions)
  }

  function where(table: Table): string {
    return random.pick(['', '', ` WHERE ${nullable(random.pick(table.columns))}`])
  }

  /** Of rows of a table, or of those behind a view. */
  function dataChange(view?: { readonly name: string; readonly over: Table; readonly columns: readonly string[] }): string {
    const table = view?.over ?? random.pick(random.chance(0.7) ? wholes : filled)
    const name = view?.name ?? table.name
    const columns = view ? table.columns.filter((one) => view.columns.includes(one.name)) : table.columns
    const free = columns.filter(({ isGenerated }) => !isGenerated)
    const column = random.pick(free.length > 0 ? free : table.columns)
    const other = random.pick(wholes)
    const key = table.key.filter((one) => columns.includes(one))
    const one = key.length > 0 && !table.isPartition ? ` WHERE ${key[0]!.name} = ${valueOf(key[0]!).replaceAll('7', String(1 + random.below(5)))}` : ''
    return random.pick([
      () => `UPDATE ${name} SET ${column.name} = ${random.pick([valueOf(column), 'NULL', 'DEFAULT', column.name])}${one}`,
      () => `DELETE FROM ${name}${one}`,
      () => `DELETE FROM ${name} USING ${other.name} AS o WHERE o.${other.columns[0]!.name} IS NOT NULL`,
      () => `UPDATE ${name} SET ${column.name} = ${column.name} FROM ${other.name} AS o WHERE o.${other.columns[0]!.name} IS NOT NULL`,
      () => `WITH gone AS (DELETE FROM ${name}${one} RETURNING *) SELECT count(*) FROM gone`,
      () => `WITH up AS (UPDATE ${name} SET ${column.name} = ${column.name}${one} RETURNING 1) INSERT INTO told (what) SELECT 'up' FROM up`,
      () => `INSERT INTO ${name} (${list(free)}) VALUES (${free.map(valueOf).join(', ')})`,
      ...(version >= 15 ? [() => `MERGE INTO ${name} AS t USING (SELECT 1) AS o ON t.${columns[0]!.name} IS NOT NULL WHEN MATCHED THEN ${random.pick(['DELETE', `UPDATE SET ${column.name} = DEFAULT`, 'DO NOTHING'])}`] : []),
    ])()
  }

  function form(): string {
    const table = random.pick(random.chance(0.75) ? wholes : tables)
    const other = random.pick(wholes)
    const column = random.pick(table.columns)
    const only = random.chance(0.12) ? 'ONLY ' : ''
    const partitioned = wholes.filter(({ partitions }) => partitions.length > 0)
    const part = partitioned.length > 0 ? random.pick(partitioned) : undefined
    const view = views.length > 0 ? random.pick(views) : undefined
    const index = wholes.flatMap(({ indexes }) => indexes)
    const concurrently = random.chance(0.3) ? 'CONCURRENTLY ' : ''
    const alter = (): string => `ALTER TABLE ${ifExists()}${only}${table.name} ${Array.from({ length: random.pick([1, 1, 1, 1, 2, 2, 3, 4, 5]) }, () => action(table)).join(', ')}`
    const written = random.pick(random.chance(0.75) ? wholes : filled)
    const change = random.pick(writable(written))
    const kinds: readonly (() => string)[] = [
      alter, alter, alter, alter, alter, alter, alter, alter, alter, alter, alter, alter,
      () => `CREATE ${random.chance(0.3) ? 'UNIQUE ' : ''}INDEX ${concurrently}${random.chance(0.2) ? 'IF NOT EXISTS ' : ''}${fresh('new')} ON ${only}${table.name} (${random.pick([column.name, list(some(table.columns, 2)), `(${column.name}::text)`, `${column.name} DESC NULLS LAST`])})${random.chance(0.2) ? ` WHERE ${nullable(column)}` : ''}`,
      () => `CREATE INDEX ON ${table.name} USING ${random.pick(['hash', 'brin', 'gin', 'gist', 'spgist'])} (${column.name})`,
      () => (index.length > 0 ? `DROP INDEX ${concurrently}${ifExists()}${random.pick(index)}${behaviour()}` : alter()),
      () => (index.length > 0 ? `REINDEX INDEX ${concurrently}${random.pick(index)}` : alter()),
      () => (index.length > 0 ? `ALTER INDEX ${random.pick(index)} ${random.pick([`RENAME TO ${fresh('renamed')}`, 'SET (fillfactor = 80)', 'RESET (fillfactor)', 'SET TABLESPACE pg_default'])}` : alter()),
      () => `REINDEX TABLE ${concurrently}${table.name}`,
      () => `DROP TABLE ${ifExists()}${some([table, other], 2).map(({ name }) => name).join(', ')}${behaviour()}`,
      () => `TRUNCATE ${only}${some([table, other], 2).map(({ name }) => name).join(', ')}${random.chance(0.4) ? ' RESTART IDENTITY' : ''}${behaviour()}`,
      () => `ALTER TABLE ${table.name} RENAME TO ${fresh('renamed')}`,
      () => `ALTER TABLE ${only}${table.name} RENAME COLUMN ${column.name} TO ${fresh('renamed')}`,
      () => (table.constraints.length > 0 ? `ALTER TABLE ${table.name} RENAME CONSTRAINT ${random.pick(table.constraints).name} TO ${fresh('renamed')}` : alter()),
      () => `ALTER TABLE ${table.name} SET SCHEMA ${random.pick(['app', 'public'])}`,
      () => (table.triggers.length > 0 ? `DROP TRIGGER ${random.pick(table.triggers)} ON ${table.name}${behaviour()}` : alter()),
      () => `CREATE ${random.chance(0.2) ? 'CONSTRAINT ' : ''}TRIGGER ${fresh('new')} AFTER ${random.pick(['INSERT', 'UPDATE', 'DELETE'])} ON ${table.name} FOR EACH ROW EXECUTE FUNCTION touch()`,
      () => `CREATE TABLE ${fresh('made')} (LIKE ${table.name} INCLUDING ${random.pick(['ALL', 'DEFAULTS', 'CONSTRAINTS', 'INDEXES', 'GENERATED'])})`,
      () => `CREATE TABLE ${fresh('made')} (own int) INHERITS (${table.name})`,
      () => `CREATE TABLE ${fresh('made')} AS SELECT * FROM ${table.name}${random.chance(0.3) ? ' WITH NO DATA' : ''}`,
      () => `CREATE TABLE ${fresh('made')} (id int PRIMARY KEY, other_id ${other.key[0]?.type ?? 'int'} REFERENCES ${references()})`,
      () => (part ? `CREATE TABLE ${fresh('made')} PARTITION OF ${part.name} ${random.pick(['DEFAULT', 'FOR VALUES FROM (2000) TO (3000)', 'FOR VALUES IN (77)', 'FOR VALUES WITH (MODULUS 2, REMAINDER 1)'])}` : alter()),
      () => (part ? `ALTER TABLE ${part.name} DETACH PARTITION ${random.pick(part.partitions).name}${random.pick(['', '', ' CONCURRENTLY'])}` : alter()),
      () => (part ? `ALTER TABLE ${part.name} ATTACH PARTITION ${table.name} ${random.pick(['DEFAULT', 'FOR VALUES FROM (2000) TO (3000)', 'FOR VALUES IN (77)'])}` : alter()),
      () => `ALTER TABLE ${table.name} INHERIT ${other.name}`,
      () => `ALTER TABLE ${table.name} NO INHERIT ${other.name}`,
      () => (view ? `DROP ${view.isMaterialized ? 'MATERIALIZED ' : ''}VIEW ${ifExists()}${view.name}${behaviour()}` : alter()),
      () => (view ? (view.isMaterialized ? `REFRESH MATERIALIZED VIEW ${concurrently}${view.name}${random.chance(0.2) ? ' WITH NO DATA' : ''}` : `CREATE OR REPLACE VIEW ${view.name} AS SELECT ${view.columns.join(', ')}, 1 AS more FROM ${view.over.name}`) : alter()),
      () => (view ? `ALTER ${view.isMaterialized ? 'MATERIALIZED ' : ''}VIEW ${view.name} ${random.pick([`RENAME TO ${fresh('renamed')}`, 'SET SCHEMA app', `RENAME COLUMN ${view.columns[0]} TO ${fresh('renamed')}`, 'OWNER TO CURRENT_USER'])}` : alter()),
      () => `CREATE ${random.chance(0.3) ? 'MATERIALIZED ' : ''}VIEW ${fresh('made')} AS SELECT * FROM ${table.name} JOIN ${other.name} AS o ON true`.replace('SELECT *', 'SELECT 1 AS one'),
      () => `CREATE STATISTICS ${fresh('made')} ON ${list(table.columns.filter(isSortable).slice(0, 2))} FROM ${table.name}`,
      () => `CREATE POLICY ${fresh('made')} ON ${table.name} USING (${nullable(column)})`,
      () => `CREATE RULE ${fresh('made')} AS ON INSERT TO ${table.name} DO ALSO NOTHING`,
      () => `COMMENT ON ${random.pick([`TABLE ${table.name}`, `COLUMN ${table.name}.${column.name}`])} IS 'said'`,
      () => `GRANT SELECT ON ${table.name} TO PUBLIC`,
      () => `LOCK TABLE ${only}${table.name}${random.chance(0.7) ? ` IN ${random.pick(['SHARE', 'EXCLUSIVE', 'ROW EXCLUSIVE', 'SHARE ROW EXCLUSIVE'])} MODE` : ''}`,
      () => `ANALYZE ${table.name}`,
      () => `VACUUM ${random.pick(['', 'FULL ', '(ANALYZE) ', 'FREEZE '])}${table.name}`,
      () => (table.indexes.length > 0 ? `CLUSTER ${table.name} USING ${random.pick(table.indexes).replace('app.', '')}` : alter()),
      () => `ALTER DOMAIN ${random.pick(['positive', 'short_text'])} ${random.pick(['ADD CHECK (VALUE IS NOT NULL)', 'ADD CONSTRAINT more CHECK (VALUE IS NOT NULL) NOT VALID', 'SET NOT NULL', 'DROP NOT NULL', 'SET DEFAULT NULL', 'DROP CONSTRAINT positive_check', 'RENAME TO renamed'])}`,
      () => `ALTER TYPE ${random.pick(["mood ADD VALUE 'new'", 'mood RENAME TO feeling', "mood RENAME VALUE 'sad' TO 'blue'", 'pair ADD ATTRIBUTE c int CASCADE', 'pair DROP ATTRIBUTE b CASCADE'])}`,
      () => `DROP ${random.pick(['TYPE mood', 'TYPE pair', 'DOMAIN positive', 'DOMAIN short_text', 'FUNCTION touch()', 'FUNCTION twice(int)', 'SEQUENCE numbers', 'SCHEMA app'])}${behaviour()}`,
      () => `ALTER SEQUENCE numbers ${random.pick(['RESTART', 'INCREMENT 2', 'RENAME TO figures', `OWNED BY ${table.name}.${column.name}`])}`,
      () => `UPDATE ${only}${written.name} SET ${change.name} = ${random.pick([change.name, valueOf(change), 'NULL'])}${where(written)}`,
      () => `DELETE FROM ${only}${table.name}${where(table)}`,
      () => `INSERT INTO ${table.name} (${list(writable(table))}) SELECT ${writable(table).map((one) => valueOf(one).replaceAll('7', '9')).join(', ')}`,
      () => `SELECT * FROM ${only}${table.name} FOR ${random.pick(['UPDATE', 'SHARE', 'NO KEY UPDATE'])}`,
      () => `SELECT count(*) FROM ${view?.name ?? table.name}`,
      () => `DO $$ BEGIN ${alter()}; END $$`,
      () => `DO $$ BEGIN ${Array.from({ length: 2 + random.below(2) }, () => random.pick([alter, alter, dataChange])()).join('; ')}; END $$`,
      () => `DO $$ BEGIN ${alter()}; EXCEPTION WHEN division_by_zero THEN NULL; END $$`,
      () => `DO $$ BEGIN IF EXISTS (SELECT FROM pg_class WHERE relname = '${table.name.replaceAll(/^app\.|"/g, '')}') THEN ${alter()}; END IF; END $$`,
      () => `DO $$ BEGIN EXECUTE '${dataChange().replaceAll("'", "''")}'; END $$`,
      () => (routines.length > 0 ? `DO $$ BEGIN PERFORM ${random.pick(routines)}(); ${dataChange()}; END $$` : alter()),
      () => (routines.length > 0 ? random.pick([`SELECT ${random.pick(routines)}()`, `DROP FUNCTION ${random.pick(routines)}()${behaviour()}`, `ALTER FUNCTION ${random.pick(routines)}() RENAME TO ${fresh('renamed')}`]) : alter()),
      dataChange,
      dataChange,
      () => (view ? dataChange(view) : dataChange()),
      () => (view ? `SELECT * FROM ${view.name} FOR UPDATE` : alter()),
      () => (view ? `ALTER TABLE ${view.over.name} DROP COLUMN ${random.pick(view.columns)}${behaviour()}` : alter()),
      () => (view?.isMaterialized ? random.pick([`ALTER MATERIALIZED VIEW ${view.name} SET (fillfactor = 60)`, `CREATE INDEX ON ${view.name} (${view.columns[0]})`, `VACUUM FULL ${view.name}`, `ALTER MATERIALIZED VIEW ${view.name} ALTER COLUMN ${view.columns[0]} SET STATISTICS 5`]) : view ? random.pick([`ALTER VIEW ${view.name} ALTER COLUMN ${view.columns[0]} SET DEFAULT NULL`, `ALTER VIEW ${view.name} SET (security_barrier)`, `CREATE VIEW ${fresh('made')} AS TABLE ${view.name}`]) : alter()),
      () => (table.policies.length > 0 ? random.pick([`DROP POLICY ${random.pick(table.policies)} ON ${table.name}`, `ALTER POLICY ${random.pick(table.policies)} ON ${table.name} USING (true)`]) : alter()),
      () => (table.rules.length > 0 ? random.pick([`DROP RULE ${random.pick(table.rules)} ON ${table.name}`, `ALTER RULE ${random.pick(table.rules)} ON ${table.name} RENAME TO ${fresh('renamed')}`]) : alter()),
      () => (part && part.indexes.length > 0 ? `ALTER INDEX ${random.pick(part.indexes)} ATTACH PARTITION ${random.pick(index)}` : alter()),
      () => `ALTER TYPE pair ${random.pick(['ADD ATTRIBUTE c int', 'ADD ATTRIBUTE c int CASCADE', 'DROP ATTRIBUTE b', 'ALTER ATTRIBUTE a TYPE bigint', 'ALTER ATTRIBUTE a TYPE bigint CASCADE', 'RENAME ATTRIBUTE b TO d', 'SET SCHEMA app'])}`,
      () => `ALTER DOMAIN ${random.pick(['positives', 'higher', 'positive'])} ${random.pick(['ADD CHECK (VALUE IS NOT NULL)', 'SET NOT NULL', 'VALIDATE CONSTRAINT positive_check', 'DROP CONSTRAINT positives_check', 'ADD CONSTRAINT more CHECK (VALUE IS NOT NULL) NOT VALID', 'SET SCHEMA app'])}`,
      () => `DROP ${random.pick(['DOMAIN higher', 'DOMAIN positives', 'FUNCTION tell()', 'FUNCTION instead()', 'TABLE told', 'TYPE pair'])}${behaviour()}`,
      () => `INSERT INTO ${table.name} (${list(writable(table))}) SELECT ${writable(table).map((one) => valueOf(one)).join(', ')} ON CONFLICT ${random.pick(['DO NOTHING', ...(table.key.length > 0 ? [`(${list(table.key)}) DO UPDATE SET ${table.columns[0]!.name} = excluded.${table.columns[0]!.name}`] : [])])}`,
    ]
    return random.pick(kinds)()
  }

  return { schema, forms: Array.from({ length: count }, form) }
}
