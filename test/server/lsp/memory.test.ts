import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { measured, memoryOf } from '../../support/memory'
import type { Client } from './start-server'
import { removeBundle, startServer } from './start-server'

let client: Client | undefined
afterEach(() => client?.dispose())
afterAll(removeBundle)

/** Megabytes that are in use after the rounds and were not before them; a round is not let go by before it is answered. */
async function growth(rounds: number, round: (index: number) => Promise<unknown>, first = 0): Promise<number> {
  const before = await memoryOf(client!.process)
  for (let index = first; index < first + rounds; index++) await round(index)
  return (await memoryOf(client!.process)).heap - before.heap
}

const start = async (files?: Readonly<Record<string, string>>): Promise<Client> => (client = await startServer({ nodeArguments: measured, ...(files && { files }) }))

/** Types the text in the place of a line, and asks all that an editor asks. */
async function retypeLine(server: Client, uri: string, line: number, text: string): Promise<void> {
  const old = server.text(uri).split('\n')[line]!
  await server.change(uri, [{ range: { start: { line, character: 0 }, end: { line, character: old.length } }, newText: text }])
  const range = { start: { line, character: 0 }, end: { line, character: text.length } }
  await Promise.all([
    server.diagnostics(uri),
    server.hints(uri),
    server.request('textDocument/hover', { textDocument: { uri }, position: { line, character: 3 } }),
    server.request('textDocument/codeAction', { textDocument: { uri }, range, context: { diagnostics: [] } }),
  ])
}

describe('the memory in use does not grow', { timeout: 300_000 }, () => {
  it('with the edits of a large file, of which no earlier version is kept', async () => {
    const server = await start()
    const line = (index: number, version: number): string => `CREATE INDEX orders_status_${index} ON orders_${index % 20} (status, created_at_${version});`
    const lines = Array.from({ length: 200 }, (_, index) => line(index, 0))
    const note = `-- ${'what everybody ought to know '.repeat(30)}\n`.repeat(500)
    const uri = await server.open('a.sql', `${lines.join('\n')}\n${note}`)
    const edit = (index: number): Promise<void> => retypeLine(server, uri, (index * 37) % lines.length, line((index * 37) % lines.length, index + 1))
    for (let index = 0; index < 10; index++) await edit(index)
    // Each version of the text has 0.4 MB.
    expect(await growth(50, edit, 10)).toBeLessThan(5)
  })

  it('with files that are opened and closed again', async () => {
    const server = await start()
    const visit = async (index: number): Promise<void> => {
      const uri = await server.open(`${index}.sql`, `${Array.from({ length: 100 }, (_, at) => `ALTER TABLE orders ADD CONSTRAINT orders_${at} CHECK (total > ${at});`).join('\n')}\n-- ${index}`)
      await Promise.all([server.diagnostics(uri), server.hints(uri)])
      await server.connection.sendNotification('textDocument/didClose', { textDocument: { uri } })
    }
    for (let index = 0; index < 10; index++) await visit(index)
    // An analysis of one of them takes 0.2 MB and more.
    expect(await growth(50, visit, 10)).toBeLessThan(5)
  })

  it('with snapshots that follow each other', async () => {
    const snapshot = (rows: number): string => JSON.stringify({ version: 1, tables: Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`orders_${index}`, { rows, columns: [{ name: 'id', type: 'bigint' }, { name: 'status', type: 'text' }] }])) })
    const server = await start({ 'lockscope.snapshot.json': snapshot(1) })
    const uri = await server.open('a.sql', 'CREATE INDEX orders_status ON orders_1 (status);')
    const configure = async (index: number): Promise<void> => {
      server.write(`${index % 2}.json`, snapshot(index * 1_000_000))
      server.settings = { snapshot: `${index % 2}.json` }
      await server.connection.sendNotification('workspace/didChangeConfiguration', { settings: {} })
      await server.diagnostics(uri)
    }
    for (let index = 0; index < 5; index++) await configure(index)
    // A catalog of 500 tables takes 0.5 MB and more.
    expect(await growth(40, configure, 5)).toBeLessThan(5)
  })

  it('with statements that are too much for the parser', async () => {
    const server = await start()
    const uri = await server.open('a.sql', 'SELECT 1;')
    const spoil = (index: number): Promise<void> => retypeLine(server, uri, 0, `SELECT ${'('.repeat(20_000 + index)}1${')'.repeat(20_000 + index)};`)
    const enlarge = (index: number): Promise<void> => retypeLine(server, uri, 0, `SELECT ${`${index} + `.repeat(40_000)}1;`)
    await spoil(0)
    await enlarge(0)
    const before = await memoryOf(server.process)
    const grown = await growth(5, async (index) => {
      await spoil(index)
      await enlarge(index)
    }, 1)
    expect(grown).toBeLessThan(10)
    const after = await memoryOf(server.process)
    expect(after.parsers).toBeLessThanOrEqual(1)
    expect(after.parser).toBeLessThanOrEqual(Math.max(before.parser, 140))
  })
})
