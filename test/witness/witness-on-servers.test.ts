import { afterAll, beforeAll, describe } from 'vitest'
import { observeOutside, openDatabase, reset } from '../support/probe'
import type { Database } from '../support/probe'
import { askedVersions, startServer } from '../support/server'
import type { Server, Version } from '../support/server'
import type { Case, Folder, Page } from '../support/document'
import { isAwaited } from './is-awaited'
import type { Place } from './place'
import { caseKey, readMatrix, writeMatrix } from './matrix'
import type { Row } from './matrix'
import { pages, tryPages } from './try-pages'

/** A case for one version alone goes to a server of that version, all others to those named here, as in `POSTGRES=12,15`. */
const defaultVersions = askedVersions
/** `npm run witness`: every case goes to every server that is named, and to no other; with `MATRIX=missing` those alone which it was never asked. */
const isMatrix = process.env['MATRIX'] !== undefined
const known = new Map(pages.map((page) => [page, process.env['MATRIX'] === 'missing' ? readMatrix(page.file.split('/')[1] as Folder, page.name) : new Map<string, Row>()]))
const suits = (one: Case, page: Page, version: Version): boolean => (isMatrix ? known.get(page)!.get(caseKey(one))?.locks[version] === undefined : one.version === version || (one.version === undefined && defaultVersions.includes(version)))
const cases = pages.flatMap((page) => page.cases)
const versions = isMatrix ? defaultVersions : [...new Set(cases.flatMap(({ version }) => (version === undefined ? defaultVersions : [version as Version])))].sort()


describe.each(versions)('server %i', (version) => {
  let server: Server
  const databases: Partial<Record<'first' | 'second', Promise<Database>>> = {}
  beforeAll(async () => {
    server = await startServer({ version })
  })
  afterAll(() => server?.stop())
  // After each server, so that what one has said is not lost with the next.
  if (isMatrix) afterAll(() => writeMatrix(pages))
  const clean = async (which: 'first' | 'second' = 'first'): Promise<Database> => {
    const database = await (databases[which] ??= server.createDatabase(which).then((name) => openDatabase(server, name)))
    await reset(database)
    return database
  }
  const place: Place = { name: `PostgreSQL ${version}`, version, clean, server: { outside: (statement) => observeOutside(server, 'first', statement), isAwaited: (...asked) => isAwaited(server, 'first', ...asked) } }
  tryPages(place, (one, page) => suits(one, page, version))
})
