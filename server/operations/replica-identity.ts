import type { Catalog } from '../catalog/catalog'
import { columnOf } from '../catalog/relation'
import type { Table, TableIndex } from '../catalog/relation'
import type { Consequence } from '../model/assessed'
import { listWords } from '../model/format'
import { quoteIdentifier, shortName } from '../model/name'
import type { RelationName, WrittenName } from '../model/name'
import type { Plan } from '../model/plan'
import { inCase } from '../sql/print'
import { sqlStep, tableHead, writtenLike } from './constraint-plans'
import type { PlanContext } from './operation'
import { publicationsOf } from './subscribers'

export type RowChange = 'update' | 'delete'

/** A table of which such changes are published, with nothing by which a subscriber would find the row. */
export interface Unidentified {
  readonly table: RelationName
  readonly publication: string
  readonly event: RowChange
  /** Whether the publication has these changes, and the table no key, are both known. */
  readonly certain: boolean
}

/** Why the server lets nobody make the change, whether or not any row fits (CheckCmdReplicaIdentity in src/backend/executor/execReplication.c). */
export function unidentified(catalog: Catalog, name: RelationName, event: RowChange): Unidentified | undefined {
  const table = catalog.table(name)
  if (table?.kind !== 'table' || table.persistence !== 'permanent') return undefined
  const identified = hasIdentity(table)
  if (identified) return undefined
  const found = publicationsOf(name, catalog).flatMap((one) => (one.publishes?.includes(event) ?? true ? one : []))
  const known = found.find(({ publishes }) => publishes !== undefined) ?? found[0]
  return known && { table: name, publication: known.name, event, certain: known.publishes !== undefined && identified === false }
}

/** Undefined where it is not known. A key that is checked only at COMMIT identifies nothing. */
function hasIdentity({ replicaIdentity, indexes, constraints, complete }: Table): boolean | undefined {
  if (replicaIdentity === 'full' || replicaIdentity === 'nothing') return replicaIdentity === 'full'
  const has = replicaIdentity === 'index' ? indexes.some((index) => index.replicaIdentity && index.valid) : constraints.some((one) => one.type === 'primary-key' && !one.deferrable)
  return has || complete ? has : undefined
}

/** Of the tables those whose rows nobody can change any more once this has run, for want of a key that a subscriber would find them by. `named`: what one is called then. */
export const stoppedChanges = (names: readonly RelationName[], before: Catalog, after: Catalog, named = (name: RelationName): RelationName => name): readonly Omit<Consequence, 'span'>[] =>
  names.flatMap((name) => {
    // What the migration itself has made nobody uses yet.
    if ((before.table(name)?.origin ?? 'migration') === 'migration') return []
    const found = changes.flatMap((event) => (unidentified(before, name, event) ? [] : (unidentified(after, named(name), event) ?? [])))
    if (found.length === 0) return []
    const events = listWords(found.map(({ event }) => event.toUpperCase()))
    return [{ sentence: `Every ${events} of \`${shortName(name)}\` ends in an error from here on: ${unidentifiedWords(found[0]!)}.`, relation: name, missed: { relation: named(name), identity: true } }]
  })

/** Its rows can be changed as far as replication goes. */
export const isIdentified = (catalog: Catalog, name: RelationName): boolean => changes.every((event) => unidentified(catalog, name, event) === undefined)

const changes: readonly RowChange[] = ['update', 'delete']

export const unidentifiedWords = ({ table, publication, event }: Unidentified): string => `the publication \`${publication}\` publishes every ${event.toUpperCase()} of \`${shortName(table)}\`, which has no replica identity by which a subscriber would find the row`

/**
 * A plan whose batches the server would refuse for want of a replica identity begins with one.
 * What the subscribers have to find a row by is not seen from here, nor what it costs them, so that it is for reading only.
 */
export function withIdentity(plan: Plan, tables: readonly RelationName[], event: RowChange, written: WrittenName, catalog: Catalog, context: PlanContext): Plan {
  const missing = tables.flatMap((one) => unidentified(catalog, one, event) ?? [])
  if (missing.length === 0 || plan.migrate.length === 0) return plan
  const cased = (text: string): string => inCase(text, context.keywords)
  const given = missing.map((one) => {
    const table = catalog.table(one.table)!
    const index = table.indexes.find((key) => identifies(key, table))
    const head = `${tableHead(writtenLike(one.table, written, catalog), context)} ${cased('REPLICA IDENTITY')}`
    const why = `Else no row can be changed, for ${unidentifiedWords(one)}.`
    return index
      ? { first: sqlStep(`${head} ${cased('USING INDEX')} ${quoteIdentifier(index.shape.name!)};`, 'shared', `${why} A subscriber needs an index on the same columns, or it reads its whole table for each row.`) }
      : {
          first: sqlStep(`${head} ${cased('FULL')};`, 'shared', `${why} A subscriber then reads its whole table for each row that is changed, unless an index helps it (from 16 on): see first how long that takes there, or give the table a primary key on both sides.`),
          last: sqlStep(`${head} ${cased(table.replicaIdentity === 'nothing' ? 'NOTHING' : 'DEFAULT')};`, 'shared', 'As it was, once the subscribers have all of it.'),
        }
  })
  return {
    ...plan,
    title: `${plan.title}; its rows are published and cannot be changed before they have a replica identity`,
    fit: 'outline',
    expand: [...given.map(({ first }) => first), ...plan.expand],
    contract: [...plan.contract, ...given.flatMap(({ last }) => last ?? [])],
  }
}

/** The server takes no other index for it (ATExecReplicaIdentity in src/backend/commands/tablecmds.c). */
function identifies({ name, shape, valid }: TableIndex, table: Table): boolean {
  const isDeferrable = table.constraints.some((one) => one.index === name && one.deferrable)
  return valid && shape.unique && shape.predicate === undefined && shape.name !== undefined && !isDeferrable && shape.keys.every((key) => columnOf(table, key)?.notNull === true)
}
