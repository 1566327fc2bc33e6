import type { Random } from './random-from'

/** Spoils the text of a snapshot the way that hands, merges, other versions and disks do. */
export function spoilSnapshot(text: string, random: Random): string {
  if (random.chance(0.1)) return spoilText(text, random)
  const whole: unknown = JSON.parse(text)
  for (let times = 1 + random.below(4); times > 0; times--) spoilValue(whole, random)
  // JSON has no Infinity of its own, but a number that is too large for it is read as one.
  return JSON.stringify(whole).replaceAll('"\u0001infinity"', '1e999')
}

const infinity = '\u0001infinity'

const junk: readonly unknown[] = [
  null, true, false, 0, -0, -1, 1, 0.1, 1.5, 15, 1e-300, 1e15, 1e21, 1e300, Number.MAX_VALUE, Number.MAX_SAFE_INTEGER, infinity, 2_147_483_648,
  '', ' ', 'x', 'NaN', '-1', '1e999', 'orders', 'public.orders', 'a.b.c', '"', '"orders', 'orders; DROP TABLE orders', '\0', '\uD800', '😀', 'x'.repeat(100), 'x\ny', '__proto__', 'constructor',
  'int', 'bigint', 'varchar(', 'numeric(1000000,1000000)', 'text[][][]', 'public.no_such_type', "nextval('x')", '(', 'a AND', 'random()', 'FOR VALUES FROM (1) TO (2)', 'DEFAULT', 'RANGE (', 'btree', 'view', 'table', 'partitioned table', 'foreign-key', 'primary-key', 'check', 'volatile',
  '17.10', '9.6', '99', 'PostgreSQL', '2026-01-01', '0000-00-00', '8kB', '-8kB', '1 s',
  [], {}, [null], [[]], [''], ['id', 'id'], [{}], { '': '' }, { name: 'id' }, { name: 'id', type: 'int' }, { rows: 1 }, { x: { x: { x: [] } } },
]

function spoilValue(whole: unknown, random: Random): void {
  // Half of the way each part is as likely as another, else a table of a thousand columns gets all.
  let place = whole as Record<string, unknown>
  for (;;) {
    const keys = Object.keys(place)
    if (keys.length === 0) return
    const key = random.pick(keys)
    const value = place[key]
    if (typeof value === 'object' && value !== null && random.chance(0.9)) {
      place = value as Record<string, unknown>
      continue
    }
    const other = random.pick(keys)
    switch (random.below(7)) {
      case 0:
        if (Array.isArray(place)) place.splice(Number(key), 1)
        else delete place[key]
        return
      case 1:
        place[key] = place[other]
        return
      case 2:
        if (Array.isArray(place)) place.push(value)
        else place[String(random.pick(junk))] = value
        return
      default:
        place[key] = structuredClone(random.pick(junk))
        return
    }
  }
}

function spoilText(text: string, random: Random): string {
  const at = random.below(text.length)
  switch (random.below(6)) {
    case 0:
      return text.slice(0, at)
    case 1:
      return text.slice(at)
    case 2:
      return text.slice(0, at) + text.slice(at + 1 + random.below(8))
    case 3:
      return text.slice(0, at) + random.pick(['\0', '\n', ',', '}', ']', '"', '\\', '<<<<<<< HEAD\n', '// why\n', 'NaN', '\uFEFF', '\uD800', '['.repeat(20_000)]) + text.slice(at)
    case 4:
      return `${'['.repeat(random.below(50_000))}${text}`
    default:
      return random.pick(['', ' ', '\uFEFF', 'null', '1', '"snapshot"', '[]', '{}', '{"version":1}', '{"version":2}', '{"version":1e999}', '{"version":"1"}', '<html></html>', 'CREATE TABLE t (a int);'])
  }
}
