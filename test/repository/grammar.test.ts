import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { recognise } from '../../server/operations/index'
import { loadParser, parse, wasmPath } from '../../server/sql/parser'
import { read } from '../../server/sql/read'
import { readablePages } from '../support/document'
import { statementsOf } from '../support/engine'
import { nobodysObjects, objects, objectStatements } from '../support/object-statements'

/**
 * All that PostgreSQL's grammar has a name for, as the parser itself holds it: kinds of statements, and the words of its enumerations.
 * Each must stand in the parse tree of a case of a page, or of a statement about an object, both of which a server is asked about.
 * So a parser of a new release says which statements nobody has thought of.
 */
beforeAll(() => loadParser())

/** The parser writes these names into its answers, so they stand in its data. */
const names = (pattern: RegExp): readonly string[] => [...new Set([...readFileSync(wasmPath()).toString('latin1').matchAll(pattern)].map((match) => match[1]!))].sort()

const enumerations = ['AT_', 'CONSTR_', 'REINDEX_OBJECT_', 'TRANS_STMT_', 'DISCARD_', 'ALTER_SUBSCRIPTION_', 'ALTER_TSCONFIG_', 'VAR_(?:SET|RESET)', 'PUBLICATIONOBJ_', 'ACL_TARGET_', 'LCS_', 'PARTITION_STRATEGY_', 'AP_'] as const

/** Members that no text can lead to. */
const neverWritten: Readonly<Record<string, string>> = {
  PUBLICATIONOBJ_CONTINUATION: 'made into the kind before it by the grammar itself',
  RawStmt: 'the frame around each statement',
  PLAssignStmt: 'an assignment of PL/pgSQL, which asks for it in a mode of its own',
  SetOperationStmt: 'made by parse analysis',
  AT_AddColumnToView: 'made by CREATE OR REPLACE VIEW',
  AT_AddIndex: 'made by parse analysis of ADD UNIQUE and the like',
  AT_AddIndexConstraint: 'made by parse analysis of ADD … USING INDEX',
  AT_CookedColumnDefault: 'made by CREATE TABLE … LIKE',
  AT_ReAddComment: 'made by ALTER COLUMN … TYPE',
  AT_ReAddConstraint: 'made by ALTER COLUMN … TYPE',
  AT_ReAddDomainConstraint: 'made by ALTER COLUMN … TYPE',
  AT_ReAddIndex: 'made by ALTER COLUMN … TYPE',
  AT_ReAddStatistics: 'made by ALTER COLUMN … TYPE',
  AT_ReplaceRelOptions: 'made by CREATE OR REPLACE VIEW',
  LCS_NONE: 'made by the executor',
}

/** Node kinds and enumeration members of a parse tree. */
const reached = new Set<string>()
const collect = (value: unknown): void => {
  if (typeof value === 'string') {
    if (/^[A-Z][A-Za-z]*_[A-Za-z_]+$/.test(value)) reached.add(value)
  } else if (Array.isArray(value)) value.forEach(collect)
  else if (typeof value === 'object' && value !== null)
    for (const [key, inner] of Object.entries(value)) {
      if (key.endsWith('Stmt')) reached.add(key)
      collect(inner)
    }
}

const written = (): readonly string[] => [...readablePages('operations').flatMap(({ cases }) => cases.flatMap((one) => statementsOf(one.sql))), ...objectStatements()]

beforeAll(() => {
  for (const sql of written()) {
    const parsed = parse(sql)
    if (parsed.error === undefined) collect(parsed.statements)
  }
})

const isReached = (name: string): boolean => reached.has(name) || name in neverWritten

test('every kind of statement stands in a case', () => {
  const kinds = names(/"(\w+Stmt)":\{/g)
  expect(kinds.length).toBeGreaterThan(110)
  expect(kinds.filter((name) => !isReached(name))).toEqual([])
})

describe.each(enumerations)('%s', (prefix) => {
  test('every member stands in a case', () => {
    const members = names(new RegExp(`(?<![A-Za-z_])(${prefix}[A-Za-z_]*)`, 'g'))
    expect(members.length).toBeGreaterThan(1)
    expect(members.filter((name) => !isReached(name))).toEqual([])
  })
})

test('every kind of object has something done to it, or nothing can be', () => {
  const kinds = names(/(?<!__|REINDEX_)(OBJECT_[A-Z_]+)/g)
  expect(kinds.length).toBeGreaterThan(40)
  expect(kinds.filter((name) => !(name in objects) && !nobodysObjects.includes(name) && !reached.has(name))).toEqual([])
})

test('an operation recognises each of these statements', () => {
  const unknown = written().filter((sql) => read(sql).commands.some((command) => recognise(command) === undefined))
  expect(unknown).toEqual([])
})

test('nothing is excused that could be written', () => {
  expect(Object.keys(neverWritten).filter((name) => reached.has(name))).toEqual([])
})
