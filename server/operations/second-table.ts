// A table that takes the place of another, or of some of its columns: it is filled in batches while a trigger keeps it in step, so that what is written meanwhile is in both.
import type { Catalog } from '../catalog/catalog'
import { schemaOf } from '../catalog/catalog'
import { columnOf } from '../catalog/relation'
import type { Table } from '../catalog/relation'
import { nameParts, quoteIdentifier, relationName, shortName } from '../model/name'
import type { RelationName, WrittenName } from '../model/name'
import type { Step } from '../model/plan'
import { columnList, dollarQuoted, inCase, writtenName } from '../sql/print'
import { clip } from './automatic-name'
import { backfill } from './backfill'
import { keyOf } from './backfill-by-key'
import { createdLike, sqlStep } from './constraint-plans'
import type { PlanContext } from './operation'
import { freeName } from './passing-names'
import { typeText } from './types'

/** One table whose rows another is to have too. */
export interface Followed {
  readonly name: RelationName
  readonly table: Table
  readonly written: WrittenName
}

/** Each column of the second table, with the one of the first that it has its value from. */
export type Pairs = readonly (readonly [to: string, from: string])[]

/** What keeps one table in step with another. */
export interface Follower {
  readonly function: string
  readonly create: string
  readonly triggers: string
  readonly drop: string
}

/** The columns of a unique key of the second table by which each row of the first is found in it; undefined where there is none. */
export function keyOfCopy(from: Table, to: Table, pairs: Pairs): readonly string[] | undefined {
  const key = keyOf(from)
  if (!key) return undefined
  const late = new Set(to.constraints.flatMap(({ deferrable, index }) => (deferrable && index ? [index] : [])))
  const unique = to.indexes.filter(({ name, valid, shape }) => valid && shape.unique && shape.predicate === undefined && !late.has(name)).map(({ shape }) => shape.keys)
  const isWhole = (columns: readonly string[]): boolean => columns.every((column) => pairs.some(([one]) => one === column) && columnOf(to, column)?.notNull) && key.every((one) => columns.some((column) => pairs.some(([a, b]) => a === column && b === one)))
  return unique.find(isWhole)
}

/**
 * A trigger that carries every change of one table over to the other.
 * It runs with the rights of who makes it, for nobody has been granted any on the second table yet; and always, for rows may come by replication.
 */
export function follower(from: Followed, to: Followed, pairs: Pairs, key: readonly string[], suffix: string, catalog: Catalog, context: Pick<PlanContext, 'keywords' | 'name'>, also: 'is alone' | 'others write there' = 'is alone'): Follower {
  const cased = (text: string): string => inCase(text, context.keywords)
  const schema = schemaOf(from.name)
  // Triggers fire in the order of their names: what refers to a row has to be gone before a foreign key looks for it.
  const isReferring = to.table.constraints.some(({ references }) => references === from.name)
  const base = freeName(clip(`${isReferring ? '0_' : ''}${nameParts(from.name).name}_${suffix}`, 58), (name) => from.table.triggers.some((trigger) => trigger.name === name || trigger.name === `${name}_all`) || catalog.routine(`${schema}.${name}` as RelationName) !== undefined)
  const called = writtenName(createdLike(relationName(schema, base), from.written, catalog))
  const there = `${quoteIdentifier(nameParts(to.name).schema)}.${quoteIdentifier(nameParts(to.name).name)}`
  const here = context.name(from.written)
  const source = (column: string): string => quoteIdentifier(pairs.find(([to]) => to === column)![1])
  const values = (row: 'OLD' | 'NEW'): string => pairs.map(([, column]) => `${cased(row)}.${quoteIdentifier(column)}`).join(', ')
  const keyIs = `${key.map((column) => `${quoteIdentifier(column)} = ${cased('OLD')}.${source(column)}`).join(cased(' AND '))}`
  // What is equal need not be the same: `a` and `A` to a collation of somebody's own, 1.0 and 1.00. As records they are compared byte by byte (record_image_ne), whatever their types.
  const isAnother = (columns: readonly string[]): string => ['OLD', 'NEW'].map((row) => `${cased('ROW')}(${columns.map((column) => `${cased(row)}.${column}`).join(', ')})::record`).join(' *<> ')
  const rest = pairs.map(([column]) => column).filter((column) => !key.includes(column))
  const insert = (row: 'OLD' | 'NEW'): string => `${cased('INSERT INTO')} ${there} (${columnList(pairs.map(([column]) => column))})${overriding(to.table, pairs, cased)} ${cased('VALUES')} (${values(row)})`
  const conflict = `${cased('ON CONFLICT')} (${columnList(key)})`
  const update = rest.length === 0 ? cased('DO NOTHING') : `${cased('DO UPDATE SET')} ${rest.map((column) => `${quoteIdentifier(column)} = ${cased('EXCLUDED')}.${quoteIdentifier(column)}`).join(', ')}`
  const gone = `${cased('DELETE FROM')} ${there} ${cased('WHERE')} ${keyIs};`
  const lines = [
    ...(key.some((column) => ownVariables.has(column)) ? ['#variable_conflict use_column'] : []),
    cased('BEGIN'),
    `  ${cased("IF TG_OP = 'TRUNCATE' THEN")}`,
    `    ${cased('TRUNCATE')} ${there};`,
    `    ${cased('RETURN NULL;')}`,
    `  ${cased('END IF;')}`,
    `  ${cased("IF TG_OP = 'DELETE' OR (TG_OP = 'UPDATE' AND ")}${isAnother(key.map(source))}${cased(') THEN')}`,
    `    ${gone}`,
    // A transaction with an older view of the data does not see what has been copied since: putting the row there makes the server refuse it, and it is tried again. Where the second refers to the first, the foreign key refuses it, in its own words.
    ...(isReferring
      ? []
      : [
          `    ${cased("IF NOT FOUND AND current_setting('transaction_isolation') <> 'read committed' THEN")}`,
          `      ${insert('OLD')} ${conflict} ${cased('DO NOTHING')};`,
          `      ${gone}`,
          `    ${cased('END IF;')}`,
        ]),
    `  ${cased('END IF;')}`,
    ...(also === 'is alone'
      ? [`  ${cased("IF TG_OP <> 'DELETE' THEN")}`, `    ${insert('NEW')} ${conflict} ${update};`, `  ${cased('END IF;')}`]
      : [
          // Who writes to the second table by now is not to be overruled by a change of something else.
          `  ${cased("IF TG_OP = 'INSERT' THEN")}`,
          `    ${insert('NEW')} ${conflict} ${cased('DO NOTHING')};`,
          `  ${cased("ELSIF TG_OP = 'UPDATE' AND ")}${isAnother(pairs.map(([, column]) => quoteIdentifier(column)))}${cased(' THEN')}`,
          `    ${insert('NEW')} ${conflict} ${update};`,
          `  ${cased('END IF;')}`,
        ]),
    `  ${cased('RETURN NULL;')}`,
    cased('END'),
  ]
  const [row, all] = [quoteIdentifier(base), quoteIdentifier(`${base}_all`)]
  const table = cased('ALTER TABLE')
  return {
    function: called,
    create: `${cased(`CREATE FUNCTION`)} ${called}() ${cased('RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS')} ${dollarQuoted(`\n${lines.join('\n')}\n`)};`,
    triggers: [
      `${cased('CREATE TRIGGER')} ${row} ${cased('AFTER INSERT OR UPDATE OR DELETE ON')} ${here} ${cased('FOR EACH ROW EXECUTE FUNCTION')} ${called}();`,
      `${cased('CREATE TRIGGER')} ${all} ${cased('AFTER TRUNCATE ON')} ${here} ${cased('FOR EACH STATEMENT EXECUTE FUNCTION')} ${called}();`,
      `${table} ${here} ${cased('ENABLE ALWAYS TRIGGER')} ${row}, ${cased('ENABLE ALWAYS TRIGGER')} ${all};`,
    ].join('\n'),
    drop: `${cased('DROP TRIGGER')} ${row} ${cased('ON')} ${here};\n${cased('DROP TRIGGER')} ${all} ${cased('ON')} ${here};`,
  }
}

/** What PL/pgSQL declares in a function of a trigger (plpgsql_compile in src/pl/plpgsql/src/pl_comp.c). */
const ownVariables: ReadonlySet<string> = new Set('found new old tg_argv tg_level tg_name tg_nargs tg_op tg_relid tg_relname tg_table_name tg_table_schema tg_when'.split(' '))

/** Values of an identity that numbers every row by itself are put there only so. */
const overriding = (to: Table, pairs: Pairs, cased: (text: string) => string): string => (pairs.some(([column]) => columnOf(to, column)?.identity === 'always') ? cased(' OVERRIDING SYSTEM VALUE') : '')

/**
 * The rows that are there, in batches by the key of the first table.
 * Each batch locks its rows against change until it is committed, so that the trigger finds them in the second table afterwards; what somebody has locked is left, and found when it comes by again.
 */
export function copyStep(from: Followed, to: Followed, pairs: Pairs, key: readonly string[], catalog: Catalog, context: Pick<PlanContext, 'keywords' | 'name'>): Step | undefined {
  const cased = (text: string): string => inCase(text, context.keywords)
  const here = context.name(from.written)
  const there = context.name(to.written)
  const alias = nameParts(from.name).name === 'copied' ? 'copy' : 'copied'
  const own = quoteIdentifier(nameParts(from.name).name)
  const source = (column: string): string => quoteIdentifier(pairs.find(([to]) => to === column)![1])
  const step = backfill(
    {
      relation: from.name,
      head: `${cased('INSERT INTO')} ${there} (${columnList(pairs.map(([column]) => column))})${overriding(to.table, pairs, cased)} ${cased('SELECT')} ${columnList(pairs.map(([, column]) => column))} ${cased('FROM')} ${here}`,
      where: `${cased('NOT EXISTS (SELECT FROM')} ${there} ${cased('AS')} ${alias} ${cased('WHERE')} ${key.map((column) => `${alias}.${quoteIdentifier(column)} = ${own}.${source(column)}`).join(cased(' AND '))})`,
      named: here,
      does: `Copies \`${shortName(from.name)}\``,
      copies: { conflict: `${cased('FOR SHARE SKIP LOCKED')}\n${cased('ON CONFLICT')} (${columnList(key)}) ${cased('DO NOTHING')}` },
    },
    catalog,
    context,
  )
  return step && { ...step, verify: comparison(from, to, pairs, key, context) }
}

/** Rows of which the two are not alike, a few of them. As text every type has an equality. */
export function comparison(from: Followed, to: Followed, pairs: Pairs, key: readonly string[], context: Pick<PlanContext, 'keywords' | 'name'>): string {
  const cased = (text: string): string => inCase(text, context.keywords)
  const source = (column: string): string => quoteIdentifier(pairs.find(([to]) => to === column)![1])
  const [a, b] = ['one', 'other']
  const row = (values: readonly string[]): string => `${cased('ROW')}(${values.join(', ')})::text`
  // A value of another type says the same in other words.
  const value = (column: string, of: string): string => {
    const [was, is] = [columnOf(from.table, of)?.type, columnOf(to.table, column)?.type]
    const text = `${a}.${quoteIdentifier(of)}`
    return was && is && typeText(was) !== typeText(is) ? `${cased('CAST')}(${text} ${cased('AS')} ${typeText(is)})` : text
  }
  const shown = key.flatMap((column) => [`${a}.${source(column)}`, `${b}.${quoteIdentifier(column)} ${cased('AS')} ${quoteIdentifier(clip(`${column}_there`, 63))}`])
  return [
    `${cased('SELECT')} ${shown.join(', ')} ${cased('FROM')} ${context.name(from.written)} ${cased('AS')} ${a} ${cased('FULL JOIN')} ${context.name(to.written)} ${cased('AS')} ${b} ${cased('ON')} ${key.map((column) => `${b}.${quoteIdentifier(column)} = ${a}.${source(column)}`).join(cased(' AND '))}`,
    `${cased('WHERE')} ${row(pairs.map(([column, source]) => value(column, source)))} ${cased('IS DISTINCT FROM')} ${row(pairs.map(([column]) => `${b}.${quoteIdentifier(column)}`))} ${cased('LIMIT')} 10;`,
  ].join('\n')
}

/** As one block, and so one transaction, which is given up as a whole and tried again. */
export function inOneBlock(statements: readonly string[], keywords: PlanContext['keywords']): string {
  const cased = (text: string): string => inCase(text, keywords)
  let tag = 'exchange'
  while (statements.some((line) => line.includes(`$${tag}$`))) tag = `${tag}_`
  return `${cased('DO')} $${tag}$\n${cased('BEGIN')}\n${statements.map((line) => `  ${line}`).join('\n')}\n${cased('END')}\n$${tag}$;`
}

/** The trigger and its function: nobody writes to the second table but they. */
export const followSteps = (follower: Follower, of: Followed, note: string): readonly Step[] => [
  { ...sqlStep(follower.create, 'shared', `Carries what is written to \`${shortName(of.name)}\` over.`), back: `DROP FUNCTION ${follower.function}();` },
  { ...sqlStep(follower.triggers, 'shared', `From here on each change of \`${shortName(of.name)}\` is in both${note}.`), back: follower.drop },
]
