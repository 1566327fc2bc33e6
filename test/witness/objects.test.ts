import { afterAll, beforeAll, expect, test } from 'vitest'
import type { LockMode } from '../../server/model/lock'
import { loadParser } from '../../server/sql/parser'
import { analyseSql, statementsOf } from '../support/engine'
import { objectsGiven, objectStatements } from '../support/object-statements'
import { decisive, observe, openDatabase, reset } from '../support/probe'
import type { Database } from '../support/probe'
import { startServer } from '../support/server'
import type { Server } from '../support/server'
import { snapshotWorld } from '../support/snapshot-world'

/** Whatever the grammar lets one do to an object of any kind, with what a server locks for it, from a snapshot of that very database. */
await loadParser()

let server: Server
let database: Database
let world: Parameters<typeof analyseSql>[1]

beforeAll(async () => {
  server = await startServer()
  const name = await server.createDatabase()
  database = await openDatabase(server, name)
  await reset(database)
  for (const statement of statementsOf(objectsGiven)) await database.exec(statement)
  world = await snapshotWorld(server, name)
})
afterAll(() => server?.stop())

/** Statements that a server refuses, with what it says. */
const refused: readonly (readonly [RegExp, RegExp])[] = [
  [/^SECURITY LABEL/, /^no security label providers have been loaded$/],
  [/^ALTER EXTENSION citext ADD (?:DATABASE|EXTENSION|INDEX|PUBLICATION|ROLE|STATISTICS|SUBSCRIPTION|TABLESPACE) /, /^cannot add an object of this type to an extension$/],
  [/^ALTER TABLE logs DETACH/, /^cannot complete detaching partition/],
  [/^(?:DROP (?:DATABASE|TABLESPACE)|COMMIT PREPARED|ROLLBACK PREPARED) /, /cannot run inside a transaction block$/],
  [/^ALTER DATABASE postgres RENAME/, /is being accessed by other users$/],
  [/^ALTER (?:EVENT TRIGGER|FOREIGN DATA WRAPPER) .* OWNER TO/, /^permission denied to change owner/],
  [/^GRANT ALL ON LANGUAGE/, /is not trusted$/],
]

/** Of which the engine says itself that it does not see all. */
const unread = ['ALTER SCHEMA app RENAME TO other_name', 'DROP SUBSCRIPTION mirror']

const linesOf = (locks: readonly (readonly [string, readonly LockMode[]])[]): readonly string[] => locks.map(([relation, modes]) => `${relation}: ${decisive(modes).join(', ')}`).sort()

test.each(objectStatements())('%s', async (sql) => {
  const { statements } = analyseSql(sql, world)
  expect(statements.flatMap(({ assessed }) => assessed.unread.filter(({ reason }) => reason.startsWith('No operation of Lockscope')))).toEqual([])
  const { locks, relations, error } = await observe(database, sql)
  const refusal = refused.find(([statement]) => statement.test(sql))?.[1]
  if (refusal ?? error) return expect(error?.message).toMatch(refusal ?? /^nothing else is refused$/)
  if (statements.some(({ assessed }) => assessed.unread.length > 0)) return expect(unread).toContain(sql)
  // Planning takes ACCESS SHARE on whatever index it looks at.
  const seen = [...locks].filter(([name, modes]) => !(relations.get(name)?.kind === 'index' && modes.every((mode) => mode === 'ACCESS SHARE')))
  const claimed = statements.flatMap(({ assessed }) => assessed.effects.map((effect) => [effect.relation, [effect.lock]] as const))
  return expect(linesOf(claimed)).toEqual(linesOf(seen))
})
