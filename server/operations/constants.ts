import type { ExpressionTree } from '../sql/expression-tree'

export function constantOf(tree: ExpressionTree): string | number | undefined {
  if (tree.kind === 'number' || tree.kind === 'string') return tree.value
  if (tree.kind === 'boolean') return String(tree.value)
  if (tree.kind === 'cast') return constantOf(tree.operand)
  if (tree.kind === 'unary' && tree.operator === '-' && tree.operand.kind === 'number') return -tree.operand.value
  return undefined
}

export const equal = (a: string | number | undefined, b: string | number | undefined): boolean => a !== undefined && (a === b || (compare(a, b) ?? 1) === 0)

export const atLeast = (a: string | number | undefined, b: string | number | undefined): boolean => equal(a, b) || (compare(a, b) ?? -1) >= 0

export const below = (a: string | number | undefined, b: string | number | undefined): boolean => (compare(a, b) ?? 0) < 0

/** Comparable, and not the same. */
export const unlike = (a: string | number | undefined, b: string | number | undefined): boolean => (compare(a, b) ?? 0) !== 0

/** Numbers, and dates in ISO form, whose order is that of their text; what else there is depends on type and collation. */
function compare(a: string | number | undefined, b: string | number | undefined): number | undefined {
  if (a === undefined || b === undefined) return undefined
  const [x, y] = [Number(a), Number(b)]
  if (a !== '' && b !== '' && !Number.isNaN(x) && !Number.isNaN(y)) return x - y
  const [left, right] = [isoDate(a), isoDate(b)]
  if (left === undefined || right === undefined || left.zone !== right.zone) return undefined
  return left.time < right.time ? -1 : left.time > right.time ? 1 : 0
}

/** A date without a time is its midnight. The zone is hours and minutes from UTC; times of two zones are not compared. */
function isoDate(value: string | number): { readonly time: string; readonly zone: string } | undefined {
  const match = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2})(?::(\d{2}))?)?(Z|[+-]\d{2}(?::?\d{2})?)?$/.exec(String(value))
  if (!match) return undefined
  const [, date, time = '00:00', second = '00', zone = ''] = match
  const [, sign = '', hours = '00', minutes = '00'] = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone) ?? []
  return { time: `${date} ${time}:${second}`, zone: zone === '' ? '' : `${sign === '-' && (hours !== '00' || minutes !== '00') ? '-' : '+'}${hours}${minutes}` }
}

/** The same, with the zone written out where a time has none. */
export function withZone(tree: ExpressionTree): ExpressionTree {
  switch (tree.kind) {
    case 'string':
      return isoDate(tree.value)?.zone === '' ? { ...tree, value: `${tree.value}+00` } : tree
    case 'cast':
    case 'unary':
      return { ...tree, operand: withZone(tree.operand) }
    case 'binary':
      return { ...tree, left: withZone(tree.left), right: withZone(tree.right) }
    case 'between':
      return { ...tree, low: withZone(tree.low), high: withZone(tree.high) }
    case 'list':
      return { ...tree, items: tree.items.map(withZone) }
    case 'call':
      return { ...tree, arguments: tree.arguments.map(withZone) }
    default:
      return tree
  }
}
