// Neighbouring ALTER TABLEs of one table that do again what one could do once: write every row anew, read every row, or wait for the strongest lock.
import { stopsOthers } from './guard'
import type { Assessed, AssessedEffect, Repeats } from './model/assessed'
import { later } from './plan'
import { step } from './session'
import type { Circumstances } from './session'
import { ofStatement } from './stepped'
import type { Neighbours, Stepped } from './stepped'
import type { AlterAction, AlterRelation } from './sql/command'
import { read } from './sql/read'
import { saysWord } from './sql/tokens'

/** Longer runs are no migration that a person wrote. */
const mostStatements = 20

/** By the place of the last, how many statements before it could be one ALTER TABLE with it. */
function runs(steps: readonly Stepped[], marked: readonly number[], { isBehind }: Neighbours): ReadonlyMap<number, number> {
  const result = new Map<number, number>()
  /** Of the marked ones, by their index: one and the next, which follow each other in the text. */
  const joinsAt = (first: number, last: number): boolean => marked[first + 1] === marked[first]! + 1 && isBehind(marked[first + 1]!) && joins(steps.slice(marked[first]!, marked[last]! + 1))
  for (let last = 1; last < marked.length; last++) {
    if (!joinsAt(last - 1, last) || joinsAt(last, last + 1)) continue
    let first = last - 1
    while (first > 0 && last - first < mostStatements && joinsAt(first - 1, last)) first--
    result.set(marked[last]!, last - first)
  }
  return result
}

const isAlter = ({ sql, assessed }: Stepped): boolean => /^\s*alter\s+table\b/i.test(sql) && assessed.effects.some(stopsOthers)

export const oneAlter = { isPart: isAlter, runs, assess }

/** Whether the first of these can stand in one ALTER TABLE with the others. */
function joins([first, ...others]: readonly Stepped[]): boolean {
  const own = alterOf(first!)
  return own !== undefined && others.every((other) => {
    const alter = alterOf(other)
    return alter !== undefined && alter.head === own.head && first!.before.transaction.block === other.before.transaction.block && areApart(own, alter)
  })
}

interface Alter {
  /** All before the first action: the same table, named in the same way. */
  readonly head: string
  readonly actions: readonly { readonly text: string; readonly subjects: readonly string[]; readonly command: AlterRelation }[]
}

/** Neighbours are compared at every edit. */
const alterOf = ofStatement(({ sql, assessed }: Stepped): Alter | undefined => {
  const { commands, problem, standIns = [] } = read(sql)
  const usable = problem === undefined && standIns.length === 0 && commands.length > 0 && assessed.unread.length === 0 && commands.every((command) => command.kind === 'alter' && command.object === 'table' && mergeable.has(command.action.action))
  if (!usable) return undefined
  const all = commands as readonly AlterRelation[]
  return {
    head: sql.slice(0, Math.min(...all.map(({ span }) => span.start))).trim().replaceAll(/\s+/g, ' '),
    actions: all.map((command) => ({ text: sql.slice(command.span.start, command.span.end), subjects: subjectsOf(command.action), command })),
  }
})

/** Actions that may stand beside others, and take the strongest lock by themselves. VALIDATE and the settings of columns and storage take weaker ones, which others would make stronger. */
const mergeable: ReadonlySet<AlterAction['action']> = new Set([
  'add-column', 'drop-column', 'alter-type', 'set-not-null', 'drop-not-null', 'set-default', 'drop-default', 'add-identity', 'set-identity', 'drop-identity',
  'set-expression', 'drop-expression', 'add-constraint', 'drop-constraint', 'set-logged', 'set-unlogged', 'set-access-method',
])

/** What the action is about, by the names that another one may not say: what comes first in the text need not come first when they run. */
function subjectsOf(action: AlterAction): readonly string[] {
  switch (action.action) {
    case 'add-column':
      return [action.column.name, ...action.column.constraints.flatMap(({ name }) => name ?? [])]
    case 'add-constraint': {
      const { constraint } = action
      return [...(constraint.name === undefined ? [] : [constraint.name]), ...('usingIndex' in constraint && constraint.usingIndex !== undefined ? [constraint.usingIndex] : [])]
    }
    case 'drop-constraint':
      return [action.name]
    case 'set-logged':
    case 'set-unlogged':
      return ['logged', 'unlogged']
    case 'set-access-method':
      return ['method']
    default:
      return 'column' in action && typeof action.column === 'string' ? [action.column] : []
  }
}

const areApart = (a: Alter, b: Alter): boolean => !says(a, b) && !says(b, a) && !(changesLog(a) && makesSequence(b)) && !(changesLog(b) && makesSequence(a))

/** From 15 on a table's own sequences are logged as it is, but for one that the same statement makes (ATPrepChangePersistence in src/backend/commands/tablecmds.c). */
const changesLog = ({ actions }: Alter): boolean => actions.some(({ command: { action } }) => action.action === 'set-logged' || action.action === 'set-unlogged')
const makesSequence = ({ actions }: Alter): boolean => actions.some(({ command: { action } }) => action.action === 'add-identity' || (action.action === 'add-column' && (action.column.serial || action.column.identity)))

const says = (a: Alter, b: Alter): boolean => a.actions.some(({ text }) => b.actions.some(({ subjects }) => subjects.some((subject) => saysWord(text, subject))))

/** The last of the statements, with what it would be to have all of them in one. */
function assess(all: readonly Stepped[], circumstances: Circumstances): Assessed {
  const last = all.at(-1)!.assessed
  const sql = together(all)
  const { before } = all[0]!
  const { assessed: merged } = step({ ...before, catalog: before.catalog.speculative() }, sql, circumstances)
  if (merged.unread.length > 0 || merged.transactionBlock === 'forbidden' || !all.every(({ assessed }) => locksOf(assessed) === locksOf(merged))) return last
  const repeats = repeated(all, sql, merged)
  if (repeats) return { ...last, repeats }
  // In one transaction the lock is waited for once already.
  if (last.block || !all.every(({ assessed }) => assessed.plan?.fit === 'equivalent' && !works(assessed)) || merged.plan?.fit !== 'equivalent' || works(merged)) return last
  const { plan } = merged
  const title = `${words(all.length - 1)}, and wait once for its lock, for a moment at a time`
  return { ...last, plan: later({ ...plan, title, takesIn: all.length - 1 }, () => plan) }
}

/** "Make one ALTER TABLE of it and the statement before it" */
const words = (before: number): string => `Make one ALTER TABLE of it and ${before === 1 ? 'the statement' : `the ${before} statements`} before it`

/** One statement that does what these do, one behind the other; undefined where they cannot be one, or would do something else. Its actions are the author's own, in their order and under the first one's head. */
export const oneStatement = (all: readonly Stepped[]): string | undefined => (all.every((_, index) => joins(all.slice(index))) ? together(all) : undefined)

function together(all: readonly Stepped[]): string {
  const [first, ...others] = all.map(({ sql }) => sql)
  const actions = others.map((sql) => sql.slice(Math.min(...read(sql).commands.map(({ span }) => span.start))))
  const parts = [first!, ...actions].map((text) => text.trimEnd())
  return parts.join(parts.some((text) => text.includes('\n')) ? ',\n  ' : ', ')
}

const works = ({ effects }: Assessed): boolean => effects.some(({ work }) => work.length > 0)

/** Which relations it stops others at, and how, in one word. */
const locksOf = ({ effects }: Assessed): string => effects.filter((effect) => stopsOthers(effect) && !effect.indexOf).map(({ relation, lock }) => `${relation}: ${lock}`).sort().join()

function repeated(all: readonly Stepped[], sql: string, merged: Assessed): Repeats | undefined {
  for (const kind of ['rewrite', 'scan'] as const) {
    const doing = ({ assessed }: Stepped): AssessedEffect | undefined => assessed.effects.find((effect) => stopsOthers(effect) && effect.work.some((work) => work.kind === kind))
    const own = doing(all.at(-1)!)
    const before = all.slice(0, -1).filter((one) => doing(one)?.relation === own?.relation)
    if (!own || before.length === 0) continue
    const durations = all.map(({ assessed }) => assessed.duration?.expectedMs)
    const savedMs = merged.duration && durations.every((one) => one !== undefined) ? durations.reduce<number>((sum, one) => sum + one!, 0) - merged.duration.expectedMs : undefined
    if (savedMs !== undefined && savedMs <= 0) return undefined
    return {
      relation: own.relation,
      kind,
      times: before.length + 1,
      statements: all.length - 1,
      sql,
      span: own.span,
      // A way that does without the work is better than doing it once.
      isAvoidable: all.every(({ assessed }) => !works(assessed) || (assessed.plan !== undefined && assessed.plan.fit !== 'outline')),
      ...(savedMs !== undefined && { savedMs }),
    }
  }
  return undefined
}
