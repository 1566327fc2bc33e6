import type { Catalog } from '../catalog/catalog'
import { isBuiltin, ownVolatility } from '../catalog/functions'
import type { WrittenName } from '../model/name'
import type { Query as Command } from '../sql/command'
import { innerChangesFail } from './change-fails'
import { applyChange, changeEffects, changeUnread, queryAssumes } from './data-change'
import { operationType } from './operation'
import type { Operation } from './operation'
import { queryEffects, refusedRowLocks } from './query-effects'
import { queryReading } from './query-work'
import { applyCalls, callAssumes, callBreaks, callEffects, callFails, callLoses, callStops, callsRefuseBlock, callsUnread, isSeen, unseenSentence } from './routine-call'
import { ofExtension } from './volatility'

interface Query extends Operation {
  readonly kind: 'query'
  readonly command: Command
}

export const query = operationType<Query>({
  kind: 'query',
  title: 'Query',
  recognise: (command) => (command.kind === 'query' ? { kind: 'query', span: command.span, command } : undefined),
  effects: ({ command }, catalog) => [...queryEffects(command.query, catalog), ...queryReading(command.query, catalog, command.query.kept ? 'server' : 'client'), ...command.query.changes.flatMap((change) => changeEffects(change, catalog)), ...callEffects(command.query.functions, catalog)],
  apply: ({ command }, catalog) => applyCalls(command.query.functions, command.query.changes.reduce((result, change) => applyChange(change, result), catalog)),
  breaks: ({ command }, catalog) => callBreaks(command.query.functions, catalog),
  stops: ({ command }, catalog) => callStops(command.query.functions, catalog),
  loses: ({ command }, catalog) => callLoses(command.query.functions, catalog),
  assumes: ({ command }, catalog) => [...queryAssumes(command.query, catalog), ...callAssumes(command.query.functions, catalog)],
  sleeps: ({ command }) => (command.query.sleeps ?? 0),
  fails: ({ command }, catalog) => [...refusedRowLocks(command.query, catalog), ...callFails(command.query.functions, catalog), ...innerChangesFail(command.query, catalog)],
  transactionBlock: ({ command }, catalog) => (callsRefuseBlock(command.query.functions, catalog) ? 'forbidden' : 'allowed'),
  unread({ command }, catalog) {
    const { functions, reads } = command.query
    const unseen = functions.find((name) => !isSeen(name, catalog) && ofExtension(name, catalog) === undefined && (ownVolatility(name, catalog) === 'volatile' || (reads.length === 0 && isUnknown(name, catalog))))
    return unseen ? unseenSentence('function', unseen) : [...callsUnread(functions, catalog), ...command.query.changes.flatMap((change) => changeUnread(change, catalog))][0]
  },
})

/** Neither PostgreSQL's nor in a snapshot that has them all. A query that reads nothing stands there for what its functions do. */
const isUnknown = (name: WrittenName, catalog: Catalog): boolean => !catalog.surroundings.complete && !isBuiltin(name) && ownVolatility(name, catalog) === undefined
