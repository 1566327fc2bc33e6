import { analyse } from '../../server/analyse'
import type { Analysis, World } from '../../server/analyse'
import { Catalog } from '../../server/catalog/catalog'
import { catalogFromSnapshot, newestVersion } from '../../server/catalog/from-snapshot'
import type { Relation, Size } from '../../server/catalog/relation'
import { isTable } from '../../server/catalog/relation'
import { assumedCalibration } from '../../server/estimate/calibration'
import { read } from '../../server/frameworks/sql'
import { settle } from '../../server/history'
import type { AnalysedStatement, AssessedEffect, AssessedWork } from '../../server/model/assessed'
import type { Finding } from '../../server/model/finding'
import type { RelationName } from '../../server/model/name'
import type { Plan } from '../../server/model/plan'
import { stepsOf } from '../../server/model/plan'
import { defaultPolicy } from '../../server/model/policy'
import type { Snapshot } from '../../server/model/snapshot'
import { read as readStatement } from '../../server/sql/read'
import { split } from '../../server/sql/split'
import type { Case, Mark } from './document'

/** The database that a `given` makes, with what could not be understood of it. */
export interface Given {
  readonly world: World
  /** Sentences; empty where the engine has read all of it. */
  readonly problems: readonly string[]
}

/**
 * Runs the given through the engine itself and takes what comes out for a snapshot: all of it has been there for long, and all of it is known.
 * A comment behind a table's semicolon says how many rows it has: `-- 52 M rows`, `-- 40 k rows`, `-- 1200 rows`, or `-- unknown rows`; without one it has a few. `-- 52 M rows, 120 changes/s` says how busy it is.
 * Lines of their own say more: `-- no snapshot`, `-- longest transaction 90 s`.
 */
export function givenWorld(given: string, version: number = newestVersion): Given {
  const known = worlds.get(`${version} ${given}`)
  if (known) return known
  const made = makeWorld(given, version)
  worlds.set(`${version} ${given}`, made)
  return made
}

/** One object for each text, so that its cases share what the analysis remembers. */
const worlds = new Map<string, Given>()

function makeWorld(given: string, version: number): Given {
  const nothing = Catalog.empty({ version, searchPath: ['public'], timeZone: 'UTC', complete: true, sized: true, exemptRoles: ['postgres'], members: {} })
  const analysis = analyseSql(given, { catalog: nothing, calibration: assumedCalibration, sized: true })
  const longest = /^-- longest transaction (\d+) s$/m.exec(given)?.[1]
  const circumstances = { calibration: assumedCalibration, ...(longest !== undefined && { longestTransactionMs: Number(longest) * 1000 }) }
  const problems = analysis.unread
    .filter(({ span }) => !hasNoCommand(given, analysis, span.start))
    .map(({ span, reason }) => `Line ${analysis.lines.position(span.start).line + 1} of the given is not understood: ${reason}`)
  if (/^-- no snapshot$/m.test(given)) return { world: { ...circumstances, catalog: Catalog.empty({ version, searchPath: ['public'], complete: false, sized: false }), sized: false }, problems }

  let catalog = analysis.catalog
  const rows = rowsIn(given, analysis, problems)
  for (const relation of catalog.relations()) if (relation.kind !== 'index') catalog = catalog.with(asInSnapshot(relation, rows, invalidIn(given)))
  return { world: { ...circumstances, catalog, sized: true }, problems }
}

/** CREATE POLICY, CREATE EXTENSION and the like may stand in a given, for the server's sake: the catalog has no place for what they make. */
function hasNoCommand(given: string, analysis: Analysis, offset: number): boolean {
  const statement = analysis.statements.find(({ span }) => span.start <= offset && offset < span.end)
  if (!statement) return false
  const { commands, problem } = readStatement(given.slice(statement.span.start, statement.span.end))
  return problem === undefined && commands.every((command) => command.kind === 'other')
}

/** What a table has whose rows no comment tells: too few to matter. */
const fewRows = 10

/** What a failed CREATE INDEX CONCURRENTLY leaves can be had on a server only by making an index invalid by hand. */
const invalidIn = (given: string): ReadonlySet<string> => new Set([...given.matchAll(/^UPDATE pg_index SET indisvalid = false WHERE indexrelid = '([\w.]+)'::regclass;$/gm)].map((match) => `public.${match[1]}`))

function asInSnapshot(relation: Exclude<Relation, { kind: 'index' }>, rows: Sizes, invalid: ReadonlySet<string>): Relation {
  if (!isTable(relation)) return { ...relation, origin: 'snapshot' }
  const { size: _, ...table } = relation
  const size: Size | undefined = sizeOf(relation.name, rows)
  const changes = rows.get(relation.name)?.changes
  const traffic = changes === undefined ? {} : { traffic: { changesPerSecond: changes, scansPerSecond: 0 } }
  return { ...table, indexes: table.indexes.map((index) => (invalid.has(index.name) ? { ...index, valid: false } : index)), origin: 'snapshot', ...(size && { size }), ...traffic }
}

function sizeOf(name: RelationName, rows: Sizes): Size | undefined {
  if (!rows.has(name)) return { rows: fewRows }
  const count = rows.get(name)?.rows
  return count === undefined ? undefined : { rows: count }
}

const factors: Readonly<Record<string, number>> = { '': 1, k: 1e3, M: 1e6, G: 1e9 }

type Sizes = ReadonlyMap<RelationName, { readonly rows: number | undefined; readonly changes: number | undefined }>

/** By the table whose statement the comment stands behind; undefined is unknown. */
function rowsIn(given: string, analysis: Analysis, problems: string[]): Sizes {
  const rows = new Map<RelationName, { rows: number | undefined; changes: number | undefined }>()
  for (const [index, { span }] of analysis.statements.entries()) {
    const line = given.slice(span.end, given.indexOf('\n', span.end) < 0 ? given.length : given.indexOf('\n', span.end))
    const comment = /^;\s*--\s*(?:(unknown)|([\d.]+)\s*(k|M|G|))\s*rows\b(?:, ([\d.]+) changes\/s)?/.exec(line)
    if (!comment) continue
    const { before, after } = analysis.steps[index]!
    const made = [...after.catalog.relations()].filter((relation) => isTable(relation) && before.catalog.relation(relation.name) === undefined)
    if (made.length !== 1) problems.push(`\`${comment[0]}\` stands behind a statement that makes ${made.length} tables.`)
    else rows.set(made[0]!.name, { rows: comment[1] === undefined ? Number(comment[2]) * factors[comment[3]!]! : undefined, changes: comment[4] === undefined ? undefined : Number(comment[4]) })
  }
  return rows
}

export const analyseSql = (sql: string, world: World): Analysis => analyse(read('page.sql', sql), sql, world, defaultPolicy)

/** A case, analysed at the version it is for, or at another. */
export const analyseCase = (one: Case, version?: number): Analysis => analyseSql(one.sql, givenWorld(one.given?.text ?? '', version ?? one.version).world)

/** A finding as a mark says it. */
export interface Placed {
  readonly hazard: string
  readonly text: string
  /** By the offsets of the SQL; to the end of its first line where it goes on. */
  readonly span: Mark['span']
}

export const placedFindings = (analysis: Analysis, sql: string): readonly Placed[] => analysis.statements.flatMap((statement) => statement.findings.map((finding) => placed(finding, statement, sql)))

function placed(finding: Finding, statement: AnalysedStatement, sql: string): Placed {
  const start = finding.span.start + statement.span.start
  const end = finding.span.end + statement.span.start
  const endOfLine = sql.indexOf('\n', start)
  return { hazard: finding.hazard, text: finding.message, span: { start, end: endOfLine < 0 || end <= endOfLine ? end : start + sql.slice(start, endOfLine).trimEnd().length } }
}

/** `public.orders: SHARE; build-index orders_status`, a line for each effect. */
export const effectLines = (effects: readonly AssessedEffect[]): readonly string[] =>
  effects.map((effect) => [`${effect.relation}: ${effect.lock}${effect.onlyIf ? ` if ${effect.onlyIf}` : ''}${effect.otherwise ? `, else ${effect.otherwise}` : ''}`, ...effect.work.map(workWords), ...(effect.created ? ['created'] : []), ...(effect.brief ? ['brief'] : [])].join('; '))

function workWords(work: AssessedWork): string {
  if (work.kind === 'probe') return `probe ${work.into}`
  if (work.kind === 'build-index') return `build-index ${work.index.name ?? '-'}`
  return work.kind
}

/** The SQL of every step; with headings where not all of it may be run at once. Where there is no step, what the title says is all. */
export function planText(plan: Plan | undefined): string {
  if (!plan) return ''
  if (plan.fit === 'equivalent') return stepsOf(plan).map((step) => step.sql).join('\n')
  if (stepsOf(plan).length === 0) return `-- outline\n-- ${plan.title}.`
  const parts = (['expand', 'migrate', 'contract'] as const).filter((stage) => plan[stage].length > 0)
  const staged = parts.map((stage) => [`-- ${stage}`, ...plan[stage].map((step) => step.sql)].join('\n')).join('\n')
  return plan.fit === 'outline' ? `-- outline\n${staged}` : staged
}

/** Each statement of the text without its semicolon. */
export const statementsOf = (sql: string): readonly string[] => split(sql).filter((piece) => piece.kind === 'statement').map(({ span }) => sql.slice(span.start, span.end))

/** The last of several files of one folder, each of which has been deployed before the next. */
export function analyseFiles(files: readonly string[], snapshot?: Snapshot): Analysis {
  const world = { catalog: catalogFromSnapshot(snapshot), calibration: assumedCalibration, sized: snapshot !== undefined }
  let catalog = world.catalog
  const analyses = files.map((text, index) => {
    const analysis = analyse(read(`${index}.sql`, text), text, { ...world, catalog }, defaultPolicy)
    catalog = settle(analysis, world.catalog)
    return analysis
  })
  return analyses.at(-1)!
}
