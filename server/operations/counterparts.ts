import type { Catalog } from '../catalog/catalog'
import { schemaOf } from '../catalog/catalog'
import type { Constraint, Table } from '../catalog/relation'
import { nameParts, quoteIdentifier, relationName, shortName } from '../model/name'
import type { RelationName } from '../model/name'
import type { Step } from '../model/plan'
import { readExpression, substituteColumns } from '../sql/expression'
import { inCase } from '../sql/print'
import { constraintUses, indexUses, keysTo, sequencesOfColumn, viewsShowing } from './alteration'
import { holdsRows } from './common'
import { sqlStep, tableHead, writtenLike } from './constraint-plans'
import { foreignKeyText } from './constraint-way-back'
import type { ChangedColumn } from './change-type-plan'
import { indexOnOther } from './index-definition'
import type { PlanContext } from './operation'
import { constraintNames, relationNames } from './passing-names'
import { notNullSteps } from './set-not-null'
import { columnType } from './types'

/** What hangs on a column, made again on another one. */
export interface Counterparts {
  /** Built while reads and writes go on, under names of its own. */
  readonly beforehand: readonly Step[]
  /** What the exchange locks, as written, in the order in which it does. */
  readonly locks: readonly string[]
  /** Statements ahead of the exchange of names: what has to make room goes. */
  readonly before: readonly string[]
  /** Statements after it, where each column has the other's name: what was built takes the place and the name. */
  readonly after: readonly string[]
  readonly afterwards: readonly Step[]
  /** Sentences for whoever runs the exchange. */
  readonly notes: readonly string[]
  /** What cannot be made again for want of knowledge, or at all; each completes "not all of the way is known: …". */
  readonly gaps: readonly string[]
}

interface Doubled extends ChangedColumn {
  /** The name of the other column, which the catalog's table has. */
  readonly shadow: string
}

/** The plan's lists while they grow. */
interface Work {
  readonly of: Doubled
  readonly catalog: Catalog
  readonly context: PlanContext
  readonly head: string
  readonly cased: (text: string) => string
  readonly beforehand: Step[]
  readonly before: string[]
  /** Actions of one ALTER TABLE ahead of the exchange, and of one behind it. */
  readonly leaving: string[]
  readonly taking: string[]
  readonly after: string[]
  readonly afterwards: Step[]
  readonly notes: string[]
  readonly gaps: string[]
  readonly first: Set<string>
  readonly last: Set<string>
}

export function counterparts(of: Doubled, catalog: Catalog, context: PlanContext): Counterparts {
  const { command, name, column } = of
  const work: Work = {
    of,
    catalog,
    context,
    head: tableHead(command.relation, context),
    cased: (text) => inCase(text, context.keywords),
    beforehand: [],
    before: [],
    leaving: [],
    taking: [],
    after: [],
    afterwards: [],
    notes: [],
    gaps: [],
    first: new Set(),
    last: new Set(),
  }
  indexes(work)
  notNull(work)
  checks(work)
  foreignKeys(work)
  values(work)
  for (const view of viewsShowing(catalog, name, column.name)) work.gaps.push(`the view \`${shortName(view)}\` shows the column`)
  const actions = (list: readonly string[]): readonly string[] => (list.length === 0 ? [] : [`${work.head} ${list.join(', ')};`])
  return {
    beforehand: work.beforehand,
    locks: [...work.first, context.name(command.relation), ...work.last],
    before: [...work.before, ...actions(work.leaving)],
    after: [...actions(work.taking), ...work.after],
    afterwards: work.afterwards,
    notes: work.notes,
    gaps: work.gaps,
  }
}

/** Every index that has the column, and the keys that some of them carry. */
function indexes({ of: { command, table, name, column, shadow }, catalog, context, cased, beforehand, before, leaving, taking, after, gaps }: Work): void {
  const schema = schemaOf(name)
  const choose = relationNames(catalog, schema)
  const written = (bare: string): string => context.name(writtenLike(relationName(schema, bare), command.relation, catalog))
  for (const index of table.indexes) {
    if (!indexUses(index, column.name)) continue
    const own = nameParts(index.name).name
    const passing = choose(`${own}_shadow`)
    const key = table.constraints.find((one) => one.index === index.name)
    const text = key?.type === 'exclude' ? undefined : indexOnOther(table, index, catalog.surroundings.version, { name: passing, from: column.name, to: shadow })
    if (text === undefined || !index.valid) {
      gaps.push(key?.type === 'exclude' ? `an exclusion constraint, as \`${own}\` is, cannot be built while others write` : index.valid ? `how the index \`${own}\` is made` : `the index \`${own}\` is invalid`)
      continue
    }
    beforehand.push(sqlStep(cased(text), 'none', `Reads and writes go on while the counterpart of \`${own}\` is built; if it fails, drop the invalid index and begin again.`))
    if (key) {
      leaving.push(`${cased('DROP CONSTRAINT')} ${quoteIdentifier(key.name)}`)
      taking.push(`${cased('ADD CONSTRAINT')} ${quoteIdentifier(key.name)} ${cased(key.type === 'primary-key' ? 'PRIMARY KEY' : 'UNIQUE')} ${cased('USING INDEX')} ${quoteIdentifier(passing)}${key.deferrable ? cased(' DEFERRABLE') : ''}`)
    } else {
      before.push(`${cased('DROP INDEX')} ${written(own)};`)
      after.push(`${cased('ALTER INDEX')} ${written(passing)} ${cased('RENAME TO')} ${quoteIdentifier(own)};`)
    }
  }
}

function notNull({ of: { command, table, name, column, shadow }, catalog, context, head, cased, beforehand, after }: Work): void {
  if (!column.notNull) return
  const known = table.constraints.find((one) => one.type === 'not-null' && one.columns[0] === column.name)
  const steps = notNullSteps(catalog, name, shadow, context, tableHead(command.relation, context))
  beforehand.push(...(known && !known.validated ? steps.slice(0, 1) : steps))
  // From 18 on the constraint has a name, which goes over too.
  const made = catalog.surroundings.version >= 18 ? /ADD CONSTRAINT ("(?:[^"]|"")*"|\S+)/i.exec(steps[0]!.sql)?.[1] : undefined
  after.push(`${head} ${cased('ALTER COLUMN')} ${quoteIdentifier(shadow)} ${cased('DROP NOT NULL')};`)
  if (made !== undefined && known) after.push(`${head} ${cased('RENAME CONSTRAINT')} ${made} ${cased('TO')} ${quoteIdentifier(known.name)};`)
}

function checks({ of: { table, column, shadow }, head, cased, beforehand, leaving, after, gaps }: Work): void {
  const choose = constraintNames(table)
  for (const check of table.constraints) {
    if (check.type !== 'check' || !constraintUses(check, column.name)) continue
    const facts = check.expression === undefined ? undefined : readExpression(check.expression)
    if (!facts?.readable || facts.hasSubquery) {
      gaps.push(`what the check \`${check.name}\` says`)
      continue
    }
    const passing = choose(`${check.name}_shadow`)
    const condition = substituteColumns(check.expression!, (reference) => (reference.column === column.name ? quoteIdentifier(shadow) : undefined))
    beforehand.push(sqlStep(`${head} ${cased('ADD CONSTRAINT')} ${quoteIdentifier(passing)} ${cased('CHECK')} (${condition})${check.noInherit ? cased(' NO INHERIT') : ''} ${cased('NOT VALID')};`, 'shared', 'New rows are checked from here on; the lock is held for a moment only.'))
    if (check.validated) beforehand.push(sqlStep(`${head} ${cased('VALIDATE CONSTRAINT')} ${quoteIdentifier(passing)};`, 'own', 'Existing rows are checked while reads and writes go on.'))
    leaving.push(`${cased('DROP CONSTRAINT')} ${quoteIdentifier(check.name)}`)
    after.push(`${head} ${cased('RENAME CONSTRAINT')} ${quoteIdentifier(passing)} ${cased('TO')} ${quoteIdentifier(check.name)};`)
  }
}

/** Those of the column's own table, and those of others, or of its own, that refer to the column. */
function foreignKeys({ of: { command, table, name, column, shadow }, catalog, context, head, cased, beforehand, before, after, notes, gaps, first, last }: Work): void {
  const found: { readonly table: Table; readonly constraint: Constraint }[] = table.constraints.flatMap((constraint) => (constraint.type === 'foreign-key' && constraint.columns.includes(column.name) ? [{ table, constraint }] : []))
  for (const one of keysTo(catalog, name, column.name)) if (!found.some((other) => other.table.name === one.table.name && other.constraint.name === one.constraint.name)) found.push(one)
  const choosers = new Map<RelationName, (wish: string) => string>()
  const staying: string[] = []
  for (const { table: referencing, constraint } of found) {
    const isOwn = referencing.name === name
    const named = (relation: RelationName): string => (relation === name ? context.name(command.relation) : context.name(writtenLike(relation, command.relation, catalog)))
    const alter = isOwn ? head : `${cased('ALTER TABLE')} ${named(referencing.name)}`
    const { references, referencedColumns } = constraint
    const isWhole = references !== undefined && referencedColumns !== undefined && referencedColumns.length === constraint.columns.length
    if (!isWhole || [referencing.name, references].some((one) => catalog.table(one)?.partitionOf !== undefined || !holdsRows(catalog, one))) {
      gaps.push(isWhole ? `the foreign key \`${constraint.name}\` of \`${shortName(referencing.name)}\` has to do with partitions, and cannot be validated while others write` : `what the foreign key \`${constraint.name}\` of \`${shortName(referencing.name)}\` refers to`)
      continue
    }
    const choose = choosers.get(referencing.name) ?? constraintNames(referencing)
    choosers.set(referencing.name, choose)
    const passing = choose(`${constraint.name}_shadow`)
    const moved = (columns: readonly string[], relation: RelationName): readonly string[] => (relation === name ? columns.map((one) => (one === column.name ? shadow : one)) : columns)
    const text = foreignKeyText({ ...constraint, columns: moved(constraint.columns, referencing.name), referencedColumns: moved(referencedColumns, references) }, named(references))
    beforehand.push(sqlStep(`${alter} ${cased('ADD CONSTRAINT')} ${quoteIdentifier(passing)} ${cased(`${text} NOT VALID`)};`, 'shared', 'New rows are checked from here on; the lock is held for a moment only.'))
    if (constraint.validated) beforehand.push(sqlStep(`${alter} ${cased('VALIDATE CONSTRAINT')} ${quoteIdentifier(passing)};`, 'own', 'Existing rows are looked up while reads and writes go on.'))
    before.unshift(`${alter} ${cased('DROP CONSTRAINT')} ${quoteIdentifier(constraint.name)};`)
    after.push(`${alter} ${cased('RENAME CONSTRAINT')} ${quoteIdentifier(passing)} ${cased('TO')} ${quoteIdentifier(constraint.name)};`)
    if (referencing.name !== name) {
      first.add(named(referencing.name))
      staying.push(...constraint.columns.flatMap((one, index) => (referencedColumns[index] === column.name ? [`\`${shortName(referencing.name)}.${one}\``] : [])))
    }
    if (references !== name) last.add(named(references))
  }
  if (staying.length > 0) notes.push(`${[...new Set(staying)].join(' and ')} ${staying.length === 1 ? 'keeps its type' : 'keep their types'}: give ${staying.length === 1 ? 'it' : 'them'} the same change before values come that have no place there.`)
}

/** Where new rows have their value from: a default, a sequence, an identity. */
function values({ of: { command, action, name, column, shadow }, catalog, context, head, cased, taking, after, afterwards, gaps }: Work): void {
  const [own, other] = [column.name, shadow].map(quoteIdentifier) as [string, string]
  const sequences = sequencesOfColumn(catalog, name, column.name)
  if (column.identity) gaps.push('how the sequence of the identity counts')
  if (column.default !== undefined && !column.identity) {
    taking.push(`${cased('ALTER COLUMN')} ${own} ${cased('SET DEFAULT')} ${column.default}`)
    after.push(`${head} ${cased('ALTER COLUMN')} ${other} ${cased('DROP DEFAULT')};`)
  }
  if (column.identity) return
  const type = columnType(action.type, catalog).name
  for (const sequence of sequences) {
    const named = context.name(writtenLike(sequence, command.relation, catalog))
    after.push(`${cased('ALTER SEQUENCE')} ${named} ${cased('OWNED BY')} ${context.name(command.relation)}.${own};`)
    if (type === 'int8' && column.type.name !== 'int8')
      afterwards.push(sqlStep(`${cased('ALTER SEQUENCE')} ${named} ${cased('AS')} bigint;`, 'shared', 'The statement by itself would leave the sequence as it is, and its numbers would end where those of the old type do.'))
  }
}
