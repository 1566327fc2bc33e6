// What a file takes away and makes again is missed by nobody at its end, and meanwhile for as long as that takes.
import type { Catalog } from './catalog/catalog'
import { columnOf } from './catalog/relation'
import type { Column } from './catalog/relation'
import type { Gap } from './hazards/broken-code'
import { isThere } from './is-there'
import type { AnalysedStatement, Assessed } from './model/assessed'
import type { Missed } from './model/finding'
import type { Policy } from './model/policy'
import { toleranceFor } from './model/policy'
import { isIdentified } from './operations/replica-identity'

/** A file from its first statement to its last. */
export interface Whole {
  readonly before: Catalog
  readonly steps: readonly { readonly assessed: Assessed; readonly after: { readonly catalog: Catalog } }[]
  readonly statements: readonly AnalysedStatement[]
  readonly after: Catalog
  readonly policy: Policy
}

/**
 * What becomes of a thing that the statement at `at` takes away from running code.
 * `missed`: it is gone for good; `given again`: a later transaction gives the columns a value by themselves again, so that no other release can be waited for; `there`: nobody misses it.
 */
export function fateOf(missed: Missed, at: number, whole: Whole): 'missed' | 'given again' | 'there' | Gap {
  if (isMissedByNobody(missed, whole, () => whole.steps[endOfBlock(whole.statements, at)]!.after.catalog)) return gapOf(missed, at, whole) ?? 'there'
  return missed.defaults && isMissedByNobody(missed, whole, () => whole.after) ? 'given again' : 'missed'
}

/** The last statement of the transaction block that the one at `at` stands in, or itself. */
function endOfBlock(statements: readonly AnalysedStatement[], at: number): number {
  const { blockStart } = statements[at]!
  let end = at
  while (blockStart >= 0 && statements[end + 1]?.blockStart === blockStart) end++
  return end
}

/** What is dropped and made again within the file, and columns that came with the file and go with it. */
function isMissedByNobody(missed: Missed, { before, after }: Whole, committed: () => Catalog): boolean {
  if (missed.defaults) {
    const table = committed().table(missed.relation)
    return table?.columns !== undefined && missed.columns!.every((name) => isFilledByItself(columnOf(table, name)))
  }
  if (missed.identity) return isIdentified(committed(), missed.relation)
  if (missed.object) return !isThere(missed, before) || isThere(missed, after)
  // What got its name in the file is known by that to nobody.
  if (missed.whole && before.surroundings.complete && before.relation(missed.relation) === undefined) return true
  const known = knownOf(missed, before)
  return (!missed.whole && known.columns?.length === 0) || isThere(known, after)
}

/** Of columns that are missed, those that were there before the file. */
function knownOf(missed: Missed, before: Catalog): Missed {
  const table = before.table(missed.relation)
  return missed.whole || !missed.columns || !table?.columns ? missed : { ...missed, columns: missed.columns.filter((name) => columnOf(table, name)) }
}

/** An INSERT that does not name the column goes through. */
const isFilledByItself = (column: Column | undefined): boolean => column === undefined || !column.notNull || column.default !== undefined || column.generated !== undefined || column.identity !== undefined

/** Where others run into it: what comes in between takes long, its rows among that. */
function gapOf(missed: Missed, at: number, { before, steps, statements, policy }: Whole): Gap | undefined {
  const { relation, whole, defaults, identity } = missed
  const thing = knownOf(missed, before)
  const begin = endOfBlock(statements, at)
  if (defaults || identity || thing.columns?.length === 0 || before.relation(relation) === undefined || isThere(thing, steps[begin]!.after.catalog)) return undefined
  let end = begin + 1
  while (end < steps.length && !isThere(thing, steps[endOfBlock(statements, end)]!.after.catalog)) end++
  const again = steps[end]?.after.catalog.relation(relation)
  const table = steps[end]?.after.catalog.table(relation)
  const isEmpty = whole && before.table(relation)?.size?.rows !== 0 && table?.origin === 'migration' && table.size?.rows === 0
  const filled = isEmpty ? steps.findIndex(({ assessed: { effects } }, index) => index > end && effects.some((effect) => effect.relation === relation && effect.work.some(({ kind }) => kind === 'insert'))) : -1
  const between = steps.slice(begin + 1, Math.max(end, filled) + 1).map(({ assessed }) => assessed)
  const ms = between.reduce((sum, { duration, effects }) => sum + (effects.some(({ work }) => work.length > 0) ? (duration?.expectedMs ?? Infinity) : 0), 0)
  const isLong = ms >= toleranceFor(policy, [relation]).blockedWarningMs && !(ms === Infinity && between.every(({ unknownSize }) => !unknownSize))
  // A view is made again in one transaction with no more ado.
  const isView = before.relation(relation)?.kind === 'view' && again?.kind === 'view'
  return isLong || isView ? { relation, ...(!whole && thing.columns && { columns: thing.columns }), ...(isLong && ms < Infinity && { ms }), isFilledLater: filled >= 0 } : undefined
}
