import { shortName } from '../model/name'
import type { AlterEnum as Command } from '../sql/command'
import { operationType } from './operation'
import type { Operation } from './operation'

interface AlterEnum extends Operation {
  readonly kind: 'alter-enum'
  readonly command: Command
}

export const alterEnum = operationType<AlterEnum>({
  kind: 'alter-enum',
  title: 'Add or rename a value of an enum',
  recognise: (command) => (command.kind === 'alter-enum' ? { kind: 'alter-enum', span: command.span, command } : undefined),
  effects: () => [],

  apply({ command }, catalog) {
    const name = catalog.resolveType(command.name)
    const type = catalog.type(name)
    if (type?.kind !== 'enum' || command.change !== 'add' || type.labels.includes(command.value)) return catalog
    return catalog.withType(name, { ...type, labels: [...type.labels, command.value] })
  },

  breaks({ command }, catalog) {
    if (command.change !== 'rename') return []
    const name = catalog.resolveType(command.name)
    return [{ sentence: `Running code that names the old value of \`${shortName(name)}\` fails from here on: no version of the code works before and after.`, relation: name }]
  },
})
