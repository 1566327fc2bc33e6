// What a plan would keep for a while, called otherwise, a later statement of the same file needs gone: it takes its name, or is refused as long as something is there.
import type { Stepped } from './across'
import type { Catalog } from './catalog/catalog'
import { isTable } from './catalog/relation'
import type { Relation } from './catalog/relation'
import type { Assessed } from './model/assessed'
import { nameParts } from './model/name'
import type { RelationName } from './model/name'
import { noWay } from './operations/constraint-plans'
import { attempt } from './session'
import type { Circumstances } from './session'
import { read } from './sql/read'
import { saysWord } from './sql/tokens'

/** Further down nobody looks for what needs it gone. */
const mostStatements = 200

export const neededGone = { runs, assess }

/** By the place of a statement whose plan would keep what it drops, it and the first behind it that needs that gone. */
function runs(steps: readonly Stepped[], _isBehind: (at: number) => boolean, circumstances: Circumstances): ReadonlyMap<number, readonly Stepped[]> {
  const result = new Map<number, readonly Stepped[]>()
  const kept = new Set<Stepped>()
  // From the last on: what is not kept runs at once, and needs gone what it would be refused for.
  for (let at = steps.length - 1; at >= 0; at--) {
    const step = steps[at]!
    if (!isKept(step)) continue
    const next = steps.slice(at + 1, at + mostStatements).find((later) => !kept.has(later) && needs(step, later, circumstances))
    if (next) result.set(at, [step, next])
    else kept.add(step)
  }
  return result
}

function assess([step, next]: readonly Stepped[]): Assessed {
  const { assessed } = step!
  const anew = takesName(step!, next!)
  const title = anew === undefined ? 'Leave what needs it gone to a later release, and call it otherwise until then once no code names it' : `Give what comes as \`${anew}\` behind it another name, for two of one name do not stand side by side, and drop the old one in a later release`
  return { ...assessed, plan: noWay(title) }
}

/** Its plan leaves the drop itself to a later release. */
const isKept = ({ assessed: { plan, operations } }: Stepped): boolean => plan?.fit === 'staged' && operations.some(({ kind }) => kind === 'drop-relation' || kind === 'drop-column')

interface Gone {
  readonly relations: readonly Relation[]
  readonly columns: readonly { readonly table: RelationName; readonly column: string }[]
}

const goneBy = remembered(({ sql, before: { catalog }, assessed }: Stepped): Gone => {
  const { commands } = read(sql)
  const dropped = commands.flatMap((command) => (command.kind === 'drop' ? [catalog.resolve(command.relation)] : []))
  return {
    relations: [...new Set([...dropped, ...assessed.breaks.flatMap(({ missed }) => (missed?.whole ? [missed.relation] : []))])].flatMap((name) => catalog.relation(name) ?? []),
    columns: commands.flatMap((command) => (command.kind === 'alter' && command.action.action === 'drop-column' ? [{ table: catalog.resolve(command.relation), column: command.action.column }] : [])),
  }
})

/** All names that are free only once it is gone. */
const namesOf = remembered((step: Stepped): readonly string[] => {
  const { relations, columns } = goneBy(step)
  const tables = [...relations, ...columns.flatMap(({ table }) => step.before.catalog.table(table) ?? [])].filter(isTable)
  const parts = tables.flatMap(({ name, indexes, constraints }) => [...indexes.map((index) => nameParts(index.name).name), ...constraints.map((constraint) => constraint.name), ...step.before.catalog.sequences(name).map((one) => nameParts(one).name)])
  return [...relations.map(({ name }) => nameParts(name).name), ...columns.map(({ column }) => column), ...parts]
})

/** The name of what goes, or of an index that goes with it, where the later statement gives it to something else. */
function takesName(step: Stepped, { sql, before: { catalog } }: Stepped): string | undefined {
  const { relations, columns } = goneBy(step)
  const names = relations.map(({ name }) => nameParts(name).name)
  const given = read(sql).commands.flatMap((command) => {
    if (command.kind === 'alter' && command.action.action === 'add-column') return columns.some(({ table }) => table === catalog.resolve(command.relation)) ? columns.map(({ column }) => column).filter((one) => command.action.action === 'add-column' && one === command.action.column.name) : []
    if (command.kind === 'create-index') return namesOf(step).filter((one) => one === command.name)
    if (command.kind === 'rename') return [...names, ...columns.map(({ column }) => column)].filter((one) => one === command.to)
    return command.kind.startsWith('create') && 'relation' in command && command.relation ? names.filter((one) => one === (command.relation as { readonly name: string }).name) : []
  })
  return given[0]
}

const known = new WeakMap<Stepped, WeakMap<Stepped, boolean>>()

function needs(step: Stepped, later: Stepped, circumstances: Circumstances): boolean {
  if (!/^\s*(?:create|alter|drop)\b/i.test(later.sql)) return false
  const answers = known.get(step) ?? new WeakMap<Stepped, boolean>()
  known.set(step, answers)
  const answer = answers.get(later) ?? isNeeding(step, later, circumstances)
  answers.set(later, answer)
  return answer
}

function isNeeding(step: Stepped, later: Stepped, circumstances: Circumstances): boolean {
  if (takesName(step, later) !== undefined) return true
  const { relations } = goneBy(step)
  const about = new Set([...step.assessed.effects.map(({ relation }) => relation), ...relations.flatMap((one) => ('reads' in one ? one.reads : []))])
  const isAbout = later.assessed.effects.some(({ relation }) => about.has(relation)) && /\b(?:drop|type)\b/i.test(later.sql)
  const isOther = /^\s*drop\b/i.test(later.sql)
  if (!(isAbout || isOther || namesOf(step).some((name) => saysWord(later.sql, name)))) return false
  const { tried } = attempt(later.sql, withGone(step, later.before.catalog), circumstances)
  const fails = later.assessed.fails.map(({ sentence }) => sentence)
  return tried.some((one) => one.fails.some(({ sentence }) => !fails.includes(sentence)))
}

/** What the later statement would meet. */
function withGone(step: Stepped, catalog: Catalog): Catalog {
  const { relations, columns } = goneBy(step)
  const whole = [...relations].sort((a, b) => Number('reads' in a) - Number('reads' in b)).reduce((result, one) => (result.relation(one.name) ? result : result.with(one)), catalog.speculative())
  return columns.reduce((result, { table: name, column }) => {
    const [was, is] = [step.before.catalog.table(name), result.table(name)]
    const lost = was?.columns?.find((one) => one.name === column)
    if (!was || !is?.columns || !lost || is.columns.some((one) => one.name === column)) return result
    const isLost = (list: readonly { readonly name: string }[]) => ({ name: one }: { readonly name: string }): boolean => !list.some((other) => other.name === one)
    return result.with({
      ...is,
      columns: [...is.columns, lost],
      indexes: [...is.indexes, ...was.indexes.filter(isLost(is.indexes)).filter(({ shape }) => shape.keys.includes(column))],
      constraints: [...is.constraints, ...was.constraints.filter(isLost(is.constraints)).filter((one) => one.columns.includes(column))],
    })
  }, whole)
}

/** Asked of each statement by all that come after it, at every edit. */
function remembered<T>(find: (step: Stepped) => T): (step: Stepped) => T {
  const found = new WeakMap<Stepped, { readonly value: T }>()
  return (step) => {
    const before = found.get(step) ?? { value: find(step) }
    found.set(step, before)
    return before.value
  }
}
