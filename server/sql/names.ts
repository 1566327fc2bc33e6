import type { ColumnRef, DefElem, Node, ObjectType, RangeVar, RoleSpec } from '@pgsql/types'
import type { WrittenName } from '../model/name'
import type { ColumnName, ReadName, RelationKind, StorageOption } from './command'

export type Tag = Node extends infer N ? (N extends N ? keyof N : never) : never
export type NodeOf<T extends Tag> = Extract<Node, Record<T, unknown>> extends Record<T, infer Body> ? Body : never

/** The body of a node of the sort asked for. */
export const as = <T extends Tag>(node: Node | undefined, tag: T): NodeOf<T> | undefined =>
  node === undefined ? undefined : ((node as Partial<Record<T, NodeOf<T>>>)[tag] as NodeOf<T> | undefined)

export const text = (node: Node | undefined): string => as(node, 'String')?.sval ?? ''

export const texts = (nodes: readonly Node[] | undefined): readonly string[] => (nodes ?? []).map(text)

export const relation = (range: RangeVar | undefined): WrittenName => {
  const name = range?.relname ?? ''
  return range?.schemaname === undefined ? { name } : { schema: range.schemaname, name }
}

/** With ONLY as it is written. */
export const readName = (range: RangeVar | undefined): ReadName => (range !== undefined && range.inh !== true ? { ...relation(range), only: true } : relation(range))

/** `a`, `a.b`, and `a.b.c` of which the database is dropped. */
export const written = (parts: readonly string[]): WrittenName => {
  const name = parts.at(-1) ?? ''
  const schema = parts.at(-2)
  return schema === undefined ? { name } : { schema, name }
}

export const writtenList = (nodes: readonly Node[] | undefined): WrittenName => written(texts(nodes))

/** The parts of a name in the shapes in which the grammar gives names: a list, a type, an object with arguments, one word. */
export const partsOf = (node: Node | undefined): readonly string[] => {
  if (node === undefined) return []
  const list = as(node, 'List')
  if (list !== undefined) return texts(list.items)
  const type = as(node, 'TypeName')
  if (type !== undefined) return texts(type.names)
  const object = as(node, 'ObjectWithArgs')
  if (object !== undefined) return texts(object.objname)
  const range = as(node, 'RangeVar')
  if (range !== undefined) return range.schemaname === undefined ? [range.relname ?? ''] : [range.schemaname, range.relname ?? '']
  const word = text(node)
  return word === '' ? [] : [word]
}

export const integer = (node: Node | undefined): number | undefined => {
  const constant = as(node, 'A_Const')
  if (constant !== undefined) return 'ival' in constant && constant.ival !== undefined ? (constant.ival.ival ?? 0) : undefined
  const value = as(node, 'Integer')
  return value === undefined ? undefined : (value.ival ?? 0)
}

/** A value of SET or of an option, as text. */
export const valueText = (node: Node | undefined): string => {
  if (node === undefined) return ''
  const constant = as(node, 'A_Const')
  if (constant !== undefined) {
    if (constant.isnull) return 'null'
    if ('ival' in constant && constant.ival !== undefined) return String(constant.ival.ival ?? 0)
    if ('fval' in constant && constant.fval !== undefined) return constant.fval.fval ?? '0'
    if ('boolval' in constant && constant.boolval !== undefined) return constant.boolval.boolval === true ? 'true' : 'false'
    if ('sval' in constant && constant.sval !== undefined) return constant.sval.sval ?? ''
    return ''
  }
  const number = integer(node)
  if (number !== undefined) return String(number)
  const float = as(node, 'Float')
  if (float !== undefined) return float.fval ?? '0'
  const truth = as(node, 'Boolean')
  if (truth !== undefined) return truth.boolval === true ? 'true' : 'false'
  const cast = as(node, 'TypeCast')
  if (cast !== undefined) return valueText(cast.arg)
  return partsOf(node).join('.')
}

/** `on` where an option is named without a value. */
export const flag = (option: DefElem): boolean => {
  if (option.arg === undefined) return true
  return !['false', 'off', '0', 'no'].includes(valueText(option.arg).toLowerCase())
}

export const options = (nodes: readonly Node[] | undefined, withValues: boolean): readonly StorageOption[] =>
  (nodes ?? []).flatMap((node) => {
    const option = as(node, 'DefElem')
    if (option === undefined) return []
    const name = option.defname ?? ''
    return [
      {
        name,
        ...(option.defnamespace === undefined ? {} : { namespace: option.defnamespace }),
        ...(withValues ? { value: option.arg === undefined ? 'true' : valueText(option.arg) } : {}),
      },
    ]
  })

export const definition = (nodes: readonly Node[] | undefined, name: string): DefElem | undefined => {
  for (const node of nodes ?? []) {
    const option = as(node, 'DefElem')
    if (option?.defname === name) return option
  }
  return undefined
}

export const role = (spec: RoleSpec | undefined): string => {
  switch (spec?.roletype) {
    case 'ROLESPEC_CURRENT_ROLE':
      return 'current_role'
    case 'ROLESPEC_CURRENT_USER':
      return 'current_user'
    case 'ROLESPEC_SESSION_USER':
      return 'session_user'
    case 'ROLESPEC_PUBLIC':
      return 'public'
    default:
      return spec?.rolename ?? ''
  }
}

const relationKinds: Partial<Record<ObjectType, RelationKind>> = {
  OBJECT_TABLE: 'table',
  OBJECT_INDEX: 'index',
  OBJECT_VIEW: 'view',
  OBJECT_MATVIEW: 'materialized view',
  OBJECT_SEQUENCE: 'sequence',
  OBJECT_FOREIGN_TABLE: 'foreign table',
  OBJECT_TYPE: 'type',
  OBJECT_DOMAIN: 'type',
}

export const relationKind = (type: ObjectType | undefined): RelationKind | undefined => (type === undefined ? undefined : relationKinds[type])

/** The grammar's name without `OBJECT_`, lower case. */
export const objectName = (type: ObjectType | undefined): string => (type ?? '').replace(/^OBJECT_/, '').toLowerCase()

/** Every part of a parser's tree by its key, from the last to the first; what `visit` says no to is not gone into. */
export function visitTree(root: unknown, visit: (key: string, part: unknown) => boolean): void {
  const pending: unknown[] = [root]
  while (pending.length > 0) {
    const node = pending.pop()
    if (typeof node !== 'object' || node === null) continue
    for (const key in node) {
      const part = (node as Record<string, unknown>)[key]
      if (visit(key, part)) pending.push(part)
    }
  }
}

/** Undefined for a star. */
export function columnNameOf({ fields = [] }: ColumnRef): ColumnName | undefined {
  if (fields.some((field) => as(field, 'A_Star') !== undefined)) return undefined
  const parts = texts(fields)
  return parts.length === 0 ? undefined : { name: parts.at(-1)!, ...(parts.length > 1 && { qualifier: parts.at(-2)! }) }
}
