import type { Catalog } from '../catalog/catalog'
import type { Effect } from '../model/effect'
import { listNames } from '../model/format'
import { shortName } from '../model/name'
import type { RelationName } from '../model/name'
import type { Truncate as Command } from '../sql/command'
import { isNew, withIndexesMade } from './alteration'
import { changeTable, descendants, indexLock, lock, wholes } from './common'
import { firedBy, firedEffects, firedUnread } from './fired'
import { operationType } from './operation'
import type { Operation } from './operation'
import { refusal, refusedKind } from './refusal'

interface Truncate extends Operation {
  readonly kind: 'truncate'
  readonly command: Command
}

export const truncate = operationType<Truncate>({
  kind: 'truncate',
  title: 'Truncate a table',
  recognise: (command) => (command.kind === 'truncate' ? { kind: 'truncate', span: command.span, command, ...(command.relations[0] && { relation: command.relations[0].relation }) } : undefined),

  effects({ command }, catalog): readonly Effect[] {
    const names = emptied(command, catalog)
    // Tables are locked one by one, and only then is it looked at who refers to them (ExecuteTruncate in src/backend/commands/tablecmds.c).
    if (inTheWay(command, names, catalog).length > 0) return names.map((name) => lock(name, 'ACCESS EXCLUSIVE'))
    return names.flatMap((name) => [
      { ...lock(name, 'ACCESS EXCLUSIVE'), ...(catalog.table(name)?.kind === 'table' && { emptied: true as const }) },
      // Up to 13 it is looked up what rows a partition may have, though none is added (InitResultRelInfo in src/backend/executor/execMain.c).
      ...(catalog.surroundings.version < 14 ? wholes(catalog, name).filter((one) => !names.includes(one)).map((one) => lock(one, 'ACCESS SHARE')) : []),
      ...(catalog.table(name)?.kind === 'partitioned table' ? [] : (catalog.table(name)?.indexes ?? []).map((index) => indexLock(index.name, name, 'ACCESS EXCLUSIVE'))),
      ...firedEffects(firedBy({ relation: name, event: 'truncate' }, catalog), catalog),
      ...(command.restartIdentity ? catalog.sequences(name).map((sequence) => lock(sequence, 'ACCESS EXCLUSIVE')) : []),
    ])
  },

  apply({ command }, catalog) {
    const names = emptied(command, catalog)
    if (inTheWay(command, names, catalog).length > 0) return catalog
    return names.reduce((result, name) => changeTable(result, name, (table) => ({ ...table, ...(table.kind !== 'foreign table' && { size: { rows: 0 } }) })), withIndexesMade(catalog, names, 'as they were'))
  },

  unread: ({ command }, catalog) => firedUnread(emptied(command, catalog).flatMap((name) => firedBy({ relation: name, event: 'truncate' }, catalog)), catalog)[0],

  loses({ command }, catalog) {
    const names = emptied(command, catalog)
    if (inTheWay(command, names, catalog).length > 0) return []
    return names
      .filter((name) => !isNew(catalog, name) && catalog.table(name)?.kind !== 'partitioned table')
      .map((name) => {
        const rows = catalog.table(name)?.size?.rows
        return { sentence: `Every row of \`${shortName(name)}\` is gone.`, relation: name, ...(rows !== undefined && { rows }) }
      })
  },

  fails({ command }, catalog) {
    const misplaced = command.relations.flatMap(({ relation }) => refusedKind(catalog, catalog.resolve(relation), ['table', 'partitioned table', 'foreign table'], 'only tables are emptied'))
    if (misplaced.length > 0) return misplaced
    const [whole] = command.relations.flatMap(({ relation, only }) => (only && catalog.table(catalog.resolve(relation))?.kind === 'partitioned table' ? [catalog.resolve(relation)] : []))
    if (whole !== undefined) return [refusal(`Ends in an error, after waiting for its lock: all rows of \`${shortName(whole)}\` are in its partitions, so it is not emptied ONLY. Leave ONLY out, or name the partitions.`)]
    const referring = inTheWay(command, emptied(command, catalog), catalog)
    if (referring.length === 0) return []
    return [{ sentence: `Ends in an error, after waiting for its lock: ${listNames(referring)} ${referring.length === 1 ? 'has a foreign key' : 'have foreign keys'} to it. Name ${referring.length === 1 ? 'it' : 'them'} too, or say CASCADE.`, certain: catalog.surroundings.complete }]
  },
})

/** Tables that refer to what is emptied, and are not. */
const inTheWay = (command: Command, names: readonly RelationName[], catalog: Catalog): readonly RelationName[] =>
  command.cascade ? [] : [...new Set(names.flatMap((name) => referrers(name, catalog)))].filter((name) => !names.includes(name))

/** All that is emptied: with partitions and children, and with CASCADE whoever refers to it, without the children of that, whose rows no key speaks of (ExecuteTruncateGuts in src/backend/commands/tablecmds.c). */
function emptied(command: Command, catalog: Catalog): readonly RelationName[] {
  const found = new Set<RelationName>()
  const add = (name: RelationName, only: boolean): void => {
    if (found.has(name)) return
    found.add(name)
    if (!only) for (const child of descendants(catalog, name)) add(child, false)
    if (command.cascade) for (const referring of referrers(name, catalog)) add(referring, catalog.table(referring)?.kind !== 'partitioned table')
  }
  for (const { relation, only } of command.relations) add(catalog.resolve(relation), only)
  return [...found]
}

/** Tables with a foreign key to it, or to what it is a partition of. */
function referrers(name: RelationName, catalog: Catalog): readonly RelationName[] {
  const whole = catalog.table(name)?.partitionOf?.parent
  return [...catalog.referencing(name), ...(whole === undefined ? [] : referrers(whole, catalog))]
}
