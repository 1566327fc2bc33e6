import type { Catalog } from '../catalog/catalog'
import { schemaOf } from '../catalog/catalog'
import type { Effect } from '../model/effect'
import { quoteIdentifier, relationName, shortName } from '../model/name'
import type { RelationName } from '../model/name'
import type { Rename } from '../sql/command'
import { altered, changeTables, lockAll } from './alteration'
import { descendants, indexLock, withNewName } from './common'
import { moveRelation } from './moved-relation'
import { operationType } from './operation'
import type { Operation } from './operation'
import { refusal } from './refusal'
import { refusedAlone } from './tree-refusal'

interface RenameConstraint extends Operation {
  readonly kind: 'rename-constraint'
  readonly command: Rename
}

export const renameConstraint = operationType<RenameConstraint>({
  kind: 'rename-constraint',
  title: 'Rename a constraint',
  recognise: (command) => (command.kind === 'rename' && command.object === 'constraint' && command.relation ? { kind: 'rename-constraint', relation: command.relation, span: command.span, command } : undefined),

  effects({ command }, catalog): readonly Effect[] {
    const name = altered(command, catalog)
    if (!name) return []
    const constraint = constraintOf(catalog, name, command.from)
    return [...lockAll(bearers(catalog, name, command)), ...(constraint?.index ? [indexLock(constraint.index, name, 'SHARE UPDATE EXCLUSIVE')] : [])]
  },

  apply({ command }, catalog) {
    const name = altered(command, catalog)
    if (!name) return catalog
    const constraint = constraintOf(catalog, name, command.from)
    if (!constraint) return catalog
    if (constraint.index) return moveRelation(catalog, constraint.index, relationName(schemaOf(name), command.to))
    return changeTables(catalog, bearers(catalog, name, command), (table) => ({ ...table, constraints: withNewName(table.constraints, command) }))
  },

  fails({ command }, catalog) {
    const name = altered(command, catalog)
    const constraint = name && constraintOf(catalog, name, command.from)
    if (!name || (constraint?.type !== 'check' && constraint?.type !== 'not-null') || constraint.noInherit) return []
    const table = catalog.table(name)
    const above = [...(table?.partitionOf ? [table.partitionOf.parent] : []), ...(table?.inherits ?? [])].find((one) => constraintOf(catalog, one, command.from)?.type === constraint.type)
    if (above !== undefined) return [refusal(`Ends in an error: \`${command.from}\` comes to \`${shortName(name)}\` from \`${shortName(above)}\`, and is renamed there.`)]
    return refusedAlone(catalog, name, command.only, 'a constraint that is inherited is renamed')
  },

  wayBack({ command }, catalog) {
    const name = altered(command, catalog)
    return name && `ALTER TABLE ${name} RENAME CONSTRAINT ${quoteIdentifier(command.to)} TO ${quoteIdentifier(command.from)};`
  },
})

const constraintOf = (catalog: Catalog, name: RelationName, constraint: string) => catalog.table(name)?.constraints.find((one) => one.name === constraint)

/** A check or not-null constraint that heirs have too is renamed in all of them (rename_constraint_internal in src/backend/commands/tablecmds.c). */
function bearers(catalog: Catalog, name: RelationName, command: Rename): readonly RelationName[] {
  const constraint = constraintOf(catalog, name, command.from)
  const isInherited = (constraint?.type === 'check' || constraint?.type === 'not-null') && !constraint.noInherit
  return isInherited && !command.only ? [name, ...descendants(catalog, name)] : [name]
}

