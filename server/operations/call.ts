import type { Call as Command } from '../sql/command'
import { writtenName } from '../sql/print'
import { operationType } from './operation'
import type { Operation } from './operation'
import { refusal } from './refusal'
import { applyCalls, callAssumes, callBreaks, callEffects, callFails, callLoses, callStops, callsRefuseBlock, callsUnread, isSeen, unseenSentence } from './routine-call'

interface Call extends Operation {
  readonly kind: 'call'
  readonly command: Command
}

export const call = operationType<Call>({
  kind: 'call',
  title: 'Call a procedure',
  recognise: (command) => (command.kind === 'call' ? { kind: 'call', span: command.span, command } : undefined),
  effects: ({ command }, catalog) => callEffects([command.procedure], catalog),
  apply: ({ command }, catalog) => applyCalls([command.procedure], catalog),
  breaks: ({ command }, catalog) => callBreaks([command.procedure], catalog),
  stops: ({ command }, catalog) => callStops([command.procedure], catalog),
  loses: ({ command }, catalog) => callLoses([command.procedure], catalog),
  assumes: ({ command }, catalog) => callAssumes([command.procedure], catalog),
  fails: ({ command }, catalog) => {
    const variants = catalog.routine(catalog.resolveFunction(command.procedure))?.variants ?? []
    const isFunction = variants.length > 0 && variants.every(({ frame }) => 'kind' in frame && frame.kind !== 'procedure')
    return isFunction ? [refusal(`Ends in an error: \`${writtenName(command.procedure)}\` is a function. Say SELECT.`)] : callFails([command.procedure], catalog)
  },
  transactionBlock: ({ command }, catalog) => (callsRefuseBlock([command.procedure], catalog) ? 'forbidden' : 'allowed'),
  unread: ({ command }, catalog) => (isSeen(command.procedure, catalog) ? callsUnread([command.procedure], catalog)[0] : unseenSentence('procedure', command.procedure)),
})
