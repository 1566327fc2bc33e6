// What becomes of each statement around a copy that takes a table's name: what is made before the copy, what waits for the exchange, and what is looked at behind it.
import type { Catalog } from './catalog/catalog'
import { freeName, schemaOf } from './catalog/catalog'
import type { Constraint, Table } from './catalog/relation'
import { stopsOthers } from './guard'
import { nameParts, quoteIdentifier, relationName } from './model/name'
import type { RelationName, WrittenName } from './model/name'
import type { Step } from './model/plan'
import { clip, constraintName } from './operations/automatic-name'
import { validateStep, writtenLike } from './operations/constraint-plans'
import { foreignKeyText } from './operations/constraint-way-back'
import { creationName } from './operations/created-table'
import type { PlanContext } from './operations/operation'
import { withOptions } from './operations/storage-options'
import { outermostFirst, viewLock } from './operations/view-lock'
import type { Stepped } from './stepped'
import type { TryStatements } from './try-statements'
import type { AlterRelation, Command, ConstraintDefinition } from './sql/command'
import { constraintText, inCase, writtenName } from './sql/print'
import { read } from './sql/read'
import { TokenKind, Tokens } from './sql/tokens'

/** The statements of an exchange, and who is who in them. */
export interface Exchange {
  readonly all: readonly Stepped[]
  /** The one that copies. */
  readonly at: number
  /** The second table, and the name that it takes. */
  readonly second: RelationName
  readonly name: RelationName
  /** What the first table is called afterwards, until it is dropped. */
  readonly kept: WrittenName
  readonly context: PlanContext
  readonly attempt: TryStatements
}

/** One statement under the lock of the exchange. */
export interface Late {
  readonly sql: string
  /** Empty where nothing has to be undone; absent where it cannot be. */
  readonly back?: string
  /** What the way back looks up when everybody goes on. */
  readonly behind?: string
}

export interface Parts {
  /** Before the copy: nobody else knows what they make. */
  readonly made: readonly string[]
  /** In the exchange, in their order. */
  readonly late: readonly Late[]
  /** What others know besides the table and is changed with it, in the order in which queries lock it: views by a statement each, tables as written. */
  readonly locks: { readonly views: readonly string[]; readonly tables: readonly string[] }
  /** Behind the exchange, while everybody goes on. */
  readonly after: readonly Step[]
  /** What was set aside, and nobody reads any more. */
  readonly contract: readonly string[]
  /** The first table is dropped in the end: by the author's own statement, or what stands for it. */
  readonly drop?: string
  /** Each completes "not all of the way is known: …". */
  readonly gaps: readonly string[]
}

/** Undefined where a statement among them does something else. */
export function partsOf(exchange: Exchange): Parts | undefined {
  const work = begin(exchange)
  for (const [index, step] of exchange.all.entries()) {
    if (index === exchange.at && !work.isCreatedByCopy) continue
    if (!place(step, index, work)) return undefined
  }
  if (!work.isAway || !work.isRenamed) return undefined
  selfKeys(work)
  const { made, late, views, tables, after, contract, drop, gaps } = work
  return { made, late, locks: { views: outermostFirst(views, work.start).map((view) => viewLock(named(work, view), work.cased)), tables: [...tables] }, after, contract, gaps: [...gaps], ...(drop !== undefined && { drop }) }
}

interface Work extends Exchange {
  readonly start: Catalog
  readonly cased: (text: string) => string
  readonly isCreatedByCopy: boolean
  readonly made: string[]
  readonly late: Late[]
  /** Views that the exchange sets aside or replaces, and those that it makes. */
  readonly views: Set<RelationName>
  readonly madeViews: Set<RelationName>
  readonly tables: Set<string>
  readonly after: Step[]
  readonly contract: string[]
  readonly gaps: Set<string>
  /** Foreign keys that the exchange adds, `table.name` each. */
  readonly keys: Set<string>
  isAway: boolean
  isRenamed: boolean
  drop?: string
}

function begin(exchange: Exchange): Work {
  const { all, at, context } = exchange
  const cased = (text: string): string => inCase(text, context.keywords)
  const [copy] = read(all[at]!.sql).commands
  return { ...exchange, start: all[0]!.before.catalog, cased, isCreatedByCopy: copy?.kind === 'create-table-as', made: [], late: [], views: new Set(), madeViews: new Set(), tables: new Set(), after: [], contract: [], gaps: new Set(), keys: new Set(), isAway: false, isRenamed: false }
}

/** As the author would write it. */
const named = ({ all, at, context }: Work, relation: RelationName): string => {
  const [copy] = read(all[at]!.sql).commands
  const like = copy && 'relation' in copy && copy.relation ? copy.relation : { name: '' }
  return context.name(writtenLike(relation, like, all[0]!.before.catalog))
}

/** Whether there is a place for the statement. */
function place(step: Stepped, index: number, work: Work): boolean {
  const { sql, assessed } = step
  const { commands, standIns = [] } = read(sql)
  if (commands.length === 0 || standIns.length > 0 || assessed.unread.length > 0 || assessed.transactionBlock !== 'allowed') return false
  const [command] = commands as readonly [Command, ...Command[]]
  const all = <K extends Command['kind']>(kind: K): readonly Extract<Command, { kind: K }>[] | undefined => (commands.every((one) => one.kind === kind) ? (commands as readonly Extract<Command, { kind: K }>[]) : undefined)
  if (index === work.at) {
    work.made.push(`${sql.trimEnd()} ${work.cased('WITH NO DATA')};`)
    return command.kind === 'create-table-as' && command.withData && !command.ifNotExists && !/\bdata\s*$/i.test(sql)
  }
  // Nobody waits for what the plan's own steps do in its place.
  if (all('lock-table') || (command.kind === 'analyze' && commands.length === 1)) return true
  if (command.kind === 'rename') return commands.length === 1 && renames(step, command, work)
  const drops = all('drop')
  if (drops) return drops.every(({ object }) => object === 'view') ? setsAside(step, drops, index, work) : drops.length === 1 && dropsTable(step, drops[0]!, work)
  if (command.kind === 'create-view') return makesView(step, command, work)
  if (command.kind === 'create-trigger') return index > work.at && isSecond(step, command.relation, work) && isLate(step, work)
  if (command.kind === 'create-rule') return isSecond(step, command.relation, work) && !command.replace && (index > work.at || command.event !== 'insert') && later(work, { sql: `${sql};`, back: `DROP RULE ${quoteIdentifier(command.name)} ON ${writtenName(command.relation)};` })
  if (command.kind === 'alter-sequence') return takesSequence(step, command, work)
  if (command.kind === 'statistics' && work.isRenamed) return takesStatistics(step, command, work)
  const alters = all('alter')
  if (alters) return changes(step, alters, index, work)
  if (command.kind === 'comment' && command.relation && (command.object === 'trigger' || command.object === 'rule')) return isSecond(step, command.relation, work) && later(work, { sql: `${sql};`, back: '' })
  if ((command.kind === 'comment' && command.relation) || command.kind === 'grant') {
    const relations = command.kind === 'grant' ? command.relations : [command.relation!]
    // With a view goes what is said of it.
    if (relations.length > 0 && relations.every((one) => work.madeViews.has(step.before.catalog.resolve(one)))) return later(work, { sql: `${sql};`, back: '' })
  }
  return isMaking(step, work)
}

const later = (work: Work, ...statements: readonly Late[]): true => {
  work.late.push(...statements)
  return true
}

/** Triggers of the second table, and how they fire, with which goes what is said of them. */
const isLate = (step: Stepped, work: Work): boolean => {
  const [operation] = step.assessed.operations
  return later(work, { sql: `${step.sql};`, ...(operation?.kind === 'create-trigger' ? operation.wayBack !== undefined && { back: operation.wayBack } : { back: '' }) })
}

/** Under its own name, or the one that it has taken. */
const isSecond = ({ before }: Stepped, written: WrittenName, { second, name, isRenamed }: Work): boolean => before.catalog.resolve(written) === (isRenamed ? name : second)

function renames(step: Stepped, command: Extract<Command, { kind: 'rename' }>, work: Work): boolean {
  const { catalog } = step.before
  if (!command.relation) return false
  const relation = catalog.resolve(command.relation)
  const back = step.assessed.operations[0]?.wayBack
  const statement: Late = { sql: `${step.sql};`, ...(back !== undefined && { back }) }
  if (command.object === 'table' && relation === work.name && !work.isAway) {
    work.isAway = true
    return later(work, statement)
  }
  if (command.object === 'table' && relation === work.second && !work.isRenamed) {
    work.isRenamed = true
    return work.isAway && later(work, statement)
  }
  const isOwn = isSecond(step, nameParts(catalog.index(relation)?.table.name ?? relation), work)
  const sequence = catalog.relation(relation)
  const isSequence = sequence?.kind === 'sequence' && sequence.ownedBy !== undefined && sequence.ownedBy.table === (work.isRenamed ? work.name : work.second)
  if (command.object === 'table' || (!isOwn && !isSequence)) return false
  makeRoom(relationName(schemaOf(relation), command.to), work)
  return later(work, statement)
}

/** What the first table still has the name of, for it is dropped only in the end. */
function makeRoom(taken: RelationName, work: Work): void {
  const { start, name, cased } = work
  const index = start.index(taken)
  const sequence = start.relation(taken)
  const isOfFirst = index?.table.name === name || (sequence?.kind === 'sequence' && sequence.ownedBy?.table === name)
  if (!isOfFirst) return
  const own = nameParts(taken).name
  const aside = nameParts(freeName(start, schemaOf(taken), clip(`${own}_old`, 60))).name
  const what = index ? 'ALTER INDEX' : 'ALTER SEQUENCE'
  later(work, { sql: `${cased(what)} ${named(work, taken)} ${cased('RENAME TO')} ${quoteIdentifier(aside)};`, back: `${what} ${relationName(schemaOf(taken), aside)} RENAME TO ${quoteIdentifier(own)};` })
}

function dropsTable(step: Stepped, command: Extract<Command, { kind: 'drop' }>, work: Work): boolean {
  const { catalog } = step.before
  const { name, kept, cased, context } = work
  const dropped = catalog.resolve(command.relation)
  const keptName = relationName(schemaOf(name), kept.name)
  if (command.object !== 'table' || dropped !== (work.isAway ? keptName : name)) return false
  if (command.cascade) for (const referencing of catalog.referencing(dropped)) if (referencing !== dropped) for (const key of keysTo(catalog.table(referencing)!, dropped)) dropKey(catalog.table(referencing)!, key, work)
  if (!work.isAway) {
    const away = `${cased('ALTER TABLE')} ${context.name(command.relation)} ${cased('RENAME TO')} ${quoteIdentifier(kept.name)};`
    if (command.cascade) for (const view of readersOf(catalog, dropped)) if (!setAside(view, step, work)) return false
    later(work, { sql: away, back: `${cased('ALTER TABLE')} ${context.name(kept)} ${cased('RENAME TO')} ${quoteIdentifier(nameParts(name).name)};` })
    work.isAway = true
  } else if (command.cascade && readersOf(catalog, dropped).length > 0) return false
  work.drop = `${cased('DROP TABLE')} ${context.name(kept)}${command.cascade ? cased(' CASCADE') : ''};`
  return true
}

/** Views over a relation, those over them too, these first. */
function readersOf(catalog: Catalog, name: RelationName): readonly RelationName[] {
  const found: RelationName[] = []
  const walk = (relation: RelationName): void => {
    for (const reader of catalog.readers(relation)) {
      walk(reader)
      if (!found.includes(reader)) found.push(reader)
    }
  }
  walk(name)
  return found
}

const keysTo = ({ constraints }: Table, name: RelationName): readonly Constraint[] => constraints.filter(({ type, references }) => type === 'foreign-key' && references === name)

function setsAside(step: Stepped, commands: readonly Extract<Command, { kind: 'drop' }>[], index: number, work: Work): boolean {
  if (commands.some(({ cascade }) => cascade)) return false
  const views = commands.map(({ relation }) => step.before.catalog.resolve(relation))
  const again = views.filter((view) => isMadeAgain(view, index, work))
  if (again.length === 0) {
    work.contract.push(`${step.sql};`)
    return views.every((view) => work.start.relation(view)?.kind === 'view')
  }
  return again.length === views.length && views.every((view) => setAside(view, step, work))
}

const isMadeAgain = (view: RelationName, index: number, { all }: Work): boolean => all.slice(index + 1).some(({ sql, before }) => /^\s*create\b/i.test(sql) && read(sql).commands.some((command) => command.kind === 'create-view' && creationName(command, before.catalog) === view))

/** A view that is made anew gives up its name and goes in the end; until then it leads back as it was. One that is not goes in the end as well, and reads the first table until then. */
function setAside(view: RelationName, step: Stepped, work: Work): boolean {
  const { start, cased } = work
  if (start.relation(view)?.kind !== 'view') return false
  if (!isMadeAgain(view, work.all.indexOf(step), work)) return true
  const own = nameParts(view).name
  const aside = freeName(start, schemaOf(view), clip(`${own}_old`, 60))
  work.views.add(view)
  work.contract.push(`${cased('DROP VIEW')} ${named(work, aside)};`)
  return later(work, { sql: `${cased('ALTER VIEW')} ${named(work, view)} ${cased('RENAME TO')} ${quoteIdentifier(nameParts(aside).name)};`, back: `ALTER VIEW ${aside} RENAME TO ${quoteIdentifier(own)};` })
}

function makesView(step: Stepped, command: Extract<Command, { kind: 'create-view' }>, work: Work): boolean {
  const { before, sql, assessed } = step
  const view = creationName(command, before.catalog)
  const was = before.catalog.relation(view)
  if (command.persistence === 'temporary') return false
  if (was === undefined) {
    work.madeViews.add(view)
    const back = assessed.operations[0]?.wayBack
    return later(work, { sql: `${sql};`, ...(back !== undefined && { back }) })
  }
  if (was.kind !== 'view' || work.start.relation(view)?.kind !== 'view') return false
  work.views.add(view)
  const now = work.attempt(sql, before.catalog).after.relation(view)
  // Columns that a view has got it keeps.
  const leadsBack = was.definition !== undefined && was.columns !== undefined && now?.kind === 'view' && now.columns?.length === was.columns.length
  return later(work, { sql: `${sql};`, ...(leadsBack && { back: `CREATE OR REPLACE VIEW ${view}${withOptions(was.options)} AS ${was.definition!.trim().replace(/;$/, '')};` }) })
}

function takesSequence(step: Stepped, command: Extract<Command, { kind: 'alter-sequence' }>, work: Work): boolean {
  const { ownedBy, relation } = command
  const sequence = step.before.catalog.relation(step.before.catalog.resolve(relation))
  if (sequence?.kind !== 'sequence' || ownedBy === undefined || ownedBy === 'none' || !isSecond(step, ownedBy.relation, work)) return false
  // It says no more than whose it is.
  if (!/^\s*alter\s+sequence\s+(?:if\s+exists\s+)?\S+\s+owned\s+by\s+\S+\s*$/i.test(step.sql)) return false
  const was = sequence.ownedBy
  return later(work, { sql: `${step.sql};`, back: `ALTER SEQUENCE ${writtenName(relation)} OWNED BY ${was ? `${was.table}.${quoteIdentifier(was.column)}` : 'NONE'};` })
}

/** Extended statistics of the first table are made anew of the second under the same name; they hold nothing before the next ANALYZE. */
function takesStatistics({ sql, before }: Stepped, { change, name: written }: Extract<Command, { kind: 'statistics' }>, work: Work): boolean {
  const statistics = change === 'create' && written ? before.catalog.resolveStatistics(written) : undefined
  const was = statistics === undefined ? undefined : work.start.table(work.name)?.statisticsDefinitions?.[statistics]
  if (statistics === undefined || was === undefined || was === '') return false
  const drop = `${work.cased('DROP')} STATISTICS ${statistics};`
  // What makes it again on the way back names the table that has the name by then.
  work.late.unshift({ sql: drop, back: `${was};` })
  return later(work, { sql: `${sql};`, back: drop })
}

function changes(step: Stepped, alters: readonly AlterRelation[], index: number, work: Work): boolean {
  const { before, sql } = step
  const [{ relation }] = alters as readonly [AlterRelation, ...AlterRelation[]]
  const table = before.catalog.table(before.catalog.resolve(relation))
  const isOwn = isSecond(step, relation, work)
  const isFiring = alters.every(({ action }) => action.action === 'enable-trigger' || action.action === 'disable-trigger' || action.action === 'enable-rule' || action.action === 'disable-rule')
  if (isOwn && isFiring) return index > work.at && later(work, { sql: `${sql};`, back: '' })
  // Who owns the table is then under its policies too, and it is he who keeps the two in step.
  if (isOwn && alters.length === 1 && alters[0]!.action.action === 'row-security' && alters[0]!.action.change === 'force') return later(work, { sql: `${sql};`, back: `ALTER TABLE ${writtenName(relation)} NO FORCE ROW LEVEL SECURITY;` })
  if (!table || !alters.every((alter) => isOfKey(alter, table, step, work))) return (work.isRenamed && isOwn && table && gets(step, alters, table, work)) || isMaking(step, work)
  if (isOwn && alters.some(({ action }) => action.action !== 'add-constraint')) return false
  return alters.every((alter) => changesKey(alter, table, step, work))
}

/** Constraints that the second table gets behind the exchange of names: under the names that they would have there it gets them before. */
function gets({ sql, before }: Stepped, alters: readonly AlterRelation[], table: Table, work: Work): boolean {
  const { second, start, cased, made } = work
  const head = `${cased('ALTER TABLE')} ${named(work, second)}`
  const texts = alters.map(({ action }) => {
    if (action.action !== 'add-constraint' || ('usingIndex' in action.constraint && action.constraint.usingIndex !== undefined)) return undefined
    const name = constraintName(before.catalog, table, action.constraint)
    const isTaken = start.relation(relationName(schemaOf(second), name)) !== undefined
    return isTaken ? undefined : `${cased('ADD')} ${constraintText(sql, action.constraint, { name })}`
  })
  if (texts.includes(undefined)) return false
  made.push(`${head} ${texts.join(', ')};`)
  return true
}

/** A foreign key of another table, or of the second one to itself. */
function isOfKey({ action }: AlterRelation, table: Table, { before }: Stepped, work: Work): boolean {
  const ends = [work.name, work.second, relationName(schemaOf(work.name), work.kept.name)]
  if (action.action === 'add-constraint') return action.constraint.type === 'foreign-key' && ends.includes(before.catalog.resolve(action.constraint.references))
  if (action.action === 'validate-constraint') return work.keys.has(`${table.name}.${action.name}`)
  if (action.action !== 'drop-constraint') return false
  const key = table.constraints.find(({ name }) => name === action.name)
  return key === undefined ? action.ifExists : key.type === 'foreign-key' && key.references !== undefined && ends.includes(key.references)
}

function changesKey(alter: AlterRelation, table: Table, step: Stepped, work: Work): boolean {
  const { action } = alter
  const { catalog } = step.before
  if (action.action === 'add-constraint') return addsKey(alter.relation, action.constraint as ForeignKey, table, step, work)
  if (action.action === 'validate-constraint') {
    work.after.push(validateStep(`${work.cased('ALTER TABLE')} ${work.context.name(alter.relation)}`, action.name, work.context))
    return true
  }
  if (action.action !== 'drop-constraint') return false
  const key = table.constraints.find(({ name }) => name === action.name)
  // Dropped with the table, where the statement says so.
  if (key && catalog.relation(key.references!) !== undefined) dropKey(table, key, work)
  return true
}

type ForeignKey = Extract<ConstraintDefinition, { type: 'foreign-key' }>

/** Whether the server can look up what is there while others write: before 18 not where the key leads from or to partitions. */
const canBeValidated = ({ all }: Work, ...tables: readonly (Table | undefined)[]): boolean => all[0]!.before.catalog.surroundings.version >= 18 || tables.every((table) => table?.kind !== 'partitioned table')

function addsKey(written: WrittenName, definition: ForeignKey, table: Table, step: Stepped, work: Work): boolean {
  const { catalog } = step.before
  const referenced = catalog.resolve(definition.references)
  if (referenced !== (work.isRenamed ? work.name : work.second)) return false
  const name = constraintName(catalog, table, definition)
  const head = `${work.cased('ALTER TABLE')} ${work.context.name(written)}`
  const isChecked = !definition.notValid && !definition.notEnforced
  if (!canBeValidated(work, table, catalog.table(referenced))) work.gaps.add(`before PostgreSQL 18 the foreign key \`${name}\` has to do with partitions, and cannot be validated while others write`)
  work.keys.add(`${table.name}.${name}`)
  if (table.name !== referenced) work.tables.add(named(work, table.name))
  if (isChecked) work.after.push(validateStep(table.name === referenced ? `${work.cased('ALTER TABLE')} ${named(work, work.name)}` : head, name, work.context))
  return later(work, { sql: `${head} ${work.cased('ADD')} ${constraintText(step.sql, definition, { name, notValid: true })};`, back: `ALTER TABLE ${writtenName(written)} DROP CONSTRAINT ${quoteIdentifier(name)};` })
}

function dropKey(table: Table, key: Constraint, work: Work): void {
  const head = `ALTER TABLE ${named(work, table.name)}`
  work.tables.add(named(work, table.name))
  const isWhole = !key.period && key.referencedColumns?.length === key.columns.length && !key.commented && canBeValidated(work, table)
  const add = `${head} ADD CONSTRAINT ${quoteIdentifier(key.name)} ${foreignKeyText(key, key.references!)}${key.enforced === false ? '' : ' NOT VALID'};`
  later(work, { sql: `${work.cased('ALTER TABLE')} ${named(work, table.name)} ${work.cased('DROP CONSTRAINT')} ${quoteIdentifier(key.name)};`, ...(isWhole && { back: add, ...(key.validated && { behind: `${head} VALIDATE CONSTRAINT ${quoteIdentifier(key.name)};` }) }) })
}

/** Batches come in the order of a key, and so does what a trigger carries over: children before their parents, which a key of the table to itself would refuse. */
function selfKeys(work: Work): void {
  const { all, at, second, name, cased } = work
  const [there] = [(all[at + 1] ?? all[at]!).before.catalog.table(second)]
  if (!there) return
  const isIn = (key: Constraint): boolean => work.keys.has(`${second}.${key.name}`) || work.keys.has(`${name}.${key.name}`)
  for (const key of keysTo(there, second)) {
    if (isIn(key)) continue
    if (key.commented || key.period || key.referencedColumns?.length !== key.columns.length) work.gaps.add(`how its foreign key \`${key.name}\` to itself is made again`)
    if (!canBeValidated(work, there)) work.gaps.add(`before PostgreSQL 18 the foreign key \`${key.name}\` has to do with partitions, and cannot be validated while others write`)
    const head = `${cased('ALTER TABLE')} ${named(work, name)}`
    work.made.push(`${cased('ALTER TABLE')} ${named(work, second)} ${cased('DROP CONSTRAINT')} ${quoteIdentifier(key.name)};`)
    later(work, { sql: `${head} ${cased('ADD CONSTRAINT')} ${quoteIdentifier(key.name)} ${cased(foreignKeyText(key, named(work, name)))}${cased(' NOT VALID')};`, back: `ALTER TABLE ${named(work, name)} DROP CONSTRAINT ${quoteIdentifier(key.name)};` })
    if (key.validated) work.after.push(validateStep(head, key.name, work.context))
  }
}

/** It makes the second table, or a part of it: nobody else is concerned. What says the name that the table is to have is said of the one that it has. */
function isMaking(step: Stepped, work: Work): boolean {
  const sql = work.isRenamed ? ofSecond(step, work) : step.sql
  if (sql === undefined || !makes(step)) return false
  work.made.push(`${sql};`)
  return true
}

export const makes = ({ sql, assessed }: Stepped): boolean => {
  const { commands, standIns = [] } = read(sql)
  const refers = commands.every((command) => command.kind === 'create-table' || (command.kind === 'alter' && command.action.action === 'add-constraint' && command.action.constraint.type === 'foreign-key'))
  return standIns.length === 0 && assessed.unread.length === 0 && commands.length > 0 && commands.every(({ kind }) => making.has(kind)) && assessed.effects.every((effect) => effect.fresh || !stopsOthers(effect) || refers) && assessed.transactionBlock === 'allowed'
}

const making: ReadonlySet<Command['kind']> = new Set(['create-table', 'create-index', 'alter', 'comment', 'grant', 'statistics', 'policy'])

/** The statement of the second table under its own name; undefined where the name may stand for something else in it, or another name would come of it. */
function ofSecond({ sql, before }: Stepped, { name, second, start }: Work): string | undefined {
  const tokens = new Tokens(sql)
  const own = nameParts(name).name
  const found = tokens.starts.flatMap((start, index) => {
    const written = sql.slice(start, tokens.ends[index])
    const isIt = tokens.kinds[index] === TokenKind.Word ? written.toLowerCase() === own : tokens.kinds[index] === TokenKind.QuotedWord && written === quoteIdentifier(own)
    return isIt ? [index] : []
  })
  const [only] = found
  if (only === undefined || found.length > 1) return undefined
  const made = `${sql.slice(0, tokens.starts[only])}${quoteIdentifier(nameParts(second).name)}${sql.slice(tokens.ends[only])}`
  const catalog = start
  const isOfSecond = read(made).commands.every((command) => {
    const relations = command.kind === 'grant' ? command.relations : 'relation' in command && command.relation ? [command.relation] : []
    return relations.length === 1 && schemaOf(catalog.resolve(relations[0]!)) === schemaOf(second) && before.catalog.resolve({ ...relations[0]!, name: own }) === name && relations[0]!.name === nameParts(second).name
  })
  const hasName = read(made).commands.every((command) => {
    const taken = command.kind === 'create-index' ? command.name : command.kind === 'alter' && command.action.action === 'add-constraint' ? command.action.constraint.name : command.kind === 'create-table' || command.kind === 'statistics' ? undefined : ''
    return taken === '' || (taken !== undefined && start.relation(relationName(schemaOf(second), taken)) === undefined)
  })
  return isOfSecond && hasName ? made : undefined
}

/** How a key of the first table to itself waits for the end of each transaction while it is kept in step, and how it is again as it was. */
export function restingKeys(table: Table, of: string, cased: (text: string) => string): { readonly gaps: readonly string[]; readonly rest: (written: string) => readonly string[]; readonly wake: (written: string) => readonly string[] } {
  const keys = keysTo(table, table.name).filter(({ deferred, enforced }) => !deferred && enforced !== false)
  const strict = keys.filter(({ onDelete, onUpdate }) => onDelete === 'restrict' || onUpdate === 'restrict')
  const each = (how: (key: Constraint) => string) => (written: string): readonly string[] => keys.map((key) => `${cased('ALTER TABLE')} ${written} ${cased('ALTER CONSTRAINT')} ${quoteIdentifier(key.name)} ${cased(how(key))};`)
  return {
    gaps: strict.map(({ name }) => `the foreign key \`${name}\` of \`${of}\` to itself says RESTRICT, which looks before all of a change is carried over`),
    rest: each(() => 'DEFERRABLE INITIALLY DEFERRED'),
    wake: each(({ deferrable }) => (deferrable ? 'DEFERRABLE INITIALLY IMMEDIATE' : 'NOT DEFERRABLE')),
  }
}
