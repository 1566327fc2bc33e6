import { freeName } from '../catalog/catalog'
import type { Catalog } from '../catalog/catalog'
import { columnOf } from '../catalog/relation'
import type { Table } from '../catalog/relation'
import type { Effect } from '../model/effect'
import { listWords } from '../model/format'
import { strongest } from '../model/lock'
import { nameParts, quoteIdentifier, relationName } from '../model/name'
import type { RelationName, WrittenName } from '../model/name'
import type { Plan, Step } from '../model/plan'
import type { AlterRelation, ConstraintDefinition } from '../sql/command'
import { provesNotNull } from '../sql/expression'
import { columnList, constraintText, inCase } from '../sql/print'
import { Tokens } from '../sql/tokens'
import { applyConstraint, isNotNull } from './added-constraint'
import { clip, constraintName, notNullName, passingName } from './automatic-name'
import { holdsRows, partitionsBelow, sameNames } from './common'
import type { PlanContext } from './operation'
import { isRow } from './types'

/** `ALTER TABLE IF EXISTS ONLY orders`, as the author has it. */
export const alterHead = (alter: AlterRelation, context: PlanContext): string =>
  `${inCase(`ALTER TABLE ${alter.ifExists ? 'IF EXISTS ' : ''}${alter.only ? 'ONLY ' : ''}`, context.keywords)}${context.name(alter.relation)}`

/** `ALTER TABLE orders`. */
export const tableHead = (relation: WrittenName, context: PlanContext): string => `${inCase('ALTER TABLE', context.keywords)} ${context.name(relation)}`

/** A partition as the author would write it: with its schema only where the table's is written, or where it is another. */
export function writtenLike(relation: RelationName, written: WrittenName, catalog: Catalog): WrittenName {
  const { schema, name } = nameParts(relation)
  return written.schema === undefined && catalog.resolve({ name }) === relation ? { name } : { schema, name }
}

/** The same of what a plan makes: by its bare name it would come into the first schema of the search path. */
export function createdLike(relation: RelationName, written: WrittenName, catalog: Catalog): WrittenName {
  const like = writtenLike(relation, written, catalog)
  return catalog.creationName(like) === relation ? like : nameParts(relation)
}

/** A lock on what a statement would lock behind its parts, and whoever queries it locks before them. */
export const lockWholes = (wholes: readonly Pick<Effect, 'relation' | 'lock'>[], catalog: Catalog, { keywords, name }: PlanContext): string =>
  `${inCase('LOCK TABLE ONLY', keywords)} ${wholes.map((effect) => name(writtenLike(effect.relation, { name: '' }, catalog))).join(', ')} ${inCase(`IN ${strongest(wholes.map((effect) => effect.lock))} MODE`, keywords)};`

/** A statement that takes a moment, behind such a lock where it needs one. */
export function wholesFirst(step: Step, effects: readonly Effect[], catalog: Catalog, context: PlanContext): Step {
  const wholes = effects.filter(({ behind, relation }, index) => behind && effects.findIndex((other) => other.behind && other.relation === relation) === index)
  return wholes.length === 0 ? step : { ...step, sql: [inCase('BEGIN;', context.keywords), lockWholes(wholes, catalog, context), step.sql, inCase('COMMIT;', context.keywords)].join('\n'), transaction: 'own' }
}

export const sqlStep = (sql: string, transaction: Step['transaction'], why: string): Step => ({ kind: 'sql', sql, transaction, why })

export const equivalentPlan = (title: string, expand: readonly Step[]): Plan => ({ title, fit: 'equivalent', expand, migrate: [], contract: [] })

/** PostgreSQL itself has no other way: what there is beside it, and what that costs, is the title. */
export const noWay = (title: string): Plan => ({ title, fit: 'outline', expand: [], migrate: [], contract: [] })

/** A table that this very migration makes: nobody waits for it, so there is nothing to do better. */
export const isMade = (catalog: Catalog, relation: RelationName): boolean => catalog.table(relation)?.origin === 'migration'

/**
 * A check or foreign key in two steps: unvalidated under a lock of a moment, then validated while reads and writes go on.
 * `relation` names the table as the author does; the constraint may be a column's own, once the column is there.
 */
export function unvalidatedSteps(catalog: Catalog, table: RelationName, relation: WrittenName, definition: ConstraintDefinition, context: PlanContext, head = tableHead(relation, context)): readonly Step[] {
  const name = constraintName(catalog, table, definition)
  const whole = catalog.table(table)
  if (definition.type === 'foreign-key' && whole?.kind === 'partitioned table' && catalog.surroundings.version < 18) {
    return partitionKeySteps(catalog, table, relation, definition, name, context, head)
  }
  return [
    sqlStep(`${head} ${inCase('ADD', context.keywords)} ${constraintText(context.sql, definition, { name, notValid: true })};`, 'shared', 'New rows are checked from here on; the lock is held for a moment only.'),
    validateStep(head, name, context),
  ]
}

/** A condition that is not the author's own, as a check in the same two steps. */
export function conditionSteps(catalog: Catalog, table: RelationName, column: string, condition: string, context: PlanContext, head: string): readonly Step[] {
  const name = passingName(catalog, table, column, 'check')
  return [
    sqlStep(`${head} ${inCase('ADD CONSTRAINT', context.keywords)} ${quoteIdentifier(name)} ${inCase('CHECK', context.keywords)} (${condition}) ${inCase('NOT VALID', context.keywords)};`, 'shared', 'New rows are checked from here on; the lock is held for a moment only.'),
    validateStep(head, name, context),
  ]
}

export const validateStep = (head: string, name: string, context: PlanContext): Step =>
  sqlStep(`${head} ${inCase('VALIDATE CONSTRAINT', context.keywords)} ${quoteIdentifier(name)};`, 'own', 'Existing rows are checked while reads and writes go on.')

/** Before 18 a partitioned table cannot have an unvalidated foreign key, but takes over those of its partitions (tryAttachPartitionForeignKey in src/backend/commands/tablecmds.c). */
function partitionKeySteps(catalog: Catalog, table: RelationName, relation: WrittenName, definition: Extract<ConstraintDefinition, { type: 'foreign-key' }>, name: string, context: PlanContext, head: string): readonly Step[] {
  const leaves = partitionsBelow(catalog, table).filter((one) => holdsRows(catalog, one))
  const whole = sqlStep(`${head} ${inCase('ADD', context.keywords)} ${constraintText(context.sql, definition, { name })};`, 'shared', 'The keys of the partitions become parts of this one; no row is checked again.')
  const isTheFirst = !partitionsBelow(catalog, table).some((one) => catalog.table(one)?.constraints.some(({ type, columns }) => type === 'foreign-key' && sameNames(columns, definition.columns)) ?? true)
  return [
    ...leaves.flatMap((leaf) => unvalidatedSteps(catalog, leaf, writtenLike(leaf, relation, catalog), { ...definition, name }, context)),
    // Those of the partitions, which are all of the plan's own, go with it.
    { ...whole, ...(isTheFirst && { back: `${head} ${inCase('DROP CONSTRAINT', context.keywords)} ${quoteIdentifier(name)};` }) },
  ]
}

export type KeyDefinition = Extract<ConstraintDefinition, { type: 'unique' | 'primary-key' }>

/** Columns of a primary key that are, or may be, without NOT NULL, and that no valid check proves. */
export function unprovedColumns(catalog: Catalog, table: Table | undefined, columns: readonly string[]): readonly string[] {
  return columns.filter((name) => {
    if (isNotNull(table, name)) return false
    const column = columnOf(table, name)
    const ofRow = column !== undefined && isRow(column.type, catalog)
    return !(table?.constraints.some((one) => one.type === 'check' && one.validated && one.expression !== undefined && provesNotNull(one.expression, name, ofRow)) ?? false)
  })
}

/**
 * A unique constraint or primary key over an index that is built beforehand, while reads and writes go on.
 * Undefined where PostgreSQL has no such way.
 */
export function keySteps(catalog: Catalog, table: RelationName, relation: WrittenName, definition: KeyDefinition, context: PlanContext, head = tableHead(relation, context)): readonly Step[] | undefined {
  if (definition.withoutOverlaps) return undefined
  if (definition.usingIndex !== undefined) return overIndexSteps(catalog, table, relation, definition, definition.usingIndex, context, head)
  const whole = catalog.table(table)
  if (whole?.kind === 'partitioned table') return partitionedKeySteps(catalog, table, relation, definition, context)
  const { keywords } = context
  const name = constraintName(catalog, table, definition)
  const quoted = quoteIdentifier(name)
  // A key that the same statement drops may still have the name; ADD CONSTRAINT … USING INDEX gives it to the index.
  const mayBeTaken = context.drops && (context.before.relation(inSchemaOf(table, name)) !== undefined || !context.before.table(table)?.complete)
  const index = quoteIdentifier(mayBeTaken ? nameParts(freeName(context.before, nameParts(table).schema, `${clip(name, 58)}_new`)).name : name)
  const { options, tablespace } = indexParameters(context.sql, definition)
  const include = definition.include.length > 0 ? ` ${inCase('INCLUDE', keywords)} (${columnList(definition.include)})` : ''
  const nulls = definition.nullsNotDistinct ? inCase(' NULLS NOT DISTINCT', keywords) : ''
  const deferrable = definition.deferrable ? inCase(` DEFERRABLE${definition.initiallyDeferred ? ' INITIALLY DEFERRED' : ''}`, keywords) : ''
  const kind = definition.type === 'unique' ? 'UNIQUE' : 'PRIMARY KEY'
  const notNull = definition.type === 'primary-key' ? provenSteps(catalog, table, definition.columns, context, tableHead(relation, context)) : { before: [], after: [] }
  return [
    ...notNull.before,
    sqlStep(
      `${inCase('CREATE UNIQUE INDEX CONCURRENTLY', keywords)} ${index} ${inCase('ON', keywords)} ${context.name(relation)} (${columnList(definition.columns)})${include}${nulls}${options}${tablespace};`,
      'none',
      'Reads and writes go on while the index is built; if it fails, drop the invalid index and begin again.',
    ),
    sqlStep(`${head} ${inCase('ADD CONSTRAINT', keywords)} ${quoted} ${inCase(`${kind} USING INDEX`, keywords)} ${index}${deferrable};`, 'shared', becomesKey(catalog, table, definition, definition.columns)),
    ...notNull.after,
  ]
}

/** The index is there; that its columns hold no NULL is made known beforehand. */
function overIndexSteps(catalog: Catalog, table: RelationName, relation: WrittenName, definition: KeyDefinition, index: string, context: PlanContext, head: string): readonly Step[] | undefined {
  const keys = catalog.index(inSchemaOf(table, index))?.index.shape.keys
  if (definition.type !== 'primary-key' || keys === undefined) return undefined
  const { before, after } = provenSteps(catalog, table, keys, context, tableHead(relation, context))
  return [...before, sqlStep(`${head} ${inCase('ADD', context.keywords)} ${constraintText(context.sql, definition)};`, 'shared', becomesKey(catalog, table, definition, keys)), ...after]
}

/** From 18 on the key gives a table NOT NULL of its own beside what it has from above, and nothing takes that away from it again (AdjustNotNullInheritance in src/backend/catalog/pg_constraint.c). */
function becomesKey(catalog: Catalog, name: RelationName, { type }: KeyDefinition, columns: readonly string[]): string {
  const table = catalog.table(name)
  const above = [...(table?.inherits ?? []), ...(table?.partitionOf ? [table.partitionOf.parent] : [])]
  const inherited = columns.filter((column) => above.some((one) => columnOf(catalog.table(one), column)?.notNull))
  const lasts = type === 'primary-key' && catalog.surroundings.version >= 18 && inherited.length > 0
  return `The index becomes the constraint in a moment.${lasts ? ` NOT NULL of ${listWords(inherited.map((column) => `\`${column}\``))} is then the table's own too, besides what it has from above, and stays so when the key goes.` : ''}`
}

/**
 * Each partition gets its constraint over an index built concurrently, the parents theirs with ONLY, and the indexes are put together.
 */
function partitionedKeySteps(catalog: Catalog, table: RelationName, relation: WrittenName, definition: KeyDefinition, context: PlanContext): readonly Step[] | undefined {
  // The table at the top can have NOT NULL once each of its partitions has, those that have partitions themselves too.
  const isDeep = catalog.partitions(table).some((one) => catalog.table(one)?.kind === 'partitioned table')
  if (definition.type === 'primary-key' && isDeep && definition.columns.some((column) => !isNotNull(catalog.table(table), column))) return undefined
  if (partitionsBelow(catalog, table).some((one) => catalog.table(one)?.kind === 'foreign table')) return undefined
  const { keywords } = context
  const after = applyConstraint(catalog, table, definition)
  const top = constraintName(catalog, table, definition)
  const building: Step[] = []
  const naming: Step[] = []
  const attaching: Step[] = []
  let isAllNew = definition.type === 'unique' || definition.columns.every((column) => isNotNull(catalog.table(table), column))
  const onlyOn = (one: RelationName, name: string): Step =>
    sqlStep(
      `${inCase('ALTER TABLE ONLY', keywords)} ${context.name(one === table ? relation : writtenLike(one, relation, catalog))} ${inCase('ADD', keywords)} ${constraintText(context.sql, definition, { name })};`,
      'shared',
      'A constraint without its parts: nothing is read.',
    )
  const walk = (parent: RelationName, attachedTo: RelationName): void => {
    for (const partition of catalog.partitions(parent)) {
      const index = after.table(partition)?.indexes.find((one) => one.attachedTo === attachedTo)
      if (!index) continue
      const { name } = nameParts(index.name)
      const isThere = catalog.table(partition)?.indexes.some((one) => one.name === index.name) ?? false
      isAllNew &&= !isThere
      if (!isThere && catalog.table(partition)?.kind === 'partitioned table') {
        naming.push(onlyOn(partition, name))
        walk(partition, index.name)
      } else if (!isThere) building.push(...(keySteps(catalog, partition, writtenLike(partition, relation, catalog), { ...definition, name }, context) ?? []))
      attaching.push(
        sqlStep(
          `${inCase('ALTER INDEX', keywords)} ${context.name(writtenLike(attachedTo, relation, after))} ${inCase('ATTACH PARTITION', keywords)} ${context.name(writtenLike(index.name, relation, after))};`,
          'shared',
          'Takes a moment; the constraint of the parent is whole with its last part.',
        ),
      )
    }
  }
  walk(table, inSchemaOf(table, top))
  // The key of the whole takes along what is a part of it by then, all of which is the plan's own.
  const back = `${tableHead(relation, context)} ${inCase('DROP CONSTRAINT', keywords)} ${quoteIdentifier(top)};`
  const together = (steps: readonly Step[], way: string): readonly Step[] => steps.map((step) => ({ ...step, ...(isAllNew && { back: way }) }))
  return [...building, ...together([onlyOn(table, top)], back), ...together(naming, ''), ...together(attaching, back)]
}

/** Makes it known to PostgreSQL, without stopping anyone, that columns hold no NULL, so that SET NOT NULL and PRIMARY KEY need not look. */
function provenSteps(catalog: Catalog, table: RelationName, columns: readonly string[], context: PlanContext, head: string): { readonly before: readonly Step[]; readonly after: readonly Step[] } {
  const whole = catalog.table(table)
  const unproved = unprovedColumns(catalog, whole, columns)
  if (unproved.length === 0) return { before: [], after: [] }
  const { keywords } = context
  // From 18 on a not-null constraint can be added unvalidated; a column of which nothing is known may have one already.
  if (catalog.surroundings.version >= 18 && whole?.columns) {
    return {
      before: unproved.flatMap((column) => {
        const name = notNullName(catalog, whole, column)
        return [
          sqlStep(`${head} ${inCase('ADD CONSTRAINT', keywords)} ${quoteIdentifier(name)} ${inCase('NOT NULL', keywords)} ${quoteIdentifier(column)} ${inCase('NOT VALID', keywords)};`, 'shared', 'New rows are checked from here on; the lock is held for a moment only.'),
          validateStep(head, name, context),
        ]
      }),
      after: [],
    }
  }
  const name = passingName(catalog, table, unproved.length === 1 ? unproved[0] : undefined, 'not_null')
  const condition = unproved.map((column) => `${quoteIdentifier(column)} ${inCase('IS NOT NULL', keywords)}`).join(` ${inCase('AND', keywords)} `)
  return {
    before: [
      sqlStep(`${head} ${inCase('ADD CONSTRAINT', keywords)} ${quoteIdentifier(name)} ${inCase('CHECK', keywords)} (${condition}) ${inCase('NOT VALID', keywords)};`, 'shared', 'New rows are checked from here on; the lock is held for a moment only.'),
      validateStep(head, name, context),
    ],
    after: [sqlStep(`${head} ${inCase('DROP CONSTRAINT', keywords)} ${quoteIdentifier(name)};`, 'shared', 'The columns are NOT NULL now, which says the same.')],
  }
}

/** `WITH (…)` and the tablespace of a constraint's index, as written, each with a space before it. */
function indexParameters(sql: string, definition: ConstraintDefinition): { readonly options: string; readonly tablespace: string } {
  const text = sql.slice(definition.span.start, definition.span.end)
  const tokens = new Tokens(text)
  let options = ''
  let tablespace = ''
  for (let i = 0; i < tokens.count; i++) {
    if (tokens.depths[i] !== 0) continue
    if (tokens.isWord(i, 'with') && tokens.sign(i + 1) === '(') options = ` ${text.slice(tokens.starts[i], tokens.ends[tokens.closing(i + 1)])}`
    if (tokens.isWord(i, 'tablespace')) tablespace = ` ${text.slice(tokens.starts[i], tokens.ends[i + 1])}`
  }
  return { options, tablespace }
}

export const inSchemaOf = (relation: RelationName, name: string): RelationName => relationName(nameParts(relation).schema, name)
