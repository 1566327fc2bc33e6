import { parseArgs } from 'node:util'
import { newestVersion, oldestVersion } from '../catalog/from-snapshot'
import type { Carried } from '../frameworks/tool'
import { defaultSettings } from '../../common/settings'
import { readHorizon } from '../sources/grow-snapshot'
import type { Scale } from '../sources/scale-snapshot'
import { readScale } from '../sources/scale-snapshot'
import { UsageError } from './usage-error'

type Options = Readonly<Record<string, { readonly type: 'string' | 'boolean'; readonly multiple?: boolean }>>

/** Of an option; a list where it may be given several times. */
export type Value = string | boolean | readonly (string | boolean)[] | undefined

interface Arguments {
  readonly values: Readonly<Record<string, Value>>
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

export function oneOf<Choice extends string>(option: string, value: Value, values: readonly Choice[], fallback: Choice): Choice {
  if (value === undefined) return fallback
  const found = values.find((one) => one === value)
  if (found === undefined) throw new UsageError(`--${option} is ${values.slice(0, -1).join(', ')} or ${values.at(-1)!}, not ${String(value)}.`)
  return found
}

export const engineOptions = { snapshot: { type: 'string', multiple: true }, scale: { type: 'string', multiple: true }, in: { type: 'string' }, 'stale-after': { type: 'string' }, postgres: { type: 'string' }, transaction: { type: 'string' } } as const

export interface EngineArguments {
  /** Of several the worst is taken. */
  readonly snapshots: readonly string[]
  readonly scales: Readonly<Record<string, Scale>>
  /** How far ahead the sizes are projected. */
  readonly days?: number
  readonly staleAfterDays: number
  readonly version?: number
  readonly transaction: Carried
}

export function readEngineArguments(values: Arguments['values']): EngineArguments {
  const version = values['postgres'] === undefined ? undefined : majorVersion(String(values['postgres']))
  return {
    snapshots: allOf(values['snapshot']),
    scales: Object.fromEntries(allOf(values['scale']).map(scaleOf)),
    ...(values['in'] !== undefined && { days: daysOf('in', String(values['in'])) }),
    staleAfterDays: values['stale-after'] === undefined ? defaultSettings.snapshotStaleAfter : daysOf('stale-after', String(values['stale-after'])),
    ...(version !== undefined && { version }),
    transaction: oneOf('transaction', values['transaction'], ['auto', 'statement', 'file'] as const, 'auto'),
  }
}

const allOf = (value: Value): readonly string[] => (Array.isArray(value) ? value.map(String) : value === undefined ? [] : [String(value)])

function scaleOf(text: string): readonly [string, Scale] {
  const at = text.lastIndexOf('=')
  const scale = readScale(text.slice(at + 1))
  if (at < 1 || scale === undefined) throw new UsageError(`--scale is like orders=52000000, orders=52M or '*=x100', not ${text}.`)
  return [text.slice(0, at).trim(), scale]
}

function daysOf(option: string, text: string): number {
  const days = readHorizon(text)
  if (days === undefined) throw new UsageError(`--${option} is like "6 months" or 30days, not ${text}.`)
  return days
}

function majorVersion(text: string): number {
  const major = /^(\d+)(\.\d+)*$/.exec(text)?.[1]
  const version = Number(major)
  if (major === undefined || version < oldestVersion || version > newestVersion) throw new UsageError(`--postgres is a version from ${oldestVersion} to ${newestVersion}, not ${text}.`)
  return version
}
