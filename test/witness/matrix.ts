import { readFileSync, writeFileSync } from 'node:fs'
import { pageNames } from '../support/document'
import type { Page } from '../support/document'
import type { Version } from '../support/server'
import { tallyOf } from './verdict'
import type { Tally } from './verdict'

/** What came of asking servers of every version; `npm run witness` writes it. By page (`operations/add-check`), then by major version. */
export type Matrix = Readonly<Record<string, Readonly<Record<string, Row>>>>

/** The locks and rewrites of a page's cases, and the plans of their statements. */
export interface Row {
  readonly locks: Result
  readonly plans: Result
}

export interface Result extends Tally {
  /** All that were not left out. */
  readonly compared: number
}

export const versions: readonly Version[] = [12, 13, 14, 15, 16, 17, 18]

const file = new URL('matrix.json', import.meta.url)

/** @throws Error where there is none, or it is no JSON. */
export const readMatrix = (): Matrix => JSON.parse(readFileSync(file, 'utf8')) as Matrix

/** Writes the rows of these pages and servers, keeps all others, and drops those of pages that are gone. */
export function writeMatrix(pages: readonly Page[], servers: readonly { readonly version: Version; readonly place: string }[]): void {
  const known = knownMatrix()
  const keys = (['operations', 'hazards'] as const).flatMap((folder) => pageNames(folder).map((name) => `${folder}/${name}`))
  const lines = keys.flatMap((key) => {
    const page = pages.find(({ file: path }) => path === `server/${key}.md`)
    const asked = page ? servers.map(({ version, place }): [string, Row] => [String(version), { locks: resultOf(place, page, 'locks'), plans: resultOf(place, page, 'plans') }]) : []
    const rows = Object.entries({ ...known[key], ...Object.fromEntries(asked) })
    // A row a line, so that a difference shows which page changed on which version.
    return rows.length === 0 ? [] : [`${JSON.stringify(key)}: {\n${rows.map(([version, row]) => `    "${version}": ${JSON.stringify(row)}`).join(',\n')}\n  }`]
  })
  writeFileSync(file, `{\n  ${lines.join(',\n  ')}\n}\n`)
}

function knownMatrix(): Matrix {
  try {
    return readMatrix()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw error
  }
}

function resultOf(place: string, page: Page, subject: 'locks' | 'plans'): Result {
  const { cases, agreeing, leftOut } = tallyOf(place, page.file, subject)
  return { cases, compared: cases - Object.values(leftOut).reduce((sum, number) => sum + number, 0), agreeing, leftOut }
}
