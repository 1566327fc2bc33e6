import type { Catalog } from '../catalog/catalog'
import { relationName } from '../model/name'
import type { WrittenName } from '../model/name'
import type { Volatility } from '../model/snapshot'
import type { Query as Command } from '../sql/command'
import { writtenName } from '../sql/print'
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
  unread({ command }, catalog) {
    const called = command.query.functions.find((name) => ownVolatility(name, catalog) === 'volatile')
    return called && `What the function \`${writtenName(called)}\` runs is not in this statement.`
  },
})

/** Of a function of the database's own, as far as it is known: nothing is said of one that is not. */
function ownVolatility({ schema, name }: WrittenName, catalog: Catalog): Volatility | undefined {
  const schemas = schema === undefined ? catalog.surroundings.searchPath : [schema]
  return schemas.map((one) => catalog.routine(relationName(one, name))?.volatility).find((known) => known !== undefined)
}
