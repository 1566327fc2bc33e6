import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Report } from '../../server/model/report'
import { loadParser } from '../../server/sql/parser'
import { build, run, temporaryFolder } from '../cli/run'
import { reportSchema } from '../support/schemas'
import { baseTexts } from './base-texts'
import { problemsOf } from './check-actions'
import { largeSnapshot } from './large-snapshot'
import { mutate } from './mutate'
import { firstRound, randomFrom, rounds, seed } from './random-from'
import type { Random } from './random-from'

const count = rounds(600)
const batch = 300
let folder: ReturnType<typeof temporaryFolder>

beforeAll(async () => {
  // The base texts are read in the light of what their pages are given.
  await loadParser()
  build()
  folder = temporaryFolder()
})
afterAll(() => folder?.remove())

test(`${count} spoilt files from seed ${seed} in folders of ${batch} end in a report and a code`, { timeout: 1e9 }, () => {
  const texts = baseTexts().map(({ sql }) => sql)
  const snapshot = join(folder.path, 'snapshot.json')
  writeFileSync(snapshot, JSON.stringify(largeSnapshot(texts)))
  for (let first = firstRound; first < firstRound + count; first += batch) {
    const migrations = join(folder.path, String(first))
    mkdirSync(migrations)
    const rounds = Array.from({ length: Math.min(batch, firstRound + count - first) }, (_, index) => first + index)
    for (const round of rounds) {
      const random = randomFrom(seed, round)
      writeFileSync(join(migrations, `${String(round).padStart(6, '0')}.sql`), bytesOf(mutate(random.pick(texts), texts, random), random))
    }
    const random = randomFrom(seed, -first - 2)
    const options = [random.chance(0.7) ? ['--snapshot', snapshot] : [], random.chance(0.5) ? ['--transaction', 'file'] : [], random.chance(0.3) ? ['--postgres', String(12 + random.below(7))] : []].flat()
    const where = `FUZZ=${batch} SEED=${seed} ROUND=${first}`

    const json = run(['check', migrations, '--format', 'json', '--fail-on', 'never', ...options])
    expect([where, ...complaints(json.err)]).toEqual([where])
    expect([0, 2], where).toContain(json.code)
    const report = JSON.parse(json.out) as Report
    expect(reportSchema(report), where).toEqual([])
    expect(report.files.length + json.err.split('\n').length - 1, `${where}: each file is in the report, or one line says why not`).toBe(rounds.length)
    // All those that are refused make the code 2, and only they.
    expect(json.code === 2, where).toBe(json.err !== '')

    const pretty = run(['check', migrations, '--fail-on', 'info', '--verbose', ...options])
    expect([where, ...complaints(pretty.err)]).toEqual([where])
    expect([1, 2], where).toContain(pretty.code)
    expect(pretty.out, where).not.toMatch(/\bundefined\b|\bNaN\b|\[object/)

    const { path } = random.pick(report.files)
    const plan = run(['plan', path, ...options])
    expect(plan.err, `${where}, plan ${path}`).toMatch(/^(No statement of .* needs another way\.\n)?$/)
    expect(plan.code, where).toBe(0)
    expect(problemsOf(plan.out), `${where}, plan ${path}: ${plan.out}`).toEqual([])
  }
})

/** As a file holds it: mostly UTF-8, now and then something else. */
function bytesOf(text: string, random: Random): Uint8Array {
  const utf8 = Buffer.from(text, 'utf8')
  switch (random.below(30)) {
    case 0:
      return Buffer.from(text, 'utf16le')
    case 1:
      return Buffer.from(text, 'latin1')
    case 2:
      return Buffer.from(Array.from({ length: random.below(2000) }, () => random.below(256)))
    case 3:
      return utf8.map((byte) => (random.chance(0.02) ? random.below(256) : byte))
    case 4:
      return utf8.subarray(0, random.below(utf8.length + 1))
    default:
      return utf8
  }
}

/** What may not stand on standard error: anything but one sentence for each file that is not analysed. */
const complaints = (err: string): readonly string[] => err.split('\n').filter((line) => line !== '' && (!/^lockscope: .*\.$/.test(line) || line.includes('this is a bug')))
