import { shortName } from '../model/name'
import type { DataChange } from '../sql/command'
import { isNew } from './alteration'
import { isLarge } from './backfill-plan'
import { changeFails } from './change-fails'
import { noWay } from './constraint-plans'
import { applyChange, changeAssumes, changeEffects, changeUnread, target } from './data-change'
import { operationType } from './operation'
import type { Operation } from './operation'
import { refusal } from './refusal'

interface Merge extends Operation {
  readonly kind: 'merge'
  readonly command: DataChange
}

export const merge = operationType<Merge>({
  kind: 'merge',
  title: 'Merge rows',
  recognise: (command) => (command.kind === 'merge' ? { kind: 'merge', relation: command.relation, span: command.span, command } : undefined),
  effects: ({ command }, catalog) => changeEffects(command, catalog),
  apply: ({ command }, catalog) => applyChange(command, catalog),
  assumes: ({ command }, catalog) => changeAssumes(command, catalog),
  fails({ command }, catalog) {
    const found = catalog.relation(catalog.resolve(command.relation))
    const isRuled = found !== undefined && 'rules' in found && found.rules.length > 0
    return isRuled ? [refusal(`Ends in an error: \`${shortName(found.name)}\` has rules, of which MERGE knows nothing.`)] : changeFails(command, catalog)
  },

  plan({ command }, catalog) {
    const { table: name, views } = target(command, catalog)
    const table = name === undefined ? undefined : catalog.table(name)
    if (!table || views.length > 0 || isNew(catalog, table.name) || !isLarge(command, table, catalog, false)) return undefined
    return noWay('Take it apart into an UPDATE and an INSERT, for each of which there may be another way: what a MERGE does with a row depends on all that it has done before, so it is not cut into batches unseen')
  },
  unread: ({ command }, catalog) => changeUnread(command, catalog)[0],
})
