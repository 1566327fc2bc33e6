import type { Catalog } from '../catalog/catalog'
import { isTable } from '../catalog/relation'
import type { Table } from '../catalog/relation'
import type { Effect } from '../model/effect'
import { relationName, shortName } from '../model/name'
import type { RelationName, WrittenName } from '../model/name'
import type { Plan } from '../model/plan'
import { schemaOf } from '../catalog/catalog'
import { altered, alterationOf, isNew, lockAll, rewritten, withIndexesMade } from './alteration'
import type { Alteration } from './alteration'
import { sortedBy } from './cluster'
import { changeTable, holdsRows, indexLock, lock, partitionsBelow, wholes } from './common'
import { noWay } from './constraint-plans'
import { refusedAsIdentity, refusedAsOrder } from './index-refusal'
import { operationType } from './operation'
import { refusal, refusedTablespace, unlessMade } from './refusal'
import type { Refusal } from './refusal'
import { isSelf, withOwner } from './rights'
import { changedOptions, ofTable } from './storage-options'
import { isSameType } from './tree-refusal'
import { viewQuery } from './view-query'

type Action =
  | 'owner'
  | 'set-options'
  | 'reset-options'
  | 'set-logged'
  | 'set-unlogged'
  | 'set-tablespace'
  | 'set-access-method'
  | 'row-security'
  | 'cluster-on'
  | 'set-without-cluster'
  | 'replica-identity'
  | 'of-type'
  | 'not-of-type'
  | 'set-without-oids'
  | 'foreign-options'

interface RelationSettings extends Alteration<Action> {
  readonly kind: 'relation-settings'
}

export const relationSettings = operationType<RelationSettings>({
  kind: 'relation-settings',
  title: 'Change the settings of a table, a view or a sequence',
  recognise: (command) =>
    alterationOf(
      'relation-settings',
      command,
      'owner',
      'set-options',
      'reset-options',
      'set-logged',
      'set-unlogged',
      'set-tablespace',
      'set-access-method',
      'row-security',
      'cluster-on',
      'set-without-cluster',
      'replica-identity',
      'of-type',
      'not-of-type',
      'set-without-oids',
      'foreign-options',
    ),

  effects(operation, catalog): readonly Effect[] {
    const name = altered(operation.command, catalog)
    if (!name) return []
    const { action } = operation
    const indexes = catalog.table(name)?.indexes ?? []
    const named = (index: string): RelationName => relationName(schemaOf(name), index)
    switch (action.action) {
      case 'owner':
        // Where it is the owner already nothing more is done; a new one gets the indexes and sequences as well (ATExecChangeOwner in src/backend/commands/tablecmds.c).
        return [...lockAll([name]), ...(isSelf(action.role) || catalog.table(name)?.owner === action.role ? [] : [...indexes.map((index) => indexLock(index.name, name, 'ACCESS EXCLUSIVE')), ...lockAll(catalog.sequences(name))])]
      case 'set-options':
      case 'reset-options':
        return [lock(name, operation.command.object === 'view' || catalog.relation(name)?.kind === 'view' || action.options.some((option) => !isGentle(option.name)) ? 'ACCESS EXCLUSIVE' : 'SHARE UPDATE EXCLUSIVE')]
      case 'set-logged':
      case 'set-unlogged':
        return persisted(name, action.action === 'set-logged' ? 'permanent' : 'unlogged', operation, catalog)
      case 'set-tablespace':
        // The heap is copied as it is, and the indexes stay where they are (ATExecSetTableSpace in src/backend/commands/tablecmds.c).
        return [lock(name, 'ACCESS EXCLUSIVE', ...(holdsRows(catalog, name) && (catalog.table(name)?.tablespace ?? 'pg_default') !== action.name ? [{ kind: 'rewrite' as const, to: 'to the other tablespace', how: 'file' as const }] : []))]
      case 'set-access-method':
        return (catalog.table(name)?.accessMethod ?? 'heap') === (action.name ?? 'heap') ? lockAll([name]) : rewritten(catalog, name, 'for the other access method')
      case 'cluster-on':
        return [lock(name, 'SHARE UPDATE EXCLUSIVE'), { ...indexLock(named(action.index), name, 'SHARE UPDATE EXCLUSIVE'), asStrongAs: name }]
      case 'set-without-cluster':
        return [lock(name, 'SHARE UPDATE EXCLUSIVE')]
      case 'replica-identity':
        return [...lockAll([name]), ...(typeof action.identity === 'object' ? [indexLock(named(action.identity.index), name, 'SHARE')] : [])]
      case 'of-type':
        return [...lockAll([name]), lock(catalog.resolve(action.type), 'ACCESS SHARE')]
      case 'row-security':
      case 'not-of-type':
      case 'set-without-oids':
      case 'foreign-options':
        return lockAll([name])
    }
  },

  plan(operation, catalog): Plan | undefined {
    const name = altered(operation.command, catalog)
    if (!name || isNew(catalog, name) || !relationSettings.effects(operation, catalog).some((effect) => effect.work.length > 0)) return undefined
    switch (operation.action.action) {
      case 'set-tablespace':
        return noWay('Move it by `pg_repack --tablespace`, which copies the table beside itself while it is used; PostgreSQL by itself copies it under the lock, and of an index alone it builds another one there concurrently')
      case 'set-logged':
        return noWay('Make it logged while it is small or nobody uses it; else fill a second, logged table in batches beside it and exchange their names, for PostgreSQL writes every row and all of its log under the lock')
      case 'set-unlogged':
        return noWay('Fill a second, unlogged table in batches beside it and exchange their names, for PostgreSQL writes every row under the lock; and a crash will empty it')
      case 'set-access-method':
        return noWay('Fill a second table of that access method in batches beside it and exchange their names, for PostgreSQL writes every row under the lock')
      default:
        return undefined
    }
  },

  fails({ command, action }, catalog) {
    const name = altered(command, catalog)
    const relation = name && catalog.relation(name)
    if (relation?.kind === 'sequence' && relation.ownedBy && action.action === 'owner' && !isSelf(action.role) && catalog.table(relation.ownedBy.table)?.owner !== action.role) return [refusal(`Ends in an error: the sequence belongs to \`${relation.ownedBy.column}\` of \`${shortName(relation.ownedBy.table)}\`, and has the owner of that.`)]
    const isChecked = name && action.action === 'set-options' && action.options.some(({ name: option, namespace }) => option === 'check_option' && namespace === undefined)
    if (isChecked && viewQuery(name, catalog)?.notUpdatable) return [refusal(`Ends in an error: no row of the view \`${shortName(name)}\` is one of a table, so that there is nothing to check.`)]
    const table = name && catalog.table(name)
    if (!table) return []
    if ((action.action === 'cluster-on' || action.action === 'set-without-cluster') && table.kind === 'partitioned table') return [refusal(`Ends in an error: \`${shortName(table.name)}\` stores nothing itself, in no order. Say it of its partitions.`)]
    if (action.action === 'set-tablespace') return refusedTablespace(action.name)
    if (action.action === 'cluster-on') return refusedAsOrder(catalog, relationName(schemaOf(name), action.index))
    if (action.action === 'replica-identity') return typeof action.identity === 'object' ? refusedAsIdentity(catalog, relationName(schemaOf(name), action.identity.index)) : []
    if ((action.action === 'set-logged' || action.action === 'set-unlogged') && table.kind === 'partitioned table' && catalog.surroundings.version >= 18) return [refusal(`Ends in an error: \`${shortName(table.name)}\` stores nothing itself. Say it of its partitions.`)]
    if (action.action === 'set-logged' || action.action === 'set-unlogged') return refusedPersistence(table, action.action === 'set-logged' ? 'permanent' : 'unlogged', catalog)
    if (action.action === 'not-of-type') return table.ofType === undefined && table.complete ? unlessMade(table, `\`${shortName(table.name)}\` is not made of a type`) : []
    if (action.action === 'of-type') return refusedOfType(table, action.type, catalog)
    // To take away what is not there is nothing, and of TOAST no more is asked than that.
    if (action.action === 'set-options' && table.kind === 'partitioned table' && action.options.some(({ namespace }) => namespace === undefined)) return [refusal(`Ends in an error: \`${shortName(table.name)}\` stores nothing itself. Say it of its partitions.`)]
    return []
  },

  apply(operation, catalog) {
    const { command, action } = operation
    const name = altered(command, catalog)
    if (!name) return catalog
    switch (action.action) {
      case 'set-logged':
      case 'set-unlogged':
        // What stores nothing itself stays as it is (before 18, when it is refused).
        return changeTable(withIndexesWritten(operation, name, catalog), name, (table) => (table.kind === 'partitioned table' ? table : { ...table, persistence: action.action === 'set-logged' ? 'permanent' : 'unlogged' }))
      case 'owner':
        return withOwner(catalog, name, action.role)
      case 'set-tablespace':
        return changeTable(catalog, name, (table) => ({ ...table, tablespace: action.name ?? 'pg_default' }))
      case 'set-access-method':
        return changeTable(withIndexesWritten(operation, name, catalog), name, (table) => ({ ...table, accessMethod: action.name ?? 'heap' }))
      case 'set-options':
      case 'reset-options': {
        const relation = catalog.relation(name)
        if (!relation || (relation.kind !== 'view' && !isTable(relation))) return catalog
        const { options, ...rest } = relation
        return catalog.with({ ...rest, ...changedOptions(options, { ...action, options: ofTable(action.options) }) })
      }
      case 'replica-identity': {
        const { identity } = action
        const index = typeof identity === 'object' ? relationName(schemaOf(name), identity.index) : undefined
        return changeTable(catalog, name, ({ replicaIdentity: _, ...table }) => ({
          ...table,
          ...(identity !== 'default' && { replicaIdentity: typeof identity === 'object' ? 'index' : identity }),
          indexes: table.indexes.map(({ replicaIdentity: __, ...one }) => (one.name === index ? { ...one, replicaIdentity: true } : one)),
        }))
      }
      case 'row-security':
        return changeTable(catalog, name, ({ rowSecurity, forcedRowSecurity, ...table }) => {
          const [enabled, forced] = action.change === 'enable' || action.change === 'disable' ? [action.change === 'enable', forcedRowSecurity] : [rowSecurity, action.change === 'force']
          return { ...table, ...(enabled && { rowSecurity: true }), ...(forced && { forcedRowSecurity: true }) }
        })
      case 'cluster-on':
        return sortedBy(catalog, name, relationName(schemaOf(name), action.index))
      case 'set-without-cluster':
        return sortedBy(catalog, name, undefined)
      case 'of-type':
        return changeTable(catalog, name, (table) => ({ ...table, ofType: catalog.resolveType(action.type) }))
      case 'not-of-type':
        return changeTable(catalog, name, ({ ofType: _, ...table }) => table)
      default:
        return catalog
    }
  },
})

const withIndexesWritten = (operation: RelationSettings, name: RelationName, catalog: Catalog): Catalog => (relationSettings.effects(operation, catalog).some(({ work }) => work.some(({ kind }) => kind === 'rewrite')) ? withIndexesMade(catalog, [name], 'changed') : catalog)

/** Storage parameters under SHARE UPDATE EXCLUSIVE are all but one of a table's (src/backend/access/common/reloptions.c). */
const isGentle = (option: string): boolean => /^(?:autovacuum_|log_auto|vacuum_)/.test(option) || ['fillfactor', 'toast_tuple_target', 'parallel_workers'].includes(option)

/** Nothing is written where the table is already what it is to be, and yet the lock is taken. */
function persisted(name: RelationName, to: 'permanent' | 'unlogged', operation: RelationSettings, catalog: Catalog): readonly Effect[] {
  const relation = catalog.relation(name)
  if (operation.command.object === 'sequence' || (isTable(relation) && relation.persistence === to)) return lockAll([name])
  // Sequences are logged or not from 15 on, and follow their table.
  const sequences = catalog.surroundings.version >= 15 ? catalog.sequences(name) : []
  return [...rewritten(catalog, name, to === 'unlogged' ? 'without the log' : 'and logs them', { logged: to === 'permanent' }), ...lockAll(sequences)]
}

/** Column by column it is what the type says (ATExecAddOf in src/backend/commands/tablecmds.c). */
function refusedOfType(table: Table, written: WrittenName, catalog: Catalog): readonly Refusal[] {
  const type = catalog.type(catalog.resolveType(written))
  const attributes = type?.kind === 'composite' ? type.attributes : undefined
  if (!attributes || !table.columns) return []
  const own = table.columns
  const at = attributes.findIndex(({ name, type: asked }, index) => own[index]?.name !== name || !isSameType(own[index].type, asked))
  const unlike = at >= 0 ? attributes[at]!.name : own[attributes.length]?.name
  return unlike === undefined ? [] : [refusal(`Ends in an error: the columns of \`${shortName(table.name)}\` are not those of \`${written.name}\`, from \`${unlike}\` on.`)]
}

/** A key of a logged table cannot point into one that a crash empties (ATPrepChangePersistence in src/backend/commands/tablecmds.c). */
function refusedPersistence(table: Table, to: 'permanent' | 'unlogged', catalog: Catalog): readonly Refusal[] {
  if (table.persistence === to) return []
  const [publication] = to === 'unlogged' ? (table.publications ?? []) : []
  if (publication !== undefined) return [refusal(`Ends in an error: the publication \`${publication}\` publishes \`${shortName(table.name)}\`, and of a table without a log nothing is published.`)]
  // A key to a partitioned table is one to each of its partitions.
  const others = to === 'permanent' ? table.constraints.flatMap(({ references }) => (references ? [references, ...partitionsBelow(catalog, references)] : [])) : [table.name, ...wholes(catalog, table.name)].flatMap((one) => catalog.referencing(one))
  const other = others.find((one) => one !== table.name && catalog.table(one)?.persistence === (to === 'permanent' ? 'unlogged' : 'permanent'))
  if (other === undefined) return []
  const [pointing, target] = (to === 'permanent' ? [table.name, other] : [other, table.name]).map((one) => `\`${shortName(one)}\``)
  return [refusal(`Ends in an error: ${pointing} has a foreign key to ${target}, and a logged table may not refer to an unlogged one.`)]
}
