import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { contributedConfiguration, defaultSettings, readSettings, settingKeys } from '../../common/settings'

const manifestPath = new URL('../../package.json', import.meta.url)

describe('the settings of package.json', () => {
  it('are those of common/settings.ts', () => {
    const manifest = JSON.parse(readFileSync(manifestPath, 'utf8')) as { contributes: { configuration: object } }
    if (process.env['UPDATE']) {
      manifest.contributes.configuration = contributedConfiguration()
      writeFileSync(manifestPath, `${JSON.stringify(manifest, null, 2)}\n`)
    }
    expect(manifest.contributes.configuration).toEqual(contributedConfiguration())
  })
})

describe('a setting', () => {
  const check = (section: unknown, problems: readonly (string | RegExp)[]): void => {
    const read = readSettings(section)
    expect(read.problems).toHaveLength(problems.length)
    for (const [index, problem] of problems.entries()) expect(read.problems[index]).toMatch(problem)
  }

  it.each([undefined, null, {}, { policy: {} }, { postgresVersion: null }])('left out takes its default: %j', (section) => {
    check(section, [])
    expect(readSettings(section).settings).toEqual(defaultSettings)
  })

  it('is read nested and flat', () => {
    expect(readSettings({ policy: { blockedWarning: 2 }, inlayHints: { enabled: false } }).settings).toMatchObject({ 'policy.blockedWarning': 2, 'inlayHints.enabled': false })
    expect(readSettings({ 'policy.blockedWarning': 2 }).settings['policy.blockedWarning']).toBe(2)
  })

  it.each([
    [{ snapshot: 5 }, '`lockscope.snapshot` must be a text, not 5'],
    [{ postgresVersion: 9 }, '`lockscope.postgresVersion` must be a whole number from 12 to 18, not 9'],
    [{ postgresVersion: 14.5 }, 'whole number'],
    [{ transaction: 'files' }, '`lockscope.transaction` must be "auto", "statement" or "file", not "files"'],
    [{ migrations: '**/*.sql' }, '`lockscope.migrations` must be a list of texts'],
    [{ policy: { blockedWarning: '5s' } }, '`lockscope.policy.blockedWarning` must be a number of at least 0, not "5s"'],
    [{ policy: { blockedError: -1 } }, 'at least 0'],
    [{ policy: { tables: { orders: { blocked: 1 } } } }, 'blockedWarning, blockedError, changeWarning, changeError'],
    [{ policy: { tables: { orders: 1 } } }, '`lockscope.policy.tables` must be an object'],
    [{ inlayHints: { enabled: 'yes' } }, '`lockscope.inlayHints.enabled` must be true or false'],
    ['everything', 'must be an object'],
  ])('that does not fit is named, with what is expected: %j', (section, problem) => {
    check(section, [problem])
    expect(readSettings(section).settings).toEqual(defaultSettings)
  })

  it('says each problem once and keeps the others', () => {
    const read = readSettings({ transaction: 'x', policy: { blockedWarning: 3 }, codeLens: { enabled: 1 } })
    expect(read.problems).toHaveLength(2)
    expect(read.settings['policy.blockedWarning']).toBe(3)
  })

  it('has a sentence', () => {
    for (const key of settingKeys) expect(JSON.stringify(contributedConfiguration())).toContain(`lockscope.${key}`)
  })
})
