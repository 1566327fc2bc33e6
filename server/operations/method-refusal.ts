// What access methods refuse of an index.
import type { Catalog } from '../catalog/catalog'
import { columnOf } from '../catalog/relation'
import type { ColumnType } from '../catalog/relation'
import type { Failure } from '../model/assessed'
import { lookup } from '../model/lookup'
import { shortName } from '../model/name'
import type { RelationName } from '../model/name'
import type { CreateIndex, IndexElement } from '../sql/command'
import { refusal } from './refusal'
import type { Refusal } from './refusal'
import { typeText, userType } from './types'

/** DefineIndex in src/backend/commands/indexcmds.c. */
export function refusedMethod({ method, unique, elements, include }: CreateIndex, catalog: Catalog): readonly Refusal[] {
  const without = (what: string): readonly Refusal[] => [refusal(`Ends in an error, after waiting for its lock: no index of ${method} ${what}.`)]
  if (unique && ['hash', 'gin', 'gist', 'spgist', 'brin'].includes(method)) return without('is unique')
  if (elements.length > 1 && (method === 'hash' || method === 'spgist')) return without('has more than one column')
  if (include.length > 0 && (['hash', 'gin', 'brin'].includes(method) || (method === 'spgist' && catalog.surroundings.version < 14))) return without('has columns besides its keys')
  return []
}

/** A column whose type the method does not index unless somebody says by which operator class. Whether a class was made for it the catalog does not say, so it is never certain. */
export function unclassed(catalog: Catalog, table: RelationName, method: string, elements: readonly Pick<IndexElement, 'column' | 'operatorClass'>[]): readonly Omit<Failure, 'span'>[] {
  for (const { column, operatorClass } of elements) {
    const known = column === undefined || operatorClass !== undefined ? undefined : columnOf(catalog.table(table), column)
    if (known && lacksClass(known.type, method, catalog)) return [{ sentence: `Ends in an error, after waiting for its lock: \`${known.name}\` of \`${shortName(table)}\` is ${typeText(known.type)}, which ${method} does not index without being told how. Name an operator class.`, certain: false }]
  }
  return []
}

function lacksClass(type: ColumnType, method: string, catalog: Catalog): boolean {
  const own = userType(type, catalog)
  if (own?.kind === 'domain') return type.dimensions === 0 && lacksClass(own.base, method, catalog)
  const { extensions, newExtensions = [] } = catalog.surroundings
  // What others bring is known of these two alone.
  const brings = method === 'gin' ? 'btree_gin' : method === 'gist' ? 'btree_gist' : undefined
  if (brings !== undefined && !neverBrought.has(type.name) && (extensions === undefined || [...extensions, ...newExtensions].some((one) => one === brings || one === 'intarray'))) return false
  if (type.dimensions > 0) return method === 'gist' || method === 'spgist' || method === 'brin'
  if (own?.kind === 'enum') return method === 'gin' || method === 'gist' || method === 'spgist' || method === 'brin'
  if (type.name.includes('.')) return false
  return method === 'gin' || method === 'gist' || method === 'spgist' ? builtin.has(type.name) && !indexed[method].has(type.name) : (unindexed[method]?.has(type.name) ?? false)
}

/** No extension that comes with PostgreSQL indexes these by a method that does not do so by itself. */
const neverBrought = new Set(['json', 'xml', 'jsonpath'])

/** Of the types that come with PostgreSQL, those that the method has a class for by default. */
const indexed: Readonly<Record<'gin' | 'gist' | 'spgist', ReadonlySet<string>>> = {
  gin: new Set(['jsonb', 'tsvector']),
  gist: new Set(['point', 'box', 'polygon', 'circle', 'tsvector', 'tsquery']),
  spgist: new Set(['text', 'varchar', 'inet', 'cidr', 'point', 'box', 'polygon']),
}

const shapes = ['point', 'line', 'lseg', 'box', 'path', 'polygon', 'circle']

const unindexed: Readonly<Record<string, ReadonlySet<string>>> = lookup({
  btree: new Set(['json', 'xml', 'jsonpath', ...shapes]),
  hash: new Set(['json', 'xml', 'jsonpath', 'bit', 'varbit', 'money', 'tsvector', 'tsquery', ...shapes]),
  brin: new Set(['json', 'jsonb', 'xml', 'jsonpath', 'bool', 'money', 'tsvector', 'tsquery', 'point', 'line', 'lseg', 'path', 'polygon', 'circle']),
})

const builtin = new Set(['int2', 'int4', 'int8', 'numeric', 'float4', 'float8', 'text', 'varchar', 'bpchar', 'char', 'name', 'bool', 'date', 'time', 'timetz', 'timestamp', 'timestamptz', 'interval', 'uuid', 'json', 'jsonb', 'bytea', 'inet', 'cidr', 'macaddr', 'macaddr8', 'bit', 'varbit', 'money', 'tsvector', 'tsquery', 'xml', 'oid', ...shapes])
