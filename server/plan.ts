import type { Catalog } from './catalog/catalog'
import type { Table } from './catalog/relation'
import { completeStep } from './complete-step'
import { canBeRetried, endingOf, guard, queues, stopsOthers, together } from './guard'
import { inUse } from './in-use'
import { listNames, listWords } from './model/format'
import type { Holds } from './model/holds'
import { stopsForeignKeys, strength } from './model/lock'
import { quoteIdentifier } from './model/name'
import type { Plan, Stage, Step } from './model/plan'
import { stepsOf } from './model/plan'
import { timeoutSettings } from './model/timeout'
import { isTaken } from './operations/added-constraint'
import { comesAfterType } from './operations/comes-after-type'
import { alterHead, lockWholes, noWay } from './operations/constraint-plans'
import type { AnyOperation } from './operations/index'
import { failuresOf } from './operations/failures'
import { typeOf } from './operations/index'
import type { PlanContext } from './operations/operation'
import { stageBack } from './stage-back'
import type { Command } from './sql/command'
import { inCase, keywordCase } from './sql/print'
import { read } from './sql/read'
import { saysWord } from './sql/tokens'
import type { Tried, TryStatements } from './try-statements'
import { underSettings } from './under-settings'

/** One operation of a statement, with the catalog it meets. */
export interface Recognised {
  readonly operation: AnyOperation
  readonly command: Command
  readonly catalog: Catalog
}

/** What the whole statement's plan has to fit into. */
export interface Place {
  /** The statement runs in a transaction block. */
  readonly inBlock: boolean
  /** The transaction has locks already that others wait for. */
  readonly holds: boolean
  readonly held: Holds
  /** The statement as it stands. */
  readonly own: Tried
  readonly attempt: TryStatements
}

const order = ['equivalent', 'staged', 'outline'] as const

/**
 * One plan for the whole statement: the plan of each operation in its order.
 * What one ALTER TABLE does at once stays in one ALTER TABLE, so that no constraint is gone before the one that replaces it is there.
 */
export function planStatement(sql: string, operations: readonly Recognised[], place: Place): Plan | undefined {
  const first = operations[0]
  if (!first) return undefined
  // What ends in an error in any case does so in its plan too.
  if (place.own.fails.some(({ refused }) => refused) || operations.some(isRefused)) return undefined
  const unidentified = [...new Set(place.own.breaks.flatMap(({ missed, relation }) => (missed?.identity ? [relation] : [])))]
  // By what a subscriber is to find the rows then, is for both sides to agree on.
  if (unidentified.length > 0) return noWay(`Give ${listNames(unidentified)} a REPLICA IDENTITY that stays first, on both sides`)
  const context: PlanContext = {
    ...contextOf(sql, first.catalog),
    drops: operations.some(({ operation }) => operation.kind === 'drop-constraint' || operation.kind === 'drop-column'),
    isOneOfSeveral: operations.length > 1,
  }
  const each = operations.map(({ operation, command, catalog }): Planned => ({ operation, command, catalog, plan: typeOf(operation, command, catalog).plan?.(operation, catalog, context) }))
  const planned = each.filter((one) => !each.some((other) => goesAlong(one, other)))
  // What no plan of its own gets round would stop those of the others too.
  if (planned.some((one) => !one.plan && endsInError(one))) return undefined
  const found = planned.flatMap(({ plan }) => plan ?? [])
  const { standIns } = read(sql)
  const faithful = (plan: Plan): Plan | undefined => (stepsOf(plan).every((step) => isFaithful(step.sql, standIns)) ? plan : undefined)
  if (!found[0]) {
    const patient = inOrder(sql, place, first.catalog, context) ?? patiently(sql, place)
    return patient && faithful(patient) && later(patient, () => completed(patient, first.catalog, place, context))
  }
  if (planned.some((one) => !one.plan && (one.command.kind !== 'alter' || works(one)))) return undefined

  const leaving = losesKey(planned) ? planned.filter(dropsKey) : []
  if (leaving.some((key) => planned.some((one) => changesTypeOf(one, key)))) {
    const none = noWay('Change the type by itself, without dropping the key: its plan carries the key over to the column of the new type')
    return later(none, () => none)
  }
  const anew = takesNameAnew(planned)
  if (anew !== undefined) {
    const none = noWay(`Give the new \`${anew}\` a name of its own, let it get its values beside the old one, and drop and rename in one short transaction: two columns of one name do not stand side by side`)
    return later(none, () => none)
  }
  const last = planned.filter((one) => planned.some((other) => comesWithValues(one, other, sql)))
  const behind = planned.filter((one) => !last.includes(one) && planned.some((other) => comesBehind(one, other, sql)))
  const plansOf = (list: readonly Planned[]): readonly Plan[] => list.flatMap(({ plan }) => plan ?? [])
  const now = planned.filter((one) => !behind.includes(one) && !last.includes(one) && !leaving.includes(one))
  const { steps, gap } = planned.length === 1 ? { steps: found[0].expand, gap: false } : putTogether(now, operations, context)
  const then = putTogether(behind, operations, context)
  const atLast = putTogether(last, operations, context)
  const together: Plan = {
    title: titleOf(found),
    fit: gap || then.gap || atLast.gap ? 'outline' : order[Math.max(...found.map((plan) => order.indexOf(plan.fit)))]!,
    expand: steps,
    migrate: [...plansOf(now).flatMap((plan) => plan.migrate), ...then.steps, ...plansOf(behind).flatMap((plan) => plan.migrate)],
    contract: [...[...plansOf(now), ...plansOf(behind)].flatMap((plan) => plan.contract), ...atLast.steps, ...plansOf(last).flatMap((plan) => [...plan.migrate, ...plan.contract])],
    ...adviceOf(planned),
    ...codeOf(found),
  }
  const whole = leaving.length === 0 ? together : keyForKey(together, leaving, context)
  if (!whole) {
    const none = noWay('Take it apart: add what is to be the key, and when it is whole drop the old key and make the new one in one ALTER TABLE, for in between the table would have none')
    return later(none, () => none)
  }
  return faithful(whole) && later(fitted(whole, place), () => completed(whole, first.catalog, place, context))
}

export const contextOf = (sql: string, before: Catalog): PlanContext => ({
  sql,
  keywords: keywordCase(sql),
  name: (written) => (written.schema === undefined ? '' : `${quoteIdentifier(written.schema)}.`) + quoteIdentifier(written.name),
  before,
  drops: false,
  isOneOfSeveral: false,
})

/** A plan of several statements, whose steps are tried where the first of these stood. */
export const completedPlan = (plan: Plan, start: Catalog, place: Place, context: PlanContext): Plan => later(plan, () => completed(plan, start, place, context))

/** A default that is changed together with the type is put in place by the plan of that, when the column has its new type. */
const goesAlong = ({ command }: Planned, type: Planned): boolean =>
  command.kind === 'alter' && (command.action.action === 'set-default' || command.action.action === 'drop-default') &&
  type.plan !== undefined && type.command.kind === 'alter' && type.command.action.action === 'alter-type' && type.command.action.column === command.action.column

/** What is asked of the values of a new column is asked when it has them, and is NOT NULL where it is to be. */
const comesWithValues = (one: Planned, added: Planned, sql: string): boolean =>
  added !== one && added.plan !== undefined && added.plan.fit !== 'equivalent' && added.command.kind === 'alter' && added.command.action.action === 'add-column' && asksValues(one, added.command.action.column.name, sql)

/** What is asked of a column's values, or set for it, is so when those of its new type have taken its name. */
const comesBehind = (one: Planned, type: Planned, sql: string): boolean =>
  type !== one && type.plan !== undefined && type.plan.migrate.length > 0 && type.command.kind === 'alter' && type.command.action.action === 'alter-type' &&
  one.command.kind === 'alter' && comesAfterType(one.command.action, one.catalog.surroundings.version) && namesColumn(one, type.command.action.column, sql)

const asksValues = (one: Planned, column: string, sql: string): boolean =>
  one.command.kind === 'alter' && (one.command.action.action === 'add-constraint' || one.command.action.action === 'set-not-null') && namesColumn(one, column, sql)

const namesColumn = ({ command }: Planned, column: string, sql: string): boolean => saysWord(sql.slice(command.span.start, command.span.end), column)

/** Of most plans nobody sees more than the title, in the message of a finding; so the steps are tried where they are asked for. */
export function later({ title, advice, fit, code, takesIn }: Plan, complete: () => Plan): Plan {
  let known: Plan | undefined
  const whole = (): Plan => (known ??= complete())
  return {
    title,
    fit,
    get expand() {
      return whole().expand
    },
    get migrate() {
      return whole().migrate
    },
    get contract() {
      return whole().contract
    },
    get back() {
      return whole().back
    },
    ...(advice && { advice }),
    ...(code && { code }),
    ...(takesIn !== undefined && { takesIn }),
  }
}

/** Whether SQL that is made from a statement names what its author means: not so where it holds what only stands for one of psql's variables. */
export const isFaithful = (made: string, standIns: readonly string[] = []): boolean => !standIns.some((standIn) => made.toLowerCase().includes(standIn))

/** Where each can be done at once, the first says enough; stages of several kinds are all named. */
function titleOf(found: readonly Plan[]): string {
  const none = found.find((plan) => stepsOf(plan).length === 0)
  if (none) return none.title
  const staged = found.filter(({ fit }) => fit === 'staged')
  const first = found.find(({ expand, migrate }) => expand.length + migrate.length > 0) ?? found[0]!
  const titles = [...new Set((staged.length > 0 ? staged : [first]).map(({ title }) => title))]
  return found.some(({ fit }) => fit === 'outline') ? first.title : titles.map((title, index) => (index === 0 ? title : `${title[0]!.toLowerCase()}${title.slice(1)}`)).join('; ')
}

/** Each plan's own, in their order. */
function adviceOf(planned: readonly Planned[]): Pick<Plan, 'advice'> {
  const advice = planned.flatMap(({ operation: { span }, plan }) => (plan ? [{ span, title: plan.title }] : []))
  return new Set(advice.map(({ title }) => title)).size > 1 || advice.length < planned.length ? { advice } : {}
}

function codeOf(plans: readonly Plan[]): Pick<Plan, 'code'> {
  const together = (stage: 'migrate' | 'contract'): Plan['code'] => {
    const sentences = [...new Set(plans.flatMap(({ code }) => code?.[stage] ?? []))]
    return sentences.length === 0 ? {} : { [stage]: sentences.join(' ') }
  }
  const code = { ...together('migrate'), ...together('contract') }
  return Object.keys(code).length === 0 ? {} : { code }
}

/** A column of the name of one that the same statement drops, which takes stages of its own. */
function takesNameAnew(planned: readonly Planned[]): string | undefined {
  const dropped = planned.flatMap(({ command }) => (command.kind === 'alter' && command.action.action === 'drop-column' ? command.action.column : []))
  return planned.flatMap(({ command, plan }) => (plan && plan.fit !== 'equivalent' && command.kind === 'alter' && command.action.action === 'add-column' ? command.action.column.name : [])).find((name) => dropped.includes(name))
}

/** While the rest of the statement takes its stages the table would be without its key, by which rows are found and, where it is published, may be changed at all. */
const losesKey = (planned: readonly Planned[]): boolean => planned.some(({ plan }) => plan && plan.migrate.length + plan.contract.length > 0) && planned.some(dropsKey)

/** The key that goes stands on a column whose counterpart is to take its place. */
function changesTypeOf({ plan, command }: Planned, key: Planned): boolean {
  if (!plan || command.kind !== 'alter' || command.action.action !== 'alter-type' || key.command.kind !== 'alter' || key.command.action.action !== 'drop-constraint') return false
  const { name } = key.command.action
  return key.catalog.table(key.catalog.resolve(key.command.relation))?.constraints.find((one) => one.name === name)?.columns.includes(command.action.column) ?? true
}

const dropsKey = ({ command, catalog }: Planned): boolean =>
  command.kind === 'alter' && command.action.action === 'drop-constraint' && isPrimaryKey(command.action.name, catalog.table(catalog.resolve(command.relation)))

/** The old key goes in the statement that makes the new one of its index; undefined where there is none. */
function keyForKey(plan: Plan, leaving: readonly Planned[], { sql }: PlanContext): Plan | undefined {
  const makesKey = /^(ALTER TABLE (?:IF EXISTS )?(?:ONLY )?(?:"(?:[^"]|"")*"|[^\s".]+)(?:\.(?:"(?:[^"]|"")*"|[^\s".]+))? )(?=ADD .*\bPRIMARY KEY USING INDEX\b)/is
  const steps = stepsOf(plan)
  const taking = steps.findLast((step) => step.kind === 'sql' && makesKey.test(step.sql))
  if (!taking || leaving.some((one) => one.plan)) return undefined
  const drops = leaving.map(({ command }) => sql.slice(command.span.start, command.span.end)).join(', ')
  const replaced = (step: Step): Step => (step === taking ? { ...step, sql: step.sql.replace(makesKey, (head) => `${head}${drops}, `) } : step)
  return { ...plan, expand: plan.expand.map(replaced), migrate: plan.migrate.map(replaced), contract: plan.contract.map(replaced) }
}

const isPrimaryKey = (name: string, table: Table | undefined): boolean => table?.constraints.some((one) => one.name === name && one.type === 'primary-key') ?? true

interface Planned extends Recognised {
  readonly plan: Plan | undefined
}

/** A constraint whose name is taken makes the whole statement end in an error, and would its plan. */
const isRefused = ({ command, catalog }: Recognised): boolean =>
  command.kind === 'alter' && command.action.action === 'add-constraint' && isTaken(catalog.table(catalog.resolve(command.relation)), command.action.constraint.name)

const endsInError = ({ operation, command, catalog }: Recognised): boolean => failuresOf(typeOf(operation, command, catalog), operation, command, catalog).some(({ certain, unlessRun }) => certain && !unlessRun)

/** Work that no plan takes away would be done under the same lock again, so the rest of a plan would be no help. */
const works = ({ operation, command, catalog }: Recognised): boolean => typeOf(operation, command, catalog).effects(operation, catalog).some((effect) => effect.work.length > 0)

/** One action of the ALTER TABLE that is being put together. */
interface Action {
  readonly at: number
  readonly text: string
  readonly kind: string
  /** Of the plan that it comes from. */
  readonly step?: Step
}

const isDrop = ({ kind }: Action): boolean => kind === 'drop-constraint' || kind === 'drop-column'

/** Between dropping one key and having the next, rows come in that no key looks at; there is a gap where the one cannot wait for the other. */
function putTogether(operations: readonly Planned[], all: readonly Recognised[], context: PlanContext): { readonly steps: readonly Step[]; readonly gap: boolean } {
  const { sql } = context
  const start = sql.slice(0, Math.min(...all.map(({ command }) => command.span.start)))
  const space = /\r?\n[ \t]*$/.exec(start)?.[0] ?? ' '
  const steps: Step[] = []
  let actions: readonly Action[] = []
  let after: Step[] = []
  let gap = false
  const flush = (kept: (action: Action) => boolean = () => false): void => {
    const now = actions.filter((action) => !kept(action)).sort((a, b) => a.at - b.at)
    const planned = now.flatMap(({ step }) => step ?? [])
    const verify = planned.flatMap((step) => step.verify ?? []).join('\n')
    if (now.length > 0) steps.push({ kind: 'sql', sql: `${start}${now.map(({ text }) => text).join(`,${space}`)};`, transaction: 'shared', why: planned.at(-1)?.why ?? 'These need no other way.', ...(verify !== '' && { verify }) })
    steps.push(...after)
    actions = actions.filter(kept)
    after = []
  }
  for (const { operation, command, plan } of defaultsFirst(operations)) {
    if (!plan) {
      actions = [...actions, { at: command.span.start, text: sql.slice(command.span.start, command.span.end), kind: operation.kind }]
      continue
    }
    // All of it is for later.
    if (plan.expand.length === 0) continue
    if (operation.kind === 'set-not-null') {
      // A key of the same statement needs the proof, and the proof a default for new rows.
      flush(isDrop)
      steps.push(...plan.expand)
      continue
    }
    const { beforehand, action, rest } = takenApart(plan, operation, command, context)
    const waits = beforehand.length === 0 || actions.every(({ kind }) => independent.has(kind))
    if (!waits || !action) {
      gap ||= plan.expand.some((step) => step.transaction === 'none') && actions.some(({ kind }) => kind === 'drop-constraint')
      flush()
    }
    if (!action) {
      steps.push(...plan.expand)
      continue
    }
    steps.push(...beforehand)
    actions = [...actions, { at: command.span.start, text: action.sql, kind: operation.kind, step: action.step }]
    after.push(...rest)
  }
  flush()
  return { steps, gap }
}

/** PostgreSQL sets defaults after NOT NULL; in steps of their own, rows that come in between need the default. */
function defaultsFirst(operations: readonly Planned[]): readonly Planned[] {
  const added = operations.flatMap(({ command }) => (command.kind === 'alter' && command.action.action === 'add-column' ? command.action.column.name : []))
  const isFirst = ({ command }: Planned): boolean => command.kind === 'alter' && command.action.action === 'set-default' && !added.includes(command.action.column)
  return [...operations.filter(isFirst), ...operations.filter((one) => !isFirst(one))]
}

/** Kinds of which a key that is built meanwhile knows nothing. */
const independent: ReadonlySet<string> = new Set(['drop-constraint', 'drop-column', 'drop-not-null', 'drop-default', 'set-default', 'add-check', 'add-foreign-key', 'add-unique', 'add-primary-key'])

/** A plan around the one action that may stand in the statement's own ALTER TABLE: a key's last step, for its index is built before, and any other's first. */
function takenApart({ expand }: Plan, operation: AnyOperation, command: Command, context: PlanContext): { readonly beforehand: readonly Step[]; readonly action?: { readonly sql: string; readonly step: Step }; readonly rest: readonly Step[] } {
  const isKey = operation.kind === 'add-unique' || operation.kind === 'add-primary-key'
  const at = isKey ? expand.findLastIndex((step) => step.transaction === 'none') + 1 : 0
  const step = expand[at]
  const head = command.kind === 'alter' ? `${alterHead(command, context)} ` : undefined
  if (!step || head === undefined || step.kind !== 'sql' || step.transaction !== 'shared' || !step.sql.startsWith(head)) return { beforehand: [], rest: [] }
  return { beforehand: expand.slice(0, at), action: { sql: step.sql.slice(head.length, -1), step }, rest: expand.slice(at + 1) }
}

/** In a transaction a step that needs its own, or none, cannot stand where the statement stood. */
const fitted = (plan: Plan, place: Place): Plan =>
  place.inBlock && plan.fit === 'equivalent' && stepsOf(plan).some((step) => step.transaction !== 'shared') ? { ...plan, fit: 'staged' } : plan

/** Tried step by step: what the author leaves out is filled in, and each step gets the timeouts that fit it. */
function completed(plan: Plan, start: Catalog, place: Place, { keywords }: PlanContext): Plan {
  let catalog = start
  let { holds, inBlock } = place
  const ends: { readonly name: Stage; readonly steps: readonly Step[]; readonly catalog: Catalog }[] = []
  const leaves = inBlock && stepsOf(plan).some((step) => step.transaction !== 'shared')
  // What SET LOCAL has set ends with the transaction.
  const outside = start.committed().surroundings.timeouts ?? {}
  // Behind the end of the transaction, to which the plan goes anyway, no lock comes in an order in which others and this one wait for each other.
  const turns = (tried: readonly Tried[]): boolean =>
    tried.some(({ effects }) =>
      effects.some((effect) => stopsOthers(effect) && (place.held.on(effect.relation).some((hold) => !hold.fresh && strength(hold.lock) < strength(effect.lock)) || effect.looksInto?.some((one) => place.held.on(one).some((hold) => !hold.fresh && stopsForeignKeys(hold.lock))) || effect.leadsTo?.some((one) => place.held.on(one).some((hold) => !hold.fresh && (hold.blocks.reads || hold.blocks.writes))))),
    )
  // Nor is a table read while others wait for what the transaction holds.
  const reads = (tried: readonly Tried[]): boolean => holds && tried.some(({ effects }) => effects.some((effect) => !effect.fresh && effect.work.length > 0))
  const under = (sql: string): string => (sql === '' ? sql : underSettings(sql, start.surroundings, keywords))
  // Whoever goes back does so another time.
  const placed = (step: Step, isMoved: boolean): Step => ({ ...step, ...(step.back !== undefined && { back: under(step.back) }), ...(isMoved && { sql: under(step.sql), ...(step.verify !== undefined && { verify: under(step.verify) }) }) })
  const first = (['expand', 'migrate', 'contract'] as const).find((name) => plan[name].length > 0)
  const stage = (name: Stage): readonly Step[] => {
    const walked = plan[name].map((step) => {
      const before = catalog
      const trial = place.attempt(step.sql, before)
      catalog = trial.after
      return { step, before, trial }
    })
    const complete = walked.map(({ step, before, trial }) => ({ step: completeStep({ step, start, before, trial }), tried: trial.tried }))
    // Once a stage is deployed, what it has made is in use.
    catalog = deployed(walked.flatMap(({ trial }) => trial.tried), catalog)
    ends.push({ name, steps: complete.map(({ step }) => step), catalog })
    return together(complete).map(({ step, tried }) => {
      // What cannot share the transaction comes after its end, with all that follows.
      const own: Step = inBlock && (leaves || plan.fit === 'staged') && (turns(tried) || (step.transaction === 'shared' && reads(tried))) ? { ...step, transaction: 'own' } : step
      if (own.transaction !== 'shared') inBlock = holds = false
      const isBehind = place.inBlock && !inBlock
      const guarded = guard(own, isBehind ? tried.map((one) => ({ ...one, timeouts: outside })) : tried, { inBlock, holds, keywords })
      holds ||= inBlock && tried.some(({ effects }) => effects.some(stopsOthers))
      return placed(guarded, name !== first || isBehind)
    })
  }
  const waysBack = (): NonNullable<Plan['back']> =>
    Object.fromEntries(ends.flatMap(({ name, steps, catalog }) => {
      const way = stageBack(steps, catalog, place.attempt, keywords)
      return way ? [[name, { ...way, sql: under(way.sql) }]] : []
    }))
  let back: Plan['back']
  return {
    ...plan,
    expand: stage('expand'),
    migrate: stage('migrate'),
    contract: stage('contract'),
    // Whoever goes ahead does not look at it.
    get back() {
      return (back ??= waysBack())
    },
  }
}

function deployed(tried: readonly Tried[], catalog: Catalog): Catalog {
  let after = catalog
  for (const name of new Set(tried.flatMap(({ effects }) => effects.flatMap((effect) => (effect.fresh ? [effect.relation] : []))))) {
    const relation = after.relation(name)
    if (relation && relation.kind !== 'index' && relation.origin === 'migration') after = after.with(inUse(relation))
  }
  return after
}

/** The statement itself, behind a lock on what it would lock last and whoever queries it locks first. */
function inOrder(sql: string, { own, inBlock, held }: Place, catalog: Catalog, context: PlanContext): Plan | undefined {
  const { keywords } = context
  const wholes = own.effects.filter((effect) => effect.behind && !effect.fresh && !held.on(effect.relation).some((hold) => strength(hold.lock) >= strength(effect.lock)))
  if (wholes.length === 0 || [own.breaks, own.loses, own.fails, own.needs, own.unread].some((list) => list.length > 0)) return undefined
  const lock = lockWholes(wholes, catalog, context)
  const lines = inBlock ? [lock, `${sql};`] : [inCase('BEGIN;', keywords), lock, `${sql};`, inCase('COMMIT;', keywords)]
  const why = 'Whoever queries the table locks it before its partitions, and so does this now.'
  return { title: 'Lock the table before its partitions', fit: 'equivalent', expand: [{ kind: 'sql', sql: lines.join('\n'), transaction: inBlock ? 'shared' : 'own', why }], migrate: [], contract: [] }
}

/** The statement itself is the best way, but for a timeout that would end it, or for want of one. */
function patiently(sql: string, { own, inBlock, holds }: Place): Plan | undefined {
  const step = (why: string): Step => ({ kind: 'sql', sql: `${sql};`, transaction: inBlock || own.transactionBlock === 'allowed' ? 'shared' : 'none', why })
  // What no transaction block lets run needs no timeout of the block's.
  if (inBlock && own.transactionBlock === 'forbidden') return undefined
  const names = endingOf(own)
  if (names.length > 0) {
    const how = own.transactionBlock === 'allowed' && own.duration ? 'Raise' : 'Turn off'
    return { title: `${how} ${listWords(names.map(({ name }) => `\`${timeoutSettings[name]}\``))} for this statement`, fit: 'equivalent', expand: [step('Runs as long as it takes: nobody waits for it.')], migrate: [], contract: [] }
  }
  // What hurts besides the wait for the lock hurts after it as well.
  const isBrief = own.effects.every((effect) => effect.work.length === 0) && [own.breaks, own.loses, own.fails, own.leaves, own.keeps, own.needs, own.unread].every((list) => list.length === 0)
  if (holds || !isBrief || !queues([own]) || !canBeRetried(sql) || own.operations.some(({ kind }) => kind === 'do')) return undefined
  return { title: 'Wait for its lock for a moment at a time, and try again', fit: 'equivalent', expand: [step('Its lock is for a moment only, once it is granted.')], migrate: [], contract: [] }
}
