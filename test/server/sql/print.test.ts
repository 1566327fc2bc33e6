import { beforeAll, describe, expect, test } from 'vitest'
import { loadParser } from '../../../server/sql/parser'
import { constraintText, inCase, keywordCase, writtenName } from '../../../server/sql/print'
import { read } from '../../../server/sql/read'

beforeAll(() => loadParser())

test.each([
  [{ name: 'a' }, 'a'],
  [{ schema: 'S', name: 'order' }, '"S"."order"'],
])('%j is %s', (name, expected) => {
  expect(writtenName(name)).toBe(expected)
})

test.each([
  ['alter table t', 'lower'],
  ['-- ALTER\n/* X */ create table t', 'lower'],
  ['ALTER TABLE t', 'upper'],
  ['Alter Table t', 'upper'],
  ['', 'upper'],
] as const)('%j is written in %s case', (sql, expected) => {
  expect(keywordCase(sql)).toBe(expected)
})

test('only our keywords change their case', () => {
  const sql = `ALTER TABLE "TABLE" ADD CONSTRAINT k CHECK (A > NOW() AND b = 'NOT NULL') NOT VALID -- NOT`
  expect(inCase(sql, 'lower')).toBe(`alter table "TABLE" add constraint k check (A > NOW() and b = 'NOT NULL') not valid -- NOT`)
  expect(inCase(sql, 'upper')).toBe(sql)
})

describe('a constraint as a table constraint', () => {
  test.each([
    ['ADD CONSTRAINT k CHECK (a > 0  /* why */)', {}, 'CONSTRAINT k CHECK (a > 0  /* why */)'],
    ['ADD CHECK (a > 0)', { name: 'K', notValid: true }, 'CONSTRAINT "K" CHECK (a > 0) NOT VALID'],
    ['ADD CONSTRAINT k CHECK (a > 0) NOT VALID NO INHERIT', { notValid: false }, 'CONSTRAINT k CHECK (a > 0) NO INHERIT'],
    ['ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES t DEFERRABLE', { notValid: true }, 'CONSTRAINT k FOREIGN KEY (a) REFERENCES t DEFERRABLE NOT VALID'],
    ['ADD a int CONSTRAINT k REFERENCES s.t (b) ON DELETE CASCADE', { notValid: true }, 'CONSTRAINT k FOREIGN KEY (a) REFERENCES s.t (b) ON DELETE CASCADE NOT VALID'],
    ['ADD "A b" int REFERENCES t', { name: 'k' }, 'CONSTRAINT k FOREIGN KEY ("A b") REFERENCES t'],
    ['ADD a int UNIQUE NULLS NOT DISTINCT DEFERRABLE', {}, 'UNIQUE NULLS NOT DISTINCT (a) DEFERRABLE'],
    ['ADD a int PRIMARY KEY', { name: 'k' }, 'CONSTRAINT k PRIMARY KEY (a)'],
    ['ADD a int CHECK (a > 0)', { name: 'k' }, 'CONSTRAINT k CHECK (a > 0)'],
    ['ADD UNIQUE (a, b) INCLUDE (c)', { name: 'k' }, 'CONSTRAINT k UNIQUE (a, b) INCLUDE (c)'],
    ['ADD CONSTRAINT k UNIQUE USING INDEX i', {}, 'CONSTRAINT k UNIQUE USING INDEX i'],
    ['ADD CONSTRAINT k NOT NULL a', { notValid: true }, 'CONSTRAINT k NOT NULL a NOT VALID'],
  ])('%s with %j', (action, change, expected) => {
    const sql = `ALTER TABLE x ${action}`
    const [command] = read(sql).commands
    if (command?.kind !== 'alter') throw new Error('not an ALTER')
    const constraint = command.action.action === 'add-constraint' ? command.action.constraint : command.action.action === 'add-column' ? command.action.column.constraints[0] : undefined
    const text = constraintText(sql, constraint!, change)
    expect(text).toBe(expected)
    expect(read(`ALTER TABLE x ADD ${text}`).problem).toBeUndefined()
  })

  test('in the case of the statement', () => {
    const sql = 'alter table x add a int references t'
    const [command] = read(sql).commands
    if (command?.kind !== 'alter' || command.action.action !== 'add-column') throw new Error('not an ADD COLUMN')
    expect(constraintText(sql, command.action.column.constraints[0]!, { name: 'k', notValid: true })).toBe('constraint k foreign key (a) references t not valid')
  })
})
