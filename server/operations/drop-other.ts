import type { Catalog } from '../catalog/catalog'
import { schemaOf } from '../catalog/catalog'
import type { Failure } from '../model/assessed'
import type { Effect } from '../model/effect'
import { listWords } from '../model/format'
import { lookup } from '../model/lookup'
import { nameParts, quoteIdentifier, quoteLiteral, relationName, shortName } from '../model/name'
import type { RelationName } from '../model/name'
import type { Plan } from '../model/plan'
import type { Command, DropOther as DropOtherCommand, DropRelation } from '../sql/command'
import { columnOf, isTable } from '../catalog/relation'
import type { Column, Dependents, Table } from '../catalog/relation'
import { readExpression } from '../sql/expression'
import { inCase } from '../sql/print'
import { indexUses, isExpression, isNew, keysTo, viewsOf } from './alteration'
import { clip } from './automatic-name'
import { changeFiring, changePolicies, changeTable, indexLock, lock, missed, partitionsBelow } from './common'
import { noWay } from './constraint-plans'
import { withEventTriggers } from './create-event-trigger'
import { columnGone } from './drop-column'
import { dropEffects, droppedWith, withoutDropped } from './dropped'
import { operationType } from './operation'
import type { Operation, PlanContext } from './operation'
import { areSame, signaturesOf, withoutOverload } from './overloads'
import { freeName } from './passing-names'
import { refusal, unlessRun } from './refusal'
import type { Refusal } from './refusal'
import { withoutPublication } from './publication'
import { withoutStatistics } from './statistics'
import { asideStep, renaming, setAsidePlan } from './set-aside'
import { isPartitionKey } from './tree-refusal'

interface DropOther extends Operation {
  readonly kind: 'drop-other'
  readonly command: DropOtherCommand | DropRelation
}

export const dropOther = operationType<DropOther>({
  kind: 'drop-other',
  title: 'Drop a type, a schema, a function or the like',
  recognise: (command) => (isOther(command) ? { kind: 'drop-other', span: command.span, command, ...(command.kind === 'drop-other' && command.relation && { relation: command.relation }) } : undefined),

  effects({ command }, catalog): readonly Effect[] {
    const own = ownEffects(command, catalog)
    return [...own, ...dependentsOf(command, catalog).filter((name) => !own.some(({ relation }) => relation === name)).flatMap((name) => goneLocks(name, catalog))]
  },

  apply({ command }, catalog) {
    const left = indexesGone(command, catalog).reduce(withoutIndex, applied(command, catalog))
    return withoutDropped(wholesGone(command, catalog), left, true)
  },

  breaks({ command }, catalog) {
    const own = isSchema(command) && command.cascade ? relationsOf(command.name.name, catalog) : []
    const relations = [...new Set([...own, ...wholesGone(command, catalog)])]
      .filter((name) => !isNew(catalog, name) && catalog.relation(name)?.kind !== 'sequence')
      .map((name) => ({ sentence: `Running code that names \`${shortName(name)}\` fails from here on: first deploy code that does not use it.`, relation: name, missed: missed(name, catalog) }))
    const columns = columnsGone(command, catalog).map(({ table, column }) => ({ sentence: `Running code that names \`${column}\` of \`${shortName(table)}\` fails from here on: first deploy code that does not use it.`, relation: table, missed: { relation: table, columns: [column] } }))
    const called = calledBy(command, catalog)
    return [...(called ? [{ sentence: `Running code that ${called.object === 'routine' ? 'calls' : 'names'} ${nameOf(called)} fails from here on: first deploy code that does not use it.`, relation: called.name, missed: { relation: called.name, object: called.object, ...(called.signature !== undefined && { signature: called.signature }) } }] : []), ...columns, ...relations]
  },

  loses({ command }, catalog) {
    const values = columnsGone(command, catalog).filter(({ table, column }) => columnOf(catalog.table(table), column)?.nullFraction !== 1).map(({ table, column }) => {
      const rows = catalog.table(table)?.size?.rows
      return { sentence: `The values of \`${column}\` in \`${shortName(table)}\` are gone.`, relation: table, ...(rows !== undefined && { rows }) }
    })
    if (!isSchema(command) || !command.cascade) return values
    return droppedWith(relationsOf(command.name.name, catalog), catalog, true)
      .filter((name) => !isNew(catalog, name) && catalog.table(name)?.kind === 'table')
      .map((name) => {
        const rows = catalog.table(name)?.size?.rows
        return { sentence: `Every row of \`${shortName(name)}\` is gone.`, relation: name, ...(rows !== undefined && { rows }) }
      })
  },

  fails({ command }, catalog) {
    if (!command.cascade && (isType(command) || isSchema(command))) return refusedUse(command, catalog)
    if (!isFunction(command)) return hangingFails(command, catalog)
    if (isOtherOverload(command, catalog)) return command.ifExists ? [] : unlessRun(`there is no \`${command.name.name}\` of these arguments`)
    if (command.cascade) return []
    const [first] = triggersOf(command, catalog)
    const callers = keepers(command, catalog)
    if (!first && callers.length > 0) return [{ sentence: `Ends in an error: ${listWords(callers.map((table) => `\`${shortName(table)}\``))} ${callers.length === 1 ? 'calls' : 'call'} it. Take that away first, or both with CASCADE.`, certain: isOnly(command, catalog) || catalog.surroundings.knowsDependents === true }]
    return first ? [{ sentence: `Ends in an error: the trigger \`${first.trigger}\` of \`${shortName(first.table)}\` calls it. Drop that first, or both with CASCADE.`, certain: true }] : []
  },

  plan(operation, catalog, context): Plan | undefined {
    const { command } = operation
    if (isSchema(command) && command.cascade && relationsOf(command.name.name, catalog).some((name) => !isNew(catalog, name))) return noWay('Drop what it holds first, each by itself, for each has stages, and the schema behind it without CASCADE')
    const called = calledBy(command, catalog)
    if (!called || (!command.cascade && dropOther.fails!(operation, catalog).length > 0)) return undefined
    const [computed] = isFunction(command) ? computedGone(command, catalog) : []
    if (computed) return noWay(`Take \`${computed.column}\` of \`${shortName(computed.table)}\` away first, or let it be a plain column, for it goes with the function without a word`)
    const hanging = command.cascade ? listWords([...new Set(dropOther.effects(operation, catalog).flatMap(({ relation, indexOf }) => (relation === called.name || indexOf !== undefined ? [] : [`\`${shortName(relation)}\``])))]) : ''
    if (hanging !== '') return noWay(`Let go of it first, each by itself, what of ${hanging} hangs on it, and drop it without CASCADE then, which takes along whatever there is`)
    return calledOtherwise(command, called, catalog, context)
  },

  unread({ command }, catalog) {
    if (!command.cascade || isType(command)) return undefined
    // All that hangs on it, as the snapshot says.
    if (catalog.surroundings.knowsDependents && kindsOf(command).length > 0) return undefined
    // A function that returns a trigger is of use to triggers alone.
    if (isFunction(command) && isTriggerFunction(command, catalog)) return undefined
    if (command.kind === 'drop-other' && command.object === 'schema') return catalog.surroundings.complete ? undefined : 'What the schema holds is not known, and all of it is dropped under ACCESS EXCLUSIVE.'
    return command.kind === 'drop-other' && command.relation ? undefined : 'What depends on it is not known: columns, indexes and views may go with it, each under ACCESS EXCLUSIVE on its table.'
  },
})

function ownEffects(command: DropOther['command'], catalog: Catalog): readonly Effect[] {
  if (command.kind === 'drop-other' && command.relation) return isMissing(command, catalog) ? [] : [lock(catalog.resolve(command.relation), 'ACCESS EXCLUSIVE')]
  if (isType(command)) return typeEffects(typeName(command, catalog), command, catalog)
  if (isFunction(command) && command.cascade) {
    if (isOtherOverload(command, catalog)) return []
    const callers = callersOf(command, catalog).flatMap(({ table, indexes }) => [lock(table, 'ACCESS EXCLUSIVE'), ...indexes.map((index) => indexLock(index, table, 'ACCESS EXCLUSIVE'))])
    return [...triggerEffects(command, catalog), ...callers]
  }
  if (isFunction(command) && !command.cascade) {
    return computedGone(command, catalog).flatMap(({ table, column }) => [lock(table, 'ACCESS EXCLUSIVE' as const), ...(catalog.table(table)?.indexes ?? []).filter((index) => indexUses(index, column)).map((index) => indexLock(index.name, table, 'ACCESS EXCLUSIVE'))])
  }
  if (isSchema(command) && command.cascade) {
    const relations = relationsOf(command.name.name, catalog)
    const dropped = droppedWith(relations, catalog, true)
    return [...dropEffects(relations, catalog, true), ...statisticsIn(command.name.name, catalog).flatMap((name) => (dropped.includes(catalog.statistics(name)!) ? [] : [lock(catalog.statistics(name)!, 'SHARE UPDATE EXCLUSIVE')]))]
  }
  return []
}

/** What is of the type, or lies in the schema, keeps it. */
function refusedUse(command: DropOther['command'], catalog: Catalog): readonly Refusal[] {
  const type = typeName(command, catalog)
  const users = isSchema(command)
    ? [...relationsOf(command.name.name, catalog), ...catalog.types().flatMap(({ name }) => (schemaOf(name) === command.name.name ? [name] : []))]
    : catalog.type(type) === undefined
      ? []
      : [...usedIn(type, catalog).flatMap(({ table, columns }) => (columns.length > 0 ? [table] : [])), ...catalog.typed(type), ...catalog.over(type)]
  const [first, ...more] = [...new Set(users)]
  if (first === undefined) return []
  const words = `\`${shortName(first)}\`${more.length === 0 ? '' : ` and ${more.length} more`}`
  return [refusal(`Ends in an error: ${isSchema(command) ? `${words} ${more.length === 0 ? 'lies' : 'lie'} in it` : `${words} ${more.length === 0 ? 'uses' : 'use'} it`}. Drop ${more.length === 0 ? 'that' : 'those'} first, or say CASCADE.`)]
}

/** What hangs on an extension, a collation, a server and the like keeps it; of a library of its own an extension takes nothing back. */
function hangingFails(command: DropOther['command'], catalog: Catalog): readonly Omit<Failure, 'span'>[] {
  if (command.kind === 'drop') return []
  const { object, name: { name }, cascade } = command
  if ((object === 'fdw' || object === 'language') && catalog.surroundings.extensions?.includes(name)) return [refusal(`Ends in an error: it belongs to the extension \`${name}\`. Drop that.`)]
  const users = cascade || !catalog.surroundings.knowsDependents ? [] : [...new Set(hangingOn(command, catalog).flatMap((one) => (catalog.relation(one) === undefined ? [] : [catalog.index(one)?.table.name ?? one])))]
  const [first, ...more] = users
  // What of them hung on it may have gone since.
  return first === undefined ? [] : [{ sentence: `Ends in an error as long as \`${shortName(first)}\`${more.length === 0 ? ' hangs' : ` and ${more.length} more hang`} on it. Let go of it there first, or say CASCADE.`, certain: false }]
}

/** A policy or a rule that IF EXISTS does not find: the lock is given back at once (RemoveObjects in src/backend/commands/dropcmds.c). */
function isMissing({ object, name, relation, ifExists }: DropOtherCommand, catalog: Catalog): boolean {
  if (!ifExists || !relation) return false
  const found = catalog.relation(catalog.resolve(relation))
  if (found === undefined) return catalog.surroundings.complete
  if (object === 'policy') return catalog.surroundings.exemptRoles !== undefined && !(isTable(found) && found.policies?.some((one) => one.name === name.name))
  if (object === 'rule') return catalog.surroundings.complete && 'rules' in found && !found.rules.some((one) => one.name === name.name)
  return false
}

function applied(command: DropOther['command'], catalog: Catalog): Catalog {
  if (command.kind === 'drop-other' && command.object === 'rule' && command.relation) {
    return changeFiring(catalog, catalog.resolve(command.relation), (before) => ({ ...before, rules: before.rules.filter(({ name }) => name !== command.name.name) }))
  }
  if (command.kind === 'drop-other' && command.object === 'policy' && command.relation) return changePolicies(catalog, catalog.resolve(command.relation), (policies) => policies.filter(({ name }) => name !== command.name.name))
  if (command.kind === 'drop-other' && command.object === 'publication') return withoutPublication(catalog, command.name.name)
  if (command.kind === 'drop-other' && command.object === 'event_trigger') return withEventTriggers(catalog, (all) => all.filter(({ name }) => name !== command.name.name))
  if (isType(command)) return withoutType(typeName(command, catalog), command.cascade, catalog)
  if (isSchema(command) && command.cascade) {
    const { name } = command.name
    const types = catalog.types().filter((type) => schemaOf(type.name) === name).reduce((result, type) => withoutType(type.name, true, result), withoutDropped(relationsOf(name, catalog), catalog, true))
    return uncalledFrom((called) => called !== undefined && schemaOf(called) === name, statisticsIn(name, types).reduce(withoutStatistics, types))
  }
  if (isFunction(command)) {
    if (isOtherOverload(command, catalog)) return catalog
    const name = catalog.resolveFunction(command.name)
    const freed = command.cascade ? uncalledFrom((called) => called === name, catalog) : computedGone(command, catalog).reduce((result, { table, column }) => columnGone(result, table, column, false), catalog)
    const uncalled = command.cascade ? callersOf(command, freed).reduce((result, caller) => changeTable(result, caller.table, (before) => withoutCalls(before, caller)), freed) : freed
    const known = uncalled.routine(name)
    return uncalled.withRoutine(name, known && withoutOverload(known, command.arguments))
  }
  return catalog
}

/** Without the triggers, those of events among them, that call one of these functions. */
function uncalledFrom(isGone: (called: RelationName | undefined) => boolean, catalog: Catalog): Catalog {
  const calling = catalog.relations().filter((relation) => 'triggers' in relation && relation.triggers.some((trigger) => isGone(trigger.function)))
  const freed = calling.reduce((result, { name }) => changeFiring(result, name, (before) => ({ ...before, triggers: before.triggers.filter((one) => !isGone(one.function)) })), catalog)
  return withEventTriggers(freed, (all) => all.filter((one) => !isGone(one.function)))
}

// --- what the snapshot says of all else that hangs on it

/** How PostgreSQL itself calls the objects that the grammar calls otherwise. */
const identified: Readonly<Record<string, readonly string[]>> = lookup({
  domain: ['type'],
  fdw: ['foreign-data wrapper'],
  foreign_server: ['server'],
  function: ['function', 'aggregate'],
  routine: ['function', 'procedure', 'aggregate'],
  tsconfiguration: ['text search configuration'],
  tsdictionary: ['text search dictionary'],
  tsparser: ['text search parser'],
  tstemplate: ['text search template'],
  ...Object.fromEntries(['aggregate', 'collation', 'extension', 'language', 'procedure', 'schema'].map((object) => [object, [object]])),
})

const withoutSchema = new Set(['extension', 'fdw', 'foreign_server', 'language', 'schema'])

const kindsOf = (command: DropOther['command']): readonly string[] => (command.kind === 'drop' ? ['type'] : (identified[command.object] ?? []))

/** Relations that are locked because they, or a part of them, go with it. */
const dependentsOf = (command: DropOther['command'], catalog: Catalog): readonly RelationName[] =>
  command.cascade ? hangingOn(command, catalog).flatMap((one) => (catalog.relation(one) !== undefined || catalog.type(one)?.kind === 'composite' ? [one] : [])) : []

/** Relations of which a part is there only as long as it is, as a snapshot tells. */
function hangingOn(command: DropOther['command'], catalog: Catalog): readonly RelationName[] {
  const written = command.kind === 'drop' ? command.relation : command.name
  const schemas = written.schema === undefined ? catalog.surroundings.searchPath : [written.schema]
  const names = command.kind === 'drop-other' && withoutSchema.has(command.object) ? [quoteIdentifier(written.name)] : schemas.map((schema) => relationName(schema, written.name))
  for (const name of names) {
    const found = kindsOf(command).flatMap((kind) => catalog.dependents(`${kind} ${name}`))
    if (found.length === 0) continue
    const meant = found.filter((one) => isMeant(one, command))
    return [...new Set(meant.flatMap(({ relations }) => relations))]
  }
  return []
}

/** Of several functions of one name the arguments tell which; without them there is only one. */
function isMeant(one: Dependents, command: DropOther['command']): boolean {
  if (command.kind === 'drop' || command.arguments === undefined || one.arguments === undefined) return true
  return areSame(one.arguments, command.arguments)
}

function goneLocks(name: RelationName, catalog: Catalog): readonly Effect[] {
  const table = catalog.index(name)?.table.name
  return table === undefined ? [lock(name, 'ACCESS EXCLUSIVE')] : [lock(table, 'ACCESS EXCLUSIVE'), indexLock(name, table, 'ACCESS EXCLUSIVE')]
}

/** Of a view nothing stays when a part of its query goes, and of a foreign table when its server does. */
function wholesGone(command: DropOther['command'], catalog: Catalog): readonly RelationName[] {
  const isServer = command.kind === 'drop-other' && (command.object === 'foreign_server' || command.object === 'fdw')
  return dependentsOf(command, catalog).filter((name) => catalog.relation(name)?.kind === 'view' || (isServer && catalog.table(name)?.kind === 'foreign table'))
}

/** Those of an operator class, as an extension brings them, are named themselves. */
const indexesGone = (command: DropOther['command'], catalog: Catalog): readonly RelationName[] => dependentsOf(command, catalog).filter((name) => catalog.index(name) !== undefined)

function withoutIndex(catalog: Catalog, name: RelationName): Catalog {
  const found = catalog.index(name)
  return found ? changeTable(catalog, found.table.name, (table) => ({ ...table, indexes: table.indexes.filter((one) => one.name !== name), constraints: table.constraints.filter(({ index }) => index !== name) })) : catalog
}

const functions = new Set(['function', 'procedure', 'routine', 'aggregate'])

/** Objects that, dropped without CASCADE, lock no table. */
const others = new Set([
  ...functions,
  ...(
    'access_method cast collation conversion domain event_trigger extension fdw foreign_server language opclass operator opfamily policy publication rule schema transform ' +
    'tsconfiguration tsdictionary tsparser tstemplate'
  ).split(' '),
])

const isOther = (command: Command): command is DropOther['command'] => (command.kind === 'drop' && command.object === 'type') || (command.kind === 'drop-other' && others.has(command.object))

const isType = (command: DropOther['command']): boolean => command.kind === 'drop' || command.object === 'domain'

const isFunction = (command: DropOther['command']): command is DropOtherCommand => command.kind === 'drop-other' && functions.has(command.object)

/** There are functions of its name, and none of its arguments. */
function isOtherOverload({ name, arguments: written }: DropOtherCommand, catalog: Catalog): boolean {
  const routine = catalog.routine(catalog.resolveFunction(name))
  const known = routine && signaturesOf(routine)
  return written !== undefined && known !== undefined && known.length > 0 && !known.some((one) => areSame(one, written))
}

function isTriggerFunction({ name: written, object }: DropOtherCommand, catalog: Catalog): boolean {
  const name = catalog.resolveFunction(written)
  // A snapshot by hand may leave out what a trigger calls.
  if (catalog.relations().some((relation) => isTable(relation) && relation.triggers.some((trigger) => trigger.function === undefined))) return false
  const routine = catalog.routine(name)
  if (routine) return routine.isTrigger === true
  // A complete snapshot has every function but those of triggers, so it is one, or nothing.
  return object === 'function' && catalog.surroundings.complete
}

/** Triggers that call the function. */
function triggersOf({ name: written }: DropOtherCommand, catalog: Catalog): readonly { readonly table: RelationName; readonly trigger: string }[] {
  const name = catalog.resolveFunction(written)
  return catalog.relations().flatMap((relation) => ('triggers' in relation ? relation.triggers.flatMap((trigger) => (trigger.function === name ? [{ table: relation.name, trigger: trigger.name }] : [])) : []))
}

/** The triggers of the partitions go before that of the whole. */
function triggerEffects(command: DropOtherCommand, catalog: Catalog): readonly Effect[] {
  const triggers = triggersOf(command, catalog)
  const tables = [...new Set(triggers.map(({ table }) => table))]
  return tables.map((table) => {
    const parts = partitionsBelow(catalog, table).filter((one) => tables.includes(one))
    // One that the whole has for itself may go first, and with it comes the lock.
    const isFirst = triggers.some((one) => one.table === table && !triggers.some((other) => other.trigger === one.trigger && parts.includes(other.table)))
    return { ...lock(table, 'ACCESS EXCLUSIVE'), ...(parts.length > 0 && !isFirst && { behind: parts }) }
  })
}

/** Tables with a default, a generated column, a check or an index that calls the function; which of several of its name, its name alone does not tell. */
function callersOf({ name: written }: DropOtherCommand, catalog: Catalog): readonly Caller[] {
  const name = catalog.resolveFunction(written)
  const calls = (sql: string | undefined): boolean => sql !== undefined && sql.includes(written.name) && readExpression(sql).functions.some((one) => catalog.resolveFunction(one) === name)
  return catalog.relations().filter(isTable).flatMap((table) => {
    const indexes = table.indexes.filter(({ shape }) => shape.keys.some((key) => isExpression(key) && calls(key)) || calls(shape.predicate)).map((index) => index.name)
    const columns = (table.columns ?? []).filter((column) => calls(column.default)).map((column) => column.name)
    const checks = table.constraints.filter(({ expression }) => calls(expression)).map((constraint) => constraint.name)
    return columns.length + checks.length + indexes.length > 0 ? [{ table: table.name, columns, checks, indexes }] : []
  })
}

/** The same of the function that is meant. Of several of its name, which one is called the name alone does not tell, but a snapshot may. */
function callersMeant(command: DropOtherCommand, catalog: Catalog): readonly Caller[] {
  const told = isOnly(command, catalog) || !catalog.surroundings.knowsDependents ? undefined : hangingOn(command, catalog)
  return callersOf(command, catalog).filter(({ table, indexes }) => told === undefined || [table, ...indexes].some((one) => told.includes(one)))
}

const isOnly = ({ name }: DropOtherCommand, catalog: Catalog): boolean => catalog.routine(catalog.resolveFunction(name))?.variants?.length === 1

/** Tables with something that keeps the function. */
function keepers(command: DropOtherCommand, catalog: Catalog): readonly RelationName[] {
  return [...new Set(callersMeant(command, catalog).flatMap((caller) => (leaves(caller, catalog) ? [] : [caller.table])))]
}

/** Up to 14 a column that is computed by it does not keep it, and goes without a word (StoreAttrDefault in src/backend/catalog/heap.c), unless something else keeps the column. */
const leaves = ({ table, columns, checks, indexes }: Caller, catalog: Catalog): boolean =>
  catalog.surroundings.version < 15 && checks.length + indexes.length === 0 && columns.every((column) => columnOf(catalog.table(table), column)?.generated !== undefined && viewsOf(catalog, table, column).length === 0 && keysTo(catalog, table, column).length === 0)

function computedGone(command: DropOtherCommand, catalog: Catalog): readonly { readonly table: RelationName; readonly column: string }[] {
  if (command.cascade || isOtherOverload(command, catalog) || triggersOf(command, catalog).length > 0 || keepers(command, catalog).length > 0) return []
  return callersMeant(command, catalog).flatMap(({ table, columns }) => columns.map((column) => ({ table, column })))
}

interface Caller {
  readonly table: RelationName
  /** By their default, or that they are generated. */
  readonly columns: readonly string[]
  readonly checks: readonly string[]
  readonly indexes: readonly RelationName[]
}

const withoutDefault = ({ default: _, ...column }: Column): Column => column

/** A default goes, a generated column with all its data. */
const withoutCalls = (table: Table, { columns, checks, indexes }: Caller): Table => ({
  ...table,
  ...(table.columns && { columns: table.columns.flatMap((column) => (columns.includes(column.name) ? (column.generated ? [] : [withoutDefault(column)]) : [column])) }),
  constraints: table.constraints.filter(({ name }) => !checks.includes(name)),
  indexes: table.indexes.filter(({ name }) => !indexes.includes(name)),
})

const isSchema = (command: DropOther['command']): command is DropOtherCommand => command.kind === 'drop-other' && command.object === 'schema'

const typeName = (command: DropOther['command'], catalog: Catalog): RelationName => catalog.resolveType(command.kind === 'drop' ? command.relation : command.name)

function typeEffects(name: RelationName, { cascade }: DropOther['command'], catalog: Catalog): readonly Effect[] {
  const own = catalog.type(name)?.kind === 'composite' ? [lock(name, 'ACCESS EXCLUSIVE')] : []
  if (!cascade) return own
  return [...own, ...dropEffects(catalog.typed(name), catalog, true), ...usedIn(name, catalog).flatMap(({ table, columns, indexes }) => (columns.length === 0 ? [] : [lock(table, 'ACCESS EXCLUSIVE'), ...indexes.map((index) => indexLock(index, table, 'ACCESS EXCLUSIVE')), ...dropEffects(columns.flatMap((column) => viewsOf(catalog, table, column)), catalog, true)]))]
}

/** With CASCADE columns and attributes go with it, and the domains over it with theirs. */
function withoutType(name: RelationName, cascade: boolean, catalog: Catalog): Catalog {
  if (!cascade) return catalog.withType(name, undefined)
  const freed = usedIn(name, catalog).reduce((result, { table, columns }) => columns.reduce((after, column) => (isPartitionKey(after, table, column) ? withoutDropped([table], after, true) : columnGone(after, table, column, true)), result), catalog)
  const alone = catalog.over(name).reduce((result, one) => {
    const made = result.type(one)
    return made?.kind === 'composite' ? result.withType(one, { ...made, ...(made.attributes && { attributes: made.attributes.filter(({ type }) => type.name !== name) }) }) : withoutType(one, true, result)
  }, freed)
  return withoutDropped(alone.typed(name), alone, true).withType(name, undefined)
}

/** What running code may call or name, as the catalog knows it. A function that returns a trigger nobody calls. */
interface Called {
  readonly name: RelationName
  readonly object: 'routine' | 'type'
  /** The types of its arguments, as far as they are known. */
  readonly signature?: string
  /** It is one of several of its name. */
  readonly isOneOfSeveral?: boolean
}

const nameOf = ({ name, signature, isOneOfSeveral }: Called): string => `\`${shortName(name)}\`${isOneOfSeveral ? ` with (${signature})` : ''}`

function calledBy(command: DropOther['command'], catalog: Catalog): Called | undefined {
  if (isType(command)) {
    const name = typeName(command, catalog)
    return catalog.type(name) && { name, object: 'type' }
  }
  if (!isFunction(command) || command.object === 'aggregate') return undefined
  const name = catalog.resolveFunction(command.name)
  const routine = catalog.routine(name)
  if (!routine || routine.isTrigger) return undefined
  const known = signaturesOf(routine)
  const signature = command.arguments === undefined ? (known?.length === 1 ? known[0] : undefined) : command.arguments.map(({ sql }) => sql).join(', ')
  return { name, object: 'routine', ...(signature !== undefined && { signature, isOneOfSeveral: (known?.length ?? 1) > 1 }) }
}

/** It keeps all that hangs on it under another name, which is given back in a moment. */
function calledOtherwise(command: DropOther['command'], called: Called, catalog: Catalog, context: PlanContext): Plan {
  const { name, object } = called
  const cased = (text: string): string => inCase(text, context.keywords)
  const written = command.kind === 'drop' ? command.relation : command.name
  const types = command.kind === 'drop-other' && object === 'routine' ? command.arguments : undefined
  const kind = command.kind === 'drop' ? 'TYPE' : command.object.toUpperCase()
  const own = nameParts(name).name
  const aside = freeName(`${clip(own, 55)}_dropped`, (one) => (object === 'routine' ? catalog.routine(relationName(schemaOf(name), one)) : (catalog.type(relationName(schemaOf(name), one)) ?? catalog.relation(relationName(schemaOf(name), one)))) !== undefined)
  const given = types === undefined ? '' : `(${types.map(({ sql }) => sql).join(', ')})`
  const [now, then] = [written, { ...written, name: aside }].map((one) => `${context.name(one)}${given}`) as [string, string]
  const rename = (from: string, to: string): string => renaming(`${cased(`ALTER ${kind}`)} ${from}`, to, context.keywords)
  const ifExists = command.ifExists ? cased(' IF EXISTS') : ''
  const oid = object === 'type' ? `to_regtype(${quoteLiteral(now)})` : types === undefined ? `to_regproc(${quoteLiteral(now)})` : `to_regprocedure(${quoteLiteral(now)})`
  const catalogOf = object === 'type' ? 'pg_type' : 'pg_proc'
  // An array of the type has an object of its own, on which a column or a function that has such an array hangs.
  const ids = object === 'type' ? `${cased('IN (SELECT')} unnest(${cased('ARRAY')}[oid, typarray]) ${cased('FROM')} pg_type ${cased('WHERE')} oid = ${oid})` : `= ${oid}`
  const it = nameOf(called)
  return setAsidePlan(
    {
      things: [it],
      also: [],
      use: object === 'routine' ? 'calls' : 'names',
      names: [own],
      tables: [],
      asks: [
        { sql: `${cased('SELECT')} pg_describe_object(classid, objid, objsubid) ${cased('AS')} what_hangs_on_it ${cased('FROM')} pg_depend ${cased('WHERE')} refclassid = '${catalogOf}'::regclass ${cased('AND')} refobjid ${ids} ${cased('AND')} deptype <> 'i';`, shows: 'what in the database hangs on it' },
        ...(object === 'type' ? [] : [{ sql: `${cased('SELECT')} funcid::regprocedure, calls ${cased('FROM')} pg_stat_user_functions ${cased('WHERE')} funcid = ${oid};`, shows: 'how often it has been called, which is counted where track_functions says so, and not in an SQL function whose query takes the place of the call' }]),
      ],
      expand: [],
      aside: [{ ...asideStep(rename(now, aside), true), back: rename(then, own) }],
      drop: `${cased('DROP')} ${cased(kind)}${ifExists} ${then}${command.cascade ? cased(' CASCADE') : ''};`,
      effects: [],
    },
    `Call ${it} otherwise once no code ${object === 'routine' ? 'calls' : 'names'} it, and drop it in a later release`,
    catalog,
    context,
  )
}

/** Columns that CASCADE takes with their type. */
const columnsGone = (command: DropOther['command'], catalog: Catalog): readonly { readonly table: RelationName; readonly column: string }[] => {
  const all = isType(command) && command.cascade ? usedIn(typeName(command, catalog), catalog).flatMap(({ table, columns }) => columns.map((column) => ({ table, column }))) : isFunction(command) ? computedGone(command, catalog) : []
  return all.filter(({ table }) => !isNew(catalog, table))
}

/** Tables with columns of the type, which CASCADE drops with their indexes. */
function usedIn(type: RelationName, catalog: Catalog): readonly { readonly table: RelationName; readonly columns: readonly string[]; readonly indexes: readonly RelationName[] }[] {
  return catalog.using(type).map((table) => {
    const known = catalog.table(table)
    const columns = (known?.columns ?? []).filter((column) => column.type.name === type).map((column) => column.name)
    return { table, columns, indexes: (known?.indexes ?? []).filter((index) => columns.some((column) => indexUses(index, column))).map((index) => index.name) }
  })
}

/** Extended statistics that lie there, of whichever table. */
const statisticsIn = (schema: string, catalog: Catalog): readonly RelationName[] =>
  catalog.relations().flatMap((relation) => (isTable(relation) ? (Object.keys(relation.statisticsDefinitions ?? {}) as RelationName[]).filter((name) => schemaOf(name) === schema) : []))

const relationsOf = (schema: string, catalog: Catalog): readonly RelationName[] => catalog.relations().filter((relation) => relation.kind !== 'index' && nameParts(relation.name).schema === schema).map((relation) => relation.name)
