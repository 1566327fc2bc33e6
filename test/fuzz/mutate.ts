import type { Random } from './random-from'

/** Spoils a text the way that people, tools and disks do: some letters more or fewer, half of another text in the middle, bytes that are no text. */
export function mutate(text: string, others: readonly string[], random: Random): string {
  let result = text
  for (let times = 1 + random.below(3); times > 0; times--) result = once(result, others, random)
  return result
}

function once(text: string, others: readonly string[], random: Random): string {
  const at = random.below(text.length + 1)
  const to = Math.min(text.length, at + 1 + random.below(12))
  const insert = (piece: string): string => text.slice(0, at) + piece + text.slice(at)
  switch (random.below(17)) {
    case 0:
      return text.slice(0, at)
    case 1:
      return text.slice(at)
    case 2:
      return text.slice(0, at) + text.slice(to)
    case 3:
    case 4:
      return insert(random.pick(junk))
    case 5: {
      const other = random.pick(others)
      return text.slice(0, at) + other.slice(random.below(other.length))
    }
    case 6:
      return insert(random.pick(others))
    case 7:
      return `${text}${random.pick([';\n', '\n', ';', ' ', '\n;;\n'])}${random.pick(others)}`
    case 8: {
      // Two words change places.
      const words = text.split(/(\s+)/)
      const first = random.below(words.length)
      const second = random.below(words.length)
      ;[words[first], words[second]] = [words[second]!, words[first]!]
      return words.join('')
    }
    case 9:
      return `${text}\n${text};${random.chance(0.3) ? `\n${text}` : ''}`
    case 10:
      return text.replaceAll('\n', random.pick(['\r\n', '\r', '\n\n', ' ', '\u2028', '\f']))
    case 11:
      return random.pick(['\uFEFF', '#!/bin/sh\n', '\\connect shop\n', 'BEGIN;\n', '-- lockscope: allow long-lock because I say so\n', '/* lockscope: ', '+', '<<<<<<< HEAD\n', 'START TRANSACTION ISOLATION LEVEL SERIALIZABLE;']) + text
    case 12:
      return text.slice(0, at) + text.slice(at, to).toUpperCase().split('').reverse().join('') + text.slice(to)
    case 13:
      return insert(Array.from({ length: 1 + random.below(24) }, () => String.fromCharCode(random.chance(0.7) ? random.below(256) : random.below(65_536))).join(''))
    case 14: {
      // A name of another place, a keyword as a name, a name as a keyword.
      const words = [...text.matchAll(/[\w"]+/g)]
      const other = [...random.pick(others).matchAll(/[\w".]+/g)]
      if (words.length === 0 || other.length === 0) return text
      const word = random.pick(words)
      return text.slice(0, word.index) + random.pick(other)[0] + text.slice(word.index + word[0].length)
    }
    case 15:
      return insert(random.pick(frames).replace('…', random.pick(others)))
    default:
      return random.chance(0.1) ? insert(huge(random)) : insert(random.pick(pieces))
  }
}

const junk = ["'", '"', '$$', '$a$', '(', ')', '[', ']', '{', '}', ';', '--', '/*', '*/', '\\', '\\g', '\\.', ':', '::', ':x', ":'x'", ':"', '.', '..', ',', '\n', '\r\n', '\r', '\t', '\0', '\x01', '\x7f', '\uD800', '\uDC00', '\uFEFF', '\u200b', '\u00a0', '😀', 'é', 'ﬀ', '%s', '{{ x }}', '1e', '0x', '1_0', "E'\\", "U&'", "B'2'", '$1', '@', '#>', '|', '`']

const pieces = [
  ' NOT ',
  ' NULL ',
  ' DEFAULT ',
  ' DEFAULT random() ',
  ' CASE ',
  ' END ',
  ' SELECT ',
  ' USING ',
  ' ONLY ',
  ' CONCURRENTLY ',
  ' IF EXISTS ',
  ' IF NOT EXISTS ',
  ' NOT VALID ',
  ' CASCADE ',
  ' pg_temp.',
  ' pg_catalog.',
  ' "".',
  ' "a""b" ',
  ' U&"d\\0061t" ',
  ' __proto__ ',
  ' "constructor".toString ',
  ' "hasOwnProperty" ',
  ' hasOwnProperty() ',
  ' DEFAULT constructor() ',
  '::__proto__',
  "'; DROP TABLE orders; --",
  'COMMIT;',
  'BEGIN;',
  'ROLLBACK;',
  'SAVEPOINT a;',
  'ROLLBACK TO a;',
  'RELEASE a;',
  "SET lock_timeout = '1s';",
  "SET LOCAL lock_timeout = -1;",
  "SET statement_timeout TO 'soon';",
  'SET search_path TO "$user", \'\', public;',
  'SET search_path = DEFAULT;',
  'RESET ALL;',
  '999999999999999999999999999999',
  '-0',
  '1e999',
  '(1000000000)',
  "'infinity'",
  'ARRAY[',
  'ROW(',
  'COPY orders FROM stdin;\n1\t2\n\\.\n',
  'COPY orders FROM stdin;\n1\t2\n',
  '-- lockscope: allow long-lock because of this\n',
  '-- lockscope: allow\n',
  '-- lockscope: allow everything because\n',
  '/* lockscope: allow long-lock because x */',
  '-- lockscope:allow long-lock, bulk-write because x',
]

const frames = ['DO $$ BEGIN …; END $$;', 'DO $$ BEGIN …', 'CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $body$ BEGIN …; END $body$;', 'CREATE FUNCTION f() RETURNS int BEGIN ATOMIC …; END;', 'BEGIN;\n…;\nCOMMIT;', '/* … */', "'…'", '(…)', 'EXPLAIN ANALYZE …', 'PREPARE p AS …;', 'CREATE SCHEMA s …;', 'CREATE RULE r AS ON UPDATE TO orders DO INSTEAD (…);', 'WITH x AS (…) ', 'CREATE VIEW v AS …;', '\\if :x\n…\n\\endif\n', "DO LANGUAGE plpgsql 'BEGIN EXECUTE ''…''; END';"]

/** What is right, but of a size that nobody types. */
function huge(random: Random): string {
  const many = 10 ** (1 + random.below(4))
  switch (random.below(9)) {
    case 0:
      return 'a'.repeat(many)
    case 1:
      return '('.repeat(many)
    case 2:
      return `${'('.repeat(many)}1${')'.repeat(many)}`
    case 3:
      return ' NOT'.repeat(many)
    case 4:
      return '/*'.repeat(many)
    case 5:
      return `SELECT ${'1 + '.repeat(many)}1;`
    case 6:
      return ';'.repeat(many)
    case 7:
      return '[1]'.repeat(many)
    default:
      return `"${'é😀'.repeat(many)}"`
  }
}
