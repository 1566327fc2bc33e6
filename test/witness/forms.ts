import { readdirSync, readFileSync } from 'node:fs'
import type { Client } from 'pg'
import type { World } from '../../server/analyse'
import { catalogFromSnapshot } from '../../server/catalog/from-snapshot'
import type { Catalog } from '../../server/catalog/catalog'
import { assumedCalibration } from '../../server/estimate/calibration'
import type { AnalysedStatement } from '../../server/model/assessed'
import type { Finding } from '../../server/model/finding'
import { conflicts, strongest } from '../../server/model/lock'
import type { LockMode } from '../../server/model/lock'
import type { RelationName } from '../../server/model/name'
import type { Snapshot } from '../../server/model/snapshot'
import { takeSnapshot } from '../../server/sources/postgres'
import { readSnapshot } from '../../server/sources/read-snapshot'
import { split } from '../../server/sql/split'
import { analyseSql } from '../support/engine'
import { observeOutside, overClient, reset } from '../support/probe'
import type { Database } from '../support/probe'
import type { Server } from '../support/server'
import { locksOf, look, strongClaims } from './answer'
import type { Sighting } from './answer'
import { isAwaited } from './is-awaited'
import { runAll } from './place'
import type { Place } from './place'
import { certainOf, claims, relationOf, weakLocks } from './script'
import type { Lines, Script } from './script'

/**
 * A schema with some rows, and statements that were written down without looking at what the engine says of them.
 * `test/witness/forms/add-column.sql` has the schema behind a line `-- schema` and the forms behind a line `-- forms`.
 * Comments on lines of their own above a statement: `-- from 15` and `-- until 14` keep it from other servers, and `-- before: SQL` goes ahead of a form, for good.
 * A file whose first line is `-- at length` is one of a great many forms, which only a run asks that says which servers or topics it wants, as `npm run witness` does.
 * `-- wrong: why`, or `-- wrong until 12: why` or `-- wrong from 14: why` of some servers alone, says of a form that the engine and the server are known to differ over it, which counts as such, and fails once they do not.
 */
export interface Topic {
  readonly name: string
  /** From the project's folder, for messages. */
  readonly file: string
  readonly schema: readonly Form[]
  readonly forms: readonly Form[]
}

export interface Form {
  readonly sql: string
  /** Statements that run ahead of it, on both sides. */
  readonly before: readonly string[]
  /** The file's line, from 1. */
  readonly line: number
  readonly from: number
  readonly until: number
  readonly wrong?: { readonly from: number; readonly until: number; readonly why: string }
}

/** What of a form is compared. `refused`: whether PostgreSQL ends in an error; nothing else of such a form is to be seen. `warned`: that a large table is not blocked through work without a finding. */
export const aspects = ['refused', 'locks', 'rewritten', 'scanned', 'built', 'warned'] as const
export type Aspect = (typeof aspects)[number]

/** By aspect: lines that begin with `−` for what only the engine says, and with `+` for what only the server did; empty where they agree. */
export type Comparison = Readonly<Partial<Record<Aspect, readonly string[]>>>

const folder = new URL('forms/', import.meta.url)

/** `FORMS=add-column,identity` leaves the others out, and a run that names neither topics nor servers those that go on at length. */
export const wantedTopics = (): readonly Topic[] => {
  const wanted = process.env['FORMS']?.split(',')
  const asksAll = wanted !== undefined || process.env['POSTGRES'] !== undefined
  return topicNames().filter((name) => (wanted === undefined || wanted.includes(name)) && (asksAll || !textOf(name).startsWith('-- at length\n'))).map(readTopic)
}

/** Those too that nobody has asked for. */
export const everyTopic = (): readonly Topic[] => topicNames().map(readTopic)

const topicNames = (): readonly string[] => readdirSync(folder).flatMap((file) => (file.endsWith('.sql') ? [file.slice(0, -'.sql'.length)] : [])).sort()

const textOf = (name: string): string => readFileSync(new URL(`${name}.sql`, folder), 'utf8')

function readTopic(name: string): Topic {
  const file = `test/witness/forms/${name}.sql`
  const text = textOf(name)
  const forms = /^-- forms$/m.exec(text)
  if (!/^-- schema$/m.test(text) || !forms) throw new Error(`${file} needs a line \`-- schema\` and below it a line \`-- forms\`.`)
  const statements = split(text).map(({ kind, span, problem }, index, all): Form => {
    const line = text.slice(0, span.start).split('\n').length
    if (kind !== 'statement' || problem !== undefined) throw new Error(`${file}:${line}: ${problem ?? 'This is no statement.'}`)
    const above = text.slice(all[index - 1]?.span.end ?? 0, span.start)
    const number = (word: string): number | undefined => {
      const found = new RegExp(`^-- ${word} (\\d+)$`, 'm').exec(above)?.[1]
      return found === undefined ? undefined : Number(found)
    }
    const before = [...above.matchAll(/^-- before: (.*?);?$/gm)].map((match) => match[1]!)
    const [, word, limit, why] = /^-- wrong(?: (from|until) (\d+))?: (.*)$/m.exec(above) ?? []
    return { sql: text.slice(span.start, span.end), before, ...(why !== undefined && { wrong: { from: word === 'from' ? Number(limit) : 0, until: word === 'until' ? Number(limit) : Infinity, why } }), line, from: number('from') ?? 0, until: number('until') ?? Infinity }
  })
  const boundary = text.slice(0, forms.index).split('\n').length
  return { name, file, schema: statements.filter(({ line }) => line < boundary), forms: statements.filter(({ line }) => line > boundary) }
}

export const suits = ({ from, until }: Pick<Form, 'from' | 'until'>, version: number): boolean => from <= version && version <= until

/** What can be told of each relation by itself. */
export const relationAspects = ['locks', 'rewritten', 'scanned', 'built'] as const
export type RelationAspect = (typeof relationAspects)[number]

export interface Tally {
  readonly agreeing: number
  readonly compared: number
}

export interface Verdict {
  readonly differences: Comparison
  /** Of the relations that the engine or the server names: of how many both say the same. None where the statement ends in an error. */
  readonly relations: Readonly<Partial<Record<RelationAspect, Tally>>>
  /** The same where what the engine says may come about or not is right either way. */
  readonly allowing: Readonly<Partial<Record<RelationAspect, Tally>>>
  /** Locks of which the engine says that they hang on rows or on a branch, and how many of them were taken. */
  readonly hanging: Tally
}

/** A topic's schema on a server, with what the engine knows of it: no more than a snapshot of it says. */
export interface Stage {
  readonly compare: (form: Form) => Promise<Verdict>
  /** Removes every trace from the server. */
  readonly end: () => Promise<void>
}

export async function openStage(topic: Topic, server: Server): Promise<Stage> {
  const template = `${topic.name}_template`
  const working = `${topic.name}_working`
  await server.createDatabase(template)
  const builder = await server.connect(template)
  for (const { sql, line } of topic.schema.filter((one) => suits(one, server.version))) {
    await builder.query(sql).catch((error: Error) => {
      throw new Error(`${topic.file}:${line}: PostgreSQL ${server.version} refuses this part of the schema: ${error.message}`, { cause: error })
    })
  }
  await builder.query('ANALYZE')
  await builder.end()
  const taken = readSnapshot(JSON.stringify(await takeSnapshot({ url: server.url(template) })))
  if (taken.snapshot === undefined) throw new Error(`${topic.file}: the snapshot of PostgreSQL ${server.version} cannot be read back: ${taken.problem}`)
  const world = worldOf(taken.snapshot)
  const large = worldOf(enlarged(taken.snapshot))

  const administrator = await server.connect()
  let clients: readonly Client[] = []
  let isAsBefore = false
  const leave = async (): Promise<void> => {
    await Promise.all(clients.map((client) => client.end()))
    clients = []
  }
  const close = async (): Promise<void> => {
    await leave()
    isAsBefore = false
    await server.dropDatabase(working)
  }
  /** The schema as the snapshot has it; what runs in a transaction and is taken back leaves it so. A session that has planned something before plans it no more, and does not lock what planning does: each form has a session of its own. */
  const fresh = async (): Promise<Database> => {
    if (isAsBefore) await leave()
    else {
      await close()
      await server.createDatabase(working, template)
      isAsBefore = true
    }
    clients = await Promise.all([server.connect(working), server.connect(working)])
    return overClient(clients[0]!, await overClient(clients[1]!))
  }
  const place: Place = {
    name: `PostgreSQL ${server.version}`,
    version: server.version,
    clean: fresh,
    server: { outside: (statement) => observeOutside(server, working, statement), isAwaited: (...asked) => isAwaited(server, working, ...asked) },
  }

  return {
    async compare(form) {
      const prepared = async (): Promise<Database> => {
        const database = await fresh()
        await runAll(database, form.before, `${topic.file}:${form.line}`)
        return database
      }
      const again = async (): Promise<Database> => {
        await close()
        return prepared()
      }
      const text = [...form.before, form.sql].join(';\n')
      const analysis = analyseSql(text, world)
      const statement = analysis.statements.at(-1)!
      const script: Script = { before: form.before, observed: [statement], sql: form.sql, inBlock: false, forbidden: statement.assessed.transactionBlock === 'forbidden', refused: false, catalog: analysis.steps.at(-1)!.before.catalog }
      const sighting = await look(await prepared(), again, place, script)
      if (sighting.outside || form.before.length > 0) await close()
      const expected = sighting.outside ? strongClaims(script) : claims(script, 'inside')
      const seen = sighting.outside || sighting.error ? sighting.seen : await withGivenBack(expected, sighting.seen, script, place, again, close)
      const certain = sighting.outside ? strongClaims(certainOf(script)) : claims(certainOf(script), 'inside')
      return judge(statement, expected, certain, { ...sighting, seen }, analyseSql(text, large).statements.at(-1)!.findings, large.catalog)
    },
    async end() {
      await close()
      const client = await server.connect(template)
      await reset(await overClient(client))
      await client.end()
      const { rows } = await administrator.query<{ name: string }>('SELECT quote_ident(spcname) AS name FROM pg_tablespace WHERE oid >= 16384')
      for (const { name } of rows) await administrator.query(`DROP TABLESPACE ${name}`)
      await administrator.end()
    },
  }
}

function worldOf(snapshot: Snapshot): World {
  return { catalog: catalogFromSnapshot(snapshot), calibration: assumedCalibration, sized: true }
}

const manyRows = 50_000_000

/** The same schema after some years. */
function enlarged(snapshot: Snapshot): Snapshot {
  const larger = Object.entries(snapshot.tables ?? {}).map(([name, table]) => [name, { ...table, rows: manyRows, ...(table.heapBytes !== undefined && { heapBytes: manyRows * 100 }) }])
  return { ...snapshot, tables: Object.fromEntries(larger) }
}

/** With locks that are given back before the end, as those of a block that caught an error: one who stands in the way of such a lock is waited for. */
async function withGivenBack(expected: Lines, seen: Lines, script: Script, place: Place, again: () => Promise<unknown>, close: () => Promise<void>): Promise<Lines> {
  const kept = new Set(seen.map(relationOf))
  const weak = weakLocks(script)
  const missed = expected.filter((line) => !kept.has(relationOf(line)))
  const found = new Set<string>()
  for (const { relation, lock } of missed.flatMap(locksOf)) {
    const kind = script.catalog.relation(relation as RelationName)?.kind
    if (kind !== 'table' && kind !== 'partitioned table') continue
    await again()
    if (await place.server!.isAwaited(script.sql, relation, lock, 'weakest')) found.add(relation)
    await close()
  }
  if (found.size === 0) return seen
  return [...seen, ...missed.filter((line) => found.has(relationOf(line)) || ((weak.has(relationOf(line)) || line.endsWith(': ROW EXCLUSIVE')) && found.has(tableOf(relationOf(line) as RelationName, script.catalog) ?? '')))]
}

/** No statement can stand in the way of a lock on an index or a sequence alone. */
function tableOf(name: RelationName, catalog: Catalog): RelationName | undefined {
  const relation = catalog.relation(name)
  return relation?.kind === 'index' ? relation.table : relation?.kind === 'sequence' ? relation.ownedBy?.table : name
}

// --- comparing

/** What the engine says of a statement beside what a server did. `catalog` is what the snapshot has, all of which may have grown large; what the form itself has made has not. */
export function judge(statement: AnalysedStatement, expected: Lines, certain: Lines, { seen, error }: Sighting, findings: readonly Finding[], catalog: Catalog): Verdict {
  const isOld = (relation: RelationName): boolean => catalog.relation(relation) !== undefined
  // Nobody writes to a materialized view, and a server answers nobody who reads one that has not been filled.
  const stands = (lock: LockMode, relation: RelationName): boolean => {
    const table = catalog.table(tableOf(relation, catalog) ?? relation)
    return table?.kind !== 'materialized view' ? conflicts(lock, 'ROW EXCLUSIVE') : table.filled !== false && conflicts(lock, 'ACCESS SHARE')
  }
  const { fails } = statement.assessed
  if (error) return { differences: { refused: fails.length > 0 || findings.some(({ hazard }) => refusing.includes(hazard)) ? [] : [`+ ${error.code} ${error.message}`] }, relations: {}, allowing: {}, hanging: { agreeing: 0, compared: 0 } }
  const did = seen.map(readLine)
  const says = expected.map(readLine)
  const least = certain.map(readLine)
  const told = relationAspects.map((aspect) => [aspect, factsOf(says, aspect), factsOf(did, aspect), factsOf(least, aspect)] as const)
  return {
    differences: {
      refused: fails.filter(({ certain }) => certain).map(({ sentence }) => `− ${sentence}`),
      ...Object.fromEntries(told.map(([aspect, ours, theirs]) => [aspect, compare(ours, theirs)])),
      warned: did.some(({ relation, rewritten, read }) => (rewritten || read) && isOld(relation)) && did.some(({ relation, locks, created }) => !created && locks.some((lock) => stands(lock, relation))) && findings.length === 0 ? ['+ nothing is said of it'] : [],
    },
    relations: Object.fromEntries(told.map(([aspect, ours, theirs]) => [aspect, tally(ours, theirs)])),
    allowing: Object.fromEntries(told.map(([aspect, ours, theirs, sure]) => [aspect, tally(ours, theirs, sure)])),
    hanging: taken(factsOf(says, 'locks'), factsOf(did, 'locks'), factsOf(least, 'locks')),
  }
}

/** By relation. */
type Facts = ReadonlyMap<RelationName, string>

function factsOf(lines: readonly Line[], aspect: RelationAspect): Facts {
  const fact = ({ locks, rewritten, read, builds }: Line): string | undefined => {
    if (aspect === 'locks') return locks.length === 0 ? undefined : `: ${strongest(locks)}`
    if (aspect === 'built') return builds === undefined ? undefined : `: ${builds}`
    return (aspect === 'rewritten' ? rewritten : read) ? '' : undefined
  }
  return new Map(lines.flatMap((line) => {
    const found = fact(line)
    return found === undefined ? [] : [[line.relation, found] as const]
  }))
}

/** `sure`: without what may come about or not. A relation of which that is all, and of which nothing came about, is not counted. */
function tally(ours: Facts, theirs: Facts, sure: Facts = ours): Tally {
  const relations = [...new Set([...ours.keys(), ...theirs.keys()])].filter((relation) => sure.has(relation) || theirs.has(relation))
  return { agreeing: relations.filter((relation) => [ours.get(relation), sure.get(relation)].includes(theirs.get(relation))).length, compared: relations.length }
}

function taken(ours: Facts, theirs: Facts, sure: Facts): Tally {
  const hanging = [...ours.keys()].filter((relation) => ours.get(relation) !== sure.get(relation))
  return { agreeing: hanging.filter((relation) => ours.get(relation) === theirs.get(relation)).length, compared: hanging.length }
}

const refusing: readonly string[] = ['fails-on-data', 'needs-newer-server', 'needs-no-transaction', 'unread']

function compare(ours: Facts, theirs: Facts): readonly string[] {
  const only = (these: Facts, those: Facts, sign: string): readonly string[] => [...these].flatMap(([relation, fact]) => (those.get(relation) === fact ? [] : [`${sign} ${relation}${fact}`]))
  return [...only(ours, theirs, '−'), ...only(theirs, ours, '+')]
}

interface Line {
  readonly relation: RelationName
  readonly locks: readonly LockMode[]
  readonly created: boolean
  readonly rewritten: boolean
  readonly read: boolean
  /** `builds 2 indexes`, of a table that is neither made nor rewritten. */
  readonly builds?: string
}

/** `public.orders: SHARE; read` */
function readLine(line: string): Line {
  const relation = line.slice(0, line.indexOf(': ')) as RelationName
  const [locks = '', ...rest] = line.slice(relation.length + 2).split('; ')
  const builds = rest.find((word) => word.startsWith('builds '))
  return { relation, locks: locks === '' ? [] : (locks.split(', ') as LockMode[]), created: rest.includes('created'), rewritten: rest.includes('rewritten'), read: rest.includes('read'), ...(builds !== undefined && { builds }) }
}
