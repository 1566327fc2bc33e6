import type { Catalog } from '../catalog/catalog'
import { columnOf } from '../catalog/relation'
import type { Table } from '../catalog/relation'
import { listWords } from '../model/format'
import { shortName } from '../model/name'
import { isExpression } from './alteration'
import { isNeverCompared } from './conversion'
import { referencedColumns } from './foreign-key'
import type { ForeignKeyDefinition } from './foreign-key'
import { refusal, refusedKind } from './refusal'
import type { Refusal } from './refusal'
import { typeText } from './types'

/** What PostgreSQL refuses of a foreign key whatever the rows are (ATAddForeignKeyConstraint and transformFkeyCheckAttrs in src/backend/commands/tablecmds.c). `table` need not be in the catalog yet. */
export function refusedReference(catalog: Catalog, table: Table, definition: ForeignKeyDefinition): readonly Refusal[] {
  const name = catalog.resolve(definition.references)
  const there = name === table.name ? table : catalog.table(name)
  const because = (sentence: string): readonly Refusal[] => [refusal(`Ends in an error, after waiting for its locks: ${sentence}`)]
  if (!there) return refusedKind(catalog, name, ['table', 'partitioned table'], 'a key refers to tables alone')
  const isPassing = (one: Table): boolean => one.persistence === 'temporary'
  if (isPassing(table) !== isPassing(there)) return because(`a key does not tie a temporary table to one that stays, as \`${shortName(isPassing(table) ? there.name : table.name)}\` does.`)
  if (table.persistence === 'permanent' && there.persistence === 'unlogged') return because(`\`${shortName(there.name)}\` is not logged, and is gone after a crash, which \`${shortName(table.name)}\` is not.`)
  const to = referencedColumns(catalog, table, definition)
  if (to.length > 0 && to.length !== definition.columns.length) return because(`${definition.columns.length} and ${to.length} columns are tied to each other, as if each had one of its own.`)
  for (const [at, one] of definition.columns.entries()) {
    const [own, other] = [columnOf(table, one), columnOf(there, to[at] ?? '')]
    if (own && other && isNeverCompared(own.type, other.type, catalog)) return because(`\`${one}\` is ${typeText(own.type)}, and \`${other.name}\` of \`${shortName(name)}\` is ${typeText(other.type)}, which PostgreSQL does not compare.`)
  }
  if (there.kind !== 'table' && there.kind !== 'partitioned table') return refusedKind(catalog, name, ['table', 'partitioned table'], 'a key refers to tables alone')
  if (!there.complete || definition.period) return []
  if (to.length === 0) return because(`\`${shortName(name)}\` has no primary key. Name the columns that the key refers to.`)
  const carriers = there.indexes.filter(({ valid, shape: { unique, keys, predicate } }) => valid && unique && predicate === undefined && keys.length === to.length && keys.every((key) => !isExpression(key) && to.includes(key)))
  const columns = listWords(to.map((one) => `\`${one}\``))
  if (carriers.length === 0) return because(`nothing makes ${columns} of \`${shortName(name)}\` unique.`)
  const isDeferrable = carriers.every((index) => there.constraints.some((one) => one.index === index.name && one.deferrable))
  return isDeferrable ? because(`what makes ${columns} of \`${shortName(name)}\` unique is deferrable, and no key can refer to that.`) : []
}
