import type { AnalysedStatement, AssessedWork, FileAnalysis } from './model/assessed'
import { addDurations } from './model/estimate'
import type { Bytes, Duration } from './model/estimate'
import { severities } from './model/finding'
import type { Hold } from './model/holds'
import type { Step } from './model/plan'
import type { EffectReport, FileReport, FindingReport, HoldReport, PlanReport, Report, StatementReport } from './model/report'
import type { Snapshot } from './model/snapshot'
import { shift } from './model/span'

/** What the command line prints and other programs read. */
export const toReport = (files: readonly FileAnalysis[], snapshot?: Snapshot): Report => ({
  version: 1,
  snapshot: reportSnapshot(snapshot),
  files: files.map(reportFile),
  history: [],
  summary: files.map(summarise).reduce(addSummaries, emptySummary),
})

export const reportSnapshot = (snapshot: Snapshot | undefined): Report['snapshot'] =>
  snapshot ? { source: snapshot.source ?? 'file', takenAt: snapshot.takenAt ?? null, serverVersion: snapshot.serverVersion ?? null } : null

function reportFile(file: FileAnalysis): FileReport {
  return { ...reportFileHead(file), statements: [...reportStatements(file)], ...reportFileRest(file) }
}

/** The parts of a file's report one by one, in their order, for writers that keep no more than one statement in memory. */
export const reportFileHead = (file: FileAnalysis): Pick<FileReport, 'path' | 'framework'> => ({ path: file.path, framework: file.framework })

/**
 * In a transaction of a thousand statements each of them lists the locks of those before it: a million lines, which come one statement at a time.
 * Within a transaction the same lock is the same object.
 */
export function* reportStatements(file: FileAnalysis): Iterable<StatementReport> {
  const blocks = blocksOf(file.statements)
  let kept: HoldReport[] = []
  let block = -1
  for (const [index, statement] of file.statements.entries()) {
    const { heldAfter } = statement.assessed
    // ROLLBACK TO a savepoint gives some back.
    if (statement.blockStart !== block || heldAfter.size < kept.length) kept = statement.blockStart === block ? kept.slice(0, heldAfter.size) : []
    block = statement.blockStart
    for (const hold of heldAfter.from(kept.length)) kept.push(reportHold(hold, block, blocks))
    yield reportStatement(file, statement, blocks[index]?.transaction, [...kept])
  }
}

export function reportFileRest(file: FileAnalysis): Pick<FileReport, 'findings' | 'plans' | 'unread'> {
  const plans: PlanReport[] = []
  const planOf = new Map<number, number>()
  for (const [index, { assessed }] of file.statements.entries()) {
    if (!assessed.plan) continue
    planOf.set(index, plans.length)
    const { title, fit, expand, migrate, contract, takesIn = 0, code = {}, back = {} } = assessed.plan
    plans.push({ title, statement: index, first: index - takesIn, fit, expand: expand.map(reportStep), migrate: migrate.map(reportStep), contract: contract.map(reportStep), code, back: reportBack(back) })
  }
  const findings = file.statements.flatMap((statement, index) =>
    statement.findings.map(
      ({ hazard, severity, span, message }): FindingReport => ({
        hazard,
        severity,
        statement: index,
        span: file.lines.range(shift(span, statement.span.start)),
        message,
        plan: planOf.get(index) ?? null,
      }),
    ),
  )
  return { findings, plans, unread: file.unread.map(({ span, reason }) => ({ span: file.lines.range(span), reason })) }
}

type Summary = Report['summary']

export const emptySummary: Summary = { statements: 0, findings: { error: 0, warning: 0, info: 0 }, unread: 0 }

export function summarise(file: FileAnalysis): Summary {
  const findings = { error: 0, warning: 0, info: 0 }
  for (const statement of file.statements) for (const finding of statement.findings) findings[finding.severity]++
  return { statements: file.statements.length, findings, unread: file.unread.length }
}

export const addSummaries = (a: Summary, b: Summary): Summary => ({
  statements: a.statements + b.statements,
  findings: Object.fromEntries(severities.map((severity) => [severity, a.findings[severity] + b.findings[severity]])) as Summary['findings'],
  unread: a.unread + b.unread,
})

/** Where a statement stands in its transaction, and how long from its start until COMMIT; null where the size of some work on the way is not known. */
interface Place {
  readonly transaction: number
  readonly untilCommit: Duration | null
}

function blocksOf(statements: readonly AnalysedStatement[]): readonly (Place | undefined)[] {
  const places: (Place | undefined)[] = Array.from({ length: statements.length }, () => undefined)
  const numbers = new Map<number, number>()
  for (const { blockStart } of statements) if (blockStart >= 0 && !numbers.has(blockStart)) numbers.set(blockStart, numbers.size)
  for (let index = statements.length - 1; index >= 0; index--) {
    const { blockStart, assessed } = statements[index]!
    if (blockStart < 0) continue
    const next = places[index + 1]
    const transaction = numbers.get(blockStart)!
    const rest = next?.transaction === transaction ? next.untilCommit : noTime
    places[index] = { transaction, untilCommit: rest && assessed.duration ? addDurations(assessed.duration, rest) : null }
  }
  return places
}

const noTime: Duration = { lowMs: 0, expectedMs: 0, highMs: 0 }

function reportStatement(file: FileAnalysis, statement: AnalysedStatement, transaction: number | undefined, holds: readonly HoldReport[]): StatementReport {
  const { assessed, span } = statement
  return {
    span: file.lines.range(span),
    sql: assessed.sql,
    transaction: transaction ?? null,
    transactionBlock: assessed.transactionBlock,
    operations: assessed.operations.map(({ kind, relation }) => ({ kind, ...(relation !== undefined && { relation }) })),
    effects: assessed.effects.map(
      (effect): EffectReport => ({
        relation: effect.relation,
        lock: effect.lock,
        work: effect.work.map(reportWork),
        ...(effect.onlyIf && { onlyIf: effect.onlyIf }),
        ...(effect.otherwise && { otherwise: effect.otherwise }),
      }),
    ),
    duration: rounded(assessed.duration ?? null),
    ...(assessed.bytes && assessed.bytes.read + assessed.bytes.written > 0 && { bytes: whole(assessed.bytes) }),
    ...(assessed.standbyLag && { standbyLag: { ...assessed.standbyLag, duration: rounded(assessed.standbyLag.duration) } }),
    because: assessed.because,
    holds,
  }
}

const reportStep = ({ duration, ...step }: Step): Step => ({ ...step, ...(duration && { duration: rounded(duration) }) })

const reportBack = (back: PlanReport['back']): PlanReport['back'] =>
  Object.fromEntries(Object.entries(back).map(([stage, { duration, ...rest }]) => [stage, { ...rest, ...(duration && { duration: rounded(duration) }) }]))

const reportWork = (work: AssessedWork): EffectReport['work'][number] => ({
  kind: work.kind,
  to: work.to,
  ...(work.kind === 'build-index' && work.index.name !== undefined && { index: work.index.name }),
  ...(work.kind === 'probe' && { into: work.into }),
  ...(work.estimate.duration && { duration: rounded(work.estimate.duration) }),
})

function reportHold({ relation, lock, ordinal }: Hold, blockStart: number, places: readonly (Place | undefined)[]): HoldReport {
  const fromStatement = blockStart + ordinal
  return { relation, lock, fromStatement, duration: rounded(places[fromStatement]?.untilCommit ?? null) }
}

const whole = ({ read, written, wal, disk }: Bytes): Bytes => ({ read: Math.round(read), written: Math.round(written), wal: Math.round(wal), disk: Math.round(disk) })

/** To tenths of a millisecond: more would be read as knowledge. */
function rounded<D extends Duration | null>(duration: D): D {
  if (duration === null) return duration
  const tenths = (ms: number): number => Math.round(ms * 10) / 10
  return { lowMs: tenths(duration.lowMs), expectedMs: tenths(duration.expectedMs), highMs: tenths(duration.highMs) } as D
}
