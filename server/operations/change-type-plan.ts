import type { Catalog } from '../catalog/catalog'
import { schemaOf } from '../catalog/catalog'
import { castListPattern, hasCastList } from '../catalog/deparsed'
import type { Column, Table, TableIndex } from '../catalog/relation'
import { listNames, listWords } from '../model/format'
import { nameParts, quoteIdentifier, quoteLiteral, relationName, shortName } from '../model/name'
import type { RelationName, WrittenName } from '../model/name'
import type { Plan, Step } from '../model/plan'
import type { AlterAction, AlterRelation } from '../sql/command'
import { columnList, dollarQuoted, inCase, writtenName } from '../sql/print'
import { clip, nameOfBoth } from './automatic-name'
import { changeTables } from './alteration'
import { holdsRows } from './common'
import { backfill } from './backfill'
import { keyOf } from './backfill-by-key'
import { counterparts, viewsMadeAgain } from './counterparts'
import type { Counterparts, RememberedText } from './counterparts'
import { createdLike, equivalentPlan, sqlStep, tableHead } from './constraint-plans'
import { conversionOf } from './conversion'
import type { Conversion } from './conversion'
import type { PlanContext } from './operation'
import { freeColumnName } from './passing-names'
import { withIdentity } from './replica-identity'
import { columnType } from './types'

/** What the plan has to know of the change, and the operation has found out. */
export interface ChangedColumn {
  readonly command: AlterRelation
  readonly action: Extract<AlterAction, { action: 'alter-type' }>
  readonly name: RelationName
  readonly table: Table
  readonly column: Column
  readonly collation?: string
  /** The column's default before the statement and after it. */
  readonly defaults: { readonly before?: string; readonly after?: string }
  /** Indexes that are built again while nothing else is written; absent where the rows are. */
  readonly rebuilds?: readonly TableIndex[]
  /** Partitions and children of every depth, each behind those above it. */
  readonly heirs: readonly Heir[]
}

export interface Heir {
  readonly name: RelationName
  readonly table: Table
  /** As it has it. */
  readonly column: Column
  readonly written: WrittenName
  /** Those of the family that it has columns and constraints from, the nearest first. */
  readonly above: readonly Table[]
}

/**
 * A second column of the new type, which a trigger keeps in step with the first; when all rows have it and all that hangs on the first stands on it too, the two exchange their names.
 * Code that names the column finds the new type under the name from then on. Because the names are exchanged and none goes, the second column is the other one's shadow before and after.
 */
export function changeTypePlan(changed: ChangedColumn, catalog: Catalog, context: PlanContext): Plan | undefined {
  const { command, action, name, table, column } = changed
  const conversion = conversionOf(column, action, catalog)
  if (!conversion) return undefined
  const { keywords } = context
  const cased = (text: string): string => inCase(text, keywords)
  const head = tableHead(command.relation, context)
  const named = context.name(command.relation)
  const family = [{ name, table, written: command.relation }, ...changed.heirs]
  const shadow = freeColumnName({ ...table, columns: family.flatMap((one) => one.table.columns ?? []) }, `${clip(column.name, 56)}_shadow`)
  const withShadow = changeTables(catalog, family.map((one) => one.name), (one) => ({ ...one, columns: [...(one.columns ?? []), shadowOf(changed, shadow, catalog)] }))
  const keeper = keeperOf(changed, shadow, conversion, catalog, context)
  // PostgreSQL drops it from the partitions first, and locks the whole last, against the order of all who use it.
  const dropping = (drop: string): string => (keeper.isInherited ? [cased('BEGIN;'), `${cased('LOCK TABLE')} ${named} ${cased('IN ACCESS EXCLUSIVE MODE')};`, drop, cased('COMMIT;')].join('\n') : drop)
  const parts = counterparts({ ...changed, shadow }, withShadow, context, 'shadow')
  const returning = counterparts({ ...changed, shadow }, withShadow, context, 'back')

  // A key of the whole leads through all partitions; else each table has a way of its own.
  const filled = table.kind === 'partitioned table' && keyOf(table) ? family.slice(0, 1) : family.filter((one) => holdsRows(catalog, one.name))
  const fills = filled.map((one) => fillStep(changed, one, shadow, conversion, keeper.name, withShadow, context))
  const gaps = [...parts.gaps, ...filled.flatMap((one, at) => (fills[at] ? [] : [`no key leads through the rows${filled.length === 1 ? '' : ` of \`${shortName(one.name)}\``} batch by batch`]))]
  const swap = swapStep(changed, shadow, parts, returning, keeper, context)
  const misfits = conversion.misfits
  const unchecked = table.constraints.flatMap((one) => (one.type === 'check' && !one.validated && one.enforced !== false && one.expression !== undefined ? [{ name: one.name, condition: `NOT (${one.expression})` }] : []))
  const shown = columnList([...(keyOf(table) ?? []).filter((one) => one !== column.name), column.name])
  const look = (condition: string, why: string): Step => {
    const sql = `${cased('SELECT')} ${shown} ${cased('FROM')} ${named} ${cased('WHERE')} ${condition} ${cased('LIMIT')} 10;`
    return { ...sqlStep(sql, 'shared', why), verify: sql }
  }

  const plan: Plan = {
    title: `Fill a second column of the new type beside \`${column.name}\`, kept in step by a trigger, and exchange their names when it is whole${gaps.length === 0 ? '' : `; not all of the way is known: ${listWords(gaps)}`}`,
    fit: gaps.length > 0 ? 'outline' : 'staged',
    expand: [
      ...(misfits === undefined ? [] : [look(misfits, `Shows rows whose value has no place in \`${action.type.sql}\`: put those right first, for the change ends in an error at them.${cheaper(changed)}`)]),
      ...unchecked.map((one) => look(one.condition, `Shows rows that the unvalidated check \`${one.name}\` would not let through: put those right first, for no such row can be filled.`)),
      sqlStep(`${head} ${cased('ADD COLUMN')} ${quoteIdentifier(shadow)} ${action.type.sql}${changed.collation === undefined ? '' : `${cased(' COLLATE')} ${changed.collation}`};`, 'shared', `Takes a moment: no row is touched.${withoutIndexes(changed)}`),
      { ...sqlStep(keeper.create, 'shared', `Computes the new value as the statement would${conversion.settings.length > 0 ? ', under the settings that this session has' : ''}.`), back: keeper.dropFunction },
      ...keeper.triggers.map(({ create, drop }): Step => ({ ...sqlStep(create, 'shared', `From here on every row that is written has the new value too${misfits === undefined ? '' : ', and a value that has no place in the new type is refused'}. It fires after all other triggers of the table, and for replicated rows as well.${keeper.triggers.length > 1 ? ' A table that is put below meanwhile needs one too.' : ''}`), back: dropping(drop) })),
    ],
    // What the second column holds goes with it. Where not all is known that hangs on the first one, no exchange is offered that might lose it.
    migrate: [
      ...fills.flatMap((fill) => (fill ? [{ ...fill, back: '' }] : [])),
      ...(gaps.length > 0 ? [] : [...parts.beforehand, { ...sqlStep(`${cased('ANALYZE')} ${named};`, 'shared', 'So that queries find the statistics of the new column when it takes over.'), back: '' }, swap, ...parts.afterwards]),
    ],
    contract: gaps.length > 0 ? [] : [
      ...(conversion.backward ? [...keeper.triggers.map(({ drop }) => sqlStep(dropping(drop), keeper.isInherited ? 'own' : 'shared', 'Nothing is to go back to the old type any more.')), sqlStep(keeper.dropFunction, 'shared', 'No trigger calls it.')] : []),
      ...(parts.isRead ? [] : [sqlStep(`${head} ${cased('DROP COLUMN')} ${quoteIdentifier(shadow)};`, 'shared', 'The values of the old type go, and with them the way back.')]),
    ],
    code: {
      migrate: `Code takes \`${column.name}\` in either type, as its driver gives them, and names the columns that it inserts, for \`${column.name}\` comes to stand last in the table.`,
      contract: `Code takes \`${column.name}\` as \`${action.type.sql}\`, and the old type will not be wanted back.`,
    },
  }
  return withIdentity(plan, family.map((one) => one.name), 'update', command.relation, catalog, context)
}

/** A limit for a text costs a look at each row and no rewrite where it is a check. */
function cheaper({ action, column }: ChangedColumn): string {
  const most = action.type.modifiers[0]
  if (most === undefined || action.type.name !== 'varchar' || (column.type.name !== 'text' && column.type.name !== 'varchar')) return ''
  return ` Far cheaper where the type itself does not matter: a constraint CHECK (length(${quoteIdentifier(column.name)}) <= ${most}), added NOT VALID and then validated.`
}

/** What only helps to find rows may be missing for a while. */
function withoutIndexes({ rebuilds = [], heirs }: ChangedColumn): string {
  if (rebuilds.length === 0 || heirs.length > 0 || rebuilds.some(({ shape }) => shape.unique)) return ''
  return ` Far cheaper where queries can do without ${listNames(rebuilds.map(({ name }) => name))} for a while: drop ${rebuilds.length === 1 ? 'it' : 'them'} CONCURRENTLY, change the type, for which no row is written then, and build ${rebuilds.length === 1 ? 'it' : 'them'} again CONCURRENTLY.`
}

function shadowOf({ action, collation }: ChangedColumn, name: string, catalog: Catalog): Column {
  return { name, type: columnType(action.type, catalog), notNull: false, ...(collation !== undefined && { collation }) }
}

/** The trigger that keeps the two in step, and its function. */
interface Keeper {
  readonly name: string
  readonly functionName: string
  readonly create: string
  /** In the place of the first, once the names are exchanged; absent where nothing leads back. */
  readonly reverse?: string
  /** The first in the place of that one. */
  readonly again: string
  /** On each table that does not have it of one above. */
  readonly triggers: readonly { readonly create: string; readonly drop: string }[]
  /** On a partitioned table, which is locked before what is dropped of its partitions. */
  readonly isInherited: boolean
  readonly dropFunction: string
}

function keeperOf({ command, name, table, column, heirs }: ChangedColumn, shadow: string, conversion: Conversion, catalog: Catalog, context: PlanContext): Keeper {
  const { keywords } = context
  const cased = (text: string): string => inCase(text, keywords)
  const base = nameOfBoth(nameParts(name).name, shadow, 60)
  // Triggers fire in the order of their names, and what another has made of the row is to be seen.
  let own = `zz_${nameOfBoth(nameParts(name).name, shadow, 50)}`
  const others = [table, ...heirs.map((one) => one.table)].flatMap(({ triggers }) => triggers)
  for (let more = 0; more < 10 && others.some((trigger) => trigger.name >= own); more++) own = `z${own}`
  // From 13 on a partitioned table gives its triggers for each row to its partitions.
  const isInherited = table.kind === 'partitioned table' && catalog.surroundings.version >= 13
  const fired = isInherited ? [command.relation] : [{ name, written: command.relation }, ...heirs].filter((one) => holdsRows(catalog, one.name)).map(({ written }) => written)
  const written = writtenName(createdLike(relationName(schemaOf(name), base), command.relation, context.before))
  const target = `${cased('NEW')}.${quoteIdentifier(shadow)}`
  const text = (create: string, lines: readonly string[]): string =>
    `${cased(`${create} ${written}() RETURNS trigger LANGUAGE plpgsql${conversion.settings.map((setting) => ` SET ${setting} FROM CURRENT`).join('')} AS`)} ${dollarQuoted(`\n${['BEGIN', ...lines, '  RETURN NEW;', 'END'].map((line) => (line.includes(target) ? line : cased(line))).join('\n')}\n`)};`
  const forward = [`  ${target} := ${conversion.computed};`]
  // A value that the old type has no room for leaves it empty, and is nobody's error.
  const back = conversion.backward && ['  BEGIN', `    ${target} := ${conversion.backward(column.name)};`, '  EXCEPTION WHEN data_exception THEN', `    ${target} := NULL;`, '  END;']
  return {
    name: own,
    functionName: written,
    create: text('CREATE FUNCTION', forward),
    again: text('CREATE OR REPLACE FUNCTION', forward),
    ...(back && { reverse: text('CREATE OR REPLACE FUNCTION', back) }),
    triggers: fired.map((one) => ({
      create: `${cased('CREATE TRIGGER')} ${quoteIdentifier(own)} ${cased('BEFORE INSERT OR UPDATE ON')} ${context.name(one)} ${cased('FOR EACH ROW EXECUTE FUNCTION')} ${written}();\n${tableHead(one, context)} ${cased('ENABLE ALWAYS TRIGGER')} ${quoteIdentifier(own)};`,
      drop: `${cased('DROP TRIGGER')} ${quoteIdentifier(own)} ${cased('ON')} ${context.name(one)};`,
    })),
    isInherited,
    dropFunction: `${cased('DROP FUNCTION')} ${written}();`,
  }
}

/** Rows that are written meanwhile have their value from the trigger, so those without one are left. Those of tables below lie elsewhere, but for the partitions of the whole. */
function fillStep({ action, column }: ChangedColumn, { name, table, written }: Pick<Heir, 'name' | 'table' | 'written'>, shadow: string, conversion: Conversion, keeper: string, catalog: Catalog, context: PlanContext): Step | undefined {
  const { keywords } = context
  const cased = (text: string): string => inCase(text, keywords)
  const quoted = quoteIdentifier(shadow)
  const named = context.name(written)
  const from = catalog.children(name).length > 0 ? `${cased('ONLY')} ${named}` : named
  const step = backfill(
    {
      relation: name,
      head: `${cased('UPDATE')} ${from} ${cased('SET')} ${quoted} = ${conversion.forward}`,
      where: `${quoted} ${cased('IS NULL AND')} ${conversion.forward} ${cased('IS NOT NULL')}`,
      named,
      from,
      does: `Fills \`${shadow}\`${table.partitionOf || table.inherits.length > 0 ? ` of \`${shortName(name)}\`` : ''}`,
    },
    catalog,
    context,
  )
  if (!step) return undefined
  const key = columnList((keyOf(table) ?? []).filter((one) => one !== column.name))
  // As JSON every type has an equality; and once the names are exchanged there is nothing to compare any more.
  const values = [quoted, `${cased('CAST')}(${conversion.forward} ${cased('AS')} ${action.type.sql})`].map((one) => `to_jsonb(${one})`)
  const verify = `${cased('SELECT')} ${key === '' ? '' : `${key}, `}${quoteIdentifier(column.name)}, ${quoted} ${cased('FROM')} ${from} ${cased('WHERE')} pg_typeof(${quoted}) = ${quoteLiteral(action.type.sql)}::regtype ${cased('AND')} ${values.join(cased(' IS DISTINCT FROM '))} ${cased('LIMIT')} 10;`
  // The statement itself would fire no trigger.
  const fires = table.triggers.some((trigger) => trigger.name !== keeper && trigger.enabled && (trigger.on?.includes('update') ?? true) && (trigger.of?.includes(shadow) ?? true))
  if (!fires) return { ...step, verify }
  return {
    ...step,
    sql: `${cased('SET')} session_replication_role = replica;\n${step.sql}\n${cased('RESET')} session_replication_role;`,
    why: `${step.why} Other triggers of the table do not fire for it, as they would not for the statement; that takes a superuser, or from 15 on the right to set session_replication_role.`,
    verify,
  }
}

/** One block, and so one transaction, which takes a moment: all that grows with the table was done before. */
/** One statement, so that all of it comes about or nothing. */
function exchangeBlock(lines: readonly string[], remembered: readonly string[], cased: (text: string) => string): string {
  let tag = 'exchange'
  while (lines.some((line) => line.includes(`$${tag}$`))) tag = `${tag}_`
  return `${cased('DO')} $${tag}$\n${remembered.length > 0 ? `${cased('DECLARE')}\n${remembered.map((line) => `  ${line}\n`).join('')}` : ''}${cased('BEGIN')}\n${lines.map((line) => `  ${line}`).join('\n')}\n${cased('END')}\n$${tag}$;`
}

/** A change that reads and writes no row, and that PostgreSQL refuses for nothing but the views that read the column: in one moment they go, it is made, and they are there again. */
export function underViewsPlan(changed: ChangedColumn, catalog: Catalog, context: PlanContext): Plan | undefined {
  const { remembered, locks, before, after, notes, gaps } = viewsMadeAgain(changed, catalog, context)
  if (before.length === 0 || gaps.length > 0) return undefined
  const block = exchangeBlock([...locks, ...before, `${context.sql.trim().replace(/;$/, '')};`, ...after], remembered, (text) => inCase(text, context.keywords))
  const why = [`No row is read or written: the lock is held for a moment, and nobody finds the views missing, for all of it comes about together.`, ...notes].join(' ')
  return equivalentPlan(`Take the views on \`${changed.column.name}\` away and make them again around the change, in one statement of a moment`, [sqlStep(block, 'own', why)])
}

function swapStep({ command, column }: ChangedColumn, shadow: string, parts: Counterparts, returning: Counterparts, keeper: Keeper, context: PlanContext): Step {
  const { keywords, along = { there: [], back: [] } } = context
  const cased = (text: string): string => inCase(text, keywords)
  const head = tableHead(command.relation, context)
  const [own, other, passing] = [column.name, shadow, `${clip(column.name, 55)}_passing`].map(quoteIdentifier) as [string, string, string]
  const block = ({ before, remembered }: Pick<Counterparts, 'before' | 'remembered'>, others: readonly string[], after: readonly string[], rest: readonly string[]): string => {
    const lines = [
      ...parts.locks,
      ...before,
      ...others,
      `${head} ${cased('RENAME COLUMN')} ${own} ${cased('TO')} ${passing};`,
      `${head} ${cased('RENAME COLUMN')} ${other} ${cased('TO')} ${own};`,
      `${head} ${cased('RENAME COLUMN')} ${passing} ${cased('TO')} ${other};`,
      ...after,
      ...rest,
    ]
    return exchangeBlock(lines, remembered, cased)
  }
  const texts = textsKept(parts, returning, keeper, cased)
  const forth = block(parts, along.there, parts.after, keeper.reverse === undefined ? [...keeper.triggers.map(({ drop }) => drop), keeper.dropFunction] : [keeper.reverse, ...texts.kept])
  const why = [
    `Under one short lock \`${own}\` gets the new type and \`${other}\` the old one${parts.before.length + parts.after.length > 0 ? ', and what hangs on the column goes over with its name' : ''}.`,
    keeper.reverse === undefined
      ? `The author's expression says nothing of the way back, so \`${other}\` keeps what it has and new rows have none.`
      : `The trigger goes the other way from here on; a value that the old type has no room for leaves \`${other}\` empty.`,
    ...parts.notes,
  ].join(' ')
  return {
    ...sqlStep(forth, 'own', why),
    // What was built for the way on is built again, for it stands on the second column once more.
    ...(keeper.reverse !== undefined && { back: [...returning.beforehand.map((step) => step.sql), block(texts.returning, along.back, returning.afterBack, [keeper.again, ...texts.forgotten]), ...parts.lasting.map((step) => step.sql)].join('\n') }),
  }
}

/** Made for the new type, conditions and queries have casts that would stay with the old one. What they said before is kept with the trigger's function until nothing leads back, and holds where nobody has written them anew meanwhile. */
function textsKept({ texts }: Counterparts, returning: Counterparts, keeper: Keeper, cased: (text: string) => string): { readonly kept: readonly string[]; readonly returning: Pick<Counterparts, 'before' | 'remembered'>; readonly forgotten: readonly string[] } {
  if (texts.length === 0) return { kept: [], returning, forgotten: [] }
  const on = `${cased('COMMENT ON FUNCTION')} ${keeper.functionName}() ${cased('IS')}`
  let variable = 'former_texts'
  while (texts.some(({ text }) => text.includes(variable))) variable = `${variable}_`
  const former = (one: RememberedText): string => {
    const text = `${variable} ->> ${one.variable}`
    return hasCastList(one.known) ? `regexp_replace(${text}, ${quoteLiteral(castListPattern)}, '\\1\\2', 'g')` : text
  }
  return {
    kept: [`${cased('EXECUTE')} format(${quoteLiteral(`${on.replaceAll('%', '%%')} %L`)}, json_build_object(${texts.map(({ variable: name, text }) => `${text}, ${name}`).join(', ')}));`],
    returning: {
      remembered: [...returning.remembered, `${variable} json := obj_description(${quoteLiteral(`${keeper.functionName}()`)}::regprocedure, 'pg_proc');`],
      before: [...returning.texts.map((one) => `${one.variable} := coalesce(${former(one)}, ${one.variable});`), ...returning.before],
    },
    forgotten: [`${on} ${cased('NULL')};`],
  }
}
