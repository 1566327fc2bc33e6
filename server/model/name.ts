/**
 * The full name of a relation in the form PostgreSQL itself prints: `public.orders`, `public."Order Items"`.
 * Parts are quoted only where PostgreSQL needs it, so two names are the same relation if and only if the strings are equal.
 */
export type RelationName = string & { readonly relation: unique symbol }

/** A name as written: the schema is absent where the search path decides. Parts are unquoted, truncated to 63 bytes as PostgreSQL does. */
export interface WrittenName {
  readonly schema?: string
  readonly name: string
}

const plain = /^[a-z_][a-z0-9_$]*$/

/** Words that PostgreSQL's `quote_ident` quotes: every keyword that is not unreserved. */
const quoted = new Set(
  (
    'all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both case cast char character check coalesce ' +
    'collate collation column concurrently constraint create cross current_catalog current_date current_role current_schema current_time ' +
    'current_timestamp current_user dec decimal default deferrable desc distinct do else end except exists extract false fetch float for foreign freeze ' +
    'from full grant greatest group grouping having ilike in initially inner inout int integer intersect interval into is isnull join json json_array ' +
    'json_arrayagg json_exists json_object json_objectagg json_query json_scalar json_serialize json_table json_value lateral leading least left like ' +
    'limit localtime localtimestamp merge_action national natural nchar none normalize not notnull null nullif numeric offset on only or order out outer ' +
    'overlaps overlay placing position precision primary real references returning right row select session_user setof similar smallint some substring ' +
    'symmetric system_user table tablesample then time timestamp to trailing treat trim true union unique user using values varchar variadic verbose when ' +
    'where window with xmlattributes xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable'
  ).split(' '),
)

/** As `quote_ident` does: quotes only where the name could not stand bare. */
export const quoteIdentifier = (name: string): string => (plain.test(name) && !quoted.has(name) ? name : `"${name.replaceAll('"', '""')}"`)

export const quoteLiteral = (text: string): string => (text.includes('\\') ? `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'` : `'${text.replaceAll("'", "''")}'`)

/** Every statement asks for the same few names again and again; the same string is also found faster in a map. */
const names = new Map<string, Map<string, RelationName>>()
const mostNames = 100_000
let countOfNames = 0

export const relationName = (schema: string, name: string): RelationName => {
  let ofSchema = names.get(schema)
  const known = ofSchema?.get(name)
  if (known !== undefined) return known
  if (countOfNames++ > mostNames) {
    names.clear()
    countOfNames = 0
    ofSchema = undefined
  }
  if (!ofSchema) names.set(schema, (ofSchema = new Map()))
  const made = `${quoteIdentifier(schema)}.${quoteIdentifier(name)}` as RelationName
  ofSchema.set(name, made)
  return made
}

/** The two unquoted parts of a full name. */
export const nameParts = (relation: RelationName): { schema: string; name: string } => {
  const dot = relation.indexOf('.')
  if (!relation.includes('"')) return dot < 0 ? { schema: relation, name: '' } : { schema: relation.slice(0, dot), name: relation.slice(dot + 1) }
  const parts: string[] = []
  let part = ''
  let inQuotes = false
  for (let i = 0; i < relation.length; i++) {
    const character = relation[i]!
    if (character === '"') {
      if (inQuotes && relation[i + 1] === '"') {
        part += '"'
        i++
      } else inQuotes = !inQuotes
    } else if (character === '.' && !inQuotes) {
      parts.push(part)
      part = ''
    } else part += character
  }
  parts.push(part)
  return { schema: parts[0]!, name: parts[1] ?? '' }
}

/** The name people say: without the schema where that is `public`. */
export const shortName = (relation: RelationName): string => (relation.startsWith('public.') ? relation.slice('public.'.length) : relation)
