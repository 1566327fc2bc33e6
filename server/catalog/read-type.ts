import { lookup } from '../model/lookup'
import type { RelationName } from '../model/name'
import { relationName } from '../model/name'
import type { ColumnType } from './relation'

/**
 * Reads a type as `format_type` prints it, or as people write it: `character varying(50)`, `timestamp(3) with time zone`, `public.mood[]`.
 * `resolve` finds a user's type by a bare name. Undefined where the text is no type's name.
 */
export function readType(text: string, resolve: (name: string) => RelationName | undefined = () => undefined): ColumnType | undefined {
  const array = /^(.*?)((?:\s*\[\d*\])+|\s+array(?:\s*\[\d*\])?)$/is.exec(text.trim())
  const dimensions = array ? Math.max(1, array[2]!.split('[').length - 1) : 0
  const words = tokens(array ? array[1]! : text)
  if (!words) return undefined

  const modifiers: number[] = []
  const rest: Token[] = []
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!
    if (word.sign !== '(') {
      if (word.sign === ')' || word.sign === ',') return undefined
      rest.push(word)
      continue
    }
    for (i++; i < words.length && words[i]!.sign !== ')'; i++) {
      if (words[i]!.sign === ',') continue
      const modifier = Number(words[i]!.text)
      // PostGIS has words there: geometry(Point,4326).
      if (Number.isInteger(modifier)) modifiers.push(modifier)
    }
    if (i === words.length) return undefined
  }
  if (rest.length === 0) return undefined

  if (rest.some((word) => word.sign === '.')) {
    const [schema, dot, name, ...more] = rest
    if (schema!.sign || dot?.sign !== '.' || !name || name.sign || more.length > 0) return undefined
    if (schema!.text === 'pg_catalog') return { name: name.text, modifiers, dimensions }
    return { name: relationName(schema!.text, name.text), modifiers, dimensions }
  }

  const phrase = rest.map((word) => word.text).join(' ')
  if (rest.length === 1 && rest[0]!.quoted) {
    const own = phrase === 'char' ? undefined : resolve(phrase)
    return { name: own ?? phrase, modifiers, dimensions }
  }
  const known = internalNames[phrase]
  if (known === 'bpchar' && modifiers.length === 0 && phrase !== 'bpchar') return { name: 'bpchar', modifiers: [1], dimensions }
  if (known === 'bit' && modifiers.length === 0) return { name: 'bit', modifiers: [1], dimensions }
  // The grammar takes the precision of float in bits (src/backend/parser/gram.y, opt_float).
  if (phrase === 'float') return { name: (modifiers[0] ?? 53) <= 24 ? 'float4' : 'float8', modifiers: [], dimensions }
  if (known === undefined && /^interval\b/.test(phrase)) return { name: 'interval', modifiers, dimensions }
  if (known === undefined && rest.length > 1) return undefined
  const type = { name: known ?? (plainTypes.has(phrase) ? phrase : (resolve(phrase) ?? phrase)), modifiers, dimensions }
  return type.name === 'numeric' ? withScale(type) : type
}

/** A scale that is not written is 0 (numerictypmodin in src/backend/utils/adt/numeric.c). */
export const withScale = (type: ColumnType): ColumnType => (type.modifiers.length === 1 ? { ...type, modifiers: [type.modifiers[0]!, 0] } : type)

interface Token {
  readonly text: string
  readonly quoted?: true
  readonly sign?: string
}

function tokens(text: string): Token[] | undefined {
  const found: Token[] = []
  const pattern = /\s*(?:"((?:[^"]|"")+)"|([\p{L}_%][\p{L}\p{N}_$%]*)|([+-]?\d+)|([().,]))/uy
  const end = text.trimEnd().length
  while (pattern.lastIndex < end) {
    const match = pattern.exec(text)
    if (!match) return undefined
    if (match[1] !== undefined) found.push({ text: match[1].replaceAll('""', '"'), quoted: true })
    else if (match[4] !== undefined) found.push({ text: match[4], sign: match[4] })
    else found.push({ text: (match[2] ?? match[3]!).toLowerCase() })
  }
  return found
}

/** What the grammar makes of the standard's names (src/backend/parser/gram.y, SimpleTypename). */
const internalNames: Readonly<Record<string, string>> = lookup({
  int: 'int4',
  integer: 'int4',
  bigint: 'int8',
  smallint: 'int2',
  real: 'float4',
  float: 'float8',
  'double precision': 'float8',
  boolean: 'bool',
  decimal: 'numeric',
  dec: 'numeric',
  'character varying': 'varchar',
  'char varying': 'varchar',
  'national character varying': 'varchar',
  'nchar varying': 'varchar',
  character: 'bpchar',
  char: 'bpchar',
  nchar: 'bpchar',
  'national character': 'bpchar',
  bpchar: 'bpchar',
  bit: 'bit',
  'bit varying': 'varbit',
  timestamp: 'timestamp',
  'timestamp without time zone': 'timestamp',
  'timestamp with time zone': 'timestamptz',
  time: 'time',
  'time without time zone': 'time',
  'time with time zone': 'timetz',
  serial: 'int4',
  serial4: 'int4',
  bigserial: 'int8',
  serial8: 'int8',
  smallserial: 'int2',
  serial2: 'int2',
})

/** Types of pg_catalog that go before a user's type of the same name, for pg_catalog is searched first. */
const plainTypes = new Set(
  (
    'int2 int4 int8 float4 float8 numeric money bool text varchar bytea date timestamptz timetz interval uuid json jsonb jsonpath xml inet cidr macaddr macaddr8 ' +
    'varbit point line lseg box path polygon circle tsvector tsquery name oid oidvector int2vector tid xid xid8 cid pg_lsn pg_snapshot txid_snapshot regclass regtype regproc ' +
    'regprocedure regoper regoperator regconfig regdictionary regnamespace regrole regcollation refcursor aclitem gtsvector ' +
    'int4range int8range numrange tsrange tstzrange daterange int4multirange int8multirange nummultirange tsmultirange tstzmultirange datemultirange'
  ).split(' '),
)
