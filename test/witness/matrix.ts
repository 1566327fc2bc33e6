import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Case, Folder, Page } from '../support/document'
import { pageNames } from '../support/document'
import { statementsOf } from '../support/engine'
import type { Version } from '../support/server'
import type { Answer } from './answer'
import { isUnknown } from './script'

// What servers of every version answered, kept as data: test/witness/matrix/operations/add-check.json is what they say of the cases of server/operations/add-check.md.

export const versions: readonly Version[] = [12, 13, 14, 15, 16, 17, 18]

/** One case of a page: what each server did, and what came of each plan (`equivalent`, `staged`, or why it was left out). */
export interface Row {
  readonly locks: ByVersion<Answer>
  readonly plans: ByVersion<readonly string[]>
}

export type ByVersion<Value> = Partial<Record<Version, Value>>

/** The rows of a page by `caseKey`; empty where no server was asked yet. @throws Error where the file is no JSON. */
export function readMatrix(folder: Folder, name: string): ReadonlyMap<string, Row> {
  const written = readIfThere(fileOf(folder, name))
  const rows = written === undefined ? [] : (JSON.parse(written) as readonly WrittenRow[])
  return new Map(rows.map(({ given, sql, locks, plans }) => [`${given} ${sql}`, { locks: expanded(locks), plans: expanded(plans) }]))
}

/** The same for the same statements over the same world, wherever on its page it stands. */
export const caseKey = (one: Case): string => `${givenKey(one)} ${one.sql}`

function givenKey(one: Case): string {
  const given = one.given?.text ?? ''
  const world = [one.version ?? '', isUnknown(one) ? 'unknown' : '', ...statementsOf(given)].join('\n')
  return createHash('sha256').update(world).digest('hex').slice(0, 8)
}

const heard = new Map<string, { locks: ByVersion<Answer>; plans: ByVersion<readonly string[]> }>()

/** Keeps an answer until `writeMatrix`. */
export function note(page: Page, one: Case, version: number, answer: { readonly locks: Answer } | { readonly plans: readonly string[] }): void {
  const key = `${page.file} ${caseKey(one)}`
  const row = heard.get(key) ?? { locks: {}, plans: {} }
  heard.set(key, row)
  if ('locks' in answer) row.locks[version as Version] = answer.locks
  else row.plans[version as Version] = answer.plans
}

/** Writes what was heard of these pages' cases; keeps what other versions said of them, and drops cases and pages that are gone. */
export function writeMatrix(pages: readonly Page[]): void {
  for (const page of pages) {
    const folder = page.file.split('/')[1] as Folder
    const known = readMatrix(folder, page.name)
    const rows = new Map(
      page.cases.flatMap((one): [string, string][] => {
        const fresh = heard.get(`${page.file} ${caseKey(one)}`)
        const old = known.get(caseKey(one))
        const locks = { ...old?.locks, ...fresh?.locks }
        if (Object.keys(locks).length === 0) return []
        return [[caseKey(one), written(one, { locks, plans: { ...old?.plans, ...fresh?.plans } })]]
      }),
    )
    const file = fileOf(folder, page.name)
    mkdirSync(dirname(fileURLToPath(file)), { recursive: true })
    writeFileSync(file, `[\n${[...rows.values()].join(',\n')}\n]\n`)
  }
  for (const folder of ['operations', 'hazards'] as const) {
    const names = pageNames(folder)
    const where = new URL(`matrix/${folder}/`, import.meta.url)
    if (!existsSync(where)) continue
    for (const file of readdirSync(where)) if (!names.includes(file.replace(/\.json$/, ''))) rmSync(new URL(`matrix/${folder}/${file}`, import.meta.url))
  }
}

const fileOf = (folder: Folder, name: string): URL => new URL(`matrix/${folder}/${name}.json`, import.meta.url)

interface WrittenRow {
  readonly given: string
  readonly sql: string
  readonly locks: Readonly<Record<string, Answer>>
  readonly plans: Readonly<Record<string, readonly string[]>>
}

/** An answer a line, so that a difference shows which case changed on which version. */
function written(one: Case, { locks, plans }: Row): string {
  const lines = (values: ByVersion<unknown>): string => `{\n${[...grouped(values)].map(([label, value]) => `      ${JSON.stringify(label)}: ${JSON.stringify(value)}`).join(',\n')}\n    }`
  const planned = Object.fromEntries(Object.entries(plans).filter(([, list]) => list.length > 0))
  return `  {\n    "given": "${givenKey(one)}",\n    "sql": ${JSON.stringify(one.sql)},\n    "locks": ${lines(locks)},\n    "plans": ${Object.keys(planned).length === 0 ? '{}' : lines(planned)}\n  }`
}

/** `12-17` and `18`: neighbours that say the same stand together. */
export function grouped<Value>(values: ByVersion<Value>): ReadonlyMap<string, Value> {
  const groups: { from: Version; to: Version; value: Value }[] = []
  for (const version of versions) {
    const value = values[version]
    const last = groups.at(-1)
    if (value === undefined) continue
    if (last && last.to === version - 1 && JSON.stringify(last.value) === JSON.stringify(value)) last.to = version
    else groups.push({ from: version, to: version, value })
  }
  return new Map(groups.map(({ from, to, value }) => [from === to ? String(from) : `${from}-${to}`, value]))
}

function expanded<Value>(groups: Readonly<Record<string, Value>>): ByVersion<Value> {
  const values: ByVersion<Value> = {}
  for (const [label, value] of Object.entries(groups)) {
    const [from, to = from] = label.split('-').map(Number)
    for (const version of versions) if (version >= from! && version <= to!) values[version] = value
  }
  return values
}

function readIfThere(file: URL): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
