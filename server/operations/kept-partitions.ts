import type { Catalog } from '../catalog/catalog'
import type { Column, Table } from '../catalog/relation'
import { columnOf } from '../catalog/relation'
import type { RelationName } from '../model/name'
import type { PartitionBound } from '../sql/command'
import { isNotNull } from './added-constraint'
import { isOther, isSame, isSmaller } from './implied'
import type { Comparison, Condition } from './implied'
import { limitsOf, readBound, requirementOf } from './partition-proof'
import type { Limit } from './partition-proof'

/**
 * Partitions of a list or of ranges that may hold rows which meet the condition, told as the planner tells it (src/backend/partitioning/partprune.c):
 * what each comparison leaves of the places into which the bounds cut all values is intersected for AND and united for OR. Undefined where a bound is not told.
 */
export function keptPartitions(catalog: Catalog, table: Table, condition: Condition): readonly RelationName[] | undefined {
  const partitions = catalog.partitions(table.name).map((name) => ({ name, bound: readBound(catalog.table(name)?.partitionOf?.bound ?? '') }))
  const places = table.partitionBy?.strategy === 'list' ? listPlaces(catalog, table, partitions) : rangePlaces(catalog, table, partitions)
  if (!places) return undefined
  const kept = [...new Reader(places, table, catalog.surroundings.version).read(condition)]
  const names = new Set(kept.flatMap((place) => (place === elsewhere ? [] : (place.partition ?? []))))
  const isDefaultKept = kept.some((place) => place === elsewhere || place.partition === undefined)
  return partitions.flatMap(({ name, bound }) => (bound === undefined || (bound.strategy === 'default' ? isDefaultKept : names.has(name)) ? [name] : []))
}

interface Bound {
  readonly name: RelationName
  readonly bound: PartitionBound | undefined
}

/** One value of a list, NULL, a range, or a gap between two, which is of no partition but the default one. */
type Place =
  | { readonly kind: 'value'; readonly value: string | number; readonly partition: RelationName }
  | { readonly kind: 'null'; readonly partition: RelationName }
  | { readonly kind: 'range'; readonly from: readonly Limit[]; readonly to: readonly Limit[]; readonly partition?: RelationName }

type Range = Extract<Place, { readonly kind: 'range' }>

/** What no place is of, as a value that no list has, or NULL where there are ranges. */
const elsewhere = 'elsewhere'

type Kept = ReadonlySet<Place | typeof elsewhere>

function listPlaces(catalog: Catalog, { name: table }: Table, partitions: readonly Bound[]): readonly Place[] | undefined {
  const places: Place[] = []
  for (const { name, bound } of partitions) {
    if (bound?.strategy === 'default') continue
    const required = requirementOf(catalog, table, bound)
    if (!required?.values) return undefined
    for (const { value } of required.values) {
      if (value === undefined) return undefined
      places.push({ kind: 'value', value, partition: name })
    }
    if (required.nullable) places.push({ kind: 'null', partition: name })
  }
  return places
}

function rangePlaces(catalog: Catalog, table: Table, partitions: readonly Bound[]): readonly Place[] | undefined {
  const ranges: Range[] = []
  for (const { name, bound } of partitions) {
    if (bound?.strategy === 'default') continue
    const limits = bound && limitsOf(catalog, table.name, bound)
    if (!limits) return undefined
    ranges.push({ kind: 'range', ...limits, partition: name })
  }
  return partitions.some(({ bound }) => bound?.strategy === 'default') ? [...ranges, ...gapsBetween(ranges, (table.partitionBy?.keys ?? []).map((key) => columnOf(table, key)))] : ranges
}

/** Where the order of the ranges is not told, all that there may be counts as one gap. */
function gapsBetween(ranges: readonly Range[], columns: readonly (Column | undefined)[]): readonly Place[] {
  const least = columns.map((): Limit => 'minvalue')
  const most = columns.map((): Limit => 'maxvalue')
  let isTold = true
  const sorted = [...ranges].sort((a, b) => {
    const found = order(a.from, b.from, columns)
    isTold &&= found !== undefined
    return found ?? 0
  })
  if (!isTold) return [{ kind: 'range', from: least, to: most }]
  const begins = [...sorted.map(({ from }) => from), most]
  return [least, ...sorted.map(({ to }) => to)].flatMap((from, at): Place[] => (order(from, begins[at]!, columns) === 0 ? [] : [{ kind: 'range', from, to: begins[at]! }]))
}

/** -1, 0 or 1; undefined where the order of two values is not told. */
function order(a: readonly Limit[], b: readonly Limit[], columns: readonly (Column | undefined)[]): -1 | 0 | 1 | undefined {
  for (const [at, column] of columns.entries()) {
    const one = orderOfLimits(a[at]!, b[at]!, column)
    // Behind MINVALUE and MAXVALUE nothing is looked at.
    if (one !== 0 || typeof a[at] === 'string') return one
  }
  return 0
}

function orderOfLimits(a: Limit, b: Limit, column: Column | undefined): -1 | 0 | 1 | undefined {
  if (a === b) return 0
  if (a === 'minvalue' || b === 'maxvalue') return -1
  if (a === 'maxvalue' || b === 'minvalue') return 1
  return isSame(a.value, b.value, column) ? 0 : isSmaller(a.value, b.value, column) ? -1 : isSmaller(b.value, a.value, column) ? 1 : undefined
}

type Compared = Extract<Condition, { kind: 'compare' }>

class Reader {
  readonly #places: readonly Place[]
  readonly #table: Table
  readonly #version: number
  readonly #keys: readonly string[]

  constructor(places: readonly Place[], table: Table, version: number) {
    this.#places = places
    this.#table = table
    this.#version = version
    this.#keys = table.partitionBy?.keys ?? []
  }

  read(condition: Condition): Kept {
    switch (condition.kind) {
      case 'and':
        return this.#all(flat(condition))
      case 'or': {
        const arms = condition.of.map((arm) => this.read(arm))
        return this.#where((place) => arms.some((arm) => arm.has(place)))
      }
      case 'compare':
        return this.#all([condition])
      case 'null':
        if (!this.#keys.includes(condition.column)) return this.#where(() => true)
        // Before 17 the planner did not know of such a condition that it is never true.
        if (condition.is && this.#version >= 17 && isNotNull(this.#table, condition.column)) return new Set()
        if (this.#table.partitionBy?.strategy !== 'list') return this.#where((place) => !condition.is || place === elsewhere)
        return this.#where((place) => (place === elsewhere ? !condition.is || !this.#places.some(({ kind }) => kind === 'null') : (place.kind === 'null') === condition.is))
      case 'unknown':
        return this.#where(() => true)
    }
  }

  #all(conditions: readonly Condition[]): Kept {
    const compared = conditions.filter((one): one is Compared => one.kind === 'compare' && this.#keys.includes(one.column))
    const each = [
      ...conditions.flatMap((one) => (one.kind === 'compare' ? [] : [this.read(one)])),
      ...(this.#table.partitionBy?.strategy === 'list' ? compared.map((one) => this.#ofList(one)) : this.#ofRanges(compared)),
    ]
    return this.#where((place) => each.every((one) => one.has(place)))
  }

  #where(isKept: (place: Place | typeof elsewhere) => boolean): Kept {
    return new Set([...this.#places, elsewhere as typeof elsewhere].filter(isKept))
  }

  #ofList({ column: name, operator, value }: Compared): Kept {
    const column = columnOf(this.#table, name)
    const isListed = this.#places.some((place) => place.kind === 'value' && isSame(place.value, value, column))
    return this.#where((place) => {
      if (place === elsewhere) return operator !== '=' || !isListed
      return place.kind === 'value' && !misses[operator](place.value, value, column)
    })
  }

  /** A comparison with a column counts where those before it in the key are given one value each. */
  #ofRanges(compared: readonly Compared[]): readonly Kept[] {
    const columns = this.#keys.map((key) => columnOf(this.#table, key))
    const found: Kept[] = []
    const given: (string | number)[] = []
    for (const key of this.#keys) {
      const own = compared.filter(({ column, operator }) => column === key && operator !== '<>')
      for (const { operator, value } of own) {
        const rows: Rows = { values: [...given, value], operator, columns }
        found.push(this.#where((place) => place !== elsewhere && place.kind === 'range' && !areBefore(rows, place.from) && !areFrom(rows, place.to)))
      }
      const [same] = own.filter(({ operator }) => operator === '=')
      if (!same) break
      given.push(same.value)
    }
    return found
  }
}

const flat = (condition: Condition): readonly Condition[] => (condition.kind === 'and' ? condition.of.flatMap(flat) : [condition])

/** Whether a value is surely not one that compares so with the other. */
const misses: Readonly<Record<Comparison, (value: string | number, other: string | number, column: Column | undefined) => boolean>> = {
  '=': isOther,
  '<>': isSame,
  '<': (value, other, column) => isSame(value, other, column) || isSmaller(other, value, column),
  '<=': (value, other, column) => isSmaller(other, value, column),
  '>': (value, other, column) => isSame(value, other, column) || isSmaller(value, other, column),
  '>=': (value, other, column) => isSmaller(value, other, column),
}

/** Rows of which the first columns of the key are these values, but that the last of them compares so with its value. */
interface Rows {
  readonly values: readonly (string | number)[]
  readonly operator: Comparison
  readonly columns: readonly (Column | undefined)[]
}

/** All of them come before the limit. */
function areBefore({ values, operator, columns }: Rows, limit: readonly Limit[]): boolean {
  for (const [at, value] of values.entries()) {
    const end = limit[at]!
    if (typeof end === 'string') return end === 'maxvalue'
    const isLast = at === values.length - 1
    if (isLast && (operator === '>' || operator === '>=')) return false
    const isEqual = isSame(value, end.value, columns[at])
    if (isLast && operator === '<' && isEqual) return true
    if (!isEqual) return isSmaller(value, end.value, columns[at])
  }
  return limit[values.length] === 'maxvalue'
}

/** All of them are at the limit or behind it. */
function areFrom({ values, operator, columns }: Rows, limit: readonly Limit[]): boolean {
  for (const [at, value] of values.entries()) {
    const end = limit[at]!
    if (typeof end === 'string') return end === 'minvalue'
    const isLast = at === values.length - 1
    if (isLast && (operator === '<' || operator === '<=')) return false
    const isEqual = isSame(value, end.value, columns[at])
    if (isLast && operator === '>' && isEqual) return true
    if (!isEqual) return isSmaller(end.value, value, columns[at])
  }
  return values.length === limit.length || limit[values.length] === 'minvalue'
}
