import { beforeAll, describe, expect, test } from 'vitest'
import { isTakenIn } from '../../server/model/assessed'
import type { AnalysedStatement } from '../../server/model/assessed'
import { loadParser } from '../../server/sql/parser'
import type { Case } from '../support/document'
import { openPage, pageNames } from '../support/document'
import { analyseCase } from '../support/engine'

// Whatever blocks, breaks or rewrites has a safe way beside it, or its page says why there is none.

beforeAll(() => loadParser())

/** What a plan is the answer to. What needs no transaction, or a newer server, is said by the finding itself. */
const hurts: readonly string[] = ['long-lock', 'lock-queue', 'late-commit', 'bulk-write', 'broken-code', 'fails-on-data', 'lost-data']

/** The server refuses the statement, says a finding, and what to do first: there is nothing to get to by another way. */
const isRefused = ({ findings }: AnalysedStatement): boolean => findings.some(({ hazard, severity }) => hazard === 'needs-newer-server' || (hazard === 'fails-on-data' && severity === 'error'))

const unplanned = (one: Case): readonly string[] =>
  analyseCase(one).statements.flatMap((statement, index, all) => {
    if (isTakenIn(index, all.entries())) return []
    const hazards = statement.findings.map(({ hazard }) => hazard).filter((hazard) => hurts.includes(hazard))
    return hazards.length === 0 || statement.assessed.plan || isRefused(statement) ? [] : [`${one.sql.slice(statement.span.start, statement.span.end)}: ${[...new Set(hazards)].join(', ')}`]
  })

describe.each(pageNames('operations'))('%s', (name) => {
  const page = openPage('operations', name)

  test('each case that hurts has a plan, or a line `No plan: …` that says why not', () => {
    expect(page.cases.filter((one) => one.noPlan === undefined).flatMap((one) => unplanned(one).map((text) => `${page.file}:${one.lines[0]}: ${text}`))).toEqual([])
  })

  test('nothing is excused that has a plan', () => {
    const own = page.cases.filter((one) => one.noPlan !== undefined && one.noPlan !== page.noPlan)
    expect(own.filter((one) => unplanned(one).length === 0).map((one) => `${page.file}:${one.lines[0]}: ${one.noPlan}`)).toEqual([])
    if (page.noPlan !== undefined) expect(page.cases.flatMap(unplanned), `${page.file}: ${page.noPlan}`).not.toEqual([])
  })
})
