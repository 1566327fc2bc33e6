import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Plan } from '../../server/model/plan'
import { stepsOf } from '../../server/model/plan'
import type { AnalysedStatement } from '../../server/model/assessed'
import type { LockMode } from '../../server/model/lock'
import { loadParser } from '../../server/sql/parser'
import { catalogState, difference } from '../support/catalog-state'
import type { CatalogState } from '../support/catalog-state'
import type { Case, Page } from '../support/document'
import { readablePages } from '../support/document'
import { analyseCase, statementsOf } from '../support/engine'
import { cleanPglite } from '../support/pglite'
import { observe, observeOutside, openDatabase, reset } from '../support/probe'
import type { Database, Refusal, RelationKind } from '../support/probe'
import { startServer } from '../support/server'
import type { Server, Version } from '../support/server'
import { isAwaited } from './is-awaited'
import { rowsState } from './rows-state'
import type { Lines, Script, Seen } from './script'
import { claims, linesOf, scriptOf } from './script'

/** Where cases are tried. A case for one version alone goes to a server of that version, all others to those named in POSTGRES, as in `POSTGRES=12,15`. */
const defaultVersions: readonly Version[] = (process.env['POSTGRES'] ?? '17').split(',').map((text) => Number(text) as Version)
const pgliteVersion = 18

interface Place {
  readonly name: string
  readonly version: number
  /** A clean database; the second is another than the first. */
  readonly clean: (which?: 'first' | 'second') => Promise<Database>
  /** A server of its own: other sessions, transactions that cannot be undone. Its first database is the one that `clean` gives. */
  readonly server?: {
    readonly outside: (statement: string) => ReturnType<typeof observeOutside>
    readonly isAwaited: (statement: string, relation: string, mode: LockMode) => Promise<boolean>
  }
}

const pages: readonly Page[] = [...readablePages('operations'), ...readablePages('hazards')]

const counts = new Map<string, number>()
const count = (place: Place, what: string): void => void counts.set(`${place.name}: ${what}`, (counts.get(`${place.name}: ${what}`) ?? 0) + 1)

beforeAll(() => loadParser())
afterAll(() => console.log([...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([what, number]) => `${what}: ${number}`).join('\n')))

describe('PGlite', () => {
  const place: Place = { name: 'PGlite', version: pgliteVersion, clean: cleanPglite }
  tryPages(place, (one) => one.version === undefined || one.version === pgliteVersion)
})

const versions = [...new Set([...defaultVersions, ...pages.flatMap((page) => page.cases.flatMap((one) => (one.version === undefined ? [] : [one.version as Version])))])].sort()
describe.each(versions)('PostgreSQL %i', (version) => {
  let server: Server
  const databases: Partial<Record<'first' | 'second', Promise<Database>>> = {}
  beforeAll(async () => {
    server = await startServer({ version })
  })
  afterAll(() => server?.stop())
  const clean = async (which: 'first' | 'second' = 'first'): Promise<Database> => {
    const database = await (databases[which] ??= server.createDatabase(which).then((name) => openDatabase(server, name)))
    await reset(database)
    return database
  }
  const place: Place = { name: `PostgreSQL ${version}`, version, clean, server: { outside: (statement) => observeOutside(server, 'first', statement), isAwaited: (...asked) => isAwaited(server, 'first', ...asked) } }
  tryPages(place, (one) => one.version === version || (one.version === undefined && defaultVersions.includes(version)))
})

function tryPages(place: Place, suits: (one: Case) => boolean): void {
  for (const page of pages) {
    const cases = page.cases.filter(suits)
    if (cases.length === 0) continue
    describe(page.name, () => {
      for (const one of cases) {
        test(`${one.title}: locks and rewrites`, () => compare(page, one, place))
        if (place.server) test(`${one.title}: plans`, () => tryPlans(page, one, place))
      }
    })
  }
}

// --- locks and rewrites

async function compare(page: Page, one: Case, place: Place): Promise<void> {
  count(place, 'cases')
  const script = scriptOf(one, place.version)
  if (typeof script === 'string') return count(place, `not comparable, ${script}`)
  if (script.outside && !place.server) return count(place, 'not comparable, cannot run in a transaction')
  const where = `${page.file}:${one.lines[0]}`
  const prepared = async (): Promise<Database> => {
    const database = await place.clean()
    await runAll(database, [...statementsOf(one.given?.text ?? ''), ...script.before], where)
    return database
  }

  const database = await prepared()
  const free = await plannersChoice(database, script)
  const expected = claims(script.observed, !script.outside, free)
  const { seen, error } = await (script.outside ? seeOutside(database, place, script) : seeInside(database, script, free))
  if (error) {
    expect(script.refused, `${where}: PostgreSQL ${place.version} refuses the statement and no mark says so: ${error.message}. ${hint}`).toBe(true)
    if (!place.server || error.code === activeTransaction) return count(place, 'not comparable, ends in the error that its mark tells')
    // It has given its locks back, but it asked for them first.
    const asked = await awaited(prepared, place, script, expected)
    expect(asked, `${where}: - the engine says, + the server asked for before its error`).toEqual(expected.map(lockOnly))
    return count(place, 'compared by what the statement waits for before its error')
  }
  if (script.outside) {
    // What is taken and given back between two looks shows itself to one who stands in its way.
    const missed = expected.filter((line) => !seen.includes(line))
    const found = await awaited(prepared, place, script, missed)
    const alsoSeen = found.map((line) => `${line}${seen.some((other) => relationOf(other) === relationOf(line) && isRewritten(other)) ? '; rewritten' : ''}`)
    const others = seen.filter((line) => !found.some((one) => relationOf(one) === relationOf(line)))
    expect([...others, ...alsoSeen].sort(), `${where}: - the engine says, + the server did`).toEqual(expected)
    return count(place, 'compared')
  }
  expect(seen, `${where}: - the engine says, + the server did`).toEqual(expected)
  count(place, 'compared')
}

const activeTransaction = '25001'

const isRewritten = (line: string): boolean => line.includes('; rewritten')
const relationOf = (line: string): string => line.slice(0, line.indexOf(': '))
/** `public.orders: ACCESS EXCLUSIVE; rewritten` → `public.orders: ACCESS EXCLUSIVE` */
const lockOnly = (line: string): string => line.split('; ')[0]!

/** Those of the locks that the statement waits for when somebody is in its way, each asked for anew. */
async function awaited(prepared: () => Promise<Database>, place: Place, { sql }: Script, lines: Lines): Promise<Lines> {
  const found: string[] = []
  for (const line of lines.map(lockOnly)) {
    await prepared()
    if (await place.server!.isAwaited(sql, relationOf(line), line.slice(relationOf(line).length + 2) as LockMode)) found.push(line)
  }
  return found
}

/** Tables that are read from end to end or looked up in as the planner likes: all where rows are changed or queried, else those that a foreign key refers to. */
async function plannersChoice(database: Database, { observed, outside }: Script): Promise<(table: string) => boolean> {
  const works = observed.flatMap(({ assessed }) => assessed.effects.flatMap((effect) => effect.work))
  const plans = outside || observed.some(({ assessed }) => assessed.effects.every((effect) => effect.lock === 'ACCESS SHARE')) || works.some((work) => ['update', 'insert', 'delete'].includes(work.kind))
  if (plans) return () => true
  const roots = works.flatMap((work) => (work.kind === 'probe' ? [work.into] : []))
  const { rows } = await database.query<{ name: string }>(
    `SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name
       FROM unnest($1::text[]) AS root, pg_partition_tree(to_regclass(root)) AS tree
       JOIN pg_class c ON c.oid = tree.relid JOIN pg_namespace n ON n.oid = c.relnamespace`,
    [roots],
  )
  const names = new Set<string>([...roots, ...rows.map(({ name }) => name)])
  return (table) => names.has(table)
}

type Outcome = Promise<{ readonly seen: Lines; readonly error?: Refusal }>

async function seeInside(database: Database, script: Script, free: (table: string) => boolean): Outcome {
  const { locks, relations, created, rewritten, scanned, error } = await observe(database, script.sql)
  const read = scanned.filter((name) => !created.includes(name) && !free(name))
  return { seen: toLines(locks, (name) => relations.get(name)?.kind, created, rewritten, read), ...(error && { error }) }
}

async function seeOutside(database: Database, place: Place, script: Script): Outcome {
  const before = await filesOf(database)
  const { locks, relations, created, error } = await place.server!.outside(script.sql)
  const after = await filesOf(database)
  const rewritten = [...after].filter(([name, file]) => before.has(name) && before.get(name) !== file).map(([name]) => name)
  // What is made in passing has a name that no statement gave.
  const lasting = new Map([...locks].filter(([name]) => !created.includes(name) && !/_cc(new|old)\d*"?$/.test(name)))
  return { seen: toLines(lasting, (name) => relations.get(name)?.kind, [], rewritten, []), ...(error && { error }) }
}

function toLines(locks: ReadonlyMap<string, readonly LockMode[]>, kindOf: (name: string) => RelationKind | undefined, created: readonly string[], rewritten: readonly string[], read: readonly string[]): Lines {
  const relations = new Map<string, Seen>()
  for (const [name, modes] of locks) {
    // Planning takes ACCESS SHARE on whatever index it looks at.
    if (kindOf(name) === 'index' && modes.every((mode) => mode === 'ACCESS SHARE')) continue
    relations.set(name, { locks: modes, created: created.includes(name), rewritten: rewritten.includes(name), read: read.includes(name) })
  }
  for (const name of rewritten) if (!relations.has(name)) relations.set(name, { locks: [], created: false, rewritten: true, read: false })
  return linesOf(relations)
}

async function filesOf(database: Database): Promise<ReadonlyMap<string, string>> {
  const { rows } = await database.query<{ name: string; file: string }>(`
    SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name, c.relfilenode::text AS file
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'm') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'`)
  return new Map(rows.map(({ name, file }) => [name, file]))
}

// --- plans

/** Every plan of the case: one database runs the statement, the other the steps. */
async function tryPlans(page: Page, one: Case, place: Place): Promise<void> {
  if (typeof scriptOf(one, place.version) === 'string') return
  const { statements } = analyseCase(one, place.version)
  for (const [index, statement] of statements.entries()) {
    const plan = statement.assessed.plan
    if (!plan) continue
    if (plan.fit === 'outline') count(place, 'plans that are outlines, for reading only')
    else await tryPlan(page, one, place, statements.slice(0, index + 1), plan)
  }
}

async function tryPlan(page: Page, one: Case, place: Place, statements: readonly AnalysedStatement[], plan: Plan): Promise<void> {
  const sqlOf = ({ span }: AnalysedStatement): string => one.sql.slice(span.start, span.end)
  const last = statements.at(-1)!
  const where = `${page.file}:${one.lines[0]}`
  const inBlock = last.assessed.block !== undefined
  const earlier = [...statementsOf(one.given?.text ?? ''), ...statements.slice(0, -1).map(sqlOf)]
  const commit = inBlock ? ['COMMIT'] : []
  const leaves = inBlock && stepsOf(plan).some((step) => step.transaction !== 'shared')

  const original = await place.clean('first')
  await runAll(original, earlier, where)
  const error = await runAll(original, [sqlOf(last), ...commit], where).catch((refused: unknown) => refused)
  const planned = await place.clean('second')
  await runAll(planned, [...earlier, ...(leaves ? commit : [])], where)
  if (error !== undefined) {
    const isMarked = one.marks.some((mark) => mark.hazard === 'fails-on-data' || mark.hazard === 'needs-no-transaction')
    expect(isMarked, `${where}: no mark says so: ${String(error)}`).toBe(true)
    return count(place, 'plans of statements that end in the error that their mark tells')
  }
  await runAll(planned, [...stepsOf(plan).flatMap((step) => statementsOf(step.sql)), ...(leaves ? [] : commit)], `${where}: the plan`)

  const [was, is] = await Promise.all([catalogState(original), catalogState(planned)])
  const equal = plan.fit === 'equivalent'
  expect(difference(equal ? was : withoutPositions(was), equal ? is : withoutPositions(is)), `${where}: - after the statement, + after its plan`).toBe('')
  await compareRows(original, planned, where, () => place.clean('second').then(async (again) => (await runAll(again, [...earlier, sqlOf(last), ...commit], where), again)))
  count(place, `plans compared, ${plan.fit}`)
}

/** Where the statement itself gives other data each time, only the number of rows is compared. */
async function compareRows(original: Database, planned: Database, where: string, again: () => Promise<Database>): Promise<void> {
  const [was, is] = [await rowsState(original), await rowsState(planned)]
  const other = difference(was, is) === '' ? was : await rowsState(await again())
  for (const [table, rows] of Object.entries(was)) {
    const changes = other[table]?.hash !== rows.hash
    expect(changes ? is[table]?.rows : is[table], `${where}: the rows of ${table} after the plan`).toEqual(changes ? rows.rows : rows)
  }
}

/** The order of columns is not promised where a new column takes the place of an old one. */
const withoutPositions = (state: CatalogState): CatalogState => Object.fromEntries(Object.entries(state).map(([object, { position: _, ...facts }]) => [object, facts]))

const hint = 'What only one version has, or lacks, stands under a `given` whose first line is `-- PostgreSQL 18`.'

/** @throws Error that names the statement which the server refused. */
async function runAll(database: Database, statements: readonly string[], where: string): Promise<void> {
  for (const statement of statements) {
    await database.exec(statement).catch((error: Error) => {
      throw new Error(`${where}: PostgreSQL ${database.version} refuses \`${statement}\`: ${error.message}. ${hint}`)
    })
  }
}
