// Operators that PostgreSQL has not for the types of what stands beside them.
import type { Catalog } from '../catalog/catalog'
import { columnOf } from '../catalog/relation'
import type { ColumnType, Table } from '../catalog/relation'
import type { Failure } from '../model/assessed'
import { nameParts } from '../model/name'
import type { RelationName } from '../model/name'
import type { Command, DataChange, QueryFacts } from '../sql/command'
import { readExpression } from '../sql/expression'
import type { ExpressionTree } from '../sql/expression-tree'
import { treesWithin } from '../sql/walk-tree'
import { comparisons, matches, unlikeNumbers, unlikeText } from './column-refusal'
import { isNeverCompared } from './conversion'
import { domainPromises, typeText } from './types'

/** Somebody may have made such an operator, or a cast that leads to one, which no snapshot tells, so it is never certain. */
export function missingOperators(command: Command, catalog: Catalog): readonly Omit<Failure, 'span'>[] {
  switch (command.kind) {
    case 'alter': {
      const table = catalog.table(catalog.resolve(command.relation))
      const { action } = command
      return action.action === 'add-constraint' && action.constraint.type === 'check' ? within(action.constraint.expression.sql, table, undefined, catalog) : []
    }
    case 'create-index':
      return command.predicate ? within(command.predicate.sql, catalog.table(catalog.resolve(command.relation)), undefined, catalog) : []
    case 'insert':
    case 'update':
    case 'delete':
    case 'merge':
      return [...ofChange(command, catalog), ...ofQuery(command.query, catalog)].slice(0, 1)
    case 'query':
    case 'create-view':
    case 'create-table-as':
      return ofQuery(command.query, catalog).slice(0, 1)
    default:
      return []
  }
}

const ofChange = (change: DataChange, catalog: Catalog): readonly Omit<Failure, 'span'>[] =>
  change.where === undefined || change.joined || change.kind === 'merge' ? [] : within(change.where.sql, catalog.table(catalog.resolve(change.relation)), change.alias, catalog)

const ofQuery = ({ scans }: QueryFacts, catalog: Catalog): readonly Omit<Failure, 'span'>[] =>
  (scans?.tables ?? []).flatMap((one) => (one.alone && one.where ? within(one.where.sql, catalog.table(catalog.resolve(one)), one.alias, catalog) : []))

function within(sql: string, table: Table | undefined, alias: string | undefined, catalog: Catalog): readonly Omit<Failure, 'span'>[] {
  const { tree } = readExpression(sql)
  if (!table?.columns || tree === undefined) return []
  const typeOf = (one: ExpressionTree): ColumnType | undefined => {
    const isOwn = one.kind === 'column' && (one.qualifier === undefined || one.qualifier === (alias ?? nameParts(table.name).name))
    const column = isOwn ? columnOf(table, one.name) : undefined
    return column && domainPromises(column.type, catalog).base
  }
  const isEnum = ({ name }: ColumnType): boolean => catalog.type(name as RelationName)?.kind === 'enum'
  for (const one of treesWithin(tree)) {
    if (one.kind !== 'binary') continue
    const [left, right] = [typeOf(one.left), typeOf(one.right)]
    if ([left, right].some((type) => type && type.dimensions > 0)) continue
    const isUnlike = matches.has(one.operator)
      ? left !== undefined && (unlikeText.has(left.name) || isEnum(left))
      : comparisons.has(one.operator) && (meetsNumber(left, one.right, isEnum) || meetsNumber(right, one.left, isEnum) || (left !== undefined && right !== undefined && isNeverCompared(left, right, catalog)))
    if (!isUnlike) continue
    const names = [left ?? right!, ...(left && right ? [right] : [])].map((type) => typeText(type))
    return [{ sentence: `Ends in an error: PostgreSQL has no operator \`${one.operator}\` for ${names.join(' and ')}${names.length === 1 ? ` and ${matches.has(one.operator) ? 'text' : 'a number'}` : ''}, unless somebody has made one. Cast the column.`, certain: false }]
  }
  return []
}

const meetsNumber = (type: ColumnType | undefined, other: ExpressionTree, isEnum: (type: ColumnType) => boolean): boolean =>
  type !== undefined && (unlikeNumbers.has(type.name) || isEnum(type)) && (other.kind === 'number' || (other.kind === 'list' && other.items.length > 0 && other.items.every(({ kind }) => kind === 'number')))
