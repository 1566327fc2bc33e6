import type { Catalog } from '../catalog/catalog'
import type { Failure } from '../model/assessed'
import { shortName } from '../model/name'
import type { DataChange } from '../sql/command'
import { isSystem } from './common'
import { cascades, events, searched, target } from './data-change'
import { unidentified, unidentifiedWords } from './replica-identity'
import type { RowChange } from './replica-identity'

/** Rows that are published and have nothing to be found by at the other end cannot be changed, whether or not any row fits. */
export function changeFails(change: DataChange, catalog: Catalog): readonly Omit<Failure, 'span'>[] {
  const within = change.query.changes.flatMap((one) => changeFails(one, catalog))
  const { table } = target(change, catalog)
  if (table === undefined || isSystem(change.relation, catalog)) return within
  // INSERT … ON CONFLICT and MERGE were let through up to 12, and by the first minor releases of the others.
  const isPlain = change.kind === 'update' || change.kind === 'delete'
  const kinds = isPlain || catalog.surroundings.version >= 13 ? events(change).filter((event): event is RowChange => event !== 'insert') : []
  const tables = kinds.length === 0 ? [] : [table, ...searched(change, table, catalog)]
  const [own] = kinds.flatMap((event) => tables.flatMap((one) => unidentified(catalog, one, event) ?? []))
  if (own) {
    // Of the tables below it the condition may leave out more than is seen here.
    const certain = own.certain && isPlain && (own.table === table || change.where === undefined)
    return [...within, { sentence: `${certain ? 'Ends' : 'May end'} in an error: ${unidentifiedWords(own)}. Give it a primary key or a REPLICA IDENTITY first, on both sides.`, certain, ...(certain && { refused: true as const }) }]
  }
  const carried = cascades(change, table, catalog).flatMap(({ relation, event }) => (event ? (unidentified(catalog, relation, event) ?? []) : []))[0]
  return carried
    ? [...within, { sentence: `Ends in an error as soon as it changes a row: a foreign key carries that on to \`${shortName(carried.table)}\`, and ${unidentifiedWords(carried)}. Give it a primary key or a REPLICA IDENTITY first, on both sides.`, certain: false }]
    : within
}
