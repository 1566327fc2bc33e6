import { describe, expect, it } from 'vitest'
import { matchesGlob, rootOf } from '../../../server/frameworks/match-glob'
import { defaultSettings } from '../../../common/settings'

describe('a glob', () => {
  it.each([
    ['a.sql', '*.sql', true],
    ['db/a.sql', '*.sql', true],
    ['db/a.sql', 'db/*.sql', true],
    ['db/x/a.sql', 'db/*.sql', false],
    ['db/x/y/a.sql', 'db/**/*.sql', true],
    ['db/a.sql', 'db/**/*.sql', true],
    ['migrations/a.sql', '**/migrations/**/*.sql', true],
    ['my-migrations/a.sql', '**/migrations/**/*.sql', false],
    ['a.pgsql', '*.{sql,pgsql}', true],
    ['a.txt', '*.{sql,pgsql}', false],
    ['v1.sql', 'v[0-9].sql', true],
    ['vx.sql', 'v[!0-9].sql', true],
    ['ax.sql', 'a.sql', false],
    ['a+b(c).sql', 'a+b(c).sql', true],
    ['a.sql', '[z-a].sql', false],
    ['a.sql', '{a', false],
  ])('%s, %s: %s', (path, glob, matches) => expect(matchesGlob(path, [glob])).toBe(matches))
})

describe('the root of the migrations', () => {
  const root = (path: string, globs: readonly string[]): string => rootOf(path, '/shop', (one) => matchesGlob(one.slice('/shop/'.length), globs))
  it.each([
    ['/shop/db/migrations/1.sql', defaultSettings.migrations, '/shop/db/migrations'],
    ['/shop/prisma/migrations/2024_a/migration.sql', defaultSettings.migrations, '/shop/prisma/migrations'],
    ['/shop/sql/v1/1.sql', ['sql/**/*.sql'], '/shop/sql'],
    ['/shop/a/1.sql', ['**/*.sql'], '/shop'],
  ])('%s', (path, globs, expected) => expect(root(path, globs)).toBe(expected))
})
