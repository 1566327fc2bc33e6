import type { Catalog } from '../catalog/catalog'
import type { Effect } from '../model/effect'
import type { Cursor as Command } from '../sql/command'
import { operationType } from './operation'
import type { Operation } from './operation'
import { plannedQuery } from './planned-effects'
import { refusedRowLocks } from './query-effects'
import { queryReading } from './query-work'
import { refusal } from './refusal'
import { queryOf } from './view-query'

interface Cursor extends Operation {
  readonly kind: 'cursor'
  readonly command: Command
}

export const cursor = operationType<Cursor>({
  kind: 'cursor',
  title: 'Open, read or close a cursor',
  recognise: (command) => (command.kind === 'cursor' ? { kind: 'cursor', span: command.span, command } : undefined),
  // What it reads is opened with it, and stays so until the transaction ends, whether or not a row is fetched.
  effects: ({ command }, catalog): readonly Effect[] => (command.query ? plannedQuery(command.query, catalog) : command.change === 'fetch' ? fetched(command, catalog) : []),

  transactionBlock: ({ command: { query, hold } }) => (query && !hold ? 'required' : 'allowed'),

  fails({ command: { query, hold } }, catalog) {
    if (hold && query && query.locksRows.length > 0) return [refusal('Ends in an error: the rows that a cursor WITH HOLD gives are locked by nobody any more. Leave out FOR UPDATE, or WITH HOLD.')]
    return query ? refusedRowLocks(query, catalog) : []
  },

  apply: ({ command: { change, name, sql } }, catalog) => (name === undefined || change === 'fetch' ? catalog : catalog.withCursor(name, sql)),
})

/** Rows are read when they are fetched; a query that sorts or counts them reads all for the first. */
function fetched({ name = '', most, moves }: Command, catalog: Catalog): readonly Effect[] {
  const query = queryOf(catalog.cursor(name) ?? '')
  if (!query) return []
  const some = most === undefined ? query : { ...query, atMostRows: Math.min(most, query.atMostRows ?? most), ...(query.scans && { scans: { ...query.scans, tables: query.scans.tables.map((one) => (one.flows ? { ...one, most: one.alone && one.where === undefined ? most : ('some' as const) } : one)) } }) }
  return queryReading(some, catalog, moves ? 'server' : 'client')
}
