import { afterAll, beforeAll, describe } from 'vitest'
import { observeOutside, openDatabase, reset } from '../support/probe'
import type { Database } from '../support/probe'
import { askedVersions, startServer } from '../support/server'
import type { Server, Version } from '../support/server'
import type { Case } from '../support/document'
import { isAwaited } from './is-awaited'
import type { Place } from './place'
import { writeMatrix } from './matrix'
import { pages, tryPages } from './try-pages'

/** A case for one version alone goes to a server of that version, all others to those named here, as in `POSTGRES=12,15`. */
const defaultVersions = askedVersions
/** `npm run witness`: every case goes to every server that is named, and to no other. */
const isMatrix = process.env['MATRIX'] !== undefined
const suits = (one: Case, version: Version): boolean => (isMatrix ? defaultVersions.includes(version) : one.version === version || (one.version === undefined && defaultVersions.includes(version)))
const cases = pages.flatMap((page) => page.cases)
const versions = isMatrix ? defaultVersions : [...new Set(cases.flatMap(({ version }) => (version === undefined ? defaultVersions : [version as Version])))].sort()

if (isMatrix) afterAll(() => writeMatrix(pages))

describe.each(versions)('server %i', (version) => {
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
  tryPages(place, (one) => suits(one, version))
})
