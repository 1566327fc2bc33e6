import { beforeAll, expect, test } from 'vitest'
import { loadParser } from '../../../server/sql/parser'
import { Catalog } from '../../../server/catalog/catalog'
import { analyseSql, givenWorld } from '../../support/engine'

beforeAll(() => loadParser())

const given = `
  CREATE TABLE team (id int PRIMARY KEY);
  CREATE TABLE task (id int PRIMARY KEY, team int);
  CREATE TABLE plain (id int PRIMARY KEY);
  CREATE VIEW shown AS SELECT * FROM task;
  ALTER TABLE task ENABLE ROW LEVEL SECURITY;
  ALTER TABLE plain ENABLE ROW LEVEL SECURITY;
  CREATE POLICY of_teams ON task TO worker USING (EXISTS (SELECT FROM team WHERE team.id = task.team));
  CREATE POLICY of_all ON plain USING (id > 0);`

test.each([
  ['UPDATE task SET team = 1', ['whether row policies of `task` hold for who runs this']],
  ['SELECT * FROM task', ['whether row policies of `task` hold for who runs this']],
  ['WITH gone AS (DELETE FROM task RETURNING id) SELECT count(*) FROM gone', ['whether row policies of `task` hold for who runs this']],
  // What reads no other table locks none.
  ['UPDATE plain SET id = 1', []],
  ['SELECT * FROM team', []],
  ['SET ROLE worker; UPDATE task SET team = 1', []],
  ['SET ROLE clerk; UPDATE task SET team = 1', []],
])('%s: what is taken for granted of policies is said', (sql, expected) => {
  const { assessed } = analyseSql(sql, givenWorld(given).world).statements.at(-1)!
  expect(assessed.because.filter(({ from, fact }) => from === 'assumed' && /policies|member/.test(fact)).map(({ fact }) => fact)).toEqual(expected)
})

test('who is a member of what is said to be taken for granted where the snapshot is silent', () => {
  const { world } = givenWorld(given)
  const { members: _, ...others } = world.catalog.surroundings
  const [, { assessed }] = analyseSql('SET ROLE clerk; UPDATE task SET team = 1', { ...world, catalog: world.catalog.relations().reduce((all, one) => all.with(one), Catalog.empty(others)) }).statements as [unknown, { assessed: { because: readonly { fact: string }[] } }]
  expect(assessed.because.map(({ fact }) => fact)).toContain('whether `clerk` is a member of `worker`')
})
