// What an index has to be to serve as what somebody wants of it.
import type { Catalog } from '../catalog/catalog'
import { columnOf } from '../catalog/relation'
import type { Column, Table } from '../catalog/relation'
import { shortName } from '../model/name'
import type { RelationName } from '../model/name'
import type { Expression, IndexElement } from '../sql/command'
import { isExpression } from './alteration'
import { refusal } from './refusal'
import type { Refusal } from './refusal'
import { changingFunctions } from './volatility'

/** Of an index or an exclusion constraint (CheckMutability in src/backend/commands/indexcmds.c). */
export function refusedChanging({ elements, predicate }: { readonly elements: readonly IndexElement[]; readonly predicate?: Expression }, catalog: Catalog, name: RelationName): readonly Refusal[] {
  const columns = catalog.table(name)?.columns
  const [changing] = [...elements.flatMap(({ expression }) => expression ?? []), ...(predicate ? [predicate] : [])].flatMap(({ sql }) => changingFunctions(sql, catalog, columns))
  return changing === undefined ? [] : [refusal(`Ends in an error, after waiting for its lock: \`${changing}\` is not immutable, so what it gives for a row may change without the index.`)]
}

/** ALTER COLUMN … TYPE makes the indexes anew of what they were made of. `columns`: with the new type. */
export function refusedAgain(catalog: Catalog, { name, indexes, columns: before }: Table, columns: readonly Column[]): readonly Refusal[] {
  const changingIn = ({ shape: { keys, predicate } }: Table['indexes'][number], known: readonly Column[] | undefined): string | undefined => [...keys.filter(isExpression), ...(predicate === undefined ? [] : [predicate])].flatMap((sql) => changingFunctions(sql, catalog, known))[0]
  const [found] = indexes.flatMap((index) => {
    const changing = changingIn(index, columns)
    return changing === undefined || changingIn(index, before) !== undefined ? [] : [{ index, changing }]
  })
  return found === undefined ? [] : [refusal(`Ends in an error, after waiting for its lock: with the new type \`${found.changing}\` in the index \`${shortName(found.index.name)}\` of \`${shortName(name)}\` is not immutable. Drop the index first.`)]
}

/** ADD CONSTRAINT … USING INDEX (transformIndexConstraint in src/backend/parser/parse_utilcmd.c). */
export const refusedAsKey = (catalog: Catalog, name: RelationName): readonly Refusal[] => because(catalog, name, 'to carry a constraint', ({ index }) => (!index.shape.unique ? 'is not unique' : index.shape.keys.some(isExpression) ? 'has expressions' : index.shape.predicate !== undefined ? 'leaves out rows' : undefined))

/** REPLICA IDENTITY USING INDEX (ATExecReplicaIdentity in src/backend/commands/tablecmds.c). */
export const refusedAsIdentity = (catalog: Catalog, name: RelationName): readonly Refusal[] =>
  because(catalog, name, 'to tell rows apart by', ({ table, index }) => {
    if (!index.shape.unique) return 'is not unique'
    if (table.constraints.some((one) => one.index === name && one.deferrable)) return 'is deferrable'
    if (index.shape.keys.some(isExpression)) return 'has expressions'
    if (index.shape.predicate !== undefined) return 'leaves out rows'
    const nullable = index.shape.keys.find((key) => columnOf(table, key)?.notNull === false)
    return nullable === undefined ? undefined : `may hold NULL in \`${nullable}\``
  })

/** CLUSTER (check_index_is_clusterable in src/backend/commands/cluster.c). */
export const refusedAsOrder = (catalog: Catalog, name: RelationName): readonly Refusal[] =>
  because(catalog, name, 'to sort rows by', ({ index: { shape } }) => (['hash', 'gin', 'brin', 'spgist'].includes(shape.method) ? `is of ${shape.method}, which has no order` : shape.predicate !== undefined ? 'leaves out rows' : undefined))

function because(catalog: Catalog, name: RelationName, use: string, reason: (found: { readonly table: Table; readonly index: Table['indexes'][number] }) => string | undefined): readonly Refusal[] {
  const found = catalog.index(name)
  const why = found && reason(found)
  return why === undefined ? [] : [refusal(`Ends in an error, after waiting for its lock: \`${shortName(name)}\` ${why}, and cannot serve ${use}.`)]
}
