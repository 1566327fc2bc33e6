import { expect } from 'vitest'
import type { Case, Page } from '../support/document'
import type { Answer } from './answer'
import { locksOf, strongClaims } from './answer'
import { hint } from './place'
import { claims, isUnknown, scriptOf } from './script'
import { agrees, leftOut, needsNewer } from './verdict'
import type { Verdict } from './verdict'

/**
 * What the engine says of the case's last statement against what a server answered, now or on another day.
 * @throws Error with the difference where they do not agree.
 */
export function compare(page: Page, one: Case, version: number, answer: Answer): Verdict {
  if ('asserted' in answer) return leftOut(answer.asserted)
  const where = `${page.file}:${one.lines[0]} on PostgreSQL ${version}`
  const script = scriptOf(one, version)
  if (typeof script === 'string' || isUnknown(one)) throw new Error(`${where}: there is an answer to what no server can be asked.`)
  const newer = needsNewer(one, version)
  if ('lacks' in answer) {
    const isUnread = script.observed.some(({ findings }) => findings.some(({ hazard }) => hazard === 'unread'))
    expect(newer.length > 0 || isUnread, `${where}: the server is too old for it and no finding says so: ${answer.lacks}`).toBe(true)
    return agrees('this version lacks it')
  }
  expect(newer, `${where}: the server is not too old for it`).toEqual([])
  const difference = `${where}: - the server, + the engine`
  if ('refused' in answer) {
    expect(script.refused, `${where}: the server refuses the statement and no finding says so: ${answer.refused}. ${hint}`).toBe(true)
    if (!answer.asked) return leftOut('ends in the error that its mark tells')
    expect(strongClaims(script).flatMap(locksOf), `${difference}, asked for before its error`).toEqual(answer.asked.flatMap(locksOf))
    return agrees('by what the statement waits for before its error')
  }
  if ('outside' in answer) {
    expect(script.forbidden, `${where}: the server refuses it in a transaction block, and the engine does not say so`).toBe(true)
    expect(strongClaims(script), difference).toEqual(answer.outside)
    return agrees('while others stood in its way')
  }
  expect(script.forbidden, `${where}: the server runs it in a transaction block, and the engine says it refuses`).toBe(false)
  expect(claims(script, 'inside'), difference).toEqual(answer.inside)
  return agrees('in a transaction')
}
