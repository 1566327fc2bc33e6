import { schemaOf } from '../catalog/catalog'
import type { Effect } from '../model/effect'
import { shortName } from '../model/name'
import type { AlterSequence as Command } from '../sql/command'
import { altered, identityOf } from './alteration'
import { lock } from './common'
import { operationType } from './operation'
import type { Operation } from './operation'
import { refusal } from './refusal'

interface AlterSequence extends Operation {
  readonly kind: 'alter-sequence'
  readonly command: Command
}

export const alterSequence = operationType<AlterSequence>({
  kind: 'alter-sequence',
  title: 'Change a sequence',
  recognise: (command) => (command.kind === 'alter-sequence' ? { kind: 'alter-sequence', relation: command.relation, span: command.span, command } : undefined),

  effects({ command }, catalog): readonly Effect[] {
    const name = altered(command, catalog)
    if (!name) return []
    const { ownedBy } = command
    return [lock(name, 'SHARE ROW EXCLUSIVE'), ...(ownedBy && ownedBy !== 'none' ? [lock(catalog.resolve(ownedBy.relation), 'ACCESS SHARE')] : [])]
  },

  fails({ command }, catalog) {
    const name = altered(command, catalog)
    if (!name || command.ownedBy === undefined || catalog.relation(name) === undefined) return []
    const of = identityOf(catalog, name)
    if (of) return [refusal(`Ends in an error: the sequence is that of the identity column \`${of.column}\` of \`${shortName(of.table)}\`, and stays with it.`)]
    if (command.ownedBy === 'none') return []
    const owner = catalog.resolve(command.ownedBy.relation)
    return catalog.relation(owner) === undefined || schemaOf(owner) === schemaOf(name) ? [] : [refusal(`Ends in an error: a sequence belongs to a table of its own schema, which \`${shortName(owner)}\` is not.`)]
  },

  apply({ command }, catalog) {
    const name = altered(command, catalog)
    const sequence = name && catalog.relation(name)
    if (sequence?.kind !== 'sequence' || command.ownedBy === undefined) return catalog
    const { ownedBy: _, ...free } = sequence
    return catalog.with(command.ownedBy === 'none' ? free : { ...free, ownedBy: { table: catalog.resolve(command.ownedBy.relation), column: command.ownedBy.column } })
  },
})
