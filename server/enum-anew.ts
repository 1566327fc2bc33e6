// An enum is made anew under its own name, as tools do it that know no ALTER TYPE … ADD VALUE: the columns of its type are written anew for the new one.
import type { Catalog } from './catalog/catalog'
import { schemaOf } from './catalog/catalog'
import { columnOf } from './catalog/relation'
import type { Column } from './catalog/relation'
import type { Assessed } from './model/assessed'
import { listWords } from './model/format'
import { nameParts, quoteIdentifier, quoteLiteral, relationName, shortName } from './model/name'
import type { RelationName, WrittenName } from './model/name'
import type { Plan, Step } from './model/plan'
import { constraintUses, indexUses, isNew } from './operations/alteration'
import { sameNames } from './operations/common'
import { createdLike, sqlStep } from './operations/constraint-plans'
import { recognise, typeOf } from './operations/index'
import type { PlanContext } from './operations/operation'
import { freeName } from './operations/passing-names'
import { inOneBlock } from './operations/second-table'
import { completedPlan, contextOf } from './plan'
import { attempt } from './session'
import type { Circumstances } from './session'
import { placeOf } from './stepped'
import type { Stepped } from './stepped'
import type { AlterRelation, Command } from './sql/command'
import { readExpression } from './sql/expression'
import { inCase } from './sql/print'
import { read } from './sql/read'

export const enumAnew = { isPart: dropsType, runs, assess }

/** By the place of its last statement, all statements that make one enum anew, and those behind it in the same transaction. */
function runs(steps: readonly Stepped[], marked: readonly number[]): ReadonlyMap<number, readonly Stepped[]> {
  const result = new Map<number, readonly Stepped[]>()
  for (const at of marked) {
    const { block } = steps[at]!.before.transaction
    const isPart = (one: Stepped | undefined): boolean => one !== undefined && one.before.transaction.block === block && takesPart(one)
    let first = at
    while (isPart(steps[first - 1])) first--
    while (first < at && !beginsWith(steps[first]!)) first++
    const last = endFrom(steps, at)
    const own = steps.slice(first, last + 1)
    if (first === at || !anewBy(own)) continue
    const behind = block === undefined ? [] : steps.slice(last + 1).filter((one) => one.before.transaction.block === block)
    result.set(last, [...own, ...behind])
  }
  return result
}

/** The last that has to do with what the one at `at` drops. A type that is given the name of the dropped one is. */
function endFrom(steps: readonly Stepped[], at: number): number {
  const { block } = steps[at]!.before.transaction
  let last = at
  while (last + 1 < steps.length && steps[last + 1]!.before.transaction.block === block && takesPart(steps[last + 1]!) && !makesType(steps[last + 1]!)) last++
  return last
}

const commandsOf = ({ sql }: Stepped): readonly Command[] => read(sql).commands

function dropsType(step: Stepped): boolean {
  return /^\s*drop\s+type\b/i.test(step.sql) && commandsOf(step).every((command) => command.kind === 'drop' && !command.cascade)
}

/** Makes the new type, or room for it. */
const beginsWith = (step: Stepped): boolean => /^\s*(?:create|alter)\s+type\b/i.test(step.sql) && commandsOf(step).every((command) => (command.kind === 'create-type' && command.type === 'enum') || (command.kind === 'rename' && command.object === 'type'))

const makesType = (step: Stepped): boolean => commandsOf(step).some(({ kind }) => kind === 'create-type')

const takesPart = (step: Stepped): boolean => dropsType(step) || beginsWith(step) || (/^\s*alter\s+table\b/i.test(step.sql) && commandsOf(step).every((command) => command.kind === 'alter' && kinds.has(command.action.action)))

const kinds: ReadonlySet<string> = new Set(['alter-type', 'set-default', 'drop-default'])

interface Anew {
  readonly name: RelationName
  readonly written: WrittenName
  readonly before: readonly string[]
  readonly after: readonly string[]
  readonly columns: readonly Changed[]
  /** The name that the new type has until it has that of the old one; absent where it is made under that. */
  readonly passing?: string
  /** What the old one is called then. */
  readonly aside?: string
}

interface Changed {
  readonly table: RelationName
  readonly command: AlterRelation
  readonly column: Column
  /** As the statements leave it. */
  readonly default?: string
}

/** What the statements come to: a type of the same name with other values, and the same columns of it. Undefined where they do anything else. */
function anewBy(all: readonly Stepped[]): Anew | undefined {
  const start = all[0]!.before.catalog
  const end = all.at(-1)!.after.catalog
  const commands = all.flatMap((step) => commandsOf(step).map((command) => ({ command, catalog: step.before.catalog })))
  const created = commands.flatMap(({ command }) => (command.kind === 'create-type' ? [command] : []))
  const renames = commands.flatMap(({ command, catalog }) => (command.kind === 'rename' && command.relation ? [{ from: catalog.resolveType(command.relation), to: command.to, written: command.relation }] : []))
  const dropped = commands.flatMap(({ command, catalog }) => (command.kind === 'drop' ? [{ name: catalog.resolveType(command.relation), written: command.relation }] : []))
  if (created.length !== 1 || dropped.length !== 1 || all.some(({ assessed }) => assessed.fails.length + assessed.unread.length + assessed.needs.length > 0)) return undefined
  const away = renames.find(({ from }) => isOwn(from, start))
  const [name, written] = away ? [away.from, away.written] : [dropped[0]!.name, dropped[0]!.written]
  const [before, after] = [start, end].map((catalog) => catalog.type(name))
  if (before?.kind !== 'enum' || after?.kind !== 'enum' || before === after) return undefined
  const made = start.creationName(created[0]!.name)
  if (schemaOf(made) !== schemaOf(name) || (made !== name && end.type(made) !== undefined)) return undefined
  const columns = commands.flatMap(({ command, catalog }): readonly Changed[] => {
    if (command.kind !== 'alter' || command.action.action !== 'alter-type') return []
    const table = catalog.resolve(command.relation)
    const column = columnOf(start.table(table), command.action.column)
    const left = columnOf(end.table(table), command.action.column)?.default
    return column?.type.name === name ? [{ table, command, column, ...(left !== undefined && { default: left }) }] : []
  })
  const altered = commands.flatMap(({ command, catalog }) => (command.kind === 'alter' && 'column' in command.action && typeof command.action.column === 'string' ? [{ table: catalog.resolve(command.relation), column: command.action.column }] : []))
  const isOneOf = ({ table, column }: { readonly table: RelationName; readonly column: string }): boolean => columns.some((one) => one.table === table && one.column.name === column)
  const isPlain = ({ command: { action }, column }: Changed): boolean => action.action === 'alter-type' && isTextOf(action.using?.sql, column.name)
  if (columns.length === 0 || !altered.every(isOneOf) || !columns.every(isPlain) || columns.every(({ table }) => isNew(start, table) || start.table(table)?.size?.rows === 0)) return undefined
  return { name, written, before: before.labels, after: after.labels, columns, ...(made !== name && { passing: created[0]!.name.name }), ...(away && { aside: away.to }) }
}

const isOwn = (name: RelationName, start: Catalog): boolean => start.type(name)?.kind === 'enum'

/** Each value becomes the one of the same text. */
function isTextOf(using: string | undefined, column: string): boolean {
  let tree = using === undefined ? undefined : readExpression(using).tree
  while (tree?.kind === 'cast') tree = tree.operand
  return tree?.kind === 'column' && tree.name === column
}

function assess(all: readonly Stepped[], circumstances: Circumstances): Assessed {
  const own = all.slice(0, endFrom(all, all.findIndex(dropsType)) + 1)
  const anew = anewBy(own)!
  const { assessed } = own.at(-1)!
  const isAdded = sameNames(anew.after.filter((label) => anew.before.includes(label)), anew.before)
  const plan = isAdded ? addedPlan(own, all.slice(own.length), anew, circumstances) : exchangedPlan(own, anew, circumstances)
  return plan ? { ...assessed, plan } : assessed
}

/** The values that are new are added to the type that is there, which writes no row. */
function addedPlan(own: readonly Stepped[], behind: readonly Stepped[], { written, before, after, columns }: Anew, circumstances: Circumstances): Plan {
  const start = own[0]!.before.catalog
  const context = contextOf(own.map(({ sql }) => sql).join(';\n'), start)
  const cased = (text: string): string => inCase(text, context.keywords)
  const added = after.filter((label) => !before.includes(label))
  // It can be used when the transaction has ended that has added it.
  const isUsed = [...columns.map((one) => one.default ?? ''), ...behind.map(({ sql }) => sql)].some((text) => added.some((label) => text.includes(quoteLiteral(label))))
  const place = (label: string): string => {
    const at = after.indexOf(label)
    if (at > 0) return ` ${cased('AFTER')} ${quoteLiteral(after[at - 1]!)}`
    return before[0] === undefined ? '' : ` ${cased('BEFORE')} ${quoteLiteral(before[0])}`
  }
  const values = added.map((label) => sqlStep(`${cased('ALTER TYPE')} ${context.name(written)} ${cased('ADD VALUE')} ${quoteLiteral(label)}${place(label)};`, isUsed ? 'own' : 'shared', 'Takes a moment and locks no table: no row is written, and what is granted on the type and said of it stays.'))
  const expand = [...values, ...columns.flatMap((one) => defaultStep(one, context))]
  const plan: Plan = {
    title: added.length === 0 ? 'Leave the type as it is: it has these values already' : `Add ${listWords(added.map((label) => `\`${label}\``))} to the type that is there, for which no row is written`,
    // What is to be left out altogether nobody takes out but the author.
    fit: expand.length === 0 ? 'outline' : 'equivalent',
    expand,
    migrate: [],
    contract: [],
    takesIn: own.length - 1,
  }
  return completedPlan(plan, start, placeOf(own.at(-1)!, circumstances), context)
}

/** What the statements leave as the default, where that is another one. */
function defaultStep({ command, column, default: left }: Changed, context: PlanContext): readonly Step[] {
  const literal = (text: string | undefined): string | undefined => text && (/^('(?:[^']|'')*')(?:::.*)?$/s.exec(text)?.[1] ?? text)
  if (literal(left) === literal(column.default)) return []
  const cased = (text: string): string => inCase(text, context.keywords)
  return [sqlStep(`${cased('ALTER TABLE')} ${context.name(command.relation)} ${cased('ALTER COLUMN')} ${quoteIdentifier(column.name)} ${left === undefined ? cased('DROP DEFAULT') : `${cased('SET DEFAULT')} ${left}`};`, 'shared', 'Takes a moment.')]
}

/** No value can be taken out of an enum, nor put elsewhere among the others: second columns of the new type are filled, and the types exchange their names when the columns do. */
function exchangedPlan(own: readonly Stepped[], { name, written, before, after, columns, passing: made, aside: left }: Anew, circumstances: Circumstances): Plan | undefined {
  const start = own[0]!.before.catalog
  // A statement of running code that names the type is to find that of the columns, whichever it is; so they change in one moment, and each by itself.
  if (columns.some(({ column }) => column.type.dimensions > 0) || columns.some((one) => columns.some((other) => other !== one && other.table === one.table && areTied(one, other, start)))) return undefined
  const isTaken = (one: string): boolean => start.type(relationName(schemaOf(name), one)) !== undefined || start.relation(relationName(schemaOf(name), one)) !== undefined
  const bareName = nameParts(name).name
  const [passing, aside] = [made ?? freeName(`${bareName}_new`, isTaken), left ?? freeName(`${bareName}_old`, isTaken)]
  const context = contextOf(own.map(({ sql }) => sql).join(';\n'), start)
  const cased = (text: string): string => inCase(text, context.keywords)
  const typed = (one: string): string => context.name(createdLike(relationName(schemaOf(name), one), written, start))
  const create = `${cased('CREATE TYPE')} ${typed(passing)} ${cased('AS ENUM')} (${after.map(quoteLiteral).join(', ')});`
  const rename = (from: string, to: string): string => `${cased('ALTER TYPE')} ${typed(from)} ${cased('RENAME TO')} ${quoteIdentifier(to)};`
  const withType = attempt(create, start, circumstances).after
  const along = { there: [rename(bareName, aside), rename(passing, bareName)], back: [rename(bareName, passing), rename(aside, bareName)] }
  const each = columns.map(({ command, column, default: initial }, index): Plan | undefined => {
    const quoted = quoteIdentifier(column.name)
    const head = `${cased('ALTER TABLE')} ${context.name(command.relation)}`
    const sql = `${head} ${cased('ALTER COLUMN')} ${quoted} ${cased('TYPE')} ${typed(passing)} ${cased('USING')} ${quoted}::text::${typed(passing)}${initial === undefined ? '' : `, ${cased('ALTER COLUMN')} ${quoted} ${cased('SET DEFAULT')} ${initial}`}`
    const [alter] = read(sql).commands
    const operation = alter && recognise(alter)
    // As it stands when the author's own statement comes to the column.
    const bare = column.default === undefined ? withType : attempt(`${head} ALTER COLUMN ${quoted} DROP DEFAULT;`, withType, circumstances).after
    // The types exchange their names with the first of the columns.
    return operation && typeOf(operation, alter, bare).plan?.(operation, bare, { ...context, sql, before: withType, ...(index === 0 && { along }) })
  })
  const plan = each.every((one) => one !== undefined) ? inOneExchange(each, columns, context) : undefined
  if (!plan) return undefined
  const gone = before.filter((label) => !after.includes(label))
  const isWhole = plan.fit === 'staged'
  return completedPlan(
    {
      ...plan,
      expand: [sqlStep(create, 'shared', gone.length === 0 ? 'No column is of it yet.' : `No column is of it yet. What follows refuses ${listWords(gone.map(quoteLiteral))}, which no code writes any more then.`), ...plan.expand],
      contract: isWhole ? [...plan.contract, sqlStep(`${cased('DROP TYPE')} ${typed(aside)};`, 'shared', 'No column is of it any more.')] : [],
      code: {
        ...plan.code,
        contract: `Code takes ${listWords(columns.map(({ column }) => `\`${column.name}\``))} with the values that \`${shortName(name)}\` has now, and the type of before will not be wanted back.`,
      },
      takesIn: own.length - 1,
    },
    start,
    placeOf(own.at(-1)!, circumstances),
    context,
  )
}

/** Something stands on both, so that the counterpart of one would have to do with both types. */
function areTied({ table: name, column: { name: a } }: Changed, { column: { name: b } }: Changed, catalog: Catalog): boolean {
  const table = catalog.table(name)
  return (table?.indexes.some((index) => indexUses(index, a) && indexUses(index, b)) || table?.constraints.some((one) => constraintUses(one, a) && constraintUses(one, b))) ?? true
}

const exchanging = /^DO (\$exchange_*\$)[^]*?\1;/im

/** Plans of type changes side by side: all is filled and built first, and what exchanges the names of each is one transaction of all. Undefined where not each has one. */
function inOneExchange(plans: readonly Plan[], columns: readonly Changed[], context: PlanContext): Plan | undefined {
  const [first] = plans as [Plan]
  if (plans.length === 1) return first
  const named = columns.map(({ table, column }) => `\`${column.name}\` of \`${shortName(table)}\``)
  const gaps = plans.flatMap(({ title }) => /; not all of the way is known: (.*)$/s.exec(title)?.[1] ?? [])
  const title = `Fill second columns of the new type beside ${listWords(named)}, each kept in step by a trigger, and exchange all their names in one transaction when they are whole${gaps.length === 0 ? '' : `; not all of the way is known: ${gaps.join('; ')}`}`
  const together: Pick<Plan, 'title' | 'expand' | 'contract' | 'code'> = {
    title,
    expand: plans.flatMap(({ expand }) => expand),
    contract: plans.flatMap(({ contract }) => contract),
    code: { migrate: plans.flatMap(({ code }) => code?.migrate ?? []).join(' ') },
  }
  if (plans.some(({ fit }) => fit !== 'staged')) return { ...together, fit: 'outline', migrate: plans.flatMap(({ migrate }) => migrate), contract: [] }
  const parts = plans.map(({ migrate }) => {
    const at = migrate.findIndex(({ sql }) => exchanging.test(sql))
    const back = migrate[at]?.back
    return at < 0 || back === undefined ? undefined : { beforehand: migrate.slice(0, at), step: migrate[at]!, back, afterwards: migrate.slice(at + 1) }
  })
  if (!parts.every((one) => one !== undefined)) return undefined
  const backs = parts.map(({ back }) => {
    const [block] = exchanging.exec(back)!
    const [ahead, behind] = back.split(block) as [string, string]
    return { ahead, block, behind }
  })
  const lines = (texts: readonly string[]): string => texts.map((text) => text.trim()).filter((text) => text !== '').join('\n')
  const exchanged: Step = {
    ...sqlStep(inOneBlock(parts.map(({ step }) => step.sql), context.keywords), 'own', [...new Set(parts.map(({ step }) => step.why))].join(' ')),
    back: lines([...backs.map(({ ahead }) => ahead), inOneBlock(backs.map(({ block }) => block), context.keywords), ...backs.map(({ behind }) => behind)]),
  }
  return { ...together, fit: 'staged', migrate: [...parts.flatMap(({ beforehand }) => beforehand), exchanged, ...parts.flatMap(({ afterwards }) => afterwards)] }
}
