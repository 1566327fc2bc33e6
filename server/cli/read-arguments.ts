import { parseArgs } from 'node:util'
import { newestVersion, oldestVersion } from '../catalog/from-snapshot'
import type { Migration } from '../model/migration'
import { UsageError } from './usage-error'

type Options = Readonly<Record<string, { readonly type: 'string' | 'boolean' }>>

interface Arguments {
  readonly values: Readonly<Record<string, string | boolean | undefined>>
  readonly positionals: readonly string[]
}

/** Options before or after the names of files. Anything else is a usage error that names the command's help. */
export function readArguments(command: string, args: readonly string[], options: Options): Arguments {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true, strict: true })
    return { values: values as Arguments['values'], positionals }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const option = /'(-[^'\s]*)/.exec(message)?.[1] ?? ''
    if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') throw new UsageError(`${command} has no option ${option}; lockscope ${command} --help lists them.`)
    if (code === 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE') throw new UsageError(/does not take/.test(message) ? `${option} takes no value.` : `${option} needs a value.`)
    throw error
  }
}

export function oneOf<Value extends string>(option: string, value: string | boolean | undefined, values: readonly Value[], fallback: Value): Value {
  if (value === undefined) return fallback
  const found = values.find((one) => one === value)
  if (found === undefined) throw new UsageError(`--${option} is ${values.slice(0, -1).join(', ')} or ${values.at(-1)!}, not ${String(value)}.`)
  return found
}

export const engineOptions = { snapshot: { type: 'string' }, postgres: { type: 'string' }, transaction: { type: 'string' } } as const

export interface EngineArguments {
  readonly snapshot?: string
  readonly version?: number
  readonly transaction: Migration['transaction']
}

export function readEngineArguments(values: Arguments['values']): EngineArguments {
  const version = values['postgres'] === undefined ? undefined : majorVersion(String(values['postgres']))
  return {
    ...(typeof values['snapshot'] === 'string' && { snapshot: values['snapshot'] }),
    ...(version !== undefined && { version }),
    transaction: oneOf('transaction', values['transaction'], ['statement', 'file'] as const, 'statement'),
  }
}

function majorVersion(text: string): number {
  const major = /^(\d+)(\.\d+)*$/.exec(text)?.[1]
  const version = Number(major)
  if (major === undefined || version < oldestVersion || version > newestVersion) throw new UsageError(`--postgres is a version from ${oldestVersion} to ${newestVersion}, not ${text}.`)
  return version
}
