// What a column is that keeps something from being done to it.
import type { Catalog } from '../catalog/catalog'
import { isBuiltin, ownVolatility } from '../catalog/functions'
import { columnOf } from '../catalog/relation'
import type { Column, ColumnType } from '../catalog/relation'
import { lookup } from '../model/lookup'
import { shortName } from '../model/name'
import type { RelationName } from '../model/name'
import { columnType, domainPromises, typeText } from './types'
import type { ExpressionTree } from '../sql/expression-tree'
import { readExpression } from '../sql/expression'
import type { AlterAction, ColumnDefinition } from '../sql/command'
import { isColumn, treesWithin } from '../sql/walk-tree'
import { indexUses, isExpression, mentions } from './alteration'
import { refusal } from './refusal'
import type { Refusal } from './refusal'

const systemColumns = new Set(['ctid', 'xmin', 'xmax', 'cmin', 'cmax', 'tableoid'])

/** Every row has these, and they are the server's; `what` is to be done to it: "dropped". */
export const refusedSystem = (column: string, what: string): readonly Refusal[] => (systemColumns.has(column) ? [refusal(`Ends in an error: \`${column}\` is a system column, which is not ${what}.`)] : [])

/** What is given to it by the server alone has no default. */
export function refusedDefault(catalog: Catalog, name: RelationName, column: string): readonly Refusal[] {
  const known = columnOf(catalog.table(name), column)
  return known?.generated || known?.identity ? [refusal(`Ends in an error: \`${column}\` of \`${shortName(name)}\` is ${known.identity ? 'an identity column' : 'a generated column'}, which has no default.`)] : []
}

/** ATExecDropNotNull in src/backend/commands/tablecmds.c. */
export function refusedNullable(catalog: Catalog, name: RelationName, column: string): readonly Refusal[] {
  const table = catalog.table(name)
  const known = columnOf(table, column)
  if (!table || !known) return []
  if (known.identity) return [refusal(`Ends in an error: \`${column}\` of \`${shortName(name)}\` is an identity column, which is never NULL.`)]
  const key = table.constraints.find((one) => one.type === 'primary-key' && one.columns.includes(column))
  if (key) return [refusal(`Ends in an error: \`${column}\` belongs to the primary key \`${key.name}\` of \`${shortName(name)}\`.`)]
  // Up to 17 a child that is no partition may do without.
  const above = [...(table.partitionOf ? [table.partitionOf.parent] : []), ...(catalog.surroundings.version >= 18 ? table.inherits : [])]
  const parent = above.find((one) => columnOf(catalog.table(one), column)?.notNull && !catalog.table(one)?.constraints.some((other) => other.type === 'not-null' && other.noInherit && other.columns[0] === column))
  return parent === undefined ? [] : [refusal(`Ends in an error: \`${column}\` is NOT NULL in \`${shortName(parent)}\`, and so it is in \`${shortName(name)}\`.`)]
}

/** ATExecAddIdentity in src/backend/commands/tablecmds.c. */
export function refusedIdentity(catalog: Catalog, name: RelationName, column: string): readonly Refusal[] {
  const known = columnOf(catalog.table(name), column)
  if (!known || known.identity) return []
  const because = (sentence: string): readonly Refusal[] => [refusal(`Ends in an error: \`${column}\` of \`${shortName(name)}\` ${sentence}`)]
  if (!['int2', 'int4', 'int8'].includes(known.type.name) || known.type.dimensions > 0) return known.type.name.includes('.') ? [] : because(`is ${typeText(known.type)}, and an identity is a smallint, an integer or a bigint.`)
  if (!known.notNull) return because('may be NULL. Say SET NOT NULL first.')
  return known.default === undefined ? [] : because('has a default. Drop that first.')
}

/** Who reads the column computes it, so nothing is in it that a user has made (check_virtual_generated_security in src/backend/catalog/heap.c). `columns`: of the table that it is of. */
export function refusedVirtual(catalog: Catalog, { name, type, generated }: ColumnDefinition, columns: readonly Pick<Column, 'name' | 'type'>[]): readonly Refusal[] {
  if (!generated || generated.stored) return []
  const isOwn = (one: ColumnType): boolean => one.name.includes('.')
  const because = (sentence: string): readonly Refusal[] => [refusal(`Ends in an error: ${sentence}. Say STORED, or use PostgreSQL's own.`)]
  if (type && isOwn(columnType(type, catalog))) return because(`the virtual column \`${name}\` is of a type that a user has made`)
  const { functions, columns: used } = readExpression(generated.expression.sql)
  const called = functions.find((one) => ownVolatility(one, catalog) !== undefined && !isBuiltin(one))
  if (called) return because(`the virtual column \`${name}\` calls \`${called.name}\`, which a user has made`)
  const of = columns.find((one) => used.includes(one.name) && isOwn(one.type))
  return of ? because(`the virtual column \`${name}\` is computed from \`${of.name}\`, whose type a user has made`) : []
}

/** What is built or checked again for the new type compares the column with a value of the old one. */
export function refusedComparison(catalog: Catalog, names: readonly RelationName[], { column, type }: Extract<AlterAction, { action: 'alter-type' }>): readonly Refusal[] {
  const to = columnType(type, catalog)
  for (const name of names) {
    const table = catalog.table(name)
    const from = columnOf(table, column)?.type
    if (!table || !from || from.dimensions > 0 || to.dimensions > 0 || from.name === to.name) continue
    const isEnum = catalog.type(from.name as RelationName)?.kind === 'enum'
    const meets = (value: ExpressionTree): boolean => {
      const inner = withoutCast(value)
      if (isEnum) return !to.name.includes('.') || catalog.type(to.name as RelationName)?.kind === 'enum'
      return inner.kind === 'number' ? unlikeNumbers.has(to.name) : inner.kind === 'string' && from.name === 'text' && (unlikeText.has(to.name) || catalog.type(to.name as RelationName)?.kind === 'enum')
    }
    const isMet = (sql: string | undefined): boolean =>
      sql !== undefined &&
      mentions(sql, column) &&
      treesWithin(readExpression(sql).tree).some((tree) => tree.kind === 'binary' && ((comparisons.has(tree.operator) && ((isColumn(tree.left, column) && meets(tree.right)) || (isColumn(tree.right, column) && meets(tree.left)))) || (matches.has(tree.operator) && isColumn(tree.left, column) && unlikeText.has(to.name))))
    const index = table.indexes.find((one) => isMet(one.shape.predicate) || one.shape.keys.some((key) => isExpression(key) && isMet(key)))
    const check = table.constraints.find((one) => one.type === 'check' && isMet(one.expression))
    const what = index ? `the index \`${shortName(index.name)}\`` : check ? `the check \`${check.name}\`` : undefined
    if (what) return [refusal(`Ends in an error, after waiting for its lock: ${what} of \`${shortName(name)}\` compares \`${column}\` with a value of its old type. Drop it first, and make it again afterwards.`)]
    const unsorted = table.indexes.find((one) => indexUses(one, column) && one.shape.keys.includes(column) && (neverIndexed.has(to.name) || ((one.shape.method === 'btree' || one.shape.method === 'hash') && neverSorted.has(to.name))))
    const { base } = domainPromises(to, catalog)
    // What an extension's type, or a user's, may stand for nobody tells.
    const classed = base.name.includes('.') ? undefined : table.indexes.flatMap((one) => one.shape.keys.flatMap((key, at) => (key === column ? [{ index: one.name, operatorClass: one.shape.operatorClasses?.[at] ?? '' }] : []))).find(({ operatorClass }) => takes[operatorClass]?.includes(base.name) === false)
    if (classed) return [refusal(`Ends in an error, after waiting for its lock: the index \`${shortName(classed.index)}\` holds \`${column}\` by the operator class \`${classed.operatorClass}\`, which is not for ${typeText(to)}. Drop it first.`)]
    if (unsorted) return [refusal(`Ends in an error, after waiting for its lock: the index \`${shortName(unsorted.name)}\` holds \`${column}\`, and no ${unsorted.shape.method} index holds ${typeText(to)} by itself. Drop it first.`)]
  }
  return []
}

export const comparisons = new Set(['=', '<>', '!=', '<', '<=', '>', '>=', 'in', 'not in'])

/** Of texts alone. */
export const matches = new Set(['~', '~*', '!~', '!~*', '~~', '~~*', '!~~', '!~~*', 'like', 'ilike', 'not like', 'not ilike', '^@'])

/** No operator compares them with a number, as all know who have left the quotes out. */
export const unlikeNumbers = new Set(['text', 'varchar', 'bpchar', 'uuid', 'bool', 'date', 'timestamp', 'timestamptz', 'json', 'jsonb'])
export const unlikeText = new Set(['int2', 'int4', 'int8', 'numeric', 'float4', 'float8', 'bool', 'uuid', 'date', 'timestamp', 'timestamptz', 'json', 'jsonb'])

/** Types without an operator class by default, of any access method and of those that sort or hash. */
const neverIndexed = new Set(['json', 'xml'])
const neverSorted = new Set(['point', 'line', 'lseg', 'box', 'path', 'polygon', 'circle'])

/** What they index, of the operator classes that migrations name most. */
const takes: Readonly<Record<string, readonly string[]>> = lookup({
  ...Object.fromEntries(['text_ops', 'varchar_ops', 'text_pattern_ops', 'varchar_pattern_ops', 'gin_trgm_ops', 'gist_trgm_ops'].map((name) => [name, ['text', 'varchar']])),
  ...Object.fromEntries(['bpchar_ops', 'bpchar_pattern_ops'].map((name) => [name, ['bpchar']])),
  ...Object.fromEntries(['jsonb_ops', 'jsonb_path_ops'].map((name) => [name, ['jsonb']])),
  inet_ops: ['inet', 'cidr'],
})

const withoutCast = (tree: ExpressionTree): ExpressionTree => (tree.kind === 'cast' ? withoutCast(tree.operand) : tree.kind === 'list' && tree.items[0] ? withoutCast(tree.items[0]) : tree)

