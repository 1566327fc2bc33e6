import type { Table, TableIndex } from '../catalog/relation'
import { columnOf } from '../catalog/relation'
import { nameParts, quoteIdentifier } from '../model/name'
import { columnList } from '../sql/print'
import { read } from '../sql/read'
import { indexShape } from './common'
import { sameShape } from './same-shape'

/**
 * The statement, with its semicolon, that makes the index again while reads and writes go on.
 * Undefined where the catalog does not know all of it: operator classes, orders and options stand in the snapshot's definition alone.
 */
export function indexDefinition(table: Table, index: TableIndex, version: number): string | undefined {
  if (table.kind === 'partitioned table') return undefined
  return fromSnapshot(index) ?? (isPlainKey(table, index, version) ? plainKey(table, index) : undefined)
}

/** The snapshot's own text, unless the index has changed since. */
function fromSnapshot(index: TableIndex): string | undefined {
  if (index.definition === undefined) return undefined
  const [command] = read(index.definition).commands
  if (command?.kind !== 'create-index') return undefined
  const { name } = nameParts(index.name)
  if (command.name !== name || !sameShape(indexShape(command, name), index.shape)) return undefined
  const after = command.keyword.end
  return `${index.definition.slice(0, after)} CONCURRENTLY${index.definition.slice(after)};`
}

/** What carries a constraint has the columns' own operator classes and order. Whether NULL may stand there twice, since 15, only matters where it may stand at all. */
const isPlainKey = (table: Table, index: TableIndex, version: number): boolean =>
  table.constraints.some((one) => one.index === index.name && (one.type === 'primary-key' || (one.type === 'unique' && (version < 15 || one.columns.every((column) => columnOf(table, column)?.notNull)))))

const plainKey = (table: Table, index: TableIndex): string =>
  `CREATE UNIQUE INDEX CONCURRENTLY ${quoteIdentifier(nameParts(index.name).name)} ON ${table.name} (${columnList(index.shape.keys)})${index.shape.include.length > 0 ? ` INCLUDE (${columnList(index.shape.include)})` : ''};`
