import { quoteIdentifier, quoteLiteral } from '../model/name'
import type { AlterAction, CreateIndex, StorageOption } from '../sql/command'
import { read } from '../sql/read'
import { Tokens } from '../sql/tokens'

type Options = Readonly<Record<string, string>>

/** What stands between the parentheses of WITH; where one is said twice, PostgreSQL refuses it. */
export const optionsOf = (written: readonly StorageOption[]): { readonly options?: Options } => kept(Object.fromEntries(written.map(({ name, value = 'true' }) => [name, value])))

/** Without those of the TOAST table. */
export const ofTable = (options: readonly StorageOption[]): readonly StorageOption[] => options.filter(({ namespace }) => namespace === undefined)

/** SET, or RESET, which names them alone. */
export type OptionsChange = Extract<AlterAction, { readonly options: readonly StorageOption[] }>

/** The same after that. */
export function changedOptions(before: Options | undefined, { action, options }: OptionsChange): { readonly options?: Options } {
  if (action === 'set-options' || action === 'set-column-options') return kept({ ...before, ...optionsOf(options).options })
  const gone = new Set(options.map(({ name }) => name))
  return kept(Object.fromEntries(Object.entries(before ?? {}).filter(([name]) => !gone.has(name))))
}

const kept = (options: Options): { readonly options?: Options } => (Object.keys(options).length === 0 ? {} : { options })

/** As SQL, with a space before it; empty where there are none. */
export const withOptions = (options: Options | undefined): string => {
  const written = Object.entries(options ?? {}).map(([name, value]) => `${quoteIdentifier(name)} = ${quoteLiteral(value)}`)
  return written.length === 0 ? '' : ` WITH (${written.join(', ')})`
}

/** A CREATE INDEX that makes the same with its options changed; undefined where it cannot be read. */
export function indexWith(definition: string, change: OptionsChange): string | undefined {
  const [made] = read(definition).commands
  if (made?.kind !== 'create-index') return undefined
  const { start, end } = optionsSpan(definition, made)
  return definition.slice(0, start) + withOptions(changedOptions(optionsOf(made.options).options, change).options) + definition.slice(end)
}

/** Where its options stand, or would: behind the columns, before TABLESPACE and WHERE. */
function optionsSpan(definition: string, { keyword }: CreateIndex): { readonly start: number; readonly end: number } {
  const tokens = new Tokens(definition)
  let at = tokens.at(keyword.end)
  while (at < tokens.count && tokens.sign(at) !== '(') at++
  at = tokens.closing(at) + 1
  while (at < tokens.count && !['with', 'tablespace', 'where'].some((word) => tokens.isWord(at, word)) && tokens.sign(at) !== ';') at = tokens.sign(at) === '(' ? tokens.closing(at) + 1 : at + 1
  const start = tokens.ends[at - 1]!
  return { start, end: tokens.isWord(at, 'with') ? tokens.ends[tokens.closing(at + 1)]! : start }
}
