import type { Catalog } from '../catalog/catalog'
import type { RoutineVariant } from '../catalog/relation'
import type { Consequence, Failure } from '../model/assessed'
import type { Effect } from '../model/effect'
import type { Fact } from '../model/estimate'
import { nameParts, shortName } from '../model/name'
import type { RelationName, WrittenName } from '../model/name'
import type { CalledFunction } from '../sql/command'
import { readExpression } from '../sql/expression'
import { writtenName } from '../sql/print'
import { assumedWithin, effectsWithin, failsWithin, refusesBlock, routineBody, unreadWithin, visit } from './body'
import type { Body } from './body'

/** A function or procedure whose text is known, and what it runs. */
export interface Call {
  readonly name: RelationName
  readonly body: Body
  /** In which it runs: to a body that calls itself nothing new happens. */
  readonly catalog: Catalog
}

/** Routines within routines, triggers of what triggers change: deeper than that nothing is followed. */
const mostDeep = 5

export const callEffects = (names: readonly CalledFunction[], catalog: Catalog): readonly Effect[] => calls(names, catalog).flatMap((call) => effectsWithin(call.body, call.catalog))

/** What the functions do that are called in an expression which a statement computes for rows, as the condition of a check. */
export const computedEffects = (expression: string, catalog: Catalog): readonly Effect[] => callEffects(readExpression(expression).functions, catalog)
export const computedUnread = (expression: string, catalog: Catalog): readonly string[] => callsUnread(readExpression(expression).functions, catalog)

export const applyCalls = (names: readonly CalledFunction[], catalog: Catalog): Catalog =>
  calls(names, catalog).reduce((result, { name, body }) => withoutTraces(visit(body, asRunning(name, result), () => []).after, name, result), catalog)

export const callBreaks = (names: readonly CalledFunction[], catalog: Catalog): readonly Omit<Consequence, 'span'>[] => calls(names, catalog).flatMap((call) => visit(call.body, call.catalog, (type, operation, before) => type.breaks?.(operation, before) ?? []).found)
export const callStops = (names: readonly CalledFunction[], catalog: Catalog): readonly Omit<Consequence, 'span'>[] => calls(names, catalog).flatMap((call) => visit(call.body, call.catalog, (type, operation, before) => type.stops?.(operation, before) ?? []).found)
export const callLoses = (names: readonly CalledFunction[], catalog: Catalog): readonly Omit<Consequence, 'span'>[] => calls(names, catalog).flatMap((call) => visit(call.body, call.catalog, (type, operation, before) => type.loses?.(operation, before) ?? []).found)
export const callFails = (names: readonly CalledFunction[], catalog: Catalog): readonly Omit<Failure, 'span'>[] => calls(names, catalog).flatMap((call) => failsWithin(call.body, call.catalog))
export const callAssumes = (names: readonly CalledFunction[], catalog: Catalog): readonly Fact[] => calls(names, catalog).flatMap((call) => assumedWithin(call.body, call.catalog))
export const callsRefuseBlock = (names: readonly CalledFunction[], catalog: Catalog): boolean => calls(names, catalog).some((call) => refusesBlock(call.body, call.catalog))

/** What cannot be seen of what they run, by the routine. */
export const callsUnread = (names: readonly CalledFunction[], catalog: Catalog): readonly string[] =>
  calls(names, catalog).flatMap((call) => unreadWithin(call.body, call.catalog))

/** Its statements are known, so what it runs is seen. */
export const isSeen = (name: WrittenName, catalog: Catalog): boolean => callOf(catalog.resolveFunction(name), catalog) !== undefined

export const unseenSentence = (what: 'function' | 'procedure', name: WrittenName): string => `What the ${what} \`${writtenName(name)}\` runs is not in this statement.`

const calls = (names: readonly CalledFunction[], catalog: Catalog): readonly Call[] => names.flatMap((name) => callOf(catalog.resolveFunction(name), catalog, name) ?? [])

/** Undefined where its text is not known, or not understood. */
export function callOf(name: RelationName, catalog: Catalog, call: CalledFunction = nameParts(name)): Call | undefined {
  const variant = onlyVariant(name, catalog)
  const { depth = 0 } = catalog.surroundings
  const body = variant && depth < mostDeep ? routineBody(variant, call) : undefined
  return body && { name, body, catalog: asRunning(name, catalog.speculative()).withSurroundings({ depth: depth + 1, emptied: variant?.emptied ?? false }) }
}

/** Why a function's text is not read, to go behind its name; undefined where it is. */
export function unreadBecause(name: RelationName, catalog: Catalog): string | undefined {
  if (callOf(name, catalog)) return undefined
  const variant = onlyVariant(name, catalog)
  if ((catalog.surroundings.depth ?? 0) >= mostDeep) return 'is called too deep within others to be followed'
  if (variant && variant.language !== 'sql' && variant.language !== 'plpgsql') return `is written in \`${variant.language}\`, which is not read`
  return variant?.body === undefined ? `is not ${catalog.surroundings.sized ? 'in the snapshot' : 'known'}` : 'is not understood'
}

/** Which of several of one name is called is told by the types of its arguments. */
function onlyVariant(name: RelationName, catalog: Catalog): RoutineVariant | undefined {
  const variants = catalog.routine(name)?.variants ?? []
  return variants.length === 1 ? variants[0] : undefined
}

function asRunning(name: RelationName, catalog: Catalog): Catalog {
  const routine = catalog.routine(name)
  const searchPath = onlyVariant(name, catalog)?.searchPath
  const marked = routine ? catalog.withRoutine(name, { ...routine, variants: routine.variants.map((variant) => ({ ...variant, language: 'sql', body: '' })) }) : catalog
  return searchPath ? marked.withSurroundings({ searchPath }) : marked
}

/** The catalog after it, in which it may be called again. */
function withoutTraces(after: Catalog, name: RelationName, before: Catalog): Catalog {
  const callable = after.withRoutine(name, before.routine(name))
  return onlyVariant(name, before)?.searchPath ? callable.withSurroundings({ searchPath: before.surroundings.searchPath }) : callable
}

/** `orders.touch`, as a sentence names a routine. */
export const routineName = (name: RelationName): string => `\`${shortName(name)}\``
