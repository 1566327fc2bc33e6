import type { Query as Command } from '../sql/command'
import { applyChange, changeEffects } from './data-change'
import { operationType } from './operation'
import type { Operation } from './operation'
import { queryEffects } from './query-effects'

interface Query extends Operation {
  readonly kind: 'query'
  readonly command: Command
}

export const query = operationType<Query>({
  kind: 'query',
  title: 'Query',
  recognise: (command) => (command.kind === 'query' ? { kind: 'query', span: command.span, command } : undefined),
  effects: ({ command }, catalog) => [...queryEffects(command.query, catalog), ...command.query.changes.flatMap((change) => changeEffects(change, catalog))],
  apply: ({ command }, catalog) => command.query.changes.reduce((result, change) => applyChange(change, result), catalog),
})
