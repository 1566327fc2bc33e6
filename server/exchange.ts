// A table is copied and the copy takes its name, or some of its columns are copied and dropped: what others write in between would be lost.
import type { Catalog } from './catalog/catalog'
import { freeName, schemaOf } from './catalog/catalog'
import { columnOf } from './catalog/relation'
import type { Table } from './catalog/relation'
import { firstWhere } from './model/first-where'
import { listNames, listWords } from './model/format'
import { makes, partsOf, restingKeys } from './exchange-parts'
import { nameParts, quoteIdentifier, quoteLiteral, relationName, shortName } from './model/name'
import type { Assessed } from './model/assessed'
import type { RelationName, WrittenName } from './model/name'
import type { Plan, Step } from './model/plan'
import type { FiringRole } from './model/snapshot'
import { isNew, sequencesOfColumn } from './operations/alteration'
import { clip } from './operations/automatic-name'
import { keyOf } from './operations/backfill-by-key'
import { noWay, sqlStep } from './operations/constraint-plans'
import { creationName } from './operations/created-table'
import type { PlanContext } from './operations/operation'
import { comparison, copyStep, followSteps, follower, inOneBlock, keyOfCopy } from './operations/second-table'
import type { Followed, Follower, Pairs } from './operations/second-table'
import { completedPlan, contextOf } from './plan'
import { attempt, step } from './session'
import type { Circumstances } from './session'
import { ofStatement, placeOf } from './stepped'
import type { Stepped } from './stepped'
import type { Command, CreateTableAs, DataChange } from './sql/command'
import { inCase } from './sql/print'
import { read } from './sql/read'
import { TokenKind, Tokens } from './sql/tokens'
import type { TryStatements } from './try-statements'

/** Further back nobody looks for where a table was made. */
const mostStatements = 200

/** By the place of the last statement of an exchange, how many before it belong to it: from the one that makes the second table on, or what makes room for it. */
function runs(steps: readonly Stepped[], marked: readonly number[]): ReadonlyMap<number, number> {
  const places = placesOf(steps, marked)
  const moved = movedBefore(steps, places)
  const renamed = renamedBefore(steps, places)
  const result = new Map<number, number>()
  for (const at of new Set([...moved.keys(), ...renamed.keys(), ...places.drops])) {
    const exchanged = moved.get(at)
    const before = exchanged ? sinceMoved(steps, at, exchanged) : sinceMade(steps, at, renamed.get(at), places)
    if (before > 0) result.set(at, before)
  }
  return result
}

function sinceMoved(steps: readonly Stepped[], at: number, { name, away }: Moved): number {
  const source = steps[away]!.before.catalog.table(name)
  if (source?.kind !== 'table' || source.origin === 'migration') return 0
  let first = away
  while (first > 0 && makesRoom(steps[first - 1]!, name)) first--
  return at - first
}

function sinceMade(steps: readonly Stepped[], at: number, renamed: number | undefined, places: Places): number {
  const taken = renamed === undefined ? splitOff(steps, at, places) : partOf(steps[renamed]!).takes
  if (!taken) return 0
  for (let first = (renamed ?? at) - 1; first >= 0 && at - first < mostStatements; first--) {
    const { before } = steps[first]!
    if (before.catalog.relation(taken.second) !== undefined) continue
    const source = before.catalog.table(taken.name)
    if (source?.kind !== 'table' || source.origin === 'migration') return 0
    while (renamed !== undefined && first > 0 && makesRoom(steps[first - 1]!, taken.name)) first--
    return at - first
  }
  return 0
}

/** What a statement may be of an exchange. Most are nothing of it. */
interface Part {
  /** The new table that it fills, and the one that has its rows. */
  readonly copies?: { readonly name: RelationName; readonly kept: RelationName }
  /** It fills some table from another. */
  readonly inserts?: true
  readonly renames?: { readonly from: RelationName; readonly to: RelationName }
  /** The name that a table of this very migration gets, and the one that it has. */
  readonly takes?: Taken
  /** The table of others that it does nothing but drop columns of. */
  readonly drops?: RelationName
}

interface Taken {
  readonly second: RelationName
  readonly name: RelationName
}

const nothing: Part = {}

const partOf = ofStatement((step: Stepped): Part => (mayTakePart(step) ? partAnew(step) : nothing))

export const exchange = { isPart: (step: Stepped): boolean => Object.keys(partOf(step)).length > 0, runs, assess }

/** Of the statements of a long file hardly one need be parsed again. */
const mayTakePart = ({ sql }: Stepped): boolean => /^\s*(?:alter|insert|create\s+table)\b/i.test(sql)

function partAnew(step: Stepped): Part {
  const { sql, assessed, before } = step
  const [command] = read(sql).commands
  const [operation] = assessed.operations
  if (command?.kind === 'rename' && command.relation) {
    const from = before.catalog.resolve(command.relation)
    const to = relationName(schemaOf(from), command.to)
    const isTaken = operation?.kind === 'rename-relation' && before.catalog.table(from) && isNew(before.catalog, from)
    return { ...(command.object === 'table' && { renames: { from, to } }), ...(isTaken && { takes: { second: from, name: to } }) }
  }
  if (command?.kind === 'alter' && operation?.kind === 'drop-column' && assessed.operations.every(({ kind }) => kind === 'drop-column')) {
    const drops = before.catalog.resolve(command.relation)
    return before.catalog.table(drops) && !isNew(before.catalog, drops) ? { drops } : nothing
  }
  if ((command?.kind !== 'insert' && command?.kind !== 'create-table-as') || !command.query.rowsOf) return nothing
  const kept = before.catalog.resolve(command.query.rowsOf.relation)
  const name = command.kind === 'create-table-as' ? creationName(command, before.catalog) : before.catalog.resolve(command.relation)
  const isCopy = (command.kind !== 'insert' || isNew(before.catalog, name)) && !isNew(before.catalog, kept) && copied(step, name, kept) !== undefined
  return { ...(command.kind === 'insert' && { inserts: true as const }), ...(isCopy && { copies: { name, kept } }) }
}

/** The statements that are something of an exchange, in their order: what else stands between them is not looked at. */
type Places = Readonly<Record<keyof Part, readonly number[]>>

function placesOf(steps: readonly Stepped[], marked: readonly number[]): Places {
  const places = { copies: [] as number[], inserts: [] as number[], renames: [] as number[], takes: [] as number[], drops: [] as number[] }
  for (const at of marked) for (const what of Object.keys(partOf(steps[at]!)) as (keyof Part)[]) places[what].push(at)
  return places
}

/** Those before `at`, from the nearest on, as far back as anybody looks. */
function* nearest(places: readonly number[], at: number): Iterable<number> {
  for (let index = countBelow(places, at) - 1; index >= 0 && at - places[index]! < mostStatements; index--) yield places[index]!
}

/** How many of the numbers, which ascend, are below `at`. */
const countBelow = (places: readonly number[], at: number): number => firstWhere(places.length, (index) => places[index]! >= at)

/** The statement that gives the second table the name, by the place of the last that has to do with it. */
const renamedBefore = (steps: readonly Stepped[], { takes }: Places): ReadonlyMap<number, number> =>
  byLast(steps, takes.map((at) => ({ at, name: partOf(steps[at]!).takes!.name, what: at })))

/** A table that has given up its name to one that is made under it only then, and filled from the first. */
interface Moved {
  readonly name: RelationName
  /** What the first is called from then on. */
  readonly kept: RelationName
  /** The statement that renames it, and the one that copies. */
  readonly away: number
  readonly copy: number
}

/** Those, by the place of the last statement that has to do with them. */
const movedBefore = (steps: readonly Stepped[], { copies, renames }: Places): ReadonlyMap<number, Moved> =>
  byLast(steps, copies.flatMap((copy) => {
    const { name, kept } = partOf(steps[copy]!).copies!
    for (const away of nearest(renames, copy)) {
      const { from, to } = partOf(steps[away]!).renames!
      if (from === name && to === kept) return { at: copy, name, what: { name, kept, away, copy } }
    }
    return []
  }))

/** Of two that follow each other, the first is told by itself only where it ends before the second comes. */
function byLast<T>(steps: readonly Stepped[], found: readonly { readonly at: number; readonly name: RelationName; readonly what: T }[]): ReadonlyMap<number, T> {
  return new Map(found.flatMap(({ at, name, what }, index) => {
    const last = lastOf(steps, at, name)
    return last < (found[index + 1]?.at ?? Infinity) ? [[last, what] as const] : []
  }))
}

/** Most statements are none of these, and need not be looked at again. */
const mayEnd = ({ sql }: Stepped): boolean => /^\s*(?:alter|create|drop|comment|grant|revoke|analyze)\b/i.test(sql)

/** Up to the last statement behind it that is about the table, or about what is about it. */
function lastOf(steps: readonly Stepped[], renamed: number, name: RelationName): number {
  const about = new Set<RelationName>([name])
  for (const step of steps.slice(Math.max(0, renamed - 20), renamed)) for (const one of namesOf(step)) about.add(one)
  const away = steps.slice(Math.max(0, renamed - 20), renamed).flatMap(({ sql, before }) => read(sql).commands.flatMap((command) => (command.kind === 'rename' && command.object === 'table' && command.relation && before.catalog.resolve(command.relation) === name ? relationName(schemaOf(name), command.to) : [])))
  for (const one of away) about.add(one)
  let last = renamed
  for (let index = renamed + 1; index < steps.length && index - renamed < mostStatements; index++) {
    const step = steps[index]!
    if (!mayEnd(step) || !(step.assessed.effects.some(({ relation, indexOf }) => about.has(relation) || (indexOf !== undefined && about.has(indexOf))) || grantedOn(step).some((one) => about.has(one)))) continue
    for (const { relation, kind } of step.assessed.operations) if (kind === 'create-view' && relation) about.add(relation)
    last = index
  }
  return last
}

/** Before 18 a grant takes no lock. */
const grantedOn = ({ sql, before }: Stepped): readonly RelationName[] => (/^\s*(?:grant|revoke)\b/i.test(sql) ? read(sql).commands.flatMap((command) => (command.kind === 'grant' ? command.relations.map((one) => before.catalog.resolve(one)) : [])) : [])

/** What reads the table, or refers to it, lets go of it. */
function makesRoom({ sql, before }: Stepped, name: RelationName): boolean {
  const { commands } = read(sql)
  return commands.length > 0 && commands.every((command) => {
    if (command.kind === 'drop') return command.object === 'view' && readsFrom(before.catalog, before.catalog.resolve(command.relation), name)
    if (command.kind !== 'alter' || command.action.action !== 'drop-constraint') return false
    const { name: dropped } = command.action
    return before.catalog.table(before.catalog.resolve(command.relation))?.constraints.some((key) => key.name === dropped && key.references === name) ?? false
  })
}

const readsFrom = (catalog: Catalog, view: RelationName, name: RelationName): boolean => {
  const relation = catalog.relation(view)
  return relation?.kind === 'view' && relation.reads.some((one) => one === name || readsFrom(catalog, one, name))
}

/** The table whose columns are dropped, and the one of this migration that they were copied to; nothing where more of them go behind it. */
function splitOff(steps: readonly Stepped[], at: number, { inserts }: Places): Taken | undefined {
  const name = partOf(steps[at]!).drops
  if (name === undefined || (steps[at + 1] && partOf(steps[at + 1]!).drops === name)) return undefined
  for (const index of nearest(inserts, at)) {
    const { sql, before } = steps[index]!
    const [command] = read(sql).commands
    if (command?.kind !== 'insert' || !command.query.rowsOf) continue
    const second = before.catalog.resolve(command.relation)
    if (!isNew(before.catalog, second) || !copied(steps[index]!, second, name)) continue
    const gone = steps.slice(index, at + 1).flatMap((step) => (partOf(step).drops === name ? droppedBy(step) : []))
    if (command.query.rowsOf.shows.some((one) => one === '*' || (one.column !== undefined && gone.includes(one.column)))) return { second, name }
  }
  return undefined
}

const droppedBy = ({ sql }: Stepped): readonly string[] => read(sql).commands.flatMap((command) => (command.kind === 'alter' && command.action.action === 'drop-column' ? command.action.column : []))

function assess(all: readonly Stepped[], circumstances: Circumstances): Assessed {
  const last = all.at(-1)!
  const places = placesOf(all, [...all.keys()])
  const moved = movedBefore(all, places).get(all.length - 1)
  if (moved) return assessMoved(all, moved, circumstances)
  const taken = all.findLast((step) => partOf(step).takes)
  const split = taken ? undefined : splitOff(all, all.length - 1, places)
  const { second, name } = (taken && partOf(taken).takes) ?? split!
  const at = all.findLastIndex((step) => copied(step, second, name) !== undefined)
  const copy = all[at]
  if (!copy || all.slice(0, at).some((step) => isFollowed(step, name))) return last.assessed
  const source = all[0]!.before.catalog.table(name)!
  const rows = source.size?.rows
  if (rows === 0) return last.assessed
  // What is copied in a moment leaves a gap of a moment.
  const isLong = copy.assessed.duration === undefined || copy.assessed.duration.expectedMs >= longMs
  const plan = split ? splitPlan(all, at, second, name, circumstances) : exchangePlan(all, at, second, name, circumstances)
  // Writers wait from before the copy until the exchange is committed: nothing is lost, but they wait.
  if (isStopped(copy, name, taken ?? last)) return isLong ? { ...last.assessed, plan } : last.assessed
  if (split) return { ...last.assessed, plan, loses: splitLoses(last, copied(copy, second, name) as DataChange, source, second, { name, ...(rows !== undefined && isLong && { rows }) }) }
  const sentence = `What others write to \`${shortName(name)}\` after it is copied to \`${shortName(second)}\` is not in the copy, and lost to whoever finds that under its name.`
  const loses = { sentence, relation: name, span: last.assessed.operations[0]!.span, ...(rows !== undefined && isLong && { rows }) }
  return { ...last.assessed, loses: [...last.assessed.loses, loses], plan }
}

/** Nothing is lost, for nobody finds the table meanwhile: they wait for it, or fail, or find it without its rows, as is said where it is renamed. */
function assessMoved(all: readonly Stepped[], moved: Moved, circumstances: Circumstances): Assessed {
  const last = all.at(-1)!
  const { assessed } = all[moved.copy]!
  const isLong = assessed.duration === undefined || assessed.duration.expectedMs >= longMs
  if (!isLong || all[0]!.before.catalog.table(moved.name)!.size?.rows === 0) return last.assessed
  const inOrder = copiedFirst(all, moved, circumstances)
  const plan = inOrder && exchangePlan(inOrder.steps, inOrder.copy, inOrder.second, moved.name, circumstances, { takesIn: all.length - 1 })
  if (plan?.takesIn !== undefined) return { ...last.assessed, plan }
  return { ...last.assessed, plan: outlineOf(all, plan?.title ?? `${title('exchange the names in a moment')}: make it under a name of its own, and rename both when it is whole`) }
}

/**
 * The same statements in an order in which the first table keeps its name until the second is whole: that is made under another name, and has in the end all of the names that it has as the author writes it.
 * Undefined where one of them cannot be told with another name in it.
 */
function copiedFirst(all: readonly Stepped[], { name, kept, away, copy }: Moved, circumstances: Circumstances): { readonly steps: readonly Stepped[]; readonly copy: number; readonly second: RelationName } | undefined {
  const start = all[0]!.before
  const second = freeName(start.catalog, schemaOf(name), clip(`${nameParts(name).name}_new`, 60))
  const passing = quoteIdentifier(nameParts(second).name)
  const own = quoteIdentifier(nameParts(name).name)
  const steps: Stepped[] = []
  let session = start
  const walk = (sql: string): void => {
    const { assessed, after } = step(session, sql, { ...circumstances, planning: true })
    steps.push({ sql, before: session, after, assessed, findings: [], footprint: { told: [] } })
    session = after
  }
  for (const { sql } of all.slice(0, away)) walk(sql)
  for (const one of all.slice(away + 1, copy + 1)) {
    const sql = renamedIn(one, new Map([[name, passing], [kept, own]]))
    if (sql === undefined) return undefined
    walk(sql)
  }
  const at = steps.length - 1
  const table = session.catalog.table(second)
  const wanted = step(all[copy]!.before, all[copy]!.sql, { ...circumstances, planning: true }).after.catalog
  const whole = wanted.table(name)
  if (!table || !whole) return undefined
  walk(all[away]!.sql)
  const [rename] = read(all[away]!.sql).commands
  const written = rename?.kind === 'rename' ? rename.relation : undefined
  if (!written) return undefined
  const context = contextOf(all[away]!.sql, start.catalog)
  const cased = (text: string): string => inCase(text, context.keywords)
  const head = `${cased('ALTER TABLE')} ${context.name(written)}`
  walk(`${cased('ALTER TABLE')} ${context.name({ ...written, name: nameParts(second).name })} ${cased('RENAME TO')} ${own}`)
  // What is named after the table is named after the other name until then.
  const sequences = [session.catalog.sequences(name), wanted.sequences(name)] as const
  if (table.constraints.length !== whole.constraints.length || table.indexes.length !== whole.indexes.length || sequences[0].length !== sequences[1].length) return undefined
  for (const [index, { name: is, index: carries }] of table.constraints.entries()) {
    const be = whole.constraints[index]!
    if (is !== be.name && !(carries !== undefined && be.index === undefined)) walk(`${head} ${cased('RENAME CONSTRAINT')} ${quoteIdentifier(is)} ${cased('TO')} ${quoteIdentifier(be.name)}`)
  }
  for (const [index, { name: is }] of table.indexes.entries()) {
    const be = whole.indexes[index]!.name
    if (is !== be && !table.constraints.some((one) => one.index === is)) walk(`${cased('ALTER INDEX')} ${context.name({ ...written, name: nameParts(is).name })} ${cased('RENAME TO')} ${quoteIdentifier(nameParts(be).name)}`)
  }
  for (const [index, is] of sequences[0].entries()) {
    const be = sequences[1][index]!
    if (is !== be) walk(`${cased('ALTER SEQUENCE')} ${context.name({ ...written, name: nameParts(is).name })} ${cased('RENAME TO')} ${quoteIdentifier(nameParts(be).name)}`)
  }
  for (const { sql } of all.slice(copy + 1)) walk(sql)
  return { steps, copy: at, second }
}

/** The statement with other relations in the place of some; undefined where a name of theirs stands for something else in it. */
function renamedIn({ sql, before }: Stepped, names: ReadonlyMap<RelationName, string>): string | undefined {
  const tokens = new Tokens(sql)
  const isName = (index: number): RelationName | undefined => {
    const text = sql.slice(tokens.starts[index], tokens.ends[index])
    return [...names.keys()].find((one) => (tokens.kinds[index] === TokenKind.Word ? text.toLowerCase() === nameParts(one).name : tokens.kinds[index] === TokenKind.QuotedWord && text === quoteIdentifier(nameParts(one).name)))
  }
  const at = Array.from({ length: tokens.count }, (_, index) => index).filter((index) => isName(index) !== undefined)
  const { commands, standIns = [] } = read(sql)
  const said = commands.flatMap((command) => [
    ...('relation' in command && command.relation ? [command.relation] : []),
    ...(command.kind === 'create-table' ? [...command.like.map(({ relation }) => relation), ...(command.partitionOf ? [command.partitionOf.parent] : [])] : []),
    ...((command.kind === 'insert' || command.kind === 'create-table-as') && command.query.rowsOf ? [command.query.rowsOf.relation] : []),
  ])
  const meant = said.filter((written) => names.has(before.catalog.resolve(written)) || names.has(before.catalog.creationName(written)))
  if (standIns.length > 0 || meant.length !== at.length) return undefined
  return at.reduceRight((text, index) => `${text.slice(0, tokens.starts[index])}${names.get(isName(index)!)!}${text.slice(tokens.ends[index])}`, sql)
}

const longMs = 100

/** The rows of the table that the statement puts into the second one; undefined where it puts none there, or chooses among them. */
function copied({ sql, before }: Stepped, second: RelationName, source: RelationName): Command | undefined {
  const [command] = read(sql).commands
  if (command?.kind !== 'insert' && command?.kind !== 'create-table-as') return undefined
  const { rowsOf } = command.query
  const into = command.kind === 'create-table-as' ? creationName(command, before.catalog) : before.catalog.resolve(command.relation)
  return rowsOf && rowsOf.where === undefined && into === second && before.catalog.resolve(rowsOf.relation) === source ? command : undefined
}

const isStopped = (copy: Stepped, source: RelationName, last: Stepped): boolean =>
  copy.before.transaction.block !== undefined && copy.before.transaction.block === last.before.transaction.block && copy.assessed.held.on(source).some(({ blocks }) => blocks.writes)

/** The author has a way of their own to carry over what is written meanwhile. */
function isFollowed({ sql, before }: Stepped, source: RelationName): boolean {
  const [command] = read(sql).commands
  return (command?.kind === 'create-trigger' || command?.kind === 'create-rule') && before.catalog.resolve(command.relation) === source
}

const title = (what: string): string => `Keep the second table in step by a trigger while it is filled in batches, and ${what}`

/** What the statements before the last one do is answered by the same words, where none of them has steps of its own. That of a rename is for code that goes on with the first table. */
function outlineOf(all: readonly Stepped[], words: string): Plan {
  const others = all.slice(0, -1)
  const isAnswered = others.every((one) => one.assessed.plan === undefined || one.assessed.plan.fit === 'outline' || partOf(one).renames !== undefined)
  return { ...noWay(words), ...(others.length > 0 && isAnswered && { takesIn: others.length }) }
}

interface Told {
  /** How many statements right before its own the plan takes the place of as well. */
  readonly takesIn?: number
  /** What to do, without a full stop. */
  readonly exchanging?: string
  /** Steps that give the second table what no statement of `all` gives it, before anybody's rows are in it. */
  readonly carried?: readonly Step[]
  /** What runs in the exchange in the place of a statement, with what the server alone knows put in. */
  readonly executed?: ReadonlyMap<string, string>
  /** Steps behind the exchange. */
  readonly behind?: readonly Step[]
}

/** The second table is made, filled and given the name by the statements of `all`, of which that at `at` copies. */
export function exchangePlan(all: readonly Stepped[], at: number, second: RelationName, name: RelationName, circumstances: Circumstances, told: Told = {}): Plan {
  const { takesIn = all.length - 1, exchanging = title('exchange the names in a moment'), carried = [], executed = new Map(), behind: further = [] } = told
  const outline = (words: string): Plan => outlineOf(told.takesIn === undefined ? all : [], words)
  const [first, last] = [all[0]!, all.at(-1)!]
  const start = first.before.catalog
  const command = copied(all[at]!, second, name) as DataChange | CreateTableAs
  const source = start.table(name)!
  const attempted: TryStatements = (text, catalog) => attempt(text, catalog, circumstances)
  // As it is in the end.
  const table = attempted(last.sql, last.before.catalog).after.table(name)
  if (!table) return outline(exchanging)
  const pairs = pairsOf(command, source, table)
  const key = pairs && keyOfCopy(source, table, pairs)
  if (!pairs) return outline(`${exchanging}, which takes a copy whose columns each are one of the first table's`)
  if (!key) return outline(`${exchanging}, for which the second table needs a key that has the first one's in it`)
  const context = contextOf(first.sql, start)
  const away = all.find((step) => namesOf(step).includes(name))
  const awayCommand = away && read(away.sql).commands[0]
  if ((awayCommand?.kind !== 'rename' && awayCommand?.kind !== 'drop') || !awayCommand.relation || start.children(name).length > 0) return outline(exchanging)
  const written = awayCommand.relation
  const oldName = awayCommand.kind === 'drop' ? nameParts(freeName(start, schemaOf(name), clip(`${nameParts(name).name}_old`, 60))).name : awayCommand.to
  const parts = partsOf({ all, at, second, name, kept: { ...written, name: oldName }, context, attempt: attempted })
  if (!parts) return outline(exchanging)
  const isDropped = parts.drop !== undefined
  const old: Followed = { name, table: source, written }
  const fresh: Followed = { name: second, table: { ...table, name: second, constraints: table.constraints.filter(({ references }) => references !== name) }, written: command.relation }
  const forth = follower(old, fresh, pairs, key, 'copy', start, context)
  const copy = copyStep(old, fresh, pairs, key, all[at + 1]?.before.catalog ?? start, context)
  if (!copy) return outline(exchanging)

  const { counting, gaps: uncounted } = countersOf(pairs, name, second, all[at + 1]!.before.catalog, start, context)
  const isWhole = source.columns!.every((column) => column.generated || pairs.some(([, from]) => from === column.name))
  const kept: Followed = { name: relationName(schemaOf(name), oldName), table: { ...source, constraints: source.constraints.filter(({ references }) => references !== name) }, written: { ...written, name: oldName } }
  const taken: Followed = { name, table: { ...table, triggers: [] }, written }
  const sourceKey = keyOf(source)!
  const reverse = isWhole ? follower(taken, kept, pairs.map(([to, from]) => [from, to] as const), sourceKey, 'old', start, context) : undefined
  const cased = (text: string): string => inCase(text, context.keywords)
  const locked = [...parts.locks.views, `${cased('LOCK TABLE')} ${[...new Set([...parts.locks.tables, context.name(written)])].join(', ')} ${cased('IN ACCESS EXCLUSIVE MODE')};`]
  // What is carried back to the old table has been through the triggers and rules of the second.
  const resting = reverse ? source.triggers.filter(({ enabled }) => enabled) : []
  const ruling = reverse ? source.rules.filter(({ enabled }) => enabled) : []
  const keys = reverse && restingKeys(source, shortName(name), cased)
  const switching = (of: WrittenName, text: 'rest' | 'wake'): readonly string[] => {
    const enable = (role: FiringRole | undefined): string => (text === 'rest' ? 'DISABLE' : `ENABLE${role === undefined ? '' : ` ${role.toUpperCase()}`}`)
    const actions = [...resting.map((one) => `${cased(`${enable(one.role)} TRIGGER`)} ${quoteIdentifier(one.name)}`), ...ruling.map((one) => `${cased(`${enable(one.role)} RULE`)} ${quoteIdentifier(one.name)}`)]
    return [...(actions.length === 0 ? [] : [`${cased('ALTER TABLE')} ${context.name(of)} ${actions.join(', ')};`]), ...(keys ? keys[text](context.name(of)) : [])]
  }
  const gaps = [...uncounted, ...parts.gaps, ...gapsOf(source, table, name, start, attempted(last.sql, last.before.catalog).after, kept.name), ...(keys ? keys.gaps : []), ...(reverse && source.rules.some(({ on }) => on === 'update') ? ['a rule ON UPDATE of the old table is in the way of what is carried back to it'] : [])]
  const there = [...switching(written, 'rest'), ...parts.late.map(({ sql }) => executed.get(sql) ?? sql)]
  const ways = [...parts.late.toReversed().map(({ back }) => back), ...switching(written, 'wake')]
  const behind = parts.late.toReversed().flatMap((one) => one.behind ?? [])
  const block = (of: Follower, lines: readonly string[], next: Follower | undefined): string =>
    inOneBlock([...locked, ...of.drop.split('\n'), ...lines.filter((one) => one !== ''), ...(next ? [next.create, ...next.triggers.split('\n')] : []), `${cased('DROP FUNCTION')} ${of.function}();`], context.keywords)
  // PostgreSQL drops it from the partitions first, and locks the whole last, against the order of all who use it.
  const dropped = (of: Follower): string => (table.kind === 'partitioned table' ? [cased('BEGIN;'), `${cased('LOCK TABLE')} ${context.name(written)} ${cased('IN ACCESS EXCLUSIVE MODE')};`, of.drop, cased('COMMIT;')].join('\n') : of.drop)
  const exchanged: Step = {
    ...sqlStep(block(forth, [...counting.there, ...there], reverse), 'own', `Takes a moment, and the second table is \`${shortName(name)}\` from then on; a transaction at REPEATABLE READ that began before its rows were copied does not see them there.${reverse ? ` What is written to it goes to \`${oldName}\` as well, as long as that may be wanted back.` : ' There is no way back but by hand, for not every column is in both.'}`),
    verify: comparison(kept, taken, pairs, key, context),
    // A sequence goes on from the other one under the names that both had before the exchange.
    ...(reverse && !ways.includes(undefined) && { back: [block(reverse, [...(ways as readonly string[]), ...counting.back], forth), ...behind].join('\n') }),
  }
  const analyze: Step = { ...sqlStep(`${cased('ANALYZE')} ${context.name(command.relation)};`, 'shared', 'So that queries find its statistics when it takes over.'), back: '' }
  const woken = isDropped ? [] : switching(kept.written, 'wake')
  const plan: Plan = {
    title: `${exchanging}${gaps.length === 0 ? '' : `; not all of the way is known: ${gaps.join('; ')}`}`,
    fit: gaps.length === 0 ? 'staged' : 'outline',
    expand: [
      ...(source.forcedRowSecurity ? [exemptStep(context.name(written), shortName(name), cased)] : []),
      ...parts.made.map((sql) => madeStep(sql)),
      ...carried,
      ...followSteps(forth, old, '; a row that the second table does not take is refused in the first as well'),
    ],
    // What is copied goes with the second table.
    migrate: [{ ...copy, back: '' }, analyze, exchanged, ...parts.after.map((step) => ({ ...step, back: '' })), ...further],
    contract: [
      ...(reverse ? [sqlStep(dropped(reverse), table.kind === 'partitioned table' ? 'own' : 'shared', 'Nothing is to go back to the old table any more.'), sqlStep(`${cased('DROP FUNCTION')} ${reverse.function}();`, 'shared', 'No trigger calls it.')] : []),
      ...woken.map((sql) => sqlStep(sql, 'shared', 'As it was before: whoever writes to the old table by its new name meets it.')),
      ...parts.contract.map((sql) => sqlStep(sql, 'shared', 'It reads the old table.')),
      ...(parts.drop === undefined ? [] : [sqlStep(parts.drop, 'shared', 'All its rows are in the second table.')]),
    ],
    ...(takesIn > 0 && { takesIn }),
    code: { contract: `Code has run on the second table for long enough, and \`${oldName}\` will not be wanted back.` },
  }
  return completedPlan(plan, start, placeOf(last, circumstances), context)
}

/** What is said of the second table goes with it. */
const madeStep = (sql: string): Step => ({ ...sqlStep(sql, 'shared', 'Nobody uses the second table yet.'), ...(!/^\s*create\s+(?:\w+\s+)?table\b/i.test(sql) && { back: '' }) })

/** Where policies hold for whoever owns the table, what they hide from him would not be copied. */
function exemptStep(written: string, name: string, cased: (text: string) => string): Step {
  const sql = [cased('DO $exempt$'), cased('BEGIN'), `  ${cased('IF')} row_security_active(${quoteLiteral(written)}) ${cased('THEN')}`, `    ${cased('RAISE EXCEPTION')} ${quoteLiteral(`The policies of ${name} hold for ${'%'} too, who is to copy all of its rows.`)}, current_user ${cased('USING')} HINT = 'Run this as a role that has BYPASSRLS.';`, `  ${cased('END IF;')}`, cased('END'), '$exempt$;'].join('\n')
  return { ...sqlStep(sql, 'shared', `Ends in an error where the policies of \`${name}\` hold for whoever runs this: what they hide would not be copied.`), back: '' }
}

/** Values that were copied are not gone; those that are written behind the copy are. */
function splitLoses({ assessed, sql }: Stepped, { query }: DataChange, source: Table, second: RelationName, { name, rows }: { readonly name: RelationName; readonly rows?: number }): Assessed['loses'] {
  const shown = query.rowsOf!.shows.flatMap((one) => (one === '*' ? (source.columns ?? []).map((column) => column.name) : (one.column ?? [])))
  const drops = read(sql).commands.flatMap((command) => (command.kind === 'alter' && command.action.action === 'drop-column' && shown.includes(command.action.column) ? [{ column: command.action.column, span: command.span }] : []))
  const isOther = ({ span }: Assessed['loses'][number]): boolean => !drops.some((drop) => drop.span.start === span.start && drop.span.end === span.end)
  const sentence = (column: string): string => `What others write to \`${column}\` of \`${shortName(name)}\` after it is copied to \`${shortName(second)}\` is lost.`
  return [...assessed.loses.filter(isOther), ...drops.map(({ column, span }) => ({ sentence: sentence(column), relation: name, span, ...(rows !== undefined && { rows }) }))]
}

/** Columns go to a table of their own: code moves there while a trigger carries over what is still written to the first, and then they are dropped. */
function splitPlan(all: readonly Stepped[], at: number, second: RelationName, name: RelationName, circumstances: Circumstances): Plan {
  const splitting = title('drop the columns once no code names them')
  const outline = (words: string): Plan => outlineOf(all, words)
  const [first, last] = [all[0]!, all.at(-1)!]
  const command = copied(all[at]!, second, name) as DataChange
  const behind = all.slice(at + 1)
  const drops = behind.filter((step) => partOf(step).drops === name)
  const made = [...all.slice(0, at), ...behind.filter((step) => !drops.includes(step))]
  const { catalog } = all[at]!.before
  const source = first.before.catalog.table(name)!
  const table = drops[0]!.before.catalog.table(second)!
  const pairs = pairsOf(command, source, table)
  if (!pairs) return outline(`${splitting}, which takes a copy whose columns each are one of the first table's`)
  const key = keyOfCopy(source, table, pairs)
  if (!key) return outline(`${splitting}, for which the second table needs a key that has the first one's in it`)
  if (first.before.catalog.children(name).length > 0 || !made.every((step) => makes(step) || isLocking(step))) return outline(splitting)
  const context = contextOf(first.sql, first.before.catalog)
  const [alter] = read(drops[0]!.sql).commands as readonly Extract<Command, { kind: 'alter' }>[]
  const old: Followed = { name, table: source, written: alter!.relation }
  const fresh: Followed = { name: second, table, written: command.relation }
  const forth = follower(old, fresh, pairs, key, 'copy', first.before.catalog, context, 'others write there')
  const copy = copyStep(old, fresh, pairs, key, catalog, context)
  if (!copy) return outline(splitting)
  const gone = drops.flatMap(droppedBy)
  const required = gone.filter((column) => columnOf(source, column)?.notNull && columnOf(source, column)!.default === undefined)
  const gaps = required.map((column) => `\`${column}\` needs a default, or to take NULL, before code leaves it out`)
  const plan: Plan = {
    title: `${splitting}${gaps.length === 0 ? '' : `; not all of the way is known: ${gaps.join('; ')}`}`,
    fit: gaps.length === 0 ? 'staged' : 'outline',
    expand: [...made.filter((step) => !isLocking(step)).map(({ sql }) => sqlStep(`${sql};`, 'shared', 'Nobody uses the second table yet.')), ...followSteps(forth, old, '; a row that the second table does not take is refused in the first as well, and a foreign key to the first may refuse a DELETE at REPEATABLE READ of a row that was copied meanwhile, which has to be tried again')],
    migrate: [{ ...copy, back: '' }, { ...sqlStep(`${inCase('ANALYZE', context.keywords)} ${context.name(command.relation)};`, 'shared', 'So that queries find its statistics when code uses it.'), back: '' }],
    contract: [
      sqlStep(forth.drop, 'shared', 'Nobody writes to the old columns any more.'),
      sqlStep(`${inCase('DROP FUNCTION', context.keywords)} ${forth.function}();`, 'shared', 'No trigger calls it.'),
      ...drops.map(({ sql }) => sqlStep(`${sql};`, 'shared', 'Their values are in the second table.')),
    ],
    takesIn: all.length - 1,
    code: { contract: `Code reads and writes \`${shortName(second)}\`, and puts rows there with ON CONFLICT DO UPDATE, for the trigger may have put them there before; no code names ${listWords(gone.map((column) => `\`${column}\``))} of \`${shortName(name)}\`. Old code does not see what new code writes.` },
  }
  return completedPlan(plan, first.before.catalog, placeOf(last, circumstances), context)
}

/** The relations that a statement of the exchange renames or drops. */
const namesOf = ({ sql, before }: Stepped): readonly RelationName[] => read(sql).commands.flatMap((command) => ((command.kind === 'rename' || command.kind === 'drop') && command.relation ? before.catalog.resolve(command.relation) : []))

const isLocking = ({ sql }: Stepped): boolean => read(sql).commands.every(({ kind }) => kind === 'lock-table')

/** Which column of the first table each column of the second has its value from; undefined where one has it from elsewhere. */
function pairsOf({ query, columns = [] }: Pick<DataChange | CreateTableAs, 'query' | 'columns'>, source: Table, second: Table): Pairs | undefined {
  if (!source.columns || !second.columns || !query.rowsOf || query.reads.length !== 1) return undefined
  const shown = query.rowsOf.shows.flatMap((one) => (one === '*' ? source.columns!.map(({ name }) => name) : [one.column]))
  const given = columns.length > 0 ? columns : second.columns.map(({ name }) => name).slice(0, shown.length)
  const pairs = given.map((to, index) => [to, shown[index]] as const)
  if (pairs.length !== shown.length || pairs.some(([to, from]) => from === undefined || !columnOf(source, from) || !columnOf(second, to))) return undefined
  return pairs.filter(([to]) => !columnOf(second, to)!.generated) as Pairs
}

/** A sequence of the second table's own goes on from where the first one's has come to. */
function countersOf(pairs: Pairs, name: RelationName, second: RelationName, catalog: Catalog, before: Catalog, context: PlanContext): { readonly counting: { readonly there: readonly string[]; readonly back: readonly string[] }; readonly gaps: readonly string[] } {
  const cased = (text: string): string => inCase(text, context.keywords)
  const set = (to: RelationName, from: RelationName): string => `${cased('PERFORM')} setval(${quoteLiteral(to)}, last_value, is_called) ${cased('FROM')} ${from};`
  const there: string[] = []
  const back: string[] = []
  const gaps: string[] = []
  for (const [to, from] of pairs) {
    for (const sequence of sequencesOfColumn(catalog, second, to)) {
      const [own] = sequencesOfColumn(before, name, from)
      // One that both count by goes on by itself.
      if (own === sequence) continue
      if (own === undefined) gaps.push(`\`${shortName(sequence)}\` has to count on from the highest \`${to}\``)
      else {
        there.push(set(sequence, own))
        back.push(set(own, sequence))
      }
    }
  }
  return { counting: { there, back }, gaps }
}

/** What hangs on the first table and stays with it. */
function gapsOf(source: Table, second: Table, name: RelationName, before: Catalog, after: Catalog, kept: RelationName): readonly string[] {
  const names = (relations: readonly RelationName[]): string => listNames([...new Set(relations)])
  const stays = after.table(kept) !== undefined
  const referencing = stays ? before.referencing(name).filter((one) => one !== name && after.table(one)?.constraints.some(({ references }) => references === kept)) : []
  const readers = stays ? after.readers(kept).filter((one) => before.readers(name).includes(one)) : []
  const published = (source.publications ?? []).filter((one) => !second.publications?.includes(one))
  const left = source.triggers.filter((one) => !second.triggers.some((other) => other.name === one.name))
  const granted = (table: Table, to: string | undefined): readonly string[] => (table.grants ?? []).flatMap((one) => (one.to === to ? one.privileges : []))
  const isUnguarded = source.rowSecurity && (!second.rowSecurity || (source.policies ?? []).some((one) => !second.policies?.some((other) => other.name === one.name)))
  return [
    ...(referencing.length > 0 ? [`foreign keys of ${names(referencing)} go on pointing at the old table`] : []),
    ...(readers.length > 0 ? [`${names(readers)} ${readers.length === 1 ? 'goes' : 'go'} on reading the old table`] : []),
    ...(left.length > 0 ? [`its ${left.length === 1 ? 'trigger stays' : 'triggers stay'} with the old table`] : []),
    ...(source.rules.some((one) => !second.rules.some((other) => other.name === one.name)) ? ['its rules stay with the old table'] : []),
    ...(isUnguarded ? ['its policies stay with the old table'] : []),
    ...(published.length > 0 ? [`${published.length === 1 ? 'the publication' : 'the publications'} ${listWords(published.map((one) => `\`${one}\``))} ${published.length === 1 ? 'goes' : 'go'} on publishing the old table`] : []),
    ...((source.grants ?? []).some(({ to, privileges }) => privileges.some((one) => !granted(second, to).includes(one))) ? ['what is granted on it is not on the second table'] : []),
  ]
}
