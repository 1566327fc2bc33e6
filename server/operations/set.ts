import type { Control } from './operation'
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

  apply({ command: { name, values } }, catalog) {
    switch (name) {
      case 'search_path':
        return catalog.withSurroundings({ searchPath: values === undefined ? ['public'] : values.filter((schema) => schema !== '' && schema !== '$user') })
      case 'timezone':
        // What RESET goes back to is the server's own; a zone that we do not know is never taken for UTC.
        return catalog.withSurroundings({ timeZone: values?.[0] ?? '' })
      default:
        return catalog
    }
  },

  control({ command: { name, values, local } }): Control | undefined {
    const which = name === 'lock_timeout' ? 'lock' : name === 'statement_timeout' ? 'statement' : undefined
    if (which === undefined) return undefined
    const ms = milliseconds(values?.[0])
    return { kind: 'timeout', which, ...(ms !== undefined && { ms }), local }
  },
})

/** Units of time that parameters know (time_unit_conversion_table in src/backend/utils/misc/guc.c). */
const units: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 }

/** `5s`, `500`, `1.5 min`; a bare number is of milliseconds. */
function milliseconds(value: string | undefined): number | undefined {
  const match = /^\s*([\d.]+)\s*([a-z]*)\s*$/i.exec(value ?? '')
  const unit = match && units[match[2] === '' ? 'ms' : match[2]!]
  return unit === undefined || unit === null ? undefined : Math.round(Number(match![1]) * unit)
}
