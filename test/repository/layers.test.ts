import { posix } from 'node:path'
import { describe, expect, it } from 'vitest'
import { codeOf, importsIn, projectFiles, textOf } from './project-files'

const sources = projectFiles().filter((path) => /^(server|client|common)\/.*\.ts$/.test(path))

describe('the table of who may import whom', () => {
  const allowed = readTable(textOf('ARCHITECTURE.md'))

  it('has a row for every part', () => {
    expect([...allowed.keys()].sort()).toEqual([...new Set(sources.map(partOf))].sort())
  })

  it.each(sources)('holds for %s', (path) => {
    const parts = allowed.get(partOf(path)) ?? []
    const others = importsIn(textOf(path))
      .filter((name) => name.startsWith('.'))
      .map((name) => posix.join(posix.dirname(path), name))
      .filter((target) => !parts.includes(partOf(target)))
    expect(others).toEqual([])
  })
})

describe('only', () => {
  const outside = (folders: readonly string[]): readonly string[] => sources.filter((path) => !folders.some((folder) => path.startsWith(folder)))

  it('sql/ names a parser', () => {
    expect(outside(['server/sql/']).filter((path) => /libpg-query|pgsql-ast-parser|@pgsql\/types/.test(textOf(path)))).toEqual([])
  })

  it('lsp/ names a connection', () => {
    expect(outside(['server/lsp/', 'server/main.ts', 'client/']).filter((path) => importsIn(textOf(path)).some((name) => /^vscode-(languageserver|languageclient|jsonrpc)(\/|$)/.test(name)))).toEqual([])
  })

  it('what tells the capabilities is loaded before an editor has its first answer', () => {
    const loaded = new Set<string>()
    const load = (path: string): void => {
      if (loaded.has(path)) return
      loaded.add(path)
      for (const [, name] of textOf(path).matchAll(/^import (?!type )[^\n]*'(\.[^']*)'$/gm)) load(`${posix.join(posix.dirname(path), name!)}.ts`)
    }
    load('server/main.ts')
    expect([...loaded].sort()).toEqual(['server/editor/kinds.ts', 'server/lsp/client.ts', 'server/lsp/initialize.ts', 'server/main.ts'])
  })

  it('sources/, lsp/, cli/ and client/ await anything, and what loads the parser', () => {
    const awaiting = outside(['server/sources/', 'server/lsp/', 'server/cli/', 'server/main.ts', 'server/cli.ts', 'client/', 'server/sql/parser.ts']).filter((path) => /\b(async|await)\b/.test(codeOf(path)))
    expect(awaiting).toEqual([])
  })
})

/** `server/lsp/server.ts` → lsp. Files at the root of `server/` are the engine, but for the two entries. */
function partOf(path: string): string {
  const [top, second, third] = path.split('/')
  if (top !== 'server') return top!
  const name = second!.replace(/\.ts$/, '')
  if (third !== undefined) return second!
  return name === 'main' ? 'lsp' : name === 'cli' ? 'cli' : 'engine'
}

function readTable(markdown: string): ReadonlyMap<string, readonly string[]> {
  const [, table] = /\| from \| may import \|\n\|[-| ]+\|\n((?:\|.*\n)+)/.exec(markdown)!
  return new Map(
    table!.trim().split('\n').map((row): [string, readonly string[]] => {
      const [from, to] = row.split('|').slice(1, 3).map((cell) => cell.trim())
      return [from!, to!.split(',').map((part) => part.trim())]
    }),
  )
}
