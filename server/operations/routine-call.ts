import type { Catalog } from '../catalog/catalog'
import type { Consequence, Failure } from '../model/assessed'
import type { Effect } from '../model/effect'
import type { RelationName, WrittenName } from '../model/name'
import { writtenName } from '../sql/print'
import { effectsWithin, refusesBlock, routineBody, unreadWithin, visit } from './body'
import type { Body } from './body'

/** A function or procedure that was made before our eyes, and what it runs. */
interface Call {
  readonly name: RelationName
  readonly body: Body
  /** In which it runs: to a body that calls itself nothing new happens. */
  readonly catalog: Catalog
}

export const callEffects = (names: readonly WrittenName[], catalog: Catalog): readonly Effect[] => calls(names, catalog).flatMap((call) => effectsWithin(call.body, call.catalog))

export const applyCalls = (names: readonly WrittenName[], catalog: Catalog): Catalog =>
  calls(names, catalog).reduce((result, { name, body }) => visit(body, asRunning(name, result), () => []).after.withRoutine(name, catalog.routine(name)), catalog)

export const callBreaks = (names: readonly WrittenName[], catalog: Catalog): readonly Omit<Consequence, 'span'>[] => calls(names, catalog).flatMap((call) => visit(call.body, call.catalog, (type, operation, before) => type.breaks?.(operation, before) ?? []).found)
export const callLoses = (names: readonly WrittenName[], catalog: Catalog): readonly Omit<Consequence, 'span'>[] => calls(names, catalog).flatMap((call) => visit(call.body, call.catalog, (type, operation, before) => type.loses?.(operation, before) ?? []).found)
export const callFails = (names: readonly WrittenName[], catalog: Catalog): readonly Omit<Failure, 'span'>[] => calls(names, catalog).flatMap((call) => visit(call.body, call.catalog, (type, operation, before) => type.fails?.(operation, before) ?? []).found)
export const callsRefuseBlock = (names: readonly WrittenName[], catalog: Catalog): boolean => calls(names, catalog).some((call) => refusesBlock(call.body, call.catalog))

/** What cannot be seen of what they run, by the routine. */
export const callsUnread = (names: readonly WrittenName[], catalog: Catalog): readonly string[] =>
  calls(names, catalog).flatMap((call) => unreadWithin(call.body, call.catalog))

/** Its statements are known, so what it runs is seen. */
export const isSeen = (name: WrittenName, catalog: Catalog): boolean => callOf(name, catalog) !== undefined

export const unseenSentence = (what: 'function' | 'procedure', name: WrittenName): string => `What the ${what} \`${writtenName(name)}\` runs is not in this statement.`

const calls = (names: readonly WrittenName[], catalog: Catalog): readonly Call[] => names.flatMap((name) => callOf(name, catalog) ?? [])

function callOf(written: WrittenName, catalog: Catalog): Call | undefined {
  const name = catalog.resolveFunction(written)
  const variants = catalog.routine(name)?.variants ?? []
  // Which of several of one name is called is told by the types of its arguments.
  const body = variants.length === 1 ? routineBody(variants[0]!) : undefined
  return body && { name, body, catalog: asRunning(name, catalog.speculative()) }
}

function asRunning(name: RelationName, catalog: Catalog): Catalog {
  const routine = catalog.routine(name)
  return routine ? catalog.withRoutine(name, { ...routine, variants: routine.variants.map((variant) => ({ ...variant, language: 'sql', body: '' })) }) : catalog
}
