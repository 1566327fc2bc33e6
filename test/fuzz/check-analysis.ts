import { analyse } from '../../server/analyse'
import type { Analysis, World } from '../../server/analyse'
import { read } from '../../server/frameworks/sql'
import { settle } from '../../server/history'
import type { Carried } from '../../server/frameworks/tool'
import { stepsOf } from '../../server/model/plan'
import { defaultPolicy } from '../../server/model/policy'
import type { Span } from '../../server/model/span'
import { toReport } from '../../server/report'
import { read as readStatement } from '../../server/sql/read'
import { split } from '../../server/sql/split'
import { reportSchema } from '../support/schemas'

/** No small text may take longer, be it of the processor's time. */
export const mostMs = 2000

/** Everything that holds of an analysis whatever the text; each thing that does not is a sentence. */
export function checkAnalysis(text: string, world: World, transaction: Carried, previous?: Analysis): { readonly analysis: Analysis; readonly problems: readonly string[] } {
  const problems: string[] = []
  const started = process.cpuUsage()
  const analysis = analyse(read('a.sql', text, transaction), text, world, defaultPolicy, previous)
  const { user, system } = process.cpuUsage(started)
  const took = (user + system) / 1000
  if (took > mostMs) problems.push(`The analysis takes ${Math.round(took)} ms.`)

  const whole: Span = { start: 0, end: text.length }
  const inside = (what: string, span: Span, around: Span): void => {
    if (!(span.start >= around.start && span.end >= span.start && span.end <= around.end)) problems.push(`${what} is at ${span.start}–${span.end}, outside ${around.start}–${around.end}.`)
  }
  let end = 0
  for (const [index, { span, assessed, findings, blockStart }] of analysis.statements.entries()) {
    inside(`Statement ${index}`, span, { start: end, end: text.length })
    const next = analysis.statements[index + 1]?.span.start ?? text.length
    const own: Span = { start: 0, end: span.end - span.start }
    const withComments: Span = { start: end - span.start, end: next - span.start }
    for (const operation of assessed.operations) inside(`${operation.kind} of statement ${index}`, operation.span, own)
    for (const effect of assessed.effects) inside(`The effect on ${effect.relation} of statement ${index}`, effect.span, own)
    for (const one of [...assessed.breaks, ...assessed.loses, ...assessed.fails, ...assessed.unread]) inside(`A consequence of statement ${index}`, one.span, own)
    for (const finding of findings) {
      inside(`${finding.hazard} of statement ${index}`, finding.span, finding.hazard === 'unused-allow' ? withComments : own)
      if (finding.message.trim() === '' || /\bundefined\b|\bNaN\b|\[object|\bInfinity\b/.test(finding.message.replace(/`[^`]*`/g, ''))) problems.push(`${finding.hazard} of statement ${index} says: ${finding.message}`)
    }
    if (blockStart > index || (blockStart >= 0) !== (assessed.block !== undefined)) problems.push(`Statement ${index} is in a transaction that begins with ${blockStart}.`)
    problems.push(...wrongDurations(assessed, `statement ${index}`))
    const { plan } = assessed
    if (plan) {
      // An outline may be told in its title alone, where the statements depend on what only the author knows.
      if (stepsOf(plan).length === 0 && plan.fit !== 'outline') problems.push(`The plan of statement ${index} has no steps.`)
      for (const step of stepsOf(plan)) problems.push(...unreadable(step.sql).map((message) => `A step of the plan of statement ${index} cannot be read: ${message}\n${step.sql}`))
    }
    end = span.end
  }
  for (const { span, reason } of analysis.unread) {
    inside(`What is unread because ${reason}`, span, whole)
    if (reason.trim() === '') problems.push('Something is unread without a reason.')
  }
  const report: unknown = JSON.parse(JSON.stringify(toReport([analysis])))
  problems.push(...reportSchema(report).map((problem) => `The report is not what its schema says: ${problem}`))
  settle(analysis, world.catalog)
  return { analysis, problems }
}

/** All that is shown of an analysis: the same whether it was made anew or from that of an earlier text. */
export const shown = ({ statements, unread }: Analysis): unknown => ({
  unread,
  statements: statements.map(({ span, assessed: { block, ...assessed }, findings, blockStart }) => ({ span, assessed, inBlock: block !== undefined, findings, blockStart })),
})

const unreadable = (sql: string): readonly string[] =>
  split(sql).flatMap((piece) => {
    if (piece.kind !== 'statement') return [`There is a psql command in it.`]
    const { problem } = readStatement(sql.slice(piece.span.start, piece.span.end))
    return [...(problem ? [problem.message] : []), ...(piece.problem === undefined ? [] : [piece.problem])]
  })

/** Every duration in a value is a number of milliseconds that is in order. */
function wrongDurations(value: unknown, where: string): string[] {
  if (typeof value !== 'object' || value === null) return []
  const { lowMs, expectedMs, highMs } = value as { lowMs?: unknown; expectedMs?: unknown; highMs?: unknown }
  if (typeof lowMs === 'number') {
    const fine = Number.isFinite(lowMs) && Number.isFinite(expectedMs) && Number.isFinite(highMs) && lowMs >= 0 && lowMs <= (expectedMs as number) && (expectedMs as number) <= (highMs as number)
    return fine ? [] : [`A duration of ${where} is ${String(lowMs)}, ${String(expectedMs)}, ${String(highMs)} ms.`]
  }
  return Object.entries(value).flatMap(([key, child]) => (key === 'held' ? [] : wrongDurations(child, where)))
}
