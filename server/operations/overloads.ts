// Functions of one name are told apart by the types of their arguments.
import type { Routine } from '../catalog/relation'
import type { DropOther, TypeName } from '../sql/command'
import { read } from '../sql/read'
import { moreVolatile } from './volatility'

/** The types of one's arguments, as they are written or as PostgreSQL prints them: `text, integer`. */
export type Signature = string | readonly TypeName[]

/** Where a text cannot be read, it may be any. */
export function areSame(one: Signature, other: Signature): boolean {
  const [a, b] = [typesOf(one), typesOf(other)]
  return a === undefined || b === undefined || (a.length === b.length && a.every(({ name, dimensions }, index) => name === b[index]!.name && dimensions === b[index]!.dimensions))
}

function typesOf(signature: Signature): readonly TypeName[] | undefined {
  if (typeof signature !== 'string') return signature
  const [command] = read(`DROP FUNCTION f(${signature})`).commands
  return command?.kind === 'drop-other' ? command.arguments : undefined
}

/** Those that are known of all that have the name; undefined where there is one whose are not. */
export function signaturesOf({ signatures, variants }: Routine): readonly string[] | undefined {
  if (signatures === undefined && variants.some(({ signature }) => signature === undefined)) return undefined
  return [...(signatures ?? []), ...variants.flatMap(({ signature }) => signature ?? [])]
}

/** That one alone. */
export function onlyOverload({ signatures, ...routine }: Routine, wanted: readonly TypeName[]): Routine {
  const own = signatures?.filter((signature) => areSame(signature, wanted)) ?? []
  const variants = routine.variants.filter(({ signature }) => signature !== undefined && areSame(signature, wanted))
  return { ...routine, variants, ...(own.length > 0 && { signatures: own }) }
}

/** Under the name of others. */
export function joined(others: Routine | undefined, own: Routine): Routine {
  if (!others) return own
  const signatures = [...(others.signatures ?? []), ...(own.signatures ?? [])]
  return { ...own, volatility: moreVolatile(others.volatility, own.volatility), variants: [...others.variants, ...own.variants], ...(signatures.length > 0 && { signatures }) }
}

/** What is left of the name without this one; undefined where nothing is. Without arguments there is but one. */
export function withoutOverload(routine: Routine, dropped: DropOther['arguments']): Routine | undefined {
  if (dropped === undefined) return undefined
  const isOther = (signature: string): boolean => !areSame(signature, dropped)
  const signatures = routine.signatures?.filter(isOther)
  // Of the only one that a snapshot has, more is known than of several.
  const isSnapshotGone = signatures?.length === 0 || (signatures === undefined && !routine.variants.some(({ signature }) => signature !== undefined && !isOther(signature)))
  const variants = routine.variants.filter(({ signature }) => (signature === undefined ? !isSnapshotGone : isOther(signature)))
  const { signatures: _, ...rest } = routine
  return (signatures?.length ?? 0) + variants.length === 0 ? undefined : { ...rest, variants, ...(signatures && { signatures }) }
}
