// What a composite type has, as code names it: `(at).city`.
import type { Catalog } from '../catalog/catalog'
import type { Attribute } from '../catalog/relation'
import type { Consequence } from '../model/assessed'
import { shortName } from '../model/name'
import type { RelationName } from '../model/name'
import { isNew } from './alteration'

/** Of a type that no table has a value of, code names no attribute. */
export function attributeMissed(type: RelationName, attribute: string, cascade: boolean, catalog: Catalog): readonly Omit<Consequence, 'span'>[] {
  if (catalog.type(type)?.kind !== 'composite') return []
  const users = catalog.using(type).filter((table) => !isNew(catalog, table))
  const tables = cascade ? catalog.typed(type).filter((table) => !isNew(catalog, table)) : []
  const sentence = (of: RelationName): string => `Running code that names \`${attribute}\` of \`${shortName(of)}\` fails from here on: no version of the code works before and after.`
  return [
    ...(users.length === 0 ? [] : [{ sentence: sentence(type), relation: type, missed: { relation: type, object: 'type', columns: [attribute] } } as const]),
    ...tables.map((table) => ({ sentence: sentence(table), relation: table, missed: { relation: table, columns: [attribute] } })),
  ]
}

export function withAttributes(catalog: Catalog, name: RelationName, change: (attributes: readonly Attribute[]) => readonly Attribute[]): Catalog {
  const type = catalog.type(name)
  return type?.kind === 'composite' && type.attributes ? catalog.withType(name, { ...type, attributes: change(type.attributes) }) : catalog
}
