import type { Catalog } from '../catalog/catalog'
import type { EventTrigger } from '../catalog/relation'
import { shortName } from '../model/name'
import type { EventTriggerCommand } from '../sql/command'
import { operationType } from './operation'
import type { Operation } from './operation'
import { refusal } from './refusal'

interface CreateEventTrigger extends Operation {
  readonly kind: 'create-event-trigger'
  readonly command: EventTriggerCommand
}

export const createEventTrigger = operationType<CreateEventTrigger>({
  kind: 'create-event-trigger',
  title: 'Create or alter an event trigger',
  recognise: (command) => (command.kind === 'event-trigger' ? { kind: 'create-event-trigger', span: command.span, command } : undefined),
  effects: () => [],

  apply({ command: { change, name, event = '', tags, function: called } }, catalog) {
    if (change === 'create') return withEventTriggers(catalog, (all) => [...all, { name, event, ...(tags && { tags }), ...(called && { function: catalog.resolveFunction(called) }) }])
    const isDisabled = change === 'disable'
    return withEventTriggers(catalog, (all) => {
      const known = all.find((one) => one.name === name)
      if (known) return all.map(({ disabled: _, ...one }) => (one.name === name && isDisabled ? { ...one, disabled: true } : one))
      // A snapshot names none that are disabled: nothing is known of one that is enabled again.
      return isDisabled ? all : [...all, { name, event: 'ddl_command_start' }]
    })
  },

  fails({ command }, catalog) {
    const name = command.function && catalog.resolveFunction(command.function)
    return name && catalog.routine(name)?.isTrigger ? [refusal(`Ends in an error: \`${shortName(name)}\` returns trigger, and an event trigger calls what returns event_trigger.`)] : []
  },
})

export function withEventTriggers(catalog: Catalog, change: (all: readonly EventTrigger[]) => readonly EventTrigger[]): Catalog {
  const { eventTriggers = [] } = catalog.surroundings
  const after = change(eventTriggers)
  return after.length === 0 && eventTriggers.length === 0 ? catalog : catalog.withSurroundings({ eventTriggers: after })
}
