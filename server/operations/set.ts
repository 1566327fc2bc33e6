import type { Catalog, Settings, Surroundings } from '../catalog/catalog'
import type { Timeouts } from '../model/timeout'
import { readTimeout, timeoutOf } from '../model/timeout'
import type { SetVariable } from '../sql/command'
import { operationType } from './operation'
import type { Operation } from './operation'

interface Set extends Operation {
  readonly kind: 'set'
  readonly command: SetVariable
}

export const set = operationType<Set>({
  kind: 'set',
  title: 'Set a parameter',
  recognise: (command) => (command.kind === 'set' ? { kind: 'set', span: command.span, command } : undefined),
  effects: () => [],

  apply({ command }, catalog) {
    const { surroundings } = catalog
    const change = changed(command, surroundings, surroundings)
    if (!change) return catalog
    const lasting = command.local ? (surroundings.lasting ?? settingsOf(surroundings)) : surroundings.lasting && { ...surroundings.lasting, ...changed(command, surroundings, surroundings.lasting) }
    return catalog.withSurroundings({ ...change, ...(lasting && { lasting }) })
  },
})

/** What of these settings the command sets anew; undefined where it is about something that we do not follow. */
function changed({ name, values }: SetVariable, { version, defaults }: Surroundings, settings: Settings): Partial<Settings> | undefined {
  switch (name) {
    case 'search_path':
      return { searchPath: values?.filter((schema) => schema !== '' && schema !== '$user') ?? defaults?.searchPath ?? ['public'] }
    case 'timezone':
      // A zone that we do not know is never taken for UTC.
      return { timeZone: values?.[0] ?? defaults?.timeZone ?? '' }
    case 'session_replication_role':
      return { replicates: values?.[0]?.toLowerCase() === 'replica' }
    case 'role':
      return { role: values?.[0] === undefined || values[0].toLowerCase() === 'none' ? '' : values[0] }
    case 'check_function_bodies':
      // All other words are refused or mean that it is on.
      return { bodiesUnread: /^(?:off|of|f|fa|fal|fals|false|n|no|0)$/i.test(values?.[0] ?? 'on') }
    case 'all':
      return { searchPath: defaults?.searchPath ?? ['public'], timeZone: defaults?.timeZone ?? '', timeouts: defaults?.timeouts ?? {}, replicates: false, bodiesUnread: false }
    default: {
      const timeout = timeoutOf(name)
      if (timeout === undefined || (timeout === 'transaction' && version < 17)) return undefined
      const { [timeout]: _, ...others } = settings.timeouts ?? {}
      const ms = readTimeout(values?.[0])
      const now: Timeouts[typeof timeout] = values === undefined ? defaults?.timeouts?.[timeout] : ms === undefined ? undefined : { ms, from: 'migration' }
      return { timeouts: { ...others, ...(now && { [timeout]: now }) } }
    }
  }
}

const settingsOf = ({ searchPath, timeZone, timeouts, replicates = false, role = '', bodiesUnread = false }: Catalog['surroundings']): Settings => ({ searchPath, replicates, role, bodiesUnread, ...(timeZone !== undefined && { timeZone }), ...(timeouts && { timeouts }) })
