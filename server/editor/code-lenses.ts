import type { CodeLens } from 'vscode-languageserver-types'
import { commands } from '../../common/protocol'
import { formatAge } from '../../common/format-age'
import type { AnalysedStatement } from '../model/assessed'
import { addDurations } from '../model/estimate'
import type { Duration } from '../model/estimate'
import { formatAbout } from '../model/format'
import { shortName } from '../model/name'
import type { Worst } from './summary'
import { lockedBy, worst } from './summary'
import type { View } from './view'

/** One lens for the file, and one for each transaction of several statements, be it that the file opens it or that a tool makes it of the file. `now` in milliseconds since 1970. */
export function codeLenses(view: View, now: number): CodeLens[] {
  const { statements, lines } = view.analysis
  if (statements.length === 0) return []
  const file: CodeLens = {
    range: lines.range({ start: 0, end: 0 }),
    command: { title: fileSummary(view, now), command: view.hasCommands && !view.snapshot ? commands.chooseSnapshot : '' },
  }
  return [file, ...transactions(statements).map((block): CodeLens => ({ range: lines.range(block[0]!.span), command: { title: transactionSummary(block), command: '' } }))]
}

/** The one lens of a file that has run, which is not analysed. `record` is the table that says so. */
export const appliedLens = (record: string): CodeLens => {
  const start = { line: 0, character: 0 }
  return { range: { start, end: start }, command: { title: `applied, as ${record} says`, command: '' } }
}

function fileSummary(view: View, now: number): string {
  const { statements, unread } = view.analysis
  const findings = statements.reduce((sum, statement) => sum + statement.findings.length, 0)
  const snapshot = view.snapshot
  const age = snapshot?.takenAt === undefined ? undefined : formatAge(now - Date.parse(snapshot.takenAt))
  const most = worst(statements.map((statement) => statement.assessed))
  return [
    count(statements.length, 'statement'),
    findings === 0 ? 'no findings' : count(findings, 'finding'),
    ...(unread.length > 0 ? [`${unread.length} not analysed`] : []),
    ...(most ? [`worst: ${lockOnRelation(most)}`] : []),
    snapshot ? `snapshot ${[snapshot.name, ...(age === undefined ? [] : [age])].join(', ')}` : 'no snapshot, so no durations',
  ].join(' · ')
}

function transactionSummary(block: readonly AnalysedStatement[]): string {
  const most = worst(block.map((statement) => statement.assessed))
  const of = block[0]!.assessed.block
  const inner = block.length - Number(!of?.implicit) - Number(closes(block[block.length - 1]!))
  const held = most && totalFrom(block, most)
  return [of?.implicit ? `one transaction of ${of.tool}` : 'transaction', count(inner, 'statement'), ...(most ? [`${most.lock} on ${shortName(most.relation)}, held ${held ? formatAbout(held) : 'for an unknown time'} until it ends`] : ['nobody waits'])].join(' · ')
}

/** From the first statement that takes this lock to the end of the block. */
function totalFrom(block: readonly AnalysedStatement[], most: Worst): Duration | undefined {
  const first = block.findIndex(({ assessed }) => assessed.effects.some((effect) => effect.lock === most.lock && lockedBy(effect, assessed) === most.relation))
  return totalDuration(block.slice(first))
}

/** Unknown as soon as one is; a statement without effects, such as COMMIT, takes no time worth a word. */
export function totalDuration(statements: readonly AnalysedStatement[]): Duration | undefined {
  let total: Duration = { lowMs: 0, expectedMs: 0, highMs: 0 }
  for (const { assessed } of statements) {
    if (assessed.duration) total = addDurations(total, assessed.duration)
    else if (assessed.effects.some((effect) => effect.work.length > 0) || assessed.unread.length > 0) return undefined
  }
  return total
}

function transactions(statements: readonly AnalysedStatement[]): readonly (readonly AnalysedStatement[])[] {
  const blocks = new Map<number, AnalysedStatement[]>()
  for (const statement of statements) {
    if (statement.blockStart < 0) continue
    const block = blocks.get(statement.blockStart)
    if (block) block.push(statement)
    else blocks.set(statement.blockStart, [statement])
  }
  return [...blocks.values()].filter((block) => block.length > (block[0]!.assessed.block?.implicit ? 1 : 2))
}

/** COMMIT, END, ROLLBACK and so on. */
export const closes = (statement: AnalysedStatement): boolean => /^(?:commit|end|rollback(?!\s+(?:work\s+|transaction\s+)?to\b)|abort|prepare\s+transaction)\b/i.test(statement.assessed.sql)

const lockOnRelation = (most: Worst): string => [`${most.lock} on ${shortName(most.relation)}`, ...(most.time === undefined || most.time === 'instant' ? [] : [most.time])].join(' ')

const count = (number: number, thing: string): string => `${number} ${thing}${number === 1 ? '' : 's'}`
