import type { Catalog } from './catalog/catalog'
import { columnOf } from './catalog/relation'
import type { Constraint } from './catalog/relation'
import { stopsOthers } from './guard'
import type { AssessedEffect, AssessedWork } from './model/assessed'
import { addDurations } from './model/estimate'
import type { Duration } from './model/estimate'
import { quoteLiteral, shortName } from './model/name'
import type { RelationName } from './model/name'
import type { Step } from './model/plan'
import type { Trial, Tried } from './try-statements'

/** A step with where it is tried: what it meets, and what it does. */
export interface TriedStep {
  readonly step: Step
  /** Before the plan. */
  readonly start: Catalog
  readonly before: Catalog
  readonly trial: Trial
}

/** What a plan's author does not say of a step, from the step's own operations: how to see that it is done, who has to be changed with it, how to take it back, what to watch, and how long it takes. */
export function completeStep(one: TriedStep): Step {
  const { step, before, trial } = one
  const verify = step.verify ?? (verified(trial, before).join('\n') || undefined)
  const back = step.back ?? wayBack(one)
  const watch = step.watch ?? (watched(trial.tried).join('\n') || undefined)
  const duration = durationOf(trial.tried)
  const stops = [...new Set(trial.tried.flatMap((one) => one.stops.map(({ sentence }) => sentence)))].filter((sentence) => !step.why.includes(sentence))
  const unsaid = step.back === undefined && back !== undefined ? unsaidOfBack(one) : []
  return { ...step, why: [step.why, ...unsaid, ...stops].join(' '), ...(verify !== undefined && { verify }), ...(back !== undefined && { back }), ...(watch !== undefined && { watch }), ...(duration && { duration }) }
}

/** In what the way back does not lead to where the step began. */
function unsaidOfBack(one: TriedStep): readonly string[] {
  const left = leftParents(one).map((parent) => `What it has in common with \`${shortName(parent)}\` is its own too from here on, and stays so on the way back.`)
  return [...(losesComment(one) ? ['Its comment, which is not known here, is not in the way back.'] : []), ...left]
}

/** Parents of a table whose child it no longer is, and of which it has columns or constraints that nobody has said of it. */
function leftParents({ before, trial: { tried, after } }: TriedStep): readonly RelationName[] {
  return relationsOf(tried).flatMap((relation) => {
    const [was, is] = [before.table(relation), after.table(relation)]
    if (!was || !is) return []
    return was.inherits.filter((parent) => !is.inherits.includes(parent) && was.columns?.some((column) => !column.local && columnOf(before.table(parent), column.name)))
  })
}

/** An index or a constraint goes about which something is said: that it is so is known, not what. */
function losesComment({ before, trial: { tried, after } }: TriedStep): boolean {
  return relationsOf(tried).some((relation) => {
    const [was, is] = [before.table(relation), after.table(relation)]
    const goes = (had: readonly Commented[], has: readonly Commented[]): boolean => had.some(({ name, commented }) => commented && !has.some((other) => other.name === name && other.commented))
    return was !== undefined && is !== undefined && (goes(was.indexes, is.indexes) || goes(was.constraints, is.constraints))
  })
}

interface Commented {
  readonly name: string
  readonly commented?: boolean
}

const relationsOf = (tried: readonly Tried[]): readonly RelationName[] => [...new Set(tried.flatMap(({ effects }) => effects.map((effect) => effect.indexOf ?? effect.relation)))]

/** Kinds that leave nothing behind which would have to be taken back. */
const transient: ReadonlySet<string> = new Set(['transaction', 'set', 'query', 'explain', 'lock-table', 'vacuum'])

/** In the opposite order; nothing where one of them cannot be taken back. */
function wayBack({ step, before, trial: { tried }, start }: TriedStep): string | undefined {
  if (tried.some(({ unread }) => unread.length > 0)) return undefined
  // What fills columns of the plan's own is gone with them.
  if (step.kind === 'backfill') return tried.every((one) => one.effects.every((effect) => effect.work.every((work) => fillsNew(work, effect, before, start)))) ? '' : undefined
  const operations = tried.flatMap((one) => [...one.operations].sort((a, b) => a.turn - b.turn)).filter(({ kind }) => !transient.has(kind))
  const ways = operations.reverse().map((operation) => operation.wayBack)
  return ways.includes(undefined) ? undefined : [...new Set(ways)].join('\n')
}

function fillsNew(work: AssessedWork, { relation }: AssessedEffect, before: Catalog, start: Catalog): boolean {
  if (work.kind !== 'update') return !('rows' in work)
  const had = start.table(relation)?.columns
  return work.columns !== undefined && before.table(relation)?.columns !== undefined && (start.table(relation) === undefined || (had !== undefined && work.columns.every((column) => !had.some(({ name }) => name === column))))
}

const durationOf = (tried: readonly Tried[]): Duration | undefined =>
  tried.length > 0 && tried.every(({ duration }) => duration !== undefined) ? tried.map(({ duration }) => duration!).reduce(addDurations) : undefined

/** Looks for what a step can leave half-done and which nobody sees: the index that is invalid, and the constraint that is not validated. */
function verified({ tried, after }: Trial, before: Catalog): readonly string[] {
  return relationsOf(tried).flatMap((relation) => {
    const [was, is] = [before.table(relation), after.table(relation)]
    // What is only called otherwise was as whole before.
    if (!is || is === was || (!was && is.origin !== 'migration')) return []
    const indexes = is.indexes.filter((index) => index.valid && !was?.indexes.some((other) => other.name === index.name && other.valid))
    const constraints = is.constraints.filter((one) => one.validated && canBeUnvalidated(one) && !isValidated(one, was?.constraints ?? []))
    return [...indexes.filter(({ name }) => !isPart(name, after)).map(({ name }) => validIndex(name)), ...constraints.map(({ name }) => validatedConstraint(relation, name))]
  })
}

const canBeUnvalidated = ({ type }: Constraint): boolean => type === 'check' || type === 'foreign-key' || type === 'not-null'

const isValidated = (constraint: Constraint, among: readonly Constraint[]): boolean => among.some((other) => other.name === constraint.name && other.validated)

/** The parent's becomes valid with the last of its parts. */
const isPart = (index: RelationName, catalog: Catalog): boolean => catalog.index(index)?.index.attachedTo !== undefined

const validIndex = (index: RelationName): string =>
  `SELECT ${quoteLiteral(index)} AS invalid_or_missing WHERE NOT EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass(${quoteLiteral(index)}) AND indisvalid);`

const validatedConstraint = (relation: RelationName, name: string): string =>
  `SELECT ${quoteLiteral(name)} AS unvalidated_or_missing WHERE NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = to_regclass(${quoteLiteral(relation)}) AND conname = ${quoteLiteral(name)} AND convalidated);`

/** How far the work has come, where PostgreSQL tells, and who waits, where somebody may. */
function watched(tried: readonly Tried[]): readonly string[] {
  const effects = tried.flatMap((one) => one.effects)
  const builds = effects.some((effect) => effect.work.some((work) => work.kind === 'build-index'))
  return [...(builds ? [indexProgress] : []), ...(effects.some(stopsOthers) ? [blockedQueries] : [])]
}

const indexProgress = 'SELECT relid::regclass, phase, blocks_done, blocks_total, tuples_done, tuples_total, current_locker_pid FROM pg_stat_progress_create_index;'

const blockedQueries = "SELECT pid, pg_blocking_pids(pid) AS blocked_by, now() - query_start AS since, query FROM pg_stat_activity WHERE wait_event_type = 'Lock';"
