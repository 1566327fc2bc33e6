// A table is written whole under its lock: what a statement makes of it is made of a second one beside it, which nobody uses yet, and the two exchange their names when that is whole.
import type { Catalog } from './catalog/catalog'
import { freeName, schemaOf } from './catalog/catalog'
import { columnOf } from './catalog/relation'
import type { Constraint, Policy, Table, Trigger } from './catalog/relation'
import { exchangePlan } from './exchange'
import type { Assessed } from './model/assessed'
import { nameParts, quoteIdentifier, quoteLiteral, shortName } from './model/name'
import type { RelationName, WrittenName } from './model/name'
import type { Plan, Step } from './model/plan'
import { isNew, sequencesOfColumn } from './operations/alteration'
import { clip } from './operations/automatic-name'
import { keyOf } from './operations/backfill-by-key'
import { createdLike, sqlStep, writtenLike } from './operations/constraint-plans'
import { foreignKeyText } from './operations/constraint-way-back'
import { grantText } from './operations/grant-text'
import type { PlanContext } from './operations/operation'
import { withOptions } from './operations/storage-options'
import { isKnown, triggerText } from './operations/trigger-text'
import { publicationsOf } from './operations/subscribers'
import { contextOf } from './plan'
import { step } from './session'
import type { Circumstances, Session } from './session'
import type { Stepped } from './stepped'
import type { AlterAction, Command } from './sql/command'
import { columnList, dollarQuoted, inCase } from './sql/print'
import { read } from './sql/read'
import { TokenKind, Tokens } from './sql/tokens'

const writesWhole = (one: Stepped): boolean => one.assessed.plan?.fit === 'outline' && /^\s*(?:alter|vacuum|cluster)\b/i.test(one.sql) && wholeOf(one) !== undefined

const runs = (steps: readonly Stepped[], marked: readonly number[]): ReadonlyMap<number, readonly Stepped[]> => new Map(marked.map((at) => [at, [steps[at]!]]))

export const tableAnew = { isPart: writesWhole, runs, assess }

interface Whole {
  readonly written: WrittenName
  /** What is said of the table is said of the second one, when it has no rows. */
  readonly alters: boolean
}

/** The table that the statement writes whole, where no more is said than what can be said of another one. */
function wholeOf({ sql, before, assessed }: Stepped): Whole | undefined {
  const { commands, standIns = [] } = read(sql)
  const [command] = commands
  if (!command || standIns.length > 0) return undefined
  const own = (written: WrittenName | undefined, alters: boolean): Whole | undefined => {
    const table = written && before.catalog.table(before.catalog.resolve(written))
    return written && table?.kind === 'table' && !isNew(before.catalog, table.name) ? { written, alters } : undefined
  }
  if (command.kind === 'vacuum') return command.full && commands.length === 1 && command.relations.length === 1 && !command.relations[0]!.only ? own(command.relations[0], false) : undefined
  if (command.kind === 'cluster') return own(command.relation, false)
  // What keeps a column from another type keeps that of the second table from it too, or goes over to it as it is.
  if (assessed.fails.length > 0 && commands.some((one) => one.kind === 'alter' && one.action.action === 'alter-type')) return undefined
  const isOne = commands.every((one) => one.kind === 'alter' && !one.ifExists && before.catalog.resolve(one.relation) === before.catalog.resolve((command as typeof one).relation) && isSaidOfAnother(one.action))
  return isOne && command.kind === 'alter' ? own(command.relation, true) : undefined
}

/** It says nothing of the rows that are there, and names of its own are all written. */
function isSaidOfAnother(action: AlterAction): boolean {
  switch (action.action) {
    case 'set-logged':
    case 'set-unlogged':
    case 'set-tablespace':
    case 'set-access-method':
    case 'set-expression':
    case 'set-not-null':
    case 'set-default':
    case 'drop-default':
      return true
    // A value that is assigned becomes one of the new type as it would under the lock.
    case 'alter-type':
      return action.using === undefined
    case 'add-column':
      return !action.ifNotExists && action.column.serial === undefined && action.column.identity === undefined && action.column.constraints.length === 0
    case 'add-constraint':
      return action.constraint.name !== undefined && !action.constraint.notValid && !action.constraint.notEnforced && action.constraint.type !== 'foreign-key' && !('usingIndex' in action.constraint && action.constraint.usingIndex !== undefined)
    default:
      return false
  }
}

function assess([one]: readonly Stepped[], circumstances: Circumstances): Assessed {
  const { assessed } = one!
  const plan = planOf(one!, circumstances)
  // An outline that is there already says what can be done, and this why the rest of it is not written out.
  if (typeof plan === 'string') return { ...assessed, plan: { ...assessed.plan!, title: `${assessed.plan!.title}; a second table to exchange names with is not written out here, for ${plan}` } }
  return { ...assessed, plan }
}

/** Or why there is none; completes "for …". */
function planOf(one: Stepped, circumstances: Circumstances): Plan | string {
  const { written, alters } = wholeOf(one)!
  const start = one.before.catalog
  const name = start.resolve(written)
  const table = start.table(name)!
  const reason = inTheWay(table, start) ?? outOfOrder(one, table)
  if (reason !== undefined) return reason
  const second = freeName(start, schemaOf(name), clip(`${nameParts(name).name}_new`, 60))
  const anew = secondOf(one, { table, written, second, alters }, circumstances)
  if (typeof anew === 'string') return anew
  const plan = exchangePlan(anew.steps, anew.copy, second, name, circumstances, { takesIn: 0, exchanging: titleOf(one), carried: anew.carried, executed: anew.executed, behind: [...sequencesBehind(one, table, written), ...statisticsBehind(one, table, written)] })
  return plan.fit === 'staged' ? plan : (/(?:not all of the way is known: |, for which )(.*)$/s.exec(plan.title)?.[1] ?? 'not all that hangs on it has a place in the exchange')
}

/** From 15 on sequences are logged or not as their table is; those of identities are the second table's own. */
function sequencesBehind({ sql, before, after }: Stepped, table: Table, written: WrittenName): readonly Step[] {
  const persistence = after.catalog.table(table.name)?.persistence
  if (before.catalog.surroundings.version < 15 || persistence === table.persistence) return []
  const context = contextOf(sql, before.catalog)
  const named = (sequence: RelationName): string => context.name(writtenLike(sequence, written, before.catalog))
  return (table.columns ?? []).filter(({ identity }) => !identity).flatMap((column) => sequencesOfColumn(before.catalog, table.name, column.name)).map((sequence) => {
    const set = (to: Table['persistence']): string => `${inCase(`ALTER SEQUENCE`, context.keywords)} ${named(sequence)} ${inCase(to === 'unlogged' ? 'SET UNLOGGED' : 'SET LOGGED', context.keywords)};`
    return { ...sqlStep(set(persistence!), 'shared', 'Takes a moment; its sequence is as the table is.'), back: set(table.persistence) }
  })
}

function statisticsBehind({ sql, before }: Stepped, { statisticsDefinitions = {} }: Table, written: WrittenName): readonly Step[] {
  const { keywords, name } = contextOf(sql, before.catalog)
  return Object.keys(statisticsDefinitions).length === 0 ? [] : [{ ...sqlStep(`${inCase('ANALYZE', keywords)} ${name(written)};`, 'shared', 'Fills the extended statistics, which are new.'), back: '' }]
}

const titleOf = ({ sql, assessed }: Stepped): string => {
  const [command] = read(sql).commands
  const filling = 'Fill a second table beside it in batches, kept in step by a trigger, and exchange their names when it is whole'
  if (command?.kind === 'vacuum') return `${filling}; where the space need not go back to the disk, a plain VACUUM frees it for new rows, and pg_repack does the same as one command`
  if (command?.kind === 'alter' && command.action.action === 'alter-type') return `${filling}; a value that \`${command.action.column}\` had no place for before is refused until the first table goes`
  if (command?.kind === 'cluster') return `${filling}; pg_repack --order-by does the same as one command`
  const { expand, title } = assessed.plan!
  // What says no more than this says it less well.
  if (command?.kind === 'alter' && command.action.action === 'add-constraint') return filling
  const simpler = title.split(';')[0]!
  return expand.length === 0 ? filling : `${filling}; simpler, though not the same: ${simpler[0]!.toLowerCase()}${simpler.slice(1)}`
}

/** What hangs on the table and cannot be given to another one for certain; completes "for …". */
function inTheWay(table: Table, catalog: Catalog): string | undefined {
  const { name } = table
  const own = `\`${shortName(name)}\``
  if (!table.complete || !table.columns) return `not all that ${own} has is known`
  if (table.partitionOf || table.inherits.length > 0 || catalog.children(name).length > 0) return `${own} has its place among partitions or children`
  if (table.ofType !== undefined) return `${own} is made of a composite type`
  if (!keyOf(table)) return `no key leads through the rows of ${own}`
  if (table.persistence === 'temporary') return `${own} is temporary`
  if (publicationsOf(name, catalog).length > 0 || table.publications !== undefined) return `${own} is published, and subscribers find its rows under the name of the second table from then on`
  if (table.rules.length > 0 || catalog.ruling(name).some((one) => one !== name)) return `rules name ${own}`
  if (catalog.guarded(name).some((one) => one !== name)) return `policies of other tables read ${own}`
  const [unknown] = Object.entries(table.statisticsDefinitions ?? {}).filter(([, definition]) => definition === '')
  if (unknown) return `what the extended statistics \`${shortName(unknown[0] as RelationName)}\` are of is not known`
  if (catalog.using(name).length > 0 || catalog.typed(name).length > 0) return `columns elsewhere are of the type of its rows`
  const uses = Object.values(table.columnUses ?? {}).flat().filter((use) => use.startsWith('function '))
  if (uses.length > 0) return `the ${uses[0]!.replace(/^function (.*)$/s, 'function `$1`')} depends on ${own}`
  const unchecked = table.constraints.find((one) => !one.validated && one.enforced !== false)
  if (unchecked) return `old rows that \`${unchecked.name}\` would not let through could not be copied`
  if (table.constraints.some(({ enforced, period, type }) => enforced === false || period === true || (type === 'not-null' && catalog.surroundings.version < 18))) return `how its constraints are made again is not known`
  const invalid = table.indexes.find(({ valid }) => !valid)
  if (invalid) return `the index \`${shortName(invalid.name)}\` is invalid`
  if (haveOneName(table)) return `two indexes of the same columns would get each other's names`
  if (table.triggers.some((one) => triggerText(one, '') === undefined)) return `not all of its triggers are known`
  if ((table.policies ?? []).some((one) => policyText(one, '') === undefined)) return `not all of its policies are known`
  const counting = catalog.sequences(name).find((one) => {
    const sequence = catalog.relation(one)
    const owned = sequence?.kind === 'sequence' ? sequence.ownedBy?.column : undefined
    return sequence?.kind === 'sequence' && owned !== undefined && columnOf(table, owned)?.identity && (sequence.commented || (sequence.grants ?? []).length > 0)
  })
  if (counting) return `what is granted on the sequence \`${shortName(counting)}\`, or said of it, stays with the first table`
  for (const other of catalog.readers(name)) {
    const reader = catalog.relation(other)
    if (reader?.kind !== 'view') return `the materialized view \`${shortName(other)}\` reads ${own}, and would have to be filled anew`
    if (reader.definition === undefined || reader.columns === undefined) return `the query of the view \`${shortName(other)}\`, which reads ${own}, is not known`
    if (reader.rules.length > 0) return `rules of the view \`${shortName(other)}\` name ${own}`
  }
  for (const referencing of catalog.referencing(name)) {
    const other = catalog.table(referencing)
    if (!other || other.partitionOf || other.kind !== 'table') return `a foreign key of \`${shortName(referencing)}\`, which has to do with partitions, leads to it`
    const key = keysTo(other, name).find((one) => one.commented || one.enforced === false || one.period || one.referencedColumns?.length !== one.columns.length)
    if (key && referencing !== name) return `of the foreign key \`${key.name}\` of \`${shortName(referencing)}\` not all is known, or it has a comment that is not`
  }
  return undefined
}

/** The batches go by the key, and what is written meanwhile lies behind them. */
function outOfOrder({ after, sql }: Stepped, { name, constraints }: Table): string | undefined {
  if (read(sql).commands[0]?.kind !== 'cluster') return undefined
  const order = after.catalog.table(name)?.indexes.find(({ clustered }) => clustered)?.name
  return constraints.some(({ type, index }) => type === 'primary-key' && index === order) ? undefined : 'its batches go by the primary key, and the rows would not lie in the order of the index'
}

const keysTo = ({ constraints }: Table, name: RelationName): readonly Constraint[] => constraints.filter(({ type, references }) => type === 'foreign-key' && references === name)

/** Copies get names by their columns, and where two have the same it is by chance which is which. */
function haveOneName({ indexes }: Table): boolean {
  const columns = indexes.map(({ shape }) => JSON.stringify([shape.keys.map((key) => (key.startsWith('(') ? '(' : key)), shape.include]))
  return new Set(columns).size < columns.length
}

interface Second {
  readonly table: Table
  readonly written: WrittenName
  readonly second: RelationName
  readonly alters: boolean
}

interface Anew {
  readonly steps: readonly Stepped[]
  readonly copy: number
  readonly executed: ReadonlyMap<string, string>
  readonly carried: readonly Step[]
}

/** The statements by which an author would make the second table, copy and exchange the names; or why there are none. */
function secondOf({ sql, before, after }: Stepped, { table, written, second, alters }: Second, circumstances: Circumstances): Anew | string {
  const { name } = table
  const context = contextOf(sql, before.catalog)
  const cased = (text: string): string => inCase(text, context.keywords)
  const named = (relation: RelationName): string => context.name(writtenLike(relation, written, before.catalog))
  const [here, there] = [context.name(written), context.name(createdLike(second, written, before.catalog))]
  const wanted = after.catalog.table(name)
  const own = alters ? saidOfSecond(sql, name, second, before.catalog) : undefined
  if (!wanted?.columns || (alters && own === undefined)) return 'the name of the table stands for something else in the statement'
  const steps: Stepped[] = []
  let session: Session = before
  const walk = (text: string): void => {
    const { assessed, after: next } = step(session, text, { ...circumstances, planning: true })
    steps.push({ sql: text, before: session, after: next, assessed, findings: [], footprint: { told: [] } })
    session = next
  }

  walk(cased(`CREATE ${table.persistence === 'unlogged' ? 'UNLOGGED ' : ''}TABLE ${there} (LIKE ${here} INCLUDING ALL${Object.keys(table.statisticsDefinitions ?? {}).length === 0 ? '' : ' EXCLUDING STATISTICS'})${table.accessMethod === undefined ? '' : ` USING ${quoteIdentifier(table.accessMethod)}`}`) + cased(withOptions(table.options)))
  const made = session.catalog.table(second)
  if (!made?.columns || made.indexes.length !== table.indexes.length) return 'not all that it has is known'
  if (table.tablespace !== undefined && table.tablespace !== 'pg_default') walk(`${cased('ALTER TABLE')} ${there} ${cased('SET TABLESPACE')} ${quoteIdentifier(table.tablespace)}`)
  for (const column of table.columns!) {
    const actions = [
      ...(column.statisticsTarget === undefined ? [] : [`${cased('SET')} STATISTICS ${column.statisticsTarget}`]),
      ...(column.options === undefined ? [] : [`${cased('SET')} (${Object.entries(column.options).map(([option, value]) => `${option} = ${value}`).join(', ')})`]),
    ]
    for (const action of actions) walk(`${cased('ALTER TABLE')} ${there} ${cased('ALTER COLUMN')} ${quoteIdentifier(column.name)} ${action}`)
  }
  for (const key of table.constraints) if (key.type === 'foreign-key') walk(`${cased('ALTER TABLE')} ${there} ${cased('ADD CONSTRAINT')} ${quoteIdentifier(key.name)} ${cased(foreignKeyText(key, key.references === name ? there : named(key.references!)))}`)
  const indexes = pairedIndexes(table, made)
  if (!indexes) return 'not all of its indexes are known'
  for (const [was, is] of indexes) {
    const index = quoteIdentifier(nameParts(is).name)
    const { clustered, replicaIdentity } = wanted.indexes.find((one) => one.name === was) ?? {}
    if (clustered) walk(`${cased('ALTER TABLE')} ${there} ${cased('CLUSTER ON')} ${index}`)
    if (replicaIdentity) walk(`${cased('ALTER TABLE')} ${there} ${cased('REPLICA IDENTITY USING INDEX')} ${index}`)
  }
  if (table.replicaIdentity === 'full' || table.replicaIdentity === 'nothing') walk(`${cased('ALTER TABLE')} ${there} ${cased(`REPLICA IDENTITY ${table.replicaIdentity.toUpperCase()}`)}`)
  if (table.owner !== undefined) walk(`${cased('ALTER TABLE')} ${there} ${cased('OWNER TO')} ${quoteIdentifier(table.owner)}`)
  for (const grant of table.grants ?? []) walk(withoutEnd(grantText(grant, '', there, cased)))
  for (const column of table.columns!) for (const grant of column.grants ?? []) walk(withoutEnd(grantText(grant, ` (${quoteIdentifier(column.name)})`, there, cased)))
  for (const policy of table.policies ?? []) walk(cased(policyText(policy, there)!))
  if (table.rowSecurity) walk(`${cased('ALTER TABLE')} ${there} ${cased('ENABLE ROW LEVEL SECURITY')}`)
  if (own !== undefined) walk(own)

  const copied = table.columns!.filter((column) => !column.generated && !columnOf(wanted, column.name)?.generated).map((column) => column.name)
  const copy = steps.length
  walk(`${cased('INSERT INTO')} ${there} (${columnList(copied)})${table.columns!.some(({ identity }) => identity === 'always') ? cased(' OVERRIDING SYSTEM VALUE') : ''} ${cased('SELECT')} ${columnList(copied)} ${cased('FROM')} ${here}`)

  const others = before.catalog.referencing(name).filter((one) => one !== name).flatMap((one) => keysTo(before.catalog.table(one)!, name).map((key) => ({ head: `${cased('ALTER TABLE')} ${named(one)}`, key })))
  for (const { head, key } of others) walk(`${head} ${cased('DROP CONSTRAINT')} ${quoteIdentifier(key.name)}`)
  const kept = freeName(before.catalog, schemaOf(name), clip(`${nameParts(name).name}_old`, 60))
  walk(`${cased('ALTER TABLE')} ${here} ${cased('RENAME TO')} ${quoteIdentifier(nameParts(kept).name)}`)
  walk(`${cased('ALTER TABLE')} ${there} ${cased('RENAME TO')} ${quoteIdentifier(nameParts(name).name)}`)
  const counting = table.columns!.flatMap((column) => sequencesOfColumn(before.catalog, name, column.name).map((was) => ({ column, was })))
  for (const { column, was } of counting) if (!column.identity) walk(`${cased('ALTER SEQUENCE')} ${named(was)} ${cased('OWNED BY')} ${here}.${quoteIdentifier(column.name)}`)
  for (const view of before.catalog.readers(name)) {
    const reader = before.catalog.relation(view)
    if (reader?.kind === 'view') walk(`${cased('CREATE OR REPLACE VIEW')} ${context.name(createdLike(view, written, before.catalog))}${cased(withOptions(reader.options))} ${cased('AS')} ${reader.definition!.trim().replace(/;$/, '')}`)
  }
  // Its names are free from here on, in thought; the plan drops it in the end alone, and has it give them up.
  walk(`${cased('DROP TABLE')} ${context.name({ ...written, name: nameParts(kept).name })}`)
  for (const [was, is] of indexes) if (was !== is) walk(`${cased('ALTER INDEX')} ${named(is)} ${cased('RENAME TO')} ${quoteIdentifier(nameParts(was).name)}`)
  for (const definition of Object.values(table.statisticsDefinitions ?? {})) walk(definition)
  for (const { column, was } of counting) {
    const [is] = column.identity ? sequencesOfColumn(session.catalog, name, column.name) : []
    if (is !== undefined) walk(`${cased('ALTER SEQUENCE')} ${named(is)} ${cased('RENAME TO')} ${quoteIdentifier(nameParts(was).name)}`)
  }
  if (table.forcedRowSecurity) walk(`${cased('ALTER TABLE')} ${here} ${cased('FORCE ROW LEVEL SECURITY')}`)
  for (const { head, key } of others) walk(`${head} ${cased('ADD CONSTRAINT')} ${quoteIdentifier(key.name)} ${cased(foreignKeyText(key, here))}${key.validated ? '' : cased(' NOT VALID')}`)
  const executed = new Map<string, string>()
  for (const trigger of table.triggers) {
    for (const [said, text] of triggerRead(trigger, here, named(kept), cased)) executed.set(said, text)
    walk(cased(triggerText(trigger, here)!))
    if (trigger.commented) walk(cased(`COMMENT ON TRIGGER ${quoteIdentifier(trigger.name)} ON ${here} IS ''`))
    const role = trigger.enabled ? trigger.role : undefined
    if (!trigger.enabled || role) walk(`${cased(`ALTER TABLE ${here} ${trigger.enabled ? `ENABLE ${role!.toUpperCase()}` : 'DISABLE'} TRIGGER`)} ${quoteIdentifier(trigger.name)}`)
  }
  const differing = difference(wanted, session.catalog.table(name))
  if (differing !== undefined) return `the second table would differ from it in its ${differing}`
  return { steps, copy, executed, carried: carriedSteps(table, { here, there, indexes }, context) }
}

const withoutEnd = (sql: string): string => sql.replace(/;$/, '')

/** Each index of the table with the one that CREATE TABLE … LIKE makes of it; the names of those are chosen by their columns. */
function pairedIndexes(table: Table, made: Table): readonly (readonly [was: RelationName, is: RelationName])[] | undefined {
  const shape = ({ shape: { name: _, ...rest } }: Table['indexes'][number]): string => JSON.stringify([rest.keys, rest.include, rest.unique, rest.method, rest.predicate])
  const left = [...made.indexes]
  const pairs = table.indexes.map((index) => {
    const at = left.findIndex((one) => shape(one) === shape(index))
    return at < 0 ? undefined : ([index.name, left.splice(at, 1)[0]!.name] as const)
  })
  return pairs.every((pair) => pair !== undefined) ? pairs : undefined
}

/** The statement with the second table in the place of the first; undefined where the name stands for something else in it too. */
function saidOfSecond(sql: string, name: RelationName, second: RelationName, catalog: Catalog): string | undefined {
  const tokens = new Tokens(sql)
  const own = nameParts(name).name
  const found = Array.from({ length: tokens.count }, (_, index) => index).filter((index) => {
    const text = sql.slice(tokens.starts[index], tokens.ends[index])
    return tokens.kinds[index] === TokenKind.Word ? text.toLowerCase() === own : tokens.kinds[index] === TokenKind.QuotedWord && text === quoteIdentifier(own)
  })
  const [only] = found
  if (only === undefined || found.length > 1) return undefined
  const made = `${sql.slice(0, tokens.starts[only])}${quoteIdentifier(nameParts(second).name)}${sql.slice(tokens.ends[only])}`
  const isOfSecond = (command: Command): boolean => command.kind === 'alter' && schemaOf(catalog.resolve({ ...command.relation, name: own })) === schemaOf(second) && command.relation.name === nameParts(second).name
  return read(made).commands.every(isOfSecond) ? made : undefined
}

/** The same where it has arguments or a comment, which no snapshot holds: they are read of the trigger as the first table has it. */
function triggerRead(trigger: Trigger, table: string, first: string, cased: (text: string) => string): readonly (readonly [said: string, executed: string])[] {
  const { name, arguments: given = 0, commented } = trigger
  const own = `tgrelid = ${quoteLiteral(first)}::regclass AND tgname = ${quoteLiteral(name)}`
  const execute = (template: string, values: string): string => `${cased('EXECUTE')} format(${quoteLiteral(cased(template))}, ${cased(values)});`
  const made = triggerText(trigger, table, '%L')!
  const about = `COMMENT ON TRIGGER ${quoteIdentifier(name)} ON ${table} IS`
  // Each ends with a byte of zero, which no text may have in it (tgargs in src/include/catalog/pg_trigger.h).
  const values = `VARIADIC (SELECT array_agg(convert_from(decode(argument, 'escape'), getdatabaseencoding()) ORDER BY place) FROM pg_trigger, string_to_array(encode(tgargs, 'escape'), '\\000') AS split, unnest(split) WITH ORDINALITY AS part (argument, place) WHERE ${own} AND place <= tgnargs)`
  return [
    ...(given === 0 ? [] : [[triggerText(trigger, table)!, execute(withoutPercent(made.slice(0, made.lastIndexOf('('))) + made.slice(made.lastIndexOf('(')), values)] as const]),
    ...(commented ? [[`${about} ''`, execute(`${withoutPercent(about)} %L`, `(SELECT obj_description(oid, 'pg_trigger') FROM pg_trigger WHERE ${own})`)] as const] : []),
  ].map(([said, text]) => [`${cased(said)};`, text])
}

/** As format() takes it. */
const withoutPercent = (text: string): string => text.replaceAll('%', '%%')

function policyText({ name, on, to, restrictive, names, using, check }: Policy, table: string): string | undefined {
  if (!isKnown(using) || !isKnown(check) || names.length > 0) return undefined
  return `CREATE POLICY ${quoteIdentifier(name)} ON ${table}${restrictive ? ' AS RESTRICTIVE' : ''}${on ? ` FOR ${on.toUpperCase()}` : ''}${to ? ` TO ${to.map(quoteIdentifier).join(', ')}` : ''}${using ? ` USING (${using.sql})` : ''}${check ? ` WITH CHECK (${check.sql})` : ''}`
}

/** In what two tables of one name are not alike; undefined where they are. */
function difference(wanted: Table, is: Table | undefined): string | undefined {
  const sorted = (texts: readonly unknown[]): string => JSON.stringify(texts.map((one) => JSON.stringify(one)).sort())
  const facts = (table: Table): Readonly<Record<string, unknown>> => ({
    columns: table.columns!.map(({ name, type, notNull, default: initial, generated, identity, collation, statisticsTarget, options, grants }) => [name, type, notNull, identity ? undefined : initial, generated, identity, collation, statisticsTarget, options, sorted(grants ?? [])]),
    constraints: sorted(table.constraints.map(({ name, type, columns, references, referencedColumns, validated, deferrable, deferred, onDelete, onUpdate, index }) => [name, type, columns, references, referencedColumns, validated, deferrable ?? false, deferred ?? false, onDelete, onUpdate, index])),
    indexes: sorted(table.indexes.map(({ name, shape, clustered, replicaIdentity }) => [name, shape.keys, shape.include, shape.unique, shape.method, shape.predicate, clustered, replicaIdentity])),
    triggers: sorted(table.triggers.map(({ name, function: called, fires, enabled, role, on, of, constraint, deferrable, deferred, arguments: given }) => [name, called, fires, enabled, role, sorted([...(on ?? [])]), of, constraint ?? false, deferrable ?? false, deferred ?? false, given ?? 0])),
    policies: sorted((table.policies ?? []).map(({ name, on, to, restrictive }) => [name, on, to, restrictive])),
    settings: [table.persistence, table.tablespace ?? 'pg_default', table.accessMethod ?? 'heap', table.options, table.owner, table.rowSecurity, table.forcedRowSecurity, table.replicaIdentity, sorted(table.grants ?? [])],
  })
  const [one, other] = [facts(wanted), is?.columns ? facts(is) : {}]
  return Object.keys(one).find((what) => JSON.stringify(one[what]) !== JSON.stringify(other[what]))
}

interface Carried {
  readonly here: string
  readonly there: string
  readonly indexes: readonly (readonly [was: RelationName, is: RelationName])[]
}

/** Comments, of which the catalog knows no more than that there are some; and a look at all that it does not know of. */
function carriedSteps(table: Table, { here, there, indexes }: Carried, context: PlanContext): readonly Step[] {
  const cased = (text: string): string => inCase(text, context.keywords)
  const [first, other] = [here, there].map((one) => `${quoteLiteral(one)}::regclass`) as [string, string]
  const comment = (on: string, description: string): string => `${cased('EXECUTE')} format(${quoteLiteral(`${cased('COMMENT ON')} ${on} ${cased('IS')} %L`)}, ${description});`
  const renamed = new Map(indexes.map(([was, is]) => [nameParts(was).name, nameParts(is).name]))
  const ofConstraint = ({ name }: Constraint): string => comment(`${cased('CONSTRAINT')} ${quoteIdentifier(renamed.get(name) ?? name)} ${cased('ON')} ${there}`, `(${cased('SELECT')} obj_description(oid, 'pg_constraint') ${cased('FROM')} pg_constraint ${cased('WHERE')} conrelid = ${first} ${cased('AND')} conname = ${quoteLiteral(name)})`)
  const comments = [comment(`${cased('TABLE')} ${there}`, `obj_description(${first}, 'pg_class')`), ...table.constraints.flatMap((one) => (one.commented && one.type !== 'check' ? [ofConstraint(one)] : []))]
  const said: Step = { ...sqlStep(`${cased('DO')} ${dollarQuoted(`\n${cased('BEGIN')}\n${comments.map((line) => `  ${line}\n`).join('')}${cased('END')}\n`)};`, 'shared', `What is said of \`${shortName(table.name)}\` is said of the second table too.`), back: '' }
  const coming = `SELECT grantee FROM pg_class, aclexplode(relacl) WHERE oid = ${other} EXCEPT SELECT grantee FROM pg_class, aclexplode(coalesce(relacl, acldefault('r', relowner))) WHERE oid = ${first}`
  const revoke = ['DECLARE', '  grantee_name text;', 'BEGIN', `  FOR grantee_name IN SELECT coalesce(rolname, 'public') FROM (${coming}) AS coming LEFT JOIN pg_roles ON pg_roles.oid = grantee LOOP`, `    EXECUTE format(${quoteLiteral(`${cased('REVOKE ALL ON')} ${there} ${cased('FROM')} %I`)}, grantee_name);`, '  END LOOP;', 'END']
  const revoked: Step = { ...sqlStep(`${cased('DO')} ${dollarQuoted(`\n${revoke.map((line) => `${cased(line)}\n`).join('')}`)};`, 'shared', 'Rights that every new table comes with, and the first one does not have, are taken from it.'), back: '' }
  const isThere = indexes.map(([, is]) => `${cased('PERFORM')} ${quoteLiteral(`${quoteIdentifier(nameParts(is).schema)}.${quoteIdentifier(nameParts(is).name)}`)}::regclass;`)
  const told = table.triggers.filter((one) => one.arguments || one.constraint || one.commented).map((one) => `(${quoteLiteral(one.name)}, ${one.arguments ?? 0}, ${one.constraint ?? false}, ${one.commented ?? false})`)
  const looks: readonly (readonly [string, string])[] = [
    ['a trigger has arguments, waits for the end of the transaction or has a comment', `EXISTS (SELECT FROM pg_trigger WHERE tgrelid = ${first} AND NOT tgisinternal AND (tgnargs > 0 OR tgconstraint <> 0 OR obj_description(oid, 'pg_trigger') IS NOT NULL)${told.length === 0 ? '' : ` AND (tgconstrrelid <> 0 OR (tgname, tgnargs::int, tgconstraint <> 0, obj_description(oid, 'pg_trigger') IS NOT NULL) NOT IN (${told.join(', ')}))`})`],
    ['a policy has a comment', `EXISTS (SELECT FROM pg_policy WHERE polrelid = ${first} AND obj_description(oid, 'pg_policy') IS NOT NULL)`],
    ['extended statistics have a target or a comment', `EXISTS (SELECT FROM pg_statistic_ext AS one WHERE stxrelid = ${first} AND (coalesce((to_jsonb(one) ->> 'stxstattarget')::int, -1) >= 0 OR obj_description(oid, 'pg_statistic_ext') IS NOT NULL))`],
    ['the TOAST table has storage parameters', `EXISTS (SELECT FROM pg_class AS main JOIN pg_class AS toast ON toast.oid = main.reltoastrelid WHERE main.oid = ${first} AND toast.reloptions IS NOT NULL)`],
    ['a function, or a column elsewhere, depends on it or on the type of its rows', `EXISTS (SELECT FROM pg_depend JOIN pg_class AS main ON main.oid = ${first} WHERE deptype = 'n' AND ((refclassid = 'pg_type'::regclass AND refobjid = reltype) OR (refclassid = 'pg_class'::regclass AND refobjid = main.oid AND classid = 'pg_proc'::regclass)))`],
    ['it belongs to an extension', `EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = ${first} AND deptype = 'e')`],
    ['it has a security label', `EXISTS (SELECT FROM pg_seclabel WHERE classoid = 'pg_class'::regclass AND objoid = ${first})`],
    ['a publication has it', `EXISTS (SELECT FROM pg_publication_rel WHERE prrelid = ${first})`],
    ['a subscription fills it', `EXISTS (SELECT FROM pg_subscription_rel WHERE srrelid = ${first})`],
    ['the second one comes with other rights', `${rightsOn(first)} IS DISTINCT FROM ${rightsOn(other)}`],
  ]
  const lines = [
    'DECLARE',
    '  hindrances text;',
    'BEGIN',
    ...isThere.map((line) => `  ${line}`),
    "  SELECT string_agg(what, ', ') INTO hindrances FROM (VALUES",
    ...looks.map(([what, condition], index) => `    (${quoteLiteral(what)}, ${condition})${index < looks.length - 1 ? ',' : ''}`),
    '  ) AS look (what, is_so) WHERE is_so;',
    '  IF hindrances IS NOT NULL THEN',
    `    RAISE EXCEPTION ${quoteLiteral(`${shortName(table.name).replaceAll('%', '%%')} cannot be exchanged as it is: %`)}, hindrances;`,
    '  END IF;',
    'END',
  ]
  const guard: Step = { ...sqlStep(`${cased('DO')} ${dollarQuoted(`\n${lines.map((line) => `${cased(line)}\n`).join('')}`)};`, 'shared', `Ends in an error, before a row is copied, where something hangs on \`${shortName(table.name)}\` that a snapshot does not tell and the second table would not have: put that right by hand, or keep to the statement.`), back: '' }
  return [said, revoked, guard]
}

/** All rights on a table and its columns, whoever gave them, as a value to compare. */
const rightsOn = (table: string): string =>
  `(SELECT jsonb_agg(one ORDER BY one) FROM (SELECT to_jsonb(granted) - 'grantor' FROM pg_class, aclexplode(coalesce(relacl, acldefault('r', relowner))) AS granted WHERE oid = ${table} UNION ALL SELECT to_jsonb(granted) - 'grantor' || jsonb_build_object('column', attname) FROM pg_attribute, aclexplode(attacl) AS granted WHERE attrelid = ${table}) AS every (one))`
