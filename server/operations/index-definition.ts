import type { Table, TableIndex } from '../catalog/relation'
import { columnOf } from '../catalog/relation'
import { nameParts, quoteIdentifier } from '../model/name'
import type { CreateIndex } from '../sql/command'
import { readExpression, substituteColumns } from '../sql/expression'
import { columnList } from '../sql/print'
import { read } from '../sql/read'
import { Tokens } from '../sql/tokens'
import { indexShape } from './common'
import { sameShape } from './same-shape'

/**
 * The statement, with its semicolon, that makes the index again while reads and writes go on.
 * Undefined where the catalog does not know all of it: operator classes, orders and options stand in its definition alone.
 */
export function indexDefinition(table: Table, index: TableIndex, version: number): string | undefined {
  if (table.kind === 'partitioned table') return undefined
  const known = definitionOf(table, index)
  if (known) return concurrently(known.text, known.command)
  return isPlainKey(table, index, version) ? plainKey(table, index, nameParts(index.name).name, index.shape.keys) : undefined
}

/** The same index on another column of the table in the place of `from`, under another name; that of a partitioned table without its parts. Undefined as above, or where a sub-select leaves open whose column a name is. */
export function indexOnOther(table: Table, index: TableIndex, version: number, { name, from, to }: { readonly name: string; readonly from: string; readonly to: string }): string | undefined {
  const isWhole = table.kind === 'partitioned table'
  const known = definitionOf(table, index)
  if (isWhole && !(known && known.command.only)) return undefined
  if (!known) return isPlainKey(table, index, version) ? plainKey(table, index, name, index.shape.keys.map((key) => (key === from ? to : key))) : undefined
  const { text, command } = known
  const expressions = [...command.elements.flatMap(({ expression }) => expression ?? []), ...(command.predicate ? [command.predicate] : [])]
  if (expressions.some(({ sql }) => !readExpression(sql).readable || readExpression(sql).hasSubquery)) return undefined
  const edits = [
    { span: nameSpan(text, command), with: quoteIdentifier(name) },
    ...plainColumns(text, command).flatMap((span) => (columnAt(text, span) === from ? [{ span, with: quoteIdentifier(to) }] : [])),
    ...expressions.map(({ sql, span }) => ({ span, with: substituteColumns(sql, ({ column }) => (column === from ? quoteIdentifier(to) : undefined)) })),
    { span: { start: command.keyword.end, end: command.keyword.end }, with: isWhole ? '' : ' CONCURRENTLY' },
  ].sort((a, b) => b.span.start - a.span.start)
  return `${edits.reduce((result, edit) => result.slice(0, edit.span.start) + edit.with + result.slice(edit.span.end), text)};`
}

const concurrently = (text: string, { keyword }: CreateIndex): string => `${text.slice(0, keyword.end)} CONCURRENTLY${text.slice(keyword.end)};`

/** The definition's own text under the names of today, unless the index has changed since. */
function definitionOf(table: Table, index: TableIndex): { readonly text: string; readonly command: CreateIndex } | undefined {
  const [made] = index.definition === undefined ? [] : read(index.definition).commands
  const { name } = nameParts(index.name)
  if (made?.kind !== 'create-index' || !sameShape(indexShape(made, name), index.shape)) return undefined
  const text = `CREATE ${made.unique ? 'UNIQUE ' : ''}INDEX ${quoteIdentifier(name)} ON ${table.kind === 'partitioned table' ? 'ONLY ' : ''}${table.name} ${made.tail}`
  const [command] = read(text).commands
  return command?.kind === 'create-index' ? { text, command } : undefined
}

/** What carries a constraint has the columns' own operator classes and order. Whether NULL may stand there twice, since 15, only matters where it may stand at all. */
export const isPlainKey = (table: Table, index: TableIndex, version: number): boolean =>
  index.shape.method === 'btree' &&
  table.constraints.some((one) => one.index === index.name && (one.type === 'primary-key' || (one.type === 'unique' && (version < 15 || one.columns.every((column) => columnOf(table, column)?.notNull)))))

const plainKey = (table: Table, index: TableIndex, name: string, keys: readonly string[]): string =>
  `CREATE UNIQUE INDEX CONCURRENTLY ${quoteIdentifier(name)} ON ${table.name} (${columnList(keys)})${index.shape.include.length > 0 ? ` INCLUDE (${columnList(index.shape.include)})` : ''};`

interface Place {
  readonly start: number
  readonly end: number
}

/** As the server prints it, the name stands behind the word INDEX. */
function nameSpan(text: string, { keyword }: CreateIndex): Place {
  const tokens = new Tokens(text)
  const at = tokens.at(keyword.end)
  return { start: tokens.starts[at]!, end: tokens.ends[at]! }
}

/** Where a column stands by itself: first in an element of the list of keys, or in that of INCLUDE. */
function plainColumns(text: string, command: CreateIndex): readonly Place[] {
  const tokens = new Tokens(text)
  const places: Place[] = []
  const walk = (open: number): number => {
    const close = tokens.closing(open)
    for (let i = open + 1; i < close; i++) {
      const isFirst = i === open + 1 || (tokens.sign(i - 1) === ',' && tokens.depths[i - 1] === tokens.depths[open]! + 1)
      if (isFirst && tokens.sign(i) === '' && tokens.sign(i + 1) !== '(' && tokens.sign(i + 1) !== '.') places.push({ start: tokens.starts[i]!, end: tokens.ends[i]! })
    }
    return close
  }
  let at = tokens.at(command.keyword.end)
  while (at < tokens.count && tokens.sign(at) !== '(') at++
  at = walk(at) + 1
  if (tokens.isWord(at, 'include')) walk(at + 1)
  return places
}

const columnAt = (text: string, { start, end }: Place): string => {
  const written = text.slice(start, end)
  return written.startsWith('"') ? written.slice(1, -1).replaceAll('""', '"') : written.toLowerCase()
}
