import type { Catalog } from '../catalog/catalog'
import { schemaOf } from '../catalog/catalog'
import type { ColumnType } from '../catalog/relation'
import { lookup } from '../model/lookup'
import { nameParts, quoteIdentifier, quoteLiteral, relationName, shortName } from '../model/name'
import type { RelationName } from '../model/name'
import type { Plan, Step } from '../model/plan'
import type { AlterRelation, ColumnDefinition, ConstraintDefinition } from '../sql/command'
import { qualifyColumns, substituteColumns } from '../sql/expression'
import { dollarQuoted, inCase, writtenName } from '../sql/print'
import { automaticSequenceName, longest, nameOfBoth } from './automatic-name'
import { backfill, backfillParts } from './backfill'
import { descendants } from './common'
import { alterHead, conditionSteps, createdLike, equivalentPlan, keySteps, noWay, sqlStep, unvalidatedSteps } from './constraint-plans'
import type { PlanContext } from './operation'
import { relationNames } from './passing-names'
import { withIdentity } from './replica-identity'
import { inOneBlock } from './second-table'
import { notNullSteps } from './set-not-null'
import { typeText } from './types'
import { expressionVolatility } from './volatility'

/** What the plan has to know of the column, and the operation has found out. */
export interface NewColumn {
  readonly name: RelationName
  readonly column: ColumnDefinition
  readonly ifNotExists: boolean
  /** With the column, but without its NOT NULL and its constraints. */
  readonly after: Catalog
  readonly isRewrite: boolean
  /** What a domain promises of its values, where it promises anything. */
  readonly domain?: { readonly base: ColumnType; readonly notNull: boolean; readonly checks: readonly string[] }
  /** Of the domain, where none is written. */
  readonly domainDefault?: string
  readonly hasValues: boolean
  readonly refusesNull: boolean
}

/** The column first, bare; then its values in batches; then what it is to promise. */
export function addColumnPlan(command: AlterRelation, added: NewColumn, context: PlanContext): Plan | undefined {
  const { column, isRewrite } = added
  if (!column.type || hasSettings(column, context)) return undefined
  if (added.domain) return undomainedPlan(command, added, added.domain, context)
  if (column.generated) return column.generated.stored ? computedPlan(command, added, context) : virtualPlan(command, added, context)
  if (column.identity || column.serial) return numberedPlan(command, added, context)
  if (isRewrite) return filledPlan(command, added, context)
  if (added.refusesNull) {
    const promises = laterSteps(command, added, context)
    return promises && { title: 'Add the column without NOT NULL, fill it, then make it NOT NULL without a scan that blocks', fit: 'outline', expand: [addBare(command, added, context)], migrate: [], contract: promises }
  }
  const apart = column.constraints.filter((one) => works(one, added))
  const steps = constraintSteps(command, added, apart, context)
  if (!steps || steps.length === 0) return undefined
  const inline = column.constraints.filter((one) => !apart.includes(one)).map((one) => context.sql.slice(one.span.start, one.span.end))
  return equivalentPlan('Add the column first, and what it is to promise afterwards', [addBare(command, added, context, [defaultText(column, context), notNullText(column, context), ...inline]), ...steps])
}

/** A volatile default: the column empty, the default for new rows, the old rows in batches. */
function filledPlan(command: AlterRelation, added: NewColumn, context: PlanContext): Plan | undefined {
  const { column, domainDefault } = added
  const value = column.default?.sql ?? domainDefault
  if (value === undefined) return undefined
  const promises = laterSteps(command, added, context)
  if (!promises) return undefined
  // A domain's default holds where the column says nothing else.
  const expand = column.default
    ? [addBare(command, added, context), setDefaultStep(command, column, value, context)]
    : [addBare(command, added, context, [inCase('DEFAULT NULL', context.keywords)]), dropDefaultStep(command, column, context)]
  return staged('Add the column without the default, set the default for new rows, and fill the old rows in batches', command, added, value, context, expand, promises)
}

/** A domain that promises anything has every row written anew; of the type that it is made of, the column can have the same promises by checks of its own. */
function undomainedPlan(command: AlterRelation, added: NewColumn, { base, notNull, checks }: NonNullable<NewColumn['domain']>, context: PlanContext): Plan {
  const { column, name, after } = added
  const { keywords } = context
  const value = column.default?.sql ?? added.domainDefault
  const isOnce = value === undefined ? !column.notNull && !notNull : expressionVolatility(value, after) !== 'volatile'
  if (!isOnce || column.generated || column.identity || column.constraints.length > 0) return noWay('Give the column the type that its domain is made of, in a plan of its own, and the conditions of the domain as checks; the domain itself cannot be had without writing every row anew')
  const head = alterHead(command, context)
  const own = checks.map((check) => substituteColumns(check, (reference) => (reference.column === 'value' && reference.qualifier === undefined ? quoteIdentifier(column.name) : undefined)))
  const promised = own.length === 0 ? [] : conditionSteps(after, name, column.name, own.length === 1 ? own[0]! : own.map((one) => `(${one})`).join(inCase(' AND ', keywords)), context, head)
  const plain = { ...added, column: { ...column, type: { ...column.type!, sql: typeText(base) } } }
  return {
    title: `Add the column with the type that the domain is made of${own.length === 0 ? '' : ', and the conditions of the domain as checks'}; the domain itself cannot be had without writing every row anew`,
    fit: 'outline',
    expand: [addBare(command, plain, context, [...(value === undefined ? [] : [`${inCase('DEFAULT', keywords)} ${value}`]), ...(column.notNull || notNull ? [inCase('NOT NULL', keywords)] : [])]), ...promised],
    migrate: [],
    contract: [],
  }
}

/** Nothing is written for a column that is computed when it is read, but each promise has it computed for every row. */
function virtualPlan(command: AlterRelation, added: NewColumn, context: PlanContext): Plan | undefined {
  const { column } = added
  const promises = laterSteps(command, added, context)
  if (!promises || promises.length === 0) return undefined
  const pieces = [...(column.notNull ? [column.notNull.span] : []), ...column.constraints.map(({ span }) => span)].sort((a, b) => b.start - a.start)
  const bare = pieces.reduce((text, { start, end }) => `${text.slice(0, start - column.span.start).trimEnd()}${text.slice(end - column.span.start)}`, context.sql.slice(column.span.start, column.span.end))
  return equivalentPlan('Add the column first, and what it is to promise afterwards', [
    sqlStep(`${alterHead(command, context)} ${inCase(`ADD COLUMN ${added.ifNotExists ? 'IF NOT EXISTS ' : ''}`, context.keywords)}${bare};`, 'shared', 'Takes a moment: no row is touched.'),
    ...promises,
  ])
}

/** What serial stands for, one by one; an identity takes over from a sequence that is there for a while only, for the column has to be filled and NOT NULL before. */
function numberedPlan(command: AlterRelation, added: NewColumn, context: PlanContext): Plan | undefined {
  const { column, name } = added
  const { keywords } = context
  const promises = laterSteps(command, added, context)
  if (!promises) return undefined
  const counting = automaticSequenceName(added.after, name, column.name, column.identity?.sequence)
  const { schema, name: bare } = nameParts(counting)
  const sequence = writtenName(createdLike(column.identity ? relationName(schema, relationNames(context.before, schema)(`${bare}_passing`)) : counting, command.relation, added.after))
  const next = `nextval(${quoteLiteral(sequence)})`
  const options = sequenceOptions(column, context)
  const made = `${inCase('CREATE SEQUENCE', keywords)} ${sequence}${sequenceType(column, context)}${options};`
  const owned = `${inCase('ALTER SEQUENCE', keywords)} ${sequence} ${inCase('OWNED BY', keywords)} ${context.name(command.relation)}.${quoteIdentifier(column.name)};`
  const taken = column.identity && [identityStep(command, added, writtenName(createdLike(counting, command.relation, added.after)), { sequence, made, owned, next }, context)]
  const title = `Add a plain column and a sequence for new rows, and number the old rows in batches${column.identity ? '; then the column becomes an identity, which goes on from there' : ''}`
  return staged(title, command, added, next, context, [
    sqlStep(made, 'shared', column.identity ? 'Counts until the column is an identity.' : 'The sequence that serial would make.'),
    addBare(command, added, context),
    setDefaultStep(command, column, next, context),
    { ...sqlStep(owned, 'shared', 'The sequence goes when the column goes.'), back: `${inCase('ALTER SEQUENCE', keywords)} ${sequence} ${inCase('OWNED BY NONE', keywords)};` },
  ], [...promises, ...(taken ?? [])])
}

interface PassingSequence {
  readonly sequence: string
  readonly made: string
  readonly owned: string
  readonly next: string
}

/** Nobody writes while one sequence takes over from the other, so that no number is given twice. */
function identityStep(command: AlterRelation, { column }: NewColumn, counting: string, { sequence, made, owned, next }: PassingSequence, context: PlanContext): Step {
  const { keywords, sql } = context
  const cased = (text: string): string => inCase(text, keywords)
  const { span } = column.identity!
  const own = `${alterHead(command, context)} ${cased('ALTER COLUMN')} ${quoteIdentifier(column.name)}`
  const goOn = (of: string, from: string): string => `${cased('PERFORM')} setval(${quoteLiteral(of)}, last_value, is_called) ${cased('FROM')} ${from};`
  const there = [`${own} ${cased('DROP DEFAULT')};`, `${own} ${cased('ADD')} ${sql.slice(span.start, span.end)};`, goOn(counting, sequence), `${cased('DROP SEQUENCE')} ${sequence};`]
  const back = [made, goOn(sequence, counting), `${own} ${cased('DROP IDENTITY')};`, `${own} ${cased('SET DEFAULT')} ${next};`, owned]
  return { ...sqlStep(inOneBlock(there, keywords), 'own', 'Takes a moment: the column is filled and NOT NULL, and its numbers go on where the sequence was.'), back: inOneBlock(back, keywords) }
}

/** A stored generated column is computed under the lock and no other way; a plain column that a trigger computes holds the same. */
function computedPlan(command: AlterRelation, added: NewColumn, context: PlanContext): Plan | undefined {
  const { column, name, after } = added
  const expression = column.generated!.expression.sql
  const steps = computingSteps(command, name, column.name, expression, after, context)
  if (!steps) return undefined
  const plan = staged('Let a trigger compute a plain column for new rows, and fill the old rows in batches', command, added, `(${expression})`, context, [addBare(command, added, context), ...steps], [])
  return { ...plan, fit: 'outline' }
}

/** A trigger that computes a column as the expression does. */
export function computingSteps(command: AlterRelation, name: RelationName, column: string, expression: string, catalog: Catalog, context: PlanContext): readonly Step[] | undefined {
  const { keywords } = context
  const computed = qualifyColumns(expression, 'new.')
  if (computed === undefined) return undefined
  const trigger = nameOfBoth(nameParts(name).name, column, longest)
  const written = writtenName(createdLike(relationName(schemaOf(name), trigger), command.relation, catalog))
  return [
    sqlStep(
      `${inCase(`CREATE FUNCTION ${written}() RETURNS trigger LANGUAGE plpgsql AS`, keywords)} ${dollarQuoted(inCase('\nBEGIN\n  NEW.', keywords) + `${quoteIdentifier(column)} := (${computed});\n` + inCase('  RETURN NEW;\nEND\n', keywords))};`,
      'shared',
      'Computes the value as the expression does.',
    ),
    sqlStep(`${inCase('CREATE TRIGGER', keywords)} ${quoteIdentifier(trigger)} ${inCase('BEFORE INSERT OR UPDATE ON', keywords)} ${context.name(command.relation)} ${inCase('FOR EACH ROW EXECUTE FUNCTION', keywords)} ${written}();`, 'shared', 'New and changed rows are right from here on.'),
  ]
}

/** The rows that have another value by now, in batches. */
export function computedFill(command: AlterRelation, relation: RelationName, column: string, expression: string, catalog: Catalog, context: PlanContext): Step | undefined {
  if (catalog.children(relation).length > 0) return undefined
  const { keywords } = context
  const quoted = quoteIdentifier(column)
  const named = context.name(command.relation)
  return backfill({ relation, head: `${inCase('UPDATE', keywords)} ${named} ${inCase('SET', keywords)} ${quoted} = (${expression})`, where: `${quoted} ${inCase('IS DISTINCT FROM', keywords)} (${expression})`, named, does: `Computes \`${column}\` anew,` }, catalog, context)
}

function staged(title: string, command: AlterRelation, added: NewColumn, value: string, context: PlanContext, expand: readonly Step[], contract: readonly Step[]): Plan {
  const fills = fillSteps(command, added, value, context)
  const plan: Plan = { title, fit: fills ? 'staged' : 'outline', expand, migrate: fills ?? [], contract }
  return withIdentity(plan, [added.name, ...descendants(added.after, added.name)], 'update', command.relation, added.after, context)
}

function fillSteps(command: AlterRelation, { name, column, after }: NewColumn, value: string, context: PlanContext): readonly Step[] | undefined {
  const { keywords } = context
  // A child that has the column already keeps its own values.
  if (descendants(after, name).some((one) => context.before.table(one)?.columns?.some((other) => other.name === column.name))) return undefined
  const quoted = quoteIdentifier(column.name)
  const where = `${quoted} ${inCase('IS NULL', keywords)}`
  // A row for which the value is NULL would be changed again and again; but a volatile one is another at each look.
  const left = expressionVolatility(value, after) === 'volatile' ? where : `${where} ${inCase('AND', keywords)} ${value} ${inCase('IS NOT NULL', keywords)}`
  return backfillParts(name, command.relation, after, context, ({ relation }, named, from) => ({
    relation,
    head: `${inCase('UPDATE', keywords)} ${from} ${inCase('SET', keywords)} ${quoted} = ${value}`,
    where: left,
    named,
    from,
    does: `Fills \`${column.name}\`${relation === name ? '' : ` of \`${shortName(relation)}\``}`,
  }))
}

/** NOT NULL and the constraints, for a column that has its values. */
function laterSteps(command: AlterRelation, added: NewColumn, context: PlanContext): readonly Step[] | undefined {
  const { column, name, after } = added
  const steps = constraintSteps(command, added, column.constraints, context)
  if (!steps) return undefined
  const isRequired = column.notNull !== undefined || column.serial === true || column.identity !== undefined
  const isKey = column.constraints.some((one) => one.type === 'primary-key')
  return [...(isRequired && !isKey ? notNullSteps(after, name, column.name, context, alterHead(command, context)) : []), ...steps]
}

function constraintSteps(command: AlterRelation, { name, after }: NewColumn, constraints: readonly ConstraintDefinition[], context: PlanContext): readonly Step[] | undefined {
  const steps: Step[] = []
  for (const constraint of constraints) {
    const own = constraint.type === 'unique' || constraint.type === 'primary-key' ? keySteps(after, name, command.relation, constraint, context) : unvalidatedSteps(after, name, command.relation, constraint, context)
    if (!own) return undefined
    steps.push(...own)
  }
  return steps
}

/** A foreign key of a column without values has nothing to look up. */
const works = (constraint: ConstraintDefinition, { hasValues }: NewColumn): boolean => !constraint.notEnforced && (constraint.type !== 'foreign-key' || hasValues)

function addBare(command: AlterRelation, { column, ifNotExists }: NewColumn, context: PlanContext, rest: readonly string[] = []): Step {
  const { keywords } = context
  const collation = column.collation ? `${inCase('COLLATE', keywords)} ${writtenName(column.collation)}` : ''
  const parts = [quoteIdentifier(column.name), plainType(column, context), collation, ...rest].filter((part) => part !== '')
  return sqlStep(`${alterHead(command, context)} ${inCase(`ADD COLUMN ${ifNotExists ? 'IF NOT EXISTS ' : ''}`, keywords)}${parts.join(' ')};`, 'shared', 'Takes a moment: no row is touched.')
}

const setDefaultStep = (command: AlterRelation, column: ColumnDefinition, value: string, context: PlanContext): Step =>
  sqlStep(`${alterHead(command, context)} ${inCase('ALTER COLUMN', context.keywords)} ${quoteIdentifier(column.name)} ${inCase('SET DEFAULT', context.keywords)} ${value};`, 'shared', 'New rows get their value from here on.')

const dropDefaultStep = (command: AlterRelation, column: ColumnDefinition, context: PlanContext): Step =>
  sqlStep(`${alterHead(command, context)} ${inCase('ALTER COLUMN', context.keywords)} ${quoteIdentifier(column.name)} ${inCase('DROP DEFAULT', context.keywords)};`, 'shared', "New rows get the domain's from here on.")

const defaultText = (column: ColumnDefinition, context: PlanContext): string => (column.default ? `${inCase('DEFAULT', context.keywords)} ${column.default.sql}` : '')
const notNullText = (column: ColumnDefinition, context: PlanContext): string => (column.notNull ? context.sql.slice(column.notNull.span.start, column.notNull.span.end) : '')

const integers: Readonly<Record<string, string>> = lookup({ int2: 'smallint', int4: 'integer', int8: 'bigint' })

const plainType = (column: ColumnDefinition, { keywords }: PlanContext): string => (column.serial ? inCase(integers[column.type!.name]!, keywords) : column.type!.sql)

const sequenceType = (column: ColumnDefinition, { keywords }: PlanContext): string => {
  const type = integers[column.type!.name] ?? 'bigint'
  return type === 'bigint' ? '' : `${inCase(' AS', keywords)} ${type}`
}

/** As they are written for an identity, but for the name, which is the identity's own. */
function sequenceOptions({ identity }: ColumnDefinition, { sql }: PlanContext): string {
  const written = identity === undefined ? '' : sql.slice(identity.span.start, identity.span.end)
  const options = /\(([^]*)\)\s*$/.exec(written)?.[1]!.replace(/\bsequence\s+name\s+(?:"[^"]*"|\w+)(?:\s*\.\s*(?:"[^"]*"|\w+))?/i, '').trim() ?? ''
  return options === '' ? '' : ` ${options}`
}

/** STORAGE and COMPRESSION are not read, so they would be lost. */
const hasSettings = (column: ColumnDefinition, { sql }: PlanContext): boolean => /\b(storage|compression)\b/i.test(sql.slice(column.span.start, column.span.end))

