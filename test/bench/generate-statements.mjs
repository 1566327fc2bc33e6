/**
 * `count` statements of a PostgreSQL migration, the same ones for the same `seed` (an unsigned 32-bit integer).
 * About a third of them touch tables the migration does not create, which is where findings come from;
 * the rest is what real migrations are mostly made of: new tables, comments, seed rows, grants.
 *
 * @param {{ count: number, seed: number }} options
 * @returns {string[]} statements in order, each with its semicolon and, for some, a comment above it
 */
export function generateStatements({ count, seed }) {
  const random = randomFrom(seed)
  const world = { random, serial: 0, created: [], unvalidated: [] }
  const statements = []
  while (statements.length < count) {
    const statement = random.weighted(SHAPES)(world)
    statements.push(random.chance(0.25) ? `-- ${random.sentence()}\n${statement}` : statement)
  }
  return statements
}

const EXISTING_TABLES = [
  'account',
  'app_user',
  'audit_entry',
  'billing.invoice',
  'billing.payment',
  'booking',
  'cart',
  'category',
  'comment_thread',
  'customer',
  'delivery',
  'device',
  'document',
  'event_log',
  'feature_flag',
  'membership',
  'message',
  'notification',
  'orders',
  'order_item',
  'organization',
  'permission',
  'product',
  'project',
  'refund',
  'report',
  'session',
  'shipment',
  'subscription',
  'task',
  'ticket',
  'webhook',
]

const NOUNS = [
  'address',
  'amount',
  'badge',
  'channel',
  'contract',
  'coupon',
  'currency',
  'digest',
  'draft',
  'export',
  'folder',
  'goal',
  'grade',
  'import',
  'label',
  'ledger',
  'locale',
  'metric',
  'note',
  'origin',
  'policy',
  'price',
  'quota',
  'region',
  'review',
  'schedule',
  'score',
  'segment',
  'template',
  'token',
  'upload',
  'vendor',
]

const WORDS = [
  'the',
  'new',
  'rows',
  'kept',
  'for',
  'billing',
  'old',
  'clients',
  'until',
  'every',
  'report',
  'reads',
  'them',
  'once',
  'per',
  'day',
  'because',
  'support',
  'asks',
  'about',
  'café',
  'orders',
  'and',
  'refunds',
  'which',
  'were',
  'never',
  'paid',
]

const TYPES = ['bigint', 'boolean', 'integer', 'jsonb', 'numeric(12, 2)', 'text', 'timestamptz', 'uuid', 'varchar(255)']

const DEFAULTS = new Map([
  ['bigint', '0'],
  ['boolean', 'false'],
  ['integer', '0'],
  ['jsonb', `'{}'`],
  ['numeric(12, 2)', '0'],
  ['text', `''`],
  ['timestamptz', 'now()'],
  ['uuid', 'gen_random_uuid()'],
  ['varchar(255)', `'none'`],
])

const SHAPES = [
  [14, createTable],
  [18, addColumn],
  [12, createIndex],
  [10, addConstraint],
  [4, validateConstraint],
  [6, alterColumn],
  [6, update],
  [10, insert],
  [9, comment],
  [4, drop],
  [1, rename],
  [2, createFunction],
  [1, createView],
  [1, remove],
  [1, grant],
  [1, setTimeout],
]

function createTable(world) {
  const { random, created } = world
  const table = `${random.pick(NOUNS)}_${random.pick(NOUNS)}_${created.length + 1}`
  const columns = Array.from({ length: random.between(2, 6) }, (_, index) => {
    const type = random.pick(TYPES)
    return `  ${random.pick(NOUNS)}_${index + 1} ${type}${random.chance(0.5) ? ' NOT NULL' : ''}${random.chance(0.3) ? ` DEFAULT ${DEFAULTS.get(type)}` : ''}`
  })
  if (random.chance(0.4)) columns.push(`  owner_id bigint REFERENCES ${anyTable(world)} (id) ON DELETE CASCADE`)
  created.push(table)
  return `CREATE TABLE ${table} (\n  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n${columns.join(',\n')},\n  created_at timestamptz NOT NULL DEFAULT now()\n);`
}

function addColumn(world) {
  const { random } = world
  const type = random.pick(TYPES)
  const constraint = random.weighted([
    [5, () => ''],
    [3, () => ` DEFAULT ${DEFAULTS.get(type)}`],
    [3, () => ` NOT NULL DEFAULT ${DEFAULTS.get(type)}`],
  ])()
  return `ALTER TABLE ${anyTable(world)} ADD COLUMN ${newName(world)} ${type}${constraint};`
}

function createIndex(world) {
  const { random } = world
  const table = anyTable(world)
  const name = `${newName(world)}_idx`
  const unique = random.chance(0.2) ? 'UNIQUE ' : ''
  const concurrently = random.chance(0.4) ? 'CONCURRENTLY ' : ''
  const where = random.chance(0.2) ? '\n  WHERE created_at IS NOT NULL' : ''
  return `CREATE ${unique}INDEX ${concurrently}${name} ON ${table} (created_at, id)${where};`
}

function addConstraint(world) {
  const { random, unvalidated } = world
  const table = anyTable(world)
  const name = newName(world)
  const checked = random.chance(0.5)
  if (!checked) unvalidated.push({ table, name })
  const suffix = checked ? '' : ' NOT VALID'
  return random.weighted([
    [5, () => `ALTER TABLE ${table}\n  ADD CONSTRAINT ${name}_fkey FOREIGN KEY (id) REFERENCES ${anyTable(world)} (id)${suffix};`],
    [4, () => `ALTER TABLE ${table} ADD CONSTRAINT ${name}_fkey CHECK (id > 0 AND created_at > '2001-01-01')${suffix};`],
  ])()
}

function validateConstraint(world) {
  const constraint = world.unvalidated.shift()
  if (constraint === undefined) return addConstraint(world)
  return `ALTER TABLE ${constraint.table} VALIDATE CONSTRAINT ${constraint.name}_fkey;`
}

function alterColumn(world) {
  const { random } = world
  const table = anyTable(world)
  return random.weighted([
    [3, () => `ALTER TABLE ${table} ALTER COLUMN created_at SET NOT NULL;`],
    [3, () => `ALTER TABLE ${table} ALTER COLUMN created_at SET DEFAULT now();`],
    [2, () => `ALTER TABLE ${table} ALTER COLUMN id TYPE bigint USING id::bigint;`],
    [1, () => `ALTER TABLE ${table}\n  ALTER COLUMN created_at DROP NOT NULL,\n  ADD COLUMN ${newName(world)} text;`],
  ])()
}

function update(world) {
  const { random } = world
  const where = random.chance(0.6) ? `\nWHERE created_at < '20${random.between(10, 25)}-01-01' AND id % 7 = ${random.between(0, 6)}` : ''
  return `UPDATE ${anyTable(world)} SET created_at = coalesce(created_at, now())${where};`
}

function insert(world) {
  const { random } = world
  const rows = Array.from({ length: random.between(1, 4) }, () => `  (now() - interval '${random.between(1, 90)} days')`)
  return `INSERT INTO ${anyTable(world)} (created_at) VALUES\n${rows.join(',\n')};`
}

function comment(world) {
  const { random } = world
  return random.chance(0.5)
    ? `COMMENT ON TABLE ${anyTable(world)} IS '${random.sentence()}';`
    : `COMMENT ON COLUMN ${anyTable(world)}.created_at IS '${random.sentence()}';`
}

function drop(world) {
  const { random } = world
  return random.weighted([
    [3, () => `ALTER TABLE ${anyTable(world)} DROP COLUMN IF EXISTS ${newName(world)};`],
    [2, () => `DROP INDEX ${random.chance(0.5) ? 'CONCURRENTLY ' : ''}IF EXISTS ${newName(world)}_idx;`],
    [2, () => `ALTER TABLE ${anyTable(world)} DROP CONSTRAINT IF EXISTS ${newName(world)}_fkey;`],
    [1, () => `DROP TABLE IF EXISTS ${newName(world)};`],
  ])()
}

function rename(world) {
  return `ALTER TABLE ${anyTable(world)} RENAME COLUMN ${newName(world)} TO ${newName(world)};`
}

function createFunction(world) {
  const name = newName(world)
  return `CREATE OR REPLACE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n  NEW.created_at := now(); -- the client's clock is not to be trusted\n  RETURN NEW;\nEND;\n$$;`
}

function createView(world) {
  return `CREATE OR REPLACE VIEW ${newName(world)}_view AS\nSELECT id, created_at FROM ${anyTable(world)} WHERE created_at > now() - interval '30 days';`
}

function remove(world) {
  return `DELETE FROM ${anyTable(world)} WHERE created_at < now() - interval '${world.random.between(1, 9)} years';`
}

function grant(world) {
  return `GRANT SELECT, INSERT ON ${anyTable(world)} TO application;`
}

function setTimeout() {
  return `SET lock_timeout = '2s';`
}

function anyTable({ random, created }) {
  if (created.length === 0 || random.chance(0.5)) return random.pick(EXISTING_TABLES)
  return random.pick(created)
}

function newName(world) {
  world.serial += 1
  return `${world.random.pick(NOUNS)}_${world.random.pick(NOUNS)}_${world.serial}`
}

function randomFrom(seed) {
  let state = seed >>> 0
  // mulberry32: small, and the same on every platform, which Math.random cannot promise.
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const between = (low, high) => low + Math.floor(next() * (high - low + 1))
  const pick = (items) => items[between(0, items.length - 1)]
  return {
    between,
    pick,
    chance: (share) => next() < share,
    weighted: (choices) => {
      let left = next() * choices.reduce((sum, [weight]) => sum + weight, 0)
      return (choices.find(([weight]) => (left -= weight) < 0) ?? choices[0])[1]
    },
    sentence: () => Array.from({ length: between(4, 12) }, () => pick(WORDS)).join(' '),
  }
}
