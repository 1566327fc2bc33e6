// What a plan would keep for a while, called otherwise, a later statement of the same file needs gone: it takes its name, or is refused as long as something is there.
import { schemaOf } from './catalog/catalog'
import type { Catalog } from './catalog/catalog'
import { columnOf, isTable } from './catalog/relation'
import type { Constraint, Relation, TableIndex } from './catalog/relation'
import type { Assessed } from './model/assessed'
import { nameParts, relationName } from './model/name'
import type { RelationName } from './model/name'
import { remembered } from './model/remembered'
import { constraintUses, indexUses, sequencesOfColumn } from './operations/alteration'
import { noWay } from './operations/constraint-plans'
import { creationName } from './operations/created-table'
import { renamesRelation } from './operations/rename-relation'
import { attempt } from './session'
import type { Circumstances } from './session'
import { ofStatement } from './stepped'
import type { Neighbours, Stepped } from './stepped'
import type { AlterAction, Command } from './sql/command'
import { read } from './sql/read'
import { saysWord } from './sql/tokens'

/** Further down nobody looks for what needs it gone. */
const mostStatements = 200

/** By the place of a statement whose plan would keep what it drops, it and the first behind it that needs that gone. */
function runs(steps: readonly Stepped[], marked: readonly number[], { circumstances }: Neighbours): ReadonlyMap<number, readonly Stepped[]> {
  const result = new Map<number, readonly Stepped[]>()
  const kept = new Set<Stepped>()
  const isNeeded = needing(circumstances)
  // From the last on: what is not kept runs at once, and needs gone what it would be refused for.
  for (const at of marked.toReversed()) {
    const step = steps[at]!
    const isNeededBy = isNeeded(step)
    const next = steps.slice(at + 1, at + mostStatements).find((later) => !kept.has(later) && isNeededBy(later))
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
const isKept = ({ assessed: { plan, operations } }: Stepped): boolean => plan?.fit === 'staged' && operations.some(({ kind }) => kind === 'drop-relation' || kind === 'drop-column' || kind === 'drop-other')

export const neededGone = { isPart: isKept, runs, assess }

interface Gone {
  readonly relations: readonly Relation[]
  readonly columns: readonly { readonly table: RelationName; readonly column: string; readonly lost: Lost }[]
  /** Its name among relations, and those of its indexes and sequences. */
  readonly names: ReadonlySet<RelationName>
  /** All that it is called by, columns and constraints too. */
  readonly words: ReadonlySet<string>
}

/** What goes with a table, or with a column of it. */
interface Lost {
  readonly indexes: readonly TableIndex[]
  readonly constraints: readonly Constraint[]
  readonly sequences: readonly RelationName[]
}

/** Asked of each statement by all that come after it, at every edit. */
const goneBy = ofStatement(({ sql, before: { catalog }, assessed }: Stepped): Gone => {
  const { commands } = read(sql)
  const dropped = commands.flatMap((command) => (command.kind === 'drop' ? [catalog.resolve(command.relation)] : []))
  const relations = [...new Set([...dropped, ...assessed.breaks.flatMap(({ missed }) => (missed?.whole ? [missed.relation] : []))])].flatMap((name) => catalog.relation(name) ?? [])
  const columns = commands.flatMap((command) => (command.kind === 'alter' && command.action.action === 'drop-column' ? [lostColumn(catalog, catalog.resolve(command.relation), command.action.column)] : []))
  const lost = [...relations.flatMap((one): readonly Lost[] => (isTable(one) ? [{ indexes: one.indexes, constraints: one.constraints, sequences: catalog.sequences(one.name) }] : [])), ...columns.map((one) => one.lost)]
  const names = [...relations.map(({ name }) => name), ...lost.flatMap(({ indexes, sequences }) => [...indexes.map(({ name }) => name), ...sequences])]
  return {
    relations,
    columns,
    names: new Set(names),
    words: new Set([...names.map((name) => nameParts(name).name), ...columns.map(({ column }) => column), ...lost.flatMap(({ constraints }) => constraints.map(({ name }) => name))]),
  }
})

function lostColumn(catalog: Catalog, name: RelationName, column: string): Gone['columns'][number] {
  const { indexes = [], constraints = [] } = catalog.table(name) ?? {}
  return { table: name, column, lost: { indexes: indexes.filter((index) => indexUses(index, column)), constraints: constraints.filter((one) => constraintUses(one, column)), sequences: sequencesOfColumn(catalog, name, column) } }
}

/** What a statement asks for that may need something gone. */
interface Asked {
  /** Names that it gives to relations and to columns. */
  readonly names: readonly RelationName[]
  readonly columns: readonly { readonly table: RelationName; readonly column: string }[]
  /** It drops something, or changes a type: only trying tells whether what is kept depends on that. */
  readonly isDrop: boolean
  /** It makes or alters something. */
  readonly isDefinition: boolean
  /** It takes from a table what something else may lean on. */
  readonly isLeanedOn: boolean
}

const askedBy = ofStatement(({ sql, before: { catalog } }: Stepped): Asked => {
  const { commands } = read(sql)
  return {
    names: commands.flatMap((command) => nameGiven(command, catalog) ?? []),
    columns: commands.flatMap((command) => columnGiven(command, catalog) ?? []),
    isDrop: commands.some((command) => command.kind === 'drop' || command.kind === 'drop-other' || command.kind === 'change-owned' || (command.kind === 'alter' && command.object === 'type')),
    isDefinition: commands.some(({ kind }) => kind.startsWith('create-') || kind.startsWith('alter') || kind === 'rename' || kind === 'set-schema'),
    isLeanedOn: commands.some((command) => command.kind === 'alter' && leanedOn.has(command.action.action)),
  }
})

const leanedOn: ReadonlySet<AlterAction['action']> = new Set(['alter-type', 'drop-column', 'drop-constraint'])

function nameGiven(command: Command, catalog: Catalog): RelationName | undefined {
  switch (command.kind) {
    case 'create-table':
    case 'create-table-as':
    case 'create-view':
    case 'create-sequence':
      return creationName(command, catalog)
    case 'create-index':
      return command.name === undefined ? undefined : relationName(schemaOf(catalog.resolve(command.relation)), command.name)
    case 'rename':
      return command.relation && renamesRelation(command) ? relationName(schemaOf(catalog.resolve(command.relation)), command.to) : undefined
    default:
      return undefined
  }
}

function columnGiven(command: Command, catalog: Catalog): Asked['columns'][number] | undefined {
  if (command.kind === 'alter' && command.action.action === 'add-column') return { table: catalog.resolve(command.relation), column: command.action.column.name }
  return command.kind === 'rename' && command.object === 'column' && command.relation ? { table: catalog.resolve(command.relation), column: command.to } : undefined
}

/** The name of what goes, or of an index or a sequence that goes with it, where the later statement gives it to something else. */
function takesName(step: Stepped, later: Stepped): string | undefined {
  const [gone, asked] = [goneBy(step), askedBy(later)]
  const name = asked.names.find((one) => gone.names.has(one))
  return name === undefined ? asked.columns.find(({ table, column }) => gone.columns.some((one) => one.table === table && one.column === column))?.column : nameParts(name).name
}

/** Whether the later statement needs gone what the earlier one drops, asked at every edit of all that stand near each other. */
const needing = remembered((circumstances: Circumstances) => remembered((step: Stepped) => remembered((later: Stepped) => isNeeding(step, later, circumstances))))

function isNeeding(step: Stepped, later: Stepped, circumstances: Circumstances): boolean {
  const known = mayNeed(step)(later)
  if (known !== 'if it fails') return known === 'yes'
  const { tried } = attempt(later.sql, withGone(step, later.before.catalog), circumstances)
  const fails = later.assessed.fails.map(({ sentence }) => sentence)
  return tried.some((one) => one.fails.some(({ sentence }) => !fails.includes(sentence)))
}

/** As far as the two tell by themselves. */
const mayNeed = ofStatement((step) =>
  remembered((later: Stepped): 'yes' | 'no' | 'if it fails' => {
    if (takesName(step, later) !== undefined) return 'yes'
    const { isDrop, isDefinition } = askedBy(later)
    return isDrop || (isDefinition && isAbout(step, later)) ? 'if it fails' : 'no'
  }, ({ footprint }) => footprint),
)

/** It names what is kept, or alters a table that this has to do with. */
function isAbout(step: Stepped, later: Stepped): boolean {
  const { relations, words } = goneBy(step)
  for (const word of words) if (saysWord(later.sql, word)) return true
  if (!askedBy(later).isLeanedOn) return false
  const about = new Set([...step.assessed.effects.map(({ relation }) => relation), ...relations.flatMap((one) => ('reads' in one ? one.reads : []))])
  return later.assessed.effects.some(({ relation }) => about.has(relation))
}

/** What the later statement would meet. */
function withGone(step: Stepped, catalog: Catalog): Catalog {
  const { relations, columns } = goneBy(step)
  const whole = relations.reduce((result, one) => (result.relation(one.name) ? result : result.with(one)), catalog.speculative())
  return columns.reduce((result, { table: name, column, lost }) => {
    const is = result.table(name)
    const was = columnOf(step.before.catalog.table(name), column)
    if (!is?.columns || !was || columnOf(is, column)) return result
    const missing = <One extends { readonly name: string }>(all: readonly One[], now: readonly One[]): readonly One[] => all.filter((one) => !now.some((other) => other.name === one.name))
    return result.with({ ...is, columns: [...is.columns, was], indexes: [...is.indexes, ...missing(lost.indexes, is.indexes)], constraints: [...is.constraints, ...missing(lost.constraints, is.constraints)] })
  }, whole)
}
