import type { Catalog } from '../catalog/catalog'
import { schemaOf } from '../catalog/catalog'
import { asStored } from '../catalog/deparsed'
import { columnOf } from '../catalog/relation'
import type { Constraint, Table, TableIndex } from '../catalog/relation'
import { lookup } from '../model/lookup'
import { nameParts, quoteIdentifier, quoteLiteral, relationName, shortName } from '../model/name'
import type { RelationName } from '../model/name'
import type { Step } from '../model/plan'
import { readExpression, substituteColumns } from '../sql/expression'
import { columnList, inCase } from '../sql/print'
import { read } from '../sql/read'
import { saysWord } from '../sql/tokens'
import { constraintUses, indexUses, keysTo, sequencesOfColumn, viewsOf } from './alteration'
import { changeTable, descendants, holdsRows } from './common'
import { createdLike, sqlStep, tableHead, writtenLike } from './constraint-plans'
import { foreignKeyText } from './constraint-way-back'
import type { ChangedColumn } from './change-type-plan'
import { usesOf } from './column-uses'
import type { ColumnUse } from './column-uses'
import { fitsNewType } from './conversion'
import { grantText } from './grant-text'
import { indexOnOther } from './index-definition'
import type { PlanContext } from './operation'
import { constraintNames, relationNames } from './passing-names'
import { notNullSteps } from './set-not-null'
import { triggerText } from './trigger-text'
import { columnType } from './types'
import { outermostFirst, viewLock } from './view-lock'

/** What hangs on a column, made again on another one. */
export interface Counterparts {
  /** Built while reads and writes go on, under names of its own. */
  readonly beforehand: readonly Step[]
  /** Of those the ones that leave something which has to be taken away again. */
  readonly lasting: readonly Step[]
  /** Comments, which are read as the exchange begins: a name and what it stands for, each. */
  readonly remembered: readonly string[]
  /** Of those the conditions and queries, which the new type may bring casts into. */
  readonly texts: readonly RememberedText[]
  /** The statements by which the exchange locks all that it changes, in the order in which queries do. */
  readonly locks: readonly string[]
  /** Statements ahead of the exchange of names: what has to make room goes. */
  readonly before: readonly string[]
  /** Statements after it, where each column has the other's name: what was built takes the place and the name. */
  readonly after: readonly string[]
  /** The same on the way back. */
  readonly afterBack: readonly string[]
  readonly afterwards: readonly Step[]
  /** Sentences for whoever runs the exchange. */
  readonly notes: readonly string[]
  /** What cannot be made again for want of knowledge, or at all; each completes "not all of the way is known: …". */
  readonly gaps: readonly string[]
  /** Something goes on reading the old column. */
  readonly isRead: boolean
}

export interface RememberedText {
  readonly variable: string
  /** The expression that gives it, before the exchange and after it. */
  readonly text: string
  /** The text itself without its literals. */
  readonly known: string
}

interface Doubled extends ChangedColumn {
  /** The name of the other column, which the catalog's table has. */
  readonly shadow: string
}

/** The plan's lists while they grow. */
interface Lists {
  readonly label: 'shadow' | 'back'
  readonly catalog: Catalog
  readonly context: PlanContext
  readonly cased: (text: string) => string
  readonly beforehand: Step[]
  readonly passing: Set<Step>
  readonly before: string[]
  readonly afterwards: Step[]
  readonly notes: string[]
  readonly gaps: string[]
  readonly first: Set<string>
  readonly last: Set<string>
  readonly remembered: string[]
  readonly texts: RememberedText[]
  /** Statements of the exchange that are others on the way back. */
  readonly backwards: Map<string, string>
  readonly readers: Set<RelationName>
  readonly views: Set<RelationName>
  /** The column has the same default in all of the family, or the statement says what it is to be. */
  readonly hasOneDefault: boolean
  /** By schema, what gives out names. */
  readonly names: Map<string, (wish: string) => string>
}

/** The lists, and the one table of the family whose own things are being looked at. */
interface Work extends Lists {
  /** The column in that table. */
  readonly of: Doubled
  readonly head: string
  /** Tables that it has columns and constraints from. */
  readonly above: readonly Table[]
  /** Actions of one ALTER TABLE ahead of the exchange, and of one behind it. */
  readonly leaving: string[]
  readonly taking: string[]
  readonly after: string[]
}

/** `label` tells what is built for the way on from what is built for the way back. */
export function counterparts(of: Doubled, catalog: Catalog, context: PlanContext, label: 'shadow' | 'back'): Counterparts {
  const { lists, works } = beginWith(of, catalog, context, label)
  const { cased } = lists
  for (const work of works) {
    settings(work)
    indexes(work)
    notNull(work)
    checks(work)
    foreignKeys(work)
    values(work)
    statistics(work)
    views(work)
  }
  const uses = works.flatMap((work) => usesOf(catalog, work.of.table.name, work.of.column.name).flatMap((use) => ((use.kind === 'policy' && policy(work, use)) || (use.kind === 'trigger' && trigger(work, use)) ? [] : [`${use.kind} ${use.name}`])))
  for (const use of new Set(uses)) lists.gaps.push(`the ${use} names the column`)
  const actions = (head: string, list: readonly string[]): readonly string[] => (list.length === 0 ? [] : [`${head} ${list.join(', ')};`])
  // What a key or a setting is for one table it is not for those below.
  const takes = ({ of: { command, name }, head }: Work): string => (descendants(catalog, name).length === 0 ? head : `${cased('ALTER TABLE ONLY')} ${context.name(command.relation)}`)
  const after = works.flatMap((work) => [...actions(takes(work), work.taking), ...work.after])
  return {
    beforehand: lists.beforehand,
    lasting: lists.beforehand.filter((step) => !lists.passing.has(step)),
    remembered: lists.remembered,
    texts: lists.texts,
    locks: locksOf(of, lists),
    before: [...lists.before, ...works.flatMap(({ head, leaving }) => actions(head, leaving))],
    after,
    afterBack: after.map((statement) => lists.backwards.get(statement) ?? statement),
    afterwards: lists.afterwards,
    notes: lists.notes,
    gaps: [...new Set(lists.gaps)],
    isRead: lists.readers.size > 0,
  }
}

/** The views that are in the way of a change which the column goes through where it is: they go, and are made again behind it. */
export function viewsMadeAgain(of: ChangedColumn, catalog: Catalog, context: PlanContext): Pick<Counterparts, 'remembered' | 'locks' | 'before' | 'after' | 'notes' | 'gaps'> {
  const { lists, works } = beginWith({ ...of, shadow: of.column.name }, catalog, context, 'shadow')
  for (const work of works) views(work)
  const uses = works.flatMap((work) => usesOf(catalog, work.of.table.name, work.of.column.name)).map((use) => `the ${use.kind} ${use.name} names the column`)
  return { remembered: lists.remembered, locks: locksOf(of, lists), before: lists.before, after: works.flatMap((work) => work.after), notes: lists.notes, gaps: [...new Set([...lists.gaps, ...uses])] }
}

function beginWith(of: Doubled, catalog: Catalog, context: PlanContext, label: 'shadow' | 'back'): { readonly lists: Lists; readonly works: readonly Work[] } {
  const lists: Lists = {
    label,
    catalog,
    context,
    cased: (text) => inCase(text, context.keywords),
    beforehand: [],
    passing: new Set(),
    before: [],
    afterwards: [],
    notes: [],
    gaps: [],
    first: new Set(),
    last: new Set(),
    remembered: [],
    texts: [],
    backwards: new Map(),
    readers: new Set(),
    views: new Set(),
    hasOneDefault: of.defaults.before !== of.defaults.after || of.heirs.every((heir) => heir.column.default === of.column.default),
    names: new Map(),
  }
  const works = [{ ...of, written: of.command.relation, above: [] }, ...of.heirs].map(({ written, name, table, column, above }): Work => {
    const command = { ...of.command, relation: written }
    return { ...lists, of: { ...of, command, name, table, column }, head: tableHead(written, context), above, leaving: [], taking: [], after: [] }
  })
  return { lists, works }
}

const locksOf = ({ command }: ChangedColumn, { catalog, context, cased, views: known, first, last }: Lists): readonly string[] => [
  ...outermostFirst(known, catalog).flatMap((view) => (catalog.relation(view)?.kind === 'view' ? [viewLock(context.name(writtenLike(view, command.relation, catalog)), cased)] : [])),
  // Locking a table locks those below.
  `${cased('LOCK TABLE')} ${[...first, context.name(command.relation), ...last].join(', ')} ${cased('IN ACCESS EXCLUSIVE MODE')};`,
]

/** A name that nothing else in the schema has, nor will have. */
function freeRelation({ catalog, names }: Lists, schema: string, wish: string): string {
  const choose = names.get(schema) ?? relationNames(catalog, schema)
  names.set(schema, choose)
  return choose(wish)
}

/** What a table has of one above it goes where that goes. */
const isInherited = ({ above }: Work, { name, type }: Constraint): boolean => above.some(({ constraints }) => constraints.some((one) => one.name === name && one.type === type && !one.noInherit))

/** What is not in the catalog is read as the exchange begins, and put in by the server itself: no value of the database's is known here. */
function comment(work: Work, what: string, on: string, description: string): void {
  const { after, cased } = work
  const variable = remember(work, 'comment', description)
  after.push(`${cased('EXECUTE')} format(${quoteLiteral(`${cased(`COMMENT ON ${what}`)} ${asFormat(on)} ${cased('IS')} %L`)}, ${variable});`)
}

/** The variable that holds it. */
function remember({ of: { table }, remembered }: Work, what: string, value: string): string {
  let variable = `${what}_${remembered.length + 1}`
  while (table.columns?.some(({ name }) => name === variable)) variable = `${variable}_`
  remembered.push(`${variable} text := ${value};`)
  return variable
}

/** The text of a condition or a query, whose literals are in no snapshot. `known`: the same without them. */
function rememberText(work: Work, what: string, text: string, known: string): string {
  const variable = remember(work, what, text)
  work.texts.push({ variable, text, known })
  return variable
}

const asFormat = (text: string): string => text.replaceAll('%', '%%')

function commentOfConstraint(work: Work, named: string, { name, commented }: Constraint): void {
  if (commented) comment(work, 'CONSTRAINT', `${quoteIdentifier(name)} ${work.cased('ON')} ${named}`, `(SELECT obj_description(oid, 'pg_constraint') FROM pg_constraint WHERE conrelid = ${quoteLiteral(named)}::regclass AND conname = ${quoteLiteral(name)})`)
}

/** What is set for the column alone; its storage and compression become the new type's own, as with the statement. */
function settings(work: Work): void {
  const { of: { command, table, column, shadow }, label, head, above, catalog, context, cased, taking, after, notes } = work
  const [own, other] = [column.name, shadow].map(quoteIdentifier) as [string, string]
  const named = context.name(command.relation)
  if (column.statisticsTarget !== undefined) taking.push(`${cased('ALTER COLUMN')} ${own} ${cased('SET')} STATISTICS ${column.statisticsTarget}`)
  const options = Object.entries(column.options ?? {})
  if (options.length > 0) taking.push(`${cased('ALTER COLUMN')} ${own} ${cased('SET')} (${options.map(([option, value]) => `${option} = ${value}`).join(', ')})`)
  if (above.length === 0 && (!catalog.surroundings.complete || table.origin !== 'snapshot')) notes.push(`Whether there is a comment on \`${column.name}\`, or a right to it alone, is not known here: the exchange leaves both with \`${shadow}\`.`)
  for (const grant of column.grants ?? []) after.push(grantText(grant, ` (${own})`, named, cased))
  // On the way back the one that was to take its place gives it all up again.
  if (label === 'back') {
    const rid = [...(column.statisticsTarget === undefined ? [] : [`${cased('SET')} STATISTICS -1`]), ...(options.length > 0 ? [`${cased('RESET')} (${options.map(([option]) => option).join(', ')})`] : [])]
    if (rid.length > 0) after.push(`${head} ${rid.map((action) => `${cased('ALTER COLUMN')} ${other} ${action}`).join(', ')};`)
    for (const { to, privileges } of column.grants ?? []) after.push(`REVOKE ${privileges.map((one) => `${one} (${other})`).join(', ')} ${cased('ON')} ${named} ${cased('FROM')} ${to === undefined ? 'PUBLIC' : quoteIdentifier(to)};`)
    if (column.commented) after.push(`${cased('COMMENT ON COLUMN')} ${named}.${other} ${cased('IS NULL')};`)
  }
  if (column.commented) comment(work, 'COLUMN', `${named}.${own}`, `(SELECT col_description(attrelid, attnum) FROM pg_attribute WHERE attrelid = ${quoteLiteral(named)}::regclass AND attname = ${quoteLiteral(column.name)})`)
}

/** They are dropped and made again, for they hold nothing yet but what the next ANALYZE puts there. */
function statistics(work: Work): void {
  const { of: { command, table, column }, catalog, context, cased, before, after, afterwards, gaps, notes } = work
  const { version } = catalog.surroundings
  let isMade = false
  for (const [name, definition] of Object.entries(table.statisticsDefinitions ?? {}) as [RelationName, string][]) {
    if (definition === '') gaps.push(`what the extended statistics \`${shortName(name)}\` are of`)
    else if (saysWord(definition, column.name)) {
      const written = context.name(writtenLike(name, command.relation, catalog))
      const { schema, name: own } = nameParts(name)
      before.push(`${cased('DROP')} STATISTICS ${written};`)
      after.push(`${definition};`)
      // Whether there is one is not in a snapshot; none is none again.
      comment(work, 'STATISTICS', written, `(SELECT obj_description(oid, 'pg_statistic_ext') FROM pg_statistic_ext WHERE stxnamespace = ${quoteLiteral(quoteIdentifier(schema))}::regnamespace AND stxname = ${quoteLiteral(own)})`)
      // In 13 the statement would leave it (ATPostAlterTypeParse in src/backend/commands/tablecmds.c).
      if (version >= 13) notes.push(`A target that ALTER STATISTICS has set for \`${shortName(name)}\` goes${version >= 14 ? ', as with the statement' : ''}: set it again, after the way back too.`)
      isMade = true
    }
  }
  if (isMade) afterwards.push({ ...sqlStep(`${cased('ANALYZE')} ${context.name(command.relation)};`, 'shared', 'Fills the extended statistics, which are new.'), back: '' })
}

/** Views are dropped and made again with the same query, first those that the others read. */
function views(work: Work): void {
  const { of: { command, action, table, name, column }, catalog, context, cased, before, after, gaps, notes, readers, views: known } = work
  const found = viewsOf(catalog, name, column.name).filter((view) => !known.has(view))
  for (const view of found) known.add(view)
  const ordered: RelationName[] = []
  const add = (view: RelationName): void => {
    if (ordered.includes(view)) return
    const relation = catalog.relation(view)
    if (relation?.kind === 'view') for (const read of relation.reads) if (found.includes(read)) add(read)
    ordered.push(view)
  }
  for (const view of found) add(view)
  for (const view of ordered) {
    const relation = catalog.relation(view)
    const isWritten = relation?.kind === 'view' && relation.definition !== undefined
    if (relation?.kind !== 'view' || relation.columns === undefined || !(isWritten || (relation.query !== undefined && relation.triggers.length + relation.rules.length === 0 && fitsNewType(relation.query.sql, column.type, columnType(action.type, catalog), catalog)))) {
      gaps.push(relation?.kind === 'view' ? `the query of the view \`${shortName(view)}\`, which reads the column${relation.query ? ', and may compare it with values of the old type' : ''}` : `the materialized view \`${shortName(view)}\` reads the column, and has to be filled anew`)
      readers.add(view)
      continue
    }
    const named = context.name(createdLike(view, command.relation, catalog))
    const options = Object.entries(relation.options ?? {})
    before.unshift(`${cased('DROP VIEW')} ${named};`)
    const head = `${cased('CREATE VIEW')} ${named}${options.length > 0 ? ` ${cased('WITH')} (${options.map(([option, value]) => `${option} = ${value}`).join(', ')})` : ''} ${cased('AS')}`
    if (relation.definition !== undefined) after.push(`${head} ${relation.definition.trim().replace(/;$/, '')};`)
    else {
      // Its literals may be anybody's values, and are in no snapshot.
      const query = rememberText(work, 'query', `pg_get_viewdef(${quoteLiteral(named)}::regclass)`, relation.query!.sql)
      after.push(`${cased('EXECUTE')} format(${quoteLiteral(`${asFormat(head)} %s`)}, ${query});`)
      notes.push(`The query of \`${shortName(view)}\` is read as the exchange begins, for what its literals say is not known here; should it not hold for the new type, the exchange ends in an error and has changed nothing.`)
    }
    if (relation.owner !== undefined && relation.owner !== table.owner) after.push(`${cased('ALTER VIEW')} ${named} ${cased('OWNER TO')} ${quoteIdentifier(relation.owner)};`)
    for (const grant of relation.grants ?? []) after.push(grantText(grant, '', named, cased))
    if (relation.commented) comment(work, 'VIEW', named, `obj_description(${quoteLiteral(named)}::regclass, 'pg_class')`)
    for (const shown of relation.columns) {
      for (const grant of shown.grants ?? []) after.push(grantText(grant, ` (${quoteIdentifier(shown.name)})`, named, cased))
      if (shown.default !== undefined) after.push(`${cased('ALTER VIEW')} ${named} ${cased('ALTER COLUMN')} ${quoteIdentifier(shown.name)} ${cased('SET DEFAULT')} ${shown.default};`)
      if (shown.commented) comment(work, 'COLUMN', `${named}.${quoteIdentifier(shown.name)}`, `(SELECT col_description(attrelid, attnum) FROM pg_attribute WHERE attrelid = ${quoteLiteral(named)}::regclass AND attname = ${quoteLiteral(shown.name)})`)
    }
  }
}

/** One that names its columns is made again, to name the one that has the name then; false where not all of it is known. */
function trigger(work: Work, use: ColumnUse): boolean {
  const { of: { command, table, name, heirs }, head, above, context, cased, before, after } = work
  const found = table.triggers.find((one) => quoteIdentifier(one.name) === use.name)
  const named = context.name(command.relation)
  const text = use.table === name && found && (found.arguments ?? 0) === 0 ? triggerText(found, named) : undefined
  if (!found || text === undefined || heirs.length > 0 || above.length > 0) return false
  before.push(`${cased('DROP TRIGGER')} ${use.name} ${cased('ON')} ${named};`)
  after.push(`${cased(text)};`)
  if (!found.enabled || found.role) after.push(`${head} ${found.enabled ? `${cased('ENABLE')} ${cased(found.role!.toUpperCase())}` : cased('DISABLE')} ${cased('TRIGGER')} ${use.name};`)
  if (found.commented) comment(work, 'TRIGGER', `${use.name} ${cased('ON')} ${named}`, `(SELECT obj_description(oid, 'pg_trigger') FROM pg_trigger WHERE tgrelid = ${quoteLiteral(named)}::regclass AND tgname = ${quoteLiteral(found.name)})`)
  return true
}

/** What its conditions say is said again, of the column that has the name then; false where it may not hold for the new type. */
function policy(work: Work, use: ColumnUse): boolean {
  const { of: { command, action, table, name, column }, catalog, context, cased, after } = work
  const found = table.policies?.find((one) => quoteIdentifier(one.name) === use.name)
  const texts = [found?.using, found?.check].flatMap((one) => one ?? [])
  if (use.table !== name || !found || texts.length === 0 || found.names.length > 0 || !texts.every(({ sql }) => fitsNewType(sql, column.type, columnType(action.type, catalog), catalog))) return false
  const named = context.name(command.relation)
  const conditions = [...(found.using ? [['USING', 'polqual', found.using] as const] : []), ...(found.check ? [['WITH CHECK', 'polwithcheck', found.check] as const] : [])].map(([clause, stored, known]) => {
    const variable = rememberText(work, 'condition', `(SELECT pg_get_expr(${stored}, polrelid) FROM pg_policy WHERE polrelid = ${quoteLiteral(named)}::regclass AND polname = ${quoteLiteral(found.name)})`, known.sql)
    return { clause: `${cased(clause)} (%s)`, variable }
  })
  after.push(`${cased('EXECUTE')} format(${quoteLiteral(`${cased('ALTER POLICY')} ${asFormat(`${use.name} ${cased('ON')} ${named}`)} ${conditions.map(({ clause }) => clause).join(' ')}`)}, ${conditions.map(({ variable }) => variable).join(', ')});`)
  return true
}

/** Every index that has the column, and the keys that some of them carry. */
function indexes(work: Work): void {
  const { of: { command, table, name, column, shadow }, label, catalog, context, head, cased, beforehand, before, leaving, taking, after, gaps } = work
  const schema = schemaOf(name)
  const written = (bare: string): string => context.name(writtenLike(relationName(schema, bare), command.relation, catalog))
  for (const index of table.indexes) {
    // One that is a part of another's is made with that.
    if (!indexUses(index, column.name) || index.attachedTo !== undefined) continue
    if (table.kind === 'partitioned table') {
      partitionedIndex(work, index)
      continue
    }
    const own = nameParts(index.name).name
    const passing = freeRelation(work, schema, `${own}_${label}`)
    const key = table.constraints.find((one) => one.index === index.name)
    const text = key?.type === 'exclude' ? undefined : indexOnOther(table, index, catalog.surroundings.version, { name: passing, from: column.name, to: shadow })
    if (text === undefined || !index.valid) {
      gaps.push(noIndex(index, key))
      continue
    }
    beforehand.push(sqlStep(cased(label === 'back' ? asStored(text) : text), 'none', `Reads and writes go on while the counterpart of \`${own}\` is built; if it fails, drop the invalid index and begin again.`))
    if (key) {
      leaving.push(`${cased('DROP CONSTRAINT')} ${quoteIdentifier(key.name)}`)
      taking.push(`${cased('ADD CONSTRAINT')} ${overIndex(key, passing, cased)}`)
      commentOfConstraint(work, context.name(command.relation), key)
    } else {
      before.push(`${cased('DROP INDEX')} ${written(own)};`)
      after.push(`${cased('ALTER INDEX')} ${written(passing)} ${cased('RENAME TO')} ${quoteIdentifier(own)};`)
    }
    marks(work, head, index, written(own))
  }
}

const noIndex = (index: TableIndex, key: Constraint | undefined): string => {
  const { name } = nameParts(index.name)
  return key?.type === 'exclude' ? `an exclusion constraint, as \`${name}\` is, cannot be built while others write` : index.valid ? `how the index \`${name}\` is made` : `the index \`${name}\` is invalid`
}

const deferral = ({ deferrable, deferred }: Constraint): string => (deferrable ? ` DEFERRABLE${deferred ? ' INITIALLY DEFERRED' : ''}` : '')

const overIndex = (key: Constraint, index: string, cased: (text: string) => string): string =>
  `${quoteIdentifier(key.name)} ${cased(key.type === 'primary-key' ? 'PRIMARY KEY' : 'UNIQUE')} ${cased('USING INDEX')} ${quoteIdentifier(index)}${cased(deferral(key))}`

/** A comment on an index, and that rows lie in its order or are known by it. */
function marks(work: Work, head: string, index: TableIndex, written: string): void {
  const { cased, after } = work
  const own = quoteIdentifier(nameParts(index.name).name)
  if (index.commented) comment(work, 'INDEX', written, `obj_description(${quoteLiteral(written)}::regclass, 'pg_class')`)
  if (index.clustered) after.push(`${head} CLUSTER ${cased('ON')} ${own};`)
  if (index.replicaIdentity) after.push(`${head} REPLICA ${cased('IDENTITY USING INDEX')} ${own};`)
}

/** An index of the whole with its parts: each part is built concurrently. A key is put together in the exchange, for a table has one primary key; an index is so beforehand. */
function partitionedIndex(work: Work, top: TableIndex): void {
  const { of: { command, table, column, shadow }, label, catalog, context, cased, beforehand, before, leaving, after, gaps } = work
  const written = (relation: RelationName): string => context.name(writtenLike(relation, command.relation, catalog))
  const nodes: { readonly table: Table; readonly index: TableIndex; readonly key: Constraint | undefined; readonly passing: RelationName }[] = []
  const attaching: (readonly [RelationName, RelationName])[] = []
  const walk = (of: Table, index: TableIndex): RelationName => {
    const schema = schemaOf(index.name)
    const passing = relationName(schema, freeRelation(work, schema, `${nameParts(index.name).name}_${label}`))
    nodes.push({ table: of, index, key: of.constraints.find((one) => one.index === index.name), passing })
    for (const name of catalog.partitions(of.name)) {
      const partition = catalog.table(name)
      const part = partition?.indexes.find((one) => one.attachedTo === index.name)
      if (partition && part) attaching.push([passing, walk(partition, part)])
      else gaps.push(`which part of the index \`${nameParts(index.name).name}\` is that of \`${shortName(name)}\``)
    }
    return passing
  }
  walk(table, top)
  const [{ key }] = nodes as [(typeof nodes)[number]]
  const texts = nodes.map((node) => (node.key?.type === 'exclude' ? undefined : indexOnOther(node.table, node.index, catalog.surroundings.version, { name: nameParts(node.passing).name, from: column.name, to: shadow })))
  const unknown = nodes.find((node, at) => (texts[at] === undefined && (node.table.kind !== 'partitioned table' || !key)) || !node.index.valid)
  if (unknown) {
    gaps.push(noIndex(unknown.index, unknown.key))
    return
  }
  const isWhole = (node: (typeof nodes)[number]): boolean => node.table.kind === 'partitioned table'
  for (const [at, node] of nodes.entries()) {
    if (isWhole(node)) continue
    beforehand.push(sqlStep(cased(texts[at]!), 'none', `Reads and writes go on while the counterpart of \`${nameParts(node.index.name).name}\` is built; if it fails, drop the invalid index and begin again.`))
  }
  if (key) {
    leaving.push(`${cased('DROP CONSTRAINT')} ${quoteIdentifier(key.name)}`)
    for (const node of nodes) if (!isWhole(node)) after.push(`${cased('ALTER TABLE')} ${written(node.table.name)} ${cased('ADD CONSTRAINT')} ${overIndex(node.key!, nameParts(node.passing).name, cased)};`)
    // Without its parts it reads nothing, and is whole with the last of them.
    for (const node of nodes) if (isWhole(node)) after.push(`${cased('ALTER TABLE ONLY')} ${written(node.table.name)} ${cased('ADD CONSTRAINT')} ${quoteIdentifier(node.key!.name)} ${cased(node.key!.type === 'primary-key' ? 'PRIMARY KEY' : 'UNIQUE')} (${columnList(node.key!.columns)})${node.index.shape.include.length > 0 ? ` ${cased('INCLUDE')} (${columnList(node.index.shape.include)})` : ''}${cased(deferral(key))};`)
    const ofPassing = (relation: RelationName): string => written(nodes.find(({ passing }) => passing === relation)!.index.name)
    for (const [whole, part] of attaching) after.push(`${cased('ALTER INDEX')} ${ofPassing(whole)} ${cased('ATTACH PARTITION')} ${ofPassing(part)};`)
    for (const node of nodes) if (node.key) commentOfConstraint(work, written(node.table.name), node.key)
  } else {
    // The way back begins with the last, which takes along what is a part of it by then.
    for (const [at, node] of [...nodes.entries()].reverse()) if (isWhole(node)) beforehand.push(sqlStep(cased(texts[at]!), 'shared', 'An index without its parts, which no query uses yet.'))
    for (const [whole, part] of attaching) beforehand.push({ ...sqlStep(`${cased('ALTER INDEX')} ${written(whole)} ${cased('ATTACH PARTITION')} ${written(part)};`, 'shared', 'Takes a moment; the index of the whole is valid with its last part.'), back: '' })
    before.push(`${cased('DROP INDEX')} ${written(top.name)};`)
    for (const node of nodes) after.push(`${cased('ALTER INDEX')} ${written(node.passing)} ${cased('RENAME TO')} ${quoteIdentifier(nameParts(node.index.name).name)};`)
  }
  for (const node of nodes) marks(work, `${cased('ALTER TABLE')} ${written(node.table.name)}`, node.index, written(node.index.name))
}

function notNull(work: Work): void {
  const { of: { command, table, name, column, shadow, heirs }, above, label, catalog, context, head, cased, beforehand, passing, after, gaps, notes } = work
  if (!column.notNull) return
  const nameOf = (one: Table): string | undefined => one.constraints.find(({ type, columns }) => type === 'not-null' && columns[0] === column.name)?.name
  const nearest = above.find((one) => columnOf(one, column.name)?.notNull)
  if (nearest) {
    if (nameOf(table) !== nameOf(nearest)) gaps.push(`the NOT NULL of \`${shortName(name)}\` goes by another name than that of \`${shortName(nearest.name)}\``)
    return
  }
  const known = table.constraints.find((one) => one.type === 'not-null' && one.columns[0] === column.name)
  const made = (known: Catalog): readonly Step[] => notNullSteps(known, name, shadow, context, tableHead(command.relation, context))
  const taken = addedName(made(catalog)[0]!.sql)
  // The way back has a name of its own, beside that of the way on.
  const steps = label === 'back' && taken !== undefined ? made(changeTable(catalog, name, (one) => ({ ...one, constraints: [...one.constraints, { name: taken, type: 'check', columns: [], validated: true }] }))) : made(catalog)
  beforehand.push(...(known && !known.validated ? steps.slice(0, 1) : steps))
  // Up to 17 what proves it is gone when it is proved, and a column may be NOT NULL or not when it goes.
  if (catalog.surroundings.version < 18) for (const step of steps) passing.add(step)
  // From 18 on the constraint has a name, which goes over too.
  if (catalog.surroundings.version >= 18 && table.kind === 'partitioned table' && isOfKey(table, column.name)) notes.push('Each partition has NOT NULL on the columns of its key in its own right then, besides that of the whole.')
  const own = catalog.surroundings.version >= 18 ? addedName(steps[0]!.sql) : undefined
  const dropped = `${cased('ALTER COLUMN')} ${quoteIdentifier(shadow)} ${cased('DROP NOT NULL')};`
  after.push(`${head} ${dropped}`)
  // From 18 on a primary key of a table's own gives it NOT NULL of its own, which stays (AdjustNotNullInheritance in src/backend/catalog/pg_constraint.c).
  if (catalog.surroundings.version >= 18) for (const heir of heirs) if (isOfKey(heir.table, column.name)) after.push(`${tableHead(heir.written, context)} ${dropped}`)
  if (own === undefined || !known) return
  after.push(`${head} ${cased('RENAME CONSTRAINT')} ${quoteIdentifier(own)} ${cased('TO')} ${quoteIdentifier(known.name)};`)
  commentOfConstraint(work, context.name(command.relation), known)
}

const isOfKey = ({ constraints }: Table, column: string): boolean => constraints.some(({ type, columns }) => type === 'primary-key' && columns.includes(column))

/** The constraint that the statement adds. */
function addedName(sql: string): string | undefined {
  const [command] = read(sql).commands
  return command?.kind === 'alter' && command.action.action === 'add-constraint' ? command.action.constraint.name : undefined
}

function checks(work: Work): void {
  const { of: { command, table, column, shadow }, label, context, head, cased, beforehand, leaving, after, gaps } = work
  const choose = constraintNames(table)
  for (const check of table.constraints) {
    if (check.type !== 'check' || !constraintUses(check, column.name)) continue
    if (isInherited(work, check)) {
      if (check.local) gaps.push(`\`${shortName(table.name)}\` has the check \`${check.name}\` of itself and from above`)
      continue
    }
    const facts = check.expression === undefined ? undefined : readExpression(check.expression)
    if (!facts?.readable || facts.hasSubquery) {
      gaps.push(`what the check \`${check.name}\` says`)
      continue
    }
    const passing = choose(`${check.name}_${label}`)
    const condition = substituteColumns(label === 'back' ? asStored(check.expression!) : check.expression!, (reference) => (reference.column === column.name ? quoteIdentifier(shadow) : undefined))
    beforehand.push(sqlStep(`${head} ${cased('ADD CONSTRAINT')} ${quoteIdentifier(passing)} ${cased('CHECK')} (${condition})${check.noInherit ? cased(' NO INHERIT') : ''}${check.enforced === false ? cased(' NOT') + ' ENFORCED' : cased(' NOT VALID')};`, 'shared', 'New rows are checked from here on; the lock is held for a moment only.'))
    if (check.validated) beforehand.push(sqlStep(`${head} ${cased('VALIDATE CONSTRAINT')} ${quoteIdentifier(passing)};`, 'own', 'Existing rows are checked while reads and writes go on.'))
    leaving.push(`${cased('DROP CONSTRAINT')} ${quoteIdentifier(check.name)}`)
    after.push(`${head} ${cased('RENAME CONSTRAINT')} ${quoteIdentifier(passing)} ${cased('TO')} ${quoteIdentifier(check.name)};`)
    commentOfConstraint(work, context.name(command.relation), check)
  }
}

/** Those of the column's own table, and those of others, or of its own, that refer to the column. */
function foreignKeys(work: Work): void {
  const { of: { command, table, name, column, shadow }, label, catalog, context, head, cased, beforehand, before, after, notes, gaps, first, last } = work
  const found: { readonly table: Table; readonly constraint: Constraint }[] = table.constraints.flatMap((constraint) => (constraint.type === 'foreign-key' && constraint.columns.includes(column.name) ? [{ table, constraint }] : []))
  for (const one of keysTo(catalog, name, column.name)) if (!found.some((other) => other.table.name === one.table.name && other.constraint.name === one.constraint.name)) found.push(one)
  const choosers = new Map<RelationName, (wish: string) => string>()
  const staying: string[] = []
  for (const { table: referencing, constraint } of found) {
    // Those of a part of the whole are the whole's.
    if (referencing.name === name && isInherited(work, constraint)) continue
    const isOwn = referencing.name === name
    const named = (relation: RelationName): string => (relation === name ? context.name(command.relation) : context.name(writtenLike(relation, command.relation, catalog)))
    const alter = isOwn ? head : `${cased('ALTER TABLE')} ${named(referencing.name)}`
    const { references, referencedColumns } = constraint
    const isWhole = !constraint.period && references !== undefined && referencedColumns !== undefined && referencedColumns.length === constraint.columns.length
    if (!isWhole || [referencing.name, references].some((one) => catalog.table(one)?.partitionOf !== undefined || !holdsRows(catalog, one))) {
      gaps.push(isWhole ? `the foreign key \`${constraint.name}\` of \`${shortName(referencing.name)}\` has to do with partitions, and cannot be validated while others write` : `what the foreign key \`${constraint.name}\` of \`${shortName(referencing.name)}\` refers to`)
      continue
    }
    const choose = choosers.get(referencing.name) ?? constraintNames(referencing)
    choosers.set(referencing.name, choose)
    const passing = choose(`${constraint.name}_${label}`)
    const moved = (columns: readonly string[], relation: RelationName): readonly string[] => (relation === name ? columns.map((one) => (one === column.name ? shadow : one)) : columns)
    const text = foreignKeyText({ ...constraint, columns: moved(constraint.columns, referencing.name), ...(constraint.onDeleteColumns && { onDeleteColumns: moved(constraint.onDeleteColumns, referencing.name) }), referencedColumns: moved(referencedColumns, references) }, named(references))
    beforehand.push(sqlStep(`${alter} ${cased('ADD CONSTRAINT')} ${quoteIdentifier(passing)} ${cased(`${text}${constraint.enforced === false ? '' : ' NOT VALID'}`)};`, 'shared', 'New rows are checked from here on; the lock is held for a moment only.'))
    if (constraint.validated) beforehand.push(sqlStep(`${alter} ${cased('VALIDATE CONSTRAINT')} ${quoteIdentifier(passing)};`, 'own', 'Existing rows are looked up while reads and writes go on.'))
    before.unshift(`${alter} ${cased('DROP CONSTRAINT')} ${quoteIdentifier(constraint.name)};`)
    after.push(`${alter} ${cased('RENAME CONSTRAINT')} ${quoteIdentifier(passing)} ${cased('TO')} ${quoteIdentifier(constraint.name)};`)
    commentOfConstraint(work, named(referencing.name), constraint)
    if (referencing.name !== name) {
      first.add(named(referencing.name))
      staying.push(...constraint.columns.flatMap((one, index) => (referencedColumns[index] === column.name ? [`\`${shortName(referencing.name)}.${one}\``] : [])))
    }
    if (references !== name) last.add(named(references))
  }
  if (staying.length > 0) notes.push(`${[...new Set(staying)].join(' and ')} ${staying.length === 1 ? 'keeps its type' : 'keep their types'}: give ${staying.length === 1 ? 'it' : 'them'} the same change before values come that have no place there.`)
}

/** Where new rows have their value from: a default, a sequence, an identity. */
function values(work: Work): void {
  const { of: { command, action, table, name, column, shadow, defaults: written }, label, above, hasOneDefault, catalog, context, head, cased, after, gaps, notes, backwards } = work
  if (above.length > 0 && hasOneDefault && !column.identity) return
  const defaults = above.length > 0 ? { ...(column.default !== undefined && { before: column.default, after: column.default }) } : written
  const alone = hasOneDefault || descendants(catalog, name).length === 0 ? head : `${cased('ALTER TABLE ONLY')} ${context.name(command.relation)}`
  if (column.identity && (table.partitionOf || table.kind === 'partitioned table')) {
    gaps.push('an identity of a partitioned table cannot go over to another column')
    return
  }
  const [own, other] = [column.name, shadow].map(quoteIdentifier) as [string, string]
  const sequences = sequencesOfColumn(catalog, name, column.name)
  const set = (value: string | undefined): string => `${alone} ${cased('ALTER COLUMN')} ${own} ${value === undefined ? cased('DROP DEFAULT') : `${cased('SET DEFAULT')} ${value}`};`
  if (defaults.before !== defaults.after) backwards.set(set(defaults.after), set(defaults.before))
  if (defaults.before !== undefined || defaults.after !== undefined) after.push(set(defaults.after))
  // The one that gives up the column's name gives up its default: on the way back it is that of the statement.
  if ((label === 'shadow' ? defaults.before : defaults.after) !== undefined) after.push(`${alone} ${cased('ALTER COLUMN')} ${other} ${cased('DROP DEFAULT')};`)
  if (column.identity) return identity(work, sequences)
  const type = columnType(action.type, catalog).name
  for (const sequence of sequences) {
    const named = context.name(writtenLike(sequence, command.relation, catalog))
    after.push(`${cased('ALTER SEQUENCE')} ${named} ${cased('OWNED BY')} ${context.name(command.relation)}.${own};`)
    if (type === 'int8' && column.type.name !== 'int8') notes.push(`The numbers of \`${nameParts(sequence).name}\` still end where those of the old type do, as after the statement itself: ALTER SEQUENCE … AS bigint lets them go on.`)
  }
}

const largest: Readonly<Record<string, string>> = lookup({ int2: '32767', int4: '2147483647', int8: '9223372036854775807' })

/** The sequence cannot change its column, so that another one goes on where it stands. Its bounds widen where they were its type's (init_params in src/backend/commands/sequence.c). */
function identity(work: Work, sequences: readonly RelationName[]): void {
  const { of: { command, action, column, shadow }, catalog, context, head, cased, before, after, gaps, backwards } = work
  const [sequence] = sequences
  const relation = sequence && catalog.relation(sequence)
  const to = columnType(action.type, catalog).name
  if (relation?.kind !== 'sequence' || !relation.counts || largest[to] === undefined || largest[column.type.name] === undefined) {
    gaps.push('how the sequence of the identity counts')
    return
  }
  const [own, other] = [column.name, shadow].map(quoteIdentifier) as [string, string]
  const { name } = nameParts(relation.name)
  const passing = relationNames(catalog, schemaOf(relation.name))(`${name}_shadow`)
  const written = (bare: string): string => context.name(writtenLike(relationName(schemaOf(relation.name), bare), command.relation, catalog))
  const { start, increment, minimum, maximum, cache, cycle } = relation.counts
  const widened = (bound: string): string => (bound === largest[column.type.name] ? largest[to]! : bound === lowest(column.type.name) ? lowest(to) : bound)
  const made = (lowest: string, highest: string): string =>
    `${head} ${cased('ALTER COLUMN')} ${own} ${cased(`ADD GENERATED ${column.identity === 'always' ? 'ALWAYS' : 'BY DEFAULT'} AS IDENTITY`)} (${cased(`SEQUENCE NAME ${relation.name} START WITH ${start} INCREMENT BY ${increment} MINVALUE ${lowest} MAXVALUE ${highest} CACHE ${cache}${cycle ? ' CYCLE' : ''}`)});`
  backwards.set(made(widened(minimum), widened(maximum)), made(minimum, maximum))
  before.push(`${cased('ALTER SEQUENCE')} ${written(name)} ${cased('RENAME TO')} ${quoteIdentifier(passing)};`)
  after.unshift(
    made(widened(minimum), widened(maximum)),
    `${cased('PERFORM')} setval(${quoteLiteral(relation.name)}, last_value, is_called) ${cased('FROM')} ${written(passing)};`,
    `${head} ${cased('ALTER COLUMN')} ${other} ${cased('DROP IDENTITY')};`,
  )
  for (const grant of relation.grants ?? []) after.push(grantText(grant, '', `${cased('SEQUENCE')} ${written(name)}`, cased))
  if (relation.commented) comment(work, 'SEQUENCE', written(name), `obj_description(${quoteLiteral(written(name))}::regclass, 'pg_class')`)
}

const lowest = (type: string): string => `-${(BigInt(largest[type] ?? '0') + 1n).toString()}`
