import type { Catalog } from '../catalog/catalog'
import { columnOf } from '../catalog/relation'
import { quoteIdentifier } from '../model/name'
import type { RelationName, WrittenName } from '../model/name'
import type { Step } from '../model/plan'
import { inCase } from '../sql/print'
import { Tokens } from '../sql/tokens'
import { blockWalk, canWalkByBlock } from './backfill-by-block'
import { keyOf, keyWalk } from './backfill-by-key'
import type { BackfillRequest, Copies, CopyPlace, Walk, WalkContext } from './batch-walk'
import { qualified, rowOf } from './batch-walk'
import { descendants, holdsRows } from './common'
import { writtenLike } from './constraint-plans'
import type { PlanContext } from './operation'

/** Others can keep rows locked, or write new ones that fit, for ever. */
const mostPasses = 5

/** Seconds, in which other writers get their turn. */
const pauseSeconds = '0.05'

/** How far a standby may fall behind where it was when the work began. */
const mostLag = '10 s'

/** How long a batch may wait for a row of another table while it keeps its own locked. */
const patience = '500ms'

/**
 * One block of code that goes through a table by its primary key, or else by its blocks, and commits after every batch, ready to be run with psql.
 * It never waits for a row while it keeps others locked: a row that somebody has locked is left, and found when it comes by again.
 * Undefined where the table has no order to go by.
 */
export function backfill(request: BackfillRequest, catalog: Catalog, context: Pick<PlanContext, 'keywords'>): Step | undefined {
  const table = catalog.table(request.relation)
  if (!table) return undefined
  const { head, where, copies } = request
  const text = `${head} ${where ?? ''} ${copies?.conflict ?? ''}`
  // psql puts its variables and a driver its parameters in no string, and the block is one.
  if (/\$\d|(?<![:\w]):['"]?[a-z_]\w*/i.test(text)) return undefined
  const tag = ['$backfill$', '$batches$', '$in_batches$'].find((one) => !text.includes(one))
  if (tag === undefined) return undefined

  const knowsColumns = table.columns !== undefined && request.others === undefined
  const saysFound = isSaidAlone(`${text} ${request.others ?? ''}`, foundVariable)
  // Which of the two it means is not known here.
  if (saysFound && !knowsColumns) return undefined

  const key = keyOf(table)
  if (!key && (copies || !canWalkByBlock(table, request, catalog))) return undefined
  const cased = (one: string): string => inCase(one, context.keywords)
  const words = new Set([...wordsOf(`${text} ${request.from ?? request.named} ${request.others ?? ''}`), ...(key ?? []), ...(table.columns ?? []).map((column) => column.name)])
  const variable = (name: string): string => (words.has(name) ? variable(`this_${name}`) : name)
  const from = `${request.from ?? request.named}${request.others === undefined ? '' : `, ${request.others}`}`
  const walkContext: WalkContext = { cased, variable, from, whereLeft: (also) => whereBoth(also, where, cased) }
  const walk = key ? keyWalk(request, table, key, walkContext) : blockWalk(request, table, catalog, walkContext)
  const shown = walk.shown.map((column) => qualified(request, column)).join(', ')
  return {
    kind: 'backfill',
    sql: [cased(`DO ${tag}`), ...blockLines(table.triggers.length > 0 && !copies ? { ...request, reachesOthers: true } : request, walk, walkContext, !knowsColumns ? 'variable' : columnOf(table, foundVariable) ? 'column' : undefined), `${tag};`].join('\n'),
    transaction: 'none',
    why: [
      `${request.does} ${walk.batch} at a time, each batch in a transaction of its own${copies ? '' : '; it waits for no row that somebody else has locked, but comes by again for it'}.`,
      'It can be stopped and run again, for then it goes on with what is left; it pauses while a standby falls behind, and tells how long it will take.',
      ...(request.but === undefined ? [] : [request.but]),
    ].join(' '),
    verify: `${cased('SELECT')} ${shown} ${cased('FROM')} ${from}${walkContext.whereLeft()}${cased(' LIMIT 10')};`,
  }
}

/** A table that has rows of its own, as it is gone through by itself. */
export interface Part {
  readonly relation: RelationName
  readonly written: WrittenName
  /** Those below it have a walk of their own. */
  readonly only: boolean
}

/** The table alone where one key leads through all of its rows, else it and each of those below it; undefined where some of them are elsewhere. */
export function partsOf(relation: RelationName, written: WrittenName, catalog: Catalog): readonly Part[] | undefined {
  const table = catalog.table(relation)
  const isWhole = table?.kind === 'partitioned table' ? keyOf(table) !== undefined : catalog.children(relation).length === 0
  if (!table || isWhole) return table && [{ relation, written, only: false }]
  const all = [relation, ...descendants(catalog, relation)]
  if (all.some((one) => catalog.table(one) === undefined || catalog.table(one)!.kind === 'foreign table')) return undefined
  return all.filter((one) => holdsRows(catalog, one)).map((one) => ({ relation: one, written: one === relation ? written : writtenLike(one, written, catalog), only: catalog.children(one).length > 0 }))
}

/** A step for each of its parts; undefined where one of them has no order to go by. */
export function backfillParts(relation: RelationName, written: WrittenName, catalog: Catalog, context: PlanContext, request: (part: Part, named: string, from: string) => BackfillRequest): readonly Step[] | undefined {
  const steps = partsOf(relation, written, catalog)?.map((part) => {
    const named = context.name(part.written)
    return backfill(request(part, named, `${part.only ? inCase('ONLY ', context.keywords) : ''}${named}`), catalog, context)
  })
  return steps?.every((step) => step !== undefined) ? steps : undefined
}

/** The variable that PL/pgSQL itself declares: no other name can be given to it. */
const foundVariable = 'found'

/** @param wins What a name means that a variable and a column have: a column of whose name nothing is known may be called as a variable is, and the statement itself names none that is. */
function blockLines(request: BackfillRequest, walk: Walk, { cased, variable, from, whereLeft }: WalkContext, wins: 'variable' | 'column' | undefined): readonly string[] {
  const [pass, left, done, changed, began, told, lag] = ['pass', 'rows_left', 'rows_done', 'rows_changed', 'began', 'told', 'most_lag'].map(variable) as [string, string, string, string, string, string, string]
  const standbyLag = (comparison: string): string => `${comparison} FROM pg_stat_replication`
  return [
    ...(wins ? [`#variable_conflict use_${wins}`] : []),
    cased('DECLARE'),
    ...indented(1, [
      ...walk.declarations,
      ...(walk.key || request.copies ? [] : [`${variable('free_rows')} tid[];`]),
      `${left} bigint;`,
      `${done} bigint;`,
      `${changed} bigint;`,
      `${began} timestamptz;`,
      `${told} timestamptz;`,
      cased(`${lag} interval := interval '${mostLag}' + coalesce((${standbyLag('SELECT max(replay_lag)')}), interval '0');`),
    ]),
    cased('BEGIN'),
    ...indented(1, walk.before),
    cased(`  FOR ${pass} IN 1..${mostPasses + 1} LOOP`),
    `${cased(`    SELECT count(*) INTO ${left} FROM`)} ${from}${whereLeft(walk.bound)};`,
    cased(`    EXIT WHEN ${left} = 0;`),
    cased(`    IF ${pass} > ${mostPasses} THEN`),
    cased(`      RAISE ${request.isNeverDone ? 'WARNING' : 'EXCEPTION'} '% rows are left that others keep locked, or write anew: run this again', ${left};`),
    ...(request.isNeverDone ? [cased('      EXIT;')] : []),
    cased('    END IF;'),
    cased(`    PERFORM pg_sleep(${pass} - 1);`),
    `    ${done} := 0;`,
    `    ${began} := clock_timestamp();`,
    `    ${told} := ${began};`,
    ...indented(2, walk.start),
    cased(`    WHILE ${walk.more} LOOP`),
    ...indented(3, walk.begin),
    ...indented(3, changeLines(request, walk, { cased, variable, from, whereLeft })),
    cased('      COMMIT;'),
    cased(`      ${done} := ${done} + ${changed};`),
    cased(`      IF ${changed} > 0 AND clock_timestamp() > ${told} + interval '10 s' THEN`),
    `        ${told} := clock_timestamp();`,
    cased(`        RAISE NOTICE '% of % rows, about % left', ${done}, ${left}, date_trunc('second', (${told} - ${began}) * greatest(${left} - ${done}, 0) / ${done});`),
    cased('      END IF;'),
    cased(`      IF ${changed} > 0 THEN PERFORM pg_sleep(${pauseSeconds}); END IF;`),
    cased(`      WHILE EXISTS (${standbyLag('SELECT')} WHERE replay_lag > ${lag}) LOOP`),
    cased('        COMMIT;'),
    cased('        PERFORM pg_sleep(1);'),
    cased('      END LOOP;'),
    ...indented(3, walk.next),
    cased('    END LOOP;'),
    cased('  END LOOP;'),
    cased('END'),
  ]
}

/** The rows that nobody has locked are locked first and then changed, so that they stay where they are meanwhile. */
function changeLines(request: BackfillRequest, walk: Walk, { cased, variable, from }: WalkContext): readonly string[] {
  const { where, others } = request
  const [free, changed] = [variable('free_rows'), variable('rows_changed')]
  const range = `${cased('WHERE')} ${walk.range}`
  const isLeft = where === undefined ? [] : [`${cased('  AND')} (${closed(where)})`]
  const found = walk.key?.map((column) => qualified(request, column)) ?? [qualified(request, 'ctid')]
  const only = others === undefined ? '' : ` ${cased('OF')} ${request.qualifier}`
  const batch = [`${cased('SELECT')} ${found.join(', ')} ${cased('FROM')} ${from}`, range, ...isLeft, `${cased(request.changesKey ? 'FOR UPDATE' : 'FOR NO KEY UPDATE')}${only}${cased(' SKIP LOCKED')}`]
  // Which rows of the others a row goes with is asked again.
  const matches = others === undefined ? [] : isLeft
  const change = walk.key
    ? // The range keeps the server from reading all of the table for the keys.
      [request.head.trim(), range, ...matches, `${cased('  AND')} ${rowOf(found)} ${cased('IN')} (`, ...indented(2, batch), '  );']
    : [cased(`${free} := ARRAY(`), ...indented(1, batch), ');', request.head.trim(), ...ended([`${cased('WHERE')} ${found[0]} = ${cased('ANY')} (${free})`, ...matches])]
  const counted = [...(request.copies ? copyLines(request, request.copies, range, cased) : change), cased(`GET DIAGNOSTICS ${changed} = ROW_COUNT;`), ...(request.copies?.place ? placeLines(request.copies.place, walk.last!, cased) : [])]
  if (!request.reachesOthers) return counted
  return [cased('BEGIN'), cased(`  SET LOCAL lock_timeout = '${patience}';`), ...indented(1, counted), cased('EXCEPTION WHEN lock_not_available OR deadlock_detected THEN'), `  ${changed} := 0;`, cased('END;')]
}

/** What is there already is asked for once, to find where to go on; of a batch the key of the copy tells it. */
const copyLines = ({ head }: BackfillRequest, { where, conflict, place }: Copies, range: string, cased: (text: string) => string): readonly string[] => [
  // Who runs the same beside this waits here, and finds then how far it has come.
  ...(place ? [cased(`PERFORM FROM ${place.named} FOR UPDATE;`)] : []),
  head.trim(),
  ...ended([range, ...(where === undefined ? [] : [`${cased('  AND')} (${closed(where)})`]), ...(conflict === undefined ? [] : [conflict])]),
]

const placeLines = ({ named, alias, columns }: CopyPlace, last: readonly string[], cased: (text: string) => string): readonly string[] => [
  `${cased('UPDATE')} ${named} ${cased('AS')} ${alias} ${cased('SET')} ${columns.map((column, index) => `${quoteIdentifier(column)} = ${last[index]}`).join(', ')}`,
  `${cased('WHERE')} (${rowOf(columns.map((column) => `${alias}.${quoteIdentifier(column)}`))} >= ${rowOf(last)})${cased(' IS NOT')} true;`,
]

const ended = (lines: readonly string[]): readonly string[] => [...lines.slice(0, -1), `${lines.at(-1)};`]

function whereBoth(also: string | undefined, where: string | undefined, cased: (text: string) => string): string {
  if (where === undefined) return also === undefined ? '' : `${cased(' WHERE')} ${also}`
  return also === undefined ? `${cased(' WHERE')} ${closed(where)}` : `${cased(' WHERE')} ${also}${cased(' AND')} (${closed(where)})`
}

/** What stands behind a comment would be lost. */
const closed = (text: string): string => (/--[^\n]*$/.test(text) ? `${text.trim()}\n` : text.trim())

/** The author's lines too, unless one of them may be inside a string. */
const indented = (depth: number, lines: readonly string[]): readonly string[] => {
  const space = '  '.repeat(depth)
  return lines.map((line) => space + (/['$]/.test(line) ? line : line.replaceAll('\n', `\n${space}`)))
}

function wordsOf(text: string): readonly string[] {
  const tokens = new Tokens(text)
  return Array.from({ length: tokens.count }, (_, index) => tokens.word(index))
}

/** Without the name of a table before it. */
function isSaidAlone(text: string, word: string): boolean {
  const tokens = new Tokens(text)
  return tokens.starts.some((start, index) => tokens.word(index) === word && text[start - 1] !== '.')
}
